"""No statement of a confidential click depends on who clicks, as a server that logs them with parameters would show."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, event

from bot.flags import own_flags
from bot.interface import intents
from bot.people import joining_by_code
from tests.bot.conftest import FLAG, Office, email_of, said, user_of, world
from tests.bot.elsewhere import Both
from tests.statements import bare, masked, with_parameters

Logged = list[tuple[str, str]]


@contextmanager
def logged() -> Iterator[Logged]:
    """Every statement with its parameters, but for the look-up of who clicks and for the box that is written."""
    seen: Logged = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if "FROM identities" not in statement:
            seen.append((statement, "a box" if statement.startswith("INSERT INTO boxes") else str(values)))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def log_of(office: Office, policy: UUID, step: Callable[[], Coroutine[Any, Any, object]], nonce: str) -> Logged:
    """What a step leaves in such a log, without the id of the box that it makes."""
    with logged() as seen:
        await step()
    made = office.change(lambda uow: uow.authors_key(policy).box_id(nonce))
    return [(statement, values.replace(str(made), "made").replace(made.hex, "made")) for statement, values in seen]


@world
async def written(office: Office, policy: UUID) -> UUID:
    """The policy, with flags, a second and a reply of Asha's, some shown and some waiting; Ben has written nothing."""
    other = await office.announce("Another policy")
    shown = [await office.file(policy, "asha", f"Point {n}.") for n in range(2)]
    flag = await office.file(other, "cai", "By Cai.", promise="named")
    await office.until(26, 12)
    answer = await office.answer((shown[0],))
    await office.fill(intents.SecondFlag(flag), "asha")
    await office.fill(intents.NotSettled(answer, shown[0]), "asha", text="The suppliers.")
    await office.file(policy, "asha", "One that waits.")
    return policy


@pytest.fixture
async def busy(office: Office, written: UUID) -> UUID:
    """That policy, after the first click in a new process, which reads what is then known."""
    await office.open(intents.SeeFlags(written), "dina")
    return written


async def test_sending_a_flag(office: Office, busy: UUID) -> None:
    logs = []
    for person in ("asha", "ben"):
        form = await office.form(intents.GiveView(busy), person)
        typed = {**FLAG, "because": f"By {person}.", "similar": "none"}
        logs.append(await log_of(office, busy, lambda: office.send(form, person, **typed), form.nonce))  # noqa: B023
    assert len(logs[0]) >= 4
    assert logs[0] == logs[1]


async def test_seconding_a_flag(office: Office, busy: UUID) -> None:
    flag = await office.file(busy, "dina", "By Dina.", promise="named")
    logs = []
    for person in ("asha", "ben"):
        form = await office.form(intents.SecondFlag(flag), person)
        logs.append(await log_of(office, busy, lambda: office.send(form, person, anything="Yes."), form.nonce))  # noqa: B023
    assert len(logs[0]) >= 4
    assert logs[0] == logs[1]


async def test_looking_at_a_policys_flags_and_at_one(office: Office, busy: UUID) -> None:
    flag = next(UUID(str(each["id"])) for each in office.rows("flags") if each["policy_id"] == busy)
    for intent in (intents.SeeFlags(busy), intents.GiveView(busy)):
        logs = [await log_of(office, busy, lambda: office.open(intent, each), "") for each in ("asha", "ben")]  # noqa: B023
        assert logs[0] == logs[1], intent
    assert "By" not in said(await office.open(intents.SeeFlag(flag), "ben"))


async def test_my_flags_names_no_flag_tag_or_person(office: Office, busy: UUID) -> None:
    flags = {str(each["id"]) for each in (*office.rows("flags"), *office.rows("boxes"))}
    rows = [each for table in ("flags", "boxes", "seconds") for each in office.rows(table)]
    tags = {bytes(each["tag"]).hex() for each in rows if each["tag"]}
    people = {str(office.person(each)) for each in ("asha", "ben")}
    log = await log_of(office, busy, lambda: office.open(intents.MyFlags(), "asha"), "")
    assert any("because" in statement for statement, _ in log), "nothing was read"
    values = " ".join(each for _, each in log)
    for each in flags | tags | people:
        assert each not in values
        assert each.replace("-", "") not in values


