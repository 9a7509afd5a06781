"""Answers of an earlier step, as text that goes along in a modal's `private_metadata`: JSON, compressed, in base64.

What comes back is untrusted, as everything in a request is.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bot.interface.answers import Answers
from bot.interface.json_object import written
from bot.interface.parts import ChoiceQuestion, Question, answer_to

MOST_BYTES = 64 * 1024
"""The most that is taken once decompressed: more than the longest flag has in any script."""
_TYPED, _CHOSEN = "typed", "chosen"


@dataclass(frozen=True)
class KeptAnswers:
    """The answers by question, and which of them were typed, in order."""

    answers: Answers = field(default_factory=dict, repr=False)
    typed: tuple[str, ...] = field(default=(), repr=False)


def packed(questions: Iterable[Question]) -> str:
    """Return what the questions hold, as text."""
    held = {each.name: (_kind(each), answer_to(each)) for each in questions if answer_to(each)}
    return b64encode(zlib.compress(written(held), 9)).decode("ascii")


def unpacked(text: str) -> KeptAnswers:
    """Return what `packed` was given. Raises `ValueError`, `TypeError` or `RecursionError` for anything else."""
    held = json.loads(_decompressed(b64decode(text, validate=True)))
    if not isinstance(held, dict) or not all(map(_is_answer, held.values())):
        raise ValueError("no kept answers")
    answers = {name: tuple(values) for name, (_, values) in held.items()}
    return KeptAnswers(answers, tuple(each for kind, values in held.values() if kind == _TYPED for each in values))


def _kind(question: Question) -> str:
    return _CHOSEN if isinstance(question, ChoiceQuestion) else _TYPED


def _decompressed(packed_bytes: bytes) -> bytes:
    stream = zlib.decompressobj()
    try:
        found = stream.decompress(packed_bytes, MOST_BYTES)
    except zlib.error:
        raise ValueError("not compressed") from None
    if not stream.eof or stream.unused_data:
        raise ValueError("too large, or not whole")
    return found


def _is_answer(found: Any) -> bool:
    match found:
        case [str(kind), [*values]]:
            return kind in (_TYPED, _CHOSEN) and all(isinstance(each, str) for each in values)
    return False
