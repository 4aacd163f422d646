"""What the writer of a platform is given."""

from dataclasses import dataclass

from .order import Order
from .permits import Permit


@dataclass(frozen=True)
class Work:
    """The order, the permits to write, and the lines of comment that head the file."""

    order: Order
    permits: tuple[Permit, ...]
    notes: tuple[str, ...]

    @property
    def name(self) -> str:
        """A name for what the file makes, safe on every platform: ASCII letters, digits and hyphens."""
        return f"alports-{self.order.slug}"
