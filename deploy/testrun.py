"""`make test`: every layer of tests in order, each with its time; ends with one closing line and pytest's verdict.

`--whole nudge|faults|fuzz|year` runs all of what an ordinary run takes a seeded twentieth of, and nothing else.
Environment: TOLDONCE_SHARE, that twentieth (0.05).
"""

import argparse
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import uuid
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[1]
LAYERS: Mapping[str, tuple[str, ...]] = {
    "architecture": ("tests/architecture",),
    "packs": ("tests/packs",),
    "decisions": ("tests/decisions",),
    "views": ("tests/views",),
    "contracts": ("tests/contracts",),
    "api": ("tests/api",),
    "histories": ("tests/histories",),
    "nudge": (),
    "store and bus": ("tests/store", "tests/bus"),
    "journeys": ("tests/journeys",),
    "faults": ("tests/faults",),
    "bench": ("tests/bench",),
}
"""Each layer with its folders, in the order in which they are run: what is quick to fail comes first.

nudge is no folder of tests but a program: it changes the packs and expects the tests to notice.
"""

TOGETHER = (("architecture", "packs", "decisions", "views", "contracts", "api", "histories"),)
"""Layers that share nothing but the processor: one run over both cores. Each of the others has a run of its own."""

SPREAD = {"journeys": "loadscope"}
"""Layers that are spread over both cores though they run alone: the journeys by composition, in order within each."""

WHOLE: Mapping[str, tuple[tuple[str, ...], str | None]] = {
    "nudge": ((), None),
    "faults": (("tests/faults", "tests/histories", "tests/store", "tests/bus"), None),
    "fuzz": (("tests/api",), None),
    "year": (("tests/journeys",), "year"),
}
"""What can be run whole: its folders, and the word in the names of its tests where the folder holds others too."""

SHARE = "0.05"
LONGEST_SECONDS = 6 * 3600
"""Of one run: each test has a limit of its own, so this one is for what hangs between tests."""
SLOWEST = 10
NOTHING_COLLECTED = 5
MARK = "TOLDONCE_TESTRUN"

console = Console(stderr=True)


@dataclass
class Told:
    """What came of one layer. seconds: of its tests, one after another."""

    passed: int = 0
    failed: int = 0
    seconds: float = 0.0
    tests: list[tuple[float, str]] = field(default_factory=list)


@dataclass
class Run:
    """One run of pytest. layers: those it holds; seconds: as the clock on the wall has it, without `parts`."""

    layers: dict[str, Told]
    code: int
    seconds: float
    parts: float


def groups() -> Iterator[tuple[str, ...]]:
    """The layers as they are run: those of TOGETHER at once, the others alone."""
    done: set[str] = set()
    for layer in LAYERS:
        if layer not in done:
            group = next((group for group in TOGETHER if layer in group), (layer,))
            done.update(group)
            yield group


def run(folders: Sequence[str], layers: Sequence[str], mark: str, *words: str) -> Run:
    """Run pytest on folders; the tests are counted under these layers."""
    with tempfile.TemporaryDirectory(prefix="toldonce-tests-") as told:
        report, parts = Path(told) / "junit.xml", Path(told) / "parts"
        parts.mkdir()
        environment = {
            "TOLDONCE_SHARE": SHARE,
            **os.environ,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "TOLDONCE_PARTS": str(parts),
            MARK: mark,
        }
        began = time.monotonic()
        code = _watched([sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *words, *folders], environment)
        took = time.monotonic() - began
        started = sum(sum(json.loads(file.read_text()).values()) for file in parts.glob("*.json"))
        return Run(_counted(report, layers), code, max(0.0, took - started), started)


