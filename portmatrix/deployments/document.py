"""A deployment's document: the JSON that describes one installation whole. It is judged whole as well: every fault at
once, each with its path in the document.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from ..addresses import Address, AddressRefused, parse_address
from ..catalogue.snapshot import Catalogue
from ..models import Deployment, PortOverride
from ..naming import Names, UnknownName, unknown
from ..overrides.numbers import faults_among
from ..utils.text import code_point, shown, why_blank
from .faults import Fault, Path

ALWAYS_IN_USE = frozenset({"admin-user", "appliance"})  # without these two there is no installation

# Stands for the document's deployment while its overrides are judged: no stored deployment has this key.
OWN = -1

DEFAULTS = {"description": "", "encrypted_only": False, "components": [], "endpoints": [], "overrides": []}
KEYS = ("slug", "name", *DEFAULTS)
ENDPOINT_KEYS = ("component", "name", "address")
OVERRIDE_KEYS = ("port", "number", "reason")


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

    Domain rules (domain.md §4): the appliance and the admin user are always in use, and an endpoint puts its component
    in use. The document's overrides are the deployment's own, on top of those that hold everywhere. Those that are
    `stored` already, as (primary key of the port, number), are kept even if the port has come to have that number
    anyway: what was read can be written back.
    """
    reader = _Reader(catalogue, stored)
    document = reader.document(data)
    if reader.faults:
        raise DocumentRefused(reader.faults.values())
    return document


