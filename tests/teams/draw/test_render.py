"""Cards and dialogs match the schema of Adaptive Cards 1.5, stay within limits, and have the right button data."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

import pytest
from jsonschema import Draft6Validator

from adapters.teams.draw import button_data, render
from adapters.teams.draw.button_data import ButtonData, ButtonVerb, InvalidButtonData, MessageRef
from adapters.teams.draw.chat import DONE
from adapters.teams.draw.fitting import CARD_BYTES, CARD_IS_CUT, DIALOG_BYTES, DIALOG_IS_CUT, size
from bot.interface.intents import AnswerFlags, GiveView, HowProtected, MyPolicies, SeeFlag, SeeFlags, Settle, Snooze
from bot.interface.json_object import Json, written
from bot.interface.parts import (
    Button,
    Card,
    Form,
    FormButton,
    Heading,
    Link,
    Paragraph,
    PersonQuestion,
    Quote,
    TextQuestion,
)
from bot.screens import invented
from bot.screens.flag.flag_form import flag_form
from storage import Promise
from tests.bot.screens.extremes import EXTREMES, extreme
from tests.teams.screens import MESSAGE_REF, all_screens, asking, content, extremes, in_place, naming_people

POLICY, FLAG, ANSWER = UUID(int=1), UUID(int=2), UUID(int=3)
SCREENS = all_screens()
IN_PLACE = in_place()
PEOPLE = naming_people()


@cache
def schema() -> Draft6Validator:
    """The published schema."""
    return Draft6Validator(json.loads((files("adaptive_cards") / "schemas" / "schema-1.5.json").read_text()))


def wrong(card: Json) -> list[str]:
    """What the schema finds wrong; what is Teams' own beside it is left out."""
    standard = {name: value for name, value in card.items() if name != "msteams"}
    return [f"{list(each.path)}: {each.message[:200]}" for each in schema().iter_errors(standard)]


def actions(drawn: object) -> list[Json]:
    """Every button in a card, in order."""
    if isinstance(drawn, list):
        return [found for each in drawn for found in actions(each)]
    if not isinstance(drawn, dict):
        return []
    own = [drawn] if str(drawn.get("type", "")).startswith("Action.") else []
    return [
        *own,
        *(found for name, each in drawn.items() if name not in ("fallback", "data") for found in actions(each)),
    ]


@pytest.mark.parametrize("name", SCREENS)
def test_every_screen_keeps_to_the_schema(name: str) -> None:
    assert wrong(content(SCREENS[name])) == []


@pytest.mark.parametrize("name", PEOPLE)
def test_a_people_picker_is_all_that_the_schema_does_not_know(name: str) -> None:
    card = content(PEOPLE[name], picker=True)
    pickers = [each for each in card["body"] if "choices.data" in each]
    assert len(pickers) == sum(isinstance(each, PersonQuestion) for each in PEOPLE[name].questions)
    for each in pickers:
        assert each.pop("choices.data") == {"type": "Data.Query", "dataset": "graph.microsoft.com/users"}
        assert each.pop("style") == "filtered", "which the specification of 1.5 has, and its schema has not"
    assert wrong(card) == []
    assert size(card) <= DIALOG_BYTES


@pytest.mark.parametrize("text", ["👩🏽‍💻 ", "Łódź ", "日本語 ", '"\\" ', "\ud83d "], ids=repr)
def test_size_is_what_is_written_out(text: str) -> None:
    card = render.card(Card((Heading("A heading"), *(Quote("Why", text * 300) for _ in range(180))), "A card."))
    assert CARD_BYTES - 6_000 < len(written(card)) <= CARD_BYTES
    assert json.loads(written(card)) == card


def test_the_schema_is_strict_enough_to_tell() -> None:
    card = render.card(Card((Paragraph("Text."),), "Text."))
    assert wrong({**card, "bodies": []})
    assert wrong({**card, "body": [{"type": "TextBlok", "text": "x"}]})
    assert wrong({**card, "body": [{"type": "Input.Text", "label": "no id"}]})


def test_every_screen_keeps_to_the_limits() -> None:
    for name, screen in SCREENS.items():
        drawn = content(screen)
        assert size(drawn) <= (CARD_BYTES if isinstance(screen, Card) else DIALOG_BYTES), name
        sets = [each["actions"] for each in drawn["body"] if each["type"] == "ActionSet"]
        assert all(1 <= len(each) <= 5 for each in sets), name


