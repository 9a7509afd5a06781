"""Flags: one point that one person makes on one policy, and who may see what of it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4

from pydantic import ValidationInfo, field_validator

from bot.flags import answers, meaning
from bot.interface.announcements import LINK_LIMIT
from bot.interface.pages import PAGE_SIZE, Page
from bot.interface.parts import TEXT_LIMIT
from bot.interface.themes import THEMES
from bot.interface.views import FlagView
from bot.interface.visible_text import stripped
from bot.people import people
from bot.people.people import Visitor
from bot.policies import answer_deadlines, policies
from bot.screens import refusals as says
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.form_input import TypedForm, sentence
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Flag, FlagStatus, Policy, Promise, Role, Second, Step, TextKind, Verdict, policy_keys
from storage import flags as stored
from storage import policies as stored_policies
from storage import seconds as stored_seconds
from storage import take_downs as stored_take_downs
from storage.authors_key import FLAGS_A_PERSON
from storage.encryption import Damaged
from storage.flags import Filed
from storage.keys import nonce_hash
from storage.text_key import TextKey

_TOLD = {Step.DELEGATE: Role.DELEGATE, Step.SENIOR: Role.SENIOR}


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
        if value not in set(Promise):
            raise sentence(says.NO_PROMISE)
        return value

    @field_validator("verdict")
    @classmethod
    def _verdict(cls, value: str) -> str:
        if value not in set(Verdict):
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
        if not value.strip():
            raise sentence(says.NO_WHY)
        if len(value) > TEXT_LIMIT:
            raise sentence(says.too_long("Why", TEXT_LIMIT, len(value)))
        return value

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


def file(
    uow: UnitOfWork, visitor: Visitor, policy: Policy, typed: NewFlag, nonce: str, *, compared: bool = True
) -> Flag:
    """Write a flag that was typed and checked. Raises `FormRefused`, and `NotCompared` unless it was `compared`.

    A form submitted twice gives the flag that it made the first time. For a confidential flag this transaction writes
    no row that names a person, a place or a time.
    """
    hashed = nonce_hash(nonce)
    # Lock first: if one form is submitted twice at once, the second must find what the first has made.
    uow.lock(policy.id)
    key = uow.key(policy.id)
    tags = uow.authors_key(policy.id).author_tags(visitor.secrets)
    filed = stored.filed(uow.session, policy.id, tags, visitor.author_ids, hashed)
    earlier = next((each.id for each in filed if each.nonce_hash == hashed), None)
    if earlier is not None:
        return _sent_before(uow, visitor, earlier)
    if not compared and stored.others_shown(uow.session, policy.id, [each.id for each in filed]):
        raise NotCompared
    tag = _free_tag(tags, filed)
    promise = Promise(typed.promise)
    named = promise is Promise.NAMED
    flag_id = uuid4()
    if named:
        people.signs(uow, visitor)
    flag = stored.insert(
        uow.session,
        id=flag_id,
        policy_id=policy.id,
        wording=policy.wording,
        verdict=Verdict(typed.verdict),
        theme=typed.theme,
        promise=promise,
        person_id=visitor.author_ids[0] if named else None,
        tag=None if named else tag,
        status=FlagStatus.UNNEEDED if typed.verdict == Verdict.AS_ANNOUNCED else FlagStatus.WAITING,
        written_on=None if named else uow.today,
        released_on=uow.today if named else None,
        nonce_hash=hashed,
        # That of another is computed at its release, so that nobody who sends a flag waits for it behind the lock.
        meaning=_sealed_meaning(key, flag_id, typed.because) if named else None,
        **_sealed(key, flag_id, typed),
    )
    if named:
        stored_policies.count_people(uow.session, policy.id)
        policies.refresh_cards(uow, policy.id)
    return flag


def _sent_before(uow: UnitOfWork, visitor: Visitor, flag_id: UUID) -> Flag:
    """The flag that this form made before. Raises `FormRefused` if it is someone else's."""
    flag = stored.flag(uow.session, flag_id)
    if flag is None or not is_author(uow, flag, visitor):
        raise FormRefused({"": says.COULD_NOT_SAVE})
    return flag


def _sealed(key: TextKey, flag_id: UUID, typed: NewFlag) -> dict[str, bytes | None]:
    return {
        "because": key.seal("flags", "because", flag_id, typed.because),
        "remedy": key.seal("flags", "remedy", flag_id, typed.remedy) if typed.remedy.strip() else None,
        "evidence": key.seal("flags", "evidence", flag_id, typed.evidence) if typed.evidence else None,
    }


