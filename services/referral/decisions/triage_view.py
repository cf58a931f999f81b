"""What the front door looks at before it decides on a child: where it stands, here and in a case already open."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.referral.decisions.around import Around, Match, Picture, open_early_support
from services.referral.decisions.triage_form import TriagedChild
from services.referral.referral import Referral
from shared.protocol.facts import concerned
from shared.protocol.linked import linked_with
from shared.protocol.protocol import Protocol
from shared.protocol.standing import UNKNOWN, Standing, standings


@dataclass(frozen=True)
class Seen:
    """One child as a decision sees it.

    own: where it stands in this referral's case. other_id, other_case_id: the child already known that it is, by a
    link or as the command says; other: where that one stands. newly: the command says so and no link does yet.
    """

    said: TriagedChild
    own: Standing
    other_id: str | None
    other_case_id: str | None
    other: Standing
    newly: bool
    facts: Mapping[str, Any]

    @property
    def open_case_id(self) -> str | None:
        """The case in which the child is already open, if it is."""
        return self.other_case_id if self.facts["child"] == "OPEN" else None


def seen(state: Referral, said: TriagedChild, protocol: Protocol, around: Around, picture: Picture) -> Seen:
    """One child of the command, with the words by which the packs know its circumstances."""
    places = standings(picture.told, protocol)
    own = places.get(said.child_id, UNKNOWN)
    newly = said.open_child_id is not None and said.open_child_id not in picture.aliases(said.child_id)
    other_id = _other(said, newly, places, protocol, picture)
    other = places.get(other_id, UNKNOWN) if other_id else UNKNOWN
    case_id = _case_of(other_id, around, picture) if other_id else None
    cases = {one for case in (state.case_id, case_id) if case for one in linked_with(case, picture.told).case_ids}
    protection = own.protection_runs or other.protection_runs
    facts: dict[str, Any] = {
        **said.model_dump(exclude_none=True, exclude={"child_id", "next_steps", "information_given"}),
        "request_kind": state.request_kind,
        "referral": True if state.child(said.child_id) else None,
        "referrer_told": True if state.from_system or state.not_told_reason else None,
        "state": own.state,
        "level": own.level,
        "closed": protocol.moves is not None and own.state == protocol.moves.closed,
        "child": "OPEN" if case_id is not None and other.is_open(protocol.moves) else "NOT_OPEN",
        "protection": "OPEN" if protection else "NONE",
        "triage": _turn(own, protocol),
        "esp": "OPEN" if open_early_support(picture.told, cases) else "NONE",
    }
    return Seen(said, own, other_id if case_id else None, case_id, other, newly, facts)


def _other(
    said: TriagedChild, newly: bool, places: Mapping[str, Standing], protocol: Protocol, picture: Picture
) -> str | None:
    """The child already known that this one is: the one open to a service if there is one, else the one kept."""
    same = set(picture.aliases(said.child_id))
    if newly and said.open_child_id is not None:
        same |= {said.open_child_id, *picture.aliases(said.open_child_id)}
    same -= {said.child_id}
    if not same:
        return None
    first_of = said.open_child_id if newly else said.child_id
    kept = picture.kept(str(first_of))
    ranked = sorted(same, key=lambda child: (child != kept, child))
    return next((child for child in ranked if places.get(child, UNKNOWN).is_open(protocol.moves)), ranked[0])


def unanswered(said: TriagedChild, around: Around, picture: Picture) -> tuple[Match, ...]:
    """The proposals by number of which nobody has said yet whether they are right."""
    same = {said.child_id, *picture.aliases(said.child_id)}
    if said.open_child_id is not None:
        same |= {said.open_child_id, *picture.aliases(said.open_child_id)}
    declined = set(said.not_same_as) | {
        other
        for fact in picture.told
        if fact.title == "ReferralTriaged" and said.child_id in fact.child_ids
        for other in fact.data.get("not_same_as", ())
    }
    return tuple(
        match
        for match in around.matches
        if match.child == said.child_id and match.exact and match.other_child_id not in same | declined
    )


def _turn(own: Standing, protocol: Protocol) -> str:
    """Whether this is the child's first triage, a late one after an urgent act moved it, or one more."""
    if protocol.moves is None or own.state in (None, protocol.moves.start):
        return "FIRST"
    return "AGAIN" if own.triaged else "LATE"


def _case_of(child_id: str, around: Around, picture: Picture) -> str | None:
    told = (fact.case_id for fact in picture.told if fact.case_id and child_id in concerned(fact))
    return around.cases.get(child_id) or next(told, None)
