"""Explorers of chapter 3: a line with its squares and its place on the landscape, two losses over a logit."""

from __future__ import annotations

from typing import Literal

import numpy as np

from annlib.activations import sigmoid, softplus
from annlib.explorers import Choice, Explorer, Frame, Numbers
from annlib.plots.ch03_loss import (
    LOWEST,
    MINUTES,
    draw_contours,
    draw_logit_losses,
    draw_squares,
    mean_squares,
)
from annlib.plots.style import figure

__all__ = ["line", "two_losses"]

Backend = Literal["static", "live"] | None


def _n(value: float, digits: int = 3) -> str:
    """Write a number with a true minus sign, without powers of ten."""
    decimals = max(0, digits - 1 - int(np.floor(np.log10(abs(value))))) if value else 0
    text = f"{value:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "\N{MINUS SIGN}")


def draw_line(slope: float, intercept: float) -> Frame:
    """Draw the rides with a line and its squares, and below it the line's place on the landscape.

    Parameters
    ----------
    slope, intercept : float
        Of the line.

    Returns
    -------
    Frame

    Examples
    --------
    >>> draw_line(2.5, 4.0).sentence
    'Slope 2.5, intercept 4: the squares add up to 26.8, their mean is 3.82, next to the lowest that a line \
can reach, 3.35.'
    """
    fig = figure(4.8, 6.5, layout=None)
    above = fig.add_axes((0.15, 0.57, 0.82, 0.42))
    below = fig.add_axes((0.15, 0.08, 0.82, 0.4))
    draw_squares(above, slope, intercept)
    draw_contours(below, {"": (slope, intercept)})
    loss = float(mean_squares(slope, intercept))
    least = float(mean_squares(*LOWEST))
    if loss < 1.25 * least:
        verdict = f"next to the lowest that a line can reach, {_n(least)}"
    else:
        verdict = f"{_n(loss / least, 2)} times the lowest that a line can reach"
    return Frame(
        fig,
        f"Slope {_n(slope)}, intercept {_n(intercept)}: the squares add up to {_n(loss * len(MINUTES))}, "
        f"their mean is {_n(loss)}, {verdict}.",
    )


def line(backend: Backend = None) -> Explorer:
    """Explore the squares of a line, and the landscape on which each line is a point.

    What to discover: the lowest point; that a larger slope can be paid for by a smaller intercept, because
    the valley is slanted; that the slope is the touchier of the two knobs.

    Parameters
    ----------
    backend : {"static", "live"}, optional
        See `annlib.explorers.Explorer`.

    Returns
    -------
    Explorer

    Examples
    --------
    >>> list(line().parameters)
    ['slope', 'intercept']
    """
    return Explorer(
        draw_line,
        backend=backend,
        slope=Numbers(
            "slope",
            stops=[0, 0.5, 1, 1.5, 2, 2.3, 2.5, 3, 3.5, 4, 5],
            default=1,
            step=0.1,
            tooltip="Minutes for each kilometer: the weight",
        ),
        intercept=Numbers(
            "intercept",
            stops=[-4, -2, 0, 2, 3, 4, 5, 6, 8, 10, 12, 14],
            default=10,
            step=0.5,
            tooltip="Minutes for getting in and out: the bias",
        ),
    )


def draw_two_losses(z: float, target: str) -> Frame:
    """Draw squared error and cross-entropy behind a sigmoid, with their slopes at a logit.

    Parameters
    ----------
    z : float
        The logit, between -8 and 8.
    target : {"y = 1", "y = 0"}
        What should come out.

    Returns
    -------
    Frame

    Examples
    --------
    >>> draw_two_losses(-4.0, "y = 1").sentence
    'z = −4, so a = 0.018, and the target is 1: squared error 0.964 with slope −0.0347, \
cross-entropy 4.02 with slope −0.982; wrong and sure, and the squared error hardly asks for a \
change.'
    """
    y = int(target[-1])
    a = float(sigmoid(np.array([z]))[0])
    sign = 2 * y - 1
    margin = sign * z
    fig = figure(4.8, 5.6, layout=None)
    above = fig.add_axes((0.15, 0.53, 0.82, 0.4))
    below = fig.add_axes((0.15, 0.1, 0.82, 0.36))
    draw_logit_losses(above, below, y, float(z))
    above.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False, columnspacing=1.2)
    cross_entropy = float(softplus(np.array([-margin]))[0])
    if margin <= -3:
        verdict = "wrong and sure, and the squared error hardly asks for a change"
    elif margin < 0:
        verdict = "on the wrong side, and both ask for a change"
    elif margin == 0:
        verdict = "undecided"
    elif margin < 3:
        verdict = "on the right side, with room to improve"
    else:
        verdict = "right and sure, and both leave it alone"
    return Frame(
        fig,
        f"z = {_n(z)}, so a = {_n(a, 2 if a < 0.5 else 3)}, and the target is {y}: squared error "
        f"{_n((a - y) ** 2)} with slope {_n(2 * (a - y) * a * (1 - a))}, cross-entropy {_n(cross_entropy)} "
        f"with slope {_n(a - y)}; {verdict}.",
    )


def two_losses(backend: Backend = None) -> Explorer:
    """Explore squared error and cross-entropy behind a sigmoid: which speaks up where it is most wrong.

    What to discover: far out on the wrong side the squared error is flat, and the slope of the cross-entropy
    is near 1 in size; on the right side both are quiet.

    Parameters
    ----------
    backend : {"static", "live"}, optional
        See `annlib.explorers.Explorer`.

    Returns
    -------
    Explorer

    Examples
    --------
    >>> two_losses().parameters["target"].stops
    ('y = 1', 'y = 0')
    """
    return Explorer(
        draw_two_losses,
        backend=backend,
        z=Numbers(
            "logit z",
            stops=[-8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8],
            default=0,
            step=0.25,
            tooltip="What the neuron's sum is",
        ),
        target=Choice("target", options=["y = 1", "y = 0"], default="y = 1", tooltip="What should come out"),
    )
