"""Deployments through the API: shapes, what each kind of write does, who may do what, history."""

import json
import threading

import pytest
from django.db import connection
from django.test import Client

from portmatrix.deployments import service as store
from portmatrix.deployments.document import KEYS
from portmatrix.models import ComponentInUse, Deployment, Endpoint, PortOverride

from .support.api_calls import HOST, client_of, get
from .support.deployments import FOLDER, deployment, example
from .support.helpers import editor, outsider, override_port, staff, viewer
from .support.queries import QUERIES_FOR_A_TOKEN

pytestmark = pytest.mark.django_db

URL = "/api/deployments/"
FRANKFURT = f"{URL}frankfurt/"
EXAMPLES = sorted(path.stem for path in FOLDER.glob("*.json") if "." not in path.stem)
HERE = "There is nothing at this address."
HIDDEN = f"{HERE} If it needs a login, log in or send a token: “Authorization: Token …”."
HISTORIES = (Deployment, ComponentInUse, Endpoint, PortOverride)


def put(slug="frankfurt", document=None, user=None):
    return client_of(user or editor()).put(f"{URL}{slug}/", document or example(slug))


def stored(slug="frankfurt"):
    return store.to_data(store.document_of(Deployment.objects.get(slug=slug)))


def recorded():
    return {model.__name__: model.history.count() for model in HISTORIES}


class TestPut:
    def test_it_makes_a_deployment_that_is_not_there(self):
        response = put()
        assert (response.status_code, response["Location"]) == (201, f"{HOST}{FRANKFURT}")
        assert response.json() == stored() == get("deployments/frankfurt/", viewer()).json()

    @pytest.mark.parametrize("name", EXAMPLES)
    def test_what_get_answers_put_takes(self, name):
        document = example(name)
        put(name, document)
        in_use = {*document["components"], *(one["component"] for one in document["endpoints"])}
        answered = get(f"deployments/{name}/", viewer()).json()
        assert answered == {**document, "components": sorted({*in_use, "admin-user", "appliance"})}
        assert tuple(answered) == KEYS
        before = recorded()
        response = put(name, answered)
        assert (response.status_code, response.json()) == (200, answered)
        assert not response.has_header("Location")
        assert recorded() == before

    def test_what_get_answers_put_takes_whatever_moved_everywhere_since(self):
        put()
        override_port("vsphere-connector-tcp-3504", 13504)
        answered = get("deployments/frankfurt/", viewer()).json()
        response = put(document=answered)
        assert (response.status_code, response.json()) == (200, answered)

    def test_it_replaces_the_whole_document(self):
        put()
        response = put(document={"name": "Frankfurt am Main"})
        assert (response.status_code, response.json()) == (
            200,
            {
                "slug": "frankfurt",
                "name": "Frankfurt am Main",
                "description": "",
                "encrypted_only": False,
                "components": ["admin-user", "appliance"],
                "endpoints": [],
                "overrides": [],
            },
        )
        assert stored() == response.json()

    def test_a_component_may_be_named_by_an_alias_and_is_answered_with_its_slug(self):
        document = {"name": "Frankfurt", "components": ["AD"]}
        document["endpoints"] = [{"component": "ELM", "name": "elm01", "address": "10.0.0.1"}]
        answered = put(document=document).json()
        assert answered == stored() == get("deployments/frankfurt/", viewer()).json()
        assert answered["components"] == ["active-directory", "admin-user", "appliance"]
        assert answered["endpoints"] == [{"component": "appliance", "name": "elm01", "address": "10.0.0.1"}]

    def test_the_slug_is_that_of_the_address(self):
        response = put("ulm", example("frankfurt"))
        fault = "This is the address of 'ulm'. Write 'ulm', or send it to the address of 'frankfurt'."
        assert (response.status_code, response.json()) == (400, {"slug": [fault]})
        assert not Deployment.objects.exists()

    @pytest.mark.parametrize("slug", ["Frankfurt", "frank_furt", "x" * 121])
    def test_an_address_that_no_slug_has_is_refused(self, slug):
        response = put(slug, {"name": "Frankfurt"})
        assert (response.status_code, list(response.json())) == (400, ["slug"])

    def test_addresses_come_back_in_their_normal_form(self):
        endpoints = [("appliance", "10.0.0.1/32"), ("vcenter", "VC01.example.com."), ("agent", "10.1.0.0-10.1.0.255")]
        answered = put(document=deployment(endpoints=endpoints)).json()["endpoints"]
        assert [one["address"] for one in answered] == ["10.0.0.1", "vc01.example.com", "10.1.0.0/24"]


