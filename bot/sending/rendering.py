"""Rendering: from the screen's name and the ids that a delivery keeps to the card that is sent."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from bot.admin import checklist, reports
from bot.calendar.cron import CronSchedule, describe, readable
from bot.digests import channel_digests, digests
from bot.flags import answers, commitment_lists, commitment_updates, commitments, flag_views, kept_promises
from bot.interface.parts import Card
from bot.people import digest_schedules, people, places, told_first, unknown_schedules
from bot.policies import audience, policies
from bot.screens.answer.answer_notice import answer_notice_card, named_answer_card
from bot.screens.answer.commitment_notice import commitment_message_card, commitment_notice_card
from bot.screens.digest.channel_digest import channel_digest_card
from bot.screens.notice import (
    card_deleted,
    channel_lost,
    installation_ended,
    lines_left_out,
    long_wait,
    message_not_sent,
    message_replaced,
    month_lost,
    policy_ended,
    text_reported,
    unknown_schedule,
)
from bot.screens.notice.owner_named import owner_named_card
from bot.screens.notice.promises_stopped import promises_stopped_card
from bot.screens.notice.test_message import test_message_card
from bot.screens.notice.test_of_ones_own import test_of_ones_own_card
from bot.screens.policy.linked_policy import linked_policy_card
from bot.screens.policy.policy_card import policy_card
from bot.screens.policy.public_policy import public_policy_card
from bot.sending import dead_letters, personal_messages
from bot.unit_of_work.unit_of_work import Sealed, UnitOfWork
from storage import Delivery, Policy, Role
from storage import answers as stored_answers
from storage import channels as stored_channels
from storage import commitments as stored_commitments
from storage import deliveries as stored_deliveries
from storage import digests as stored_digests
from storage import flags as stored_flags
from storage import installations as stored_installations
from storage import policies as stored_policies
from storage import schedules as stored_schedules


def draw(uow: UnitOfWork, delivery: Delivery) -> Card | None:
    """The card of a delivery, as of now; None if what it was about can no longer be shown."""
    ids = [UUID(each) for each in delivery.subject.split()]
    try:
        if delivery.ref is not None and delivery.screen in personal_messages.STANDING:
            return personal_messages.STANDING[delivery.screen](uow, ids, delivery.person_id)
        if delivery.screen in personal_messages.DRAWN:
            return personal_messages.DRAWN[delivery.screen](uow, ids, delivery.person_id)
        return _SCREENS[delivery.screen](uow, ids) if delivery.screen in _SCREENS else None
    except Sealed:
        return None


def card_of(uow: UnitOfWork, policy_id: UUID) -> Card | None:
    """A policy's card as everyone sees it; None if there is no such policy."""
    policy = stored_policies.policy(uow.session, policy_id)
    return policy_card(policies.view(uow, policy)) if policy else None


def linked_card_of(uow: UnitOfWork, policy_id: UUID) -> Card | None:
    """A policy's card for a link to its page in a chat; None if there is no such policy."""
    policy = stored_policies.policy(uow.session, policy_id)
    return linked_policy_card(policies.view(uow, policy)) if policy else None


def public_card_of(uow: UnitOfWork, policy_id: UUID) -> Card | None:
    """A policy's card for readers who are not signed in; None if there is no such page, or it was closed for good."""
    policy = stored_policies.policy(uow.session, policy_id)
    shown = policy is not None and audience.has_public_page(policy) and policy.sealed_on is None
    return public_policy_card(policies.view(uow, policy)) if policy and shown else None


def _policy_card(uow: UnitOfWork, ids: list[UUID]) -> Card | None:
    return card_of(uow, ids[0])


