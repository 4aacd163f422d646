"""The configuration of a deployment's firewall, which may be that of other deployments as well: a picker of platforms,
the text, and what was left out of it.
"""

from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ...deployments.evaluate import configuration_request, evaluate_all
from ...filters.configuration import ConfigurationPageForm
from ...firewall import (
    MARK_BIT,
    MARK_BITS,
    PLATFORMS,
    Platform,
    RequestRefused,
    bit_or_default,
    check_mark_bit,
    limits_of,
    names_in_all,
)
from ...firewall import render as render_configuration
from ...models import Deployment
from ...workload import LIGHT_FILE_ENDPOINTS
from ..api_calls import object_call
from ..query_urls import with_query
from .base import deployment_context, missing_is_404

MOST_LINES = 2_000  # shown on the page; the file has them all
TEMPLATE = "deployments/configuration.html"


@dataclass(frozen=True)
class Query:
    """What the page is asked for. `endpoint` and `mark_bit` may be None; `others` are the slugs of the other
    deployments behind the same firewall, by the alphabet.
    """

    platform: Platform
    endpoint: str | None
    mark_bit: int | None
    others: tuple[str, ...]


@require_safe
def configuration(request, slug):
    """The text for `?platform=` and, where a platform describes one host, `?endpoint=`; with `?with=` for other
    deployments as well, with `?mark_bit=` with another bit of the packet mark. 400 if it can't be told.
    """
    context = deployment_context(request, slug, "deployment-configuration", most=LIGHT_FILE_ENDPOINTS)
    others = _other_deployments(request, slug)
    query = _query(request, others)
    evaluations = [context["evaluation"]]
    if query.others:
        with missing_is_404():
            evaluations = evaluate_all([slug, *query.others], LIGHT_FILE_ENDPOINTS)  # all as of one moment
    asked = configuration_request(evaluations, query.endpoint, query.mark_bit)
    context |= _controls(request.path, query, asked, others)
    try:
        check_mark_bit(query.platform, query.mark_bit)
        if context["no_host"]:
            return render(request, TEMPLATE, context)
        made = render_configuration(query.platform, asked)
    except RequestRefused as refused:
        raise BadRequest(str(refused)) from None
    context |= _file(asked, made) | _downloads(request, slug, query, made)
    return render(request, TEMPLATE, context)


def _other_deployments(request, slug):
    """The other deployments that this user may see, by slug."""
    others = Deployment.objects.seen_by(request.user).exclude(slug=slug).only("slug", "name")
    return {deployment.slug: deployment for deployment in others}


def _query(request, others):
    """What the page is asked for. Raises `BadRequest` with what is wrong."""
    form = ConfigurationPageForm(request.GET, others)
    if not form.is_valid():
        faults = [f"{name}: {message}" for name, messages in form.errors.items() for message in messages]
        raise BadRequest(" ".join(faults))
    cleaned = form.cleaned_data
    # A host stays in the address while a platform is looked at that is for none.
    endpoint = (cleaned["endpoint"] or None) if cleaned["platform"].per_host else None
    slugs = tuple(sorted(deployment.slug for deployment in cleaned["with"]))
    return Query(cleaned["platform"], endpoint, cleaned["mark_bit"], slugs)


def _controls(path, query, asked, others):
    """What may be chosen, what is, and what to know before the file is loaded."""
    names = names_in_all(asked) if query.platform.per_host else []
    return {
        "platforms": _platform_links(path, query),
        "platform": query.platform,
        "endpoint": query.endpoint,
        "names": names,
        "others": [(deployment, slug in query.others) for slug, deployment in others.items()],
        "together": [others[slug].name for slug in query.others],
        "bit": bit_or_default(query.mark_bit),
        "last_bit": MARK_BITS[-1],
        "limits": limits_of(query.platform, asked),
        "no_host": _why_no_host(query, names),
    }


def _why_no_host(query, names):
    """Why a file for one host can't be shown yet: "none", "none-in-common" or "not-chosen"; blank if it can."""
    if not query.platform.per_host or query.endpoint is not None:
        return ""
    if names:
        return "not-chosen"
    return "none-in-common" if query.others else "none"


def _platform_links(path, query):
    """(platform, address, whether it is shown now) of every platform. Who shares the firewall stays chosen, and so does
    a host among host-based platforms.
    """
    links = []
    for platform in PLATFORMS.values():
        pairs = [("platform", platform.slug), *(("with", slug) for slug in query.others)]
        if platform.per_host and query.endpoint:
            pairs.append(("endpoint", query.endpoint))
        if platform.marks and query.mark_bit is not None:
            pairs.append(("mark_bit", query.mark_bit))
        links.append((platform, with_query(path, pairs), platform == query.platform))
    return links


def _file(asked, made):
    """The first lines of the file, and the rules that it lacks; of several deployments, with the names of those that
    need them.
    """
    lines = made.text.splitlines()
    names = {deployment.slug: deployment.name for deployment in asked.deployments} if asked.is_for_several else {}
    return {
        "made": made,
        "left_out": [
            (skipped, [names[slug] for slug in skipped.deployments if slug in names]) for skipped in made.left_out
        ],
        "lines": lines[:MOST_LINES],
        "count": len(lines),
        "is_cut": len(lines) > MOST_LINES,
    }


def _downloads(request, slug, query, made):
    """The file's address, and the API call for it."""
    if query.others:
        path = reverse("api:firewall", args=[query.platform.slug])
        pairs = [("deployment", each) for each in sorted([slug, *query.others])]
    else:
        path, pairs = reverse("api:deployment-firewall", args=[slug, query.platform.slug]), []
    if query.endpoint:
        pairs.append(("endpoint", query.endpoint))
    if query.mark_bit not in (None, MARK_BIT):
        pairs.append(("mark_bit", query.mark_bit))
    if made.left_out:
        pairs.append(("partial", "true"))
    address = with_query(path, pairs)
    return {"download": address, "api_call": object_call(request, address, private=True)}
