"""What a deployment permits, listed one packet at a time straight from the catalogue's files and the document.

Slow and plain on purpose, and it shares nothing with the code that it checks but the catalogue's files.
"""

from pathlib import Path

import yaml

FIXTURES = Path(__file__).parents[2] / "fixtures"
ENCRYPTED_INSTEAD = {"HTTP": "HTTPS", "LDAP": "LDAPS"}


def load(name):
    return yaml.safe_load((FIXTURES / f"{name}.yaml").read_text(encoding="utf-8"))


COMPONENTS = {row["slug"]: row for row in load("components")}
PORTS = {f"{row['component']}-{row['transport']}-{row['number']}": row for row in load("ports")}
CONNECTIONS = load("connections")


def permitted(document):
    """A set of (source address, destination address, transport, number, connection, listener).

    An end whose component has no address has "? slug" for it.
    """
    in_use = {"appliance", "admin-user", *document["components"]}
    in_use |= {endpoint["component"] for endpoint in document["endpoints"]}
    moved = {override["port"]: override["number"] for override in document["overrides"]}
    found = set()
    for connection in CONNECTIONS:
        for source, source_address in places(connection["source"], document, in_use):
            for destination, destination_address in places(connection["destination"], document, in_use):
                if source == destination:
                    continue
                for slug in connection["ports"]:
                    if document.get("encrypted_only") and has_encrypted_twin(slug, connection):
                        continue
                    packet = (source_address, destination_address, PORTS[slug]["transport"])
                    found.add((*packet, moved.get(slug, PORTS[slug]["number"]), connection["slug"], slug))
    return found


def has_encrypted_twin(slug, connection):
    twin = ENCRYPTED_INSTEAD.get(PORTS[slug].get("application"))
    return twin is not None and any(PORTS[other].get("application") == twin for other in connection["ports"])


def places(end, document, in_use):
    """Pairs of machine (a component that has addresses of its own) and address at which an end may be."""
    members = [slug for slug, row in COMPONENTS.items() if row.get("group") == end and slug in in_use]
    own = addresses(end, document)
    if end in in_use and (own or not members):
        yield from at_machine(end, document)
    for member in members:
        yield from at_machine(member, document)


def at_machine(slug, document):
    machine = COMPONENTS[slug].get("host", slug)
    for address in addresses(machine, document) or [f"? {machine}"]:
        yield machine, address


def addresses(slug, document):
    given = [endpoint["address"] for endpoint in document["endpoints"] if endpoint["component"] == slug]
    printed = COMPONENTS[slug].get("fqdn")
    return given or ([printed] if printed else [])
