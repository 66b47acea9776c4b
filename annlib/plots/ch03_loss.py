"""Figures of chapter 3: squares on a line, the loss as a landscape, surprise, two losses behind a sigmoid.

An error is red wherever it is drawn, the line that makes it is blue, the lowest point of a landscape is a
green star, and the weights of the moment are an orange dot. The higher a landscape, the darker its tint.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse, Rectangle
from numpy.typing import ArrayLike, NDArray

from annlib import activations
from annlib.errors import InputError
from annlib.losses import Huber
from annlib.plots.style import (
    BLUE,
    FILL_ALPHA,
    GREEN,
    INK,
    LINE_STYLES,
    MUTED,
    ORANGE,
    PAPER,
    PURPLE,
    RED,
    figure,
    styled,
)

__all__ = [
    "LEVELS",
    "LOWEST",
    "MINUTES",
    "RIDES",
    "between",
    "contours",
    "draw_contours",
    "draw_logit_losses",
    "draw_squares",
    "landscape",
    "logit_losses",
    "loss_and_metric",
    "mean_squares",
    "outlier",
    "slow_start",
    "squares",
    "straight_tails",
    "surprise",
    "two_lines",
]

Array = NDArray[Any]

RIDES = np.array([1.0, 2.0, 3.0, 4.0, 6.0, 7.0, 8.0])
"""The lengths of the chapter's seven taxi rides, in kilometers."""

MINUTES = np.array([6.0, 11.0, 9.0, 15.0, 16.0, 23.0, 22.0])
"""How long each of them took."""

_FIT = np.polyfit(RIDES, MINUTES, 1)
LOWEST = (float(_FIT[0]), float(_FIT[1]))
"""Slope and intercept with the least squares."""

LEVELS = (4.0, 8.0, 16.0, 32.0, 64.0, 128.0)
"""The heights of the contour lines: each is twice as high as the one before."""

SLOPES, INTERCEPTS = (0.0, 5.0), (-5.0, 15.0)
"""The window of the landscape."""


def _label(ax: Axes, x: float, y: float, text: str, **kwargs: Any) -> None:
    """Write on a small patch of paper."""
    box = {"boxstyle": "round,pad=0.15", "facecolor": PAPER, "edgecolor": "none", "linewidth": 0}
    settings: dict[str, Any] = {"ha": "center", "va": "center", "bbox": box, "zorder": 7}
    ax.text(x, y, text, **(settings | kwargs))


def mean_squares(slope: ArrayLike, intercept: ArrayLike) -> Array:
    """Return the mean squared error of the line on the rides, for arrays of slopes and intercepts.

    Parameters
    ----------
    slope, intercept : array_like
        Of shapes that broadcast.

    Returns
    -------
    ndarray
        Of their common shape.

    Examples
    --------
    >>> round(float(mean_squares(2.5, 4.0)), 3)
    3.821
    """
    weights, biases = np.asarray(slope)[..., np.newaxis], np.asarray(intercept)[..., np.newaxis]
    return np.asarray(np.mean((weights * RIDES + biases - MINUTES) ** 2, axis=-1))


def _rides(ax: Axes, size: float = 9) -> None:
    """Set up the plane of the rides, and scatter them."""
    ax.plot(
        RIDES, MINUTES, "o", color=INK, markersize=size, markeredgecolor=PAPER, markeredgewidth=1, zorder=6
    )
    ax.set(xlim=(0, 10), ylim=(-2, 30), xticks=range(0, 11, 2), yticks=range(0, 31, 10))
    ax.set(xlabel="length $x$ (km)", ylabel="time $y$ (minutes)")


def _line(ax: Axes, slope: float, intercept: float, errors: bool = False) -> None:
    """Draw the line, and its errors as bars."""
    ends = np.array([0.0, 10.0])
    ax.plot(ends, slope * ends + intercept, color=BLUE, linestyle="-", linewidth=3, zorder=4)
    if errors:
        for x, y in zip(RIDES, MINUTES, strict=True):
            ax.plot(
                [x, x], [y, slope * x + intercept], color=RED, linestyle="-", linewidth=2.5,
                solid_capstyle="butt", zorder=3,
            )  # fmt: skip


