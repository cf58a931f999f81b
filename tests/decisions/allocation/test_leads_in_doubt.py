"""A lead who may not lead as things are, or who has gone: it is said at once, and help goes on meanwhile."""

from datetime import date
from typing import Any

import pytest

from services.allocation.decisions.endings import ends_with
from services.allocation.events import Agreement, LeadAllocated
from shared.kernel.act import Act
from shared.kernel.events import Fact, Incomplete, Recorded
from shared.kernel.people import Person
from tests.decisions.allocation.leading import LCPP, Family
from tests.decisions.planning.reacting import MANAGER

AQ = {"social_worker": False, "employer_kind": "AUTHORITY"}
PARTNER = {"social_worker": False, "employer_kind": "PARTNER", "employer": "A-SCHOOL", "sector": "SCHOOL"}


def led(person: dict[str, Any], level: str = "TARGETED_EARLY_HELP", **more: Any) -> Family:
    """A family whose only child is open to Family Help."""
    family = Family("c1")
    said = [{"child_id": "c1", "outcome": "FAMILY_HELP", "determination": level}]
    family.told("planning.AssessmentCompleted", "c1", team="CAT", children=said)
    family.level("c1", level)
    family.led("FAMILY_HELP", "p-fhlp", "c1", person=person, **more)
    return family


def doubts(recorded: list[Recorded]) -> list[tuple[str, str]]:
    return [(one.data.reason_code, one.data.lead.id) for one in recorded if one.title == "LeadNonCompliant"]


def tasks(recorded: list[Recorded]) -> list[str]:
    return [one.data.reason_code for one in recorded if one.title == "IMCTaskRaised"]


PATHWAYS = [
    ("WLV-ALLOC-22", "referral.PathwayDecided", {"pathway": "HOMELESS_16_17"}, "HOMELESS_16_17"),
    ("WLV-ALLOC-22", "referral.PathwayDecided", {"pathway": "HOMELESS_16_17", "ended": False}, "HOMELESS_16_17"),
    ("WLV-ALLOC-22", "referral.ReferralTriaged", {"pathway": "HOMELESS_16_17"}, "HOMELESS_16_17"),
    ("WLV-ALLOC-23", "referral.PathwayDecided", {"pathway": "PRIVATE_FOSTERING"}, "PRIVATE_FOSTERING"),
    ("WLV-ALLOC-23", "referral.PathwayDecided", {"pathway": "PRIVATE_FOSTERING", "ended": False}, "PRIVATE_FOSTERING"),
    ("WLV-ALLOC-23", "referral.ReferralTriaged", {"pathway": "PRIVATE_FOSTERING"}, "PRIVATE_FOSTERING"),
    ("WLV-ALLOC-23", "planning.PrivateFosteringNotified", {"aware_from": "2026-03-02"}, "PRIVATE_FOSTERING"),
]


@pytest.mark.rule("WLV-ALLOC-22")
@pytest.mark.rule("WLV-ALLOC-23")
@pytest.mark.parametrize("rule, name, data, reason", PATHWAYS)
def test_a_lead_who_is_no_social_worker_is_doubted_and_the_managers_have_a_task(
    rule: str, name: str, data: dict[str, Any], reason: str
) -> None:
    family = led(AQ)
    letter = family.letter(name, "c1", **data)
    done = family.take(letter, letter)
    assert (doubts(done), tasks(done)) == ([(reason, "p-fhlp")], ["CHANGE_OF_FHLP"])
    (doubt,) = [one for one in done if one.title == "LeadNonCompliant"]
    assert (doubt.rules, doubt.child_ids, doubt.causation_id) == ((rule,), ("c1",), letter.event_id)
    assert (doubt.data.from_event, doubt.occurred_at) == (letter.event_id, letter.occurred_at)
    assert doubt.data.lead.role == "LEAD_PRACTITIONER"
    assert family.holder("LEAD_PRACTITIONER") == "p-fhlp", "help goes on"


@pytest.mark.rule("WLV-ALLOC-22")
@pytest.mark.rule("WLV-ALLOC-23")
@pytest.mark.parametrize("rule, name, data, reason", PATHWAYS)
def test_a_social_worker_is_not(rule: str, name: str, data: dict[str, Any], reason: str) -> None:
    assert led({"social_worker": True}).told(name, "c1", **data) == []