class TestPost:
    def test_it_makes_a_deployment(self):
        response = client_of(editor()).post(URL, example("frankfurt"))
        assert (response.status_code, response["Location"]) == (201, f"{HOST}{FRANKFURT}")
        assert response.json() == stored()

    def test_a_slug_that_is_taken_is_refused_with_the_address_to_replace_it(self):
        put()
        before = recorded()
        response = client_of(editor()).post(URL, deployment(name="Another"))
        fault = f"There is a deployment 'frankfurt' already. To replace it, PUT the document to {FRANKFURT}."
        assert (response.status_code, response.json()) == (400, {"slug": [fault]})
        assert stored()["name"] == "Frankfurt"
        assert recorded() == before

    def test_one_document_is_one_deployment(self):
        response = client_of(editor()).post(URL, [example("frankfurt"), example("ulm")])
        assert (response.status_code, list(response.json())) == (400, ["document"])
        assert not Deployment.objects.exists()


class TestPatch:
    @pytest.mark.parametrize(
        "change",
        [
            {"name": "Frankfurt am Main"},
            {"description": "", "encrypted_only": True},
            {"endpoints": []},
            {"overrides": [], "slug": "frankfurt"},
            {},
        ],
    )
    def test_it_changes_the_keys_that_it_names(self, change):
        put()
        before = stored()
        response = client_of(editor()).patch(FRANKFURT, change)
        assert (response.status_code, response.json()) == (200, {**before, **change})
        assert stored() == {**before, **change}

    def test_components_with_endpoints_stay_in_use(self):
        put()
        response = client_of(editor()).patch(FRANKFURT, {"components": []})
        with_endpoints = {one["component"] for one in example("frankfurt")["endpoints"]}
        assert response.json()["components"] == sorted(with_endpoints)

    @pytest.mark.parametrize(
        ("change", "fault"),
        [
            ({"nam": "x"}, {"nam": ["Unknown key. Did you mean 'name'?"]}),
            (
                {"slug": "ulm"},
                {
                    "slug": [
                        "This is the address of 'frankfurt'. Write 'frankfurt', or send it to the address of 'ulm'."
                    ]
                },
            ),
            ({"slug": None}, {"slug": ["Write text, in quotes."]}),
            ({"endpoints": None}, {"endpoints": ["Write a list, in square brackets."]}),
            (
                {"endpoints": [{"component": "agent", "name": "a", "address": "::1"}], "name": ""},
                {
                    "name": ["Write something: it is blank."],
                    "endpoints[0].address": [
                        "“::1” looks like IPv6, but the appliance requires IPv4. Give the IPv4 address."
                    ],
                },
            ),
            ([], {"document": ["Write an object with the keys to change."]}),
            (None, {"document": ["Write an object with the keys to change."]}),
        ],
    )
    def test_a_fault_leaves_everything_as_it_was(self, change, fault):
        put()
        before, changes = stored(), recorded()
        response = client_of(editor()).patch(FRANKFURT, json.dumps(change), content_type="application/json")
        assert (response.status_code, response.json()) == (400, fault)
        assert (stored(), recorded()) == (before, changes)


def test_it_is_deleted_and_its_history_stays():
    put()
    client = client_of(editor())
    assert client.delete(FRANKFURT).status_code == 204
    assert not any(model.objects.exists() for model in HISTORIES)
    newest = Deployment.history.first()
    assert (newest.history_type, newest.history_user) == ("-", editor())
    assert client.get(FRANKFURT).status_code == 404
    assert client.delete(FRANKFURT).status_code == 404


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_a_misspelt_deployment_is_not_found(method):
    put()
    response = getattr(client_of(editor()), method)(f"{URL}frankfort/", {} if method == "patch" else None)
    assert response.status_code == 404
    assert response.json() == {"detail": "No deployment 'frankfort'. Did you mean 'frankfurt'?"}


def test_overrides_are_judged_as_everywhere():
    override_port("nutanix-connector-tcp-3506", 13506)
    body = deployment(overrides=[("vsphere-connector-tcp-3504", 13506)])
    taken = "TCP 13506 is taken on Appliance by Nutanix connector service. Next free: 13507."
    assert put(document=body).json() == {"overrides[0].number": [taken]}
    assert not Deployment.objects.exists()


def test_history_names_the_user_of_the_token_for_every_kind_of_write():
    client = client_of(editor())
    client.post(URL, deployment(endpoints=[("appliance", "10.0.0.1")]))
    client.patch(FRANKFURT, {"name": "Main"})
    client.put(FRANKFURT, {"name": "Main"})
    client.delete(FRANKFURT)
    for model, kinds in ((Deployment, "+~-"), (Endpoint, "+-"), (ComponentInUse, "++--")):
        records = model.history.order_by("history_id")
        assert "".join(record.history_type for record in records) == kinds, model
        assert {record.history_user for record in records} == {editor()}, model


