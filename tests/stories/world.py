"""The organisation in a story: its people and its time, on whichever platform it is played."""

from __future__ import annotations

from datetime import timedelta

from bot.calendar.dates import long_date
from bot.interface.announcements import Announcement
from bot.policies.policies import IfUnclear
from tests.stories.company import OWNER, Company
from tests.stories.player import Player, Window
from tests.stories.stage import Move, Stage


class World:
    """What happens around the people of a story, on one stage."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._windows: dict[str, Window] = {}

    def person(self, user: str) -> Player:
        """A person of the organisation, by their first name in lower case."""
        found = self._stage.company.person(user)
        assert found is not None, f"there is no person called {user}"
        if found.name not in self._windows:
            self._windows[found.name] = self._stage.look_in(found.name)
        return Player(found.name, self._windows[found.name])

    def time_moves_to_the_next_digest(self) -> None:
        """Move on to the next digest; everything that falls due until then happens in its order."""
        self._stage.move(Move.DIGEST)

    def time_moves_to_tomorrow_morning(self, nights: int = 1) -> None:
        """Move on to 9am of the next day, or of the day after that number of nights."""
        for _ in range(nights):
            self._stage.move(Move.MORNING)

    def a_moment_passes(self) -> None:
        """Do what is due now."""
        self._stage.moment()

    def announced_again(self, title: str, summary: str, link: str) -> None:
        """Let the publisher change an announcement, and someone announce it again as a new wording."""
        said = Announcement(title, summary, link, None)
        channel, reword = self._stage.company.channels[0].name, IfUnclear.REWORD
        self._stage.run(self._stage.dispatcher.announce([said], owner=OWNER.email, channel=channel, if_unclear=reword))
        self.a_moment_passes()

    def terms(self, **values: int) -> None:
        """Set the organisation's terms on the command line."""
        self._stage.run(self._stage.dispatcher.describe(values))

    def arrives(self, user: str) -> None:
        """Let a person join: a roster that lists them is read now, or when they first do something."""
        company = self._stage.company
        assert isinstance(company, Company)
        company.away.discard(user)
        self._stage.arrived(user)

    def leaves(self, user: str) -> None:
        """Let a person leave the channel, and stay in the organisation."""
        company = self._stage.company
        assert isinstance(company, Company)
        company.away.add(user)
        self._stage.left(user)

    def day(self, days: int = 0) -> str:
        """The date that number of days from now, as people read it."""
        return long_date((self._stage.company.clock() + timedelta(days=days)).date())
