"""A deployment at a glance: what is missing or open without need, where it is, and whether a packet is needed."""

from dataclasses import dataclass

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ...choices import ICMP, Severity, Transport, Verdict
from ...filters.explain import ExplainForm
from ...rules import Component, Finding, explain
from ..api_calls import object_call
from .base import deployment_context

MOST_ADDRESSES = 8  # of a component; its own page has them all
TRANSPORTS = (*Transport.choices, (ICMP, ICMP.upper()))
# The class of a finding's row, and its icon
SIGNS = {Severity.ERROR: ("bad", "error"), Severity.WARNING: ("warn", "warn"), Severity.NOTE: ("note", "check")}
VERDICT_ICONS = {
    Verdict.NEEDED: "check",
    Verdict.BY_HAND: "warn",
    Verdict.NOT_KNOWN: "warn",
    Verdict.NOT_NEEDED: "x",
}


@dataclass(frozen=True)
class FindingRow:
    """A finding with the address of the page where it is mended, and how its row looks."""

    finding: Finding
    fix: str
    css: str
    icon: str


@dataclass(frozen=True)
class AddressGroup:
    """A component that stands at an end of rules: its first addresses as (text, name or blank), how many it has, and
    how many rules name it.
    """

    component: Component
    addresses: list[tuple[str, str]]
    address_count: int
    rule_count: int

    @property
    def has_more(self):
        """Whether there are more addresses than are shown."""
        return self.address_count > len(self.addresses)


@require_safe
def overview(request, slug):
    """Findings with their fixes, and an answer when the query asks about a packet; 400 if it asks wrongly."""
    context = deployment_context(request, slug, "deployment")
    evaluation = context["evaluation"]
    form = ExplainForm(request.GET) if request.GET else None
    context |= _explanation(evaluation, form) | {
        "findings": [_finding_row(finding, slug) for finding in evaluation.findings],
        "groups": _address_groups(evaluation),
        "api_call": object_call(request, reverse("api:deployment-detail", args=[slug]), private=True),
    }
    return render(request, "deployments/overview.html", context, status=400 if context["faults"] else 200)


def fix_of(finding, slug):
    """The address (path and fragment) of the page where a finding of a deployment is mended."""
    return f"{reverse(finding.page, args=[slug])}{finding.fragment}"


def _finding_row(finding, slug):
    return FindingRow(finding, fix_of(finding, slug), *SIGNS[finding.severity])


def _explanation(evaluation, form):
    """The form as it was sent, and its faults or the answer. Without a form nothing is asked yet."""
    data = form.data if form else {}
    context = {
        "asked": data,
        "transports": [(value, label, value == data.get("transport")) for value, label in TRANSPORTS],
        "faults": [(name, message) for name, messages in form.errors.items() for message in messages] if form else [],
    }
    if form and form.is_valid():
        explanation = explain(evaluation.installation, evaluation.rules, **form.cleaned_data)
        context |= {"explanation": explanation, "verdict_icon": VERDICT_ICONS[explanation.verdict]}
    return context


def _address_groups(evaluation):
    """An `AddressGroup` of every end of a rule, by the component's name."""
    ends: dict[str, list] = {}
    for rule in evaluation.rules.all:
        for end in (rule.source, rule.destination):
            ends.setdefault(end.component.slug, [end, 0])[1] += 1
    names = evaluation.installation.names
    groups = [
        AddressGroup(
            component=end.component,
            addresses=[(text, _name(names, text)) for text in end.texts[:MOST_ADDRESSES]],
            address_count=len(end.texts),
            rule_count=count,
        )
        for end, count in ends.values()
    ]
    return sorted(groups, key=lambda group: group.component.name.casefold())


def _name(names, text):
    """What people call an address; blank if they call it what it is."""
    name = names.get(text, "")
    return "" if name == text else name
