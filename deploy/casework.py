"""What teams do in a case after its triage, each act by whom it is for: for a caseload to look at, and for tests."""

from collections.abc import Mapping
from typing import Any

from deploy.acting import Answer, Callers, Role
from deploy.people import People

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

    async def write_plan(self, by: Role, *children: str, due: str | None = None) -> str:
        """Somebody begins the family's plan, and completes its first version. Gives its id. due: of what is to do."""
        body = {"type": PLAN, "children": children}
        await self.do("StartPlan", by, "planning", "plans", body)
        plan = next(one for one in (await self.file(by))["plans"] if one["type"] == PLAN and one["until"] is None)
        done = {
            "plan_id": plan["plan_id"],
            "children": [{"child_id": child, "section20_considered": True} for child in children],
            "actions": [
                {"owner_agency": "county-health", "text": "Visit every week.", **({"due": due} if due else {})}
            ],
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
