"""OAuth installation in several workspaces, token refresh, and uninstallation."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from adapters.slack.api.tokens import CACHED_FOR, Access
from adapters.slack.install.scopes import SCOPES
from adapters.slack.options import SlackOptions
from bot.interface.json_object import Json
from bot.interface.ports import Health
from bot.interface.unavailable import Unavailable
from bot.people import installations
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import audit
from tests.slack.driver import SECRET
from tests.slack.faults import Broken, Hang, Refuse
from tests.slack.provider import CLIENT_ID, CLIENT_SECRET, Slack
from tests.slack.serving import CHANNEL, PERMIT, Served, serving
from tests.slack.workspace import Channel, Workspace

TWELVE_HOURS = 43_200


@pytest.fixture
async def open_to_all(slack: Slack, migrated_sqlite_url: str) -> AsyncIterator[Served]:
    """The program set up for OAuth, so that several workspaces can install it."""
    options = SlackOptions(
        signing_secret=SECRET,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        api_url=slack.address,
        public_url="https://deliverable.example.org",
    )
    async with serving(migrated_sqlite_url, slack, options=options) as running:
        yield running


def granted(workspace: Workspace, **more: object) -> Json:
    """The answer of `oauth.v2.access` to a code."""
    return {
        "access_token": workspace.token,
        "token_type": "bot",
        "scope": ",".join(SCOPES),
        "bot_user_id": workspace.bot_user,
        "app_id": "A0001",
        "team": {"id": workspace.id, "name": workspace.name},
        "enterprise": None,
        "is_enterprise_install": False,
        "authed_user": {"id": "U0DANIEL"},
        **more,
    }


class Browser:
    """A person's browser, which keeps one cookie."""

    def __init__(self, served: Served) -> None:
        self._at = served.driver.address
        self._session = served.driver.session
        self._slack = served.slack.origin
        self.cookie = ""

    async def begin(self) -> dict[str, list[str]]:
        """Start an installation. Returns the parameters for Slack's authorization page."""
        async with self._session.get(f"{self._at}/slack/install", allow_redirects=False) as answer:
            assert answer.status == 302
            set_cookie = answer.headers["Set-Cookie"]
            assert all(each in set_cookie for each in ("HttpOnly", "Secure", "SameSite=Lax"))
            self.cookie = set_cookie.partition(";")[0]
            parts = urlsplit(answer.headers["Location"])
            assert f"{parts.scheme}://{parts.netloc}" == self._slack, "GovSlack has its own"
            assert parts.path == "/oauth/v2/authorize"
            return parse_qs(parts.query)

    async def back(self, **query: str) -> tuple[int, str]:
        """Follow the redirect back from Slack."""
        headers = {"Cookie": self.cookie} if self.cookie else {}
        async with self._session.get(f"{self._at}/slack/oauth_redirect", params=query, headers=headers) as answer:
            return answer.status, await answer.text()


async def install(served: Served, **more: object) -> tuple[int, str]:
    """Install in the first workspace."""
    served.slack.codes["code-1"] = granted(served.workspace, **more)
    browser = Browser(served)
    asked = await browser.begin()
    answer = await browser.back(code="code-1", state=asked["state"][0])
    await served.adapter.settled()
    return answer


async def test_a_workspace_installs_the_app_and_gets_messages(open_to_all: Served) -> None:
    browser = Browser(open_to_all)
    asked = await browser.begin()
    assert asked["client_id"] == [CLIENT_ID]
    assert asked["scope"][0].split(",") == list(SCOPES)
    assert asked["redirect_uri"] == ["https://deliverable.example.org/slack/oauth_redirect"]
    status, said = await install(open_to_all)
    assert (status, "installed in Digital" in said) == (200, True)
    await open_to_all.join()
    assert await open_to_all.announce()
    assert CLIENT_SECRET not in said


def acts(served: Served) -> list[tuple[str, str, str]]:
    """Who did what to what, by the audit log."""
    with served.database.reading() as session:
        return [(each.who, each.act, each.subject) for each in audit.entries(session)]


async def test_who_installed_the_app_is_in_the_audit_log(open_to_all: Served) -> None:
    workspace = open_to_all.workspace.id
    await install(open_to_all)
    assert acts(open_to_all) == [(f"slack/{workspace}/U0DANIEL", "install", f"slack {workspace}")]
    await install(open_to_all, authed_user=None)
    assert acts(open_to_all)[1:] == [(f"slack/{workspace}/somebody", "install", f"slack {workspace}")]


