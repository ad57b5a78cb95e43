"""Whatever stands in a file written by hand, reading it ends in values or in a message for the person with the file."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from dalil.errors import BadInput
from dalil.intake.plain_yaml import parse_plain_yaml
from dalil.values.canonical import check_canonical

YAML_SIGNS = st.text(alphabet="ab01:-?&*!|>'\"[]{},#%@`~. \n\t\r\u0085\u2028\ufeff\x00ح", max_size=60)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(alphabet="ab حé :#-'\"\n", max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=4),
    max_leaves=12,
)


@given(YAML_SIGNS | st.text(max_size=40))
def test_any_text_is_read_or_refused_with_a_message(text: str) -> None:
    try:
        where = parse_plain_yaml(text, name="file.yaml").where()
    except BadInput as error:
        where = error.where
    assert where.startswith("file.yaml")


@given(st.dictionaries(st.text("abc", min_size=1), PLAIN, min_size=1, max_size=4))
def test_json_is_read_as_the_values_it_holds(value: dict[str, object]) -> None:
    read = parse_plain_yaml(json.dumps(value, ensure_ascii=True), name="file.yaml").content
    assert read == json.loads(json.dumps(value))
    check_canonical(read)
