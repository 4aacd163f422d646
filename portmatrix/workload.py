"""Which work is too much for the interpreter that answers everybody, and how it gets out of it.

The server (alports_site/front) marks the requests that it runs in the threads of the interpreter that answers. Work on
a large deployment raises `TooMuchHere` there before it begins, and the server runs the whole request once more in a
process of its own. Everywhere else (commands, tests, other servers) nothing is marked and all work is done in place.
"""

from contextvars import ContextVar

SAFE = ("GET", "HEAD", "OPTIONS")  # what changes nothing, and may be asked twice

# What the server and the requests that it runs tell each other, in the WSGI environment.
SHARED = "alports.shared"  # this interpreter answers everybody
HEAVY = "alports.heavy"  # this request asks for a process of its own
USER = "alports.user"  # the name of whom it was from

# Endpoints of a deployment. On one core its rules take 0.05 s for 1,000, the file of a firewall 0.3 s.
MOST_FOR_FILE = 1_000
MOST_FOR_RULES = 4_000
# Bytes of a body that changes something: some 1,000 endpoints.
MOST_BODY = 65_536

shared_interpreter: ContextVar[bool] = ContextVar("shared_interpreter", default=False)


class TooMuchHere(Exception):
    """This request is to be run in a process of its own. Nothing has been written yet."""


def is_shared() -> bool:
    """Whether this request runs in the interpreter that answers everybody."""
    return shared_interpreter.get()


def refuse_here(size: int, most: int) -> None:
    """Raises `TooMuchHere` if the work is larger than `most` and this is the interpreter that answers everybody."""
    if size > most and is_shared():
        raise TooMuchHere
