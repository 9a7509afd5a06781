"""A digest asks about what was promised, two working days before its day, on it, and then once a week."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from bot.interface import intents
from bot.interface.parts import Card
from bot.outbox import outcomes
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Delivery
from tests.bot.conftest import Office, buttons, email_of, said

pytestmark = pytest.mark.rules

ASKED = "You said you would change this by Thursday 3 December 2026."


@pytest.fixture
async def promised(office: Office, policy: UUID) -> UUID:
    """A commitment of Priya's for Thursday 3 December to one flag of Ben's, who is named; it is Tuesday the 24th."""
    flag = await office.file(policy, "ben", "Nobody can test this.", promise="named")
    await office.until(24, 12)
    await office.answer((flag,), text="Forty councils go first.", by_date="2026-12-03")
    (row,) = office.rows("commitments")
    return UUID(str(row["id"]))


def asked_on(office: Office, person: str = "priya", lead: str = ASKED) -> list[int]:
    """The days of the month on which a digest asked a person about the promise."""
    return [day for day, card in office_digests(office, person) if lead in said(card)]


def office_digests(office: Office, person: str) -> list[tuple[int, Card]]:
    """The digests that a person was sent, with the day of the month of each."""
    days = [each["made_at"].day for each in sorted(office.rows("digests"), key=lambda row: row["made_at"])]
    cards = office.digests_to(person)
    return list(zip(days[-len(cards) :], cards, strict=True)) if cards else []


@pytest.mark.both_databases
async def test_it_is_asked_two_working_days_before_and_on_its_day(office: Office, promised: UUID) -> None:
    await office.until(3, month=12)
    assert asked_on(office) == [1, 3]
    card = office.digests_to()[-1]
    assert card.fallback.startswith("1 promise needs you: Single parking permit")
    assert "Forty councils go first." in said(card)
    assert buttons(card, "Done") == [intents.SayDone(promised)]
    assert buttons(card, "New day") == [intents.SetNewDay(promised)]
    assert buttons(card, "Will not happen") == [intents.SayWillNotHappen(promised)]
    (row,) = office.rows("commitments")
    assert (row["state"], row["asked_on"]) == ("asked", date(2026, 12, 3))


async def test_once_it_is_late_it_is_asked_once_a_week(office: Office, promised: UUID) -> None:
    await office.until(18, month=12)
    assert asked_on(office) == [1, 3, 10, 17]


async def test_what_is_done_is_asked_about_no_more_and_the_digest_says_so(office: Office, promised: UUID) -> None:
    await office.until(1, 12, month=12)
    await office.fill(intents.SayDone(promised), "priya", text="Forty councils share one.")
    await office.until(18, month=12)
    assert asked_on(office) == [1]
    shown = await office.open(intents.NewestDigest(), "priya")
    assert "Everything in this digest has been answered." in said(shown)
    assert "Forty councils share one." in said(shown)
    assert buttons(shown, "Done") == []


async def test_a_new_day_is_asked_about_as_the_first_was(office: Office, promised: UUID) -> None:
    await office.until(1, 12, month=12)
    await office.fill(intents.SetNewDay(promised), "priya", by_date="2026-12-10", text="One more week.")
    await office.until(11, month=12)
    assert asked_on(office) == [1]
    assert asked_on(office, lead="You said you would change this by Thursday 10 December 2026.") == [8, 10]


async def test_a_weekly_digest_asks_about_what_is_due_before_the_next(office: Office, promised: UUID) -> None:
    chosen: dict[str, Any] = {
        "preset": "own",
        "days": ("tue",),
        "at": "09:00",
        "zone": "Europe/London",
        "calendar": "GB-ENG",
    }
    saved = await office.fill(intents.ScheduleSettings(), "priya", **chosen)
    assert saved.title == "Settings saved"
    await office.until(23, month=12)
    assert asked_on(office) == [1, 8, 15, 22]


@pytest.mark.both_databases
async def test_a_new_owner_is_asked_in_their_first_digest(office: Office, policy: UUID, promised: UUID) -> None:
    await office.until(1, 12, month=12)
    await office.fill(intents.NameOwner(policy), "priya", owner=email_of("dina"))
    await office.until(2, 12, month=12)
    assert asked_on(office, "dina", "Priya Owneray said this would change by Thursday 3 December 2026.") == [2]


async def test_a_day_off_is_asked_about_before_it(office: Office, promised: UUID) -> None:
    sent = await office.fill(intents.SetNewDay(promised), "priya", by_date="2026-12-26", text="After the holidays.")
    assert "You are asked about it from Wednesday 23 December 2026 on." in said(sent)
    await office.until(24, month=12)
    assert asked_on(office, lead="You said you would change this by Saturday 26 December 2026.") == [23, 24]


@pytest.mark.both_databases
async def test_a_digest_that_could_not_be_sent_asks_again(office: Office, promised: UUID) -> None:
    await office.until(1, 9, month=12)
    (newest,) = [each for each in office.rows("deliveries") if each["screen"] == "digest" and each["made_at"].day == 1]

    def refuse(uow: UnitOfWork) -> None:
        outcomes.give_up(uow, uow.session.get_one(Delivery, newest["id"]), "cannot_dm_bot")

    office.change(refuse)
    await office.until(2, 9, month=12)
    assert asked_on(office) == [1, 2]