@pytest.mark.rule("WLV-ALLOC-22")
@pytest.mark.rule("WLV-ALLOC-23")
@pytest.mark.parametrize("pathway", ["HOMELESS_16_17", "PRIVATE_FOSTERING"])
def test_nor_anybody_when_the_pathway_has_ended_or_the_child_is_not_in_family_help(pathway: str) -> None:
    assert led(AQ).told("referral.PathwayDecided", "c1", pathway=pathway, ended=True) == []
    assert led(AQ).told("referral.PathwayDecided", "c1", pathway="OTHER_SUPPORT") == []
    family = Family("c1", "c2")
    family.to_family_help("c1")
    family.led("FAMILY_HELP", "p-fhlp", "c1", person=AQ)
    assert doubts(family.told("referral.PathwayDecided", "c2", pathway=pathway)) == [], "a sibling still with CAT"
    family.told("planning.StrategyDiscussionRequested", "c1")
    assert len(doubts(family.told("referral.PathwayDecided", "c1", pathway=pathway))) == 1, "under a discussion"


@pytest.mark.rule("WLV-ALLOC-23")
def test_what_is_known_in_another_case_counts_from_when_the_link_is_known() -> None:
    family = led(AQ)
    at = family.at()
    family.take(family.post.referral(at, "k2", "c9"))
    said = {"aware_from": "2026-03-02", "notified_on": "2026-03-02"}
    told = family.post.send("planning.PrivateFosteringNotified", family.at(), case="k2", about=("c9",), **said)
    assert family.take(told) == []
    count = len(family.post.sent)
    family.post.link(family.at(), "l1", "k1", "k2", ("c1", "c9"))
    done = family.take(*family.post.sent[count:])
    assert (doubts(done), tasks(done)) == ([("PRIVATE_FOSTERING", "p-fhlp")], ["CHANGE_OF_FHLP"])
    assert [one.data.from_event for one in done if one.title == "LeadNonCompliant"] == [told.event_id]


@pytest.mark.rule("WLV-ALLOC-22")
def test_a_pathway_that_is_told_late_finds_who_leads_by_then() -> None:
    family = Family("c1")
    family.to_family_help("c1")
    late = family.letter("referral.PathwayDecided", "c1", pathway="HOMELESS_16_17")
    family.led("FAMILY_HELP", "p-fhlp", "c1", person=AQ)
    done = family.take(late)
    assert (doubts(done), tasks(done)) == ([("HOMELESS_16_17", "p-fhlp")], ["CHANGE_OF_FHLP"])


# ---- a partner's lead whose family rises to Child in Need ----


@pytest.mark.rule("WLV-ALLOC-18")
@pytest.mark.rule("WLV-THR-20")
def test_a_partners_lead_goes_on_and_the_agreement_of_their_manager_is_asked_for() -> None:
    family = led(PARTNER)
    done = family.level("c1", "CHILD_IN_NEED", "TARGETED_EARLY_HELP", decided_in="IMC")
    assert doubts(done) == [("LINE_MANAGER_AGREEMENT_MISSING", "p-fhlp")]
    assert tasks(done) == [], "nobody has to be replaced"
    (doubt,) = [one for one in done if one.title == "LeadNonCompliant"]
    assert [(item.rule, item.what, item.owner, item.child_id) for item in doubt.incomplete] == [
        ("WLV-ALLOC-18", "line_manager_agreement", "LINE_MANAGER", "c1")
    ]
    assert doubt.incomplete[0].since == doubt.occurred_at


@pytest.mark.rule("WLV-ALLOC-18")
@pytest.mark.parametrize(
    "who, more, resolved",
    [
        ("p-next", {}, ("NOT_NEEDED", "SUCCESSOR")),
        (
            "p-fhlp",
            {"line_manager_agreement": Agreement(person=Person(id="p-head"), date=date(2026, 3, 3))},
            ("FILLED", None),
        ),
        ("p-fhlp", {}, None),
    ],
)
def test_it_is_asked_for_until_it_is_there_or_another_leads(
    who: str, more: dict[str, Any], resolved: tuple[str, str | None] | None
) -> None:
    family = led(PARTNER)
    family.level("c1", "CHILD_IN_NEED", "TARGETED_EARLY_HELP", decided_in="IMC")
    at = family.at()
    event = LeadAllocated(lead=Person(id=who), purpose="FAMILY_HELP", **more)
    new = Fact(stream="case/k1", case_id="k1", child_ids=("c1",), event=event)
    act = Act(at, at, MANAGER, lambda: f"new-{who}")
    facts = ends_with(family.desk.matter("k1", at), [new], act)
    found = [(fact.event.resolved_as, fact.event.reason_code) for fact in facts]  # type: ignore[attr-defined]
    assert found == ([resolved] if resolved else [])
    assert all((fact.event.rule, fact.child_ids) == ("WLV-ALLOC-18", ("c1",)) for fact in facts)  # type: ignore[attr-defined]


