"""The log: a line for each request and for each other event, written to standard error.

A line is text (`2026-11-25T14:02:11.482Z request id=… address=… user=… method=GET path=/ status=200 ms=3.1`) or, with
ALPORTS_LOG_FORMAT=json, a JSON object with the same keys. It never contains a query, body, cookie, token or password.
"""

import json
import logging
import os
import re
import sys
import threading
import time
from collections.abc import Mapping
from contextvars import ContextVar
from queue import Empty, SimpleQueue

from portmatrix.utils.db import one_line, trouble_of

LONGEST_VALUE = 500  # characters of a path or a user's name
MOST_WAITING = 10_000  # lines; if nobody reads the log, it must not fill the memory

request_id: ContextVar[str] = ContextVar("request_id", default="")

_PLAIN = re.compile(r"[!#-<>-~]+")  # printable ASCII except blanks, double quotes and equals signs


def text_line(stamp: str, event: str, fields: Mapping[str, object]) -> str:
    """Return a line of text; a value with blanks or control characters becomes a JSON string."""
    return f"{stamp} {event} " + " ".join(f"{name}={_word(value)}" for name, value in fields.items()) + "\n"


def json_line(stamp: str, event: str, fields: Mapping[str, object]) -> str:
    """Return a line with a JSON object."""
    return json.dumps({"time": stamp, "event": event, **fields}) + "\n"


LINES = {"text": text_line, "json": json_line}


def _word(value):
    text = str(value)[:LONGEST_VALUE]
    return text if _PLAIN.fullmatch(text) else json.dumps(text) if text else "-"


def stamp(seconds: float) -> str:
    """Return a time, given in seconds since 1970, as in `2026-11-25T14:02:11.482Z`."""
    whole = int(seconds)
    if _stamps.get("whole") != whole:
        _stamps.update(whole=whole, text=time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole)))
    return f"{_stamps['text']}.{int((seconds - whole) * 1000):03d}Z"


_stamps: dict[str, object] = {}


def log_event(event: str, **fields: object) -> None:
    """Write a line about an event within the current request, besides the line of the request itself."""
    from django.conf import settings  # the settings import this module

    line = LINES[settings.ENVIRONMENT.log_format]
    write(line(stamp(time.time()), event, {"id": request_id.get(), **fields}))


def write(text: str) -> None:
    """Write to standard error: by the thread of the newest `Writer` if there is one, else at once."""
    if _writers:
        _writers[-1].write(text)
    else:
        sys.stderr.write(text)
        sys.stderr.flush()


_writers: list["Writer"] = []


class Writer:
    """Writes lines to standard error from a thread of its own, so that a slow reader of the log delays no request.

    Once it is made, all of this process's log goes through it. Lines that wait are written with one call. If more than
    `MOST_WAITING` lines wait, further ones are lost; their number is logged.
    """

    def __init__(self, descriptor: int = 2) -> None:
        self._descriptor = descriptor
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        self._lost = 0
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._thread.start()
        _writers.append(self)

    def write(self, line: str) -> None:
        """Queue a line, which must end with a line break. Never waits."""
        if self._lines.qsize() < MOST_WAITING:
            self._lines.put(line)
        else:
            self._lost += 1

    def close(self, seconds: float = 1) -> None:
        """Write the lines that wait, within the given time."""
        self._lines.put(None)
        self._thread.join(seconds)

    def _run(self):
        ended = False
        while not ended:
            batch = [self._lines.get()]
            time.sleep(0.02)  # to collect further lines for one call
            try:
                while len(batch) < MOST_WAITING:
                    batch.append(self._lines.get_nowait())
            except Empty:
                pass
            ended = None in batch
            lost, self._lost = self._lost, 0
            if lost:
                batch.append(f"{stamp(time.time())} log lost={lost}\n")
            self._write_all("".join(line for line in batch if line))

    def _write_all(self, text):
        data = text.encode("utf-8", "backslashreplace")
        while data:
            try:
                data = data[os.write(self._descriptor, data) :]
            except OSError:
                return  # the reader of the log has gone


class Handler(logging.Handler):
    """Writes records of Python's `logging` to the same place as the lines of requests."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            write(self.format(record) + "\n")
        except Exception:
            self.handleError(record)


class TextFormatter(logging.Formatter):
    """Formats a record as a line of text; a traceback, if there is one, follows on further lines."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{stamp(record.created)} {record.levelname} {record.name}: {_printable(record.getMessage())}"
        if number := request_id.get():
            line += f" (request {number})"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class JsonFormatter(logging.Formatter):
    """Formats a record as a JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {"level": record.levelname, "logger": record.name, "message": record.getMessage()}
        if number := request_id.get():
            fields["id"] = number
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        return json_line(stamp(record.created), "log", fields).rstrip("\n")


class HideExpectedTracebacks(logging.Filter):
    """Removes the traceback of a refused request, and of a database that is away, busy or full: these are no faults of
    the code, and one line describes them.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            record.exc_info = record.exc_text = None
        error = record.exc_info[1] if record.exc_info else None
        if error and (trouble := trouble_of(error)):
            record.msg, record.args = "%s: %s (%s)", (record.getMessage(), trouble.sentence, one_line(error))
            record.exc_info = record.exc_text = None
        return True


def _printable(text):
    return "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in text)
