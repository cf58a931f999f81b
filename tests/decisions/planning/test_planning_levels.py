"""The level of each child of a case, as the view shows it."""

from functools import reduce
from typing import Any

from services.planning.events import ThresholdChanged
from services.planning.service import SERVICE
from services.planning.views.levels import LEVELS, level_at, levels_of
from shared.kernel.own_events import RecordWithdrawn
from shared.kernel.people import Person
from tests.decisions.planning.reacting import Desk
from tests.views.letters import Post, london

MONDAY, TUESDAY, FRIDAY = london("2026-03-02 10:00"), london("2026-03-03 10:00"), london("2026-03-06 10:00")


def change(to: str, direction: str | None = None) -> ThresholdChanged:
    return ThresholdChanged(
        to=to,
        direction=direction,  # type: ignore[arg-type]
        decided_in="CAT",
        authorised_by=Person(id="p-cat"),
        reason_code="OTHER",
        effective_at=MONDAY,
    )


def row(desk: Desk) -> Any:
    def fold(found: dict[str, Any], event: Any) -> dict[str, Any]:
        if event.title in LEVELS.reads:
            for key in LEVELS.keys(event):
                found[key] = LEVELS.project(found.get(key), event, key)
        return found

    return reduce(fold, desk.recorded, {}).get("k1")


def test_a_level_given_at_triage_is_shown_and_a_closed_one_is_not() -> None:
    desk, post = Desk(SERVICE), Post()
    desk.take(post.triage(MONDAY, "k1", "c1", "GREEN", "EARLY_SUPPORT_START"))
    assert {child: held["level"] for child, held in levels_of(row(desk)).items()} == {"c1": "EARLY_SUPPORT"}
    desk.record(change("UNIVERSAL", "CLOSE"), FRIDAY, "k1", "c1")
    assert levels_of(row(desk)) == {}
    held = level_at(row(desk), "c1", TUESDAY)
    assert held is not None
    assert (held["level"], held["decided_in"]) == ("EARLY_SUPPORT", "TRIAGE")


def test_what_is_recorded_late_stands_where_it_became_true() -> None:
    desk = Desk(SERVICE)
    desk.record(change("CHILD_IN_NEED"), FRIDAY, "k1", "c1")
    desk.record(change("TARGETED_EARLY_HELP"), TUESDAY, "k1", "c1")
    assert levels_of(row(desk))["c1"]["level"] == "CHILD_IN_NEED"
    held = level_at(row(desk), "c1", TUESDAY)
    assert held is not None
    assert held["level"] == "TARGETED_EARLY_HELP"
    assert level_at(row(desk), "c1", MONDAY) is None


def test_a_withdrawn_change_is_gone() -> None:
    desk = Desk(SERVICE)
    desk.record(change("TARGETED_EARLY_HELP"), MONDAY, "k1", "c1")
    wrong = desk.record(change("CHILD_IN_NEED"), TUESDAY, "k1", "c1")
    desk.record(RecordWithdrawn(of_event=wrong.event_id, reason_code="RECORDED_IN_ERROR"), FRIDAY, "k1", "c1")
    assert levels_of(row(desk))["c1"]["level"] == "TARGETED_EARLY_HELP"


def test_a_case_without_a_level_has_no_row() -> None:
    desk = Desk(SERVICE)
    desk.record(RecordWithdrawn(of_event="e", reason_code="DUPLICATE"), MONDAY, "k1", "c1")
    assert row(desk) is None
