"""The domain's rules that hold among the catalogue's entries. Pure: the catalogue's fields and references are sound
already.
"""

from collections import defaultdict
from collections.abc import Iterator

from ..reach import address_owner
from ..utils.text import folded
from .faults import Fault
from .read import Entry
from .spec import SPECS, Checked


def broken_rules(catalogue: Checked) -> Iterator[Fault]:
    """Yield a fault for every broken rule of a checked catalogue."""
    yield from _circles(catalogue, "host")
    yield from _circles(catalogue, "group")
    yield from _own_platforms(catalogue)
    yield from _aliases_taken(catalogue)
    yield from _aliases_badly_shared(catalogue)
    yield from _shared_sockets(catalogue)
    yield from _wrong_ends(catalogue)
    yield from _same_connection_twice(catalogue)
    yield from _gaps(catalogue)
    yield from _loose(
        catalogue, "connections", "statements", "No row of the vendor page states it. Name it in statements.yaml."
    )
    yield from _loose(catalogue, "assumptions", "connections", "It touches no connection. Name it in connections.yaml.")


def _circles(catalogue: Checked, relation: str) -> Iterator[Fault]:
    """Nothing runs on itself or belongs to itself, not by way of others either."""
    components = catalogue["components"]
    for slug, (entry, data) in components.items():
        seen, above = set(), data[relation]
        while above and above != slug and above not in seen:
            seen.add(above)
            above = components[above][1][relation]
        if above == slug:
            yield entry.fault(
                relation, data[relation], f"“{slug}” would be its own {relation}. Choose another or none."
            )


def _own_platforms(catalogue: Checked) -> Iterator[Fault]:
    """Nothing connects the appliance with itself, or needs itself. Circles by way of others do no harm here."""
    for slug, (entry, data) in catalogue["components"].items():
        for relation, named in (("platform", [data["platform"]]), ("needs", data["needs"])):
            if slug in named:
                yield entry.fault(relation, slug, f"“{slug}” is this component itself. Name another or none.")


def _aliases_taken(catalogue: Checked) -> Iterator[Fault]:
    """No alias is another component's slug or name, and none stands twice at one component."""
    owners = defaultdict(set)
    for slug, data in catalogue.data("components").items():
        for name in (slug, data["name"]):
            owners[folded(name)].add(slug)
    for slug, (entry, data) in catalogue["components"].items():
        seen = set()
        for position, alias in enumerate(data["aliases"]):
            path, name = f"aliases[{position}].name", folded(alias["name"])
            if others := owners[name] - {slug}:
                yield entry.fault(path, alias["name"], f"“{min(others)}” is called so. Leave the alias out.")
            if name in seen:
                yield entry.fault(path, alias["name"], "Stands twice in the list. Keep one.")
            seen.add(name)


def _aliases_badly_shared(catalogue: Checked) -> Iterator[Fault]:
    """An alias of several components says at each of them that it is shared; no other says so."""
    aliases = defaultdict(list)
    for slug, (entry, data) in catalogue["components"].items():
        for position, alias in enumerate(data["aliases"]):
            aliases[folded(alias["name"])].append((slug, entry, f"aliases[{position}]", alias))
    for places in aliases.values():
        slugs = {slug for slug, *_ in places}
        for slug, entry, path, alias in places:
            others = ", ".join(f"“{other}”" for other in sorted(slugs - {slug}))
            if others and not alias["shared"]:
                fix = f"An alias of {others} as well. Write “shared: true” at each of them, or leave it out."
                yield entry.fault(f"{path}.name", alias["name"], fix)
            if alias["shared"] and not others:
                yield entry.fault(f"{path}.shared", True, "No other component has this alias. Leave “shared” out.")


def _shared_sockets(catalogue: Checked) -> Iterator[Fault]:
    """Two ports on one host can't share a transport and number."""
    components, sockets = catalogue.data("components"), defaultdict(list)
    for slug, (entry, data) in catalogue["ports"].items():
        address = address_owner(data["component"], components[data["component"]]["host"])
        sockets[address, data["transport"], data["number"]].append((slug, entry, data))
    for (address, transport, number), ports in sockets.items():
        for _, entry, _ in ports[1:]:
            first = ports[0][0]
            fix = f"{transport.upper()} {number} is taken on “{address}” by “{first}”. Give another number."
            yield entry.fault("number", number, fix)


def _wrong_ends(catalogue: Checked) -> Iterator[Fault]:
    """A connection has two different ends, and uses ports of its destination only."""
    ports = catalogue.data("ports")
    for entry, data in catalogue["connections"].values():
        if data["source"] == data["destination"]:
            yield entry.fault("destination", data["destination"], "It is the source as well. Name the other end.")
        for slug in data["ports"]:
            if ports[slug]["component"] != data["destination"]:
                yield entry.fault("ports", slug, f"Not a port of the destination “{data['destination']}”.")


def _same_connection_twice(catalogue: Checked) -> Iterator[Fault]:
    """A connection is stored once; every row that states it points to it."""
    slugs: dict[tuple[str, str, str], str] = {}
    for slug, (entry, data) in catalogue["connections"].items():
        connection = (data["source"], data["destination"], data["activity"])
        if connection in slugs:
            fix = f"The same connection as “{slugs[connection]}”. Keep one of the two."
            yield entry.fault("activity", data["activity"], fix)
        slugs.setdefault(connection, slug)


def _gaps(catalogue: Checked) -> Iterator[Fault]:
    """The rows of a section count 1, 2, 3, …"""
    positions: dict[str, dict[int, Entry]] = defaultdict(dict)
    for entry, data in catalogue["statements"].values():
        positions[data["section"]][data["position"]] = entry
    for section, rows in positions.items():
        for expected, position in enumerate(sorted(rows), start=1):
            if position != expected:
                yield rows[position].fault("position", position, f"Row {expected} of “{section}” is missing before it.")
                break


def _loose(catalogue: Checked, stem: str, mentioned_in: str, fix: str) -> Iterator[Fault]:
    """Entries that no entry of another file mentions, though one has to."""
    mentioned = {slug for data in catalogue.data(mentioned_in).values() for slug in data[stem]}
    for key, (entry, _) in catalogue[stem].items():
        if key not in mentioned:
            yield entry.fault(SPECS[stem].fields[0].name, key, fix)
