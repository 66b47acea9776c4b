"""Is the gradient right? Compare backpropagation with central differences (Chapter 4)."""

from __future__ import annotations

import numpy as np

from annlib._validation import Array, got, matrix, real
from annlib.errors import InputError
from annlib.losses import Loss
from annlib.network import Network

__all__ = ["gradcheck"]


def gradcheck(
    net: Network,
    X: Array,
    y: Array,
    *,
    loss: Loss,
    h: float = 1e-5,
    sample_weight: Array | None = None,
) -> float:
    """Return how far the gradient is from central differences, relative to the gradient's own length.

    For each parameter w the slope (L(w + h) - L(w - h)) / 2h is computed, whose error shrinks with h**2, in a
    float64 copy of the network: the network itself is not changed. Nothing is dropped. With numeric and
    analytic gradient n and a the result is ||n - a|| / (||n|| + ||a||): below 1e-7 all is well, 1e-4 is a
    kink of ReLU close by or a mistake, and 1 is a mistake. The cost is two forward passes a parameter: check
    small networks on a few rows.

    Parameters
    ----------
    net : Network
    X : array of finite numbers, shape (n, n_in)
    y : array
        The targets, as the loss describes them.
    loss : Loss
    h : float between 0 and 1, default 1e-5
        The step; in float64 between 1e-6 and 1e-4 the two errors, of truncation and of rounding, are both
        small.
    sample_weight : array, shape (n,), optional
        As in `annlib.training.epochs`.

    Returns
    -------
    float from 0 to 1

    Raises
    ------
    InputError, ShapeError
        If an argument cannot work.

    Examples
    --------
    >>> from annlib import BinaryCrossEntropy, Dense, Tanh
    >>> rng = np.random.default_rng(0)
    >>> net = Network([Dense(2, 3), Tanh(), Dense(3, 1)], rng=rng)
    >>> gradcheck(net, rng.normal(size=(5, 2)), [0, 1, 1, 0, 1], loss=BinaryCrossEntropy()) < 1e-7
    True
    """
    if not isinstance(net, Network):
        raise InputError(f"net must be a Network, got {got(net)}")
    if not isinstance(loss, Loss):
        raise InputError(f"loss must be an annlib loss such as BinaryCrossEntropy(), got {got(loss)}")
    h = real("h", h, low=0, high=1, open_low=True)
    twin = net.astype(np.float64)
    X = matrix("X", X, net.n_in)
    _, grad = loss(twin.forward(X), y, sample_weight)
    twin.backward(grad)
    numeric = np.empty_like(twin.grads)
    for i, w in enumerate(twin.params.copy()):
        twin.params[i] = w + h
        above, _ = loss(twin.forward(X), y, sample_weight)
        twin.params[i] = w - h
        below, _ = loss(twin.forward(X), y, sample_weight)
        twin.params[i] = w
        numeric[i] = (above - below) / (2 * h)
    length = float(np.linalg.norm(numeric) + np.linalg.norm(twin.grads))
    return float(np.linalg.norm(numeric - twin.grads)) / length if length else 0.0
