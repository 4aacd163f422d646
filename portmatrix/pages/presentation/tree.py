"""The order of components in a picture: by kind, then by name, each followed by its own. Pure: no queries."""

from collections import defaultdict

from ...choices import Kind

_POSITION = {kind: position for position, kind in enumerate(Kind.values)}


def in_tree_order(components, *relations):
    """Return `(component, depth)` pairs: without a parent among the components the depth is 0, and children follow.

    `relations` names what makes a parent: "host", "group" or both; the first that leads to a given component counts.
    """
    by_pk = {component.pk: component for component in components}
    children = defaultdict(list)
    for component in sorted(by_pk.values(), key=_by_kind_and_name):
        parents = (getattr(component, f"{relation}_id") for relation in relations)
        children[next((pk for pk in parents if pk in by_pk), None)].append(component)

    def walk(parent, depth):
        for component in children[parent]:
            yield component, depth
            yield from walk(component.pk, depth + 1)

    return list(walk(None, 0))


def _by_kind_and_name(component):
    return _POSITION[component.kind], component.name.casefold(), component.slug
