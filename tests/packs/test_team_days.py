"""The daily conversation of each team: only while something waits from before the hour, met, missed, cancelled, nil."""

from datetime import timedelta
from typing import Any

import pytest

from services.qa.clock import Clock
from services.qa.views.desktops import DESKTOPS
from services.qa.views.reports_due import reports_due
from services.qa.views.team_days import nil_days, team_and_day, team_clocks
from shared.kernel.letters import Letter
from shared.protocol.protocol import Protocol
from tests.packs.families import SOCIAL_WORKER, Family
from tests.packs.told import wlv
from tests.views.letters import Post, london


class Team:
    """Several families on the desktop of one team."""

    def __init__(self) -> None:
        self.post = Post()

    def asks(self, at: str, case: str = "k1", team: str = "FAMILY_HELP") -> Letter:
        return self.post.send("allocation.AllocationRequested", london(at), case=case, about=(f"c-{case}",), team=team)

    def told(self, title: str, at: str, case: str = "k1", **data: Any) -> Letter:
        return self.post.send(title, london(at), case=case, about=(f"c-{case}",), **data)

    def allocated(self, at: str, case: str = "k1", purpose: str = "FAMILY_HELP") -> Letter:
        return self.told("allocation.LeadAllocated", at, case, lead=SOCIAL_WORKER, purpose=purpose)

    def met(self, at: str, case: str = "k1", kind: str = "DAILY", team: str = "FAMILY_HELP") -> Letter:
        return self.told("allocation.IMCHeld", at, case, kind=kind, team=team, held_at=london(at).isoformat())

    def rows(self) -> list[dict[str, Any]]:
        cases = sorted({letter.case_id for letter in self.post.sent if letter.case_id})
        bodies = (DESKTOPS.fold(one, [letter for letter in self.post.sent if letter.case_id == one]) for one in cases)
        return [body for body in bodies if body is not None]

    def clocks(self, now: str, protocol: Protocol | None = None) -> list[Clock]:
        return team_clocks(self.rows(), protocol or wlv(), london(now))

    def days(self, now: str, protocol: Protocol | None = None) -> list[tuple[str, str]]:
        return [(team_and_day(clock)[1], clock.status) for clock in self.clocks(now, protocol)]


@pytest.mark.rule("WLV-ALLOC-03")
@pytest.mark.parametrize(("sent", "day"), [("15:30", "2026-12-24"), ("16:00", "2026-12-24"), ("16:30", "2026-12-29")])
def test_what_comes_before_the_hour_is_for_that_day_and_what_comes_later_for_the_next_working_day(sent: str, day: str):
    team = Team()
    team.asks(f"2026-12-24 {sent}")
    first = team.clocks("2026-12-29 09:00")[0]
    assert team_and_day(first) == ("FAMILY_HELP", day)
    assert (first.about, first.case_id, first.force, first.calendar) == ("team", None, "mandatory", "working day")
    assert first.alerts == ("DELIVERY_MANAGER", "SW_TEAM_MANAGER")
    assert first.started_at == (london("2026-12-24 " + sent) if day == "2026-12-24" else london("2026-12-29 00:00"))
    assert first.due_at == london(f"{day} 23:59") + timedelta(seconds=59)


@pytest.mark.rule("WLV-ALLOC-03")
def test_a_day_is_met_by_the_daily_conversation_of_that_team_about_whichever_family():
    team = Team()
    team.asks("2026-06-01 10:00")
    team.met("2026-06-01 11:00", kind="AD_HOC")
    team.met("2026-06-01 11:00", team="MACPT")
    assert team.days("2026-06-01 12:00")[0] == ("2026-06-01", "RUNNING")
    held = team.met("2026-06-01 09:00", case="another")
    met = team.clocks("2026-06-01 12:00")[0]
    assert (met.status, met.decided_by, met.met_at) == ("MET", held.event_id, london("2026-06-01 09:00"))
    assert met.words.endswith("FAMILY_HELP, Monday 1 June 2026: held at 09:00 (WLV-ALLOC-03).")


@pytest.mark.rule("WLV-ALLOC-03")
def test_each_working_day_on_which_something_waits_is_missed_once_without_it():
    team = Team()
    team.asks("2026-05-22 10:00")
    team.asks("2026-05-22 11:00", team="CAT", case="k9")
    team.met("2026-05-26 10:00")
    now = "2026-05-28 09:00"
    assert team.days(now) == [
        ("2026-05-22", "MISSED"),
        ("2026-05-26", "MET"),
        ("2026-05-27", "MISSED"),
        ("2026-05-28", "RUNNING"),
        ("2026-05-29", "RUNNING"),
    ]
    breaches = [fact.event for fact in reports_due(team.clocks(now), {}) if fact.event.title() == "ClockBreached"]
    assert len(breaches) == 2


