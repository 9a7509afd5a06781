"""A person's own flags. No author of a confidential flag is stored, so they are looked for by the person's secrets.

What is looked for is compared in the process, and what is found is read together with all else of as many policies as
`READ_TOGETHER`: which of it is read says nothing of whose flags these are, but which of these groups of policies they
are in. The policies that are over are looked through one batch at a time, when the person asks for it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from bot.flags import answers, boxes, commitments, flag_views
from bot.flags.boxes import WaitingFlag
from bot.flags.flag_views import Beside
from bot.interface.pages import Page
from bot.interface.views import FlagView
from bot.people import people
from bot.people.people import Visitor
from bot.policies import readers
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Answer, AnswerKind, FlagStatus, Policy, authors, policy_keys
from storage import answers as stored_answers
from storage import boxes as stored_boxes
from storage import flags as stored
from storage import policies as stored_policies
from storage import replies as stored_replies
from storage import seconds as stored_seconds
from storage import take_downs as stored_take_downs
from storage.authors import OfPolicy, Whose
from storage.authors_key import HALF_BYTES, AuthorsKey
from storage.encryption import Damaged
from storage.keys import MonthGone
from storage.policies import Wrapped

AT_ONCE = 1_000
"""How many policies that are over are looked through at once."""
READ_TOGETHER = 50
"""How many policies are read together where a flag of the person is on one of them."""
JUST_OVER = timedelta(days=30)
"""How long after its last day a policy still counts as current."""


@dataclass(frozen=True)
class OwnFlags:
    """One page of a person's own flags with their answers; `more` tells if more policies are over.

    `ended` tells if the authors' key of some of these policies has ended: then only their *Named* flags are found.
    """

    flags: tuple[FlagView, ...]
    page: Page
    more: bool
    ended: bool = False


def mine(uow: UnitOfWork, visitor: Visitor, number: int, earlier: int) -> OwnFlags:
    """One page of a person's own flags.

    `earlier` is 0 for those on current policies: where flags can be sent, were until recently, or wait for an answer or
    a release. From 1 on it is the number of a batch of all other policies, the last closed first. Questions to the
    person come first, then flags that they can still change, then the rest by policy. Only the flags of the page are
    opened, and those that wait.
    """
    wrapped, more = _policies(uow, earlier)
    search = _Search(uow, visitor, wrapped)
    found = search.found()
    page = Page.of(number, len(found))
    ended = any(key is None for _, key in wrapped)
    return OwnFlags(search.views(page.of_items(found)), page, more, ended)


def _policies(uow: UnitOfWork, earlier: int) -> tuple[list[Wrapped], bool]:
    since = uow.today - JUST_OVER
    if not earlier:
        over = stored_policies.keys_of_those_over(uow.session, since, offset=0, limit=1)
        return stored_policies.keys_of_current(uow.session, since), bool(over)
    offset = (earlier - 1) * AT_ONCE
    over = stored_policies.keys_of_those_over(uow.session, since, offset=offset, limit=AT_ONCE + 1)
    return over[:AT_ONCE], len(over) > AT_ONCE


Found = Whose | WaitingFlag


class _Search:
    """The search for the flags of one person on some policies, whose wrapped authors' keys are given."""

    def __init__(self, uow: UnitOfWork, visitor: Visitor, wrapped: Sequence[Wrapped]) -> None:
        self._uow, self._visitor = uow, visitor
        self._wrapped = {policy_id: [key] if key else [] for policy_id, key in wrapped}
        for each in policy_keys.earlier(uow.session):
            if each.policy_id in self._wrapped:
                self._wrapped[each.policy_id].append(each)
        ids = sorted(self._wrapped)
        self._groups = [ids[start : start + READ_TOGETHER] for start in range(0, len(ids), READ_TOGETHER)]
        self._people = {each.hex for each in visitor.author_ids}
        self._keys: dict[UUID, list[AuthorsKey]] = {}
        self._waiting: dict[UUID, list[str]] = {}
        self._policies: dict[UUID, Policy] = {}

    def found(self) -> list[Found]:
        """All of them, in order."""
        session = self._uow.session
        self._waiting = {
            key: each for key, each in stored_boxes.tags_by_policy(session).items() if key in self._wrapped
        }
        shown = {each.policy_id for each in authors.of_policies(session, list(self._wrapped)) if self._has_shown(each)}
        wait = {policy_id for policy_id, tags in self._waiting.items() if self._has_waiting(policy_id, tags)}
        found: list[Found] = []
        for group in self._groups:
            if not shown.isdisjoint(group) or not wait.isdisjoint(group):
                found += self._in_group(group, shown, wait)
        return sorted(found, key=self._place)

    def _keys_of(self, policy_id: UUID) -> list[AuthorsKey]:
        # Flags of a policy whose key was damaged cannot be found; the operator is told where it is needed.
        if policy_id not in self._keys:
            found = self._keys[policy_id] = []
            for each in self._wrapped[policy_id]:
                with suppress(Damaged, MonthGone):
                    found.append(self._uow.ring.unwrap(AuthorsKey, each.term, each.wrapped))
        return self._keys[policy_id]

    def _has_shown(self, here: OfPolicy) -> bool:
        if not self._people.isdisjoint(here.people):
            return True
        keys = self._keys_of(here.policy_id) if here.tags else ()
        return any(tag.hex() in here.tags for key in keys for tag in key.author_tags(self._visitor.secrets))

    def _has_waiting(self, policy_id: UUID, tags: Collection[str]) -> bool:
        here = boxes.slots(tags)
        slots = (slot for key in self._keys_of(policy_id) for slot in key.flag_slots(self._visitor.secrets))
        return any(each.hex() in here for each in slots)

    def _in_group(self, group: Sequence[UUID], shown: set[UUID], wait: set[UUID]) -> list[Found]:
        uow = self._uow
        self._policies |= stored_policies.policies(uow.session, group)
        found: list[Found] = [each for each in authors.whose(uow.session, group) if self._is_own(each, shown)]
        if not wait.isdisjoint(group):
            uow.take_keys(group)
            for box in stored_boxes.of_policies(uow.session, group):
                own = box.policy_id in wait and boxes.is_own_flag(uow, self._visitor, box)
                waiting = boxes.waiting_flag(uow, box) if own else None
                if waiting is not None and not waiting.flag.withdrawn:
                    found.append(waiting)
        return found

    def _is_own(self, flag: Whose, shown: Collection[UUID]) -> bool:
        if flag.policy_id not in shown:
            return False
        if flag.person_id is not None:
            return flag.person_id.hex in self._people
        keys = self._keys_of(flag.policy_id)
        return flag.tag is not None and any(flag.tag in each.author_tags(self._visitor.secrets) for each in keys)

    def _place(self, found: Found) -> tuple[bool, bool, str, date, UUID]:
        title = self._policies[found.policy_id].title
        if isinstance(found, WaitingFlag):
            return True, False, title, self._uow.today, found.id
        return found.status is not FlagStatus.ASKED, True, title, found.released_on, found.id

    def views(self, page: Sequence[Found]) -> tuple[FlagView, ...]:
        """Some of what was found, opened. What does not open is left out."""
        opened: dict[UUID, FlagView] = {}
        wanted = {each.id for each in page}
        on = {each.policy_id for each in page}
        for group in self._groups:
            if not on.isdisjoint(group):
                self._uow.take_keys(group)
                opened |= self._opened(group, wanted)
        for each in page:
            if isinstance(each, WaitingFlag):
                opened[each.id] = flag_views.waiting_view(self._uow, self._policies[each.policy_id], each)
        return tuple(opened[each.id] for each in page if each.id in opened)

    def _opened(self, group: Sequence[UUID], wanted: Collection[UUID]) -> dict[UUID, FlagView]:
        uow, session = self._uow, self._uow.session
        rows = [each for each in stored.of_policies(session, group) if each.id in wanted]
        given = stored_answers.of_policies(session, group)
        # Of all of them, so that the statement says nothing of which are wanted.
        people.take_names(uow, (answer.person_id for _, answer in given))
        # Read of the whole group too, where anything was promised in it.
        promises = any(answer.kind is AnswerKind.CHANGE for _, answer in given)
        promised = commitments.of_policies(uow, group) if promises else {}
        given = [(flag_id, answer) for flag_id, answer in given if flag_id in wanted]
        said = [each for each in stored_replies.of_policies(session, group) if each.flag_id in wanted]
        added = [each for each in stored_seconds.remarks_on(session, group) if each.flag_id in wanted]
        beside = Beside(
            remarks=flag_views.remarks_by_flag(uow, added),
            answers=answers.by_flag(
                uow, given, {**self._waiting_replies(group, given), **answers.shown_replies(uow, said)}, promised
            ),
            wordings=stored_policies.wordings_of(session, group),
            taken_down=stored_take_downs.of_flags_on(session, group),
        )
        about = [self._policies[each] for each in group if each in self._policies]
        people.take_names(uow, (person for each in about for person in (each.owner_id, each.delegate_id)))
        views = ((each, flag_views.view(uow, self._policies[each.policy_id], each, beside)) for each in rows)
        return {
            row.id: replace(view, successors=readers.successors(uow, self._policies[row.policy_id], row))
            for row, view in views
            if view is not None
        }

    def _waiting_replies(self, group: Sequence[UUID], given: Sequence[tuple[UUID, Answer]]) -> answers.Replies:
        halves = {
            key.reply_to(secret, answer.id, flag_id, done=done)
            for flag_id, answer in given
            if self._waiting.get(answer.policy_id)
            for key in self._keys_of(answer.policy_id)
            for secret in self._visitor.secrets
            for done in (False, True)
        }
        here = boxes.subjects(tag for each in group for tag in self._waiting.get(each, ()))
        if not here & {each.hex() for each in halves}:
            return {}
        found = (each for each in stored_boxes.of_policies(self._uow.session, group) if each.tag[HALF_BYTES:] in halves)
        return answers.replies_in(boxes.all_opened(self._uow, found))
