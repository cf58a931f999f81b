"""Approving a plan: a manager who has not written it authorises what it says."""

from typing import Annotated, Any

from pydantic import Field

from services.planning.decisions.authors import roles_of
from services.planning.decisions.managing import managed_from
from services.planning.decisions.plan_story import PlanStory, of_plan, on_file, story_of
from services.planning.decisions.recording import of_child, standing_of
from services.planning.events import PlanApproved, PlanEnded
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id, Line, Narrative, Note
from shared.kernel.events import Fact, bringing
from shared.kernel.fields import IsoDate, Sent
from shared.kernel.sealed import Sealed
from shared.protocol.facts import first
from shared.protocol.leads import leads_in
from shared.protocol.linked import Matter
from shared.protocol.plans import EARLY_SUPPORT, open_plans
from shared.protocol.weighing import Weighed, here, person_of, weigh


class Need(Sent):
    """A need that the assessment found. action_ids: what answers it; no_action_reason: why nothing does."""

    need: Line
    action_ids: Annotated[tuple[Id, ...], Field(max_length=200)] = ()
    no_action_reason: Note | None = None


class ApprovePlan(Command):
    """Which plan, and what the approver has found in it.

    family_contribution: what the family brought to it; family_network: relatives and friends who take part, or
    no_family_network_reason; esp_ref: a plan of early support that came on file after this one began.
    """

    plan_id: Id
    needs: Annotated[tuple[Need, ...], Field(max_length=200)] = ()
    family_contribution: Narrative | None = None
    family_network: Annotated[tuple[Line, ...], Field(max_length=200)] = ()
    no_family_network_reason: Note | None = None
    esp_ref: Id | None = None
    agencies: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    next_review_date: IsoDate | None = None


def approve_plan(matter: Matter, known: Known, command: ApprovePlan, act: Act) -> tuple[Fact, ...]:
    """The approval; with it the end of early support that came on file meanwhile and goes on in the plan.

    Raises Refused.
    """
    protocol = matter.protocol
    story = story_of(matter, command.plan_id)
    weighed = here(protocol, story is not None, "/plan_id")
    weighed.insist({"plan_id": command.plan_id})
    assert story is not None
    later = _came_later(matter, story)
    facts = _circumstances(matter, known, story, later, command, act)
    weighed += weigh(protocol, "ApprovePlan", facts, act)
    weighed.insist(facts)
    unanswered = [one.need for one in command.needs if not one.action_ids and one.no_action_reason is None]
    network = "\n".join(command.family_network) or command.no_family_network_reason
    event = PlanApproved(
        plan_id=story.plan_id,
        type=story.type,
        version_=max(story.version, 1),
        approver=person_of(act.by),
        own_work=facts["author"] == "APPROVER",
        esp_ref=later,
        next_review_date=command.next_review_date,
        needs_without_action=len(unanswered),
        unanswered_needs=Sealed(f"note/{act.new_id()}", unanswered) if unanswered else None,
        family_contribution=_sealed(command.family_contribution, act),
        family_network_given=network is not None,
        family_network=_sealed(network, act),
        agencies=tuple(dict.fromkeys(command.agencies)),
    )
    approved = of_plan(matter, story.children, event, weighed, act, facts)
    return bringing(approved, _early_support_ended(matter, story, later, facts, act), act.new_id)


def _circumstances(
    matter: Matter, known: Known, story: PlanStory, later: str | None, command: ApprovePlan, act: Act
) -> dict[str, Any]:
    """What the rows ask about, by the packs' words. A text counts by being there."""
    author = story.written
    answered = all(one.action_ids or one.no_action_reason for one in command.needs)
    return {
        "type": story.type,
        "by": list(roles_of(matter, act.by.id, story.whose)) or ["NONE"],
        "post": act.by.role,
        "team": act.by.team,
        "social_worker": act.by.social_worker,
        "manager": managed_from(matter, known, act),
        "author": "APPROVER" if author.actor.id == act.by.id else "ANOTHER",
        "author_role": first(author.data, "author_role"),
        "author_of": _employed(matter, author.actor.id),
        "needs": "ANSWERED" if answered else "UNANSWERED",
        "family_contribution": True if command.family_contribution else None,
        "family_network": True if command.family_network else None,
        "no_family_network_reason": True if command.no_family_network_reason else None,
        "esp": "CAME_LATER" if later else "NONE",
        "esp_ref": command.esp_ref if later and command.esp_ref == later else None,
    }


def _employed(matter: Matter, person_id: str) -> str:
    """For whom the author works, as the allocation says; whoever was never allocated works for the authority."""
    kinds = [lead.person.employer_kind for lead in leads_in(matter.facts) if lead.person.id == person_id]
    return next((kind for kind in reversed(kinds) if kind), "AUTHORITY")


def _came_later(matter: Matter, story: PlanStory) -> str | None:
    """The plan of early support on file that neither the beginning of this one nor an approval has carried on."""
    plans = [first(fact.data, "plan_id") for fact in on_file(matter, EARLY_SUPPORT)]
    carried = {first(fact.data, "esp_ref") for fact in (*story.of("PlanStarted"), *story.of("PlanApproved"))}
    return plans[-1] if plans and plans[-1] not in carried else None


def _early_support_ended(
    matter: Matter, story: PlanStory, later: str | None, facts: dict[str, Any], act: Act
) -> tuple[Fact, ...]:
    """Its end for the children whom Family Help has taken on since; for others it goes on under its lead."""
    plan = next((one for one in open_plans(matter.facts, EARLY_SUPPORT) if one.plan_id == later), None)
    ended: list[Fact] = []
    for child in dict.fromkeys(matter.linked.child(child) for child in plan.children) if plan else ():
        asked = {**facts, "state": standing_of(matter, child).state or "UNKNOWN"}
        beside = matter.protocol.besides("ApprovePlan", f"planning.{PlanEnded.title()}", asked)
        if beside is not None and later and child in story.children:
            event = PlanEnded(plan_id=later, type=EARLY_SUPPORT, reason_code=str(beside.words["reason_code"]))
            ended.append(of_child(matter, child, event, Weighed(rules=(beside.rule,)), act, inputs=asked))
    return tuple(ended)


def _sealed(text: str | None, act: Act) -> Sealed[str] | None:
    return Sealed(f"note/{act.new_id()}", text) if text else None