@pytest.mark.rule("WLV-ALLOC-03")
@pytest.mark.parametrize(
    ("title", "data"),
    [
        ("allocation.LeadAllocated", {"purpose": "FAMILY_HELP", "lead": SOCIAL_WORKER}),
        ("planning.CaseClosed", {}),
        ("planning.AssessmentStarted", {"team": "CAT"}),
        ("planning.Section47EnquiryOpened", {}),
    ],
)
def test_it_is_asked_no_longer_once_the_last_waits_no_more(title: str, data: dict[str, Any]):
    team = Team()
    team.asks("2026-06-01 10:00", "k1")
    team.asks("2026-06-01 11:00", "k2")
    team.allocated("2026-06-01 12:00", "k2")
    team.allocated("2026-06-01 12:10", "k1", purpose="CAT_ASSESSMENT")
    team.told("planning.AssessmentStarted", "2026-06-01 12:20", "k1", team="MASH")
    assert team.days("2026-06-01 13:00")[0] == ("2026-06-01", "RUNNING")
    ended = team.told(title, "2026-06-01 14:00", "k1", **data)
    # A later one of that day, after the hour, is the next day's.
    team.asks("2026-06-01 17:00", "k3")
    (first, second) = team.clocks("2026-06-01 18:00")
    assert (first.status, first.decided_at) == ("CANCELLED", ended.occurred_at)
    assert "nothing waited from 14:00 on" in first.words
    assert team_and_day(second)[1] == "2026-06-02"
    assert first.decided_by is not None


@pytest.mark.rule("WLV-ALLOC-03")
def test_an_allocation_the_day_after_does_not_undo_a_miss_and_a_conversation_told_late_does():
    team = Team()
    team.asks("2026-06-01 10:00")
    team.allocated("2026-06-02 09:00")
    assert team.days("2026-06-02 10:00")[:2] == [("2026-06-01", "MISSED"), ("2026-06-02", "CANCELLED")]
    team.post.send(
        "allocation.IMCHeld",
        london("2026-06-02 11:00"),
        case="k1",
        kind="DAILY",
        team="FAMILY_HELP",
        held_at=london("2026-06-01 15:00").isoformat(),
    )
    assert team.days("2026-06-02 12:00")[0] == ("2026-06-01", "MET")


@pytest.mark.rule("WLV-ALLOC-03")
def test_days_with_nothing_waiting_are_kept_as_such():
    team = Team()
    team.asks("2026-06-01 10:00")
    team.allocated("2026-06-01 12:00")
    team.asks("2026-06-03 17:00", "k2")
    assert [nil["day"] for nil in nil_days(team.rows(), wlv(), london("2026-06-05 09:00"))] == [
        "2026-06-02",
        "2026-06-03",
    ]


@pytest.mark.rule("WLV-ALLOC-03")
def test_of_linked_cases_what_waits_is_there_once():
    family = Family()
    family.opened("2026-06-01", "c1")
    family.post.referral(london("2026-06-01 09:00"), "k2", "c9")
    family.post.link(london("2026-06-01 09:30"), "link", "k1", "k2", ("c1", "c9"))
    family.post.send(
        "allocation.AllocationRequested", london("2026-06-01 10:00"), case="k2", about=("c9",), team="FAMILY_HELP"
    )
    bodies = {case: DESKTOPS.fold(case, family.post.sent) for case in ("k1", "k2")}
    waits = {
        case: len(body["clocks"].get("WLV-ALLOC-03", {}).get("waits", ())) for case, body in bodies.items() if body
    }
    assert waits == {"k1": 1, "k2": 0}


def test_what_is_looked_up_of_a_desktop():
    team = Team()
    team.asks("2026-06-01 10:00")
    (body,) = team.rows()
    assert DESKTOPS.search(body) == {"authority": "WLV", "last_at": "9999", "teams": "|team=FAMILY_HELP|"}
    team.allocated("2026-06-02 10:00")
    (body,) = team.rows()
    assert DESKTOPS.search(body)["last_at"] == "2026-06-02T09:00:00.000000+00:00"
