"""Forms as modal views, and what a view that comes back says: what it was opened for, and what was typed.

A view carries its intent, its nonce and the place where it was opened in `private_metadata`, so that nothing of an
open form is kept here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from adapters.slack.draw import limits
from adapters.slack.draw.blocks import draw
from adapters.slack.draw.encoding import Encoded
from adapters.slack.draw.fitting import VIEW_IS_CUT, Parts, fits_a_view, fitted
from adapters.slack.draw.questions import block_id
from adapters.slack.draw.text import cut, plain
from bot.interface.intents import GiveView, Intent, UnknownIntent, parse
from bot.interface.json_object import Json
from bot.interface.parts import Form, Heading, Notice, Screen

FORM = "form"
"""The callback id of every view that is a form or a private view."""
CARD_TITLE = "Deliverable"
CARD_CLOSE = "Close"
SEND = "Send"


@dataclass(frozen=True)
class Opened:
    """What a view was opened for and where. `intent` is None for a private view; `channel` is empty in private."""

    intent: Intent | None = None
    nonce: str = ""
    channel: str = ""


def view(screen: Screen, *, workspace: str, channel: str = "") -> Json:
    """A form, a private view, or a card in a window of its own, for `views.open`, `push` and `update`."""
    form = screen if isinstance(screen, Form) else Form(CARD_TITLE, screen.parts, close=CARD_CLOSE)
    drawn: Json = {
        "type": "modal",
        "callback_id": FORM,
        "title": plain(form.title, limits.TITLE),
        "close": plain(form.close, limits.TITLE),
        "private_metadata": _carried(Opened(form.intent, form.nonce, channel)),
        "blocks": _blocks(form, workspace),
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
"""The blank forms drawn last, each with the parts it was drawn from, which are the same object for everybody."""
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


def _carried(opened: Opened) -> str:
    intent = opened.intent.to_text() if opened.intent else ""
    return json.dumps({"intent": intent, "nonce": opened.nonce, "channel": opened.channel})


def opened(view: Json) -> Opened:
    """What a view that came back was opened for. Raises `UnknownIntent` for one that is none of ours."""
    try:
        carried = json.loads(view.get("private_metadata") or "{}")
        intent, nonce, channel = (str(carried[each]) for each in ("intent", "nonce", "channel"))
    except (ValueError, KeyError, TypeError):
        raise UnknownIntent("unknown view") from None
    return Opened(parse(intent) if intent else None, nonce, channel)


def after_submission(screen: Screen, shown: Json, *, workspace: str, channel: str = "") -> Json:
    """The answer to a `view_submission` of the view `shown`: what its window shows next.

    A form that only has problems beside questions that stand there is left as it is, with the problems; Slack keeps
    what was typed. Anything else takes the window over; the same questions keep what was typed in them.
    """
    if isinstance(screen, Form) and screen.problems and _stands(screen, shown):
        errors = {block_id(name): cut(text, limits.PROBLEM) for name, text in screen.problems.items()}
        return {"response_action": "errors", "errors": errors}
    return {"response_action": "update", "view": view(screen, workspace=workspace, channel=channel)}


def _stands(form: Form, shown: Json) -> bool:
    there = _inputs(shown)
    return {block_id(name) for name in form.problems} <= there and _inputs(view(form, workspace="")) == there


def _inputs(view: Json) -> set[Any]:
    return {block.get("block_id") for block in view.get("blocks", ()) if block.get("type") == "input"}
