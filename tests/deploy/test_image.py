"""The Dockerfile, as far as it can be checked without running it. `python -m tests.deploy` runs it without Docker."""

from __future__ import annotations

import ast
import re

import pytest

from bot.cli.parser import parser
from bot.runtime.settings import PREFIX, Settings
from tests.deploy.dockerfile import DOCKERFILE, Instruction, instructions, words
from tests.shape.tree import ROOT

TEXT = DOCKERFILE.read_text(encoding="utf-8")
WRITTEN = list(instructions(TEXT))


def said(word: str) -> list[str]:
    return [each.rest for each in WRITTEN if each.word == word]


def test_it_has_two_stages_on_a_pinned_base_and_names_no_registry() -> None:
    assert said("FROM") == ["python:${PYTHON}-slim-bookworm AS packages", "python:${PYTHON}-slim-bookworm"]
    (version,) = said("ARG")
    assert re.fullmatch(r"PYTHON=3\.1[123]", version)
    assert not re.search(r"\w+\.\w+/\w+:|https?://(?!127\.0\.0\.1)|--index|--extra", TEXT)


def test_it_does_not_run_as_root() -> None:
    (user,) = said("USER")
    assert re.fullmatch(r"[1-9]\d{4}:[1-9]\d{4}", user)
    after = WRITTEN[WRITTEN.index(Instruction("USER", user)) :]
    assert not {"RUN", "COPY"} & {each.word for each in after}


def test_it_installs_exactly_the_locked_packages() -> None:
    installing = [each for each in said("RUN") if " install " in each]
    assert len(installing) == 1
    assert "--require-hashes -r requirements.txt" in installing[0]


def test_what_it_copies_exists_and_is_sent_to_the_builder() -> None:
    sources = {each.split()[0] for each in said("COPY") if not each.startswith("--from")}
    assert all((ROOT / each).exists() for each in sources)
    sent = (ROOT / "deploy" / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert {each.removeprefix("!") for each in sent if each.startswith("!")} == sources
    assert "*" in sent


def test_its_settings_are_settings_and_none_is_a_secret() -> None:
    given = dict(each.split("=", 1) for line in said("ENV") for each in line.split())
    named = {name for name in given if name.startswith(PREFIX)}
    assert named
    for name in named:
        field = Settings.model_fields[name.removeprefix(PREFIX).lower()]
        assert "Secret" not in str(field.annotation)


def test_it_starts_the_program_and_stops_it_with_a_signal_it_handles() -> None:
    (entry,), (command,) = said("ENTRYPOINT"), said("CMD")
    assert words(entry) == ["python", "-m", "bot"]
    assert parser().parse_args(words(command)).command == "serve"
    assert said("STOPSIGNAL") == ["SIGTERM"]


def test_its_health_check_requests_the_health_page() -> None:
    (check,) = said("HEALTHCHECK")
    python, flag, code = words(check.partition("CMD ")[2])
    assert (python, flag) == ("python", "-c")
    ast.parse(code)
    assert "/healthz" in code


@pytest.mark.parametrize("line", ["RUN a \\\n    && b", "# RUN nothing\nRUN a && b"])
def test_continued_lines_and_comments_are_parsed_as_by_docker(line: str) -> None:
    assert list(instructions(line)) == [Instruction("RUN", "a && b")]
