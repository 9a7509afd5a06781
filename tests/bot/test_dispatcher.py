"""The dispatcher: old buttons, wrong people and unknown ids; and what is posted in a place."""

from uuid import UUID, uuid4

import pytest

from bot.dispatcher import Dispatcher, PostedPage
from bot.handlers import OPENS, SUBMITS
from bot.interface import intents
from bot.interface.intents import Intent
from bot.interface.pages import PAGE_SIZE, Page
from bot.interface.parts import Card, Form
from bot.interface.ports import Place
from bot.screens import refusals as says
from bot.sending import rendering
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Database, Delivery
from tests.bot.conftest import FLAG, FULL_NAMES, WORKSPACE, Office, address_of, buttons, said, user_of

GONE = uuid4()
OF_NOTHING: tuple[Intent, ...] = (
    intents.GiveView(GONE), intents.SeeFlags(GONE), intents.SeeFlag(GONE), intents.SecondFlag(GONE),
    intents.ChangeFlag(GONE), intents.WithdrawFlag(GONE), intents.Settle(GONE, GONE), intents.NotSettled(GONE, GONE),
    intents.ReplyToQuestion(GONE, GONE), intents.AnswerFlags((GONE,)), intents.AnswerFlags(()),
    intents.AnswerPolicy(GONE), intents.AcknowledgeAll(GONE), intents.SeeDigest(GONE), intents.NameOwner(GONE),
    intents.ChannelSettings(GONE), intents.DownloadCsv(GONE), intents.PauseAnswers(GONE), intents.ResumeAnswers(GONE),
    intents.HoldPolicy(GONE), intents.LiftHold(GONE), intents.KeepTexts(GONE), intents.LookAfterPolicy(GONE),
    intents.PublicPage(GONE), intents.ChangeAudience(GONE), intents.SeePromises(GONE), intents.SayDone(GONE),
    intents.SetNewDay(GONE), intents.SayWillNotHappen(GONE), intents.Settle(GONE, GONE, stage="done"),
)  # fmt: skip
TYPED = {name: (value,) for name, value in FLAG.items()} | {
    "kind": ("handled",), "text": ("Text.",), "by_date": ("2027-01-01",), "owner": ("dina.7741@example.org",)
}  # fmt: skip


def kinds() -> set[type[Intent]]:
    """Every intent that there is."""
    return {each for each in vars(intents).values() if isinstance(each, type) and issubclass(each, Intent)} - {Intent}


def test_every_intent_has_a_handler() -> None:
    assert set(OPENS) | set(SUBMITS) == kinds()
    acts = {intents.Settle, intents.ResumeAnswers, intents.LiftHold, intents.ShowMyName}
    assert kinds() - set(OPENS) == acts


async def test_an_unknown_id_is_refused_in_a_sentence_and_changes_nothing(office: Office, policy: UUID) -> None:
    before = office.everything()
    for person in ("asha", "priya", "ada"):
        for intent in OF_NOTHING:
            for screen in (
                await office.dispatcher.open(intent, office.actor(person)),
                await office.dispatcher.submit(intent, {}, office.actor(person)),
                await office.dispatcher.submit(intent, TYPED, office.actor(person), "a nonce of some length"),
            ):
                assert isinstance(screen, Form)
                assert (screen.title, screen.questions) == ("Not possible", ()), (intent, person)
    assert office.everything() == before


