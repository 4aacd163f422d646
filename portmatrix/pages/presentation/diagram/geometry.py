"""Boxes, texts and lines of the diagram in pixels, y downwards. Widths of text are upper estimates."""

from dataclasses import dataclass

NAME_CHAR = 7.1  # width of one character at 12 px, of the widest font in the stack
SMALL_CHAR = 6.5  # the same at 11 px
MONO_CHAR = 6.7  # the same at 11 px, monospaced
LINE = 14  # height of a line of text
MAX_LINES = 4


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self):
        return round(self.x + self.width, 1)

    @property
    def bottom(self):
        return self.y + self.height

    def inset(self, by):
        return Box(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)


@dataclass(frozen=True)
class Text:
    """A line of text from x on, on the base line y. `style` is a class of the style sheet: "", "sub" or "kind"."""

    x: float
    y: float
    words: str
    style: str = ""

    @property
    def box(self):
        """The room that it takes at most."""
        return Box(self.x, self.y - 11, len(self.words) * (SMALL_CHAR if self.style else NAME_CHAR), LINE)


def wrap(words, width, char=NAME_CHAR):
    """Return lines that fit into a width; a word that is too long is cut, and a text that is too long ends in "…"."""
    limit, lines = max(int(width / char), 1), [""]
    for word in words.split():
        for piece in (word[start : start + limit] for start in range(0, len(word), limit)):
            if lines[-1] and len(lines[-1]) + 1 + len(piece) > limit:
                lines.append("")
            lines[-1] += f" {piece}" if lines[-1] else piece
    if len(lines) > MAX_LINES:
        lines = [*lines[: MAX_LINES - 1], f"{lines[MAX_LINES - 1][: limit - 1]}…"]
    return lines


def spread(wanted, sizes, low, high, gap):
    """Return starts of things of these sizes, as near to the wanted ones as their order, the gap and the bounds
    allow.

    Where two want the same place, the earlier one makes way. Bounds that are too narrow for all are exceeded at
    `high` rather than letting two things overlap.
    """
    starts = list(wanted)
    for place in reversed(range(len(starts))):
        end = high if place == len(starts) - 1 else starts[place + 1] - gap
        starts[place] = min(starts[place], end - sizes[place])
    for place in range(len(starts)):
        start = low if place == 0 else starts[place - 1] + sizes[place - 1] + gap
        starts[place] = max(starts[place], start)
    return starts


def rounded(points, radius=7):
    """Return the path of a line through two (x, y) points, or four with a vertical; its corners are round."""
    (x0, y0), *middle, (x1, y1) = points
    if not middle:
        return f"M{x0:g} {y0:g}H{x1:g}"
    rail, down = middle[0][0], 1 if y1 > y0 else -1
    r = min(radius, abs(y1 - y0) / 2)
    first = f"M{x0:g} {y0:g}H{rail - r:g}Q{rail:g} {y0:g} {rail:g} {y0 + down * r:g}"
    return f"{first}V{y1 - down * r:g}Q{rail:g} {y1:g} {rail + r:g} {y1:g}H{x1:g}"
