"""Refusals: what a person asked for cannot be done, and is said in sentences."""

from __future__ import annotations

from collections.abc import Mapping

from bot.interface.parts import Screen


class FormRefused(Exception):
    """A form is refused: `problems` maps a question's name, or "" for the whole form, to its sentence."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("a form was refused")
        self.problems = dict(problems)


class Instead(Exception):
    """What was asked cannot be shown or done; `screen` says why, or how things stand now."""

    def __init__(self, screen: Screen) -> None:
        super().__init__("another screen is shown instead")
        self.screen = screen
