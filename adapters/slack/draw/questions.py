"""Questions as inputs of a view, and what was typed and chosen back from the view's state.

The block id of a question is made of its name alone, so that what is in it survives when the view is drawn anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, assert_never

from adapters.slack.draw import limits
from adapters.slack.draw.text import cut, plain
from bot.interface.answers import Answers
from bot.interface.json_object import Json
from bot.interface.parts import ChoiceQuestion, DateQuestion, Option, PersonQuestion, Question, TextQuestion

PLATFORM = "slack"
BLOCK = "q:"
"""How the block id of a question begins; its name follows."""
ADDRESS = "@"
"""Ends the block id of the second way to answer a question about a person: an e-mail address."""
NEEDED = "Needed, here or below."
ANSWER = "answer"
"""The action id of every input."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def block_id(name: str) -> str:
    """The block id of the question of that name."""
    return f"{BLOCK}{name}"


def question_blocks(question: Question, workspace: str) -> list[Json]:
    """The question as inputs; of a person, who may be picked in `workspace` or named by an address, as two."""
    match question:
        case TextQuestion():
            return [_input(question, _text(question))]
        case ChoiceQuestion():
            return [_input(question, _choice(question))] if question.options else []
        case DateQuestion():
            initial = {"initial_date": question.value} if _DAY.fullmatch(question.value) else {}
            return [_input(question, {"type": "datepicker", "action_id": ANSWER, **initial})]
        case PersonQuestion():
            return _person(question, workspace)
        case _:
            assert_never(question)


def _input(question: Question, element: Json) -> Json:
    block: Json = {
        "type": "input",
        "block_id": block_id(question.name),
        "label": plain(question.label, limits.LABEL),
        "element": element,
        "optional": question.optional,
        "dispatch_action": False,
    }
    if question.hint:
        block["hint"] = plain(question.hint, limits.LABEL)
    return block


def _text(question: TextQuestion) -> Json:
    most = min(question.limit, limits.INPUT)
    initial = {"initial_value": question.value[:most]} if question.value else {}
    return {
        "type": "plain_text_input",
        "action_id": ANSWER,
        "multiline": question.long,
        "max_length": most,
        **initial,
    }


def _choice(question: ChoiceQuestion) -> Json:
    options = [_option(each) for each in question.options]
    chosen = [option for option in options if option["value"] in question.values]
    initial: Json = {}
    if chosen:
        initial = {"initial_options": chosen} if question.several else {"initial_option": chosen[0]}
    if len(options) <= limits.RADIOS:
        kind = "checkboxes" if question.several else "radio_buttons"
        return {"type": kind, "action_id": ANSWER, "options": options, **initial}
    return {
        "type": "multi_static_select" if question.several else "static_select",
        "action_id": ANSWER,
        **({"placeholder": plain(question.placeholder, limits.PLACEHOLDER)} if question.placeholder else {}),
        **_listed(options),
        **initial,
    }


def _option(option: Option) -> Json:
    drawn: Json = {"text": plain(option.label, limits.OPTION), "value": option.value}
    if option.description:
        drawn["description"] = plain(option.description, limits.OPTION)
    return drawn


def _listed(options: Sequence[Json]) -> Json:
    """One list, or, where Slack would refuse it, groups that say which of the options are in them."""
    most = limits.OPTIONS
    if len(options) <= most:
        return {"options": list(options)}
    groups = [(start, options[start : start + most]) for start in range(0, len(options), most)]
    return {
        "option_groups": [
            {"label": plain(f"{start + 1} to {start + len(group)}", limits.OPTION), "options": list(group)}
            for start, group in groups
        ]
    }


def _person(question: PersonQuestion, workspace: str) -> list[Json]:
    here = f"{PLATFORM}/{workspace}/"
    picked = question.value.removeprefix(here) if question.value.startswith(here) else ""
    pick: Json = {"type": "users_select", "action_id": ANSWER}
    if picked:
        pick["initial_user"] = picked
    address: Json = {"type": "plain_text_input", "action_id": ANSWER}
    if question.value and not picked:
        address["initial_value"] = cut(question.value, limits.INPUT)
    # Either is enough, so Slack must let both be empty and calls both optional; the rules say what is missing.
    needed = question if question.optional else replace(question, hint=f"{question.hint} {NEEDED}".strip())
    return [
        {**_input(needed, pick), "optional": True},
        {
            "type": "input",
            "block_id": block_id(question.name) + ADDRESS,
            "label": plain(f"{question.label}: or their e-mail address", limits.LABEL),
            "hint": plain("For somebody who cannot be picked above, or who is not in Slack.", limits.LABEL),
            "element": address,
            "optional": True,
            "dispatch_action": False,
        },
    ]


def values(state: Mapping[str, Json], workspace: str) -> Answers:
    """What was typed and chosen, by the questions' names, from `view.state.values`; what is empty is left out.

    Of a person, an address that was typed counts more than who was picked.
    """
    answers: dict[str, tuple[str, ...]] = {}
    for block, actions in state.items():
        given = tuple(_given(actions.get(ANSWER, {}), workspace))
        if not given or not block.startswith(BLOCK):
            continue
        name = block.removeprefix(BLOCK)
        if not name.endswith(ADDRESS):
            answers.setdefault(name, given)
        elif given[0].strip():
            answers[name.removesuffix(ADDRESS)] = given
    return answers


def typed(state: Mapping[str, Json]) -> list[str]:
    """Every text that was typed, in order, from `view.state.values`."""
    given = [each for actions in state.values() for each in actions.values() if each.get("type") == "plain_text_input"]
    return [each["value"] for each in given if each.get("value")]


def _given(answer: Json, workspace: str) -> Iterator[str]:
    match answer.get("type"):
        case "plain_text_input":
            yield from _present(answer.get("value"))
        case "datepicker":
            yield from _present(answer.get("selected_date"))
        case "users_select":
            yield from (f"{PLATFORM}/{workspace}/{user}" for user in _present(answer.get("selected_user")))
        case "radio_buttons" | "static_select":
            yield from (option["value"] for option in _present(answer.get("selected_option")))
        case "checkboxes" | "multi_static_select":
            yield from (option["value"] for option in answer.get("selected_options") or ())


def _present(value: Any) -> Iterator[Any]:
    if value:
        yield value
