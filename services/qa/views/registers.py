"""The registers as lists: the clients and the staff of an authority, without a name among them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.qa.events import ClientRegistered, ClientSuspended, StaffAppointed, StaffEnded
from services.qa.views.words import instant
from shared.kernel.events import Recorded
from shared.kernel.service import Body, View


def row_key(authority: str, entry_id: str) -> str:
    """An entry is each authority's own, and stands with the others of it."""
    return f"{authority}/{entry_id}"


def _keys(recorded: Recorded) -> Sequence[str]:
    return (row_key(recorded.authority, recorded.stream.split("/", 1)[1]),)


def _client(body: Body | None, recorded: Recorded, key: str) -> Body | None:
    row = dict(body or {"authority": recorded.authority})
    match recorded.data:
        case ClientRegistered() as entry:
            row = {
                "client_id": entry.client_id,
                "authority": entry.authority,
                "agency": entry.agency,
                "agency_type": entry.agency_type,
                "cin_source_code": entry.cin_source_code,
                "scopes": list(entry.scopes),
                "jwks_url": entry.jwks_url,
                "key_id": None if entry.public_key is None else entry.public_key.get("kid"),
                "from": instant(entry.from_),
                "until": None if entry.until is None else instant(entry.until),
                "suspended_from": None,
            }
        case ClientSuspended(from_=from_):
            row["suspended_from"] = instant(from_)
        case _:
            pass
    return row | {"version": recorded.stream_version}


def _staff(body: Body | None, recorded: Recorded, key: str) -> Body | None:
    row: Body = dict(body or {"authority": recorded.authority, "staff_id": key.split("/", 1)[1], "appointments": []})
    held: list[dict[str, Any]] = row["appointments"]
    match recorded.data:
        case StaffAppointed() as appointed:
            new = _appointment(appointed)
            row["appointments"] = [*(one for one in held if _place(one) != _place(new)), new]
        case StaffEnded(post=post, from_=from_):
            row["appointments"] = [_ended(one, from_) if one["post"] == post else one for one in held]
        case _:
            pass
    return row | {"version": recorded.stream_version}


def _appointment(appointed: StaffAppointed) -> dict[str, Any]:
    fields = ("post", "team", "team_id", "deputy_of", "from_", "until")
    said = {field.rstrip("_"): getattr(appointed, field) for field in fields}
    return {**said, "from": instant(appointed.from_), "until": said["until"] and instant(said["until"])}


def _ended(appointment: dict[str, Any], at: datetime) -> dict[str, Any]:
    over = appointment["until"] is not None and datetime.fromisoformat(appointment["until"]) <= at
    return appointment if over else appointment | {"until": instant(at)}


def _place(appointment: dict[str, Any]) -> tuple[Any, ...]:
    return appointment["post"], appointment["team"], appointment["team_id"]


CLIENTS = View(
    name="clients",
    reads=frozenset({"ClientRegistered", "ClientSuspended"}),
    keys=_keys,
    project=_client,
    columns=("authority",),
    search=lambda body: {"authority": body["authority"]},
)
STAFF = View(
    name="staff",
    reads=frozenset({"StaffAppointed", "StaffEnded"}),
    keys=_keys,
    project=_staff,
    columns=("authority",),
    search=lambda body: {"authority": body["authority"]},
)
