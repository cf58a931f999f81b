"""What lies on whose desk in the morning: raised by one event, ended by another, read from whole histories."""

from typing import Any

import pytest

from services.qa.views.case_file import case_file
from services.qa.views.cases import CASES
from services.qa.views.worklist import there_at
from shared.kernel.events import Incomplete
from shared.protocol.load import protocol_of
from tests.packs.families import ALTERNATIVE, SOCIAL_WORKER, Family
from tests.packs.told import wlv
from tests.views.letters import london

MANAGERS = {"teams": ["FAMILY_HELP"], "posts": ["DELIVERY_MANAGER", "SW_TEAM_MANAGER"]}
CAT = {"teams": ["CAT"], "posts": []}


def items(told: Family, code: str, now: str = "2027-01-01 09:00") -> list[dict[str, Any]]:
    file = case_file("k1", told.post.sent, protocol_of)
    return [item for item in there_at(file["worklist"], london(now)) if item["code"] == code]


def item(told: Family, code: str, now: str = "2027-01-01 09:00") -> dict[str, Any]:
    (found,) = items(told, code, now)
    return found


def sent_to_family_help(*children: str) -> Family:
    told = Family()
    told.post.referral(london("2026-06-01 09:00"), "k1", *(children or ("c1",)))
    for child in children or ("c1",):
        told.post.triage(london("2026-06-01 10:00"), "k1", child, "AMBER", "FAMILY_HELP")
        _requested(told, "2026-06-01 10:00", child)
    return told


def with_cat() -> Family:
    told = Family()
    told.post.referral(london("2026-06-01 09:00"), "k1", "c1")
    told.post.triage(london("2026-06-01 10:00"), "k1", "c1", "AMBER", "CAT_ASSESSMENT")
    return told


def _requested(told: Family, at: str, child: str, team: str = "FAMILY_HELP") -> None:
    told.post.send("allocation.AllocationRequested", london(at), case="k1", about=(child,), team=team)


def _raised(told: Family, at: str, reason: str) -> str:
    raised = told.post.send("allocation.IMCTaskRaised", london(at), case="k1", about=("c1",), reason_code=reason)
    return raised.event_id


@pytest.mark.rule("WLV-REF-15")
def test_a_child_sent_to_family_help_waits_for_cat_to_determine_its_level():
    told = sent_to_family_help()
    waiting = item(told, "DETERMINE_LEVEL")
    assert (waiting["for"], waiting["child_id"], waiting["since"]) == (CAT, "c1", "2026-06-01T09:00:00Z")
    assert waiting["rules"] == ["WLV-REF-15"]
    told.level("2026-06-01 15:00", "c1", "CHILD_IN_NEED", decided_in="CAT")
    assert items(told, "DETERMINE_LEVEL") == []
    assert [one["code"] for one in _all(told)] == ["ALLOCATE_LEAD", "HOLD_IMC"]


@pytest.mark.rule("WLV-ALLOC-01")
@pytest.mark.rule("WLV-ALLOC-05")
def test_it_waits_for_a_conversation_of_the_managers_and_for_a_lead():
    told = sent_to_family_help("c1", "c2")
    _requested(told, "2026-06-01 11:00", "c1", team="CAT")
    for code in ("HOLD_IMC", "ALLOCATE_LEAD"):
        assert [(one["child_id"], one["for"]) for one in items(told, code)] == [("c1", MANAGERS), ("c2", MANAGERS)]
    told.imc("2026-06-01 12:00", "MANAGER_DISCRETION")
    assert len(items(told, "HOLD_IMC")) == 2
    told.imc("2026-06-01 13:00", "NEW_REFERRAL")
    assert items(told, "HOLD_IMC") == []
    told.lead("2026-06-01 14:00", SOCIAL_WORKER, "c1", purpose="CAT_ASSESSMENT")
    told.lead("2026-06-01 15:00", SOCIAL_WORKER, "c1")
    assert [one["child_id"] for one in items(told, "ALLOCATE_LEAD")] == ["c2"]
    told.closed("2026-06-02 10:00", "c2")
    assert items(told, "ALLOCATE_LEAD") == []


