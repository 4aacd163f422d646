"""Firewall configurations for tests."""

import datetime
import json
from functools import cache
from pathlib import Path

from portmatrix.catalogue.snapshot import Catalogue
from portmatrix.deployments.document import read_document
from portmatrix.deployments.installation import installation_of
from portmatrix.firewall import PLATFORMS, ConfigurationRequest, DeploymentRules, render
from portmatrix.rules import resolve

from .deployments import deployment

DATE = datetime.date(2026, 7, 1)
GOLDEN = Path(__file__).parent.parent / "data" / "firewall"
# Names full of what ends a string, a comment or a command on some platform, and of letters beyond ASCII.
HOSTILE = [
    "x\" ; flush ruleset # */ } --> ]]> $(reboot) & del `reboot` '; Remove-Item C:\\ #",
    "%PATH% ^ ! ? | < > \\ <!-- -- // {{ }} ${x} ~ *",
    "Zürich ☃ 東京",
]

# One rule in common to the letter (to the directory), one component at different addresses, one with overlapping ones.
FRANKFURT = deployment(
    endpoints=[
        ("admin-user", "10.9.0.0/24"),
        ("appliance", "10.20.0.10"),
        ("active-directory", "10.1.0.2"),
        ("smb-file-server", "10.20.0.5"),
    ]
)
ULM = deployment(
    slug="ulm",
    name="Ulm",
    endpoints=[
        ("admin-user", "10.9.0.128/25"),
        ("appliance", "10.20.0.10"),
        ("active-directory", "10.1.0.2"),
        ("smb-file-server", "10.30.0.5"),
    ],
)


@cache
def loaded():
    """The catalogue's data. It outlives a test: no test of configurations changes the catalogue."""
    return Catalogue.load()


def request_for(*documents, endpoint=None, mark_bit=None):
    """The `ConfigurationRequest` for a document, or for several."""
    return ConfigurationRequest(tuple(map(_deployment_rules, documents)), DATE, endpoint, mark_bit)


def _deployment_rules(data):
    catalogue = loaded()
    document = read_document(data, catalogue)
    endpoints = tuple((endpoint.component, endpoint.name, endpoint.address) for endpoint in document.endpoints)
    rules = resolve(installation_of(document, catalogue))
    return DeploymentRules(document.slug, document.name, rules, endpoints)


def configured(platform, *documents, endpoint=None, mark_bit=None):
    """The `Configuration` of a document on a platform, by its slug; or of several."""
    return render(PLATFORMS[platform], request_for(*documents, endpoint=endpoint, mark_bit=mark_bit))


def golden(platform):
    """The `Configuration` that stands in `tests/data/firewall/`: of Hamburg, and there of elm01."""
    document = json.loads((GOLDEN / "hamburg.json").read_text(encoding="utf-8"))
    return configured(platform, document, endpoint="elm01" if PLATFORMS[platform].per_host else None)


def write_golden():
    """Write all of them anew. Only by hand, with the catalogue loaded, and then read every difference:

    python manage.py shell -c "from tests.support.firewalls import write_golden; write_golden()"
    """
    for platform in PLATFORMS:
        configuration = golden(platform)
        (GOLDEN / configuration.filename).write_text(configuration.text, encoding="utf-8", newline="")
