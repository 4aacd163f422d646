"""What a file says of other deployments on the same firewall, and of its own marks."""

from ..utils.text import shown
from .linux import mark_of
from .order import MARK_BIT, MARK_BITS, MarkRefused, Order
from .platforms import Platform
from .work import name_of


def judge_mark(platform: Platform, bit: int | None) -> None:
    """Raises `MarkRefused` if a platform's file can't use this bit of the packet mark; None is the usual one."""
    if bit is None:
        return
    if not platform.marks:
        raise MarkRefused(f"A file for {platform.name} sets no packet mark. Leave the bit out.")
    mark_bit(str(bit))


def mark_bit(text: str) -> int:
    """The number of a bit of the packet mark, from its decimal digits. Raises `MarkRefused`."""
    if text not in map(str, MARK_BITS):
        bounds = f"from {MARK_BITS[0]} to {MARK_BITS[-1]}"
        raise MarkRefused(f"'{shown(text)}' is not a bit of the packet mark. Give a whole number {bounds}.")
    return int(text)


def warnings(platform: Platform, order: Order) -> list[str]:
    """Sentences for the head of a file that depend on its order."""
    found = []
    if not platform.beside:
        found.append(_TOGETHER if order.parts else _ALONE.format(platform=platform.slug))
    if platform.marks:
        bit = MARK_BIT if order.mark_bit is None else order.mark_bit
        found.append(f"It uses bit {bit} of the packet mark, {mark_of(order)}, which stands here as ALPORTS_BIT.")
        found.append(f"nft delete table ip {name_of(order)} takes away what it allows and nothing else.")
    return found


_ALONE = (
    "This file is for one deployment, and cuts off the connections of any other on the same firewall. There is one "
    "file for several on the page Configuration under Together with, in the API at /api/firewall/{platform}/ with the "
    "parameter deployment once for each, and from manage.py firewall with the document of each."
)
_TOGETHER = "This file is for these deployments, and cuts off the connections of any other on the same firewall."