@pytest.mark.rule("WLV-ALLOC-01")
@pytest.mark.parametrize(
    ("title", "data"),
    [
        ("allocation.IMCHeld", {"reasons": ["STEP_OFF_CP"]}),
        ("allocation.LeadAllocated", {"purpose": "FAMILY_HELP", "lead": SOCIAL_WORKER}),
        ("planning.AssessmentStarted", {"team": "CAT"}),
        ("planning.Section47EnquiryOpened", {}),
    ],
)
def test_what_ends_the_wait_for_a_conversation(title: str, data: dict[str, Any]):
    told = sent_to_family_help()
    told.told("AssessmentStarted", "2026-06-01 11:00", team="FAMILY_HELP")
    told.lead("2026-06-01 12:00", SOCIAL_WORKER, "c1", purpose="EARLY_SUPPORT")
    assert len(items(told, "HOLD_IMC")) == len(items(told, "ALLOCATE_LEAD")) == 1
    told.post.send(title, london("2026-06-01 13:00"), case="k1", about=("c1",), **data)
    assert items(told, "HOLD_IMC") == []
    assert len(items(told, "ALLOCATE_LEAD")) == (1 if title == "allocation.IMCHeld" else 0)


@pytest.mark.rule("WLV-THR-01")
@pytest.mark.parametrize("title", ["LCPPConversationHeld", "StrategyDiscussionHeld", "Section47EnquiryOpened"])
def test_a_significant_concern_lies_with_the_lcpps_until_somebody_has_talked_or_acted(title: str):
    told = with_cat()
    told.told("ConcernRaised", "2026-06-02 09:00", significant=False, cp=False)
    assert items(told, "TALK_WITH_LCPP") == []
    concern = told.told("ConcernRaised", "2026-06-02 10:00", significant=True, cp=False)
    waiting = item(told, "TALK_WITH_LCPP")
    assert (waiting["for"], waiting["of_event"]) == ({"teams": [], "posts": ["LCPP"]}, concern.event_id)
    told.told(title, "2026-06-02 11:00", children=[{"child_id": "c1", "outcome": "S17"}])
    assert items(told, "TALK_WITH_LCPP") == []


@pytest.mark.rule("WLV-REF-14")
def test_cat_is_asked_for_a_plan_where_its_assessment_ends_in_family_help_without_one():
    told = with_cat()

    def completed(at: str, outcome: str, team: str = "CAT") -> None:
        entry = [{"child_id": "c1", "outcome": outcome}]
        told.told("AssessmentCompleted", at, team=team, children=entry)

    completed("2026-06-05 09:00", "STRATEGY_DISCUSSION")
    completed("2026-06-05 10:00", "FAMILY_HELP", team="MASH")
    assert items(told, "START_FAMILY_HELP_PLAN") == []
    completed("2026-06-05 11:00", "FAMILY_HELP")
    assert item(told, "START_FAMILY_HELP_PLAN")["for"] == CAT
    told.plan("2026-06-06 10:00", type="EARLY_SUPPORT_PLAN", plan_id="p0")
    assert len(items(told, "START_FAMILY_HELP_PLAN")) == 1
    told.plan("2026-06-06 11:00", "c2")
    assert items(told, "START_FAMILY_HELP_PLAN") == []
    told.plan_ended("2026-06-06 12:00", "c2", type="CP")
    assert items(told, "START_FAMILY_HELP_PLAN") == []
    told.plan_ended("2026-06-06 13:00", "c2")
    assert len(items(told, "START_FAMILY_HELP_PLAN")) == 1
    told.told("AssessmentStarted", "2026-06-07 10:00", team="MASH")
    assert len(items(told, "START_FAMILY_HELP_PLAN")) == 1
    told.told("AssessmentStarted", "2026-06-07 11:00", team="CAT")
    assert items(told, "START_FAMILY_HELP_PLAN") == []


