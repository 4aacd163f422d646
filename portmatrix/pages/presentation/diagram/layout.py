"""Where everything is placed: hosts in the middle, who opens connections to them left, what they open right.

Works for any set of connections. What both opens and listens may stand on both sides; every line runs to the right.
"""

from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple

from ....choices import Kind
from ..labels import address_owner_key, connection_label, short_name
from ..tree import in_tree_order
from .channel import Channel
from .columns import GAP, HOST, Card, HostBlock, HostConnection, Row, outlet_room, stack, stack_height
from .geometry import spread
from .picture import Picture, Related

EDGE = 1  # room for the stroke of the outermost frames

PLURALS = {
    Kind.USER: "Users",
    Kind.APPLIANCE: "Appliances",
    Kind.CONNECTOR: "Connector services",
    Kind.AGENT: "Agents",
    Kind.COMPOSITING: "Compositing",
    Kind.HYPERVISOR: "Hypervisors",
    Kind.CLOUD: "Clouds",
    Kind.SERVER: "Servers",
    Kind.INTERNET: "Internet",
}


class Widths(NamedTuple):
    """Widths of the three columns."""

    left: int
    middle: int
    right: int


WIDE = Widths(172, 256, 190)  # for a page of its own
NARROW = Widths(152, 224, 164)  # beside other things


@dataclass
class Sides:
    """The labels that arrive in the middle and those that leave it to the right, and the hosts of the middle."""

    hosts: dict  # key: component
    arriving: list = field(default_factory=list)
    leaving: list = field(default_factory=list)


