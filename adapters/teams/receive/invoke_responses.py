"""Answers to invoke activities, each in the format that the client can show for its kind of invoke."""

from __future__ import annotations

from adapters.teams.activity import IncomingActivity, InvokeAnswer
from adapters.teams.draw import render
from adapters.teams.draw.button_data import Data
from adapters.teams.draw.render import ADAPTIVE_CARD, PreviousForm
from bot.interface.json_object import Json
from bot.interface.parts import Form, Notice, Screen

ACTION = "adaptiveCard/action"
FETCH, SUBMIT = "task/fetch", "task/submit"
EXTENSION = "composeExtension/"
EXTENSION_DIALOGS = ("composeExtension/fetchTask", "composeExtension/submitAction")


def saying(activity: IncomingActivity, sentence: str) -> InvokeAnswer:
    """Return `sentence` as the answer to an invoke; an answer without a body if its kind cannot show text."""
    if activity.name == ACTION:
        return action_message(sentence)
    if activity.name in (FETCH, SUBMIT, *EXTENSION_DIALOGS):
        return dialog(Form(render.NAME, (Notice(sentence),), close="Close"), activity)
    if activity.name.startswith(EXTENSION):
        return InvokeAnswer({"composeExtension": {"type": "message", "text": sentence}})
    return InvokeAnswer()


def dialog(
    screen: Screen, activity: IncomingActivity, left: PreviousForm | None = None, again: Data | None = None
) -> InvokeAnswer:
    """Return a screen as a dialog for the client that sent an activity. `left` and `again` are as in `render.dialog`.

    What cannot be opened is said in a card too: of a task of the type `message`, Teams shows an empty box.
    (msteams-docs 1732 and 6740.)
    """
    drawn = render.dialog(screen, left, again, picker=activity.has_people_picker)
    return InvokeAnswer({"task": {"type": "continue", "value": drawn}})


def action_message(sentence: str) -> InvokeAnswer:
    """Return a sentence for the person who clicked a button. The card stays as it is."""
    return InvokeAnswer({"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": sentence})


def action_card(card: Json) -> InvokeAnswer:
    """Return a card that replaces the one that was clicked, for the person who clicked."""
    return InvokeAnswer({"statusCode": 200, "type": ADAPTIVE_CARD, "value": card})
