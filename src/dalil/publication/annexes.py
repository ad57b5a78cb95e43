"""The annexes of a report: what each figure means, the sources, the law cited, the state of the ledger."""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from dalil.errors import TemplateWrong
from dalil.publication.bindings import PublishedFigure, find_figure
from dalil.publication.prose import FigureBinding
from dalil.values.canonical import JsonObject, JsonValue

if TYPE_CHECKING:  # the composer calls these functions with itself
    from dalil.publication.composing import Composer

ESTIMATED: Final = "estimated"


def law_block(composer: Composer) -> JsonObject:
    """Return the instruments cited, each with what citing it shows."""
    rows: list[JsonValue] = [
        {
            "key": key,
            "symbol": instrument.symbol,
            "adopted": composer.wording.date(instrument.adopted, f"law.{key}"),
            "name": composer.inline(f"law.{key}.name"),
            "about": composer.inline(f"law.{key}.about"),
            "check": composer.inline(f"law.{key}.check"),
        }
        for key, instrument in composer.template.instruments.items()
    ]
    return {"rows": rows}


def sources_block(composer: Composer) -> JsonObject:
    """Return the sources, in the order the template lists them."""
    rows: list[JsonValue] = [
        {
            "key": source.key,
            "title": source.title,
            "language": source.language,
            "language_name": composer.chrome.languages.get(source.language, source.language),
            "publisher": source.publisher,
            "published": composer.wording.date(source.published, source.key) if source.published else "",
            "link": source.link or "",
            "withheld": source.withheld,
        }
        for source in composer.template.sources.values()
    ]
    return {"rows": rows}


def definitions_block(composer: Composer) -> JsonObject:
    """Return one line a figure: what it counts, under which rules, from which run."""
    rows: list[JsonValue] = [_definition(composer, name) for name in composer.template.figures]
    return {"rows": rows}


def estimates_block(composer: Composer) -> JsonObject:
    """Return each estimated figure with its annex: lists, method, what has to be true, checks, receipt."""
    rows: list[JsonValue] = []
    for name in composer.template.figures:
        figure = find_figure(composer.figures, name, "estimates")
        if figure.figure_class == ESTIMATED:
            rows.append(
                {
                    "figure": name,
                    "title": figure.title[composer.chrome.language],
                    "shows": _shows(composer, figure),
                    "sections": _annex(figure, composer.chrome.language),
                }
            )
    return {"rows": rows, "apart": composer.chrome.words["estimates_apart"]}


def _annex(figure: PublishedFigure, language: str) -> JsonValue:
    """Return what the run says of an estimate in a language: headings and paragraphs, as they were frozen with it."""
    details = figure.record.get("details")
    annex = details.get("annex") if isinstance(details, dict) else None
    if not isinstance(annex, dict) or language not in annex:
        raise TemplateWrong(
            "An estimated figure has no annex to print.",
            expected=f"a run that holds its annex in the language {language}",
            found=f"figure {figure.name}",
            where="estimates",
            todo="Run the figure anew.",
        )
    return annex[language]


def check_estimates_apart(composer: Composer, names: Iterable[str], where: str) -> None:
    """Refuse a table in which an estimate stands among counts: what is estimated is never read together with them.

    Raises
    ------
    TemplateWrong
        Figures of class estimated, and of others, in one table.
    """
    classes = {name: find_figure(composer.figures, name, where).figure_class for name in names}
    estimated = sorted(name for name, each in classes.items() if each == ESTIMATED)
    if estimated and len(estimated) < len(classes):
        raise TemplateWrong(
            "A table brings estimates and counts together.",
            expected="estimated figures in a table of their own",
            found=", ".join(estimated) + " among " + ", ".join(sorted(set(classes) - set(estimated))),
            where=where,
            todo="Print estimates apart from what is documented.",
        )


def check_estimates_explained(composer: Composer, kinds: Collection[str]) -> None:
    """Refuse a report that prints an estimate and not its annex, which says what has to be true.

    Raises
    ------
    TemplateWrong
        A figure of class estimated, and no block ``estimates``.
    """
    estimated = [
        name
        for name in composer.template.figures
        if find_figure(composer.figures, name, "estimates").figure_class == ESTIMATED
    ]
    if estimated and "estimates" not in kinds:
        raise TemplateWrong(
            "A report prints an estimate without saying what it rests on.",
            expected="a block `estimates: id` in an annex",
            found=", ".join(estimated),
            where="sections",
        )


