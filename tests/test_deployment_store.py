"""Stored deployments: what is written, what is left as it was, what the history tells, and who may write when."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from portmatrix.deployments import service as store
from portmatrix.deployments.document import DocumentRefused
from portmatrix.models import ComponentInUse, Deployment, Endpoint, PortOverride

from .support.deployments import deployment, example
from .support.helpers import editor, get_port, override_port

pytestmark = pytest.mark.django_db


@pytest.fixture
def edith(catalogue):
    return editor()


def stored(slug="frankfurt"):
    return store.to_data(store.document_of(Deployment.objects.get(slug=slug)))


def records(model):
    """Every record of a model's history as (type, text, user), oldest first."""
    found = model.history.order_by("history_date", "history_id")
    return [(record.history_type, str(record.instance), record.history_user.username) for record in found]


def test_a_document_comes_back_as_it_was_put(edith):
    document = example("frankfurt")
    made, is_new = store.put("frankfurt", document, edith)
    in_use = {*document["components"], *(one["component"] for one in document["endpoints"]), "appliance", "admin-user"}
    assert is_new
    assert str(made) == "Frankfurt"
    assert stored() == {**document, "components": sorted(in_use)}


def test_putting_what_is_there_already_records_nothing(edith):
    store.put("frankfurt", example("frankfurt"), edith)
    before = {model: model.history.count() for model in (Deployment, ComponentInUse, Endpoint, PortOverride)}
    _, is_new = store.put("frankfurt", stored(), edith)
    assert not is_new
    assert {model: model.history.count() for model in before} == before


def test_the_history_tells_what_changed_and_who_did_it(edith):
    store.create(deployment(endpoints=[("appliance", "10.0.0.1")]), edith)

    def edit(data):
        data["encrypted_only"] = True
        data["endpoints"] = [
            {"component": "appliance", "name": "elm01", "address": "10.0.0.1"},
            {"component": "ntp-server", "name": "clock", "address": "10.0.0.2"},
        ]

    store.change("frankfurt", edit, edith)
    store.change("frankfurt", lambda data: data.update(endpoints=data["endpoints"][:1], components=[]), edith)
    assert records(Deployment) == [("+", "Frankfurt", "edith"), ("~", "Frankfurt", "edith")]
    assert [record.encrypted_only for record in Deployment.history.order_by("history_id")] == [False, True]
    assert [
        (record.history_type, record.name, record.address) for record in Endpoint.history.order_by("history_id")
    ] == [
        ("+", "here", "10.0.0.1"),
        ("+", "clock", "10.0.0.2"),
        ("~", "elm01", "10.0.0.1"),
        ("-", "clock", "10.0.0.2"),
    ]
    uses = [(one.history_type, one.component.slug) for one in ComponentInUse.history.order_by("history_id")]
    assert uses == [("+", "admin-user"), ("+", "appliance"), ("+", "ntp-server"), ("-", "ntp-server")]


def test_endpoints_keep_the_order_in_which_they_were_given(edith):
    store.create(deployment(endpoints=[("appliance", "10.0.0.2"), ("appliance", "10.0.0.1")]), edith)
    store.change("frankfurt", lambda data: data["endpoints"].reverse(), edith)
    assert [one["address"] for one in stored()["endpoints"]] == ["10.0.0.1", "10.0.0.2"]
    assert Endpoint.history.count() == 2


@pytest.mark.parametrize(
    ("edit", "path"),
    [
        (lambda data: data.update(endpoints=[{"component": "ntp-server", "name": "n", "address": "::1"}]),
         "endpoints[0].address"),
        (lambda data: data.update(overrides=[{"port": "appliance-tcp-443", "number": 80, "reason": "x"}]),
         "overrides[0].number"),
        (lambda data: data.update(name=""), "name"),
    ],
)  # fmt: skip
def test_a_refused_change_leaves_everything_as_it_was(edith, edit, path):
    store.put("frankfurt", example("frankfurt"), edith)
    before, changes = stored(), Endpoint.history.count()
    with pytest.raises(DocumentRefused) as refused:
        store.change("frankfurt", edit, edith)
    assert [fault.place for fault in refused.value.faults] == [path]
    assert stored() == before
    assert Endpoint.history.count() == changes


def test_the_slug_stays(edith):
    store.create(deployment(), edith)
    for write in (
        lambda: store.put("frankfurt", deployment(slug="ulm"), edith),
        lambda: store.change("frankfurt", lambda data: data.update(slug="ulm"), edith),
    ):
        with pytest.raises(DocumentRefused) as refused:
            write()
        assert [str(fault) for fault in refused.value.faults] == [
            "slug: This is the address of 'frankfurt'. Write 'frankfurt', or send it to the address of 'ulm'."
        ]
    assert stored()["slug"] == "frankfurt"


def test_one_slug_is_one_deployment(edith):
    store.create(deployment(), edith)
    with pytest.raises(store.SlugTaken):
        store.create(deployment(name="Another"), edith)
    assert stored()["name"] == "Frankfurt"