@pytest.mark.rule("WLV-PLAN-08")
def test_a_plan_not_begun_five_working_days_after_the_lead_lies_with_the_lead_and_a_manager():
    told = sent_to_family_help()
    told.lead("2026-06-02 10:00", ALTERNATIVE, purpose="CAT_ASSESSMENT")
    assert items(told, "BEGIN_PLAN") == []
    told.lead("2026-06-02 11:00", ALTERNATIVE)
    assert items(told, "BEGIN_PLAN", "2026-06-09 23:59") == []
    waiting = item(told, "BEGIN_PLAN", "2026-06-10 00:00")
    assert waiting["for"] == {"teams": ["FAMILY_HELP"], "posts": ["LEAD_PRACTITIONER", "SW_TEAM_MANAGER"]}
    assert (waiting["child_id"], waiting["since"]) == (None, "2026-06-09T22:59:59Z")
    told.lead_ended("2026-06-10 09:00", ALTERNATIVE, role="CAT_WORKER")
    told.plan("2026-06-10 10:00", type="EARLY_SUPPORT_PLAN", plan_id="p0")
    assert len(items(told, "BEGIN_PLAN")) == 1
    told.plan("2026-06-10 11:00")
    assert items(told, "BEGIN_PLAN") == []
    told.plan_ended("2026-06-10 12:00", type="CP")
    assert items(told, "BEGIN_PLAN") == []
    told.plan_ended("2026-06-10 13:00")
    assert len(items(told, "BEGIN_PLAN")) == 1
    told.lead_ended("2026-06-10 14:00", ALTERNATIVE)
    assert items(told, "BEGIN_PLAN") == []


@pytest.mark.rule("WLV-PLAN-16")
def test_cat_is_asked_how_its_assessment_ends_once_its_plan_is_complete():
    told = sent_to_family_help()
    told.told("PlanCompleted", "2026-06-03 10:00", type="FAMILY_HELP_PLAN")
    assert items(told, "COMPLETE_ASSESSMENT") == []
    told = with_cat()
    told.told("PlanCompleted", "2026-06-03 10:00", type="CP")
    assert items(told, "COMPLETE_ASSESSMENT") == []
    told.told("PlanCompleted", "2026-06-03 11:00", type="FAMILY_HELP_PLAN")
    told.lead("2026-06-03 12:00", ALTERNATIVE, purpose="CP_ENQUIRY")
    assert item(told, "COMPLETE_ASSESSMENT")["for"] == CAT
    told.lead("2026-06-03 13:00", ALTERNATIVE)
    assert items(told, "COMPLETE_ASSESSMENT") == []
    for outcome in ("NFA", "STRATEGY_DISCUSSION"):
        told = with_cat()
        told.told("PlanCompleted", "2026-06-03 11:00", type="FAMILY_HELP_PLAN")
        ended = [{"child_id": "c1", "outcome": outcome}]
        told.told("AssessmentCompleted", "2026-06-04 11:00", team="CAT", children=ended)
        assert items(told, "COMPLETE_ASSESSMENT") == []


@pytest.mark.rule("WLV-ALLOC-14")
def test_cat_looks_again_where_the_managers_see_another_level():
    told = sent_to_family_help("c1", "c2")
    for child in ("c1", "c2"):
        told.level("2026-06-01 11:00", child, "CHILD_IN_NEED", decided_in="CAT")

    def held(at: str, first: str, reason: str = "NEW_REFERRAL", **more: Any) -> None:
        said = [{"child_id": "c1", "classification": first}, {"child_id": "c2", "classification": "CHILD_IN_NEED"}]
        told.imc(at, reason, **{"child_decisions": said, **more})

    held("2026-06-01 12:00", "TARGETED_EARLY_HELP", reason="MANAGER_DISCRETION")
    held("2026-06-01 12:30", "CHILD_IN_NEED")
    assert items(told, "LOOK_AGAIN_AT_LEVEL") == []
    held("2026-06-01 13:00", "TARGETED_EARLY_HELP")
    again = item(told, "LOOK_AGAIN_AT_LEVEL")
    assert (again["child_id"], again["for"]) == ("c1", CAT)
    told.imc("2026-06-01 13:30", "NEW_REFERRAL", child_decisions=[{"child_id": "c1"}])
    assert len(items(told, "LOOK_AGAIN_AT_LEVEL")) == 1
    held("2026-06-01 14:00", "CHILD_IN_NEED")
    assert items(told, "LOOK_AGAIN_AT_LEVEL") == []
    held("2026-06-01 15:00", "TARGETED_EARLY_HELP")
    told.level("2026-06-01 16:00", "c1", "TARGETED_EARLY_HELP", decided_in="CAT")
    assert items(told, "LOOK_AGAIN_AT_LEVEL") == []
    held("2026-06-01 17:00", "CHILD_IN_NEED")
    told.lead("2026-06-01 18:00", SOCIAL_WORKER, "c1", purpose="CAT_ASSESSMENT")
    assert len(items(told, "LOOK_AGAIN_AT_LEVEL")) == 1
    # Once Family Help has the child, its level is no longer CAT's to look at.
    told.lead("2026-06-01 19:00", SOCIAL_WORKER, "c1")
    assert items(told, "LOOK_AGAIN_AT_LEVEL") == []


