"""When the keys of a policy end: the authors' day, after which nobody can link its flags to people, and its texts' end.

A key ends when the line of its month is removed from the end-months file, which is on the first day of the next month:
so a key is wrapped until the month in which it is last needed. A backup of that file opens it for as long as it is
kept. So the authors' day counts these days in, and is true with every backup.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from uuid import UUID

from bot.interface.views import EndsView
from bot.screens import refusals as says
from bot.unit_of_work.unit_of_work import Sealed, UnitOfWork
from storage import EndingState, Policy, endings, policy_keys
from storage import policies as stored
from storage.authors_key import AuthorsKey
from storage.end_months import EndMonths, last_day, month_after, month_of
from storage.keys import Term
from storage.policy_keys import Terms, WrappedAuthorsKey
from storage.text_key import TextKey

AFTER_ANSWERS = 20
"""For how many working days after the answer period authors can still look up answers and reply."""
MONTHS_AHEAD = 60
"""For how many months an end-months file is made: texts end two years after a policy has closed."""
MONTHS_SPARE = 12
"""For how many months ahead announcements should be possible."""
HELD_MONTHS = 12
"""For how many months ahead texts on hold are wrapped, again and again."""
KEPT_DAYS = 14
"""For how many days backups of the end-months file count as kept, where nobody has said so."""


class TooFar(Exception):
    """The end-months file has no line for a month in which a policy's keys would end. The text is a sentence."""


def terms(uow: UnitOfWork, closes_on: date) -> Terms:
    """When the keys of a policy end that closes on that day. Raises `TooFar`."""
    last_needed = uow.calendar.add(closes_on, uow.organisation.answer_days + AFTER_ANSWERS)
    found = Terms(text_month(uow, closes_on), month_of(last_needed), authors_day(uow, month_of(last_needed)))
    for each in (found.text_month, found.authors_month):
        if uow.ring.months.current().line(each) is None:
            raise TooFar(says.no_line_for(each))
    return found


def text_month(uow: UnitOfWork, closes_on: date, months: int | None = None) -> str:
    """The month in which the texts of a policy end that closes on that day; `months` is its own term, if it has one."""
    return month_after(closes_on, months or uow.organisation.keep_months)


def authors_day(uow: UnitOfWork, month: str) -> date:
    """The day after which nothing opens what ends in a month, not even a backup of the end-months file."""
    kept = uow.organisation.end_keys_kept_days
    return last_day(month) + timedelta(days=1 + (KEPT_DAYS if kept is None else kept))


class TooLate(Exception):
    """The month in which the texts of a policy end is ending: nothing can be moved out of it. `since` is the day."""

    def __init__(self, since: date) -> None:
        super().__init__("the month is ending")
        self.since = since


def keep_text_until(uow: UnitOfWork, policy_id: UUID, month: str) -> None:
    """Wrap the text key of a policy until another month, as long as the line of its own month is there.

    What was wrapped before stays in backups of the database, until its own month. Raises `TooLate`, `Sealed` where the
    texts have ended, and `MonthGone` where the end-months file has no line for the new month.
    """
    # Locked in this order by the end of a month too: a text is moved before that begins, or not any more.
    endings.known_file(uow.session, locked=True)
    begun = endings.ending(uow.session, uow.wrapped_keys(policy_id).text_month)
    if begun is not None and begun.state is EndingState.ENDING:
        raise TooLate(begun.began_on)
    uow.lock(policy_id)
    uow.keep_keys(uow.wrapped_keys(policy_id).with_text_until(uow.ring, month))


def move_if_held(uow: UnitOfWork, policy_id: UUID) -> None:
    """Before the month of its texts ends, move those of a policy on hold to a later one."""
    policy = stored.policy(uow.session, policy_id)
    if policy is not None and policy.held_on is not None:
        with suppress(Sealed):
            keep_text_until(uow, policy_id, held_month(uow))


def is_far_enough(uow: UnitOfWork, months: EndMonths) -> bool:
    """Whether a policy could be announced, today and in the next year, with lines for the months in which it ends."""
    wanted = month_after(uow.today, uow.organisation.keep_months + MONTHS_SPARE)
    return bool(months.months) and months.months[-1] >= wanted


def held_month(uow: UnitOfWork) -> str:
    """The month until which texts on hold are wrapped: a year ahead, or the last that the end-months file has."""
    months = uow.ring.months.current().months
    return min(month_after(uow.today, HELD_MONTHS), months[-1]) if months else month_of(uow.today)


def view(uow: UnitOfWork, policy: Policy) -> EndsView:
    """When the keys of a policy end, as screens get it. Raises `Sealed` where it has none."""
    keys = uow.wrapped_keys(policy.id)
    return EndsView(
        authors_day=keys.authors_day,
        texts_until=last_day(keys.text_month),
        authors_ended=keys.authors is None,
        held_on=policy.held_on,
    )


def begin_generation(uow: UnitOfWork, policy_id: UUID, closes_on: date) -> None:
    """Give a policy that is extended or opened again a new authors' key, with an authors' day of its own.

    What was written keeps the key and the day that it was written with. Raises `Sealed` and `TooFar`.
    """
    uow.lock(policy_id)
    keys = uow.wrapped_keys(policy_id)
    new = terms(uow, closes_on)
    if keys.authors_key is not None:
        policy_keys.keep_earlier(uow.session, keys.authors_key)
    term = Term(policy_id, new.authors_month, keys.generation + 1, new.authors_day)
    _, authors = uow.ring.new_key(AuthorsKey, term)
    later = keys.with_text_until(uow.ring, max(keys.text_month, new.text_month))
    uow.keep_keys(
        later._replace(
            authors=authors, authors_month=term.month, authors_day=new.authors_day, generation=term.generation
        )
    )


def rewrap(uow: UnitOfWork) -> int:
    """Rewrap every policy's keys by the first master key; return how many another one had wrapped."""
    changed = 0
    for keys in policy_keys.of_all(uow.session):
        again = keys
        if keys.text is not None and _is_old(uow, keys.text, keys.text_term):
            again = again._replace(text=uow.ring.rewrap(TextKey, keys.text_term, keys.text))
        if keys.authors_key is not None and _is_old(uow, keys.authors_key.wrapped, keys.authors_key.term):
            again = again._replace(authors=_rewrapped(uow, keys.authors_key).wrapped)
        if again != keys:
            policy_keys.keep(uow.session, again)
            changed += (again.text != keys.text) + (again.authors != keys.authors)
    for each in policy_keys.earlier(uow.session):
        if _is_old(uow, each.wrapped, each.term):
            policy_keys.keep_earlier(uow.session, _rewrapped(uow, each))
            changed += 1
    return changed


def _rewrapped(uow: UnitOfWork, key: WrappedAuthorsKey) -> WrappedAuthorsKey:
    return key._replace(wrapped=uow.ring.rewrap(AuthorsKey, key.term, key.wrapped))


def _is_old(uow: UnitOfWork, wrapped: bytes, term: Term) -> bool:
    """Whether another master key wrapped it, and its month is still there."""
    return not uow.ring.wraps(wrapped) and uow.ring.months.current().line(term.month) is not None
