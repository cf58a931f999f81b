"""The two compositions as real processes below a folder of their own, on free ports, ended and forgotten afterwards."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx2
from kafka import KafkaAdminClient

from tests.store.servers import Kafka, Postgres, free_ports

ROOT = Path(__file__).parents[2]
FICTIONAL = ROOT / "tests" / "packs" / "fictional"
SERVICES = ("referral", "allocation", "planning", "qa")
START_SECONDS = 180


@dataclass(frozen=True)
class Product:
    """The product as it runs. urls: of each service; logs: where its processes write."""

    name: str
    urls: Mapping[str, str]
    logs: Path

    def url_of(self, service: str) -> str:
        """Where a service is served."""
        return self.urls[service]


@contextlib.contextmanager
def embedded(folder: Path, **more: str) -> Iterator[Product]:
    """`python -m deploy.embedded`, empty, in development mode. more: further settings."""
    (port,) = free_ports(1)
    log = folder / "embedded.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy.embedded"],
            cwd=ROOT,
            env=_environment(folder, TOLDONCE_PORT=str(port), **more),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    product = Product("embedded", dict.fromkeys(SERVICES, f"http://127.0.0.1:{port}"), log)
    try:
        _wait_until_ready(product, process)
        yield product
    finally:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()


@contextlib.contextmanager
def separate(folder: Path, postgres: Postgres, kafka: Kafka) -> Iterator[Product]:
    """`python -m deploy.separate up`, over a database for each service and a broker that knows nothing yet."""
    ports = dict(zip(SERVICES, free_ports(4), strict=True))
    # Of its own, as its folder is: what one life put on record is not there in the next.
    databases = postgres.databases(*(f"{folder.name}_{name}" for name in SERVICES))
    _forget_topics(kafka.bootstrap)
    environment = _environment(
        folder,
        TOLDONCE_BOOTSTRAP=kafka.bootstrap,
        **{f"TOLDONCE_{name.upper()}_PORT": str(port) for name, port in ports.items()},
        **{f"TOLDONCE_DATABASE_{name.upper()}": url for name, url in zip(SERVICES, databases, strict=True)},
    )
    try:
        _separate("up", environment)
        yield Product("separate", {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}, folder / "logs")
    finally:
        _separate("down", environment)


def _separate(action: str, environment: Mapping[str, str]) -> None:
    command = [sys.executable, "-m", "deploy.separate", action]
    subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=True, timeout=180)


def _environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TOLDONCE_")}
    # What says of a run of all tests that a process is its own.
    kept |= {name: os.environ[name] for name in ("TOLDONCE_TESTRUN",) if name in os.environ}
    own = {"TOLDONCE_DEV": "1", "TOLDONCE_SEED": "0", "TOLDONCE_VAR": str(folder), "TOLDONCE_RATE_PER_MINUTE": "60000"}
    # A second authority, which is made up: nobody of it may be told of what is in the first.
    own |= {"TOLDONCE_PACKS": str(FICTIONAL)}
    return kept | own | more


def _wait_until_ready(product: Product, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(httpx2.HTTPError):
            if all(httpx2.get(f"{product.urls[name]}/{name}/readyz").status_code == 200 for name in SERVICES):
                return
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"it did not start: {product.logs.read_text()[-2000:]}")
        time.sleep(0.05)


def _forget_topics(bootstrap: str) -> None:
    """A broker that other tests of the same run have used still holds letters of stores that are gone."""
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        ours = [name for name in admin.list_topics() if name.endswith(".events.v1")]
        if ours:
            admin.delete_topics(ours)
    finally:
        admin.close()
