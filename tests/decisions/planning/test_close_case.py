"""The end of a case: by what happened to the child from any state, by an order, or because the family withdraws."""

from datetime import date
from typing import Any

import pytest

from services.planning.decisions.close_case import CloseCase, close_case
from services.planning.events import CaseClosed, PlanEnded, ThresholdChanged
from shared.kernel.people import Actor
from tests.decisions.on_case import CHILD, SIBLING, CaseStory, case
from tests.given import CAT, DOOR_MANAGER

MANAGER = Actor(id="p-manager", role="SW_TEAM_MANAGER", team="MACPT", social_worker=True)
EVENTS = [
    ("DIED", "RC2"),
    ("ADOPTED", "RC1"),
    ("MOVED_TO_OTHER_AUTHORITY", "RC5"),
    ("TURNED_18", "RC7"),
    ("LEFT_COUNTRY", "RC7"),
]


def closing(*children: str, **said: Any) -> CloseCase:
    return CloseCase.model_validate({"children": list(children or (CHILD,))} | said)


def received(*children: str) -> CaseStory:
    story = case(by=DOOR_MANAGER)
    for child in children or (CHILD,):
        story = story.told("referral.ReferralReceived", child)
    return story


def green() -> CaseStory:
    story = received().told("referral.ReferralTriaged", CHILD, outcome="EARLY_SUPPORT_START", triage_rag="GREEN")
    return story.told("planning.ThresholdChanged", CHILD, to="EARLY_SUPPORT", decided_in="TRIAGE")


def with_cat(*children: str) -> CaseStory:
    story = received(*children)
    for child in children or (CHILD,):
        story = story.told("referral.ReferralTriaged", child, outcome="CAT_ASSESSMENT", triage_rag="AMBER")
    return story


def to_family_help() -> CaseStory:
    return received().told("referral.ReferralTriaged", CHILD, outcome="FAMILY_HELP", triage_rag="AMBER")


def determined() -> CaseStory:
    return to_family_help().told(
        "planning.ThresholdChanged",
        CHILD,
        to="CHILD_IN_NEED",
        decided_in="CAT",
        actor=CAT,
        authorised_by={"team": "CAT"},
    )


def helped() -> CaseStory:
    return determined().told("allocation.LeadAllocated", CHILD, purpose="FAMILY_HELP", lead={"id": "p-fhlp"})


def asked(story: CaseStory) -> CaseStory:
    return story.told("planning.StrategyDiscussionRequested", CHILD, from_state=story.standing().state)


def at_mash() -> CaseStory:
    return received().told("referral.ReferralTriaged", CHILD, outcome="STRATEGY_DISCUSSION", triage_rag="RED")


def enquiry() -> CaseStory:
    story = at_mash().told("planning.Section47EnquiryOpened", CHILD, enquiry_id="q1")
    return story.told("planning.ThresholdChanged", CHILD, to="CP_ENQUIRY", decided_in="STRATEGY")


def protected() -> CaseStory:
    story = enquiry().told("planning.InitialConferenceHeld", CHILD, decision="PLAN")
    story = story.told("planning.PlanStarted", CHILD, plan_id="cp-1", type="CP")
    return story.told("planning.ThresholdChanged", CHILD, to="CHILD_PROTECTION_PLAN", decided_in="CONFERENCE")


def titles(outcome: Any) -> list[str]:
    return [fact.event.title() for fact in outcome.facts]


