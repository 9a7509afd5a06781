"""All that a person sent, in full, in a window that only they see: it answers what is held about what they wrote."""

from bot.calendar.dates import count, long_date
from bot.interface.intents import MyFlags, SeeOwnRecord
from bot.interface.pages import Page
from bot.interface.parts import Form, FormButton, Heading, Paragraph, Part
from bot.interface.views import FlagView
from bot.screens import invented, labels
from bot.screens.paging import page_line
from bot.screens.phrases import sentences
from bot.screens.portions import in_portions
from bot.screens.quoted import flag_with_answers

_WHAT = (
    "Here is what you sent with this account and can still be found as yours, in full, with the answers. To keep it, "
    "copy it. We do not send it to you, because messages and files in a chat can be searched by others."
)


def own_record_form(
    flags: tuple[FlagView, ...], page: Page | None = None, *, part: int = 1, earlier: int = 0, more: bool = False
) -> Form:
    """One part of a page of all of it; `part` counts from 1. `earlier` and `more` are as in `my_flags_form`."""
    page = page or Page(total=len(flags))
    portions = in_portions([each for flag in flags for each in _own(flag)])
    part = min(max(1, part), len(portions))
    which = f"Here is part {part} of {count(len(portions), 'part')}."
    further = (
        *((SeeOwnRecord(page.number, part + 1, earlier),) if part < len(portions) else ()),
        *((SeeOwnRecord(page.number + 1, 1, earlier),) if part == len(portions) and page.after() else ()),
    )
    return Form(
        "All that I sent",
        (
            Paragraph(_WHAT),
            *page_line(page, "flag"),
            *((Paragraph(which),) if len(portions) > 1 else ()),
            *(portions[part - 1] if flags else (Paragraph("You have no flags here."),)),
            *(FormButton("Read on", each, replaces=True) for each in further),
            *((FormButton("See older flags", SeeOwnRecord(1, 1, earlier + 1), replaces=True),) if more else ()),
            FormButton("Show my flags", MyFlags(), replaces=True),
        ),
        close="Close",
    )


def _own(flag: FlagView) -> tuple[Part, ...]:
    shown = f"Shown to everyone on this policy since {long_date(flag.shown_on)}" if flag.shown_on else "Not shown yet"
    sent = f"You sent this as {labels.PROMISES[flag.promise]}"
    return (Heading(flag.policy_title), Paragraph(sentences(sent, shown)), *flag_with_answers(flag))


SCREEN = "all that I sent"
EXAMPLE = own_record_form((invented.TIMETABLE, invented.LEGACY))
STATES = {
    "none": own_record_form(()),
    "more parts, and more pages": own_record_form((invented.TIMETABLE,) * 10, Page(1, 12), part=2, more=True),
}
