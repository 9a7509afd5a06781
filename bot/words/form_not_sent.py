"""A form that could not be sent: what was typed is shown, so that it can be copied, and can be sent once more."""

from collections.abc import Iterable

from bot.parts import Form, Notice, Part, Quote
from bot.words.refusals import DOWN

TRY_AGAIN = "Try again"


def form_not_sent(typed: Iterable[str]) -> Form:
    """`typed` is every text that was typed into it, in order."""
    quotes: tuple[Part, ...] = tuple(Quote("You wrote", each) for each in typed if each)
    kept = (Notice("Your text is still here."),) if quotes else ()
    return Form("Not sent", (Notice(DOWN), *kept, *quotes), send=TRY_AGAIN, close="Close")


SCREEN = "form not sent"
EXAMPLE = form_not_sent(["The contracts of 60 councils end after April."])
STATES = {"nothing typed": form_not_sent([])}
