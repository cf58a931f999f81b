"""Roles that begin and end by themselves: nobody is let go before the next holder is there."""

from itertools import permutations
from typing import Any

import pytest

from services.allocation.decisions.endings import ends_with
from services.allocation.events import LeadAllocated
from shared.kernel.act import Act
from shared.kernel.events import Fact
from shared.kernel.people import Person
from tests.decisions.allocation.leading import LCPP, Family, ended
from tests.decisions.planning.reacting import MANAGER, told


def in_cat(*children: str) -> Family:
    family = Family(*children)
    family.led("CAT_ASSESSMENT", "p-cat", *children)
    return family


def in_family_help(*children: str, **lead: Any) -> Family:
    family = Family(*children)
    family.to_family_help(*children)
    family.led("FAMILY_HELP", "p-fhlp", *children, **lead)
    return family


def allocated(family: Family, purpose: str, who: str, *children: str) -> list[Fact]:
    """What AllocateLead records besides the allocation of each child."""
    matter, at = family.desk.matter("k1", family.at()), family.at()
    new = [
        Fact(
            stream="case/k1",
            case_id="k1",
            child_ids=(child,),
            event=LeadAllocated(lead=Person(id=who), purpose=purpose),
        )
        for child in children
    ]
    return list(ends_with(matter, new, Act(at, at, MANAGER, lambda: f"new-{at}-{len(new)}-{next(COUNT)}")))


COUNT = iter(range(10_000))


def over(facts: list[Fact]) -> list[tuple[str, str, tuple[str, ...], str]]:
    return [(one.event.role, one.event.lead.id, one.child_ids, one.event.reason_code) for one in facts]  # type: ignore


# ---- the worker of CAT ----


@pytest.mark.rule("WLV-REF-07")
@pytest.mark.rule("WLV-ALLOC-47")
def test_the_cat_worker_stays_until_family_help_leads_the_child() -> None:
    family = in_cat("c1", "c2")
    family.to_family_help("c1", "c2")
    assert family.holder("CAT_WORKER", "c1") == "p-cat"
    facts = allocated(family, "FAMILY_HELP", "p-fhlp", "c1")
    assert over(facts) == [("CAT_WORKER", "p-cat", ("c1",), "SUCCESSOR")]
    assert (facts[0].stream, facts[0].rules) == ("case/k1", ("WLV-REF-07",))
    assert over(allocated(family, "FAMILY_HELP", "p-fhlp", "c1", "c2")) == [
        ("CAT_WORKER", "p-cat", ("c1",), "SUCCESSOR"),
        ("CAT_WORKER", "p-cat", ("c2",), "SUCCESSOR"),
    ]
    assert allocated(family, "CP_ENQUIRY", "p-fhlp", "c1") == []


@pytest.mark.rule("WLV-ALLOC-47")
def test_an_enquiry_or_the_end_of_the_case_ends_the_cat_worker_for_that_child_alone() -> None:
    family = in_cat("c1", "c2")
    assert ended(family.enquiry("c1")) == [("CAT_WORKER", "p-cat", ("c1",), "SUCCESSOR")]
    assert family.holder("CAT_WORKER", "c2") == "p-cat"
    done = family.closed("c2", from_state="CAT_ASSESSMENT")
    assert ended(done) == [("CAT_WORKER", "p-cat", ("c2",), "LAST_CHILD_LEFT")]
    assert done[-1].rules == ("WLV-ALLOC-47",)
    assert family.holder("CAT_WORKER") is None


# ---- the lead in Family Help ----


@pytest.mark.rule("WLV-ALLOC-27")
def test_the_lead_ends_with_the_last_child_of_the_family() -> None:
    family = in_family_help("c1", "c2")
    assert ended(family.closed("c1")) == []
    assert family.holder("LEAD_PRACTITIONER") == "p-fhlp"
    letter = family.letter("planning.CaseClosed", "c2", reason_code="RC8", from_state="FAMILY_HELP_ACTIVE")
    done = family.take(letter)
    assert ended(done) == [("LEAD_PRACTITIONER", "p-fhlp", ("c1", "c2"), "LAST_CHILD_LEFT")]
    (end,) = [one for one in done if one.title == "LeadEnded"]
    assert (end.rules, end.causation_id, end.occurred_at) == (("WLV-ALLOC-27",), letter.event_id, letter.occurred_at)
    assert family.take(letter) == []


