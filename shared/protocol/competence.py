"""Words for what practitioners have learnt and can show: courses, and what is attested of them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal

from shared.protocol.blocks import Block, Strict

Kind = Literal["ESSENTIAL", "ENHANCING", "ATTESTATION"]
COURSES: tuple[Kind, ...] = ("ESSENTIAL", "ENHANCING")


class Competence(Block, frozen=True, kw_only=True):
    """One list of words. kind: courses that a lead must have, courses that enhance, or what is attested of a lead."""

    kind: Kind
    codes: tuple[str, ...]


class Offered(Strict, frozen=True, kw_only=True):
    """A course that is offered. provider: AUTHORITY or PARTNERSHIP; rolling: again and again, so that all can come."""

    code: str
    provider: Literal["AUTHORITY", "PARTNERSHIP"]
    rolling: bool = True


class Programme(Block, frozen=True, kw_only=True):
    """What training is offered to those who lead."""

    courses: tuple[Offered, ...]


def twice(blocks: Iterable[Competence]) -> Iterator[str]:
    """The words that stand twice where they may once: among all courses, or among the attestations."""
    blocks = tuple(blocks)
    for kinds in (COURSES, ("ATTESTATION",)):
        words = Counter(code for block in blocks if block.kind in kinds for code in block.codes)
        yield from (code for code, times in words.items() if times > 1)
