"""Stored deployments: read as documents, and written as documents, whoever writes (API, pages, uploads).

Every write is judged whole, under a lock on the deployment, and writes only what differs, so that the history tells
what really changed.
"""

import hashlib
import json
from collections.abc import Callable

from django.db import IntegrityError, transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from ..addresses import parse_address
from ..catalogue.snapshot import Catalogue
from ..models import Component, ComponentInUse, Deployment, PortOverride
from ..models import Endpoint as StoredEndpoint
from ..overrides.service import OverridesRefused, write_overrides
from ..utils.db import consistent_read
from .document import OWN, Document, DocumentRefused, Endpoint, Fault, read_document
from .serializers import DocumentSerializer

ROWS_AT_ONCE = 500


class NoSuchDeployment(Exception):
    """There is no deployment of this slug (any more)."""


class AlreadyThere(Exception):
    """There is a deployment of this slug already."""


class Outdated(Exception):
    """The deployment is not what it was any more when the change was looked at."""


def get_deployment(slug: str) -> Deployment:
    """The deployment of this slug. Raises `NoSuchDeployment`."""
    deployment = Deployment.objects.filter(slug=slug).first()
    if deployment is None:
        raise NoSuchDeployment(slug)
    return deployment


def document_of(deployment: Deployment) -> Document:
    """A stored deployment as a document. Three queries, however large it is."""
    endpoints = deployment.endpoints.values_list("component__slug", "name", "address")
    return Document(
        slug=deployment.slug,
        name=deployment.name,
        description=deployment.description,
        encrypted_only=deployment.encrypted_only,
        components=frozenset(deployment.components.values_list("slug", flat=True)),
        endpoints=tuple(Endpoint(slug, name, parse_address(address)) for slug, name, address in endpoints),
        overrides=tuple(
            PortOverride(port=moved.port, deployment_id=OWN, number=moved.number, reason=moved.reason)
            for moved in deployment.overrides.select_related("port__component")
        ),
    )


def get_document(slug: str) -> Document:
    """The deployment of this slug as a document, as of one moment. Four queries. Raises `NoSuchDeployment`."""
    with consistent_read():
        return document_of(get_deployment(slug))


def to_data(document: Document) -> dict:
    """The JSON of a document: what a GET answers and a PUT takes.

    Components and overrides are in the order of their slugs, endpoints in the order in which they were given.
    """
    return DocumentSerializer(document).data


def fingerprint(document: Document) -> str:
    """A text that is another one as soon as anything in the document is."""
    return hashlib.sha256(json.dumps(to_data(document), sort_keys=True).encode()).hexdigest()


def slug_in(data) -> str:
    """The slug under which the data of a document may be stored; empty if it names none that could be one."""
    slug = data.get("slug") if isinstance(data, dict) else None
    return slug if isinstance(slug, str) and slug.isascii() and slug.isprintable() else ""


@transaction.atomic
def create(data, user, catalogue: Catalogue | None = None) -> Deployment:
    """Store a new deployment. Raises `DocumentRefused`; `AlreadyThere` if its slug is taken."""
    document = read_document(data, catalogue or Catalogue.load())
    deployment, is_new = _claim(document, user)
    if not is_new:
        raise AlreadyThere(document.slug)
    _write(deployment, document, user)
    return deployment


@transaction.atomic
def put(slug: str, data, user, catalogue: Catalogue | None = None) -> tuple[Deployment, bool]:
    """Store a deployment under this slug, in place of the one that is there; return it and whether it is new.

    Raises `DocumentRefused`, also when the document has another slug.
    """
    if isinstance(data, dict):
        data = {"slug": slug, **data}
    document = read_document(data, catalogue or Catalogue.load(), stored_overrides_of(slug))
    _insist_on_slug(slug, document)
    deployment, is_new = _claim(document, user)
    _write(deployment, document, user)
    return deployment, is_new


@transaction.atomic
def change(slug: str, edit: Callable[[dict], None], user, seen: str | None = None) -> Document:
    """Let `edit` alter the data of a stored deployment, then judge and store it; return it as it is now.

    Nobody else can change the deployment between. Raises `NoSuchDeployment`; `Outdated` if the deployment has another
    fingerprint than `seen`; and `DocumentRefused`, also when the slug was altered: it stays.
    """
    deployment = _locked(slug)
    before = document_of(deployment)
    data = to_data(before)
    if seen is not None and fingerprint(before) != seen:
        raise Outdated(slug)
    edit(data)
    document = read_document(data, Catalogue.load(), before.standing)
    _insist_on_slug(slug, document)
    _write(deployment, document, user)
    return document


@transaction.atomic
def delete(slug: str, user) -> None:
    """Remove a deployment with all that stands in it; its history stays. Raises `NoSuchDeployment`."""
    deployment = _locked(slug)
    deployment._history_user = user
    deployment.delete()