def lay_out(connections, reach, widths=WIDE, *, here=None, with_activities=False):
    """Return the `Picture` of connections; an empty one if there are none.

    `reach` decides what is lit together. `here` is the key of a component to be marked; `with_activities` adds to each
    port what its connections are for.
    """
    labels = [connection_label(connection) for connection in connections]
    sides = _sides(labels)
    drawing = _Drawing(widths, here, with_activities, _sources_in_order(labels))
    left = drawing.cards(sides.arriving, "source", widths.left, depth=False)
    middle = drawing.host_blocks(sides) + drawing.cards(_plain(sides), "destination", widths.middle)
    right = drawing.cards(sides.leaving, "destination", widths.right)
    height = max(stack_height(column) for column in (left, middle, right))
    for column in (middle, right):
        stack(column, EDGE + (height - stack_height(column)) // 2)
    _place_left(left, [socket for block in middle for socket in block.sockets()], height)
    columns = list(zip((left, middle, right), widths, strict=True))
    return _draw(columns, height, _related(labels, reach)) if labels else Picture()


def _sides(labels):
    """Hosts, and any appliance, are in the middle; what they open goes right, all else comes from the left."""
    ends = [end for label in labels for end in (label.connection.source, label.connection.destination)]
    sides = Sides({end.host_id: end.host for end in ends if end.host_id})
    sides.hosts |= {end.pk: end for end in ends if end.kind == Kind.APPLIANCE}
    for label in labels:
        source, destination = label.connection.source, label.connection.destination
        departs = address_owner_key(source) in sides.hosts and address_owner_key(destination) not in sides.hosts
        (sides.leaving if departs else sides.arriving).append(label)
    return sides


def _plain(sides):
    """Arriving labels whose destination is no host: theirs stand in the middle as well, below the hosts."""
    return [label for label in sides.arriving if address_owner_key(label.connection.destination) not in sides.hosts]


def _sources_in_order(labels):
    places = in_tree_order((label.connection.source for label in labels), "group")
    return {component.pk: place for place, (component, _) in enumerate(places)}


class _Drawing:
    """Makes the blocks of the columns."""

    def __init__(self, widths, here, with_activities, source_order):
        self.middle = widths.middle
        self.here, self.with_activities, self.source_order = here, with_activities, source_order

    def row(self, component, width, labels=(), depth=0, opened=()):
        """A component with the connections that arrive, and room for the lines of those among `opened` that leave."""
        activities = dict.fromkeys(label.connection.activity for label in labels)
        note = ", ".join(activities) if self.with_activities else ""
        is_here = component.pk == self.here
        return Row(
            component,
            short_name(component),
            width,
            labels=labels,
            note=note,
            depth=depth,
            is_here=is_here,
            room=outlet_room(_lines(component, opened)),
        )

    def in_order(self, labels):
        """By who opens them, then by port."""
        return sorted(labels, key=lambda c: (self.source_order[c.connection.source_id], [p.default for p in c.ports]))

    def cards(self, labels, end, width, depth=True):
        """A card for each kind of the components at one end ("source" or "destination"); destinations have sockets."""
        cards = []
        for kind in Kind:
            components = [c for label in labels if (c := getattr(label.connection, end)).kind == kind]
            rows = [
                self.row(component, width, depth=level if depth else 0, **self._side(component, labels, end))
                for component, level in in_tree_order(components, "group")
            ]
            if rows:
                cards.append(Card(rows, PLURALS[kind] if len(rows) > 1 else ""))
        return cards

    def _side(self, component, labels, end):
        return {"opened": labels} if end == "source" else {"labels": self._reaching(component, labels)}

    def _reaching(self, component, labels):
        return self.in_order([c for c in labels if c.connection.destination_id == component.pk])

    def host_blocks(self, sides):
        """The hosts at which something arrives, or which something leaves to the right."""
        ends = [c.connection.destination for c in sides.arriving] + [c.connection.source for c in sides.leaving]
        keys = dict.fromkeys(address_owner_key(end) for end in ends)
        hosts = [sides.hosts[key] for key in keys if key in sides.hosts]
        return [self.host_block(host, sides) for host, _ in in_tree_order(hosts, "host")]

    def host_block(self, host, sides):
        """A host. What the first source opens to it stands above its services, the rest below: lines cross less."""
        own = self._reaching(host, sides.arriving)
        first = [c for c in own if c.connection.source_id == own[0].connection.source_id]
        connections = [HostConnection(label, self.middle) for label in own]
        head = Row(host, host.name, self.middle, tall=HOST, is_host=True, is_here=host.pk == self.here)
        room = outlet_room(_lines(host, sides.leaving))
        return HostBlock(head, connections[: len(first)], self._services(host, sides), connections[len(first) :], room)

    def _services(self, host, sides):
        ends = [label.connection.destination for label in sides.arriving + sides.leaving]
        ends += [label.connection.source for label in sides.leaving]
        services = {end.pk: end for end in ends if end.host_id == host.pk}.values()
        width = self.middle - 2 * HostBlock.INSET
        arriving = {s.pk: self._reaching(s, sides.arriving) for s in services}

        def last_source(service):
            return max((self.source_order[c.connection.source_id] for c in arriving[service.pk]), default=0)

        ordered = sorted(services, key=lambda service: (last_source(service), service.name.casefold(), service.slug))
        return [self.row(service, width, arriving[service.pk], opened=sides.leaving) for service in ordered]


def _lines(component, opened):
    """How many bundles of lines leave a component: one for each class of what it opens."""
    return len({label.traffic_class for label in opened if label.connection.source_id == component.pk})


def _place_left(cards, sockets, height):
    """Place the cards of the left column where most sources stand beside a port that they reach."""
    heights = {}
    for label, y in sockets:
        heights.setdefault(label.connection.source_id, []).append(y)
    for card in cards:
        card.rows.sort(key=lambda row: median(heights[row.component.pk]))
        card.place(0)
    wanted = [_best_start(card.rows, heights) for card in cards]
    starts = spread(wanted, [card.height for card in cards], EDGE, EDGE + height, GAP)
    for card, start in zip(cards, starts, strict=True):
        card.place(start)


def _best_start(rows, heights):
    """How far to move rows down so that most have a straight line and stand near their first ports."""
    gaps = [(y - row.middle, row.slack) for row in rows for y in heights[row.component.pk]]
    near = median(heights[row.component.pk][0] - row.middle for row in rows)

    def rank(start):
        straight = (any(abs(y - row.middle - start) <= row.slack for y in heights[row.component.pk]) for row in rows)
        return -sum(straight), abs(start - near)

    return min((gap + side * slack for gap, slack in gaps for side in (-1, 0, 1)), key=rank)


def _draw(columns, height, related):
    picture = Picture(height=height + 2 * EDGE)
    (left, _), (middle, _), (right, _) = columns
    channels = [_channel(left, middle), _channel(middle, right), _channel(right, [])]
    x = EDGE
    for (column, width), channel in zip(columns, channels, strict=True):
        for block in column:
            block.draw(x, picture, related)
        x += width if column else 0
        if channel.bundles:
            channel.draw(x, x + channel.width, picture, related)
            x += channel.width
    picture.width = round(x + EDGE, 1)
    return picture


def _channel(sources, targets):
    outlets = {pk: band for block in sources for pk, band in block.outlets().items()}
    return Channel(outlets, [socket for block in targets for socket in block.sockets()])


def _related(labels, reach):
    """A function from a label to its `Related`. Domain rule: a component's connections are those of its reach."""
    ends = {end.pk: end for c in labels for end in (c.connection.source, c.connection.destination)}
    ends |= {end.host_id: end.host for end in list(ends.values()) if end.host_id}
    reached = {end.slug: reach.of(end) for end in ends.values()}

    def related(label):
        source, destination = label.connection.source, label.connection.destination
        components = [slug for slug, keys in reached.items() if keys & {source.pk, destination.pk}]
        return Related((source.slug, destination.slug), tuple(components))

    return related
