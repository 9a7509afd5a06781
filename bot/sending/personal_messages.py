"""Personal messages: the cards for people who answer for policies, which depend on who reads them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from bot.digests import digests
from bot.escalation import notices, pauses, steps
from bot.flags import answers, withdrawn_announcements
from bot.interface.parts import Card
from bot.interface.views import EscalationNoticeView, PolicyView, Reachability
from bot.people import absences, people, reachability, recipients
from bot.policies import alerts, policies
from bot.screens.digest.away import not_standing_in_card, stands_in_card
from bot.screens.digest.digest import digest_card
from bot.screens.notice.escalation_notices import (
    delegate_told_card,
    nobody_told_card,
    owner_told_card,
    reminder_card,
    senior_told_card,
)
from bot.screens.notice.many_not_deliverable import many_not_deliverable_card
from bot.screens.notice.not_reached import NAMED, named_not_reached_card, not_reached_card
from bot.screens.notice.not_reached import SCREEN as NOT_REACHED
from bot.screens.notice.owner_left import no_owner_card, owner_left_card, owner_unclear_card
from bot.screens.policy.paused import paused_card
from bot.screens.policy.withdrawn import announcement_withdrawn_card
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Policy
from storage import digests as stored_digests
from storage import policies as stored_policies

Drawing = Callable[[UnitOfWork, list[UUID], UUID | None], Card | None]
"""Draws a screen from the ids in a delivery's subject, for the reader of that id; None if nothing is left to show."""


def _digest(uow: UnitOfWork, ids: list[UUID], reader_id: UUID | None, *, standing: bool = False) -> Card | None:
    """A digest as it was made; once it is `standing` in the chat, with what was answered since."""
    digest = stored_digests.digest(uow.session, ids[0])
    if digest is None:
        return None
    view = digests.view(uow, digest, [reader_id] if reader_id else ())
    shown = [item.flag for part in view.parts for item in part.items] if standing else []
    return digest_card(view, answers.given_since(uow, shown, digest.made_at))


def _of_policy(made: Callable[[PolicyView], Card]) -> Drawing:
    """Draws a screen about a policy, as everyone sees it."""

    def draw(uow: UnitOfWork, ids: list[UUID], reader_id: UUID | None) -> Card | None:
        policy = stored_policies.policy(uow.session, ids[0])
        return made(policies.view(uow, policy)) if policy else None

    return draw


def _of_notice(made: Callable[[EscalationNoticeView], Card]) -> Drawing:
    """Draws a reminder or an escalation notice."""

    def draw(uow: UnitOfWork, ids: list[UUID], reader_id: UUID | None) -> Card | None:
        view = notices.view(uow, ids[0], reader_id)
        return made(view) if view else None

    return draw


def _owner_left(uow: UnitOfWork, ids: list[UUID], reader_id: UUID | None) -> Card | None:
    policy = stored_policies.policy(uow.session, ids[0])
    if policy is None:
        return None
    return owner_left_card(_policies_told_of(uow, policy), _reach_of_owner(uow, policy))


def _reach_of_owner(uow: UnitOfWork, policy: Policy) -> Reachability:
    return reachability.of_named(uow, policy.owner_id, policy.owner_email)


def _no_owner(uow: UnitOfWork, ids: list[UUID], reader_id: UUID | None) -> Card | None:
    policy = stored_policies.policy(uow.session, ids[0])
    if policy is None:
        return None
    reader = people.name_of(uow, policy.read_by)
    return no_owner_card(_policies_told_of(uow, policy), reader, _reach_of_owner(uow, policy))


def _owner_unclear(uow: UnitOfWork, ids: list[UUID], reader_id: UUID | None) -> Card | None:
    policy = stored_policies.policy(uow.session, ids[0])
    return owner_unclear_card(policies.view(uow, policy), _reach_of_owner(uow, policy)) if policy else None


def _policies_told_of(uow: UnitOfWork, policy: Policy) -> tuple[PolicyView, ...]:
    return tuple(policies.view(uow, each) for each in recipients.told_of(uow, policy))


def _not_reached(uow: UnitOfWork, ids: list[UUID], reader_id: UUID | None) -> Card | None:
    """A delegate or senior owner who cannot be reached; None if someone else was named since."""
    policy = stored_policies.policy(uow.session, ids[0])
    found = reachability.in_line(uow, policy) if policy else ()
    return next((not_reached_card(view) for person_id, view in found if person_id == ids[1]), None)


def _named_not_reached(uow: UnitOfWork, ids: list[UUID], reader_id: UUID | None) -> Card | None:
    return named_not_reached_card(people.name_of(uow, ids[0]), reachability.of(uow, ids[0]))


def _stands_in(uow: UnitOfWork, ids: list[UUID], reader_id: UUID | None) -> Card | None:
    row = absences.planned(uow, ids[0])
    if row is None or row.stand_in_id != reader_id:
        return not_standing_in_card(people.name_of(uow, ids[0]))
    return stands_in_card(people.name_of(uow, row.person_id), row.first_day, row.last_day)


DRAWN: dict[str, Drawing] = {
    digests.SCREEN: _digest,
    absences.STANDS_IN: _stands_in,
    steps.REMINDER: _of_notice(reminder_card),
    steps.DELEGATE_TOLD: _of_notice(delegate_told_card),
    steps.SENIOR_TOLD: _of_notice(senior_told_card),
    steps.OWNER_TOLD: _of_notice(owner_told_card),
    steps.NOBODY_TOLD: _of_notice(nobody_told_card),
    recipients.OWNER_LEFT: _owner_left,
    recipients.NO_OWNER: _no_owner,
    recipients.OWNER_UNCLEAR: _owner_unclear,
    NOT_REACHED: _not_reached,
    NAMED: _named_not_reached,
    pauses.PAUSED: _of_policy(paused_card),
    pauses.RESUMED: _of_policy(paused_card),
    withdrawn_announcements.SCREEN: _of_policy(announcement_withdrawn_card),
    alerts.SCREEN: _of_policy(many_not_deliverable_card),
}
STANDING: dict[str, Drawing] = dict.fromkeys((digests.SCREEN, digests.UPDATED), partial(_digest, standing=True))
"""Screens that are drawn differently once they have been sent."""
