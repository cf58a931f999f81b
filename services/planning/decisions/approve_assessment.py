"""Approving an assessment: a manager of the authority signs what somebody else has written."""

from services.planning.decisions.assessments import Assessment, assessments_in
from services.planning.decisions.authorising import employed
from services.planning.decisions.several import of_children
from services.planning.events import AssessmentApproved
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id
from shared.kernel.events import Fact
from shared.protocol.linked import Matter
from shared.protocol.weighing import Weighed, here, person_of, weigh


class ApproveAssessment(Command):
    """Which assessment."""

    assessment_id: Id


def approve_assessment(matter: Matter, known: Known, command: ApproveAssessment, act: Act) -> tuple[Fact, ...]:
    """One event for all of its children. Raises Refused."""
    protocol = matter.protocol
    found = assessments_in(matter.facts)
    assessment = next((one for one in found if one.assessment_id == command.assessment_id and one.is_done), None)
    here(protocol, assessment is not None, "/assessment_id").insist({})
    assert assessment is not None
    facts = {
        "type": assessment.type,
        "author_team": assessment.team,
        "author_employed": employed(matter, known, assessment.author.id, act),
        "own_work": assessment.author.id == act.by.id,
        "post": act.by.role,
        "team": act.by.team,
        "employed": employed(matter, known, act.by.id, act),
        "manager": protocol.is_manager(act.by) and not act.client,
    }
    weighed = weigh(protocol, "ApproveAssessment", facts, act)
    weighed.insist(facts)
    return (_approved(matter, assessment, weighed, facts, act),)


def authors_of(matter: Matter) -> tuple[str, ...]:
    """Who wrote the assessments of the case, of whom is asked who employs them."""
    return tuple(assessment.author.id for assessment in assessments_in(matter.facts))


def _approved(
    matter: Matter, assessment: Assessment, weighed: Weighed, facts: dict[str, str | bool | None], act: Act
) -> Fact:
    outcomes = set(assessment.outcomes)
    event = AssessmentApproved(
        assessment_id=assessment.assessment_id,
        outcome=next(iter(outcomes)) if len(outcomes) == 1 else None,
        approver=person_of(act.by),
        own_work=assessment.author.id == act.by.id,
    )
    return of_children(matter, sorted(assessment.children), event, weighed, act, inputs=facts)
