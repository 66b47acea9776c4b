"""The explorer of the first page: the whole story of the course in one picture that learns."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from annlib import Adam, BinaryCrossEntropy, Dense, Network, Tanh, datasets, epochs
from annlib.explorers import Explorer, Frame, Numbers
from annlib.plots.common import decision_boundary
from annlib.plots.style import INK, MUTED, PURPLE, RED, figure

__all__ = ["learning"]

Backend = Literal["static", "live"] | None

N_POINTS = 160
STOPS = (0, 5, 10, 20, 40, 80, 160, 320, 640)
"""Epochs: each about twice the last, because learning is fast at first and slow in the end."""
GUESSING = float(np.log(2))
"""The loss of who knows nothing and says fifty-fifty."""


@lru_cache(maxsize=1)
def _data() -> tuple[NDArray[Any], NDArray[Any]]:
    return datasets.spirals(N_POINTS, 0.03, np.random.default_rng(1), turns=1.15)


def draw_learning(n_epochs: int, units: int) -> Iterator[float | Frame]:
    """Train a network for so many epochs; draw what it would answer everywhere, and its loss until now.

    Parameters
    ----------
    n_epochs : int
        Passes over all points; 0 is the network before it has learned anything.
    units : int
        Hidden neurons (tanh).

    Yields
    ------
    float or Frame
        How far the training is; the Frame at its end.

    Examples
    --------
    >>> *_, frame = draw_learning(0, 8)
    >>> frame.sentence.startswith("8 hidden neurons, nothing learned yet: ")
    True
    """
    X, y = _data()
    rng = np.random.default_rng(2)
    net = Network([Dense(2, units), Tanh(), Dense(units, 1)], rng=rng)
    loss = BinaryCrossEntropy()
    losses = [loss(net.predict(X), y[:, np.newaxis])[0]]
    training = epochs(net, X, y, loss=loss, optimizer=Adam(0.05), batch_size=None, rng=rng)
    for epoch in itertools.islice(training, n_epochs):
        losses.append(loss(net.predict(X), y[:, np.newaxis])[0])
        if epoch.number % 20 == 0:
            yield epoch.number / n_epochs
    right = int(((net.predict(X).ravel() > 0) == (y == 1)).sum())

    fig = figure(4.8, 5.6, layout=None)
    ax = fig.add_axes((0.13, 0.36, 0.84, 0.56))
    decision_boundary(
        ax, net.predict, X, y, limits=((-1.25, 1.25), (-1.1, 1.1)), resolution=90,
        labels=("should be 0", "should be 1"),
    )  # fmt: skip
    ax.set(xlabel="$x_1$", ylabel="$x_2$", xticks=[-1, 0, 1], yticks=[-1, 0, 1])

    below = fig.add_axes((0.13, 0.1, 0.84, 0.14))
    # On a root scale the first epochs, in which most happens, have room too.
    below.set_xscale("function", functions=(lambda x: np.sqrt(np.maximum(x, 0)), np.square))
    below.axhline(GUESSING, color=MUTED, linestyle=":", linewidth=1.5)
    below.text(STOPS[-1], GUESSING - 0.05, "guessing", color=MUTED, fontsize=11, ha="right", va="top")
    below.plot(losses, color=PURPLE, linestyle="-", linewidth=2.5)
    below.plot(n_epochs, losses[-1], marker="o", color=RED, markeredgecolor=INK, markersize=9, clip_on=False)
    below.set(xlim=(0, STOPS[-1]), ylim=(0, 1), xticks=[0, 20, 80, 160, 320, 640], yticks=[0, 0.5, 1])
    below.set(xlabel="epochs", ylabel="loss")
    neurons = f"{units} hidden neuron{'s' * (units > 1)}"
    learned = f"after {n_epochs} epochs" if n_epochs else "nothing learned yet"
    yield Frame(
        fig,
        f"{neurons}, {learned}: {right} of {N_POINTS} points lie on their side of the border, "
        f"the loss is {losses[-1]:.2f}.",
    )


def learning(backend: Backend = None) -> Explorer:
    """Explore how a network learns: let the epochs run, with few hidden neurons and with many.

    What to discover: it begins with a guess and improves by itself; one neuron never bends the border, a few
    bend it, more wind it around the points; the loss falls fast at first and slowly in the end.

    Parameters
    ----------
    backend : {"static", "live"}, optional
        See `annlib.explorers.Explorer`.

    Returns
    -------
    Explorer

    Examples
    --------
    >>> learning().defaults
    {'n_epochs': 0, 'units': 8}
    """
    return Explorer(
        draw_learning,
        backend=backend,
        n_epochs=Numbers(
            "epochs", stops=STOPS, default=0, step=10, tooltip="How often it has seen all points", play=0.8
        ),
        units=Numbers("neurons", stops=range(1, 9), default=8, step=1, tooltip="Neurons in the hidden layer"),
    )
