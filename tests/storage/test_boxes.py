"""A box: one size, nothing outside the seal, and everything comes out as it went in."""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import Box, Conflict, Database, Policy, Promise, ReplyKind, Verdict, authors, metadata
from storage import boxes as stored
from storage.authors_key import BOX_BYTES, AuthorsKey
from storage.boxes import BoxedFlag, BoxedReply, BoxedSecond, BoxTerms, Contents, Texts, TooLarge, Written
from storage.encryption import CannotOpen

KEY = AuthorsKey(bytes(range(32)))
WRITTEN = Written(
    on=date(2026, 11, 23),
    own_day=date(2026, 11, 24),
    own_day_ends=datetime(2026, 11, 24, 11, tzinfo=UTC),
    terms=BoxTerms(people=3, wait_days=3, authors_day=date(2027, 3, 15), weekdays=(0, 3)),
    mark=b"m" * 16,
)
TYPED = st.text(st.characters(exclude_categories=()), max_size=300)


@pytest.fixture
def database(migrated_url: str) -> Iterator[Database]:
    """A database with all tables and no rows."""
    with Database(migrated_url, pool=2) as opened:
        yield opened


def box() -> Box:
    return Box(id=uuid4(), policy_id=uuid4(), tag=os.urandom(16), sealed=b"")


def flag(**texts: str) -> BoxedFlag:
    return BoxedFlag(
        written=WRITTEN,
        promise=Promise.CONFIDENTIAL,
        verdict=Verdict.NOT,
        theme="timetable",
        wording=2,
        tag=b"t" * 16,
        texts=Texts(**texts),
    )


def through(contents: Contents) -> Contents:
    """The contents after they were sealed and opened."""
    there = box()
    there.sealed = stored.sealed(KEY, there, contents)
    assert len(there.sealed) == BOX_BYTES
    return stored.opened(KEY, there)


@given(TYPED, TYPED, TYPED)
def test_what_is_typed_comes_out_as_it_went_in(because: str, remedy: str, evidence: str) -> None:
    for contents in (
        flag(because=because, remedy=remedy, evidence=evidence),
        BoxedSecond(written=WRITTEN, flag_id=UUID(int=7), tag=b"t" * 16, sentence=because),
        BoxedReply(
            written=WRITTEN, answer_id=UUID(int=1), flag_id=UUID(int=2), kind=ReplyKind.NOT_SETTLED, text=remedy
        ),
    ):
        assert through(contents) == contents


@pytest.mark.parametrize("letter", ["x", "ß", "…", "\U0001f38f", "\x07", '"', "\ud800"])
def test_two_long_texts_and_a_link_fit_in_any_script(letter: str) -> None:
    contents = flag(because=letter * 3_000, remedy=letter * 3_000, evidence="https://example.org/".ljust(2_000, "e"))
    assert through(contents) == contents


def test_the_longest_texts_in_mixed_rare_letters_fit() -> None:
    letters = "".join(chr(0x20000 + (n * 7_919) % 40_000) for n in range(3_000))
    contents = flag(because=letters, remedy=letters[::-1])
    assert through(contents) == contents


def test_what_does_not_fit_is_refused() -> None:
    letters = "".join(chr(0x10000 + (n * 104_729) % 900_000) for n in range(12_000))
    with pytest.raises(TooLarge):
        stored.sealed(KEY, box(), flag(because=letters))


def test_without_a_person_to_count_it_comes_out_too() -> None:
    written = Written(WRITTEN.on, WRITTEN.own_day, WRITTEN.own_day_ends, BoxTerms(1, 1, date(2027, 3, 15)), None)
    assert through(BoxedSecond(written, UUID(int=7), b"t" * 16)) == BoxedSecond(written, UUID(int=7), b"t" * 16)


def test_it_opens_nowhere_else() -> None:
    there = box()
    there.sealed = stored.sealed(KEY, there, flag(because="Kestrels."))
    for changed in (
        {"id": uuid4()},
        {"policy_id": uuid4()},
        {"tag": os.urandom(16)},
        {"sealed": b"\x02" + there.sealed[1:]},
    ):
        moved = Box(**{**there.model_dump(), **changed})
        with pytest.raises(CannotOpen):
            stored.opened(KEY, moved)
    with pytest.raises(CannotOpen):
        stored.opened(AuthorsKey(os.urandom(32)), there)


def test_the_contents_are_not_shown_where_a_box_is_printed() -> None:
    assert "Kestrels" not in repr(flag(because="Kestrels."))


def test_the_table_holds_nothing_but_what_looks_random() -> None:
    assert [each.name for each in metadata.tables["boxes"].columns] == ["id", "policy_id", "tag", "sealed"]


def announced(database: Database) -> UUID:
    """The id of a new policy."""
    with database.writing() as session:
        policy = Policy(title="Title", summary="", announced_on=WRITTEN.on, closes_on=date(2027, 1, 1))
        session.add(policy)
        session.flush()
        return policy.id


def put(database: Database, policy_id: UUID, nonce: str, contents: Contents) -> Box:
    there = Box(id=KEY.box_id(nonce), policy_id=policy_id, tag=os.urandom(16), sealed=b"")
    with database.writing() as session:
        stored.insert(session, KEY, there, contents)
    return there


def test_boxes_are_kept_found_changed_and_removed(database: Database) -> None:
    policy, other = announced(database), announced(database)
    first, second = (put(database, policy, each, flag(because=each)) for each in ("one", "two"))
    put(database, other, "three", flag(because="three"))
    with database.reading() as session:
        found = stored.box(session, first.id)
        assert found is not None
        assert stored.opened(KEY, found) == flag(because="one")
        assert stored.box(session, uuid4()) is None
        assert {each.id for each in stored.of_policies(session, [policy])} == {first.id, second.id}
        assert sorted(stored.tags(session, policy)) == sorted([first.tag.hex(), second.tag.hex()])
        assert {key: len(each) for key, each in stored.tags_by_policy(session).items()} == {policy: 2, other: 1}
        assert set(stored.policies(session)) == {policy, other}
        assert authors.of_policy(session, policy, first.id).made
        assert not authors.of_policy(session, other, first.id).made
        before = stored.seals(session, policy)
        assert before[first.id] == stored.seal_of(found)
    with database.writing() as session:
        stored.replace(session, KEY, first, flag(because="changed"))
    with database.reading() as session:
        after = stored.seals(session, policy)
        assert (after[first.id] != before[first.id], after[second.id] == before[second.id]) == (True, True)
    with database.writing() as session:
        stored.remove(session, [first.id, second.id])
    with database.reading() as session:
        assert stored.policies(session) == [other]


def test_a_nonce_makes_one_box(database: Database) -> None:
    policy = announced(database)
    put(database, policy, "one", flag())
    with pytest.raises(Conflict):
        put(database, policy, "one", flag())
