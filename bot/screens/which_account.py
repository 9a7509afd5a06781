"""Which of several accounts with one address is meant: a further question in a form that names people."""

from collections.abc import Mapping

from bot.interface.parts import ChoiceQuestion, Option
from bot.screens.form_values import Answers, chosen


def answer_name(question: str) -> str:
    """The name of this question, by that of the one in which the address stands."""
    return f"{question}_account"


def which_account_question(
    question: str, label: str, options: Mapping[str, tuple[Option, ...]], answers: Answers
) -> tuple[ChoiceQuestion, ...]:
    """Asks whose account is meant in a question of that name and label; nothing where `options` has none for it."""
    if not options.get(question):
        return ()
    name, found = answer_name(question), options[question]
    return (
        ChoiceQuestion(
            name,
            f"{label}: which account?",
            found,
            hint="These accounts have the address that you entered, and are not known to be one person.",
            values=chosen(answers, name, found),
        ),
    )
