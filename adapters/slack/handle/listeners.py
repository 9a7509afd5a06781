"""Everything that comes in from Slack, and who takes it. Forms come first, since Bolt asks one after the other."""

from __future__ import annotations

import re

from slack_bolt.app.async_app import AsyncApp

from adapters.slack.draw.views import FORM
from adapters.slack.handle.buttons import Clicks
from adapters.slack.handle.commands import ANNOUNCE, ASK, COMMAND, Entrances
from adapters.slack.handle.events import Events
from adapters.slack.handle.submissions import Submissions

ANY = re.compile("")
ENDED = ("app_uninstalled", "tokens_revoked", "team_access_revoked")
"""Events with which the bot's token has ended, somewhere at least: Bolt does not ask for it."""


def listen(app: AsyncApp, submissions: Submissions, clicks: Clicks, entrances: Entrances, events: Events) -> None:
    """Have Bolt bring each kind of request to who takes it."""
    app.view(FORM)(submissions.sent)
    app.action({"type": "block_actions", "action_id": ANY})(clicks.clicked)
    app.command(COMMAND)(entrances.command)
    app.shortcut({"type": "message_action", "callback_id": ASK})(entrances.message_shortcut)
    app.shortcut({"type": "shortcut", "callback_id": ANNOUNCE})(entrances.global_shortcut)
    for kind in events.handled:
        app.event(kind)(events.happened)
    for kind in ENDED:
        app.event(kind)(events.removed)
