"""Reading as of one moment: what others write meanwhile is not seen, neither half nor whole."""

import threading
from unittest.mock import patch

import pytest
from django.db import connection

from portmatrix.catalogue.snapshot import Catalogue
from portmatrix.deployments import service as store
from portmatrix.models import Deployment
from portmatrix.utils.db import consistent_read

from .support.api_calls import client_of
from .support.deployments import deployment
from .support.helpers import editor, viewer

OLD = deployment("ntp-server", endpoints=[("appliance", "10.0.0.1"), ("ntp-server", "10.0.0.2")])
NEW = deployment(name="New", endpoints=[("appliance", "10.0.0.1"), ("agent", "10.0.0.3")])


def elsewhere(write):
    """Do something as another user of the database would, and wait for it."""

    def run():
        try:
            write()
        finally:
            connection.close()

    other = threading.Thread(target=run)
    other.start()
    other.join()


@pytest.mark.django_db(transaction=True)
def test_what_others_write_meanwhile_is_seen_afterwards():
    edith = editor()
    store.create(OLD, edith)
    with consistent_read():
        assert Deployment.objects.get().name == "Frankfurt"
        elsewhere(lambda: store.put("frankfurt", NEW, edith))
        assert Deployment.objects.get().name == "Frankfurt"
        assert Deployment.objects.get().endpoints.filter(address="10.0.0.2").exists()
    assert Deployment.objects.get().name == "New"


@pytest.mark.django_db(transaction=True)
def test_a_failure_ends_the_moment():
    with pytest.raises(ZeroDivisionError), consistent_read():
        Deployment.objects.exists() / 0
    store.create(OLD, editor())
    assert Deployment.objects.get().name == "Frankfurt"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["", "rules/"])
def test_an_answer_is_of_the_old_document_or_of_the_new_one(path):
    """Somebody puts a new document while the old one is read, after its columns and before all else."""
    edith = editor()
    store.create(OLD, edith)
    client = client_of(viewer())
    before = client.get(f"/api/deployments/frankfurt/{path}").json()
    found = store.document_of

    def slow(stored):
        elsewhere(lambda: store.put("frankfurt", NEW, edith))
        return found(stored)

    patched = "portmatrix.deployments.evaluate.document_of" if path else "portmatrix.deployments.service.document_of"
    with patch(patched, slow):
        assert client.get(f"/api/deployments/frankfurt/{path}").json() == before
    assert client.get(f"/api/deployments/frankfurt/{path}").json() != before
    assert Catalogue.load().connections
