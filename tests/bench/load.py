"""The load: a process that posts over so many kept connections, and tells how long each answer took.

Plain sockets, because a client library would cost more than the server it measures.

    python -m tests.bench.load
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from random import Random
from typing import Any

from tests.bench.forms import bodies


class Line(asyncio.Protocol):
    """One connection: the next request goes out when the answer to the last is there."""

    def __init__(self, requests: Iterator[bytes], until: float, took: list[float], statuses: Counter[int]):
        self._requests = requests
        self._until = until
        self._took = took
        self._statuses = statuses
        self._buffer = b""
        self._began = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._next()

    def _next(self) -> None:
        request = next(self._requests, None)
        self._began = time.perf_counter()
        if request is None or self._began >= self._until:
            self._transport.close()
            return
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, there, rest = self._buffer.partition(b"\r\n\r\n")
        if not there:
            return
        length = int(head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        if len(rest) < length:
            return
        self._took.append(time.perf_counter() - self._began)
        self._statuses[int(head[9:12])] += 1
        self._buffer = rest[length:]
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


def requests_of(asked: dict[str, Any]) -> Iterator[bytes]:
    """Requests ready to be written, each with a key of its own."""
    random = Random(f"key {asked['seed']}")
    head = f"POST {asked['path']} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
    if asked.get("token"):
        head += f"Authorization: Bearer {asked['token']}\r\n"
    for body in bodies(asked["seed"]):
        own = f"Idempotency-Key: {random.getrandbits(128):032x}\r\nContent-Length: {len(body)}\r\n\r\n"
        yield f"{head}{own}".encode() + body


async def post(asked: dict[str, Any]) -> dict[str, Any]:
    """Post for `seconds` over `connections`. took: seconds of each answer, in order of length."""
    took: list[float] = []
    statuses: Counter[int] = Counter()
    ready = iter(list(islice(requests_of(asked), asked["most"])))
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    lines = [
        (await loop.create_connection(lambda: Line(ready, began + asked["seconds"], took, statuses), *asked["at"]))[1]
        for _ in range(asked["connections"])
    ]
    await asyncio.gather(*(line.done for line in lines))
    elapsed = time.perf_counter() - began
    return {"took": sorted(took), "seconds": elapsed, "statuses": dict(statuses)}


def main() -> None:
    """Answer each line of input."""
    print(json.dumps({}), flush=True)
    for line in sys.stdin:
        print(json.dumps(asyncio.run(post(json.loads(line)))), flush=True)


if __name__ == "__main__":
    main()
