"""The sandbox's organisation as stories need it, with a clock that stands still."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from adapters.web import Sandbox, SandboxClock
from adapters.web.sandbox import OWNER, SamplePerson
from bot.people.people import Member, Roster

__all__ = ["MONDAY", "OWNER", "Company", "StandingClock"]

MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
NADIA = SamplePerson("nadia", "Nadia Holt", "nadia.holt@example.org", "Policy owner")
GUS = SamplePerson("gus", "Gus Adler", "gus.adler@partner.example", "Guest", "supplier")


class StandingClock(SandboxClock):
    """A clock that only goes on when it is moved."""

    def __init__(self, at: datetime = MONDAY) -> None:
        self._at = at
        super().__init__()

    def __call__(self) -> datetime:
        return self._at

    def move_to(self, instant: datetime) -> None:
        self._at = max(self._at, instant)


@dataclass(frozen=True)
class Company(Sandbox):
    """The sandbox's organisation with a guest, and with a person who has not joined yet."""

    people: tuple[SamplePerson, ...] = (*Sandbox.people, GUS, NADIA)
    away: set[str] = field(default_factory=lambda: {NADIA.user})

    @property
    def present(self) -> tuple[SamplePerson, ...]:
        """Everyone who has joined."""
        return tuple(each for each in self.people if each.user not in self.away)

    @property
    def rosters(self) -> tuple[Roster, ...]:
        """Everyone who has joined, as a platform's directory lists them."""
        members = tuple(
            Member(each.user, each.name, each.email, self.zone, guest=each.role == GUS.role) for each in self.present
        )
        first = super().rosters[0]
        return (Roster(first.platform, first.workspace, first.channel, first.name, members),)
