"""Flags: one point that one person makes on one policy. How it is written, changed and withdrawn."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple
from uuid import UUID

from pydantic import ValidationInfo, field_validator

from bot.flags import boxes, meaning
from bot.flags.boxes import WaitingFlag
from bot.flags.detached_limit import SENT_TODAY
from bot.interface.announcements import LINK_LIMIT
from bot.interface.intents import GiveView
from bot.interface.parts import TEXT_LIMIT
from bot.interface.themes import THEMES
from bot.interface.visible_text import stripped
from bot.people import people
from bot.people.people import Visitor
from bot.policies import form_terms, policies, readers
from bot.screens import refusals as says
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.form_input import TypedForm, sentence, some_text
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Flag, FlagStatus, Policy, Promise, Verdict, authors, policy_keys
from storage import flags as stored
from storage import policies as stored_policies
from storage.authors import Authors
from storage.authors_key import FLAGS_A_PERSON, AuthorsKey
from storage.boxes import BoxedFlag, Texts, Written
from storage.read_only_rows import set_values

_NOBODY = UUID(int=0)
_PROMISES, _VERDICTS = frozenset(Promise), frozenset(Verdict)


class NewFlag(TypedForm):
    """A flag as it was typed. `similar` is a flag's id or `none`, and empty until that question was asked."""

    promise: str = ""
    verdict: str = ""
    theme: str = ""
    because: str = ""
    remedy: str = ""
    evidence: str = ""
    similar: str = ""
    anything: str = ""

    @field_validator("promise")
    @classmethod
    def _promise(cls, value: str) -> str:
        if value not in _PROMISES:
            raise sentence(says.NO_PROMISE)
        return value

    @field_validator("verdict")
    @classmethod
    def _verdict(cls, value: str) -> str:
        if value not in _VERDICTS:
            raise sentence(says.NO_VERDICT)
        return value

    @field_validator("theme")
    @classmethod
    def _theme(cls, value: str) -> str:
        if value not in THEMES:
            raise sentence(says.NO_THEME)
        return value

    @field_validator("because")
    @classmethod
    def _because(cls, value: str) -> str:
        return some_text(value, "Why", says.NO_WHY)

    @field_validator("remedy")
    @classmethod
    def _remedy(cls, value: str, info: ValidationInfo) -> str:
        if not value.strip() and info.data.get("verdict") == Verdict.IF:
            raise sentence(says.NO_REMEDY)
        if len(value) > TEXT_LIMIT:
            raise sentence(says.too_long("What would make it deliverable", TEXT_LIMIT, len(value)))
        return value

    @field_validator("evidence")
    @classmethod
    def _evidence(cls, value: str) -> str:
        value = stripped(value)
        if value and (not value.startswith("https://") or len(value) > LINK_LIMIT or len(value.split()) != 1):
            raise sentence(says.BAD_LINK)
        return value


class NotCompared(Exception):
    """Flags of others are shown on the policy, and the new one was not compared with them yet."""


class Filed(NamedTuple):
    """A flag that was sent, and whether it is the last that its author can send on the policy."""

    flag: Flag | WaitingFlag
    is_last: bool


def file(
    uow: UnitOfWork,
    visitor: Visitor,
    policy: Policy,
    typed: NewFlag,
    nonce: str,
    *,
    form: GiveView,
    compared: bool = True,
) -> Filed:
    """Write a flag that was typed and checked: a *Named* one is shown at once, any other waits in a box.

    Raises `FormRefused`, and `NotCompared` unless it was `compared`. A `form` submitted twice gives what it made.
    For a flag that waits this transaction writes one box and no other row, and no statement says who sent it.
    """
    # Lock first: if one form is submitted twice at once, the second must find what the first has made.
    uow.lock(policy.id)
    key = uow.authors_key(policy.id)
    keys = uow.authors_keys(policy.id)
    made = key.box_id(nonce)
    here = authors.of_policy(uow.session, policy.id, made)
    # It may have been sent before the policy was extended, which began another key.
    for each in (key, *keys[1:]):
        if here.made if each is key else authors.of_policy(uow.session, policy.id, each.box_id(nonce)).made:
            return Filed(_sent_before(uow, visitor, each, nonce), _own(keys, visitor, here).number >= FLAGS_A_PERSON)
    _check_form(uow, policy, typed, form)
    own = _own(keys, visitor, here)
    if not compared and here.shown > own.shown:
        raise NotCompared
    if Promise(typed.promise) is Promise.DETACHED:
        return Filed(_put_detached(uow, visitor, policy, typed, nonce), is_last=False)
    if own.number >= FLAGS_A_PERSON:
        raise FormRefused({"": says.too_many(FLAGS_A_PERSON)})
    is_last = own.number + 1 == FLAGS_A_PERSON
    if Promise(typed.promise) is Promise.NAMED:
        return Filed(_show_at_once(uow, visitor, policy, typed, made), is_last)
    place = secrets.choice(own.free)  # at random, so that it reveals no order
    written = boxes.written(uow, visitor, policy.id, boxes.mark_of(key, visitor))
    flag = _boxed(policy, typed, written, own.tags[place])
    box = boxes.put(uow, made, policy.id, boxes.flag_tag(key, visitor.secrets, place), flag)
    return Filed(WaitingFlag(box, flag), is_last)