@pytest.mark.rule("WLV-ALLOC-31")
@pytest.mark.rule("WLV-ALLOC-34")
@pytest.mark.rule("WLV-PLAN-12")
@pytest.mark.parametrize(
    ("reason", "rule"),
    [
        ("CHANGE_IN_NEED_UP", "WLV-ALLOC-31"),
        ("CHANGE_IN_NEED_DOWN", "WLV-ALLOC-31"),
        ("STEP_OFF_CP", "WLV-ALLOC-34"),
        ("JOINT_UPDATE", "WLV-PLAN-12"),
    ],
)
def test_a_conversation_that_was_called_for_lies_with_the_managers_until_it_was_held_for_that_reason(
    reason: str, rule: str
):
    told = sent_to_family_help()
    raised = _raised(told, "2026-06-03 10:00", reason)
    told.imc("2026-06-04 10:00", "MANAGER_DISCRETION")
    waiting = item(told, f"HOLD_IMC_{reason}")
    assert (waiting["for"], waiting["rules"], waiting["of_event"]) == (MANAGERS, [rule], raised)
    assert waiting["child_id"] is None
    assert [one["code"] for one in _all(told) if one["code"].startswith("HOLD_IMC_")] == [f"HOLD_IMC_{reason}"]
    told.imc("2026-06-05 10:00", "MANAGER_DISCRETION", reason)
    assert items(told, f"HOLD_IMC_{reason}") == []


def _all(told: Family) -> list[dict[str, Any]]:
    return case_file("k1", told.post.sent, protocol_of)["worklist"]


@pytest.mark.rule("WLV-PLAN-12")
@pytest.mark.parametrize(("reason", "rule"), [("CHANGE_IN_NEED_UP", "WLV-THR-19"), ("JOINT_UPDATE", "WLV-THR-24")])
def test_a_conversation_that_lacks_what_it_is_for_leaves_it_open(reason: str, rule: str):
    told = sent_to_family_help()
    _raised(told, "2026-06-03 10:00", reason)
    held = told.imc("2026-06-04 10:00", reason, lacks=(rule,))
    assert len(items(told, f"HOLD_IMC_{reason}")) == 1
    told.imc("2026-06-04 10:00", reason, corrects=held, recorded="2026-06-05 10:00")
    assert items(told, f"HOLD_IMC_{reason}") == []


MEETS = {
    "CHANGE_IN_NEED_UP": [
        ("planning.CaseClosed", {}),
        ("planning.Section47EnquiryOpened", {"enquiry_id": "q"}),
        ("planning.ThresholdChanged", {"to": "EARLY_SUPPORT"}),
        ("planning.ThresholdChanged", {"to": "UNIVERSAL"}),
    ],
    "CHANGE_IN_NEED_DOWN": [
        ("planning.ThresholdChanged", {"from": "CHILD_IN_NEED", "to": "TARGETED_EARLY_HELP"}),
        ("planning.CaseClosed", {}),
    ],
    "STEP_OFF_CP": [("planning.CaseClosed", {}), ("planning.Section47EnquiryOpened", {"enquiry_id": "q"})],
    "CHANGE_OF_FHLP": [
        ("allocation.IMCHeld", {"lead_change": True, "reasons": ["MANAGER_DISCRETION"]}),
        ("allocation.LeadAllocated", {"purpose": "FAMILY_HELP", "lead": {"id": "p-y"}}),
        ("planning.CaseClosed", {}),
    ],
    "JOINT_UPDATE": [("planning.CaseClosed", {})],
}
"""What else than a conversation for that reason ends the wait for one."""


@pytest.mark.rule("WLV-ALLOC-31", "WLV-ALLOC-32", "WLV-ALLOC-34", "WLV-PLAN-12")
@pytest.mark.parametrize(
    ("reason", "place"), [(reason, at) for reason, ends in MEETS.items() for at in range(len(ends))]
)
def test_a_conversation_that_is_no_longer_needed_lies_with_nobody(reason: str, place: int):
    told = sent_to_family_help("c1", "c2")
    _raised(told, "2026-06-03 10:00", reason)
    name, said = MEETS[reason][place]
    told.post.send(name, london("2026-06-04 10:00"), case="k1", about=("c2",), **said)
    assert len(items(told, f"HOLD_IMC_{reason}")) == 1, "of the child alone"
    told.post.send(name, london("2026-06-04 11:00"), case="k1", about=("c1",), **said)
    assert items(told, f"HOLD_IMC_{reason}") == []


