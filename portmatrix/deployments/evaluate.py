"""What follows from a deployment: its installation, rules and findings, worked out once for whoever asks."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from ..catalogue.snapshot import Catalogue
from ..firewall import ConfigurationRequest, DeploymentRules
from ..models import Deployment
from ..rules import Finding, Installation, Rules, find, resolve
from ..utils.db import consistent_read
from ..workload import LIGHT_RULES_ENDPOINTS, in_worker, require_light
from .document import Document
from .installation import installation_of
from .service import document_of, get_deployment


@dataclass(frozen=True)
class Evaluation:
    """A deployment's document and everything that follows from it."""

    document: Document
    installation: Installation
    rules: Rules
    findings: list[Finding]


def evaluate_document(document: Document, catalogue: Catalogue) -> Evaluation:
    """Work out a document's rules and findings. No queries."""
    installation = installation_of(document, catalogue)
    rules = resolve(installation)
    return Evaluation(document, installation, rules, find(installation, rules))


def evaluate(slug: str, most: int = LIGHT_RULES_ENDPOINTS) -> Evaluation:
    """Work out the rules and findings of the deployment of this slug. As `load_document_and_catalogue`."""
    return evaluate_document(*load_document_and_catalogue(slug, most))


def evaluate_stored(slug: str, most: int = LIGHT_RULES_ENDPOINTS) -> tuple[Deployment, Evaluation]:
    """The deployment of this slug and its evaluation, both as of one moment. As `load_document_and_catalogue`."""
    [deployment], [document], catalogue = _load([slug], most)
    return deployment, evaluate_document(document, catalogue)


def evaluate_all(slugs: Iterable[str], most: int = LIGHT_RULES_ENDPOINTS) -> list[Evaluation]:
    """Evaluate several deployments, all read as of one moment. As `load_document_and_catalogue`, `most` being the
    endpoints of all together.
    """
    _, documents, catalogue = _load(slugs, most)
    return [evaluate_document(document, catalogue) for document in documents]


def load_document_and_catalogue(slug: str, most: int = LIGHT_RULES_ENDPOINTS) -> tuple[Document, Catalogue]:
    """The deployment of this slug as a document, and the catalogue to judge it by, as of one moment. Thirteen queries,
    however large it is.

    Raises `Deployment.DoesNotExist`, and `HeavyWork` if it has more than `most` endpoints (see workload.py).
    """
    _, [document], catalogue = _load([slug], most)
    return document, catalogue


def _load(slugs: Iterable[str], most: int) -> tuple[list[Deployment], list[Document], Catalogue]:
    with consistent_read():
        deployments = [get_deployment(slug) for slug in slugs]
        if in_worker.get():
            require_light(sum(deployment.endpoints.count() for deployment in deployments), most)
        return deployments, [document_of(deployment) for deployment in deployments], Catalogue.load()


def configuration_request(
    evaluations: Iterable[Evaluation], endpoint: str | None = None, mark_bit: int | None = None
) -> ConfigurationRequest:
    """What one firewall configuration for these deployments is made from, as of today; no two are of one slug.

    `endpoint` names the host of a host-based configuration, `mark_bit` is the bit of the packet mark to use instead of
    the usual one.
    """
    deployments = tuple(map(_deployment_rules, evaluations))
    return ConfigurationRequest(deployments, timezone.localdate(), endpoint, mark_bit)


def _deployment_rules(evaluation: Evaluation) -> DeploymentRules:
    document = evaluation.document
    endpoints = tuple((endpoint.component, endpoint.name, endpoint.address) for endpoint in document.endpoints)
    return DeploymentRules(document.slug, document.name, evaluation.rules, endpoints)
