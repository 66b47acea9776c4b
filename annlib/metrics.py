"""How good a classifier is, counted (Chapters 3 and 8).

The loss is what training lowers, a metric is what we want. The first functions compare labels with labels: a
threshold or an argmax comes first. `roc_curve`, `auc` and `calibration` look at the scores or probabilities
themselves. They are the few that the chapters take apart; scikit-learn has the same and many more.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from annlib._validation import Array, finite, got, numbers, positive_int
from annlib.errors import InputError, ShapeError

__all__ = [
    "Calibration",
    "RocCurve",
    "accuracy",
    "auc",
    "calibration",
    "confusion_matrix",
    "f1",
    "precision",
    "recall",
    "roc_curve",
]


def _labels(y: object, predicted: object) -> tuple[Array, Array]:
    """Return both as arrays of whole numbers of one shape (n,), n at least 1."""
    pair = numbers("y", y), numbers("predicted", predicted)
    for name, labels in zip(("y", "predicted"), pair, strict=True):
        if labels.ndim != 1 or labels.size == 0:
            raise ShapeError(
                f"{name} must hold labels in shape (n,) with n at least 1, got shape {labels.shape}. "
                f"A column becomes labels by {name}.ravel()"
            )
        with np.errstate(invalid="ignore"):  # what is no integer is found below
            whole = labels.astype(np.int64)
        if (whole != labels).any():
            first = labels[whole != labels][0]
            raise InputError(
                f"{name} must hold whole numbers (labels), got {got(first.item())}. "
                "Logits become labels by (logits > 0), probabilities by (p > threshold)"
            )
    if pair[0].shape != pair[1].shape:
        raise ShapeError(f"y has shape {pair[0].shape}, predicted has {pair[1].shape}: they must be the same")
    return pair[0].astype(np.int64), pair[1].astype(np.int64)


def accuracy(y: Array, predicted: Array) -> float:
    """Return the share of labels that were predicted right.

    Parameters
    ----------
    y : integers, shape (n,)
        The true labels.
    predicted : integers, shape (n,)
        The predicted labels.

    Returns
    -------
    float from 0 to 1

    Raises
    ------
    ShapeError
        If the two shapes differ or are not (n,), so that nothing is ever broadcast.
    InputError
        If something is no whole number.

    Examples
    --------
    >>> accuracy([0, 1, 1, 0], [0, 1, 0, 0])
    0.75
    """
    true, predicted = _labels(y, predicted)
    return float((true == predicted).mean())


def confusion_matrix(y: Array, predicted: Array, n_classes: int | None = None) -> Array:
    """Count how often label i was predicted as j: true labels down, predicted labels across.

    Parameters
    ----------
    y : integers from 0, shape (n,)
        The true labels.
    predicted : integers from 0, shape (n,)
        The predicted labels.
    n_classes : int, optional
        How many classes there are; the largest label + 1, and at least 2, if not given.

    Returns
    -------
    int64 array, shape (n_classes, n_classes); for two classes [[TN, FP], [FN, TP]]

    Raises
    ------
    ShapeError, InputError
        As `accuracy`; and if a label is negative or not below `n_classes`.

    Examples
    --------
    >>> confusion_matrix([0, 1, 1, 0], [0, 1, 0, 0])
    array([[2, 0],
           [1, 1]])
    """
    true, predicted = _labels(y, predicted)
    highest = int(max(true.max(), predicted.max()))
    n = max(2, highest + 1) if n_classes is None else positive_int("n_classes", n_classes)
    if n > 10_000:
        raise InputError(
            f"there must be at most 10,000 classes, got {n}. np.unique(y, return_inverse=True) numbers "
            "labels from 0 without gaps"
        )
    if highest >= n or min(true.min(), predicted.min()) < 0:
        wrong = highest if highest >= n else int(min(true.min(), predicted.min()))
        raise InputError(f"labels must be from 0 to {n - 1}, got {wrong}")
    return np.bincount(true * n + predicted, minlength=n * n).reshape(n, n)  # a pair (i, j) is cell i n + j


def _counts(y: Array, predicted: Array) -> tuple[int, int, int, int]:
    """Return TN, FP, FN, TP of labels 0 and 1."""
    tn, fp, fn, tp = (int(count) for count in confusion_matrix(y, predicted, n_classes=2).ravel())
    return tn, fp, fn, tp


def precision(y: Array, predicted: Array) -> float:
    """Return which share of those predicted as 1 are 1: TP / (TP + FP).

    Parameters
    ----------
    y, predicted : 0 or 1, shape (n,)
        The true and the predicted labels.

    Returns
    -------
    float from 0 to 1; 0 where nothing was predicted as 1

    Raises
    ------
    ShapeError, InputError
        As `confusion_matrix` for two classes.

    Examples
    --------
    >>> precision([1, 1, 1, 0, 0], [1, 0, 0, 1, 0])
    0.5
    """
    _, fp, _, tp = _counts(y, predicted)
    return tp / max(1, tp + fp)


def recall(y: Array, predicted: Array) -> float:
    """Return which share of those that are 1 was found: TP / (TP + FN).

    Arguments and errors as in `precision`; 0 where nothing is 1.

    Examples
    --------
    >>> round(recall([1, 1, 1, 0, 0], [1, 0, 0, 1, 0]), 3)
    0.333
    """
    _, _, fn, tp = _counts(y, predicted)
    return tp / max(1, tp + fn)


def f1(y: Array, predicted: Array) -> float:
    """Return the harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN).

    Arguments and errors as in `precision`; 0 where nothing is 1 and nothing was predicted as 1.

    Examples
    --------
    >>> f1([1, 1, 1, 0, 0], [1, 0, 0, 1, 0])
    0.4
    """
    _, fp, fn, tp = _counts(y, predicted)
    return 2 * tp / max(1, 2 * tp + fp + fn)


def _scores(y: object, scores: object, name: str) -> tuple[Array, Array]:
    """Return the labels as booleans and the finite scores, both of shape (n,)."""
    labels, _ = _labels(y, y)
    if not np.isin(labels, (0, 1)).all():
        raise InputError(f"y must hold the labels 0 and 1, got {labels[(labels != 0) & (labels != 1)][0]}")
    values = numbers(name, scores)
    if values.shape != labels.shape:
        remedy = f". Write {name}.ravel()" if values.size == labels.size else ""
        raise ShapeError(
            f"{name} must have one number for each label, shape {labels.shape}, got {values.shape}{remedy}"
        )
    return labels == 1, finite(name, values).astype(np.float64)


class RocCurve(NamedTuple):
    """What `roc_curve` returns: arrays of one shape (n_thresholds + 1,)."""

    false_positive_rate: Array
    true_positive_rate: Array
    thresholds: Array


def roc_curve(y: Array, scores: Array) -> RocCurve:
    """Return how many are found, and how many falsely, at each threshold (Fawcett 2006; Chapter 8).

    Whoever has a score of at least the threshold is called 1. The thresholds go down through all the
    different scores, after one at infinity where nobody is: from (0, 0) to (1, 1).

    Parameters
    ----------
    y : 0 or 1, shape (n,)
        The true labels, both of them present.
    scores : finite numbers, shape (n,)
        Logits or probabilities: only their order matters.

    Returns
    -------
    RocCurve
        ``false_positive_rate, true_positive_rate, thresholds``.

    Raises
    ------
    ShapeError, InputError
        If the shapes differ, something is no label or no number, or one class is missing.

    Examples
    --------
    >>> curve = roc_curve([0, 1, 0, 1], [0.1, 0.4, 0.4, 0.8])
    >>> curve.true_positive_rate, curve.false_positive_rate, curve.thresholds
    (array([0. , 0.5, 1. , 1. ]), array([0. , 0. , 0.5, 1. ]), array([inf, 0.8, 0.4, 0.1]))
    """
    positive, values = _scores(y, scores, "scores")
    if positive.all() or not positive.any():
        raise InputError(
            f"y must hold both labels, got only {int(positive[0])}: there is nothing to tell apart"
        )
    order = np.argsort(-values, kind="stable")
    found = np.cumsum(positive[order])
    ends = np.append(np.flatnonzero(np.diff(values[order])), len(values) - 1)  # the last of each equal scores
    true = np.append(0, found[ends] / found[-1])
    false = np.append(0, (ends + 1 - found[ends]) / (len(values) - found[-1]))
    return RocCurve(false, true, np.append(np.inf, values[order][ends]))


def auc(y: Array, scores: Array) -> float:
    """Return the area under the ROC curve: how often a random 1 has a higher score than a random 0.

    Equal scores count one half (Hanley & McNeil 1982; Chapter 8). 0.5 is chance. Arguments and errors as in
    `roc_curve`.

    Examples
    --------
    >>> auc([0, 1, 0, 1], [0.1, 0.4, 0.4, 0.8])  # of the four pairs three are right and one is equal
    0.875
    """
    false, true, _ = roc_curve(y, scores)
    return float((np.diff(false) * (true[1:] + true[:-1])).sum() / 2)  # trapezoids


class Calibration(NamedTuple):
    """What `calibration` returns: arrays of one shape (bins that are not empty,)."""

    predicted: Array
    observed: Array
    counts: Array


def calibration(y: Array, probabilities: Array, n_bins: int = 10) -> Calibration:
    """Compare, bin by bin, the mean predicted probability with the share of 1 that came (Chapter 8).

    The bins are equally wide. A model is calibrated where the two are equal: of those it gave 30 %, 30 % are
    1 (Guo et al. 2017).

    Parameters
    ----------
    y : 0 or 1, shape (n,)
        The true labels.
    probabilities : numbers from 0 to 1, shape (n,)
    n_bins : int, default 10

    Returns
    -------
    Calibration
        ``predicted, observed, counts`` of each bin that is not empty.

    Raises
    ------
    ShapeError, InputError
        If the shapes differ, or something is no label or no probability.

    Examples
    --------
    >>> calibration([0, 0, 1, 1, 1], [0.1, 0.2, 0.3, 0.9, 0.7], n_bins=2)
    Calibration(predicted=array([0.2, 0.8]), observed=array([0.33333333, 1.        ]), counts=array([3, 2]))
    """
    positive, p = _scores(y, probabilities, "probabilities")
    n_bins = positive_int("n_bins", n_bins)
    if p.min() < 0 or p.max() > 1:
        wrong = p.min() if p.min() < 0 else p.max()
        raise InputError(
            f"probabilities must be from 0 to 1, got {wrong:g}. Logits become probabilities by "
            "annlib.activations.sigmoid"
        )
    bins = np.minimum((p * n_bins).astype(np.intp), n_bins - 1)  # 1 belongs to the last bin
    count, total, ones = (
        np.bincount(bins, weights, n_bins) for weights in (None, p, positive.astype(np.float64))
    )
    full = count > 0
    return Calibration(total[full] / count[full], ones[full] / count[full], count[full])
