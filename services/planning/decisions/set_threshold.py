"""Changing a child's level of need: as it is determined at first, as managers agree it, as a review leads to it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field, StrictBool

from services.planning.decisions.assessments import section20_answered
from services.planning.decisions.authorising import AUTHORITY, UNKNOWN, authorised, employed, lead_of, managers_of
from services.planning.decisions.complete_assessment import Recommended, recommendation_of
from services.planning.decisions.early_support import Beginning, begins, begun, people_of_beginning
from services.planning.decisions.endings import census_reason
from services.planning.decisions.leaving import IN_NEED, case_closed, plan_ended_with_the_last
from services.planning.decisions.levels import LEVELS, direction, level_changed
from services.planning.decisions.recording import standing_of
from services.planning.decisions.resting import conversation, on_conversation, on_review
from services.planning.decisions.rising import lead_words
from services.planning.decisions.several import together
from services.planning.events import FamilyTold
from shared.access.registers import person_at
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id, Note, Word
from shared.kernel.events import Fact, bringing
from shared.kernel.fields import Code, IsoDate, Sent
from shared.kernel.people import Person
from shared.kernel.sealed import Sealed
from shared.protocol.linked import Matter
from shared.protocol.mapped import on_the_map
from shared.protocol.pathways import pathways_of
from shared.protocol.plans import EARLY_SUPPORT, open_plans
from shared.protocol.standing import leads_on
from shared.protocol.weighing import Weighed, allowed, coded, here, softened, under, weigh

NAME, CHANGED, CLOSED = "SetThreshold", "planning.ThresholdChanged", "planning.CaseClosed"
RISKS = ("HIGH", "DYNAMIC", "COMPLEX")
FOLLOWED_UP_BY = "SW_TEAM_MANAGER"


class FamilyInformed(Sent):
    """When the family was told, or the exemption; whether the child was included, or why not; and what was said."""

    date: IsoDate | None = None
    risk_exemption: Word | None = None
    child_included: StrictBool | None = None
    reason_not: Word | None = None
    rationale: Note | None = None


class SetThreshold(Command):
    """Whose level, and which it becomes. imc_id: the managers' conversation that agreed it.

    authorised_by: whose decision it is, the caller's if not said. emergency: it cannot wait for the conversation.
    early_support: the plan begun with it, where none is open.
    """

    children: Annotated[tuple[Id, ...], Field(min_length=1, max_length=50)]
    to: Annotated[str, Code(LEVELS)]
    imc_id: Id | None = None
    authorised_by: Id | None = None
    partner_manager_view: Word | None = None
    reason_code: Word | None = None
    reason_note: Note | None = None
    family_informed: FamilyInformed | None = None
    fhlp_recommendation: Recommended | None = None
    section20_considered: StrictBool | None = None
    risk_profile: Annotated[tuple[Annotated[str, Code(RISKS)], ...], Field(max_length=3)] = ()
    emergency: StrictBool | None = None
    early_support: Beginning | None = None


def people_of(command: SetThreshold) -> tuple[str, ...]:
    """Whom it names."""
    named = command.fhlp_recommendation.lead_id if command.fhlp_recommendation else None
    return tuple(one for one in (command.authorised_by, named, *people_of_beginning(command.early_support)) if one)


def managers_in(matter: Matter) -> tuple[str, ...]:
    """Who else has to be known of: the managers of the family's lead."""
    return managers_of(matter)


def set_threshold(matter: Matter, known: Known, command: SetThreshold, act: Act) -> tuple[Fact, ...]:
    """The change for each child and what goes with it; nothing for one who holds the level already. Raises Refused."""
    named = dict.fromkeys(matter.linked.child(child) for child in command.children)
    around = {child: _circumstances(matter, known, child, command, act) for child in named}
    facts = {child: words for child, words in around.items() if not _is_there_already(matter, child, words)}
    children = list(facts)
    every = allowed(matter.protocol, NAME, act, leads=_leads(matter, act))
    fits = _fits(matter, known, command, list(named), act)
    if children:
        fits += begins(matter, known, command.early_support, act)
    # What is wrong with the form holds up no emergency.
    every += softened(fits, act, FOLLOWED_UP_BY) if any(_is_urgent(facts[child]) for child in children) else fits
    weighed = {child: _weighed(matter, child, command, facts[child], act) for child in children}
    # Whoever asks for an emergency step need not be able to see the case: a no tells them nothing of it.
    together(every, weighed.values()).insist({} if command.emergency else {"children": facts})
    # What is said to the whole is said once, with the first child.
    said = {child: weighed[child] + (every if child == children[0] else Weighed()) for child in children}
    changes = {child: _changed(matter, known, child, command, said[child], facts[child], act) for child in children}
    beside = _beside(matter, known, command, children, facts, weighed, act)
    return (
        *(fact for of_child in changes.values() for fact in of_child),
        *(replace(fact, because_of=_brought_by(fact, changes)) for fact in beside),
    )


