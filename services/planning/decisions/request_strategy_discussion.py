"""Asking for a strategy discussion about children: nothing has to come first, and nobody has to agree."""

from typing import Annotated

from pydantic import Field

from services.planning.decisions.invitations import FOLLOWED_UP_BY, Invitation, invited
from services.planning.decisions.recording import of_child, standing_of
from services.planning.events import StrategyDiscussionRequested
from shared.kernel.act import Act
from shared.kernel.beliefs import Known, Told
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
    return tuple(_requested(matter, known, child_id, command, act) for child_id in children)


def _requested(matter: Matter, known: Known, child_id: str, command: RequestStrategyDiscussion, act: Act) -> Fact:
    standing = standing_of(matter, child_id)
    # A talk before the child last came to where it stands was about another worry.
    since = [fact for fact in matter.facts if standing.since is None or fact.occurred_at >= standing.since]
    talks = matter.about(child_id, since)
    conversation = _last(talks, "LCPPConversationHeld")
    against = conversation is not None and first(conversation.data, "cp_triggered", child_id) is False
    facts = {
        "state": standing.state or "UNKNOWN",
        "from_state": standing.state,
        "line_manager_discussion": _last(talks, "LineManagerDiscussionHeld") is not None or None,
        "lcpp_conversation": conversation is not None or None,
        "against_lcpp_view": against,
        "reason_code": command.reason_code,
    }
    who, weighed = invited(matter, known, command.invited, act, child_id)
    weighed += Weighed(rules=allowed(matter.protocol, "RequestStrategyDiscussion", act).rules)
    weighed += weigh(matter.protocol, "RequestStrategyDiscussion", facts, act, child_id, urgent=True)
    listed = coded(matter.protocol, "StrategyDiscussionRequested.reason_code", command.reason_code, command.reason_note)
    weighed += softened(listed, act, FOLLOWED_UP_BY, child_id)
    event = StrategyDiscussionRequested(
        from_state=standing.state,
        invited=who,
        against_lcpp_view=against or None,
        reason_code=command.reason_code,
        reason_note=Sealed(f"note/{act.new_id()}", command.reason_note) if command.reason_note else None,
    )
    return of_child(matter, child_id, event, weighed, act, inputs=facts)


def _last(facts: tuple[Told, ...], title: str) -> Told | None:
    return next((fact for fact in reversed(facts) if fact.title == title), None)
