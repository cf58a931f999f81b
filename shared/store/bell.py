"""Telling waiters inside one process that the log has grown."""

import asyncio


class Bell:
    """Rings for all who wait. count: how often it has rung, so that a ring between look and wait is not missed."""

    def __init__(self) -> None:
        self.count = 0
        self._next: asyncio.Future[None] | None = None

    def ring(self) -> None:
        """Wake all who wait. Call it on the loop's own thread."""
        self.count += 1
        if self._next is not None and not self._next.done():
            self._next.set_result(None)
        self._next = None

    async def after(self, count: int, timeout: float) -> None:
        """Return once it has rung more often than `count`, or after `timeout` seconds."""
        if self.count > count:
            return
        if self._next is None:
            self._next = asyncio.get_running_loop().create_future()
        await asyncio.wait({self._next}, timeout=timeout)