@pytest.mark.rule("WLV-ALLOC-27")
@pytest.mark.rule("WLV-THR-16")
@pytest.mark.parametrize("to", ["EARLY_SUPPORT", "UNIVERSAL"])
def test_a_step_down_out_of_family_help_ends_the_lead(to: str) -> None:
    family = in_family_help("c1")
    family.level("c1", "TARGETED_EARLY_HELP", "CHILD_IN_NEED")
    more = {"direction": "CLOSE" if to == "UNIVERSAL" else "STEP_DOWN", "decided_in": "REVIEW"}
    done = family.level("c1", to, "TARGETED_EARLY_HELP", **more)
    assert [one[0] for one in ended(done)] == ["LEAD_PRACTITIONER"]
    assert ended(family.closed("c1")) == []


@pytest.mark.rule("WLV-THR-18")
@pytest.mark.rule("WLV-ALLOC-27")
def test_falling_worries_do_not_change_the_lead() -> None:
    family = in_family_help("c1")
    assert family.level("c1", "TARGETED_EARLY_HELP", "CHILD_IN_NEED", direction="STEP_DOWN") == []
    assert family.holder("LEAD_PRACTITIONER") == "p-fhlp"


@pytest.mark.rule("WLV-ALLOC-27")
@pytest.mark.rule("WLV-THR-05")
def test_the_lead_stays_while_a_child_is_in_protection_work_or_a_discussion_is_asked_for() -> None:
    family = in_family_help("c1", "c2")
    family.told("planning.StrategyDiscussionRequested", "c1")
    assert ended(family.closed("c2")) == []
    family.enquiry("c1")
    assert family.holder("LEAD_PRACTITIONER") == "p-fhlp"
    family.told("planning.InitialConferenceHeld", "c1", decision="PLAN")
    assert family.holder("LEAD_PRACTITIONER") == "p-fhlp"
    assert [one[0] for one in ended(family.closed("c1"))] == ["LEAD_PRACTITIONER"]


@pytest.mark.rule("WLV-ALLOC-27")
@pytest.mark.parametrize("ends", ["planning.Section47EnquiryConcluded", "planning.InitialConferenceHeld"])
def test_the_lead_ends_when_the_last_child_goes_from_protection_work_to_cat(ends: str) -> None:
    family = Family("c1", "c2")
    family.to_family_help("c1")
    family.led("FAMILY_HELP", "p-fhlp", "c1")
    family.enquiry("c2")
    assert ended(family.closed("c1")) == []
    said = {"outcome": "SUPPORT_CHILD_IN_NEED"} if "Concluded" in ends else {"decision": "NO_PLAN"}
    done = family.told(ends, "c2", enquiry_id="e1-c2", **said)
    assert ("LEAD_PRACTITIONER", "p-fhlp", ("c1",), "LAST_CHILD_LEFT") in ended(done)


@pytest.mark.rule("WLV-ALLOC-27")
def test_the_lead_stays_for_a_sibling_who_came_to_a_plan_from_cat() -> None:
    family = Family("c1", "c2")
    family.to_family_help("c1")
    family.led("FAMILY_HELP", "p-fhlp", "c1")
    family.enquiry("c2")
    family.told("planning.InitialConferenceHeld", "c2", decision="PLAN")
    assert ended(family.closed("c1")) == []
    assert family.holder("LEAD_PRACTITIONER") == "p-fhlp"


# ---- the lead of child protection work ----


