"""The annex of an estimate for a document, in English or Arabic: data, method, assumption, checks, what hangs on what.

Sections are plain text, so that whatever sets the document can set them. Every one of them says that no data can show
whether somebody was out of every list's reach.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from dalil.estimation.distribution import Bootstrapped
from dalil.estimation.results import Diagnostic, Estimate, Verdict
from dalil.estimation.sensitivity import MOST_LISTS, sensitivity
from dalil.estimation.sentences import number_text, say
from dalil.estimation.table import Table

Language = Literal["en", "ar"]
OPINIONS: Final = ("method_agreement", "without_a_list", "known_sizes", "harder_to_find")
"""Checks that cannot be made of every table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and its paragraphs."""

    heading: str
    paragraphs: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the section as a figure's run records it."""
        return {"heading": self.heading, "paragraphs": list(self.paragraphs)}


def annex_sections(estimate: Estimate, language: str, table: Table | None = None) -> tuple[Section, ...]:
    """Return the sections for one estimate; for a total, one more a part.

    Parameters
    ----------
    language : ``en`` or ``ar``
    table : Table, optional
        What was estimated from: its lists are described, and what the assumption is worth.
    """

    def words(key: str, **values: Any) -> str:
        return say("annex", key, **values)[language]

    def section(key: str, paragraphs: Iterator[str] | tuple[str, ...]) -> Section:
        return Section(heading=words(key), paragraphs=tuple(paragraphs))

    refused = estimate.verdict is Verdict.REFUSED
    found = [
        section("heading", _numbers(estimate, language)),
        section("data_heading", () if table is None else _data(table, language)),
        section("method_heading", _method(estimate, language)),
        section("assumption_heading", _assumption(estimate, language)),
        section(
            "refusal_heading" if refused else "caution_heading", tuple(each.text[language] for each in estimate.reasons)
        ),
        section("checks_heading", _checks(estimate, language)),
        section("sensitivity_heading", _sensitivity(estimate, table, language)),
    ]
    found += [
        Section(
            heading=words("part", stratum=part.stratum),
            paragraphs=(*_numbers(part, language), *(reason.text[language] for reason in part.reasons)),
        )
        for part in (estimate.parts if estimate.method == "total" else ())
    ]
    receipt = estimate.receipt
    if receipt:
        digest = str(receipt.get("table") or "–")
        said = words("receipt", table=digest, seed=str(receipt["seed"]), receipt=receipt["digest"])
        found.append(section("receipt_heading", (said,)))
    return tuple(each for each in found if each.paragraphs)


def _numbers(estimate: Estimate, language: str) -> Iterator[str]:
    def words(key: str, **values: Any) -> str:
        return say("annex", key, **values)[language]

    size = estimate.N
    yield words("recorded", n=estimate.n)
    if size is None:
        yield words("refused")
    else:
        low, high = (round(end) for end in size.interval())
        if size.estimate is None:
            yield words("no_headline", low=low, high=high)
            yield from (_answer(mode, language) for mode in size.as_json()["modes"])
        else:
            key = "fitted" if isinstance(size.distribution, Bootstrapped) else "estimated"
            yield words(key, median=round(size.estimate), low=low, high=high)
    if estimate.floor is not None:
        yield words("floor", floor=round(estimate.floor))
    if shared := estimate.details.get("errors_shared"):
        yield words("errors_shared", low=shared[0], high=shared[1])
    if joined := estimate.details.get("as_joined"):
        low, high = joined["interval"]
        yield words("as_joined", low=low, high=high, n=len(estimate.parts))
    yield words("verdict", verdict=say("verdicts", estimate.verdict.value)[language])


def _answer(mode: Mapping[str, Any], language: str) -> str:
    low, high = mode["interval"]
    weight = round(100 * mode["weight"])
    return say("annex", "answer", centre=mode["centre"], low=low, high=high, weight=weight)[language]


