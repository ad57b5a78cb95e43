"""Published overlap tables, as facts: which patterns of lists hold how many persons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedTable:
    """One table and where it was published."""

    lists: tuple[str, ...]
    source: str
    counts_by_pattern: dict[str, int]
    """Pattern of 0 and 1, one digit a list."""

    @property
    def patterns(self) -> NDArray[np.int64]:
        """(M, J), 0 or 1."""
        return np.array([[int(digit) for digit in pattern] for pattern in self.counts_by_pattern], np.int64)

    @property
    def counts(self) -> NDArray[np.int64]:
        """(M,), persons."""
        return np.array(list(self.counts_by_pattern.values()), np.int64)


KOSOVO: Final = PublishedTable(
    lists=("EXH", "ABA", "OSCE", "HRW"),
    source="Ball, Betts, Scheuren, Dudukovich & Asher 2002: killings of Kosovo Albanians, March to June 1999",
    counts_by_pattern={
        "1000": 1131,
        "0100": 845,
        "1100": 177,
        "0010": 936,
        "1010": 228,
        "0110": 217,
        "1110": 181,
        "0001": 306,
        "1001": 106,
        "0101": 31,
        "1101": 18,
        "0011": 123,
        "1011": 42,
        "0111": 32,
        "1111": 27,
    },
)
UK: Final = PublishedTable(
    lists=("LA", "NG", "PFNCA", "GO", "GP"),
    source="Silverman 2014; Bales, Hesketh & Silverman 2015: victims of trafficking, United Kingdom 2013",
    counts_by_pattern={
        "10000": 54,
        "01000": 463,
        "00100": 995,
        "00010": 695,
        "00001": 316,
        "11000": 15,
        "10100": 19,
        "10010": 3,
        "01100": 62,
        "01010": 19,
        "01001": 1,
        "00110": 76,
        "00101": 11,
        "00011": 8,
        "11100": 1,
        "11010": 1,
        "01110": 4,
        "11110": 1,
    },
)
NETHERLANDS: Final = PublishedTable(
    lists=("IO", "K", "P", "R", "Z"),
    source="van Dijk, Cruyff, van der Heijden & Kragten-Heerdink 2017: victims of trafficking, Netherlands",
    counts_by_pattern={
        "10000": 756,
        "01000": 1299,
        "00100": 4466,
        "00010": 650,
        "00001": 632,
        "11000": 1,
        "10100": 81,
        "10010": 5,
        "10001": 73,
        "01100": 44,
        "01001": 4,
        "00110": 82,
        "00101": 125,
        "00011": 2,
        "10110": 2,
        "10101": 11,
        "00111": 1,
    },
)
WESTERN: Final = PublishedTable(
    lists=("A", "B", "C", "D", "E"),
    source="Farrell et al. 2019: victims of trafficking, a site in the western United States",
    counts_by_pattern={
        "10000": 52,
        "01000": 90,
        "00100": 114,
        "00010": 45,
        "00001": 21,
        "10100": 4,
        "10010": 2,
        "10001": 5,
        "01100": 6,
        "01010": 1,
        "00011": 3,
        "10101": 1,
        "01110": 1,
    },
)
ROME: Final = PublishedTable(
    lists=("c1", "c2", "c3", "c4"),
    source="Abeni, Brancato & Perucci 1994: HIV infection, Rome",
    counts_by_pattern={
        "1110": 3,
        "1101": 1,
        "1100": 33,
        "1010": 20,
        "1001": 6,
        "1000": 403,
        "0111": 3,
        "0110": 35,
        "0101": 10,
        "0100": 545,
        "0011": 11,
        "0010": 621,
        "0001": 205,
    },
)
NEW_ORLEANS: Final = PublishedTable(
    lists=("A", "BEFG", "C", "D", "H"),
    source="Bales, Murphy & Silverman 2020: victims of trafficking, New Orleans",
    counts_by_pattern={
        "10000": 25,
        "01000": 24,
        "00100": 70,
        "00010": 33,
        "00001": 21,
        "11000": 1,
        "10100": 1,
        "10010": 2,
        "01100": 2,
        "01010": 2,
        "01001": 1,
        "00110": 2,
        "11100": 1,
        "11010": 1,
    },
)
NEW_ZEALAND: Final = PublishedTable(
    lists=("A", "B", "C", "D"),
    source="van der Heijden, Cruyff et al. 2022: registers of persons, New Zealand, counts rounded",
    counts_by_pattern={
        "1000": 23274,
        "0100": 963,
        "1100": 1236,
        "0010": 185187,
        "1010": 1269024,
        "0110": 89376,
        "1110": 643980,
        "0001": 23613,
        "1001": 18717,
        "0101": 114,
        "1101": 213,
        "0011": 286404,
        "1011": 1778976,
        "0111": 9483,
        "1111": 71430,
    },
)
KOREA: Final = PublishedTable(
    lists=("b", "c", "d"),
    source="Ball, Shin & Yang 2018, as Chan, Silverman & Vincent 2021 give it",
    counts_by_pattern={"001": 41, "010": 5, "100": 5, "110": 54, "101": 6, "111": 12},
)
SPINA_BIFIDA: Final = PublishedTable(
    lists=("x", "y", "z"),
    source="Madigan & York 1997: spina bifida in upstate New York",
    counts_by_pattern={"100": 60, "010": 49, "110": 4, "001": 247, "101": 112, "011": 142, "111": 12},
)
