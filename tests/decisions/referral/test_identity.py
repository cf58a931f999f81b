"""Who a child is, corrected; how old, told; and the pathways that ask for something of their own."""

from datetime import date

import pytest

from services.referral.decisions.ages import age_on
from services.referral.decisions.correct_identity import CorrectIdentity, correct_identity
from services.referral.decisions.decide_pathway import DecidePathway, decide_pathway
from services.referral.decisions.reach_age import reach_age
from services.referral.events import ChildAgeCorrected, ChildIdentified, ChildReachedAge, PathwayDecided
from shared.kernel.people import Actor
from tests.decisions.referral.forms import CHILD, emarf
from tests.decisions.referral.tales import received
from tests.given import CAT, NEIGHBOUR_TEAM

LEAD = Actor(id="p-fhlp", role="SOCIAL_WORKER", team="FAMILY_HELP", social_worker=True)


def corrected(by=None, story=None, **said):
    story = story or received()
    story = story.by(by) if by else story
    return story.when(correct_identity, CorrectIdentity(**said), f"child/{story.children()[0]}")


def test_a_corrected_name_keeps_what_was_not_said():
    event = corrected(surname="Sample").then(ChildIdentified).event
    assert event.name.clear == {"first_name": "Ada", "surname": "Sample"}
    assert event.age_years == 9


def test_a_corrected_birth_date_is_told_to_the_others_as_an_age():
    done = corrected(date_of_birth="2012-05-04").then(ChildIdentified, ChildAgeCorrected)
    assert [fact.event.age_years for fact in done.facts] == [13, 13]
    corrected(date_of_birth="2016-05-05").then(ChildIdentified)


def test_nothing_said_changes_nothing():
    corrected().then()


@pytest.mark.rule("SYS-REF-05")
def test_a_birth_date_does_not_lie_ahead():
    corrected(date_of_birth="2027-01-01").refused("SYS-REF-05")


@pytest.mark.rule("SYS-REF-02")
def test_the_front_door_corrects_and_so_does_who_leads():
    corrected(by=NEIGHBOUR_TEAM, surname="Sample").refused("SYS-REF-02")
    corrected(by=LEAD, surname="Sample").refused("SYS-REF-02")
    story = received()
    led = story.told("allocation.LeadAllocated", story.children()[0], purpose="FAMILY_HELP", lead={"id": LEAD.id})
    corrected(by=LEAD, story=led, surname="Sample").then(ChildIdentified).cites("SYS-REF-02")
    over = led.told("allocation.LeadEnded", story.children()[0], role="LEAD_PRACTITIONER", lead={"id": LEAD.id})
    corrected(by=LEAD, story=over, surname="Sample").refused("SYS-REF-02")
    passed = led.told(
        "allocation.LeadAllocated",
        story.children()[0],
        purpose="FAMILY_HELP",
        lead={"id": "p-new"},
        previous_lead={"id": LEAD.id},
    )
    corrected(by=LEAD, story=passed, surname="Sample").refused("SYS-REF-02")


@pytest.mark.rule("SYS-REF-07")
def test_a_child_nobody_told_of_cannot_be_corrected():
    received().when(correct_identity, CorrectIdentity(surname="X"), "child/nobody").refused("SYS-REF-07")


@pytest.mark.parametrize(
    ("born", "day", "years"),
    [
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 4, 2), date(2026, 4, 1), 17),
        (date(2008, 4, 2), date(2026, 4, 2), 18),
        (date(2026, 4, 2), date(2026, 4, 2), 0),
    ],
)
def test_a_birthday_counts_from_its_first_minute(born, day, years):
    assert age_on(day, born).years == years


@pytest.mark.rule("NAT-THR-12")
def test_eighteen_is_told_once():
    story = received(emarf(children=[{**CHILD, "date_of_birth": "2008-04-03"}]))
    stream = f"child/{story.children()[0]}"
    assert reach_age(story.state(stream), story.protocol, story.act()) == ()
    story = story.at("2026-04-03T00:10:00+01:00")
    (fact,) = reach_age(story.state(stream), story.protocol, story.act())
    assert fact.event == ChildReachedAge(child_id=story.children()[0], age=18)
    story = story.recorded([fact])
    assert reach_age(story.state(stream), story.protocol, story.act()) == ()


def test_nobody_reaches_an_age_without_a_birth_date():
    story = received(emarf(children=[{"surname": "Example", "estimated_age": 17}])).at("2030-01-01T00:00:00+00:00")
    assert reach_age(story.state(f"child/{story.children()[0]}"), story.protocol, story.act()) == ()


def test_a_pathway_is_decided_with_the_childs_age_that_day():
    story = received().at("2026-05-05T09:00:00+00:00").by(CAT)
    child = story.children()[0]
    done = story.when(decide_pathway, DecidePathway(child_id=child, pathway="PRIVATE_FOSTERING"))
    event = done.then(PathwayDecided).event
    assert (event.pathway, event.age_years, event.ended) == ("PRIVATE_FOSTERING", 10, None)


@pytest.mark.rule("SYS-REF-02")
def test_a_pathway_is_cats_or_the_front_doors():
    story = received()
    command = DecidePathway(child_id=story.children()[0], pathway="HOMELESS_16_17", ended=True)
    assert story.when(decide_pathway, command).then(PathwayDecided).cites("SYS-REF-02").event.ended is True
    story.by(NEIGHBOUR_TEAM).when(decide_pathway, command).refused("SYS-REF-02")
