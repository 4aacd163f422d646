"""Where a component is: an IPv4 address, network or range, or a full host name. Read strictly: what is not plainly one
of these is refused with the fix.
"""

import ipaddress
import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address
from typing import Any
from urllib.parse import urlsplit

from .utils.text import printable

KINDS = "an IPv4 address, a network (10.20.0.0/24), a range (10.20.0.5-10.20.0.9) or a full host name"
LONGEST_NAME = 253  # RFC 1035, without the final dot
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\Z")  # RFC 1123
# Where no endpoint can be. What begins with 0 means “any” or “this” host; above 224 are multicast and reserved.
NOWHERE = {
    IPv4Network("0.0.0.0/8"): "“this” host, or any",
    IPv4Network("127.0.0.0/8"): "the host itself (loopback)",
    IPv4Network("224.0.0.0/3"): "multicast and reserved",
}

# All zeros is every address as a netmask and one address as a wildcard mask; with all ones it is the other way round.
AMBIGUOUS_MASKS = {str(IPv4Address(0)), str(IPv4Address(2**32 - 1))}


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
    def interval(self) -> tuple[int, int] | None:
        """`first` and `last`; None for a host name."""
        return None if self.first is None or self.last is None else (self.first, self.last)

    @property
    def size(self) -> int:
        """The number of IPv4 addresses; 1 for a host name."""
        return self.interval[1] - self.interval[0] + 1 if self.interval else 1

    @property
    def sort_key(self) -> tuple[Any, ...]:
        """Numeric ones first, by lowest then highest address; then host names by the alphabet."""
        return (1, 0, 0, self.text) if self.first is None else (0, self.first, self.last, self.text)


def parse_address(text: str) -> Address:
    """Read an endpoint's address. Raises `AddressRefused`.

    Normal form: a network of one address, or a range of one, is that address; a range that fills a network is that
    network; a host name is in lower case without a final dot.
    """
    address = _parse(text)
    if address.interval:
        first, last = address.interval
        for network, meaning in NOWHERE.items():
            if first <= int(network.broadcast_address) and int(network.network_address) <= last:
                raise AddressRefused(
                    f"No endpoint is in {network}, which is {meaning}. Give the component's own address."
                )
    return address


def parse_logged_address(text: str) -> Address:
    """Read an address of a packet: as of an endpoint, and where no endpoint is too, like the broadcasts that a firewall
    logs. Raises `AddressRefused`.
    """
    return _parse(text)


def _parse(text: str) -> Address:
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
        return _between(_ipv4(text, text), _ipv4(text, text))
    return _host_name(text)


def _fix(reason: str, text: str, how: str = "Write {}.") -> str:
    """The reason of a refusal with the advice to write another text, and how many addresses that permits; if that text
    would be refused as well, with the reason for that instead.
    """
    if refusal := _why_not(text):
        return f"{reason} {refusal}".lstrip()
    size = parse_address(text).size
    permits = f" ({size:,} addresses)" if size > 1 else ""
    return f"{reason} {how.format(printable(text) + permits)}".lstrip()


def _why_not_with_blanks(text: str) -> str:
    mask = re.fullmatch(r"\s*([0-9.]+)\s+([0-9.]+)\s*", text)
    bits = _bits(mask[2]) if mask and "." in mask[2] else None
    if mask and bits is not None:  # 10.20.0.0 255.255.255.0
        return _why_not_with_mask(text, _ipv4(mask[1], mask[1]), bits)
    several = re.search(r"\w\s+\w", text.strip())  # joined, these would be another address than was written
    joined = "".join(text.split())
    alike = re.fullmatch(r"[0-9.]+[/-][0-9.]+", joined)
    if several or (_why_not(joined) and not alike):
        return f"“{printable(text)}” is not one address. Give {KINDS}, without blanks."
    return _fix("", joined, "Write it without blanks: {}.")


def _why_not_with_colon(text: str) -> str:
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text):
        try:
            host = urlsplit(text).hostname or ""
        except ValueError:
            host = ""
        reason = "A URL is not an address."
        return _fix(reason, host, "Write the host alone: {}.") if host else f"{reason} Write the host alone."
    host, _, port = text.partition(":")
    if re.fullmatch(r"[0-9]*", port) and "[" not in host:
        reason = "An endpoint has no port: the catalogue says which."
        return _fix(reason, host) if host else f"{reason} Write the address alone."
    if "[" in text or text.count(":") > 1:
        reason = f"“{printable(text)}” looks like IPv6, but the appliance requires IPv4."
        mapped = _mapped(text)
        return _fix(reason, mapped) if mapped else f"{reason} Give the IPv4 address."
    return f"“{printable(text)}” is not an address. Give {KINDS}."


def _mapped(text: str) -> str:
    """The IPv4 address or network that an IPv6 one (::ffff:10.20.0.10) stands for; an empty string if it is none."""
    base, slash, bits = text.strip("[]").partition("/")
    try:
        address = IPv6Address(base).ipv4_mapped
    except ValueError:
        return ""
    if not address or not slash:
        return str(address or "")
    return f"{address}/{int(bits) - 96}" if re.fullmatch(r"9[6-9]|1[01][0-9]|12[0-8]", bits) else ""


