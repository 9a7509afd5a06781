"""Naming people in forms: by address or picker and, where an address is several people's, by choosing an account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.handlers.context import Draft, HandlerContext
from bot.interface.parts import Option
from bot.people import people, places, role_holders
from bot.people.people import Named
from bot.people.role_holders import NotNamed
from bot.screens import refusals as says
from bot.screens.which_account import answer_name
from bot.unit_of_work.errors import FormRefused

AccountOptions = Mapping[str, tuple[Option, ...]]
"""The accounts to choose from, by the question in which the address was entered."""


def named(context: HandlerContext, question: str, text: str, account: str) -> Named:
    """The person whom `text`, the answer to a question, names; `account` is the one chosen if several have the address.

    Raises `FormRefused`.
    """
    try:
        found = role_holders.find(context.uow, text, context.visitor.platform)
    except NotNamed as refused:
        raise FormRefused({question: refused.sentence}) from None
    if not found.unclear:
        return found
    chosen = next((each for each in found.unclear if str(each.id) == account), None)
    if chosen is None:
        raise FormRefused({answer_name(question): says.several_have_it(len(found.unclear))})
    return Named(person_id=chosen.person_id, on=chosen.platform)


def all_named(context: HandlerContext, answers: Mapping[str, tuple[str, str]]) -> dict[str, Named]:
    """The people named in several questions: question to (answer, account). Raises `FormRefused` with all problems."""
    found: dict[str, Named] = {}
    problems: dict[str, str] = {}
    for question, (text, account) in answers.items():
        try:
            found[question] = named(context, question, text, account)
        except FormRefused as refused:
            problems |= refused.problems
    if problems:
        raise FormRefused(problems)
    return found


def to_choose_from(context: HandlerContext, draft: Draft, questions: Iterable[str]) -> AccountOptions:
    """What to offer in a form that was filled in, for each question in which an address of several people stands."""
    typed = {each: next(iter(draft.answers.get(each, ())), "") for each in questions}
    return {question: options for question, text in typed.items() if (options := _options(context, text))}


def _options(context: HandlerContext, text: str) -> tuple[Option, ...]:
    found = people.named(context.uow, text)
    unclear = found.unclear if found is not None else ()
    labels = places.of_people(context.uow, unclear) if unclear else {}
    return tuple(Option(str(each.id), labels[each.id]) for each in unclear)
