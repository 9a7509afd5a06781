"""Carries every message: knows what is sent where and when."""

from __future__ import annotations

from tests.attacks.attackers.member import moves
from tests.attacks.check import Case, check, not_allowed
from tests.attacks.guesses import Guesses
from tests.attacks.leaks import Leak
from tests.attacks.recorder import PLACES, is_strong
from tests.attacks.script import Kind


@check(sees=Leak.MESSAGE_TO_AUTHOR)
def something_is_sent_when_somebody_writes(case: Case) -> Guesses:
    """Say that somebody wrote where a message was sent or changed at once."""
    return moves(case, "messages")


@check(sees=Leak.MESSAGE_TO_AUTHOR)
def an_author_is_written_to(case: Case) -> Guesses:
    """Look for messages to people who only wrote without their names."""
    named = {each.person for each in case.truth.acts if not each.hidden}
    silent = {each.person for each in case.truth.hidden(*Kind)} - named
    sent = {message.place.address for _, message, _ in case.population.office.chat.kept}
    return not_allowed([each.user in sent for each in silent])


@check(sees=Leak.TAG_KEPT)
def what_a_receipt_holds_is_found_again(case: Case) -> Guesses:
    """Match what the window of an author's receipt carries with the ids of what came out."""
    happened = []
    for item in case.flags:
        held = case.population.receipts.get(item.acts[0].number, "").replace("-", "").casefold()
        own = [value for name, value in item.row.items() if name not in PLACES and is_strong(value)]
        own = [each for each in own if each not in {one.hex for one in case.truth.policies}]
        happened.append(any(each in held for each in own))
    return not_allowed(happened)


@check(sees=Leak.CODE_SENT)
def a_message_holds_a_receipt_code(case: Case) -> Guesses:
    """Look for receipt codes in all that was sent or changed, and in all that somebody else is shown."""
    sent = [repr(message) for _, message, _ in case.population.office.chat.kept]
    shown = [words for _, _, _, words in case.recorder.screens]
    text = "\n".join([*sent, *shown]).casefold()
    return not_allowed([any(each in text for each in spelled) for spelled in case.codes])
