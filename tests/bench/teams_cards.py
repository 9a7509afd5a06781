"""A card and a dialog of a usual size, with which both measured programs answer."""

from typing import Any

TITLE = "Give your view"
CARD: dict[str, Any] = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "body": [
        {"type": "TextBlock", "text": "Single parking permit", "size": "large", "wrap": True},
        *({"type": "TextBlock", "text": f"Line {number} of what a card says.", "wrap": True} for number in range(12)),
        {"type": "Input.Text", "id": "because", "label": "Why?", "isMultiline": True, "maxLength": 3000},
    ],
    "actions": [{"type": "Action.Submit", "title": "Send", "data": {"i": "flag"}}],
}
DIALOG: dict[str, Any] = {
    "task": {
        "type": "continue",
        "value": {
            "title": TITLE,
            "height": "medium",
            "width": "medium",
            "card": {"contentType": "application/vnd.microsoft.card.adaptive", "content": CARD},
        },
    }
}
ANSWER: dict[str, Any] = {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": CARD}
