"""Absences: the stand-in gets digests and reminders, may answer, and sees no name beyond what was promised."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from bot.interface import intents
from bot.screens import refusals as says
from tests.bot.conftest import FLAG, FULL_NAMES, Office, email_of, member, said

pytestmark = pytest.mark.rules

AWAY = {"first_day": "2026-11-24", "last_day": "2026-12-04", "stand_in": email_of("dina")}
TOLD = "is away from Tuesday 24 November 2026 to Friday 4 December 2026 and named you to stand in"


@pytest.fixture
async def away(office: Office, policy: UUID) -> UUID:
    """A policy whose owner Priya is away from Tuesday 24 November to Friday 4 December; Dina stands in."""
    done = await office.fill(intents.Away(), "priya", **AWAY)
    assert "Dina Oxenhopper stands in for you" in said(done)
    return policy


@pytest.mark.both_databases
async def test_the_stand_in_is_told_once(office: Office, away: UUID) -> None:
    await office.fill(intents.Away(), "priya", **AWAY)
    await office.until(23, 12)
    assert [TOLD in each for each in office.sent_to("dina")] == [True]
    (row,) = office.rows("absences")
    assert (row["person_id"], row["stand_in_id"]) == (office.person("priya"), office.person("dina"))
    form = await office.form(intents.Away(), "priya")
    assert {each.name: getattr(each, "value", "") for each in form.questions} == AWAY


async def test_digests_go_to_the_stand_in_and_back_to_the_owner_afterwards(office: Office, away: UUID) -> None:
    await office.file(away, "asha", promise="named")
    await office.until(24, 12)
    assert office.digests_to("priya") == []
    (digest,) = office.digests_to("dina")
    assert FLAG["because"] in said(digest)
    (row,) = office.rows("digests")
    assert (row["owner_id"], row["reader_id"]) == (office.person("priya"), office.person("dina"))
    await office.until(7, 12, month=12)
    assert len(office.digests_to("priya")) == 1
    assert len(office.digests_to("dina")) == 1


async def test_who_stands_in_sees_no_name_that_was_not_promised_to_them(office: Office, away: UUID) -> None:
    flag = await office.file(away, "asha", promise="named")
    await office.until(24, 12)
    digest = UUID(str(office.rows("digests")[0]["id"]))
    shown = [
        said(office.digests_to("dina")[0]),
        said(await office.open(intents.SeeDigest(digest), "dina")),
        said(await office.open(intents.NewestDigest(), "dina")),
        said(await office.form(intents.AnswerFlags((flag,)), "dina")),
        said(await office.form(intents.SeeFlags(away), "dina")),
    ]
    assert not any("Asha Quillfeather" in each for each in shown)
    assert all(FLAG["because"] in each for each in shown)
    # It is the owner's own digest, and the owner was promised the names in it.
    assert "Asha Quillfeather" in said(await office.open(intents.SeeDigest(digest), "priya"))


async def test_a_delegate_who_stands_in_sees_the_names_they_were_promised(office: Office, policy: UUID) -> None:
    await office.fill(intents.Away(), "priya", **{**AWAY, "stand_in": email_of("omar")})
    await office.file(policy, "asha", promise="named")
    await office.until(24, 12)
    assert "Asha Quillfeather" in said(office.digests_to("omar")[0])


async def test_the_stand_in_answers_as_a_delegate_and_only_during_the_absence(office: Office, away: UUID) -> None:
    first, second = [await office.file(away, each, promise="named") for each in ("asha", "ben")]
    assert (await office.form(intents.AnswerFlags((first,)), "dina")).title == "Not possible"
    await office.until(24, 12)
    digest = UUID(str(office.rows("digests")[0]["id"]))
    assert away in [each.policy for each in _see_flags(await office.form(intents.MyPolicies(), "dina"))]
    await office.answer((first,), "dina")
    await office.fill(intents.AcknowledgeAll(digest), "dina", by_date="2026-12-04")
    assert {each["role"] for each in office.rows("answers")} == {"delegate"}
    assert office.row("flags", second)["standing"] == "acknowledged"
    await office.until(7, 12, month=12)
    assert (await office.form(intents.AnswerFlags((second,)), "dina")).title == "Not possible"


def _see_flags(form: object) -> list[intents.SeeFlags]:
    body = getattr(form, "body", ())
    return [each.intent for each in body if isinstance(getattr(each, "intent", None), intents.SeeFlags)]


async def test_a_reminder_goes_to_the_stand_in(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", promise="named")
    await office.until(1, 12, month=12)
    await office.fill(intents.Away(), "priya", first_day="2026-12-02", last_day="2026-12-09", stand_in=email_of("dina"))
    await office.until(9, 12, month=12)
    reminders = [
        each for each in office.sent_to("dina") if "If there is none, we tell the delegate, Omar Delegato" in each
    ]
    assert len(reminders) == 1
    assert "This comes to you in place of Priya Owneray." in reminders[0]
    assert sum("You can still answer." in each for each in office.sent_to("dina")) == 1
    assert not any("If there is none" in each for each in office.sent_to("priya"))


async def test_the_delegates_stand_in_is_told(office: Office, policy: UUID) -> None:
    await office.fill(intents.Away(), "omar", first_day="2026-12-01", last_day="2026-12-31", stand_in=email_of("dina"))
    flag = await office.file(policy, "asha", promise="named")
    await office.until(9, 12, month=12)
    (reminder,) = (each for each in office.sent_to("dina") if "You are the delegate for Priya Owneray." in each)
    assert "This comes to you in place of Omar Delegato." in reminder
    await office.answer((flag,), "dina")


async def test_if_the_stand_in_is_away_too_or_has_left_the_owner_keeps_the_digests(office: Office, away: UUID) -> None:
    await office.fill(intents.Away(), "dina", first_day="2026-11-24", last_day="2026-11-25", stand_in=email_of("ben"))
    await office.file(away, "asha", promise="named")
    await office.until(24, 12)
    assert len(office.digests_to("priya")) == 1
    everybody = {each: member(each) for each in FULL_NAMES} | {"dina": member("dina", active=False)}
    await office.enrol(*everybody.values())
    await office.file(away, "cai", promise="named")
    await office.until(27, 12)
    assert len(office.digests_to("priya")) == 2
    assert office.digests_to("ben") == office.digests_to("dina") == []


async def test_an_absence_can_be_cancelled(office: Office, away: UUID) -> None:
    done = await office.fill(intents.Away(), "priya", first_day="", last_day="", stand_in=" ")
    assert "You are not away." in said(done)
    assert office.rows("absences") == []
    await office.file(away, "asha", promise="named")
    await office.until(24, 12)
    assert len(office.digests_to("priya")) == 1


async def test_a_past_absence_is_deleted(office: Office, away: UUID) -> None:
    await office.until(5, 12, month=12)
    assert len(office.rows("absences")) == 1
    await office.until(8, 12, month=12)
    assert office.rows("absences") == []


async def test_days_are_counted_in_the_zone_of_the_absent_person(office: Office) -> None:
    everybody = {each: member(each) for each in FULL_NAMES} | {"priya": member("priya", zone="Pacific/Auckland")}
    await office.enrol(*everybody.values())
    policy = await office.announce()
    await office.fill(intents.Away(), "priya", **AWAY)
    await office.file(policy, "asha", promise="named")
    # Nine on Tuesday the 24th in Auckland is eight in the evening of Monday in London.
    await office.until(datetime(2026, 11, 23, 20, 0, tzinfo=UTC))
    assert len(office.digests_to("dina")) == 1


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"first_day": ""}, "first_day", says.NO_FIRST_DAY),
        ({"first_day": "soon"}, "first_day", says.NO_DATE),
        ({"last_day": ""}, "last_day", says.NO_LAST_DAY),
        ({"last_day": "2026-11-23"}, "last_day", says.NO_LAST_DAY),
        ({"first_day": "2026-11-01", "last_day": "2026-11-22"}, "last_day", says.NO_LAST_DAY),
        ({"last_day": "2028-01-01"}, "last_day", "Enter a date no later than Thursday 25 November 2027"),
        ({"stand_in": ""}, "stand_in", says.NO_STAND_IN),
        ({"stand_in": "nobody"}, "stand_in", says.NO_SUCH_PERSON),
        ({"stand_in": "not.here@example.org"}, "stand_in", says.not_here("")),
        ({"stand_in": email_of("priya")}, "stand_in", says.STANDS_IN_FOR_ONESELF),
    ],
)
async def test_an_invalid_absence_is_explained_beside_its_field(
    office: Office, policy: UUID, typed: dict[str, str], field: str, sentence: str
) -> None:
    before = office.everything()
    again = await office.fill(intents.Away(), "priya", **{**AWAY, **typed})
    assert dict(again.problems) == {field: sentence}
    assert {each.name: getattr(each, "value", "") for each in again.questions} == {**AWAY, **typed}
    assert office.everything() == before
