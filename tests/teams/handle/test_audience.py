"""Who is on a policy, in Teams: an outsider's clicks are answered as for one that never was, and leaving is at once."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.teams.acting import button
from tests.teams.activities import installed, invoke, members_added
from tests.teams.provider import Posted
from tests.teams.tenant import Tenant, policy_of

NOT_HERE = "This is not here any more, or you may not see it."


@pytest.fixture
async def card(office: Tenant) -> Posted:
    """A policy's card in the channel. Zara is in another team that has the app."""
    zara = office.people["zara"] = office.provider.account("Zara Elsewhere")
    office.provider.chats[f"a:{zara.aad}"] = zara
    elsewhere = office.provider.channel([zara], name="Elsewhere")
    assert (await office.post(installed(office.provider, zara, elsewhere)))[0] == 200
    office.people["zara"] = zara
    return await office.announce()


def about(value: Any, policy: UUID, other: UUID) -> Any:
    """The same about another id."""
    return json.loads(json.dumps(value).replace(str(policy), str(other)).replace(policy.hex, other.hex))


async def answer(office: Tenant, data: Any) -> str:
    """What Zara's client gets for a button with that data, in her own chat."""
    status, said = await office.post(
        invoke(office.provider, office.people["zara"], "task/fetch", {"data": data, "context": {"theme": "default"}})
    )
    assert status == 200
    return json.dumps(said)


@pytest.mark.parametrize("label", ["Give your view", "See flags", "How you are protected"])
async def test_a_button_of_a_card_that_an_outsider_has_is_one_of_no_policy(
    office: Tenant, card: Posted, label: str
) -> None:
    policy = policy_of(card)
    data, never = button(card.card, label)["data"], uuid4()
    of_nothing = about(data, policy, never)
    assert of_nothing != data
    said = [await answer(office, each) for each in (data, of_nothing)]
    hidden = [
        each.replace(str(one), "id").replace(one.hex, "id") for each, one in zip(said, (policy, never), strict=True)
    ]
    assert hidden[0] == hidden[1]
    assert "Single parking permit" not in said[0]


async def test_who_is_removed_from_the_team_stops_seeing_it_at_once(office: Tenant, card: Posted) -> None:
    ben = office.client("ben")
    await ben.types("home")
    assert "Single parking permit" in str(office.chat("ben")[-1].card)
    sent = members_added(office.provider, office.people["priya"], office.channel)
    sent["membersRemoved"] = [{"id": office.people["ben"].mri, "aadObjectId": office.people["ben"].aad}]
    sent["channelData"]["eventType"] = "teamMemberRemoved"
    for _ in range(2):
        assert (await office.post({**sent, "id": str(uuid4().int)[:13]}))[0] == 200
    await ben.types("home")
    assert "Single parking permit" not in str(office.chat("ben")[-1].card)


async def test_without_a_directory_id_the_roster_is_read_again(office: Tenant, card: Posted) -> None:
    ben = office.client("ben")
    office.provider.channels[office.channel].remove(office.people["ben"])
    sent = members_added(office.provider, office.people["priya"], office.channel)
    sent["membersRemoved"] = [{"id": office.people["ben"].mri}]
    await office.post(sent)
    await office.platform.rosters.bring_all()
    await ben.types("home")
    assert "Single parking permit" not in str(office.chat("ben")[-1].card)
