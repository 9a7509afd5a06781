"""An office on two platforms, for tests: people of the first may have an account on the second, by the same name."""

from __future__ import annotations

from bot.interface import intents
from bot.interface.actor import Actor
from bot.interface.parts import Screen
from bot.people.people import Member
from tests.bot.conftest import Notebook, Office, answers_of, email_of, said, user_of


class Elsewhere(Notebook):
    """A second platform."""

    name = "other"


class Both:
    """An office of two platforms, where people of the first may have an account on the second, by the same name."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.other = Elsewhere()
        office.worker.add(self.other)

    async def enrol(self, *people: str | Member) -> None:
        """Enrol the whole roster of the second platform: people with the address they have on the first."""
        members = [each if isinstance(each, Member) else self.account(each) for each in people]
        await self.office.enrol(*members, platform="other", workspace="T1", channel="there")

    def account(self, person: str, email: str | None = None, *, guest: bool = False) -> Member:
        """An account on the second platform, with the address that they have on the first unless said otherwise."""
        return Member(f"o-{person}", f"{person} there", email_of(person) if email is None else email, guest=guest)

    def actor(self, person: str) -> Actor:
        """Someone who clicks on the second platform, in their own messages."""
        return Actor("other", "T1", f"o-{person}")

    async def open(self, intent: intents.Intent, person: str) -> str:
        """What a screen says on the second platform."""
        return said(await self.office.dispatcher.open(intent, self.actor(person)))

    async def submit(self, intent: intents.Intent, person: str, nonce: str, **typed: str) -> Screen:
        """Send a form on the second platform."""
        return await self.office.dispatcher.submit(intent, answers_of(typed), self.actor(person), nonce)

    def one_person(self, person: str) -> bool:
        """Whether the two accounts of that name are one person."""
        rows = self.office.rows("identities")
        return len({each["person_id"] for each in rows if each["user"] in (user_of(person), f"o-{person}")}) == 1

    def digests(self) -> tuple[int, int]:
        """How many digests Priya was sent on each platform."""
        here = [*self.office.chat.to(user_of("priya"))], [*self.other.to("o-priya")]
        return tuple(sum("You get this because" in said(each.card) for each in some) for some in here)  # type: ignore[return-value]