def test_two_ports_of_a_deployment_swap_their_numbers_at_once(edith):
    web, secure = "vsphere-connector-tcp-3004", "vsphere-connector-tcp-3504"
    store.create(deployment(overrides=[(web, 3504), (secure, 3004)]), edith)
    assert {moved.port.slug: moved.number for moved in PortOverride.objects.all()} == {web: 3504, secure: 3004}
    store.change("frankfurt", lambda data: data.update(overrides=[]), edith)
    assert not PortOverride.objects.exists()


def test_an_override_of_one_deployment_holds_only_there(edith):
    store.create(deployment(overrides=[("vsphere-connector-tcp-3504", 13504)]), edith)
    store.create(deployment(slug="ulm", overrides=[("vsphere-connector-tcp-3504", 23504)]), edith)
    override_port("vsphere-connector-tcp-3504", 33504)
    assert [moved["number"] for moved in stored("frankfurt")["overrides"]] == [13504]
    assert [moved["number"] for moved in stored("ulm")["overrides"]] == [23504]


def test_what_moves_everywhere_is_judged_by_every_deployment(edith):
    store.create(deployment(overrides=[("vsphere-connector-tcp-3504", 13504)]), edith)
    with pytest.raises(Exception, match=r"13504 is taken on Appliance by vSphere connector service"):
        override_port("nutanix-connector-tcp-3506", 13504)


def test_what_stands_there_anyway_by_now_can_be_kept(edith):
    """First Frankfurt moved the listener, then everybody did."""
    store.create(deployment(overrides=[("vsphere-connector-tcp-3504", 13504)]), edith)
    override_port("vsphere-connector-tcp-3504", 13504)
    store.put("frankfurt", stored(), edith)
    store.change("frankfurt", lambda data: data.update(name="Main"), edith)
    assert [moved["number"] for moved in stored()["overrides"]] == [13504]
    store.change("frankfurt", lambda data: data.update(overrides=[]), edith)
    with pytest.raises(DocumentRefused, match=r"overrides\[0\].number: .* listens on 13504 anyway"):
        store.put("frankfurt", deployment(overrides=[("vsphere-connector-tcp-3504", 13504)]), edith)


def test_removing_a_deployment_keeps_its_history(edith):
    store.create(deployment(endpoints=[("appliance", "10.0.0.1")]), edith)
    store.delete("frankfurt", edith)
    assert not Endpoint.objects.exists()
    assert [(kind, user) for kind, _, user in records(Deployment)] == [("+", "edith"), ("-", "edith")]
    assert [record.history_type for record in Endpoint.history.order_by("history_id")] == ["+", "-"]
    with pytest.raises(Deployment.DoesNotExist):
        store.delete("frankfurt", edith)
    with pytest.raises(Deployment.DoesNotExist):
        store.change("frankfurt", lambda data: None, edith)


def test_the_database_refuses_an_endpoint_twice(edith):
    made = store.create(deployment(endpoints=[("appliance", "10.0.0.1")]), edith)
    component = get_port("appliance-tcp-443").component
    with pytest.raises(IntegrityError), transaction.atomic():
        Endpoint.objects.create(deployment=made, component=component, name="again", address="10.0.0.1")


def test_reading_and_writing_ask_as_often_for_many_endpoints_as_for_few(edith, django_assert_max_num_queries):
    def addresses(count):
        return [("agent", f"10.1.{number // 250}.{number % 250 + 1}") for number in range(count)]

    store.create(deployment(endpoints=addresses(2)), edith)
    store.create(deployment(slug="large", endpoints=addresses(2_000)), edith)
    for slug in ("frankfurt", "large"):
        found = Deployment.objects.get(slug=slug)
        with django_assert_max_num_queries(3):
            assert len(store.document_of(found).endpoints) == (2 if slug == "frankfurt" else 2_000)


@pytest.mark.django_db(transaction=True)
def test_changes_at_the_same_time_are_all_kept(edith):
    """Eight writers add an endpoint each: none overwrites what another one added meanwhile."""
    store.create(deployment(), edith)

    def add(number):
        try:
            endpoint = {"component": "agent", "name": "vda", "address": f"10.0.0.{number}"}
            store.change("frankfurt", lambda data: data["endpoints"].append(endpoint), edith)
        finally:
            connection.close()

    writers = [threading.Thread(target=add, args=(number,)) for number in range(1, 9)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(one["address"] for one in stored()["endpoints"]) == [f"10.0.0.{number}" for number in range(1, 9)]


@pytest.mark.django_db(transaction=True)
def test_of_creators_at_the_same_time_one_wins(edith):
    outcomes = []

    def make(number):
        try:
            store.create(deployment(name=f"Number {number}"), edith)
            outcomes.append("made")
        except store.SlugTaken:
            outcomes.append("there")
        finally:
            connection.close()

    makers = [threading.Thread(target=make, args=(number,)) for number in range(6)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert sorted(outcomes) == ["made", *["there"] * 5]
