"""The figure of chapter 8's exercises: four sets of chances for the same customers, to be read."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from annlib.activations import sigmoid
from annlib.plots.style import BLUE, MUTED, figure, styled

__all__ = ["chances_to_read", "four_calibrations"]

Array = NDArray[Any]

_N = 60_000
_EDGES = np.linspace(0, 1, 11)


def chances_to_read() -> tuple[NDArray[np.int64], dict[str, Array]]:
    """Invent customers and four models that put them in the same order and say different chances.

    Returns
    -------
    y : integers, shape (n,)
        Who left.
    chances : dict from the panel's letter to an array of shape (n,)
        Each is a rising function of every other.

    Examples
    --------
    >>> y, chances = chances_to_read()
    >>> sorted(chances, key=lambda panel: chances[panel].mean())
    ['D', 'C', 'A', 'B']
    """
    rng = np.random.default_rng(8)
    logits = rng.normal(-1.3, 1.9, size=_N)  # what is true of each customer
    y = (rng.random(_N) < sigmoid(logits)).astype(np.int64)
    return y, {
        "A": sigmoid(0.45 * logits),
        "B": sigmoid(logits + np.log(4)),  # what copies of the leavers do: the odds are multiplied
        "C": sigmoid(logits),
        "D": sigmoid(2.2 * logits),
    }


@styled
def four_calibrations() -> Figure:
    """Draw how many left against what was said, in four panels named A to D: which is which is the exercise.

    Returns
    -------
    Figure

    Examples
    --------
    >>> [ax.get_title() for ax in four_calibrations().axes]
    ['A', 'B', 'C', 'D']
    """
    y, chances = chances_to_read()
    fig = figure(5.0, 5.4)
    axes = fig.subplots(2, 2, sharex=True, sharey=True)
    for ax, (panel, chance) in zip(axes.flat, chances.items(), strict=True):
        bins = np.clip(np.digitize(chance, _EDGES) - 1, 0, len(_EDGES) - 2)
        counts = np.bincount(bins, minlength=len(_EDGES) - 1)
        some = counts > 100
        said = np.bincount(bins, chance, len(counts))[some] / counts[some]
        left = np.bincount(bins, y, len(counts))[some] / counts[some]
        ax.plot([0, 100], [0, 100], ":", color=MUTED, lw=1.5)
        ax.plot(100 * said, 100 * left, "o-", color=BLUE, lw=2, ms=6)
        ax.set_title(panel)
        ax.set(xlim=(0, 100), ylim=(0, 100), aspect="equal")
        ax.set(xticks=range(0, 101, 25), yticks=range(0, 101, 25))
        ax.grid(True)
    for ax in axes[1]:
        ax.set_xlabel("said, of 100")
    for ax in axes[:, 0]:
        ax.set_ylabel("left, of 100")
    return fig
