"""The overrides of one deployment, on top of those that hold everywhere."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ...history.overrides import with_last_change
from ...models import PortOverride
from ..api_calls import set_call
from .base import deployment_context


@require_safe
def overrides(request, slug):
    """The deployment's own overrides, to be changed, and those that hold everywhere and so here too."""
    context = deployment_context(request, slug, "deployment-overrides")
    overrides = with_last_change(PortOverride.objects.with_related())
    own = list(overrides.filter(deployment=context["deployment"]))
    overridden_here = {override.port_id for override in own}
    context |= {
        "own": own,
        "everywhere": [override for override in overrides.everywhere() if override.port_id not in overridden_here],
        "api_call": set_call(request, reverse("api:override-list"), [("deployment", slug)], private=True),
    }
    return render(request, "deployments/overrides.html", context)
