"""A deployment's document: the JSON that describes one installation whole. It is judged whole as well: every fault at
once, each with its path in the document.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import CharField

from ..addresses import Address, AddressRefused, parse_address
from ..catalogue.snapshot import Catalogue
from ..models import Component, Deployment, PortOverride
from ..naming import Names, UnknownName, unknown
from ..overrides.numbers import faults_among
from ..utils.text import code_point, printable, why_blank
from .faults import Fault, Path

# Stands for the document's deployment while its overrides are judged: no stored deployment has this key.
OWN = -1

DEFAULTS = {"description": "", "encrypted_only": False, "components": [], "endpoints": [], "overrides": []}
KEYS = ("slug", "name", *DEFAULTS)
ENDPOINT_KEYS = ("component", "name", "address")
OVERRIDE_KEYS = ("port", "number", "reason")

Items = list[tuple[Path, object]]  # of a JSON list, with their paths
Named = TypeVar("Named")


@dataclass(frozen=True)
class Endpoint:
    """Where a component (its slug) runs; `name` is what people call the machine or network."""

    component: str
    name: str
    address: Address


@dataclass(frozen=True)
class Document:
    """A deployment without faults. `components` are the slugs of all that is in use; `overrides` are unsaved."""

    slug: str
    name: str
    description: str
    encrypted_only: bool
    components: frozenset[str]
    endpoints: tuple[Endpoint, ...]
    overrides: tuple[PortOverride, ...]

    @property
    def numbers(self) -> set[tuple[int, int]]:
        """Its overrides as (primary key of the port, number), as `read_document` takes those that are stored."""
        return {(override.port_id, override.number) for override in self.overrides}


class DocumentRefused(Exception):
    """The document can't be used; `faults` is the list of every `Fault`."""

    def __init__(self, faults: Iterable[Fault]):
        self.faults = list(faults)
        super().__init__("\n".join(map(str, self.faults)))


def read_document(data: object, catalogue: Catalogue, stored: Collection[tuple[int, int]] = frozenset()) -> Document:
    """Judge a decoded JSON document against a `Catalogue`; return it as a `Document`. Raises `DocumentRefused`.

    A component may be named by its slug, its name or an alias; the `Document` has its slug.

    Domain rules (domain.md §4): components that the catalogue calls always in use are, and an endpoint puts its
    component in use. The document's overrides are the deployment's own, on top of those that hold everywhere. Those
    that are `stored` already, as (primary key of the port, number), are kept even if the port has come to have that
    number anyway: what was read can be written back.
    """
    reader = _Reader(catalogue, stored)
    document = reader.document(data)
    if document is None or reader.faults:
        raise DocumentRefused(reader.faults.values())
    return document


