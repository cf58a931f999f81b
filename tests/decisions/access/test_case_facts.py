"""A case as far as access goes, read from letters, and who then sees it: the policy over real facts and a real pack."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.qa.views.case_file import case_file
from shared.access.about import About, Restriction
from shared.access.caller import Caller, Kind
from shared.access.case_facts import about_case, break_glass_in, grants_in, restrictions_in, roles_in
from shared.access.desks import Appointment
from shared.access.masks import WHOLE, Group, Mask
from shared.access.policy import may
from shared.access.showing import masked
from shared.kernel.beliefs import Told, in_order, told_by
from shared.protocol.load import protocol_of
from tests.views.letters import AUTHORITY, Post, london

START = london("2026-11-02 09:00")
NOW = london("2026-11-25 10:00")
PROTOCOL = protocol_of(AUTHORITY, NOW)


def after(**time: float) -> datetime:
    return START + timedelta(**time)


def facts(post: Post) -> tuple[Told, ...]:
    return in_order(told_by(letter) for letter in post.sent)


def about(post: Post, *cases: str, at: datetime = NOW) -> About:
    return about_case(AUTHORITY, cases or ("case",), facts(post), PROTOCOL, at)


def staff(name: str, post: str, team: str | None) -> Caller:
    return Caller(
        kind=Kind.PERSON,
        id=name,
        person_id=name,
        client_id="console",
        authority=AUTHORITY,
        purpose="CASEWORK",
        post=post,
        team=team,
        appointments=(Appointment(authority=AUTHORITY, post=post, team=team, from_=START - timedelta(days=99)),),
    )


DOOR = staff("dora", "FRONT_DOOR_WORKER", "FAMILIES_FRONT_DOOR")
CAT = staff("carl", "SOCIAL_WORKER", "CAT")
MASH = staff("mary", "SOCIAL_WORKER", "MASH")
LEAD = staff("p-fhlp", "PRACTITIONER", "FAMILY_HELP")


def seen(post: Post, *cases: str, at: datetime = NOW) -> dict[str, str]:
    case = about(post, *cases, at=at)
    masks = {name: may(caller, case, at) for name, caller in (("door", DOOR), ("cat", CAT), ("mash", MASH))}
    return {name: mask.name if mask else "nothing" for name, mask in masks.items()}


def triaged(rag: str, outcome: str) -> Post:
    post = Post()
    post.referral(START, "case", "a")
    post.triage(after(hours=2), "case", "a", rag, outcome)
    return post


def test_a_new_referral_is_the_front_doors() -> None:
    post = Post()
    post.referral(START, "case", "a")
    case = about(post)
    assert case.untriaged
    assert case.referrers == {"a-school"}
    assert seen(post) == {"door": "whole", "cat": "nothing", "mash": "nothing"}


@pytest.mark.rule("WLV-ALLOC-47")
@pytest.mark.parametrize(
    "rag, outcome, sees",
    [
        ("GREEN", "NFA", {"door": "door", "cat": "nothing", "mash": "nothing"}),
        ("GREEN", "EARLY_SUPPORT_START", {"door": "door", "cat": "nothing", "mash": "nothing"}),
        ("AMBER", "CAT_ASSESSMENT", {"door": "door", "cat": "whole", "mash": "nothing"}),
        ("AMBER", "FAMILY_HELP", {"door": "door", "cat": "whole", "mash": "nothing"}),
        ("RED", "STRATEGY_DISCUSSION", {"door": "door", "cat": "nothing", "mash": "whole"}),
    ],
)
def test_the_team_that_holds_the_child_sees_the_case(rag: str, outcome: str, sees: dict[str, str]) -> None:
    assert seen(triaged(rag, outcome)) == sees


def test_a_new_worry_linked_to_an_open_case_does_not_open_that_case_to_the_front_door() -> None:
    post = triaged("AMBER", "CAT_ASSESSMENT")
    post.referral(after(days=3), "second", "b")
    post.link(after(days=3, hours=1), "link", "case", "second", ("a", "b"))
    assert seen(post, "case", "second")["door"] == "door"
    assert seen(post, "case", "second")["cat"] == "whole"


def allocated(post: Post, at: datetime, person: str, purpose: str, **more: Any) -> None:
    post.send("allocation.LeadAllocated", at, case="case", about=("a",), lead={"id": person}, purpose=purpose, **more)


def test_a_role_runs_from_allocation_to_its_end() -> None:
    post = triaged("AMBER", "CAT_ASSESSMENT")
    allocated(post, after(days=1), "p-fhlp", "CAT_ASSESSMENT")
    post.send(
        "allocation.LeadEnded", after(days=9), case="case", lead={"id": "p-fhlp"}, role="CAT_WORKER", reason_code="LEFT"
    )
    (role,) = roles_in(facts(post))
    assert (role.role, role.person_id, role.from_, role.until) == ("CAT_WORKER", "p-fhlp", after(days=1), after(days=9))
    assert may(LEAD, about(post), after(days=5)) is not None
    assert may(LEAD, about(post), after(days=9)) is None


def test_who_leads_two_children_goes_on_for_the_one_who_is_left() -> None:
    post = triaged("AMBER", "CAT_ASSESSMENT")
    lead = {"id": "p-cp"}
    post.send("allocation.LeadAllocated", after(days=1), case="case", about=("a", "b"), lead=lead, purpose="CP_PLAN")

    def until(days: int, *children: str) -> Any:
        ended = {"lead": lead, "role": "CP_LEAD", "reason_code": "CP_WORK_ENDED"}
        post.send("allocation.LeadEnded", after(days=days), case="case", about=children, **ended)
        return roles_in(facts(post))[0].until

    assert until(2, "a") is None
    assert until(3, "b") == after(days=3)


@pytest.mark.rule("WLV-ALLOC-04")
def test_a_child_on_a_teams_worklist_opens_the_case_to_those_whose_it_is() -> None:
    post = triaged("AMBER", "FAMILY_HELP")
    manager = staff("p-dm", "DELIVERY_MANAGER", "FAMILY_HELP")
    worker = staff("p-sw", "SOCIAL_WORKER", "FAMILY_HELP")
    assert may(manager, about(post), after(days=1)) is None
    asked = {"team": "FAMILY_HELP", "purpose": "FAMILY_HELP", "reason_code": "NEW_REFERRAL", "from_event": "e"}
    post.send("allocation.AllocationRequested", after(hours=3), case="case", about=("a",), **asked)
    seen_by = may(manager, about(post), after(days=1))
    assert seen_by is not None
    assert seen_by.through == {"WORKLIST"}
    assert may(worker, about(post), after(days=1)) is None
    post.send("planning.CaseClosed", after(hours=4), case="case", about=("a",), reason_code="RC8")
    assert may(manager, about(post), after(days=1)) is None


def test_a_new_lead_takes_the_place_of_the_one_before() -> None:
    post = triaged("AMBER", "FAMILY_HELP")
    allocated(post, after(days=1), "p-one", "FAMILY_HELP")
    allocated(post, after(days=2), "p-two", "FAMILY_HELP", previous_lead={"id": "p-one"})
    allocated(post, after(days=3), "p-cp", "CP_ENQUIRY")
    post.send("allocation.CoAllocated", after(days=4), case="case", person={"id": "p-co"}, role="CO_WORKER")
    held = {(role.role, role.person_id): role.until for role in roles_in(facts(post))}
    assert held == {
        ("LEAD_PRACTITIONER", "p-one"): after(days=2),
        ("LEAD_PRACTITIONER", "p-two"): None,
        ("CP_LEAD", "p-cp"): None,
        ("CO_WORKER", "p-co"): None,
    }


def test_a_worker_of_several_children_goes_on_until_the_last_of_them() -> None:
    post = triaged("AMBER", "CAT_ASSESSMENT")

    def worker(at: datetime, who: str, *children: str) -> None:
        said = {"purpose": "CP_ENQUIRY", "lead": {"id": who}}
        post.send("allocation.LeadAllocated", at, case="case", about=children, **said)

    def over(at: datetime, who: str, *children: str) -> None:
        said = {"role": "CP_LEAD", "lead": {"id": who}, "reason_code": "CP_WORK_ENDED"}
        post.send("allocation.LeadEnded", at, case="case", about=children, **said)

    worker(after(days=1), "p-one", "a", "b")
    over(after(days=2), "p-one", "a")
    assert [role.until for role in roles_in(facts(post))] == [None]
    worker(after(days=3), "p-two", "b", "c")
    assert [role.until for role in roles_in(facts(post))] == [after(days=3), None]
    over(after(days=4), "p-two")
    assert [role.until for role in roles_in(facts(post))] == [after(days=3), after(days=4)]


def test_the_lead_of_early_support_is_named_in_the_plan_and_goes_with_its_last_child() -> None:
    post = Post()
    post.send(
        "planning.PlanStarted",
        START,
        case="case",
        about=("a", "b"),
        plan_id="esp",
        type="EARLY_SUPPORT_PLAN",
        children=[{"child_id": "a"}, {"child_id": "b"}],
        esp_lead={"person": {"id": "p-esp"}, "agency": "a-school"},
    )
    post.send("planning.PlanEnded", after(days=1), case="case", about=("a",), plan_id="esp", reason_code="MET")
    assert [(role.role, role.until) for role in roles_in(facts(post))] == [("EARLY_SUPPORT_LEAD", None)]
    post.send("planning.PlanEnded", after(days=2), case="case", about=("b",), plan_id="esp", reason_code="MET")
    assert [role.until for role in roles_in(facts(post))] == [after(days=2)]


def test_early_support_that_ends_in_a_linked_case_ends_its_leads_role_where_it_began() -> None:
    post = triaged("GREEN", "EARLY_SUPPORT_START")
    esp = {"children": [{"child_id": "a"}], "esp_lead": {"person": {"id": "p-esp"}}, "plan_id": "esp"}
    post.send("planning.PlanStarted", after(hours=1), case="case", about=("a",), type="EARLY_SUPPORT_PLAN", **esp)
    post.referral(after(days=1), "new", "b")
    post.link(after(days=2), "l1", "new", "case", ("b", "a"))
    post.send("planning.PlanEnded", after(days=3), case="new", about=("b",), plan_id="esp", reason_code="MET")
    (role,) = roles_in(facts(post))
    assert (role.case_id, role.until) == ("case", after(days=3))


def test_of_a_closed_case_nobody_has_a_role() -> None:
    post = triaged("AMBER", "FAMILY_HELP")
    allocated(post, after(days=1), "p-fhlp", "FAMILY_HELP")
    assert may(LEAD, about(post), NOW) is not None
    post.send("planning.CaseClosed", after(days=5), case="case", about=("a",), reason_code="RC1")
    assert may(LEAD, about(post), NOW) is None


def granted(post: Post, **more: Any) -> None:
    fields: dict[str, Any] = {
        "grant_id": "g",
        "reader": {"id": "paul"},
        "scope": ["READ"],
        "purpose": "CASEWORK",
        "fields": ["state"],
        "from": START.isoformat(),
        "reason_code": "WORKS_WITH_FAMILY",
    }
    about = more.pop("about", ())
    post.send("qa.AccessGranted", START, case=more.pop("case", "case"), about=about, stream="grant/g", **fields | more)


def test_a_grant_ends_when_it_is_revoked_and_not_later() -> None:
    post = Post()
    granted(post, until=after(days=9).isoformat(), about=("a",))
    post.send(
        "qa.AccessRevoked",
        after(days=3),
        case="case",
        stream="grant/g",
        **{"grant_id": "g", "from": after(days=3).isoformat()},
    )
    (grant,) = grants_in(facts(post))
    assert (grant.reader_id, grant.child_ids, grant.until) == ("paul", {"a"}, after(days=3))
    post.send(
        "qa.AccessRevoked",
        after(days=4),
        case="case",
        stream="grant/g",
        **{"grant_id": "g", "from": after(days=20).isoformat()},
    )
    assert grants_in(facts(post))[0].until == after(days=3)


def test_a_grant_of_no_case_opens_none() -> None:
    post = Post()
    granted(post, case=None)
    assert grants_in(facts(post)) == ()


def test_glass_is_broken_from_when_it_happened() -> None:
    post = Post()
    post.send(
        "qa.BreakGlassOpened",
        START,
        case="case",
        stream="grant/x",
        reader={"id": "mary"},
        child_ids=["a"],
        category="EMERGENCY",
        until=after(hours=1).isoformat(),
        reason_code="X",
    )
    (opened,) = break_glass_in(facts(post))
    assert (opened.person_id, opened.child_ids, opened.opened_at, opened.until) == (
        "mary",
        {"a"},
        START,
        after(hours=1),
    )


def test_a_restriction_closes_the_case_at_once_and_until_it_is_lifted() -> None:
    post = triaged("AMBER", "CAT_ASSESSMENT")
    restricted = {"restriction_id": "r", "child_ids": ["a"], "kind": "SEALED", "by": {"id": "m"}, "reason_code": "X"}
    # Dated ahead by a slip: it is known, and that is enough to close.
    post.send("qa.RecordRestricted", NOW + timedelta(days=1), case="case", stream="grant/r", **restricted)
    assert seen(post) == {"door": "nothing", "cat": "nothing", "mash": "nothing"}
    lifted = NOW + timedelta(days=2)
    post.send("qa.RestrictionLifted", lifted, case="case", stream="grant/r", restriction_id="r", by={"id": "m"})
    assert restrictions_in(facts(post), NOW) == (Restriction(restriction_id="r", kind="SEALED"),)
    assert restrictions_in(facts(post), lifted) == ()


def test_a_case_of_which_nothing_is_known_is_nobodys() -> None:
    case = about(Post())
    assert not case.untriaged
    assert may(CAT, case, NOW) is None


def test_a_real_case_file_is_shown_whole_or_under_the_door_mask() -> None:
    post = triaged("AMBER", "CAT_ASSESSMENT")
    allocated(post, after(days=1), "p-fhlp", "CAT_ASSESSMENT")
    post.send("planning.PlanStarted", after(days=2), case="case", about=("a",), plan_id="p", type="FAMILY_HELP_PLAN")
    body = case_file("case", post.sent, lambda authority, at: protocol_of(authority, at))
    door, cat = may(DOOR, about(post), NOW), may(CAT, about(post), NOW)
    assert door is not None
    assert cat is not None
    # A field that is in no list is shown to nobody: whoever adds one to the case file adds it there.
    assert masked(body, cat) == body
    shown = masked(body, door)
    assert body["plans"]
    assert "plans" not in shown
    assert shown["children"] == [
        {name: part for name, part in child.items() if name != "protection"} for child in body["children"]
    ]
    assert shown["referrals"] == body["referrals"]
    assert all(date["what"] == "clock" for date in shown["next_dates"])
    one = masked(body, Mask(groups=frozenset({Group.REFERENCE}), of_child={"nobody": WHOLE}))
    assert one["children"] == [{"child_id": "a"}]


@pytest.mark.rule("WLV-TRAIN-06")
def test_the_leads_adviser_reads_and_comments_while_they_advise() -> None:
    adviser = staff("p-ap", "ADVANCED_PRACTITIONER", None)
    post = triaged("AMBER", "FAMILY_HELP")
    allocated(post, after(hours=4), "p-fhlp", "FAMILY_HELP", advanced_practitioner_id="p-ap")

    def reads(at: datetime) -> Mask | None:
        return may(adviser, about(post, at=at), at)

    mask = reads(after(days=1))
    assert mask is not None
    assert {right.value for right in mask.rights} == {"COMMENT"}
    allocated(post, after(days=3), "p-other", "FAMILY_HELP", previous_lead={"id": "p-fhlp"})
    assert reads(after(days=4)) is None
    allocated(
        post, after(days=5), "p-fhlp", "FAMILY_HELP", advanced_practitioner_id="p-ap", previous_lead={"id": "p-other"}
    )
    assert reads(after(days=6)) is not None
    ended = {"lead": {"id": "p-fhlp"}, "role": "LEAD_PRACTITIONER", "reason_code": "LEFT"}
    post.send("allocation.LeadEnded", after(days=7), case="case", **ended)
    assert reads(after(days=8)) is None


@pytest.mark.rule("WLV-TRAIN-07")
def test_the_leads_own_line_manager_is_heard_and_shown_nothing_while_they_lead() -> None:
    head = staff("p-head", "PARTNER_READER", None)
    post = triaged("AMBER", "FAMILY_HELP")
    allocated(post, after(hours=4), "p-fhlp", "FAMILY_HELP", line_manager={"id": "p-head"})

    def sees(at: datetime) -> Mask | None:
        return may(head, about(post, at=at), at)

    mask = sees(after(days=1))
    assert mask is not None
    assert (mask.groups, {right.value for right in mask.rights}) == ({Group.REFERENCE}, {"COMMENT", "ANSWER"})
    allocated(post, after(days=3), "p-other", "FAMILY_HELP", previous_lead={"id": "p-fhlp"})
    assert sees(after(days=4)) is None
    allocated(post, after(days=5), "p-fhlp", "FAMILY_HELP", line_manager={"id": "p-head"})
    ended = {"lead": {"id": "p-fhlp"}, "role": "LEAD_PRACTITIONER", "reason_code": "LEFT"}
    post.send("allocation.LeadEnded", after(days=7), case="case", **ended)
    assert sees(after(days=8)) is None
    allocated(post, after(days=9), "p-cat", "CAT_ASSESSMENT", line_manager={"id": "p-head"})
    assert sees(after(days=10)) is None
