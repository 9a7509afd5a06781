"""A form that could not be sent, or was refused as a whole: what was typed is shown, so that it can be copied."""

from collections.abc import Iterable
from dataclasses import replace

from bot.interface.parts import Form, Notice, Part, Quote, Screen
from bot.screens import invented
from bot.screens.refusals import DOWN, is_refusal, may_not_answer, refusal_form

TRY_AGAIN = "Try again"


def form_not_sent(typed: Iterable[str]) -> Form:
    """It can be sent once more; `typed` is every text that was typed into it, in order."""
    return Form("Not sent", (Notice(DOWN), *_kept(typed)), send=TRY_AGAIN, close="Close")


def with_what_was_typed(screen: Screen, typed: Iterable[str]) -> Screen:
    """What sending a form led to and, where that refuses it as a whole, every text that was typed into it."""
    if isinstance(screen, Form) and is_refusal(screen):
        return replace(screen, body=(*screen.body, *_kept(typed)))
    return screen


def _kept(typed: Iterable[str]) -> tuple[Part, ...]:
    quotes = tuple(Quote("You wrote", each) for each in typed if each)
    return (Notice("Your text is still here."), *quotes) if quotes else ()


_TYPED = "The contracts of 60 councils end after April."

SCREEN = "form not sent"
EXAMPLE = form_not_sent([_TYPED])
STATES = {
    "nothing typed": form_not_sent([]),
    "refused": with_what_was_typed(refusal_form(may_not_answer(invented.PERMIT)), [_TYPED]),
}
