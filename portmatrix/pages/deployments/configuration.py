"""The configuration of a deployment's firewall, which may be that of other deployments as well: a picker of platforms,
the text, and what was left out of it.
"""

from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ...deployments.evaluate import evaluate_all, order_for
from ...filters.configuration import ConfigurationPageForm
from ...firewall import (
    MARK_BIT,
    MARK_BITS,
    PLATFORMS,
    HostUnknown,
    MarkRefused,
    Platform,
    judge_mark,
    warnings,
)
from ...firewall import render as write
from ...models import Deployment
from ...workload import MOST_FOR_FILE
from ..api_calls import object_call
from ..query_urls import with_query
from .base import deployment_context, missing_is_404

MOST_LINES = 2_000  # shown on the page; the file has them all


@dataclass(frozen=True)
class Asked:
    """What the query asks for. `endpoint` and `mark_bit` may be None; `others` are slugs, by the alphabet."""

    platform: Platform
    endpoint: str | None
    mark_bit: int | None
    others: tuple[str, ...]


@require_safe
def configuration(request, slug):
    """The text for `?platform=` and, where a platform describes one host, `?endpoint=`; with `?with=` for other
    deployments as well, with `?mark_bit=` with another bit of the packet mark. 400 if it can't be told.
    """
    context = deployment_context(request, slug, "deployment-configuration", most=MOST_FOR_FILE)
    others = {one.slug: one for one in Deployment.objects.seen_by(request.user).exclude(slug=slug).only("slug", "name")}
    asked = _asked(request, others)
    several = [context["evaluation"]]
    if asked.others:
        with missing_is_404():
            several = evaluate_all([slug, *asked.others], MOST_FOR_FILE)  # all as of one moment
    context |= {
        "platforms": _links(request.path, asked),
        "platform": asked.platform,
        "endpoint": asked.endpoint,
        "names": _names_in_all(several),
        "others": [(one, one.slug in asked.others) for one in others.values()],
        "together": [others[one] for one in asked.others],
        "bit": MARK_BIT if asked.mark_bit is None else asked.mark_bit,
        "last_bit": MARK_BITS[-1],
        "limits": asked.platform.limits,
    }
    try:
        judge_mark(asked.platform, asked.mark_bit)
        if asked.platform.per_host and asked.endpoint is None:
            return render(request, "deployments/configuration.html", context)
        order = order_for(several, asked.endpoint, asked.mark_bit)
        made = write(asked.platform, order)
    except (HostUnknown, MarkRefused) as refused:
        raise BadRequest(str(refused)) from None
    context |= _shown(order, made) | _downloads(request, slug, asked, made)
    context["limits"] = [*warnings(asked.platform, order), *asked.platform.limits]
    return render(request, "deployments/configuration.html", context)


def _asked(request, others):
    """What the query asks for: `Asked`. Raises `BadRequest` with what is wrong."""
    form = ConfigurationPageForm(request.GET, others)
    if not form.is_valid():
        raise BadRequest(" ".join(f"{name}: {message}" for name, found in form.errors.items() for message in found))
    asked = form.cleaned_data
    platform = asked["platform"]
    slugs = tuple(sorted(one.slug for one in asked["with"]))
    # A host stays in the address while a platform is looked at that is for none.
    return Asked(platform, (asked["endpoint"] or None) if platform.per_host else None, asked["mark_bit"], slugs)


def _names_in_all(several):
    """The names of endpoints that all of some deployments have."""
    first, *others = [dict.fromkeys(one.name for one in evaluation.document.endpoints) for evaluation in several]
    return [name for name in first if all(name in names for names in others)]


def _links(path, asked):
    """(platform, address, whether it is shown now) of every platform. Those who share the firewall stay chosen, and a
    host among host-based platforms.
    """
    kept = [("with", slug) for slug in asked.others]
    return [
        (
            one,
            with_query(
                path,
                [
                    ("platform", one.slug),
                    *kept,
                    *([("endpoint", asked.endpoint)] if one.per_host and asked.endpoint else []),
                    *([("mark_bit", asked.mark_bit)] if one.marks and asked.mark_bit is not None else []),
                ],
            ),
            one == asked.platform,
        )
        for one in PLATFORMS.values()
    ]


def _shown(order, made):
    lines = made.text.splitlines()
    return {
        "made": made,
        # Of several deployments, with the names of those that need it
        "left_out": [
            (one, [each.name for each in order.needing(one.rule)] if order.parts else []) for one in made.left_out
        ],
        "lines": lines[:MOST_LINES],
        "count": len(lines),
        "cut": max(len(lines) - MOST_LINES, 0),
    }


def _downloads(request, slug, asked, made):
    """The file's address, and the API call for it."""
    if asked.others:
        path = reverse("api:firewall", args=[asked.platform.slug])
        query = [("deployment", one) for one in sorted([slug, *asked.others])]
    else:
        path, query = reverse("api:deployment-firewall", args=[slug, asked.platform.slug]), []
    if asked.endpoint:
        query.append(("endpoint", asked.endpoint))
    if asked.mark_bit not in (None, MARK_BIT):
        query.append(("mark_bit", asked.mark_bit))
    if made.left_out:
        query.append(("partial", "true"))
    address = with_query(path, query)
    return {"download": address, "api_call": object_call(request, address, private=True)}
