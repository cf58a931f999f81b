"""Stories in which somebody is to lead: a child who waits, the managers' conversation, and people of the registers."""

from typing import Any

from services.allocation.decisions.allocate_lead import AllocateLead, allocate_lead
from services.allocation.events import EquivalenceAccepted, PractitionerRegistered, TrainingRecorded
from services.allocation.practitioner import Practitioner
from shared.kernel.people import Actor
from shared.kernel.sealed import Sealed
from tests.decisions.on_case import CASE, CHILD, CaseStory, case
from tests.given import Outcome

TEAM_MANAGER = Actor(id="p-tm", role="SW_TEAM_MANAGER", team="FAMILY_HELP", employer="WLV", social_worker=True)
DELIVERY_MANAGER = Actor(id="p-dm", role="DELIVERY_MANAGER", team="FAMILY_HELP", employer="WLV", social_worker=False)
CAT_MANAGER = Actor(id="p-catm", role="SW_TEAM_MANAGER", team="CAT", employer="WLV", social_worker=True)
MACPT = Actor(id="p-lcpp", role="LCPP", team="MACPT", employer="WLV", social_worker=True)

COURSES = (
    "SAFEGUARDING_INTERMEDIATE",
    "FHP_INTRODUCTION",
    "ANALYSIS_AND_RISK",
    "FAMILY_NETWORKS_AND_TOOLS",
    "CASE_SYSTEM",
)
SKILLS = (
    "DIRECT_WORK", "RELATIONSHIPS", "MULTI_AGENCY_WORK", "MEETINGS", "USE_OF_SUPERVISION", "COMMUNICATION",
    "ASSESSMENT_AND_PLANNING", "CHILD_DEVELOPMENT", "CPD_COMMITMENT", "NON_JUDGEMENTAL_PRACTICE", "SPOTTING_CONCERNS",
)  # fmt: skip

HEADS = ("knowledge_skills", "resources", "commissioned_services", "professional_standards", "accountabilities")
WHY = dict.fromkeys(("skill_set", "capacity", "suitability", *HEADS), "said")
BOTH = [{"id": "p-dm", "role": "DELIVERY_MANAGER"}, {"id": "p-tm", "role": "SW_TEAM_MANAGER"}]
ATTENDED = [
    {"id": "p-dm", "role": "DELIVERY_MANAGER", "social_worker": False},
    {"id": "p-tm", "role": "SW_TEAM_MANAGER", "social_worker": True},
]


def people(story: CaseStory) -> CaseStory:
    """Managers with their posts, a social worker, one who is none, a teacher, and those who stand behind them."""
    ours = {"employer": "WLV", "employer_kind": "AUTHORITY"}
    school = {"employer": "a-school", "employer_kind": "PARTNER", "sector": "SCHOOL", "social_worker": False}
    story = story.registered("p-tm", **ours, social_worker=True).appointed("p-tm", "SW_TEAM_MANAGER", "FAMILY_HELP")
    story = story.registered("p-dm", **ours, social_worker=False).appointed("p-dm", "DELIVERY_MANAGER", "FAMILY_HELP")
    story = story.registered("p-catm", **ours, social_worker=True).appointed("p-catm", "SW_TEAM_MANAGER", "CAT")
    story = story.registered("p-sw", **ours, social_worker=True).appointed("p-sw", "SOCIAL_WORKER", "FAMILY_HELP")
    story = story.registered("p-cat", **ours, social_worker=True).appointed("p-cat", "SOCIAL_WORKER", "CAT")
    story = story.registered("p-lcpp", **ours, social_worker=True).appointed("p-lcpp", "LCPP", "MACPT")
    story = story.registered("p-ap", **ours, social_worker=True).appointed("p-ap", "ADVANCED_PRACTITIONER")
    story = story.registered("p-aq", **ours, social_worker=False)
    return story.registered("p-teacher", **school).registered("p-head", **school)


def referred(*children: str, by: Actor = TEAM_MANAGER) -> CaseStory:
    """Children whose referrals wait for triage, and the people."""
    story = people(case("allocation", by=by))
    for child in children or (CHILD,):
        story = story.told("referral.ReferralReceived", child)
    return story


def sent(*children: str, by: Actor = TEAM_MANAGER) -> CaseStory:
    """Children sent to Family Help, each of whom waits for a lead."""
    story = referred(*children, by=by)
    for child in children or (CHILD,):
        story = story.told("referral.ReferralTriaged", child, outcome="FAMILY_HELP", triage_rag="AMBER")
        story = requested(story, child)
    return story


