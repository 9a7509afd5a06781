"""Handlers for practising: an admin takes a made-up flag all the way from announcement to answer.

What is typed stays in the form and goes with it from step to step. Only that someone has reached the end is kept, as
one step of the checklist. Decision 0016.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.admin import checklist, practice
from bot.flags import boxes
from bot.flags.answers import NewAnswer
from bot.flags.flags import NewFlag
from bot.handlers.announcing import NewWording
from bot.handlers.context import Draft, HandlerContext, Opens, Submits, admins_only
from bot.handlers.flagging import offers
from bot.interface.answers import Answers
from bot.interface.intents import Intent, Practise
from bot.interface.parts import Screen
from bot.interface.views import ChainView, DigestView, SetUpStep
from bot.people import people
from bot.screens import refusals as says
from bot.screens.admin.practice_form import EXAMPLE_WORDING, Practice, PracticeStep, practice_form, practised_form
from bot.unit_of_work.errors import FormRefused
from storage import Promise, Verdict

# A platform may leave out empty answers, so any one answer shows that a step's questions were asked.
_ASKED = {PracticeStep.ANSWER: NewAnswer.model_fields, PracticeStep.FLAG: NewFlag.model_fields}


def _step_reached(answers: Answers) -> PracticeStep:
    """The step at which the form was submitted."""
    return next((step for step, names in _ASKED.items() if not answers.keys().isdisjoint(names)), PracticeStep.POLICY)


def _practise(context: HandlerContext, intent: Practise, draft: Draft) -> Screen:
    admins_only(context, audited=False)
    return _step_form(context, draft, _step_reached(draft.answers))


def _step_form(context: HandlerContext, draft: Draft, step: PracticeStep) -> Screen:
    uow, answers = context.uow, draft.answers if draft.touched else EXAMPLE_WORDING
    chain = _chain(context)
    shown = Practice(
        organisation=uow.organisation_view(),
        platform_name=context.platform_name,
        offers=offers(context.visitor.channel),
        chain=chain,
        shown_by=boxes.latest(
            uow, chain.written_on, uow.organisation.batch_wait_days, uow.organisation_view().release_days
        ),
        digest=_digest(context, answers) if step is PracticeStep.ANSWER else None,
    )
    return practice_form(step, shown, answers=answers, problems=draft.problems, nonce=draft.nonce)


def _chain(context: HandlerContext) -> ChainView:
    return checklist.chain(context.uow, context.uow.organisation)


def _digest(context: HandlerContext, answers: Answers) -> DigestView | None:
    """The digest with the flag that was typed; None while that flag has to be corrected."""
    if _problems(context, answers, PracticeStep.FLAG):
        return None
    title, zone = NewWording.read(answers).title, context.uow.zone
    return practice.digest(title, NewFlag.read(answers), author=_name(context), chain=_chain(context), zone=zone)


def _name(context: HandlerContext) -> str:
    return people.name_of(context.uow, context.visitor.id)


def _problems(context: HandlerContext, answers: Answers, step: PracticeStep) -> dict[str, str]:
    """The problems in all that was asked up to that step, by field."""
    checks: dict[PracticeStep, Callable[[], object]] = {
        PracticeStep.POLICY: lambda: NewWording.read(answers),
        PracticeStep.FLAG: lambda: _check_flag(context, NewFlag.read(answers)),
        PracticeStep.ANSWER: lambda: NewAnswer.read(answers, context.uow.today),
    }
    problems: dict[str, str] = {}
    for check in (checks[each] for each in PracticeStep if each <= step):
        try:
            check()
        except FormRefused as refused:
            problems.update(refused.problems)
    return problems


def _check_flag(context: HandlerContext, flag: NewFlag) -> None:
    offered = offers(context.visitor.channel)
    if flag.promise not in offered:
        raise FormRefused({"promise": says.not_offered(Promise(flag.promise), offered)})
    if flag.verdict == Verdict.AS_ANNOUNCED:
        raise FormRefused({"verdict": says.NOTHING_TO_ANSWER})


def _submit_practice(context: HandlerContext, intent: Practise, draft: Draft) -> Screen:
    admins_only(context, audited=False)
    answers, step = draft.answers, _step_reached(draft.answers)
    problems = _problems(context, answers, step)
    if problems:
        raise FormRefused(problems)
    if step is not PracticeStep.ANSWER:
        return _step_form(context, draft, PracticeStep(step + 1))
    checklist.mark_done(context.uow, SetUpStep.PRACTICE)
    title, chain = NewWording.read(answers).title, _chain(context)
    flag = practice.flag_view(title, NewFlag.read(answers), chain=chain)
    answer = NewAnswer.read(answers, context.uow.today)
    return practised_form(flag, practice.answer_view(answer, by=_name(context), chain=chain))


OPENS: dict[type[Intent], Opens] = {Practise: _practise}
SUBMITS: dict[type[Intent], Submits] = {Practise: _submit_practice}
