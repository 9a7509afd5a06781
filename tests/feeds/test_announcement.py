"""The limits of an announcement's title and summary."""

import dataclasses

import pytest

from bot.interface.announcements import SUMMARY_LIMIT, TITLE_LIMIT, Announcement, cut_at_word


def test_texts_within_the_limits_are_kept() -> None:
    made = Announcement("a" * TITLE_LIMIT, "b" * SUMMARY_LIMIT, "https://a.example/", None)
    assert (made.title, made.summary) == ("a" * TITLE_LIMIT, "b" * SUMMARY_LIMIT)


def test_longer_texts_are_cut_at_a_word() -> None:
    made = Announcement("permit " * 100, "parking " * 1000, "https://a.example/", None)
    assert len(made.title) <= TITLE_LIMIT
    assert len(made.summary) <= SUMMARY_LIMIT
    assert made.title.endswith("permit…")
    assert made.summary.endswith("parking…")


@pytest.mark.parametrize(
    ("limit", "cut"),
    [(11, "one two tri"), (10, "one two…"), (9, "one two…"), (8, "one two…"), (7, "one…"), (3, "on…")],
)
def test_a_cut_keeps_whole_words_if_there_is_space_for_one(limit: int, cut: str) -> None:
    assert cut_at_word("one two tri", limit) == cut


def test_an_announcement_is_immutable() -> None:
    made = Announcement("Single parking permit", "", "https://a.example/", None)
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.title = "Another"  # type: ignore[misc]
