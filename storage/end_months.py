"""The end-months file: one random line a month. What ends in a month is wrapped under its line, and ends with it.

The file is kept outside the database and its backups. Removing a line ends, on every machine and in every backup of the
database, all keys that are wrapped under it. Its form::

    # comments
    id:base64url          names the file: the database keeps a fingerprint of it
    2027-03:base64url     a month, and 32 random bytes
    end                   the last line: a file without it was cut off

`EndMonths` is what the file says, `EndMonthsFile` the file itself.
"""

import base64
import binascii
import contextlib
import fcntl
import hashlib
import hmac
import os
import re
import secrets
import tempfile
import threading
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Protocol

LINE_BYTES = 32
MODE = 0o600
LAST_LINE = "end"
_LINE = re.compile(r"(id|\d{4}-(?:0[1-9]|1[0-2])):([A-Za-z0-9_-]{43}=?)")
_HEAD = (
    "# Deliverable's end months. Removing the line of a month destroys for good what ends in that month.\n"
    "# Keep this file and its copies apart from the database and its backups.\n"
)


class BadEndMonths(ValueError):
    """The end-months file cannot be used. The text is a sentence, and never repeats a secret."""


class EndMonths:
    """What an end-months file says. Neither `repr` nor pickle reveals it."""

    def __init__(self, identity: bytes, lines: Mapping[str, bytes]) -> None:
        """Take the file's identity and the months' lines, 32 bytes each; a month is written `2027-03`."""
        self._identity = identity
        self._lines = dict(sorted(lines.items()))

    @classmethod
    def new(cls, first: date, months: int) -> "EndMonths":
        """Make a file's content with lines for so many months, from the month of `first` on."""
        return cls(secrets.token_bytes(LINE_BYTES), {}).with_months(first, months)

    @classmethod
    def from_text(cls, text: str) -> "EndMonths":
        """Read what a file says. Raises `BadEndMonths`."""
        rows = [each.strip() for each in text.splitlines()]
        rows = [each for each in rows if each and not each.startswith("#")]
        if not rows:
            raise BadEndMonths("The end-months file is empty.")
        if rows.pop() != LAST_LINE:
            raise BadEndMonths(f"The end-months file is cut off: its last line is not `{LAST_LINE}`.")
        found: dict[str, bytes] = {}
        for number, row in enumerate(rows, 1):
            name, line = _parsed(row, number)
            if name in found:
                raise BadEndMonths(f"Line {number} of the end-months file is there twice.")
            found[name] = line
        if "id" not in found:
            raise BadEndMonths("The end-months file has no line `id`.")
        return cls(found.pop("id"), found)

    def __repr__(self) -> str:
        return f"<EndMonths: {len(self._lines)} months>"

    def __reduce__(self) -> str:
        raise TypeError("End months cannot be pickled or copied.")

    @property
    def months(self) -> tuple[str, ...]:
        """The months that have a line, in order."""
        return tuple(self._lines)

    @property
    def fingerprint(self) -> bytes:
        """What the database keeps of the file's identity, by which a foreign file is refused."""
        return hashlib.sha256(b"end-months/v1|" + self._identity).digest()

    def current(self) -> "EndMonths":
        """Itself: what never changes is always current."""
        return self

    def line(self, month: str) -> bytes | None:
        """The secret of a month, or None where its line is gone."""
        return self._lines.get(month)

    def agrees(self, other: "EndMonths") -> bool:
        """Whether two files are of one identity, and every month that both have has the same line."""
        same = [hmac.compare_digest(line, other.line(month) or line) for month, line in self._lines.items()]
        return all(same) and hmac.compare_digest(self.fingerprint, other.fingerprint)

    def with_months(self, first: date, months: int) -> "EndMonths":
        """The same with the missing ones of so many months from the month of `first` on. Touches no line."""
        wanted = [month_after(first, n) for n in range(months)]
        new = {each: secrets.token_bytes(LINE_BYTES) for each in wanted if each not in self._lines}
        return EndMonths(self._identity, self._lines | new)

    def without(self, month: str) -> "EndMonths":
        """The same without the line of a month."""
        return EndMonths(self._identity, {name: line for name, line in self._lines.items() if name != month})

    def to_text(self) -> str:
        """The file's text."""
        rows = {"id": self._identity} | self._lines
        return _HEAD + "".join(f"{name}:{_encoded(line)}\n" for name, line in rows.items()) + f"{LAST_LINE}\n"


