"""What was written, what of it was acknowledged, and which answers are right in view of that.

A deployment has one writer, which writes version 1, 2, 3 … of its document. Every part of a document tells its version.
After a write of unknown outcome nothing more is written to that deployment: the write may still be carried out.
"""

import threading
from dataclasses import dataclass, replace

# Ports of two hosts, which deployments move in turn while they refer to the other host.
PORTS = ("citrix-provisioning-connector-tcp-3509", "agent-tcp-8016")


@dataclass(frozen=True)
class Entry:
    """A deployment: the last version that was acknowledged, 0 for none, and the last that was sent."""

    acknowledged: int = 0
    sent: int = 0

    def allows(self, version: int) -> bool:
        """Whether a deployment may be found at a version; 0 is “there is none”."""
        return self.acknowledged <= version <= self.sent


class Ledger:
    """Entries by slug, for all threads."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._lock = threading.Lock()

    def send(self, slug: str) -> int:
        """Note that the next version is about to be sent; returns its number."""
        with self._lock:
            entry = self._entries.get(slug, Entry())
            self._entries[slug] = replace(entry, sent=entry.sent + 1)
            return entry.sent + 1

    def acknowledge(self, slug: str, version: int) -> None:
        """Note that a version was acknowledged."""
        with self._lock:
            self._entries[slug] = replace(self._entries[slug], acknowledged=version)

    def entries(self) -> dict[str, Entry]:
        """All entries as they are now."""
        with self._lock:
            return dict(self._entries)

    @property
    def acknowledged(self) -> int:
        """How many writes were acknowledged."""
        return sum(entry.acknowledged for entry in self.entries().values())


def document(slug: str, version: int) -> dict:
    """The document of a deployment, `drill-<writer>-<number>`, at a version."""
    writer = int(slug.split("-")[1])
    hosts = ("admin-user", "agent", "appliance")
    return {
        "slug": slug,
        "name": f"Drill {slug}",
        "description": f"version {version}",
        "components": ["citrix-provisioning-connector"],
        "endpoints": [
            {"component": host, "name": host, "address": f"10.{number}.{version}.1"}
            for number, host in enumerate(hosts)
        ],
        "overrides": [{"port": PORTS[writer % 2], "number": 20000 + version, "reason": f"version {version}"}],
    }


def version_of(found: dict) -> int:
    """The version of a document that was read. Raises `ValueError` when its parts are not all of one version."""
    versions = {
        int(found["description"].removeprefix("version ")),
        *(int(endpoint["address"].split(".")[2]) for endpoint in found["endpoints"]),
        *(override["number"] - 20000 for override in found["overrides"]),
        *(int(override["reason"].removeprefix("version ")) for override in found["overrides"]),
    }
    if len(versions) != 1 or (len(found["endpoints"]), len(found["overrides"])) != (3, 1):
        raise ValueError(f"{found['slug']} is made of versions {sorted(versions)}: {found}")
    return versions.pop()
