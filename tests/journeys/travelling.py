"""A journey: referrals sent and decided over HTTP on the days it happens, and what the teams then read at qa."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx2

from deploy.acting import NotTaken, Role, Roles
from deploy.casework import Casework
from shared.protocol.load import protocol_of
from tests.journeys.compositions import Product
from tests.journeys.receipts import Heard, are_as_listed, cases_of, each_miss_is_told_once, stand_on_the_trail

LONDON = ZoneInfo("Europe/London")
SCHOOL = Role(kind="agency_system", agency="larch-lane-primary", agency_type="SCHOOL")
POLICE = Role(kind="agency_system", agency="district-police", agency_type="POLICE")
NO = {
    "immediate_protection": False,
    "section_17_assessment": False,
    "section_47_enquiries": False,
    "services": True,
    "specialist_assessment": False,
}
ASSESS = NO | {"section_17_assessment": True}
DANGER = NO | {"immediate_protection": True, "section_47_enquiries": True}


def london(day: str, clock: str = "00:00:00") -> datetime:
    """An instant as the clock on the wall in Wolverhampton shows it."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=LONDON)


def wall(instant: str | None) -> str | None:
    """An instant of an answer as that clock shows it, to the second."""
    return None if instant is None else f"{datetime.fromisoformat(instant).astimezone(LONDON):%Y-%m-%d %H:%M:%S}"


@dataclass(frozen=True)
class Referral:
    """A referral that was taken. answer: what its sender was told; position: where the write stands."""

    id: str
    case_id: str
    answer: Mapping[str, Any]
    position: str


class Journey:
    """Plays over one running product. door, manager: of the front door; cat, mash, family_help: of the teams."""

    def __init__(self, client: httpx2.AsyncClient, product: Product):
        self.protocol = protocol = protocol_of("WLV", datetime(2026, 1, 1, tzinfo=UTC))
        roles = Roles(protocol)
        self.client = client
        self.callers = Heard(client, "WLV", lambda: str(uuid4()), product.url_of)
        self.door, self.manager, self.auditor = roles.door, roles.door_manager, roles.auditor
        self.cat, self.mash, self.family_help = (roles.team(team) for team in ("CAT", "MASH", "FAMILY_HELP"))

    async def at(self, day: str, clock: str) -> None:
        """Live at this moment, until told otherwise."""
        await self.callers.set_clock(london(day, clock), 0)

    async def refer(self, sender: Role, form: Mapping[str, Any], key: str | None = None) -> Referral:
        """Send a referral that is taken."""
        told = await self.callers.done("SubmitReferral", sender, "POST", "/referral/v1/referrals", dict(form), key=key)
        assert told.position is not None
        return Referral(told.body["referral_id"], told.body["case_id"], told.body, told.position)

    async def look(self, referral: Referral, role: Role | None = None, after: str | None = None) -> dict[str, Any]:
        """A referral as the front door sees it, or as its sender does."""
        path = f"/referral/v1/referrals/{referral.id}"
        return (await self.callers.done("ReadReferral", role or self.door, "GET", path, after=after)).body

    async def triage(
        self, referral: Referral, *decisions: Mapping[str, Any], occurred_at: datetime | None = None
    ) -> str:
        """Decide on the children of a referral, in the order in which it names them. Gives the position."""
        seen = await self.look(referral, after=referral.position)
        each = [{"child_id": child, **said} for child, said in zip(seen["children"], decisions, strict=True)]
        body: dict[str, Any] = {"children": each}
        if occurred_at is not None:
            body["occurred_at"] = occurred_at.isoformat()
        return await self.act(referral, "TriageReferral", "triage", body, seen["versions"]["referral"])

    async def triage_again(self, referral: Referral, decision: Mapping[str, Any]) -> str:
        """Decide on the only child of a referral, whom an earlier one was about as well. Gives the position."""
        seen = await self.look(referral, after=referral.position)
        (match,) = seen["matches"]
        return await self.triage(referral, {**decision, "open_child_id": match["other_child_id"]})

    async def link(self, kept: str, joined: str, after: str | None) -> str:
        """Say that two cases are one family's. Gives the position."""
        file = await self.file(self.manager, joined, after)
        body = {"kept": kept, "joined": joined, "reason_code": "SAME_FAMILY"}
        told = await self.callers.done(
            "LinkCases",
            self.door,
            "POST",
            f"/referral/v1/cases/{joined}/links",
            body,
            version=file["versions"].get("family", 1),
        )
        assert told.position is not None
        return told.position

    async def act(self, referral: Referral, name: str, step: str, body: Mapping[str, Any], version: int) -> str:
        """One command of the front door on a referral. Gives the position."""
        path = f"/referral/v1/referrals/{referral.id}/{step}"
        told = await self.callers.done(name, self.door, "POST", path, dict(body), version=version)
        assert told.position is not None
        return told.position

    async def file(self, role: Role, case_id: str, after: str | None = None, **asked: str) -> dict[str, Any]:
        """The case file."""
        return await self._of_case("ReadCase", role, case_id, "", after, asked)

    async def trail(self, role: Role, case_id: str, after: str | None = None, **asked: str) -> list[dict[str, Any]]:
        """The audit trail."""
        told = await self._of_case("ReadAuditTrail", role, case_id, "/audit-trail", after, asked)
        return told["trail"]

    async def clocks(self, role: Role, case_id: str, after: str | None = None, **asked: str) -> list[dict[str, Any]]:
        """The clocks."""
        return (await self._of_case("ReadClocks", role, case_id, "/clocks", after, asked))["clocks"]

    async def listed(self, role: Role, path: str, after: str | None = None) -> list[dict[str, Any]]:
        """A list."""
        return (await self.callers.done("a list", role, "GET", path, after=after)).body["items"]

    async def _of_case(
        self, name: str, role: Role, case_id: str, part: str, after: str | None, asked: Mapping[str, str]
    ) -> dict[str, Any]:
        path = f"/qa/v1/cases/{case_id}{part}"
        return (await self.callers.done(name, role, "GET", path, after=after, params=asked)).body


