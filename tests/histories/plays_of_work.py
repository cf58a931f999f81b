"""Everyday work with a family, what the law asks to be recorded of a child, and filling or withdrawing records."""

from typing import Any

from services.allocation.decisions.resolve_incomplete import resolve_incomplete as resolve_at_allocation
from services.allocation.decisions.withdraw_record import withdraw_record as withdraw_at_allocation
from services.planning.decisions.add_case_note import AddCaseNote, add_case_note
from services.planning.decisions.record_court_step import RecordCourtStep, record_court_step
from services.planning.decisions.record_family_contact import RecordFamilyContact, record_family_contact
from services.planning.decisions.record_family_informed import RecordFamilyInformed, record_family_informed
from services.planning.decisions.record_legal_step import RecordLegalStep, record_legal_step
from services.planning.decisions.record_looked_after import RecordLookedAfter, record_looked_after
from services.planning.decisions.record_looked_after_review import (
    RecordLookedAfterReview,
    record_looked_after_review,
)
from services.planning.decisions.record_private_fostering import RecordPrivateFostering, record_private_fostering
from services.planning.decisions.record_updated_discussion import RecordUpdatedDiscussion, record_updated_discussion
from services.planning.decisions.record_visit import RecordVisit, record_visit
from services.planning.decisions.resolve_incomplete import ResolveIncomplete, resolve_incomplete
from services.planning.decisions.withdraw_record import WithdrawRecord, withdraw_record
from shared.protocol.gaps import gaps_of
from tests.histories import people as who
from tests.histories.scenes import HELPED, Play, Scene, these, whoever_leads

WORKERS = whoever_leads("LEAD_PRACTITIONER", who.LCPP, who.TEAM_MANAGER)


def _gap(service: str) -> Any:
    def body(at: Scene) -> dict[str, Any]:
        found = [(fact, gap) for fact in at.own(service) for gap in gaps_of(at.matter.facts, fact.event_id)]
        # What the record of a managers' conversation lacks is filled by recording it again.
        found = [(fact, gap) for fact, gap in found if fact.title != "IMCHeld"] or found
        if not found:
            return {"of_event": "nothing", "what": "all", "rule": "WLV-REF-01", "resolved_as": "FILLED"}
        fact, gap = at.chance.choice(found)
        how = at.one_of({"resolved_as": "FILLED"}, {"resolved_as": "NOT_NEEDED", "reason_code": "OTHER"})
        return {"of_event": fact.event_id, "what": gap.what, "rule": gap.rule, **how}

    return body


def _record(service: str) -> Any:
    def body(at: Scene) -> dict[str, Any]:
        own = at.own(service)
        causes = {fact.causation_id for fact in own}
        # Mostly what brought something with it: there a withdrawal has most to undo.
        brought = [fact for fact in own if fact.event_id in causes]
        own = brought if brought and at.chance.random() < 0.6 else own
        said = at.one_of("RECORDED_IN_ERROR", "WRONG_CHILD", "DUPLICATE")
        return {"of_event": at.chance.choice(own).event_id if own else "nothing", "reason_code": said}

    return body


def _step(at: Scene) -> dict[str, Any]:
    said = at.one_of(
        {"issued": {"issued_on": at.today}},
        {"order": {"order_date": at.today, "order_type": "INTERIM"}},
        {"concluded": {"concluded_on": at.today, "outcome": "NO_ORDER"}},
    )
    return {"child_ids": at.ids(), **said}


def _looked_after(at: Scene) -> dict[str, Any]:
    said = at.one_of(
        {
            "started": {"started_on": at.today},
            "placed": {"started_on": at.today, "legal_status": "S20", "with_parent": False},
        },
        {"ended": {"ended_on": at.today, "to": "HOME"}},
    )
    return {"child_ids": at.ids(), **said}


def _fostered(at: Scene) -> dict[str, Any]:
    said = at.one_of({"notified_on": at.today}, {"ended_on": at.today, "reason_code": "OTHER", "reason_note": "Home."})
    return {"child_ids": at.ids(), **said}


