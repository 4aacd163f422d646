"""Deployment documents for tests."""

import json
from pathlib import Path

from portmatrix.deployments import service as store
from portmatrix.deployments.document import read_document
from portmatrix.deployments.installation import installation_of
from portmatrix.rules import find, resolve

FOLDER = Path(__file__).parent.parent / "data" / "deployments"


def example(name):
    """A document of `tests/data/deployments/`, decoded."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def stored_example(name, user):
    """A document of `tests/data/deployments/`, stored: a `Deployment`."""
    return store.put(name, example(name), user)[0]


def deployment(*components, endpoints=(), overrides=(), **others):
    """A document; `endpoints` are (component, address) pairs, `overrides` are (listener, number) pairs."""
    return {
        "slug": "frankfurt",
        "name": "Frankfurt",
        "components": list(components),
        "endpoints": [{"component": slug, "name": "here", "address": address} for slug, address in endpoints],
        "overrides": [{"port": slug, "number": number, "reason": "CHG-1"} for slug, number in overrides],
        **others,
    }


def rules_of(data, catalogue):
    """The `Rules` of a document, and its `Finding`s."""
    installation = installation_of(read_document(data, catalogue), catalogue)
    rules = resolve(installation)
    return rules, find(installation, rules)
