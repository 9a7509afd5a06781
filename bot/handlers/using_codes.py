"""Handlers for the receipt code of a detached flag."""

from __future__ import annotations

from dataclasses import replace

from pydantic import field_validator

from bot.flags import flag_views, receipt_codes
from bot.flags.boxes import WaitingFlag
from bot.handlers.context import Draft, HandlerContext, LookFirst, Opens, Submits, any_policy
from bot.interface.intents import Intent, UseCode
from bot.interface.parts import Screen
from bot.interface.views import FlagView
from bot.screens import refusals as says
from bot.screens.flag.code_form import CODE_LIMIT, code_form, flag_by_code_form
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.form_input import TypedForm, sentence
from storage import Flag


class TypedCode(TypedForm):
    """A code as it was typed."""

    code: str = ""

    @field_validator("code")
    @classmethod
    def _code(cls, value: str) -> str:
        if not value.strip():
            raise sentence(says.NO_CODE)
        if len(value) > CODE_LIMIT:
            raise sentence(says.UNKNOWN_CODE)
        return value


def _use_code(context: HandlerContext, intent: UseCode, draft: Draft) -> Screen:
    return code_form(answers=draft.answers, problems=draft.problems, nonce=draft.nonce)


def _submit_code(context: HandlerContext, intent: UseCode, draft: Draft) -> Screen:
    raise LookFirst(_flag_behind, {})  # nothing is written, and all policies are looked through: nobody waits for it


def _flag_behind(context: HandlerContext, intent: UseCode, draft: Draft) -> Screen:
    uow, visitor = context.uow, context.visitor
    receipt_codes.TRIES.check(visitor, uow.now)
    code = receipt_codes.read(TypedCode.read(draft.answers).code)
    found = receipt_codes.find(uow, code) if code else None
    view = _view(replace(context, visitor=replace(visitor, code=code)), found) if found else None
    if view is None:
        receipt_codes.TRIES.unknown(visitor, uow.now)
        raise FormRefused({"code": says.UNKNOWN_CODE})
    return flag_by_code_form(view)


def _view(context: HandlerContext, found: Flag | WaitingFlag) -> FlagView | None:
    policy, visitor = any_policy(context, found.policy_id), context.visitor
    if isinstance(found, WaitingFlag):
        return flag_views.by_code(flag_views.waiting_view(context.uow, policy, found), visitor)
    views = flag_views.views(context.uow, policy, [found], own=visitor)
    return flag_views.by_code(views[0], visitor) if views else None


OPENS: dict[type[Intent], Opens] = {UseCode: _use_code}
SUBMITS: dict[type[Intent], Submits] = {UseCode: _submit_code}
