"""Eight processes of one service migrate and start at the same moment, where there is nothing at all yet."""

import contextlib
import subprocess
import sys
import time
from pathlib import Path

import psycopg

from deploy.settings import Settings
from shared.bus.kafka import make_topics
from tests.faults.deployment import ROOT, answers, environment, forget_topics
from tests.store.servers import Kafka, Postgres, free_ports

REPLICAS = 8
UP_SECONDS = 150
START = """
from deploy.assemble import migrate
from deploy.serving import serve
from deploy.settings import Settings

migrate(Settings(), ("referral",))
serve(Settings(), "referral")
"""


def test_eight_of_eight_are_up(postgres: Postgres, kafka: Kafka, tmp_path: Path) -> None:
    (url,) = postgres.databases("faults_eight")
    forget_topics(kafka.bootstrap)
    make_topics(kafka.bootstrap, list(Settings(bootstrap=kafka.bootstrap).topic_table.values()))
    ports = free_ports(REPLICAS)
    started: list[subprocess.Popen[bytes]] = []
    log = tmp_path / "eight.log"
    try:
        with log.open("ab") as out:
            for port in ports:
                own = environment(
                    tmp_path,
                    TOLDONCE_BOOTSTRAP=kafka.bootstrap,
                    TOLDONCE_DATABASE_REFERRAL=url,
                    TOLDONCE_REFERRAL_PORT=str(port),
                )
                command = [sys.executable, "-c", START]
                started.append(
                    subprocess.Popen(command, cwd=ROOT, env=own, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
                )
        _all_up(started, [f"http://127.0.0.1:{port}/referral/readyz" for port in ports], log)
    finally:
        for process in started:
            process.kill()
        for process in started:
            process.wait()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM settings WHERE name = 'incarnation'").fetchone() == (1,)
    kept = sorted(str(path.relative_to(tmp_path / "keys")) for path in (tmp_path / "keys").rglob("*.json"))
    signing = ["signing/public/referral.json", "signing/referral/private.json"]
    assert kept == ["dev-issuer.json", "referral-main.kek.json", *signing]


def _all_up(started: list[subprocess.Popen[bytes]], addresses: list[str], log: Path) -> None:
    until = time.monotonic() + UP_SECONDS
    waiting = set(addresses)
    while waiting:
        ended = [process.returncode for process in started if process.poll() is not None]
        assert ended == [], log.read_text()[-3000:]
        assert time.monotonic() < until, f"{len(waiting)} of {len(started)} are not up: {log.read_text()[-3000:]}"
        waiting -= {address for address in waiting if answers(address)}
        with contextlib.suppress(subprocess.TimeoutExpired):
            started[0].wait(0.1)
