"""Builders that tests share: people of every role, moved listeners, more rows."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from portmatrix.models import Component, Connection, Port, PortOverride, Statement
from portmatrix.overrides.service import save_overrides
from portmatrix.permissions import EDITORS, VIEWERS

PASSWORD = "correct horse battery staple"


def user(username, *groups, **attributes):
    """A user in the given groups; it exists only once."""
    model = get_user_model()
    found = model.objects.filter(username=username).first()
    if found:
        return found
    made = model.objects.create_user(username, password=PASSWORD, **attributes)
    made.groups.set(Group.objects.filter(name__in=groups))
    return made


def viewer():
    """Someone who may see who moved a listener."""
    return user("vera", VIEWERS)


def editor():
    """Someone who may move listeners."""
    return user("edith", EDITORS)


def outsider():
    """Someone who can log in and belongs to no group."""
    return user("otto")


def staff():
    """A superuser, who may use the admin."""
    return user("stella", is_staff=True, is_superuser=True)


def get_port(slug):
    """The port of this slug, with its component and host."""
    return Port.objects.select_related("component__host").get(slug=slug)


def override_port(slug, number, reason="CHG-1", deployment=None):
    """Override a port, everywhere or in a deployment; return the override."""
    override = PortOverride(port=get_port(slug), number=number, reason=reason, deployment=deployment)
    return save_overrides([override])[0]


def double_the_catalogue():
    """Add a copy of every component, port, connection and statement, so that every listing has twice the rows."""
    copies = {}
    for component in list(Component.objects.order_by("host_id", "group_id", "pk")):
        copies[component.pk] = Component.objects.create(
            slug=f"{component.slug}-copy",
            name=f"{component.name} copy",
            kind=component.kind,
            host=copies.get(component.host_id),
            group=copies.get(component.group_id),
        )
    ports = {}
    for port in list(Port.objects.all()):
        ports[port.pk] = Port.objects.create(
            component=copies[port.component_id],
            transport=port.transport,
            number=port.number,
            application=port.application,
        )
    connections = {}
    for connection in list(Connection.objects.prefetch_related("ports", "assumptions")):
        copy = connections[connection.pk] = Connection.objects.create(
            slug=f"{connection.slug}-copy",
            source=copies[connection.source_id],
            destination=copies[connection.destination_id],
            activity=connection.activity,
            traffic_class=connection.traffic_class,
        )
        copy.ports.set([ports[port.pk] for port in connection.ports.all()])
        copy.assumptions.set(connection.assumptions.all())
    for statement in list(Statement.objects.prefetch_related("connections")):
        copy = Statement.objects.create(
            section=statement.section, position=statement.position + 100, text=statement.text or "copy"
        )
        copy.connections.set([connections[connection.pk] for connection in statement.connections.all()])
