"""A browser is installed if possible; if not, its tests are skipped with the reason."""

import os
from pathlib import Path

import pytest

from tests import browsers
from tests.shape.tree import ROOT

LACKS = "error while loading shared libraries: libatomic.so.1: cannot open shared object file"
WANTS_A_PAGE = """
def test_seen(page):
    page.set_content("<h1>Here</h1>")

async def test_beside_it():
    pass
"""


def program(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def minimal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH of one folder: no browser, and a driver that lacks a library."""
    node = program(tmp_path / "node", f'test -e {tmp_path}/libatomic1 || {{ echo "$0: {LACKS}" >&2; exit 127; }}')
    for name, value in {"PLAYWRIGHT_NODEJS_PATH": node, "PATH": tmp_path, "HOME": tmp_path}.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.delenv("PLAYWRIGHT_BROWSERS_PATH", raising=False)
    monkeypatch.setattr(browsers, "KEPT", tmp_path / "browsers")
    return tmp_path


def debian(folder: Path) -> None:
    """Add an apt-get that records its arguments, and installs a browser and a library."""
    installs = f"/bin/cp {folder}/node {folder}/chromium-headless-shell && : > {folder}/libatomic1"
    program(folder / "apt-get", f'echo "$@" >> {folder}/asked\ntest "$1" = update || {{ {installs}; }}')


def test_a_named_browser_that_is_missing_is_not_replaced_by_another(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "chromium"))
    assert browsers.find() is None
    assert "CHROMIUM names no file" in browsers.get()


def test_playwrights_own_is_found_without_its_driver(minimal: Path) -> None:
    assert browsers.find() is None
    for revision in ("1200", "1255"):
        (minimal / f"browsers/chromium-{revision}/chrome-linux64").mkdir(parents=True)
        (minimal / f"browsers/chromium-{revision}/chrome-linux64/chrome").touch()
    assert browsers.find() == str(minimal / "browsers/chromium-1255/chrome-linux64/chrome")
    shell = minimal / "browsers/chromium_headless_shell-1200/chrome-headless-shell-linux64/chrome-headless-shell"
    shell.parent.mkdir(parents=True)
    shell.touch()
    assert browsers.find() == str(shell)


def test_the_headless_shell_comes_before_a_whole_browser(minimal: Path) -> None:
    for name in ("chromium", "chromium-headless-shell"):
        program(minimal / name, "exit 0")
    assert browsers.find() == str(minimal / "chromium-headless-shell")


def test_root_gets_debians_packages(minimal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    debian(minimal)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert browsers.get() == f"The tests in a browser use {minimal}/chromium-headless-shell."
    asked = (minimal / "asked").read_text(encoding="utf-8")
    assert asked == "update -qq\ninstall -qq --yes --no-install-recommends chromium-headless-shell libatomic1\n"


def test_others_are_shown_what_is_missing(minimal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    debian(minimal)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    said = browsers.get()
    assert said == (
        f"The tests in a browser will be skipped: Playwright's driver does not start ({LACKS}). "
        "On Debian: apt-get install chromium-headless-shell libatomic1. "
        "Elsewhere: CHROMIUM=/path/to/chromium names one."
    )
    assert not (minimal / "asked").exists()


def test_a_failed_installation_is_reported_in_one_line(
    minimal: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program(minimal / "apt-get", 'echo noise; echo "E: Unable to locate package chromium" >&2; exit 100')
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert "will be skipped" in browsers.get()
    assert capsys.readouterr().out.splitlines()[1:] == ["That failed: E: Unable to locate package chromium"] * 2


def outcome(pytester: pytest.Pytester) -> tuple[dict[str, int], str]:
    pytester.makepyfile(WANTS_A_PAGE)
    plain = ("-p", "tests.browsers", "-p", "no:randomly", "-p", "no:cacheprovider", "-o", "asyncio_mode=auto")
    loop = "asyncio_default_fixture_loop_scope=function"
    ran = pytester.runpytest_subprocess("-rs", "-W", "error", *plain, "-o", loop)
    return ran.parseoutcomes(), " ".join(" ".join(ran.outlines).split())


@pytest.fixture
def not_under_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing is skipped, not failed."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("CI", raising=False)


@pytest.mark.usefixtures("not_under_ci")
def test_if_the_driver_does_not_start_tests_are_skipped(minimal: Path, pytester: pytest.Pytester) -> None:
    result, said = outcome(pytester)
    assert result == {"passed": 1, "skipped": 1}
    assert f"no browser: Playwright's driver does not start ({LACKS})" in said


@pytest.mark.usefixtures("not_under_ci", "browser_path")
def test_if_the_browser_does_not_start_tests_are_skipped(
    pytester: pytest.Pytester, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = program(tmp_path / "chromium", 'test "$1" = --version || { echo no libnss3 >&2; exit 127; }')
    monkeypatch.setenv("CHROMIUM", str(broken))
    result, said = outcome(pytester)
    assert result == {"passed": 1, "skipped": 1}
    assert f"no browser: {broken} does not start (no libnss3)" in said
