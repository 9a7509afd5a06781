"""Draw questions as input blocks, and read the answers from the state of a submitted view.

The block id of a question depends on its name, so Slack keeps what was typed when the view is updated. Where a choice
is to be made again, it gets another id (`renewed`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, assert_never

from adapters.slack.draw import limits
from adapters.slack.draw.text import beginning, cut, plain
from bot.interface.answers import Answers
from bot.interface.json_object import Json
from bot.interface.parts import ChoiceQuestion, DateQuestion, Option, PersonQuestion, Question, TextQuestion
from bot.interface.visible_text import is_blank

PLATFORM = "slack"
BLOCK = "q:"
"""Prefix of a question's block id. The question's name follows."""
ADDRESS = "@"
AGAIN = "~"
"""Suffix of the block id of a question about a person if it is answered by their e-mail address."""
TYPE_ADDRESSES = "addresses"
"""Prefix of the action id of the button that turns lists of people into fields for addresses; also its block id."""
BY_ADDRESS = "Their e-mail address, like name@example.org."
ANSWER = "answer"
"""The action id of every input."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def block_id(name: str) -> str:
    """Return the block id of the question named `name`."""
    return f"{BLOCK}{name}"


def renewed(shown: str) -> str:
    """Return another block id for the same question, so that Slack forgets what was chosen there."""
    first, _, number = shown.partition(AGAIN)
    return f"{first}{AGAIN}{int(number) + 1 if number.isdecimal() else 1}"


def question_name(shown: str) -> str:
    """Return the name of the question with this block id."""
    return shown.removeprefix(BLOCK).removesuffix(ADDRESS).partition(AGAIN)[0]


def question_blocks(question: Question, workspace: str) -> list[Json]:
    """Return the input block of a question. People are picked in `workspace`, or named by their e-mail address."""
    match question:
        case TextQuestion():
            return [_input_block(question, _text_input(question))]
        case ChoiceQuestion():
            return [_input_block(question, _choice_input(question))] if question.options else []
        case DateQuestion():
            initial = {"initial_date": question.value} if _DAY.fullmatch(question.value) else {}
            return [_input_block(question, {"type": "datepicker", "action_id": ANSWER, **initial})]
        case PersonQuestion():
            return _person_inputs(question, workspace)
        case _:
            assert_never(question)


def _input_block(question: Question, element: Json) -> Json:
    block: Json = {
        "type": "input",
        "block_id": block_id(question.name),
        "label": plain(question.label, limits.LABEL),
        "element": element,
        # Slack writes "(optional)" beside it by itself, also where another answer makes it needed: the hint says so.
        "optional": question.optional,
        "dispatch_action": False,
    }
    if question.hint:
        block["hint"] = plain(question.hint, limits.LABEL)
    return block


def _text_input(question: TextQuestion) -> Json:
    most = min(question.limit, limits.INPUT)
    initial = {"initial_value": beginning(question.value, most)} if question.value else {}
    return {
        "type": "plain_text_input",
        "action_id": ANSWER,
        "multiline": question.long,
        "max_length": most,
        **initial,
    }


def _choice_input(question: ChoiceQuestion) -> Json:
    options = [_option_object(each) for each in question.options]
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
        **_options_or_groups(options),
        **initial,
    }


def _option_object(option: Option) -> Json:
    drawn: Json = {"text": plain(option.label, limits.OPTION), "value": option.value}
    if option.description:
        drawn["description"] = plain(option.description, limits.OPTION)
    return drawn


def _options_or_groups(options: Sequence[Json]) -> Json:
    """One list of options; if it is too long for Slack, numbered groups."""
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


def _person_inputs(question: PersonQuestion, workspace: str) -> list[Json]:
    """One input: to pick someone, or to type an address if one stands there already."""
    here = f"{PLATFORM}/{workspace}/"
    if question.value and not question.value.startswith(here):
        typed = {"initial_value": cut(question.value, limits.INPUT)}
        return [_address_block(_input_block(question, {}), typed)]
    picked = question.value.removeprefix(here)
    pick: Json = {"type": "users_select", "action_id": ANSWER, **({"initial_user": picked} if picked else {})}
    return [_input_block(question, pick)]


def _address_block(block: Json, initial: Json) -> Json:
    """The same question, answered by typing an address."""
    hint = str((block.get("hint") or {}).get("text", ""))
    return {
        **block,
        "block_id": block["block_id"].removesuffix(ADDRESS) + ADDRESS,
        "hint": plain(f"{BY_ADDRESS} {hint}".strip(), limits.LABEL),
        "element": {"type": "plain_text_input", "action_id": ANSWER, **initial},
    }


def by_address_button() -> Json:
    """The button that lets people be named who cannot be picked."""
    button = {
        "type": "button",
        "action_id": f"{TYPE_ADDRESSES}.0",
        "text": plain("Use e-mail addresses", limits.BUTTON),
    }
    name = "Use e-mail addresses for people who cannot be picked"
    return {"type": "actions", "block_id": TYPE_ADDRESSES, "elements": [{**button, "accessibility_label": name}]}


def with_addresses(blocks: Sequence[Json], state: Mapping[str, Json]) -> list[Json]:
    """The blocks of a view with a text field for each person who was not picked, in place of the list of people."""
    kept = [each for each in blocks if each.get("block_id") != TYPE_ADDRESSES]
    return [_address_block(each, {}) if _is_unpicked(each, state) else each for each in kept]


def _is_unpicked(block: Json, state: Mapping[str, Json]) -> bool:
    if block.get("type") != "input" or block["element"].get("type") != "users_select":
        return False
    given = (state.get(block.get("block_id", "")) or {}).get(ANSWER) or {}
    return not given.get("selected_user")


def shown_id(name: str, there: Collection[Any]) -> str:
    """The block id under which the question stands in a view with these ids."""
    ids = (each for each in there if isinstance(each, str) and each.startswith(BLOCK))
    return next((each for each in ids if question_name(each) == name), block_id(name))


def values(state: Mapping[str, Json], workspace: str) -> Answers:
    """Return the answers in `view.state.values` by question name, without empty ones.

    For a question about a person, a typed address takes precedence over a picked user.
    """
    answers: dict[str, tuple[str, ...]] = {}
    for block, actions in state.items():
        given = tuple(_answers_in(actions.get(ANSWER, {}), workspace))
        if not given or not block.startswith(BLOCK):
            continue
        name = question_name(block)
        if not block.endswith(ADDRESS):
            answers.setdefault(name, given)
        elif not is_blank(given[0]):
            answers[name] = given
    return answers


def typed(state: Mapping[str, Json]) -> list[str]:
    """Return every text that was typed, in order, from `view.state.values`."""
    given = [each for actions in state.values() for each in actions.values() if each.get("type") == "plain_text_input"]
    return [each["value"] for each in given if each.get("value")]


def _answers_in(answer: Json, workspace: str) -> Iterator[str]:
    match answer.get("type"):
        case "plain_text_input":
            yield from _if_present(answer.get("value"))
        case "datepicker":
            yield from _if_present(answer.get("selected_date"))
        case "users_select":
            yield from (f"{PLATFORM}/{workspace}/{user}" for user in _if_present(answer.get("selected_user")))
        case "radio_buttons" | "static_select":
            yield from (option["value"] for option in _if_present(answer.get("selected_option")))
        case "checkboxes" | "multi_static_select":
            yield from (option["value"] for option in answer.get("selected_options") or ())


def _if_present(value: Any) -> Iterator[Any]:
    if value:
        yield value
