"""A PostgreSQL server and a Kafka broker of a test's own: on free ports, below a temporary folder, gone afterwards."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

LOCAL = Path(__file__).parents[2] / "deploy" / "local"


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@dataclass(frozen=True)
class Postgres:
    """A server started by the product's own script. It can be killed and started again."""

    port: int
    run: Path

    def script(self, *words: str) -> str:
        """What postgres.sh answers. Raises CalledProcessError."""
        env = os.environ | {"POSTGRES_PORT": str(self.port), "POSTGRES_RUN": str(self.run)}
        return subprocess.run(
            [str(LOCAL / "postgres" / "postgres.sh"), *words], env=env, stdout=subprocess.PIPE, text=True, check=True
        ).stdout

    def databases(self, *names: str) -> list[str]:
        """The URLs of these databases, made where they are missing; the server is started if it does not run."""
        told = dict(line.split(maxsplit=1) for line in self.script("start", *names).splitlines() if " " in line)
        return [told[name] for name in names]

    def database(self, name: str) -> str:
        """The administrator's URL of a new database of this name: quicker than `databases`."""
        told = dict(line.split(maxsplit=1) for line in self.script("urls").splitlines() if " " in line)
        with psycopg.connect(told["postgres"], autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return told["postgres"].removesuffix("/postgres") + f"/{name}"

    def kill(self) -> None:
        """kill -9 of the postmaster."""
        self.script("kill")

    @property
    def data(self) -> Path:
        """Where it keeps its files."""
        return (self.run / "cluster").resolve() / "data"


@dataclass(frozen=True)
class Kafka:
    """A broker started by the product's own script. It can be killed and started again."""

    port: int
    controller: int
    run: Path

    @property
    def bootstrap(self) -> str:
        """Its address."""
        return f"127.0.0.1:{self.port}"

    def script(self, *words: str) -> None:
        """Run kafka.sh. Raises CalledProcessError."""
        own = {"KAFKA_PORT": str(self.port), "KAFKA_CPORT": str(self.controller), "KAFKA_RUN": str(self.run)}
        # Not piped: the broker would inherit the pipe, and reading it would wait for the broker's end.
        subprocess.run(
            [str(LOCAL / "kafka" / "kafka.sh"), *words], env=os.environ | own, stdout=subprocess.DEVNULL, check=True
        )


@contextlib.contextmanager
def a_postgres() -> Iterator[Postgres]:
    """A server that is removed with all its data at the end."""
    folder = Path(tempfile.mkdtemp(prefix="toldonce-pg-"))
    # Root's server runs as another user, who has to pass through here.
    folder.chmod(0o711)
    server = Postgres(free_ports(1)[0], folder / "postgres")
    try:
        server.databases("toldonce_test")
        yield server
    finally:
        # Nothing in it is wanted any more, so it need not be closed with care.
        server.kill()
        server.script("remove")
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def a_kafka() -> Iterator[Kafka]:
    """A broker that serves, and is stopped and forgotten at the end."""
    folder = Path(tempfile.mkdtemp(prefix="toldonce-kafka-"))
    port, controller = free_ports(2)
    broker = Kafka(port, controller, folder / "kafka")
    try:
        broker.script("start")
        yield broker
    finally:
        broker.script("stop")
        shutil.rmtree(folder, ignore_errors=True)


def share() -> float:
    """How much of the seeded histories is run: 1 is all of it."""
    return float(os.environ.get("TOLDONCE_SHARE", "0.05"))


def seeds(count: int) -> range:
    """The seeds of this run: a share of `count`, at least one."""
    return range(max(1, round(count * share())))
