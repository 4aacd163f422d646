"""From the rules of an installation to the configuration of a firewall, in the words of many platforms. Pure: no
queries, no HTTP, all data is given.
"""

from .order import (
    MARK_BIT,
    MARK_BITS,
    Configuration,
    HostUnknown,
    LeftOut,
    MarkRefused,
    Order,
    together,
)
from .platforms import PLATFORMS, Platform
from .render import render
from .several import judge_mark, mark_bit, warnings

__all__ = [
    "MARK_BIT",
    "MARK_BITS",
    "PLATFORMS",
    "Configuration",
    "HostUnknown",
    "LeftOut",
    "MarkRefused",
    "Order",
    "Platform",
    "judge_mark",
    "mark_bit",
    "render",
    "together",
    "warnings",
]
