"""What every page of a deployment shares: who may see and change it, its head and its tabs."""

from django.http import Http404
from django.urls import reverse

from ...deployments.answers import answers_about
from ...deployments.example import SLUG as EXAMPLE
from ...deployments.store import NoSuchDeployment
from ...history import last_change_of
from ...models import Deployment
from ...roles import edits_deployments, sees_deployments
from ..access import hidden_unless, refused_unless

REFUSED = 422  # nothing was written; the form comes back with what was typed
GONE = "There is no such deployment."

for_viewers = hidden_unless(sees_deployments)


def for_editors(view):
    """As `for_viewers`; who sees deployments and may not change them is told so."""
    return for_viewers(refused_unless(edits_deployments, "Your account may see deployments, not change them.")(view))


def find(slug):
    """The deployment, or `Http404`."""
    deployment = Deployment.objects.filter(slug=slug).first()
    if deployment is None:
        raise Http404(GONE)
    return deployment


def frame(request, slug, here):
    """The context of a deployment's page: it, what follows from it, its tabs. `here` is the tab's name in the URLs.

    Twelve queries, however large the deployment is.
    """
    deployment = find(slug)
    try:
        answers = answers_about(deployment)
    except NoSuchDeployment:  # removed in this moment
        raise Http404(GONE) from None
    return {
        "deployment": deployment,
        "answers": answers,
        "edits": edits_deployments(request.user),
        "tabs": _tabs(deployment, answers, here),
        "changed": last_change_of(deployment),
        "is_example": deployment.slug == EXAMPLE,
    }


def _tabs(deployment, answers, here):
    """(label, address, number beside it, whether it is shown now) of each tab."""
    document, rules = answers.document, answers.rules
    tabs = [
        ("Overview", "deployment", ""),
        ("Components", "deployment-components", len(document.components)),
        ("Overrides", "deployment-overrides", len(document.overrides)),
        ("Rules", "deployment-rules", len(rules.rules) + len(rules.unresolved)),
        ("Configuration", "deployment-configuration", ""),
        ("History", "deployment-history", ""),
    ]
    return [(label, reverse(name, args=[deployment.slug]), count, name == here) for label, name, count in tabs]
