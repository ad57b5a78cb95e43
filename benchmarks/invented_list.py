"""A sheet of invented detentions of any length, and the mapping that takes it in."""

from __future__ import annotations

import csv
import random
from pathlib import Path

from dalil.archive import Archive

GIVEN = ("أحمد", "محمود", "خالد", "سامر", "ليلى", "هدى", "ريم", "يوسف", "عبد الله", "نور الدين")
FAMILY = tuple(f"عائلة{letter}{other}" for letter in "ابتثجحخدذر" for other in "زسشصضطظعغف")
GOVERNORATES = ("دمشق", "ريف دمشق", "حلب", "حمص", "حماة", "إدلب", "درعا", "دير الزور")
REASONS = ("protest", "kinship", "media", "relief_work", "unknown")

MAPPING = """\
format: dalil-mapping/1
source: {key: bench, kind: synthetic, synthetic: true, form: list, title: "Invented list", language: ar,
         publisher: "dalil benchmarks", published: "2021-05-20"}
key: ["رقم"]
subjects: {p1: person, d1: episode}
language: ar
dates: {order: dmy, empty: ["0000-00-00", "-"]}
columns:
  "الاسم": {subject: p1, predicate: name, part: text, split: [given, father, grandfather, family]}
  "اسم الأم": {subject: p1, predicate: name, part: mother}
  "الجنس": {subject: p1, predicate: sex, values: {"ذكر": male, "أنثى": female}}
  "المواليد": {subject: p1, predicate: birth}
  "تاريخ الاعتقال": {subject: d1, predicate: episode_event, group: arrest, part: on}
  "المحافظة": {subject: d1, predicate: episode_event, group: arrest, part: place}
  "السبب": {subject: d1, predicate: reason, part: reason}
  "الحالة":
    emit:
      "مختفي قسريا":
        - {subject: d1, predicate: episode_event, value: {event: no_information}}
        - {subject: d1, predicate: episode_event, value: {event: denied}}
      "محتجز": []
  "تاريخ الإفراج": {subject: d1, predicate: episode_event, group: release, part: on}
  "ملاحظات": ignore
constants:
  - {subject: d1, predicate: detainee, value: {person: p1}}
  - {subject: d1, predicate: held_by, value: {party: syria.state}}
  - {subject: d1, predicate: episode_event, group: arrest, part: event, value: arrested}
  - {subject: d1, predicate: episode_event, group: release, part: event, value: released}
"""
COLUMNS = (
    "رقم",
    "الاسم",
    "اسم الأم",
    "الجنس",
    "المواليد",
    "تاريخ الاعتقال",
    "المحافظة",
    "السبب",
    "الحالة",
    "تاريخ الإفراج",
    "ملاحظات",
)


def write_list(path: Path, n_rows: int, *, seed: int = 1) -> None:
    """Write ``n_rows`` invented rows as CSV."""
    draw = random.Random(seed)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number in range(n_rows):
            year, month, day = draw.randint(2011, 2020), draw.randint(1, 12), draw.randint(1, 28)
            released = f"{day:02d}/{month:02d}/{year + 1}" if draw.random() < 0.3 else "0000-00-00"
            name = " ".join([draw.choice(GIVEN), draw.choice(GIVEN), draw.choice(GIVEN), draw.choice(FAMILY)])
            writer.writerow(
                (
                    f"R{number}",
                    name,
                    draw.choice(GIVEN),
                    draw.choice(("ذكر", "أنثى")),
                    str(draw.randint(1940, 2000)),
                    f"{day:02d}/{month:02d}/{year}",
                    draw.choice(GOVERNORATES),
                    draw.choice(REASONS),
                    draw.choice(("مختفي قسريا", "محتجز")),
                    released,
                    "",
                )
            )


def make_archive(folder: Path) -> tuple[Archive, Path]:
    """Make an archive in ``folder``, and the mapping beside it."""
    mapping = folder / "mapping.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    return Archive.create(folder / "archive", name="benchmark"), mapping
