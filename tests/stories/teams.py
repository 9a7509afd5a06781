"""Teams as a stage: the adapter over HTTP against the strict fake, and what each person sees there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from adapters.teams.api.conversations import SERVICE
from adapters.teams.api.platform import TeamsPlatform
from adapters.teams.service import mount
from adapters.web.sandbox import SamplePerson
from bot.calendar.dates import moment
from bot.interface.actor import Actor
from storage import Database, metadata
from tests.adaptive_cards import Renderer
from tests.stories.adaptive import ADDRESS, chosen, filled, is_people_picker, pieces
from tests.stories.chat import Chat
from tests.stories.company import GUS, StandingClock
from tests.stories.pieces import Action, Heading, Piece, Question, Words, plain
from tests.stories.platforms import Platform
from tests.stories.stage import opened_again
from tests.teams.activities import activity
from tests.teams.client import Client
from tests.teams.provider import TENANT, Account, Posted, Provider

OF_A_PICKER = ('Property "choices.data"', "An Input.ChoiceSet must have at least one choice")
"""What the renderer says of a people picker, which only Teams' clients know."""
REPLIES = 10
"""How much deeper the headings of a reply are than those of the card that it is under."""


REMEMBERED = ("people", "channels", "teams", "chats", "messages", "times")
"""What the fake knows at the beginning of a story."""


class Timed(Provider):
    """The fake, which also remembers when each message was posted, by the story's time."""

    def __init__(self, clock: StandingClock) -> None:
        super().__init__()
        self._clock = clock
        self.times: dict[str, datetime] = {}

    def _keep(self, conversation: str, under: str, activity: dict[str, Any]) -> Posted:
        kept = super()._keep(conversation, under, activity)
        self.times[kept.id] = self._clock()
        return kept


