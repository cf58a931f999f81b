"""The registers of clients and staff: their four commands, and the lists that the register's officer keeps."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from services.qa.api import answers
from services.qa.api.answering import NOES, PROTECTED, After, Read, listed
from services.qa.decisions.appoint_staff import AppointStaff, appoint_staff, post_key
from services.qa.decisions.end_staff import EndStaff, end_staff
from services.qa.decisions.register_client import RegisterClient, register_client
from services.qa.decisions.suspend_client import SuspendClient, suspend_client
from services.qa.views.registers import row_key
from shared.access.caller import Caller
from shared.access.fields import Code, Instant, Words
from shared.access.fields import Command as Sent
from shared.access.scopes import AUDITOR, REGISTER_OFFICER, could_read
from shared.http.bodies import fit
from shared.http.callers import caller_of
from shared.http.command import Command, Deciding
from shared.http.guards import BadBody
from shared.http.house import House
from shared.http.paging import Page, PageCursor, PageLimit, decode_cursor, encode_cursor
from shared.http.positions import wait_for_after
from shared.http.problems import ProblemError, not_found
from shared.kernel.events import Fact
from shared.store.projector import find_rows
from shared.store.store import Store


class Suspension(Sent):
    """The suspension of the client in the path. from: now, if it is not said."""

    from_: Instant | None = Field(default=None, alias="from")
    reason_code: Code
    reason_note: Words | None = None


class Ending(Sent):
    """The end of a post of the person in the path. from: now, if it is not said."""

    post: Code
    from_: Instant | None = Field(default=None, alias="from")
    reason_code: Code
    reason_note: Words | None = None


def _holders(authority: str, body: AppointStaff) -> Sequence[str]:
    return (post_key(authority, body.post),)


REGISTERINGS: Mapping[str, tuple[Any, ...]] = {
    "RegisterClient": (RegisterClient, lambda body: f"client/{body.client_id}", register_client),
    "SuspendClient": (SuspendClient, lambda body: f"client/{body.client_id}", suspend_client),
    "AppointStaff": (AppointStaff, lambda body: f"staff/{body.staff_id}", appoint_staff, _holders),
    "EndStaff": (EndStaff, lambda body: f"staff/{body.staff_id}", end_staff),
}
"""Name -> (model, stream of a body, decision, whose facts it asks for): for those who register without a request."""


def _decides(name: str) -> Callable[[Deciding], Sequence[Fact]]:
    _, stream, decide, *_ = REGISTERINGS[name]

    def decided(deciding: Deciding) -> Sequence[Fact]:
        state = deciding.state(stream(deciding.body))
        return decide(state, deciding.known, deciding.body, deciding.protocol, deciding.act)

    return decided


def _opens(name: str, path: str, summary: str, description: str) -> Command:
    """A command that enters somebody: the body names whom, and another entry takes the place of the one before."""
    model, stream, _, *asks = REGISTERINGS[name]

    async def prepare(deciding: Deciding) -> None:
        # With what is sealed, or the same entry sent again would look like another.
        await deciding.read(stream(deciding.body), opened=True)
        for abouts in asks:
            await deciding.believe(*abouts(str(deciding.caller.authority), deciding.body))

    return Command(
        name=name,
        path=path,
        model=model,
        summary=summary,
        description=description,
        streams=lambda ids: (),
        decide=_decides(name),
        about=lambda deciding: None,
        prepare=prepare,
        creates=True,
    )


def _ends(name: str, path: str, id_field: str, kind: str, body: type[Sent], summary: str, description: str) -> Command:
    """A command on an entry that is there: the path names whose."""
    model = REGISTERINGS[name][0]

    def parse(deciding: Deciding) -> Any:
        if not isinstance(deciding.raw, dict):
            raise BadBody("not_object")
        # The body is checked as the contract has it; the path is not for it to say again.
        fit(body, deciding.raw)
        return fit(model, {**deciding.raw, id_field: deciding.ids[id_field]})

    async def look(deciding: Deciding) -> None:
        # An entry of another authority is not there, whichever version is named.
        entries = deciding.loaded[f"{kind}/{deciding.ids[id_field]}"]
        if all(event.authority != deciding.caller.authority for event in entries):
            raise not_found()

    return Command(
        name=name,
        path=path,
        model=body,
        summary=summary,
        description=description,
        streams=lambda ids: (f"{kind}/{ids[id_field]}",),
        look=look,
        decide=_decides(name),
        about=lambda deciding: None,
        parse=parse,
    )


COMMANDS: tuple[Command, ...] = (
    _opens(
        "RegisterClient",
        "/clients",
        "Let an agency's system in, or change its entry.",
        "Names the agency, the scopes and the key by which its system is known. Registering again takes the place of "
        "the entry before and ends a suspension.",
    ),
    _ends(
        "SuspendClient",
        "/clients/{client_id}/suspension",
        "client_id",
        "client",
        Suspension,
        "Shut an agency's system out.",
        "At once or from an instant on, until it is registered again.",
    ),
    _opens(
        "AppointStaff",
        "/staff",
        "Appoint a person to a post.",
        "Says what a person may do, in which team, from when. Appointing again to the same post and team takes the "
        "place of the appointment before.",
    ),
    _ends(
        "EndStaff",
        "/staff/{staff_id}/endings",
        "staff_id",
        "staff",
        Ending,
        "End a person's post.",
        "In every team in which they hold it, at once or from an instant on.",
    ),
)


def register_routes(house: House) -> APIRouter:
    """`/clients` and `/staff`, for the register's officer, and without names for auditors."""
    router = APIRouter(tags=["registers"])

    async def reader(request: Request) -> Caller:
        caller = await caller_of(house, request)
        if not could_read("qa", caller, about_a_person=True) or not _posts(caller) & {REGISTER_OFFICER, AUDITOR}:
            raise ProblemError(403, "forbidden", "The registers are read by their officer and by auditors.")
        return caller

    @router.get(
        "/clients",
        operation_id="ListClients",
        summary="The register of clients.",
        response_model=Page[answers.ClientRow],
        responses=NOES,
        openapi_extra=PROTECTED,
    )
    async def clients(
        caller: Annotated[Caller, Depends(reader)],
        request: Request,
        after: After = None,
        limit: PageLimit = 50,
        cursor: PageCursor = None,
    ) -> Response:
        read = Read.by(house, caller, request)
        return await _register(read, "clients", "client", "client_id", "contact", after, limit, cursor)

    @router.get(
        "/staff",
        operation_id="ListStaff",
        summary="The register of staff.",
        response_model=Page[answers.StaffRow],
        responses=NOES,
        openapi_extra=PROTECTED,
    )
    async def staff(
        caller: Annotated[Caller, Depends(reader)],
        request: Request,
        after: After = None,
        limit: PageLimit = 50,
        cursor: PageCursor = None,
    ) -> Response:
        read = Read.by(house, caller, request)
        return await _register(read, "staff", "staff", "staff_id", "name", after, limit, cursor)

    return router


