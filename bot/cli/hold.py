"""`deliverable hold`: put a policy on legal hold, or lift it."""

from __future__ import annotations

import argparse
import asyncio
from uuid import UUID

from bot.dispatcher import Dispatcher, NoSuchPolicy
from bot.runtime.clock import now
from bot.runtime.settings import Settings
from bot.runtime.startup import Stop, configure, key_ring, made_ready, opened
from bot.screens.policy.hold import REASON_LIMIT
from bot.unit_of_work.errors import FormRefused


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be typed after `hold`."""
    parser.add_argument("policy", help="the policy's id, as in the address of its page")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--reason", help="why its texts must be kept, in one sentence")
    what.add_argument("--lift", action="store_true", help="lift the hold")


def run(given: argparse.Namespace) -> int:
    """Set or lift a hold, and say so. Raises `Stop`."""
    reason = None if given.lift else " ".join(given.reason.split())
    if reason is not None and not 0 < len(reason) <= REASON_LIMIT:
        raise Stop(f"Give a reason of at most {REASON_LIMIT} characters.")
    try:
        policy = UUID(given.policy)
    except ValueError:
        raise Stop(f"{given.policy} is not the id of a policy.") from None
    print(asyncio.run(hold(configure(), policy, reason)))
    return 0


async def hold(settings: Settings, policy: UUID, reason: str | None) -> str:
    """Set a hold or, without a reason, lift it; a sentence that says so. Raises `Stop`."""
    ring = key_ring(settings)
    with opened(settings.database_url.get_secret_value()) as database:
        made_ready(database, now(), ring)
        try:
            return await Dispatcher(database, ring, now).hold(policy, reason)
        except NoSuchPolicy as error:
            raise Stop(f"{error}.") from None
        except FormRefused as refused:
            raise Stop("\n".join(f"{each.rstrip('.')}." for each in refused.problems.values())) from None