def _data(table: Table, language: str) -> Iterator[str]:
    def words(key: str, **values: Any) -> str:
        return say("annex", key, **values)[language]

    alone = table.counts * (table.patterns.sum(axis=1) == 1)
    for place, (name, size) in enumerate(zip(table.lists, table.list_sizes().tolist(), strict=True)):
        yield words("list", name=name, size=size, only=int(alone @ table.patterns[:, place]))
    for name, parts in table.merged.items():
        yield words("merged", name=name, parts=" + ".join(parts))
    yield words("several", n=table.n_on_several)
    shared = table.overlaps()
    for first in range(table.n_lists):
        for second in range(first + 1, table.n_lists):
            yield words("shared", first=table.lists[first], second=table.lists[second], n=int(shared[first, second]))
    if table.n_unplaced:
        yield words("unplaced", n=table.n_unplaced)


def _method(estimate: Estimate, language: str) -> Iterator[str]:
    yield say("methods", estimate.method)[language]
    if estimate.method in ("total", "pool"):
        for method in sorted({part.method for part in estimate.parts}):
            yield say("methods", method)[language]
    settings = estimate.receipt.get("settings", {})
    said = [f"{name} = {value}" for name, value in sorted(settings.items()) if name != "reach" and value is not None]
    if said:
        yield say("annex", "settings", settings="; ".join(said))[language]


def _assumption(estimate: Estimate, language: str) -> Iterator[str]:
    yield estimate.assumption[language]
    if estimate.method in ("total", "pool"):
        yield from sorted({part.assumption[language] for part in estimate.parts})
    yield estimate.caveat[language]
    if estimate.reach:
        yield say("annex", "reach", reach=estimate.reach.get(language) or next(iter(estimate.reach.values())))[language]


def _checks(estimate: Estimate, language: str) -> Iterator[str]:
    for each in estimate.diagnostics:
        label = say("labels", each.name)[language] + (f" ({each.about})" if each.about else "")
        yield say("annex", "passed" if each.passed else "failed", said=_found(each, label, language))[language]


def _found(each: Diagnostic, label: str, language: str) -> str:
    if each.value is None:
        return say("annex", "not_asked", label=label)[language] if each.name in OPINIONS else label
    if each.threshold is None:
        return say("annex", "checked", label=label, value=each.value)[language]
    return say("annex", "checked_against", label=label, value=each.value, threshold=each.threshold)[language]


def _sensitivity(estimate: Estimate, table: Table | None, language: str) -> Iterator[str]:
    def words(key: str, **values: Any) -> str:
        return say("annex", key, **values)[language]

    if estimate.N is None:
        return
    asked = estimate.details.get("second_opinions", estimate.details)
    for name, answer in asked.get("without", {}).items():
        if answer is None:
            yield words("without_refused", name=name)
        else:
            yield words("without", name=name, low=answer[0], high=answer[2])
    for method, answer in asked.get("answers", {}).items():
        if method != estimate.method:
            low, high = (number_text(end) for end in answer["interval"])
            alone = answer["number"] is None or estimate.N.estimate is None
            number = "" if alone else f"{number_text(answer['number'])} "
            yield words("other_method", method=method, answer=f"{number}({low} – {high})")
    for name, known in asked.get("known_sizes", {}).items():
        if known["estimate"] is not None:
            low, _, high = known["estimate"]
            yield words("known_size", size=known["size"], name=name, low=low, high=high)
    curve = None if table is None or table.n_lists > MOST_LISTS else sensitivity(table)
    if curve is not None and not curve.says_something:
        yield words("no_factor")
    elif curve is not None:
        for factor, low, median, high in zip(curve.factors, curve.low, curve.median, curve.high, strict=True):
            yield words("factor", factor=float(factor), low=round(low), median=round(median), high=round(high))


def annex_text(sections: tuple[Section, ...]) -> str:
    """Return sections as plain text, headings over their paragraphs."""
    return "\n\n".join("\n".join((section.heading, *section.paragraphs)) for section in sections)
