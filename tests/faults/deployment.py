"""The four services as processes of their own, over one PostgreSQL server and one broker, to be killed and started."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import psycopg
from kafka import KafkaAdminClient

from deploy.assemble import migrate
from deploy.settings import SERVICES, Settings
from shared.bus.kafka import make_topics
from tests.store.servers import Kafka, Postgres, free_ports

ROOT = Path(__file__).parents[2]
READY_SECONDS = 90
STOP_SECONDS = 20
SECOND = "second"
"""The name of a second process of the front door, beside `referral`."""


@dataclass
class Deployment:
    """What runs and where. ports: of each process; databases: the URL of each service's."""

    folder: Path
    postgres: Postgres
    kafka: Kafka
    ports: Mapping[str, int]
    databases: Mapping[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def url_of(self, process: str) -> str:
        """Where a process is served."""
        return f"http://127.0.0.1:{self.ports[process]}"

    def settings(self) -> Settings:
        """Those of its processes."""
        named: dict[str, Any] = {f"database_{name}": url for name, url in self.databases.items()}
        return Settings(var=self.folder, bootstrap=self.kafka.bootstrap, **named)

    def environment(self, **more: str) -> dict[str, str]:
        """Of a process."""
        ports = {f"TOLDONCE_{name.upper()}_PORT": str(self.ports[name]) for name in SERVICES}
        databases = {f"TOLDONCE_DATABASE_{name.upper()}": url for name, url in self.databases.items()}
        return environment(self.folder, **{"TOLDONCE_BOOTSTRAP": self.kafka.bootstrap, **ports, **databases, **more})

    def start(self, process: str, **more: str) -> subprocess.Popen[bytes]:
        """Start a process; it is not waited for."""
        service = "referral" if process == SECOND else process
        if process == SECOND:
            more = {"TOLDONCE_REFERRAL_PORT": str(self.ports[SECOND]), **more}
        with self.log_of(process).open("ab") as log:
            self.running[process] = subprocess.Popen(
                [sys.executable, "-m", "deploy.cli", "serve", service],
                cwd=ROOT,
                env=self.environment(**more),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        return self.running[process]

    def log_of(self, process: str) -> Path:
        """Where a process writes."""
        return self.folder / f"{process}.log"

    def kill(self, process: str) -> None:
        """kill -9, and gone when this returns."""
        gone = self.running.pop(process)
        gone.kill()
        gone.wait()

    def stop(self, process: str) -> int:
        """Ask it to end. Gives its exit code."""
        gone = self.running.pop(process)
        gone.send_signal(signal.SIGTERM)
        try:
            return gone.wait(STOP_SECONDS)
        finally:
            gone.kill()
            gone.wait()

    def ready(self, *processes: str) -> None:
        """Return when these say so. Raises AssertionError when one has ended or takes too long."""
        until = time.monotonic() + READY_SECONDS
        for process in processes:
            service = "referral" if process == SECOND else process
            while not answers(f"{self.url_of(process)}/{service}/readyz"):
                ended = self.running[process].poll()
                assert ended is None, f"{process} ended with {ended}: {self.log_of(process).read_text()[-2000:]}"
                assert time.monotonic() < until, f"{process} is not ready: {self.log_of(process).read_text()[-2000:]}"
                time.sleep(0.05)

    def rows(self, service: str, query: str, params: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Rows of a service's database, read beside it. Raises psycopg.OperationalError while it is away."""
        with psycopg.connect(self.databases[service], autocommit=True, connect_timeout=5) as connection:
            return connection.execute(query.encode(), params).fetchall()


def answers(url: str) -> bool:
    """Whether it is there and says yes."""
    try:
        return httpx2.get(url, timeout=5).status_code == 200
    except (httpx2.HTTPError, OSError):
        return False


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Of a process whose state is below `folder`, whatever is set where the tests run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TOLDONCE_")}
    # What says of a run of all tests that a process is its own.
    kept |= {name: os.environ[name] for name in ("TOLDONCE_TESTRUN",) if name in os.environ}
    own = {"TOLDONCE_DEV": "1", "TOLDONCE_SEED": "0", "TOLDONCE_VAR": str(folder), "TOLDONCE_RATE_PER_MINUTE": "60000"}
    return kept | own | more


@contextlib.contextmanager
def deployed(folder: Path, postgres: Postgres, kafka: Kafka) -> Iterator[Deployment]:
    """All four services, ready, with nothing on record; ended afterwards."""
    processes: list[str] = [*SERVICES, SECOND]
    ports = dict(zip(processes, free_ports(len(processes)), strict=True))
    urls = postgres.databases(*(f"faults_{name}" for name in SERVICES))
    deployment = Deployment(folder, postgres, kafka, ports, dict(zip(map(str, SERVICES), urls, strict=True)))
    settings = deployment.settings()
    forget_topics(kafka.bootstrap)
    migrate(settings)
    make_topics(kafka.bootstrap, list(settings.topic_table.values()))
    try:
        for name in SERVICES:
            deployment.start(name)
        deployment.ready(*SERVICES)
        yield deployment
    finally:
        for process in list(deployment.running):
            deployment.kill(process)


def forget_topics(bootstrap: str) -> None:
    """A broker that other tests of the same run have used may hold letters of stores that are gone."""
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        ours = [name for name in admin.list_topics() if name.endswith(".events.v1")]
        if ours:
            admin.delete_topics(ours)
    finally:
        admin.close()


async def until(what: Callable[[], Awaitable[Any]], seconds: float, name: str) -> Any:
    """What it gives, as soon as that is anything. Raises AssertionError when that takes too long."""
    ends = asyncio.get_running_loop().time() + seconds
    while True:
        with contextlib.suppress(psycopg.OperationalError, httpx2.HTTPError):
            if given := await what():
                return given
        assert asyncio.get_running_loop().time() < ends, f"{name}: not within {seconds} s"
        await asyncio.sleep(0.05)
