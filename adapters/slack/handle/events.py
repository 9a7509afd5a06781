"""Handle events: the home tab, messages to the bot, reactions, links, and changes of channels and installations.

`user_change` is not among them: it would tell the app of everybody in the workspace. The daily job reads who has left,
and a message that cannot be sent has the account looked at.

An event cannot open a modal. Its answer goes to one person, before the event is acknowledged, with a time-out of two
seconds. If Slack certainly did not take the answer, we let Slack send the event again. Rosters are read in the
background; if that fails, the daily job reads them.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from uuid import UUID

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from adapters.slack.api.newcomers import NotLookedUp
from adapters.slack.api.removals import Removals
from adapters.slack.api.rosters import SlackRosters
from adapters.slack.api.tokens import PLATFORM, Access, SlackTokens
from adapters.slack.api.web_api import SlackCallError, SlackDeclined, SlackUnanswered, WebApi
from adapters.slack.draw.messages import home, message
from adapters.slack.handle.commands import SlackCommands
from adapters.slack.handle.dispatching import SlackDispatcher
from adapters.slack.handle.message_reports import MessageReports
from adapters.slack.receive.actors import SlackActor, actor_of_event
from adapters.slack.receive.bolt import access_in
from bot.interface.actor import Actor
from bot.interface.intents import Home
from bot.interface.json_object import Json
from bot.interface.parts import Card, Notice
from bot.interface.ports import Place
from bot.interface.unavailable import Unavailable
from bot.people.connections import Connections
from bot.screens.notice.too_late import too_late_card

log = logging.getLogger(__name__)

EventHandler = Callable[[Json, Access], Awaitable[None]]

OF_OURSELVES = frozenset({"member_joined_channel", "member_left_channel", "message_metadata_posted"})
"""Events that are handled if the bot itself caused them. All its other events are ignored."""
_POLICY = re.compile(r"/policies/([0-9a-fA-F-]{32,36})/?(?:[?#].*)?")


class Events:
    """Passes events to the dispatcher, the rosters and the connections."""

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
        self._api = api
        self._removals = Removals(api, tokens, connections)
        self._public_url = public_url.rstrip("/")
        self.handled: dict[str, EventHandler] = {
            "app_home_opened": self._home_opened,
            "message": self._message,
            "message_metadata_posted": self._posted,
            "reaction_added": self._reaction,
            "link_shared": self._unfurl,
            "member_joined_channel": self._bot_joined,
            "member_left_channel": self._left,
            "channel_left": self._channel_lost,
            "group_left": self._channel_lost,
            "channel_archive": self._channel_lost,
            "group_archive": self._channel_lost,
            "channel_deleted": self._channel_lost,
            "group_deleted": self._channel_lost,
            "channel_id_changed": self._channel_moved,
            "channel_rename": self._channel_renamed,
            "group_rename": self._channel_renamed,
            "channel_unarchive": self._maybe_more_channels,
            "group_unarchive": self._maybe_more_channels,
            "team_access_granted": self._maybe_more_channels,
        }

    async def happened(self, body: Json, context: AsyncBoltContext) -> BoltResponse:
        """Handle one event of the types in `handled`. Answers 500 to have Slack send it again, if that can help."""
        event: Json = body["event"]
        access = access_in(context)
        if event["type"] not in OF_OURSELVES and _is_own(event, access):
            return BoltResponse(status=200, body="")
        try:
            await self.handled[event["type"]](event, access)
        except SlackUnanswered as fault:
            log.warning("the answer to a Slack event may not have arrived: %s", fault.reason)
        except (SlackCallError, Unavailable) as error:
            if _is_final(error):
                log.warning("a Slack event could not be answered: %s", error)
                return BoltResponse(status=200, body="")
            log.warning("a Slack event failed, and Slack will send it again: %s", type(error).__name__)
            return BoltResponse(status=500, body="")
        return BoltResponse(status=200, body="")

    async def removed(self, body: Json, context: AsyncBoltContext) -> BoltResponse:
        """Handle an uninstallation or a revoked token: if it is so, send nothing there any more.

        Such an event can be late, from before the app was added again. Answers 500 if it cannot be checked now.
        """
        event: Json = body.get("event") or {}
        if event.get("type") == "team_access_revoked":
            self._rosters.find_in_background()  # an organisation removed the bot from some of its workspaces
            return BoltResponse(status=200, body="")
        revoked = (event.get("tokens") or {}).get("bot") or ()
        if event.get("type") == "tokens_revoked" and not revoked:
            return BoltResponse(status=200, body="")  # a user's token, and we ask for none
        try:
            for workspace in _ended_installations(body):
                await self._removals.installation(workspace)
        except (SlackCallError, Unavailable) as error:
            log.warning("whether the app was removed cannot be checked now: %s", type(error).__name__)
            return BoltResponse(status=500, body="")
        self._rosters.find_in_background()
        return BoltResponse(status=200, body="")

    async def _home_opened(self, event: Json, access: Access) -> None:
        if event.get("tab") == "messages":
            return
        slack_actor = actor_of_event(event, access)
        try:
            card = await self._dispatcher.home(slack_actor.actor)
        except NotLookedUp:
            card = too_late_card(Home())
        except Unavailable as unavailable:
            card = Card((Notice(str(unavailable)),), str(unavailable))
        await self._api.write(access.token, "views.publish", user_id=slack_actor.actor.user, view=home(card))

    async def _message(self, event: Json, access: Access) -> None:
        """Answer a direct message. Its text is only compared with a few words, and neither stored nor logged."""
        written_by_person = (
            event.get("user") and not event.get("bot_id") and event.get("subtype") in (None, "file_share")
        )
        if event.get("channel_type") != "im" or not written_by_person:
            return
        thread = str(event.get("thread_ts") or "")
        slack_actor = actor_of_event(event, access)
        typed = " ".join(str(event.get("text") or "").split()).casefold()
        card = await self._commands.answer_to_message(slack_actor, typed)
        await self._answer(slack_actor, str(event.get("channel", "")), card, thread)

    async def _posted(self, event: Json, access: Access) -> None:
        """A message with our metadata was posted. Other apps can post the same metadata, so check who it is from."""
        if _is_own(event, access):
            await self._message_reports.posted(event)

    async def _reaction(self, event: Json, access: Access) -> None:
        item: Json = event.get("item") or {}
        if item.get("type") != "message":
            return
        channel = str(item.get("channel", ""))
        slack_actor = actor_of_event(event, access, channel)
        card = await self._dispatcher.reacted(slack_actor.actor, str(item.get("ts", "")))
        if card is not None:
            await self._answer(slack_actor, channel, card)

    async def _answer(self, slack_actor: SlackActor, channel: str, card: Card, thread: str = "") -> None:
        """Send an ephemeral message, in a thread if it was caused there: only they see it, and it does not stay."""
        drawn = message(card)
        await self._api.write(
            slack_actor.access.token,
            "chat.postEphemeral",
            channel=channel,
            user=slack_actor.actor.user,
            thread_ts=thread or None,
            **drawn,
        )

    async def _unfurl(self, event: Json, access: Access) -> None:
        """Unfurl links to our own pages as the policy's card, which never names who wrote a flag."""
        unfurls: Json = {}
        actor = actor_of_event(event, access, str(event.get("channel", ""))).actor
        for link in event.get("links") or ():
            address = str(link.get("url", ""))
            card = await self._card_at(address, actor)
            if card is not None:
                unfurls[address] = {"blocks": message(card)["blocks"]}
        if unfurls:
            await self._api.write(access.token, "chat.unfurl", unfurls=unfurls, **_unfurl_target(event))

    async def _card_at(self, address: str, actor: Actor) -> Card | None:
        if not self._public_url or not address.startswith(f"{self._public_url}/"):
            return None
        found = _POLICY.fullmatch(address.removeprefix(self._public_url))
        try:
            return await self._dispatcher.card(UUID(found[1]), actor) if found else None
        except ValueError:
            return None

    async def _bot_joined(self, event: Json, access: Access) -> None:
        if event.get("user") == access.user:
            self._rosters.bring(access.workspace, str(event.get("channel", "")))

    async def _left(self, event: Json, access: Access) -> None:
        """The bot or a person has left a channel. Who has left is not on what was announced there any more."""
        if event.get("user") == access.user:
            await self._channel_lost(event, access)
        else:
            place = Place(PLATFORM, access.workspace, str(event.get("channel", "")))
            await self._connections.left(place, str(event.get("user") or ""))

    async def _channel_lost(self, event: Json, access: Access) -> None:
        """Disconnect a channel, if the bot is not in it: the event may come late, or again."""
        place = Place(PLATFORM, access.workspace, str(event.get("channel", "")))
        if place in await self._connections.channels(PLATFORM):
            await self._removals.channel(place)

    async def _channel_moved(self, event: Json, access: Access) -> None:
        """A channel has another id, for example because it is shared now. The old id is dead."""
        old, new = str(event.get("old_channel_id", "")), str(event.get("new_channel_id", ""))
        if old and new and await self._removals.is_in(access, new):
            await self._connections.moved(Place(PLATFORM, access.workspace, old), new)
            self._rosters.bring(access.workspace, new)

    async def _channel_renamed(self, event: Json, access: Access) -> None:
        named = event.get("channel")
        channel = str(named.get("id", "")) if isinstance(named, dict) else str(named or "")
        places = await self._connections.channels(PLATFORM)
        if Place(PLATFORM, access.workspace, channel) in places:
            self._rosters.bring(access.workspace, channel)

    async def _maybe_more_channels(self, event: Json, access: Access) -> None:
        """The bot may be in more channels: one was unarchived, or an organisation added the bot to a workspace."""
        self._rosters.find_in_background()


def _is_final(error: Exception) -> bool:
    """Whether Slack would refuse the answer each time: it has declined the call, and not because of a rate."""
    return isinstance(error, SlackDeclined) and error.wait is None


def _is_own(event: Json, access: Access) -> bool:
    """Whether the bot itself caused an event."""
    by = (event.get("user"), event.get("user_id"))
    return bool((access.user and access.user in by) or (access.bot and event.get("bot_id") == access.bot))


def _unfurl_target(event: Json) -> Json:
    if event.get("unfurl_id") and event.get("source"):
        return {"unfurl_id": event["unfurl_id"], "source": event["source"]}
    return {"channel": event.get("channel"), "ts": event.get("message_ts")}


def _ended_installations(body: Json) -> list[str]:
    """The ids under which the installation that has ended may be stored."""
    said: list[Json] = [body, *(body.get("authorizations") or ())]
    everywhere = any(each.get("is_enterprise_install") for each in said)
    whole = next((each["enterprise_id"] for each in said if each.get("enterprise_id")), None)
    team = body.get("team_id")
    found = (whole or body.get("context_enterprise_id")) if everywhere or not team else team
    return [str(found)] if found else []
