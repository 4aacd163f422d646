"""The ports that were moved in one deployment, on top of those moved everywhere."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ...history.overrides import with_last_change
from ...models import PortOverride
from ..api_calls import set_call
from .base import frame


@require_safe
def moves(request, slug):
    """Overrides of this deployment, to be changed, and those that hold everywhere and so here too."""
    context = frame(request, slug, "deployment-overrides")
    overrides = with_last_change(PortOverride.objects.with_related())
    own = list(overrides.filter(deployment=context["deployment"]))
    moved_here = {override.port_id for override in own}
    context |= {
        "own": own,
        "everywhere": [one for one in overrides.everywhere() if one.port_id not in moved_here],
        "call": set_call(request, reverse("api:override-list"), [("deployment", slug)], private=True),
    }
    return render(request, "deployments/overrides.html", context)
