"""What protects a child in a case, from a worry to the end of a plan, each act by whom it is for."""

from typing import Any

from deploy.acting import Answer, Role
from deploy.acts import Acts


class Protecting(Acts):
    """Concerns, talks, discussions, enquiries and conferences."""

    async def worry(self, by: Role, *children: str, cp: bool = True) -> Answer:
        """Somebody says what worries them. cp: it is about protecting the child."""
        body = {
            "children": [{"child_id": child, "significant": True, "cp": cp} for child in children],
            "concern": "Bruises that nobody can explain.",
        }
        return await self.do("RaiseConcern", by, "planning", "concerns", body)

    async def talk_to_manager(self, by: Role, manager: Role, *children: str) -> Answer:
        """The lead talks to their line manager."""
        body = {"child_ids": children, "line_manager_id": await self.id_of(manager)}
        return await self.do("RecordLineManagerDiscussion", by, "planning", "line-manager-discussions", body)

    async def talk_to_lcpp(self, *children: str, triggered: bool, by: Role | None = None, **more: Any) -> Answer:
        """A lead child protection practitioner settles whether the child protection process starts."""
        body = {"child_ids": children, "cp_triggered": triggered, "macpt_involved": triggered, **more}
        body |= {} if "reason_code" in more else {"reason_code": "OTHER", "reason_note": "By what was told."}
        if by is not None:
            body["lcpp_id"] = await self.id_of(self.people.lcpp)
        return await self.do("RecordLCPPConversation", by or self.people.lcpp, "planning", "lcpp-conversations", body)

    async def ask_for_discussion(self, by: Role, *children: str, **more: Any) -> Answer:
        """Somebody asks for a strategy discussion."""
        body = {"child_ids": children, **more}
        step = "strategy-discussion-requests"
        return await self.do("RequestStrategyDiscussion", by, "planning", step, body)

    async def discuss(self, outcome: str | None, *children: str, held_by: str | None, **more: Any) -> Answer:
        """A strategy discussion is held. held_by: the team, None for a meeting on an open case of Family Help."""
        people = self.people
        hosts = {"MASH": people.mash, "CAT": people.cat_manager, "MACPT": people.lcpp}
        host = hosts.get(held_by or "", people.team_manager)
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
            **({"held_by": held_by} if held_by in ("MASH", "CAT") else {}),
            **more,
        }
        return await self.do("RecordStrategyDiscussion", host, "planning", "strategy-discussions", body)

    async def open_enquiry(self, by: Role, lead: Role, *children: str) -> Answer:
        """An enquiry is opened at once, with whoever is to lead it."""
        body = {"child_ids": children, "lead_id": await self.id_of(lead)}
        return await self.do("OpenSection47", by, "planning", "section-47-enquiries", body)

    async def conclude(self, outcome: str, *children: str) -> Answer:
        """The enquiry ends with a conclusion for each child."""
        body = {"children": [{"child_id": child, "outcome": outcome} for child in children]}
        return await self.do("ConcludeSection47", self.people.lcpp, "planning", "section-47-conclusions", body)

    async def confer(self, decision: str, *children: str, invited: tuple[Role, ...] = ()) -> Answer:
        """An initial conference decides whether the children get a plan."""
        lead = await self.id_of(self.people.lcpp)
        body = {
            "chair_id": await self.id_of(self.people.cat_manager),
            "invited": await self.invited(invited),
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
            "invited": await self.invited(invited),
            "children": [{"child_id": child, **one} for child in children],
        }
        return await self.do("RecordReviewConference", self.people.lcpp, "planning", "review-conferences", body)

    async def invited(self, people: tuple[Role, ...]) -> list[dict[str, Any]]:
        roles = [{"agency": "HEALTH" if one.kind == "partner" else "CHILDRENS_SOCIAL_CARE"} for one in people]
        return [{**role, "person_id": await self.id_of(one)} for role, one in zip(roles, people, strict=True)]
