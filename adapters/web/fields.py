"""Reads a posted form within limits.

A field that answers a question is named `typed.` or `chosen.` and the question's name, so that no question can be taken
for one of the form's own fields, such as the nonce.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from aiohttp import web

from adapters.web import refusals

LIMIT = 256 * 1024
"""The most bytes of a form: room for three texts of 3,000 characters in any script, percent-encoded."""
MOST_FIELDS = 500
SECONDS = 30
TYPED = "typed."
CHOSEN = "chosen."


@dataclass(frozen=True)
class Fields:
    """The fields of one form, in order. A field may occur several times; lines end in a line feed."""

    pairs: tuple[tuple[str, str], ...]

    def own(self, name: str) -> str:
        """The value of one of the form's own fields, "" if it was not sent."""
        return next((value for each, value in self.pairs if each == name), "")

    @property
    def answers(self) -> Mapping[str, tuple[str, ...]]:
        """The answers by question; a question that was left empty has none."""
        answers: dict[str, tuple[str, ...]] = {}
        for name, value in self.questions:
            question = name.partition(".")[2]
            answers[question] = (*answers.get(question, ()), value)
        return {name: _without_empty(values) for name, values in answers.items()}

    @property
    def questions(self) -> tuple[tuple[str, str], ...]:
        """The fields that answer a question, under their whole names."""
        return tuple(pair for pair in self.pairs if pair[0].startswith((TYPED, CHOSEN)))


def _without_empty(values: tuple[str, ...]) -> tuple[str, ...]:
    # A select sends an empty value when nothing was chosen in it.
    return values if any(values) else ()


async def read_fields(request: web.Request) -> Fields:
    """The fields of a posted form. Raises `BadRequest` for one that is too large, too slow, or no form in UTF-8."""
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
    # Browsers send every line break as CR LF.
    return text.replace("\r\n", "\n").replace("\r", "\n")
