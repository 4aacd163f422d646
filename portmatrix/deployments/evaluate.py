"""What follows from a deployment: its installation, rules and findings, worked out once for whoever asks."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from ..catalogue.snapshot import Catalogue
from ..firewall import Order, together
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


def load_document_and_catalogue(slug: str, most: int = LIGHT_RULES_ENDPOINTS) -> tuple[Document, Catalogue]:
    """The deployment of this slug as a document, and the catalogue to judge it by, as of one moment. Eleven queries,
    however large it is.

    Raises `NoSuchDeployment`, and `HeavyWork` for one with more than `most` endpoints (see workload.py).
    """
    with consistent_read():
        [document] = _documents([slug], most)
        return document, Catalogue.load()


def evaluate(slug: str, most: int = LIGHT_RULES_ENDPOINTS) -> Evaluation:
    """Work out the rules and findings of the deployment of this slug. As `load_document_and_catalogue`."""
    return evaluate_document(*load_document_and_catalogue(slug, most))


def evaluate_all(slugs: Iterable[str], most: int = LIGHT_RULES_ENDPOINTS) -> list[Evaluation]:
    """Evaluate several deployments, all read as of one moment. As `load_document_and_catalogue`, `most` being the
    endpoints of all together.
    """
    with consistent_read():
        documents = _documents(slugs, most)
        catalogue = Catalogue.load()
    return [evaluate_document(document, catalogue) for document in documents]


def _documents(slugs, most):
    deployments = [get_deployment(slug) for slug in slugs]
    if in_worker.get():
        require_light(sum(deployment.endpoints.count() for deployment in deployments), most)
    return [document_of(deployment) for deployment in deployments]


def order_for(several: Iterable[Evaluation], endpoint: str | None = None, mark_bit: int | None = None) -> Order:
    """What one firewall configuration for several deployments is made from; no two are of one slug. As `order_of`."""
    return together(order_of(evaluation, endpoint, mark_bit) for evaluation in several)


def order_of(evaluation: Evaluation, endpoint: str | None = None, mark_bit: int | None = None) -> Order:
    """What a firewall configuration is made from, as of today; `endpoint` names the host of a host-based one, and
    `mark_bit` the bit of the packet mark to use instead of the usual one.
    """
    document = evaluation.document
    return Order(
        slug=document.slug,
        name=document.name,
        rules=evaluation.rules,
        date=timezone.localdate(),
        endpoint=endpoint,
        endpoints=tuple((one.component, one.name, one.address) for one in document.endpoints),
        mark_bit=mark_bit,
    )
