"""What people do about who leads: the managers' conversations, allocations, endings, help beside the lead."""

from collections.abc import Sequence
from typing import Any

from services.allocation.decisions.allocate_lead import AllocateLead, allocate_lead, stream_of
from services.allocation.decisions.answer_agency_assistance import AnswerAgencyAssistance, answer_agency_assistance
from services.allocation.decisions.co_allocate import CoAllocate, co_allocate
from services.allocation.decisions.end_lead import EndLead, end_lead
from services.allocation.decisions.imc_form import RecordIMC
from services.allocation.decisions.record_imc import OnFile, record_imc
from services.allocation.decisions.request_agency_assistance import (
    RequestAgencyAssistance,
    request_agency_assistance,
)
from services.allocation.decisions.request_ap_support import RequestAPSupport, request_ap_support
from services.allocation.decisions.request_imc import RequestIMC, request_imc
from services.allocation.decisions.schedule_imc import ScheduleIMC, schedule_imc
from services.allocation.events import IMCHeld
from shared.protocol.leads import CAT_WORKER, CP_LEAD, FAMILY_LEAD, active
from shared.protocol.plans import EARLY_SUPPORT, open_plans
from tests.decisions.allocation.naming_leads import WHY
from tests.histories import people as who
from tests.histories.scenes import HELPED, Play, Scene, these, whoever_leads
from tests.histories.world import House

MANAGERS = these(who.TEAM_MANAGER, who.DELIVERY_MANAGER)
BOTH = [{"person_id": "dm", "for": "DELIVERY_MANAGER"}, {"person_id": "tm", "for": "SW_TEAM_MANAGER"}]
SIGNED = [{"id": "dm", "role": "DELIVERY_MANAGER"}, {"id": "tm", "role": "SW_TEAM_MANAGER"}]
WAITING = ("AWAITING_ALLOCATION",)


def _met(at: Scene) -> dict[str, Any]:
    states = {stood.state for stood in at.stood.values()}
    new: list[Sequence[str]] = [["NEW_REFERRAL"], ["NEW_REFERRAL", "STEP_OFF_CP"]]
    later: list[Sequence[str]] = [["CHANGE_OF_FHLP"], ["CHANGE_IN_NEED_UP"], ["CHANGE_IN_NEED_DOWN"], ["JOINT_UPDATE"]]
    reasons: Sequence[str] = at.chance.choice(new if "AWAITING_ALLOCATION" in states else [*new, *later])
    lead = at.lead(FAMILY_LEAD)
    return {
        "kind": "DAILY",
        "held_at": at.now,
        "team": "FAMILY_HELP",
        "reasons": reasons,
        "led_by": BOTH[1],
        "attendees": [*BOTH, {"person_id": lead}],
        "considered": {
            "cat_recommendation": {"follow": True, "reason_code": "FITS_THE_NEEDS"},
            "esp_ref": at.last("PlanStarted", "plan_id"),
        },
        "needs": ["Routines"],
        "required_competences": ["DIRECT_WORK"],
        "co_allocations": [],
        "lead_candidates": [{"person_id": "fh-sw"}],
        "qualification_needed": at.one_of("AQ_ACCEPTABLE", "AQ_ACCEPTABLE", "SOCIAL_WORKER"),
        "child_decisions": [
            {"child_id": child, "classification": at.one_of("CHILD_IN_NEED", "TARGETED_EARLY_HELP"), "agreed": True}
            for child in at.children
        ],
        "lead_change": "CHANGE_OF_FHLP" in reasons,
        "decision": "CONTINUE",
        "next_steps": ["Meet the family."],
        "additional_support_considered": True,
    }


