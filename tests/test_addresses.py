"""Addresses of endpoints: what is taken, in which normal form and order, and what is refused in which words."""

import ipaddress
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portmatrix.addresses import Address, AddressRefused, parse_address, parse_logged_address


def number(text):
    return int(ipaddress.IPv4Address(text))


@pytest.mark.parametrize(
    ("text", "normal", "first", "last"),
    [
        ("10.20.0.10", "10.20.0.10", "10.20.0.10", "10.20.0.10"),
        ("1.0.0.0", "1.0.0.0", "1.0.0.0", "1.0.0.0"),
        ("223.255.255.255", "223.255.255.255", "223.255.255.255", "223.255.255.255"),
        ("10.9.0.0/24", "10.9.0.0/24", "10.9.0.0", "10.9.0.255"),
        ("10.20.1.32/27", "10.20.1.32/27", "10.20.1.32", "10.20.1.63"),
        ("10.20.1.32/31", "10.20.1.32/31", "10.20.1.32", "10.20.1.33"),
        ("10.20.1.32/32", "10.20.1.32", "10.20.1.32", "10.20.1.32"),
        ("128.0.0.0/2", "128.0.0.0/2", "128.0.0.0", "191.255.255.255"),
        ("10.20.8.10-10.20.8.60", "10.20.8.10-10.20.8.60", "10.20.8.10", "10.20.8.60"),
        ("10.20.8.10-10.20.8.10", "10.20.8.10", "10.20.8.10", "10.20.8.10"),
        ("10.20.8.0-10.20.8.255", "10.20.8.0/24", "10.20.8.0", "10.20.8.255"),
    ],
)
def test_ipv4_is_taken_in_its_normal_form(text, normal, first, last):
    assert parse_address(text) == Address(normal, number(first), number(last))


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("alcdn.citrix.com", "alcdn.citrix.com"),
        ("ALCDN.Citrix.com.", "alcdn.citrix.com"),
        ("10-20.example.com", "10-20.example.com"),
        ("1.2.3.example", "1.2.3.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        (f"{'a' * 63}.example", f"{'a' * 63}.example"),
    ],
)
def test_host_name_is_taken_in_lower_case(text, normal):
    assert parse_address(text) == Address(normal)


