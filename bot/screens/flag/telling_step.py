"""The step between the flag form and its receipt that shows words which may tell who the author is."""

from bot.calendar.dates import listed
from bot.interface.parts import ChoiceQuestion, Notice, Option, Paragraph, Part, Question
from bot.screens.form_values import Answers, chosen

BACK = "back"
AS_IT_IS = "as it is"
OPTIONS = (Option(BACK, "Go back to my flag"), Option(AS_IT_IS, "Send it as it is"))


def telling_step(words: tuple[str, ...], answers: Answers) -> tuple[Part | Question, ...]:
    """What is asked about these words of a text."""
    quoted = tuple(f"'{each}'" for each in words)
    return (
        Notice(f"These words may show who you are: {listed(quoted)}."),
        Paragraph("Nothing is sent yet. Change them, or send it as it is. We keep no record of this check."),
        telling_question(answers),
    )


def telling_question(answers: Answers) -> ChoiceQuestion:
    """Whether to send the text all the same."""
    return ChoiceQuestion("words", "What do you want to do?", OPTIONS, values=chosen(answers, "words", OPTIONS))
