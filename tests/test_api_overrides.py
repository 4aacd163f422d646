"""Overrides through the API: shapes, what is refused and in which words, lists judged together, history."""

import json

import pytest

from portmatrix.models import PortOverride

from .support.api_calls import HOST, client_of
from .support.helpers import editor, override_port, viewer

pytestmark = pytest.mark.django_db

URL = "/api/overrides/"
PVS = "citrix-provisioning-connector-tcp-3509"
AZURE = "azure-connector-tcp-3500"
HYPER_V = "hyper-v-connector-tcp-3512"
NOT_A_PORT = "{} is not a port. Give a whole number from 1 to 65535."


def post(body, user=None):
    return client_of(user or editor()).post(URL, body)


def wanted(port=PVS, number=13509, reason="CHG-1042", **more):
    return {"port": port, "number": number, "reason": reason, **more}


def stored():
    """What stands in the database: listeners' slugs and their new numbers."""
    overrides = PortOverride.objects.with_related()
    return {override.port.slug: override.number for override in overrides}


def address(override):
    return f"{URL}{override.pk}/"


def test_a_listener_is_moved():
    response = post(wanted(deployment=None))
    override = PortOverride.objects.get()
    body = response.json()
    assert body.pop("changed_at") is not None
    assert (response.status_code, body) == (
        201,
        {
            "id": override.pk,
            "url": f"{HOST}{address(override)}",
            "port": PVS,
            "deployment": None,
            "number": 13509,
            "default_number": 3509,
            "reason": "CHG-1042",
            "changed_by": "edith",
        },
    )
    assert response["Location"] == f"{HOST}{address(override)}"
    assert stored() == {PVS: 13509}


def test_an_override_reads_the_same_alone_and_in_the_listing():
    made = post(wanted()).json()
    client = client_of(viewer())
    assert client.get(f"{URL}{made['id']}/").json() == made
    assert client.get(URL).json() == {"count": 1, "next": None, "previous": None, "results": [made]}


def test_filters_find_overrides_by_listener_and_component():
    override_port(PVS, 13509)
    override_port(AZURE, 13500)
    client = client_of(viewer())

    def found(query):
        return [row["port"] for row in client.get(f"{URL}?{query}").json()["results"]]

    assert found(f"port={PVS}") == [PVS]
    assert found("component=azure-connector") == [AZURE]
    assert found(f"port={PVS}&component=azure-connector") == []
    response = client.get(f"{URL}?port=azure-conector-tcp-3500")
    hint = "No listener 'azure-conector-tcp-3500'. Did you mean 'azure-connector-tcp-3500'?"
    assert (response.status_code, response.json()) == (400, {"port": [hint]})


def test_two_listeners_swap_their_numbers_in_one_request():
    response = post([wanted("vsphere-connector-tcp-3504", 3004), wanted("vsphere-connector-tcp-3004", 3504)])
    assert response.status_code == 201
    assert [(row["port"], row["number"]) for row in response.json()] == [
        ("vsphere-connector-tcp-3504", 3004),
        ("vsphere-connector-tcp-3004", 3504),
    ]


def test_one_bad_object_refuses_the_whole_list():
    response = post([wanted(HYPER_V, 13512), wanted(AZURE, 3000)])
    taken = "TCP 3000 is taken on Appliance by Azure connector service, TCP 3000. Next free: 3001."
    assert (response.status_code, response.json()) == (400, [{}, {"number": [taken]}])
    assert stored() == {}


def test_every_object_of_a_list_is_told_its_own_faults():
    response = post([wanted(number=0), wanted(HYPER_V, 13512), wanted("nope", reason="")])
    assert (response.status_code, response.json()) == (
        400,
        [
            {"number": [NOT_A_PORT.format(0)]},
            {},
            {"port": ["No listener 'nope'."], "reason": ["This field may not be blank."]},
        ],
    )
    assert stored() == {}