def _boxed(policy: Policy, typed: NewFlag, written: Written, later_tag: bytes) -> BoxedFlag:
    return BoxedFlag(
        written=written,
        promise=Promise(typed.promise),
        verdict=Verdict(typed.verdict),
        theme=typed.theme,
        wording=policy.wording,
        tag=later_tag,
        texts=_texts(typed),
    )


def _put_detached(uow: UnitOfWork, visitor: Visitor, policy: Policy, typed: NewFlag, nonce: str) -> WaitingFlag:
    """A detached flag takes no slot and has no mark. Its code is as old as its form, so sent twice it has the same."""
    key = uow.authors_key(policy.id)
    made, code = key.box_id(nonce), key.code(nonce)
    SENT_TODAY.count(uow, visitor, policy.id, made)
    flag = _boxed(policy, typed, boxes.written(uow, visitor, policy.id, None), key.receipt(code))
    return WaitingFlag(boxes.put(uow, made, policy.id, boxes.detached_tag(key, code), flag), flag, code)


@dataclass(frozen=True)
class Own:
    """How many flags of a policy are the visitor's, how many of these are shown, and which places are free.

    `tags` are those that a flag of theirs can have when it is shown, by its place.
    """

    number: int
    shown: int
    free: Sequence[int]
    tags: Sequence[bytes]


def _own(keys: Sequence[AuthorsKey], visitor: Visitor, here: Authors) -> Own:
    """`keys` are the policy's authors' keys, the current one first."""
    waiting = boxes.slots(here.boxes) if here.boxes else frozenset[str]()
    every = [each for key in keys for each in key.author_tags(visitor.secrets)]
    tags = [each.hex() in here.tags for each in every]
    slots = (each for key in keys for each in key.flag_slots(visitor.secrets)) if waiting else ()
    wait = [each.hex() in waiting for each in slots] or [False] * len(tags)
    named = sum(here.people.count(each.hex) for each in visitor.author_ids)
    # New ones are written under the current key and the first secret.
    free = [place for place in range(FLAGS_A_PERSON) if not tags[place] and not wait[place]]
    return Own(number=sum(tags) + sum(wait) + named, shown=sum(tags) + named, free=free, tags=every)


def _show_at_once(uow: UnitOfWork, visitor: Visitor, policy: Policy, typed: NewFlag, flag_id: UUID) -> Flag:
    people.signs(uow, visitor)
    flag = stored.new(
        id=flag_id,
        policy_id=policy.id,
        wording=policy.wording,
        verdict=Verdict(typed.verdict),
        theme=typed.theme,
        promise=Promise.NAMED,
        person_id=visitor.author_ids[0],
        status=status_at_first(Verdict(typed.verdict)),
        released_on=uow.today,
    )
    seal(uow, flag, _texts(typed))
    readers.seal(uow, flag, policy)
    stored.insert(uow.session, [flag])
    stored_policies.count_people(uow.session, policy.id)
    policies.refresh_cards(uow, policy.id)
    return flag


def status_at_first(verdict: Verdict, *, withdrawn: bool = False) -> FlagStatus:
    """The status of a flag that is shown now. Where the announcement was `withdrawn`, none needs an answer."""
    return FlagStatus.UNNEEDED if verdict is Verdict.AS_ANNOUNCED or withdrawn else FlagStatus.WAITING


def _texts(typed: NewFlag) -> Texts:
    return Texts(typed.because, *(each if each.strip() else "" for each in (typed.remedy, typed.evidence)))


def seal(uow: UnitOfWork, flag: Flag, texts: Texts) -> None:
    """Seal the texts of a new flag, and what the first means. All else of it that is bound to them must be set."""
    key, bound = uow.key(flag.policy_id), stored.bound(flag)
    vector = meaning.vector(texts.because) if meaning.installed() else None
    set_values(
        flag,
        because=key.seal("flags", "because", flag.id, texts.because, bound),
        remedy=key.seal("flags", "remedy", flag.id, texts.remedy, bound) if texts.remedy else None,
        evidence=key.seal("flags", "evidence", flag.id, texts.evidence, bound) if texts.evidence else None,
        meaning=key.seal_bytes("flags", "meaning", flag.id, vector, bound) if vector else None,
    )


