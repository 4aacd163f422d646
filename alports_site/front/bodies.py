"""Reading a request's body before a thread is taken for it."""

import asyncio
from collections.abc import Awaitable, Callable

# A client that sends a little too much is let finish, since many look for an answer only then.
MOST_DISCARDED = 8_388_608  # bytes
SECONDS_DISCARDING = 2


class TooLong(Exception):
    """More bytes than are taken. None were kept."""


class TooSlow(Exception):
    """The body did not come in time."""


class Gone(Exception):
    """The client went away before it had sent all."""


class NoRoom(Exception):
    """So many bodies are on their way that there is no memory for another at this moment."""


class Bodies:
    """Reads bodies of at most `most` bytes within `seconds`; all that are being read together hold `most_together`."""

    def __init__(self, most: int, seconds: float, most_together: int = 33_554_432) -> None:
        self.most, self.seconds, self.most_together = most, seconds, most_together
        self._held = 0

    async def read(self, headers: dict[bytes, bytes], receive: Callable[[], Awaitable[dict]]) -> bytes:
        """The whole body. Raises `TooLong`, `TooSlow`, `Gone` and `NoRoom`."""
        length = headers.get(b"content-length", b"")
        if not length and b"transfer-encoding" not in headers:
            return b""
        if length.isdigit() and int(length) > self.most:
            if b"expect" not in headers:  # it waits to be told whether to send it
                await self._discard(receive, int(length))
            raise TooLong
        try:
            async with asyncio.timeout(self.seconds):
                return await self._read(receive)
        except TimeoutError:
            raise TooSlow from None

    async def _read(self, receive):
        parts, size, more = [], 0, True
        try:
            while more:
                message = await receive()
                if message["type"] != "http.request":
                    raise Gone
                part, more = message.get("body", b""), message.get("more_body", False)
                size += len(part)
                self._held += len(part)
                if size > self.most:
                    raise TooLong
                if self._held > self.most_together:
                    raise NoRoom
                parts.append(part)
            return b"".join(parts)
        finally:
            self._held -= size

    async def _discard(self, receive, length):
        """Read on for a moment without keeping anything."""
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
