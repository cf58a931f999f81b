"""The conversation on a new referral: never refused, and what it lacks is named until it is filled in."""

from functools import partial

import pytest

from services.allocation.decisions.imc_form import RecordIMC
from services.allocation.decisions.record_imc import OnFile, record_imc
from services.allocation.events import Attendee, IMCHeld
from shared.kernel.own_events import IncompleteResolved
from shared.kernel.people import Actor
from shared.protocol.gaps import lacking_by
from tests.decisions.allocation.managers import AQ, BOTH, DM, LEAD, TM, family, form, led, person, whole
from tests.decisions.on_case import CHILD, SIBLING, CaseStory
from tests.given import Outcome

NEITHER = [("WLV-ALLOC-06", "attendees.role"), ("WLV-ALLOC-06", "attendees.social_work_role")]


def recorded(story: CaseStory, command: RecordIMC) -> Outcome:
    return story.when(record_imc, command)


def lacks(outcome: Outcome) -> set[tuple[str, str]]:
    assert outcome.refusal is None, outcome.refusal
    return {(item.rule, item.what) for fact in outcome.facts for item in fact.incomplete}


@pytest.mark.rule("WLV-ALLOC-01")
@pytest.mark.rule("WLV-ALLOC-06")
def test_a_whole_form_lacks_nothing() -> None:
    outcome = recorded(family(), whole()).then(IMCHeld).warned()
    assert lacks(outcome) == set()
    (fact,) = outcome.facts
    assert (fact.stream, fact.case_id, fact.child_ids) == ("case/k1", "k1", (CHILD,))
    said = fact.event
    assert isinstance(said, IMCHeld)
    assert (said.kind, said.reasons, said.team, said.team_id) == (
        "DAILY", ("NEW_REFERRAL",), "FAMILY_HELP", "FAMILY_HELP",
    )  # fmt: skip
    assert [one.role for one in said.attendees] == ["DELIVERY_MANAGER", "SW_TEAM_MANAGER"]
    assert said.attendees[1].social_worker is True
    # A daily conversation needs no calling: who holds it has organised it.
    assert said.organised_by == said.attendees
    assert said.co_allocations == ()
    assert said.held_at == outcome.story.moment
    outcome.cites("WLV-ALLOC-06", "WLV-ALLOC-10", "WLV-ALLOC-11", "WLV-ALLOC-12", "WLV-ALLOC-14", "WLV-ALLOC-01")


@pytest.mark.rule("WLV-INFO-02")
def test_a_note_alone_is_kept_and_is_no_form() -> None:
    note = RecordIMC(other_information="We talked about the family.")
    outcome = recorded(family(), note).then(IMCHeld)
    assert lacks(outcome) == {("WLV-INFO-02", what) for what in ("kind", "reasons", "attendees")}
    assert {item.owner for item in outcome.facts[0].incomplete} == {"FAMILY_HELP"}
    assert outcome.event.other_information.clear == "We talked about the family."


@pytest.mark.rule("WLV-INFO-02")
@pytest.mark.rule("WLV-ALLOC-01")
def test_a_form_without_kind_or_reason_says_so() -> None:
    outcome = recorded(family(), form(kind=None)).complete("WLV-INFO-02")
    assert lacks(outcome) == {("WLV-ALLOC-01", "kind"), ("WLV-ALLOC-01", "reasons")}


@pytest.mark.rule("WLV-ALLOC-06")
@pytest.mark.parametrize("kind, reason", [
    ("DAILY", "MANAGER_DISCRETION"), ("AD_HOC", "NEW_REFERRAL"), ("AD_HOC", "STEP_OFF_CP"),
])  # fmt: skip
def test_the_daily_conversation_is_of_both_managers(kind: str, reason: str) -> None:
    nobody = form(reason, kind=kind, attendees=None)
    recorded(family(), nobody).lacking(*NEITHER)
    only = [person("p-dm", **{"for": "DELIVERY_MANAGER"})]
    outcome = recorded(family(), form(reason, kind=kind, attendees=only)).lacking(NEITHER[1])
    assert NEITHER[0] not in lacks(outcome)
    other = [person("p-tm", **{"for": "SW_TEAM_MANAGER"})]
    outcome = recorded(family(), form(reason, kind=kind, attendees=other)).lacking(NEITHER[0])
    assert NEITHER[1] not in lacks(outcome)
    recorded(family(), form(reason, kind=kind)).complete("WLV-ALLOC-06")


