"""How commands are written: by field, optional wherever a rule of the protocol asks for it."""

from typing import Annotated

from pydantic import Field, StringConstraints

from shared.kernel.fields import Instant, Sent, Text

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
