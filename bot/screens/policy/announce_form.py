"""Announcing a policy: its wording, its owner, its last day, and the channels for its card."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from uuid import UUID

from bot.calendar.dates import listed, long_date
from bot.interface.announcements import LINK_LIMIT, OPEN_DAYS, SUMMARY_LIMIT, TITLE_LIMIT
from bot.interface.intents import Announce, SeeFlags
from bot.interface.parts import (
    ChoiceQuestion,
    DateQuestion,
    Form,
    FormButton,
    Notice,
    Option,
    Paragraph,
    Part,
    PersonQuestion,
    Question,
    TextQuestion,
)
from bot.interface.views import AudienceView, PolicyView, UnreachedView
from bot.screens import invented
from bot.screens.form_values import Answers, chosen, typed
from bot.screens.notice.not_reached import EXAMPLE_PEOPLE, unreached_notices
from bot.screens.policy.audience_form import NAME as AUDIENCE
from bot.screens.policy.audience_form import OPTIONS as AUDIENCES
from bot.screens.policy.policy_card import SUMMARY_ON_CARD
from bot.screens.which_account import which_account_question
from bot.screens.who_is_on_it import who
from storage import Role


def announce_form(
    channels: tuple[Option, ...],
    accounts: Mapping[str, tuple[Option, ...]] = MappingProxyType({}),
    *,
    answers: Answers,
    problems: Mapping[str, str],
    nonce: str,
) -> Form:
    """Asks for all that an announcement needs; `channels` can take the card, and none need be chosen.

    `accounts` are those to choose from, by the question in which an address stands that several have.
    """
    return Form(
        title="Announce a policy",
        body=(
            Paragraph(
                "This makes a card where people say whether the policy is deliverable and what would make it so."
            ),
            *wording_questions(answers),
            TextQuestion(
                "link",
                "Link to the announcement",
                hint="It starts with https://",
                value=typed(answers, "link"),
                limit=LINK_LIMIT,
                optional=True,
            ),
            *_people_questions(accounts, answers),
            DateQuestion(
                "closes_on",
                "Open for flags until",
                hint=f"The last day on which people can send flags. Without one, {OPEN_DAYS} days from now.",
                value=typed(answers, "closes_on"),
                optional=True,
            ),
            *_channels_question(channels, answers),
            *_audience_question(channels, answers),
        ),
        intent=Announce(),
        send="Announce",
        nonce=nonce,
        problems=problems,
    )


def wording_questions(answers: Answers) -> tuple[Question, ...]:
    """Asks for the title and the summary."""
    return (
        TextQuestion("title", "Title", value=typed(answers, "title"), limit=TITLE_LIMIT),
        TextQuestion(
            "summary",
            "Summary",
            hint="What will be different, for whom and from when. "
            f"The card shows the first {SUMMARY_ON_CARD} characters.",
            value=typed(answers, "summary"),
            limit=SUMMARY_LIMIT,
            long=True,
        ),
    )


def _people_questions(accounts: Mapping[str, tuple[Option, ...]], answers: Answers) -> tuple[Question, ...]:
    return (
        PersonQuestion(
            "owner",
            "Policy owner",
            hint="They get the digest and answer the flags. They are told now that you named them.",
            value=typed(answers, "owner"),
        ),
        *which_account_question("owner", "Policy owner", accounts, answers),
        PersonQuestion(
            "delegate",
            "Delegate",
            hint="They can answer too, and are told if there is no answer.",
            value=typed(answers, "delegate"),
            optional=True,
        ),
        *which_account_question("delegate", "Delegate", accounts, answers),
        PersonQuestion(
            "senior",
            "Senior owner",
            hint="Who is accountable for it. They are told after the delegate, and can then answer.",
            value=typed(answers, "senior"),
            optional=True,
        ),
        *which_account_question("senior", "Senior owner", accounts, answers),
    )


def _channels_question(channels: tuple[Option, ...], answers: Answers) -> tuple[Question, ...]:
    if not channels:
        return ()
    return (
        ChoiceQuestion(
            "channels",
            "Channels",
            channels,
            hint="Where the card is posted. Without a channel, the policy is in the list of open policies only.",
            values=chosen(answers, "channels", channels),
            several=True,
            optional=True,
        ),
    )


def _audience_question(channels: tuple[Option, ...], answers: Answers) -> tuple[Question, ...]:
    """Nothing to choose where there is no channel: then everyone is on it."""
    if not channels:
        return ()
    return (
        ChoiceQuestion(
            AUDIENCE,
            "Who is on this policy?",
            AUDIENCES,
            hint="If you choose neither, members of these channels are, or everyone if there is no channel.",
            values=chosen(answers, AUDIENCE, AUDIENCES),
            optional=True,
        ),
    )


def announced_form(
    policy: PolicyView,
    channels: tuple[str, ...],
    unreached: tuple[UnreachedView, ...] = (),
    audience: AudienceView | None = None,
) -> Form:
    """The policy is announced: where its card is, who is on it, who is told, and who of them cannot be messaged yet."""
    where = f"Its card goes to {listed(channels)}." if channels else "It is in the list of open policies."
    reached = policy.owner and all(each.role is not Role.OWNER for each in unreached)
    told = f" {policy.owner} is told that you named them." if reached else ""
    body: tuple[Part, ...] = (
        Notice(f"{policy.title} is announced."),
        Paragraph(f"{where} It is open for flags until {long_date(policy.closes_on)}.{told}"),
        *((Paragraph(f"On it are {who(audience)}."),) if audience else ()),
        *unreached_notices(unreached),
        FormButton("See flags", SeeFlags(policy.id)),
    )
    return Form("Policy announced", body, close="Done")


_CHANNELS = (
    Option(str(UUID(int=51)), "delivery-community"),
    Option(str(UUID(int=52)), "architects"),
)

SCREEN = "announce form"
EXAMPLE = announce_form(_CHANNELS, answers={}, problems={}, nonce="invented")
STATES = {
    "announced": announced_form(invented.PERMIT, ("delivery-community", "architects")),
    "announced, people not reached": announced_form(
        replace(invented.PERMIT, owner=EXAMPLE_PEOPLE[0].name), ("delivery-community",), EXAMPLE_PEOPLE
    ),
    "refused": announce_form(
        _CHANNELS,
        answers={"title": ("Single parking permit",), "channels": (_CHANNELS[0].value,)},
        problems={"owner": "Enter who the policy owner is"},
        nonce="invented",
    ),
}