async def test_my_flags_is_the_same_for_two_people_with_flags_in_one_group_of_policies(
    office: Office, busy: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await office.announce("A third policy")
    await office.file(other, "eve", "By Eve.", promise="named")
    await office.file(other, "eve", "Waiting, by Eve.")
    log, of_eve = [
        await log_of(office, busy, lambda: office.open(intents.MyFlags(), each), "")  # noqa: B023
        for each in ("asha", "eve")
    ]
    assert {each for each in of_eve if "FROM flags" in each[0]} == {each for each in log if "FROM flags" in each[0]}
    # With a policy in each group, it shows on which policies one has flags, and still not which they are.
    monkeypatch.setattr(own_flags, "READ_TOGETHER", 1)
    alone = await log_of(office, busy, lambda: office.open(intents.MyFlags(), "eve"), "")
    assert {each for each in alone if "because" in each[0]} != {each for each in of_eve if "because" in each[0]}


Click = Callable[[str], Coroutine[Any, Any, object]]


async def clicks_of(office: Office, person: str, *clicks: Click) -> tuple[list[tuple[str, str]], str]:
    """What somebody's clicks leave in a log, without ids and what is sealed, and without the names of their accounts.

    And all that was given to the statements, as it is.
    """
    with with_parameters() as seen:
        for each in clicks:
            await each(person)
    left = []
    for statement, given in seen:
        values = str(masked(given))
        for name in (user_of(person), email_of(person), f"o-{person}"):
            values = values.replace(name, "whoever it is")
        left.append((statement, values))
    return left, " ".join(bare(given) for _, given in seen)


def names_of(office: Office, person: str) -> list[str]:
    """All by which somebody's account could be told from others."""
    rows = [each for each in office.rows("identities") if each["user"] == user_of(person)]
    ids = [UUID(str(row[name])) for row in rows for name in ("id", "person_id", "author_id")]
    return [user_of(person), email_of(person), *(str(each) for each in ids), *(each.hex for each in ids)]


async def assert_alike(office: Office, *clicks: Click) -> None:
    """That the same clicks of Asha, who has written a lot here, and of Ben leave the same, and name neither."""
    names = [name for person in ("asha", "ben") for name in names_of(office, person)]
    left, given = zip(*[await clicks_of(office, each, *clicks) for each in ("asha", "ben")], strict=True)
    assert len(left[0]) > len(clicks)
    assert left[0] == left[1]
    assert [each for each in names if each in " ".join(given)] == []


async def shown_and_waiting(office: Office, policy: UUID) -> dict[str, UUID]:
    """A flag of Asha's and one of Ben's that are shown, with as many of Dina's."""
    found = {each: await office.file(policy, each, f"One more, of {len(each)}.") for each in ("asha", "ben", "dina")}
    await office.until(30, 12)
    return {each: office.shown(flag) for each, flag in found.items()}


@pytest.mark.parametrize("asked", [False, True])
async def test_replying_to_an_answer(office: Office, busy: UUID, asked: bool) -> None:
    flags = await shown_and_waiting(office, busy)
    typed = {"kind": "more", "text": "Which?", "by_date": ""} if asked else {}
    answer = await office.answer((flags["asha"], flags["ben"]), **typed)
    kind = intents.ReplyToQuestion if asked else intents.NotSettled

    async def reply(person: str) -> None:
        saved = await office.fill(kind(answer, flags[person]), person, text=f"By {person}, who knows.")
        assert "Saved" in said(saved) or "Thank you" in said(saved), said(saved)

    async def refused(person: str) -> None:
        assert "already replied" in said(await office.form(kind(answer, flags[person]), person))

    await assert_alike(office, reply, refused)


async def test_saying_that_an_answer_settles_it(office: Office, busy: UUID) -> None:
    flags = await shown_and_waiting(office, busy)
    answer = await office.answer((flags["asha"], flags["ben"]))

    async def settle(person: str) -> None:
        assert "settled" in said(await office.press(intents.Settle(answer, flags[person]), person))

    await assert_alike(office, settle, settle)


async def test_changing_a_flag_and_withdrawing_it(office: Office, busy: UUID) -> None:
    boxes = {each: await office.file(busy, each, f"It waits, of {len(each)}.") for each in ("asha", "ben")}

    async def change(person: str) -> None:
        form = await office.form(intents.ChangeFlag(boxes[person]), person)
        saved = await office.send(form, person, **{**FLAG, "because": f"In other words, of {len(person)}."})
        assert saved.title == "Flag saved", said(saved)

    async def withdraw(person: str) -> None:
        assert "withdrawn" in said(await office.press(intents.WithdrawFlag(boxes[person]), person))

    await assert_alike(office, change, withdraw)


async def test_a_second_with_its_form_and_a_second_time(office: Office, busy: UUID) -> None:
    flags = await shown_and_waiting(office, busy)

    async def second(person: str) -> None:
        saved = await office.fill(intents.SecondFlag(flags["dina"]), person, anything=f"So says {person}.")
        assert saved.title == "Saved", said(saved)

    async def again(person: str) -> None:
        assert "already said" in said(await office.form(intents.SecondFlag(flags["dina"]), person))
        assert "already counted" in said(await office.form(intents.SecondFlag(flags[person]), person))

    await assert_alike(office, second, again)


async def test_reporting_a_text(office: Office, busy: UUID) -> None:
    # A policy each, because a second report on a day tells nobody again; and one before, of which admins are told.
    # What is reported is all by Asha.
    flags: dict[str, UUID] = {}
    for person in ("eve", "asha", "ben"):
        policy = await office.announce(f"For {person}")
        for each in ("asha", "cai", "dina"):
            before = office.ids()
            await office.flag(policy, each, f"On it, of {len(each)}.")
            flags[person] = office.new_since(before) if each == "asha" else flags[person]
    await office.until(27, 12)

    async def report(person: str) -> None:
        saved = await office.fill(intents.ReportText(office.shown(flags[person])), person, reason="names")
        assert saved.title == "Reported", said(saved)

    await report("eve")
    await assert_alike(office, report)


async def test_joining_two_accounts_by_a_code_tells_nothing_of_what_either_wrote(
    office: Office, busy: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joining_by_code, "_wrong", {})
    both = Both(office)
    await both.enrol("asha", "ben")

    async def join(person: str) -> None:
        got = await office.dispatcher.submit(intents.GetJoiningCode(), {}, both.actor(person))
        code = next(each for each in said(got).split() if len(each) == 11 and each[5] == "-")
        wrong = await office.fill(intents.EnterJoiningCode(), person, code="AAAAA-AAAAA")
        assert wrong.problems
        assert not (await office.fill(intents.EnterJoiningCode(), person, code=code)).problems
        assert "Separate" in said(await office.open(intents.MyAccounts(), person))

    async def separate(person: str) -> None:
        await office.press(intents.SeparateAccounts(), person)

    left, given = zip(*[await clicks_of(office, each, join, separate) for each in ("asha", "ben")], strict=True)
    assert left[0] == left[1]
    written = [row for table in ("flags", "boxes", "seconds", "replies") for row in office.rows(table)]
    for row in written:
        for value in (UUID(str(row["id"])).hex, str(UUID(str(row["id"]))), *_hex(row.get("tag"))):
            assert value not in " ".join(given)


def _hex(tag: bytes | None) -> list[str]:
    return [bytes(tag).hex()] if tag else []
