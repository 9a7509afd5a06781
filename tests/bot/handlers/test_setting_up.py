"""What admins set up: the first-run checklist, judged from the data, and the forms in which each step is done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from bot.interface import intents
from bot.interface.intents import Intent
from bot.interface.parts import Card, Facts, Form
from bot.interface.ports import NOT_INSTALLED
from bot.screens import refusals as says
from storage import KnownFile
from tests.bot.conftest import FLAG, FULL_NAMES, Office, buttons, email_of, member, said, user_of

pytestmark = pytest.mark.rules

FOR_ADMINS: tuple[Intent, ...] = (
    intents.SeePermissions(), intents.SayWhoRunsIt(), intents.SetLines(), intents.ChooseChannel(),
    intents.ChooseOffers(), intents.TryPeople(), intents.SetTimes(), intents.SeeNotSent(),
    intents.InstallForPeople(), intents.Practise(), intents.ConfirmRestore(),
)  # fmt: skip
WHO = {
    "name": "the Department for Practice",
    "team": "the delivery team",
    "contact": "deliverable@example.org",
    "key_holder": "the security team",
    "guests_named": "no",
    "domains": "example.org",
}
LINES = {
    "handling": "Do not include personal data.",
    "wrongdoing": "the speak-up line",
    "wrongdoing_link": "https://www.example.org/speak-up",
    "foi_contact": "foi@example.org",
    "keep_months": "24",
    "end_keys_kept_days": "14",
}
TIMES = {
    "calendar": "GB-ENG",
    "own_days": "",
    "release_hour": "8",
    "release_days": "",
    "answer_days": "10",
    "delegate_after": "1",
    "senior_after": "5",
    "notice_at": "0",
}
PRACTICE = {
    "title": "A permit",
    "summary": "One permit for all.",
    **FLAG,
    "kind": "change",
    "text": "We wait a year.",
    "by_date": "2027-03-31",
}
THREE = {"owner": email_of("priya"), "delegate": email_of("omar"), "senior": email_of("sal")}


async def done(office: Office) -> list[str]:
    """The numbers of the steps that are done, as an admin reads them."""
    lines = said(await office.open(intents.SeeSettings(), "ada")).splitlines()
    return [each[0] for each in lines if each[:1].isdigit() and each.endswith(". Done.")]


def held(form: Form) -> dict[str, str]:
    """What a form holds, by question."""
    return {each.name: "".join(getattr(each, "values", ())) or getattr(each, "value", "") for each in form.questions}


def facts(screen: Card | Form) -> dict[str, str]:
    """The labelled facts of a screen."""
    parts = screen.parts if isinstance(screen, Card) else screen.body
    return {label: value for part in parts if isinstance(part, Facts) for label, value in part.items}


async def test_what_one_can_set_depends_on_the_role(office: Office, policy: UUID) -> None:
    await office.enrol(*(member(each) for each in FULL_NAMES), member("asha", user="U-guest", guest=True, email=""))
    for person in ("asha", "U-guest"):
        card = await office.open(intents.SeeSettings(), person)
        assert "You own no policies here, so no digests come to you." in said(card)
        assert not buttons(card, "Change when this arrives")
        assert "Set up Deliverable" not in said(card)
    owner = await office.open(intents.SeeSettings(), "priya")
    assert "Next digest: Tuesday 24 November 2026, 9am" in said(owner)
    assert buttons(owner, "Change when this arrives") == [intents.ScheduleSettings()]
    assert "Set up Deliverable" not in said(owner)
    assert "Set up Deliverable. 1 of 9 steps done." in said(await office.open(intents.SeeSettings(), "ada"))


async def test_only_an_admin_opens_or_sends_any_of_it(office: Office) -> None:
    before = office.everything()
    for person in ("asha", "priya"):
        for intent in FOR_ADMINS:
            assert says.ADMINS_ONLY in said(await office.form(intent, person)), intent
            typed = {name: (text,) for name, text in {**WHO, **LINES, **TIMES, **THREE}.items()}
            sent = await office.dispatcher.submit(
                intent, {**typed, "promises": ("named",)}, office.actor(person), "nonce"
            )
            assert says.ADMINS_ONLY in said(sent), intent
    assert office.everything() == before


@pytest.mark.both_databases
async def test_every_step_is_done_when_what_it_asks_for_is_so(office: Office) -> None:
    assert await done(office) == ["5"]
    assert "Set up Deliverable. 1 of 9 steps done." in said(await office.dispatcher.home(office.actor("ada")))
    await office.press(intents.SeePermissions(), "ada")
    assert await done(office) == ["1", "5"]
    await office.fill(intents.SayWhoRunsIt(), "ada", **WHO)
    assert await done(office) == ["1", "2", "5"]
    await office.fill(intents.SetLines(), "ada", **LINES)
    await office.fill(intents.ChooseOffers(), "ada", promises=("confidential", "named"))
    assert await done(office) == ["1", "2", "3", "5", "6"]
    await office.fill(intents.TryPeople(), "ada", **THREE)
    await office.fill(intents.SetTimes(), "ada", **TIMES)
    assert await done(office) == ["1", "2", "3", "5", "6", "8"]
    await office.worker.tick()
    await office.worker.tick()
    assert await done(office) == ["1", "2", "3", "5", "6", "7", "8"]
    assert not buttons(await office.open(intents.SeeSettings(), "ada"), "Announce the first policy")
    await office.fill(intents.Practise(), "ada", **PRACTICE)
    assert await done(office) == ["1", "2", "3", "5", "6", "7", "8", "9"]
    office.change(lambda uow: uow.session.add(KnownFile(fingerprint=b"", proved_on=uow.today)))
    assert await done(office) == ["1", "2", "3", "4", "5", "6", "7", "8", "9"]
    card = await office.open(intents.SeeSettings(), "ada")
    assert buttons(card, "Announce the first policy") == [intents.Announce()]
    assert "Set up Deliverable" not in said(await office.dispatcher.home(office.actor("ada")))


@pytest.mark.both_databases
async def test_a_step_is_to_do_again_when_it_is_no_longer_so(office: Office) -> None:
    await office.enrol(member("asha"), member("ada"))
    assert await done(office) == []
    await office.fill(intents.SayWhoRunsIt(), "ada", **WHO)
    assert await done(office) == ["2"]
    office.organise(key_holder="")
    assert await done(office) == []


async def test_who_runs_it_is_said_wherever_members_are_told(office: Office, policy: UUID) -> None:
    form = await office.fill(intents.SayWhoRunsIt(), "ada", **WHO)
    assert form.title == "Settings saved"
    assert held(await office.form(intents.SayWhoRunsIt(), "ada")) == WHO
    told = said(await office.form(intents.HowProtected(policy), "asha"))
    assert "Run by the delivery team. Questions: deliverable@example.org." in told
    assert "The key is held by the security team." in told
    await office.fill(intents.SetLines(), "ada", **LINES)
    before = said(await office.form(intents.GiveView(policy), "asha"))
    assert "Do not include personal data." in before
    first = said(await office.form(intents.ReadFirst(), "asha"))
    assert "Do not include personal data." in first
    assert "To report wrongdoing, use the speak-up line." in first
    assert "https://www.example.org/speak-up" in first


@pytest.mark.parametrize(
    ("intent", "typed", "problems"),
    [
        (intents.SayWhoRunsIt(), {**WHO, "team": " "}, {"team": "Enter the team that runs Deliverable"}),
        (
            intents.SayWhoRunsIt(),
            {**WHO, "name": "", "key_holder": "x" * 201},
            {
                "name": "Enter what the organisation is called, in the middle of a sentence",
                "key_holder": "This must be 200 characters or fewer. You have 201",
            },
        ),
        (intents.SayWhoRunsIt(), {**WHO, "team": "a\x07b"}, {"team": "This should be the team that runs Deliverable"}),
        (
            intents.SetLines(),
            {**LINES, "wrongdoing_link": "http://example.org", "foi_contact": ""},
            {
                "wrongdoing_link": "This should be the address of that route, starting with https://",
                "foi_contact": "Enter where freedom of information requests go",
            },
        ),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_said_beside_its_field_and_all_that_was_typed_stays(
    office: Office, intent: Intent, typed: dict[str, str], problems: dict[str, str]
) -> None:
    before = office.everything()
    form = await office.fill(intent, "ada", **typed)
    assert dict(form.problems) == problems
    assert {name: text for name, text in held(form).items() if text.strip()} == {
        name: text for name, text in typed.items() if text.strip()
    }
    assert office.everything() == before


async def test_several_lines_are_kept_as_one(office: Office) -> None:
    await office.fill(intents.SetLines(), "ada", **{**LINES, "handling": "No names.\r\nNothing above OFFICIAL. \ud800"})
    assert held(await office.form(intents.SetLines(), "ada"))["handling"] == "No names. Nothing above OFFICIAL. \ufffd"


async def test_every_channel_offers_what_is_chosen_for_all(office: Office, policy: UUID) -> None:
    await office.enrol(channel="c2")
    form = await office.form(intents.ChooseOffers(), "ada")
    assert held(form)["promises"] == "confidentialnameddetached"
    refused = await office.send(form, "ada", promises=())
    assert dict(refused.problems) == {"promises": says.NO_PROMISES}
    assert (await office.send(form, "ada", promises=("named", "detached"))).title == "Settings saved"
    offered = [
        (each["offers_named"], each["offers_confidential"], each["offers_detached"]) for each in office.rows("channels")
    ]
    assert offered == [(True, False, True)] * 2
    both = "Named and Detached"
    assert facts(await office.form(intents.ChooseOffers(), "ada")) == {"channel c1": both, "channel c2": both}


async def test_the_channels_are_listed_with_what_is_set_for_each(office: Office) -> None:
    await office.enrol(member("asha"), member("ben"), channel="c2")
    form = await office.form(intents.ChooseChannel(), "ada")
    assert "10 members. It offers Confidential, Named and Detached. Guests: no. Reactions: off. Digests: no." in said(
        form
    )
    assert said(form).count("In a group of fewer than 5 members, people may guess who wrote a flag.") == 1
    ids = {each["name"]: UUID(str(each["id"])) for each in office.rows("channels")}
    wanted = [intents.ChannelSettings(ids[name]) for name in ("channel c1", "channel c2")]
    assert buttons(form, "Change settings") == wanted


async def test_no_channel_is_said_to_be_none(office: Office) -> None:
    for row in office.rows("channels"):
        office.update("channels", row["id"], connected=False)
    assert "No channel is connected yet." in said(await office.form(intents.ChooseChannel(), "ada", channel=""))
    assert await done(office) == []


@pytest.mark.both_databases
async def test_days_and_times_are_saved_once_the_dates_they_make_were_seen(office: Office) -> None:
    form = await office.form(intents.SetTimes(), "ada")
    assert held(form) == TIMES
    now = {
        "Flag written": "Monday 23 November 2026",
        "Shown": "Tuesday 24 November 2026",
        "Digest": "Tuesday 24 November 2026, 9am",
        "Reminder": "Friday 4 December 2026",
        "Answer due": "Tuesday 8 December 2026",
        "Delegate told": "Wednesday 9 December 2026",
        "Senior owner told": "Wednesday 16 December 2026",
    }
    assert facts(form) == now
    assert facts(await office.open(intents.SeeSettings(), "ada")).items() >= now.items()
    before = office.everything()
    changed = {**TIMES, "answer_days": "5", "own_days": "2026-12-01", "release_hour": "10"}
    again = await office.send(form, "ada", **changed)
    assert dict(again.problems) == {"right": says.NO_PREVIEW}
    then = facts(again)
    assert then == {
        **now,
        "Digest": "Wednesday 25 November 2026, 9am",
        "Reminder": "Monday 30 November 2026",
        "Answer due": "Thursday 3 December 2026",
        "Delegate told": "Friday 4 December 2026",
        "Senior owner told": "Friday 11 December 2026",
    }
    assert office.everything() == before
    (yes,) = [each for each in again.questions if each.name == "right"]
    right = getattr(yes, "options")[0].value  # noqa: B009 - only a choice has options
    # Changed once more, the dates that were seen are no longer those that follow.
    other = await office.send(again, "ada", **{**changed, "answer_days": "6"}, right=right)
    assert "right" in other.problems
    assert office.everything() == before
    assert (await office.send(again, "ada", **changed, right=right)).title == "Settings saved"
    assert "8" in await done(office)
    after = await office.form(intents.SetTimes(), "ada")
    assert held(after) == changed
    assert facts(after) == then


async def test_days_and_times_that_stand_are_saved_as_they_are(office: Office) -> None:
    assert "8" not in await done(office)
    assert (await office.fill(intents.SetTimes(), "ada", **TIMES)).title == "Settings saved"
    assert "8" in await done(office)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("calendar", ""),
        ("calendar", "GB"),
        ("own_days", "Christmas"),
        ("release_hour", ""),
        ("release_hour", "24"),
        ("release_days", "someday"),
        ("answer_days", "0"),
        ("answer_days", "61"),
        ("delegate_after", "0"),
        ("senior_after", "ten"),
        ("notice_at", "101"),
    ],
)
async def test_days_and_times_that_cannot_be_are_refused_one_by_one(office: Office, name: str, text: str) -> None:
    before = office.everything()
    form = await office.fill(intents.SetTimes(), "ada", **{**TIMES, name: text})
    assert list(form.problems) == [name]
    assert form.problems[name].startswith("This should be ")
    assert facts(form)["Answer due"] == "Tuesday 8 December 2026"
    assert office.everything() == before


async def test_no_form_sets_how_many_flags_are_shown_together(office: Office) -> None:
    """In a small group that decides if a flag can be told from others, so it is not for every admin."""
    before = office.rows("organisation")
    sent = await office.fill(intents.SetTimes(), "ada", **TIMES, batch_least="1", batch_wait_days="1", floor="1")
    assert sent.title == "Settings saved"
    (row,) = office.rows("organisation")
    assert (row["batch_least"], row["batch_wait_days"], row["floor"]) == (3, 3, 5)
    assert [each | {"set_up": "times"} for each in before] == [row]


async def test_other_days_move_the_next_release(office: Office) -> None:
    form = await office.fill(intents.SetTimes(), "ada", **{**TIMES, "release_hour": "14"})
    (question,) = [each for each in form.questions if each.name == "right"]
    right = getattr(question, "options")[0].value  # noqa: B009 - only a choice has options
    await office.send(form, "ada", **{**TIMES, "release_hour": "14"}, right=right)
    await office.worker.tick()
    (row,) = office.rows("organisation")
    assert row["next_release_at"] == datetime(2026, 11, 23, 14, tzinfo=UTC)


async def test_fixed_days_for_showing_flags_are_seen_in_the_dates_before_they_are_saved(office: Office) -> None:
    chosen = {**TIMES, "release_days": ("wed", "fri")}
    form = await office.fill(intents.SetTimes(), "ada", **chosen)  # type: ignore[arg-type]
    assert dict(form.problems) == {"right": says.NO_PREVIEW}
    assert facts(form)["Shown"] == "Wednesday 25 November 2026"
    (question,) = [each for each in form.questions if each.name == "right"]
    right = getattr(question, "options")[0].value  # noqa: B009 - only a choice has options
    saved = await office.send(form, "ada", **chosen, right=right)  # type: ignore[arg-type]
    assert saved.title == "Settings saved"
    assert office.rows("organisation")[0]["release_days"] == "wed fri"
    days = next(
        each for each in (await office.form(intents.SetTimes(), "ada")).questions if each.name == "release_days"
    )
    assert getattr(days, "values") == ("wed", "fri")  # noqa: B009 - only a choice has values
    assert facts(await office.open(intents.SeeSettings(), "ada"))["Shown"] == "Wednesday 25 November 2026"


async def test_each_of_the_three_gets_a_test_message_and_the_admin_sees_who_it_reached(office: Office) -> None:
    form = await office.form(intents.TryPeople(), "ada")
    for _ in range(2):
        sent = await office.send(form, "ada", **THREE)
        assert "A test message goes to Priya Owneray, Omar Delegato and Sal Seniorman." in said(sent)
    assert facts(await office.form(intents.TryPeople(), "ada")) == {
        "Policy owner": "Priya Owneray. On its way.",
        "Delegate": "Omar Delegato. On its way.",
        "Senior owner": "Sal Seniorman. On its way.",
    }
    for _ in range(3):
        await office.worker.tick()
    for person, role in (("priya", "policy owner"), ("omar", "delegate"), ("sal", "senior owner")):
        (message,) = office.sent_to(person)
        assert f"This is a test message for you as a {role}." in message
        assert "Ada Adminson is setting up Deliverable and named you" in message
    assert "3 of 3 test messages arrived." in said(await office.form(intents.TryPeople(), "ada"))
    assert "7" in await done(office)


async def test_the_first_announcement_begins_with_whom_the_messages_reached(office: Office) -> None:
    await office.fill(intents.TryPeople(), "ada", **THREE)
    assert held(await office.form(intents.Announce(), "ada"))["owner"] == ""
    for _ in range(3):
        await office.worker.tick()
    begun = held(await office.form(intents.Announce(), "ada"))
    assert {role: begun[role] for role in THREE} == THREE
    assert begun["channels"] == str(office.rows("channels")[0]["id"])
    assert held(await office.form(intents.Announce(), "asha"))["owner"] == ""
    await office.announce()
    assert held(await office.form(intents.Announce(), "ada"))["owner"] == ""


async def test_a_message_that_does_not_arrive_leaves_the_step_to_do(office: Office) -> None:
    await office.fill(intents.TryPeople(), "ada", owner=email_of("priya"))
    (row,) = (each for each in office.rows("deliveries") if each["screen"] == "test-message-owner")
    office.update("deliveries", row["id"], state="dead", due_at=None, done_at=office.clock.now, error="no such user")
    assert facts(await office.form(intents.TryPeople(), "ada")) == {
        "Policy owner": "Priya Owneray. It could not be sent."
    }
    assert "7" not in await done(office)
    assert "1 message could not be sent." in said(await office.dispatcher.home(office.actor("ada")))
    assert "1 message could not be sent." in said(await office.open(intents.SeeSettings(), "ada"))
    assert "Reason: no such user" in said(await office.form(intents.SeeNotSent(), "ada"))
    # Named again, and this time it arrives.
    office.clock.move_to(office.clock.now + timedelta(minutes=5))
    await office.fill(intents.TryPeople(), "ada", owner=email_of("dina"))
    await office.worker.tick()
    assert "7" in await done(office)


async def test_where_the_app_is_not_installed_for_someone_admins_are_shown_how(office: Office) -> None:
    await office.fill(intents.TryPeople(), "ada", owner=email_of("priya"))
    (row,) = (each for each in office.rows("deliveries") if each["screen"] == "test-message-owner")
    office.update("deliveries", row["id"], state="dead", due_at=None, done_at=office.clock.now, error=NOT_INSTALLED)
    shown = await office.form(intents.SeeNotSent(), "ada")
    assert f"Reason: {NOT_INSTALLED}" in said(shown)
    (how,) = buttons(shown, "Show me how")
    assert "Add to a team" in said(await office.form(how, "ada"))


async def test_when_all_arrived_that_is_said_with_the_time(office: Office) -> None:
    form = await office.form(intents.SeeNotSent(), "ada")
    assert "Every message arrived. Last checked Monday 23 November 2026, 10am." in said(form)
    assert "could not be sent" not in said(await office.dispatcher.home(office.actor("ada")))


async def test_nobody_is_named_of_a_message_that_could_tell_who_flagged(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "asha", promise="named")
    await office.until(24, 12)
    await office.answer((flag,))
    (row,) = (each for each in office.rows("deliveries") if each["screen"] == "answer-message")
    office.update("deliveries", row["id"], state="dead", due_at=None, done_at=office.clock.now, error="user_not_found")
    told = said(await office.form(intents.SeeNotSent(), "ada"))
    assert "user_not_found" in told
    for secret in ("Quillfeather", user_of("asha"), email_of("asha"), str(flag)):
        assert secret not in told


@pytest.mark.parametrize(
    ("typed", "problems"),
    [
        ({"owner": ""}, {"owner": says.NO_OWNER}),
        ({"owner": "somebody"}, {"owner": says.NO_SUCH_PERSON}),
        ({"owner": "new@example.org"}, {"owner": says.NOT_MET}),
        (
            {"owner": email_of("priya"), "delegate": email_of("priya"), "senior": "nobody@example.org"},
            {"delegate": says.NAMED_TWICE, "senior": says.NOT_MET},
        ),
    ],
)
async def test_who_cannot_be_tried_is_said_beside_the_field_and_nobody_is_told(
    office: Office, typed: dict[str, str], problems: dict[str, str]
) -> None:
    form = await office.fill(intents.TryPeople(), "ada", **typed)
    assert dict(form.problems) == problems
    assert office.rows("deliveries") == []
