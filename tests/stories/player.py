"""One person on one platform, and the few things that people do there. Each platform has its own window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from tests.stories.pieces import Action, Piece, Question, plain, read, under

Filled = Mapping[str, str | Sequence[str]]


class Window(Protocol):
    """What one person has open on a platform. Each step works on what its adapter really rendered."""

    def go(self, place: str) -> None:
        """Open `home`, `inbox` or the channel of that name, the way a person would."""

    @property
    def needed(self) -> str:
        """What the platform itself says beside a question that was left empty; "" if it sends the form all the same."""

    def look(self) -> Sequence[Piece]:
        """What the person sees now, in reading order, without what the platform shows around it."""

    def press(self, action: Action, *, twice: bool = False) -> None:
        """Press an action that `look` gave; `twice` means again before the first press was answered."""

    def fill(self, question: Question, values: tuple[str, ...]) -> None:
        """Choose these options of a question that `look` gave, or type this one text into it."""


class Player:
    """A person. Labels are the visible ones; `under` narrows a step to what is under the heading with these words."""

    def __init__(self, name: str, window: Window) -> None:
        self.name = name
        self._window = window

    def opens(self, place: str) -> None:
        """Open their `home` or `inbox`, or a channel by its name."""
        self._window.go(place)

    def presses(self, label: str, *, under: str = "") -> None:
        """Press the one action with that label."""
        self._window.press(self._one_action(label, under))

    def fills_in(self, answers: Filled) -> None:
        """Answer questions by their labels: with the text to type, an option to choose, or several."""
        asked = self._questions()
        for label, given in answers.items():
            question = self._one_question(label, asked)
            self._window.fill(question, _wanted(question, given))

    def sends(self, *, twice: bool = False) -> None:
        """Send the form that is open; `twice` with an impatient second click."""
        buttons = [each for each in self._window.look() if isinstance(each, Action) and each.sends]
        assert len(buttons) == 1, f"{self.name} has {len(buttons)} forms open, of which one can be sent: {self._all()}"
        self._window.press(buttons[0], twice=twice)

    def reads(self, *, under: str = "") -> str:
        """Everything that can be read."""
        return self._text(under)

    def sees(self, *words: str, under: str = "") -> None:
        """Check that all of these can be read."""
        text = self._text(under)
        for each in words:
            assert plain(each) in text, f"{self.name} does not see “{each}” in: {text}"

    def is_told_what_lacks(self, *sentences: str) -> None:
        """Check what is said of questions that were left empty: these sentences, or the platform's own."""
        self.sees(*((self._window.needed,) if self._window.needed else sentences))

    def sees_not(self, *words: str, under: str = "") -> None:
        """Check that none of these can be read."""
        text = self._text(under)
        for each in words:
            assert plain(each) not in text, f"{self.name} sees “{each}” in: {text}"

    def can_press(self, *labels: str, under: str = "") -> None:
        """Check that each of these is there to press, once."""
        for each in labels:
            self._one_action(each, under)

    def cannot_press(self, *labels: str, under: str = "") -> None:
        """Check that none of these is there to press."""
        for each in labels:
            found = self._actions(each, under)
            assert not found, f"{self.name} can press “{each}”"

    def is_asked(self, *labels: str) -> None:
        """Check that the form asks these questions and no other."""
        asked = [each.text.removesuffix(" (optional)") for each in self._questions()]
        assert asked == list(labels), f"{self.name} is asked {asked}"

    def still_has(self, answers: Filled) -> None:
        """Check that the form holds these answers unchanged."""
        asked = self._questions()
        for label, given in answers.items():
            question = self._one_question(label, asked)
            expected = _wanted(question, given)
            assert question.values == expected, f"“{label}” holds {question.values}, not {expected}"

    def _one_action(self, label: str, heading: str) -> Action:
        found = self._actions(label, heading)
        where = f" under “{heading}”" if heading else ""
        assert len(found) == 1, f"{self.name} finds {len(found)} times “{label}”{where} in: {self._text(heading)}"
        return found[0]

    def _actions(self, label: str, heading: str) -> list[Action]:
        pieces = under(self._window.look(), heading)
        return [each for each in pieces if isinstance(each, Action) and label in (each.text, each.name)]

    def _questions(self) -> list[Question]:
        return [each for each in self._window.look() if isinstance(each, Question)]

    def _one_question(self, label: str, asked: Sequence[Question]) -> Question:
        found = [each for each in asked if label in (each.text, each.text.removesuffix(" (optional)"))]
        assert len(found) == 1, f"{self.name} is asked “{label}” {len(found)} times: {[each.text for each in asked]}"
        return found[0]

    def _text(self, heading: str) -> str:
        return read(under(self._window.look(), heading))

    def _all(self) -> str:
        return read(self._window.look())


def _wanted(question: Question, given: str | Sequence[str]) -> tuple[str, ...]:
    return tuple(_offered(question, each) for each in ((given,) if isinstance(given, str) else given))


def _offered(question: Question, wanted: str) -> str:
    """The whole label of the option that starts with `wanted`; for a text question `wanted` itself."""
    if not question.options:
        return wanted
    if wanted in question.options:
        return wanted
    found = [each for each in question.options if each.startswith(wanted)]
    assert len(found) == 1, f"“{question.text}” offers {question.options}, and “{wanted}” fits {len(found)} of them"
    return found[0]
