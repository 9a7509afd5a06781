"""What admins are told when a stored time zone, working calendar or cron expression is not known on this machine."""

from bot.interface.parts import Card, Notice, Paragraph

SCREEN = "unknown-schedule"


def unknown_schedule_card(person: str, unknown: tuple[str, ...]) -> Card:
    """`person` is whose digests it is about; empty for the organisation's own. `unknown` are the stored values."""
    values = " and ".join(unknown)
    if not person:
        said = f"The organisation's working calendar, {values}, is not known here. England and Wales is used instead."
        return Card((Notice(said), Paragraph(f"Choose another one under Days and times. {_UPDATE}")), said)
    said = f"The digests of {person} come at the organisation's time: what is set for them is not known here."
    why = f"Not known: {values}. Until then, the organisation's time zone and working calendar are used. {_UPDATE}"
    return Card((Notice(said), Paragraph(why), Paragraph("They can also choose again, in their settings.")), said)


_UPDATE = "The operator can update the time zones and the holidays on this machine."

EXAMPLE = unknown_schedule_card("Helen Marsh", ("Atlantis/Capital", "GB-OLD"))
STATES = {"of the organisation": unknown_schedule_card("", ("GB-OLD",))}
