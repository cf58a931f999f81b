"""The case file in the middle of the work: leads beside one another, levels, protection, meetings, plans."""

from typing import Any

import pytest

from services.qa.views.case_file import case_file
from shared.access.masks import DOOR, STRUCTURAL, WHOLE, Mask
from shared.access.showing import masked
from shared.kernel.letters import Letter
from shared.protocol.load import protocol_of
from tests.packs.families import ALTERNATIVE, SOCIAL_WORKER, Family
from tests.views.letters import london

CP_LEAD = {**SOCIAL_WORKER, "id": "p-lcpp", "role": "CP_LEAD"}


def family() -> Family:
    """Two children in Family Help; the first comes into an enquiry and then has a child protection plan."""
    told = Family()
    told.opened("2026-02-02", "c1", "c2")
    told.lead("2026-02-03 09:00", ALTERNATIVE, "c1", "c2", imc_id="imc-1", line_manager={"id": "p-manager"})
    told.plan("2026-02-04 09:00", "c1", "c2")
    told.told("Section47EnquiryOpened", "2026-03-02 10:00", enquiry_id="e1", lead=CP_LEAD)
    told.level("2026-03-02 10:00", "c1", "CP_ENQUIRY", **{"from": "TARGETED_EARLY_HELP", "decided_in": "STRATEGY"})
    told.lead("2026-03-02 10:00", CP_LEAD, "c1", purpose="CP_ENQUIRY")
    return told


def protected(told: Family) -> None:
    told.told("InitialConferenceHeld", "2026-03-20 10:00", decision="PLAN", category="NEG", held_at="2026-03-20")
    told.told("Section47EnquiryConcluded", "2026-03-20 10:00", enquiry_id="e1", outcome="CONFERENCE")
    told.plan("2026-03-20 10:00", "c1", type="CP", plan_id="cp1")
    told.level("2026-03-20 10:00", "c1", "CHILD_PROTECTION_PLAN", **{"from": "CP_ENQUIRY"})


def shown(told: Family, **cut: Any) -> dict[str, Any]:
    return case_file("k1", told.post.sent, protocol_of, **cut)


def child(file: dict[str, Any], child_id: str) -> dict[str, Any]:
    return next(one for one in file["children"] if one["child_id"] == child_id)


@pytest.mark.rule("WLV-ALLOC-24")
def test_the_lead_of_child_protection_stands_beside_the_familys_and_is_of_that_child_alone() -> None:
    told = family()
    protected(told)
    file = shown(told)
    assert [(lead["role"], lead["child_ids"], lead["until"]) for lead in file["leads"]] == [
        ("LEAD_PRACTITIONER", ["c1", "c2"], None),
        ("CP_LEAD", ["c1"], None),
    ]
    assert file["leads"][0]["basis"] == {"imc_id": "imc-1", "line_manager": {"id": "p-manager"}}
    held = {one: [(h["person"], h["held_by"]) for h in child(file, one)["holders"]] for one in ("c1", "c2")}
    assert held == {
        "c1": [("CP_LEAD", "p-lcpp"), ("LEAD_PRACTITIONER", "p-aq")],
        "c2": [("LEAD_PRACTITIONER", "p-aq")],
    }


def test_another_lead_for_one_child_leaves_those_of_the_others() -> None:
    told = family()
    told.lead("2026-03-03 10:00", {**CP_LEAD, "id": "p-second"}, "c2", purpose="CP_ENQUIRY")
    told.lead("2026-03-04 10:00", SOCIAL_WORKER, "c1", "c2", previous_lead=ALTERNATIVE)
    leads = [(lead["lead"]["id"], lead["role"], lead["until"]) for lead in shown(told)["leads"]]
    assert leads == [
        ("p-aq", "LEAD_PRACTITIONER", "2026-03-04T10:00:00Z"),
        ("p-lcpp", "CP_LEAD", None),
        ("p-second", "CP_LEAD", None),
        ("p-sw", "LEAD_PRACTITIONER", None),
    ]


