"""Explorers of chapter 5: the size of a step, the size of a batch, the place of the start, a whole training.

Each has a slider for how far the descent has come, so that it can be watched step by step.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from annlib import SGD, BinaryCrossEntropy, Dense, Network, ReLU, Sigmoid, Tanh, datasets, epochs
from annlib.errors import DivergenceError
from annlib.explorers import Choice, Explorer, Frame, Numbers
from annlib.layers import Layer
from annlib.plots.ch05_gradient_descent import (
    HILL_LIMITS,
    LIMITS,
    STARTS,
    batch_path,
    descend,
    draw_hills,
    hills,
    hills_slope,
    patient_contours,
    patients,
    quadratic_loss,
    valley_loss,
    valley_slope,
)
from annlib.plots.common import decision_boundary
from annlib.plots.style import BLUE, GREEN, INK, MUTED, ORANGE, PAPER, RED, figure
from annlib.plots.wording import number

__all__ = ["batch_size", "learning_rate", "start_point", "training"]

Array = NDArray[Any]
Backend = Literal["static", "live"] | None


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}{'s' * (count != 1)}"


VALLEY_START, LOWEST = 0.5, 3.0


def draw_learning_rate(rate: float, step: int) -> Frame:
    """Draw a descent on the parabola after some steps: on the curve, and its loss by step.

    Parameters
    ----------
    rate : float
        The learning rate.
    step : int
        How many steps were made.

    Returns
    -------
    Frame

    Examples
    --------
    >>> draw_learning_rate(0.1, 1).sentence
    'Learning rate 0.1, after 1 step: w = 1, loss 4.08. Each step leaves 0.8 of the distance to the lowest \
point: it walks down on one side.'
    """
    path = descend(valley_slope, [VALLEY_START], rate, 20).ravel()
    losses = valley_loss(path)
    fig = figure(4.8, 5.2, layout=None)
    above, below = fig.add_axes((0.16, 0.46, 0.81, 0.52)), fig.add_axes((0.16, 0.11, 0.81, 0.24))
    w = np.linspace(-3, 9, 241)
    above.plot(w, valley_loss(w), color=BLUE, linestyle="-", linewidth=2.5, zorder=2)
    seen = slice(0, step + 1)
    above.plot(path[seen], losses[seen], color=ORANGE, linestyle="-", linewidth=1.5, zorder=3)
    above.plot(path[seen], losses[seen], "o", color=ORANGE, markersize=6, zorder=4)
    above.plot(path[0], losses[0], "s", color=INK, markersize=9, zorder=5)
    above.plot(LOWEST, valley_loss(LOWEST), "*", color=GREEN, markersize=15, zorder=3)
    outside = not -3 <= path[step] <= 9
    if not outside:
        above.plot(path[step], losses[step], "D", color=RED, markersize=10, zorder=6)
    else:
        above.text(3, 26, "out of the picture", ha="center", color=RED)
    above.set(xlim=(-3, 9), ylim=(-2, 34), xlabel="weight $w$", ylabel="loss", xticks=range(-3, 10, 3))
    floor = 0.05
    below.plot(losses.clip(floor, 1e4), color=MUTED, linestyle=":", linewidth=1.5)
    below.plot(
        losses[seen].clip(floor, 1e4), color=ORANGE, linestyle="-", linewidth=2, marker="o", markersize=5
    )
    below.set_yscale("log")
    below.set(xlim=(-0.5, 20.5), ylim=(floor, 1e4), xlabel="step", ylabel="loss", xticks=range(0, 21, 5))
    below.set_yticks([0.1, 10, 1000], ["0.1", "10", "1000"])
    below.set_yticks([], minor=True)
    left = 1 - 2 * rate
    if abs(left) < 1e-9:
        tail = "A single step reaches the lowest point: for this valley the rate is perfect"
    elif left > 0:
        tail = (
            f"Each step leaves {number(left)} of the distance to the lowest point: it walks down on one side"
        )
        if left >= 0.9:
            tail += ", slowly"
    elif left > -1:
        tail = f"Each step leaves {number(-left)} of the distance and changes the side: it swings and settles"
    elif left == -1:
        tail = "Each step leads to the same height on the other side: it swings for ever"
    else:
        tail = f"Each step makes the distance {number(-left)} times as large: it diverges"
    return Frame(
        fig,
        f"Learning rate {number(rate)}, after {_many(step, 'step')}: w = {number(path[step])}, "
        f"loss {number(losses[step])}. {tail}.",
    )


def learning_rate(backend: Backend = None) -> Explorer:
    """Explore the learning rate on a parabola: too small, right, swinging, diverging.

    What to discover: below 0.5 it walks down on one side, at 0.5 it arrives at once, up to 1 it swings and
    settles, at 1 it swings for ever, and beyond it diverges.

    Parameters
    ----------
    backend : {"static", "live"}, optional
        See `annlib.explorers.Explorer`.

    Returns
    -------
    Explorer

    Examples
    --------
    >>> len(learning_rate().parameters["rate"].stops)
    11
    """
    return Explorer(
        draw_learning_rate,
        backend=backend,
        rate=Numbers(
            "rate",
            stops=[0.01, 0.03, 0.1, 0.2, 0.4, 0.5, 0.7, 0.9, 1, 1.05, 1.2],
            default=0.1,
            step=0.05,
            tooltip="The learning rate",
        ),
        step=Numbers(
            "steps",
            stops=[0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20],
            default=3,
            step=1,
            tooltip="Steps made so far",
            play=0.8,
        ),
    )


def _clipped(path: Array, limits: tuple[tuple[float, float], tuple[float, float]]) -> Array:
    """Return the path up to where it leaves the picture for good company: no coordinate beyond a margin."""
    (left, right), (low, high) = limits
    width, height = right - left, high - low
    bounds = np.array([[left - width, low - height], [right + width, high + height]])
    with np.errstate(invalid="ignore"):
        beyond = ~((path >= bounds[0]) & (path <= bounds[1])).all(axis=1)
    end = int(beyond.argmax()) if beyond.any() else len(path)
    return path[:end]


def _inside(point: Array, limits: tuple[tuple[float, float], tuple[float, float]]) -> bool:
    return all(low <= value <= high for value, (low, high) in zip(point, limits, strict=True))


@lru_cache(maxsize=64)
def _batch_run(size: int, rate: float) -> tuple[Array, int]:
    return batch_path(size, rate, 5)


def draw_batch_size(size: int, rate: float, n_epochs: int) -> Frame:
    """Draw the way of two weights when each step sees a batch of so many patients, and the loss by epoch.

    Parameters
    ----------
    size : int
        Records in a batch.
    rate : float
        The learning rate.
    n_epochs : int
        How many epochs, at most 5.

    Returns
    -------
    Frame

    Examples
    --------
    >>> draw_batch_size(240, 0.1, 2).sentence.partition(": ")[2]
    '2 epochs are 2 steps, the same 480 records read; the loss is now 1.55, at best 0.562.'
    """
    path, an_epoch = _batch_run(size, rate)
    X, y = patients()
    fig = figure(4.8, 5.2, layout=None)
    above, below = fig.add_axes((0.16, 0.46, 0.81, 0.52)), fig.add_axes((0.16, 0.11, 0.81, 0.24))
    best = patient_contours(above, resolution=61)
    least = float(quadratic_loss(best, X, y))
    with np.errstate(over="ignore", invalid="ignore"):
        losses = quadratic_loss(path, X, y)
    losses = np.nan_to_num(losses, nan=np.inf)
    steps = n_epochs * an_epoch
    seen = _clipped(path[: steps + 1], LIMITS)
    above.plot(*seen.T, color=ORANGE, linestyle="-", linewidth=1.25, zorder=4)
    if len(seen) <= 60:
        above.plot(*seen.T, "o", color=ORANGE, markersize=4.5, zorder=4)
    above.plot(*path[0], "s", color=INK, markersize=9, zorder=5)
    here, loss = path[steps], float(losses[steps])
    if _inside(here, LIMITS):
        above.plot(*here, "D", color=RED, markersize=9, zorder=7)
    else:
        box = {"boxstyle": "round,pad=0.2", "facecolor": PAPER, "edgecolor": "none", "linewidth": 0}
        above.text(0, -0.6, "the end is out of the picture", ha="center", color=RED, zorder=8, bbox=box)
    above.set(xlabel="weight of the body mass index", ylabel="weight of the\nblood pressure")
    above.set(xlim=LIMITS[0], ylim=LIMITS[1], xticks=[-1, 0, 1], yticks=[0, 1])
    share = np.arange(len(path)) / an_epoch
    stride = max(1, an_epoch // 60)  # more points than the eye can part only make the picture heavy
    below.plot(
        share[: steps + 1 : stride], losses[: steps + 1 : stride].clip(0, 9), color=ORANGE, linestyle="-",
        linewidth=1.75,
    )  # fmt: skip
    below.axhline(least, color=GREEN, linestyle="--", linewidth=1.75)
    below.set(xlim=(0, 5), ylim=(0, 4), xlabel="epochs", ylabel="loss", xticks=range(6), yticks=[0, 2, 4])
    now = f"{number(loss)}, at best {number(least)}" if loss < 1e3 else "beyond all bounds: it has diverged"
    kind = "the full batch" if size >= len(X) else _many(size, "record")
    same = "the same " if size >= len(X) else ""
    return Frame(
        fig,
        f"Batches of {kind}, learning rate {number(rate)}: {_many(n_epochs, 'epoch')} "
        f"{'are' if n_epochs > 1 else 'is'} {_many(steps, 'step')}, {same}{n_epochs * len(X)} records read; "
        f"the loss is now {now}.",
    )


def batch_size(backend: Backend = None) -> Explorer:
    """Explore the batch size: how noisy the way is, and how far it gets after equally many epochs.

    What to discover: the full batch goes smoothly and slowly; a single record makes 240 steps an epoch, is
    there in no time and then strays around the lowest point, the less the smaller the rate.

    Parameters
    ----------
    backend : {"static", "live"}, optional
        See `annlib.explorers.Explorer`.

    Returns
    -------
    Explorer

    Examples
    --------
    >>> batch_size().parameters["size"].stops
    (1, 2, 4, 8, 16, 32, 64, 128, 240)
    """
    return Explorer(
        draw_batch_size,
        backend=backend,
        size=Numbers(
            "batch",
            stops=[1, 2, 4, 8, 16, 32, 64, 128, 240],
            default=32,
            tooltip="How many records are seen before each step",
        ),
        rate=Numbers("rate", stops=[0.01, 0.03, 0.1, 0.3], default=0.1, tooltip="The learning rate"),
        n_epochs=Numbers(
            "epochs",
            stops=[1, 2, 3, 4, 5],
            default=1,
            step=1,
            tooltip="How often every record was seen",
            play=1.0,
        ),
    )


HILL_STEPS = (0, 2, 5, 10, 20, 50, 100, 200)


@lru_cache(maxsize=64)
def _hill_run(start: str, rate: float) -> Array:
    return descend(hills_slope, STARTS[start], rate, HILL_STEPS[-1])


def draw_start_point(start: str, rate: float, step: int) -> Frame:
    """Draw a descent in the landscape with two wells, a saddle and a plateau.

    Parameters
    ----------
    start : str
        One of STARTS.
    rate : float
        The learning rate.
    step : int
        How many steps were made.

    Returns
    -------
    Frame

    Examples
    --------
    >>> draw_start_point("on the ridge", 0.3, 200).sentence.partition("steps: ")[2]
    'height −0.474, steepness 0: it lies on the saddle, where the slope is zero.'
    """
    path = _hill_run(start, rate)
    here = path[step]
    height, steepness = float(hills(here)), float(np.hypot(*hills_slope(here)))
    fig = figure(4.8, 4.2, layout=None)
    ax = fig.add_axes((0.13, 0.13, 0.84, 0.84))
    draw_hills(ax)
    seen = _clipped(path[: step + 1], HILL_LIMITS)
    ax.plot(*seen.T, color=ORANGE, linestyle="-", linewidth=2, zorder=4)
    ax.plot(*seen.T, "o", color=ORANGE, markersize=4.5, zorder=4)
    ax.plot(*path[0], "s", color=INK, markersize=9, zorder=5)
    if _inside(here, HILL_LIMITS):
        ax.plot(*here, "D", color=RED, markersize=10, zorder=7)
    else:
        ax.text(0, 1.9, "out of the picture", ha="center", va="top", color=RED, zorder=8)
    ax.set(xlim=HILL_LIMITS[0], ylim=HILL_LIMITS[1], xlabel="$w_1$", ylabel="$w_2$")
    ax.set(xticks=[-2, 0, 2], yticks=[-2, 0, 2])
    # Whether it stands still is seen from where it came, not from the slope alone: it may swing.
    before = path[max(step - 1, 0)]
    still = steepness < 1e-3 and float(np.hypot(*(here - before))) < 1e-3
    if step == 0:
        where = "the start"
    elif not _inside(here, HILL_LIMITS) and steepness < 0.02:
        where = "it was thrown out onto the plateau"
    elif float(np.hypot(*here)) < 0.02 and steepness < 0.1:
        where = "it lies on the saddle, where the slope is zero"
    elif still and height < -0.9:
        where = "it lies in the deep well"
    elif still and height < -0.6:
        where = "it lies in the shallow well, and nothing tells it of the deeper one"
    elif steepness < 0.05 and height > -0.1:
        where = "it crawls over the plateau"
    elif rate >= 0.8 and step >= 20:
        where = "it is still jumping about"
    else:
        where = "it is on its way"
    return Frame(
        fig,
        f"Start {start}, learning rate {number(rate)}, after {_many(step, 'step')}: height {number(height)}, "
        f"steepness {number(steepness) if steepness > 1e-9 else '0'}: {where}.",
    )


def start_point(backend: Backend = None) -> Explorer:
    """Explore where a descent ends: it depends on the start and on the learning rate.

    What to discover: each well keeps what starts on its side; on the ridge the way ends at the saddle, and a
    little beside it the way dawdles there; far out hardly anything moves; large rates jump.

    Parameters
    ----------
    backend : {"static", "live"}, optional
        See `annlib.explorers.Explorer`.

    Returns
    -------
    Explorer

    Examples
    --------
    >>> start_point().parameters["start"].stops
    ('left', 'right', 'on the ridge', 'beside the ridge', 'far out')
    """
    return Explorer(
        draw_start_point,
        backend=backend,
        start=Choice("start", options=list(STARTS), default="right", tooltip="Where the descent begins"),
        rate=Numbers("rate", stops=[0.03, 0.1, 0.3, 0.8, 2], default=0.1, step=0.1, tooltip="Learning rate"),
        step=Numbers("steps", stops=HILL_STEPS, default=5, tooltip="Steps made so far", play=1.0),
    )


BENDS: dict[str, type[Layer]] = {"sigmoid": Sigmoid, "tanh": Tanh, "ReLU": ReLU}
N_POINTS, BATCH, N_EPOCHS = 160, 16, 200
SHOWN = (1, 5, 20, 50, 100, 200)


@lru_cache(maxsize=1)
def _moons() -> tuple[Array, Array]:
    return datasets.moons(N_POINTS, 0.15, np.random.default_rng(1))


class _Run(NamedTuple):
    """A finished training: the loss of each epoch, and the parameters after the epochs that are shown."""

    losses: tuple[float, ...]
    kept: dict[int, Array]


def _network(bend: str) -> Network:
    f = BENDS[bend]
    return Network([Dense(2, 8), f(), Dense(8, 8), f(), Dense(8, 1)], rng=np.random.default_rng(2))


_RUNS: dict[tuple[str, float], _Run] = {}


def _train(bend: str, rate: float) -> Iterator[float]:
    """Train once for each activation and rate, keep the run in `_RUNS`, and say how far it is."""
    if (bend, rate) in _RUNS:
        return
    X, y = _moons()
    net = _network(bend)
    losses: list[float] = []
    kept: dict[int, Array] = {}
    loop = epochs(
        net, X, y, loss=BinaryCrossEntropy(), optimizer=SGD(rate), batch_size=BATCH,
        rng=np.random.default_rng(4),
    )  # fmt: skip
    try:
        for epoch in loop:
            losses.append(epoch.loss)
            if epoch.number in SHOWN:
                kept[epoch.number] = net.params.copy()
            if epoch.number == N_EPOCHS:
                break
            if epoch.number % 20 == 0:
                yield epoch.number / N_EPOCHS
    except DivergenceError:  # what has been kept until then is shown
        pass
    _RUNS[bend, rate] = _Run(tuple(losses), kept)


def _draw_loss(ax: Axes, losses: Array, epoch: int) -> None:
    numbers = np.arange(1, len(losses) + 1)
    ax.plot(numbers, losses.clip(1e-3, 10), color=MUTED, linestyle=":", linewidth=1.5)
    ax.plot(numbers[:epoch], losses[:epoch].clip(1e-3, 10), color=ORANGE, linestyle="-", linewidth=2.25)
    ax.set_yscale("log")
    ax.set(xlim=(0, N_EPOCHS), ylim=(1e-3, 10), xlabel="epoch", ylabel="loss")
    ax.set_yticks([0.001, 0.1, 10], ["0.001", "0.1", "10"])
    ax.set_yticks([], minor=True)


def draw_training(rate: float, bend: str, epoch: int) -> Iterator[float | Frame]:
    """Train a 2-8-8-1 network on the moons and draw its border after some epochs, with the loss curve.

    Parameters
    ----------
    rate : float
        The learning rate.
    bend : str
        The activation of the hidden layers, one of BENDS.
    epoch : int
        Show it after so many epochs, one of SHOWN.

    Yields
    ------
    float or Frame
        How far the training is; the Frame at its end.

    Examples
    --------
    >>> *_, frame = draw_training(1.0, "tanh", 200)
    >>> frame.sentence.split(": ")[1][:36]
    '160 of 160 points are on their side,'
    """
    yield from _train(bend, rate)
    run = _RUNS[bend, rate]
    losses = np.array(run.losses)
    net = _network(bend)
    X, y = _moons()
    fig = figure(4.8, 5.6, layout=None)
    above, below = fig.add_axes((0.16, 0.41, 0.81, 0.52)), fig.add_axes((0.16, 0.1, 0.81, 0.2))
    low, high = X.min(axis=0) - 0.3, X.max(axis=0) + 0.3
    _draw_loss(below, losses, epoch)
    said = f"{bend}, learning rate {number(rate)}, "
    said += f"after {_many(epoch, 'epoch')} of {N_POINTS // BATCH} steps each"
    if epoch not in run.kept:
        above.text(0.5, 0.5, "diverged", transform=above.transAxes, ha="center", color=RED, fontsize=14)
        yield Frame(fig, f"{said}: the training has diverged in epoch {len(losses) + 1}.")
        return
    net.params[:] = run.kept[epoch]
    right = int(((net.predict(X).ravel() > 0) == (y == 1)).sum())
    decision_boundary(
        above, net.predict, X, y, limits=((low[0], high[0]), (low[1], high[1])), resolution=80,
        labels=("class 0", "class 1"),
    )  # fmt: skip
    above.set(ylabel="$x_2$", xlabel="$x_1$")
    loss = float(losses[epoch - 1])
    lately = losses[max(0, epoch - 20) : epoch]
    if loss > 0.6:
        word = "no better than guessing" if loss < 0.75 else "worse than guessing: the rate is too large"
    elif loss < 0.05:
        word = "learned"
    elif len(lately) > 10 and lately.max() > 1.5 * lately.min() and lately.max() > 0.25:
        word = "the loss jumps up and down: the rate is rather large"
    else:
        word = "it is learning, or resting on a plateau"
    yield Frame(fig, f"{said}: {right} of {N_POINTS} points are on their side, loss {number(loss)}: {word}.")


def training(backend: Backend = None) -> Explorer:
    """Explore a whole training: learning rate and activation, with the border and the loss curve.

    What to discover: with too small a rate nothing happens in 200 epochs; sigmoids need a larger rate and
    rest on a plateau first; a large rate makes the loss jump, a larger one ruins everything.

    Parameters
    ----------
    backend : {"static", "live"}, optional
        See `annlib.explorers.Explorer`.

    Returns
    -------
    Explorer

    Examples
    --------
    >>> training().parameters["rate"].stops
    (0.001, 0.01, 0.03, 0.1, 0.3, 1, 3, 10)
    """
    return Explorer(
        draw_training,
        backend=backend,
        rate=Numbers(
            "rate",
            stops=[0.001, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
            default=0.1,
            tooltip="The learning rate of plain gradient descent with mini-batches",
        ),
        bend=Choice("activation", options=list(BENDS), default="tanh", tooltip="After each hidden layer"),
        epoch=Numbers("epoch", stops=SHOWN, default=5, tooltip="Epochs trained so far", play=1.0),
    )
