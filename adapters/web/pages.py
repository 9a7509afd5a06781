"""Whole pages: a screen, or the messages of a place, with the sandbox's frame around it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adapters.web.fields import CHOSEN, TYPED, Fields
from adapters.web.frame import draw_frame, iso
from adapters.web.location import CHANNEL, HOME, INBOX, Location
from adapters.web.refusals import BadRequest
from adapters.web.render import Drawing, DrawnScreen, aside_id, field_id
from adapters.web.sandbox import SampleChannel, SamplePerson, Sandbox
from adapters.web.time_travel import TimeTravel
from bot.calendar import dates
from bot.dispatcher import PostedMessage, PostedPage
from bot.interface.parts import Button, Card, ChoiceQuestion, Form, Screen, answer_to


@dataclass(frozen=True)
class InboxMessage:
    """A drawn card with the replies under it. `instant` is ISO 8601 in UTC, `at` is for people."""

    ref: str
    drawn: DrawnScreen
    instant: str
    at: str
    thread: tuple[InboxMessage, ...]


@dataclass(frozen=True)
class Problem:
    """A sentence of the error summary and the id of the field that it links to, if any."""

    text: str
    field: str = ""


@dataclass(frozen=True)
class Aside:
    """The separate form that a button among questions sends."""

    id: str
    path: str


@dataclass(frozen=True)
class Kept:
    """A field that comes back with a form as it was filled in; `shown` if people see its text."""

    name: str
    value: str
    shown: bool


@dataclass(frozen=True)
class Way:
    """A link back: a path and the name of what is there."""

    path: str
    name: str


class Pages:
    """Draws every page. Each method gives HTML; `path` is the page's own address, for coming back to it."""

    def __init__(self, sandbox: Sandbox, time_travel: TimeTravel) -> None:
        self._sandbox = sandbox
        self._time_travel = time_travel
        self._drawing = Drawing(person.email for person in sandbox.people)

    def start(self) -> str:
        """The first page: what this is, and the five people."""
        member, channel, owner = self._sandbox.people[0], self._sandbox.channels[0], self._sandbox.owner
        return self._drawing.page(
            "start.html",
            title="Choose a person",
            frame=draw_frame(self._sandbox, self._time_travel, None, "/"),
            member=member.name,
            channel=channel.name,
            channel_path=Location(member.user, CHANNEL, channel.id).path,
            owner=owner.name,
            owner_path=Location(owner.user, INBOX).path,
        )

    def home(self, person: SamplePerson, card: Card) -> str:
        """A person's home."""
        location = Location(person.user)
        return self._drawing.page(
            "home.html",
            title=f"Home, {person.name}",
            frame=draw_frame(self._sandbox, self._time_travel, location, location.path),
            drawn=self._drawing.screen(card, location),
        )

    def inbox(self, person: SamplePerson, posted: PostedPage) -> str:
        """One page of a person's messages, newest first."""
        location = Location(person.user, INBOX, number=posted.page.number)
        return self._drawing.page(
            "place.html",
            title=f"Inbox, {person.name}",
            frame=draw_frame(self._sandbox, self._time_travel, location, location.page),
            heading="Inbox",
            about=f"Messages that only {person.name} gets, newest first.",
            is_channel=False,
            **self._messages(posted, location),
            empty=f"{person.name} has no messages.",
        )

    def channel(self, person: SamplePerson, channel: SampleChannel, posted: PostedPage) -> str:
        """One page of a channel's messages, newest first, with the replies under each card."""
        location = Location(person.user, CHANNEL, channel.id, number=posted.page.number)
        members = dates.count(len(self._sandbox.people), "member")
        return self._drawing.page(
            "place.html",
            title=f"{channel.name}, {person.name}",
            frame=draw_frame(self._sandbox, self._time_travel, location, location.page),
            heading=channel.name,
            about=f"{channel.about} {members}. Newest first.",
            is_channel=True,
            **self._messages(posted, location),
            empty="Nothing has been announced here.",
        )

    def window(self, person: SamplePerson, location: Location, screen: Screen, path: str) -> str:
        """A form, a private view or a card that only this person sees, with a link back to `location`."""
        if isinstance(screen, Card):
            return self._window(person, location, self._drawing.screen(screen, location), path)
        return self._window(
            person,
            location,
            self._drawing.form(screen, location),
            path,
            problems=_problems(screen),
            sending=location.sending(screen.intent) if screen.intent else "",
            nonce=screen.nonce,
            send=screen.send or "Send",
            close=_closing(screen),
            asides=_asides(screen, location),
            kept=tuple(_unseen(screen)),
        )

    def refusal(
        self, refused: BadRequest, location: Location | None, fields: Fields | None = None, sending: str = ""
    ) -> str:
        """Why a request was refused; with `fields`, what was filled in, to be sent again to `sending`."""
        back = self._way_back(location) if location else Way("/", "the first page")
        return self._drawing.page(
            "refusal.html",
            title=refused.title,
            frame=draw_frame(
                self._sandbox, self._time_travel, location, location.page if location else "/", inside=True
            ),
            sentence=refused.sentence,
            kept=_kept(fields) if fields else (),
            sending=sending,
            back=back,
        )

    def _window(
        self,
        person: SamplePerson,
        location: Location,
        drawn: DrawnScreen,
        path: str,
        *,
        problems: Sequence[Problem] = (),
        sending: str = "",
        nonce: str = "",
        send: str = "",
        close: str = "",
        asides: Sequence[Aside] = (),
        kept: Sequence[Kept] = (),
    ) -> str:
        return self._drawing.page(
            "window.html",
            title=drawn.title or drawn.label,
            frame=draw_frame(self._sandbox, self._time_travel, location, path, inside=True),
            viewer=person.name,
            back=self._way_back(location),
            drawn=drawn,
            problems=problems,
            sending=sending,
            nonce=nonce,
            send=send,
            close=close,
            asides=asides,
            kept=kept,
        )

    def _messages(self, posted: PostedPage, location: Location) -> dict[str, object]:
        """The messages on that page, and the addresses of the pages before and after it, or nothing."""
        refs = {each.ref for each in posted.messages}
        under: dict[str, list[PostedMessage]] = defaultdict(list)
        for each in posted.messages:
            under[each.under if each.under in refs and each.under else ""].append(each)

        def drawn(posted: PostedMessage, level: int) -> InboxMessage:
            thread = tuple(drawn(each, level + 1) for each in under[posted.ref])
            return self._message(posted, location.at_card(posted.ref), level, thread)

        number = posted.page.number
        return {
            "messages": tuple(drawn(each, 2) for each in under[""][::-1]),
            "later": location.turned_to(number - 1).path if posted.page.before() else "",
            "earlier": location.turned_to(number + 1).path if posted.page.after() else "",
        }

    def _message(
        self, posted: PostedMessage, location: Location, level: int, thread: tuple[InboxMessage, ...]
    ) -> InboxMessage:
        return InboxMessage(
            ref=posted.ref,
            drawn=self._drawing.card(posted.card, location, key=posted.ref, top=level),
            instant=iso(posted.at),
            at=dates.moment(posted.at, self._sandbox.zone),
            thread=thread,
        )

    def _way_back(self, location: Location) -> Way:
        channel = self._sandbox.channel(location.channel)
        names = {HOME: "home", INBOX: "the inbox", CHANNEL: channel.name if channel else "the channel"}
        return Way(location.path, names[location.channel_id])