def _owner_named(uow: UnitOfWork, ids: list[UUID]) -> Card | None:
    named = [each for each in (stored_policies.policy(uow.session, one) for one in ids) if each is not None]
    if not named:
        return None
    first = named[0]
    schedule = digest_schedules.planned(uow, first.owner_id)
    return owner_named_card(
        tuple(policies.view(uow, each) for each in named),
        announcer=_who_named(uow, ids[-1], first),
        digest_when=describe(CronSchedule(readable(schedule.cron), digest_schedules.zone_in(uow, schedule)))
        if schedule
        else "",
        answer_days=uow.organisation.answer_days,
    )


def _who_named(uow: UnitOfWork, last: UUID, policy: Policy) -> str:
    """The person whose id comes after the policies' ids, else the announcer if this is the policy's first owner."""
    return people.name_of(uow, last) or (people.name_of(uow, policy.announced_by) if not policy.owner_since else "")


def _answer_notice(uow: UnitOfWork, ids: list[UUID]) -> Card | None:
    answer = stored_answers.answer(uow.session, ids[0])
    policy = stored_policies.policy(uow.session, answer.policy_id) if answer else None
    if answer is None or policy is None:
        return None
    rows = stored_flags.flags(uow.session, stored_answers.flags_of(uow.session, answer.id))
    views, given = flag_views.views(uow, policy, rows), answers.view(uow, answer)
    return answer_notice_card(views, given) if views and given else None


def _answer_message(uow: UnitOfWork, ids: list[UUID]) -> Card | None:
    answer = stored_answers.answer(uow.session, ids[0])
    found = {each.id: each for each in stored_flags.flags(uow.session, ids[1:])}
    policy = stored_policies.policy(uow.session, answer.policy_id) if answer else None
    if answer is None or policy is None:
        return None
    # Only the author of Named flags gets this message, so the views are the author's own.
    views = flag_views.views(uow, policy, [found[each] for each in ids[1:] if each in found])
    answered = tuple(each for each in views if any(given.id == answer.id for given in each.answers))
    given = answers.view(uow, answer)
    return named_answer_card(answered, given) if answered and given else None


def _commitment_notice(uow: UnitOfWork, ids: list[UUID]) -> Card | None:
    update = stored_commitments.update_of(uow.session, ids[0])
    row = stored_commitments.commitment(uow.session, update.commitment_id) if update else None
    policy = stored_policies.policy(uow.session, row.policy_id) if row else None
    if update is None or row is None or policy is None:
        return None
    promised, said = commitment_lists.one(uow, policy, row), commitments.update_view(uow, update)
    if promised is None or said is None:
        return None
    # With the ids of flags, it is for the author of these Named flags.
    if len(ids) > 1:
        return commitment_message_card(promised, said, tuple(ids[1:]))
    return commitment_notice_card(promised, said)


def _promises_stopped(uow: UnitOfWork, ids: list[UUID]) -> Card | None:
    policy = stored_policies.policy(uow.session, ids[0])
    number = stored_commitments.number_stopped(uow.session, ids[0])
    return promises_stopped_card(policy.title, number) if policy and number else None


def _card_deleted(uow: UnitOfWork, ids: list[UUID]) -> Card | None:
    policy, channel = stored_policies.policy(uow.session, ids[0]), stored_channels.channel(uow.session, ids[1])
    if policy is None or channel is None:
        return None
    return card_deleted.card_deleted_card(
        policies.view(uow, policy), places.in_its_workspace(uow, channel), channel.platform
    )


def _channel_lost(uow: UnitOfWork, ids: list[UUID]) -> Card | None:
    channel = stored_channels.channel(uow.session, ids[0])
    return channel_lost.channel_lost_card(places.in_its_workspace(uow, channel), channel.platform) if channel else None


def _unknown_schedule(uow: UnitOfWork, ids: list[UUID]) -> Card | None:
    if not ids:
        unknown = unknown_schedules.of_organisation(uow)
        return unknown_schedule.unknown_schedule_card("", unknown) if unknown else None
    row = stored_schedules.schedule(uow.session, ids[0])
    unknown = unknown_schedules.of_schedule(row) if row else ()
    return unknown_schedule.unknown_schedule_card(people.name_of(uow, ids[0]), unknown) if unknown else None


