"""What a pack or overlay may say, and how it is refused when it says more."""

from __future__ import annotations

from pathlib import Path

import pytest

from dalil.errors import UnreadableFile, WrongVocabulary
from dalil.vocabulary import load_vocabulary
from dalil.vocabulary.building import Layers
from dalil.vocabulary.checks import check_layers
from dalil.vocabulary.model import PartType, parse_part_type
from dalil.vocabulary.reading import LIMIT_BYTES, Plain, read_plain

HEAD = "format: dalil-vocabulary/1\npack: overlay\n"


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def terms(scheme: str, *lines: str) -> str:
    return HEAD + f"schemes:\n  {scheme}:\n    terms:\n" + "".join(f"      {line}\n" for line in lines)


def refusal(tmp_path: Path, text: str) -> str:
    with pytest.raises(WrongVocabulary) as refused:
        load_vocabulary(overlay=write(tmp_path, text))
    assert "own.yaml" in refused.value.where
    return str(refused.value)


# --- what an overlay may do -----------------------------------------------------------------------------------------
def test_an_overlay_adds_terms_aliases_schemes_and_methods(tmp_path: Path) -> None:
    overlay = write(
        tmp_path,
        HEAD
        + """
schemes:
  parties:
    terms:
      syria.state.military_intelligence: {aliases: [The Branch]}
      ngo.branch_12: {parent: syria.state.military_intelligence, en: Branch 12 (invented), ar: الفرع 12 (مختلق)}
  camp_sectors:
    en: sectors
    ar: قطاعات
    properties: {opened: date}
    terms:
      north: {en: northern sector, ar: القطاع الشمالي, opened: "2014-06-01", labels: {fr: secteur nord}}
methods:
  ngo-30d:
    version: 1
    en: Thirty days
    ar: ثلاثون يوماً
    days_held: 30
    requires: [denial]
    notice_of_death_keeps_status: false
    uncertain_dates: unknown
    source: handbook
""",
    )
    vocabulary = load_vocabulary(overlay=overlay)
    assert vocabulary.resolve("parties", "the branch") == "syria.state.military_intelligence"
    assert "ngo.branch_12" in vocabulary.within("parties", "syria.state")
    assert vocabulary.term("camp_sectors", "north").property("opened") == "2014-06-01"
    assert vocabulary.label("camp_sectors", "north", "fr") == "secteur nord"
    assert vocabulary.methods["ngo-30d"].days_held == 30


def test_an_overlay_may_be_a_folder_of_files(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(terms("reasons", "ngo_a: {en: a, ar: أ}"), encoding="utf-8")
    (tmp_path / "b.yaml").write_text(terms("reasons", "ngo_b: {parent: ngo_a, en: b, ar: ب}"), encoding="utf-8")
    assert load_vocabulary(overlay=tmp_path).within("reasons", "ngo_a") == {"ngo_a", "ngo_b"}


def test_an_overlay_deprecates_and_the_term_stays(tmp_path: Path) -> None:
    overlay = write(tmp_path, terms("reasons", "travel: {deprecated: true, replaced_by: unknown}"))
    term = load_vocabulary(overlay=overlay).term("reasons", "travel")
    assert (term.deprecated, term.replaced_by, term.en) == (True, "unknown", "travel, leaving or return")


# --- what it may not ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "field", ["en: other", "ar: آخر", "parent: protest", "crosswalk: {huridocs: '0301 03'}", "unchecked: true"]
)
def test_an_overlay_that_changes_a_shipped_term_is_refused_with_the_term(tmp_path: Path, field: str) -> None:
    text = refusal(tmp_path, terms("reasons", f"travel: {{{field}}}"))
    assert "scheme reasons, term travel" in text
    assert "pack core" in text


def test_an_overlay_that_calls_back_a_deprecated_term_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(terms("reasons", "travel: {deprecated: true}"), encoding="utf-8")
    (tmp_path / "b.yaml").write_text(terms("reasons", "travel: {deprecated: false}"), encoding="utf-8")
    with pytest.raises(WrongVocabulary, match="called back"):
        load_vocabulary(overlay=tmp_path)


