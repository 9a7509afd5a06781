"""What admins are told when a platform asks for a longer wait than we keep."""

from bot.interface.parts import Card, Notice, Paragraph
from bot.screens import labels

SCREEN = "long-wait"


def long_wait_card(platform: str, reason: str) -> Card:
    """`platform` is its internal name; `reason` is what it said, or empty if a message has gone through since."""
    called = labels.platform(platform)
    said = f"{called} asks Deliverable to wait for a long time before it sends more messages."
    now = f"Deliverable tries again every hour, so messages on {called} may be late. None is lost."
    if not reason:
        now = "A message has gone through since then."
    parts = (Notice(said), *((Paragraph(f"Reason: {reason}."),) if reason else ()), Paragraph(now))
    return Card(parts, said)


EXAMPLE = long_wait_card("slack", "ratelimited, with a wait of 30 days")
STATES = {"sent since": long_wait_card("teams", "")}
