"""My accounts: the accounts of one person, and joining them by a code so that My flags is the same in each."""

from collections.abc import Mapping
from datetime import datetime

from bot.calendar.dates import listed, moment
from bot.interface.answers import Answers
from bot.interface.intents import EnterJoiningCode, GetJoiningCode, MyAccounts, SeparateAccounts
from bot.interface.parts import Button, Form, FormButton, Notice, Paragraph, TextQuestion
from bot.screens import invented, refusals

_TITLE = "My accounts"
SEE_MY_ACCOUNTS = "See my accounts"
CODE_LIMIT = 100


def my_accounts_form(
    here: str,
    joined: tuple[str, ...] = (),
    *,
    elsewhere: tuple[str, ...] = (),
    answers: Answers | None = None,
    problems: Mapping[str, str] | None = None,
    nonce: str = "",
) -> Form:
    """Where the reader is now, the accounts that are `joined` with this one, and those `elsewhere` that are not."""
    typed = ((answers or {}).get("code") or ("",))[0]
    return Form(
        _TITLE,
        (
            Paragraph(f"You are using Deliverable in {here}."),
            *_joined(joined),
            *((Paragraph(also_used(elsewhere)),) if elsewhere else ()),
            Paragraph(
                "My flags shows what was sent with this account. To see the same My flags in two accounts of yours, "
                "choose Get a code in one and enter it in the other. Both then count as one author, until you separate "
                "them."
            ),
            Button("Get a code", GetJoiningCode()),
            TextQuestion("code", "Code from your other account", "For example AB2CD-EF3GH.", typed, limit=CODE_LIMIT),
        ),
        intent=EnterJoiningCode(),
        send="Join accounts",
        close="Close",
        nonce=nonce,
        problems=problems or {},
    )


def also_used(elsewhere: tuple[str, ...]) -> str:
    """That the reader has other accounts, whose My flags are not the same as here."""
    there = "there" if len(elsewhere) == 1 else "in one of them"
    return (
        f"You also use Deliverable in {listed(elsewhere)}. To see the same My flags in both, choose Get a code {there} "
        "and enter it here."
    )


def _joined(joined: tuple[str, ...]) -> tuple[Paragraph | Button, ...]:
    if not joined:
        return ()
    line = f"My flags here also shows what you sent in {listed(joined)}, and the other way round."
    return (Paragraph(line), Button("Separate", SeparateAccounts()))


def joining_code_form(code: str, until: datetime, zone: str) -> Form:
    """A code; `until` is when it stops working, aware UTC, for a reader in that IANA `zone`."""
    return Form(
        "Code for joining",
        (
            Notice(code),
            Paragraph(
                f"Enter it in My accounts in your other account, by {moment(until, zone)}. It works once. Give it to "
                "nobody: whoever enters it sees your flags as their own."
            ),
        ),
        close="Close",
    )


def joined_form(joined: tuple[str, ...]) -> Form:
    """The accounts are joined."""
    return Form(
        _TITLE, (Notice(f"Joined with {listed(joined)}. My flags is the same in both now."), _BACK), close="Close"
    )


def separated_form() -> Form:
    """The account is on its own again."""
    return Form(
        _TITLE, (Notice("Separated. My flags here shows only what was sent with this account."), _BACK), close="Close"
    )


_BACK = FormButton(SEE_MY_ACCOUNTS, MyAccounts())

SCREEN = "my accounts"
EXAMPLE = my_accounts_form("Slack", elsewhere=("Teams",), nonce="example")
STATES = {
    "one account": my_accounts_form("Slack", nonce="example"),
    "joined": my_accounts_form("Slack", ("Teams",), nonce="example"),
    "wrong code": my_accounts_form(
        "Slack",
        answers={"code": ("AB2CD",)},
        problems={"code": refusals.UNKNOWN_JOINING_CODE},
        nonce="example",
    ),
    "a code": joining_code_form("AB2CD-EF3GH", invented.DIGEST.at, invented.DIGEST.zone),
    "now joined": joined_form(("Teams",)),
    "separated": separated_form(),
}
