"""What guests may do. Whatever is not listed here is for full members of the organisation."""

from __future__ import annotations

from bot.flags import answers
from bot.handlers.context import HandlerContext, instead
from bot.interface.intents import (
    AcknowledgeAll,
    AnswerFlags,
    AnswerPolicy,
    Away,
    ChangeFlag,
    DownloadCsv,
    EnterJoiningCode,
    GetJoiningCode,
    GiveView,
    Help,
    Home,
    HowProtected,
    Intent,
    MyAccounts,
    MyFlags,
    MyPolicies,
    MyPromises,
    NameOwner,
    NewestDigest,
    NotSettled,
    OpenPolicies,
    ReadFirst,
    ReplyToQuestion,
    ReportAnnouncement,
    ReportText,
    SayDone,
    SayWillNotHappen,
    ScheduleSettings,
    SecondFlag,
    SeeDigest,
    SeeFlag,
    SeeFlags,
    SeePromises,
    SeeSettings,
    SeparateAccounts,
    SetNewDay,
    Settle,
    Snooze,
    UseCode,
    WithdrawFlag,
)
from bot.screens import refusals as says
from storage import flags as stored_flags
from storage import policies as stored_policies

EVERYWHERE = frozenset(
    {
        Home,
        Help,
        HowProtected,
        ReadFirst,
        ReadFirst,
        SeeSettings,
        MyFlags,
        MyAccounts,
        GetJoiningCode,
        EnterJoiningCode,
        SeparateAccounts,
        UseCode,
        ChangeFlag,
        WithdrawFlag,
        Settle,
        NotSettled,
        ReplyToQuestion,
    }
)
"""What anyone may do: read how this works, and go on with what they wrote themselves."""
WHERE_LET_IN = frozenset(
    {OpenPolicies, GiveView, SeeFlags, SeeFlag, SeePromises, SecondFlag, ReportText, ReportAnnouncement}
)
"""What guests may do in a channel into which an admin has let them."""
IN_A_ROLE = frozenset(
    {
        AcknowledgeAll,
        AnswerFlags,
        AnswerPolicy,
        Away,
        DownloadCsv,
        MyPolicies,
        MyPromises,
        NameOwner,
        NewestDigest,
        SayDone,
        SayWillNotHappen,
        ScheduleSettings,
        SeeDigest,
        SetNewDay,
        Snooze,
    }
)
"""What guests may do where an admin lets them be named: the handler asks in which role they are."""


def reads_policies(context: HandlerContext) -> bool:
    """Whether the visitor may read what was announced: a member, or a guest who is let into the channel."""
    channel = context.visitor.channel
    return not context.visitor.guest or (channel is not None and channel.guests)


def may(context: HandlerContext, intent: Intent) -> bool:
    """Whether the visitor may do this at all. The handler decides whether they may do it to this policy or flag."""
    kind = type(intent)
    if not context.visitor.guest or kind in EVERYWHERE:
        return True
    if kind in WHERE_LET_IN and reads_policies(context):
        return True
    return context.uow.organisation.guests_named and (kind in IN_A_ROLE or _reads_in_a_role(context, intent))


def _reads_in_a_role(context: HandlerContext, intent: Intent) -> bool:
    """Whether someone is to be shown the flags of a policy on which they have a role, as their digest shows them."""
    policy_id = intent.policy if isinstance(intent, SeeFlags | SeePromises) else None
    if isinstance(intent, SeeFlag):
        flag = stored_flags.flag(context.uow.session, intent.flag)
        policy_id = flag.policy_id if flag else None
    policy = stored_policies.policy(context.uow.session, policy_id) if policy_id else None
    return policy is not None and answers.role_of(context.uow, policy, context.visitor) is not None


def check(context: HandlerContext, intent: Intent) -> None:
    """Raises `Instead` for a guest who may not do this."""
    if not may(context, intent):
        raise instead(says.guest(context.uow.organisation_view()))
