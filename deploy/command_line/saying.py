"""How a command speaks: its answer on standard output, everything else on standard error, and a no with its remedy."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Annotated, Any, TypeVar

import httpx2
import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from deploy.acting import NotTaken
from deploy.assemble import Assembly
from deploy.clock import Clock
from deploy.separate import environment_of_running
from deploy.settings import SERVICES, Settings
from shared.bus.redrive import NotFirst, NotParked, StillFails
from shared.http.misfits import spoken
from shared.kernel.refusal import Refused
from shared.protocol.load import UnknownAuthority, authorities
from shared.store.program import StoreUnavailable

T = TypeVar("T")
console = Console(stderr=True)
out = Console()

Json = Annotated[bool, typer.Option("--json", help="Answer as JSON, for a program to read.")]
Authority = Annotated[str | None, typer.Option(help="Code of the authority; not needed where there is only one.")]


def settings_here() -> Settings:
    """The settings of this deployment: of what `make up` runs here, where nothing else is said."""
    settings = Settings()
    if settings.database_referral or settings.bootstrap:
        return settings
    running = environment_of_running(settings)
    named = {name.removeprefix("TOLDONCE_").lower(): value for name, value in running.items()}
    return Settings.model_validate(named) if named else settings


def the_authority(given: str | None) -> str:
    """The authority that is meant. Raises typer.BadParameter where it has to be said."""
    known = authorities()
    if given is not None:
        if given not in known:
            raise typer.BadParameter(f"There is no protocol pack of this authority; there are {', '.join(known)}.")
        return given
    if len(known) != 1:
        raise typer.BadParameter(f"Say which authority: --authority, one of {', '.join(known)}.")
    return known[0]


@asynccontextmanager
async def opened(settings: Settings, names: Sequence[str] = SERVICES) -> AsyncIterator[Assembly]:
    """The stores of these services, open; what runs beside requests is left to the services themselves."""
    _nothing_is_lacking(settings, names)
    assembly = Assembly(settings, names, Clock())
    await assembly.open()
    try:
        yield assembly
    finally:
        await assembly.stop()


def _nothing_is_lacking(settings: Settings, names: Sequence[str]) -> None:
    from deploy.assemble import file_of

    for name in names:
        if settings.database_of(name) is None and not file_of(settings, name, "main").exists():
            raise typer.BadParameter("There is no store here yet: start the product once, or run `toldonce migrate`.")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run it; a no is said in words and ends the command with 1."""
    try:
        return asyncio.run(work)
    except Refused as refused:
        for no in refused.refusals:
            console.print(f"[red]No[/red] ({no.rule}): {no.because} {no.remedy or ''}")
    except ValidationError as wrong:
        for fault in spoken({**error, "loc": ("body", *error["loc"])} for error in wrong.errors(include_input=False)):
            console.print(f"[red]Does not fit[/red] {fault['pointer'].removeprefix('#/')}: {fault['message']}")
    except StoreUnavailable:
        console.print("[red]A store does not answer.[/red] Nothing was changed.")
    except httpx2.HTTPError:
        console.print("[red]The product does not answer.[/red] Start it with make run or make up, or give --url.")
    except (NotTaken, NotFirst, StillFails) as no:
        console.print(f"[red]No.[/red] {no}")
    except (NotParked, UnknownAuthority):
        console.print("[red]There is no such thing here.[/red]")
    raise typer.Exit(1)


def tell(rows: Sequence[Mapping[str, Any]] | Mapping[str, Any], as_json: bool) -> None:
    """Print rows as a table, one thing as lines, or either as JSON."""
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif isinstance(rows, Mapping):
        for name, value in rows.items():
            out.print(f"{name}: {_worded(value)}", soft_wrap=True, highlight=False, markup=False)
    elif rows:
        table = Table()
        for name in rows[0]:
            table.add_column(name, overflow="fold")
        for row in rows:
            table.add_row(*(_worded(value) for value in row.values()))
        out.print(table)
    else:
        console.print("None.")


def _worded(value: Any) -> str:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error; call it with (done, of how many)."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def text_of(file: Path) -> str:
    """What stands in a file. Raises typer.BadParameter."""
    try:
        return file.read_text()
    except (OSError, UnicodeDecodeError):
        raise typer.BadParameter(f"{file} cannot be read.") from None
