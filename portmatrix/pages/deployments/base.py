"""What every page of a deployment shares: its head and its tabs."""

from contextlib import contextmanager

from django.http import Http404
from django.urls import reverse

from ...deployments.evaluate import evaluate_stored
from ...deployments.example import SLUG as EXAMPLE
from ...deployments.service import get_deployment
from ...history.deployments import last_change_of
from ...models import Deployment
from ...permissions import edits_deployments
from ...workload import LIGHT_RULES_ENDPOINTS

REFUSED = 422  # nothing was written; the form comes back with what was typed


@contextmanager
def missing_is_404():
    """Answer 404 for a deployment that does not exist, or no longer: another request may remove it at any moment."""
    try:
        yield
    except Deployment.DoesNotExist:
        raise Http404("There is no such deployment.") from None


def deployment_or_404(slug):
    """The deployment of this slug. Raises `Http404`."""
    with missing_is_404():
        return get_deployment(slug)


def deployment_context(request, slug, tab, most=LIGHT_RULES_ENDPOINTS):
    """The context of a deployment's page: it, what follows from it, its tabs. `tab` is the URL name of the page's own.
    With more than `most` endpoints the page is too much work for the interpreter that answers everybody.

    As many queries however large the deployment is.
    """
    with missing_is_404():
        deployment, evaluation = evaluate_stored(slug, most)
    return {
        "deployment": deployment,
        "evaluation": evaluation,
        "edits": edits_deployments(request.user),
        "tabs": _tabs(deployment, evaluation, tab),
        "changed": last_change_of(deployment),
        "is_example": deployment.slug == EXAMPLE,
    }


def _tabs(deployment, evaluation, current):
    """(label, address, number beside it, whether it is the current one) of each tab."""
    document, rules = evaluation.document, evaluation.rules
    tabs = [
        ("Overview", "deployment", ""),
        ("Components", "deployment-components", len(document.components)),
        ("Overrides", "deployment-overrides", len(document.overrides)),
        ("Rules", "deployment-rules", len(rules.rules) + len(rules.unresolved)),
        ("Configuration", "deployment-configuration", ""),
        ("History", "deployment-history", ""),
    ]
    return [(label, reverse(name, args=[deployment.slug]), count, name == current) for label, name, count in tabs]
