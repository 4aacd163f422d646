"""Threads for requests: each kind of request has a fixed number, so that no kind can delay another."""

import asyncio
import os
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

from django.db.backends.signals import connection_created

Result = TypeVar("Result")

MOST_WAITING = 200  # requests; more would not be answered in time anyway


class QueueFull(Exception):
    """Too many requests wait already, or this one waited too long to begin."""


class TookTooLong(Exception):
    """The work has begun and is not done in time."""


class Slots:
    """A fixed number of slots for work. At most `most_waiting` callers wait for one, each `queue_timeout` seconds."""

    def __init__(self, number: int, queue_timeout: float, most_waiting: int) -> None:
        self.queue_timeout, self.most_waiting = queue_timeout, most_waiting
        self._free = asyncio.Semaphore(number)
        self._waiting = 0

    async def acquire(self) -> None:
        """Take a slot; give it back with `release`. Raises `QueueFull`."""
        if self._waiting >= self.most_waiting:
            raise QueueFull
        self._waiting += 1
        try:
            async with asyncio.timeout(self.queue_timeout):
                await self._free.acquire()
        except TimeoutError:
            raise QueueFull from None
        finally:
            self._waiting -= 1

    def release(self) -> None:
        """Give a slot back."""
        self._free.release()


class Threads:
    """Some threads. A call waits at most `queue_timeout` seconds for one, and may then take `timeout` seconds."""

    def __init__(self, name: str, number: int, queue_timeout: float, timeout: float) -> None:
        self.timeout = timeout
        self._executor = ThreadPoolExecutor(number, thread_name_prefix=name)
        self._slots = Slots(number, queue_timeout, MOST_WAITING)

    async def run(self, call: Callable[[], Result]) -> Result:
        """Return what the call returns. Raises `QueueFull`, `TookTooLong`, and whatever the call raises.

        A call that takes too long goes on, and occupies its thread until it ends. Its connection to PostgreSQL is cut:
        from a server that hangs, not even PostgreSQL's own time-outs would bring an answer.
        """
        await self._slots.acquire()
        work = _Work(call)
        future = asyncio.get_running_loop().run_in_executor(self._executor, work)
        future.add_done_callback(self._ended)
        done, _ = await asyncio.wait((future,), timeout=self.timeout)
        if not done:
            work.cut_connection()
            raise TookTooLong
        return future.result()

    def _ended(self, future):
        self._slots.release()
        if not future.cancelled():
            future.exception()  # marks it as seen: after a time-out nobody else looks at it


class _Work:
    """A call that knows in which thread it runs."""

    def __init__(self, call):
        self._call = call
        self._thread = None
        self._lock = threading.Lock()

    def __call__(self):
        with self._lock:
            self._thread = threading.get_ident()
        try:
            return self._call()
        finally:
            with self._lock:
                self._thread = None

    def cut_connection(self):
        """Shut down the socket of this thread's connection to PostgreSQL, so that the thread stops waiting."""
        with self._lock:
            connection = _connections.get(self._thread)
            if connection is None:
                return
            with suppress(Exception), socket.socket(fileno=os.dup(connection.fileno())) as end:
                end.shutdown(socket.SHUT_RDWR)


_connections: dict[int | None, Any] = {}  # thread: its newest connection to PostgreSQL


def _remember(connection, **kwargs):
    if connection.vendor == "postgresql":
        _connections[threading.get_ident()] = connection.connection


connection_created.connect(_remember)