@styled
def two_lines(first: tuple[float, float], second: tuple[float, float]) -> Figure:
    """Draw the rides twice, with two lines to be compared and the errors as bars.

    Parameters
    ----------
    first, second : (float, float)
        Slope and intercept of each line.

    Returns
    -------
    Figure

    Examples
    --------
    >>> [ax.get_title() for ax in two_lines((2.5, 4.0), (1.0, 10.0)).axes]
    ['line A', 'line B']
    """
    fig = figure(5, 3.1)
    panels = fig.subplots(1, 2, sharey=True)
    for ax, title, (slope, intercept) in zip(panels, ("line A", "line B"), (first, second), strict=True):
        _rides(ax, 7)
        _line(ax, slope, intercept, errors=True)
        ax.set(title=title, xticks=[0, 4, 8])
    panels[1].set_ylabel("")
    return fig


def draw_squares(ax: Axes, slope: float, intercept: float) -> None:
    """Draw the rides, a line, and on each error the square that it counts as.

    Parameters
    ----------
    ax : Axes
        Of a figure with ``layout=None``: the squares are made for its present size.
    slope, intercept : float
        Of the line.

    Examples
    --------
    >>> ax = figure(layout=None).subplots()
    >>> draw_squares(ax, 2.5, 4.0)
    >>> len(ax.patches)
    7
    """
    _rides(ax)
    _line(ax, slope, intercept)
    box = ax.get_window_extent()
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    # One minute upwards is as long on paper as so many kilometers to the right.
    kilometers = (right - left) / box.width * box.height / (high - low)
    for x, y in zip(RIDES, MINUTES, strict=True):
        error = slope * x + intercept - y
        # To the side where the line does not run through it.
        width = error * kilometers if slope > 0 else abs(error) * kilometers
        ax.add_patch(
            Rectangle(
                (x, y), width, error, facecolor=(RED, FILL_ALPHA), edgecolor=RED, linewidth=1.75, zorder=3
            )
        )


@styled
def squares(slope: float, intercept: float) -> Figure:
    """Draw one line with its squares.

    Parameters
    ----------
    slope, intercept : float
        Of the line.

    Returns
    -------
    Figure

    Examples
    --------
    >>> len(squares(2.5, 4.0).axes)
    1
    """
    fig = figure(5, 4.0, layout=None)
    draw_squares(fig.add_axes((0.14, 0.15, 0.84, 0.82)), slope, intercept)
    return fig


def draw_contours(ax: Axes, marks: Mapping[str, tuple[float, float]] | None = None) -> None:
    """Draw the landscape of the rides from above: contour lines, darker where it is higher, its lowest point.

    Parameters
    ----------
    ax : Axes
    marks : mapping of str to (float, float), optional
        Points to mark, each with its letters: slope and intercept.

    Examples
    --------
    >>> ax = figure().subplots()
    >>> draw_contours(ax, {"A": (2.5, 4.0)})
    >>> ax.get_xlabel()
    'slope $w$'
    """
    # The loss is quadratic, so its contour lines are ellipses around the lowest point.
    curvature = np.array([[np.mean(RIDES**2), np.mean(RIDES)], [np.mean(RIDES), 1.0]])
    values, directions = np.linalg.eigh(curvature)  # the flattest direction, the valley's, first
    angle = float(np.degrees(np.arctan2(*directions[::-1, 0])))
    least = float(mean_squares(*LOWEST))
    ax.set_facecolor((BLUE, 0.5))
    for level in reversed(LEVELS):
        length, width = 2 * np.sqrt((level - least) / values)
        # Each paler than the one around it: paper over paper.
        for settings in (
            {"facecolor": (PAPER, 0.3), "edgecolor": "none"},
            {"fill": False, "edgecolor": BLUE},
        ):
            ax.add_patch(Ellipse(LOWEST, length, width, angle=angle, linewidth=1.5, zorder=1, **settings))
        # The number stands where the line crosses the valley's floor, or else the steepest way up from it.
        axis, far = (0, length) if level <= 16 else (1, width)
        x, y = LOWEST + far / 2 * directions[:, axis] * np.sign(directions[0, axis])
        if level > LEVELS[0]:
            _label(ax, float(x), float(y), f"{level:g}", fontsize=11, zorder=3)
    ax.plot(*LOWEST, "*", color=GREEN, markersize=17, markeredgecolor=PAPER, zorder=5)
    for name, (x, y) in (marks or {}).items():
        ax.plot(x, y, "o", color=ORANGE, markersize=11, markeredgecolor=PAPER, zorder=6)
        if name:
            _label(ax, x, y + 1.5, name, fontsize=13, color=ORANGE)
    ax.set(xlim=SLOPES, ylim=INTERCEPTS, xlabel="slope $w$", ylabel="intercept $b$")
    ax.set(xticks=range(6), yticks=[-5, 0, 5, 10, 15])


