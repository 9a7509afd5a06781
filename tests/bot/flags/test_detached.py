"""Detached: nothing leads to the author but a receipt code, shown once; it shows the answers and takes one reply."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flags import flags, receipt_codes
from bot.flags.detached_limit import SentToday
from bot.flags.receipt_codes import Tries
from bot.interface import intents
from bot.interface.intents import Intent
from bot.interface.parts import Form
from bot.people.people import Member
from bot.screens import refusals as says
from bot.worker import worker
from storage import ReplyKind
from storage.boxes import BoxedFlag, BoxedReply
from tests.bot.conftest import CHANNEL_SETTINGS, FLAG, FULL_NAMES, Office, buttons, member, said

pytestmark = pytest.mark.rules

CODE = re.compile(r"\b(?:[0-9A-HJKMNP-TV-Z]{4} ){6}[0-9A-HJKMNP-TV-Z]{2}\b")
UNKNOWN = "0000 1111 2222 3333 4444 5555 66"


@pytest.fixture(autouse=True)
def sent_today(monkeypatch: pytest.MonkeyPatch) -> SentToday:
    """A process that has just started."""
    sent = SentToday()
    for module in (flags, worker):
        monkeypatch.setattr(module, "SENT_TODAY", sent)
    monkeypatch.setattr(receipt_codes, "TRIES", Tries())
    return sent


async def detached(office: Office, policy: UUID, person: str = "asha", because: str = "Sixty contracts end.") -> str:
    """Send a detached flag; the code that its author is shown."""
    saved = await office.flag(policy, person, because, promise="detached")
    (code,) = CODE.findall(said(saved))
    return str(code)


async def use(office: Office, code: str, person: str = "asha") -> Form:
    """Type a code."""
    return await office.fill(intents.UseCode(), person, code=code)


def only(form: Form, label: str) -> Intent:
    """The one button of a form with that label."""
    (found,) = buttons(form, label)
    return found


@given(st.binary(min_size=16, max_size=16))
def test_a_code_is_read_as_it_was_written_and_as_people_type_it(code: bytes) -> None:
    text = receipt_codes.written(code)
    assert CODE.fullmatch(text)
    look_alike = text.replace("0", "o").replace("1", "l")
    for typed in (text, text.lower(), text.replace(" ", ""), f"  {text.replace(' ', '-')} ", look_alike):
        assert receipt_codes.read(typed) == code
    assert receipt_codes.read(receipt_codes.packed(code)) == code


@pytest.mark.parametrize("typed", ["", "7KQ4", "U" * 26, "Z" * 26, "ÄÖ" * 13, "0" * 27, "0" * 25])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert receipt_codes.read(typed) is None


async def test_the_receipt_shows_the_code_once_and_how_to_use_it(office: Office, policy: UUID) -> None:
    form = await office.form(intents.GiveView(policy), "asha")
    meaning = "saw the code when we showed it, and a code proves to whoever asks for it that the flag is yours."
    assert meaning in said(await office.form(intents.HowProtected(policy), "asha"))
    saved = await office.send(form, "asha", **{**FLAG, "promise": "detached"})
    text = said(saved)
    assert CODE.search(text)
    assert "We show it once." in text
    assert "It proves to whoever asks for it that the flag is yours." in text
    assert saved.close == "I have kept my code"
    assert await office.send(form, "asha", **{**FLAG, "promise": "detached"}) == saved
    assert office.number_of("flags") == 1
    for intent in (intents.MyFlags(), intents.SeeFlags(policy), intents.GiveView(policy)):
        assert not CODE.search(said(await office.open(intent, "asha")))


async def test_no_row_leads_from_it_to_its_author_or_to_its_code(office: Office, policy: UUID) -> None:
    code = await detached(office, policy)
    raw = receipt_codes.read(code)
    assert raw is not None
    (box,) = office.rows("boxes")
    ((_, contents),) = office.waiting()
    assert isinstance(contents, BoxedFlag)
    assert contents.written.mark is None
    key = office.change(lambda uow: uow.authors_key(policy))
    mine = office.secrets("asha")
    assert bytes(box["tag"])[:8] not in key.flag_slots(mine)
    assert contents.tag not in key.author_tags(mine)
    await office.until(26, 12)
    (row,) = office.rows("flags")
    assert (row["promise"], row["tag"], row["person_id"]) == ("detached", None, None)
    assert bytes(row["receipt"]) == key.receipt(raw) != raw
    dump = "".join(each for rows in office.everything().values() for each in rows)
    assert raw.hex() not in dump
    assert office.sent_to("asha") == []
    assert "Sixty contracts" not in said(await office.open(intents.MyFlags(), "asha"))


async def test_the_code_shows_the_flag_changes_and_withdraws_it_until_it_is_shown(office: Office, policy: UUID) -> None:
    code = await detached(office, policy)
    mine = await use(office, code.lower().replace(" ", ""))
    assert "Sixty contracts end." in said(mine)
    assert "Not shown yet." in said(mine)
    form = await office.form(only(mine, "Change"), "asha")
    changed = await office.send(form, "asha", **{**FLAG, "because": "Put better."})
    assert CODE.findall(said(changed)) == [code]
    again = await use(office, code)
    assert "Put better." in said(again)
    asked = await office.form(only(again, "Withdraw"), "asha")
    assert "You cannot get it back." in said(asked)
    withdrawn = await office.press(only(asked, "Withdraw my flag"), "asha")
    assert withdrawn.title == "Flag withdrawn"
    gone, never = await use(office, code), await use(office, UNKNOWN)
    assert gone.problems == never.problems == {"code": says.UNKNOWN_CODE}
    await office.until(30)
    assert (await use(office, code)).problems == {"code": says.UNKNOWN_CODE}
    assert office.rows("flags") == []


async def test_without_the_code_nobody_changes_or_withdraws_it(office: Office, policy: UUID) -> None:
    await detached(office, policy)
    (box,) = office.rows("boxes")
    before = office.everything()
    for person in ("asha", "ben"):
        for code in ("", receipt_codes.packed(bytes(16))):
            assert says.SHOWN_ALREADY in said(await office.open(intents.ChangeFlag(box["id"], code), person))
            assert says.SHOWN_ALREADY in said(await office.press(intents.WithdrawFlag(box["id"], code), person))
            assert says.NOT_FOUND in said(await office.open(intents.SeeFlag(box["id"], 1, code), person))
    assert office.everything() == before


async def test_the_code_shows_the_answers_and_takes_one_reply(office: Office, policy: UUID) -> None:
    code = await detached(office, policy)
    await office.until(26, 12)
    (flag,) = (UUID(str(each["id"])) for each in office.rows("flags"))
    await office.answer((flag,), text="We start with forty councils.")
    mine = await use(office, code)
    assert "We start with forty councils." in said(mine)
    form = await office.form(only(mine, "Not settled"), "asha")
    before = office.counted()
    saved = await office.send(form, "asha", text="The suppliers.")
    assert "the time to answer starts again" in said(saved)
    assert {name for name, number in office.counted().items() if number != before[name]} == {"boxes"}
    ((_, contents),) = office.waiting()
    assert isinstance(contents, BoxedReply)
    assert contents.written.mark is None
    replied = await use(office, code)
    assert "The suppliers." in said(replied)
    assert buttons(replied, "Settled") == []
    assert says.REPLIED_ALREADY in said(await office.open(only(mine, "Not settled"), "asha"))
    await office.until(1, 12, month=12)
    assert office.row("flags", flag)["standing"] == "not-settled"
    assert "The suppliers." in said(office.digests_to()[-1])
    assert office.sent_to("asha") == []


async def test_a_question_is_replied_to_by_the_code_from_any_account(office: Office, policy: UUID) -> None:
    code = await detached(office, policy)
    await office.until(26, 12)
    (flag,) = (UUID(str(each["id"])) for each in office.rows("flags"))
    await office.answer((flag,), kind="more", text="Which councils?", by_date="")
    form = await office.form(only(await use(office, code, "ben"), "Reply"), "ben")
    assert (await office.send(form, "ben", text="Kent.")).title == "Saved"
    assert "Kent." in said(await use(office, code, "asha"))


async def test_three_a_day_and_a_new_day_or_process_begins_anew(office: Office, policy: UUID) -> None:
    for n in range(3):
        await detached(office, policy, because=f"Point {n}.")
    refused = await office.flag(policy, "asha", "One more.", promise="detached")
    assert refused.problems == {"promise": says.detached_limit(3)}
    assert "One more." in said(refused)
    assert (await office.flag(policy, "asha", "By tag.")).title == "Flag saved"
    await detached(office, policy, "ben")
    other = await office.announce("Another policy")
    await detached(office, other)
    await office.until(24, 12)
    await detached(office, policy, because="Next day.")


async def test_all_detached_of_a_batch_count_as_one_person(office: Office, policy: UUID) -> None:
    for person in ("asha", "ben", "cai"):
        await detached(office, policy, person)
    await office.file(policy, "dina", "By Dina.")
    await office.until(25, 23)
    assert office.rows("flags") == []
    await office.until(26, 12)
    assert len(office.rows("flags")) == 4


async def test_wrong_codes_are_taken_twenty_times_an_hour(office: Office, policy: UUID) -> None:
    code = await detached(office, policy)
    for n in range(20):
        typed = receipt_codes.written(n.to_bytes(16, "big")) if n % 2 else f"wrong {n}"
        assert (await use(office, typed)).problems == {"code": says.UNKNOWN_CODE}
    assert (await use(office, code)).problems == {"code": says.TOO_MANY_CODES}
    assert "Sixty contracts" in said(await use(office, code, "ben"))
    office.clock.move_to(office.clock.now + timedelta(hours=1))
    assert "Sixty contracts" in said(await use(office, code))
    assert (await use(office, "")).problems == {"code": says.NO_CODE}


@pytest.mark.both_databases
async def test_a_channel_may_offer_it_or_not(office: Office, policy: UUID) -> None:
    channel = UUID(str(office.rows("channels")[0]["id"]))
    settings = intents.ChannelSettings(channel)
    await office.fill(settings, "ada", **{**CHANNEL_SETTINGS, "promises": ("confidential", "named")})  # type: ignore[arg-type]
    form = await office.form(intents.GiveView(policy), "asha")
    assert "Detached" not in said(form)
    refused = await office.send(form, "asha", **{**FLAG, "promise": "detached"})
    assert refused.problems == {"promise": "This channel does not offer Detached. It offers Confidential and Named."}
    await office.fill(settings, "ada", **{**CHANNEL_SETTINGS, "promises": ("detached",)})  # type: ignore[arg-type]
    assert "Detached: no link to me is kept after today" in said(await office.form(intents.GiveView(policy), "asha"))


async def test_the_nonce_of_a_detached_form_is_no_key_to_another_promise(office: Office, policy: UUID) -> None:
    form = await office.form(intents.GiveView(policy), "asha")
    await office.send(form, "asha", **{**FLAG, "promise": "confidential", "because": "Contracts that nobody knows."})
    again = await office.send(form, "ben", **{**FLAG, "promise": "detached"})
    assert again.problems == {"": says.COULD_NOT_SAVE}
    assert "Contracts that nobody knows" not in said(again)


async def test_a_code_on_another_flag_takes_no_second_reply_to_it(office: Office, policy: UUID) -> None:
    """A forged button: a code that goes with no flag, beside the author's own confidential one."""
    box = await office.file(policy, "asha")
    await office.until(26, 12)
    flag = office.shown(box)
    assert flag is not None
    await office.answer((flag,), text="We start with forty councils.")
    answer = UUID(str(office.rows("answers")[0]["id"]))
    for code in ("", receipt_codes.packed(bytes(16)), receipt_codes.packed(bytes(15) + b"1")):
        await office.press(intents.Settle(answer, flag, code), "asha")
        await office.dispatcher.submit(
            intents.NotSettled(answer, flag, code), {"text": ("Again.",)}, office.actor("asha"), f"nonce {code}"
        )
    ((_, contents),) = office.waiting()
    assert isinstance(contents, BoxedReply)
    assert contents.kind is ReplyKind.SETTLED


