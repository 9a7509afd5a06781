"""Activities as Teams sends them: the documented envelopes, filled in."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from tests.teams.provider import APP, TENANT, THREAD, Account, Provider

CLIENT = {"type": "clientInfo", "locale": "en-GB", "country": "GB", "platform": "Windows", "timezone": "Europe/London"}
"""What a client says of itself with each click."""


def activity(
    provider: Provider, sender: Account, conversation: str = "", under: str = "", **more: Any
) -> dict[str, Any]:
    """An activity of `sender`, in a channel, in a thread of it, or in their own chat with the bot."""
    personal = not conversation
    kind = "personal" if personal else "channel" if conversation.endswith("@thread.tacv2") else "groupChat"
    said: dict[str, Any] = {"tenant": {"id": TENANT}}
    if kind == "channel":
        # Ids only: Teams gives no names here. (botbuilder-dotnet 6349, Microsoft-Teams-Samples 1961.)
        team = provider.team_of(conversation).id
        said |= {
            "team": {"id": team},
            "channel": {"id": conversation},
            "teamsChannelId": conversation,
            "teamsTeamId": team,
        }
    if personal:
        provider.chats.setdefault(f"a:{sender.aad}", sender)  # a person who writes in a personal chat has one
    whole = f"{conversation}{THREAD}{under}" if under else conversation or f"a:{sender.aad}"
    return {
        "type": "message",
        "id": str(uuid4().int)[:13],
        "timestamp": "2026-11-23T10:00:00.000Z",
        "serviceUrl": provider.service,
        "channelId": "msteams",
        "from": {"id": sender.mri, "name": sender.name, "aadObjectId": sender.aad},
        "conversation": {"conversationType": kind, "tenantId": TENANT, "id": whole, "isGroup": not personal},
        "recipient": {"id": f"28:{APP}", "name": "Deliverable"},
        "channelData": said,
        "locale": "en-GB",
        **more,
    }


def typed(provider: Provider, sender: Account, text: str, conversation: str = "", under: str = "") -> dict[str, Any]:
    """A typed message. In a channel, it mentions the bot."""
    mention = {
        "type": "mention",
        "mentioned": {"id": f"28:{APP}", "name": "Deliverable"},
        "text": "<at>Deliverable</at>",
    }
    if conversation:
        return activity(
            provider, sender, conversation, under, text=f"<at>Deliverable</at> {text}\n", entities=[mention]
        )
    return activity(provider, sender, text=text, textFormat="plain")


def invoke(
    provider: Provider,
    sender: Account,
    name: str,
    value: Any,
    conversation: str = "",
    under: str = "",
    reply_to: str = "",
) -> dict[str, Any]:
    """A click on the message `reply_to`."""
    more: dict[str, Any] = {"replyToId": reply_to} if reply_to else {}
    more["entities"] = [CLIENT]
    return activity(provider, sender, conversation, under, type="invoke", name=name, value=value, **more)


def installed(provider: Provider, sender: Account, conversation: str = "", action: str = "add") -> dict[str, Any]:
    """The app was installed, or removed, in a team or for a person."""
    return activity(provider, sender, conversation, type="installationUpdate", action=action)


def members_added(provider: Provider, sender: Account, conversation: str, *added: str) -> dict[str, Any]:
    """A person or the bot was added to a team."""
    found = activity(
        provider, sender, conversation, type="conversationUpdate", membersAdded=[{"id": each} for each in added]
    )
    found["channelData"] |= {"eventType": "teamMemberAdded"}
    return found
