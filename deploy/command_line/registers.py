"""`toldonce clients` and `toldonce staff`: whose systems may ask, and who may do what."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.command_line.saying import Authority, Json, opened, run, settings_here, tell, text_of, the_authority
from deploy.registering import register
from deploy.services import REGISTERINGS
from services.qa.client import Client
from shared.store.projector import find_rows, project_page

clients = typer.Typer(no_args_is_help=True, help="Partner agencies' systems: add, rotate, suspend, list.")
staff = typer.Typer(no_args_is_help=True, help="People and their posts: add, end, list.")

From = Annotated[str | None, typer.Option("--from", help="Since when, RFC 3339 with offset; now, if not given.")]
Until = Annotated[str | None, typer.Option(help="Until when, RFC 3339 with offset; without end, if not given.")]
KeyFile = Annotated[Path | None, typer.Option("--public-key", help="A file with its public key as a JWK.")]
KeyAddress = Annotated[str | None, typer.Option("--jwks-url", help="The https address of its key set.")]
ReasonCode = Annotated[str, typer.Option("--reason", help="A code, as LEFT.")]
ClientId = Annotated[str, typer.Argument(help="The client's id.")]
StaffId = Annotated[str, typer.Argument(help="The person's id, the same in both registers and in tokens.")]
Post = Annotated[str, typer.Option(help="The post, as the authority's protocol names it.")]


@clients.command("add")
def add_client(
    client_id: ClientId,
    agency: Annotated[str, typer.Option(help="The agency's id.")],
    agency_type: Annotated[str, typer.Option(help="Its type, as SCHOOL or POLICE.")],
    contact: Annotated[str, typer.Option(help="Whom to ring there.")],
    scope: Annotated[list[str] | None, typer.Option(help="A scope; may be given several times.")] = None,
    cin_source_code: Annotated[
        str | None, typer.Option(help="Its code of the census, where the type has none.")
    ] = None,
    public_key: KeyFile = None,
    jwks_url: KeyAddress = None,
    from_: From = None,
    until: Until = None,
    authority: Authority = None,
    as_json: Json = False,
) -> None:
    """Let an agency's system in; without --scope to send referrals and ask what became of them."""
    body = {
        "client_id": client_id,
        "agency": agency,
        "agency_type": agency_type,
        "cin_source_code": cin_source_code,
        "scopes": scope or ["referral:submit", "referral:status"],
        "contact": contact,
        "from": from_,
        "until": until,
        **_keys(public_key, jwks_url),
    }
    _registered("RegisterClient", authority, body, as_json)


@clients.command("rotate")
def rotate_client(
    client_id: ClientId,
    public_key: KeyFile = None,
    jwks_url: KeyAddress = None,
    authority: Authority = None,
    as_json: Json = False,
) -> None:
    """Know a client by another key from now on; everything else of its entry stays."""
    keys = _keys(public_key, jwks_url)
    if not keys:
        raise typer.BadParameter("Give its new key: --public-key FILE or --jwks-url ADDRESS.")
    entry = run(_entry(client_id, the_authority(authority)))
    _registered("RegisterClient", authority, entry | keys, as_json)


@clients.command("suspend")
def suspend_client(
    client_id: ClientId,
    reason: ReasonCode,
    from_: From = None,
    authority: Authority = None,
    as_json: Json = False,
) -> None:
    """Shut a client out, until it is added again."""
    body = {"client_id": client_id, "reason_code": reason, "from": from_}
    _registered("SuspendClient", authority, body, as_json)


@clients.command("list")
def list_clients(authority: Authority = None, as_json: Json = False) -> None:
    """The clients of the authority."""
    shown = ("client_id", "agency", "agency_type", "scopes", "from", "until", "suspended_from", "key_id", "jwks_url")
    rows = run(_rows("clients", the_authority(authority)))
    tell([{name: row.get(name) for name in shown} for row in rows], as_json)


