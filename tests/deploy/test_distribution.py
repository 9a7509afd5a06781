"""The wheel and the source distribution are complete: installed alone, away from the repository, the program runs."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast
from urllib.request import urlopen

import pytest

from tests.shape.tree import PACKAGES, files, name

pytestmark = pytest.mark.timeout(240)
SECONDS = 120
BUILD = "import sys; from setuptools import build_meta as b; getattr(b, 'build_' + sys.argv[1])(sys.argv[2])"
STANDS = re.compile(r"The sandbox is at (http://127\.0\.0\.1:\d+)/")


def copied(into: Path) -> Path:
    """Copy the project's files, and nothing else beside them. Returns the folder."""
    for path in files():
        (into / name(path)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, into / name(path))
    return into


def build(kind: str, source: Path, into: Path) -> Path:
    """Build a `wheel` or an `sdist` from the project in a folder, without a network. Returns its file."""
    before = set(into.iterdir())
    command = (sys.executable, "-c", BUILD, kind, str(into))
    subprocess.run(command, cwd=source, check=True, capture_output=True, timeout=SECONDS)
    (built,) = set(into.iterdir()) - before
    return built


def contents(wheel: Path) -> dict[str, bytes]:
    """Every file in a wheel, except the list of files."""
    with zipfile.ZipFile(wheel) as packed:
        return {each: packed.read(each) for each in packed.namelist() if not each.endswith("/RECORD")}


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution of the project's files."""
    source, into = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("sdist")
    return build("sdist", copied(source), into)


@pytest.fixture(scope="module")
def unpacked(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one folder in the source distribution."""
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as packed:
        for member in filter(tarfile.TarInfo.isfile, packed):  # early releases of 3.11 have no extractall with a filter
            (folder / member.name).parent.mkdir(parents=True, exist_ok=True)
            (folder / member.name).write_bytes(cast(IO[bytes], packed.extractfile(member)).read())
    (found,) = folder.iterdir()
    return found


@pytest.fixture(scope="module")
def wheel(unpacked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source distribution."""
    return build("wheel", unpacked, tmp_path_factory.mktemp("wheel"))


def ours(listed: set[str]) -> set[str]:
    """The files of our packages."""
    return {each for each in listed if each.split("/")[0] in PACKAGES}


def test_all_files_of_the_packages_are_in_the_wheel(wheel: Path) -> None:
    wanted = {name(path) for path in files() if path.suffix != ".md"}
    assert ours(set(contents(wheel))) == ours(wanted)


def test_the_wheel_names_its_licence(wheel: Path) -> None:
    inside = contents(wheel)
    (metadata,) = (text.decode() for path, text in inside.items() if path.endswith(".dist-info/METADATA"))
    (licence,) = (text.decode() for path, text in inside.items() if path.endswith(".dist-info/licenses/LICENSE"))
    assert "\nLicense-Expression: MIT\n" in metadata
    assert licence.startswith("MIT License\n")


def test_the_source_distribution_has_the_pins_and_no_tests(unpacked: Path) -> None:
    inside = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    assert {"LICENSE", "README.md", "pyproject.toml", "requirements.in", "requirements.txt"} <= inside
    assert {each for each in inside if each.startswith("tests/")} == set()


def test_the_repository_builds_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    into = tmp_path / "wheel"
    into.mkdir()
    assert contents(build("wheel", copied(tmp_path / "source"), into)) == contents(wheel)


@dataclass(frozen=True)
class Installed:
    """The program in its own virtual environment, and an empty folder to run it in."""

    programs: Path
    folder: Path

    def command(self, *words: str) -> list[str]:
        return [str(self.programs / "python"), "-m", "bot", *words]

    @property
    def environment(self) -> dict[str, str]:
        """An environment without anything that leads back to the repository."""
        return {"PATH": f"{self.programs}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "100"}

    def run(self, *command: str, **settings: str) -> str:
        """The output of a command. If it fails, raises CalledProcessError with its output."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment | settings,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in a clean environment, with access to the packages of this one."""
    environment = tmp_path_factory.mktemp("environment")
    subprocess.run((sys.executable, "-m", "venv", "--without-pip", environment), check=True, timeout=SECONDS)
    python = environment / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check", "-qq", "install")
    subprocess.run((*pip, "--no-deps", "--no-index", str(wheel)), check=True, timeout=SECONDS)
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    own = subprocess.run((python, "-c", where), capture_output=True, text=True, check=True, timeout=SECONDS).stdout
    # A path added this way is searched last, and its own .pth files, which name the repository, are ignored.
    (Path(own.strip()) / "locked.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return Installed(python.parent, tmp_path_factory.mktemp("away"))


def test_the_installed_one_runs_and_not_the_repositorys(installed: Installed) -> None:
    code = "import adapters, bot, storage; print(adapters.__file__, bot.__file__, storage.__file__, sep='\\n')"
    homes = {Path(each).parents[1] for each in installed.run(str(installed.programs / "python"), "-c", code).split()}
    assert len(homes) == 1
    assert installed.programs.parent in homes.pop().parents


def test_its_two_names_give_the_same_help(installed: Installed) -> None:
    help_ = installed.run(*installed.command("--help"))
    assert "usage: deliverable" in help_
    assert installed.run("deliverable", "--help") == help_


def test_it_lists_and_draws_its_screens(installed: Installed) -> None:
    listed = installed.run(*installed.command("views"))
    assert "digest" in listed
    assert "━  digest  ━" in installed.run(*installed.command("views", "digest"))


def test_it_creates_the_tables_of_a_new_database(installed: Installed) -> None:
    said = installed.run(*installed.command("migrate"), DELIVERABLE_DATABASE_URL="sqlite:///new.db")
    with closing(sqlite3.connect(installed.folder / "new.db")) as database:
        tables = {each for (each,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        ((version,),) = database.execute("SELECT version_num FROM alembic_version")
    assert {"flags", "policies", "deliveries"} <= tables
    assert version in said


@contextmanager
def served(installed: Installed) -> Iterator[str]:
    """The sandbox while it runs: gives its address."""
    command = installed.command("demo", "--port", "0")
    with subprocess.Popen(
        command, cwd=installed.folder, env=installed.environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            found = STANDS.search(process.stdout.readline())
            assert found
            yield found[1]
        finally:
            process.terminate()


def test_it_serves_its_pages_and_their_style(installed: Installed) -> None:
    with served(installed) as address:
        page = urlopen(f"{address}/", timeout=SECONDS).read().decode()
        (style,) = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
        assert "<title>" in page
        assert "{" in urlopen(f"{address}{style}", timeout=SECONDS).read().decode()
