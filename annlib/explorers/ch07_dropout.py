"""Explorers of chapter 7: who is there in a thinned network, the curves of a training, p and the width.

The two that train use the chapter's images: handwritten digits, one label in ten wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from annlib import Adam, CategoricalCrossEntropy, Dense, Dropout, Network, ReLU, epochs, train
from annlib.explorers import Explorer, Frame, Numbers
from annlib.plots.ch07_dropout import draw_thinned
from annlib.plots.style import BLUE, INK, MUTED, ORANGE, figure

__all__ = ["curves", "thinned", "width"]

Array = NDArray[Any]
Backend = Literal["static", "live"] | None

RATES = (0, 0.2, 0.4, 0.5, 0.6, 0.8, 0.9)
N_STEPS, BATCH = 240, 50
LOSS = CategoricalCrossEntropy()


def _tip(what: str) -> str:
    return f"The probability that {what} is dropped"


N_INPUTS, N_HIDDEN, N_OUTPUTS = 5, 8, 3


def present(p: float, number: int) -> tuple[Array, Array]:
    """Draw who is there: inputs, dropped with p / 2, and hidden units, dropped with p.

    Parameters
    ----------
    p : float
        The probability of dropping a hidden unit.
    number : int
        Which draw; the same draw with a larger p drops more units, and never another one instead.

    Returns
    -------
    inputs, hidden : ndarray of bool, shapes (5,) and (8,)

    Examples
    --------
    >>> inputs, hidden = present(0.0, 1)
    >>> bool(inputs.all() and hidden.all())
    True
    """
    rng = np.random.default_rng(number)
    hidden = rng.random(N_HIDDEN) >= p
    return rng.random(N_INPUTS) >= p / 2, hidden


def draw_thinned_network(p: float, number: int) -> Frame:
    """Draw a 5-8-3 network with hidden units dropped with p, and inputs with half of it.

    Parameters
    ----------
    p : float
        The probability of dropping a hidden unit.
    number : int
        Which draw, as in `present`.

    Returns
    -------
    Frame

    Examples
    --------
    >>> draw_thinned_network(0, 1).sentence
    'p = 0, draw 1: all 8 hidden units and all 5 inputs are there, and all 64 weights get an update.'
    """
    inputs, hidden = present(p, number)
    fig = figure(4.8, 4.9, layout=None)
    ax = fig.add_axes((0.02, 0.02, 0.96, 0.86))
    draw_thinned(ax, [inputs, hidden, np.ones(N_OUTPUTS)])
    for x, title in ((0.12, "inputs"), (0.5, "hidden units"), (0.88, "outputs")):
        fig.text(x, 0.93, title, ha="center", va="center", fontsize=12)
    n_hidden, n_inputs = int(hidden.sum()), int(inputs.sum())
    total = N_HIDDEN * (N_INPUTS + N_OUTPUTS)
    weights = n_hidden * (n_inputs + N_OUTPUTS)
    if not p:
        said = (
            f"all {N_HIDDEN} hidden units and all {N_INPUTS} inputs are there, and all {total} weights get "
            "an update"
        )
    else:
        said = (
            f"{n_hidden} of {N_HIDDEN} hidden units and {n_inputs} of {N_INPUTS} inputs are there, and "
            f"{weights} of {total} weights get an update; hidden units that are kept are multiplied by "
            f"{1 / (1 - p):.3g}"
        )
    return Frame(fig, f"p = {p:g}, draw {number}: {said}.")


def thinned(backend: Backend = None) -> Explorer:
    """Explore the thinned networks: who is left out, draw by draw.

    What to discover: each draw is another network; what is left out silences all weights that hang on it;
    with a large p hardly anything is left.

    Parameters
    ----------
    backend : {"static", "live"}, optional
        See `annlib.explorers.Explorer`.

    Returns
    -------
    Explorer

    Examples
    --------
    >>> thinned().parameters["p"].stops
    (0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9)
    """
    return Explorer(
        draw_thinned_network,
        backend=backend,
        p=Numbers(
            "p",
            stops=[0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9],
            default=0.5,
            step=0.05,
            tooltip=_tip("a hidden unit"),
        ),
        number=Numbers(
            "draw", stops=[1, 2, 3, 4, 5, 6], default=1, tooltip="Which draw of the masks", play=1.0
        ),
    )


class Digits(NamedTuple):
    """The chapter's images: 800 to learn from, 400 to choose by."""

    X: Array  # (800, 64)
    y: Array  # (800,)
    X_valid: Array  # (400, 64)
    y_valid: Array  # (400,)


