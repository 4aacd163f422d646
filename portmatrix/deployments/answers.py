"""What follows from a deployment: its installation, rules and findings, worked out once for whoever asks."""

from dataclasses import dataclass

from django.utils import timezone

from ..firewall import Order
from ..moment import one_moment
from ..rules import Finding, Installation, Rules, find, resolve
from ..workload import MOST_FOR_RULES, is_shared, refuse_here
from .catalogue import Catalogue
from .document import Document
from .installation import installation_of
from .store import deployment_called, document_of


@dataclass(frozen=True)
class Answers:
    """A deployment's document and everything that follows from it."""

    document: Document
    installation: Installation
    rules: Rules
    findings: list[Finding]


def answers_of(document: Document, catalogue: Catalogue) -> Answers:
    """Work out a document's rules and findings. No queries."""
    installation = installation_of(document, catalogue)
    rules = resolve(installation)
    return Answers(document, installation, rules, find(installation, rules))


def document_and_catalogue(slug: str, most: int = MOST_FOR_RULES) -> tuple[Document, Catalogue]:
    """The deployment of this slug as a document, and the catalogue to judge it by, as of one moment. Eleven queries,
    however large it is.

    Raises `NoSuchDeployment`, and `TooMuchHere` for one with more than `most` endpoints where that is too much work.
    """
    with one_moment():
        deployment = deployment_called(slug)
        if is_shared():
            refuse_here(deployment.endpoints.count(), most)
        return document_of(deployment), Catalogue.load()


def answers_called(slug: str, most: int = MOST_FOR_RULES) -> Answers:
    """Work out the rules and findings of the deployment of this slug. As `document_and_catalogue`."""
    return answers_of(*document_and_catalogue(slug, most))


def order_of(answers: Answers, endpoint: str | None = None) -> Order:
    """What a firewall configuration is made from, as of today; `endpoint` names the host of a host-based one."""
    document = answers.document
    return Order(
        slug=document.slug,
        name=document.name,
        rules=answers.rules,
        date=timezone.localdate(),
        endpoint=endpoint,
        endpoints=tuple((one.component, one.name, one.address) for one in document.endpoints),
    )
