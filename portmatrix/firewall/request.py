"""What a firewall configuration is made from, and what comes back."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from ..addresses import Address
from ..rules import Rule, Rules


@dataclass(frozen=True)
class DeploymentRules:
    """The rules of one deployment, and all of its endpoints: (component slug, name, address)."""

    slug: str
    name: str
    rules: Rules
    endpoints: tuple[tuple[str, str, Address], ...] = ()

    @cached_property
    def rule_ids(self) -> frozenset[str]:
        """The ids of its rules, unresolved ones included."""
        return frozenset(rule.id for rule in self.rules.all)

    @cached_property
    def endpoint_names(self) -> list[str]:
        """The names of its endpoints, each once."""
        return list(dict.fromkeys(name for _, name, _ in self.endpoints))


@dataclass(frozen=True)
class ConfigurationRequest:
    """One configuration that is asked for, for the firewall of one deployment or of several.

    `date` stands in the file's comments. `endpoint` is the name of the host whose own firewall is meant, for a
    host-based platform. `mark_bit` is the bit of the packet mark to use, for a platform that uses one; None is the
    usual one. Raises `ValueError` without a deployment, or if two are of one slug.
    """

    deployments: tuple[DeploymentRules, ...]
    date: datetime.date
    endpoint: str | None = None
    mark_bit: int | None = None

    def __post_init__(self) -> None:
        """Sort the deployments: the order in which they are named makes no difference."""
        slugs = [deployment.slug for deployment in self.deployments]
        if not slugs or len(set(slugs)) < len(slugs):
            raise ValueError(f"not several deployments: {', '.join(slugs)}")
        in_order = tuple(sorted(self.deployments, key=lambda deployment: deployment.slug))
        object.__setattr__(self, "deployments", in_order)

    @property
    def is_for_several(self) -> bool:
        """Whether it is for more than one deployment."""
        return len(self.deployments) > 1

    @property
    def slug(self) -> str:
        """The slugs of all deployments, with underscores between them.

        No slug has an underscore: so this is no single deployment's slug, nor that of other deployments.
        """
        return "_".join(deployment.slug for deployment in self.deployments)

    @cached_property
    def rules(self) -> Rules:
        """What any of the deployments needs. Rules of one id permit the same, so they are one rule, with the reasons
        of them all.
        """
        if not self.is_for_several:
            return self.deployments[0].rules
        return Rules(
            rules=_merged(rule for deployment in self.deployments for rule in deployment.rules.rules),
            unresolved=_merged(rule for deployment in self.deployments for rule in deployment.rules.unresolved),
        )

    def deployments_with(self, rule: Rule) -> tuple[DeploymentRules, ...]:
        """The deployments that need a rule, by slug."""
        return tuple(deployment for deployment in self.deployments if rule.id in deployment.rule_ids)

    def slugs_with(self, rule: Rule) -> tuple[str, ...]:
        """The slugs of the deployments that need a rule, by the alphabet."""
        return tuple(deployment.slug for deployment in self.deployments_with(rule))


def _merged(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    by_id: dict[str, Rule] = {}
    for rule in rules:
        by_id[rule.id] = _with_reasons_of(by_id[rule.id], rule) if rule.id in by_id else rule
    return tuple(sorted(by_id.values(), key=_ends_and_port))


def _with_reasons_of(rule: Rule, other: Rule) -> Rule:
    reasons = {(reason.connection.slug, reason.port.slug): reason for reason in (*other.reasons, *rule.reasons)}
    return replace(rule, reasons=tuple(reasons[key] for key in sorted(reasons)))


def _ends_and_port(rule: Rule) -> tuple[str, str, str, int]:
    return rule.source.component.slug, rule.destination.component.slug, rule.transport, rule.number


@dataclass(frozen=True)
class LeftOut:
    """A rule that is not in the configuration, the slugs of the deployments that need it, and a sentence that says why
    and what to do by hand.
    """

    rule: Rule
    deployments: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Configuration:
    """A platform's own text, the rules that it holds, each whole, and those that it does not hold."""

    text: str
    filename: str
    written: tuple[Rule, ...]
    left_out: tuple[LeftOut, ...]