@staff.command("add")
def add_staff(
    staff_id: StaffId,
    name: Annotated[str, typer.Option(help="The person's name, kept sealed.")],
    post: Post,
    team: Annotated[str | None, typer.Option(help="The team, as the protocol names it.")] = None,
    team_id: Annotated[str | None, typer.Option(help="Which team of that kind, where there are several.")] = None,
    deputy_of: Annotated[str | None, typer.Option(help="The id of the person they stand in for.")] = None,
    from_: From = None,
    until: Until = None,
    authority: Authority = None,
    as_json: Json = False,
) -> None:
    """Appoint a person to a post."""
    body = {
        "staff_id": staff_id,
        "name": name,
        "post": post,
        "team": team,
        "team_id": team_id,
        "deputy_of": deputy_of,
        "from": from_,
        "until": until,
    }
    _registered("AppointStaff", authority, body, as_json)


@staff.command("end")
def end_staff(
    staff_id: StaffId,
    post: Post,
    reason: ReasonCode,
    from_: From = None,
    authority: Authority = None,
    as_json: Json = False,
) -> None:
    """End a person's post, in every team."""
    body = {"staff_id": staff_id, "post": post, "reason_code": reason, "from": from_}
    _registered("EndStaff", authority, body, as_json)


@staff.command("list")
def list_staff(authority: Authority = None, as_json: Json = False) -> None:
    """The people of the authority and their posts, by id."""
    rows = run(_rows("staff", the_authority(authority)))
    shown = ("post", "team", "team_id", "deputy_of", "from", "until")
    told = [
        {"staff_id": row["staff_id"], **{name: one.get(name) for name in shown}}
        for row in rows
        for one in row["appointments"]
    ]
    tell(told, as_json)


def _keys(public_key: Path | None, jwks_url: str | None) -> dict[str, Any]:
    keys: dict[str, Any] = {}
    if public_key is not None:
        try:
            keys["public_key"] = json.loads(text_of(public_key))
        except json.JSONDecodeError:
            raise typer.BadParameter("The file of the public key holds no JSON.") from None
    if jwks_url is not None:
        keys["jwks_url"] = jwks_url
    return keys


def _registered(command: str, authority: str | None, body: dict[str, Any], as_json: bool) -> None:
    sent = {name: value for name, value in body.items() if value is not None}
    position = run(_register(command, the_authority(authority), sent))
    tell({"recorded": position is not None, "position": position}, as_json)


async def _register(command: str, authority: str, body: dict[str, Any]) -> str | None:
    async with opened(settings_here(), ("qa",)) as assembly:
        return await register(assembly.running["qa"].house, REGISTERINGS[command], authority, body)


async def _entry(client_id: str, authority: str) -> dict[str, Any]:
    """A client's entry as it would be sent again. Raises typer.BadParameter."""
    async with opened(settings_here(), ("qa",)) as assembly:
        house, stream = assembly.running["qa"].house, f"client/{client_id}"
        loaded = await house.store_of(authority).load_open(stream)
        state: Client = house.service.fold(stream, loaded[stream])
        if state.entry is None or state.entry.authority != authority:
            raise typer.BadParameter("No client of this id is registered in this authority.")
        entry = state.entry
        until = {"until": entry.until.isoformat()} if entry.until else {}
        return until | {
            "client_id": entry.client_id,
            "agency": entry.agency,
            "agency_type": entry.agency_type,
            "cin_source_code": entry.cin_source_code,
            "scopes": list(entry.scopes),
            "contact": entry.contact.clear,
            "from": entry.from_.isoformat(),
        }


async def _rows(view: str, authority: str) -> list[dict[str, Any]]:
    async with opened(settings_here(), ("qa",)) as assembly:
        store = assembly.running["qa"].house.store_of(authority)
        # What was registered while no service ran is folded now.
        while await project_page(store):
            pass
        rows: list[dict[str, Any]] = []
        after: tuple[str, ...] = ()
        while page := await find_rows(store, view, {"authority": authority}, "key", after):
            after = (page[-1][0],)
            rows += [row for _, row in page]
        return rows
