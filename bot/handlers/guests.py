"""What guests may do. Whatever is not listed here is for full members of the organisation."""

from __future__ import annotations

from bot.handlers.context import HandlerContext, instead
from bot.interface.intents import (
    ChangeFlag,
    GiveView,
    Help,
    Home,
    HowProtected,
    Intent,
    MyFlags,
    NotSettled,
    OpenPolicies,
    ReplyToQuestion,
    SecondFlag,
    SeeFlag,
    SeeFlags,
    SeeSettings,
    Settle,
    WithdrawFlag,
)
from bot.screens import refusals as says

EVERYWHERE = frozenset(
    {Home, Help, HowProtected, SeeSettings, MyFlags, ChangeFlag, WithdrawFlag, Settle, NotSettled, ReplyToQuestion}
)
"""What anyone may do: read how this works, and go on with what they wrote themselves."""
WHERE_LET_IN = frozenset({OpenPolicies, GiveView, SeeFlags, SeeFlag, SecondFlag})
"""What guests may do in a channel into which an admin has let them."""


def reads_policies(context: HandlerContext) -> bool:
    """Whether the visitor may read what was announced: a member, or a guest who is let into the channel."""
    channel = context.visitor.channel
    return not context.visitor.guest or (channel is not None and channel.guests)


def may(context: HandlerContext, intent: Intent) -> bool:
    """Whether the visitor may do this at all. The handler decides whether they may do it to this policy or flag."""
    kind = type(intent)
    return not context.visitor.guest or kind in EVERYWHERE or (kind in WHERE_LET_IN and reads_policies(context))


def check(context: HandlerContext, intent: Intent) -> None:
    """Raises `Instead` for a guest who may not do this."""
    if not may(context, intent):
        raise instead(says.guest(context.uow.organisation_view()))
