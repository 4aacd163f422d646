"""Whose request it is behind proxies: X-Forwarded-For, read strictly and from trusted proxies alone."""

import ipaddress

import pytest
from django.contrib.auth import get_user_model

from alports_site import client_address

PROXIES = tuple(map(ipaddress.ip_network, ("127.0.0.1", "::1", "10.0.0.0/24")))


@pytest.mark.parametrize(
    ("entry", "address"),
    [
        ("203.0.113.9", "203.0.113.9"),
        (" 203.0.113.9 ", "203.0.113.9"),
        ("203.0.113.9:51234", "203.0.113.9"),
        ("2001:db8::9", "2001:db8::9"),
        ("[2001:db8::9]", "2001:db8::9"),
        ("[2001:db8::9]:51234", "2001:db8::9"),
        ('"[2001:db8::9]:51234"', "2001:db8::9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("unknown", None),
        ("_hidden", None),
        ("_SEVKISEK:80", None),
        ("", None),
        ("203.0.113", None),
        ("203.0.113.256", None),
        ("203.0.113.9/32", None),
        ("203.0.113.9:", None),
        ("203.0.113.9:123456", None),
        ("fe80::1%eth0", None),
        ("localhost", None),
        ("203.0.113.9\x00", None),
        ("\u0662\u0660\u0663.0.113.9", None),
    ],
)
def test_an_entry_is_an_address_with_or_without_port_and_brackets_or_none_at_all(entry, address):
    assert client_address.parse(entry) == (ipaddress.ip_address(address) if address else None)


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "203.0.113.9", "192.0.2.1"),  # nobody's proxy
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.7, 203.0.113.9", "203.0.113.9"),  # the client made up what is left of its own
        ("127.0.0.1", "203.0.113.9, 10.0.0.5", "203.0.113.9"),  # two proxies of ours
        ("127.0.0.1", "203.0.113.9, 10.0.1.5", "10.0.1.5"),  # the second is none
        ("127.0.0.1", "203.0.113.9, unknown", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9, unknown, 10.0.0.5", "10.0.0.5"),
        ("127.0.0.1", "10.0.0.6, 10.0.0.5", "10.0.0.6"),  # a client in the proxies' own network
        ("::1", "[2001:db8::9]:4711", "2001:db8::9"),
        ("", "203.0.113.9", ""),
    ],
)
def test_the_client_is_the_last_that_no_trusted_proxy_is(peer, forwarded, client):
    assert client_address.client_of(peer, forwarded, PROXIES) == client


@pytest.mark.parametrize("entry", ["203.0.113.9:51234", "[2001:db8::9]:51234", "unknown", "_hidden", "x" * 5000])
def test_whatever_a_proxy_says_of_its_client_a_right_password_signs_in(client, db, entry):
    get_user_model().objects.create_superuser("ann", password="orchard-lantern-42")
    form = {"username": "ann", "password": "orchard-lantern-42"}
    for path in ("/accounts/login/", "/admin/login/"):
        client.logout()
        response = client.post(path, form, headers={"X-Forwarded-For": entry}, REMOTE_ADDR="127.0.0.1")
        assert response.status_code == 302, path
        assert client.post(path, {**form, "password": "wrong"}, headers={"X-Forwarded-For": entry}).status_code < 500
