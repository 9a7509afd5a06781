"""Digests due on the same morning are made together, and each says what it would say alone."""

from typing import Any
from uuid import UUID

import pytest

from bot.digests import digests
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Schedule
from storage import schedules as stored_schedules
from tests.bot.conftest import Office, email_of, said


def due(office: Office) -> list[Schedule]:
    """The schedules that are due."""
    with office.database.reading() as session:
        return stored_schedules.due(session, office.clock.now, 100)


def owner_of(office: Office, digest: dict[str, Any]) -> str:
    """Whose a digest is, by the start of their user id."""
    (found,) = (name for name in ("priya", "omar", "dina", "eve") if office.person(name) == digest["owner_id"])
    return found


async def flagged(office: Office, owner: str, because: str) -> UUID:
    """A policy of an owner with a flag that is news; the flag."""
    policy = await office.announce(f"What {owner} owns", owner=email_of(owner))
    return await office.file(policy, "asha", because, promise="named")


async def test_each_owner_is_told_their_own_news_and_nobody_else_anything(office: Office) -> None:
    await flagged(office, "priya", "Kestrel contracts.")
    await flagged(office, "omar", "Weighbridge suppliers.")
    await office.announce("What dina owns", owner=email_of("dina"))
    answered = await flagged(office, "eve", "Marmalade systems.")
    await office.answer((answered,), "eve")
    await office.until(24, 12)
    assert sorted(owner_of(office, each) for each in office.rows("digests")) == ["omar", "priya"]
    (priya,), (omar,) = office.digests_to("priya"), office.digests_to("omar")
    assert "Kestrel" in said(priya)
    assert "Weighbridge" not in said(priya)
    assert "Weighbridge" in said(omar)
    assert "Kestrel" not in said(omar)
    assert office.row("flags", answered)["digest_id"] is None
    assert due(office) == []


async def test_each_digest_has_its_own_limit(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "MOST_IN_ALL", 2)
    for owner in ("priya", "omar"):
        policy = await office.announce(f"What {owner} owns", owner=email_of(owner))
        for author in ("asha", "ben", "cai"):
            await office.file(policy, author, f"Told to {owner} by {author}.", promise="named")
    await office.until(24, 12)
    for owner in ("priya", "omar"):
        (digest,) = office.digests_to(owner)
        assert said(digest).count(f"Told to {owner} by ") == 2
        assert "3 flags need your answer" in said(digest)


async def test_they_are_made_all_or_none(office: Office) -> None:
    await flagged(office, "priya", "Kestrel contracts.")
    await flagged(office, "omar", "Weighbridge suppliers.")
    office.clock.move_to(office.clock.now.replace(day=24, hour=12))
    before = office.everything()

    def fail_at_the_end(uow: UnitOfWork) -> None:
        assert len(digests.make_all(uow, due(office))) == 2
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        office.change(fail_at_the_end)
    assert office.everything() == before
    await office.worker.tick()
    assert len(office.digests_to("priya")) == len(office.digests_to("omar")) == 1
