"""The first-run checklist: what an admin does before the first announcement, in about 20 minutes."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.calendar.dates import count
from bot.interface.intents import (
    Announce,
    ChooseChannel,
    ChooseOffers,
    Intent,
    Practise,
    SayWhoRunsIt,
    SeeEndKeys,
    SeePermissions,
    SetLines,
    SetTimes,
    TryPeople,
)
from bot.interface.parts import Facts, FormButton, Heading, Paragraph, Part
from bot.interface.views import SetUpStep, SetUpView, TestedView
from bot.screens import labels
from bot.screens.admin.times_form import CHAIN, chain_facts
from bot.screens.phrases import accessible, first_large
from storage import Role


@dataclass(frozen=True)
class _Step:
    title: str
    about: str
    button: str
    intent: Intent


_STEPS = {
    SetUpStep.PERMISSIONS: _Step(
        "Check what it can read",
        "It reads what people send it, and a message when someone chooses 'Ask if deliverable' on it. "
        "It does not read other messages.",
        "See permissions and why",
        SeePermissions(),
    ),
    SetUpStep.WHO: _Step(
        "Say who runs it",
        "Team, contact, and who holds the key. Keep the key away from the database and its backups.",
        "Fill in",
        SayWhoRunsIt(),
    ),
    SetUpStep.LINES: _Step(
        "Set the lines people rely on",
        "How sensitive text may be, where to report wrongdoing, your freedom of information contact, and when policies "
        "are closed for good.",
        "Fill in",
        SetLines(),
    ),
    SetUpStep.END_KEYS: _Step(
        "Prove a copy of the end-months file",
        "An operator copies the file to a safe place, apart from the database and its backups, and runs: "
        "python -m bot keys prove COPY. Without a copy, losing the file loses everything that was written.",
        "See what to do",
        SeeEndKeys(),
    ),
    SetUpStep.CHANNEL: _Step(
        "Choose a channel", "{floor} or more. Guests: no. Reactions: off.", "Choose", ChooseChannel()
    ),
    SetUpStep.OFFERS: _Step(
        "Choose what the form offers",
        "Confidential, Named. You cannot weaken this later for flags that exist.",
        "Choose",
        ChooseOffers(),
    ),
    SetUpStep.PEOPLE: _Step(
        "Name a policy owner, a delegate and a senior owner",
        "Each gets a test message and sees why.",
        "Name",
        TryPeople(),
    ),
    SetUpStep.TIMES: _Step(
        "Set days and times",
        "Working calendar, when flags are shown, days to answer. With what is set now:",
        "Set",
        SetTimes(),
    ),
    SetUpStep.PRACTICE: _Step(
        "Practise",
        "Announce a practice policy only you can see, send a flag, read the digest, answer it. It is not kept. "
        "To see days pass too, start the sandbox on a computer of your own: python -m bot demo.",
        "Start",
        Practise(),
    ),
}


def checklist(view: SetUpView) -> tuple[Part, ...]:
    """The steps, each to do or done, with a button to each; then the button for the first announcement."""
    ready = is_ready(view)
    last: tuple[Part, ...] = (FormButton("Announce the first policy", Announce()),) if ready else ()
    return (Heading(state_line(view)), *_step_parts(view), *last)


def is_ready(view: SetUpView) -> bool:
    """Whether every step is done."""
    return len(view.done) == len(SetUpStep)


def state_line(view: SetUpView) -> str:
    """How many of the steps are done."""
    return f"Set up Deliverable. {len(view.done)} of {count(len(SetUpStep), 'step')} done."


def _step_parts(view: SetUpView) -> Iterator[Part]:
    for number, (step, step_text) in enumerate(_STEPS.items(), 1):
        yield Heading(f"{number}. {step_text.title}. {'Done' if step in view.done else 'To do'}.", 3)
        yield Paragraph(step_text.about.format(floor=count(view.floor, "member")))
        if step is SetUpStep.PEOPLE:
            yield from tested_people(view)
        if step is SetUpStep.TIMES:
            yield chain_facts(view.chain)
        yield FormButton(step_text.button, step_text.intent, accessible(step_text.button, step_text.title))


def tested_people(view: SetUpView) -> tuple[Part, ...]:
    """The people whom an admin named, and whether the test message reached each."""
    if not view.tested:
        return ()
    arrived = sum(each.arrived is True for each in view.tested)
    people = tuple(
        (first_large(labels.ROLES[each.role]), f"{each.name}. {_ARRIVED[each.arrived]}") for each in view.tested
    )
    return (Paragraph(f"{arrived} of {count(len(view.tested), 'test message')} arrived."), Facts(people))


_ARRIVED = {True: "Arrived.", False: "It could not be sent.", None: "On its way."}

EXAMPLE_VIEW = SetUpView(
    done=frozenset({SetUpStep.PERMISSIONS, SetUpStep.WHO, SetUpStep.CHANNEL}),
    floor=5,
    tested=(
        TestedView(Role.OWNER, "Priya Nair", True),
        TestedView(Role.DELEGATE, "Tom Adeyemi", True),
        TestedView(Role.SENIOR, "Helen Marsh", None),
    ),
    chain=CHAIN,
)
