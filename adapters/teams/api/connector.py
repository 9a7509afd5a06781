"""The Bot Connector, in our own types: post, update and delete cards, open a personal chat, list members.

Source: the Bot Connector REST API v3, and Microsoft's pages on conversations in Teams. Every method raises
`TeamsUnreachable`, `TeamsUnanswered` and `TeamsRefused`. A call is one request and is not retried; a list of members
is one request a page.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botbuilder.schema import ChannelAccount, ConversationParameters
from botframework.connector.aio.operations_async import ConversationsOperations
from msrest.exceptions import ClientException
from msrest.serialization import Model

from adapters.teams.activity import THREAD
from adapters.teams.api.faults import TeamsRefused, TeamsUnanswered
from adapters.teams.api.sdk import PLAIN, ConnectorClients
from bot.people.connections import Conversing

ADAPTIVE_CARD = "application/vnd.microsoft.card.adaptive"
PREPARE_SECONDS = 6.0
MEMBERS_SECONDS = 8.0
READ_SECONDS = 3.0
"""Time-out for what is read beside a roster, while someone may be waiting."""
PAGE = 500
KNOCK = 50
"""The smallest page of members that Teams gives."""
MOST_PAGES = 200
NOT_A_MEMBER = "MemberNotFoundInConversation"
GROUP_CHAT = "@thread.v2"


@dataclass(frozen=True)
class OutgoingCard:
    """A card to post. It has no text beside it: Teams would make two messages of it, and return the id of neither.

    `summary` is the text of notifications. `alert` also puts it into the recipient's activity feed.
    """

    content: Mapping[str, Any] = field(repr=False)
    summary: str = field(repr=False)
    alert: bool = False


class Connector:
    """The connector for one app, on any service address."""

    def __init__(self, clients: ConnectorClients, app_id: str, tenant: str) -> None:
        self._clients = clients
        self._bot = f"28:{app_id}"
        self._tenant = tenant

    async def post(self, where: Conversing, card: OutgoingCard, under: str = "") -> str:
        """Post in a conversation, or in the thread of the message `under`. Returns the new message's id."""
        conversation = f"{where.conversation}{THREAD}{under}" if under else where.conversation
        created = await _call(self._operations(where).send_to_conversation(conversation, OutgoingActivity(card)))
        return _id(created)

    async def start_thread(self, where: Conversing, card: OutgoingCard) -> str:
        """Post in a channel, as the first message of a new thread. Returns its id."""
        parameters = ConversationParameters(
            is_group=True,
            bot=ChannelAccount(id=self._bot),
            channel_data={"channel": {"id": where.conversation}, "tenant": {"id": self._tenant}},
            activity=OutgoingActivity(card),
        )
        created = await _call(self._operations(where).create_conversation(parameters))
        return getattr(created, "activity_id", None) or _id(created).partition(THREAD)[2]

    async def show_typing(self, where: Conversing) -> None:
        """Say that the bot is typing: it is taken or refused as a message would be, and nothing of it stays."""
        await _call(self._operations(where).send_to_conversation(where.conversation, TypingActivity()))

    async def replace(self, where: Conversing, activity: str, card: OutgoingCard, under: str = "") -> None:
        """Replace the card of a message."""
        conversation = f"{where.conversation}{THREAD}{under}" if under else where.conversation
        await _call(self._operations(where).update_activity(conversation, activity, OutgoingActivity(card, activity)))

    async def remove(self, where: Conversing, activity: str, under: str = "") -> None:
        """Delete a message."""
        conversation = f"{where.conversation}{THREAD}{under}" if under else where.conversation
        await _call(self._operations(where).delete_activity(conversation, activity))

    async def open_chat(self, service: str, person: str) -> str:
        """Open a personal chat by directory id, and return its id. A second call returns the same id."""
        parameters = ConversationParameters(
            is_group=False,
            bot=ChannelAccount(id=self._bot),
            members=[ChannelAccount(id=person)],
            # The SDK's own field for the tenant is serialised under the wrong name.
            channel_data={"tenant": {"id": self._tenant}},
        )
        operations = self._clients.client(service).conversations
        return _id(await _call(operations.create_conversation(parameters, seconds=PREPARE_SECONDS)))

    async def members(self, where: Conversing) -> list[Mapping[str, Any]]:
        """Return all members of a conversation, as Teams describes them. Reads page by page."""
        found: list[Mapping[str, Any]] = []
        token = None
        for _ in range(MOST_PAGES):
            asking = self._operations(where).get_conversation_paged_members(
                where.conversation, page_size=PAGE, continuation_token=token, raw=True, seconds=MEMBERS_SECONDS
            )
            page = _object((await _call(asking)).response)
            found += (each for each in page.get("members") or () if isinstance(each, dict))
            token = page.get("continuationToken")
            if not token:
                return found
        raise TeamsUnanswered("the roster has too many pages")

    async def knock(self, where: Conversing) -> None:
        """Read the first members of a conversation, to see whether the bot is in it. It is refused if not."""
        asking = self._operations(where).get_conversation_paged_members(
            where.conversation, page_size=KNOCK, raw=True, seconds=MEMBERS_SECONDS
        )
        _object((await _call(asking)).response)

    async def member(self, where: Conversing, person: str) -> Mapping[str, Any] | None:
        """Return one member of a conversation, as Teams describes them; None if they are not in it."""
        path = ("conversations", where.conversation, "members", person)
        try:
            return await self._read(where.service, *path)
        except TeamsRefused as refused:
            if refused.status == 404 and refused.code == NOT_A_MEMBER:
                return None
            raise

    async def team_name(self, service: str, team: str) -> str:
        """Return what a team is called."""
        return _text(await self._read(service, "teams", team), "name")

    async def channels(self, service: str, team: str) -> dict[str, str]:
        """Return the names of a team's channels, by id. A team's first channel has the team's id and no name."""
        listed = (await self._read(service, "teams", team, "conversations")).get("conversations")
        found = (each for each in (listed if isinstance(listed, list) else ()) if isinstance(each, dict))
        return {_text(each, "id"): _text(each, "name") for each in found}

    async def _read(self, service: str, *path: str) -> Mapping[str, Any]:
        return _object(await _call(self._clients.client(service).read(*path, seconds=READ_SECONDS)))

    def _operations(self, where: Conversing) -> ConversationsOperations:
        return self._clients.client(where.service).conversations


