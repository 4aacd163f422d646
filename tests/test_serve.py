"""`manage.py serve`, as an operator meets it: a real process, a real port, a data directory of its own."""

import contextlib
import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time

import pytest
from django.conf import settings

from alports_site import collected

STARTS_WITHIN = 90  # seconds, for a first start on a busy machine
STOPS_WITHIN = 15

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    """One installation for the whole module: its first start does the slow work once."""
    return tmp_path_factory.mktemp("installation") / "data"


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(data_dir, port, **variables):
    """Start the server in a process group of its own, as a terminal does."""
    environment = {
        **os.environ,
        "ALPORTS_DATA_DIR": str(data_dir),
        "ALPORTS_BIND": f"127.0.0.1:{port}",
        "DATABASE_URL": "",
        **variables,
    }
    return subprocess.Popen(
        [sys.executable, "manage.py", "serve"],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@contextlib.contextmanager
def serving(data_dir, port, **variables):
    """A server that answers; whatever the test leaves of it is killed."""
    process = start(data_dir, port, **variables)
    try:
        wait_until_ready(process, port)
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def wait_until_ready(process, port):
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"The server ended with {process.returncode}: {process.stdout.read()}")
        with contextlib.suppress(OSError):
            if get(port, "/readyz")[0] == 200:
                return
        time.sleep(0.1)
    pytest.fail("The server did not answer in time.")


def get(port, path):
    """Return the answer's status and headers."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.headers


def end_of(process):
    """Wait for the process; return its exit code and all it said."""
    said, _ = process.communicate(timeout=STOPS_WITHIN)
    return process.returncode, said


def superusers(data_dir):
    with contextlib.closing(sqlite3.connect(data_dir / "alports.sqlite3")) as database:
        return database.execute("SELECT username FROM auth_user WHERE is_superuser").fetchall()


def test_it_serves_says_where_and_how_to_make_an_administrator(data_dir, port):
    with serving(data_dir, port) as process:
        process.terminate()
        code, said = end_of(process)
    assert code == 0
    assert said.splitlines() == [
        "added: 181 entries (--verbosity 2 names them)",
        "Catalogue: 28 components, 42 listeners, 15 assumptions, 36 connections, 60 statements. Done.",
        "There is no administrator yet. To make one: `python manage.py createsuperuser`, "
        "or set ALPORTS_ADMIN_USERNAME and ALPORTS_ADMIN_PASSWORD and start again.",
        f"alports serves on http://127.0.0.1:{port}/ (data in {data_dir}); Ctrl-C stops it.",
    ]


def test_ctrl_c_ends_it_although_a_browser_holds_a_connection(data_dir, port):
    with serving(data_dir, port) as process, socket.create_connection(("127.0.0.1", port)) as held:
        held.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert held.recv(12) == b"HTTP/1.1 200"
        os.killpg(process.pid, signal.SIGINT)
        code, said = end_of(process)
    assert code == 0
    assert "Traceback" not in said


def test_a_killed_server_leaves_no_worker_on_its_port(data_dir, port):
    with serving(data_dir, port) as process:
        process.kill()
        process.wait(timeout=STOPS_WITHIN)
        wait_until_refused(port)
    with serving(data_dir, port):
        assert get(port, "/healthz")[0] == 200


def wait_until_refused(port):
    deadline = time.monotonic() + STOPS_WITHIN
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            return
        time.sleep(0.1)
    pytest.fail("Something still listens.")


def test_static_files_are_served_under_names_that_never_change_their_content(data_dir, port):
    with serving(data_dir, port):
        status, headers = get(port, f"/static/{hashed(data_dir, 'admin/css/base.css')}")
    assert status == 200
    assert headers["Cache-Control"] == "max-age=315360000, public, immutable"


def hashed(data_dir, name):
    stem = (data_dir / "static" / name).with_suffix("").name
    [found] = (data_dir / "static" / name).parent.glob(f"{stem}.{'[0-9a-f]' * 12}.css")
    return found.relative_to(data_dir / "static")


def test_the_first_administrator_is_made_once(data_dir, port):
    ann = {"ALPORTS_ADMIN_USERNAME": "ann", "ALPORTS_ADMIN_PASSWORD": "orchard-lantern-42"}
    with serving(data_dir, port, **ann) as process:
        process.terminate()
        assert "Made the administrator 'ann'.\n" in end_of(process)[1]
    with serving(data_dir, port, ALPORTS_ADMIN_USERNAME="bob", ALPORTS_ADMIN_PASSWORD="orchard-lantern-43"):
        pass
    assert superusers(data_dir) == [("ann",)]


def test_a_weak_password_for_the_administrator_is_refused(tmp_path, port):
    process = start(tmp_path, port, ALPORTS_ADMIN_USERNAME="ann", ALPORTS_ADMIN_PASSWORD="12345678901")
    said, _ = process.communicate(timeout=STARTS_WITHIN)
    assert (process.returncode, superusers(tmp_path)) == (1, [])
    assert said.splitlines()[-1].startswith("CommandError: ALPORTS_ADMIN_PASSWORD: This password is")


def test_a_port_in_use_is_named_and_nothing_is_changed(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = start(tmp_path, port)
        said, _ = process.communicate(timeout=STARTS_WITHIN)
    assert process.returncode == 1
    assert said == (
        f"CommandError: Cannot listen on http://127.0.0.1:{port}/: Address already in use. "
        "Stop what listens there, or set ALPORTS_BIND to another host:port.\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_what_is_collected_is_not_collected_again_until_a_source_changes(tmp_path, settings):
    (tmp_path / "sources").mkdir()
    source = tmp_path / "sources" / "alports.css"
    source.write_text("a {}")
    settings.STATICFILES_DIRS = [tmp_path / "sources"]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.DATA_DIR, settings.STATIC_ROOT = tmp_path, tmp_path / "static"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    assert [collected.bring_up_to_date(), collected.bring_up_to_date()] == [True, False]
    source.write_text("a { color: red }")
    assert [collected.bring_up_to_date(), collected.bring_up_to_date()] == [True, False]
    assert (tmp_path / "static" / "alports.css").read_text() == "a { color: red }"
