"""The transparency log's tree (RFC 9162), checked against another author's implementation of it."""

import random
from functools import cache, partial
from hashlib import sha256
from typing import Any

import pytest
from pymerkle import InmemoryTree
from pymerkle import verify_consistency as oracle_verifies_consistency

from shared.log.leaf import DOMAIN, leaf_hash, preimage
from shared.log.tree import (
    EMPTY_ROOT,
    consistency_proof,
    inclusion_proof,
    nodes_added,
    nodes_read_by,
    root,
    verify_consistency,
    verify_inclusion,
)

LARGEST = 130


class Log:
    """Keeps nodes as a store does: each is put once, and none is read that was not put."""

    def __init__(self) -> None:
        self.size = 0
        self.nodes: dict[tuple[int, int], bytes] = {}

    def read(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]

    def append(self, *leaves: bytes) -> None:
        for level, index, digest in nodes_added(self.size, leaves, self.read):
            assert (level, index) not in self.nodes
            self.nodes[level, index] = digest
        self.size += len(leaves)


def entries(n: int) -> list[bytes]:
    return [b"entry %d" % i for i in range(n)]


def hashed(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def grown(n: int) -> tuple[Log, InmemoryTree]:
    log, oracle = Log(), InmemoryTree(algorithm="sha256")
    oracle.append_entries(entries(n))
    log.append(*map(hashed, entries(n)))
    return log, oracle


small, small_oracle = grown(LARGEST)


@cache
def tree_hash(leaves: tuple[bytes, ...]) -> bytes:
    """MTH, as section 2.1.1 writes it."""
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha256(b"\x01" + tree_hash(leaves[:k]) + tree_hash(leaves[k:])).digest()


def sub_proof(m: int, leaves: tuple[bytes, ...], whole: bool = True) -> list[bytes]:
    """SUBPROOF, as section 2.1.4.1 writes it."""
    n = len(leaves)
    if m == n:
        return [] if whole else [tree_hash(leaves)]
    k = split(n)
    if m <= k:
        return [*sub_proof(m, leaves[:k], whole), tree_hash(leaves[k:])]
    return [*sub_proof(m - k, leaves[k:], False), tree_hash(leaves[:k])]


def split(n: int) -> int:
    return max(2**p for p in range(n.bit_length()) if 2**p < n)


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert root(0, small.read) == EMPTY_ROOT == sha256(b"").digest()


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_roots_and_proofs_of_every_small_tree_agree_with_the_oracle_and_verify(size: int) -> None:
    top, leaves = root(size, small.read), tuple(map(hashed, entries(size)))
    assert top == small_oracle.get_root(size)
    for index in range(size):
        proof = inclusion_proof(index, size, small.read)
        assert proof == small_oracle.prove_inclusion(index + 1, size).path[1:]
        assert verify_inclusion(small.read(0, index), index, size, proof, top)
    for old in range(1, size + 1):
        before, proof = root(old, small.read), consistency_proof(old, size, small.read)
        assert verify_consistency(old, size, before, top, proof)
        # The oracle lays consistency proofs out in its own way, so the form is held to the RFC's definition.
        assert proof == sub_proof(old, leaves)
        oracle_verifies_consistency(before, top, small_oracle.prove_consistency(old, size))


@pytest.mark.parametrize("seed", range(6))
def test_larger_trees_grown_in_any_batches_agree_with_the_oracle(seed: int) -> None:
    chance = random.Random(seed)
    size = chance.randrange(200, 5_000)
    whole, oracle = grown(size)
    pieces, leaves = Log(), [hashed(entry) for entry in entries(size)]
    while pieces.size < size:
        pieces.append(*leaves[pieces.size : pieces.size + chance.choice([0, 1, 1, 2, 3, 64, 500])])
    assert pieces.nodes == whole.nodes
    for _ in range(40):
        old, new = sorted(chance.sample(range(1, size + 1), 2))
        index = chance.randrange(new)
        top = root(new, pieces.read)
        proof = inclusion_proof(index, new, pieces.read)
        assert top == oracle.get_root(new)
        assert proof == oracle.prove_inclusion(index + 1, new).path[1:]
        assert verify_inclusion(leaves[index], index, new, proof, top)
        growth = consistency_proof(old, new, pieces.read)
        assert verify_consistency(old, new, root(old, pieces.read), top, growth)


def test_every_complete_subtree_is_kept_once_and_nothing_else() -> None:
    expected = {(level, index) for level in range(8) for index in range(LARGEST >> level)}
    assert set(small.nodes) == expected


def test_appending_reads_at_most_one_node_per_level() -> None:
    asked: list[tuple[int, int]] = []

    def read(level: int, index: int) -> bytes:
        asked.append((level, index))
        return bytes(32)

    nodes_added(0b1011_0111, [bytes(32)] * 9, read)
    assert asked == [(0, 182), (1, 90), (2, 44), (4, 10), (5, 4)]
    assert nodes_added(5, [], read) == []


def test_the_nodes_a_proof_needs_are_known_before_any_is_read() -> None:
    for ask in (partial(root, 77), partial(inclusion_proof, 41, 77), partial(consistency_proof, 30, 77)):
        fetched = {node: small.nodes[node] for node in nodes_read_by(ask)}
        assert ask(lambda level, index, held=fetched: held[level, index]) == ask(small.read)


def test_forged_inclusion_proofs_are_refused() -> None:
    for size in range(1, 34):
        top = root(size, small.read)
        for index in range(size):
            leaf, proof = small.read(0, index), inclusion_proof(index, size, small.read)
            assert not verify_inclusion(hashed(b"another"), index, size, proof, top)
            assert not verify_inclusion(leaf, index, size, proof, hashed(b"another"))
            assert not verify_inclusion(leaf, index, size, [*proof, bytes(32)], top)
            assert not any(verify_inclusion(leaf, other, size, proof, top) for other in range(size) if other != index)
            for place in range(len(proof)):
                assert not verify_inclusion(leaf, index, size, proof[:place] + proof[place + 1 :], top)
                flipped = bytes([proof[place][0] ^ 1]) + proof[place][1:]
                assert not verify_inclusion(leaf, index, size, [*proof[:place], flipped, *proof[place + 1 :]], top)
            if len(proof) > 1:
                assert not verify_inclusion(leaf, index, size, proof[::-1], top)


def test_forged_consistency_proofs_are_refused() -> None:
    for new in range(2, 34):
        top = root(new, small.read)
        for old in range(1, new):
            before, proof = root(old, small.read), consistency_proof(old, new, small.read)
            assert not verify_consistency(old, new, hashed(b"another"), top, proof)
            assert not verify_consistency(old, new, before, hashed(b"another"), proof)
            assert not verify_consistency(old, new, top, before, proof)
            assert not verify_consistency(old, new, before, top, [*proof, bytes(32)])
            assert not verify_consistency(old, new, before, top, [])
            for place in range(len(proof)):
                assert not verify_consistency(old, new, before, top, proof[:place] + proof[place + 1 :])
                flipped = bytes([proof[place][0] ^ 1]) + proof[place][1:]
                forged = [*proof[:place], flipped, *proof[place + 1 :]]
                assert not verify_consistency(old, new, before, top, forged)


def test_a_proof_from_a_tree_of_another_height_is_refused() -> None:
    """Every hash is true; only the sizes are not, so climbing on or stopping short would fit."""
    right_leaf, of_two = small.read(0, 1), inclusion_proof(1, 2, small.read)
    assert not verify_inclusion(right_leaf, 0, 1, of_two, root(2, small.read))
    assert not verify_inclusion(small.read(0, 0), 0, 100, inclusion_proof(0, 8, small.read), root(8, small.read))
    grown_by_one, before, after = (
        consistency_proof(7, 8, small.read),
        root(7, small.read),
        root(8, small.read),
    )
    assert not verify_consistency(3, 4, before, after, grown_by_one)
    doubled, half = consistency_proof(4, 8, small.read), root(4, small.read)
    assert not verify_consistency(4, 100, half, after, doubled)


def test_a_rewritten_entry_cannot_be_shown_consistent() -> None:
    rewritten = Log()
    rewritten.append(*(hashed(b"rewritten" if i == 3 else entry) for i, entry in enumerate(entries(40))))
    proof, before = consistency_proof(20, 40, rewritten.read), root(20, small.read)
    assert not verify_consistency(20, 40, before, root(40, rewritten.read), proof)


def test_an_inner_node_does_not_pass_for_a_leaf() -> None:
    inner, top = small.read(1, 0), root(4, small.read)
    assert not verify_inclusion(inner, 0, 4, [small.read(1, 1)], top)
    assert leaf_hash(1, "s", 1, "t", b"") != sha256(b"\x01" + preimage(1, "s", 1, "t", b"")).digest()


@pytest.mark.parametrize("forged", [b"", bytes(31), bytes(33), "0" * 32, None])
def test_what_is_no_hash_is_refused_not_raised(forged: Any) -> None:
    top = root(8, small.read)
    proof = inclusion_proof(3, 8, small.read)
    assert not verify_inclusion(small.read(0, 3), 3, 8, [forged, *proof[1:]], top)
    assert not verify_inclusion(forged, 3, 8, proof, top)
    assert not verify_consistency(3, 8, root(3, small.read), top, [forged])


def test_sizes_that_make_no_sense_are_refused() -> None:
    top, leaf = root(8, small.read), small.read(0, 3)
    proof = inclusion_proof(3, 8, small.read)
    assert not any(verify_inclusion(leaf, index, size, proof, top) for index, size in [(-1, 8), (8, 8), (3, 0)])
    assert not verify_consistency(9, 8, top, top, [])
    assert not verify_consistency(-1, 8, top, top, [])
    for ask in (
        partial(inclusion_proof, 8, 8),
        partial(inclusion_proof, -1, 8),
        partial(consistency_proof, 9, 8),
        partial(consistency_proof, -1, 8),
        partial(root, -1),
    ):
        with pytest.raises(ValueError):
            ask(small.read)


def test_a_tree_is_consistent_with_itself_and_with_the_empty_one() -> None:
    top = root(8, small.read)
    assert consistency_proof(8, 8, small.read) == consistency_proof(0, 8, small.read) == []
    assert verify_consistency(8, 8, top, top, [])
    assert verify_consistency(0, 8, EMPTY_ROOT, top, [])
    assert not verify_consistency(8, 8, top, top, [top])
    assert not verify_consistency(0, 8, EMPTY_ROOT, top, [top])
    assert not verify_consistency(0, 8, top, top, [])


def test_a_leaf_is_its_fields_each_behind_its_length() -> None:
    written = (
        b"toldonce-leaf-v1"
        b"\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00\x01\x02"
        b"\x00\x00\x00\x0areferral/1"
        b"\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00\x00\x03"
        b"\x00\x00\x00\x05a.B.1"
        b"\x00\x00\x00\x02\xff\x00"
    )
    assert preimage(0x102, "referral/1", 3, "a.B.1", b"\xff\x00") == written
    assert written.startswith(DOMAIN)
    assert leaf_hash(0x102, "referral/1", 3, "a.B.1", b"\xff\x00") == sha256(b"\x00" + written).digest()


def test_a_byte_moved_from_one_field_to_the_next_or_a_field_changed_changes_the_leaf() -> None:
    leaves = {
        leaf_hash(1, "case/ab", 2, "topic", b"bytes"),
        leaf_hash(1, "case/a", 2, "topic", b"bytes"),
        leaf_hash(1, "case/a", 2, "btopic", b"bytes"),
        leaf_hash(1, "case/ab", 2, "topicb", b"ytes"),
        leaf_hash(1, "case/ab", 2, "topi", b"cbytes"),
        leaf_hash(2, "case/ab", 1, "topic", b"bytes"),
        leaf_hash(12, "case/ab", 2, "topic", b"bytes"),
        leaf_hash(1, "case/ab", 22, "topic", b"bytes"),
        leaf_hash(1, "case/ab", 2, "", b"topicbytes"),
        leaf_hash(1, "case/ab", 2, "topicbytes", b""),
    }
    assert len(leaves) == 10
