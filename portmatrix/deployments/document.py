"""A deployment's document: the JSON that describes one installation whole. It is judged whole as well: every fault at
once, each with its path in the document.
"""

from dataclasses import dataclass

from django.core.exceptions import ValidationError

from ..addresses import Address, AddressRefused, parse_address
from ..models import Deployment, PortOverride
from ..overrides.numbers import faults_among
from ..utils.text import code_point, did_you_mean, no_such, shown, why_blank

ALWAYS_IN_USE = frozenset({"admin-user", "appliance"})  # without these two there is no installation

# Stands for the document's deployment while its overrides are judged: no stored deployment has this key.
OWN = -1

DEFAULTS = {"description": "", "encrypted_only": False, "components": [], "endpoints": [], "overrides": []}
KEYS = ("slug", "name", *DEFAULTS)
ENDPOINT_KEYS = ("component", "name", "address")
OVERRIDE_KEYS = ("port", "number", "reason")
MOST_HINTS = 1000


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
    def standing(self) -> set[tuple[str, int]]:
        """Its overrides as (slug of the listener, number), as `read_document` takes them."""
        return {(one.port.slug, one.number) for one in self.overrides}


@dataclass(frozen=True)
class Fault:
    """What is wrong in a document: the path to it (`endpoints[3].address`), and a sentence with the fix."""

    path: str
    message: str

    def __str__(self):
        return f"{self.path or 'document'}: {self.message}"


class DocumentRefused(Exception):
    """The document can't be used; `faults` is the list of every `Fault`."""

    def __init__(self, faults):
        self.faults = list(faults)
        super().__init__("\n".join(map(str, self.faults)))


def read_document(data, catalogue, standing=frozenset()):
    """Judge a decoded JSON document against a `Catalogue`; return it as a `Document`. Raises `DocumentRefused`.

    Domain rules: the appliance and the admin user are always in use, and an endpoint puts its component in use. The
    document's overrides are the deployment's own, on top of those that hold everywhere. Those that are stored already,
    `standing` as (slug of the listener, number), are kept even where the listener has come to stand there anyway: what
    was read can be written back.
    """
    reader = _Reader(catalogue, standing)
    document = reader.document(data)
    if reader.messages:
        raise DocumentRefused(Fault(path, message) for path, message in reader.messages.items())
    return document


