"""Tell systemd the state of this process: ready, alive, stopping (`sd_notify`). Without systemd it does nothing."""

from __future__ import annotations

import contextlib
import os
import socket

READY = "READY=1"
ALIVE = "WATCHDOG=1"
STOPPING = "STOPPING=1"


def tell(state: str) -> None:
    """Tell systemd this state, if it started this process and asks to be told."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    abstract = address.replace("@", "\0", 1) if address.startswith("@") else address
    # If systemd cannot be told, the process serves all the same.
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to:
        to.setblocking(False)
        to.sendto(state.encode(), abstract)


def watchdog_seconds() -> float | None:
    """How many seconds systemd waits to be told `ALIVE` before it restarts this process; None if it does not."""
    given, process = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID", "")
    if not given.isdigit() or int(given) == 0 or process not in ("", str(os.getpid())):
        return None
    return int(given) / 1_000_000
