"""`make nudge`: every number, role and circumstance of the packs is changed, one at a time; some test must notice.

Each change is tried in a process of its own, forked from one that has collected the tests and read no pack yet: first
on the tests that name its rule, then on all others. A change that makes the pack fail to load is noticed too.
`--share 20 --seed 7` tries one in twenty.
"""

import argparse
import contextlib
import copy
import gc
import json
import os
import random
import re
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from deploy.rules import tests_of
from shared.protocol import load, where
from shared.protocol.load import PACKS

TESTS = ("tests/packs", "tests/decisions/referral", "tests/decisions/allocation", "tests/decisions/planning")
PROSE = frozenset({
    "rule", "says", "source", "remedy", "gap", "reading", "because", "effect", "calendar", "title", "name", "id",
    "telephone", "review_by", "in_force", "authority", "values", "instead_of", "of", "leaves_to", "about", "switch",
})  # fmt: skip
"""Words for the reader, and the names of things: no number, role or circumstance."""

PROCESSES = 2
PROGRESS = 50
"""After how many changes it says how far it is."""

Steps = tuple[Any, ...]


def nudges(value: Any, path: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    """Every place of a pack that can be changed, with what it becomes; None: the entry goes."""
    if isinstance(value, dict):
        # A question with one answer only has no other to try.
        alone = len(value.get("values", "..")) == 1
        for key, inner in value.items():
            if key not in PROSE and not (alone and key == "value"):
                yield from nudges(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            if isinstance(inner, (dict, list)):
                yield from nudges(inner, (*path, place))
            else:
                yield (*path, place), None
    elif isinstance(value, bool):
        yield path, not value
    elif isinstance(value, int):
        yield path, value + 1
    elif isinstance(value, str):
        yield path, _another(value)


def _another(word: str) -> str:
    """A word that means something else: another answer of the same kind where there are two, else none there is."""
    known = {
        "reject": "warn",
        "warn": "reject",
        "incomplete": "warn",
        "mandatory": "advisory",
        "advisory": "mandatory",
        "OPEN": "NONE",
        "ACTIVE": "NONE",
        "NONE": "OPEN",
    }
    return known.get(word, f"{word}_X")


def nudged(raw: dict[str, Any], path: Steps, becomes: Any) -> dict[str, Any]:
    """A copy of a pack with one place changed."""
    changed = copy.deepcopy(raw)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    if becomes is None:
        del inner[path[-1]]
    elif path[0] == "switches" and path[-1] == "value":
        values = inner["values"]
        inner["value"] = values[(values.index(inner["value"]) + 1) % len(values)]
    else:
        inner[path[-1]] = becomes
    return changed


def written(value: Any) -> str:
    """A value as TOML, on one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {written(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(written(inner) for inner in value) + "]"
    return value.isoformat() if isinstance(value, date) else json.dumps(value)


def begun(root: str, tests: pytest.Session, change: "Change | None" = None) -> int:
    """The tests, begun in a process of their own on a changed copy of the packs. Gives the process's id."""
    packs = Path(root) / "packs"
    shutil.copytree(PACKS, packs)
    if change is not None:
        raw = nudged(change.raw, change.place, change.becomes)
        text = "\n".join(f"{json.dumps(key)} = {written(value)}" for key, value in raw.items())
        (packs / change.path.relative_to(PACKS)).write_text(text, "utf-8")
    child = os.fork()
    if child == 0:
        code = 3
        with contextlib.suppress(BaseException):
            code = _outcome(root, packs, tests, change)
        os._exit(code)
    return child


def _outcome(root: str, packs: Path, tests: pytest.Session, change: "Change | None") -> int:
    """1 once a test has failed on these packs, 0 if none has."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    tempfile.tempdir = root
    load.PACKS = where.PACKS = packs
    if change is not None:
        tests.items.sort(key=_how_far(change))
    for item, following in zip(tests.items, (*tests.items[1:], None), strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if tests.testsfailed:
            return 1
    return 0


def _how_far(change: "Change") -> Callable[[pytest.Item], int]:
    """How far a test is from a change: 0 it names the rule, 1 its file speaks of the same act, 2 neither."""
    named = _by_rule().get(change.rule or "", frozenset())
    acts = change.acts
    return lambda item: (
        0 if item.nodeid.partition("[")[0] in named else 1 if any(act in _text(item.path) for act in acts) else 2
    )


@cache
def _text(path: Path) -> str:
    return path.read_text("utf-8")


@cache
def _by_rule() -> Mapping[str, frozenset[str]]:
    """The tests that name each rule, as pytest takes them."""
    return {rule: frozenset((*tested.passing, *tested.refusing)) for rule, tested in tests_of(Path("tests")).items()}


class Nudging:
    """A plugin of pytest: instead of running the tests once, run them on every changed pack."""

    def __init__(self, asked: argparse.Namespace):
        self._asked = asked
        self.missed: list[str] = []

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if any(one.cache_info().currsize for one in vars(load).values() if hasattr(one, "cache_info")):
            raise pytest.UsageError(
                "A pack was read while the tests were collected: what it said then stays unchanged."
            )
        _by_rule()
        for item in session.items:
            _text(item.path)
        gc.freeze()
        chosen, every = self._chosen()
        sys.stderr.write(f"{len(chosen)} of {every} changes\n")
        for count, (change, noticed) in enumerate(tried((None, *chosen), session)):
            if change is None and noticed:
                raise pytest.UsageError("The tests fail without any change: mend that first.")
            if change is not None and not noticed:
                self.missed.append(str(change))
                sys.stderr.write(f"not noticed: {change}\n")
            if count and count % PROGRESS == 0:
                sys.stderr.write(f"{count} tried, {len(self.missed)} not noticed\n")
        sys.stdout.writelines(f"{change}\n" for change in sorted(self.missed))
        sys.stderr.write(f"{len(chosen) - len(self.missed)} noticed, {len(self.missed)} not\n")
        return True

    def _chosen(self) -> tuple[list["Change"], int]:
        every: list[Change] = []
        for path in sorted((*PACKS.glob("wolverhampton/**/*.toml"), *PACKS.glob("national/**/*.toml"))):
            raw = tomllib.loads(path.read_text("utf-8"))
            every += [Change(path, raw, place, becomes) for place, becomes in nudges(raw)]
        chosen = [change for change in every if self._asked.only in change.where]
        sample = random.Random(self._asked.seed).sample(chosen, max(1, len(chosen) // self._asked.share))
        return sample, len(every)


def main() -> int:
    """Try the changes and name those that no test noticed. 0, or 1 if there is one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=int, default=1, help="one in so many")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="places whose path holds this text")
    nudging = Nudging(parser.parse_args())
    words = ["-q", "--no-header", "-s", "--tb=native", "-p", "no:cacheprovider"]
    code = pytest.main([*words, *filter(os.path.exists, TESTS)], plugins=[nudging])
    return int(code) or int(bool(nudging.missed))


