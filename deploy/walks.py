"""How cases go on after triage in a synthetic caseload: which acts follow, and when. Every state is reached by some."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from deploy.casework import Casework
from deploy.stories import Play, Story
from shared.kernel.calendar import LONDON, add_working_days, local_date

Act = Callable[["Walk"], Awaitable[object]]
SIX_WEEKS = timedelta(days=42)


@dataclass
class Walk:
    """One case on its way. at: now; children: of the case; plan, imc: the last that were made."""

    work: Casework
    at: datetime
    children: Sequence[str]
    plan: str = ""
    imc: str = ""

    async def name_worker(self) -> None:
        """The assessment team names its social worker."""
        await self.work.name_worker(*self.children)

    async def write(self) -> None:
        """The assessment team writes the family's plan, and its manager approves it."""
        people = self.work.people
        due = (self.at + SIX_WEEKS).date().isoformat()
        self.plan = await self.work.write_plan(people.cat, *self.children, due=due)
        await self.work.approve_plan(people.cat_manager, self.plan)

    async def conclude_help(self) -> None:
        """The assessment ends in Family Help, at Child in Need."""
        await self.work.complete_assessment("FAMILY_HELP", *self.children, level="CHILD_IN_NEED")

    async def conclude_nothing(self) -> None:
        """The assessment ends without more."""
        await self.work.complete_assessment("NFA", *self.children)

    async def determine(self) -> None:
        """The assessment team says at which level the children are, on the direct way to Family Help."""
        await self.work.determine("TARGETED_EARLY_HELP", *self.children)

    async def talk_in_need(self) -> None:
        """Both managers talk about children in need."""
        self.imc = await self.work.talk(["NEW_REFERRAL"], *self.children, level="CHILD_IN_NEED")

    async def talk_targeted(self) -> None:
        """Both managers talk about children at targeted level."""
        self.imc = await self.work.talk(["NEW_REFERRAL"], *self.children, level="TARGETED_EARLY_HELP")

    async def lead_by_social_worker(self) -> None:
        """A social worker leads."""
        await self._lead(self.work.people.social_worker)

    async def lead_by_nurse(self) -> None:
        """A health visitor leads."""
        await self._lead(self.work.people.health.worker)

    async def begin_plan(self) -> None:
        """The lead writes the family's plan, and forms the team round the family."""
        people = self.work.people
        due = (self.at + SIX_WEEKS).date().isoformat()
        self.plan = await self.work.write_plan(people.social_worker, *self.children, due=due)
        await self.work.form_team(people.social_worker)

    async def ask_for_discussion(self) -> None:
        """Somebody asks for a strategy discussion."""
        body = {"child_ids": list(self.children), "invited": [{"agency": "POLICE"}, {"agency": "HEALTH"}]}
        people = self.work.people
        name, step = "RequestStrategyDiscussion", "strategy-discussion-requests"
        await self.work.do(name, people.social_worker, "planning", step, body)

    async def enquire(self) -> None:
        """The MASH holds the discussion, and an enquiry begins."""
        lead = await self.work.id_of(self.work.people.lcpp)
        await self.work.discuss("S47", *self.children, held_by="MASH", lead_id=lead)

    async def send_to_cat(self) -> None:
        """The MASH holds the discussion, and the children go to the assessment team."""
        await self.work.discuss("S17", *self.children, held_by="MASH")

    async def confer(self) -> None:
        """A conference makes child protection plans."""
        await self.work.confer("PLAN", *self.children)

    async def support_early(self) -> None:
        """A school leads early support, and its plan is put on file."""
        people = self.work.people
        body = {
            "type": "EARLY_SUPPORT_PLAN",
            "children": list(self.children),
            "response_mode": "SINGLE_AGENCY",
            "esp_lead": {"person": await self.work.id_of(people.school.worker)},
            "agencies": [people.school.worker.agency],
            "next_review_date": (self.at + SIX_WEEKS).date().isoformat(),
        }
        await self.work.do("StartPlan", people.door, "planning", "plans", body)

    async def _lead(self, lead: object) -> None:
        people = self.work.people
        role = next(one for one in people.leads if one == lead)
        more = {"lead_agreed_at": self.at.isoformat()}
        await self.work.name_lead(role, self.imc, *self.children, **more)


_HELPED: Sequence[tuple[int, Act]] = (
    (0, Walk.name_worker),
    (1, Walk.write),
    (2, Walk.conclude_help),
    (3, Walk.talk_in_need),
    (3, Walk.lead_by_social_worker),
)
"""Through the assessment team to a family's help."""

WALKS: Mapping[Play, Sequence[Sequence[tuple[int, Act]]]] = {
    Play.ASSESSMENT: (
        _HELPED,
        (*_HELPED, (5, Walk.ask_for_discussion)),
        _HELPED[:3],
        ((0, Walk.name_worker), (2, Walk.ask_for_discussion)),
        ((0, Walk.name_worker), (3, Walk.conclude_nothing)),
        ((0, Walk.name_worker),),
    ),
    # The second of these waits for the assessment team to say at which level it is, as do those that others join.
    Play.FAMILY_HELP: (
        ((0, Walk.determine), (1, Walk.talk_targeted), (1, Walk.lead_by_nurse)),
        (),
        (
            (0, Walk.determine),
            (1, Walk.talk_targeted),
            (1, Walk.lead_by_social_worker),
            (2, Walk.begin_plan),
        ),
    ),
    Play.STRATEGY: (
        ((1, Walk.enquire), (6, Walk.confer)),
        ((1, Walk.enquire),),
        (),
        ((1, Walk.send_to_cat),),
    ),
    Play.EARLY_SUPPORT: (((1, Walk.support_early),), ()),
}
"""For each way in, the ways on in turn: (working days after triage, act). The first of each is taken first."""


def walks_of(told: Iterable[Story]) -> list[tuple[datetime, int, Act]]:
    """Every act that follows the triages of these stories, as (when, story, act), in order of time.

    Cases that others join are left as they are.
    """
    told = tuple(told)
    joined = {one.joins for one in told}
    taken: dict[Play, int] = {}
    acts: list[tuple[datetime, int, Act]] = []
    for story in told:
        ways = WALKS.get(story.play)
        if ways is None or story.number in joined:
            continue
        turn = taken[story.play] = taken.get(story.play, -1) + 1
        acts += [
            (_when(story, days, place), story.number, act) for place, (days, act) in enumerate(ways[turn % len(ways)])
        ]
    return sorted(acts, key=lambda one: (one[0], one[1]))


def _when(story: Story, days: int, place: int) -> datetime:
    """Later on the day of the triage, or in the morning of a working day after it."""
    if days == 0:
        return story.decided_at + timedelta(minutes=30 + place)
    day = add_working_days(local_date(story.decided_at), days)
    return datetime.combine(day, time(10, story.number % 40 + place), LONDON)
