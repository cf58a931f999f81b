"""Letters of several services in any order, repeated or one by one, always come to the same file, trail and clocks."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.qa.views.audit_trail import audit_trail
from services.qa.views.case_file import case_file
from services.qa.views.clocks import clocks_of
from services.qa.views.words import encode
from shared.kernel.letters import Letter
from shared.protocol.load import protocol_of
from tests.views.letters import Post, london
from tests.views.stories import CAT_MANAGER, PRACTITIONER

FIRST = london("2026-12-21 09:00")
NOW = london("2027-01-15 12:00")
CHILDREN = {"k1": "c1", "k2": "c2"}

Act = Callable[[Post, str, datetime, datetime], None]


def _receive(post: Post, case: str, at: datetime, recorded: datetime) -> None:
    post.referral(at, case, CHILDREN[case], recorded=recorded)


def _triage(rag: str, outcome: str) -> Act:
    def act(post: Post, case: str, at: datetime, recorded: datetime) -> None:
        child = CHILDREN[case]
        joins = outcome == "ADDED_TO_OPEN_CASE"
        triage = post.triage(at, case, child, rag, outcome, recorded=recorded, open_case_id="k1" if joins else None)
        if outcome == "FAMILY_HELP":
            post.send(
                "allocation.AllocationRequested",
                at,
                case=case,
                about=(child,),
                because_of=triage,
                team="FAMILY_HELP",
                purpose="FAMILY_HELP",
            )
        if outcome.startswith("EARLY_SUPPORT"):
            post.send("planning.ThresholdChanged", at, case=case, about=(child,), because_of=triage, to="EARLY_SUPPORT")

    return act


def _planning(title: str, **data: Any) -> Act:
    def act(post: Post, case: str, at: datetime, recorded: datetime) -> None:
        child = CHILDREN[case]
        entries = [{"child_id": child, "outcome": data["outcome"]}] if "outcome" in data else None
        post.send(
            f"planning.{title}",
            at,
            case=case,
            about=(child,),
            recorded=recorded,
            by=CAT_MANAGER,
            children=entries,
            **data,
        )

    return act


def _imc(*reasons: str) -> Act:
    def act(post: Post, case: str, at: datetime, recorded: datetime) -> None:
        post.send(
            "allocation.IMCHeld",
            recorded,
            case=case,
            recorded=recorded,
            held_at=at.isoformat(),
            reasons=list(reasons),
            attendees=[{"id": "p", "employer": "a-school"}],
        )

    return act


def _allocate(purpose: str, **lead: Any) -> Act:
    def act(post: Post, case: str, at: datetime, recorded: datetime) -> None:
        post.send(
            "allocation.LeadAllocated",
            at,
            case=case,
            about=(CHILDREN[case],),
            recorded=recorded,
            lead={**PRACTITIONER, **lead},
            purpose=purpose,
        )

    return act


def _link(post: Post, case: str, at: datetime, recorded: datetime) -> None:
    post.link(at, f"link-{len(post.sent)}", "k1", "k2", ("c1", "c2"), recorded=recorded)


def _unlink(post: Post, case: str, at: datetime, recorded: datetime) -> None:
    made = [letter for letter in post.sent if letter.title == "CasesLinked"]
    if made:
        post.unlink(at, made[-1].data["link_id"], "k1", "k2", ("c1", "c2"))


def _withdraw(post: Post, case: str, at: datetime, recorded: datetime) -> None:
    mine = [letter for letter in post.sent if letter.case_id == case and letter.title != "CasesLinked"]
    if mine:
        post.withdraw(at, mine[len(post.sent) % len(mine)], recorded=recorded)


def _breached(post: Post, case: str, at: datetime, recorded: datetime) -> None:
    started = [letter for letter in post.sent if letter.clocks]
    if started:
        post.send(
            "qa.ClockBreached",
            at,
            case=case,
            about=(CHILDREN[case],),
            stream=f"clock/{len(post.sent)}",
            recorded=recorded,
            rule=started[-1].clocks[0].rule,
            started_by=started[-1].event_id,
        )


ACTS: Sequence[Act] = (
    _receive,
    _triage("AMBER", "FAMILY_HELP"),
    _triage("AMBER", "CAT_ASSESSMENT"),
    _triage("AMBER", "ADDED_TO_OPEN_CASE"),
    _triage("GREEN", "NFA"),
    _triage("GREEN", "EARLY_SUPPORT_START"),
    _triage("RED", "STRATEGY_DISCUSSION"),
    _planning("ThresholdChanged", to="CHILD_IN_NEED", decided_in="CAT"),
    _planning("StrategyDiscussionRequested", from_state="RECEIVED"),
    _planning("StrategyDiscussionHeld", outcome="S47", held_by="MASH"),
    _planning("StrategyDiscussionHeld", outcome="S17", held_by="CAT"),
    _planning("Section47EnquiryConcluded", outcome="NO_FURTHER_NEED"),
    _planning("AssessmentStarted", team="CAT", basis="REASSESSMENT"),
    _planning("AssessmentCompleted", outcome="NFA", team="CAT"),
    _planning("PlanStarted", plan_id="p1", type="EARLY_SUPPORT_PLAN"),
    _planning("CaseClosed", reason_code="RC7"),
    _allocate("FAMILY_HELP"),
    _allocate("CAT_ASSESSMENT"),
    _allocate("FAMILY_HELP", employer="a-school", employer_kind="PARTNER"),
    _imc("MONTHLY_CIN_AQ", "MONTHLY_PARTNER", "CHANGE_IN_NEED_UP"),
    _planning("PlanStarted", plan_id="p2", type="FAMILY_HELP_PLAN"),
    _planning(
        "PlanReviewed", plan_id="p2", type="FAMILY_HELP_PLAN", family_present=True, next_review_date="2027-01-11"
    ),
    _planning("PlanEnded", plan_id="p2", type="FAMILY_HELP_PLAN"),
    _planning("ConcernRaised", cp=True, significant=True),
    _planning("ChangeOfNeedReported", trend="UP"),
    _planning("ThresholdChanged", to="TARGETED_EARLY_HELP", **{"from": "CHILD_PROTECTION_PLAN"}),
    _planning("ThresholdChanged", to="CP_ENQUIRY"),
    _link,
    _unlink,
    _withdraw,
    _breached,
)


@st.composite
def histories(draw: st.DrawFn) -> list[Letter]:
    """What four services recorded about two cases over some weeks, now and then late, at times at one instant."""
    post = Post()
    recorded = FIRST
    _receive(post, "k1", recorded, recorded)
    _receive(post, "k2", recorded, recorded)
    for act in draw(st.lists(st.sampled_from(ACTS), max_size=14)):
        case = draw(st.sampled_from(("k1", "k2")))
        recorded += timedelta(hours=draw(st.integers(0, 60)))
        act(post, case, recorded - timedelta(hours=draw(st.integers(0, 50))), recorded)
    return post.sent


@st.composite
def interleavings(draw: st.DrawFn, letters: list[Letter]) -> list[Letter]:
    """The letters in any order at all, which holds every order that four topics could give, some of them twice."""
    shuffled = draw(st.permutations(letters))
    return [*shuffled, *draw(st.lists(st.sampled_from(letters), max_size=4))]


def everything(case: str, letters: Sequence[Letter], now: datetime = NOW, **cut: datetime) -> bytes:
    return encode(
        [
            case_file(case, letters, protocol_of, **cut),
            audit_trail(case, letters, **cut),
            clocks_of(case, letters, protocol_of, now, **cut),
        ]
    )


FEW = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@FEW
@given(st.data())
def test_any_interleaving_and_any_repeats_give_the_same_bytes(data: st.DataObject) -> None:
    letters = data.draw(histories())
    other = data.draw(interleavings(letters))
    for case in ("k1", "k2"):
        assert everything(case, letters) == everything(case, other)


@FEW
@given(st.data())
def test_letter_by_letter_comes_to_the_same_as_rebuilt(data: st.DataObject) -> None:
    letters = data.draw(histories())
    inbox: list[Letter] = []
    live = b""
    for letter in data.draw(interleavings(letters)):
        inbox.append(letter)
        live = everything("k1", inbox)
    assert live == everything("k1", sorted(letters, key=lambda letter: (letter.source, letter.sequence)))


@FEW
@given(histories(), st.integers(0, 400))
def test_as_known_then_is_what_the_view_was_then(letters: list[Letter], hours: int) -> None:
    moment = FIRST + timedelta(hours=hours)
    then = [letter for letter in letters if letter.recorded_at <= moment]
    for case in ("k1", "k2"):
        assert everything(case, letters, moment, known_at=moment) == everything(case, then, moment)
        both = everything(case, letters, moment, as_at=moment, known_at=moment)
        assert both == everything(case, then, moment, as_at=moment)


@FEW
@given(histories(), st.integers(0, 400))
def test_as_at_is_the_view_of_what_had_occurred_by_then(letters: list[Letter], hours: int) -> None:
    moment = FIRST + timedelta(hours=hours)
    withdrawn = {letter.event_id for letter in letters if letter.title == "RecordWithdrawn"}
    occurred = [letter for letter in letters if letter.occurred_at <= moment]
    # A withdrawal speaks of the record, at whatever time it was made; without any, nothing else differs.
    if not withdrawn:
        assert everything("k1", letters, moment, as_at=moment) == everything("k1", occurred, moment)
