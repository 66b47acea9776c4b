"""The figures of chapter 6's exercises: four paths through a ravine to be read, and a race that was run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator
from numpy.typing import ArrayLike, NDArray

from annlib.errors import ShapeError
from annlib.optimizers import SGD, AdaGrad, Adam, Momentum, Optimizer
from annlib.plots.style import BLUE, INK, MUTED, ORANGE, PAPER, figure, styled

__all__ = ["final_losses", "paths_to_read"]

Array = NDArray[Any]

_CURVATURES = np.array([1.0, 20.0])
_START = np.array([-8.0, 3.0])
_N_STEPS = 25


def _path(optimizer: Optimizer) -> Array:
    """Return the places that an optimizer visits in the ravine, (n_steps + 1, 2)."""
    w = _START.copy()
    path = [w.copy()]
    for _ in range(_N_STEPS):
        optimizer.step(w, _CURVATURES * w)
        path.append(w.copy())
    return np.array(path)


@styled
def paths_to_read() -> Figure:
    """Draw the paths of four optimizers through the same ravine, in the panels A to D.

    Returns
    -------
    Figure

    Examples
    --------
    >>> [ax.texts[0].get_text() for ax in paths_to_read().axes]
    ['A', 'B', 'C', 'D']
    """
    optimizers = (Momentum(0.02, momentum=0.85), AdaGrad(1.0), SGD(0.092), Adam(0.8))
    fig = figure(5, 8.4)
    for ax, name, optimizer in zip(fig.subplots(4, 1, sharex=True), "ABCD", optimizers, strict=True):
        along, across = np.linspace(-9.5, 5, 146), np.linspace(-4, 4, 81)
        heights = (_CURVATURES[0] * along**2 + _CURVATURES[1] * across[:, None] ** 2) / 2
        levels = 100 * (np.arange(1, 7) / 6) ** 2 * 1.6
        ax.contour(along, across, heights, levels=levels, colors=[MUTED], linewidths=1, linestyles="-")
        path = _path(optimizer)
        ax.plot(*path.T, color=BLUE, lw=1.75, marker="o", ms=4.5, mec=PAPER, mew=0.5)
        ax.plot(*path[0], color=ORANGE, marker="s", ms=9, mec=PAPER, zorder=3)
        ax.plot(0, 0, color=INK, marker="+", ms=12, mew=2, zorder=4)
        ax.text(
            0.97, 0.93, name, transform=ax.transAxes, fontsize=14, fontweight="bold", ha="right", va="top"
        )
        ax.set(xlim=(-9.5, 5), ylim=(-4, 4), ylabel="across")
        ax.xaxis.set_major_locator(MultipleLocator(2))
        ax.yaxis.set_major_locator(MultipleLocator(2))
    ax.set_xlabel("along the ravine")
    return fig


@styled
def final_losses(results: Mapping[str, tuple[float, ArrayLike]]) -> Figure:
    """Draw the losses of a race, a row for each optimizer with the rate at which it ran.

    Parameters
    ----------
    results : dict
        For each name the rate and the losses of its runs.

    Returns
    -------
    Figure

    Raises
    ------
    ShapeError
        If the losses of an optimizer are not one row of numbers.

    Examples
    --------
    >>> fig = final_losses({"SGD": (0.3, [0.2, 0.25]), "Adam": (0.01, [0.15, 0.16])})
    >>> [label.get_text() for label in fig.axes[0].get_yticklabels()]
    ['SGD: rate 0.3', 'Adam: rate 0.01']
    """
    fig = figure(5, 1.3 + 0.8 * len(results))
    ax = fig.subplots()
    labels = []
    for row, (name, (rate, losses)) in enumerate(results.items()):
        found = np.asarray(losses, dtype=np.float64)
        if found.ndim != 1:
            raise ShapeError(f"the losses of {name} must be one row of numbers, got shape {found.shape}")
        ax.plot(found, np.full(found.size, row), color=BLUE, marker="o", ms=9, mec=PAPER, ls="none")
        ax.plot(found.mean(), row, color=ORANGE, marker="|", ms=24, mew=3, ls="none")
        labels.append(f"{name}: rate {rate:g}")
    ax.set(ylim=(len(results) - 0.5, -0.5), xlabel="validation loss (dots: runs, bar: mean)")
    ax.set_yticks(range(len(results)), labels)
    return fig
