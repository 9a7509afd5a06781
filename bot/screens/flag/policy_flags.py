"""The shown flags of a policy with their answers: a private view for anyone who may see the policy."""

from dataclasses import replace
from datetime import date, time

from bot.calendar.dates import clock_time
from bot.interface.intents import (
    ChangeAudience,
    GiveView,
    HoldPolicy,
    KeepTexts,
    PauseAnswers,
    ReportAnnouncement,
    SecondFlag,
    SeeFlag,
    SeeFlags,
    SeePromises,
    WithdrawAnnouncement,
)
from bot.interface.pages import Page
from bot.interface.parts import Form, FormButton, Heading, Link, Notice, Paragraph, Part
from bot.interface.views import AudienceView, EndsView, FlagView, OrganisationView, PolicyView
from bot.screens import invented
from bot.screens.paging import page_buttons, page_line
from bot.screens.phrases import accessible, when_shown
from bot.screens.policy.policy_card import answered, owner_line, so_far, withdrawn_lines
from bot.screens.promises import authors_line, texts_line
from bot.screens.quoted import flag_in_a_list, newest_answer
from bot.screens.refusals import left_out as left_out_sentence
from bot.screens.who_is_on_it import who
from storage import FlagStatus

_ORDER = "Late ones come first, then those that most people say."


def policy_flags_form(
    policy: PolicyView,
    flags: tuple[FlagView, ...],
    organisation: OrganisationView,
    *,
    ends: EndsView | None = None,
    page: Page | None = None,
    left_out: int = 0,
    may_pause: bool = False,
    audience: AudienceView | None = None,
    may_change_audience: bool = False,
    may_withdraw: bool = False,
    promises: int = 0,
) -> Form:
    """The policy, the tally and the flags in the order given, each with the button *I see this too*.

    `ends` says when its keys end. `page` is which of the policy's flags these are, if they are not all. `may_pause`
    adds the buttons that pause the time to answer and put the policy on hold, for admins, and `may_withdraw` the one
    that withdraws the announcement, for those who may. `left_out` is how many flags cannot be shown, and `promises` how
    many commitments there are. `audience` is who is on the policy, and `may_change_audience` adds the button that
    changes it.
    """
    page = page or Page(total=len(flags))
    body: list[Part] = [
        Heading(policy.title),
        *((*_about(policy), *_on_it(audience), *_ends(ends)) if page.number == 1 else ()),
    ]
    body += _shown_flags(policy, flags, page) if flags else [Paragraph(_no_flags(policy, organisation))]
    body += [Notice(left_out_sentence(left_out))] if left_out > 0 else []
    body += page_buttons(page, "flag", lambda number: SeeFlags(policy.id, number))
    if promises:
        body.append(FormButton("See promises", SeePromises(policy.id), accessible("See promises", policy.title)))
    if policy.open:
        body.append(FormButton("Give your view", GiveView(policy.id), accessible("Give your view", policy.title)))
    about = accessible("Report this text", "title and summary")
    body.append(FormButton("Report this text", ReportAnnouncement(policy.id), about))
    if may_change_audience:
        wider = accessible("Change who is on it", policy.title)
        body.append(FormButton("Change who is on it", ChangeAudience(policy.id), wider))
    if may_withdraw and policy.withdrawn_on is None:
        label = "Withdraw announcement"
        body.append(FormButton(label, WithdrawAnnouncement(policy.id), accessible(label, policy.title)))
    if may_pause:
        body.append(FormButton("Pause answers", PauseAnswers(policy.id), accessible("Pause answers", policy.title)))
        keep = accessible("Change how long", policy.title)
        body.append(FormButton("Change how long", KeepTexts(policy.id), keep))
        body.append(FormButton("Put on hold", HoldPolicy(policy.id), accessible("Put on hold", policy.title)))
    return Form("Flags", tuple(body), close="Close")


def _about(policy: PolicyView) -> tuple[Part, ...]:
    summary = (Paragraph(policy.summary),) if policy.summary else ()
    link = (Link("Read the announcement", policy.link),) if policy.link else ()
    return (*withdrawn_lines(policy), *summary, *link, Paragraph(owner_line(policy)))


def _on_it(audience: AudienceView | None) -> tuple[Part, ...]:
    return (Paragraph(f"On this policy: {who(audience)}."),) if audience is not None else ()


def _ends(ends: EndsView | None) -> tuple[Part, ...]:
    if ends is None:
        return ()
    return (*authors_line(ends), *texts_line(ends))


def _shown_flags(policy: PolicyView, flags: tuple[FlagView, ...], page: Page) -> list[Part]:
    each_flag = [part for number, each in enumerate(flags, page.first) for part in _shown_flag(policy, each, number)]
    return [so_far(policy), *answered(policy), *page_line(page, "flag", _ORDER), *each_flag]


def _shown_flag(policy: PolicyView, flag: FlagView, number: int) -> tuple[Part, ...]:
    read = FormButton("Read the flag", SeeFlag(flag.id), accessible("Read the flag", f"flag {number}"))
    return (*flag_in_a_list(flag, number), *newest_answer(flag), *(see_too(flag, number) if policy.open else ()), read)


def see_too(flag: FlagView, number: int | None = None) -> tuple[Part, ...]:
    """The button *I see this too*."""
    about = f"flag {number}" if number else "this flag"
    return (FormButton("I see this too", SecondFlag(flag.id), accessible("I see this too", about)),)


def _no_flags(policy: PolicyView, organisation: OrganisationView) -> str:
    if not policy.open:
        return "No flags were shown before this policy closed."
    days = when_shown(organisation.release_days) if organisation.release_days else "on working days"
    return f"No flags are shown yet. New ones are shown {days} at {clock_time(time(organisation.release_hour))}."


_ANSWERED = replace(invented.LEGACY, author="", status=FlagStatus.ANSWERED, answers=(invented.ANSWER,))

SCREEN = "flags of a policy"
EXAMPLE = policy_flags_form(invented.PERMIT, (invented.TIMETABLE, _ANSWERED), invented.ORGANISATION)
STATES = {
    "none": policy_flags_form(replace(invented.ADDRESS), (), invented.ORGANISATION),
    "second page": policy_flags_form(
        invented.PERMIT, (invented.TIMETABLE, _ANSWERED), invented.ORGANISATION, page=Page(2, 12)
    ),
    "nobody can link": policy_flags_form(
        replace(invented.PERMIT, open=False),
        (invented.TIMETABLE,),
        invented.ORGANISATION,
        ends=replace(invented.ENDS, authors_ended=True, held_on=date(2027, 2, 1)),
    ),
    "with promises": policy_flags_form(invented.PERMIT, (_ANSWERED,), invented.ORGANISATION, promises=2),
    "one left out": policy_flags_form(invented.PERMIT, (invented.TIMETABLE,), invented.ORGANISATION, left_out=1),
    "admin": policy_flags_form(invented.PAUSED, (invented.TIMETABLE,), invented.ORGANISATION, may_pause=True),
    "announcer": policy_flags_form(
        invented.PERMIT, (invented.TIMETABLE,), invented.ORGANISATION, audience=invented.ON_IT, may_change_audience=True
    ),
    "owner": policy_flags_form(invented.PERMIT, (invented.TIMETABLE,), invented.ORGANISATION, may_withdraw=True),
    "withdrawn": policy_flags_form(invented.WITHDRAWN, (_ANSWERED,), invented.ORGANISATION),
}
