"""Handlers that only show something: home, policies, flags, digests, and a person's own."""

from __future__ import annotations

from uuid import UUID

from bot.admin import checklist
from bot.digests import digests
from bot.flags import answers, commitment_lists, flag_views, own_flags, seconds, withdrawn_announcements
from bot.handlers import guests
from bot.handlers.context import Draft, HandlerContext, Opens, Submits, by_code, instead, policy_of
from bot.interface.intents import (
    Help,
    Home,
    HowProtected,
    Intent,
    MyFlags,
    MyPolicies,
    NewestDigest,
    OpenPolicies,
    ReadFirst,
    SeeFlag,
    SeeFlags,
    SeeOwnRecord,
)
from bot.interface.pages import PAGE_SIZE, Page
from bot.interface.parts import Card, Screen
from bot.outbox import restore_hold
from bot.people import absences, digest_schedules, joining_by_code, officers, places
from bot.policies import audience, audience_changes, ends, policies, readers
from bot.screens import refusals as says
from bot.screens.admin.about_page import about_page_card
from bot.screens.admin.help import help_card
from bot.screens.admin.home import MOST_CHANNELS, MOST_POLICIES, guest_home_card, home_card
from bot.screens.admin.privacy_page import privacy_page_card
from bot.screens.admin.terms_page import terms_page_card
from bot.screens.digest.digest import digest_card
from bot.screens.digest.no_digest import no_digest_card
from bot.screens.flag.my_flags import my_flags_form
from bot.screens.flag.own_record import own_record_form
from bot.screens.flag.policy_flags import policy_flags_form
from bot.screens.flag.protected import protected_form
from bot.screens.flag.whole_flag import whole_flag_form
from bot.screens.notice.reaction import reaction_card
from bot.screens.notice.typed_in_chat import typed_by_guest_card, typed_in_chat_card
from bot.screens.policy.my_policies import my_policies_form
from bot.screens.policy.open_policies import open_policies_form
from bot.screens.record import read_first_form
from bot.sending import dead_letters, rendering
from storage import FlagStatus
from storage import channels as stored_channels
from storage import digests as stored_digests
from storage import flags as stored_flags
from storage import policies as stored_policies
from storage import postings as stored_postings
from storage import reach as stored_reach
from storage.restores import RestoreState

ANNOUNCERS = "Members"


def home(context: HandlerContext) -> Card:
    """The home of the person who asks: what concerns them, by role."""
    uow, visitor = context.uow, context.visitor
    schedule = digest_schedules.planned(uow, visitor.id)
    if not guests.reads_policies(context):
        return guest_home_card(
            uow.organisation_view(),
            waits=_waits(context) if guests.may(context, MyPolicies()) else None,
            next_digest=schedule.next_due_at if schedule else None,
            zone=digest_schedules.zone(uow, visitor.id),
        )
    reach = audience.reach(uow, visitor)
    shown = stored_reach.newest_open(uow.session, reach, uow.today, MOST_POLICIES)
    channels = stored_channels.connected_page(uow.session, offset=0, limit=MOST_CHANNELS) if visitor.admin else []
    return home_card(
        policies.views(uow, shown),
        more_policies=stored_reach.number_open(uow.session, reach, uow.today) - len(shown),
        waits=_waits(context),
        next_digest=schedule.next_due_at if schedule else None,
        zone=digest_schedules.zone(uow, visitor.id),
        may_announce=not visitor.guest,
        channels=tuple((each.id, each.name) for each in channels),
        more_channels=stored_channels.number_connected(uow.session) - len(channels) if visitor.admin else 0,
        announcers=ANNOUNCERS,
        set_up=checklist.view(uow) if visitor.admin else None,
        dead_letters=dead_letters.number(uow) if visitor.admin else 0,
        officer=officers.held_by(uow, visitor),
        held=visitor.admin and restore_hold.state(uow) is RestoreState.HELD,
        elsewhere=tuple(places.of_accounts(uow, joining_by_code.not_joined(uow, visitor)).values()),
    )


