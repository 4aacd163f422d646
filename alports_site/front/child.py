"""The program that answers heavy requests: it reads them from standard input and writes answers to standard output."""

import os
import pickle
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from alports_site.processes import end_with_parent

MOST_IN_MEMORY = 262_144  # bytes of a body
NICENESS = 5  # the workers, which answer small requests, go first


def main() -> None:
    """Answer requests until standard input ends."""
    end_with_parent()
    os.nice(NICENESS)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between the answers

    from alports_site import logs
    from alports_site.front.answer import call_wsgi
    from alports_site.front.heavy import LENGTH
    from alports_site.wsgi import application
    from portmatrix.workload import IN_WORKER

    log = logs.Writer()
    while head := sys.stdin.buffer.read(LENGTH.size):
        (length,) = LENGTH.unpack(head)
        environ, body = pickle.loads(sys.stdin.buffer.read(length))  # noqa: S301 - our own server wrote it
        environ.pop(IN_WORKER, None)
        answer = pickle.dumps(_with_body_in_file(call_wsgi(application, environ, body)))
        answers.write(LENGTH.pack(len(answer)) + answer)
        answers.flush()
    log.close()


def _with_body_in_file(answer):
    """Put a large body into a file, so that the worker never holds all of it in memory."""
    if sum(map(len, answer.body)) <= MOST_IN_MEMORY:
        return answer
    number, name = tempfile.mkstemp(prefix="alports-")
    try:
        with os.fdopen(number, "wb") as file:
            file.writelines(answer.body)
    except OSError:  # the disk is full
        os.unlink(name)
        return answer
    return replace(answer, body=[], file=Path(name))


if __name__ == "__main__":
    main()
