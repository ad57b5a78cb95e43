"""A sheet mapped by eye: columns with their first cells, what each may mean, and the first rows as statements at once.

Nothing is recorded here. What is chosen is composed into a mapping, checked as one written by hand would be, kept
beside the upload, and tried on every row in the background.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from dalil.errors import BadInput, WrongValue
from dalil.intake.choosing import NOTHING, ORDERS, SPLITS, Choices, ColumnChoice, compose_mapping, mapping_text
from dalil.intake.guessing import Guess, guess_columns, with_values
from dalil.intake.heading_words import row_form_of
from dalil.intake.mapping import Mapping as SheetMapping
from dalil.intake.mapping import parse_mapping
from dalil.intake.meanings import FORMS, IGNORE, meanings_of
from dalil.intake.profiles import SheetProfile, profile_sheet
from dalil.intake.readers import open_sheet
from dalil.intake.readers.sheets import ReaderOptions
from dalil.intake.rows import compile_rows
from dalil.protection import Action
from dalil.web import jobs
from dalil.web.desk import Desk
from dalil.web.gate import FORM, WRITE, DeskRequest, new_token, once, screen
from dalil.web.remembered import Remembered, check_source, choices_of, fitting, remembered
from dalil.web.sheet_plans import SheetPlan, drop_upload, keep_own_mapping, read_plan, save_plan
from dalil.web.showing.refusals import Sentence, kind_of_trouble, sentence
from dalil.web.showing.sheets import (
    ROWS,
    columns_shown,
    meaning_options,
    order_options,
    row_shown,
    settings_shown,
    split_options,
    undecided,
)
from dalil.web.showing.words import Words
from dalil.web.uploads import upload_path

MOST_TEXT: Final = 300
MOST_EMPTY: Final = 20
UNNAMED: Final = {"key": "sheet", "kind": "document", "title": "…", "language": "en"}
"""A source that nobody has named yet."""
SOURCE_FIELDS: Final = ("key", "kind", "title", "language", "publisher", "published", "url")


def plan_for(desk: Desk, name: str, file: str, reader: dict[str, str | int]) -> SheetPlan:
    """Look at an upload and return the plan for it, with guesses for every column.

    Raises
    ------
    BadInput
        The file cannot be read as a sheet.
    """
    sheet = open_sheet(upload_path(desk.archive.path, name), ReaderOptions(**reader))  # type: ignore[arg-type]
    profile = profile_sheet(sheet)
    found = remembered(desk)
    fits = tuple(fitting(found, profile.names, desk))
    plan = SheetPlan(name=name, owner=desk.actor.key_id, file=file[:MOST_TEXT], profile=profile, fits=fits)
    row = row_form_of(profile.names)
    guesses = _guesses(desk, plan, row, found)
    best = next((each for each in found if each.name in fits), None)
    source = {} if best is None else {name: str(best.data["source"].get(name, "")) for name in SOURCE_FIELDS}
    if not source:
        kind = "synthetic" if desk.archive.configuration.demonstration else "document"
        source = {"key": "", "kind": kind, "title": "", "language": get_language() or "en"}
    return replace(plan, choices=_choices_of_guesses(guesses, row, source, reader))


def _guesses(desk: Desk, plan: SheetPlan, row: str, found: list[Remembered]) -> dict[str, Guess]:
    return guess_columns(plan.profile, row, desk.vocabulary, remembered=choices_of(found, plan.fits, desk))


def _choices_of_guesses(
    guesses: dict[str, Guess], row: str, source: dict[str, str], reader: dict[str, str | int]
) -> Choices:
    return Choices(
        row=row,
        source=source,
        reader=reader,
        key=tuple(name for name, each in guesses.items() if each.is_key),
        columns={name: each.choice for name, each in guesses.items()},
    )


@screen(Action.TAKE_IN, FORM)
def map_sheet(request: DeskRequest, upload: str) -> HttpResponseBase:
    """Say what the columns of an upload mean."""
    desk = request.desk
    plan = read_plan(desk.archive.path, upload, desk.actor.key_id)
    if request.method != "POST":
        return _page(request, plan)
    step = request.POST.get("step", "preview")
    if step == "read":
        plan = plan_for(desk, plan.name, plan.file, _reader(request))
        save_plan(desk.archive.path, plan)
        return HttpResponseRedirect(reverse("load_map", args=[upload]))
    plan = replace(plan, choices=_choices(request, plan, desk))
    save_plan(desk.archive.path, plan)
    assert plan.choices is not None
    if step == "try":
        mapping, trouble = _checked(desk, plan, named=True)
        if mapping is None or trouble or undecided(plan.choices, plan.profile):
            return _page(request, plan, tried=True, status=400)
        own = keep_own_mapping(desk.archive.path, upload, mapping_text(compose_mapping(plan.choices, desk.vocabulary)))
        return once(request, lambda: _start(request, plan, own))
    if step == "file":
        text = mapping_text(compose_mapping(plan.choices, desk.vocabulary))
        response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
        response.headers["Content-Disposition"] = 'attachment; filename="mapping.yaml"'
        return response
    return _page(request, plan)


def _start(request: DeskRequest, plan: SheetPlan, own: str) -> str:
    n_rows = plan.profile.n_rows if plan.profile.whole else 0
    wanted: dict[str, Any] = {"upload": plan.name, "mapping": "", "own": own, "dry_run": True, "n_rows": n_rows}
    return reverse("load_job", args=[jobs.start(request.account, "load", **wanted).pk])


@screen(Action.TAKE_IN, WRITE)
def use_mapping(request: DeskRequest, upload: str) -> HttpResponse:
    """Try an upload against a mapping of the archive as it stands."""
    desk = request.desk
    plan = read_plan(desk.archive.path, upload, desk.actor.key_id)
    known = {each.name: each for each in remembered(desk)}
    name = str(request.POST.get("mapping", ""))
    if name not in known:
        raise _no_mapping()
    check_source(desk, known[name].mapping)
    n_rows = plan.profile.n_rows if plan.profile.whole else 0
    wanted: dict[str, Any] = {"upload": upload, "mapping": name, "dry_run": True, "n_rows": n_rows}
    return once(request, lambda: reverse("load_job", args=[jobs.start(request.account, "load", **wanted).pk]))


def _no_mapping() -> BadInput:
    return WrongValue("There is no such mapping.", expected="a file of hand/mappings", where="mapping")


@screen(Action.TAKE_IN, WRITE)
def throw_away(request: DeskRequest, upload: str) -> HttpResponse:
    """Delete an upload and everything beside it; what was taken in stays."""
    plan = read_plan(request.desk.archive.path, upload, request.desk.actor.key_id)
    drop_upload(request.desk.archive.path, plan.name)
    return HttpResponseRedirect(reverse("loads"))


# --- what was chosen ----------------------------------------------------------------------------------------------
def _reader(request: DeskRequest) -> dict[str, str | int]:
    reader: dict[str, str | int] = {}
    for name in ("header_rows", "skip_rows"):
        text = request.POST.get(name, "")
        if text.isascii() and text.isdigit() and len(text) < 3:
            reader[name] = int(text)
    sheet = request.POST.get("sheet", "").strip()[:MOST_TEXT]
    if sheet:
        reader["sheet"] = int(sheet) if sheet.isascii() and sheet.isdigit() and len(sheet) < 3 else sheet
    return reader


def _choices(request: DeskRequest, plan: SheetPlan, desk: Desk) -> Choices:
    """Read the form. Another kind of row begins with fresh guesses; what was chosen for headings is kept if it fits."""
    said, before = request.POST, plan.choices
    assert before is not None
    row = said.get("row", before.row) if said.get("row") in FORMS else before.row
    form = FORMS[row]
    known = meanings_of(row, desk.vocabulary)
    guesses = {} if row == before.row else _guesses(desk, plan, row, remembered(desk))
    columns: dict[str, ColumnChoice] = {}
    for number, column in enumerate(plan.profile.columns):
        meaning = said.get(f"m-{number}", "")
        if meaning not in known and meaning != IGNORE:
            columns[column.name] = guesses[column.name].choice if column.name in guesses else ColumnChoice()
            continue
        scheme = known[meaning].type.scheme if meaning in known else None
        codes = desk.vocabulary.schemes[scheme].terms if scheme else {}
        earlier = before.columns.get(column.name, ColumnChoice())
        values: dict[str, str] = {}
        for place, text in enumerate(column.texts or ()):
            code = said.get(f"v-{number}-{place}")
            if code is None and meaning == earlier.meaning:
                code = earlier.values.get(text, "")
            if code and (code in codes or code == NOTHING) and scheme:
                values[text] = code
        order, split = said.get(f"o-{number}", ""), said.get(f"s-{number}", "")
        choice = ColumnChoice(
            meaning=meaning,
            values=values,
            order=order if order in ORDERS else "",
            split=split if split in SPLITS else "",
        )
        columns[column.name] = (
            choice if meaning == earlier.meaning else with_values(choice, column, known, desk.vocabulary)
        )
    order = said.get("order", "")
    empty = [text.strip()[:80] for text in said.get("empty", "").split("\n") if text.strip()]
    return Choices(
        row=row,
        source={name: said.get(f"source-{name}", "").strip()[:MOST_TEXT] for name in SOURCE_FIELDS},
        reader=before.reader,
        key=tuple(column.name for number, column in enumerate(plan.profile.columns) if said.get(f"k-{number}")),
        order=order if order in ORDERS else "",
        empty=tuple(dict.fromkeys(empty))[:MOST_EMPTY],
        settled={
            name: code
            for name, (scheme, _slot) in form.settled.items()
            if (code := said.get(f"set-{name}", "")) in desk.vocabulary.schemes[scheme].terms
        },
        columns=columns,
    )


# --- what is shown ------------------------------------------------------------------------------------------------
def _checked(desk: Desk, plan: SheetPlan, *, named: bool) -> tuple[SheetMapping | None, BadInput | None]:
    """Return the mapping that the choices make, or what is wrong with it.

    Until the source is ``named``, a name that stands for it lets the first rows be shown all the same.
    """
    choices = plan.choices
    assert choices is not None
    if not named:
        said = {name: text for name, text in choices.source.items() if text}
        choices = replace(choices, source=UNNAMED | said)
    try:
        mapping = parse_mapping(compose_mapping(choices, desk.vocabulary), desk.vocabulary)
        check_source(desk, mapping)
        return mapping, None
    except BadInput as error:
        return None, error


def _page(request: DeskRequest, plan: SheetPlan, *, tried: bool = False, status: int = 200) -> HttpResponse:
    desk = request.desk
    choices = plan.choices
    assert choices is not None
    words = Words(desk.vocabulary, get_language() or "en")
    open_columns = undecided(choices, plan.profile)
    mapping, trouble = _checked(desk, plan, named=tried)
    partial = bool(request.htmx) and request.htmx.target == "preview"
    guesses = {} if partial else _guesses(desk, plan, choices.row, remembered(desk))
    columns = columns_shown(plan.profile, choices, guesses, words)
    context: dict[str, Any] = {
        "plan": plan,
        "choices": choices,
        "columns": columns,
        "redrawn": [each for each in columns if request.POST.get(f"shown-{each.number}", "") != each.meaning],
        "orders": order_options(),
        "splits": split_options(),
        "settings": settings_shown(choices, words),
        "preview": _preview(plan.profile, mapping, choices, desk, words),
        "open_columns": open_columns,
        "n_open_texts": sum(each.n_open for each in columns),
        "trouble": trouble,
        "trouble_said": _trouble_said(trouble),
        "tried": tried,
        "token": new_token(),
        "section": "loads",
    }
    if partial:
        return render(request, "loads/map_changed.html", context)
    context |= {
        "rows": [(code, ROWS[code]) for code in FORMS],
        "meanings": meaning_options(choices.row, words),
        "kinds": [(code, words.term("source_kinds", code)) for code in desk.vocabulary.schemes["source_kinds"].terms],
        "fits": plan.fits,
    }
    return render(request, "loads/map.html", context, status=status)


def _trouble_said(trouble: BadInput | None) -> tuple[str, list[Sentence]]:
    if trouble is None:
        return "", []
    details = [sentence(each) for each in (trouble.message, trouble.expected, trouble.todo) if each]
    return kind_of_trouble(type(trouble).__name__), details


def _preview(
    profile: SheetProfile, mapping: SheetMapping | None, choices: Choices, desk: Desk, words: Words
) -> list[Any]:
    """Return the first rows as they would be taken; columns still open are left out of it."""
    if mapping is None:
        return []
    settled = {name for name, each in choices.columns.items() if each.meaning} | set(choices.key)
    left = frozenset(profile.names) - settled
    compiled = compile_rows(replace(mapping, ignored=mapping.ignored | left), profile.names, desk.vocabulary)
    return [row_shown(compiled.account(number, cells), words) for number, cells in profile.first_rows]
