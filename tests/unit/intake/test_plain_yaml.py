"""YAML written by hand is read as it was meant, or refused with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from dalil.errors import HostileFile, UnreadableFile, WrongAccountFile, WrongMapping
from dalil.intake.plain_yaml import MAX_DEPTH, parse_plain_yaml, read_plain_yaml


def read(text: str) -> object:
    return parse_plain_yaml(text, name="file.yaml").content


def test_words_that_yaml_takes_for_switches_stay_words() -> None:
    assert read("republish: no\non: yes\noff: 'on'") == {"republish": "no", "on": "yes", "off": "on"}


def test_dates_and_clock_times_stay_the_text_that_was_written() -> None:
    assert read("on: 2013-08-21\nat: 12:30\nboth: 2013-08-21 03:00:00") == {
        "on": "2013-08-21",
        "at": "12:30",
        "both": "2013-08-21 03:00:00",
    }


def test_whole_numbers_are_numbers_unless_quoted_or_written_with_leading_zeros() -> None:
    assert read("a: 20847\nb: '20847'\nc: 007\nd: -3\ne: 1_000") == {
        "a": 20847,
        "b": "20847",
        "c": "007",
        "d": -3,
        "e": "1_000",
    }


def test_only_true_false_and_null_are_what_they_say() -> None:
    assert read("a: true\nb: false\nc: null\nd: ~\ne:\nf: True") == {
        "a": True,
        "b": False,
        "c": None,
        "d": None,
        "e": None,
        "f": "True",
    }


def test_text_is_brought_to_one_normal_form() -> None:
    assert read("name: e\u0301lan") == {"name": "\u00e9lan"}


def test_a_fraction_is_refused_because_nothing_dalil_signs_has_one() -> None:
    with pytest.raises(WrongAccountFile, match=r"file\.yaml:2"):
        read("a: 1\nb: 15.86")


def test_a_field_given_twice_is_refused_with_both_lines() -> None:
    with pytest.raises(WrongAccountFile, match=r"lines 1 and 3"):
        read("a: 1\nb: 2\na: 3")


@pytest.mark.parametrize("text", ["a: !!python/object:os.system x", "a: !!binary eA==", "a: !own {b: 1}"])
def test_a_type_mark_is_refused(text: str) -> None:
    with pytest.raises(WrongAccountFile, match="type mark"):
        read(text)


def test_an_alias_repeats_a_value() -> None:
    assert read("a: &x {b: 1}\nc: *x") == {"a": {"b": 1}, "c": {"b": 1}}


def test_aliases_that_would_unfold_into_millions_of_values_are_refused() -> None:
    lines = ["a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]" for before, name in zip("abcdefg", "bcdefgh")]  # noqa: B905
    with pytest.raises(HostileFile):
        read("\n".join(lines))


def test_an_alias_that_contains_itself_is_refused() -> None:
    with pytest.raises(HostileFile):
        read("a: &x {b: *x}")


@pytest.mark.parametrize("text", ["a: " + "[" * 100_000, "- " * 10_000 + "a", "? " * 10_000 + "a"])
def test_nesting_that_would_end_the_process_is_refused(text: str) -> None:
    with pytest.raises(HostileFile, match=f"at most {MAX_DEPTH} deep"):
        read(text)


@pytest.mark.parametrize("text", ["", "# only a comment", "- a\n- b", "just words"])
def test_a_file_without_named_fields_is_refused(text: str) -> None:
    with pytest.raises(WrongAccountFile):
        read(text)


@pytest.mark.parametrize("text", ["a: [1", "a: b: c", "a: *unknown", "a: 1\n---\nb: 2", "a: \x00", "\ta: 1"])
def test_what_is_not_one_yaml_document_is_refused_without_repeating_its_words(text: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read(f"secret: hidden words\n{text}")
    assert "hidden" not in str(caught.value)
    assert "file.yaml" in str(caught.value)


def test_a_number_too_large_to_keep_is_refused() -> None:
    with pytest.raises(WrongAccountFile, match=r"2\^53"):
        read(f"a: {2**53}")


def test_a_file_that_is_not_utf_8_is_refused_with_the_offset(tmp_path: Path) -> None:
    path = tmp_path / "old.yaml"
    path.write_bytes("name: سوريا".encode("windows-1256"))
    with pytest.raises(UnreadableFile, match="offset 6"):
        read_plain_yaml(path)


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    path = tmp_path / "marked.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1")
    assert read_plain_yaml(path).content == {"a": 1}


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"absent\.yaml"):
        read_plain_yaml(tmp_path / "absent.yaml")


def test_the_reader_of_another_format_gets_its_own_error() -> None:
    with pytest.raises(WrongMapping):
        parse_plain_yaml("a: 1.5", name="mapping.yaml", wrong=WrongMapping)


def test_lines_are_known_for_every_value_and_for_what_is_around_it() -> None:
    yaml = parse_plain_yaml("a: 1\nlist:\n  - {b: 2}\n  - c: 3\n", name="file.yaml")
    assert yaml.where("list", 1, "c") == "file.yaml:4"
    assert yaml.where("list", 1, "missing") == "file.yaml:4"
    assert yaml.where("missing") == "file.yaml:1"
