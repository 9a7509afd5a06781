"""Single screens: what each state of things must say, and what it must leave out."""

from dataclasses import replace
from datetime import date
from enum import StrEnum

import pytest

from bot.interface import themes
from bot.interface.intents import (
    AnswerFlags,
    ChangeFlag,
    ChannelSettings,
    ChooseChannel,
    GiveView,
    MyFlags,
    NotSettled,
    ReplyToQuestion,
    SeeFlag,
    SeeFlags,
    SeeOwnRecord,
    Settle,
    WithdrawFlag,
)
from bot.interface.parts import Button, ChoiceQuestion, Form, FormButton, Heading, Notice, Quote, Screen, answer_to
from bot.interface.views import ReadersView, ReplyView
from bot.screens import invented, labels, refusals
from bot.screens.admin.home import home_card
from bot.screens.answer.answer_form import answer_form
from bot.screens.answer.answer_notice import answer_notice_card, named_answer_card
from bot.screens.flag.flag_form import flag_form
from bot.screens.flag.my_flags import my_flags_form
from bot.screens.flag.policy_flags import policy_flags_form
from bot.screens.flag.protected import protected_form
from bot.screens.flag.receipt import receipt_form
from bot.screens.flag.whole_flag import whole_flag_form
from bot.screens.policy.policy_card import policy_card
from bot.screens.promises import OFFERED
from bot.screens.refusals import refusal_form
from storage import AnswerKind, FlagStatus, Promise, ReplyKind, Role, Verdict
from tests.bot.screens.reading import parts_of, read_aloud

BOTH = (Promise.CONFIDENTIAL, Promise.NAMED)


def said(screen: Screen) -> str:
    return "\n".join(read_aloud(screen))


def intents(screen: Screen) -> list[object]:
    return [each.intent for each in parts_of(screen) if isinstance(each, (Button, FormButton))]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (labels.VERDICTS, Verdict),
        (labels.PROMISES, Promise),
        (labels.PROMISES_MEAN, Promise),
        (labels.ANSWERS, AnswerKind),
        (labels.ANSWERS_MEAN, AnswerKind),
        (labels.ROLES, Role),
    ],
)
def test_every_word_that_is_kept_has_a_label(words: dict[StrEnum, str], kind: type[StrEnum]) -> None:
    assert set(words) == set(kind)
    assert len(set(words.values())) == len(kind)


def test_themes_are_told_apart_and_an_old_key_still_reads() -> None:
    assert len(set(themes.THEMES.values())) == len(themes.THEMES)
    assert themes.label("running") == "Running it after launch"
    assert themes.label("a key of last year") == "a key of last year"


class TestPolicyCard:
    def test_a_closed_policy_can_only_be_read(self) -> None:
        card = policy_card(replace(invented.PERMIT, open=False))
        assert "Closed for flags on Friday 29 January 2027. You can still read them." in said(card)
        assert [each.label for each in card.parts if isinstance(each, FormButton)] == ["See flags"]
        assert "Is this deliverable?" not in said(card)

    def test_lateness_says_who_was_told_and_only_if_they_were(self) -> None:
        late = replace(invented.PERMIT, late=2)
        assert "2 answers are late." in said(policy_card(late))
        assert "We told" not in said(policy_card(late))
        told = replace(late, late=1, senior_told_on=date(2026, 12, 16))
        assert "1 answer is late. We told the senior owner on Wednesday 16 December 2026." in said(policy_card(told))

    def test_no_flags_yet_says_when_some_can_be_seen(self) -> None:
        card = policy_card(invented.ADDRESS)
        assert "So far: no flags. Flags that are not named are shown from the next working day." in said(card)
        assert "Answered:" not in said(card)

    def test_a_change_of_owner_and_of_wording_shows_its_day(self) -> None:
        since = replace(invented.PERMIT, owner_since=date(2026, 12, 4), reworded_on=date(2026, 12, 2))
        assert "Policy owner since Friday 4 December 2026: Priya Nair." in said(policy_card(since))
        assert "The wording changed on Wednesday 2 December 2026." in said(policy_card(since))
        first = replace(invented.PERMIT, owner_since=invented.PERMIT.announced_on)
        assert "Policy owner: Priya Nair." in said(policy_card(first))

    def test_an_owner_who_has_not_been_here_and_one_who_is_not_named(self) -> None:
        unseen = policy_card(replace(invented.PERMIT, owner="priya@example.org"))
        assert "Policy owner: priya@example.org, who has not been here yet." in said(unseen)
        assert "Policy owner: not named yet." in said(policy_card(replace(invented.PERMIT, owner="")))


