"""What was chosen and typed before, to fill in the questions of a form again."""

from collections.abc import Mapping, Sequence

from bot.interface.parts import Option

Answers = Mapping[str, tuple[str, ...]]


def typed(answers: Answers, name: str) -> str:
    """The text that was typed into a question, unchanged, or nothing."""
    return next(iter(answers.get(name, ())), "")


def chosen(answers: Answers, name: str, options: Sequence[Option]) -> tuple[str, ...]:
    """The values that were chosen, without those that are no longer offered."""
    offered = {each.value for each in options}
    return tuple(value for value in answers.get(name, ()) if value in offered)
