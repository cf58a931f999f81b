"""Compares the contracts with those of an earlier revision, and fails on what an old reader could not bear.

`python -m contracts.compatible [--base REV]`. Without `--base`: where this branch left origin/main, else the last tag,
else the commit before.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from contracts.breaks import broken_schemas
from contracts.linter import ROOT, NoLinter, documents, run_linter

SCHEMAS = "contracts/schemas/"
KINDS = ("schemas", "asyncapi", "openapi")


def base_revision(given: str | None) -> str | None:
    """The revision to compare with, or None where there is none. Raises ValueError for one that git does not know."""
    if given is not None:
        if not _git("rev-parse", "--verify", "--quiet", f"{given}^{{commit}}"):
            raise ValueError("git knows no such revision")
        return given
    here = _git("rev-parse", "--verify", "--quiet", "HEAD")
    left = _git("merge-base", "HEAD", "origin/main")
    if left and left != here:
        return left
    return _git("describe", "--tags", "--abbrev=0") or _git("rev-parse", "--verify", "--quiet", "HEAD~1") or None


def _git(*arguments: str) -> str:
    ran = subprocess.run(["git", *arguments], cwd=ROOT, text=True, capture_output=True, check=False)
    return ran.stdout.strip() if ran.returncode == 0 else ""


def _contracts_at(revision: str) -> dict[str, str]:
    paths = _git("ls-tree", "-r", "--name-only", revision, "--", *(f"contracts/{kind}" for kind in KINDS)).split()
    return {path: _git("show", f"{revision}:{path}") for path in paths if path.endswith(".json")}


def _documents_that_break(old: Mapping[str, str]) -> list[str]:
    broken = []
    with tempfile.TemporaryDirectory() as folder:
        for path, text in old.items():
            file = Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        for document in documents(Path(folder, "contracts")):
            now = ROOT / document.relative_to(folder)
            if not now.exists():
                broken.append(f"{now.relative_to(ROOT)}: removed")
            elif (ran := run_linter("diff", document, now, quiet=True)).returncode:
                broken.append(f"{now.relative_to(ROOT)}:\n{ran.stdout}{ran.stderr}")
    return broken


def main(argv: Sequence[str]) -> int:
    """The command. Gives the exit code: 1 where something breaks, 2 for a revision that is not there."""
    parser = argparse.ArgumentParser(prog="python -m contracts.compatible", description=__doc__)
    parser.add_argument("--base", metavar="REV", help="the revision to compare with")
    try:
        base = base_revision(parser.parse_args(argv).base)
    except ValueError as wrong:
        print(f"contracts: {wrong}", file=sys.stderr)
        return 2
    old = _contracts_at(base) if base else {}
    if not old:
        print("contracts: nothing earlier to compare with, so nothing can break")
        return 0
    now = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / SCHEMAS).glob("*.json")}
    then = {path.removeprefix(SCHEMAS): json.loads(text) for path, text in old.items() if path.startswith(SCHEMAS)}
    lines = broken_schemas(then, now)
    try:
        lines += _documents_that_break(old)
    except NoLinter as missing:
        print(f"contracts: only the schemas were compared: {missing}", file=sys.stderr)
    for line in lines:
        print(f"contracts: {line}", file=sys.stderr)
    print(f"contracts: compared with {base}: {'it breaks' if lines else 'nothing breaks'}")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
