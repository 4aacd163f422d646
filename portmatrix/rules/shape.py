"""Rules as they leave the program: the JSON shape that the API and the command share, and the table for CSV."""

from ..exports.tables import Table, joined
from .findings import Finding
from .resolve import End, Reason, Rule, Rules


def rules_shape(deployment: str, rules: Rules, findings: list[Finding]) -> dict:
    """Everything about a deployment's rules, as JSON has it."""
    return {
        "deployment": deployment,
        "rules": [rule_shape(rule) for rule in rules.rules],
        "unresolved": [rule_shape(rule) for rule in rules.unresolved],
        "findings": [finding_shape(finding) for finding in findings],
    }


def rule_shape(rule: Rule) -> dict:
    """One rule. Its destination is the host; the hosted listener stands in its reasons."""
    return {
        "id": rule.id,
        "source": _end_shape(rule.source),
        "destination": _end_shape(rule.destination),
        "transport": rule.transport,
        "port": rule.number,
        "application": rule.application,
        "encrypted": rule.encrypted,
        "reasons": [_reason_shape(reason) for reason in rule.reasons],
    }


def finding_shape(finding: Finding) -> dict:
    """One finding."""
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "message": finding.message,
        "components": list(finding.components),
    }


def _end_shape(end: End) -> dict:
    component = {"slug": end.component.slug, "name": end.component.name, "host": end.component.host}
    return {"component": component, "addresses": end.texts}


def _reason_shape(reason: Reason) -> dict:
    return {
        "connection": reason.flow.slug,
        "activity": reason.flow.activity,
        "listener": reason.listener.slug,
        "statements": list(reason.flow.statements),
    }


RULES = Table(
    "rules",
    {
        "id": lambda rule: rule.id,
        "resolved": lambda rule: rule.is_resolved,
        "source": lambda rule: rule.source.component.slug,
        "source_addresses": lambda rule: joined(rule.source.texts),
        "destination": lambda rule: rule.destination.component.slug,
        "destination_addresses": lambda rule: joined(rule.destination.texts),
        "transport": lambda rule: rule.transport,
        "port": lambda rule: rule.number,
        "application": lambda rule: rule.application,
        "encrypted": lambda rule: rule.encrypted,
        "activities": lambda rule: joined(reason.flow.activity for reason in rule.reasons),
        "connections": lambda rule: joined(reason.flow.slug for reason in rule.reasons),
        "listeners": lambda rule: joined(reason.listener.slug for reason in rule.reasons),
        "statements": lambda rule: joined(row for reason in rule.reasons for row in reason.flow.statements),
    },
)
