"""What the database itself refuses, and the names of things."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from portmatrix.models import Component, Connection, Port, Statement

from .support.helpers import listener

pytestmark = pytest.mark.django_db


def component(slug):
    return Component.objects.get(slug=slug)


def refused():
    return pytest.raises(DatabaseError)


@pytest.mark.parametrize("number", [0, 65536])
def test_a_listener_on_no_port(number):
    with pytest.raises(IntegrityError), transaction.atomic():
        Port.objects.create(component=component("vcenter"), transport="tcp", number=number)


@pytest.mark.parametrize("number", [1, 65535])
def test_a_listener_on_the_lowest_and_highest_port(number):
    port = Port.objects.create(component=component("vcenter"), transport="udp", number=number)
    assert port.slug == f"vcenter-udp-{number}"


def test_a_listener_twice():
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


def test_a_listener_is_found_by_its_slug():
    assert Port.objects.get_by_slug("citrix-provisioning-connector-tcp-3509") == Port.objects.get(
        component__slug="citrix-provisioning-connector", number=3509
    )
    assert listener("active-directory-udp-53").transport == "udp"


@pytest.mark.parametrize(
    "slug",
    [
        "",
        "-",
        "vcenter",
        "vcenter-tcp",
        "vcenter-tcp-",
        "vcenter-tcp-0443x",
        "vcenter-udp-443",
        "vcenter-tcp-999999999999999999999",
        "vcenter-tcp-٤٤٣",
        "nobody-tcp-443",
    ],
)
def test_a_slug_that_is_no_listeners(slug):
    with pytest.raises(Port.DoesNotExist):
        Port.objects.get_by_slug(slug)
