"""Stored deployments: read as documents, and written as documents, whoever writes (API, pages, uploads).

Every write is judged whole, under a lock on the deployment, and writes only what differs, so that the history tells
what really changed.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from ..addresses import parse_address
from ..catalogue.snapshot import Catalogue
from ..models import Component, ComponentInUse, Deployment, PortOverride
from ..models import Endpoint as StoredEndpoint
from ..overrides.service import OverridesRefused, write_overrides
from ..utils.db import consistent_read
from .document import OWN, Document, DocumentRefused, Endpoint, read_document
from .faults import Fault, Path
from .serializers import DocumentSerializer

ROWS_AT_ONCE = 500


class SlugTaken(Exception):
    """There is a deployment of this slug already."""


class Stale(Exception):
    """The deployment has changed since it was looked at."""


def get_deployment(slug: str, lock: bool = False) -> Deployment:
    """The deployment of this slug, locked until the transaction ends if that is asked for.

    Raises `Deployment.DoesNotExist`, whose text is the slug.
    """
    deployments = Deployment.objects.select_for_update() if lock else Deployment.objects
    try:
        return deployments.get(slug=slug)
    except Deployment.DoesNotExist:
        raise Deployment.DoesNotExist(slug) from None


def document_of(deployment: Deployment) -> Document:
    """A stored deployment as a document. Three queries, however large it is."""
    endpoints = deployment.endpoints.values_list("component__slug", "name", "address")
    overrides = deployment.overrides.select_related("port__component")
    return Document(
        slug=deployment.slug,
        name=deployment.name,
        description=deployment.description,
        encrypted_only=deployment.encrypted_only,
        components=frozenset(deployment.components.values_list("slug", flat=True)),
        endpoints=tuple(Endpoint(slug, name, parse_address(address)) for slug, name, address in endpoints),
        overrides=tuple(
            PortOverride(port=override.port, deployment_id=OWN, number=override.number, reason=override.reason)
            for override in overrides
        ),
    )


def get_document(slug: str) -> Document:
    """The deployment of this slug as a document, as of one moment. Four queries. Raises `Deployment.DoesNotExist`."""
    with consistent_read():
        return document_of(get_deployment(slug))


def to_data(document: Document) -> dict[str, Any]:
    """The JSON of a document: what a GET answers and a PUT takes.

    Components and overrides are in the order of their slugs, endpoints in the order in which they were given.
    """
    return DocumentSerializer(document).data


def fingerprint(document: Document) -> str:
    """A text that differs as soon as anything in the document does."""
    return hashlib.sha256(json.dumps(to_data(document), sort_keys=True).encode()).hexdigest()


def slug_in(data: object) -> str:
    """The slug under which the data of a document may be stored; empty if it names none that could be one."""
    slug = data.get("slug") if isinstance(data, dict) else None
    return slug if isinstance(slug, str) and slug.isascii() and slug.isprintable() else ""


@transaction.atomic
def create(data: object, user: AbstractBaseUser, catalogue: Catalogue | None = None) -> Deployment:
    """Store a new deployment. Raises `DocumentRefused`; `SlugTaken` if there is one of its slug."""
    document = read_document(data, catalogue or Catalogue.load())
    deployment, is_new = _get_or_create(document, user)
    if not is_new:
        raise SlugTaken(document.slug)
    _write(deployment, document, user)
    return deployment


@transaction.atomic
def put(slug: str, data: object, user: AbstractBaseUser, catalogue: Catalogue | None = None) -> tuple[Deployment, bool]:
    """Store a deployment under this slug, in place of the one that is stored; return it and whether it is new.

    Raises `DocumentRefused`, also when the document has another slug.
    """
    if isinstance(data, dict):
        data = {"slug": slug, **data}
    document = read_document(data, catalogue or Catalogue.load(), stored_numbers(slug))
    _refuse_other_slug(slug, document)
    deployment, is_new = _get_or_create(document, user)
    _write(deployment, document, user)
    return deployment, is_new


@transaction.atomic
def change(
    slug: str, edit: Callable[[dict[str, Any]], None], user: AbstractBaseUser, seen: str | None = None
) -> Document:
    """Let `edit` alter the data of a stored deployment, then judge and store it; return it as it is now.

    Nobody else can change the deployment between. Raises `Deployment.DoesNotExist`; `Stale` if the deployment has
    another fingerprint than `seen`; and `DocumentRefused`, also when the slug was altered: it stays.
    """
    deployment = get_deployment(slug, lock=True)
    before = document_of(deployment)
    if seen is not None and fingerprint(before) != seen:
        raise Stale(slug)
    data = to_data(before)
    edit(data)
    document = read_document(data, Catalogue.load(), before.numbers)
    _refuse_other_slug(slug, document)
    _write(deployment, document, user)
    return document


@transaction.atomic
def delete(slug: str, user: AbstractBaseUser) -> None:
    """Remove a deployment with all that it has; its history stays. Raises `Deployment.DoesNotExist`."""
    deployment = get_deployment(slug, lock=True)
    deployment._history_user = user  # type: ignore[attr-defined]
    deployment.delete()


def stored_numbers(slug: str) -> set[tuple[int, int]]:
    """The overrides of a deployment as (primary key of the port, number); none if there is no such deployment."""
    return set(PortOverride.objects.filter(deployment__slug=slug).values_list("port_id", "number"))


def _refuse_other_slug(slug: str, document: Document) -> None:
    if document.slug != slug:
        raise DocumentRefused([Fault(Path(["slug"]), "other-slug", {"slug": slug, "given": document.slug})])


def _get_or_create(document: Document, user: AbstractBaseUser) -> tuple[Deployment, bool]:
    """The deployment of a document's slug, locked, and whether it is new."""
    try:
        return get_deployment(document.slug, lock=True), False
    except Deployment.DoesNotExist:
        deployment = Deployment(slug=document.slug, **_columns(document))
        deployment._history_user = user  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            deployment.save(force_insert=True)
    except IntegrityError:  # somebody else was faster
        return get_deployment(document.slug, lock=True), False
    return deployment, True


