"""The Bot Connector in our own terms: post, replace and remove cards, open a personal chat, list members.

From the Bot Connector REST API v3 and Microsoft's pages on conversations in Teams. Every method raises
`TeamsUnreachable`, `TeamsUnanswered` and `TeamsRefused`, and sends its request once.
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
from adapters.teams.api.faults import TeamsUnanswered
from adapters.teams.api.sdk import PLAIN, ConnectorClients
from bot.people.connections import Conversing

ADAPTIVE_CARD = "application/vnd.microsoft.card.adaptive"
PREPARE_SECONDS = 6.0
MEMBERS_SECONDS = 8.0
PAGE = 500
MOST_PAGES = 200
GROUP_CHAT = "@thread.v2"


@dataclass(frozen=True)
class Shown:
    """A card to post: never with text beside it, or Teams makes two messages of it and names neither.

    `summary` is for notifications. `alert` also puts it into the activity feed of whoever it is for.
    """

    card: Mapping[str, Any] = field(repr=False)
    summary: str = field(repr=False)
    alert: bool = False


class Connector:
    """The connector of one app, on any service address."""

    def __init__(self, clients: ConnectorClients, app_id: str, tenant: str) -> None:
        self._clients = clients
        self._bot = f"28:{app_id}"
        self._tenant = tenant

    async def post(self, where: Conversing, shown: Shown, under: str = "") -> str:
        """Post in a conversation, in the thread under the message `under` where that is given; give the new id."""
        conversation = f"{where.conversation}{THREAD}{under}" if under else where.conversation
        made = await _asked(self._at(where).send_to_conversation(conversation, OutgoingActivity(shown)))
        return _id(made)

    async def start_thread(self, where: Conversing, shown: Shown) -> str:
        """Post in a channel, as the first message of a thread of its own; give its id."""
        parameters = ConversationParameters(
            is_group=True,
            bot=ChannelAccount(id=self._bot),
            channel_data={"channel": {"id": where.conversation}, "tenant": {"id": self._tenant}},
            activity=OutgoingActivity(shown),
        )
        made = await _asked(self._at(where).create_conversation(parameters))
        return getattr(made, "activity_id", None) or _id(made).partition(THREAD)[2]

    async def replace(self, where: Conversing, activity: str, shown: Shown, under: str = "") -> None:
        """Replace a message by another card."""
        conversation = f"{where.conversation}{THREAD}{under}" if under else where.conversation
        await _asked(self._at(where).update_activity(conversation, activity, OutgoingActivity(shown, activity)))

    async def remove(self, where: Conversing, activity: str, under: str = "") -> None:
        """Remove a message."""
        conversation = f"{where.conversation}{THREAD}{under}" if under else where.conversation
        await _asked(self._at(where).delete_activity(conversation, activity))

    async def open_chat(self, service: str, person: str) -> str:
        """The id of a person's own chat with the bot, by their directory id; asking twice gives the same."""
        parameters = ConversationParameters(
            is_group=False,
            bot=ChannelAccount(id=self._bot),
            members=[ChannelAccount(id=person)],
            # The SDK also has a field for the tenant, which it writes under a wrong name.
            channel_data={"tenant": {"id": self._tenant}},
        )
        operations = self._clients.client(service).conversations
        return _id(await _asked(operations.create_conversation(parameters, seconds=PREPARE_SECONDS)))

    async def members(self, where: Conversing) -> list[Mapping[str, Any]]:
        """Everybody in a conversation, page by page, as Teams tells of them."""
        found: list[Mapping[str, Any]] = []
        token = None
        for _ in range(MOST_PAGES):
            asking = self._at(where).get_conversation_paged_members(
                where.conversation, page_size=PAGE, continuation_token=token, raw=True, seconds=MEMBERS_SECONDS
            )
            page = _page(await _asked(asking))
            found += (each for each in page.get("members") or () if isinstance(each, dict))
            token = page.get("continuationToken")
            if not token:
                return found
        raise TeamsUnanswered("the roster does not end")

    def _at(self, where: Conversing) -> ConversationsOperations:
        return self._clients.client(where.service).conversations


def is_group_chat(conversation: str) -> bool:
    """Whether a conversation is a group chat, which has no threads, rather than a channel."""
    return conversation.endswith(GROUP_CHAT)


class OutgoingActivity(Model):
    """As much of an activity as we post. To write out one of the SDK's own takes longer than to send it."""

    _attribute_map = {  # noqa: RUF012 - the SDK has it so
        "id": {"key": "id", "type": "str"},
        "type": {"key": "type", "type": "str"},
        "summary": {"key": "summary", "type": "str"},
        "attachments": {"key": "attachments", "type": PLAIN},
        "channel_data": {"key": "channelData", "type": PLAIN},
    }

    def __init__(self, shown: Shown, activity: str | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.id = activity
        self.type = "message"
        self.summary = shown.summary
        self.attachments = [{"contentType": ADAPTIVE_CARD, "content": shown.card}]
        self.channel_data = {"notification": {"alert": True}} if shown.alert else None


async def _asked(operation: Any) -> Any:
    """What an operation of the SDK gives; what it cannot read is one of our own faults."""
    try:
        return await operation
    except (ClientException, ValueError):
        raise TeamsUnanswered("an answer that cannot be read") from None


def _id(made: Any) -> str:
    found = getattr(made, "id", None)
    return found if isinstance(found, str) else ""


def _page(raw: Any) -> Mapping[str, Any]:
    """A page as it came: the SDK's own reading of members misses their directory id."""
    try:
        page = json.loads(raw.response.body())
    except ValueError:
        raise TeamsUnanswered("an answer that cannot be read") from None
    if not isinstance(page, dict):
        raise TeamsUnanswered("an answer that cannot be read")
    return page
