"""Aerleon, the generator behind most platforms: its dictionaries, its lock, and what it must not keep to itself."""

import logging
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from aerleon import api
from aerleon.lib import naming

from .comments import told
from .permits import Permit, Side

# Aerleon keeps the definitions of the policy that it reads in its modules, so two threads would mix their networks.
_LOCK = threading.Lock()
# Version control's keywords, which Aerleon writes into every file.
KEYWORDS = re.compile(r"^.*\$(Id|Date|Revision):.*\n", re.MULTILINE)


class NotRendered(RuntimeError):
    """The generator complained, or left a rule out. That is a fault of this program: nothing may be lost unseen."""


@dataclass
class Definitions:
    """Names for networks and ports: exactly those that the terms use, since some platforms write all of them."""

    networks: dict = field(default_factory=dict)
    services: dict = field(default_factory=dict)
    sides: dict = field(default_factory=dict)

    def side(self, side: Side) -> str:
        """The name of a side: its component's slug. Where one component has several, later ones have a number."""
        if side not in self.sides:
            slug, name, number = side.component.slug, side.component.slug, 1
            while name in self.networks:
                number += 1
                name = f"{slug}-{number}"
            values = [{"address": str(network)} for network in side.networks]
            self.networks[name] = {"values": [*values, *({"fqdn": name} for name in side.names)]}
            self.sides[side] = name
        return self.sides[side]

    def service(self, transport: str, number: int) -> str:
        """The name of a port."""
        name = f"{transport}-{number}"
        self.services[name] = [{"protocol": transport, "port": number}]
        return name


def term(permit: Permit, definitions: Definitions, comment: int | None = 80) -> dict:
    """A permit as a term, named after its rule, with a comment of at most so many characters or with none."""
    rule = permit.rule
    return {
        "name": rule.id,
        **({"comment": told(rule, comment)} if comment else {}),
        "source-address": definitions.side(permit.source),
        "destination-address": definitions.side(permit.destination),
        "protocol": rule.transport,
        "destination-port": definitions.service(rule.transport, rule.number),
        "action": "accept",
    }


def answer(permit: Permit, definitions: Definitions, comment: int | None = 80) -> dict:
    """What comes back, for packet filters that keep no state: from the port, and with TCP never a first packet."""
    forth = term(permit, definitions, comment)
    return {
        **{key: value for key, value in forth.items() if key != "destination-port"},
        "source-address": forth["destination-address"],
        "destination-address": forth["source-address"],
        "source-port": forth["destination-port"],
        **({"option": "tcp-established"} if permit.rule.transport == "tcp" else {}),
    }


def generate(target: str, filters: Iterable[tuple[str, list[dict]]], definitions: Definitions) -> str:
    """The text of one platform. `filters` are (options of the target, terms). Raises `NotRendered`.

    One call at a time, whatever the number of threads: see `_LOCK`.
    """
    policy = {
        "filename": "rules",
        "filters": [{"header": {"targets": {target: options}}, "terms": terms} for options, terms in filters if terms],
    }
    if not policy["filters"]:
        return ""
    with _LOCK, _Listening() as heard:
        named = naming.Naming()
        named.ParseDefinitionsObject({"networks": definitions.networks, "services": definitions.services}, "")
        texts = api.Generate([policy], named)
    if heard.complaints or len(texts) != 1:
        raise NotRendered(f"{target}: {'; '.join(heard.complaints) or 'no text'}")
    return KEYWORDS.sub("", next(iter(texts.values())))


class _Listening(logging.Handler):
    """Keeps what Aerleon complains of, and keeps it off standard error."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.complaints = []
        self.logger = logging.getLogger("absl")

    def emit(self, record):
        self.complaints.append(record.getMessage())

    def __enter__(self):
        self.before = self.logger.propagate, list(self.logger.handlers)
        self.logger.propagate, self.logger.handlers = False, [self]
        return self

    def __exit__(self, *error):
        self.logger.propagate, self.logger.handlers = self.before
