"""The domain's rules that hold among the catalogue's entries. Pure: the catalogue's fields and references are sound
already.
"""

from collections import defaultdict

from .spec import SPECS


def broken_rules(catalogue):
    """Yield a fault for every broken rule of a checked catalogue."""
    yield from _circles(catalogue, "host")
    yield from _circles(catalogue, "group")
    yield from _shared_sockets(catalogue)
    yield from _wrong_ends(catalogue)
    yield from _same_flow_twice(catalogue)
    yield from _gaps(catalogue)
    yield from _loose(
        catalogue, "connections", "statements", "No row of the page states it. Name it in statements.yaml."
    )
    yield from _loose(catalogue, "assumptions", "connections", "It touches no connection. Name it in connections.yaml.")


def _circles(catalogue, relation):
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


def _shared_sockets(catalogue):
    """Two listeners on one host can't share a transport and number."""
    components, sockets = catalogue.data("components"), defaultdict(list)
    for slug, (entry, data) in catalogue["ports"].items():
        address = components[data["component"]]["host"] or data["component"]
        sockets[address, data["transport"], data["number"]].append((slug, entry, data))
    for (address, transport, number), listeners in sockets.items():
        for _, entry, _ in listeners[1:]:
            first = listeners[0][0]
            fix = f"{transport.upper()} {number} is taken on “{address}” by “{first}”. Give another number."
            yield entry.fault("number", number, fix)


def _wrong_ends(catalogue):
    """A connection has two different ends, and uses listeners of its destination only."""
    ports = catalogue.data("ports")
    for entry, data in catalogue["connections"].values():
        if data["source"] == data["destination"]:
            yield entry.fault("destination", data["destination"], "It is the source as well. Name the other end.")
        for slug in data["ports"]:
            if ports[slug]["component"] != data["destination"]:
                yield entry.fault("ports", slug, f"Not a listener of the destination “{data['destination']}”.")


def _same_flow_twice(catalogue):
    """A flow is stored once; every row that states it points to it."""
    flows = {}
    for slug, (entry, data) in catalogue["connections"].items():
        flow = (data["source"], data["destination"], data["activity"])
        if flow in flows:
            yield entry.fault("activity", data["activity"], f"The same flow as “{flows[flow]}”. Keep one of the two.")
        flows.setdefault(flow, slug)


def _gaps(catalogue):
    """The rows of a section count 1, 2, 3, …"""
    positions = defaultdict(dict)
    for entry, data in catalogue["statements"].values():
        positions[data["section"]][data["position"]] = entry
    for section, rows in positions.items():
        for expected, position in enumerate(sorted(rows), start=1):
            if position != expected:
                yield rows[position].fault("position", position, f"Row {expected} of “{section}” is missing before it.")
                break


def _loose(catalogue, stem, mentioned_in, fix):
    """Entries that no entry of another file mentions, though one has to."""
    mentioned = {slug for data in catalogue.data(mentioned_in).values() for slug in data[stem]}
    for key, (entry, _) in catalogue[stem].items():
        if key not in mentioned:
            yield entry.fault(SPECS[stem].fields[0].name, key, fix)
