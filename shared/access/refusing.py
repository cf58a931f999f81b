"""Saying no to a change of a register: every rule that is not kept, in its own words, at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.kernel.refusal import Refusal, Refused
from shared.protocol.protocol import Protocol


@dataclass(frozen=True)
class Ask:
    """Something that has to hold. rule: of the product; field: of the body, where it does not."""

    holds: bool
    rule: str
    field: str


def insist(protocol: Protocol, asks: Iterable[Ask], inputs: Mapping[str, Any]) -> None:
    """Refuse with every rule of the product that does not hold. inputs: the structural facts asked. Raises Refused."""
    refusals = []
    for ask in asks:
        if not ask.holds:
            says, remedy = protocol.sentence(ask.rule)
            refusals.append(Refusal(ask.rule, says, remedy, f"/{ask.field}"))
    if refusals:
        raise Refused(*refusals, inputs=inputs)
