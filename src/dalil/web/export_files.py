"""Records as files that leave the archive: CSV and XLSX with one line a record, JSON with every statement.

Every record is opened as its page would open it, so nothing is in a file that its reader could not have read one by
one. Dates stay as fuzzy as they are (EDTF). No cell can be taken for a formula: CSV is written for that, and XLSX
holds texts only. Every line carries the number of the export, which the ledger knows.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from dalil.errors import UnknownSubject
from dalil.names.scripts import script_of
from dalil.protection.consent import open_for_use
from dalil.records.dossier import Dossier
from dalil.records.statement_view import StatementView
from dalil.values.ids import format_subject
from dalil.web.desk import Desk
from dalil.web.showing.cells import safe_cell
from dalil.web.showing.words import Words

FORMATS: Final[Mapping[str, str]] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json; charset=utf-8",
}
COLUMNS: Final = (
    "names",
    "names_arabic",
    "names_latin",
    "kind",
    "sex",
    "birth",
    "residence",
    "arrested",
    "arrest_place",
    "status",
    "status_certain",
    "sources",
    "n_statements",
    "grade",
    "invented",
    "link",
)
"""What a line may hold, besides the id of the record and the number of the export, which every line has."""
JOINT: Final = " | "
_NOT_XML: Final = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a file should hold: columns in order, the day for statuses, and the address that links begin with."""

    columns: tuple[str, ...]
    as_of: int
    address: str
    number: str
    language: str


NAMING: Final = frozenset({"names", "names_arabic", "names_latin", "link"})
"""Columns that say who somebody is, or lead to it; no file for publication without names has them."""


class Barred(StrEnum):
    """Why a record is not in a file."""

    NOT_THEIRS = "not_theirs"
    NO_CONSENT = "no_consent"


def opened(desk: Desk, records: Sequence[int], *, use: str, day: int) -> Iterator[Dossier | Barred]:
    """Open records one by one as the actor may see them, for a use, as consent to it stands on a day."""
    for record in records:
        try:
            dossier = desk.dossier(record)
        except UnknownSubject:  # not there for them any more
            yield Barred.NOT_THEIRS
            continue
        with desk.reading() as connection:
            found = open_for_use(connection, desk.vocabulary, desk.actor, dossier, purpose=use, day=day)
        yield Barred.NO_CONSENT if found is None else found


# --- one line ---------------------------------------------------------------------------------------------------------
def line_of(dossier: Dossier, desk: Desk, asked: Asked) -> list[str]:
    """Return a record as the cells of a line, in the order of the columns asked for."""
    words = Words(desk.vocabulary, asked.language)
    subject = format_subject(dossier.identity)
    said = {name: _column(name, dossier, desk, words, asked) for name in asked.columns}
    return [subject, *(said[name] for name in asked.columns), asked.number]


def _column(name: str, dossier: Dossier, desk: Desk, words: Words, asked: Asked) -> str:
    match name:
        case "names" | "names_arabic" | "names_latin":
            script = {"names_arabic": "Arab", "names_latin": "Latn"}.get(name)
            texts = [str(value["text"]) for value in _values(dossier.about, "name") if isinstance(value, dict)]
            return _joined(text for text in texts if script in (None, script_of(text)))
        case "kind":
            return words.kind(dossier.kind)
        case "sex":
            return _joined(words.term("sexes", str(value)) for value in _values(dossier.about, "sex"))
        case "birth":
            return _joined(str(value) for value in _values(dossier.about, "birth"))
        case "residence":
            return _joined(_parts(dossier.about, "residence", "place", words))
        case "arrested" | "arrest_place":
            part = "on" if name == "arrested" else "place"
            return _joined(each for told in _episodes(dossier).values() for each in _arrests(told, part, words))
        case "status" | "status_certain":
            method = desk.archive.configuration.method
            found = [
                dossier.status(episode, as_of=asked.as_of, method=method, vocabulary=desk.vocabulary)
                for episode in _episodes(dossier)
            ]
            if name == "status":
                return JOINT.join(words.term("statuses", each.code) for each in found)
            return JOINT.join("yes" if each.certain else "no" for each in found)
        case "sources":
            return _joined(sorted({view.source_key for view in _everything(dossier)}))
        case "n_statements":
            return str(len(_everything(dossier)))
        case "grade":
            return dossier.grades.get(dossier.identity, ("", None))[0]
        case "invented":
            return "yes" if any(view.synthetic for view in _everything(dossier)) else "no"
        case _:
            return f"{asked.address}/records/{format_subject(dossier.identity)}/"


def _joined(texts: Any) -> str:
    return JOINT.join(dict.fromkeys(text for text in texts if text))


def _everything(dossier: Dossier) -> list[StatementView]:
    return [*dossier.about, *(view for told in dossier.related.values() for view in told)]


