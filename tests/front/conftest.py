"""A stored installation, and what a test needs to serve it."""

import pytest

from ..support.front import PASSWORD
from ..support.server import free_port, manage, serving


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """(data directory, token of an administrator) of one installation for the whole module."""
    data_dir = tmp_path_factory.mktemp("installation") / "data"
    variables = {"ALPORTS_ADMIN_USERNAME": "ann", "ALPORTS_ADMIN_PASSWORD": PASSWORD}
    with serving(data_dir, free_port(), **variables):
        pass
    return data_dir, manage(data_dir, "create_token", "ann").split()[-1]


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def data_dir(installation):
    return installation[0]


@pytest.fixture
def headers(installation):
    """What a program sends that may write."""
    return {"Authorization": f"Token {installation[1]}", "Content-Type": "application/json"}