def meaning_of(key: TextKey, flag: Flag) -> bytes | None:
    """What a flag's text means, sealed to be kept with it; None where texts are not compared, or it does not open."""
    if not meaning.installed():
        return None
    try:
        return _sealed_meaning(key, flag.id, key.open("flags", "because", flag.id, flag.because))
    except Damaged:
        return None


def _sealed_meaning(key: TextKey, flag_id: UUID, because: str) -> bytes | None:
    vector = meaning.vector(because)
    return key.seal_bytes("flags", "meaning", flag_id, vector) if vector else None


def _free_tag(tags: Sequence[bytes], filed: Sequence[Filed]) -> bytes:
    """One of the tags under this account's own secret that no flag of theirs has; at random, to reveal no order."""
    if len(filed) >= FLAGS_A_PERSON:
        raise FormRefused({"": says.too_many(FLAGS_A_PERSON)})
    used = {each.tag for each in filed}
    return secrets.choice([each for each in tags[:FLAGS_A_PERSON] if each not in used])


def left(uow: UnitOfWork, visitor: Visitor, policy_id: UUID) -> int:
    """How many more flags a person can send on a policy; one that was withdrawn still counts."""
    tags = uow.authors_key(policy_id).author_tags(visitor.secrets)
    sent = stored.filed(uow.session, policy_id, tags, visitor.author_ids, nonce_hash=b"")
    return max(0, FLAGS_A_PERSON - len(sent))


def check(uow: UnitOfWork, policy: Policy, typed: NewFlag, offers: Sequence[Promise]) -> None:
    """Raises `FormRefused` if the policy is closed, or the promise is not offered here."""
    if not policies.is_open(uow, policy):
        raise FormRefused({"": says.closed(policies.view(uow, policy))})
    if typed.promise not in offers:
        raise FormRefused({"promise": says.not_offered(Promise(typed.promise), tuple(offers))})


def change(uow: UnitOfWork, visitor: Visitor, flag: Flag, typed: NewFlag) -> Flag:
    """Change the visitor's own flag before its release. It counts as written today; its promise stays.

    Raises `FormRefused`.
    """
    _check_can_change(uow, visitor, flag)
    flag.verdict, flag.theme = Verdict(typed.verdict), typed.theme
    flag.status = FlagStatus.UNNEEDED if flag.verdict is Verdict.AS_ANNOUNCED else FlagStatus.WAITING
    flag.written_on = uow.today
    for column, sealed in _sealed(uow.key(flag.policy_id), flag.id, typed).items():
        setattr(flag, column, sealed)
    uow.session.flush()
    return flag


def withdraw(uow: UnitOfWork, visitor: Visitor, flag: Flag) -> None:
    """Withdraw the visitor's own flag before its release: its text is deleted, and its slot stays taken.

    Raises `FormRefused`.
    """
    _check_can_change(uow, visitor, flag)
    key = uow.key(flag.policy_id)
    flag.because, flag.remedy, flag.evidence = key.seal("flags", "because", flag.id, ""), None, None
    flag.meaning = None
    flag.withdrawn, flag.status = True, FlagStatus.UNNEEDED
    uow.session.flush()


def _check_can_change(uow: UnitOfWork, visitor: Visitor, flag: Flag) -> None:
    # A release deletes the row and writes it again. With the lock it is either over, or has to wait.
    policy_keys.lock(uow.session, flag.policy_id)
    uow.session.refresh(flag)
    if not can_change(uow, visitor, flag):
        raise FormRefused({"": says.CHANGED_SINCE})


def can_change(uow: UnitOfWork, visitor: Visitor, flag: Flag) -> bool:
    """Whether this is the visitor's own flag and neither released nor withdrawn."""
    return flag.released_on is None and not flag.withdrawn and is_author(uow, flag, visitor)


def is_author(uow: UnitOfWork, flag: Flag, visitor: Visitor) -> bool:
    """Whether the visitor is the author. The tags are computed again, because no author is stored."""
    if flag.promise is Promise.NAMED:
        return flag.person_id in visitor.author_ids
    keys = uow.authors_keys(flag.policy_id)
    return flag.tag is not None and any(flag.tag in each.author_tags(visitor.secrets) for each in keys)


def shown(uow: UnitOfWork, visitor: Visitor, policy: Policy) -> tuple[FlagView, ...]:
    """The released flags of a policy, with authors' names if the visitor was promised them."""
    names = policies.sees_names(uow, policy, visitor.ids)
    return views(uow, policy, stored.shown(uow.session, policy.id), names=names)


