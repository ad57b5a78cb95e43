"""What is kept of a linkage run so that lists can be added: records as arrays, persons, model, who holds which key.

It is checked when it is read: format, digest, lengths.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from dalil.errors import WrongLists
from dalil.linkage.features import Features
from dalil.linkage.pairing.blocking import keys_of
from dalil.linkage.pairing.key_index import Shape, Words, file_digest, packed_of, read_keys, write_words
from dalil.linkage.pairing.keying import Entries
from dalil.linkage.pairing.placing import read_places
from dalil.linkage.plan import Linked
from dalil.linkage.weighing.model import Model
from dalil.names.units import unit

Longs = npt.NDArray[np.int64]

FORMAT: Final = "dalil-linkage-state/3"
STATE: Final = "state.json"
_COLUMNS: Final = (
    *("parts", "family", "kunya", "mother", "n_parts", "script", "sex", "age", "born", "event"),
    *("list_of", "places", "extras"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Existing:
    """What is kept from a run.

    Attributes
    ----------
    features : Features
    cluster : (n,) int64
        The person of each record, as its lowest record.
    model : Model
    lean, repeating : float
        As the run had them.
    arrival : (n,) int64
        The number of each record in the order in which lists came.
    shape : Shape
    keys : mapping of rule to list of arrays
        Who holds which key: an array for each time that lists came (`key_index`).
    """

    features: Features
    cluster: Longs
    model: Model
    lean: float
    repeating: float
    arrival: Longs
    shape: Shape
    keys: Mapping[str, list[Words]]


def keep(linked: Linked) -> Existing:
    """Return what is to be kept from a run."""
    features = linked.features
    places = read_places(features)
    shape = Shape.of(features, places)
    arrival = np.arange(len(features))
    return Existing(
        features=features,
        cluster=linked.clustered.cluster,
        model=linked.model,
        lean=linked.lean,
        repeating=linked.repeating,
        arrival=arrival,
        shape=shape,
        keys=with_keys({}, keys_of(features, places, shape, np.ones(len(features), np.bool_)), arrival),
    )


def with_keys(
    keys: Mapping[str, list[Words]], fresh: Mapping[str, Entries], arrival: Longs
) -> Mapping[str, list[Words]]:
    """Return keys with those of lists that came now."""
    found = {}
    for rule, entries in fresh.items():
        words = np.sort(packed_of(Entries(arrival[entries.record], entries.keys)))
        words = words[np.r_[True, words[1:] != words[:-1]]] if len(words) else words
        found[rule] = [*keys.get(rule, []), words]
    return found


# --- kept on disk -----------------------------------------------------------------------------------------------------
def save(existing: Existing, folder: Path) -> None:
    """Write what is kept into a folder; it holds names, and is to be kept as safe as the lists.

    Files of keys that are there already stay as they are. What is to be read is named in `state.json`, which is
    replaced last: a crash before leaves the former state.
    """
    folder.mkdir(parents=True, exist_ok=True)
    n_times = max((len(each) for each in existing.keys.values()), default=0)
    for rule, arrays in existing.keys.items():
        for number, words in enumerate(arrays):
            if not (isinstance(words, np.memmap) and Path(str(words.filename)).parent == folder.resolve()):
                write_words(folder, rule, number, words)
    features = existing.features
    arrays_of = {name: getattr(features, name) for name in _COLUMNS}
    columns = f"records-{n_times}.npz"
    np.savez(folder / columns, cluster=existing.cluster, arrival=existing.arrival, **arrays_of)
    state = {
        "format": FORMAT,
        "columns": columns,
        "digest": file_digest(folder / columns),
        "times": n_times,
        "rules": sorted(existing.keys),
        "words": {rule: [len(each) for each in arrays] for rule, arrays in existing.keys.items()},
        "shape": asdict(existing.shape),
        "lean": existing.lean,
        "repeating": existing.repeating,
        "ids": features.ids,
        "lists": features.lists,
        "units": [[each.form, each.script] for each in features.units],
        "place_texts": features.place_texts,
        "model": existing.model.to_json(),
    }
    beside = folder / ".state.json.part"
    beside.write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")
    beside.replace(folder / STATE)
    for other in folder.glob("records-*.npz"):
        if other.name != columns:
            other.unlink()


def load(folder: Path) -> Existing:
    """Read what `save` wrote.

    Raises
    ------
    WrongLists
        Nothing of the kind is there, or it was changed.
    """
    try:
        state = json.loads((folder / STATE).read_text(encoding="utf-8"))
        if state.get("format") != FORMAT:
            raise WrongLists("What is kept has another format.", expected=FORMAT, where=folder.name)
        digest = file_digest(folder / state["columns"])
        with np.load(folder / state["columns"], allow_pickle=False) as arrays:
            columns = {name: arrays[name] for name in arrays.files}
        keys = read_keys(folder.resolve(), state["rules"], state["times"])
    except (OSError, ValueError, KeyError) as error:
        raise WrongLists(
            "This folder holds nothing that a list could be added to.",
            expected="what `dalil linkage files --keep` wrote",
            found=type(error).__name__,
            where=folder.name,
        ) from error
    lengths = {rule: [len(each) for each in arrays] for rule, arrays in keys.items()}
    if digest != state["digest"] or lengths != state["words"]:
        raise WrongLists(
            "What is kept was changed since it was written.",
            expected="the digests and lengths that state.json names",
            found="others",
            where=folder.name,
            todo="Link everything anew with --keep.",
        )
    found, arrival = columns.pop("cluster"), columns.pop("arrival")
    features = Features(
        ids=state["ids"],
        lists=state["lists"],
        units=[unit(form, script) for form, script in state["units"]],
        place_texts=state["place_texts"],
        **columns,
    )
    return Existing(
        features=features,
        cluster=found,
        model=Model.from_json(state["model"]),
        lean=state["lean"],
        repeating=state["repeating"],
        arrival=arrival,
        shape=Shape(**state["shape"]),
        keys=keys,
    )
