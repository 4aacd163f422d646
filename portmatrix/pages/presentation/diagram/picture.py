"""What a laid-out diagram consists of, ready to be drawn: plain data, every coordinate known."""

from dataclasses import dataclass, field

from ..labels import ConnectionLabel, PortLabel
from .geometry import MONO_CHAR, Box, Text, rounded

MARK = 18  # the class's mark and the room beside it, in a label
ICON = 13  # the arrow of an overridden port
CELL = 10  # the room around a port's digits
LABEL_HEIGHT = 20


@dataclass(frozen=True)
class Frame:
    """A box without meaning of its own: "hull" (a host), "inner" (its services) or "card" (components of one kind)."""

    box: Box
    style: str


@dataclass(frozen=True)
class Node:
    """A component in its place, as a link. The same component may be left and right."""

    component: object
    box: Box
    texts: tuple[Text, ...]
    is_host: bool = False
    is_here: bool = False  # the component components neighbourhood is drawn

    @property
    def hit(self):
        """Its clickable area, inside the frame's stroke."""
        return self.box.inset(1)


@dataclass(frozen=True)
class Segment:
    """One port in a label: its left edge, the middle of its digits, and the place of its arrow if it is overridden."""

    port: PortLabel
    x: float
    middle: float
    icon: Box


@dataclass(frozen=True)
class Related:
    """Which components are lit together with a connection: its two ends, and all drawn ones that have it in reach."""

    ends: tuple[str, ...]
    components: tuple[str, ...]


@dataclass(frozen=True)
class PlacedLabel:
    """The label of one connection beside its destination, and the tip of the arrow between them."""

    label: ConnectionLabel
    box: Box
    tip: float  # where the arrow ends
    related: Related

    @property
    def middle(self):
        return self.box.y + self.box.height / 2

    @property
    def base(self):
        """The base line of its digits."""
        return self.middle + 4

    @property
    def mark(self):
        """The place of its class's mark."""
        return Box(round(self.box.x + 6, 1), self.middle - 4, 8, 8)

    @property
    def shaft(self):
        """Where the arrow's line ends and its head begins."""
        return self.tip - 4

    @property
    def head(self):
        """The path of the arrow's head."""
        return f"M{self.tip - 6:g} {self.middle - 3.5:g}l6 3.5-6 3.5Z"

    @property
    def segments(self):
        """Its ports from left to right."""
        x, segments = self.box.x + MARK, []
        for port in self.label.ports:
            icon = ICON if port.is_overridden else 0
            width = segment_width(port)
            digits = round(x + icon + (width - icon) / 2, 1)
            segments.append(Segment(port, round(x, 1), digits, Box(round(x + 3, 1), self.middle - 6, 12, 12)))
            x += width
        return segments


@dataclass(frozen=True)
class Edge:
    """The line of one connection, from its source to its label."""

    label: ConnectionLabel
    points: tuple[tuple[float, float], ...]
    related: Related

    @property
    def path(self):
        return rounded(self.points)


@dataclass(frozen=True)
class Note:
    """What a connection is for, in words inside its host."""

    label: ConnectionLabel
    texts: tuple[Text, ...]
    related: Related


@dataclass
class Picture:
    """A diagram. `bundles` are edges of one source and class, which may run on top of each other; no others do."""

    width: float = 0
    height: float = 0
    frames: list[Frame] = field(default_factory=list)
    rules: list[Box] = field(default_factory=list)
    headings: list[Text] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    labels: list[PlacedLabel] = field(default_factory=list)
    bundles: list[list[Edge]] = field(default_factory=list)
    title: str = ""

    @property
    def edges(self):
        return [edge for bundle in self.bundles for edge in bundle]

    @property
    def has_overridden(self):
        return any(port.is_overridden for label in self.labels for port in label.label.ports)

    @property
    def description(self):
        """What is where, for those who don't see it; each label is a link that says its connection in full."""
        count = len(self.labels)
        return (
            f"{count} connection{'' if count == 1 else 's'}, from left to right: who opens them, the hosts with the"
            " services that run on them, what the hosts open. Each label is one connection, with ends, activity, ports."
        )


def segment_width(port):
    """Width of one port in a label."""
    return len(port.text) * MONO_CHAR + CELL + (ICON if port.is_overridden else 0)


def label_width(label):
    """Width of a whole label."""
    return round(MARK + sum(segment_width(port) for port in label.ports), 1)
