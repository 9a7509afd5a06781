"""Handlers for announcing a policy with a form."""

from __future__ import annotations

from datetime import date

from pydantic import ValidationInfo, field_validator

from bot.admin import checklist
from bot.handlers import naming
from bot.handlers.context import Draft, HandlerContext, Opens, Submits
from bot.handlers.owning import NewOwner
from bot.interface.announcements import SUMMARY_LIMIT, TITLE_LIMIT, Announcement, LinkRefused, normalised_link
from bot.interface.answers import Answers
from bot.interface.intents import Announce, Intent
from bot.interface.parts import Option, Screen
from bot.interface.recognition import Match
from bot.interface.visible_text import stripped
from bot.people import places, reachability
from bot.policies import audience, ends, policies
from bot.policies.announced_before import AnnouncedBefore
from bot.policies.policies import Accountable, Opening
from bot.screens import refusals as says
from bot.screens.policy.announce_form import announce_form, announced_form
from bot.screens.which_account import answer_name
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.form_input import TypedForm, day_ahead, sentence
from storage import Audience, Channel, Policy
from storage import channels as stored_channels
from storage import policies as stored_policies
from storage.keys import nonce_hash


class NewWording(TypedForm):
    """A policy's title and summary, as they were typed."""

    title: str = ""
    summary: str = ""

    @field_validator("title")
    @classmethod
    def _title(cls, value: str) -> str:
        value = _on_one_line(value)
        if not value:
            raise sentence(says.NO_TITLE)
        if len(value) > TITLE_LIMIT:
            raise sentence(says.too_long("Title", TITLE_LIMIT, len(value)))
        return value

    @field_validator("summary")
    @classmethod
    def _summary(cls, value: str) -> str:
        value = value.strip()
        if not value:
            raise sentence(says.NO_SUMMARY)
        if len(value) > SUMMARY_LIMIT:
            raise sentence(says.too_long("Summary", SUMMARY_LIMIT, len(value)))
        return value


class NewPolicy(NewWording, NewOwner):
    """An announcement as it was typed. `owner`, `delegate` and `senior` name people; `channels` are ids."""

    link: str = ""
    delegate: str = ""
    delegate_account: str = ""
    senior: str = ""
    senior_account: str = ""
    closes_on: str = ""
    channels: tuple[str, ...] = ()
    audience: str = ""

    @field_validator("link")
    @classmethod
    def _link(cls, value: str) -> str:
        value = stripped(value)
        if not value:
            return ""
        try:
            normalised_link(value)
        except LinkRefused:
            raise sentence(says.BAD_LINK) from None
        if not value.startswith("https://"):
            raise sentence(says.BAD_LINK)
        return value

    @field_validator("closes_on")
    @classmethod
    def _closes_on(cls, value: str, info: ValidationInfo) -> str:
        return day_ahead(value, info) if value else ""


_ROLES = ("owner", "delegate", "senior")


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _announce(context: HandlerContext, intent: Announce, draft: Draft) -> Screen:
    channels = stored_channels.connected(context.uow.session)
    names = places.of_channels(context.uow, channels)
    return announce_form(
        tuple(Option(str(each.id), names[each.id]) for each in channels),
        naming.to_choose_from(context, draft, _ROLES),
        answers=draft.answers if draft.touched else _prefilled(context),
        problems=draft.problems,
        nonce=draft.nonce,
    )


def _prefilled(context: HandlerContext) -> Answers:
    """The channel that the form is opened in and, before the first policy, the people whom test messages reached."""
    uow, visitor = context.uow, context.visitor
    here = {"channels": (str(visitor.channel.id),)} if visitor.channel is not None else {}
    if not visitor.admin or stored_policies.is_any_open(uow.session, uow.today):
        return here
    return here | {role.value: (address,) for role, address in checklist.reached(uow).items()}


def _submit_announce(context: HandlerContext, intent: Announce, draft: Draft) -> Screen:
    uow = context.uow
    hashed = nonce_hash(draft.nonce)
    earlier = stored_policies.by_nonce(uow.session, hashed)
    typed = NewPolicy.read(draft.answers, uow.today)
    channels = _channels(context, typed)
    policy = earlier or _open(context, typed, channels, hashed)
    names = tuple(places.of_channels(uow, channels).values())
    return announced_form(
        policies.view(uow, policy), names, reachability.unreached(uow, policy), audience.view(uow, policy)
    )


def _open(context: HandlerContext, typed: NewPolicy, channels: tuple[Channel, ...], hashed: bytes) -> Policy:
    uow = context.uow
    announcement = Announcement(title=typed.title, summary=typed.summary, link=typed.link, announced_on=None)
    match, known = AnnouncedBefore(uow, [announcement]).find(announcement)
    # To somebody who is not on it, a policy with that link does not exist, so theirs is another one.
    hidden = known is not None and not audience.is_on(uow, context.visitor, known)
    if match is not Match.OTHER and not hidden:
        raise FormRefused({"link": says.ANNOUNCED_ALREADY})
    opening = Opening(
        accountable=_accountable(context, typed),
        channels=channels,
        closes_on=date.fromisoformat(typed.closes_on) if typed.closes_on else None,
        announced_by=context.visitor.id,
        nonce_hash=hashed,
        audience=_audience(typed, channels),
        by_itself=hidden,
    )
    try:
        return policies.announce(uow, [announcement], opening).opened[0]
    except ends.TooFar as refused:
        raise FormRefused({"closes_on": str(refused)}) from None


def _audience(typed: NewPolicy, channels: tuple[Channel, ...]) -> Audience | None:
    """Who was chosen to be on it, if that was asked. Raises `FormRefused` where nobody would be."""
    chosen = Audience(typed.audience) if typed.audience in set(Audience) else None
    if chosen is Audience.MEMBERS and not channels:
        raise FormRefused({"channels": says.NO_CHANNEL})
    return chosen


def _accountable(context: HandlerContext, typed: NewPolicy) -> Accountable:
    answers = {each: (getattr(typed, each), getattr(typed, answer_name(each))) for each in _ROLES}
    return Accountable(**naming.all_named(context, answers))


def _channels(context: HandlerContext, typed: NewPolicy) -> tuple[Channel, ...]:
    wanted = set(typed.channels)
    return tuple(each for each in stored_channels.connected(context.uow.session) if str(each.id) in wanted)


OPENS: dict[type[Intent], Opens] = {Announce: _announce}
SUBMITS: dict[type[Intent], Submits] = {Announce: _submit_announce}
