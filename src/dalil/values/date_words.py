"""The words people write dates with, in English and Arabic, and how a written date is cut into them.

Words are looked up folded: case, Arabic vowel signs, tatweel, hamza on alef, alef maqsura and ta marbuta make no
difference. Every word must be known: one that is not makes the whole text unreadable, since it may change the meaning.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final, NamedTuple

from dalil.values.plain_text import clean_text, plain_digits


class Kind(Enum):
    """What a piece of a written date does."""

    NUMBER = auto()  # digits
    GROUP = auto()  # digits with separators: 21/8/2013, 08/2013, 2012-2018
    MONTH = auto()
    HIJRI_MONTH = auto()
    SEASON = auto()
    WEEKDAY = auto()
    PART = auto()  # early, mid, late, first_half, …
    DECADE = auto()  # the s of 1990s
    ABOUT = auto()
    PERHAPS = auto()
    BEFORE = auto()
    AFTER = auto()
    SINCE = auto()
    BETWEEN = auto()
    FROM = auto()
    TO = auto()
    UNTIL = auto()
    AND = auto()
    SAME_AS = auto()  # الموافق: the same day in the other calendar
    AH = auto()  # Hijri
    AD = auto()  # Gregorian
    DROP = auto()  # adds nothing: of, the year, في, عام
    UNKNOWN = auto()


class Piece(NamedTuple):
    """One piece of a written date: its kind, and its number or text where the kind has one."""

    kind: Kind
    value: str = ""


_MONTHS: Final = (
    "january|jan|يناير|كانون الثاني|كانون ثاني|كانون ثان",
    "february|feb|febr|فبراير|شباط",
    "march|mar|مارس|آذار",
    "april|apr|أبريل|إبريل|نيسان",
    "may|مايو|ماي|أيار",
    "june|jun|يونيو|يونيه|حزيران",
    "july|jul|يوليو|يوليه|تموز",
    "august|aug|أغسطس|آب",
    "september|sept|sep|سبتمبر|أيلول",
    "october|oct|أكتوبر|تشرين الأول|تشرين أول",
    "november|nov|نوفمبر|تشرين الثاني|تشرين ثاني|تشرين ثان",
    "december|dec|ديسمبر|كانون الأول|كانون أول",
)
_HIJRI_MONTHS: Final = (
    "muharram|محرم|المحرم",
    "safar|صفر",
    "ربيع الأول|ربيع أول",
    "ربيع الآخر|ربيع الثاني|ربيع ثاني",
    "جمادى الأولى|جمادى الأول",
    "جمادى الآخرة|جمادى الآخر|جمادى الثانية|جمادى الثاني",
    "rajab|رجب",
    "shaban|شعبان",
    "ramadan|رمضان",
    "shawwal|شوال",
    "ذو القعدة|ذي القعدة",
    "ذو الحجة|ذي الحجة",
)
_WEEKDAYS: Final = (  # in the order of datetime.date.weekday()
    "monday|mon|الاثنين",
    "tuesday|tue|tues|الثلاثاء",
    "wednesday|wed|الأربعاء",
    "thursday|thu|thur|thurs|الخميس",
    "friday|fri|الجمعة",
    "saturday|sat|السبت",
    "sunday|sun|الأحد",
)
_SEASONS: Final = {
    "21": "spring|ربيع|الربيع",
    "22": "summer|صيف|الصيف",
    "23": "autumn|fall|خريف|الخريف",
    "24": "winter|شتاء|الشتاء",
}
_PARTS: Final = {
    "early": "early|beginning|start|مطلع|بداية|بدايات|أوائل|مستهل",
    "mid": "mid|middle|منتصف|أواسط|وسط",
    "late": "late|end|نهاية|نهايات|أواخر|آخر|ختام",
    "first_half": "first half|النصف الأول",
    "second_half": "second half|النصف الثاني",
    "q1": "q1|first quarter|الربع الأول",
    "q2": "q2|second quarter|الربع الثاني",
    "q3": "q3|third quarter|الربع الثالث",
    "q4": "q4|fourth quarter|last quarter|الربع الرابع|الربع الأخير",
}
_OTHERS: Final = {
    Kind.DECADE: "s",
    Kind.ABOUT: "about|around|circa|c|ca|approximately|approx|roughly|~|حوالي|نحو|قرابة|تقريبا|بحدود|في حدود",
    Kind.PERHAPS: "perhaps|possibly|probably|maybe|?|؟|ربما|يرجح|على الأرجح",
    Kind.BEFORE: "before|prior to|earlier than|قبل|ما قبل",
    Kind.AFTER: "after|later than|بعد|ما بعد",
    Kind.SINCE: "since|منذ",
    Kind.BETWEEN: "between|بين|ما بين",
    Kind.FROM: "from|من",
    Kind.TO: "to|-|إلى",
    Kind.UNTIL: "until|till|up to|حتى|لغاية",
    Kind.AND: "and|و",
    Kind.SAME_AS: "corresponding to|الموافق|الموافق ل|الموافق في",
    Kind.AH: "ah|hijri|هـ|هجري|هجرية|للهجرة",
    Kind.AD: "ad|ce|م|ميلادي|ميلادية|للميلاد",
    Kind.DROP: "of|the|in|on|at|year|month|day|dated|date|during|st|nd|rd|th|,|.|:|/|(|)"
    "|في|عام|العام|عامي|سنة|شهر|شهري|يوم|بتاريخ|تاريخ|خلال",
}

_FOLDED_LETTERS: Final = str.maketrans(
    {
        **dict.fromkeys("أإآٱ", "ا"),
        "ى": "ي",
        "ی": "ي",
        "ک": "ك",
        "ة": "ه",
        "ـ": None,
        **{chr(code): None for code in range(0x064B, 0x0653)},  # vowel signs
        "ٰ": None,
        **dict.fromkeys("‐‑‒–—−", "-"),
        **dict.fromkeys("’‘ʼʿʾ`'", None),
        "،": ",",
        "؛": ",",
    }
)


def fold_written(text: str) -> str:
    """Return the form in which written dates are read and compared: plain digits, one case, one form of each letter."""
    return " ".join(plain_digits(clean_text(text)).casefold().translate(_FOLDED_LETTERS).split())


def _vocabulary() -> dict[str, Piece]:
    tables: list[tuple[Kind, str, str]] = [
        *((Kind.MONTH, str(number), spellings) for number, spellings in enumerate(_MONTHS, 1)),
        *((Kind.HIJRI_MONTH, str(number), spellings) for number, spellings in enumerate(_HIJRI_MONTHS, 1)),
        *((Kind.WEEKDAY, str(number), spellings) for number, spellings in enumerate(_WEEKDAYS)),
        *((Kind.SEASON, code, spellings) for code, spellings in _SEASONS.items()),
        *((Kind.PART, part, spellings) for part, spellings in _PARTS.items()),
        *((kind, "", spellings) for kind, spellings in _OTHERS.items()),
    ]
    return {
        fold_written(spelling): Piece(kind, value)
        for kind, value, spellings in tables
        for spelling in spellings.split("|")
    }


_WORDS: Final = _vocabulary()
_UNKNOWN: Final = Piece(Kind.UNKNOWN)
_CUT: Final = re.compile(
    r"(?P<group>\d{1,4} ?([/.-]) ?\d{1,2} ?\2 ?\d{1,4}(?!\d)"  # day, month and year in some order
    r"|\d{4} ?[/.-] ?\d{1,4}(?!\d)|\d{1,2} ?[/.-] ?\d{4}(?!\d))"  # year and month, month and year, two years
    r"|(?P<number>\d+)|(?P<word>q[1-4](?!\w)|[^\W\d_]+)|(?P<mark>\S)"
)


def cut_written(folded: str) -> list[Piece]:
    """Cut folded text into pieces; a word that is not known becomes a piece of kind UNKNOWN."""
    pieces: list[Piece] = []
    words: list[str] = []
    for match in _CUT.finditer(folded):
        if match["word"] is not None:
            words.append(match["word"])
            continue
        pieces += _look_up(words)
        words = []
        if match["group"] is not None:
            pieces.append(Piece(Kind.GROUP, match["group"].replace(" ", "")))
        elif match["number"] is not None:
            pieces.append(Piece(Kind.NUMBER, match["number"]))
        elif not (match["mark"] == "-" and _joins_parts(folded, match.start(), pieces)):
            pieces.append(_WORDS.get(match["mark"], _UNKNOWN))
    return [piece for piece in pieces + _look_up(words) if piece.kind is not Kind.DROP]


def _joins_parts(folded: str, at: int, pieces: list[Piece]) -> bool:
    """Say whether a hyphen joins parts of one date (mid-2013, 21-Aug-2013) rather than two dates (2012-Jan 2013)."""
    before = pieces[-1] if pieces else Piece(Kind.UNKNOWN)
    follows = folded[at + 1 : at + 2]
    match before.kind:
        case Kind.PART:
            return True
        case Kind.MONTH | Kind.HIJRI_MONTH:
            return follows.isdigit()
        case Kind.NUMBER:
            return len(before.value) <= 2 and follows.isalpha()
        case _:
            return False


def _look_up(words: list[str]) -> list[Piece]:
    """Look up neighbouring words, two together before one alone: تشرين الأول before تشرين."""
    pieces: list[Piece] = []
    position = 0
    while position < len(words):
        pair = _WORDS.get(" ".join(words[position : position + 2])) if position + 1 < len(words) else None
        if pair is not None:
            pieces.append(pair)
            position += 2
            continue
        word = words[position]
        if word not in _WORDS and word.startswith("و") and word[1:] in _WORDS:
            pieces.append(_WORDS["و"])
            words[position] = word[1:]  # look again: the rest may begin a pair
            continue
        pieces.append(_WORDS.get(word, _UNKNOWN))
        position += 1
    return pieces
