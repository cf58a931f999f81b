"""A wire between a store and PostgreSQL that can be cut at an exact place in the conversation."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

# CommandComplete with its tag, as the server says it: one byte of type, four of length, the tag, a zero byte.
COMMITTED = b"C\x00\x00\x00\x0bCOMMIT\x00"
LOCKED = b"C\x00\x00\x00\x0fLOCK TABLE\x00"


class Wire:
    """Passes bytes on. armed: cut both ways instead of passing the server's next bytes that hold this.

    down: nobody gets through; falls: it is down from the cut on.
    """

    def __init__(self, port: int):
        self._port = port
        self._tasks: set[asyncio.Task[None]] = set()
        self._open: set[asyncio.StreamWriter] = set()
        self.armed: bytes | None = None
        self.cuts = 0
        self.down = False
        self.falls = False
        self.cut = asyncio.Event()

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[int]:
        """The port to connect to."""
        server = await asyncio.start_server(self._join, "127.0.0.1", 0)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            self.cut_all()
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut_all(self) -> None:
        """Cut every conversation."""
        for writer in self._open:
            writer.transport.abort()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.down:
            writer.transport.abort()
            return
        their_reader, their_writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._open |= {writer, their_writer}
        for source, sink, watched in ((reader, their_writer, False), (their_reader, writer, True)):
            task = asyncio.create_task(self._pass(source, sink, watched))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, watched: bool) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                if watched and self.armed is not None and self.armed in data:
                    self.armed = None
                    self.cuts += 1
                    self.down = self.falls
                    self.cut.set()
                    self.cut_all()
                    return
                sink.write(data)
                await sink.drain()
        sink.transport.abort()
