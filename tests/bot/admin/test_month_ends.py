"""The end of a month: what it destroys, what it leaves, and that a crash or a second process changes nothing."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from bot.admin import audit, month_ends
from bot.calendar.dates import month_name
from bot.interface import intents
from bot.policies import ends
from bot.screens import refusals as says
from bot.screens.notice import month_lost
from bot.unit_of_work.runner import UnitOfWorkRunner
from bot.worker.month_ends import MonthEnds
from storage import endings
from storage.authors_key import AuthorsKey
from storage.end_months import BadEndMonths, EndMonthsFile, last_day, read
from storage.keys import MonthGone
from storage.text_key import TextKey
from tests.bot.conftest import Office, email_of, said
from tests.rings import MONTHS, end_keys

BECAUSE = "The weighbridge contract ends in April."
NAMED = "Sixty councils share one system."


@pytest.fixture(autouse=True)
def file(tmp_path: Path, office: Office) -> Iterator[EndMonthsFile]:
    """An end-months file, which the ring reads until the test is over: all tests share it."""
    office.ring.months = EndMonthsFile(Path(end_keys(tmp_path, "2026-11", "2032-12")))
    yield office.ring.months
    office.ring.months = MONTHS


def month_ends_of(office: Office) -> MonthEnds:
    """The ends of months in one process."""
    runner = UnitOfWorkRunner(office.database, office.ring, lambda: office.clock.now, {email_of("ada")})
    return MonthEnds(runner, office.ring)


def keys_of(office: Office, policy: UUID) -> dict[str, Any]:
    """The row of a policy's keys."""
    return next(each for each in office.rows("policy_keys") if UUID(str(each["policy_id"])) == policy)


def after(office: Office, month: str) -> None:
    """Go to the morning of the first day after a month."""
    day = last_day(month)
    office.clock.now = datetime(day.year, day.month, day.day, 9, tzinfo=UTC) + timedelta(days=1)


def months_of(office: Office, policy: UUID) -> tuple[str, str]:
    """In which month a policy's authors' key ends, and in which its texts."""
    row = keys_of(office, policy)
    return str(row["authors_month"]), str(row["text_month"])


def states(office: Office) -> dict[str, str]:
    """The months whose end has begun."""
    return {str(each["month"]): str(each["state"]) for each in office.rows("endings")}


class TestAuthorsDay:
    async def test_it_counts_the_closing_day_answers_and_the_days_for_which_backups_are_kept(
        self, office: Office
    ) -> None:
        office.organise(answer_days=10, end_keys_kept_days=30)
        policy = await office.announce("Another policy")
        row = office.change(lambda uow: uow.policy(policy))
        assert row is not None
        needed = office.change(lambda uow: uow.calendar.add(row.closes_on, 10 + 20))
        month, _ = months_of(office, policy)
        assert month == f"{needed:%Y-%m}"
        # The line is there to the end of the month, and its backups for 30 days after the next day.
        day = date.fromisoformat(str(keys_of(office, policy)["authors_day"])[:10])
        assert (day - last_day(month)).days == 31

    async def test_it_is_on_the_form_and_stays_when_settings_change(self, office: Office, policy: UUID) -> None:
        before = said(await office.open(intents.GiveView(policy), "asha"))
        day = office.change(lambda uow: uow.wrapped_keys(policy).authors_day)
        assert f"traced until {day.day} {day:%B %Y}" in before
        office.organise(answer_days=60, end_keys_kept_days=365)
        assert f"traced until {day.day} {day:%B %Y}" in said(await office.open(intents.GiveView(policy), "asha"))

    async def test_a_policy_that_is_extended_gets_another_key_and_what_was_written_keeps_its_own(
        self, office: Office, policy: UUID, file: EndMonthsFile
    ) -> None:
        await office.file(policy, "asha", BECAUSE)
        first = months_of(office, policy)[0]
        office.change(lambda uow: ends.begin_generation(uow, policy, date(2027, 9, 30)))
        assert keys_of(office, policy)["generation"] == 2
        assert months_of(office, policy)[0] > first
        keys = office.change(lambda uow: uow.authors_keys(policy))
        assert len(keys) == 2
        after(office, first)
        await month_ends_of(office).run()
        assert len(office.change(lambda uow: uow.authors_keys(policy))) == 1
        assert office.rows("earlier_authors_keys") == []


