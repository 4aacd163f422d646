"""What is true of the rules of any deployment, checked with random ones."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portmatrix.api.rules_serializers import RulesSerializer
from portmatrix.catalogue.snapshot import Catalogue
from portmatrix.deployments.document import read_document
from portmatrix.deployments.evaluate import evaluate_document

from .support.deployments import deployment, rules_of
from .support.one_by_one import COMPONENTS, PORTS, permitted

pytestmark = pytest.mark.django_db

with_catalogue = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
PLACES = sorted(slug for slug, row in COMPONENTS.items() if "host" not in row)
PRINTED = {slug for slug, row in COMPONENTS.items() if "fqdn" in row}


def address(number):
    """One of all address kinds, in its normal form; different numbers give addresses that don't overlap."""
    base = f"10.{number}.0"
    return [f"{base}.10", f"{base}.0/24", f"{base}.5-{base}.9", f"host{number}.example.com"][number % 4]


numbers = st.integers(0, 99)
endpoints = st.tuples(st.sampled_from(PLACES), numbers.map(address))
overrides = st.lists(st.sampled_from(sorted(PORTS)), unique=True, max_size=8).map(
    lambda slugs: [(slug, 20_000 + position) for position, slug in enumerate(slugs)]
)
documents = st.builds(
    lambda components, endpoints, overrides, encrypted_only: deployment(
        *components, endpoints=endpoints, overrides=overrides, encrypted_only=encrypted_only
    ),
    st.lists(st.sampled_from(sorted(COMPONENTS)), unique=True),
    st.lists(endpoints, unique=True, max_size=25),
    overrides,
    st.booleans(),
)


@pytest.fixture
def loaded(catalogue):
    return Catalogue.load()


def resolved(document, loaded):
    return rules_of(document, loaded)[0]


def every_permission(rules):
    """As `permitted` lists them."""
    return {
        (source, destination, rule.transport, rule.number, reason.connection.slug, reason.port.slug)
        for rule in [*rules.rules, *rules.unresolved]
        for source in rule.source.texts or [f"? {rule.source.component.slug}"]
        for destination in rule.destination.texts or [f"? {rule.destination.component.slug}"]
        for reason in rule.reasons
    }


def packets(rules):
    """What gets through: (source address, destination address, transport, number)."""
    return {
        (source, destination, rule.transport, rule.number)
        for rule in rules.rules
        for source in rule.source.texts
        for destination in rule.destination.texts
    }


@with_catalogue
@given(documents)
def test_rules_permit_what_is_permitted_one_by_one_and_nothing_else(loaded, document):
    rules = resolved(document, loaded)
    expected = permitted(document)
    assert every_permission(rules) == expected
    assert packets(rules) == {packet[:4] for packet in expected if not any(str(end)[0] == "?" for end in packet[:2])}


@with_catalogue
@given(documents)
def test_every_rule_has_a_reason_a_place_and_a_name_of_its_own(loaded, document):
    rules = resolved(document, loaded)
    everything = [*rules.rules, *rules.unresolved]
    keys = [
        (one.source.component.slug, one.destination.component.slug, one.transport, one.number) for one in everything
    ]
    assert len(set(keys)) == len(keys)
    assert len({rule.id for rule in everything}) == len(everything)
    for group in (rules.rules, rules.unresolved):
        ends = [(one.source.component.slug, one.destination.component.slug, one.transport, one.number) for one in group]
        assert ends == sorted(ends)
    for rule in everything:
        assert re.fullmatch(r"r-[0-9a-f]{16}", rule.id)
        assert rule.reasons
        assert all(reason.connection.statements for reason in rule.reasons)
        assert all(reason.port.number == rule.number for reason in rule.reasons)
        assert rule.source.component != rule.destination.component
        assert bool(rule.source.addresses and rule.destination.addresses) == (rule in rules.rules)


@with_catalogue
@given(documents, endpoints)
def test_another_endpoint_takes_no_permission_away(loaded, document, endpoint):
    component, where = endpoint
    wider = {**document, "endpoints": [*document["endpoints"]]}
    if all((one["component"], one["address"]) != endpoint for one in document["endpoints"]):
        wider["endpoints"].append({"component": component, "name": "new", "address": where})
    before, after = packets(resolved(document, loaded)), packets(resolved(wider, loaded))
    if component in PRINTED:  # an endpoint replaces the host name that the page prints
        before = {packet for packet in before if COMPONENTS[component]["fqdn"] not in packet}
    assert before <= after


@with_catalogue
@given(documents, st.sampled_from(sorted(PORTS)))
def test_an_override_changes_the_port_and_nothing_else(loaded, document, slug):
    document = {**document, "overrides": [one for one in document["overrides"] if one["port"] != slug]}
    moved = {**document, "overrides": [*document["overrides"], {"port": slug, "number": 30_000, "reason": "CHG-2"}]}
    assert every_permission(resolved(moved, loaded)) == {
        (*packet[:3], 30_000 if packet[5] == slug else packet[3], *packet[4:])
        for packet in every_permission(resolved(document, loaded))
    }


@with_catalogue
@given(documents)
def test_encrypted_only_permits_less_and_never_a_last_way(loaded, document):
    wide = every_permission(resolved({**document, "encrypted_only": False}, loaded))
    narrow = every_permission(resolved({**document, "encrypted_only": True}, loaded))
    assert narrow <= wide
    assert {(*packet[:2], packet[4]) for packet in narrow} == {(*packet[:2], packet[4]) for packet in wide}
    assert {PORTS[packet[5]]["application"] for packet in wide - narrow} <= {"HTTP", "LDAP"}


@with_catalogue
@given(documents, st.randoms())
def test_the_same_deployment_gives_the_same_bytes(loaded, document, random):
    shuffled = {**document, "name": "Another name"}
    for key in ("components", "endpoints", "overrides"):
        shuffled[key] = random.sample(document[key], len(document[key]))
    shuffled["endpoints"] = [{**endpoint, "name": "another name"} for endpoint in shuffled["endpoints"]]
    shuffled_too = replace(loaded, connections=random.sample(loaded.connections, len(loaded.connections)))
    evaluations = [
        evaluate_document(read_document(data, catalogue), catalogue)
        for data, catalogue in ((document, loaded), (shuffled, shuffled_too))
    ]
    texts = [json.dumps(RulesSerializer(evaluation).data) for evaluation in evaluations]
    assert texts[0] == texts[1]
