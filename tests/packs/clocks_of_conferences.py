"""The clocks of enquiries, conferences and plans that follow, as `test_clocks_of_packs` holds them to the packs."""

from typing import Any

from tests.packs.told import CHILD

HELD, OPENED = "planning.StrategyDiscussionHeld", "planning.Section47EnquiryOpened"
CONCLUDED, CLOSED = "planning.Section47EnquiryConcluded", ("planning.CaseClosed", {})
INITIAL, REVIEW, CORE_GROUP = (
    "planning.InitialConferenceHeld",
    "planning.ReviewConferenceHeld",
    "planning.CoreGroupHeld",
)
ENDED = "planning.PlanEnded"


def _discussed(outcome: str) -> tuple[str, dict[str, Any]]:
    return HELD, {"children": [{"child_id": CHILD, "outcome": outcome}]}


CONFERENCE_CLOCKS: dict[str, dict[str, Any]] = {
    "NAT-THR-02": {
        "starts": [_discussed("S47"), (OPENED, {"enquiry_id": "q1"}), (ENDED, {"type": "CP"})],
        "stops": [[(INITIAL, {"decision": "PLAN"}), (INITIAL, {"decision": "NO_PLAN"})]],
        "cancels": [
            CLOSED,
            *(
                (CONCLUDED, {"outcome": outcome})
                for outcome in ("SUPPORT_CHILD_IN_NEED", "EARLY_HELP", "NO_FURTHER_NEED")
            ),
        ],
        "others": [
            _discussed("S17"),
            (OPENED, {"enquiry_id": "q1", "strategy_ref": "d1"}),
            (ENDED, {"type": "CIN"}),
            (CONCLUDED, {"outcome": "CONFERENCE"}),
            (REVIEW, {"decision": "END_PLAN"}),
        ],
        "limit": "15 working days",
        "force": "mandatory",
        "alerts": ("CP_LEAD", "CONFERENCE_SERVICE"),
    },
    "NAT-THR-03": {
        "starts": [(INITIAL, {"decision": "PLAN"})],
        "stops": [[(CORE_GROUP, {})]],
        "cancels": [CLOSED, (ENDED, {"type": "CP"})],
        "others": [(INITIAL, {"decision": "NO_PLAN"}), (ENDED, {"type": "CIN"}), (REVIEW, {"decision": "CONTINUE"})],
        "limit": "10 working days",
        "force": "advisory",
        "alerts": ("CP_LEAD",),
    },
    "NAT-THR-04": {
        "starts": [(INITIAL, {"decision": "PLAN"})],
        "stops": [[(REVIEW, {"decision": "CONTINUE"}), (REVIEW, {"decision": "END_PLAN"})]],
        "cancels": [CLOSED, (ENDED, {"type": "CP"})],
        "others": [(INITIAL, {"decision": "NO_PLAN"}), (ENDED, {"type": "CIN"}), (CORE_GROUP, {})],
        "limit": "3 months",
        "calendar": "the corresponding date",
        "force": "mandatory",
        "alerts": ("CP_LEAD", "CONFERENCE_SERVICE"),
    },
    "NAT-THR-05": {
        "starts": [(REVIEW, {"decision": "CONTINUE"})],
        "stops": [[(REVIEW, {"decision": "CONTINUE"}), (REVIEW, {"decision": "END_PLAN"})]],
        "cancels": [CLOSED, (ENDED, {"type": "CP"})],
        "others": [(INITIAL, {"decision": "PLAN"}), (ENDED, {"type": "CIN"}), (CORE_GROUP, {})],
        "limit": "6 months",
        "calendar": "the corresponding date",
        "force": "mandatory",
        "alerts": ("CP_LEAD", "CONFERENCE_SERVICE"),
    },
}
