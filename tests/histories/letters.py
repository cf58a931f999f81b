"""Events on their way to whoever reads them, as the bus would carry them."""

from shared.kernel.beliefs import told_of
from shared.kernel.events import Recorded
from shared.kernel.letters import Letter
from shared.kernel.people import SYSTEM
from tests.histories.people import SINCE, Member

AUTHORITY = "WLV"


def letter_of(event: Recorded, sequence: int) -> Letter:
    """An event on its way, without what is sealed."""
    told = told_of(event)
    return Letter(
        event_id=event.event_id,
        name=event.name,
        version=event.version,
        authority=event.authority,
        stream=event.stream,
        stream_version=event.stream_version,
        case_id=event.case_id,
        child_ids=event.child_ids,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        actor=event.actor,
        edition=event.edition,
        rules=event.rules,
        clocks=event.clocks,
        incomplete=event.incomplete,
        warnings=event.warnings,
        correlation_id=event.correlation_id,
        causation_id=event.causation_id,
        corrects=event.corrects,
        receipt=event.receipt,
        data=told.data,
        source=f"{event.name.partition('.')[0]}/main",
        incarnation="i",
        partition=0,
        sequence=sequence,
        previous=sequence - 1,
        log_index=sequence,
        leaf_hash="",
    )


def appointed(member: Member, sequence: int) -> Letter:
    """That somebody holds their post."""
    return Letter(
        event_id=f"appointed-{member.id}",
        name="qa.StaffAppointed",
        version=1,
        authority=AUTHORITY,
        stream=f"staff/{member.id}",
        stream_version=1,
        occurred_at=SINCE,
        recorded_at=SINCE,
        actor=SYSTEM,
        edition="",
        correlation_id="c",
        data=member.appointment(),
        source="qa/main",
        incarnation="i",
        partition=0,
        sequence=sequence,
        previous=sequence - 1,
        log_index=sequence,
        leaf_hash="",
    )
