"""Sends to Slack: `bot.interface.ports.ChatPlatform` over the Web API.

A message carries its delivery's id in its metadata and in its first block id, so that it can be found if the answer to
the call was lost. A `ref` is Slack's `ts`, which is unique within a conversation.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

from adapters.slack.api.outcomes import CLOSED_ACCOUNT, LOST, REMOVED, TOKEN_REFUSED, never, outcome
from adapters.slack.api.removals import Removals, asked
from adapters.slack.api.tokens import PLATFORM, Access, SlackTokens
from adapters.slack.api.web_api import SlackCallError, SlackDeclined, SlackUnanswered, WebApi
from adapters.slack.draw.messages import delivered, marked
from bot.digests.csv_export import Download
from bot.interface.json_object import Json
from bot.interface.ports import (
    Absent,
    CannotTell,
    ChatPlatform,
    Finding,
    Found,
    Gone,
    Message,
    Never,
    NotSent,
    Outcome,
    Pace,
    Place,
    Sent,
)
from bot.interface.unavailable import Unavailable
from bot.people.connections import Connections

PACE = Pace(place=timedelta(seconds=1.05), tenant=timedelta(milliseconds=25))
"""Slack accepts a message a second in a channel, and an undocumented number in a workspace."""

A_PAGE = 15
"""Messages in one page of a history: the limit for apps distributed outside Slack's Marketplace."""
MOST_PAGES = 20
CLOCKS_DIFFER = timedelta(seconds=60)
NO_MESSAGE = "message_not_found"
NO_MESSAGES = frozenset({NO_MESSAGE, "thread_not_found"})
"""Error codes that mean a message does not exist."""

PlatformCall = Callable[[Access, str], Awaitable[Outcome]]