def nudge(share: float, mark: str) -> Run:
    """Change the packs, one place at a time, a share of all places; a change that no test notices is a failure."""
    with tempfile.TemporaryFile("w+") as said:
        began = time.monotonic()
        command = [sys.executable, "-m", "tests.nudge", "--share", str(max(1, round(1 / share)))]
        code = _watched(command, {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", MARK: mark}, said)
        took = time.monotonic() - began
        said.seek(0)
        text = said.read()
    print(text, flush=True)
    counts = re.findall(r"(\d+) noticed, (\d+) not", text)
    told = Told(seconds=took)
    if counts:
        told.passed, told.failed = map(int, counts[-1])
    told.failed = max(told.failed, int(code != 0))
    return Run({"nudge": told}, code, took, 0.0)


def _watched(command: Sequence[str], environment: Mapping[str, str], out: IO[str] | None = None) -> int:
    """Its exit code; told to end if it takes too long or if we are told to end. out: for all that it says."""
    errors = subprocess.STDOUT if out else None
    process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True, stdout=out, stderr=errors)
    try:
        return process.wait(LONGEST_SECONDS)
    except subprocess.TimeoutExpired:
        console.print(f"[red]Ended after {LONGEST_SECONDS} s.[/red]")
        return 1
    finally:
        if process.poll() is None:
            # pytest first: its fixtures stop the server and the broker that they started. What is still there after
            # that is found by `leftovers`.
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(30)


def _counted(report: Path, layers: Sequence[str]) -> dict[str, Told]:
    told = {layer: Told() for layer in layers}
    if not report.exists():
        return told
    for case in ElementTree.parse(report).iter("testcase"):
        path = case.get("classname", "").replace(".", "/")
        layer = next((one for one in layers if any(path.startswith(folder) for folder in LAYERS[one])), layers[0])
        bad = case.find("failure") is not None or case.find("error") is not None
        seconds = float(case.get("time", 0))
        told[layer].failed += bad
        told[layer].passed += not bad
        told[layer].seconds += seconds
        told[layer].tests.append((seconds, f"{path}::{case.get('name')}"))
    return told


def leftovers(mark: str) -> list[int]:
    """Processes of this run that are still there, known by what only they have in their environment."""
    wanted = f"{MARK}={mark}".encode()
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int(place.name) != os.getpid() and wanted in (place / "environ").read_bytes().split(b"\0"):
                found.append(int(place.name))
    return found


def everything(mark: str) -> list[Run]:
    """Every layer, in order."""
    runs = []
    for group in groups():
        folders = [folder for layer in group for folder in LAYERS[layer] if (ROOT / folder).is_dir()]
        console.rule(", ".join(group))
        if group == ("nudge",):
            runs.append(nudge(float(os.environ.get("TOLDONCE_SHARE", SHARE)), mark))
            continue
        if not folders:
            runs.append(Run({layer: Told() for layer in group}, NOTHING_COLLECTED, 0, 0))
            continue
        # By file where several run together: a module's fixtures are made once.
        by = "loadfile" if len(group) > 1 else next((SPREAD[layer] for layer in group if layer in SPREAD), None)
        spread = ["-p", "xdist", "-n", "2", "--dist", by] if by else []
        runs.append(run(folders, group, mark, *spread))
    return runs


def whole(name: str, mark: str) -> list[Run]:
    """All of one thing that an ordinary run takes a share of."""
    if name == "nudge":
        return [nudge(1.0, mark)]
    folders, word = WHOLE[name]
    os.environ |= {"TOLDONCE_SHARE": "1", "TOLDONCE_DEEP": "1"}
    here = [folder for folder in folders if (ROOT / folder).is_dir()]
    if not here:
        return [Run({}, NOTHING_COLLECTED, 0, 0)]
    layers = [layer for layer, places in LAYERS.items() if set(places) & set(folders)]
    return [run(here, layers, mark, *(["-k", word] if word else []))]


def say(runs: Sequence[Run]) -> None:
    """Where the time went."""
    table = Table(title="Where the time went")
    for column in ("layer", "passed", "failed", "seconds"):
        table.add_column(column, justify="left" if column == "layer" else "right")
    for one in runs:
        for layer, told in one.layers.items():
            count = str(told.passed) if told.passed + told.failed else "no tests"
            table.add_row(layer, count, str(told.failed or ""), f"{told.seconds:.1f}")
        if len(one.layers) > 1 or set(one.layers) & set(SPREAD):
            table.add_row("  those together, over both cores", "", "", f"{one.seconds:.1f}", style="dim")
    console.print(table)
    tests = sorted((test for one in runs for told in one.layers.values() for test in told.tests), reverse=True)
    for seconds, name in tests[:SLOWEST]:
        console.print(f"{seconds:8.1f} s  {name}", highlight=False, soft_wrap=True)
    console.print(f"Starting PostgreSQL and Kafka took {sum(one.parts for one in runs):.1f} s, not counted above.")


def main(argv: Sequence[str]) -> int:
    """The command. Gives pytest's exit code: 0 when all passed."""
    parser = argparse.ArgumentParser(prog="python -m deploy.testrun", description=__doc__)
    parser.add_argument("--whole", choices=sorted(WHOLE), help="all of this, instead of a share of everything")
    asked = parser.parse_args(argv)
    mark = uuid.uuid4().hex
    # Hundreds of processes are started, and each would compile all of the product anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # Told to end, we end as at Ctrl-C: what was started is stopped.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        runs = whole(asked.whole, mark) if asked.whole else everything(mark)
    finally:
        left = leftovers(mark)
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    say(runs)
    told = [told for one in runs for told in one.layers.values()]
    failed, passed = sum(one.failed for one in told), sum(one.passed for one in told)
    if left:
        console.print(f"[red]{len(left)} processes were left running and have been ended.[/red]")
        failed += 1
    code = next((one.code for one in runs if one.code), 1 if failed else 0)
    print(f"{passed} passed, {failed} failed in {sum(one.seconds for one in runs):.2f}s", flush=True)
    return code


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        console.print("Stopped; nothing was left running.")
        sys.exit(130)
