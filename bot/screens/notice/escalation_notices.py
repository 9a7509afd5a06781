"""The notices of the escalation chain: the reminder, and who is told when a flag still has no answer."""

from dataclasses import replace
from datetime import date

from bot.calendar.dates import count, listed, long_date
from bot.interface.intents import AnswerPolicy, NameOwner, SeeFlags, SeePromises
from bot.interface.parts import Card, FormButton, Notice, Paragraph, Part
from bot.interface.views import EscalationNoticeView, NextNotice, PolicyView
from bot.screens import invented, labels
from bot.screens.phrases import accessible, are, first_large, need, short_title
from storage import Role


def reminder_card(view: EscalationNoticeView) -> Card:
    """For the policy owner before an answer is due: how many flags, by when, and who is told if there is no answer."""
    if not view.flags and not view.promises:
        return _answered_card(view)
    asked = f"{_flags_on_policy(view)} {need(view.flags)} your answer by {long_date(view.answer_by)}."
    promised = f"{_promises_on_policy(view)} {are(view.promises)} due{_by(view)}. Say what became of {_it(view)}."
    said = [each for each, number in ((asked, view.flags), (promised, view.promises)) if number]
    return _notice_card(view, " ".join(said), _if_no_answer(view))


def delegate_told_card(view: EscalationNoticeView) -> Card:
    """For the delegate: what has had no answer, that the policy owner knows, and who is told next."""
    if not view.flags and not view.promises:
        return _answered_card(view)
    owner = view.policy.owner or "the policy owner"
    lead = f"You are the delegate for {owner}." if view.policy.owner else "You are the delegate of this policy."
    knows = f"You can answer, or agree who will. {first_large(owner)} knows that we told you."
    return _notice_card(view, f"{lead} {_no_answer_since(view)}", " ".join((knows, _if_still_no_answer(view))).strip())


def senior_told_card(view: EscalationNoticeView) -> Card:
    """For the senior owner: what has had no answer, who was told before, and what they can do."""
    if not view.flags and not view.promises:
        return _answered_card(view)
    told = [f"{name} on {long_date(on)}" for name, on in view.earlier]
    earlier = f"We told {listed(told)}. " if told else ""
    lead = "You are the senior owner."
    rest = f"{earlier}This is about the silence, not about who is right."
    can = "You can answer, ask someone to answer, or name another policy owner."
    return _notice_card(view, f"{lead} {_no_answer_since(view)}", f"{rest} {can}", senior=True)


def nobody_told_card(view: EscalationNoticeView) -> Card:
    """For admins: flags have no answer, and neither a delegate nor a senior owner can be told."""
    if not view.flags and not view.promises:
        return _answered_card(view)
    lead = f"{_no_answer_since(view)} {_nobody_told(view.policy)}"
    name = "Name a policy owner"
    see = FormButton("See flags", SeeFlags(view.policy.id))
    return Card(
        (Notice(lead), Paragraph("You can name another policy owner."), see, _name_owner_button(name, view)), lead
    )


def _nobody_told(policy: PolicyView) -> str:
    if policy.delegate or policy.senior:
        return "We could tell nobody: no delegate or senior owner can be reached."
    return "No delegate or senior owner is named for this policy."


def owner_told_card(view: EscalationNoticeView) -> Card:
    """For the policy owner, each time someone else is told."""
    if not view.flags and not view.promises:
        return _answered_card(view)
    have = "has" if view.flags == 1 else "have"
    told = f"We told {_role_and_name(view.role, view.name)} on {long_date(view.on)}"
    flags = [f"{_flags_on_policy(view)} {have} no answer"] if view.flags else []
    lead = f"{told} that {listed([*flags, *_no_word(view)])}."
    return _notice_card(view, lead, f"You can still answer. {_if_still_no_answer(view)}".strip())


def _notice_card(view: EscalationNoticeView, lead: str, rest: str, *, senior: bool = False) -> Card:
    parts: list[Part] = [Notice(lead)]
    if rest:
        parts.append(Paragraph(rest))
    if view.instead_of:
        parts.append(Paragraph(f"This comes to you in place of {view.instead_of}."))
    label = f"Answer {count(view.flags, 'flag')}"
    parts.append(FormButton("See flags", SeeFlags(view.policy.id)))
    if view.flags:
        parts.append(FormButton(label, AnswerPolicy(view.policy.id), accessible(label, view.policy.title)))
    if view.promises:
        parts.append(FormButton("See promises", SeePromises(view.policy.id)))
    if senior:
        parts.append(_name_owner_button("Name another owner", view))
    return Card(tuple(parts), lead)


