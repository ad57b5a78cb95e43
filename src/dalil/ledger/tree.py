"""The Merkle tree of RFC 6962, kept as tiles of 256 hashes (C2SP tlog-tiles).

A tile at level 0 holds leaf hashes; a tile at level ``k`` holds the roots of full tiles at level ``k - 1``. Only the
last tile of a level can be partial. Appending touches the last tile of each level; nothing else is ever rewritten.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

HASH_BYTES: Final = 32
TILE_WIDTH: Final = 256
TILE_HEIGHT: Final = 8
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()

TileReader: TypeAlias = Callable[[int, int], bytes]
"""Gives the hashes of the tile at (level, number), as stored: up to 256 times 32 bytes."""

_sha256 = hashlib.sha256


def leaf_hash(header: bytes) -> bytes:
    """Return the hash of a leaf: SHA-256(0x00 ‖ header)."""
    return _sha256(b"\x00" + header).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: SHA-256(0x01 ‖ left ‖ right)."""
    return _sha256(b"\x01" + left + right).digest()


class Frontier:
    """The roots of the complete subtrees of a growing tree, largest first: enough to append and to know the root.

    Parameters
    ----------
    emit : callable, optional
        Called as ``emit(level, hash)`` with the root of each full tile, at the level above it. Whoever appends has the
        leaf hashes, which are level 0.
    """

    def __init__(self, emit: Callable[[int, bytes], None] | None = None) -> None:
        self.size = 0
        self._stack: list[tuple[int, bytes]] = []
        self._emit = emit

    @classmethod
    def resume(cls, size: int, nodes: Iterable[tuple[int, bytes]], emit: Callable[[int, bytes], None]) -> Frontier:
        """Continue a tree of ``size`` leaves from the (height, hash) pairs of its complete subtrees."""
        frontier = cls(emit)
        frontier.size = size
        frontier._stack = list(nodes)
        return frontier

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes, in order: all of one height, then all of the next, which a long batch is quicker by."""
        nodes, sha256, height = list(leaves), _sha256, 0
        self.size += len(nodes)
        waiting = dict(self._stack)
        while nodes:
            if height in waiting:
                nodes.insert(0, waiting.pop(height))
            if len(nodes) % 2:
                waiting[height] = nodes.pop()
            joined = b"".join(nodes)
            nodes = [sha256(b"\x01" + joined[i : i + 64]).digest() for i in range(0, len(joined), 2 * HASH_BYTES)]
            height += 1
            if not height % TILE_HEIGHT and self._emit is not None:
                for node in nodes:
                    self._emit(height // TILE_HEIGHT, node)
        self._stack = sorted(waiting.items(), reverse=True)

    def root(self) -> bytes:
        """Return the root hash of the tree so far."""
        if not self._stack:
            return EMPTY_ROOT
        node = self._stack[-1][1]
        for _, left in reversed(self._stack[:-1]):
            node = node_hash(left, node)
        return node


def subtree_root(hashes: list[bytes]) -> bytes:
    """Return the RFC 6962 root over ``hashes``, themselves roots of equal-sized subtrees (or leaves)."""
    frontier = Frontier()
    frontier.extend(hashes)
    return frontier.root()


def complete_nodes(size: int, read_tile: TileReader) -> list[tuple[int, bytes]]:
    """Return the (height, hash) of the complete subtrees of a tree of ``size`` leaves, largest first."""
    nodes: list[tuple[int, bytes]] = []
    for height in range(size.bit_length() - 1, -1, -1):
        if size >> height & 1:
            start = size >> (height + 1) << (height + 1)
            nodes.append((height, node_at(height, start >> height, read_tile)))
    return nodes


def node_at(height: int, index: int, read_tile: TileReader) -> bytes:
    """Return the hash of the complete subtree of ``2 ** height`` leaves that is the ``index``-th of its height."""
    level, inner = divmod(height, TILE_HEIGHT)
    first = index << inner
    number, offset = divmod(first, TILE_WIDTH)
    tile = read_tile(level, number)
    width = 1 << inner
    hashes = [tile[i * HASH_BYTES : (i + 1) * HASH_BYTES] for i in range(offset, offset + width)]
    return hashes[0] if width == 1 else subtree_root(hashes)


def range_root(start: int, stop: int, read_tile: TileReader) -> bytes:
    """Return MTH(D[start:stop]) of RFC 6962 from tiles; ``start`` must be where such a subtree may begin."""
    size = stop - start
    if size & (size - 1) == 0:
        height = size.bit_length() - 1
        return node_at(height, start >> height, read_tile)
    split = 1 << ((size - 1).bit_length() - 1)
    return node_hash(range_root(start, start + split, read_tile), range_root(start + split, stop, read_tile))


def tree_root(size: int, read_tile: TileReader) -> bytes:
    """Return the root of the tree over the first ``size`` leaves."""
    return EMPTY_ROOT if size == 0 else range_root(0, size, read_tile)


def inclusion_proof(index: int, size: int, read_tile: TileReader) -> list[bytes]:
    """Return PATH(index, D[size]) of RFC 6962, section 2.1.1: from the leaf upwards."""
    proof: list[bytes] = []
    start, stop = 0, size
    while stop - start > 1:
        split = start + (1 << ((stop - start - 1).bit_length() - 1))
        if index < split:
            proof.append(range_root(split, stop, read_tile))
            stop = split
        else:
            proof.append(range_root(start, split, read_tile))
            start = split
    proof.reverse()
    return proof


def consistency_proof(old: int, size: int, read_tile: TileReader) -> list[bytes]:
    """Return PROOF(old, D[size]) of RFC 6962, section 2.1.2."""
    proof: list[bytes] = []
    start, stop, known = 0, size, True
    while True:
        if old == stop:
            if not known:
                proof.append(range_root(start, stop, read_tile))
            break
        split = start + (1 << ((stop - start - 1).bit_length() - 1))
        if old <= split:
            proof.append(range_root(split, stop, read_tile))
            stop = split
        else:
            proof.append(range_root(start, split, read_tile))
            start, known = split, False
    proof.reverse()
    return proof


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: list[bytes]) -> bytes | None:
    """Return the root that ``proof`` leads to from ``leaf`` (RFC 9162, 2.1.3.2), or None if its length is wrong."""
    if index >= size:
        return None
    at, last, node = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return None
        if at & 1 or at == last:
            node = node_hash(step, node)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = node_hash(node, step)
        at, last = at >> 1, last >> 1
    return node if last == 0 else None


def check_consistency(old: int, old_root: bytes, size: int, root: bytes, proof: list[bytes]) -> bool:
    """Tell whether ``proof`` shows that one tree only adds to another (RFC 9162, 2.1.4.2)."""
    if old > size or old == 0:
        return False
    if old == size:
        return old_root == root and not proof
    if not proof:
        return False
    steps = list(proof)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    at, last = old - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            second = node_hash(second, step)
        at, last = at >> 1, last >> 1
    return first == old_root and second == root and last == 0