class InTeams(Chat):
    """The company in one team of one tenant. With a `renderer`, cards are also drawn by it."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        assert isinstance(self.company.clock, StandingClock)
        self.provider = Timed(self.company.clock)
        self.accounts: dict[str, Account] = {}
        self.channel = ""
        self.platform: TeamsPlatform
        self.renderer: Renderer | None = None
        self._stack = AsyncExitStack()
        self._session: aiohttp.ClientSession | None = None

    async def connect(self) -> TeamsPlatform:
        """Teams, with everyone in the channel and the app installed for each."""
        server = TestServer(self.provider.application(), shutdown_timeout=1)
        await server.start_server(access_log=None)
        self._stack.push_async_callback(server.close)
        self.provider.address = str(server.make_url("")).rstrip("/")
        if self.begun:
            await self._moves()
        else:
            self._open_channel()
        self._session = await self._stack.enter_async_context(aiohttp.ClientSession())
        self.platform = mount(
            self.application, self.dispatcher, self.connections, self.provider.options(), clock=self.company.clock
        )
        return self.platform

    def _open_channel(self) -> None:
        for each in self.company.people:
            self._admit(each)
        # The stories know the channel by one name, so its team has none.
        members = (self.accounts[each.user] for each in self.company.present)
        self.channel = self.provider.channel(members, name=self.company.channels[0].name)
        self.provider.team_of(self.channel).name = ""

    async def _moves(self) -> None:
        """The fake listens elsewhere now, and the database says where it did."""
        await self.connections.install(PLATFORM.name, TENANT, "", {SERVICE: self.provider.service})
        with self.database.writing() as session:
            session.connection().execute(
                metadata.tables["conversations"].update().values(service=self.provider.service)
            )

    def remembered(self) -> Mapping[str, Any]:
        """Everyone's accounts, and what the fake keeps of them and of the channel."""
        provider = {name: getattr(self.provider, name) for name in REMEMBERED}
        return {"provider": provider, "next": next(self.provider._ids), "all": (self.accounts, self.channel)}

    def remember(self, known: Mapping[str, Any]) -> None:
        """The same accounts and channel."""
        vars(self.provider).update(known["provider"])
        self.provider._ids = count(known["next"] + 1)
        self.accounts, self.channel = known["all"]

    async def settle(self) -> None:
        """The same, once the rosters have been read that a newcomer's click began to read."""
        reading = (each.result() for each in tuple(self.platform.rosters._flights.values()) if each.busy)
        await asyncio.gather(*reading, return_exceptions=True)
        await super().settle()

    async def enrol(self) -> None:
        """The admin installs the app in the team."""
        sent = activity(self.provider, self._admin, self.channel, type="installationUpdate", action="add")
        assert await self.post(sent) == (200, None)

    async def post(self, sent: dict[str, Any]) -> tuple[int, Any]:
        """Send an activity to the bot, with a token, as the service does."""
        assert self._session is not None, "nothing is connected yet"
        headers = {"Authorization": self.provider.bearer()}
        async with self._session.post(f"{self.address}/api/messages", json=sent, headers=headers) as response:
            body = await response.read()
            return response.status, await response.json() if body else None

    async def before_stopping(self) -> None:
        """Close both sides."""
        await super().before_stopping()
        self.provider.let_go()
        await self._stack.aclose()

    def announcer(self) -> Actor:
        """The admin."""
        return Actor("teams", TENANT, self._admin.aad)

    def arrived(self, user: str) -> None:
        """They join the team, and the daily round of rosters comes."""
        self.provider.channels[self.channel].append(self.accounts[user])
        self.run(self.platform.daily())

    def left(self, user: str) -> None:
        """They are removed from the team, of which Teams tells."""
        account = self.accounts[user]
        self.provider.channels[self.channel].remove(account)
        gone = [{"id": account.mri, "aadObjectId": account.aad}]
        sent = activity(self.provider, self._admin, self.channel, type="conversationUpdate", membersRemoved=gone)
        sent["channelData"]["eventType"] = "teamMemberRemoved"
        assert self.run(self.post(sent))[0] == 200

    def look_in(self, name: str) -> TeamsWindow:
        """The window of the person of that name."""
        person = next(each for each in self.company.people if each.name == name)
        client = Client(self.provider, self.accounts[person.user], self.post)
        return DrawnWindow(self, client, self.renderer) if self.renderer else TeamsWindow(self, client)

    @property
    def _admin(self) -> Account:
        return self.accounts[self.company.admin.user]

    def _admit(self, person: SamplePerson) -> None:
        role = "guest" if person.role == GUS.role else "user"
        account = self.provider.account(person.name, email=person.email, role=role)
        self.accounts[person.user] = account
        self.provider.chats[f"a:{account.aad}"] = account


