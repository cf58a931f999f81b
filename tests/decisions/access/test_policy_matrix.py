"""Who sees what: one row for each kind of caller in each situation."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.access.about import About, BreakGlass, ChildIn, Grant, Restriction, RoleOnCase
from shared.access.caller import Caller, Kind
from shared.access.desks import Appointment, Desk
from shared.access.masks import DOOR, STRUCTURAL, WHOLE, Group, Mask
from shared.access.policy import may
from tests.decisions.access.deciding import EARLIER, LATER, NOW

DOOR_DESK = Desk(team="DOOR", post="FRONT_DOOR_WORKER")
CAT_DESK = Desk(team="CAT")
HALF_AN_HOUR = timedelta(minutes=30)


def person(name: str, post: str | None = None, team: str | None = None, **more: str) -> Caller:
    held = (Appointment(authority="TST", post=post, team=team, from_=EARLIER),) if post else ()
    return Caller(
        kind=Kind.PERSON,
        id=name,
        person_id=name,
        client_id="console",
        authority="TST",
        agency=more.get("agency", "TST"),
        employer=more.get("employer", "TST"),
        purpose=more.get("purpose", "CASEWORK"),
        post=post,
        team=team,
        appointments=held,
        scopes=frozenset({"qa:read", "referral:read", "referral:write"}),
    )


CALLERS = {
    "door": person("dora", "FRONT_DOOR_WORKER", "DOOR"),
    "cat": person("carl", "SOCIAL_WORKER", "CAT"),
    "mash": person("mary", "SOCIAL_WORKER", "MASH"),
    "lead": person("lena", "SOCIAL_WORKER", "FAMILY_HELP"),
    "adviser": person("adam", "ADVANCED_PRACTITIONER", "FAMILY_HELP"),
    "manager": person("mona", "SW_TEAM_MANAGER", "FAMILY_HELP"),
    "auditor": person("axel", "AUDITOR"),
    "partner": person("paul", agency="hill-school", employer="hill-school"),
    "partner reader": person("pia", "PARTNER_READER", agency="hill-school", employer="hill-school"),
    "wrong purpose": person("paul", agency="hill-school", employer="hill-school", purpose="RESEARCH"),
    "referrer": Caller(
        kind=Kind.SYSTEM,
        id="school",
        client_id="school",
        authority="TST",
        agency="hill-school",
        scopes=frozenset({"referral:submit", "referral:status"}),
    ),
    "other system": Caller(
        kind=Kind.SYSTEM,
        id="surgery",
        client_id="surgery",
        authority="TST",
        agency="surgery",
        scopes=frozenset({"referral:submit", "referral:status"}),
    ),
    "service": Caller(kind=Kind.SERVICE, id="qa", client_id="qa", authority=None, scopes=frozenset({"feed"})),
}


def child(state: str, *holds: Desk, name: str = "a") -> ChildIn:
    return ChildIn(child_id=name, state=state, holds=holds)


def grant(**changed: object) -> Grant:
    fields: dict[str, object] = {
        "grant_id": "g1",
        "case_id": "case",
        "reader_id": "paul",
        "scope": frozenset({"READ"}),
        "purpose": "CASEWORK",
        "fields": frozenset({"state", "level"}),
        "from_": EARLIER,
    }
    return Grant(**fields | changed)  # type: ignore[arg-type]


def role(name: str, **changed: object) -> RoleOnCase:
    fields: dict[str, object] = {"case_id": "case", "role": name, "person_id": "lena", "from_": EARLIER}
    return RoleOnCase(**fields | changed)  # type: ignore[arg-type]


NEW = About(
    authority="TST",
    case_ids=frozenset({"case"}),
    children=(child("RECEIVED", DOOR_DESK),),
    referrers=frozenset({"hill-school"}),
    front_door=(DOOR_DESK,),
    untriaged=True,
)
IN_CAT = replace(NEW, untriaged=False, children=(child("CAT_ASSESSMENT", CAT_DESK),))
JOINED = replace(
    NEW,
    untriaged=False,
    case_ids=frozenset({"case", "open"}),
    children=(child("CAT_ASSESSMENT", CAT_DESK), child("RECEIVED", Desk(team="DOOR"), name="b")),
)
CLOSED = replace(NEW, untriaged=False, children=(child("CLOSED"),))
WITH_DOOR = replace(NEW, untriaged=False, children=(child("EARLY_SUPPORT", Desk(team="DOOR")),))
IN_MASH = replace(NEW, untriaged=False, children=(child("STRATEGY_MASH", Desk(team="MASH"), CAT_DESK),))
OPENED = BreakGlass(
    person_id="mary", child_ids=frozenset({"a"}), opened_at=NOW - HALF_AN_HOUR, until=NOW + HALF_AN_HOUR
)

ABOUT = {
    "new": NEW,
    "in cat": IN_CAT,
    "in mash": IN_MASH,
    "with the door": WITH_DOOR,
    "joined": JOINED,
    "closed": CLOSED,
    "other authority": replace(NEW, authority="OTH"),
    "led": replace(IN_CAT, roles=(role("LEAD_PRACTITIONER"),)),
    "led before": replace(IN_CAT, roles=(role("LEAD_PRACTITIONER", until=NOW),)),
    "led later": replace(IN_CAT, roles=(role("LEAD_PRACTITIONER", from_=LATER),)),
    "led elsewhere": replace(IN_CAT, roles=(role("LEAD_PRACTITIONER", case_id="another"),)),
    "led in a linked case": replace(
        IN_CAT, case_ids=frozenset({"case", "open"}), roles=(role("LEAD_PRACTITIONER", case_id="open"),)
    ),
    "led by an agency": replace(IN_CAT, roles=(role("LEAD_AGENCY_WORKER", person_id=None, employer="hill-school"),)),
    "advised": replace(IN_CAT, roles=(role("ADVANCED_PRACTITIONER", person_id="adam"),)),
    "answered for": replace(IN_CAT, roles=(role("LINE_MANAGER"),)),
    "strange role": replace(IN_CAT, roles=(role("GRANDMOTHER"),)),
    "on a worklist": replace(IN_CAT, worklist=(Desk(team="FAMILY_HELP", post="SW_TEAM_MANAGER"),)),
    "granted": replace(IN_CAT, grants=(grant(),)),
    "granted to write": replace(IN_CAT, grants=(grant(scope=frozenset({"READ", "WRITE"})),)),
    "granted to an agency": replace(IN_CAT, grants=(grant(reader_id=None, reader_agency="hill-school"),)),
    "granted to a post": replace(IN_CAT, grants=(grant(reader_id=None, reader_post="PARTNER_READER"),)),
    "granted one child": replace(JOINED, grants=(grant(child_ids=frozenset({"b"}), fields=frozenset({"state"})),)),
    "grant over": replace(IN_CAT, grants=(grant(until=NOW),)),
    "grant to come": replace(IN_CAT, grants=(grant(from_=LATER),)),
    "grant elsewhere": replace(IN_CAT, grants=(grant(case_id="another"),)),
    "grant of nothing": replace(IN_CAT, grants=(grant(fields=frozenset({"everything"})),)),
    "broken into": replace(IN_CAT, break_glass=(OPENED,)),
    "broken into before": replace(IN_CAT, break_glass=(replace(OPENED, until=NOW),)),
    "broken into for nobody": replace(IN_CAT, break_glass=(replace(OPENED, child_ids=frozenset()),)),
    "restricted": replace(
        IN_CAT,
        roles=(role("LEAD_PRACTITIONER"),),
        grants=(grant(),),
        break_glass=(OPENED,),
        restrictions=(Restriction(restriction_id="r", kind="SEALED"),),
    ),
    "strangely restricted": replace(IN_CAT, restrictions=(Restriction(restriction_id="r", kind="SOMETHING_NEW"),)),
    "hidden address": replace(IN_CAT, restrictions=(Restriction(restriction_id="r", kind="HIDDEN_ADDRESS"),)),
}

# caller, situation, what is seen: whole, door, auditor, referrer_status, partial or nothing; what may be done.
MATRIX = """
door            | new                    | whole           | DOOR
door            | in cat                 | door            | DOOR
door            | in mash                | door            | DOOR
door            | with the door          | door            | DOOR
door            | joined                 | door            | DOOR
door            | closed                 | door            | DOOR
door            | other authority        | nothing         |
door            | led                    | door            | DOOR
door            | granted                | door            | DOOR
door            | broken into            | door            | DOOR
door            | restricted             | nothing         |
door            | strangely restricted   | nothing         |
door            | hidden address         | partial         | DOOR
cat             | new                    | nothing         |
cat             | in cat                 | whole           | DOOR WORK COMMENT
cat             | in mash                | whole           | DOOR WORK COMMENT
cat             | with the door          | nothing         |
cat             | joined                 | whole           | DOOR WORK COMMENT
cat             | closed                 | nothing         |
cat             | other authority        | nothing         |
cat             | restricted             | nothing         |
cat             | strangely restricted   | nothing         |
cat             | hidden address         | partial         | DOOR WORK COMMENT
mash            | new                    | nothing         |
mash            | in cat                 | nothing         |
mash            | in mash                | whole           | DOOR WORK COMMENT
mash            | closed                 | nothing         |
mash            | broken into            | partial         |
mash            | broken into before     | nothing         |
mash            | broken into for nobody | nothing         |
mash            | restricted             | nothing         |
lead            | new                    | nothing         |
lead            | in cat                 | nothing         |
lead            | led                    | whole           | DOOR WORK COMMENT
lead            | led before             | nothing         |
lead            | led later              | nothing         |
lead            | led elsewhere          | nothing         |
lead            | led in a linked case   | whole           | DOOR WORK COMMENT
lead            | strange role           | nothing         |
lead            | answered for           | partial         | COMMENT ANSWER
lead            | restricted             | nothing         |
adviser         | advised                | whole           | COMMENT
adviser         | led                    | nothing         |
manager         | in cat                 | nothing         |
manager         | on a worklist          | whole           | DOOR WORK COMMENT
lead            | on a worklist          | nothing         |
auditor         | new                    | auditor         |
auditor         | in cat                 | auditor         |
auditor         | closed                 | auditor         |
auditor         | led                    | auditor         |
auditor         | other authority        | nothing         |
auditor         | restricted             | nothing         |
auditor         | hidden address         | auditor         |
partner         | new                    | nothing         |
partner         | in cat                 | nothing         |
partner         | granted                | partial         |
partner         | granted to write       | partial         | DOOR WORK COMMENT
partner         | granted to an agency   | partial         |
partner         | granted to a post      | nothing         |
partner         | granted one child      | partial         |
partner         | grant over             | nothing         |
partner         | grant to come          | nothing         |
partner         | grant elsewhere        | nothing         |
partner         | grant of nothing       | nothing         |
partner         | led by an agency       | whole           | DOOR WORK COMMENT
partner         | restricted             | nothing         |
partner reader  | granted to a post      | partial         |
partner reader  | granted                | nothing         |
wrong purpose   | granted                | nothing         |
wrong purpose   | granted to an agency   | nothing         |
wrong purpose   | granted to write       | nothing         |
referrer        | new                    | referrer_status |
referrer        | in cat                 | referrer_status |
referrer        | closed                 | referrer_status |
referrer        | granted to an agency   | referrer_status |
referrer        | led by an agency       | referrer_status |
referrer        | other authority        | nothing         |
referrer        | restricted             | nothing         |
other system    | new                    | nothing         |
other system    | in cat                 | nothing         |
other system    | granted to an agency   | nothing         |
service         | new                    | nothing         |
service         | in cat                 | nothing         |
"""
ROWS = [tuple(part.strip() for part in line.split("|")) for line in MATRIX.strip().splitlines()]


@pytest.mark.parametrize("who, situation, seen, rights", ROWS, ids=[f"{row[0]}: {row[1]}" for row in ROWS])
def test_who_sees_what(who: str, situation: str, seen: str, rights: str) -> None:
    mask = may(CALLERS[who], ABOUT[situation], NOW)
    assert ("nothing" if mask is None else mask.name) == seen
    assert (mask.rights if mask else set()) == set(rights.split())


def test_every_situation_and_every_caller_is_in_the_table() -> None:
    assert len(ROWS) >= 60
    assert {row[0] for row in ROWS} == set(CALLERS)
    assert {row[1] for row in ROWS} == set(ABOUT)


def seen(who: str, situation: str) -> Mask:
    mask = may(CALLERS[who], ABOUT[situation], NOW)
    assert mask is not None
    return mask


def test_the_door_sees_enough_to_triage_and_no_work() -> None:
    assert {Group.WHO, Group.AGES, Group.STATE, Group.LEVEL, Group.HOLDER, Group.LINKS, Group.CLOCKS} <= DOOR
    assert {Group.RECEIVED, Group.NARRATIVE, Group.TRIAGE} <= DOOR
    assert not DOOR & {Group.WORK, Group.NOTES}


def test_an_auditor_sees_nobody_by_name() -> None:
    assert not STRUCTURAL & {Group.WHO, Group.ADDRESS, Group.NARRATIVE, Group.NOTES}


def test_a_hidden_address_is_hidden_from_everybody_who_sees_the_rest() -> None:
    assert seen("cat", "hidden address").groups == WHOLE - {Group.ADDRESS}
    assert seen("door", "hidden address").groups == DOOR - {Group.ADDRESS}


def test_a_grant_gives_its_fields_and_says_which_it_is() -> None:
    mask = seen("partner", "granted")
    assert mask.groups == {Group.REFERENCE, Group.STATE, Group.LEVEL}
    assert (mask.through, mask.grants) == ({"GRANT"}, {"g1"})


def test_a_grant_for_one_child_shows_nothing_of_the_other() -> None:
    mask = seen("partner", "granted one child")
    assert mask.of("b") == {Group.REFERENCE, Group.STATE}
    assert mask.of("a") == mask.of("a", "b") == mask.groups == {Group.REFERENCE}


def test_glass_is_broken_for_the_children_named_and_not_to_write() -> None:
    mask = seen("mash", "broken into")
    assert mask.of("a") == WHOLE
    assert mask.of("b") == {Group.REFERENCE}
    assert mask.through == {"BREAK_GLASS"}
    assert not mask.rights


def test_several_reasons_add_up() -> None:
    both = replace(IN_CAT, grants=(grant(reader_id="dora", fields=frozenset({"work"})),))
    mask = may(CALLERS["door"], both, NOW)
    assert mask is not None
    assert mask.groups == DOOR | {Group.WORK}
    assert mask.through == {"FRONT_DOOR", "GRANT"}
