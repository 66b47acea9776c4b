"""The figure that the exercises of chapter 2 ask about: four slopes, without the names of their functions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from annlib import activations
from annlib.plots.style import BLUE, INK, figure, styled

__all__ = ["four_slopes"]

Array = NDArray[Any]


@styled
def four_slopes() -> Figure:
    """Draw the slopes of four activations against z, in panels A to D, with a dashed line at 0.05.

    Returns
    -------
    Figure

    Examples
    --------
    >>> [ax.get_title() for ax in four_slopes().axes]
    ['A', 'B', 'C', 'D']
    """
    slopes: tuple[Callable[[Array], Array], ...] = (
        activations.relu_derivative,
        activations.tanh_derivative,
        partial(activations.leaky_relu_derivative, slope=0.2),
        activations.sigmoid_derivative,
    )
    fig = figure(6.4, 5.6)
    axes = fig.subplots(2, 2, sharex=True, sharey=True).ravel()
    z = np.linspace(-5, 5, 401)
    for ax, letter, slope in zip(axes, "ABCD", slopes, strict=True):
        ax.axhline(0.05, color=INK, lw=1.5, ls="--")
        for side in (z[z <= 0], z[z > 0]):  # a jump has no steep line that could be taken for a slope
            ax.plot(side, slope(side), color=BLUE, lw=2.5, ls="-")
        ax.set_title(letter)
        ax.set(xlim=(-5, 5), ylim=(-0.04, 1.08), xticks=range(-4, 5), yticks=(0, 0.25, 0.5, 0.75, 1))
        ax.grid(True)
    for ax in axes[2:]:
        ax.set_xlabel("z")
    for ax in axes[::2]:
        ax.set_ylabel("slope")
    return fig
