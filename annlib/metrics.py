"""How good a classifier is, counted (Chapters 3 and 8).

The loss is what training lowers, a metric is what we want.
Both functions compare labels, not probabilities: a threshold or an argmax comes first.
"""

from __future__ import annotations

import numpy as np

from annlib._validation import Array, got, numbers, positive_int
from annlib.errors import InputError, ShapeError

__all__ = ["accuracy", "confusion_matrix"]


def _labels(y: object, predicted: object) -> tuple[Array, Array]:
    """Return both as arrays of whole numbers of one shape (n,), n at least 1."""
    pair = numbers("y", y), numbers("predicted", predicted)
    for name, labels in zip(("y", "predicted"), pair, strict=True):
        if labels.ndim != 1 or labels.size == 0:
            raise ShapeError(
                f"{name} must hold labels in shape (n,) with n at least 1, got shape {labels.shape}. "
                f"A column becomes labels by {name}.ravel()"
            )
        whole = (
            labels.astype(np.int64) if np.isfinite(labels).all() else np.zeros(labels.shape, dtype=np.int64)
        )
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
    if highest >= n or min(true.min(), predicted.min()) < 0:
        wrong = highest if highest >= n else int(min(true.min(), predicted.min()))
        raise InputError(f"labels must be from 0 to {n - 1}, got {wrong}")
    return np.bincount(true * n + predicted, minlength=n * n).reshape(n, n)  # a pair (i, j) is cell i n + j