@pytest.mark.rule("NAT-THR-11")
@pytest.mark.parametrize(
    "story",
    [
        received,
        green,
        to_family_help,
        with_cat,
        determined,
        helped,
        at_mash,
        pytest.param(lambda: asked(with_cat()), id="asked of CAT"),
        pytest.param(lambda: asked(helped()), id="asked of Family Help"),
        enquiry,
        protected,
    ],
)
@pytest.mark.parametrize(("event", "code"), EVENTS)
def test_what_happened_to_a_child_closes_its_case_from_any_state(story: Any, event: str, code: str):
    told = story()
    done = told.when(close_case, closing(closed_by_event=event, handed_over_to="333", acceptance_ref="a-1"))
    closed = done.cites("NAT-THR-11").facts[-1].event
    assert isinstance(closed, CaseClosed)
    assert (closed.reason_code, closed.closed_by_event, closed.from_state) == (code, event, told.standing().state)
    after = done.warned().complete("NAT-THR-11").kept().standing()
    assert (after.state, after.level, after.enquiries, after.asked) == ("CLOSED", None, frozenset(), frozenset())


@pytest.mark.rule("NAT-THR-11")
def test_what_stands_open_ends_with_it():
    done = protected().when(close_case, closing(closed_by_event="DIED", closed_on="2026-04-01"))
    done.then(PlanEnded, ThresholdChanged, CaseClosed)
    plan, level, closed = (fact.event for fact in done.facts)
    assert (plan.plan_id, plan.type, plan.exit_reason) == ("cp-1", "CP", "DIED")
    assert (level.from_, level.to, level.direction) == ("CHILD_PROTECTION_PLAN", "UNIVERSAL", "CLOSE")
    assert (level.decided_in, closed.closed_on) == ("EVENT", date(2026, 4, 1))


@pytest.mark.rule("NAT-THR-11")
def test_somebody_of_18_goes_to_the_services_for_adults_or_not():
    done = with_cat().when(close_case, closing(closed_by_event="TURNED_18", adult_services=True))
    assert done.event.reason_code == "RC6"


@pytest.mark.rule("NAT-THR-11")
def test_siblings_stay_open():
    done = with_cat(CHILD, SIBLING).when(close_case, closing(closed_by_event="ADOPTED"))
    after = done.then(CaseClosed).kept()
    assert (after.standing(CHILD).state, after.standing(SIBLING).state) == ("CLOSED", "CAT_ASSESSMENT")


@pytest.mark.rule("NAT-THR-11")
def test_who_is_closed_is_not_closed_again():
    story = with_cat().when(close_case, closing(closed_by_event="DIED")).kept()
    story.when(close_case, closing(closed_by_event="DIED")).then()


@pytest.mark.rule("NAT-THR-11")
def test_recorded_by_somebody_else_a_manager_looks_at_it():
    done = with_cat().by(CAT).when(close_case, closing(closed_by_event="DIED")).then(CaseClosed)
    done.lacking(("NAT-THR-11", "manager"))
    assert {item.owner for fact in done.facts for item in fact.incomplete} == {"SW_TEAM_MANAGER"}


@pytest.mark.rule("NAT-THR-11", "NAT-THR-07")
def test_a_child_in_child_protection_is_handed_over():
    moved = {"closed_by_event": "MOVED_TO_OTHER_AUTHORITY"}
    for story in (enquiry(), protected()):
        story.when(close_case, closing(**moved)).refused("NAT-THR-11")
        named = story.when(close_case, closing(**moved, handed_over_to="333")).warned("NAT-THR-07")
        assert named.facts[-1].event.handed_over_to == "333"
        story.when(close_case, closing(**moved, handed_over_to="333", acceptance_ref="a-1")).warned()
    with_cat().when(close_case, closing(**moved)).then(CaseClosed).warned()


@pytest.mark.rule("WLV-THR-28")
@pytest.mark.parametrize("code", ["RC3", "RC4"])
def test_an_order_closes_it_with_a_manager_and_a_date(code: str):
    order = {"reason_code": code, "closed_on": "2026-03-30"}
    done = with_cat().when(close_case, closing(**order)).then(CaseClosed).cites("WLV-THR-28")
    assert (done.event.reason_code, done.event.closed_by_event) == (code, None)
    with_cat().when(close_case, closing(reason_code=code)).refused("WLV-THR-28")
    with_cat().by(CAT).when(close_case, closing(**order)).refused("WLV-THR-28")


