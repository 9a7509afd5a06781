"""Handlers with which an admin looks after people's accounts: which are joined, and keeping one apart."""

from __future__ import annotations

from uuid import UUID

from bot.admin import accounts
from bot.handlers.context import Draft, HandlerContext, Opens, Submits, admins_only, instead
from bot.interface.intents import Intent, JoinAgain, KeepApart, SeePeople
from bot.interface.pages import Page
from bot.interface.parts import Screen
from bot.interface.views import AccountsView
from bot.people import places
from bot.screens import refusals as says
from bot.screens.admin.people import done_form, keep_apart_form, people_form
from storage import Identity


def _see(context: HandlerContext, intent: SeePeople, draft: Draft) -> Screen:
    admins_only(context)
    found = accounts.listed(context.uow)
    page = Page.of(intent.page, len(found))
    return people_form(tuple(page.of_items(found)), page)


def _account(context: HandlerContext, identity_id: UUID) -> tuple[Identity, AccountsView]:
    admins_only(context)
    found = accounts.one(context.uow, identity_id)
    if found is None:
        raise instead(says.NOT_FOUND)
    return found


def _ask(context: HandlerContext, intent: KeepApart, draft: Draft) -> Screen:
    account, view = _account(context, intent.account)
    return keep_apart_form(view, places.of_accounts(context.uow, [account])[account.id])


def _keep_apart(context: HandlerContext, intent: KeepApart, draft: Draft) -> Screen:
    accounts.keep_apart(context.uow, _account(context, intent.account)[0], apart=True)
    return done_form(apart=True)


def _join_again(context: HandlerContext, intent: JoinAgain, draft: Draft) -> Screen:
    accounts.keep_apart(context.uow, _account(context, intent.account)[0], apart=False)
    return done_form(apart=False)


def _see_again(context: HandlerContext, intent: JoinAgain, draft: Draft) -> Screen:
    return _see(context, SeePeople(), draft)


OPENS: dict[type[Intent], Opens] = {SeePeople: _see, KeepApart: _ask, JoinAgain: _see_again}
SUBMITS: dict[type[Intent], Submits] = {KeepApart: _keep_apart, JoinAgain: _join_again}