def test_one_code_in_two_files_of_one_overlay_is_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(terms("reasons", "ngo: {en: x, ar: س}"), encoding="utf-8")
    with pytest.raises(WrongVocabulary, match="one code twice"):
        load_vocabulary(overlay=tmp_path)


def test_an_overlay_that_renames_a_scheme_is_refused(tmp_path: Path) -> None:
    assert "a scheme said twice" in refusal(tmp_path, HEAD + "schemes:\n  reasons: {en: why, ar: لماذا, terms: {}}\n")


def test_an_overlay_that_says_a_method_again_is_refused(tmp_path: Path) -> None:
    assert "method snhr-20d" in refusal(tmp_path, HEAD + "methods:\n  snhr-20d: {version: 2}\n")


@pytest.mark.parametrize("contract", ["kinds", "predicates"])
def test_an_overlay_that_touches_the_data_contract_is_refused(tmp_path: Path, contract: str) -> None:
    assert "data contract" in refusal(tmp_path, HEAD + f"{contract}: {{}}\n")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("ngo: {en: x}", "field ar"),
        ("ngo: {ar: س}", "field en"),
        ("ngo: {en: x, ar: ''}", "field ar"),
        ("ngo: {en: [x], ar: س}", "field en"),
        ("ngo: {en: x, ar: س, colour: red}", "unknown field"),
        ("ngo: {en: x, ar: س, deprecated: maybe}", "field deprecated"),
        ("ngo: {en: x, ar: س, parent: nowhere}", "unknown parent"),
        ("ngo.deep: {en: x, ar: س}", "unknown parent"),
        ("ngo: {en: x, ar: س, members: [protest]}", "members in a scheme that has none"),
        ("ngo: {en: x, ar: س, deprecated: true, replaced_by: nothing_known}", "unknown replaced_by"),
        ("ngo: {en: x, ar: س, replaced_by: protest}", "still in use"),
        ("ngo: {en: x, ar: س, crosswalk: {huridocs: '301'}}", "crosswalk huridocs"),
        ("ngo: {en: x, ar: س, crosswalk: {rome: article seven}}", "crosswalk rome"),
        ("ngo: {en: x, ar: س, crosswalk: [rome]}", "field crosswalk"),
        ("'two words': {en: x, ar: س}", "a code under terms"),
        ("ngo: words", "ngo under terms"),
    ],
)
def test_a_term_that_breaks_a_rule_is_refused_with_the_rule(tmp_path: Path, line: str, said: str) -> None:
    text = refusal(tmp_path, terms("reasons", line))
    assert said in text
    assert "scheme reasons" in text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("ngo: {en: x, ar: س, inverse: nobody}", "unknown term of kin"),
        ("ngo: {en: x, ar: س, degree: one}", "a whole number"),
    ],
)
def test_a_property_of_the_wrong_type_is_refused(tmp_path: Path, line: str, said: str) -> None:
    assert said in refusal(tmp_path, terms("kin", line))


def test_a_property_date_must_be_a_whole_date(tmp_path: Path) -> None:
    assert "2012-04-14" in refusal(tmp_path, terms("instruments", "ngo: {en: x, ar: س, adopted: '2012'}"))


def test_a_bound_must_be_a_rule_that_can_be_read(tmp_path: Path) -> None:
    assert "n-unit" in refusal(tmp_path, terms("hedges", "ngo: {en: x, ar: س, lower: n*2, upper: none}"))


def test_a_property_type_must_be_known(tmp_path: Path) -> None:
    text = HEAD + "schemes:\n  own: {en: o, ar: خ, properties: {size: float}, terms: {a: {en: a, ar: أ, size: '1'}}}\n"
    assert "the type of a property" in refusal(tmp_path, text)


