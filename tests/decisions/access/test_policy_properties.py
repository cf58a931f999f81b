"""What holds of the policy whatever the case and the caller: nothing crosses authorities, deny is the default."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.access.about import About, BreakGlass, ChildIn, Grant, Restriction, RoleOnCase
from shared.access.caller import Caller, Kind
from shared.access.desks import Appointment, Desk
from shared.access.masks import Group, Mask
from shared.access.policy import may
from tests.decisions.access.deciding import NOW

AUTHORITIES = st.sampled_from(["TST", "OTH"])
PEOPLE = st.sampled_from(["amira", "ben"])
AGENCIES = st.sampled_from(["school", "TST"])
POSTS = st.sampled_from(["FRONT_DOOR_WORKER", "SOCIAL_WORKER", "AUDITOR", "PARTNER_READER"])
TEAMS = st.sampled_from(["DOOR", "CAT"])
CASES = st.sampled_from(["case", "linked", "another"])
INSTANTS = st.integers(-3, 3).map(lambda days: NOW + timedelta(days=days))
ENDS = st.none() | INSTANTS
GROUPS = st.frozensets(st.sampled_from([*map(str, Group), "everything"]))
SCOPES = st.frozensets(st.sampled_from(["referral:submit", "referral:status", "referral:read", "qa:read", "feed"]))

appointments = st.builds(Appointment, authority=AUTHORITIES, post=POSTS, team=st.none() | TEAMS, from_=INSTANTS)
desks = st.one_of(
    st.builds(Desk, post=POSTS, team=st.none() | TEAMS),
    st.builds(Desk, team=TEAMS),
)
children = st.builds(
    ChildIn,
    child_id=st.sampled_from(["a", "b"]),
    state=st.just("ANY"),
    holds=st.lists(desks, max_size=2).map(tuple),
)
roles = st.builds(
    RoleOnCase,
    case_id=CASES,
    role=st.sampled_from(["LEAD_PRACTITIONER", "ADVANCED_PRACTITIONER", "LEAD_AGENCY_WORKER", "COUSIN"]),
    person_id=st.none() | PEOPLE,
    employer=st.none() | AGENCIES,
    from_=INSTANTS,
    until=ENDS,
)
grants = st.builds(
    Grant,
    grant_id=st.just("g"),
    case_id=CASES,
    reader_id=st.none() | PEOPLE,
    reader_agency=st.none() | AGENCIES,
    reader_post=st.none() | POSTS,
    scope=st.frozensets(st.sampled_from(["READ", "COMMENT", "WRITE", "OWN"])),
    purpose=st.sampled_from(["CASEWORK", "AUDIT"]),
    fields=GROUPS,
    child_ids=st.frozensets(st.sampled_from(["a", "b"])),
    from_=INSTANTS,
    until=ENDS,
)
glass = st.builds(
    BreakGlass,
    person_id=PEOPLE,
    child_ids=st.frozensets(st.sampled_from(["a", "b"])),
    opened_at=INSTANTS,
    until=INSTANTS,
)
restrictions = st.builds(
    Restriction, restriction_id=st.just("r"), kind=st.sampled_from(["HIDDEN_ADDRESS", "SEALED", "ADOPTION"])
)


def several(what: st.SearchStrategy, most: int = 2) -> st.SearchStrategy:
    return st.lists(what, max_size=most).map(tuple)


abouts = st.builds(
    About,
    authority=AUTHORITIES,
    case_ids=st.sampled_from([frozenset({"case"}), frozenset({"case", "linked"})]),
    children=several(children),
    referrers=st.frozensets(AGENCIES, max_size=1),
    front_door=several(desks, 1),
    untriaged=st.booleans(),
    roles=several(roles),
    worklist=several(desks, 1),
    grants=several(grants),
    break_glass=several(glass, 1),
    restrictions=st.just(()) | several(restrictions, 1),
)


@st.composite
def callers(draw: st.DrawFn) -> Caller:
    kind = draw(st.sampled_from([Kind.PERSON, Kind.PERSON, Kind.PERSON, Kind.SYSTEM, Kind.SERVICE]))
    someone = draw(PEOPLE) if kind is Kind.PERSON else None
    return Caller(
        kind=kind,
        id=someone or "client",
        person_id=someone,
        client_id="client",
        authority=None if kind is Kind.SERVICE else draw(AUTHORITIES),
        scopes=draw(SCOPES),
        agency=draw(st.none() | AGENCIES),
        employer=draw(st.none() | AGENCIES),
        purpose=draw(st.sampled_from(["CASEWORK", "AUDIT"])),
        appointments=draw(several(appointments)),
    )


def everything(mask: Mask | None) -> set[tuple[str, Group]]:
    if mask is None:
        return set()
    each = {child_id: mask.of(child_id) for child_id in ("a", "b")}
    return {("*", group) for group in mask.groups} | {(name, one) for name, groups in each.items() for one in groups}


@given(callers(), abouts)
@settings(max_examples=400, deadline=None)
def test_no_mask_crosses_authorities(caller: Caller, about: About) -> None:
    if may(caller, about, NOW) is not None:
        assert caller.authority == about.authority
    elsewhere = replace(about, authority="ELSEWHERE")
    assert may(caller, elsewhere, NOW) is None


@given(callers(), abouts)
@settings(max_examples=200, deadline=None)
def test_who_holds_nothing_sees_nothing(caller: Caller, about: About) -> None:
    stranger = replace(
        caller, id="zoe", person_id="zoe" if caller.person_id else None, appointments=(), agency=None, employer=None
    )
    assert may(stranger, about, NOW) is None


@given(callers(), abouts)
@settings(max_examples=200, deadline=None)
def test_a_system_sees_the_status_of_its_own_referrals_and_nothing_else(caller: Caller, about: About) -> None:
    system = replace(caller, kind=Kind.SYSTEM, person_id=None, authority="TST")
    mask = may(system, about, NOW)
    assert mask is None or (mask.groups == {Group.STATUS} and not mask.of_child and not mask.rights)
    assert may(replace(system, kind=Kind.SERVICE), about, NOW) is None


@given(callers(), abouts, restrictions)
@settings(max_examples=200, deadline=None)
def test_a_restriction_only_ever_takes_away(caller: Caller, about: About, restriction: Restriction) -> None:
    before = may(caller, about, NOW)
    after = may(caller, replace(about, restrictions=(*about.restrictions, restriction)), NOW)
    assert everything(after) <= everything(before)
    if restriction.kind != "HIDDEN_ADDRESS":
        assert after is None
    elif after is not None:
        assert Group.ADDRESS not in {group for _, group in everything(after)}


@given(callers(), abouts)
@settings(max_examples=200, deadline=None)
def test_a_mask_is_never_empty_and_asking_again_gives_the_same(caller: Caller, about: About) -> None:
    mask = may(caller, about, NOW)
    assert mask is None or (mask.groups and mask.through)
    assert may(caller, about, NOW) == mask


@given(callers(), abouts, grants)
@settings(max_examples=200, deadline=None)
def test_a_grant_only_ever_adds(caller: Caller, about: About, grant: Grant) -> None:
    before = everything(may(caller, about, NOW))
    assert before <= everything(may(caller, replace(about, grants=(*about.grants, grant)), NOW))
