"""What a form sends: read within limits, and told apart into what was typed and what was chosen.

The name of a field is `typed.` or `chosen.` and the question's name, so that no question can be taken for the
form's own fields.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from aiohttp import web

from adapters.web import refusals

LIMIT = 256 * 1024
"""Bytes that a form may send: three texts of 3,000 characters of any script, written out in %XX, and more."""
MOST_FIELDS = 500
SECONDS = 30
TYPED = "typed."
CHOSEN = "chosen."


@dataclass(frozen=True)
class Fields:
    """The fields of one form, in order. A field may occur several times; a line ends in a line feed."""

    pairs: tuple[tuple[str, str], ...]

    def own(self, name: str) -> str:
        """The value of one of the form's own fields, or nothing."""
        return next((value for each, value in self.pairs if each == name), "")

    @property
    def answers(self) -> Mapping[str, tuple[str, ...]]:
        """The answers by question. A choice that was left open, and text that is empty, are there as they came."""
        answers: dict[str, tuple[str, ...]] = {}
        for name, value in self.questions:
            question = name.partition(".")[2]
            answers[question] = (*answers.get(question, ()), value)
        return {name: _told(values) for name, values in answers.items()}

    @property
    def questions(self) -> tuple[tuple[str, str], ...]:
        """The fields that answer a question, with their whole names."""
        return tuple(pair for pair in self.pairs if pair[0].startswith((TYPED, CHOSEN)))


def _told(values: tuple[str, ...]) -> tuple[str, ...]:
    # A select with its first line chosen sends an empty value: nothing was chosen.
    return values if any(values) else ()


async def read_fields(request: web.Request) -> Fields:
    """The fields of a posted form. Raises Refused for what is too large, too slow, or no form in UTF-8."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise refusals.not_whole()
    body = await _read_body(request)
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise refusals.not_whole() from None
    if any("\0" in name or "\0" in value for name, value in pairs):
        raise refusals.not_whole()
    return Fields(tuple((name, _line_feeds(value)) for name, value in pairs))


async def _read_body(request: web.Request) -> bytes:
    if (request.content_length or 0) > LIMIT:
        raise refusals.too_large()
    body = bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > LIMIT:
                    raise refusals.too_large()
    except TimeoutError:
        raise refusals.too_slow() from None
    return bytes(body)


def _line_feeds(text: str) -> str:
    # Browsers send every line break as CR LF, whatever was typed.
    return text.replace("\r\n", "\n").replace("\r", "\n")
