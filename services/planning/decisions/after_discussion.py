"""What a strategy discussion comes to for each child: where it lands, and what is recorded in one write with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.planning.decisions.discussed import COMMAND
from services.planning.decisions.endings import closed_beside
from services.planning.decisions.enquiries import enquiry_id, open_enquiry, opened, weighed_with_lead
from services.planning.decisions.levels import level_changed
from services.planning.decisions.needs import need_changes
from services.planning.decisions.recording import before_it, of_children, standing_of
from services.planning.events import AssessedChild, AssessmentStarted
from shared.kernel.act import Act
from shared.kernel.beliefs import Known, Told
from shared.kernel.events import Fact
from shared.protocol.beside import Beside
from shared.protocol.facts import first
from shared.protocol.linked import Matter
from shared.protocol.plans import open_plans
from shared.protocol.running import running
from shared.protocol.standing import UNKNOWN, standings
from shared.protocol.weighing import Weighed

TITLE = "StrategyDiscussionHeld"
ENQUIRY = "S47"
"""The outcome that begins an enquiry, whatever the protocol."""


@dataclass(frozen=True)
class Outcome:
    """What it came to for one child. facts: what the rules ask about the child; landing: where it stands after it.

    enquiry: the event that opened one which is open, or was when it was held; own: that which this discussion opened,
    recorded before; opens: whether one begins now. starts_clocks: whether it starts deadlines for the child.
    """

    child_id: str
    outcome: str | None
    landing: str | None
    facts: Mapping[str, Any]
    enquiry: Told | None
    own: Told | None
    opens: bool
    starts_clocks: bool

    @property
    def put_to(self) -> str | None:
        """The open enquiry that it is put to; None where it opens its own."""
        return enquiry_id(self.enquiry) if self.outcome == ENQUIRY and self.enquiry and not self.own else None


def outcomes_of(
    stood: Matter,
    now: Matter,
    said: Mapping[str, str | None],
    held_by: str | None,
    versions: frozenset[str],
    act: Act,
) -> tuple[Outcome, ...]:
    """For each child what it came to. stood: what was known of the time before it; now: all, but for what is corrected.

    said: child -> outcome; versions: the ids of the records that this one takes the place of. Where a child lands is
    read from the map, by such an event in its place.
    """
    told = Told(
        event_id="",
        name=f"planning.{TITLE}",
        child_ids=tuple(said),
        case_id=now.linked.kept,
        occurred_at=act.occurred_at,
        recorded_at=act.recorded_at,
        source="planning",
        sequence=0,
        actor=act.by,
        data={
            "held_by": held_by,
            "children": [{"child_id": child, "outcome": outcome} for child, outcome in said.items()],
        },
    )
    landed = standings((*stood.facts, told), stood.protocol)
    return tuple(
        _outcome(stood, now, child, outcome, landed.get(child, UNKNOWN).state, versions, act)
        for child, outcome in said.items()
    )


def _outcome(
    stood: Matter,
    now: Matter,
    child: str,
    outcome: str | None,
    landing: str | None,
    versions: frozenset[str],
    act: Act,
) -> Outcome:
    then, today = standing_of(stood, child), standing_of(now, child)
    since = _begun_without(now, child, act)
    enquiry = open_enquiry(now, child, today) or open_enquiry(stood, child, then) or since
    own = _opened_by(now, child, versions)
    opens = outcome == ENQUIRY and enquiry is None and own is None
    ids = now.linked.ids_of(child)
    plan = any(ids & {*one.children} for one in open_plans(now.facts, "CP"))
    facts = {
        "state": then.state or "UNKNOWN",
        "before": before_it(then, stood.protocol),
        "outcome": outcome,
        "landing": landing,
        "level": today.level,
        "enquiry": "OPEN" if enquiry else "NONE",
        "running": dict.fromkeys(sorted(running(stood.facts, stood.protocol, ids)), True),
    }
    begins = opens or own is not None or (since is not None and enquiry == since)
    return Outcome(
        child_id=child,
        outcome=outcome,
        landing=landing,
        facts=facts,
        enquiry=enquiry,
        own=own,
        opens=opens,
        # A further discussion in an enquiry, and one about a child with a plan, starts no deadline of its own.
        starts_clocks=outcome != ENQUIRY or (begins and not plan),
    )


def _opened_by(matter: Matter, child: str, versions: frozenset[str]) -> Told | None:
    about = (fact for fact in matter.about(child, matter.facts) if fact.title == "Section47EnquiryOpened")
    return next((fact for fact in about if first(fact.data, "strategy_ref") in versions), None)


def _begun_without(matter: Matter, child: str, act: Act) -> Told | None:
    """An enquiry that began after this discussion was held and before it was on record: it rests on this one."""
    about = (fact for fact in matter.about(child, matter.facts) if fact.title == "Section47EnquiryOpened")
    later = (fact for fact in about if fact.occurred_at > act.occurred_at)
    return next((fact for fact in later if first(fact.data, "strategy_ref") is None), None)


def recorded_beside(
    matter: Matter,
    known: Known,
    outcomes: tuple[Outcome, ...],
    around: Mapping[str, Any],
    lead_id: str | None,
    discussion_id: str,
    versions: frozenset[str],
    act: Act,
) -> tuple[Fact, ...]:
    """What is recorded in one write with the discussion. around: the facts of the meeting as a whole.

    versions: the ids of the records that this one takes the place of; what was recorded beside them is not again.
    """
    found: list[Fact] = []
    again: dict[str, Beside] = {}
    for one in outcomes:
        facts = {**around, **one.facts}
        if one.opens:
            asked = {
                "state": one.landing or "UNKNOWN",
                "level": one.facts["level"],
                "enquiry": "NONE",
                "strategy_discussion": discussion_id,
            }
            lead = weighed_with_lead(matter, known, one.child_id, lead_id, asked, act)
            found += opened(matter, one.child_id, one.facts["level"], discussion_id, lead, act)
        level = _beside(matter, "planning.ThresholdChanged", facts)
        if level and level.words["to"] != one.facts["level"] and not _is_there(matter, one.child_id, level, versions):
            found.append(_level(matter, one.child_id, level, discussion_id, act, facts))
        closing = _beside(matter, "planning.CaseClosed", facts)
        if closing and not _is_there(matter, one.child_id, closing, versions, since=act.occurred_at):
            found += closed_beside(matter, one.child_id, closing, discussion_id, act, facts)
        change = _beside(matter, "planning.ChangeOfNeedReported", facts)
        if change and not _is_there(matter, one.child_id, change, versions):
            found.append(need_changes(matter, one.child_id, change, discussion_id, act, {"landing": one.landing}))
        reopened = _beside(matter, "planning.AssessmentStarted", facts)
        if reopened and not versions:
            again[one.child_id] = reopened
    return (*found, *_assessed_again(matter, again, act))


def _beside(matter: Matter, records: str, facts: Mapping[str, Any]) -> Beside | None:
    return matter.protocol.besides(COMMAND, records, facts)


def _is_there(
    matter: Matter, child: str, block: Beside, versions: frozenset[str], since: datetime | None = None
) -> bool:
    """Whether such an event rests on the record that is corrected. since: what happened before does not count."""
    title = block.records.partition(".")[2]
    return any(
        fact.title == title
        and (since is None or fact.occurred_at >= since)
        and versions & {first(fact.data, "decision_ref"), first(fact.data, "from_event")}
        and block.words.get("to") == first(fact.data, "to")
        for fact in matter.about(child, matter.facts)
    )


def _level(matter: Matter, child: str, block: Beside, discussion_id: str, act: Act, facts: Mapping[str, Any]) -> Fact:
    words = {key: str(word) for key, word in block.words.items()}
    return level_changed(
        matter,
        child,
        words["to"],
        act,
        decided_in=words["decided_in"],
        reason_code=words["reason_code"],
        weighed=Weighed(rules=(block.rule,)),
        inputs={"level": facts["level"], "outcome": facts["outcome"]},
        decision_ref=discussion_id,
    )


def _assessed_again(matter: Matter, blocks: Mapping[str, Beside], act: Act) -> Iterable[Fact]:
    """One assessment for all who go back to it."""
    if not blocks:
        return ()
    block = next(iter(blocks.values()))
    words = {key: str(word) for key, word in block.words.items()}
    children = tuple(AssessedChild(child_id=child) for child in blocks)
    event = AssessmentStarted(
        assessment_id=act.new_id(),
        type=words["type"],
        basis=words["basis"],
        team=words.get("team"),
        children=children,
    )
    cited = Weighed(rules=tuple(dict.fromkeys(one.rule for one in blocks.values())))
    return (of_children(matter, blocks, event, cited, act, inputs={"running": False}),)
