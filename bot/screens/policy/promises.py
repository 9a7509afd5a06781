"""What was promised on a policy, by day, and what became of it: a private view for anyone who may see the policy."""

from collections.abc import Iterator

from bot.calendar.dates import count, long_date
from bot.interface.intents import MyPolicies, MyPromises, SeeFlag, SeeFlags, SeePromises
from bot.interface.pages import Page
from bot.interface.parts import Form, FormButton, Heading, Paragraph, Part
from bot.interface.views import PolicyView, PromisedView
from bot.screens import invented
from bot.screens.commitment_lines import commitment_lines, promise_buttons
from bot.screens.paging import page_buttons, page_line
from bot.screens.phrases import accessible, short_title
from bot.screens.quoted import BECAUSE_IN_A_LIST, excerpt
from storage import CommitmentState

_ORDER = "Those that have not ended come first, by day."


def promises_form(
    policy: PolicyView,
    promised: tuple[PromisedView, ...],
    *,
    page: Page | None = None,
    may_say: bool = False,
    alone: bool = False,
) -> Form:
    """The promises in the order given. `may_say` adds the buttons of those who answer for the policy.

    `alone` is set where one is shown instead of a form about it, because it has ended.
    """
    page = page or Page(total=len(promised))
    body: list[Part] = [Heading(policy.title)]
    body += page_line(page, "promise", _ORDER) if promised and not alone else ()
    for number, each in enumerate(promised, page.first):
        body += _one(each, number, may_say)
    if not promised:
        body.append(Paragraph("Nothing has been promised on this policy."))
    body += page_buttons(page, "promise", lambda to: SeePromises(policy.id, to))
    body.append(FormButton("See flags", SeeFlags(policy.id), accessible("See flags", policy.title)))
    return Form("Promises", tuple(body), close="Close")


def my_promises_form(promised: tuple[PromisedView, ...], *, page: Page | None = None) -> Form:
    """For whoever answers for policies: what was promised on all of them and has not ended, the first due first."""
    page = page or Page(total=len(promised))
    body: list[Part] = [*page_line(page, "promise", "The first due comes first.")] if promised else []
    for number, each in enumerate(promised, page.first):
        body += _one(each, number, True, title=True)
    if not promised:
        body.append(Paragraph("Nothing is promised on your policies, or all of it has ended."))
    body += page_buttons(page, "promise", MyPromises)
    body.append(FormButton("See my policies", MyPolicies()))
    return Form("Promises", tuple(body), close="Close")


def _one(promised: PromisedView, number: int, may_say: bool, *, title: bool = False) -> Iterator[Part]:
    commitment, rest = promised.commitment, SeeFlag(promised.flag)
    yield Heading(f"{number}. By {long_date(commitment.by_date)}", 3)
    if title:
        yield Paragraph(f"On {short_title(promised.policy.title)}.")
    yield excerpt("What was promised", promised.answer.text, BECAUSE_IN_A_LIST, rest)
    on = long_date(promised.answer.on)
    yield Paragraph(f"{promised.answer.by} said so on {on}, in answer to {count(promised.flags, 'flag')}.")
    yield from commitment_lines(commitment, rest)
    yield FormButton("Read the flag", rest, accessible("Read the flag", f"promise {number}"))
    if may_say:
        yield from promise_buttons(commitment, f"promise {number}")


def _promised(state: CommitmentState | None = None) -> PromisedView:
    answer = invented.promised(state) if state else invented.ANSWER
    return PromisedView(
        invented.PERMIT, answer, answer.commitment or invented.COMMITMENT, invented.TIMETABLE.id, 2 if state else 1
    )


SCREEN = "promises of a policy"
EXAMPLE = promises_form(invented.PERMIT, (_promised(), _promised(CommitmentState.DONE)))
STATES = {
    "policy owner": promises_form(invented.PERMIT, (_promised(CommitmentState.NO_WORD), _promised()), may_say=True),
    "on all of an owner's policies": my_promises_form((_promised(CommitmentState.NO_WORD), _promised())),
    "none on any": my_promises_form(()),
    "none": promises_form(invented.ADDRESS, ()),
    "ended meanwhile": promises_form(invented.PERMIT, (_promised(CommitmentState.DONE),), may_say=True, alone=True),
}
