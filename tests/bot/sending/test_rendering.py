"""Rendering: a delivery keeps ids, and its card shows what is so when it is sent."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from bot.digests import digests
from bot.flags import answers
from bot.interface.parts import Card
from bot.policies import policies
from bot.sending import rendering
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Delivery, PolicyKeys, State, Verb
from tests.bot.conftest import MONDAY, Office, said

pytestmark = pytest.mark.rules

TYPED = "  Exactly\r\nas *typed* <b>&amp; ünïcödé 🎏 {0} %s  "
NOBODY = UUID(int=7)


def a_delivery(screen: str, *ids: UUID) -> Delivery:
    """A delivery of that screen, about those ids, that is in no database."""
    return Delivery(
        key="k",
        verb=Verb.SEND,
        platform="chat",
        workspace="w1",
        address="c1",
        direct=False,
        screen=screen,
        subject=" ".join(str(each) for each in ids),
        state=State.WAITING,
        due_at=None,
        made_at=MONDAY,
    )


def draw(office: Office, screen: str, *ids: UUID) -> Card | None:
    """The card of such a delivery, as of now."""
    return office.change(lambda uow: rendering.draw(uow, a_delivery(screen, *ids)))


def drawn(office: Office, screen: str, *ids: UUID) -> str:
    """The same as text; there must be one."""
    card = draw(office, screen, *ids)
    assert card is not None
    return said(card)


def seal(office: Office, policy: UUID) -> None:
    """Destroy a policy's keys."""

    def work(uow: UnitOfWork) -> None:
        uow.session.delete(uow.session.exec(select(PolicyKeys).where(PolicyKeys.policy_id == policy)).one())

    office.change(work)


async def an_answer(office: Office, policy: UUID, promise: str = "named", text: str = TYPED) -> tuple[UUID, UUID]:
    """An answer to a flag; the ids of both. A flag that is not named is released by past time first."""
    flag = await office.file(policy, "cai", promise=promise)
    if promise != "named":
        await office.until(27)
    return await office.answer((flag,), text=text), office.shown(flag)


async def test_a_policy_is_drawn_as_it_stands_now(office: Office, policy: UUID) -> None:
    before = drawn(office, policies.CARD, policy)
    await office.file(policy, "cai", promise="named")
    after = drawn(office, policies.CARD, policy)
    assert "So far: no flags." in before
    assert "So far: 1 flag." in after


async def test_a_new_owner_reads_of_every_policy_that_was_given_to_them(office: Office, policy: UUID) -> None:
    other = await office.announce("Blue badges")
    text = drawn(office, policies.OWNER_NAMED, policy, NOBODY, other)
    assert "Single parking permit" in text
    assert "Blue badges" in text
    assert "Ada Adminson" in text


async def test_a_digest_is_drawn_as_it_was_made(office: Office, policy: UUID) -> None:
    await office.file(policy, "cai", TYPED, promise="named")
    await office.until(24, 9)
    (row,) = office.rows("digests")
    first = drawn(office, digests.SCREEN, row["id"])
    assert TYPED in first
    await office.file(policy, "ben", "Something newer", promise="named")
    assert drawn(office, digests.SCREEN, row["id"]) == first


async def test_an_answer_is_drawn_for_everyone_exactly_and_names_nobody_who_flagged(
    office: Office, policy: UUID
) -> None:
    answer, flag = await an_answer(office, policy, promise="confidential")
    text = drawn(office, answers.NOTICE, answer)
    assert TYPED in text
    assert "Priya Owneray" in text
    assert str(flag) not in text
    assert flag.hex in text
    assert "Cai" not in text


async def test_an_answer_is_drawn_for_the_author_of_a_named_flag(office: Office, policy: UUID) -> None:
    answer, flag = await an_answer(office, policy)
    text = drawn(office, answers.MESSAGE, answer, flag)
    assert TYPED in text
    assert "Single parking permit" in text


async def test_an_answer_that_is_not_to_that_flag_is_not_drawn(office: Office, policy: UUID) -> None:
    answer, _ = await an_answer(office, policy)
    other = await office.file(policy, "ben", "Another one", promise="named")
    assert draw(office, answers.MESSAGE, answer, other) is None


SCREENS = (policies.CARD, policies.OWNER_NAMED, digests.SCREEN, answers.NOTICE, answers.MESSAGE)


@pytest.mark.parametrize("screen", SCREENS)
async def test_what_is_gone_is_not_drawn(office: Office, screen: str) -> None:
    assert draw(office, screen, uuid4(), uuid4()) is None


async def test_a_screen_that_this_version_does_not_know_is_not_drawn(office: Office, policy: UUID) -> None:
    assert draw(office, "of-another-version", policy) is None


@pytest.mark.both_databases
async def test_a_policy_that_was_closed_for_good_gives_up_no_text(office: Office, policy: UUID) -> None:
    answer, flag = await an_answer(office, policy)
    await office.file(policy, "ben", TYPED, promise="named")
    await office.until(24, 9)
    (digest,) = office.rows("digests")
    seal(office, policy)
    assert draw(office, answers.NOTICE, answer) is None
    assert draw(office, answers.MESSAGE, answer, flag) is None
    shown = draw(office, digests.SCREEN, digest["id"])
    assert shown is None or TYPED not in said(shown)
    assert "Single parking permit" in drawn(office, policies.CARD, policy)


async def test_every_screen_that_the_rules_send_is_drawn(office: Office, policy: UUID) -> None:
    """Whatever any rule sends, there is a screen for it."""
    await an_answer(office, policy)
    await office.file(policy, "ben", "Another one", promise="named")
    await office.until(26, 10)
    rows = office.rows("deliveries")
    assert {each["screen"] for each in rows} == set(SCREENS)
    assert {each["state"] for each in rows} <= {State.SENT, State.SUPERSEDED}
