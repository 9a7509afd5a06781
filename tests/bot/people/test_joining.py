"""Accounts are one person, for roles and messages, for as long as their directories give one trusted address."""

from __future__ import annotations

from uuid import UUID

import pytest

from bot.dispatcher import Dispatcher
from bot.interface import intents
from bot.interface.actor import Actor
from bot.people import joining
from bot.people.people import Member
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Database
from storage.keys import KeyRing
from tests.bot.conftest import FLAG, FULL_NAMES, Clock, Office, answers_of, buttons, email_of, member, said, user_of
from tests.bot.elsewhere import Both
from tests.statements import COMMIT, statements

pytestmark = pytest.mark.rules

NEW = "helen.new@example.org"


@pytest.fixture
def dispatcher(database: Database, ring: KeyRing, clock: Clock) -> Dispatcher:
    """A dispatcher that knows who is an admin: Ada."""
    return Dispatcher(database, ring, clock, admins=[email_of("ada")])


@pytest.fixture
def both(office: Office) -> Both:
    """Two platforms; addresses in example.org are trusted."""
    office.organise(domains="example.org")
    return Both(office)


class TestJoining:
    async def test_domains_that_are_entered_later_join_at_once(self, office: Office) -> None:
        both = Both(office)
        await both.enrol("asha", "priya")
        assert not both.one_person("asha")
        await office.dispatcher.describe({"domains": "example.org"})
        assert both.one_person("asha")
        assert both.one_person("priya")

    async def test_so_they_do_in_the_form_of_an_admin(self, office: Office) -> None:
        both = Both(office)
        await both.enrol("asha")
        who = {"team": "A team", "contact": "a contact", "key_holder": "a holder", "name": "The Office"}
        form = await office.fill(intents.SayWhoRunsIt(), "ada", domains="example.org", **who)
        assert form.problems == {}
        assert both.one_person("asha")

    async def test_a_domain_that_is_trusted_no_more_separates(self, both: Both) -> None:
        await both.enrol("asha")
        assert both.one_person("asha")
        await both.office.dispatcher.describe({"domains": "example.com"})
        assert not both.one_person("asha")

    @pytest.mark.both_databases
    @pytest.mark.parametrize("died_after", [0, 1, 2, 4])
    @pytest.mark.parametrize("to", ["separate", "join"])
    async def test_killed_midway_the_rest_is_looked_at_by_the_next_process(
        self, office: Office, monkeypatch: pytest.MonkeyPatch, died_after: int, to: str
    ) -> None:
        class Killed(BaseException):
            pass

        both, people = Both(office), ("asha", "ben", "cai", "dina", "priya")
        office.organise(domains="example.org" if to == "separate" else "")
        await both.enrol(*people)
        assert [both.one_person(each) for each in people] == [to == "separate"] * 5
        monkeypatch.setattr(joining, "MOST_AT_ONCE", 1)
        refresh, done = joining.refresh, 0

        def die(uow: UnitOfWork, after: str) -> tuple[set[UUID], str | None]:
            nonlocal done
            if done == died_after:
                raise Killed
            done += 1
            return refresh(uow, after)

        with monkeypatch.context() as patched:
            patched.setattr(joining, "refresh", die)
            with pytest.raises(Killed):
                await office.dispatcher.describe({"domains": "example.com" if to == "separate" else "example.org"})
        assert (to == "separate") in [both.one_person(each) for each in people], "nothing was left to do"
        await office.worker.tick()
        assert [both.one_person(each) for each in people] == [to == "join"] * 5
        assert [each["after"] for each in office.rows("rejoining")] == [None]

    async def test_a_guest_who_becomes_a_member_is_joined_by_the_next_roster(self, both: Both) -> None:
        await both.enrol(both.account("asha", guest=True))
        assert not both.one_person("asha")
        await both.enrol("asha")
        assert both.one_person("asha")
        await both.enrol(both.account("asha", guest=True))
        assert not both.one_person("asha")

    async def test_an_address_that_changes_joins_and_separates(self, both: Both) -> None:
        await both.enrol(both.account("asha", "someone@example.org"))
        assert not both.one_person("asha")
        await both.enrol("asha")
        assert both.one_person("asha")
        for no_longer in ("other@example.org", ""):
            await both.enrol(both.account("asha", no_longer))
            assert not both.one_person("asha"), no_longer
            await both.enrol("asha")
            assert both.one_person("asha")

    async def test_a_closed_account_stays_and_none_is_joined_with_a_closed_one(self, both: Both) -> None:
        await both.enrol("asha", "ben")
        others = [member(each) for each in FULL_NAMES if each != "asha"]
        everybody = [*others, member("asha", active=False, email="")]
        await both.office.enrol(*everybody)
        assert both.one_person("asha"), "a closed account keeps its last address"
        gone = Member("o-gone", "Gone", "gone@example.org")
        await both.enrol("asha", gone)
        await both.enrol("asha", Member("o-gone", "Gone", "gone@example.org", active=False))
        await both.office.enrol(*everybody, Member("namesake", "A namesake", "gone@example.org"))
        rows = both.office.rows("identities")
        assert len({each["person_id"] for each in rows if each["email"] == "gone@example.org"}) == 2

    async def test_two_accounts_of_one_workspace_are_never_joined_by_their_address(self, both: Both) -> None:
        await both.enrol("asha", Member("o-double", "Asha", email_of("asha")))
        rows = both.office.rows("identities")
        assert len({each["person_id"] for each in rows if each["email"] == email_of("asha")}) == 3
        await both.enrol("asha", Member("o-double", "Asha", "asha.admin@example.org"))
        assert both.one_person("asha"), "once it is clear who is meant"


