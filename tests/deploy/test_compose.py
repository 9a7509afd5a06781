"""The compose file, as far as it can be checked without Docker."""

from __future__ import annotations

import re

from bot.runtime.settings import IN_A_FILE, PREFIX, Settings
from tests.shape.tree import ROOT

TEXT = (ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8")
GUIDE = (ROOT / "deploy" / "README.md").read_text(encoding="utf-8")


def test_its_settings_are_settings_and_its_secrets_are_files() -> None:
    given = dict(re.findall(rf"^ +({PREFIX}\w+): (\S+)$", TEXT, re.MULTILINE))
    assert {"DELIVERABLE_KEY_FILE", "DELIVERABLE_DATABASE_URL_FILE"} <= set(given)
    for name, value in given.items():
        assert name.removeprefix(PREFIX).removesuffix(IN_A_FILE).lower() in Settings.model_fields
        # No secret is in the file; the end-months file is written, so it lies on a volume.
        assert value.startswith("/run/secrets/") or name == "DELIVERABLE_END_KEYS"


def test_every_secret_is_declared_used_and_documented() -> None:
    declared = set(re.findall(r"^    file: secrets/(\w+)$", TEXT, re.MULTILINE))
    used = set(re.findall(r"^ +- (\w+)$", TEXT.partition("\nvolumes:\n")[0], re.MULTILINE))
    assert declared <= used
    assert set(re.findall(r"/run/secrets/(\w+)", TEXT)) == declared
    for each in declared:
        assert each in GUIDE


def test_every_image_has_a_version() -> None:
    images = re.findall(r"^ +image: (\S+)$", TEXT, re.MULTILINE)
    assert len(images) == 2
    assert all(re.fullmatch(r"[\w/]+:\d[\w.-]*", each) for each in images)


def test_by_default_only_its_own_machine_can_reach_it() -> None:
    ports = re.findall(r'^ +- "(\S+:\d+)"$', TEXT, re.MULTILINE)
    assert ports
    assert all(each.startswith("127.0.0.1:") for each in ports)


def test_it_waits_as_long_as_the_program_may_take_to_stop() -> None:
    from bot.runtime.shutdown import WITHIN_SECONDS

    grace = re.findall(r"^ +stop_grace_period: (\d+)s$", TEXT, re.MULTILINE)
    assert all(int(each) > WITHIN_SECONDS for each in grace)


def test_the_database_records_neither_commit_times_nor_statements() -> None:
    for each in ("track_commit_timestamp=off", "log_statement=none", "log_parameter_max_length=0"):
        assert f"- {each}\n" in TEXT
