"""Who holds a child in each state, and who may do what no row speaks of."""

import pytest

from shared.kernel.people import Actor
from tests.packs.told import wlv

MANAGERS = ("DELIVERY_MANAGER", "SW_TEAM_MANAGER")
HOLDERS = {
    "RECEIVED": (("FAMILIES_FRONT_DOOR",), None, ("SW_TEAM_MANAGER",)),
    "EARLY_SUPPORT": (("FAMILIES_FRONT_DOOR",), "EARLY_SUPPORT_LEAD", ("FRONT_DOOR_WORKER",)),
    "AWAITING_THRESHOLD": (("CAT",), None, ("SW_TEAM_MANAGER",)),
    "CAT_ASSESSMENT": (("CAT",), "CAT_WORKER", ("SW_TEAM_MANAGER",)),
    "AWAITING_ALLOCATION": (("FAMILY_HELP", "CAT"), "CAT_WORKER", MANAGERS),
    "FAMILY_HELP_ACTIVE": (("FAMILY_HELP",), "LEAD_PRACTITIONER", MANAGERS),
    "STRATEGY_MASH": (("MASH",), None, ("SW_TEAM_MANAGER",)),
    "STRATEGY_CAT": (("CAT",), "CAT_WORKER", ("SW_TEAM_MANAGER",)),
    "STRATEGY_OPEN": (("FAMILY_HELP",), "LEAD_PRACTITIONER", MANAGERS),
    "S47_MACPT": (("MACPT",), "CP_LEAD", ("LCPP",)),
    "CP_PLAN": (("MACPT",), "CP_LEAD", ("LCPP",)),
}


@pytest.mark.parametrize("state", HOLDERS)
def test_each_state_has_its_holder(state):
    held = wlv().holds(state)
    assert held is not None
    assert (held.teams, held.person, held.stand_ins) == HOLDERS[state]
    assert held.posts == ()
    # Who waits for a lead asks for no other worker; one who is there stays.
    assert held.named is (state != "AWAITING_ALLOCATION")


def test_nobody_holds_a_closed_child():
    assert wlv().holds("CLOSED") is None
    assert wlv().holders("CLOSED") == ()


@pytest.mark.parametrize("state", HOLDERS)
def test_who_held_the_child_before_keeps_it_beside_the_mash_and_macpt(state):
    teams = [team for held in wlv().holders(state, "FAMILY_HELP_ACTIVE") for team in held.teams]
    keeps = state in ("STRATEGY_MASH", "S47_MACPT", "CP_PLAN")
    assert teams == [*HOLDERS[state][0], *(["FAMILY_HELP"] if keeps else [])]


DOOR = "FAMILIES_FRONT_DOOR"
MAY = {
    "AcknowledgeReferral": {("FRONT_DOOR_WORKER", DOOR), ("SW_TEAM_MANAGER", DOOR)},
    "ReturnReferral": {("FRONT_DOOR_WORKER", DOOR), ("SW_TEAM_MANAGER", DOOR)},
    "CloseReferral": {("SW_TEAM_MANAGER", DOOR)},
    "LinkCases": {("FRONT_DOOR_WORKER", DOOR), ("SW_TEAM_MANAGER", DOOR)},
    "UnlinkCases": {("SW_TEAM_MANAGER", DOOR)},
    "CorrectIdentity": {("FRONT_DOOR_WORKER", DOOR), ("SW_TEAM_MANAGER", DOOR)},
    "DecidePathway": {
        ("FRONT_DOOR_WORKER", DOOR),
        ("SW_TEAM_MANAGER", DOOR),
        *((post, "CAT") for post in ("FRONT_DOOR_WORKER", "SOCIAL_WORKER", "SW_TEAM_MANAGER")),
    },
    "ResolveTurnedAway": {("FRONT_DOOR_WORKER", DOOR), ("SW_TEAM_MANAGER", DOOR)},
}
PEOPLE = [
    (post, team) for post in ("FRONT_DOOR_WORKER", "SW_TEAM_MANAGER", "SOCIAL_WORKER") for team in (DOOR, "CAT", "MASH")
]


@pytest.mark.parametrize("command", MAY)
def test_who_may(command):
    may = wlv().may(command)
    assert may is not None
    allowed = {(post, team) for post, team in PEOPLE if may.allows(Actor(id="x", role=post, team=team))}
    assert allowed == {one for one in MAY[command] if one in PEOPLE}
    assert may.allows(Actor(id="x"), leads=True) is (command == "CorrectIdentity")


def test_whom_wolverhampton_counts_as_what():
    assert wlv().is_front_door_manager(Actor(id="x", role="SW_TEAM_MANAGER", team=DOOR))
    assert not wlv().is_front_door_manager(Actor(id="x", role="SW_TEAM_MANAGER", team="CAT"))
    assert not wlv().is_front_door_manager(Actor(id="x", role="FRONT_DOOR_WORKER", team=DOOR))
    assert wlv().is_manager(Actor(id="x", role="DELIVERY_MANAGER"))
    assert not wlv().is_manager(Actor(id="x", role="SOCIAL_WORKER"))
    assert wlv().is_social_care(Actor(id="x", team="MACPT"))
    assert not wlv().is_social_care(Actor(id="x", team="SCHOOL"))


def test_each_outcome_belongs_to_a_group_and_sends_the_child_to_a_team():
    assert {word: wlv().group_of(word) for word in wlv().local.outcomes} == {
        "NFA": "NO_ACTION",
        "SIGNPOSTED": "SIGNPOST",
        "EARLY_SUPPORT_START": "EARLY_HELP",
        "EARLY_SUPPORT_CONTINUE": "EARLY_HELP",
        "CAT_ASSESSMENT": "ASSESSMENT",
        "FAMILY_HELP": "ASSESSMENT",
        "STRATEGY_DISCUSSION": "STRATEGY",
        "ADDED_TO_OPEN_CASE": "OPEN_CASE",
    }
    assert wlv().group_of("WORK") is wlv().group_of(None) is None
    assert wlv().outcomes_of("ASSESSMENT") == ("CAT_ASSESSMENT", "FAMILY_HELP")
    assert wlv().local.sends_to == {
        "FAMILY_HELP": "FAMILY_HELP",
        "CAT_ASSESSMENT": "CAT",
        "STRATEGY_DISCUSSION": "MASH",
    }


def test_the_reason_codes_in_use():
    assert wlv().codes("AcknowledgeReferral.not_possible_reason") == ("ANONYMOUS", "UNSAFE_TO_CONTACT", "OTHER")
    assert wlv().codes("ReturnReferral.reason_code") == ("INFORMATION_MISSING", "OTHER")
    assert wlv().codes("CloseReferral.reason_code") == ("DECIDED", "OTHER")
    assert wlv().codes("LinkCases.reason_code") == ("SAME_CHILD", "SAME_FAMILY", "OTHER")
    assert wlv().codes("UnlinkCases.reason_code") == ("NOT_THE_SAME_CHILD", "NOT_THE_SAME_FAMILY", "OTHER")
    assert wlv().codes("CompleteEarlySupportReview.reason_code") == ("NEEDS_MET_EARLY", "NEEDS_RISING", "OTHER")
    assert wlv().codes("Nothing.of_this") == ()


def test_a_referral_that_nobody_has_decided_on_is_no_state_that_is_kept():
    assert [held.state for held in wlv().holders("S47_MACPT", "RECEIVED")] == ["S47_MACPT"]
    assert [held.state for held in wlv().holders("S47_MACPT", "EARLY_SUPPORT")] == ["S47_MACPT", "EARLY_SUPPORT"]
