"""What alports writes to its log: a line for each request, and one for whatever else is worth knowing.

A line is text (`2026-11-25T14:02:11.482Z request id=… address=… user=… method=GET path=/ status=200 ms=3.1`) or, with
ALPORTS_LOG_FORMAT=json, a JSON object with the same keys. No query, body, cookie, token or password is ever in it.
"""

import json
import logging
import os
import re
import sys
import threading
import time
from contextvars import ContextVar
from queue import Empty, SimpleQueue

from portmatrix.utils.db import one_line, trouble_of

LONGEST_VALUE = 500  # characters of a path or a user's name
MOST_WAITING = 10_000  # lines; a log that nobody takes must not fill the memory

request_id: ContextVar[str] = ContextVar("request_id", default="")

_PLAIN = re.compile(r"[!#-<>-~]+")  # printable ASCII without blanks, quotes and equals signs


def text_line(stamp: str, event: str, fields: dict[str, object]) -> str:
    """A line of text; a value with blanks or control characters is written as a JSON string."""
    return f"{stamp} {event} " + " ".join(f"{name}={_word(value)}" for name, value in fields.items()) + "\n"


def json_line(stamp: str, event: str, fields: dict[str, object]) -> str:
    """A JSON object on a line of its own."""
    return json.dumps({"time": stamp, "event": event, **fields}) + "\n"


LINES = {"text": text_line, "json": json_line}


def _word(value):
    text = str(value)[:LONGEST_VALUE]
    return text if _PLAIN.fullmatch(text) else json.dumps(text) if text else "-"


def stamp(seconds: float) -> str:
    """A time as in `2026-11-25T14:02:11.482Z`; `seconds` since 1970."""
    whole = int(seconds)
    if _stamps.get("whole") != whole:
        _stamps.update(whole=whole, text=time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole)))
    return f"{_stamps['text']}.{int((seconds - whole) * 1000):03d}Z"


_stamps: dict[str, object] = {}


def note(event: str, **fields: object) -> None:
    """Write a line about something of which the current request's own line tells too little."""
    from django.conf import settings  # this module is read by the settings

    line = LINES[settings.ENVIRONMENT.log_format]
    put(line(stamp(time.time()), event, {"id": request_id.get(), **fields}))


def put(text: str) -> None:
    """Write to standard error: at once, or where a `Writer` is in use by its thread."""
    if _writers:
        _writers[-1].write(text)
    else:
        sys.stderr.write(text)
        sys.stderr.flush()


_writers: list["Writer"] = []


class Writer:
    """Writes lines to standard error from a thread of its own, so that whoever reads the log can hold nobody up.

    From then on all of this process's log goes through it. What waits is written with one call.
    Beyond `MOST_WAITING` lines are counted, not kept.
    """

    def __init__(self, descriptor: int = 2) -> None:
        self._descriptor = descriptor
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        self._lost = 0
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._thread.start()
        _writers.append(self)

    def write(self, line: str) -> None:
        """Take a line, which ends with a line break. Never waits."""
        if self._lines.qsize() < MOST_WAITING:
            self._lines.put(line)
        else:
            self._lost += 1

    def close(self, seconds: float = 1) -> None:
        """Write what waits, for so long at most."""
        self._lines.put(None)
        self._thread.join(seconds)

    def _run(self):
        ended = False
        while not ended:
            batch = [self._lines.get()]
            time.sleep(0.02)  # the lines of a busy moment become one call
            try:
                while len(batch) < MOST_WAITING:
                    batch.append(self._lines.get_nowait())
            except Empty:
                pass
            ended = None in batch
            lost, self._lost = self._lost, 0
            if lost:
                batch.append(f"{stamp(time.time())} log lost={lost}\n")
            self._put("".join(line for line in batch if line))

    def _put(self, text):
        data = text.encode("utf-8", "backslashreplace")
        while data:
            try:
                data = data[os.write(self._descriptor, data) :]
            except OSError:
                return  # nobody reads the log any more


class Handler(logging.Handler):
    """Records go where the lines of requests go."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            put(self.format(record) + "\n")
        except Exception:
            self.handleError(record)


class TextFormatter(logging.Formatter):
    """A record as a line of text; a traceback, if there is one, follows on lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{stamp(record.created)} {record.levelname} {record.name}: {_printable(record.getMessage())}"
        if number := request_id.get():
            line += f" (request {number})"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class JsonFormatter(logging.Formatter):
    """A record as a JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {"level": record.levelname, "logger": record.name, "message": record.getMessage()}
        if number := request_id.get():
            fields["id"] = number
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        return json_line(stamp(record.created), "log", fields).rstrip("\n")


class NoFaultOfOurs(logging.Filter):
    """A request that is refused, and a database that is away, busy or full, are no faults of the code: one line says
    so, without a traceback.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            record.exc_info = record.exc_text = None
        error = record.exc_info[1] if record.exc_info else None
        if trouble := trouble_of(error):
            record.msg, record.args = "%s: %s (%s)", (record.getMessage(), trouble.sentence, one_line(error))
            record.exc_info = record.exc_text = None
        return True


def _printable(text):
    return "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in text)
