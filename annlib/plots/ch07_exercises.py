"""The figure of chapter 7's exercises: four pairs of loss curves to be read."""

from __future__ import annotations

from functools import cache

import numpy as np
from matplotlib.figure import Figure
from sklearn.datasets import load_digits

from annlib import Adam, CategoricalCrossEntropy, Dense, Dropout, Network, ReLU, epochs
from annlib.plots.style import BLUE, ORANGE, figure, styled

__all__ = ["four_pairs_of_curves", "loss_curves"]

N_EPOCHS = 60


@cache
def loss_curves(p: float) -> tuple[tuple[float, ...], ...]:
    """Train on 200 digits, with a random label for one in twenty; return three losses by epoch.

    Parameters
    ----------
    p : float
        The probability of dropping, in [0, 1).

    Returns
    -------
    three tuples of float
        The training loss as each step met it, with dropout; then those of training and validation images
        without.

    Examples
    --------
    >>> noisy, training, validation = loss_curves(0.8)
    >>> noisy[-1] > training[-1], len(validation)
    (True, 60)
    """
    images, digits = load_digits(return_X_y=True)
    rng = np.random.default_rng(3)
    rows = rng.permutation(len(images))
    X, y = images[rows] / 16, digits[rows].copy()
    train, validation = slice(0, 200), slice(200, 700)
    wrong = rng.random(len(y)) < 0.05  # in the validation set too, so that both losses are of one kind
    y[wrong] = rng.integers(0, 10, size=int(wrong.sum()))
    layers = [Dense(64, 100), ReLU(), Dropout(p), Dense(100, 10)]
    net = Network([layer for layer in layers if p or not isinstance(layer, Dropout)], rng=rng)
    loss = CategoricalCrossEntropy()
    noisy, plain, unseen = [], [], []
    steps = epochs(net, X[train], y[train], loss=loss, optimizer=Adam(0.01), batch_size=50, rng=rng)
    for epoch in steps:
        noisy.append(epoch.loss)
        plain.append(float(loss(net.forward(X[train]), y[train])[0]))
        unseen.append(float(loss(net.forward(X[validation]), y[validation])[0]))
        if epoch.number == N_EPOCHS:
            break
    return tuple(noisy), tuple(plain), tuple(unseen)


@styled
def four_pairs_of_curves() -> Figure:
    """Draw training and validation loss by epoch for four runs, named A to D: which is which is the exercise.

    Returns
    -------
    Figure

    Examples
    --------
    >>> [ax.get_title() for ax in four_pairs_of_curves().axes]
    ['A', 'B', 'C', 'D']
    """
    panels = (("A", 0.95, 1), ("B", 0.0, 1), ("C", 0.8, 0), ("D", 0.8, 1))
    fig = figure(5.0, 5.2)
    axes = fig.subplots(2, 2, sharex=True, sharey=True)
    for ax, (title, p, which) in zip(axes.flat, panels, strict=True):
        curves = loss_curves(p)
        numbers = range(1, N_EPOCHS + 1)
        ax.plot(numbers, curves[which], color=BLUE, lw=2, label="training")
        ax.plot(numbers, curves[2], color=ORANGE, lw=2, ls="--", label="validation")
        ax.set_title(title)
        ax.set(ylim=(0, 2.8), xlim=(0, N_EPOCHS), xticks=range(0, N_EPOCHS + 1, 20))
        ax.grid(True)
    for ax in axes[1]:
        ax.set_xlabel("epoch")
    for ax in axes[:, 0]:
        ax.set_ylabel("loss")
    axes[0, 0].legend(loc="lower left")
    return fig
