"""What a worry lacks: taken all the same, each gap under the rule that asks for it."""

import re
from collections.abc import Sequence

import msgspec

from services.referral.decisions.form import SubmitReferral
from services.referral.decisions.receiving import Named
from shared.kernel.act import Act
from shared.kernel.events import Incomplete
from shared.protocol.blocks import Record
from shared.protocol.protocol import Protocol
from shared.protocol.weighing import Weighed

OWNER = "FRONT_DOOR"


def lacking(
    command: SubmitReferral, protocol: Protocol, act: Act, weighed: Weighed, children: Sequence[Named]
) -> tuple[Incomplete, ...]:
    """The gaps: by the rows that ask, by the rules that would refuse, and each part that did not fit the form."""
    items = [_of_child(item, children) for item in weighed.incomplete]
    for refusal in weighed.refusals:
        items.append(_of_child(_item(_path(refusal.field or ""), refusal.rule, act), children))
    for place, _ in command.misfits:
        path = _path(place.removeprefix("#"))
        # What no row asks for is the product's own: kept as sent, and somebody reads it.
        rule = _rule_of(re.sub(r"\[\d+\]", "[]", path), protocol) or "SYS-REF-06"
        item = _of_child(_item(path, rule, act), children)
        if not any(_covers(other, item) for other in items):
            items.append(item)
    return tuple(items)


def _item(what: str, rule: str, act: Act) -> Incomplete:
    return Incomplete(what=what or "form", rule=rule, since=act.occurred_at, owner=OWNER)


def _of_child(item: Incomplete, children: Sequence[Named]) -> Incomplete:
    """A gap in a child's entry is that child's: `children[0].surname` becomes `surname` of the child at place 0."""
    found = re.fullmatch(r"children\[(\d+)\]\.?(.*)", item.what)
    child = next((child for child in children if found and child.place == int(found[1])), None)
    if found is None or child is None:
        return item
    return msgspec.structs.replace(item, what=found[2] or "children", child_id=child.child_id)


def _path(pointer: str) -> str:
    """A JSON pointer as rows write paths: `/children/0/surname` is `children[0].surname`."""
    steps = [step for step in pointer.split("/") if step]
    return "".join(f"[{step}]" if step.isdigit() else f".{step}" if place else step for place, step in enumerate(steps))


def _rule_of(path: str, protocol: Protocol) -> str | None:
    """The rule that asks for what stands at a path, or for part of it."""
    for block in (*protocol.records("SubmitReferral"), *protocol.pathways("SubmitReferral")):
        asks = block.needs if isinstance(block, Record) else tuple(block.allows)
        for way in (way for need in asks for way in need.split("|")):
            if way == path or way.startswith((f"{path}.", f"{path}[]")):
                return block.rule
    return None


def _covers(other: Incomplete, item: Incomplete) -> bool:
    same = (other.rule, other.child_id) == (item.rule, item.child_id)
    return same and item.what in other.what.split("|")
