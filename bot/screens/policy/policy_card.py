"""A policy's card in a channel, in each of its states."""

from dataclasses import replace
from datetime import date

from bot.calendar.dates import count, listed, long_date
from bot.interface.announcements import cut_at_word
from bot.interface.intents import GiveView, HowProtected, SeeFlags
from bot.interface.parts import Card, FormButton, Heading, Link, Notice, Paragraph, Part, Tally
from bot.interface.views import PolicyView
from bot.screens import invented, labels
from bot.screens.phrases import accessible, sentences, when_shown
from bot.screens.promises import named_themselves
from storage import Verdict

SUMMARY_ON_CARD = 300


def policy_card(policy: PolicyView, *, names: bool = True) -> Card:
    """What was announced, how many flags and answers there are, and the buttons; `names` shows the policy owner."""
    parts: list[Part] = [Heading(policy.title, 1)]
    if policy.summary:
        parts.append(Paragraph(cut_at_word(policy.summary, SUMMARY_ON_CARD)))
    if policy.link:
        parts.append(Link("Read the announcement", policy.link))
    who = f"{owner_line(policy)}{named_themselves(policy)}" if names else ""
    parts.append(Paragraph(sentences(who, _dates(policy)), minor=True))
    parts += _rewording_notice(policy)
    parts += withdrawn_lines(policy)
    if policy.open:
        parts.append(Heading("Is this deliverable? If not, what would make it so?"))
        parts.append(Paragraph("You choose whether your name is shown."))
    return Card((*parts, so_far(policy), *answered(policy), *_buttons(policy)), _fallback(policy))


def without_reasons(policy: PolicyView) -> PolicyView:
    """What people who are not on the policy may be shown of it: not why answers are paused, or why it was withdrawn."""
    return replace(policy, paused_until=None, paused_reason="", withdrawn_by="", withdrawn_reason="")


def so_far(policy: PolicyView) -> Tally:
    """How many flags are shown, by verdict; never an average."""
    total = sum(policy.tally.values())
    if total:
        items = [f"{n:,} {_lower_first(labels.VERDICTS[each])}" for each in Verdict if (n := policy.tally.get(each, 0))]
        return Tally(f"So far: {count(total, 'flag')}.", tuple(items))
    if policy.open:
        return Tally(f"So far: no flags. Flags that are not named are shown {when_shown(policy.release_days)}.")
    return Tally("No flags were shown.")


def answered(policy: PolicyView) -> tuple[Part, ...]:
    """How many flags ask for an answer and how many have one, when the next is due, and what is late."""
    if not policy.need_answer:
        return pause_line(policy)
    line = _progress(policy)
    if policy.next_answer_by and not policy.late:
        line += f" Next answer due by {long_date(policy.next_answer_by)}."
    return (Paragraph(line), *((Notice(_late_answers(policy)),) if policy.late else ()), *pause_line(policy))


def _progress(policy: PolicyView) -> str:
    """For example `5 flags ask for an answer: 3 answered, 1 read but not decided, 1 waiting.`"""
    numbers = {
        "answered": policy.answered,
        "read but not decided": policy.undecided,
        "waiting": waiting(policy),
    }
    ask = f"{count(policy.need_answer, 'flag')} {'asks' if policy.need_answer == 1 else 'ask'} for an answer"
    return f"{ask}: {', '.join(f'{n:,} {state}' for state, n in numbers.items() if n)}."


def waiting(policy: PolicyView) -> int:
    """How many shown flags of a policy nobody has answered, acknowledged or asked about."""
    return max(policy.need_answer - policy.answered - policy.undecided, 0)


def pause_line(policy: PolicyView) -> tuple[Part, ...]:
    """Until when answers are paused, and why; nothing where they are not."""
    if policy.paused_until is None:
        return ()
    until = long_date(policy.paused_until)
    return (Notice(f"Answers are paused until {until}. Reason: {policy.paused_reason}"),)


