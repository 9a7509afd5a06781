"""Incoming activities and the answers to them, in our own types. The rest of the program sees no type of the SDK."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

PLATFORM = "teams"
CLIENTS_WITH_A_PICKER = frozenset({"android", "ios", "linux", "mac", "web", "windows"})
"""The clients that can search the directory in a field of a card, as activities name them. (Microsoft's page on the
people picker in Adaptive Cards: desktop, web and mobile.)"""
THREAD = ";messageid="
"""Separates the channel id from the id of a thread's first message, in a conversation id."""


@dataclass(frozen=True)
class IncomingActivity:
    """One authenticated activity: its token, tenant and service address have been checked.

    `user` is the person's id for this bot (29:…). `aad_id` is their object id in the directory; Teams may leave it
    out. `tenant` is a directory id. `text` is what was typed, without the mention of the bot. `raw` is the whole
    activity as it arrived. `repr` never contains what was typed.
    """

    type: str
    name: str
    tenant: str
    user: str
    aad_id: str
    conversation: str
    conversation_type: str
    activity: str
    reply_to: str
    service: str
    locale: str
    bot: str
    channel_name: str
    team: str
    team_name: str
    value: Mapping[str, Any] = field(repr=False)
    text: str = field(repr=False)
    raw: Mapping[str, Any] = field(repr=False)

    @property
    def person(self) -> str:
        """The person's id, as in `Actor.user`, `Member.user` and the address of a personal chat."""
        return self.aad_id or self.user

    @property
    def personal(self) -> bool:
        """Whether it came from a personal chat with the bot."""
        return self.conversation_type == "personal"

    @property
    def channel(self) -> str:
        """The id of the channel or group chat, as in `Actor.channel`; empty in a personal chat."""
        return "" if self.personal else self.conversation.partition(THREAD)[0]

    @property
    def has_people_picker(self) -> bool:
        """Whether the client that sent it can search the directory in a field. One that does not name itself cannot."""
        entities = self.raw.get("entities")
        clients = [each for each in entities if isinstance(each, dict)] if isinstance(entities, list) else []
        named = (each.get("platform") for each in clients if each.get("type") == "clientInfo")
        return any(isinstance(each, str) and each.lower() in CLIENTS_WITH_A_PICKER for each in named)

    @property
    def card(self) -> str:
        """The ref of the message that was clicked, as `send` returned it; empty if there is none."""
        return ref_of(self.conversation, self.reply_to)


def ref_of(conversation: str, activity: str) -> str:
    """Return the ref of a message, as in `Sent`: `root/id` for a reply, and the id alone for a thread's first message.

    Empty for an empty id.
    """
    root = conversation.partition(THREAD)[2]
    return f"{root}/{activity}" if activity and root and root != activity else activity


@dataclass(frozen=True)
class InvokeAnswer:
    """The answer to an invoke activity: an HTTP status and a JSON object; without a `body`, the status alone.

    Only an answer without a body closes a dialog. Teams shows an error for an empty object. (msteams-docs 6432.)
    """

    body: Mapping[str, Any] | None = field(default=None, repr=False)
    status: int = 200


class Handler(Protocol):
    """Handles activities. If it raises, the client gets a sentence, and the type of the error is logged."""

    async def handle(self, activity: IncomingActivity) -> InvokeAnswer | None:
        """Handle `activity`. Returns the answer to an invoke, or None if there is nothing to say."""
        ...
