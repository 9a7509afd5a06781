"""The doctor's findings, each with its cause."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.slack.install.doctor import Doctor
from adapters.slack.install.manifest import manifest
from adapters.slack.options import SlackOptions
from bot.interface.finding import Finding
from tests.slack.faults import Broken, Refuse
from tests.slack.provider import APP_TOKEN, Slack
from tests.slack.serving import CHANNEL, Served, serving


@pytest.fixture
async def sockets(slack: Slack, migrated_sqlite_url: str) -> AsyncIterator[Served]:
    """The program as the guide sets it up: a bot token and an app token."""
    slack.workspace.scopes = set(manifest()["oauth_config"]["scopes"]["bot"])
    async with serving(migrated_sqlite_url, slack) as running:
        await running.join()
        yield running


def options(served: Served, **other: str) -> SlackOptions:
    given = SlackOptions(bot_token="xoxb-1", app_token=APP_TOKEN, api_url=served.slack.address)
    return replace(given, **other)


async def findings(served: Served, **other: str) -> list[Finding]:
    doctor = Doctor(served.connections, options(served, **other), served.clock)
    return [each async for each in doctor.examine()]


def to_fix(found: list[Finding]) -> str:
    """The only bad finding."""
    bad = [each.sentence for each in found if not each.good]
    assert len(bad) == 1, bad
    return bad[0]


async def test_a_healthy_installation_has_nothing_to_fix(sockets: Served) -> None:
    found = await findings(sockets)
    assert all(each.good for each in found), found
    assert [each.sentence for each in found][-1:] == ["The app is in #digital-delivery."]
    assert len(found) == 5


async def test_an_unknown_token(sockets: Served) -> None:
    found = await findings(sockets, bot_token="xoxb-wrong")
    assert "invalid_auth" in found[0].sentence
    assert not found[0].good


async def test_a_token_that_expires(sockets: Served) -> None:
    sockets.workspace.token = "xoxe.xoxb-1-rotating"
    found = [each for each in await findings(sockets, bot_token="xoxe.xoxb-1-rotating") if not each.good]
    assert "ends after 12 hours" in found[0].sentence
    assert "rotating" not in str(found)


async def test_an_app_that_was_removed(sockets: Served) -> None:
    sockets.workspace.revoked = True
    assert "was removed from its workspace" in (await findings(sockets))[0].sentence


async def test_a_missing_scope_is_named(sockets: Served) -> None:
    sockets.workspace.scopes -= {"users:read.email", "commands"}
    assert "lacks 2 scopes: commands, users:read.email." in to_fix(await findings(sockets))


async def test_over_http_more_scopes_are_needed(sockets: Served) -> None:
    found = await findings(sockets, app_token="", signing_secret="s", public_url="https://deliverable.example.org")
    assert "links:read, links:write" in to_fix(found)


async def test_a_clock_that_is_wrong(sockets: Served) -> None:
    sockets.clock.move(timedelta(minutes=4))
    assert "seconds ahead of Slack's" in to_fix(await findings(sockets))
    sockets.clock.move(timedelta(minutes=-8))
    assert "seconds behind Slack's" in to_fix(await findings(sockets))


async def test_an_app_token_of_another_kind(sockets: Served) -> None:
    assert "It begins with xapp-" in to_fix(await findings(sockets, app_token="xoxb-1"))


async def test_a_slack_that_cannot_be_reached(sockets: Served) -> None:
    found = await findings(sockets, api_url="http://127.0.0.1:9/api/", app_token="", signing_secret="s")
    assert "Slack cannot be reached at 127.0.0.1" in found[0].sentence


async def test_a_slack_that_is_down(sockets: Served) -> None:
    sockets.slack.plan("auth.test", Broken(503))
    assert "Try again in a few minutes." in to_fix(await findings(sockets))


async def test_no_token_and_no_way_for_requests_to_come_in(sockets: Served) -> None:
    sentences = " ".join(each.sentence for each in await findings(sockets, bot_token="", app_token=""))
    assert "DELIVERABLE_SLACK_BOT_TOKEN" in sentences
    assert "DELIVERABLE_SLACK_SIGNING_SECRET" in sentences


async def test_no_channel_yet(slack: Slack, migrated_sqlite_url: str) -> None:
    async with serving(migrated_sqlite_url, slack) as served:
        found = [each.sentence for each in await findings(served) if not each.good]
    assert "/invite @Deliverable" in found[0]


async def test_a_channel_that_was_archived_or_cannot_be_read(sockets: Served) -> None:
    sockets.workspace.channels[CHANNEL].archived = True
    assert "#digital-delivery is archived" in to_fix(await findings(sockets))
    sockets.slack.plan("conversations.info", Refuse("channel_not_found"))
    assert "channel_not_found" in to_fix(await findings(sockets))


async def test_a_finding_never_contains_a_secret(sockets: Served) -> None:
    found = await findings(sockets, bot_token="xoxb-very-secret", app_token="xapp-very-secret")
    assert "very-secret" not in str(found)


async def test_a_wrong_signing_secret_is_said_by_the_program_that_runs(sockets: Served) -> None:
    running = {"slack": "requests are refused: the signing secret does not match"}
    doctor = Doctor(sockets.connections, options(sockets), sockets.clock, running=running)
    fix = to_fix([each async for each in doctor.examine()])
    assert "signed with another secret" in fix
    assert "DELIVERABLE_SLACK_SIGNING_SECRET" in fix


async def test_a_token_that_was_not_renewed_is_cured_by_installing_again(sockets: Served) -> None:
    ends_at = sockets.clock() + timedelta(minutes=20)
    kept = {"token": sockets.workspace.token, "refresh_token": "xoxe-spent", "ends_at": ends_at.isoformat()}
    await sockets.connections.install("slack", sockets.workspace.id, "Digital", kept)
    fix = to_fix(
        await findings(sockets, bot_token="", client_id="1.2", client_secret="s", public_url="https://a.example")
    )
    assert fix.startswith("The token of Digital ends in 20 minutes and was not renewed.")
    assert "/slack/install" in fix


async def test_a_token_from_the_installation_page_is_not_copied_from_settings(sockets: Served) -> None:
    await sockets.connections.install("slack", sockets.workspace.id, "Digital", {"token": "xoxb-wrong"})
    found = await findings(sockets, bot_token="", client_id="1.2", client_secret="s", public_url="https://a.example")
    fix = next(each.sentence for each in found if not each.good)
    assert "invalid_auth" in fix
    assert fix.endswith("open /slack/install again.")


async def test_a_scope_that_can_be_left_out_is_nothing_to_fix(sockets: Served) -> None:
    sockets.workspace.scopes -= {"reactions:read"}
    found = await findings(sockets)
    assert all(each.good for each in found), found
    assert any("it sees no reactions" in each.sentence for each in found)
