"""A release: what is kept back is shown with others, on a later working day, and by nothing else."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from bot.flags import flag_views, flags, releases, seconds
from bot.flags.flags import NewFlag
from bot.flags.seconds import NewSecond
from bot.interface import intents
from bot.interface.announcements import Announcement
from bot.people.people import Visitor
from bot.policies import form_terms
from bot.screens import refusals as says
from bot.unit_of_work import organisation, sealed_text
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Flag, Policy, metadata
from storage import boxes as stored_boxes
from storage import flags as stored_flags
from tests.bot.conftest import CHANNEL_SETTINGS, FLAG, FULL_NAMES, Office, answers_of, email_of, member, said
from tests.bot.people.test_digest_schedules import set_cron

pytestmark = pytest.mark.rules

AUCKLAND = {"zone": "Pacific/Auckland"}


def released_on(office: Office, *batch: UUID) -> list[date | None]:
    """The days that flags were released on; None for one that waits."""
    rows = {each["id"]: each["released_on"] for each in office.rows("flags")}
    return [rows.get(office.shown(each)) for each in batch]


def written_a_day_earlier(office: Office, box_id: UUID) -> None:
    """Change what is in a box, with the key."""

    def work(uow: UnitOfWork) -> None:
        box = stored_boxes.box(uow.session, box_id)
        assert box is not None
        flag = stored_boxes.opened(uow.authors_key(box.policy_id), box)
        day = flag.written.on - timedelta(days=1)
        written = replace(flag.written, on=day, own_day=day, own_day_ends=flag.written.own_day_ends - timedelta(days=1))
        stored_boxes.replace(uow.session, uow.authors_key(box.policy_id), box, replace(flag, written=written))

    office.change(work)


async def three(office: Office, policy: UUID, *, start: int = 0) -> list[UUID]:
    """Three confidential flags of three people."""
    return [
        await office.file(policy, person, f"Point {start + n} of somebody.")
        for n, person in enumerate(("asha", "ben", "cai"))
    ]


async def test_three_flags_are_shown_at_the_hour_of_the_next_working_day(office: Office, policy: UUID) -> None:
    batch = await three(office, policy)
    await office.until(23, 23, 59)
    await office.until(24, 7, 59)
    assert released_on(office, *batch) == [None] * 3
    await office.until(24, 8)
    assert released_on(office, *batch) == [date(2026, 11, 24)] * 3


@pytest.mark.parametrize("number", [1, 2])
async def test_fewer_than_three_wait_three_working_days_at_most(office: Office, policy: UUID, number: int) -> None:
    batch = [await office.file(policy, person, f"From {person}.") for person in ("asha", "ben")[:number]]
    await office.until(26, 7, 59)
    assert released_on(office, *batch) == [None] * number
    await office.until(26, 8)
    assert released_on(office, *batch) == [date(2026, 11, 26)] * number


async def test_an_admin_chooses_how_many_and_how_long(office: Office, policy: UUID) -> None:
    office.organise(batch_least=2, batch_wait_days=1)
    pair = [await office.file(policy, person, f"From {person}.") for person in ("asha", "ben")]
    await office.until(24, 12)
    alone = await office.file(policy, "cai", "From Cai.")
    await office.until(25, 12)
    assert released_on(office, *pair, alone) == [date(2026, 11, 24), date(2026, 11, 24), date(2026, 11, 25)]


async def test_a_withdrawn_flag_hastens_no_other(office: Office, policy: UUID) -> None:
    early = [await office.file(policy, person, f"Early, {person}.") for person in ("asha", "ben")]
    for flag, person in zip(early, ("asha", "ben"), strict=True):
        await office.press(intents.WithdrawFlag(flag), person)
    await office.until(25, 12)
    late = await office.file(policy, "cai", "Late.")
    await office.until(27, 23)
    assert released_on(office, late) == [None]
    await office.until(30, 23)
    assert released_on(office, late) == [date(2026, 11, 30)]


async def test_what_waits_goes_with_the_first_batch_that_is_large_enough(office: Office, policy: UUID) -> None:
    first = await office.file(policy, "asha", "The first.")
    await office.until(24, 12)
    rest = [await office.file(policy, person, f"From {person}.") for person in ("ben", "cai")]
    assert released_on(office, first) == [None]
    await office.until(25, 8)
    assert released_on(office, first, *rest) == [date(2026, 11, 25)] * 3


async def test_what_was_written_today_does_not_fill_the_batch_of_today(office: Office, policy: UUID) -> None:
    first = await office.file(policy, "asha", "The first.")
    await office.until(24, 7)
    rest = [await office.file(policy, person, f"From {person}.") for person in ("ben", "cai")]
    await office.until(24, 23)
    assert released_on(office, first, *rest) == [None] * 3
    await office.until(25, 8)
    assert released_on(office, first, *rest) == [date(2026, 11, 25)] * 3


async def test_a_batch_is_released_once_a_day_a_policy(office: Office, policy: UUID) -> None:
    first = await three(office, policy)
    await office.until(24, 8)
    other = await three(office, policy, start=3)
    # As if written on an earlier day, and as if someone moved the hour: the day's batch has gone.
    for each in other:
        written_a_day_earlier(office, each)
    office.update("organisation", 1, next_release_at=datetime(2026, 11, 24, 9, tzinfo=UTC))
    await office.until(24, 23)
    assert released_on(office, *first, *other) == [date(2026, 11, 24)] * 3 + [None] * 3
    await office.until(25, 8)
    assert released_on(office, *other) == [date(2026, 11, 25)] * 3


async def test_policies_have_batches_of_their_own(office: Office, policy: UUID) -> None:
    other = await office.announce("Another policy")
    alone = await office.file(other, "asha")
    batch = await three(office, policy)
    await office.until(24, 23)
    assert released_on(office, *batch, alone) == [date(2026, 11, 24)] * 3 + [None]


async def test_nothing_is_released_at_a_weekend(office: Office, policy: UUID) -> None:
    await office.until(27, 12)
    batch = await three(office, policy)
    await office.until(29, 23, 59)
    assert released_on(office, *batch) == [None] * 3
    await office.until(30, 8)
    assert released_on(office, *batch) == [date(2026, 11, 30)] * 3


async def test_nothing_is_released_on_a_holiday_or_a_day_off(office: Office, policy: UUID) -> None:
    office.organise(own_days="2026-12-29")
    await office.until(24, 12, month=12)
    batch = await three(office, policy)
    await office.until(29, 23, 59, month=12)
    assert released_on(office, *batch) == [None] * 3
    await office.until(30, 8, month=12)
    assert released_on(office, *batch) == [date(2026, 12, 30)] * 3


async def test_the_three_days_of_waiting_are_working_days(office: Office, policy: UUID) -> None:
    await office.until(27, 12)
    flag = await office.file(policy, "asha")
    receipt = said(await office.flag(policy, "ben", "Another."))
    await office.until(datetime(2026, 12, 2, 7, 59, tzinfo=UTC))
    assert released_on(office, flag) == [None]
    await office.until(datetime(2026, 12, 2, 8, tzinfo=UTC))
    assert released_on(office, flag) == [date(2026, 12, 2)]
    assert "by Wednesday 2 December 2026" in receipt


async def test_a_server_that_starts_late_releases_that_day_and_once(office: Office, policy: UUID) -> None:
    batch = await three(office, policy)
    await office.wake(datetime(2026, 11, 24, 15, 0, tzinfo=UTC))
    assert released_on(office, *batch) == [date(2026, 11, 24)] * 3
    more = await three(office, policy, start=3)
    await office.until(24, 23, 59)
    assert released_on(office, *more) == [None] * 3
    await office.until(25, 8)
    assert released_on(office, *more) == [date(2026, 11, 25)] * 3


async def test_a_server_that_starts_on_a_sunday_waits_for_monday(office: Office, policy: UUID) -> None:
    batch = await three(office, policy)
    await office.wake(datetime(2026, 11, 29, 15, 0, tzinfo=UTC))
    assert released_on(office, *batch) == [None] * 3
    await office.until(30, 7, 59)
    assert released_on(office, *batch) == [None] * 3
    await office.until(30, 8)
    assert released_on(office, *batch) == [date(2026, 11, 30)] * 3


async def test_a_server_that_was_down_for_a_week_shows_nothing_of_the_day_it_starts(
    office: Office, policy: UUID
) -> None:
    early = await three(office, policy)
    office.clock.move_to(datetime(2026, 12, 1, 7, 30, tzinfo=UTC))
    late = await three(office, policy, start=3)
    await office.wake(datetime(2026, 12, 1, 7, 45, tzinfo=UTC))
    await office.until(1, 23, month=12)
    assert released_on(office, *early, *late) == [date(2026, 12, 1)] * 3 + [None] * 3


@pytest.mark.both_databases
async def test_the_day_of_writing_is_the_organisations_own(office: Office, policy: UUID) -> None:
    office.organise(zone="Pacific/Auckland", calendar="NZ", next_release_at=None)
    await office.enrol(*(member(each, **AUCKLAND) for each in FULL_NAMES))
    await office.worker.tick()
    await office.until(23, 10, 30)  # 23:30 on Monday in Auckland
    batch = await three(office, policy)
    await office.until(23, 18, 59)
    assert released_on(office, *batch) == [None] * 3
    await office.until(23, 19)  # 8:00 on Tuesday there
    assert released_on(office, *batch) == [date(2026, 11, 24)] * 3


@pytest.mark.both_databases
async def test_nothing_that_people_do_causes_or_hastens_a_release(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "asha")
    named = await office.file(policy, "ben", "Named, by Ben.", promise="named")
    await office.until(25, 12)

    await office.fill(intents.Snooze(), "priya", until="2026-11-26")
    set_cron(office, "0 * * * *", "priya")
    await office.until(25, 14)
    await office.answer((named,))
    await office.fill(intents.NameOwner(policy), "priya", owner=email_of("dina"))
    set_cron(office, "0 * * * *", "dina")
    channel = UUID(str(office.rows("channels")[0]["id"]))
    chosen = {**CHANNEL_SETTINGS, "promises": ("confidential",), "floor": "2"}
    await office.fill(intents.ChannelSettings(channel), "ada", **chosen)  # type: ignore[arg-type]
    await office.flag(policy, "cai", "Named, by Cai.", promise="named")
    for intent in (intents.SeeFlags(policy), intents.SeeFlag(flag), intents.MyFlags(), intents.MyPolicies()):
        for person in ("asha", "priya", "ada"):
            await office.open(intent, person)
    await office.until(25, 23)
    await office.until(26, 7, 59)

    assert released_on(office, flag) == [None]
    assert all(FLAG["because"] not in said(message.card) for _, message, _ in office.chat.kept)
    await office.until(26, 8)
    assert released_on(office, flag) == [date(2026, 11, 26)]


async def test_rewording_and_announcing_again_hasten_nothing(office: Office) -> None:
    policy = await office.announce(link="https://example.org/permit")
    flag = await office.file(policy, "asha")
    reworded = Announcement("Single parking permit", "Reworded.", "https://example.org/permit", None)
    await office.dispatcher.announce([reworded], owner=email_of("dina"), channel="channel c1")
    await office.until(24, 23)
    await office.enrol()
    await office.until(25, 23)
    assert released_on(office, flag) == [None]


@pytest.mark.both_databases
async def test_a_flag_is_shown_with_the_wording_of_the_evening_and_so_not_of_its_hour(office: Office) -> None:
    policy = await office.announce(link="https://example.org/permit")

    async def reword(summary: str) -> None:
        said_now = Announcement("Single parking permit", summary, "https://example.org/permit", None)
        await office.dispatcher.announce([said_now], owner=email_of("priya"), channel="channel c1")

    for hour, person in ((11, "asha"), (13, "ben"), (15, "cai")):
        await office.until(23, hour)
        await reword(f"As of {hour} on Monday.")
        await office.flag(policy, person, f"From {person}.")
    await office.until(24, 12)
    await reword("As of Tuesday.")
    shown = [said(await office.form(intents.SeeFlag(each["id"]), "dina")) for each in office.rows("flags")]
    assert len(shown) == 3
    for each in shown:
        assert "At the end of the day on which this flag was written it was this:" in each
        assert "As of 15 on Monday." in each
        assert not any(hour in each for hour in ("As of 11", "As of 13", "As of Tuesday"))


async def test_until_its_release_a_flag_is_nowhere_but_with_its_author(office: Office, policy: UUID) -> None:
    await office.worker.tick()
    before = {
        "card": await office.card_text(),
        **{person: said(await office.form(intents.SeeFlags(policy), person)) for person in ("ben", "priya", "ada")},
        "home": said(await office.dispatcher.home(office.actor("asha"))),
        "my policies": said(await office.form(intents.MyPolicies(), "priya")),
    }
    flag = await office.file(policy, "asha")
    await office.worker.tick()
    after = {
        "card": await office.card_text(),
        **{person: said(await office.form(intents.SeeFlags(policy), person)) for person in ("ben", "priya", "ada")},
        "home": said(await office.dispatcher.home(office.actor("asha"))),
        "my policies": said(await office.form(intents.MyPolicies(), "priya")),
    }
    assert after == before
    for person in ("ben", "priya", "omar", "ada"):
        for intent in (intents.SeeFlag(flag), intents.SecondFlag(flag), intents.AnswerFlags((flag,))):
            screen = await office.form(intent, person)
            assert screen.title == "Not possible", screen
            assert FLAG["because"] not in said(screen)
    step = await office.fill(intents.GiveView(policy), "ben", **FLAG)
    assert step.title == "Flag saved"
    for person in ("asha", "ben"):
        assert FLAG["because"] in said(await office.form(intents.MyFlags(), person))
    assert FLAG["because"] in said(await office.form(intents.SeeFlag(flag), "asha"))
    assert "So far: no flags." in await office.card_text()

    await office.until(26, 12)
    assert "So far: 2 flags." in await office.card_text()
    assert said(await office.form(intents.SeeFlags(policy), "dina")).count(FLAG["because"]) == 2


async def test_a_release_makes_everything_new(office: Office, policy: UUID) -> None:
    """No id, tag, ciphertext or part of one that a box had is in anything that is shown, nor in the files."""
    batch = await three(office, policy)
    await office.until(24, 12)
    answer = await office.answer((batch[0],))
    await office.fill(intents.SecondFlag(batch[0]), "dina", anything="Here too.")
    await office.fill(intents.NotSettled(answer, batch[0]), "asha", text="The suppliers.")
    await office.file(policy, "eve", "From Eve.")
    boxes = office.rows("boxes")
    assert len(boxes) == 3
    assert {len(each["sealed"]) for each in boxes} == {20_480}
    for each in boxes:
        assert set(each) == {"id", "policy_id", "tag", "sealed"}
    await office.until(25, 12)

    assert office.rows("boxes") == []
    assert [len(office.rows(each)) for each in ("flags", "seconds", "replies")] == [4, 1, 1]
    dump = "\n".join(row for rows in office.everything().values() for row in rows)
    files = (
        [each.read_bytes() for each in office.database.file.parent.glob("*")]
        if office.database.name == "sqlite"
        else []
    )
    for box in boxes:
        for piece in (box["id"].bytes, bytes(box["tag"])[:8], bytes(box["tag"])[8:], bytes(box["sealed"])[1:13]):
            assert piece.hex() not in dump.replace("-", "")
            assert not [each for each in files if piece in each]


async def test_what_is_shown_tells_no_day_but_that_of_its_release(office: Office, policy: UUID) -> None:
    await three(office, policy)
    assert not [row for row in office.everything()["boxes"] if "2026-" in row]
    await office.until(24, 12)
    assert {each["released_on"] for each in office.rows("flags")} == {date(2026, 11, 24)}


@pytest.mark.both_databases
@pytest.mark.parametrize("table", ["flags", "seconds"])
async def test_released_rows_lie_in_no_order_of_writing(office: Office, policy: UUID, table: str) -> None:
    """Of 24 rows written one after another, a batch must not lie, or be read, in the order of their writing."""
    people = [uuid4() for _ in range(24)]
    for number, each in enumerate(people):
        office.change(lambda uow, by=each, n=number: _file(uow, policy, by, n))  # type: ignore[misc]
    await office.until(24, 12)
    written = [each for each, _ in sorted(_texts(office, policy).items(), key=lambda item: int(item[1]))]
    if table == "seconds":
        for each in people[1:]:
            office.change(lambda uow, by=each: _second(uow, written[0], by))  # type: ignore[misc]
        await office.until(25, 12)
        written = _seconds_of(office, policy, people[1:])

    for found in (_by_place(office, table), [each["id"] for each in office.rows(table)]):
        assert sorted(found) == sorted(written)
        places = [written.index(each) for each in found]
        ascents = sum(a < b for a, b in pairwise(places))
        # 22 or 23 for rows left in order; the chance of that many or that few after a shuffle is below one in 10^6.
        assert 3 <= ascents <= 19


def _visitor(person: UUID) -> Visitor:
    return Visitor((person,), (person.bytes * 2,), "", admin=False, guest=False, channel=None)


def _file(uow: UnitOfWork, policy_id: UUID, person: UUID, number: int) -> None:
    policy = uow.session.get_one(Policy, policy_id)
    typed = NewFlag.read(answers_of({**FLAG, "because": str(number)}))
    form = intents.GiveView(policy.id, terms=form_terms.token(uow, policy), opened=uow.today.isoformat())
    flags.file(uow, _visitor(person), policy, typed, str(person), form=form)


def _second(uow: UnitOfWork, flag_id: UUID, person: UUID) -> None:
    flag = uow.session.get_one(Flag, flag_id)
    policy = uow.session.get_one(Policy, flag.policy_id)
    seconds.second(uow, _visitor(person), policy, flag, NewSecond(), f"{flag_id}{person}")


def _texts(office: Office, policy: UUID) -> dict[UUID, str]:
    """What was typed into the shown flags, by their ids."""

    def work(uow: UnitOfWork) -> dict[UUID, str]:
        rows = stored_flags.shown(uow.session, policy)
        return {each.id: texts.because for each in rows if (texts := flag_views.texts_of(uow, each))}

    return office.change(work)


def _seconds_of(office: Office, policy: UUID, people: list[UUID]) -> list[UUID]:
    """The ids of these people's seconds, in their order."""

    def work(uow: UnitOfWork) -> list[UUID]:
        key, rows = uow.authors_key(policy), {bytes(each["tag"]): each["id"] for each in office.rows("seconds")}
        tags = [key.second_tags(_visitor(each).secrets) for each in people]
        return [next(rows[tag] for tag in some if tag in rows) for some in tags]

    return office.change(work)


