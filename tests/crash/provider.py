"""A provider outside the process that is killed: a file that records what it accepted."""

from __future__ import annotations

import asyncio
import json
import os
import random
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from bot.interface.parts import Tally
from bot.interface.ports import Absent, ChatPlatform, Finding, Found, Message, Outcome, Pace, Sent

NAME = "chat"


@dataclass(frozen=True)
class Taken:
    """One call that the provider carried out: `verb`, `ref`, delivery, place, and the counts on the card, if any."""

    verb: str
    ref: str
    delivery: UUID
    address: str
    under: str | None
    tally: str


def taken(log: Path) -> list[Taken]:
    """All calls, in order. A line that a kill cut short was never answered, and does not count."""
    if not log.exists():
        return []
    whole = log.read_text(encoding="utf-8").rpartition("\n")[0]
    return [_read(json.loads(line)) for line in whole.split("\n") if line]


def _read(kept: dict[str, str]) -> Taken:
    return Taken(
        verb=kept["verb"],
        ref=kept["ref"],
        delivery=UUID(kept["delivery"]),
        address=kept["address"],
        under=kept["under"] or None,
        tally=kept["tally"],
    )


class FileProvider(ChatPlatform):
    """A chat platform over such a file, which accepts and answers with random delays."""

    name = NAME
    pace = Pace()

    def __init__(self, log: Path, chance: random.Random) -> None:
        self._log = log
        self._chance = chance

    async def send(self, message: Message) -> Outcome:
        """Accept a new message."""
        return await self._do("send", message, f"ref-{self._chance.getrandbits(64):016x}")

    async def update(self, message: Message, ref: str) -> Outcome:
        """Accept an update of a message."""
        return await self._do("update", message, ref)

    async def withdraw(self, message: Message, ref: str) -> Outcome:
        """Delete a message."""
        return await self._do("withdraw", message, ref)

    async def find(self, message: Message) -> Finding:
        """Look a delivery up in the file."""
        sent = [each.ref for each in taken(self._log) if each.verb == "send" and each.delivery == message.delivery]
        return Found(sent[0]) if sent else Absent()

    async def _do(self, verb: str, message: Message, ref: str) -> Outcome:
        await asyncio.sleep(self._chance.uniform(0, 0.01))
        self._keep(verb, message, ref)
        # It has arrived, and the sender does not know yet: the moment that matters most.
        await asyncio.sleep(self._chance.uniform(0, 0.04))
        return Sent(ref)

    def _keep(self, verb: str, message: Message, ref: str) -> None:
        tally = next((each.lead for each in message.card.parts if isinstance(each, Tally)), "")
        line = json.dumps(
            {
                "verb": verb,
                "ref": ref,
                "delivery": str(message.delivery),
                "address": message.place.address,
                "under": message.under or "",
                "tally": tally,
            }
        )
        file = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(file, f"{line}\n".encode())
            os.fsync(file)
        finally:
            os.close(file)
