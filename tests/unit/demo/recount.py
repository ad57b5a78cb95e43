"""Counts the demonstration's figures again, from the rows of its files and the keys that join them.

Written from what the lists say and from the rules of the report's figures; shares no code with the generator or with
dalil. Dates are intervals of ordinals, both ends included; ages and statuses are counted where every day in the
intervals gives the same answer, and are otherwise unknown.
"""

from __future__ import annotations

import datetime
import json
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from unit.demo.reading import (
    Interval,
    Row,
    age_on,
    born_for_age,
    english_date,
    iso_date,
    read_csv,
    read_ods,
    read_xlsx,
    slash_date,
    worded_date,
    years_before,
)

AS_OF = datetime.date(2021, 5, 21).toordinal()
EVER: Interval = (0, 10**7)
STATE_A = {
    "معروف مكان الاحتجاز": "located",
    "سُمح بزيارته": "visited",
    "أقرت الجهة باحتجازه": "acknowledged",
    "وُجهت إليه تهمة": "charged",
    "يخضع للمحاكمة": "tried",
    "محكوم": "sentenced",
    "انتهت محكوميته وما زال محتجزاً": "sentence over",
    "إشعار وفاة دون تسليم الجثمان": "notice",
    "فرّ من الاحتجاز": "escaped",
    "توفي وسُلّم جثمانه": "body returned",
    "مفرج عنه": "released",
}
STATE_B = {
    "located": "located",
    "seen in detention": "located",
    "visited": "visited",
    "visited by family": "visited",
    "acknowledged": "acknowledged",
    "detention acknowledged": "acknowledged",
    "charged": "charged",
    "tried": "tried",
    "on trial": "tried",
    "sentenced": "sentenced",
    "sentence over, still held": "sentence over",
    "sentence expired, still held": "sentence over",
    "death notice": "notice",
    "death notice, no body": "notice",
    "released": "released",
    "freed": "released",
    "escaped": "escaped",
    "died, body returned": "body returned",
    "died in custody, body returned": "body returned",
}
STATE_D = {"sentence expired": "sentence over", "death notice": "notice"}
OTHERS_D = {"ISIL": "isis", "HTS": "hts", "FSA": "opposition", "SNA": "sna", "SDF": "sdf"}
OTHERS_E = {
    **dict.fromkeys(("تنظيم داعش", "داعش", "تنظيم الدولة"), "isis"),
    **dict.fromkeys(("هيئة تحرير الشام", "جبهة النصرة"), "hts"),
    **dict.fromkeys(("فصائل المعارضة", "الجيش الحر", "فصائل المعارضة المسلحة"), "opposition"),
    **dict.fromkeys(("الجيش الوطني", "الجيش الوطني السوري"), "sna"),
    **dict.fromkeys(("قوات سوريا الديمقراطية", "قسد", "الإدارة الذاتية"), "sdf"),
}
ENDS = {"released", "escaped", "body returned"}
FOUND = {"located", "visited", "acknowledged", "charged", "tried", "sentenced", "sentence over"}


class Said(NamedTuple):
    """Something a row says happened, and when."""

    what: str
    when: Interval


class Episode:
    """Everything the rows say of one detention."""

    def __init__(self) -> None:
        self.person = ""
        self.holders: set[str] = set()
        self.kin = False
        self.arrests: list[Interval] = []
        self.said: list[Said] = []

    @property
    def arrest(self) -> Interval:
        """Where all dates of the arrest meet, or else all of them together."""
        lo, hi = max(a for a, _ in self.arrests), min(b for _, b in self.arrests)
        if lo <= hi:
            return lo, hi
        return min(a for a, _ in self.arrests), max(b for _, b in self.arrests)

    def stands(self) -> str:
        """Return "later", an end, "unsure", "disappeared" or "held", as of the day of the report."""
        if self.arrest[0] > AS_OF:
            return "later"
        ends = [said for said in self.said if said.what in ENDS]
        if any(said.when[1] <= AS_OF for said in ends):
            return next(said.what for said in ends if said.when[1] <= AS_OF)
        if any(said.when[0] <= AS_OF for said in ends):
            return "unsure"
        return "disappeared" if self.began() else "held"

    def began(self) -> Interval | None:
        """Return when the disappearance began: twenty days held, nothing heard, and nothing heard since."""
        silences = [said.when for said in self.said if said.what == "silence"]
        found = [said.when for said in self.said if said.what in FOUND and said.when[0] <= AS_OF]
        if not silences or any(on[1] >= silence[0] for on in found for silence in silences):
            return None
        lo = max(self.arrest[0] + 20, min(s[0] for s in silences))
        hi = max(self.arrest[1] + 20, min(s[1] for s in silences))
        return (lo, hi) if hi <= AS_OF else None


