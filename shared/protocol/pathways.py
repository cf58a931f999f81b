"""The pathways that a child is on, each of which asks for something of its own."""

from collections.abc import Iterable

from shared.kernel.beliefs import Told
from shared.protocol.facts import first

FOSTERING = "PRIVATE_FOSTERING"


def pathways_of(facts: Iterable[Told]) -> frozenset[str]:
    """Those begun and not ended. facts: of one child, that count, in the one order. A closed case ends them all."""
    on: set[str] = set()
    for fact in facts:
        pathway, ended = first(fact.data, "pathway"), first(fact.data, "ended") is True
        match fact.title:
            case "ReferralTriaged" | "PathwayDecided" if pathway:
                on = on - {pathway} if ended else on | {pathway}
            case "PrivateFosteringNotified":
                on = on | {FOSTERING}
            case "PrivateFosteringEnded":
                on = on - {FOSTERING}
            case "CaseClosed":
                on = set()
            case _:
                pass
    return frozenset(on)
