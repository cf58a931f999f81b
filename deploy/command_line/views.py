"""`toldonce rebuild` and `toldonce parked`: views refolded from what is on record, and letters that were kept aside."""

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
import typer

from deploy.assemble import Assembly
from deploy.command_line.saying import Json, opened, progress, run, settings_here, tell
from deploy.services import SERVICES
from shared.bus.redrive import NotParked, parked_letters, redrive
from shared.kernel.service import View
from shared.store.gatherer import regather
from shared.store.projector import rebuild
from shared.store.store import Store, fresh_id

parked = typer.Typer(no_args_is_help=True, help="Letters that could not be applied: list, redrive.")


def rebuild_view(
    view: Annotated[str, typer.Argument(help="The view, as worklists or cases.")], as_json: Json = False
) -> None:
    """Fold a view again from the first event, in every store, while it is read as before."""
    known = _views()
    if view not in known:
        raise typer.BadParameter(f"There is no such view; there are {', '.join(sorted(known))}.")
    tell(run(_rebuilt(view, known[view])), as_json)


@parked.command("list")
def list_parked(as_json: Json = False) -> None:
    """Every letter that was kept aside, why, and since when."""
    tell(run(_parked()), as_json)


@parked.command("redrive")
def redrive_letter(
    event_id: Annotated[str, typer.Argument(help="The letter's event id, as `parked list` shows it.")],
    as_json: Json = False,
) -> None:
    """Apply a letter whose cause is mended, and those that wait behind it, in their order."""
    tell(run(_redriven(event_id)), as_json)


def _views() -> dict[str, list[str]]:
    """View -> the services that have one of this name."""
    found: dict[str, list[str]] = {}
    for name, service in SERVICES.items():
        for view in (*service.views, *service.gatherings):
            found.setdefault(view.name, []).append(name)
    return found


async def _rebuilt(view: str, names: list[str]) -> list[dict[str, Any]]:
    told = []
    async with opened(settings_here(), names) as assembly:
        for store in _stores(assembly):
            one = next(one for one in (*store.service.views, *store.service.gatherings) if one.name == view)
            with progress(f"{view} of {store.source}") as bar:
                if isinstance(one, View):
                    told.append({"store": store.source, "events": await rebuild(store, one, bar)})
                else:
                    told.append({"store": store.source, "cases": await regather(store, one, bar)})
    return told


async def _parked() -> list[dict[str, Any]]:
    async with opened(settings_here()) as assembly:
        return [
            {"store": store.source, **msgspec.to_builtins(letter)}
            for store in _stores(assembly)
            for letter in await parked_letters(store)
        ]


async def _redriven(event_id: str) -> list[dict[str, Any]]:
    """A letter may be parked at several services: it is applied at each. Raises NotParked and what `redrive` does."""
    told: list[dict[str, Any]] = []
    async with opened(settings_here()) as assembly:
        for store in _stores(assembly):
            try:
                done = await redrive(store, event_id, assembly.protocol_for, assembly.clock.now, fresh_id)
            except NotParked:
                continue
            told += [{"store": store.source, "applied": applied} for applied in done]
    if not told:
        raise NotParked(event_id)
    return told


def _stores(assembly: Assembly) -> Iterator[Store]:
    return (store for running in assembly.running.values() for store in running.stores.values())
