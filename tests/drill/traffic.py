"""Clients of the drill: they write and read all the time, over HTTPS through nginx, and check what they read."""

import http.client
import itertools
import json
import random
import socket
import ssl
import threading
import time
from contextlib import closing

from tests.support import nginx

from .ledger import Ledger, document, version_of
from .report import OK, Report, Sample

SOURCE = "127.0.0.2"  # the slow clients have another address: limits are by address
PATIENCE = 60  # seconds; nginx gives up earlier
PAUSE = 0.1  # seconds between two requests of a client
VERSIONS = 5  # of a deployment, then a new one is made
MATRIX = "/api/connections/?port=3509"


class Client:
    """Asks through nginx, each time on a connection of its own."""

    def __init__(self, proxy: nginx.Nginx, token: str) -> None:
        self._port, self._token = proxy.https, token
        self._context = ssl.create_default_context(cafile=proxy.chain)

    def ask(self, method: str, path: str, data: dict | None = None) -> tuple[int, bytes]:
        """Returns status and body. Raises `OSError` and `http.client.HTTPException`."""
        headers = {"Authorization": f"Token {self._token}", "Content-Type": "application/json"}
        connection = http.client.HTTPConnection(nginx.NAME, self._port)
        plain = socket.create_connection(("127.0.0.1", self._port), PATIENCE, (SOURCE, 0))
        with closing(self._context.wrap_socket(plain, server_hostname=nginx.NAME)) as connection.sock:
            connection.request(method, path, None if data is None else json.dumps(data), headers)
            answer = connection.getresponse()
            return answer.status, answer.read()


class Traffic:
    """Threads that write and read until stopped. `wrong` are answers that contradict the ledger, in words."""

    def __init__(self, client: Client, report: Report, writers: int = 3, readers: int = 4) -> None:
        self.client, self.report, self.ledger = client, report, Ledger()
        self.wrong: list[str] = []
        self._matrix = client.ask("GET", MATRIX)
        assert self._matrix[0] == 200, self._matrix
        self._ended = threading.Event()
        threads = [(self._write, number) for number in range(writers)] + [
            (self._read, number) for number in range(readers)
        ]
        self._threads = [threading.Thread(target=self._repeat, args=pair, daemon=True) for pair in threads]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        for thread in self._threads:
            thread.join(PATIENCE)

    def _repeat(self, work, number):
        steps = work(number, random.Random(number))
        while not self._ended.is_set():
            try:
                next(steps)
            except Exception as error:  # a client that falls silent would pass for one without errors
                self.wrong.append(f"A client failed: {error!r}")
                return
            self._ended.wait(PAUSE)

    def _ask(self, kind, *request):
        """Returns (status, body), (None, None) without an answer; notes how it went."""
        began = time.monotonic()
        try:
            status, body = self.client.ask(*request)
            outcome = OK if status in (200, 201, 404) else str(status)
        except (OSError, http.client.HTTPException) as error:
            status, body, outcome = None, None, type(error).__name__
        self.report.add(Sample(kind, outcome, began, time.monotonic()))
        return status, body

    # Writers

    def _write(self, number, _):
        for count in itertools.count():
            slug = f"drill-{number}-{count}"
            for _ in range(VERSIONS):
                yield
                version = self.ledger.send(slug)
                method, path = ("PUT", f"/api/deployments/{slug}/") if version > 1 else ("POST", "/api/deployments/")
                status, body = self._ask("write", method, path, document(slug, version))
                if status not in (200, 201):
                    if status is not None and status < 500:
                        self.wrong.append(f"{method} {slug} version {version}: {status} {body[:200]}")
                    break  # the outcome is unknown
                self.ledger.acknowledge(slug, version)

    # Readers

    def _read(self, number, chance):
        for check in itertools.cycle(
            (self.check_deployment, self._check_matrix, self.check_deployment, self._check_page)
        ):
            yield
            check(chance)

    def check_deployment(self, chance: random.Random, slug: str | None = None) -> None:
        """Read a deployment, a random one unless it is named, and compare it with the ledger."""
        before = self.ledger.entries()
        if not before:
            return
        slug = slug or chance.choice(list(before))
        status, body = self._ask("read", "GET", f"/api/deployments/{slug}/")
        if status not in (200, 404):
            return
        try:
            version = version_of(json.loads(body)) if status == 200 else 0
        except (ValueError, KeyError, IndexError) as error:
            self.wrong.append(f"{slug}: {error!r}")
            return
        after = self.ledger.entries()[slug]
        if not before[slug].acknowledged <= version <= after.sent:
            self.wrong.append(f"{slug} is at version {version}; {before[slug]} before the read, {after} after it.")

    def _check_matrix(self, _):
        status, body = self._ask("read", "GET", MATRIX)
        if status == 200 and body != self._matrix[1]:
            self.wrong.append(f"{MATRIX} has changed: {body[:200]}")

    def _check_page(self, _):
        status, body = self._ask("read", "GET", "/connections/")
        if status == 200 and b"</html>" not in body:
            self.wrong.append(f"The page of connections is not whole: {body[-200:]}")