class TestFlagForm:
    def form(self, **changes: object) -> Screen:
        given: dict[str, object] = {"platform_name": "Slack", "offers": BOTH, "answers": {}, "problems": {}}
        return flag_form(invented.PERMIT, invented.ORGANISATION, invented.ENDS, nonce="n", **{**given, **changes})  # type: ignore[arg-type]

    def test_the_promise_comes_first_and_nothing_is_chosen(self) -> None:
        form = self.form()
        questions = [each for each in parts_of(form) if hasattr(each, "options") or hasattr(each, "value")]
        names = [vars(each)["name"] for each in questions]
        assert names == ["promise", "verdict", "theme", "because", "remedy", "evidence"]
        assert not [each for each in questions if isinstance(each, ChoiceQuestion) and each.values]

    def test_what_to_leave_out_is_read_before_anything_is_typed(self) -> None:
        lines = read_aloud(self.form())
        before = next(n for n, line in enumerate(lines) if line.startswith("Say what it would take"))
        why = next(n for n, line in enumerate(lines) if line.startswith("Why?"))
        promise = lines.index("Who can know this is from you?")
        assert promise < before < why
        assert "could be released under freedom of information law" in "\n".join(lines[before:why])
        assert lines[1:3] == [
            "Single parking permit",
            "About 3 minutes the first time. Nobody in the channel can see that you have opened this form.",
        ]

    def test_only_promises_that_are_offered_are_spoken_of(self) -> None:
        named = said(self.form(offers=(Promise.NAMED,)))
        assert "Confidential" not in named
        confidential = said(self.form(offers=(Promise.CONFIDENTIAL,)))
        assert "Named:" not in confidential
        assert "Shown to nobody. With both keys it can be traced until 15 March 2027" in confidential

    def test_it_is_at_most_220_words_before_one_types(self) -> None:
        """All but the themes, of which one sees the chosen one."""
        readers = ReadersView("Helen Marsh", "Tom Adeyemi", "Priya Nair", "0123456789abcdef")
        lines = read_aloud(self.form(offers=OFFERED, readers=readers, audience=invented.ON_IT))
        why = next(n for n, line in enumerate(lines) if line.startswith("Why?"))
        read = " ".join(line for line in lines[:why] if line.removeprefix("( ) ") not in themes.THEMES.values())
        assert len(read.replace("( )", "").split()) <= 220

    def test_each_choice_and_what_is_said_of_it_fits_slack(self) -> None:
        for readers in (ReadersView(), ReadersView("Helen Marsh"), ReadersView("H" * 70, "T" * 70, "P" * 70)):
            form = self.form(offers=OFFERED, readers=readers)
            promise = next(each for each in parts_of(form) if isinstance(each, ChoiceQuestion))
            assert all(len(each.label) <= 75 and len(each.description) <= 75 for each in promise.options)

    def test_something_similar_is_asked_alone_and_the_rest_is_kept(self) -> None:
        answers = {"because": ("Contracts end after April",), "verdict": ("not",)}
        form = self.form(similar=(invented.TIMETABLE,) * 5, answers=answers)
        questions = [each for each in parts_of(form) if isinstance(each, ChoiceQuestion)]
        assert [each.name for each in questions] == ["similar"]
        assert "Contracts end after April" not in said(form)
        kept = {each.name: answer_to(each) for each in vars(form)["kept"]}
        assert list(kept) == ["promise", "verdict", "theme", "because", "remedy", "evidence"]
        assert {name: held for name, held in kept.items() if held} == answers
        assert [each.value for each in questions[0].options[3:]] == ["none", "back"]
        assert questions[0].values == ("none",)
        assert vars(form)["send"] == "Continue"

    def test_a_value_that_is_not_offered_is_not_chosen(self) -> None:
        form = self.form(answers={"promise": ("anonymous",), "verdict": ("<script>",)})
        assert not [each for each in parts_of(form) if isinstance(each, ChoiceQuestion) and each.values]

    def test_changing_a_flag_asks_no_new_promise(self) -> None:
        form = self.form(offers=(Promise.CONFIDENTIAL,), intent=ChangeFlag(invented.TIMETABLE.id))
        assert vars(form)["intent"] == ChangeFlag(invented.TIMETABLE.id)
        assert "promise" not in [vars(each).get("name") for each in parts_of(form)]
        assert "You cannot change who can know that this is from you." in said(form)

    def test_platforms_are_named_as_people_know_them(self) -> None:
        web = said(self.form(platform_name=labels.platform("web")))
        assert "The sandbox tells us who you are when you send." in web
        assert labels.platform("teams") == "Teams"


