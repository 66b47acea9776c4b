"""Each metric against naive counting and scikit-learn, and what it refuses."""

import numpy as np
import pytest
import sklearn.calibration
import sklearn.metrics
from hypothesis import given, settings
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
        ([0, 1], [0.2, 0.9], "got 0.2 .*threshold"),
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


binary = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=1, max_size=20)


@settings(max_examples=25, deadline=None)
@given(binary)
def test_precision_recall_f1(rows):
    y, predicted = (list(column) for column in zip(*rows, strict=True))
    options = {"zero_division": 0}
    assert metrics.precision(y, predicted) == sklearn.metrics.precision_score(y, predicted, **options)
    assert metrics.recall(y, predicted) == sklearn.metrics.recall_score(y, predicted, **options)
    np.testing.assert_allclose(
        metrics.f1(y, predicted), sklearn.metrics.f1_score(y, predicted, **options), rtol=1e-15
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(-4, 4)), max_size=20))
def test_roc_and_auc(rows):
    y, scores = zip(*rows, (0, 1), (1, 0), strict=True)
    curve = metrics.roc_curve(y, scores)
    expected = sklearn.metrics.roc_curve(y, scores, drop_intermediate=False)
    for ours, theirs in zip(curve, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-15)
    pairs = [
        (a > b) + (a == b) / 2
        for t, a in zip(y, scores, strict=True)
        if t
        for u, b in zip(y, scores, strict=True)
        if not u
    ]
    np.testing.assert_allclose(metrics.auc(y, scores), sum(pairs) / len(pairs), rtol=1e-13)


@given(st.lists(st.tuples(st.integers(0, 1), st.floats(0, 1)), min_size=1, max_size=30), st.integers(1, 12))
def test_calibration(rows, n_bins):
    y, p = (np.array(column) for column in zip(*rows, strict=True))
    ours = metrics.calibration(y, p, n_bins)
    bins = [min(int(q * n_bins), n_bins - 1) for q in p]
    for i, k in enumerate(sorted(set(bins))):
        here = np.array(bins) == k
        np.testing.assert_allclose(
            [column[i] for column in ours],
            [p[here].mean(), y[here].mean(), here.sum()],
            rtol=1e-12,
            atol=1e-300,
        )
    assert len(ours.counts) == len(set(bins))
    assert ours.counts.sum() == len(y)


def test_calibration_as_scikit_learn_has_it():
    rng = np.random.default_rng(0)
    p = rng.uniform(size=500)
    y = (rng.uniform(size=500) < p).astype(int)
    observed, predicted = sklearn.calibration.calibration_curve(y, p, n_bins=7)
    ours = metrics.calibration(y, p, n_bins=7)
    np.testing.assert_allclose(ours.observed, observed)
    np.testing.assert_allclose(ours.predicted, predicted)
    assert len(metrics.calibration(y, p).counts) == 10


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: metrics.precision([0, 2], [0, 1]), "from 0 to 1, got 2"),
        (lambda: metrics.recall([0, 1], [0.5, 1]), "whole numbers"),
        (lambda: metrics.auc([0, 0], [0.1, 0.2]), "both labels, got only 0"),
        (lambda: metrics.auc([1, 1], [0.1, 0.2]), "both labels, got only 1"),
        (lambda: metrics.auc([0, 2], [0.1, 0.2]), "labels 0 and 1, got 2"),
        (lambda: metrics.auc([0, 1], [0.1, np.nan]), "scores must be finite"),
        (lambda: metrics.auc([0, 1], [[0.1], [0.2]]), r"scores\.ravel\(\)"),
        (lambda: metrics.auc([0, 1], [0.1]), r"shape \(2,\), got \(1,\)"),
        (lambda: metrics.calibration([0, 1], [0.0, 1.2]), "got 1.2.*sigmoid"),
        (lambda: metrics.calibration([0, 1], [0.1, 1.2]), "got 1.2"),
        (lambda: metrics.calibration([0, 1], [-0.1, 0.2]), "got -0.1"),
        (lambda: metrics.calibration([0, 1], [0.1, 0.2], 0), "n_bins"),
    ],
)
def test_scores_that_are_refused(call, message):
    with pytest.raises(errors.InputError, match=message):
        call()


def test_labels_with_huge_gaps():
    with pytest.raises(errors.InputError, match=r"at most 10,000 classes.*np\.unique"):
        metrics.confusion_matrix([0, 10**9], [0, 1])
    with pytest.raises(errors.InputError, match="at most 10,000 classes, got 10001"):
        metrics.confusion_matrix([0, 1], [0, 1], n_classes=10_001)
    with pytest.raises(errors.InputError, match="whole numbers"):
        metrics.accuracy([0, 1e300], [0, 1])
