"""What a decision about a lead has to know of a child: its need, what was determined of it, its pathways."""

from collections.abc import Iterable
from typing import Any

from services.allocation.decisions.waiting import NAME
from shared.kernel.beliefs import Told
from shared.protocol.facts import first
from shared.protocol.linked import Matter

IN_NEED = "CHILD_IN_NEED"
PRIVATE_FOSTERING = "PRIVATE_FOSTERING"
_OF_PROTECTION = frozenset({"CP_ENQUIRY", "CHILD_PROTECTION_PLAN"})


def since_it_was_opened(matter: Matter, child_id: str) -> tuple[Told, ...]:
    """What concerns a child since its case was last closed, if ever."""
    facts = matter.about(child_id, matter.facts)
    closed = [place for place, fact in enumerate(facts) if fact.title == "CaseClosed"]
    return facts[closed[-1] + 1 :] if closed else facts


def level_of_help(facts: Iterable[Told]) -> str | None:
    """The level that says what help a child needs: its own, or that from before an enquiry or a plan of protection.

    Child in Need where there was none before: it is what such a child comes back to.
    """
    levels = [str(first(fact.data, "to")) for fact in facts if fact.title == "ThresholdChanged"]
    if not levels or levels[-1] not in _OF_PROTECTION:
        return levels[-1] if levels else None
    return next((level for level in reversed(levels) if level not in _OF_PROTECTION), IN_NEED)


def is_determined(matter: Matter, child_id: str, facts: Iterable[Told]) -> bool:
    """Whether what the worklist of requests expects of a child is there."""
    boards = [board for board in matter.protocol.local.waits if board.event == NAME]
    ids = matter.linked.ids_of(child_id)
    return any(board.answered_by(fact.name, fact.data, one) for fact in facts for board in boards for one in ids)


def pathways_of(facts: Iterable[Told]) -> tuple[str, ...]:
    """The pathways that a child is on after these facts about it."""
    on: dict[str, None] = {}
    for fact in facts:
        pathway = first(fact.data, "pathway")
        match fact.title:
            case "ReferralTriaged" if pathway:
                on[pathway] = None
            case "PathwayDecided" if pathway and first(fact.data, "ended"):
                on.pop(pathway, None)
            case "PathwayDecided" if pathway:
                on[pathway] = None
            case "PrivateFosteringNotified":
                on[PRIVATE_FOSTERING] = None
            case "PrivateFosteringEnded":
                on.pop(PRIVATE_FOSTERING, None)
            case _:
                pass
    return tuple(on)


def left_protection(facts: Iterable[Told]) -> Told | None:
    """The change of level by which a child came off a plan of protection, if that is the last that its level did."""
    changes = [fact for fact in facts if fact.title == "ThresholdChanged"]
    last: Any = changes[-1] if changes else None
    return last if last is not None and first(last.data, "from") == "CHILD_PROTECTION_PLAN" else None
