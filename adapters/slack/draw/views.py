"""Draw forms as modals, and read back what a submitted modal was opened for.

A modal carries its intent, its nonce, its channel and the answers of an earlier step in `private_metadata`, so the
server keeps no state for an open form. Answers that do not fit there go on in the ids of its blocks, which Slack sends
back with it. Those that do not fit there either are shown below the other questions.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from adapters.slack.draw import limits
from adapters.slack.draw.blocks import draw
from adapters.slack.draw.encoding import Encoded
from adapters.slack.draw.fitting import VIEW_IS_CUT, fits_a_view, fitted
from adapters.slack.draw.kept_answers import KeptAnswers, packed, unpacked
from adapters.slack.draw.questions import block_id, question_name, renewed, shown_id, values
from adapters.slack.draw.text import cut, plain
from bot.interface.intents import GiveView, Intent, UnknownIntent, parse
from bot.interface.json_object import Json
from bot.interface.parts import ChoiceQuestion, Form, Heading, Notice, Screen
from bot.screens.shortening import Parts

FORM = "form"
"""The callback id of every modal."""
CARD_TITLE = "Deliverable"
CARD_CLOSE = "Close"
SEND = "Send"
_KEPT = "kept:"
_HEAD = len(f"{_KEPT}00:")
_PIECE = limits.BLOCK_ID - _HEAD


@dataclass(frozen=True)
class Opened:
    """What a modal was opened for, and in which channel.

    `intent` is None if the modal only shows something. `channel` is empty outside channels. `kept` are the answers of
    an earlier step.
    """

    intent: Intent | None = None
    nonce: str = ""
    channel: str = ""
    kept: KeptAnswers = field(default_factory=KeptAnswers, repr=False)


def view(screen: Screen, *, workspace: str, channel: str = "") -> Json:
    """Return a form, a private view or a card as a modal, for `views.open`, `views.push` and `views.update`.

    People are picked in `workspace`. `channel` is where the modal was opened.
    """
    form = screen if isinstance(screen, Form) else Form(CARD_TITLE, screen.parts, close=CARD_CLOSE)
    kept = packed(form.kept) if form.kept else ""
    blocks, metadata = _blocks(form, workspace), _private_metadata(form, channel, kept)
    if len(metadata) > limits.PRIVATE_METADATA:
        here = kept[: len(kept) - (len(metadata) - limits.PRIVATE_METADATA)]
        rest = _in_ids(blocks, kept[len(here) :])
        if rest is None:
            return view(form.with_kept_shown, workspace=workspace, channel=channel)
        blocks, metadata = rest, _private_metadata(form, channel, here)
    drawn: Json = {
        "type": "modal",
        "callback_id": FORM,
        "title": plain(form.title, limits.TITLE),
        "close": plain(form.close, limits.TITLE),
        "private_metadata": metadata,
        "blocks": blocks,
    }
    if form.intent is not None and (form.questions or form.send):
        drawn["submit"] = plain(form.send or SEND, limits.TITLE)
    return drawn


def _blocks(form: Form, workspace: str) -> list[Json]:
    key = id(form.body), workspace
    drawn = _DRAWN.get(key)
    if drawn is not None and drawn[0] is form.body and not form.problems:
        return drawn[1]
    blocks = _draw(form, workspace)
    if isinstance(form.intent, GiveView) and form.untouched:
        blocks = Encoded(blocks)
        _keep(key, (form.body, blocks))
    return blocks


_DRAWN: dict[tuple[int, str], tuple[Parts, Encoded]] = {}
"""Cache of blank forms. The key has the identity of the parts, which are the same object for every user."""
_MOST_DRAWN = 256


def _keep(key: tuple[int, str], drawn: tuple[Parts, Encoded]) -> None:
    if len(_DRAWN) >= _MOST_DRAWN:
        _DRAWN.clear()
    _DRAWN[key] = drawn


def _draw(form: Form, workspace: str) -> list[Json]:
    def drawing(parts: Parts, dense: bool) -> list[Json]:
        return draw(parts, dense=dense, problems=form.problems, workspace=workspace)

    asked = {question.name for question in form.questions}
    whole = tuple(Notice(text) for name, text in form.problems.items() if name not in asked)
    title = (Heading(form.title, 1),) if len(form.title) > limits.TITLE else ()
    return fitted((*whole, *title, *form.body), drawing, fits_a_view, VIEW_IS_CUT)


def _private_metadata(form: Form, channel: str, kept: str) -> str:
    intent = form.intent.to_text() if form.intent else ""
    return json.dumps({"intent": intent, "nonce": form.nonce, "channel": channel, **({"kept": kept} if kept else {})})


def _in_ids(blocks: list[Json], text: str) -> list[Json] | None:
    """The blocks with a text in the ids of those that need none of their own; None where it does not fit."""
    pieces = [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)]
    free = [number for number, block in enumerate(blocks) if "block_id" not in block and block["type"] != "input"]
    if len(pieces) > len(free):
        return None
    ids = {number: f"{_KEPT}{n:02}:{piece}" for n, (number, piece) in enumerate(zip(free, pieces, strict=False))}
    return [{**block, "block_id": ids[number]} if number in ids else block for number, block in enumerate(blocks)]


def _from_ids(blocks: Iterable[Json]) -> str:
    ids = sorted(each for block in blocks if (each := str(block.get("block_id"))).startswith(_KEPT))
    return "".join(each[_HEAD:] for each in ids)


def opened(view: Json) -> Opened:
    """Return what a submitted modal was opened for. Raises `UnknownIntent` if it is not one of ours."""
    try:
        carried = json.loads(view.get("private_metadata") or "{}")
        intent, nonce, channel = (str(carried[each]) for each in ("intent", "nonce", "channel"))
        kept = unpacked(carried["kept"] + _from_ids(view.get("blocks", ()))) if "kept" in carried else KeptAnswers()
    except (ValueError, KeyError, TypeError, RecursionError):
        raise UnknownIntent("unknown view") from None
    return Opened(parse(intent) if intent else None, nonce, channel, kept)


def after_submission(screen: Screen, shown: Json, *, workspace: str, channel: str = "") -> Json:
    """Return the response to a `view_submission` of the modal `shown`: what the modal shows next.

    If `screen` is the same form with errors, the modal stays and shows the errors beside the inputs. Otherwise
    `screen` replaces the modal. Slack keeps what was typed into questions that are in both.
    """
    if isinstance(screen, Form) and screen.problems and _is_same_form(screen, shown, channel):
        there = _input_ids(shown)
        errors = {shown_id(name, there): cut(text, limits.PROBLEM) for name, text in screen.problems.items()}
        return {"response_action": "errors", "errors": errors}
    drawn = view(screen, workspace=workspace, channel=channel)
    return {"response_action": "update", "view": _without_dropped_choices(drawn, screen, shown, workspace)}


def _without_dropped_choices(drawn: Json, screen: Screen, shown: Json, workspace: str) -> Json:
    """The view, where Slack does not keep what was chosen in `shown` and is to be chosen again."""
    chosen = values((shown.get("state") or {}).get("values") or {}, workspace)
    asked = screen.questions if isinstance(screen, Form) else ()
    again = {
        each.name for each in asked if isinstance(each, ChoiceQuestion) and not each.values and each.name in chosen
    }
    if not again:
        return drawn
    there = _input_ids(shown)
    ids = {block_id(name): renewed(shown_id(name, there)) for name in again}
    blocks = [
        {**each, "block_id": ids[each["block_id"]]} if each.get("block_id") in ids else each for each in drawn["blocks"]
    ]
    return {**drawn, "blocks": blocks}


def _is_same_form(form: Form, shown: Json, channel: str) -> bool:
    """Whether the form carries what the modal does and has its inputs. A person may be picked or typed in either."""
    there, carried = _input_ids(shown), opened(shown)
    if (form.intent, form.nonce) != (carried.intent, carried.nonce):
        return False
    if not {shown_id(name, there) for name in form.problems} <= there:
        return False
    return _questions_of(_input_ids(view(form, workspace="", channel=channel))) == _questions_of(there)


def _questions_of(ids: set[Any]) -> set[str]:
    return {question_name(str(each)) for each in ids}


def _input_ids(view: Json) -> set[Any]:
    return {block.get("block_id") for block in view.get("blocks", ()) if block.get("type") == "input"}
