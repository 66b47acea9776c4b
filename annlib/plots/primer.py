"""Figures of the primer: arrows, rows by columns, stretched arrays, tangents, a hill and its map, likelihood.

One function of two inputs, `bowl`, serves slopes, contours and the explorer: it is simple enough to find its
partial derivatives by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle
from numpy.typing import ArrayLike, NDArray

from annlib.plots.ch05_gradient_descent import contour_lines
from annlib.plots.common import _label, _number
from annlib.plots.style import (
    BLUE,
    FILL_ALPHA,
    GREEN,
    GRID,
    INK,
    MUTED,
    ORANGE,
    PAPER,
    PURPLE,
    figure,
    styled,
)

__all__ = [
    "BOWL_LEVELS",
    "REACH",
    "arrow_sum",
    "bowl",
    "bowl_slopes",
    "directions",
    "draw_bowl",
    "hill_and_map",
    "likelihood",
    "mean_and_spread",
    "row_times_column",
    "secants",
    "stretched",
    "two_cuts",
]

Array = NDArray[Any]

REACH = 3.0
"""The bowl is drawn from -REACH to REACH in both directions."""

BOWL_LEVELS = (1.0, 3.0, 6.0, 10.0, 16.0, 24.0)
"""Heights of the contour lines of the bowl."""


def bowl(x: ArrayLike, y: ArrayLike) -> Array:
    """Return the height of a bowl: x² + x y + 2 y².

    Parameters
    ----------
    x, y : array_like
        Of one shape.

    Returns
    -------
    ndarray, of that shape

    Examples
    --------
    >>> float(bowl(2, -1))
    4.0
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    return np.asarray(x**2 + x * y + 2 * y**2)