KINDS = "an IPv4 address, a network (10.20.0.0/24), a range (10.20.0.5-10.20.0.9) or a full host name"
EVERY = "Name the network that the component is in."
OWN = "Give the component's own address."
ANY = f"No endpoint is in 0.0.0.0/8, which is “this” host, or any. {OWN}"
NOT_ASCII = "has characters that a host name can't have. Write its ASCII form (xn--…)."
REQUIRED = "looks like IPv6, but the appliance requires IPv4."
IPV6 = f"{REQUIRED} Give the IPv4 address."
HOST_OR_NETWORK = "Write 10.20.0.10 for this one address, or 10.20.0.0/24 for the network of 256 addresses."
INSIDE = f"is an address inside a network. {HOST_OR_NETWORK}"
BITS = "is not a network: one is written with a slash and the number of its bits."
NETWORK = "Write 10.20.0.0/24 for the network of 256 addresses."
ZEROS = "has leading zeros, which some programs read as octal."
PORT = "An endpoint has no port: the catalogue says which."
ENDS = "A range has both its ends in full."
ONE = "Write 10.20.0.10 for this one address."
PREFIX = "a number from 1 to 32, without leading zeros"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", f"Give {KINDS}."),
        (" \t", f"Give {KINDS}."),
        (" 10.20.0.10", "Write it without blanks: 10.20.0.10."),
        ("10.0.0.1 10.0.0.2", f"“10.0.0.1 10.0.0.2” is not one address. Give {KINDS}, without blanks."),
        ("10.0.0.1, 10.0.0.2", f"“10.0.0.1, 10.0.0.2” is not one address. Give {KINDS}, without blanks."),
        ("10.20.0.5 - 10.20.0.9", "Write it without blanks: 10.20.0.5-10.20.0.9 (5 addresses)."),
        ("10.20.0.0 / 24", "Write it without blanks: 10.20.0.0/24 (256 addresses)."),
        ("10.20.0.10 /24", f"10.20.0.10/24 {INSIDE}"),
        ("10.20.0.1 0", f"“10.20.0.1 0” is not one address. Give {KINDS}, without blanks."),
        ("10.20.0.0/2 4", f"“10.20.0.0/2 4” is not one address. Give {KINDS}, without blanks."),
        ("elm 01.example.com", f"“elm 01.example.com” is not one address. Give {KINDS}, without blanks."),
        ("10.20.0.10 255.255.255.0", f"“10.20.0.10 255.255.255.0” {BITS} {HOST_OR_NETWORK}"),
        ("10.20.0.0 0.0.0.255", f"“10.20.0.0 0.0.0.255” {BITS} {NETWORK}"),
        ("10.20.0", "“10.20.0” is not an IPv4 address. Write four numbers, like 10.20.0.10."),
        ("10.20.0.10.1", "“10.20.0.10.1” is not an IPv4 address. Write four numbers, like 10.20.0.10."),
        ("169090600", "“169090600” is not an IPv4 address. Write four numbers, like 10.20.0.10."),
        ("10.20.0.256", "“10.20.0.256” is not an IPv4 address: none of its numbers may be above 255."),
        ("010.20.0.08", f"“010.20.0.08” {ZEROS} Write 10.20.0.8."),
        ("010.20.0.0/24", f"“010.20.0.0” {ZEROS} Write 10.20.0.0/24 (256 addresses)."),
        ("010.20.0.10/24", f"“010.20.0.10” {ZEROS} 10.20.0.10/24 {INSIDE}"),
        ("010.20.0.5-10.20.0.9", f"“010.20.0.5” {ZEROS} Write 10.20.0.5-10.20.0.9 (5 addresses)."),
        ("10.20.0.10/24", f"10.20.0.10/24 {INSIDE}"),
        ("10.20.0.0/33", f"“10.20.0.0/33” is not a network: after the slash stands {PREFIX}."),
        ("10.20.0.0/", f"“10.20.0.0/” is not a network: after the slash stands {PREFIX}."),
        ("10.20.0.0/024", f"“10.20.0.0/024” {BITS} {NETWORK}"),
        (f"10.20.0.0/{'0' * 5_000}24", f"“10.20.0.0/{'0' * 50}…” {BITS} {NETWORK}"),
        ("10.20.0.10/024", f"“10.20.0.10/024” {BITS} {HOST_OR_NETWORK}"),
        ("10.20.0.0/255.255.255.0", f"“10.20.0.0/255.255.255.0” {BITS} {NETWORK}"),
        ("10.20.0.10/255.255.255.0", f"“10.20.0.10/255.255.255.0” {BITS} {HOST_OR_NETWORK}"),
        ("10.20.0.10/0.0.0.255", f"“10.20.0.10/0.0.0.255” {BITS} {HOST_OR_NETWORK}"),
        ("10.20.0.10/255.255.255.255", f"“10.20.0.10/255.255.255.255” {BITS} {ONE}"),
        ("10.20.0.10/0.0.0.0", f"“10.20.0.10/0.0.0.0” {BITS} {ONE}"),
        ("10.20.0.10/032", f"“10.20.0.10/032” {BITS} {ONE}"),
        ("10.20.0.10/128.0.0.0", f"“10.20.0.10/128.0.0.0” {BITS} {ONE}"),
        ("10.20.0.10/1", f"10.20.0.10/1 is an address inside a network. {ONE}"),
        (
            "10.20.0.11/31",
            "10.20.0.11/31 is an address inside a network. "
            "Write 10.20.0.11 for this one address, or 10.20.0.10/31 for the network of 2 addresses.",
        ),
        (
            "10.20.0.10/255.255.0.255",
            "“10.20.0.10/255.255.0.255” is not a network: 255.255.0.255 is neither a netmask "
            "nor a wildcard mask. Write 10.20.0.10 for this one address, or give the bits.",
        ),
        ("0.0.0.5/24", f"0.0.0.5/24 is an address inside a network. {ANY}"),
        ("elm01.example.com/24", "“elm01.example.com/24” is not a network. Write it like 10.20.0.0/24."),
        ("0.0.0.0/0", f"0.0.0.0/0 is every address there is. {EVERY}"),
        ("10.0.0.0/00", f"10.0.0.0/00 is every address there is. {EVERY}"),
        ("10.0.0.0/0", f"10.0.0.0/0 is every address there is. {EVERY}"),
        ("0.0.0.0-255.255.255.255", f"This is every address there is. {EVERY}"),
        ("0.0.0.0", ANY),
        ("0.0.0.0/1", ANY),
        ("0.255.255.255", ANY),
        ("127.0.0.1", f"No endpoint is in 127.0.0.0/8, which is the host itself (loopback). {OWN}"),
        ("126.0.0.0-128.0.0.0", f"No endpoint is in 127.0.0.0/8, which is the host itself (loopback). {OWN}"),
        ("224.0.0.1", f"No endpoint is in 224.0.0.0/3, which is multicast and reserved. {OWN}"),
        ("255.255.255.255", f"No endpoint is in 224.0.0.0/3, which is multicast and reserved. {OWN}"),
        (
            "10.20.0.9-10.20.0.5",
            "The range 10.20.0.9-10.20.0.5 ends before it begins. Write 10.20.0.5-10.20.0.9 (5 addresses).",
        ),
        ("10.20.0.5-9", f"{ENDS} Write 10.20.0.5-10.20.0.9 (5 addresses)."),
        (
            "10.20.0.5-3",
            f"{ENDS} The range 10.20.0.5-10.20.0.3 ends before it begins. Write 10.20.0.3-10.20.0.5 (3 addresses).",
        ),
        ("10.0.0.1-0.0.0.0", f"The range 10.0.0.1-0.0.0.0 ends before it begins. {ANY}"),
        ("10.20.0.10:443", f"{PORT} Write 10.20.0.10."),
        ("10.20.0.10/24:443", f"{PORT} 10.20.0.10/24 {INSIDE}"),
        ("0.0.0.0:443", f"{PORT} {ANY}"),
        (":443", f"{PORT} Write the address alone."),
        ("elm01.example.com:443", "An endpoint has no port: the catalogue says which. Write elm01.example.com."),
        ("https://ada:pw@elm01.example.com/x", "A URL is not an address. Write the host alone: elm01.example.com."),
        ("https://[::1", "A URL is not an address. Write the host alone."),
        ("https://elm01.example.com:443/x", "A URL is not an address. Write the host alone: elm01.example.com."),
        ("fe80::1", f"“fe80::1” {IPV6}"),
        ("::ffff:10.20.0.10", f"“::ffff:10.20.0.10” {REQUIRED} Write 10.20.0.10."),
        ("[::ffff:10.20.0.0]/120", f"“[::ffff:10.20.0.0]/120” {IPV6}"),
        ("::ffff:10.20.0.0/120", f"“::ffff:10.20.0.0/120” {REQUIRED} Write 10.20.0.0/24 (256 addresses)."),
        ("::ffff:10.20.0.10/120", f"“::ffff:10.20.0.10/120” {REQUIRED} 10.20.0.10/24 {INSIDE}"),
        ("::ffff:0:0/96", f"“::ffff:0:0/96” {REQUIRED} 0.0.0.0/0 is every address there is. {EVERY}"),
        ("2001:db8::/32", f"“2001:db8::/32” {IPV6}"),
        ("[2001:db8::1]:443", f"“[2001:db8::1]:443” {IPV6}"),
        ("elm01:x", f"“elm01:x” is not an address. Give {KINDS}."),
        ("elm01", "“elm01” is not a full host name. Write its domain too, like elm01.example.com."),
        ("*.example.com", "“*.example.com” is a pattern. Name each host."),
        ("bücher.example", f"“bücher.example” {NOT_ASCII}"),
        ("१0.0.0.1", f"“१0.0.0.1” {NOT_ASCII}"),
        ("elm_01.example.com", f"“elm_01.example.com” is not an address. Give {KINDS}."),
        ("-elm.example.com", f"“-elm.example.com” is not an address. Give {KINDS}."),
        ("elm..example.com", f"“elm..example.com” is not an address. Give {KINDS}."),
        ("10.20.0.5-10.20.0.x", f"“10.20.0.5-10.20.0.x” is not an address. Give {KINDS}."),
        (f"{'a' * 64}.example", f"“{'a' * 60}…” is not an address. Give {KINDS}."),
        (".".join(["a" * 63] * 4), "The host name has 255 characters; 253 are the most."),
    ],
)
def test_anything_else_is_refused_with_the_fix(text, message):
    with pytest.raises(AddressRefused) as refused:
        parse_address(text)
    assert str(refused.value) == message


