"""Handlers for settings: the settings screen of each role and, for admins, the forms of the first-run checklist."""

from __future__ import annotations

from bot.admin import checklist, month_ends
from bot.handlers.browsing import owns_any
from bot.handlers.channels import Promises
from bot.handlers.context import Draft, HandlerContext, Opens, Submits, admins_only
from bot.handlers.owning import NewOwner
from bot.interface.intents import (
    ChooseChannel,
    ChooseOffers,
    InstallForPeople,
    Intent,
    SeeEndKeys,
    SeeNotSent,
    SeePermissions,
    SeeSettings,
    TryPeople,
)
from bot.interface.pages import Page
from bot.interface.parts import Screen
from bot.interface.views import Reachability, SetUpStep
from bot.people import digest_schedules, officers, told_first
from bot.screens.admin.channels import channels_form
from bot.screens.admin.end_keys import end_keys_form
from bot.screens.admin.install_for_people import install_for_people_form
from bot.screens.admin.not_sent import not_sent_form
from bot.screens.admin.offers_form import offers_form
from bot.screens.admin.permissions import permissions_form
from bot.screens.admin.settings import settings_card
from bot.screens.admin.try_people_form import people_tried_form, try_people_form
from bot.screens.notice.confirmations import settings_saved_form
from bot.screens.promises import OFFERED
from bot.sending import dead_letters
from storage import Role
from storage import channels as stored_channels


class NewPeople(NewOwner):
    """The people to send test messages to, by role, as they were typed."""

    delegate: str = ""
    senior: str = ""


def _settings(context: HandlerContext, intent: SeeSettings, draft: Draft) -> Screen:
    uow, visitor = context.uow, context.visitor
    schedule = digest_schedules.planned(uow, visitor.id)
    return settings_card(
        contact=uow.organisation.contact,
        owns=owns_any(context),
        next_digest=schedule.next_due_at if schedule else None,
        zone=digest_schedules.zone(uow, visitor.id),
        set_up=checklist.view(uow) if visitor.admin else None,
        dead_letters=dead_letters.number(uow) if visitor.admin else 0,
        accounts=() if visitor.guest else told_first.accounts(uow, visitor.id),
        officer=officers.held_by(uow, visitor),
    )


def _not_sent(context: HandlerContext, intent: SeeNotSent, draft: Draft) -> Screen:
    admins_only(context)
    uow = context.uow
    page = Page.of(intent.page, dead_letters.number(uow))
    return not_sent_form(
        dead_letters.newest(uow, page),
        dead_letters.number_to_send(uow),
        now=uow.now,
        zone=uow.zone,
        page=page,
    )


def _install(context: HandlerContext, intent: InstallForPeople, draft: Draft) -> Screen:
    admins_only(context)
    return install_for_people_form()


def _permissions(context: HandlerContext, intent: SeePermissions, draft: Draft) -> Screen:
    admins_only(context)
    return permissions_form(read=SetUpStep.PERMISSIONS in checklist.view(context.uow).done)


def _submit_permissions(context: HandlerContext, intent: SeePermissions, draft: Draft) -> Screen:
    admins_only(context)
    checklist.mark_done(context.uow, SetUpStep.PERMISSIONS)
    return _permissions(context, intent, draft)


def _end_keys(context: HandlerContext, intent: SeeEndKeys, draft: Draft) -> Screen:
    admins_only(context)
    return end_keys_form(month_ends.view(context.uow))


def _channels(context: HandlerContext, intent: ChooseChannel, draft: Draft) -> Screen:
    admins_only(context)
    uow = context.uow
    page = Page.of(intent.page, stored_channels.number_connected(uow.session))
    return channels_form(checklist.channels_page(uow, page), floor=uow.organisation.floor, page=page)


def _offers(context: HandlerContext, intent: ChooseOffers, draft: Draft) -> Screen:
    admins_only(context)
    channels = checklist.channels(context.uow)
    answers = draft.answers
    if not draft.touched:
        everywhere = [each for each in OFFERED if all(each in one.offers for one in channels)]
        answers = {"promises": tuple(each.value for each in everywhere)}
    return offers_form(channels, answers=answers, problems=draft.problems, nonce=draft.nonce)


def _submit_offers(context: HandlerContext, intent: ChooseOffers, draft: Draft) -> Screen:
    admins_only(context)
    typed = Promises.read(draft.answers)
    for row in stored_channels.connected(context.uow.session):
        typed.offer(row)
    checklist.mark_done(context.uow, SetUpStep.OFFERS)
    context.uow.session.flush()
    return settings_saved_form()


def _people(context: HandlerContext, intent: TryPeople, draft: Draft) -> Screen:
    admins_only(context)
    view = checklist.view(context.uow)
    return try_people_form(view, answers=draft.answers, problems=draft.problems, nonce=draft.nonce)


def _submit_people(context: HandlerContext, intent: TryPeople, draft: Draft) -> Screen:
    admins_only(context)
    typed = NewPeople.read(draft.answers)
    tried = checklist.try_people(
        context.uow, context.visitor, {each: getattr(typed, each) for each in Role}, draft.nonce
    )
    unreached = tuple((name, found) for name, found in tried if found is not Reachability.REACHED)
    return people_tried_form(tuple(name for name, _ in tried), unreached)


OPENS: dict[type[Intent], Opens] = {
    SeeSettings: _settings,
    SeePermissions: _permissions,
    SeeEndKeys: _end_keys,
    ChooseChannel: _channels,
    ChooseOffers: _offers,
    TryPeople: _people,
    SeeNotSent: _not_sent,
    InstallForPeople: _install,
}
SUBMITS: dict[type[Intent], Submits] = {
    SeePermissions: _submit_permissions,
    ChooseOffers: _submit_offers,
    TryPeople: _submit_people,
}
