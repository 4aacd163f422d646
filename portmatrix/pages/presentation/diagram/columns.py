"""The columns of the diagram: components stacked in cards and hosts. Heights come first, x when it is drawn."""

from .geometry import LINE, SMALL_CHAR, Box, Text, wrap
from .picture import LABEL_HEIGHT, Frame, Node, Note

PITCH = LABEL_HEIGHT + 6  # from one label to the next at the same component
ROW = 28
HOST = 36
HEADING = 24
GAP = 12
INDENT = 12
OUTLET_MARGIN = 14  # between the corner of a host and the first line that leaves


class Row:
    """One component: its name, words below it, and a socket for each connection that arrives."""

    def __init__(
        self, component, name, width, *, labels=(), note="", depth=0, tall=ROW, room=0, is_host=False, is_here=False
    ):
        self.component, self.width, self.labels = component, width, list(labels)
        self.is_host, self.is_here, self.indent, self.y = is_host, is_here, INDENT * (1 + min(depth, 3)), 0
        across = width - self.indent - INDENT
        self.lines = [(line, "") for line in wrap(name, across)]
        self.lines += [(line, "sub") for line in wrap(note, across, SMALL_CHAR) if note]
        self.height = max(tall, LINE * len(self.lines) + 12, PITCH * len(self.labels) + 2, room)

    @property
    def middle(self):
        return self.y + self.height / 2

    @property
    def slack(self):
        """How far from its middle lines may leave."""
        return self.height / 2 - 10

    def place(self, y):
        self.y = y

    def sockets(self):
        """(label, y) of each connection that arrives, from top to bottom."""
        first = self.middle - PITCH * (len(self.labels) - 1) / 2
        return [(label, first + PITCH * place) for place, label in enumerate(self.labels)]

    def outlets(self):
        """{component's key: (top, bottom)}: where lines may leave."""
        return {self.component.pk: (self.middle - self.slack, self.middle + self.slack)}

    def texts(self, x):
        first = self.middle - LINE * len(self.lines) / 2 + 11
        return tuple(Text(x + self.indent, first + LINE * n, line, style) for n, (line, style) in enumerate(self.lines))

    def draw(self, x, picture, related):
        box = Box(x, self.y, self.width, self.height)
        picture.nodes.append(Node(self.component, box, self.texts(x), self.is_host, self.is_here))


class HostConnection(Row):
    """A connection to the host itself: what it is for, in words, beside its socket."""

    def __init__(self, label, width):
        super().__init__(None, "", width, labels=[label], tall=PITCH)
        self.lines = [(line, "sub") for line in wrap(label.connection.activity, width - 2 * INDENT, SMALL_CHAR)]
        self.height = max(PITCH, LINE * len(self.lines) + 4)

    def outlets(self):
        return {}

    def draw(self, x, picture, related):
        (label,) = self.labels
        picture.notes.append(Note(label, self.texts(x), related(label)))


class Card:
    """Rows in one frame, under a heading if there are several."""

    def __init__(self, rows, heading, style="card"):
        self.rows, self.heading, self.style, self.y = rows, heading, style, 0
        self.top = HEADING if heading else 0
        self.height = self.top + sum(row.height for row in rows)
        self.width = rows[0].width

    def place(self, y):
        self.y = y
        y += self.top
        for row in self.rows:
            row.place(y)
            y += row.height

    def sockets(self):
        return [socket for row in self.rows for socket in row.sockets()]

    def outlets(self):
        return {pk: band for row in self.rows for pk, band in row.outlets().items()}

    def draw(self, x, picture, related):
        picture.frames.append(Frame(Box(x, self.y, self.width, self.height), self.style))
        if self.heading:
            picture.headings.append(Text(x + INDENT, self.y + 16, self.heading, "kind"))
        for place, row in enumerate(self.rows):
            if place or self.heading:
                picture.rules.append(Box(x, row.y, self.width, 0))
            row.draw(x, picture, related)


class HostBlock:
    """A host: its name, the connections to itself, and the services that run on it inside."""

    INSET = 8

    def __init__(self, head, above, services, below, room):
        self.head, self.width, self.y = head, head.width, 0
        inner = [Card(services, "Services that run on it", "inner")] if services else []
        self.parts = [head, *above, *inner, *below]
        self.inner = inner
        gaps = self.INSET * (bool(above or below or inner) + bool(inner and below))
        head.height += max(0, room - sum(part.height for part in self.parts) - gaps)
        self.height = sum(part.height for part in self.parts) + gaps

    def place(self, y):
        self.y = y
        for part in self.parts:
            part.place(y)
            y += part.height + (self.INSET if part in self.inner else 0)

    def sockets(self):
        return [socket for part in self.parts for socket in part.sockets()]

    def outlets(self):
        """The host's own lines may leave anywhere along it; a service's leave beside the service."""
        own = {self.head.component.pk: (self.y + OUTLET_MARGIN, self.y + self.height - OUTLET_MARGIN)}
        return own | {pk: band for card in self.inner for pk, band in card.outlets().items()}

    def draw(self, x, picture, related):
        picture.frames.append(Frame(Box(x, self.y, self.width, self.height), "hull"))
        for part in self.parts:
            part.draw(x + (self.INSET if part in self.inner else 0), picture, related)


def outlet_room(lines):
    """The height that a component needs so that its lines can leave apart from each other and from those that pass."""
    return 2 * OUTLET_MARGIN + 12 * lines if lines > 1 else 0


def stack_height(blocks):
    """Height of blocks that stand on top of each other."""
    return sum(block.height for block in blocks) + GAP * max(len(blocks) - 1, 0)


def stack(blocks, y):
    """Place blocks on top of each other, from y downwards."""
    for block in blocks:
        block.place(y)
        y += block.height + GAP
