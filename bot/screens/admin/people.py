"""People and their accounts: what an admin looks after. A private view, and the lines of the command line."""

from dataclasses import replace

from bot.calendar.dates import listed
from bot.interface.intents import JoinAgain, KeepApart, SayWhoRunsIt, SeePeople
from bot.interface.pages import Page
from bot.interface.parts import Button, Form, FormButton, Heading, Notice, Paragraph, Part
from bot.interface.views import AccountsState, AccountsView, Reachability
from bot.screens import invented
from bot.screens.notice.not_reached import show_how, why_not
from bot.screens.paging import page_buttons, page_line
from bot.screens.phrases import accessible

_HOW = (
    "Accounts with one address in a domain that you trust count as one person for roles and messages. What someone "
    "writes stays with the account that wrote it."
)
_NONE = "Every address is one person's, everyone with a role can be reached, and nobody with a role has two accounts."


def people_form(people: tuple[AccountsView, ...], page: Page) -> Form:
    """The people and addresses in the order given; `page` is which of them these are."""
    none = () if people else (Notice(_NONE),)
    parts = [part for each in people for part in _parts(each)]
    lead = (Paragraph(_HOW), *none, *page_line(page, "entry"))
    return Form("People and accounts", (*lead, *parts, *page_buttons(page, "entry", SeePeople)), close="Close")


def _parts(view: AccountsView) -> tuple[Part, ...]:
    return (Heading(view.name, 3), Paragraph(line(view)), *_repair(view))


def line(view: AccountsView) -> str:
    """What is so about one person or address, in a sentence or two."""
    accounts = listed(view.accounts)
    match view.state:
        case AccountsState.NOT_TRUSTED:
            return f"Several accounts have this address, and its domain is not trusted: {accounts}."
        case AccountsState.TWICE:
            return f"One workspace has this address twice, so nobody can tell who is meant: {accounts}."
        case AccountsState.UNREACHED:
            return f"{why_not(view.name, view.reach)} They have a role here. Accounts: {accounts}."
        case AccountsState.APART:
            return f"{accounts} is kept apart from other accounts with the address {view.email or 'it has'}."
        case AccountsState.JOINED:
            return f"One person, by the address {view.email}: {accounts}."


def _repair(view: AccountsView) -> tuple[Part, ...]:
    if view.state is AccountsState.NOT_TRUSTED:
        return (FormButton("Change trusted domains", SayWhoRunsIt(), accessible("Change trusted domains", view.email)),)
    if view.state is AccountsState.UNREACHED:
        return show_how(view.reach)
    if view.account is None:
        return ()
    if view.state is AccountsState.APART:
        return (Button("Join again", JoinAgain(view.account), accessible("Join again", view.name)),)
    if view.state is AccountsState.JOINED:
        return (FormButton("Keep apart", KeepApart(view.account), accessible("Keep apart", view.name)),)
    return ()


def keep_apart_form(view: AccountsView, account: str) -> Form:
    """Asks whether to separate the account of that name from the others of the person."""
    if view.state is not AccountsState.JOINED or view.account is None or len(view.accounts) < 2:
        return Form("Keep apart", (Notice("This account is not joined with another one."),), close="Close")
    others = [each for each in view.accounts if each != account]
    return Form(
        "Keep apart",
        (
            Paragraph(f"{view.name}, {account}, becomes a person of its own, until you let it be joined again."),
            Paragraph(
                f"The roles of {view.name} stay with the account on {listed(others)}. Where that is wrong, name "
                "another owner afterwards."
            ),
            Button("Keep it apart", KeepApart(view.account)),
        ),
        close="Close",
    )


def done_form(*, apart: bool) -> Form:
    """The account is kept apart, or may be joined again."""
    said = "This account is kept apart now."
    if not apart:
        said = "This account can be joined again. If another one has its address and its domain is trusted, it is."
    return Form("People and accounts", (Notice(said),), close="Done")


def people_lines(people: tuple[AccountsView, ...]) -> tuple[str, ...]:
    """For the command line: a line for each, with what to type to change it."""
    return tuple(f"{each.name}: {line(each)}{_typed(each)}" for each in people) or (_NONE,)


def _typed(view: AccountsView) -> str:
    option = {AccountsState.JOINED: "--keep-apart", AccountsState.APART: "--join-again"}.get(view.state)
    return f" ({option} {view.path})" if option else ""


_JOINED = AccountsView(
    state=AccountsState.JOINED,
    name="Priya Nair",
    email="priya.nair@example.org",
    accounts=("Slack", "Teams"),
    account=invented.numbered(71),
    path="teams/72f988bf/29:priya",
)
_ALL = (
    replace(
        _JOINED,
        state=AccountsState.NOT_TRUSTED,
        name="tom.adeyemi@example.com",
        email="tom.adeyemi@example.com",
        accounts=("Tom Adeyemi (Slack)", "Tom Adeyemi (Teams)"),
        account=None,
    ),
    replace(
        _JOINED,
        state=AccountsState.TWICE,
        name="sam.okoro@example.org",
        email="sam.okoro@example.org",
        accounts=("Sam Okoro (Teams), sam", "Sam Okoro (Teams), sam-admin"),
        account=None,
    ),
    replace(
        _JOINED,
        state=AccountsState.UNREACHED,
        name="Tom Adeyemi",
        accounts=("Teams",),
        reach=Reachability.NOT_INSTALLED,
    ),
    replace(_JOINED, state=AccountsState.APART, accounts=("Teams",)),
    _JOINED,
)

SCREEN = "people and accounts"
EXAMPLE = people_form(_ALL, Page(1, len(_ALL)))
STATES = {
    "nothing to do": people_form((), Page()),
    "keep apart": keep_apart_form(_JOINED, "Teams"),
    "not joined": keep_apart_form(replace(_JOINED, accounts=("Teams",)), "Teams"),
    "kept apart": done_form(apart=True),
    "joined again": done_form(apart=False),
}
