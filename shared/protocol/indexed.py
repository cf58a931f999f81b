"""Blocks of both packs in one, and by a word of theirs, so that none is looked for among all of them."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from shared.protocol.blocks import Block

B = TypeVar("B", bound=Block)


def of_both(national: Iterable[B], local: tuple[B, ...]) -> tuple[B, ...]:
    """The blocks of both packs, national ones first, without those whose place a local one takes."""
    replaced = {block.instead_of for block in local}
    return (*(block for block in national if block.rule not in replaced), *local)


def by_word(blocks: Iterable[B], word: Callable[[B], str]) -> Mapping[str, tuple[B, ...]]:
    """The blocks by a word of theirs, in their order."""
    found: dict[str, tuple[B, ...]] = {}
    for block in blocks:
        found[word(block)] = (*found.get(word(block), ()), block)
    return found
