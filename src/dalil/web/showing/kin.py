"""Kin, and those because of whom someone is held, drawn around a person as SVG on the server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dalil.records.dossier import Dossier
from dalil.values.ids import format_subject
from dalil.web.showing.statements import name_of, record_link
from dalil.web.showing.whose import own_views, sex_of
from dalil.web.showing.words import Words

WIDTH: Final = 320
START: Final = 14
"""Where the person stands, from the side on which reading begins."""
END: Final = 132
"""Where relatives stand, one below the other; their names beyond."""
ROW: Final = 34
MOST: Final = 16
LONGEST: Final = 24
"""Letters of a name in the drawing; the list beside it has all of them."""
UNSTATED: Final = "relative"
"""A relative of unstated degree; left out where another source states it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """Someone around a person: where they stand in the drawing, how they are related, whether held because of them."""

    id: str
    link: str
    name: str
    short: str
    relation: str
    because: bool
    x: int
    y: int
    path: str
    name_x: int
    relation_x: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """The drawing: the person on the side where reading begins, and a line to each relative."""

    width: int
    height: int
    x: int
    y: int
    relatives: tuple[Relative, ...]
    n_left_out: int


def draw_kin(dossier: Dossier, words: Words, *, rtl: bool) -> Kin | None:
    """Return kin and ``because_of`` around a person; None where nobody says of any."""
    links = _links(dossier, words)
    if dossier.kind != "person" or not links:
        return None
    shown = sorted(links.items())[:MOST]
    height = ROW * len(shown) + 6

    def at(x: int) -> int:
        return WIDTH - x if rtl else x

    relatives = []
    for number, (identity, (relation, because)) in enumerate(shown):
        y, name = ROW * number + ROW // 2 + 6, name_of(dossier, identity, words)
        bend = (START + END) // 2
        relatives.append(
            Relative(
                id=format_subject(identity),
                link=record_link(identity),
                name=name,
                short=name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}…",
                relation=relation,
                because=because,
                x=at(END),
                y=y,
                path=f"M{at(START)} {height // 2}C{at(bend)} {height // 2} {at(bend)} {y} {at(END)} {y}",
                name_x=at(END + 12),
                relation_x=at(END - 10),
            )
        )
    return Kin(
        width=WIDTH,
        height=height,
        x=at(START),
        y=height // 2,
        relatives=tuple(relatives),
        n_left_out=len(links) - len(shown),
    )


def _links(dossier: Dossier, words: Words) -> dict[int, tuple[str, bool]]:
    """Return, by identity, what each relative is to the person, and whether the person is held because of them."""
    to_person: dict[int, dict[str, None]] = {}
    of_person: dict[int, dict[str, None]] = {}
    for view in (*dossier.about, *(view for told in dossier.related.values() for view in told)):
        if view.predicate != "kin" or not view.is_free or not isinstance(view.value, dict):
            continue
        of = dossier.identities.get(view.value["of"], view.value["of"])
        if of == dossier.identity != view.identity:
            to_person.setdefault(view.identity, {})[view.value["relation"]] = None
        elif view.identity == dossier.identity != of:
            of_person.setdefault(of, {})[view.value["relation"]] = None
    because = _because_of(dossier)
    found = {}
    for other in dict.fromkeys((*to_person, *of_person, *because)):
        relations = list(to_person.get(other, ()))
        relations = relations or [_inverse(each, other, dossier, words) for each in of_person.get(other, ())]
        close = [each for each in relations if each != UNSTATED] or relations
        found[other] = (" · ".join(dict.fromkeys(words.term("kin", each) for each in close)), other in because)
    return found


def _because_of(dossier: Dossier) -> set[int]:
    """Return because of whom the person themself is held, and not somebody whose record names them."""
    return {
        dossier.identities.get(view.value["because_of"], view.value["because_of"])
        for view in own_views(dossier)
        if view.predicate == "reason" and view.is_free and isinstance(view.value, dict) and "because_of" in view.value
    } - {dossier.identity}


def _inverse(relation: str, other: int, dossier: Dossier, words: Words) -> str:
    """Return what the other is to someone who is ``relation`` of theirs: to her son, a parent; a mother, if she is."""
    terms = words.vocabulary.schemes["kin"].terms
    code = next(iter(terms[relation].properties.get("inverse", ())), relation)
    return next(iter(terms[code].properties.get(sex_of(other, dossier) or "", ())), code)
