"""Comparing texts by what they mean, where the optional library `wordllama` is installed.

Its model lies in its package: 16 MB, read when it is first needed, and about 100 MB in memory then. Nothing is ever
downloaded. A text becomes a vector of 256 numbers, the mean of its words'; the smaller the angle between two vectors,
the more the texts say the same. Vectors are kept with the flags that are shown, sealed as their texts are.

    vector   01, the model's number | 256 signed bytes
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import util
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

MODEL = b"\x01"
_LARGEST = 127


@cache
def installed() -> bool:
    """Whether texts can be compared by meaning in this process."""
    return util.find_spec("wordllama") is not None


def vector(text: str) -> bytes | None:
    """What a text means, to be sealed and kept; None without the library, or if it knows none of the words."""
    if not installed():
        return None
    found = _model().embed(text)[0]
    largest = float(abs(found).max())
    if largest == 0:
        return None
    return MODEL + bytes((found / largest * _LARGEST).round().astype("int8").tobytes())


def is_current(kept: bytes) -> bool:
    """Whether a vector that was kept is one of this model's."""
    return kept[:1] == MODEL


def scores(wanted: bytes, kept: Sequence[bytes | None]) -> list[float]:
    """For each vector, how near it is to `wanted`, from -1 to 1; None, of a text without words, is farthest."""
    import numpy as np

    if not kept:
        return []
    one = _numbers(wanted)
    blank = MODEL + bytes(len(wanted) - 1)
    all_of_them = np.frombuffer(b"".join((each or blank)[1:] for each in kept), np.int8)
    rows = all_of_them.reshape(len(kept), len(one)).astype(np.float32)
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(one)
    near = rows @ one / np.where(lengths == 0, 1, lengths)
    return [float(each) for each in np.where(lengths == 0, -1, near)]


def _numbers(kept: bytes) -> np.ndarray[Any, Any]:
    import numpy as np

    return np.frombuffer(kept[1:], np.int8).astype(np.float32)


@cache
def _model() -> Any:
    with _log_set_up():
        import wordllama

    # With a folder of its own, and no downloads, it takes the weights from its package and writes nothing.
    return wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)


@contextmanager
def _log_set_up() -> Iterator[None]:
    # When it is imported, the library sets up the log of the whole process, unless that was done before.
    root, handler = logging.getLogger(), logging.NullHandler()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
