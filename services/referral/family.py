"""A family as its links make it: which other cases are the same family's, and which children are one."""

import msgspec

from services.referral.events import CasesLinked, CasesUnlinked, Pair
from shared.kernel.beliefs import Told, told_of
from shared.kernel.events import Recorded


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A link between two cases. undone: it was unlinked."""

    link_id: str
    kept: str
    joined: str
    children: tuple[Pair, ...]
    undone: bool = False


class Family(msgspec.Struct, frozen=True, kw_only=True):
    """One case's links. facts: its own events, as a fold over all services reads them."""

    case_id: str
    links: tuple[Link, ...] = ()
    facts: tuple[Told, ...] = ()

    @property
    def standing_links(self) -> tuple[Link, ...]:
        """The links that were not undone."""
        return tuple(link for link in self.links if not link.undone)

    def link(self, link_id: str) -> Link | None:
        """One of its links, undone ones too; None for another."""
        return next((link for link in self.links if link.link_id == link_id), None)


def unknown(case_id: str) -> Family:
    """A case without links."""
    return Family(case_id=case_id)


def evolve(family: Family, recorded: Recorded) -> Family:
    """The family after one more event of its stream."""
    kept = msgspec.structs.replace(family, facts=(*family.facts, told_of(recorded)))
    match recorded.data:
        case CasesLinked() as linked:
            link = Link(link_id=linked.link_id, kept=linked.kept, joined=linked.joined, children=linked.children)
            return msgspec.structs.replace(kept, links=(*kept.links, link))
        case CasesUnlinked(link_id=link_id):
            undone = tuple(
                msgspec.structs.replace(link, undone=True) if link.link_id == link_id else link for link in kept.links
            )
            return msgspec.structs.replace(kept, links=undone)
    return kept