@pytest.mark.rule("WLV-ALLOC-31", "WLV-ALLOC-32", "WLV-ALLOC-33", "WLV-ALLOC-34", "WLV-ALLOC-41", "WLV-PLAN-12")
def test_each_wait_for_a_conversation_and_its_task_end_with_the_same():
    protocol = protocol_of("WLV", london("2026-06-01 09:00"))
    tasks = {task.while_[0].from_[0].with_.get("reason_code", ())[:1]: task for task in protocol.tasks if task.while_}
    asked = {task.while_[0].from_[0].with_.get("asked_as", ())[:1]: task for task in protocol.tasks if task.while_}
    waits = [wait for wait in protocol.local.waits if wait.event.startswith("allocation.IMC")]
    assert len(waits) == len(MEETS) + 2
    for wait in waits:
        reasons = wait.with_.get("reason_code", ())[:1]
        task = tasks[reasons] if reasons else asked[wait.with_.get("asked_as", ("OTHER",))[:1]]
        assert (task.teams, task.posts) == (wait.teams, wait.posts)
        assert sorted(map(str, task.while_[0].until)) == sorted(map(str, wait.until))


@pytest.mark.rule("WLV-ALLOC-41", "WLV-ALLOC-33")
@pytest.mark.parametrize(
    ("asked_as", "code", "rule", "others", "ends"),
    [
        ("FHLP", "FHLP_REQUEST", "WLV-ALLOC-41", "MANAGER_DISCRETION", ["FHLP_REQUEST"]),
        ("OTHER", "MANAGER_DISCRETION", "WLV-ALLOC-33", "CHANGE_OF_FHLP", ["MANAGER_DISCRETION", "FHLP_REQUEST"]),
    ],
)
def test_a_conversation_that_somebody_asked_for_lies_with_the_managers(
    asked_as: str, code: str, rule: str, others: str, ends: list[str]
):
    def asked() -> Family:
        told = sent_to_family_help()
        said = {"by": {"id": "p-aq"}, "asked_as": asked_as}
        told.post.send("allocation.IMCRequested", london("2026-06-03 10:00"), case="k1", about=("c1",), **said)
        waiting = item(told, f"HOLD_IMC_{code}")
        assert (waiting["for"], waiting["rules"]) == (MANAGERS, [rule])
        return told

    for reason in ends:
        told = asked()
        told.imc("2026-06-04 10:00", others)
        assert [one["code"] for one in _all(told) if one["code"].startswith("HOLD_IMC_")] == [f"HOLD_IMC_{code}"]
        told.imc("2026-06-05 10:00", reason)
        assert items(told, f"HOLD_IMC_{code}") == []
    told = sent_to_family_help("c1", "c2")
    said = {"by": {"id": "p-aq"}, "asked_as": asked_as}
    told.post.send("allocation.IMCRequested", london("2026-06-03 10:00"), case="k1", about=("c1",), **said)
    told.closed("2026-06-04 10:00")
    assert items(told, f"HOLD_IMC_{code}") == []


@pytest.mark.rule("WLV-ALLOC-31")
def test_a_need_that_falls_is_looked_at_in_the_next_review():
    told = Family()
    told.opened("2026-06-01", "c1", "c2")
    told.lead("2026-06-02 10:00", {"id": "p-lead"}, "c1", "c2")
    told.told("ChangeOfNeedReported", "2026-06-03 10:00", trend="UP", source="PRACTITIONER")
    assert items(told, "REVIEW_FALL_IN_NEED") == []
    told.told("ChangeOfNeedReported", "2026-06-03 11:00", trend="DOWN", source="PRACTITIONER")
    falls = item(told, "REVIEW_FALL_IN_NEED")
    assert (falls["child_id"], falls["for"]) == ("c1", {"teams": [], "posts": ["LEAD_PRACTITIONER"]})
    told.reviewed("2026-06-04 10:00", type="EARLY_SUPPORT_PLAN")
    assert len(items(told, "REVIEW_FALL_IN_NEED")) == 1
    told.told("StrategyDiscussionRequested", "2026-06-05 10:00")
    assert items(told, "REVIEW_FALL_IN_NEED") == [], "while others hold the child"
    told.told("StrategyDiscussionHeld", "2026-06-06 10:00", children=[{"child_id": "c1", "outcome": "S17"}])
    assert len(items(told, "REVIEW_FALL_IN_NEED")) == 1
    told.reviewed("2026-06-07 10:00")
    assert items(told, "REVIEW_FALL_IN_NEED") == []


