"""The bit of the packet mark that a file uses."""

from .refusals import MarkRefused

MARK_BIT = 31  # neither Kubernetes (14, 15) nor Tailscale (16 to 23), nor the lower bits that people use by hand
MARK_BITS = range(32)


def parse_mark_bit(text: str) -> int:
    """The number of a bit of the packet mark, from its decimal digits. Raises `MarkRefused`."""
    if text not in map(str, MARK_BITS):
        raise MarkRefused("no-bit", value=text, first=MARK_BITS[0], last=MARK_BITS[-1])
    return int(text)


def bit_or_default(bit: int | None) -> int:
    """The bit that is used if this one is asked for; None asks for the usual one."""
    return MARK_BIT if bit is None else bit


def mark_of(bit: int | None) -> str:
    """A mark in which that bit alone is set, as nft writes it."""
    return f"{1 << bit_or_default(bit):#010x}"
