"""A deployment's rules with their reasons, and the change request to print."""

from itertools import groupby

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ...rules import assumptions_of
from ..api_calls import set_call
from .base import deployment_context


@require_safe
def rules(request, slug):
    """Every rule, resolved or not, by source and destination."""
    context = deployment_context(request, slug, "deployment-rules")
    found = context["evaluation"].rules
    context |= {
        "pairs": by_ends(found.all),
        "api_call": set_call(request, reverse("api:deployment-rules", args=[slug]), private=True),
    }
    return render(request, "deployments/rules.html", context)


@require_safe
def change_request(request, slug):
    """A sheet for whoever opens the ports: rules, reasons, findings, assumptions, and room to sign."""
    context = deployment_context(request, slug, "deployment-rules")
    found = context["evaluation"].rules
    context |= {
        "numbered": enumerate(found.rules, start=1),
        "assumptions": assumptions_of(found.all),
    }
    return render(request, "deployments/change_request.html", context)


def by_ends(rules):
    """Lists of rules between the same two components, in their stable order. Pure."""
    ordered = sorted(rules, key=lambda rule: (rule.source.component.slug, rule.destination.component.slug))
    return [list(found) for _, found in groupby(ordered, key=lambda rule: (rule.source, rule.destination))]