@pytest.mark.rule("WLV-THR-09")
def test_each_childs_levels_are_there_from_the_first_determination_on() -> None:
    told = family()
    protected(told)
    told.told("CaseClosed", "2026-04-01 10:00", "c2", reason_code="RC7")
    file = shown(told)
    levels = {one: [(level.get("from"), level["to"]) for level in child(file, one)["levels"]] for one in ("c1", "c2")}
    assert levels == {
        "c1": [
            (None, "TARGETED_EARLY_HELP"),
            ("TARGETED_EARLY_HELP", "CP_ENQUIRY"),
            ("CP_ENQUIRY", "CHILD_PROTECTION_PLAN"),
        ],
        "c2": [(None, "TARGETED_EARLY_HELP")],
    }
    assert child(file, "c1")["levels"][1]["decided_in"] == "STRATEGY"
    # The level ends with the case of that child, not before.
    assert (child(file, "c1")["level"], child(file, "c2")["level"]) == ("CHILD_PROTECTION_PLAN", None)
    before = shown(told, as_at=london("2026-03-10 10:00"))
    assert [level["to"] for level in child(before, "c1")["levels"]] == ["TARGETED_EARLY_HELP", "CP_ENQUIRY"]


def test_enquiries_and_protection_plans_have_a_beginning_and_an_end() -> None:
    told = family()
    protected(told)
    protection = child(shown(told), "c1")["protection"]
    (enquiry,), (plan,) = protection["enquiries"], protection["plans"]
    assert (enquiry["from"], enquiry["until"], enquiry["outcome"], enquiry["lead"]["id"]) == (
        "2026-03-02T10:00:00Z",
        "2026-03-20T10:00:00Z",
        "CONFERENCE",
        "p-lcpp",
    )
    assert (plan["plan_id"], plan["from"], plan["until"]) == ("cp1", "2026-03-20T10:00:00Z", None)
    nothing = {"enquiries": [], "plans": [], "looked_after": [], "private_fostering": []}
    assert child(shown(told), "c2")["protection"] == nothing
    told.plan_ended("2026-06-18 10:00", "c1", type="CP", plan_id="cp1")
    (plan,) = child(shown(told), "c1")["protection"]["plans"]
    assert plan["until"] == "2026-06-18T09:00:00Z"


def test_a_child_who_is_looked_after_or_privately_fostered_is_shown_from_when_until_when() -> None:
    told = family()
    told.told("LookedAfterStarted", "2026-03-10 10:00", started_on="2026-03-09", legal_route="S20_RETURN_HOME")
    told.told("PrivateFosteringNotified", "2026-03-11 10:00", aware_from="2026-03-01", notified_on="2026-03-11")
    told.told("PrivateFosteringEnded", "2026-03-20 10:00", ended_on="2026-03-19")
    protection = child(shown(told), "c1")["protection"]
    (care,), (fostered,) = protection["looked_after"], protection["private_fostering"]
    assert (care["from"], care["until"], care["legal_route"]) == ("2026-03-09", None, "S20_RETURN_HOME")
    assert (fostered["from"], fostered["until"]) == ("2026-03-01", "2026-03-19")
    told.told("LookedAfterEnded", "2026-04-01 10:00", to="HOME")
    (care,) = child(shown(told), "c1")["protection"]["looked_after"]
    assert care["until"] == "2026-04-01T09:00:00Z"


def test_the_end_of_a_childs_case_ends_its_enquiry_and_its_part_of_every_plan() -> None:
    told = family()
    told.closed("2026-03-05 10:00", "c1")
    file = shown(told)
    (enquiry,) = child(file, "c1")["protection"]["enquiries"]
    assert enquiry["until"] == "2026-03-05T10:00:00Z"
    assert [(plan["child_ids"], plan["until"]) for plan in file["plans"]] == [(["c2"], None)]
    told.closed("2026-03-06 10:00", "c2")
    assert shown(told)["plans"][0]["until"] == "2026-03-06T10:00:00Z"


def test_a_plan_keeps_every_review_and_the_date_last_set() -> None:
    told = family()
    told.told("PlanCompleted", "2026-02-10 10:00", plan_id="p1", type="FAMILY_HELP_PLAN", version=2)
    first = told.reviewed("2026-03-10 10:00", next_review_date="2026-06-01", review_kind="SIX_WEEKS")
    told.reviewed("2026-05-20 10:00", with_family=False, children=[{"child_id": "c2", "recommendation": "CONTINUE"}])
    (plan,) = shown(told)["plans"]
    assert (plan["version"], plan["next_review_date"]) == (2, None)
    reviews = [(r["at"], r["family_present"], r.get("next_review_date")) for r in plan["reviews"]]
    assert reviews == [("2026-03-10T10:00:00Z", True, "2026-06-01"), ("2026-05-20T09:00:00Z", False, None)]
    assert plan["reviews"][0]["event_id"] == first.event_id
    assert plan["reviews"][1]["children"] == [{"child_id": "c2", "recommendation": "CONTINUE"}]