def test_order_is_numeric_then_names():
    texts = [
        "b.example.com",
        "10.20.0.10",
        "9.0.0.0/8",
        "10.20.0.0/24",
        "10.3.0.1",
        "a.example.com",
        "10.20.0.0-10.20.0.9",
    ]
    in_order = sorted(map(parse_address, texts), key=lambda address: address.sort_key)
    assert [address.text for address in in_order] == [
        "9.0.0.0/8",
        "10.3.0.1",
        "10.20.0.0-10.20.0.9",
        "10.20.0.0/24",
        "10.20.0.10",
        "a.example.com",
        "b.example.com",
    ]


NO_ENDPOINTS = [ipaddress.IPv4Network(text) for text in ("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3")]
ORDINARY = st.integers(number("1.0.0.0"), number("126.255.255.255")).map(ipaddress.IPv4Address)


@given(ORDINARY, ORDINARY)
def test_normal_form_covers_the_same_and_stays(one, other):
    first, last = sorted([one, other])
    address = parse_address(f"{first}-{last}")
    assert (address.first, address.last) == (int(first), int(last))
    assert parse_address(address.text) == address


def advised(text):
    """Every address that a refusal advises to write, in its order."""
    with pytest.raises(AddressRefused) as refused:
        parse_address(text)
    _, begins, advice = str(refused.value).rpartition("Write ")
    return [
        parse_address(one)
        for one in re.findall(r"[0-9]+(?:\.[0-9]+){3}(?:[/-][0-9]+(?:\.[0-9]+)*)?", begins and advice)
    ]


