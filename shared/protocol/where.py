"""Where a rule stands: the block, the edition and the file that hold it."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.protocol.load import PACKS


@dataclass(frozen=True)
class Place:
    """One mention of a rule in a pack. kind: of the block; path, line: where it is written; says: its sentence."""

    rule: str
    kind: str
    edition: str
    path: Path
    line: int
    says: str


def where(rule: str, roots: Sequence[Path] = ()) -> tuple[Place, ...]:
    """Every block of every pack that is of this rule or names it; empty where none does."""
    return tuple(place for place in places(roots) if place.rule == rule)


def places(roots: Sequence[Path] = ()) -> Iterator[Place]:
    """Every block of every pack, once for each rule that it is of or that a silence covers."""
    for root in (*roots, PACKS):
        for path in sorted(root.rglob("*.toml")):
            text = path.read_text(encoding="utf-8")
            raw = tomllib.loads(text)
            edition = raw.get("edition", {}).get("id") or _edition_of(path)
            for kind, block in _blocks(raw):
                for rule in _rules(kind, block):
                    says = block.get("says") or block.get("because", "")
                    yield Place(rule, kind, edition, path, _line_of(text, rule), says)


def _edition_of(path: Path) -> str:
    """The id of the edition that a part belongs to: of the file that its folder lies beside."""
    first = path.parent.with_suffix(".toml")
    raw = tomllib.loads(first.read_text(encoding="utf-8")) if first.exists() else {}
    return raw.get("edition", {}).get("id", path.stem)


def _blocks(raw: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for kind, value in raw.items():
        if isinstance(value, list):
            yield from ((kind, block) for block in value if isinstance(block, dict))
        elif isinstance(value, dict) and "rule" in value:
            yield kind, value


def _rules(kind: str, block: dict[str, Any]) -> list[str]:
    if kind == "silent":
        return list(block.get("rules", []))
    named = [block.get("rule") or block.get("id") or ""]
    return [rule for rule in (*named, *block.get("leaves_to", {}).values()) if rule]


def _line_of(text: str, rule: str) -> int:
    return next((n for n, line in enumerate(text.splitlines(), 1) if f'"{rule}"' in line), 0)
