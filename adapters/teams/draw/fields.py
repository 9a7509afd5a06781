"""Questions as fields of a dialog, with what stood in them and what is to be mended.

No field is marked as required: a client would keep a half-filled form from being left for *How you are protected*, and
would refuse it in words of its own. The desk refuses, in the same words on every platform. Nor has any a greatest
length, which clients enforce by cutting what is pasted without a word.
"""

from __future__ import annotations

import re
from typing import assert_never

from adapters.teams.draw.button_data import field_id, field_value
from adapters.teams.draw.text import is_plain, words
from bot.interface.json_object import Json
from bot.interface.parts import ChoiceQuestion, DateQuestion, Option, PersonQuestion, Question, TextQuestion

MOST_LISTED = 10
"""More options than these are a list to open."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def question(asked: Question, problem: str = "") -> list[Json]:
    """The field, under what is wrong with it and above its hint."""
    drawn = []
    if problem:
        drawn.append(words(problem, weight="Bolder", color="Attention"))
    drawn.append({**_field(asked), "spacing": "Small" if problem else "Medium"})
    if asked.hint:
        drawn.append(words(asked.hint, spacing="Small", isSubtle=True))
    return drawn


def _field(asked: Question) -> Json:
    label = f"{asked.label} (optional)" if asked.optional and "(optional)" not in asked.label else asked.label
    named: Json = {"id": field_id(asked), "label": label}
    match asked:
        case TextQuestion():
            return {"type": "Input.Text", **named, "isMultiline": asked.long, "value": asked.value}
        case ChoiceQuestion():
            return {**_choices(asked), **named}
        case DateQuestion():
            # Clients empty a date field that holds anything else, and what was typed would be lost.
            is_day = not asked.value or bool(_DAY.fullmatch(asked.value))
            kind: Json = {"type": "Input.Date"} if is_day else {"type": "Input.Text"}
            return {**kind, **named, "value": asked.value} if asked.value else {**kind, **named}
        case PersonQuestion():
            return {"type": "Input.Text", **named, "style": "Email", "value": asked.value}
        case _:
            assert_never(asked)


def _choices(asked: ChoiceQuestion) -> Json:
    choices = [{"title": _title(each), "value": field_value(asked, each.value)} for each in asked.options]
    listed = len(choices) > MOST_LISTED or not all(is_plain(each["title"]) for each in choices)
    drawn: Json = {
        "type": "Input.ChoiceSet",
        "choices": choices,
        # Options that stand side by side are read as Markdown; those of a list to open never are.
        "style": "Compact" if listed and not asked.several else "Expanded",
        "isMultiSelect": asked.several,
        "wrap": True,
    }
    if asked.values:
        drawn["value"] = ",".join(field_value(asked, each) for each in asked.values)
    if asked.placeholder:
        drawn["placeholder"] = asked.placeholder
    return drawn


def _title(option: Option) -> str:
    """An option has no place for a description of its own, so it is read with its label."""
    return f"{option.label}: {option.description}" if option.description else option.label
