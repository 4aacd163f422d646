"""The ASGI application: takes each request from the event loop to Django and back, and writes its line in the log."""

import asyncio
import logging
import os
import re
import time
from contextlib import contextmanager, suppress
from multiprocessing.util import Finalize

from django.conf import settings
from django.db import close_old_connections
from django.http import JsonResponse

from alports_site import client_address, logs
from portmatrix import health
from portmatrix.pages import plain
from portmatrix.workload import IN_WORKER, SAFE_METHODS

from .answer import Answer, answer_of, call_wsgi, environ_of
from .bodies import Bodies, Gone, NoRoom, TooLong, TooSlow
from .heavy import Died, HeavyProcesses
from .threads import QueueFull, Threads, TookTooLong

# Each has a connection to the database. With one of a heavy process, a worker has eight at most.
THREADS_READING, THREADS_WRITING, THREADS_PROBING = 4, 2, 1
PROBE_TIMEOUT = 2  # seconds
RETRY_AFTER = 5  # seconds
CHUNK = 65_536  # bytes of a file that are sent at once

_GOOD_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

logger = logging.getLogger("alports.server")


class Front:
    """The ASGI application around a WSGI application."""

    def __init__(self, wsgi_application) -> None:
        environment = settings.ENVIRONMENT
        queue, timeout = environment.queue_timeout, environment.request_timeout
        self._wsgi = wsgi_application
        self._bodies = Bodies(environment.max_body_bytes, environment.body_timeout)
        self._reading = Threads("read", THREADS_READING, queue, timeout)
        self._writing = Threads("write", THREADS_WRITING, queue, timeout)
        self._probing = Threads("probe", THREADS_PROBING, PROBE_TIMEOUT, PROBE_TIMEOUT)
        self._heavy = HeavyProcesses(environment.heavy_jobs, timeout, environment.heavy_timeout)
        self._probe: asyncio.Task | None = None
        self._log = logs.Writer()
        # A worker ends without running `atexit` functions; multiprocessing runs this.
        Finalize(None, self._log.close, exitpriority=10)
        self._format_line = logs.LINES[environment.log_format]

    async def __call__(self, scope, receive, send) -> None:
        """Answer one HTTP request, and log it."""
        if scope["type"] != "http":
            return
        started = time.perf_counter()
        headers = dict(scope["headers"])
        request_id = _request_id(headers)
        try:
            answer = await self._answer(scope, headers, receive, request_id)
        except Exception:
            token = logs.request_id.set(request_id)
            logger.exception("%s %s failed before or behind Django", scope["method"], scope["path"])
            logs.request_id.reset(token)
            answer = answer_of(plain.refusal(scope["path"], 500, "The server failed. The fault has been logged."))
        with suppress(OSError, RuntimeError):  # the client has closed the connection
            await _send(send, answer, request_id)
        self._log_request(scope, answer, request_id, time.perf_counter() - started)

    async def _answer(self, scope, headers, receive, request_id):
        path = scope["path"]
        probe = path.removeprefix(settings.PATH_PREFIX)
        if probe == "/healthz":
            return _probe_answer(scope["method"], {"status": "alive"}, 200)
        if probe == "/readyz":
            return _probe_answer(scope["method"], *health.answer_of(await self._readiness()))
        try:
            async with self._bodies.read(headers, receive) as body:
                return await self._call_django(scope, body, request_id)
        except TooLong:
            return _then_close(plain.too_long(path, self._bodies.most))
        except Gone:
            return _then_close(plain.refusal(path, 400, "The body of the request is not whole."))
        except TooSlow:
            advice = f"A body has to come within {self._bodies.seconds} seconds."
            return _then_close(plain.refusal(path, 408, "The body of the request did not come in time.", advice))
        except NoRoom:
            return _then_close(plain.not_now(path, "Too many large requests are on their way.", RETRY_AFTER))
        except QueueFull:
            return answer_of(plain.not_now(path, "The server is busy.", RETRY_AFTER))
        except TookTooLong:
            return _interrupted(scope, "The answer took too long to make.")
        except Died:
            return _interrupted(scope, "The process that made the answer ended; it may have needed too much memory.")

    async def _call_django(self, scope, body, request_id):
        """Django's answer, from a thread of this process or, for a heavy request, from a process of its own."""
        try:
            environ = environ_of(scope, body, request_id)
        except ValueError:
            return answer_of(plain.refusal(scope["path"], 400, "The headers or the query can't be understood."))
        threads = self._reading if scope["method"] in SAFE_METHODS else self._writing
        answer = await threads.run(lambda: call_wsgi(self._wsgi, environ | {IN_WORKER: True}, body))
        return await self._heavy.run(environ, body) if answer.is_heavy else answer

    async def _readiness(self):
        """What `health.readiness` returns. Requests that come while it runs share one run; none waits long."""
        if self._probe is None or self._probe.done():
            self._probe = asyncio.create_task(self._probing.run(_readiness))
            self._probe.add_done_callback(lambda probe: probe.cancelled() or probe.exception())  # marks it as seen
        try:
            # Waiting for a thread and running in it may each take so long; here they do together.
            async with asyncio.timeout(PROBE_TIMEOUT):
                return await asyncio.shield(self._probe)
        except (TimeoutError, QueueFull, TookTooLong):
            return {"database": f"The database does not answer within {PROBE_TIMEOUT} seconds."}

    def _log_request(self, scope, answer, request_id, seconds):
        peer = scope["client"][0] if scope.get("client") else ""
        forwarded = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for").decode("latin-1")
        fields = {
            "id": request_id,
            "address": client_address.client_of(peer, forwarded, settings.TRUSTED_PROXIES) if forwarded else peer,
            "user": answer.user,
            "method": scope["method"],
            "path": scope["raw_path"].decode("latin-1"),
            "status": answer.status,
            "ms": round(seconds * 1000, 1),
        }
        self._log.write(self._format_line(logs.stamp(time.time()), "request", fields))


