"""The process for heavy work: reads requests from standard input and writes their answers to standard output."""

import os
import pickle
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from alports_site.processes import heed_the_parent_alone

MOST_IN_MEMORY = 262_144  # bytes of a body
NICENESS = 5  # whoever answers small questions goes first


def main() -> None:
    """Answer requests until standard input ends."""
    heed_the_parent_alone()
    os.nice(NICENESS)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what some library prints must not get between the answers

    from alports_site import logs
    from alports_site.front.answer import ask
    from alports_site.front.heavy import LENGTH
    from alports_site.wsgi import application
    from portmatrix.workload import SHARED

    log = logs.Writer()
    while head := sys.stdin.buffer.read(LENGTH.size):
        (length,) = LENGTH.unpack(head)
        environ, body = pickle.loads(sys.stdin.buffer.read(length))  # noqa: S301 - the server wrote it
        environ.pop(SHARED, None)
        answer = pickle.dumps(_in_file(ask(application, environ, body)))
        answers.write(LENGTH.pack(len(answer)) + answer)
        answers.flush()
    log.close()


def _in_file(answer):
    """The answer with a large body in a file, so that the process that answers everybody never holds all of it."""
    if sum(map(len, answer.body)) <= MOST_IN_MEMORY:
        return answer
    number, name = tempfile.mkstemp(prefix="alports-")
    try:
        with os.fdopen(number, "wb") as file:
            file.writelines(answer.body)
    except OSError:  # no room
        os.unlink(name)
        return answer
    return replace(answer, body=[], file=Path(name))


if __name__ == "__main__":
    main()