@pytest.mark.rule("WLV-THR-20")
def test_what_the_change_of_level_says_that_it_lacks_is_not_asked_for_twice() -> None:
    family = led(PARTNER)
    what, rule = "line_manager_agreement", "WLV-ALLOC-18"
    lack = Incomplete(what=what, rule=rule, since=family.at(), owner="LINE_MANAGER", child_id="c1")
    done = family.level("c1", "CHILD_IN_NEED", "TARGETED_EARLY_HELP", decided_in="IMC", incomplete=(lack,))
    assert doubts(done) == [("LINE_MANAGER_AGREEMENT_MISSING", "p-fhlp")]
    assert [one.incomplete for one in done if one.title == "LeadNonCompliant"] == [()]


@pytest.mark.rule("WLV-ALLOC-18")
@pytest.mark.parametrize("person", [AQ, {"social_worker": False, "employer_kind": "COMMISSIONED"}])
def test_nobody_else_needs_that_agreement(person: dict[str, Any]) -> None:
    done = led(person).level("c1", "CHILD_IN_NEED", "TARGETED_EARLY_HELP", decided_in="IMC")
    assert doubts(done) == []


@pytest.mark.rule("WLV-ALLOC-18")
def test_nor_one_who_has_it_nor_one_whose_family_falls() -> None:
    agreed = Agreement(person=Person(id="p-head"), date=Family("c9").at().date())
    done = led(PARTNER, line_manager_agreement=agreed).level("c1", "CHILD_IN_NEED", "TARGETED_EARLY_HELP")
    assert doubts(done) == []
    family = led(PARTNER, "CHILD_IN_NEED", line_manager_agreement=agreed)
    assert doubts(family.level("c1", "TARGETED_EARLY_HELP", "CHILD_IN_NEED")) == []
    assert doubts(led(PARTNER).level("c1", "TARGETED_EARLY_HELP")) == []


@pytest.mark.rule("WLV-ALLOC-18")
def test_before_family_help_the_allocation_itself_asks() -> None:
    family = Family("c1", "c2")
    family.to_family_help("c1")
    family.led("FAMILY_HELP", "p-fhlp", "c1", person=PARTNER)
    family.to_family_help("c2")
    assert "LeadNonCompliant" not in [one.title for one in family.desk.recorded if one.child_ids == ("c2",)]


# ---- somebody who has gone ----


def left(family: Family, who: str, *cases: str) -> list[Recorded]:
    letter = family.post.send(
        "allocation.PractitionerDeregistered",
        family.at(),
        case=None,
        stream=f"practitioner/{who}",
        practitioner_id=who,
        profession="SOCIAL_WORKER",
        reason_code="LEFT",
        open_case_ids=list(cases),
        **{"from": family.at().isoformat()},
    )
    done = family.desk.take_own(letter)
    assert family.desk.take_own(letter) == []
    return done


@pytest.mark.rule("WLV-ALLOC-47")
def test_who_leaves_the_register_is_missed_in_each_role_and_stays_its_holder_in_name() -> None:
    family = Family("c1", "c2")
    family.to_family_help("c1")
    family.led("FAMILY_HELP", "p-gone", "c1")
    family.led("CAT_ASSESSMENT", "p-gone", "c2")
    done = left(family, "p-gone", "k1")
    roles = [(one.data.lead.role, one.child_ids) for one in done if one.title == "LeadNonCompliant"]
    assert roles == [("LEAD_PRACTITIONER", ("c1",)), ("CAT_WORKER", ("c2",))]
    assert {one.data.reason_code for one in done if one.title == "LeadNonCompliant"} == {"LEFT"}
    assert tasks(done) == ["CHANGE_OF_FHLP"]
    assert family.holder("LEAD_PRACTITIONER") == "p-gone"


@pytest.mark.rule("WLV-ALLOC-47")
def test_a_lead_of_protection_work_is_missed_without_a_meeting() -> None:
    family = Family("c1")
    family.enquiry("c1", lead=LCPP)
    done = left(family, LCPP["id"], "k1", "k1")
    assert (doubts(done), tasks(done)) == ([("LEFT", LCPP["id"])], [])
    assert done[0].rules == ("WLV-ALLOC-47",)


@pytest.mark.rule("WLV-ALLOC-47")
def test_who_leads_nobody_is_missed_by_nobody() -> None:
    family = led(AQ)
    family.led("FAMILY_HELP", "p-next", "c1")
    assert left(family, "p-fhlp", "k1") == []
    assert left(family, "p-other") == []
