"""Heavy requests, each run in a process of its own (child.py)."""

import asyncio
import pickle
import struct
import sys
from contextlib import suppress

from django.conf import settings

from portmatrix.workload import SAFE_METHODS

from .answer import Answer
from .threads import Slots, TookTooLong

LENGTH = struct.Struct("!Q")  # before each message, its size in bytes
SECONDS_KEPT = 1  # an idle process; starting one takes a second, keeping one takes 90 MiB and more
MOST_WAITING = 32  # requests


class Died(Exception):
    """The process ended before it had answered, perhaps because the memory ran out."""


class HeavyProcesses:
    """Runs at most `jobs` requests at the same time, each for at most `timeout` seconds.

    A further request waits for at most `queue_timeout` seconds until it can begin.
    """

    def __init__(self, jobs: int, queue_timeout: float, timeout: float) -> None:
        self.timeout = timeout
        self._slots = Slots(jobs, queue_timeout, MOST_WAITING)
        self._idle: list[_Child] = []

    async def run(self, environ: dict, body: bytes) -> Answer:
        """Return the answer to a request. Raises `QueueFull`, `TookTooLong` and `Died`."""
        await self._slots.acquire()
        try:
            return await self._run(environ, body)
        finally:
            self._slots.release()

    async def _run(self, environ, body):
        child = self._idle_child()
        if child is not None:
            try:
                return await self._ask(child, environ, body)
            except Died:
                if environ["REQUEST_METHOD"] not in SAFE_METHODS:
                    raise  # it may have made the change before it ended
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
            raise TookTooLong from None
        except BaseException as error:
            child.kill()
            if isinstance(error, OSError | EOFError) or child.is_dead:
                raise Died from error
            raise
        self._idle.append(child)
        child.end_in(SECONDS_KEPT, self._idle)
        return answer

    def _idle_child(self):
        """A process that is alive and idle, or None."""
        while self._idle:
            child = self._idle.pop()
            if not child.is_dead:
                return child
        return None


class _Child:
    """A process that answers one request after another."""

    def __init__(self, process):
        self._process = process
        self._timer = None

    @classmethod
    async def start(cls):
        command = (sys.executable, "-m", "alports_site.front.child")
        pipe = asyncio.subprocess.PIPE
        # It ends when its standard input does, so it ends with this process, whatever ends this process.
        return cls(
            await asyncio.create_subprocess_exec(*command, cwd=settings.BASE_DIR, stdin=pipe, stdout=pipe, limit=2**20)
        )

    @property
    def is_dead(self):
        """Whether the process has ended or closed its end of the pipe."""
        return self._process.returncode is not None or self._process.stdin.is_closing()

    async def ask(self, environ, body):
        """Return the `Answer`. Raises `OSError` or `EOFError` if the process ends."""
        if self._timer:
            self._timer.cancel()
        message = pickle.dumps((environ, body))
        self._process.stdin.write(LENGTH.pack(len(message)) + message)
        await self._process.stdin.drain()
        (length,) = LENGTH.unpack(await self._process.stdout.readexactly(LENGTH.size))
        return pickle.loads(await self._process.stdout.readexactly(length))  # noqa: S301 - our own process wrote it

    def end_in(self, seconds, idle):
        """End the process in some seconds if it is still in the list of idle ones then."""

        def end():
            if self in idle:
                idle.remove(self)
                self._process.stdin.close()

        self._timer = asyncio.get_running_loop().call_later(seconds, end)

    def kill(self):
        with suppress(ProcessLookupError):
            self._process.kill()
