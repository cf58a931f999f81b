"""Compares the contracts with those of an earlier revision, and fails on what an old reader could not bear.

`python -m contracts.compatible [--base REV]`. Without `--base`: where this branch left origin/main, else the last tag,
else the commit before. Nothing earlier: it says so, and nothing can break.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from contracts.breaks import broken_schemas
from contracts.linter import ROOT, NoLinter, documents, run_linter

SCHEMAS = "contracts/schemas/"
KINDS = ("schemas", "asyncapi", "openapi")


def base_revision(root: Path, given: str | None = None) -> str | None:
    """The revision to compare with, or None where there is none. ValueError for one that git does not know."""
    if given is not None:
        if not _git(root, "rev-parse", "--verify", "--quiet", f"{given}^{{commit}}"):
            raise ValueError("git knows no such revision")
        return given
    here = _git(root, "rev-parse", "--verify", "--quiet", "HEAD")
    left = _git(root, "merge-base", "HEAD", "origin/main")
    if left and left != here:
        return left
    tag = _git(root, "describe", "--tags", "--abbrev=0")
    return tag or _git(root, "rev-parse", "--verify", "--quiet", "HEAD~1") or None


def contracts_at(root: Path, revision: str) -> dict[str, str]:
    """The generated files of a revision, path -> text."""
    listed = _git(root, "ls-tree", "-r", "--name-only", revision, "--", *(f"contracts/{kind}" for kind in KINDS))
    return {path: _git(root, "show", f"{revision}:{path}") for path in listed.split() if path.endswith(".json")}


def schemas_that_break(root: Path, old: Mapping[str, str]) -> list[str]:
    """What the schemas of events no longer promise, or newly ask."""
    now = {file.name: json.loads(file.read_text(encoding="utf-8")) for file in (root / SCHEMAS).glob("*.json")}
    then = {path.removeprefix(SCHEMAS): json.loads(text) for path, text in old.items() if path.startswith(SCHEMAS)}
    return broken_schemas(then, now)


def documents_that_break(root: Path, old: Mapping[str, str]) -> list[str]:
    """The OpenAPI and AsyncAPI documents that are gone, or that the linter rates as broken. Raises NoLinter."""
    broken = []
    with tempfile.TemporaryDirectory() as folder:
        for path, text in old.items():
            file = Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(_promised(text, old), encoding="utf-8")
        for document in documents(Path(folder, "contracts")):
            path = document.relative_to(folder)
            if not (root / path).exists():
                broken.append(f"{path}: removed")
            elif (ran := run_linter("diff", document, root / path, quiet=True)).returncode:
                broken.append(f"{path}:\n{ran.stdout}{ran.stderr}")
    return broken


def _promised(text: str, old: Mapping[str, str]) -> str:
    """A document without the messages that it only announced: of which no schema said what they are.

    A service lists what it will read of another before that other records it; the schema comes with the event.
    """
    document = json.loads(text)
    named = document.get("components", {}).get("messages", {})
    announced = {name for name in named if not any(path.startswith(f"{SCHEMAS}{name}.v") for path in old)}
    return json.dumps(_without(document, announced)) if announced else text


def _without(value: Any, names: Collection[str]) -> Any:
    if isinstance(value, dict):
        return {key: _without(inner, names) for key, inner in value.items() if key not in names}
    if isinstance(value, list):
        return [_without(inner, names) for inner in value if not _speaks_of(inner, names)]
    return value


def _speaks_of(value: Any, names: Collection[str]) -> bool:
    return isinstance(value, dict) and str(value.get("$ref", "")).rpartition("/")[2] in names


def _git(root: Path, *arguments: str) -> str:
    ran = subprocess.run(["git", *arguments], cwd=root, text=True, capture_output=True, check=False)
    return ran.stdout.strip() if ran.returncode == 0 else ""


def main(argv: Sequence[str]) -> int:
    """The command. Gives the exit code: 1 where something breaks, 2 for a revision that is not there."""
    parser = argparse.ArgumentParser(prog="python -m contracts.compatible", description=__doc__)
    parser.add_argument("--base", metavar="REV", help="the revision to compare with")
    try:
        base = base_revision(ROOT, parser.parse_args(argv).base)
    except ValueError as wrong:
        print(f"contracts: {wrong}", file=sys.stderr)
        return 2
    old = contracts_at(ROOT, base) if base else {}
    if not old:
        print("contracts: nothing earlier to compare with, so nothing can break")
        return 0
    lines = schemas_that_break(ROOT, old)
    try:
        lines += documents_that_break(ROOT, old)
    except NoLinter as missing:
        print(f"contracts: only the schemas were compared: {missing}", file=sys.stderr)
    for line in lines:
        print(f"contracts: {line}", file=sys.stderr)
    print(f"contracts: compared with {base}: {'it breaks' if lines else 'nothing breaks'}")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
