"""How commands are written: by field, optional wherever a rule of the protocol asks for it."""

from collections.abc import Mapping
from typing import Annotated, Any, cast

from pydantic import Field, StringConstraints, model_validator

from shared.kernel.fields import Instant, Sent, Text, misfit

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
"""An identifier that the product or a register gave."""

Word = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,63}$")]
"""A word that a row of the protocol judges: another than it lists is answered by the row, not by the form."""

Ids = Annotated[tuple[Id, ...], Field(max_length=50)]
Words = Annotated[tuple[Word, ...], Field(max_length=50)]
Name = Annotated[str, Text(200)]
Line = Annotated[str, Text(500)]
Note = Annotated[str, Text(10_000)]
Narrative = Annotated[str, Text(50_000)]


class Command(Sent):
    """A command as it was sent. occurred_at: when it was true; absent, now."""

    occurred_at: Instant | None = None


class Held(Command):
    """A record of something that was held. held_at: when; it is the same as occurred_at, and either may be said."""

    held_at: Instant | None = None

    @model_validator(mode="before")
    @classmethod
    def _of_one_time(cls, sent: Any) -> Any:
        body = cast(Mapping[str, Any], sent) if isinstance(sent, Mapping) else {}
        if body.get("held_at") is None:
            return sent
        if body.get("occurred_at") not in (None, body["held_at"]):
            raise misfit("two_times", "It was held when it occurred: say held_at or occurred_at.")
        return {**body, "occurred_at": body["held_at"]}
