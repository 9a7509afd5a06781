"""What a log line may hold: few fields, limited length, and no message of an error."""

from __future__ import annotations

import asyncio
import errno
import gc
import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator

import pytest

from bot.runtime import logs
from bot.runtime.logs import LONGEST

TYPED = "kestrel weighbridge marmalade"
FIELDS = {"time", "level", "logger", "message", "exception"}


@pytest.fixture(params=["json", "text"])
def written(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is logged, in each of the two formats; logging is restored afterwards."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    quieted = {name: logging.getLogger(name).level for name in ("apscheduler", "alembic")}
    monkeypatch.setattr("sys.stderr", stream)
    logs.set_up("DEBUG", request.param)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, was in quieted.items():
        logging.getLogger(name).setLevel(was)


def fail() -> None:
    raise ValueError(TYPED)


def test_an_error_is_logged_by_its_type_and_place(written: io.StringIO) -> None:
    try:
        fail()
    except ValueError:
        logging.getLogger("bot.anything").exception("it went wrong")
    said = written.getvalue()
    assert "ValueError" in said
    assert "it went wrong" in said
    assert "test_logs.py" in said
    assert TYPED not in said


def test_an_error_is_described_by_its_type_and_place() -> None:
    with pytest.raises(ValueError, match=TYPED) as failed:
        fail()
    text = logs.type_and_place(failed.value)
    assert text.startswith(f"ValueError at {__name__}:")
    assert TYPED not in text


def test_a_long_line_is_cut(written: io.StringIO) -> None:
    logging.getLogger("bot.anything").info("x" * 10 * LONGEST)
    assert LONGEST <= len(written.getvalue()) < LONGEST + 500


@pytest.mark.parametrize("written", ["json"], indirect=True)
def test_an_object_has_few_fields(written: io.StringIO) -> None:
    logging.getLogger("bot.anything").info("one", extra={"typed": TYPED})
    try:
        fail()
    except ValueError:
        logging.getLogger("bot.anything").exception("two")
    for line in written.getvalue().splitlines():
        assert set(json.loads(line)) <= FIELDS
    assert TYPED not in written.getvalue()


async def test_an_error_that_is_never_awaited_is_logged_without_its_message(written: io.StringIO) -> None:
    asyncio.get_running_loop().set_exception_handler(logs.of_the_loop)

    async def forgotten() -> None:
        fail()

    task = asyncio.create_task(forgotten())
    await asyncio.wait({task})
    del task
    gc.collect()
    await asyncio.sleep(0)
    assert "a task or callback failed that nothing awaits: ValueError at" in written.getvalue()
    assert TYPED not in written.getvalue()


@pytest.fixture
def json_log(written: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is logged as JSON, with all that Python itself would print."""
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    logs.catch_the_rest()
    yield written
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    logging.captureWarnings(False)


def warn() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn("old", DeprecationWarning, stacklevel=1)


def fail_in_a_thread() -> None:
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()


def fail_uncaught() -> None:
    try:
        fail()
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)


class Unraisable:
    """Fails while it is thrown away."""

    def __del__(self) -> None:
        fail()


def fail_while_thrown_away() -> None:
    Unraisable()
    gc.collect()


def fail_to_log() -> None:
    record = logging.LogRecord("bot.anything", logging.WARNING, "", 0, "%d", (TYPED,), None)
    next(each for each in logging.getLogger().handlers if type(each).__module__ == logs.__name__).handle(record)


@pytest.mark.parametrize("written", ["json"], indirect=True)
@pytest.mark.usefixtures("written")
def test_a_sentence_is_json_where_logs_are(capsys: pytest.CaptureFixture[str]) -> None:
    logs.say("It serves.")
    logs.say_aside("That cannot be done.", refused=True)
    said = [json.loads(each) for each in capsys.readouterr()]
    assert [(each["level"], each["message"]) for each in said] == [
        ("INFO", "It serves."),
        ("ERROR", "That cannot be done."),
    ]


@pytest.mark.parametrize("written", ["json"], indirect=True)
@pytest.mark.parametrize("cause", [warn, fail_in_a_thread, fail_uncaught, fail_while_thrown_away, fail_to_log])
def test_with_json_every_line_is_json_and_holds_no_message_of_an_error(
    json_log: io.StringIO, cause: Callable[[], None]
) -> None:
    cause()
    lines = json_log.getvalue().splitlines()
    assert lines
    for line in lines:
        assert set(json.loads(line)) <= FIELDS
    assert TYPED not in json_log.getvalue()


def test_one_and_the_same_line_is_written_once_a_second(written: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = [100.0]
    monkeypatch.setattr("bot.runtime.logs.time.monotonic", lambda: seconds[0])
    log = logging.getLogger("bot.anything")
    for _ in range(1000):
        log.warning("it went wrong")
    log.warning("something else went wrong")
    assert written.getvalue().count("\n") == 2
    seconds[0] += 1
    log.warning("it went wrong")
    log.warning("something else went wrong")
    assert written.getvalue().count("\n") == 4
    assert "it went wrong (and 999 times before, left out here)" in written.getvalue()


async def test_out_of_descriptors_is_said_once_a_second_and_what_to_do(written: io.StringIO) -> None:
    loop = asyncio.get_running_loop()
    for _ in range(128):
        logs.of_the_loop(loop, {"message": "accept()", "exception": OSError(errno.EMFILE, "Too many open files")})
    assert written.getvalue().count("LimitNOFILE") == 1
