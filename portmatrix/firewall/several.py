"""What a file says of other deployments on the same firewall, and of its own marks."""

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
    if bit not in MARK_BITS:
        raise MarkRefused(f"A packet mark has no bit {bit}. Give a number from {MARK_BITS[0]} to {MARK_BITS[-1]}.")


def warnings(platform: Platform, order: Order) -> list[str]:
    """Sentences for the head of a file that depend on its order."""
    found = []
    if not platform.beside:
        found.append(_TOGETHER if order.parts else _ALONE.format(platform=platform.slug))
    if platform.marks:
        bit = MARK_BIT if order.mark_bit is None else order.mark_bit
        found.append(f"It uses bit {bit} of the packet mark, {mark_of(order)}, which stands here as ALPORTS_BIT.")
        found.append(f"To remove what it allows: nft delete table ip {name_of(order)}")
    return found


_ALONE = (
    "This file is for one deployment, and cuts off the connections of any other on the same firewall. For several get "
    "one file: on the page Configuration choose the others under Together with, in the API ask "
    "/api/firewall/{platform}/ with the parameter deployment once for each, or give manage.py firewall the document of "
    "each."
)
_TOGETHER = (
    "This file is for these deployments together. It takes the place of the files of each, and cuts off the "
    "connections of any other deployment on the same firewall."
)
