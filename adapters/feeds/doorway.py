"""Which network addresses a feed may lead to."""

import ipaddress
import socket
from collections.abc import Callable
from typing import Any


class InnerAddress(OSError):
    """A connection that was not opened, because a public server pointed it inside."""


class Doorway:
    """Opens the sockets of one fetch, and sees where each of them really goes.

    An operator may name any address, inside or out. A public server may not use that fetch to reach
    inside the operator's network: once a public address was spoken to, no redirect leads to another
    kind. The check is on the address that is connected to, so that a name cannot change its meaning
    between the check and the use.
    """

    def __init__(self, is_public: Callable[[str], bool]) -> None:
        self._is_public = is_public
        self._left_the_network = False
        self.refused = False

    def open(self, address: tuple[Any, ...]) -> socket.socket:
        """Give a socket for an entry of getaddrinfo. Raises InnerAddress."""
        family, kind, protocol, _, place = address
        public = self._is_public(str(place[0]))
        if self._left_the_network and not public:
            self.refused = True
            raise InnerAddress("not opened")
        self._left_the_network = public
        return socket.socket(family=family, type=kind, proto=protocol)


def is_public(address: str) -> bool:
    """Say if a numeric IP address is one of the public internet."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped.is_global
    return found.is_global
