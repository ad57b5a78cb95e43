"""What single words do in a name: join the next one, join the one before, stand between, or say nothing of it.

Words come folded (see `folding`). Glued compounds are opened here, so that ابوزيد and ابو زيد, Salaheddine and
Salah al-Din, AbdulRahman and Abd al-Rahman have one form.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Final

from dalil.names.folding import ARABIC, LATIN
from dalil.names.name_words import words as words_of
from dalil.names.sounds import coarse_of, key_of

JOINT: Final = "+"
"""In a form: what stands before it and after it is one compound. It has no sound."""


class Does(IntEnum):
    """What a word does."""

    STAND = 0
    JOIN_ABD = 1
    JOIN_ABU = 2
    JOIN_UMM = 3
    END_DIN = 4
    END_ALLAH = 5
    BE_ARTICLE = 6
    BE_PATRONYMIC = 7
    BE_TITLE = 8
    BE_SUN_ARTICLE = 9
    BE_WIFE = 10
    SPELL_INITIAL = 11
    MAY_JOIN = 12
    JOIN_DHU = 13
    BE_NOTHING = 14
    BE_MOTHER = 15
    BE_ALIAS = 16
    MAY_BE_ABD = 17


def _all(words: str, does: Does) -> dict[str, Does]:
    return dict.fromkeys(words_of(words), does)


_ARABIC: Final = {
    **_all("عبد", Does.JOIN_ABD),
    **_all("غبد عبذ عد بعد عدب عبدد عببد عند عبل عبر بد عبت عتد عرد عب", Does.MAY_BE_ABD),
    **_all("ابو ابي ابا اب اوب اتو ابور ابز", Does.JOIN_ABU),
    **_all("ام", Does.JOIN_UMM),
    **_all("ذو ذي", Does.JOIN_DHU),
    **_all("الدين", Does.END_DIN),
    **_all("الله هللا", Does.END_ALLAH),  # the second is how a file made for printing gives back the first
    **_all("ال", Does.BE_ARTICLE),
    **_all("بن ابن بنت ابنه", Does.BE_PATRONYMIC),
    **_all("الشهيد الشهيده الدكتور الدكتوره الشيخ الحاج الحاجه المهندس الاستاذ المرحوم السيده", Does.BE_TITLE),
    **_all("العقيد العميد اللواء المقدم الملازم النقيب الرقيب المساعد المجند الفريق العماد", Does.BE_TITLE),
    **_all("الرييس الوزير المحامي المحاميه الصحفي الصحفيه الصحافي الطبيب الطبيبه الناشط الناشطه", Does.BE_TITLE),
    **_all("الطفل الطفله المعتقل المعتقله القاضي الفنان الفنانه", Does.BE_TITLE),
    **_all("زوجه حرم ارمله", Does.BE_WIFE),
    **_all("والدته والدتها امها", Does.BE_MOTHER),
    **_all("الملقب الملقبه المعروف المعروفه الشهير الشهيره المكني المكناه", Does.BE_ALIAS),
}
_LATIN: Final = {
    **_all(
        "abd abdul abdel abdal abdil abdol abdoul abdur abdar abder abdir abdus abdas abdes abdun abden", Does.JOIN_ABD
    ),
    **_all("abed abid", Does.MAY_JOIN),
    **_all("adb bad bd ab abb aabd abbd abdd avd abad ebd obd abm abn", Does.MAY_BE_ABD),
    **_all("abu abou abo aboo abi au bu aub abuu abut abul abual abuel abul aboul aboal ebu ebul", Does.JOIN_ABU),
    **_all("um umm om oum omm ummu", Does.JOIN_UMM),
    **_all("dhu zu zul dhul thul", Does.JOIN_DHU),
    **_all("din deen dine dien aldin eldin uldin addin eddin uddin aldeen eldeen uldeen addeen eddeen", Does.END_DIN),
    **_all("uddeen eddine uddine aldine eldine adine edine edin udin", Does.END_DIN),
    **_all("allah ullah alla llah", Does.END_ALLAH),
    **_all("al el ul il aal", Does.BE_ARTICLE),
    **_all("ash ad an ar as at az ath adh es ed en er et ez esh ech ur us un ud", Does.BE_SUN_ARTICLE),
    **_all("bin ibn ben bint bent binti ould", Does.BE_PATRONYMIC),
    **_all("dr doctor sheikh shaikh shaykh sheik cheikh haj hajj hajji mr mrs ms prof professor eng", Does.BE_TITLE),
    **_all("martyr ustaz ustadh sayyida colonel brigadier general captain major lieutenant sergeant", Does.BE_TITLE),
    **_all("president minister prince princess king queen judge lawyer journalist activist engineer", Does.BE_TITLE),
    **_all("wife widow", Does.BE_WIFE),
    **_all("mother mothers", Does.BE_MOTHER),
    **_all("aka nicknamed", Does.BE_ALIAS),
}

_WITH_RADICAL_AL: Final = frozenset(
    words_of("الياس البير الهام الاء الفت الماس الطاف اليسا اليف الكسندر الكس الفرد السا الماز الين الينا")
    + words_of(
        "elias elham ilham albert alfred almas altaf elsa elisa elif alexander alma alina alaa olfat elena elissar"
    )
    + words_of("alwan alban alvin elvis ellen elyas ilyas illias elian alian")
)
"""Names whose first letters are not the article."""
_LATIN_ARTICLE: Final = re.compile(r"^(?:al|el|ul)(?=[bcdfghjkmnpqrstvwxyz][a-z]{3,})")
_ABD: Final = re.compile(
    r"^ab[ei]?d(?:(?:[aeiou]l|ou?l)(?=[a-z]{3})|[aeu]([rsntdz])(?=\1[a-z]{2})|(?=[rsnmhkljgw][a-z]{3}))"
)
_ABU: Final = re.compile(r"^(?:abo?u?|ebu)(?<=[ou])(?:[ae]l(?=[a-z]{3,})|l(?=[bcdfghjkmnpqrstvwxyz][a-z]{2,}))?")
_GLUED_DIN: Final = re.compile(r"(?<=[a-z]{2})(?:[aeou]ld|[aeu]dd|ed|ad|ud)(?:in|een|ine|ien)$")
_SPELT_DIN: Final = re.compile("(?:[aeiou]l-?|[aeiou]d)?[aeiou]?d+[aeiou]{0,2}d?[aei]?(?:i|e|ee|ie|ei|y)ne?")
"""The Din of Salah al-Din in further spellings, alone."""
_DIVINE: Final = frozenset(
    words_of(
        "rahman rahim rahem karim kareem aziz hadi majid majeed malik malek nabi rabbo rabo rabboh rabbu salam samad "
        "wahab wahhab latif lateef qader kader qadir "
        "jawad halim haleem hamid hameed hakim hakeem ghani fattah jabbar "
        "hay razzaq razeq razzak raouf nasser naser al el allah"
    )
)
"""What makes a compound after Abed, which is also a name of its own."""
_SERVED: Final = frozenset(
    coarse_of(key_of(name, ARABIC))
    for name in words_of(
        "رحمن رحيم كريم عزيز هادي مجيد ملك نبي رب سلام صمد وهاب لطيف قادر جواد حليم حميد حكيم غني فتاح جبار رزاق رووف "
        "ناصر غفار غفور باري باسط باقي تواب جليل خالق ستار سميع شكور عاطي عظيم قاهر قيوم قدوس كافي متعال محسن معطي "
        "معين مغني مقصود مهيمن منعم مومن مولي نافع واحد واجد وارث ودود وكيل حق حفيظ رسول مسيح مطلب مناف فضيل حافظ"
    )
)
"""Keys of what makes a compound after Abd without an article."""
_SERVED_BEGINNINGS: Final = (
    "aziz",
    "azee",
    "azei",
    "azim",
    "alim",
    "alee",
    "aal",
    "ati",
    "aat",
    "aty",
    "ahad",
    "ilah",
    "ella",
    "alla",
)
"""Letters that such a name begins with if it begins with a vowel: not Ahmad."""


def without_article(folded: str, script: str) -> str:
    """Return a folded word less its article, if it has one and is more than that."""
    if script == ARABIC:
        if folded.startswith("ال") and len(folded) > 4 and folded not in _WITH_RADICAL_AL:
            return folded[2:]
        return folded
    if folded[:2] in ("al", "el", "ul") and len(folded) > 5 and folded not in _WITH_RADICAL_AL:
        return _LATIN_ARTICLE.sub("", folded)
    return folded


def does(folded: str, script: str) -> Does:
    """Return what a folded word does."""
    if len(folded) < 2:
        return Does.SPELL_INITIAL if folded else Does.BE_NOTHING
    if script == ARABIC:
        return _ARABIC.get(folded, Does.STAND)
    found = _LATIN.get(folded, Does.STAND)
    if found is Does.STAND and folded[-1] in "ne" and _SPELT_DIN.fullmatch(folded):
        return Does.END_DIN
    return found


def is_divine(folded: str) -> bool:
    """Say whether a Latin word after Abed, which is also a name of its own, makes a compound of the two."""
    plain = without_article(folded, LATIN)
    return plain in _DIVINE or (plain != folded and may_serve(plain, LATIN))


def may_serve(folded: str, script: str) -> bool:
    """Say whether a word after Abd makes a compound of the two: Abdul Karim, and not Abdul Mustafa."""
    if script == ARABIC:
        return (folded.startswith("ال") and len(folded) > 3) or coarse_of(key_of(folded, ARABIC)) in _SERVED
    if folded[:1] in tuple("aeiou"):
        return folded.startswith(_SERVED_BEGINNINGS) or _LATIN_ARTICLE.match(folded) is not None
    return coarse_of(key_of(folded, script)) in _SERVED


def opened(folded: str, script: str) -> str:
    """Return the form of a word that stands: compounds joined as their separate spelling is, no article."""
    if script == ARABIC:
        return _opened_arabic(folded)
    if folded.startswith(("ab", "ebu")) and len(folded) > 5:
        match = _ABD.match(folded)
        if match:
            return joined_abd(folded[match.end() :], script)
        match = _ABU.match(folded)
        if match and len(folded) - match.end() > 2:
            return joined_abu(folded[match.end() :], script)
    if folded[-2:] in ("in", "en", "ne"):
        match = _GLUED_DIN.search(folded)
        if match:
            return without_article(folded[: match.start()], script) + "din"
    return without_article(folded, script)


def _opened_arabic(folded: str) -> str:
    if folded.startswith("عبدال") and len(folded) > 6:
        return joined_abd(folded[3:], ARABIC)
    if folded.startswith("ابو") and len(folded) > 5:
        return joined_abu(folded[3:], ARABIC)
    if folded.endswith("هللا") and len(folded) > 5:
        folded = folded[:-4] + "الله"
        if folded == "عبدالله":
            return joined_abd(folded[3:], ARABIC)
    if folded.endswith("الدين") and len(folded) > 6:
        return without_article(folded[:-5], ARABIC) + "دين"
    if folded.endswith("الله") and len(folded) > 5:
        return without_article(folded[:-4], ARABIC) + "له"
    return without_article(folded, ARABIC)


def joined_abd(following: str, script: str) -> str:
    """Return Abd with the name after it."""
    if script == ARABIC:
        return "عبد" + (following[2:] if following.startswith("ال") and len(following) > 3 else following)
    return "abd" + (following[2:] if following[:2] in ("al", "el", "ul") and len(following) > 4 else following)


def joined_abu(following: str, script: str) -> str:
    """Return Abu with the name after it."""
    if script == ARABIC:
        return "ابو" + without_article(following, ARABIC)
    return "abu" + without_article(following, script)


def joined_umm(following: str, script: str) -> str:
    """Return Umm with the name after it; a sign between keeps it apart from names that begin so, as Amira does."""
    return ("ام" if script == ARABIC else "um") + JOINT + without_article(following, script)
