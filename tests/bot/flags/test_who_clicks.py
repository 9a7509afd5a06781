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
from tests.bot.conftest import FLAG, Office, said

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


@pytest.fixture
async def busy(office: Office, policy: UUID) -> UUID:
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
