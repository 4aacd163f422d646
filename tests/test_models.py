"""What the database itself refuses, and the names of things."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from portmatrix.models import Component, Connection, Port, Statement

from .support.helpers import get_port

pytestmark = pytest.mark.django_db


def component(slug):
    return Component.objects.get(slug=slug)


def refused():
    return pytest.raises(DatabaseError)


@pytest.mark.parametrize("number", [0, 65536])
def test_a_port_number_that_is_none(number):
    with pytest.raises(IntegrityError), transaction.atomic():
        Port.objects.create(component=component("vcenter"), transport="tcp", number=number)


@pytest.mark.parametrize("number", [1, 65535])
def test_the_lowest_and_highest_port_number(number):
    port = Port.objects.create(component=component("vcenter"), transport="udp", number=number)
    assert port.slug == f"vcenter-udp-{number}"


def test_a_port_twice():
    with pytest.raises(IntegrityError), transaction.atomic():
        Port.objects.create(component=component("vcenter"), transport="tcp", number=443)


@pytest.mark.parametrize(
    ("model", "field", "value"),
    [
        (Component, "kind", "toaster"),
        (Component, "slug", "appliance"),
        (Port, "transport", "sctp"),
        (Connection, "traffic_class", "other"),
        (Statement, "section", "elsewhere"),
        (Statement, "position", 0),
    ],
)
def test_words_and_numbers_outside_their_lists(model, field, value):
    row = model.objects.order_by("pk").last()
    with refused(), transaction.atomic():
        model.objects.filter(pk=row.pk).update(**{field: value})


def test_a_connection_to_itself():
    connection = Connection.objects.first()
    connection.destination = connection.source
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.save()


@pytest.mark.parametrize("relation", ["host", "group", "platform"])
def test_a_component_that_refers_to_itself(relation):
    with refused(), transaction.atomic():
        Component.objects.filter(slug="citrix-cdn").update(**{relation: component("citrix-cdn")})


@pytest.mark.parametrize("relation", ["host", "group"])
@pytest.mark.parametrize("way", [[], ["vcenter"], ["vcenter", "esxi-hosts"]], ids=["itself", "one other", "two others"])
def test_circles_of_hosts_and_groups(relation, way):
    first = component("citrix-cdn")
    below = first
    for slug in way:
        Component.objects.filter(slug=slug).update(**{relation: below})
        below = component(slug)
    setattr(first, relation, first if not way else below)
    with pytest.raises(ValidationError) as found:
        first.clean()
    assert list(found.value.message_dict) == [relation]


def test_a_port_is_found_by_its_slug():
    assert Port.objects.get(slug="citrix-provisioning-connector-tcp-3509") == Port.objects.get(
        component__slug="citrix-provisioning-connector", number=3509
    )
    assert get_port("active-directory-udp-53").transport == "udp"


def test_a_slug_is_identity_and_stays_when_the_number_changes():
    port = get_port("vcenter-tcp-443")
    port.number = 8443
    port.save()
    assert get_port("vcenter-tcp-443").number == 8443


def test_the_longest_slug_of_a_port_fits():
    longest = "x" * Component._meta.get_field("slug").max_length
    host = Component.objects.create(slug=longest, name="Long", kind="server")
    port = Port.objects.create(component=host, transport="udp", number=65535)
    assert port.slug == f"{longest}-udp-65535"
    assert len(port.slug) == Port._meta.get_field("slug").max_length


def test_a_slug_of_two_ports():
    with refused(), transaction.atomic():
        Port.objects.filter(slug="vcenter-tcp-443").update(slug="azure-tcp-443")
