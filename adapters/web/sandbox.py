"""The sandbox's invented organisation: five people, one channel and what is announced there.

Only this, the seed data and the clock are invented; the rest of this adapter would serve real people.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from adapters.web.clock import SandboxClock
from bot.interface.actor import Actor
from bot.interface.ports import Place
from bot.people.people import Member, Roster

PLATFORM = "web"
WORKSPACE = "sandbox"
ZONE = "Europe/London"


@dataclass(frozen=True)
class SamplePerson:
    """An invented person; `role` and `job` are for the person who tries the sandbox, and give no rights."""

    user: str
    name: str
    email: str
    role: str
    job: str = ""


@dataclass(frozen=True)
class SampleChannel:
    """An invented channel. All sample people are in it, or `only` those with these user ids, if any are given."""

    id: str
    name: str
    about: str
    only: tuple[str, ...] = ()

    def has(self, user: str) -> bool:
        """Whether that sample person is in it."""
        return not self.only or user in self.only


@dataclass(frozen=True)
class SampleAnnouncement:
    """An invented announcement; `owner` is the e-mail address of its policy owner."""

    title: str
    summary: str
    link: str
    owner: str


MEMBERS = (
    SamplePerson("amina", "Amina Yusuf", "amina.yusuf@example.org", "Member", "developer"),
    SamplePerson("tomos", "Tomos Rees", "tomos.rees@example.org", "Member", "data engineer"),
    SamplePerson("kezia", "Kezia Barnes", "kezia.barnes@example.org", "Member", "service designer"),
)
OWNER = SamplePerson("helen", "Helen Marsh", "helen.marsh@example.org", "Policy owner")
ADMIN = SamplePerson("daniel", "Daniel Okoro", "daniel.okoro@example.org", "Admin")

DIGITAL_DELIVERY = SampleChannel("digital-delivery", "digital-delivery", "Everyone who would build what is announced.")

ANNOUNCEMENTS = (
    SampleAnnouncement(
        "Single parking permit",
        "From April, one permit for every council. People apply once, online, and may park in any residents' "
        "zone in the country where they have a right to. Councils keep their own prices and join the national "
        "service by the end of the financial year.",
        "https://example.org/announcements/single-parking-permit",
        OWNER.email,
    ),
    SampleAnnouncement(
        "Same-day address change",
        "Tell one public body that you have moved and every other one knows by midnight. The promise covers "
        "tax, health, driving and voting records, and starts with people who move within the same region.",
        "https://example.org/announcements/same-day-address-change",
        OWNER.email,
    ),
    SampleAnnouncement(
        "School meals without forms",
        "Families who have a right to free school meals get them without applying. Schools are told by the "
        "records that other departments already hold. The change takes effect at the start of the autumn term.",
        "https://example.org/announcements/school-meals-without-forms",
        OWNER.email,
    ),
)


@dataclass(frozen=True)
class Sandbox:
    """The invented organisation and its movable clock."""

    clock: SandboxClock
    people: tuple[SamplePerson, ...] = (*MEMBERS, OWNER, ADMIN)
    channels: tuple[SampleChannel, ...] = (DIGITAL_DELIVERY,)
    announcements: tuple[SampleAnnouncement, ...] = ANNOUNCEMENTS
    owner: SamplePerson = OWNER
    admin: SamplePerson = ADMIN
    zone: str = field(default=ZONE)

    @property
    def rosters(self) -> tuple[Roster, ...]:
        """Everyone in each channel, for the dispatcher to enrol."""
        return tuple(Roster(PLATFORM, WORKSPACE, each.id, each.name, self._members(each)) for each in self.channels)

    def _members(self, channel: SampleChannel) -> tuple[Member, ...]:
        there = (each for each in self.people if channel.has(each.user))
        return tuple(Member(each.user, each.name, each.email, self.zone) for each in there)

    def channels_of(self, user: str) -> tuple[SampleChannel, ...]:
        """The channels that a sample person is in."""
        return tuple(each for each in self.channels if each.has(user))

    def person(self, user: str) -> SamplePerson | None:
        """The sample person with that user id."""
        return next((each for each in self.people if each.user == user), None)

    def channel(self, channel: str) -> SampleChannel | None:
        """The sample channel with that id."""
        return next((each for each in self.channels if each.id == channel), None)

    def knows(self, place: Place) -> bool:
        """Whether `place` is one of the sandbox's channels or inboxes."""
        if (place.platform, place.workspace) != (PLATFORM, WORKSPACE):
            return False
        found = self.person(place.address) if place.direct else self.channel(place.address)
        return found is not None


def actor(user: str, channel: str = "") -> Actor:
    """A sample person who clicks in a channel, or in a private place if none is given."""
    return Actor(PLATFORM, WORKSPACE, user, channel)


def inbox_of(user: str) -> Place:
    """A sample person's own messages."""
    return Place(PLATFORM, WORKSPACE, user, direct=True)


def channel_place(channel: str) -> Place:
    """A sample channel."""
    return Place(PLATFORM, WORKSPACE, channel)
