"""The smallest report there can be: one invented figure, said in one sentence of each language."""

from __future__ import annotations

from pathlib import Path

SHAPE = """\
format: dalil-report/1
code: R1
issued: "2021-05-21"
demonstration: true
languages: [{language: en}, {language: ar}]
figures:
  F01: {printed: []}
sections:
  - id: held
    blocks:
      - p: held.count
  - id: counted
    part: annex
    blocks:
      - definitions: figures
"""
FRONT = {
    "en": {
        "title": "Held, in an invented list",
        "subtitle": "For tests only",
        "running": "Held",
        "publisher": "Set with dalil",
        "organisation": "Nobody published this.",
        "demonstration.short": "Invented.",
        "demonstration.long": "Everyone counted here is invented.",
        "held": "Who is held",
        "counted": "What is counted",
        "figures.caption": "The figure",
        "held.count": "The archive holds {F01|of=person} who are held.",
    },
    "ar": {
        "title": "محتجزون في قائمة مختلقة",
        "subtitle": "للاختبار فقط",
        "running": "محتجزون",
        "publisher": "نُضّد بدليل",
        "organisation": "لم ينشر هذا أحد.",
        "demonstration.short": "مختلق.",
        "demonstration.long": "كل من عُدّ هنا مختلق.",
        "held": "من هم المحتجزون",
        "counted": "ما الذي يُعدّ",
        "figures.caption": "الرقم",
        "held.count": "في الأرشيف {F01|of=person} قيد الاحتجاز.",
    },
}
NOUNS = {
    "en": "{one: person, other: persons}",
    "ar": "{zero: شخص, one: شخص واحد, two: شخصان, few: أشخاص, many: شخصاً, other: شخص}",
}


def write_report(archive: Path) -> None:
    """Put the template R1 into an archive that defines the figure F01."""
    folder = archive / "hand" / "reports" / "R1"
    folder.mkdir(parents=True)
    (folder / "report.yaml").write_text(SHAPE, encoding="utf-8")
    for language, texts in FRONT.items():
        lines = [
            "format: dalil-report-prose/1",
            f"language: {language}",
            f"nouns: {{person: {NOUNS[language]}}}",
            "texts:",
        ]
        lines += [f'  {slot}: "{text}"' for slot, text in texts.items()]
        (folder / f"{language}.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
