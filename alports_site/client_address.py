"""The address of a request's client: X-Forwarded-For counts only if a trusted proxy sent it."""

import ipaddress
import re
from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# Headers in which a proxy describes its client.
FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_FORWARDED",
)
# A node as RFC 7239 writes it: an IPv4 address, or an IPv6 address in brackets, either with or without a port.
_NODE = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+))(?::[0-9]{1,5})?")


def parse(entry: str) -> IPAddress | None:
    """Return the address in an entry of X-Forwarded-For, which may have a port and brackets.

    None for anything else: `unknown`, `_hidden`, a name, an address with a scope.
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
    """Whether an address is in one of the trusted proxies' networks (of the `ipaddress` module)."""
    return address is not None and any(address in network for network in proxies)


def client_of(peer: str, forwarded: str, proxies: Iterable) -> str:
    """Return the client's address as text.

    `peer` is the address at the other end of the connection, `forwarded` the whole X-Forwarded-For. Each proxy adds the
    address that it saw on the right. So the entries are read from the right, and the first address that is no trusted
    proxy is the client. An entry that is no address ends the search: the result is the proxy that added it. A peer that
    is no trusted proxy is itself the client. The text is empty if the peer has no address (a socket file).
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
    """Return the address of a request's client, None if it is not known."""
    meta = request.META
    peer, forwarded = meta.get("REMOTE_ADDR", ""), meta.get("HTTP_X_FORWARDED_FOR", "")
    return client_of(peer, forwarded, settings.TRUSTED_PROXIES) or None
