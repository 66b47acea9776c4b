"""Explorers of chapter 9: a graph that remembers, walked step by step, and a search on many workers."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from annlib.explorers import Choice, Explorer, Frame, Numbers
from annlib.plots.ch09_beyond import GRAPHS, LAST_STEP, draw_graph, draw_plan, sentence_of_step
from annlib.plots.style import INK, figure

__all__ = ["graph", "workers"]

Array = NDArray[Any]
Backend = Literal["static", "live"] | None


def draw_step(name: str, first: float, step: int) -> Frame:
    """Draw a small computation after a step forward or back.

    Parameters
    ----------
    name : str
        One of `annlib.plots.ch09_beyond.GRAPHS`.
    first : float
        The first of its given numbers.
    step : int
        From 0 to 11.

    Returns
    -------
    Frame

    Examples
    --------
    >>> draw_step("cross-entropy", 1.0, 3).sentence
    'Step 3 of 11, forward: s = ln(1 + e to the z) = 1.313; written down: its slope is 0.731 for z.'
    """
    fig = figure(5, 5.5, layout=None)
    draw_graph(fig.add_axes((0, 0, 1, 1)), name, first, step)
    return Frame(fig, sentence_of_step(name, first, step))


def graph(backend: Backend = None) -> Explorer:
    """Explore how a computation is recorded on the way forward and replayed on the way back.

    What to discover: local slopes are known on the way forward already; a value passes its slope on only when
    all that comes back to it has been added; in the graph of the cross-entropy, p − y comes out by itself.

    Parameters
    ----------
    backend : {"static", "live"}, optional
        See `annlib.explorers.Explorer`.

    Returns
    -------
    Explorer

    Examples
    --------
    >>> len(graph().parameters["step"].stops)
    12
    """
    return Explorer(
        draw_step,
        backend=backend,
        step=Numbers(
            "step",
            stops=range(LAST_STEP + 1),
            default=0,
            play=2.5,
            tooltip="How many steps forward and back are done",
        ),
        name=Choice("graph", options=list(GRAPHS), default="many paths", tooltip="Which computation"),
        first=Numbers(
            "a or w",
            stops=[-2, -1, 0, 0.5, 1, 1.5, 2],
            default=1,
            step=0.25,
            tooltip="The first given number: a, or the weight w",
        ),
    )


N_CANDIDATES, N_FOLDS = 8, 3

LENGTHS: dict[str, Array] = {
    "all alike": np.ones(N_CANDIDATES),
    "large ones last": np.array([0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1.0, 4.0]),
    "large ones first": np.array([4.0, 1.0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]),
}
"""Minutes that one fit of each candidate takes; in all cases the whole search is 24 minutes of work."""


def draw_workers(n_workers: int, lengths: str) -> Frame:
    """Draw a search of 24 fits and the last fit on so many workers.

    Parameters
    ----------
    n_workers : int
        How many there are.
    lengths : str
        One of LENGTHS.

    Returns
    -------
    Frame

    Examples
    --------
    >>> draw_workers(8, "all alike").sentence
    '8 workers, all alike: done after 4 minutes instead of 25, 6.2 times as fast; the workers are busy 78% \
of the time.'
    """
    minutes = np.repeat(LENGTHS[lengths], N_FOLDS)
    refit = 1.0
    fig = figure(5, 4.4, layout=None)
    ax = fig.add_axes((0.13, 0.13, 0.84, 0.84))
    total = draw_plan(ax, minutes, n_workers, refit, width=26.0)
    alone = float(minutes.sum()) + refit
    ax.axvline(total, color=INK, linestyle="--", linewidth=1.5)
    busy = alone / (total * n_workers)
    said = f"{n_workers} worker{'s' * (n_workers > 1)}, {lengths}: done after {total:g} minutes"
    if n_workers == 1:
        return Frame(fig, f"{said}; one fit after the other.")
    return Frame(
        fig,
        f"{said} instead of {alone:g}, {alone / total:.1f} times as fast; the workers are busy {busy:.0%} of "
        "the time.",
    )


def workers(backend: Backend = None) -> Explorer:
    """Explore how long a search with 8 candidates and 3 folds takes on 1 to 24 workers.

    What to discover: the last fit waits for all others; rounds that are not full are lost; one long fit that
    comes last holds everybody up; more workers than fits do nothing.

    Parameters
    ----------
    backend : {"static", "live"}, optional
        See `annlib.explorers.Explorer`.

    Returns
    -------
    Explorer

    Examples
    --------
    >>> list(workers().parameters)
    ['n_workers', 'lengths']
    """
    return Explorer(
        draw_workers,
        backend=backend,
        n_workers=Numbers(
            "workers",
            stops=[1, 2, 3, 4, 6, 8, 12, 16, 24, 32],
            default=4,
            step=1,
            tooltip="How many processes or machines fit networks at the same time",
        ),
        lengths=Choice("fits", options=list(LENGTHS), default="all alike", tooltip="How long the fits take"),
    )