class Months(Protocol):
    """Where the current end months come from."""

    def current(self) -> EndMonths:
        """The end months as they now are."""


class EndMonthsFile:
    """The file. It is read again when it has changed; what cannot be read then is said by `problem`."""

    def __init__(self, path: Path) -> None:
        """Read the file. Raises `BadEndMonths`."""
        self.path = path
        self.problem = ""
        self._lock = threading.Lock()
        self._stat = _stat(path)
        self._found = read(path)

    def current(self) -> EndMonths:
        """What the file says now or, while it cannot be read, what it said last."""
        now = _stat(self.path)
        if now != self._stat:
            with self._lock:
                self._read_again(now)
        return self._found

    def _read_again(self, now: tuple[int, ...]) -> None:
        try:
            found = read(self.path)
            if found.fingerprint != self._found.fingerprint:
                raise BadEndMonths("The end-months file is now that of another deployment.")
        except BadEndMonths as bad:
            self.problem = str(bad)
        else:
            self._found, self.problem = found, ""
        self._stat = now

    def remove(self, month: str) -> None:
        """Take out the line of a month, if it is there. Raises `BadEndMonths` where the file cannot be written."""
        with locked(self.path):
            found = read(self.path)
            if found.line(month) is not None:
                write(self.path, found.without(month))

    def is_writable(self) -> bool:
        """Whether a new file can be put in its place."""
        return os.access(self.path.resolve().parent, os.W_OK) and not os.path.ismount(self.path)


def read(path: Path) -> EndMonths:
    """What a file says. Raises `BadEndMonths`."""
    try:
        return EndMonths.from_text(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadEndMonths(f"There is no end-months file {path}.") from None
    except (OSError, UnicodeDecodeError):
        raise BadEndMonths(f"The end-months file {path} cannot be read.") from None


def write(path: Path, what: EndMonths) -> None:
    """Put a new file in place of the old one, so that a crash leaves one or the other. Raises `BadEndMonths`."""
    path = path.resolve()
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as new:
                os.fchmod(new.fileno(), MODE)
                new.write(what.to_text())
                new.flush()
                os.fsync(new.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _sync(path.parent)
    except OSError:
        raise BadEndMonths(f"The end-months file {path} cannot be written.") from None


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the folder of the file against every other process that writes it. Raises `BadEndMonths`."""
    try:
        folder = os.open(path.resolve().parent, os.O_RDONLY)
    except OSError:
        raise BadEndMonths(f"There is no folder for the end-months file {path}.") from None
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def month_of(day: date) -> str:
    """The month of a day, as the file writes it."""
    return f"{day:%Y-%m}"


def month_after(day: date, months: int) -> str:
    """The month that is so many months after that of a day."""
    return month_of(_first_after(day, months))


def last_day(month: str) -> date:
    """The last day of a month."""
    first = date.fromisoformat(f"{month}-01")
    return date.fromordinal(_first_after(first, 1).toordinal() - 1)


def _first_after(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _stat(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except OSError:
        return ()
    return (found.st_ino, found.st_mtime_ns, found.st_size)


def _parsed(row: str, number: int) -> tuple[str, bytes]:
    found = _LINE.fullmatch(row)
    line = b""
    if found is not None:
        with contextlib.suppress(binascii.Error, ValueError):
            line = base64.urlsafe_b64decode(found[2].rstrip("=") + "=")
    if found is None or len(line) != LINE_BYTES:
        raise BadEndMonths(f"Line {number} of the end-months file is no month with its 32 bytes in base64url.")
    return found[1], line


def _encoded(line: bytes) -> str:
    return base64.urlsafe_b64encode(line).decode().rstrip("=")
