"""Moving listeners in one deployment: where an override holds, who may see and write it, how it is judged."""

import pytest
from django.contrib.auth.models import Permission

from portmatrix.deployments import service as store
from portmatrix.models import Deployment, PortOverride
from portmatrix.overrides.service import OverridesRefused, save_overrides

from .support.api_calls import client_of, get
from .support.deployments import deployment
from .support.helpers import editor, get_port, override_port, user, viewer

pytestmark = pytest.mark.django_db

URL = "/api/overrides/"
VSPHERE, PVS = "vsphere-connector-tcp-3504", "citrix-provisioning-connector-tcp-3509"


@pytest.fixture(autouse=True)
def _deployments(catalogue):
    """Frankfurt moved a listener; Ulm moved none."""
    store.create(deployment(overrides=[(VSPHERE, 13504)]), editor())
    store.create(deployment(slug="ulm", name="Ulm"), editor())


def post(body, person=None):
    return client_of(person or editor()).post(URL, body)


def wanted(port=PVS, number=13509, place="frankfurt", **more):
    return {"port": port, "number": number, "reason": "CHG-7", "deployment": place, **more}


def stored():
    """(slug of the deployment, slug of the listener, number) of every override."""
    overrides = PortOverride.objects.with_related()
    return {(one.deployment and one.deployment.slug, one.port.slug, one.number) for one in overrides}


HERE = ("frankfurt", VSPHERE, 13504)


def test_a_listener_is_moved_in_one_deployment():
    response = post(wanted())
    assert (response.status_code, response.json()["deployment"]) == (201, "frankfurt")
    assert stored() == {HERE, ("frankfurt", PVS, 13509)}
    document = get("deployments/frankfurt/", viewer()).json()
    assert document["overrides"] == [
        {"port": PVS, "number": 13509, "reason": "CHG-7"},
        {"port": VSPHERE, "number": 13504, "reason": "CHG-1"},
    ]
    assert get("deployments/ulm/", viewer()).json()["overrides"] == []


def test_one_listener_can_be_moved_everywhere_and_in_each_deployment():
    response = post([wanted(place=None), wanted(number=23509), wanted(number=33509, place="ulm")])
    assert response.status_code == 201
    assert stored() == {HERE, (None, PVS, 13509), ("frankfurt", PVS, 23509), ("ulm", PVS, 33509)}


TAKEN = "TCP 13504 is taken on Appliance by vSphere connector service. Next free: 13505."
REFUSED = [
    (wanted(place="frankfort"), "deployment", "No deployment 'frankfort'. Did you mean 'frankfurt'?"),
    (wanted(place=""), "deployment", "No deployment ''."),
    (
        wanted(place=["ulm"]),
        "deployment",
        "Give the deployment's slug, as text, or null: the override holds everywhere.",
    ),
    (
        wanted(VSPHERE, 13505),
        "port",
        "vSphere connector service, TCP 3504 has been moved already, to 13504. Change that override instead.",
    ),
    (wanted(number=13504), "number", TAKEN),
    (wanted(number=13504, place=None), "number", f"In the deployment Frankfurt, {TAKEN}"),
    (
        wanted(number=3509),
        "number",
        "Citrix Provisioning connector service listens on 3509 anyway. Give another number, or no override.",
    ),
]


@pytest.mark.parametrize(("body", "field", "message"), REFUSED)
def test_a_move_is_refused(body, field, message):
    response = post(body)
    assert (response.status_code, response.json()) == (400, {field: [message]})
    assert stored() == {HERE}


def test_a_number_that_is_taken_in_one_deployment_is_free_in_another():
    assert post(wanted(number=13504, place="ulm")).status_code == 201
    assert stored() == {HERE, ("ulm", PVS, 13504)}


def test_a_component_that_is_not_in_use_can_be_moved():
    post(wanted(place="ulm"))
    findings = get("deployments/ulm/rules/", viewer()).json()["findings"]
    assert "override-not-in-use" in {finding["code"] for finding in findings}