class _Reader:
    """Walks through a document and collects faults; what it returns is of use only if there are none."""

    def __init__(self, catalogue, standing):
        self.catalogue, self.standing = catalogue, standing
        self.messages = {}  # by path: one place is told one thing
        self.unknown = {}

    def no_such(self, what, slug, valid):
        """That there is none, with a hint that is looked for once for each word and not for every word of a huge
        document.
        """
        if (what, slug) not in self.unknown:
            self.unknown[what, slug] = no_such(what, slug, valid, with_hint=len(self.unknown) < MOST_HINTS)
        return self.unknown[what, slug]

    def refuse(self, path, message):
        self.messages.setdefault(path, message)

    def document(self, data):
        data = self.object(data, "", KEYS, DEFAULTS)
        if data is None:
            return None
        slug = self.column(data, "", Deployment._meta.get_field("slug"))
        name = self.column(data, "", Deployment._meta.get_field("name"))
        description = data["description"]
        if not isinstance(description, str):
            self.refuse("description", "Write text.")
        elif _unprintable(description.replace("\n", "")):
            self.refuse("description", "Leave out control characters.")
        if not isinstance(data["encrypted_only"], bool):
            self.refuse("encrypted_only", "Write true or false.")
        chosen = self.components(self.list(data["components"], "components"))
        endpoints = self.endpoints(self.list(data["endpoints"], "endpoints"))
        overrides = self.overrides(self.list(data["overrides"], "overrides"))
        in_use = ALWAYS_IN_USE.union(chosen, (endpoint.component for endpoint in endpoints))
        return Document(slug, name, description, data["encrypted_only"], in_use, endpoints, overrides)

    # The parts

    def components(self, items):
        """The slugs that are known, each once."""
        chosen = {}
        for position, slug in enumerate(items):
            path = f"components[{position}]"
            if not self.known(slug, path, self.catalogue.components, "component"):
                continue
            if slug in chosen:
                self.refuse(path, f"'{slug}' stands at {chosen[slug]} already. Keep one of the two.")
            chosen.setdefault(slug, path)
        return frozenset(chosen)

    def endpoints(self, items):
        """The endpoints that are sound."""
        seen, sound = {}, []
        for position, item in enumerate(items):
            path = f"endpoints[{position}]"
            item = self.object(item, path, ENDPOINT_KEYS)
            if item is None:
                continue
            component = self.place(item["component"], f"{path}.component")
            name = self.column(item, path, Deployment._meta.get_field("name"))
            address = self.address(item["address"], f"{path}.address")
            if not (component and address):
                continue
            if (component, address.text) in seen:
                first = seen[component, address.text]
                self.refuse(path, f"{component} has {address.text} at {first} already. Keep one of the two.")
            seen.setdefault((component, address.text), path)
            sound.append(Endpoint(component, name, address))
        return tuple(sound)

    def place(self, slug, path):
        """The slug of a component that can have endpoints, or None."""
        if not self.known(slug, path, self.catalogue.components, "component"):
            return None
        component = self.catalogue.components[slug]
        if component.host:
            where = f"{component} runs on {component.host} and uses its address"
            self.refuse(path, f"{where}. Put '{slug}' into components, and give endpoints to '{component.host.slug}'.")
            return None
        return slug

    def address(self, text, path):
        """The `Address`, or None."""
        if not isinstance(text, str):
            return self.refuse(path, "Write the address as text, in quotes.")
        try:
            return parse_address(text)
        except AddressRefused as refused:
            return self.refuse(path, str(refused))

    def overrides(self, items):
        """The overrides that are sound each for itself, after all of them were judged together."""
        overrides = {}
        for position, item in enumerate(items):
            path = f"overrides[{position}]"
            item = self.object(item, path, OVERRIDE_KEYS)
            if item is None:
                continue
            known = self.known(item["port"], f"{path}.port", self.catalogue.ports, "listener")
            number = item["number"]
            if type(number) is not int:  # True is an int as well
                self.refuse(f"{path}.number", "Write a whole number, without quotes.")
            reason = self.column(item, path, PortOverride._meta.get_field("reason"))
            if known and type(number) is int:
                port = self.catalogue.ports[item["port"]]
                overrides[path] = PortOverride(port=port, deployment_id=OWN, number=number, reason=reason or "")
        self.judge(overrides)
        return tuple(overrides.values())

    def judge(self, overrides):
        """Refuse what the rule of overrides refuses, with its own words."""
        paths, moves = list(overrides), list(overrides.values())
        unmoved = {place for place, one in enumerate(moves) if (one.port.slug, one.number) in self.standing}
        found = faults_among(self.catalogue.ports.values(), self.catalogue.overrides, moves, kept=unmoved)
        for position, faults in sorted(found.items()):
            for fault in faults:
                self.refuse(f"{paths[position]}.{fault.field}", fault.message)

    # What parts are made of

    def object(self, item, path, keys, defaults=None):
        """A copy of a JSON object in which every key has a value (None where a key that must be there is missing).

        None if it is something else. Keys in `defaults` may be missing.
        """
        if not isinstance(item, dict):
            return self.refuse(path, f"Write an object with {', '.join(keys)}.")
        for key in item:
            if key not in keys:
                self.refuse(_join(path, shown(key)), f"Unknown key.{did_you_mean(key, keys)}")
        whole = {**dict.fromkeys(keys), **(defaults or {}), **item}
        for key in keys:
            if key not in item and whole[key] is None:
                self.refuse(_join(path, key), "Missing. Add it.")
        return whole

    def list(self, items, path):
        """The items of a JSON list; none if it is something else."""
        if isinstance(items, list):
            return items
        self.refuse(path, "Write a list, in square brackets.")
        return []

    def known(self, slug, path, valid, what):
        """Whether a slug is one of the valid ones."""
        if not isinstance(slug, str):
            self.refuse(path, f"Write the slug of a {what} as text, in quotes.")
        elif slug not in valid:
            self.refuse(path, self.no_such(what, slug, valid))
        else:
            return True
        return False

    def column(self, item, path, field):
        """The text under the name of a model's field, held to the same limits as the field; None if it is refused."""
        value, path = item[field.name], _join(path, field.name)
        if not isinstance(value, str):
            return self.refuse(path, "Write text, in quotes.")
        if blank := why_blank(value):
            return self.refuse(path, blank)
        if _unprintable(value):
            return self.refuse(path, f"Leave out what can't be seen and is no plain blank: {_unprintable(value)}.")
        try:
            return field.clean(value, None)
        except ValidationError as error:
            return self.refuse(path, " ".join(error.messages))


def _join(path, key):
    return f"{path}.{key}" if path else key


def _unprintable(text):
    """The first character that can't be seen and is no plain blank, as U+00A0; an empty string if there is none.

    Control characters are such, line breaks, and halves of characters, which can't be written as UTF-8.
    """
    return next((code_point(character) for character in text if not character.isprintable()), "")
