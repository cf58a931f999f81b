"""The assessments of a case: which are under way, who wrote them and what they came to."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.kernel.beliefs import Told
from shared.kernel.people import Actor
from shared.protocol.facts import concerned, first
from shared.protocol.linked import Matter
from shared.protocol.patterns import values

TYPES = ("FAMILY_HELP_PLAN",)
"""The kinds of assessment that can be begun."""


@dataclass(frozen=True)
class Assessment:
    """One assessment. children: whom it is about; author: who completed it, until then who began it.

    outcomes: what it came to for each child; empty while it is under way.
    """

    assessment_id: str
    type: str
    team: str | None
    children: frozenset[str]
    author: Actor
    outcomes: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether it was completed, for all of its children or for some."""
        return bool(self.outcomes)


def assessments_in(facts: Iterable[Told]) -> tuple[Assessment, ...]:
    """Every assessment, in the order of their beginning. facts: those that count, in the one order."""
    found: dict[str, Assessment] = {}
    for fact in facts:
        assessment_id = first(fact.data, "assessment_id")
        if fact.title not in ("AssessmentStarted", "AssessmentCompleted") or assessment_id is None:
            continue
        before = found.get(assessment_id)
        done = fact.title == "AssessmentCompleted"
        found[assessment_id] = Assessment(
            assessment_id=assessment_id,
            type=str(first(fact.data, "type")),
            team=first(fact.data, "team"),
            children=concerned(fact) | (before.children if before else frozenset()),
            author=fact.actor,
            outcomes=(*(before.outcomes if before else ()), *values(fact.data, "children[].outcome")) if done else (),
        )
    return tuple(found.values())


def under_way(matter: Matter, children: Iterable[str]) -> Assessment | None:
    """The assessment of these children that was begun last and is not done."""
    ids = {one for child in children for one in matter.linked.ids_of(child)}
    found = assessments_in(matter.facts)
    return next((one for one in reversed(found) if not one.is_done and ids & one.children), None)


def section20_answered(matter: Matter, child_id: str) -> bool:
    """Whether it was said before that the duty to accommodate this child was weighed."""
    ids = matter.linked.ids_of(child_id)
    return any(
        first(fact.data, "section20_considered") is True
        or any(first(fact.data, "children[].section20_considered", one) is True for one in ids & concerned(fact))
        for fact in matter.about(child_id, matter.facts)
    )
