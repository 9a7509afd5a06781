"""Nothing that was promised ends unspoken: a year of owners who do something or nothing, by chance, and a count."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from bot.interface import intents
from bot.interface.intents import Intent
from tests.bot.conftest import Office, Row, email_of, said
from tests.bot.days import ENGLAND, working_days_after

pytestmark = pytest.mark.rules

POLICIES = 6
OWNERS = ("priya", "dina", "eve")
SILENT = "eve"
ACTS = 0.3
"""How likely an owner says something of a promise on a day on which they were asked. Eve never does."""
KINDS = ("done", "done", "new-day", "new-day", "will-not-happen", "answer", "answer", "owner", "owner")
LAST = date(2027, 11, 24)


class Year:
    """A year of promises on some policies, each with a flag of Ben's, who is named."""

    def __init__(self, office: Office, chance: random.Random) -> None:
        self.office = office
        self.chance = chance
        self.owner: dict[UUID, str] = {}
        self.acts: Counter[str] = Counter()

    async def begin(self) -> None:
        """Announce the policies, flag each, and promise something on each for some day of the year."""
        flags = []
        for n in range(POLICIES):
            owner = OWNERS[n % len(OWNERS)]
            policy = await self.office.announce(f"Policy {n}", owner=email_of(owner), closes_on="2027-11-01")
            self.owner[policy] = owner
            flags.append((owner, await self.office.file(policy, "ben", f"Reason {n}.", promise="named")))
        await self.office.until(24, 12)
        for owner, flag in flags:
            await self.answer(owner, flag)

    async def answer(self, owner: str, flag: UUID) -> None:
        """Promise something for a day within the next months."""
        by = self.today + timedelta(days=self.chance.randint(1, 150))
        await self.office.answer((flag,), owner, by_date=by.isoformat(), text="It changes.")

    @property
    def today(self) -> date:
        return self.office.clock.now.date()

    async def pass_by(self) -> None:
        """Let the year pass: on every fourth working day the worker catches up, and people do something or nothing."""
        while self.today < LAST:
            day = min(ENGLAND.add(self.today, 4), LAST)
            await self.office.wake(datetime(day.year, day.month, day.day, 10, tzinfo=UTC))
            for each in self.office.rows("commitments"):
                asked = each["state"] in ("asked", "no-word") and self.owner[UUID(str(each["policy_id"]))] != SILENT
                if asked and self.chance.random() < ACTS:
                    await self.act(each)

    async def act(self, row: Row) -> None:
        """Say what became of a promise, give another answer, or hand the policy over."""
        commitment, policy = UUID(str(row["id"])), UUID(str(row["policy_id"]))
        owner = self.owner[policy]
        kind = self.chance.choice(KINDS)
        self.acts[kind] += 1
        by = self.today + timedelta(days=self.chance.randint(1, 120))
        says: dict[str, Callable[[UUID], Intent]] = {
            "done": intents.SayDone,
            "new-day": intents.SetNewDay,
            "will-not-happen": intents.SayWillNotHappen,
        }
        if kind in says:
            sent = await self.office.fill(says[kind](commitment), owner, text="So it is.", by_date=by.isoformat())
            assert sent.title == "Sent", said(sent)
            if kind != "new-day":
                await self.contest(UUID(str(row["answer_id"])), owner)
        elif kind == "answer":
            await self.answer(owner, self.flag_of(UUID(str(row["answer_id"]))))
        else:
            self.owner[policy] = self.chance.choice([each for each in OWNERS if each != owner])
            await self.office.fill(intents.NameOwner(policy), owner, owner=email_of(self.owner[policy]))

    async def contest(self, answer: UUID, owner: str) -> None:
        """Ben is not satisfied, and gets another promise."""
        flag = self.flag_of(answer)
        await self.office.fill(intents.NotSettled(answer, flag, stage="done"), "ben", text="Not where I work.")
        self.office.clock.now += timedelta(minutes=1)
        await self.answer(owner, flag)

    def flag_of(self, answer: UUID) -> UUID:
        linked = self.office.rows("answered_flags")
        return next(UUID(str(each["flag_id"])) for each in linked if each["answer_id"] == answer)


async def test_nothing_that_was_promised_ends_unspoken(office: Office) -> None:
    year = Year(office, random.Random(2027))
    await year.begin()
    await year.pass_by()
    await office.worker.tick()
    rows = office.rows("commitments")
    ends = Counter(str(each["state"]) for each in rows)
    assert len(rows) > POLICIES
    assert year.acts.keys() == set(KINDS), "all of this was to happen"
    spoken = Counter(str(each["commitment_id"]) for each in office.rows("commitment_updates"))
    notices = [each for each in office.rows("deliveries") if each["screen"] == "commitment-notice"]
    posted = [each for each in notices if not each["direct"]]
    assert len({each["subject"] for each in posted}) == spoken.total(), "each word stands under the card"
    told: dict[str, set[str]] = {}
    steps = {each["id"]: str(each["step"]) for each in office.rows("tellings")}
    for each in office.rows("notified_commitments"):
        told.setdefault(str(each["commitment_id"]), set()).add(steps[each["notice_id"]])
    for row in rows:
        silent_since = working_days_after(row["by_date"], 10)
        match row["state"]:
            case "done" | "will-not-happen":
                assert spoken[str(row["id"])]
            case "replaced":
                assert any(each["at"] > _made(office, row) for each in _answers_to(office, row)), "by a later answer"
            case "promised" | "asked":
                assert year.today < working_days_after(row["by_date"], 2), "nobody was told of the silence"
            case "no-word":
                assert "delegate" in told[str(row["id"])]
                assert year.today < silent_since or "senior" in told[str(row["id"])]
        assert row["asked_on"] or row["ended_on"] or year.today <= row["ask_on"], "nobody was asked"
    assert ends["no-word"] > 1
    for policy in year.owner:
        shown = said(await office.form(intents.SeePromises(policy), "asha"))
        silent = [each for each in rows if UUID(str(each["policy_id"])) == policy and each["state"] == "no-word"]
        assert shown.count("No word since") == len(silent)


def _made(office: Office, row: Row) -> datetime:
    at: datetime = next(each["at"] for each in office.rows("answers") if each["id"] == row["answer_id"])
    return at


def _answers_to(office: Office, row: Row) -> list[Row]:
    linked = office.rows("answered_flags")
    flags = {each["flag_id"] for each in linked if each["answer_id"] == row["answer_id"]}
    ids = {each["answer_id"] for each in linked if each["flag_id"] in flags}
    return [each for each in office.rows("answers") if each["id"] in ids]
