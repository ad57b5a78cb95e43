"""Small invented archives for tests: one line an account, definitions in a few words."""

from __future__ import annotations

from typing import Any, Final

import yaml

from dalil.archive import Archive
from dalil.ledger.entries import Draft
from dalil.ledger.kinds import Kind

AS_OF: Final = "2021-05-21"
STATE: Final = "syria.state"


class Small:
    """An archive with short ways to say what tests need said. Accounts are known by their ledger position."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.figures = archive.figures
        self._sources: dict[str, int] = {}

    def record(self, kind: Kind, /, **body: Any) -> int:
        """Record one entry and return its position."""
        return self.archive.ledger.append([Draft(kind, body)], by=self.archive.actor()).first

    def source(self, key: str = "list", *, synthetic: bool = True, **said: Any) -> int:
        """Return a source, recorded on first use."""
        if key not in self._sources:
            kind = "synthetic" if synthetic else "report"
            fixed = {"key": key, "kind": kind, "title": "Invented", "language": "en", "synthetic": synthetic}
            self._sources[key] = self.record(Kind.SOURCE, **fixed, **said)
        return self._sources[key]

    def account(self, subjects: dict[str, str], *statements: tuple[Any, ...], source: str = "list") -> int:
        """Record an account; a statement is (subject, predicate, value) and perhaps more fields."""
        said = []
        for statement in statements:
            subject, predicate, value, *more = statement
            said.append({"subject": subject, "predicate": predicate, "value": value, **(more[0] if more else {})})
        listed = [[local, *kind.split()] for local, kind in subjects.items()]
        return self.record(Kind.ACCOUNT, source=self.source(source), language="en", subjects=listed, statements=said)

    def held(
        self,
        arrested: str | None = "2013-08-07",
        *events: str,
        party: str | None = STATE,
        reason: str | None = "kinship",
        sex: str | None = None,
        age: int | None = None,
        birth: str | None = None,
        place: str | None = None,
        source: str = "list",
    ) -> int:
        """Record one detention: person ``.0``, episode ``.1``; events are ``released 2014-01`` and the like."""
        said: list[tuple[Any, ...]] = [("d1", "detainee", {"person": "p1"})]
        on = {} if arrested is None else {"on": arrested}
        said.append(("d1", "episode_event", {"event": "arrested", **on, **({"place": place} if place else {})}))
        said += [("d1", "held_by", {"party": party})] if party else []
        said += [("d1", "reason", {"reason": reason})] if reason else []
        said += [("p1", "sex", sex)] if sex else []
        said += [("p1", "birth", birth)] if birth else []
        said += [("p1", "age", {"years": age, "at": arrested})] if age is not None else []
        for event in events:
            code, _, day = event.partition(" ")
            said.append(("d1", "episode_event", {"event": code, **({"on": day} if day else {})}))
        return self.account({"p1": "person", "d1": "episode"}, *said, source=source)

    def join(self, *entries: int, episodes: bool = True) -> int:
        """Judge the persons of several accounts to be one, and their episodes too."""
        sets = [["person", [f"{entry}.0" for entry in entries]]]
        sets += [["episode", [f"{entry}.1" for entry in entries]]] if episodes else []
        return self.record(Kind.JUDGEMENT, verdict="same", sets=sets, basis="human")

    def define(self, name: str, **fields: Any) -> None:
        """Write a definition; what every figure needs is filled in."""
        common = {
            "format": "dalil-figure/1",
            "name": name,
            "title": {"en": name, "ar": "رقم"},
            "text": {"en": "A figure of a test.", "ar": "رقم في اختبار."},
            "unit": "person",
            "class": "documented_named",
        }
        folder = self.archive.path / "hand" / "figures"
        (folder / f"{name}.yaml").write_text(
            yaml.safe_dump({**common, **fields}, allow_unicode=True, sort_keys=False), encoding="utf-8"
        )

    def define_held(self, name: str = "held", **fields: Any) -> None:
        """Write a definition over episodes: by default, persons held or disappeared by the state over kinship."""
        where = [
            {"party": {"within": [STATE]}},
            {"reason": {"within": ["kinship"]}},
            {"arrested": {"from": "2011-03", "to": "as_of"}},
            {"status": {"within": ["detained", "disappeared"]}},
        ]
        self.define(name, **{"base": "episodes", "method": "snhr-20d", "as_of": AS_OF, "where": where, **fields})
