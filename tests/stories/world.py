"""The organisation in a story: its people and its time, on whichever platform it is played."""

from __future__ import annotations

from datetime import timedelta

from bot.calendar.dates import long_date
from bot.interface.announcements import Announcement
from tests.stories.company import OWNER, Company
from tests.stories.player import Player, Window
from tests.stories.stage import Move, Stage


class World:
    """What happens around the people of a story, played on one stage."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._windows: dict[str, Window] = {}

    def person(self, user: str) -> Player:
        """Somebody of the organisation, by their first name in small letters."""
        found = self._stage.company.person(user)
        assert found is not None, f"nobody is called {user}"
        if found.name not in self._windows:
            self._windows[found.name] = self._stage.look_in(found.name)
        return Player(found.name, self._windows[found.name])

    def time_moves_to_the_next_digest(self) -> None:
        """Everything that falls due until then happens in its order."""
        self._stage.move(Move.DIGEST)

    def time_moves_to_tomorrow_morning(self, nights: int = 1) -> None:
        """To 9am of the next day, or of the day after so many nights."""
        for _ in range(nights):
            self._stage.move(Move.MORNING)

    def a_moment_passes(self) -> None:
        """What is due now is done."""
        self._stage.moment()

    def announced_again(self, title: str, summary: str, link: str) -> None:
        """The publisher changes an announcement, and its feed is read again."""
        said = Announcement(title, summary, link, None)
        channel = self._stage.company.channels[0].name
        self._stage.run(self._stage.dispatcher.announce([said], owner=OWNER.email, channel=channel))
        self.a_moment_passes()

    def terms(self, **values: int) -> None:
        """An admin of the machine sets the organisation's terms."""
        self._stage.run(self._stage.dispatcher.describe(values))

    def arrives(self, user: str) -> None:
        """Somebody joins, and is on the roster the next time that it is read."""
        company = self._stage.company
        assert isinstance(company, Company)
        company.away.discard(user)
        self._stage.arrived(user)

    def day(self, days: int = 0) -> str:
        """The date so many days from now, as people read it."""
        return long_date((self._stage.company.clock() + timedelta(days=days)).date())
