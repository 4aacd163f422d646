"""A deployment's rules with their reasons, and the change request to print."""

from dataclasses import dataclass

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ...rules import Rule, assumptions_of
from ..api_calls import set_call
from .base import deployment_context

MOST_ADDRESSES = 3  # of an end


@dataclass(frozen=True)
class Row:
    """A rule in the table. The first between two components shows both their addresses, in words.

    `default_number` is the default of its port, None where that is the number it has.
    """

    rule: Rule
    is_first: bool
    source_addresses: str
    destination_addresses: str
    default_number: int | None


@require_safe
def rules(request, slug):
    """Every rule, resolved or not, by source and destination."""
    context = deployment_context(request, slug, "deployment-rules")
    context |= {
        "rows": rows_of(context["evaluation"].rules.all),
        "api_call": set_call(request, reverse("api:deployment-rules", args=[slug]), private=True),
    }
    return render(request, "deployments/rules.html", context)


@require_safe
def change_request(request, slug):
    """A sheet for whoever opens the ports: rules, reasons, findings, assumptions, and room to sign."""
    context = deployment_context(request, slug, "deployment-rules")
    context["assumptions"] = assumptions_of(context["evaluation"].rules.all)
    return render(request, "deployments/change_request.html", context)


def rows_of(rules):
    """The rows of rules: those between the same two components stand together, in their stable order. Pure."""
    rows, before = [], None
    for rule in sorted(rules, key=_ends):
        rows.append(
            Row(
                rule=rule,
                is_first=_ends(rule) != before,
                source_addresses=_in_words(rule.source),
                destination_addresses=_in_words(rule.destination),
                default_number=_default_number(rule),
            )
        )
        before = _ends(rule)
    return rows


def _ends(rule):
    return rule.source.component.slug, rule.destination.component.slug


def _in_words(end):
    """The first addresses of an end, and how many more there are."""
    more = len(end.texts) - MOST_ADDRESSES
    return ", ".join(end.texts[:MOST_ADDRESSES]) + (f" and {more} more" if more > 0 else "")


def _default_number(rule):
    number = rule.reasons[0].port.default_number
    return None if number == rule.number else number
