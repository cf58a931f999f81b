"""The Merkle tree of RFC 9162 over leaf hashes, as sums on the nodes that a store keeps.

The store keeps every complete subtree once, as (level, index, hash): level 0 is the leaves, and a node covers
the 2**level leaves from index * 2**level on. It never changes when the log grows, so rows are only ever
inserted. The functions read nodes through `read(level, index) -> bytes` and touch no store themselves.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

Read = Callable[[int, int], bytes]
Node = tuple[int, int]

EMPTY_ROOT = sha256(b"").digest()

_INNER = b"\x01"
_HASH_SIZE = 32


def nodes_added(size_before: int, leaf_hashes: Sequence[bytes], read: Read) -> list[tuple[int, int, bytes]]:
    """Every complete subtree that these new leaves complete, themselves among them, lowest level first.

    read is asked for at most one node per level: the left half of a subtree that they complete.
    """
    added: list[tuple[int, int, bytes]] = []
    level, first, row = 0, size_before, list(leaf_hashes)
    while row:
        added += [(level, index, digest) for index, digest in enumerate(row, first)]
        if first % 2:
            first -= 1
            row.insert(0, read(level, first))
        row = [_inner(left, right) for left, right in zip(row[::2], row[1::2], strict=False)]
        level, first = level + 1, first // 2
    return added


def root(size: int, read: Read) -> bytes:
    """The root of the tree of the first size leaves. ValueError if size is negative."""
    if size < 0:
        raise ValueError("a tree has no fewer than no leaves")
    return _range_root(0, size, read) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, read: Read) -> list[bytes]:
    """The hashes that lead from leaf index (from 0) to the root of size leaves, lowest first.

    RFC 9162, 2.1.3.1. ValueError if the tree holds no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError("the tree holds no such leaf")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _left_width(end - start)
        if index < middle:
            path.append(_range_root(middle, end, read))
            end = middle
        else:
            path.append(_range_root(start, middle, read))
            start = middle
    return path[::-1]


def consistency_proof(old: int, new: int, read: Read) -> list[bytes]:
    """The hashes that show the tree of old leaves to be the beginning of that of new ones, lowest first.

    RFC 9162, 2.1.4.1. Empty if old is 0 or new: nothing is shown then. ValueError unless 0 <= old <= new.
    """
    if not 0 <= old <= new:
        raise ValueError("a tree grows; it does not shrink")
    path: list[bytes] = []
    start, end = 0, new
    while start < old < end:
        middle = start + _left_width(end - start)
        if old <= middle:
            path.append(_range_root(middle, end, read))
            end = middle
        else:
            path.append(_range_root(start, middle, read))
            start = middle
    if start:
        path.append(_range_root(start, end, read))
    return path[::-1]


def nodes_read_by(ask: Callable[[Read], object]) -> list[Node]:
    """The nodes that a function of this module would read, so that a store can fetch them in one query.

    Which nodes are read depends on sizes and indexes alone, never on a hash; so ask is run on blank ones.
    """
    wanted: list[Node] = []

    def note(level: int, index: int) -> bytes:
        wanted.append((level, index))
        return bytes(_HASH_SIZE)

    ask(note)
    return wanted


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root_hash: bytes) -> bool:
    """Whether the proof leads from the leaf hash at index to the root of size leaves (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not _all_hashes(leaf, root_hash, *proof):
        return False
    at, last, digest = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if at % 2 or at == last:
            digest = _inner(sibling, digest)
            at, last = _while_left(at, last)
        else:
            digest = _inner(digest, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and digest == root_hash


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows the old tree to be the beginning of the new one (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new or not _all_hashes(old_root, new_root, *proof):
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    # A complete old tree is itself the first node of the path, and so is left out of the proof.
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    at, last = old - 1, new - 1
    while at % 2:
        at, last = at >> 1, last >> 1
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if at % 2 or at == last:
            before, after = _inner(sibling, before), _inner(sibling, after)
            at, last = _while_left(at, last)
        else:
            after = _inner(after, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _inner(left: bytes, right: bytes) -> bytes:
    return sha256(_INNER + left + right).digest()


def _while_left(at: int, last: int) -> tuple[int, int]:
    """Climb, from a node on the right edge, over the levels at which it has no sibling."""
    while at and not at % 2:
        at, last = at >> 1, last >> 1
    return at, last


def _all_hashes(*candidates: object) -> bool:
    return all(isinstance(candidate, bytes) and len(candidate) == _HASH_SIZE for candidate in candidates)


def _left_width(width: int) -> int:
    """The leaves under the left child of a node over width leaves: the largest power of two below width."""
    return 1 << ((width - 1).bit_length() - 1)


def _range_root(start: int, end: int, read: Read) -> bytes:
    """The root over leaves start to end, where start is where a subtree of that width may begin."""
    nodes = [read(level, index) for level, index in _complete_subtrees(start, end)]
    digest = nodes.pop()
    while nodes:
        digest = _inner(nodes.pop(), digest)
    return digest


def _complete_subtrees(start: int, end: int) -> Iterator[Node]:
    """The complete subtrees that make up a range, largest and leftmost first."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level
