"""The organisation that a deployment serves: who runs Deliverable, contacts and wording, days and hours."""

from datetime import date, datetime

from sqlmodel import Field, Session, SQLModel, col, select, update

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Organisation(SQLModel, table=True):
    """A single row. `domains` are the e-mail domains trusted for joining identities, separated by spaces.

    `guests_named` lets guests hold roles on policies. `zone` is an IANA zone; `release_hour` is local; `release_days`
    are weekdays such as `tue thu`, empty for every working day; `calendar` is a working calendar's code; `own_days` are
    ISO dates separated by spaces. `next_release_at` is when the day's batch of flags is due; NULL before the first
    start. `delegate_after` counts working days from the day an answer was due, `senior_after` from the day the delegate
    was told. `notice_at` is how many *Not deliverable* on one day alert the owner, 0 for none. `planned_by` identifies
    the data on zones, holidays and days off from which the schedules were planned. `set_up` names the steps of the
    first-run checklist that an admin has looked at, separated by spaces. Texts are kept for `keep_months` after a
    policy closes. `end_keys_kept_days` is for how many days backups of the end-months file are kept; NULL until someone
    has said so. `cards_on` is the day up to which all cards have been refreshed.
    """

    __tablename__ = "organisation"

    id: int = Field(default=1, primary_key=True)
    name: str = "this organisation"
    team: str = "the team that runs Deliverable here"
    contact: str = "your Deliverable admin"
    key_holder: str = "the team that runs Deliverable here"
    handling: str = "Do not include personal data or anything too sensitive for this channel."
    wrongdoing: str = "your organisation's whistleblowing procedure"
    wrongdoing_link: str = ""
    foi_contact: str = ""
    domains: str = ""
    guests_named: bool = False
    zone: str = "Europe/London"
    calendar: str = "GB-ENG"
    own_days: str = ""
    release_hour: int = 8
    release_days: str = ""
    batch_least: int = 3
    batch_wait_days: int = 3
    answer_days: int = 10
    delegate_after: int = 1
    senior_after: int = 5
    notice_at: int = 0
    floor: int = 5
    keep_months: int = 24
    end_keys_kept_days: int | None = None
    next_release_at: datetime | None = None
    planned_by: str = ""
    set_up: str = ""
    cards_on: date | None = None


def organisation(session: Session) -> Organisation:
    """The row, or the defaults where none was saved yet."""
    return session.exec(_THE_ROW).first() or Organisation()


# Built once, because it runs in nearly every unit of work.
_THE_ROW = select(Organisation).where(Organisation.id == 1)


def keep(session: Session, row: Organisation) -> None:
    """Save the row."""
    session.merge(row)
    session.flush()


def claim_release(session: Session, now: datetime, following: datetime) -> bool:
    """Move `next_release_at` on to `following` if it is due at `now`; True for the one process that did."""
    result = session.exec(
        update(Organisation).where(col(Organisation.next_release_at) <= now).values(next_release_at=following)
    )
    return result.rowcount == 1


def claim_day(session: Session, day: date) -> date | None:
    """Set `cards_on` to `day`; return the day before it for the one process that did, None for all others."""
    row = session.exec(select(Organisation).with_for_update()).first()
    if row is None or (row.cards_on is not None and row.cards_on >= day):
        return None
    before, row.cards_on = row.cards_on or day, day
    session.flush()
    return before


def release_weekdays(row: Organisation) -> tuple[int, ...]:
    """The weekdays on which flags are shown, Monday being 0; none where it is every working day."""
    chosen = row.release_days.split()
    return tuple(number for number, name in enumerate(WEEKDAYS) if name in chosen)


def own_days(row: Organisation) -> frozenset[date]:
    """The organisation's own days off."""
    return frozenset(day for each in row.own_days.split() if (day := _day(each)) is not None)


def _day(text: str) -> date | None:
    """The day that was stored; None for one that cannot be read, which is then a day like any other."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def next_release(session: Session) -> datetime | None:
    """When the next batch is due."""
    return session.exec(select(Organisation.next_release_at)).first()
