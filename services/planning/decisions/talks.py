"""The talks that go before a strategy discussion, and what a talk fills in that a record still lacks."""

from collections.abc import Iterable

from services.planning.decisions.recording import of_child
from shared.kernel.act import Act
from shared.kernel.beliefs import Told
from shared.kernel.events import Fact
from shared.kernel.own_events import IncompleteResolved
from shared.protocol.gaps import gaps_of
from shared.protocol.linked import Matter
from shared.protocol.standing import Standing
from shared.protocol.weighing import Weighed, person_of

LINE_MANAGER_TALK, LCPP_TALK, DISCUSSION = "line_manager_discussion", "lcpp_conversation", "strategy_discussion"
"""What records lack, by the packs' words, until such a talk or discussion is recorded."""


def last_talk(matter: Matter, child_id: str, standing: Standing, title: str) -> Told | None:
    """The last talk of this kind about a child since it came to where it stands: one before was of another worry."""
    about = matter.about(child_id, matter.facts)
    since = (fact for fact in about if standing.since is None or fact.occurred_at >= standing.since)
    return max((fact for fact in since if fact.title == title), key=lambda fact: fact.occurred_at, default=None)


def filled(
    matter: Matter, child_id: str, what: str, act: Act, value_ref: str, records: Iterable[str] | None = None
) -> tuple[Fact, ...]:
    """What the records about a child still lack of this kind, filled by what is recorded now.

    value_ref: the id of that. records: of which events it may be, all if nothing is said.
    """
    wanted = None if records is None else frozenset(records)
    return tuple(
        of_child(
            matter,
            child_id,
            IncompleteResolved(
                of_event=fact.event_id,
                what=gap.what,
                rule=gap.rule,
                by=person_of(act.by),
                value_ref=value_ref,
                resolved_as="FILLED",
            ),
            Weighed(rules=(gap.rule,)),
            act,
            inputs={"what": gap.what},
        )
        for fact in matter.about(child_id, matter.facts)
        if wanted is None or fact.event_id in wanted
        for gap in gaps_of(matter.facts, fact.event_id, matter.linked.child(child_id))
        if gap.what.rpartition(".")[2] == what
    )