def _problems(form: Form) -> tuple[Problem, ...]:
    of_all = [Problem(form.problems[""])] if form.problems.get("") else []
    asked = [question.name for question in form.questions]
    beside = [Problem(form.problems[name], field_id(name)) for name in asked if form.problems.get(name)]
    # A sentence about a question that is not on the form must still be shown.
    rest = [Problem(text) for name, text in form.problems.items() if name and name not in asked]
    return (*of_all, *beside, *rest)


def _closing(form: Form) -> str:
    return "Close" if form.intent is None and form.close == "Cancel" else form.close


def _asides(form: Form, location: Location) -> tuple[Aside, ...]:
    if not form.questions:
        return ()
    return tuple(Aside(aside_id(part), location.sending(part.intent)) for part in form.body if isinstance(part, Button))


def _unseen(form: Form) -> Iterator[Kept]:
    """The answers of an earlier step, as fields that come back with the others."""
    for each in form.kept:
        prefix = CHOSEN if isinstance(each, ChoiceQuestion) else TYPED
        yield from (Kept(f"{prefix}{each.name}", value, shown=False) for value in answer_to(each))


def _kept(fields: Fields) -> tuple[Kept, ...]:
    nonce = Kept("nonce", fields.own("nonce"), shown=False)
    rest = [Kept(name, value, name.startswith(TYPED) and value != "") for name, value in fields.questions]
    return (nonce, *rest) if rest else ()
