"""Malformed deployments: each is a 400 that names every fault by its path in the document, and nothing is stored."""

import json

import pytest

from portmatrix.models import ComponentInUse, Deployment, Endpoint, PortOverride

from .support.api_calls import client_of
from .support.deployments import deployment
from .support.helpers import editor

pytestmark = pytest.mark.django_db

FRANKFURT = "/api/deployments/frankfurt/"
MODELS = (Deployment, ComponentInUse, Endpoint, PortOverride)
VSPHERE, VSPHERE_PLAIN = "vsphere-connector-tcp-3504", "vsphere-connector-tcp-3004"


def endpoint(**changes):
    """A document with one endpoint that is right but for the changes; a change to None takes the key away."""
    whole = {"component": "agent", "name": "vda01", "address": "10.0.0.1"} | changes
    return {"name": "Frankfurt", "endpoints": [{key: value for key, value in whole.items() if value is not None}]}


def override(**changes):
    """The same for an override."""
    whole = {"port": VSPHERE, "number": 13504, "reason": "CHG-1"} | changes
    return {"name": "Frankfurt", "overrides": [{key: value for key, value in whole.items() if value is not None}]}


def named(**more):
    return {"name": "Frankfurt", **more}


def nested(depth):
    return json.loads("[" * depth + "]" * depth)