class TestRoles:
    @pytest.mark.both_databases
    async def test_a_person_who_owns_policies_on_both_gets_one_digest(self, office: Office, policy: UUID) -> None:
        both = Both(office)
        await both.enrol("priya")
        fishing = await office.announce("Fishing licence", owner="other/T1/o-priya")
        await office.until(23, 10, 1)
        for each in (policy, fishing):
            await office.file(each, "asha", promise="named")
        assert len(office.rows("schedules")) == 2
        await office.dispatcher.describe({"domains": "example.org"})
        assert len(office.rows("schedules")) == 1
        await office.until(24, 12)
        assert sum(both.digests()) == 1
        here = said(await office.open(intents.MyPolicies(), "priya"))
        for listed in (here, await both.open(intents.MyPolicies(), "priya")):
            assert "Fishing licence" in listed
            assert "Single parking permit" in listed

    @pytest.mark.parametrize("leaves", ["chat", "other"])
    @pytest.mark.both_databases
    async def test_a_role_stays_with_those_that_have_the_address(self, both: Both, policy: UUID, leaves: str) -> None:
        office = both.office
        await both.enrol("priya")
        await office.file(policy, "asha", promise="named")
        await office.until(24, 10)
        assert both.digests() == (1, 0)
        if leaves == "chat":
            await office.enrol(*(member(each) for each in FULL_NAMES if each != "priya"), member("priya", email=NEW))
        else:
            await both.enrol(both.account("priya", NEW))
        await office.file(policy, "ben", "Another reason.", promise="named")
        await office.until(25, 10)
        assert both.digests() == ((1, 1) if leaves == "chat" else (2, 0))
        texts = {
            "chat": said(await office.open(intents.NewestDigest(), "priya")),
            "other": await both.open(intents.NewestDigest(), "priya"),
        }
        stays = "other" if leaves == "chat" else "chat"
        assert "Ben Tarrandale" in texts[stays]
        assert "Ben Tarrandale" not in texts[leaves]
        assert "Asha Quillfeather" not in texts[leaves], "nor does an older digest show a name"
        flags = {"chat": said(await office.open(intents.SeeFlags(policy), "priya", channel=""))}
        flags["other"] = await both.open(intents.SeeFlags(policy), "priya")
        # Her form named the person of the first account. Whoever has that address after it counts as a successor.
        assert ("Asha Quillfeather" in flags[stays]) == (leaves == "other")
        assert "Asha Quillfeather" not in flags[leaves]
        if leaves == "chat":
            # She reads whom it is named to, until its author shows her the name.
            assert "named to Priya Owneray" in flags["other"]
            (show,) = buttons(await office.open(intents.MyFlags(), "asha"), "Show my name to priya there")
            await office.press(show, "asha")
            assert "Asha Quillfeather" in await both.open(intents.SeeFlags(policy), "priya")
            assert "Asha Quillfeather" not in said(await office.open(intents.SeeFlags(policy), "priya", channel=""))

    async def test_an_account_that_gets_an_admins_address_makes_no_other_account_an_admin(self, both: Both) -> None:
        await both.enrol("ben")
        assert both.one_person("ben")
        await both.enrol(both.account("ben", email_of("ada")))
        assert "Messages not sent" not in said(await both.office.open(intents.SeeNotSent(), "ben"))
        assert "Messages not sent" in await both.open(intents.SeeNotSent(), "ben")

    async def test_a_closed_accounts_roles_are_held_by_the_one_that_is_open(self, both: Both, policy: UUID) -> None:
        await both.enrol("priya")
        await both.office.enrol(*(member(each, active=each != "priya") for each in FULL_NAMES))
        await both.office.file(policy, "asha", promise="named")
        await both.office.until(24, 10)
        assert both.digests() == (0, 1)

    async def test_a_new_name_of_the_open_account_leaves_the_closed_one_and_keeps_the_roles(
        self, both: Both, policy: UUID
    ) -> None:
        await both.enrol("priya")
        await both.office.enrol(*(member(each, active=each != "priya") for each in FULL_NAMES))
        await both.enrol(both.account("priya", NEW))
        await both.office.file(policy, "asha", promise="named")
        await both.office.until(24, 10)
        assert both.digests() == (0, 1)