def _sent_before(uow: UnitOfWork, visitor: Visitor, key: AuthorsKey, nonce: str) -> Flag | WaitingFlag:
    """What the form made the first time, if the visitor sent it. For a detached flag, having the form must do."""
    made = key.box_id(nonce)
    shown = stored.flag(uow.session, made)
    by_code = replace(visitor, code=key.code(nonce))
    found = shown if shown and is_author(uow, shown, visitor) else boxes.own_flag(uow, by_code, made)
    if found is None:
        raise FormRefused({"": says.COULD_NOT_SAVE})
    return found


def left(uow: UnitOfWork, visitor: Visitor, policy_id: UUID) -> int:
    """How many more flags a person can send on a policy now; one that was withdrawn counts until it would be shown."""
    here = authors.of_policy(uow.session, policy_id, _NOBODY)
    return max(0, FLAGS_A_PERSON - _own(uow.authors_keys(policy_id), visitor, here).number)


def check(uow: UnitOfWork, policy: Policy, typed: NewFlag, offers: Sequence[Promise]) -> None:
    """Raises `FormRefused` if the policy is closed, or the promise is not offered here."""
    if not policies.is_open(uow, policy):
        raise FormRefused({"": says.closed(policies.view(uow, policy))})
    if typed.promise not in offers:
        raise FormRefused({"promise": says.not_offered(Promise(typed.promise), tuple(offers))})


def _check_form(uow: UnitOfWork, policy: Policy, typed: NewFlag, form: GiveView) -> None:
    """Raises `FormRefused` if a flag that is to wait was written under other terms, or may have been sent before.

    What a form made is found again until it is shown, which is on a later day than it was sent. After that nothing is
    kept of the form. So one that was opened on an earlier day is not taken without asking.
    """
    if typed.promise == Promise.NAMED:
        return
    if form.terms != form_terms.token(uow, policy):
        raise FormRefused({"promise": says.TERMS_CHANGED})
    if form.opened != uow.today.isoformat():
        raise FormRefused({"": says.OPENED_EARLIER})


def check_readers(policy: Policy, typed: NewFlag, named: str) -> None:
    """Raises `FormRefused` if the flag is *Named*, and others would read the name than the form `named`."""
    if typed.promise == Promise.NAMED and named != readers.token(policy):
        raise FormRefused({"promise": says.READERS_CHANGED})


def change(uow: UnitOfWork, visitor: Visitor, box_id: UUID, typed: NewFlag) -> WaitingFlag:
    """Change the visitor's own flag before it is shown. It counts as written today; its promise stays.

    Raises `FormRefused`.
    """
    found = _changeable(uow, visitor, box_id)
    written = boxes.written(uow, visitor, found.policy_id, found.flag.written.mark)
    flag = replace(
        found.flag,
        written=replace(written, terms=replace(written.terms, authors_day=found.flag.written.terms.authors_day)),
        verdict=Verdict(typed.verdict),
        theme=typed.theme,
        texts=_texts(typed),
    )
    boxes.put_again(uow, found.box, flag)
    return WaitingFlag(found.box, flag, found.code)


def withdraw(uow: UnitOfWork, visitor: Visitor, box_id: UUID) -> None:
    """Withdraw the visitor's own flag before it is shown: its box is emptied, and its slot stays taken until then.

    Raises `FormRefused`.
    """
    found = _changeable(uow, visitor, box_id)
    boxes.put_again(uow, found.box, replace(found.flag, withdrawn=True, texts=Texts()))


def _changeable(uow: UnitOfWork, visitor: Visitor, box_id: UUID) -> WaitingFlag:
    # A release deletes the box. With the lock it is either over, or has to wait.
    found = boxes.own_flag(uow, visitor, box_id)
    if found is not None:
        policy_keys.lock(uow.session, found.policy_id)
        found = boxes.own_flag(uow, visitor, box_id)
    if found is None or found.flag.withdrawn:
        raise FormRefused({"": says.CHANGED_SINCE})
    return found


def is_author(uow: UnitOfWork, flag: Flag, visitor: Visitor) -> bool:
    """Whether the visitor wrote a shown flag. The tags are computed again, because no author's id is stored."""
    if flag.promise is Promise.NAMED:
        return flag.person_id in visitor.author_ids
    keys = uow.authors_keys(flag.policy_id)
    if flag.promise is Promise.DETACHED:
        code = visitor.code
        return code is not None and any(flag.receipt == each.receipt(code) for each in keys)
    return flag.tag is not None and any(flag.tag in each.author_tags(visitor.secrets) for each in keys)
