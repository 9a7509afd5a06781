"""One row that does not open, because it was changed or damaged, stops only itself."""

import logging
from uuid import UUID, uuid4

import pytest

from bot.interface import intents
from bot.people.connections import Connections
from bot.unit_of_work import sealed_text
from bot.unit_of_work.sealed_text import NOT_OPENED
from storage import metadata
from tests.bot.conftest import Office, said


@pytest.fixture(autouse=True)
def not_told_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed_text, "_told", {})


async def test_one_flags_text_is_replaced_and_all_else_goes_on(
    office: Office, policy: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    odd = await office.file(policy, "asha", "Sixty contracts end.", promise="named")
    good = await office.file(policy, "ben", "No councils agreed.", promise="named")
    office.update("flags", odd, because=office.row("flags", good)["because"])
    for _ in range(2):
        shown = said(await office.open(intents.SeeFlags(policy), "cai"))
        assert NOT_OPENED in shown
        assert shown.count("No councils agreed.") == 1
    assert NOT_OPENED in said(await office.open(intents.SeeFlag(odd), "cai"))
    form = await office.flag(policy, "cai", "No councils agreed on this either.", promise="named")
    assert form.title == "Flag saved"
    await office.until(26)
    (digest, *_) = office.digests_to("priya")
    assert "No councils agreed." in said(digest)
    await office.answer((odd,))
    lines = [each.getMessage() for each in caplog.records if "does not open" in each.getMessage()]
    assert set(lines) == {f"flags: the row {odd} does not open, and is shown without its text"}
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]


async def test_one_answers_text_is_replaced(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "asha", "Sixty contracts end.", promise="named")
    await office.until(26)
    answer = await office.answer((flag,))
    office.update("answers", answer, text=b"\x01" + bytes(80))
    assert NOT_OPENED in said(await office.open(intents.SeeFlags(policy), "cai"))
    assert NOT_OPENED in said(await office.open(intents.MyFlags(), "asha"))


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
