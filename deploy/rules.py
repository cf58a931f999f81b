"""`make rules`: per authority and area, how many rules there are, are in packs, and are tested.

Writes docs/rules.md. Ends with 1 if a rule that is declared done stands in no pack or has no test.
"""

import ast
import json
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.services import COMMANDS
from shared.protocol.where import places

ROOT = Path(__file__).parents[1]
REFUSES = frozenset({
    "required-field", "required-participant", "role-permission", "eligibility", "decision-table",
    "state-transition", "sign-off", "invariant",
})  # fmt: skip
"""Kinds of rules that refuse where their row does not say otherwise."""


BUILT = frozenset(command.name for commands in COMMANDS.values() for command in commands)
"""The commands that somebody can send."""


@dataclass
class Tested:
    """The tests that name a rule: those in which it lets something pass, and those in which it refuses."""

    passing: set[str] = field(default_factory=set)
    refusing: set[str] = field(default_factory=set)


def main() -> int:
    """Print the table, write docs/rules.md, and say what is declared done and is not. 0 or 1."""
    rules = json.loads((ROOT / "tests" / "data" / "rules.json").read_text("utf-8"))
    tested = tests_of(ROOT / "tests")
    in_packs = {place.rule for place in places()}
    page = "\n".join(_page(rules, in_packs, tested))
    sys.stdout.write(page)
    out = ROOT / "docs" / "rules.md"
    out.parent.mkdir(exist_ok=True)
    out.write_text(page, "utf-8")
    wanting = tuple(unfinished(rules, in_packs, tested))
    for line in wanting:
        sys.stderr.write(f"{line}\n")
    return 1 if wanting else 0


def declared() -> tuple[frozenset[str], Mapping[str, str]]:
    """The rules declared done, and of those that refuse only in a command not built yet, which."""
    raw = _raw()
    return frozenset(raw["done"]), raw["refuses_elsewhere"]


def also_in() -> Mapping[str, Sequence[str]]:
    """Of rules declared done, the commands that their rows speak of besides and that are not built yet."""
    return _raw()["also_in"]


def _raw() -> dict[str, Any]:
    return tomllib.loads((ROOT / "tests" / "data" / "done.toml").read_text("utf-8"))


def unfinished(rules: Iterable[Mapping[str, Any]], in_packs: set[str], tested: Mapping[str, Tested]) -> Iterator[str]:
    """What is missing of the rules that are declared done, a sentence each."""
    done, elsewhere = declared()
    for rule, commands in sorted(also_in().items()):
        built = [command for command in commands if command in BUILT]
        if built:
            yield f"{rule} is declared to want {', '.join(built)}, which is built: build the rest of the row."
        if rule not in done:
            yield f"{rule} is declared done in part and not declared done."
    by_id = {rule["id"]: rule for rule in rules}
    for rule in sorted(done):
        if rule not in by_id:
            yield f"{rule} is declared done and is no rule of the rulebook."
            continue
        if rule not in in_packs:
            yield f"{rule} is declared done and stands in no pack."
        if not tested.get(rule, Tested()).passing:
            yield f"{rule} is declared done and no test shows it kept."
        if can_refuse(by_id[rule]) and rule not in elsewhere and not tested.get(rule, Tested()).refusing:
            yield f"{rule} is declared done, can refuse, and no test shows it refusing."


def can_refuse(rule: Mapping[str, Any]) -> bool:
    """Whether a row refuses something: it says so, or it is of a kind that does and says nothing milder."""
    effect = rule["trigger_effect"]
    milder = any(word in effect for word in ("[warn]", "incomplete", "efuses nothing"))
    return "[reject]" in effect or (rule["kind"] in REFUSES and not milder)


def tests_of(folder: Path) -> dict[str, Tested]:
    """Which tests name which rules. A test refuses if it says so of the rule; it passes if it asserts anything else."""
    found: dict[str, Tested] = {}
    for path in sorted(folder.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                name = f"{path.relative_to(folder.parent)}::{node.name}"
                for rule in _marks(node):
                    said = found.setdefault(rule, Tested())
                    if _refuses(node, rule):
                        said.refusing.add(name)
                    if _asserts_otherwise(node):
                        said.passing.add(name)
    return found


def _marks(test: ast.FunctionDef) -> Iterator[str]:
    for mark in test.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.rule":
            yield from (str(arg.value) for arg in mark.args if isinstance(arg, ast.Constant))


def _refuses(test: ast.FunctionDef, rule: str) -> bool:
    """Whether the test expects a refusal and names this rule beyond its mark: in the call, or in what it is fed."""
    inside = [node for body in test.body for node in ast.walk(body)]
    fed = [node for mark in test.decorator_list if "parametrize" in ast.unparse(mark) for node in ast.walk(mark)]
    names = any(isinstance(node, ast.Constant) and node.value == rule for node in (*inside, *fed))
    return names and any(isinstance(node, ast.Attribute) and node.attr == "refused" for node in inside)


def _asserts_otherwise(test: ast.FunctionDef) -> bool:
    says = {"then", "lacking", "warned", "complete", "due", "cites"}
    inside = [node for body in test.body for node in ast.walk(body)]
    return any(
        isinstance(node, ast.Assert) or (isinstance(node, ast.Attribute) and node.attr in says) for node in inside
    )


def _page(rules: Iterable[Mapping[str, Any]], in_packs: set[str], tested: Mapping[str, Tested]) -> Iterator[str]:
    done, _ = declared()
    partly = also_in()
    table: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for rule in rules:
        table.setdefault((rule["authority"], rule["area"]), []).append(rule)
    yield "# Rules, packs and tests"
    yield ""
    yield "Generated by `make rules` from the rulebook's list, the packs and the tests' marks. A rule counts as in"
    yield "packs once a block is of it, as done once its commands, clocks and views are built, and as in part while its"
    yield "row speaks of further commands that are not built yet."
    yield ""
    yield "| Authority | Area | Rules | In packs | Tested, kept | Tested, refusing | Done | In part |"
    yield "|---|---|---|---|---|---|---|---|"
    for (authority, area), rows in table.items():
        ids = [row["id"] for row in rows]
        counts = (
            len(ids),
            sum(1 for rule in ids if rule in in_packs),
            sum(1 for rule in ids if rule in tested and tested[rule].passing),
            sum(1 for rule in ids if rule in tested and tested[rule].refusing),
            sum(1 for rule in ids if rule in done - set(partly)),
            sum(1 for rule in ids if rule in partly),
        )
        yield f"| {authority} | {area} | {' | '.join(str(count) for count in counts)} |"
    yield ""
    yield "## Not done, where an area has been begun"
    yield ""
    for (authority, area), rows in table.items():
        left = [row["id"] for row in rows if row["id"] not in done]
        if len(left) < len(rows) and left:
            yield f"- {authority} {area}: {', '.join(left)}"
    yield ""


if __name__ == "__main__":
    sys.exit(main())