class TestWriting:
    @pytest.mark.parametrize("promise", ["named", "confidential"])
    async def test_what_was_written_stays_with_the_account(self, both: Both, policy: UUID, promise: str) -> None:
        await both.enrol("asha")
        await both.office.file(policy, "asha", promise=promise)
        assert FLAG["because"] in said(await both.office.open(intents.MyFlags(), "asha"))
        assert FLAG["because"] not in await both.open(intents.MyFlags(), "asha")

    async def test_names_are_those_of_the_account_that_wrote(self, both: Both, policy: UUID) -> None:
        await both.enrol("asha")
        await both.office.file(policy, "asha", promise="named")
        await both.office.enrol(*(member(each) for each in FULL_NAMES if each != "asha"), member("asha", email=NEW))
        assert "Asha Quillfeather" in said(await both.office.open(intents.SeeFlags(policy), "priya"))

    async def test_the_author_of_a_named_flag_hears_where_they_wrote(self, both: Both, policy: UUID) -> None:
        office = both.office
        await both.enrol("asha")
        channel = UUID(str(next(each["id"] for each in office.rows("channels") if each["platform"] == "other")))
        there = Actor("other", "T1", "o-asha", channel="C-there-5519")
        form = await office.dispatcher.open(intents.GiveView(policy), there)
        assert channel is not None
        sent = await office.dispatcher.submit(
            form.intent,  # type: ignore[union-attr, arg-type]
            answers_of({**FLAG, "promise": "named"}),
            there,
            form.nonce,  # type: ignore[union-attr]
        )
        assert "Flag saved" in said(sent)
        (flag,) = office.rows("flags")
        await office.answer((UUID(str(flag["id"])),))
        await office.until(23, 12)
        assert any("answered" in said(each.card) for each in both.other.to("o-asha"))
        assert not any("answered" in said(each.card) for each in office.chat.to(user_of("asha")))


async def test_many_accounts_are_joined_and_separated_a_few_at_a_time(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = both.office
    monkeypatch.setattr(joining, "MOST_AT_ONCE", 3)
    people = ("asha", "ben", "cai", "dina", "eve", "finn", "priya")
    await both.enrol(*people)
    assert [each for each in people if not both.one_person(each)] == []
    for domains, joined in (("", 0), ("example.org", len(people))):
        with statements() as seen:
            await office.dispatcher.describe({"domains": domains})
        assert sum(both.one_person(each) for each in people) == joined
        assert seen.count(COMMIT) >= 4, "the terms, and three people at most in each other transaction"
