"""The diagram: what stands where, and that nothing overlaps in the catalogue, its parts, and made-up catalogues."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portmatrix.choices import Kind, TrafficClass
from portmatrix.pages.presentation.diagram import neighbourhood, whole_picture
from portmatrix.pages.presentation.diagram.geometry import Box, spread, wrap
from portmatrix.reach import Reach
from tests.support.stand_ins import Component, Connection, Port, Rows, catalogue

WHOLE = catalogue()
MONO = 6.7  # width of a monospaced character at 11 px


def whole(connections=None):
    return whole_picture(WHOLE.connections if connections is None else connections, WHOLE.reach)


def near(slug):
    component = WHOLE.components[slug]
    return neighbourhood(component, WHOLE.touching(component), WHOLE.reach)


def overlap(one, other):
    return (
        one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom
    )  # touching is not overlapping


def contains(outer, inner):
    return outer.x <= inner.x and inner.right <= outer.right and outer.y <= inner.y and inner.bottom <= outer.bottom


def segments(edge):
    """The straight pieces of a line, as boxes without thickness."""
    for (x0, y0), (x1, y1) in zip(edge.points, edge.points[1:], strict=False):
        yield Box(min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0))


def touches(segment, box):
    """Whether a piece of a line runs into the inside of a box."""
    return segment.x < box.right and segment.right > box.x and segment.y < box.bottom and segment.bottom > box.y


def runs_along(one, other):
    """Whether two pieces of lines run on top of each other, or so near that they look like one."""
    if (one.width == 0) != (other.width == 0) or 0 in (one.width + one.height, other.width + other.height):
        return False
    if one.width == 0:
        return abs(one.x - other.x) < 3 and one.y < other.bottom and other.y < one.bottom
    return abs(one.y - other.y) < 1 and one.x < other.right and other.x < one.right


def assert_sound(picture, connections):
    """Everything that must hold of any picture."""
    canvas = Box(0, 0, picture.width, picture.height)
    labels = [label.box for label in picture.labels]
    nodes = [node.box for node in picture.nodes]
    hulls = [frame.box for frame in picture.frames if frame.style == "hull"]
    texts = [text for node in picture.nodes for text in node.texts] + picture.headings
    texts += [text for note in picture.notes for text in note.texts]

    assert {label.label.connection for label in picture.labels} == set(connections)
    assert len(picture.labels) == len(picture.edges) == len(connections)
    assert not [pair for pair in combinations(labels, 2) if overlap(*pair)]
    assert not [(a, b) for a in labels for b in nodes + hulls if overlap(a, b)]
    assert not [pair for pair in combinations(nodes, 2) if overlap(*pair)]
    assert not [pair for pair in combinations([text.box for text in texts], 2) if overlap(*pair)]
    assert not [(a, b) for a in labels for b in texts if overlap(a, b.box)]
    frames = [frame.box for frame in picture.frames]
    assert not [box for box in [*labels, *nodes, *frames, *(text.box for text in texts)] if not contains(canvas, box)]
    assert not [text for node in picture.nodes for text in node.texts if not contains(node.box, text.box)]
    assert not [note for note in picture.notes for text in note.texts if not any(contains(h, text.box) for h in hulls)]
    assert_lines_are_free(picture, labels, nodes + hulls)
    for label in picture.labels:
        assert_digits_fit(label)


def assert_lines_are_free(picture, labels, boxes):
    for edge in picture.edges:
        for piece in segments(edge):
            assert not [box for box in labels + boxes if touches(piece, box)], edge
            assert contains(Box(0, 0, picture.width, picture.height), piece)
    for one, other in combinations(picture.bundles, 2):
        pairs = ((a, b) for x in one for a in segments(x) for y in other for b in segments(y))
        assert not [pair for pair in pairs if runs_along(*pair)], (one, other)


def assert_digits_fit(label):
    end = label.mark.right
    for segment in label.segments:
        half = len(segment.port.text) * MONO / 2
        start = segment.icon.right if segment.port.is_overridden else segment.x
        assert max(end, start) <= segment.middle - half + 0.1
        end = segment.middle + half
    assert end + 2 <= label.box.right


# ---- soundness


def test_the_whole_catalogue_is_drawn_without_overlaps_and_fits_a_small_laptop():
    picture = whole()
    assert_sound(picture, WHOLE.connections)
    assert picture.width <= 1008  # what a window of 1280 px leaves beside the filters
    assert picture.height <= 700


def test_a_row_is_as_high_as_what_it_holds():
    rows = {node.component.slug: node.box.height for node in whole().nodes if node.box.x > 300}
    assert rows["azure-connector"] == rows["azure"] == rows["agent"] == 28
    assert rows["bits-server"] == rows["active-directory"] == 54  # two labels


@pytest.mark.parametrize("slug", WHOLE.components)
def test_each_neighbourhood_is_drawn_without_overlaps(slug):
    assert_sound(near(slug), WHOLE.touching(WHOLE.components[slug]))


@pytest.mark.parametrize("name", TrafficClass.values)
def test_each_traffic_class_is_drawn_without_overlaps(name):
    connections = [c for c in WHOLE.connections if c.traffic_class == name]
    assert_sound(whole(connections), connections)


@given(st.lists(st.sampled_from(WHOLE.connections), unique=True))
@settings(max_examples=60, deadline=None)
def test_any_part_of_the_catalogue_is_drawn_without_overlaps(connections):
    assert_sound(whole(connections), connections)


@st.composite
def made_up(draw):
    """Components of any kind, hosted or grouped at random, and connections between any of them; listeners moved."""
    names = st.text("abcde -", min_size=1, max_size=60).filter(str.strip)
    components = []
    for pk in range(1, draw(st.integers(3, 9))):
        host = draw(st.sampled_from([None, *(c for c in components if c.host is None)]))
        group = draw(st.sampled_from([None, *(c.pk for c in components)]))
        kind = draw(st.sampled_from(Kind.values))
        components.append(Component(pk, f"c{pk}", draw(names), kind, host, group))
    pairs = [(a, b) for a in components for b in components if a is not b]
    numbers = st.integers(1, 65535)
    connections = []
    for ends in draw(st.lists(st.sampled_from(pairs), max_size=14)):
        ports = draw(
            st.lists(
                st.builds(Port, st.sampled_from(["tcp", "udp"]), numbers, st.just(""), numbers), min_size=1, max_size=4
            )
        )
        connections.append(Connection(*ends, draw(names), draw(st.sampled_from(TrafficClass.values)), Rows(ports)))
    return components, connections


@given(made_up())
@settings(max_examples=80, deadline=None)
def test_any_other_catalogue_is_drawn_without_overlaps(everything):
    components, connections = everything
    assert_sound(whole_picture(connections, Reach(components)), connections)
    assert_sound(neighbourhood(components[0], connections, Reach(components)), connections)


# ---- what stands where


def test_the_appliance_stands_in_the_middle_with_its_services_inside():
    picture = whole()
    hull = next(frame.box for frame in picture.frames if frame.style == "hull")
    inside = {node.component.slug for node in picture.nodes if contains(hull, node.box)}
    hosted = {slug for slug, component in WHOLE.components.items() if component.host_id}
    assert inside == {"appliance"} | hosted


def test_initiators_stand_left_of_the_appliance_and_what_it_opens_to_right_of_it():
    picture = whole()
    hull = next(frame.box for frame in picture.frames if frame.style == "hull")
    left = {node.component.slug for node in picture.nodes if node.box.right < hull.x}
    right = {node.component.slug for node in picture.nodes if node.box.x > hull.right}
    initiators = {
        "admin-user",
        "agent",
        "agent-on-citrix-provisioning",
        "agent-on-hyper-v",
        "compositing-machine",
        "dhcp-server",
    }
    assert left == initiators
    assert right == {c.destination.slug for c in WHOLE.connections if c.source.slug == "appliance"}


def test_every_line_runs_from_left_to_right():
    for edge in whole().edges:
        xs = [x for x, _ in edge.points]
        assert xs == sorted(xs)


def test_a_line_leaves_its_source_and_ends_at_its_listeners_row():
    picture = whole()
    for edge, label in zip(picture.edges, picture.labels, strict=True):
        flow = edge.label.connection
        assert flow is label.label.connection
        assert edge.points[-1] == (label.box.x, label.middle)
        if flow.source.slug != "appliance":
            (start,) = (n.box for n in picture.nodes if n.component is flow.source and n.box.right == edge.points[0][0])
            assert start.y < edge.points[0][1] < start.bottom
        if flow.destination.slug != "appliance":
            rows = [n.box for n in picture.nodes if n.component is flow.destination and n.box.x >= label.tip]
            assert [row for row in rows if row.y < label.middle < row.bottom]


def test_members_stand_below_their_group():
    picture = whole()
    rows = {n.component.slug: n for n in picture.nodes if n.component.kind == Kind.HYPERVISOR}
    assert rows["vsphere"].box.bottom == rows["esxi-hosts"].box.y
    assert rows["esxi-hosts"].box.bottom == rows["vcenter"].box.y
    assert rows["vcenter"].texts[0].x > rows["vsphere"].texts[0].x == rows["citrix-hypervisor"].texts[0].x


def test_a_component_that_opens_and_listens_stands_twice():
    assert [n.component.slug for n in near("dhcp-server").nodes] == ["dhcp-server", "appliance", "dhcp-server"]
    assert [n.is_here for n in near("dhcp-server").nodes] == [True, False, True]


def test_a_neighbourhood_says_what_each_connection_is_for():
    (node,) = (node for node in near("citrix-provisioning-connector").nodes if node.is_here)
    assert [text.words for text in node.texts] == ["Citrix Provisioning", "connector", "Communication, Disk download"]


def test_what_reaches_the_appliance_itself_is_said_beside_its_label():
    picture = near("dhcp-server")
    (note,) = picture.notes
    (label,) = (label for label in picture.labels if label.label.connection.destination.slug == "appliance")
    assert [text.words for text in note.texts] == ["DHCP"]
    assert note.texts[0].box.y < label.middle < note.texts[0].box.bottom


def test_no_connections_give_an_empty_picture():
    picture = whole([])
    assert (picture.nodes, picture.labels, picture.width, picture.height) == ([], [], 0, 0)


# ---- dimming


def test_a_component_lights_what_is_in_its_reach():
    (edge,) = (e for e in whole().edges if e.label.connection.slug == "agent-on-hyper-v-to-bits-server-disk-upload")
    assert edge.related.ends == ("agent-on-hyper-v", "bits-server")
    assert set(edge.related.components) == {"agent-on-hyper-v", "agent", "bits-server", "appliance"}


def test_a_hosted_service_does_not_light_what_its_host_opens():
    (edge,) = (e for e in whole().edges if e.label.connection.slug == "appliance-to-azure-communication")
    assert set(edge.related.components) == {"appliance", "azure"}


# ---- words and numbers


def test_a_label_names_its_ports_as_they_stand_now():
    flow = WHOLE.connections[0]
    moved = Connection(
        flow.source,
        flow.destination,
        flow.activity,
        flow.traffic_class,
        Rows([Port("tcp", 80, "HTTP"), Port("tcp", 443, "HTTPS", 8443)]),
    )
    (label,) = whole([moved]).labels
    assert [segment.port.text for segment in label.segments] == ["80", "8443"]
    assert label.label.accessible_name == (
        "80 8443: Admin user to Appliance, Management console, TCP 80 HTTP, TCP 8443 HTTPS, moved from 443, Management"
    )


def test_udp_is_always_said_and_tcp_never():
    (label,) = (x for x in whole().labels if x.label.connection.slug == "appliance-to-active-directory-dns")
    assert [segment.port.text for segment in label.segments] == ["53", "53/udp"]


def test_a_connector_is_called_so_without_the_word_service():
    (node,) = (n for n in whole().nodes if n.component.slug == "nutanix-connector")
    assert [text.words for text in node.texts] == ["Nutanix connector"]


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("Prism", ["Prism"]),
        ("Agent on Hyper-V", ["Agent on", "Hyper-V"]),
        ("abcdefghijklm", ["abcdefghij", "klm"]),
        ("one two three four five six seven eight nine", ["one two", "three four", "five six", "seven…"]),
    ],
)
def test_long_names_are_broken(words, lines):
    assert wrap(words, 10, 1) == lines


@pytest.mark.parametrize(
    ("wanted", "starts"),
    [
        ([0, 50], [0, 50]),
        ([50, 50], [38, 50]),
        ([-5, 0], [0, 12]),
        ([90, 95], [68, 80]),
    ],
)
def test_spread_keeps_order_gap_and_bounds(wanted, starts):
    assert spread(wanted, [10, 10], 0, 90, 2) == starts


# ---- calm


def crossed(picture):
    """The sources of bundles that cross each other."""
    pairs = set()
    for one, other in combinations(picture.bundles, 2):
        pieces, others = ({piece for edge in bundle for piece in segments(edge)} for bundle in (one, other))
        if any(a.x < b.right and b.x < a.right and a.y < b.bottom and b.y < a.bottom for a in pieces for b in others):
            pairs.add((one[0].related.ends[0], other[0].related.ends[0]))
    return pairs


def test_only_lines_to_listeners_that_lie_between_others_cross():
    """The admin user reaches services below those that the agents reach; nothing else needs to cross."""
    assert crossed(whole()) == {
        ("admin-user", "agent-on-citrix-provisioning"),
        ("admin-user", "agent-on-hyper-v"),
    }