READ = [
    ("referral.CasesUnlinked", None),
    ("planning.CaseNoteAdded", {}),
    ("planning.FamilyContact", {}),
    ("planning.PlanReviewed", {"type": "FAMILY_HELP_PLAN"}),
    ("planning.AssessmentCompleted", {"team": "CAT"}),
    ("allocation.IMCHeld", {"reasons": ["OTHER"]}),
]


@pytest.mark.rule("WLV-REF-25")
@pytest.mark.parametrize(("name", "said"), READ)
def test_whoever_holds_a_child_is_told_of_a_referral_that_joined(name: str, said: dict[str, Any] | None):
    told = with_cat()
    told.post.referral(london("2026-06-02 09:00"), "k2", "c9")
    told.post.link(london("2026-06-02 10:00"), "l", "k1", "k2", ("c1", "c9"))
    told.post.triage(london("2026-06-02 10:00"), "k2", "c9", "RED", "STRATEGY_DISCUSSION", open_case_id="k1")
    assert items(told, "READ_JOINED_REFERRAL") == []
    told.post.triage(london("2026-06-02 10:01"), "k2", "c9", "AMBER", "ADDED_TO_OPEN_CASE", open_case_id="k1")
    waiting = item(told, "READ_JOINED_REFERRAL")
    assert (waiting["child_id"], "CAT" in waiting["for"]["teams"]) == ("c1", True)
    if said is None:
        told.post.unlink(london("2026-06-03 10:00"), "l", "k1", "k2", ("c1", "c9"))
        apart = case_file("k2", told.post.sent, protocol_of)["worklist"]
        assert "READ_JOINED_REFERRAL" not in {one["code"] for one in apart}
    else:
        told.post.send(name, london("2026-06-03 09:00"), case="k1", about=("c2",), **said)
        assert len(items(told, "READ_JOINED_REFERRAL")) == 1
        told.post.send(name, london("2026-06-03 10:00"), case="k1", about=("c1",), **said)
    assert items(told, "READ_JOINED_REFERRAL") == []


def in_early_support() -> Family:
    told = Family()
    told.post.referral(london("2026-06-01 09:00"), "k1", "c1")
    told.post.triage(london("2026-06-01 10:00"), "k1", "c1", "GREEN", "EARLY_SUPPORT_START")
    told.plan("2026-06-02 10:00", "c1", type="EARLY_SUPPORT_PLAN", plan_id="p0")
    assert items(told, "REVIEW_EARLY_SUPPORT") == []
    return told


@pytest.mark.rule("WLV-REF-19")
def test_the_lead_of_early_support_looks_again_where_somebody_else_refers_the_child():
    told = in_early_support()
    told.post.referral(london("2026-06-03 09:00"), "k2", "c9", early_support_review_id="e-review")
    told.post.link(london("2026-06-03 10:00"), "l", "k1", "k2", ("c1", "c9"))
    assert items(told, "REVIEW_EARLY_SUPPORT") == [], "it is the lead's own"
    told.post.referral(london("2026-06-04 09:00"), "k3", "c8")
    assert items(told, "REVIEW_EARLY_SUPPORT") == [], "nobody has said that it is the same child"
    told.post.link(london("2026-06-04 10:00"), "m", "k1", "k3", ("c1", "c8"))
    assert item(told, "REVIEW_EARLY_SUPPORT")["for"] == {"teams": [], "posts": ["EARLY_SUPPORT_LEAD"]}
    told.post.send("referral.EarlySupportReviewed", london("2026-06-05 10:00"), case="k1", about=("c1",), refer=False)
    assert items(told, "REVIEW_EARLY_SUPPORT") == []