@pytest.mark.rule("NAT-ALLOC-03")
@pytest.mark.rule("WLV-ALLOC-24")
def test_whom_the_enquiry_names_leads_from_there() -> None:
    family = in_cat("c1")
    letter = family.letter("planning.Section47EnquiryOpened", "c1", enquiry_id="e1", lead=LCPP)
    done = family.take(letter, letter)
    (lead,) = [one for one in done if one.title == "LeadAllocated"]
    assert (lead.data.purpose, lead.data.lead.id, lead.data.lead.role) == ("CP_ENQUIRY", "p-lcpp", "CP_LEAD")
    assert (lead.child_ids, lead.occurred_at, lead.rules) == (("c1",), letter.occurred_at, ("NAT-ALLOC-03",))
    assert (lead.data.team, lead.data.lead.social_worker) == ("MACPT", True)


@pytest.mark.rule("NAT-ALLOC-03")
def test_but_not_while_somebody_leads_already_nor_without_a_social_worker() -> None:
    family = in_cat("c1", "c2")
    family.enquiry("c1", lead=LCPP)
    assert "LeadAllocated" not in [one.title for one in family.enquiry("c1", lead={**LCPP, "id": "x"}, number="e2")]
    assert "LeadAllocated" not in [one.title for one in family.enquiry("c2")]
    assert "LeadAllocated" not in [one.title for one in family.enquiry("c2", lead={"id": "x", "social_worker": False})]
    assert family.holder("CP_LEAD", "c1") == "p-lcpp"
    assert "LeadAllocated" in [one.title for one in family.enquiry("c2", lead={**LCPP, "id": "y"}, number="e3")]
    assert family.holder("CP_LEAD", "c2") == "y"


@pytest.mark.rule("WLV-ALLOC-24")
def test_the_next_allocation_replaces_whom_the_enquiry_named_whichever_letter_came_first() -> None:
    family = in_cat("c1")
    opened = family.letter("planning.Section47EnquiryOpened", "c1", enquiry_id="e1", lead=LCPP)
    family.led("CP_ENQUIRY", "p-other", "c1")
    family.take(opened)
    assert family.holder("CP_LEAD", "c1") == "p-other"


def in_protection(*children: str) -> Family:
    family = Family("c1", "c2")
    family.to_family_help(*children)
    if children:
        family.led("FAMILY_HELP", "p-fhlp", *children)
    family.enquiry("c1", "c2", lead=LCPP)
    return family


@pytest.mark.rule("WLV-ALLOC-24")
@pytest.mark.rule("WLV-ALLOC-47")
def test_the_lead_of_protection_work_ends_with_the_last_child_in_it() -> None:
    family = in_protection("c1", "c2")
    assert ended(family.concluded("c1")) == []
    done = family.concluded("c2")
    assert ended(done) == [
        ("CP_LEAD", "p-lcpp", ("c1",), "CP_WORK_ENDED"),
        ("CP_LEAD", "p-lcpp", ("c2",), "CP_WORK_ENDED"),
    ] or ended(done) == [("CP_LEAD", "p-lcpp", ("c1", "c2"), "CP_WORK_ENDED")]
    assert family.holder("CP_LEAD") is None
    assert family.holder("LEAD_PRACTITIONER") == "p-fhlp"


@pytest.mark.rule("WLV-ALLOC-47")
@pytest.mark.parametrize(
    "name, said",
    [
        ("planning.InitialConferenceHeld", {"decision": "NO_PLAN"}),
        ("planning.ReviewConferenceHeld", {"decision": "END_PLAN"}),
    ],
)
def test_so_it_does_after_a_conference(name: str, said: dict[str, str]) -> None:
    family = in_family_help("c1")
    family.enquiry("c1", lead=LCPP)
    if "Review" in name:
        family.told("planning.InitialConferenceHeld", "c1", decision="PLAN")
        family.told("planning.Section47EnquiryConcluded", "c1", outcome="CONFERENCE", enquiry_id="e1-c1")
        assert family.holder("CP_LEAD") == "p-lcpp", "it carries on under the plan"
    assert [one[0] for one in ended(family.told(name, "c1", **said))] == ["CP_LEAD"]


