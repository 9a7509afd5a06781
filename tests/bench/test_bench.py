"""The benchmarks run, print every figure, and notice a baseline that does other work. No time is tested."""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.flags import meaning
from storage import Database
from storage.keys import KeyRing
from tests.attacks.suite import OUT_OF_REACH
from tests.bench import digest, hand_written, register
from tests.bench.__main__ import SMALL, WHOLE
from tests.bench.measuring import raw_connection
from tests.clock import environment
from tests.rings import new_ring

ROOT = Path(__file__).resolve().parents[2]
FIGURE = re.compile(r"(\w+): (\d+(?:\.\d+)?(?:e[+-]\d+)?)")
FIGURES = {
    "flag": {"flag_vs_raw_sqlite", "flags_per_second", "flag_vs_same_statements"},
    "digest": {
        "digest_one_owner_vs_sql",
        "digest_one_owner_milliseconds",
        "digest_all_owners_vs_sql",
        "digest_all_owners_seconds",
        "digest_open_milliseconds",
        "digest_peak_megabytes",
    },
    "tick": {"tick_idle_ms"},
    "growth": {
        "growth_flag",
        "growth_home_member",
        "growth_home_owner",
        "growth_open_policies",
        "growth_see_flags",
        "growth_lock_held",
        "growth_tick",
        "growth_digest",
        "my_flags_ms",
    },
    "release": {"release_1000_boxes_seconds", "release_lock_held_ms"},
    "herd": {"herd_seconds", "herd_loop_blocked_ms", "herd_vs_job_store"},
    "deliveries": {
        "deliveries_per_second_sqlite",
        "deliveries_per_second_postgresql",
        "deliveries_two_workers_vs_one",
        "deliveries_two_workers_vs_one_50_ms",
    },
    "similar": {
        "similar_recall_at_3",
        "similar_1000_ms",
        *(("similar_recall_at_3_meaning", "similar_1000_ms_meaning") if meaning.installed() else ()),
    },
    "start": {"start_seconds", "start_megabytes", "first_start_seconds", "serve_idle_megabytes"},
    "slack": {
        "slack_flag_vs_noop_bolt",
        "slack_flags_per_second",
        "slack_open_form_vs_noop_bolt",
        "slack_flag_cpu_vs_noop",
        "slack_open_form_cpu_vs_noop",
        "slack_flag_p99_ms",
    },
    "teams": {
        "teams_card_action_vs_stock",
        "teams_dialog_vs_stock",
        "teams_card_actions_per_second",
        "teams_flags_per_second",
        "teams_sends_per_second",
    },
    "attacks": {"attacks_tried", "attacks_that_beat_chance", "planted_leaks_seen"},
}
MAY_BE_NONE = set() if OUT_OF_REACH else {"attacks_that_beat_chance"}
"""What is out of reach beats chance in the smallest population too: a run in which it does not has tried nothing."""


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A folder with a short path: sockets of workers are put below it, and the path of one has 107 bytes at most."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.mark.timeout(150)
@pytest.mark.parametrize("measure", FIGURES)
def test_a_small_run_prints_every_figure_and_leaves_nothing(short_path: Path, measure: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--small", measure],
        cwd=ROOT,
        env={**environment(), "TMPDIR": str(short_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=140,
    )
    assert run.returncode == 0, run.stderr
    found = {match[1]: float(match[2]) for match in map(FIGURE.fullmatch, run.stdout.splitlines()) if match}
    assert len(found) == len(run.stdout.splitlines())
    assert set(found) == FIGURES[measure]
    assert all(value for name, value in found.items() if name not in MAY_BE_NONE)
    assert list(short_path.iterdir()) == []


def test_every_measure_is_run_small_too() -> None:
    assert set(WHOLE) == set(SMALL) == set(FIGURES)


def test_every_figure_is_explained() -> None:
    page = (ROOT / "docs" / "bench.md").read_text(encoding="utf-8")
    explained = {name for name in re.findall(r"`(\w+)`", page) if "_" in name}
    assert explained >= set().union(*FIGURES.values())


@pytest.fixture
def small(tmp_path: Path) -> tuple[register.Register, KeyRing]:
    """A small database, and its keys."""
    ring = new_ring("test")
    return register.make(tmp_path / "register.db", register.Size(owners=4, policies=20, flags=2_000), ring), ring


def test_a_floor_that_counts_otherwise_is_noticed(
    small: tuple[register.Register, KeyRing], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, ring = small
    with Database(made.url) as database, closing(raw_connection(made.file)) as raw:
        digest.check_the_same(database, ring, raw, made.owners)
        monkeypatch.setattr(hand_written, "UNANSWERED", "('waiting')")
        with pytest.raises(digest.NotTheSame):
            digest.check_the_same(database, ring, raw, made.owners)


def test_the_register_is_one_that_the_product_could_have_written(small: tuple[register.Register, KeyRing]) -> None:
    made, _ = small
    with closing(raw_connection(made.file)) as raw:
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
