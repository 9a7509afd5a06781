"""Handlers for texts that should not be there: anyone reports one, and a records officer opens it and takes it down."""

from __future__ import annotations

import hashlib
from uuid import UUID

from pydantic import field_validator

from bot.admin import reports, take_downs, texts
from bot.handlers.context import (
    Draft,
    HandlerContext,
    Opens,
    Submits,
    instead,
    policy_of,
    records_officers_only,
    shown_flag,
)
from bot.interface.intents import (
    Intent,
    LeaveText,
    OpenText,
    ReportAnnouncement,
    ReportText,
    SeeReports,
    SeeTakeDown,
    TakeTextDown,
)
from bot.interface.pages import Page
from bot.interface.parts import Screen
from bot.interface.views import TextView
from bot.screens import refusals as says
from bot.screens.admin import reports as screen
from bot.screens.flag.report_form import TEXT, key_of, report_form, reported_form
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.form_input import TypedForm, sentence
from storage import ReportReason, TakeDown, TextKind
from storage import take_downs as stored

AnyText = OpenText | LeaveText | TakeTextDown | SeeTakeDown


class NewReport(TypedForm):
    """What is wrong with a text, as it was chosen."""

    text: str = ""
    reason: str = ""

    @field_validator("reason")
    @classmethod
    def _reason(cls, value: str) -> str:
        if value not in set(ReportReason):
            raise sentence(says.NO_REPORT_REASON)
        return value


class NewTakeDown(TypedForm):
    """Why a text is taken down."""

    reason: str = ""
    sentence: str = ""

    @field_validator("reason")
    @classmethod
    def _reason(cls, value: str) -> str:
        if value not in set(ReportReason):
            raise sentence(says.NO_TAKE_DOWN_REASON)
        return value

    @field_validator("sentence")
    @classmethod
    def _sentence(cls, value: str) -> str:
        if not value.strip():
            raise sentence(says.NO_TAKE_DOWN_SENTENCE)
        if len(value) > screen.SENTENCE_LIMIT:
            raise sentence(says.too_long("This", screen.SENTENCE_LIMIT, len(value)))
        return " ".join(value.split())


def _texts(context: HandlerContext, intent: ReportText | ReportAnnouncement) -> tuple[TextView, ...]:
    """The texts that the visitor can read there and report. Raises `Instead`."""
    if isinstance(intent, ReportText):
        return texts.of_flag(context.uow, *shown_flag(context, intent.flag))
    found = texts.text(context.uow, TextKind.POLICY, policy_of(context, intent.policy).id)
    if found is None:
        raise instead(says.NOT_FOUND)
    return (found,)


def _report(context: HandlerContext, intent: ReportText | ReportAnnouncement, draft: Draft) -> Screen:
    found = _texts(context, intent)
    return report_form(found, intent, answers=draft.answers, problems=draft.problems, nonce=draft.nonce)


def _submit_report(context: HandlerContext, intent: ReportText | ReportAnnouncement, draft: Draft) -> Screen:
    found = _texts(context, intent)
    typed = NewReport.read(draft.answers)
    text = found[0] if len(found) == 1 else next((each for each in found if key_of(each) == typed.text), None)
    if text is None:
        raise FormRefused({TEXT: says.NO_TEXT})
    reports.report(context.uow, text, ReportReason(typed.reason))
    return reported_form()


def _see_reports(context: HandlerContext, intent: SeeReports, draft: Draft) -> Screen:
    records_officers_only(context)
    waiting = reports.waiting(context.uow)
    page = Page.of(intent.page, len(waiting) + stored.number(context.uow.session))
    shown = tuple(page.of_items(waiting))
    offset = max(0, page.offset - len(waiting))
    down = reports.taken_down(context.uow, offset=offset, limit=page.last - page.offset - len(shown))
    return screen.reports_form((*shown, *down), page)


