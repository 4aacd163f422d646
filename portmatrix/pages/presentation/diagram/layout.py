"""Where everything stands: hosts in the middle, who opens connections to them on the left, what they open on the right.

Works for any set of connections. What both opens and listens may stand on both sides; every line runs to the right.
"""

from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple

from ....choices import Kind
from ....reach import address_owner
from ..labels import connection_label, short_name
from ..tree import in_tree_order
from .channel import Channel
from .columns import GAP, HOST, Card, Errand, Hull, Row, outlet_room, stack, stack_height
from .geometry import spread
from .picture import Picture, Touch

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
    """The capsules that arrive in the middle and those that leave it to the right, and who stands in the middle."""

    hosts: dict  # key: component
    arriving: list = field(default_factory=list)
    leaving: list = field(default_factory=list)


def lay_out(connections, reach, widths=WIDE, *, here=None, with_activities=False):
    """Return the `Picture` of connections; an empty one if there are none.

    `reach` decides what is lit together. `here` is the key of a component to be marked; `with_activities` adds to each
    listener what its connections are for.
    """
    capsules = [connection_label(connection) for connection in connections]
    sides = _sides(capsules)
    drawing = _Drawing(widths, here, with_activities, _sources_in_order(capsules))
    left = drawing.cards(sides.arriving, "source", widths.left, depth=False)
    middle = drawing.hulls(sides) + drawing.cards(_plain(sides), "destination", widths.middle)
    right = drawing.cards(sides.leaving, "destination", widths.right)
    height = max(stack_height(column) for column in (left, middle, right))
    for column in (middle, right):
        stack(column, EDGE + (height - stack_height(column)) // 2)
    _place_left(left, [socket for block in middle for socket in block.sockets()], height)
    columns = list(zip((left, middle, right), widths, strict=True))
    return _draw(columns, height, _touches(capsules, reach)) if capsules else Picture()


def _sides(capsules):
    """Hosts, and any appliance, are in the middle; what they open goes right, all else comes from the left."""
    ends = [end for capsule in capsules for end in (capsule.connection.source, capsule.connection.destination)]
    sides = Sides({end.host_id: end.host for end in ends if end.host_id})
    sides.hosts |= {end.pk: end for end in ends if end.kind == Kind.APPLIANCE}
    for capsule in capsules:
        flow = capsule.connection
        departs = _address(flow.source) in sides.hosts and _address(flow.destination) not in sides.hosts
        (sides.leaving if departs else sides.arriving).append(capsule)
    return sides


def _plain(sides):
    """Arriving capsules whose destination is no host: theirs stand in the middle as well, below the hosts."""
    return [capsule for capsule in sides.arriving if _address(capsule.connection.destination) not in sides.hosts]


def _sources_in_order(capsules):
    places = in_tree_order((capsule.connection.source for capsule in capsules), "group")
    return {component.pk: place for place, (component, _) in enumerate(places)}


def _address(component):
    """The primary key of the component at whose address this one answers."""
    return address_owner(component.pk, component.host_id)


class _Drawing:
    """Makes the blocks of the columns."""

    def __init__(self, widths, here, with_activities, source_order):
        self.middle = widths.middle
        self.here, self.with_activities, self.source_order = here, with_activities, source_order

    def row(self, component, width, capsules=(), depth=0, opened=()):
        """A component with the connections that arrive, and room for the lines of those among `opened` that leave."""
        activities = dict.fromkeys(capsule.connection.activity for capsule in capsules)
        said = ", ".join(activities) if self.with_activities else ""
        is_here = component.pk == self.here
        return Row(
            component,
            short_name(component),
            width,
            capsules=capsules,
            said=said,
            depth=depth,
            is_here=is_here,
            room=outlet_room(_lines(component, opened)),
        )

    def in_order(self, capsules):
        """By who opens them, then by port."""
        return sorted(capsules, key=lambda c: (self.source_order[c.connection.source_id], [p.default for p in c.ports]))

    def cards(self, capsules, end, width, depth=True):
        """A card for each kind of the components at one end ("source" or "destination"); destinations have sockets."""
        cards = []
        for kind in Kind.values:
            components = [c for capsule in capsules if (c := getattr(capsule.connection, end)).kind == kind]
            rows = [
                self.row(component, width, depth=level if depth else 0, **self._side(component, capsules, end))
                for component, level in in_tree_order(components, "group")
            ]
            if rows:
                cards.append(Card(rows, PLURALS[kind] if len(rows) > 1 else ""))
        return cards

    def _side(self, component, capsules, end):
        return {"opened": capsules} if end == "source" else {"capsules": self._reaching(component, capsules)}

    def _reaching(self, component, capsules):
        return self.in_order([c for c in capsules if c.connection.destination_id == component.pk])

    def hulls(self, sides):
        """The hosts at which something arrives, or which something leaves to the right."""
        ends = [c.connection.destination for c in sides.arriving] + [c.connection.source for c in sides.leaving]
        hosts = {_address(end): sides.hosts[_address(end)] for end in ends if _address(end) in sides.hosts}
        return [self.hull(host, sides) for host, _ in in_tree_order(hosts.values(), "host")]

    def hull(self, host, sides):
        """A host. What the first source opens to it stands above its services, the rest below: lines cross less."""
        own = self._reaching(host, sides.arriving)
        first = [c for c in own if c.connection.source_id == own[0].connection.source_id]
        errands = [Errand(capsule, self.middle) for capsule in own]
        head = Row(host, host.name, self.middle, tall=HOST, is_host=True, is_here=host.pk == self.here)
        room = outlet_room(_lines(host, sides.leaving))
        return Hull(head, errands[: len(first)], self._services(host, sides), errands[len(first) :], room)

    def _services(self, host, sides):
        flows = [capsule.connection for capsule in sides.arriving + sides.leaving]
        left = [capsule.connection.source for capsule in sides.leaving]
        ends = [flow.destination for flow in flows] + left
        services = {end.pk: end for end in ends if end.host_id == host.pk}.values()
        width = self.middle - 2 * Hull.INSET
        arriving = {s.pk: self._reaching(s, sides.arriving) for s in services}

        def last_source(service):
            return max((self.source_order[c.connection.source_id] for c in arriving[service.pk]), default=0)

        ordered = sorted(services, key=lambda service: (last_source(service), service.name.casefold(), service.slug))
        return [self.row(service, width, arriving[service.pk], opened=sides.leaving) for service in ordered]


def _lines(component, opened):
    """How many bundles of lines leave a component: one for each class of what it opens."""
    return len({capsule.traffic_class for capsule in opened if capsule.connection.source_id == component.pk})


def _place_left(cards, sockets, height):
    """Place the cards of the left column where most sources stand beside a listener that they reach."""
    heights = {}
    for capsule, y in sockets:
        heights.setdefault(capsule.connection.source_id, []).append(y)
    for card in cards:
        card.rows.sort(key=lambda row: median(heights[row.component.pk]))
        card.place(0)
    wanted = [_best_start(card.rows, heights) for card in cards]
    starts = spread(wanted, [card.height for card in cards], EDGE, EDGE + height, GAP)
    for card, start in zip(cards, starts, strict=True):
        card.place(start)


def _best_start(rows, heights):
    """How far to move rows down so that most have a straight line and stand near their first listeners."""
    gaps = [(y - row.middle, row.slack) for row in rows for y in heights[row.component.pk]]
    near = median(heights[row.component.pk][0] - row.middle for row in rows)

    def rank(start):
        straight = (any(abs(y - row.middle - start) <= row.slack for y in heights[row.component.pk]) for row in rows)
        return -sum(straight), abs(start - near)

    return min((gap + side * slack for gap, slack in gaps for side in (-1, 0, 1)), key=rank)


def _draw(columns, height, touch):
    picture = Picture(height=height + 2 * EDGE)
    (left, _), (middle, _), (right, _) = columns
    channels = [_channel(left, middle), _channel(middle, right), _channel(right, [])]
    x = EDGE
    for (column, width), channel in zip(columns, channels, strict=True):
        for block in column:
            block.draw(x, picture, touch)
        x += width if column else 0
        if channel.bundles:
            channel.draw(x, x + channel.width, picture, touch)
            x += channel.width
    picture.width = round(x + EDGE, 1)
    return picture


def _channel(sources, targets):
    outlets = {pk: band for block in sources for pk, band in block.outlets().items()}
    return Channel(outlets, [socket for block in targets for socket in block.sockets()])


def _touches(capsules, reach):
    """A function from a capsule to its `Touch`. Domain rule: a component's connections are those of its reach."""
    ends = {end.pk: end for c in capsules for end in (c.connection.source, c.connection.destination)}
    ends |= {end.host_id: end.host for end in list(ends.values()) if end.host_id}
    reached = {end.slug: reach.of(end) for end in ends.values()}

    def touch(capsule):
        flow = capsule.connection
        whose = [slug for slug, keys in reached.items() if keys & {flow.source_id, flow.destination_id}]
        return Touch((flow.source.slug, flow.destination.slug), tuple(whose))

    return touch
