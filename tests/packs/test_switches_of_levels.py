"""Each open question about assessments and levels answered the other way."""

from dataclasses import replace

from services.planning.decisions.approve_assessment import ApproveAssessment, approve_assessment
from services.planning.decisions.set_threshold import set_threshold
from services.planning.events import AssessmentApproved
from shared.kernel.people import Actor
from tests.decisions.planning.households import FHLP, TEAM_MANAGER, conferred, led, reviewed
from tests.decisions.planning.levelling import to

SIGNED = ApproveAssessment(assessment_id="a-1")


def written_up(author: str = "p-author"):
    """An assessment that somebody of the authority has completed."""
    story = led().registered("p-author", employer="somebody", employer_kind="AUTHORITY", social_worker=True)
    done = {"assessment_id": "a-1", "type": "FAMILY_HELP_PLAN", "team": "FAMILY_HELP"}
    children = [{"child_id": "c1", "outcome": "FAMILY_HELP"}]
    return story.told("planning.AssessmentCompleted", "c1", actor=Actor(id=author), children=children, **done)


def test_the_authoritys_own_staff_may_sign_without_a_manager(switched):
    done = written_up().by(FHLP)
    done.when(approve_assessment, SIGNED).refused("WLV-PLAN-13")
    partners = replace(done, protocol=switched("authorise_scope", "partners"))
    partners.when(approve_assessment, SIGNED).then(AssessmentApproved)
    partner = partners.registered("p-author", employer="a-school", employer_kind="PARTNER", social_worker=False)
    partner.when(approve_assessment, SIGNED).refused("WLV-PLAN-13")


def test_a_manager_may_sign_their_own_with_a_warning(switched):
    own = written_up(TEAM_MANAGER.id).by(TEAM_MANAGER)
    own.when(approve_assessment, SIGNED).refused("WLV-PLAN-13")
    replace(own, protocol=switched("own_approval", "warn")).when(approve_assessment, SIGNED).warned("WLV-PLAN-13")


def test_a_step_down_may_be_made_before_the_family_is_told(switched):
    story = reviewed(led(level="CHILD_IN_NEED"), "TARGETED_EARLY_HELP").by(TEAM_MANAGER)
    untold = to("TARGETED_EARLY_HELP", family_informed=None)
    milder = replace(story, protocol=switched("family_told_step_down", "warn"))
    milder.when(set_threshold, untold).warned("WLV-ALLOC-44")


def test_a_step_up_may_have_to_wait_until_the_family_is_told(switched):
    story = conferred(led(), "CHILD_IN_NEED", "CHANGE_IN_NEED_UP").by(TEAM_MANAGER)
    untold = to("CHILD_IN_NEED", imc_id="imc-1", family_informed=None)
    strict = replace(story, protocol=switched("family_told_step_up", "reject"))
    strict.when(set_threshold, untold).refused("WLV-ALLOC-44")
