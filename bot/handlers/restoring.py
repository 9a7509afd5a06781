"""Handlers for a database that was restored: an admin confirms that things may go on."""

from __future__ import annotations

from bot.admin import restore
from bot.handlers.context import Draft, HandlerContext, Opens, Submits, admins_only
from bot.interface.intents import ConfirmRestore, Intent
from bot.interface.parts import Screen
from bot.outbox import restore_hold
from bot.screens.admin.restored import confirm_restore_form, restore_confirmed_form
from storage.restores import RestoreState


def _ask(context: HandlerContext, intent: ConfirmRestore, draft: Draft) -> Screen:
    admins_only(context)
    return confirm_restore_form(held=restore_hold.state(context.uow) is RestoreState.HELD)


def _confirm(context: HandlerContext, intent: ConfirmRestore, draft: Draft) -> Screen:
    admins_only(context)
    return restore_confirmed_form() if restore.confirm(context.uow) else confirm_restore_form(held=False)


OPENS: dict[type[Intent], Opens] = {ConfirmRestore: _ask}
SUBMITS: dict[type[Intent], Submits] = {ConfirmRestore: _confirm}
