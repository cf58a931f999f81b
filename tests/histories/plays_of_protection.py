"""What people do to protect a child: concerns, discussions, enquiries, conferences, and the talks about them."""

from typing import Any

from services.planning.decisions.conclude_section_47 import ConcludeSection47, conclude_section_47
from services.planning.decisions.discussed import OUTCOMES, RecordStrategyDiscussion
from services.planning.decisions.open_section_47 import OpenSection47, open_section_47
from services.planning.decisions.raise_concern import RaiseConcern, raise_concern
from services.planning.decisions.record_initial_conference import RecordInitialConference, record_initial_conference
from services.planning.decisions.record_lcpp_conversation import RecordLCPPConversation, record_lcpp_conversation
from services.planning.decisions.record_plan_group import RecordCoreGroup, record_core_group
from services.planning.decisions.record_review_conference import RecordReviewConference, record_review_conference
from services.planning.decisions.record_strategy_discussion import record_strategy_discussion
from services.planning.decisions.record_talk_of_the_lead import (
    RecordLineManagerDiscussion,
    record_line_manager_discussion,
)
from services.planning.decisions.report_change_of_need import ReportChangeOfNeed, report_change_of_need
from services.planning.decisions.request_strategy_discussion import (
    RequestStrategyDiscussion,
    request_strategy_discussion,
)
from tests.histories import people as who
from tests.histories.scenes import DISCUSSED, HELPED, PROTECTED, Play, Scene, these, whoever_leads

CP_LEAD = whoever_leads("CP_LEAD", who.LCPP)
INVITED = [{"agency": "SCHOOL", "person_id": "teacher"}, {"agency": "POLICE"}]
CAME = [{"person_id": "teacher", "answer": "ATTENDED"}, {"agency": "POLICE", "answer": "APOLOGY"}]


def _discussed(at: Scene) -> dict[str, Any]:
    outcome = at.one_of("S47", "S47", *OUTCOMES)
    return {
        "children": [
            {"child_id": child, "outcome": outcome, "fhlp_recommendation": {"qualification": "SOCIAL_WORKER"}}
            for child in at.some
        ],
        "held_by": at.one_of("CAT", "MASH", "MACPT", "FAMILY_HELP"),
        "convened_by_id": at.one_of("cat-m", "tm", "mash"),
        "chair_id": at.one_of("cat-m", "tm", "mash", "lcpp"),
        "participants": [
            {"agency": "CHILDRENS_SOCIAL_CARE", "role": "LCPP", "person_id": "lcpp"},
            {"agency": "POLICE", "name": "DS Hall"},
            {"agency": "HEALTH", "person_id": "nurse"},
        ],
        "lead_id": at.one_of("lcpp", "fh-sw", "fh-aq"),
        "record": "What was said.",
    }


def _talked(at: Scene) -> dict[str, Any]:
    return {
        "child_ids": at.ids(),
        "lcpp_id": "lcpp",
        "cp_triggered": at.one_of(True, False),
        "macpt_involved": False,
        "reason_code": "OTHER",
        "reason_note": "No sign of significant harm.",
        **at.one_of({}, {"request_withdrawn": {"reason_code": "OTHER", "reason_note": "It is explained."}}),
    }


def _concluded(at: Scene) -> dict[str, Any]:
    outcome = at.one_of("CONFERENCE", "CONFERENCE", "SUPPORT_CHILD_IN_NEED", "NO_FURTHER_NEED")
    return {
        "children": [
            {
                "child_id": child,
                "outcome": outcome,
                "child_spoken_to_on": at.today,
                "information_sources": ["POLICE", "HEALTH"],
            }
            for child in at.some
        ]
    }


def _conference(at: Scene) -> dict[str, Any]:
    decision = at.one_of("PLAN", "PLAN", "NO_PLAN")
    plan = {"category": "NEG", "cp_lead_id": at.one_of("lcpp", "fh-sw")} if decision == "PLAN" else {}
    return {
        "children": [{"child_id": child, "decision": decision, **plan} for child in at.some],
        "chair_id": "chair",
        "invited": INVITED,
        "attendance": CAME,
    }


