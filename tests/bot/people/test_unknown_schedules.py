"""A stored zone, calendar or cron expression that this installation does not know stops nobody's digests."""

import logging
from uuid import UUID

import pytest

from bot.interface import intents
from bot.people import unknown_schedules
from bot.worker.worker import Worker
from storage import metadata
from tests.bot.conftest import Office, email_of, said

pytestmark = pytest.mark.rules


def set_schedule(office: Office, person: str, **values: str) -> None:
    """Set columns of a person's schedule, as an installation with other data would."""
    table = metadata.tables["schedules"]
    with office.database.writing() as session:
        statement = table.update().where(table.c.person_id == office.person(person)).values(**values)
        assert session.connection().execute(statement).rowcount == 1


@pytest.fixture
async def two(office: Office, policy: UUID) -> Office:
    """Two owners with digests: Priya, and Sal."""
    other = await office.announce("Another policy", owner=email_of("sal"), senior="")
    await office.file(policy, "asha", "Sixty contracts end.", promise="named")
    await office.file(other, "ben", "No councils agreed.", promise="named")
    return office


@pytest.mark.parametrize(
    "unknown",
    [{"zone": "Atlantis/Capital"}, {"calendar": "GB-OLD"}, {"calendar": "ZZ"}, {"cron": "every dawn"}],
    ids=str,
)
async def test_digests_go_on_by_the_organisations_and_admins_are_told(
    two: Office, unknown: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    set_schedule(two, "priya", **unknown)
    two.organise(own_days="2026-11-24")
    two.worker = Worker(two.database, two.ring, two.clock, admins=[email_of("ada")])
    two.worker.add(two.chat)
    await two.until(27)
    assert any("Sixty contracts end." in said(each) for each in two.digests_to("priya"))
    assert any("No councils agreed." in said(each) for each in two.digests_to("sal"))
    (told,) = (each for each in two.sent_to("ada") if "come at the organisation's time" in each)
    assert "The digests of Priya Owneray" in told
    assert next(iter(unknown.values())) in told
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]
    assert f"schedule {two.person('priya')} has a zone, calendar or cron expression" in caplog.text
    for screen in (intents.ScheduleSettings(), intents.Snooze(), intents.NewestDigest(), intents.MyPolicies()):
        assert said(await two.open(screen, "priya"))
    assert said(await two.dispatcher.home(two.actor("priya")))
    changed = await two.fill(intents.Snooze(), "priya", until="2026-12-04")
    assert not changed.problems


@pytest.mark.both_databases
async def test_the_organisations_own_calendar_falls_back_too(two: Office) -> None:
    two.organise(calendar="GB-OLD", own_days="2026-11-24 yesterday")
    two.worker = Worker(two.database, two.ring, two.clock, admins=[email_of("ada")])
    two.worker.add(two.chat)
    await two.until(27)
    assert any("Sixty contracts end." in said(each) for each in two.digests_to("priya"))
    assert any("England and Wales is used instead" in each for each in two.sent_to("ada"))
    assert said(await two.open(intents.SetTimes(), "ada"))


async def test_a_persons_unknown_zone_is_the_organisations(two: Office) -> None:
    two.update("people", two.person("priya"), zone="Atlantis/Capital")
    two.update("people", two.person("asha"), zone="Atlantis/Capital")
    assert said(await two.dispatcher.home(two.actor("asha")))
    away = {"first_day": "2026-11-25", "last_day": "2026-11-26", "stand_in": email_of("sal")}
    assert not (await two.fill(intents.Away(), "asha", **away)).problems
    await two.until(27)
    assert any("Sixty contracts end." in said(each) for each in two.digests_to("priya"))


def test_nothing_is_told_where_all_is_known(office: Office) -> None:
    assert not office.change(unknown_schedules.any_unknown)
