"""Posting a referral, beside the framework that does nothing and beside one plain INSERT, in interleaved rounds."""

import contextlib
import itertools
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

from deploy.dev_issuer import DevIssuer
from tests.bench.front_door import CALLER
from tests.bench.processes import Cost, Process, a_process, cost_of
from tests.store.servers import Postgres

CONNECTIONS = (1, 16, 64)
MOST_PER_SECOND = 3_000
PATHS = {"front door": "/referral/v1/referrals", "nothing": "/nothing", "insert": "/insert"}
_SEEDS = itertools.count(1)


@dataclass(frozen=True)
class Round:
    """One target under load. rate: answers per second; p50, p99: milliseconds; cpu: the server's, microseconds each."""

    rate: float
    p50: float
    p99: float
    cpu: float


@dataclass(frozen=True)
class Posted:
    """Every round, by (target, connections), and the memory of the front door before and after."""

    rounds: Mapping[tuple[str, int], Sequence[Round]]
    before: Cost
    after: Cost

    def middle(self, target: str, connections: int) -> Round:
        """The middle of its rounds, each figure for itself."""
        rounds = self.rounds[(target, connections)]
        return Round(*(median(getattr(one, name) for one in rounds) for name in ("rate", "p50", "p99", "cpu")))

    def ratio(self, target: str, beside: str, connections: int) -> float:
        """The middle of the rates' ratios, each within one round."""
        pairs = zip(self.rounds[(target, connections)], self.rounds[(beside, connections)], strict=True)
        return median(one.rate / other.rate for one, other in pairs)


@dataclass(frozen=True)
class Parties:
    """The three targets and the load. token: gives a fresh one."""

    ports: Mapping[str, int]
    pids: Mapping[str, int]
    load: Process
    issuer: DevIssuer

    def token(self) -> str:
        """A token of the caller that the front door knows."""
        return self.issuer.mint(**CALLER, now=datetime.now(UTC), token_id=str(uuid4())).token

    def post(self, target: str, connections: int, seconds: float) -> Round:
        """Load on one target. Raises RuntimeError for any answer but 201."""
        asked: dict[str, Any] = {
            "at": ("127.0.0.1", self.ports[target]),
            "path": PATHS[target],
            "connections": connections,
            "seconds": seconds,
            "seed": next(_SEEDS),
            "most": int(seconds * MOST_PER_SECOND),
            "token": self.token() if target == "front door" else None,
        }
        before = cost_of(self.pids[target]).cpu
        told = self.load.ask(asked)
        cpu = cost_of(self.pids[target]).cpu - before
        took = told["took"]
        if set(told["statuses"]) != {"201"}:
            raise RuntimeError(f"{target} answered {told['statuses']}")
        at = (took[len(took) // 2] * 1000, took[int(len(took) * 0.99)] * 1000)
        return Round(len(took) / told["seconds"], *at, cpu / len(took) * 1e6)


@contextlib.contextmanager
def the_parties(postgres: Postgres, *words: str) -> Iterator[Parties]:
    """All started, each on a database of its own. words: for the front door's own command line."""
    with tempfile.TemporaryDirectory(prefix="toldonce-bench-") as folder:
        names = ("referral", "allocation", "planning", "qa")
        environment = {
            f"TOLDONCE_DATABASE_{name.upper()}": postgres.database(f"bench_{name}_{uuid4().hex[:8]}") for name in names
        }
        environment |= {"TOLDONCE_DEV": "1", "TOLDONCE_VAR": folder, "TOLDONCE_RATE_PER_MINUTE": "1000000000"}
        with (
            a_process("front_door", *words, **environment) as door,
            a_process("naive", postgres.database(f"bench_naive_{uuid4().hex[:8]}")) as naive,
            a_process("load") as load,
        ):
            yield Parties(
                {"front door": door.told["port"], "nothing": naive.told["port"], "insert": naive.told["port"]},
                {"front door": door.pid, "nothing": naive.pid, "insert": naive.pid},
                load,
                DevIssuer(Path(folder) / "keys" / "dev-issuer.json", None),
            )


def measure(
    postgres: Postgres, *words: str, rounds: int = 5, seconds: float = 2.0, connections: Sequence[int] = CONNECTIONS
) -> Posted:
    """Rounds in which every target has its turn at every number of connections."""
    found: dict[tuple[str, int], list[Round]] = defaultdict(list)
    with the_parties(postgres, *words) as parties:
        door = parties.pids["front door"]
        for target in PATHS:
            parties.post(target, max(connections), seconds / 2)
        before = cost_of(door)
        for _ in range(rounds):
            for count in connections:
                for target in PATHS:
                    found[(target, count)].append(parties.post(target, count, seconds))
        return Posted(found, before, cost_of(door))
