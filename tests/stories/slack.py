"""Slack as a stage: the adapter over HTTP against the strict fake, and what each person sees there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from adapters.slack.options import SlackOptions
from adapters.slack.service import Slack as Adapter
from adapters.slack.service import mount
from adapters.web.sandbox import SamplePerson
from bot.calendar.dates import moment
from bot.interface.actor import Actor
from storage import Database
from tests.slack import envelopes
from tests.slack.driver import SECRET, Driver
from tests.slack.provider import Slack
from tests.slack.serving import patience
from tests.slack.workspace import Channel, User
from tests.stories.blocks import options_of, pieces
from tests.stories.chat import Chat
from tests.stories.company import GUS
from tests.stories.pieces import Action, Heading, Piece, Question, Words
from tests.stories.platforms import Platform
from tests.stories.stage import Stage, opened_again

Json = Mapping[str, Any]

REPLIES = 10
"""How much deeper the headings of a reply are than those of the card that it is under."""


def slack_id(user: str) -> str:
    """The id that a person of the company has in Slack."""
    return f"U0{user.upper()}"


class InSlack(Chat):
    """The company in one workspace."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.slack = Slack(clock=self.company.clock)
        self.channel = Channel("C0DELIVERY", self.company.channels[0].name)
        self._stack = AsyncExitStack()
        self._driver: Driver | None = None

    @property
    def driver(self) -> Driver:
        """What Slack sends to the adapter."""
        assert self._driver is not None, "nothing is connected yet"
        return self._driver

    async def connect(self) -> Adapter:
        """Slack, with everyone in the channel, and the adapter that has been given its token."""
        self._stack.enter_context(patience())
        await self._stack.enter_async_context(self.slack)
        if not self.begun:
            self.slack.workspace.add_channel(self.channel, with_bot=False)
            for each in self.company.present:
                self._join(each)
        options = SlackOptions(bot_token=self.slack.workspace.token, signing_secret=SECRET, api_url=self.slack.address)
        self.adapter = mount(self.application, self.dispatcher, self.connections, options, clock=self.company.clock)
        return self.adapter

    def remembered(self) -> Mapping[str, Any]:
        """The workspace, and when it last gave a message its time."""
        return {"workspace": self.slack.workspace, "channel": self.channel, "last": self.slack._last_ts}

    def remember(self, known: Mapping[str, Any]) -> None:
        """The same workspace."""
        self.slack.workspaces = {known["workspace"].id: known["workspace"]}
        self.channel, self.slack._last_ts = known["channel"], known["last"]

    async def after_listening(self) -> None:
        """The same, with what sends to the address that is now known."""
        session = await self._stack.enter_async_context(aiohttp.ClientSession())
        self._driver = Driver(self.slack, self.address, self.company.clock, session)
        await super().after_listening()

    async def enrol(self) -> None:
        """Invite the bot to the channel."""
        workspace = self.slack.workspace
        self.channel.members.append(workspace.bot_user)
        joined = {"type": "member_joined_channel", "user": workspace.bot_user, "channel": self.channel.id}
        answer = await self.driver.event({**joined, "channel_type": "C", "team": workspace.id})
        assert answer.status == 200
        await self.adapter.settled()

    async def before_stopping(self) -> None:
        """Close both sides. The fake must have found nothing wrong with what it was sent."""
        await super().before_stopping()
        await self._stack.aclose()
        assert not self.slack.faults, f"Slack would not have taken: {self.slack.faults}"

    def announcer(self) -> Actor:
        """The admin."""
        return Actor("slack", self.slack.workspace.id, slack_id(self.company.admin.user))

    def arrived(self, user: str) -> None:
        """They join the workspace and the channel, and the daily round of rosters comes."""
        person = self.company.person(user)
        assert person is not None
        self._join(person)
        self.run(self.adapter.daily())

    def left(self, user: str) -> None:
        """They leave the channel, of which Slack tells."""
        self.channel.members.remove(slack_id(user))
        left = {"type": "member_left_channel", "user": slack_id(user), "channel": self.channel.id}
        assert self.run(self.driver.event({**left, "channel_type": "C", "team": self.slack.workspace.id})).status == 200

    def look_in(self, name: str) -> SlackWindow:
        """The window of the person of that name."""
        return SlackWindow(self, next(each for each in self.company.people if each.name == name))

    def _join(self, person: SamplePerson) -> None:
        user = User(slack_id(person.user), person.name, person.email, self.company.zone)
        user.restricted = person.role == GUS.role
        self.slack.workspace.add_user(user)
        self.channel.members.append(user.id)


