"""Nodes that note what they are asked and answer, or break off, as a test says."""

import contextlib
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Asked(NamedTuple):
    """A request as the node received it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Node:
    """A node on a port of loopback.

    `answer` is called with each `Asked` and returns (status, body), or None to break the connection off. `asked` are
    the requests so far, `connections` the number of connections that were opened.
    """

    def __init__(self, answer: Callable[[Asked], tuple[int, bytes] | None]) -> None:
        self.asked: list[Asked] = []
        self.connections = 0
        self.answer = answer
        self._server = _Server(self)
        self.address = ("127.0.0.1", self._server.server_port)

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, node):
        self.node = node
        super().__init__(("127.0.0.1", 0), _Handler)

    def get_request(self):
        self.node.connections += 1
        return super().get_request()

    def handle_error(self, *_):
        """A connection that broke off is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _handle(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = Asked(self.command, self.path, dict(self.headers), body)
        self.server.node.asked.append(asked)
        answer = self.server.node.answer(asked)
        if answer is None:
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        status, text = answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    do_GET = do_HEAD = do_OPTIONS = do_POST = do_PUT = do_PATCH = do_DELETE = _handle

    def log_message(self, *_):
        pass