@styled
def contours(marks: Mapping[str, tuple[float, float]]) -> Figure:
    """Draw the landscape from above, as on a hiker's map.

    Parameters
    ----------
    marks : mapping of str to (float, float)
        Points to mark by their letters: slope and intercept.

    Returns
    -------
    Figure

    Examples
    --------
    >>> len(contours({"A": (2.5, 4.0)}).axes)
    1
    """
    fig = figure(5, 4.2)
    draw_contours(fig.subplots(), marks)
    return fig


@styled
def landscape(marks: Mapping[str, tuple[float, float]]) -> Figure:
    """Draw the landscape as a surface over the plane of all lines.

    Parameters
    ----------
    marks : mapping of str to (float, float)
        Points to mark by their letters: slope and intercept.

    Returns
    -------
    Figure

    Examples
    --------
    >>> landscape({"A": (2.5, 4.0)}).axes[0].get_xlabel()
    'slope $w$'
    """
    fig = figure(5, 4.4, layout=None)
    ax: Any = fig.add_axes((0.0, 0.05, 0.86, 0.95), projection="3d")
    slope, intercept = np.meshgrid(np.linspace(*SLOPES, 21), np.linspace(*INTERCEPTS, 21))
    ax.plot_surface(
        slope, intercept, mean_squares(slope, intercept), rstride=1, cstride=1, color=PAPER, edgecolor=BLUE,
        linewidth=0.75, shade=False,
    )  # fmt: skip
    for name, (w, b) in marks.items():
        height = float(mean_squares(w, b))
        ax.plot([w, w], [b, b], [height, height + 90], color=INK, linestyle=":", linewidth=1.5, zorder=8)
        ax.plot([w], [b], [height], "o", color=ORANGE, markersize=10, markeredgecolor=PAPER, zorder=9)
        paper = {"boxstyle": "round,pad=0.1", "facecolor": PAPER, "edgecolor": "none", "linewidth": 0}
        ax.text(w, b, height + 105, name, fontsize=13, color=ORANGE, ha="center", zorder=10, bbox=paper)
    for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
        axis.set_pane_color(PAPER)
        axis.line.set_color(MUTED)
    ax.set(xlim=SLOPES, ylim=INTERCEPTS, zlim=(0, 500), xticks=[0, 1, 2, 3, 4, 5])
    ax.set(yticks=[-5, 0, 5, 10, 15], zticks=[0, 100, 200, 300, 400, 500])
    ax.set_xlabel("slope $w$", labelpad=4)
    ax.set_ylabel("intercept $b$", labelpad=6)
    ax.set_zlabel("mean squared error", labelpad=6)
    ax.view_init(elev=32, azim=-58)
    return fig


