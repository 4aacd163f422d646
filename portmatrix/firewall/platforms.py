"""The platforms that a configuration can be written for, and what an engineer must know of each: one table."""

from collections.abc import Callable
from dataclasses import dataclass, field

from . import linux
from .permits import Permit
from .work import Work

MOST_LINES = 50_000


def _pairs(permit: Permit) -> int:
    return permit.pairs


@dataclass(frozen=True)
class Platform:
    """A firewall's language.

    `per_host` ones describe the own firewall of one host. `takes_names` tells whether host names can stand in it.
    `limits` are sentences: what it can't express, and what has to be done or known before a file is loaded.
    Private to rendering: `write` makes the text; `size` tells how many entries a permit takes, of which a file holds
    at most `most`.
    """

    slug: str
    name: str
    extension: str
    media_type: str
    write: Callable[[Work], str] = field(repr=False)
    per_host: bool = False
    takes_names: bool = False
    limits: tuple[str, ...] = ()
    size: Callable[[Permit], int] = field(default=_pairs, repr=False)
    most: int = field(default=MOST_LINES, repr=False)


_ALL = [
    Platform(
        "nftables",
        "nftables",
        "nft",
        "text/plain",
        linux.nftables,
        limits=(
            "The file is for a Linux router: it filters what is forwarded, and drops all that it does not allow. A "
            "packet has to pass the forward chains of every other table too.",
            "Loading it with nft -f replaces the table of this deployment and touches no other. It needs nft 1.0.",
        ),
    ),
    Platform(
        "iptables",
        "iptables",
        "rules",
        "text/plain",
        linux.iptables,
        limits=(
            "The file is for a Linux router: it filters what is forwarded, and drops all that it does not allow.",
            "Loading it with iptables-restore replaces the whole filter table for IPv4, with the chains INPUT and "
            "OUTPUT. Merge it by hand where there are other rules.",
        ),
    ),
]
PLATFORMS = {platform.slug: platform for platform in _ALL}