@pytest.mark.parametrize("name", IN_PLACE)
def test_what_replaces_a_message_keeps_to_the_schema_and_the_limits(name: str) -> None:
    form = IN_PLACE[name]
    drawn = render.in_place(form, MESSAGE_REF, SeeFlags(POLICY))
    assert wrong(drawn) == []
    assert size(drawn) <= CARD_BYTES
    assert [each["id"] for each in drawn["body"] if "id" in each] == [f"q-{each.name}" for each in form.questions]
    assert "refresh" not in drawn


def test_messages_in_a_personal_chat_keep_to_them_too() -> None:
    for name, screen in SCREENS.items():
        if isinstance(screen, Card):
            drawn = render.card(screen, delivery=MESSAGE_REF.delivery, attempt=MESSAGE_REF.attempt, reader="0f3c")
            assert wrong(drawn) == [], name
            assert size(drawn) <= CARD_BYTES, name


def test_a_view_that_is_cut_in_a_chat_opens_whole_in_a_dialog() -> None:
    cut = render.in_place(IN_PLACE["very many flags"], MESSAGE_REF, SeeFlags(POLICY))
    assert CARD_IS_CUT in json.dumps(cut)
    rest, back = cut["actions"]
    assert (rest["title"], rest["data"]["msteams"]) == ("Read the rest", {"type": "task/fetch"})
    assert button_data.read(rest["data"]) == ButtonData(ButtonVerb.OPEN, SeeFlags(POLICY))
    assert (back["title"], button_data.read(back["data"]).verb) == ("Go back", ButtonVerb.SEEN)
    whole = render.in_place(IN_PLACE["my policies"], MESSAGE_REF, MyPolicies())
    assert [each["title"] for each in whole["actions"]] == ["Go back"]


def test_listed_intents_act_in_place_in_a_personal_chat_and_open_a_dialog_elsewhere() -> None:
    parts = tuple(FormButton("Press it", each) for each in (Snooze(), MyPolicies(), GiveView(POLICY), SeeFlag(FLAG)))
    card = Card(parts, "Four.")
    own = actions(render.card(card, delivery=MESSAGE_REF.delivery, attempt=MESSAGE_REF.attempt, reader="0f3c"))
    assert [each["type"] for each in own if each.get("verb") != "seen"] == [
        "Action.Execute",
        "Action.Execute",
        "Action.Submit",
        "Action.Submit",
    ]
    assert button_data.read(own[0]["data"]) == ButtonData(ButtonVerb.OPEN, Snooze(), message_ref=MESSAGE_REF)
    for each in (render.card(card), render.card(card, delivery=MESSAGE_REF.delivery)):
        elsewhere = [button for button in actions(each) if button.get("verb") != "seen"]
        assert {button["type"] for button in elsewhere} == {"Action.Submit"}
        intents = [button_data.read(button["data"]).intent for button in elsewhere[:2]]
        assert intents == [button_data.read(button["fallback"]["data"]).intent for button in own[:2]]
    reporting = [each for each in actions(render.card(card, delivery=MESSAGE_REF.delivery)) if "verb" not in each]
    assert button_data.read(reporting[0]["data"]).message_ref == MessageRef(MESSAGE_REF.delivery, 1)


def test_a_form_in_a_chat_sends_its_fields_only_when_submitted() -> None:
    form = IN_PLACE["20 long flags and a long answer"]
    drawn = render.in_place(form, MESSAGE_REF)
    send, *others = sorted(actions(drawn), key=lambda each: each["title"] != form.send)
    assert (send["type"], send["verb"], "associatedInputs" in send) == ("Action.Execute", "send", False)
    assert button_data.read(send["data"]) == ButtonData(
        ButtonVerb.SEND,
        form.intent,
        form.nonce,
        {"kind": (), "text": (), "by_date": ()},
        ASKED_OF_AN_ANSWER,
        message_ref=MESSAGE_REF,
    )
    assert send["fallback"]["data"] == {**button_data.FETCH, **send["data"]}
    assert {each["title"] for each in others} == {"Read the rest", "See all flags", "Cancel"}
    assert {each["associatedInputs"] for each in others} == {"none"}


