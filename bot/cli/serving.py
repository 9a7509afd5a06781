"""Serving one process until it is told to stop, for the commands that serve."""

from __future__ import annotations

from adapters.http import CannotListen, Process, run
from bot.runtime import logs
from bot.runtime.startup import Stop


async def serve_until_stopped(process: Process, host: str, port: int, sentence: str, cure: str = "") -> None:
    """Serve until SIGINT or SIGTERM. `sentence`, with `{address}` in it, is printed once the port is open.

    Raises `Stop` where the address cannot be listened on; `cure` says how to take another port, if not by the setting.
    """

    def announce(address: str) -> None:
        logs.say(f"{sentence.format(address=address)} Stop it with Ctrl+C.")

    try:
        await run(process, host, port, announce)
    except CannotListen as error:
        raise Stop(error.sentence(cure)) from None