REQUIRED = ["This field is required."]


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({}, {"port": REQUIRED, "number": REQUIRED, "reason": REQUIRED}),
        (wanted(number=0), {"number": [NOT_A_PORT.format(0)]}),
        (wanted(number=65536), {"number": [NOT_A_PORT.format(65536)]}),
        (wanted(number="13509"), {"number": ["Give the number as a JSON number, not as text."]}),
        (wanted(number=True), {"number": [NOT_A_PORT.format(True)]}),
        (wanted(number=1.5), {"number": [NOT_A_PORT.format(1.5)]}),
        (wanted(number=[1]), {"number": [NOT_A_PORT.format([1])]}),
        (wanted(number=None), {"number": ["This field may not be null."]}),
        (wanted(port=7), {"port": ["Give the listener's slug, as text."]}),
        (
            wanted("azure-conector-tcp-3500"),
            {"port": [f"No listener 'azure-conector-tcp-3500'. Did you mean '{AZURE}'?"]},
        ),
        (wanted(reason=5), {"reason": ["Not a valid string."]}),
        (wanted(reason="  "), {"reason": ["This field may not be blank."]}),
        (wanted(reason="a\x00b"), {"reason": ["Null characters are not allowed."]}),
        (wanted(reason="x" * 201), {"reason": ["Ensure this field has no more than 200 characters."]}),
        (wanted(resaon="x"), {"resaon": ["Unknown name 'resaon'. Did you mean 'reason'?"]}),
        (
            wanted(deployment="frankfurt"),
            {"deployment": ["No deployment 'frankfurt'."]},
        ),
        (
            wanted(deployment=7),
            {"deployment": ["Give the deployment's slug, as text, or null: the override holds everywhere."]},
        ),
        (
            wanted(number=3509),
            {
                "number": [
                    "Citrix Provisioning connector service listens on 3509 anyway. Give another number, or no override."
                ]
            },
        ),
        (
            wanted(number=443),
            {"number": ["TCP 443 is taken on Appliance by Appliance. Next free: 444."]},
        ),
        ([], {"detail": "Give one object, or a list of 1 to 1000."}),
        ([{}] * 1001, {"detail": "Give one object, or a list of 1 to 1000."}),
        ("text", {"detail": "Give one object, or a list of 1 to 1000."}),
        (5, {"detail": "Give one object, or a list of 1 to 1000."}),
        ([5], [{"non_field_errors": ["Invalid data. Expected a dictionary, but got int."]}]),
        ([None], [{"non_field_errors": ["No data provided"]}]),
    ],
    ids=lambda value: json.dumps(value)[:60],
)
def test_a_move_is_refused(body, fault):
    response = post(body)
    assert (response.status_code, response.json()) == (400, fault)
    assert stored() == {}


@pytest.mark.parametrize(
    ("raw", "detail"),
    [
        (
            b"{",
            "The body is not valid JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1).",
        ),
        (b'{"port": "x", "port": "y"}', "The body is not valid JSON: the name 'port' stands twice in one object."),
        (b'{"number": NaN}', "The body is not valid JSON: NaN is not a number."),
        (b"[" * 100_000, "The body is nested too deeply."),
    ],
    ids=["cut", "double", "nan", "deep"],
)
def test_a_body_that_is_not_plain_json_is_refused(raw, detail):
    response = client_of(editor()).post(URL, raw, content_type="application/json")
    assert (response.status_code, response.json()) == (400, {"detail": detail})


@pytest.mark.parametrize("raw", [b"\xff\xfe", b'{"number": ' + b"9" * 5000 + b"}"], ids=["bytes", "digits"])
def test_a_body_that_no_parser_takes_is_refused(raw):
    response = client_of(editor()).post(URL, raw, content_type="application/json; charset=zip")
    assert response.status_code == 400
    assert response.json()["detail"].startswith("The body is not valid JSON: ")


def test_an_infinite_number_is_refused():
    response = client_of(editor()).post(URL, b'{"number": 1e999}', content_type="application/json")
    assert response.json()["number"] == [NOT_A_PORT.format("inf")]


