"""Section 47 enquiries of a child: which is open, on what it rests, and how one begins, by a discussion or without."""

from collections.abc import Mapping
from typing import Any

from services.planning.decisions.invitations import in_each_post
from services.planning.decisions.recording import of_child
from services.planning.events import Section47EnquiryOpened, ThresholdChanged
from shared.kernel.act import Act
from shared.kernel.beliefs import Known, Told
from shared.kernel.events import Fact, bringing
from shared.kernel.people import Person
from shared.protocol.facts import first
from shared.protocol.linked import Matter
from shared.protocol.standing import Standing
from shared.protocol.weighing import Weighed, person_of, weigh

LEVEL, REASON = "CP_ENQUIRY", "SECTION_47_ENQUIRY"
_AS_HIGH = frozenset({LEVEL, "CHILD_PROTECTION_PLAN", "LOOKED_AFTER"})
"""The levels that an enquiry does not change."""


def open_enquiry(matter: Matter, child_id: str, standing: Standing) -> Told | None:
    """The event that opened the enquiry of a child which is open; None if none is."""
    opened = (fact for fact in reversed(matter.about(child_id, matter.facts)) if fact.title == "Section47EnquiryOpened")
    return next((fact for fact in opened if enquiry_id(fact) in standing.enquiries), None)


def enquiry_id(opened: Told) -> str:
    """The id of the enquiry that an event opened."""
    return str(first(opened.data, "enquiry_id") or opened.event_id)


def basis_of(matter: Matter, child_id: str) -> Told | None:
    """The discussion since the last enquiry of a child that asks for a new one."""
    discussion: Told | None = None
    ids = matter.linked.ids_of(child_id)
    for fact in matter.about(child_id, matter.facts):
        if fact.title == "Section47EnquiryOpened":
            discussion = None
        elif fact.title == "StrategyDiscussionHeld":
            said = {first(fact.data, "children[].outcome", one) for one in ids}
            discussion = fact if "S47" in {*said, first(fact.data, "outcome")} else discussion
    return discussion


def weighed_with_lead(
    matter: Matter, known: Known, child_id: str, lead_id: str | None, around: Mapping[str, Any], act: Act
) -> tuple[Weighed, Person | None, dict[str, Any]]:
    """What the rules say to an enquiry with such a lead, who that is, and the facts that counted.

    Of several posts of one person the one counts in which they may lead. Nobody, where no register knows the id.
    """
    named = in_each_post(known, lead_id, matter.protocol.authority, act)
    tried = [(person, _facts(around, lead_id, person)) for person in named or (None,)]
    weighings = [
        (weigh(matter.protocol, "OpenSection47", facts, act, child_id, urgent=True), person, facts)
        for person, facts in tried
    ]
    return min(weighings, key=lambda one: len(one[0].incomplete))


def opened(
    matter: Matter,
    child_id: str,
    level: str | None,
    discussion_id: str | None,
    found: tuple[Weighed, Person | None, Mapping[str, Any]],
    act: Act,
) -> tuple[Fact, ...]:
    """The enquiry of a child and its level, unless that is as high. found: as `weighed_with_lead` gives it."""
    weighed, person, facts = found
    event = Section47EnquiryOpened(
        enquiry_id=act.new_id(),
        strategy_ref=discussion_id,
        lead=person if person and person.social_worker else None,
    )
    begun = of_child(matter, child_id, event, weighed, act, inputs=facts)
    if level in _AS_HIGH:
        return (begun,)
    raised = ThresholdChanged(
        from_=level,
        to=LEVEL,
        direction="STEP_UP" if level else None,
        decided_in="STRATEGY",
        decision_ref=discussion_id,
        authorised_by=person_of(act.by),
        reason_code=REASON,
        effective_at=act.occurred_at,
    )
    cited = Weighed(rules=weighed.rules)
    return bringing(begun, (of_child(matter, child_id, raised, cited, act, inputs={"level": level}),), act.new_id)


def _facts(around: Mapping[str, Any], lead_id: str | None, person: Person | None) -> dict[str, Any]:
    fits = person is not None and person.social_worker is True
    return {
        **around,
        "named": lead_id,
        "social_worker": person.social_worker if person else None,
        "lead": lead_id if fits else None,
        "lead_post": person.role if person and fits else None,
        "lead_team": person.team if person and fits else None,
    }
