"""Appointing a person to a post: what they may do, in which team, from when."""

from typing import Any

import msgspec
from pydantic import Field

from services.qa.events import StaffAppointed
from services.qa.staff import Staff, place
from shared.access.fields import Code, Command, Id, Instant, Words
from shared.access.refusing import Ask, insist
from shared.access.registers import STAFF_FACTS, appointments_at
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.events import Fact, cite
from shared.kernel.refusal import Refusal, Refused
from shared.kernel.sealed import Sealed
from shared.protocol.protocol import Missed, Protocol


class AppointStaff(Command):
    """What the register officer sends. staff_id: the person's id in both registers; from: now, if it is not said.

    team_id: which team of the kind, where there are several. deputy_of: the id of the person they stand in for.
    """

    staff_id: Id
    name: Words
    post: Code
    team: Code | None = None
    team_id: Id | None = None
    deputy_of: Id | None = None
    from_: Instant | None = Field(default=None, alias="from")
    until: Instant | None = None


def post_key(authority: str, post: str) -> str:
    """What the facts about all holders of a post are known under."""
    return f"post/{authority}/{post}"


def appoint_staff(state: Staff, known: Known, command: AppointStaff, protocol: Protocol, act: Act) -> tuple[Fact, ...]:
    """The appointment; nothing if it stands so already. Raises Refused.

    known: what was told about the other holders of the post, under `post_key`.
    """
    begins = command.from_ or act.occurred_at
    facts: dict[str, Any] = {
        "post": command.post,
        "team": command.team,
        "deputy": command.deputy_of is not None,
        "held_by_another": _held_by_another(known, command, protocol.authority, begins),
    }
    insist(
        protocol,
        (
            Ask(command.post in protocol.posts, "SYS-ACC-07", "post"),
            Ask(_is_a_team(command, protocol), "SYS-ACC-08", "team"),
            Ask(command.deputy_of != command.staff_id, "SYS-ACC-09", "deputy_of"),
            Ask(command.until is None or begins < command.until, "SYS-ACC-10", "until"),
        ),
        facts,
    )
    missed = protocol.missed("AppointStaff", facts)
    refusing = tuple(miss for miss in missed if miss.tag == "reject")
    if refusing:
        raise Refused(*(_refusal(miss) for miss in refusing), inputs=facts)
    appointed = StaffAppointed(
        staff_id=command.staff_id,
        name=Sealed(f"staff/{command.staff_id}", command.name),
        post=command.post,
        team=command.team,
        team_id=command.team_id or (protocol.team_id(command.team) if command.team else None),
        authority=protocol.authority,
        deputy_of=command.deputy_of,
        from_=begins,
        until=command.until,
    )
    if _stands(state, appointed, moved=command.from_ is not None):
        return ()
    return (
        Fact(
            stream=f"staff/{command.staff_id}",
            event=appointed,
            rules=cite(miss.block.rule for miss in missed),
            inputs=facts,
        ),
    )


def _is_a_team(command: AppointStaff, protocol: Protocol) -> bool:
    if command.team is None:
        return command.team_id is None
    return command.team in protocol.teams and command.team_id in (None, *protocol.teams[command.team])


def _held_by_another(known: Known, command: AppointStaff, authority: str, at: Any) -> bool:
    facts = known.of(post_key(authority, command.post), *STAFF_FACTS)
    others = {fact.data.get("staff_id") for fact in facts} - {command.staff_id}
    return any(
        one.post == command.post and one.deputy_of is None
        for other in others
        for one in appointments_at(facts, str(other), authority, at)
    )


def _refusal(missed: Missed) -> Refusal:
    return Refusal(missed.block.rule, missed.block.says, missed.block.remedy, f"/{missed.what[0]}")


def _stands(state: Staff, appointed: StaffAppointed, *, moved: bool) -> bool:
    for standing in state.appointments:
        if place(standing) != place(appointed):
            continue
        if not moved and standing.from_ <= appointed.from_:
            appointed = msgspec.structs.replace(appointed, from_=standing.from_)
        return standing == appointed
    return False