def test_other_bodies_than_json_are_refused():
    response = client_of(editor()).post(URL, "port=x", content_type="application/x-www-form-urlencoded")
    assert (response.status_code, response.json()) == (
        415,
        {"detail": 'Unsupported media type "application/x-www-form-urlencoded" in request.'},
    )


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_writes_refuse_unknown_parameters(method):
    override = override_port(PVS, 13509)
    where = URL if method == "post" else address(override)
    response = getattr(client_of(editor()), method)(f"{where}?dry_run=true", wanted())
    assert (response.status_code, response.json()) == (400, {"dry_run": ["Unknown parameter 'dry_run'."]})
    assert stored() == {PVS: 13509}


def test_a_listener_is_moved_once():
    override_port(PVS, 13509)
    response = post(wanted(number=13510))
    place = "Citrix Provisioning connector service, TCP 3509"
    fault = f"{place} has been moved already, to 13509. Change that override instead."
    assert (response.status_code, response.json()) == (400, {"port": [fault]})


def test_patch_changes_what_it_names():
    override = override_port(PVS, 13509, "CHG-1")
    response = client_of(editor()).patch(address(override), {"number": 13510})
    assert (response.status_code, response.json()["number"], response.json()["reason"]) == (200, 13510, "CHG-1")
    assert stored() == {PVS: 13510}


def test_put_needs_the_whole_object():
    override = override_port(PVS, 13509)
    response = client_of(editor()).put(address(override), {"number": 13510})
    assert (response.status_code, response.json()) == (400, {"port": REQUIRED, "reason": REQUIRED})
    assert stored() == {PVS: 13509}


def test_what_was_read_can_be_sent_back_and_leaves_no_trace_if_nothing_changed():
    override = override_port(PVS, 13509)
    client = client_of(editor())
    read = client.get(address(override)).json()
    response = client.put(address(override), read)
    assert (response.status_code, response.json()) == (200, read)
    assert PortOverride.history.count() == 1
    assert client.put(address(override), read | {"number": 13510}).json()["number"] == 13510


def test_an_override_stays_with_its_listener():
    override = override_port(PVS, 13509)
    response = client_of(editor()).patch(address(override), {"port": AZURE})
    fault = "An override stays with its listener. Delete it and make one for the other listener."
    assert (response.status_code, response.json()) == (400, {"port": [fault]})


def test_a_change_to_a_taken_number_is_refused():
    override = override_port(PVS, 13509)
    response = client_of(editor()).patch(address(override), {"number": 3000})
    taken = "TCP 3000 is taken on Appliance by Azure connector service. Next free: 3001."
    assert (response.status_code, response.json()) == (400, {"number": [taken]})
    assert stored() == {PVS: 13509}


def test_an_override_is_taken_back():
    override = override_port(PVS, 13509)
    client = client_of(editor())
    assert client.delete(address(override)).status_code == 204
    assert stored() == {}
    response = client.delete(address(override))
    assert (response.status_code, response.json()) == (404, {"detail": f"No override {override.pk}."})


def test_taking_back_is_refused_while_another_listener_stands_there():
    first = override_port(PVS, 13509)
    override_port(HYPER_V, 3509)
    response = client_of(editor()).delete(address(first))
    fault = "TCP 3509 is taken on Appliance by Hyper-V connector service. Move Hyper-V connector service first."
    assert (response.status_code, response.json()) == (400, {"port": [fault]})
    assert stored() == {PVS: 13509, HYPER_V: 3509}


def test_history_names_the_user_of_the_token_for_every_kind_of_write():
    client = client_of(editor())
    where = client.post(URL, wanted()).json()["url"]
    client.patch(where, {"number": 13510})
    client.delete(where)
    records = PortOverride.history.order_by("history_id")
    assert [(record.history_type, record.number, record.history_user.username) for record in records] == [
        ("+", 13509, "edith"),
        ("~", 13510, "edith"),
        ("-", 13510, "edith"),
    ]
