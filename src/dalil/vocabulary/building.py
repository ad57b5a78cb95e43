"""From plain dictionaries to schemes, terms, predicates, kinds and methods, one layer after another.

Packs are layers: core, then the packs an archive names, then its overlay. A later layer may add schemes, terms and
aliases, and may deprecate. It may not delete a term, nor say again what an earlier layer has said about it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from dalil.errors import WrongVocabulary
from dalil.vocabulary.model import Kind, Method, Predicate, Scheme, Term, parse_part_type
from dalil.vocabulary.reading import Plain

FORMAT: Final = "dalil-vocabulary/1"
CODE: Final = re.compile(r"[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_LABELS: Final[frozenset[str]] = frozenset({"en", "ar", "en-f", "ar-f", "labels"})
_TERM_KEYS: Final[frozenset[str]] = (
    _LABELS
    | {"parent", "aliases", "crosswalk", "definition", "members"}
    | {"deprecated", "replaced_by", "since", "unchecked"}
)
_AMENDMENTS: Final[frozenset[str]] = frozenset({"aliases", "deprecated", "replaced_by"})


class Layers:
    """What the layers read so far add up to."""

    def __init__(self) -> None:
        self.schemes: dict[str, Scheme] = {}
        self.predicates: dict[str, Predicate] = {}
        self.kinds: dict[str, Kind] = {}
        self.methods: dict[str, Method] = {}
        self.files: dict[tuple[str, str], str] = {}

    def add(self, document: Mapping[str, Plain], *, pack: str, file: str) -> None:
        """Add one file of a layer.

        Raises
        ------
        WrongVocabulary
            The file breaks its format, or changes what an earlier layer said.
        """
        place = _Place(file)
        place.only(document, {"format", "pack", "kinds", "predicates", "schemes", "methods"})
        if place.text(document, "format") != FORMAT:
            raise place.wrong("the format of the file", FORMAT, place.text(document, "format"))
        if place.text(document, "pack") != pack:
            raise place.wrong("the pack of the file", pack, place.text(document, "pack"))
        for name in ("kinds", "predicates"):
            if name in document and pack != "core":
                raise place.at(name).wrong(
                    "a data contract outside core", "kinds and predicates only in the core pack", pack
                )
        for code, plain in place.items(document, "kinds"):
            self.kinds[code] = _kind(code, plain, place.at(f"kind {code}"))
        for code, plain in place.items(document, "predicates"):
            self.predicates[code] = _predicate(code, plain, place.at(f"predicate {code}"))
        for code, plain in place.items(document, "methods"):
            if code in self.methods:
                raise place.at(f"method {code}").wrong("a method said twice", "a new method under a new code", code)
            self.methods[code] = _method(code, plain, place.at(f"method {code}"))
        for code, plain in place.items(document, "schemes"):
            self._add_scheme(code, plain, pack=pack, place=place.at(f"scheme {code}"))

    def _add_scheme(self, code: str, plain: Mapping[str, Plain], *, pack: str, place: _Place) -> None:
        known = self.schemes.get(code)
        if known is None:
            place.only(plain, {"en", "ar", "terms", "properties", "members_of", "definition"})
            place.check_name(code)
            known = Scheme(
                code=code,
                labels={language: place.text(plain, language) for language in ("en", "ar")},
                terms={},
                properties=place.texts_by_name(plain, "properties"),
                members_of=place.text(plain, "members_of", absent="") or None,
                definition=place.texts_by_name(plain, "definition"),
            )
        elif set(plain) != {"terms"}:
            raise place.wrong("a scheme said twice", "only terms, for a scheme that exists", ", ".join(plain))
        terms = dict(known.terms)
        for term_code, term_plain in place.items(plain, "terms"):
            there = place.at(f"term {term_code}")
            earlier = terms.get(term_code)
            if earlier is None:
                terms[term_code] = _term(known, term_code, term_plain, pack=pack, place=there)
            elif earlier.pack == pack:
                raise there.wrong("one code twice in one pack", "each code once", term_code)
            else:
                terms[term_code] = _amended(earlier, term_plain, there)
            self.files[code, term_code] = there.file
        self.schemes[code] = replace(known, terms=terms)


class _Place:
    """Where in a pack we are, and the ways of taking a field out of what is there."""

    def __init__(self, file: str, inside: str = "") -> None:
        self.file, self.inside = file, inside

    def at(self, inside: str) -> _Place:
        return _Place(self.file, f"{self.inside}, {inside}" if self.inside else inside)

    def wrong(self, what: str, expected: str, found: str) -> WrongVocabulary:
        where = f"{self.file}: {self.inside}" if self.inside else self.file
        return WrongVocabulary(f"A vocabulary breaks its format: {what}.", expected=expected, found=found, where=where)

    def only(self, plain: Mapping[str, Plain], allowed: set[str] | frozenset[str]) -> None:
        if unknown := set(plain) - allowed:
            raise self.wrong("unknown field", ", ".join(sorted(allowed)), ", ".join(sorted(unknown)))

    def check_name(self, code: str) -> None:
        if not _NAME.fullmatch(code):
            raise self.wrong("the name of a scheme", "a lower-case snake word", code)

    def text(self, plain: Mapping[str, Plain], key: str, *, absent: str | None = None) -> str:
        value = plain.get(key, absent)
        if not isinstance(value, str) or (not value.strip() and absent is None):
            raise self.wrong(f"field {key}", "text", "nothing" if not value else type(value).__name__)
        return value if value.isascii() else unicodedata.normalize("NFC", value)

    def flag(self, plain: Mapping[str, Plain], key: str) -> bool:
        value = self.text(plain, key, absent="false")
        if value not in {"true", "false"}:
            raise self.wrong(f"field {key}", "true or false", value)
        return value == "true"

    def number(self, plain: Mapping[str, Plain], key: str) -> int:
        value = self.text(plain, key)
        if not re.fullmatch(r"0|[1-9][0-9]{0,8}", value):
            raise self.wrong(f"field {key}", "a whole number", value)
        return int(value)

    def texts(self, plain: Mapping[str, Plain], key: str) -> tuple[str, ...]:
        value = plain.get(key)
        if value is None:
            return ()
        items = value if isinstance(value, list) else [value]
        return tuple(self.text({key: item}, key) for item in items)

    def mapping(self, plain: Mapping[str, Plain], key: str) -> Mapping[str, Plain]:
        value = plain.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(f"field {key}", "a mapping", type(value).__name__)
        return value

    def texts_by_name(self, plain: Mapping[str, Plain], key: str) -> Mapping[str, str]:
        inside = self.mapping(plain, key)
        return {name: self.text(inside, name) for name in inside}

    def items(self, plain: Mapping[str, Plain], key: str) -> Iterator[tuple[str, Mapping[str, Plain]]]:
        inside = self.mapping(plain, key)
        for code, value in inside.items():
            if not CODE.fullmatch(code):
                raise self.wrong(f"a code under {key}", "words of letters and digits joined by . _ or -", code)
            if not isinstance(value, dict):
                raise self.wrong(f"{code} under {key}", "a mapping", type(value).__name__)
            yield code, value


def _term(scheme: Scheme, code: str, plain: Mapping[str, Plain], *, pack: str, place: _Place) -> Term:
    place.only(plain, _TERM_KEYS | set(scheme.properties))
    labels = {language: place.text(plain, language) for language in ("en", "ar")}
    labels |= {language: place.text(plain, language) for language in ("en-f", "ar-f") if language in plain}
    labels |= place.texts_by_name(plain, "labels")
    if "members" in plain and scheme.members_of is None:
        raise place.wrong("members in a scheme that has none", "members_of in the scheme", "members")
    crosswalk = place.mapping(plain, "crosswalk")
    prefix = code.rpartition(".")[0]
    return Term(
        scheme=scheme.code,
        code=code,
        labels=labels,
        parent=place.text(plain, "parent", absent="") or prefix or None,
        aliases=place.texts(plain, "aliases"),
        crosswalk={name: place.texts(crosswalk, name) for name in crosswalk},
        definition=place.texts_by_name(plain, "definition"),
        properties={name: place.texts(plain, name) for name in scheme.properties if name in plain},
        members=place.texts(plain, "members"),
        deprecated=place.flag(plain, "deprecated"),
        replaced_by=place.text(plain, "replaced_by", absent="") or None,
        since=place.text(plain, "since", absent="") or None,
        unchecked=place.flag(plain, "unchecked"),
        pack=pack,
    )


def _amended(earlier: Term, plain: Mapping[str, Plain], place: _Place) -> Term:
    if changed := set(plain) - _AMENDMENTS:
        raise place.wrong(
            f"a later layer changes a term of pack {earlier.pack}",
            "aliases, deprecated or replaced_by; for another meaning, a new code",
            ", ".join(sorted(changed)),
        )
    if earlier.deprecated and "deprecated" in plain and not place.flag(plain, "deprecated"):
        raise place.wrong("a deprecated term is called back", "deprecated terms stay so", "deprecated: false")
    return replace(
        earlier,
        aliases=(*earlier.aliases, *place.texts(plain, "aliases")),
        deprecated=earlier.deprecated or place.flag(plain, "deprecated"),
        replaced_by=place.text(plain, "replaced_by", absent="") or earlier.replaced_by,
    )


def _kind(code: str, plain: Mapping[str, Plain], place: _Place) -> Kind:
    place.only(plain, {"prefix", "joinable", "en", "ar"})
    return Kind(
        code=code,
        prefix=place.text(plain, "prefix"),
        joinable=place.flag(plain, "joinable"),
        labels={language: place.text(plain, language) for language in ("en", "ar")},
    )


def _predicate(code: str, plain: Mapping[str, Plain], place: _Place) -> Predicate:
    place.only(plain, {"of", "en", "ar", "value", "parts", "table"})
    if ("value" in plain) == ("parts" in plain) or ("parts" in plain) != ("table" in plain):
        raise place.wrong("what the predicate holds", "either value, or parts with a table", ", ".join(plain))
    where = f"{place.file}: {place.inside}"
    return Predicate(
        code=code,
        of=frozenset(place.texts(plain, "of")),
        labels={language: place.text(plain, language) for language in ("en", "ar")},
        value=parse_part_type(place.text(plain, "value"), where=where) if "value" in plain else None,
        parts={
            part: parse_part_type(text, where=f"{where}, part {part}")
            for part, text in place.texts_by_name(plain, "parts").items()
        },
        table=place.text(plain, "table") if "table" in plain else None,
    )


def _method(code: str, plain: Mapping[str, Plain], place: _Place) -> Method:
    place.only(
        plain,
        {"version", "en", "ar", "days_held", "requires", "requires_any", "parties", "definition", "source"}
        | {"notice_of_death_keeps_status", "uncertain_dates"},
    )
    return Method(
        code=code,
        version=place.number(plain, "version"),
        labels={language: place.text(plain, language) for language in ("en", "ar")},
        days_held=place.number(plain, "days_held"),
        requires=place.texts(plain, "requires"),
        requires_any=place.texts(plain, "requires_any"),
        parties=place.texts(plain, "parties"),
        notice_of_death_keeps_status=place.flag(plain, "notice_of_death_keeps_status"),
        uncertain_dates=place.text(plain, "uncertain_dates"),
        source=place.text(plain, "source"),
        definition=place.texts_by_name(plain, "definition"),
    )
