"""The tables in `docs/` that are written from what they describe: `python -m deploy.pages`.

With `--check` it writes nothing, names what is out of date and fails.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic_core import PydanticUndefined

from deploy.settings import HERE, Settings
from shared.protocol.load import PACKS, whole

ROOT = HERE.parent


def settings() -> str:
    """Every setting with its default and what it is for, as Markdown."""
    rows = ["| Variable | Default | What it is for |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        rows.append(f"| `TOLDONCE_{name.upper()}` | {_shown(field.default)} | {field.description or ''} |")
    return "\n".join(rows) + "\n"


def switches() -> str:
    """Every question that a text leaves open, with the reading that each pack chose, as Markdown."""
    rows = ["| Pack | Switch | Chosen | Of | Our reading |", "|---|---|---|---|---|"]
    for pack in sorted(PACKS.glob("*/*.toml")):
        for name, switch in whole(pack).get("switches", {}).items():
            of = ", ".join(str(value) for value in switch["values"])
            where = pack.relative_to(PACKS).with_suffix("").as_posix()
            rows.append(f"| {where} | `{name}` | {switch['value']} | {of} | {switch['reading']} ({switch['gap']}) |")
    return "\n".join(rows) + "\n"


TABLES: Mapping[str, tuple[str, Callable[[], str]]] = {
    "settings": ("docs/operations.md", settings),
    "switches": ("docs/for-councils.md", switches),
}
"""Table -> the page that holds it, and what writes it."""


def _shown(default: Any) -> str:
    if default is None or default is PydanticUndefined or default == "":
        return "none"
    if isinstance(default, bool):
        return "`1`" if default else "`0`"
    if isinstance(default, Path) and default.is_relative_to(ROOT):
        # The same table wherever the checkout lies.
        return f"`{default.relative_to(ROOT).as_posix()}`"
    return f"`{default}`"


def fresh(page: str, name: str, table: str) -> str:
    """A page with one of its tables as it is now. Raises ValueError where the page has no place for it."""
    begin, end = f"<!-- table {name}: written by deploy/pages.py -->\n", f"<!-- end of table {name} -->\n"
    before, found, rest = page.partition(begin)
    _, ended, after = rest.partition(end)
    if not found or not ended:
        raise ValueError(f"no place for the table {name}")
    return f"{before}{begin}{table}{end}{after}"


def stale() -> list[str]:
    """The pages that are out of date."""
    pages = {page: (ROOT / page).read_text(encoding="utf-8") for page, _ in TABLES.values()}
    return [page for name, (page, table) in TABLES.items() if fresh(pages[page], name, table()) != pages[page]]


def main(argv: Sequence[str]) -> int:
    """The command: 1 where `--check` finds a page out of date."""
    if "--check" in argv:
        for page in (found := stale()):
            sys.stderr.write(f"{page} is out of date: python -m deploy.pages\n")
        return int(bool(found))
    for name, (page, table) in TABLES.items():
        file = ROOT / page
        file.write_text(fresh(file.read_text(encoding="utf-8"), name, table()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
