"""Two things that may be done to a record in every service: saying what was missing, and withdrawing it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import StringConstraints

from shared.kernel.act import Act
from shared.kernel.beliefs import Told
from shared.kernel.events import Fact, Incomplete, Warned, bringing
from shared.kernel.fields import Instant, Sent, Text
from shared.kernel.own_events import IncompleteResolved, RecordWithdrawn
from shared.kernel.people import Person
from shared.kernel.refusal import Refusal, Refused
from shared.kernel.sealed import Sealed
from shared.protocol.brought import brought_by, is_worked_on
from shared.protocol.protocol import Protocol

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
RuleId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}-[A-Z]{2,5}-[0-9]{2,3}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,63}$")]


class ResolveIncomplete(Sent):
    """of_event, what, rule: the item as the record lists it. value_ref: the event or record that fills it."""

    of_event: Id
    what: Annotated[str, Text(200)]
    rule: RuleId
    resolved_as: Literal["FILLED", "NOT_NEEDED"]
    value_ref: Id | None = None
    reason_code: Code | None = None
    reason_note: Annotated[str, Text(10_000)] | None = None
    occurred_at: Instant | None = None


class WithdrawRecord(Sent):
    """of_event: what counts as not having been."""

    of_event: Id
    reason_code: Literal["RECORDED_IN_ERROR", "WRONG_CHILD", "DUPLICATE"]
    reason_note: Annotated[str, Text(10_000)] | None = None
    occurred_at: Instant | None = None


def resolved(
    stream: str,
    case_id: str | None,
    lacks: Iterable[tuple[str, Incomplete]],
    command: ResolveIncomplete,
    protocol: Protocol,
    act: Act,
    may: bool,
) -> tuple[Fact, ...]:
    """The item closed, on the stream of its event. Raises Refused.

    lacks: what the stream still lacks, by event id; may: whether the caller may record the thing that was missing.
    """
    named = (command.of_event, command.what, command.rule)
    item = next((item for event_id, item in lacks if (event_id, item.what, item.rule) == named), None)
    asks = [
        (may and not act.client, "SYS-REC-01", None),
        (item is not None, "SYS-REC-02", "/what"),
        (command.resolved_as == "FILLED" or command.reason_code is not None, "SYS-REC-03", "/reason_code"),
    ]
    _insist(asks, protocol, {"rule": command.rule, "resolved_as": command.resolved_as})
    event = IncompleteResolved(
        of_event=command.of_event,
        what=command.what,
        rule=command.rule,
        by=_person(act),
        value_ref=command.value_ref,
        resolved_as=command.resolved_as,
        reason_code=command.reason_code,
        reason_note=_note(command.reason_note, act),
    )
    child = item.child_id if item is not None else None
    children = (child,) if child else ()
    return (Fact(stream=stream, event=event, case_id=case_id, child_ids=children, rules=(command.rule,)),)


_WHO_WITHDRAWS, _WITH_IT = "SYS-REC-05", "SYS-REC-06"


def withdrawn(
    stream_of: Callable[[Told], str],
    facts: Sequence[Told],
    counting: Sequence[Told],
    command: WithdrawRecord,
    protocol: Protocol,
    act: Act,
) -> tuple[Fact, ...]:
    """The withdrawal of a record and of what it brought; nothing if it is withdrawn already. Raises Refused.

    stream_of: where an event stands; facts: the service's own; counting: those of all services that count.
    """
    fact = next((fact for fact in facts if fact.event_id == command.of_event), None)
    mine = fact is not None and fact.actor.id == act.by.id
    asks = [
        (fact is not None and fact.title != "RecordWithdrawn", "SYS-REC-04", "/of_event"),
        (fact is None or (not act.client and (mine or protocol.is_manager(act.by))), _WHO_WITHDRAWS, None),
    ]
    _insist(asks, protocol, {"reason_code": command.reason_code})
    if fact is None or any(one.data.get("of_event") == fact.event_id for one in _withdrawals(facts)):
        return ()
    brought = brought_by(fact, facts)
    stands = [one for one in brought if is_worked_on(one, counting, (fact, *brought))]
    because = protocol.sentence(_WITH_IT)[0]
    itself = replace(
        _withdrawal(stream_of, fact, command, act, _WHO_WITHDRAWS),
        warnings=tuple(
            Warned(rule=_WITH_IT, because=f"{because} {one.title} {one.event_id} stands.") for one in stands
        ),
    )
    others = (_withdrawal(stream_of, one, command, act, _WITH_IT) for one in brought if one not in stands)
    return bringing(itself, others, act.new_id)


def _withdrawal(stream_of: Callable[[Told], str], fact: Told, command: WithdrawRecord, act: Act, rule: str) -> Fact:
    event = RecordWithdrawn(
        of_event=fact.event_id, reason_code=command.reason_code, reason_note=_note(command.reason_note, act)
    )
    return Fact(stream=stream_of(fact), event=event, case_id=fact.case_id, child_ids=fact.child_ids, rules=(rule,))


def _withdrawals(facts: Sequence[Told]) -> Iterable[Told]:
    return (fact for fact in facts if fact.title == "RecordWithdrawn")


def _insist(asks: Iterable[tuple[bool, str, str | None]], protocol: Protocol, inputs: dict[str, Any]) -> None:
    refusals = [Refusal(rule, *protocol.sentence(rule), field) for holds, rule, field in asks if not holds]
    if refusals:
        raise Refused(*refusals, inputs=inputs)


def _note(text: str | None, act: Act) -> Sealed[str] | None:
    return Sealed(f"note/{act.new_id()}", text) if text is not None else None


def _person(act: Act) -> Person:
    by = act.by
    return Person(id=by.id, role=by.role, team=by.team, employer=by.employer, social_worker=by.social_worker)