def is_group_chat(conversation: str) -> bool:
    """Whether a conversation is a group chat, which has no threads, and not a channel."""
    return conversation.endswith(GROUP_CHAT)


class OutgoingActivity(Model):
    """The part of an activity that we post. Serialising one of the SDK's own takes longer than sending it."""

    _attribute_map = {  # noqa: RUF012 - the SDK expects it like this
        "id": {"key": "id", "type": "str"},
        "type": {"key": "type", "type": "str"},
        "summary": {"key": "summary", "type": "str"},
        "attachments": {"key": "attachments", "type": PLAIN},
        "channel_data": {"key": "channelData", "type": PLAIN},
    }

    def __init__(self, card: OutgoingCard, activity: str | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.id = activity
        self.type = "message"
        self.summary = card.summary
        self.attachments = [{"contentType": ADAPTIVE_CARD, "content": card.content}]
        self.channel_data = {"notification": {"alert": True}} if card.alert else None


class TypingActivity(Model):
    """What a client shows for a moment as a bot that types."""

    _attribute_map = {"type": {"key": "type", "type": "str"}}  # noqa: RUF012 - the SDK expects it like this

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.type = "typing"


async def _call(operation: Any) -> Any:
    """Await an operation of the SDK, and convert its parse errors to `TeamsUnanswered`."""
    try:
        return await operation
    except (ClientException, ValueError):
        raise TeamsUnanswered("an answer that cannot be read") from None


def _id(created: Any) -> str:
    found = getattr(created, "id", None)
    return found if isinstance(found, str) else ""


def _object(response: Any) -> Mapping[str, Any]:
    """Parse an answer ourselves: the SDK drops what it does not know, such as a member's directory id."""
    try:
        found = json.loads(response.body())
    except (ValueError, RecursionError):
        raise TeamsUnanswered("an answer that cannot be read") from None
    if not isinstance(found, dict):
        raise TeamsUnanswered("an answer that cannot be read")
    return found


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    return value if isinstance(value, str) else ""
