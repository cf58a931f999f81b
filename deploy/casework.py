"""What teams do in a case after its triage, each act by whom it is for: for a caseload to look at, and for tests."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from deploy.acting import Answer, Callers, Role
from shared.protocol.protocol import Protocol

PLAN = "FAMILY_HELP_PLAN"
HEADS = (
    "skill_set",
    "capacity",
    "suitability",
    "knowledge_skills",
    "resources",
    "commissioned_services",
    "professional_standards",
    "accountabilities",
)
Body = Mapping[str, Any]


@dataclass(frozen=True)
class Partner:
    """People of one partner agency: somebody who may lead, and who manages them there."""

    worker: Role
    manager: Role


def partner(agency: str, agency_type: str, worker: str) -> Partner:
    """A worker of an agency and their line manager, neither a social worker."""
    one = Role(kind="partner", agency=agency, agency_type=agency_type, social_worker=False, person_id=worker)
    return Partner(one, replace(one, person_id=f"{worker}-manager"))


class People:
    """Who works in the teams behind the front door, and a partner's nurse."""

    door = Role(post="SW_TEAM_MANAGER", team="FAMILIES_FRONT_DOOR", social_worker=True)
    officer = Role(post="REGISTER_OFFICER")
    cat = Role(post="SOCIAL_WORKER", team="CAT", social_worker=True)
    cat_manager = Role(post="SW_TEAM_MANAGER", team="CAT", social_worker=True)
    mash = Role(post="SW_TEAM_MANAGER", team="MASH", social_worker=True)
    lcpp = Role(post="LCPP", team="MACPT", social_worker=True)
    team_manager = Role(post="SW_TEAM_MANAGER", team="FAMILY_HELP", social_worker=True)
    delivery_manager = Role(post="DELIVERY_MANAGER", team="FAMILY_HELP", social_worker=False)
    social_worker = Role(post="SOCIAL_WORKER", team="FAMILY_HELP", social_worker=True)
    family_worker = Role(social_worker=False, person_id="dev-family-worker")
    practitioner = Role(post="ADVANCED_PRACTITIONER", team="FAMILY_HELP", social_worker=True)
    health = partner("county-health", "HEALTH_VISITING", "dev-nurse")
    school = partner("larch-lane-primary", "SCHOOL", "dev-teacher")

    @property
    def everybody(self) -> tuple[Role, ...]:
        """All of them, once each."""
        teams = (
            self.door,
            self.officer,
            self.cat,
            self.cat_manager,
            self.mash,
            self.lcpp,
            self.team_manager,
            self.delivery_manager,
            self.social_worker,
            self.family_worker,
            self.practitioner,
        )
        partners = (self.health, self.school)
        return (*teams, *(one for agency in partners for one in (agency.worker, agency.manager)))

    @property
    def leads(self) -> Mapping[Role, Role]:
        """Who may lead a family's help, each with their line manager."""
        return {
            self.social_worker: self.team_manager,
            self.family_worker: self.team_manager,
            self.health.worker: self.health.manager,
        }


async def appointed(callers: Callers, people: People, protocol: Protocol) -> None:
    """Everybody in the registers, and of each lead what a register has to say: manager, supervisor, courses, skills."""
    for role in people.everybody:
        await callers.token(role)
    ids = {role: callers.people[role] for role in people.everybody}
    for lead, manager in people.leads.items():
        entry = {
            "practitioner_id": ids[lead],
            "name": "A synthetic practitioner",
            "profession": "SOCIAL_WORKER" if lead.social_worker else "PRACTITIONER",
            "employer_kind": "PARTNER" if lead.kind == "partner" else "AUTHORITY",
            **({"employer": lead.agency, "sector": lead.agency_type} if lead.agency else {}),
            "social_worker": bool(lead.social_worker),
            "lead_capable": True,
            "attestations": [code for block in protocol.competences("ATTESTATION") for code in block.codes],
            "supervisor": ids[people.team_manager],
            "line_manager": ids[manager],
            "from": "2001-01-01T00:00:00Z",
        }
        path = f"/allocation/v1/practitioners/{ids[lead]}"
        await callers.done("RegisterPractitioner", people.officer, "POST", path, entry, version=1)
        for block in protocol.competences("ESSENTIAL"):
            for code in block.codes:
                await callers.done("RecordTraining", people.officer, "POST", f"{path}/training", {"code": code})


