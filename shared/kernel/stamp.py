"""From what was decided to what is recorded: the envelope that a decision does not care about is filled in here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.kernel.act import Act
from shared.kernel.events import Fact, Receipt, Recorded, Used, cite
from shared.kernel.follow_up import FollowUp


@dataclass(frozen=True)
class Decided:
    """Facts of one decision with what its receipt needs. command: its name in the catalogue, or the letter's."""

    command: str
    facts: Sequence[Fact]
    beliefs: tuple[Used, ...] = ()
    note: str | None = None


def stamp(
    decided: Decided,
    *,
    service: str,
    authority: str,
    edition: str,
    act: Act,
    versions: Mapping[str, int],
    correlation_id: str,
) -> list[Recorded]:
    """The facts as recorded events, numbered behind each stream's version; the first carries the receipt.

    A follow-up takes the time and edition of its cause. A person's decision has no cause, but what it brings has one.
    """
    at = dict(versions)
    receipt = Receipt(
        command=decided.command,
        edition=edition,
        rules=cite(*(fact.rules for fact in decided.facts)),
        inputs={name: value for fact in decided.facts for name, value in fact.inputs.items()},
        beliefs=decided.beliefs,
        note=decided.note,
    )
    recorded = []
    for place, fact in enumerate(decided.facts):
        at[fact.stream] = at.get(fact.stream, 0) + 1
        cause = fact.cause if isinstance(fact, FollowUp) else None
        recorded.append(
            Recorded(
                event_id=fact.event_id or act.new_id(),
                name=f"{service}.{fact.event.title()}",
                version=fact.event.version,
                authority=authority,
                stream=fact.stream,
                stream_version=at[fact.stream],
                case_id=fact.case_id,
                child_ids=fact.child_ids,
                occurred_at=cause.occurred_at if cause else fact.occurred_at or act.occurred_at,
                recorded_at=act.recorded_at,
                actor=act.by,
                edition=cause.edition if cause else edition,
                rules=fact.rules,
                clocks=fact.clocks,
                incomplete=fact.incomplete,
                warnings=fact.warnings,
                correlation_id=correlation_id,
                causation_id=cause.event_id if cause else act.causation_id or fact.because_of,
                corrects=fact.corrects,
                receipt=receipt if place == 0 else None,
                data=fact.event,
            )
        )
    return recorded
