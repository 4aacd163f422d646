"""What every test stands on: an installation of its own, the loaded catalogue, a browser that tolerates no errors."""

import os
import shutil
import tempfile
from pathlib import Path

# Settings read the environment once, so it is set before anything imports them: no test ever sees a developer's
# data or variables. pyproject.toml names no settings module for the same reason.
DATA_DIR = Path(tempfile.mkdtemp(prefix="alports-tests-"))
for name in [name for name in os.environ if name.startswith("ALPORTS_")]:
    del os.environ[name]
os.environ["DJANGO_SETTINGS_MODULE"] = "alports_site.settings"
os.environ["ALPORTS_DATA_DIR"] = str(DATA_DIR)
os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL", "")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in the thread that runs the tests

import pytest
from django.conf import settings
from django.core.management import call_command

from .support.lab import why_no_lab

settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
settings.STATIC_ROOT.mkdir()
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # tests log in often
if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file: in memory, the live server's threads would have to share one connection.
    settings.DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}


def pytest_unconfigure() -> None:
    shutil.rmtree(DATA_DIR, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    """In continuous integration nothing is left out unseen: a skipped test is a failed one."""
    report = yield
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome, report.longrepr = "failed", f"skipped, which CI=true forbids: {report.longrepr}"
    return report


# The database


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Load the catalogue once; each test's transaction is rolled back to it."""
    with django_db_blocker.unblock():
        call_command("load_catalogue", verbosity=0)


@pytest.fixture
def catalogue(db):
    """The database, holding the catalogue and nothing else; any other way to ask for the database gives the same."""


@pytest.fixture(autouse=True)
def _catalogue_after_a_flush(request):
    """Tests that commit end by emptying every table, so each of them loads the catalogue anew."""
    if _commits(request):
        request.getfixturevalue("_django_db_helper")
        call_command("load_catalogue", verbosity=0)


def _commits(request) -> bool:
    marker = request.node.get_closest_marker("django_db")
    return bool({"live_server", "transactional_db"} & set(request.fixturenames)) or bool(
        marker and marker.kwargs.get("transaction")
    )


@pytest.fixture
def folder(tmp_path):
    """A copy of the catalogue's files that a test may change."""
    return shutil.copytree(settings.CATALOGUE_DIR, tmp_path / "fixtures")


# What tests of pages begin with; a module with a browser has its own


@pytest.fixture
def frankfurt(catalogue):
    """The example, stored as the deployment Frankfurt."""
    from .support import helpers  # with the models, which the plugin has to set up first
    from .support.deployments import stored_example

    return stored_example("frankfurt", helpers.editor())


@pytest.fixture
def editing(client, frankfurt):
    """Django's client, signed in as somebody who may change deployments."""
    from .support import helpers

    client.force_login(helpers.editor())
    return client


# The browser


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Use the system's Chromium when there is one, and let it call nobody."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    quiet = ["background-networking", "component-update", "sync", "quic"]
    arguments = ["--no-sandbox", "--disable-gpu", "--no-first-run", *(f"--disable-{name}" for name in quiet)]
    return {**browser_type_launch_args, "args": arguments, **({"executable_path": found} if found else {})}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args, live_server):
    """`page.goto("/connections/")` goes to the live server."""
    return {**browser_context_args, "base_url": live_server.url}


@pytest.fixture
def console_faults() -> list[str]:
    """What the browser complained of so far; a test that provokes a complaint asserts it and clears the list."""
    return []


@pytest.fixture
def page(page, console_faults):
    """A page on which any console error, script error or breach of the Content-Security-Policy fails the test."""
    page.on("console", lambda message: console_faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: console_faults.append(str(error)))
    yield page
    assert console_faults == []


@pytest.fixture(scope="session")
def _kernel():
    """A kernel in which a lab can be made; else the test is skipped and says what is missing."""
    if reason := why_no_lab():
        pytest.skip(f"no packets are sent: {reason}")
