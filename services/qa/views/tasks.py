"""What the rules of the protocol put on somebody's desk, of one case: each task while what raised it holds."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.qa.views.conditions import FAMILY, Begun, Holding
from services.qa.views.matching import Matching
from services.qa.views.words import instant
from shared.protocol.protocol import Protocol
from shared.protocol.tasks import Task

Row = dict[str, Any]


def tasks_of(matching: Matching, protocol: Protocol, children: Sequence[Row]) -> list[Row]:
    """The open tasks. children: their rows, linked ids in one. What is due later is there from then on (`since`)."""
    closed = None if protocol.moves is None else protocol.moves.closed
    items: list[Row] = []
    for task in protocol.tasks:
        # A closed case is on nobody's desk, but for what a task asks to be done about just such a child.
        of = [child for child in children if child["state"] != closed or closed in task.states]
        if _may_stand(task, of) and matching.may_begin(task.while_):
            items += _standing(task, matching, of)
    return items


def _may_stand(task: Task, children: Sequence[Row]) -> bool:
    """Whether there is anybody of whom it could be, before its conditions are read."""
    if task.about == "child" and task.states:
        return any(child["state"] in task.states for child in children)
    return bool(children)


def _standing(task: Task, matching: Matching, children: Sequence[Row]) -> Iterator[Row]:
    holdings = [Holding(condition, matching) for condition in task.while_]
    against = [Holding(condition, matching) for condition in task.unless]
    for at, letter in matching.of(task.names):
        for holding in (*holdings, *against):
            holding.read(letter, at)
    if any(holding.holds for holding in against) or not (task.while_ or task.states):
        return
    of = children if task.about == "child" else [None] if children else []
    for child in of:
        begun = _begun(holdings, child)
        if begun is not None and (child is None or not task.states or child["state"] in task.states):
            yield _item(task, child, begun)


def _begun(holdings: Sequence[Holding], child: Mapping[str, Any] | None) -> list[Begun] | None:
    found: list[Begun] = []
    for holding in holdings:
        of = list(holding.of.values()) if child is None else _of_child(holding, child)
        if not of:
            return None
        found.append(min(of, key=lambda one: one.since))
    return found


def _of_child(holding: Holding, child: Mapping[str, Any]) -> list[Begun]:
    whose = (FAMILY, child["child_id"], *child["alias_ids"])
    return [holding.of[one] for one in whose if one in holding.of]


def _item(task: Task, child: Mapping[str, Any] | None, begun: Sequence[Begun]) -> Row:
    last = max(begun, key=lambda one: one.since, default=None)
    since = None if child is None else child["since"]
    if last is not None:
        since = instant(last.since if task.after is None else task.after.due(last.since))
    return {
        "code": task.code,
        "for": _whose(task, child),
        "child_id": None if child is None else child["child_id"],
        "since": since,
        "of_event": None if last is None else last.letter.event_id,
        "rules": [task.rule],
    }


def _whose(task: Task, child: Mapping[str, Any] | None) -> Row:
    held = child["holders"] if child is not None and task.holder else []
    named = (post for holder in held for post in (holder["person"], *holder["stand_ins"]) if post)
    return {
        "teams": [*task.teams, *dict.fromkeys(team for holder in held for team in holder["teams"])],
        "posts": list(dict.fromkeys((*task.posts, *(post for holder in held for post in holder["posts"]), *named))),
    }
