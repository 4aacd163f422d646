"""Visitors of a real server, who keep cookies."""

import contextlib
import http.client
import re
from urllib.parse import urlencode

from .server import free_port, serving

ADMIN = {"ALPORTS_ADMIN_USERNAME": "ann", "ALPORTS_ADMIN_PASSWORD": "orchard-lantern-42"}


@contextlib.contextmanager
def served(data_dir, **variables):
    """Start `manage.py serve`; give a function that makes visitors, once it answers."""
    port = free_port()
    with serving(data_dir, port, **ADMIN, **variables):
        yield lambda **headers: Visitor(port, headers)


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