@dataclass(frozen=True)
class Change:
    """One place of one pack and what it becomes."""

    path: Path
    raw: dict[str, Any]
    place: Steps
    becomes: Any

    @property
    def where(self) -> str:
        """The place, as `clock.0.limit`."""
        return ".".join(map(str, self.place))

    @property
    def rule(self) -> str | None:
        """The rule whose block it is in; None for a switch, or what is of no rule."""
        return next((block["rule"] for block in self._blocks() if "rule" in block), None)

    @property
    def acts(self) -> frozenset[str]:
        """The commands and events that it is about, as they stand in code; of a switch, its name."""
        told = [block.get(key) for block in self._blocks() for key in ("command", "event", "records")]
        steps = [step for step in self.place if isinstance(step, str)]
        named = steps[1:2] if steps[0] == "switches" else [step for step in steps if step[0].isupper()]
        words = {word.rpartition(".")[2] for word in (*told, *named) if isinstance(word, str)}
        return frozenset(words | {re.sub(r"(?<!^)(?=[A-Z])", "_", word).lower() for word in words})

    def _blocks(self) -> list[Mapping[str, Any]]:
        """The tables that it lies in, the innermost first."""
        inner: Any = self.raw
        found: list[Mapping[str, Any]] = []
        for step in self.place[:-1]:
            inner = inner[step]
            if isinstance(inner, dict):
                found.insert(0, inner)
        return found

    def __str__(self) -> str:
        was: Any = self.raw
        for step in self.place:
            was = was[step]
        return f"{self.path.relative_to(PACKS)}: {self.where}: {was} -> {self.becomes}"


Running = dict[int, tuple["Change | None", tempfile.TemporaryDirectory[str]]]


def tried(changes: Iterable[Change | None], tests: pytest.Session) -> Iterator[tuple[Change | None, bool]]:
    """Each change, None for none at all, and whether a test noticed it; two tried at a time."""
    running: Running = {}
    for change in changes:
        if len(running) == PROCESSES:
            yield _ended(running)
        root = tempfile.TemporaryDirectory()
        running[begun(root.name, tests, change)] = (change, root)
    while running:
        yield _ended(running)


def _ended(running: Running) -> tuple[Change | None, bool]:
    child, status = os.wait()
    change, root = running.pop(child)
    root.cleanup()
    return change, os.waitstatus_to_exitcode(status) != 0


if __name__ == "__main__":
    sys.exit(main())
