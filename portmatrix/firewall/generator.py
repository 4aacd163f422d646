"""Aerleon, the generator behind most platforms: its dictionaries, its lock, and what it must not keep to itself."""

import logging
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Self

from .comments import describe
from .names import digest
from .permits import Permit, Side

LONGEST_COMMENT = 68  # more would be wrapped
BACK = " (answers)"

# Aerleon keeps the definitions of the policy that it reads in its modules, so two threads would mix their networks.
_LOCK = threading.Lock()
# Version control's keywords, which Aerleon writes into every file.
KEYWORDS = re.compile(r"^.*\$(Id|Date|Revision):.*\n", re.MULTILINE)

Term = dict[str, Any]  # one rule, as Aerleon takes it


class NotRendered(RuntimeError):
    """The generator complained, or left a rule out. That is a fault of this program: nothing may be lost unseen."""


@dataclass
class Definitions:
    """Names for networks and ports: exactly those that the terms use, since some platforms write all of them.

    With `digests` a name carries a digest of what it stands for: loaded into a firewall beside an earlier file, or
    beside another deployment's, it never changes the meaning of a name that is there. The name of a side has at most
    `longest` characters.
    """

    digests: bool = True
    longest: int | None = None
    networks: dict[str, Any] = field(default_factory=dict)
    services: dict[str, Any] = field(default_factory=dict)
    names: dict[Side, str] = field(default_factory=dict)

    def side(self, side: Side) -> str:
        """The name of a side: the slug of its component, which has one side in one deployment's whole network. Where
        several deployments have several sides for it, the names need digests.
        """
        if side not in self.names:
            values = [{"address": str(network)} for network in side.networks]
            values += [{"fqdn": name} for name in side.names]
            name = side.component.slug
            if self.digests:
                tail = f"-{digest(str(values))}"
                name = f"{name[: self.longest and self.longest - len(tail)].rstrip('-')}{tail}"
            self.networks[name] = {"values": values}
            self.names[side] = name
        return self.names[side]

    def service(self, transport: str, number: int) -> str:
        """The name of a port."""
        name = f"{transport}-{number}"
        self.services[name] = [{"protocol": transport, "port": number}]
        return name


def term(permit: Permit, definitions: Definitions) -> Term:
    """A permit as a term, named after its rule."""
    rule = permit.rule
    return {
        "name": rule.id,
        "comment": describe(rule, LONGEST_COMMENT),
        "source-address": definitions.side(permit.source),
        "destination-address": definitions.side(permit.destination),
        "protocol": rule.transport,
        "destination-port": definitions.service(rule.transport, rule.number),
        "action": "accept",
    }


def answer(permit: Permit, definitions: Definitions) -> Term:
    """What comes back, for packet filters that keep no state: from the port, and with TCP never a first packet."""
    first = term(permit, definitions)
    back = {key: value for key, value in first.items() if key != "destination-port"}
    back |= {
        "name": f"{permit.rule.id}-back",
        "comment": describe(permit.rule, LONGEST_COMMENT - len(BACK)) + BACK,
        "source-address": first["destination-address"],
        "destination-address": first["source-address"],
        "source-port": first["destination-port"],
    }
    return {**back, "option": "tcp-established"} if permit.rule.transport == "tcp" else back


def generate(target: str, filters: Iterable[tuple[str, list[Term]]], definitions: Definitions) -> str:
    """The text of one platform. `filters` are (options of the target, terms). Raises `NotRendered`.

    One call at a time, whatever the number of threads: see `_LOCK`.
    """
    policy: Any = {
        "filename": "rules",
        "filters": [{"header": {"targets": {target: options}}, "terms": terms} for options, terms in filters if terms],
    }
    if not policy["filters"]:
        return ""
    with _LOCK, _Complaints() as complaints:
        from aerleon import api  # with all that they load they take 12 MiB, which a server without exports need not
        from aerleon.lib import naming

        names = naming.Naming()
        names.ParseDefinitionsObject({"networks": definitions.networks, "services": definitions.services}, "")
        texts = api.Generate([policy], names) or {}
    if complaints.messages or len(texts) != 1:
        raise NotRendered(f"{target}: {'; '.join(complaints.messages) or 'no text'}")
    return KEYWORDS.sub("", next(iter(texts.values())))


class _Complaints(logging.Handler):
    """Keeps the messages of what Aerleon complains of, and keeps them off standard error."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []
        self.logger = logging.getLogger("absl")

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())

    def __enter__(self) -> Self:
        self.before = self.logger.propagate, list(self.logger.handlers)
        self.logger.propagate, self.logger.handlers = False, [self]
        return self

    def __exit__(self, *error: object) -> None:
        self.logger.propagate, self.logger.handlers = self.before
