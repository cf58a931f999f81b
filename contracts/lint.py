"""Lints the generated OpenAPI and AsyncAPI documents, and makes pages of them that need no network.

`python -m contracts.lint`; with `--pages` it also writes `var/docs/<kind>-<service>.html`.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from contracts.linter import ROOT, NoLinter, documents, run_linter

PAGES = ROOT / "var/docs"
_LOGO = re.compile(r"https://[\w.-]+/[\w./-]*logo[\w./-]*\.svg")


def offline(page: str) -> str:
    """A page without the address of its maker's logo, the one thing that it would fetch."""
    return _LOGO.sub("data:,", page)


def lint() -> int:
    """Lint every document. Gives the linter's exit code. Raises NoLinter."""
    return run_linter("lint", *documents(ROOT / "contracts"), "--format=stylish").returncode


def make_pages(into: Path) -> int:
    """Write a page for each document. Gives the first exit code that is not 0, else 0. Raises NoLinter."""
    into.mkdir(parents=True, exist_ok=True)
    for document in documents(ROOT / "contracts"):
        page = into / f"{document.parent.name}-{document.stem}.html"
        made = run_linter("build-docs", document, "--inlineBundle", "-o", page, quiet=True)
        if made.returncode:
            print(made.stdout, made.stderr, file=sys.stderr)
            return made.returncode
        page.write_text(offline(page.read_text(encoding="utf-8")), encoding="utf-8")
        print(page.relative_to(ROOT) if page.is_relative_to(ROOT) else page)
    return 0


def main(argv: Sequence[str]) -> int:
    """The command. Gives the exit code: 2 where the linter is not there."""
    parser = argparse.ArgumentParser(prog="python -m contracts.lint", description=__doc__)
    parser.add_argument("--pages", action="store_true", help="also write offline pages to var/docs")
    wants_pages = parser.parse_args(argv).pages
    try:
        return lint() or (make_pages(PAGES) if wants_pages else 0)
    except NoLinter as missing:
        print(f"contracts: {missing}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
