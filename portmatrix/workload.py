"""Which requests are heavy work, and how the server learns that one is.

Each worker of the server answers its requests in threads of one process, of which Python runs one at a time. A request
that computes for seconds would delay all the others. So the server marks the requests that it runs in these threads,
`require_light` raises `HeavyWork` in a marked request before such a computation begins, and the server then runs the
whole request again in a process of its own (alports_site/front). Commands, tests and other servers mark nothing: there
the work is done in place.
"""

from contextlib import suppress
from contextvars import ContextVar

from django.http import HttpRequest

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")  # they change nothing, so a request can be repeated

# Keys of the WSGI environment, through which the server and Django tell each other about a request.
IN_WORKER = "alports.shared"  # set by the server: the request runs in a worker, beside others
NEEDS_OWN_PROCESS = "alports.heavy"  # set by Django: run this request again, in a process of its own
USER_NAME = "alports.user"  # set by Django, for the log: who is signed in

# The largest work that is done in a worker. On one core, rules of 1,000 endpoints take 0.05 s, a firewall file 0.3 s.
LIGHT_FILE_ENDPOINTS = 1_000
LIGHT_RULES_ENDPOINTS = 4_000
LIGHT_BODY_BYTES = 65_536  # of a request that changes something: about 1,000 endpoints

in_worker: ContextVar[bool] = ContextVar("in_worker", default=False)


class HeavyWork(Exception):
    """This request has to run in a process of its own. Nothing has been written yet."""


def require_light(size: int, limit: int) -> None:
    """Raise `HeavyWork` if work of this size is above the limit and the request runs in a worker."""
    if size > limit and in_worker.get():
        raise HeavyWork


def require_light_body(request: HttpRequest) -> None:
    """Raise `HeavyWork` for a change with a large body: judging and storing a large document takes seconds."""
    if request.method not in SAFE_METHODS:
        require_light(body_length(request), LIGHT_BODY_BYTES)


def body_length(request: HttpRequest) -> int:
    """The bytes that the request says its body has; 0 if it says nothing, or no number."""
    with suppress(ValueError):
        return int(request.META.get("CONTENT_LENGTH") or 0)
    return 0
