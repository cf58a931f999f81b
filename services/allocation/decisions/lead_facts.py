"""What the rows ask of whoever is to lead, and of those who stand behind them, by the packs' words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from services.allocation.practitioner import Practitioner
from shared.access.registers import appointments_at
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.people import Person
from shared.protocol.leads import Lead
from shared.protocol.protocol import Protocol


@dataclass(frozen=True)
class Behind:
    """Those who stand behind a lead, by the registers; None where nobody is named."""

    supervisor: Person | None = None
    overseen_by: Person | None = None
    line_manager: Person | None = None
    authorising_manager: Person | None = None
    advanced_practitioner: Person | None = None


def facts_of(
    known: Known, lead: Person | None, practitioner: Practitioner, behind: Behind, protocol: Protocol, act: Act
) -> dict[str, Any]:
    """Of the person: qualification, employer, posts, what they have learnt; and who supports and oversees them.

    attested, trained: there if nothing of the authority's lists is missing; oversight: whether a social worker
    supervises or oversees; line_manager_of: whether the authority employs the line manager.
    """
    posts = _posts(known, lead, protocol, act)
    asked = [code for block in protocol.competences("ATTESTATION") for code in block.codes]
    essential = [code for block in protocol.competences("ESSENTIAL") for code in block.codes]
    attested = practitioner.entry.attestations if practitioner.entry else ()
    partners = behind.advanced_practitioner
    return {
        "lead": lead.id if lead else None,
        "lead_qualification": qualification(lead),
        "lead_employer_kind": lead.employer_kind if lead else None,
        "lead_sector": lead.sector if lead else None,
        "lead_posts": list(posts),
        "attested": True if set(asked) <= set(attested) else None,
        "trained": True if set(essential) <= practitioner.courses else None,
        "supervisor": behind.supervisor.id if behind.supervisor else None,
        "oversight": _oversight(behind.supervisor, behind.overseen_by),
        "line_manager_of": _employs(behind.line_manager, protocol),
        "authorising_manager": "AUTHORITY" if _employs(behind.authorising_manager, protocol) == "AUTHORITY" else None,
        "advanced_practitioner_posts": list(_posts(known, partners, protocol, act)),
    }


def qualification(person: Person | None) -> str | None:
    """SOCIAL_WORKER, or AQ for somebody qualified in another way; None for nobody."""
    if person is None:
        return None
    return "SOCIAL_WORKER" if person.social_worker else "AQ"


def matched(given: Iterable[tuple[str, bool, bool]], asked: Iterable[str]) -> list[str]:
    """What is amiss between the lead and the work: UNANSWERED, or UNMET with nothing done about it.

    given: (competence, met, something is done about it) for each that was answered; asked: those of the work.
    """
    answers = {code: met or mitigated for code, met, mitigated in given}
    unanswered = ["UNANSWERED"] if set(asked) - set(answers) else []
    return unanswered + (["UNMET"] if not all(answers.values()) else [])


def place_of(command_lead: str, previous: str | None, active: Lead | None) -> str:
    """How an allocation stands to whoever leads the family now: NONE, SAME, REPLACED or OTHER."""
    if active is None:
        return "NONE"
    if active.person.id == command_lead:
        return "SAME"
    return "REPLACED" if active.person.id == previous else "OTHER"


def _posts(known: Known, person: Person | None, protocol: Protocol, act: Act) -> tuple[str, ...]:
    if person is None:
        return ()
    held = appointments_at(known.of(person.id), person.id, protocol.authority, act.occurred_at)
    return tuple(dict.fromkeys(one.post for one in held))


def _oversight(*people: Person | None) -> str:
    there = [person for person in people if person is not None]
    if any(person.social_worker for person in there):
        return "SOCIAL_WORKER"
    return "OTHER" if there else "NONE"


def _employs(person: Person | None, protocol: Protocol) -> str:
    if person is None:
        return "NONE"
    return "AUTHORITY" if person.employer in (None, protocol.authority) else "OTHER"