@pytest.mark.rule("WLV-REF-19")
@pytest.mark.parametrize("outcome", ["EARLY_SUPPORT_START", "EARLY_SUPPORT_CONTINUE"])
def test_nor_where_the_front_door_leaves_the_child_there_or_the_plan_has_ended(outcome: str):
    for last in ("CONTINUED", "ENDED"):
        told = in_early_support()
        told.plan("2026-06-02 11:00", "c1")
        told.post.referral(london("2026-06-03 09:00"), "k2", "c9")
        told.post.link(london("2026-06-03 10:00"), "l", "k1", "k2", ("c1", "c9"))
        told.plan_ended("2026-06-03 10:30", type="FAMILY_HELP_PLAN")
        assert len(items(told, "REVIEW_EARLY_SUPPORT")) == 1
        if last == "CONTINUED":
            told.post.triage(london("2026-06-03 11:00"), "k2", "c9", "GREEN", outcome)
        else:
            # The child stays open to somebody: the plan alone has ended.
            told.told("StrategyDiscussionRequested", "2026-06-03 10:40")
            told.plan_ended("2026-06-03 11:00", type="EARLY_SUPPORT_PLAN", plan_id="p0")
        assert items(told, "REVIEW_EARLY_SUPPORT") == []


@pytest.mark.rule("WLV-REF-22")
def test_early_support_that_goes_on_has_its_plan_put_on_file_by_its_lead():
    told = Family()
    told.post.referral(london("2026-06-01 09:00"), "k1", "c1", "c2")
    told.post.triage(london("2026-06-01 10:00"), "k1", "c2", "GREEN", "EARLY_SUPPORT_START")
    assert items(told, "PUT_PLAN_ON_FILE") == []
    told.post.triage(london("2026-06-01 10:00"), "k1", "c1", "GREEN", "EARLY_SUPPORT_CONTINUE")
    waiting = item(told, "PUT_PLAN_ON_FILE")
    assert (waiting["for"]["posts"], waiting["child_id"]) == (["EARLY_SUPPORT_LEAD"], "c1")
    told.plan("2026-06-02 10:00", "c1")
    assert len(items(told, "PUT_PLAN_ON_FILE")) == 1
    told.plan("2026-06-02 11:00", "c1", type="EARLY_SUPPORT_PLAN", plan_id="p0")
    assert items(told, "PUT_PLAN_ON_FILE") == []
    told.plan_ended("2026-06-02 12:00", type="FAMILY_HELP_PLAN")
    assert items(told, "PUT_PLAN_ON_FILE") == []


@pytest.mark.rule("WLV-REF-22")
def test_a_plan_of_early_support_that_had_ended_before_is_none_on_file():
    told = Family()
    told.post.referral(london("2026-06-01 09:00"), "k1", "c1")
    told.plan("2026-06-01 09:10", "c1", type="EARLY_SUPPORT_PLAN", plan_id="p0")
    told.plan_ended("2026-06-01 09:30", type="EARLY_SUPPORT_PLAN", plan_id="p0")
    told.post.triage(london("2026-06-01 10:00"), "k1", "c1", "GREEN", "EARLY_SUPPORT_CONTINUE")
    assert len(items(told, "PUT_PLAN_ON_FILE")) == 1
    told.post.triage(london("2026-06-02 10:00"), "k1", "c1", "RED", "STRATEGY_DISCUSSION")
    assert items(told, "PUT_PLAN_ON_FILE") == []


@pytest.mark.rule("WLV-ALLOC-24")
@pytest.mark.parametrize("plan", [False, True])
def test_an_enquiry_or_a_plan_without_an_lcpp_lies_with_the_lcpps_every_day_until_one_is_named(plan: bool):
    told = with_cat()
    told.told("Section47EnquiryOpened", "2026-06-02 10:00", enquiry_id="e1")
    if plan:
        told.told("InitialConferenceHeld", "2026-06-10 10:00", decision="PLAN")
    waiting = item(told, "NAME_CP_LEAD")
    assert waiting["for"] == {"teams": ["MACPT"], "posts": ["LCPP"]}
    assert "WLV-ALLOC-24" in waiting["rules"]
    told.lead("2026-06-11 10:00", {**SOCIAL_WORKER, "role": "CP_LEAD"}, purpose="CP_ENQUIRY")
    assert items(told, "NAME_CP_LEAD") == []


