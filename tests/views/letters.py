"""Synthetic letters: what the four services would have sent about a case, for tests of the folds that read them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, uuid5
from zoneinfo import ZoneInfo

from shared.kernel.events import ClockStart, Incomplete, Receipt, Warned
from shared.kernel.letters import Letter
from shared.kernel.people import SYSTEM, Actor
from shared.protocol.load import protocol_of

LONDON = ZoneInfo("Europe/London")
AUTHORITY = "WLV"
EDITION = "wolverhampton/2024-09-26"

FRONT_DOOR = Actor(
    id="p-front-door", role="FRONT_DOOR_WORKER", team="FAMILIES_FRONT_DOOR", employer="authority", social_worker=True
)
AGENCY = Actor(id="c-school")


def london(written: str) -> datetime:
    """`2026-12-24 15:30` on a London clock, as UTC."""
    return datetime.fromisoformat(written).replace(tzinfo=LONDON).astimezone(UTC)


@dataclass
class Post:
    """Writes letters as the services would: each source counts its own sequence, each stream its own versions.

    Call it in the order in which the services recorded; what occurred earlier says so with `at`.
    """

    authority: str = AUTHORITY
    edition: str = EDITION
    sequences: dict[str, int] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    sent: list[Letter] = field(default_factory=list)

    def send(
        self,
        name: str,
        at: datetime,
        *,
        case: str | None,
        about: tuple[str, ...] = (),
        stream: str | None = None,
        recorded: datetime | None = None,
        by: Actor = FRONT_DOOR,
        because_of: Letter | None = None,
        corrects: Letter | None = None,
        rules: tuple[str, ...] = (),
        clocks: tuple[ClockStart, ...] | None = None,
        incomplete: tuple[Incomplete, ...] = (),
        warnings: tuple[Warned, ...] = (),
        receipt: Receipt | None = None,
        **data: Any,
    ) -> Letter:
        """One letter more. stream: by default that of the case in its service; clocks: by default the pack's."""
        source = name.split(".")[0]
        stream = stream or (f"referral/r-{case}" if source == "referral" else f"case/{case}")
        previous = self.sequences.get(source, 0)
        # Logs have holes; a fold that counted on there being none would fail here.
        sequence = self.sequences[source] = previous + 1 + len(data) % 2
        version = self.versions[f"{source}:{stream}"] = self.versions.get(f"{source}:{stream}", 0) + 1
        letter = Letter(
            event_id=str(uuid5(NAMESPACE_OID, f"{source}/{sequence}")),
            name=name,
            version=1,
            authority=self.authority,
            stream=stream,
            stream_version=version,
            case_id=case,
            child_ids=about,
            occurred_at=at,
            recorded_at=recorded or at + timedelta(seconds=1),
            actor=SYSTEM if because_of is not None else by,
            edition=self.edition,
            rules=rules,
            clocks=self._clocks(name, data, at, about) if clocks is None else clocks,
            incomplete=incomplete,
            warnings=warnings,
            correlation_id=because_of.correlation_id if because_of else f"cor-{source}-{sequence}",
            causation_id=because_of.event_id if because_of else None,
            corrects=corrects.event_id if corrects else None,
            receipt=receipt,
            data=data,
            source=source,
            incarnation="00000000-0000-4000-8000-000000000001",
            partition=0,
            sequence=sequence,
            previous=previous,
            log_index=sequence - 1,
            leaf_hash=f"{sequence:064x}",
        )
        self.sent.append(letter)
        return letter

    def referral(self, at: datetime, case: str, *children: str, **more: Any) -> Letter:
        """An eMARF comes in from a school's system, which its receipt acknowledges."""
        data = {
            "form_type": "EMARF",
            "request_kind": "FAMILY_HELP_REQUEST",
            "source_agency": "a-school",
            "agency_type": "SCHOOL",
            "cin_source_code": "2A",
            "received_at": at.isoformat(),
            "local_authority_received_at": at.isoformat(),
            "acknowledged_at": at.isoformat(),
            "children": [{"child_id": child, "age_years": 9} for child in children],
            **{key: value for key, value in more.items() if key not in _ENVELOPE},
        }
        envelope = {"by": AGENCY} | {key: value for key, value in more.items() if key in _ENVELOPE}
        return self.send("referral.ReferralReceived", at, case=case, about=children, **envelope, **data)

    def triage(self, at: datetime, case: str, child: str, rag: str | None, outcome: str, **more: Any) -> Letter:
        """The front door decides on one child."""
        return self.send(
            "referral.ReferralTriaged",
            at,
            case=case,
            about=(child,),
            triage_rag=rag,
            outcome=outcome,
            decided_by={"id": FRONT_DOOR.id, "role": FRONT_DOOR.role},
            **more,
        )

    def link(self, at: datetime, link_id: str, kept: str, joined: str, *pairs: tuple[str, str], **more: Any) -> None:
        """Two cases are linked: recorded under both."""
        self._both("referral.CasesLinked", at, link_id, kept, joined, pairs, more)

    def unlink(self, at: datetime, link_id: str, kept: str, joined: str, *pairs: tuple[str, str]) -> None:
        """The link is undone: recorded under both."""
        self._both("referral.CasesUnlinked", at, link_id, kept, joined, pairs, {})

    def withdraw(self, at: datetime, letter: Letter, reason: str = "RECORDED_IN_ERROR", **more: Any) -> Letter:
        """An event is taken back, on its own stream."""
        return self.send(
            f"{letter.service}.RecordWithdrawn",
            at,
            case=letter.case_id,
            about=letter.child_ids,
            stream=letter.stream,
            of_event=letter.event_id,
            reason_code=reason,
            **more,
        )

    def _clocks(self, name: str, data: dict[str, Any], at: datetime, about: Iterable[str]) -> tuple[ClockStart, ...]:
        protocol = protocol_of(self.authority, at)
        started = (protocol.clocks_started_by(name, data, at, child) for child in about)
        return tuple(clock for each in started for clock in each.clocks)

    def _both(
        self,
        name: str,
        at: datetime,
        link_id: str,
        kept: str,
        joined: str,
        pairs: tuple[tuple[str, str], ...],
        more: dict[str, Any],
    ) -> None:
        for case, side in ((kept, 0), (joined, 1)):
            self.send(
                name,
                at,
                case=case,
                about=tuple(pair[side] for pair in pairs),
                stream=f"family/{case}",
                link_id=link_id,
                kept=kept,
                joined=joined,
                children=[{"kept": one, "joined": other} for one, other in pairs],
                **more,
            )


def clock(rows: Sequence[dict[str, Any]], rule: str, child: str | None = None) -> dict[str, Any]:
    """The one clock of a rule, or of a rule and child, among those shown."""
    found = [row for row in rows if row["rule"] == rule and child in (None, row["child_id"])]
    assert len(found) == 1, f"{len(found)} clocks of {rule}"
    return found[0]


_ENVELOPE = frozenset(
    {"stream", "recorded", "by", "because_of", "corrects", "rules", "clocks", "incomplete", "warnings", "receipt"}
)