def test_meetings_stand_in_the_order_in_which_they_were_held_with_what_their_record_lacks() -> None:
    told = family()
    protected(told)
    lacking = told.imc("2026-03-01 10:00", "MONTHLY_CIN_AQ", lacks=("WLV-ALLOC-36",), recorded="2026-03-25 10:00")
    meetings = [(row["event"], row["incomplete"]) for row in shown(told)["meetings"]]
    assert meetings == [
        ("allocation.IMCHeld", [{"rule": "WLV-ALLOC-36", "what": "attendees"}]),
        ("planning.InitialConferenceHeld", []),
    ]
    told.imc("2026-03-01 10:00", "MONTHLY_CIN_AQ", corrects=lacking, recorded="2026-03-26 10:00")
    assert [row["incomplete"] for row in shown(told)["meetings"]] == [[], []]


def test_talks_worries_and_assessments_are_told_apart() -> None:
    told = family()
    told.told("ConcernRaised", "2026-02-20 10:00", significant=True, cp=True, source="AGENCY")
    told.told("LCPPConversationHeld", "2026-02-20 11:00", cp_triggered=False, macpt_involved=False, reason_code="OTHER")
    told.told("ChangeOfNeedReported", "2026-02-20 11:00", trend="UP", source="MEETING")
    told.told("AssessmentStarted", "2026-02-21 10:00", assessment_id="a1", team="CAT")
    outcome = [{"child_id": "c1", "outcome": "FAMILY_HELP"}]
    told.told("AssessmentCompleted", "2026-02-27 10:00", assessment_id="a1", team="CAT", children=outcome)
    told.told("AssessmentCompleted", "2026-02-28 10:00", assessment_id="a0", team="CAT", children=outcome)
    file = shown(told)
    assert [row["event"] for row in file["conversations"]] == ["planning.LCPPConversationHeld"]
    assert file["conversations"][0]["cp_triggered"] is False
    assert [row["event"] for row in file["concerns"]] == ["planning.ConcernRaised", "planning.ChangeOfNeedReported"]
    first, second = file["assessments"]
    assert (first["assessment_id"], first["completed"]["children"], first["approved"]) == ("a1", outcome, None)
    # One of whose beginning nothing was told is there all the same.
    assert (second["assessment_id"], second["completed"]["at"]) == ("a0", "2026-02-28T10:00:00Z")


def test_work_is_shown_to_those_who_work_and_to_an_auditor_and_not_at_the_door() -> None:
    told = family()
    protected(told)
    told.told("ConcernRaised", "2026-02-20 10:00", significant=True, cp=True, source="AGENCY")
    told.imc("2026-03-01 10:00", "MONTHLY_CIN_AQ")
    told.told("AssessmentStarted", "2026-02-21 10:00", assessment_id="a1", team="CAT")
    told.told("LCPPConversationHeld", "2026-02-20 11:00", cp_triggered=False)
    file = shown(told)
    work = ("plans", "assessments", "meetings", "conversations", "concerns")
    whole, auditor, door = (masked(file, Mask(groups=groups)) for groups in (WHOLE, STRUCTURAL, DOOR))
    assert whole == file
    for part in work:
        assert file[part]
        assert auditor[part] == file[part]
        assert part not in door
    assert child(door, "c1")["levels"] == child(file, "c1")["levels"]
    assert "protection" not in child(door, "c1")
    assert child(auditor, "c1")["protection"] == child(file, "c1")["protection"]


def test_what_concerns_one_child_is_not_shown_by_a_grant_on_another() -> None:
    told = family()
    protected(told)
    granted = Mask(groups=frozenset(), of_child={"c2": WHOLE})
    seen = masked(shown(told), granted)
    assert "meetings" not in seen or all(row["child_ids"] == ["c2"] for row in seen["meetings"])
    assert [one["child_id"] for one in seen["children"] if "levels" in one] == ["c2"]


def test_the_same_letters_in_any_order_give_the_same_work() -> None:
    told = family()
    protected(told)
    letters: list[Letter] = [*told.post.sent]
    assert case_file("k1", letters, protocol_of) == case_file("k1", letters[::-1], protocol_of)
