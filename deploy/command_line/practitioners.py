"""`toldonce practitioners import`: the practitioner register from a file, each line one entry."""

import csv
import io
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from deploy.command_line.saying import (
    Authority,
    Json,
    console,
    opened,
    progress,
    run,
    settings_here,
    tell,
    text_of,
    the_authority,
)
from deploy.registering import register, would_record
from deploy.services import REGISTERINGS
from shared.http.house import House
from shared.http.misfits import spoken
from shared.kernel.refusal import Refused

practitioners = typer.Typer(no_args_is_help=True, help="The practitioner register: import.")

_ENTRY = REGISTERINGS["RegisterPractitioner"]
_COLUMNS = frozenset(field.alias or name for name, field in _ENTRY.model.model_fields.items())
_NEEDED = frozenset(field.alias or name for name, field in _ENTRY.model.model_fields.items() if field.is_required())
_FLAGS = frozenset({"social_worker", "lead_capable", "audits_cases"})
_LISTS = frozenset({"attestations", "awareness"})
_YES_OR_NO: Mapping[str, bool] = {"yes": True, "true": True, "no": False, "false": False}

WORDS = ("entered", "unchanged", "refused")
"""What a line comes to."""

Row = dict[str, Any]
File = Annotated[Path, typer.Argument(help="A CSV file; its first line names the columns.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what each line would come to, and keep nothing.")]


@practitioners.command("import")
def import_practitioners(
    file: File, dry_run: DryRun = False, authority: Authority = None, as_json: Json = False
) -> None:
    """Enter everybody of a file. If any line would be refused, nothing is entered and each such line is named."""
    lines = list(lines_of(text_of(file)))
    done = run(_imported(lines, the_authority(authority), dry_run))
    refused = [row for row in done if row["comes_to"] == "refused"]
    counts = {word: len({row["line"] for row in done if row["comes_to"] == word}) for word in WORDS}
    if as_json:
        tell({"dry_run": dry_run, "kept": not dry_run and not refused, **counts, "lines": done}, True)
    else:
        tell([{name: row[name] for name in ("line", "rule", "field", "why", "remedy")} for row in refused], False)
        _say(counts, dry_run)
    if refused:
        raise typer.Exit(1)


def lines_of(text: str) -> Iterator[tuple[int, Row]]:
    """Each line of a file as (its number, the body that it says). Raises typer.BadParameter for its first line."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), restkey="more", strict=True)
    named = set(reader.fieldnames or ())
    if unknown := sorted(named - _COLUMNS):
        raise typer.BadParameter(f"There are no such columns: {', '.join(unknown)}. There are {_listed(_COLUMNS)}.")
    if lacking := _NEEDED - named:
        raise typer.BadParameter(f"Columns are missing: {_listed(lacking)}.")
    try:
        for row in reader:
            yield reader.line_num, {name: _said(name, cell) for name, cell in row.items() if cell not in (None, "")}
    except csv.Error:
        raise typer.BadParameter(f"Line {reader.line_num} is no CSV: look for a quotation mark.") from None


def _said(name: str, cell: Any) -> Any:
    """A cell as the command takes it; what is none of the words for it stays, and is refused with the rest."""
    if not isinstance(cell, str):
        return cell
    cell = cell.strip()
    if name in _FLAGS:
        return _YES_OR_NO.get(cell.lower(), cell)
    if name in _LISTS:
        return [code for part in cell.split(";") if (code := part.strip())]
    return int(cell) if name == "weekly_capacity" and cell.isascii() and cell.isdigit() else cell


async def _imported(lines: Sequence[tuple[int, Row]], authority: str, dry_run: bool) -> list[Row]:
    """What each line comes to. Everything is looked at before anything is kept, and kept only if all of it may be."""
    async with opened(settings_here(), ("allocation",)) as assembly:
        house = assembly.running["allocation"].house
        looked = [row async for row in _looked_at(house, authority, lines)]
        if dry_run or any(row["comes_to"] == "refused" for row in looked):
            return looked
        with progress("entered") as entered:
            for done, (_, body) in enumerate(lines, 1):
                await register(house, _ENTRY, authority, body)
                entered(done, len(lines))
        return looked


async def _looked_at(house: House, authority: str, lines: Sequence[tuple[int, Row]]) -> AsyncIterator[Row]:
    first: dict[Any, int] = {}
    for number, body in lines:
        person = body.get("practitioner_id")
        before = first.setdefault(person, number)
        if person is not None and before != number:
            twice = {"why": f"This person stands in line {before} already.", "remedy": "Keep one of the two."}
            yield _row(number, "refused", field="practitioner_id", **twice)
            continue
        try:
            new = await would_record(house, _ENTRY, authority, body)
            yield _row(number, "entered" if new else "unchanged")
        except Refused as no:
            for one in no.refusals:
                field = (one.field or "").lstrip("/")
                yield _row(number, "refused", rule=one.rule, field=field, why=one.because, remedy=one.remedy)
        except ValidationError as wrong:
            for fault in spoken({**error, "loc": ("body", *error["loc"])} for error in wrong.errors()):
                yield _row(number, "refused", field=fault["pointer"].removeprefix("#/"), why=fault["message"])


def _row(line: int, comes_to: str, **why: str | None) -> Row:
    return {"line": line, "comes_to": comes_to, **dict.fromkeys(("rule", "field", "why", "remedy")), **why}


def _say(counts: Mapping[str, int], dry_run: bool) -> None:
    words = "would be" if dry_run or counts["refused"] else "were"
    console.print(f"{counts['entered']} {words} entered, {counts['unchanged']} stand so already.")
    if counts["refused"]:
        console.print("[red]Nothing was entered.[/red] Mend the lines above and run it again.")


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))