class SlackWindow:
    """`tests.stories.player.Window` for one person in Slack: a place, and the modals that lie over it."""

    needed = "Please complete this required field."

    def __init__(self, stage: InSlack, person: SamplePerson) -> None:
        self._stage = stage
        self._person = person
        self._user = slack_id(person.user)
        self._place = "home"
        self._workspace = stage.slack.workspace

    def go(self, place: str) -> None:
        """Close what is open, and choose the place in the side bar."""
        self._workspace.window(self._user).views.clear()
        self._place = place
        if place == "home":
            event = {"type": "app_home_opened", "user": self._user, "channel": "D0", "tab": "home"}
            assert self._stage.run(self._stage.driver.event({**event, "event_ts": "1763812800.0001"})).status == 200
            self._stage.moment()

    def look(self) -> Sequence[Piece]:
        """The modal on top, else the messages of the place."""
        if self._workspace.window(self._user).views:
            return list(self._modal())
        if self._place == "home":
            return pieces(self._workspace.homes[self._user]["blocks"])
        return list(self._messages())

    def press(self, action: Action, *, twice: bool = False) -> None:
        """Press a button of a modal, of the home tab or of a message."""
        if action.sends and self._lacks_something():
            return
        self._stage.run(self._pressed(action, 2 if twice else 1))
        self._stage.moment()

    def fill(self, question: Question, values: tuple[str, ...]) -> None:
        """Fill in the modal on top."""
        (block,) = (dict(each) for each in _blocks(question))
        shown, label = self._workspace.window(self._user).top, str(block["label"]["text"])
        match block["element"]["type"]:
            case "plain_text_input":
                shown.write(label, values[0])
            case "datepicker":
                if values[0] or question.values != ("",):
                    shown.pick_day(label, values[0])
            case "users_select":
                self._name(label, values[0])
            case _:
                offered = options_of(block["element"])
                shown.choose(label, *(str(offered[each]["text"]["text"]) for each in values))

    def _name(self, label: str, address: str) -> None:
        """Pick the person of that address, or type it if nobody has it here."""
        found = [each.id for each in self._workspace.users.values() if each.email == address]
        picks = self._workspace.window(self._user).top.input(label)["element"]["type"] == "users_select"
        if picks and found:
            self._workspace.window(self._user).top.pick_person(label, found[0])
            return
        if picks:
            answer = self._stage.run(self._stage.driver.press_in_window(self._user, "Use e-mail addresses"))
            assert answer.status == 200
        self._workspace.window(self._user).top.write(label, address)

    def _modal(self) -> Iterator[Piece]:
        shown = self._workspace.window(self._user).top
        yield Heading(shown.json["title"]["text"], 1)
        yield from pieces(shown.json["blocks"], shown.state()["values"], shown.errors, deeper=1)
        if "submit" in shown.json:
            text = shown.json["submit"]["text"]
            yield Action(text, text, sends=True)

    def _messages(self) -> Iterator[Piece]:
        channel = self._channel()
        if channel is not None:
            for each in channel.main():
                card, *replies = channel.thread(each["ts"])
                yield from self._message(channel, card)
                for reply in replies:
                    yield from self._message(channel, reply, REPLIES)
        ephemerals = [each for each in self._workspace.ephemerals if self._sees(each.user, each.channel)]
        for ephemeral in ephemerals:
            yield from pieces(ephemeral.message["blocks"])
        if (channel is None or not channel.messages) and not ephemerals:
            yield Words(f"{self._person.name} has no messages.")

    def _message(self, channel: Channel, message: Json, deeper: int = 0) -> Iterator[Piece]:
        # A client shows when each message came.
        at = datetime.fromtimestamp(float(message["ts"]), UTC)
        yield Words(moment(at, self._stage.company.zone))
        for each in pieces(message["blocks"], deeper=deeper):
            if isinstance(each, Action):
                yield Action(each.text, each.name, handle=(channel.id, message, each.handle))
            else:
                yield each

    def _channel(self) -> Channel | None:
        if self._place == "inbox":
            return self._workspace.direct(self._user)
        return next(each for each in self._workspace.channels.values() if each.name == self._place)

    def _sees(self, user: str, channel: str) -> bool:
        here = self._channel()
        return user == self._user and here is not None and channel == here.id

    def _lacks_something(self) -> bool:
        """Whether Slack's client refuses to send, and says so beside each question that was left empty."""
        shown = self._workspace.window(self._user).top
        empty = shown.lacking()
        shown.errors = {block["block_id"]: self.needed for block in empty}
        return bool(empty)

    async def _pressed(self, action: Action, times: int) -> None:
        payloads = [self._payload(action) for _ in range(times)]
        answers = await asyncio.gather(*(self._stage.driver.interact(each) for each in payloads))
        assert {each.status for each in answers} == {200}
        await self._stage.adapter.settled()

    def _payload(self, action: Action) -> dict[str, Any]:
        slack, handle = self._stage.slack, action.handle
        if action.sends:
            return envelopes.submitted(slack, self._user)
        if isinstance(handle, tuple):
            channel, message, button = handle
            return envelopes.pressed_on_message(slack, self._user, channel, message, button)
        assert isinstance(handle, dict)
        if self._workspace.window(self._user).views:
            return envelopes.pressed_in_window(slack, self._user, handle)
        if self._place == "home":
            return envelopes.pressed_at_home(slack, self._user, handle)
        channel = self._channel()
        assert channel is not None
        return envelopes.pressed_on_ephemeral(slack, self._user, channel.id, handle)


def _blocks(question: Question) -> tuple[Json, ...]:
    assert isinstance(question.handle, tuple)
    return question.handle


def in_modals(request: pytest.FixtureRequest, url: str, stack: ExitStack) -> Stage:
    """The company in Slack, over a database that has its tables."""
    return stack.enter_context(opened_again(url, InSlack))


PLATFORM = Platform("slack", {"modals": in_modals})