def test_parents_in_a_circle_are_refused_with_the_circle(tmp_path: Path) -> None:
    text = refusal(tmp_path, terms("reasons", "a: {en: a, ar: أ, parent: b}", "b: {en: b, ar: ب, parent: a}"))
    assert "a > b > a" in text


def test_replacements_in_a_circle_are_refused(tmp_path: Path) -> None:
    lines = [f"{x}: {{en: x, ar: س, deprecated: true, replaced_by: {y}}}" for x, y in (("a", "b"), ("b", "a"))]
    assert "replaced_by goes in a circle" in refusal(tmp_path, terms("reasons", *lines))


def test_a_region_inside_itself_is_refused(tmp_path: Path) -> None:
    line = "ngo: {en: x, ar: س, kind: region_informal, members: [ngo]}"
    assert "ngo > ngo" in refusal(tmp_path, terms("places", line))


def test_regions_inside_each_other_are_refused(tmp_path: Path) -> None:
    lines = [f"{x}: {{en: x, ar: س, kind: region_informal, members: [{y}]}}" for x, y in (("a", "b"), ("b", "a"))]
    assert "members goes in a circle" in refusal(tmp_path, terms("places", *lines))


def test_an_unknown_member_is_refused(tmp_path: Path) -> None:
    assert "unknown member" in refusal(tmp_path, terms("places", "ngo: {en: x, ar: س, members: [SY99]}"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("days_held: many", "a whole number"),
        ("requires: [silence]", "unknown term of method_elements"),
        ("parties: [nobody]", "unknown term of parties"),
        ("uncertain_dates: yes_of_course", "unknown"),
        ("source: ''", "field source"),
    ],
)
def test_a_method_that_breaks_a_rule_is_refused(tmp_path: Path, change: str, said: str) -> None:
    fields = {
        "version": "1",
        "en": "x",
        "ar": "س",
        "days_held": "1",
        "requires": "[denial]",
        "notice_of_death_keeps_status": "true",
        "uncertain_dates": "unknown",
        "source": "handbook",
    }
    name, _, value = change.partition(": ")
    fields[name] = value
    line = ", ".join(f"{key}: {value}" for key, value in fields.items())
    with pytest.raises(WrongVocabulary) as refused:
        load_vocabulary(overlay=write(tmp_path, HEAD + f"methods:\n  ngo-1d: {{{line}}}\n"))
    assert said in str(refused.value)


# --- files ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [1", "not YAML"),
        ("- a\n", "no mapping"),
        ("", "no mapping"),
        ("format: dalil-vocabulary/1\nformat: dalil-vocabulary/1\n", "the key format twice"),
        ("a: &x [1]\nb: *x\n", "an anchor"),
        ("a: !!python/object:os.system {}\n", "the tag"),
        ("? [a, b]\n: c\n", "a key that is not a word"),
        ("a: " + "[" * 40 + "]" * 40 + "\n", "nesting"),
        ("format: dalil-vocabulary/2\npack: overlay\n", "dalil-vocabulary/1"),
        ("format: dalil-vocabulary/1\npack: core\n", "the pack of the file"),
        ("pack: overlay\n", "field format"),
        (HEAD + "colours: {}\n", "unknown field"),
        (HEAD + "schemes: []\n", "field schemes"),
        (HEAD + "schemes:\n  Own: {en: o, ar: خ, terms: {}}\n", "the name of a scheme"),
    ],
)
def test_a_file_that_is_no_vocabulary_is_refused_with_its_name(tmp_path: Path, text: str, said: str) -> None:
    assert said in refusal(tmp_path, text)


def test_a_mistake_of_syntax_is_refused_with_its_line(tmp_path: Path) -> None:
    assert "line 4" in refusal(tmp_path, HEAD + "schemes:\n  - a: b: c\n")


