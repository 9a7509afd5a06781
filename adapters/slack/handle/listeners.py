"""Register the Bolt listener for each kind of request. Form submissions come first, since Bolt tries them in order."""

from __future__ import annotations

import re

from slack_bolt.app.async_app import AsyncApp

from adapters.slack.draw.views import FORM
from adapters.slack.handle.buttons import Buttons
from adapters.slack.handle.commands import ANNOUNCE, ASK, COMMAND, SlackCommands
from adapters.slack.handle.events import Events
from adapters.slack.handle.submissions import Submissions

ANY = re.compile("")
ENDED = ("app_uninstalled", "tokens_revoked", "team_access_revoked")
"""Events after which a bot token may be invalid. Bolt does not authorize them."""


def listen(app: AsyncApp, submissions: Submissions, buttons: Buttons, commands: SlackCommands, events: Events) -> None:
    """Register all listeners with `app`."""
    app.view(FORM)(submissions.sent)
    app.action({"type": "block_actions", "action_id": ANY})(buttons.clicked)
    app.command(COMMAND)(commands.command)
    app.shortcut({"type": "message_action", "callback_id": ASK})(commands.message_shortcut)
    app.shortcut({"type": "shortcut", "callback_id": ANNOUNCE})(commands.global_shortcut)
    for kind in events.handled:
        app.event(kind)(events.happened)
    for kind in ENDED:
        app.event(kind)(events.removed)
