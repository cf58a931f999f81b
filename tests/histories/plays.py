"""What people plausibly do in a case, one command at a time: mostly who should, mostly where it makes sense."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from services.planning.decisions.close_case import CloseCase, close_case
from services.planning.decisions.conclude_section_47 import ConcludeSection47, conclude_section_47
from services.planning.decisions.end_plan import EndPlan, end_plan
from services.planning.decisions.open_section_47 import OpenSection47, open_section_47
from services.planning.decisions.raise_concern import RaiseConcern, raise_concern
from services.planning.decisions.record_initial_conference import RecordInitialConference, record_initial_conference
from services.planning.decisions.record_plan_group import RecordCoreGroup, record_core_group
from services.planning.decisions.record_review_conference import RecordReviewConference, record_review_conference
from services.planning.decisions.request_strategy_discussion import (
    RequestStrategyDiscussion,
    request_strategy_discussion,
)
from services.planning.decisions.start_plan import StartPlan, start_plan
from shared.protocol.plans import open_plans
from tests.histories import people as who
from tests.histories.people import Member
from tests.histories.world import Decide, World

Body = Callable[["Scene"], dict[str, Any]]


@dataclass(frozen=True)
class Scene:
    """Where somebody is about to act. children: of the case; some: those that the command is about."""

    world: World
    case: str
    children: tuple[str, ...]
    some: tuple[str, ...]

    @property
    def chance(self) -> random.Random:
        """What decides here."""
        return self.world.chance

    def one_of(self, *words: Any) -> Any:
        """Any of these."""
        return self.chance.choice(words)

    def plan(self, *types: str) -> str:
        """An open plan's id by what planning knows, or one that is nobody's."""
        matter = self.world.houses["planning"].matter(self.case, self.world.protocol())
        plans = open_plans(matter.facts, *types)
        return self.chance.choice(plans).plan_id if plans else "no-plan"


@dataclass(frozen=True)
class Play:
    """One thing people do. protects: it is an act of protection, which nothing may refuse or turn back."""

    command: str
    service: str
    model: Any
    decide: Decide
    body: Body
    by: Sequence[Member]
    often: int = 3
    protects: bool = False


def _ids(scene: Scene) -> list[str]:
    return list(scene.some)


PLAYS: tuple[Play, ...] = (
    Play(
        "RaiseConcern",
        "planning",
        RaiseConcern,
        raise_concern,
        lambda at: {
            "children": [{"child_id": child, "cp": at.one_of(True, False)} for child in at.some],
            "source": "PRACTITIONER",
        },
        (who.SOCIAL_WORKER, who.NURSE, who.TEACHER),
        protects=True,
    ),
    Play(
        "RequestStrategyDiscussion",
        "planning",
        RequestStrategyDiscussion,
        request_strategy_discussion,
        lambda at: {"child_ids": _ids(at)},
        (who.SOCIAL_WORKER, who.CAT, who.DOOR),
        protects=True,
    ),
    Play(
        "OpenSection47",
        "planning",
        OpenSection47,
        open_section_47,
        lambda at: {"child_ids": _ids(at), "lead_id": at.one_of("lcpp", None, "fh-aq")},
        (who.LCPP, who.TEAM_MANAGER),
        often=1,
        protects=True,
    ),
    Play(
        "ConcludeSection47",
        "planning",
        ConcludeSection47,
        conclude_section_47,
        lambda at: {
            "children": [
                {
                    "child_id": child,
                    "outcome": at.one_of("CONFERENCE", "SUPPORT_CHILD_IN_NEED", "EARLY_HELP", "NO_FURTHER_NEED"),
                }
                for child in at.some
            ]
        },
        (who.LCPP, who.TEAM_MANAGER),
    ),
    Play(
        "RecordInitialConference",
        "planning",
        RecordInitialConference,
        record_initial_conference,
        lambda at: {
            "children": [
                {"child_id": child, "decision": at.one_of("PLAN", "PLAN", "NO_PLAN"), "cp_lead_id": "lcpp"}
                for child in at.some
            ]
        },
        (who.LCPP, who.TEAM_MANAGER),
        often=2,
    ),
    Play(
        "RecordReviewConference",
        "planning",
        RecordReviewConference,
        record_review_conference,
        lambda at: {
            "children": [
                {
                    "child_id": child,
                    "decision": at.one_of("CONTINUE", "END_PLAN"),
                    "landing_level": at.one_of(None, "CHILD_IN_NEED", "TARGETED_EARLY_HELP"),
                }
                for child in at.some
            ]
        },
        (who.LCPP, who.TEAM_MANAGER),
    ),
    Play(
        "RecordCoreGroup",
        "planning",
        RecordCoreGroup,
        record_core_group,
        lambda at: {"child_ids": _ids(at)},
        (who.LCPP,),
        often=1,
    ),
    Play(
        "StartPlan",
        "planning",
        StartPlan,
        start_plan,
        lambda at: {
            "type": "EARLY_SUPPORT_PLAN",
            "children": _ids(at),
            "esp_lead": {"person": "teacher"},
            "response_mode": "SINGLE_AGENCY",
            "agencies": ["larch-lane"],
        },
        (who.DOOR,),
    ),
    Play(
        "EndPlan",
        "planning",
        EndPlan,
        end_plan,
        lambda at: {"plan_id": at.plan("EARLY_SUPPORT_PLAN"), "reason_code": "NEED_MET"},
        (who.TEACHER,),
        often=1,
    ),
    Play(
        "CloseCase",
        "planning",
        CloseCase,
        close_case,
        lambda at: {
            "children": _ids(at),
            **at.one_of(
                {"closed_by_event": "DIED"},
                {"closed_by_event": "MOVED_TO_OTHER_AUTHORITY", "handed_over_to": "999"},
                {"reason_code": "RC7", "reason_note": "They withdraw.", "higher_need_view": "NOT_NEEDED"},
            ),
        },
        (who.TEAM_MANAGER, who.DOOR_MANAGER),
        often=1,
    ),
)