@pytest.mark.rule("WLV-ALLOC-06")
def test_a_team_manager_who_is_no_social_worker_is_not_the_one_meant() -> None:
    story = family().registered("p-other", social_worker=False, employer="WLV").appointed("p-other", "SW_TEAM_MANAGER")
    there = [BOTH[0], person("p-other", **{"for": "SW_TEAM_MANAGER"})]
    recorded(story, whole(attendees=there)).lacking(NEITHER[1])


@pytest.mark.rule("WLV-ALLOC-06")
def test_nobody_is_both_of_them() -> None:
    story = family().appointed("p-tm", "DELIVERY_MANAGER", "FAMILY_HELP")
    there = [person("p-tm", **{"for": "SW_TEAM_MANAGER"}), person("p-tm", **{"for": "DELIVERY_MANAGER"})]
    recorded(story, whole(attendees=there)).lacking(NEITHER[0])


def test_other_conversations_are_of_whoever_is_there() -> None:
    assert lacks(recorded(family(), form("MANAGER_DISCRETION", attendees=[person("p-worker")]))) == set()


@pytest.mark.rule("SYS-REF-07")
def test_whom_no_register_knows_is_kept_by_name_and_named_as_missing() -> None:
    there = [*BOTH, {"name": "Robin Sample", "for": "LINE_MANAGER"}, person("p-nobody")]
    outcome = recorded(family(), whole(attendees=there))
    assert lacks(outcome) == {("SYS-REF-07", f"attendees/{place}/person_id") for place in (2, 3)}
    named = outcome.event.attendees[2]
    assert (named.id, named.role, named.name.clear) == (None, "LINE_MANAGER", "Robin Sample")
    assert outcome.event.attendees[3] == Attendee(id="p-nobody")
    assert {item.owner for item in outcome.facts[0].incomplete} == {"FAMILY_HELP"}


@pytest.mark.rule("WLV-ALLOC-08")
def test_a_recommendation_of_the_assessment_team_is_weighed() -> None:
    follows = [("WLV-ALLOC-08", f"considered.cat_recommendation.{what}") for what in ("follow", "reason_code")]
    recommended = {"fhlp_recommendation": {"qualification": "AQ_ACCEPTABLE"}}
    story = family().told("planning.ThresholdChanged", to="CHILD_IN_NEED", decided_in="CAT", **recommended)
    recorded(story, whole()).lacking(*follows)
    recorded(story, form("MANAGER_DISCRETION")).complete("WLV-ALLOC-08")
    weighed = {"cat_recommendation": {"follow": False, "reason_code": "SKILLS", "reason_note": "Knows them."}}
    outcome = recorded(story, whole(considered=weighed)).complete("WLV-ALLOC-08").cites("WLV-ALLOC-08")
    assert outcome.event.considered.cat_recommendation.follow is False
    assert outcome.event.considered.cat_recommendation.reason_note.clear == "Knows them."
    children = [{"child_id": CHILD, "outcome": "FAMILY_HELP", "fhlp_recommendation": {"qualification": "X"}}]
    assessed = family().told("planning.AssessmentCompleted", team="CAT", children=children)
    recorded(assessed, whole()).lacking(*follows)
    recorded(family(), whole()).complete("WLV-ALLOC-08")


@pytest.mark.rule("WLV-ALLOC-09")
def test_an_early_support_plan_on_file_is_weighed() -> None:
    plan = {"plan_id": "esp-1", "type": "EARLY_SUPPORT_PLAN", "children": [{"child_id": CHILD}]}
    story = family().told("planning.PlanStarted", **plan)
    recorded(story, whole()).lacking(("WLV-ALLOC-09", "considered.esp_ref"))
    recorded(story, form("MANAGER_DISCRETION")).complete("WLV-ALLOC-09")
    recorded(story, whole(considered={"esp_ref": "esp-1"})).complete("WLV-ALLOC-09").cites("WLV-ALLOC-09")
    recorded(family().told("planning.PlanStarted", **{**plan, "type": "FAMILY_HELP_PLAN"}), whole()).complete(
        "WLV-ALLOC-09"
    )


@pytest.mark.parametrize("reason", ["NEW_REFERRAL", "STEP_OFF_CP"])
@pytest.mark.parametrize("rule, what", [
    pytest.param("WLV-ALLOC-10", "needs", marks=pytest.mark.rule("WLV-ALLOC-10")),
    pytest.param("WLV-ALLOC-10", "required_competences", marks=pytest.mark.rule("WLV-ALLOC-10")),
    pytest.param("WLV-ALLOC-12", "lead_candidates", marks=pytest.mark.rule("WLV-ALLOC-12")),
    pytest.param("WLV-ALLOC-12", "qualification_needed", marks=pytest.mark.rule("WLV-ALLOC-12")),
])  # fmt: skip
def test_the_heads_of_the_form(reason: str, rule: str, what: str) -> None:
    outcome = recorded(family(), whole(reason, **{what: None}))
    assert lacks(outcome) == {(rule, what)}
    recorded(family(), whole(reason)).complete(rule)
    recorded(family(), form("MANAGER_DISCRETION")).complete(rule)


@pytest.mark.rule("WLV-ALLOC-10")
@pytest.mark.rule("WLV-ALLOC-12")
def test_what_the_family_needs_and_who_could_lead_are_asked_for() -> None:
    recorded(family(), whole(needs=[])).lacking(("WLV-ALLOC-10", "needs"))
    recorded(family(), whole(lead_candidates=[])).lacking(("WLV-ALLOC-12", "lead_candidates"))


@pytest.mark.rule("WLV-ALLOC-11")
def test_that_nobody_else_is_needed_is_an_answer() -> None:
    assert lacks(recorded(family(), whole(co_allocations=None))) == {("WLV-ALLOC-11", "co_allocations")}
    recorded(family(), whole(co_allocations=[])).complete("WLV-ALLOC-11")
    recorded(family(), whole("STEP_OFF_CP", co_allocations=None)).complete("WLV-ALLOC-11")
    some = [{"role": "CO_WORKER", "person_id": "p-worker"}, {"role": "SPECIALIST", "agency": "a-clinic"}]
    outcome = recorded(family(), whole(co_allocations=some)).complete("WLV-ALLOC-11")
    assert [one.role for one in outcome.event.co_allocations] == ["CO_WORKER", "SPECIALIST"]
    assert outcome.event.co_allocations[0].person.role == "SOCIAL_WORKER"


@pytest.mark.rule("WLV-ALLOC-13")
def test_there_is_a_place_for_anything_else() -> None:
    outcome = recorded(family(), whole(other_information="A dog lives there.")).cites("WLV-ALLOC-13").warned()
    assert outcome.event.other_information.clear == "A dog lives there."
    assert "WLV-ALLOC-13" not in recorded(family(), whole()).facts[0].rules


@pytest.mark.rule("WLV-ALLOC-14")
def test_each_child_that_waits_is_classified() -> None:
    story = family(CHILD, SIBLING)
    outcome = recorded(story, whole()).then(IMCHeld)
    assert lacks(outcome) == {("WLV-ALLOC-14", "child_decisions[1].classification")}
    assert {item.child_id for item in outcome.facts[0].incomplete} == {SIBLING}
    both = [{"child_id": child, "classification": "CHILD_IN_NEED"} for child in (CHILD, SIBLING)]
    recorded(story, whole(child_decisions=both)).complete("WLV-ALLOC-14")
    recorded(family(), whole("STEP_OFF_CP", child_decisions=None)).complete("WLV-ALLOC-14")


@pytest.mark.rule("WLV-ALLOC-14")
def test_a_sibling_who_is_led_already_is_not_asked_about() -> None:
    story = led(AQ, SIBLING).told("referral.ReferralReceived", CHILD, children=[{"child_id": CHILD}])
    story = story.told("referral.ReferralTriaged", CHILD, triage_rag="AMBER", outcome="FAMILY_HELP", event_id="t2")
    asked = {"team": "FAMILY_HELP", "purpose": "FAMILY_HELP", "reason_code": "NEW_REFERRAL", "from_event": "t2"}
    story = story.told("allocation.AllocationRequested", CHILD, **asked)
    outcome = recorded(story, whole(child_decisions=None))
    assert {(item.rule, item.child_id) for item in outcome.facts[0].incomplete} == {("WLV-ALLOC-14", CHILD)}


@pytest.mark.rule("WLV-ALLOC-14")
def test_another_view_than_cats_is_kept_with_a_warning() -> None:
    decisions = [{"child_id": CHILD, "classification": "TARGETED_EARLY_HELP"}]
    outcome = recorded(family(), whole(child_decisions=decisions)).warned("WLV-ALLOC-14").complete("WLV-ALLOC-14")
    assert outcome.event.child_decisions[0].classification == "TARGETED_EARLY_HELP"
    assert outcome.facts[0].warnings[0].child_id == CHILD
    recorded(led(), form("MANAGER_DISCRETION", child_decisions=decisions)).warned()


@pytest.mark.rule("WLV-ALLOC-42")
@pytest.mark.parametrize("team", ["FAMILIES_FRONT_DOOR", "MASH", "CAT", "MACPT"])
def test_other_teams_use_it_with_managers_of_their_own(team: str) -> None:
    story = family().registered("p-x", social_worker=True, employer="WLV").appointed("p-x", "SW_TEAM_MANAGER", team)
    recorded(story, form("MANAGER_DISCRETION", team=team)).warned("WLV-ALLOC-42")
    there = [person("p-x", **{"for": "SW_TEAM_MANAGER"})]
    outcome = recorded(story, form("MANAGER_DISCRETION", team=team, attendees=there)).warned().cites("WLV-ALLOC-42")
    assert outcome.event.team == team
    # It keeps a rule of Family Help only by the attendance that this rule asks for.
    recorded(story, whole(team=team, attendees=there)).lacking(NEITHER[0])


@pytest.mark.rule("WLV-QA-07")
def test_a_profile_of_risk_comes_with_why_and_who_answers_for_it() -> None:
    story, named = family(), {"risk_profile_note": "Two moves this month.", "accountable_manager_id": "p-tm"}
    for profile in (["HIGH"], ["DYNAMIC", "COMPLEX"], []):
        recorded(story, whole(risk_profile=profile)).warned("WLV-QA-07")
        outcome = recorded(story, whole(risk_profile=profile, **named)).warned().cites("WLV-QA-07")
        assert outcome.event.risk_profile == tuple(profile)
        assert outcome.event.accountable_manager_id == "p-tm"
        for missing in named:
            recorded(story, whole(risk_profile=profile, **{**named, missing: None})).warned("WLV-QA-07")
    assert recorded(story, whole()).warned().event.risk_profile is None


@pytest.mark.rule("SYS-REF-02")
def test_who_records_it() -> None:
    stranger = Actor(id="p-cat", role="SOCIAL_WORKER", team="CAT", social_worker=True)
    family().by(stranger).when(record_imc, whole()).refused("SYS-REF-02")
    family().by(TM).when(record_imc, whole()).then(IMCHeld).cites("SYS-REF-02")
    for post, team in (("SENIOR_SOCIAL_WORKER", "CAT"), ("SW_TEAM_MANAGER", "CAT"), ("DELIVERY_MANAGER", None)):
        family().by(Actor(id="p-r", role=post, team=team)).when(record_imc, whole()).then(IMCHeld)
    for team in ("FAMILY_HELP", "MACPT"):
        recorder = Actor(id="p-r", role="SOCIAL_WORKER", team=team)
        assert family().by(recorder).when(record_imc, whole(team=None)).event.team == team


def filled_in(outcome: Outcome) -> tuple[CaseStory, OnFile, str]:
    """The story after a record, with its form as the store would open it."""
    story: CaseStory = outcome.kept()  # type: ignore[assignment]
    event = next(event for event in reversed(story.past) if event.title == "IMCHeld")
    return story, OnFile(forms={event.event_id: event.data}), event.event_id