class Recount:
    """The rows of a folder, joined by key."""

    def __init__(self, folder: Path) -> None:
        self.keys = {(row["list"], row["row_key"]): row for row in read_csv(folder / "keys.csv", "utf-8")}
        self.episodes: dict[str, Episode] = defaultdict(Episode)
        self.births: dict[str, list[Interval]] = defaultdict(list)
        self.sexes: dict[str, set[str]] = defaultdict(set)
        self.appearances: dict[str, list[int]] = defaultdict(list)
        self.confirmed_dead: set[str] = set()
        for row in read_csv(folder / "list-a.csv", "utf-8"):
            self._a(row)
        for row in read_xlsx(folder / "list-b.xlsx"):
            self._b(row)
        for row in read_csv(folder / "list-c.tsv", "windows-1256", "\t"):
            self._c(row)
        for line in (folder / "list-d.jsonl").read_text(encoding="utf-8").splitlines():
            self._d({name: value or "" for name, value in json.loads(line).items()})
        for row in read_ods(folder / "list-e.ods"):
            self._e(row)
        for row in read_csv(folder / "broadcasts.csv", "utf-16"):
            self.appearances[self._key("broadcasts", row["الرقم"])["person_key"]].append(
                slash_date(row["تاريخ البث"])[0]
            )
        for row in read_csv(folder / "deaths.csv", "utf-8-sig", ";"):
            key = self._key("deaths", row["id"])
            what = {"death notice": "notice", "body returned": "body returned"}[row["how it became known"]]
            self.episodes[key["episode_key"]].said.append(Said(what, iso_date(row["known on"])))
            if key["grade"] in {"G3", "G4"}:
                self.confirmed_dead.add(key["person_key"])
        self.strikes = [row["aircraft of"] for row in read_csv(folder / "strikes.csv", "utf-8")]

    def _key(self, name: str, row_key: str) -> Row:
        return self.keys[name, row_key]

    def _open(self, name: str, row_key: str, *, arrest: Interval | None, sex: str, holder: str) -> Episode:
        key = self._key(name, row_key)
        episode = self.episodes[key["episode_key"]]
        episode.person = key["person_key"]
        episode.holders.add(holder)
        if arrest is not None:
            episode.arrests.append(arrest)
        self.sexes[episode.person].add(sex)
        return episode

    # --- one list each ------------------------------------------------------------------------------------------------
    def _a(self, row: Row) -> None:
        sex = {"ذكر": "m", "أنثى": "f"}[row["الجنس"]]
        arrest = slash_date(row["تاريخ الاعتقال"])
        episode = self._open("list-a", row["الرقم"], arrest=arrest, sex=sex, holder="state")
        episode.kin |= "قرابة" in row["سبب الاعتقال"]
        if row["تاريخ الميلاد"]:
            self.births[episode.person].append(slash_date(row["تاريخ الميلاد"]))
        if row["انقطاع الأخبار والإنكار"]:
            episode.said.append(Said("silence", slash_date(row["انقطاع الأخبار والإنكار"])))
        if row["الحالة"] in STATE_A:
            on = row["تاريخ الإفراج"] or row["تاريخ الحالة"]
            episode.said.append(Said(STATE_A[row["الحالة"]], slash_date(on)))

    def _b(self, row: Row) -> None:
        arrest = english_date(row["Arrest/Date"]) if row["Arrest/Date"] else None
        sex = row["Person/Sex"][0].lower()
        episode = self._open("list-b", row["No."], arrest=arrest, sex=sex, holder="state")
        if row["Person/Age"] and arrest:
            self.births[episode.person].append(born_for_age(int(row["Person/Age"]), arrest))
        outcome = row["Last known/Outcome"].lower()
        if "disappeared" in outcome:
            episode.said.append(Said("silence", english_date(row["Last known/Date"])))
        elif outcome in STATE_B:
            episode.said.append(Said(STATE_B[outcome], english_date(row["Last known/Date"])))

    def _c(self, row: Row) -> None:
        sex = "f" if row["الفئة"].startswith("أنثى") else "m"
        arrest = iso_date(row["تاريخ الاعتقال"])
        episode = self._open("list-c", row["المعرف"], arrest=arrest, sex=sex, holder="state")
        if "طفل" in row["الفئة"]:
            self.births[episode.person].append((years_before(arrest[0], 18) + 1, EVER[1]))
        elif "بالغ" in row["الفئة"]:
            self.births[episode.person].append((EVER[0], years_before(arrest[1], 18)))
        if row["الحالة"] == "اختفاء قسري":
            episode.said.append(Said("silence", (EVER[0], datetime.date(2021, 5, 20).toordinal())))
        if row["تاريخ الإفراج"] != "0000-00-00":
            episode.said.append(Said("released", iso_date(row["تاريخ الإفراج"])))

    def _d(self, row: Row) -> None:
        arrest = iso_date(row["arrested"]) if row["arrested"] else None
        holder = OTHERS_D.get(row["holder"], "state")
        episode = self._open("list-d", row["ref"], arrest=arrest, sex=row["sex"][0], holder=holder)
        episode.kin |= row["reason"] == "kinship"
        if row["born"]:
            self.births[episode.person].append(iso_date(row["born"]))
        if row["silent_since"]:
            lo, hi = iso_date(row["silent_since"])
            denied = iso_date(row["denied_on"])
            episode.said.append(Said("silence", (max(lo, denied[0]), min(hi, denied[1]))))
        for what in ("noted", "ended"):
            if row[what]:
                episode.said.append(Said(STATE_D.get(row[what], row[what]), iso_date(row[f"{what}_on"])))

    def _e(self, row: Row) -> None:
        sex = {"ذكر": "m", "أنثى": "f"}[row["الجنس"]]
        arrest = worded_date(row["تاريخ الخطف"])
        episode = self._open("list-e", row["م"], arrest=arrest, sex=sex, holder=OTHERS_E[row["الجهة"]])
        if row["آخر خبر"]:
            episode.said.append(Said("silence", worded_date(row["آخر خبر"])))
        if row["المصير"] in STATE_A:
            episode.said.append(Said(STATE_A[row["المصير"]], worded_date(row["تاريخ المصير"])))

    # --- figures ------------------------------------------------------------------------------------------------------
    def figures(self) -> dict[str, tuple[int, int]]:
        """Return each figure as (value, unknown), of invented persons only."""
        stands = {key: episode.stands() for key, episode in self.episodes.items()}
        state = {key: e for key, e in self.episodes.items() if e.holders == {"state"}}
        open_ = {key for key in state if stands[key] in {"held", "disappeared"}}
        held = {state[key].person for key in open_}
        unsure = {e.person for key, e in state.items() if stands[key] == "unsure"} - held
        kin = {key: e for key, e in state.items() if e.kin}
        kin_held = {e.person: e for key, e in kin.items() if key in open_}
        kin_unsure = {e.person for key, e in kin.items() if stands[key] == "unsure"}
        kin_free: dict[str, Episode] = {}
        for key, episode in sorted(kin.items(), key=lambda item: item[1].arrest):
            if stands[key] == "released" and episode.person not in kin_held:
                kin_free[episode.person] = episode
        gone = {e.person for key, e in self.episodes.items() if stands[key] == "disappeared"}
        gone_by_state = {state[key].person for key in open_ if stands[key] == "disappeared"}
        speakers = self._speakers_who_disappeared()
        n_appearances = sum(len(days) for days in self.appearances.values())
        return {
            "F04": (len(self.strikes), 0),
            "F07": (n_appearances, 0),
            "F08": (len(speakers), 0),
            "F09": (len(speakers & self.confirmed_dead), 0),
            "F10": (len(kin_held), len(kin_unsure)),
            "F11": self._children(kin_held, None),
            "F12": self._women(kin_held, None),
            "F13": self._old(kin_held, AS_OF),
            "F14": (len(held), len(unsure)),
            "F15": (len(kin_free), len(kin_unsure)),
            "F16": self._children(kin_free, None),
            "F17": self._women(kin_free, None),
            "F19": (len(gone), 0),
            "F20": (len(held - gone_by_state), len(unsure)),
        }

    def alternatives(self) -> dict[str, tuple[int, int]]:
        """Return the figures about ages with the other age reference."""
        kin = {key: e for key, e in self.episodes.items() if e.kin}
        held = {e.person: e for e in kin.values() if e.stands() in {"held", "disappeared"}}
        free = {e.person: e for e in kin.values() if e.stands() == "released" and e.person not in held}
        return {
            "F11, age at the as-of day": self._children(held, AS_OF),
            "F12, age at the as-of day": self._women(held, AS_OF),
            "F13, age at the arrest": self._old(held, None),
            "F16, age at the as-of day": self._children(free, AS_OF),
            "F17, age at the as-of day": self._women(free, AS_OF),
        }

    def _speakers_who_disappeared(self) -> set[str]:
        began = [(e.person, e.began()) for e in self.episodes.values() if e.person in self.appearances]
        return {person for person, day in began if day is not None and day[0] > min(self.appearances[person])}

    def _ages(self, person: str, episode: Episode, at: int | None) -> Interval:
        born = self.births[person] or [EVER]
        lo, hi = max(a for a, _ in born), min(b for _, b in born)
        if lo > hi:
            raise AssertionError(f"the births told of {person} contradict each other")
        first, last = episode.arrest if at is None else (at, at)
        return (0 if hi >= first else age_on(hi, first)), (200 if lo == 0 else age_on(lo, last))

    def _children(self, of: dict[str, Episode], at: int | None) -> tuple[int, int]:
        ages = [self._ages(person, episode, at) for person, episode in of.items()]
        return sum(hi < 18 for _, hi in ages), sum(lo < 18 <= hi for lo, hi in ages)

    def _women(self, of: dict[str, Episode], at: int | None) -> tuple[int, int]:
        ages = [self._ages(person, episode, at) for person, episode in of.items() if self.sexes[person] == {"f"}]
        return sum(lo >= 18 for lo, _ in ages), sum(lo < 18 <= hi for lo, hi in ages)

    def _old(self, of: dict[str, Episode], at: int | None) -> tuple[int, int]:
        ages = [self._ages(person, episode, at) for person, episode in of.items()]
        return sum(lo > 70 for lo, _ in ages), sum(lo <= 70 < hi for lo, hi in ages)
