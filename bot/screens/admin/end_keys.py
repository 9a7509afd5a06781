"""How the end-months file stands: whether a copy was proved, what is being destroyed, and what an operator must do."""

from dataclasses import dataclass
from datetime import date

from bot.calendar.dates import listed, month_name, short_date
from bot.interface.parts import Form, Heading, Notice, Paragraph, Part


@dataclass(frozen=True)
class EndKeysView:
    """`last_month` is the last that the file has; `ending` are the months whose line must go, `by_hand` if only so."""

    last_month: str
    ahead: bool
    proved_on: date | None = None
    ending: tuple[str, ...] = ()
    by_hand: bool = False
    problem: str = ""


def end_keys_form(view: EndKeysView) -> Form:
    """What stands, then what to do."""
    return Form(
        "End-months file",
        (
            Paragraph(
                "Everything that is written on a policy ends with a line of this file, which is kept apart from the "
                "database and its backups."
            ),
            *((Notice(view.problem),) if view.problem else ()),
            *_ending(view),
            Heading("A copy"),
            Paragraph(_proved(view)),
            Paragraph("Prove a copy each time months were added, and after each end: python -m bot keys prove COPY."),
            Heading("The months ahead"),
            Paragraph(_ahead(view)),
        ),
        close="Close",
    )


def _ending(view: EndKeysView) -> tuple[Part, ...]:
    if not view.ending:
        return ()
    months = listed([month_name(each) for each in view.ending])
    if view.by_hand:
        said = f"Remove the lines of {months} from the file by hand: this process cannot write it."
    else:
        said = f"The lines of {months} are being removed."
    held = "Nothing counts as destroyed before every running process has reported these lines gone."
    return (Heading("What is being destroyed"), Notice(said), Paragraph(held))


def _proved(view: EndKeysView) -> str:
    if view.proved_on is None:
        return "Nobody has proved a copy yet. If the file is lost, everything that was written is lost with it."
    return f"A copy was last proved on {short_date(view.proved_on)}."


def _ahead(view: EndKeysView) -> str:
    if not view.last_month:
        return "The file has no months. An operator adds some: python -m bot keys months."
    last = f"The file has the months up to {month_name(view.last_month)}."
    return last if view.ahead else f"{last} That is too few. An operator adds some: python -m bot keys months."


SCREEN = "end-months file"
EXAMPLE = end_keys_form(EndKeysView("2031-11", ahead=True, proved_on=date(2026, 12, 9)))
STATES = {
    "by hand": end_keys_form(EndKeysView("2027-06", ahead=False, ending=("2026-11",), by_hand=True)),
    "ending": end_keys_form(
        EndKeysView(
            "2031-11",
            ahead=True,
            proved_on=date(2026, 12, 9),
            ending=("2026-11",),
            problem="The end-months file is cut off: its last line is not `end`.",
        )
    ),
}
