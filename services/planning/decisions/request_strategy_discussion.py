"""Asking for a strategy discussion about children: nothing has to come first, and nobody has to agree."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from services.planning.decisions.invitations import FOLLOWED_UP_BY, Invitation, invited
from services.planning.decisions.recording import of_child, standing_of
from services.planning.decisions.talks import LCPP_TALK, LINE_MANAGER_TALK, last_talk
from services.planning.events import StrategyDiscussionRequested
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id, Note, Word
from shared.kernel.events import Fact
from shared.kernel.sealed import Sealed
from shared.protocol.facts import first
from shared.protocol.linked import Matter
from shared.protocol.weighing import Weighed, allowed, coded, softened, weigh


class RequestStrategyDiscussion(Command):
    """About whom, and who is to come. reason_code: why it is asked for, where a conversation found no need."""

    child_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=50)]
    invited: Annotated[tuple[Invitation, ...], Field(max_length=50)] = ()
    reason_code: Word | None = None
    reason_note: Note | None = None


def request_strategy_discussion(
    matter: Matter, known: Known, command: RequestStrategyDiscussion, act: Act
) -> tuple[Fact, ...]:
    """One event for each child, once. Nothing refuses it: what is missing is named and followed up."""
    children = dict.fromkeys(matter.linked.child(child_id) for child_id in command.child_ids)
    return tuple(
        requested(matter, known, child_id, act, command.invited, reason=(command.reason_code, command.reason_note))
        for child_id in children
    )


def requested(
    matter: Matter,
    known: Known,
    child_id: str,
    act: Act,
    invitations: Iterable[Invitation] = (),
    *,
    reason: tuple[str | None, str | None] = (None, None),
    talked_now: bool = False,
) -> Fact:
    """That a discussion about one child is asked for. talked_now: by a conversation which is recorded with it."""
    standing = standing_of(matter, child_id)
    code, note = reason
    conversation = last_talk(matter, child_id, standing, "LCPPConversationHeld")
    against = not talked_now and conversation is not None
    against = against and first(conversation.data if conversation else {}, "cp_triggered", child_id) is False
    facts = {
        "state": standing.state or "UNKNOWN",
        "from_state": standing.state,
        LINE_MANAGER_TALK: last_talk(matter, child_id, standing, "LineManagerDiscussionHeld") is not None or None,
        LCPP_TALK: talked_now or conversation is not None or None,
        "against_lcpp_view": against,
        "reason_code": code,
    }
    who, weighed = invited(matter, known, invitations, act, child_id)
    weighed += Weighed(rules=allowed(matter.protocol, "RequestStrategyDiscussion", act).rules)
    weighed += weigh(matter.protocol, "RequestStrategyDiscussion", facts, act, child_id, urgent=True)
    listed = coded(matter.protocol, "StrategyDiscussionRequested.reason_code", code, note)
    weighed += softened(listed, act, FOLLOWED_UP_BY, child_id)
    event = StrategyDiscussionRequested(
        from_state=standing.state,
        invited=who,
        against_lcpp_view=against or None,
        reason_code=code,
        reason_note=Sealed(f"note/{act.new_id()}", note) if note else None,
    )
    return of_child(matter, child_id, event, weighed, act, inputs=facts)
