"""A thousand clients that hold connections of nginx and say little or nothing."""

import contextlib
import socket
import ssl

from tests.support import nginx

SOURCE = "127.0.0.3"
HALF_HEAD = b"GET / HTTP/1.1\r\nHost: ports.example.org\r\nX-"
HALF_BODY = b"POST /accounts/login/ HTTP/1.1\r\nHost: ports.example.org\r\nContent-Length: 99\r\n\r\na"


@contextlib.contextmanager
def slow_clients(proxy: nginx.Nginx, count: int):
    """Open `count` connections: a quarter each silent, silent after TLS, with half a head, with half a body.

    Yields how many nginx still holds when all have been opened: it refuses bodies of one address beyond a hundred.
    """
    context = ssl.create_default_context(cafile=proxy.chain)
    with contextlib.ExitStack() as held:
        clients = []
        for number in range(count):
            client = held.enter_context(socket.create_connection(("127.0.0.1", proxy.https), 10, (SOURCE, 0)))
            if kind := number % 4:
                client = held.enter_context(context.wrap_socket(client, server_hostname=nginx.NAME))
                client.sendall((b"", b"", HALF_HEAD, HALF_BODY)[kind])
            clients.append(client)
        yield sum(map(_is_held, clients))


def _is_held(client):
    client.setblocking(False)
    try:
        client.recv(1)
    except (BlockingIOError, ssl.SSLWantReadError):
        return True
    return False  # closed, or an answer