def _waits(context: HandlerContext) -> int | None:
    """How many flags wait on the visitor's policies; None for someone who owns none."""
    session, whose = context.uow.session, _whose(context)
    return stored_policies.waiting_on(session, *whose) if stored_policies.are_any_theirs(session, *whose) else None


def owns_any(context: HandlerContext) -> bool:
    """Whether the visitor owns a policy, or gets its digests in place of the owner."""
    return stored_policies.are_any_theirs(context.uow.session, *_whose(context))


def _whose(context: HandlerContext) -> tuple[list[UUID], list[UUID]]:
    """The owners whose policies are the visitor's today, and the readers in place of owners who cannot be reached."""
    ids = context.visitor.ids
    return [*ids, *absences.owners_stood_in_for(context.uow, ids)], [*ids]


def _home(context: HandlerContext, intent: Home, draft: Draft) -> Screen:
    return home(context)


def _open_policies(context: HandlerContext, intent: OpenPolicies, draft: Draft) -> Screen:
    uow, reach = context.uow, audience.reach(context.uow, context.visitor)
    page = Page.of(intent.page, stored_reach.number_open(uow.session, reach, uow.today))
    rows = stored_reach.open_page(uow.session, reach, uow.today, offset=page.offset, limit=PAGE_SIZE)
    return open_policies_form(
        policies.views(uow, rows), page=page, may_announce=not context.visitor.guest, announcers=ANNOUNCERS
    )


def _my_policies(context: HandlerContext, intent: MyPolicies, draft: Draft) -> Screen:
    uow, visitor = context.uow, context.visitor
    schedule = digest_schedules.planned(uow, visitor.id)
    owners, readers = _whose(context)
    page = Page.of(intent.page, stored_policies.number_theirs(uow.session, owners, readers))
    rows = stored_policies.page_of_theirs(uow.session, owners, readers, uow.today, offset=page.offset, limit=PAGE_SIZE)
    return my_policies_form(
        policies.views(uow, rows),
        page=page,
        waits=stored_policies.waiting_on(uow.session, owners, readers),
        contact=uow.organisation.contact,
        next_digest=schedule.next_due_at if schedule else None,
        zone=digest_schedules.zone(uow, visitor.id),
    )


def _protected(context: HandlerContext, intent: HowProtected, draft: Draft) -> Screen:
    policy = stored_policies.policy(context.uow.session, intent.policy)
    organisation = context.uow.organisation_view()
    if policy is None or not audience.is_on(context.uow, context.visitor, policy):
        return protected_form(organisation, context.platform_name)
    return protected_form(
        organisation,
        context.platform_name,
        ends.view(context.uow, policy).authors_day,
        readers.of_form(context.uow, policy),
    )


def _read_first(context: HandlerContext, intent: ReadFirst, draft: Draft) -> Screen:
    return read_first_form(context.uow.organisation_view())


def _see_flags(context: HandlerContext, intent: SeeFlags, draft: Draft) -> Screen:
    policy = policy_of(context, intent.policy)
    view, organisation = policies.view(context.uow, policy), context.uow.organisation_view()
    page = Page.of(intent.page, sum(view.tally.values()))
    shown = flag_views.shown_page(context.uow, context.visitor, policy, page)
    left_out = stored_flags.number_left_out(context.uow.session, policy.id) + page.number_on_it - len(shown)
    end, admin = ends.view(context.uow, policy), context.visitor.admin
    return policy_flags_form(
        view,
        shown,
        organisation,
        ends=end,
        page=page,
        left_out=left_out,
        may_pause=admin,
        may_withdraw=withdrawn_announcements.may_withdraw(policy, context.visitor),
        promises=commitment_lists.number(context.uow, policy),
        audience=audience.view(context.uow, policy),
        may_change_audience=audience_changes.may_change(policy, context.visitor),
    )


