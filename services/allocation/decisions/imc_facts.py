"""What the rows ask about a conversation of the managers: what it says, who was there, and what lay before them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.allocation.decisions.attending import is_known
from services.allocation.decisions.imc_form import LEVELS
from services.allocation.decisions.leading import lead_at, led_by
from services.allocation.decisions.tasks import reasons_for
from services.allocation.events import Attendee, ChildDecision, IMCHeld
from shared.access.registers import practitioner_at
from shared.kernel.beliefs import Known, Told
from shared.protocol.facts import first
from shared.protocol.leads import Lead
from shared.protocol.linked import Matter
from shared.protocol.plans import EARLY_SUPPORT
from shared.protocol.standing import UNKNOWN, standings

Facts = dict[str, Any]

_GIVEN = "GIVEN"
_ATTENDED, _INVITED, _NOT_THERE = "ATTENDED", "INVITED", "NOT_THERE"
_RECOMMENDING = ("AssessmentCompleted", "ThresholdChanged", "AllocationRequested")


def of_family(matter: Matter, known: Known, form: IMCHeld, before: Sequence[Told]) -> Facts:
    """The circumstances of one family's form, by the packs' words. before: what had happened by then."""
    lead = lead_at(matter, form.held_at)
    there = [one for one in form.attendees if is_known(one)]
    facts: Facts = {
        "form": "FILLED" if form.kind or form.reasons or form.attendees else "NOTE_ONLY",
        "kind": form.kind,
        "reasons": list(form.reasons),
        "occasion": [*filter(None, (form.kind,)), *form.reasons],
        "team": form.team,
        "attendees": [_in_post(one) for one in there],
        "led_by": _in_post(form.led_by) if form.led_by and is_known(form.led_by) else None,
        "team_manager": _has_come(
            one.team == form.team and one.role in matter.protocol.place.managers for one in there
        ),
        "fhlp": led_by(lead),
        "fhlp_attendance": _attendance(lead, there, form),
        "fhlp_line_manager": _has_come(one.id in line_managers(known, lead, form) for one in there),
        "joint_social_worker": _has_come(_worked_jointly(matter, one, lead, before) for one in there),
        "cat_recommendation": _GIVEN if any(_recommends(fact) for fact in before) else "NONE",
        "esp": "ON_FILE" if any(_is_early_support(fact) for fact in before) else "NONE",
        "risk": None if form.risk_profile is None else "SET" if form.risk_profile else "CLEARED",
    }
    return facts | _said(form)


def of_child(matter: Matter, form: IMCHeld, child_id: str, before: Sequence[Told]) -> Facts:
    """The circumstances of what the form says of one child: for which of its reasons the child had to be looked at."""
    said = next((one for one in form.child_decisions if one.child_id == child_id), ChildDecision(child_id=child_id))
    held = standings(before, matter.protocol).get(child_id, UNKNOWN).level
    differs = said.classification is not None and held in LEVELS and said.classification != held
    return {
        "child_asked_for": sorted(asked_for(matter, form, child_id, before)),
        "classification": said.classification,
        "agreed": said.agreed,
        "against_cat": "DIFFERENT" if differs else "NONE",
    }


def asked_for(matter: Matter, form: IMCHeld, child_id: str, before: Sequence[Told]) -> frozenset[str]:
    """For which of its reasons the form has to speak of a child: those for which it waits.

    Where nobody waits for a reason, that are the children who are open to a service; where none is, all.
    """
    children = children_of(matter, before)
    waiting = {child: reasons_for(matter, child, before) for child in children}
    some_wait = frozenset[str]().union(*waiting.values())
    stand, moves = standings(before, matter.protocol), matter.protocol.moves
    is_open = {child for child in children if stand.get(child, UNKNOWN).is_open(moves)}
    return frozenset(
        reason
        for reason in form.reasons
        if reason in waiting.get(child_id, ()) or (reason not in some_wait and child_id in (is_open or children))
    )


def children_of(matter: Matter, facts: Iterable[Told]) -> tuple[str, ...]:
    """The family's children after these facts, but for those whose case is closed."""
    facts = tuple(facts)
    stand = standings(facts, matter.protocol)
    moves = matter.protocol.moves
    here = (fact for fact in facts if fact.case_id in matter.linked.case_ids)
    ids = dict.fromkeys(matter.linked.child(child) for fact in here for child in fact.child_ids)
    return tuple(sorted(child for child in ids if moves is None or stand.get(child, UNKNOWN).state != moves.closed))


