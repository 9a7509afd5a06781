"""What a test can make the fake Slack do with a call instead of answering it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Refuse:
    """Refuse, with one of Slack's codes: `{"ok": false, "error": …}`."""

    code: str


@dataclass(frozen=True)
class TooFast:
    """429, with `Retry-After`: in seconds, or as it is given."""

    seconds: int | str = 1


@dataclass(frozen=True)
class Broken:
    """An answer that is not Slack's: a status and a text. With `taken`, the call is carried out first."""

    status: int = 500
    text: str = "<html>upstream</html>"
    taken: bool = False


@dataclass(frozen=True)
class Hang:
    """No answer until the test lets go. Then the call is answered, or with `drops` the connection breaks.

    With `taken`, the call is carried out first.
    """

    taken: bool = False
    drops: bool = False


@dataclass(frozen=True)
class Drop:
    """The connection breaks without an answer. With `taken`, the call is carried out first."""

    taken: bool = True


Fault = Refuse | TooFast | Broken | Hang | Drop
