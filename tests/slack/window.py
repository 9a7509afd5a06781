"""The modals that one person has open: a stack of views that keeps what was typed as Slack's clients do.

When a view is updated, a client keeps what was typed in each input with the same block id and action id. It does not
submit a form with an empty required input, or with more text than an input allows.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.interface.json_object import Json

MOST_VIEWS = 3


class NotPossible(Exception):
    """Not possible in Slack: there is no such field, button or option, or the client would not submit."""


@dataclass
class OpenView:
    """One view on the screen. `json` is the view object; `typed` what is in its inputs, by block id and action id."""

    json: Json
    typed: dict[tuple[str, str], Json] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Slack's id of the view."""
        return str(self.json["id"])

    def inputs(self) -> list[Json]:
        """The input blocks, from top to bottom."""
        return [block for block in self.json["blocks"] if block["type"] == "input"]

    def labels(self) -> list[str]:
        """The labels of the inputs, from top to bottom."""
        return [block["label"]["text"] for block in self.inputs()]

    def input(self, label: str) -> Json:
        """The input of that label."""
        found = [block for block in self.inputs() if block["label"]["text"] == label]
        if len(found) != 1:
            raise NotPossible(f"{len(found)} inputs are called {label!r}; there are {self.labels()}")
        return found[0]

    def write(self, label: str, text: str) -> None:
        """Type a text, in place of what stands in the field."""
        block = self.input(label)
        element = block["element"]
        if element["type"] != "plain_text_input":
            raise NotPossible(f"{label!r} takes no text")
        # A client counts in UTF-16, as scripts do.
        if len(text.encode("utf-16-le")) // 2 > element.get("max_length", 3000):
            raise NotPossible(f"{label!r} takes no more than {element['max_length']} characters")
        self._put(block, {"value": text or None})

    def choose(self, label: str, *options: str) -> None:
        """Choose the options of these labels, in place of what was chosen."""
        block = self.input(label)
        element = block["element"]
        offered = {each["text"]["text"]: each for each in _options(element)}
        missing = [each for each in options if each not in offered]
        if missing:
            raise NotPossible(f"{label!r} does not offer {missing}, but {list(offered)}")
        chosen = [offered[each] for each in options]
        if element["type"] in ("radio_buttons", "static_select"):
            self._put(block, {"selected_option": chosen[0]})
        else:
            self._put(block, {"selected_options": chosen})

    def offered(self, label: str) -> list[str]:
        """The labels of the options that can be chosen."""
        return [each["text"]["text"] for each in _options(self.input(label)["element"])]

    def pick_day(self, label: str, day: str) -> None:
        """Pick a day, in ISO 8601."""
        self._put(self.input(label), {"selected_date": day})

    def pick_person(self, label: str, user: str) -> None:
        """Pick a person by their id."""
        self._put(self.input(label), {"selected_user": user})

    def chosen(self, label: str) -> list[str]:
        """The labels of what is chosen now."""
        given = self._given(self.input(label))
        one = [given["selected_option"]] if given.get("selected_option") else []
        return [each["text"]["text"] for each in [*one, *(given.get("selected_options") or [])]]

    def text(self, label: str) -> str:
        """What is typed in a field now."""
        return self._given(self.input(label)).get("value") or ""

    def state(self) -> Json:
        """The `state` of a payload: every input's value, and null where there is none."""
        values: dict[str, Json] = {}
        for block in self.inputs():
            values.setdefault(block["block_id"], {})[block["element"]["action_id"]] = self._given(block)
        return {"values": values}

    def ready(self) -> None:
        """See that a client would send it as it is. Raises `NotPossible`."""
        if "submit" not in self.json:
            raise NotPossible("there is nothing to send here")
        empty = [block["label"]["text"] for block in self.lacking()]
        if empty:
            raise NotPossible(f"{empty} must be filled in first")

    def lacking(self) -> list[Json]:
        """The inputs that a client wants filled in before it sends the form."""
        return [each for each in self.inputs() if not each.get("optional") and not _filled(self._given(each))]

    def redrawn(self, view: Json) -> OpenView:
        """The same window with another view in it: what was typed in inputs of the same ids is kept."""
        now = OpenView(view)
        there = {(block["block_id"], block["element"]["action_id"]): block["element"]["type"] for block in now.inputs()}
        now.typed = {key: given for key, given in self.typed.items() if there.get(key) == given["type"]}
        return now

    def _put(self, block: Json, given: Json) -> None:
        element = block["element"]
        self.typed[block["block_id"], element["action_id"]] = {"type": element["type"], **given}
        self.errors.pop(block["block_id"], None)

    def _given(self, block: Json) -> Json:
        element = block["element"]
        return self.typed.get((block["block_id"], element["action_id"])) or _initial(element)


@dataclass
class Window:
    """The stack of views, the topmost last."""

    views: list[OpenView] = field(default_factory=list)

    @property
    def top(self) -> OpenView:
        """What is seen. Raises `NotPossible` where nothing is open."""
        if not self.views:
            raise NotPossible("nothing is open")
        return self.views[-1]

    def find(self, view_id: str) -> OpenView | None:
        """An open view by its id."""
        return next((each for each in self.views if each.id == view_id), None)

    def replace(self, view_id: str, view: Json) -> None:
        """Draw another view in the place of one that is open."""
        self.views = [each.redrawn(view) if each.id == view_id else each for each in self.views]

    def close(self) -> OpenView:
        """Close what is on top; what lies below it is seen again."""
        top = self.top
        self.views.pop()
        return top


def _options(element: Json) -> list[Json]:
    grouped = [option for group in element.get("option_groups", ()) for option in group["options"]]
    return [*element.get("options", ()), *grouped]


def _initial(element: Json) -> Json:
    kind = element["type"]
    match kind:
        case "plain_text_input":
            return {"type": kind, "value": element.get("initial_value")}
        case "radio_buttons" | "static_select":
            return {"type": kind, "selected_option": element.get("initial_option")}
        case "checkboxes" | "multi_static_select":
            return {"type": kind, "selected_options": element.get("initial_options", [])}
        case "datepicker":
            return {"type": kind, "selected_date": element.get("initial_date")}
        case "users_select":
            return {"type": kind, "selected_user": element.get("initial_user")}
    raise NotPossible(f"no client draws {kind} here yet")


def _filled(given: Json) -> bool:
    return any(bool(value) for name, value in given.items() if name != "type")
