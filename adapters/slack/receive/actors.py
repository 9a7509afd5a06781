"""Who asks, from where, and by what they can be answered: read out of a payload in any of the shapes Slack gives it."""

from __future__ import annotations

from dataclasses import dataclass, field

from adapters.slack.api.tokens import PLATFORM, Access
from bot.interface.actor import Actor
from bot.interface.json_object import Json


@dataclass(frozen=True)
class SlackActor:
    """Somebody who pressed, sent, typed or chose something.

    `trigger` opens one window within three seconds. `response_url` takes a message for their eyes only. `view` is the
    window in which they are, or empty.
    """

    actor: Actor
    access: Access = field(repr=False)
    trigger: str = field(default="", repr=False)
    response_url: str = field(default="", repr=False)
    view: Json = field(default_factory=dict, repr=False)

    @property
    def in_a_window(self) -> bool:
        """Whether this happened in a modal view, rather than on a message or on the home tab."""
        return self.view.get("type") == "modal"


def caller(body: Json, access: Access, channel: str = "") -> SlackActor:
    """Whoever is behind an interaction, or a command; `channel` is known where the payload does not say it."""
    user = body.get("user")
    person = user if isinstance(user, dict) else {"id": body.get("user_id", "")}
    view = body.get("view")
    return SlackActor(
        actor=Actor(
            platform=PLATFORM,
            workspace=access.workspace,
            user=_text(person.get("id")),
            channel=channel or _channel(body),
            guest=_is_from_elsewhere(_text(person.get("team_id")), access),
        ),
        access=access,
        trigger=_text(body.get("trigger_id")),
        response_url=_text(body.get("response_url")),
        view=view if isinstance(view, dict) else {},
    )


def someone(user: str, access: Access, channel: str = "", team: str = "") -> SlackActor:
    """Whoever an event is about; `team` is their own, where the event says it."""
    actor = Actor(PLATFORM, access.workspace, user, channel, guest=_is_from_elsewhere(team, access))
    return SlackActor(actor=actor, access=access)


def _channel(body: Json) -> str:
    channel = body.get("channel")
    if isinstance(channel, dict):
        return _text(channel.get("id"))
    container = body.get("container")
    inside = container if isinstance(container, dict) else {}
    return _text(channel) or _text(body.get("channel_id")) or _text(inside.get("channel_id"))


def _is_from_elsewhere(team: str, access: Access) -> bool:
    # Within an organisation people have other teams and are members all the same: there only the roster tells.
    return bool(team and access.team and not access.enterprise and team != access.team)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
