"""The annex of an estimate for a document, in English or Arabic: what, how, under which assumption, and why not more.

Sections are plain text, so that whatever sets the document can set them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from dalil.estimation.distribution import Bootstrapped
from dalil.estimation.results import Estimate, Verdict
from dalil.estimation.sentences import number_text, say

Language = Literal["en", "ar"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and its paragraphs."""

    heading: str
    paragraphs: tuple[str, ...]


def annex_sections(estimate: Estimate, language: str) -> tuple[Section, ...]:
    """Return the sections for one estimate; for a total, one more a part.

    Parameters
    ----------
    language : ``en`` or ``ar``
    """

    def words(key: str, **values: Any) -> str:
        return say("annex", key, **values)[language]

    sections = [
        Section(heading=words("heading"), paragraphs=_numbers(estimate, language)),
        Section(heading=words("method_heading"), paragraphs=(say("methods", estimate.method)[language],)),
        Section(heading=words("assumption_heading"), paragraphs=(estimate.assumption[language], words("untestable"))),
    ]
    if estimate.reasons:
        heading = words("refusal_heading" if estimate.verdict is Verdict.REFUSED else "caution_heading")
        paragraphs = tuple(reason.text[language] for reason in estimate.reasons)
        sections.append(Section(heading=heading, paragraphs=paragraphs))
    sections += [
        Section(
            heading=words("part", stratum=part.stratum),
            paragraphs=(
                *_numbers(part, language),
                *(reason.text[language] for reason in part.reasons),
            ),
        )
        for part in (estimate.parts if estimate.method == "total" else ())
    ]
    receipt = estimate.receipt
    if receipt:
        table = str(receipt.get("table") or "–")
        said = words("receipt", table=table, seed=str(receipt["seed"]), receipt=receipt["digest"])
        sections[-1] = Section(heading=sections[-1].heading, paragraphs=(*sections[-1].paragraphs, said))
    return tuple(sections)


def _numbers(estimate: Estimate, language: str) -> tuple[str, ...]:
    said = [say("annex", "recorded", n=estimate.n)[language]]
    if estimate.N is None:
        return (*said, say("annex", "refused")[language])
    low, high = (round(end) for end in estimate.N.interval())
    key = "fitted" if isinstance(estimate.N.distribution, Bootstrapped) else "estimated"
    if not estimate.N.headline:
        said.append(say("annex", "no_headline", low=low, high=high)[language])
    else:
        said.append(say("annex", key, median=round(estimate.N.estimate), low=low, high=high)[language])
    if estimate.floor is not None:
        said.append(say("annex", "floor", floor=round(estimate.floor))[language])
    return tuple(said)


def annex_text(sections: tuple[Section, ...]) -> str:
    """Return sections as plain text, headings over their paragraphs."""
    return "\n\n".join("\n".join((section.heading, *map(number_text, section.paragraphs))) for section in sections)
