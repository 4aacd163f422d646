"""Filters of connections: exact answers, nothing ignored, nothing widened."""

import pytest
from django.http import QueryDict

from portmatrix.filters import ConnectionFilter, OverrideFilter, PortFilter, StatementFilter
from portmatrix.models import Connection, Port, PortOverride, Statement
from portmatrix.queries.facets import count_facets

from .support.helpers import override_port

pytestmark = pytest.mark.django_db


def asked(query):
    return ConnectionFilter(QueryDict(query), queryset=Connection.objects.all())


def slugs(query):
    filterset = asked(query)
    assert filterset.is_valid(), filterset.errors
    return [connection.slug for connection in filterset.qs]


def faults(query):
    filterset = asked(query)
    assert not filterset.is_valid()
    assert list(filterset.qs) == []
    return {name: list(messages) for name, messages in filterset.errors.items()}


DNS = "appliance-to-active-directory-dns"
NTP = "appliance-to-ntp-server-ntp"
UDP = [DNS, "appliance-to-dhcp-server-dhcp", NTP, "dhcp-server-to-appliance-dhcp"]
XEN = "appliance-to-citrix-hypervisor-communication"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "port=3509",
            {
                "admin-user-to-citrix-provisioning-connector-communication",
                "agent-on-citrix-provisioning-to-citrix-provisioning-connector-disk-download",
            },
        ),
        ("port=5900", {XEN}),
        ("port=8888&port=22", {"admin-user-to-appliance-log-download", "admin-user-to-appliance-ssh"}),
        ("port=1", set()),
        ("port=65535", set()),
        ("transport=udp", set(UDP)),
        ("application=SSH", {"admin-user-to-appliance-ssh"}),
        ("application=iSCSI", {"compositing-machine-to-appliance-layer-disk-access-via-iscsi"}),
        (
            "traffic_class=internet",
            {"appliance-to-app-layering-web-api-api-access", "appliance-to-citrix-cdn-download-upgrade-media"},
        ),
        ("section=os-image", {XEN}),
        (
            "section=external&section=os-image",
            {XEN, "appliance-to-app-layering-web-api-api-access", "appliance-to-citrix-cdn-download-upgrade-media"},
        ),
        ("source=appliance&transport=udp", {DNS, "appliance-to-dhcp-server-dhcp", NTP}),
        ("destination=appliance&transport=udp", {"dhcp-server-to-appliance-dhcp"}),
        (
            "destination=vsphere&destination__exact=vcenter",
            {"appliance-to-vcenter-communication-with-datastore-via-esxi-host"},
        ),
        ("q=LOG", {"admin-user-to-appliance-log-download", "agent-to-appliance-log-deliveries-from-agent"}),
        (
            "q=disk hyper-v",
            {"agent-on-hyper-v-to-hyper-v-connector-disk-download", "agent-on-hyper-v-to-bits-server-disk-upload"},
        ),
        ("q=9440", {"appliance-to-nutanix-prism-communication"}),
        ("q=zebra", set()),
    ],
)
def test_answers_exactly(query, expected):
    found = slugs(query)
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_port_transport_and_application_ask_about_one_listener():
    assert slugs("port=3500&application=HTTPS") == ["admin-user-to-azure-connector-communication"]
    assert slugs("port=3500&application=HTTP") == []
    assert slugs("port=53&transport=udp") == slugs("port=53&transport=tcp") == [DNS]


def test_port_is_the_effective_number():
    override_port("citrix-provisioning-connector-tcp-3509", 13509)
    assert len(slugs("port=13509")) == 2
    assert slugs("port=3509") == []
    assert slugs("q=3509") == slugs("q=13509") == slugs("port=13509")


def test_no_parameters_mean_every_connection_in_a_stable_order():
    everything = slugs("")
    assert len(set(everything)) == len(everything) == 36
    names = Connection.objects.values_list("source__name", "destination__name", "activity", "slug")
    assert everything == [slug for *_, slug in sorted(names)]


def test_ordering():
    assert slugs("ordering=slug") == sorted(slugs(""))
    assert slugs("ordering=-slug") == sorted(slugs(""), reverse=True)
    assert slugs("ordering=destination")[0] == DNS
    assert slugs("ordering=-transport")[:3] == ["appliance-to-dhcp-server-dhcp", NTP, "dhcp-server-to-appliance-dhcp"]


def test_ordering_by_port_follows_a_move():
    assert slugs("ordering=port")[:2] == ["admin-user-to-appliance-ssh", DNS]
    assert slugs("ordering=-port")[0] == "appliance-to-nutanix-prism-communication"
    override_port("ntp-server-udp-123", 1)
    override_port("agent-tcp-8016", 65535)
    assert slugs("ordering=port")[0] == NTP
    assert slugs("ordering=-port")[0] == "appliance-to-agent-communication"


