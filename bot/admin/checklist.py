"""The first-run checklist: which steps are done, judged from the data where possible, and the people who were tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time
from uuid import UUID

from bot.admin import month_ends
from bot.calendar.working_days import WorkingCalendar
from bot.escalation import steps
from bot.interface.pages import PAGE_SIZE, Page
from bot.interface.views import ChainView, ChannelView, Reachability, SetUpStep, SetUpView, TestedView
from bot.interface.visible_text import is_blank
from bot.outbox import deliveries
from bot.people import people, places, reachability, role_holders
from bot.people.people import Named, Visitor
from bot.people.role_holders import NotNamed
from bot.screens import refusals as says
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Channel, Delivery, Organisation, Promise, Role, State
from storage import channels as stored_channels
from storage import deliveries as stored_deliveries
from storage import organisation as stored_organisation
from storage import people as stored_people
from storage.keys import nonce_hash

TEST_MESSAGES = {
    Role.OWNER: "test-message-owner",
    Role.DELEGATE: "test-message-delegate",
    Role.SENIOR: "test-message-senior",
}
"""The screens of the test messages that show whether a person in a role can be reached."""

DIGEST_AT = time(9)
"""When digests come if a policy owner has set nothing else."""

_FILLED_IN = {
    SetUpStep.WHO: ("team", "contact", "key_holder"),
    SetUpStep.LINES: ("wrongdoing", "foi_contact", "end_keys_kept_days"),
}
_LOOKED_AT = (SetUpStep.PERMISSIONS, SetUpStep.OFFERS, SetUpStep.TIMES, SetUpStep.PRACTICE)


def view(uow: UnitOfWork) -> SetUpView:
    """Which steps of the checklist are done."""
    terms, tested = uow.organisation, _tested(uow)
    found = {step for step, names in _FILLED_IN.items() if all(_is_filled_in(terms, each) for each in names)}
    found |= {step for step in _LOOKED_AT if step in terms.set_up.split()}
    if any(each.members >= terms.floor for each in stored_channels.connected(uow.session)):
        found.add(SetUpStep.CHANNEL)
    file = month_ends.view(uow)
    if file.proved_on is not None and file.ahead and not (file.ending and file.by_hand):
        found.add(SetUpStep.END_KEYS)
    if tested and tested[0].role is Role.OWNER and all(each.arrived for each in tested):
        found.add(SetUpStep.PEOPLE)
    return SetUpView(done=frozenset(found), floor=terms.floor, tested=tested, chain=chain(uow, terms))


def _is_filled_in(terms: Organisation, name: str) -> bool:
    value: str | int | None = getattr(terms, name)
    return value is not None and value != "" and value != Organisation.model_fields[name].default


def chain(uow: UnitOfWork, terms: Organisation) -> ChainView:
    """What would happen, under those terms, to a flag that is written on the next working day."""
    calendar = WorkingCalendar.known(terms.calendar, stored_organisation.own_days(terms)) or uow.calendar
    return steps.chain(calendar, terms, calendar.next_working(uow.today), DIGEST_AT)


def mark_done(uow: UnitOfWork, step: SetUpStep) -> None:
    """Note that an admin has been through a step whose completion no other data shows."""
    row = uow.organisation
    row.set_up = " ".join(sorted({*row.set_up.split(), step}))
    stored_organisation.keep(uow.session, row)


def channels(uow: UnitOfWork) -> tuple[ChannelView, ...]:
    """The connected channels, by name."""
    return _channel_views(uow, stored_channels.connected(uow.session))


def channels_page(uow: UnitOfWork, page: Page) -> tuple[ChannelView, ...]:
    """One page of the connected channels, by name."""
    return _channel_views(uow, stored_channels.connected_page(uow.session, offset=page.offset, limit=PAGE_SIZE))


def _channel_views(uow: UnitOfWork, rows: Sequence[Channel]) -> tuple[ChannelView, ...]:
    names, called = places.in_their_workspaces(uow, rows), places.of_channels(uow, rows)
    return tuple(_channel_view(each, names[each.id], called[each.id]) for each in rows)


def offers_of(row: Channel) -> tuple[Promise, ...]:
    """The promises that a channel offers."""
    offered = (
        (row.offers_confidential, Promise.CONFIDENTIAL),
        (row.offers_named, Promise.NAMED),
        (row.offers_detached, Promise.DETACHED),
    )
    return tuple(promise for on, promise in offered if on)


def _channel_view(row: Channel, name: str, called: str) -> ChannelView:
    return ChannelView(
        id=row.id,
        name=name,
        called=called,
        platform=row.platform,
        members=row.members,
        offers=offers_of(row),
        guests=row.guests,
        reactions=row.reactions,
        digests=row.digests,
    )


def _tested(uow: UnitOfWork) -> tuple[TestedView, ...]:
    found = stored_deliveries.newest(uow.session, tuple(TEST_MESSAGES.values()))
    return tuple(
        TestedView(role, people.name_of(uow, row.person_id), _arrived(row))
        for role, screen in TEST_MESSAGES.items()
        if (row := found.get(screen)) is not None
    )


def reached(uow: UnitOfWork) -> dict[Role, str]:
    """The e-mail addresses of the people whom test messages have reached, by role."""
    found = stored_deliveries.newest(uow.session, tuple(TEST_MESSAGES.values()))
    rows = {role: found[screen] for role, screen in TEST_MESSAGES.items() if screen in found}
    people_reached = {role: row.person_id for role, row in rows.items() if _arrived(row) and row.person_id}
    addresses = {role: _address(uow, person_id) for role, person_id in people_reached.items()}
    return {role: address for role, address in addresses.items() if address}


def _address(uow: UnitOfWork, person_id: UUID) -> str:
    """An address that names this person and no one else; empty if there is none."""
    known = sorted(stored_people.emails_of(uow.session, person_id))
    return next((each for each in known if people.named(uow, each) == Named(person_id=person_id)), "")


def _arrived(row: Delivery) -> bool | None:
    return {State.SENT: True, State.DEAD: False}.get(row.state)


def try_people(
    uow: UnitOfWork, visitor: Visitor, typed: Mapping[Role, str], nonce: str
) -> tuple[tuple[str, Reachability], ...]:
    """Send a test message to the person named in each role, once a form; their names, and who could be reached so far.

    It also goes to people who could not be reached before, since that may have changed. Raises `FormRefused`, with
    problems by the role's name.
    """
    people_named = _people_named(uow, typed)
    for role, person_id in people_named.items():
        screen = TEST_MESSAGES[role]
        key = f"{screen}:{nonce_hash(nonce).hex()}"
        deliveries.tell_person(uow, person_id, screen, str(visitor.id), key=key)
    return tuple((people.name_of(uow, each), reachability.of(uow, each)) for each in people_named.values())


def _people_named(uow: UnitOfWork, typed: Mapping[Role, str]) -> dict[Role, UUID]:
    """The person named in each role in which someone is. Raises `FormRefused`."""
    found: dict[Role, UUID] = {}
    problems: dict[str, str] = {}
    for role in (each for each in Role if not is_blank(typed.get(each, ""))):
        try:
            person_id = _person_met(uow, typed[role])
        except NotNamed as refused:
            problems[role.value] = refused.sentence
            continue
        if person_id in found.values():
            problems[role.value] = says.NAMED_TWICE
        found[role] = person_id
    if problems:
        raise FormRefused(problems)
    return found


def _person_met(uow: UnitOfWork, text: str) -> UUID:
    found = role_holders.find(uow, text)
    if found.unclear:
        raise NotNamed(says.not_one_person(len(found.unclear)))
    person_id = found.person_id
    if person_id is None or not stored_people.reachable(uow.session, [person_id]):
        raise NotNamed(says.NOT_MET)
    return person_id
