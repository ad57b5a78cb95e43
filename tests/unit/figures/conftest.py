from __future__ import annotations

import pytest

from dalil.archive import Archive
from unit.figures.small import Small


@pytest.fixture
def small(archive: Archive) -> Small:
    """Return an empty archive with short ways to fill it."""
    return Small(archive)