@pytest.mark.rule("WLV-THR-28")
@pytest.mark.parametrize(
    ("story", "state"),
    [
        (received, "RECEIVED"),
        (with_cat, "CAT_ASSESSMENT"),
        (to_family_help, "AWAITING_THRESHOLD"),
        (determined, "AWAITING_ALLOCATION"),
        (helped, "FAMILY_HELP_ACTIVE"),
    ],
)
def test_a_family_withdraws_with_a_reason_and_a_view(story: Any, state: str):
    assert story().standing().state == state
    whole = {"reason_code": "RC7", "reason_note": "They moved to relatives.", "higher_need_view": "NOT_NEEDED"}
    closed = story().when(close_case, closing(**whole)).facts[-1].event
    assert (closed.reason_code, closed.higher_need_view) == ("RC7", "NOT_NEEDED")
    for missing in ("reason_note", "higher_need_view"):
        less = {name: value for name, value in whole.items() if name != missing}
        story().when(close_case, closing(**less)).refused("WLV-THR-28")


@pytest.mark.rule("WLV-THR-28")
def test_other_endings_are_no_closings():
    for code in ("RC1", "RC2", "RC5", "RC6", "RC8", "RC9"):
        with_cat().when(close_case, closing(reason_code=code, reason_note="Why.")).refused("WLV-THR-28")
    with_cat().when(close_case, closing(reason_note="Why.")).refused("WLV-THR-28")


@pytest.mark.rule("WLV-THR-28")
@pytest.mark.parametrize(
    ("story", "state"),
    [
        (at_mash, "STRATEGY_MASH"),
        (lambda: asked(with_cat()), "STRATEGY_CAT"),
        (lambda: asked(helped()), "STRATEGY_OPEN"),
        (enquiry, "S47_MACPT"),
        (protected, "CP_PLAN"),
    ],
)
def test_protection_is_not_undone_by_a_closing(story: Any, state: str):
    assert story().standing().state == state
    whole = {"reason_code": "RC7", "reason_note": "They withdraw.", "higher_need_view": "NEEDED"}
    story().by(MANAGER).when(close_case, closing(**whole)).refused("WLV-THR-28")


@pytest.mark.rule("WLV-REF-24", "WLV-THR-28")
def test_early_support_without_a_plan_is_ended_by_a_manager_with_a_reason():
    done = green().when(close_case, closing(reason_code="RC7", reason_note="It is no longer wanted."))
    done.then(ThresholdChanged, CaseClosed).cites("WLV-REF-24")
    green().when(close_case, closing(reason_code="RC7")).refused("WLV-REF-24")
    green().by(CAT).when(close_case, closing(reason_code="RC7", reason_note="Why.")).refused("WLV-THR-28")


@pytest.mark.rule("WLV-THR-28")
def test_with_a_plan_on_file_the_view_is_asked_for_too():
    lead = {"person": {"id": "p-esl"}, "agency": "a-school"}
    story = green().told("planning.PlanStarted", CHILD, plan_id="esp-1", type="EARLY_SUPPORT_PLAN", esp_lead=lead)
    story.when(close_case, closing(reason_code="RC7", reason_note="Why.")).refused("WLV-THR-28")
    story.when(close_case, closing(reason_code="RC7", higher_need_view="NEEDED")).refused("WLV-THR-28")
    whole = closing(reason_code="RC7", reason_note="Why.", higher_need_view="NOT_NEEDED")
    story.when(close_case, whole).then(PlanEnded, ThresholdChanged, CaseClosed)


@pytest.mark.rule("SYS-PLAN-02")
def test_nothing_ends_tomorrow():
    with_cat().when(close_case, closing(closed_by_event="DIED", closed_on="2026-04-03")).refused("SYS-PLAN-02")
    with_cat().when(close_case, closing("c-nobody", closed_by_event="DIED")).refused("SYS-REF-07")