class SlackPlatform(ChatPlatform):
    """Sends to Slack through the Web API."""

    def __init__(self, api: WebApi, tokens: SlackTokens, connections: Connections) -> None:
        self._api = api
        self._tokens = tokens
        self._connections = connections
        self.removals = Removals(api, tokens, connections)

    @property
    def name(self) -> str:
        """The platform's name, as in `Place.platform`."""
        return PLATFORM

    @property
    def pace(self) -> Pace:
        """How fast Slack accepts messages."""
        return PACE

    def ended(self) -> None:
        """Called when Slack says that the app was removed from a workspace. Subclasses may override it."""

    async def send(self, message: Message) -> Outcome:
        """Post a message, or a reply in the thread of `message.under`.

        Slack posts a reply to a deleted message in the channel itself. So whether that message is there is asked
        before, which needs no scope, and what was posted without it is deleted at once.
        """

        async def post(access: Access, conversation: str) -> Outcome:
            thread: Json = {}
            if message.under:
                await self._ask_for(access, conversation, message.under)
                thread = {"thread_ts": message.under, "reply_broadcast": False}
            answer = await self._api.write(
                access.token,
                "chat.postMessage",
                channel=conversation,
                mrkdwn=False,
                unfurl_links=False,
                unfurl_media=False,
                **thread,
                **_message_arguments(message),
            )
            sent = _sent(answer)
            if message.under and _is_no_reply(answer):
                with contextlib.suppress(SlackCallError):  # the outbox withdraws it once more
                    await self._api.write(access.token, "chat.delete", channel=conversation, ts=sent.ref)
                return Gone(message.under, NO_MESSAGE, stray=sent.ref)
            return sent

        return await self._attempt(message.place, post, message.under or "")

    async def update(self, message: Message, ref: str) -> Outcome:
        """Replace the card of the message `ref`."""

        async def change(access: Access, conversation: str) -> Outcome:
            card = _message_arguments(message)
            return _sent(await self._api.write(access.token, "chat.update", channel=conversation, ts=ref, **card))

        return await self._attempt(message.place, change, ref)

    async def withdraw(self, message: Message, ref: str) -> Outcome:
        """Delete the message `ref`."""

        async def remove(access: Access, conversation: str) -> Outcome:
            await self._api.write(access.token, "chat.delete", channel=conversation, ts=ref)
            return Sent(ref)

        return await self._attempt(message.place, remove, ref)

    async def find(self, message: Message) -> Finding:
        """Look for a delivery among the messages since it may have been sent, by its metadata or its block id.

        In a channel, this needs a scope that the app does not ask for (`scopes.OPTIONAL`): without it the result is
        `CannotTell`. There, Slack's events report messages that have arrived (`message_reports`).
        """
        try:
            access = await self._tokens.access(message.place.workspace)
            return await self._search(access, message) if access else CannotTell()
        except SlackCallError as fault:
            if fault.reason in NO_MESSAGES:
                return Absent()
            return CannotTell(for_now=not isinstance(outcome(fault, message.place), Never))
        except Unavailable:
            return CannotTell(for_now=True)

    async def _search(self, access: Access, message: Message) -> Finding:
        conversation = await self._conversation(access, message.place)
        async for each in self._messages_since(access, conversation, message):
            if each is None:
                return CannotTell()
            mark = marked(each)
            if mark is not None and mark.delivery == str(message.delivery):
                return Found(each["ts"])
        return Absent()

    async def send_file(self, place: Place, file: Download) -> None:
        """Upload a file to a place, once. It is not retried.

        Raises `SlackCallError`, `Unavailable`.
        """
        access = await self._tokens.access(place.workspace)
        if access is None:
            raise SlackDeclined("not_installed")
        conversation = await self._conversation(access, place)
        token = access.token
        target = await self._api.read(token, "files.getUploadURLExternal", filename=file.name, length=len(file.content))
        await self._api.upload(target["upload_url"], file.content)
        await self._api.write(
            token,
            "files.completeUploadExternal",
            files=[{"id": target["file_id"], "title": file.name}],
            channel_id=conversation,
        )

    async def _messages_since(self, access: Access, conversation: str, message: Message) -> AsyncIterator[Json | None]:
        """Yield the messages among which it would be, in Slack's order; then None if there are too many to read."""
        since = message.since - CLOCKS_DIFFER if message.since else None
        thread: Json = {"ts": message.under} if message.under else {}
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            page = await self._api.read(
                access.token,
                "conversations.replies" if thread else "conversations.history",
                channel=conversation,
                limit=A_PAGE,
                inclusive=True,
                include_all_metadata=True,
                oldest=f"{since.timestamp():.6f}" if since else None,
                cursor=cursor,
                **thread,
            )
            for each in page.get("messages", ()):
                yield each
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return
        yield None

    async def _attempt(self, place: Place, call: PlatformCall, about: str = "") -> Outcome:
        """Make a call. `about` is the message that is changed, withdrawn or replied to, if any."""
        try:
            access = await self._tokens.access(place.workspace)
            if access is None:
                return never("not_installed", place)
            try:
                return await self._call(access, place, call)
            except SlackCallError as fault:
                if about and fault.reason in NO_MESSAGES:
                    return Gone(about, fault.reason)
                return outcome(fault, place) if await self._is_so(place, fault) else NotSent(fault.reason)
        except Unavailable:
            return NotSent("the database cannot be used")

    async def _ask_for(self, access: Access, conversation: str, ts: str) -> None:
        """Raises `SlackCallError` if a message does not exist, or if Slack cannot say so now.

        Any other refusal says nothing of the message.
        """
        try:
            await asked(self._api.read(access.token, "chat.getPermalink", channel=conversation, message_ts=ts))
        except SlackDeclined as declined:
            if declined.reason in NO_MESSAGES or declined.wait is not None:
                raise

    async def _call(self, access: Access, place: Place, call: PlatformCall) -> Outcome:
        try:
            conversation = await self._conversation(access, place)
        except SlackUnanswered as fault:
            # Opening a conversation posts nothing.
            return NotSent(fault.reason)
        try:
            return await call(access, conversation)
        except SlackCallError as fault:
            if not place.direct or fault.reason != "channel_not_found":
                raise
        # The stored direct message no longer exists.
        return await call(access, await self._open(access, place))

    async def _conversation(self, access: Access, place: Place) -> str:
        if not place.direct:
            return place.address
        kept = await self._connections.conversation(place)
        return kept.conversation if kept else await self._open(access, place)

    async def _open(self, access: Access, place: Place) -> str:
        answer = await self._api.write(access.token, "conversations.open", users=place.address)
        conversation = (answer.get("channel") or {}).get("id")
        if not isinstance(conversation, str):
            raise SlackUnanswered("malformed_answer")
        await self._connections.converse(place, conversation)
        return conversation

    async def _is_so(self, place: Place, fault: SlackCallError) -> bool:
        """Check what a failed call says of the app, a channel or an account. Anything else is believed.

        What is really gone is recorded, so that nothing more is sent there. Raises `Unavailable`.
        """
        try:
            if fault.reason in REMOVED:
                ended = await self.removals.installation(place.workspace)
                self.ended()
                return ended
            if fault.reason in TOKEN_REFUSED:
                return await self.removals.token(place.workspace)
            if fault.reason in LOST and not place.direct:
                return await self.removals.channel(place)
            if fault.reason in CLOSED_ACCOUNT and place.direct:
                return await self.removals.account(place)
        except SlackCallError:
            return False
        return True


def _message_arguments(message: Message) -> Json:
    return delivered(message.card, message.delivery, message.attempt, direct=message.place.direct)


def _is_no_reply(answer: Json) -> bool:
    posted = answer.get("message")
    return isinstance(posted, dict) and not posted.get("thread_ts")


def _sent(answer: Json) -> Sent:
    ref = answer.get("ts")
    if not isinstance(ref, str):
        raise SlackUnanswered("malformed_answer")
    return Sent(ref)
