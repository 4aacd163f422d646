"""What a firewall configuration is made from, and what comes back."""

import datetime
from dataclasses import dataclass

from ..deployments.address import Address
from ..rules import Rule, Rules


@dataclass(frozen=True)
class Order:
    """One configuration that is asked for.

    `slug` and `name` are the deployment's, `date` stands in the file's comments. `endpoint` is the name of the host
    whose own firewall is meant, for a host-based platform. `endpoints` are all of the deployment's: (component slug,
    name, `Address`).
    """

    slug: str
    name: str
    rules: Rules
    date: datetime.date
    endpoint: str | None = None
    endpoints: tuple[tuple[str, str, Address], ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """A rule that does not stand in the configuration, and a sentence that says why and what to do by hand."""

    rule: Rule
    why: str


@dataclass(frozen=True)
class Configuration:
    """A platform's own text, the rules that it holds, each whole, and those that it does not hold."""

    text: str
    filename: str
    written: tuple[Rule, ...]
    left_out: tuple[LeftOut, ...]


class HostUnknown(LookupError):
    """A host-based platform was asked for without a host, or for one that no endpoint names; or another platform for
    one host. The message tells more.
    """