def requested(story: CaseStory, child: str = CHILD, reason: str = "NEW_REFERRAL") -> CaseStory:
    """A request for a lead, from what happened last."""
    return story.told(
        "allocation.AllocationRequested",
        child,
        team="FAMILY_HELP",
        team_id="FAMILY_HELP",
        purpose="FAMILY_HELP",
        reason_code=reason,
        from_event="somewhere else",
    )


def level(story: CaseStory, to: str, child: str = CHILD, decided_in: str = "CAT", **data: Any) -> CaseStory:
    """A level of need, of CAT if nobody else is named."""
    return story.told("planning.ThresholdChanged", child, to=to, decided_in=decided_in, **data)


def waiting(to: str = "TARGETED_EARLY_HELP", *children: str, by: Actor = TEAM_MANAGER) -> CaseStory:
    """Children sent to Family Help whose level CAT has determined."""
    story = sent(*children, by=by)
    for child in children or (CHILD,):
        story = level(story, to, child)
    return story


def met(story: CaseStory, event_id: str = "imc-1", children: Any = CHILD, **data: Any) -> CaseStory:
    """The managers' conversation, both there, for a new referral."""
    whole = {
        "kind": "DAILY",
        "held_at": story.moment.isoformat(),
        "reasons": ["NEW_REFERRAL"],
        "attendees": ATTENDED,
        "required_competences": ["DIRECT_WORK"],
        "qualification_needed": "AQ_ACCEPTABLE",
        "lead_change": False,
    }
    return story.told("allocation.IMCHeld", children, event_id=event_id, **(whole | data))


def ready(to: str = "TARGETED_EARLY_HELP", *children: str) -> CaseStory:
    """Children for whom a lead can be named."""
    return met(waiting(to, *children), children=children or (CHILD,))


def form(lead: str = "p-sw", **given: Any) -> AllocateLead:
    """A lead of Family Help, with everything that is asked for; None takes a field out."""
    whole = {
        "purpose": "FAMILY_HELP",
        "children": [CHILD],
        "lead": lead,
        "imc_id": "imc-1",
        "approvals": BOTH,
        "lead_agreed_at": "2026-04-02T09:00:00Z",
        "capacity_confirmed": True,
        "capacity_confirmed_note": "looked at the list of cases",
        "competence_match": [{"competence": "DIRECT_WORK", "met": True}],
        "rationale": WHY,
        "existing_relationship": False,
        "existing_relationship_note": "they have not met",
        "supervisor": "p-tm",
        "line_manager": "p-tm",
    }
    return AllocateLead.model_validate({key: value for key, value in (whole | given).items() if value is not None})


def change(lead: str = "p-aq", previous: str = "p-sw", **given: Any) -> AllocateLead:
    """Another lead in the place of one, with everything that is asked for."""
    told = {"date": "2026-04-02", "child_included": True, "rationale": "why the lead changes"}
    whole = {
        "previous_lead": previous,
        "change_reason": "LEFT",
        "approvals": None,
        "imc_id": "imc-2",
        "family_informed": told,
    }
    return form(lead, **(whole | given))


def plain(purpose: str, lead: str, **given: Any) -> AllocateLead:
    """A lead for another purpose, with what is asked of any."""
    whole = {"purpose": purpose, "children": [CHILD], "lead": lead, "supervisor": "p-tm"}
    return AllocateLead.model_validate({key: value for key, value in (whole | given).items() if value is not None})


def trained(person: str = "p-sw", courses: Any = COURSES, skills: Any = SKILLS, equal: Any = ()) -> Practitioner:
    """A practitioner's own stream, as it stands."""
    since = case().moment
    return Practitioner(
        practitioner_id=person,
        authority="WLV",
        entry=PractitionerRegistered(
            practitioner_id=person,
            name=Sealed(f"practitioner/{person}", "Somebody"),
            profession="WORKER",
            employer="WLV",
            employer_kind="AUTHORITY",
            social_worker=True,
            attestations=tuple(skills),
            from_=since,
        ),
        trained={code: TrainingRecorded(practitioner_id=person, code=code, status="COMPLETED") for code in courses},
        equivalents={code: EquivalenceAccepted(practitioner_id=person, code=code) for code in equal},
    )


def decide(story: CaseStory, command: AllocateLead, practitioner: Practitioner | None = None) -> Outcome:
    """The decision, of a lead who has learnt everything unless another stream is given."""
    learnt = practitioner or trained(command.lead)
    states = {f"practitioner/{command.lead}": learnt}
    return story.when(lambda matter, known, asked, act: allocate_lead(matter, known, asked, act, states), command, CASE)


def led(story: CaseStory | None = None, lead: str = "p-sw", **given: Any) -> CaseStory:
    """A family whose lead is named, a day later."""
    done = decide(story or ready(), form(lead, **given))
    return done.kept().at("2026-04-03T10:00:00+00:00")
