"""The dated chain: what happens to a flag that nobody answers, day by day, before anybody relies on it."""

from datetime import date, time

from bot.calendar.dates import clock_time, long_date
from bot.interface.parts import Facts, Form, Paragraph
from bot.interface.views import ChainView

LEAD = "A flag that nobody answers would go this way:"


def chain_facts(chain: ChainView) -> Facts:
    """Every step with its date, in order, to stand where days are set."""
    reminder = [("Reminder", long_date(chain.reminder_on))] if chain.reminder_on else []
    return Facts(
        (
            ("Flag", long_date(chain.written_on)),
            ("Shown", long_date(chain.shown_on)),
            ("Digest", f"{long_date(chain.sent_on)}, {clock_time(chain.digest_at)}"),
            *reminder,
            ("Answer due", long_date(chain.answer_by)),
            ("Delegate", long_date(chain.delegate_on)),
            ("Senior owner", long_date(chain.senior_on)),
        )
    )


_CHAIN = ChainView(
    written_on=date(2026, 12, 1),
    shown_on=date(2026, 12, 2),
    sent_on=date(2026, 12, 2),
    digest_at=time(9),
    answer_by=date(2026, 12, 16),
    reminder_on=date(2026, 12, 14),
    delegate_on=date(2026, 12, 17),
    senior_on=date(2026, 12, 24),
)

SCREEN = "days of a flag without an answer"
EXAMPLE = Form("Days and times", (Paragraph(LEAD), chain_facts(_CHAIN)), close="Close")
