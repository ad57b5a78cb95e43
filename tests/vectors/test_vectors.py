"""The vectors are what the independent implementation makes, and dalil agrees with every one of them."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature

from dalil.errors import LedgerDamaged
from dalil.ledger import tree
from dalil.ledger.entries import commit, read_header, write_header
from dalil.ledger.keys import Signer, key_id, verify_signature
from dalil.ledger.log import batch_message
from dalil.ledger.notes import read_checkpoint, sign_checkpoint, verifier_key
from dalil.ledger.store import open_engine, reading, writing
from dalil.ledger.tables import batches, checkpoints, entries, insert_rows, keys, metadata, tiles
from dalil.ledger.tree import Frontier
from dalil.ledger.verification import Verification, verify_ledger
from dalil.values.canonical import canonical_bytes, parse_canonical
from dalil.values.digests import digest_of
from dalil.values.ids import format_subject, parse_subject, subject_id

HERE = Path(__file__).parent


def _reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("vector_reference", HERE / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


reference = _reference()


def vectors(name: str) -> Any:
    return json.loads((HERE / name).read_text(encoding="utf-8"))


TREE, LOG, REFUSED = vectors("tree.json"), vectors("log.json"), vectors("refused.json")
LOG_KEY, ACTOR_KEY = (bytes.fromhex(each["public"]) for each in vectors("keys.json"))
ORIGIN = LOG["origin"]


def number_leaves(n: int) -> list[bytes]:
    return [tree.leaf_hash(str(i).encode()) for i in range(n)]


class Tiles:
    """Tiles of a growing tree, as the ledger keeps them."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.levels: dict[int, bytes] = {}
        grown: dict[int, list[bytes]] = {0: list(leaves)} if leaves else {}
        frontier = Frontier(lambda level, node: grown.setdefault(level, []).append(node))
        for leaf in leaves:
            frontier.append(leaf)
        self.root = frontier.root()
        self.levels = {level: b"".join(nodes) for level, nodes in grown.items()}

    def read(self, level: int, number: int) -> bytes:
        return self.levels.get(level, b"")[number * 8192 : (number + 1) * 8192]


@pytest.mark.parametrize("name", sorted(reference.all_vectors()))
def test_a_vector_file_is_what_the_independent_implementation_makes(name: str) -> None:
    made = reference.file_text(reference.all_vectors()[name])
    assert (HERE / name).read_text(encoding="utf-8") == made, "a vector changes only with a new version of its format"


def test_the_independent_implementation_imports_nothing_of_dalil() -> None:
    code = (HERE / "reference.py").read_text(encoding="utf-8")
    imported = {line.split()[1].split(".")[0] for line in code.splitlines() if line.startswith(("import ", "from "))}
    assert imported <= sys.stdlib_module_names | {"cryptography"}


# --- values -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("case", vectors("canonical.json"))
def test_canonical_bytes_are_those_of_the_vector(case: dict[str, Any]) -> None:
    assert canonical_bytes(case["value"]).decode() == case["canonical"]
    assert digest_of(case["value"]) == case["sha256"]
    assert parse_canonical(case["canonical"].encode()) == case["value"]


@pytest.mark.parametrize("case", vectors("ids.json"))
def test_an_id_packs_and_prints_as_the_vector_says(case: dict[str, Any]) -> None:
    assert subject_id(case["entry"], case["n"]) == case["id"]
    assert format_subject(case["id"]) == case["text"]
    assert parse_subject(case["text"]) == case["id"]


@pytest.mark.parametrize("case", vectors("keys.json"))
def test_a_key_has_the_id_and_the_note_form_of_the_vector(case: dict[str, str]) -> None:
    signer = Signer.from_seed(bytes.fromhex(case["seed"]))
    assert signer.public.hex() == case["public"]
    assert signer.key_id == key_id(signer.public) == case["key_id"]
    assert verifier_key(ORIGIN, signer.public) == case["verifier_key"]