class TestReceipt:
    def test_a_confidential_flag_is_never_answered_by_message(self) -> None:
        form = receipt_form(invented.RECEIPT)
        assert "We will not message you." in said(form)
        assert "Nobody is shown your name." in said(form)
        assert {ChangeFlag(invented.RECEIPT.flag), WithdrawFlag(invented.RECEIPT.flag), MyFlags()} == set(intents(form))

    def test_a_named_flag_is_shown_at_once_and_cannot_be_taken_back(self) -> None:
        form = receipt_form(replace(invented.RECEIPT, promise=Promise.NAMED))
        assert "Priya Nair will see your name." in said(form)
        assert intents(form) == [MyFlags()]

    def test_a_detached_flag_has_a_code_and_no_other_way_back(self) -> None:
        code = "7KQ4 M2XD 9RTP HW3C V8NB J5TF 2G"
        form = receipt_form(replace(invented.RECEIPT, promise=Promise.DETACHED, code=code))
        assert code in said(form)
        assert "My flags" not in said(form)
        assert intents(form) == []
        assert vars(form)["close"] == "I have kept my code"

    def test_a_second_is_counted_and_not_named(self) -> None:
        form = receipt_form(replace(invented.RECEIPT, seconded=True))
        assert "We show your name to nobody." in said(form)
        assert not {ChangeFlag(invented.RECEIPT.flag), WithdrawFlag(invented.RECEIPT.flag)} & set(intents(form))

    @pytest.mark.parametrize("promise", Promise)
    def test_nothing_is_promised_that_is_not_known(self, promise: Promise) -> None:
        unknown = replace(invented.RECEIPT, promise=promise, digest_at=None, answer_by=None, owner="")
        assert "The policy owner gets it in a digest." in said(receipt_form(unknown))


def own_intents(form: Form) -> list[object]:
    """What a person can do with their own flags, without what leads to all of them in full."""
    return [each for each in intents(form) if not isinstance(each, SeeOwnRecord)]


class TestMyFlags:
    def test_until_it_is_shown_a_flag_can_be_changed_and_withdrawn(self) -> None:
        unshown = replace(invented.TIMETABLE, shown_on=None)
        assert own_intents(my_flags_form((unshown,))) == [ChangeFlag(unshown.id), WithdrawFlag(unshown.id)]
        assert own_intents(my_flags_form((invented.TIMETABLE,))) == []

    @pytest.mark.parametrize("kind", [AnswerKind.CHANGE, AnswerKind.HANDLED, AnswerKind.CANNOT])
    def test_a_decision_can_be_settled_or_not(self, kind: AnswerKind) -> None:
        flag = replace(invented.TIMETABLE, answers=(replace(invented.ANSWER, kind=kind),))
        ids = (invented.ANSWER.id, flag.id)
        assert own_intents(my_flags_form((flag,))) == [Settle(*ids), NotSettled(*ids)]
        assert "Does this settle it?" in said(my_flags_form((flag,)))

    def test_a_question_can_be_replied_to_and_an_acknowledgement_cannot(self) -> None:
        asked = replace(invented.TIMETABLE, answers=(replace(invented.ANSWER, kind=AnswerKind.MORE),))
        assert own_intents(my_flags_form((asked,))) == [ReplyToQuestion(invented.ANSWER.id, asked.id)]
        read = replace(invented.TIMETABLE, answers=(replace(invented.ANSWER, kind=AnswerKind.ACKNOWLEDGED),))
        assert own_intents(my_flags_form((read,))) == []

    @pytest.mark.parametrize("kind", ReplyKind)
    def test_a_reply_is_given_once_and_says_if_it_is_shown(self, kind: ReplyKind) -> None:
        reply = ReplyView(kind, "" if kind is ReplyKind.SETTLED else "Contracts.", shown=False)
        form = my_flags_form((replace(invented.TIMETABLE, answers=(replace(invented.ANSWER, reply=reply),)),))
        assert own_intents(form) == []
        assert "Your reply is not shown to anyone yet." in said(form)

    def test_only_the_newest_answer_takes_a_reply(self) -> None:
        answers = (invented.ANSWER, replace(invented.ANSWER, id=invented.numbered(32)))
        form = my_flags_form((replace(invented.TIMETABLE, answers=answers),))
        newest, flag = invented.numbered(32), invented.TIMETABLE.id
        assert own_intents(form) == [Settle(newest, flag), NotSettled(newest, flag), SeeFlag(flag)]
        assert "There is 1 earlier answer." in said(form)