def _brought_by(fact: Fact, changes: Mapping[str, tuple[Fact, ...]]) -> str | None:
    """The change that it goes with: its child's, else the last one's. What is of several children is nobody's alone."""
    own = [child for child in fact.child_ids if child in changes]
    return None if len(own) > 1 else changes[own[0] if own else list(changes)[-1]][0].event_id


def _weighed(matter: Matter, child: str, command: SetThreshold, facts: Mapping[str, Any], act: Act) -> Weighed:
    urgent = _is_urgent(facts)
    weighed = weigh(matter.protocol, NAME, facts, act, child, urgent=urgent)
    if urgent or weighed.refusals:
        return weighed
    data = {"to": command.to, "decided_in": facts["decided_in"]}
    return weighed + on_the_map(matter, child, CHANGED, data, "/to")


def _is_urgent(facts: Mapping[str, Any]) -> bool:
    """Whether a step does not wait: a manager's, in an emergency, up to being in need.

    A first level is no rise by itself.
    """
    rises = facts["direction"] in ("STEP_UP", "FIRST") and facts["to"] == IN_NEED
    return rises and facts["emergency"] == "YES" and facts["by"] == "MANAGER"


def _is_there_already(matter: Matter, child: str, facts: Mapping[str, Any]) -> bool:
    """Whether a child holds the level and nobody waits for its determination; in an emergency a higher one as well."""
    now, to = standing_of(matter, child), facts["to"]
    if now.level != to:
        urgent = _is_urgent({**facts, "direction": "STEP_UP"})
        return urgent and facts["direction"] == "STEP_DOWN"
    data = {"to": to, "decided_in": facts["decided_in"]}
    return not leads_on(now, CHANGED, data, child, matter.protocol)


def _leads(matter: Matter, act: Act) -> bool:
    leads = lead_of(matter)
    return leads is not None and leads.person.id == act.by.id


def _fits(matter: Matter, known: Known, command: SetThreshold, named: list[str], act: Act) -> Weighed:
    """What it names is known here, and each code one of the authority's."""
    protocol = matter.protocol
    fits = here(protocol, all(matter.about(child, matter.facts) for child in named), "/children")
    imc = conversation(matter, command.imc_id)
    fits += here(protocol, imc is not None or command.imc_id is None, "/imc_id")
    who = _authoriser(matter, known, command, act)
    fits += here(protocol, who is not None or command.authorised_by is None, "/authorised_by")
    lead_id = command.fhlp_recommendation.lead_id if command.fhlp_recommendation else None
    lead = person_at(known.of(lead_id), lead_id, protocol.authority, act.occurred_at) if lead_id else None
    fits += here(protocol, lead is not None or lead_id is None, "/fhlp_recommendation/lead_id")
    fits += coded(protocol, f"{NAME}.reason_code", command.reason_code, command.reason_note)
    fits += coded(protocol, f"{NAME}.partner_manager_view", command.partner_manager_view, command.reason_note)
    if command.family_informed:
        told = command.family_informed
        codes = coded(protocol, f"{NAME}.risk_exemption", told.risk_exemption, told.rationale)
        codes += coded(protocol, f"{NAME}.reason_not", told.reason_not, told.rationale)
        fits += under(codes, "/family_informed")
    return fits


def _authoriser(matter: Matter, known: Known, command: SetThreshold, act: Act) -> Person | None:
    who = command.authorised_by or act.by.id
    return person_at(known.of(who), who, matter.protocol.authority, act.occurred_at)


