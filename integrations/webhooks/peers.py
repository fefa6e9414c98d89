"""Whom we connect to: a transport that resolves a name itself and refuses every address that is not public.

The address that was judged is the address that is connected to, so a name that changes its mind between two look-ups
(DNS rebinding) gains nothing; the certificate is still checked against the name.
"""

import ipaddress
import socket
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util import connection

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NotPublic(Exception):
    """The name leads to an address inside: this machine, a private network, a cloud's metadata."""


def public(address: str) -> bool:
    """Whether an IP address, with every IPv4 address wrapped in it, belongs to the open internet."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv4Address):
        return found.is_global and not found.is_multicast
    inner = [found.ipv4_mapped, found.sixtofour, *(found.teredo or ())]
    if found in _NAT64:
        inner.append(ipaddress.IPv4Address(found.packed[-4:]))
    wrapped = [one for one in inner if one is not None]
    if wrapped:
        return all(public(str(one)) for one in wrapped)
    return found.is_global and not found.is_multicast


def resolve(host: str, port: int) -> str:
    """One address of the host, all of which are public; `NotPublic`, or `OSError` when there is none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(one[4][0]) for one in found]
    if not addresses or not all(public(one) for one in addresses):
        raise NotPublic
    return addresses[0]


class _Http(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _connect(self)


class _Https(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _connect(self)


def _connect(to: HTTPConnection) -> socket.socket:
    address = resolve(to._dns_host, to.port or to.default_port)
    return connection.create_connection(
        (address, to.port), to.timeout, source_address=to.source_address, socket_options=to.socket_options
    )


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


class PublicOnly(HTTPAdapter):
    """An adapter of `requests` whose connections go to public addresses alone."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """As requests does, with connections of our own."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
