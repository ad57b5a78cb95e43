"""Arabic names in Latin letters, for display: letter by letter, with the vowels of frequent names supplied.

Arabic writes no short vowels, so a name that is not in the list of readings gets plain letters and an "a" between
consonants that could not be spoken. What is displayed is never compared and never stored in place of a spelling.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from dalil.errors import WrongValue
from dalil.names.folding import ARABIC
from dalil.names.name_words import words
from dalil.names.parsing import parse


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A way of writing Arabic letters in Latin ones."""

    letters: str
    """Latin for ا ب ت ث ج ح خ د ذ ر ز س ش ص ض ط ظ ع غ ف ق ك ل م ن ه و ي, separated by spaces; - for nothing."""
    article: str
    u_long: str

    def table(self) -> dict[str, str]:
        """Return Latin by Arabic letter."""
        latin = ["" if each == "-" else each for each in self.letters.split()]
        return dict(zip("ابتثجحخدذرزسشصضطظعغفقكلمنهوي", latin, strict=True))


SYSTEMS: Final = MappingProxyType(
    {
        "plain": System(
            letters="a b t th j h kh d dh r z s sh s d t z - gh f q k l m n h w y", article="al-", u_long="ou"
        ),
        "academic": System(
            letters="ā b t ṯ ǧ ḥ ḫ d ḏ r z s š ṣ ḍ ṭ ẓ ʿ ġ f q k l m n h w y", article="al-", u_long="ū"
        ),
        "french": System(
            letters="a b t th j h kh d dh r z s ch s d t z - gh f k k l m n h w y", article="al-", u_long="ou"
        ),
    }
)
_READINGS: Final = dict(
    pair.replace("_", " ").split("=")
    for pair in words(
        "محمد=Muhammad احمد=Ahmad محمود=Mahmoud علي=Ali حسن=Hasan حسين=Hussein عمر=Omar خالد=Khaled يوسف=Yousef "
        "ابراهيم=Ibrahim اسماعيل=Ismail مصطفي=Mustafa فاطمه=Fatima مريم=Mariam نسرين=Nisreen اماني=Amani بشار=Bashar "
        "سامر=Samer سمر=Samar سمير=Samir ياسر=Yaser عبدله=Abdullah عبدرحمن=Abd_al-Rahman صلاحدين=Salah_al-Din "
        "محيدين=Muhi_al-Din سليم=Salim وانلي=Wanli بلور=Ballour عثمان=Othman موسي=Musa عيسي=Issa يحيي=Yahya"
    )
)
"""Frequent names in the spelling of the plain system, by folded form."""
_VOWELS: Final = frozenset("aeiouāīū")


def romanise(arabic: str, *, system: str = "plain") -> str:
    """Return an Arabic name in Latin letters; parts in other scripts stay as they are.

    Raises
    ------
    WrongValue
        No such system.
    """
    if system not in SYSTEMS:
        raise WrongValue(
            "There is no such system of romanisation.",
            expected=", ".join(SYSTEMS),
            found=system[:40],
            todo="Choose one of these.",
        )
    chosen = SYSTEMS[system]
    written = []
    for part in parse(arabic).parts:
        if part.script != ARABIC:
            written.append(part.original)
            continue
        article = chosen.article if part.original.startswith("ال") and not part.form.startswith("ال") else ""
        reading = _READINGS.get(part.form) if system == "plain" else None
        written.append(article + (reading or _by_letter(part.form, chosen)))
    return " ".join(written)


def _by_letter(form: str, system: System) -> str:
    if form.startswith("ابو") and len(form) > 4:
        return "Abu " + _by_letter(form[3:], system)
    if form.startswith("عبد") and len(form) > 5:
        return "Abd al-" + _by_letter(form[3:], system)
    table, latin = system.table(), ""
    for at, letter in enumerate(form):
        last = at == len(form) - 1
        before_vowel = not last and form[at + 1] == "ا"
        if letter == "ه" and last:
            piece = "a"
        elif letter == "و" and at and not before_vowel:
            piece = system.u_long
        elif letter == "ي" and at and not before_vowel:
            piece = "i"
        else:
            piece = table.get(letter, "")
        if piece and latin and piece[0] not in _VOWELS and latin[-1] not in _VOWELS and not last:
            latin += "a"
        latin += piece if not (piece == "a" and latin.endswith("a")) else ""
    return latin[:1].upper() + latin[1:]
