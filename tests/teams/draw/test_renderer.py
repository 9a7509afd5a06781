"""Cards and dialogs in Microsoft's own renderer: they render, show exactly what was typed, and submit correctly."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeGuard

import pytest
from playwright.sync_api import Page

from adapters.teams.draw import button_data, render
from adapters.teams.draw.button_data import ButtonVerb
from bot.interface.intents import GiveView, HowProtected
from bot.interface.parts import (
    Card,
    ChoiceQuestion,
    Facts,
    Form,
    FormButton,
    Heading,
    Notice,
    Option,
    Paragraph,
    Quote,
    Screen,
    Tally,
    TextQuestion,
)
from bot.screens import invented
from bot.screens.flag.flag_form import NONE_OF_THESE
from tests.adaptive_cards import Renderer
from tests.bot.screens.reading import parts_of
from tests.teams.screens import (
    HOSTILE,
    MESSAGE_REF,
    all_screens,
    asking,
    content,
    in_place,
    naming_people,
    of_text,
)

pytestmark = pytest.mark.timeout(180)
TEXTS = ".ac-textBlock, .ac-richTextBlock"
KEPT_SPACE = "\u00a0"


def as_typed(shown: str) -> str:
    """What is read on a screen, where a space that stays is a space."""
    return shown.replace(KEPT_SPACE, " ")


def read(screen: Screen) -> list[str]:
    """All text that a screen shows, part by part."""
    found: list[str] = []
    for part in parts_of(screen):
        match part:
            case Heading(text=text) | Paragraph(text=text) | Notice(text=text):
                found.append(text)
            case Quote():
                found += [part.label, part.text]
            case Facts(items=items):
                found += [text for item in items for text in item]
            case Tally():
                found += [part.lead, *part.items]
            case TextQuestion():
                found += [part.hint]
            case _:
                continue
    return [each for each in found if each]


def test_every_screen_is_drawn_without_fault_and_says_all_it_says(renderer: Renderer) -> None:
    for name, screen in all_screens().items():
        assert renderer.draw(content(screen)) == [], name
        if name in ("home of many policies", "digest of many flags", "empty text", "nothing") or "long" in name:
            continue  # these are cut, or say nothing
        shown = as_typed(" ".join(renderer.contents(TEXTS)))
        for text in read(screen):
            assert text.replace("\t", " ") in shown, name


def test_typed_text_is_read_exactly_as_it_was_typed(renderer: Renderer) -> None:
    for kind, text in HOSTILE.items():
        for part in of_text(text):
            assert renderer.draw(render.card(Card((part,), "A card."))) == []
            shown = [as_typed(each) for each in renderer.contents(TEXTS)]
            assert shown in expected(part, text), (kind, part)


def expected(part: object, text: str) -> tuple[list[str], ...]:
    """The texts that may be read of a part that shows this text."""
    match part:
        case Quote():
            return (["Why", text],)
        case Facts():
            return [f"{text}: {text}"], [text, text]
        case Tally():
            return ([text, text],)
    return ([text],)


def test_nothing_typed_becomes_a_link_a_picture_or_bold(renderer: Renderer) -> None:
    renderer.draw(render.card(Card(of_text(" ".join(HOSTILE.values())), "A card.")))
    assert renderer.contents("a, img, strong, em, code, ul, ol, script, mark, h1, h2, blockquote") == []


def test_options_and_fields_hold_what_was_typed(renderer: Renderer) -> None:
    for kind, typed in HOSTILE.items():
        text = typed.replace("\n", " ")
        assert renderer.draw(content(asking(text))) == []
        values = renderer.values()
        assert values["q-line"] == values["q-lines"] == text, kind
        # A browser takes the blanks around an address away, and shows several in an option as one.
        assert values["q-person"] == text.strip(), kind
        assert " ".join(text.split()) in [" ".join(each.split()) for each in renderer.contents("option")] or (
            text in renderer.contents("label")
        ), kind


def test_lines_of_a_draft_are_kept(renderer: Renderer) -> None:
    form = asking("one\n\n  two\nthree")
    renderer.draw(content(form))
    assert renderer.values()["q-lines"] == "one\n\n  two\nthree"


def test_a_people_picker_is_drawn_and_its_other_field_is_shown_by_a_press(renderer: Renderer) -> None:
    renderer.draw(content(asking(), picker=True))
    assert "A person" in renderer.labels()
    assert "A person: or their e-mail address" not in renderer.text()
    renderer.press("Enter an e-mail address instead")
    assert "A person: or their e-mail address" in renderer.text()
    renderer.type("A person: or their e-mail address", "tomos@example.org")
    found = button_data.read(renderer.press("Send it").data, "tenant-1")
    assert found.answers["person"] == ("tomos@example.org",)


def test_headings_are_headings_for_screen_readers(renderer: Renderer) -> None:
    renderer.draw(
        render.card(Card((Heading("Single parking permit", 1), Heading("1. Not deliverable.", 3)), "A card."))
    )
    assert [as_typed(each) for each in renderer.headings()] == ["Single parking permit", "1. Not deliverable."]


def test_every_field_has_its_label(renderer: Renderer) -> None:
    form = asking()
    renderer.draw(content(form))
    labels = renderer.labels()
    for each in form.questions:
        assert f"{each.label} (optional)" if each.optional else each.label in labels


def test_no_button_is_cut_on_a_telephone(page: Page, renderer_scripts: tuple[str, ...]) -> None:
    telephone = Renderer(page, renderer_scripts, 320)
    drawn = {name: content(each) for name, each in all_screens().items()}
    drawn |= {f"{name} in place": render.in_place(each, MESSAGE_REF) for name, each in in_place().items()}
    drawn |= {f"{name} with a picker": content(each, picker=True) for name, each in naming_people().items()}
    for name, card in drawn.items():
        telephone.draw(card)
        assert telephone.cut_buttons() == [], name


def test_buttons_have_names_that_tell_them_apart(renderer: Renderer) -> None:
    renderer.draw(render.card(all_screens()["digest"]))  # type: ignore[arg-type]
    names = [each for each in renderer.names() if each.startswith("Answer")]
    assert len(names) == len(set(names)) > 3


def test_a_form_sends_what_was_filled_in(renderer: Renderer) -> None:
    form = asking()
    renderer.draw(content(form))
    renderer.choose("The second: It has a description")
    renderer.type("A line", "  <b>one</b> ")
    renderer.type("Several lines", "one\ntwo")
    renderer.type("A day (optional)", "2026-12-16")
    sent = renderer.press("Send it")
    found = button_data.read(sent.data)
    assert (found.verb, found.intent, found.nonce) == (ButtonVerb.SEND, form.intent, "a nonce")
    assert found.answers == {
        "one": ("50%",),
        "many": (),
        "line": ("  <b>one</b> ",),
        "lines": ("one\ntwo",),
        "day": ("2026-12-16",),
        "person": (),
    }


def test_several_options_come_back_whatever_their_text(renderer: Renderer) -> None:
    renderer.draw(content(asking(several=("a,b", "50%"))))
    assert button_data.read(renderer.press("Send it").data).answers["many"] == ("a,b", "50%")


def test_an_untouched_form_is_sent_as_it_stood(renderer: Renderer) -> None:
    renderer.draw(content(asking("as it stood")))
    answers = button_data.read(renderer.press("Send it").data).answers
    assert answers == {
        "one": ("50%",),
        "many": (),
        "line": ("as it stood",),
        "lines": ("as it stood",),
        "day": ("2026-12-16",),
        "person": ("as it stood",),
    }


def test_leaving_a_form_takes_its_fields_along_and_closing_it_none(renderer: Renderer) -> None:
    form = asking()
    opener = FormButton("How you are protected", HowProtected(invented.PERMIT.id))
    renderer.draw(content(Form(form.title, (*form.body, opener), form.intent, send="Send it", nonce="n")))
    renderer.type("A line", "half a thought")
    left = button_data.read(renderer.press("How you are protected").data)
    assert (left.verb, left.answers["line"]) == (ButtonVerb.OPEN, ("half a thought",))
    renderer.draw(content(form))
    renderer.type("A line", "half a thought")
    assert "half a thought" not in str(renderer.press("Cancel").data)


def test_what_replaces_a_message_is_drawn_without_errors_and_completely(renderer: Renderer) -> None:
    for name, form in in_place().items():
        assert renderer.draw(render.in_place(form, MESSAGE_REF)) == [], name
        if "many" in name or "long" in name:
            continue  # these are cut
        shown = as_typed(" ".join(renderer.contents(TEXTS)))
        for text in (form.title, *read(form)):
            assert text in shown, name


def test_a_form_in_a_chat_sends_what_was_filled_in_and_nothing_where_it_is_left(renderer: Renderer) -> None:
    form = in_place()["answer form"]
    for kind, text in HOSTILE.items():
        typed = replace(form, body=tuple(replace(each, value=text) if _is_text(each) else each for each in form.body))
        for label, verb in (("Send answer", ButtonVerb.SEND), ("Cancel", ButtonVerb.SEEN)):
            assert renderer.draw(render.in_place(typed, MESSAGE_REF)) == []
            renderer.choose("Cannot change: Say why")
            sent = renderer.press(label)
            found = button_data.read(sent.data)
            assert (sent.type, sent.verb, found.verb, found.message_ref) == (
                "Action.Execute",
                verb.value,
                verb,
                MESSAGE_REF,
            )
            answers = {"kind": ("cannot",), "text": (text,), "by_date": ()} if verb is ButtonVerb.SEND else {}
            assert found.answers == answers, kind


def _is_text(part: object) -> TypeGuard[TextQuestion]:
    return isinstance(part, TextQuestion)


def test_a_card_asks_for_a_dialog(renderer: Renderer) -> None:
    renderer.draw(render.card(all_screens()["policy card"]))  # type: ignore[arg-type]
    sent = renderer.press("Give your view")
    assert (sent.type, sent.data["msteams"]) == ("Action.Submit", {"type": "task/fetch"})
    assert button_data.read(sent.data).intent == GiveView(invented.PERMIT.id)


def test_similar_flags_are_offered_as_they_were_typed(renderer: Renderer) -> None:
    options = (Option("x", f"I see flag 1 too: {HOSTILE['markdown'][:30]}"), Option(NONE_OF_THESE, "None of these"))
    question = ChoiceQuestion("similar", "Is yours one of these?", options)
    renderer.draw(content(Form("A form", (question,), GiveView(invented.PERMIT.id), "Continue")))
    assert renderer.contents("option")[-2:] == [options[0].label, "None of these"]
    renderer.select("Is yours one of these?", options[0].label)
    assert button_data.read(renderer.press("Continue").data).answers == {"similar": ("x",)}
