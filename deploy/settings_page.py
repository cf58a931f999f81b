"""The table of settings in docs/operations.md, written from the settings themselves: `python -m deploy.settings_page`.

With `--check` it writes nothing and fails where the page is out of date.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic_core import PydanticUndefined

from deploy.settings import HERE, Settings

PAGE = HERE.parent / "docs" / "operations.md"
BEGIN, END = "<!-- settings: written by deploy/settings_page.py -->\n", "<!-- end of settings -->\n"


def table() -> str:
    """Every setting with its default and what it is for, as Markdown."""
    rows = ["| Variable | Default | What it is for |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        rows.append(f"| `TOLDONCE_{name.upper()}` | {_shown(field.default)} | {field.description or ''} |")
    return "\n".join(rows) + "\n"


def _shown(default: Any) -> str:
    if default is None or default is PydanticUndefined or default == "":
        return "none"
    if isinstance(default, bool):
        return "`1`" if default else "`0`"
    if isinstance(default, Path) and default.is_relative_to(HERE.parent):
        # The same table wherever the checkout lies.
        return f"`{default.relative_to(HERE.parent).as_posix()}`"
    return f"`{default}`"


def fresh(page: str) -> str:
    """The page with its table as it is now. Raises ValueError where the page has no place for it."""
    before, found, rest = page.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not found or not ended:
        raise ValueError("no place for the table of settings")
    return f"{before}{BEGIN}{table()}{END}{after}"


def main(argv: Sequence[str]) -> int:
    """The command: 1 where `--check` finds the page out of date."""
    now = PAGE.read_text(encoding="utf-8")
    wanted = fresh(now)
    if "--check" in argv:
        return int(now != wanted)
    PAGE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
