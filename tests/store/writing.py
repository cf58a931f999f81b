"""A writer in a process of its own: `python -m tests.store.writing URL KEYS NAME COUNT [migrate]`."""

import asyncio
import sys
from pathlib import Path

from shared.store.append import Stored
from shared.store.keyring import Keyring
from shared.store.migrate import migrate_postgres
from shared.store.postgres import PostgresBackend
from shared.store.store import Store
from tests.store.ledger import LEDGER, counting, keep, noting

AT_ONCE = 6


async def write(url: str, keys: Path, name: str, count: int) -> None:
    """Store `count` events, each in a stream of its own, a few at once."""
    store = Store(LEDGER, "main", PostgresBackend(url), Keyring(keys))
    await store.start()
    numbers = iter(range(count))

    async def one_after_another() -> None:
        for n in numbers:
            event = noting(f"child/{name}-{n}", 1, n, f"Child {n}") if n % 2 else counting(f"child/{name}-{n}", 1)
            outcome = await keep(store, event)
            assert isinstance(outcome, Stored), outcome

    await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))
    print(store.incarnation)
    await store.stop()


def main() -> None:
    """Ready, wait for the word on standard input, write."""
    url, keys, name, count, *more = sys.argv[1:]
    print("ready", flush=True)
    sys.stdin.readline()
    if more == ["migrate"]:
        migrate_postgres(url, LEDGER.views)
    asyncio.run(write(url, Path(keys), name, int(count)))


if __name__ == "__main__":
    main()
