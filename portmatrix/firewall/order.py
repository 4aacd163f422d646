"""What a firewall configuration is made from, and what comes back."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from ..addresses import Address
from ..rules import Rule, Rules

MARK_BIT = 31  # neither Kubernetes (14, 15) nor Tailscale (16 to 23), nor the lower bits that people use by hand
MARK_BITS = range(32)


@dataclass(frozen=True)
class Order:
    """One configuration that is asked for.

    `slug` and `name` are the deployment's, `date` stands in the file's comments. `endpoint` is the name of the host
    whose own firewall is meant, for a host-based platform. `endpoints` are all of the deployment's: (component slug,
    name, `Address`). `mark_bit` is the bit of the packet mark to use, for a platform that uses one.

    Several deployments on one firewall are one order (`together`): `parts` are theirs, by slug, and `rules` holds the
    rules of them all.
    """

    slug: str
    name: str
    rules: Rules
    date: datetime.date
    endpoint: str | None = None
    endpoints: tuple[tuple[str, str, Address], ...] = ()
    mark_bit: int | None = None
    parts: tuple["Order", ...] = ()

    @property
    def deployments(self) -> tuple["Order", ...]:
        """The order of each single deployment."""
        return self.parts or (self,)

    def needing(self, rule: Rule) -> tuple["Order", ...]:
        """The deployments that have this rule, by slug."""
        return tuple(one for one in self.deployments if rule.id in one._ids)

    @cached_property
    def _ids(self):
        return frozenset(rule.id for rule in (*self.rules.rules, *self.rules.unresolved))


def together(orders: Iterable[Order]) -> Order:
    """One order for the firewall of several deployments: what any of them needs. A single order stays as it is.

    The orders differ in their deployments alone. Rules of one id permit the same, so they are one, with the reasons of
    them all. Raises `ValueError` without an order, or if two are of one slug.
    """
    orders = sorted(orders, key=lambda order: order.slug)
    slugs = [order.slug for order in orders]
    if not slugs or len(set(slugs)) < len(slugs):
        raise ValueError(f"not several deployments: {', '.join(slugs)}")
    if len(orders) == 1:
        return orders[0]
    return replace(
        orders[0],
        # No slug has an underscore: this is no single deployment's name, nor that of other deployments.
        slug="_".join(slugs),
        name=", ".join(order.name for order in orders),
        rules=Rules(
            rules=_merged(rule for order in orders for rule in order.rules.rules),
            unresolved=_merged(rule for order in orders for rule in order.rules.unresolved),
        ),
        endpoints=tuple(endpoint for order in orders for endpoint in order.endpoints),
        parts=tuple(orders),
    )


def _merged(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    found: dict[str, Rule] = {}
    for rule in rules:
        found[rule.id] = _with_reasons_of(found[rule.id], rule) if rule.id in found else rule
    return tuple(sorted(found.values(), key=_ends_and_port))


def _with_reasons_of(rule, other):
    reasons = {(one.connection.slug, one.port.slug): one for one in (*other.reasons, *rule.reasons)}
    return replace(rule, reasons=tuple(reasons[key] for key in sorted(reasons)))


def _ends_and_port(rule):
    return rule.source.component.slug, rule.destination.component.slug, rule.transport, rule.number


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
    """A host-based platform was asked for without a host, or for one that no endpoint names, or that may be several
    machines; or another platform for one host. The message tells more.
    """


class MarkRefused(ValueError):
    """A bit of the packet mark was asked for on a platform that uses none. The message tells more."""
