"""The ledger's formats a second time, from their pages alone: what the test vectors are made with.

This file imports nothing of dalil, on purpose. It is written from ``docs/reference/formats/`` with the standard library
and one package for Ed25519, so that a mistake in dalil and a mistake here would have to be the same to go unnoticed.

``python tests/vectors/reference.py`` writes the vectors again. They change only when a format gets a new version.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

HERE: Final = Path(__file__).parent
ORIGIN: Final = "vectors.example/log"
LOG_SEED: Final = hashlib.sha256(b"dalil test vectors: key of the log").digest()
ACTOR_SEED: Final = hashlib.sha256(b"dalil test vectors: key of an actor").digest()

# Leaves that implementations of Certificate Transparency have been tested with since 2013.
CT_LEAVES: Final = (
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
)


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


# --- keys, entries ----------------------------------------------------------------------------------------------------
def public_of(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def key_id(public: bytes) -> str:
    return sha256(public).hex()[:16]


def sign(seed: bytes, message: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def commitment(salt: bytes, body: bytes) -> str:
    return sha256(b"dalil/commit/v1" + salt + sha256(body)).hex()


def header(*, actor: str, body: bytes, salt: bytes, entry_id: str, kind: str, recorded_at: str) -> bytes:
    return canonical(
        {
            "actor": actor,
            "commitment": commitment(salt, body),
            "id": entry_id,
            "kind": kind,
            "recorded_at": recorded_at,
            "v": 1,
        }
    )


# --- the tree, as RFC 6962 writes it: recursive, slow and plain -------------------------------------------------------
def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data)


def split_of(size: int) -> int:
    """The largest power of two smaller than ``size``."""
    split = 1
    while split * 2 < size:
        split *= 2
    return split


def root_of(leaves: list[bytes]) -> bytes:
    """MTH(D[n]) over leaf hashes."""
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return leaves[0]
    split = split_of(len(leaves))
    return sha256(b"\x01" + root_of(leaves[:split]) + root_of(leaves[split:]))


def inclusion(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH(m, D[n])."""
    if len(leaves) == 1:
        return []
    split = split_of(len(leaves))
    if index < split:
        return [*inclusion(index, leaves[:split]), root_of(leaves[split:])]
    return [*inclusion(index - split, leaves[split:]), root_of(leaves[:split])]


def consistency(old: int, leaves: list[bytes], *, known: bool = True) -> list[bytes]:
    """PROOF(m, D[n])."""
    if old == len(leaves):
        return [] if known else [root_of(leaves)]
    split = split_of(len(leaves))
    if old <= split:
        return [*consistency(old, leaves[:split], known=known), root_of(leaves[split:])]
    return [*consistency(old - split, leaves[split:], known=False), root_of(leaves[:split])]


def tile(leaves: list[bytes], level: int, number: int) -> list[bytes]:
    """Hashes of one tile (C2SP tlog-tiles): roots of runs of 256 ** level leaves, complete runs only."""
    run = 256**level
    first = number * 256
    return [root_of(leaves[i * run : (i + 1) * run]) for i in range(first, first + 256) if (i + 1) * run <= len(leaves)]


# --- batches and checkpoints ------------------------------------------------------------------------------------------
def batch_message(*, origin: str, actor: str, first: int, size: int, root: bytes) -> bytes:
    said = {"actor": actor, "first": first, "format": "dalil/batch/v1", "log": origin, "root": root.hex(), "size": size}
    return canonical(said)


def key_hash(name: str, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + b"\x01" + public)[:4]


def verifier_key(name: str, public: bytes) -> str:
    return f"{name}+{key_hash(name, public).hex()}+{base64.b64encode(bytes([1]) + public).decode()}"


def checkpoint(origin: str, size: int, root: bytes, seed: bytes) -> str:
    text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
    signature = key_hash(origin, public_of(seed)) + sign(seed, text.encode())
    return f"{text}\n— {origin} {base64.b64encode(signature).decode()}\n"


def check_signature(public: bytes, signature: bytes, message: bytes) -> None:
    Ed25519PublicKey.from_public_bytes(public).verify(signature, message)