def _by_place(office: Office, table: str) -> list[UUID]:
    """The ids by the place where the rows lie in PostgreSQL's heap; on SQLite there is none but the key's."""
    by_place = " ORDER BY ctid" if office.database.name == "postgresql" else ""
    with office.database.reading() as session:
        found = session.connection().execute(text(f"SELECT id FROM {table}{by_place}")).all()
    return [UUID(str(each[0])) for each in found]


async def test_what_waits_and_what_is_shown_have_no_rowid_on_sqlite(office: Office) -> None:
    if office.database.name != "sqlite":
        return
    with office.database.reading() as session:
        found = session.connection().execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all()
    without = {name for name, sql in found if sql.rstrip().endswith("WITHOUT ROWID")}
    assert {"boxes", "flags", "seconds", "replies"} <= without


async def test_two_servers_release_a_batch_once(office: Office, policy: UUID) -> None:
    batch = await three(office, policy)
    office.clock.move_to(datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
    prepared = [office.change(lambda uow: releases.prepare(uow, policy)) for _ in range(2)]
    assert all(prepared)
    shown = [office.change(lambda uow, each=each: releases.show(uow, each)) for each in prepared if each]  # type: ignore[misc]
    assert shown == [3, 0]
    assert released_on(office, *batch) == [date(2026, 11, 24)] * 3
    assert office.rows("boxes") == []


async def test_a_batch_in_which_a_box_was_changed_is_prepared_again(office: Office, policy: UUID) -> None:
    batch = await three(office, policy)
    office.clock.move_to(datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
    prepared = office.change(lambda uow: releases.prepare(uow, policy))
    assert prepared is not None
    await office.press(intents.WithdrawFlag(batch[0]), "asha")
    with pytest.raises(releases.BoxesChanged):
        office.change(lambda uow: releases.show(uow, prepared))
    assert office.rows("flags") == []
    await office.worker.tick()
    # Two people are left, who are too few.
    assert released_on(office, *batch) == [None] * 3


async def test_one_persons_flags_do_not_bring_out_anothers(office: Office, policy: UUID) -> None:
    lone = await office.file(policy, "asha", "The lone one.")
    for n in range(4):
        await office.file(policy, "ben", f"Another {n}.")
    await office.until(25, 23)
    assert released_on(office, lone) == [None]
    await office.until(26, 8)
    assert released_on(office, lone) == [date(2026, 11, 26)]


async def test_what_has_waited_brings_out_nothing_else(office: Office, policy: UUID) -> None:
    early = await office.file(policy, "ben", "Sent to bring out others.")
    await office.until(25, 12)
    late = await office.file(policy, "asha", "The lone one.")
    await office.until(26, 12)
    assert released_on(office, early, late) == [date(2026, 11, 26), None]
    await office.until(30, 12)
    assert released_on(office, late) == [date(2026, 11, 30)]


@pytest.mark.both_databases
async def test_settings_that_change_do_not_reach_what_waits(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "asha")
    office.organise(batch_least=1, batch_wait_days=1)
    await office.until(25, 23)
    assert released_on(office, flag) == [None]
    await office.until(26, 12)
    assert released_on(office, flag) == [date(2026, 11, 26)]


async def test_on_fixed_days_nothing_is_shown_on_another_one(office: Office, policy: UUID) -> None:
    """Tuesdays and Thursdays; Monday's flags of three people wait for Tuesday, Tuesday's for Thursday."""
    office.organise(release_days="tue thu")
    form = await office.form(intents.GiveView(policy), "asha")
    assert "shown on Tuesdays and Thursdays, never on the day you write them." in said(form)
    monday = await three(office, policy)
    await office.until(24, 12)
    assert released_on(office, *monday) == [date(2026, 11, 24)] * 3
    tuesday = await three(office, policy, start=3)
    await office.until(25, 23, 59)
    assert released_on(office, *tuesday) == [None] * 3
    await office.until(26, 12)
    assert released_on(office, *tuesday) == [date(2026, 11, 26)] * 3


@pytest.mark.both_databases
async def test_a_card_without_flags_says_the_fixed_days_and_follows_them(office: Office, policy: UUID) -> None:
    every_day = "So far: no flags. Flags that are not named are shown from the next working day."
    fixed = "So far: no flags. Flags that are not named are shown on Tuesdays and Thursdays."
    await office.worker.tick()
    assert every_day in said(office.posted()[-1].card)
    for days, line in (("tuesday, thursday", fixed), ("", every_day)):
        await office.dispatcher.describe(organisation.read({"release_days": days}))
        await office.worker.tick()
        assert line in said(office.posted()[-1].card)


async def test_one_alone_waits_for_the_fixed_day_after_three_working_days(office: Office, policy: UUID) -> None:
    office.organise(release_days="wed")
    saved = await office.flag(policy, "asha")
    assert "by Wednesday 2 December 2026" in said(saved)
    ((_, contents),) = office.waiting()
    assert contents.written.terms.weekdays == (2,)
    await office.until(1, 23, 59, month=12)
    assert office.rows("flags") == []
    await office.until(2, 12, month=12)
    assert [each["released_on"] for each in office.rows("flags")] == [date(2026, 12, 2)]


@pytest.mark.both_databases
async def test_fixed_days_that_are_changed_do_not_reach_what_waits(office: Office, policy: UUID) -> None:
    """Written for Thursdays: neither another day nor every day brings it out sooner, and later ones do not hold it."""
    office.organise(release_days="thu", batch_least=1)
    early = await office.file(policy, "asha", "For Thursday.")
    office.organise(release_days="")
    late = await office.file(policy, "ben", "For the next day.")
    await office.until(24, 12)
    assert released_on(office, early, late) == [None, date(2026, 11, 24)]
    office.organise(release_days="fri")
    await office.until(25, 23, 59)
    assert released_on(office, early) == [None]
    await office.until(26, 12)
    assert released_on(office, early) == [date(2026, 11, 26)]


@pytest.mark.both_databases
async def test_the_receipt_says_no_day_before_the_authors_own_is_over(office: Office, policy: UUID) -> None:
    """It is midnight in Honolulu; that day ends at ten in London, after the release."""
    office.organise(batch_least=1, batch_wait_days=1, release_hour=9)
    await office.enrol(
        *(member(each, zone="Pacific/Honolulu" if each == "asha" else "Europe/London") for each in FULL_NAMES)
    )
    assert "by Wednesday 25 November 2026" in said(await office.flag(policy, "asha"))
    assert "by Tuesday 24 November 2026" in said(await office.flag(policy, "ben"))


async def test_the_authors_own_day_of_writing_counts_too(office: Office, policy: UUID) -> None:
    """Ten in the morning in London is eleven at night in Auckland: at eight the next day it is still Tuesday there."""
    office.organise(batch_least=1, release_hour=9)
    await office.enrol(
        *(member(each, zone="Pacific/Auckland" if each == "asha" else "Europe/London") for each in FULL_NAMES)
    )
    await office.until(23, 12)  # one in the morning on Tuesday in Auckland
    far = await office.file(policy, "asha", "From far away.")
    near = await office.file(policy, "ben", "From near.")
    await office.until(24, 10)
    assert released_on(office, far, near) == [None, date(2026, 11, 24)]
    await office.until(25, 10)
    assert released_on(office, far) == [date(2026, 11, 25)]


async def test_a_box_that_was_changed_is_left_out_and_stops_no_other(
    office: Office, policy: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    batch = [*await three(office, policy), await office.file(policy, "dina", "From Dina.")]
    office.update("boxes", batch[0], sealed=bytes(office.row("boxes", batch[1])["sealed"]))
    await office.until(24, 12)
    assert released_on(office, *batch) == [None, *[date(2026, 11, 24)] * 3]
    assert f"boxes: the row {batch[0]} does not open" in caplog.text
    mine = said(await office.form(intents.MyFlags(), "asha"))
    assert "Point 0" not in mine
    assert "Point 1" not in mine
    assert says.SHOWN_ALREADY in said(await office.press(intents.WithdrawFlag(batch[0]), "asha"))


@pytest.mark.parametrize("promise", ["confidential", "detached"])
async def test_a_box_that_is_put_back_after_its_release_is_not_shown_again_and_brings_out_nobody(
    office: Office, policy: UUID, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, promise: str
) -> None:
    """As a writer to the database would who has last night's copy, to learn which of the flags a box was."""
    monkeypatch.setattr(sealed_text, "_told", {})
    for person in ("asha", "ben", "cai"):
        await office.file(policy, person, f"By {person}.")
    await office.file(policy, "finn", "By finn.", promise=promise)
    old = office.rows("boxes")
    await office.until(24, 12)
    assert len(office.rows("flags")) == 4
    with office.database.writing() as session:
        for row in old:
            session.connection().execute(metadata.tables["boxes"].insert().values(**row))
    lone = await office.file(policy, "dina", "Alone.")
    await office.until(25, 12)
    assert len(office.rows("flags")) == 4
    await office.until(1, 12, month=12)
    assert len(office.rows("flags")) == 5
    assert released_on(office, lone) == [date(2026, 11, 27)]
    told = {each.getMessage() for each in caplog.records if "put back after it was shown" in each.getMessage()}
    assert len(told) == 4


async def test_a_reply_that_is_put_back_after_its_release_holds_up_no_other(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "asha")
    await office.until(26, 12)
    answer = await office.answer((flag,), kind="more", text="Which councils?", by_date="")
    await office.fill(intents.ReplyToQuestion(answer, flag), "asha", text="Kent.")
    old = office.rows("boxes")
    await office.until(1, 12, month=12)
    assert len(office.rows("replies")) == 1
    with office.database.writing() as session:
        session.connection().execute(metadata.tables["boxes"].insert().values(**old[0]))
    await three(office, policy, start=1)
    await office.until(2, 12, month=12)
    assert len(office.rows("replies")) == 1
    assert len(office.rows("flags")) == 4