class TestTheEnd:
    async def test_of_authors_the_texts_stay_and_nobody_is_linked(
        self, office: Office, policy: UUID, file: EndMonthsFile
    ) -> None:
        await office.file(policy, "asha", BECAUSE)
        await office.file(policy, "asha", NAMED, promise="named")
        await office.until(30)
        month, _ = months_of(office, policy)
        after(office, month)
        await month_ends_of(office).run()
        assert read(file.path).line(month) is None
        assert states(office)[month] == "ended"
        assert keys_of(office, policy)["authors"] is None
        flags = said(await office.open(intents.SeeFlags(policy), "asha"))
        assert BECAUSE in flags
        assert "The key that linked flags on this policy to people is destroyed" in flags
        own = said(await office.open(intents.MyFlags(), "asha"))
        assert BECAUSE not in own
        assert NAMED in own
        assert "Nobody can link flags on some older policies to people any more" in own

    async def test_of_authors_nobody_is_asked_any_more(self, office: Office, policy: UUID) -> None:
        flag = await office.file(policy, "asha", BECAUSE)
        await office.until(30)
        after(office, months_of(office, policy)[0])
        await month_ends_of(office).run()
        asked = await office.fill(intents.AnswerFlags((flag,)), "priya", kind="more", text="Which one?", by_date="")
        assert says.NOBODY_TO_ASK in said(asked)

    async def test_of_texts_the_policy_is_closed_for_good_and_says_so(self, office: Office, policy: UUID) -> None:
        await office.file(policy, "asha", BECAUSE, promise="named")
        _, month = months_of(office, policy)
        after(office, month)
        await month_ends_of(office).run()
        shown = said(await office.open(intents.SeeFlags(policy), "asha"))
        assert "This policy was closed for good on 1 " in shown
        assert keys_of(office, policy)["text"] is None
        assert BECAUSE not in said(await office.open(intents.MyFlags(), "asha"))

    async def test_an_older_backup_of_the_database_does_not_open_with_the_file_as_it_stands_and_does_with_an_older_one(
        self, office: Office, policy: UUID, file: EndMonthsFile, tmp_path: Path
    ) -> None:
        await office.file(policy, "asha", BECAUSE, promise="named")
        older = office.change(lambda uow: uow.wrapped_keys(policy))
        assert older.authors_key is not None
        authors = older.authors_key.term, older.authors_key.wrapped
        older_file = tmp_path / "backup-of-the-file"
        shutil.copy(file.path, older_file)
        for month in months_of(office, policy):
            after(office, month)
            await month_ends_of(office).run()

        def opens() -> list[bool]:
            """Whether each key of the older database opens."""
            found = []
            for kind, term, wrapped in ((TextKey, older.text_term, older.text), (AuthorsKey, *authors)):
                try:
                    office.ring.unwrap(kind, term, wrapped or b"")
                except MonthGone:
                    found.append(False)
                else:
                    found.append(True)
            return found

        assert opens() == [False, False]
        office.ring.months = read(older_file)
        assert opens() == [True, True]

    async def test_it_is_in_the_audit_log(self, office: Office, policy: UUID) -> None:
        month, _ = months_of(office, policy)
        after(office, month)
        await month_ends_of(office).run()
        acts = [(str(each["act"]), str(each["subject"])) for each in office.rows("audit")]
        assert ("month ending", month) in acts
        assert any(act == "month ended" and subject.startswith(f"{month} ") for act, subject in acts)

    async def test_a_month_that_is_not_over_is_left(self, office: Office, policy: UUID, file: EndMonthsFile) -> None:
        this = f"{office.clock.now:%Y-%m}"
        await month_ends_of(office).run()
        assert read(file.path).months[0] == this

    async def test_nothing_is_destroyed_before_every_process_reports_the_line_gone(
        self, office: Office, policy: UUID
    ) -> None:
        month, _ = months_of(office, policy)
        after(office, month)
        other = uuid4()
        office.change(lambda uow: endings.report(uow.session, other, [month], uow.now))
        await month_ends_of(office).run()
        assert states(office)[month] == "ending"
        assert "is destroyed" not in said(await office.open(intents.SeeFlags(policy), "asha"))
        office.change(lambda uow: endings.report(uow.session, other, [], uow.now))
        await month_ends_of(office).report()
        assert states(office)[month] == "ended"

    async def test_a_process_that_died_is_not_waited_for(self, office: Office, policy: UUID) -> None:
        month, _ = months_of(office, policy)
        after(office, month)
        office.change(lambda uow: endings.report(uow.session, uuid4(), [month], uow.now - endings.GONE_AFTER * 2))
        await month_ends_of(office).run()
        assert states(office)[month] == "ended"

    @pytest.mark.parametrize("step", ["begin", "remove", "report", "destroy"])
    async def test_killed_at_any_step_it_goes_on_the_next_time(
        self, office: Office, policy: UUID, file: EndMonthsFile, monkeypatch: pytest.MonkeyPatch, step: str
    ) -> None:
        class Killed(BaseException):
            pass

        def die(*given: object, **more: object) -> None:
            raise Killed

        month, _ = months_of(office, policy)
        after(office, month)
        at: dict[str, tuple[object, str]] = {
            "begin": (month_ends, "begin"),
            "remove": (EndMonthsFile, "remove"),
            "report": (endings, "report"),
            "destroy": (endings, "destroy"),
        }
        with monkeypatch.context() as patched:
            patched.setattr(*at[step], die)
            with pytest.raises(Killed):
                await month_ends_of(office).run()
        assert states(office).get(month) != "ended"
        assert keys_of(office, policy)["authors"] is not None
        await month_ends_of(office).run()
        assert states(office)[month] == "ended"
        assert read(file.path).line(month) is None

    async def test_where_the_file_cannot_be_written_admins_are_asked_and_nothing_is_destroyed(
        self, office: Office, policy: UUID, file: EndMonthsFile, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refused(self: EndMonthsFile, month: str) -> None:
            raise BadEndMonths("The end-months file cannot be written.")

        month, _ = months_of(office, policy)
        after(office, month)
        monkeypatch.setattr(EndMonthsFile, "remove", refused)
        monkeypatch.setattr(EndMonthsFile, "is_writable", lambda self: False)
        process = month_ends_of(office)
        await process.run()
        assert states(office)[month] == "ending"
        asked = said(await office.open(intents.SeeEndKeys(), "ada"))
        assert "Remove the lines of" in asked
        assert month_name(month) in asked
        # The operator does so by hand.
        text = file.path.read_text()
        file.path.write_text("".join(each for each in text.splitlines(keepends=True) if not each.startswith(month)))
        await process.report()
        assert states(office)[month] == "ended"

    async def test_a_line_that_comes_back_from_a_backup_is_removed_again(
        self, office: Office, policy: UUID, file: EndMonthsFile
    ) -> None:
        month, _ = months_of(office, policy)
        before = file.path.read_text()
        after(office, month)
        await month_ends_of(office).run()
        file.path.write_text(before)
        await month_ends_of(office).run()
        assert read(file.path).line(month) is None

    async def test_two_processes_at_once_end_it_once(self, office: Office, policy: UUID) -> None:
        month, _ = months_of(office, policy)
        after(office, month)
        one, other = month_ends_of(office), month_ends_of(office)
        await asyncio.gather(one.run(), other.run())
        await one.report()
        await other.report()
        ended = [each for each in office.rows("audit") if str(each["subject"]).startswith(f"{month} ")]
        assert len(ended) == 1

    async def test_a_line_that_goes_too_early_closes_those_policies_only_and_owners_and_admins_are_told(
        self, office: Office, policy: UUID, file: EndMonthsFile
    ) -> None:
        office.organise(keep_months=30)
        other = await office.announce("Another policy")
        await office.file(policy, "asha", BECAUSE, promise="named")
        _, lost = months_of(office, policy)
        before = file.path.read_text()
        file.remove(lost)
        await month_ends_of(office).run()
        await month_ends_of(office).run()
        assert "A key of this policy is missing" in said(await office.open(intents.SeeFlags(policy), "asha"))
        await office.until(24, 12)
        assert len([each for each in office.rows("deliveries") if each["screen"] == month_lost.SCREEN]) == 2
        await office.file(other, "asha", BECAUSE)
        assert lost not in states(office)
        # Put back, everything opens again.
        file.path.write_text(before)
        assert BECAUSE in said(await office.open(intents.SeeFlags(policy), "asha"))


class TestHold:
    async def test_it_keeps_the_texts_and_not_the_authors(
        self, office: Office, policy: UUID, file: EndMonthsFile
    ) -> None:
        await office.file(policy, "asha", BECAUSE, promise="named")
        authors, text = months_of(office, policy)
        after(office, authors)
        assert "is on legal hold" in said(
            await office.fill(intents.HoldPolicy(policy), "ada", reason="A request for information came.")
        )
        await month_ends_of(office).run()
        assert keys_of(office, policy)["authors"] is None
        after(office, text)
        await month_ends_of(office).run()
        assert states(office)[text] == "ended"
        shown = said(await office.open(intents.SeeFlags(policy), "asha"))
        assert BECAUSE in shown
        assert "This policy is on legal hold since" in shown
        await office.press(intents.LiftHold(policy), "ada")
        this = f"{office.clock.now:%Y-%m}"
        assert months_of(office, policy)[1] == this
        after(office, this)
        await month_ends_of(office).run()
        assert "closed for good" in said(await office.open(intents.SeeFlags(policy), "asha"))

    async def test_set_while_the_end_is_under_way_it_is_refused_in_a_sentence(
        self, office: Office, policy: UUID
    ) -> None:
        _, text = months_of(office, policy)
        after(office, text)
        office.change(lambda uow: month_ends.begin(uow, text))
        refused = await office.fill(intents.HoldPolicy(policy), "ada", reason="A request came.")
        assert "It is too late: since" in said(refused)
        assert months_of(office, policy)[1] == text
        await month_ends_of(office).run()
        assert states(office)[text] == "ended"

    async def test_set_just_before_it_the_texts_live(self, office: Office, policy: UUID) -> None:
        _, text = months_of(office, policy)
        after(office, text)
        await office.fill(intents.HoldPolicy(policy), "ada", reason="A request came.")
        await month_ends_of(office).run()
        assert keys_of(office, policy)["text"] is not None

    async def test_the_reason_is_needed_and_kept_sealed_for_admins_and_auditors(
        self, office: Office, policy: UUID
    ) -> None:
        assert says.NO_HOLD_REASON in said(await office.fill(intents.HoldPolicy(policy), "ada", reason=" "))
        await office.fill(intents.HoldPolicy(policy), "ada", reason="A kestrel came.")
        assert "kestrel" not in said(await office.open(intents.SeeFlags(policy), "asha"))
        assert "on legal hold since" in said(await office.open(intents.GiveView(policy), "asha"))
        assert "kestrel" in said(await office.open(intents.HoldPolicy(policy), "ada"))
        assert all("kestrel" not in each for rows in office.everything().values() for each in rows)
        await office.fill(intents.ChooseOfficers(), "ada", records="", auditor=email_of("eve"))
        assert "held reason: from 'nothing' to 'A kestrel came.'" in said(await office.open(intents.SeeAudit(), "eve"))
        await office.press(intents.LiftHold(policy), "ada")
        assert "held reason: from 'A kestrel came.' to 'nothing'" in said(await office.open(intents.SeeAudit(), "eve"))
        assert "kestrel" not in said(await office.open(intents.HoldPolicy(policy), "ada"))
        office.change(audit.verify)

    async def test_only_admins_set_and_lift_it(self, office: Office, policy: UUID) -> None:
        assert "Only" in said(await office.form(intents.HoldPolicy(policy), "asha"))
        assert "Only" in said(await office.press(intents.LiftHold(policy), "asha"))


class TestOnePolicyKeptForAnotherTime:
    async def test_it_ends_in_its_own_month_and_the_others_in_theirs(self, office: Office, policy: UUID) -> None:
        other = await office.announce("Same-day address change")
        for each in (policy, other):
            await office.file(each, "asha", BECAUSE, promise="named")
        await office.fill(intents.KeepTexts(policy), "ada", months="2")
        _, text = months_of(office, policy)
        assert text < months_of(office, other)[1]
        after(office, text)
        await month_ends_of(office).run()
        assert "closed for good" in said(await office.open(intents.SeeFlags(policy), "asha"))
        assert BECAUSE in said(await office.open(intents.SeeFlags(other), "asha"))
        refused = said(await office.open(intents.KeepTexts(policy), "ada"))
        assert "closed for good" in refused

    async def test_longer_than_the_file_reaches_is_refused_beside_its_field(self, office: Office, policy: UUID) -> None:
        before = months_of(office, policy)
        refused = await office.fill(intents.KeepTexts(policy), "ada", months="120")
        assert refused.problems == {"months": says.NO_END_MONTH}
        assert "120" in said(refused)
        assert months_of(office, policy) == before
        assert office.row("policies", policy)["keep_months"] is None

    async def test_while_its_end_is_under_way_it_is_refused_beside_its_field(
        self, office: Office, policy: UUID
    ) -> None:
        _, text = months_of(office, policy)
        after(office, text)
        office.change(lambda uow: month_ends.begin(uow, text))
        refused = await office.fill(intents.KeepTexts(policy), "ada", months="60")
        assert "It is too late: since" in refused.problems["months"]
        assert months_of(office, policy)[1] == text


async def promise(office: Office, policy: UUID, by_date: str) -> UUID:
    """Ben's named flag, which Priya answers: she will change it by that day. The id of the commitment."""
    flag = await office.file(policy, "ben", NAMED, promise="named")
    await office.until(24, 12)
    await office.answer((flag,), by_date=by_date)
    (row,) = office.rows("commitments")
    return UUID(str(row["id"]))


def told_that_it_stopped(office: Office) -> int:
    """How many messages say so."""
    return sum(each["screen"] == "promises-stopped" for each in office.rows("deliveries"))


class TestPromises:
    """The texts do not end before what was promised has, with a word of the owner's."""

    async def test_a_day_after_the_texts_would_end_moves_that_and_no_authors_day(
        self, office: Office, policy: UUID
    ) -> None:
        await office.fill(intents.KeepTexts(policy), "ada", months="2")
        authors, text = months_of(office, policy)
        assert text == "2027-04"
        commitment = await promise(office, policy, "2027-10-01")
        assert months_of(office, policy) == (authors, "2027-11")
        assert "kept until 30 November 2027" in said(await office.open(intents.SeeFlags(policy), "dina"))
        await office.fill(intents.SetNewDay(commitment), "priya", by_date="2028-02-01", text="More time.")
        assert months_of(office, policy) == (authors, "2028-03")

    async def test_without_a_word_the_texts_live_on_and_end_once_there_is_one(
        self, office: Office, policy: UUID
    ) -> None:
        await office.fill(intents.KeepTexts(policy), "ada", months="2")
        commitment = await promise(office, policy, "2027-03-31")
        for month in ("2027-04", "2027-05"):
            after(office, month)
            await month_ends_of(office).run()
            assert states(office)[month] == "ended"
            assert NAMED in said(await office.open(intents.SeeFlags(policy), "dina"))
        await office.fill(intents.SayDone(commitment), "priya", text="Forty councils share one.")
        _, text = months_of(office, policy)
        after(office, text)
        await month_ends_of(office).run()
        assert "closed for good" in said(await office.open(intents.SeeFlags(policy), "dina"))

    async def test_a_year_of_silence_ends_it_and_everyone_is_told(self, office: Office, policy: UUID) -> None:
        commitment = await promise(office, policy, "2026-12-18")
        _, text = months_of(office, policy)
        after(office, text)
        await month_ends_of(office).run()
        row = office.row("commitments", commitment)
        assert (row["state"], row["ended_on"]) == ("stopped", office.clock.now.date())
        assert told_that_it_stopped(office) == 2, "under the card, and to Ben, who is named"
        assert states(office)[text] == "ended"

    async def test_where_a_line_is_lost_everyone_is_told(
        self, office: Office, policy: UUID, file: EndMonthsFile
    ) -> None:
        commitment = await promise(office, policy, "2026-12-18")
        _, text = months_of(office, policy)
        file.remove(text)
        after(office, text)
        await month_ends_of(office).run()
        assert office.row("commitments", commitment)["state"] == "stopped"
        assert told_that_it_stopped(office) == 2

    async def test_while_the_month_ends_nothing_can_be_promised_for_later(self, office: Office, policy: UUID) -> None:
        flag = await office.file(policy, "ben", NAMED, promise="named")
        await office.until(24, 12)
        _, text = months_of(office, policy)
        after(office, text)
        office.change(lambda uow: month_ends.begin(uow, text))
        typed = {"kind": "change", "text": "Later.", "by_date": f"{office.clock.now.year + 1}-01-10"}
        refused = await office.fill(intents.AnswerFlags((flag,)), "priya", **typed)
        assert "Nothing can be promised here any more" in dict(refused.problems)["by_date"]
        assert office.rows("commitments") == []
