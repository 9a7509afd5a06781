"""Forms as modals: the answers come back as they were typed, and the modal shows what comes next."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from dataclasses import replace
from uuid import UUID

import pytest

from adapters.slack.draw import views
from adapters.slack.draw.encoding import Encoded, encode
from adapters.slack.draw.kept_answers import KeptAnswers, packed
from adapters.slack.draw.questions import ADDRESS, values, with_addresses
from adapters.slack.draw.views import Opened, after_submission, opened, view
from bot.interface import intents
from bot.interface.intents import UnknownIntent
from bot.interface.json_object import Json
from bot.interface.parts import (
    Card,
    ChoiceQuestion,
    DateQuestion,
    Form,
    Option,
    Paragraph,
    PersonQuestion,
    Screen,
    TextQuestion,
)
from bot.interface.views import PolicyName
from bot.screens import invented, screens
from bot.screens.flag.flag_form import flag_form
from bot.screens.invented import ORGANISATION
from storage import Promise
from tests.slack.draw.test_render import HOSTILE
from tests.slack.payloads import errors_faults, view_faults
from tests.slack.reading import read
from tests.slack.window import NotPossible, OpenView

TEAM = "T0001"
POLICY = UUID(int=3)
GIVE = intents.GiveView(POLICY)
TWO = (Option("a", "One"), Option("b", "Two"))
MANY = tuple(Option(f"o{n}", f"Option {n}") for n in range(40))
EVERY = Form(
    "Every question",
    (
        TextQuestion("why", "Why?", long=True),
        TextQuestion("link", "Link", optional=True),
        ChoiceQuestion("one", "One of two", TWO),
        ChoiceQuestion("some", "Some of two", TWO, several=True, optional=True),
        ChoiceQuestion("listed", "One of many", MANY),
        ChoiceQuestion("several", "Some of many", MANY, several=True, optional=True),
        DateQuestion("day", "When?"),
        PersonQuestion("owner", "Policy owner"),
    ),
    intent=GIVE,
    send="Send flag",
    nonce="nonce-1",
)


def shown(screen: Screen = EVERY) -> OpenView:
    """The window of a screen, as it came over the wire."""
    return OpenView({**json.loads(json.dumps(view(screen, workspace=TEAM, channel="C1"))), "id": "V1", "hash": "1"})


def answered(window: OpenView) -> Json:
    """What was typed, as the adapter reads it of what Slack sends."""
    return dict(values(json.loads(json.dumps(window.state()))["values"], TEAM))


class TestWhatComesBack:
    def test_a_view_carries_its_intent_nonce_and_channel(self) -> None:
        assert opened(shown().json) == Opened(GIVE, "nonce-1", "C1")
        assert opened(shown(Form("T", (Paragraph("x"),))).json) == Opened(None, "", "C1")

    @pytest.mark.parametrize(
        "private",
        ["", "{", "[]", "null", '"x"', "7", '{"intent":"flag"}', '{"intent":"shout","nonce":"","channel":""}', "{}"],
    )
    def test_a_foreign_view_is_refused(self, private: str) -> None:
        with pytest.raises(UnknownIntent):
            opened({"private_metadata": private})

    @pytest.mark.parametrize("name", [name for name, each in screens().items() if isinstance(each, Form)])
    def test_every_form_comes_back_with_its_intent(self, name: str) -> None:
        form = screens()[name]
        assert isinstance(form, Form)
        there = opened(shown(form).json)
        assert (there.intent, there.nonce, there.channel) == (form.intent, form.nonce, "C1")

    def test_every_kind_of_answer_is_read(self) -> None:
        window = shown()
        window.write("Why?", "because")
        window.choose("One of two", "Two")
        window.choose("Some of two", "One", "Two")
        window.choose("One of many", "Option 7")
        window.choose("Some of many", "Option 3", "Option 30")
        window.pick_day("When?", "2026-12-16")
        window.pick_person("Policy owner", "U1")
        window.ready()
        assert answered(window) == {
            "why": ("because",),
            "one": ("b",),
            "some": ("a", "b"),
            "listed": ("o7",),
            "several": ("o3", "o30"),
            "day": ("2026-12-16",),
            "owner": ("slack/T0001/U1",),
        }

    def test_empty_answers_are_left_out(self) -> None:
        assert answered(shown()) == {}
        assert values({}, TEAM) == {}

    @pytest.mark.parametrize("typed", HOSTILE.values(), ids=HOSTILE)
    def test_what_is_typed_comes_back_as_it_was(self, typed: str) -> None:
        window = shown()
        window.write("Why?", typed)
        assert answered(window)["why"] == (typed,)

    def test_foreign_blocks_in_a_view_are_not_read(self) -> None:
        assert values({"other": {"answer": {"type": "plain_text_input", "value": "x"}}}, TEAM) == {}
        assert values({"q:why": {"else": {"type": "plain_text_input", "value": "x"}}}, TEAM) == {}
        assert values({"q:why": {"answer": {"type": "number_input", "value": "7"}}}, TEAM) == {}


def typing_addresses(window: OpenView) -> OpenView:
    """The same window after *Use e-mail addresses*."""
    return window.redrawn({**window.json, "blocks": with_addresses(window.json["blocks"], window.state()["values"])})


class TestPeople:
    def test_each_person_has_one_input_and_the_owner_is_asked_plainly(self) -> None:
        form = screens()["announce form"]
        assert isinstance(form, Form)
        window = shown(form)
        people = [each for each in window.inputs() if each["element"]["type"] == "users_select"]
        assert [(each["label"]["text"], each["optional"]) for each in people] == [
            ("Policy owner", False),
            ("Delegate", True),
            ("Senior owner", True),
        ]
        assert len(window.inputs()) == len(form.questions)
        with pytest.raises(NotPossible, match="Policy owner"):
            window.ready()

    def test_who_cannot_be_picked_is_named_by_an_address(self) -> None:
        window = shown()
        window.write("Why?", "because")
        window = typing_addresses(window)
        assert view_faults({name: each for name, each in window.json.items() if name not in ("id", "hash")}) == []
        assert window.text("Why?") == "because"
        window.write("Policy owner", "priya@example.org")
        assert answered(window)["owner"] == ("priya@example.org",)

    def test_who_was_picked_stays_so(self) -> None:
        window = shown()
        window.pick_person("Policy owner", "U1")
        assert answered(typing_addresses(window))["owner"] == ("slack/T0001/U1",)

    def test_an_address_counts_more_than_who_was_picked(self) -> None:
        pick = {"answer": {"type": "users_select", "selected_user": "U1"}}
        state = {
            "q:owner": pick,
            f"q:owner{ADDRESS}": {"answer": {"type": "plain_text_input", "value": "p@example.org"}},
        }
        assert (
            values(state, TEAM)["owner"] == values(dict(reversed(state.items())), TEAM)["owner"] == ("p@example.org",)
        )
        blank = {"q:owner": pick, f"q:owner{ADDRESS}": {"answer": {"type": "plain_text_input", "value": "  "}}}
        assert values(blank, TEAM)["owner"] == ("slack/T0001/U1",)

    @pytest.mark.parametrize(
        ("value", "answer"),
        [
            ("slack/T0001/U1", "slack/T0001/U1"),
            ("slack/T0002/U1", "slack/T0002/U1"),
            ("teams/tenant/29:1", "teams/tenant/29:1"),
            ("priya@example.org", "priya@example.org"),
            ("not an address", "not an address"),
        ],
    )
    def test_a_person_named_before_is_prefilled(self, value: str, answer: str) -> None:
        form = Form("T", (PersonQuestion("owner", "Policy owner", value=value),), GIVE, "Send")
        assert view_faults(view(form, workspace=TEAM)) == []
        assert answered(shown(form)) == {"owner": (answer,)}

    def test_an_error_stands_beside_the_address(self) -> None:
        window = typing_addresses(shown())
        refused = Form(**{**vars(EVERY), "problems": {"owner": "Enter an e-mail address"}})
        answer = after_submission(refused, window.json, workspace=TEAM)
        assert answer == {"response_action": "errors", "errors": {f"q:owner{ADDRESS}": "Enter an e-mail address"}}


class TestWhatComesNext:
    def next(self, screen: Screen, window: OpenView) -> Json:
        answer = after_submission(screen, window.json, workspace=TEAM, channel="C1")
        sent: Json = json.loads(json.dumps(answer))
        return sent

    def test_errors_are_shown_beside_their_fields_and_the_form_stays(self) -> None:
        window = shown()
        refused = Form(**{**vars(EVERY), "problems": {"why": "Enter why", "owner": "Enter an e-mail address"}})
        answer = self.next(refused, window)
        assert answer == {
            "response_action": "errors",
            "errors": {"q:why": "Enter why", "q:owner": "Enter an e-mail address"},
        }
        assert errors_faults(answer["errors"], window.json) == []

    def test_a_choice_that_is_to_be_made_again_is_empty_and_the_form_carries_what_it_says_now(self) -> None:
        window = shown()
        window.write("Why?", "because")
        window.choose("One of two", "Two")
        now = EVERY
        for said in ("1", "2"):
            now = replace(EVERY, intent=replace(GIVE, terms=said), problems={"one": "Choose again"})
            answer = self.next(now, OpenView({**window.json, "state": window.state()}))
            assert answer["response_action"] == "update"
            assert view_faults(answer["view"]) == []
            window = window.redrawn({**answer["view"], "id": "V1"})
            assert (window.text("Why?"), window.chosen("One of two")) == ("because", [])
            assert opened(window.json).intent == replace(GIVE, terms=said)
            window.choose("One of two", "Two")
            assert answered(window)["one"] == ("b",)
        again = replace(now, problems={"one": "Choose again"})
        errors = self.next(again, window)["errors"]
        assert errors_faults(errors, window.json) == []

    @pytest.mark.parametrize("problems", [{"": "It closed."}, {"": "It closed.", "why": "Enter why"}, {"else": "No"}])
    def test_an_error_of_the_whole_form_is_at_its_top_and_keeps_what_was_typed(self, problems: Json) -> None:
        window = shown()
        window.write("Why?", "because")
        window.choose("One of two", "Two")
        answer = self.next(Form(**{**vars(EVERY), "problems": problems}), window)
        assert answer["response_action"] == "update"
        assert view_faults(answer["view"]) == []
        assert read(answer["view"]["blocks"])[0] == next(iter(problems.values()))
        again = window.redrawn({**answer["view"], "id": "V1"})
        assert (again.text("Why?"), again.chosen("One of two")) == ("because", ["Two"])
        assert opened(again.json) == Opened(GIVE, "nonce-1", "C1")

    def test_a_further_question_is_asked_in_the_same_window_and_keeps_what_was_typed(self) -> None:
        window = shown()
        window.write("Why?", "because")
        more = ChoiceQuestion("similar", "Is yours one of these?", TWO)
        answer = self.next(Form(**{**vars(EVERY), "body": (more, *EVERY.body)}), window)
        assert answer["response_action"] == "update"
        again = window.redrawn({**answer["view"], "id": "V1"})
        assert again.labels()[0] == "Is yours one of these?"
        assert again.text("Why?") == "because"
        again.choose("Is yours one of these?", "Two")
        assert answered(again)["similar"] == ("b",)

    def test_an_error_of_a_new_question_is_shown_with_it(self) -> None:
        more = ChoiceQuestion("similar", "Is yours one of these?", TWO)
        refused = Form(**{**vars(EVERY), "body": (more, *EVERY.body), "problems": {"similar": "Select one"}})
        answer = self.next(refused, shown())
        assert answer["response_action"] == "update"
        assert read(answer["view"]["blocks"])[:2] == ["Error: Select one", "Is yours one of these?"]

    def test_a_removed_question_cannot_have_an_error(self) -> None:
        fewer = Form(**{**vars(EVERY), "body": EVERY.body[1:], "problems": {"link": "Enter a link"}})
        assert self.next(fewer, shown())["response_action"] == "update"

    def test_a_receipt_replaces_the_modal(self) -> None:
        receipt = Form("Flag saved", (Paragraph("Your flag is saved."),), close="Done")
        answer = self.next(receipt, shown())
        assert answer["response_action"] == "update"
        assert view_faults(answer["view"]) == []
        assert "submit" not in answer["view"]
        assert answer["view"]["close"]["text"] == "Done"

    def test_a_card_is_shown_in_a_modal_too(self) -> None:
        answer = self.next(Card((Paragraph("How it stands now."),), "A card."), shown())
        assert view_faults(answer["view"]) == []
        assert read(answer["view"]["blocks"]) == ["How it stands now."]

    @pytest.mark.parametrize("state", ["refused", "already said"])
    def test_the_flag_forms_own_steps(self, state: str) -> None:
        whole = screens()
        window = shown(whole["flag form"])
        answer = self.next(whole[f"flag form: {state}"], window)
        assert answer["response_action"] == ("errors" if state == "refused" else "update")
        if state != "refused":
            asked = [each["block_id"] for each in answer["view"]["blocks"] if each["type"] == "input"]
            assert asked == ["q:similar", "q:anything"]


WORDS = ("contracts", "councils", "sixty", "end", "after", "April", "systems", "nobody", "trained", "forms", "money")
PROSE = " ".join(f"{WORDS[n * n % 11]} {WORDS[n * 7 % 11]} {n}" for n in range(400))[:3000]
"""Text of which half remains when it is compressed."""
RARE = "".join(chr(0x4E00 + n * 7919 % 9973) for n in range(3000))
"""Text that cannot be compressed enough."""


class TestKeptAnswers:
    """What was answered at an earlier step goes along unseen, or stands below where Slack would not take it."""

    STEP = Form(
        "T",
        (ChoiceQuestion("similar", "Is yours one of these?", TWO),),
        GIVE,
        nonce="n",
        kept=(
            ChoiceQuestion("some", "Some of two", TWO, values=("a", "b"), several=True),
            TextQuestion("why", "Why?", long=True),
            TextQuestion("link", "Link"),
        ),
    )

    def step(self, text: str) -> Form:
        some, why, link = self.STEP.kept
        assert isinstance(why, TextQuestion)
        return replace(self.STEP, kept=(some, replace(why, value=text), link))

    @pytest.mark.parametrize(
        "text", ["x" * 3000, PROSE, "  \r\n one\r two\n\t", '😀👩\u200d💻 \u2028\x0c"<&', "\ud83d half"]
    )
    def test_they_come_back_as_they_were_typed(self, text: str) -> None:
        assert view_faults(view(self.step(text), workspace=TEAM, channel="C1")) == []
        window = shown(self.step(text))
        assert window.labels() == ["Is yours one of these?"]
        assert text not in json.dumps(window.json["blocks"], ensure_ascii=False)
        there = opened(window.json)
        assert there.kept == KeptAnswers({"some": ("a", "b"), "why": (text,)}, (text,))
        assert text not in repr(there)

    def test_what_does_not_fit_into_the_metadata_goes_along_in_the_ids_of_blocks(self) -> None:
        text = RARE[:1500]
        step = self.step(text)
        quoted = tuple(Paragraph(f"Flag {n}, which is shown.") for n in range(12))
        step = replace(step, body=(*quoted, *step.body))
        assert len(packed(step.kept)) > 3_000
        assert view_faults(view(step, workspace=TEAM, channel="C1")) == []
        window = shown(step)
        assert window.labels() == ["Is yours one of these?"]
        ids = [each["block_id"] for each in window.json["blocks"] if "block_id" in each]
        assert len(ids) == len(set(ids)) > 1
        assert max(map(len, ids)) <= 255
        assert opened(window.json).kept == KeptAnswers({"some": ("a", "b"), "why": (text,)}, (text,))
        with pytest.raises(UnknownIntent):
            opened({**window.json, "blocks": [{**each, "block_id": "other"} for each in window.json["blocks"]]})

    def test_they_stand_below_where_slack_would_not_take_them(self) -> None:
        assert view_faults(view(self.step(RARE), workspace=TEAM, channel="C1")) == []
        window = shown(self.step(RARE))
        assert window.labels() == ["Is yours one of these?", "Some of two", "Why?", "Link"]
        assert "Your flag" in read(window.json["blocks"])
        assert answered(window) == {"some": ("a", "b"), "why": (RARE,)}
        assert opened(window.json).kept == KeptAnswers()

    def test_a_problem_with_the_step_stays_in_the_same_modal(self) -> None:
        for text in ("short", RARE):
            window = shown(self.step(text))
            refused = replace(self.step(text), problems={"similar": "Select one"})
            answer = after_submission(refused, window.json, workspace=TEAM, channel="C1")
            assert answer["response_action"] == "errors"

    @pytest.mark.parametrize(
        "kept",
        [
            7,
            None,
            "",
            "é",
            "AAAA",
            b64encode(b"{}").decode(),
            *(b64encode(zlib.compress(each)).decode() for each in (b"", b"[]", b'{"a":1}', b'{"a":["typed",[1]]}')),
            *(b64encode(zlib.compress(each)).decode() for each in (b'{"a":["x",["b"]]}', b"\xff", b"[" * 60_000)),
            b64encode(zlib.compress(b'{"a":["typed",["' + b"x" * 10_000_000 + b'"]]}')).decode(),
            b64encode(zlib.compress(b"{}") + b"more").decode(),
            b64encode(zlib.compress(b'{"a":["typed",["b"]]}')[:-3]).decode(),
        ],
    )
    def test_what_cannot_have_been_kept_is_refused(self, kept: object) -> None:
        private = json.dumps({"intent": GIVE.to_text(), "nonce": "n", "channel": "", "kept": kept})
        with pytest.raises(UnknownIntent):
            opened({"private_metadata": private})


class TestDrawnOnce:
    """The blank form is the same for everybody, and is drawn once; what anybody typed is in no other's window."""

    BODY = EVERY.body

    def with_answer(self, text: str) -> Form:
        why, *others = self.BODY
        assert isinstance(why, TextQuestion)
        return replace(EVERY, body=(replace(why, value=text), *others))

    def test_each_person_has_their_own_nonce(self) -> None:
        first, second = shown(), shown(replace(EVERY, nonce="nonce-2"))
        assert (opened(first.json).nonce, opened(second.json).nonce) == ("nonce-1", "nonce-2")
        assert first.json["blocks"] == second.json["blocks"]

    def test_problems_are_drawn_into_a_form_that_was_blank_before(self) -> None:
        assert "Enter why" not in json.dumps(shown().json)
        assert "Enter why" in json.dumps(shown(replace(EVERY, problems={"why": "Enter why"})).json)
        assert "Enter why" not in json.dumps(shown().json)

    def test_what_was_typed_is_in_no_other_window_and_not_kept(self) -> None:
        assert "Councils" in json.dumps(shown(self.with_answer("Councils use 140 systems")).json)
        assert "Councils" not in json.dumps(shown().json)
        assert "Councils" not in repr(views._DRAWN)

    @pytest.mark.parametrize("blocks", [[], [{"type": "divider"}], [{"text": '"}} ] \\ \u2028 😀'}]])
    def test_cached_blocks_give_the_same_json(self, blocks: list[Json]) -> None:
        arounds: tuple[Json, ...] = ({}, {"blocks": [], "type": "modal", "title": {"text": '"blocks": 1}}'}})
        for around in arounds:
            call = {"view": {**around, "blocks": blocks}, "trigger_id": "1.a"}
            ready = {"view": {**around, "blocks": Encoded(blocks)}, "trigger_id": "1.a"}
            assert json.loads(encode(ready)) == json.loads(encode(call)) == call
        others: tuple[Json, ...] = ({}, {"view": None}, {"view": "text"}, {"channel": "C1", "blocks": blocks})
        for call in others:
            assert json.loads(encode(call)) == call

    def test_the_blank_flag_form_is_one_object_for_all_until_something_is_typed(self) -> None:
        def form(nonce: str, title: str = "Parking", **typed: tuple[str, ...]) -> Form:
            return flag_form(
                PolicyName(POLICY, title),
                ORGANISATION,
                invented.ENDS,
                platform_name="Slack",
                offers=(Promise.NAMED,),
                answers=typed,
                problems={},
                nonce=nonce,
            )

        assert form("a").body is form("b").body
        assert form("a").untouched
        assert "Reworded" in repr(form("a", title="Reworded").body)
        written = form("a", because=("Councils use 140 systems",))
        assert not written.untouched
        assert "Councils" in repr(written.body)
        assert "Councils" not in repr(form("c").body)
