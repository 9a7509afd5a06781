"""What arrives from Teams and what is answered, in types of our own: nothing of the SDK is seen beyond this folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

PLATFORM = "teams"
THREAD = ";messageid="
"""Between a channel's id and the id of the message that a thread hangs under, in a conversation's id."""


@dataclass(frozen=True)
class IncomingActivity:
    """One activity, already authenticated: its token, tenant and service address are checked.

    `user` is the person's id for this bot (29:…), `aad_id` their object id in the directory, empty where Teams gives
    none. `tenant` is a directory id. `text` is what was typed, without the mention of the bot. `raw` is the whole
    activity as it came. What was typed is in no `repr`.
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
        """Who it is, as in `Actor.user`, `Member.user` and the address of a person's own messages."""
        return self.aad_id or self.user

    @property
    def personal(self) -> bool:
        """Whether it came from a chat of one person with the bot."""
        return self.conversation_type == "personal"

    @property
    def channel(self) -> str:
        """The id of the channel or group chat, as in `Actor.channel`; empty in a personal chat."""
        return "" if self.personal else self.conversation.partition(THREAD)[0]

    @property
    def card(self) -> str:
        """The ref of the message that a click came from, as a send gave it; empty where there is none."""
        return ref_of(self.conversation, self.reply_to)


def ref_of(conversation: str, activity: str) -> str:
    """How a message is named in a `Sent`: its id, after the id of the message that it hangs under, if it does.

    A thread's first message is named by its id alone. Empty for an empty id.
    """
    root = conversation.partition(THREAD)[2]
    return f"{root}/{activity}" if activity and root and root != activity else activity


@dataclass(frozen=True)
class InvokeAnswer:
    """The answer to an invoke: an HTTP status, and a JSON object of plain values."""

    body: Mapping[str, Any] = field(default_factory=dict, repr=False)
    status: int = 200


class Handler(Protocol):
    """What does something about an activity. What it raises is answered with a sentence and logged by its kind."""

    async def handle(self, activity: IncomingActivity) -> InvokeAnswer | None:
        """Act on `activity`; give the answer to an invoke, or None where there is nothing to say."""
        ...
