"""One small population for the demonstration's tests, drawn and written once a session."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from demo.lists import generate
from demo.people import Population
from demo.population import draw_population
from demo.truth import Truth

SCALE = 0.04
SEED = 77


class Drawn(NamedTuple):
    """The folder with the lists, what is true, and who was drawn."""

    folder: Path
    truth: Truth
    population: Population


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    """Write the lists of a population at a twenty-fifth of its size."""
    folder = tmp_path_factory.mktemp("lists")
    truth = generate(folder, seed=SEED, scale=SCALE)
    return Drawn(folder, truth, draw_population(seed=SEED, scale=SCALE))
