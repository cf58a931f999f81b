"""What one request carries through the layers beside itself: headers for its answer, notes for its log line."""

from collections.abc import MutableMapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")
"""The correlation id of the request being answered; "" outside of one. It is in the scope too, under this name."""

_KEY = "toldonce.carried"


@dataclass
class Carried:
    """headers: added to any answer, success or problem; rules: the IDs that refused; error_class: of a 500."""

    headers: dict[str, str] = field(default_factory=dict)
    client_kind: str | None = None
    rules: tuple[str, ...] = ()
    error_class: str | None = None


def carried(scope: MutableMapping[str, Any]) -> Carried:
    """What this request carries; begun here if no layer outside has."""
    found = scope.get(_KEY)
    if found is None:
        found = scope[_KEY] = Carried()
    return found