def test_a_cut_card_says_so_and_keeps_the_button_to_the_rest() -> None:
    rest = Quote("Why", "Words and words. " * 300, SeeFlag(FLAG))
    shorter = render.card(Card((Heading("Many"), *(rest,) * 20), "Many."))
    assert CARD_IS_CUT not in json.dumps(shorter)
    assert len([each for each in actions(shorter) if each["title"] == "Read the rest"]) == 20
    cut = render.card(extremes()["everything long"])  # type: ignore[arg-type]
    assert CARD_IS_CUT in json.dumps(cut)


def test_questions_are_never_left_out() -> None:
    many = Form(
        "Long",
        (*(Paragraph("Words and words. " * 500) for _ in range(200)), *asking().body),
        intent=GiveView(POLICY),
        send="Send",
    )
    fields = [each["id"] for each in render.dialog(many)["card"]["content"]["body"] if "id" in each]
    assert fields == [f"q-{each.name}" for each in asking().questions]


def test_a_button_in_a_chat_acts_in_place_with_a_fallback_for_older_clients() -> None:
    card = render.card(Card((Button("Settled", Settle(ANSWER, FLAG), "Settled, flag 1"),), "Settled?"))
    (button,) = actions(card)
    assert (button["type"], button["verb"], button["tooltip"]) == ("Action.Execute", "do", "Settled, flag 1")
    assert button["fallback"]["type"] == "Action.Submit"
    for data in (button["data"], button["fallback"]["data"]):
        assert button_data.read(data) == ButtonData(ButtonVerb.DO, Settle(ANSWER, FLAG))


def test_every_button_in_a_chat_works_there() -> None:
    shown = [part for screen in SCREENS.values() if isinstance(screen, Card) for part in screen.parts]
    assert {type(part.intent) for part in shown if isinstance(part, Button)} <= set(DONE)


def test_a_form_button_in_a_chat_asks_for_a_dialog() -> None:
    (button,) = actions(render.card(Card((FormButton("Give your view", GiveView(POLICY)),), "View?")))
    assert button["type"] == "Action.Submit"
    assert button["data"]["msteams"] == {"type": "task/fetch"}
    assert button_data.read(button["data"]) == ButtonData(ButtonVerb.OPEN, GiveView(POLICY))


def test_buttons_with_the_same_label_have_different_tooltips() -> None:
    parts = [FormButton("Answer", AnswerFlags((FLAG,)), f"Answer flag {n}, Single parking permit") for n in (1, 2)]
    assert [each["tooltip"] for each in actions(render.card(Card(tuple(parts), "Two.")))] == [
        "Answer flag 1, Single parking permit",
        "Answer flag 2, Single parking permit",
    ]


def test_a_link_is_followed_only_where_it_leads_to_a_page() -> None:
    drawn = render.card(Card((Link("Evidence", "https://example.org/a"), Link("Odd", "javascript:alert(1)")), "Links."))
    assert [each["url"] for each in actions(drawn)] == ["https://example.org/a"]
    assert "Odd: javascript:alert(1)" in json.dumps(drawn)


def test_a_client_reports_what_it_shows() -> None:
    card, delivery = Card((Paragraph("Two flags."),), "Two flags."), UUID(int=9)
    assert "refresh" not in render.card(card)
    in_channel = render.card(card, delivery=delivery, attempt=2)
    assert wrong(in_channel) == []
    assert "userIds" not in in_channel["refresh"]
    own = render.card(card, delivery=delivery, attempt=3, reader="0f3c")
    assert wrong(own) == []
    # Without user ids, everyone in the chat: here, one person.
    assert "userIds" not in own["refresh"]
    assert render.card(card, delivery=delivery, reader="29:1abc")["refresh"]["userIds"] == ["29:1abc"]
    found = button_data.read(own["refresh"]["action"]["data"])
    assert (found.verb, found.message_ref) == (ButtonVerb.SEEN, MessageRef(delivery, 3))


def test_a_dialog_has_a_title_and_buttons_to_submit_and_close() -> None:
    drawn = render.dialog(asking())
    assert (drawn["title"], drawn["height"]) == ("A form", "large")
    send, cancel = drawn["card"]["content"]["actions"]
    assert (send["title"], cancel["title"]) == ("Send it", "Cancel")
    assert button_data.read(send["data"]).nonce == "a nonce"
    assert button_data.read(cancel["data"]).verb is ButtonVerb.CLOSE
    # Nothing that was typed goes out when a dialog is closed.
    assert cancel["associatedInputs"] == "none"
    view = render.dialog(Form("A view", (Paragraph("Text."),)))
    assert [each["title"] for each in view["card"]["content"]["actions"]] == ["Close"]


