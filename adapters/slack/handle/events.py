"""What happens in a workspace: homes opened, messages to the bot, reactions, links, people, channels, installations.

An event cannot open a window. What is said because of one is said to one person only, before the event is answered,
in two seconds at most; where Slack certainly did not take it, Slack is told to send the event again. Reading a roster
goes on beside: what is lost of it is read the next day.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from uuid import UUID

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from adapters.slack.api.outcomes import said
from adapters.slack.api.rosters import SlackRosters
from adapters.slack.api.tokens import PLATFORM, Access, SlackTokens
from adapters.slack.api.web_api import SlackCallError, SlackUnanswered, WebApi
from adapters.slack.draw.messages import home, message
from adapters.slack.handle.commands import SlackCommands
from adapters.slack.handle.dispatching import RosterTooSlow, SlackDispatcher
from adapters.slack.handle.message_reports import MessageReports
from adapters.slack.receive.actors import SlackActor, someone
from adapters.slack.receive.bolt import access_in
from bot.interface.intents import Home
from bot.interface.json_object import Json
from bot.interface.parts import Card, Notice
from bot.interface.ports import Place
from bot.interface.unavailable import Unavailable
from bot.people.connections import Connections
from bot.screens.notice.too_late import too_late_card

log = logging.getLogger(__name__)

Handling = Callable[[Json, Access], Awaitable[None]]

OF_OURSELVES = frozenset({"member_joined_channel", "message_metadata_posted"})
"""Events that are listened for where the bot itself caused them; all others of its own are passed over."""
GONE = {"left": "not_in_channel", "archive": "is_archived", "deleted": "channel_not_found"}
"""What a call says from then on, by how the type of an event ends."""
_POLICY = re.compile(r"/policies/([0-9a-fA-F-]{32,36})/?(?:[?#].*)?")


class Events:
    """Takes events to the desk, the rosters and the connections."""

    def __init__(
        self,
        dispatcher: SlackDispatcher,
        commands: SlackCommands,
        rosters: SlackRosters,
        message_reports: MessageReports,
        connections: Connections,
        tokens: SlackTokens,
        api: WebApi,
        public_url: str,
    ) -> None:
        self._dispatcher = dispatcher
        self._commands = commands
        self._rosters = rosters
        self._message_reports = message_reports
        self._connections = connections
        self._tokens = tokens
        self._api = api
        self._public_url = public_url.rstrip("/")
        self.handled: dict[str, Handling] = {
            "app_home_opened": self._home_opened,
            "message": self._message,
            "message_metadata_posted": self._posted,
            "reaction_added": self._reaction,
            "link_shared": self._links,
            "member_joined_channel": self._joined,
            "channel_left": self._gone,
            "group_left": self._gone,
            "channel_archive": self._gone,
            "group_archive": self._gone,
            "channel_deleted": self._gone,
            "group_deleted": self._gone,
            "channel_rename": self._renamed,
            "group_rename": self._renamed,
            "user_change": self._user_changed,
            "channel_unarchive": self._elsewhere,
            "group_unarchive": self._elsewhere,
            "team_access_granted": self._elsewhere,
        }

    async def happened(self, body: Json, context: AsyncBoltContext) -> BoltResponse:
        """One event of the kinds above."""
        event: Json = body["event"]
        access = access_in(context)
        if event["type"] not in OF_OURSELVES and _is_own(event, access):
            return BoltResponse(status=200, body="")
        try:
            await self.handled[event["type"]](event, access)
        except SlackUnanswered as fault:
            log.warning("an event of Slack was not followed up: %s", fault.reason)
        except (SlackCallError, Unavailable) as error:
            log.warning("an event of Slack comes again: %s", type(error).__name__)
            return BoltResponse(status=500, body="")
        return BoltResponse(status=200, body="")

    async def removed(self, body: Json, context: AsyncBoltContext) -> BoltResponse:
        """The bot was uninstalled, or its token was revoked: nothing is sent there any more."""
        event: Json = body.get("event") or {}
        if event.get("type") == "team_access_revoked":
            self._rosters.look()  # an organisation took the bot out of some of its workspaces, and keeps it in others
            return BoltResponse(status=200, body="")
        revoked = (event.get("tokens") or {}).get("bot") or ()
        if event.get("type") == "tokens_revoked" and not revoked:
            return BoltResponse(status=200, body="")  # a person's own token: none is asked for
        for workspace in _installed_as(body):
            await self._connections.end(PLATFORM, workspace)
            self._tokens.drop(workspace)
            log.warning("the app was removed from %s: nothing is sent there any more", workspace)
        self._rosters.look()
        return BoltResponse(status=200, body="")

    async def _home_opened(self, event: Json, access: Access) -> None:
        if event.get("tab") == "messages":
            return
        by = someone(str(event.get("user", "")), access)
        try:
            card = await self._dispatcher.home(by.actor)
        except RosterTooSlow:
            card = too_late_card(Home())
        except Unavailable as unavailable:
            card = Card((Notice(str(unavailable)),), str(unavailable))
        await self._api.write(access.token, "views.publish", user_id=by.actor.user, view=home(card))

    async def _message(self, event: Json, access: Access) -> None:
        """Something typed to the bot in private. It is compared with a few words, and goes nowhere."""
        written_by_person = (
            event.get("user") and not event.get("bot_id") and event.get("subtype") in (None, "file_share")
        )
        if event.get("channel_type") != "im" or not written_by_person:
            return
        by = someone(str(event["user"]), access)
        typed = " ".join(str(event.get("text") or "").split()).casefold()
        card = await self._commands.said_to(by, typed)
        await self._say(by, str(event.get("channel", "")), card)

    async def _posted(self, event: Json, access: Access) -> None:
        """A message with our mark stands in a channel. Another app may mark its messages alike."""
        if _is_own(event, access):
            await self._message_reports.posted(event)

    async def _reaction(self, event: Json, access: Access) -> None:
        item: Json = event.get("item") or {}
        if item.get("type") != "message":
            return
        channel = str(item.get("channel", ""))
        by = someone(str(event.get("user", "")), access, channel)
        card = await self._dispatcher.reacted(by.actor, str(item.get("ts", "")))
        if card is not None:
            await self._say(by, channel, card)

    async def _say(self, by: SlackActor, channel: str, card: Card) -> None:
        """Say something that only they see, and that is gone when they look again."""
        said = message(card)
        await self._api.write(by.access.token, "chat.postEphemeral", channel=channel, user=by.actor.user, **said)

    async def _links(self, event: Json, access: Access) -> None:
        """Addresses of our own pages: the card as everyone sees it, which names no flagger."""
        unfurls: Json = {}
        for link in event.get("links") or ():
            address = str(link.get("url", ""))
            card = await self._card_at(address)
            if card is not None:
                unfurls[address] = {"blocks": message(card)["blocks"]}
        if unfurls:
            await self._api.write(access.token, "chat.unfurl", unfurls=unfurls, **_shared_in(event))

    async def _card_at(self, address: str) -> Card | None:
        if not self._public_url or not address.startswith(f"{self._public_url}/"):
            return None
        found = _POLICY.fullmatch(address.removeprefix(self._public_url))
        try:
            return await self._dispatcher.card(UUID(found[1])) if found else None
        except ValueError:
            return None

    async def _joined(self, event: Json, access: Access) -> None:
        if event.get("user") == access.user:
            self._rosters.bring(access.workspace, str(event.get("channel", "")))

    async def _gone(self, event: Json, access: Access) -> None:
        place = Place(PLATFORM, access.workspace, str(event.get("channel", "")))
        await self._connections.lost(place, said(GONE[str(event["type"]).partition("_")[2]]))

    async def _renamed(self, event: Json, access: Access) -> None:
        named = event.get("channel")
        channel = str(named.get("id", "")) if isinstance(named, dict) else str(named or "")
        places = await self._connections.channels(PLATFORM)
        if Place(PLATFORM, access.workspace, channel) in places:
            self._rosters.bring(access.workspace, channel)

    async def _user_changed(self, event: Json, access: Access) -> None:
        """Only for an account that was closed: a profile changes too often to be followed, and is read every day."""
        user: Json = event.get("user") or {}
        if user.get("deleted") and not user.get("is_bot"):
            await self._rosters.leave(access.workspace, str(user.get("id", "")))

    async def _elsewhere(self, event: Json, access: Access) -> None:
        """A channel was opened again, or an organisation has the bot in more workspaces: it may be in more channels."""
        self._rosters.look()


def _is_own(event: Json, access: Access) -> bool:
    """Whether the bot itself caused an event."""
    by = (event.get("user"), event.get("user_id"))
    return bool((access.user and access.user in by) or (access.bot and event.get("bot_id") == access.bot))


def _shared_in(event: Json) -> Json:
    if event.get("unfurl_id") and event.get("source"):
        return {"unfurl_id": event["unfurl_id"], "source": event["source"]}
    return {"channel": event.get("channel"), "ts": event.get("message_ts")}


def _installed_as(body: Json) -> list[str]:
    """Under what an installation may be kept that an event says has ended."""
    said: list[Json] = [body, *(body.get("authorizations") or ())]
    everywhere = any(each.get("is_enterprise_install") for each in said)
    whole = next((each["enterprise_id"] for each in said if each.get("enterprise_id")), None)
    team = body.get("team_id")
    found = (whole or body.get("context_enterprise_id")) if everywhere or not team else team
    return [str(found)] if found else []
