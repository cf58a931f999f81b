"""The product as real processes that can be killed one by one: four services over PostgreSQL and Kafka of their own."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import psycopg

from deploy.settings import Settings
from shared.bus.kafka import make_topics
from tests.store.servers import Kafka, Postgres, a_kafka, a_postgres, free_ports

ROOT = Path(__file__).parents[2]
SERVICES = ("referral", "allocation", "planning", "qa")
READY_SECONDS = 120


@dataclass
class Deployment:
    """What runs. A service that was killed is started again by `start`."""

    folder: Path
    postgres: Postgres
    kafka: Kafka
    environment: dict[str, str]
    ports: dict[str, int]
    databases: dict[str, str]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def url_of(self, service: str) -> str:
        """Where a service listens."""
        return f"http://127.0.0.1:{self.ports[service]}"

    def start(self, *names: str) -> None:
        """Start these services; `ready` says when they serve."""
        for name in names or SERVICES:
            with (self.folder / f"{name}.log").open("ab") as log:
                self.processes[name] = subprocess.Popen(
                    [sys.executable, "-m", "deploy.cli", "serve", name],
                    cwd=ROOT,
                    env=self.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )

    def kill(self, name: str) -> None:
        """kill -9."""
        self.processes[name].kill()
        self.processes[name].wait()

    def is_ready(self, name: str) -> bool:
        """Whether it serves, and its store and bus do."""
        with contextlib.suppress(httpx2.HTTPError):
            return httpx2.get(f"{self.url_of(name)}/{name}/readyz", timeout=2).status_code == 200
        return False

    def ready(self, *names: str) -> float:
        """Wait until these are ready. Gives the seconds it took; raises AssertionError with the end of the log."""
        began = time.monotonic()
        for name in names or SERVICES:
            while not self.is_ready(name):
                if self.processes[name].poll() is not None or time.monotonic() - began > READY_SECONDS:
                    raise AssertionError(f"{name} is not ready:\n{self.log_of(name)[-3000:]}")
                time.sleep(0.05)
        return time.monotonic() - began

    def log_of(self, name: str) -> str:
        """What it has written."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def rows(self, service: str, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """Ask a service's database itself."""
        with psycopg.connect(self.databases[service]) as connection:
            return connection.execute(sql, params).fetchall()  # type: ignore[arg-type]

    def stop(self) -> None:
        """End every process as an operator would, by force where that is not enough."""
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()
            process.wait()


@contextlib.contextmanager
def a_deployment(folder: Path) -> Iterator[Deployment]:
    """All of it, started and ready; ended and forgotten afterwards."""
    with a_postgres() as postgres, a_kafka() as kafka:
        ports = dict(zip(SERVICES, free_ports(4), strict=True))
        databases = dict(zip(SERVICES, postgres.databases(*(f"faults_{name}" for name in SERVICES)), strict=True))
        own = {
            "TOLDONCE_DEV": "1",
            "TOLDONCE_SEED": "0",
            "TOLDONCE_VAR": str(folder / "var"),
            "TOLDONCE_RATE_PER_MINUTE": "600000",
            "TOLDONCE_BOOTSTRAP": kafka.bootstrap,
            **{f"TOLDONCE_{name.upper()}_PORT": str(port) for name, port in ports.items()},
            **{f"TOLDONCE_DATABASE_{name.upper()}": url for name, url in databases.items()},
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TOLDONCE_")}
        deployment = Deployment(folder, postgres, kafka, kept | own, ports, databases)
        subprocess.run(
            [sys.executable, "-m", "deploy.cli", "migrate"],
            cwd=ROOT,
            env=deployment.environment,
            check=True,
            timeout=120,
        )
        make_topics(kafka.bootstrap, list(Settings(bootstrap=kafka.bootstrap).topic_table.values()))
        deployment.start()
        try:
            deployment.ready()
            yield deployment
        finally:
            deployment.stop()
