"""What a decision is given beside its own streams and beliefs: read in the same moment, nothing looked up later."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from services.referral.child import Child
from shared.kernel.beliefs import Known, Told, in_order
from shared.protocol.facts import Joined, aliases, first, joins

By = Literal["NHS_NUMBER", "UPN", "NAME_AND_BIRTH"]


@dataclass(frozen=True)
class Match:
    """A proposal that two children are one. child: an own child's id, or its place in a referral just sent ("0").

    by: what they share; other_child_id, other_case_id: the child already known.
    """

    child: str
    by: By
    other_child_id: str
    other_case_id: str

    @property
    def exact(self) -> bool:
        """Whether it rests on a number, and has to be answered before the child is decided on."""
        return self.by in ("NHS_NUMBER", "UPN")


@dataclass(frozen=True)
class Agency:
    """The entry of the calling agency's system in the register."""

    agency: str
    agency_type: str
    cin_source_code: str


@dataclass(frozen=True)
class Around:
    """What stands around a command.

    matches: proposals for the referral's children. cases: child id -> its case, of every other child that the
    command, a match or a link names. facts: own events of the other cases involved (their referrals and links, and
    this case's links), as `told_of`. children: own children, opened. agency: of the calling system;
    agency_reference_hash: of its own reference.
    """

    matches: tuple[Match, ...] = ()
    cases: Mapping[str, str] = field(default_factory=dict)
    facts: tuple[Told, ...] = ()
    children: Mapping[str, Child] = field(default_factory=dict)
    agency: Agency | None = None
    agency_reference_hash: str | None = None


NOTHING_AROUND = Around()


@dataclass(frozen=True)
class Picture:
    """All that is known of a case and of those it is linked or proposed to, in the one order."""

    told: tuple[Told, ...]
    links: tuple[Joined, ...]

    def aliases(self, child_id: str) -> frozenset[str]:
        """The other ids of a child, by links that stand."""
        return frozenset(aliases(child_id, self.links))

    def kept(self, child_id: str) -> str:
        """The id under which a child's work is recorded while its links stand."""
        seen = {child_id}
        while link := next((one for one in self.links if one.joined == child_id and one.kept not in seen), None):
            child_id = link.kept
            seen.add(child_id)
        return child_id


def picture(known: Known, own: Iterable[Told], around: Around, cases: Iterable[str]) -> Picture:
    """Own events, those around and what other services told of these cases, as one."""
    beliefs = (fact for case in dict.fromkeys(cases) for fact in known.of(case))
    told = in_order((*own, *around.facts, *beliefs))
    return Picture(told, joins(told))


@dataclass(frozen=True)
class EarlySupport:
    """An open early support plan. lead_id, lead_agency: who leads it, as far as its start says."""

    plan_id: str
    case_id: str | None
    lead_id: str | None
    lead_agency: str | None


def open_early_support(told: Iterable[Told], cases: Iterable[str | None] | None = None) -> tuple[EarlySupport, ...]:
    """The early support plans that are open, of all cases told of or of these only.

    A plan ends with the last of its children.
    """
    told = tuple(told)
    wanted = None if cases is None else set(cases)
    gone = {first(fact.data, "of_event") for fact in told if fact.title == "RecordWithdrawn"}
    plans: dict[str, EarlySupport] = {}
    children: dict[str, set[str]] = {}
    for fact in told:
        if fact.event_id in gone or (wanted is not None and fact.case_id not in wanted):
            continue
        if fact.title == "CaseClosed":
            # Whatever ends a child's case ends its plans, also where that letter is still on its way.
            for plan_id in [one for one, plan in plans.items() if plan.case_id == fact.case_id]:
                children[plan_id] -= set(fact.child_ids)
                if not children[plan_id]:
                    del plans[plan_id]
        plan_id = first(fact.data, "plan_id")
        if plan_id is None:
            continue
        if fact.title == "PlanStarted" and first(fact.data, "type") == "EARLY_SUPPORT_PLAN":
            lead: Any = fact.data.get("esp_lead") or {}
            person = first(lead, "person.id") or first(lead, "id")
            plans[plan_id] = EarlySupport(plan_id, fact.case_id, person, first(lead, "agency"))
            children[plan_id] = set(fact.child_ids)
        elif fact.title == "PlanEnded" and plan_id in plans:
            children[plan_id] -= set(fact.child_ids)
            if not children[plan_id] or not fact.child_ids:
                del plans[plan_id]
    return tuple(_with_new_lead(plan, told) for plan in plans.values())


def _with_new_lead(plan: EarlySupport, told: Iterable[Told]) -> EarlySupport:
    for fact in told:
        same = fact.case_id == plan.case_id and first(fact.data, "purpose") == "EARLY_SUPPORT"
        if fact.title == "LeadAllocated" and same:
            agency = first(fact.data, "agency") or first(fact.data, "lead.employer")
            plan = EarlySupport(plan.plan_id, plan.case_id, first(fact.data, "lead.id"), agency)
    return plan
