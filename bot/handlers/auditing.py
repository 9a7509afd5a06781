"""Handlers for officers: an admin names them, and auditors read the audit log and have it checked."""

from __future__ import annotations

from pydantic import field_validator

from bot.admin import audit
from bot.admin.audit import Tampered
from bot.handlers.context import (
    Draft,
    HandlerContext,
    LookFirst,
    Opens,
    Submits,
    admins_only,
    auditors_only,
)
from bot.interface.answers import Answers
from bot.interface.intents import CheckAudit, ChooseOfficers, Intent, SeeAudit
from bot.interface.pages import Page
from bot.interface.parts import Screen
from bot.interface.visible_text import as_typed
from bot.people import officers
from bot.screens import refusals as says
from bot.screens.admin.audit_log import (
    audit_changed_form,
    audit_checked_form,
    audit_log_form,
    check_audit_form,
)
from bot.screens.admin.officers_form import LIMIT, OFFICERS, officers_form, officers_saved_form
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.form_input import TypedForm, sentence


def _choose_officers(context: HandlerContext, intent: ChooseOfficers, draft: Draft) -> Screen:
    admins_only(context)
    answers: Answers = draft.answers
    if not draft.touched:
        held = officers.by_role(context.uow)
        answers = {role.value: ("\n".join(email for email, _ in held.get(role, ())),) for role in OFFICERS}
    return officers_form(answers=answers, problems=draft.problems, nonce=draft.nonce)


def _submit_officers(context: HandlerContext, intent: ChooseOfficers, draft: Draft) -> Screen:
    admins_only(context)
    typed = {role: next(as_typed(draft.answers.get(role.value, ())), "") for role in OFFICERS}
    long = {role.value: says.too_long("This", LIMIT, len(text)) for role, text in typed.items() if len(text) > LIMIT}
    if long:
        raise FormRefused(long)
    officers.choose(context.uow, officers.read(context.uow, typed))
    return officers_saved_form(officers.by_role(context.uow))


def _see_audit(context: HandlerContext, intent: SeeAudit, draft: Draft) -> Screen:
    auditors_only(context)
    page = Page.of(intent.page, audit.number(context.uow))
    return audit_log_form(audit.views(context.uow, page), zone=context.uow.zone, page=page)


class NotedEnd(TypedForm):
    """An end of the log as someone noted it, or nothing."""

    expected: str = ""

    @field_validator("expected")
    @classmethod
    def _expected(cls, value: str) -> str:
        if value and audit.head_in(value.strip()) is None:
            raise sentence(says.NO_END_OF_LOG)
        return value.strip()


def _check_audit(context: HandlerContext, intent: CheckAudit, draft: Draft) -> Screen:
    auditors_only(context)
    end = str(audit.head(context.uow))
    return check_audit_form(end, answers=draft.answers, problems=draft.problems, nonce=draft.nonce)


def _submit_check(context: HandlerContext, intent: CheckAudit, draft: Draft) -> Screen:
    auditors_only(context)
    NotedEnd.read(draft.answers)
    # It reads the whole log, which must not keep others from writing.
    raise LookFirst(_checked, {})


def _checked(context: HandlerContext, intent: CheckAudit, draft: Draft) -> Screen:
    expected = audit.head_in(NotedEnd.read(draft.answers).expected)
    try:
        head = audit.verify(context.uow, expected)
    except Tampered as found:
        return audit_changed_form(found.number)
    return audit_checked_form(head.number, str(head), expected=expected is not None)


OPENS: dict[type[Intent], Opens] = {
    ChooseOfficers: _choose_officers,
    SeeAudit: _see_audit,
    CheckAudit: _check_audit,
}
SUBMITS: dict[type[Intent], Submits] = {ChooseOfficers: _submit_officers, CheckAudit: _submit_check}
