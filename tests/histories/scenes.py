"""Where somebody is about to act, and what there is for them to name: children, plans, records, leads, meetings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import Any

from shared.kernel.beliefs import Told
from shared.protocol.facts import first
from shared.protocol.leads import Lead, active, leads_in
from shared.protocol.linked import Matter
from shared.protocol.plans import open_plans
from shared.protocol.standing import Standing
from tests.histories import people as who
from tests.histories.people import Member
from tests.histories.world import House, World

BEFORE_HELP = ("AWAITING_THRESHOLD", "CAT_ASSESSMENT", "AWAITING_ALLOCATION")
DISCUSSED = ("STRATEGY_MASH", "STRATEGY_CAT", "STRATEGY_OPEN")
PROTECTED = (*DISCUSSED, "S47_MACPT", "CP_PLAN")
HELPED = ("FAMILY_HELP_ACTIVE", *PROTECTED)


@dataclass(frozen=True)
class Scene:
    """children: of the case; some: those whom the act is about; stood: where each stands by all that happened."""

    world: World
    house: House
    case: str
    children: tuple[str, ...]
    some: tuple[str, ...]
    stood: Mapping[str, Standing]

    @property
    def chance(self) -> Random:
        """What decides here."""
        return self.world.chance

    @cached_property
    def matter(self) -> Matter:
        """The case as the service that is asked knows it."""
        return self.house.matter(self.case, self.world.protocol())

    @cached_property
    def leads(self) -> tuple[Lead, ...]:
        """Every lead that the service knows."""
        return leads_in(self.matter.facts)

    @property
    def now(self) -> str:
        """This instant."""
        return self.world.moment.isoformat()

    @property
    def today(self) -> str:
        """This day."""
        return self.world.moment.date().isoformat()

    def one_of(self, *words: Any) -> Any:
        """Any of these."""
        return self.chance.choice(words)

    def ids(self) -> list[str]:
        """The children whom the act is about."""
        return list(self.some)

    def plan(self, *types: str) -> str:
        """An open plan's id, or one that is nobody's."""
        plans = open_plans(self.matter.facts, *types)
        return self.chance.choice(plans).plan_id if plans else "no-plan"

    def last(self, title: str, of: str | None = None) -> str:
        """The id of the last such event, or what it says in a field; one that is nobody's where there is none."""
        facts = [fact for fact in self.matter.facts if fact.title == title]
        return str(first(facts[-1].data, of) if of else facts[-1].event_id) if facts else "nothing"

    def lead(self, role: str) -> str:
        """Who holds a role now, for the family or one of the children; somebody else where nobody does."""
        found = active(self.leads, role) or next((one for one in self.leads if one.role == role), None)
        return found.person.id if found else "fh-sw"

    def own(self, service: str) -> list[Told]:
        """What a service recorded in the case and counts."""
        return [fact for fact in self.matter.facts if fact.name.startswith(f"{service}.")]


Body = Callable[[Scene], dict[str, Any]]
Doers = Callable[[Scene], Sequence[Member]]


def these(*members: Member) -> Doers:
    """Always the same people."""
    return lambda at: members


def whoever_leads(role: str = "LEAD_PRACTITIONER", *others: Member) -> Doers:
    """Whoever holds the role now, and besides sometimes others; a social worker while nobody does."""

    def found(at: Scene) -> Sequence[Member]:
        held = [who.BY_ID[one.person.id] for one in at.leads if one.role == role and one.until is None]
        return (*held, *held, *others) or (who.SOCIAL_WORKER,)

    return found


@dataclass(frozen=True)
class Play:
    """One thing people do. where: in which states it is usual; after: the event that usually comes before it.

    protects: it is an act of protection, which nothing may refuse or turn back. record: it says what has happened.
    reads: what the service gives the decision besides.
    """

    command: str
    service: str
    model: Any
    decide: Callable[..., Any]
    body: Body
    by: Doers
    where: tuple[str, ...] = ()
    after: str | None = None
    often: int = 3
    protects: bool = False
    record: bool = False
    reads: Callable[[House, Any], tuple[Any, ...]] = field(default=lambda house, body: ())
