"""A section 47 enquiry is opened whatever is missing; who may not lead it is left out, and what is missing is named."""

import pytest

from services.planning.decisions.open_section_47 import OpenSection47, open_section_47
from services.planning.events import Section47EnquiryOpened, ThresholdChanged
from shared.kernel.people import Actor
from tests.decisions.on_case import CHILD, SIBLING, case

MANAGER = Actor(id="m-1", role="SW_TEAM_MANAGER", team="CAT", social_worker=True)
PLAIN = OpenSection47.model_validate({"child_ids": [CHILD]})
NO_LEAD = {("WLV-ALLOC-21", "lead"), ("WLV-REF-13", "lead_post"), ("WLV-REF-13", "lead_team")}
NO_DISCUSSION = {("NAT-THR-13", "strategy_discussion")}
NOT_ALLOWED = {("NAT-ALLOC-03", "lead")}


def naming(lead_id):
    return OpenSection47.model_validate({"child_ids": [CHILD], "lead_id": lead_id})


def received():
    return case(by=MANAGER).told("referral.ReferralReceived", CHILD)


def triaged(outcome="CAT_ASSESSMENT", rag="AMBER"):
    return received().told("referral.ReferralTriaged", CHILD, outcome=outcome, triage_rag=rag)


def led(story=None):
    story = (story or triaged()).registered("l-1", social_worker=True, employer="WLV", employer_kind="AUTHORITY")
    return story.appointed("l-1", "SOCIAL_WORKER", "CAT").appointed("l-1", "LCPP", "MACPT")


def discussed(story):
    return story.told("planning.StrategyDiscussionHeld", CHILD, children=[{"child_id": CHILD, "outcome": "S47"}])


def missing(outcome):
    return {(item.rule, item.what) for fact in outcome.facts for item in fact.incomplete}


def titles(outcome):
    return [fact.event.title() for fact in outcome.facts]


@pytest.mark.rule("WLV-REF-13")
@pytest.mark.rule("NAT-THR-13")
def test_with_a_discussion_and_an_lcpp_nothing_is_missing():
    story = discussed(led())
    done = story.when(open_section_47, naming("l-1")).warned()
    assert missing(done) == set()
    opened, changed = (fact.event for fact in done.facts)
    assert (opened.lead.id, opened.lead.role, opened.lead.team) == ("l-1", "LCPP", "MACPT")
    assert opened.strategy_ref == changed.decision_ref == story.letters[-1].event_id
    assert (changed.from_, changed.to, changed.direction) == (None, "CP_ENQUIRY", None)
    assert (changed.decided_in, changed.authorised_by.id) == ("STRATEGY", "m-1")
    after = done.cites("WLV-REF-13", "NAT-THR-13", "WLV-ALLOC-21").kept().standing()
    assert (after.state, after.level, after.enquiries) == ("S47_MACPT", "CP_ENQUIRY", {opened.enquiry_id})


@pytest.mark.rule("NAT-THR-13")
def test_without_a_discussion_it_is_opened_and_the_discussion_is_asked_for():
    done = led().when(open_section_47, naming("l-1")).warned("NAT-THR-13")
    assert missing(done) == NO_DISCUSSION
    assert {item.owner for item in done.facts[0].incomplete} == {"SW_TEAM_MANAGER"}
    assert titles(done) == ["Section47EnquiryOpened", "ThresholdChanged"]
    assert done.event.strategy_ref is None
    assert done.kept().standing().state == "S47_MACPT"


@pytest.mark.rule("NAT-THR-13")
@pytest.mark.parametrize("outcome", ["S17", "NFA"])
def test_a_discussion_that_came_to_something_else_is_no_basis(outcome):
    story = led().told("planning.StrategyDiscussionHeld", CHILD, children=[{"child_id": CHILD, "outcome": outcome}])
    assert missing(story.when(open_section_47, naming("l-1"))) >= NO_DISCUSSION


