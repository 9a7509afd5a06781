"""The scopes that the app asks for, and why. The manifests are made from this list.

A test compares it with the code: the app asks for every scope that it uses, and for no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """A scope by Slack's name, and what the app needs it for, in words for an admin."""

    name: str
    why: str


COMMANDS = Scope("commands", "to offer /deliverable and the two shortcuts")
WRITE = Scope("chat:write", "to post cards, to keep them up to date, and to send digests")
OPEN_DIRECT = Scope("im:write", "to open a conversation with a policy owner")
READ_DIRECT = Scope(
    "im:history", "to see what is typed to the app, and to look for a digest whose arrival is unconfirmed"
)
CHANNELS = Scope("channels:read", "to read who is in a public channel that the app was added to")
PRIVATE_CHANNELS = Scope("groups:read", "to read who is in a private channel that the app was added to")
PEOPLE = Scope("users:read", "to read names, time zones, and who is a guest or has left")
ADDRESSES = Scope("users:read.email", "to know a person by the address of the directory, on Slack and on Teams")
REACTIONS = Scope("reactions:read", "to offer the form to who reacts to a card, where an admin turned that on")
FILES = Scope("files:write", "to send a policy owner their flags as a file")
LINKS_READ = Scope("links:read", "to see links to our own public pages")
LINKS_WRITE = Scope("links:write", "to show the card under such a link")
MARKS = Scope("metadata.message:read", "to be told that a card has arrived, by its own mark and without any text")
CONNECT = Scope("connections:write", "to receive over Socket Mode: a scope of the app's token, not of the bot's")
CHANNEL_HISTORY = Scope("channels:history", "to look for a card whose arrival in a public channel is unconfirmed")
PRIVATE_CHANNEL_HISTORY = Scope(
    "groups:history", "to look for a card whose arrival in a private channel is unconfirmed"
)

CAN_BE_DENIED = (REACTIONS,)
"""Scopes that whoever installs the app can leave out: what needs them is off until an admin turns it on."""
OPTIONAL = (CHANNEL_HISTORY, PRIVATE_CHANNEL_HISTORY)
"""Scopes that the app does not ask for: with them it could read what people say to each other.

Without them, it cannot look for a card in a channel whose delivery is unconfirmed. Slack sends an event for each card
that has arrived (`MARKS`). If none comes, the card is posted again after a while, and a duplicate that turns up is
removed.
"""

METHODS: Mapping[str, tuple[Scope, ...]] = {
    "apps.connections.open": (CONNECT,),
    "auth.teams.list": (),
    "auth.test": (),
    "chat.delete": (WRITE,),
    "chat.getPermalink": (),
    "chat.postEphemeral": (WRITE,),
    "chat.postMessage": (WRITE,),
    "chat.unfurl": (LINKS_WRITE,),
    "chat.update": (WRITE,),
    "conversations.history": (READ_DIRECT, *OPTIONAL),
    "conversations.info": (CHANNELS, PRIVATE_CHANNELS),
    "conversations.members": (CHANNELS, PRIVATE_CHANNELS),
    "conversations.open": (OPEN_DIRECT,),
    "conversations.replies": (READ_DIRECT, *OPTIONAL),
    "files.completeUploadExternal": (FILES,),
    "files.getUploadURLExternal": (FILES,),
    "oauth.v2.access": (),
    "users.conversations": (CHANNELS, PRIVATE_CHANNELS),
    "users.info": (PEOPLE, ADDRESSES),
    "users.list": (PEOPLE, ADDRESSES),
    "views.open": (),
    "views.publish": (),
    "views.push": (),
    "views.update": (),
}
"""Every method that the adapter calls, and the scopes it needs."""

EVENTS: Mapping[str, tuple[Scope, ...]] = {
    "app_home_opened": (),
    "app_uninstalled": (),
    "channel_archive": (CHANNELS,),
    "channel_deleted": (CHANNELS,),
    "channel_id_changed": (CHANNELS, PRIVATE_CHANNELS),
    "channel_left": (CHANNELS,),
    "channel_rename": (CHANNELS,),
    "channel_unarchive": (CHANNELS,),
    "group_archive": (PRIVATE_CHANNELS,),
    "group_deleted": (PRIVATE_CHANNELS,),
    "group_left": (PRIVATE_CHANNELS,),
    "group_rename": (PRIVATE_CHANNELS,),
    "group_unarchive": (PRIVATE_CHANNELS,),
    "link_shared": (LINKS_READ,),
    "member_joined_channel": (CHANNELS, PRIVATE_CHANNELS),
    "member_left_channel": (CHANNELS, PRIVATE_CHANNELS),
    "message.im": (READ_DIRECT,),
    "message_metadata_posted": (MARKS,),
    "reaction_added": (REACTIONS,),
    "team_access_granted": (),
    "team_access_revoked": (),
    "tokens_revoked": (),
}
"""Every event that the app subscribes to, and the scopes it needs."""

OF_LINKS = frozenset({"link_shared"})
"""Events that need a public address: links to our own pages."""


def bot_scopes(methods: Mapping[str, tuple[Scope, ...]], events: Mapping[str, tuple[Scope, ...]]) -> tuple[Scope, ...]:
    """Return the bot scopes that these methods and events need, by name, without the optional ones."""
    needed = {COMMANDS, *(scope for scopes in (*methods.values(), *events.values()) for scope in scopes)}
    return tuple(sorted(needed - {CONNECT, *OPTIONAL}, key=lambda scope: scope.name))


SCOPES = tuple(scope.name for scope in bot_scopes(METHODS, EVENTS))
"""The scopes to ask for in the OAuth flow."""