class _Reader:
    """Walks through a document and collects faults; what it returns is of use only if there are none."""

    def __init__(self, catalogue, stored):
        self.catalogue, self.stored = catalogue, stored
        self.component_names = Names("component", catalogue.components, most=0)
        self.port_names = Names("listener", catalogue.ports, most=0)
        self.faults = {}  # by path: of one place one thing is told

    def refuse(self, path, code, **params):
        self.faults.setdefault(path, Fault(path, code, params))

    def document(self, data):
        root = Path()
        data = self.object(data, root, KEYS, DEFAULTS)
        if data is None:
            return None
        slug = self.column(data, root, Deployment._meta.get_field("slug"))
        name = self.column(data, root, Deployment._meta.get_field("name"))
        description = data["description"]
        if not isinstance(description, str):
            self.refuse(root.at("description"), "description-not-text")
        elif _unseen_in(description.replace("\n", "")):
            self.refuse(root.at("description"), "description-with-control-characters")
        if not isinstance(data["encrypted_only"], bool):
            self.refuse(root.at("encrypted_only"), "not-true-or-false")
        components = self.components(self.list(data, root, "components"))
        endpoints = self.endpoints(self.list(data, root, "endpoints"))
        overrides = self.overrides(self.list(data, root, "overrides"))
        in_use = ALWAYS_IN_USE.union(components, (endpoint.component for endpoint in endpoints))
        return Document(slug, name, description, data["encrypted_only"], in_use, endpoints, overrides)

    # The parts

    def components(self, items):
        """The slugs of the components that are known."""
        paths = {}
        for path, text in items:
            component = self.named(text, path, self.component_names)
            if component is None:
                continue
            if component.slug in paths:
                self.refuse(path, "component-twice", component=component, first=paths[component.slug])
            paths.setdefault(component.slug, path)
        return frozenset(paths)

    def endpoints(self, items):
        """The endpoints that are sound."""
        paths, endpoints = {}, []
        for path, item in items:
            item = self.object(item, path, ENDPOINT_KEYS)
            if item is None:
                continue
            component = self.component_with_endpoints(item["component"], path.at("component"))
            name = self.column(item, path, Deployment._meta.get_field("name"))
            address = self.address(item["address"], path.at("address"))
            if not (component and address):
                continue
            key = component.slug, address.text
            if key in paths:
                self.refuse(path, "endpoint-twice", component=component, address=address.text, first=paths[key])
            paths.setdefault(key, path)
            endpoints.append(Endpoint(component.slug, name, address))
        return tuple(endpoints)

    def component_with_endpoints(self, text, path):
        """The component that a text names, or None; a hosted service has no endpoints of its own."""
        component = self.named(text, path, self.component_names)
        if component and component.host:
            return self.refuse(path, "component-is-hosted", component=component)
        return component

    def address(self, text, path):
        """The `Address`, or None."""
        if not isinstance(text, str):
            return self.refuse(path, "address-not-text")
        try:
            return parse_address(text)
        except AddressRefused as refused:
            return self.refuse(path, "address-refused", reason=str(refused))

    def overrides(self, items):
        """The overrides that are sound each for itself, after all of them were judged together."""
        overrides = {}
        for path, item in items:
            item = self.object(item, path, OVERRIDE_KEYS)
            if item is None:
                continue
            port = self.named(item["port"], path.at("port"), self.port_names)
            number = item["number"]
            is_number = type(number) is int  # True is an int as well
            if not is_number:
                self.refuse(path.at("number"), "not-a-number")
            reason = self.column(item, path, PortOverride._meta.get_field("reason"))
            if port and is_number:
                overrides[path] = PortOverride(port=port, deployment_id=OWN, number=number, reason=reason or "")
        self.judge(overrides)
        return tuple(overrides.values())

    def judge(self, overrides):
        """Refuse what the rule of overrides refuses."""
        paths, changed = list(overrides), list(overrides.values())
        kept = {
            position for position, override in enumerate(changed) if (override.port_id, override.number) in self.stored
        }
        found = faults_among(self.catalogue.ports.values(), self.catalogue.overrides, changed, kept=kept)
        for position, faults in sorted(found.items()):
            for fault in faults:
                self.refuse(paths[position].at(fault.field), "override-refused", fault=fault)

    # What parts are made of

    def object(self, item, path, keys, defaults=None):
        """A copy of a JSON object in which every key has a value (None where a key that must be there is missing).

        None if it is something else. Keys in `defaults` may be missing.
        """
        if not isinstance(item, dict):
            return self.refuse(path, "not-an-object", keys=keys)
        for key in item:
            if key not in keys:
                self.refuse(path.at(shown(key)), "unknown-key", unknown=unknown("key", key, keys, most=0))
        whole = {**dict.fromkeys(keys), **(defaults or {}), **item}
        for key in keys:
            if key not in item and whole[key] is None:
                self.refuse(path.at(key), "missing")
        return whole

    def list(self, data, path, key):
        """(path, item) of every item of the JSON list under a key; none if it is something else."""
        path = path.at(key)
        if isinstance(data[key], list):
            return [(path.at(position), item) for position, item in enumerate(data[key])]
        self.refuse(path, "not-a-list")
        return []

    def named(self, text, path, names):
        """The component or port that a text names, or None."""
        if not isinstance(text, str):
            return self.refuse(path, "not-a-slug", noun=names.noun)
        try:
            return names.find(text)
        except UnknownName as error:
            return self.refuse(path, "unknown-name", unknown=error.unknown)

    def column(self, item, path, field):
        """The text under the name of a model's field, held to the same limits as the field; None if it is refused."""
        value, path = item[field.name], path.at(field.name)
        if not isinstance(value, str):
            return self.refuse(path, "not-text")
        if reason := why_blank(value):
            return self.refuse(path, "blank", reason=reason)
        if unseen := _unseen_in(value):
            return self.refuse(path, "unseen-character", code_point=unseen)
        try:
            return field.clean(value, None)
        except ValidationError as error:
            return self.refuse(path, "column-refused", reason=" ".join(error.messages))


def _unseen_in(text):
    """The first character that can't be seen and is no plain blank, as U+00A0; an empty string if there is none.

    Control characters are such, line breaks, and halves of characters, which can't be written as UTF-8.
    """
    return next((code_point(character) for character in text if not character.isprintable()), "")