async def test_opening_a_screen_changes_nothing_for_anyone(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "asha", promise="named")
    await office.until(24, 12)
    answer = await office.answer((flag,))
    promised = UUID(str(office.rows("commitments")[0]["id"]))
    digest = UUID(str(office.rows("digests")[0]["id"]))
    channel = UUID(str(office.rows("channels")[0]["id"]))
    every: list[Intent] = [
        intents.Home(), intents.OpenPolicies(), intents.MyPolicies(), intents.MyFlags(), intents.Announce(),
        intents.Snooze(), intents.ScheduleSettings(), intents.ExampleDigest(), intents.HowProtected(policy),
        intents.GiveView(policy), intents.SeeFlags(policy), intents.AnswerPolicy(policy), intents.NameOwner(policy),
        intents.SeeFlag(flag), intents.SecondFlag(flag), intents.ChangeFlag(flag), intents.WithdrawFlag(flag),
        intents.AnswerFlags((flag,)), intents.Settle(answer, flag), intents.NotSettled(answer, flag),
        intents.ShowMyName(flag, channel), intents.UseCode(),
        intents.ReplyToQuestion(answer, flag), intents.AcknowledgeAll(digest), intents.SeeDigest(digest),
        intents.ChannelSettings(channel), intents.Help(), intents.SeeSettings(), intents.NewestDigest(),
        intents.DownloadCsv(digest), intents.SeePermissions(), intents.SayWhoRunsIt(), intents.SetLines(),
        intents.ChooseChannel(), intents.ChooseOffers(), intents.TryPeople(), intents.SetTimes(),
        intents.SeeNotSent(), intents.InstallForPeople(), intents.Away(), intents.PauseAnswers(policy),
        intents.ResumeAnswers(policy), intents.HoldPolicy(policy), intents.LiftHold(policy), intents.SeeEndKeys(),
        intents.KeepTexts(policy), intents.AllPolicies(), intents.LookAfterPolicy(policy), intents.PublicPage(policy),
        intents.ChangeAudience(policy), intents.Practise(), intents.TestMyself(),
        intents.SeePeople(), intents.ConfirmRestore(), intents.KeepApart(channel), intents.JoinAgain(channel),
        intents.MyAccounts(), intents.GetJoiningCode(), intents.EnterJoiningCode(), intents.SeparateAccounts(),
        intents.CheckAudit(), intents.ChooseOfficers(), intents.SeeAudit(), intents.SeeReports(),
        intents.SeeOwnRecord(), intents.ReportAnnouncement(policy), intents.ReportText(flag),
        intents.OpenText("flag", flag), intents.LeaveText("flag", flag), intents.TakeTextDown("flag", flag),
        intents.SeeTakeDown("flag", flag), intents.ReadFirst(), intents.SeePromises(policy),
        intents.SayDone(promised), intents.SetNewDay(promised), intents.SayWillNotHappen(promised),
        intents.MyPromises(), intents.WithdrawAnnouncement(policy),
    ]  # fmt: skip
    assert {type(each) for each in every} == kinds()
    before = office.everything()
    for person in ("asha", "ben", "priya", "omar", "ada"):
        for intent in every:
            assert isinstance(await office.dispatcher.open(intent, office.actor(person)), Card | Form)
        await office.dispatcher.home(office.actor(person))
    assert office.everything() == before


async def test_every_button_on_every_screen_leads_somewhere(office: Office, policy: UUID) -> None:
    """Follow what can be followed from each person's home, from the card and from their own messages."""
    await office.file(policy, "asha", promise="named")
    await office.file(policy, "ben", verdict="if")
    await office.until(26, 12)
    flag = UUID(str(office.rows("flags")[0]["id"]))
    await office.answer((flag,), kind="more", by_date="", text="Which?")
    await office.worker.tick()
    for person in ("asha", "ben", "priya", "ada"):
        cards = [message.card for message in (*office.posted(), *office.chat.to(user_of(person)))]
        waiting: list[Card | Form] = [await office.dispatcher.home(office.actor(person)), *cards]
        reached: set[Intent] = set()
        while waiting:
            screen = waiting.pop()
            parts = screen.parts if isinstance(screen, Card) else screen.body
            for part in parts:
                intent = getattr(part, "intent", None) if type(part).__name__ == "FormButton" else None
                intent = intent or getattr(part, "rest", None)
                if intent is not None and intent not in reached:
                    reached.add(intent)
                    assert intents.parse(intent.to_text()) == intent
                    waiting.append(await office.dispatcher.open(intent, office.actor(person)))
        assert len(reached) > 5
        for intent in reached:
            assert says.NOT_FOUND not in said(await office.dispatcher.open(intent, office.actor(person))), intent


async def test_an_old_button_shows_the_current_state(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "asha", promise="named")
    await office.until(24, 12)
    (digest,) = office.digests_to()
    (old,) = buttons(digest, "Answer")
    await office.answer((flag,))
    form = await office.form(old, "priya")
    assert "We start with forty councils." in said(form)
    assert form.questions
    (old_all,) = buttons(digest, "Acknowledge all")
    assert says.NOTHING_WAITS in said(await office.form(old_all, "priya"))


async def test_home_looks_the_same_whether_or_not_a_person_flagged(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "asha")
    await office.file(policy, "ben", promise="named")
    await office.until(26, 12)
    await office.answer((flag,))
    homes = {said(await office.dispatcher.home(office.actor(each))) for each in ("asha", "ben", "cai")}
    assert len(homes) == 1


