"""The figures of chapter 3's exercises: a loss surface to be read, and the one that a learner computes."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator
from numpy.typing import ArrayLike, NDArray

from annlib.errors import ShapeError
from annlib.plots.style import BLUE, INK, ORANGE, PAPER, figure, styled

__all__ = ["computed_surface", "surface_to_read"]

Array = NDArray[Any]

_POINTS = {"A": (3.0, -1.0, "o"), "B": (1.0, 0.5, "^"), "C": (0.5, -3.0, "s"), "D": (2.0, 1.0, "D")}
"""Slope, intercept and marker. A and D are equally high, and B is the lowest though A is nearer."""


def _loss(slope: Array, intercept: Array) -> Array:
    """Return the mean squared error of records whose x have the mean 0.4 and the mean square 2.4."""
    u, v = slope - 1.5, intercept + 1
    result: Array = 0.6 + 2.4 * u**2 + 0.8 * u * v + v**2
    return result


@styled
def surface_to_read() -> Figure:
    """Draw the loss of a line against slope and intercept as labeled rings, with the points A to D.

    Returns
    -------
    Figure

    Examples
    --------
    >>> [text.get_text() for text in surface_to_read().axes[0].texts][-4:]
    ['A', 'B', 'C', 'D']
    """
    fig = figure(5, 5.4)
    ax = fig.subplots()
    slopes, intercepts = np.linspace(-1.5, 4.5, 241), np.linspace(-5, 3, 321)
    rings = ax.contour(
        slopes,
        intercepts,
        _loss(slopes, intercepts[:, None]),
        levels=[1, 2, 4, 6, 9, 13, 18, 24],
        colors=[BLUE],
        linewidths=1.75,
        linestyles="-",
    )
    places = [(1.5, -0.37), (1.7, -2.1), (1.9, -2.8), (2.0, -3.3), (2.2, -3.9), (2.5, -4.6)]
    ax.clabel(rings, levels=[1, 2, 4, 6, 9, 13], fmt="%g", fontsize=12, colors=INK, manual=places)
    for name, (slope, intercept, marker) in _POINTS.items():
        ax.plot(slope, intercept, color=ORANGE, marker=marker, ms=10, mec=PAPER, ls="none", zorder=3)
        ax.annotate(
            name,
            (slope, intercept),
            xytext=(8, 6),
            textcoords="offset points",
            fontsize=14,
            fontweight="bold",
            color=INK,
        )
    ax.set(xlim=(-1.5, 4.5), ylim=(-5, 3), xlabel="slope", ylabel="intercept")
    ax.xaxis.set_major_locator(MultipleLocator(1))
    ax.yaxis.set_major_locator(MultipleLocator(1))
    ax.grid(True)
    return fig


@styled
def computed_surface(
    slopes: ArrayLike, intercepts: ArrayLike, table: ArrayLike, best: tuple[float, float]
) -> Figure:
    """Draw a table of losses as rings over slope and intercept, and mark the best pair of knobs.

    Parameters
    ----------
    slopes, intercepts : array, shape (n_slopes,) and (n_intercepts,)
        Rising.
    table : array, shape (n_slopes, n_intercepts)
        The loss for each pair.
    best : tuple of float
        The slope and the intercept that are marked.

    Returns
    -------
    Figure

    Raises
    ------
    ShapeError
        If the table has another shape.

    Examples
    --------
    >>> fig = computed_surface([0, 1, 2], [0, 1], [[3, 2], [1, 2], [3, 4]], (1, 0))
    >>> fig.axes[0].get_xlabel()
    'slope'
    """
    s, c, losses = (np.asarray(part, dtype=np.float64) for part in (slopes, intercepts, table))
    if losses.shape != (s.size, c.size):
        raise ShapeError(
            f"table must have the shape {(s.size, c.size)}, a row for each slope, got {losses.shape}"
        )
    fig = figure(5, 4.6)
    ax = fig.subplots()
    low, high = float(losses.min()), float(losses.max())
    # Evenly spaced in the root of the height, because a bowl climbs with the square of the distance.
    levels = low + (high - low) * (np.arange(1, 9) / 10) ** 2
    rings = ax.contour(s, c, losses.T, levels=levels, colors=[BLUE], linewidths=1.75, linestyles="-")
    ax.clabel(rings, levels=levels[:-1:2], fmt="%.0f", fontsize=11, colors=INK)
    ax.plot(*best, color=ORANGE, marker="*", ms=16, mec=INK, ls="none", zorder=3)
    ax.set(xlabel="slope", ylabel="intercept")
    return fig
