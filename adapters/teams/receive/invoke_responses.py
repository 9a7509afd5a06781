"""Sentences in the envelopes that each kind of invoke takes, so that a client can show them."""

from __future__ import annotations

from adapters.teams.activity import IncomingActivity, InvokeAnswer
from adapters.teams.draw.render import ADAPTIVE_CARD
from bot.interface.json_object import Json

ACTION = "adaptiveCard/action"
FETCH, SUBMIT = "task/fetch", "task/submit"
EXTENSION = "composeExtension/"
EXTENSION_DIALOGS = ("composeExtension/fetchTask", "composeExtension/submitAction")


def saying(activity: IncomingActivity, sentence: str) -> InvokeAnswer:
    """`sentence` as the answer to any invoke, in words where its kind can carry words."""
    if activity.name == ACTION:
        return action_message(sentence)
    if activity.name in (FETCH, SUBMIT, *EXTENSION_DIALOGS):
        return dialog_message(sentence)
    if activity.name.startswith(EXTENSION):
        return InvokeAnswer({"composeExtension": {"type": "message", "text": sentence}})
    return InvokeAnswer()


def dialog_message(sentence: str) -> InvokeAnswer:
    """A dialog that says `sentence` and nothing else."""
    return InvokeAnswer({"task": {"type": "message", "value": sentence}})


def action_message(sentence: str) -> InvokeAnswer:
    """A sentence shown to whoever pressed a card's button, where the card stays as it is."""
    return InvokeAnswer({"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": sentence})


def action_card(card: Json) -> InvokeAnswer:
    """A card that takes the place of the one whose button was pressed, for whoever pressed it."""
    return InvokeAnswer({"statusCode": 200, "type": ADAPTIVE_CARD, "value": card})
