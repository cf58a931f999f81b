"""The acts that protect a child, each as one POST: none of them waits for anything."""

from services.planning.decisions.discussed import RecordStrategyDiscussion, people_of
from services.planning.decisions.open_section_47 import OpenSection47, open_section_47
from services.planning.decisions.raise_concern import RaiseConcern, raise_concern
from services.planning.decisions.record_strategy_discussion import record_strategy_discussion
from services.planning.decisions.request_strategy_discussion import (
    RequestStrategyDiscussion,
    request_strategy_discussion,
)
from shared.http.command import Command
from shared.http.on_case import always, on_case


def _invited(body: RequestStrategyDiscussion) -> tuple[str, ...]:
    return tuple(one.person_id for one in body.invited if one.person_id is not None)


def _lead(body: OpenSection47) -> tuple[str, ...]:
    return () if body.lead_id is None else (body.lead_id,)


PROTECTION: tuple[Command, ...] = (
    on_case(
        "RaiseConcern",
        "concerns",
        RaiseConcern,
        raise_concern,
        "Say what worries you about a child.",
        at_once=always,
    ),
    on_case(
        "RequestStrategyDiscussion",
        "strategy-discussion-requests",
        RequestStrategyDiscussion,
        request_strategy_discussion,
        "Ask for a strategy discussion about children.",
        at_once=always,
        people=_invited,
    ),
    on_case(
        "RecordStrategyDiscussion",
        "strategy-discussions",
        RecordStrategyDiscussion,
        record_strategy_discussion,
        "Record a strategy discussion that was held, and what it came to for each child.",
        at_once=always,
        people=people_of,
    ),
    on_case(
        "OpenSection47",
        "section-47-enquiries",
        OpenSection47,
        open_section_47,
        "Open section 47 enquiries about children.",
        at_once=always,
        people=_lead,
    ),
)
