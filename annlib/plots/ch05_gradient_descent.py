"""Figures of chapter 5: the valley, the sizes of a step, the ravine, batches and epochs, the landscape.

Three losses serve the whole chapter, each simple enough to be known exactly: a parabola (`valley_loss`, one
weight), the squared error of 240 patients over two weights (`Patients`), and a landscape with two wells, a
saddle and a plateau (`hills`). The explorers draw the same three.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle
from numpy.typing import ArrayLike, NDArray

from annlib.plots.style import (
    BLUE,
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
    "GLASSES",
    "SUN",
    "Patients",
    "batch_loss_paths",
    "batch_path",
    "batch_slopes",
    "both_sides",
    "contour_lines",
    "curves_by",
    "deck",
    "descend",
    "draw_hills",
    "flat_curves",
    "four_rates",
    "hills",
    "hills_slope",
    "map_of_hills",
    "patient_contours",
    "patients",
    "quadratic_loss",
    "ravine",
    "slope_is_zero",
    "valley_loss",
    "valley_slope",
]

Array = NDArray[Any]

SUN = np.array([0.2, 1.0, 1.4])
"""Sunshine of three days, in ten hours."""

GLASSES = np.array([1.0, 3.2, 4.0])
"""Lemonade sold on these days, in hundred glasses."""


def valley_loss(w: ArrayLike) -> Array:
    """Return the mean squared error of one weight for the three days: (w - 3)² + 0.08.

    Parameters
    ----------
    w : array_like
        The weight, or many of them.

    Returns
    -------
    ndarray, of the shape of w

    Examples
    --------
    >>> float(valley_loss(3.0).round(2))
    0.08
    """
    w = np.asarray(w, dtype=float)
    return np.asarray(np.mean((w[..., np.newaxis] * SUN - GLASSES) ** 2, axis=-1))


def valley_slope(w: ArrayLike) -> Array:
    """Return the slope of `valley_loss`: 2 (w - 3).

    Parameters
    ----------
    w : array_like

    Returns
    -------
    ndarray, of the shape of w

    Examples
    --------
    >>> float(valley_slope(1.0).round(2))
    -4.0
    """
    w = np.asarray(w, dtype=float)
    return np.asarray(np.mean(2 * (w[..., np.newaxis] * SUN - GLASSES) * SUN, axis=-1))


def descend(
    slope: Callable[[Array], ArrayLike], start: ArrayLike, learning_rate: float, n_steps: int
) -> Array:
    """Follow the slope downhill: w - learning_rate * slope(w), again and again.

    Parameters
    ----------
    slope : callable
        Weights, shape (n_weights,) -> their slopes, of the same shape.
    start : array_like, shape (n_weights,)
    learning_rate : float
    n_steps : int

    Returns
    -------
    ndarray, shape (n_steps + 1, n_weights)
        The start and what came after it.

    Examples
    --------
    >>> descend(valley_slope, [1.0], 0.5, 1).ravel().round(6).tolist()
    [1.0, 3.0]
    """
    path = [np.atleast_1d(np.asarray(start, dtype=float))]
    with np.errstate(over="ignore", invalid="ignore"):  # a divergence is shown, not warned of
        for _ in range(n_steps):
            path.append(path[-1] - learning_rate * np.asarray(slope(path[-1])))
    return np.stack(path)


class Patients(NamedTuple):
    """Body mass index and blood pressure of the training patients, and how their diabetes went on."""

    X: Array  # (240, 2)
    y: Array  # (240,)


@cache
def patients(scaled: bool = True) -> Patients:
    """Return the 240 training patients of this chapter, centered, and scaled if wanted.

    They come from the diabetes data of scikit-learn (442 patients), in the order of the chapter's shuffle.

    Parameters
    ----------
    scaled : bool
        Divide each feature by its standard deviation.

    Returns
    -------
    Patients
        The target always in its standard deviations.

    Examples
    --------
    >>> X, y = patients()
    >>> X.shape, bool(np.allclose(X.std(axis=0), 1))
    ((240, 2), True)
    """
    from sklearn.datasets import load_diabetes

    data = load_diabetes(scaled=False)
    rows = np.random.default_rng(1).permutation(len(data.data))[:240]
    X, y = data.data[rows][:, [2, 3]], data.target[rows]  # bmi, bp
    X = X - X.mean(axis=0)
    return Patients(X / X.std(axis=0) if scaled else X, (y - y.mean()) / y.std())


def quadratic_loss(weights: Array, X: Array, y: Array) -> Array:
    """Return the mean squared error of a linear neuron for many pairs of weights at once.

    Parameters
    ----------
    weights : ndarray, shape (..., 2)
    X : ndarray, shape (n, 2)
    y : ndarray, shape (n,)

    Returns
    -------
    ndarray, shape (...)

    Examples
    --------
    >>> float(quadratic_loss(np.zeros(2), *patients()).round(6))
    1.0
    """
    # Multiplied out, so that a fine grid of weights costs no (grid, n) array.
    n = len(X)
    squares = np.einsum("...i,ij,...j->...", weights, X.T @ X / n, weights)
    return np.asarray(squares - 2 * weights @ (X.T @ y / n) + y @ y / n)


WELLS = 1.2
"""How far the two wells of the landscape lie from its middle."""


def hills(w: ArrayLike) -> Array:
    """Return the height of a landscape with two wells, the left one deeper, a saddle and a plateau.

    Parameters
    ----------
    w : array_like, shape (..., 2)

    Returns
    -------
    ndarray, shape (...)
        Zero far out; the saddle lies at (0, 0), and the line w1 = 0 is its ridge.

    Examples
    --------
    >>> left, middle, right = hills([[-1.3, 0], [0, 0], [1.1, 0]])
    >>> bool(left < right < middle < 0)
    True
    """
    u, v = np.moveaxis(np.asarray(w, dtype=float), -1, 0)
    wells = np.exp(-((u - WELLS) ** 2) - v**2) + np.exp(-((u + WELLS) ** 2) - v**2)
    return np.asarray(0.25 * u**3 * np.exp(-(u**2 + v**2) / 2) - wells)


def hills_slope(w: ArrayLike) -> Array:
    """Return the slopes of `hills` in both directions.

    Parameters
    ----------
    w : array_like, shape (..., 2)

    Returns
    -------
    ndarray, shape (..., 2)

    Examples
    --------
    >>> hills_slope([0.0, 0.0]).tolist()
    [0.0, 0.0]
    """
    u, v = np.moveaxis(np.asarray(w, dtype=float), -1, 0)
    right, left = np.exp(-((u - WELLS) ** 2) - v**2), np.exp(-((u + WELLS) ** 2) - v**2)
    tilt = 0.25 * np.exp(-(u**2 + v**2) / 2)
    along_u = 2 * (u - WELLS) * right + 2 * (u + WELLS) * left + tilt * (3 * u**2 - u**4)
    along_v = 2 * v * (right + left) - tilt * u**3 * v
    return np.stack([along_u, along_v], axis=-1)


def contour_lines(
    ax: Axes,
    loss: Callable[[Array], Array],
    limits: tuple[tuple[float, float], tuple[float, float]],
    levels: Sequence[float],
    resolution: int = 81,
) -> None:
    """Draw lines of equal loss; the lower the ground, the deeper its tint.

    Parameters
    ----------
    ax : Axes
    loss : callable
        Weights, shape (..., 2) -> the loss, shape (...).
    limits : ((low, high), (low, high))
        The window, horizontally and vertically.
    levels : sequence of float
        Increasing.
    resolution : int
        Grid points on a side.

    Examples
    --------
    >>> ax = figure().subplots()
    >>> contour_lines(ax, hills, ((-2, 2), (-2, 2)), [-1, -0.5])
    >>> tuple(map(float, ax.get_xlim()))
    (-2.0, 2.0)
    """
    x_axis, y_axis = (np.linspace(low, high, resolution) for low, high in limits)
    heights = loss(np.stack(np.meshgrid(x_axis, y_axis), axis=-1))
    lowest = float(heights.min())
    alphas = np.linspace(0.3, 0.04, len(levels))
    tints = [(BLUE, float(alpha)) for level, alpha in zip(levels, alphas, strict=True) if level > lowest]
    if tints:
        edges = [lowest - 1, *levels[-len(tints) :]]
        ax.contourf(x_axis, y_axis, heights, levels=edges, colors=tints, zorder=0)
    ax.contour(
        x_axis, y_axis, heights, levels=levels, colors=[MUTED], linewidths=1.0, linestyles="-", zorder=1
    )
    ax.set(xlim=limits[0], ylim=limits[1])


def _label(ax: Axes, x: float, y: float, text: str, **kwargs: Any) -> None:
    """Write on a small patch of paper."""
    box = {"boxstyle": "round,pad=0.15", "facecolor": PAPER, "edgecolor": "none", "linewidth": 0}
    settings: dict[str, Any] = {"ha": "center", "va": "center", "bbox": box, "zorder": 7}
    ax.text(x, y, text, **(settings | kwargs))


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], color: str) -> None:
    ax.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle="-|>", mutation_scale=18, color=color, linewidth=2.5, shrinkA=0, shrinkB=0,
            zorder=6,
        )
    )  # fmt: skip


@styled
def both_sides() -> Figure:
    """Draw the valley with its slope on both sides, and the step that follows from each."""
    fig = figure(5, 4.4)
    ax = fig.subplots()
    w = np.linspace(-0.3, 6.3, 241)
    ax.plot(w, valley_loss(w), color=BLUE, linestyle="-", linewidth=3, zorder=3)
    for at, color, side in ((1.0, ORANGE, 1), (5.0, PURPLE, -1)):
        height, slope = float(valley_loss(at)), float(valley_slope(at))
        half = np.array([-0.85, 0.85])
        ax.plot(at + half, height + slope * half, color=color, linestyle="--", linewidth=2.5, zorder=4)
        ax.plot(at, height, "o", color=color, markersize=11, zorder=5)
        _arrow(ax, (at, -1.1), (at + side * 0.8, -1.1), color)
        ax.plot([at, at], [-1.1, height], color=color, linestyle=":", linewidth=1.5, zorder=2)
        sign = "−" if slope < 0 else "+"
        _label(ax, at + side * 0.25, height + 3.3, f"slope {sign}4", color=color, ha="center")
        _label(ax, at + side * 0.4, -2.1, "to larger $w$" if side > 0 else "to smaller $w$", color=color)
    ax.plot(3, valley_loss(3), "*", color=GREEN, markersize=16, zorder=5)
    _label(ax, 3, 1.5, "lowest", color=GREEN)
    ax.set(xlim=(-0.3, 6.3), ylim=(-2.8, 11), xlabel="weight $w$", ylabel="loss", xticks=range(7))
    ax.set_yticks([0, 5, 10])
    return fig


@styled
def four_rates(rates: Sequence[float] = (0.03, 0.3, 0.9, 1.08), n_steps: int = 8) -> Figure:
    """Draw the same descent with four learning rates.

    Parameters
    ----------
    rates : sequence of four floats
    n_steps : int

    Returns
    -------
    Figure

    Examples
    --------
    >>> [ax.get_title() for ax in four_rates().axes][0]
    'rate 0.03: too small'
    """
    fig = figure(5, 5.4)
    panels = fig.subplots(2, 2, sharex=True, sharey=True).ravel()
    w = np.linspace(-3.5, 9.5, 241)
    for ax, rate, word, color in zip(
        panels, rates, ("too small", "right", "swings", "diverges"), (ORANGE, GREEN, PURPLE, RED), strict=True
    ):
        path = descend(valley_slope, [0.5], rate, n_steps).ravel()
        ax.plot(w, valley_loss(w), color=MUTED, linestyle="-", linewidth=2, zorder=2)
        ax.plot(path, valley_loss(path), color=color, linestyle="-", linewidth=1.5, zorder=3)
        ax.plot(path[1:], valley_loss(path[1:]), "o", color=color, markersize=6, zorder=4)
        ax.plot(path[0], valley_loss(path[0]), "s", color=INK, markersize=8, zorder=5)
        ax.set_title(f"rate {rate:g}: {word}", color=color)
    panels[0].set(xlim=(-3.5, 9.5), ylim=(-2, 38), xticks=[0, 3, 6], yticks=[0, 10, 20, 30])
    for ax in panels[2:]:
        ax.set_xlabel("weight $w$")
    for ax in panels[::2]:
        ax.set_ylabel("loss")
    return fig


PATIENT_START = (-1.0, 1.0)
"""Where the descents on the patients begin, in weights of scaled features."""


@styled
def ravine(n_steps: int = 12) -> Figure:
    """Draw the loss of the patients over two weights, before and after scaling, with the best descent."""
    fig = figure(5, 6.4)
    panels = fig.subplots(2, 1)
    for ax, scaled in zip(panels, (False, True), strict=True):
        X, y = patients(scaled)
        curvature = 2 * X.T @ X / len(X)
        low, high = np.linalg.eigvalsh(curvature)
        best = np.linalg.solve(curvature, 2 * X.T @ y / len(X))
        spread = 1.0 if scaled else 1 / 4.4
        start = best + spread * np.array([-1.35, 0.8 if scaled else 0.55])
        reach = np.array([1.75, 1.15]) * spread

        def loss(w: Array, X: Array = X, y: Array = y) -> Array:
            return quadratic_loss(w, X, y)

        def slope(w: Array, X: Array = X, y: Array = y) -> Array:
            return np.asarray(2 * X.T @ (X @ w - y) / len(X))

        lowest, top = float(loss(best)), float(loss(start))
        contour_lines(
            ax, loss, ((best[0] - reach[0], best[0] + reach[0]), (best[1] - reach[1], best[1] + reach[1])),
            [lowest + part * (top - lowest) for part in (0.03, 0.12, 0.3, 0.6, 1.0)], resolution=121,
        )  # fmt: skip
        path = descend(slope, start, 2 / (low + high), n_steps)
        ax.plot(*path.T, color=ORANGE, linestyle="-", linewidth=2, marker="o", markersize=6, zorder=4)
        ax.plot(*start, "s", color=INK, markersize=10, zorder=5)
        ax.plot(*best, "*", color=GREEN, markersize=17, zorder=6)
        ax.set_title("centered, not scaled" if not scaled else "centered and scaled")
        ax.set(xlabel="weight of the body mass index", ylabel="weight of the\nblood pressure")
        ax.set_aspect("equal")
    return fig


@styled
def batch_slopes(batch_sizes: Sequence[int] = (1, 10, 100), draws: int = 80, seed: int = 3) -> Figure:
    """Draw the downhill directions that many random batches give, at one place of the patients' loss.

    Parameters
    ----------
    batch_sizes : sequence of int
    draws : int
        How many batches of each size.
    seed : int

    Returns
    -------
    Figure

    Examples
    --------
    >>> [ax.get_title() for ax in batch_slopes((1, 240)).axes]
    ['1 record', '240 records']
    """
    X, y = patients()
    rng = np.random.default_rng(seed)
    w = np.array(PATIENT_START)
    each = -2 * (X @ w - y)[:, np.newaxis] * X  # (n, 2): each patient's own direction downhill
    fig = figure(5, 2.5)
    panels = fig.subplots(1, len(batch_sizes), sharex=True, sharey=True)
    for ax, size in zip(panels, batch_sizes, strict=True):
        means = np.stack([each[rng.permutation(len(X))[:size]].mean(axis=0) for _ in range(draws)])
        ax.axhline(0, color=MUTED, linestyle="-", linewidth=1, zorder=1)
        ax.axvline(0, color=MUTED, linestyle="-", linewidth=1, zorder=1)
        ax.plot(*means.T, "o", color=BLUE, markersize=4, alpha=0.7, zorder=2)
        _arrow(ax, (0, 0), tuple(each.mean(axis=0)), ORANGE)
        ax.set_title(f"{size} record{'s' * (size > 1)}")
        ax.set(xlim=(-1.5, 6.5), ylim=(-5, 4), aspect="equal", xticks=[0, 5], yticks=[-4, 0, 4])
    return fig


@styled
def deck(n: int = 10, batch_size: int = 4, n_epochs: int = 2, seed: int = 1) -> Figure:
    """Draw epochs as a deck that is shuffled and dealt out in batches.

    Parameters
    ----------
    n : int
        Records.
    batch_size : int
    n_epochs : int
    seed : int

    Returns
    -------
    Figure

    Examples
    --------
    >>> fig = deck()
    >>> sum(text.get_text().startswith("update") for text in fig.axes[0].texts)
    6
    """
    rng = np.random.default_rng(seed)
    fig = figure(5, 1.55 * n_epochs + 0.2)
    ax = fig.subplots()
    colors, marks = (BLUE, ORANGE, GREEN, PURPLE), ("", "//", "..", "xx")
    update = 0
    for epoch in range(n_epochs):
        top, x = -2.0 * epoch, 0.0
        order = rng.permutation(n) + 1
        ax.text(0, top + 1.12, f"epoch {epoch + 1}", fontsize=12, va="bottom")
        for k, begin in enumerate(range(0, n, batch_size)):
            cards = order[begin : begin + batch_size]
            update += 1
            for card in cards:
                ax.add_patch(
                    Rectangle(
                        (x, top), 0.88, 0.95, facecolor=(colors[k % 4], 0.16), edgecolor=colors[k % 4],
                        linewidth=1.75, hatch=None if not k else marks[k % 4], zorder=2,
                    )
                )  # fmt: skip
                _label(ax, x + 0.44, top + 0.48, str(card), fontsize=12)
                x += 1.0
            ax.text(
                x - len(cards) / 2 - 0.06, top - 0.1, f"update {update}", ha="center", va="top", fontsize=11,
                color=colors[k % 4],
            )  # fmt: skip
            x += 0.45
    ax.set(xlim=(-0.1, n + 0.45 * (-(-n // batch_size))), ylim=(-2.0 * n_epochs + 1.35, 1.7))
    ax.axis("off")
    return fig


def batch_path(batch_size: int, learning_rate: float, n_epochs: int, seed: int = 0) -> tuple[Array, int]:
    """Train a linear neuron on the patients by batches, and return every stop of its way.

    Parameters
    ----------
    batch_size : int
    learning_rate : float
    n_epochs : int
    seed : int
        Of the order of the records.

    Returns
    -------
    path : ndarray, shape (n_steps + 1, 2)
    n_steps_an_epoch : int

    Examples
    --------
    >>> path, steps = batch_path(100, 0.1, 2)
    >>> path.shape, steps
    ((7, 2), 3)
    """
    X, y = patients()
    rng = np.random.default_rng(seed)
    w = np.array(PATIENT_START)
    path = [w]
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(n_epochs):
            order = rng.permutation(len(X))
            for begin in range(0, len(X), batch_size):
                rows = order[begin : begin + batch_size]
                w = w - learning_rate * 2 * X[rows].T @ (X[rows] @ w - y[rows]) / len(rows)
                path.append(w)
    return np.stack(path), -(-len(X) // batch_size)


LIMITS = ((-1.35, 1.35), (-0.75, 1.25))
LEVELS = (0.67, 0.75, 0.9, 1.2, 1.7, 2.4, 3.3)


def patient_contours(ax: Axes, resolution: int = 81) -> Array:
    """Draw the patients' loss over both weights, and return its lowest point.

    Parameters
    ----------
    ax : Axes
    resolution : int

    Returns
    -------
    ndarray, shape (2,)

    Examples
    --------
    >>> patient_contours(figure().subplots()).round(1).tolist()
    [0.5, 0.3]
    """
    X, y = patients()
    contour_lines(ax, lambda w: quadratic_loss(w, X, y), LIMITS, LEVELS, resolution)
    best = np.linalg.lstsq(X, y, rcond=None)[0]
    ax.plot(*best, "*", color=GREEN, markersize=16, zorder=6)
    return np.asarray(best)


@styled
def batch_loss_paths(
    settings: Sequence[tuple[int, float, str]] = (
        (240, 0.1, "240: the full batch"),
        (32, 0.1, "32: a mini-batch"),
        (1, 0.1, "1: stochastic"),
    ),
    n_epochs: int = 1,
) -> Figure:
    """Draw the way of the weights for several batch sizes, all after equally many epochs.

    Parameters
    ----------
    settings : sequence of (batch size, learning rate, title)
    n_epochs : int

    Returns
    -------
    Figure
        One panel below the other.

    Examples
    --------
    >>> len(batch_loss_paths().axes)
    3
    """
    fig = figure(5, 2.55 * len(settings) + 0.3)
    panels = fig.subplots(len(settings), 1, sharex=True)
    for ax, (size, rate, title) in zip(panels, settings, strict=True):
        patient_contours(ax)
        path, steps = batch_path(size, rate, n_epochs)
        ax.plot(*path.T, color=ORANGE, linestyle="-", linewidth=1.5, zorder=4)
        if len(path) < 40:
            ax.plot(*path.T, "o", color=ORANGE, markersize=5, zorder=4)
        ax.plot(*path[0], "s", color=INK, markersize=9, zorder=5)
        ax.plot(*path[-1], "D", color=RED, markersize=8, zorder=7)
        many = steps * n_epochs
        ax.set_title(f"batch of {title}, {many} step{'s' * (many > 1)}", fontsize=12)
        ax.set(ylabel="weight of bp", xticks=[-1, 0, 1], yticks=[0, 1])
    panels[-1].set_xlabel("weight of bmi")
    return fig


_COLORS = (BLUE, ORANGE, GREEN, PURPLE, RED)
_MARKS = ("o", "^", "s", "D", "v")


@styled
def curves_by(losses: Mapping[int, Sequence[float]], n: int) -> Figure:
    """Draw the same training runs twice: over the number of steps, and over the number of epochs.

    Parameters
    ----------
    losses : mapping of batch size to the loss after each epoch
    n : int
        Training records.

    Returns
    -------
    Figure

    Examples
    --------
    >>> [ax.get_xlabel() for ax in curves_by({10: [1.0, 0.5], 100: [2.0, 1.5]}, 100).axes]
    ['steps', 'epochs (every record seen once)']
    """
    fig = figure(5, 6.0)
    by_steps, by_epochs = fig.subplots(2, 1, sharey=True)
    styles = [*LINE_STYLES, "-"]
    for (size, values), color, mark, line in zip(losses.items(), _COLORS, _MARKS, styles, strict=False):
        number = np.arange(1, len(values) + 1)
        look: dict[str, Any] = {"color": color, "linestyle": line, "marker": mark, "markersize": 5}
        by_steps.plot(number * -(-n // size), values, **look)
        by_epochs.plot(number, values, label=f"batch {size}", **look)
    by_steps.set_xscale("log")
    by_steps.set(xlabel="steps", ylabel="validation loss")
    by_epochs.set(xlabel="epochs (every record seen once)", ylabel="validation loss")
    fig.legend(loc="outside lower center", ncols=3)
    return fig


@styled
def slope_is_zero() -> Figure:
    """Draw four places where the slope is zero or nearly so: valley, side valley, saddle, plateau."""
    fig = figure(5, 5.0)
    panels = fig.subplots(2, 2).ravel()
    t = np.linspace(-2, 2, 201)
    tilted = 0.25 * t**4 - 0.5 * t**2
    curves = {
        "global minimum": [(tilted + 0.12 * t, -1.06)],
        "local minimum": [(tilted + 0.12 * t, 0.93)],
        "saddle": [(0.5 * t**2, 0.0), (-0.5 * t**2, 0.0)],
        "plateau": [(np.tanh(3 * t - 3.4), -0.8)],
    }
    for ax, (title, lines) in zip(panels, curves.items(), strict=True):
        for (values, at), color, line in zip(lines, (BLUE, ORANGE), ("-", "--"), strict=False):
            ax.plot(t, values, color=color, linestyle=line, linewidth=2.75)
            height = float(np.interp(at, t, values))
        ax.plot([at - 0.6, at + 0.6], [height] * 2, color=GREEN, linestyle="-", linewidth=2, zorder=4)
        ax.plot(at, height, "o", color=INK, markersize=10, zorder=5)
        ax.set(title=title, xlabel="a weight", xticks=[], yticks=[])
        ax.margins(y=0.18)
    panels[2].text(1.2, 1.15, "along $w_1$", color=BLUE, ha="right")
    panels[2].text(1.2, -1.35, "along $w_2$", color=ORANGE, ha="right")
    panels[3].text(-0.8, -0.6, "nearly flat", color=INK, ha="center")
    for ax in panels[::2]:
        ax.set_ylabel("loss")
    return fig


HILL_LIMITS = ((-2.9, 2.9), (-2.1, 2.1))
HILL_LEVELS = (-1.2, -1.0, -0.8, -0.65, -0.5, -0.35, -0.2, -0.1, -0.04)


def draw_hills(ax: Axes) -> None:
    """Draw the map of `hills` with its two wells and its saddle named.

    Parameters
    ----------
    ax : Axes

    Examples
    --------
    >>> ax = figure().subplots()
    >>> draw_hills(ax)
    >>> [text.get_text() for text in ax.texts]
    ['deep', 'shallow', 'saddle', 'plateau']
    """
    contour_lines(ax, hills, HILL_LIMITS, HILL_LEVELS)
    _label(ax, -1.33, -0.42, "deep", fontsize=11)
    _label(ax, 1.15, -0.42, "shallow", fontsize=11)
    _label(ax, 0, -0.5, "saddle", fontsize=11)
    ax.text(0, -1.98, "plateau", fontsize=11, ha="center", va="bottom", color=MUTED)
    ax.plot(0, 0, "x", color=INK, markersize=9, markeredgewidth=2.5, zorder=3)


STARTS: Mapping[str, tuple[float, float]] = {
    "left": (-2.1, 1.1),
    "right": (2.0, 1.1),
    "on the ridge": (0.0, 1.4),
    "beside the ridge": (0.02, 1.4),
    "far out": (2.6, 1.75),
}
"""Named places from which a descent on `hills` begins."""


@styled
def map_of_hills(learning_rate: float = 0.15, n_steps: int = 40) -> Figure:
    """Draw the landscape as a map, with descents from several starts.

    Parameters
    ----------
    learning_rate : float
    n_steps : int

    Returns
    -------
    Figure

    Examples
    --------
    >>> len(map_of_hills().axes)
    1
    """
    fig = figure(5, 4.2)
    ax = fig.subplots()
    draw_hills(ax)
    for (name, start), color, mark in zip(
        STARTS.items(), (BLUE, ORANGE, RED, PURPLE, GREEN), ("o", "^", "s", "D", "v"), strict=True
    ):
        path = descend(hills_slope, start, learning_rate, n_steps)
        ax.plot(*path.T, color=color, linestyle="-", linewidth=2, zorder=4)
        ax.plot(*path[-1], mark, color=color, markersize=9, markeredgecolor=PAPER, zorder=6)
        ax.plot(*path[0], mark, markerfacecolor=PAPER, markeredgecolor=color, markersize=8, zorder=5)
        side = {"on the ridge": "right", "beside the ridge": "left"}.get(name, "center")
        shift = {"right": -0.2, "left": 0.2}.get(side, 0.0)
        _label(
            ax, start[0] + shift - (0.2 if name == "far out" else 0), start[1] + (0 if shift else -0.24),
            name, fontsize=11, color=color, ha=side,
        )  # fmt: skip
    ax.set(xlabel="$w_1$", ylabel="$w_2$", xticks=[-2, 0, 2], yticks=[-2, 0, 2])
    return fig


@styled
def flat_curves(curves: Mapping[str, Sequence[float]], seen: int) -> Figure:
    """Draw loss curves that look alike up to an epoch, and what comes after it.

    Parameters
    ----------
    curves : mapping of name to loss after each epoch
    seen : int
        The epoch up to which they are shown strong: what somebody saw who stopped there.

    Returns
    -------
    Figure

    Examples
    --------
    >>> flat_curves({"plateau": [0.7, 0.69, 0.2]}, 2).axes[0].get_xlabel()
    'epoch'
    """
    fig = figure(5, 4.4)
    ax = fig.subplots()
    longest = max(len(values) for values in curves.values())
    ax.axvspan(0, seen, facecolor=(MUTED, 0.16), edgecolor="none", linewidth=0)
    for (name, values), color, line in zip(
        curves.items(), (BLUE, ORANGE, PURPLE, GREEN), LINE_STYLES, strict=False
    ):
        number = np.arange(1, len(values) + 1)
        ax.plot(number, values, color=color, linestyle=line, linewidth=2.5, label=name)
    ax.text(seen / 2, 0.04, "what\nwas\nseen", fontsize=11, ha="center", va="bottom")
    ax.set(xlabel="epoch", ylabel="loss", xlim=(0, longest), ylim=(0, None))
    fig.legend(loc="outside lower center", ncols=1)
    return fig
