"""Two services and a bus between them, each of which can die at any moment and start again."""

import contextlib
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from shared.bus.feed import FeedPage, feed_page
from shared.bus.intake import READER, Intake
from shared.bus.reader import Page
from shared.bus.relay import BusDown, relay_page
from shared.bus.wire import Message, read_message
from shared.kernel.letters import Letter
from shared.log.sealer import seal_page
from shared.store.append import Append, Outcome
from shared.store.store import Store
from tests.bus.hearing import Hearing
from tests.store.ground import Ground
from tests.store.ledger import counting, keep, noting

PARTITIONS = 3
TOPIC = "ledger.events.v1"
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
_IDS = count(1)


class Died(BaseException):
    """The process ended here, as by kill -9: nothing catches this."""


@dataclass
class Broker:
    """A log per partition. What was sent may be there twice, and a reader may be shown less than all of it."""

    logs: list[list[Message]] = field(default_factory=lambda: [[] for _ in range(PARTITIONS)])

    async def send(self, messages: Sequence[Message]) -> None:
        for message in messages:
            self.logs[message.part].append(message)


@dataclass
class DyingSender:
    """A way out that ends in the middle, before, or just behind a page."""

    broker: Broker
    chance: random.Random

    async def send(self, messages: list[Message]) -> None:
        fate = self.chance.random()
        if fate < 0.1:
            await self.broker.send(messages[: self.chance.randrange(len(messages) + 1)])
            raise BusDown("in the middle")
        await self.broker.send(messages)
        if fate < 0.25:
            # Sent, and not remembered.
            raise Died


def letters_of(messages: Sequence[Message]) -> list[Letter]:
    return [read_message(message.value, message.headers) for message in messages]


@dataclass
class Origin:
    """The feed of the store that sends. away: it does not answer."""

    store: Store
    away: float = 0.0
    chance: random.Random = field(default_factory=random.Random)
    asked: int = 0

    async def page(self, source: str, partition: int, after: int) -> FeedPage:
        self.asked += 1
        if self.chance.random() < self.away:
            raise BusDown("origin")
        return await feed_page([self.store], source, partition, after)


@dataclass
class World:
    """A sender with its relay, a reader with its intake. living: how often an append ends the process around it."""

    chance: random.Random
    sender: Store
    reader: Store
    hearing: Hearing
    broker: Broker = field(default_factory=Broker)
    versions: dict[str, int] = field(default_factory=dict)
    told: int = 0

    async def record(self, events: int, cases: int = 4, poison: bool = False) -> None:
        """The sender records something of several cases."""
        for _ in range(events):
            case = f"case-{self.chance.randrange(cases)}"
            version = self.versions[case] = self.versions.get(case, 0) + 1
            self.told += 1
            number = self.told if poison or self.told != 13 else 1_000_013
            if self.chance.random() < 0.3:
                await keep(self.sender, noting(f"child/{case}", version, number, "Somebody", case))
            else:
                await keep(self.sender, counting(f"child/{case}", version, number, case))

    async def relay(self, sender: Any = None) -> None:
        """Seal and send whatever there is."""
        while await seal_page(self.sender, PARTITIONS):
            pass
        while await relay_page(self.sender, sender or self.broker):
            pass

    def intake(self, origin: Origin | None = None, store: Store | None = None) -> Intake:
        """An intake that has just been started."""
        return Intake(
            store or self.reader,
            _NoReader(),
            origin or Origin(self.sender),
            lambda authority, at: None,
            lambda: NOW,
            lambda: f"heard-{next(_IDS)}",
            lambda source: TOPIC,
        )

    async def started(self, intake: Intake) -> Intake:
        """Its places as the store says."""
        intake.places = await self.reader.places(READER)
        return intake

    def page(self, part: int, start: int, end: int | None = None, letters: Sequence[Letter] | None = None) -> Page:
        """Messages of a partition as the broker gives them, from one offset to another."""
        messages = self.broker.logs[part][start:end]
        shown = letters_of(messages) if letters is None else letters
        return Page(self.sender.source, part, shown, start + len(messages))

    async def read_everything(self) -> None:
        """A healthy reader reads on to the end."""
        intake = await self.started(self.intake())
        for part, log in enumerate(self.broker.logs):
            for start in range(0, len(log), 50):
                await intake.take(self.page(part, start, start + 50))

    async def heard(self) -> dict[str, list[int]]:
        """What the reader recorded because of letters, by case, in order."""
        loaded = await self.reader.load(*(f"case/{case}" for case in self.versions))
        for events in loaded.values():
            assert [event.data.before for event in events] == list(range(len(events)))
        return {stream.removeprefix("case/"): [event.data.n for event in events] for stream, events in loaded.items()}

    async def counted(self) -> dict[str, list[int]]:
        """What the sender recorded to be answered, by case, in order."""
        loaded = await self.sender.load(*(f"child/{case}" for case in self.versions))
        return {
            stream.removeprefix("child/"): [event.data.n for event in events if event.title == "Counted"]
            for stream, events in loaded.items()
        }

    async def assert_once_and_in_order(self) -> None:
        """Every letter was kept once, believed once and answered once; of a case, in the order it was recorded in."""
        assert await self.heard() == await self.counted()
        loaded = await self.sender.load(*(f"child/{case}" for case in self.versions))
        beliefs = {belief.about: belief for belief in await self.reader.beliefs(sorted(self.versions))}
        for case, events in ((stream.removeprefix("child/"), events) for stream, events in loaded.items()):
            believed = sorted(beliefs[case].facts, key=lambda fact: fact.sequence)
            assert [fact.event_id for fact in believed] == [event.event_id for event in events]


class _NoReader:
    """These tests hand the intake its pages themselves."""

    def silent_for(self) -> float:
        return 0.0


class Dying:
    """A store whose process ends just before or just after a write, now and then."""

    def __init__(self, store: Store, chance: random.Random, often: float):
        self._store, self._chance, self._often = store, chance, often

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def append(self, write: Append) -> Outcome:
        fate = self._chance.random()
        if fate < self._often / 2:
            raise Died
        outcome = await self._store.append(write)
        if fate < self._often:
            raise Died
        return outcome


@contextlib.asynccontextmanager
async def a_world(sender: Ground, reader: Ground, hearing: Hearing, seed: int = 1) -> AsyncIterator[World]:
    """Both stores open."""
    async with sender.opened() as one, reader.opened() as two:
        yield World(random.Random(seed), one, two, hearing)


def without(page: Page, *sequences: int) -> Page:
    """The page as if these had been lost on the way."""
    return replace(page, letters=[letter for letter in page.letters if letter.sequence not in sequences])