@styled
def surprise() -> Figure:
    """Draw what a forecast p costs if it turns out a yes, and if it turns out a no."""
    p = np.linspace(0.005, 0.995, 397)
    fig = figure(5, 3.6)
    ax = fig.subplots()
    ax.plot(p, -np.log(p), color=BLUE, linestyle="-", linewidth=3)
    ax.plot(p, -np.log(1 - p), color=ORANGE, linestyle="--", linewidth=3)
    ax.plot([0, 0.5], [np.log(2), np.log(2)], color=MUTED, linestyle=":", linewidth=1.75)
    ax.plot(0.5, np.log(2), "o", color=INK, markersize=9, zorder=5)
    _label(ax, 0.5, np.log(2) + 0.62, "clueless", fontsize=12)
    _label(ax, 0.17, 3.2, "$y = 1$:  $-\\ln p$", color=BLUE, ha="left", fontsize=13)
    _label(ax, 0.83, 3.8, "$y = 0$:  $-\\ln(1 - p)$", color=ORANGE, ha="right", fontsize=13)
    ax.set(xlim=(0, 1), ylim=(0, 5), xlabel="$p$, the probability given to a yes", ylabel="loss")
    ax.set(xticks=[0, 0.25, 0.5, 0.75, 1], yticks=range(6))
    return fig


@styled
def loss_and_metric(bias: ArrayLike, loss: ArrayLike, accuracy: ArrayLike) -> Figure:
    """Draw the same turn of one knob twice: what the loss says, and what the accuracy says.

    Parameters
    ----------
    bias : array_like
        Where the knob stands.
    loss, accuracy : array_like
        At each of these places.

    Returns
    -------
    Figure

    Examples
    --------
    >>> len(loss_and_metric([0, 1], [0.5, 0.4], [0.7, 0.8]).axes)
    2
    """
    knob, height, right = (np.asarray(values, dtype=float) for values in (bias, loss, accuracy))
    fig = figure(5, 4.6)
    above, below = fig.subplots(2, 1, sharex=True)
    above.plot(knob, height, color=BLUE, linestyle="-", linewidth=3)
    lowest = int(height.argmin())
    above.plot(knob[lowest], height[lowest], "*", color=GREEN, markersize=17, markeredgecolor=PAPER, zorder=5)
    below.plot(knob, right, color=ORANGE, linestyle="-", linewidth=2, drawstyle="steps-mid")
    below.axvline(knob[lowest], color=GREEN, linestyle=":", linewidth=2, zorder=1)
    above.axvline(knob[lowest], color=GREEN, linestyle=":", linewidth=2, zorder=1)
    above.set_ylabel("cross-entropy")
    below.set(ylabel="accuracy", xlabel="bias $b$", xlim=(knob.min(), knob.max()))
    return fig


def _behind_sigmoid(z: Array, y: int) -> dict[str, tuple[Array, Array]]:
    """Return value and slope in z of both losses, where the output is sigmoid(z)."""
    a = activations.sigmoid(z)
    sign = 2 * y - 1
    return {
        "squared error": ((a - y) ** 2, 2 * (a - y) * a * (1 - a)),
        "cross-entropy": (activations.softplus(-sign * z), a - y),
    }


