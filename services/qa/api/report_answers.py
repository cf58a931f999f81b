"""What reports answer, as the contract documents it."""

from datetime import date
from typing import Any

from pydantic import BaseModel

from services.qa.api.answers import Clock, Shown


class ChildrenInNeed(BaseModel):
    """A count as a day ended. by_first_determination: those at their first level in the case."""

    on: date
    rules: list[str]
    children: int
    by_first_determination: int


class LeadMix(BaseModel):
    """Who leads for Children in Need. inside: by kind of employer; partners: by sector; share_inside: of those led."""

    on: date
    rules: list[str]
    children: int
    inside: dict[str, int]
    partners: dict[str, int]
    without_lead: int
    share_inside: float | None


class LeadCompetence(BaseModel):
    """What a practitioner who leads, or may, still lacks. leads: the families they lead for now."""

    practitioner_id: str
    employer_kind: str | None
    sector: str | None
    social_worker: bool
    leads: int
    essential_missing: list[str]
    not_attested: list[str]
    enhancing_held: list[str]
    by_equivalence: list[str]
    has_supervisor: bool


class WarningRow(Shown):
    """A rule that was not followed and did not refuse."""

    rule: str
    because: str
    at: str
    of_event: str
    event: str
    case_id: str | None = None
    child_id: str | None = None


class IncompleteRow(Shown):
    """Something that a record lacks still. owner: who follows it up."""

    what: str
    rule: str
    since: str
    owner: str
    of_event: str
    event: str
    case_id: str | None = None
    child_id: str | None = None


class DecisionAtRisk(Shown):
    """A decision that carries a risk profile."""

    event: str
    event_id: str
    at: str
    risk_profile: list[str]
    decided_by: dict[str, Any]
    accountable_manager_id: str | None = None
    case_id: str | None = None
    child_ids: list[str]
    rules: list[str]


class OfferedCourse(BaseModel):
    """A course that is offered, by whom, and whether again and again."""

    code: str
    provider: str
    rolling: bool


class TrainingProgramme(BaseModel):
    """What training is offered to those who lead."""

    edition: str
    rules: list[str]
    courses: list[OfferedCourse]


class TeamClock(Clock):
    """The deadline of one team on one working day."""

    team: str
    day: date


class NilDay(BaseModel):
    """A working day on which nothing waited for a team."""

    rule: str
    team: str
    day: date


class TeamClocks(BaseModel):
    """The working days of each team, the last hundred days of them."""

    clocks: list[TeamClock]
    nil_days: list[NilDay]
