"""Read `/healthz` of the program that runs on this machine, for commands that look at it from outside."""

from __future__ import annotations

from collections.abc import Mapping

import aiohttp

SECONDS = 3.0
ANYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - compared with, not bound to


async def platforms_of(host: str, port: int) -> Mapping[str, str] | None:
    """How each platform is in the program that listens at that address, by name; None if none answers."""
    there = "127.0.0.1" if host in ANYWHERE else host
    address = f"http://[{there}]:{port}/healthz" if ":" in there else f"http://{there}:{port}/healthz"
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS)) as session,
            session.get(address) as response,
        ):
            found = await response.json()
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return None
    platforms = found.get("platforms") if isinstance(found, dict) else None
    return {str(name): str(text) for name, text in platforms.items()} if isinstance(platforms, dict) else None