async def test_home_shows_an_owner_what_is_waiting(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", promise="named")
    home = said(await office.dispatcher.home(office.actor("priya")))
    assert "See my policies" in home
    assert "See my policies" not in said(await office.dispatcher.home(office.actor("asha")))
    mine = said(await office.form(intents.MyPolicies(), "priya"))
    assert "Single parking permit" in mine
    assert "Single parking permit" not in said(await office.form(intents.MyPolicies(), "asha"))


async def test_what_is_posted_in_a_place(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "asha", promise="named")
    await office.until(24, 12)
    await office.answer((flag,))
    await office.worker.tick()
    posted_messages = (await office.dispatcher.posted_messages(Place("chat", WORKSPACE, address_of("c1")))).messages
    card, notice = posted_messages
    assert card.under is None
    assert notice.under == card.ref
    assert "So far: 1 flag." in said(card.card)
    assert "1 flag asks for an answer: 1 answered." in said(card.card)
    own_place = Place("chat", WORKSPACE, user_of("priya"), direct=True)
    own = (await office.dispatcher.posted_messages(own_place)).messages
    assert [each.at for each in own] == sorted(each.at for each in own)
    assert len(own) == 2
    assert await office.dispatcher.arrived_as(card.delivery, Place("chat", WORKSPACE, address_of("c1"))) == card.ref
    assert await office.dispatcher.arrived_as(card.delivery, own_place) is None
    other = await office.dispatcher.posted_messages(Place("other", WORKSPACE, address_of("c1")))
    assert other == PostedPage(Page(), ())
    for each, place in ((posted_messages[0], Place("chat", WORKSPACE, address_of("c1"))), (own[0], own_place)):
        assert await office.dispatcher.drawn(each.delivery, place) == each.card
    assert await office.dispatcher.drawn(own[0].delivery, Place("chat", WORKSPACE, user_of("cai"), direct=True)) is None
    assert await office.dispatcher.drawn(GONE, own_place) is None
    cai = await office.dispatcher.posted_messages(Place("chat", WORKSPACE, user_of("cai"), direct=True))
    assert cai.messages == ()


async def test_only_the_messages_of_one_page_are_drawn(
    office: Office, policy: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message under a card is on the card's page, and does not count towards it."""
    flag = await office.file(policy, "asha", promise="named")
    await office.until(24, 12)
    await office.answer((flag,))
    for number in range(12):
        await office.announce(title=f"Parking permit {number}", link=f"https://example.org/{number}")
    await office.worker.tick()
    drawn: list[UUID] = []
    draw = rendering.draw

    def drawing(uow: UnitOfWork, row: Delivery) -> Card | None:
        drawn.append(row.id)
        return draw(uow, row)

    monkeypatch.setattr(rendering, "draw", drawing)
    here = Place("chat", WORKSPACE, address_of("c1"))
    newest = await office.dispatcher.posted_messages(here)
    assert (newest.page, len(newest.messages), len(drawn)) == (Page(1, 13), PAGE_SIZE, PAGE_SIZE)
    assert [each.at for each in newest.messages] == sorted(each.at for each in newest.messages)
    drawn.clear()
    earlier = await office.dispatcher.posted_messages(here, 2)
    assert (earlier.page, len(drawn)) == (Page(2, 13), 4)
    assert [each.under for each in earlier.messages] == [None] * 3 + [earlier.messages[0].ref]
    assert not {each.ref for each in newest.messages} & {each.ref for each in earlier.messages}
    assert (await office.dispatcher.posted_messages(here, 99)).page.number == 2


async def test_what_is_typed_is_shown_exactly_to_everyone(office: Office, policy: UUID) -> None:
    hostile = "<b>&amp;</b>\r\n\t*_~`|  \u202e\u200b\0 🎏 <!channel> @here {now} %s \\n"
    flag = await office.file(policy, "asha", hostile, remedy=hostile, promise="named")
    await office.until(24, 12)
    await office.answer((flag,), text=hostile)
    shown = hostile.replace("\0", "\ufffd")  # no database takes a NUL
    for person in FULL_NAMES:
        assert said(await office.form(intents.SeeFlag(flag), person)).count(shown) == 3
    assert shown in said(office.digests_to()[0])


async def test_a_form_shows_at_once_what_another_process_has_set(
    office: Office, policy: UUID, database: Database
) -> None:
    give = intents.GiveView(policy)
    assert "Handled by others." not in said(await office.form(give, "asha"))
    with Database(database.url.render_as_string(hide_password=False)) as other:
        await Dispatcher(other, office.ring, office.clock).describe({"handling": "Handled by others."})
    assert "Handled by others." in said(await office.form(give, "asha"))
