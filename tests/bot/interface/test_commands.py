"""Commands as people type them, and texts that are none."""

from __future__ import annotations

import pytest

from bot.interface.commands import COMMANDS, OTHER_NAMES, command


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        *((each, each) for each in COMMANDS),
        ("", "help"),
        (" \n", "help"),
        ("\u00a0help", "help"),
        ("&nbsp;help\n", "help"),
        ("Help.", "help"),
        ("help!", "help"),
        ("HELP?", "help"),
        ("/help", "help"),
        ("“help”", "help"),
        ("`help`", "help"),
        (", help", "help"),
        ("he\u200blp\ufeff", "help"),
        ("ｈｅｌｐ", "help"),
        ("?", "help"),
        ("my flags", "mine"),
        ("My  flags.", "mine"),
        ("Show my flags", "mine"),
        ("my\u00a0digest", "digest"),
        ("Announce a policy", "announce"),
        ("Hi!", "home"),
        ("&lt;home&gt;", "home"),
    ],
)
def test_a_command_is_one_however_it_is_typed(typed: str, name: str) -> None:
    assert command(typed) == name


@pytest.mark.parametrize(
    "typed",
    [
        "help me",
        "my flags are late",
        "home office",
        "This cannot work.",
        "mine mine",
        "help" * 30,
        "x" * 100_000,
        "\ud800",
    ],
)
def test_any_other_text_is_none(typed: str) -> None:
    assert command(typed) is None


def test_every_other_name_is_of_a_command() -> None:
    assert set(OTHER_NAMES.values()) <= set(COMMANDS)
    assert not set(OTHER_NAMES) & set(COMMANDS)