@pytest.mark.rule("NAT-THR-13")
def test_a_discussion_from_before_the_last_enquiry_is_no_basis_for_the_next():
    story = discussed(led()).told("planning.Section47EnquiryOpened", CHILD, enquiry_id="e1")
    story = story.told("planning.Section47EnquiryConcluded", CHILD, enquiry_id="e1", outcome="SUPPORT_CHILD_IN_NEED")
    assert missing(story.when(open_section_47, naming("l-1"))) == NO_DISCUSSION


@pytest.mark.rule("WLV-REF-13")
@pytest.mark.parametrize("awaits", [False, True])
def test_where_one_is_open_it_is_a_note_on_that_one(awaits):
    story = triaged().told("planning.Section47EnquiryOpened", CHILD, enquiry_id="e1")
    if awaits:
        story = story.told("planning.Section47EnquiryConcluded", CHILD, enquiry_id="e1", outcome="CONFERENCE")
    done = story.when(open_section_47, PLAIN).warned("WLV-REF-13")
    assert (titles(done), missing(done)) == (["CaseNoteAdded"], set())
    after = done.kept().standing()
    assert (after.state, after.enquiries) == ("S47_MACPT", {"e1"})


@pytest.mark.rule("WLV-REF-13")
@pytest.mark.rule("WLV-ALLOC-21")
def test_without_a_lead_it_is_opened_and_the_duty_desk_is_asked():
    done = discussed(triaged()).when(open_section_47, PLAIN).warned()
    assert missing(done) == NO_LEAD
    assert {item.owner for item in done.facts[0].incomplete} == {"LCPP"}
    assert done.event.lead is None


@pytest.mark.rule("NAT-ALLOC-03")
@pytest.mark.rule("WLV-ALLOC-21")
@pytest.mark.parametrize("social_worker", [False, None])
def test_who_is_no_social_worker_is_left_out(social_worker):
    story = discussed(triaged()).registered("h-1", social_worker=social_worker).appointed("h-1", "LCPP", "MACPT")
    done = story.when(open_section_47, naming("h-1")).warned("NAT-ALLOC-03")
    assert missing(done) == NO_LEAD | NOT_ALLOWED
    assert {item.owner for item in done.facts[0].incomplete if item.rule == "NAT-ALLOC-03"} == {"SW_TEAM_MANAGER"}
    assert done.event.lead is None
    assert done.kept().standing().state == "S47_MACPT"


@pytest.mark.rule("NAT-ALLOC-03")
def test_of_whom_no_register_knows_is_left_out_and_named_as_unknown():
    done = discussed(triaged()).when(open_section_47, naming("nobody"))
    assert missing(done) == NO_LEAD | NOT_ALLOWED | {("SYS-REF-07", "lead_id")}
    assert done.event.lead is None


@pytest.mark.rule("WLV-REF-13")
@pytest.mark.parametrize(
    "post, team, lacks",
    [
        ("SW_TEAM_MANAGER", "MACPT", {("WLV-REF-13", "lead_post")}),
        ("LCPP", "CAT", {("WLV-REF-13", "lead_team")}),
    ],
)
def test_a_social_worker_elsewhere_leads_until_an_lcpp_of_the_team_does(post, team, lacks):
    story = discussed(triaged()).registered("s-1", social_worker=True).appointed("s-1", post, team)
    done = story.when(open_section_47, naming("s-1"))
    assert missing(done) == lacks
    assert {item.owner for item in done.facts[0].incomplete} == {"LCPP"}
    assert done.event.lead.id == "s-1"


@pytest.mark.rule("NAT-ALLOC-03")
def test_a_note_that_names_a_lead_who_may_not_leaves_them_out_too():
    story = triaged().told("planning.Section47EnquiryOpened", CHILD, enquiry_id="e1")
    done = story.registered("h-1", social_worker=False).when(open_section_47, naming("h-1"))
    assert (titles(done), missing(done)) == (["CaseNoteAdded"], NOT_ALLOWED)


@pytest.mark.rule("WLV-REF-03")
@pytest.mark.parametrize(
    "outcome, lacks",
    [(None, "triage"), ("EARLY_SUPPORT_START", "new_referral"), ("NFA", "new_referral")],
)
def test_before_triage_in_early_support_or_closed(outcome, lacks):
    story = led(triaged(outcome, "GREEN") if outcome else received())
    done = story.when(open_section_47, naming("l-1"))
    assert missing(done) == NO_DISCUSSION | {("WLV-REF-03", lacks)}
    assert done.kept().standing().state == "S47_MACPT"


@pytest.mark.rule("WLV-REF-03")
def test_about_a_child_nobody_knows_of_it_is_opened_all_the_same():
    done = case(by=MANAGER).when(open_section_47, PLAIN).then(Section47EnquiryOpened, ThresholdChanged)
    assert missing(done) == NO_DISCUSSION | NO_LEAD | {("WLV-REF-03", "triage")}


@pytest.mark.rule("WLV-REF-13")
def test_a_lower_level_steps_up():
    story = discussed(led()).told("planning.ThresholdChanged", CHILD, to="CHILD_IN_NEED", decided_in="CAT")
    changed = story.when(open_section_47, naming("l-1")).facts[1].event
    assert (changed.from_, changed.to, changed.direction) == ("CHILD_IN_NEED", "CP_ENQUIRY", "STEP_UP")


@pytest.mark.rule("WLV-REF-13")
@pytest.mark.rule("NAT-THR-13")
@pytest.mark.parametrize("level", ["CP_ENQUIRY", "CHILD_PROTECTION_PLAN", "LOOKED_AFTER"])
def test_a_level_as_high_stays(level):
    story = led().told("planning.ThresholdChanged", CHILD, to=level, decided_in="CONFERENCE")
    done = story.when(open_section_47, naming("l-1"))
    assert titles(done) == ["Section47EnquiryOpened"]
    assert done.kept().standing().level == level


@pytest.mark.rule("WLV-REF-13")
def test_under_a_cp_plan_the_child_stays_there():
    story = led().told("planning.Section47EnquiryOpened", CHILD, enquiry_id="e1")
    story = story.told("planning.InitialConferenceHeld", CHILD, decision="PLAN")
    story = story.told("planning.ThresholdChanged", CHILD, to="CHILD_PROTECTION_PLAN", decided_in="CONFERENCE")
    done = story.when(open_section_47, naming("l-1"))
    after = done.kept().standing()
    assert (after.state, after.level) == ("CP_PLAN", "CHILD_PROTECTION_PLAN")
    assert after.enquiries == {done.event.enquiry_id}


@pytest.mark.rule("SYS-REF-02")
@pytest.mark.parametrize(
    "actor, may",
    [
        (MANAGER, True),
        (Actor(id="a", role="SOCIAL_WORKER", team="CAT"), True),
        (Actor(id="a", role="SENIOR_SOCIAL_WORKER", team="FAMILY_HELP"), True),
        (Actor(id="a", role="LCPP", team="MACPT"), True),
        (Actor(id="a", role="FRONT_DOOR_WORKER", team="FAMILIES_FRONT_DOOR"), False),
        (Actor(id="a"), False),
    ],
)
def test_who_is_not_of_those_who_open_one_is_heard_and_it_is_noted(actor, may):
    done = discussed(led()).by(actor).when(open_section_47, naming("l-1")).cites("SYS-REF-02")
    assert missing(done) == (set() if may else {("SYS-REF-02", "decided_by")})


@pytest.mark.rule("WLV-REF-13")
def test_each_child_has_an_enquiry_of_its_own():
    both = OpenSection47.model_validate({"child_ids": [CHILD, SIBLING, CHILD]})
    done = triaged().told("referral.ReferralReceived", SIBLING).when(open_section_47, both)
    opened = [fact for fact in done.facts if isinstance(fact.event, Section47EnquiryOpened)]
    assert [fact.child_ids for fact in opened] == [(CHILD,), (SIBLING,)]
    assert len({fact.event.enquiry_id for fact in opened}) == 2
