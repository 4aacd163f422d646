"""An alports in a process of its own, with a data directory of its own, and visitors who keep cookies."""

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from urllib.parse import urlencode

from django.conf import settings

STARTS_WITHIN = 90  # seconds, for a first start on a busy machine
ADMIN = {"ALPORTS_ADMIN_USERNAME": "ann", "ALPORTS_ADMIN_PASSWORD": "orchard-lantern-42"}


@contextlib.contextmanager
def served(data_dir, **variables):
    """Start `manage.py serve`; give a function that makes visitors, once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "ALPORTS_DATA_DIR": str(data_dir), "ALPORTS_BIND": f"127.0.0.1:{port}"}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve"],
        cwd=settings.BASE_DIR,
        env={**environment, "DATABASE_URL": "", **ADMIN, **variables},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _await(process, port)
        yield lambda **headers: Visitor(port, headers)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _await(process, port):
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended"
        with contextlib.suppress(OSError):
            if Visitor(port).get("/readyz").status == 200:
                return
        time.sleep(0.1)
    raise AssertionError("the server did not answer in time")


class Visitor:
    """Sends requests and keeps cookies, by name alone: whether a browser would send them is for a test to judge."""

    def __init__(self, port, headers=()):
        self.port, self.headers, self.cookies = port, dict(headers), {}

    def get(self, path, **headers):
        """The answer to GET, with `text`."""
        return self._send("GET", path, None, headers)

    def post(self, path, **fields):
        """The answer to a form, which takes its security token from the page at `path`."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(path).text)[1]
        return self.send_form(path, csrfmiddlewaretoken=token, **fields)

    def send_form(self, path, **fields):
        """The answer to a form with these fields, as a browser sends it. No redirect is followed."""
        return self._send("POST", path, urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"})

    def _send(self, method, path, body, headers):
        cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request(method, path, body, {**self.headers, **cookies, **headers})
            answer = connection.getresponse()
            answer.text = answer.read().decode(errors="replace")
        for line in answer.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer
