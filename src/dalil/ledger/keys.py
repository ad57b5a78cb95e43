"""Signing keys of actors and of the log itself (Ed25519).

A private key is a file of its own, readable by its owner only, under ``keys/`` of the archive. The ledger records
public keys by ``key`` entries; a key id is the first 16 hex digits of the SHA-256 of the raw public key.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from dalil.errors import KeyMissing
from dalil.values.clock import Entropy


def key_id(public: bytes) -> str:
    """Return the id of a raw 32-byte public key."""
    return hashlib.sha256(public).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key in use: an actor's (``by=``) or the log's."""

    private: Ed25519PrivateKey
    public: bytes
    key_id: str

    @classmethod
    def generate(cls, entropy: Entropy) -> Signer:
        """Make a new key from 32 bytes of ``entropy``."""
        return cls.from_seed(entropy.take(32))

    @classmethod
    def from_seed(cls, seed: bytes) -> Signer:
        """Make the key that belongs to a 32-byte seed."""
        private = Ed25519PrivateKey.from_private_bytes(seed)
        public = private.public_key().public_bytes_raw()
        return cls(private, public, key_id(public))

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of ``message``."""
        return self.private.sign(message)

    def save(self, folder: Path) -> Path:
        """Write the private key to ``folder`` as PKCS 8, readable by its owner only."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"{self.key_id}.pem"
        data = self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        # O_EXCL: an existing key is never overwritten; a crash here leaves a key no entry names, which is harmless.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        return path


def load_signer(folder: Path, wanted: str) -> Signer:
    """Read the private key with id ``wanted`` from ``folder``.

    Raises
    ------
    KeyMissing
        No such file, not a key dalil can read, or a key with another id.
    """
    path = folder / f"{wanted}.pem"
    try:
        loaded = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError):
        loaded = None
    if isinstance(loaded, Ed25519PrivateKey):
        public = loaded.public_key().public_bytes_raw()
        if key_id(public) == wanted:
            return Signer(loaded, public, wanted)
    raise KeyMissing(
        "A signing key cannot be used.",
        expected=f"an Ed25519 key with id {wanted} in PKCS 8 form",
        found="another key, or a damaged file" if path.exists() else "no such file",
        where=str(path),
        todo="Restore keys/ from a backup; without the key the archive can be read and verified but not added to.",
    )


def verify_signature(public: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether ``signature`` over ``message`` was made by the key ``public``."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
