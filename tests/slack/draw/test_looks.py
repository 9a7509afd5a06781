"""How screens look on Slack: what stands out, what stands apart, and what stays within its limits."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from adapters.slack.draw.blocks import MENU, chosen_in_menu, draw
from adapters.slack.draw.fitting import fits_a_view
from adapters.slack.draw.messages import message
from adapters.slack.draw.text import beginning, cut, length
from adapters.slack.draw.views import view
from adapters.slack.handle.modals import with_above
from bot.interface import intents
from bot.interface.json_object import Json
from bot.interface.parts import Card, Form, Heading, Notice, Paragraph, Part
from bot.screens import invented, screens
from bot.screens.policy.policy_card import policy_card
from tests.bot.screens.extremes import EXTREMES, extreme
from tests.slack.payloads import view_faults
from tests.slack.reading import buttons, read

SCREENS = screens()


def drawn(screen: Card | Form) -> list[Json]:
    blocks: list[Json] = (message(screen) if isinstance(screen, Card) else view(screen, workspace="T1"))["blocks"]
    return blocks


def digest() -> Card:
    found = SCREENS["digest"]
    assert isinstance(found, Card)
    return found


def test_a_screen_has_at_most_one_primary_button_with_the_one_that_sends_it() -> None:
    for name in (*SCREENS, *EXTREMES):
        screen = SCREENS[name] if name in SCREENS else extreme(name)
        primary = [each for each in buttons(drawn(screen)) if each.get("style") == "primary"]
        assert len(primary) <= (0 if isinstance(screen, Form) and screen.questions else 1), name


def test_the_first_flag_of_a_digest_is_the_one_to_answer() -> None:
    answers = [each for each in buttons(drawn(digest())) if each["text"]["text"] == "Answer"]
    assert len(answers) > 1
    assert ["style" in each for each in answers] == [True, *[False] * (len(answers) - 1)]


def test_answering_together_stands_in_its_own_row() -> None:
    rows = [[each["text"]["text"] for each in buttons([row])] for row in drawn(digest()) if row["type"] == "actions"]
    (row,) = [each for each in rows if "Answer together" in each]
    assert "Answer" not in row


def test_the_lesser_buttons_of_a_digest_stand_in_one_menu() -> None:
    rows = [row for row in drawn(digest()) if row["type"] == "actions"]
    (menu,) = [each for row in rows for each in row["elements"] if each["type"] == "overflow"]
    labels = [each["text"]["text"] for each in menu["options"]]
    assert labels == [
        "Remind me later",
        "See everything",
        "Download CSV",
        "Name someone else",
        "Change when this arrives",
    ]
    assert menu["action_id"].startswith(MENU)
    assert len({each["value"] for each in menu["options"]}) == len(labels)
    assert [type(intents.parse(chosen_in_menu(each["value"])[1])) for each in menu["options"]][:3] == [
        intents.Snooze,
        intents.MyPolicies,
        intents.DownloadCsv,
    ]
    others = [each["text"]["text"] for row in rows for each in row["elements"] if each["type"] == "button"]
    assert "Acknowledge all" in others
    assert not set(labels) & set(others)


def test_who_and_when_stand_in_a_context_line_and_each_count_on_a_line_of_its_own() -> None:
    card = SCREENS["policy card"]
    assert isinstance(card, Card)
    blocks = drawn(card)
    (context,) = [each for each in blocks if each["type"] == "context"]
    assert "Policy owner: Priya Nair." in context["elements"][0]["text"]
    assert "1 deliverable as announced" in read(blocks)


def test_a_name_that_a_client_would_read_into_stands_in_rich_text() -> None:
    blocks = drawn(policy_card(replace(invented.PERMIT, owner=":smile: &amp; Co")))
    assert not [each for each in blocks if each["type"] == "context"]
    assert any(":smile: &amp; Co" in line for line in read(blocks))


def test_what_is_put_above_a_full_view_stays_within_its_bytes() -> None:
    full = view(Form("T", tuple(Paragraph("é" * 2900) for _ in range(13)), close="Close"), workspace="T1")
    shown = {**full, "id": "V1", "hash": "1"}
    assert fits_a_view(full["blocks"])
    much: tuple[Part, ...] = (Heading("Late"), *(Notice("🎏" * 2900) for _ in range(9)))
    above = with_above(shown, much)
    assert len(json.dumps(above)) < 250_000
    assert view_faults(above) == []
    assert len(above["blocks"]) > len(full["blocks"])


@pytest.mark.parametrize(("text", "units"), [("", 0), ("abc", 3), ("é", 1), ("🎏", 2), ("a🎏b", 4), ("\ud800", 1)])
def test_a_text_is_as_long_as_in_utf_16(text: str, units: int) -> None:
    assert length(text) == units
    assert beginning(text, units) == text


def test_a_cut_text_is_no_longer_than_slack_takes_and_halves_no_character() -> None:
    text = "🎏" * 100
    for most in (2, 3, 75, 76):
        assert length(beginning(text, most)) <= most
        assert length(cut(text, most)) <= most
        assert set(beginning(text, most)) <= {"🎏"}
    (only,) = draw((Paragraph("🎏" * 1000),))
    assert sum(length(each["text"]) for part in only["elements"] for each in part["elements"]) == 2000
