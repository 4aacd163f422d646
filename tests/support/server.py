"""A real server for the tests: `manage.py serve` in a process of its own, on a port of its own."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

import pytest
from django.conf import settings

STARTS_WITHIN = 90  # seconds, for a first start on a busy machine
STOPS_WITHIN = 15


def free_port() -> int:
    """A port on which nothing listens at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(data_dir, port, log=None, **variables):
    """Start the server in a process group of its own, as a terminal does. It writes to `log`, a file of its own unless
    another is given.
    """
    environment = {
        **os.environ,
        "ALPORTS_DATA_DIR": str(data_dir),
        "ALPORTS_BIND": f"127.0.0.1:{port}",
        "DATABASE_URL": "",
        "ALPORTS_WORKERS": "1",
        **variables,
    }
    log = log or tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - it lives as long as the process
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve"],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    process.log = log
    return process


def log_of(process) -> str:
    """All that the server has written up to now."""
    process.log.seek(0)
    return process.log.read()


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
        process.wait()


def wait_until_ready(process, port):
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"The server ended with {process.returncode}: {log_of(process)}")
        with contextlib.suppress(OSError):
            if get(port, "/readyz")[0] == 200:
                return
        time.sleep(0.1)
    pytest.fail("The server did not answer in time.")


@dataclass
class Response:
    """What came back, and how long it took in seconds."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes
    seconds: float

    def json(self):
        """The body's value."""
        return json.loads(self.body)


def ask(port, path, method="GET", body=None, headers=None, timeout=60) -> Response:
    """Send a request and take the whole answer."""
    begun = time.monotonic()
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)) as connection:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return Response(answer.status, answer.headers, answer.read(), time.monotonic() - begun)


def get(port, path):
    """Return the answer's status and headers."""
    answer = ask(port, path, timeout=5)
    return answer.status, answer.headers


def wait_for_exit(process, within=STOPS_WITHIN):
    """Wait for the process; return its exit code and all it said."""
    code = process.wait(within)
    return code, log_of(process)


def manage(data_dir, *arguments, **variables) -> str:
    """Run a command of manage.py on an installation; return what it printed."""
    environment = {**os.environ, "ALPORTS_DATA_DIR": str(data_dir), "DATABASE_URL": "", **variables}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, check=True, capture_output=True, text=True
    ).stdout


def wait_for(condition, within=STARTS_WITHIN) -> None:
    """Ask again and again until a condition (a function) is true; fail after so many seconds."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
