"""Threads for requests: each kind of request has its own, so that one kind can't hold up another."""

import asyncio
import os
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from django.db.backends.signals import connection_created

Result = TypeVar("Result")

MOST_WAITING = 200  # requests; more would not be answered in time anyway


class Full(Exception):
    """No thread became free in time."""


class Overdue(Exception):
    """The work was begun and is not done in time."""


class Slots:
    """A fixed number of places for work. Who finds none free waits, `queue_timeout` seconds at most."""

    def __init__(self, number: int, queue_timeout: float, most_waiting: int) -> None:
        self.queue_timeout, self.most_waiting = queue_timeout, most_waiting
        self._free = asyncio.Semaphore(number)
        self._waiting = 0

    async def take(self) -> None:
        """Take a place, to be given back with `release`. Raises `Full`."""
        if self._waiting >= self.most_waiting:
            raise Full
        self._waiting += 1
        try:
            async with asyncio.timeout(self.queue_timeout):
                await self._free.acquire()
        except TimeoutError:
            raise Full from None
        finally:
            self._waiting -= 1

    def release(self) -> None:
        """Give a place back."""
        self._free.release()


class Lane:
    """A number of threads. A call waits at most `queue_timeout` seconds for one, and `timeout` seconds for its end."""

    def __init__(self, name: str, threads: int, queue_timeout: float, timeout: float) -> None:
        self.timeout = timeout
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._slots = Slots(threads, queue_timeout, MOST_WAITING)

    async def run(self, call: Callable[[], Result]) -> Result:
        """What the call returns. Raises what it raises, `Full`, and `Overdue`.

        A call that is overdue goes on, and its thread is free when it ends. Its connection to PostgreSQL is cut, since
        a server that hangs answers nothing, no time-out of its own either.
        """
        await self._slots.take()
        work = _Work(call)
        future = asyncio.get_running_loop().run_in_executor(self._executor, work)
        future.add_done_callback(self._ended)
        done, _ = await asyncio.wait((future,), timeout=self.timeout)
        if not done:
            work.cut_connection()
            raise Overdue
        return future.result()

    def _ended(self, future):
        self._slots.release()
        if not future.cancelled():
            future.exception()  # of work that was overdue nobody asks


class _Work:
    """A call that knows the thread in which it runs."""

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
        """Shut the socket under this thread's connection to PostgreSQL, so that the thread stops waiting."""
        with self._lock:
            connection = _connections.get(self._thread)
            if connection is None:
                return
            with suppress(Exception), socket.socket(fileno=os.dup(connection.fileno())) as end:
                end.shutdown(socket.SHUT_RDWR)


_connections = {}  # thread: its newest connection to PostgreSQL


def _remember(connection, **kwargs):
    if connection.vendor == "postgresql":
        _connections[threading.get_ident()] = connection.connection


connection_created.connect(_remember)
