"""Processes of a measurement: each answers a line of JSON with a line of JSON, and tells what it cost."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Cost:
    """What a process has used so far. cpu: seconds; resident, most: bytes now and at its highest."""

    cpu: float
    resident: int
    most: int


def cost_of(pid: int) -> Cost:
    """What a process has used, by /proc."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    told = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    ticks = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return Cost(ticks, *(int(told[name].split()[0]) * 1024 for name in ("VmRSS", "VmHWM")))


class Process:
    """A module of this folder as a process. told: what its first line says."""

    def __init__(self, process: subprocess.Popen[str], log: IO[bytes]):
        self._process = process
        self._log = log
        self.pid = process.pid
        self.told = self._line()

    def ask(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """What it answers to a line."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return self._line()

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            ended = self._process.wait()
            self._log.seek(0)
            raise RuntimeError(f"{self._process.args} ended with {ended}: {self._log.read()[-2000:].decode()}")
        return json.loads(line)


@contextlib.contextmanager
def a_process(module: str, *words: str, **environment: str) -> Iterator[Process]:
    """A module of this folder, started; asked to end by the end of its input. environment: of TOLDONCE_*, no other."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TOLDONCE_")}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-m", f"tests.bench.{module}", *words],
            cwd=ROOT,
            env=kept | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            yield Process(process, log)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()