def _reported(context: HandlerContext, intent: AnyText) -> tuple[TextKind, TextView]:
    """A text that was reported and is still there. Raises `Instead`."""
    records_officers_only(context)
    kind = _kind(intent)
    if stored.take_down_of(context.uow.session, kind, intent.text) is None:
        found = texts.text(context.uow, kind, intent.text)
        if found is not None and reports.is_reported(context.uow, kind, intent.text):
            return kind, found
    raise instead(says.NOT_FOUND)


def _kind(intent: AnyText) -> TextKind:
    try:
        return TextKind(intent.kind)
    except ValueError:
        raise instead(says.NOT_FOUND) from None


def _open_text(context: HandlerContext, intent: OpenText, draft: Draft) -> Screen:
    kind, found = _reported(context, intent)
    reasons = tuple(each.reason for each in stored.reports(context.uow.session, kind, found.id))
    return screen.reported_text_form(found, reasons, may_leave=_may_leave(context, kind, found.id))


def _may_leave(context: HandlerContext, kind: TextKind, text_id: UUID) -> bool:
    row = texts.row_of(context.uow, kind, text_id)
    return row is not None and not texts.is_publicly_by(row, context.visitor.ids)


def _see_list(context: HandlerContext, intent: OpenText | LeaveText, draft: Draft) -> Screen:
    return _see_reports(context, SeeReports(), draft)


def _leave(context: HandlerContext, intent: LeaveText, draft: Draft) -> Screen:
    kind, found = _reported(context, intent)
    if not _may_leave(context, kind, found.id):
        raise instead(says.OWN_TEXT)
    reports.leave(context.uow, kind, found.id)
    return screen.left_form()


def _take_down(context: HandlerContext, intent: TakeTextDown, draft: Draft) -> Screen:
    records_officers_only(context)
    made = stored.take_down_of(context.uow.session, _kind(intent), intent.text)
    if made is not None:
        return _outcome(context, intent, made)
    found = _reported(context, intent)[1]
    asked = ""
    if draft.touched:
        try:
            asked = _confirmation(NewTakeDown.read(draft.answers))
        except FormRefused:
            asked = ""
    return screen.take_down_form(
        found, answers=draft.answers, problems=draft.problems, nonce=draft.nonce, asked=asked, today=context.uow.today
    )


def _confirmation(typed: NewTakeDown) -> str:
    """The value that the form sends when an officer confirms what they were shown; it is for these words only."""
    return hashlib.sha256(f"{typed.reason}/{typed.sentence}".encode()).hexdigest()[:32]


def _submit_take_down(context: HandlerContext, intent: TakeTextDown, draft: Draft) -> Screen:
    records_officers_only(context)
    kind = _kind(intent)
    made = stored.take_down_of(context.uow.session, kind, intent.text)
    if made is None:
        _reported(context, intent)
        typed = NewTakeDown.read(draft.answers)
        if draft.answers.get(screen.SURE) != (_confirmation(typed),):
            raise FormRefused({screen.SURE: says.NOT_SURE})
        made = take_downs.take_down(context.uow, kind, intent.text, ReportReason(typed.reason), typed.sentence)
    if made is None:
        raise instead(says.NOT_FOUND)
    return _outcome(context, intent, made)


def _outcome(context: HandlerContext, intent: TakeTextDown | SeeTakeDown, made: TakeDown) -> Screen:
    return screen.taken_down_form(take_downs.view(context.uow, made), intent)


def _see_take_down(context: HandlerContext, intent: SeeTakeDown, draft: Draft) -> Screen:
    records_officers_only(context)
    made = stored.take_down_of(context.uow.session, _kind(intent), intent.text)
    if made is None:
        raise instead(says.NOT_FOUND)
    return _outcome(context, intent, made)


OPENS: dict[type[Intent], Opens] = {
    ReportText: _report,
    ReportAnnouncement: _report,
    SeeReports: _see_reports,
    OpenText: _see_list,
    LeaveText: _see_list,
    TakeTextDown: _take_down,
    SeeTakeDown: _see_take_down,
}
SUBMITS: dict[type[Intent], Submits] = {
    ReportText: _submit_report,
    ReportAnnouncement: _submit_report,
    OpenText: _open_text,
    LeaveText: _leave,
    TakeTextDown: _submit_take_down,
}
