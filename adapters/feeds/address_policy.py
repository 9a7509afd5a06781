"""Which network addresses a fetch may connect to."""

import ipaddress
import socket
from collections.abc import Callable
from typing import Any


class PrivateAddressRefused(OSError):
    """A connection that was not opened, because a public server redirected to a private address."""


class AddressPolicy:
    """Opens the sockets of one fetch, and keeps public servers from reaching the operator's own network.

    The operator may name any address, public or private. But once a fetch has connected to a public address,
    no redirect may lead it to a private one. The check is made on the IP address of the connection itself, so
    a name that resolves differently a moment later cannot get around it.
    """

    def __init__(self, is_public: Callable[[str], bool]) -> None:
        self._is_public = is_public
        self._reached_public = False
        self.refused = False

    def open_socket(self, address: tuple[Any, ...]) -> socket.socket:
        """Give a socket for an address as `getaddrinfo` gives it. Raises PrivateAddressRefused."""
        family, kind, protocol, _, host_and_port = address
        public = self._is_public(str(host_and_port[0]))
        if self._reached_public and not public:
            self.refused = True
            raise PrivateAddressRefused("not opened")
        self._reached_public = public
        return socket.socket(family=family, type=kind, proto=protocol)


def is_public(address: str) -> bool:
    """Say whether a numeric IP address belongs to the public internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        return ip.ipv4_mapped.is_global
    return ip.is_global
