"""What readers who are not signed in may see of a policy."""

from uuid import UUID, uuid4

from bot.interface.parts import Button, FormButton
from storage import Audience
from tests.bot.conftest import FLAG, FULL_NAMES, Office, email_of, said


def with_page(office: Office, policy: UUID) -> None:
    """Let everyone be on a policy, and turn its public page on."""
    office.update("policies", policy, public=True, audience=Audience.EVERYONE)


async def test_it_counts_flags_and_shows_none_and_names_the_owner_alone(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", "Said by Asha.", promise="named")
    await office.until(24, 12)
    flag = UUID(str(office.rows("flags")[0]["id"]))
    await office.answer((flag,), text="Answered so.")
    with_page(office, policy)
    card = await office.dispatcher.public_card(policy)
    assert card is not None
    told = said(card)
    assert "Single parking permit" in told
    assert "1 not deliverable as announced" in told
    assert "1 flag asks for an answer: 1 answered." in told
    for secret in ("Said by Asha.", FLAG["remedy"], "Answered so.", str(flag)):
        assert secret not in told
    assert [name for name in FULL_NAMES.values() if name in told] == ["Priya Owneray"]
    assert not [each for each in card.parts if isinstance(each, Button | FormButton)]


async def test_no_address_is_shown_to_anyone(office: Office) -> None:
    policy = await office.announce(owner="new.owner@example.org", delegate=email_of("omar"))
    with_page(office, policy)
    card = await office.dispatcher.public_card(policy)
    assert card is not None
    assert "@" not in said(card)
    assert "Policy owner: someone who has not been here yet." in said(card)


async def test_there_is_none_of_what_is_not_there_or_was_closed_for_good(office: Office, policy: UUID) -> None:
    assert await office.dispatcher.public_card(uuid4()) is None
    with_page(office, policy)
    assert await office.dispatcher.public_card(policy) is not None
    office.update("policies", policy, sealed_on=office.clock.now.date())
    assert await office.dispatcher.public_card(policy) is None
