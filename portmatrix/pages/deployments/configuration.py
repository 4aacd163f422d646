"""The configuration of a deployment's firewall: a picker of platforms, the text, and what was left out of it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ...deployments.answers import order_of

from ...firewall import PLATFORMS, HostUnknown, render as render_configuration  # isort: skip
from ...words import did_you_mean, shown
from .. import take
from ..question import at
from .frame import for_viewers, frame

MOST_LINES = 2_000  # shown on the page; the file has them all
PARAMETERS = ("platform", "endpoint")


@dataclass(frozen=True)
class Line:
    """A line of the text: whether it is a comment, and the rule whose place it is, if it is the first that names it."""

    text: str
    anchor: str = ""
    is_comment: bool = False


@require_safe
@for_viewers
def configuration(request, slug):
    """The text for `?platform=` and, where a platform describes one host, `?endpoint=`; 400 if it can't be told."""
    platform, endpoint = _asked(request)
    context = frame(request, slug, "deployment-configuration")
    answers = context["answers"]
    names = list(dict.fromkeys(one.name for one in answers.document.endpoints))
    context |= {"platforms": _links(request.path, platform, endpoint), "platform": platform, "names": names}
    if platform.per_host and endpoint is None:
        return render(request, "deployments/configuration.html", context)
    try:
        made = render_configuration(platform, order_of(answers, endpoint if platform.per_host else None))
    except HostUnknown as unknown:
        raise BadRequest(str(unknown)) from None
    context |= _shown(made) | _downloads(request, slug, platform, endpoint, made) | {"endpoint": endpoint}
    return render(request, "deployments/configuration.html", context)


def _asked(request):
    """The platform and the endpoint's name (or None) of the query. Raises `BadRequest`."""
    for name in request.GET:
        if name not in PARAMETERS:
            raise BadRequest(f"Unknown parameter '{shown(name)}'. This page takes {' and '.join(PARAMETERS)}.")
        if len(request.GET.getlist(name)) > 1:
            raise BadRequest(f"{name} is given more than once. Give it once.")
    slug = request.GET.get("platform") or next(iter(PLATFORMS))
    if slug not in PLATFORMS:
        raise BadRequest(f"No platform '{shown(slug)}'.{did_you_mean(slug, PLATFORMS)}")
    return PLATFORMS[slug], request.GET.get("endpoint") or None


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
