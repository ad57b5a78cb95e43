"""Figures with the values of the acceptance table, so that the report can be set before anything is counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dalil.ledger.notes import Checkpoint
from dalil.publication.bindings import PublishedFigure, Ratio, SeriesPoint, Span, Value
from dalil.publication.edition import Edition
from dalil.publication.template import ReportTemplate, load_template
from dalil.values.digests import digest_of
from dalil.vocabulary import Vocabulary, load_vocabulary

TEMPLATE_FOLDER = Path(__file__).parents[3] / "demo" / "report"
AS_OF = date(2021, 5, 21)

# name: class, unit, value, English title, Arabic title
FIGURES: dict[str, tuple[str, str, Value | None, str, str]] = {
    "F01": ("derived", "year", Span(low=31, high=33), "Age on the day of the page", "العمر في يوم الصفحة"),
    "F02": (
        "derived",
        "duration",
        Span(low=60, high=60),
        "Length of the siege of Eastern Ghouta",
        "مدة حصار الغوطة الشرقية",
    ),
    "F03": ("quoted", "besieged_population", 1_500_000, "People in the besieged area", "السكان في المنطقة المحاصرة"),
    "F04": ("documented", "attack", 23, "Air strikes on the Cave", "الغارات على مشفى الكهف"),
    "F05": ("quoted", "treated_patient", None, "People treated at the Cave", "من عولجوا في مشفى الكهف"),
    "F06": ("quoted", "death", 1_200, "Killed in the attack of August 2013", "قتلى هجوم آب 2013"),
    "F07": ("documented", "appearance", 364, "Coerced appearances on air", "حالات الظهور الإعلامي القسري"),
    "F08": ("documented", "person", 300, "Disappeared after an appearance", "المختفون بعد الظهور"),
    "F09": ("documented", "person", 12, "Of those, died under torture", "منهم من قضوا تحت التعذيب"),
    "F10": ("documented", "person", 20_847, "Still held over kinship", "المحتجزون بسبب القرابة"),
    "F11": ("documented", "child", 13, "Of those, children", "منهم أطفال"),
    "F12": ("documented", "woman", 27, "Of those, women", "منهم سيدات"),
    "F13": ("documented", "person", 137, "Of those, over seventy", "منهم فوق السبعين"),
    "F14": ("documented", "ratio", Ratio(part=20_847, whole=130_294), "Share of all held", "الحصة من جميع المحتجزين"),
    "F15": ("documented", "person", 7_929, "Arrested over kinship, released", "معتقلون بسبب القرابة أُفرج عنهم"),
    "F16": ("documented", "child", 147, "Of the released, children", "من المفرج عنهم أطفال"),
    "F17": ("documented", "woman", 180, "Of the released, women", "من المفرج عنهم سيدات"),
    "F18": ("derived", "person", 20_847, "Roundings of the number held", "تقريبات عدد المحتجزين"),
    "F19": ("documented", "person", 102_000, "Forcibly disappeared, all parties", "المختفون قسرياً لدى جميع الأطراف"),
    "F20": ("documented", "person", 28_294, "Arbitrarily detained by the state", "المحتجزون تعسفياً لدى الدولة"),
    "F21": ("documented", "deal_item", 9, "Items of the exchange", "بنود صفقة التبادل"),
    "F22": ("quoted", "rescued", None, "People helped, by the citation", "من جرت مساعدتهم بحسب نص المنح"),
    "F23": ("documented", "award", 7, "Awards and nominations of the film", "جوائز الفيلم وترشيحاته"),
    "F24": ("derived", "duration", Span(low=92, high=93), "Length of the family's detention", "مدة احتجاز العائلة"),
    "F25": ("derived", "recommendation", None, "Recommendations and conclusions", "التوصيات والاستنتاجات"),
}
HEDGES = {"F03": "more_than", "F05": "thousands", "F06": "more_than", "F22": "hundreds"}
CELLS: dict[str, dict[str, Value]] = {
    "F19": {"syrian_state": 86_792},
    "F21": {"state_force_member": 5, "body": 1, "civilian": 3},
    "F25": {
        "recommendations.un.security_council": 4,
        "recommendations.syria.russia": 3,
        "recommendations.syria.state": 4,
        "conclusions": 6,
        "resolutions": 3,
    },
}
# 5,210 + 6,480 + 4,120 + 2,030 + 1,044 + 702 + 511 + 388 + 214 + 117 + 31 = 20,847
ARRESTS = (5_210, 6_480, 4_120, 2_030, 1_044, 702, 511, 388, 214, 117, 31)
DEFINITION = {
    "en": "Persons whose detention by the state, begun since March 2011 over their kin, is not over.",
    "ar": "أشخاص بدأ احتجازهم لدى الدولة منذ آذار 2011 بسبب صلة القربى، ولم ينتهِ.",
}


def invented_figure(name: str) -> PublishedFigure:
    """Return one figure of the acceptance table, with made-up run and digests."""
    figure_class, unit, value, english, arabic = FIGURES[name]
    counted = figure_class == "documented" and isinstance(value, int)
    figure = PublishedFigure(
        name=name,
        run_id=digest_of(name),
        figure_class=figure_class,
        unit=unit,
        title={"en": english, "ar": arabic},
        definition=DEFINITION,
        value=value,
        hedge=HEDGES.get(name),
        quoted_from="100faces-amani-ballour" if figure_class == "quoted" else None,
        cells=CELLS.get(name, {}),
        as_of=AS_OF if counted else None,
        window=(date(2011, 3, 1), None) if counted else (None, None),
        known_by=152_310,
        method="snhr-20d" if counted else None,
        floor="G1" if counted else None,
        age_reference="arrest and as_of" if counted else None,
        n_members=value if counted and isinstance(value, int) else None,
        n_synthetic=value if counted and isinstance(value, int) else None,
        members_digest="9f3a" * 16,
        definition_digest="07c1" * 16,
        unknowns={"age": 412} if counted else {},
        exclusions={"below_floor": 31} if counted else {},
        record={"figure": name, "code_version": "0.1.0"},
    )
    if name != "F10":
        return figure
    points = tuple(
        SeriesPoint(key=str(year), label={"en": str(year), "ar": str(year)}, value=value)
        for year, value in zip(range(2011, 2022), ARRESTS, strict=True)
    )
    return replace(figure, series={"year_of_arrest": points})


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return load_vocabulary(("core", "syria"))


@pytest.fixture(scope="session")
def template() -> ReportTemplate:
    return load_template(TEMPLATE_FOLDER)


@pytest.fixture(scope="session")
def figures() -> dict[str, PublishedFigure]:
    return {name: invented_figure(name) for name in FIGURES}


@pytest.fixture(scope="session")
def edition() -> Edition:
    root = bytes(range(32))
    note = (
        "archive.example/demo\n152310\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\n"
        "— archive.example/demo Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5"
        "/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    )
    checkpoint = Checkpoint("archive.example/demo", 152_310, root, note)
    return Edition(checkpoint=checkpoint, made_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), code_version="dalil 0.1.0")
