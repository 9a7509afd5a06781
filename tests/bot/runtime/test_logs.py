"""What a log line may hold: few fields, limited length, and no message of an error."""

from __future__ import annotations

import asyncio
import gc
import io
import json
import logging
from collections.abc import Iterator

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
    text = logs.told(failed.value)
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
