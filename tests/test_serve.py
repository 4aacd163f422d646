"""`manage.py serve`, as an operator meets it: a real process, a real port, a data directory of its own."""

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import time
from pathlib import Path

import pytest

from .support.disks import mounted
from .support.server import (
    STARTS_WITHIN,
    STOPS_WITHIN,
    ask,
    free_port,
    get,
    log_of,
    manage,
    serving,
    start,
    wait_for,
    wait_for_exit,
    wait_until_ready,
)

pytestmark = [pytest.mark.timeout(300), pytest.mark.process]


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    """One installation for the whole module: its first start does the slow work once."""
    return tmp_path_factory.mktemp("installation") / "data"


@pytest.fixture
def port() -> int:
    return free_port()


def superusers(data_dir):
    with contextlib.closing(sqlite3.connect(data_dir / "alports.sqlite3")) as database:
        return database.execute("SELECT username FROM auth_user WHERE is_superuser").fetchall()


def test_it_serves_says_where_and_how_to_make_an_administrator(data_dir, port):
    with serving(data_dir, port) as process:
        process.terminate()
        code, said = wait_for_exit(process)
    assert code == 0
    lines = [line for line in said.splitlines() if " request id=" not in line]
    assert lines == [
        "added: 181 entries (--verbosity 2 names them)",
        "Catalogue: 28 components, 42 ports, 15 assumptions, 36 connections, 60 statements. Done.",
        "There is no administrator yet. To make one: `python manage.py createsuperuser`, "
        "or set ALPORTS_ADMIN_USERNAME and ALPORTS_ADMIN_PASSWORD and start again.",
        f"alports serves on http://127.0.0.1:{port}/ (data in {data_dir}); Ctrl-C stops it.",
    ]


def test_ctrl_c_ends_it_although_a_browser_holds_a_connection(data_dir, port):
    with serving(data_dir, port) as process, socket.create_connection(("127.0.0.1", port)) as held:
        held.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert held.recv(12) == b"HTTP/1.1 200"
        os.killpg(process.pid, signal.SIGINT)
        code, said = wait_for_exit(process)
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
    """The name under which a static file is served: its content's digest is part of it."""
    [folder] = collections_in(data_dir)
    return hashed_in(folder, name)


def hashed_in(folder, name):
    [found] = (folder / name).parent.glob(f"{Path(name).stem}.{'[0-9a-f]' * 12}.css")
    return found.relative_to(folder)


def collections_in(data_dir):
    return [path for path in (data_dir / "static-files").iterdir() if path.is_dir()]


def test_static_files_stay_as_long_as_a_server_uses_them_and_no_longer(data_dir, port):
    home = data_dir / "static-files"
    with serving(data_dir, port):
        [ours] = collections_in(data_dir)
        foreign, used = home / "0123456789abcdef", home / "fedcba9876543210"
        for folder in (foreign, used):
            folder.mkdir()
        lock = os.open(used.with_suffix(".lock"), os.O_RDWR | os.O_CREAT)
        fcntl.flock(lock, fcntl.LOCK_SH)  # as another tree's server holds it
        with serving(data_dir, free_port()):
            assert sorted(collections_in(data_dir)) == sorted([ours, used])
            assert get(port, f"/static/{hashed_in(ours, 'admin/css/base.css')}")[0] == 200
        os.close(lock)


def test_the_first_administrator_is_made_once(data_dir, port):
    ann = {"ALPORTS_ADMIN_USERNAME": "ann", "ALPORTS_ADMIN_PASSWORD": "orchard-lantern-42"}
    with serving(data_dir, port, **ann) as process:
        process.terminate()
        assert "Made the administrator 'ann'.\n" in wait_for_exit(process)[1]
    with serving(data_dir, port, ALPORTS_ADMIN_USERNAME="bob", ALPORTS_ADMIN_PASSWORD="orchard-lantern-43"):
        pass
    assert superusers(data_dir) == [("ann",)]


