"""What qa answers, as the contract documents it. A mask leaves out whole fields, so few are always there."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Shown(BaseModel):
    """A part of an answer: what the caller's mask does not show is absent; fields may be added."""

    model_config = ConfigDict(extra="allow")


class Versions(Shown):
    """The numbers that go into If-Match: of each service's stream of this case, of links, of each child."""

    referral: int
    allocation: int
    planning: int
    family: int
    child: dict[str, int]


class Holder(Shown):
    """Whose work a child is in a state: the teams, and the person or who stands in where nobody is named.

    stand_ins: all posts that do; stand_in: the first of them.
    """

    state: str
    teams: list[str]
    posts: list[str]
    person: str | None = None
    held_by: Any = None
    stand_in: str | None = None
    stand_ins: list[str] | None = None


class Child(Shown):
    """One child: where it stands and at what level, linked ids in one."""

    child_id: str
    alias_ids: list[str] | None = None
    who: dict[str, Any] | None = Field(None, description="Names, date of birth, identifiers, opened by their owner")
    address: Any = None
    age: dict[str, Any] | None = None
    state: str | None = None
    level: str | None = None
    levels: list[dict[str, Any]] | None = Field(None, description="Every level since the first determination")
    protection: dict[str, Any] | None = Field(None, description="Enquiries and child protection plans, from and until")
    since: str | None = None
    protected: bool | None = None
    holders: list[Holder] | None = None


class ReferredChild(Shown):
    """How a referral was decided for one child."""

    child_id: str
    triage: dict[str, Any] | None = None
    taken_back: dict[str, Any] | None = None


class Referral(Shown):
    """A referral of the case."""

    referral_id: str
    case_id: str
    version: int
    status: str | None = None
    received: str | None = None
    children: list[ReferredChild] | None = None
    referrer: dict[str, Any] | None = None
    narrative: dict[str, Any] | None = None


class Item(Shown):
    """Something open, and on whose desk it lies."""

    code: str
    case_id: str | None = None
    child_id: str | None = None
    since: str | None = None
    of_event: str | None = None
    rules: list[str] = []


class WorklistItem(Item):
    """An open item of the caller's desks. next_due_at: the earliest deadline that runs about its child."""

    next_due_at: str | None = None
    what: str | None = None


class Deadline(BaseModel):
    """A deadline that runs, or was missed and nothing has met yet. alerts: whom its rule has told."""

    case_id: str
    child_id: str | None
    rule: str
    says: str
    due_at: str
    overdue: bool
    started_by: str
    alerts: list[str]
    force: str


class CaseFile(Shown):
    """A case file under the caller's mask."""

    case_id: str
    authority: str | None = None
    edition: str | None = None
    mask: str = Field(description="whole, door, auditor or partial: how much of the case is shown")
    read_id: str = Field(description="Of this read, as it is on record")
    versions: Versions
    missing_parts: list[str] = Field(description="Owners of sealed parts that did not answer")
    incomplete_since: str | None = Field(None, description="Since when letters of the case wait to be read")
    as_at: datetime | None = None
    known_at: datetime | None = None
    linked_ids: list[str] | None = None
    referrals: list[Referral] | None = None
    children: list[Child] | None = None
    leads: list[dict[str, Any]] | None = None
    plans: list[dict[str, Any]] | None = None
    assessments: list[dict[str, Any]] | None = None
    meetings: list[dict[str, Any]] | None = None
    conversations: list[dict[str, Any]] | None = None
    concerns: list[dict[str, Any]] | None = None
    worklist: list[Item] | None = None
    incomplete: list[dict[str, Any]] | None = None
    warnings: list[dict[str, Any]] | None = None
    next_dates: list[dict[str, Any]] | None = None


class Entry(Shown):
    """One event of the trail."""

    event_id: str
    name: str
    who: dict[str, Any]
    occurred_at: str
    recorded_at: str
    rules: list[str]
    edition: str
    receipt: dict[str, Any] | None = None
    data: dict[str, Any]
    stream: str
    stream_version: int
    log_index: int
    leaf_hash: str
    marks: dict[str, Any]


class OfACase(Shown):
    """What every answer about a case says."""

    case_id: str
    authority: str
    mask: str
    read_id: str
    as_at: datetime | None = None
    known_at: datetime | None = None


class AuditTrail(OfACase):
    """The audit trail of a case, in the order in which things occurred."""

    trail: list[Entry]


class Clock(Shown):
    """One deadline. status: RUNNING, MET, MISSED or CANCELLED; words: the same in a sentence."""

    rule: str
    rules: list[str]
    about: str
    child_id: str | None = None
    started_by: str
    started_at: str
    due_at: str
    status: str
    decided_by: str | None = None
    decided_at: str | None = None
    met_at: str | None = None
    alerts: list[str]
    words: str
    provisional: bool


class Clocks(OfACase):
    """The deadlines of a case, the earliest due first."""

    clocks: list[Clock]


class Looked(BaseModel):
    """One read of a case by somebody. service: which showed it."""

    read_id: str
    service: str
    at: str
    reader: dict[str, Any]
    purpose: str
    fields: list[str]
    child_ids: list[str]
    route: str
    grant_id: str | None = None
    warrant_id: str | None = None


class ListedCase(Shown):
    """A case in a list: where its children stand."""

    case_id: str
    mask: str
    incomplete_since: str | None = None
    children: list[Child] | None = None
    linked_ids: list[str] | None = None


class ClientRow(BaseModel):
    """A client of the register. version: of its stream, for If-Match; contact: shown to the register's officer."""

    client_id: str
    authority: str
    agency: str
    agency_type: str
    cin_source_code: str
    scopes: list[str]
    jwks_url: str | None
    key_id: str | None
    since: str = Field(alias="from")
    until: str | None
    suspended_from: str | None
    contact: str | None = None
    version: int


class Appointed(BaseModel):
    """One post of a person."""

    post: str
    team: str | None
    team_id: str | None
    deputy_of: str | None
    since: str = Field(alias="from")
    until: str | None


class StaffRow(BaseModel):
    """A person of the staff register. name: shown to the register's officer."""

    staff_id: str
    authority: str
    name: str | None = None
    appointments: list[Appointed]
    version: int


class Rejected(BaseModel):
    """How often a command was refused by the same rules."""

    service: str
    command: str
    rules: list[str]
    count: int


class Rejections(BaseModel):
    """Attempts that rules refused, the most frequent first."""

    items: list[Rejected]
