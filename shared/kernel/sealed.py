"""Personal data and free text inside an event: sealed with the key of the person they are about."""

from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Sealed(Generic[T]):
    """A value only its owner's store can read; it never travels in a letter.

    subject: whose key seals it, as "child/<id>", "parent/<id>", "referrer/<referral id>" or "note/<id>".
    clear: the value, in memory only; None when the box is closed or its key was destroyed.
    box: the ciphertext with its key id, as stored; None before it is stored.
    """

    __slots__ = ("box", "clear", "subject")

    def __init__(self, subject: str, clear: T | None = None, box: dict[str, Any] | None = None):
        self.subject = subject
        self.clear = clear
        self.box = box

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sealed):
            return NotImplemented
        return (self.subject, self.clear) == (other.subject, other.clear)

    def __hash__(self) -> int:
        return hash((Sealed, self.subject))

    def __repr__(self) -> str:
        # Never the value: reprs end up in logs and failed assertions.
        return f"Sealed({self.subject.split('/')[0]})"