# --- the tree ---------------------------------------------------------------------------------------------------------
def test_the_root_over_the_leaves_of_certificate_transparency_is_the_published_one() -> None:
    # Published with the first implementations of RFC 6962, and in every library since.
    assert TREE["roots_of_bytes"][0]["root"] == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert TREE["roots_of_bytes"][7]["root"] == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert TREE["empty_root"] == tree.EMPTY_ROOT.hex()


@pytest.mark.parametrize("case", TREE["roots_of_bytes"])
def test_a_small_tree_has_the_root_of_the_vector(case: dict[str, Any]) -> None:
    assert Tiles([tree.leaf_hash(bytes.fromhex(leaf)) for leaf in case["leaves"]]).root.hex() == case["root"]


@pytest.mark.parametrize("case", TREE["roots_of_numbers"])
def test_a_tree_has_the_root_of_the_vector_whether_grown_or_read_from_tiles(case: dict[str, Any]) -> None:
    kept = Tiles(number_leaves(case["size"]))
    assert kept.root.hex() == tree.tree_root(case["size"], kept.read).hex() == case["root"]


@pytest.mark.parametrize("case", TREE["inclusion_of_numbers"])
def test_an_inclusion_proof_is_that_of_the_vector_and_leads_to_the_root(case: dict[str, Any]) -> None:
    index, size = case["index"], case["size"]
    leaves = number_leaves(size)
    kept = Tiles(leaves)
    proof = tree.inclusion_proof(index, size, kept.read)
    assert [step.hex() for step in proof] == case["proof"]
    assert tree.root_from_inclusion(index, size, leaves[index], proof) == kept.root


@pytest.mark.parametrize("case", TREE["consistency_of_numbers"])
def test_a_consistency_proof_is_that_of_the_vector_and_holds(case: dict[str, Any]) -> None:
    old, size = case["old"], case["size"]
    kept = Tiles(number_leaves(size))
    proof = tree.consistency_proof(old, size, kept.read)
    assert [step.hex() for step in proof] == case["proof"]
    assert tree.check_consistency(old, tree.tree_root(old, kept.read), size, kept.root, proof)


