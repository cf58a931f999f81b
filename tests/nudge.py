"""`make nudge`: every number, role and circumstance of the packs is changed, one at a time; some test must notice.

Each change is tried in a process of its own, forked from this one with everything loaded: first on the tests that name
its rule, then on all. A change that makes the pack fail to load is noticed too. `--share 20 --seed 7` tries one in
twenty.
"""

import argparse
import contextlib
import copy
import json
import os
import random
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from deploy.rules import tests_of
from shared.protocol import load
from shared.protocol.load import PACKS

TESTS = ("tests/packs", "tests/decisions/referral", "tests/decisions/allocation", "tests/decisions/planning")
PROSE = frozenset({
    "rule", "says", "source", "remedy", "gap", "reading", "because", "effect", "calendar", "title", "name", "id",
    "telephone", "review_by", "in_force", "authority", "values", "instead_of", "of", "leaves_to", "about", "owner",
    "switch", "expects",
})  # fmt: skip
"""Words for the reader, and the names of things: no number, role or circumstance."""

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


def begun(root: str, change: "Change | None" = None) -> int:
    """The tests, begun in a process of their own on a changed copy of the packs. Gives the process's id."""
    packs = Path(root) / "packs"
    shutil.copytree(PACKS, packs)
    if change is not None:
        raw = nudged(change.raw, change.place, change.becomes)
        text = "\n".join(f"{json.dumps(key)} = {written(value)}" for key, value in raw.items())
        (packs / change.path.relative_to(PACKS)).write_text(text, "utf-8")
    child = os.fork()
    if child == 0:
        _run_tests(packs, () if change is None else _tests_of_rule(change.rule))
    return child


@cache
def _by_rule() -> Mapping[str, tuple[str, ...]]:
    """The tests that name each rule, of those that are run here, as pytest takes them."""
    named = {rule: (*tested.passing, *tested.refusing) for rule, tested in tests_of(Path("tests")).items()}
    return {rule: tuple(sorted({one for one in tests if one.startswith(TESTS)})) for rule, tests in named.items()}


def _tests_of_rule(rule: str | None) -> Sequence[str]:
    return _by_rule().get(rule, ()) if rule else sorted(map(str, Path("tests/packs").glob("test_switches*.py")))


def _run_tests(packs: Path, first: Sequence[str]) -> None:
    load.PACKS = packs
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    code = 3
    with contextlib.suppress(BaseException):
        words = ["-x", "-q", "--no-header", "-p", "no:cacheprovider"]
        code = int(pytest.main([*words, *first])) if first else 0
        code = code or int(pytest.main([*words, *_there(TESTS)]))
    os._exit(code)


def _there(folders: tuple[str, ...]) -> list[str]:
    return [folder for folder in folders if Path(folder).exists()]


def main() -> int:
    """Try the changes and name those that no test noticed. 0, or 1 if there is one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=int, default=1, help="one in so many")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="places whose path holds this text")
    asked = parser.parse_args()
    every: list[Change] = []
    for path in sorted((*PACKS.glob("wolverhampton/**/*.toml"), *PACKS.glob("national/**/*.toml"))):
        raw = tomllib.loads(path.read_text("utf-8"))
        every += [Change(path, raw, place, becomes) for place, becomes in nudges(raw)]
    with tempfile.TemporaryDirectory() as root:
        as_they_are = os.waitstatus_to_exitcode(os.waitpid(begun(root), 0)[1])
    if as_they_are != 0:
        sys.stderr.write("The tests fail without any change: mend that first.\n")
        return 1
    chosen = [change for change in every if asked.only in change.where]
    _by_rule()
    chosen = random.Random(asked.seed).sample(chosen, max(1, len(chosen) // asked.share))
    sys.stderr.write(f"{len(chosen)} of {len(every)} changes\n")
    missed = sorted(str(change) for change in unnoticed(chosen))
    sys.stdout.writelines(f"{change}\n" for change in missed)
    sys.stderr.write(f"{len(chosen) - len(missed)} noticed, {len(missed)} not\n")
    return 1 if missed else 0


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
        inner: Any = self.raw
        found: str | None = None
        for step in self.place[:-1]:
            inner = inner[step]
            found = inner.get("rule", found) if isinstance(inner, dict) else found
        return found

    def __str__(self) -> str:
        was: Any = self.raw
        for step in self.place:
            was = was[step]
        return f"{self.path.relative_to(PACKS)}: {self.where}: {was} -> {self.becomes}"


def unnoticed(changes: Iterable[Change]) -> Iterator[Change]:
    """The changes with which all tests pass, two tried at a time."""
    running: dict[int, tuple[Change, tempfile.TemporaryDirectory[str]]] = {}
    waiting = iter(changes)
    while True:
        while len(running) < 2 and (change := next(waiting, None)) is not None:
            root = tempfile.TemporaryDirectory()
            running[begun(root.name, change)] = (change, root)
        if not running:
            return
        child, status = os.wait()
        change, root = running.pop(child)
        root.cleanup()
        if os.waitstatus_to_exitcode(status) == 0:
            yield change


if __name__ == "__main__":
    sys.exit(main())
