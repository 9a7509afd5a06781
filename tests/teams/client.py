"""A person's Teams client: what it sends on a click, and what it shows of the answer.

From Microsoft's pages on Universal Actions, dialogs and message extensions.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.interface.json_object import Json
from tests.stories.adaptive import fields, initial
from tests.teams.activities import activity, invoke, typed
from tests.teams.provider import Account, Posted, Provider

Post = Callable[[Json], Awaitable[tuple[int, Any]]]
"""Sends an activity to the bot; gives the status and the JSON of the answer, None where there is none."""

CARD = "application/vnd.microsoft.card.adaptive"
MESSAGE = "application/vnd.microsoft.activity.message"
ERROR = "application/vnd.microsoft.error"


@dataclass
class Dialog:
    """A dialog that is open: its card, where it was opened, and what stands in its fields."""

    title: str
    card: Json
    opened: tuple[str, str, str]
    values: dict[str, str] = field(default_factory=dict)


class Client:
    """One person's client. `dialog` is what is open, `said` the sentence that was shown last beside a card.

    One that is `old` knows no `Action.Execute`, and shows what such a button falls back to.
    """

    def __init__(self, provider: Provider, person: Account, post: Post, *, old: bool = False) -> None:
        self.provider = provider
        self.person = person
        self.dialog: Dialog | None = None
        self.said = ""
        self._post = post
        self._old = old
        self._own: dict[str, Json] = {}
        self._filled: dict[str, dict[str, str]] = {}

    @property
    def chat(self) -> str:
        """The id of their own chat with the bot."""
        return f"a:{self.person.aad}"

    def card(self, message: Posted) -> Json:
        """A message's card as this person sees it."""
        return self._own.get(message.id, message.card)

    def values(self, message: Posted) -> dict[str, str]:
        """What stands in the fields of a message's card."""
        return self._filled.setdefault(message.id, initial(self.card(message)))

    async def types(self, text: str, conversation: str = "", under: str = "") -> None:
        """Type to the bot."""
        await self.sends(typed(self.provider, self.person, text, conversation, under))

    async def shows(self, message: Posted) -> None:
        """Show a message in their own chat, as it was sent: what took its place is gone, and a refresh is asked for."""
        self._forget(message)
        refresh = message.card.get("refresh")
        if refresh and self.person.mri in refresh.get("userIds", [self.person.mri]):
            await self._execute(refresh["action"], message, "automatic")

    async def presses(self, action: Mapping[str, Any], message: Posted | None = None, *, times: int = 1) -> None:
        """Press a button of the dialog that is open, or else of a message; several times before an answer comes."""
        if self.dialog is not None:
            await asyncio.gather(*(self._submits(action, self.dialog) for _ in range(times)))
            return
        assert message is not None, "a button stands in a message or in a dialog"
        await asyncio.gather(*(self._on_message(action, message) for _ in range(times)))

    async def commands(self, command: str, payload: Json | None = None, conversation: str = "") -> None:
        """Choose a command of the message extension, on a message where its `payload` is given."""
        value: Json = {"commandId": command, "commandContext": "message" if payload else "compose", "context": {}}
        if payload:
            value["messagePayload"] = payload
        self.dialog = None
        await self._asks("composeExtension/fetchTask", value, conversation)

    async def sends(self, sent: Json) -> Any:
        """Send an activity; whatever it is, the bot takes it."""
        status, answer = await self._post(sent)
        assert status == 200, f"the bot answered {status} to {sent['type']} {sent.get('name', '')}"
        return answer

    async def _on_message(self, action: Mapping[str, Any], message: Posted) -> None:
        if action["type"] == "Action.Execute" and self._old:
            assert "fallback" in action, "such a button is not shown"
            action = action["fallback"]
        if action["type"] == "Action.OpenUrl":
            return
        if action["type"] == "Action.Execute":
            await self._execute(action, message, "manual")
            return
        where, under = self._where(message)
        data = _with_fields(action, self.values(message))
        if data.get("msteams", {}).get("type") == "task/fetch":
            await self._asks("task/fetch", {"data": data, "context": {"theme": "default"}}, where, under, message.id)
        else:
            await self.sends(activity(self.provider, self.person, where, under, value=data, replyToId=message.id))

    async def _execute(self, action: Mapping[str, Any], message: Posted, trigger: str) -> None:
        where, under = self._where(message)
        own = {"type": action["type"], "verb": action["verb"], "title": action.get("title", "")}
        data = _with_fields(action, self.values(message) if trigger == "manual" else {})
        value = {"action": {**own, "data": data}, "trigger": trigger}
        answer = await self.sends(
            invoke(self.provider, self.person, "adaptiveCard/action", value, where, under, message.id)
        )
        assert answer["statusCode"] == 200 or answer["type"] == ERROR
        match answer["type"]:
            case "application/vnd.microsoft.card.adaptive":
                self._forget(message)
                self._own[message.id] = answer["value"]
            case "application/vnd.microsoft.activity.message":
                self.said = answer["value"]
            case "application/vnd.microsoft.error":
                self.said = answer["value"]["message"]
            case other:
                raise AssertionError(f"no client knows {other}")

    async def _submits(self, action: Mapping[str, Any], dialog: Dialog) -> None:
        if action["type"] == "Action.OpenUrl":
            return
        assert action["type"] == "Action.Submit", "a dialog knows no other buttons"
        assert not any(each.get("isRequired") for each in fields(dialog.card)), "such a form would not be sent"
        value = {"data": _with_fields(action, dialog.values), "context": {"theme": "default"}}
        await self._asks("task/submit", value, *dialog.opened)

    async def _asks(self, name: str, value: Json, conversation: str = "", under: str = "", on: str = "") -> None:
        answer = await self.sends(invoke(self.provider, self.person, name, value, conversation, under, on))
        if answer is None:
            self.dialog = None
            return
        shown = dialog_in(answer)
        content = shown["card"]["content"]
        self.dialog = Dialog(shown["title"], content, (conversation, under, on), initial(content))

    def _where(self, message: Posted) -> tuple[str, str]:
        if message.conversation in self.provider.channels:
            return message.conversation, message.under or message.id
        return "", ""

    def _forget(self, message: Posted) -> None:
        self._own.pop(message.id, None)
        self._filled.pop(message.id, None)


def dialog_in(answer: Json) -> Json:
    """What a client opens of an answer. For any other answer with a body it shows an error, or an empty box."""
    assert "task" in answer, "error 1008: Task or Task Type is missing"
    task = answer["task"]
    assert task["type"] == "continue", "an empty box"
    assert task["value"]["card"]["contentType"] == CARD
    found: Json = task["value"]
    return found


def _with_fields(action: Mapping[str, Any], values: Mapping[str, str]) -> Json:
    """What a button sends: its data, and what stands in the fields unless it says that it takes none along."""
    taken = values if action.get("associatedInputs", "auto") == "auto" else {}
    # A field that nothing stands in is sent by some clients as nothing, by others not at all.
    return {**action["data"], **{name: value for name, value in taken.items() if value}}
