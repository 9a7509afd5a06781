"""Slack and Teams as one stage: one register, and every member of the company has an account on both."""

from __future__ import annotations

from adapters.slack.service import Slack as SlackAdapter
from adapters.teams.api.platform import TeamsPlatform
from storage import Database
from tests.stories.player import Player
from tests.stories.slack import InSlack, slack_id
from tests.stories.stage import Move
from tests.stories.teams import InTeams, Timed

SHARED = ("company", "dispatcher", "worker", "connections", "application", "ring", "_loop")


class InBoth(InSlack):
    """The company in one workspace of Slack and one tenant of Teams, whose addresses are trusted."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.teams = InTeams(database)
        self.teams._loop.close()
        for name in SHARED:
            setattr(self.teams, name, getattr(self, name))
        self.teams.provider = Timed(self.company.clock)  # type: ignore[arg-type]
        self._second: TeamsPlatform | None = None

    async def connect(self) -> SlackAdapter:
        """Slack and Teams. The two channels have one name, so the team has one too."""
        self._second = await self.teams.connect()
        self.teams.provider.team_of(self.teams.channel).name = "Policy office"
        self.worker.add(self._second)
        return await super().connect()

    async def enrol(self) -> None:
        """Add the bot to both channels, and trust the company's addresses."""
        assert self._second is not None
        await self.dispatcher.describe({"domains": "example.org"})
        await super().enrol()
        self.teams.address = self.address
        await self._second.start()
        await self.teams.enrol()
        await self._second.daily()

    async def before_stopping(self) -> None:
        """Close both."""
        if self._second is not None:
            await self._second.drain()
            await self._second.close()
        self.teams.provider.let_go()
        await self.teams._stack.aclose()
        await super().before_stopping()

    # What a story does and sees.

    def in_slack(self, user: str) -> Player:
        """Someone in Slack, by their first name in lower case."""
        return Player(self._name(user), self.look_in(self._name(user)))

    def in_teams(self, user: str) -> Player:
        """The same person in Teams."""
        return Player(self._name(user), self.teams.look_in(self._name(user)))

    def time_moves_to_the_next_digest(self) -> None:
        """Move on to the next digest."""
        self.move(Move.DIGEST)

    def account_in_slack_closes(self, user: str) -> None:
        """Their account is deactivated. No roster has said so yet."""
        self.slack.workspace.users[slack_id(user)].deleted = True

    def _name(self, user: str) -> str:
        person = self.company.person(user)
        assert person is not None
        return person.name
