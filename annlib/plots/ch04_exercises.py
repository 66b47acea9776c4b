"""The figures of chapter 4's exercises: a network to go through by hand, and the error over the step size."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from annlib.plots.common import network_diagram
from annlib.plots.style import BLUE, GREEN, ORANGE, figure, styled

__all__ = ["step_sizes", "two_two_one"]


@styled
def two_two_one() -> Figure:
    """Draw the 2-2-1 network of exercise 2, with its weights on the edges and its biases.

    Returns
    -------
    Figure

    Examples
    --------
    >>> len(two_two_one().axes)
    1
    """
    fig = figure(4.6, 2.4)  # narrow, so that the numbers can be read on a phone
    network_diagram(
        (2, 2, 1),
        weights=[np.array([[1, -2], [0.5, 1]]), np.array([[2], [-3]])],
        biases=[[1, -1], [-1]],
        names=[["1", "2"], ["h₁", "h₂"], ["a"]],
        titles=["inputs x", "ReLU", "output"],
        ax=fig.subplots(),
    )
    return fig


@styled
def step_sizes() -> Figure:
    """Draw the error of three numerical slopes over the step h, both axes in powers of ten.

    The slope is that of exp, the error is relative, and each point is the root of the mean square over 101
    places from 0.5 to 1.5, so that rounding shows as a trend and not as noise. The curves are named A, B and
    C only: which one is which is the exercise.

    Returns
    -------
    Figure

    Examples
    --------
    >>> [line.get_label() for line in step_sizes().axes[0].lines]
    ['A', 'B', 'C']
    """
    powers = np.arange(-13, 0.01, 0.5)
    single, double = np.float32, np.float64
    curves: tuple[tuple[str, str, str, str, int, Callable[[float], float]], ...] = (
        ("A", ORANGE, "--", "s", 5, lambda h: _error(h, double, one_sided=True)),
        ("B", GREEN, ":", "^", 9, lambda h: _error(h, single)),  # large: behind C, it must still be seen
        ("C", BLUE, "-", "o", 4, lambda h: _error(h, double)),
    )
    fig = figure(5.0, 4.6)
    ax = fig.subplots()
    for label, color, line, marker, size, error in curves:
        errors = [error(float(10**power)) for power in powers]
        ax.loglog(10**powers, errors, color=color, ls=line, lw=2, marker=marker, ms=size, label=label)
    ax.set(xlim=(3e-14, 3), ylim=(1e-12, 10), yticks=[10.0**power for power in range(-12, 2, 2)])
    ticks = range(-13, 1, 2)
    ax.set_xticks([10.0**power for power in ticks], [f"1e{power}" for power in ticks])
    ax.set(xlabel="step h", ylabel="relative error of the slope")
    ax.minorticks_off()
    ax.grid(True)
    ax.legend(loc="lower left")
    return fig


def _error(h: float, dtype: type[np.floating], *, one_sided: bool = False) -> float:
    """Return the relative error of a numerical slope of exp, computed in one precision."""
    w, step = np.linspace(0.5, 1.5, 101).astype(dtype), dtype(h)
    below = w if one_sided else w - step
    run = step if one_sided else 2 * step
    slope = ((np.exp(w + step) - np.exp(below)) / run).astype(np.float64)
    return float(np.sqrt(np.mean((slope / np.exp(w.astype(np.float64)) - 1) ** 2)))
