"""Link previews: show a link to a policy's page as the policy's card while someone writes a message.

The card contains only what everyone may see, names no author, and nothing about the person who pasted the link is
stored. Source: Microsoft's page on link unfurling.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit
from uuid import UUID

from adapters.teams.activity import IncomingActivity, InvokeAnswer
from adapters.teams.draw import render
from adapters.teams.handle.dispatching import actor
from bot.dispatcher import Dispatcher

LINKS = ("composeExtension/queryLink", "composeExtension/anonymousQueryLink")
NOTHING = InvokeAnswer({"composeExtension": {"type": "result", "attachmentLayout": "list", "attachments": []}})
PREVIEW = "application/vnd.microsoft.card.thumbnail"
_PATH = re.compile(r"/policies/([0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12})/?")


async def unfurled(dispatcher: Dispatcher, activity: IncomingActivity) -> InvokeAnswer:
    """Return the card of the policy that a link leads to. Teams only asks about hosts in the app package.

    Raises `Unavailable`.
    """
    policy = _policy(activity.value.get("url"))
    card = await dispatcher.card(policy, actor(activity)) if policy else None
    if card is None:
        return NOTHING
    attachment = {
        "contentType": render.ADAPTIVE_CARD,
        "content": render.card(card),
        # In this kind of card the title is shown as it is. Its text would be read as HTML.
        "preview": {"contentType": PREVIEW, "content": {"title": render.title(card)}},
    }
    return InvokeAnswer(
        {"composeExtension": {"type": "result", "attachmentLayout": "list", "attachments": [attachment]}}
    )


def _policy(url: object) -> UUID | None:
    try:
        path = urlsplit(url).path if isinstance(url, str) else ""
    except ValueError:
        return None
    found = _PATH.fullmatch(path)
    return UUID(hex=found[1]) if found else None
