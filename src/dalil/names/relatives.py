"""Texts that stand where a name should: "wife of …", أحد أفراد عائلة …, "unknown", مجهول الهوية.

They become an unnamed person with a tie of kinship, never a person called "wife of". Some texts look alike and are not
read here: أم محمد and أبو محمد are by-names; ابنه may be "his son" or a misspelt "daughter".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dalil.names.name_words import keys_of
from dalil.names.name_words import words as words_of
from dalil.values.plain_text import clean_text


@dataclass(frozen=True, slots=True, kw_only=True)
class UnnamedRelative:
    """A person a source does not name.

    Attributes
    ----------
    relation : str or None
        Code of the scheme `kin`: the unnamed person is … of `whom`. None: nothing is said of kin.
    whom : str or None
        The name the text gives: of the relative, or of the family.
    of_family : bool
        `whom` is the name of a family and not of one person.
    several : bool
        The text speaks of more than one person ("sons of …"), so one row cannot hold it.
    """

    relation: str | None = None
    whom: str | None = None
    of_family: bool = False
    several: bool = False


# --- Arabic: the words that begin the text ----------------------------------------------------------------------------
_ARABIC: Final = {
    "wife": "زوجة|زوجه|حرم|أرملة",
    "husband": "زوج|أرمل",
    "son": "ابن|نجل|أحد أنجال",
    "daughter": "ابنة|بنت|طفلة|إحدى بنات",
    "child": "طفل|رضيع|أحد أبناء|أحد أولاد|أحد أطفال",
    "mother": "والدة",
    "father": "والد",
    "brother": "أخ|أخو|شقيق|أحد إخوة|أحد أخوة|أحد أشقاء",
    "sister": "أخت|شقيقة|إحدى أخوات|إحدى شقيقات",
    "grandfather": "جد",
    "grandmother": "جدة",
    "grandson": "حفيد",
    "granddaughter": "حفيدة",
    "grandchild": "أحد أحفاد",
    "uncle": "عم|خال",
    "aunt": "عمة|خالة",
    "nephew": "ابن أخ|ابن أخت|ابن أخو|ابن شقيق|ابن شقيقة",
    "niece": "ابنة أخ|ابنة أخت|ابنة شقيق|ابنة شقيقة|بنت أخ|بنت أخت|بنت شقيق|بنت شقيقة",
    "cousin": "ابن عم|ابن عمة|ابن خال|ابن خالة|ابنة عم|ابنة عمة|ابنة خال|ابنة خالة|بنت عم|بنت عمة|بنت خال|بنت خالة",
    "in_law": "صهر|كنة|نسيب",
    "relative": "قريب|قريبة|أحد أقارب|أحد أقرباء|إحدى قريبات",
}
_ARABIC_SEVERAL: Final = {
    "wife": "زوجات",
    "son": "أنجال",
    "daughter": "بنات",
    "child": "أبناء|أولاد|أطفال",
    "brother": "إخوة|أخوة|أشقاء",
    "sister": "أخوات|شقيقات",
    "grandchild": "أحفاد",
    "relative": "أقارب|أقرباء",
}
_ONE_OF_A_FAMILY: Final = (
    "أحد أفراد|إحدى أفراد|فرد من|فرد من أفراد|من|من أفراد|شخص من"
    "|رجل من|امرأة من|سيدة من|شاب من|فتاة من|طفل من|طفلة من|مدني من"
)
_FAMILY: Final = "عائلة|عائله|أسرة|أسره|آل|بيت"
_ALL_OF_A_FAMILY: Final = "عائلة|عائله|أسرة|أسره|أفراد عائلة|أفراد أسرة|جميع أفراد عائلة|جميع أفراد أسرة"


def _key(phrase: str) -> str:
    return " ".join(keys_of(phrase))


def _beginnings() -> dict[str, UnnamedRelative]:
    found: dict[str, UnnamedRelative] = {}
    for table, several in ((_ARABIC, False), (_ARABIC_SEVERAL, True)):
        for relation, phrases in table.items():
            for phrase in phrases.split("|"):
                found[_key(phrase)] = UnnamedRelative(relation=relation, several=several)
    for family in _FAMILY.split("|"):
        for one in _ONE_OF_A_FAMILY.split("|"):
            found[_key(f"{one} {family}")] = UnnamedRelative(relation="relative", of_family=True)
    for family in _ALL_OF_A_FAMILY.split("|"):
        found[_key(family)] = UnnamedRelative(relation="relative", of_family=True, several=True)
    return found


_BEGINNINGS: Final = _beginnings()
_MOST_WORDS: Final = max(phrase.count(" ") + 1 for phrase in _BEGINNINGS)

# --- English ----------------------------------------------------------------------------------------------------------
_ONE: Final = {
    **{word: word for word in words_of("wife husband son daughter child mother father brother sister")},
    **{word: word for word in words_of("grandfather grandmother grandson granddaughter grandchild")},
    **{word: word for word in words_of("uncle aunt nephew niece cousin relative")},
    "widow": "wife",
    "widower": "husband",
    "baby": "child",
    "infant": "child",
}
_MANY: Final = {
    **{f"{word}s": code for word, code in _ONE.items() if word not in {"wife", "child", "grandchild", "baby"}},
    "wives": "wife",
    "children": "child",
    "grandchildren": "grandchild",
    "babies": "child",
}
_ARTICLES: Final = frozenset({"a", "an", "the"})
_MEMBERS: Final = frozenset(words_of("member man woman boy girl child person civilian"))

# --- nobody at all ----------------------------------------------------------------------------------------------------
_UNKNOWN_WORDS: Final = frozenset(
    (*words_of("unknown unidentified unnamed anonymous"), *words_of("مجهول مجهولة مجهوله مجهولو"))
)
_UNKNOWN_PHRASES: Final = frozenset(
    map(_key, ("not known", "غير معروف", "غير معروفة", "غير معروفه", "غير محدد", "غير محددة"))
)
_BESIDE_UNKNOWN: Final = frozenset(
    (
        *words_of("a an the person man woman boy girl child body male female civilian victim name identity"),
        *map(_key, words_of("شخص رجل امرأة سيدة طفل طفلة جثة جثمان شاب فتاة مدني الهوية الهويه الاسم الإسم")),
    )
)


_ARABIC_FIRST_WORDS: Final = frozenset(
    (*(phrase.partition(" ")[0] for phrase in (*_BEGINNINGS, *_UNKNOWN_PHRASES)), *_UNKNOWN_WORDS, *_BESIDE_UNKNOWN)
)


def unnamed_relative(text: str) -> UnnamedRelative | None:
    """Return what a text says in place of a name, or None if it may be a name."""
    cleaned = clean_text(text)
    if not cleaned:
        return None
    if cleaned[0] >= "\u0590" and keys_of(cleaned.partition(" ")[0])[0] not in _ARABIC_FIRST_WORDS:
        return None
    words, keys = cleaned.split(" "), keys_of(cleaned)
    if len(words) != len(keys):
        return None
    if _says_unknown(keys):
        return UnnamedRelative()
    return _read_arabic(words, keys) or _read_english(words, keys)


def _says_unknown(keys: list[str]) -> bool:
    rest = [key for key in keys if key not in _BESIDE_UNKNOWN]
    return bool(rest) and (_UNKNOWN_WORDS.issuperset(rest) or " ".join(rest) in _UNKNOWN_PHRASES)


def _read_arabic(words: list[str], keys: list[str]) -> UnnamedRelative | None:
    for length in range(min(_MOST_WORDS, len(keys)), 0, -1):
        found = _BEGINNINGS.get(" ".join(keys[:length]))
        if found is not None:
            return _with_whom(found, words[length:])
    return None


def _with_whom(found: UnnamedRelative, words: list[str]) -> UnnamedRelative:
    return UnnamedRelative(
        relation=found.relation, whom=" ".join(words) or None, of_family=found.of_family, several=found.several
    )


def _read_english(words: list[str], keys: list[str]) -> UnnamedRelative | None:
    if keys[-1] in _ONE or keys[-1] in _MANY or keys[-1] == "family":
        found = _read_english_ending(words, keys)
        if found is not None:
            return found
    if "of" not in keys and "from" not in keys:
        return None
    start = _after_articles(keys, 0)
    if keys[start : start + 2] == ["one", "of"]:
        return _read_one_of(words, keys, _after_articles(keys, start + 2))
    head, joint = keys[start], keys[start + 1] if start + 1 < len(keys) else ""
    whom = _after_articles(keys, start + 2)
    if joint == "of" and head in _ONE:
        return _said_of(_ONE[head], words[whom:], several=False)
    if joint == "of" and head in _MANY:
        return _said_of(_MANY[head], words[whom:], several=True)
    if keys[start : start + 3] == ["family", "member", "of"]:
        return _said_of("relative", words[start + 3 :], several=False)
    if joint in {"of", "from"} and (head in _MEMBERS or head == "members"):
        return _read_of_family(words, keys, whom, several=head == "members")
    if joint == "of" and head == "family":
        return UnnamedRelative(relation="relative", whom=" ".join(words[whom:]) or None, of_family=True, several=True)
    return None


def _after_articles(keys: list[str], start: int) -> int:
    while start < len(keys) and keys[start] in _ARTICLES:
        start += 1
    return start


def _said_of(relation: str, words: list[str], *, several: bool) -> UnnamedRelative | None:
    return UnnamedRelative(relation=relation, whom=" ".join(words), several=several) if words else None


def _read_one_of(words: list[str], keys: list[str], start: int) -> UnnamedRelative | None:
    """Read what follows "one of the": sons of X, members of the X family, X family."""
    head, joint = keys[start : start + 1], keys[start + 1 : start + 2]
    if head and joint == ["of"]:
        whom = _after_articles(keys, start + 2)
        if head[0] in _MANY:
            return _said_of(_MANY[head[0]], words[whom:], several=False)
        if head[0] == "members":
            return _read_of_family(words, keys, whom, several=False)
    return _read_of_family(words, keys, start, several=False)


def _read_of_family(words: list[str], keys: list[str], start: int, *, several: bool) -> UnnamedRelative | None:
    """Read "X family" or "family of X" from a place on; None if that is not what stands there."""
    if keys[start : start + 2] == ["family", "of"]:
        name = words[_after_articles(keys, start + 2) :]
    elif keys[-1] == "family":
        name = words[start:-1]
    else:
        return None
    whom = " ".join(name)
    if whom.endswith(("'s", "’s")):  # a member of Sami's family is a relative of Sami
        return UnnamedRelative(relation="relative", whom=whom[:-2], several=several)
    return UnnamedRelative(relation="relative", whom=whom, of_family=True, several=several) if whom else None


def _read_english_ending(words: list[str], keys: list[str]) -> UnnamedRelative | None:
    """Read "X's wife" and "the X family"."""
    start = _after_articles(keys, 0)
    owner = " ".join(words[start:-1])
    if owner.endswith(("'s", "’s")) and len(owner) > 2:
        several = keys[-1] not in _ONE
        relation = _ONE.get(keys[-1]) or _MANY.get(keys[-1], "relative")
        return UnnamedRelative(relation=relation, whom=owner[:-2], several=several) if "of" not in keys else None
    if keys[-1] == "family" and owner and "of" not in keys and "from" not in keys:
        return UnnamedRelative(relation="relative", whom=owner, of_family=True, several=True)
    return None