def checkpoint_block(composer: Composer) -> JsonObject:
    """Return the checkpoint and what else an edition was made with."""
    edition, words = composer.edition, composer.chrome.words
    checkpoint = edition.checkpoint
    facts: list[JsonValue] = [
        [words["ledger_origin"], checkpoint.origin],
        [words["ledger_size"], composer.wording.number(checkpoint.size)],
        [words["ledger_root"], base64.b64encode(checkpoint.root).decode()],
        [words["code_version"], edition.code_version],
        [words["vocabulary"], composer.vocabulary.digest()],
        [words["template"], composer.template.digest],
        [words["made_at"], edition.made_at.strftime("%Y-%m-%dT%H:%M:%SZ")],
    ]
    attachments: list[JsonValue] = [
        ["runs.json", words["attachment_runs"]],
        ["manifest.json", words["attachment_manifest"]],
        ["checkpoint.txt", words["attachment_checkpoint"]],
    ]
    return {"facts": facts, "note_text": checkpoint.note, "attachments": attachments}


def _definition(composer: Composer, name: str) -> JsonObject:
    figure = find_figure(composer.figures, name, "definitions")
    chrome = composer.chrome
    return {
        "figure": name,
        "title": figure.title[chrome.language],
        "definition": figure.definition[chrome.language],
        "shows": _shows(composer, figure),
        "class": chrome.classes[figure.figure_class],
        "unit": composer.vocabulary.label(
            "units", figure.unit, chrome.language, count=figure.value if isinstance(figure.value, int) else None
        ),
        "facts": _facts(composer, figure),
        "run": figure.run_id,
        "members": figure.members_digest or "",
    }


def _shows(composer: Composer, figure: PublishedFigure) -> list[JsonValue]:
    """Return the figure's value; where it has none of its own, the values that stand side by side in it."""
    cells: list[str | None] = [None]
    if figure.value is None and figure.hedge is None and figure.cells:
        cells = list(composer.template.cells_shown(figure.name)) or [None]
    return [
        composer.print_figure(FigureBinding(figure=figure.name, cell=cell), f"definition.{figure.name}")
        for cell in cells
    ]


def _facts(composer: Composer, figure: PublishedFigure) -> list[JsonValue]:
    """Return the rules a figure was counted under, each as a label and its words; only those that apply."""
    words, wording = composer.chrome.words, composer.wording
    facts: list[tuple[str, str]] = []
    if figure.as_of:
        facts.append((words["as_of"], wording.date(figure.as_of.isoformat(), figure.name)))
    if window := _window(composer, figure):
        facts.append((words["window"], window))
    if figure.age_reference:
        facts.append((words["age_reference"], words[f"age_{figure.age_reference}"]))
    if figure.method:
        facts.append((words["method"], figure.method))
    if figure.floor:
        facts.append((words["floor"], figure.floor))
    if figure.denominator:
        facts.append((words["denominator"], figure.denominator))
    if figure.quoted_from:
        facts.append((words["quoted_from"], figure.quoted_from))
    if figure.n_members is not None:
        facts.append((words["members"], wording.number(figure.n_members)))
    if figure.n_synthetic is not None:
        facts.append((words["synthetic"], wording.number(figure.n_synthetic)))
    for label, counts in (("unknowns", figure.unknowns), ("exclusions", figure.exclusions)):
        if said := _counts(composer, counts):
            facts.append((words[label], said))
    return [[label, text] for label, text in facts]


def _window(composer: Composer, figure: PublishedFigure) -> str:
    words, wording = composer.chrome.words, composer.wording
    first, last = (wording.date(day.isoformat(), figure.name) if day else "" for day in figure.window)
    if first and last:
        return words["window_between"].format(first=first, last=last)
    return (
        words["window_from"].format(first=first) if first else words["window_until"].format(last=last) if last else ""
    )


def _counts(composer: Composer, counts: Mapping[str, int]) -> str:
    said = (f"{composer.chrome.code(code)} {composer.wording.number(n)}" for code, n in sorted(counts.items()))
    return composer.chrome.words["comma"].join(said)
