"""How wrong is the network? One number to lower, and its gradient to follow (Chapter 3).

A loss is called with the network's output and the targets, and returns both. Inside, `targets`
checks what the user gave and brings it into the form that the formulas want (once per training), `total` sums
up the rows, `gradient` is the derivative with respect to the output, and `scale` is what both are multiplied
with (one over what the loss averages over).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from annlib._validation import Array, finite, got, numbers
from annlib.errors import InputError, ShapeError

__all__ = ["BinaryCrossEntropy", "Loss", "MeanSquaredError", "SumOfSquaredErrors"]


class Loss:
    """What every loss has; a loss of your own inherits from it and writes `total` and `gradient`."""

    def __call__(self, output: Array, y: Array) -> tuple[float, Array]:
        """Return the loss and its gradient with respect to the output.

        Parameters
        ----------
        output : float array, shape (n, n_out)
            What the network's last layer gives.
        y : array
            The targets; see the loss's own description.

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
        """
        output = numbers("output", output)
        if output.dtype.kind != "f":
            output = output.astype(np.float64)
        if output.size == 0:
            raise ShapeError(f"output must have at least one row, got shape {output.shape}: it is empty")
        finite("output", output)
        targets = self.targets(y, output.shape, output.dtype)
        scale = self.scale(output.shape)
        return self.total(output, targets) * scale, self.gradient(
            output, targets, np.asarray(scale, output.dtype)
        )

    def targets(self, y: object, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
        """Check the targets for outputs of that shape, and return them in the form that the formulas use."""
        return finite("y", self._same_shape(y, shape)).astype(dtype)

    def scale(self, shape: tuple[int, ...]) -> float:
        """Return what total and gradient are multiplied with: here 1 / (n n_out), for a mean."""
        return 1 / math.prod(shape)

    def total(self, output: Array, targets: Array) -> float:
        """Return the sum over all outputs, still to be multiplied with the scale."""
        raise NotImplementedError

    def gradient(self, output: Array, targets: Array, scale: Array, out: Array | None = None) -> Array:
        """Return the derivative of the loss with respect to each output (`scale`: an array of shape ())."""
        raise NotImplementedError

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

    def total(self, output: Array, targets: Array) -> float:
        """Return the sum of (a - y)**2."""
        error = np.subtract(output, targets)
        return float(np.multiply(error, error, out=error).sum(dtype=np.float64))

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


class BinaryCrossEntropy(Loss):
    """Minus the log-likelihood of yes/no labels, from logits (Chapter 3): the mean over records and outputs.

    The logit z stands for the probability p = sigmoid(z), and the loss of one record is -log p if y = 1 and
    -log(1 - p) if y = 0. The sigmoid is part of the loss, so the network ends in a Dense layer; its
    derivative cancels against that of the logarithm, and what remains is the gradient (p - y) / n
    (Goodfellow, Bengio & Courville, ch. 6). Inside, the labels are the signs t = 2y - 1 = -1 or +1; that
    makes the loss log(1 + exp(-t z)) = log(1 + exp(-abs(t z))) - min(t z, 0), which no logit can overflow,
    and p - y = (tanh(z / 2) - t) / 2.

    `y` holds the integers 0 and 1, in the output's shape (n, n_out), or (n,) where the output is (n, 1).

    Examples
    --------
    >>> loss = BinaryCrossEntropy()
    >>> value, grad = loss(np.array([[0.0], [2.0]]), np.array([1, 1]))
    >>> round(value, 4)  # the mean of log 2 and log(1 + exp(-2))
    0.41
    >>> grad.round(4)  # (p - y) / 2
    array([[-0.25  ],
           [-0.0596]])
    """

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

    def total(self, output: Array, targets: Array) -> float:
        """Return the sum of 2 log(1 + exp(-t z)): twice the loss, which the scale halves."""
        margin = targets * output  # positive where the sign is right
        size = np.abs(margin)
        np.negative(size, out=size)
        np.exp(size, out=size)
        np.log1p(size, out=size)
        size -= np.minimum(margin, 0, out=margin)
        return 2 * float(size.sum(dtype=np.float64))

    def gradient(self, output: Array, targets: Array, scale: Array, out: Array | None = None) -> Array:
        """Return (tanh(z / 2) - t) = 2 (p - y) times the scale."""
        p = np.multiply(output, 0.5, out=out)
        np.tanh(p, out=p)
        p -= targets
        p *= scale
        return p

    def scale(self, shape: tuple[int, ...]) -> float:
        """Return 1 / (2 n n_out): the two parts above are twice the loss."""
        return super().scale(shape) / 2