class TeamsWindow:
    """`tests.stories.player.Window` for one person in Teams: a place, and the dialog that lies over it."""

    needed = ""

    def __init__(self, stage: InTeams, client: Client) -> None:
        self._stage = stage
        self._client = client
        self._place = "inbox"
        self._answers: set[str] = set()

    def go(self, place: str) -> None:
        """Close what is open, and choose the place in the side bar. The home is asked for by typing in the chat."""
        self._client.dialog, self._client.said = None, ""
        self._place = place
        if place == "home":
            before = {each.id for each in self._chat()}
            self._stage.run(self._client.types("home"))
            self._answers |= {each.id for each in self._chat()} - before
        for each in self._inbox() if place == "inbox" else ():
            self._stage.run(self._client.shows(each))

    def look(self) -> Sequence[Piece]:
        """The dialog that is open, else the messages of the place."""
        if self._client.dialog is not None:
            dialog = self._client.dialog
            return [Heading(dialog.title, 1), *pieces(dialog.card, dialog.values, deeper=1)]
        if self._place == "home":
            return list(self._message(self._home()))
        if self._place == "inbox":
            found = [piece for each in self._inbox() for piece in self._message(each)]
            return found or [Words(f"{self._client.person.name} has no messages.")]
        return list(self._channel())

    def press(self, action: Action, *, twice: bool = False) -> None:
        """Press a button of the dialog, or of a message."""
        message, button = action.handle if isinstance(action.handle, tuple) else (None, action.handle)
        self._stage.run(self._client.presses(button, message, times=2 if twice else 1))
        self._stage.moment()

    def fill(self, question: Question, values: tuple[str, ...]) -> None:
        """Fill in a field of the dialog, or of a form that has replaced a message."""
        message, field = question.handle if isinstance(question.handle, tuple) else (None, question.handle)
        assert isinstance(field, dict)
        dialog = self._client.dialog
        values_now = dialog.values if dialog is not None else self._client.values(message)
        if is_people_picker(field):
            self._names(field["id"], values[0], values_now)
        else:
            values_now[field["id"]] = chosen(field, values) if "choices" in field else values[0]

    def _names(self, field: str, address: str, values: dict[str, str]) -> None:
        """Pick who has that address in the directory; for someone else, show the other field and type it there."""
        found = next((each for each in self._stage.accounts.values() if address and each.email == address), None)
        values[field] = found.aad if found else ""
        values[field.replace("q-", ADDRESS)] = "" if found else address

    def _message(self, message: Posted, deeper: int = 0) -> Iterator[Piece]:
        # A client shows when each message came.
        yield Words(moment(self._stage.provider.times[message.id], self._stage.company.zone))
        for each in pieces(self._client.card(message), self._client.values(message), deeper=deeper):
            yield replace(each, handle=(message, each.handle)) if isinstance(each, Action | Question) else each
        if self._client.said:
            yield Words(self._client.said)

    def _channel(self) -> Iterator[Piece]:
        assert self._place == self._stage.company.channels[0].name, f"there is no channel {self._place}"
        posted = self._stage.provider.visible(self._stage.channel)
        for card in (each for each in posted if not each.under):
            yield from self._message(card)
            for reply in (each for each in posted if each.under == card.id):
                yield from self._message(reply, REPLIES)

    def _chat(self) -> list[Posted]:
        return self._stage.provider.visible(self._client.chat)

    def _inbox(self) -> list[Posted]:
        """The messages that the bot sent without being asked."""
        return [each for each in self._chat() if each.id not in self._answers]

    def _home(self) -> Posted:
        return next(each for each in reversed(self._chat()) if each.id in self._answers)


class DrawnWindow(TeamsWindow):
    """The same, where a card is drawn by Microsoft's renderer before something on it is pressed.

    It must show there all that was read of it, and its button must send what is then sent.
    """

    def __init__(self, stage: InTeams, client: Client, renderer: Renderer) -> None:
        super().__init__(stage, client)
        self._renderer = renderer

    def press(self, action: Action, *, twice: bool = False) -> None:
        """Press it there, then here."""
        message, button = action.handle if isinstance(action.handle, tuple) else (None, action.handle)
        dialog = self._client.dialog
        values = dialog.values if dialog else self._client.values(message)
        card = dialog.card if dialog else self._client.card(message)
        assert [each for each in self._renderer.draw(filled(card, values)) if not each.startswith(OF_A_PICKER)] == []
        found = pieces(card, values)
        shown = plain(self._renderer.text())
        for each in found:
            if isinstance(each, Words | Heading):
                assert plain(each.text) in shown
        alike = [each.handle for each in found if isinstance(each, Action) and each.text == action.text]
        sent = self._renderer.press(action.text, next(n for n, each in enumerate(alike) if each is button))
        taken = values if button.get("associatedInputs", "auto") == "auto" else {}
        assert {name: value for name, value in sent.data.items() if value} == {
            **button["data"],
            **{name: value for name, value in taken.items() if value},
        }
        super().press(action, twice=twice)


def in_dialogs(request: pytest.FixtureRequest, url: str, stack: ExitStack) -> InTeams:
    """The company in Teams, over a database that has its tables."""
    return stack.enter_context(opened_again(url, InTeams))


def in_renderer(request: pytest.FixtureRequest, url: str, stack: ExitStack) -> InTeams:
    """The same, where every card that something is pressed on is drawn by Microsoft's renderer first."""
    stage = in_dialogs(request, url, stack)
    stage.renderer = request.getfixturevalue("renderer")
    return stage


PLATFORM = Platform("teams", {"dialogs": in_dialogs, "renderer": in_renderer})