def test_a_choice_has_one_colon_before_its_description() -> None:
    (promise, verdict, *_) = (
        each for each in content(all_screens()["flag form"])["body"] if each["type"] == "Input.ChoiceSet"
    )
    titles = [each["title"] for each in (*promise["choices"], *verdict["choices"])]
    assert "Detached: no link to me is kept after today. One code, shown once, is your only way back" in titles
    assert "Cannot tell yet: Something is missing. Your question goes to the policy owner" in titles
    assert [each for each in titles if each.count(": ") > 1] == []


class TestPeople:
    def fields(self, value: str = "", problem: str = "", *, picker: bool = True) -> tuple[list[Json], list[str]]:
        """The fields of a form that asks for a person, and the titles of its buttons."""
        asked = PersonQuestion("owner", "Policy owner", "They answer.", value)
        form = Form("A form", (asked,), GiveView(POLICY), problems={"owner": problem} if problem else {})
        card = content(form, picker=picker)
        return [each for each in card["body"] if "id" in each], [each["title"] for each in actions(card)]

    def read(self, **fields: str) -> tuple[str, ...]:
        """The answer when these fields are sent."""
        form = Form("A form", (PersonQuestion("owner", "Policy owner"),), GiveView(POLICY))
        (send, *_) = (each for each in actions(content(form, picker=True)) if each.get("style") == "positive")
        return tuple(button_data.read({**send["data"], **fields}, "tenant-1").answers["owner"])

    def test_a_client_with_a_picker_searches_the_directory(self) -> None:
        (picker, address), titles = self.fields()
        assert (picker["type"], picker["style"], picker["isMultiSelect"]) == ("Input.ChoiceSet", "filtered", False)
        assert (address["label"], address["isVisible"]) == ("Policy owner: or their e-mail address", False)
        assert "Enter an e-mail address instead" in titles

    def test_an_address_is_in_reach_of_one_press_or_shown(self) -> None:
        for value, problem in (
            ("tomos", ""),
            ("tomos@example.org", ""),
            ("teams/t/29:1", "Another"),
            ("", "No"),
        ):
            (_, address), titles = self.fields(value, problem)
            assert address["isVisible"]
            assert "Enter an e-mail address instead" not in titles
        (picker, address), _ = self.fields("teams/tenant-1/0d2f", "No")
        assert (picker["value"], address["value"]) == ("0d2f", "")

    def test_any_other_client_is_asked_for_an_address(self) -> None:
        ((field,), titles) = self.fields("tomos@example.org", picker=False)
        assert (field["type"], field["value"], field["placeholder"]) == (
            "Input.Text",
            "tomos@example.org",
            "name@example.org",
        )
        assert "Enter an e-mail address instead" not in titles

    def test_who_is_picked_is_a_person_of_the_tenant_and_an_address_counts_more(self) -> None:
        assert self.read(**{"q-owner": "0d2f"}) == ("teams/tenant-1/0d2f",)
        assert self.read(**{"q-owner": "<0d2f>", "address-owner": " "}) == ("teams/tenant-1/0d2f",)
        assert self.read(**{"q-owner": "0d2f", "address-owner": " a@b.org "}) == ("a@b.org",)
        assert self.read(**{"q-owner": "a@b.org"}) == ("a@b.org",)
        assert self.read(**{"q-owner": "///"}) == ()
        assert self.read() == ()

    def test_only_what_was_typed_is_shown_for_copying(self) -> None:
        pressed = ButtonData(
            ButtonVerb.SEND,
            answers={"owner": ("teams/t/1",), "delegate": ("a@b.org",)},
            asked={"owner": "person", "delegate": "person", "senior": "person"},
        )
        assert pressed.typed == ["a@b.org"]


def test_what_another_answer_needs_is_not_called_optional() -> None:
    asked = (
        TextQuestion("a", "Link", optional=True),
        TextQuestion("b", "Your answer", optional=True, conditional=True),
        TextQuestion("c", "Why?"),
    )
    body = content(Form("A form", asked, GiveView(POLICY)))["body"]
    assert [each["label"] for each in body] == ["Link (optional)", "Your answer", "Why?"]


def test_a_long_label_of_a_link_keeps_both_its_ends() -> None:
    label = "Open the evidence on statistics.of.some.department.example.org"
    (drawn,) = actions(content(Form("A view", (Link(label, "https://example.org/"),))))[:1]
    assert drawn["title"] == "Open the evidence…ment.example.org"
    assert drawn["tooltip"] == label


