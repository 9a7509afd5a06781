"""Handlers for what was promised: seeing it, and saying that it is done, a new day, or that it will not happen."""

from __future__ import annotations

from uuid import UUID

from bot.digests import digests
from bot.flags import answers, commitment_lists, commitment_updates, commitments
from bot.flags.commitment_updates import HowDone, NewDay, NewUpdate
from bot.handlers.context import Draft, HandlerContext, Opens, Submits, instead, policy_of
from bot.interface.intents import Intent, MyPromises, SayDone, SayWillNotHappen, SeePromises, SetNewDay
from bot.interface.pages import Page
from bot.interface.parts import Screen
from bot.people import absences
from bot.policies import audience, policies
from bot.screens import refusals as says
from bot.screens.answer.commitment_form import commitment_form, said_form
from bot.screens.policy.promises import my_promises_form, promises_form
from bot.unit_of_work.errors import FormRefused
from storage import Commitment, Policy, UpdateKind
from storage import answers as stored_answers
from storage import commitments as stored
from storage import flags as stored_flags

_KINDS: dict[type[Intent], tuple[UpdateKind, type[NewUpdate]]] = {
    SayDone: (UpdateKind.DONE, HowDone),
    SetNewDay: (UpdateKind.NEW_DAY, NewDay),
    SayWillNotHappen: (UpdateKind.WILL_NOT_HAPPEN, NewUpdate),
}
About = SayDone | SetNewDay | SayWillNotHappen


def _see_promises(context: HandlerContext, intent: SeePromises, draft: Draft) -> Screen:
    uow = context.uow
    policy = policy_of(context, intent.policy)
    page = Page.of(intent.page, commitment_lists.number(uow, policy))
    shown = commitment_lists.of_policy(uow, policy, page)
    may_say = answers.role_of(uow, policy, context.visitor) is not None
    return promises_form(policies.view(uow, policy), shown, page=page, may_say=may_say)


def _my_promises(context: HandlerContext, intent: MyPromises, draft: Draft) -> Screen:
    uow, ids = context.uow, context.visitor.ids
    owners = [*ids, *absences.owners_stood_in_for(uow, ids)]
    page = Page.of(intent.page, stored.number_theirs(uow.session, owners, ids))
    return my_promises_form(commitment_lists.of_owners(uow, owners, ids, page), page=page)


def _own_commitment(context: HandlerContext, commitment_id: UUID) -> tuple[Policy, Commitment]:
    """A commitment that the visitor answers for, and its policy. Raises `Instead`."""
    found = stored.commitment(context.uow.session, commitment_id)
    if found is None:
        raise instead(says.NOT_FOUND)
    policy = policy_of(context, found.policy_id)
    try:
        answers.may_answer(context.uow, policy, context.visitor)
    except FormRefused as refused:
        raise instead(refused.problems[""]) from None
    return policy, found


def _open(context: HandlerContext, intent: About, draft: Draft) -> Screen:
    policy, commitment = _own_commitment(context, intent.commitment)
    shown = commitment_lists.one(context.uow, policy, commitment)
    if shown is None:
        raise instead(says.NOT_FOUND)
    if commitment.ended_on is not None:
        return promises_form(policies.view(context.uow, policy), (shown,), may_say=True, alone=True)
    return commitment_form(
        shown,
        intent,
        last_day=commitment_updates.last_new_day(context.uow, commitment),
        answers=draft.answers,
        problems=draft.problems,
        nonce=draft.nonce,
        audience=audience.view(context.uow, policy),
    )


def _submit(context: HandlerContext, intent: About, draft: Draft) -> Screen:
    uow = context.uow
    policy, commitment = _own_commitment(context, intent.commitment)
    kind, model = _KINDS[type(intent)]
    typed = model.read(draft.answers, uow.today)
    commitment_updates.say(uow, context.visitor, commitment, kind, typed, draft.nonce)
    flag_ids = stored_answers.flags_of(uow.session, commitment.answer_id)
    digests.show_answers(uow, policy, stored_flags.flags(uow.session, flag_ids))
    given = stored_answers.answer(uow.session, commitment.answer_id)
    where = answers.heard_in(uow, given) if given else ()
    asked_on = commitments.asked_before(uow, commitment.by_date) if kind is UpdateKind.NEW_DAY else None
    return said_form(policies.view(uow, policy), kind, commitment.by_date, where, asked_on=asked_on)


OPENS: dict[type[Intent], Opens] = {
    SeePromises: _see_promises,
    MyPromises: _my_promises,
    SayDone: _open,
    SetNewDay: _open,
    SayWillNotHappen: _open,
}
SUBMITS: dict[type[Intent], Submits] = {SayDone: _submit, SetNewDay: _submit, SayWillNotHappen: _submit}