@lru_cache(maxsize=1)
def chapter_digits() -> Digits:
    """Return the images and labels of the chapter, one label in ten wrong, as its notebook makes them."""
    from sklearn.datasets import load_digits

    images, digits = load_digits(return_X_y=True)
    rng = np.random.default_rng(1)
    order = rng.permutation(len(digits))
    X, y = images[order] / 16, digits[order]
    slip = rng.random(len(y)) < 0.1
    y[slip] = (y[slip] + rng.integers(1, 10, slip.sum())) % 10
    return Digits(X[:800], y[:800], X[800:1200], y[800:1200])


def _network(p: float, n_hidden: int, seed: int) -> Network:
    layers = [Dense(64, n_hidden), ReLU(), Dropout(p), Dense(n_hidden, 10)]
    return Network(layers, rng=np.random.default_rng(seed))


def _n_epochs(n_images: int) -> int:
    """Return how many epochs make 240 steps: all settings take the same number of steps."""
    return N_STEPS * BATCH // n_images


_CURVES: dict[tuple[float, int], tuple[Array, Array]] = {}


def _train_curves(p: float, n_images: int) -> Iterator[float]:
    """Train once for each setting, keep both losses after each epoch in `_CURVES`, and say how far it is."""
    if (p, n_images) in _CURVES:
        return
    data = chapter_digits()
    X, y = data.X[:n_images], data.y[:n_images]
    net = _network(p, 100, seed=0)
    n_epochs = _n_epochs(n_images)
    training, validation = [], []
    loop = epochs(net, X, y, loss=LOSS, optimizer=Adam(0.01), batch_size=BATCH, rng=np.random.default_rng(0))
    for epoch in islice(loop, n_epochs):
        training.append(LOSS(net.forward(X), y)[0])
        validation.append(LOSS(net.forward(data.X_valid), data.y_valid)[0])
        if epoch.number % 10 == 0:
            yield epoch.number / n_epochs
    _CURVES[p, n_images] = np.array(training), np.array(validation)


def draw_curves(p: float, images: int) -> Iterator[float | Frame]:
    """Train on some images with dropout and draw both losses by step, measured with dropout off.

    Parameters
    ----------
    p : float
        The probability of dropping a hidden unit.
    images : int
        How many training images, at most 800.

    Yields
    ------
    float or Frame
        How far the training is; the Frame at its end.

    Examples
    --------
    >>> *_, frame = draw_curves(0, 100)
    >>> frame.sentence.split(":")[0]
    'p = 0 and 100 training images'
    """
    yield from _train_curves(p, images)
    training, validation = _CURVES[p, images]
    steps = np.arange(1, len(training) + 1) * N_STEPS / len(training)
    fig = figure(4.8, 4.2, layout=None)
    ax = fig.add_axes((0.14, 0.14, 0.83, 0.82))
    best = int(validation.argmin())
    ax.fill_between(steps, training, validation, facecolor=(ORANGE, 0.16), linewidth=0)
    ax.plot(steps, training, color=BLUE, linestyle="-", linewidth=2.5, label="training")
    ax.plot(steps, validation, color=ORANGE, linestyle="--", linewidth=2.5, label="validation")
    ax.plot(steps[best], validation[best], "o", color=INK, markersize=11, markerfacecolor="none",
            markeredgewidth=2)  # fmt: skip
    ax.set(xlim=(0, N_STEPS + 4), ylim=(0, 3), xlabel="step", ylabel="loss, dropout off")
    ax.legend(loc="upper right")
    lowest = "at the end" if best == len(steps) - 1 else f"after {steps[best]:.0f} steps"
    yield Frame(
        fig,
        f"p = {p:g} and {images} training images: after {N_STEPS} steps the training loss is "
        f"{training[-1]:.2f} and the validation loss {validation[-1]:.2f}, a gap of "
        f"{validation[-1] - training[-1]:.2f}; the validation loss was lowest {lowest}, "
        f"at {validation[best]:.2f}.",
    )


