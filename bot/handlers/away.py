"""Handlers for saying on which days one is away, and who stands in."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from pydantic import ValidationInfo, field_validator

from bot.handlers.context import Draft, HandlerContext, Opens, Submits
from bot.interface.answers import Answers
from bot.interface.intents import Away, Intent
from bot.interface.parts import Screen
from bot.interface.visible_text import is_blank
from bot.people import absences, people, role_holders
from bot.people.role_holders import NotNamed
from bot.screens import refusals as says
from bot.screens.digest.away import away_form, away_saved_form, not_away_form
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.form_input import TypedForm, day, sentence
from storage import people as stored_people


class Days(TypedForm):
    """The first and the last day away, and who stands in, as they were typed; the days are then ISO dates."""

    first_day: str = ""
    last_day: str = ""
    stand_in: str = ""

    @field_validator("first_day")
    @classmethod
    def _first_day(cls, value: str) -> str:
        if not value:
            raise sentence(says.NO_FIRST_DAY)
        return day(value).isoformat()

    @field_validator("last_day")
    @classmethod
    def _last_day(cls, value: str, info: ValidationInfo) -> str:
        today: date = (info.context or {})["today"]
        if not value:
            raise sentence(says.NO_LAST_DAY)
        first, last = date.fromisoformat(info.data.get("first_day") or today.isoformat()), day(value)
        if last < max(first, today):
            raise sentence(says.NO_LAST_DAY)
        latest = max(first, today) + timedelta(days=absences.LONGEST_DAYS)
        if last > latest:
            raise sentence(says.no_later_than(latest))
        return last.isoformat()

    @field_validator("stand_in")
    @classmethod
    def _stand_in(cls, value: str) -> str:
        if not value.strip():
            raise sentence(says.NO_STAND_IN)
        return value


def _away(context: HandlerContext, intent: Away, draft: Draft) -> Screen:
    answers = draft.answers if draft.touched else _planned(context)
    return away_form(answers=answers, problems=draft.problems, nonce=draft.nonce)


def _planned(context: HandlerContext) -> Answers:
    row = absences.planned(context.uow, context.visitor.id)
    if row is None:
        return {}
    return {
        "first_day": (row.first_day.isoformat(),),
        "last_day": (row.last_day.isoformat(),),
        "stand_in": (_typed_as(context, row.stand_in_id),),
    }


def _typed_as(context: HandlerContext, person_id: UUID) -> str:
    """What one would type into the form to name a person: an e-mail address, else an account."""
    emails = sorted(stored_people.emails_of(context.uow.session, person_id))
    accounts = stored_people.identities_of(context.uow.session, person_id)
    paths = [f"{each.platform}/{each.workspace}/{each.user}" for each in accounts]
    return next(iter([*emails, *paths]), "")


def _submit_away(context: HandlerContext, intent: Away, draft: Draft) -> Screen:
    uow = context.uow
    if all(is_blank(text) for each in Days.model_fields for text in draft.answers.get(each, ())):
        absences.end(uow, context.visitor)
        return not_away_form()
    typed = Days.read(draft.answers, uow.today)
    try:
        named = role_holders.find(uow, typed.stand_in)
    except NotNamed as refused:
        raise FormRefused({"stand_in": refused.sentence}) from None
    if named.unclear:
        raise FormRefused({"stand_in": says.not_one_person(len(named.unclear))})
    if named.person_id is None:
        raise FormRefused({"stand_in": says.not_here("")})
    first_day, last_day = date.fromisoformat(typed.first_day), date.fromisoformat(typed.last_day)
    row = absences.set_away(uow, context.visitor, first_day, last_day, named.person_id)
    return away_saved_form(people.name_of(uow, row.stand_in_id), row.first_day, row.last_day)


OPENS: dict[type[Intent], Opens] = {Away: _away}
SUBMITS: dict[type[Intent], Submits] = {Away: _submit_away}
