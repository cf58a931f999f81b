"""`toldonce`: serving, tables, the synthetic caseload, the registers, views and parked letters, from the command line.

What a command answers goes to standard output, in words or with --json; progress and complaints go to standard error.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated

import httpx2
import typer

from deploy import assemble, serving
from deploy.command_line.practitioners import practitioners
from deploy.command_line.registers import clients, staff
from deploy.command_line.saying import Authority, Json, console, out, run, settings_here, tell, the_authority
from deploy.command_line.views import parked, rebuild_view
from deploy.settings import SERVICES, Settings
from deploy.signing import signing_in
from deploy.simulate import Simulation
from deploy.welcome import greet
from deploy.where import found

app = typer.Typer(
    name="toldonce",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="Told Once: event-sourced services for English children's social care.",
)
app.add_typer(clients, name="clients")
app.add_typer(staff, name="staff")
app.add_typer(practitioners, name="practitioners")
app.add_typer(parked, name="parked")
app.command("rebuild")(rebuild_view)

Url = Annotated[str | None, typer.Option(help="Where the product is served; not needed for what runs on this machine.")]


@app.command()
def serve(service: Annotated[str, typer.Argument(help=f"One of {', '.join(SERVICES)}.")]) -> None:
    """Run one service until it is told to end."""
    if service not in SERVICES:
        raise typer.BadParameter(f"There is no such service; there are {', '.join(SERVICES)}.")
    serving.serve(Settings(), service)


@app.command()
def migrate(
    services: Annotated[list[str] | None, typer.Argument(help="Of these services; of all, if none is named.")] = None,
) -> None:
    """Make the signing keys that are missing and the tables of the stores; safe for several at once, and again."""
    settings = settings_here()
    for name in services or SERVICES:
        if name not in SERVICES:
            raise typer.BadParameter(f"There is no such service; there are {', '.join(SERVICES)}.")
        signing_in(settings.signing_folder, name)
        assemble.migrate(settings, (name,))
        console.print(f"{name}: keys and tables are complete")


@app.command()
def simulate(
    count: Annotated[int, typer.Argument(min=1, help="How many referrals.")] = 40,
    start: Annotated[str | None, typer.Option(help="Where the domain's clock begins, RFC 3339 with offset.")] = None,
    end: Annotated[str | None, typer.Option(help="Until when, likewise; some weeks later, if not given.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same caseload.")] = 1,
    url: Url = None,
    authority: Authority = None,
    as_json: Json = False,
) -> None:
    """Send synthetic referrals and play the front door; in development mode only. Without --start, all at once."""
    begins, ends = (_instant(text) for text in (start, end))
    taken = run(_simulated(count, begins, ends, seed, url, the_authority(authority)))
    tell({"sent": count, "taken": taken}, as_json)


@app.command()
def tokens(url: Url = None) -> None:
    """Addresses, development tokens of every kind of caller, and a referral to paste."""

    async def greeted() -> None:
        async with _client(url) as (client, first, url_of):
            await greet(client, out, first, url_of)

    run(greeted())


@app.command("where")
def where_is(rule: Annotated[str, typer.Argument(help="The rule's ID.")], as_json: Json = False) -> None:
    """Where a rule stands: the pack blocks that hold it, the code that refuses with it, the tests that name it."""
    lines = list(found(rule))
    if not lines:
        console.print(f"{rule} stands in no pack, no test and no code.")
        raise typer.Exit(1)
    tell([{"where": line} for line in lines], True) if as_json else [typer.echo(line) for line in lines]


def say_welcome(settings: Settings) -> None:
    """Fill an empty store with the small caseload, if that is wanted, and say how to begin. For development mode."""

    async def said() -> None:
        async with httpx2.AsyncClient(timeout=60) as client:
            empty = (await client.get(f"{settings.url_of('referral')}/dev/empty")).json()["empty"]
            if empty and settings.seed:
                await Simulation(client, console, url_of=settings.url_of).small_caseload()
            await greet(client, console, settings.url_of("referral"), settings.url_of, tokens=settings.seed)

    run(said())


async def _simulated(
    count: int, start: datetime | None, end: datetime | None, seed: int, url: str | None, authority: str
) -> int:
    async with _client(url) as (client, _, url_of):
        return await Simulation(client, console, seed, url_of, authority).run(count, start, end)


@asynccontextmanager
async def _client(url: str | None) -> AsyncIterator[tuple[httpx2.AsyncClient, str, Callable[[str], str]]]:
    """A client, the address of the front door, and that of each service."""
    settings = settings_here()
    url_of: Callable[[str], str] = (lambda service: url.rstrip("/")) if url else settings.url_of
    async with httpx2.AsyncClient(timeout=60) as client:
        yield client, url_of("referral"), url_of


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("Write an instant as 2026-03-27T16:10:00Z.") from None
    if instant.utcoffset() is None:
        raise typer.BadParameter("An instant needs its offset, as in 2026-03-27T16:10:00Z.")
    return instant


if __name__ == "__main__":
    app()
