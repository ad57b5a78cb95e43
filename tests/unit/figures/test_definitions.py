"""Reading definitions: every refusal names the line and the key, and what would have been right."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from dalil.errors import UnknownFigure, UnreadableFile, WrongDefinition
from dalil.figures import conditions as c
from dalil.figures import definitions as d
from dalil.figures.reading import definition_names, find_definition, read_definition
from dalil.figures.selecting import selectors_of
from dalil.values.dates import parse_edtf
from dalil.vocabulary.loading import load_vocabulary

VOCABULARY: Final = load_vocabulary()
DEMONSTRATION: Final = Path(__file__).parents[3] / "demo" / "figures"
GOOD: Final[dict[str, Any]] = {
    "format": "dalil-figure/1",
    "name": "held",
    "title": {"en": "Held", "ar": "محتجزون"},
    "text": {"en": "Persons held.", "ar": "أشخاص محتجزون."},
    "unit": "person",
    "class": "documented_named",
    "base": "episodes",
    "method": "snhr-20d",
    "as_of": "2021-05-21",
    "where": [{"party": {"within": ["syria.state"]}}],
}


def read(tmp_path: Path, **changes: Any) -> d.Definition:
    content = {key: value for key, value in {**GOOD, **changes}.items() if value is not ...}
    path = tmp_path / "held.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return read_definition(path, VOCABULARY)


def refused(tmp_path: Path, **changes: Any) -> WrongDefinition:
    with pytest.raises(WrongDefinition) as caught:
        read(tmp_path, **changes)
    assert caught.value.where.startswith("held.yaml")
    assert caught.value.expected
    return caught.value


def test_a_good_definition_is_read(tmp_path: Path) -> None:
    definition = read(tmp_path)
    assert (definition.unit, definition.method, definition.as_of) == ("person", "snhr-20d", "2021-05-21")
    assert isinstance(definition.recipe, d.Counted)
    assert definition.recipe.base == d.Base(kind="episodes")
    assert [clause.name for clause in definition.recipe.where] == ["party"]


def test_the_digest_is_of_what_a_definition_says_not_of_how_the_file_is_laid_out(tmp_path: Path) -> None:
    first = read(tmp_path)
    text = (tmp_path / "held.yaml").read_text(encoding="utf-8")
    (tmp_path / "held.yaml").write_text("# a remark\n" + text.replace("\n", "\n\n"), encoding="utf-8")
    assert read_definition(tmp_path / "held.yaml", VOCABULARY).digest == first.digest
    assert read(tmp_path, as_of="2021-05-20").digest != first.digest


@pytest.mark.parametrize("path", sorted(DEMONSTRATION.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_definition_of_the_demonstration_can_be_read(path: Path) -> None:
    definition = read_definition(path, VOCABULARY)
    assert set(definition.title) == set(definition.text) == {"en", "ar"}


def test_the_demonstration_has_every_row_of_the_acceptance_table() -> None:
    assert {f"F{number:02}" for number in range(1, 26)} <= set(definition_names(DEMONSTRATION))


# --- refusals -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "message", "expected", "key"),
    [
        ({"format": "dalil-figure/2"}, "not one of the choices", "perhaps dalil-figure/1", "format"),
        ({"name": "other"}, "different names", "held", "name"),
        ({"title": {"en": "Held"}}, "missing", "ar", "title"),
        ({"title": {"en": "Held", "ar": "", "fr": "x"}}, "not known", "ar, en", "title.fr"),
        ({"unit": "persons"}, "no such term", "perhaps person", "unit"),
        ({"class": "quoted"}, "class does not fit", "documented_named", "class"),
        ({"class": "derived"}, "class does not fit", "documented_named", "class"),
        ({"method": "snhr-30d"}, "not one of the choices", "perhaps snhr-20d", "method"),
        ({"method": ...}, "needs its method", "method", "the file"),
        ({"as_of": ...}, "needs its day", "as_of", "the file"),
        ({"as_of": "2021-05"}, "one day", "2021-05-21", "as_of"),
        ({"as_of": "2021-02-31"}, "not a date", "2021-05-21", "as_of"),
        ({"base": "persons"}, "no such records", "episodes", "base"),
        ({"base": "subjects:place"}, "no such records", "episodes", "base"),
        ({"base": ...}, "exactly one way", "base, cell_of", "the file"),
        ({"ratio": {"part": "a", "whole": "b"}}, "exactly one way", "ratio", "the file"),
        ({"where": ...}, "needs conditions", "where", "the file"),
        ({"where": []}, "asks for nothing", "a list", "where"),
        ({"floor": "G9"}, "no such term", "G0", "floor"),
        ({"were": []}, "not known", "perhaps where", "were"),
        ({"suppression": {"below": 1}}, "whole number", "2 or more", "suppression.below"),
        ({"printed": {"value": 3}}, "missing", "text", "printed"),
        ({"printed": {"text": "3", "hedge": "roughly"}}, "no such term", "one of", "printed.hedge"),
        ({"count": "persons"}, "not one of the choices", "perhaps person", "count"),
        ({"dimensions": {"sex": {}}}, "needs its cells", "by", "dimensions.sex"),
        ({"dimensions": {"sex": {"by": "sexes"}}}, "not one of the choices", "perhaps sex", "dimensions.sex.by"),
        ({"dimensions": {"sex": {"by": "sex", "under": ["male"], "overlap": 1}}}, "true or false", "true", "overlap"),
        ({"dimensions": {"y": {"by": "year_of_arrest", "under": ["x"]}}}, "Only terms", "under", "dimensions.y.under"),
        ({"dimensions": {}}, "mapping of names", "at least one", "dimensions"),
        ({"title": "Held"}, "mapping of fields", "named fields", "title"),
        ({"title": {"en": ["Held"], "ar": "x"}}, "should be text", "text", "title.en"),
        ({"age_reference": "birth"}, "not one of the choices", "arrest", "age_reference"),
    ],
)
def test_a_wrong_definition_is_refused_by_line_and_key(
    tmp_path: Path, changes: dict[str, Any], message: str, expected: str, key: str
) -> None:
    error = refused(tmp_path, **changes)
    assert message in error.message
    assert expected in error.expected
    assert key in error.where


@pytest.mark.parametrize(
    ("condition", "message", "expected", "key"),
    [
        ({"partty": {"within": ["syria.state"]}}, "cannot be asked", "perhaps party", "where[0].partty"),
        ({"means": {"within": ["air"]}}, "cannot be asked", "age, all", "where[0].means"),
        ({"party": {"within": ["syria.stat"]}}, "no such term", "perhaps syria.state", "where[0].party.within"),
        ({"party": {"within": []}}, "No term is named", "at least one", "where[0].party.within"),
        ({"party": {}}, "needs terms", "within", "where[0].party"),
        ({"party": {"within": ["state"], "is": ["state"]}}, "needs terms", "within", "where[0].party"),
        ({"party": {"within": ["state"], "if_unknown": "maybe"}}, "choices", "counted", "where[0].party.if_unknown"),
        ({"arrested": {}}, "window needs", "from", "where[0].arrested"),
        ({"arrested": {"from": "springtime"}}, "not a date", "EDTF", "where[0].arrested.from"),
        ({"arrested": {"to": "2011/.."}}, "nowhere", "bounds", "where[0].arrested.to"),
        ({"age": {"at": "arrest"}}, "needs a limit", "under", "where[0].age"),
        ({"age": {"under": -1}}, "whole number", "0 or more", "where[0].age.under"),
        ({"age": {"under": 18, "at": "birth"}}, "choices", "arrest", "where[0].age.at"),
        ({"nowhere_held": False}, "takes no terms", "true", "where[0].nowhere_held"),
        ({"died": {"grade": "G3"}}, "missing", "within", "where[0].died"),
        ({"grade": {"at_least": "G7"}}, "no such term", "G0", "where[0].grade.at_least"),
        ({"party": {"within": ["state"]}, "reason": {"within": ["kinship"]}}, "one condition", "one field", "where[0]"),
        ({"any": [{"party": {"within": ["nobody"]}}]}, "no such term", "of", "where[0].any[0].party.within"),
    ],
)
def test_a_wrong_condition_is_refused_by_line_and_key(
    tmp_path: Path, condition: dict[str, Any], message: str, expected: str, key: str
) -> None:
    error = refused(tmp_path, where=[condition])
    assert message in error.message
    assert expected in error.expected
    assert key in error.where


def test_fields_of_counting_are_refused_where_nothing_is_counted(tmp_path: Path) -> None:
    changes = {"base": ..., "class": "derived", "ratio": {"part": "a", "whole": "b"}, "where": ..., "unit": "ratio"}
    error = refused(tmp_path, **changes)
    assert "Only a figure that counts" in error.message
    assert "(method)" in error.where


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"unit": ["a", "b"]}, "a list of 2"),
        ({"where": {}}, "no fields"),
        ({"where": {"x": 1}}, "fields x"),
        ({"where": None}, "nothing"),
        ({"where": 7}, "7"),
    ],
)
def test_a_refusal_shows_what_was_found(tmp_path: Path, changes: dict[str, Any], shown: str) -> None:
    assert refused(tmp_path, **changes).found == shown


def test_conditions_can_be_listed_under_all(tmp_path: Path) -> None:
    first, second = read(tmp_path), read(tmp_path, where={"all": GOOD["where"]})
    assert isinstance(first.recipe, d.Counted)
    assert isinstance(second.recipe, d.Counted)
    assert first.recipe.where == second.recipe.where


def test_an_age_can_be_bounded_on_both_sides_and_reckoned_on_the_day(tmp_path: Path) -> None:
    ages = [{"age": {"at_least": 18, "at_most": 30}}, {"age": {"over": 70, "under": 80, "at": "arrest"}}]
    definition = read(tmp_path, where=ages, age_reference="as_of")
    assert isinstance(definition.recipe, d.Counted)
    assert [clause.condition for clause in definition.recipe.where] == [
        c.Age(least=18, most=30, at="as_of"),
        c.Age(least=71, most=79, at="arrest"),
    ]


@pytest.mark.parametrize("condition", ["status", "nowhere_held", "disappeared_after_appearance"])
def test_whatever_asks_about_status_needs_a_method(tmp_path: Path, condition: str) -> None:
    changes: dict[str, Any] = {"where": [{condition: {"within": ["detained"]} if condition == "status" else True}]}
    if condition == "disappeared_after_appearance":
        changes |= {"base": "appearances"}
    assert "needs its method" in refused(tmp_path, method=..., **changes).message


def test_what_can_be_asked_of_an_event_follows_its_predicate(tmp_path: Path) -> None:
    where = [{"kind": {"within": ["attack"]}}, {"on": {"to": "2018"}}, {"target": {"name": "a hospital"}}]
    definition = read(tmp_path, base="events", unit="attack", where=where, method=...)
    assert isinstance(definition.recipe, d.Counted)
    assert definition.recipe.member == "subject"
    error = refused(tmp_path, base="events", unit="attack", where=[{"status": {"within": ["detained"]}}], method=...)
    assert "cannot be asked" in error.message


def test_a_selector_that_points_at_nothing_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, base="events", unit="attack", where=[{"target": {}}], method=...)
    assert "Nothing points" in error.message


def test_a_figure_made_of_others_points_at_no_subject(tmp_path: Path) -> None:
    gone = dict.fromkeys(("base", "where", "method", "as_of"), ...)
    assert selectors_of(read(tmp_path, union=["a", "b"], **{**gone, "class": "derived"})) == []


def test_an_unknown_figure_is_refused_with_close_names(tmp_path: Path) -> None:
    read(tmp_path)
    with pytest.raises(UnknownFigure) as caught:
        find_definition(tmp_path, "hold", VOCABULARY)
    assert caught.value.expected == "perhaps held"


def test_a_name_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    read(tmp_path)
    (tmp_path / "inside").mkdir()
    with pytest.raises(UnknownFigure):
        find_definition(tmp_path / "inside", "../held", VOCABULARY)


def test_a_file_that_is_not_yaml_is_refused(tmp_path: Path) -> None:
    (tmp_path / "held.yaml").write_text("format: [", encoding="utf-8")
    with pytest.raises(UnreadableFile):
        find_definition(tmp_path, "held", VOCABULARY)


# --- recipes --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "message", "key"),
    [
        (
            {"quoted": {"about": {"name": "x"}, "of_what": "deaths"}, "class": "quoted"},
            "no such term",
            "quoted.of_what",
        ),
        ({"quoted": {"of_what": "death"}, "class": "quoted"}, "missing", "quoted"),
        ({"age_of": {"person": {"name": "x"}, "at": "soon"}, "class": "derived"}, "not a date", "age_of.at"),
        (
            {"length_of": {"event": {"name": "x"}, "kind": "sieges"}, "class": "derived"},
            "no such term",
            "length_of.kind",
        ),
        ({"renderings": {"of": "F10", "as": [{"value": 3}]}, "class": "derived"}, "missing", "renderings.as[0]"),
        ({"together": {}, "class": "derived"}, "mapping of names", "together"),
        ({"cell_of": {"figure": "F10"}}, "missing", "cell_of"),
    ],
)
def test_a_wrong_recipe_is_refused(tmp_path: Path, changes: dict[str, Any], message: str, key: str) -> None:
    error = refused(tmp_path, base=..., where=..., method=..., as_of=..., **changes)
    assert message in error.message
    assert f"({key}" in error.where


def test_a_window_runs_from_the_first_day_of_its_beginning_to_the_last_of_its_end(tmp_path: Path) -> None:
    definition = read(tmp_path, where=[{"arrested": {"from": "2011-03", "to": "2018"}}])
    assert isinstance(definition.recipe, d.Counted)
    condition = definition.recipe.where[0].condition
    assert (condition.first, condition.last) == (parse_edtf("2011-03-01").lo, parse_edtf("2018-12-31").hi)  # type: ignore[union-attr]