MALFORMED = [  # what is sent, and the paths of the faults
    # The whole
    (None, {"document"}),
    ([], {"document"}),
    ([named()], {"document"}),
    ("frankfurt", {"document"}),
    (7, {"document"}),
    (True, {"document"}),
    ({}, {"name"}),
    (named(slug="ulm"), {"slug"}),
    (named(slug=None), {"slug"}),
    (named(slug="Frank furt"), {"slug"}),
    (named(url="http://testserver/api/deployments/frankfurt/"), {"url"}),
    (named(endpoint=[], component=[]), {"endpoint", "component"}),
    (named(**{"": 1}), {"document"}),
    # Columns
    ({"name": None}, {"name"}),
    ({"name": ""}, {"name"}),
    ({"name": " \t"}, {"name"}),
    ({"name": 7}, {"name"}),
    ({"name": ["Frankfurt"]}, {"name"}),
    ({"name": nested(500)}, {"name"}),
    ({"name": "x" * 121}, {"name"}),
    ({"name": "a\0b"}, {"name"}),
    ({"name": "a\nb"}, {"name"}),
    ({"name": "a\x1bb"}, {"name"}),
    ({"name": "a\ud800b"}, {"name"}),
    (named(description=None), {"description"}),
    (named(description={}), {"description"}),
    (named(description="a\0b"), {"description"}),
    (named(description="\udfff"), {"description"}),
    (named(encrypted_only=None), {"encrypted_only"}),
    (named(encrypted_only="true"), {"encrypted_only"}),
    (named(encrypted_only=1), {"encrypted_only"}),
    # Components
    (named(components=None), {"components"}),
    (named(components="agent"), {"components"}),
    (named(components={"agent": True}), {"components"}),
    (named(components=["agnet"]), {"components[0]"}),
    (named(components=["agent", "Agent"]), {"components[1]"}),
    (named(components=["agent", "agent"]), {"components[1]"}),
    (named(components=[None, 7, ["agent"], {}, "", "\ud800", "\0"]), {f"components[{n}]" for n in range(7)}),
    # Endpoints
    (named(endpoints=None), {"endpoints"}),
    (named(endpoints={}), {"endpoints"}),
    (named(endpoints=["10.0.0.1"]), {"endpoints[0]"}),
    (named(endpoints=[None, [], 7]), {"endpoints[0]", "endpoints[1]", "endpoints[2]"}),
    (named(endpoints=[{}]), {"endpoints[0].component", "endpoints[0].name", "endpoints[0].address"}),
    (endpoint(component="agnet"), {"endpoints[0].component"}),
    (endpoint(component="vsphere-connector"), {"endpoints[0].component"}),
    (endpoint(component=["agent"]), {"endpoints[0].component"}),
    (endpoint(name=None), {"endpoints[0].name"}),
    (endpoint(name="x" * 121), {"endpoints[0].name"}),
    (endpoint(name="a\0b"), {"endpoints[0].name"}),
    (endpoint(nmae="x"), {"endpoints[0].nmae"}),
    (endpoint(address=None), {"endpoints[0].address"}),
    (endpoint(address=167772161), {"endpoints[0].address"}),
    (endpoint(address=["10.0.0.1"]), {"endpoints[0].address"}),
    *(
        (endpoint(address=address), {"endpoints[0].address"})
        for address in (
            *("", " 10.0.0.1", "10.0.0", "10.0.0.256", "010.0.0.1", "10.0.0.1/24", "10.0.0.0/33", "0.0.0.0/0"),
            *("10.0.0.9-10.0.0.1", "10.0.0.1-9", "127.0.0.1", "224.0.0.1", "0.0.0.0-255.255.255.255"),
            *("fe80::1", "::ffff:10.0.0.1", "[fe80::1]", "2001:db8::/32"),
            *("any", "elm01", "*.example.com", "https://elm01.example.com", "elm01.example.com:443", "x" * 300),
            *("10.0.0.1\0", "elm\ud80001.example.com", "\u0661\u0660.0.0.1", "bücher.example.com"),
        )
    ),
    (
        named(endpoints=endpoint()["endpoints"] + endpoint(name="other", address="10.0.0.1/32")["endpoints"]),
        {"endpoints[1]"},
    ),
    # Overrides
    (named(overrides=None), {"overrides"}),
    (named(overrides=[[]]), {"overrides[0]"}),
    (named(overrides=[{}]), {"overrides[0].port", "overrides[0].number", "overrides[0].reason"}),
    (override(port="vsphere-connector-tcp-3505"), {"overrides[0].port"}),
    (override(port=3504), {"overrides[0].port"}),
    (override(number="13504"), {"overrides[0].number"}),
    (override(number=True), {"overrides[0].number"}),
    (override(number=13504.0), {"overrides[0].number"}),
    (override(number=0), {"overrides[0].number"}),
    (override(number=-1), {"overrides[0].number"}),
    (override(number=65536), {"overrides[0].number"}),
    (override(number=10**4000), {"overrides[0].number"}),
    (override(number=3504), {"overrides[0].number"}),
    (override(number=3004), {"overrides[0].number"}),
    (override(reason=None), {"overrides[0].reason"}),
    (override(reason=" "), {"overrides[0].reason"}),
    (override(reason="x" * 201), {"overrides[0].reason"}),
    (override(reason="a\0b"), {"overrides[0].reason"}),
    (override(deployment="frankfurt"), {"overrides[0].deployment"}),
    (named(overrides=override()["overrides"] + override(number=13505)["overrides"]), {"overrides[1].port"}),
    (
        named(overrides=override()["overrides"] + override(port=VSPHERE_PLAIN)["overrides"]),
        {"overrides[0].number", "overrides[1].number"},
    ),
]


def send(body, method="put", path=FRANKFURT):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return getattr(client_of(editor()), method)(path, raw, content_type="application/json")


def nothing_was_written():
    return not any(model.objects.exists() or model.history.exists() for model in MODELS)


@pytest.mark.parametrize(("body", "paths"), MALFORMED, ids=lambda value: ascii(value)[:60])
def test_every_fault_is_named_by_its_path(body, paths):
    for method, path in (("put", FRANKFURT), ("post", "/api/deployments/")):
        if method == "post" and isinstance(body, dict) and "slug" not in body:
            body = {"slug": "frankfurt", **body}
        response = send(body, method, path)
        told = response.json()
        assert response.status_code == 400 or (method, paths) == ("post", {"slug"}), told
        if response.status_code == 400:
            assert set(told) == paths
            assert all(len(message) < 500 for messages in told.values() for message in messages)
            assert nothing_was_written()