def curves(backend: Backend = None) -> Explorer:
    """Explore the loss curves of a training: how much is dropped, and how many images there are.

    What to discover: without dropout the validation loss turns and rises; with more of it the gap becomes
    smaller, and in the end the training loss stays high; with more images there is less to prevent.

    Parameters
    ----------
    backend : {"static", "live"}, optional
        See `annlib.explorers.Explorer`.

    Returns
    -------
    Explorer

    Examples
    --------
    >>> curves().parameters["images"].stops
    (100, 200, 800)
    """
    return Explorer(
        draw_curves,
        backend=backend,
        p=Numbers("p", stops=RATES, default=0, step=0.05, tooltip=_tip("a hidden unit")),
        images=Numbers(
            "images", stops=[100, 200, 800], default=200, step=100, tooltip="How many images it learns from"
        ),
    )


N_STARTS = 2


@lru_cache(maxsize=512)
def _ends(p: float, n_hidden: int) -> tuple[float, float]:
    """Return training and validation loss after a training on 200 images, in the mean of two starts."""
    data = chapter_digits()
    X, y = data.X[:200], data.y[:200]
    found = []
    for seed in range(N_STARTS):
        net = _network(p, n_hidden, seed)
        train(
            net, X, y, n_epochs=_n_epochs(200), loss=LOSS, optimizer=Adam(0.01), batch_size=BATCH,
            rng=np.random.default_rng(seed),
        )  # fmt: skip
        found.append((LOSS(net.forward(X), y)[0], LOSS(net.forward(data.X_valid), data.y_valid)[0]))
    training, validation = np.mean(found, axis=0)
    return float(training), float(validation)


def draw_width(p: float, units: int) -> Iterator[float | Frame]:
    """Draw training and validation loss over p for a number of hidden units, and mark one p.

    Parameters
    ----------
    p : float
        The probability of dropping a hidden unit.
    units : int
        How many hidden units there are.

    Yields
    ------
    float or Frame
        How far the trainings are; the Frame at their end.

    Examples
    --------
    >>> *_, frame = draw_width(0, 5)
    >>> frame.sentence.split(":")[0]
    '5 hidden units with p = 0'
    """
    rates = sorted({*RATES, p})
    table = []
    for k, rate in enumerate(rates):
        yield k / len(rates)
        table.append(_ends(rate, units))
    losses = np.array(table)  # (rates, 2)
    fig = figure(4.8, 4.2, layout=None)
    ax = fig.add_axes((0.14, 0.14, 0.83, 0.82))
    for column, (color, line, mark, name) in enumerate(
        ((BLUE, "-", "o", "training"), (ORANGE, "--", "^", "validation"))
    ):
        ax.plot(rates, losses[:, column], color=color, linestyle=line, marker=mark, markersize=6, label=name)
    here = rates.index(p)
    best = int(losses[:, 1].argmin())
    ax.axvline(p, color=MUTED, linestyle=":", linewidth=1.5)
    ax.plot([p, p], losses[here], "D", color=INK, markersize=9, linestyle="none")
    ax.plot(rates[best], losses[best, 1], "o", color=INK, markersize=17, markerfacecolor="none",
            markeredgewidth=2)  # fmt: skip
    ax.set(xlim=(-0.03, 0.93), ylim=(0, 2.6), xlabel="p", ylabel="loss, dropout off")
    ax.legend(loc="upper center")
    training, validation = losses[here]
    verdict = "the lowest for this width" if here == best else f"lowest for this width at p = {rates[best]:g}"
    yield Frame(
        fig,
        f"{units} hidden units with p = {p:g}: training loss {training:.2f}, validation loss "
        f"{validation:.2f}, {verdict}.",
    )


def width(backend: Backend = None) -> Explorer:
    """Explore p beside the number of hidden units, on 200 images.

    What to discover: a narrow network needs no dropout, it has too few units already; the wider it is, the
    more can be dropped, and the more must.

    Parameters
    ----------
    backend : {"static", "live"}, optional
        See `annlib.explorers.Explorer`.

    Returns
    -------
    Explorer

    Examples
    --------
    >>> width().parameters["units"].stops
    (5, 10, 25, 50, 100, 200, 400)
    """
    return Explorer(
        draw_width,
        backend=backend,
        p=Numbers("p", stops=RATES, default=0.5, step=0.1, tooltip=_tip("a hidden unit")),
        units=Numbers(
            "units",
            stops=[5, 10, 25, 50, 100, 200, 400],
            default=100,
            tooltip="How many hidden units there are",
        ),
    )
