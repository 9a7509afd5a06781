"""A question that is answered with yes or no."""

from bot.interface.parts import ChoiceQuestion, Option
from bot.screens.form_values import Answers, chosen

_YES_NO = (Option("no", "No"), Option("yes", "Yes"))


def yes_no_question(name: str, label: str, hint: str, answers: Answers) -> ChoiceQuestion:
    """The value of its answer is `yes` or `no`."""
    return ChoiceQuestion(name, label, _YES_NO, hint=hint, values=chosen(answers, name, _YES_NO))
