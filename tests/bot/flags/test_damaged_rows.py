"""One row that does not open, because it was changed or damaged, stops only itself."""

import logging
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from bot.interface import intents
from bot.people.connections import Connections
from bot.screens import refusals as says
from bot.unit_of_work import sealed_text
from storage import AnswerKind, Promise, ReplyKind, Verdict, metadata
from tests.bot.conftest import Office, said


@pytest.fixture(autouse=True)
def not_told_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed_text, "_told", {})
    monkeypatch.setattr(sealed_text, "_found", set())


async def test_a_flag_that_does_not_open_is_left_out_and_all_else_goes_on(
    office: Office, policy: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    odd = await office.file(policy, "asha", "Sixty contracts end.", promise="named")
    good = await office.file(policy, "ben", "No councils agreed.", promise="named")
    office.update("flags", odd, because=office.row("flags", good)["because"])
    for _ in range(2):
        shown = said(await office.open(intents.SeeFlags(policy), "cai"))
        assert says.left_out(1) in shown
        assert shown.count("No councils agreed.") == 1
        assert "flag 2" not in shown
    assert says.left_out(1) in said(await office.open(intents.SeeFlag(odd), "cai"))
    form = await office.flag(policy, "cai", "No councils agreed on this either.", promise="named")
    assert form.title == "Flag saved"
    await office.worker.tick()
    assert "So far: 2 flags." in await office.card_text()
    assert says.left_out(1) in said(await office.open(intents.SeeFlags(policy), "cai"))
    assert "Sixty contracts" not in said(await office.open(intents.MyFlags(), "asha"))
    await office.until(26)
    (digest, *_) = office.digests_to("priya")
    assert "No councils agreed." in said(digest)
    assert "2 flags need your answer" in said(digest)
    lines = [each.getMessage() for each in caplog.records if "does not open" in each.getMessage()]
    assert set(lines) == {f"flags: the row {odd} does not open, and is left out"}
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]


CHANGES: dict[str, dict[str, object]] = {
    "its promise": {"promise": Promise.CONFIDENTIAL},
    "its author": {"person_id": None},
    "its verdict": {"verdict": Verdict.AS_ANNOUNCED},
    "its theme": {"theme": "law"},
    "its wording": {"wording": 2},
    "the day it is shown from": {"released_on": date(2026, 11, 20)},
    "its tag": {"tag": bytes(16)},
    "its receipt": {"receipt": bytes(16)},
}


@pytest.mark.parametrize("what", CHANGES)
async def test_a_flag_of_which_anything_was_changed_is_left_out_everywhere(
    office: Office, policy: UUID, what: str
) -> None:
    odd = await office.file(policy, "asha", "Sixty contracts end.", promise="named")
    await office.file(policy, "ben", "No councils agreed.", promise="named")
    office.update("flags", odd, **CHANGES[what])
    for person in ("asha", "priya", "cai"):
        shown = said(await office.open(intents.SeeFlags(policy), person))
        assert "Sixty contracts" not in shown
        assert "No councils agreed." in shown
    assert "Sixty contracts" not in said(await office.open(intents.MyFlags(), "asha"))
    await office.until(24, 12)
    assert "So far: 1 flag." in await office.card_text()
    assert "Sixty contracts" not in "".join(map(said, office.digests_to("priya")))
    assert "1 flag needs your answer" in said(office.digests_to("priya")[0])


async def test_a_name_is_not_put_under_the_flag_of_somebody_else(office: Office, policy: UUID) -> None:
    """As a writer to the database would: the promise and a person, on a confidential flag that is shown."""
    flag = await office.file(policy, "asha", "Sixty contracts end.")
    await office.until(26, 12)
    office.update("flags", flag, promise=Promise.NAMED, person_id=office.person("ben"), tag=None)
    for person in ("priya", "ben", "asha"):
        for intent in (intents.SeeFlags(policy), intents.MyFlags(), intents.SeeFlag(flag)):
            assert "Sixty contracts" not in said(await office.open(intent, person))


async def test_texts_of_two_flags_that_are_alike_in_all_else_are_not_swapped(office: Office, policy: UUID) -> None:
    texts = ("Sixty contracts end.", "No councils agreed.")
    one, other = [await office.file(policy, "asha", each, promise="named") for each in texts]
    before = [office.row("flags", each)["because"] for each in (one, other)]
    for flag, because in zip((other, one), before, strict=True):
        office.update("flags", flag, because=because)
    shown = said(await office.open(intents.SeeFlags(policy), "cai"))
    assert [each in shown for each in texts] == [False, False]
    assert says.left_out(2) in shown