class TestFlagsForEveryone:
    def test_a_name_shows_only_where_it_was_promised(self) -> None:
        promised = policy_flags_form(invented.PERMIT, (invented.LEGACY,), invented.ORGANISATION)
        assert "From: Ana Lopes, who chose to be named." in said(promised)
        others = policy_flags_form(invented.PERMIT, (replace(invented.LEGACY, author=""),), invented.ORGANISATION)
        assert "From: someone who is named to the policy owner." in said(others)
        assert "Ana" not in said(others)

    def test_a_closed_policy_takes_no_view_and_no_second(self) -> None:
        closed = policy_flags_form(replace(invented.PERMIT, open=False), (invented.TIMETABLE,), invented.ORGANISATION)
        assert "I see this too" not in said(closed)
        assert "Give your view" not in said(closed)

    def test_an_empty_list_says_when_new_ones_are_shown(self) -> None:
        form = policy_flags_form(invented.ADDRESS, (), invented.ORGANISATION)
        assert "No flags are shown yet. New ones are shown on working days at 8am." in said(form)
        assert GiveView(invented.ADDRESS.id) in intents(form)

    def test_a_flag_that_answered_an_earlier_wording_shows_it(self) -> None:
        form = whole_flag_form(replace(invented.TIMETABLE, earlier_title="Before", earlier_summary="As it was."))
        assert Quote("Before", "As it was.") in parts_of(form)

    def test_evidence_says_where_it_leads(self) -> None:
        assert "[Open the evidence on www.example.org]" in said(whole_flag_form(invented.TIMETABLE))
        odd = replace(invented.TIMETABLE, evidence="https://[nonsense")
        assert "[Open the evidence]" in said(whole_flag_form(odd))

    @pytest.mark.parametrize("status", FlagStatus)
    def test_every_standing_is_said(self, status: FlagStatus) -> None:
        for flag in (invented.TIMETABLE, replace(invented.TIMETABLE, answer_by=None)):
            line = read_aloud(whole_flag_form(replace(flag, status=status)))[6]
            assert line.startswith("Confidential. ")
            assert len(line) > len("Confidential. ")


class TestAnswers:
    def test_the_record_and_the_name_are_said_first(self) -> None:
        given = (invented.PERMIT, (invented.TIMETABLE,))
        form = answer_form(*given, answers={}, problems={}, nonce="n", audience=invented.ON_IT)
        assert parts_of(form)[0] == Notice(
            "Everyone on this policy sees your answer and your name. On it are the 84 members of data-platform and "
            "digital-delivery, and anyone who joins."
        )

    def test_a_kind_that_is_no_longer_possible_is_left_out(self) -> None:
        kinds = (AnswerKind.CHANGE, AnswerKind.CANNOT)
        form = answer_form(invented.PERMIT, (invented.TIMETABLE,), answers={}, problems={}, nonce="n", kinds=kinds)
        question = next(each for each in form.questions if isinstance(each, ChoiceQuestion))
        assert [each.value for each in question.options] == ["change", "cannot"]

    def test_more_than_ten_flags_are_not_answered_unread(self) -> None:
        flags = tuple(replace(invented.TIMETABLE, id=invented.numbered(n)) for n in range(10))
        form = answer_form(invented.PERMIT, flags, number=57, answers={}, problems={}, nonce="n")
        assert form.intent == AnswerFlags(tuple(each.id for each in flags))
        assert "Here are 10 of 57 flags. Your answer goes to these 10 flags only." in said(form)
        assert SeeFlags(invented.PERMIT.id) in intents(form)
        assert form.title == "Answer 10 flags"

    def test_flags_that_are_too_long_for_one_form_go_on_to_the_next(self) -> None:
        flags = tuple(
            replace(
                invented.TIMETABLE,
                id=invented.numbered(n),
                because="🎏" * 300,
                remedy="🎏" * 200,
                remarks=("🎏" * 200,),
            )
            for n in range(10)
        )
        form = answer_form(invented.PERMIT, flags, answers={}, problems={}, nonce="n")
        assert isinstance(form.intent, AnswerFlags)
        shown = form.intent.flags
        assert 1 < len(shown) < 10
        assert f"Here are {len(shown)} of 10 flags. Your answer goes to these {len(shown)} flags only." in said(form)
        following = AnswerFlags(tuple(each.id for each in flags[len(shown) :]))
        assert following in intents(form)
        assert said(form).count("🎏" * 300) == len(shown)

    def test_what_everyone_hears_names_nobody_who_flagged(self) -> None:
        card = answer_notice_card((invented.LEGACY, invented.TIMETABLE), invented.ANSWER)
        assert "Ana" not in said(card) + card.fallback
        assert card.fallback == (
            "Single parking permit: Priya Nair answered 2 flags about Legacy systems and data and Timetable: "
            "We will change it, by 31 March 2027."
        )

    def test_a_delegate_answers_as_one(self) -> None:
        by = replace(invented.ANSWER, by="Tom Adeyemi", role=Role.DELEGATE)
        assert "Tom Adeyemi (delegate) answered a flag about Timetable" in said(
            answer_notice_card((invented.TIMETABLE,), by)
        )

    def test_a_question_and_an_acknowledgement_are_no_decisions(self) -> None:
        asked = replace(invented.ANSWER, kind=AnswerKind.MORE, by_date=None)
        assert "Priya Nair asked a question on a flag about Timetable." in said(
            answer_notice_card((invented.TIMETABLE,), asked)
        )
        read = replace(invented.ANSWER, kind=AnswerKind.ACKNOWLEDGED, text="")
        card = answer_notice_card((invented.TIMETABLE,), read)
        assert "Priya Nair has read a flag about Timetable and will decide by 31 March 2027." in said(card)
        assert not [each for each in card.parts if isinstance(each, Quote)]

    def test_a_named_flagger_is_asked_if_it_settles_the_flag(self) -> None:
        card = named_answer_card((invented.LEGACY,), invented.ANSWER)
        ids = (invented.ANSWER.id, invented.LEGACY.id)
        assert intents(card) == [Settle(*ids), NotSettled(*ids)]
        assert card.fallback.startswith("Priya Nair answered your flag on Single parking permit: ")


