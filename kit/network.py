"""Where the installation stands in its network: at which address people see it, and whose questions
come from its own operators.

Who is there and by which scheme is what the server says (`scope["client"]`, `scope["scheme"]`): it
believes a proxy's `X-Forwarded-…` only where `FORWARDED_ALLOW_IPS` names that proxy.
"""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

Networks = tuple[IPv4Network | IPv6Network, ...]
LOOPBACK: Networks = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
# Whoever comes through a proxy is no operator, whatever the proxy is called.
PASSED_ON = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
# What is said beside an address that no phone reaches.
NO_PHONE = "手机打不开{address}，它只在这台机器上有效。请把BACKSTOP_PUBLIC_ADDRESS设为手机能打开的网址，重新启动后再发卡。"
HOUSE = 64  # bits of an IPv6 address that one house has


@dataclass(frozen=True)
class Network:
    """`address`: what people's browsers show, e.g. `https://backstop.example`; empty: as asked.
    `operators`: from where metrics and the details of a health check are read.
    """

    address: str = ""
    operators: Networks = LOOPBACK


def is_here_alone(address: str) -> bool:
    """Whether only this machine's own browsers reach the address: no phone does."""
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_https(connection: HTTPConnection) -> bool:
    """Whether people reach us over TLS: the server or its trusted proxy says so, or the settings."""
    configured = _network(connection).address
    return "https" in (connection.url.scheme, urlsplit(configured).scheme)


def own_hosts(connection: HTTPConnection) -> set[str]:
    """What pages of ours may name as the host that they came from: the one that is asked, and the
    public address's. Nobody's `X-Forwarded-Host` is one.
    """
    public = urlsplit(_network(connection).address).netloc
    return {connection.headers.get("host", ""), public} - {""}


def is_operator(connection: HTTPConnection) -> bool:
    """Whether this is asked directly, through no proxy, from a network of the operators."""
    if any(name in connection.headers for name in PASSED_ON):
        return False
    try:
        host = ip_address(connection.client.host if connection.client else "")
    except ValueError:
        return False
    host = getattr(host, "ipv4_mapped", None) or host
    return any(host in network for network in _network(connection).operators)


def address_of(connection: HTTPConnection) -> str:
    """Whose line this comes by: an IPv4 address, or the part of an IPv6 address that a house has."""
    host = connection.client.host if connection.client else ""
    try:
        read = ip_address(host)
    except ValueError:
        return host
    if read.version == 6 and not read.ipv4_mapped:
        return str(ip_network((read, HOUSE), strict=False))
    return str(getattr(read, "ipv4_mapped", None) or read)


def _network(connection: HTTPConnection) -> Network:
    return getattr(connection.app.state, "network", None) or Network()
