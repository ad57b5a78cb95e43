"""The words lists use: for kin, reasons, how things stand, how someone came free, who held them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """What the person held is to the unnamed person because of whom they were held."""

    kin: str
    arabic: str
    english: str
    sex: str
    ages: frozenset[str]
    weight: int

    def fits(self, sex: str) -> bool:
        """Say whether it can be said of someone of this sex ("any": not yet known)."""
        return self.sex == "any" or self.sex == sex


def _relation(kin: str, arabic: str, english: str, sex: str, ages: str, weight: int) -> Relation:
    return Relation(kin=kin, arabic=arabic, english=english, sex=sex, ages=frozenset(ages.split()), weight=weight)


RELATIONS: Final = {
    "brother_activist": _relation("brother", "شقيق ناشط", "brother of an activist", "male", "grown", 26),
    "brother_defector": _relation("brother", "شقيق منشق", "brother of a defector", "male", "grown", 14),
    "brother_opponent": _relation("brother", "شقيق معارض", "brother of an opponent", "male", "grown", 10),
    "son_opponent": _relation("son", "ابن معارض", "son of an opponent", "male", "grown", 10),
    "son_activist": _relation("son", "ابن ناشط", "son of an activist", "male", "grown", 6),
    "cousin_activist": _relation("cousin", "ابن عم ناشط", "cousin of an activist", "male", "grown", 9),
    "cousin_defector": _relation("cousin", "ابن عم منشق", "cousin of a defector", "male", "grown", 5),
    "uncle_activist": _relation("uncle", "عم ناشط", "uncle of an activist", "male", "old", 5),
    "husband_activist": _relation("husband", "زوج ناشطة", "husband of an activist", "male", "grown", 3),
    "father_activist": _relation("father", "والد ناشط", "father of an activist", "male", "old", 20),
    "father_defector": _relation("father", "والد منشق", "father of a defector", "male", "old", 12),
    "mother_activist": _relation("mother", "والدة ناشط", "mother of an activist", "female", "old", 20),
    "wife_opponent": _relation("wife", "زوجة معارض", "wife of an opponent", "female", "grown", 20),
    "wife_fighter": _relation("wife", "زوجة مقاتل", "wife of a fighter", "female", "grown", 12),
    "sister_activist": _relation("sister", "شقيقة ناشط", "sister of an activist", "female", "grown", 12),
    "child_opponent": _relation("child", "من أولاد معارض", "child of an opponent", "any", "child", 20),
    "child_defector": _relation("child", "من أولاد منشق", "child of a defector", "any", "child", 15),
    "sibling_activist": _relation("sibling", "من إخوة ناشط", "sibling of an activist", "any", "child", 10),
    "relative_wanted": _relation(
        "relative", "من أقارب مطلوب", "relative of a wanted person", "any", "child grown old", 8
    ),
}

REASONS_ARABIC: Final = {
    "kinship": ("صلة قرابة", "قرابة مع معارض", "صلة قرابة"),
    "protest": ("مظاهرات", "المشاركة في الاحتجاج", "تظاهر"),
    "political_opinion": ("نشاط سياسي", "رأي سياسي", "نشاط سياسي"),
    "expression": ("انتقاد", "تعبير أو انتقاد", "انتقاد"),
    "relief_work": ("إغاثة", "عمل إغاثي", "إغاثة"),
    "medical_work": ("عمل طبي", "عمل طبي", "عمل طبي"),
    "media_work": ("عمل إعلامي", "إعلام", "عمل إعلامي"),
    "armed_group_link.suspected": ("اشتباه بصلة بجماعة مسلحة",) * 3,
    "defection": ("انشقاق", "انشقاق", "انشقاق"),
    "conscription": ("خدمة إلزامية", "تجنيد", "سوق إلى الخدمة"),
    "travel": ("سفر", "سفر", "سفر أو مغادرة أو عودة"),
    "origin": ("انتماء مناطقي", "المنشأ أو العرق أو الدين", "انتماء مناطقي"),
    "association": ("صداقة أو صلة", "صداقة أو صلة", "صداقة أو صلة"),
    "none_given": ("بلا سبب", "لم يُذكر سبب", "دون سبب"),
    "unknown": ("غير معروف", "", "سبب غير معروف"),
}
"""By code: three wordings of list A, one of which a row uses."""

REASONS_ENGLISH: Final = {
    "kinship": "kinship",
    "protest": "protest",
    "political_opinion": "political opinion",
    "expression": "criticism",
    "relief_work": "relief work",
    "medical_work": "medical work",
    "media_work": "media work",
    "armed_group_link.suspected": "suspected link with an armed group",
    "defection": "defection",
    "conscription": "conscription",
    "travel": "travel",
    "origin": "origin, ethnicity or religion",
    "association": "friendship",
    "none_given": "none given",
    "unknown": "",
}
"""By code: the word of list D."""

STATUS_ARABIC: Final = {
    "": "قيد الاحتجاز",
    "silent": "مختفٍ قسرياً",
    "located": "معروف مكان الاحتجاز",
    "visited": "سُمح بزيارته",
    "acknowledged": "أقرت الجهة باحتجازه",
    "charged": "وُجهت إليه تهمة",
    "tried": "يخضع للمحاكمة",
    "sentenced": "محكوم",
    "sentence_expired": "انتهت محكوميته وما زال محتجزاً",
    "death_notice": "إشعار وفاة دون تسليم الجثمان",
    "released": "مفرج عنه",
    "escaped": "فرّ من الاحتجاز",
    "body_returned": "توفي وسُلّم جثمانه",
}
"""What lists A and E write for the last they know: "" is the arrest and no more, "silent" is silence and denial."""

STATUS_ENGLISH: Final = {
    "": ("Detained", "detained", "In detention"),
    "silent": ("Disappeared", "Forcibly disappeared", "disappeared"),
    "located": ("Located", "Seen in detention", "Located"),
    "visited": ("Visited by family", "Visited", "Visited by family"),
    "acknowledged": ("Detention acknowledged", "Detention acknowledged", "Acknowledged"),
    "charged": ("Charged", "Charged", "charged"),
    "tried": ("On trial", "Tried", "On trial"),
    "sentenced": ("Sentenced", "Sentenced", "sentenced"),
    "sentence_expired": ("Sentence over, still held", "Sentence expired, still held", "Sentence over, still held"),
    "death_notice": ("Death notice, no body", "Death notice, no body", "Death notice"),
    "released": ("Released", "released", "Freed"),
    "escaped": ("Escaped", "Escaped", "escaped"),
    "body_returned": ("Died, body returned", "Died in custody, body returned", "Died, body returned"),
}
"""The same for list B: three wordings."""

MODES_ARABIC: Final = {
    "amnesty": "عفو",
    "sentence_served": "انتهاء مدة الحكم",
    "settlement": "تسوية",
    "ransom": "فدية",
    "exchange": "تبادل أسرى",
    "bail": "إخلاء سبيل بكفالة",
    "charges_dropped": "إسقاط التهم",
    "captor_lost_control": "فقدان الجهة المحتجِزة السيطرة على المكان",
    "unknown": "غير معروف",
}

STATE_ENGLISH: Final = ("regime forces", "Assad forces", "Syrian government forces", "the regime")
SERVICES_ENGLISH: Final = {
    "military_intelligence": "Military Intelligence",
    "air_force_intelligence": "Air Force Intelligence",
    "political_security": "Political Security",
    "general_intelligence": "State Security",
    "army": "Syrian army",
}
PARTIES_ENGLISH: Final = {
    "syria.state": "Syrian government",
    "syria.isis": "ISIL",
    "syria.hts": "HTS",
    "syria.opposition": "FSA",
    "syria.sna": "SNA",
    "syria.sdf": "SDF",
}
PARTIES_ARABIC: Final = {
    "syria.isis": ("تنظيم داعش", "داعش", "تنظيم الدولة"),
    "syria.hts": ("هيئة تحرير الشام", "جبهة النصرة", "هيئة تحرير الشام"),
    "syria.opposition": ("فصائل المعارضة", "الجيش الحر", "فصائل المعارضة المسلحة"),
    "syria.sna": ("الجيش الوطني", "الجيش الوطني السوري", "الجيش الوطني"),
    "syria.sdf": ("قوات سوريا الديمقراطية", "قسد", "الإدارة الذاتية"),
}

CARRIERS_ARABIC: Final = {
    "state": "إعلام حكومي",
    "pro_state": "إعلام موال",
    "hezbollah_linked": "وسيلة إعلام مرتبطة بحزب الله",
    "iran_linked": "وسيلة إعلام مرتبطة بإيران",
    "russia_linked": "وسيلة إعلام مرتبطة بروسيا",
}
SPEAKERS_ARABIC: Final = {"detainee": "محتجز", "relative_of_activist": "قريب ناشط"}
CONTENTS_ARABIC: Final = {
    "confession": "اعتراف بأعمال نسبتها إليه الأجهزة الأمنية",
    "denial": "إنكار مسؤولية الدولة عن القصف",
    "disavowal": "تبرؤ من أحد أفراد العائلة",
    "accusation": "اتهام ناشطين بالعمل لصالح جهات أجنبية",
}
"""What a speaker was made to say, as a class: no words are invented for anyone."""

MEANS_ENGLISH: Final = {
    "air.barrel_bomb": "barrel bomb",
    "air.unguided": "unguided bomb or rocket from the air",
    "air.guided": "guided bomb or missile from the air",
    "air.cluster": "cluster munition from the air",
    "air.unspecified": "air strike",
}