class TestHome:
    def test_the_part_about_own_flags_is_the_same_for_everyone(self) -> None:
        member, owner = home_card((invented.PERMIT,)), home_card((), waits=1, may_announce=True)
        for card in (member, owner):
            where = card.parts.index(Heading("My flags"))
            assert card.parts[where + 2] == FormButton("Show my flags", MyFlags())
            assert "not shown on this tab" in said(card)

    def test_many_channels_are_cut_and_counted(self) -> None:
        channels = tuple((invented.numbered(n), f"channel-{n}") for n in range(5))
        card = home_card((), channels=channels, more_channels=2)
        assert "2 more channels are connected." in said(card)
        assert intents(card).count(ChooseChannel()) == 1
        assert len([each for each in intents(card) if isinstance(each, ChannelSettings)]) == 5
        assert ChooseChannel() not in intents(home_card((), channels=channels))

    def test_many_policies_are_cut_and_counted(self) -> None:
        card = home_card(tuple(replace(invented.PERMIT, id=invented.numbered(n)) for n in range(5)), more_policies=35)
        assert "35 more policies are open." in said(card)
        assert (
            len([each for each in card.parts if isinstance(each, FormButton) and each.label == "Give your view"]) == 5
        )


class TestRefusals:
    def test_sentences_with_something_filled_in(self) -> None:
        assert refusals.too_long("Why", 3000, 3120) == "Why must be 3,000 characters or fewer. You have 3,120"
        assert refusals.too_many(5) == (
            "You have sent 5 flags on this policy, the most that one person can send. "
            "To add to a point, open See flags and choose I see this too"
        )
        assert refusals.closed(invented.PERMIT) == (
            "This policy closed for flags on Friday 29 January 2027. "
            "Your text is still here: copy it and send it to Priya Nair"
        )
        assert refusals.not_offered(Promise.NAMED, (Promise.CONFIDENTIAL,)) == (
            "This channel does not offer Named. It offers Confidential."
        )
        assert refusals.wrong_person(Role.OWNER, "Priya Nair").endswith("Priya Nair is the policy owner.")
        assert refusals.wrong_person(Role.DELEGATE, "").endswith("There is no delegate yet.")
        assert "Ask digital-standards@example.org." in refusals.guest(invented.ORGANISATION)

    def test_every_kind_of_answer_that_needs_text_says_so(self) -> None:
        assert set(refusals.NO_ANSWER_TEXT) == set(AnswerKind) - {AnswerKind.ACKNOWLEDGED}

    def test_a_refusal_in_place_of_a_form_is_a_whole_sentence(self) -> None:
        assert "Here is" not in said(refusal_form(refusals.CHANGED_SINCE)), "nothing follows it"
        assert parts_of(refusal_form(refusals.OWN_FLAG)) == (
            Notice("You wrote this flag, so you are already counted."),
        )


def test_the_way_to_wrongdoing_stands_even_where_nothing_was_set() -> None:
    unset = replace(invented.ORGANISATION, wrongdoing="", wrongdoing_link="", foi_contact="")
    assert "use your organisation's own route" in said(protected_form(unset, "Slack"))
    assert "monitoring of your device by your organisation" in said(protected_form(unset, ""))
