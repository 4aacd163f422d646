"""A deployment at a glance: what is missing or open without need, where it is, and whether a packet is needed."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ...filters.explain import ExplainForm
from ...rules import explain
from ..api_calls import object_call
from .base import deployment_context


@require_safe
def overview(request, slug):
    """Findings with their fixes, and an answer when the query asks about a packet; 400 if it asks wrongly."""
    context = deployment_context(request, slug, "deployment")
    evaluation = context["evaluation"]
    form = ExplainForm(request.GET) if request.GET else None
    context |= {
        "findings": [(finding, fix_of(finding, slug), finding.label) for finding in evaluation.findings],
        "groups": _groups(evaluation),
        "form": form,
        "explanation": _explanation(evaluation, form) if form and form.is_valid() else None,
        "api_call": object_call(request, reverse("api:deployment-detail", args=[slug]), private=True),
    }
    status = 400 if form and not form.is_valid() else 200
    return render(request, "deployments/overview.html", context, status=status)


def fix_of(finding, slug):
    """The address (path and fragment) of the page where a finding of a deployment is mended."""
    return f"{reverse(finding.page, args=[slug])}{finding.fragment}"


def _explanation(evaluation, form):
    return explain(evaluation.installation, evaluation.rules, **form.cleaned_data)


def _groups(evaluation):
    """(component, its addresses as (text, name) pairs, how many rules name it) of every end of a rule, by name."""
    ends = {}
    for rule in evaluation.rules.all:
        for end in (rule.source, rule.destination):
            ends.setdefault(end.component.slug, [end, 0])[1] += 1
    called = evaluation.installation.names
    return [
        (end.component, [(text, called.get(text, "")) for text in end.texts], count)
        for end, count in sorted(ends.values(), key=lambda pair: pair[0].component.name.casefold())
    ]
