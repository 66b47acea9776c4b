"""Accuracy and the confusion matrix against naive counting, and what they refuse."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annlib import errors, metrics

pairs = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30)


@given(pairs)
def test_against_counting(rows):
    y, predicted = (list(column) for column in zip(*rows, strict=True))
    assert metrics.accuracy(y, predicted) == sum(a == b for a, b in rows) / len(rows)
    counted = np.zeros((4, 4), int)
    for a, b in rows:
        counted[a, b] += 1
    np.testing.assert_array_equal(metrics.confusion_matrix(y, predicted, n_classes=4), counted)


def test_layout_for_two_classes():
    matrix = metrics.confusion_matrix([0, 0, 0, 1], [1, 0, 0, 0])
    np.testing.assert_array_equal(matrix, [[2, 1], [1, 0]])  # [[TN, FP], [FN, TP]]
    assert metrics.confusion_matrix([0], [0]).shape == (2, 2)
    assert metrics.confusion_matrix([0, 2], [0, 1]).shape == (3, 3)


@pytest.mark.parametrize(
    ("y", "predicted", "message"),
    [
        ([0, 1], [0], "same"),
        ([[0], [1]], [0, 1], "ravel"),
        ([], [], "shape"),
        ([0, 1], [0.2, 0.9], "threshold"),
        ([0, 1], [0, np.nan], "whole"),
        (["a", "b"], [0, 1], "numbers"),
    ],
)
def test_refused(y, predicted, message):
    with pytest.raises(errors.InputError, match=message):
        metrics.accuracy(y, predicted)


def test_labels_out_of_range():
    with pytest.raises(errors.InputError, match="from 0 to 1, got 2"):
        metrics.confusion_matrix([0, 2], [0, 1], n_classes=2)
    with pytest.raises(errors.InputError, match="got -1"):
        metrics.confusion_matrix([0, -1], [0, 1])
