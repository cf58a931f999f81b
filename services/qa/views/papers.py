"""The papers of one case: its letters in order, cut at a moment, and what corrections did to each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from services.qa.views.links import Link, Links, links_of
from services.qa.views.order import each_once, in_one_order
from shared.kernel.beliefs import Told, told_by
from shared.kernel.letters import Letter
from shared.protocol.standing import Standing

JOINED_AN_OPEN_CASE = "ADDED_TO_OPEN_CASE"


@dataclass(frozen=True)
class Papers:
    """What one case's file, trail and clocks are folded from.

    letters: all that is shown, in house order, linked cases included; counting: those that stand as facts.
    withdrawn, replaced: event id -> the correction; undone: triages that an unlink took back (X-09) -> the unlink.
    from_links: event id -> the undone link under which a letter of the other case is shown here too.
    standings: edition -> where the children stand by it, once somebody asked.
    """

    case_id: str
    letters: tuple[Letter, ...]
    counting: tuple[Letter, ...]
    links: Links
    withdrawn: Mapping[str, Letter]
    replaced: Mapping[str, Letter]
    undone: Mapping[str, Letter]
    from_links: Mapping[str, Link]
    standings: dict[str, Mapping[str, Standing]] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def case_ids(self) -> frozenset[str]:
        """The case and those linked with it now."""
        return self.links.cases(self.case_id)

    @cached_property
    def facts(self) -> tuple[Letter, ...]:
        """The counting letters of the case and those linked with it now, without triages that an unlink undid."""
        cases = self.case_ids
        return tuple(
            letter for letter in self.counting if letter.case_id in cases and letter.event_id not in self.undone
        )

    @cached_property
    def titles(self) -> frozenset[str]:
        """What the facts are, without their services."""
        return frozenset(letter.title for letter in self.facts)

    @cached_property
    def told(self) -> tuple[Told, ...]:
        """The facts as a belief keeps them: what the protocol is asked about."""
        return tuple(map(told_by, self.facts))


def papers_of(
    case_id: str,
    letters: Iterable[Letter],
    *,
    as_at: datetime | None = None,
    known_at: datetime | None = None,
) -> Papers:
    """The papers of a case from the letters of all cases ever linked with it, in any order, repeats allowed.

    known_at: only what was recorded by then. as_at: only what occurred by then; a correction is about the record,
    not about the world, so what is known to be withdrawn or replaced does not count at any earlier date either.
    """
    known = [letter for letter in each_once(letters) if known_at is None or letter.recorded_at <= known_at]
    ordered = in_one_order(known)
    withdrawn = _withdrawn(ordered)
    replaced = {
        letter.corrects: letter
        for letter in ordered
        if letter.corrects and letter.event_id not in withdrawn and _replaces(letter, ordered)
    }
    shown = [letter for letter in ordered if as_at is None or letter.occurred_at <= as_at]
    standing = [letter for letter in shown if letter.event_id not in withdrawn]
    counting = tuple(letter for letter in standing if letter.event_id not in replaced)
    links = links_of(counting)
    own = links.ever(case_id)
    from_links = _shown_under_undone_links(case_id, shown, links)
    cases = links.cases(case_id)
    here = tuple(letter for letter in counting if letter.case_id in own)
    # What an unlink took back of a case that is linked by nothing that counts is that case's own matter.
    undone = _undone_triages(counting)
    return Papers(
        case_id=case_id,
        letters=tuple(letter for letter in shown if letter.case_id in cases or letter.event_id in from_links),
        counting=here,
        links=links,
        withdrawn=withdrawn,
        replaced=replaced,
        undone={letter.event_id: undone[letter.event_id] for letter in here if letter.event_id in undone},
        from_links=from_links,
    )


def _withdrawn(ordered: Sequence[Letter]) -> dict[str, Letter]:
    # A withdrawal stands behind what it withdraws, so the last one is judged first: it may withdraw an earlier one.
    found: dict[str, Letter] = {}
    for letter in reversed(ordered):
        if letter.title == "RecordWithdrawn" and letter.event_id not in found:
            found.setdefault(letter.data["of_event"], letter)
    return found


def _replaces(letter: Letter, ordered: Sequence[Letter]) -> bool:
    # Only an event of the same name stands in its place; another (an item filled in) adds to it.
    return any(other.event_id == letter.corrects and other.name == letter.name for other in ordered)


def _undone_triages(counting: Sequence[Letter]) -> dict[str, Letter]:
    undone: dict[str, Letter] = {}
    joined: list[Letter] = []
    for place, letter in enumerate(counting):
        if letter.title == "ReferralTriaged" and letter.data.get("outcome") == JOINED_AN_OPEN_CASE:
            joined.append(letter)
        elif letter.title == "CasesUnlinked" and joined:
            links = links_of(counting[: place + 1])
            both = (letter.data["kept"], letter.data["joined"])
            for triage in joined:
                if triage.case_id in both and not _still_joined(triage, links):
                    undone.setdefault(triage.event_id, letter)
    return undone


def _still_joined(triage: Letter, links: Links) -> bool:
    # By the child where it is named: two cases may stay linked by another of their children.
    open_child = triage.data.get("open_child_id")
    if open_child is not None:
        return any(open_child in links.children(child) for child in triage.child_ids)
    return triage.data.get("open_case_id") in links.cases(triage.case_id or "")


def _shown_under_undone_links(case_id: str, shown: Sequence[Letter], links: Links) -> dict[str, Link]:
    here = links.cases(case_id)
    past = [link for link in links.all if link.undone is not None and link.cases & here]
    found: dict[str, Link] = {}
    for letter in shown:
        for link in past:
            if letter.case_id not in link.cases or not link.held_during(letter):
                continue
            # Of the other family only what concerns a child that the link paired, or names no child, is shown.
            if letter.case_id in here or not letter.child_ids or link.paired & set(letter.child_ids):
                found.setdefault(letter.event_id, link)
    return found
