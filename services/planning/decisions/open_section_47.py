"""Opening section 47 enquiries: never held up. Whom it may name as lead is weighed, and who may not is left out."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from services.planning.decisions.invitations import FOLLOWED_UP_BY
from services.planning.decisions.recording import of_child, standing_of
from services.planning.events import CaseNoteAdded, Section47EnquiryOpened, ThresholdChanged
from shared.access.registers import appointments_at, person_at
from shared.kernel.act import Act
from shared.kernel.beliefs import Known, Told
from shared.kernel.command import Command, Id
from shared.kernel.events import Fact
from shared.kernel.people import Person
from shared.protocol.facts import first
from shared.protocol.linked import Matter
from shared.protocol.standing import Standing
from shared.protocol.weighing import Weighed, allowed, here, person_of, softened, weigh

LEVEL, REASON = "CP_ENQUIRY", "SECTION_47_ENQUIRY"
_AS_HIGH = frozenset({LEVEL, "CHILD_PROTECTION_PLAN", "LOOKED_AFTER"})
"""The levels that an enquiry does not change."""


class OpenSection47(Command):
    """About whom. lead_id: the social worker who is to lead, by the registers."""

    child_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=50)]
    lead_id: Id | None = None


def open_section_47(matter: Matter, known: Known, command: OpenSection47, act: Act) -> tuple[Fact, ...]:
    """For each child an enquiry and its level; where one is open, a note on the case. Nothing refuses it."""
    children = dict.fromkeys(matter.linked.child(child_id) for child_id in command.child_ids)
    return tuple(fact for child_id in children for fact in _opened(matter, known, child_id, command, act))


def _opened(matter: Matter, known: Known, child_id: str, command: OpenSection47, act: Act) -> tuple[Fact, ...]:
    standing = standing_of(matter, child_id)
    running, discussion = _enquiry(matter, child_id, standing)
    around = {
        "state": standing.state or "UNKNOWN",
        "level": standing.level,
        "enquiry": "OPEN" if running else "NONE",
        "strategy_discussion": discussion.event_id if discussion else None,
    }
    named = _named(known, command.lead_id, matter.protocol.authority, act)
    # Of several posts of one person the one counts in which they may lead.
    tried = [(person, _facts(around, command, person)) for person in named or (None,)]
    weighings = [
        (weigh(matter.protocol, "OpenSection47", facts, act, child_id, urgent=True), person, facts)
        for person, facts in tried
    ]
    weighed, person, facts = min(weighings, key=lambda one: len(one[0].incomplete))
    unsure = allowed(matter.protocol, "OpenSection47", act)
    unsure += here(matter.protocol, bool(named) or command.lead_id is None, "/lead_id")
    weighed = softened(unsure, act, FOLLOWED_UP_BY, child_id) + weighed
    if running:
        # No second opening: it would end the deadline of a discussion that was asked for meanwhile.
        note = CaseNoteAdded(kind="SECTION_47_OPEN_ALREADY")
        return (of_child(matter, child_id, note, weighed, act, inputs=facts),)
    event = Section47EnquiryOpened(
        enquiry_id=act.new_id(),
        strategy_ref=None if discussion is None else discussion.event_id,
        lead=person if person and person.social_worker else None,
    )
    opened = of_child(matter, child_id, event, weighed, act, inputs=facts)
    if standing.level in _AS_HIGH:
        return (opened,)
    return (opened, _raised(matter, child_id, standing, discussion, weighed, act))


def _raised(
    matter: Matter, child_id: str, standing: Standing, discussion: Told | None, weighed: Weighed, act: Act
) -> Fact:
    event = ThresholdChanged(
        from_=standing.level,
        to=LEVEL,
        direction="STEP_UP" if standing.level else None,
        decided_in="STRATEGY",
        decision_ref=discussion.event_id if discussion else None,
        authorised_by=person_of(act.by),
        reason_code=REASON,
        effective_at=act.occurred_at,
    )
    return of_child(matter, child_id, event, Weighed(rules=weighed.rules), act, inputs={"level": standing.level})


def _enquiry(matter: Matter, child_id: str, standing: Standing) -> tuple[str | None, Told | None]:
    """The open enquiry of a child, if there is one, and the discussion since the last that asks for a new one."""
    running: str | None = None
    discussion: Told | None = None
    ids = matter.linked.ids_of(child_id)
    for fact in matter.about(child_id, matter.facts):
        if fact.title == "Section47EnquiryOpened":
            enquiry = str(first(fact.data, "enquiry_id") or fact.event_id)
            running, discussion = (enquiry if enquiry in standing.enquiries else running), None
        elif fact.title == "StrategyDiscussionHeld":
            said = {first(fact.data, "children[].outcome", one) for one in ids}
            discussion = fact if "S47" in {*said, first(fact.data, "outcome")} else discussion
    return running, discussion


def _named(known: Known, lead_id: str | None, authority: str, act: Act) -> tuple[Person, ...]:
    """The person named, once in each post they hold; nobody, where no register knows the id."""
    if lead_id is None:
        return ()
    told, at = known.of(lead_id), act.occurred_at
    posts = appointments_at(told, lead_id, authority, at)
    held = (person_at(told, lead_id, authority, at, post=one.post, team=one.team) for one in posts)
    alone = person_at(told, lead_id, authority, at)
    return tuple(person for person in held if person) or ((alone,) if alone else ())


def _facts(around: Mapping[str, Any], command: OpenSection47, person: Person | None) -> dict[str, Any]:
    fits = person is not None and person.social_worker is True
    return {
        **around,
        "named": command.lead_id,
        "social_worker": person.social_worker if person else None,
        "lead": command.lead_id if fits else None,
        "lead_post": person.role if person and fits else None,
        "lead_team": person.team if person and fits else None,
    }
