"""An invented archive for the browser: lists in two scripts, a broadcast under coercion, pairs to judge, a figure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from browser.report_sample import write_report
from conftest import detention, source_body
from dalil.archive import Archive
from dalil.ledger.entries import Draft
from dalil.ledger.kinds import Kind
from dalil.linkage.archives.candidates import Candidates, write_run
from dalil.values.ids import format_subject, subject_id

ARABIC = (
    ("سامر خالد الحداد", "2013-08-07"),
    ("رنا محمود الشامي", "2013-09"),
    ("عمر يوسف النجار", "2014-01-20"),
    ("هدى سليم قباني", "2012-05-01"),
    ("باسل أحمد الخطيب", "2016-02-02"),
    ("ليلى حسن العلي", "2015-11"),
    ("زياد فارس المصري", "2013-03-14"),
    ("نور الدين صباغ", "2014"),
    ("مريم إبراهيم درويش", "2017-06-30"),
    ("يوسف كمال حمدان", "2012-12-12"),
    ("سلمى عادل رزق", "2018-04-07"),
    ("طارق سعيد جابر", "2013-01-09"),
    ("غسان منير بيطار", "2014-05-06"),
    ("سهى وليد عثمان", "2013-11"),
    ("فراس نزار حلاق", "2012-08-19"),
    ("رغد جمال ديب", "2016-03"),
    ("أنس بشير خوري", "2014-10-02"),
    ("ديما رياض سعد", "2015-07-21"),
    ("وائل شفيق نصر", "2013-06-11"),
    ("هالة عصام زين", "2017-01"),
    ("مازن راتب عيسى", "2012-10-30"),
    ("رشا حكمت فرح", "2018-02-14"),
)
LATIN = (
    "Samer Khaled al-Haddad",
    "Rana Mahmoud al-Shami",
    "Omar Youssef al-Najjar",
    "Huda Salim Qabbani",
    "Basel Ahmad al-Khatib",
    "Layla Hassan al-Ali",
    "Ziad Fares al-Masri",
    "Nour al-Din Sabbagh",
    "Mariam Ibrahim Darwish",
    "Youssef Kamal Hamdan",
    "Salma Adel Rizk",
    "Tarek Said Jaber",
    "Ghassan Munir Bitar",
    "Suha Walid Othman",
    "Firas Nizar Hallaq",
    "Raghad Jamal Deeb",
    "Anas Bashir Khoury",
    "Dima Riyad Saad",
    "Wael Shafiq Nasr",
    "Hala Issam Zein",
    "Mazen Rateb Issa",
    "Rasha Hikmat Farah",
)
"""Invented, the same persons in both lists; nobody we know bears any of these names with these dates."""

FIGURE = """\
format: dalil-figure/1
name: F01
title: {en: Held by the state, ar: المحتجزون لدى الدولة}
text: {en: Persons of the invented lists held on the day., ar: أشخاص القوائم المختلقة المحتجزون في اليوم.}
unit: person
class: documented_named
base: episodes
method: snhr-20d
as_of: "2021-05-21"
where:
  - party: {within: [syria.state]}
  - arrested: {from: "2011-03", to: as_of}
  - status: {within: [detained, disappeared]}
dimensions:
  status: {by: status}
  governorate: {by: governorate}
  year_of_arrest: {by: year_of_arrest, overlap: true}
