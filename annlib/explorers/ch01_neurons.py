"""Explorers of chapter 1: where a neuron fires, how sharply it answers, what hidden neurons separate."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from annlib import Adam, BinaryCrossEntropy, Dense, Network, Tanh, activations, datasets, epochs
from annlib.explorers import Choice, Explorer, Frame, Numbers
from annlib.plots.common import decision_boundary
from annlib.plots.style import BLUE, GREEN, INK, MUTED, ORANGE, PAPER, PURPLE, StyledFigure, figure

__all__ = ["activation", "hidden_units", "neuron"]

Array = NDArray[Any]
Backend = Literal["static", "live"] | None

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
LOW, HIGH = -1.0, 2.0
"""The window: the four corners with room around them."""

GATES = {
    (0, 0, 0, 0): "it never fires",
    (0, 0, 0, 1): "it fires at (1, 1) only, which is AND",
    (0, 0, 1, 0): "it fires at (1, 0) only",
    (0, 0, 1, 1): "it fires where x1 is 1",
    (0, 1, 0, 0): "it fires at (0, 1) only",
    (0, 1, 0, 1): "it fires where x2 is 1",
    (0, 1, 1, 1): "it fires unless both are 0, which is OR",
    (1, 0, 0, 0): "it fires at (0, 0) only, which is NOR",
    (1, 0, 1, 0): "it fires where x2 is 0",
    (1, 0, 1, 1): "it fires everywhere but at (0, 1)",
    (1, 1, 0, 0): "it fires where x1 is 0",
    (1, 1, 0, 1): "it fires everywhere but at (1, 0)",
    (1, 1, 1, 0): "it fires unless both are 1, which is NAND",
    (1, 1, 1, 1): "it fires at all four points",
}
"""What the outputs at the corners mean. XOR and its opposite are not here: no single neuron gives them."""


def _n(value: float, digits: int = 3) -> str:
    """Write a number with a true minus sign."""
    return f"{value:.{digits}g}".replace("-", "\N{MINUS SIGN}")


def _plane(width: float = 4.8, height: float = 4.4) -> tuple[StyledFigure, Axes]:
    """Return a figure with one plane of the two features, standing still from frame to frame."""
    fig = figure(width, height, layout=None)
    ax = fig.add_axes((0.14, 0.13, 0.83, 0.84))
    ax.set(xlim=(LOW, HIGH), ylim=(LOW, HIGH), xlabel="$x_1$", ylabel="$x_2$")
    ax.set(xticks=[-1, 0, 1, 2], yticks=[-1, 0, 1, 2])
    return fig, ax


def _crossings(w1: float, w2: float, b: float) -> str:
    """Say where the line w1 x1 + w2 x2 + b = 0 lies."""
    if w1 == 0 and w2 == 0:
        side = "fires" if b >= 0 else "is silent"
        return f"there is no line: with both weights at 0 the sum is {_n(b)} everywhere, so the neuron {side}"
    if w1 == 0:
        return f"the line is level at x2 = {_n(-b / w2 + 0.0)}"
    if w2 == 0:
        return f"the line is upright at x1 = {_n(-b / w1 + 0.0)}"
    if b == 0:
        return f"the line goes through the origin with slope {_n(-w1 / w2)}"
    return f"the line crosses the x1-axis at {_n(-b / w1)} and the x2-axis at {_n(-b / w2)}"


def draw_neuron(w1: float, w2: float, b: float) -> Frame:
    """Draw the line of a step neuron, the side on which it fires, its weights as an arrow, the four corners.

    Parameters
    ----------
    w1, w2, b : float
        Weights and bias.

    Returns
    -------
    Frame

    Examples
    --------
    >>> draw_neuron(1, 1, -1.5).sentence.partition(": ")[2]
    'it fires at (1, 1) only, which is AND; the line crosses the x1-axis at 1.5 and the x2-axis at 1.5.'
    """
    w = np.array([w1, w2], dtype=float)
    fig, ax = _plane()
    decision_boundary(
        ax,
        lambda points: points @ w + b,
        limits=((LOW, HIGH), (LOW, HIGH)),
        resolution=61,  # the border is straight: more would only make the file larger
    )
    outputs = activations.step(CORNERS @ w + b).astype(int)  # (4,)
    for (x, y), output in zip(CORNERS, outputs, strict=True):
        ax.plot(
            x, y, marker="^" if output else "o", markersize=13, color=ORANGE if output else BLUE,
            markeredgecolor=PAPER, markeredgewidth=1.5, zorder=5,
        )  # fmt: skip
        _note(ax, x + 0.1, y + 0.13, f"{output}", fontsize=13, ha="left")
    squared = float(w @ w)
    if squared > 0:
        # From the foot of the middle of the window on the line: the arrow stands at right angles there.
        center = np.array([0.5, 0.5])
        foot = center - (float(center @ w) + b) / squared * w
        tip = foot + 0.4 * w
        ax.annotate(
            "", xy=(tip[0], tip[1]), xytext=(foot[0], foot[1]), zorder=6, annotation_clip=True,
            arrowprops={"arrowstyle": "-|>", "color": PURPLE, "linewidth": 3, "shrinkA": 0, "shrinkB": 0,
                        "mutation_scale": 18},
        )  # fmt: skip
        end = foot + 0.24 * w + 0.17 * np.array([-w2, w1]) / squared**0.5  # beside the arrow
        if LOW + 0.1 < end[0] < HIGH - 0.1 and LOW + 0.1 < end[1] < HIGH - 0.1:
            _note(ax, end[0], end[1], "$w$", color=PURPLE, fontsize=14)
    said = GATES[tuple(int(output) for output in outputs)]  # type: ignore[index]
    setting = f"w1 = {_n(w1)}, w2 = {_n(w2)}, b = {_n(b)}"
    return Frame(fig, f"{setting}: {said}; {_crossings(w1, w2, b)}.")


def _note(ax: Axes, x: float, y: float, text: str, **kwargs: Any) -> None:
    """Write on a small patch of paper, clipped to the axes."""
    box = {
        "boxstyle": "round,pad=0.12",
        "facecolor": PAPER,
        "edgecolor": "none",
        "linewidth": 0,
        "alpha": 0.85,
    }
    settings: dict[str, Any] = {"ha": "center", "va": "center", "bbox": box, "zorder": 7}
    ax.text(x, y, text, **(settings | kwargs))


def neuron(backend: Backend = None) -> Explorer:
    """Explore a neuron with two inputs: weights turn its line, the bias slides it.

    What to discover: the bias never turns the line; two weights of one ratio give one direction; the sign of
    all three numbers decides which side fires; AND, OR and NAND are there, XOR is not.

    Parameters
    ----------
    backend : {"static", "live"}, optional
        See `annlib.explorers.Explorer`.

    Returns
    -------
    Explorer

    Examples
    --------
    >>> list(neuron().parameters)
    ['w1', 'w2', 'b']
    """
    stops = [-2, -1, -0.5, 0, 0.5, 1, 2]
    return Explorer(
        draw_neuron,
        backend=backend,
        w1=Numbers("weight w1", stops=stops, default=1, step=0.1, tooltip="Weight of the feature x1"),
        w2=Numbers("weight w2", stops=stops, default=1, step=0.1, tooltip="Weight of the feature x2"),
        b=Numbers(
            "bias b",
            stops=[-1.5, -1, -0.5, 0, 0.5, 1, 1.5],
            default=-0.5,  # no corner on the line: which side of it counts as firing is another question
            step=0.1,
            tooltip="Bias, added to the weighted sum",
        ),
    )


FUNCTIONS = {
    "step": activations.step,
    "sigmoid": activations.sigmoid,
    "tanh": activations.tanh,
    "ReLU": activations.relu,
}
BANDS = (0.1, 0.3, 0.5, 0.7, 0.9)


def draw_activation(size: float, b: float, name: str) -> Frame:
    """Draw a neuron's output over the plane, and along the straight way from corner to corner.

    Parameters
    ----------
    size : float
        Both weights are this number, and the bias is multiplied with it too: the line stays.
    b : float
        The bias before it is multiplied.
    name : str
        The activation, one of FUNCTIONS.

    Returns
    -------
    Frame

    Examples
    --------
    >>> draw_activation(4, -1, "sigmoid").sentence.partition("; ")[2]
    'at (0, 0), (1, 0) and (1, 1) the output is 0.018, 0.5 and 0.982.'
    """
    function = FUNCTIONS[name]
    w = np.array([size, size], dtype=float)
    bias = size * b

    def output(points: Array) -> Array:
        return np.asarray(function(points @ w + bias))

    fig = figure(4.8, 5.6, layout=None)
    ax = fig.add_axes((0.14, 0.44, 0.83, 0.54))
    ax.set(xlim=(LOW, HIGH), ylim=(LOW, HIGH), xticks=[-1, 0, 1, 2], yticks=[-1, 0, 1, 2])
    ax.set(xlabel="$x_1$", ylabel="$x_2$")
    axis = np.linspace(LOW, HIGH, 91)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    answers = output(grid).reshape(91, 91)
    top = max(1.0, float(answers.max()))
    bottom = min(0.0, float(answers.min()))
    # Bands of one color: each a tenth more opaque, from the lowest possible output to the highest.
    levels = [bottom - 1e-6, *(bottom + share * (top - bottom) for share in BANDS), top + 1e-6]
    ax.contourf(
        axis,
        axis,
        answers,
        levels=levels,
        zorder=0,
        colors=[(ORANGE, 0.09 * k) for k in range(len(levels) - 1)],
    )
    z = (grid @ w + bias).reshape(91, 91)
    if z.min() < 0 < z.max():
        ax.contour(axis, axis, z, levels=[0.0], colors=[INK], linewidths=2.25, zorder=2)
    ax.plot([LOW, HIGH], [LOW, HIGH], color=GREEN, linestyle="--", linewidth=2, zorder=3)
    _note(ax, 1.62, 1.35, "the way\nbelow", color=GREEN, fontsize=11)
    corners = output(CORNERS.astype(float))
    for (x, y), answer in zip(CORNERS, corners, strict=True):
        ax.plot(x, y, marker="o", markersize=11, color=BLUE, markeredgecolor=PAPER, zorder=5)
        _note(ax, x + 0.11, y - 0.17, _n(float(answer), 2 if abs(answer) < 10 else 3), fontsize=12, ha="left")

    below = fig.add_axes((0.14, 0.1, 0.83, 0.23))
    way = np.linspace(LOW, HIGH, 301)
    curve = output(np.stack([way, way], axis=-1))
    center = -b / 2
    below.axvline(center, color=INK, linestyle="-", linewidth=2.25)
    below.axhline(0, color=MUTED, linestyle="-", linewidth=1)
    below.plot(way, curve, color=ORANGE, linestyle="-", linewidth=3)
    below.set(xlim=(LOW, HIGH), xticks=[-1, 0, 1, 2], xlabel="$x_1 = x_2$, on the way", ylabel="output")
    limits = {"ReLU": (-1, 12), "tanh": (-1.15, 1.15)}.get(name, (-0.15, 1.15))
    below.set(ylim=limits)
    below.text(center - 0.06, limits[1], "$z = 0$", fontsize=11, ha="right", va="top")
    at = [_n(float(corners[i])) for i in (0, 2, 3)]
    return Frame(
        fig,
        f"{name}, weights {_n(size)}, bias {_n(bias)}: the line x1 + x2 = {_n(-b + 0.0)} stays whatever the "
        f"size; at (0, 0), (1, 0) and (1, 1) the output is {at[0]}, {at[1]} and {at[2]}.",
    )


def activation(backend: Backend = None) -> Explorer:
    """Explore the output: the activation shapes it, the size of all parameters together sharpens it.

    What to discover: multiplying weights and bias by one number leaves the line where it is, and makes the
    sigmoid a step; ReLU only grows steeper; the line, where z = 0, is the same for every activation.

    Parameters
    ----------
    backend : {"static", "live"}, optional
        See `annlib.explorers.Explorer`.

    Returns
    -------
    Explorer

    Examples
    --------
    >>> activation().parameters["name"].stops
    ('step', 'sigmoid', 'tanh', 'ReLU')
    """
    return Explorer(
        draw_activation,
        backend=backend,
        name=Choice(
            "activation", options=list(FUNCTIONS), default="sigmoid", tooltip="What is applied to the sum z"
        ),
        size=Numbers(
            "size",
            stops=[0.5, 1, 2, 4, 6, 10, 20],
            default=2,
            step=0.5,
            tooltip="Both weights are this number; the bias is multiplied with it",
        ),
        b=Numbers(
            "bias",
            stops=[-2, -1.5, -1, -0.5, 0, 0.5, 1],
            default=-1,
            step=0.1,
            tooltip="Bias before it is multiplied with the size",
        ),
    )


SHAPES = {"XOR": datasets.xor, "ring": datasets.circles, "moons": datasets.moons}
NOISE = {"XOR": 0.15, "ring": 0.07, "moons": 0.12}
N_POINTS, N_EPOCHS = 160, 500
SEEDS = (8, 0, 10)
"""Of the three starts: from the second, two hidden neurons do not find XOR, though they could hold it."""


@lru_cache(maxsize=len(SHAPES))
def _data(shape: str) -> tuple[Array, Array]:
    return SHAPES[shape](N_POINTS, NOISE[shape], np.random.default_rng(1))


def draw_hidden_units(shape: str, units: int, start: int) -> Iterator[float | Frame]:
    """Train a network with so many hidden neurons, and draw its border and each hidden neuron's line.

    Parameters
    ----------
    shape : str
        The data, one of SHAPES.
    units : int
        Hidden neurons (tanh).
    start : int
        Which of three sets of random weights to start from: 1, 2 or 3.

    Yields
    ------
    float or Frame
        How far the training is; the Frame at its end.

    Examples
    --------
    >>> *_, frame = draw_hidden_units("XOR", 4, 1)
    >>> frame.sentence.startswith("XOR, 4 hidden neurons, start 1: ")
    True
    """
    X, y = _data(shape)
    rng = np.random.default_rng(SEEDS[start - 1])
    net = Network([Dense(2, units), Tanh(), Dense(units, 1)], rng=rng)
    training = epochs(net, X, y, loss=BinaryCrossEntropy(), optimizer=Adam(0.05), batch_size=None, rng=rng)
    for epoch in itertools.islice(training, N_EPOCHS):
        if epoch.number % 20 == 0:
            yield epoch.number / N_EPOCHS
    right = int(((net.predict(X).ravel() > 0) == (y.ravel() == 1)).sum())

    fig = figure(4.8, 4.7, layout=None)
    ax = fig.add_axes((0.14, 0.12, 0.83, 0.79))
    low, high = X.min(axis=0) - 0.3, X.max(axis=0) + 0.3
    decision_boundary(
        ax, net.predict, X, y, limits=((low[0], high[0]), (low[1], high[1])), resolution=90,
        labels=("should be 0", "should be 1"),
    )  # fmt: skip
    hidden = net.layers[0]
    x = np.array([low[0], high[0]])
    for (w1, w2), bias in zip(hidden.W.T, hidden.b, strict=True):  # type: ignore[attr-defined]
        if abs(w2) > 1e-6:
            ax.plot(x, -(w1 * x + bias) / w2, color=GREEN, linestyle="--", linewidth=1.75, zorder=1.8)
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xlabel="$x_1$", ylabel="$x_2$")
    many = f"{units} hidden neuron{'s' * (units > 1)}"
    lines = "its line" if units == 1 else f"their {units} lines"
    yield Frame(
        fig,
        f"{shape}, {many}, start {start}: after {N_EPOCHS} epochs {right} of {N_POINTS} points "
        f"({right / N_POINTS:.0%}) are on their side; {lines} dashed.",
    )


def hidden_units(backend: Backend = None) -> Explorer:
    """Explore what a hidden layer can separate: each neuron in it brings one line.

    What to discover: one hidden neuron draws one straight border; XOR takes two, a ring three, the moons
    three or four; from another start the same network may get stuck; more neurons only wrinkle the border.

    Parameters
    ----------
    backend : {"static", "live"}, optional
        See `annlib.explorers.Explorer`.

    Returns
    -------
    Explorer

    Examples
    --------
    >>> hidden_units().parameters["units"].stops
    (1, 2, 3, 4, 5, 6, 7, 8)
    """
    return Explorer(
        draw_hidden_units,
        backend=backend,
        shape=Choice("data", options=list(SHAPES), default="XOR", tooltip="Which points are to be separated"),
        units=Numbers("neurons", stops=range(1, 9), default=1, step=1, tooltip="Neurons in the hidden layer"),
        start=Numbers(
            "start", stops=[1, 2, 3], default=1, step=1, tooltip="Other random weights at the start"
        ),
    )