@given(ORDINARY, st.integers(1, 31), st.sampled_from(["{}/{}", "{}/0{}", "{}/{mask}", "{} {mask}", "{}/{wild}"]))
def test_a_host_with_its_network_s_mask_is_offered_before_the_network(host, bits, notation):
    network = ipaddress.IPv4Network((host, bits), strict=False)
    assume(host != network.network_address)
    found = advised(notation.format(host, bits, mask=network.netmask, wild=network.hostmask))
    assert found[0] == Address(str(host), int(host), int(host))
    sound = not any(map(network.overlaps, NO_ENDPOINTS))
    assert [one.text for one in found[1:]] == ([str(network)] if sound else [])


@given(st.text("0123456789.-/: ", max_size=30))
def test_what_a_refusal_advises_is_taken(text):
    """Or else the advice is refused in its turn; and where it offers two, the narrower stands first."""
    try:
        parse_address(text)
    except AddressRefused:
        sizes = [one.last - one.first for one in advised(text)]
        assert sizes == sorted(sizes)


@pytest.mark.parametrize("text", ["0.0.0.0", "127.0.0.1", "224.0.0.251", "255.255.255.255", "224.0.0.0/4"])
def test_a_packet_may_go_where_no_endpoint_is(text):
    network = ipaddress.IPv4Network(text)
    assert parse_logged_address(text) == Address(text, int(network[0]), int(network[-1]))


@given(st.text(max_size=40) | st.text("0123456789.-/:abx[]* ", max_size=40))
def test_any_text_is_an_address_or_refused(text):
    try:
        address = parse_address(text)
    except AddressRefused:
        return
    assert parse_address(address.text) == address
    assert address.text.isascii()
