"""Whose request it is, when a proxy stands between: X-Forwarded-For, believed from trusted proxies alone."""

import ipaddress
import re
from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# What a proxy says of its client: from it, and from it alone, these are believed.
FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_FORWARDED",
)
# RFC 7239's forms of a node: an address, an IPv6 address in brackets, either with a port.
_NODE = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+))(?::[0-9]{1,5})?")


def parse(entry: str) -> IPAddress | None:
    """The address that an entry of X-Forwarded-For names, with or without port and brackets.

    Anything else (`unknown`, `_hidden`, a name, a scope) is no address: None.
    """
    entry = entry.strip().strip('"')
    match = _NODE.fullmatch(entry)
    try:
        address = ipaddress.ip_address(match[1] or match[2] if match else entry)
    except ValueError:
        return None
    if address.version == 6 and address.scope_id:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def is_trusted(address: IPAddress | None, proxies: Iterable) -> bool:
    """Whether an address is one of the trusted proxies' (networks of the `ipaddress` module)."""
    return address is not None and any(address in network for network in proxies)


def client_of(peer: str, forwarded: str, proxies: Iterable) -> str:
    """The client's address as text.

    `peer` is the other end of the connection, `forwarded` the whole X-Forwarded-For. Its entries are read from the
    right, where each proxy adds what it saw: the first that is no trusted proxy is the client. An entry that is no
    address ends the search at the proxy that added it. A peer that is no trusted proxy is the client itself. Without a
    peer's address (a socket file) the text is empty.
    """
    address = parse(peer)
    for entry in reversed(forwarded.split(",")) if forwarded else ():
        if not is_trusted(address, proxies):
            break
        further = parse(entry)
        if further is None:
            break
        address = further
    return "" if address is None else str(address)


def of_request(request: HttpRequest) -> str | None:
    """The client's address of a request, None where it is not known."""
    meta = request.META
    peer, forwarded = meta.get("REMOTE_ADDR", ""), meta.get("HTTP_X_FORWARDED_FOR", "")
    return client_of(peer, forwarded, settings.TRUSTED_PROXIES) or None