def draw_logit_losses(above: Axes, below: Axes, y: int, z: float | None = None) -> None:
    """Draw both losses behind a sigmoid over the logit, and below them their slopes.

    Parameters
    ----------
    above, below : Axes
        For the losses, and for the slopes.
    y : {0, 1}
        The target.
    z : float, optional
        A logit to mark, with tangents.

    Raises
    ------
    InputError
        If the target is neither.

    Examples
    --------
    >>> above, below = figure().subplots(2)
    >>> draw_logit_losses(above, below, 1, -4.0)
    >>> below.get_xlabel()
    'logit $z$'
    """
    if y not in (0, 1):
        raise InputError(f"y must be 0 or 1, got {y!r}.")
    grid = np.linspace(-8, 8, 321)
    below.axhline(0, color=MUTED, linestyle="-", linewidth=1, zorder=1)
    for (name, (value, slope)), color, line in zip(
        _behind_sigmoid(grid, y).items(), (ORANGE, BLUE), ("--", "-"), strict=True
    ):
        above.plot(grid, value, color=color, linestyle=line, linewidth=3, label=name, zorder=3)
        below.plot(grid, slope, color=color, linestyle=line, linewidth=3, zorder=3)
    if z is not None:
        half = np.array([-1.6, 1.6])
        for (value, slope), color, mark in zip(
            _behind_sigmoid(np.array([float(z)]), y).values(), (ORANGE, BLUE), ("^", "o"), strict=True
        ):
            above.plot(z + half, value + slope * half, color=GREEN, linestyle="-", linewidth=2.5, zorder=4)
            for ax, at in ((above, value), (below, slope)):
                ax.plot(
                    z, at, mark, color=color, markersize=11, markeredgecolor=PAPER, markeredgewidth=1.5,
                    zorder=6,
                )  # fmt: skip
    above.set(xlim=(-8, 8), ylim=(-0.4, 8.4), ylabel="loss", xticks=range(-8, 9, 4), yticks=[0, 2, 4, 6, 8])
    low = -1.1 if y else -0.15
    below.set(xlim=(-8, 8), ylim=(low, low + 1.25), ylabel="slope of the loss", xlabel="logit $z$")
    below.set(xticks=range(-8, 9, 4), yticks=[-1, -0.5, 0] if y else [0, 0.5, 1])


@styled
def logit_losses(y: int = 1, z: float | None = None) -> Figure:
    """Draw squared error and cross-entropy behind a sigmoid, with their slopes.

    Parameters
    ----------
    y : {0, 1}
        The target.
    z : float, optional
        A logit to mark.

    Returns
    -------
    Figure

    Raises
    ------
    InputError
        If the target is neither 0 nor 1.

    Examples
    --------
    >>> len(logit_losses(1).axes)
    2
    """
    fig = figure(5, 5.0)
    above, below = fig.subplots(2, 1, sharex=True)
    draw_logit_losses(above, below, y, z)
    fig.legend(*above.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return fig


@styled
def slow_start(outputs: Mapping[str, ArrayLike]) -> Figure:
    """Draw the output of a neuron that starts sure and wrong, over the rounds of training with each loss.

    Parameters
    ----------
    outputs : mapping of str to array_like
        For each loss the output round by round; the target is 1.

    Returns
    -------
    Figure

    Examples
    --------
    >>> fig = slow_start({"squared error": [0.01, 0.02], "cross-entropy": [0.01, 0.5]})
    >>> fig.axes[0].get_xlabel()
    'round of training'
    """
    fig = figure(5, 3.4)
    ax = fig.subplots()
    ax.axhline(1, color=GREEN, linestyle=":", linewidth=2)
    n_rounds = max(len(np.asarray(values)) for values in outputs.values())
    for (name, values), color, line in zip(
        outputs.items(), (ORANGE, BLUE, PURPLE), ("--", "-", "-."), strict=False
    ):
        a = np.asarray(values, dtype=float)
        ax.plot(np.arange(len(a)), a, color=color, linestyle=line, linewidth=3, label=name)
    ax.text(0.99 * n_rounds, 1.02, "target", ha="right", va="bottom", color=GREEN, fontsize=12)
    ax.set(xlim=(0, n_rounds), ylim=(0, 1.15), xlabel="round of training", ylabel="output $a$")
    fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return fig


@styled
def between(share: ArrayLike, hidden: ArrayLike, single: ArrayLike) -> Figure:
    """Draw the loss on the straight way between two sets of weights, with and without a hidden layer.

    Parameters
    ----------
    share : array_like
        0 at the first set of weights, 1 at the second.
    hidden, single : array_like
        The loss there, of a network with a hidden layer and of a single neuron.

    Returns
    -------
    Figure

    Examples
    --------
    >>> len(between([0, 0.5, 1], [0.1, 0.7, 0.1], [0.6, 0.3, 0.5]).axes)
    2
    """
    fig = figure(5, 3.2)
    panels = fig.subplots(1, 2)
    way = np.asarray(share, dtype=float)
    for ax, values, title, color, line in zip(
        panels, (single, hidden), ("one neuron", "hidden layer"), (BLUE, ORANGE), LINE_STYLES, strict=False
    ):
        loss = np.asarray(values, dtype=float)
        ax.plot(way[[0, -1]], loss[[0, -1]], "o", color=INK, linestyle=":", linewidth=1.75, zorder=4)
        ax.plot(way, loss, color=color, linestyle=line, linewidth=3, zorder=3)
        ax.set(title=title, xlim=(-0.06, 1.06), xticks=[0, 0.5, 1], ylim=(0, 1.12 * float(loss.max())))
        ax.set_xticklabels(["one", "way", "other"])
    panels[0].set_ylabel("cross-entropy")
    return fig


@styled
def straight_tails(delta: float = 1.0) -> Figure:
    """Draw squared error, absolute error and Huber's loss over the error, and their slopes.

    Parameters
    ----------
    delta : float
        From which error on Huber's loss is straight.

    Returns
    -------
    Figure

    Examples
    --------
    >>> len(straight_tails().axes)
    2
    """
    error = np.linspace(-4, 4, 401)
    huber = Huber(delta)
    bent = huber.entries(error, np.zeros_like(error))
    cut = huber.gradient(error, np.zeros_like(error), np.asarray(1.0))
    curves = {
        "half the square": (error**2 / 2, error, ORANGE, "--"),
        "absolute": (np.abs(error), np.where(error, np.sign(error), np.nan), PURPLE, "-."),
        "Huber": (bent, cut, BLUE, "-"),
    }
    fig = figure(5, 3.5)
    left, right = fig.subplots(1, 2)
    for name, (value, slope, color, line) in curves.items():
        left.plot(error, value, color=color, linestyle=line, linewidth=2.75, label=name)
        right.plot(error, slope, color=color, linestyle=line, linewidth=2.75)
    for ax in (left, right):
        ax.set(xlim=(-4, 4), xticks=[-4, -2, 0, 2, 4], xlabel="error $d$")
    left.set(title="loss", ylim=(0, 6))
    right.set(title="slope", ylim=(-3, 3))
    fig.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=3, columnspacing=1)
    return fig