async def test_the_token_is_encrypted_in_the_database(open_to_all: Served) -> None:
    open_to_all.workspace.token = "xoxb-1234567890-very-long-and-secret"
    await install(open_to_all, refresh_token="xoxe-1-secret-too", expires_in=TWELVE_HOURS)
    for file in open_to_all.database.file.parent.glob("migrated.db*"):
        content = file.read_bytes()
        assert b"xoxb-1234567890" not in content
        assert b"xoxe-1-secret" not in content
    installed = await open_to_all.connections.installed("slack", open_to_all.workspace.id)
    assert installed is not None
    assert "xoxb" not in repr(installed)


async def test_a_way_back_that_did_not_begin_here_installs_nothing(open_to_all: Served) -> None:
    served = open_to_all
    served.slack.codes["code-1"] = granted(served.workspace)
    browser, other = Browser(served), Browser(served)
    state = (await browser.begin())["state"][0]
    await other.begin()
    nonce, stamp, signature = state.split(".")
    for given in ("", "x", "a.b.c", f"{nonce}.{stamp}.{'0' * 64}", f"{nonce}.{int(stamp) + 1}.{signature}", "é.1.x"):
        assert (await browser.back(code="code-1", state=given))[0] == 400
    assert (await other.back(code="code-1", state=state))[0] == 400, "another browser"
    served.clock.move(timedelta(minutes=11))
    assert (await browser.back(code="code-1", state=state))[0] == 400, "too late"
    assert await served.connections.installed("slack", served.workspace.id) is None
    assert "code-1" in served.slack.codes


async def test_a_state_works_once(open_to_all: Served) -> None:
    open_to_all.slack.codes |= {"code-1": granted(open_to_all.workspace), "code-2": granted(open_to_all.workspace)}
    browser = Browser(open_to_all)
    state = (await browser.begin())["state"][0]
    assert (await browser.back(code="code-1", state=state))[0] == 200
    assert (await browser.back(code="code-2", state=state))[0] == 400


async def test_a_refused_installation_is_explained_in_a_sentence(open_to_all: Served) -> None:
    browser = Browser(open_to_all)
    state = (await browser.begin())["state"][0]
    status, said = await browser.back(error="access_denied", state=state)
    assert (status, "was not allowed" in said) == (400, True)
    state = (await browser.begin())["state"][0]
    status, said = await browser.back(code="used-before", state=state)
    assert (status, "invalid_code" in said) == (502, True)
    open_to_all.slack.codes["odd"] = {"access_token": "xoxb-1"}
    state = (await browser.begin())["state"][0]
    status, said = await browser.back(code="odd", state=state)
    assert (status, "malformed_answer" in said) == (502, True)


async def test_names_are_shown_as_they_are_and_do_nothing(open_to_all: Served) -> None:
    _, said = await install(open_to_all, team={"id": "T0001", "name": "<script>alert(1)</script>"})
    assert "<script>" not in said
    assert "&lt;script&gt;" in said


async def test_an_organisation_is_one_installation(open_to_all: Served) -> None:
    whole = {"id": "E0ORG", "name": "Whole of Government"}
    status, said = await install(open_to_all, team=None, enterprise=whole, is_enterprise_install=True)
    assert (status, "Whole of Government" in said) == (200, True)
    tokens = open_to_all.adapter._tokens
    found = await tokens.access_of_either("T0ANY", "E0ORG", everywhere=True)
    assert found is not None
    assert (found.workspace, found.team, found.enterprise) == ("E0ORG", "", "E0ORG")


# Tokens.


async def access(served: Served) -> Access:
    found = await served.adapter._tokens.access(served.workspace.id)
    assert found is not None
    return found


