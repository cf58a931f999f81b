"""The composition root: services put together from their tables, their stores, a bus and a clock."""

import asyncio
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from deploy.clock import Clock, real
from deploy.dev_issuer import ISSUER, DevIssuer
from deploy.opening import Opener
from deploy.origins import HttpOrigin, LocalOrigin
from deploy.reset import refuse_if_behind
from deploy.services import SERVICES, TICKS, app_of
from deploy.settings import SERVICES as NAMES
from deploy.settings import Settings
from deploy.signing import Credentials, signing_in
from deploy.workers import Workers
from services.qa.api.after import Elsewhere
from services.referral.api.sealed import opened
from shared.access.caller import Caller
from shared.access.fetching import fetch
from shared.access.keys import KeyCache, NoKeys
from shared.access.signed import header_of, key_id_of
from shared.access.tokens import verify
from shared.bus.feed import Origin
from shared.bus.in_process import InProcessBus, InProcessReader
from shared.bus.intake import Intake
from shared.bus.kafka import KafkaReader, KafkaSender
from shared.bus.reader import Reader
from shared.bus.relay import Sender
from shared.http.house import House
from shared.http.limits import Limiter
from shared.kernel.service import Service
from shared.protocol.load import protocol_of
from shared.protocol.protocol import Protocol
from shared.store.keyring import Keyring
from shared.store.migrate import migrate_postgres, migrate_sqlite, refuse_unsafe_settings
from shared.store.postgres import PostgresBackend
from shared.store.program import Backend
from shared.store.sqlite import SqliteBackend
from shared.store.store import Store, fresh_id


@dataclass
class Running:
    """One service that runs in this process."""

    service: Service
    house: House
    stores: Mapping[str, Store]
    workers: Sequence[Workers]
    intakes: Sequence[Intake]
    app: FastAPI
    credentials: Credentials


def roots_of(settings: Settings) -> tuple[Path, ...]:
    """The folders of protocol packs that come before the product's own."""
    return tuple(Path(part) for part in settings.packs.split(":") if part)


def protocols(settings: Settings) -> Any:
    """(authority, instant) -> the protocol in force."""
    roots = roots_of(settings)

    def protocol_for(authority: str, at: datetime) -> Protocol:
        return protocol_of(authority, at, roots)

    return protocol_for


@cache
def store_table(file: Path) -> Mapping[str, Mapping[str, Sequence[str]]]:
    """Service -> store -> the authorities whose record it keeps."""
    return tomllib.loads(file.read_text())


def sources_of(settings: Settings) -> list[str]:
    """Every store of every service, as the source of its letters."""
    table = store_table(settings.stores)
    return [f"{service}/{store}" for service in NAMES for store in table[service]]


def views_of(service: Service) -> list[Any]:
    """All its views, whatever they are folded from."""
    return [*service.views, *service.gatherings]


def database_url(settings: Settings, service: str, store: str) -> str | None:
    """The PostgreSQL URL of a store: the service's own for `main`, one beside it for any other."""
    url = settings.database_of(service)
    return url if url is None or store == "main" else f"{url}_{store}"


def file_of(settings: Settings, service: str, store: str) -> Path:
    """The SQLite file of a store."""
    return settings.var / "data" / (f"{service}.db" if store == "main" else f"{service}-{store}.db")


def migrate(settings: Settings, names: Sequence[str] = NAMES) -> None:
    """Make the tables of these services' stores: before they start, and safe for several at once."""
    for name in names:
        for store in store_table(settings.stores)[name]:
            url = database_url(settings, name, store)
            if url:
                migrate_postgres(url, views_of(SERVICES[name]))
            else:
                migrate_sqlite(file_of(settings, name, store), views_of(SERVICES[name]))