async def _register(
    read: Read, view: str, kind: str, id_field: str, word: str, after: str | None, limit: int, cursor: str | None
) -> Response:
    """One page of a register. word: the sealed field that only its officer sees."""
    place = decode_cursor(cursor, view, str) if cursor else ()
    await wait_for_after(read.store, after)
    authority = str(read.caller.authority)
    start = (row_key(authority, place[0]),) if place else ()
    rows = await find_rows(read.store, view, {"authority": authority}, "key", start, limit + 1)
    shown = [row for _, row in rows[:limit]]
    if REGISTER_OFFICER in _posts(read.caller):
        shown = await _with_words(read.store, shown, authority, kind, id_field, word)
    await read.recorded(None, (), ["register", *([word] if REGISTER_OFFICER in _posts(read.caller) else [])])
    following = encode_cursor(view, shown[-1][id_field]) if len(rows) > limit else None
    return listed(read.request, shown, following)


async def _with_words(
    store: Store, rows: list[dict[str, Any]], authority: str, kind: str, id_field: str, word: str
) -> list[dict[str, Any]]:
    loaded = await store.load_open(*(f"{kind}/{row[id_field]}" for row in rows))
    said: dict[str, str | None] = {}
    for stream, events in loaded.items():
        entries = (event.data for event in events if event.authority == authority)
        words = [entry for data in entries if (entry := getattr(data, word, None)) is not None]
        said[stream] = words[-1].clear if words else None
    return [{**row, word: said[f"{kind}/{row[id_field]}"]} for row in rows]


def _posts(caller: Caller) -> set[str]:
    return {one.post for one in caller.appointments if one.authority == caller.authority}
