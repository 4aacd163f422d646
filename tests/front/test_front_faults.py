"""What goes wrong around the server: a log that nobody reads, signals at bad moments, full disks, files moved away."""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from ..support.disks import mounted
from ..support.front import LARGE, assert_small_answers_come_soon, connect, head, heavy_processes, put, sign_in
from ..support.server import STOPS_WITHIN, ask, log_of, serving, start, wait_for, wait_for_exit

pytestmark = [pytest.mark.timeout(300), pytest.mark.process]

EXPORT = "/api/deployments/large/firewall/iptables/"


def test_a_name_with_an_underscore_does_not_pass_for_what_a_proxy_says(data_dir, port):
    """`X_Forwarded_For` and `X-Forwarded-For` are one variable in WSGI."""
    with serving(data_dir, port) as process:
        for number in range(6):
            made_up = {"X_Forwarded_For": f"198.51.100.{number}", "X-Forwarded-For": "203.0.113.6"}
            answer = sign_in(port, "wrong", **made_up)
        assert answer.status == 429
        assert "198.51.100" not in log_of(process)
        assert " address=203.0.113.6 user=ann result=locked" in log_of(process)


def test_a_log_that_nobody_reads_holds_nobody_up(data_dir, port):
    """Standard error is a pipe, and the pipe is full."""
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    process = start(data_dir, port, log=os.fdopen(writer, "w"))
    try:
        wait_for(lambda: answers(port))
        for _ in range(100):
            ask(port, "/healthz")
        for _ in range(5):
            assert ask(port, "/ports/", headers={"Host": "evil.example"}).status == 400
            assert ask(port, "/accounts/login/", "POST", b"a=1").status == 403
        assert_small_answers_come_soon(port, rounds=2)
        process.terminate()
        process.wait(STOPS_WITHIN)
    finally:
        kill_group(process)
        os.close(reader)


def answers(port):
    with contextlib.suppress(OSError):
        return ask(port, "/readyz", timeout=5).status == 200


def kill_group(process):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGKILL])
def test_a_stop_while_a_worker_is_loading_ends_it(data_dir, port, sent):
    process = start(data_dir, port)
    try:
        wait_for(lambda: " serves on " in log_of(process))
        wait_for(lambda: children_of(process))
        time.sleep(0.3)  # it imports for a second
        os.kill(process.pid, sent)
        process.wait(STOPS_WITHIN)
        wait_for(lambda: not members_of(process), within=5)
    finally:
        kill_group(process)


def children_of(process):
    return subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True).stdout.split()


def members_of(process):
    return subprocess.run(["pgrep", "-g", str(process.pid)], capture_output=True).stdout.split()


def test_large_bodies_on_their_way_keep_no_small_one_out(data_dir, port):
    most = 2_621_440
    opening = head("POST", "/accounts/login/", f"Content-Length: {most}")
    with serving(data_dir, port), contextlib.ExitStack() as stack:
        for _ in range(12):
            stack.enter_context(connect(port, opening, b"x" * (most - 1)))
        time.sleep(1)
        large = ask(port, "/accounts/login/", "POST", b"x" * most)
        assert (large.status, large.headers["Retry-After"]) == (503, "5")
        assert b"Too many large requests are on their way." in large.body
        assert ask(port, "/accounts/login/", "POST", b"a=1").status == 403
        assert sign_in(port, "orchard-lantern-42").status == 302


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 256 KiB."""
    place = tmp_path / "disk"
    place.mkdir()
    with mounted(place, "256k") as is_there:
        if not is_there:
            pytest.skip("a file system can't be mounted here: that takes root")
        yield place


def test_a_large_answer_comes_although_no_file_can_hold_it(data_dir, port, headers, small_disk):
    with serving(data_dir, port, TMPDIR=str(small_disk)) as process:
        put(port, "large", headers, LARGE)
        answer = ask(port, EXPORT, headers=headers)
        assert (answer.status, len(answer.body) > 262_144) == (200, True)
        assert list(small_disk.iterdir()) == []
        assert "Traceback" not in log_of(process)


def test_a_client_that_leaves_leaves_no_file(data_dir, port, headers, tmp_path):
    lines = [f"{name}: {value}" for name, value in headers.items()]
    with serving(data_dir, port, TMPDIR=str(tmp_path)) as process:
        put(port, "large", headers, LARGE)
        for _ in range(3):
            connect(port, head("GET", EXPORT, *lines)).close()
        assert ask(port, EXPORT, headers=headers).status == 200
        wait_for(lambda: not heavy_processes(process.pid))
        assert list(tmp_path.iterdir()) == []


def test_a_process_for_heavy_work_that_died_is_replaced(data_dir, port, headers):
    with serving(data_dir, port) as process:
        put(port, "large", headers, LARGE)
        for _ in range(3):
            assert ask(port, EXPORT, headers=headers).status == 200
            for pid in heavy_processes(process.pid):
                os.kill(int(pid), signal.SIGKILL)
        assert "Traceback" not in log_of(process)


def test_a_database_file_that_is_moved_away_is_503_until_it_is_back(data_dir, port):
    with tempfile.TemporaryDirectory() as directory:
        ours = Path(directory) / "data"
        shutil.copytree(data_dir, ours)
        with serving(ours, port) as process:
            away = Path(directory) / "away"
            away.mkdir()
            files = list(ours.glob("alports.sqlite3*"))
            for file in files:
                file.rename(away / file.name)
            for path in ("/", "/api/components/"):
                answer = ask(port, path)
                assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
                assert b"The database has no tables: it is new, or its file was moved away." in answer.body
            ready = ask(port, "/readyz")
            assert (ready.status, "no tables" in ready.json()["checks"]["catalogue"]) == (503, True)
            for file in ours.glob("alports.sqlite3*"):
                file.unlink()
            for file in away.iterdir():
                file.rename(ours / file.name)
            wait_for(lambda: answers(port), within=10)
            assert ask(port, "/").status == 200
            assert "Traceback" not in log_of(process)


def test_a_port_that_is_taken_during_the_start_is_noticed(tmp_path, port):
    """Two starts at once: the first start on an empty directory takes long enough for the second to come between."""
    first, second = (start(tmp_path / "data", port) for _ in range(2))
    try:
        wait_for(lambda: answers(port))
        wait_for(lambda: first.poll() is not None or second.poll() is not None, within=20)
        loser = first if first.poll() is not None else second
        code, said = wait_for_exit(loser)
        assert (code, "Cannot listen on http://127.0.0.1:" in said) == (1, True)
    finally:
        kill_group(first)
        kill_group(second)
