"""A refusal is the product saying no: which rule said so, why, and what to do instead."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Refusal:
    """One rule's no. because: a sentence a practitioner can act on; remedy: what to do; field: where, if anywhere."""

    rule: str
    because: str
    remedy: str
    field: str | None = None


class Refused(Exception):
    """A decision that rules do not allow. Carries every rule that said no, and the structural inputs that counted."""

    def __init__(self, *refusals: Refusal, inputs: Mapping[str, Any] | None = None):
        super().__init__(", ".join(refusal.rule for refusal in refusals))
        self.refusals = refusals
        self.inputs = dict(inputs or {})

    @property
    def rules(self) -> tuple[str, ...]:
        """The IDs of the rules that refused, each once."""
        return tuple(dict.fromkeys(refusal.rule for refusal in self.refusals))


class NotKnownHere(Exception):
    """A decision needs a fact of another service that has not arrived: try again later, nothing was refused.

    what: the structural name of the missing fact.
    """

    def __init__(self, what: str):
        super().__init__(what)
        self.what = what


def require(holds: bool, rule: str, because: str, remedy: str, field: str | None = None) -> None:
    """Refuse with one rule unless it holds. Raises Refused."""
    if not holds:
        raise Refused(Refusal(rule, because, remedy, field))