def _informed(at: Scene) -> dict[str, Any]:
    known = at.own("planning") or list(at.matter.facts)
    about = at.chance.choice(known).event_id if known else "nothing"
    return {"about": about, "informed_on": at.today, "reasons_given": True}


WORK: tuple[Play, ...] = (
    Play(
        "RecordVisit",
        "planning",
        RecordVisit,
        record_visit,
        lambda at: {"child_ids": at.ids(), "kind": at.one_of("CP", "CIN", "OTHER"), "access": True},
        WORKERS,
        HELPED,
        often=1,
        record=True,
    ),
    Play(
        "RecordPrivateFostering",
        "planning",
        RecordPrivateFostering,
        record_private_fostering,
        _fostered,
        WORKERS,
        ("CLOSED", "FAMILY_HELP_ACTIVE"),
        often=3,
        record=True,
    ),
    Play(
        "RecordLookedAfter",
        "planning",
        RecordLookedAfter,
        record_looked_after,
        _looked_after,
        WORKERS,
        HELPED,
        often=1,
        record=True,
    ),
    Play(
        "RecordLookedAfterReview",
        "planning",
        RecordLookedAfterReview,
        record_looked_after_review,
        lambda at: {"child_ids": at.ids()},
        WORKERS,
        HELPED,
        often=1,
        record=True,
    ),
    Play(
        "RecordLegalStep",
        "planning",
        RecordLegalStep,
        record_legal_step,
        lambda at: {"child_ids": at.ids(), "letter_sent_on": at.today},
        WORKERS,
        HELPED,
        often=1,
        record=True,
    ),
    Play(
        "RecordCourtStep", "planning", RecordCourtStep, record_court_step, _step, WORKERS, HELPED, often=1, record=True
    ),
    Play(
        "RecordUpdatedDiscussion",
        "planning",
        RecordUpdatedDiscussion,
        record_updated_discussion,
        lambda at: {
            "authors": [at.lead("LEAD_PRACTITIONER"), "fh-sw2"],
            "lead_change_view": at.one_of("NEEDED", "NOT_NEEDED"),
            "threshold_view": at.one_of("NO_CHANGE", "RECOMMEND_CHANGE"),
        },
        WORKERS,
        HELPED,
        often=1,
        record=True,
    ),
    Play(
        "RecordFamilyInformed",
        "planning",
        RecordFamilyInformed,
        record_family_informed,
        _informed,
        WORKERS,
        HELPED,
        often=1,
        record=True,
    ),
    Play(
        "RecordFamilyContact",
        "planning",
        RecordFamilyContact,
        record_family_contact,
        lambda at: {"at": at.now, "channel": "VISIT", "child_spoken_to": True},
        WORKERS,
        HELPED,
        often=1,
        record=True,
    ),
    Play(
        "AddCaseNote",
        "planning",
        AddCaseNote,
        add_case_note,
        lambda at: {"kind": at.one_of("CALL", "CALL", "NO_SUCH_KIND"), "note": "They rang."},
        WORKERS,
        often=1,
        record=True,
    ),
    Play(
        "ResolveIncomplete",
        "planning",
        ResolveIncomplete,
        resolve_incomplete,
        _gap("planning"),
        these(who.TEAM_MANAGER, who.LCPP),
        often=2,
    ),
    Play(
        "WithdrawRecord",
        "planning",
        WithdrawRecord,
        withdraw_record,
        _record("planning"),
        these(who.TEAM_MANAGER, who.CAT_MANAGER),
        often=4,
    ),
    Play(
        "ResolveIncomplete at allocation",
        "allocation",
        ResolveIncomplete,
        resolve_at_allocation,
        _gap("allocation"),
        these(who.TEAM_MANAGER, who.DELIVERY_MANAGER),
        HELPED,
        after="LeadNonCompliant",
        often=20,
    ),
    Play(
        "WithdrawRecord at allocation",
        "allocation",
        WithdrawRecord,
        withdraw_at_allocation,
        _record("allocation"),
        these(who.TEAM_MANAGER, who.DELIVERY_MANAGER),
        often=2,
    ),
)
