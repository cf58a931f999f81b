"""Group commit: writes that wait together are stored in one transaction, and each gets its own outcome."""

import asyncio
import contextlib
from collections import deque
from dataclasses import dataclass

from shared.store.append import Append, Outcome
from shared.store.program import Backend, DatabaseGone, StoreUnavailable
from shared.store.statements import commit, fate

BATCH = 256
WAITING = 4096
RECONNECTS = 20
LOSSES = 5
PATIENCE_SECONDS = 10.0
PAUSE_SECONDS = 0.25


@dataclass
class _Waiting:
    write: Append
    done: asyncio.Future[Outcome]


class Committer:
    """Takes writes and stores them in batches, in the order they came.

    A batch that the database refused is stored again one by one, so that only the guilty write gets its error;
    of a batch whose COMMIT got no answer, each write is looked up before anybody is answered.
    """

    def __init__(self, backend: Backend):
        self._backend = backend
        self._queue: deque[_Waiting] = deque()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._stopping = False

    def start(self) -> None:
        """Begin to store."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Store what waits, then end."""
        self._stopping = True
        self._wake.set()
        if self._task:
            await self._task

    async def store(self, write: Append) -> Outcome:
        """Store a write. Raises StoreUnavailable, or what the database says against it.

        A command is waited for `PATIENCE_SECONDS`: its caller may send it again, and is then told what became of it.
        """
        if len(self._queue) >= WAITING or self._stopping:
            raise StoreUnavailable
        waiting = _Waiting(write, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        self._wake.set()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS if write.once else None):
                return await waiting.done
        except TimeoutError:
            raise StoreUnavailable from None

    async def _run(self) -> None:
        while True:
            if not self._queue:
                if self._stopping:
                    return
                await self._wake.wait()
                self._wake.clear()
                continue
            batch = _take(self._queue)
            try:
                await self._settle(batch)
            except Exception as wrong:
                # A fault of ours: it must not leave those waiting who come after.
                for waiting in batch:
                    _fail(waiting, wrong)

    async def _settle(self, batch: list[_Waiting], losses: int = 0) -> None:
        try:
            outcomes = await self._backend.write(lambda: commit(self._backend.dialect, [w.write for w in batch]))
        except DatabaseGone as gone:
            await self._settle_again(batch, losses + 1, unknown=gone.unknown)
        except Exception as wrong:
            if len(batch) == 1 or isinstance(wrong, StoreUnavailable):
                for waiting in batch:
                    _fail(waiting, wrong)
                return
            for waiting in batch:
                await self._settle([waiting], losses)
        else:
            for waiting, outcome in zip(batch, outcomes, strict=True):
                _answer(waiting, outcome)

    async def _settle_again(self, batch: list[_Waiting], losses: int, *, unknown: bool) -> None:
        """After a lost connection: answer those that were stored; what certainly did not happen may be tried again."""
        unsettled = batch
        try:
            if unknown:
                unsettled = [waiting for waiting in batch if not await self._was_stored(waiting)]
            if losses == LOSSES and unsettled:
                raise StoreUnavailable
        except StoreUnavailable as away:
            # Answers given stand; nobody waits for one look-up after another of a database that is gone.
            for waiting in batch:
                _fail(waiting, away)
            return
        if unsettled:
            await self._settle(unsettled, losses)

    async def _was_stored(self, waiting: _Waiting) -> bool:
        for _ in range(RECONNECTS):
            with contextlib.suppress(StoreUnavailable):
                outcome = await self._backend.read(lambda: fate(self._backend.dialect, waiting.write))
                if outcome is not None:
                    _answer(waiting, outcome)
                return outcome is not None
            await asyncio.sleep(PAUSE_SECONDS)
        raise StoreUnavailable


def _answer(waiting: _Waiting, outcome: Outcome) -> None:
    if not waiting.done.done():
        waiting.done.set_result(outcome)


def _fail(waiting: _Waiting, wrong: Exception) -> None:
    if not waiting.done.done():
        waiting.done.set_exception(wrong)


def _take(queue: deque[_Waiting]) -> list[_Waiting]:
    """The next batch: no two of its writes touch the same stream, key or place; those behind wait, in order."""
    batch: list[_Waiting] = []
    touched: set[str] = set()
    later: list[_Waiting] = []
    while queue and len(batch) < BATCH:
        waiting = queue.popleft()
        own = waiting.write.touches()
        (later if own & touched else batch).append(waiting)
        touched |= own
    queue.extendleft(reversed(later))
    return batch
