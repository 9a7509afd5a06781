"""No test can reach beyond this machine.

An audit hook sees every address that Python connects to or looks up, in blocking calls, in asyncio and in the libraries
on top of them. It refuses all but loopback and Unix sockets. If a library swallows the refusal, the test still fails.
"""

import ipaddress
import socket
import sys
from collections.abc import Iterator

import pytest

CONNECTING = {"socket.connect", "socket.sendto", "socket.sendmsg"}
RESOLVING = {"socket.getaddrinfo", "socket.gethostbyname"}


class NetworkReached(RuntimeError):
    """A test tried to reach beyond the machine. Not an OSError, which code under test may rightly catch."""


_attempts: list[str] = []


def _is_here(host: str) -> bool:
    if host in {"", "localhost", socket.gethostname()} or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _refuse(host: str) -> None:
    _attempts.append(host)
    raise NetworkReached(f"a test tried to reach {host}; only loopback is allowed")


def _text(host: object) -> str:
    return host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)


def _watch(event: str, args: tuple[object, ...]) -> None:
    if event in CONNECTING:
        address = args[1]
        if isinstance(address, tuple) and not _is_here(_text(address[0])):
            _refuse(_text(address[0]))
    elif event in RESOLVING and args[0] is not None:
        host = _text(args[0])
        if not _is_number(host) and not _is_here(host):  # an IP address needs no look-up
            _refuse(host)


sys.addaudithook(_watch)


@pytest.fixture(autouse=True)
def only_loopback() -> Iterator[None]:
    """Fail a test that tried to reach beyond the machine, even if the refusal was caught."""
    _attempts.clear()
    yield
    if _attempts:
        pytest.fail(f"tried to reach {', '.join(sorted(set(_attempts)))}; only loopback is allowed")
