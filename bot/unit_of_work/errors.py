"""Errors that end a request with something to show: a form's problems, or another screen."""

from __future__ import annotations

from collections.abc import Mapping

from bot.interface.parts import Screen


class FormRefused(Exception):
    """A form cannot be accepted. `problems` maps a question's name, or "" for the whole form, to a sentence."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("a form was refused")
        self.problems = dict(problems)


class Instead(Exception):
    """What was asked for cannot be shown or done. `screen` says why, or shows the current state."""

    def __init__(self, screen: Screen) -> None:
        super().__init__("another screen is shown instead")
        self.screen = screen