def _write(deployment: Deployment, document: Document, user: AbstractBaseUser) -> None:
    """Make what is stored equal to a document. Raises `DocumentRefused` if its overrides are not possible any more."""
    _write_columns(deployment, document, user)
    _write_components(deployment, document, user)
    _write_endpoints(deployment, document, user)
    _write_overrides(deployment, document, user)


def _columns(document: Document) -> dict[str, Any]:
    return {name: getattr(document, name) for name in ("name", "description", "encrypted_only")}


def _write_columns(deployment: Deployment, document: Document, user: AbstractBaseUser) -> None:
    changed = {name: value for name, value in _columns(document).items() if getattr(deployment, name) != value}
    for name, value in changed.items():
        setattr(deployment, name, value)
    if changed:
        deployment._history_user = user  # type: ignore[attr-defined]
        deployment.save()


def _write_components(deployment: Deployment, document: Document, user: AbstractBaseUser) -> None:
    stored = {use.component.slug: use for use in deployment.in_use.select_related("component")}
    removed = [use.pk for slug, use in stored.items() if slug not in document.components]
    deployment.in_use.filter(pk__in=removed).delete()
    added = sorted(document.components - stored.keys())
    keys = _keys(added)
    uses = [ComponentInUse(deployment=deployment, component_id=keys[slug]) for slug in added]
    bulk_create_with_history(uses, ComponentInUse, batch_size=ROWS_AT_ONCE, default_user=user)


def _write_endpoints(deployment: Deployment, document: Document, user: AbstractBaseUser) -> None:
    """Two endpoints are the same if component and address are. A new name changes one; another position in the list is
    no change for the history.
    """
    stored = {(row.component.slug, row.address): row for row in deployment.endpoints.select_related("component")}
    wanted = {(endpoint.component, endpoint.address.text): endpoint for endpoint in document.endpoints}
    removed = [row.pk for key, row in stored.items() if key not in wanted]
    for start in range(0, len(removed), ROWS_AT_ONCE):
        deployment.endpoints.filter(pk__in=removed[start : start + ROWS_AT_ONCE]).delete()
    keys = _keys({slug for slug, _ in wanted})
    added, renamed, repositioned = [], [], []
    for position, ((slug, address), endpoint) in enumerate(wanted.items()):
        row = stored.get((slug, address))
        if row is None:
            row = StoredEndpoint(component_id=keys[slug], name=endpoint.name, address=address, position=position)
            row.deployment = deployment
            added.append(row)
            continue
        if row.name != endpoint.name:
            row.name = endpoint.name
            renamed.append(row)
        if row.position != position:
            row.position = position
            repositioned.append(row)
    bulk_create_with_history(added, StoredEndpoint, batch_size=ROWS_AT_ONCE, default_user=user)
    bulk_update_with_history(renamed, StoredEndpoint, ["name"], batch_size=ROWS_AT_ONCE, default_user=user)
    StoredEndpoint.objects.bulk_update(repositioned, ["position"], batch_size=ROWS_AT_ONCE)


def _write_overrides(deployment: Deployment, document: Document, user: AbstractBaseUser) -> None:
    stored = {override.port_id: override for override in deployment.overrides.select_related("port__component__host")}
    changed = []
    for wanted in document.overrides:
        override = stored.pop(wanted.port_id, None) or PortOverride(port=wanted.port, deployment=deployment)
        if (override.number, override.reason) != (wanted.number, wanted.reason):
            override.number, override.reason = wanted.number, wanted.reason
            changed.append(override)
    removed = list(stored.values())
    for override in [*changed, *removed]:
        override._history_user = user  # type: ignore[attr-defined]
    try:
        write_overrides(changed, removed)
    except OverridesRefused as refused:  # an override that holds everywhere came since the document was judged
        raise DocumentRefused(
            Fault(Path(["overrides"]), "override-refused", {"fault": fault})
            for faults in refused.faults.values()
            for fault in faults
        ) from None


def _keys(slugs: Iterable[str]) -> dict[str, int]:
    """Mapping of components' slugs to their primary keys. One query."""
    return dict(Component.objects.filter(slug__in=slugs).values_list("slug", "pk"))
