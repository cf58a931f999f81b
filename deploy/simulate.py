"""The seeder: sends synthetic referrals through the public API and plays the front door, on the development clock."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import httpx2
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.acting import Answer, Callers, NotTaken, Role, Roles, numbered
from deploy.casework import Casework
from deploy.clock import real
from deploy.people import People, appointed
from deploy.stories import Play, Story, in_order, stories
from deploy.walks import Act, Walk, walks_of
from shared.protocol.load import authorities, protocol_of

Step = tuple[datetime, int, str] | tuple[datetime, int, Act]
"""(when, which story, what): a step of the front door by its name, or an act of the teams behind it."""

SMALL = 40
SPAN = timedelta(days=24)
WAITING = 5
WORKERS = 3
"""How many people sit at the front door's desks."""


@dataclass
class Known:
    """What became of a story so far. position: of the last write about it."""

    referral_id: str
    case_id: str
    position: str | None


class Simulation:
    """One synthetic caseload.

    client: with a base_url where one server has all services, else give url_of, the address of each service.
    console: for the progress bar, on standard error. authority: the first that has a pack, if none is given.
    """

    def __init__(
        self,
        client: httpx2.AsyncClient,
        console: Console,
        seed: int = 1,
        url_of: Callable[[str], str] = lambda service: "",
        authority: str | None = None,
    ):
        self._random = Random(seed)
        self._console = console
        self._authority = authority or authorities()[0]
        self._callers = Callers(client, self._authority, self._new_key, url_of)
        self._protocol = protocol_of(self._authority, real())
        self._roles = Roles(self._protocol)
        self._known: dict[int, Known] = {}
        self._people = People()
        self._walks: dict[int, Walk] = {}
        # The walks are those of a protocol with these teams; of another the front door alone is played.
        self._has_teams = {role.team for role in self._people.everybody if role.team} <= set(self._protocol.teams)

    @property
    def cases(self) -> tuple[str, ...]:
        """The cases of the referrals that were taken."""
        return tuple(dict.fromkeys(known.case_id for known in self._known.values()))

    async def small_caseload(self) -> int:
        """What a first start shows: some forty referrals over the weeks up to now. Gives how many were taken."""
        now = real()
        return await self.run(SMALL, now - SPAN, now - timedelta(minutes=5), WAITING)

    async def run(
        self, count: int, start: datetime | None = None, end: datetime | None = None, waiting: int = 0
    ) -> int:
        """Play `count` referrals between two instants. Gives how many were taken. Raises NotTaken.

        start: where domain time is set to, so the store is empty or has reached no later time; None: domain time stays
        as it is, and everything happens at once. waiting: how many of the last are left undecided.
        Afterwards domain time is real time again, unless it ran ahead of it.
        """
        begins = start or real()
        until = end or begins + SPAN
        told = stories(self._random, self._protocol.place.local_authority_code, begins, until, count, waiting)
        steps = [step for step in in_order(told) if step[0] <= until]
        if start is None:
            await self._play(told, steps, None)
            return len(self._known)
        await self._callers.set_clock(begins, 0)
        try:
            if self._has_teams:
                await appointed(self._callers, self._people, self._protocol)
                steps = sorted((*steps, *(one for one in walks_of(told) if one[0] <= until)), key=_by_time)
            await self._play(told, steps, until)
        finally:
            if until <= real():
                await self._callers.set_clock()
        return len(self._known)

    async def _play(self, told: list[Story], steps: Sequence[Step], until: datetime | None) -> None:
        with self._progress(len(steps)) as advance:
            for at, number, what in steps:
                if until is not None:
                    await self._callers.set_clock(at, 0)
                await (self._step(told[number], what) if isinstance(what, str) else self._walk(told[number], at, what))
                advance()

    async def _walk(self, story: Story, at: datetime, act: Act) -> None:
        """One act of the teams in a case whose referral was taken and decided on."""
        known = self._known[story.number]
        walk = self._walks.get(story.number)
        if walk is None:
            work = Casework(self._callers, self._people, known.case_id, known.position)
            walk = self._walks[story.number] = Walk(work, at, await work.children())
        walk.at = at
        await act(walk)

    async def _step(self, story: Story, what: str) -> None:
        match what:
            case "sent":
                await self._send(story, story.form)
            case "sent again" if story.sent_again:
                await self._send(story, story.sent_again[1])
            case "undone":
                await self._unlink(story)
            case _ if story.play is Play.RETURNED:
                await self._return(story)
            case _ if story.play is Play.AGAIN:
                await self._link(story)
            case _:
                await self._triage(story)

    async def _send(self, story: Story, form: dict[str, Any]) -> None:
        role = Role(kind="agency_system", agency=story.agency.id, agency_type=story.agency.type)
        try:
            answer = await self._callers.done("SubmitReferral", role, "POST", "/referral/v1/referrals", form)
        except NotTaken as no:
            turned_away = story.play is Play.TURNED_AWAY or (story.play is Play.SENT_AGAIN and form is story.form)
            if no.status != 409 or not turned_away:
                raise
            return
        self._known[story.number] = Known(answer.body["referral_id"], answer.body["case_id"], answer.position)

    async def _read(self, story: Story) -> dict[str, Any]:
        known = self._known[story.number]
        path = f"/referral/v1/referrals/{known.referral_id}"
        return (await self._callers.done("ReadReferral", self._door(story), "GET", path, after=known.position)).body

    async def _triage(self, story: Story, apart: bool = False) -> None:
        read = await self._read(story)
        joins = self._known[story.joins] if story.joins is not None and not apart else None
        children = [self._decided(story, child, read.get("matches", ()), joins) for child in read["children"]]
        await self._on_referral(story, "TriageReferral", "triage", {"children": children}, read)

    def _decided(
        self, story: Story, child_id: str, matches: Iterable[dict[str, Any]], joins: Known | None
    ) -> dict[str, Any]:
        """The decision on one child, with every proposal answered: the child of the case it joins, or somebody else."""
        mine = [match for match in matches if match["child_id"] == child_id]
        same = [match["other_child_id"] for match in mine if joins and match["other_case_id"] == joins.case_id]
        others = sorted({match["other_child_id"] for match in mine} - set(same[:1]))
        decided = {"child_id": child_id, **story.decision}
        if same:
            decided["open_child_id"] = same[0]
        if others:
            decided["not_same_as"] = others
        return decided

    async def _return(self, story: Story) -> None:
        wanted = {"reason_code": "INFORMATION_MISSING", "items_needed": ["PARENT_CONTACT"]}
        await self._on_referral(story, "ReturnReferral", "return", wanted, await self._read(story))

    async def _on_referral(
        self, story: Story, name: str, step: str, body: dict[str, Any], read: dict[str, Any]
    ) -> Answer:
        path = f"/referral/v1/referrals/{self._known[story.number].referral_id}/{step}"
        version = read["versions"]["referral"]
        answer = await self._callers.done(name, self._door(story), "POST", path, body, version=version)
        self._known[story.number].position = answer.position
        return answer

    async def _link(self, story: Story) -> None:
        assert story.joins is not None
        read, kept, own = await self._read(story), self._known[story.joins], self._known[story.number]
        pairs = [
            {"kept": match["other_child_id"], "joined": match["child_id"]}
            for match in read.get("matches", ())
            if match["other_case_id"] == kept.case_id
        ]
        body = {"kept": kept.case_id, "joined": own.case_id, "children": pairs[:1], "reason_code": "SAME_CHILD"}
        path = f"/referral/v1/cases/{own.case_id}/links"
        version = read["versions"]["family"]
        answer = await self._callers.done("LinkCases", self._door(story), "POST", path, body, version=version)
        own.position = answer.position

    async def _unlink(self, story: Story) -> None:
        own, manager = self._known[story.number], self._roles.door_manager
        read = await self._read(story)
        file = await self._callers.done("ReadCase", manager, "GET", f"/qa/v1/cases/{own.case_id}", after=own.position)
        link = next(one for one in file.body["links"] if one["joined"] == own.case_id and one["until"] is None)
        body = {"link_id": link["link_id"], "reason_code": "NOT_THE_SAME_CHILD"}
        path = f"/referral/v1/cases/{own.case_id}/unlinkings"
        version = read["versions"]["family"]
        answer = await self._callers.done("UnlinkCases", manager, "POST", path, body, version=version)
        own.position = answer.position
        await self._triage(story, apart=True)

    def _door(self, story: Story) -> Role:
        return numbered(self._roles.door, story.number % WORKERS + 1)

    def _new_key(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))

    @contextmanager
    def _progress(self, steps: int) -> Any:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self._console, transient=True) as progress:
            task = progress.add_task("Playing a synthetic caseload", total=steps)
            yield lambda: progress.advance(task)


def _by_time(step: Step) -> tuple[datetime, int, bool]:
    # Of one moment, what the front door does comes first.
    return step[0], step[1], not isinstance(step[2], str)
