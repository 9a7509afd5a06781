"""What the documents say is true."""

import os
import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.shape.tree import PACKAGES, ROOT, files, name, text

DOCUMENTS = [path for path in files() if path.suffix == ".md"]
DECISIONS = [path for path in DOCUMENTS if name(path).startswith("docs/decisions/") and path.name != "README.md"]
LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?[^)]*\)")
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+\s+(.+?)\s*$", re.MULTILINE)
MEMBER = re.compile(r"`([A-Z]\w+)\.(\w+)`")
FIRST_SENTENCE = "Deliverable is a self-hosted Slack and Microsoft Teams bot that "
FOREIGN = {"Action", "ChannelMessage"}
"""Other libraries' classes that documents name with a member."""
SETTING = re.compile(r"^\| `(DELIVERABLE_\w+)` \| (.+) \| (.+) \|$", re.MULTILINE)


def _anchors(document: Path) -> set[str]:
    """The anchors of a document's headings."""
    headings = HEADING.findall(re.sub(r"^```.*?^```", "", text(document), flags=re.MULTILINE | re.DOTALL))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _leads_nowhere(document: Path, link: str) -> bool:
    if re.match(r"\w+:", link):
        return False
    path, _, anchor = link.partition("#")
    target = (document.parent / path) if path else document
    if not target.exists():
        return True
    return bool(anchor) and target.suffix == ".md" and anchor not in _anchors(target)


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_links_have_targets(document: Path) -> None:
    links = LINK.findall(CODE.sub("", text(document)))
    assert [link for link in links if _leads_nowhere(document, link)] == []


@pytest.mark.parametrize("record", DECISIONS, ids=name)
def test_a_decision_ends_in_how_it_is_checked(record: Path) -> None:
    _, last, said = re.split(r"^##\s+(.+)$", text(record), flags=re.MULTILINE)[-3:]
    assert last.strip() == "How it is checked"
    assert said.strip()


def test_the_readme_gives_the_two_commands_and_ci_runs_the_one_for_tests() -> None:
    commands = re.findall(r"\bmake [a-z]+", "".join(CODE.findall(text(ROOT / "README.md"))))
    assert {"make demo", "make test"} <= set(commands)
    run = ROOT / ".ci" / "run"
    assert {"make check", "make test", "make versions", "set -eu"} <= set(run.read_text(encoding="utf-8").splitlines())
    assert os.access(run, os.X_OK)


def test_the_readme_begins_with_what_it_is_and_shows_it() -> None:
    _, first, second = text(ROOT / "README.md").split("\n\n")[:3]
    assert first.startswith(FIRST_SENTENCE)
    assert second.startswith("![The digest")


def _members() -> set[tuple[str, str]]:
    """Every class of the program, with the names in its file: the valid `Class.name` references of a document."""
    found = set()
    for path in files():
        if path.suffix == ".py" and name(path).startswith(PACKAGES):
            words = set(re.findall(r"\w+", text(path)))
            found |= {(each, word) for each in re.findall(r"^class (\w+)", text(path), re.MULTILINE) for word in words}
    return found


def test_every_class_member_that_a_document_names_exists() -> None:
    named = {member for document in DOCUMENTS for member in MEMBER.findall(text(document))}
    classes = {member[0] for member in _members()}
    assert {member for member in named if member[0] in classes} <= _members()
    assert [member for member in named if member[0] not in classes | FOREIGN] == []


def test_every_make_command_in_the_documents_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", text(ROOT / "Makefile"), flags=re.MULTILINE))
    named = {
        command
        for document in DOCUMENTS
        for code in CODE.findall(text(document))
        for command in re.findall(r"^(?:`|\s*\$?\s*)make ([a-z]+)", code, flags=re.MULTILINE)
    }
    assert named <= targets


def test_the_table_of_settings_is_that_of_the_code() -> None:
    from bot.runtime.settings import PREFIX, Settings

    coded = [
        (f"{PREFIX}{name}".upper(), _default(field.default), field.description)
        for name, field in Settings.model_fields.items()
    ]
    assert SETTING.findall(text(ROOT / "docs" / "settings.md")) == coded


def _default(value: object) -> str:
    """A default value as the table shows it."""
    shown = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    return f"`{shown.lower() if isinstance(value, bool) else shown}`" if shown else "none"
