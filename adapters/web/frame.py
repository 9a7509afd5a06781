"""The frame around every page: the sandbox's time and its buttons, the people, and one person's places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adapters.web.files import VERSION
from adapters.web.location import CHANNEL, HOME, INBOX, Location
from adapters.web.sandbox import SamplePerson, Sandbox
from adapters.web.time_travel import MoveResult, TimeTravel
from bot.calendar import dates


@dataclass(frozen=True)
class PersonLink:
    """A person in the bar."""

    name: str
    role: str
    job: str
    initials: str
    path: str
    current: bool


@dataclass(frozen=True)
class ChannelLink:
    """A place in the navigation of the person whose pages these are."""

    name: str
    path: str
    current: bool
    channel: bool = False


@dataclass(frozen=True)
class ToldLine:
    """A sentence about the last move, and the page that it links to."""

    text: str
    path: str = ""


@dataclass(frozen=True)
class Frame:
    """What `base.html` shows around a page. `instant` is `now` in ISO 8601, UTC; `back` is the page's path."""

    now: str
    instant: str
    moves: int
    told: tuple[ToldLine, ...]
    back: str
    people: tuple[PersonLink, ...]
    channels: tuple[ChannelLink, ...]
    version: str


def draw_frame(
    sandbox: Sandbox, time_travel: TimeTravel, location: Location | None, back: str, *, inside: bool = False
) -> Frame:
    """The frame around the page at `location`, or around one of no person; `inside` a form no place is current."""
    now = sandbox.clock()
    return Frame(
        now=dates.moment(now, sandbox.zone),
        instant=iso(now),
        moves=time_travel.moves,
        told=tuple(_told(line, location, sandbox) for line in time_travel.told),
        back=back,
        people=tuple(_person(each, location) for each in sandbox.people),
        channels=_channels(sandbox, location, inside) if location else (),
        version=VERSION,
    )


def iso(at: datetime) -> str:
    """An instant in ISO 8601, to the second."""
    return at.isoformat(timespec="seconds")


def _person(person: SamplePerson, location: Location | None) -> PersonLink:
    place = location.seen_by(person.user) if location else Location(person.user)
    initials = "".join(word[0] for word in person.name.split())[:2]
    current = location is not None and location.user == person.user
    return PersonLink(person.name, person.role, person.job, initials, place.path, current)


def _channels(sandbox: Sandbox, location: Location, inside: bool) -> tuple[ChannelLink, ...]:
    def link(name: str, place: Location) -> ChannelLink:
        here = (place.channel_id, place.channel) == (location.channel_id, location.channel) and not inside
        return ChannelLink(name, place.path, here, place.channel_id == CHANNEL)

    own = [link("Home", Location(location.user, HOME)), link("Inbox", Location(location.user, INBOX))]
    shared = [link(each.name, Location(location.user, CHANNEL, each.id)) for each in sandbox.channels_of(location.user)]
    return (*own, *shared)


def _told(line: MoveResult, location: Location | None, sandbox: Sandbox) -> ToldLine:
    if line.place is None:
        return ToldLine(line.text)
    if line.place.direct:
        return ToldLine(line.text, Location(line.place.address, INBOX).path)
    reader = location.user if location else sandbox.people[0].user
    return ToldLine(line.text, Location(reader, CHANNEL, line.place.address).path)
