"""The Merkle tree against RFC 6962's own vectors and against a tree built the slow way."""

from __future__ import annotations

import hashlib

import pytest

from dalil.ledger.tree import (
    EMPTY_ROOT,
    Frontier,
    TileReader,
    check_consistency,
    complete_nodes,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_from_inclusion,
    tree_root,
)

# The eight leaves and the roots that the certificate-transparency project publishes with its reference code.
LEAVES = [bytes.fromhex(h) for h in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")] + [
    bytes.fromhex("606162636465666768696a6b6c6d6e6f")
]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def slow_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, written down as it stands there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + slow_root(leaves[:split]) + slow_root(leaves[split:])).digest()


def tiled(leaves: list[bytes]) -> TileReader:
    """Return a reader of the tiles that appending ``leaves`` one by one leaves behind."""
    levels: dict[int, bytearray] = {}
    frontier = Frontier(lambda level, node: levels.setdefault(level, bytearray()).extend(node))
    for leaf in leaves:
        levels.setdefault(0, bytearray()).extend(leaf)
        frontier.append(leaf)
    return lambda level, number: bytes(levels.get(level, b"")[number * 8192 : (number + 1) * 8192])


def many(n_leaves: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(n_leaves)]


@pytest.mark.parametrize("size", sorted(ROOTS))
def test_the_published_vectors_have_their_published_roots(size: int) -> None:
    frontier = Frontier()
    for leaf in LEAVES[:size]:
        frontier.append(leaf_hash(leaf))
    assert frontier.root().hex() == ROOTS[size]


def test_a_tree_of_nothing_has_the_digest_of_nothing_as_its_root() -> None:
    assert Frontier().root() == EMPTY_ROOT == tree_root(0, lambda level, number: b"")


@pytest.mark.parametrize("size", [*range(1, 70), 255, 256, 257, 511, 513, 1000])
def test_the_root_from_tiles_and_from_the_frontier_is_the_root_of_the_definition(size: int) -> None:
    leaves = many(size)
    read = tiled(leaves)
    frontier = Frontier.resume(size, complete_nodes(size, read), lambda level, node: None)
    assert tree_root(size, read) == frontier.root() == slow_root(leaves)


def test_every_inclusion_proof_up_to_seventy_leaves_leads_to_the_root() -> None:
    leaves = many(70)
    read = tiled(leaves)
    for size in range(1, 71):
        root = slow_root(leaves[:size])
        for index in range(size):
            proof = inclusion_proof(index, size, read)
            assert root_from_inclusion(index, size, leaves[index], proof) == root
            if proof:
                forged = [bytes(32), *proof[1:]]
                assert root_from_inclusion(index, size, leaves[index], forged) != root
                assert root_from_inclusion(index, size, leaves[index], proof[:-1]) != root


def test_every_consistency_proof_up_to_seventy_leaves_holds_and_no_other_does() -> None:
    leaves = many(70)
    read = tiled(leaves)
    roots = {size: slow_root(leaves[:size]) for size in range(1, 71)}
    for size in range(1, 71):
        for old in range(1, size + 1):
            proof = consistency_proof(old, size, read)
            assert check_consistency(old, roots[old], size, roots[size], proof)
            if old != size:
                assert not check_consistency(old, bytes(32), size, roots[size], proof)
                assert not check_consistency(old, roots[old], size, bytes(32), proof)


def test_a_node_is_not_a_leaf_with_the_same_bytes() -> None:
    left, right = many(2)
    assert node_hash(left, right) != leaf_hash(left + right)


@pytest.mark.parametrize("cuts", [(1,), (255, 256), (256, 512), (3, 700, 701), tuple(range(0, 1000, 17))])
def test_leaves_added_together_grow_the_same_tree_as_one_by_one(cuts: tuple[int, ...]) -> None:
    leaves = many(1000)
    grown: dict[int, list[bytes]] = {}
    together = Frontier(lambda level, node: grown.setdefault(level, []).append(node))
    for start, stop in zip((0, *cuts), (*cuts, 1000), strict=True):
        together.extend(leaves[start:stop])
    read = tiled(leaves)
    assert (together.size, together.root()) == (1000, slow_root(leaves))
    assert {level: b"".join(nodes) for level, nodes in grown.items()} == {1: read(1, 0)}