def _form(at: Scene, lead: str, **more: Any) -> dict[str, Any]:
    return {
        "purpose": "FAMILY_HELP",
        "children": at.ids(),
        "lead": lead,
        "imc_id": at.last("IMCHeld"),
        "lead_agreed_at": at.now,
        "capacity_confirmed": True,
        "capacity_confirmed_note": "By the list of cases.",
        "competence_match": [{"competence": "DIRECT_WORK", "met": True}],
        "rationale": WHY,
        "existing_relationship": False,
        "existing_relationship_note": "They have not met.",
        "supervisor": "tm",
        "line_manager": who.BY_ID[lead].manager or "tm",
        **({"authorising_manager": "tm", "advanced_practitioner_id": "ap"} if lead == "nurse" else {}),
        "line_manager_agreement": {"person": who.BY_ID[lead].manager or "tm", "date": at.today},
        **more,
    }


def _named(at: Scene) -> dict[str, Any]:
    holding = active(at.leads, FAMILY_LEAD)
    if holding is None:
        return _form(at, at.chance.choice(who.LEADS).id, approvals=SIGNED)
    # Usually the same person for another child.
    lead = at.one_of(holding.person.id, holding.person.id, "fh-sw")
    return _form(at, lead, approvals=SIGNED)


def _changed(at: Scene) -> dict[str, Any]:
    told = {"date": at.today, "child_included": True, "rationale": "Why the lead changes."}
    lead = at.one_of("fh-sw", "fh-sw2", "fh-aq")
    before = at.lead(FAMILY_LEAD)
    return _form(
        at,
        lead,
        previous_lead=before,
        change_reason=at.one_of("LEFT", "ESCALATION"),
        family_informed=told,
        approvals=SIGNED,
    )


def _plain(purpose: str, *leads: str) -> Any:
    return lambda at: {
        "purpose": purpose,
        "children": at.ids(),
        "lead": at.one_of(*leads),
        "lead_agreed_at": at.now,
    }


def _entry(house: House, body: AllocateLead) -> tuple[Any, ...]:
    return ({stream: house.state(stream) for stream in stream_of(body)},)


def _forms(house: House, body: RecordIMC) -> tuple[Any, ...]:
    forms = {event.event_id: event.data for event in house.recorded if isinstance(event.data, IMCHeld)}
    return ((), OnFile(forms))


def _filled(at: Scene) -> dict[str, Any]:
    return {"corrects": at.last("IMCHeld"), "needs": ["Sleep"], "next_steps": ["Ring."], "decision": "CONTINUE"}


def _early(at: Scene) -> dict[str, Any]:
    before = next((plan.lead for plan in open_plans(at.matter.facts, EARLY_SUPPORT)), None)
    return {
        "purpose": "EARLY_SUPPORT",
        "children": at.ids(),
        "lead": "teacher" if before == "nurse" else "nurse",
        "previous_lead": before or "teacher",
        "lead_agreed_at": at.now,
    }


def _let_go(at: Scene) -> dict[str, Any]:
    """Mostly somebody who holds a role now, for all of their children or one of them."""
    running = [one for one in at.leads if one.until is None and one.role in (CAT_WORKER, CP_LEAD)]
    one = at.chance.choice(running) if running and at.chance.random() < 0.8 else active(at.leads, FAMILY_LEAD)
    some = {"children": [at.chance.choice(one.children)]} if one and at.chance.random() < 0.5 else {}
    role, lead = (one.role, one.person.id) if one else (FAMILY_LEAD, "fh-sw")
    return {"role": role, "lead": lead, "reason_code": "LAST_CHILD_LEFT", **some}


def _allocating(name: str, body: Any, by: Any, where: tuple[str, ...], often: int, after: str | None = None) -> Play:
    return Play(name, "allocation", AllocateLead, allocate_lead, body, by, where, after, often, reads=_entry)