RAW = [
    (b"{", "not valid JSON: "),
    (b'{"name": "x",}', "not valid JSON: "),
    (b'{"name": "x", "name": "y"}', "not valid JSON: the name 'name' stands twice in one object."),
    (
        b'{"name": "x", "endpoints": [{"address": "10.0.0.1", "address": "10.0.0.2"}]}',
        "not valid JSON: the name 'address' stands twice in one object.",
    ),
    (b'{"name": NaN}', "not valid JSON: NaN is not a number."),
    (b'{"overrides": [{"number": Infinity}]}', "not valid JSON: Infinity is not a number."),
    (b'{"overrides": [{"number": ' + b"9" * 5000 + b"}]}", "not valid JSON: "),
    (b'{"\\ud800": 1}', "not valid JSON: the name '\\ud800' is not valid Unicode."),
    (b'{"name": "\xff"}', "not valid JSON: "),
    (b"[" * 100_000, "nested too deeply."),
    (b'{"name": ' * 100_000, "nested too deeply."),
    (b"\xff\xfe{\x00}\x00", "not valid JSON: "),
]


@pytest.mark.parametrize(("raw", "detail"), RAW, ids=lambda value: ascii(value)[:40])
def test_what_is_no_plain_json_is_refused(raw, detail):
    for method, path in (("put", FRANKFURT), ("post", "/api/deployments/"), ("patch", FRANKFURT)):
        response = send(raw, method, path)
        assert response.status_code == 400
        assert response.json()["detail"].startswith(f"The body is {detail}")
        assert nothing_was_written()


def test_an_infinite_number_is_no_port():
    response = send(b'{"name": "x", "overrides": [{"port": "agent-tcp-8016", "number": 1e999, "reason": "y"}]}')
    assert response.json() == {"overrides[0].number": ["Write a whole number, without quotes."]}


@pytest.mark.parametrize("bytes_more", [0, 1])
def test_a_body_is_bounded(bytes_more):
    head, tail = b'{"name": "', b'"}'
    response = send(head + b"x" * (2_621_440 - len(head) - len(tail) + bytes_more) + tail)
    if bytes_more:
        detail = "What was sent is too long. Send at most 2,621,440 bytes."
        assert (response.status_code, response.json()) == (413, {"detail": detail})
    else:
        assert response.status_code == 400


def test_a_body_of_another_kind_is_refused():
    response = client_of(editor()).put(FRANKFURT, "name=x", content_type="application/x-www-form-urlencoded")
    assert response.status_code == 415
    assert nothing_was_written()


def test_all_faults_of_a_document_come_at_once():
    response = send(
        {
            "name": "",
            "components": ["applaince"],
            "endpoints": [
                {"component": "appliance", "name": "elm01", "address": "10.0.0.1"},
                {"component": "appliance", "name": "elm01", "address": "fe80::1"},
            ],
            "overrides": [{"port": "agent-tcp-8017", "number": 0, "reason": "CHG-1"}],
        }
    )
    assert (response.status_code, response.json()) == (
        400,
        {
            "name": ["Write something: it is blank."],
            "components[0]": ["No component 'applaince'. Did you mean 'appliance'?"],
            "endpoints[1].address": [
                "“fe80::1” looks like IPv6, but the appliance requires IPv4. Give the IPv4 address."
            ],
            "overrides[0].port": ["No listener 'agent-tcp-8017'. Did you mean 'agent-tcp-8016'?"],
        },
    )


def test_ten_thousand_endpoints_with_one_slip_give_one_fault():
    places = [("compositing-machine", f"10.{number // 250}.{number % 250}.1") for number in range(10_000)]
    places[7_000] = ("compositing-machine", "10.20.30.400")
    response = send(deployment(endpoints=places))
    assert (response.status_code, list(response.json())) == (400, ["endpoints[7000].address"])
    assert nothing_was_written()


def test_many_different_unknown_words_are_all_told():
    components = [f"vcentre{number}" for number in range(3_000)]
    told = send(named(components=components)).json()
    assert len(told) == 3_000
    assert told["components[0]"] == ["No component 'vcentre0'. Did you mean 'vcenter'?"]
    assert told["components[2999]"] == ["No component 'vcentre2999'."]
