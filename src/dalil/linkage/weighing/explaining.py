"""Why two records may be one person, or may not, in words, field by field, in English and Arabic.

Words come from the columns of comparing, never from names: what is said may be logged with the pair's ids. What a side
does not tell is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from dalil.linkage.plan import Linked
from dalil.linkage.weighing.comparing import COLUMNS


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """What one field says.

    Attributes
    ----------
    field : str
        Column of comparing.
    speaks : int
        1 for one person, -1 against, 0 neither.
    english, arabic : str
    """

    field: str
    speaks: int
    english: str
    arabic: str


_LIKE: Final = 0.8
_UNLIKE: Final = 0.2
_FIELDS: Final = {
    "given": ("given names", "الاسم الأول"),
    "father": ("fathers' names", "اسم الأب"),
    "family": ("family names", "اسم العائلة"),
    "kunya": ("by-names", "الكنية"),
    "mother": ("mothers' names", "اسم الأم"),
    "place": ("places", "المكان"),
    "governorate": ("governorates", "المحافظة"),
}
_DAYS: Final = {
    5: (1, "the same day", "اليوم نفسه"),
    4: (1, "the same date with day and month exchanged", "التاريخ نفسه مع تبديل اليوم والشهر"),
    3: (1, "days within ten of each other", "يومان بينهما عشرة أيام أو أقل"),
    2: (0, "dates that may be one", "تاريخان قد يكونان واحداً"),
    1: (-1, "dates that cannot be one", "تاريخان لا يجتمعان"),
    0: (-1, "different days", "يومان مختلفان"),
}


def explain(linked: Linked, id_a: str, id_b: str) -> list[Reason] | None:
    """Return the reasons of a pair, None if it was not compared closely: too little spoke for it."""
    ids, pairs = linked.features.ids, linked.pairs
    row_of = {name: row for row, name in enumerate(ids)} if id_a in ids and id_b in ids else {}
    if not row_of or id_a == id_b:
        return None
    a, b = sorted((row_of[id_a], row_of[id_b]))
    codes = pairs.a * len(ids) + pairs.b
    at = int(np.searchsorted(codes, a * len(ids) + b))
    if at >= len(codes) or codes[at] != a * len(ids) + b:
        return None
    return reasons_of(pairs.matrix[at])


def reasons_of(row: npt.NDArray[np.float32]) -> list[Reason]:
    """Return the reasons that one row of close comparing holds."""
    told = {name: float(value) for name, value in zip(COLUMNS, row, strict=True) if not np.isnan(value)}
    found = []
    for field, (english, arabic) in _FIELDS.items():
        if field in told:
            speaks = 1 if told[field] >= _LIKE else -1 if told[field] <= _UNLIKE else 0
            how = {1: ("agree", "متفق"), 0: ("are near", "متقارب"), -1: ("differ", "مختلف")}[speaks]
            found.append(
                Reason(field=field, speaks=speaks, english=f"{english} {how[0]}", arabic=f"{arabic}: {how[1]}")
            )
    if "day_level" in told:
        speaks, english, arabic = _DAYS[round(told["day_level"])]
        found.append(Reason(field="day_level", speaks=speaks, english=english, arabic=arabic))
    if "age_gap" in told:
        years = round(told["age_gap"])
        speaks = 1 if years <= 1 else 0 if years <= 5 else -1
        found.append(
            Reason(field="age_gap", speaks=speaks, english=f"ages {years} years apart", arabic=f"فرق العمر {years}")
        )
    if "sex" in told:
        differs = told["sex"] > 0
        english, arabic = ("different sexes", "جنسان مختلفان") if differs else ("the same sex", "الجنس نفسه")
        found.append(Reason(field="sex", speaks=-1 if differs else 0, english=english, arabic=arabic))
    if told.get("same_list", 0) > 0:
        found.append(
            Reason(
                field="same_list",
                speaks=-1,
                english="two rows of one list, which is usually two persons",
                arabic="سطران في قائمة واحدة، وهما في العادة شخصان",
            )
        )
    if told.get("given", 1) <= _UNLIKE and told.get("father", 0) >= _LIKE and told.get("family", 0) >= _LIKE:
        found.append(
            Reason(
                field="siblings",
                speaks=-1,
                english="same father and family, another given name: as brothers and sisters have",
                arabic="الأب والعائلة متفقان والاسم الأول مختلف، كما بين الإخوة",
            )
        )
    return found
