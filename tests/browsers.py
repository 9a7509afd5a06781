"""A Chromium for the tests that look at pages: found on this machine, or installed by `python -m tests.browsers`.

`CHROMIUM` names one; else one on the PATH is used, else Playwright's own. Playwright talks to it through its driver, a
program that needs a library which a minimal machine lacks. If either does not start, the tests are skipped.
"""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

from tests.missing import missing

# The headless shell is the same engine without the window around it, and takes a third of the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
KEPT = Path(sys.prefix) / "browsers"
"""Where Playwright's own is installed: beside pip's packages, so that both are removed together."""
DEBIANS = ("chromium-headless-shell", "libatomic1")
"""Debian's packages: the browser, and what Playwright's driver needs on a minimal machine."""
OWN = (
    "chromium_headless_shell-*/chrome-headless-shell-linux*/chrome-headless-shell",
    "chromium-*/chrome-linux*/chrome",
)
"""Where Playwright puts its own."""
ADVICE = f"On Debian: apt-get install {' '.join(DEBIANS)}. Elsewhere: CHROMIUM=/path/to/chromium names one."
SECONDS_TO_GET = 900
SECONDS_TO_START = 30
# Left to itself, a browser looks for updates and calls its vendor at every start.
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
    return next(filter(None, map(shutil.which, NAMES)), None) or _playwrights_own()


def _playwrights_own() -> str | None:
    folders = (KEPT, Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright"))
    found = (path for folder in folders for files in OWN for path in sorted(folder.glob(files), reverse=True))
    return next(map(str, found), None)


def problem() -> str | None:
    """Why no test can look at a page here, in a few words; None when all can."""
    path = find()
    if path is None and os.environ.get("CHROMIUM"):
        return "CHROMIUM names no file"
    if says := driver_problem():
        return f"Playwright's driver does not start ({says})"
    if path is None:
        return "there is no Chromium"
    says = _complaint(path)
    return f"{path} does not start ({says})" if says else None


def driver_problem() -> str | None:
    """What Playwright's driver prints instead of starting, or None if it starts."""
    try:
        return _complaint(compute_driver_executable()[0])
    except Error as error:
        return error.message


def _complaint(program: str) -> str | None:
    """The last line of a program that cannot even print its version; None if it can."""
    try:
        asked = subprocess.run(
            (program, "--version"), capture_output=True, text=True, timeout=SECONDS_TO_START, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return _reason(asked.stderr).removeprefix(f"{program}: ") if asked.returncode else None


def get() -> str:
    """Install what is missing, unless `CHROMIUM` names one, and report the result in a sentence."""
    lacking = problem()
    for step in () if os.environ.get("CHROMIUM") else (_get_playwrights_own, _get_debians):
        if lacking:
            step(lacking)
            lacking = problem()
    if lacking:
        return f"The tests in a browser will be skipped: {lacking}. {ADVICE}"
    return f"The tests in a browser use {find()}."


def _get_playwrights_own(lacking: str) -> None:
    if driver_problem():
        return  # the driver installs it
    print(f"Tests need a browser, and {lacking}: getting Playwright's own into {KEPT}.", flush=True)
    _run(sys.executable, "-m", "playwright", "install", "--only-shell", "chromium", PLAYWRIGHT_BROWSERS_PATH=str(KEPT))


def _get_debians(lacking: str) -> None:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    named = " and ".join(DEBIANS)
    print(f"Tests need a browser, and {lacking}. As root: installing Debian's {named} with apt-get.", flush=True)
    _run("apt-get", "update", "-qq")
    _run("apt-get", "install", "-qq", "--yes", "--no-install-recommends", *DEBIANS)


def _run(*command: str, **environment: str) -> None:
    """Run a program that installs something. Its output is passed on only if it fails, and as one line."""
    given = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", **environment}
    try:
        done = subprocess.run(command, env=given, capture_output=True, text=True, timeout=SECONDS_TO_GET, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"That failed: {error}", flush=True)
    else:
        if done.returncode:
            print(f"That failed: {_reason(done.stderr or done.stdout)}", flush=True)


def _reason(text: str) -> str:
    """The first line that mentions an error, else the last one."""
    lines = text.strip().splitlines() or ["it gave no reason"]
    return next((line for line in lines if line.startswith(("E: ", "Error"))), lines[-1])


@pytest.fixture(scope="session")
def browser_path() -> str:
    """The path of the Chromium that tests drive."""
    if lacking := problem():
        missing(f"no browser: {lacking}")
    path = find()
    assert path is not None
    return path


@dataclass(frozen=True)
class Launched:
    """The one browser of the run, and the event loop through which Playwright talks to it.

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


@contextmanager
def _driver() -> Iterator[Playwright]:
    """Playwright; afterwards no loop is marked as running."""
    try:
        with sync_playwright() as playwright:
            yield playwright
    finally:
        asyncio._set_running_loop(None)


def _launch(playwright: Playwright, path: str) -> Browser:
    """Start it in its own sandbox, or without one where that is impossible: as root, or in a container."""
    without = [*QUIET, "--no-sandbox"]
    if os.geteuid() != 0:
        with suppress(Error):
            return playwright.chromium.launch(executable_path=path, args=QUIET)
    try:
        return playwright.chromium.launch(executable_path=path, args=without)
    except Error as error:
        missing(f"no browser: {path} does not start ({_first_words(error.message)})")


def _first_words(launching: str) -> str:
    """The first thing that the browser wrote, from Playwright's long report of how it tried to start it."""
    head, *rest = launching.splitlines()
    return next((said for line in rest if (said := line.partition("[err] ")[2])), head)


@pytest.fixture(scope="session")
def launched_browser(browser_path: str) -> Iterator[Launched]:
    """The one browser of the run. Tests take `browser` or `page`."""
    with ExitStack() as stack:
        browser = _launch(stack.enter_context(_driver()), browser_path)
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