def _name_owner_button(label: str, view: EscalationNoticeView) -> FormButton:
    return FormButton(label, NameOwner(view.policy.id), accessible(label, view.policy.title))


def _answered_card(view: EscalationNoticeView) -> Card:
    said = f"Every flag on {short_title(view.policy.title)} that this message was about has been answered since."
    return Card((Notice(said), FormButton("See flags", SeeFlags(view.policy.id))), said)


def _flags_on_policy(view: EscalationNoticeView) -> str:
    return f"{count(view.flags, 'flag')} on {short_title(view.policy.title)}"


def _promises_on_policy(view: EscalationNoticeView) -> str:
    return f"{count(view.promises, 'promise')} on {short_title(view.policy.title)}"


def _it(view: EscalationNoticeView) -> str:
    return "it" if view.promises == 1 else "them"


def _by(view: EscalationNoticeView) -> str:
    return f" by {long_date(view.promised_by)}" if view.promised_by else ""


def _no_word(view: EscalationNoticeView) -> list[str]:
    """What is said of promises whose day has passed."""
    if not view.promises:
        return []
    since = f" since {long_date(view.promised_by)}" if view.promised_by else ""
    return [f"{_promises_on_policy(view)} {'has' if view.promises == 1 else 'have'} had no word{since}"]


def _no_answer_since(view: EscalationNoticeView) -> str:
    said = [_flags_unanswered(view)] if view.flags else []
    return " ".join([*said, *(f"{each}." for each in _no_word(view))])


def _flags_unanswered(view: EscalationNoticeView) -> str:
    have = "has" if view.flags == 1 else "have"
    if view.days:
        return f"{_flags_on_policy(view)} {have} had no answer for {count(view.days, 'working day')}."
    due = "an answer was due by" if view.flags == 1 else "answers were due from"
    return f"{_flags_on_policy(view)} {have} no answer: {due} {long_date(view.answer_by)}."


def if_no_answer(following: NextNotice) -> str:
    """Who is told next about a flag without an answer, and when."""
    return f"If there is no answer, {_tell_next(following)}."


def _if_no_answer(view: EscalationNoticeView) -> str:
    none = "none" if view.flags else "no word"
    return f"If there is {none}, {_tell_next(view.next)}." if view.next else ""


def _if_still_no_answer(view: EscalationNoticeView) -> str:
    none = "answer" if view.flags else "word"
    return f"If there is still no {none}, {_tell_next(view.next)}." if view.next else ""


def _tell_next(following: NextNotice) -> str:
    return f"we tell {_role_and_name(following.role, following.name)} on {long_date(following.on)}"


def _role_and_name(role: Role | None, name: str) -> str:
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
_PROMISED = replace(_DELEGATE, flags=0, days=None, promises=1, promised_by=date(2026, 12, 16))
_SENIOR = replace(
    _REMINDER,
    on=date(2026, 12, 24),
    role=Role.SENIOR,
    name="Helen Marsh",
    days=15,
    next=None,
    earlier=(("Priya Nair", date(2026, 12, 14)), ("Tom Adeyemi", date(2026, 12, 17))),
)

SCREEN = "escalation notices"
EXAMPLE = reminder_card(_REMINDER)
STATES = {
    "reminder, one flag": reminder_card(replace(_REMINDER, flags=1, next=None)),
    "reminder to who stands in": reminder_card(replace(_REMINDER, instead_of="Priya Nair")),
    "reminder, answered since": reminder_card(replace(_REMINDER, flags=0)),
    "reminder, a promise too": reminder_card(replace(_REMINDER, promises=1, promised_by=date(2026, 12, 16))),
    "reminder, a promise alone": reminder_card(replace(_PROMISED, on=date(2026, 12, 14))),
    "delegate, a promise alone": delegate_told_card(_PROMISED),
    "senior owner, promises too": senior_told_card(replace(_SENIOR, promises=2, promised_by=date(2026, 12, 16))),
    "policy owner, a promise alone": owner_told_card(_PROMISED),
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
