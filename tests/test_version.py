"""The version: one place says it, everything else repeats it."""

import re
import tomllib

import pytest
from django.conf import settings

from alports_site import __version__


def test_the_changelog_begins_with_this_version():
    headings = re.findall(r"^## (.*)$", (settings.BASE_DIR / "CHANGELOG.md").read_text(), flags=re.MULTILINE)
    assert re.fullmatch(rf"{re.escape(__version__)} \((?:\d{{4}}-\d\d-\d\d|unreleased)\)", headings[0])


def test_the_project_reads_its_version_from_the_package():
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
    assert "version" not in project["project"]
    assert "version" in project["project"]["dynamic"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "alports_site.__version__"}


def test_the_schema_says_the_version(client, db):
    assert client.get("/api/schema/?format=json").json()["info"]["version"] == __version__


@pytest.mark.parametrize("address", ["/", "/ports/3509/", "/accounts/login/"])
def test_pages_show_the_version(client, db, address):
    assert f"alports {__version__}." in client.get(address).content.decode()
