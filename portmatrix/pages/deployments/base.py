"""What every page of a deployment shares: its head and its tabs."""

from contextlib import contextmanager

from django.http import Http404
from django.urls import reverse

from ...deployments.evaluate import evaluate
from ...deployments.example import SLUG as EXAMPLE
from ...deployments.service import NoSuchDeployment, get_deployment
from ...history.overrides import last_change_of
from ...permissions import edits_deployments
from ...workload import MOST_FOR_RULES

REFUSED = 422  # nothing was written; the form comes back with what was typed


@contextmanager
def or_not_found():
    """Turn a deployment that is not there, or not any more, into `Http404`."""
    try:
        yield
    except NoSuchDeployment:
        raise Http404("There is no such deployment.") from None


def find(slug):
    """The deployment, or `Http404`."""
    with or_not_found():
        return get_deployment(slug)


def frame(request, slug, here, most=MOST_FOR_RULES):
    """The context of a deployment's page: it, what follows from it, its tabs. `here` is the tab's name in the URLs.
    With more than `most` endpoints the page is too much work for the interpreter that answers everybody.

    As many queries however large the deployment is.
    """
    deployment = find(slug)
    with or_not_found():  # it may be removed in this moment
        evaluation = evaluate(slug, most)
    return {
        "deployment": deployment,
        "evaluation": evaluation,
        "edits": edits_deployments(request.user),
        "tabs": _tabs(deployment, evaluation, here),
        "changed": last_change_of(deployment),
        "is_example": deployment.slug == EXAMPLE,
    }


def _tabs(deployment, evaluation, here):
    """(label, address, number beside it, whether it is shown now) of each tab."""
    document, rules = evaluation.document, evaluation.rules
    tabs = [
        ("Overview", "deployment", ""),
        ("Components", "deployment-components", len(document.components)),
        ("Overrides", "deployment-overrides", len(document.overrides)),
        ("Rules", "deployment-rules", len(rules.rules) + len(rules.unresolved)),
        ("Configuration", "deployment-configuration", ""),
        ("History", "deployment-history", ""),
    ]
    return [(label, reverse(name, args=[deployment.slug]), count, name == here) for label, name, count in tabs]
