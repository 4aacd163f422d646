"""The whole catalogue, as rules and documents take it: a fixed number of queries, and none afterwards."""

import pytest

from portmatrix.catalogue.snapshot import Catalogue

from .support.helpers import double_the_catalogue, override_port

pytestmark = pytest.mark.django_db

QUERIES = 9


def read_through(catalogue):
    """Touch everything that rules need."""
    for component in catalogue.components.values():
        component.host, component.group, component.platform  # noqa: B018
        [needed.slug for needed in component.needs.all()]
        [alias.name for alias in component.aliases.all()]
    for port in catalogue.ports.values():
        port.component.address_owner  # noqa: B018
    for connection in catalogue.connections:
        connection.source, connection.destination  # noqa: B018
        [port.slug for port in connection.ports.all()]
        [statement.reference for statement in connection.statements.all()]
        [assumption.slug for assumption in connection.assumptions.all()]


def test_twice_the_rows_cost_the_same_queries(catalogue, django_assert_num_queries):
    override_port("agent-tcp-8016", 18016)
    with django_assert_num_queries(QUERIES):
        read_through(Catalogue.load())
    double_the_catalogue()
    with django_assert_num_queries(QUERIES):
        read_through(Catalogue.load())


def test_a_component_knows_its_platform_what_it_needs_and_its_aliases(catalogue):
    components = Catalogue.load().components
    agent, connector = components["agent-on-hyper-v"], components["hyper-v-connector"]
    assert (connector.platform, list(agent.needs.all())) == (agent, [components["bits-server"]])
    assert agent.names == ["Agent on Hyper-V server", "Hyper-V server", "Agent on Hyper-V", "Hyper-V agent", "Hyper-V"]
    assert [slug for slug, component in components.items() if component.file_share] == [
        "nfs-file-server",
        "smb-file-server",
    ]
    assert [slug for slug, component in components.items() if component.always_in_use] == ["admin-user", "appliance"]
