"""Setting who runs Deliverable, and rewrapping keys with a new master key."""

from __future__ import annotations

import pytest

from storage.keys import new_master_key
from tests.cli.conftest import Run
from tests.cli.register import rows

pytestmark = pytest.mark.usefixtures("key")


def test_settings_are_stored_and_printed(run: Run) -> None:
    first = run("organisation", "--name", "the Department for Practice", "--answer-days", "5")
    assert first.code == 0
    again = run("organisation")
    assert "name: the Department for Practice\n" in again.out
    assert "answer_days: 5\n" in again.out
    assert rows("organisation", "name, answer_days") == [("the Department for Practice", 5)]


def test_every_error_is_reported_and_nothing_is_set(run: Run) -> None:
    run("organisation", "--name", "the Department for Practice")
    said = run("organisation", "--name", "Another", "--answer-days", "0", "--wrongdoing-link", "http://example.org")
    lines = said.sentence.splitlines()
    assert sorted(each.partition(":")[0] for each in lines) == ["--answer-days", "--wrongdoing-link"]
    assert rows("organisation", "name") == [("the Department for Practice",)]


def test_keys_are_rewrapped_with_the_first_of_two(run: Run, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    announced = run("announce", "--title", "Permit", "--summary", "One.", "--owner", "priya.nair@example.org")
    assert announced.code == 0
    before = rows("policy_keys", "text")
    successor = new_master_key("k2")
    monkeypatch.setenv("DELIVERABLE_KEY", f"{successor},{key}")
    assert run("keys", "rewrap").out == "3 keys wrapped again. All are now wrapped by k2.\n"
    assert rows("policy_keys", "text") != before
    monkeypatch.setenv("DELIVERABLE_KEY", successor)
    assert run("keys", "rewrap").out.startswith("0 keys wrapped again.")


@pytest.mark.parametrize(("name", "because"), [("k9", "which DELIVERABLE_KEY lacks"), ("same", "does not open")])
def test_a_key_that_opens_no_stored_key_is_refused(
    run: Run, key: str, monkeypatch: pytest.MonkeyPatch, name: str, because: str
) -> None:
    permit = ("announce", "--title", "Permit", "--summary", "One.", "--owner", "priya.nair@example.org")
    assert run(*permit).code == 0
    another = new_master_key(key.partition(":")[0] if name == "same" else name)
    monkeypatch.setenv("DELIVERABLE_KEY", another)
    for command in (("serve",), permit, ("deliveries", "--again", "all"), ("keys", "rewrap")):
        refused = run(*command)
        assert because in refused.sentence
        assert refused.sentence.endswith("cannot be read without the right key: put it back.")
    assert len(rows("policy_keys", "text")) == 1
    monkeypatch.setenv("DELIVERABLE_KEY", f"{another},{key}" if name != "same" else key)
    assert run("deliveries").code == 0


def test_what_sentences_are_made_of_is_not_left_blank(run: Run) -> None:
    run("organisation", "--name", "the Department for Practice")
    for blank in ("", " ", "\u2800\u3164"):
        assert "--name: This should be what the organisation is called" in run("organisation", "--name", blank).sentence
    assert rows("organisation", "name") == [("the Department for Practice",)]