class Casework:
    """Acts in one case. position: of the last write in it; each act is on the versions that stand after that."""

    def __init__(self, callers: Callers, people: People, case_id: str, position: str | None = None):
        self._callers = callers
        self.people = people
        self.case_id = case_id
        self.position = position

    async def file(self, role: Role | None = None) -> dict[str, Any]:
        """The case file as somebody is shown it, the front door if nobody is named."""
        path = f"/qa/v1/cases/{self.case_id}"
        return (await self._callers.done("ReadCase", role or self.people.door, "GET", path, after=self.position)).body

    async def do(self, name: str, role: Role, service: str, step: str, body: Body) -> Answer:
        """One command on the case. Raises NotTaken."""
        version = (await self.file())["versions"].get(service, 0)
        path = f"/{service}/v1/cases/{self.case_id}/{step}"
        answer = await self._callers.done(name, role, "POST", path, dict(body), version=version, after=self.position)
        self.position = answer.position
        return answer

    async def id_of(self, role: Role) -> str:
        """Somebody's id in both registers."""
        await self._callers.token(role)
        return str(self._callers.people[role])

    async def children(self) -> list[str]:
        """The children of the case, by the ids under which their work is recorded."""
        return [child["child_id"] for child in (await self.file())["children"]]

    # ---- the assessment team ----

    async def name_worker(self, *children: str) -> Answer:
        """The assessment team names one of its social workers."""
        body = {"purpose": "CAT_ASSESSMENT", "children": children, "lead": await self.id_of(self.people.cat)}
        return await self.do("AllocateLead", self.people.cat_manager, "allocation", "leads", body)

    async def determine(self, level: str, *children: str) -> Answer:
        """The assessment team says at which level the children are, and who should lead."""
        body = {
            "children": children,
            "to": level,
            "reason_code": "OTHER",
            "reason_note": "By what is known of the family.",
            "fhlp_recommendation": {"qualification": "AQ_ACCEPTABLE"},
        }
        return await self.do("SetThreshold", self.people.cat, "planning", "levels", body)

    async def write_plan(self, by: Role, *children: str) -> str:
        """Somebody begins the family's plan, and completes its first version. Gives its id."""
        body = {"type": PLAN, "children": children}
        await self.do("StartPlan", by, "planning", "plans", body)
        plan = next(one for one in (await self.file(by))["plans"] if one["type"] == PLAN and one["until"] is None)
        done = {
            "plan_id": plan["plan_id"],
            "children": [{"child_id": child, "section20_considered": True} for child in children],
            "actions": [{"owner_agency": "county-health", "due": "2026-12-01", "text": "Visit every week."}],
            "text": "What the family told, and what they want to change.",
        }
        await self.do("CompletePlan", by, "planning", "plan-versions", done)
        return plan["plan_id"]

    async def complete_assessment(self, outcome: str, *children: str, level: str | None = None) -> Answer:
        """The assessment team completes its assessment, all children alike. level: where help follows."""
        one = {"outcome": outcome, "section20_considered": True, **({"determination": level} if level else {})}
        body: dict[str, Any] = {"children": [{"child_id": child, **one} for child in children]}
        if level:
            body["fhlp_recommendation"] = {"qualification": "AQ_ACCEPTABLE"}
        return await self.do("CompleteAssessment", self.people.cat, "planning", "assessment-outcomes", body)

    # ---- the managers of Family Help ----

    async def talk(self, reasons: list[str], *children: str, level: str, kind: str = "DAILY", **more: Any) -> str:
        """Both managers talk about the family and record it. Gives the id of the record."""
        people = self.people
        both = [await self._as(people.team_manager), await self._as(people.delivery_manager)]
        file = await self.file(people.team_manager)
        plans = [one["plan_id"] for one in file["plans"] if one["type"] == "EARLY_SUPPORT_PLAN"]
        body = {
            "kind": kind,
            "reasons": reasons,
            "organised_by": both,
            "led_by": both[0],
            "attendees": both,
            "considered": {
                "cat_recommendation": {"follow": True, "reason_code": "OTHER", "reason_note": "It fits."},
                **({"esp_ref": plans[0]} if plans else {}),
            },
            "needs": ["Help at home."],
            "required_competences": ["DIRECT_WORK"],
            "co_allocations": [],
            "lead_candidates": [await self._as(people.social_worker)],
            "qualification_needed": "AQ_ACCEPTABLE",
            "child_decisions": [{"child_id": child, "classification": level, "agreed": True} for child in children],
            "lead_change": False,
            **more,
        }
        answer = await self.do("RecordIMC", people.team_manager, "allocation", "imcs", body)
        return str(next(event["event_id"] for event in answer.body["events"] if event["name"].endswith(".IMCHeld")))

    async def name_lead(self, lead: Role, imc_id: str, *children: str, **more: Any) -> Answer:
        """Both managers name who leads the family's help."""
        people = self.people
        partner_led = lead.kind == "partner"
        body: dict[str, Any] = {
            "purpose": "FAMILY_HELP",
            "children": children,
            "lead": await self.id_of(lead),
            "imc_id": imc_id,
            "approvals": [
                {"id": await self.id_of(people.team_manager), "role": "SW_TEAM_MANAGER"},
                {"id": await self.id_of(people.delivery_manager), "role": "DELIVERY_MANAGER"},
            ],
            "lead_agreed_at": more.pop("lead_agreed_at", None),
            "capacity_confirmed": True,
            "capacity_confirmed_note": "By the line manager.",
            "competence_match": [{"competence": "DIRECT_WORK", "met": True}],
            "rationale": dict.fromkeys(HEADS, "Considered."),
            "existing_relationship": False,
            "existing_relationship_note": "New to the family.",
            "supervisor": await self.id_of(people.team_manager),
            "overseen_by": await self.id_of(people.team_manager),
            **more,
        }
        if partner_led:
            body |= {
                "advanced_practitioner_id": await self.id_of(people.practitioner),
                "authorising_manager": await self.id_of(people.team_manager),
            }
        body = {name: value for name, value in body.items() if value is not None}
        return await self.do("AllocateLead", people.team_manager, "allocation", "leads", body)

    # ---- whoever leads the family's help ----

    async def approve_plan(self, by: Role, plan_id: str) -> Answer:
        """A manager of the authority authorises the family's plan."""
        body = {
            "plan_id": plan_id,
            "needs": [{"need": "Sleep", "no_action_reason": "Met by the visits."}],
            "family_contribution": "They wrote the first page themselves.",
            "family_network": ["A grandmother who comes on Sundays."],
        }
        return await self.do("ApprovePlan", by, "planning", "plan-approvals", body)

    async def form_team(self, by: Role) -> Answer:
        """A team is formed round the family."""
        members = [{"agency": "SCHOOL", "role": "TEACHER"}, {"person_id": await self.id_of(by)}]
        return await self.do("FormTeamAroundFamily", by, "planning", "teams-around-family", {"members": members})

    async def review(self, by: Role, plan_id: str, level: str, *children: str, **more: Any) -> Answer:
        """The plan is reviewed with the family. level: what it recommends for each child."""
        found = {"needs_trend": "SAME", "recommendation": level, "progress_sufficient": True}
        body = {
            "plan_id": plan_id,
            "review_kind": "SCHEDULED",
            "family_present": True,
            "children": [{"child_id": child, **found} for child in children],
            **more,
        }
        return await self.do("RecordPlanReview", by, "planning", "plan-reviews", body)

    async def change_level(self, by: Role, level: str, *children: str, **more: Any) -> Answer:
        """A child's level becomes another while the family is helped; the family has been told."""
        told = {"date": more.pop("told_on"), "child_included": True, "rationale": "They know why."}
        body = {
            "children": children,
            "to": level,
            "reason_code": "OTHER",
            "reason_note": "By what the review found.",
            "family_informed": told,
            **more,
        }
        return await self.do("SetThreshold", by, "planning", "levels", body)

    # ---- protection ----

    async def discuss(self, outcome: str | None, *children: str, held_by: str | None, **more: Any) -> Answer:
        """A strategy discussion is held. held_by: the team, None for a meeting on an open case of Family Help."""
        people = self.people
        host = {"MASH": people.mash, "CAT": people.cat_manager}.get(held_by or "", people.team_manager)
        there = [
            {"agency": "CHILDRENS_SOCIAL_CARE", "person_id": await self.id_of(host)},
            {"agency": "CHILDRENS_SOCIAL_CARE", "role": "LCPP", "person_id": await self.id_of(people.lcpp)},
            {"agency": "POLICE"},
            {"agency": "HEALTH"},
        ]
        body = {
            "children": [{"child_id": child, **({"outcome": outcome} if outcome else {})} for child in children],
            "convened_by_id": await self.id_of(host),
            "chair_id": await self.id_of(host),
            "participants": there,
            "record": "What was said.",
            **({"held_by": held_by} if held_by else {}),
            **more,
        }
        return await self.do("RecordStrategyDiscussion", host, "planning", "strategy-discussions", body)

    async def conclude(self, outcome: str, *children: str) -> Answer:
        """The enquiry ends with a conclusion for each child."""
        body = {"children": [{"child_id": child, "outcome": outcome} for child in children]}
        return await self.do("ConcludeSection47", self.people.lcpp, "planning", "section-47-conclusions", body)

    async def confer(self, decision: str, *children: str, invited: tuple[Role, ...] = ()) -> Answer:
        """An initial conference decides whether the children get a plan."""
        lead = await self.id_of(self.people.lcpp)
        body = {
            "chair_id": await self.id_of(self.people.cat_manager),
            "invited": await self._invited(invited),
            "children": [
                {"child_id": child, "decision": decision, "category": "NEG", "cp_lead_id": lead} for child in children
            ],
        }
        return await self.do("RecordInitialConference", self.people.lcpp, "planning", "initial-conferences", body)

    async def confer_again(
        self, decision: str, *children: str, landing: str | None = None, invited: tuple[Role, ...] = ()
    ) -> Answer:
        """A review conference decides whether the plan goes on. landing: the level after it."""
        one = {"decision": decision, **({"landing_level": landing} if landing else {})}
        body = {
            "chair_id": await self.id_of(self.people.cat_manager),
            "invited": await self._invited(invited),
            "children": [{"child_id": child, **one} for child in children],
        }
        return await self.do("RecordReviewConference", self.people.lcpp, "planning", "review-conferences", body)

    async def close(self, by: Role, *children: str, **why: Any) -> Answer:
        """The case of children is closed."""
        return await self.do("CloseCase", by, "planning", "closure", {"children": children, **why})

    async def _invited(self, people: tuple[Role, ...]) -> list[dict[str, Any]]:
        roles = [{"agency": "HEALTH" if one.kind == "partner" else "CHILDRENS_SOCIAL_CARE"} for one in people]
        return [{**role, "person_id": await self.id_of(one)} for role, one in zip(roles, people, strict=True)]

    async def _as(self, role: Role) -> dict[str, Any]:
        return {"person_id": await self.id_of(role), **({"for": role.post} if role.post else {})}