def test_a_weak_password_for_the_administrator_is_refused(tmp_path, port):
    process = start(tmp_path, port, ALPORTS_ADMIN_USERNAME="ann", ALPORTS_ADMIN_PASSWORD="12345678901")
    _, said = wait_for_exit(process, STARTS_WITHIN)
    assert (process.returncode, superusers(tmp_path)) == (1, [])
    assert said.splitlines()[-1].startswith("CommandError: ALPORTS_ADMIN_PASSWORD: This password is")


def test_a_port_in_use_is_named_and_nothing_is_changed(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = start(tmp_path, port)
        _, said = wait_for_exit(process, STARTS_WITHIN)
    assert process.returncode == 1
    assert said == (
        f"CommandError: Cannot listen on http://127.0.0.1:{port}/: Address already in use. "
        "Stop what listens there, or set ALPORTS_BIND to another host:port.\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_nodes_that_start_at_once_do_the_work_once(tmp_path):
    """Three nodes on one file, as a supervisor starts them."""
    ports = [free_port() for _ in range(3)]
    with contextlib.ExitStack() as stack:
        admin = {"ALPORTS_ADMIN_USERNAME": "ann", "ALPORTS_ADMIN_PASSWORD": "orchard-lantern-42"}
        nodes = [start(tmp_path / "data", port, **admin) for port in ports]
        for node, port in zip(nodes, ports, strict=True):
            stack.enter_context(stopped_at_the_end(node))
            wait_until_ready(node, port)
        assert superusers(tmp_path / "data") == [("ann",)]
        done = [log_of(node).count("added: 181 entries") for node in nodes]
        assert sorted(done) == [0, 0, 1]
        assert not any("Traceback" in log_of(node) for node in nodes)


@contextlib.contextmanager
def stopped_at_the_end(process):
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.parametrize("workers", [1, 2])
def test_workers_that_die_are_started_again(data_dir, port, workers):
    with serving(data_dir, port, ALPORTS_WORKERS=str(workers)) as process:
        for _ in range(3):
            wait_for(lambda: len(children_of(process.pid)) == workers)
            dead = set(children_of(process.pid))
            for worker in dead:
                os.kill(worker, signal.SIGKILL)
            wait_for(lambda dead=dead: len(set(children_of(process.pid)) - dead) == workers)
            wait_for(lambda: answers(port))
        process.terminate()
        assert wait_for_exit(process)[0] == 0


def children_of(pid):
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout
    return [int(line) for line in found.split()]


def answers(port):
    with contextlib.suppress(OSError):
        return ask(port, "/", timeout=5).status == 200


def test_all_its_files_are_for_its_own_user_alone(tmp_path, port):
    data_dir = tmp_path / "data"
    with serving(data_dir, port):
        ask(port, "/")
        paths = [data_dir, *data_dir.rglob("*")]
        assert len(paths) > 10
        assert [path for path in paths if path.stat().st_mode & 0o077] == []


def test_an_installation_that_others_could_read_is_tightened(data_dir, port):
    with serving(data_dir, port):
        pass
    data_dir.chmod(0o755)
    for name in ("alports.sqlite3", "secret_key"):
        (data_dir / name).chmod(0o644)
    with serving(data_dir, port):
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (data_dir, *data_dir.iterdir())}
    assert {modes[name] for name in ("data", "alports.sqlite3-wal") if name in modes} <= {0o700, 0o600}
    assert (modes["data"], modes["alports.sqlite3"], modes["secret_key"]) == (0o700, 0o600, 0o600)


def test_a_database_elsewhere_is_tightened_too(data_dir, port, tmp_path):
    with serving(data_dir, port):
        pass
    file = tmp_path / "ports.sqlite3"
    shutil.copy(data_dir / "alports.sqlite3", file)
    file.chmod(0o644)
    manage(tmp_path / "data", "check", DATABASE_URL=f"sqlite:///{file}")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def refused_to_start(data_dir, **variables):
    """(exit code, what it said, seconds) of a start that is to fail."""
    begun = time.monotonic()
    process = start(data_dir, free_port(), **variables)
    with stopped_at_the_end(process):
        code, said = wait_for_exit(process, STARTS_WITHIN)
    return code, said, time.monotonic() - begun


def test_a_directory_with_files_of_others_is_refused(tmp_path):
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    home.chmod(0o755)
    (home / "letter.txt").touch()
    code, said, _ = refused_to_start(home)
    assert (code, said) == (
        1,
        "alports cannot start, ALPORTS_DATA_DIR cannot be used: "
        f"{home} can be entered by other users and holds files that are not alports' (letter.txt). Name a directory of "
        f"its own as ALPORTS_DATA_DIR, or, if it is for alports alone, close it: chmod 700 {home}.\n",
    )
    assert stat.S_IMODE(home.stat().st_mode) == 0o755


def test_a_file_that_is_no_database_is_named_in_one_sentence(tmp_path):
    data_dir = tmp_path / "data"
    data_dir.mkdir(mode=0o700)
    (data_dir / "alports.sqlite3").write_bytes(b"not a database at all" * 500)
    code, said, _ = refused_to_start(data_dir)
    assert (code, said) == (
        1,
        f"CommandError: alports cannot start: The database file {data_dir}/alports.sqlite3 is damaged or no database "
        "(file is not a database). Restore a backup (manage.py restore), or move the file away to begin with an empty "
        "one.\n",
    )


def test_a_database_that_is_away_is_waited_for_and_then_named(tmp_path):
    url = f"postgresql://ann:hush@127.0.0.1:{free_port()}/ports"
    code, said, seconds = refused_to_start(tmp_path, DATABASE_URL=url, ALPORTS_START_TIMEOUT="2")
    first, last = said.splitlines()
    place = f"PostgreSQL at {url.split('@')[1].split('/')[0]}, database ports,"
    assert code == 1
    assert first.startswith(f"Waiting for {place}: ")
    assert last.startswith(f"CommandError: alports cannot start: {place} did not answer within 2 seconds: ")
    assert last.endswith("See that it runs, and that DATABASE_URL is right.")
    assert "hush" not in said
    assert 2 <= seconds < 20


@pytest.fixture
def small_disk(tmp_path):
    """A file system of two mebibytes; a machine without the right to make one is told so."""
    place = tmp_path / "disk"
    place.mkdir(mode=0o700)
    with mounted(place, "2m") as is_there:
        if not is_there:
            pytest.skip("a file system can't be mounted here: that takes root")
        yield place


def test_a_full_disk_is_named_in_one_sentence(small_disk):
    (small_disk / "filler").write_bytes(bytes(1_900_000))
    code, said, _ = refused_to_start(small_disk)
    assert (code, said.count("\n")) == (1, 1)
    assert said.startswith("CommandError: alports cannot start: The disk is full (")
    assert said.endswith("Make room, then start again.\n")


def test_a_database_of_a_newer_version_is_left_alone(data_dir, port, tmp_path):
    with serving(data_dir, port):
        pass
    newer = tmp_path / "data"
    shutil.copytree(data_dir, newer)
    with contextlib.closing(sqlite3.connect(newer / "alports.sqlite3")) as database, database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('portmatrix', '9999_later', '2030-01-01')"
        )
    code, said, _ = refused_to_start(newer)
    assert (code, said) == (
        1,
        "CommandError: alports cannot start: A newer version of alports has brought the database up to date "
        "(portmatrix.9999_later). Start that version, or restore a backup that was made before.\n",
    )


@pytest.mark.parametrize("command", [["load_catalogue"], ["create_token", "ann"], ["migrate"], ["clearsessions"]])
def test_every_command_says_in_one_sentence_that_the_database_is_away(tmp_path, command):
    place = f"127.0.0.1:{free_port()}"
    with pytest.raises(subprocess.CalledProcessError) as failed:
        manage(tmp_path, *command, DATABASE_URL=f"postgresql://ann:hush@{place}/ports")
    said = failed.value.stderr
    assert failed.value.returncode == 1
    assert said.startswith(f"PostgreSQL at {place}, database ports, can't be reached (")
    assert said.endswith("). See that it runs, and that DATABASE_URL is right.\n")
    assert said.count("\n") == 1
