"""Each open question about plans answered the other way: the pack follows without a line of code."""

from dataclasses import replace
from datetime import UTC, datetime

from services.planning.events import PlanApproved
from shared.kernel.people import Actor
from shared.protocol.load import protocol_of
from shared.protocol.weighing import weigh
from tests.decisions.planning.families import CAT_WORKER, FH_MANAGER, FHLP, STRANGER
from tests.decisions.planning.test_plan_approval import approve, written
from tests.decisions.planning.test_plan_review import review, teamed
from tests.given import given

NOW = datetime(2026, 4, 2, 10, tzinfo=UTC)


def test_only_partners_work_may_have_to_be_authorised(switched):
    protocol = switched("authorise_scope", "partners")
    authority = {"id": "p-own", "employer_kind": "AUTHORITY"}
    own = written().told("allocation.LeadAllocated", "c1", purpose="FAMILY_HELP", lead=authority)
    for story in (
        own.told("planning.PlanCompleted", "c1", plan_id="plan-1", actor=Actor(id="p-own")),
        written(CAT_WORKER, "CAT_WORKER"),
    ):
        approve(replace(story.by(STRANGER), protocol=protocol)).then(PlanApproved)
    approve(replace(own.by(Actor(id="p-own")), protocol=protocol)).refused("WLV-PLAN-13")
    partners = replace(written(), protocol=protocol)
    approve(partners.by(STRANGER)).refused("WLV-PLAN-13")
    approve(partners.by(Actor(id=FHLP.id, role="SW_TEAM_MANAGER"))).refused("WLV-PLAN-13")
    cat = partners.told("planning.PlanCompleted", "c1", plan_id="plan-1", author_role="CAT_WORKER", actor=FHLP)
    approve(cat.by(FH_MANAGER)).refused("WLV-PLAN-13")


def test_own_work_may_be_authorised_with_a_warning(switched):
    own = replace(written(FH_MANAGER).by(FH_MANAGER), protocol=switched("own_approval", "warn"))
    assert approve(own).then(PlanApproved).warned("WLV-PLAN-13").event.own_work is True


def test_a_late_date_of_review_may_pass_unsaid(switched):
    story = replace(teamed(), protocol=switched("cin_review_ceiling", "none"))
    review(story, next_review_date="2027-01-01").warned()


def test_a_plan_without_a_date_may_be_refused(switched):
    facts = {"type": "CIN", "next_review_date": None}
    by_us = weigh(protocol_of("WLV", NOW), "StartPlan", facts, given().act())
    assert [item.rule for item in by_us.incomplete] == ["NAT-PLAN-07"]
    strictly = weigh(switched("start_without_review_date", "reject"), "StartPlan", facts, given().act())
    assert "NAT-PLAN-07" in [refusal.rule for refusal in strictly.refusals]
    dated = weigh(protocol_of("WLV", NOW), "StartPlan", facts | {"next_review_date": "2026-05-01"}, given().act())
    assert not dated.incomplete
    other = weigh(protocol_of("WLV", NOW), "StartPlan", facts | {"type": "CP"}, given().act())
    assert not other.incomplete


def test_a_child_in_need_plan_of_another_authority_is_asked_the_same():
    protocol = protocol_of("WLV", NOW)
    facts = {
        "of": "PLAN",
        "type": "CIN",
        "review_kind": "SCHEDULED",
        "level": ["CHILD_IN_NEED"],
        "next_review": "LATER",
    }
    found = weigh(protocol, "RecordPlanReview", facts, given().act())
    assert [(one.rule, one.what) for one in found.incomplete] == [("NAT-PLAN-07", "next_review_date")]
    assert [one.rule for one in found.warnings] == ["NAT-PLAN-07"]
