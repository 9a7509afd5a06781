"""`python -m tests.stories.pictures` plays a few days in the sandbox and takes the pictures of the README."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, FloatRect, Page, ViewportSize, sync_playwright

from adapters.web import Sandbox
from storage.migrate import migrate
from tests.browsers import QUIET, find
from tests.stories.company import StandingClock
from tests.stories.pages import Pages
from tests.stories.speaking import ADDRESS, CHANNEL, PERMIT, answers, gives_view, view
from tests.stories.web import serving
from tests.stories.world import World

SYSTEMS = (
    "Councils use about 140 permit systems. For 60 of them the supplier's contract ends after April, "
    "so those cannot be joined up by then."
)
NIGHTS = "It works at today's volume. At ten times the volume, support at night is needed and is not in the plan."
BADGES = "May councils share blue badge data for this purpose?"
FOLDER = Path(__file__).parents[2] / "docs" / "images"
SIZE = ViewportSize(width=1120, height=1000)
MARGIN = 20
MOST_BYTES = 200_000


def some_days(world: World) -> None:
    """Monday to Wednesday: flags on two policies, a second, the digest, and one answer."""
    amina, tomos, kezia, helen = (world.person(each) for each in ("amina", "tomos", "kezia", "helen"))
    helen.opens("home")
    helen.presses("Change when this arrives")
    helen.fills_in({"Days and time": "Wednesdays at 9am"})
    helen.sends()
    gives_view(amina, view(SYSTEMS, "Start in April with councils that share a system. Add the others later."))
    gives_view(kezia, view("Nine councils do this already.", verdict="Deliverable as announced", theme="Skills"))
    gives_view(kezia, view(NIGHTS, "Fund night support.", verdict="Deliverable if…", theme="Funding"), ADDRESS)
    world.time_moves_to_tomorrow_morning()
    tomos.opens(CHANNEL)
    tomos.presses("See flags", under=PERMIT)
    tomos.presses("I see this too", under="Not deliverable as announced")
    tomos.sends()
    gives_view(tomos, view(BADGES, known="Named", verdict="Cannot tell yet", theme="Law"))
    world.time_moves_to_the_next_digest()


def one_answer(world: World) -> None:
    """What Helen answers from that digest."""
    helen = world.person("helen")
    helen.opens("inbox")
    text = "Councils that share a system go first, in April. The others join as their contracts end."
    answers(helen, "1. Not deliverable", "We will change it", text, "2027-03-31")


@contextmanager
def browsed() -> Iterator[Browser]:
    """A Chromium."""
    path = find() or sys.exit("There is no Chromium: `python -m tests.browsers` tries to get one.")
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=path, args=[*QUIET, "--no-sandbox"]) as browser,
    ):
        yield browser


def take(page: Page, name: str, heading: str) -> None:
    """Take the picture of the message with that heading and its replies, and print its size."""
    message = page.get_by_role("article").filter(has=page.get_by_role("heading", name=heading)).first
    box = message.bounding_box()
    assert box is not None
    clip: FloatRect = {
        "x": box["x"] - MARGIN,
        "y": box["y"] + 1,
        "width": box["width"] + 2 * MARGIN,
        "height": box["height"] + MARGIN,
    }
    target = FOLDER / name
    target.write_bytes(page.screenshot(scale="css", full_page=True, clip=clip))
    size = target.stat().st_size
    print(f"{target.relative_to(FOLDER.parents[1])}: {size:,} bytes")  # noqa: T201 - a command that reports
    if size > MOST_BYTES:
        sys.exit(f"{name} has more than {MOST_BYTES:,} bytes.")


def main() -> None:
    """Take both pictures."""
    FOLDER.mkdir(exist_ok=True)
    with ExitStack() as stack:
        url = f"sqlite:///{stack.enter_context(tempfile.TemporaryDirectory())}/pictures.db"
        migrate(url, now=datetime.now(UTC))
        server = stack.enter_context(serving(url, Sandbox(StandingClock())))

        def look_in(name: str) -> Pages:
            window = Pages(server.address, name)
            stack.callback(window.close)
            return window

        server.look_through = look_in
        world = World(server)
        page = stack.enter_context(browsed()).new_page(viewport=SIZE, color_scheme="light", locale="en-GB")
        some_days(world)
        page.goto(f"{server.address}/as/helen/inbox")
        take(page, "digest.png", "need your answer")
        one_answer(world)
        page.goto(f"{server.address}/as/amina/channel/{CHANNEL}")
        take(page, "channel.png", PERMIT)


if __name__ == "__main__":
    main()
