"""What a mapping may say about a file, and what it may not."""

from __future__ import annotations

from typing import Any

import pytest

from dalil.errors import WrongMapping
from dalil.intake.readers import ReaderOptions


@pytest.mark.parametrize(
    "options",
    [
        {"header_rows": 0},
        {"header_rows": 4},
        {"skip_rows": -1},
        {"sheet": 0},
        {"delimiter": ""},
        {"delimiter": ",,"},
        {"delimiter": '"'},
        {"delimiter": "\n"},
    ],
)
def test_options_without_meaning_are_refused_and_named(options: dict[str, Any]) -> None:
    with pytest.raises(WrongMapping) as refusal:
        ReaderOptions(**options)
    assert refusal.value.where == f"reader: {next(iter(options))}"
