"""Handlers for a person's own accounts: joining them by a code, so that My flags is the same in each."""

from __future__ import annotations

from bot.handlers.context import Draft, HandlerContext, Opens, Submits
from bot.interface.intents import EnterJoiningCode, GetJoiningCode, Intent, MyAccounts, SeparateAccounts
from bot.interface.parts import Screen
from bot.people import joining_by_code, people, places
from bot.screens.admin.my_accounts import joined_form, joining_code_form, my_accounts_form, separated_form
from storage import Identity


def _see(context: HandlerContext, intent: Intent, draft: Draft) -> Screen:
    return my_accounts_form(
        context.platform_name,
        _names(context, joining_by_code.joined_with(context.uow, context.visitor)),
        elsewhere=_names(context, joining_by_code.not_joined(context.uow, context.visitor)),
        answers=draft.answers,
        problems=draft.problems,
        nonce=draft.nonce,
    )


def _names(context: HandlerContext, accounts: list[Identity]) -> tuple[str, ...]:
    return tuple(places.of_accounts(context.uow, accounts).values())


def _get(context: HandlerContext, intent: GetJoiningCode, draft: Draft) -> Screen:
    uow = context.uow
    code = joining_by_code.get(uow, context.visitor)
    return joining_code_form(code, uow.now + joining_by_code.WORKS_FOR, people.zone_of(uow, context.visitor.id))


def _enter(context: HandlerContext, intent: EnterJoiningCode, draft: Draft) -> Screen:
    joining_by_code.enter(context.uow, context.visitor, (draft.answers.get("code") or ("",))[0])
    return joined_form(_names(context, joining_by_code.joined_with(context.uow, context.visitor)))


def _separate(context: HandlerContext, intent: SeparateAccounts, draft: Draft) -> Screen:
    joining_by_code.separate(context.uow, context.visitor)
    return separated_form()


OPENS: dict[type[Intent], Opens] = {
    MyAccounts: _see,
    GetJoiningCode: _see,
    EnterJoiningCode: _see,
    SeparateAccounts: _see,
}
SUBMITS: dict[type[Intent], Submits] = {
    GetJoiningCode: _get,
    EnterJoiningCode: _enter,
    SeparateAccounts: _separate,
}