LEADS: tuple[Play, ...] = (
    Play(
        "ScheduleIMC",
        "allocation",
        ScheduleIMC,
        schedule_imc,
        lambda at: {
            "reasons": [at.one_of("NEW_REFERRAL", "CHANGE_OF_FHLP")],
            "planned_at": at.now,
            "team": "FAMILY_HELP",
            "organised_by": BOTH,
            "invited": BOTH,
        },
        MANAGERS,
        WAITING,
        often=1,
    ),
    Play(
        "RequestIMC",
        "allocation",
        RequestIMC,
        request_imc,
        lambda at: {"about_lead": at.one_of(True, False), "reason_code": "REVIEW_THE_CASE"},
        whoever_leads(),
        HELPED,
        often=1,
    ),
    Play(
        "RecordIMC",
        "allocation",
        RecordIMC,
        record_imc,
        _met,
        MANAGERS,
        (*WAITING, "FAMILY_HELP_ACTIVE"),
        often=8,
        record=True,
        reads=_forms,
    ),
    Play(
        "RecordIMC later",
        "allocation",
        RecordIMC,
        record_imc,
        _filled,
        MANAGERS,
        (*WAITING, "FAMILY_HELP_ACTIVE"),
        after="IMCHeld",
        often=1,
        record=True,
        reads=_forms,
    ),
    _allocating("AllocateLead", _named, MANAGERS, (*WAITING, *HELPED), 8, "IMCHeld"),
    _allocating("AllocateLead in place of another", _changed, MANAGERS, ("FAMILY_HELP_ACTIVE",), 3, "IMCHeld"),
    _allocating(
        "AllocateLead in CAT", _plain("CAT_ASSESSMENT", "cat", "cat", "fh-aq"), these(who.CAT_MANAGER),
        ("CAT_ASSESSMENT",), 3,
    ),
    _allocating(
        "AllocateLead of protection", _plain("CP_ENQUIRY", "lcpp", "fh-sw", "fh-aq"), these(who.LCPP, who.TEAM_MANAGER),
        ("S47_MACPT",), 3,
    ),
    _allocating(
        "AllocateLead of a protection plan", _plain("CP_PLAN", "lcpp", "fh-sw"), these(who.LCPP, who.TEAM_MANAGER),
        ("CP_PLAN",), 2,
    ),
    _allocating(
        "AllocateLead of early support",
        _early, these(who.DOOR_MANAGER, who.TEACHER), ("EARLY_SUPPORT",), 2, "PlanStarted",
    ),
    Play(
        "EndLead",
        "allocation",
        EndLead,
        end_lead,
        _let_go,
        MANAGERS,
        ("AWAITING_THRESHOLD", "AWAITING_ALLOCATION", "CAT_ASSESSMENT", "FAMILY_HELP_ACTIVE", "CLOSED"),
        after="LeadAllocated",
        often=5,
    ),
    Play(
        "CoAllocate",
        "allocation",
        CoAllocate,
        co_allocate,
        lambda at: {"person": at.one_of("fh-aq", "nurse"), "piece_of_work": "Six sessions."},
        MANAGERS,
        HELPED,
        often=1,
    ),
    Play(
        "RequestAgencyAssistance",
        "allocation",
        RequestAgencyAssistance,
        request_agency_assistance,
        lambda at: {"agency": "county-health", "service": "HEALTH_VISITING"},
        whoever_leads("LEAD_PRACTITIONER", who.TEAM_MANAGER),
        HELPED,
        often=1,
    ),
    Play(
        "AnswerAgencyAssistance",
        "allocation",
        AnswerAgencyAssistance,
        answer_agency_assistance,
        lambda at: {"request_id": at.last("AgencyAssistanceRequested", "request_id"), "answer": "AGREED"},
        these(who.NURSE, who.NURSE_MANAGER),
        HELPED,
        after="AgencyAssistanceRequested",
        often=1,
    ),
    Play(
        "RequestAPSupport",
        "allocation",
        RequestAPSupport,
        request_ap_support,
        lambda at: {"about": "How to write the analysis.", "advanced_practitioner_id": "ap"},
        whoever_leads("LEAD_PRACTITIONER", who.TEAM_MANAGER),
        HELPED,
        after="LeadAllocated",
        often=1,
    ),
)  # fmt: skip
