"""Whoever works with a child says that its need is rising or falling; what follows is the managers' to arrange."""

import pytest
from pydantic import ValidationError

from services.planning.decisions.report_change_of_need import ReportChangeOfNeed, report_change_of_need
from services.planning.events import ChangeOfNeedReported
from shared.kernel.people import Actor
from tests.decisions.on_case import CHILD, SIBLING
from tests.decisions.planning.test_record_strategy_discussion import helped

RISES = {"children": [{"child_id": CHILD, "trend": "UP"}]}


def reported(story, **said):
    return story.when(report_change_of_need, ReportChangeOfNeed.model_validate({**RISES, **said}))


@pytest.mark.rule("SYS-REF-02")
@pytest.mark.parametrize("actor", [Actor(id="a", role="PRACTITIONER", employer="School"), Actor(id="f-1")])
def test_anyone_on_the_case_reports_it(actor):
    done = reported(helped().by(actor)).then(ChangeOfNeedReported).cites("SYS-REF-02")
    assert done.event == ChangeOfNeedReported(trend="UP", source="PRACTITIONER")
    assert done.facts[0].child_ids == (CHILD,)
    assert done.kept().standing().state == "FAMILY_HELP_ACTIVE"


def test_each_child_has_a_trend_of_its_own():
    story = helped().told("referral.ReferralReceived", SIBLING)
    both = [{"child_id": CHILD, "trend": "DOWN"}, {"child_id": SIBLING, "trend": "UP"}]
    done = reported(story, children=both, source="FAMILY").then(ChangeOfNeedReported, ChangeOfNeedReported)
    assert [(fact.child_ids, fact.event.trend) for fact in done.facts] == [((CHILD,), "DOWN"), ((SIBLING,), "UP")]
    assert {fact.event.source for fact in done.facts} == {"FAMILY"}


def test_what_shows_it_is_named_and_known():
    story = helped().told("planning.VisitHeld", CHILD, event_id="v-1")
    assert reported(story, from_event="v-1").event.from_event == "v-1"
    reported(story, from_event="v-2").refused("SYS-REF-07")
    reported(story, children=[{"child_id": "c9", "trend": "UP"}]).refused("SYS-REF-07")


def test_it_rises_or_it_falls():
    with pytest.raises(ValidationError):
        ReportChangeOfNeed.model_validate({"children": [{"child_id": CHILD}]})
    with pytest.raises(ValidationError):
        ReportChangeOfNeed.model_validate({**RISES, "source": "GOSSIP"})
