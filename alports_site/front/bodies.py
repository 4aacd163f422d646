"""Reading a request's body before a thread is used for the request."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

# A client that sends a little too much may finish, because many clients read the answer only then.
MOST_DISCARDED = 8_388_608  # bytes
SECONDS_DISCARDING = 2
ALWAYS_ROOM = 16_384  # bytes of a body that is always read: forms and small changes, however many large bodies are held


class TooLong(Exception):
    """The body has more bytes than are allowed. None of it was kept."""


class TooSlow(Exception):
    """The body did not come in time."""


class Gone(Exception):
    """The client closed the connection before it had sent the whole body."""


class NoRoom(Exception):
    """Other bodies occupy all the memory that is allowed for bodies."""


class Bodies:
    """Reads bodies of at most `most` bytes, each within `seconds`. Bodies that are being read or whose requests are not
    yet answered occupy at most `most_together` bytes.
    """

    def __init__(self, most: int, seconds: float, most_together: int = 33_554_432) -> None:
        self.most, self.seconds, self.most_together = most, seconds, most_together
        self._held = 0

    @asynccontextmanager
    async def read(self, headers: dict[bytes, bytes], receive: Callable[[], Awaitable[dict]]) -> AsyncIterator[bytes]:
        """Yield the whole body, which counts as held until the block ends.

        Raises `TooLong`, `TooSlow`, `Gone` and `NoRoom`.
        """
        parts: list[bytes] = []
        try:
            await self._read(headers, receive, parts)
            yield b"".join(parts)
        finally:
            self._held -= sum(map(len, parts))

    async def _read(self, headers, receive, parts):
        length = headers.get(b"content-length", b"")
        if not length and b"transfer-encoding" not in headers:
            return
        if length.isdigit() and int(length) > self.most:
            if b"expect" not in headers:  # such a client sends its body only after it was asked to
                await self._discard(receive, int(length))
            raise TooLong
        try:
            async with asyncio.timeout(self.seconds):
                await self._receive_parts(receive, parts)
        except TimeoutError:
            raise TooSlow from None

    async def _receive_parts(self, receive, parts):
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                raise Gone
            part, more = message.get("body", b""), message.get("more_body", False)
            size += len(part)
            if size > self.most:
                raise TooLong
            if size > ALWAYS_ROOM and self._held + len(part) > self.most_together:
                raise NoRoom
            self._held += len(part)
            parts.append(part)

    async def _discard(self, receive, length):
        """Read on for a short time without keeping anything."""
        if length > MOST_DISCARDED:
            return
        try:
            async with asyncio.timeout(SECONDS_DISCARDING):
                more = True
                while more:
                    message = await receive()
                    more = message["type"] == "http.request" and message.get("more_body", False)
        except TimeoutError:
            pass
