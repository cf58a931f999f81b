"""Every event that qa records, but for those that each service records of its own."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from shared.kernel.events import Event
from shared.kernel.people import Person
from shared.kernel.sealed import Sealed


class Reader(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who may read by a grant: one of a person, an agency, or everybody in a role."""

    id: str | None = None
    agency: str | None = None
    role: str | None = None


class ClientRegistered(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An agency's system may call us from an instant on, with these scopes and keys. Again for each change.

    public_key: a JWK with its kid. contact: whom to call when something is wrong.
    """

    client_id: str
    agency: str
    agency_type: str
    cin_source_code: str
    authority: str
    scopes: tuple[str, ...]
    jwks_url: str | None = None
    public_key: dict[str, Any] | None = None
    contact: Sealed[str]
    from_: datetime = msgspec.field(name="from")
    until: datetime | None = None


class ClientSuspended(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An agency's system may call us no longer, from an instant on, until it is registered again."""

    client_id: str
    from_: datetime = msgspec.field(name="from")
    reason_code: str
    reason_note: Sealed[str] | None = None


class StaffAppointed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A person holds a post in a team of an authority from an instant on: what they may do.

    staff_id: the practitioner's id; team_id: where there are several teams of the kind; deputy_of: a person's id.
    """

    staff_id: str
    name: Sealed[str]
    post: str
    team: str | None = None
    team_id: str | None = None
    authority: str
    deputy_of: str | None = None
    from_: datetime = msgspec.field(name="from")
    until: datetime | None = None


class StaffEnded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A person no longer holds a post, in any team, from an instant on."""

    staff_id: str
    post: str
    from_: datetime = msgspec.field(name="from")
    reason_code: str
    reason_note: Sealed[str] | None = None


class ClockDue(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A deadline is near, and those whom its rule names were told. started_by: the event that started it."""

    rule: str
    about: str
    child_id: str | None = None
    due_at: datetime
    started_by: str
    step: Literal["HALF", "TWO_DAYS", "DAY"]
    alerts: tuple[str, ...] = ()


class ClockBreached(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A deadline was missed, and those whom its rule names were told. It says when who was told, and no more."""

    rule: str
    about: str
    child_id: str | None = None
    due_at: datetime
    started_by: str
    force: str
    alerts: tuple[str, ...] = ()


class AccessGranted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody may read, comment on or write in a record, for one purpose, from an instant on.

    scope: READ, COMMENT, WRITE; fields: groups of fields.
    """

    grant_id: str
    reader: Reader
    scope: tuple[str, ...]
    purpose: str
    fields: tuple[str, ...]
    from_: datetime = msgspec.field(name="from")
    until: datetime | None = None
    reason_code: str
    reason_note: Sealed[str] | None = None


class AccessRevoked(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A grant ends at an instant."""

    grant_id: str
    from_: datetime = msgspec.field(name="from")
    reason_code: str
    reason_note: Sealed[str] | None = None


class RecordRestricted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Records of children are closed, also to those who could see them before; kind says why and how far."""

    restriction_id: str
    child_ids: tuple[str, ...]
    kind: str
    by: Person
    reason_code: str
    reason_note: Sealed[str] | None = None


class RestrictionLifted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A restriction no longer holds."""

    restriction_id: str
    by: Person
    reason_code: str
    reason_note: Sealed[str] | None = None


class BreakGlassOpened(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A person opened the records of children whom they could not see, for a short time, and said why."""

    reader: Person
    child_ids: tuple[str, ...]
    category: str
    until: datetime
    reason_code: str
    reason_note: Sealed[str] | None = None
