"""Who stands in for a lead's manager who has left, and which levels nobody leaves by hand."""

import pytest

from services.planning.decisions.close_case import CloseCase, close_case
from services.planning.decisions.set_threshold import set_threshold
from services.planning.events import ThresholdChanged
from shared.kernel.people import Actor
from tests.decisions.planning.households import DELIVERY, FHLP, TEAM_MANAGER, reviewed
from tests.decisions.planning.levelling import to
from tests.decisions.planning.test_set_threshold_down import LOWER, in_need


@pytest.mark.rule("WLV-THR-17")
def test_where_the_line_manager_has_left_a_team_manager_of_the_familys_team_stands_in():
    gone = {"id": "p-left", "employer_kind": "AUTHORITY"}
    story = in_need(line_manager=gone)
    assert story.when(set_threshold, to(LOWER)).then(ThresholdChanged).event.authorised_by.id == TEAM_MANAGER.id
    story.by(DELIVERY).when(set_threshold, to(LOWER)).refused("WLV-THR-17")
    theirs = {"id": "p-partner-boss", "employer_kind": "PARTNER"}
    story = in_need(line_manager=theirs, authorising_manager=theirs)
    story.when(set_threshold, to(LOWER, partner_manager_view="AGREES")).then(ThresholdChanged)


@pytest.mark.rule("WLV-THR-10")
@pytest.mark.parametrize("level", ["CP_ENQUIRY", "CHILD_PROTECTION_PLAN"])
@pytest.mark.parametrize("who", [FHLP, TEAM_MANAGER, DELIVERY])
def test_a_level_that_protects_a_child_is_not_left_by_hand(level: str, who: Actor):
    story = in_need("UNIVERSAL").told("planning.ThresholdChanged", to=level, decided_in="CONFERENCE")
    story = reviewed(story, "UNIVERSAL").by(who)
    for lower in ("CHILD_IN_NEED", LOWER, "UNIVERSAL"):
        assert "WLV-THR-10" in str(story.when(set_threshold, to(lower)).refusal)


@pytest.mark.rule("WLV-THR-28")
def test_who_manages_at_a_partner_closes_no_case():
    elsewhere = Actor(id="p-partner-boss", role="DELIVERY_MANAGER", team="FAMILY_HELP", employer="a-school")
    said = {"children": ["c1"], "reason_code": "RC7", "reason_note": "They go on alone.", "higher_need_view": "NEEDED"}
    withdrawn = CloseCase.model_validate(said)
    in_need().by(elsewhere).when(close_case, withdrawn).refused("WLV-THR-28")
    assert in_need().by(TEAM_MANAGER).when(close_case, withdrawn).refusal is None
