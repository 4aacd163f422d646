"""A deployment's document put together with the catalogue: what rules are made from."""

from collections import defaultdict

from ..addresses import Address
from ..overrides.numbers import Numbers
from ..rules import Assumption, Component, Connection, Installation, Port
from .document import OWN


def installation_of(document, catalogue):
    """The `Installation` that a `Document` describes, every listener at its effective number. No queries."""
    numbers = Numbers([], _numbers(document, catalogue))
    ports = {port.pk: _port(port, numbers) for port in catalogue.ports.values()}
    return Installation(
        components={slug: _component(component) for slug, component in catalogue.components.items()},
        connections=tuple(_connection(connection, ports) for connection in catalogue.connections),
        in_use=document.components,
        addresses=_addresses(document, catalogue),
        encrypted_only=document.encrypted_only,
        overridden=tuple(ports[override.port_id] for override in document.overrides),
        names={endpoint.address.text: endpoint.name for endpoint in document.endpoints},
    )


def _numbers(document, catalogue):
    """Mapping of (port pk, deployment) to the number to which an override moves it, as `Numbers` takes it."""
    return {
        (override.port_id, override.deployment_id): override.number
        for override in [*catalogue.overrides, *document.overrides]
    }


def _addresses(document, catalogue):
    """Mapping of slug to addresses, for components that have any.

    Domain rule: a component whose host name the page prints has that one until told otherwise.
    """
    addresses = defaultdict(list)
    for endpoint in document.endpoints:
        addresses[endpoint.component].append(endpoint.address)
    printed = {slug: [Address(one.fqdn)] for slug, one in catalogue.components.items() if one.fqdn}
    return {slug: tuple(found) for slug, found in {**printed, **addresses}.items()}


def _component(component):
    host, group = component.host, component.group
    return Component(component.slug, component.name, host and host.slug, group and group.slug)


def _port(port, numbers):
    number = numbers.effective(port, OWN)
    return Port(port.slug, port.component.slug, port.transport, number, port.application)


def _connection(connection, ports):
    return Connection(
        slug=connection.slug,
        source=connection.source.slug,
        destination=connection.destination.slug,
        activity=connection.activity,
        ports=tuple(ports[port.pk] for port in connection.ports.all()),
        statements=tuple(statement.reference for statement in connection.statements.all()),
        assumptions=tuple(
            Assumption(assumption.slug, assumption.question, assumption.reading)
            for assumption in connection.assumptions.all()
        ),
    )
