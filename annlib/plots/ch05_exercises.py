"""The figure that the exercises of chapter 5 ask about: four descents, without their learning rates."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from annlib.plots.style import BLUE, INK, MUTED, figure, styled

__all__ = ["four_descents"]

_RATES = {"A": 0.8, "B": 0.05, "C": 1.02, "D": 0.3}
_BOTTOM, _BAND, _N_STEPS = 3.0, 0.85, 10


@styled
def four_descents() -> Figure:
    """Draw w step by step for four learning rates on one parabola, in panels A to D, with a band around 3.

    The loss is (w − 3)², so a step multiplies the distance to the bottom by 1 − 2 times the rate. All start
    at w = 0.

    Returns
    -------
    Figure

    Examples
    --------
    >>> [ax.get_title() for ax in four_descents().axes]
    ['A', 'B', 'C', 'D']
    """
    fig = figure(5, 5.6)
    axes = fig.subplots(2, 2, sharex=True, sharey=True).ravel()
    steps = np.arange(_N_STEPS + 1)
    for ax, (letter, rate) in zip(axes, _RATES.items(), strict=True):
        w = _BOTTOM - _BOTTOM * (1 - 2 * rate) ** steps
        ax.axhspan(_BOTTOM - _BAND, _BOTTOM + _BAND, color=MUTED, alpha=0.2, lw=0)
        for edge in (_BOTTOM - _BAND, _BOTTOM + _BAND):
            ax.axhline(edge, color=INK, lw=1.25, ls="--")
        ax.plot(steps, w, color=BLUE, lw=1.75, ls="-", marker="o", ms=6)
        ax.set_title(letter)
        ax.set(xlim=(-0.5, 10.5), ylim=(-1.9, 7.9), xticks=range(0, 11, 2), yticks=range(-1, 8))
        ax.grid(True)
    for ax in axes[2:]:
        ax.set_xlabel("step")
    for ax in axes[::2]:
        ax.set_ylabel("w")
    return fig