def line_managers(known: Known, lead: Lead | None, form: IMCHeld) -> frozenset[str]:
    """Who is the line manager of the lead: by the register, or by what was said when they were allocated."""
    if lead is None:
        return frozenset()
    entry = practitioner_at(known.of(lead.person.id), lead.person.id, form.held_at)
    named = (first(lead.data, "line_manager.id"), entry.line_manager if entry else None)
    return frozenset(one for one in named if one is not None)


def near(matter: Matter) -> tuple[str, ...]:
    """Whose entries in the registers count: those of who leads and has led."""
    return tuple(sorted({str(who) for fact in matter.facts for who in [first(fact.data, "lead.id")] if who}))


def _in_post(attendee: Attendee) -> Mapping[str, Any]:
    qualified = attendee.role if attendee.social_worker else None
    return {"role": attendee.role, "social_work_role": qualified, "employer_kind": attendee.employer_kind}


def _has_come(ones: Iterable[bool]) -> str:
    return _ATTENDED if any(ones) else _NOT_THERE


def _attendance(lead: Lead | None, there: Iterable[Attendee], form: IMCHeld) -> str:
    if lead is None:
        return "NO_FHLP"
    if any(one.id == lead.person.id for one in there):
        return _ATTENDED
    return _INVITED if any(one.id == lead.person.id for one in form.invited) else _NOT_THERE


def _worked_jointly(matter: Matter, one: Attendee, lead: Lead | None, before: Sequence[Told]) -> bool:
    """Whether this is the social worker of the last updated discussion; if it names none, any who does not manage."""
    if not one.social_worker or (lead is not None and one.id == lead.person.id):
        return False
    discussions = (fact for fact in reversed(before) if fact.title == "UpdatedDiscussionCompleted")
    authors = [author for fact in [*discussions][:1] for author in fact.data.get("authors") or ()]
    ids = {author.get("id") for author in authors if author.get("social_worker")}
    ids -= {lead.person.id if lead else None}
    return one.id in ids if ids else not _manages(matter, one)


def _manages(matter: Matter, one: Attendee) -> bool:
    return one.role in matter.protocol.place.managers


def _recommends(fact: Told) -> bool:
    said = (first(fact.data, "fhlp_recommendation"), first(fact.data, "children[].fhlp_recommendation"))
    return fact.title in _RECOMMENDING and any(one is not None for one in said)


def _is_early_support(fact: Told) -> bool:
    return fact.title == "PlanStarted" and first(fact.data, "type") == EARLY_SUPPORT


def _said(form: IMCHeld) -> Facts:
    """The heads of the form as far as it fills them in; of what is sealed only that it is there."""
    weighed = form.considered.cat_recommendation if form.considered else None
    return {
        "considered": {
            "cat_recommendation": {
                "follow": weighed.follow if weighed else None,
                "reason_code": weighed.reason_code if weighed else None,
            },
            "esp_ref": form.considered.esp_ref if form.considered else None,
        },
        "needs": _GIVEN if form.needs else None,
        "required_competences": list(form.required_competences),
        "co_allocations": None if form.co_allocations is None else _GIVEN,
        "lead_candidates": len(form.lead_candidates) or None,
        "qualification_needed": form.qualification_needed,
        "lead_change": form.lead_change,
        "decision": form.decision,
        "next_steps": _GIVEN if form.next_steps else None,
        "plan_progress": _GIVEN if form.plan_progress else None,
        "support_needed": _GIVEN if form.support_needed else None,
        "oversight": _GIVEN if form.oversight else None,
        "additional_support_considered": form.additional_support_considered,
        "other_information": _GIVEN if form.other_information else None,
        "risk_profile_note": _GIVEN if form.risk_profile_note else None,
        "accountable_manager_id": form.accountable_manager_id,
    }
