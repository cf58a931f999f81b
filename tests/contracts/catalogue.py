"""The event catalogue as data: what each event carries, who reads it, and which commands there are."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[1] / "data/catalogue.json"
SERVICES = ("referral", "allocation", "planning", "qa")


@dataclass(frozen=True)
class Entry:
    """A field as the catalogue writes it. parts: of a field with several, None where it names none."""

    sealed: bool
    parts: Mapping[str, "Entry"] | None = field(default=None)


def catalogue() -> dict[str, list[dict[str, Any]]]:
    """The whole of it."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def events() -> dict[str, dict[str, Any]]:
    """Every event by its name; one that each service records stands four times."""
    return {
        f"{service}.{event['name']}": event
        for event in catalogue()["events"]
        for service in (SERVICES if event["service"] == "each" else (event["service"],))
    }


def commands() -> dict[str, set[str]]:
    """The names of the commands of each service; those that each service takes stand in all."""
    found: dict[str, set[str]] = {service: set() for service in SERVICES}
    for command in catalogue()["commands"]:
        for service in SERVICES if command["service"] == "every service" else (command["service"],):
            found[service].add(command["name"])
    return found


def payload(text: str) -> dict[str, Entry]:
    """The fields of a payload as the catalogue writes it, as `a, b?, c°, d[]{e, f°}?, g|h (why)`."""
    return dict(_fields(re.sub(r"\*\*per child\*\*:|one per family:", "", _split(text, ";")[0])))


def consumers(owner: str, text: str) -> set[str]:
    """The other services that the catalogue names as readers, as `planning, qa → why; referral → why`."""
    found: set[str] = set()
    for part in re.sub(r"\([^)]*\)", "", text).split(";"):
        who = part.split("→")[0]
        named = {service for service in SERVICES if re.search(rf"\b{service}\b", who)}
        found |= set(SERVICES) if re.search(r"\ball\b", who) else named
    return found - {owner}


def _fields(text: str) -> Iterator[tuple[str, Entry]]:
    for written in _split(text, ","):
        for name in _split(written, "|"):
            # `five × yes/no` and the like are a remark, not a list of names.
            head = re.match(r"\s*(\w+)(\[\])?(°?)(\[\])?", name)
            if not head:
                continue
            inner = re.search(r"\{(.*)\}", name)
            after = name[inner.end() :] if inner else name[head.end() :]
            parts = dict(_fields(inner[1])) if inner and not re.search("[×;]", inner[1]) else None
            yield head[1], Entry(sealed="°" in head[3] or after.strip().startswith("°"), parts=parts)


def _split(text: str, at: str) -> list[str]:
    parts, depth, begun = [], 0, 0
    for place, letter in enumerate(text):
        depth += (letter in "{(") - (letter in "})")
        if letter == at and depth == 0:
            parts.append(text[begun:place])
            begun = place + 1
    return [*parts, text[begun:]]
