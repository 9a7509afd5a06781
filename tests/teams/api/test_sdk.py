"""Only three files import the SDK, and turns and requests do go through it."""

from __future__ import annotations

import ast
from functools import wraps
from pathlib import Path

import pytest
from botbuilder.core import CloudAdapterBase, TurnContext
from botframework.connector.aio.operations_async import ConversationsOperations

import adapters.teams
from bot.interface.ports import Sent
from tests.teams.activities import invoke
from tests.teams.mounted import Mounted, channel, message

SDK = {"botbuilder", "botframework", "msrest"}
FOLDER = Path(adapters.teams.__file__).parent


def imported(source: str) -> set[str]:
    """The packages that a source imports."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


def test_only_three_files_import_the_sdk() -> None:
    seeing = {path.stem for path in FOLDER.rglob("*.py") if imported(path.read_text(encoding="utf-8")) & SDK}
    assert seeing == {"sdk", "connector", "bot_adapter"}


async def test_turns_and_requests_go_through_the_sdk(teams: Mounted, monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[str] = []
    posts: list[str] = []
    run, post = CloudAdapterBase.run_pipeline, ConversationsOperations.send_to_conversation

    async def counted(self: CloudAdapterBase, context: TurnContext, *rest: object) -> None:
        turns.append(context.activity.name)
        await run(self, context, *rest)

    @wraps(post)  # it bears its address
    async def posted(self: ConversationsOperations, conversation: str, *rest: object, **more: object) -> object:
        posts.append(conversation)
        return await post(self, conversation, *rest, **more)

    monkeypatch.setattr(CloudAdapterBase, "run_pipeline", counted)
    monkeypatch.setattr(ConversationsOperations, "send_to_conversation", posted)
    provider, ada = teams.provider, teams.provider.account("Ada Adminson")
    await teams.post(invoke(provider, ada, "task/fetch", {}))
    await teams.furnish()
    chat = provider.channel(chat=True)
    assert isinstance(await teams.platform.send(message(channel(chat))), Sent)
    assert (turns, posts) == (["task/fetch"], [chat])


async def test_typed_text_does_not_pass_through_the_sdk(teams: Mounted, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[TurnContext] = []
    run = CloudAdapterBase.run_pipeline

    async def kept(self: CloudAdapterBase, context: TurnContext, *rest: object) -> None:
        seen.append(context)
        await run(self, context, *rest)

    monkeypatch.setattr(CloudAdapterBase, "run_pipeline", kept)
    ada = teams.provider.account("Ada Adminson")
    await teams.post(invoke(teams.provider, ada, "task/submit", {"data": {"because": "Zebulon"}}))
    (context,) = seen
    assert "Zebulon" not in str(context.activity.serialize())
    assert teams.handler.heard[0].value == {"data": {"because": "Zebulon"}}
