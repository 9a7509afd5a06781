import random
import re

import pytest

from bot.calendar.cron import PRESETS, CronError, CronSchedule, describe, plain

LONDON = "Europe/London"


@pytest.mark.parametrize(
    ("cron", "sentence"),
    [
        ("", "Enter the time and the days like this, for Mondays at 9am: 0 9 * * mon"),
        ("0 9 * *", "Enter the time and the days like this, for Mondays at 9am: 0 9 * * mon"),
        ("0 0 9 * * mon", "Enter the time and the days like this, for Mondays at 9am: 0 9 * * mon"),
        ("0 9 * * mon" + " " * 200 + "x", "Enter the time and the days like this"),
        ("0 9 * * " + "mon," * 50 + "mon", "Enter the time and the days like this"),
        ("60 9 * * *", "Enter the minute as, for example, 0 or 30"),
        ("٣ 9 * * *", "Enter the minute as"),
        ("1_0 9 * * *", "Enter the minute as"),
        ("-1 9 * * *", "Enter the minute as"),
        ("0 24 * * *", "Enter the hour as, for example, 9, 9,17 or 9-17"),
        ("0 9-8 * * *", "Enter the hour as"),
        ("0 */0 * * *", "Enter the hour as"),
        ("0 */24 * * *", "Enter the hour as"),
        ("0 9/2 * * *", "Enter the hour as"),
        ("0 9, * * *", "Enter the hour as"),
        ("0 9 0 * *", "Enter the day of the month as, for example, 1, 1,15 or *"),
        ("0 9 32 * *", "Enter the day of the month as"),
        ("0 9 last * *", "Enter the day of the month as"),
        ("0 9 * 13 *", "Enter the month as, for example, 4, jan,jul or *"),
        ("0 9 * january *", "Enter the month as"),
        ("0 9 * * monday", "Enter the weekday as, for example, mon, mon-fri or *"),
        ("0 9 * * fri-mon", "Enter the weekday as"),
        ("0 9 * * ?", "Enter the weekday as"),
        ("0 9 * * 1", "Enter weekdays by name, for example mon or mon-fri, because programs differ about numbers"),
        ("0 9 * * 1-5", "Enter weekdays by name"),
        ("0 9 * * mon,7", "Enter weekdays by name"),
        ("0 9 1 * mon", "Choose days of the month or weekdays and enter * for the other, because programs differ"),
        ("0 9 */2 * mon-fri", "Choose days of the month or weekdays"),
        ("0 0 30 2 *", "This never happens: no month you chose has a day you chose"),
        ("0 0 31 apr,jun,sep,nov *", "This never happens"),
        ("* 9 * * *", "A digest comes once an hour at most. Enter a single minute, for example 0"),
        ("*/30 * * * *", "A digest comes once an hour at most"),
        ("0,1 9 * * mon", "A digest comes once an hour at most"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_sentence(cron: str, sentence: str) -> None:
    with pytest.raises(CronError) as refused:
        CronSchedule(cron, LONDON)
    assert refused.value.field == "cron"
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize("zone", ["", "London", "europe/london", "localtime", "../etc/localtime", "right/UTC"])
def test_an_unknown_zone_is_refused_with_a_sentence(zone: str) -> None:
    with pytest.raises(CronError, match="Enter a time zone by its name, for example Europe/London") as refused:
        CronSchedule("0 9 * * *", zone)
    assert refused.value.field == "zone"


def test_no_refusal_repeats_what_was_typed() -> None:
    for cron, zone in (
        ("sesame 9 * * *", LONDON),
        ("0 9 * * sesame", LONDON),
        ("sesame", LONDON),
        ("0 9 * * *", "sesame"),
    ):
        with pytest.raises(CronError) as refused:
            CronSchedule(cron, zone)
        assert "sesame" not in f"{refused.value!r} {refused.value.__context__!r} {refused.value.__cause__!r}"


def test_spaces_and_capitals_do_not_matter() -> None:
    assert CronSchedule("  0  9 *\t* MON-Fri\n", LONDON) == CronSchedule("0 9 * * mon-fri", LONDON)
    assert CronSchedule("0 9 * JAN *", LONDON).cron == "0 9 * jan *"


@pytest.mark.parametrize(
    "cron", ["0 0 29 2 *", "0 0 31 * *", "0 0 30,31 feb,mar *", "59 23 * * sun", "0 * * * *", "0,0 9 * * *"]
)
def test_what_can_be_scheduled_is_accepted(cron: str) -> None:
    assert CronSchedule(cron, LONDON).cron == cron


@pytest.mark.parametrize(
    ("cron", "same"),
    [
        ("0 9-17/4 * jan-jun/2 mon-wed,sat", "0 9,13,17 * 1,3,5 mon,tue,wed,sat"),
        ("0 0-23 1-31/10 * mon-sun", "0 * 1,11,21,31 * *"),
        ("05 09 * 1-dec *", "5 9 * * *"),
    ],
)
def test_the_plain_form_means_the_same_to_every_program(cron: str, same: str) -> None:
    assert plain(cron) == same
    assert plain(same) == same


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 9 * * *", "every working day at 9am"),
        ("0 9 * * wed", "Wednesdays at 9am"),
        ("0 9 1 * *", "on the first working day of the month at 9am"),
        ("30 16 * * mon,thu", "Mondays and Thursdays at 4:30pm"),
        ("0 9,12,17 * * *", "every working day at 9am, midday and 5pm"),
        ("0 0 * * sun", "Sundays at midnight, or the next working day"),
        ("0 9 * * mon-fri", "at 9am, Monday to Friday"),
        ("0 9 15 * *", "at 9am, on day 15 of the month, or the next working day"),
        ("0 9 1 apr,oct *", "at 9am, on day 1 of the month, in April and October, or the next working day"),
        ("0 9 * jan,apr,jul-sep wed", "at 9am, on Wednesday, in January, April and July to September"),
        ("0 9-17 * * *", "every hour, between 9am and 5pm, on working days"),
        ("15 9-17 * * mon-fri", "at 15 minutes past the hour, between 9:15am and 5:15pm, Monday to Friday"),
        ("0 * * * *", "every hour, on working days"),
        ("0 */2 * * sat", "every 2 hours, on Saturday, or the next working day"),
    ],
)
def test_a_schedule_reads_in_words(cron: str, words: str) -> None:
    assert describe(CronSchedule(cron, LONDON)) == words


def test_no_two_presets_read_the_same() -> None:
    assert [describe(CronSchedule(cron, LONDON)) for cron in PRESETS] == [
        "every working day at 9am",
        "Wednesdays at 9am",
        "on the first working day of the month at 9am",
    ]


def test_every_accepted_schedule_is_described_on_the_twelve_hour_clock() -> None:
    described = 0
    for _ in range(400):
        cron = random_cron()
        try:
            words = describe(CronSchedule(cron, LONDON))
        except CronError:
            continue
        described += 1
        assert re.search(r"[0-9]:[0-9]{2}(?![ap]m)|through|, and |\bAM\b|\bPM\b|None", words) is None, (cron, words)
        assert words[0].islower() or words.split()[0].rstrip("s,").endswith("day"), (cron, words)
    assert described > 50


def random_cron() -> str:
    n = random.randrange
    hour = random.choice(
        ["*", "*/5", f"{n(24)}", f"{n(12)}-{12 + n(12)}", f"{n(10)}-{13 + n(9)}/2", f"{n(9)},{9 + n(15)}", "7-9,15,20"]
    )
    day = random.choice(["*", "*", "*/9", f"{1 + n(31)}", f"{1 + n(9)}-{10 + n(22)}", "1,2,30", "2-8/3,20"])
    month = random.choice(["*", "*/3", "feb", "jan-jun/2", f"{1 + n(12)}", "mar,sep-nov"])
    weekday = random.choice(["*", "*", "tue", "mon-thu", "mon,wed,fri", "sat-sun", "mon-wed,fri-sun"])
    return f"{random.choice([0, 1, 30, 59])} {hour} {day} {month} {weekday}"