def stored_overrides_of(slug: str) -> set[tuple[str, int]]:
    """The overrides of a deployment as (slug of the listener, number); none if no deployment is called that."""
    overrides = PortOverride.objects.filter(deployment__slug=slug).select_related("port__component")
    return {(override.port.slug, override.number) for override in overrides}


def _insist_on_slug(slug, document):
    if document.slug != slug:
        fix = f"Write '{slug}', or send it to the address of '{document.slug}'"
        raise DocumentRefused([Fault("slug", f"This is the address of '{slug}'. {fix}.")])


def _locked(slug):
    """The deployment, which nobody else changes until the transaction ends."""
    deployment = Deployment.objects.select_for_update().filter(slug=slug).first()
    if deployment is None:
        raise NoSuchDeployment(slug)
    return deployment


def _claim(document, user):
    """The deployment of a document's slug, locked, made if there is none; and whether it is new."""
    try:
        return _locked(document.slug), False
    except NoSuchDeployment:
        made = Deployment(slug=document.slug, **_columns(document))
        made._history_user = user
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # somebody else was faster
        return _locked(document.slug), False
    return made, True


def _write(deployment, document, user):
    """Make what is stored equal to a document. Raises `DocumentRefused` if its overrides can't stand any more."""
    _write_columns(deployment, document, user)
    _write_components(deployment, document, user)
    _write_endpoints(deployment, document, user)
    _write_overrides(deployment, document, user)


def _columns(document):
    return {name: getattr(document, name) for name in ("name", "description", "encrypted_only")}


def _write_columns(deployment, document, user):
    changed = {name: value for name, value in _columns(document).items() if getattr(deployment, name) != value}
    for name, value in changed.items():
        setattr(deployment, name, value)
    if changed:
        deployment._history_user = user
        deployment.save()


def _write_components(deployment, document, user):
    stored = {use.component.slug: use for use in deployment.in_use.select_related("component")}
    gone = [use.pk for slug, use in stored.items() if slug not in document.components]
    deployment.in_use.filter(pk__in=gone).delete()
    added = sorted(document.components - stored.keys())
    keys = _keys(added)
    made = [ComponentInUse(deployment=deployment, component_id=keys[slug]) for slug in added]
    bulk_create_with_history(made, ComponentInUse, batch_size=ROWS_AT_ONCE, default_user=user)


def _write_endpoints(deployment, document, user):
    """Endpoints are told apart by component and address. A new name changes one; moving it in the list does not."""
    stored = {(one.component.slug, one.address): one for one in deployment.endpoints.select_related("component")}
    wanted = {(one.component, one.address.text): one for one in document.endpoints}
    gone = [one.pk for key, one in stored.items() if key not in wanted]
    for start in range(0, len(gone), ROWS_AT_ONCE):
        deployment.endpoints.filter(pk__in=gone[start : start + ROWS_AT_ONCE]).delete()
    keys = _keys({slug for slug, _ in wanted})
    added, renamed, moved = [], [], []
    for position, (key, one) in enumerate(wanted.items()):
        known = stored.get(key)
        if known is None:
            slug, address = key
            made = StoredEndpoint(component_id=keys[slug], name=one.name, address=address, position=position)
            made.deployment = deployment
            added.append(made)
            continue
        if known.name != one.name:
            known.name = one.name
            renamed.append(known)
        if known.position != position:
            known.position = position
            moved.append(known)
    bulk_create_with_history(added, StoredEndpoint, batch_size=ROWS_AT_ONCE, default_user=user)
    bulk_update_with_history(renamed, StoredEndpoint, ["name"], batch_size=ROWS_AT_ONCE, default_user=user)
    StoredEndpoint.objects.bulk_update(moved, ["position"], batch_size=ROWS_AT_ONCE)


def _write_overrides(deployment, document, user):
    stored = {moved.port_id: moved for moved in deployment.overrides.select_related("port__component__host")}
    changed = []
    for wanted in document.overrides:
        moved = stored.pop(wanted.port_id, None) or PortOverride(port=wanted.port, deployment=deployment)
        if (moved.number, moved.reason) != (wanted.number, wanted.reason):
            moved.number, moved.reason = wanted.number, wanted.reason
            changed.append(moved)
    removed = list(stored.values())
    for moved in [*changed, *removed]:
        moved._history_user = user
    try:
        write_overrides(changed, removed)
    except OverridesRefused as refused:  # something moved everywhere since the document was judged
        raise DocumentRefused(
            Fault("overrides", fault.message) for faults in refused.faults.values() for fault in faults
        ) from None


def _keys(slugs):
    """Mapping of components' slugs to their keys. One query."""
    return dict(Component.objects.filter(slug__in=slugs).values_list("slug", "pk"))
