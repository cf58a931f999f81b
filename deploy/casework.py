"""What teams do in a case after its triage, each act by whom it is for: for a caseload to look at, and for tests."""

from typing import Any

from deploy.acting import Answer, Role
from deploy.people import Partner
from deploy.protecting import Protecting

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


class Casework(Protecting):
    """All that the teams do in one case."""

    # ---- the assessment team ----

    async def name_worker(self, *children: str) -> Answer:
        """The assessment team names one of its social workers."""
        body = {"purpose": "CAT_ASSESSMENT", "children": children, "lead": await self.id_of(self.people.cat)}
        return await self.do("AllocateLead", self.people.cat_manager, "allocation", "leads", body)

    async def determine(self, level: str, *children: str, **more: Any) -> Answer:
        """The assessment team says at which level the children are, and who should lead."""
        body = {
            "children": children,
            "to": level,
            "reason_code": "OTHER",
            "reason_note": "By what is known of the family.",
            "fhlp_recommendation": {"qualification": "AQ_ACCEPTABLE"},
            **more,
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
        both = [await self.as_(people.team_manager), await self.as_(people.delivery_manager)]
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
            "lead_candidates": [await self.as_(people.social_worker)],
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
        }
        if partner_led:
            body |= {
                "advanced_practitioner_id": await self.id_of(people.practitioner),
                "authorising_manager": await self.id_of(people.team_manager),
            }
        body = {name: value for name, value in {**body, **more}.items() if value is not None}
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

    async def change_action(self, by: Role, plan_id: str, **change: Any) -> Answer:
        """An action of the plan is added, re-dated, closed, or somebody says how it goes."""
        return await self.do("ChangePlanAction", by, "planning", "plan-actions", {"plan_id": plan_id, **change})

    async def need_changes(self, by: Role, trend: str, *children: str) -> Answer:
        """Somebody says that need is rising or falling."""
        body = {"children": [{"child_id": child, "trend": trend} for child in children]}
        return await self.do("ReportChangeOfNeed", by, "planning", "changes-of-need", body)

    async def note(self, by: Role, *children: str) -> Answer:
        """Somebody adds a note."""
        body = {"children": children, "kind": "CALL", "note": "Nobody answered."}
        return await self.do("AddCaseNote", by, "planning", "notes", body)

    # ---- early support ----

    async def begin_early_support(self, lead: Partner, *children: str, agency: str) -> str:
        """A partner's early support plan is put on file. Gives its id."""
        body = {
            "type": "EARLY_SUPPORT_PLAN",
            "children": children,
            "response_mode": "SINGLE_AGENCY",
            "esp_lead": {"person": await self.id_of(lead.worker), "agency": agency},
            "agencies": [agency],
        }
        await self.do("StartPlan", self.people.door, "planning", "plans", body)
        return next(one["plan_id"] for one in (await self.file(lead.worker))["plans"] if one["until"] is None)

    # ---- the end ----

    async def close(self, by: Role, *children: str, **why: Any) -> Answer:
        """The case of children is closed."""
        return await self.do("CloseCase", by, "planning", "closure", {"children": children, **why})