# --- the vectors ------------------------------------------------------------------------------------------------------
def canonical_vectors() -> list[dict[str, Any]]:
    values: list[Any] = [
        {},
        [],
        None,
        True,
        0,
        -1,
        9007199254740991,
        "",
        "سجن صيدنايا",
        'quote " backslash \\ slash / tab \t newline \n bell \u0007 delete \u007f',
        "\u20ac \U0001f54a",
        {"b": 1, "a": 2, "B": 3, "aa": 4},
        {"value": {"text": "آمنة ٢٠١٣", "kind": "printed"}, "subject": "p1", "predicate": "name"},
        [[1, [2, []]], {"x": [None, False]}],
    ]
    return [
        {"value": value, "canonical": canonical(value).decode(), "sha256": sha256(canonical(value)).hex()}
        for value in values
    ]


def id_vectors() -> list[dict[str, Any]]:
    pairs = [(0, 0), (0, 4095), (1, 0), (2, 1), (812, 3), (18233, 0), (140001, 17), (999_999_999_999_999, 4095)]
    return [{"entry": entry, "n": n, "id": entry * 4096 + n, "text": f"{entry}.{n}"} for entry, n in pairs]


def key_vectors() -> list[dict[str, str]]:
    return [
        {
            "use": use,
            "seed": seed.hex(),
            "public": public_of(seed).hex(),
            "key_id": key_id(public_of(seed)),
            "verifier_key": verifier_key(ORIGIN, public_of(seed)),
        }
        for use, seed in (("log", LOG_SEED), ("actor", ACTOR_SEED))
    ]


def tree_vectors() -> dict[str, Any]:
    ct = [leaf_hash(bytes.fromhex(each)) for each in CT_LEAVES]
    numbers = [leaf_hash(str(i).encode()) for i in range(65_537)]
    sizes = [1, 2, 3, 255, 256, 257, 512, 1000, 65_536, 65_537]
    pairs = [(0, 1), (0, 7), (6, 7), (3, 8), (255, 257), (256, 257), (999, 1000)]
    grown = [(1, 1), (1, 8), (3, 7), (4, 7), (6, 8), (256, 257), (255, 1000), (1000, 1000)]
    tiles_ = [(1000, 0, 0), (1000, 0, 3), (1000, 1, 0), (65_537, 0, 256), (65_537, 1, 0), (65_537, 2, 0)]
    return {
        "empty_root": root_of([]).hex(),
        "roots_of_bytes": [
            {"leaves": CT_LEAVES[:n], "root": root_of(ct[:n]).hex()} for n in range(1, len(CT_LEAVES) + 1)
        ],
        "roots_of_numbers": [{"size": size, "root": root_of(numbers[:size]).hex()} for size in sizes],
        "inclusion_of_numbers": [
            {"index": i, "size": n, "proof": [step.hex() for step in inclusion(i, numbers[:n])]} for i, n in pairs
        ],
        "consistency_of_numbers": [
            {"old": m, "size": n, "proof": [step.hex() for step in consistency(m, numbers[:n])]} for m, n in grown
        ],
        "tiles_of_numbers": [
            {
                "size": size,
                "level": level,
                "number": number,
                "n_hashes": len(hashes),
                "sha256": sha256(b"".join(hashes)).hex(),
            }
            for size, level, number in tiles_
            for hashes in [tile(numbers[:size], level, number)]
        ],
    }


def key_body(seed: bytes, role: str, label: str) -> dict[str, Any]:
    return {"action": "add", "algorithm": "Ed25519", "label": label, "public": public_of(seed).hex(), "role": role}


SOURCE: Final = {
    "form": "list",
    "key": "list-v",
    "kind": "synthetic",
    "language": "ar",
    "published": "2021-05-20",
    "synthetic": True,
    "title": "قائمة مخترعة",
}
ACCOUNT: Final = {
    "language": "ar",
    "row": {"digest": "11" * 32, "key": "17", "load": "0123456789ab", "number": 17},
    "source": 2,
    "statements": [
        {"predicate": "name", "subject": "p1", "value": {"given": "ليلى", "text": "ليلى المخترعة"}},
        {"predicate": "detainee", "subject": "d1", "value": {"person": "p1"}},
        {
            "original": "آب 2013",
            "predicate": "episode_event",
            "subject": "d1",
            "value": {"event": "arrested", "on": "2013-08"},
        },
    ],
    "subjects": [["p1", "person"], ["d1", "episode"]],
}
ERASED: Final = {**ACCOUNT, "row": {"digest": "22" * 32, "key": "18", "load": "0123456789ab", "number": 18}}
JUDGEMENT: Final = {"basis": "human", "sets": [["person", ["3.0", "4.0"]]], "verdict": "same"}
ERASURE: Final[dict[str, Any]] = {
    "authority": "court order 7 (invented)",
    "entries": [4],
    "reason": "asked for by the person",
}

