"""Which cases and children are one another's aliases: CasesLinked adds, CasesUnlinked undoes, keys never change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shared.kernel.letters import Letter


@dataclass(frozen=True)
class Link:
    """One link of two cases. children: (kept, joined) pairs; undone: the unlink, if there was one."""

    link_id: str
    kept: str
    joined: str
    children: tuple[tuple[str, str], ...]
    made: Letter
    undone: Letter | None = None

    @property
    def cases(self) -> frozenset[str]:
        """Both cases."""
        return frozenset((self.kept, self.joined))

    @property
    def paired(self) -> frozenset[str]:
        """Every child id that the link pairs."""
        return frozenset(child for pair in self.children for child in pair)

    def held_during(self, letter: Letter) -> bool:
        """Whether a letter occurred, or was recorded, while this link was in force."""
        return self._spans(letter.occurred_at, "occurred_at") or self._spans(letter.recorded_at, "recorded_at")

    def _spans(self, instant: datetime, which: str) -> bool:
        if instant < getattr(self.made, which):
            return False
        return self.undone is None or instant < getattr(self.undone, which)


@dataclass(frozen=True)
class Links:
    """All links that letters tell of, in the order they were made."""

    all: tuple[Link, ...] = ()
    _cases: Mapping[str, frozenset[str]] = field(default_factory=dict)
    _children: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def cases(self, case_id: str) -> frozenset[str]:
        """The case and every case linked with it now."""
        return self._cases.get(case_id, frozenset((case_id,)))

    def ever(self, case_id: str) -> frozenset[str]:
        """The case and every case it was ever linked with, by links that were undone too."""
        return _groups((link.kept, link.joined) for link in self.all).get(case_id, frozenset((case_id,)))

    def children(self, child_id: str) -> frozenset[str]:
        """All ids that a child has now."""
        return self._children.get(child_id, frozenset((child_id,)))

    def kept_case(self, case_id: str) -> str:
        """The case on which allocation and planning record for the group of this case."""
        kept = [(link.kept, link.joined) for link in self.all if link.undone is None]
        return _root(self.cases(case_id), kept)

    def kept_child(self, child_id: str) -> str:
        """The child id on which the group of this child is recorded."""
        group = self.children(child_id)
        if len(group) == 1:
            return child_id
        return _root(group, [pair for link in self.all if link.undone is None for pair in link.children])


def links_of(letters: Iterable[Letter]) -> Links:
    """The links told by letters in house order. A link is recorded under both of its cases and counts once."""
    made: dict[str, Letter] = {}
    undone: dict[str, Letter] = {}
    for letter in letters:
        if letter.title == "CasesLinked":
            made.setdefault(letter.data["link_id"], letter)
        elif letter.title == "CasesUnlinked":
            undone.setdefault(letter.data["link_id"], letter)
    links = tuple(_link(letter, undone.get(link_id)) for link_id, letter in made.items())
    standing = [link for link in links if link.undone is None]
    return Links(
        all=links,
        _cases=_groups((link.kept, link.joined) for link in standing),
        _children=_groups(pair for link in standing for pair in link.children),
    )


def cases_ever_linked(case_id: str, letters: Iterable[Letter]) -> frozenset[str]:
    """The case and every case it was ever linked with, undone links too: whose letters its file is folded from.

    Ask again with the letters of the cases found until no new one appears.
    """
    return links_of(letters).ever(case_id)


def _link(letter: Letter, undone: Letter | None) -> Link:
    pairs = tuple((pair["kept"], pair["joined"]) for pair in (letter.data.get("children") or ()))
    data = letter.data
    return Link(data["link_id"], data["kept"], data["joined"], pairs, made=letter, undone=undone)


def _groups(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    groups: dict[str, set[str]] = {}
    for one, other in pairs:
        merged = groups.get(one, {one}) | groups.get(other, {other})
        for member in merged:
            groups[member] = merged
    return {member: frozenset(group) for member, group in groups.items()}


def _root(group: frozenset[str], pairs: list[tuple[str, str]]) -> str:
    # The first pair made decides between two kept cases that were later both linked with a third.
    if len(group) == 1:
        return next(iter(group))
    joined = {other for kept, other in pairs if kept in group and kept != other}
    for kept, _ in pairs:
        if kept in group and kept not in joined:
            return kept
    return min(group)
