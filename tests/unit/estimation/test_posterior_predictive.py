"""Overlaps beside those a model predicts."""

from __future__ import annotations

import numpy as np

from dalil.estimation.posterior_predictive import predictive_checks

PATTERNS = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 1, 1]])
COUNTS = np.array([40, 30, 20, 8, 2])


def test_overlaps_are_counted_from_the_table_and_bands_from_the_model() -> None:
    # A model that knows the table: 10 of 100 on two lists or more; (0, 1) 10, (0, 2) 2, (1, 2) 2.
    depth = np.tile([0.9, 0.08, 0.02], (2, 500, 1))
    overlap = np.tile([0.1, 0.02, 0.02], (2, 500, 1))
    checks = predictive_checks(PATTERNS, COUNTS, depth=depth, overlap=overlap, rng=np.random.default_rng(1))
    assert [(check.lists, check.observed) for check in checks] == [((), 10), ((0, 1), 10), ((0, 2), 2), ((1, 2), 2)]
    assert all(check.inside for check in checks)
    # Binomial(100, 0.1): 95 % between 5 and 16.
    assert abs(checks[0].low - 5) <= 1
    assert abs(checks[0].high - 16) <= 1


def test_a_model_that_expects_no_overlap_is_found_out() -> None:
    depth = np.tile([0.999, 0.001, 0.0], (1, 500, 1))
    overlap = np.tile([0.001, 0.0, 0.0], (1, 500, 1))
    first, *_ = predictive_checks(PATTERNS, COUNTS, depth=depth, overlap=overlap, rng=np.random.default_rng(2))
    assert not first.inside
    assert first.share_at_least == 0.0
