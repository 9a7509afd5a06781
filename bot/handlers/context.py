"""The context of a handler: who clicked where, in which unit of work; and checks that many handlers need."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from bot.admin import audit
from bot.flags import receipt_codes
from bot.interface.answers import Answers
from bot.interface.parts import Button, FormButton, Screen
from bot.people import officers
from bot.people.people import Visitor
from bot.policies import audience
from bot.screens import refusals as says
from bot.unit_of_work.errors import Instead
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Flag, OfficerRole, Policy
from storage import flags as stored_flags
from storage import policies as stored_policies


@dataclass(frozen=True)
class Draft:
    """A form as it was filled in: the answers, the problems found in them, and the nonce that makes it one form.

    `compared` is set once what was typed has been compared with what others have said (`LookFirst`).
    """

    answers: Answers = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    compared: bool = False

    @property
    def touched(self) -> bool:
        """Whether it was filled in at all."""
        return bool(self.answers)


@dataclass(frozen=True)
class HandlerContext:
    """What a handler is given. `platform_name` is what screens call the visitor's platform."""

    uow: UnitOfWork
    visitor: Visitor
    platform_name: str


Opens = Callable[[HandlerContext, Any, Draft], Screen]
Submits = Callable[[HandlerContext, Any, Draft], Screen]

Looks = Callable[[HandlerContext, Any, Draft], Screen | None]


class LookFirst(Exception):
    """What was submitted must first be compared with much else, which takes too long while others cannot write.

    `look` does it in a read-only unit of work, and gives the screen to show; None means to submit it as it is.
    `problems` are those of the form.
    """

    def __init__(self, look: Looks, problems: Mapping[str, str]) -> None:
        super().__init__("a form must be compared first")
        self.look = look
        self.problems = dict(problems)


def instead(sentence: str, *buttons: Button | FormButton) -> Instead:
    """The exception that shows a refusal in place of a screen, with buttons to go on."""
    return Instead(says.refusal_form(sentence, *buttons))


def policy_of(context: HandlerContext, policy_id: UUID) -> Policy:
    """The policy of that id. Raises `Instead` if there is none that the visitor is on, or it was closed for good."""
    found = stored_policies.policy(context.uow.session, policy_id)
    if found is None or not audience.is_on(context.uow, context.visitor, found):
        raise instead(says.NOT_FOUND)
    return unless_sealed(found)


def unless_sealed(policy: Policy) -> Policy:
    """The same policy. Raises `Instead` where it was closed for good."""
    if policy.sealed_on is not None:
        raise instead(says.closed_for_good(policy.sealed_on))
    return policy


def any_policy(context: HandlerContext, policy_id: UUID) -> Policy:
    """The policy of that id, whoever asks: for what an admin does, and for one's own flags.

    Raises `Instead` if there is none, or it was closed for good.
    """
    found = stored_policies.policy(context.uow.session, policy_id)
    if found is None:
        raise instead(says.NOT_FOUND)
    return unless_sealed(found)


def policy_with_terms(context: HandlerContext, policy_id: UUID, *, held: bool = False) -> Policy:
    """As `policy_of`, read together with the organisation's row. If `held`, locked until the transaction ends.

    Raises `Instead`.
    """
    found = context.uow.hold(policy_id) if held else context.uow.policy(policy_id)
    if found is None or found.sealed_on is not None:
        return policy_of(context, policy_id)
    if not audience.is_on(context.uow, context.visitor, found):
        raise instead(says.NOT_FOUND)
    return found


def policy_if_on(context: HandlerContext, policy_id: UUID) -> Policy | None:
    """The policy of that id, read as by `policy_with_terms`; None if there is none that the visitor is on."""
    found = context.uow.policy(policy_id)
    return found if found is not None and audience.is_on(context.uow, context.visitor, found) else None


def by_code(context: HandlerContext, code: str) -> HandlerContext:
    """The context for somebody who has come by the receipt code that a button carries; the same without one."""
    found = receipt_codes.read(code) if code else None
    return replace(context, visitor=replace(context.visitor, code=found)) if found else context


def shown_flag(context: HandlerContext, flag_id: UUID) -> tuple[Policy, Flag]:
    """A shown flag, with its policy. Raises `Instead` if there is none that the visitor may see, or it was left out."""
    found = _not_left_out(context, flag_id)
    return policy_of(context, found.policy_id), found


def any_shown_flag(context: HandlerContext, flag_id: UUID) -> tuple[Policy, Flag]:
    """The same, whoever asks: for what its author does."""
    found = _not_left_out(context, flag_id)
    return any_policy(context, found.policy_id), found


def _not_left_out(context: HandlerContext, flag_id: UUID) -> Flag:
    found = stored_flags.flag(context.uow.session, flag_id)
    if found is None or found.left_out:
        raise instead(says.NOT_FOUND)
    return found


def admins_only(context: HandlerContext, *, audited: bool = True) -> None:
    """Raises `Instead` for anyone but an admin; what an admin submits goes into the audit log, if it is `audited`."""
    if not context.visitor.admin:
        raise instead(says.ADMINS_ONLY)
    if audited:
        audit.watch(context.uow)


def auditors_only(context: HandlerContext) -> None:
    """Raises `Instead` for anyone but an auditor."""
    if OfficerRole.AUDITOR not in officers.held_by(context.uow, context.visitor):
        raise instead(says.AUDITORS_ONLY)


def records_officers_only(context: HandlerContext) -> None:
    """Raises `Instead` for anyone but a records officer; what one submits goes into the audit log."""
    if OfficerRole.RECORDS not in officers.held_by(context.uow, context.visitor):
        raise instead(says.RECORDS_OFFICERS_ONLY)
    audit.watch(context.uow)
