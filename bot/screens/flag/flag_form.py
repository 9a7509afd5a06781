"""The flag form: who can know it is from you, with nothing chosen, then the verdict, then the reasons.

The next step asks only whether it was said already. What was typed goes along with the form unseen, so that the server
keeps nothing of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from uuid import UUID

from bot.calendar.dates import count, listed, short_date
from bot.interface.announcements import LINK_LIMIT, cut_at_word
from bot.interface.intents import ChangeFlag, GiveView, HowProtected
from bot.interface.parts import (
    ChoiceQuestion,
    Form,
    FormButton,
    Heading,
    Notice,
    Option,
    Paragraph,
    Part,
    Question,
    Quote,
    TextQuestion,
)
from bot.interface.themes import THEMES
from bot.interface.views import AudienceView, EndsView, FlagView, OrganisationView, PolicyName, ReadersView
from bot.screens import invented, labels
from bot.screens.flag.second_form import anything_question, counted_once
from bot.screens.flag.telling_step import telling_question, telling_step
from bot.screens.form_values import Answers, chosen, typed
from bot.screens.phrases import first_large
from bot.screens.promises import (
    NOBODY,
    OFFERED,
    hold_line,
    kept_line,
    meanings,
    named_description,
    named_option,
    named_themselves,
    never_that_day,
)
from bot.screens.quoted import BECAUSE_IN_A_LIST, because_label, flag_line
from bot.screens.record import before_you_write
from bot.screens.who_is_on_it import they_read
from storage import Promise, Verdict
from storage.authors_key import FLAGS_A_PERSON

NONE_OF_THESE = "none"
BACK_TO_MY_FLAG = "back"
MOST_SIMILAR = 3
_OPTION_TEXT = 50

Body = tuple[Part | Question, ...]


@dataclass(frozen=True)
class SmallGroup:
    """How many people could have written a flag, if that is a small group, and the names of larger channels."""

    writers: int
    larger: tuple[str, ...] = ()


def flag_form(
    policy: PolicyName,
    organisation: OrganisationView,
    ends: EndsView,
    *,
    platform_name: str,
    offers: tuple[Promise, ...],
    answers: Answers,
    problems: Mapping[str, str],
    nonce: str,
    small_group: SmallGroup | None = None,
    similar: tuple[FlagView, ...] = (),
    telling: tuple[str, ...] = (),
    intent: GiveView | ChangeFlag | None = None,
    readers: ReadersView = NOBODY,
    audience: AudienceView | None = None,
) -> Form:
    """The form for a new flag or, where `intent` changes the author's own, for that: then only its promise is offered.

    `readers` are those whom *Named* names, where it is offered. `audience` is who is on the policy.

    `telling` and `similar` are empty at the first step. At the next ones, the former holds words of what was typed that
    may show who wrote it, and the latter the shown flags that are nearest to it.
    """
    kept: tuple[Question, ...] = ()
    changing = isinstance(intent, ChangeFlag)
    if telling or similar:
        asked = telling_step(telling, answers) if telling else _similar_flags(similar, organisation, answers)
        body: Body = (Heading(policy.title), *asked)
        kept = _questions(
            (
                *(
                    ()
                    if changing
                    else promise_question(platform_name, organisation, offers, answers, ends, readers=readers)
                ),
                *flag_questions(organisation, answers),
                *((telling_question(answers),) if similar and "words" in answers else ()),
            )
        )
    elif answers or changing:
        body = (
            *_opening(policy),
            *_small_group_notice(small_group),
            *(
                _kept_promise(offers, ends, platform_name)
                if changing
                else promise_question(platform_name, organisation, offers, answers, ends, policy.id, readers)
            ),
            *flag_questions(organisation, answers),
            *_read_by(audience),
        )
    else:
        name = PolicyName(policy.id, policy.title)
        body = _blank_body(name, organisation, ends, platform_name, offers, small_group, readers, audience)
    return Form(
        title="Change your flag" if changing else "Is this deliverable?",
        body=body,
        intent=intent or GiveView(policy.id, readers.token),
        send="Continue" if telling or similar else "Save flag" if changing else "Send flag",
        nonce=nonce,
        problems=problems,
        kept=kept,
    )


def _questions(body: Body) -> tuple[Question, ...]:
    return tuple(each for each in body if isinstance(each, Question))


@lru_cache(maxsize=256)
def _blank_body(
    policy: PolicyName,
    organisation: OrganisationView,
    ends: EndsView,
    platform_name: str,
    offers: tuple[Promise, ...],
    small_group: SmallGroup | None,
    readers: ReadersView,
    audience: AudienceView | None,
) -> Body:
    """The form as everyone opens it: made once, and always the same object, so that it is drawn once."""
    return (
        *_opening(policy),
        *_small_group_notice(small_group),
        *promise_question(platform_name, organisation, offers, {}, ends, policy.id, readers),
        *flag_questions(organisation, {}),
        *_read_by(audience),
    )


def flag_questions(organisation: OrganisationView, answers: Answers) -> Body:
    """All questions of a flag but the promise, and what to read before writing."""
    return (*_verdict_and_theme_questions(answers), *before_you_write(organisation), *_text_questions(answers))


def _opening(policy: PolicyName) -> Body:
    quiet = "Nobody in the channel can see that you have opened this form."
    return (Heading(policy.title), Paragraph(f"About 3 minutes the first time. {quiet}"))


def _read_by(audience: AudienceView | None) -> Body:
    """Who can read the flag, above the button that sends it: what is read before one types stays short."""
    return (Paragraph(they_read(audience)),) if audience is not None else ()


def _small_group_notice(group: SmallGroup | None) -> Body:
    if group is None:
        return ()
    size = f"{count(group.writers, 'person')} can send a flag on this policy, without those who answer for it."
    guess = "In a group this small, people may guess who wrote a flag, whatever you choose."
    larger = f" You can use Deliverable from a larger channel instead: {listed(group.larger)}." if group.larger else ""
    return (Notice(f"{size} {guess}{larger}"),)


def _similar_flags(similar: tuple[FlagView, ...], organisation: OrganisationView, answers: Answers) -> Body:
    shown = similar[:MOST_SIMILAR]
    options = (
        *(_similar_option(each, n) for n, each in enumerate(shown, 1)),
        Option(NONE_OF_THESE, "None of these. Send my flag"),
        Option(BACK_TO_MY_FLAG, "Go back to my flag"),
    )
    quotes = [part for n, each in enumerate(shown, 1) for part in _similar_flag(each, n)]
    return (
        Notice("Nothing is sent yet. Adding to a flag makes it harder to overlook."),
        *quotes,
        # With none of them chosen beforehand, one press sends the flag.
        ChoiceQuestion(
            "similar",
            "Is yours one of these?",
            options,
            values=chosen(answers, "similar", options) or (NONE_OF_THESE,),
        ),
        anything_question(answers),
        Paragraph(f"{counted_once(organisation)} If you add to one of these, your own text is not sent and not kept."),
    )


def _similar_option(flag: FlagView, n: int) -> Option:
    # Similar flags often start alike, so the number distinguishes the options.
    return Option(str(flag.id), f"I see flag {n} too: {cut_at_word(flag.because, _OPTION_TEXT)}")


def _similar_flag(flag: FlagView, n: int) -> tuple[Part, ...]:
    text = cut_at_word(flag.because, BECAUSE_IN_A_LIST)
    return (Heading(flag_line(flag, n), 3), Quote(because_label(flag.verdict), text))


def promise_question(
    platform_name: str,
    organisation: OrganisationView,
    offers: tuple[Promise, ...],
    answers: Answers,
    ends: EndsView | None = None,
    policy: UUID | None = None,
    readers: ReadersView = NOBODY,
) -> Body:
    """Which promise to choose, each explained under its own choice; *How you are protected* where there is a `policy`.

    `ends` are those of the policy, if it is about one, and `readers` whom *Named* names.
    """
    options = tuple(_promise_option(each, ends, readers) for each in offers)
    lead = f"{first_large(platform_name)} tells us who you are when you send. What we keep depends on your choice."
    themselves = named_themselves(readers).strip() if Promise.NAMED in offers else ""
    return (
        Paragraph(lead),
        ChoiceQuestion(
            "promise", "Who can know this is from you?", options, values=chosen(answers, "promise", options)
        ),
        *((Paragraph(themselves),) if themselves else ()),
        *_shown_later(offers, organisation, ends),
        *((FormButton("How you are protected", HowProtected(policy)),) if policy else ()),
    )


def _promise_option(promise: Promise, ends: EndsView | None, readers: ReadersView) -> Option:
    about, means = "", labels.PROMISES_MEAN[promise]
    if promise is Promise.NAMED:
        about, means = named_description(readers), named_option(readers)
    if promise is Promise.CONFIDENTIAL and ends:
        about = f"Shown to nobody. With both keys it can be traced until {short_date(ends.authors_day)}"
    if promise is Promise.DETACHED:
        about = "One code, shown once, is your only way back"
    return Option(promise.value, f"{labels.PROMISES[promise]}: {means}", about)


def _shown_later(offers: tuple[Promise, ...], organisation: OrganisationView, ends: EndsView | None) -> Body:
    waits = {Promise.CONFIDENTIAL, Promise.DETACHED} & set(offers)
    said = (never_that_day(organisation.release_days) if waits else "", kept_line(ends) if ends else "")
    line = " ".join(each for each in said if each)
    return (*((Paragraph(line),) if line else ()), *hold_line(ends.held_on if ends else None))


def _kept_promise(offers: tuple[Promise, ...], ends: EndsView, platform_name: str) -> Body:
    kept = "You cannot change who can know that this is from you."
    return (
        Paragraph(f"{kept} To choose again, withdraw this flag and send a new one."),
        meanings(offers, ends.authors_day, platform_name=platform_name),
    )


def _verdict_and_theme_questions(answers: Answers) -> Body:
    verdicts = tuple(Option(each.value, labels.VERDICTS[each], labels.VERDICTS_MEAN.get(each, "")) for each in Verdict)
    themes = tuple(Option(key, label) for key, label in THEMES.items())
    return (
        ChoiceQuestion("verdict", "Is it deliverable?", verdicts, values=chosen(answers, "verdict", verdicts)),
        ChoiceQuestion(
            "theme",
            "What is it mainly about?",
            themes,
            placeholder="Choose the nearest",
            values=chosen(answers, "theme", themes),
        ),
    )


def _text_questions(answers: Answers) -> Body:
    return (
        TextQuestion(
            "because",
            "Why?",
            hint="Write for someone who is not technical. Make one point in each flag: you can send up to "
            f"{FLAGS_A_PERSON} on a policy.",
            value=typed(answers, "because"),
            long=True,
        ),
        TextQuestion(
            "remedy",
            "What would make it deliverable?",
            hint="Needed if you chose 'Deliverable if…'.",
            value=typed(answers, "remedy"),
            long=True,
            optional=True,
            conditional=True,
        ),
        TextQuestion(
            "evidence",
            "Link to evidence",
            hint="Check that the page does not show your name. The policy owner must be able to open it.",
            value=typed(answers, "evidence"),
            limit=LINK_LIMIT,
            optional=True,
        ),
    )


_TYPED: Answers = {
    "promise": ("confidential",),
    "verdict": ("not",),
    "theme": ("timetable",),
    "because": ("The contracts of 60 councils end after April.",),
}

_invented = partial(
    flag_form,
    invented.PERMIT,
    organisation=invented.ORGANISATION,
    ends=invented.ENDS,
    platform_name="Slack",
    offers=OFFERED,
    answers={},
    problems={},
    nonce="invented",
)

SCREEN = "flag form"
EXAMPLE = _invented()
STATES = {
    "readers named": _invented(
        readers=ReadersView("Helen Marsh", "Tom Adeyemi", "Priya Nair", "0123456789abcdef", named_themselves=True)
    ),
    "fixed days": _invented(organisation=replace(invented.ORGANISATION, release_days=(1, 3))),
    "small group": _invented(platform_name="Teams", small_group=SmallGroup(4, ("delivery-community",))),
    "already said": _invented(answers=_TYPED, similar=(invented.TIMETABLE,)),
    "telling words": _invented(answers=_TYPED, telling=("As the only tester", "my team")),
    "refused": _invented(
        answers={"because": ("The contracts end after April.",)},
        problems={"promise": "Select who can know this is from you"},
    ),
    "changing": _invented(offers=(Promise.CONFIDENTIAL,), answers=_TYPED, intent=ChangeFlag(invented.TIMETABLE.id)),
}