async def test_a_token_is_renewed_before_it_ends_once_however_many_ask(open_to_all: Served) -> None:
    served = open_to_all
    await install(served, refresh_token="xoxe-1", expires_in=TWELVE_HOURS)
    assert (await access(served)).token == "xoxb-1"
    served.clock.move(timedelta(hours=11))
    served.slack.codes["xoxe-1"] = granted(
        served.workspace, access_token="xoxe.xoxb-2", refresh_token="xoxe-2", expires_in=TWELVE_HOURS
    )
    found = await asyncio.gather(*(access(served) for _ in range(20)))
    assert {each.token for each in found} == {"xoxb-1"}, "nobody waits while the old one is good"
    await served.adapter.settled()
    found = await asyncio.gather(*(access(served) for _ in range(20)))
    assert {each.token for each in found} == {"xoxe.xoxb-2"}
    assert [each.get("grant_type") for each in served.slack.asked("oauth.v2.access")] == [None, "refresh_token"]
    assert found[0].user == served.workspace.bot_user, "what else is known is kept"
    served.clock.move(timedelta(hours=11))
    served.slack.codes["xoxe-2"] = granted(
        served.workspace, access_token="xoxe.xoxb-3", refresh_token="xoxe-3", expires_in=TWELVE_HOURS
    )
    await access(served)
    await served.adapter.settled()
    assert (await access(served)).token == "xoxe.xoxb-3", "each refresh token is good once"


async def test_a_token_that_cannot_be_refreshed_is_used_until_it_expires_and_tried_again(
    open_to_all: Served, caplog: pytest.LogCaptureFixture
) -> None:
    served = open_to_all
    caplog.set_level(logging.DEBUG)
    await install(served, refresh_token="xoxe-1", expires_in=TWELVE_HOURS)
    served.clock.move(timedelta(hours=11))
    served.slack.plan("oauth.v2.access", Broken(), Refuse("internal_error"))
    for _ in range(2):
        assert (await access(served)).token == "xoxb-1"
        await served.adapter.settled()
        assert served.adapter.health().ok
        served.clock.move(CACHED_FOR)
    served.slack.codes["xoxe-1"] = granted(
        served.workspace, access_token="xoxb-2", refresh_token="xoxe-2", expires_in=TWELVE_HOURS
    )
    await access(served)
    await served.adapter.settled()
    assert (await access(served)).token == "xoxb-2"
    assert served.adapter.health().ok
    assert "xoxe-1" not in caplog.text
    assert CLIENT_SECRET not in caplog.text


async def test_a_click_does_not_wait_for_a_renewal_while_the_old_token_is_good(open_to_all: Served) -> None:
    served = open_to_all
    await install(served, refresh_token="xoxe-1", expires_in=TWELVE_HOURS)
    await served.join()
    card = await served.announce()
    served.clock.move(timedelta(hours=11))
    served.slack.plan("oauth.v2.access", Hang())
    assert (await served.driver.press("U0AMINA", CHANNEL, card, "See flags")).status == 200
    assert len(served.workspace.window("U0AMINA").views) == 1
    async with asyncio.timeout(30):
        await served.slack.called("oauth.v2.access", 2)
    assert served.slack.asked("oauth.v2.access")[-1]["grant_type"] == "refresh_token", "it has begun beside the click"


async def test_a_token_that_has_ended_is_waited_for(open_to_all: Served) -> None:
    served = open_to_all
    await install(served, refresh_token="xoxe-1", expires_in=TWELVE_HOURS)
    served.clock.move(timedelta(hours=12))
    served.slack.codes["xoxe-1"] = granted(
        served.workspace, access_token="xoxb-2", refresh_token="xoxe-2", expires_in=TWELVE_HOURS
    )
    assert (await access(served)).token == "xoxb-2"


async def test_a_refused_renewal_shows_in_health_until_the_app_is_installed_again(open_to_all: Served) -> None:
    """The process that exchanged the refresh token died before it could save what it got."""
    served = open_to_all
    await install(served, refresh_token="xoxe-spent", expires_in=TWELVE_HOURS)
    served.clock.move(timedelta(hours=11))
    assert (await access(served)).token == "xoxb-1"
    await served.adapter.settled()
    health = served.adapter.health()
    assert (health.ok, "/slack/install" in health.text) == (False, True)
    await install(served, refresh_token="xoxe-9", expires_in=TWELVE_HOURS)
    await access(served)
    assert served.adapter.health().ok


