"""A workspace in the fake Slack: people, channels, messages, home tabs, modals and files."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.interface.json_object import Json
from tests.slack.window import Window


@dataclass
class User:
    """A person in a workspace. `team` is their own workspace, and `enterprise` the organisation it belongs to.

    Someone of another organisation is in no list of the workspace. Slack marks them as a `stranger` only where they
    are in no channel that the app can see. `unsaid`: Slack does not say where they belong.
    """

    id: str
    name: str
    email: str = ""
    zone: str = "Europe/London"
    deleted: bool = False
    restricted: bool = False
    ultra_restricted: bool = False
    bot: bool = False
    stranger: bool = False
    team: str = ""
    enterprise: str = ""
    unsaid: bool = False

    def to_json(self, *, email: bool) -> Json:
        """The user object of `users.info` and `users.list`."""
        profile: Json = {"real_name": self.name, "display_name": self.name, "team": self.team}
        if email and self.email:
            profile["email"] = self.email
        found: Json = {
            "id": self.id,
            "team_id": self.team,
            "name": self.name.lower().replace(" ", "."),
            "deleted": self.deleted,
            "profile": profile,
            "is_bot": self.bot,
            "is_app_user": False,
            "updated": 0,
        }
        if not self.deleted:
            found |= {
                "real_name": self.name,
                "tz": self.zone,
                "tz_label": self.zone,
                "tz_offset": 0,
                "is_admin": False,
                "is_owner": False,
                "is_restricted": self.restricted,
                "is_ultra_restricted": self.ultra_restricted,
            }
        if self.enterprise and not self.deleted and not self.unsaid:
            found["enterprise_user"] = {
                "id": self.id,
                "enterprise_id": self.enterprise,
                "enterprise_name": "",
                "is_admin": False,
                "is_owner": False,
                "teams": [self.team],
            }
        if self.unsaid:
            del found["team_id"], profile["team"]
        if self.stranger:
            found["is_stranger"] = True
        return found


@dataclass
class Channel:
    """A channel, or a conversation with the one person `with_user`. `messages` are message objects, oldest first.

    `teams` are the workspaces of an organisation that it is in. `unlisted`: Slack leaves it out of lists for now.
    """

    id: str
    name: str = ""
    private: bool = False
    archived: bool = False
    members: list[str] = field(default_factory=list)
    with_user: str = ""
    teams: list[str] = field(default_factory=list)
    unlisted: bool = False
    messages: list[Json] = field(default_factory=list)

    def message(self, ts: str) -> Json | None:
        """The message of that time."""
        return next((each for each in self.messages if each["ts"] == ts), None)

    def main(self) -> list[Json]:
        """The messages that stand in the channel itself, oldest first."""
        return [each for each in self.messages if each.get("thread_ts", each["ts"]) == each["ts"]]

    def thread(self, ts: str) -> list[Json]:
        """A message and the replies to it, oldest first."""
        return [each for each in self.messages if each["ts"] == ts or each.get("thread_ts") == ts]

    def kind(self) -> str:
        """The kind of its scopes: `im`, `groups` or `channels`."""
        return "im" if self.with_user else "groups" if self.private else "channels"

    def to_json(self) -> Json:
        """The conversation object of `conversations.info`."""
        if self.with_user:
            return {"id": self.id, "is_im": True, "user": self.with_user, "is_user_deleted": False}
        return {
            "id": self.id,
            "name": self.name,
            "context_team_id": self.teams[0] if self.teams else None,
            "is_channel": not self.private,
            "is_group": self.private,
            "is_im": False,
            "is_private": self.private,
            "is_archived": self.archived,
            "is_member": True,
            "num_members": len(self.members),
        }


@dataclass
class Ephemeral:
    """A message that only one person sees."""

    channel: str
    user: str
    message: Json


@dataclass
class File:
    """A file that was sent: its bytes, and where it was shared."""

    id: str
    name: str
    length: int
    content: bytes | None = None
    title: str = ""
    channels: list[str] = field(default_factory=list)
    thread_ts: str = ""


@dataclass
class Workspace:
    """A workspace with the app installed in it: the bot's own ids, its token, and the scopes that were granted.

    With `teams` it is an organisation that has the app in those workspaces, under one token.
    """

    id: str = "T0001"
    name: str = "Digital"
    domain: str = "digital"
    enterprise: str = ""
    teams: list[str] = field(default_factory=list)
    token: str = "xoxb-1"
    scopes: set[str] = field(default_factory=set)
    bot_user: str = "U0BOT"
    bot: str = "B0001"
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    homes: dict[str, Json] = field(default_factory=dict)
    modals: dict[str, Window] = field(default_factory=dict)
    ephemerals: list[Ephemeral] = field(default_factory=list)
    files: dict[str, File] = field(default_factory=dict)
    unfurls: list[Json] = field(default_factory=list)
    revoked: bool = False

    def __post_init__(self) -> None:
        self.add_user(User(self.bot_user, "Deliverable", bot=True))

    def add_user(self, user: User) -> User:
        """Add a person to the directory."""
        if not user.team:
            user.team, user.enterprise = self.teams[0] if self.teams else self.id, user.enterprise or self.enterprise
        self.users[user.id] = user
        return user

    def add_channel(self, channel: Channel, *, with_bot: bool = True) -> Channel:
        """Open a channel, with the bot in it unless told otherwise."""
        if with_bot and self.bot_user not in channel.members:
            channel.members.append(self.bot_user)
        self.channels[channel.id] = channel
        return channel

    def become_organisation(self, enterprise: str, *teams: str) -> None:
        """Make this an organisation that has the app in those workspaces, and its people members of the first."""
        self.id, self.enterprise, self.teams = enterprise, enterprise, list(teams)
        for each in self.users.values():
            each.team, each.enterprise = teams[0], enterprise

    def own(self, user: User) -> bool:
        """Whether a person is of this workspace or organisation, so that it lists them."""
        if user.unsaid:
            return False
        return user.team in {self.id, *self.teams} or bool(self.enterprise and user.enterprise == self.enterprise)

    def direct(self, user: str) -> Channel | None:
        """The bot's direct message with a person, if it has been opened."""
        return next((each for each in self.channels.values() if each.with_user == user), None)

    def window(self, user: str) -> Window:
        """The modals that a person has open."""
        return self.modals.setdefault(user, Window())
