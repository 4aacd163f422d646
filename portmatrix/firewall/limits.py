"""What a platform can't express, and what has to be done or known before a file is loaded, in sentences."""

from .marks import bit_or_default, mark_of
from .names import name_of
from .platforms import Platform
from .request import ConfigurationRequest

_ALONE = (
    "This file is for one deployment, and cuts off the connections of any other on the same firewall. There is one "
    "file for several on the page Configuration under Together with, in the API at /api/firewall/{platform}/ with the "
    "parameter deployment once for each, and from manage.py firewall with the document of each."
)
_TOGETHER = "This file is for these deployments, and cuts off the connections of any other on the same firewall."


def limits_of(platform: Platform, request: ConfigurationRequest) -> list[str]:
    """The limits of one file: what depends on the deployments and the packet mark, then those of the platform."""
    limits = []
    if not platform.beside:
        limits.append(_TOGETHER if request.is_for_several else _ALONE.format(platform=platform.slug))
    if platform.marks:
        bit, mark = bit_or_default(request.mark_bit), mark_of(request.mark_bit)
        limits.append(f"It uses bit {bit} of the packet mark, {mark}, which stands here as ALPORTS_BIT.")
        limits.append(f"nft delete table ip {name_of(request.slug)} takes away what it allows and nothing else.")
    return [*limits, *platform.limits]
