"""A log that others have seen more of than it holds: it was restored from a copy, and does not start."""

from types import SimpleNamespace
from typing import Any

import pytest

from deploy.reset import LogBehind, refuse_if_behind
from shared.bus.feed import Applied, FeedPage
from shared.bus.relay import BusDown
from tests.bus.conftest import Grounds
from tests.bus.line import Line, a_line, all_sent
from tests.bus.world import World, a_world
from tests.store.ledger import run
from tests.store.servers import Kafka, free_ports


def test_a_log_that_fell_behind_what_others_have_seen_does_not_start(on_sqlite: Grounds, kafka: Kafka) -> None:
    async def story() -> None:
        async with a_world(on_sqlite.sender, on_sqlite.reader, on_sqlite.hearing) as world, a_line(kafka) as line:
            await world.record(10)
            await all_sent(world, line)
            await refuse_if_behind(assembly(world, line, seen=0))
            head = await world.sender.head()
            await refuse_if_behind(assembly(world, line, seen=head))
            # What qa has taken in binds as well as what the broker holds.
            with pytest.raises(LogBehind):
                await refuse_if_behind(assembly(world, line, seen=head + 1))
            # Another incarnation's letters say nothing about this one's log.
            await refuse_if_behind(assembly(world, line, seen=head + 1, incarnation="another"))
            restored = Restored(world.sender, head - 1)
            with pytest.raises(LogBehind, match=f"ends at {head - 1}, and others have seen {head}"):
                await refuse_if_behind(assembly(world, line, seen=0, store=restored))
            # With neither broker nor qa to ask, the front door opens all the same.
            alone = Line(line.topic, line.sender, f"127.0.0.1:{free_ports(1)[0]}")
            await refuse_if_behind(assembly(world, alone, seen=None, store=restored))

    run(story())


class Restored:
    """A store as it was a little earlier."""

    def __init__(self, store: Any, head: int):
        self.source, self.incarnation, self._head = store.source, store.incarnation, head

    async def head(self) -> int:
        return self._head


def assembly(world: World, line: Line, *, seen: int | None, store: Any = None, incarnation: str | None = None) -> Any:
    """As much of an assembly as the question needs. seen: how far qa says it has read; None: it does not answer."""
    source = world.sender.source

    class Witness:
        async def page(self, asked: str, partition: int, after: int) -> FeedPage:
            assert asked == "qa/main"
            if seen is None:
                raise BusDown("origin")
            place = Applied(source, incarnation or world.sender.incarnation, 0, seen)
            return FeedPage(source=asked, incarnation="x", head=0, letters=(), applied=(place,))

    return SimpleNamespace(
        running={"ledger": SimpleNamespace(stores={"main": store or world.sender})},
        settings=SimpleNamespace(bootstrap=line.bootstrap, topic_table={"ledger": line.topic}),
        origin=lambda name: Witness(),
    )
