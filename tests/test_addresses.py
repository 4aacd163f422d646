"""Addresses of endpoints: what is taken, in which normal form and order, and what is refused in which words."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portmatrix.deployments.address import Address, AddressRefused, parse_address


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
IPV6 = "looks like IPv6, but the appliance requires IPv4. Give the IPv4 address."
INSIDE = "is an address inside a network. Write 10.20.0.0/24 for the network, or 10.20.0.10 for the one address."
BITS = "is not a network: after the slash stands the number of bits, so write 10.20.0.0/24."
PREFIX = "a number from 1 to 32, without leading zeros"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", f"Give {KINDS}."),
        (" \t", f"Give {KINDS}."),
        (" 10.20.0.10", "Write it without blanks: 10.20.0.10."),
        ("10.0.0.1 10.0.0.2", f"“10.0.0.1 10.0.0.2” is not one address. Give {KINDS}, without blanks."),
        ("10.0.0.1, 10.0.0.2", f"“10.0.0.1, 10.0.0.2” is not one address. Give {KINDS}, without blanks."),
        ("10.20.0.5 - 10.20.0.9", "Write it without blanks: 10.20.0.5-10.20.0.9."),
        ("10.20.0", "“10.20.0” is not an IPv4 address. Write four numbers, like 10.20.0.10."),
        ("10.20.0.10.1", "“10.20.0.10.1” is not an IPv4 address. Write four numbers, like 10.20.0.10."),
        ("169090600", "“169090600” is not an IPv4 address. Write four numbers, like 10.20.0.10."),
        ("10.20.0.256", "“10.20.0.256” is not an IPv4 address: none of its numbers may be above 255."),
        ("010.20.0.08", "“010.20.0.08” has leading zeros, which some programs read as octal. Write 10.20.0.8."),
        ("10.20.0.10/24", f"10.20.0.10/24 {INSIDE}"),
        ("10.20.0.0/33", f"“10.20.0.0/33” is not a network: after the slash stands {PREFIX}."),
        ("10.20.0.0/", f"“10.20.0.0/” is not a network: after the slash stands {PREFIX}."),
        ("10.20.0.0/024", f"“10.20.0.0/024” {BITS}"),
        ("10.20.0.0/255.255.255.0", f"“10.20.0.0/255.255.255.0” {BITS}"),
        ("elm01.example.com/24", "“elm01.example.com/24” is not a network. Write it like 10.20.0.0/24."),
        ("0.0.0.0/0", f"0.0.0.0/0 is every address there is. {EVERY}"),
        ("10.0.0.0/0", f"10.0.0.0/0 is every address there is. {EVERY}"),
        ("0.0.0.0-255.255.255.255", f"This is every address there is. {EVERY}"),
        ("0.0.0.0", ANY),
        ("0.0.0.0/1", ANY),
        ("0.255.255.255", ANY),
        ("127.0.0.1", f"No endpoint is in 127.0.0.0/8, which is the host itself (loopback). {OWN}"),
        ("126.0.0.0-128.0.0.0", f"No endpoint is in 127.0.0.0/8, which is the host itself (loopback). {OWN}"),
        ("224.0.0.1", f"No endpoint is in 224.0.0.0/3, which is multicast and reserved. {OWN}"),
        ("255.255.255.255", f"No endpoint is in 224.0.0.0/3, which is multicast and reserved. {OWN}"),
        ("10.20.0.9-10.20.0.5", "The range 10.20.0.9-10.20.0.5 ends before it begins. Write 10.20.0.5-10.20.0.9."),
        ("10.20.0.5-9", "Write both ends of the range in full: 10.20.0.5-10.20.0.9."),
        ("10.20.0.10:443", "An endpoint has no port: the catalogue says which. Write 10.20.0.10."),
        ("elm01.example.com:443", "An endpoint has no port: the catalogue says which. Write elm01.example.com."),
        ("https://elm01.example.com:443/x", "A URL is not an address. Write the host alone: elm01.example.com."),
        ("fe80::1", f"“fe80::1” {IPV6}"),
        ("::ffff:10.0.0.1", f"“::ffff:10.0.0.1” {IPV6}"),
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


ORDINARY = st.integers(number("1.0.0.0"), number("126.255.255.255")).map(ipaddress.IPv4Address)


@given(ORDINARY, ORDINARY)
def test_normal_form_covers_the_same_and_stays(one, other):
    first, last = sorted([one, other])
    address = parse_address(f"{first}-{last}")
    assert (address.first, address.last) == (int(first), int(last))
    assert parse_address(address.text) == address


@given(st.text(max_size=40) | st.text("0123456789.-/:abx[]* ", max_size=40))
def test_any_text_is_an_address_or_refused(text):
    try:
        address = parse_address(text)
    except AddressRefused:
        return
    assert parse_address(address.text) == address
    assert address.text.isascii()