@pytest.mark.both_databases
async def test_who_is_on_no_roster_yet_can_use_a_code(office: Office, policy: UUID) -> None:
    code = await detached(office, policy)
    newcomer = Member("U-nia-7741", "Nia Price", "nia.7741@example.org", "Europe/London")
    actor = replace(office.actor("asha"), user=newcomer.user)
    found = await office.dispatcher.submit(intents.UseCode(), {"code": (code,)}, actor, newcomer=newcomer)
    assert "Sixty contracts" in said(found)


async def test_what_is_counted_is_forgotten_at_midnight_before_any_release(
    office: Office, policy: UUID, sent_today: SentToday
) -> None:
    await detached(office, policy)
    await use(office, UNKNOWN)
    await office.worker.tick()
    assert (len(sent_today), len(receipt_codes.TRIES)) == (1, 1)
    office.clock.move_to(datetime(2026, 11, 24, 0, 0, tzinfo=UTC))
    await office.worker.tick()
    assert (len(sent_today), len(receipt_codes.TRIES)) == (0, 0)


@pytest.mark.both_databases
async def test_a_box_tells_of_no_zone_but_one_whose_day_is_not_over_by_the_next_release(
    office: Office, policy: UUID
) -> None:
    """What waits opens with the authors' key: nothing in it may point to the one who lives in Paris."""
    office.organise(batch_least=1, release_hour=9)
    zones = {"ben": "Europe/Paris", "cai": "America/New_York", "dina": "Asia/Tokyo", "eve": "Pacific/Honolulu"}
    await office.enrol(*(member(each, zone=zones.get(each, "Europe/London")) for each in FULL_NAMES))
    assert office.clock.now == datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    for person in ("asha", *zones):
        await detached(office, policy, person, f"By {person}.")
    written = {}
    for _, contents in office.waiting():
        assert isinstance(contents, BoxedFlag)
        written[contents.texts.because] = contents.written
    far = written.pop("By eve.")
    assert set(written.values()) == {written["By asha."]}
    assert far.own_day_ends > written["By asha."].own_day_ends
