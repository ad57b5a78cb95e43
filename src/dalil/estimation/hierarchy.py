"""Hierarchical log-linear models of a few lists: which sets of lists may depend on each other, and to what order."""

from __future__ import annotations

from functools import cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Terms = tuple[int, ...]
"""The sets of two lists and more (bit masks) whose interaction a model has; every subset of one is in the model too."""


@cache
def hierarchical_models(n_lists: int, max_order: int) -> tuple[Terms, ...]:
    """Return every hierarchical model with all main effects and interactions of up to ``max_order`` lists.

    The smallest come first: 8 models for three lists, 113 for four, 6,893 for five, to order one less than there are
    lists.
    """
    models: list[frozenset[int]] = [frozenset()]
    for order in range(2, max_order + 1):
        sets = [sum(1 << place for place in each) for each in combinations(range(n_lists), order)]
        larger: list[frozenset[int]] = []
        for model in models:
            open_to = [each for each in sets if order == 2 or _faces(each, n_lists) <= model]
            for n_added in range(len(open_to) + 1):
                larger += [model | set(added) for added in combinations(open_to, n_added)]
        models = larger
    ordered = (tuple(sorted(model, key=lambda mask: (mask.bit_count(), mask))) for model in models)
    return tuple(sorted(ordered, key=lambda terms: (len(terms), terms)))


def _faces(mask: int, n_lists: int) -> frozenset[int]:
    """Return the sets that have one list less."""
    return frozenset(mask & ~(1 << place) for place in range(n_lists) if mask >> place & 1)


def parameters(terms: Terms, n_lists: int) -> NDArray[np.int64]:
    """Return the parameters of a model as bit masks: the constant (0), each list, and its interactions."""
    return np.array([0, *(1 << place for place in range(n_lists)), *terms], np.int64)


def within(cells: NDArray[np.int64], masks: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which cells hold all lists of which set; shape (n_cells, n_sets)."""
    found: NDArray[np.bool_] = (cells[:, None] & masks[None, :]) == masks[None, :]
    return found


def model_words(terms: Terms, lists: tuple[str, ...]) -> str:
    """Write a model as its largest sets: ``A·B, C``."""
    masks = [*(1 << place for place in range(len(lists))), *terms]
    largest = [each for each in masks if not any(each != other and each & other == each for other in masks)]
    sets = sorted([place for place in range(len(lists)) if mask >> place & 1] for mask in largest)
    return ", ".join("·".join(lists[place] for place in members) for members in sets)
