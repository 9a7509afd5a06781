"""Handlers for where a person is written to: a test message to oneself."""

from __future__ import annotations

from bot.handlers.context import Draft, HandlerContext, Opens, Submits
from bot.interface.intents import Intent, TestMyself
from bot.interface.parts import Screen
from bot.outbox import deliveries
from bot.people import told_first
from bot.screens.notice.test_of_ones_own import ask_for_test_form, test_sent_form


def _ask(context: HandlerContext, intent: TestMyself, draft: Draft) -> Screen:
    return ask_for_test_form(told_first.accounts(context.uow, context.visitor.id))


def _send(context: HandlerContext, intent: TestMyself, draft: Draft) -> Screen:
    uow, person_id = context.uow, context.visitor.id
    # Once a minute, however often it is pressed.
    key = f"{told_first.OWN_TEST}:{person_id}:{uow.now:%Y%m%dT%H%M}"
    deliveries.tell_person(uow, person_id, told_first.OWN_TEST, str(person_id), key=key)
    return test_sent_form(told_first.accounts(uow, person_id))


OPENS: dict[type[Intent], Opens] = {TestMyself: _ask}
SUBMITS: dict[type[Intent], Submits] = {TestMyself: _send}