@pytest.mark.rule("WLV-ALLOC-47")
@pytest.mark.parametrize("purpose", ["CAT_ASSESSMENT", "FAMILY_HELP"])
def test_for_a_child_left_with_no_lead_it_stays_until_the_next_is_named(purpose: str) -> None:
    family = in_protection()
    assert ended(family.concluded("c1")) == []
    assert ended(family.concluded("c2")) == [], "both wait for CAT"
    if purpose == "FAMILY_HELP":
        family.to_family_help("c1")
    facts = allocated(family, purpose, "p-next", "c1")
    assert over(facts) == [("CP_LEAD", "p-lcpp", ("c1",), "CP_WORK_ENDED")]
    assert allocated(family, "CP_ENQUIRY", "p-next", "c1") == []
    assert ended(family.closed("c2")) == [("CP_LEAD", "p-lcpp", ("c2",), "CP_WORK_ENDED")]


@pytest.mark.rule("WLV-ALLOC-47")
def test_it_ends_for_the_child_with_a_lead_and_stays_for_the_one_without() -> None:
    family = in_protection("c1")
    family.concluded("c1")
    assert ended(family.concluded("c2")) == [("CP_LEAD", "p-lcpp", ("c1",), "CP_WORK_ENDED")]
    assert family.holder("CP_LEAD", "c2") == "p-lcpp"


@pytest.mark.rule("WLV-ALLOC-47")
def test_and_for_one_who_comes_off_a_plan_and_waits_for_family_help() -> None:
    family = in_protection()
    family.closed("c2")
    family.told("planning.InitialConferenceHeld", "c1", decision="PLAN")
    family.told("planning.Section47EnquiryConcluded", "c1", outcome="CONFERENCE", enquiry_id="e1-c1")
    done = ended(family.told("planning.ReviewConferenceHeld", "c1", decision="END_PLAN"))
    assert [one[2] for one in done] == [("c2",)], "whose case is closed, and whose sibling was the last in that work"
    assert family.holder("CP_LEAD", "c1") == "p-lcpp"
    assert over(allocated(family, "FAMILY_HELP", "p-fhlp", "c1")) == [("CP_LEAD", "p-lcpp", ("c1",), "CP_WORK_ENDED")]


# ---- the list of the team ----


@pytest.mark.rule("WLV-THR-16")
def test_a_child_whose_family_help_is_over_leaves_the_teams_list() -> None:
    family = in_family_help("c1", "c2")
    letter = family.letter("planning.CaseClosed", "c1", reason_code="RC8", from_state="FAMILY_HELP_ACTIVE")
    (moved,) = family.take(letter, letter)
    assert moved.title == "WorklistReassigned"
    assert (moved.data.from_worklist, moved.data.to_worklist) == ("FAMILY_HELP", "CLOSED")
    assert (moved.data.reason_code, moved.child_ids) == ("FAMILY_HELP_ENDED", ("c1",))
    assert moved.rules == ("WLV-THR-16",)
    family = in_cat("c1")
    assert "WorklistReassigned" not in [one.title for one in family.closed("c1", from_state="CAT_ASSESSMENT")]


def test_whatever_the_order_of_letters_the_roles_end_alike() -> None:
    outcomes = []
    for order in permutations(range(3)):
        family = in_protection("c1", "c2")
        letters = [
            family.letter("planning.Section47EnquiryConcluded", "c1", enquiry_id="e1-c1", outcome="NO_FURTHER_NEED"),
            family.letter("referral.ReferralTriaged", "c1", outcome="STRATEGY_DISCUSSION", triage_rag="RED"),
            family.letter("planning.Section47EnquiryConcluded", "c2", enquiry_id="e1-c2", outcome="NO_FURTHER_NEED"),
        ]
        if order.index(0) < order.index(2):
            for place in order:
                family.take(letters[place], letters[place])
            outcomes.append(told(family.desk.recorded))
    assert len(outcomes) == 3
    assert all(outcome == outcomes[0] for outcome in outcomes)
