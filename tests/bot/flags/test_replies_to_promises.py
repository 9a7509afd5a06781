"""Authors say whether they are satisfied once when something is promised, and once more when it is done."""

from uuid import UUID

import pytest

from bot.interface import intents
from bot.screens import refusals as says
from tests.bot.conftest import Office, Row, buttons, said

pytestmark = pytest.mark.rules


class Promised:
    """What was promised to Asha, confidential, and to Ben, named, for Friday 18 December; Tuesday the 24th, at noon."""

    def __init__(self, office: Office, asha: UUID, ben: UUID, answer: UUID) -> None:
        self.office, self.asha, self.ben, self.answer = office, office.shown(asha), ben, answer
        (row,) = office.rows("commitments")
        self.id = UUID(str(row["id"]))

    async def done(self, day: int = 24, hour: int = 14) -> None:
        """Priya says that it is done."""
        await self.office.until(day, hour)
        await self.office.fill(intents.SayDone(self.id), "priya", text="Forty councils share one.")

    def replies(self) -> list[Row]:
        return sorted(self.office.rows("replies"), key=lambda each: (str(each["stage"]), str(each["kind"])))


@pytest.fixture
async def promised(office: Office, policy: UUID) -> Promised:
    asha = await office.file(policy, "asha", "Contracts end after April.")
    for person in ("cai", "eve"):
        await office.file(policy, person, "It needs a law.")  # or Asha's would wait for more people
    ben = await office.file(policy, "ben", "Nobody can test this.", promise="named")
    await office.until(24, 12)
    answer = await office.answer((asha, ben), by_date="2026-12-18")
    return Promised(office, asha, ben, answer)


@pytest.mark.both_databases
async def test_a_named_author_replies_once_at_each_stage(office: Office, promised: Promised) -> None:
    first = buttons(await office.form(intents.MyFlags(), "ben"), "Settled")
    assert first == [intents.Settle(promised.answer, promised.ben)]
    await office.press(first[0], "ben")
    assert buttons(await office.form(intents.MyFlags(), "ben"), "Settled") == []
    await promised.done()
    second = buttons(await office.form(intents.MyFlags(), "ben"), "Settled")
    assert second == [intents.Settle(promised.answer, promised.ben, stage="done")]
    await office.press(second[0], "ben")
    assert buttons(await office.form(intents.MyFlags(), "ben"), "Settled") == []
    assert [(each["stage"], each["kind"]) for each in promised.replies()] == [
        ("done", "settled"),
        ("promised", "settled"),
    ]
    await office.press(second[0], "ben")
    assert len(promised.replies()) == 2


@pytest.mark.both_databases
async def test_a_confidential_author_replies_once_at_each_stage(office: Office, promised: Promised) -> None:
    await office.press(intents.Settle(promised.answer, promised.asha), "asha")
    await promised.done()
    form = await office.form(intents.NotSettled(promised.answer, promised.asha, stage="done"), "asha")
    assert "You can do this once more, now that you know what became of it." in said(form)
    await office.send(form, "asha", text="Not where I work.")
    mine = await office.form(intents.MyFlags(), "asha")
    assert "Your reply is not shown to anyone yet." in said(mine)
    assert "Not where I work." in said(mine)
    assert buttons(mine, "Not settled") == []
    assert (await office.form(intents.NotSettled(promised.answer, promised.asha, stage="done"), "asha")).intent is None
    other = await office.form(intents.NotSettled(promised.answer, promised.asha, stage="done"), "dina")
    assert other.title == "Not possible"
    await office.until(30, 12)
    assert [each["stage"] for each in promised.replies()] == ["done", "promised"]
    assert "Not where I work." in said(await office.form(intents.SeeFlag(promised.asha), "dina"))


async def test_not_settled_after_it_is_done_starts_the_time_to_answer_again(office: Office, promised: Promised) -> None:
    await promised.done()
    assert office.row("flags", promised.ben)["answer_by"] is None
    form = intents.NotSettled(promised.answer, promised.ben, stage="done")
    await office.fill(form, "ben", text="Not where I work.")
    row = office.row("flags", promised.ben)
    assert row["standing"] == "not-settled"
    assert row["answer_by"] is not None
    await office.until(25, 12)
    assert "Not where I work." in said(office.digests_to()[-1])


async def test_nobody_replies_to_what_is_not_done_yet_or_was_decided_otherwise(
    office: Office, promised: Promised
) -> None:
    settle = intents.Settle(promised.answer, promised.ben, stage="done")
    assert says.REPLIED_ALREADY in said(await office.press(settle, "ben"))
    assert says.NOT_FOUND in said(await office.press(intents.Settle(promised.answer, promised.ben, stage="x"), "ben"))
    await promised.done()
    await office.until(24, 15)
    await office.answer((promised.ben,), kind="cannot", by_date="")
    assert says.REPLIED_ALREADY in said(await office.press(settle, "ben"))
    assert promised.replies() == []


async def test_the_named_author_says_so_from_the_message(office: Office, promised: Promised) -> None:
    await promised.done()
    await office.until(24, 18)
    (card,) = [each.card for each in office.chat.to("U-ben-7741") if "is done" in each.card.fallback]
    assert buttons(card, "Settled") == [intents.Settle(promised.answer, promised.ben, stage="done")]
    await office.press(buttons(card, "Settled")[0], "ben")
    assert office.row("flags", promised.ben)["standing"] == "settled"
