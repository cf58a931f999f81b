"""Saying that two cases are one family's, and which of their children are the same."""

from typing import Annotated

from pydantic import Field

from services.referral.decisions.around import NOTHING_AROUND, Around
from services.referral.decisions.linking import under_both
from services.referral.decisions.receiving import sealed
from services.referral.events import CasesLinked, Pair
from services.referral.family import Family
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id, Note, Word
from shared.kernel.events import Fact
from shared.kernel.fields import Sent
from shared.protocol.facts import concerned, joins
from shared.protocol.protocol import Protocol
from shared.protocol.weighing import Weighed, allowed, asked, coded


class SameChild(Sent):
    """A child of each case, who are one."""

    kept: Id
    joined: Id


class LinkCases(Command):
    """kept: the case under which the work goes on; joined: the other. children: those who are in both."""

    kept: Id
    joined: Id
    children: Annotated[tuple[SameChild, ...], Field(max_length=20)] = ()
    reason_code: Word
    reason_note: Note | None = None


def link_cases(
    state: Family,
    known: Known,
    command: LinkCases,
    protocol: Protocol,
    act: Act,
    around: Around = NOTHING_AROUND,
) -> tuple[Fact, ...]:
    """The link, under both cases; nothing if they are linked so already. Raises Refused.

    state: of the case in the path, which is one of the two. around: the case of each child named, and both families.
    """
    pairs = tuple(Pair(kept=pair.kept, joined=pair.joined) for pair in command.children)
    cases = {command.kept, command.joined}
    weighed = allowed(protocol, "LinkCases", act)
    weighed += asked(protocol, len(cases) == 2 and state.case_id in cases, "SYS-REF-12", "/joined")
    weighed += _of_these_cases(known, command, pairs, protocol, around)
    weighed += coded(protocol, "LinkCases.reason_code", command.reason_code, command.reason_note)
    weighed.insist({"children": len(pairs)})
    if any({link.kept, link.joined} == cases and set(pairs) <= set(link.children) for link in state.standing_links):
        return ()
    event = CasesLinked(
        link_id=act.new_id(),
        kept=command.kept,
        joined=command.joined,
        children=pairs,
        reason_code=command.reason_code,
        reason_note=sealed(f"note/{act.new_id()}", command.reason_note),
    )
    return under_both(event, weighed.rules)


def _of_these_cases(
    known: Known, command: LinkCases, pairs: tuple[Pair, ...], protocol: Protocol, around: Around
) -> Weighed:
    """Each child is of the side it is named on, in one pair only, and not yet said to be somebody else."""
    named = [child for pair in pairs for child in (pair.kept, pair.joined)]

    def is_of(child_id: str, case_id: str) -> bool:
        # An urgent act may have opened a case of which the front door has only heard.
        told = (child_id in concerned(fact) for fact in known.of(case_id))
        return around.cases.get(child_id, case_id if any(told) else None) == case_id

    here = all(is_of(pair.kept, command.kept) and is_of(pair.joined, command.joined) for pair in pairs)
    already = {(link.kept, link.joined) for link in joins(around.facts)}
    taken = {joined for _, joined in already}
    turned = any((pair.joined, pair.kept) in already for pair in pairs)
    free = not turned and all((pair.kept, pair.joined) in already or pair.joined not in taken for pair in pairs)
    return asked(protocol, here and free and len(set(named)) == len(named), "SYS-REF-13", "/children")
