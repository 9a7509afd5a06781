"""Retention: once a policy is closed for good, all that was said about it is deleted, and messages are withdrawn.

Its texts cannot be opened any more when this runs. A legal hold moves the day of closing, and so this too. What stays
is the policy's own row, with its title, link and dates, so that it is not announced again.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from bot.admin import audit, holds
from bot.outbox import deliveries
from bot.policies import ends
from bot.screens import refusals as says
from bot.screens.notice import policy_ended
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.unit_of_work import Sealed, UnitOfWork
from storage import Delivery, Policy, State, retention
from storage import commitments as stored_commitments
from storage import deliveries as stored_deliveries
from storage import digests as stored_digests
from storage import policies as stored_policies
from storage import postings as stored_postings
from storage import take_downs as stored
from storage.end_months import last_day, month_of
from storage.postings import ENDED


def keep_for(uow: UnitOfWork, policy: Policy, months: int | None) -> tuple[date, date]:
    """Keep the texts of a policy for this many months after it closes, or, with None, as long as the organisation does.

    Returns the last day on which they are kept, and the one until which backups from before can be opened: a key that
    is wrapped until an earlier month stands in them as it was. On legal hold texts are kept until that is lifted.
    Raises `FormRefused` for the field `months`.
    """
    try:
        before = uow.wrapped_keys(policy.id).text_month
    except Sealed:
        raise FormRefused({"months": says.closed_for_good(policy.sealed_on)}) from None
    until = max(ends.text_month(uow, policy.closed_on or policy.closes_on, months), month_of(uow.today))
    policy.keep_months = months
    if policy.held_on is None:
        holds.keep_until(uow, policy, until, "months")
    uow.session.flush()
    return last_day(until), last_day(max(until, before))


def due(uow: UnitOfWork) -> list[UUID]:
    """The policies whose rows are to be deleted."""
    return retention.over(uow.session, uow.today)


def erase(uow: UnitOfWork, policy_id: UUID) -> bool:
    """Delete all that was said about a policy, and have its messages withdrawn; False while one is being sent."""
    policy = stored_policies.policy(uow.session, policy_id)
    if policy is None or policy.sealed_on is None or policy.erased_on is not None:
        return False
    digest_ids = {each.digest_id for each in stored_digests.parts_of_policy(uow.session, policy_id)}
    about = {policy_id, *digest_ids}
    about |= stored.answers_of(uow.session, policy_id) | stored.notices_of(uow.session, policy_id)
    about |= stored_commitments.update_ids(uow.session, policy_id)
    messages = stored.messages(uow.session, stored.messages_about(uow.session, about))
    if any(each.state is not State.SENT for each in messages):
        return False
    stored_deliveries.supersede_about(uow.session, about, uow.now)
    others = {each for each in digest_ids if _says_more(uow, each, policy_id)}
    rows = retention.erase(uow.session, policy_id)
    for each in messages:
        if any(str(digest_id) in each.subject for digest_id in others):
            deliveries.show_without(uow, each, policy_id)
        elif each.ref is not None and not deliveries.first_card(each):
            _withdraw(uow, each, each.ref)
    _withdraw_cards(uow, policy_id)
    policy = stored_policies.policy(uow.session, policy_id)
    if policy is not None:
        policy.summary, policy.paused_reason, policy.withdrawn_reason = "", "", ""
        policy.erased_on = uow.today
    audit.record(uow, audit.PROGRAM, "retention", f"{policy_id} rows:{rows} messages:{len(messages)}")
    return True


def _says_more(uow: UnitOfWork, digest_id: UUID, policy_id: UUID) -> bool:
    return any(each.policy_id != policy_id for each in stored_digests.parts(uow.session, digest_id))


def _withdraw(uow: UnitOfWork, row: Delivery, ref: str) -> None:
    deliveries.withdraw(uow, row, ref, policy_ended.SCREEN, f"{stored_deliveries.OVER}{row.id}")


def _withdraw_cards(uow: UnitOfWork, policy_id: UUID) -> None:
    for posting, _ in stored_postings.of_policy(uow.session, policy_id):
        first = stored_deliveries.by_key(uow.session, f"{stored_deliveries.FIRST_CARD}{posting.id}")
        if posting.ref and first is not None:
            _withdraw(uow, first, posting.ref)
        posting.ref = ENDED
    uow.session.flush()
