"""Seconds: "I see this too". Once per person and flag, never on one's own flag; released with the next batch."""

from __future__ import annotations

from uuid import uuid4

from pydantic import field_validator

from bot.flags import flags
from bot.people.people import Visitor
from bot.policies import policies
from bot.screens import refusals as says
from bot.screens.flag.second_form import REMARK_LIMIT
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.form_input import TypedForm, sentence
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Flag, Policy, Second, policy_keys
from storage import release as stored_release
from storage import seconds as stored
from storage.keys import nonce_hash


class NewSecond(TypedForm):
    """A second as it was typed: one sentence, or nothing."""

    anything: str = ""

    @field_validator("anything")
    @classmethod
    def _anything(cls, value: str) -> str:
        if len(value) > REMARK_LIMIT:
            raise sentence(says.too_long("What you add", REMARK_LIMIT, len(value)))
        return value


def refusal(uow: UnitOfWork, visitor: Visitor, policy: Policy, flag: Flag) -> str | None:
    """Why a person cannot second a flag, as a sentence; None if they can."""
    if flag.released_on is None or flag.withdrawn:
        return says.CHANGED_SINCE
    if not policies.is_open(uow, policy):
        return says.closed(policies.view(uow, policy))
    if flags.is_author(uow, flag, visitor.author_ids):
        return says.OWN_FLAG
    key = uow.authors_key(policy.id)
    if stored.with_tags(uow.session, [key.second_tag(flag.id, each) for each in visitor.author_ids]):
        return says.SECOND_TWICE
    return None


def second(uow: UnitOfWork, visitor: Visitor, policy: Policy, flag: Flag, typed: NewSecond, nonce: str) -> Second:
    """Write a second. Raises `FormRefused`. Writes no row that names a person, a place or a time."""
    hashed = nonce_hash(nonce)
    key = uow.authors_key(policy.id)
    # Lock first: if one form is submitted twice at once, the second must find what the first has made.
    policy_keys.lock(uow.session, policy.id)
    earlier = stored_release.by_nonce(uow.session, Second, hashed)
    if earlier is not None:
        if earlier.tag not in {key.second_tag(flag.id, each) for each in visitor.author_ids}:
            raise FormRefused({"": says.COULD_NOT_SAVE})
        return earlier
    reason = refusal(uow, visitor, policy, flag)
    if reason is not None:
        raise FormRefused({"": reason})
    row = Second(
        id=uuid4(),
        policy_id=policy.id,
        flag_id=flag.id,
        tag=key.second_tag(flag.id, visitor.author_id),
        written_on=uow.today,
        nonce_hash=hashed,
    )
    if typed.anything.strip():
        row.sentence = uow.key(policy.id).seal("seconds", "sentence", row.id, typed.anything)
    uow.session.add(row)
    uow.session.flush()
    return row
