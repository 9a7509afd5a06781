"""Steps that tests of Slack repeat: fill in the flag form, and read what a person sees."""

from __future__ import annotations

from bot.interface.json_object import Json
from tests.slack.driver import Answer
from tests.slack.reading import read
from tests.slack.serving import CHANNEL, Served
from tests.slack.window import OpenView

BECAUSE = "Sixty contracts end after April."
REMEDY = "Start with councils that share a system."
NAMED = "Named: Helen Marsh sees my name"


def fill_in(form: OpenView, because: str = BECAUSE, promise: str = "Confidential: nobody is shown my name") -> None:
    """Fill in a flag form."""
    form.choose("Who can know this is from you?", promise)
    form.choose("Is it deliverable?", "Deliverable if…")
    form.choose("What is it mainly about?", "Timetable")
    form.write("Why?", because)
    form.write("What would make it deliverable?", REMEDY)


async def open_form(served: Served, user: str, card: str) -> OpenView:
    """Press the button of a card that opens the flag form."""
    answer = await served.driver.press(user, CHANNEL, card, "Give your view")
    assert (answer.status, answer.text) == (200, "")
    return served.workspace.window(user).top


async def flag(served: Served, user: str, card: str, because: str = BECAUSE) -> Answer:
    """Give a flag, from the card to the answer to the form."""
    fill_in(await open_form(served, user, card), because)
    return await served.driver.submit(user)


def title(view: Json) -> str:
    """The title of a modal."""
    return str(view["title"]["text"])


def text(blocks: list[Json]) -> str:
    """What can be read."""
    return "\n".join(read(blocks))


def seen(served: Served, user: str) -> str:
    """The text of the modal on top."""
    return text(served.workspace.window(user).top.json["blocks"])