def shown_page(uow: UnitOfWork, visitor: Visitor, policy: Policy, page: Page) -> tuple[FlagView, ...]:
    """One page of the same: late ones first, then those that most people say."""
    names = policies.sees_names(uow, policy, visitor.ids)
    rows = stored.shown_page(uow.session, policy.id, uow.today, offset=page.offset, limit=PAGE_SIZE)
    return views(uow, policy, rows, names=names)


def one(uow: UnitOfWork, visitor: Visitor, flag_id: UUID) -> tuple[Policy, FlagView] | None:
    """One flag, if it is released or the visitor's own; None for any other, or a withdrawn one."""
    row = stored.flag(uow.session, flag_id)
    policy = stored_policies.policy(uow.session, row.policy_id) if row else None
    if row is None or policy is None or row.withdrawn:
        return None
    own = is_author(uow, row, visitor)
    if row.released_on is None and not own:
        return None
    names = policies.sees_names(uow, policy, visitor.ids)
    return policy, views(uow, policy, [row], names=names, own=own)[0]


def views(
    uow: UnitOfWork, policy: Policy, flags: Sequence[Flag], *, names: bool = False, own: bool = False
) -> tuple[FlagView, ...]:
    """Flags of one policy as a reader may see them: `names` for readers who were promised them, `own` for authors."""
    ids, seconded = [each.id for each in flags], [each.id for each in flags if each.seconds]
    remarks: dict[UUID, list[str]] = {}
    for second in stored_seconds.remarks(uow.session, seconded) if seconded else ():
        remarks.setdefault(second.flag_id, []).append(remark(uow, policy.id, second))
    answered = answers.to_flags(uow, policy.id, ids, own=own)
    down = stored_take_downs.take_downs_of(uow.session, TextKind.FLAG, ids) if own else {}
    if names:
        people.take_names(uow, (each.person_id for each in flags))
    found = (
        _view(uow, policy, each, names=names, remarks=tuple(remarks.get(each.id, ())), answered=answered)
        for each in flags
    )
    return tuple(replace(each, taken_down=down[each.id].reason) if each.id in down else each for each in found)


def remark(uow: UnitOfWork, policy_id: UUID, second: Second) -> str:
    """The sentence that was added with a second; empty if none was."""
    if second.sentence is None:
        return ""
    return uow.opened(policy_id, "seconds", "sentence", second.id, second.sentence)


def _view(
    uow: UnitOfWork,
    policy: Policy,
    flag: Flag,
    *,
    names: bool,
    remarks: tuple[str, ...],
    answered: answers.ByFlag,
) -> FlagView:
    earlier = None
    if flag.wording != policy.wording:
        earlier = stored_policies.wording(uow.session, policy.id, flag.wording)
    return FlagView(
        id=flag.id,
        policy=policy.id,
        policy_title=policy.title,
        verdict=flag.verdict,
        theme=flag.theme,
        because=text_of(uow, flag, "because"),
        remedy=text_of(uow, flag, "remedy"),
        evidence=text_of(uow, flag, "evidence"),
        promise=flag.promise,
        people=1 + flag.seconds,
        status=flag.status,
        shown_on=flag.released_on,
        author=people.name_of(uow, flag.person_id) if names and flag.promise is Promise.NAMED else "",
        sent_on=flag.sent_on,
        answer_by=flag.answer_by,
        remarks=remarks,
        answers=answered.get(flag.id, ()),
        earlier_title=earlier.title if earlier else "",
        earlier_summary=earlier.summary if earlier else "",
        told=_TOLD[flag.told] if flag.told in _TOLD and _is_told(policy, flag) else None,
        told_on=flag.told_on if flag.told in _TOLD else None,
        reply_by=answer_deadlines.reply_by(uow, flag),
    )


def _is_told(policy: Policy, flag: Flag) -> bool:
    """Whether someone named on the policy was told, and not an admin because there was no one else."""
    return (policy.delegate_told_on if flag.told is Step.DELEGATE else policy.senior_told_on) is not None


def text_of(uow: UnitOfWork, flag: Flag, column: str) -> str:
    """What was typed into `because`, `remedy` or `evidence`; empty if nothing was."""
    sealed: bytes | None = getattr(flag, column)
    return uow.opened(flag.policy_id, "flags", column, flag.id, sealed) if sealed is not None else ""
