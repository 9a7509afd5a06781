"""Retention: of a policy that is closed for good nothing is left that was said, in rows, digests or messages."""

import json
from datetime import date
from uuid import UUID

from bot.admin import audit
from bot.interface import intents
from bot.interface.ports import Message, Never, Outcome
from storage.retention import KEPT
from tests.bot.admin.test_audit import log
from tests.bot.conftest import Office, said

GONE = "Quillwort beds are out of reach."
STAYS = "Twayblade beds are within reach."


async def said_much(office: Office, policy: UUID) -> UUID:
    """Two policies with flags, seconds, answers, replies and notices, in one digest; gives the other policy."""
    other = await office.announce("Same-day address change")
    flag = await office.file(policy, "asha", GONE, promise="named")
    kept = await office.file(other, "ben", STAYS, promise="named")
    await office.file(policy, "cai", f"{GONE} Indeed.")
    await office.fill(intents.SecondFlag(flag), "ben", anything=GONE)
    await office.until(25, 12)
    answer = await office.answer((flag,), text=GONE)
    await office.answer((kept,), text=STAYS)
    await office.fill(intents.NotSettled(answer, flag), "asha", text=GONE)
    await office.until(1, 12, month=12)
    return other


def rows_about(office: Office, policy: UUID) -> dict[str, int]:
    """How many rows each table has about a policy, but for those that stay."""
    found = {name: office.rows(name) for name in office.everything()}
    return {
        name: number
        for name, rows in found.items()
        if name not in KEPT and (number := sum(each.get("policy_id") == policy for each in rows))
    }


def standing(office: Office) -> str:
    """What stands on the platform."""
    newest: dict[tuple[str, str], str] = {}
    for verb, message, ref in office.chat.kept:
        newest[message.place.address, ref] = "" if verb == "withdraw" else said(message.card)
    return "\n".join(newest.values())


async def test_nothing_that_was_said_is_left_and_the_rest_stays(office: Office, policy: UUID) -> None:
    other = await said_much(office, policy)
    before = rows_about(office, other)
    assert len(rows_about(office, policy)) > 5
    assert GONE in standing(office)
    assert await office.worker.retire() == 0, "a policy that is not closed for good"
    office.update("policies", policy, sealed_on=date(2026, 12, 1))
    assert await office.worker.retire() == 1
    assert await office.worker.retire() == 0
    assert rows_about(office, policy) == {}
    assert rows_about(office, other) == before
    await office.worker.tick()
    assert GONE not in standing(office)
    assert STAYS in standing(office)
    assert "Single parking permit for every resident." not in standing(office)
    assert (office.row("policies", policy)["title"], office.row("policies", policy)["summary"]) == (
        "Single parking permit",
        "",
    )
    assert log(office)[-1]["act"] == "retention"
    assert GONE not in json.dumps(log(office), default=str)
    office.change(audit.verify)
    assert STAYS in said(await office.open(intents.NewestDigest(), "priya"))
    assert "closed for good on 1 December 2026" in said(await office.open(intents.SeeFlags(policy), "asha"))


async def test_what_cannot_be_withdrawn_is_listed_to_admins(office: Office, policy: UUID) -> None:
    await said_much(office, policy)

    async def refused(message: Message, ref: str) -> Outcome:
        return Never("cant_delete_message")

    office.chat.withdraw = refused  # type: ignore[method-assign]
    office.update("policies", policy, sealed_on=date(2026, 12, 1))
    await office.worker.retire()
    await office.until(1, 12, 5, month=12)
    # Admins are told of what is given up as of any other message (`tests/bot/sending/test_dead_letters.py`).
    listed = said(await office.open(intents.SeeNotSent(), "ada"))
    assert "withdrawal of a message about a policy that is over" in listed.lower()
    assert "cant_delete_message" in listed
