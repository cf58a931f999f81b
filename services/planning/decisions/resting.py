"""What a decision on a child's level rests on: the managers' conversation that it names, and the last plan review."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.planning.decisions.leaving import FAMILY_HELP
from services.planning.decisions.levels import LEVELS
from shared.kernel.beliefs import Told
from shared.protocol.facts import first
from shared.protocol.gaps import lacking_by
from shared.protocol.linked import Matter
from shared.protocol.patterns import values


@dataclass(frozen=True)
class Resting:
    """Words for what was read of one child. event_id: what the decision cites of it; None where there is nothing."""

    words: Mapping[str, Any]
    event_id: str | None = None


def conversation(matter: Matter, named: str | None) -> Told | None:
    """The IMC that a decision names, by its event or by its form, as it counts now; None if it is not known here."""
    if named is None:
        return None
    held = (fact for fact in matter.facts if fact.title == "IMCHeld")
    return next(
        (fact for fact in held if named in matter.versions_of(fact) or first(fact.data, "form_id") == named), None
    )


def on_conversation(matter: Matter, child_id: str, fact: Told | None, to: str, review: Told | None) -> Resting:
    """What an IMC says of a level for a child.

    imc: AGREES, DIFFERS, SILENT about the child, EARLIER than its last change of level, or NONE. imc_roles and
    imc_social_workers: the posts that attended, and those of social workers; imc_gaps: the rules by which it lacks
    something; imc_review: whether it was held AFTER the review.
    """
    if fact is None:
        return Resting({"imc": "NONE"})
    attended = [one for one in values(fact.data, "attendees") if isinstance(one, Mapping)]
    changes = [one for one in matter.about(child_id, matter.facts) if one.title == "ThresholdChanged"]
    words = {
        "imc": _agreed(matter, child_id, fact, to) if not changes or _follows(matter, fact, changes[-1]) else "EARLIER",
        "imc_reasons": list(values(fact.data, "reasons")),
        "imc_roles": sorted({str(one.get("role")) for one in attended if one.get("role")}),
        "imc_social_workers": sorted({str(one["role"]) for one in attended if one.get("social_worker") is True}),
        "imc_gaps": list(_gaps(matter, child_id, fact)),
        "imc_review": "AFTER" if review is not None and _follows(matter, fact, review) else "BEFORE",
    }
    return Resting(words, str(first(fact.data, "form_id") or fact.event_id))


def on_review(matter: Matter, child_id: str, to: str) -> tuple[Resting, Told | None]:
    """What the family's last review of its plan recommends for a child, if it was held since the child last rose.

    review: RECOMMENDS that level or a lower one, HIGHER, SILENT about the child, or NONE.
    """
    reviews = [
        fact for fact in matter.facts if fact.title == "PlanReviewed" and first(fact.data, "type") == FAMILY_HELP
    ]
    rises = [fact for fact in matter.about(child_id, matter.facts) if _rises(fact)]
    if not reviews or (rises and not _follows(matter, reviews[-1], rises[-1])):
        return Resting({"review": "NONE"}), None
    last = reviews[-1]
    said = _of_child(matter, child_id, last, "children[].recommendation")
    word = "SILENT" if said is None else "RECOMMENDS" if _is_at_most(said, to) else "HIGHER"
    return Resting({"review": word, "review_kind": first(last.data, "review_kind")}, last.event_id), last


def _agreed(matter: Matter, child_id: str, fact: Told, to: str) -> str:
    said = _of_child(matter, child_id, fact, "child_decisions[].classification")
    agreed = _of_child(matter, child_id, fact, "child_decisions[].agreed")
    if said is None:
        return "SILENT"
    return "AGREES" if said == to and agreed is True else "DIFFERS"


def _gaps(matter: Matter, child_id: str, fact: Told) -> tuple[str, ...]:
    ids = matter.linked.ids_of(child_id)
    return tuple(dict.fromkeys(rule for one in sorted(ids) for rule in lacking_by(matter.facts, fact.event_id, one)))


def _rises(fact: Told) -> bool:
    """Whether it is a step up, or the end of a child protection plan: what was reviewed before is of another time."""
    if fact.title == "ThresholdChanged":
        return first(fact.data, "direction") == "STEP_UP"
    return fact.title == "PlanEnded" and first(fact.data, "type") == "CP"


def _of_child(matter: Matter, child_id: str, fact: Told, path: str) -> Any:
    head, _, tail = path.partition("[].")
    ids = matter.linked.ids_of(child_id)
    entries = (one for one in values(fact.data, head) if isinstance(one, Mapping) and one.get("child_id") in ids)
    return next((one[tail] for one in entries if one.get(tail) is not None), None)


def _is_at_most(recommended: str, to: str) -> bool:
    return recommended in LEVELS and LEVELS.index(recommended) <= LEVELS.index(to)


def _follows(matter: Matter, fact: Told, other: Told) -> bool:
    return fact in matter.after(other)