def bowl_slopes(x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    """Return the two partial derivatives of `bowl`: 2 x + y, and x + 4 y.

    Parameters
    ----------
    x, y : array_like
        Of one shape.

    Returns
    -------
    along_x, along_y : ndarray, of that shape

    Examples
    --------
    >>> tuple(map(float, bowl_slopes(2, -1)))
    (3.0, -2.0)
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    return np.asarray(2 * x + y), np.asarray(x + 4 * y)


def _arrow(ax: Axes, start: Sequence[float], end: Sequence[float], color: str, line: str = "-") -> None:
    ax.add_patch(
        FancyArrowPatch(
            (start[0], start[1]), (end[0], end[1]), arrowstyle="-|>", mutation_scale=18, color=color,
            linewidth=2.5, linestyle=line, shrinkA=0, shrinkB=0, zorder=5,
        )
    )  # fmt: skip


def _plane(ax: Axes, limits: tuple[float, float, float, float]) -> None:
    """Make a plane of squares with its two axes."""
    left, right, low, high = limits
    ax.set(xlim=(left, right), ylim=(low, high), aspect="equal")
    ax.set(xticks=np.arange(np.ceil(left), right + 0.1), yticks=np.arange(np.ceil(low), high + 0.1))
    ax.grid(True)
    ax.axhline(0, color=MUTED, linestyle="-", linewidth=1, zorder=1)
    ax.axvline(0, color=MUTED, linestyle="-", linewidth=1, zorder=1)


@styled
def arrow_sum(u: Sequence[float], v: Sequence[float]) -> Figure:
    """Draw two vectors as arrows, and their sum as one arrow after the other.

    Parameters
    ----------
    u, v : sequences of two floats

    Returns
    -------
    Figure

    Examples
    --------
    >>> len(arrow_sum([3, 1], [1, 2]).axes)
    1
    """
    total: list[float] = np.add(u, v).tolist()
    fig = figure(5, 3.9)
    ax = fig.subplots()
    _plane(ax, (-0.5, 5.5, -0.5, 3.8))
    _arrow(ax, (0, 0), u, BLUE)
    _arrow(ax, u, total, ORANGE, "--")
    _arrow(ax, (0, 0), total, GREEN, "-.")
    _label(ax, u[0] / 2 + 0.1, u[1] / 2 - 0.32, "u", color=BLUE, fontsize=14)
    _label(ax, u[0] + v[0] / 2 + 0.35, u[1] + v[1] / 2 - 0.1, "v", color=ORANGE, fontsize=14)
    _label(ax, total[0] / 2 - 0.35, total[1] / 2 + 0.3, "u + v", color=GREEN, fontsize=14)
    return fig


@styled
def directions(u: Sequence[float], others: Sequence[Sequence[float]]) -> Figure:
    """Draw a vector beside each of several others, with the sign of their dot product.

    Parameters
    ----------
    u : sequence of two floats
    others : sequence of sequences of two floats

    Returns
    -------
    Figure
        A panel for each pair.

    Examples
    --------
    >>> [ax.get_title() for ax in directions([2, 1], [[-1, 2]]).axes]
    ['dot product 0']
    """
    fig = figure(5, 2.3)
    for ax, v in zip(np.atleast_1d(fig.subplots(1, len(others))), others, strict=True):
        _plane(ax, (-2.6, 2.6, -2.6, 2.6))
        ax.set(xticklabels=[], yticklabels=[])
        ax.tick_params(length=0)
        _arrow(ax, (0, 0), u, BLUE)
        _arrow(ax, (0, 0), v, ORANGE, "--")
        ax.set_title(f"dot product {_number(float(np.dot(u, v)))}", fontsize=12)
    return fig


def _cells(
    ax: Axes, x: float, top: float, values: Array, color: str, marked: Array, size: tuple[float, float]
) -> None:
    """Write an array as a grid of cells; the marked ones are filled and hatched."""
    width, height = size
    for (i, j), value in np.ndenumerate(values):
        strong = bool(marked[i, j])
        ax.add_patch(
            Rectangle(
                (x + j * width, top - (i + 1) * height), width, height, facecolor=(color, 0.3) if strong
                else PAPER, edgecolor=color if strong else MUTED, linewidth=2.25 if strong else 1.25,
                zorder=3 if strong else 2,
            )
        )  # fmt: skip
        ax.text(
            x + (j + 0.5) * width, top - (i + 0.5) * height, _number(float(value)), ha="center",
            va="center", fontsize=13, zorder=6,
        )  # fmt: skip


@styled
def row_times_column(A: ArrayLike, B: ArrayLike, row: int, column: int) -> Figure:
    """Draw a matrix product, with the row and the column that make one of its entries.

    Parameters
    ----------
    A : array_like, shape (n, k)
    B : array_like, shape (k, m)
    row, column : int
        Which entry of the product is marked, from 0.

    Returns
    -------
    Figure

    Examples
    --------
    >>> fig = row_times_column([[1, 2]], [[3], [4]], 0, 0)
    >>> fig.axes[0].texts[-1].get_text()
    '1 · 3 + 2 · 4 = 11'
    """
    left, right = np.asarray(A, dtype=float), np.asarray(B, dtype=float)
    product = left @ right
    fig = figure(5, 2.7)
    ax = fig.subplots()
    width, height, gap = 0.62, 0.52, 0.62
    x, middle = 0.1, 0.2
    for matrix, color, marks, name, sign in (
        (left, BLUE, (row, slice(None)), "A", "@"),
        (right, ORANGE, (slice(None), column), "B", "="),
        (product, GREEN, (row, column), "A @ B", ""),
    ):
        marked = np.zeros(matrix.shape, dtype=bool)
        marked[marks] = True
        n_rows, n_columns = matrix.shape
        top = middle + n_rows * height / 2
        _cells(ax, x, top, matrix, color, marked, (width, height))
        center = x + n_columns * width / 2
        ax.text(center, top + 0.25, name, ha="center", va="center", fontsize=14)
        ax.text(
            center, top - n_rows * height - 0.25, f"({n_rows}, {n_columns})", ha="center", va="center",
            fontsize=12, color=MUTED,
        )  # fmt: skip
        x += n_columns * width
        ax.text(x + gap / 2, middle, sign, ha="center", va="center", fontsize=16)
        x += gap
    terms = " + ".join(
        f"{_number(float(a))} · {_number(float(b))}" for a, b in zip(left[row], right[:, column], strict=True)
    )
    tallest = max(len(left), len(right)) * height / 2
    ax.text(
        (x - gap) / 2, middle - tallest - 0.75, f"{terms} = {_number(float(product[row, column]))}",
        ha="center", va="center", fontsize=14,
    )  # fmt: skip
    ax.set(xlim=(0, x - gap + 0.1), ylim=(middle - tallest - 1.05, middle + tallest + 0.5))
    ax.axis("off")
    return fig


@styled
def stretched(pairs: Sequence[tuple[ArrayLike, ArrayLike]]) -> Figure:
    """Draw additions of arrays of different shapes; what broadcasting repeats has a dashed, pale border.

    Parameters
    ----------
    pairs : sequence of (array_like, array_like)
        Of one or two dimensions, and such that NumPy can add them.

    Returns
    -------
    Figure
        A row for each pair.

    Examples
    --------
    >>> [text.get_text() for text in stretched([([[1], [2]], [3, 4])]).axes[0].texts[-1:]]
    ['(2, 2)']
    """
    fig = figure(5, 1.85 * len(pairs))
    width, height, gap = 0.56, 0.44, 0.6
    axes = np.atleast_1d(fig.subplots(len(pairs), 1))
    for ax, (first, second) in zip(axes, pairs, strict=True):
        one, two = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
        total = one + two
        x = 0.1
        n_rows, n_columns = total.shape
        for given, color, sign in ((one, BLUE, "+"), (two, ORANGE, "="), (total, GREEN, "")):
            shape = (1,) * (2 - given.ndim) + given.shape
            for (i, j), value in np.ndenumerate(np.broadcast_to(given, total.shape)):
                real = i < shape[0] and j < shape[1]
                ax.add_patch(
                    Rectangle(
                        (x + j * width, -(i + 1) * height), width, height, edgecolor=color if real else MUTED,
                        facecolor=(color, FILL_ALPHA) if real else PAPER, linewidth=2 if real else 1,
                        linestyle="-" if real else ":", zorder=3 if real else 2,
                    )
                )  # fmt: skip
                ax.text(
                    x + (j + 0.5) * width, -(i + 0.5) * height, _number(float(value)), ha="center",
                    va="center", fontsize=12, color=INK if real else MUTED, zorder=6,
                )  # fmt: skip
            ax.text(
                x + n_columns * width / 2, -n_rows * height - 0.26, str(given.shape), ha="center",
                va="center", fontsize=12, color=MUTED,
            )  # fmt: skip
            x += n_columns * width
            if sign:
                ax.text(x + gap / 2, -n_rows * height / 2, sign, ha="center", va="center", fontsize=15)
                x += gap
        ax.set(xlim=(0, 3 * 3 * width + 2 * gap + 0.2), ylim=(-3 * height - 0.5, 0.1), aspect="equal")
        ax.axis("off")
    return fig


@styled
def secants(x: float = 1.0, nudges: Sequence[float] = (1.5, 0.75, 0.25)) -> Figure:
    """Draw the square, lines through a point and a nudged one, and the tangent that they lean to.

    Parameters
    ----------
    x : float
    nudges : sequence of float
        From large to small.

    Returns
    -------
    Figure

    Examples
    --------
    >>> secants().axes[0].get_ylabel()
    '$x^2$'
    """
    fig = figure(5, 4.2)
    ax = fig.subplots()
    grid = np.linspace(-0.6, 2.9, 141)
    ax.plot(grid, grid**2, color=BLUE, linestyle="-", linewidth=3, zorder=3)
    for nudge, line in zip(nudges, (":", "-.", "--"), strict=True):
        slope = ((x + nudge) ** 2 - x**2) / nudge
        ax.plot(grid, x**2 + slope * (grid - x), color=MUTED, linestyle=line, linewidth=1.5, zorder=2)
        ax.plot(x + nudge, (x + nudge) ** 2, "o", color=MUTED, markersize=8, zorder=4)
    ax.plot(grid, x**2 + 2 * x * (grid - x), color=ORANGE, linestyle="-", linewidth=2.5, zorder=3)
    ax.plot(x, x**2, "o", color=ORANGE, markersize=11, zorder=5)
    _label(ax, 2.45, 2.75, "tangent", color=ORANGE)
    _label(ax, 1.5, 5.3, "lines to\nnudged points", color=MUTED)
    ax.set(xlim=(-0.6, 2.9), ylim=(-1, 7), xlabel="$x$", ylabel="$x^2$", xticks=[0, 1, 2])
    return fig


def draw_bowl(ax: Axes, reach: float = REACH) -> None:
    """Draw the contour map of the bowl.

    Parameters
    ----------
    ax : Axes
    reach : float
        From -reach to reach in both directions.

    Examples
    --------
    >>> ax = figure().subplots()
    >>> draw_bowl(ax)
    >>> ax.get_xlabel()
    '$x$'
    """
    contour_lines(ax, lambda w: bowl(w[..., 0], w[..., 1]), ((-reach, reach), (-reach, reach)), BOWL_LEVELS)
    ax.set(xlabel="$x$", ylabel="$y$", xticks=range(-3, 4), yticks=range(-3, 4), aspect="equal")


@styled
def hill_and_map() -> Figure:
    """Draw the bowl as a surface with its contour lines on it, and below the map that they make."""
    fig = figure(5, 7.8, layout=None)
    above: Any = fig.add_axes((0.0, 0.5, 0.92, 0.5), projection="3d", computed_zorder=False)
    below = fig.add_axes((0.14, 0.065, 0.8, 0.38))
    axis = np.linspace(-REACH, REACH, 25)
    x, y = np.meshgrid(axis, axis)
    above.plot_surface(
        x, y, bowl(x, y), rstride=1, cstride=1, color=PAPER, edgecolor=GRID, linewidth=0.8, shade=False,
        zorder=1,
    )  # fmt: skip
    fine = np.linspace(-REACH, REACH, 121)
    x, y = np.meshgrid(fine, fine)
    above.contour(x, y, bowl(x, y), levels=BOWL_LEVELS, colors=[BLUE], linewidths=2, zorder=8)
    for side in (above.xaxis, above.yaxis, above.zaxis):
        side.set_pane_color(PAPER)
        side.line.set_color(MUTED)
    above.set(xlabel="$x$", ylabel="$y$", xlim=(-3, 3), ylim=(-3, 3), zlim=(0, 36), zticks=[0, 10, 20, 30])
    above.set_zlabel("height", labelpad=4)
    above.view_init(elev=38, azim=-62)
    draw_bowl(below)
    for level in BOWL_LEVELS[:5]:  # where each line crosses the way up from the lowest point
        _label(below, 0, float(np.sqrt(level / 2)), _number(level), fontsize=11, color=MUTED)
    below.plot(0, 0, "*", color=GREEN, markersize=15, zorder=6)
    return fig


@styled
def two_cuts(x: float, y: float) -> Figure:
    """Draw a point on the map of the bowl, and the two cuts through it with their slopes.

    Parameters
    ----------
    x, y : float

    Returns
    -------
    Figure

    Examples
    --------
    >>> [ax.get_title() for ax in two_cuts(2, -1).axes[1:]]
    ['along $x$: slope 3', 'along $y$: slope −2']
    """
    fig = figure(4.8, 6.4, layout=None)
    ax = fig.add_axes((0.14, 0.46, 0.83, 0.53))
    cuts = fig.add_axes((0.14, 0.1, 0.36, 0.22)), fig.add_axes((0.62, 0.1, 0.36, 0.22))
    draw_bowl(ax, REACH + 0.6)
    ax.plot([-REACH, REACH], [y, y], color=ORANGE, linestyle="--", linewidth=2, zorder=3)
    ax.plot([x, x], [-REACH, REACH], color=PURPLE, linestyle="-.", linewidth=2, zorder=3)
    slopes = [float(slope) for slope in bowl_slopes(x, y)]
    height = float(bowl(x, y))
    if any(slopes):  # the arrow has the two slopes as its steps, a fifth as long
        _arrow(ax, (x, y), (x + slopes[0] / 5, y + slopes[1] / 5), INK)
    ax.plot(x, y, "D", color=GREEN, markersize=10, zorder=7)
    axis = np.linspace(-REACH, REACH, 61)
    for cut, name, heights, at, slope, color, line in (
        (cuts[0], "$x$", bowl(axis, np.full_like(axis, y)), x, slopes[0], ORANGE, "--"),
        (cuts[1], "$y$", bowl(np.full_like(axis, x), axis), y, slopes[1], PURPLE, "-."),
    ):
        cut.plot(axis, heights, color=color, linestyle=line, linewidth=2, zorder=3)
        near = at + np.array([-1.2, 1.2])
        cut.plot(near, height + slope * (near - at), color=INK, linestyle="-", linewidth=2, zorder=4)
        cut.plot(at, height, "D", color=GREEN, markersize=8, zorder=5)
        cut.set_title(f"along {name}: slope {_number(slope)}", fontsize=12)
        cut.set(xlim=(-REACH, REACH), ylim=(-4, 38), xlabel=name, xticks=[-2, 0, 2], yticks=[0, 20])
    return fig


@styled
def likelihood(heads: int, tosses: int) -> Figure:
    """Draw how probable a row of tosses is under each p, and minus the logarithm of it.

    Parameters
    ----------
    heads : int
    tosses : int

    Returns
    -------
    Figure

    Examples
    --------
    >>> [ax.get_ylabel() for ax in likelihood(7, 10).axes]
    ['likelihood', 'minus its logarithm']
    """
    fig = figure(5, 5.2)
    above, below = fig.subplots(2, 1, sharex=True)
    p = np.linspace(0.01, 0.99, 197)
    best = heads / tosses
    for ax, curve, color in (
        (above, p**heads * (1 - p) ** (tosses - heads), BLUE),
        (below, -heads * np.log(p) - (tosses - heads) * np.log(1 - p), ORANGE),
    ):
        ax.plot(p, curve, color=color, linestyle="-", linewidth=3)
        ax.axvline(best, color=GREEN, linestyle="--", linewidth=2)
        ax.set_ylim(0, None)
    below.set_ylim(0, 25)
    above.set_ylabel("likelihood")
    below.set(ylabel="minus its logarithm", xlabel="$p$, the probability of heads", xlim=(0, 1))
    above.ticklabel_format(axis="y", style="sci", scilimits=(-3, -3), useMathText=True)
    _label(below, best, 20, f"{heads} of {tosses}", color=GREEN)
    return fig


@styled
def mean_and_spread(values: ArrayLike, name: str) -> Figure:
    """Draw how often each value occurs, with the mean and one standard deviation to both sides.

    Parameters
    ----------
    values : array_like, shape (n,)
    name : str
        What the values are; the label of the axis.

    Returns
    -------
    Figure

    Examples
    --------
    >>> mean_and_spread([1.0, 2.0, 3.0], "size").axes[0].get_xlabel()
    'size'
    """
    values = np.asarray(values, dtype=float)
    mean, spread = values.mean(), values.std()
    fig = figure(5, 3.4)
    ax = fig.subplots()
    counts, _, _ = ax.hist(values, bins=20, color=(BLUE, 0.3), edgecolor=BLUE)
    top = float(np.max(counts))
    ax.axvline(mean, color=ORANGE, linestyle="-", linewidth=2.5)
    for side in (-1, 1):
        ax.axvline(mean + side * spread, color=PURPLE, linestyle="--", linewidth=2)
        _arrow(ax, (mean, 1.1 * top), (mean + side * spread, 1.1 * top), PURPLE)
    _label(ax, mean, 1.25 * top, "mean, and a spread to both sides")
    ax.set(xlabel=name, ylabel="how many", ylim=(0, 1.35 * top))
    return fig