@pytest.mark.rule("WLV-ALLOC-10")
@pytest.mark.rule("WLV-ALLOC-06")
def test_gaps_are_filled_by_a_correction_that_keeps_the_rest() -> None:
    first = recorded(family(), whole(needs=None, attendees=[BOTH[0]], qualification_needed=None))
    story, on_file, event_id = filled_in(first)
    assert set(lacking_by(story.matter().facts, event_id)) == {"WLV-ALLOC-10", "WLV-ALLOC-06", "WLV-ALLOC-12"}
    more = RecordIMC.model_validate({"corrects": event_id, "needs": ["Sleep"], "attendees": BOTH})
    outcome = story.when(partial(record_imc, on_file=on_file), more)
    outcome.then(IMCHeld, IncompleteResolved, IncompleteResolved).lacking(("WLV-ALLOC-12", "qualification_needed"))
    held, *resolved = outcome.facts
    was, now = first.event, held.event
    assert isinstance(now, IMCHeld)
    assert held.corrects == event_id
    assert (now.form_id, now.meeting_id, now.held_at, now.kind) == (was.form_id, was.meeting_id, was.held_at, "DAILY")
    assert (now.needs.clear, now.required_competences) == (("Sleep",), was.required_competences)
    assert {(one.event.rule, one.event.what, one.event.resolved_as, one.event.value_ref) for one in resolved} == {
        ("WLV-ALLOC-10", "needs", "FILLED", was.form_id),
        ("WLV-ALLOC-06", "attendees.social_work_role", "FILLED", was.form_id),
    }
    assert all(one.event.of_event == event_id and one.stream == "case/k1" for one in resolved)
    assert all(one.rules == (one.event.rule,) for one in resolved)
    after: CaseStory = outcome.kept()  # type: ignore[assignment]
    basis = after.matter().basis(event_id)
    assert basis is not None
    assert lacking_by(after.matter().facts, basis.event_id) == ("WLV-ALLOC-12",)


def test_what_was_in_words_is_kept_by_a_correction() -> None:
    first = recorded(family(), whole(needs=["Sleep"], other_information="Said in words.", lead_candidates=None))
    story, on_file, _ = filled_in(first)
    more = RecordIMC.model_validate({"corrects": first.event.form_id, "lead_candidates": [person(LEAD)]})
    outcome = story.when(partial(record_imc, on_file=on_file), more)
    assert lacks(outcome) == set()
    assert outcome.event.needs.clear == ("Sleep",)
    assert outcome.event.other_information.clear == "Said in words."


def test_a_correction_is_judged_by_what_lay_before_the_meeting() -> None:
    first = recorded(family(), whole(qualification_needed=None))
    story, on_file, event_id = filled_in(first)
    plan = {"plan_id": "esp-1", "type": "EARLY_SUPPORT_PLAN", "children": [{"child_id": CHILD}]}
    story = story.told("planning.PlanStarted", **plan)
    more = RecordIMC.model_validate({"corrects": event_id, "qualification_needed": "SOCIAL_WORKER"})
    assert lacks(story.when(partial(record_imc, on_file=on_file), more)) == set()


@pytest.mark.rule("SYS-REF-07")
def test_what_is_not_of_this_family_is_not_put_on_its_file() -> None:
    recorded(family(), whole(corrects="e-elsewhere")).refused("SYS-REF-07")
    stranger = [{"child_id": "c-elsewhere", "classification": "CHILD_IN_NEED"}]
    recorded(family(), whole(child_decisions=stranger)).refused("SYS-REF-07")


@pytest.mark.rule("WLV-ALLOC-01")
def test_one_meeting_on_several_families_is_one_record_each() -> None:
    here, there = family(), family(at="2026-04-02T10:30:00+01:00")
    other = there.matter()
    command = whole(families=[{
        "case_id": "k2", "needs": ["Housing"], "required_competences": ["HOUSING"], "reasons": ["STEP_OFF_CP"],
        "lead_candidates": [person(LEAD)],
    }])  # fmt: skip
    outcome = here.when(partial(record_imc, others=(other,)), command).then(IMCHeld, IMCHeld)
    mine, theirs = outcome.facts
    assert isinstance(mine.event, IMCHeld)
    assert isinstance(theirs.event, IMCHeld)
    assert mine.event.meeting_id == theirs.event.meeting_id
    assert mine.event.form_id != theirs.event.form_id
    assert (mine.event.reasons, theirs.event.reasons) == (("NEW_REFERRAL",), ("STEP_OFF_CP",))
    assert theirs.event.needs is not None
    assert theirs.event.needs.clear == ("Housing",)
    assert theirs.event.child_decisions == ()
    assert mine.event.attendees == theirs.event.attendees
    assert {item.rule for item in mine.incomplete} == set()
    assert {item.what for item in theirs.incomplete} == {"qualification_needed"}
    assert theirs.inputs == {}


def test_the_manager_who_records_it_needs_no_more_than_the_case() -> None:
    assert recorded(family().by(DM), form("MANAGER_DISCRETION")).then(IMCHeld).event.led_by is None
