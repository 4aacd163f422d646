"""From the rules of an installation to the configuration of a firewall, in the words of many platforms. Pure: no
queries, no HTTP, all data is given.
"""

from .order import Configuration, HostUnknown, LeftOut, Order
from .platforms import PLATFORMS, Platform
from .render import render

__all__ = ["PLATFORMS", "Configuration", "HostUnknown", "LeftOut", "Order", "Platform", "render"]