"""


def make_sample(path: Path) -> dict[str, str]:
    """Make the archive; return its subjects by name, as ``<entry>.<n>``."""
    archive = Archive.create(path, name="invented, for the browser", origin="test.example/browser", demonstration=True)
    (path / "hand" / "figures" / "F01.yaml").write_text(FIGURE, encoding="utf-8")
    write_report(path)
    by = archive.actor()
    sources = [
        archive.ledger.append([Draft(Kind.SOURCE, source_body(key) | {"title": title})], by=by).first
        for key, title in (("list-ar", "قائمة مختلقة"), ("list-en", "Invented list"), ("tv", "Invented broadcasts"))
    ]
    places = ("SY01", "SY02", "SY04", "SY05")
    arabic = [_row(sources[0], n, name, on, places[n % 4]) for n, (name, on) in enumerate(ARABIC)]
    latin = [_row(sources[1], n, name, ARABIC[n][1], places[n % 4]) for n, name in enumerate(LATIN)]
    first = archive.ledger.append([Draft(Kind.ACCOUNT, body) for body in arabic], by=by).first
    second = archive.ledger.append([Draft(Kind.ACCOUNT, body) for body in latin], by=by).first
    coerced = archive.ledger.append([Draft(Kind.ACCOUNT, _broadcast(sources[2]))], by=by).first
    run = archive.ledger.append([Draft(Kind.DEFINITION, {"defines": "linkage", "digest": "0" * 64})], by=by).first
    likely = [format_subject(subject_id(start + len(ARABIC) - 1, 0)) for start in (first, second)]
    joined = {"verdict": "same", "basis": "model", "run": run, "score": 970, "sets": [["person", likely]]}
    archive.ledger.append([Draft(Kind.JUDGEMENT, joined)], by=by)
    write_run(
        path / "derived",
        Candidates(
            run=run,
            a=np.array([subject_id(first + n, 0) for n in range(len(ARABIC))]),
            b=np.array([subject_id(second + n, 0) for n in range(len(LATIN))]),
            probability=np.linspace(0.9, 0.4, len(ARABIC), dtype=np.float32),
            joined=np.arange(len(ARABIC)) == len(ARABIC) - 1,
            teaches=np.zeros(len(ARABIC), dtype=np.float32),
        ),
    )
    archive.checkpoint()
    archive.close()
    return {
        "samer": format_subject(subject_id(first, 0)),
        "samer_latin": format_subject(subject_id(second, 0)),
        "rana": format_subject(subject_id(first + 1, 0)),
        "speaker": format_subject(subject_id(coerced, 0)),
        "episode": format_subject(subject_id(first, 1)),
    }


def _row(source: int, number: int, name: str, on: str, place: str) -> dict[str, Any]:
    body = detention(source, number, arrested=on, name=name)
    latin = name.isascii()
    body["language"] = "en" if latin else "ar"
    body["statements"][0]["value"] = {"text": name, "script": "Latn" if latin else "Arab"}
    body["statements"][-1]["value"]["place"] = place
    birth = {"subject": "p1", "predicate": "birth", "value": f"{1980 + number}" if latin else f"{1980 + number}-05"}
    unknown = {"subject": "d1", "predicate": "episode_event", "value": {"event": "no_information", "on": "2019-01-05"}}
    denied = {"subject": "d1", "predicate": "episode_event", "value": {"event": "denied", "on": "2019-01-05"}}
    body["statements"] += [birth, *([unknown, denied] if number % 3 else [])]
    if number == 1 and latin:
        birth["value"] = "1979"  # the lists disagree
    return body


def _broadcast(source: int) -> dict[str, Any]:
    return {
        "source": source,
        "language": "ar",
        "subjects": [["p1", "person"], ["ap1", "appearance"], ["c1", "claim"], ["c2", "claim"]],
        "statements": [
            {"subject": "p1", "predicate": "name", "value": {"text": "متكلم مختلق", "script": "Arab"}},
            {
                "subject": "ap1",
                "predicate": "appearance",
                "value": {"speaker": "p1", "speech": "coerced", "carrier": "state", "on": "2021-04-20"},
            },
            {
                "subject": "c1",
                "predicate": "claim",
                "value": {"text": "قول مختلق أُكره عليه", "speaker": "p1"},
                "speech": "coerced",
                "role": "claim_to_rebut",
            },
            {"subject": "c2", "predicate": "claim", "value": {"text": "ردّ مختلق"}},
            {"subject": "c2", "predicate": "rebuts", "value": {"claim": "c1"}},
        ],
    }
