"""The configuration of a deployment's firewall: a picker of platforms, the text, and what was left out of it."""

from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ...deployments.answers import order_of
from ...filters.configuration import ConfigurationPageForm
from ...firewall import PLATFORMS, HostUnknown
from ...firewall import render as write
from ...workload import MOST_FOR_FILE
from .. import take
from ..question import at
from .frame import for_viewers, frame

MOST_LINES = 2_000  # shown on the page; the file has them all


@require_safe
@for_viewers
def configuration(request, slug):
    """The text for `?platform=` and, where a platform describes one host, `?endpoint=`; 400 if it can't be told."""
    platform, endpoint = _asked(request)
    context = frame(request, slug, "deployment-configuration", most=MOST_FOR_FILE)
    answers = context["answers"]
    names = list(dict.fromkeys(one.name for one in answers.document.endpoints))
    context |= {"platforms": _links(request.path, platform, endpoint), "platform": platform, "names": names}
    if platform.per_host and endpoint is None:
        return render(request, "deployments/configuration.html", context)
    try:
        made = write(platform, order_of(answers, endpoint if platform.per_host else None))
    except HostUnknown as unknown:
        raise BadRequest(str(unknown)) from None
    context |= _shown(made) | _downloads(request, slug, platform, endpoint, made) | {"endpoint": endpoint}
    return render(request, "deployments/configuration.html", context)


def _asked(request):
    """The platform and the endpoint's name (or None) of the query. Raises `BadRequest` with what is wrong."""
    form = ConfigurationPageForm(request.GET)
    if not form.is_valid():
        raise BadRequest(" ".join(f"{name}: {message}" for name, found in form.errors.items() for message in found))
    return form.cleaned_data["platform"], form.cleaned_data["endpoint"] or None


def _links(path, chosen, endpoint):
    """(platform, address, whether it is shown now) of every platform; a chosen host stays chosen among host-based."""
    return [
        (
            one,
            at(path, [("platform", one.slug), *([("endpoint", endpoint)] if one.per_host and endpoint else [])]),
            one == chosen,
        )
        for one in PLATFORMS.values()
    ]


def _shown(made):
    lines = made.text.splitlines()
    return {"made": made, "lines": lines[:MOST_LINES], "count": len(lines), "cut": max(len(lines) - MOST_LINES, 0)}


def _downloads(request, slug, platform, endpoint, made):
    """The file's address, and the API call for it."""
    path = reverse("api:deployment-firewall", args=[slug, platform.slug])
    query = {}
    if platform.per_host:
        query["endpoint"] = endpoint
    if made.left_out:
        query["partial"] = "true"
    address = f"{path}?{urlencode(query)}" if query else path
    return {"download": address, "call": take.one(request, address, private=True)}
