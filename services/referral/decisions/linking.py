"""A link and its undoing as events: the same fact under both cases, so that each finds it in its own file."""

from collections.abc import Iterable

from services.referral.events import CasesLinked, CasesUnlinked, Pair
from shared.kernel.events import Fact
from shared.kernel.sealed import Sealed


def linked_facts(
    link_id: str,
    kept: str,
    joined: str,
    children: tuple[Pair, ...],
    reason_code: str,
    reason_note: Sealed[str] | None = None,
    rules: Iterable[str] = (),
) -> tuple[Fact, Fact]:
    """Two cases linked, recorded under the kept one and under the joined one."""
    event = CasesLinked(
        link_id=link_id,
        kept=kept,
        joined=joined,
        children=children,
        reason_code=reason_code,
        reason_note=reason_note,
    )
    return _both(event, kept, joined, children, rules)


def unlinked_facts(
    link_id: str,
    kept: str,
    joined: str,
    children: tuple[Pair, ...],
    reason_code: str,
    reason_note: Sealed[str] | None = None,
    rules: Iterable[str] = (),
) -> tuple[Fact, Fact]:
    """A link undone, recorded likewise."""
    event = CasesUnlinked(
        link_id=link_id,
        kept=kept,
        joined=joined,
        children=children,
        reason_code=reason_code,
        reason_note=reason_note,
    )
    return _both(event, kept, joined, children, rules)


def _both(
    event: CasesLinked | CasesUnlinked,
    kept: str,
    joined: str,
    children: tuple[Pair, ...],
    rules: Iterable[str],
) -> tuple[Fact, Fact]:
    return (
        Fact(
            stream=f"family/{kept}",
            event=event,
            case_id=kept,
            child_ids=tuple(pair.kept for pair in children),
            rules=tuple(rules),
        ),
        Fact(
            stream=f"family/{joined}",
            event=event,
            case_id=joined,
            child_ids=tuple(pair.joined for pair in children),
            rules=tuple(rules),
        ),
    )
