"""The front door's service as a process alone, on PostgreSQL: it seals, folds and relays as it serves.

The other three stand in the same process only to register the caller at the start; then their work ends. Letters are
made and handed to nobody: the broker has its own figures.

    python -m tests.bench.front_door [--idle] [profile file]

--idle: nothing is sealed, folded or relayed, which shows what the requests alone cost.
"""

import asyncio
import sys
from typing import Any

from deploy.assemble import Assembly, migrate
from deploy.clock import Clock
from deploy.dev import AskToken, Development
from deploy.gateway import Gateway
from deploy.services import TICKS
from deploy.settings import SERVICES, Settings
from deploy.synthetic import AGENCIES
from deploy.workers import Workers
from shared.bus.wire import Message
from shared.http.logs import set_up_logs
from shared.protocol.load import authorities
from tests.bench.serving import serve, settle_down

CALLER = {
    "kind": "agency_system",
    "authority": authorities()[0],
    "agency": AGENCIES[0].id,
    "agency_type": AGENCIES[0].type,
}


class Nobody:
    """A way out that ends here, and a way in by which nothing comes."""

    async def send(self, messages: list[Message]) -> None:
        """Take them."""

    async def run(self) -> None:
        """Hear nothing."""
        await asyncio.Event().wait()


async def run(settings: Settings, idle: bool, profile: str | None) -> None:
    """Start, register the caller, leave the front door alone, and serve."""
    migrate(settings)
    assembly = Assembly(settings, SERVICES, Clock())

    async def alone() -> None:
        await Development(assembly).token(AskToken.model_validate(CALLER))
        nobody: Any = Nobody()
        for name, running in assembly.running.items():
            for workers in running.workers:
                await workers.stop()
            house, partitions = running.house, settings.topic_table[name].partitions
            running.workers = [
                Workers(store, nobody, nobody, partitions, TICKS[name](house, store), settings.tick_seconds)
                for store in (running.stores.values() if name == "referral" and not idle else ())
            ]
            for workers in running.workers:
                workers.start()
        settle_down()

    await serve(Gateway(assembly, alone), profile)


if __name__ == "__main__":
    set_up_logs()
    words = [word for word in sys.argv[1:] if word != "--idle"]
    asyncio.run(run(Settings(), "--idle" in sys.argv, words[0] if words else None))
