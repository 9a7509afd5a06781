"""Measure, and print each figure as a line `name: value`: `python -m tests.bench [--small] [which…]`."""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench import deliveries, digest, flag, growth, herd, register, release, similar, start, tick
from tests.bench.measuring import Figures

Measure = Callable[[Path], Figures]


def _teams(folder: Path, blocks: int, clicks: int, sends: int) -> Figures:
    from tests.bench import teams  # here, so that the others do not hold the memory of its libraries

    return teams.measure(folder, blocks, clicks, sends)


def _slack(folder: Path, *, small: bool) -> Figures:
    from tests.bench import slack  # here, for the same reason

    return slack.measure(folder, slack.SMALL if small else slack.WHOLE)


def _attacks(*, small: bool) -> Figures:
    from tests.attacks.script import LEAST, MIDDLE, SHORT
    from tests.bench import attacks  # here, for the same reason

    return attacks.measure(LEAST, LEAST, ["sqlite"]) if small else attacks.measure(MIDDLE, SHORT)


def _start(folder: Path, times: int) -> Figures:
    from tests.bench import idle  # here, for the same reason

    return {**start.measure(folder, times), **idle.measure(folder, times)}


WHOLE: dict[str, Measure] = {
    "flag": lambda folder: flag.measure(folder, blocks=40),
    "digest": lambda folder: digest.measure(folder, register.WHOLE),
    "tick": lambda folder: tick.measure(folder, number=100_000, ticks=500),
    "growth": lambda folder: growth.measure(folder, growth.WHOLE),
    "release": lambda folder: release.measure(folder, policies=50, boxes=1_000, times=5),
    "herd": lambda folder: herd.measure(folder, number=100_000, few=5_000),
    "deliveries": lambda folder: deliveries.measure(folder, number=1_500, times=3),
    "similar": lambda folder: similar.measure(folder, number=1_000, times=40),
    "start": lambda folder: _start(folder, times=5),
    "slack": lambda folder: _slack(folder, small=False),
    "teams": lambda folder: _teams(folder, blocks=8, clicks=600, sends=400),
    "attacks": lambda folder: _attacks(small=False),
}
SMALL: dict[str, Measure] = {
    "flag": lambda folder: flag.measure(folder, blocks=2),
    "digest": lambda folder: digest.measure(folder, register.SMALL),
    "tick": lambda folder: tick.measure(folder, number=1_000, ticks=10),
    "growth": lambda folder: growth.measure(folder, growth.SMALL),
    "release": lambda folder: release.measure(folder, policies=2, boxes=20, times=1),
    "herd": lambda folder: herd.measure(folder, number=300, few=100),
    "deliveries": lambda folder: deliveries.measure(folder, number=60, times=1),
    "similar": lambda folder: similar.measure(folder, number=50, times=5),
    "start": lambda folder: _start(folder, times=1),
    "slack": lambda folder: _slack(folder, small=True),
    "teams": lambda folder: _teams(folder, blocks=1, clicks=12, sends=12),
    "attacks": lambda folder: _attacks(small=True),
}


def main() -> None:
    """Run the chosen measurements, and print each figure as soon as it is known."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Speed and memory, as figures.")
    parser.add_argument(
        "--small", action="store_true", help="a quick run that shows that it works; figures mean little"
    )
    parser.add_argument("which", nargs="*", metavar="WHICH", help=f"of {', '.join(WHOLE)} (default: all)")
    given = parser.parse_args()
    measures = SMALL if given.small else WHOLE
    if unknown := set(given.which) - set(measures):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory(prefix="deliverable-bench-") as folder:
        for name in given.which or measures:
            for figure, value in measures[name](Path(folder)).items():
                print(f"{figure}: {value:.3g}" if value < 100 else f"{figure}: {value:.0f}", flush=True)


if __name__ == "__main__":
    main()
