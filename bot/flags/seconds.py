"""Seconds: "I see this too". Once per person and flag, never on one's own flag; released with the next batch."""

from __future__ import annotations

import secrets
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
from storage.authors_key import SECONDS_A_PERSON
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
    if flags.is_author(uow, flag, visitor):
        return says.OWN_FLAG
    own = _own(uow, visitor, policy)
    if any(each.flag_id == flag.id for each in own):
        return says.SECOND_TWICE
    return says.too_many_seconds(SECONDS_A_PERSON) if len(own) >= SECONDS_A_PERSON else None


def _own(uow: UnitOfWork, visitor: Visitor, policy: Policy) -> list[Second]:
    """The visitor's seconds on a policy."""
    return stored.with_tags(uow.session, uow.authors_key(policy.id).second_tags(visitor.secrets))


def second(uow: UnitOfWork, visitor: Visitor, policy: Policy, flag: Flag, typed: NewSecond, nonce: str) -> Second:
    """Write a second. Raises `FormRefused`. Writes no row that names a person, a place or a time."""
    hashed = nonce_hash(nonce)
    # Lock first: if one form is submitted twice at once, the second must find what the first has made.
    policy_keys.lock(uow.session, policy.id)
    earlier = stored_release.by_nonce(uow.session, Second, hashed)
    if earlier is not None:
        if earlier.id not in {each.id for each in _own(uow, visitor, policy)}:
            raise FormRefused({"": says.COULD_NOT_SAVE})
        return earlier
    reason = refusal(uow, visitor, policy, flag)
    if reason is not None:
        raise FormRefused({"": reason})
    row = Second(
        id=uuid4(),
        policy_id=policy.id,
        flag_id=flag.id,
        tag=_free_tag(uow, visitor, policy),
        written_on=uow.today,
        nonce_hash=hashed,
    )
    if typed.anything.strip():
        row.sentence = uow.key(policy.id).seal("seconds", "sentence", row.id, typed.anything)
    uow.session.add(row)
    uow.session.flush()
    return row


def _free_tag(uow: UnitOfWork, visitor: Visitor, policy: Policy) -> bytes:
    """One of the tags under this account's own secret that no second of theirs has; at random, to reveal no order."""
    used = {each.tag for each in _own(uow, visitor, policy)}
    tags = uow.authors_key(policy.id).second_tags(visitor.secrets[:1])
    return secrets.choice([each for each in tags if each not in used])