class Assembly:
    """The services that run in this process, started and stopped together."""

    def __init__(self, settings: Settings, names: Sequence[str], clock: Clock):
        refuse_unsafe_settings()
        self.settings = settings
        self.clock = clock
        self.protocol_for = protocols(settings)
        self.running: dict[str, Running] = {}
        self.issuer = DevIssuer(settings.key_folder / "dev-issuer.json", settings.jwks_url) if settings.dev else None
        self.names = names
        self._bus = InProcessBus()
        self._signing = {name: signing_in(settings.signing_folder, name) for name in names}
        self._local: dict[str, list[Store]] = {}
        self._closing: list[Any] = []
        self._owners: dict[str, Any] = {}
        self._keys = KeyCache({settings.issuer: settings.jwks_url}, fetch) if settings.jwks_url else None

    async def start(self) -> None:
        """Open the stores, refuse a log that fell behind what others have seen of it, and begin to work."""
        await self.open()
        await refuse_if_behind(self)
        for running in self.running.values():
            for workers in running.workers:
                workers.start()

    async def open(self) -> None:
        """Open the stores and put the services together; what runs beside the requests is not begun."""
        for name in self.names:
            self._local[name] = [self._store(name, store) for store in store_table(self.settings.stores)[name]]
        for stores in self._local.values():
            for store in stores:
                await store.start()
        for name in self.names:
            self.running[name] = self._assembled(name)

    async def stop(self) -> None:
        """End what runs beside the requests, then close the stores."""
        await asyncio.gather(*(workers.stop() for running in self.running.values() for workers in running.workers))
        for closing in self._closing:
            await closing.stop()
        for stores in self._local.values():
            for store in stores:
                await store.stop()

    def close_at_end(self, closing: Any) -> None:
        """Stop this too, before the stores are closed."""
        self._closing.append(closing)

    def origin(self, name: str) -> Origin:
        """Where a service asks for letters again."""
        if not self.settings.bootstrap:
            return LocalOrigin(self._local)
        credentials = Credentials(self._signing[name], real)
        origin = HttpOrigin(self.settings.url_of, credentials.for_calling)
        self._closing.append(origin)
        return origin

    def _store(self, name: str, store: str) -> Store:
        url = database_url(self.settings, name, store)
        backend: Backend = PostgresBackend(url) if url else SqliteBackend(file_of(self.settings, name, store))
        keyring = Keyring(self.settings.key_folder / f"{name}-{store}.kek.json")
        return Store(SERVICES[name], store, backend, keyring, lambda authority: self._kept_in(name, authority) == store)

    def _kept_in(self, name: str, authority: str) -> str:
        """The store of a service that keeps an authority's record."""
        table = store_table(self.settings.stores)[name]
        named = {one: store for store, authorities in table.items() for one in authorities}
        return named.get(authority, named.get("*", "main"))

    def _assembled(self, name: str) -> Running:
        service, topics = SERVICES[name], self.settings.topic_table
        stores = {store.source.split("/", 1)[1]: store for store in self._local[name]}
        house = House(
            service=service,
            stores=stores,
            store_of=self._store_of(name, stores),
            protocol_for=self.protocol_for,
            now=self.clock.now,
            real=real,
            new_id=fresh_id,
            verify=self._verify,
            partitions=topics[name].partitions,
            limiter=Limiter(self.settings.rate_per_minute),
        )
        origin = self.origin(name)
        workers, intakes = [], []
        for store in stores.values():
            intake = Intake(
                store,
                self._reader(name, origin),
                origin,
                self.protocol_for,
                self.clock.now,
                fresh_id,
                lambda source: topics[source.split("/", 1)[0]].name,
            )
            intakes.append(intake)
            workers.append(
                Workers(
                    store,
                    self._sender(name),
                    intake,
                    topics[name].partitions,
                    TICKS[name](house, store),
                    self.settings.tick_seconds,
                )
            )
        credentials = Credentials(self._signing[name], real)
        opener = Opener(self._signing[name], self.settings.url_of, self._owners)
        self._closing.append(opener)
        if name == "referral":
            self._owners["referral"] = lambda warrant: opened(house, warrant, fresh_id())
        elsewhere = Elsewhere(
            origin,
            {source: topics[source.split("/", 1)[0]].partitions for source in sources_of(self.settings)},
        )
        app = app_of(name, house, credentials, opener, lambda: self._health(name), elsewhere)
        return Running(service, house, stores, workers, intakes, app, credentials)

    def _store_of(self, name: str, stores: Mapping[str, Store]) -> Any:
        table = store_table(self.settings.stores)[name]
        named = {authority: store for store, authorities in table.items() for authority in authorities}

        def store_of(authority: str) -> Store:
            return stores[named.get(authority, named.get("*", "main"))]

        return store_of

    def sources_read(self, name: str) -> list[str]:
        """The stores whose letters a service reads."""
        # qa's inbox holds the letters of all four, and a service that keeps a register believes its own.
        service = SERVICES[name]
        own = service.keeps_all or any(letter.startswith(f"{name}.") for letter in service.beliefs)
        return [source for source in sources_of(self.settings) if own or not source.startswith(f"{name}/")]

    def _reader(self, name: str, origin: Origin) -> Reader:
        topics = self.settings.topic_table
        sources = self.sources_read(name)
        if self.settings.bootstrap:
            services = sorted({source.split("/", 1)[0] for source in sources})
            return KafkaReader(self.settings.bootstrap, [topics[service] for service in services])
        pairs = [(source, part) for source in sources for part in range(topics[source.split("/", 1)[0]].partitions)]
        return InProcessReader(self._bus, origin, pairs)

    def _sender(self, name: str) -> Sender:
        if not self.settings.bootstrap:
            return self._bus
        sender = KafkaSender(self.settings.bootstrap, self.settings.topic_table[name].name)
        self._closing.append(sender)
        return sender

    def _verify(self, token: str, now: datetime) -> Caller:
        header_of(token)
        if self.issuer is not None:
            return verify(token, self.issuer.jwks(), issuer=ISSUER, now=now)
        if self._keys is None:
            # No issuer was named: nobody can be told from anybody else, so nobody gets in.
            raise NoKeys(self.settings.issuer)
        keys = self._keys.keys_of(self.settings.issuer, now, key_id_of(token))
        return verify(token, keys, issuer=self.settings.issuer, now=now)

    async def _health(self, name: str) -> tuple[bool, dict[str, Any]]:
        running = self.running[name]
        told: dict[str, Any] = {"stores": {}}
        for store in running.stores.values():
            head = await store.head()
            relayed = (await store.places("relay")).get((store.source, 0), ("", 0))[1]
            folded = (await store.places("views")).get((store.source, 0), ("", 0))[1]
            told["stores"][store.source] = {"head": head, "unsent": head - relayed, "unfolded": head - folded}
        silent = max((intake.silent_for() for intake in running.intakes), default=0.0)
        told["bus_silent_seconds"] = round(silent, 1)
        return silent < 15, told
