"""Handlers for flagging: give a view, change or withdraw it, second someone else's."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from bot.flags import boxes, flag_views, flags, receipts, seconds, similar_flags, small_group, telling_words
from bot.flags.boxes import WaitingFlag
from bot.flags.flags import NewFlag, NotCompared
from bot.flags.seconds import NewSecond
from bot.handlers.context import (
    Draft,
    HandlerContext,
    LookFirst,
    Opens,
    Submits,
    any_policy,
    any_shown_flag,
    by_code,
    instead,
    policy_with_terms,
    shown_flag,
)
from bot.interface.intents import ChangeFlag, GiveView, Intent, MyAccounts, SecondFlag, ShowMyName, WithdrawFlag
from bot.interface.parts import FormButton, Screen
from bot.interface.views import FlagView, PolicyName
from bot.people import places
from bot.policies import audience, ends, form_terms, policies, readers
from bot.screens import refusals as says
from bot.screens.admin.my_accounts import SEE_MY_ACCOUNTS
from bot.screens.flag import telling_step
from bot.screens.flag.flag_form import BACK_TO_MY_FLAG, NONE_OF_THESE, SmallGroup, flag_form
from bot.screens.flag.receipt import receipt_form
from bot.screens.flag.second_form import second_form
from bot.screens.flag.withdraw_form import withdraw_form
from bot.screens.notice.confirmations import name_shown_form, withdrawn_form
from bot.screens.promises import NOBODY
from bot.unit_of_work.errors import FormRefused, Instead
from storage import Channel, Flag, Policy, Promise, policy_keys
from storage import channels as stored_channels
from storage import flags as stored_flags
from storage.boxes import BoxedFlag


def offers(channel: Channel | None) -> tuple[Promise, ...]:
    """The promises that a channel offers; all of them outside a channel."""
    offered = []
    if channel is None or channel.offers_confidential:
        offered.append(Promise.CONFIDENTIAL)
    if channel is None or channel.offers_named:
        offered.append(Promise.NAMED)
    if channel is None or channel.offers_detached:
        offered.append(Promise.DETACHED)
    return tuple(offered)


def _small_group(context: HandlerContext, policy: Policy) -> SmallGroup | None:
    writers = small_group.writers(context.uow, policy)
    if writers is None:
        return None
    connected = stored_channels.connected(context.uow.session)
    larger = [each for each in connected if each.members >= context.uow.organisation.floor]
    names = places.of_channels(context.uow, larger, connected)
    return SmallGroup(writers, larger=tuple(names.values()))


def _give_view(context: HandlerContext, intent: GiveView, draft: Draft) -> Screen:
    policy = policy_with_terms(context, intent.policy)
    if not draft.touched and not policies.is_open(context.uow, policy):
        raise instead(says.closed_for_flags(policies.view(context.uow, policy)))
    context.uow.authors_key(policy.id)  # raises `Sealed` where its month is gone too early: nothing can be sent
    asked = draft.problems.get("") == says.OPENED_EARLIER
    if asked:
        draft = replace(draft, nonce=Draft().nonce)  # it is another form, whatever became of the one before
    opened = intent.opened if draft.problems and not asked else ""
    return _first_step(context, policy, intent, draft, opened)


def _first_step(context: HandlerContext, policy: Policy, intent: GiveView, draft: Draft, opened: str = "") -> Screen:
    """The form as it is now; `opened` is the day on which it was opened, today if that is empty."""
    uow = context.uow
    named, terms = readers.token(policy), form_terms.token(uow, policy)
    chosen = draft.answers.get("promise")
    if chosen and (intent.readers != named if chosen == (Promise.NAMED.value,) else intent.terms != terms):
        # Whoever wrote this has not chosen these readers, or these terms.
        draft = replace(draft, answers={name: value for name, value in draft.answers.items() if name != "promise"})
    now = GiveView(policy.id, named, terms, opened or uow.today.isoformat())
    return _flag_form(context, policy, draft, now)


def _flag_form(
    context: HandlerContext,
    policy: Policy,
    draft: Draft,
    intent: GiveView | ChangeFlag,
    *,
    similar: tuple[FlagView, ...] = (),
    telling: tuple[str, ...] = (),
    changing: BoxedFlag | None = None,
) -> Screen:
    # The tally is not read, because every click that opens the form comes here.
    offered = (changing.promise,) if changing else offers(context.visitor.channel)
    named = readers.of_form(context.uow, policy) if Promise.NAMED in offered and not changing else NOBODY
    ended = ends.view(context.uow, policy)
    return flag_form(
        PolicyName(policy.id, policy.title),
        context.uow.organisation_view(),
        replace(ended, authors_day=changing.written.terms.authors_day) if changing else ended,
        platform_name=context.platform_name,
        offers=offered,
        answers=draft.answers,
        problems=draft.problems,
        nonce=draft.nonce,
        small_group=_small_group(context, policy),
        similar=similar,
        telling=telling,
        intent=intent,
        readers=named,
        audience=audience.view(context.uow, policy),
    )


def _submit_view(context: HandlerContext, intent: GiveView, draft: Draft) -> Screen:
    uow, visitor = context.uow, context.visitor
    if draft.answers.get("similar") == (BACK_TO_MY_FLAG,) or draft.answers.get("words") == (telling_step.BACK,):
        return _first_step(context, policy_with_terms(context, intent.policy), intent, draft, intent.opened)
    # Locked from the start: if one form is submitted twice at once, the second must find what the first has made.
    policy = policy_with_terms(context, intent.policy, held=True)
    typed = NewFlag.read(draft.answers)
    flags.check(uow, policy, typed, offers(visitor.channel))
    chosen = _chosen(context, policy, typed)
    if chosen is not None:
        return _second_instead(context, policy, chosen, draft)
    flags.check_readers(policy, typed, intent.readers)
    telling = _telling(context, typed, draft)
    if telling:
        return _flag_form(context, policy, draft, intent, telling=telling)
    compared = draft.compared or typed.similar == NONE_OF_THESE
    try:
        flag, is_last = flags.file(uow, visitor, policy, typed, draft.nonce, form=intent, compared=compared)
    except NotCompared:
        # A browser sends nothing for radio buttons if none was chosen, but it does send the text field beside them.
        asked = not draft.answers.keys().isdisjoint(("similar", "anything"))
        raise LookFirst(_similar_step, {"similar": says.NO_SIMILAR} if asked else {}) from None
    if isinstance(flag, WaitingFlag) and flag.flag.withdrawn:
        raise instead(says.WITHDRAWN_ALREADY)  # the form was sent again since
    return receipt_form(replace(receipts.of_flag(uow, policy, flag), is_last=is_last))


def _telling(context: HandlerContext, typed: NewFlag, draft: Draft) -> tuple[str, ...]:
    """Words that may show who wrote a flag that names nobody, unless its author wants to send them as they are."""
    if typed.promise == Promise.NAMED or draft.answers.get("words") == (telling_step.AS_IT_IS,):
        return ()
    return telling_words.of_flag(context.uow, context.visitor, typed)


def _chosen(context: HandlerContext, policy: Policy, typed: NewFlag) -> Flag | None:
    """The shown flag of the policy that was chosen in place of the visitor's own."""
    try:
        row = stored_flags.flag(context.uow.session, UUID(typed.similar))
    except ValueError:
        return None
    shown = row is not None and row.policy_id == policy.id and not row.left_out
    return row if shown else None