def _values(views: Sequence[StatementView], predicate: str) -> list[Any]:
    return [view.value for view in views if view.predicate == predicate and view.is_free]


def _parts(views: Sequence[StatementView], predicate: str, part: str, words: Words) -> list[str]:
    scheme = words.vocabulary.predicates[predicate].parts[part].scheme
    found = [str(value[part]) for value in _values(views, predicate) if isinstance(value, dict) and part in value]
    return [words.term(scheme, each) for each in found] if scheme else found


def _episodes(dossier: Dossier) -> Mapping[int, Sequence[StatementView]]:
    if dossier.kind == "episode":
        return {dossier.identity: dossier.about}
    return {each: told for each, told in dossier.related.items() if dossier.kinds.get(each) == "episode"}


def _arrests(told: Sequence[StatementView], part: str, words: Words) -> list[str]:
    arrests = [
        view for view in told if isinstance(view.value, dict) and view.value.get("event") in ("arrested", "abducted")
    ]
    return _parts(arrests, "episode_event", part, words)


def record_json(dossier: Dossier, desk: Desk, asked: Asked) -> dict[str, Any]:
    """Return a record with all its statements, as values of JSON; what is denied or coerced says so."""
    return {
        "id": format_subject(dossier.identity),
        "kind": dossier.kind,
        "mentions": [format_subject(each) for each in dossier.mentions],
        "link": f"{asked.address}/records/{format_subject(dossier.identity)}/",
        "statements": [_statement(view, dossier, desk) for view in dossier.about],
        "related": [
            {
                "id": format_subject(each),
                "kind": dossier.kinds.get(each, ""),
                "statements": [_statement(view, dossier, desk) for view in told],
            }
            for each, told in dossier.related.items()
        ],
    }


def _statement(view: StatementView, dossier: Dossier, desk: Desk) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": format_subject(view.id),
        "predicate": view.predicate,
        "value": view.value,
        "when": view.when,
        "original": view.original,
        "polarity": view.polarity,
        "speech": view.speech,
        "role": view.role,
        "locator": view.locator,
        "source": view.source_key,
        "invented": view.synthetic,
        "recorded_at": dossier.recorded.get(view.entry),
    }
    if isinstance(view.value, dict):
        parts = desk.vocabulary.predicates[view.predicate].parts
        said["value"] = {
            name: format_subject(value) if parts[name].base == "subject" else value
            for name, value in view.value.items()
        }
    return {name: value for name, value in said.items() if value is not None}


# --- whole files ------------------------------------------------------------------------------------------------------
def write_csv(path: Path, headings: Sequence[str], lines: Iterator[list[str]]) -> None:
    """Write lines as CSV in UTF-8, each cell so that no spreadsheet takes it for a formula."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([safe_cell(each) for each in headings])
        for line in lines:
            writer.writerow([safe_cell(each) for each in line])


def write_xlsx(path: Path, headings: Sequence[str], lines: Iterator[list[str]], *, rtl: bool) -> None:
    """Write lines as a workbook of one sheet. Every cell is a text in place, which no program works out."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in _PARTS.items():
            package.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text)
        with package.open("xl/worksheets/sheet1.xml", "w") as raw, io.TextIOWrapper(raw, encoding="utf-8") as sheet:
            view = ' rightToLeft="1"' if rtl else ""
            sheet.write(
                f'<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="{_MAIN}"><sheetViews>'
                f'<sheetView workbookViewId="0"{view}/></sheetViews><sheetData>'
            )
            sheet.write(_xlsx_row(headings))
            for line in lines:
                sheet.write(_xlsx_row(line))
            sheet.write("</sheetData></worksheet>")


MOST_CELL: Final = 32_767
"""Characters that a cell of a workbook may hold."""


def _xlsx_row(cells: Sequence[str]) -> str:
    texts = (escape(cell.translate(_NOT_XML)[:MOST_CELL]) for cell in cells)
    return "<row>" + "".join(f'<c t="inlineStr"><is><t xml:space="preserve">{t}</t></is></c>' for t in texts) + "</row>"


_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_PARTS: Final[Mapping[str, str]] = {
    "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEET}.worksheet+xml"/></Types>',
    "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="dalil" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def write_json(path: Path, head: Mapping[str, Any], records: Iterator[dict[str, Any]]) -> None:
    """Write records as one JSON object, a record a line; ``head`` says what the file is."""
    with path.open("w", encoding="utf-8") as file:
        file.write(json.dumps({**head}, ensure_ascii=False)[:-1] + ', "records": [')
        for number, record in enumerate(records):
            file.write(("," if number else "") + "\n" + json.dumps(record, ensure_ascii=False))
        file.write("\n]}\n")
