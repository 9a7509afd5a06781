"""Screens as sent to Teams, and text that its clients could show wrongly."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from adapters.teams.draw import render
from adapters.teams.draw.button_data import MessageRef
from adapters.teams.draw.chat import ASKED
from bot.interface.intents import GiveView
from bot.interface.json_object import Json
from bot.interface.parts import (
    Card,
    ChoiceQuestion,
    DateQuestion,
    Facts,
    Form,
    Heading,
    Notice,
    Option,
    Paragraph,
    PersonQuestion,
    Quote,
    Screen,
    Tally,
    TextQuestion,
)
from bot.screens import invented, screens
from bot.screens.admin.home import home_card
from bot.screens.answer.answer_form import answer_form
from bot.screens.digest.digest import digest_card
from bot.screens.flag.policy_flags import policy_flags_form
from bot.screens.policy.policy_card import policy_card

HOSTILE = {
    "markdown": "*b* _i_ **bb** [x](http://e.example) `c` ~s~ # h\n- item\n1. one\n> quote\n***",
    "mentions": "<at>Priya</at> <script>alert(1)</script> <b>&lt;</b> & &amp; <!-- -->",
    "times": "{{DATE(2026-02-14T06:08:39Z, LONG)}} and {{TIME(2026-02-14T06:08:39Z)}} ${title} {{ 7*7 }}",
    "backslashes": "\\ \\* \\\\ \\n \\u0041 C:\\new\\table",
    "right to left": "שלום עולם, \u202eevil\u202c مرحبا",
    "emoji": "👩🏽‍💻 🏳️‍🌈 ✅ :smile: (y)",
    "zero width": "zero\u200bwidth\u200d\ufeff joiner",
    "spaces": "  two  before,   three within  ",
    "lines": "one\ntwo\n\nafter a gap\n   and three spaces",
    "addresses": "https://e.example/?a=1&b=2 www.e.example mailto:x@e.example",
    "a number first": "1. Not a list",
    "an equals sign": "===marked===",
}


def content(screen: Screen, *, picker: bool = False) -> Json:
    """The Adaptive Card of a screen, for a chat or in a dialog of a client that has a people `picker` or none."""
    if isinstance(screen, Card):
        return render.card(screen)
    found: Json = render.dialog(screen, picker=picker)["card"]["content"]
    return found


def naming_people() -> dict[str, Form]:
    """Every form that asks for a person."""
    forms = {name: each for name, each in all_screens().items() if isinstance(each, Form)}
    return {
        name: each for name, each in forms.items() if any(isinstance(one, PersonQuestion) for one in each.questions)
    }


def extremes() -> dict[str, Screen]:
    """Screens that are as full as possible, and screens with hostile text in every place."""
    long = "Ünïcode wörds, " * 200
    flag = replace(invented.TIMETABLE, because=long, remedy=long, remarks=(long,) * 12)
    policy = replace(invented.PERMIT, title=long[:300], summary=long)
    text = " ".join(HOSTILE.values())
    found: dict[str, Screen] = {
        "policy card of long text": policy_card(policy),
        "answer form of 20 long flags": answer_form(policy, (flag,) * 20, answers={}, problems={}, nonce="n"),
        "home of many policies": home_card((policy,) * 5, more_policies=35, waits=40),
        "everything long": Card((Heading(long), *(Quote("Why", long) for _ in range(60))), long),
        "everything hostile": Card(of_text(text), text),
        "form of hostile text": asking(text),
        "nothing": Card((), "Nothing."),
        "empty text": Card((Heading(""), Paragraph(""), Quote("", ""), Facts(()), Tally("")), "Nothing."),
    }
    parts = tuple(replace(part, items=part.items * 5) for part in invented.DIGEST.parts)
    found["digest of many flags"] = digest_card(replace(invented.DIGEST, parts=parts * 4))
    return found


def of_text(text: str) -> tuple[Heading | Paragraph | Notice | Quote | Facts | Tally, ...]:
    """Every part that shows text, with that text."""
    return (
        Heading(text, 1),
        Heading(text, 2),
        Heading(text, 3),
        Paragraph(text),
        Notice(text),
        Quote("Why", text),
        Facts(((text, text),)),
        Tally(text, (text,)),
    )


def asking(text: str = "", problem: str = "", several: tuple[str, ...] = ()) -> Form:
    """A form with every question, filled with that text."""
    options = (Option("a,b", text or "The first"), Option("50%", "The second", "It has a description"))
    kept = (text,) if text else ()
    names = ("one", "many", "line", "lines", "day", "person")
    return Form(
        "A form",
        (
            ChoiceQuestion("one", "Choose one", options, placeholder="Choose", values=("50%",) if kept else ()),
            ChoiceQuestion("many", "Choose several", options, values=several, several=True, optional=True),
            TextQuestion("line", "A line", "A hint", text),
            TextQuestion("lines", "Several lines", "Another hint", text, long=True),
            DateQuestion("day", "A day", value="2026-12-16" if kept else "", optional=True),
            PersonQuestion("person", "A person", "Their address.", text),
        ),
        intent=GiveView(invented.PERMIT.id),
        send="Send it",
        nonce="a nonce",
        problems=dict.fromkeys((*names, ""), problem) if problem else {},
    )


MESSAGE_REF = MessageRef(UUID(int=9), 2)
"""A message in a person's own chat."""


def in_place() -> dict[str, Form]:
    """Every form and view that takes the place of a message in a chat, and the extremes."""
    listed = {name: screen for name, screen in screens().items() if isinstance(screen, Form)}
    found = {name: each for name, each in listed.items() if isinstance(each.intent, ASKED) or not each.questions}
    long, policy = "Ünïcode wörds, " * 200, replace(invented.PERMIT, summary="Words. " * 40)
    flags = (replace(invented.TIMETABLE, because=long, remedy=long, remarks=(long,) * 12),) * 20
    typed = {"kind": ("change",), "text": ("👩🏽‍💻" * 200 + long[:2000],), "by_date": ("2027-03-31",)}
    found["20 long flags and a long answer"] = answer_form(
        policy, flags, answers=typed, problems={"text": "Your answer is too long"}, nonce="n" * 32
    )
    found["very many flags"] = policy_flags_form(policy, flags * 5, invented.ORGANISATION)
    return found


def all_screens() -> dict[str, Screen]:
    """Every screen in every state, and the extremes."""
    return {**screens(), **extremes()}
