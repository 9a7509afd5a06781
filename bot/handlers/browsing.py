"""Doors that only show: home, policies, flags, and what is one's own."""

from __future__ import annotations

from bot.admin import checklist
from bot.digests import digests
from bot.flags import answers, flags, seconds
from bot.handlers.context import Draft, Opens, Sends, Visit, instead, members_only, policy_of
from bot.interface.intents import (
    Help,
    Home,
    HowProtected,
    Intent,
    MyFlags,
    MyPolicies,
    NewestDigest,
    OpenPolicies,
    SeeFlag,
    SeeFlags,
)
from bot.interface.parts import Card, Screen
from bot.interface.views import PolicyView
from bot.people import absences
from bot.people import digest_schedules as digests_go
from bot.policies import policies
from bot.screens import refusals as says
from bot.screens.admin.help import help_card
from bot.screens.admin.home import home_card
from bot.screens.digest.digest import digest_card
from bot.screens.digest.no_digest import no_digest_card
from bot.screens.flag.my_flags import my_flags_form
from bot.screens.flag.policy_flags import policy_flags_form
from bot.screens.flag.protected import protected_form
from bot.screens.flag.whole_flag import whole_flag_form
from bot.screens.notice.reaction import reaction_card
from bot.screens.notice.typed_in_chat import typed_in_chat_card
from bot.screens.policy.my_policies import my_policies_form
from bot.screens.policy.open_policies import open_policies_form
from bot.sending import dead_letters
from storage import Policy, Standing
from storage import channels as stored_channels
from storage import digests as stored_digests
from storage import flags as stored_flags
from storage import policies as stored_policies
from storage import postings as stored_postings

ANNOUNCERS = "Members"


def home(visit: Visit) -> Card:
    """What concerns this person, by role."""
    turn, visitor = visit.turn, visit.visitor
    schedule = digests_go.planned(turn, visitor.id)
    return home_card(
        _open(visit),
        owned=_owned(visit),
        next_digest=schedule.next_due_at if schedule else None,
        zone=digests_go.zone(turn, visitor.id),
        may_announce=not visitor.guest,
        channels=tuple((each.id, each.name) for each in stored_channels.connected(turn.session))
        if visitor.admin
        else (),
        announcers=ANNOUNCERS,
        set_up=checklist.view(turn) if visitor.admin else None,
        unsent=dead_letters.number(turn) if visitor.admin else 0,
    )


def _open(visit: Visit) -> tuple[PolicyView, ...]:
    turn = visit.turn
    return tuple(policies.view(turn, each) for each in stored_policies.open_on(turn.session, turn.today))


def owned(visit: Visit) -> tuple[Policy, ...]:
    """The policies that the visitor owns, or whose digests come to them in place of the owner."""
    turn, ids = visit.turn, visit.visitor.ids
    rows = [*stored_policies.owned_or_read_by(turn.session, ids), *absences.policies_stood_in_for(turn, ids)]
    return tuple({each.id: each for each in rows}.values())


def _owned(visit: Visit) -> tuple[PolicyView, ...]:
    return tuple(policies.view(visit.turn, each) for each in owned(visit))


def _home(visit: Visit, intent: Home, draft: Draft) -> Screen:
    return home(visit)


def _open_policies(visit: Visit, intent: OpenPolicies, draft: Draft) -> Screen:
    return open_policies_form(_open(visit), may_announce=not visit.visitor.guest, announcers=ANNOUNCERS)


def _my_policies(visit: Visit, intent: MyPolicies, draft: Draft) -> Screen:
    turn, visitor = visit.turn, visit.visitor
    schedule = digests_go.planned(turn, visitor.id)
    return my_policies_form(
        _owned(visit),
        contact=turn.organisation.contact,
        next_digest=schedule.next_due_at if schedule else None,
        zone=digests_go.zone(turn, visitor.id),
    )


def _protected(visit: Visit, intent: HowProtected, draft: Draft) -> Screen:
    return protected_form(visit.turn.organisation_view(), visit.platform_name)


def _see_flags(visit: Visit, intent: SeeFlags, draft: Draft) -> Screen:
    members_only(visit)
    policy = policy_of(visit, intent.policy)
    shown = flags.shown(visit.turn, visit.visitor, policy)
    view, organisation = policies.view(visit.turn, policy), visit.turn.organisation_view()
    return policy_flags_form(view, shown, organisation, may_pause=visit.visitor.admin)


def _see_flag(visit: Visit, intent: SeeFlag, draft: Draft) -> Screen:
    members_only(visit)
    turn, visitor = visit.turn, visit.visitor
    found = flags.one(turn, visitor, intent.flag)
    row = stored_flags.flag(turn.session, intent.flag)
    if found is None or row is None:
        raise instead(says.NOT_FOUND)
    policy, view = found
    answerable = view.shown_on is not None and view.standing is not Standing.UNNEEDED
    return whole_flag_form(
        view,
        may_second=seconds.refusal(turn, visitor, policy, row) is None,
        may_answer=answerable and answers.role_of(turn, policy, visitor) is not None,
    )


def _my_flags(visit: Visit, intent: MyFlags, draft: Draft) -> Screen:
    return my_flags_form(flags.mine(visit.turn, visit.visitor))


def _help(visit: Visit, intent: Help, draft: Draft) -> Screen:
    return help_card(visit.turn.organisation.contact, may_announce=not visit.visitor.guest)


def _newest_digest(visit: Visit, intent: NewestDigest, draft: Draft) -> Screen:
    turn, visitor = visit.turn, visit.visitor
    digest = stored_digests.newest(turn.session, visitor.ids)
    if digest is not None:
        return digest_card(digests.view(turn, digest, visitor.ids))
    schedule = digests_go.planned(turn, visitor.id)
    return no_digest_card(
        owns=bool(owned(visit)),
        contact=turn.organisation.contact,
        next_digest=schedule.next_due_at if schedule else None,
        zone=digests_go.zone(turn, visitor.id),
    )


def typed_in_chat(visit: Visit) -> Card:
    """What is said to somebody who typed something where it is kept, with the way to the form."""
    open_now = stored_policies.open_on(visit.turn.session, visit.turn.today)
    return typed_in_chat_card(visit.platform_name, open_now[0].id if len(open_now) == 1 else None)


def reacted(visit: Visit, ref: str) -> Card | None:
    """What is said, for their eyes only, to somebody who reacted to a card, where an admin has turned this on."""
    channel = visit.visitor.channel
    if channel is None or not channel.reactions:
        return None
    posting = stored_postings.standing_as(visit.turn.session, channel.id, ref)
    return reaction_card(posting.policy_id) if posting else None


OPENS: dict[type[Intent], Opens] = {
    Home: _home,
    Help: _help,
    OpenPolicies: _open_policies,
    MyPolicies: _my_policies,
    HowProtected: _protected,
    SeeFlags: _see_flags,
    SeeFlag: _see_flag,
    MyFlags: _my_flags,
    NewestDigest: _newest_digest,
}
SENDS: dict[type[Intent], Sends] = {}