class _Reader:
    """Walks through a document and collects faults; what it returns is of use only if there are none."""

    def __init__(self, catalogue: Catalogue, stored: Collection[tuple[int, int]]):
        self.catalogue, self.stored = catalogue, stored
        self.component_names = Names("component", catalogue.components, most=0)
        self.port_names = Names("listener", catalogue.ports, most=0)
        self.faults: dict[Path, Fault] = {}

    def refuse(self, path: Path, code: str, **params: object) -> None:
        """Add a fault, unless the path has one already."""
        self.faults.setdefault(path, Fault(path, code, params))

    def document(self, data: object) -> Document | None:
        root = Path()
        whole = self.object_at(root, data, KEYS, DEFAULTS)
        if whole is None:
            return None
        slug = self.column(root, whole, Deployment._meta.get_field("slug"))
        name = self.column(root, whole, Deployment._meta.get_field("name"))
        description = whole["description"]
        if not isinstance(description, str):
            self.refuse(root.at("description"), "description-not-text")
        elif _unseen_in(description.replace("\n", "")):
            self.refuse(root.at("description"), "description-with-control-characters")
        if not isinstance(whole["encrypted_only"], bool):
            self.refuse(root.at("encrypted_only"), "not-true-or-false")
        components = self.components(self.items(root, whole, "components"))
        endpoints = self.endpoints(self.items(root, whole, "endpoints"))
        overrides = self.overrides(self.items(root, whole, "overrides"))
        in_use = components.union(self.always_in_use(), (endpoint.component for endpoint in endpoints))
        return Document(slug, name, description, whole["encrypted_only"], in_use, endpoints, overrides)

    def always_in_use(self) -> Iterator[str]:
        """The slugs of the components without which there is no installation."""
        return (slug for slug, component in self.catalogue.components.items() if component.always_in_use)

    # The parts

    def components(self, items: Items) -> frozenset[str]:
        """The slugs of the components that are known."""
        paths: dict[str, Path] = {}
        for path, text in items:
            component = self.named(path, text, self.component_names)
            if component is None:
                continue
            if component.slug in paths:
                self.refuse(path, "component-twice", component=component, first=paths[component.slug])
            paths.setdefault(component.slug, path)
        return frozenset(paths)

    def endpoints(self, items: Items) -> tuple[Endpoint, ...]:
        """The endpoints that are sound."""
        paths: dict[tuple[str, str], Path] = {}
        endpoints = []
        for path, item in items:
            whole = self.object_at(path, item, ENDPOINT_KEYS, {})
            if whole is None:
                continue
            component = self.component_with_endpoints(path.at("component"), whole["component"])
            name = self.column(path, whole, Deployment._meta.get_field("name"))
            address = self.address(path.at("address"), whole["address"])
            if not (component and address):
                continue
            key = component.slug, address.text
            if key in paths:
                self.refuse(path, "endpoint-twice", component=component, address=address.text, first=paths[key])
            paths.setdefault(key, path)
            endpoints.append(Endpoint(component.slug, name, address))
        return tuple(endpoints)

    def component_with_endpoints(self, path: Path, text: object) -> Component | None:
        """The component that a text names, or None; a hosted service has no endpoints of its own."""
        component = self.named(path, text, self.component_names)
        if component and component.host:
            self.refuse(path, "component-is-hosted", component=component)
            return None
        return component

    def address(self, path: Path, text: object) -> Address | None:
        if not isinstance(text, str):
            self.refuse(path, "address-not-text")
            return None
        try:
            return parse_address(text)
        except AddressRefused as refused:
            self.refuse(path, "address-refused", reason=str(refused))
            return None

    def overrides(self, items: Items) -> tuple[PortOverride, ...]:
        """The overrides that are sound each for itself, after all of them were judged together."""
        overrides = {}
        for path, item in items:
            whole = self.object_at(path, item, OVERRIDE_KEYS, {})
            if whole is None:
                continue
            port = self.named(path.at("port"), whole["port"], self.port_names)
            number = whole["number"]
            is_number = type(number) is int  # True is an int as well
            if not is_number:
                self.refuse(path.at("number"), "not-a-number")
            reason = self.column(path, whole, PortOverride._meta.get_field("reason"))
            if port and is_number:
                overrides[path] = PortOverride(port=port, deployment_id=OWN, number=number, reason=reason)
        self.judge(overrides)
        return tuple(overrides.values())

    def judge(self, overrides: Mapping[Path, PortOverride]) -> None:
        """Refuse what the rule of overrides refuses."""
        paths, changed = list(overrides), list(overrides.values())
        kept = {
            position for position, override in enumerate(changed) if (override.port_id, override.number) in self.stored
        }
        faults = faults_among(self.catalogue.ports.values(), self.catalogue.overrides, changed, kept=kept)
        for position, several in sorted(faults.items()):
            for fault in several:
                self.refuse(paths[position].at(fault.field), "override-refused", fault=fault)

    # What parts are made of

    def object_at(
        self, path: Path, item: object, keys: tuple[str, ...], defaults: Mapping[str, object]
    ) -> dict[str, Any] | None:
        """A copy of a JSON object in which every key has a value (None where a key that must be there is missing).

        None if it is something else. Keys in `defaults` may be missing.
        """
        if not isinstance(item, dict):
            self.refuse(path, "not-an-object", keys=keys)
            return None
        for key in item:
            if key not in keys:
                self.refuse(path.at(printable(key)), "unknown-key", unknown=unknown("key", key, keys, most=0))
        for key in keys:
            if key not in item and key not in defaults:
                self.refuse(path.at(key), "missing")
        return {**dict.fromkeys(keys), **defaults, **item}

    def items(self, path: Path, whole: Mapping[str, object], key: str) -> Items:
        """(path, item) of every item of the JSON list under a key; none if it is something else."""
        path, items = path.at(key), whole[key]
        if isinstance(items, list):
            return [(path.at(position), item) for position, item in enumerate(items)]
        self.refuse(path, "not-a-list")
        return []

    def named(self, path: Path, text: object, names: Names[Named]) -> Named | None:
        """The component or port that a text names, or None."""
        if not isinstance(text, str):
            self.refuse(path, "not-a-slug", noun=names.noun)
            return None
        try:
            return names.find(text)
        except UnknownName as error:
            self.refuse(path, "unknown-name", unknown=error.unknown)
            return None

    def column(self, path: Path, whole: Mapping[str, object], field: "CharField[str, str]") -> str:
        """The text under the name of a model's field, held to the same limits as the field; empty if it is refused."""
        path, value = path.at(field.name), whole[field.name]
        if not isinstance(value, str):
            self.refuse(path, "not-text")
        elif reason := why_blank(value):
            self.refuse(path, "blank", reason=reason)
        elif unseen := _unseen_in(value):
            self.refuse(path, "unseen-character", code_point=unseen)
        else:
            try:
                return str(field.clean(value, None))
            except ValidationError as error:
                self.refuse(path, "column-refused", reason=" ".join(error.messages))
        return ""


def _unseen_in(text: str) -> str:
    """The first character that can't be seen and is no plain blank, as U+00A0; an empty string if there is none.

    Control characters are such, line breaks, and halves of characters, which can't be written as UTF-8.
    """
    return next((code_point(character) for character in text if not character.isprintable()), "")
