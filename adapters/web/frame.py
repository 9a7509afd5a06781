"""What stands around every page: the sandbox's time and its moves, the people, the places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adapters.web.files import VERSION
from adapters.web.location import CHANNEL, HOME, INBOX, Spot
from adapters.web.sandbox import SamplePerson, Sandbox
from adapters.web.time_travel import Line, Travel
from bot.calendar import dates


@dataclass(frozen=True)
class PersonLink:
    """One of the five in the bar."""

    name: str
    role: str
    job: str
    initials: str
    path: str
    current: bool


@dataclass(frozen=True)
class RoomLink:
    """One place of the person whose pages these are."""

    name: str
    path: str
    current: bool
    channel: bool = False


@dataclass(frozen=True)
class ToldLine:
    """A sentence about the last move, and the page that it leads to."""

    text: str
    path: str = ""


@dataclass(frozen=True)
class Frame:
    """Everything `base.html` shows besides the page itself. `instant` is ISO 8601 in UTC; `back` is a path."""

    now: str
    instant: str
    moves: int
    told: tuple[ToldLine, ...]
    back: str
    people: tuple[PersonLink, ...]
    rooms: tuple[RoomLink, ...]
    version: str


def draw_frame(sandbox: Sandbox, travel: Travel, spot: Spot | None, back: str, *, inside: bool = False) -> Frame:
    """The frame as seen from `spot`, or from no person's pages; `inside` a window no place is the current one."""
    now = sandbox.clock()
    return Frame(
        now=dates.moment(now, sandbox.zone),
        instant=iso(now),
        moves=travel.moves,
        told=tuple(_told(line, spot, sandbox) for line in travel.told),
        back=back,
        people=tuple(_person(each, spot) for each in sandbox.people),
        rooms=_rooms(sandbox, spot, inside) if spot else (),
        version=VERSION,
    )


def iso(at: datetime) -> str:
    """An instant as a machine reads it, to the second."""
    return at.isoformat(timespec="seconds")


def _person(person: SamplePerson, spot: Spot | None) -> PersonLink:
    place = spot.seen_by(person.user) if spot else Spot(person.user)
    initials = "".join(word[0] for word in person.name.split())[:2]
    current = spot is not None and spot.user == person.user
    return PersonLink(person.name, person.role, person.job, initials, place.path, current)


def _rooms(sandbox: Sandbox, spot: Spot, inside: bool) -> tuple[RoomLink, ...]:
    def room(name: str, place: Spot) -> RoomLink:
        here = (place.room, place.channel) == (spot.room, spot.channel) and not inside
        return RoomLink(name, place.path, here, place.room == CHANNEL)

    own = [room("Home", Spot(spot.user, HOME)), room("Inbox", Spot(spot.user, INBOX))]
    shared = [room(each.name, Spot(spot.user, CHANNEL, each.id)) for each in sandbox.channels]
    return (*own, *shared)


def _told(line: Line, spot: Spot | None, sandbox: Sandbox) -> ToldLine:
    if line.place is None:
        return ToldLine(line.text)
    if line.place.direct:
        return ToldLine(line.text, Spot(line.place.address, INBOX).path)
    reader = spot.user if spot else sandbox.people[0].user
    return ToldLine(line.text, Spot(reader, CHANNEL, line.place.address).path)
