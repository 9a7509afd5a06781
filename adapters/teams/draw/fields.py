"""Draw questions as fields of a form, with their values and errors.

No field is marked as required. A client would then not let people leave a half-filled form for *How you are protected*,
and would show errors in its own words. The dispatcher checks instead, with the same words on every platform. No field
has a maximum length either: clients cut pasted text to it without saying so.
"""

from __future__ import annotations

import re
from typing import assert_never

from adapters.teams.draw.button_data import field_id, field_value
from adapters.teams.draw.people import AN_ADDRESS, address_field, people_picker
from adapters.teams.draw.text import is_plain, words
from bot.interface.json_object import Json
from bot.interface.parts import (
    DATE_EXAMPLE,
    ChoiceQuestion,
    DateQuestion,
    Option,
    PersonQuestion,
    Question,
    TextQuestion,
    full_label,
)

MOST_EXPANDED = 10
"""More options than this are drawn as a drop-down list."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def question(asked: Question, problem: str = "", *, picker: bool = False) -> list[Json]:
    """Return a question's error, its field and its hint, in this order.

    With a `picker`, a person is looked for in the directory, and a second field takes an address.
    """
    drawn = [words(problem, weight="Bolder", color="Attention")] if problem else []
    spacing = "Small" if problem else "Medium"
    if isinstance(asked, PersonQuestion) and picker:
        return [*drawn, {**people_picker(asked), "spacing": spacing}, *_hint(asked), address_field(asked, problem)]
    return [*drawn, {**_field(asked), "spacing": spacing}, *_hint(asked)]


def _hint(asked: Question) -> list[Json]:
    # Some clients show a date as a text field.
    hint = f"{asked.hint} {DATE_EXAMPLE}".strip() if isinstance(asked, DateQuestion) else asked.hint
    return [words(hint, spacing="Small", isSubtle=True)] if hint else []


def _field(asked: Question) -> Json:
    named: Json = {"id": field_id(asked), "label": full_label(asked)}
    match asked:
        case TextQuestion():
            return {"type": "Input.Text", **named, "isMultiline": asked.long, "value": asked.value}
        case ChoiceQuestion():
            return {**_choices(asked), **named}
        case DateQuestion():
            # A client empties a date field whose value is not a date, and what was typed would be lost.
            is_day = not asked.value or bool(_DAY.fullmatch(asked.value))
            kind: Json = {"type": "Input.Date"} if is_day else {"type": "Input.Text"}
            return {**kind, **named, "value": asked.value} if asked.value else {**kind, **named}
        case PersonQuestion():
            return {"type": "Input.Text", **named, "style": "Email", "placeholder": AN_ADDRESS, "value": asked.value}
        case _:
            assert_never(asked)


def _choices(asked: ChoiceQuestion) -> Json:
    choices = [{"title": _title(each), "value": field_value(asked, each.value)} for each in asked.options]
    drop_down = len(choices) > MOST_EXPANDED or not all(is_plain(each["title"]) for each in choices)
    drawn: Json = {
        "type": "Input.ChoiceSet",
        "choices": choices,
        # Clients read expanded options as Markdown, but never the options of a drop-down list.
        "style": "Compact" if drop_down and not asked.several else "Expanded",
        "isMultiSelect": asked.several,
        "wrap": True,
    }
    if asked.values:
        drawn["value"] = ",".join(field_value(asked, each) for each in asked.values)
    if asked.placeholder:
        drawn["placeholder"] = asked.placeholder
    return drawn


def _title(option: Option) -> str:
    """The label of an option with its description, for which Adaptive Cards has no field.

    A label with a colon of its own is a sentence: a second colon would make it hard to read.
    """
    if not option.description:
        return option.label
    return f"{option.label}{'.' if ':' in option.label else ':'} {option.description}"