def test_an_override_stays_where_it_holds():
    (override,) = PortOverride.objects.all()
    fault = {"deployment": ["An override stays where it holds. Delete it and make one for the other place."]}
    client = client_of(editor())
    address = f"{URL}{override.pk}/"
    for place in ("ulm", None):
        response = client.patch(address, {"deployment": place})
        assert (response.status_code, response.json()) == (400, fault)
    assert client.put(address, {"port": VSPHERE, "number": 13505, "reason": "CHG-9"}).json() == fault
    read = client.get(address).json()
    assert client.put(address, read).json() == read
    assert client.patch(address, {"number": 13505}).json()["number"] == 13505
    assert stored() == {("frankfurt", VSPHERE, 13505)}
    assert client.delete(address).status_code == 204
    assert stored() == set()


def test_the_reason_can_be_changed_although_everybody_moved_there_by_now():
    (override,) = PortOverride.objects.all()
    override_port(VSPHERE, 13504)
    response = client_of(editor()).patch(f"{URL}{override.pk}/", {"reason": "CHG-9"})
    assert (response.status_code, response.json()["reason"]) == (200, "CHG-9")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"frankfurt", "ulm", None}),
        ("?deployment=frankfurt", {"frankfurt"}),
        ("?deployment=frankfurt&deployment=ulm", {"frankfurt", "ulm"}),
        ("?scope=everywhere", {None}),
        ("?scope=deployment", {"frankfurt", "ulm"}),
        ("?scope=everywhere&scope=deployment", {"frankfurt", "ulm", None}),
        ("?scope=everywhere&deployment=ulm", set()),
        (f"?deployment=ulm&port={PVS}", {"ulm"}),
    ],
)
def test_filters_of_where_it_holds(query, expected):
    override_port(PVS, 13509)
    post(wanted(number=23509, place="ulm"))
    rows = get(f"overrides/{query}", viewer()).json()["results"]
    assert {row["deployment"] for row in rows} == expected


def test_a_filter_is_refused_with_the_nearest():
    response = get("overrides/?deployment=frankfort&scope=everwhere", viewer())
    assert (response.status_code, response.json()) == (
        400,
        {
            "deployment": ["No deployment 'frankfort'. Did you mean 'frankfurt'?"],
            "scope": ["No scope 'everwhere'. Did you mean 'everywhere'?"],
        },
    )


def person(*codenames):
    """Somebody with rights that no group has."""
    made = user("petra")
    made.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return made


OVERRIDES = [f"{verb}_portoverride" for verb in ("view", "add", "change", "delete")]


def test_who_sees_no_deployments_sees_what_holds_everywhere_alone():
    petra = person(*OVERRIDES)
    (hidden,) = PortOverride.objects.all()
    shown = override_port(PVS, 13509)
    assert [row["id"] for row in get("overrides/", petra).json()["results"]] == [shown.pk]
    client = client_of(petra)
    for method in ("get", "patch", "delete"):
        response = getattr(client, method)(f"{URL}{hidden.pk}/", {} if method == "patch" else None)
        assert (response.status_code, response.json()) == (404, {"detail": f"No override {hidden.pk}."})
    fault = {"deployment": ["No deployment 'frankfurt'."]}
    assert client.post(URL, wanted(number=23509)).json() == fault
    assert client.get(f"{URL}?deployment=frankfurt").json() == fault
    assert HERE in stored()


def test_who_may_not_change_a_deployment_moves_nothing_in_it():
    client = client_of(person(*OVERRIDES, "view_deployment"))
    (override,) = PortOverride.objects.all()
    calls = [
        ("post", URL, wanted()),
        ("patch", f"{URL}{override.pk}/", {"number": 1}),
        ("delete", f"{URL}{override.pk}/", None),
    ]
    for method, path, body in calls:
        response = getattr(client, method)(path, body)
        assert (response.status_code, response.json()) == (403, {"detail": "Only editors change deployments."})
    assert stored() == {HERE}
    assert client.post(URL, wanted(place=None)).status_code == 201


def test_removing_a_deployment_takes_its_overrides_along():
    client_of(editor()).delete("/api/deployments/frankfurt/")
    assert stored() == set()
    assert Deployment.objects.count() == 1


def test_a_move_in_a_deployment_that_is_removed_meanwhile_is_refused():
    frankfurt = Deployment.objects.get(slug="frankfurt")
    store.delete("frankfurt", editor())
    lost = PortOverride(port=get_port(PVS), deployment=frankfurt, number=13509, reason="CHG-7")
    with pytest.raises(OverridesRefused) as refused:
        save_overrides([lost])
    assert [(fault.field, fault.message) for fault in refused.value.faults[0]] == [
        ("deployment", "This deployment is gone meanwhile.")
    ]
