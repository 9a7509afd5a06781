"""A Chromium for the tests that look at pages: found, or got by `python -m tests.browsers`.

`CHROMIUM` names one; else one on the PATH is taken, else Playwright's own.
"""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.missing import missing

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SECONDS_TO_GET = 900
# A browser that is left to itself looks for updates, and for its maker, at every start.
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)


def find() -> str | None:
    """The path of a Chromium on this machine, or None."""
    given = os.environ.get("CHROMIUM")
    if given:
        return given if Path(given).is_file() else None
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or _playwrights_own()


def _playwrights_own() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


def get() -> str:
    """Get a Chromium where there is none, and say in a sentence what came of it."""
    if os.environ.get("CHROMIUM") and not find():
        return "CHROMIUM names no file: the tests in a browser will be skipped."
    if find():
        return f"The tests in a browser use {find()}."
    print("The tests in a browser need Chromium, and there is none: getting Playwright's own.", flush=True)
    if not _run(sys.executable, "-m", "playwright", "install", "chromium") and _can_use_apt():
        print("That failed. Installing Debian's package chromium.", flush=True)
        _run("apt-get", "update", "-q")
        _run("apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium")
    found = find()
    if found:
        return f"The tests in a browser use {found}."
    return (
        "No Chromium could be had: the tests in a browser will be skipped. "
        "Install one, or name one with CHROMIUM=/path/to/chromium."
    )


def _can_use_apt() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _run(*command: str) -> bool:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        return subprocess.run(command, env=quiet, timeout=SECONDS_TO_GET, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


@pytest.fixture(scope="session")
def browser_path() -> str:
    """The path of the Chromium that tests drive."""
    return find() or missing("no Chromium: `make test` tries to get one, CHROMIUM names one")


@dataclass(frozen=True)
class Launched:
    """The one browser of the run, and the event loop by which Playwright talks to it.

    Playwright leaves that loop marked as running between its calls, so that no asynchronous test could start one of
    its own. The mark is therefore set only while a test has the browser.
    """

    browser: Browser
    loop: asyncio.AbstractEventLoop

    @contextmanager
    def in_use(self) -> Iterator[Browser]:
        asyncio._set_running_loop(self.loop)
        try:
            yield self.browser
        finally:
            asyncio._set_running_loop(None)


@pytest.fixture(scope="session")
def launched_browser(browser_path: str) -> Iterator[Launched]:
    """The one browser of the run. Tests take `browser` or `page`."""
    arguments = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else list(QUIET)
    with ExitStack() as stack:
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=browser_path, args=arguments)
        launched = Launched(browser, asyncio.get_running_loop())
        asyncio._set_running_loop(None)
        yield launched
        with launched.in_use():
            browser.close()
            stack.close()


@pytest.fixture
def browser(launched_browser: Launched) -> Iterator[Browser]:
    """A headless Chromium that reaches loopback only."""
    with launched_browser.in_use() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a window of its own, with no cookies; an error in its scripts fails the test."""
    problems: list[str] = []
    with browser.new_context() as context:
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        yield page
    assert not problems, f"scripts of the page failed: {problems}"


if __name__ == "__main__":
    print(get())
