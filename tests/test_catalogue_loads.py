"""Which catalogue a database holds, when nodes with several editions use it."""

import shutil

import pytest
from django.conf import settings
from django.core.management import call_command

from portmatrix import catalogue

pytestmark = pytest.mark.django_db


def test_a_catalogue_that_was_replaced_by_a_later_one_is_known_as_such(tmp_path):
    """So that a node with an older version does not load its own for all that use the database."""
    ours, later = settings.CATALOGUE_DIR, shutil.copytree(settings.CATALOGUE_DIR, tmp_path / "fixtures")
    with (later / "components.yaml").open("a") as file:
        file.write("# a later edition\n")

    def replaced():
        return [catalogue.was_replaced(ours), catalogue.was_replaced(later)]

    assert replaced() == [False, False]
    call_command("load_catalogue", later, verbosity=0)
    assert replaced() == [True, False]
    call_command("load_catalogue", ours, verbosity=0)  # somebody wants it back
    assert replaced() == [False, True]