COMPONENT_HINT = "No component 'applaince'. Did you mean 'appliance'?"
PORT_HINT = "Give a whole number from 1 to 65535."


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("destination=applaince", {"destination": [COMPONENT_HINT]}),
        ("source=appliance&source=applaince", {"source": [COMPONENT_HINT]}),
        ("component__exact=APPLIANCES", {"component__exact": ["No component 'APPLIANCES'. Did you mean 'appliance'?"]}),
        ("port=0", {"port": [f"'0' is not a port. {PORT_HINT}"]}),
        ("port=65536", {"port": [f"'65536' is not a port. {PORT_HINT}"]}),
        ("port=abc", {"port": [f"'abc' is not a port. {PORT_HINT}"]}),
        ("port=-1", {"port": [f"'-1' is not a port. {PORT_HINT}"]}),
        ("port=80.0", {"port": [f"'80.0' is not a port. {PORT_HINT}"]}),
        ("port=%D9%A8%D9%A0", {"port": [f"'٨٠' is not a port. {PORT_HINT}"]}),
        ("port=80&port=x", {"port": [f"'x' is not a port. {PORT_HINT}"]}),
        ("transport=TCP", {"transport": ["No transport 'TCP'. Did you mean 'tcp'?"]}),
        ("transport=icmp", {"transport": ["No transport 'icmp'. Use one of: tcp, udp."]}),
        ("section=interal", {"section": ["No section 'interal'. Did you mean 'internal'?"]}),
        ("traffic_class=managment", {"traffic_class": ["No traffic class 'managment'. Did you mean 'management'?"]}),
        ("destnation=appliance", {"destnation": ["Unknown parameter 'destnation'. Did you mean 'destination'?"]}),
        ("source=", {"source": ["The value is empty. Give a value, or leave the parameter out."]}),
        ("q=", {"q": ["The value is empty. Give a value, or leave the parameter out."]}),
        ("source=appliance&source=", {"source": ["The value is empty. Give a value, or leave the parameter out."]}),
        ("q=a&q=b", {"q": ["Given more than once. Give it once."]}),
        ("limit=10&limit=20", {"limit": ["Given more than once. Give it once."]}),
        ("limit=0", {"limit": ["Ensure this value is greater than or equal to 1."]}),
        ("limit=ten", {"limit": ["Give a whole number."]}),
        ("offset=-1", {"offset": ["Ensure this value is greater than or equal to 0."]}),
        ("ordering=sorce", {"ordering": ["No ordering 'sorce'. Did you mean 'source'?"]}),
        (
            "port=0&destination=x-1&foo=1",
            {
                "port": [f"'0' is not a port. {PORT_HINT}"],
                "destination": ["No component 'x-1'."],
                "foo": [
                    "Unknown parameter 'foo'. Use one of: deployment, q, source, source__exact, destination, "
                    "destination__exact, component, component__exact, port, transport, application, traffic_class, "
                    "section, limit, offset, ordering."
                ],
            },
        ),
    ],
)
def test_refuses_and_names_the_parameter(query, expected):
    assert faults(query) == expected


@pytest.mark.parametrize("name", ["q", "source", "port", "transport", "section", "ordering", "limit", "unknown"])
@pytest.mark.parametrize("value", ["%00", "a%00b", "x" * 10_000, "%F0%9F%92%A9", "' OR 1=1 --", "%E2%80%AE"])
def test_hostile_values_are_refused_or_find_nothing(name, value):
    filterset = asked(f"{name}={value}")
    assert list(filterset.qs) == []
    if name != "q":
        (messages,) = filterset.errors.values()
        assert len(messages[0]) < 500
        assert "\x00" not in messages[0]


def test_active_filters_in_words():
    filterset = asked("transport=tcp&destination=appliance&port=443&port=80&section=key-agent&q=log&limit=5")
    assert filterset.active == [
        ("q", "log", "with", "“log”"),
        ("destination", "appliance", "to", "Appliance"),
        ("port", "443", "on port", "443"),
        ("port", "80", "on port", "80"),
        ("transport", "tcp", "over", "TCP"),
        ("section", "key-agent", "stated in", "Key: agent"),
    ]


def counts(query, name):
    filterset = asked(query)
    assert filterset.is_valid()
    return {choice.value: choice.count for choice in count_facets(filterset).choices[name] if choice.count}


def test_each_count_is_what_choosing_it_would_leave():
    for query in ("", "destination=appliance&transport=tcp", "port=443", "q=communication&source=appliance"):
        filterset = asked(query)
        filterset.is_valid()
        for name, choices in count_facets(filterset).choices.items():
            others = "&".join(part for part in query.split("&") if part and not part.startswith(f"{name}="))
            for choice in choices:
                chosen = f"{others}&{name}={choice.value}".lstrip("&")
                assert (chosen, choice.count) == (chosen, len(slugs(chosen)))


def test_counts_honour_the_other_filters_but_not_their_own():
    assert counts("destination=appliance&transport=tcp", "transport") == {"tcp": 18, "udp": 1}
    assert counts("destination=appliance&transport=tcp", "traffic_class") == {
        "management": 11,
        "agent": 5,
        "compositing": 2,
    }
    assert counts("port=3509", "application") == {"HTTPS": 2}


def test_counting_takes_one_query_beside_the_components(django_assert_num_queries):
    filterset = asked("destination=appliance&transport=tcp")
    with django_assert_num_queries(2):
        filterset.is_valid()
        count_facets(filterset)


def test_other_listings_refuse_in_the_same_way():
    ports = PortFilter(QueryDict("number=0&component=agnet"), queryset=Port.objects.with_effective_numbers())
    assert not ports.is_valid()
    assert set(ports.errors) == {"number", "component"}
    statements = StatementFilter(QueryDict("connection=nope"), queryset=Statement.objects.in_page_order())
    assert statements.errors["connection"] == ["No connection 'nope'."]
    overrides = OverrideFilter(QueryDict("port=vcenter-tcp-444"), queryset=PortOverride.objects.all())
    assert overrides.errors["port"] == ["No listener 'vcenter-tcp-444'. Did you mean 'vcenter-tcp-443'?"]


def test_statements_come_in_the_pages_order():
    statements = StatementFilter(
        QueryDict("section=os-image&section=admin-user"), queryset=Statement.objects.in_page_order()
    )
    references = [statement.reference for statement in statements.qs]
    assert references == [f"admin-user/{position}" for position in range(1, 11)] + ["os-image/1"]
