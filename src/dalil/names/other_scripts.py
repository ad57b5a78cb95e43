"""Other scripts in Latin letters, letter by letter, so that a name in one of them can be looked for at all.

A stopgap, and said to be one: no rules of reading, no knowledge of the language. Letters of scripts not listed here are
left out, and the name is reported as written in a script that is not read.
"""

from __future__ import annotations

from typing import Final


def _table(letters: str, latin: str) -> dict[str, str]:
    return dict(zip(letters, latin.replace("-", " - ").split(), strict=True))


_CYRILLIC: Final = _table(
    "абвгдежзийклмнопрстуфхцчшщыэюяёіїєґўђјљњћџқғұүөһңә",
    "a b v g d e j z i y k l m n o p r s t u f kh ts ch sh sh y e yu ya yo i i e g u dj j l n ch dj k gh u u o h n a",
) | dict.fromkeys("ъь", "")
_GREEK: Final = _table("αβγδεζηθικλμνξοπρστυφχψως", "a v g d e z i th i k l m n x o p r s t y f kh ps o s")
_ARMENIAN: Final = _table(
    "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆև",
    "a b g d e z e e t j i l kh ts k h dz gh ch m y n sh o ch p j r s v t r ts v p k o f ev",
)
_HEBREW: Final = _table(
    "בגדהוזחטיךכלםמןנסףפץצקרשת", "b g d h w z h t y k k l m m n n s f f s s q r sh t"
) | dict.fromkeys("אע", "")
_SYRIAC: Final = _table("ܒܓܕܗܘܙܚܛܝܟܠܡܢܣܦܨܩܪܫܬ", "b g d h w z h t y k l m n s f s q r sh t") | {"ܐ": "a", "ܥ": ""}

OTHER_LETTERS: Final = _CYRILLIC | _GREEK | _ARMENIAN | _HEBREW | _SYRIAC
"""Lower-case letter to Latin letters."""
