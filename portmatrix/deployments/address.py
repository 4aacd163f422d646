"""Where a component is: an IPv4 address, network or range, or a full host name. Read strictly: what is not plainly one
of these is refused with the fix.
"""

import ipaddress
import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from ..words import shown

KINDS = "an IPv4 address, a network (10.20.0.0/24), a range (10.20.0.5-10.20.0.9) or a full host name"
LONGEST_NAME = 253  # RFC 1035, without the final dot
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\Z")  # RFC 1123
# Where no endpoint can be. What begins with 0 means “any” or “this” host; above 224 are multicast and reserved.
NOWHERE = {
    IPv4Network("0.0.0.0/8"): "“this” host, or any",
    IPv4Network("127.0.0.0/8"): "the host itself (loopback)",
    IPv4Network("224.0.0.0/3"): "multicast and reserved",
}


class AddressRefused(ValueError):
    """A text is not the address of an endpoint; the message says why and how to write it."""


@dataclass(frozen=True)
class Address:
    """An address in its normal form: equal addresses have equal texts.

    `first` and `last` are the numbers of the lowest and highest IPv4 address; both are None for a host name.
    """

    text: str
    first: int | None = None
    last: int | None = None

    @property
    def sort_key(self) -> tuple:
        """Numeric ones first, by lowest then highest address; then host names by the alphabet."""
        return (1, 0, 0, self.text) if self.first is None else (0, self.first, self.last, self.text)


def parse_address(text: str) -> Address:
    """Read an address. Raises `AddressRefused`.

    Normal form: a network of one address, or a range of one, is that address; a range that fills a network is that
    network; a host name is in lower case without a final dot.
    """
    if not text.strip():
        raise AddressRefused(f"Give {KINDS}.")
    if any(character.isspace() for character in text):
        raise AddressRefused(_why_not_with_blanks(text))
    if ":" in text or "[" in text:
        raise AddressRefused(_why_not_with_colon(text))
    if "/" in text:
        return _network(text)
    if re.fullmatch(r"[0-9.]+-[0-9.]+", text):
        return _range(text)
    if re.fullmatch(r"[0-9.]+", text):
        return _between(_ipv4(text), _ipv4(text))
    return _host_name(text)


def parse_logged_address(text: str) -> Address:
    """Read an address of a packet: as of an endpoint, and any single IPv4 address, like the broadcasts that a firewall
    logs. Raises `AddressRefused`.
    """
    if re.fullmatch(r"[0-9.]+", text):
        address = _ipv4(text)
        return Address(str(address), int(address), int(address))
    return parse_address(text)


def _why_not_with_blanks(text):
    joined = "".join(text.split())
    try:
        parse_address(joined)
    except AddressRefused:
        return f"“{shown(text)}” is not one address. Give {KINDS}, without blanks."
    return f"Write it without blanks: {shown(joined)}."


def _why_not_with_colon(text):
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text):
        host = re.split(r"[/:?#]", text.split("://", 1)[1])[0]
        return f"A URL is not an address. Write the host alone{': ' + shown(host) if host else ''}."
    host, _, port = text.partition(":")
    if re.fullmatch(r"[0-9]*", port) and "[" not in host:
        return f"An endpoint has no port: the catalogue says which. Write {shown(host) or 'the address alone'}."
    if "[" in text or text.count(":") > 1:
        return f"“{shown(text)}” looks like IPv6, but the appliance requires IPv4. Give the IPv4 address."
    return f"“{shown(text)}” is not an address. Give {KINDS}."


def _ipv4(text):
    """One IPv4 address in four plain decimal numbers."""
    numbers = text.split(".")
    if len(numbers) != 4 or not all(re.fullmatch(r"[0-9]+", number) and len(number) < 10 for number in numbers):
        raise AddressRefused(f"“{shown(text)}” is not an IPv4 address. Write four numbers, like 10.20.0.10.")
    if any(int(number) > 255 for number in numbers):
        raise AddressRefused(f"“{shown(text)}” is not an IPv4 address: none of its numbers may be above 255.")
    plain = ".".join(str(int(number)) for number in numbers)
    if plain != text:
        raise AddressRefused(f"“{text}” has leading zeros, which some programs read as octal. Write {plain}.")
    return IPv4Address(text)


def _network(text):
    base, _, prefix = text.partition("/")
    if not re.fullmatch(r"[0-9.]+", base):
        raise AddressRefused(f"“{shown(text)}” is not a network. Write it like 10.20.0.0/24.")
    address = _ipv4(base)
    if not re.fullmatch(r"[0-9]|[12][0-9]|3[0-2]", prefix):
        raise AddressRefused(
            f"“{shown(text)}” is not a network: after the slash stands {_prefix_fix(address, prefix)}."
        )
    network = IPv4Network(f"{address}/{prefix}", strict=False)
    if network.prefixlen == 0:
        raise AddressRefused(f"{text} is every address there is. Name the network that the component is in.")
    if network.network_address != address:
        fix = f"Write {network} for the network, or {address} for the one address"
        raise AddressRefused(f"{text} is an address inside a network. {fix}.")
    return _between(network.network_address, network.broadcast_address)


def _prefix_fix(address, prefix):
    try:
        network = IPv4Network(f"{address}/{prefix}", strict=False)
    except ValueError:
        return "a number from 1 to 32, without leading zeros"
    return f"the number of bits, so write {network}"


def _range(text):
    begin, _, end = text.partition("-")
    if re.fullmatch(r"[0-9]{1,3}", end):  # 10.20.0.5-9
        whole = f"{begin}-{begin.rpartition('.')[0]}.{end}"
        raise AddressRefused(f"Write both ends of the range in full: {shown(whole)}.")
    first, last = _ipv4(begin), _ipv4(end)
    if first > last:
        raise AddressRefused(f"The range {text} ends before it begins. Write {last}-{first}.")
    return _between(first, last)


def _between(first, last):
    """The address of all from `first` to `last` in its normal form."""
    if (int(first), int(last)) == (0, 2**32 - 1):
        raise AddressRefused("This is every address there is. Name the network that the component is in.")
    for network, meaning in NOWHERE.items():
        if first <= network.broadcast_address and network.network_address <= last:
            raise AddressRefused(f"No endpoint is in {network}, which is {meaning}. Give the component's own address.")
    networks = list(ipaddress.summarize_address_range(first, last))
    text = f"{first}-{last}"
    if len(networks) == 1:
        text = str(first) if first == last else str(networks[0])
    return Address(text, int(first), int(last))


def _host_name(text):
    name = text.lower().removesuffix(".")
    labels = name.split(".")
    if not text.isascii():
        raise AddressRefused(
            f"“{shown(text)}” has characters that a host name can't have. Write its ASCII form (xn--…)."
        )
    if "*" in text:
        raise AddressRefused(f"“{shown(text)}” is a pattern. Name each host.")
    if len(name) > LONGEST_NAME:
        raise AddressRefused(f"The host name has {len(name)} characters; {LONGEST_NAME} are the most.")
    if len(labels) == 1 and LABEL.match(name):
        raise AddressRefused(
            f"“{shown(text)}” is not a full host name. Write its domain too, like {name[:63]}.example.com."
        )
    if not all(map(LABEL.match, labels)) or not re.match(r"[a-z].", labels[-1]):
        raise AddressRefused(f"“{shown(text)}” is not an address. Give {KINDS}.")
    return Address(name)
