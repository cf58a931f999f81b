"""What a decision would lead to: the matter with the facts that it is about to give, before they are recorded."""

from collections.abc import Iterable
from dataclasses import replace

import msgspec

from shared.kernel.act import Act
from shared.kernel.beliefs import Told, in_order
from shared.kernel.events import Fact
from shared.protocol.facts import counted
from shared.protocol.linked import Matter


def with_facts(matter: Matter, facts: Iterable[Fact], act: Act) -> Matter:
    """The matter once these are recorded: where a child stands in it is where they put the child."""
    behind = max((fact.sequence for fact in matter.told), default=0)
    more = tuple(_told(matter, fact, behind + place, act) for place, fact in enumerate(facts, 1))
    told = in_order((*matter.told, *more))
    return replace(matter, told=told, facts=counted(told, matter.protocol))


def _told(matter: Matter, fact: Fact, sequence: int, act: Act) -> Told:
    name = f"planning.{fact.event.title()}"
    return Told(
        event_id=fact.event_id or f"{name}/{sequence}",
        name=name,
        authority=matter.protocol.authority,
        child_ids=fact.child_ids,
        case_id=fact.case_id,
        occurred_at=fact.occurred_at or act.occurred_at,
        recorded_at=act.recorded_at,
        source="planning",
        sequence=sequence,
        actor=act.by,
        edition=matter.protocol.edition,
        corrects=fact.corrects,
        incomplete=fact.incomplete,
        data=msgspec.to_builtins(fact.event, enc_hook=lambda sealed: None, str_keys=True),
    )