@styled
def outlier(x: ArrayLike, y: ArrayLike, lines: Mapping[str, Sequence[float]]) -> Figure:
    """Draw records with a wild one among them, and the lines that several losses choose.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        The records; the one with the largest y is the wild one.
    lines : mapping of str to (float, float)
        For each loss its slope and intercept.

    Returns
    -------
    Figure

    Examples
    --------
    >>> fig = outlier([1, 2], [1, 9], {"squared": (8, -7), "Huber": (1, 0)})
    >>> len(fig.axes[0].lines)
    4
    """
    places, values = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    fig = figure(5, 3.8)
    ax = fig.subplots()
    wild = int(values.argmax())
    tame = np.arange(len(values)) != wild
    ax.plot(places[tame], values[tame], "o", color=INK, markersize=9, markeredgecolor=PAPER, zorder=5)
    ax.plot(places[wild], values[wild], "X", color=RED, markersize=13, markeredgecolor=PAPER, zorder=5)
    ends = np.array([0.0, 10.0])
    for (name, (slope, intercept)), color, line in zip(
        lines.items(), (ORANGE, BLUE, MUTED), ("--", "-", ":"), strict=False
    ):
        ax.plot(ends, slope * ends + intercept, color=color, linestyle=line, linewidth=3, label=name)
    ax.set(xlim=(0, 10), xticks=range(0, 11, 2), xlabel="length $x$ (km)", ylabel="time $y$ (minutes)")
    ax.set(ylim=(0, 1.1 * float(values.max())))
    fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=3, columnspacing=1)
    return fig
