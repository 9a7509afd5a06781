"""Seconds: "I see this too". Once per person and flag, never on one's own flag; released with the next batch.

Who has two accounts with one address can second once a code has joined these. Until then nobody can tell whether a flag
of the one is their own in the other; and to compare them by the address would tell whoever runs a directory.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from uuid import UUID

from pydantic import field_validator

from bot.flags import boxes, flags
from bot.people import joining
from bot.people.people import Visitor
from bot.policies import policies
from bot.screens import refusals as says
from bot.screens.flag.second_form import REMARK_LIMIT
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.form_input import TypedForm, sentence
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Flag, Policy, Second, authors
from storage import boxes as stored_boxes
from storage import seconds as stored
from storage.authors import Seconds
from storage.authors_key import HALF_BYTES, SECONDS_A_PERSON, AuthorsKey
from storage.boxes import BoxedSecond
from storage.read_only_rows import set_values


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
    return _refusal(uow, visitor, policy, flag, authors.of_seconds(uow.session, policy.id, flag.id))


def _refusal(uow: UnitOfWork, visitor: Visitor, policy: Policy, flag: Flag, here: Seconds) -> str | None:
    # Asked for everybody, so that no statement depends on who clicks.
    shares_its_address = joining.trusted(uow, visitor.shared_address)
    if flag.left_out:
        return says.CHANGED_SINCE
    if not policies.is_open(uow, policy):
        return says.closed(policies.view(uow, policy))
    if flags.is_author(uow, flag, visitor):
        return says.OWN_FLAG
    if shares_its_address:
        # Whatever flag it is: who gives an account somebody's address must not learn which flags are that person's.
        return says.JOIN_FIRST
    keys = uow.authors_keys(policy.id)
    shown = any(tag.hex() in here.on_flag for key in keys for tag in key.second_tags(visitor.secrets))
    waiting = boxes.subjects(here.boxes)
    if shown or any(key.second_on(each, flag.id).hex() in waiting for key in keys for each in visitor.secrets):
        return says.SECOND_TWICE
    if not _free(keys, visitor, here):
        return says.too_many_seconds(SECONDS_A_PERSON)
    return None


def _free(keys: Sequence[AuthorsKey], visitor: Visitor, here: Seconds) -> list[int]:
    """The places (from 0) that no second of the visitor's has; none once they have given as many as one person may."""
    waiting = boxes.slots(here.boxes)
    tags = (each for key in keys for each in key.second_tags(visitor.secrets))
    slots = (each for key in keys for each in key.second_slots(visitor.secrets))
    taken = [tag.hex() in here.tags or slot.hex() in waiting for tag, slot in zip(tags, slots, strict=True)]
    if sum(taken) >= SECONDS_A_PERSON:
        return []
    # New ones are written under the current key and the first secret.
    return [place for place in range(SECONDS_A_PERSON) if not taken[place]]


def second(uow: UnitOfWork, visitor: Visitor, policy: Policy, flag: Flag, typed: NewSecond, nonce: str) -> None:
    """Write a second, which waits in a box: that is all this transaction writes. Raises `FormRefused`."""
    # Lock first: if one form is submitted twice at once, the second must find what the first has made.
    uow.lock(policy.id)
    key = uow.authors_key(policy.id)
    made = key.box_id(nonce)
    if _sent_before(uow, visitor, flag, made):
        return
    here = authors.of_seconds(uow.session, policy.id, flag.id)
    reason = _refusal(uow, visitor, policy, flag, here)
    if reason is not None:
        raise FormRefused({"": reason})
    place = secrets.choice(_free(uow.authors_keys(policy.id), visitor, here))  # at random, so that it reveals no order
    contents = BoxedSecond(
        written=boxes.written(uow, visitor, policy.id, boxes.mark_of(key, visitor)),
        flag_id=flag.id,
        tag=key.second_tags(visitor.secrets[:1])[place],
        sentence=typed.anything if typed.anything.strip() else "",
    )
    tag = key.second_slots(visitor.secrets[:1])[place] + key.second_on(visitor.secrets[0], flag.id)
    boxes.put(uow, made, policy.id, tag, contents)


def _sent_before(uow: UnitOfWork, visitor: Visitor, flag: Flag, made: UUID) -> bool:
    """Whether the visitor's form was sent before. Raises `FormRefused` if it was somebody else's."""
    box = stored_boxes.box(uow.session, made)
    if box is None:
        return False
    keys = uow.authors_keys(flag.policy_id)
    if box.tag[HALF_BYTES:] not in [key.second_on(each, flag.id) for key in keys for each in visitor.secrets]:
        raise FormRefused({"": says.COULD_NOT_SAVE})
    return True


def seal(uow: UnitOfWork, row: Second, sentence: str) -> None:
    """Seal the sentence of a new second; all else of it that is bound to it must be set."""
    key = uow.key(row.policy_id)
    sealed = key.seal("seconds", "sentence", row.id, sentence, stored.bound(row)) if sentence else None
    set_values(row, sentence=sealed)
