"""Undoing a link: each side stands on its own again, and what rested on the link is put before a person again."""

from services.referral.decisions.linking import under_both
from services.referral.decisions.receiving import sealed
from services.referral.events import CasesUnlinked
from services.referral.family import Family
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id, Note, Word
from shared.kernel.events import Fact
from shared.protocol.protocol import Protocol
from shared.protocol.weighing import allowed, asked, coded


class UnlinkCases(Command):
    """Which link, and why it was wrong."""

    link_id: Id
    reason_code: Word
    reason_note: Note | None = None


def unlink_cases(state: Family, known: Known, command: UnlinkCases, protocol: Protocol, act: Act) -> tuple[Fact, ...]:
    """The undoing, under both cases; nothing if it is undone already. Raises Refused.

    state: of the case in the path, kept or joined.
    """
    link = state.link(command.link_id)
    weighed = allowed(protocol, "UnlinkCases", act)
    weighed += asked(protocol, link is not None, "SYS-REF-14", "/link_id")
    weighed += coded(protocol, "UnlinkCases.reason_code", command.reason_code, command.reason_note)
    weighed.insist({"linked": link is not None})
    if link is None or link.undone:
        return ()
    event = CasesUnlinked(
        link_id=link.link_id,
        kept=link.kept,
        joined=link.joined,
        children=link.children,
        reason_code=command.reason_code,
        reason_note=sealed(f"note/{act.new_id()}", command.reason_note),
    )
    return under_both(event, weighed.rules)
