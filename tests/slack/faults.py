"""What a test tells the fake Slack to do with a call, in place of answering it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Refuse:
    """Say no, with one of Slack's codes: `{"ok": false, "error": …}`."""

    code: str


@dataclass(frozen=True)
class TooFast:
    """429, and when to come again in seconds."""

    seconds: int = 1


@dataclass(frozen=True)
class Broken:
    """An answer that is none of Slack's: a status and a text. With `taken`, the call is carried out before."""

    status: int = 500
    text: str = "<html>upstream</html>"
    taken: bool = False


@dataclass(frozen=True)
class Hang:
    """No answer until the test lets go; then the call is answered, or with `drops` the connection breaks off.

    With `taken`, it is carried out before.
    """

    taken: bool = False
    drops: bool = False


@dataclass(frozen=True)
class Drop:
    """The connection breaks off without an answer. With `taken`, the call is carried out before."""

    taken: bool = True


Fault = Refuse | TooFast | Broken | Hang | Drop