def test_a_long_title_is_cut() -> None:
    assert len(render.dialog(Form("Long " * 60, ()))["title"]) <= 60


def test_a_card_in_a_dialog_has_its_heading_as_the_title() -> None:
    drawn = render.dialog(Card((Heading("My newest digest", 1), Paragraph("None.")), "None."))
    assert drawn["title"] == "My newest digest"
    assert "My newest digest" not in json.dumps(drawn["card"]["content"]["body"])


def test_no_field_is_required_by_the_client() -> None:
    fields = [each for each in content(asking())["body"] if str(each["type"]).startswith("Input.")]
    assert len(fields) == 6
    assert not any({"isRequired", "maxLength", "regex"} & each.keys() for each in fields)


def test_errors_are_shown_at_the_top_and_beside_their_fields() -> None:
    body = content(asking(problem="Enter something"))["body"]
    assert body[0]["style"] == "attention"
    assert json.dumps(body[0]).count("Enter something") == 7
    for n, each in enumerate(body):
        if str(each["type"]).startswith("Input."):
            assert "Enter something" in json.dumps(body[n - 1])


def test_an_invalid_date_stays_in_a_text_field() -> None:
    typed = asking("the day after tomorrow").questions[4]
    assert typed.name == "day"
    odd = Form("A day", (type(typed)("day", "A day", value="soon"),), intent=GiveView(POLICY))  # type: ignore[call-arg]
    (field,) = [each for each in content(odd)["body"] if "id" in each]
    assert (field["type"], field["value"]) == ("Input.Text", "soon")


def test_a_button_among_questions_takes_what_was_typed_along() -> None:
    form = asking()
    with_link = Form(form.title, (*form.body, FormButton("How you are protected", HowProtected(POLICY))), form.intent)
    (opener, *_) = [each for each in actions(content(with_link)) if each["title"] == "How you are protected"]
    assert opener.get("associatedInputs") != "none"
    found = button_data.read({**opener["data"], "q-line": "Half a thought", "q-many": "a%2Cb,50%25", "q-one": ""})
    assert found.left == form.intent
    assert found.answers["line"] == ("Half a thought",)
    assert found.answers["many"] == ("a,b", "50%")
    assert found.answers["one"] == ()
    left = render.PreviousForm(form.intent, found.answers) if form.intent else None
    back = render.dialog(Form("A view", ()), left)["card"]["content"]["actions"][-1]
    assert back["title"] == "Go back"
    again = button_data.read(back["data"])
    assert (again.verb, again.intent, again.answers) == (ButtonVerb.BACK, form.intent, found.answers)


EMOJI = "👩\u200d💻" * 1000
ODD = '  \n"one", <b>&amp;</b> \\n ${x} {{DATE(x)}}\n\u2028\ud83d  '


def kept_step(text: str) -> Form:
    """The step of the flag form that asks about three similar flags, after both texts were this one."""
    return flag_form(
        invented.PERMIT,
        invented.ORGANISATION,
        invented.ENDS,
        platform_name="Teams",
        offers=(Promise.CONFIDENTIAL,),
        answers={"promise": ("confidential",), "verdict": ("if",), "because": (text,), "remedy": (text,)},
        problems={},
        nonce="n",
        similar=(replace(invented.TIMETABLE, because=EMOJI),) * 3,
    )


@pytest.mark.parametrize("text", ["x" * 3000, EMOJI, "語" * 3000, ODD])
def test_kept_answers_go_along_unseen_within_the_limit(text: str) -> None:
    whole = content(kept_step(text))
    assert wrong(whole) == []
    assert size(whole) <= DIALOG_BYTES
    assert [each["id"] for each in whole["body"] if "id" in each] == ["q-similar", "q-anything"]
    (sent,) = [each for each in actions(whole) if each["title"] == "Continue"]
    found = button_data.read({**json.loads(written(sent["data"])), "q-similar": "none", "q-anything": "So."})
    assert found.answers == {
        "promise": ("confidential",),
        "verdict": ("if",),
        "theme": (),
        "because": (text,),
        "remedy": (text,),
        "evidence": (),
        "similar": ("none",),
        "anything": ("So.",),
    }
    assert found.typed == [text, text, "So."]
    again = button_data.read(button_data.sending_again(found))
    assert (again.answers, again.typed) == (found.answers, found.typed)


