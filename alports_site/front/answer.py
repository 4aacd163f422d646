"""An answer as bytes, and how a WSGI application is called for one."""

import io
import sys
from dataclasses import dataclass, field
from pathlib import Path

from asgiref.wsgi import WsgiToAsgiInstance
from django.http import HttpResponse

from alports_site import logs
from alports_site.security_headers import PLAIN_HEADERS
from portmatrix.workload import NEEDS_OWN_PROCESS, USER_NAME

REQUEST_ID = "alports.request_id"  # a key of the WSGI environment


@dataclass
class Answer:
    """Status, headers and body as ASGI wants them; `user` is the name of the signed-in user, or empty.

    With `is_heavy` it is no answer: the request has to run again in a process of its own.
    """

    status: int
    headers: list[tuple[bytes, bytes]]
    body: list[bytes] = field(default_factory=list)
    user: str = ""
    is_heavy: bool = False
    file: Path | None = None  # holds the body instead of `body`; deleted when the answer is sent


def environ_of(scope: dict, body: bytes, request_id: str) -> dict:
    """Return the WSGI environment of an ASGI request, without its streams, so that it can be pickled.

    Raises `ValueError` for a request with some hundred headers of one name, or a query that is not ASCII.
    """
    # X_Forwarded_For would become the same variable as the X-Forwarded-For that a proxy set.
    scope = {**scope, "headers": [(name, value) for name, value in scope["headers"] if b"_" not in name]}
    instance = WsgiToAsgiInstance(None)
    instance.scope = scope
    environ = instance.build_environ(scope, None)
    del environ["wsgi.input"], environ["wsgi.errors"]
    environ["CONTENT_LENGTH"] = str(len(body)) if body else ""
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    return environ | {REQUEST_ID: request_id}


def call_wsgi(application, environ: dict, body: bytes) -> Answer:
    """Call a WSGI application and collect its whole answer, so that a client that reads slowly occupies no thread."""
    environ = environ | {"wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr}
    token = logs.request_id.set(environ[REQUEST_ID])
    started = []
    try:
        response = application(environ, lambda status, headers, exc_info=None: started.append((status, headers)))
        try:
            chunks = [chunk for chunk in response if chunk]
        finally:
            if close := getattr(response, "close", None):
                close()
    finally:
        logs.request_id.reset(token)
    status, headers = started[-1]
    user, is_heavy = environ.get(USER_NAME, ""), bool(environ.get(NEEDS_OWN_PROCESS))
    return Answer(int(status[:3]), _encoded(headers), chunks, user, is_heavy)


def answer_of(response: HttpResponse) -> Answer:
    """Return the `Answer` of a response that passed no middleware, with the headers that the middleware would set."""
    headers = {**PLAIN_HEADERS, **response.headers}
    return Answer(response.status_code, _encoded(headers.items()), [response.content])


def _encoded(headers):
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
