"""From the rules of an installation to the configuration of a firewall, in the words of many platforms. Pure: no
queries, no HTTP, all data is given.
"""

from .hosts import names_in_all
from .limits import limits_of
from .marks import MARK_BIT, MARK_BITS, bit_or_default, parse_mark_bit
from .platforms import PLATFORMS, Platform
from .refusals import HostUnknown, MarkRefused, RequestRefused
from .render import check_mark_bit, render
from .request import Configuration, ConfigurationRequest, DeploymentRules, LeftOut

__all__ = [
    "MARK_BIT",
    "MARK_BITS",
    "PLATFORMS",
    "Configuration",
    "ConfigurationRequest",
    "DeploymentRules",
    "HostUnknown",
    "LeftOut",
    "MarkRefused",
    "Platform",
    "RequestRefused",
    "bit_or_default",
    "check_mark_bit",
    "limits_of",
    "names_in_all",
    "parse_mark_bit",
    "render",
]
