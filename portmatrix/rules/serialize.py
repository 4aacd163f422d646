"""Rules as they leave the program: the JSON shape that API and command share, and the table for CSV and XLSX."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ..exports.tables import SEPARATOR, Table, joined
from .explain import Explanation
from .findings import Finding
from .resolve import End, Reason, Rule, Rules

# A cell of a spreadsheet holds 32,767 characters, and what does not fit would be lost.
LONGEST_CELL = 30_000
ONE_WAY = "source to destination"


@dataclass(frozen=True)
class Links:
    """How to write the addresses of what a shape names: of a component by its slug, and of what mends a finding."""

    component: Callable[[str], str]
    fix: Callable[[Finding], str]


def rules_shape(deployment: str, rules: Rules, findings: list[Finding], links: Links | None = None) -> dict:
    """Everything about a deployment's rules, as JSON has it; with links, each component and finding has its `url`."""
    return {
        "deployment": deployment,
        "rules": [rule_shape(rule, links) for rule in rules.rules],
        "unresolved": [rule_shape(rule, links) for rule in rules.unresolved],
        "findings": [finding_shape(finding, links) for finding in findings],
    }


def rule_shape(rule: Rule, links: Links | None = None) -> dict:
    """One rule. Its destination is the host; the hosted listener stands in its reasons."""
    return {
        "id": rule.id,
        "source": _end_shape(rule.source, links),
        "destination": _end_shape(rule.destination, links),
        "transport": rule.transport,
        "port": rule.number,
        "application": rule.application,
        "encrypted": rule.encrypted,
        "reasons": [_reason_shape(reason) for reason in rule.reasons],
    }


def finding_shape(finding: Finding, links: Links | None = None) -> dict:
    """One finding."""
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "message": finding.message,
        "components": list(finding.components),
        **({"url": links.fix(finding)} if links else {}),
    }


def explanation_shape(explanation: Explanation, links: Links | None = None) -> dict:
    """The answer to whether a packet is needed."""
    return {
        "needed": explanation.needed,
        "verdict": str(explanation.verdict),
        "sentence": explanation.sentence,
        "rules": [rule_shape(rule, links) for rule in explanation.rules],
        "misses": [
            {"code": miss.code, "message": miss.message, "rule": miss.rule and rule_shape(miss.rule, links)}
            for miss in explanation.misses
        ],
    }


def _end_shape(end: End, links: Links | None) -> dict:
    one = end.component
    address = {"url": links.component(one.slug)} if links else {}
    return {"component": {"slug": one.slug, "name": one.name, **address, "host": one.host}, "addresses": end.texts}


def _reason_shape(reason: Reason) -> dict:
    return {
        "connection": reason.connection.slug,
        "activity": reason.connection.activity,
        "listener": reason.port.slug,
        "statements": list(reason.connection.statements),
    }


@dataclass(frozen=True)
class Line:
    """A row of the table: a rule with all of its addresses, or with as many as fit into a cell."""

    rule: Rule
    source: str
    destination: str


def lines_of(rules: Iterable[Rule]) -> Iterator[Line]:
    """The rows of rules. A rule whose addresses don't fit into a cell has several rows, which together permit exactly
    what it does and have its id.
    """
    for rule in rules:
        for source in _cells(rule.source):
            for destination in _cells(rule.destination):
                yield Line(rule, source, destination)


def _cells(end: End) -> Iterator[str]:
    """The addresses of an end, in as few cells as hold them. An end without any says so: a blank might pass for any."""
    if not end.addresses:
        yield f"no address: {end.component.name}"
        return
    cell = ""
    for text in end.texts:
        if cell and len(cell) + len(SEPARATOR) + len(text) > LONGEST_CELL:
            yield cell
            cell = ""
        cell = f"{cell}{SEPARATOR}{text}" if cell else text
    yield cell


def _why(reason: Reason) -> str:
    return f"{reason.connection.activity} ({reason.connection.source} to {reason.connection.destination})"


# The first seven columns are those of a form on which firewall rules are requested, in its order.
RULES = Table(
    "rules",
    {
        "source": lambda line: line.source,
        "destination": lambda line: line.destination,
        "transport": lambda line: line.rule.transport,
        "port": lambda line: line.rule.number,
        "direction": lambda line: ONE_WAY,
        "reason": lambda line: joined(_why(reason) for reason in line.rule.reasons),
        "id": lambda line: line.rule.id,
        "resolved": lambda line: line.rule.is_resolved,
        "source_component": lambda line: line.rule.source.component.slug,
        "source_name": lambda line: line.rule.source.component.name,
        "destination_component": lambda line: line.rule.destination.component.slug,
        "destination_name": lambda line: line.rule.destination.component.name,
        "application": lambda line: line.rule.application,
        "encrypted": lambda line: line.rule.encrypted,
        "connections": lambda line: joined(reason.connection.slug for reason in line.rule.reasons),
        "listeners": lambda line: joined(reason.port.slug for reason in line.rule.reasons),
        "statements": lambda line: joined(line.rule.statements),
    },
)