def test_work_of_a_role_on_the_case_lies_with_the_person_who_has_it():
    told = sent_to_family_help()
    told.lead("2026-06-02 11:00", ALTERNATIVE)
    since, owner = london("2026-06-03 10:00"), "LEAD_PRACTITIONER"
    missing = Incomplete(what="line_manager_discussion", rule="WLV-THR-21", since=since, owner=owner)
    told.post.send(
        "planning.StrategyDiscussionRequested",
        london("2026-06-03 10:00"),
        case="k1",
        about=("c1",),
        incomplete=(missing,),
    )
    row = CASES.fold("k1", told.post.sent)
    assert row is not None
    desks = {one["code"]: one["desks"] for one in row["items"] if one["code"] in ("INCOMPLETE", "BEGIN_PLAN")}
    lead = {"team": None, "post": None, "person": "p-aq"}
    assert desks == {
        "INCOMPLETE": [lead],
        "BEGIN_PLAN": [lead, {"team": "FAMILY_HELP", "post": "SW_TEAM_MANAGER"}],
    }
    assert "|person=p-aq|" in str(CASES.search(row)["desks"])


def test_each_task_says_what_it_is_and_by_which_rule():
    codes = [task.code for task in wlv().tasks]
    assert len(codes) == len(set(codes))
    assert all(task.while_ or task.states for task in wlv().tasks)


@pytest.mark.rule("NAT-THR-12")
def test_a_child_who_turned_18_lies_with_whoever_holds_it_until_the_case_is_closed():
    told = sent_to_family_help("c1", "c2")
    told.lead("2026-06-02 11:00", ALTERNATIVE, "c1", "c2")
    told.level("2026-06-02 10:00", "c1", "CHILD_IN_NEED", decided_in="CAT")

    def reached(at: str, age: int) -> None:
        told.post.send("referral.ChildReachedAge", london(at), case="k1", about=("c1",), child_id="c1", age=age)

    reached("2026-06-03 10:00", 17)
    assert items(told, "CLOSE_OR_SAY_WHAT_FOLLOWS") == []
    reached("2026-06-04 10:00", 18)
    waiting = item(told, "CLOSE_OR_SAY_WHAT_FOLLOWS")
    assert (waiting["child_id"], waiting["rules"]) == ("c1", ["NAT-THR-12"])
    assert waiting["for"] == {"teams": ["FAMILY_HELP"], "posts": ["LEAD_PRACTITIONER"]}
    told.closed("2026-06-05 10:00", "c1")
    assert items(told, "CLOSE_OR_SAY_WHAT_FOLLOWS") == []


@pytest.mark.rule("WLV-TRAIN-07")
@pytest.mark.parametrize("asked_as", ["LEAD", "OTHER"])
def test_the_managers_are_told_of_support_that_others_asked_for(asked_as: str):
    told = Family()
    told.opened("2026-06-01", "c1")
    told.lead("2026-06-02 10:00", {"id": "p-lead"}, "c1")

    def ask(at: str, who: str) -> None:
        said = {"advanced_practitioner_id": "p-ap", "by": {"id": "p-x"}, "asked_as": who}
        told.post.send("allocation.APSupportRequested", london(at), case="k1", about=("c1",), **said)

    ask("2026-06-03 10:00", "MANAGER")
    ask("2026-06-03 10:10", "LINE_MANAGER")
    assert items(told, "SEE_AP_SUPPORT_REQUEST") == []
    ask("2026-06-03 11:00", asked_as)
    assert item(told, "SEE_AP_SUPPORT_REQUEST")["for"] == MANAGERS
    told.imc("2026-06-04 10:00", "OTHER")
    assert items(told, "SEE_AP_SUPPORT_REQUEST") == []
    ask("2026-06-05 11:00", asked_as)
    told.lead("2026-06-05 12:00", {"id": "p-y"}, "c1", purpose="CP_ENQUIRY")
    assert len(items(told, "SEE_AP_SUPPORT_REQUEST")) == 1
    told.lead("2026-06-05 13:00", {"id": "p-y"}, "c1")
    assert items(told, "SEE_AP_SUPPORT_REQUEST") == []
    ask("2026-06-06 11:00", asked_as)
    assert len(items(told, "SEE_AP_SUPPORT_REQUEST")) == 1
    told.closed("2026-06-06 12:00")
    assert items(told, "SEE_AP_SUPPORT_REQUEST") == []
