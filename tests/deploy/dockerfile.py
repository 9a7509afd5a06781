"""Parses the Dockerfile and runs it without Docker: each stage in a folder, with a clean virtual environment.

This cannot test the base image itself, its user and its isolation. Paths of the image become paths below the
stage's folder; `python` and `pip` are those of the clean environment.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = ROOT / "deploy" / "Dockerfile"
SAID = frozenset(("USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD"))
"""Instructions that only describe the image, and take effect when it runs."""
SECONDS = 600


class Instruction(NamedTuple):
    """One instruction: its keyword and its arguments."""

    word: str
    rest: str


def instructions(text: str) -> Iterator[Instruction]:
    """The instructions of a Dockerfile in order, without comments, with continued lines joined."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if line.strip():
            word, _, rest = line.strip().partition(" ")
            yield Instruction(word.upper(), " ".join(rest.split()) if word.upper() != "HEALTHCHECK" else rest)


@dataclass
class Stage:
    """One stage, in a folder that represents the root of its file system."""

    root: Path
    workdir: str = "/"
    environment: dict[str, str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)

    def inside(self, path: str) -> Path:
        """The path in the folder for a path in the image."""
        whole = path if path.startswith("/") else f"{self.workdir}/{path}"
        return self.root / whole.lstrip("/")


class Build:
    """Runs a Dockerfile in `folder`; afterwards the last of `stages` is what the image would be."""

    def __init__(self, folder: Path, text: str) -> None:
        self._folder = folder
        self._text = text
        self._base = folder / "base"
        self.stages: dict[str, Stage] = {}

    @property
    def image(self) -> Stage:
        """The last stage."""
        return list(self.stages.values())[-1]

    def run(self) -> None:
        """Run all instructions. Raises the error of the first that fails."""
        subprocess.run([sys.executable, "-m", "venv", self._base], check=True, timeout=SECONDS)
        for word, rest in instructions(self._text):
            if word in SAID:
                self.image.said[word] = rest
            else:
                getattr(self, f"_{word.lower()}")(rest)

    def command(self, words: list[str], **environment: str) -> tuple[list[str], dict[str, str]]:
        """A command of the image, with its paths mapped, and its environment."""
        given = {name: self._mapped(value) for name, value in self.image.environment.items()}
        own = f"{self._mapped('/opt/deliverable/bin')}{os.pathsep}{os.environ['PATH']}"
        return [self._mapped(word) for word in words], {**given, "PATH": own, **environment}

    def _arg(self, rest: str) -> None:
        """Use the version of the running Python as the base image's."""

    def _from(self, rest: str) -> None:
        _, _, name = rest.partition(" AS ")
        name = name or "image"
        self.stages[name] = Stage(self._folder / name)
        self.stages[name].root.mkdir()

    def _workdir(self, rest: str) -> None:
        self.image.workdir = rest
        self.image.inside(rest).mkdir(parents=True, exist_ok=True)

    def _run(self, rest: str) -> None:
        path = f"{self._base / 'bin'}{os.pathsep}{os.environ['PATH']}"
        self.image.inside("/opt").mkdir(parents=True, exist_ok=True)
        subprocess.run(
            self._mapped(rest),
            shell=True,
            cwd=self.image.inside(self.image.workdir),
            env={**os.environ, "PATH": path, "PIP_QUIET": "2"},
            check=True,
            timeout=SECONDS,
        )

    def _copy(self, rest: str) -> None:
        *options, source, target = shlex.split(rest)
        from_ = next((each.partition("=")[2] for each in options if each.startswith("--from=")), "")
        found = self.stages[from_].inside(source) if from_ else ROOT / source
        to = self.image.inside(target)
        to = to / found.name if target.endswith("/") else to
        to.parent.mkdir(parents=True, exist_ok=True)
        if found.is_dir():
            shutil.copytree(found, to, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(found, to)

    def _env(self, rest: str) -> None:
        self.image.environment |= dict(each.split("=", 1) for each in shlex.split(rest))

    def _mapped(self, text: str) -> str:
        return re.sub(r"(?<![\w./])/(?=opt/deliverable\b|data\b|build\b)", f"{self.image.root}/", text)


def words(exec_form: str) -> list[str]:
    """The words of a command in its JSON form."""
    found: list[str] = json.loads(exec_form)
    return found
