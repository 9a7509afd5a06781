"""What newcomers may do: people in a channel who are on no roster yet. They read, and flag, as everyone does.

What is kept by name needs a person, who is written down only when they do something that all can see.
"""

from __future__ import annotations

from bot.handlers.context import HandlerContext, instead
from bot.interface.intents import (
    Announce,
    ChangeFlag,
    EnterJoiningCode,
    GetJoiningCode,
    GiveView,
    Intent,
    NotSettled,
    ReplyToQuestion,
    SecondFlag,
    SeparateAccounts,
    Settle,
    UseCode,
    WithdrawFlag,
)
from bot.people import people
from bot.screens import refusals as says

WITHOUT_A_ROW = frozenset(
    {GiveView, ChangeFlag, WithdrawFlag, SecondFlag, Settle, NotSettled, ReplyToQuestion, UseCode}
)
"""What writes nothing about who does it, or signs for itself where the flag is *Named*."""

WITH_AN_ACCOUNT = frozenset({GetJoiningCode, EnterJoiningCode, SeparateAccounts})
"""What changes the account itself."""


def check(context: HandlerContext, intent: Intent) -> None:
    """Raises `Instead` for a newcomer who submits something for which they must be known.

    Who will be joined with an account that is known, by its address, has its roles at once.
    """
    visitor = context.visitor
    if visitor.newcomer and type(intent) in WITH_AN_ACCOUNT:
        raise instead(says.NEW_HERE)
    if not visitor.newcomer or type(intent) in WITHOUT_A_ROW:
        return
    if not (visitor.admin or visitor.id not in visitor.author_ids or isinstance(intent, Announce)):
        raise instead(says.NEW_HERE)
    people.signs(context.uow, visitor)
