"""Requests that are too much work for the interpreter that answers everybody: run in processes of their own."""

import asyncio
import pickle
import struct
import sys
from contextlib import suppress

from django.conf import settings

from portmatrix.workload import SAFE

from .answer import Answer
from .lanes import Overdue, Slots

LENGTH = struct.Struct("!Q")  # before each message, its size in bytes
SECONDS_KEPT = 1  # a process that has nothing to do; starting one takes a second, keeping it 90 MiB and more
MOST_WAITING = 32  # requests


class Died(Exception):
    """The process ended before it had answered; the memory may have run out."""


class HeavyWork:
    """At most `jobs` requests at a time; another waits `queue_timeout` seconds at most, and `timeout` for its end."""

    def __init__(self, jobs: int, queue_timeout: float, timeout: float) -> None:
        self.timeout = timeout
        self._slots = Slots(jobs, queue_timeout, MOST_WAITING)
        self._idle: list[_Child] = []

    async def run(self, environ: dict, body: bytes) -> Answer:
        """The answer to a request. Raises `Full`, `Overdue` and `Died`."""
        await self._slots.take()
        try:
            return await self._run(environ, body)
        finally:
            self._slots.release()

    async def _run(self, environ, body):
        child = self._living()
        if child is not None:
            try:
                return await self._ask(child, environ, body)
            except Died:
                if environ["REQUEST_METHOD"] not in SAFE:
                    raise  # it may have made the change first
        try:
            child = await _Child.start()
        except OSError as error:
            raise Died from error
        return await self._ask(child, environ, body)

    async def _ask(self, child, environ, body):
        try:
            async with asyncio.timeout(self.timeout):
                answer = await child.ask(environ, body)
        except TimeoutError:
            child.kill()
            raise Overdue from None
        except BaseException as error:
            child.kill()
            if isinstance(error, OSError | EOFError) or child.is_dead:
                raise Died from error
            raise
        self._idle.append(child)
        child.end_in(SECONDS_KEPT, self._idle)
        return answer

    def _living(self):
        """A process that has nothing to do, if there is one."""
        while self._idle:
            child = self._idle.pop()
            if not child.is_dead:
                return child
        return None


class _Child:
    """A process that answers one request after the other (child.py)."""

    def __init__(self, process):
        self._process = process
        self._timer = None

    @classmethod
    async def start(cls):
        command = (sys.executable, "-m", "alports_site.front.child")
        pipe = asyncio.subprocess.PIPE
        # It reads its standard input to the end: it ends when this process does, however that comes.
        return cls(
            await asyncio.create_subprocess_exec(*command, cwd=settings.BASE_DIR, stdin=pipe, stdout=pipe, limit=2**20)
        )

    @property
    def is_dead(self):
        """Whether the process has ended, or its end of the pipe."""
        return self._process.returncode is not None or self._process.stdin.is_closing()

    async def ask(self, environ, body):
        """The `Answer`. Raises `OSError` or `EOFError` if the process ends."""
        if self._timer:
            self._timer.cancel()
        message = pickle.dumps((environ, body))
        self._process.stdin.write(LENGTH.pack(len(message)) + message)
        await self._process.stdin.drain()
        (length,) = LENGTH.unpack(await self._process.stdout.readexactly(LENGTH.size))
        return pickle.loads(await self._process.stdout.readexactly(length))  # noqa: S301 - our own process wrote it

    def end_in(self, seconds, idle):
        """End it if it has nothing to do for so long."""

        def end():
            if self in idle:
                idle.remove(self)
                self._process.stdin.close()

        self._timer = asyncio.get_running_loop().call_later(seconds, end)

    def kill(self):
        with suppress(ProcessLookupError):
            self._process.kill()
