"""The features of records that were linked before and of new ones as one set, in the order of ids."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dalil.errors import WrongLists
from dalil.linkage.features import Features

Longs = npt.NDArray[np.int64]

_BY_UNIT: Final = ("parts", "family", "kunya", "mother")
_PLAIN: Final = ("n_parts", "script", "sex", "age", "born", "event")


def together(old: Features, fresh: Features) -> tuple[Features, npt.NDArray[np.bool_], Longs]:
    """Return features of both in the order of ids, which are new, and the row of each old one.

    Raises
    ------
    WrongLists
        An id that is known already, or another mapping.
    """
    known = set(old.ids)
    twice = sum(each in known for each in fresh.ids)
    if twice:
        raise WrongLists(
            "Some of these records were linked before.",
            expected="ids that are new",
            found=f"{twice} that are known",
            where="id",
            todo="Leave them out, or link everything anew.",
        )
    if old.places.shape[1] != fresh.places.shape[1] or old.extras.shape[1] != fresh.extras.shape[1]:
        raise WrongLists(
            "The new list was read through another mapping.",
            expected=f"{old.places.shape[1]} levels of place and {old.extras.shape[1]} columns of identifiers",
            found=f"{fresh.places.shape[1]} and {fresh.extras.shape[1]}",
            where="mapping",
        )
    ids = [*old.ids, *fresh.ids]
    order = np.array(sorted(range(len(ids)), key=ids.__getitem__), np.int64)
    number = {each: at for at, each in enumerate(old.units)}
    units = [*old.units]
    moved = np.empty(len(fresh.units) + 1, np.int32)
    for at, each in enumerate(fresh.units):
        if each not in number:
            number[each] = len(units)
            units.append(each)
        moved[at] = number[each]
    moved[-1] = -1
    lists = sorted({*old.lists, *fresh.lists})
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(old, name), moved[getattr(fresh, name)]])[order] for name in _BY_UNIT
    }
    columns |= {name: np.concatenate([getattr(old, name), getattr(fresh, name)])[order] for name in _PLAIN}
    list_of = [np.array([lists.index(name) for name in each.lists], np.int16)[each.list_of] for each in (old, fresh)]
    texts, places = _merged_texts(old, fresh)
    made = Features(
        ids=[ids[at] for at in order.tolist()],
        lists=lists,
        list_of=np.concatenate(list_of)[order],
        units=units,
        places=places[order],
        place_texts=texts,
        extras=np.concatenate([old.extras, fresh.extras])[order],
        **columns,
    )
    row_of = np.empty(len(order), np.int64)
    row_of[order] = np.arange(len(order))
    new = order >= len(old.ids)
    return made, new, row_of[: len(old.ids)]


def _merged_texts(old: Features, fresh: Features) -> tuple[list[list[str]], npt.NDArray[np.int32]]:
    texts, columns = [], []
    for level, (known, added) in enumerate(zip(old.place_texts, fresh.place_texts, strict=True)):
        number = {text: at for at, text in enumerate(known)}
        for text in added:
            number.setdefault(text, len(number))
        moved = np.array([*(number[text] for text in added), -1], np.int32)
        texts.append(list(number))
        columns.append(np.concatenate([old.places[:, level], moved[fresh.places[:, level]]]))
    shape = (len(old) + len(fresh), 0)
    return texts, np.stack(columns, axis=1).astype(np.int32) if columns else np.zeros(shape, np.int32)
