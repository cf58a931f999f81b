"""`make where RULE=`: the pack blocks that hold a rule, the tests that name it, and the code that refuses with it."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from deploy.rules import ROOT, tests_of
from shared.protocol.where import where

CODE = ("services", "shared", "deploy", "contracts")


def main() -> int:
    """Print where a rule stands. 0, or 1 where it stands nowhere, 2 for no rule given."""
    if len(sys.argv) != 2 or not re.fullmatch(r"[A-Z]+-([A-Z]+-)?\d+", sys.argv[1]):
        sys.stderr.write("Say which rule: make where RULE=<its ID>\n")
        return 2
    lines = tuple(found(sys.argv[1]))
    for line in lines:
        sys.stdout.write(f"{line}\n")
    if not lines:
        sys.stderr.write(f"{sys.argv[1]} stands in no pack, no test and no code.\n")
    return 0 if lines else 1


def found(rule: str) -> Iterator[str]:
    """Every place of a rule, a line each: packs, then code, then tests."""
    for place in where(rule):
        yield f"{_short(place.path)}:{place.line}  {place.kind} of {place.edition}: {place.says}"
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
                if f'"{rule}"' in line:
                    yield f"{_short(path)}:{number}  {line.strip()}"
    tested = tests_of(ROOT / "tests").get(rule)
    if tested is not None:
        for test in sorted(tested.passing | tested.refusing):
            yield f"{test}  {'refuses' if test in tested.refusing else 'keeps'}"


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


if __name__ == "__main__":
    sys.exit(main())