def _ipv4(text: str, whole: str) -> IPv4Address:
    """One IPv4 address in four plain decimal numbers, which stands in `whole`."""
    numbers = text.split(".")
    if len(numbers) != 4 or not all(re.fullmatch(r"[0-9]+", number) and len(number) < 10 for number in numbers):
        raise AddressRefused(f"“{printable(text)}” is not an IPv4 address. Write four numbers, like 10.20.0.10.")
    if any(int(number) > 255 for number in numbers):
        raise AddressRefused(f"“{printable(text)}” is not an IPv4 address: none of its numbers may be above 255.")
    plain = ".".join(str(int(number)) for number in numbers)
    if plain != text:
        reason = f"“{text}” has leading zeros, which some programs read as octal."
        raise AddressRefused(_fix(reason, whole.replace(text, plain, 1)))
    return IPv4Address(text)


def _network(text: str) -> Address:
    base, _, suffix = text.partition("/")
    if not re.fullmatch(r"[0-9.]+", base):
        raise AddressRefused(f"“{printable(text)}” is not a network. Write it like 10.20.0.0/24.")
    address, bits = _ipv4(base, text), _bits(suffix)
    if bits is None:
        reason = (
            f"“{printable(text)}” is not a network: after the slash stands a number from 1 to 32, without leading zeros"
        )
        if "." in suffix:
            reason = (
                f"“{printable(text)}” is not a network: {printable(suffix)} is neither a netmask nor a wildcard mask"
            )
            raise AddressRefused(_fix(f"{reason}.", str(address), "Write {} for this one address, or give the bits."))
        raise AddressRefused(f"{reason}.")
    if bits == 0:
        raise AddressRefused(f"{text} is every address there is. Name the network that the component is in.")
    network = IPv4Network((address, bits), strict=False)
    if suffix != str(bits):
        raise AddressRefused(_why_not_with_mask(text, address, bits))
    if network.network_address != address:
        raise AddressRefused(f"{text} is an address inside a network. {_host_or_network(address, network)}")
    return _between(network.network_address, network.broadcast_address)


def _bits(suffix: str) -> int | None:
    """The length of the prefix that a number or a mask means; None if it is neither.

    Of the two masks that have two meanings the narrow one counts.
    """
    if re.fullmatch(r"0*[0-9]{1,2}", suffix):
        bits = int(suffix[-2:])  # before these are zeros, and no limit to how many
        return bits if bits <= 32 else None
    if suffix in AMBIGUOUS_MASKS:
        return 32
    try:
        return IPv4Network(f"0.0.0.0/{suffix}").prefixlen if suffix.count(".") == 3 else None
    except ValueError:
        return None


def _why_not_with_mask(text: str, address: IPv4Address, bits: int) -> str:
    """That the number of bits belongs in the place of a mask or of a number with leading zeros."""
    if bits == 0:
        return f"{text} is every address there is. Name the network that the component is in."
    fix = _host_or_network(address, IPv4Network((address, bits), strict=False))
    return f"“{printable(text)}” is not a network: one is written with a slash and the number of its bits. {fix}"


def _host_or_network(address: IPv4Address, network: IPv4Network) -> str:
    """What to write for an address with the length of its network's prefix: the address, the network or either, without
    what would be refused.
    """
    fixes = []
    if address != network.network_address and _is_sound(address):
        fixes.append(f"{address} for this one address")
    if _is_sound(network):
        size = network.num_addresses
        fixes.append(
            f"{network} for the network of {size:,} addresses" if size > 1 else f"{address} for this one address"
        )
    if not fixes:
        return _why_not(str(address))
    return f"Write {', or '.join(fixes)}."


def _is_sound(address: IPv4Address | IPv4Network) -> bool:
    return not _why_not(str(address))


def _why_not(text: str) -> str:
    """Why an endpoint can't have this address; an empty string if it can."""
    try:
        parse_address(text)
    except AddressRefused as refused:
        return str(refused)
    return ""


def _range(text: str) -> Address:
    begin, _, end = text.partition("-")
    if re.fullmatch(r"[0-9]{1,3}", end):  # 10.20.0.5-9
        whole = f"{begin}-{begin.rpartition('.')[0]}.{end}"
        raise AddressRefused(_fix("A range has both its ends in full.", whole))
    first, last = _ipv4(begin, text), _ipv4(end, text)
    if first > last:
        raise AddressRefused(_fix(f"The range {text} ends before it begins.", f"{last}-{first}"))
    return _between(first, last)


def _between(first: IPv4Address, last: IPv4Address) -> Address:
    """The address of all from `first` to `last` in its normal form."""
    if (int(first), int(last)) == (0, 2**32 - 1):
        raise AddressRefused("This is every address there is. Name the network that the component is in.")
    networks = list(ipaddress.summarize_address_range(first, last))
    text = f"{first}-{last}"
    if len(networks) == 1:
        text = str(first) if first == last else str(networks[0])
    return Address(text, int(first), int(last))


def _host_name(text: str) -> Address:
    name = text.lower().removesuffix(".")
    labels = name.split(".")
    if not text.isascii():
        raise AddressRefused(
            f"“{printable(text)}” has characters that a host name can't have. Write its ASCII form (xn--…)."
        )
    if "*" in text:
        raise AddressRefused(f"“{printable(text)}” is a pattern. Name each host.")
    if len(name) > LONGEST_NAME:
        raise AddressRefused(f"The host name has {len(name)} characters; {LONGEST_NAME} are the most.")
    if len(labels) == 1 and LABEL.match(name):
        raise AddressRefused(
            f"“{printable(text)}” is not a full host name. Write its domain too, like {name[:63]}.example.com."
        )
    if not all(map(LABEL.match, labels)) or not re.match(r"[a-z].", labels[-1]):
        raise AddressRefused(f"“{printable(text)}” is not an address. Give {KINDS}.")
    return Address(name)
