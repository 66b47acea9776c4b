"""Explorers of the primer: a slope measured by a nudge, the two slopes at a point of a map, a likelihood."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from annlib.explorers import Choice, Explorer, Frame, Numbers
from annlib.plots.common import _number
from annlib.plots.primer import bowl, bowl_slopes, two_cuts
from annlib.plots.style import BLUE, GREEN, INK, MUTED, ORANGE, figure

__all__ = ["coin", "hillside", "slope"]

Array = NDArray[Any]
Backend = Literal["static", "live"] | None

CURVES: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "x²": (np.square, lambda x: 2 * x),
    "sin x": (np.sin, np.cos),
    "eˣ": (np.exp, np.exp),
}
"""Name -> the curve and its derivative."""


def draw_slope(curve: str, x: float, nudge: float) -> Frame:
    """Draw a curve, its tangent at x, and the line through x and a nudged x.

    Parameters
    ----------
    curve : str
        One of CURVES.
    x : float
    nudge : float
        How far to the right the second point lies.

    Returns
    -------
    Frame

    Examples
    --------
    >>> draw_slope("x²", 1.0, 0.5).sentence
    'x² at x = 1: from 1 to 1.5 it rises by 1.25, which is 2.5 for each unit; the slope at the point itself \
is 2, so the nudge is off by 0.5.'
    """
    f, derivative = CURVES[curve]
    here, there = float(f(np.array(x))), float(f(np.array(x + nudge)))
    measured, exact = (there - here) / nudge, float(derivative(np.array(x)))
    fig = figure(4.8, 4.4, layout=None)
    ax = fig.add_axes((0.12, 0.13, 0.85, 0.84))
    axis = np.linspace(-3.2, 4.2, 297)
    ax.axhline(0, color=MUTED, linestyle="-", linewidth=1, zorder=1)
    ax.axvline(0, color=MUTED, linestyle="-", linewidth=1, zorder=1)
    ax.plot(axis, f(axis), color=BLUE, linestyle="-", linewidth=3, zorder=3)
    ax.plot(axis, here + measured * (axis - x), color=GREEN, linestyle="--", linewidth=2, zorder=4)
    ax.plot(axis, here + exact * (axis - x), color=ORANGE, linestyle="-", linewidth=2, zorder=5)
    ax.plot([x, x + nudge], [here, here], color=INK, linestyle=":", linewidth=2, zorder=6)
    ax.plot([x + nudge] * 2, [here, there], color=INK, linestyle=":", linewidth=2, zorder=6)
    ax.plot(x + nudge, there, "s", color=GREEN, markersize=9, zorder=7)
    ax.plot(x, here, "o", color=ORANGE, markersize=10, zorder=8)
    low, high = {"x²": (-3, 11), "sin x": (-2.4, 2.4), "eˣ": (-3, 11)}[curve]
    ax.set(xlim=(-3.2, 4.2), ylim=(low, high), xlabel="$x$", xticks=range(-3, 5))
    moves = "rises" if there >= here else "falls"
    error = abs(measured - exact)
    return Frame(
        fig,
        f"{curve} at x = {_number(x)}: from {_number(x)} to {_number(x + nudge)} it {moves} by "
        f"{_number(abs(there - here))}, which is {_number(measured)} for each unit; the slope at the point "
        f"itself is {_number(round(exact, 9) + 0.0)}, so the nudge is off by {_number(error)}.",
    )


def slope(backend: Backend = None) -> Explorer:
    """Explore the slope of a curve: the tangent, and the nudge that measures it.

    What to discover: the slope changes along a curve; the smaller the nudge, the nearer its line comes to the
    tangent; the height of the exponential is its own slope.

    Parameters
    ----------
    backend : {"static", "live"}, optional
        See `annlib.explorers.Explorer`.

    Returns
    -------
    Explorer

    Examples
    --------
    >>> slope().parameters["curve"].stops
    ('x²', 'sin x', 'eˣ')
    """
    return Explorer(
        draw_slope,
        backend=backend,
        curve=Choice("curve", options=list(CURVES), default="x²", tooltip="The curve"),
        x=Numbers(
            "x",
            stops=[-3, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2],
            default=1,
            step=0.25,
            tooltip="Where the slope is wanted",
        ),
        nudge=Numbers(
            "nudge",
            stops=[0.01, 0.1, 0.5, 1],
            default=1,
            tooltip="How far the second point lies to the right",
        ),
    )


def draw_hillside(x: float, y: float) -> Frame:
    """Draw a point on the map of the bowl x² + x y + 2 y², and the cuts through it.

    Parameters
    ----------
    x, y : float

    Returns
    -------
    Frame

    Examples
    --------
    >>> draw_hillside(2, -1).sentence
    'At x = 2, y = −1 the height is 4. With y held still, x has the slope 3; with x held still, y has the \
slope −2. It rises most steeply to the right and downward on the map.'
    """
    along_x, along_y = (float(partial) for partial in bowl_slopes(x, y))
    sides = [
        name
        for slope, names in ((along_x, ("right", "left")), (along_y, ("upward", "downward")))
        if slope
        for name in [names[slope < 0]]
    ]
    if not sides:
        tail = "Both slopes are zero: the lowest point"
    else:
        tail = f"It rises most steeply {' and '.join(sides)} on the map".replace(
            "ly right", "ly to the right"
        )
        tail = tail.replace("ly left", "ly to the left")
    return Frame(
        two_cuts(x, y),
        f"At x = {_number(x)}, y = {_number(y)} the height is {_number(float(bowl(x, y)))}. With y held "
        f"still, x has the slope {_number(along_x)}; with x held still, y has the slope {_number(along_y)}. "
        f"{tail}.",
    )


def hillside(backend: Backend = None) -> Explorer:
    """Explore a contour map: the two partial derivatives at a point, and the way that is steepest.

    What to discover: each slope is that of a cut; it depends on both coordinates; the arrow made of both
    stands at right angles to the contour line; at the lowest point both are zero.

    Parameters
    ----------
    backend : {"static", "live"}, optional
        See `annlib.explorers.Explorer`.

    Returns
    -------
    Explorer

    Examples
    --------
    >>> len(hillside().parameters["y"].stops)
    9
    """
    stops = [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2]
    return Explorer(
        draw_hillside,
        backend=backend,
        x=Numbers("x", stops=stops, default=2, step=0.25, tooltip="To the right on the map"),
        y=Numbers("y", stops=stops, default=-1, step=0.25, tooltip="Upward on the map"),
    )


def draw_coin(p: float, heads: int) -> Frame:
    """Draw the likelihood of ten tosses over all p, with one p marked, and minus its logarithm.

    Parameters
    ----------
    p : float
        The probability of heads that is tried.
    heads : int
        How many of ten tosses were heads.

    Returns
    -------
    Frame

    Examples
    --------
    >>> draw_coin(0.5, 7).sentence
    '7 heads in 10 tosses. With p = 0.5 their likelihood is 0.977 thousandths, minus its logarithm is 6.93. \
No p gives more than 2.22 thousandths, and p = 0.7 gives that.'
    """
    tails = 10 - heads
    axis = np.linspace(0.005, 0.995, 199)
    fig = figure(4.8, 4.8, layout=None)
    above, below = fig.add_axes((0.16, 0.56, 0.81, 0.41)), fig.add_axes((0.16, 0.12, 0.81, 0.34))

    def likelihood(p: float | Array) -> Any:
        return 1000 * p**heads * (1 - p) ** tails

    def surprise(p: float | Array) -> Any:
        return -heads * np.log(p) - tails * np.log(1 - p)

    most = heads / 10
    for ax, curve, color in ((above, likelihood, BLUE), (below, surprise, ORANGE)):
        ax.plot(axis, curve(axis), color=color, linestyle="-", linewidth=2.5, zorder=2)
        ax.axvline(most, color=GREEN, linestyle="--", linewidth=2, zorder=1)
        ax.plot(p, curve(p), "D", color=INK, markersize=10, zorder=4)
        ax.set(xlim=(0, 1), xticks=np.linspace(0, 1, 6))
    above.set(ylim=(0, 1.15 * max(float(likelihood(most)), float(likelihood(p)))))
    above.set_ylabel("likelihood,\nthousandths")
    below.set(ylim=(0, 40), ylabel="minus its\nlogarithm", xlabel="$p$")
    here = f"{_number(float(likelihood(p)))} thousandths" if likelihood(p) >= 5e-4 else "nearly zero"
    return Frame(
        fig,
        f"{heads} head{'s' * (heads > 1)} in 10 tosses. With p = {_number(p)} their likelihood is {here}, "
        f"minus its logarithm is {_number(float(surprise(p)))}. No p gives more than "
        f"{_number(float(likelihood(most)))} thousandths, and p = {_number(most)} gives that.",
    )


def coin(backend: Backend = None) -> Explorer:
    """Explore which probability of heads makes the tosses that were seen most likely.

    What to discover: the likelihood is highest, and minus its logarithm lowest, where p is the share of
    heads.

    Parameters
    ----------
    backend : {"static", "live"}, optional
        See `annlib.explorers.Explorer`.

    Returns
    -------
    Explorer

    Examples
    --------
    >>> coin().parameters["heads"].stops
    (1, 3, 5, 7, 9)
    """
    return Explorer(
        draw_coin,
        backend=backend,
        p=Numbers(
            "p",
            stops=[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
            default=0.5,
            step=0.05,
            tooltip="The probability of heads that we try",
        ),
        heads=Numbers("heads", stops=[1, 3, 5, 7, 9], default=3, step=1, tooltip="Heads in ten tosses"),
    )
