"""A link and its undoing as facts: the same event under both cases, so that each finds it in its own file."""

from collections.abc import Iterable

from services.referral.events import CasesLinked, CasesUnlinked
from shared.kernel.events import Fact


def under_both(event: CasesLinked | CasesUnlinked, rules: Iterable[str]) -> tuple[Fact, Fact]:
    """The event under the kept case and under the joined one, each with its own children."""
    rules = tuple(rules)
    kept = Fact(
        stream=f"family/{event.kept}",
        event=event,
        case_id=event.kept,
        child_ids=tuple(pair.kept for pair in event.children),
        rules=rules,
    )
    joined = Fact(
        stream=f"family/{event.joined}",
        event=event,
        case_id=event.joined,
        child_ids=tuple(pair.joined for pair in event.children),
        rules=rules,
    )
    return kept, joined