def test_words_that_other_readers_take_for_truth_values_stay_words(tmp_path: Path) -> None:
    path = write(tmp_path, "a: no\nb: on\nc: 0301\nd: 2012-04-14\n")
    assert read_plain(path) == {"a": "no", "b": "on", "c": "0301", "d": "2012-04-14"}


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        load_vocabulary(overlay=tmp_path / "absent.yaml")


def test_bytes_that_are_not_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_bytes(b"\xff\xfe\x00\x01\x02")
    with pytest.raises(WrongVocabulary, match="not YAML"):
        load_vocabulary(overlay=tmp_path / "own.yaml")


def test_a_file_too_large_for_a_vocabulary_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="too large"):
        load_vocabulary(overlay=write(tmp_path, "#" * (LIMIT_BYTES + 1)))


@pytest.mark.parametrize("packs", [(), ("syria",), ("core", "core"), ("core", "atlantis"), ("core", "../core")])
def test_packs_that_are_not_shipped_or_not_in_order_are_refused(packs: tuple[str, ...]) -> None:
    with pytest.raises(WrongVocabulary):
        load_vocabulary(packs=packs)


# --- the data contract ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("text", PartType(base="text")),
        ("text!", PartType(base="text", required=True)),
        ("int!", PartType(base="int", required=True)),
        ("term:sexes", PartType(base="term", scheme="sexes")),
        ("subject:person|group!", PartType(base="subject", kinds=("person", "group"), required=True)),
    ],
)
def test_a_value_type_is_read(text: str, part: PartType) -> None:
    assert parse_part_type(text, where="here") == part


@pytest.mark.parametrize("text", ["", "float", "term:", "subject:", "text:x", "!"])
def test_a_value_type_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(WrongVocabulary, match="value type"):
        parse_part_type(text, where="here")


def contract(predicate: dict[str, Plain]) -> Layers:
    layers = Layers()
    person: Plain = {"prefix": "p", "joinable": "true", "en": "person", "ar": "شخص"}
    document: dict[str, Plain] = {
        "format": "dalil-vocabulary/1",
        "pack": "core",
        "kinds": {"person": person},
        "predicates": {"said": {"en": "said", "ar": "قيل", **predicate}},
    }
    layers.add(document, pack="core", file="core/predicates.yaml")
    return layers


def test_a_predicate_has_a_value_or_parts_with_a_table() -> None:
    check_layers(contract({"of": ["person"], "value": "text"}))
    check_layers(contract({"of": ["person"], "parts": {"by": "subject:person!"}, "table": "sayings"}))
    for wrong in (
        {"of": ["person"]},
        {"of": ["person"], "value": "text", "parts": {"a": "text"}, "table": "t"},
        {"of": ["person"], "parts": {"a": "text"}},
        {"of": ["person"], "value": "text", "table": "t"},
    ):
        with pytest.raises(WrongVocabulary, match="what the predicate holds"):
            contract(dict(wrong))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("predicate", "said"),
    [
        ({"of": ["planet"], "value": "text"}, "unknown kind"),
        ({"of": ["person"], "value": "term:colours"}, "unknown scheme"),
        ({"of": ["person"], "value": "subject:planet"}, "unknown kind"),
    ],
)
def test_a_predicate_that_names_what_does_not_exist_is_refused(predicate: dict[str, Plain], said: str) -> None:
    with pytest.raises(WrongVocabulary, match=said) as refused:
        check_layers(contract(predicate))
    assert "predicate said" in refused.value.where


def test_required_parts_are_those_marked_so() -> None:
    predicates = load_vocabulary().predicates
    assert predicates["age"].required_parts == {"years"}
    assert predicates["episode_event"].required_parts == {"event"}


def test_the_packs_that_come_with_dalil_are_read_once_in_a_process_and_an_overlay_each_time(tmp_path: Path) -> None:
    assert load_vocabulary(["core", "syria"]) is load_vocabulary(("core", "syria"))
    assert load_vocabulary(("core",)) is not load_vocabulary(("core", "syria"))
    assert load_vocabulary(overlay=tmp_path) is not load_vocabulary(overlay=tmp_path)