def _review(at: Scene) -> dict[str, Any]:
    decision = at.one_of("CONTINUE", "END_PLAN")
    return {
        "children": [
            {"child_id": child, "decision": decision, "landing_level": at.one_of("CHILD_IN_NEED", None)}
            for child in at.some
        ],
        "chair_id": "chair",
        "invited": INVITED,
        "attendance": CAME,
    }


PROTECTION: tuple[Play, ...] = (
    Play(
        "RaiseConcern",
        "planning",
        RaiseConcern,
        raise_concern,
        lambda at: {
            "children": [{"child_id": child, "cp": at.one_of(True, False)} for child in at.some],
            "source": "PRACTITIONER",
        },
        these(who.SOCIAL_WORKER, who.NURSE, who.TEACHER),
        often=1,
        protects=True,
    ),
    Play(
        "RequestStrategyDiscussion",
        "planning",
        RequestStrategyDiscussion,
        request_strategy_discussion,
        lambda at: {"child_ids": at.ids(), "invited": INVITED},
        these(who.SOCIAL_WORKER, who.CAT, who.DOOR),
        often=2,
        protects=True,
    ),
    Play(
        "RecordStrategyDiscussion",
        "planning",
        RecordStrategyDiscussion,
        record_strategy_discussion,
        _discussed,
        these(who.MASH, who.CAT_MANAGER, who.TEAM_MANAGER, who.LCPP),
        DISCUSSED,
        often=9,
        protects=True,
    ),
    Play(
        "OpenSection47",
        "planning",
        OpenSection47,
        open_section_47,
        lambda at: {"child_ids": at.ids(), "lead_id": at.one_of("lcpp", None, "fh-aq")},
        these(who.LCPP, who.TEAM_MANAGER),
        DISCUSSED,
        often=1,
        protects=True,
    ),
    Play(
        "ConcludeSection47",
        "planning",
        ConcludeSection47,
        conclude_section_47,
        _concluded,
        CP_LEAD,
        ("S47_MACPT",),
        often=6,
    ),
    Play(
        "RecordInitialConference",
        "planning",
        RecordInitialConference,
        record_initial_conference,
        _conference,
        these(who.LCPP, who.CHAIR),
        ("S47_MACPT",),
        often=8,
        record=True,
    ),
    Play(
        "RecordReviewConference",
        "planning",
        RecordReviewConference,
        record_review_conference,
        _review,
        these(who.LCPP, who.CHAIR),
        ("CP_PLAN",),
        often=6,
        record=True,
    ),
    Play(
        "RecordCoreGroup",
        "planning",
        RecordCoreGroup,
        record_core_group,
        lambda at: {"child_ids": at.ids(), "invited": INVITED, "attendance": CAME},
        CP_LEAD,
        ("CP_PLAN",),
        record=True,
    ),
    Play(
        "RecordLCPPConversation",
        "planning",
        RecordLCPPConversation,
        record_lcpp_conversation,
        _talked,
        these(who.LCPP, who.SOCIAL_WORKER, who.CAT),
        (*DISCUSSED, "FAMILY_HELP_ACTIVE"),
        often=2,
        record=True,
    ),
    Play(
        "RecordLineManagerDiscussion",
        "planning",
        RecordLineManagerDiscussion,
        record_line_manager_discussion,
        lambda at: {"child_ids": at.ids(), "line_manager_id": "tm"},
        whoever_leads("LEAD_PRACTITIONER", who.TEAM_MANAGER),
        HELPED,
        often=1,
        record=True,
    ),
    Play(
        "ReportChangeOfNeed",
        "planning",
        ReportChangeOfNeed,
        report_change_of_need,
        lambda at: {"children": [{"child_id": child, "trend": at.one_of("UP", "DOWN")} for child in at.some]},
        these(who.SOCIAL_WORKER, who.TEACHER),
        ("FAMILY_HELP_ACTIVE", *PROTECTED),
        often=2,
        record=True,
    ),
)
