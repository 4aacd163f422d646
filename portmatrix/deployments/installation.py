"""A deployment's document put together with the catalogue: what rules are made from."""

from collections import defaultdict

from .. import models
from ..addresses import Address
from ..catalogue.snapshot import Catalogue
from ..overrides.numbers import Numbers
from ..rules import Assumption, Component, Connection, Installation, Port
from .document import OWN, Document


def installation_of(document: Document, catalogue: Catalogue) -> Installation:
    """The installation that a document describes, every port at its effective number. No queries."""
    numbers = Numbers([], _numbers(document, catalogue))
    ports = {port.pk: _port(port, numbers) for port in catalogue.ports.values()}
    # By key, which is the order of the catalogue's files, and with it that of the vendor page.
    components = sorted(catalogue.components.values(), key=lambda component: component.pk)
    return Installation(
        components={component.slug: _component(component) for component in components},
        connections=tuple(_connection(connection, ports) for connection in catalogue.connections),
        in_use=document.components,
        addresses=_addresses(document, catalogue),
        encrypted_only=document.encrypted_only,
        overridden=tuple(ports[override.port_id] for override in document.overrides),
        names={endpoint.address.text: endpoint.name for endpoint in document.endpoints},
    )


def _numbers(document: Document, catalogue: Catalogue) -> dict[tuple[int, int | None], int]:
    """Mapping of (port pk, deployment) to the number of the override there, as `Numbers` takes it."""
    return {
        (override.port_id, override.deployment_id): override.number
        for override in [*catalogue.overrides, *document.overrides]
    }


def _addresses(document: Document, catalogue: Catalogue) -> dict[str, tuple[Address, ...]]:
    """Mapping of slug to addresses, for components that have any.

    Domain rule: a component whose host name the vendor page prints has that one until the document gives another.
    """
    addresses = defaultdict(list)
    for endpoint in document.endpoints:
        addresses[endpoint.component].append(endpoint.address)
    printed = {slug: [Address(component.fqdn)] for slug, component in catalogue.components.items() if component.fqdn}
    return {slug: tuple(given) for slug, given in {**printed, **addresses}.items()}


def _component(component: models.Component) -> Component:
    return Component(
        slug=component.slug,
        name=component.name,
        host=component.host.slug if component.host else None,
        group=component.group.slug if component.group else None,
        platform=component.platform.slug if component.platform else None,
        needs=tuple(service.slug for service in component.needs.all()),
        file_share=component.file_share,
    )


def _port(port: models.Port, numbers: Numbers) -> Port:
    return Port(
        slug=port.slug,
        component=port.component.slug,
        transport=port.transport,
        default_number=port.number,
        number=numbers.effective(port, OWN),
        application=port.application,
    )


def _connection(connection: models.Connection, ports: dict[int, Port]) -> Connection:
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