def _second_instead(context: HandlerContext, policy: Policy, chosen: Flag, draft: Draft) -> Screen:
    try:
        return _add_second(context, policy, chosen, draft)
    except FormRefused as refused:
        reason = refused.problems.get("")
        if reason is not None and reason != says.JOIN_FIRST:
            raise instead(reason) from None
        problems = {"similar": reason} if reason else refused.problems
        if draft.compared:
            raise FormRefused(problems) from None
        raise LookFirst(_similar_step, problems) from None


def _similar_step(context: HandlerContext, intent: GiveView, draft: Draft) -> Screen | None:
    policy = policy_with_terms(context, intent.policy)
    typed = NewFlag.read(draft.answers)
    alike = similar_flags.nearest(context.uow, context.visitor, policy, typed)
    chosen = _chosen(context, policy, typed)
    if chosen is not None and chosen.id not in {each.id for each in alike}:
        # What they chose must stand beside the problem with it, although their text was changed since.
        alike = (*flag_views.views(context.uow, policy, [chosen]), *alike)
    return _flag_form(context, policy, draft, intent, similar=alike) if alike else None


def _changeable_flag(context: HandlerContext, box_id: UUID) -> WaitingFlag:
    found = boxes.own_flag(context.uow, context.visitor, box_id)
    if found is None:
        raise instead(says.SHOWN_ALREADY)
    if found.flag.withdrawn:
        raise instead(says.WITHDRAWN_ALREADY)
    return found


def _change(context: HandlerContext, intent: ChangeFlag, draft: Draft) -> Screen:
    context = by_code(context, intent.code)
    found = _changeable_flag(context, intent.flag)
    policy = any_policy(context, found.policy_id)
    return _flag_form(context, policy, _prefilled(found.flag, draft), intent, changing=found.flag)


