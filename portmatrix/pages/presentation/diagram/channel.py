"""The channel between two columns: lines leave on the left, go along vertical rails, and arrive at labels on the right.

No overlap, by construction: a label is beside its own destination, to the right of every rail, so no line but
its own enters that column. Lines of one source and traffic class share a rail; bundles whose verticals would meet stand
on rails of their own, in the order that crosses least; lines leave clear of the heights at which others arrive.
"""

from dataclasses import dataclass, field
from itertools import combinations, permutations
from statistics import median

from ....choices import TrafficClass
from .geometry import Box, spread
from .picture import LABEL_HEIGHT, Edge, PlacedLabel, label_width

MARGIN = 16  # from a column to the first rail, from the last rail to the labels, from the labels to the next column
RAIL = 12  # from rail to rail
CLEAR = 4  # lines nearer than this would look like one
ON_TOP = 1000  # how many crossings are better than two lines on top of each other


@dataclass
class Bundle:
    """The connections of one source and class: (label, y at its label); `outlet` is the y at which they leave."""

    source: int
    traffic_class: str
    runs: list = field(default_factory=list)
    outlet: float | None = None
    rail: int = 0

    @property
    def heights(self):
        return [y for _, y in self.runs]

    @property
    def span(self):
        """(top, bottom) of its vertical."""
        return min([self.outlet, *self.heights]), max([self.outlet, *self.heights])

    def covers(self, y):
        return self.span[0] < y < self.span[1]

    @property
    def is_straight(self):
        return self.span[0] == self.span[1]


class Channel:
    """Lines from a column's outlets ({component's key: (top, bottom)}) to sockets ([(label, y)])."""

    def __init__(self, outlets, sockets):
        self.bundles = _bundles(sockets)
        self.labels = max((label_width(label) for label, _ in sockets), default=0)
        for source, band in sorted(outlets.items(), key=_freedom):
            _place_outlets([bundle for bundle in self.bundles if bundle.source == source], band, self.bundles)
        self.rails = _place_rails([bundle for bundle in self.bundles if not bundle.is_straight])

    @property
    def width(self):
        if not self.bundles:
            return 0
        rails = MARGIN + RAIL * (self.rails - 1) if self.rails else 0
        return round(rails + MARGIN + self.labels + MARGIN, 1)

    def draw(self, left, right, picture, related):
        """Add lines from x = left and labels that point at x = right."""
        for bundle in self.bundles:
            edges = []
            for label, y in bundle.runs:
                width = label_width(label)
                box = Box(round(right - MARGIN - width, 1), y - LABEL_HEIGHT / 2, width, LABEL_HEIGHT)
                picture.labels.append(PlacedLabel(label, box, right, related(label)))
                rail = left + MARGIN + RAIL * bundle.rail
                bend = () if y == bundle.outlet else ((rail, bundle.outlet), (rail, y))
                edges.append(Edge(label, ((left, bundle.outlet), *bend, (box.x, y)), related(label)))
            picture.bundles.append(edges)


def _bundles(sockets):
    bundles = {}
    for label, y in sockets:
        key = label.connection.source_id, label.traffic_class
        bundles.setdefault(key, Bundle(*key)).runs.append((label, y))
    order = {name: place for place, name in enumerate(TrafficClass.values)}
    return sorted(bundles.values(), key=lambda bundle: (median(bundle.heights), order[bundle.traffic_class]))


def _freedom(outlet):
    """A host's lines may leave beside any of its services, so they choose after the services'."""
    _, (top, bottom) = outlet
    return bottom - top


def _place_outlets(own, band: tuple[float, float], bundles):
    """Let each bundle of a source leave as near to its middle as the band allows, if possible straight to a label."""
    wanted = [_straightest(bundle, *band) for bundle in own]
    room = (band[1] - band[0]) / max(len(own) - 1, 1)
    gap = min(2 * CLEAR, room)
    for bundle, y in zip(own, spread(wanted, [0] * len(own), *band, gap), strict=True):
        bundle.outlet = y
    for bundle in own:
        foreign = [y for other in bundles if other is not bundle for y in other.heights]
        others = [other.outlet for other in bundles if other is not bundle and other.outlet is not None]
        bundle.outlet = _clear(bundle.outlet, *band, foreign + others)


def _straightest(bundle, top, bottom):
    middle = min(max(median(bundle.heights), top), bottom)
    beside = [y for y in bundle.heights if top <= y <= bottom]
    return min(beside, key=lambda y: abs(y - middle), default=middle)


def _clear(wanted, top, bottom, taken):
    """The y in the band nearest to the wanted one that is clear of the taken ones; else the wanted one."""
    steps = range(int(bottom - top) + 1)
    free = (y for y in [wanted, *(top + step for step in steps)] if all(abs(y - other) >= CLEAR for other in taken))
    return min(free, key=lambda y: abs(y - wanted), default=wanted)


def _place_rails(bundles):
    """Give each bundle its rail, counted from the left, and return how many rails there are."""
    order = _least_crossing(bundles)
    for place, bundle in enumerate(order):
        meeting = [other.rail for other in order[:place] if _meet(bundle, other)]
        bundle.rail = max(meeting, default=-1) + 1
    return max((bundle.rail for bundle in order), default=-1) + 1


def _least_crossing(bundles):
    """An order of the bundles in which no single one could stand elsewhere with fewer crossings."""
    cost = {(a, b): _cost(bundles[a], bundles[b]) for a, b in permutations(range(len(bundles)), 2)}

    def total(order):
        return sum(cost[pair] for pair in combinations(order, 2))

    order, better = None, tuple(range(len(bundles)))
    while order is None or total(better) < total(order):
        order = better
        better = min(_neighbouring_orders(order), key=total, default=order)
    return [bundles[place] for place in order]


def _neighbouring_orders(order):
    """Every order in which one thing has another place."""
    for taken in order:
        rest = tuple(other for other in order if other != taken)
        yield from ((*rest[:place], taken, *rest[place:]) for place in range(len(order)))


def _cost(left, right):
    """Crossings between two bundles whose rails stand in this order."""
    crossed = left.covers(right.outlet) + sum(right.covers(y) for y in left.heights)
    return crossed + ON_TOP * sum(abs(y - right.outlet) < CLEAR for y in left.heights)


def _meet(one, other):
    return one.span[0] - RAIL < other.span[1] and other.span[0] - RAIL < one.span[1]