BATCHES: Final[tuple[tuple[tuple[str, dict[str, Any]], ...], ...]] = (
    (("key", key_body(LOG_SEED, "log", "log")), ("key", key_body(ACTOR_SEED, "actor", "founder"))),
    (("source", SOURCE),),
    (("account", ACCOUNT), ("account", ERASED), ("judgement", JUDGEMENT)),
    (("erasure", ERASURE),),
)


def log_vector() -> dict[str, Any]:
    """A whole small log: what was recorded, how it is stored, and every value on the way."""
    actor = key_id(public_of(ACTOR_SEED))
    entries: list[dict[str, Any]] = []
    batches: list[dict[str, Any]] = []
    leaves: list[bytes] = []
    for number, drafts in enumerate(BATCHES):
        first = len(entries)
        for kind, said in drafts:
            position, body = len(entries), canonical(said)
            salt = sha256(f"salt {position}".encode())
            head = header(
                actor=actor,
                body=body,
                salt=salt,
                entry_id=sha256(f"id {position}".encode()).hex()[:32],
                kind=kind,
                recorded_at=f"2021-05-21T12:00:{number:02d}.000Z",
            )
            leaves.append(leaf_hash(head))
            gone = position in ERASURE["entries"]
            entries.append(
                {
                    "position": position,
                    "kind": kind,
                    "body": None if gone else body.decode(),
                    "body_sha256": None if gone else sha256(body).hex(),
                    "salt": None if gone else salt.hex(),
                    "header": head.decode(),
                    "leaf_hash": leaves[-1].hex(),
                }
            )
        root = root_of(leaves)
        message = batch_message(origin=ORIGIN, actor=actor, first=first, size=len(entries), root=root)
        batches.append(
            {
                "first": first,
                "size": len(entries),
                "actor": actor,
                "root": root.hex(),
                "message": message.decode(),
                "signature": sign(ACTOR_SEED, message).hex(),
            }
        )
    checkpoints = [
        {"size": batch["size"], "note": checkpoint(ORIGIN, batch["size"], bytes.fromhex(batch["root"]), LOG_SEED)}
        for batch in (batches[0], batches[-1])
    ]
    return {"origin": ORIGIN, "entries": entries, "batches": batches, "checkpoints": checkpoints}


def refused_headers() -> list[dict[str, str]]:
    good = log_vector()["entries"][3]["header"]
    return [
        {"why": "an unknown kind", "header": good.replace('"account"', '"rumour"')},
        {"why": "an unknown version", "header": good.replace('"v":1', '"v":2')},
        {"why": "a space, so not canonical", "header": good.replace('"kind":', '"kind": ')},
        {"why": "keys out of order", "header": "{" + '"v":1,' + good[1:].replace(',"v":1', "")},
        {"why": "a field more", "header": good.replace('"v":1', '"v":1,"w":1')},
        {
            "why": "upper-case hex",
            "header": good.replace(key_id(public_of(ACTOR_SEED)), key_id(public_of(ACTOR_SEED)).upper()),
        },
        {"why": "an instant without milliseconds", "header": good.replace(".000Z", "Z")},
        {"why": "an instant in another zone", "header": good.replace(".000Z", ".000+03:00")},
        {"why": "nothing", "header": ""},
    ]


def refused_notes() -> list[dict[str, str]]:
    log = log_vector()
    size, good = log["checkpoints"][-1]["size"], log["checkpoints"][-1]["note"]
    root = bytes.fromhex(log["batches"][-1]["root"])
    return [
        {"why": "another size than was signed", "note": good.replace(f"\n{size}\n", f"\n{size + 1}\n")},
        {"why": "another log than was signed", "note": good.replace(ORIGIN, "other.example/log")},
        {"why": "signed by another key", "note": checkpoint(ORIGIN, size, root, ACTOR_SEED)},
        {"why": "no signature", "note": good.partition("\n\n")[0] + "\n\n"},
        {"why": "a hyphen for the dash", "note": good.replace("—", "-")},
    ]


def all_vectors() -> dict[str, Any]:
    """File name → content of every vector file."""
    return {
        "canonical.json": canonical_vectors(),
        "ids.json": id_vectors(),
        "keys.json": key_vectors(),
        "tree.json": tree_vectors(),
        "log.json": log_vector(),
        "refused.json": {"headers": refused_headers(), "notes": refused_notes()},
    }


def file_text(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    for name, content in all_vectors().items():
        (HERE / name).write_text(file_text(content), encoding="utf-8")