def _request_id(headers):
    """The id that a proxy gave to the request, else a new one."""
    given = headers.get(b"x-request-id", b"").decode("latin-1")
    return given if _GOOD_ID.fullmatch(given) else os.urandom(8).hex()


def _readiness():
    close_old_connections()
    try:
        return health.readiness()
    finally:
        close_old_connections()


def _probe_answer(method, body, status):
    if method not in ("GET", "HEAD"):
        return Answer(405, [(b"allow", b"GET, HEAD"), (b"content-length", b"0")])
    answer = answer_of(JsonResponse(body, status=status))
    answer.headers.append((b"cache-control", b"no-store"))
    return answer


def _interrupted(scope, message):
    """503 for a request that had begun. If it was a change, whether it was made is not known."""
    if scope["method"] in SAFE_METHODS:
        return answer_of(plain.not_now(scope["path"], message, RETRY_AFTER))
    advice = "Whether the change was made is not known: look before you send it again."
    return answer_of(plain.refusal(scope["path"], 503, message, advice, RETRY_AFTER))


def _then_close(response):
    """An answer that closes the connection, because not all of the request was read."""
    answer = answer_of(response)
    answer.headers.append((b"connection", b"close"))
    return answer


async def _send(send, answer, request_id):
    headers = [*answer.headers, (b"x-request-id", request_id.encode())]
    with _chunks_of(answer) as chunks:
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        last = b""
        for chunk in chunks:
            if last:
                await send({"type": "http.response.body", "body": last, "more_body": True})
            last = chunk
        await send({"type": "http.response.body", "body": last, "more_body": False})


@contextmanager
def _chunks_of(answer):
    """Yield the pieces of an answer's body. If a file holds it, delete the file: its content stays while it is open."""
    if answer.file is None:
        yield answer.body
        return
    with answer.file.open("rb") as file:
        answer.file.unlink()
        yield iter(lambda: file.read(CHUNK), b"")