def travel(product: Product, journey: Callable[[Journey], Awaitable[None]]) -> None:
    """Play a journey over a product."""

    async def play() -> None:
        async with httpx2.AsyncClient(timeout=300) as client:
            going = Journey(client, product)
            await journey(going)
            await _look_back(going, getattr(journey, "__name__", ""))

    asyncio.run(play())


async def _look_back(play: Journey, name: str) -> None:
    """Every receipt once more, on the trail of its case and by the rules of the journey's list; and every miss."""
    answers = play.callers.answers
    if not answers:
        return
    # The last write of each service: when those are on the trail, all are.
    last = {event["name"].split(".")[0]: answer for _, answer in answers for event in answer.body["events"]}
    rows: dict[str, dict[str, Any]] = {}
    for case_id in cases_of(answers):
        trail: Sequence[Mapping[str, Any]] = ()
        for answer in last.values():
            trail = await play.trail(play.auditor, case_id, answer.position)
            rows |= {row["event_id"]: row for row in trail}
        each_miss_is_told_once(trail, await play.clocks(play.auditor, case_id))
    stand_on_the_trail(answers, rows)
    are_as_listed(name.strip("_"), answers)


async def no(call: Awaitable[Any]) -> tuple[int, set[str]]:
    """The answer of no to an act that must not be taken: its status, and the rules that stand against it."""
    try:
        await call
    except NotTaken as not_taken:
        return not_taken.status, {one["rule"] for one in not_taken.problem.get("rules", ())}
    raise AssertionError("It was taken.")


async def gone(reading: Awaitable[Any]) -> int:
    """The status with which somebody is told that there is nothing here for them."""
    try:
        await reading
    except NotTaken as not_taken:
        return not_taken.status
    raise AssertionError("It was shown.")


# ---- what is read, in short ----


async def stands(work: Casework, *children: str) -> list[tuple[str, str | None, list[str | None]]]:
    """Of each child, in the order asked for: state, level, and who holds it, by name or by the post that stands in."""
    shown = {child["child_id"]: child for child in (await work.file())["children"]}
    return [
        (child["state"], child["level"], [holder["held_by"] or holder["stand_in"] for holder in child["holders"]])
        for child in ([shown[child_id] for child_id in children] or shown.values())
    ]


def told(trail: Sequence[Mapping[str, Any]]) -> list[tuple[str | None, str, str]]:
    """(when, what, by whom) of each event."""
    return [(wall(row["occurred_at"]), row["name"], row["who"].get("role") or row["who"]["id"]) for row in trail]


def without_alerts(told: Sequence[tuple[str | None, str, str]]) -> list[tuple[str | None, str, str]]:
    """The same without what only reminds somebody, or says that a day has passed."""
    return [one for one in told if one[1] not in ("qa.ClockDue", "qa.ClockBreached")]


def ruled(trail: Sequence[Mapping[str, Any]], name: str) -> list[tuple[str, ...]]:
    """The rules that each event of this name cites."""
    return [tuple(row["rules"]) for row in trail if row["name"] == name]


def due(clocks: Sequence[Mapping[str, Any]]) -> list[tuple[str, str | None, str]]:
    """(rule, due, how it stands) of each clock."""
    return [(row["rule"], wall(row["due_at"]), row["status"]) for row in clocks]


def emarf(child: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A whole form about one child."""
    return {
        "form_type": "EMARF",
        "request_kind": "FAMILY_HELP_REQUEST",
        "referrer": {"name": "Robin Example", "role": "Pastoral lead", "telephone": "01632 960 155"},
        "children": [dict(child)],
        "concern": "Late most days, hungry, and the parent asks for help with mornings.",
        **more,
    }