def withdrawn_lines(policy: PolicyView, what: str = "This announcement") -> tuple[Part, ...]:
    """That `what` was withdrawn, by whom and why, and what becomes of the flags; nothing where it stands."""
    if policy.withdrawn_on is None:
        return ()
    by = f" by {policy.withdrawn_by}" if policy.withdrawn_by else ""
    why = f" Reason: '{policy.withdrawn_reason}'." if policy.withdrawn_reason else ""
    return (
        Notice(f"{what} was withdrawn on {long_date(policy.withdrawn_on)}{by}.{why}"),
        Paragraph("Flags sent before can still be read by those who were on it. Nobody is asked to answer them."),
    )


def owner_line(policy: PolicyView) -> str:
    """Who the policy owner is, since when if that has changed, and whether the bot has seen them yet."""
    if not policy.owner:
        return "Policy owner: not named yet."
    since = policy.owner_since
    changed = f" since {long_date(since)}" if since and since > policy.announced_on else ""
    unseen = ", who has not been here yet" if "@" in policy.owner else ""
    if policy.owner_unclear:
        unseen = ", an address that several accounts have"
    return f"Policy owner{changed}: {policy.owner}{unseen}."


def _dates(policy: PolicyView) -> str:
    until = "Open for flags until" if policy.open else "Closed for flags on"
    line = f"Announced {long_date(policy.announced_on)}. {until} {long_date(policy.closes_on)}."
    return line if policy.open else f"{line} You can still read them."


def _rewording_notice(policy: PolicyView) -> tuple[Part, ...]:
    if policy.reworded_on is None:
        return ()
    changed = f"The wording changed on {long_date(policy.reworded_on)}."
    return (Notice(f"{changed} Flags keep the wording that they answered."),)


def _late_answers(policy: PolicyView) -> str:
    told = [
        f"the {role} on {long_date(day)}"
        for role, day in (("delegate", policy.delegate_told_on), ("senior owner", policy.senior_told_on))
        if day
    ]
    line = f"{count(policy.late, 'answer')} {'is' if policy.late == 1 else 'are'} late."
    return f"{line} We told {listed(told)}." if told else line


def _buttons(policy: PolicyView) -> tuple[Part, ...]:
    see = FormButton("See flags", SeeFlags(policy.id), accessible("See flags", policy.title))
    if not policy.open:
        return (see,)
    give = FormButton("Give your view", GiveView(policy.id), accessible("Give your view", policy.title))
    protected = "How you are protected"
    return (give, see, FormButton(protected, HowProtected(policy.id), accessible(protected, policy.title)))


def _fallback(policy: PolicyView) -> str:
    if policy.withdrawn_on is not None:
        return f"The announcement of {policy.title} was withdrawn on {long_date(policy.withdrawn_on)}."
    if not policy.open:
        closed = f"{policy.title} closed for flags on {long_date(policy.closes_on)}."
        return f"{closed} You can still read its flags."
    return f"{policy.title} has been announced. Say by {long_date(policy.closes_on)} if it is deliverable."


def _lower_first(words: str) -> str:
    return words[:1].lower() + words[1:]


SCREEN = "policy card"
EXAMPLE = policy_card(invented.PERMIT)
_NO_FLAGS = replace(invented.PERMIT, tally={}, need_answer=0, answered=0, next_answer_by=None)
STATES = {
    "no flags yet": policy_card(_NO_FLAGS),
    "no flags yet, fixed days": policy_card(replace(_NO_FLAGS, release_days=(1, 3))),
    "late": policy_card(replace(invented.PERMIT, late=1)),
    "paused": policy_card(invented.PAUSED),
    "withdrawn": policy_card(invented.WITHDRAWN),
    "closed": policy_card(replace(invented.PERMIT, open=False)),
    "reworded": policy_card(replace(invented.PERMIT, reworded_on=date(2026, 12, 2))),
    "owner changed": policy_card(replace(invented.PERMIT, owner_since=date(2026, 12, 4))),
    "owner not yet seen": policy_card(replace(invented.PERMIT, owner="priya.nair@example.org")),
}
