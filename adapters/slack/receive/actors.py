"""Read the person behind an interaction or event, and the ways to answer them, from any shape of Slack payload."""

from __future__ import annotations

from dataclasses import dataclass, field

from adapters.slack.api.tokens import PLATFORM, Access
from bot.interface.actor import Actor
from bot.interface.json_object import Json


@dataclass(frozen=True)
class SlackActor:
    """A person who did something in Slack, and the ways to answer them.

    `trigger_id` opens one modal within three seconds. `response_url` accepts a message that only they see. `view` is
    the modal or home tab that they are in, or empty. `thread` is the `ts` of the thread that they are in, or empty.
    """

    actor: Actor
    access: Access = field(repr=False)
    trigger_id: str = field(default="", repr=False)
    response_url: str = field(default="", repr=False)
    view: Json = field(default_factory=dict, repr=False)
    thread: str = ""

    @property
    def in_modal(self) -> bool:
        """Whether this happened in a modal, rather than on a message or the home tab."""
        return self.view.get("type") == "modal"


def actor_of_interaction(body: Json, access: Access, channel: str = "") -> SlackActor:
    """Return the person behind an interaction or a command. Give `channel` if the payload does not contain it."""
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
        trigger_id=_text(body.get("trigger_id")),
        response_url=_text(body.get("response_url")),
        view=view if isinstance(view, dict) else {},
        thread=_thread(body),
    )


def actor_of_event(event: Json, access: Access, channel: str = "") -> SlackActor:
    """Return the person that an event is about."""
    elsewhere = _is_from_elsewhere(_text(event.get("user_team")), access)
    actor = Actor(PLATFORM, access.workspace, _text(event.get("user")), channel, guest=elsewhere)
    return SlackActor(actor=actor, access=access)


def _channel(body: Json) -> str:
    channel = body.get("channel")
    if isinstance(channel, dict):
        return _text(channel.get("id"))
    container = body.get("container")
    inside = container if isinstance(container, dict) else {}
    return _text(channel) or _text(body.get("channel_id")) or _text(inside.get("channel_id"))


def _thread(body: Json) -> str:
    """The thread of the message that an interaction is about."""
    about = (body.get("container"), body.get("message"))
    found = (_text(each.get("thread_ts")) for each in about if isinstance(each, dict))
    return next(filter(None, found), "")


def _is_from_elsewhere(team: str, access: Access) -> bool:
    # A payload may leave the team out, and in an organisation members can belong to another team. Then only the roster
    # says who is a member, and only of people who are shown to be one.
    return bool(team and access.team and not access.enterprise and not access.owns(team))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