async def test_what_slack_gave_is_kept_until_it_can_be_saved(
    open_to_all: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refresh token works once: if the database is away just then, asking Slack again would end the installation."""
    served = open_to_all
    await install(served, refresh_token="xoxe-1", expires_in=TWELVE_HOURS)
    served.clock.move(timedelta(hours=11))
    served.slack.codes["xoxe-1"] = granted(
        served.workspace, access_token="xoxb-2", refresh_token="xoxe-2", expires_in=TWELVE_HOURS
    )
    let_go = installations.let_go

    def is_away(uow: UnitOfWork, platform: str, workspace: str, secrets: Mapping[str, str] | None) -> None:
        raise Unavailable("the database is away")

    monkeypatch.setattr(installations, "let_go", is_away)
    await access(served)
    await served.adapter.settled()
    monkeypatch.setattr(installations, "let_go", let_go)
    assert "xoxe-1" not in served.slack.codes, "it is spent"
    served.clock.move(timedelta(minutes=5))
    await access(served)
    await served.adapter.settled()
    assert (await access(served)).token == "xoxb-2"
    assert served.adapter.health().ok


async def test_a_click_asks_slack_for_nothing_but_the_window(open_to_all: Served) -> None:
    served = open_to_all
    await install(served)
    await served.join()
    card = await served.announce()
    served.slack.calls.clear()
    for _ in range(3):
        await served.driver.press("U0AMINA", CHANNEL, card, "See flags")
    assert [each.method for each in served.slack.calls] == ["views.open"] * 3


# The end.


@pytest.mark.parametrize(
    "event",
    [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0BOT"]}}],
    ids=lambda each: each["type"],
)
async def test_after_the_end_nothing_is_sent_and_who_clicks_is_told(open_to_all: Served, event: Json) -> None:
    served = open_to_all
    await install(served)
    await served.join()
    card = await served.announce()
    served.workspace.revoked = True
    assert (await served.driver.event(event)).status == 200
    assert await served.connections.installed("slack", served.workspace.id) is None
    await served.adapter.settled()
    assert served.adapter.health() == Health(ok=False, text="installed in no workspace")
    assert await served.connections.channels("slack") == ()
    served.slack.calls.clear()
    await served.dispatcher.announce([], owner="helen.marsh@example.org")
    await served.worker.tick()
    assert served.slack.calls == []
    assert (await served.driver.press("U0AMINA", CHANNEL, card, "See flags")).status == 200
    assert "no longer installed in this workspace" in served.slack.responses[-1].message["text"]
    served.workspace.revoked = False
    status, _ = await install(served)
    assert status == 200
    await served.adapter.settled()
    assert served.adapter.health() == Health(ok=True, text="listening")
    assert len(await served.connections.channels("slack")) == 1, "it was still in it"
    assert (await served.driver.command("U0AMINA", CHANNEL, "help")).json["response_type"] == "ephemeral"


async def test_one_workspace_works_on_after_another_has_removed_the_app(open_to_all: Served) -> None:
    served, first = open_to_all, open_to_all.workspace
    second = served.slack.add(
        Workspace("T0002", "Policy", "policy", token="xoxb-2", scopes=first.scopes, bot_user="U0BOT2", bot="B0002")
    )
    second.add_user(replace(first.users["U0DANIEL"], id="U2DANIEL", team=""))
    second.add_channel(Channel("C2POLICY", "policy-makers", members=["U2DANIEL"]))
    await install(served)
    await served.join()
    served.slack.codes["code-2"] = granted(second)
    browser = Browser(served)
    assert (await browser.back(code="code-2", state=(await browser.begin())["state"][0]))[0] == 200
    await served.adapter.daily()
    for channel in ("digital-delivery", "policy-makers"):
        card = replace(PERMIT, title=f"For {channel}", link=f"https://example.org/{channel}")
        await served.dispatcher.announce([card], owner="helen.marsh@example.org", channel=channel)
    await served.worker.tick()
    assert "For policy-makers" in str(second.channels["C2POLICY"].messages)
    assert "For policy-makers" not in str(first.channels[CHANNEL].messages)
    first.revoked = True
    assert (await served.driver.event({"type": "app_uninstalled"})).status == 200
    await served.adapter.settled()
    served.slack.calls.clear()
    await served.worker.tick()
    assert {each.workspace for each in served.slack.calls} == {"T0002"}
    told = second.direct("U2DANIEL")
    assert told is not None
    assert "Digital" in str(told.messages[-1]["blocks"])


ENDS = pytest.mark.parametrize(
    "event",
    [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0BOT"]}}],
    ids=lambda each: each["type"],
)


@ENDS
async def test_an_end_that_is_told_late_or_again_ends_nothing_if_the_token_works(
    open_to_all: Served, event: Json
) -> None:
    """As when the app was removed and added again, and Slack repeats what it said in between."""
    served = open_to_all
    await install(served)
    await served.join()
    await served.announce()
    for retry in (0, 1, 2):
        assert (await served.driver.event(event, retry=retry)).status == 200
        await served.adapter.settled()
    assert served.adapter.health() == Health(ok=True, text="listening")
    assert await served.connections.installed("slack", served.workspace.id) is not None
    assert len(await served.connections.channels("slack")) == 1
    await served.worker.tick()
    assert not [each for each in served.slack.asked("chat.postMessage") if "removed" in str(each)]


@ENDS
async def test_an_end_that_cannot_be_checked_is_not_believed_and_slack_says_it_again(
    open_to_all: Served, event: Json
) -> None:
    await install(open_to_all)
    open_to_all.workspace.revoked = True
    open_to_all.slack.plan("auth.test", Broken())
    assert (await open_to_all.driver.event(event)).status == 500
    assert await open_to_all.connections.installed("slack", open_to_all.workspace.id) is not None
    assert (await open_to_all.driver.event(event, retry=1)).status == 200
    assert await open_to_all.connections.installed("slack", open_to_all.workspace.id) is None


async def test_an_end_that_was_a_mistake_of_slacks_heals_by_itself(open_to_all: Served) -> None:
    served = open_to_all
    await install(served)
    await served.join()
    await served.dispatcher.announce([PERMIT], owner="helen.marsh@example.org", channel="digital-delivery")
    served.workspace.revoked = True
    await served.worker.tick()
    await served.adapter.settled()
    assert await served.connections.installed("slack", served.workspace.id) is None
    served.workspace.revoked = False
    served.clock.move(timedelta(hours=12))
    await served.adapter.daily()
    await served.adapter.settled()
    assert served.adapter.health() == Health(ok=True, text="listening")
    assert len(await served.connections.channels("slack")) == 1
    for _ in range(3):
        served.clock.move(timedelta(minutes=1))
        await served.worker.tick()
    assert "Single parking permit" in str(served.workspace.channels[CHANNEL].messages)
    assert "Single parking permit" in str(served.workspace.direct("U0HELEN").messages)  # type: ignore[union-attr]


async def test_the_tokens_of_an_installation_that_ended_are_deleted_after_a_week(open_to_all: Served) -> None:
    served = open_to_all
    await install(served)
    served.workspace.revoked = True
    await served.driver.event({"type": "app_uninstalled"})
    await served.adapter.settled()
    assert len(await served.connections.ended("slack")) == 1
    served.clock.move(timedelta(days=7))
    await served.adapter.daily()
    served.workspace.revoked = False
    await served.adapter.daily()
    assert await served.connections.installed("slack", served.workspace.id) is None


async def test_an_end_missed_while_nobody_listened_is_found(open_to_all: Served) -> None:
    await install(open_to_all)
    open_to_all.workspace.revoked = True
    await open_to_all.adapter.daily()
    assert await open_to_all.connections.installed("slack", open_to_all.workspace.id) is None
    assert open_to_all.adapter.health() == Health(ok=False, text="installed in no workspace")


async def test_a_revoked_user_token_ends_no_installation(open_to_all: Served) -> None:
    await install(open_to_all)
    event = {"type": "tokens_revoked", "tokens": {"oauth": ["U0AMINA"], "bot": []}}
    assert (await open_to_all.driver.event(event)).status == 200
    assert await open_to_all.connections.installed("slack", open_to_all.workspace.id) is not None


async def test_without_a_client_id_there_are_no_install_routes(served: Served) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{served.driver.address}/slack/install") as answer:
        assert answer.status == 404


@pytest.mark.parametrize("granted_reactions", [True, False])
async def test_what_was_left_out_at_the_installation_is_known(open_to_all: Served, granted_reactions: bool) -> None:
    scopes = [each for each in SCOPES if granted_reactions or each != "reactions:read"]
    await install(open_to_all, scope=",".join(scopes))
    installed = await open_to_all.connections.installed("slack", open_to_all.workspace.id)
    assert installed is not None
    assert installed.secrets.get("lacks", "") == ("" if granted_reactions else "reactions")
