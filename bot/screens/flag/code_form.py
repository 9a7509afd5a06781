"""The way back to a detached flag: the form for its receipt code, and the flag behind it."""

from collections.abc import Mapping
from dataclasses import replace

from bot.interface.intents import UseCode
from bot.interface.parts import Form, Paragraph, TextQuestion
from bot.interface.views import FlagView
from bot.screens import invented
from bot.screens.flag.my_flags import own_flag
from bot.screens.form_values import Answers, typed
from storage import FlagStatus, Promise

CODE_LIMIT = 100
"""How much is taken of what is typed: a code with many more spaces than it needs."""


def code_form(*, answers: Answers, problems: Mapping[str, str], nonce: str) -> Form:
    """Asks for the code."""
    return Form(
        title="Use a code",
        body=(
            Paragraph("You got a code when you sent a flag as Detached. It shows that flag and its answers."),
            Paragraph("We do not record who used it."),
            TextQuestion(
                "code",
                "Your code",
                hint="26 letters and numbers. Spaces and small letters do not matter.",
                value=typed(answers, "code"),
                limit=CODE_LIMIT,
            ),
        ),
        intent=UseCode(),
        send="Show the flag",
        nonce=nonce,
        problems=problems,
    )


def flag_by_code_form(flag: FlagView) -> Form:
    """The flag with its newest answer, and the buttons that its author has now."""
    return Form("Your flag", own_flag(flag), close="Close")


_DETACHED = replace(invented.LEGACY, promise=Promise.DETACHED, author="", code="7KQ4M2XD9RTPHW3CV8NBJ5TF2G")

SCREEN = "code form"
EXAMPLE = code_form(answers={}, problems={}, nonce="invented")
STATES = {
    "unknown": code_form(
        answers={"code": ("7KQ4 M2XD",)}, problems={"code": "Enter your code: 26 letters and numbers"}, nonce="invented"
    ),
    "not shown yet": flag_by_code_form(replace(_DETACHED, shown_on=None, answer_by=None, people=1)),
    "answered": flag_by_code_form(replace(_DETACHED, status=FlagStatus.ANSWERED, answers=(invented.ANSWER,))),
}
