"""Handlers for what admins say about the organisation: who runs this, texts on the forms, days and times."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from bot.admin import checklist
from bot.calendar.working_days import choices
from bot.handlers.context import Draft, HandlerContext, Opens, Submits, admins_only
from bot.interface.intents import Intent, SayWhoRunsIt, SetLines, SetTimes
from bot.interface.parts import Option, Screen
from bot.interface.views import SetUpStep
from bot.interface.visible_text import as_typed
from bot.policies import release_terms
from bot.screens import refusals as says
from bot.screens.admin import lines_form as lines
from bot.screens.admin import times_form as times
from bot.screens.admin import who_runs_it_form as who
from bot.screens.notice.confirmations import settings_saved_form
from bot.unit_of_work import organisation
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.organisation import DESCRIBED, Value
from storage import Organisation


def _typed_or_saved(context: HandlerContext, draft: Draft, names: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """What was typed or, when the form is opened, the saved values."""
    if draft.touched:
        return draft.answers
    row = context.uow.organisation
    saved = {each: getattr(row, each) for each in names}
    texts = {name: "" if value is None else organisation.as_text(value) for name, value in saved.items()}
    return {name: tuple(text.split()) if name in times.SEVERAL else (text,) for name, text in texts.items()}


def _read(draft: Draft, limits: Mapping[str, int], needed: Iterable[str]) -> dict[str, Value]:
    """What was typed, checked. Raises `FormRefused` with a sentence for each field that must be corrected."""
    typed = {name: " ".join(as_typed(draft.answers.get(name, ()))).strip() for name in limits}
    problems = {name: f"Enter {DESCRIBED[name]}" for name in needed if not typed[name]}
    for name, text in typed.items():
        if len(text) > limits[name]:
            problems[name] = says.too_long("This", limits[name], len(text))
    try:
        values = organisation.read(typed)
    except FormRefused as refused:
        raise FormRefused({**refused.problems, **problems}) from None
    if problems:
        raise FormRefused(problems)
    return values


_WHO_LIMITS = {**dict.fromkeys(who.NAMES, who.LIMIT), who.DOMAINS: who.LIMIT}


def _who(context: HandlerContext, intent: SayWhoRunsIt, draft: Draft) -> Screen:
    admins_only(context)
    answers = _typed_or_saved(context, draft, (*_WHO_LIMITS, who.GUESTS))
    return who.who_runs_it_form(answers=answers, problems=draft.problems, nonce=draft.nonce)


def _submit_who(context: HandlerContext, intent: SayWhoRunsIt, draft: Draft) -> Screen:
    admins_only(context)
    limits = _WHO_LIMITS | ({who.GUESTS: who.LIMIT} if draft.answers.get(who.GUESTS) else {})
    organisation.describe(context.uow, _read(draft, limits, who.NAMES))
    context.uow.rejoins = True
    return settings_saved_form()


def _lines(context: HandlerContext, intent: SetLines, draft: Draft) -> Screen:
    admins_only(context)
    answers = _typed_or_saved(context, draft, lines.LIMITS)
    return lines.lines_form(answers=answers, problems=draft.problems, nonce=draft.nonce)


def _submit_lines(context: HandlerContext, intent: SetLines, draft: Draft) -> Screen:
    admins_only(context)
    organisation.describe(context.uow, _read(draft, lines.LIMITS, lines.NEEDED))
    return settings_saved_form()


_TIMES_LIMITS = {**dict.fromkeys(times.NAMES, 20), "own_days": times.OWN_DAYS_LIMIT}


def _times(context: HandlerContext, intent: SetTimes, draft: Draft) -> Screen:
    admins_only(context)
    try:
        terms = _changed(context, _read(draft, _TIMES_LIMITS, ())) if draft.touched else context.uow.organisation
    except FormRefused:
        terms = context.uow.organisation
    return times.times_form(
        tuple(Option(code, name) for code, name in choices().items()),
        checklist.chain(context.uow, terms),
        answers=_typed_or_saved(context, draft, times.NAMES),
        problems=draft.problems,
        nonce=draft.nonce,
        asked="" if _same_times(context, terms) else _confirmation(terms),
    )


def _changed(context: HandlerContext, values: Mapping[str, Value]) -> Organisation:
    """The organisation as it would be with those values; it is not saved."""
    return Organisation(**{**context.uow.organisation.model_dump(), **values})


def _same_times(context: HandlerContext, terms: Organisation) -> bool:
    return all(getattr(terms, each) == getattr(context.uow.organisation, each) for each in times.NAMES)


def _confirmation(terms: Organisation) -> str:
    """The value that the form sends when an admin confirms the dates they were shown; it is for these terms only."""
    shown = "/".join(str(getattr(terms, each)) for each in times.NAMES)
    return hashlib.sha256(shown.encode()).hexdigest()[:32]


def _submit_times(context: HandlerContext, intent: SetTimes, draft: Draft) -> Screen:
    admins_only(context)
    values = _read(draft, _TIMES_LIMITS, ())
    terms = _changed(context, values)
    if not _same_times(context, terms) and draft.answers.get(times.RIGHT) != (_confirmation(terms),):
        raise FormRefused({times.RIGHT: says.NO_PREVIEW})
    release_terms.describe(context.uow, values)
    checklist.mark_done(context.uow, SetUpStep.TIMES)
    return settings_saved_form()


OPENS: dict[type[Intent], Opens] = {SayWhoRunsIt: _who, SetLines: _lines, SetTimes: _times}
SUBMITS: dict[type[Intent], Submits] = {SayWhoRunsIt: _submit_who, SetLines: _submit_lines, SetTimes: _submit_times}
