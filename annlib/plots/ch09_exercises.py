"""The figure of chapter 9's exercises: four trainings of one network, three of them with a slip."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from annlib import SGD, CategoricalCrossEntropy, Dense, Network, Softmax, Tanh
from annlib.layers import Layer
from annlib.plots.style import BLUE, GRID, figure, styled

__all__ = ["losses_to_read", "training_with_a_slip"]

Array = NDArray[Any]

N_EPOCHS = 40
PANELS = {"A": "softmax twice", "B": "none", "C": "gradients kept", "D": "labels shuffled"}


@lru_cache(maxsize=len(PANELS))
def training_with_a_slip(slip: str) -> tuple[float, ...]:
    """Train a small network on 800 handwritten digits and return the mean loss of each epoch.

    Parameters
    ----------
    slip : {"none", "gradients kept", "softmax twice", "labels shuffled"}
        Gradients are never set to zero; a softmax layer comes before the loss, which has one inside; the
        labels are in another order than the pictures.

    Returns
    -------
    tuple of float

    Examples
    --------
    >>> losses = training_with_a_slip("none")
    >>> losses[-1] < 0.3 < 1.5 < losses[0]
    True
    """
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    rng = np.random.default_rng(3)
    X, y = X[:800] / 16, y[:800]
    layers: list[Layer] = [Dense(64, 16), Tanh(), Dense(16, 10)]
    net = Network([*layers, Softmax()] if slip == "softmax twice" else layers, rng=rng, dtype=np.float64)
    if slip == "labels shuffled":
        y = rng.permutation(y)
    loss, optimizer, means = CategoricalCrossEntropy(), SGD(0.3), []
    kept = np.zeros_like(net.grads)
    for _ in range(N_EPOCHS):
        order, values = rng.permutation(len(y)), []
        for start in range(0, len(y), 50):
            rows = order[start : start + 50]
            value, grad = loss(net.forward(X[rows]), y[rows])
            net.backward(grad)
            kept = kept + net.grads if slip == "gradients kept" else net.grads
            optimizer.step(net.params, kept)
            values.append(value)
        means.append(float(np.mean(values)))
    return tuple(means)


@styled
def losses_to_read() -> Figure:
    """Draw the training losses of the four panels, each from 0 to 3.

    Returns
    -------
    Figure

    Examples
    --------
    >>> [ax.texts[0].get_text() for ax in losses_to_read().axes]
    ['A', 'B', 'C', 'D']
    """
    fig = figure(5, 7.6)
    epochs = np.arange(1, N_EPOCHS + 1)
    for ax, (name, slip) in zip(fig.subplots(4, 1, sharex=True), PANELS.items(), strict=True):
        ax.grid(axis="y", color=GRID)
        ax.plot(epochs, training_with_a_slip(slip), color=BLUE, linestyle="-", linewidth=2.5)
        ax.set(xlim=(0, N_EPOCHS), ylim=(0, 3), yticks=[0, 1, 2, 3], ylabel="loss")
        ax.text(
            0.97, 0.86, name, transform=ax.transAxes, ha="right", va="top", fontsize=15, fontweight="bold"
        )
    ax.set_xlabel("epoch")
    return fig
