"""Making a screen smaller for a platform that takes only so much: text is cut first, then parts are left out.

Each platform decides how much it takes and how far it cuts before it leaves anything out.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.interface.announcements import cut_at_word
from bot.interface.parts import Button, FormButton, Heading, Notice, Paragraph, Part, Question, Quote

Parts = tuple[Part | Question, ...]


def quotes_cut(parts: Parts, limit: int) -> Parts:
    """The parts, with each quote of which a button can open the whole cut to `limit` characters, with that button."""
    return tuple(_with_button(each, limit) if isinstance(each, Quote) else each for each in parts)


def texts_cut(parts: Parts, limit: int) -> Parts:
    """The parts, with every heading, paragraph, notice and quote cut to `limit` characters."""
    return tuple(_cut(each, limit) for each in parts)


def beginning(parts: Parts, fits: Callable[[Parts], bool], is_cut: str, *, last_buttons: int) -> Parts:
    """As many of the first parts as fit, the sentence `is_cut`, and then what cannot be left out.

    That is every question, and up to `last_buttons` of the buttons that the parts end with.
    """
    least, most = 0, len(parts)
    while least < most:
        middle = (least + most + 1) // 2
        if fits(_first(parts, middle, is_cut, last_buttons)):
            least = middle
        else:
            most = middle - 1
    return _first(parts, least, is_cut, last_buttons)


def _with_button(quote: Quote, limit: int) -> Quote:
    opens = quote.rest or quote.whole
    cut = cut_at_word(quote.text, limit)
    return replace(quote, text=cut, rest=opens) if opens and cut != quote.text else quote


def _cut(part: Part | Question, limit: int) -> Part | Question:
    if isinstance(part, Heading | Paragraph | Notice | Quote):
        return replace(part, text=cut_at_word(part.text, limit))
    return part


def _first(parts: Parts, number: int, is_cut: str, last_buttons: int) -> Parts:
    rest = parts[number:]
    end = len(rest)
    while end and end > len(rest) - last_buttons and isinstance(rest[end - 1], Button | FormButton):
        end -= 1
    questions = (each for each in rest[:end] if isinstance(each, Question))
    return (*parts[:number], Paragraph(is_cut), *questions, *rest[end:])
