"""Handlers for a channel's settings, for admins."""

from __future__ import annotations

from uuid import UUID

from pydantic import field_validator

from bot.admin import checklist
from bot.handlers.context import Draft, HandlerContext, Opens, Submits, admins_only, instead
from bot.interface.intents import ChannelSettings, Intent
from bot.interface.parts import Screen
from bot.interface.platforms import display_name
from bot.interface.ports import REACTIONS
from bot.interface.views import SetUpStep
from bot.interface.visible_text import stripped
from bot.people import installations, places
from bot.screens import refusals as says
from bot.screens.admin.channel_settings import SWITCHES, channel_settings_form
from bot.screens.notice.confirmations import settings_saved_form
from bot.screens.promises import OFFERED
from bot.unit_of_work.form_input import TypedForm, sentence
from storage import Channel, Promise
from storage import channels as stored
from storage import organisation as organisations

_LARGEST_FLOOR = 10_000


class Promises(TypedForm):
    """The promises that flag forms are to offer, as they were chosen."""

    promises: tuple[str, ...] = ()

    @field_validator("promises")
    @classmethod
    def _promises(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not set(value) & set(OFFERED):
            raise sentence(says.NO_PROMISES)
        return value

    def offer(self, channel: Channel) -> None:
        """Let a channel offer these promises and no others."""
        channel.offers_confidential = Promise.CONFIDENTIAL in self.promises
        channel.offers_named = Promise.NAMED in self.promises
        channel.offers_detached = Promise.DETACHED in self.promises


class NewSettings(Promises):
    """A channel's settings as they were chosen: `yes` or `no` for each switch, and the smallest group."""

    guests: str = ""
    reactions: str = ""
    digests: str = ""
    floor: str = ""

    @field_validator(*SWITCHES)
    @classmethod
    def _switch(cls, value: str) -> str:
        if value not in ("yes", "no"):
            raise sentence(says.NO_YES_OR_NO)
        return value

    @field_validator("floor")
    @classmethod
    def _floor(cls, value: str) -> str:
        value = stripped(value)
        is_number = value.isascii() and value.isdigit() and len(value) <= len(str(_LARGEST_FLOOR))
        if not (is_number and 0 < int(value) <= _LARGEST_FLOOR):
            raise sentence(says.NO_FLOOR)
        return value


def _channel(context: HandlerContext, channel_id: UUID) -> Channel:
    admins_only(context)
    found = stored.channel(context.uow.session, channel_id)
    if found is None:
        raise instead(says.NOT_FOUND)
    return found


def _settings(context: HandlerContext, intent: ChannelSettings, draft: Draft) -> Screen:
    row = _channel(context, intent.channel)
    answers = draft.answers
    if not draft.touched:
        answers = {
            "promises": tuple(each.value for each in checklist.offers_of(row)),
            **{each: ("yes" if getattr(row, each) else "no",) for each in SWITCHES},
            "floor": (str(context.uow.organisation.floor),),
        }
    return channel_settings_form(
        row.id, places.of_channel(context.uow, row), answers=answers, problems=draft.problems, nonce=draft.nonce
    )


def _submit_settings(context: HandlerContext, intent: ChannelSettings, draft: Draft) -> Screen:
    row = _channel(context, intent.channel)
    typed = NewSettings.read(draft.answers)
    typed.offer(row)
    for each in SWITCHES:
        setattr(row, each, getattr(typed, each) == "yes")
    organisation = context.uow.organisation
    organisation.floor = int(typed.floor)
    organisations.keep(context.uow.session, organisation)
    checklist.mark_done(context.uow, SetUpStep.OFFERS)
    context.uow.session.flush()
    return settings_saved_form(no_reactions_on=_no_reactions_on(context, row))


def _no_reactions_on(context: HandlerContext, row: Channel) -> str:
    """The platform's display name, if reactions are on in a channel of which the app is not told."""
    lacks = installations.lacks(context.uow, row.platform, row.workspace) if row.reactions else frozenset()
    return display_name(row.platform) if REACTIONS in lacks else ""


OPENS: dict[type[Intent], Opens] = {ChannelSettings: _settings}
SUBMITS: dict[type[Intent], Submits] = {ChannelSettings: _submit_settings}
