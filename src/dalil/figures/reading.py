"""Reads figure definitions (``dalil-figure/1``): one YAML file each, in the archive's ``hand/figures/``.

Every refusal names the file, the line and the key, says what was expected, and names close terms for one that is not
known. The format is described in ``docs/reference/formats/figures.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, cast

from dalil.errors import DalilError, UnknownFigure, WrongDefinition
from dalil.figures import definitions as d
from dalil.figures.conditions import AgeReference
from dalil.figures.fields import Field, close_to
from dalil.figures.reading_conditions import OF_EPISODES, PERSON_OF, ConditionReader, attributes_of, read_selector
from dalil.intake.plain_yaml import read_plain_yaml
from dalil.values.dates import parse_edtf
from dalil.values.digests import digest_of
from dalil.vocabulary.vocabulary import Vocabulary

FORMAT: Final = "dalil-figure/1"
RECIPES: Final = (
    "base",
    "cell_of",
    "quoted",
    "ratio",
    "union",
    "together",
    "renderings",
    "age_of",
    "length_of",
    "held_for",
    "estimate",
)
COMMON: Final = ("format", "name", "title", "text", "unit", "class", "as_of", "printed", "suppression", "denominator")
COUNTING: Final = ("base", "count", "sum", "where", "except", "dimensions", "age_reference", "method", "floor")
DERIVED: Final = ("ratio", "union", "together", "renderings", "age_of", "length_of", "held_for")
CLASS_OF: Final[Mapping[str, tuple[str, ...]]] = {"quoted": ("quoted",), "estimate": ("estimated",)}
NAMED_BASES: Final[Mapping[str, d.Base]] = {
    "episodes": d.Base(kind="episodes"),
    "appearances": d.Base(kind="things", predicate="appearance"),
    "events": d.Base(kind="things", predicate="event"),
    "acts": d.Base(kind="things", predicate="act"),
}
YEAR: Final = "year"
EPISODE_SPLITS: Final[Mapping[str, tuple[str, str | None]]] = {
    "year_of_arrest": ("arrested", YEAR),
    "governorate": ("place", "governorate"),
    "status": ("status", None),
}


def find_definition(folder: Path, name: str, vocabulary: Vocabulary) -> d.Definition:
    """Return the definition of a figure.

    Raises
    ------
    UnknownFigure
        No file bears its name.
    WrongDefinition
        The file breaks the format.
    """
    path = folder / f"{name}.yaml"
    if Path(name).name != name or not path.is_file():
        raise UnknownFigure(
            "No figure has this name.",
            expected=close_to(name, definition_names(folder)),
            found=name,
            where=str(folder),
            todo="`dalil figures list` shows every figure of the archive.",
        )
    return read_definition(path, vocabulary)


def definition_names(folder: Path) -> list[str]:
    """Return the names of all figures, sorted."""
    return sorted(path.stem for path in folder.glob("*.yaml"))


def read_definition(path: Path, vocabulary: Vocabulary) -> d.Definition:
    """Read one definition file.

    Raises
    ------
    WrongDefinition
        It breaks the format, or names a term, unit, method or attribute that does not exist.
    UnreadableFile, HostileFile
        It is not readable YAML.
    """
    file = read_plain_yaml(path, wrong=WrongDefinition)
    whole = Field(file, (), file.content)
    return _Reader(whole, vocabulary).definition(path.stem)


class _Reader:
    def __init__(self, whole: Field, vocabulary: Vocabulary) -> None:
        self.whole, self.vocabulary = whole, vocabulary

    def definition(self, stem: str) -> d.Definition:
        whole = self.whole
        fields = whole.fields(
            {*COMMON, *COUNTING, *RECIPES}, required=("format", "name", "title", "text", "unit", "class")
        )
        fields["format"].choice((FORMAT,))
        if fields["name"].text() != stem:
            raise fields["name"].wrong("File and figure have different names.", expected=stem)
        recipe_name = self._recipe_name(fields)
        for name in fields:
            if name in COUNTING and recipe_name != "base":
                raise fields[name].wrong(
                    "Only a figure that counts records has this field.", expected=f"{name} left out"
                )
        figure_class = self._class(fields["class"], recipe_name)
        as_of = self._as_of(fields["as_of"]) if "as_of" in fields else None
        method = fields["method"].choice(sorted(self.vocabulary.methods)) if "method" in fields else None
        recipe = self._recipe(recipe_name, fields)
        if isinstance(recipe, d.Counted) and as_of is None:
            raise whole.wrong("A figure that counts needs its day.", expected="as_of: a day", found="no as_of")
        floor = fields["floor"].term(self.vocabulary, "grades") if "floor" in fields else None
        return d.Definition(
            name=stem,
            title=fields["title"].languages(),
            text=fields["text"].languages(),
            unit=fields["unit"].term(self.vocabulary, "units"),
            figure_class=figure_class,
            as_of=as_of,
            method=method,
            floor=floor,
            denominator=fields["denominator"].text() if "denominator" in fields else None,
            printed=self._printed(fields["printed"]) if "printed" in fields else None,
            suppression=self._suppression(fields["suppression"]) if "suppression" in fields else None,
            recipe=recipe,
            digest=digest_of(whole.file.content),
            content=whole.file.content,
        )

    def _recipe_name(self, fields: Mapping[str, Field]) -> str:
        chosen = [name for name in RECIPES if name in fields]
        if len(chosen) != 1:
            raise self.whole.wrong(
                "A figure is made in exactly one way.",
                expected="one of " + ", ".join(RECIPES),
                found=", ".join(chosen) or "none of them",
            )
        return chosen[0]

    def _class(self, field: Field, recipe: str) -> str:
        options = ("derived",) if recipe in DERIVED else CLASS_OF.get(recipe, d.COUNTED_CLASSES)
        if field.value not in options:
            raise field.wrong(
                "The class does not fit how the figure is made.",
                expected=" or ".join(options),
                todo="Documented, estimated, surveyed and quoted numbers are kept apart; what others give is derived.",
            )
        return field.text()

    def _as_of(self, field: Field) -> str:
        text = field.text()
        try:
            date = parse_edtf(text)
        except DalilError as error:
            raise field.wrong("This is not a date.", expected="a day, such as 2021-05-21") from error
        if date.lo is None or date.lo != date.hi:
            raise field.wrong("A figure is counted on one day.", expected="a day, such as 2021-05-21")
        return date.edtf

    def _printed(self, field: Field) -> d.Printed:
        parts = field.fields(("text", "value", "hedge"), required=("text",))
        return d.Printed(
            text=parts["text"].text(),
            value=parts["value"].whole() if "value" in parts else None,
            hedge=parts["hedge"].term(self.vocabulary, "hedges") if "hedge" in parts else None,
        )

    def _suppression(self, field: Field) -> d.Suppression:
        parts = field.fields(("below", "exempt"), required=("below",))
        return d.Suppression(
            below=parts["below"].whole(least=2), exempt=parts["exempt"].text() if "exempt" in parts else None
        )

    # --- recipes ----------------------------------------------------------------------------------------------------
    def _recipe(self, name: str, fields: Mapping[str, Field]) -> d.Recipe:
        readers: Mapping[str, Callable[[Field], d.Recipe]] = {
            "base": lambda field: self._counted(field, fields),
            "cell_of": self._cell_of,
            "quoted": self._quoted,
            "ratio": self._ratio,
            "union": lambda field: d.UnionOf(figures=tuple(item.text() for item in field.items())),
            "together": lambda field: d.Together(figures={n: f.text() for n, f in field.named().items()}),
            "renderings": self._renderings,
            "age_of": self._age_of,
            "length_of": self._length_of,
            "held_for": lambda field: d.HeldFor(episode=read_selector(field)),
            "estimate": self._estimate,
        }
        return readers[name](fields[name])

    def _cell_of(self, field: Field) -> d.CellOf:
        parts = field.fields(("figure", "dimension", "cell"), required=("figure", "dimension", "cell"))
        return d.CellOf(**{name: part.text() for name, part in parts.items()})

    def _quoted(self, field: Field) -> d.Quoted:
        parts = field.fields(("about", "of_what", "source"), required=("about", "of_what"))
        return d.Quoted(
            about=read_selector(parts["about"]),
            of_what=parts["of_what"].term(self.vocabulary, "units"),
            source=parts["source"].text() if "source" in parts else None,
        )

    def _ratio(self, field: Field) -> d.RatioOf:
        parts = field.fields(("part", "whole"), required=("part", "whole"))
        return d.RatioOf(part=parts["part"].text(), whole=parts["whole"].text())

    def _renderings(self, field: Field) -> d.RenderingsOf:
        parts = field.fields(("of", "as"), required=("of", "as"))
        renderings = []
        for item in parts["as"].items():
            said = item.fields(("value", "hedge", "place"), required=("value", "place"))
            hedge = said["hedge"].term(self.vocabulary, "hedges") if "hedge" in said else None
            renderings.append(d.Rendering(value=said["value"].whole(), hedge=hedge, place=said["place"].text()))
        return d.RenderingsOf(figure=parts["of"].text(), renderings=tuple(renderings))

    def _estimate(self, field: Field) -> d.EstimateOf:
        parts = field.fields(
            ("of", "lists", "strata", "method", "seed", "max_order", "reach", "linkage_draws"),
            required=("of", "method", "seed"),
        )
        return d.EstimateOf(
            figure=parts["of"].text(),
            lists=tuple(item.text() for item in parts["lists"].items()) if "lists" in parts else (),
            strata=tuple(item.text() for item in parts["strata"].items()) if "strata" in parts else (),
            method=cast(d.Estimator, parts["method"].choice(d.ESTIMATORS)),
            seed=parts["seed"].whole(),
            max_order=parts["max_order"].whole(least=1) if "max_order" in parts else None,
            reach=parts["reach"].languages() if "reach" in parts else {},
            linkage_draws=parts["linkage_draws"].whole() if "linkage_draws" in parts else d.LINKAGE_DRAWS,
        )

    def _age_of(self, field: Field) -> d.AgeOf:
        parts = field.fields(("person", "at"), required=("person", "at"))
        at = parts["at"]
        try:
            date = parse_edtf(at.text())
        except DalilError as error:
            raise at.wrong("This is not a date.", expected="an EDTF date, such as 2020/..") from error
        return d.AgeOf(person=read_selector(parts["person"]), at=date.edtf)

    def _length_of(self, field: Field) -> d.LengthOf:
        parts = field.fields(("event", "kind"), required=("event", "kind"))
        kind = parts["kind"].term(self.vocabulary, "event_kinds")
        return d.LengthOf(event=read_selector(parts["event"]), kind=kind)

    # --- counting ---------------------------------------------------------------------------------------------------
    def _counted(self, field: Field, fields: Mapping[str, Field]) -> d.Counted:
        base = self._base(field)
        reference: AgeReference = "arrest"
        if "age_reference" in fields and fields["age_reference"].choice(("arrest", "as_of")) == "as_of":
            reference = "as_of"
        reader = ConditionReader(base, self.vocabulary, reference)
        if "where" not in fields:
            raise self.whole.wrong("A figure that counts needs conditions.", expected="where: a list of conditions")
        where = reader.clauses(fields["where"])
        dimensions = tuple(
            self._dimension(name, part, reader, base)
            for name, part in (fields["dimensions"].named().items() if "dimensions" in fields else ())
        )
        if "method" not in fields and (base.kind == "episodes" or reader.asks_status):
            raise self.whole.wrong(
                "A figure about detention needs its method.", expected="method: …", found="no method"
            )
        return d.Counted(
            base=base,
            member=self._member(base, fields),
            total=self._total(base, fields["sum"]) if "sum" in fields else None,
            where=where,
            except_=tuple(item.text() for item in fields["except"].items()) if "except" in fields else (),
            dimensions=dimensions,
            age_reference=reference,
        )

    def _base(self, field: Field) -> d.Base:
        text = field.text()
        if text in NAMED_BASES:
            return NAMED_BASES[text]
        kind, _, code = text.partition(":")
        predicates = {name for name, predicate in self.vocabulary.predicates.items() if predicate.table is not None}
        if kind == "subjects" and code in predicates and code in self.vocabulary.kinds:
            return d.Base(kind="things", predicate=code)
        if kind == "rows" and code in predicates:
            return d.Base(kind="rows", predicate=code)
        raise field.wrong(
            "There are no such records to count.",
            expected="episodes, appearances, events, acts, subjects:<kind> or rows:<predicate>",
            todo="See docs/reference/formats/figures.md, under `base`.",
        )

    def _member(self, base: d.Base, fields: Mapping[str, Field]) -> str:
        """Return the column that is counted: each value of it once."""
        if "count" in fields:
            parts = self.vocabulary.predicates[base.predicate].parts
            options = ["subject", *(name for name, part in parts.items() if part.base == "subject")]
            return fields["count"].choice(["episode", "person"] if base.kind == "episodes" else options)
        unit = fields["unit"].term(self.vocabulary, "units")
        if unit in self.vocabulary.within("units", "person") and base.predicate in PERSON_OF:
            return PERSON_OF[base.predicate]
        return "episode" if base.kind == "episodes" else "subject"

    def _total(self, base: d.Base, field: Field) -> str:
        parts = self.vocabulary.predicates[base.predicate].parts
        return field.choice([name for name, part in parts.items() if part.base == "count"])

    def _dimension(self, name: str, field: Field, reader: ConditionReader, base: d.Base) -> d.Dimension:
        parts = field.fields(("by", "cells", "overlap", "under"))
        overlap = parts["overlap"].truth() if "overlap" in parts else False
        if ("by" in parts) == ("cells" in parts):
            raise field.wrong("A dimension needs its cells.", expected="by: an attribute, or cells: named conditions")
        if "cells" in parts:
            cells = {cell: reader.condition(part) for cell, part in parts["cells"].named().items()}
            return d.Cells(name=name, overlap=overlap, cells=cells)
        attribute, gather = self._split(base, parts["by"])
        under: tuple[str, ...] = ()
        if "under" in parts:
            scheme = attributes_of(base, self.vocabulary).terms.get(attribute)
            if scheme is None or gather is not None:
                raise parts["under"].wrong("Only terms have others below them.", expected="`under` left out")
            under = tuple(item.term(self.vocabulary, scheme) for item in parts["under"].items())
        return d.By(name=name, overlap=overlap, attribute=attribute, gather=gather, under=under)

    def _split(self, base: d.Base, field: Field) -> tuple[str, str | None]:
        known = attributes_of(base, self.vocabulary)
        if base.kind == "episodes":
            if field.value in EPISODE_SPLITS:
                return EPISODE_SPLITS[field.text()]
            return field.choice([*EPISODE_SPLITS, *OF_EPISODES, "sex"]), None
        years = {f"{YEAR}_of_{date}": date for date in known.dates} | ({YEAR: "on"} if "on" in known.dates else {})
        if field.value in years:
            return years[field.text()], YEAR
        return field.choice([*years, *known.terms]), None
