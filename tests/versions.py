"""Run some of the tests on every other Python found here: `python -m tests.versions PYTEST-ARGUMENT…`.

Each has its own virtual environment, such as `.venv-3.12`, which is installed again when the locks have changed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).resolve().parents[1]
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
OWN = "{}.{}".format(*sys.version_info)
LOCKS = ("requirements.txt", "requirements-dev.txt")
# Without compiling: the tests import only a small part of what is installed.
INSTALL = ("-m", "pip", "--disable-pip-version-check", "-qq", "install", "--no-compile", "--require-hashes")


def find(version: str) -> str | None:
    """The path of a Python of that version, on the PATH or from pyenv, or None."""
    return next((each for each in _candidates(version) if _is(version, each)), None)


def _candidates(version: str) -> Iterator[str]:
    if on_path := shutil.which(f"python{version}"):
        yield on_path
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(map(str, pyenv.glob(f"versions/{version}.*/bin/python{version}")), reverse=True)


def _is(version: str, python: str) -> bool:
    """Whether it starts, has that version and can make a virtual environment: pyenv's shims may not."""
    code = f"import sys, venv, ensurepip; sys.exit('%d.%d' % sys.version_info[:2] != '{version}')"
    return subprocess.run((python, "-c", code), capture_output=True, check=False).returncode == 0


def environment(version: str, python: str) -> Path:
    """The Python of a virtual environment for that version, with all locked packages."""
    folder = ROOT / f".venv-{version}"
    stamp, inside = folder / ".locked", folder / "bin" / "python"
    locked = hashlib.sha256(b"".join((ROOT / each).read_bytes() for each in LOCKS)).hexdigest()
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != locked:
        subprocess.run((python, "-m", "venv", "--clear", folder), check=True)
        wanted = [word for each in LOCKS for word in ("-r", str(ROOT / each))]
        subprocess.run((inside, *INSTALL, *wanted), check=True)
        stamp.write_text(locked, encoding="utf-8")
    return inside


def run(version: str, arguments: Sequence[str]) -> bool:
    """Run pytest with these arguments on that version, and print the result. True if it passed or was not found."""
    python = find(version)
    if python is None:
        print(f"Python {version} is not here: these tests were not run on it.", flush=True)
        return True
    began = monotonic()
    print(f"On Python {version} ({python}):", flush=True)
    inside = environment(version, python)
    installed = monotonic()
    passed = subprocess.run((inside, "-m", "pytest", *arguments), cwd=ROOT, check=False).returncode == 0
    print(f"{installed - began:.0f} s to install, {monotonic() - installed:.0f} s to run.", flush=True)
    return passed


def main(arguments: Sequence[str]) -> int:
    """Run them on all versions but this one; 1 if a test fails on any."""
    results = [run(each, arguments) for each in VERSIONS if each != OWN]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
