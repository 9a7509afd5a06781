"""Sentences about identity stand on a screen only where the code makes them true: each has a test, named here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.screens import screens
from tests.bot.conftest import said

ROOT = Path(__file__).resolve().parents[3]

BOUND = {
    "never on the day you write them": (
        "tests/bot/flags/test_releases.py::test_until_its_release_a_flag_is_nowhere_but_with_its_author",
        "tests/bot/flags/test_releases.py::test_the_authors_own_day_of_writing_counts_too",
        "tests/bot/flags/test_releases.py::test_nothing_that_people_do_causes_or_hastens_a_release",
    ),
    "We send no private message about a confidential or detached flag": (
        "tests/bot/flags/test_promises.py::test_a_story_leaves_nothing_that_tells_who_wrote_or_what",
        "tests/attacks/attackers/platform.py::an_author_is_written_to",
    ),
    "We never log or export who sent a confidential or detached flag": (
        "tests/bot/flags/test_promises.py::test_a_whole_story_is_logged_without_its_words_and_its_people",
        "tests/attacks/attackers/admin.py::a_log_line_names_who_clicks",
    ),
    "Policy owners and admins have no screen that shows it": (
        "tests/attacks/attackers/owner.py::a_screen_names_who_wrote",
    ),
    "everyone else sees your flag without it": (
        "tests/bot/flags/test_promises.py::test_the_name_on_a_named_flag_reaches_those_promised_and_nobody_else",
        "tests/attacks/attackers/owner.py::a_new_owner_reads_names_promised_to_the_old_one",
    ),
    "You are counted once": (
        "tests/bot/flags/test_seconds.py::test_a_second_second_is_refused",
        "tests/bot/people/test_joining_by_code.py::test_nobody_seconds_with_one_account_what_they_wrote_with_another",
    ),
    "Someone who holds our database and both our keys could work it out until": (
        "tests/bot/admin/test_month_ends.py::"
        "test_an_older_backup_of_the_database_does_not_open_with_the_file_as_it_stands_and_does_with_an_older_one",
        "tests/bot/admin/test_month_ends.py::"
        "test_it_counts_the_closing_day_answers_and_the_days_for_which_backups_are_kept",
    ),
    "After today we hold nothing that links you to this flag": (
        "tests/bot/flags/test_detached.py::test_no_row_leads_from_it_to_its_author_or_to_its_code",
        "tests/bot/flags/test_detached.py::test_what_is_counted_is_forgotten_at_midnight_before_any_release",
    ),
    "The key to what was written has been destroyed": (
        "tests/bot/admin/test_month_ends.py::test_of_texts_the_policy_is_closed_for_good_and_says_so",
        "tests/bot/admin/test_month_ends.py::test_nothing_is_destroyed_before_every_process_reports_the_line_gone",
    ),
    "It does not read other messages": (
        "tests/slack/install/test_manifest.py::test_what_people_say_to_each_other_cannot_be_read",
    ),
    "Nobody in the channel can see that you have opened this form": (
        "tests/bot/test_dispatcher.py::test_opening_a_screen_changes_nothing_for_anyone",
    ),
    "If only one person did, the guess is right": (
        "tests/bot/flags/test_releases.py::test_fewer_than_three_wait_three_working_days_at_most",
    ),
}


@pytest.mark.parametrize("sentence", BOUND)
def test_a_sentence_that_binds_stands_on_a_screen_and_has_its_tests(sentence: str) -> None:
    shown = " ".join(said(each) for each in screens().values())
    assert sentence in re.sub(r"\s+", " ", shown), "take it off this list, or say it again"
    for each in BOUND[sentence]:
        path, _, name = each.partition("::")
        assert re.search(rf"def {name}\(", (ROOT / path).read_text(encoding="utf-8")), each