def _see_flag(context: HandlerContext, intent: SeeFlag, draft: Draft) -> Screen:
    context = by_code(context, intent.code)
    uow, visitor = context.uow, context.visitor
    found = flag_views.one(uow, visitor, intent.flag)
    row = stored_flags.flag(uow.session, intent.flag)
    if found is None:
        if row is not None:
            policy_of(context, row.policy_id)
        raise instead(says.left_out(1) if row else says.NOT_FOUND)
    policy, view = found
    answerable = view.shown_on is not None and view.status is not FlagStatus.UNNEEDED
    return whole_flag_form(
        view,
        number=intent.page,
        may_second=row is not None and seconds.refusal(uow, visitor, policy, row) in (None, says.JOIN_FIRST),
        may_answer=answerable and answers.role_of(uow, policy, visitor) is not None,
    )


def _my_flags(context: HandlerContext, intent: MyFlags, draft: Draft) -> Screen:
    mine = own_flags.mine(context.uow, context.visitor, intent.page, intent.earlier)
    return my_flags_form(mine.flags, mine.page, earlier=intent.earlier, more=mine.more, ended=mine.ended)


def _own_record(context: HandlerContext, intent: SeeOwnRecord, draft: Draft) -> Screen:
    mine = own_flags.mine(context.uow, context.visitor, intent.page, intent.earlier)
    return own_record_form(mine.flags, mine.page, part=intent.part, earlier=intent.earlier, more=mine.more)


def _help(context: HandlerContext, intent: Help, draft: Draft) -> Screen:
    return help_card(context.uow.organisation.contact, may_announce=not context.visitor.guest)


def _newest_digest(context: HandlerContext, intent: NewestDigest, draft: Draft) -> Screen:
    uow, visitor = context.uow, context.visitor
    digest = stored_digests.newest(uow.session, visitor.ids)
    if digest is not None:
        return digest_card(digests.seen_by(uow, visitor, digest))
    schedule = digest_schedules.planned(uow, visitor.id)
    return no_digest_card(
        owns=owns_any(context),
        contact=uow.organisation.contact,
        next_digest=schedule.next_due_at if schedule else None,
        zone=digest_schedules.zone(uow, visitor.id),
    )


def typed_in_chat(context: HandlerContext) -> Card:
    """The reply to a message typed into the chat, which the platform keeps, with a button that opens the form."""
    if not guests.reads_policies(context):
        return typed_by_guest_card(context.platform_name, context.uow.organisation_view())
    reach = audience.reach(context.uow, context.visitor)
    open_now = stored_reach.newest_open(context.uow.session, reach, context.uow.today, limit=2)
    return typed_in_chat_card(context.platform_name, open_now[0].id if len(open_now) == 1 else None)


def reacted(context: HandlerContext, ref: str) -> Card | None:
    """The reply, for them alone, to a person who reacted to the card `ref`.

    None unless an admin turned this on, and for guests who may not read policies.
    """
    channel = context.visitor.channel
    if channel is None or not channel.reactions or not guests.reads_policies(context):
        return None
    posting = stored_postings.posted_as(context.uow.session, channel.id, ref)
    return reaction_card(posting.policy_id) if posting else None


def linked_card(context: HandlerContext, policy_id: UUID) -> Card | None:
    """A policy's card for a link to its page, which all in the chat can then see; None unless they are on it."""
    uow, visitor = context.uow, context.visitor
    policy = stored_policies.policy(uow.session, policy_id)
    if policy is None or not guests.reads_policies(context) or not audience.is_on(uow, visitor, policy):
        return None
    return rendering.linked_card_of(uow, policy_id) if audience.is_for_channel(uow, policy, visitor.channel) else None


PAGES = {"about": about_page_card, "privacy": privacy_page_card, "terms": terms_page_card}
"""The pages about the deployment, which anyone may read."""
OPENS: dict[type[Intent], Opens] = {
    Home: _home,
    Help: _help,
    OpenPolicies: _open_policies,
    MyPolicies: _my_policies,
    HowProtected: _protected,
    ReadFirst: _read_first,
    SeeFlags: _see_flags,
    SeeFlag: _see_flag,
    MyFlags: _my_flags,
    SeeOwnRecord: _own_record,
    NewestDigest: _newest_digest,
}
SUBMITS: dict[type[Intent], Submits] = {}
