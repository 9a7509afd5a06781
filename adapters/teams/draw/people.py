"""Draw the fields with which someone names a person: a search in the directory, and an address for someone else.

The client searches, so the app asks for no permission. Source: Microsoft's page on the people picker in Adaptive Cards.
"""

from __future__ import annotations

from collections.abc import Sequence

from adapters.teams.draw.button_data import address_id, field_id, picked_id
from bot.interface.json_object import Json
from bot.interface.parts import PersonQuestion, full_label

EVERYONE = "graph.microsoft.com/users"
"""The data set of everyone in the organisation."""
AN_ADDRESS = "name@example.org"
INSTEAD = "Enter an e-mail address instead"


def people_picker(asked: PersonQuestion) -> Json:
    """Return a field in which the directory is searched. It submits a directory id."""
    picked: Json = {"value": picked_id(asked)} if picked_id(asked) else {}
    return {
        "type": "Input.ChoiceSet",
        "id": field_id(asked),
        "label": full_label(asked),
        "choices": [],
        "choices.data": {"type": "Data.Query", "dataset": EVERYONE},
        "style": "filtered",
        "isMultiSelect": False,
        **picked,
    }


def address_field(asked: PersonQuestion, problem: str) -> Json:
    """Return the field for an e-mail address. It is hidden while nobody needs it."""
    return {
        "type": "Input.Text",
        "id": address_id(asked),
        "label": f"{asked.label}: or their e-mail address",
        "style": "Email",
        "placeholder": AN_ADDRESS,
        "value": _address(asked),
        "isVisible": bool(problem or _address(asked)),
    }


def address_button(hidden: Sequence[PersonQuestion]) -> Json:
    """Return the button that shows the hidden fields for addresses."""
    shown = [{"elementId": address_id(each), "isVisible": True} for each in hidden if not _address(each)]
    return {"type": "Action.ToggleVisibility", "title": INSTEAD, "targetElements": shown}


def _address(asked: PersonQuestion) -> str:
    return "" if picked_id(asked) else asked.value
