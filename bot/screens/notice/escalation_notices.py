"""Telling of a silence: the reminder, the delegate, the senior owner, the admins, and the owner each time."""

from dataclasses import replace
from datetime import date

from bot.calendar.dates import count, listed, long_date
from bot.interface.intents import AnswerPolicy, NameOwner, SeeFlags
from bot.interface.parts import Card, FormButton, Notice, Paragraph, Part
from bot.interface.views import EscalationNoticeView, NextNotice, PolicyView
from bot.screens import invented, labels
from bot.screens.phrases import accessible, first_large, need, short_title
from storage import Role


def reminder_card(view: EscalationNoticeView) -> Card:
    """For the policy owner, before an answer is due: how many, by when, and who is told if there is none."""
    if not view.flags:
        return _answered(view)
    asked = f"{_flags(view)} {need(view.flags)} your answer by {long_date(view.answer_by)}."
    return _card(view, asked, _if_none(view))


def delegate_told_card(view: EscalationNoticeView) -> Card:
    """For the delegate: what has had no answer, that the owner knows, and who is told after."""
    if not view.flags:
        return _answered(view)
    owner = view.policy.owner or "the policy owner"
    lead = f"You are the delegate for {owner}." if view.policy.owner else "You are the delegate of this policy."
    knows = f"You can answer, or agree who will. {first_large(owner)} knows that we told you."
    return _card(view, f"{lead} {_silence(view)}", " ".join((knows, _next(view))).strip())


def senior_told_card(view: EscalationNoticeView) -> Card:
    """For the senior owner: what has had no answer, who was told before, and what they can do."""
    if not view.flags:
        return _answered(view)
    told = [f"{name} on {long_date(on)}" for name, on in view.earlier]
    earlier = f"We told {listed(told)}. " if told else ""
    lead = "You are the senior owner."
    rest = f"{earlier}This is about the silence, not about who is right."
    can = "You can answer, ask somebody to answer, or name another policy owner."
    return _card(view, f"{lead} {_silence(view)}", f"{rest} {can}", senior=True)


def nobody_told_card(view: EscalationNoticeView) -> Card:
    """For admins: flags have no answer, and there is nobody who could be told."""
    if not view.flags:
        return _answered(view)
    lead = f"{_silence(view)} {_nobody(view.policy)}"
    name = "Name a policy owner"
    see = FormButton("See flags", SeeFlags(view.policy.id))
    return Card((Notice(lead), Paragraph("You can name another policy owner."), see, _name(name, view)), lead)


def _nobody(policy: PolicyView) -> str:
    if policy.delegate or policy.senior:
        return "We could tell nobody: no delegate or senior owner can be reached."
    return "No delegate or senior owner is named for this policy."


def owner_told_card(view: EscalationNoticeView) -> Card:
    """For the policy owner, each time that somebody else is told."""
    if not view.flags:
        return _answered(view)
    have = "has" if view.flags == 1 else "have"
    lead = f"We told {_who(view.role, view.name)} on {long_date(view.on)} that {_flags(view)} {have} no answer."
    return _card(view, lead, f"You can still answer. {_next(view)}".strip())


def _card(view: EscalationNoticeView, lead: str, rest: str, *, senior: bool = False) -> Card:
    parts: list[Part] = [Notice(lead)]
    if rest:
        parts.append(Paragraph(rest))
    if view.instead_of:
        parts.append(Paragraph(f"This comes to you in place of {view.instead_of}."))
    label = f"Answer {count(view.flags, 'flag')}"
    parts.append(FormButton("See flags", SeeFlags(view.policy.id)))
    parts.append(FormButton(label, AnswerPolicy(view.policy.id), accessible(label, view.policy.title)))
    if senior:
        parts.append(_name("Name another owner", view))
    return Card(tuple(parts), lead)


def _name(label: str, view: EscalationNoticeView) -> FormButton:
    return FormButton(label, NameOwner(view.policy.id), accessible(label, view.policy.title))


def _answered(view: EscalationNoticeView) -> Card:
    said = f"Every flag on {short_title(view.policy.title)} that this message was about has been answered since."
    return Card((Notice(said), FormButton("See flags", SeeFlags(view.policy.id))), said)


def _flags(view: EscalationNoticeView) -> str:
    return f"{count(view.flags, 'flag')} on {short_title(view.policy.title)}"


def _silence(view: EscalationNoticeView) -> str:
    have = "has" if view.flags == 1 else "have"
    if view.days:
        return f"{_flags(view)} {have} had no answer for {count(view.days, 'working day')}."
    due = "an answer was due by" if view.flags == 1 else "answers were due from"
    return f"{_flags(view)} {have} no answer: {due} {long_date(view.answer_by)}."


def if_no_answer(following: NextNotice) -> str:
    """Who is told, and when, of a flag that is still not answered."""
    return f"If there is no answer, {_then(following)}."


def _if_none(view: EscalationNoticeView) -> str:
    return f"If there is none, {_then(view.next)}." if view.next else ""


def _next(view: EscalationNoticeView) -> str:
    return f"If there is still no answer, {_then(view.next)}." if view.next else ""


def _then(following: NextNotice) -> str:
    return f"we tell {_who(following.role, following.name)} on {long_date(following.on)}"


def _who(role: Role | None, name: str) -> str:
    if role is None:
        return "an admin"
    return f"the {labels.ROLES[role]}, {name}," if name else f"the {labels.ROLES[role]}"


_REMINDER = EscalationNoticeView(
    policy=invented.PERMIT,
    flags=2,
    answer_by=date(2026, 12, 16),
    on=date(2026, 12, 14),
    role=Role.OWNER,
    name="Priya Nair",
    next=NextNotice(Role.DELEGATE, "Tom Adeyemi", date(2026, 12, 17)),
)
_DELEGATE = replace(
    _REMINDER,
    on=date(2026, 12, 17),
    role=Role.DELEGATE,
    name="Tom Adeyemi",
    days=10,
    next=NextNotice(Role.SENIOR, "Helen Marsh", date(2026, 12, 24)),
)
_SENIOR = replace(
    _REMINDER,
    on=date(2026, 12, 24),
    role=Role.SENIOR,
    name="Helen Marsh",
    days=15,
    next=None,
    earlier=(("Priya Nair", date(2026, 12, 14)), ("Tom Adeyemi", date(2026, 12, 17))),
)

SCREEN = "telling of a silence"
EXAMPLE = reminder_card(_REMINDER)
STATES = {
    "reminder, one flag": reminder_card(replace(_REMINDER, flags=1, next=None)),
    "reminder to who stands in": reminder_card(replace(_REMINDER, instead_of="Priya Nair")),
    "reminder, answered since": reminder_card(replace(_REMINDER, flags=0)),
    "delegate": delegate_told_card(_DELEGATE),
    "delegate, after a question": delegate_told_card(replace(_DELEGATE, days=None)),
    "senior owner": senior_told_card(_SENIOR),
    "senior owner, one flag": senior_told_card(replace(_SENIOR, flags=1, days=None)),
    "admins": nobody_told_card(replace(_SENIOR, role=None, name="", earlier=())),
    "admins, nobody named": nobody_told_card(
        replace(_SENIOR, policy=replace(invented.PERMIT, delegate="", senior=""), role=None, name="", earlier=())
    ),
    "policy owner, of the delegate": owner_told_card(_DELEGATE),
    "policy owner, of the senior owner": owner_told_card(_SENIOR),
}
