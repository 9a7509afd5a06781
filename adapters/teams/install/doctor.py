"""The checks of `python -m bot doctor` for Teams. Each finding is a sentence that says what to fix, if anything.

The checks make the same calls as the program. They change nothing and post nothing. Whether Teams reaches this program
cannot be seen from here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from adapters.teams.api.client import TeamsClient
from adapters.teams.api.faults import TeamsApiError
from adapters.teams.api.platform import REFUSED
from adapters.teams.options import NotSetUp, TeamsOptions
from adapters.teams.receive.refusals import CURES
from bot.calendar.dates import count
from bot.interface.finding import Finding, bad, good
from bot.people.connections import Connections

PLATFORM = "teams"
THEN = "Then start the program again."
NOWHERE = "The app is in no team and no group chat: upload its package and add it there, as deploy/teams says."


class TeamsDoctor:
    """Checks the settings, the credential, Microsoft's keys, and where the app was added."""

    def __init__(
        self, connections: Connections, options: TeamsOptions, *, running: Mapping[str, str] | None = None
    ) -> None:
        """`running` is how each platform is in the program that runs now, by `/healthz`; None if none was found."""
        self._running = running or {}
        self._connections = connections
        self._options = options

    async def examine(self) -> AsyncIterator[Finding]:
        """Yield the findings as they are made. Raises `Unavailable`."""
        if self._options.insecure_local:
            yield bad("DELIVERABLE_TEAMS_INSECURE_LOCAL is on, so tokens are not checked. It is for development only.")
        else:
            async for each in self._microsoft():
                yield each
        for reason in (each for each in CURES if self._running.get(PLATFORM) == REFUSED.format(each)):
            yield bad(f"Requests from Teams are refused ({reason}). Check {CURES[reason]}. {THEN}")
        places = await self._connections.channels(PLATFORM)
        yield good(f"The app is in {count(len(places), 'channel')} in Teams.") if places else bad(NOWHERE)

    async def _microsoft(self) -> AsyncIterator[Finding]:
        try:
            client = TeamsClient(self._options)
        except NotSetUp as wrong:
            yield bad(str(wrong))
            return
        try:
            async for each in _answers(client):
                yield each
        finally:
            await client.close()


async def _answers(client: TeamsClient) -> AsyncIterator[Finding]:
    client.connect()
    try:
        await client.request_token()
        yield good("Microsoft gives the bot a token.")
    except TeamsApiError as fault:
        yield bad(
            f"Microsoft gives the bot no token ({fault}). Check DELIVERABLE_TEAMS_APP_ID, DELIVERABLE_TEAMS_TENANT_ID, "
            "the credential and when it expires, and the network."
        )
    try:
        await client.keys.fetch()
        yield good("Microsoft's keys, by which requests are checked, can be fetched.")
    except TeamsApiError as fault:
        yield bad(f"Microsoft's keys cannot be fetched ({fault}). Check DELIVERABLE_TEAMS_OPENID_URL and the network.")
