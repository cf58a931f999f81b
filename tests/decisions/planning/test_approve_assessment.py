"""Signing an assessment: a manager of the authority, never the author, never an adviser; CAT's by a manager of CAT."""

import pytest

from services.planning.decisions.approve_assessment import ApproveAssessment, approve_assessment, authors_of
from services.planning.events import AssessmentApproved
from shared.kernel.people import Actor
from tests.decisions.on_case import CHILD, SIBLING, CaseStory
from tests.decisions.planning.households import (
    ADVISER,
    CAT_MANAGER,
    DELIVERY,
    FHLP,
    PARTNER,
    TEAM_MANAGER,
    led,
    with_cat,
)

THIS = ApproveAssessment(assessment_id="a-1")


def written(
    by: Actor = FHLP, team: str | None = "FAMILY_HELP", outcomes: tuple[str, ...] = ("FAMILY_HELP",)
) -> CaseStory:
    """An assessment that somebody has completed."""
    children = [
        {"child_id": child, "outcome": outcome} for child, outcome in zip((CHILD, SIBLING), outcomes, strict=False)
    ]
    named = [child["child_id"] for child in children]
    done = {"assessment_id": "a-1", "type": "FAMILY_HELP_PLAN", "team": team, "children": children}
    return led(CHILD, SIBLING).told("planning.AssessmentCompleted", named, actor=by, **done)


@pytest.mark.rule("WLV-PLAN-13")
@pytest.mark.parametrize("manager", [TEAM_MANAGER, DELIVERY, CAT_MANAGER])
def test_a_manager_of_the_authority_signs_it(manager: Actor):
    done = written().by(manager).when(approve_assessment, THIS).then(AssessmentApproved).warned().cites("WLV-PLAN-13")
    event = done.event
    assert (event.assessment_id, event.outcome, event.approver.id, event.own_work) == (
        "a-1",
        "FAMILY_HELP",
        manager.id,
        False,
    )
    assert done.facts[0].child_ids == (CHILD,)


@pytest.mark.rule("WLV-PLAN-13")
def test_nobody_else_does():
    written().by(FHLP).when(approve_assessment, THIS).refused("WLV-PLAN-13")
    written().by(PARTNER).when(approve_assessment, THIS).refused("WLV-PLAN-13")
    posted = Actor(id="p-partner-boss", role="DELIVERY_MANAGER", team="FAMILY_HELP")
    written().by(posted).when(approve_assessment, THIS).refused("WLV-PLAN-13")
    unregistered = Actor(id="p-unknown", role="SW_TEAM_MANAGER", team="FAMILY_HELP")
    written().by(unregistered).when(approve_assessment, THIS).refused("WLV-PLAN-13")


@pytest.mark.rule("WLV-PLAN-13")
def test_nobody_signs_their_own():
    written(by=TEAM_MANAGER).by(TEAM_MANAGER).when(approve_assessment, THIS).refused("WLV-PLAN-13")
    written(by=TEAM_MANAGER).by(DELIVERY).when(approve_assessment, THIS).then(AssessmentApproved)


@pytest.mark.rule("WLV-PLAN-13")
@pytest.mark.parametrize("kind", ["AUTHORITY", "COMMISSIONED", "PARTNER", None])
def test_it_is_asked_whoever_employs_the_author(kind: str | None):
    author = Actor(id="p-author", role="SOCIAL_WORKER")
    story = written(by=author)
    if kind:
        story = story.registered("p-author", employer="somebody", employer_kind=kind, social_worker=False)
    story.by(FHLP).when(approve_assessment, THIS).refused("WLV-PLAN-13")
    story.by(TEAM_MANAGER).when(approve_assessment, THIS).then(AssessmentApproved)
    assert authors_of(story.matter()) == ("p-author",)


@pytest.mark.rule("WLV-PLAN-13")
def test_what_cat_wrote_is_signed_in_cat():
    story = with_cat().told(
        "planning.AssessmentCompleted",
        assessment_id="a-1",
        type="FAMILY_HELP_PLAN",
        team="CAT",
        children=[{"child_id": CHILD, "outcome": "NFA"}],
    )
    story.by(TEAM_MANAGER).when(approve_assessment, THIS).refused("WLV-PLAN-13")
    story.by(CAT_MANAGER).when(approve_assessment, THIS).then(AssessmentApproved)


@pytest.mark.rule("WLV-TRAIN-06")
def test_an_adviser_signs_nothing():
    adviser = Actor(id="p-ap", role="ADVANCED_PRACTITIONER", team="FAMILY_HELP", social_worker=True)
    written().by(adviser).when(approve_assessment, THIS).refused("WLV-TRAIN-06", "WLV-PLAN-13")
    assert adviser == ADVISER


@pytest.mark.rule("SYS-REF-07")
def test_only_what_is_written_is_signed():
    started = led().told("planning.AssessmentStarted", assessment_id="a-1", type="FAMILY_HELP_PLAN", team="CAT")
    for story in (led(), started):
        story.by(TEAM_MANAGER).when(approve_assessment, THIS).refused("SYS-REF-07")


def test_what_it_came_to_is_said_where_it_is_the_same_for_all():
    done = written(outcomes=("NFA", "FAMILY_HELP")).by(TEAM_MANAGER).when(approve_assessment, THIS)
    assert done.event.outcome is None
    assert done.facts[0].child_ids == (CHILD, SIBLING)
