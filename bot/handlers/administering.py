"""Handlers for looking after policies, for admins, who need not be on them: which there are, and the public page."""

from __future__ import annotations

from pydantic import field_validator

from bot.handlers.context import Draft, HandlerContext, Opens, Submits, admins_only, any_policy
from bot.interface.intents import AllPolicies, Intent, LookAfterPolicy, PublicPage
from bot.interface.pages import PAGE_SIZE, Page
from bot.interface.parts import Screen
from bot.interface.views import PolicyName
from bot.policies import audience, audience_changes, policies
from bot.screens import refusals as says
from bot.screens.policy.all_policies import all_policies_form, look_after_form
from bot.screens.policy.public_page_form import MEMBERS_ONLY, NAME, public_page_form, public_page_saved_form
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.form_input import TypedForm, sentence
from storage import Audience, Policy
from storage import policies as stored_policies


class HasPage(TypedForm):
    """Whether a policy has a public page: `yes` or `no`."""

    public: str = ""

    @field_validator("public")
    @classmethod
    def _public(cls, value: str) -> str:
        if value not in ("yes", "no"):
            raise sentence(says.NO_YES_OR_NO)
        return value


def _name(policy: Policy) -> PolicyName:
    return PolicyName(policy.id, policy.title)


def _all_policies(context: HandlerContext, intent: AllPolicies, draft: Draft) -> Screen:
    admins_only(context, audited=False)
    session = context.uow.session
    page = Page.of(intent.page, stored_policies.number(session))
    return all_policies_form(
        tuple(map(_name, stored_policies.newest(session, offset=page.offset, limit=PAGE_SIZE))), page
    )


def _look_after(context: HandlerContext, intent: LookAfterPolicy, draft: Draft) -> Screen:
    admins_only(context, audited=False)
    policy = any_policy(context, intent.policy)
    reads = audience.is_on(context.uow, context.visitor, policy)
    return look_after_form(
        policies.view(context.uow, policy),
        reads=reads,
        may_change_audience=audience_changes.may_change(policy, context.visitor),
        audience=audience.view(context.uow, policy),
    )


def _public_page(context: HandlerContext, intent: PublicPage, draft: Draft) -> Screen:
    admins_only(context)
    policy = any_policy(context, intent.policy)
    answers = draft.answers if draft.touched else {NAME: ("yes" if policy.public else "no",)}
    return public_page_form(_name(policy), answers=answers, problems=draft.problems, nonce=draft.nonce)


def _submit_public_page(context: HandlerContext, intent: PublicPage, draft: Draft) -> Screen:
    admins_only(context)
    policy = any_policy(context, intent.policy)
    public = HasPage.read(draft.answers).public == "yes"
    if public and policy.audience is not Audience.EVERYONE:
        raise FormRefused({NAME: MEMBERS_ONLY})
    policy.public = public
    context.uow.session.flush()
    return public_page_saved_form(_name(policy), public=public)


OPENS: dict[type[Intent], Opens] = {
    AllPolicies: _all_policies,
    LookAfterPolicy: _look_after,
    PublicPage: _public_page,
}
SUBMITS: dict[type[Intent], Submits] = {PublicPage: _submit_public_page}
