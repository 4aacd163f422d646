"""A deployment at a glance: what is missing or open without need, where it is, and whether a packet is needed."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ...deployments.fixes import fix_of, label_of
from ...filters.explain import ExplainForm
from ...rules import explain
from .. import api_calls as take
from .base import for_viewers, frame


@require_safe
@for_viewers
def overview(request, slug):
    """Findings with their fixes, and an answer when the query asks about a packet; 400 if it asks wrongly."""
    context = frame(request, slug, "deployment")
    answers = context["answers"]
    form = ExplainForm(request.GET) if request.GET else None
    context |= {
        "findings": [(finding, fix_of(finding, slug), label_of(finding)) for finding in answers.findings],
        "groups": _groups(answers),
        "form": form,
        "explanation": _explanation(answers, form) if form and form.is_valid() else None,
        "call": take.one(request, reverse("api:deployment-detail", args=[slug]), private=True),
    }
    status = 400 if form and not form.is_valid() else 200
    return render(request, "deployments/overview.html", context, status=status)


def _explanation(answers, form):
    return explain(answers.installation, answers.rules, **form.cleaned_data)


def _groups(answers):
    """(component, its addresses as (text, name) pairs, how many rules name it) of every end of a rule, by name."""
    ends = {}
    for rule in [*answers.rules.rules, *answers.rules.unresolved]:
        for end in (rule.source, rule.destination):
            ends.setdefault(end.component.slug, [end, 0])[1] += 1
    called = answers.installation.names
    return [
        (end.component, [(text, called.get(text, "")) for text in end.texts], count)
        for end, count in sorted(ends.values(), key=lambda pair: pair[0].component.name.casefold())
    ]