def test_kept_answers_come_back_from_a_view_too() -> None:
    form = kept_step(ODD)
    opener = FormButton("How you are protected", HowProtected(POLICY))
    drawn = content(replace(form, body=(*form.body, opener)))
    (left,) = [each for each in actions(drawn) if each["title"] == "How you are protected"]
    assert button_data.read(left["data"]).answers["because"] == (ODD,)


def test_in_a_chat_kept_answers_stand_below_the_others() -> None:
    drawn = render.in_place(kept_step(ODD), MESSAGE_REF)
    assert "q-because" in [each.get("id") for each in drawn["body"]]


def test_many_options_are_a_drop_down_and_few_are_expanded() -> None:
    drawn = {name: content(screen) for name, screen in SCREENS.items() if name.startswith("flag form")}
    for each in drawn["flag form"]["body"]:
        if each["type"] == "Input.ChoiceSet":
            assert each["style"] == ("Compact" if len(each["choices"]) > 10 else "Expanded")


ASKED_OF_AN_ANSWER = {"kind": button_data.ONE, "text": button_data.TYPED, "by_date": button_data.TYPED}
NOT_KEPT: tuple[Any, ...] = (
    None,
    "because",
    ["because"],
    {"because": "text"},
    {"because": ["typed", "text"]},
    {"because": ["typed", [7]]},
    {"because": ["sealed", ["text"]]},
    {"because": ["typed", ["text"] * 101]},
    {f"q{n}": ["typed", ["text"]] for n in range(101)},
)
MALFORMED: tuple[Any, ...] = (
    {},
    {"deliverable": None},
    {"deliverable": "do"},
    {"deliverable": []},
    {"deliverable": {}},
    {"deliverable": {"k": "explode"}},
    {"deliverable": {"k": ["do"], "i": "home"}},
    {"deliverable": {"k": "do", "i": "no-such-thing:1"}},
    {"deliverable": {"k": "do", "i": "give-view:not-an-id"}},
    {"deliverable": {"k": "do", "i": 7}},
    *({"deliverable": {"k": "send", "i": "home", "n": "", "kept": each}} for each in NOT_KEPT),
    {"deliverable": {"k": "seen"}},
    {"deliverable": {"k": "seen", "d": "x"}},
    {"deliverable": {"k": "open", "i": "snooze", "d": "x"}},
    {"deliverable": {"k": "send", "i": "snooze", "d": None}},
    {"deliverable": {"k": "open", "i": "home", "from": {"x": 1}}},
    {"someone": "else's card"},
)


@pytest.mark.parametrize("data", MALFORMED, ids=repr)
def test_foreign_button_data_is_invalid(data: Any) -> None:
    with pytest.raises(InvalidButtonData):
        button_data.read(data)


def test_odd_answers_are_read_as_none() -> None:
    own = {"k": "send", "i": "announce", "n": 7, "q": {"a": "typed", "b": "several", "c": "nonsense", "d": "one"}}
    found = button_data.read({"deliverable": own, "q-a": {"x": 1}, "q-b": None, "q-d": ["x"], "q-z": "unasked"})
    assert (found.nonce, found.answers) == ("", {"a": (), "b": (), "d": ()})
    kept = button_data.read({"deliverable": {"k": "back", "i": "announce", "v": {"a": ["x", 1, None], "b": "x"}}})
    assert kept.answers == {"a": ("x",)}
    assert button_data.read({"deliverable": {"k": "seen", "d": POLICY.hex, "a": True}}).message_ref.attempt == 1


def test_line_breaks_are_line_feeds() -> None:
    own = {"k": "send", "i": "announce", "n": "n", "q": {"a": "typed"}}
    assert button_data.read({"deliverable": own, "q-a": "one\r\ntwo\rthree"}).answers == {"a": ("one\ntwo\nthree",)}


LISTS = ("digest", "flags", "my flags", "answer 200")


@pytest.mark.parametrize("name", [each for each in EXTREMES if each.split(",")[0] in LISTS])
def test_no_list_ends_before_its_items_do(name: str) -> None:
    """What does not stand in a digest or on a page is a button away."""
    screen = extreme(name)
    drawn = [render.dialog(screen), *([render.card(screen)] if isinstance(screen, Card) else [])]
    assert not any(sentence in json.dumps(each) for each in drawn for sentence in (CARD_IS_CUT, DIALOG_IS_CUT))