def _prefilled(flag: BoxedFlag, draft: Draft) -> Draft:
    if draft.touched:
        return draft
    written = {
        "promise": (flag.promise.value,),
        "verdict": (flag.verdict.value,),
        "theme": (flag.theme,),
        "because": (flag.texts.because,),
        "remedy": (flag.texts.remedy,),
        "evidence": (flag.texts.evidence,),
    }
    return Draft(written, draft.problems, draft.nonce)


def _submit_change(context: HandlerContext, intent: ChangeFlag, draft: Draft) -> Screen:
    context = by_code(context, intent.code)
    found = _changeable_flag(context, intent.flag)
    policy, promise = any_policy(context, found.policy_id), found.flag.promise
    if draft.answers.get("words") == (telling_step.BACK,):
        return _flag_form(context, policy, draft, intent, changing=found.flag)
    typed = NewFlag.read({**draft.answers, "promise": (promise.value,)})
    flags.check(context.uow, policy, typed, (promise,))
    telling = _telling(context, typed, draft)
    if telling:
        return _flag_form(context, policy, draft, intent, telling=telling, changing=found.flag)
    changed = flags.change(context.uow, context.visitor, found.id, typed)
    return receipt_form(receipts.of_flag(context.uow, policy, changed))


def _ask_to_withdraw(context: HandlerContext, intent: WithdrawFlag, draft: Draft) -> Screen:
    found = _changeable_flag(by_code(context, intent.code), intent.flag)
    policy, flag = any_policy(context, found.policy_id), found.flag
    return withdraw_form(policy.title, flag.verdict, flag.texts.because, intent)


def _withdraw(context: HandlerContext, intent: WithdrawFlag, draft: Draft) -> Screen:
    context = by_code(context, intent.code)
    found = _changeable_flag(context, intent.flag)
    flags.withdraw(context.uow, context.visitor, found.id)
    if found.flag.promise is Promise.DETACHED:
        return withdrawn_form()
    left = flags.left(context.uow, context.visitor, found.policy_id)
    return withdrawn_form(left, boxes.shown_by(context.uow, found.flag.written))


def _second(context: HandlerContext, intent: SecondFlag, draft: Draft) -> Screen:
    policy, row = shown_flag(context, intent.flag)
    reason = seconds.refusal(context.uow, context.visitor, policy, row)
    if reason is not None and not draft.touched:
        raise _not_seconded(reason)
    view = next(iter(flag_views.views(context.uow, policy, [row])), None)
    if view is None:
        raise instead(says.NOT_FOUND)
    return second_form(
        view,
        context.uow.organisation_view(),
        ends.view(context.uow, policy),
        answers=draft.answers,
        problems=draft.problems,
        nonce=draft.nonce,
    )


def _submit_second(context: HandlerContext, intent: SecondFlag, draft: Draft) -> Screen:
    policy, row = shown_flag(context, intent.flag)
    try:
        return _add_second(context, policy, row, draft)
    except FormRefused as refused:
        if "" in refused.problems:
            raise _not_seconded(refused.problems[""]) from None
        raise


def _add_second(context: HandlerContext, policy: Policy, row: Flag, draft: Draft) -> Screen:
    seconds.second(context.uow, context.visitor, policy, row, NewSecond.read(draft.answers), draft.nonce)
    return receipt_form(receipts.of_second(context.uow, context.visitor, policy, row))


def _not_seconded(reason: str) -> Instead:
    buttons = (FormButton(SEE_MY_ACCOUNTS, MyAccounts()),) if reason == says.JOIN_FIRST else ()
    return instead(reason, *buttons)


def _show_my_name(context: HandlerContext, intent: ShowMyName, draft: Draft) -> Screen:
    policy, row = any_shown_flag(context, intent.flag)
    if not flags.is_author(context.uow, row, context.visitor):
        raise instead(says.NOT_FOUND)
    policy_keys.lock(context.uow.session, policy.id)
    context.uow.session.refresh(policy)
    name = readers.show_name(context.uow, policy, row, intent.person)
    if name is None:
        raise instead(says.CHANGED_SINCE)
    return name_shown_form(name)


OPENS: dict[type[Intent], Opens] = {
    GiveView: _give_view,
    ChangeFlag: _change,
    WithdrawFlag: _ask_to_withdraw,
    SecondFlag: _second,
}
SUBMITS: dict[type[Intent], Submits] = {
    GiveView: _submit_view,
    ChangeFlag: _submit_change,
    WithdrawFlag: _withdraw,
    SecondFlag: _submit_second,
    ShowMyName: _show_my_name,
}