def _lines_left_out(uow: UnitOfWork, ids: list[UUID]) -> Card | None:
    channel = stored_channels.channel(uow.session, ids[0])
    return lines_left_out.lines_left_out_card(channel.name) if channel else None


def _installation_ended(uow: UnitOfWork, ids: list[UUID]) -> Card | None:
    row = stored_installations.by_id(uow.session, ids[0])
    return installation_ended.installation_ended_card(row.name, row.platform) if row else None


def _month_lost(uow: UnitOfWork, ids: list[UUID]) -> Card | None:
    found = stored_policies.policies(uow.session, ids)
    return month_lost.month_lost_card(tuple(found[each].title for each in ids if each in found)) if found else None


def _long_wait(uow: UnitOfWork, ids: list[UUID]) -> Card | None:
    row = stored_deliveries.delivery(uow.session, ids[0])
    return long_wait.long_wait_card(row.platform, row.error or "") if row else None


def _message_not_sent(uow: UnitOfWork, ids: list[UUID]) -> Card | None:
    to_send = dead_letters.number_to_send(uow, ids)
    return message_not_sent.message_not_sent_card(dead_letters.given_up(uow, ids), to_send)


def _message_replaced(uow: UnitOfWork, ids: list[UUID]) -> Card | None:
    return message_replaced.message_replaced_card()


def _policy_ended(uow: UnitOfWork, ids: list[UUID]) -> Card | None:
    return policy_ended.policy_ended_card()


def _channel_digest(uow: UnitOfWork, ids: list[UUID]) -> Card | None:
    digest = stored_digests.digest(uow.session, ids[0])
    if digest is None:
        return None
    view = channel_digests.for_everyone(uow, digests.view(uow, digest), ids[1])
    return channel_digest_card(view, people.name_of(uow, digest.owner_id)) if view.parts else None


def _own_test(uow: UnitOfWork, ids: list[UUID]) -> Card:
    return test_of_ones_own_card(several=len(told_first.accounts(uow, ids[0])) > 1)


def _text_reported(made: Callable[[str], Card], uow: UnitOfWork, ids: list[UUID]) -> Card | None:
    policy = stored_policies.policy(uow.session, ids[0])
    return made(policy.title) if policy else None


def _no_officer(uow: UnitOfWork, ids: list[UUID]) -> Card:
    return text_reported.no_officer_card()


def _test_message(role: Role, uow: UnitOfWork, ids: list[UUID]) -> Card:
    return test_message_card(role, people.name_of(uow, ids[0]))


_SCREENS: dict[str, Callable[[UnitOfWork, list[UUID]], Card | None]] = {
    policies.CARD: _policy_card,
    policies.OWNER_NAMED: _owner_named,
    answers.NOTICE: _answer_notice,
    answers.MESSAGE: _answer_message,
    commitment_updates.NOTICE: _commitment_notice,
    commitment_updates.MESSAGE: _commitment_notice,
    kept_promises.STOPPED: _promises_stopped,
    card_deleted.SCREEN: _card_deleted,
    channel_lost.SCREEN: _channel_lost,
    channel_digests.SCREEN: _channel_digest,
    told_first.OWN_TEST: _own_test,
    reports.TOLD: partial(_text_reported, text_reported.officer_told_card),
    reports.OWNER_TOLD: partial(_text_reported, text_reported.owner_told_card),
    reports.NO_OFFICER: _no_officer,
    **{screen: partial(_test_message, role) for role, screen in checklist.TEST_MESSAGES.items()},
    installation_ended.SCREEN: _installation_ended,
    lines_left_out.SCREEN: _lines_left_out,
    unknown_schedule.SCREEN: _unknown_schedule,
    long_wait.SCREEN: _long_wait,
    month_lost.SCREEN: _month_lost,
    message_not_sent.SCREEN: _message_not_sent,
    message_replaced.SCREEN: _message_replaced,
    policy_ended.SCREEN: _policy_ended,
}
