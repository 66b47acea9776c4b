"""How wrong is the network? One number to lower, and its gradient to follow (Chapter 3).

A loss is called with the network's output and the targets, and returns both. Inside, `targets`
checks what the user gave and brings it into the form that the formulas want (once per training), `entries` is
the loss of each number put out, `gradient` its derivative, and `scale` is what both are multiplied with (one
over what the loss averages over).

Weights. Rows (`sample_weight`) and classes (`class_weight`) may count more or less than others. A mean then
becomes a weighted mean: it divides by the *sum of the weights*, as PyTorch's cross-entropy does, and in
training by the sum over the batch. So only their ratios matter, a weight of 2 is a row that stands there
twice, and a weight of 0 is a row that is not there. A sum (`SumOfSquaredErrors`) becomes a weighted sum.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from annlib import activations
from annlib._validation import Array, cast, finite, got, numbers, real, sample_weights
from annlib.errors import DivergenceError, InputError, ShapeError

__all__ = [
    "BinaryCrossEntropy",
    "CategoricalCrossEntropy",
    "Huber",
    "Loss",
    "MeanSquaredError",
    "SumOfSquaredErrors",
]

HALF = np.array(0.5, np.float32)  # exact in every dtype, and taken faster than the float

ClassWeight: TypeAlias = Mapping[int, float] | Sequence[float] | Array


class Loss:
    """What every loss has; a loss of your own inherits from it and writes `entries` and `gradient`."""

    def __call__(self, output: Array, y: Array, sample_weight: Array | None = None) -> tuple[float, Array]:
        """Return the loss and its gradient with respect to the output.

        Parameters
        ----------
        output : float array, shape (n, n_out)
            What the network's last layer gives.
        y : array
            The targets; see the loss's own description.
        sample_weight : finite numbers of at least 0, shape (n,), optional
            How much each row counts; all alike if not given.

        Returns
        -------
        loss : float
        gradient : array of the output's shape and dtype

        Raises
        ------
        ShapeError
            If the two do not belong to the same rows: nothing is ever broadcast.
        InputError
            If something is empty, no number, not finite, or no label.
        DivergenceError
            If the loss is too large for the output's dtype.
        """
        output = numbers("output", output)
        if output.dtype not in (np.float32, np.float64):
            output = output.astype(np.float64)
        if not output.ndim:
            raise ShapeError("output must have one row for each record, got a single number")
        if output.size == 0:
            raise ShapeError(f"output must have at least one row, got shape {output.shape}: it is empty")
        finite("output", output)
        targets = self.targets(y, output.shape, output.dtype)
        weights = self.weights(targets, output.shape, output.dtype, sample_weight)
        scale = self.scale(output.shape)
        scales = np.asarray(scale, output.dtype) if weights is None else weights * scale
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            value = self.total(output, targets, weights) * scale
            grad = self.gradient(output, targets, scales)
        if not (math.isfinite(value) and np.isfinite(grad).all()):
            raise DivergenceError(
                f"the loss is too large for {output.dtype}. Look for numbers in output and y that are far "
                "too large, and scale the targets"
            )
        return value, grad

    def targets(self, y: object, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
        """Check the targets for outputs of that shape, and return them in the form that the formulas use."""
        return cast("y", finite("y", self._same_shape(y, shape)), dtype)

    def scale(self, shape: tuple[int, ...]) -> float:
        """Return what entries and gradient are multiplied with: here 1 / (n n_out), for a mean."""
        return 1 / math.prod(shape)

    def entries(self, output: Array, targets: Array) -> Array:
        """Return the loss of each entry in a new array, still to be multiplied with the scale."""
        raise NotImplementedError

    def total(self, output: Array, targets: Array, weights: Array | None = None) -> float:
        """Return the (weighted) sum over all entries, still to be multiplied with the scale."""
        entries = self.entries(output, targets)
        if weights is not None:
            entries *= weights
        return float(entries.sum(dtype=np.float64))

    def gradient(self, output: Array, targets: Array, scale: Array, out: Array | None = None) -> Array:
        """Return the derivative of the loss with respect to each output.

        `scale` is an array of shape (), or with weights of shape (n, 1) or (n, n_out).
        """
        raise NotImplementedError

    def weights(
        self, targets: Array, shape: tuple[int, ...], dtype: np.dtype[Any], sample_weight: object = None
    ) -> Array | None:
        """Return how much each entry counts, with mean 1, or None where all count alike.

        Parameters
        ----------
        targets : array
            From `targets`.
        shape, dtype
            Of the output.
        sample_weight : array, shape (n,), or None

        Returns
        -------
        array of that dtype, shape (n, 1) or (n, n_out), or None
        """
        weights = self.class_weights(targets, shape)
        if sample_weight is not None:
            rows = sample_weights("sample_weight", sample_weight, len(targets))
            rows = rows.reshape(-1, *(1 for _ in targets.shape[1:]))
            weights = rows if weights is None else rows * weights
        if weights is None:
            return None
        if not weights.any():
            raise InputError("the weights must not all be 0: no row would count")
        return cast("sample_weight", self.relative(weights), dtype)

    def relative(self, weights: Array) -> Array:
        """Return the weights divided by their mean: then a plain mean of what they weigh is a weighted one.

        Where all are 0 they stay so.
        """
        top = float(weights.max())
        if not top:
            return weights
        weights = weights / top  # first, or the sum of huge weights would overflow
        return weights / float(weights.mean(dtype=np.float64))

    def class_weights(self, targets: Array, shape: tuple[int, ...]) -> Array | None:
        """Return the weight that each target has by its class, or None."""
        return None

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def _same_shape(self, y: object, shape: tuple[int, ...], column: bool = False) -> Array:
        """Return y as an array of that shape; with `column`, (n,) serves for (n, 1) too."""
        array = numbers("y", y)
        if column and array.ndim == 1 and shape == (len(array), 1):
            array = array.reshape(shape)
        if array.shape != shape:
            remedy = ""
            if array.size == np.prod(shape):
                remedy = f". The number of entries is right: write y.reshape({', '.join(map(str, shape))})"
            elif array.ndim and len(array) != shape[0]:
                remedy = f". There must be one target a row: {shape[0]} rows, {len(array)} targets"
            raise ShapeError(f"y must have the output's shape {shape}, got shape {array.shape}{remedy}")
        return array


class SumOfSquaredErrors(Loss):
    """The sum over all records and outputs of (a - y)**2, with the gradient 2 (a - y) (Chapter 3).

    Being a sum, it grows with the number of records, and so does its gradient: the learning rate must shrink
    with the batch. `MeanSquaredError` does not have that fault.

    `y` has exactly the output's shape.

    Examples
    --------
    >>> loss = SumOfSquaredErrors()
    >>> loss(np.array([[1.0], [2.0]]), np.array([[0.0], [4.0]]))
    (5.0, array([[ 2.],
           [-4.]]))
    """

    def scale(self, shape: tuple[int, ...]) -> float:
        """Return 1: a sum stays a sum."""
        return 1.0

    def relative(self, weights: Array) -> Array:
        """Return the weights as they are: a weighted sum is divided by nothing."""
        return weights

    def entries(self, output: Array, targets: Array) -> Array:
        """Return (a - y)**2."""
        error = np.subtract(output, targets)
        return np.multiply(error, error, out=error)

    def gradient(self, output: Array, targets: Array, scale: Array, out: Array | None = None) -> Array:
        """Return 2 (a - y) times the scale."""
        error = np.subtract(output, targets, out=out)
        error += error
        error *= scale
        return error


class MeanSquaredError(SumOfSquaredErrors):
    """The mean over all records *and outputs* of (a - y)**2 (Chapter 3).

    The gradient is 2 (a - y) / (n n_out). The same mean as in PyTorch. `y` has exactly the output's shape.

    Examples
    --------
    >>> loss = MeanSquaredError()
    >>> loss(np.array([[1.0], [2.0]]), np.array([[0.0], [4.0]]))
    (2.5, array([[ 1.],
           [-2.]]))
    """

    def scale(self, shape: tuple[int, ...]) -> float:
        """Return 1 / (n n_out)."""
        return Loss.scale(self, shape)

    def relative(self, weights: Array) -> Array:
        """Return the weights divided by their mean, as every mean does."""
        return Loss.relative(self, weights)


class Huber(Loss):
    """A parabola near 0 and straight lines further out, for targets with outliers (Huber 1964; Chapter 3).

    With the error e = a - y::

        loss = e**2 / 2                          where abs(e) <= delta
               delta * (abs(e) - delta / 2)      elsewhere

    The two meet with the same value and slope. The slope never exceeds delta, so one wild target cannot pull
    the whole network. It is the mean over records and outputs; the gradient is e, cut off at -delta and
    delta, divided by n n_out. The same as PyTorch's `HuberLoss` (its `SmoothL1Loss` divides by delta).
    `y` has exactly the output's shape.

    Parameters
    ----------
    delta : float above 0, default 1
        From which error on the loss is straight.

    Examples
    --------
    >>> loss = Huber()
    >>> loss(np.array([[0.5], [4.0]]), np.array([[0.0], [0.0]]))  # the mean of 0.125 and 3.5
    (1.8125, array([[0.25],
           [0.5 ]]))
    """

    def __init__(self, delta: float = 1.0) -> None:
        self.delta = real("delta", delta, low=0, open_low=True)

    def entries(self, output: Array, targets: Array) -> Array:
        """Return c (abs(e) - c / 2), where c is abs(e) or delta, whichever is smaller."""
        size = np.subtract(output, targets)
        np.abs(size, out=size)
        near = np.minimum(size, self._delta(size.dtype))
        size -= near / 2
        size *= near
        return size

    def gradient(self, output: Array, targets: Array, scale: Array, out: Array | None = None) -> Array:
        """Return e, cut off at -delta and delta, times the scale."""
        error = np.subtract(output, targets, out=out)
        delta = self._delta(error.dtype)
        np.minimum(error, delta, out=error)
        np.maximum(error, -delta, out=error)
        error *= scale
        return error

    def _delta(self, dtype: np.dtype[Any]) -> Array:
        """Return delta in that dtype, or the largest number that it has."""
        return np.asarray(min(self.delta, float(np.finfo(dtype).max)), dtype)

    def __repr__(self) -> str:
        return f"Huber(delta={self.delta:g})"


class BinaryCrossEntropy(Loss):
    """Minus the log-likelihood of yes/no labels, from logits (Chapter 3): the mean over records and outputs.

    The logit z stands for the probability p = sigmoid(z), and the loss of one record is -log p if y = 1 and
    -log(1 - p) if y = 0. The sigmoid is part of the loss, so the network ends in a Dense layer; its
    derivative cancels against that of the logarithm, and what remains is the gradient (p - y) / n
    (Goodfellow, Bengio & Courville, ch. 6). Inside, the labels are the signs t = 2y - 1 = -1 or +1; that
    makes the loss log(1 + exp(-t z)) = log(1 + exp(-abs(t z))) - min(t z, 0), which no logit can overflow,
    and p - y = (tanh(z / 2) - t) / 2.

    `y` holds the integers 0 and 1, in the output's shape (n, n_out), or (n,) where the output is (n, 1).

    Parameters
    ----------
    class_weight : dict or sequence, optional
        How much the labels 0 and 1 count, such as ``{1: 4}`` (a label that is not named counts 1) or
        ``[1, 4]``. The mean divides by the sum of the weights of the labels that are there; PyTorch's
        `BCEWithLogitsLoss` divides by n even with its ``pos_weight``.

    Examples
    --------
    >>> loss = BinaryCrossEntropy()
    >>> value, grad = loss(np.array([[0.0], [2.0]]), np.array([1, 1]))
    >>> round(value, 4)  # the mean of log 2 and log(1 + exp(-2))
    0.41
    >>> grad.round(4)  # (p - y) / 2
    array([[-0.25  ],
           [-0.0596]])
    >>> weighted = BinaryCrossEntropy(class_weight={1: 3})
    >>> round(weighted(np.array([[0.0], [2.0]]), np.array([1, 0]))[0], 4)  # (3 log 2 + log(1 + exp(2))) / 4
    1.0516
    """

    def __init__(self, class_weight: ClassWeight | None = None) -> None:
        self.class_weight = _class_weight(class_weight)

    def targets(self, y: object, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
        """Return the labels as signs t = 2y - 1."""
        labels = self._same_shape(y, shape, column=True)
        wrong = (labels != 0) & (labels != 1)
        if wrong.any():
            first = labels[wrong][0].item()
            remedy = (
                "Turn -1 and 1 into 0 and 1 by (y > 0).astype(int)"
                if first == -1
                else "Encode the two classes so"
            )
            raise InputError(f"y must hold the labels 0 and 1, got {got(first)}. {remedy}")
        return labels.astype(dtype) * 2 - 1

    def entries(self, output: Array, targets: Array) -> Array:
        """Return 2 log(1 + exp(-t z)): twice the loss, which the scale halves."""
        margin = targets * output  # positive where the sign is right
        size: Array = np.abs(margin)
        np.negative(size, out=size)
        np.exp(size, out=size)
        np.log1p(size, out=size)
        size -= np.minimum(margin, 0, out=margin)
        size += size
        return size

    def gradient(self, output: Array, targets: Array, scale: Array, out: Array | None = None) -> Array:
        """Return (tanh(z / 2) - t) = 2 (p - y) times the scale."""
        p = np.multiply(output, HALF, out=out)
        np.tanh(p, out=p)
        p -= targets
        p *= scale
        return p

    def scale(self, shape: tuple[int, ...]) -> float:
        """Return 1 / (2 n n_out): the two parts above are twice the loss."""
        return super().scale(shape) / 2

    def class_weights(self, targets: Array, shape: tuple[int, ...]) -> Array | None:
        """Return the weight of the label of each entry."""
        if self.class_weight is None:
            return None
        return _weights_of(self.class_weight, 2).take(targets > 0)

    def __repr__(self) -> str:
        return f"BinaryCrossEntropy({_argument(self.class_weight)})"


class CategoricalCrossEntropy(Loss):
    """Minus the log-likelihood of one label among k, from logits (Chapter 3): the mean over the records.

    The k logits of a record stand for the probabilities p = softmax(z), and its loss is -log p_y. The
    softmax is part of the loss, so the network ends in a Dense layer with k outputs; its derivative cancels
    against that of the logarithm, and what remains is the gradient (p - 1[the label]) / n (Goodfellow,
    Bengio & Courville, ch. 6). The loss is computed as log(sum_j exp(z_j - m)) - (z_y - m), where m is the
    largest logit: no exp can overflow. And since the largest one gives exp(0) = 1, log1p of the sum of the
    *others* keeps its digits where the loss is tiny.

    `y` holds the integers 0 to k - 1, in shape (n,) or (n, 1). With k = 2 it is `BinaryCrossEntropy` of z_1 -
    z_0.

    Parameters
    ----------
    class_weight : dict or sequence, optional
        How much each label counts, such as ``{2: 4}`` (a label that is not named counts 1) or ``[1, 1, 4]``.
        The mean divides by the sum of the weights of the labels that are there, as in PyTorch.

    Examples
    --------
    >>> loss = CategoricalCrossEntropy()
    >>> value, grad = loss(np.array([[0.0, 0.0, np.log(2)], [0.0, 0.0, 0.0]]), [2, 0])
    >>> round(value, 4)  # the mean of log 2 and log 3
    0.8959
    >>> grad.round(4)  # (p - [0, 0, 1]) / 2 and (p - [1, 0, 0]) / 2
    array([[ 0.125 ,  0.125 , -0.25  ],
           [-0.3333,  0.1667,  0.1667]])
    """

    def __init__(self, class_weight: ClassWeight | None = None) -> None:
        self.class_weight = _class_weight(class_weight)

    def targets(self, y: object, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
        """Return the labels as integers of shape (n, 1)."""
        if len(shape) != 2 or shape[1] < 2:
            raise ShapeError(
                f"output must have shape (n, n_classes) with at least 2 classes, got shape {shape}. "
                "One logit for yes and no belongs to BinaryCrossEntropy"
            )
        n, n_classes = shape
        labels = numbers("y", y)
        if labels.shape == shape:
            raise ShapeError(
                f"y must hold one label a row in shape ({n},), got shape {labels.shape}. "
                "Turn one-hot rows into labels by y.argmax(axis=1)"
            )
        if labels.shape not in ((n,), (n, 1)):
            raise ShapeError(f"y must hold one label a row in shape ({n},), got shape {labels.shape}")
        with np.errstate(invalid="ignore"):  # NaN is no label, and is found below
            whole = labels.astype(np.intp)
        wrong = (whole != labels) | (whole < 0) | (whole >= n_classes)
        if wrong.any():
            first = got(labels[wrong][0].item())
            raise InputError(
                f"y must hold the labels 0 to {n_classes - 1}, one for each of the {n_classes} outputs, "
                f"got {first}. np.unique(y, return_inverse=True) numbers any labels so"
            )
        return whole.reshape(n, 1)

    def entries(self, output: Array, targets: Array) -> Array:
        """Return log(sum_j exp(z_j)) - z_y, in shape (n, 1)."""
        rows = np.arange(len(output))
        top = output.argmax(axis=1)
        z = output - output[rows, top, None]  # (n, n_classes), the largest is 0
        entries = -z[rows, targets[:, 0]]
        np.exp(z, out=z)
        z[rows, top] = 0
        entries += np.log1p(z.sum(axis=1))
        return entries[:, None]

    def gradient(self, output: Array, targets: Array, scale: Array, out: Array | None = None) -> Array:
        """Return softmax(z), less 1 at the label, times the scale."""
        p = activations.softmax(output, out)
        p[np.arange(len(p)), targets[:, 0]] -= 1
        p *= scale
        return p

    def scale(self, shape: tuple[int, ...]) -> float:
        """Return 1 / n."""
        return 1 / shape[0]

    def class_weights(self, targets: Array, shape: tuple[int, ...]) -> Array | None:
        """Return the weight of each label, in shape (n, 1)."""
        if self.class_weight is None:
            return None
        return _weights_of(self.class_weight, shape[1]).take(targets)

    def __repr__(self) -> str:
        return f"CategoricalCrossEntropy({_argument(self.class_weight)})"


def _class_weight(value: object) -> dict[int, float] | tuple[float, ...] | None:
    """Return a checked `class_weight`: a dict of some labels, a tuple for all, or None."""
    if value is None:
        return None
    remedy = "Give a number for each class, such as [1, 4], or by label, such as {1: 4}"
    if isinstance(value, Mapping):
        for label in value:
            if isinstance(label, bool) or not isinstance(label, int | np.integer) or label < 0:
                raise InputError(
                    f"class_weight must have labels from 0 on as keys, got {got(label)}. {remedy}"
                )
        return {int(label): real(f"class_weight[{label}]", weight, low=0) for label, weight in value.items()}
    row: Any = value.tolist() if isinstance(value, np.ndarray) else value  # a 0-d array becomes a number
    if isinstance(row, str | bytes) or not isinstance(row, Sequence):
        raise InputError(f"class_weight must be a dict or a sequence, got {got(value)}. {remedy}")
    return tuple(real(f"class_weight[{i}]", weight, low=0) for i, weight in enumerate(row))


def _weights_of(class_weight: dict[int, float] | tuple[float, ...], n_classes: int) -> Array:
    """Return the weights of the labels 0 to n_classes - 1."""
    if isinstance(class_weight, tuple):
        if len(class_weight) != n_classes:
            raise InputError(
                f"class_weight must have one number for each of the {n_classes} classes, "
                f"got {len(class_weight)}"
            )
        return np.array(class_weight)
    if class_weight and max(class_weight) >= n_classes:
        raise InputError(
            f"class_weight names the label {max(class_weight)}, but the labels go from 0 to {n_classes - 1}"
        )
    return np.array([class_weight.get(label, 1.0) for label in range(n_classes)])


def _argument(class_weight: object) -> str:
    """Return how `class_weight` is written in a call."""
    return "" if class_weight is None else f"class_weight={class_weight}"