def _circumstances(matter: Matter, known: Known, child: str, command: SetThreshold, act: Act) -> dict[str, Any]:
    """What the rows ask about, by the packs' words."""
    now = standing_of(matter, child)
    protocol = matter.protocol
    rests_on_review, review = on_review(matter, child, command.to)
    rests_on_imc = on_conversation(matter, child, conversation(matter, command.imc_id), command.to, review)
    ids = matter.linked.ids_of(child)
    employer = employed(matter, known, act.by.id, act)
    # Whom no register says to work elsewhere the authority employs: an emergency waits for no entry.
    manager = protocol.is_manager(act.by) and not act.client and employer in (AUTHORITY, UNKNOWN)
    told = command.family_informed
    considered = command.section20_considered is True or section20_answered(matter, child)
    words: dict[str, Any] = {
        "state": now.state or "UNKNOWN",
        "from": now.level,
        "to": command.to,
        "direction": direction(now.level, command.to) or "FIRST",
        "team": act.by.team,
        "post": act.by.role,
        "employed": employer,
        "by": "MANAGER" if manager else "OTHER",
        "emergency": "YES" if command.emergency else "NO",
        "reason_code": command.reason_code,
        "partner_manager_view": command.partner_manager_view,
        "family_informed": _told_words(told),
        "fhlp_recommendation": command.fhlp_recommendation.qualification if command.fhlp_recommendation else None,
        "pathway": sorted(pathways_of(matter.about(child, matter.facts))),
        "section20_considered": True if considered else None,
        "risk_profile": list(command.risk_profile),
        "cp_plan": "OPEN" if any(ids & {*one.children} for one in open_plans(matter.facts, "CP")) else "NONE",
        "esp": _early_support(matter, command),
        **authorised(matter, known, child, command.authorised_by or act.by.id, act).words,
        **lead_words(matter, lead_of(matter)),
        **rests_on_review.words,
        **rests_on_imc.words,
    }
    block = protocol.besides(NAME, CHANGED, words)
    decided = dict(block.words) if block else {}
    refs = {"IMC": rests_on_imc.event_id, "REVIEW": rests_on_review.event_id}
    return {
        **words,
        "decided_in": decided.get("decided_in"),
        "because": decided.get("reason_code"),
        "decision_ref": refs.get(str(decided.get("decided_in"))),
    }


def _told_words(told: FamilyInformed | None) -> dict[str, Any] | None:
    """What was said of telling the family. Words to it count by being there."""
    if told is None:
        return None
    return {
        "date": told.date.isoformat() if told.date else None,
        "risk_exemption": told.risk_exemption,
        "child_included": told.child_included,
        "reason_not": told.reason_not,
        "rationale": True if told.rationale else None,
    }


def _early_support(matter: Matter, command: SetThreshold) -> str:
    if open_plans(matter.facts, EARLY_SUPPORT):
        return "OPEN"
    return "STARTED" if command.early_support else "NONE"


def _changed(
    matter: Matter,
    known: Known,
    child: str,
    command: SetThreshold,
    weighed: Weighed,
    facts: Mapping[str, Any],
    act: Act,
) -> tuple[Fact, ...]:
    note = Sealed(f"note/{act.new_id()}", command.reason_note) if command.reason_note else None
    changed = level_changed(
        matter,
        child,
        command.to,
        act,
        decided_in=facts["decided_in"] or "ASSESSMENT",
        reason_code=command.reason_code or facts["because"] or "",
        weighed=weighed,
        inputs=facts,
        decision_ref=facts["decision_ref"],
        authorised_by=_authoriser(matter, known, command, act),
        reason_note=note,
        partner_manager_view=command.partner_manager_view,
        fhlp_recommendation=recommendation_of(command.fhlp_recommendation),
        risk_profile=command.risk_profile,
        family_informed=_family_told(command.family_informed, act),
        emergency=command.emergency or None,
        section20_considered=command.section20_considered,
    )
    changed = replace(changed, event_id=act.new_id())
    if not matter.protocol.besides(NAME, CLOSED, facts):
        return (changed,)
    reason = census_reason(matter, child)
    by, cited = _authoriser(matter, known, command, act), Weighed(rules=weighed.rules)
    ended = case_closed(matter, child, reason, cited, act, inputs=facts, decided_by=by)
    return bringing(changed, (ended,), act.new_id)


def _family_told(told: FamilyInformed | None, act: Act) -> FamilyTold | None:
    if told is None:
        return None
    return FamilyTold(
        date=told.date,
        risk_exemption=told.risk_exemption,
        child_included=told.child_included,
        reason_not=told.reason_not,
        rationale=Sealed(f"note/{act.new_id()}", told.rationale) if told.rationale else None,
    )


def _beside(
    matter: Matter,
    known: Known,
    command: SetThreshold,
    children: list[str],
    facts: Mapping[str, Mapping[str, Any]],
    weighed: Mapping[str, Weighed],
    act: Act,
) -> tuple[Fact, ...]:
    """The early support plan that takes over, and the family's plan where nobody of it is left."""
    leaving = [child for child in children if matter.protocol.besides(NAME, "planning.PlanEnded", facts[child])]
    if not leaving:
        return ()
    cited = Weighed(rules=weighed[leaving[0]].rules)
    block = matter.protocol.besides(NAME, "planning.PlanEnded", facts[leaving[0]])
    reason = str(block.words["reason_code"]) if block else ""
    started = begun(matter, known, command.early_support, leaving, cited, act)
    return (*started, *plan_ended_with_the_last(matter, leaving, reason, cited, act, inputs={"leaving": leaving}))
