"""A form could not be saved, or was refused as a whole: what was typed is shown, so that it can be copied."""

from collections.abc import Iterable
from dataclasses import replace

from bot.interface.parts import Form, Notice, Part, Quote, Screen
from bot.screens import invented
from bot.screens.refusals import DOWN, is_refusal, may_not_answer, refusal_form

TRY_AGAIN = "Try again"


def form_not_sent(typed: Iterable[str]) -> Form:
    """The form can be sent again; `typed` is every text that was typed into it, in order."""
    return Form("Not sent", (Notice(DOWN), *_typed_texts(typed)), send=TRY_AGAIN, close="Close")


def with_what_was_typed(screen: Screen, typed: Iterable[str]) -> Screen:
    """The screen that answers a form and, where it refuses the whole form, every text that was typed into it."""
    if isinstance(screen, Form) and is_refusal(screen):
        return replace(screen, body=(*screen.body, *_typed_texts(typed)))
    return screen


def _typed_texts(typed: Iterable[str]) -> tuple[Part, ...]:
    quotes = tuple(Quote("You wrote", each) for each in typed if each)
    return (Notice("Your text is still here."), *quotes) if quotes else ()


_TYPED = "The contracts of 60 councils end after April."

SCREEN = "form not sent"
EXAMPLE = form_not_sent([_TYPED])
STATES = {
    "nothing typed": form_not_sent([]),
    "refused": with_what_was_typed(refusal_form(may_not_answer(invented.PERMIT)), [_TYPED]),
}