@pytest.mark.parametrize("case", TREE["tiles_of_numbers"])
def test_a_tile_holds_the_hashes_of_the_vector(case: dict[str, Any]) -> None:
    stored = Tiles(number_leaves(case["size"])).read(case["level"], case["number"])
    assert (len(stored) // 32, reference.sha256(stored).hex()) == (case["n_hashes"], case["sha256"])


# --- entries, batches, checkpoints ------------------------------------------------------------------------------------
@pytest.mark.parametrize("case", LOG["entries"], ids=lambda case: f"entry {case['position']}")
def test_an_entry_has_the_header_commitment_and_leaf_of_the_vector(case: dict[str, Any]) -> None:
    read = read_header(case["header"].encode(), case["position"])
    assert read.kind == case["kind"]
    written = write_header(
        actor=read.actor,
        commitment=read.commitment,
        entry_id=read.id,
        kind=read.kind,
        recorded_at=read.recorded_at,
    )
    assert written.decode() == case["header"]
    assert tree.leaf_hash(written).hex() == case["leaf_hash"]
    if case["body"] is not None:
        body = case["body"].encode()
        assert canonical_bytes(json.loads(body)) == body
        assert commit(bytes.fromhex(case["salt"]), body) == read.commitment


@pytest.mark.parametrize("case", LOG["batches"], ids=lambda case: f"batch to {case['size']}")
def test_a_batch_is_signed_as_the_vector_says(case: dict[str, Any]) -> None:
    message = batch_message(
        origin=ORIGIN,
        actor=case["actor"],
        first=case["first"],
        size=case["size"],
        root=bytes.fromhex(case["root"]),
    )
    assert message.decode() == case["message"]
    assert verify_signature(ACTOR_KEY, bytes.fromhex(case["signature"]), message)
    reference.check_signature(ACTOR_KEY, bytes.fromhex(case["signature"]), message)
    with pytest.raises(InvalidSignature):
        reference.check_signature(LOG_KEY, bytes.fromhex(case["signature"]), message)


@pytest.mark.parametrize("case", LOG["checkpoints"], ids=lambda case: f"size {case['size']}")
def test_a_checkpoint_is_the_note_of_the_vector(case: dict[str, Any]) -> None:
    root = bytes.fromhex(next(batch["root"] for batch in LOG["batches"] if batch["size"] == case["size"]))
    signer = Signer.from_seed(reference.LOG_SEED)
    assert sign_checkpoint(ORIGIN, case["size"], root, signer).note == case["note"]
    read = read_checkpoint(case["note"], LOG_KEY)
    assert (read.origin, read.size, read.root) == (ORIGIN, case["size"], root)


@pytest.mark.parametrize("case", REFUSED["headers"], ids=lambda case: str(case["why"]))
def test_a_header_that_is_not_one_is_refused(case: dict[str, str]) -> None:
    with pytest.raises(LedgerDamaged):
        read_header(case["header"].encode(), 3)


@pytest.mark.parametrize("case", REFUSED["notes"], ids=lambda case: str(case["why"]))
def test_a_checkpoint_that_does_not_hold_is_refused(case: dict[str, str]) -> None:
    with pytest.raises(LedgerDamaged):
        read_checkpoint(case["note"], LOG_KEY)


# --- the whole log ----------------------------------------------------------------------------------------------------
def verify_rows(tmp_path: Path, log: dict[str, Any]) -> Verification:
    """Put the vector's rows into a store as they are and verify it."""
    engine = open_engine(tmp_path / "vector.db")
    kept = Tiles([bytes.fromhex(entry["leaf_hash"]) for entry in log["entries"]])
    with writing(engine) as connection:
        metadata.create_all(connection)
        for entry in log["entries"]:
            salt, body = entry["salt"], entry["body"]
            row = (
                entry["position"],
                entry["kind"],
                entry["header"].encode(),
                None if salt is None else bytes.fromhex(salt),
                None if body is None else body.encode(),
            )
            insert_rows(connection, entries, [row])
            if entry["kind"] == "key":
                said = json.loads(body)
                public = bytes.fromhex(said["public"])
                insert_rows(
                    connection, keys, [(entry["position"], key_id(public), said["role"], said["action"], public)]
                )
        for batch in log["batches"]:
            root, signature = bytes.fromhex(batch["root"]), bytes.fromhex(batch["signature"])
            insert_rows(connection, batches, [(batch["size"], batch["first"], batch["actor"], root, signature)])
        insert_rows(connection, checkpoints, [(each["size"], each["note"]) for each in log["checkpoints"]])
        insert_rows(connection, tiles, [(level, 0, hashes) for level, hashes in kept.levels.items()])
    try:
        with reading(engine) as connection:
            return verify_ledger(connection, origin=log["origin"], trusted=log["checkpoints"][-1]["note"])
    finally:
        engine.dispose()


def test_the_whole_log_of_the_vector_verifies(tmp_path: Path) -> None:
    found = verify_rows(tmp_path, LOG)
    assert (found.size, found.n_batches, found.n_checkpoints, found.n_erased) == (7, 4, 2, 1)
    assert found.root.hex() == LOG["batches"][-1]["root"]


def changed(part: str, number: int, field: str, value: Any) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(json.dumps(LOG))
    log[part][number][field] = value
    return log


@pytest.mark.parametrize(
    "log",
    [
        pytest.param(changed("entries", 3, "body", '{"language":"ar"}'), id="another body"),
        pytest.param(changed("entries", 3, "salt", "00" * 32), id="another salt"),
        pytest.param(changed("entries", 3, "body", None), id="a body gone without an erasure"),
        pytest.param(changed("batches", 2, "first", 4), id="a batch that begins later"),
        pytest.param(changed("batches", 2, "signature", "00" * 64), id="another signature"),
        pytest.param(changed("checkpoints", 1, "note", REFUSED["notes"][0]["note"]), id="another checkpoint"),
        pytest.param({**LOG, "origin": "other.example/log"}, id="the rows of another log"),
    ],
)
def test_the_log_of_the_vector_with_one_thing_changed_does_not_verify(tmp_path: Path, log: dict[str, Any]) -> None:
    with pytest.raises(LedgerDamaged):
        verify_rows(tmp_path, log)
