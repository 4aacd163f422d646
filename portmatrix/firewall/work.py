"""What the writer of a platform is given."""

import hashlib
from dataclasses import dataclass

from .order import Order
from .permits import Permit

LONGEST_NAME = 60  # Cisco's and Juniper's lists may have 63 or 64 characters
LONGEST_SLUG = 120  # of a deployment


@dataclass(frozen=True)
class Work:
    """The order, the permits to write, and the lines of comment that head the file."""

    order: Order
    permits: tuple[Permit, ...]
    notes: tuple[str, ...]

    @property
    def name(self) -> str:
        """A name for what the file makes, safe on every platform: at most 60 ASCII letters, digits and hyphens, and
        underscores between the slugs of several deployments.
        """
        return name_of(self.order)

    @property
    def slug(self) -> str:
        """The deployment's slug; of several, all of theirs, cut as a slug would have to be."""
        return bounded(self.order.slug, LONGEST_SLUG)


def name_of(order: Order) -> str:
    """What `Work.name` is for an order."""
    return bounded(f"alports-{order.slug}", LONGEST_NAME)


def bounded(name: str, most: int) -> str:
    """A name of at most so many characters: what is cut off stands in it as a digest of the whole."""
    return name if len(name) <= most else f"{name[: most - 9].rstrip('-')}-{digest(name)}"


def digest(text: str) -> str:
    """Eight hexadecimal digits that stand for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]
