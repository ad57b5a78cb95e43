"""Checkpoints: the size and root of the log as a C2SP signed note.

    <origin>
    <size>
    <root, base64>

    — <key name> <base64 of key hash (4 bytes) and signature>

References: c2sp.org/signed-note and c2sp.org/tlog-checkpoint. The key name is the log's origin.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Final

from dalil.errors import LedgerDamaged
from dalil.ledger.keys import Signer, verify_signature

ED25519: Final = b"\x01"
"""Algorithm byte of an Ed25519 note signature."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log at one size: ``note`` is the signed text that says so."""

    origin: str
    size: int
    root: bytes
    note: str


def note_key_hash(name: str, public: bytes) -> bytes:
    """Return the four bytes that name a key in a note."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def verifier_key(name: str, public: bytes) -> str:
    """Return the key as a C2SP vkey: ``<name>+<hash>+<base64>``, for any tool that reads notes."""
    return f"{name}+{note_key_hash(name, public).hex()}+{base64.b64encode(ED25519 + public).decode()}"


def sign_checkpoint(origin: str, size: int, root: bytes, signer: Signer) -> Checkpoint:
    """Return the checkpoint of a log, signed with the log's key."""
    text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
    signature = note_key_hash(origin, signer.public) + signer.sign(text.encode())
    return Checkpoint(origin, size, root, f"{text}\n— {origin} {base64.b64encode(signature).decode()}\n")


def read_checkpoint(note: str, public: bytes, *, where: str = "checkpoint") -> Checkpoint:
    """Parse a checkpoint and verify the log's signature on it.

    Raises
    ------
    LedgerDamaged
        Not a checkpoint, or no valid signature by ``public``.
    """

    def refuse(found: str) -> LedgerDamaged:
        return LedgerDamaged(
            "A checkpoint does not hold.",
            expected="a C2SP signed note with the log's valid signature",
            found=found,
            where=where,
            todo="Compare it with the checkpoint printed in a publication or kept by a partner.",
        )

    text, separator, signatures = note.partition("\n\n")
    lines = text.split("\n")
    if not separator or len(lines) != 3 or not lines[1].isascii() or not lines[1].isdigit():
        raise refuse("text of another form")
    origin, size, root = lines
    text += "\n"
    wanted = note_key_hash(origin, public)
    for line in signatures.splitlines():
        try:
            dash, name, encoded = line.split(" ")
            data = base64.b64decode(encoded, validate=True)
        except (ValueError, binascii.Error):
            continue
        if dash == "—" and name == origin and data[:4] == wanted and verify_signature(public, data[4:], text.encode()):
            return Checkpoint(origin, int(size), base64.b64decode(root), note)
    raise refuse("no valid signature by the log's key")
