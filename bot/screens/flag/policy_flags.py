"""The shown flags of a policy with their answers: a private view for anyone who may see the policy."""

from dataclasses import replace
from datetime import time

from bot.calendar.dates import clock_time
from bot.interface.intents import GiveView, PauseAnswers, SecondFlag, SeeFlag
from bot.interface.parts import Form, FormButton, Heading, Link, Paragraph, Part
from bot.interface.views import FlagView, OrganisationView, PolicyView
from bot.screens import invented
from bot.screens.phrases import accessible
from bot.screens.policy.policy_card import answered, owner_line, so_far
from bot.screens.quoted import flag_in_a_list, given_answer
from storage import FlagStatus


def policy_flags_form(
    policy: PolicyView, flags: tuple[FlagView, ...], organisation: OrganisationView, *, may_pause: bool = False
) -> Form:
    """The policy, the tally and the flags in the order given, each with the button *I see this too*.

    `may_pause` adds the button that pauses the time to answer, for admins.
    """
    body: list[Part] = [Heading(policy.title)]
    if policy.summary:
        body.append(Paragraph(policy.summary))
    if policy.link:
        body.append(Link("Read the announcement", policy.link))
    body.append(Paragraph(owner_line(policy)))
    body += _shown_flags(policy, flags) if flags else [Paragraph(_no_flags(policy, organisation))]
    if policy.open:
        body.append(FormButton("Give your view", GiveView(policy.id), accessible("Give your view", policy.title)))
    if may_pause:
        body.append(FormButton("Pause answers", PauseAnswers(policy.id), accessible("Pause answers", policy.title)))
    return Form("Flags", tuple(body), close="Close")


def _shown_flags(policy: PolicyView, flags: tuple[FlagView, ...]) -> list[Part]:
    each_flag = [part for number, each in enumerate(flags, 1) for part in _shown_flag(policy, each, number)]
    return [so_far(policy), *answered(policy), *each_flag]


def _shown_flag(policy: PolicyView, flag: FlagView, number: int) -> tuple[Part, ...]:
    rest = SeeFlag(flag.id)
    answers = [part for each in flag.answers for part in given_answer(each, rest=rest)]
    read = FormButton("Read the flag", rest, accessible("Read the flag", f"flag {number}"))
    return (*flag_in_a_list(flag, number), *answers, *(see_too(flag, number) if policy.open else ()), read)


def see_too(flag: FlagView, number: int | None = None) -> tuple[Part, ...]:
    """The button *I see this too*."""
    about = f"flag {number}" if number else "this flag"
    return (FormButton("I see this too", SecondFlag(flag.id), accessible("I see this too", about)),)


def _no_flags(policy: PolicyView, organisation: OrganisationView) -> str:
    if not policy.open:
        return "No flags were shown before this policy closed."
    return (
        f"No flags are shown yet. New ones are shown on working days at {clock_time(time(organisation.release_hour))}."
    )


_ANSWERED = replace(invented.LEGACY, author="", status=FlagStatus.ANSWERED, answers=(invented.ANSWER,))

SCREEN = "flags of a policy"
EXAMPLE = policy_flags_form(invented.PERMIT, (invented.TIMETABLE, _ANSWERED), invented.ORGANISATION)
STATES = {
    "none": policy_flags_form(replace(invented.ADDRESS), (), invented.ORGANISATION),
    "admin": policy_flags_form(invented.PAUSED, (invented.TIMETABLE,), invented.ORGANISATION, may_pause=True),
}
