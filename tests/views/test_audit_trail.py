"""The audit trail: one row for each event, with who, when, why and where it is proved, and nothing personal."""

from datetime import timedelta

from services.qa.views.audit_trail import audit_trail
from shared.kernel.events import Receipt, Used
from tests.views.letters import FRONT_DOOR, Post, london
from tests.views.stories import amber


def test_each_event_says_who_when_by_which_rule_and_where_it_is_proved() -> None:
    post = Post()
    received = post.referral(london("2026-04-02 16:00"), "k1", "c1")
    receipt = Receipt(
        command="TriageReferral",
        edition=post.edition,
        rules=("WLV-REF-07",),
        inputs={"child": "NOT_OPEN"},
        beliefs=(Used(source="planning", about="k1", sequence=7, letters=3),),
    )
    post.triage(
        london("2026-04-02 17:00"),
        "k1",
        "c1",
        "AMBER",
        "FAMILY_HELP",
        rules=("WLV-REF-07",),
        receipt=receipt,
        recorded=london("2026-04-02 17:00") + timedelta(minutes=3),
    )
    row = audit_trail("k1", post.sent)[1]
    assert row["name"] == "referral.ReferralTriaged"
    assert row["who"]["id"] == FRONT_DOOR.id
    assert (row["occurred_at"], row["late_by"]) == ("2026-04-02T16:00:00Z", 180)
    assert row["rules"] == ["WLV-REF-07"]
    assert row["receipt"]["beliefs"] == [{"source": "planning", "about": "k1", "sequence": 7, "letters": 3}]
    assert row["stream"] == received.stream
    assert row["stream_version"] == 2
    assert row["log_index"] == row["sequence"] - 1
    assert len(row["leaf_hash"]) == 64
    assert row["marks"] == {}


def test_an_event_stands_directly_behind_what_caused_it_whatever_its_source_is_called() -> None:
    post = Post()
    request = amber(post, "2026-04-02 16:00", "k1", "c1", "2026-04-07 09:30")
    later = post.send("allocation.IMCHeld", london("2026-04-07 16:00"), case="k1", about=("c1",), reasons=[])
    names = [row["name"] for row in audit_trail("k1", post.sent)]
    assert request.source < post.sent[1].source
    assert names == [
        "referral.ReferralReceived",
        "referral.ReferralTriaged",
        "allocation.AllocationRequested",
        later.name,
    ]


def test_what_was_taken_back_and_what_was_corrected_stays_and_says_so() -> None:
    post = Post()
    post.referral(london("2026-06-01 09:00"), "k1", "c1")
    wrong = post.triage(london("2026-06-01 10:00"), "k1", "c1", "GREEN", "NFA")
    right = post.triage(london("2026-06-01 10:00"), "k1", "c1", "GREEN", "SIGNPOSTED", corrects=wrong)
    visit = post.send("planning.VisitHeld", london("2026-06-01 11:00"), case="k1", about=("c1",), kind="OTHER")
    withdrawal = post.withdraw(london("2026-06-02 09:00"), visit, "WRONG_CHILD")
    marks = {row["event_id"]: row["marks"] for row in audit_trail("k1", post.sent)}
    assert marks[wrong.event_id] == {"replaced": {"by": right.event_id}}
    assert marks[right.event_id] == {"corrects": wrong.event_id}
    assert marks[visit.event_id] == {"withdrawn": {"by": withdrawal.event_id, "reason_code": "WRONG_CHILD"}}


def test_the_trail_can_be_cut_at_what_was_known() -> None:
    post = Post()
    post.referral(london("2026-06-01 09:00"), "k1", "c1")
    post.triage(london("2026-06-01 10:00"), "k1", "c1", "GREEN", "NFA")
    assert len(audit_trail("k1", post.sent, known_at=london("2026-06-01 09:30"))) == 1
    assert len(audit_trail("k1", post.sent, as_at=london("2026-06-01 08:30"))) == 0
