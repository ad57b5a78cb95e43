"""The laws a loaded vocabulary keeps, checked as a whole once every layer is in."""

from __future__ import annotations

import graphlib
import re
from collections.abc import Mapping
from typing import Final

from dalil.errors import WrongVocabulary
from dalil.vocabulary.building import Layers
from dalil.vocabulary.model import PartType, Scheme, Term

# How a code of another vocabulary is written. Names not listed here (an overlay's own) are free text.
CROSSWALKS: Final[Mapping[str, re.Pattern[str]]] = {
    "huridocs": re.compile(r"(?:MT\d{1,2} )?\d{4}(?: \d{2}){0,4}"),
    "huridocs_near": re.compile(r"(?:MT\d{1,2} )?\d{4}(?: \d{2}){0,4}"),
    "rome": re.compile(r"\d{1,2}(?:\([0-9a-z]+\))*"),
    "iccpr": re.compile(r"\d{1,2}(?:\([0-9a-z]+\))*"),
    "icpped": re.compile(r"\d{1,2}(?:\([0-9a-z]+\))*"),
    "cat": re.compile(r"\d{1,2}(?:\([0-9a-z]+\))*"),
    "ap2": re.compile(r"\d{1,2}(?:\([0-9a-z]+\))*"),
    "wgad": re.compile(r"I|II|III|IV|V"),
    "sdg_16_1_2": re.compile(r"[1-9]|10|11"),
    "admiralty": re.compile(r"[A-F]|[1-6]"),
    "iso_3166_1": re.compile(r"[A-Z]{2}"),
    "iso_3166_2": re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}"),
    "iso_15924": re.compile(r"[A-Z][a-z]{3}"),
    "iso_5218": re.compile(r"[0129]"),
    "pcode": re.compile(r"[A-Z]{2}\d{2,6}"),
}
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_INT: Final = re.compile(r"-?\d{1,12}")
_BOUND: Final = re.compile(r"n(?:[+-](?:1|unit|half))?|\d{1,12}|none")


def check_layers(layers: Layers) -> None:
    """Check everything that one file alone cannot show.

    Raises
    ------
    WrongVocabulary
        A parent, member, replacement, scheme or kind is missing; a tree has a cycle; a crosswalk is written wrongly.
    """
    for scheme in layers.schemes.values():
        for term in scheme.terms.values():
            _check_term(term, scheme, layers)
        for link in ("parent", "replaced_by", "members"):
            _check_no_circle(scheme, layers, link=link)
    for predicate in layers.predicates.values():
        where = f"predicates.yaml: predicate {predicate.code}"
        for kind in predicate.of:
            _check_known(kind, layers.kinds, what="kind", where=where)
        for part in [*predicate.parts.values(), *([predicate.value] if predicate.value else [])]:
            _check_part(part, layers, where=where)
    for method in layers.methods.values():
        where = f"methods.yaml: method {method.code}"
        for scheme_code, codes in (
            ("method_elements", (*method.requires, *method.requires_any)),
            ("parties", method.parties),
        ):
            _check_known(scheme_code, layers.schemes, what="scheme", where=where)
            for code in codes:
                _check_known(code, layers.schemes[scheme_code].terms, what=f"term of {scheme_code}", where=where)
        if method.uncertain_dates != "unknown":
            raise _wrong("uncertain_dates", "unknown", method.uncertain_dates, where)


def _check_part(part: PartType, layers: Layers, *, where: str) -> None:
    if part.scheme is not None:
        _check_known(part.scheme, layers.schemes, what="scheme", where=where)
    for kind in part.kinds:
        _check_known(kind, layers.kinds, what="kind", where=where)


def _check_term(term: Term, scheme: Scheme, layers: Layers) -> None:
    where = f"{layers.files[scheme.code, term.code]}: scheme {scheme.code}, term {term.code}"
    if term.parent is not None:
        _check_known(term.parent, scheme.terms, what="parent", where=where)
    if term.replaced_by is not None:
        _check_known(term.replaced_by, scheme.terms, what="replaced_by", where=where)
        if not term.deprecated:
            raise _wrong("a replacement for a term still in use", "deprecated: true", "replaced_by alone", where)
    if term.members:
        _check_known(scheme.members_of or "", layers.schemes, what="members_of", where=where)
        for member in term.members:
            _check_known(member, layers.schemes[scheme.members_of or ""].terms, what="member", where=where)
    for name, codes in term.crosswalk.items():
        pattern = CROSSWALKS.get(name)
        for code in codes:
            if pattern is not None and not pattern.fullmatch(code):
                raise _wrong(f"crosswalk {name}", pattern.pattern, code, where)
    for name, values in term.properties.items():
        for value in values:
            _check_property(value, scheme.properties[name], layers, where=f"{where}, {name}")


def _check_property(value: str, kind: str, layers: Layers, *, where: str) -> None:
    base, _, scheme = kind.partition(":")
    match base:
        case "text":
            return
        case "int":
            if not _INT.fullmatch(value):
                raise _wrong("a property", "a whole number", value, where)
        case "date":
            if not _DATE.fullmatch(value):
                raise _wrong("a property", "a date written 2012-04-14", value, where)
        case "bound":
            if not _BOUND.fullmatch(value):
                raise _wrong("a property", "n, n+1, n-1, n-unit, n-half, n+half, a number or none", value, where)
        case "term":
            _check_known(scheme, layers.schemes, what="scheme", where=where)
            _check_known(value, layers.schemes[scheme].terms, what=f"term of {scheme}", where=where)
        case _:
            raise _wrong("the type of a property", "text, int, date, bound or term:<scheme>", kind, where)


def _check_known(code: str, known: Mapping[str, object], *, what: str, where: str) -> None:
    if code not in known:
        raise _wrong(f"unknown {what}", "one that some layer holds", code or "nothing", where)


def _check_no_circle(scheme: Scheme, layers: Layers, *, link: str) -> None:
    above: graphlib.TopologicalSorter[str] = graphlib.TopologicalSorter()
    for term in scheme.terms.values():
        if links := _links(term, scheme, link):
            above.add(term.code, *links)
    try:
        above.prepare()
    except graphlib.CycleError as error:
        circle = list(reversed(error.args[1]))
        where = f"{layers.files[scheme.code, circle[0]]}: scheme {scheme.code}, term {circle[0]}"
        raise _wrong(f"{link} goes in a circle", "a way that ends", " > ".join(circle), where) from error


def _links(term: Term, scheme: Scheme, link: str) -> tuple[str, ...]:
    if link == "members":
        return term.members if scheme.members_of == scheme.code else ()
    one = term.parent if link == "parent" else term.replaced_by
    return (one,) if one is not None else ()


def _wrong(what: str, expected: str, found: str, where: str) -> WrongVocabulary:
    return WrongVocabulary(f"A vocabulary breaks its rules: {what}.", expected=expected, found=found, where=where)
