"""The vocabulary of an archive, as other rooms use it: look a term up, find one by what a source wrote, walk a tree."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from dalil.errors import UnknownTerm
from dalil.values.plurals import plural_category
from dalil.vocabulary.building import CODE
from dalil.vocabulary.folding import fold
from dalil.vocabulary.model import Kind, Method, Predicate, Scheme, Term

_REMEMBERED: Final = 50_000  # spellings kept per vocabulary, so that a hostile sheet cannot fill memory
_CLOSE: Final = 0.6


class Vocabulary:
    """Terms, predicates, kinds and methods, checked and read-only. Made by ``load_vocabulary``."""

    def __init__(
        self,
        *,
        schemes: Mapping[str, Scheme],
        predicates: Mapping[str, Predicate],
        kinds: Mapping[str, Kind],
        methods: Mapping[str, Method],
    ) -> None:
        self.schemes: Mapping[str, Scheme] = MappingProxyType(dict(schemes))
        self.predicates: Mapping[str, Predicate] = MappingProxyType(dict(predicates))
        self.kinds: Mapping[str, Kind] = MappingProxyType(dict(kinds))
        self.methods: Mapping[str, Method] = MappingProxyType(dict(methods))
        self._resolved: dict[tuple[str, str], str] = {}
        self._within: dict[tuple[str, str], frozenset[str]] = {}
        self._names: dict[str, dict[str, tuple[str, ...]]] = {}

    def scheme(self, scheme: str) -> Scheme:
        """Return a scheme.

        Raises
        ------
        UnknownTerm
            There is none of this name.
        """
        try:
            return self.schemes[scheme]
        except KeyError:
            raise _unknown(f"No scheme is called {_shown(scheme)}.", scheme, list(self.schemes), "vocabulary") from None

    def term(self, scheme: str, code: str) -> Term:
        """Return a term by its exact code, deprecated or not.

        Raises
        ------
        UnknownTerm
            The scheme has no such code; close ones are named.
        """
        terms = self.scheme(scheme).terms
        try:
            return terms[code]
        except KeyError:
            message = f"Scheme {scheme} has no term {_shown(code)}."
            raise _unknown(message, code, list(terms), f"scheme {scheme}") from None

    def label(self, scheme: str, code: str, language: str, *, sex: str | None = None, count: int | None = None) -> str:
        """Return a term's label in a language; its feminine form where ``sex`` is ``female`` and the term has one.

        With a ``count`` it is the form that goes with this number, where the term has one: 20,847 *persons*.

        Raises
        ------
        UnknownTerm
            No such term, or no label of it in this language.
        """
        labels = self.term(scheme, code).labels
        if sex == "female" and f"{language}-f" in labels:
            return labels[f"{language}-f"]
        if count is not None:
            counted = labels.get(f"{language}-{plural_category(language, count)}")
            if counted is not None:
                return counted
        try:
            return labels[language]
        except KeyError:
            raise UnknownTerm(
                f"Term {code} of scheme {scheme} has no label in this language.",
                expected=", ".join(sorted(labels)),
                found=_shown(language),
                where=f"scheme {scheme}",
                todo="Add the label in a pack, or ask for a language that every pack has: en or ar.",
            ) from None

    def within(self, scheme: str, code: str) -> frozenset[str]:
        """Return a code with everything below it.

        A term that stands for a set, such as an informal region, also brings its members and what is below them. Sets
        further down do not: a region that reaches into two governorates is under one of them, its members stay put.
        """
        key = (scheme, code)
        found = self._within.get(key)
        if found is None:
            term = self.term(scheme, code)
            members = term.members if self.scheme(scheme).members_of == scheme else ()
            found = self._below(scheme, code).union(*(self.within(scheme, member) for member in members))
            self._within[key] = found
        return found

    def members(self, scheme: str, code: str) -> frozenset[str]:
        """Return the codes a set term stands for, in the scheme its own scheme names, with everything below them."""
        term = self.term(scheme, code)
        target = self.scheme(scheme).members_of or scheme
        return frozenset[str]().union(*(self.within(target, member) for member in term.members))

    def ancestors(self, scheme: str, code: str) -> tuple[str, ...]:
        """Return the codes above a term, nearest first."""
        above: list[str] = []
        parent = self.term(scheme, code).parent
        while parent is not None:
            above.append(parent)
            parent = self.term(scheme, parent).parent
        return tuple(above)

    def resolve(self, scheme: str, text: str) -> str:
        """Return the code that a code, a label in any language or an alias stands for.

        An exact code wins. Otherwise spelling is folded (see ``folding``), and a term still in use is preferred to a
        deprecated one.

        Raises
        ------
        UnknownTerm
            Nothing bears this name, or several terms do. The text itself is not repeated: it may be a person's name
            in the wrong column.
        """
        code = self._resolved.get((scheme, text))
        if code is None:
            code = self._find(scheme, text)
            if len(self._resolved) >= _REMEMBERED:
                self._resolved.clear()
            self._resolved[scheme, text] = code
        return code

    def names(self, scheme: str) -> Mapping[str, tuple[str, ...]]:
        """Return every folded name of a scheme with the codes that bear it."""
        found = self._names.get(scheme)
        if found is None:
            bearers: dict[str, dict[str, None]] = {}
            for term in self.scheme(scheme).terms.values():
                for name in (term.code, *term.labels.values(), *term.aliases):
                    bearers.setdefault(fold(name), {})[term.code] = None
            found = {name: self._preferred(scheme, tuple(codes)) for name, codes in bearers.items()}
            self._names[scheme] = found
        return found

    def digest(self) -> str:
        """Return the SHA-256, in hexadecimal, of everything the vocabulary says. Runs record it."""
        content = {
            "schemes": dict(self.schemes),
            "predicates": {
                code: _said(predicate) | {"of": sorted(predicate.of)} for code, predicate in self.predicates.items()
            },
            "kinds": dict(self.kinds),
            "methods": dict(self.methods),
        }
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_said)
        return hashlib.sha256(text.encode()).hexdigest()

    def _find(self, scheme: str, text: str) -> str:
        terms = self.scheme(scheme).terms
        if text in terms:
            return text
        names = self.names(scheme)
        folded = fold(text)
        codes = names.get(folded, ())
        if len(codes) == 1:
            return codes[0]
        if codes:
            raise UnknownTerm(
                f"A name in scheme {scheme} stands for several terms.",
                expected="a name that one term bears",
                found=f"a name borne by {', '.join(sorted(codes))}",
                where=f"scheme {scheme}",
                todo="Write the code instead, or map this value to it.",
            )
        close = [code for name in difflib.get_close_matches(folded, names, n=3, cutoff=_CLOSE) for code in names[name]]
        nearest = ", ".join(dict.fromkeys(close))
        raise UnknownTerm(
            f"No term of scheme {scheme} bears this name.",
            expected=f"perhaps {nearest}" if close else "a code, label or alias of the scheme",
            found=f"a text of {len(text)} characters",
            where=f"scheme {scheme}",
            todo="Correct the value, map it to a code, or add it as an alias in the archive's own vocabulary.",
        )

    def _preferred(self, scheme: str, codes: tuple[str, ...]) -> tuple[str, ...]:
        in_use = tuple(code for code in codes if not self.schemes[scheme].terms[code].deprecated)
        return in_use or codes

    def _below(self, scheme: str, code: str) -> frozenset[str]:
        terms = self.scheme(scheme).terms
        children: dict[str, list[str]] = {}
        for term in terms.values():
            if term.parent is not None:
                children.setdefault(term.parent, []).append(term.code)
        found, todo = {code}, [code]
        while todo:
            for child in children.get(todo.pop(), ()):
                found.add(child)
                todo.append(child)
        return frozenset(found)


def _said(value: Any) -> dict[str, Any]:
    # Not `asdict`, which copies all that it finds: every figure's run waits for this.
    return {name: getattr(value, name) for name in value.__slots__}


def _shown(code: str) -> str:
    # A code may be repeated in a message; anything else may be the words of a record.
    return code if CODE.fullmatch(code) and code.isascii() and len(code) <= 80 else "with this name"


def _unknown(message: str, code: str, known: list[str], where: str) -> UnknownTerm:
    close = difflib.get_close_matches(code, known, n=3, cutoff=_CLOSE)
    return UnknownTerm(
        message,
        expected=f"perhaps {', '.join(close)}" if close else "a code that some pack holds",
        found=_shown(code),
        where=where,
        todo="Correct the code, or add the term in the archive's own vocabulary.",
    )