async def test_damage_that_nobody_has_met_is_found_after_a_release_and_so_is_its_repair(
    office: Office, policy: UUID
) -> None:
    flags = [await office.file(policy, each, f"By {each}.", promise="named") for each in ("asha", "ben")]
    for _ in range(2):
        office.update("flags", flags[0], theme="law")
    await office.until(24, 8)
    assert "So far: 1 flag." in await office.card_text()
    office.update("flags", flags[0], theme="timetable")
    await office.until(25, 8)
    assert "So far: 2 flags." in await office.card_text()


async def test_an_answer_or_reply_of_which_anything_was_changed_is_left_out(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "asha", "Sixty contracts end.", promise="named")
    await office.until(26)
    answer = await office.answer((flag,), text="We fund the suppliers.")
    await office.fill(intents.NotSettled(answer, flag), "asha", text="Not all of them.")
    seen = said(await office.open(intents.SeeFlag(flag), "cai"))
    assert "We fund the suppliers." in seen
    assert "Not all of them." in seen
    (reply,) = office.rows("replies")
    for changed in ({"kind": ReplyKind.SETTLED}, {"released_on": date(2026, 11, 20)}):
        office.update("replies", reply["id"], **changed)
        assert "Not all of them." not in said(await office.open(intents.SeeFlag(flag), "cai"))
        office.update("replies", reply["id"], **{name: reply[name] for name in changed})
    row = office.row("answers", answer)
    changes: tuple[dict[str, object], ...] = (
        {"person_id": office.person("omar")},
        {"kind": AnswerKind.CANNOT},
        {"at": datetime(2026, 11, 25, 9, tzinfo=UTC)},
        {"by_date": date(2026, 12, 24)},
        {"text": b"\x01" + bytes(80)},
    )
    for each in changes:
        office.update("answers", answer, **each)
        for person, intent in (("cai", intents.SeeFlags(policy)), ("asha", intents.MyFlags())):
            shown = said(await office.open(intent, person))
            assert "We fund the suppliers." not in shown
            assert "Sixty contracts end." in shown
        office.update("answers", answer, **{name: row[name] for name in each})
    assert "We fund the suppliers." in said(await office.open(intents.SeeFlags(policy), "cai"))


async def test_a_second_that_was_moved_to_another_flag_brings_no_text_along(office: Office, policy: UUID) -> None:
    flags = [await office.file(policy, each, f"By {each}.", promise="named") for each in ("asha", "ben")]
    await office.fill(intents.SecondFlag(flags[0]), "cai", anything="Our team sees it as well.")
    await office.until(26, 12)
    assert "Our team sees it" in said(await office.open(intents.SeeFlag(flags[0]), "dina"))
    (second,) = office.rows("seconds")
    office.update("seconds", second["id"], flag_id=flags[1])
    for each in flags:
        assert "Our team sees it" not in said(await office.open(intents.SeeFlag(each), "dina"))


async def test_one_policys_key_does_not_stop_the_digest_of_the_others(
    office: Office, policy: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    other = await office.announce("Another policy")
    await office.file(policy, "asha", "Sixty contracts end.", promise="named")
    await office.file(other, "ben", "No councils agreed.", promise="named")
    table = metadata.tables["policy_keys"]
    wrapped = next(each["text"] for each in office.rows("policy_keys") if each["policy_id"] == other)
    with office.database.writing() as session:
        session.connection().execute(table.update().where(table.c.policy_id == policy).values(text=wrapped))
    await office.until(26)
    assert any("No councils agreed." in said(each) for each in office.digests_to("priya"))
    assert not any("Sixty contracts end." in said(each) for each in office.digests_to("priya"))
    assert "No councils agreed." in said(await office.open(intents.MyFlags(), "ben"))
    for each in (intents.SeeFlags(policy), intents.GiveView(policy), intents.MyFlags()):
        assert said(await office.open(each, "cai"))
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]
    assert f"policy_keys: the row {policy} does not open" in caplog.text


async def test_one_installation_does_not_hide_the_others(office: Office) -> None:
    connections = Connections(office.database, office.ring, office.clock)
    for workspace in ("T1", "T2"):
        await connections.install("slack", workspace, "A workspace", {"token": f"xoxb-{uuid4()}"})
    (row,) = (each for each in office.rows("installations") if each["workspace"] == "T1")
    office.update("installations", row["id"], sealed=b"\x01" + bytes(80))
    found = {each.workspace: bool(each.secrets) for each in await connections.all_installed("slack")}
    assert found == {"T1": False, "T2": True}
