"""What has happened in a new sandbox before anyone opens it: a flag by name, and an answer that promises a change.

All of it goes the way that it would go for people, so whoever opens the sandbox finds a promise and can move time on to
the day on which the policy owner is asked about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from adapters.web.sandbox import Sandbox, actor
from bot.dispatcher import Dispatcher
from bot.interface.actor import Actor
from bot.interface.intents import AnswerPolicy, GiveView, Intent
from bot.interface.parts import Form

PROMISED_FOR = timedelta(days=14)
FLAG = {
    "promise": "named",
    "verdict": "if",
    "theme": "legacy",
    "because": "Records of who has moved since the summer reach schools in November at the earliest.",
    "remedy": "Begin with families whose address has not changed for a year.",
}
ANSWER = "We begin with families whose records are complete, and publish which schools those are."


async def happen(dispatcher: Dispatcher, sandbox: Sandbox, policy: UUID) -> None:
    """Let a member flag a policy, by name, and its owner promise a change."""
    channel = sandbox.channels[0].id
    await _fill_in(dispatcher, actor("kezia", channel), GiveView(policy), FLAG)
    by = (sandbox.clock() + PROMISED_FOR).date().isoformat()
    promised = {"kind": "change", "text": ANSWER, "by_date": by}
    await _fill_in(dispatcher, actor(sandbox.owner.user, channel), AnswerPolicy(policy), promised)


async def _fill_in(dispatcher: Dispatcher, who: Actor, intent: Intent, answers: Mapping[str, str]) -> None:
    form = await dispatcher.open(intent, who)
    if isinstance(form, Form) and form.intent is not None:
        typed = {name: (value,) for name, value in answers.items()}
        await dispatcher.submit(form.intent, typed, who, form.nonce)