def test_a_document_asks_the_same_number_for_more_endpoints(django_assert_max_num_queries):
    for slug, count in (("small", 1), ("large", 250)):
        put(slug, deployment(slug=slug, endpoints=[("agent", f"10.0.0.{number}") for number in range(1, count)]))
        client = client_of(viewer())
        with django_assert_max_num_queries(QUERIES_FOR_A_TOKEN + 4):
            assert len(client.get(f"{URL}{slug}/").json()["endpoints"]) == count - 1


# Who may do what


PEOPLE = {
    "anonymous": lambda: client_of(),
    "outsider": lambda: client_of(outsider()),
    "viewer": lambda: client_of(viewer()),
    "editor": lambda: client_of(editor()),
    "editor, reading token": lambda: client_of(editor(), read_only=True),
    "superuser": lambda: client_of(staff()),
    "superuser, reading token": lambda: client_of(staff(), read_only=True),
}
CALLS = [  # method, address, body
    ("get", URL, None),
    ("get", FRANKFURT, None),
    ("post", URL, {"slug": "new", "name": "New"}),
    ("put", FRANKFURT, {"name": "Changed"}),
    ("put", f"{URL}new/", {"name": "New"}),
    ("patch", FRANKFURT, {"name": "Changed"}),
    ("delete", FRANKFURT, None),
]
TABLE = {
    "anonymous": [404] * 7,
    "outsider": [404] * 7,
    "viewer": [200, 200, *[403] * 5],
    "editor": [200, 200, 201, 200, 201, 200, 204],
    "editor, reading token": [200, 200, *[403] * 5],
    "superuser": [200, 200, 201, 200, 201, 200, 204],
    "superuser, reading token": [200, 200, *[403] * 5],
}


@pytest.mark.parametrize("person", TABLE)
def test_each_person_is_answered_by_role(person):
    found = []
    for method, path, body in CALLS:
        Deployment.objects.all().delete()
        store.create(deployment(), editor())
        found.append(getattr(PEOPLE[person](), method)(path, body).status_code)
        changed = list(Deployment.objects.values_list("name", flat=True)) != ["Frankfurt"]
        assert changed == (found[-1] in (200, 201, 204) and method != "get"), (method, path)
    assert found == TABLE[person]


def test_what_one_may_not_see_looks_like_what_does_not_exist():
    put()
    for path in ("deployments/", "deployments/frankfurt/", "deployments/nowhere/", "nothing/"):
        assert get(path).json() == {"detail": HIDDEN}
        assert get(path, outsider()).json() == {"detail": HERE}


def test_a_refused_write_says_why():
    assert client_of(viewer()).post(URL, deployment()).json() == {"detail": "Only editors change deployments."}
    assert client_of(editor(), read_only=True).put(FRANKFURT, {}).json() == {"detail": "This token only reads."}


@pytest.mark.parametrize(("person", "sees"), [(outsider, False), (viewer, True), (editor, True)])
def test_root_links_to_deployments_for_those_who_see_them(person, sees):
    assert (get("", person()).json().get("deployments") == f"{HOST}{URL}") == sees


def test_a_session_needs_the_csrf_token_to_write():
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor())
    assert client.put(FRANKFURT, deployment(), content_type="application/json").status_code == 403
    assert not Deployment.objects.exists()


def test_a_private_installation_asks_for_a_login(settings):
    settings.PUBLIC_MATRIX = False
    assert get("deployments/").status_code == 401


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_writes_refuse_unknown_parameters(method):
    put()
    where = URL if method == "post" else FRANKFURT
    response = getattr(client_of(editor()), method)(f"{where}?dry_run=true", deployment(name="Changed"))
    assert (response.status_code, response.json()) == (400, {"dry_run": ["Unknown parameter 'dry_run'."]})
    assert stored()["name"] == "Frankfurt"


# At the same time


@pytest.mark.django_db(transaction=True)
def test_documents_put_at_the_same_time_do_not_mix():
    """Six writers put six documents: what is stored in the end is one of them, whole, and five answers are 200."""
    documents = [
        deployment(
            name=f"Number {number}",
            endpoints=[("agent", f"10.{number}.0.{last}") for last in range(1, 30)],
            overrides=[("vsphere-connector-tcp-3504", 13500 + number)],
        )
        for number in range(6)
    ]
    clients = [client_of(editor()) for _ in documents]
    statuses = []

    def write(client, document):
        try:
            statuses.append(client.put(FRANKFURT, document).status_code)
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=pair) for pair in zip(clients, documents, strict=True)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(statuses) == [200] * 5 + [201]
    found = stored()
    (document,) = (one for one in documents if one["name"] == found["name"])
    assert found["endpoints"] == document["endpoints"]
    assert found["overrides"] == document["overrides"]
