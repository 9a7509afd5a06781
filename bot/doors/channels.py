"""The door to a channel's settings, for admins."""

from __future__ import annotations

from uuid import UUID

from pydantic import field_validator

from bot.doors.visit import Draft, Opens, Sends, Visit, admins_only, instead
from bot.intents import ChannelSettings, Intent
from bot.parts import Screen
from bot.typed import TypedForm, sentence
from bot.words import refusals as says
from bot.words.channel_settings import channel_settings_form
from bot.words.thanks import settings_saved_form
from storage import Channel, Promise
from storage import channels as stored
from storage import organisation as organisations

_OFFERED = (Promise.CONFIDENTIAL, Promise.NAMED)
_LARGEST_FLOOR = 10_000


class NewSettings(TypedForm):
    """A channel's settings as they were chosen: promises, guests (`yes` or `no`), and the smallest group."""

    promises: tuple[str, ...] = ()
    guests: str = ""
    floor: str = ""

    @field_validator("promises")
    @classmethod
    def _promises(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not set(value) & set(_OFFERED):
            raise sentence(says.NO_PROMISES)
        return value

    @field_validator("guests")
    @classmethod
    def _guests(cls, value: str) -> str:
        if value not in ("yes", "no"):
            raise sentence(says.NO_GUESTS)
        return value

    @field_validator("floor")
    @classmethod
    def _floor(cls, value: str) -> str:
        if not (value.strip().isascii() and value.strip().isdigit() and 0 < int(value) <= _LARGEST_FLOOR):
            raise sentence(says.NO_FLOOR)
        return value.strip()


def _channel(visit: Visit, channel_id: UUID) -> Channel:
    admins_only(visit)
    found = stored.channel(visit.turn.session, channel_id)
    if found is None:
        raise instead(says.NOT_FOUND)
    return found


def _settings(visit: Visit, intent: ChannelSettings, draft: Draft) -> Screen:
    row = _channel(visit, intent.channel)
    answers = draft.answers
    if not draft.touched:
        offered = ((row.offers_confidential, Promise.CONFIDENTIAL), (row.offers_named, Promise.NAMED))
        answers = {
            "promises": tuple(promise.value for on, promise in offered if on),
            "guests": ("yes" if row.guests else "no",),
            "floor": (str(visit.turn.organisation.floor),),
        }
    return channel_settings_form(row.id, row.name, answers=answers, problems=draft.problems, nonce=draft.nonce)


def _send_settings(visit: Visit, intent: ChannelSettings, draft: Draft) -> Screen:
    row = _channel(visit, intent.channel)
    typed = NewSettings.read(draft.answers)
    row.offers_confidential = Promise.CONFIDENTIAL in typed.promises
    row.offers_named = Promise.NAMED in typed.promises
    row.guests = typed.guests == "yes"
    organisation = visit.turn.organisation
    organisation.floor = int(typed.floor)
    organisations.keep(visit.turn.session, organisation)
    visit.turn.session.flush()
    return settings_saved_form()


OPENS: dict[type[Intent], Opens] = {ChannelSettings: _settings}
SENDS: dict[type[Intent], Sends] = {ChannelSettings: _send_settings}
