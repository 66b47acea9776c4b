"""Figures of chapter 9: who writes the way back, graphs that remember, two libraries, fits on many machines.

What goes forward is blue and solid, what comes back is orange, dashed where it is drawn as an arrow. The
small computations that figures, explorer and quiz go through number by number live here too (`GRAPHS`,
`walk`), and so does the plan of fits on workers (`plan`).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from annlib.activations import sigmoid
from annlib.errors import InputError
from annlib.plots.common import decision_boundary
from annlib.plots.style import (
    BLUE,
    FILL_ALPHA,
    GREEN,
    GRID,
    INK,
    MUTED,
    ORANGE,
    PAPER,
    RED,
    figure,
    styled,
)

__all__ = [
    "GRAPHS",
    "LAST_STEP",
    "Graph",
    "Walk",
    "doublings",
    "draw_graph",
    "draw_plan",
    "graph_after",
    "grid_scores",
    "plan",
    "plans",
    "same_losses",
    "sentence_of_step",
    "trained_by_hand",
    "walk",
    "who_goes_back",
]

Array = NDArray[Any]


def _n(value: float) -> str:
    """Write a number as short as three decimals allow, with a true minus sign."""
    return f"{round(value, 3) + 0.0:g}".replace("-", "\N{MINUS SIGN}")


def _factor(value: float) -> str:
    """Write a number as a factor: in parentheses where it is negative."""
    return f"({_n(value)})" if round(value, 3) < 0 else _n(value)


def _sheet(width: float, height: float) -> tuple[Figure, Axes]:
    """Return a figure that is one sheet of paper measured in inches."""
    fig = figure(width, height, layout=None)
    ax = fig.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    ax.axis("off")
    return fig, ax


def _box(ax: Axes, x: float, y: float, width: float, height: float, color: str, **kwargs: Any) -> None:
    """Draw a box around a middle."""
    settings: dict[str, Any] = {
        "facecolor": (color, FILL_ALPHA), "edgecolor": color, "linewidth": 1.75, "zorder": 3,
    }  # fmt: skip
    ax.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - height / 2), width, height, boxstyle="round,pad=0,rounding_size=0.08",
            **(settings | kwargs),
        )
    )  # fmt: skip


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], color: str, **kwargs: Any) -> None:
    settings: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 13, "linewidth": 1.75, "zorder": 2}
    ax.add_patch(FancyArrowPatch(start, end, color=color, shrinkA=0, shrinkB=0, **(settings | kwargs)))


@styled
def who_goes_back() -> Figure:
    """Draw one training step in both libraries: who writes the way forward, and who the way back.

    Returns
    -------
    Figure

    Examples
    --------
    >>> len(who_goes_back().axes)
    1
    """
    fig, ax = _sheet(5, 4.1)
    columns, width = (0.72, 1.9, 3.08, 4.26), 0.98
    for top, name, back, kind in (
        (3.85, "annlib", "written by hand, box for box (chapter 4)", "-"),
        (1.8, "PyTorch", "made from the record of the way forward", (0, (4, 2))),
    ):
        ax.text(0.2, top, name, fontsize=14, fontweight="bold", va="center")
        forth, home = top - 0.45, top - 1.1
        for x, label in zip(columns, ("layer", "tanh", "layer", "loss"), strict=True):
            _box(ax, x, forth, width, 0.42, BLUE)
            ax.text(x, forth, label, ha="center", va="center", fontsize=12, zorder=6)
            _box(ax, x, home, width, 0.42, ORANGE, linestyle=kind)
            ax.text(x, home, label, ha="center", va="center", fontsize=12, zorder=6)
        for left, right in itertools.pairwise(columns):
            _arrow(ax, (left + width / 2, forth), (right - width / 2, forth), BLUE)
            _arrow(ax, (right - width / 2, home), (left + width / 2, home), ORANGE)
        _arrow(ax, (columns[-1], forth - 0.21), (columns[-1], home + 0.21), ORANGE)
        ax.text(0.23, home - 0.37, f"the way back: {back}", fontsize=11.5, color=ORANGE, va="center")
    return fig


@styled
def same_losses(ours: ArrayLike, theirs: ArrayLike) -> Figure:
    """Draw the losses of two libraries before each step, and the distance between them.

    Parameters
    ----------
    ours, theirs : array_like, shape (n_steps,)
        Of annlib, and of PyTorch.

    Returns
    -------
    Figure

    Examples
    --------
    >>> len(same_losses([1.0, 0.5], [1.0, 0.5]).axes)
    2
    """
    a, b = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    if a.shape != b.shape or a.ndim != 1:
        raise InputError(f"ours and theirs must hold one loss for each step, got {a.shape} and {b.shape}.")
    fig = figure(5, 4.8)
    above, below = fig.subplots(2, 1, sharex=True, height_ratios=(1.5, 1))
    steps = np.arange(1, len(a) + 1)
    above.plot(steps, a, color=BLUE, linestyle="-", linewidth=2.5, label="annlib")
    above.plot(
        steps[::4], b[::4], "o", color=ORANGE, markersize=8, markerfacecolor="none", markeredgewidth=2,
        label="PyTorch (every fourth)",
    )  # fmt: skip
    above.set(ylabel="loss", ylim=(0, None))
    above.legend(loc="upper right")
    gap, smallest = np.abs(a - b), 1e-17
    below.axhline(np.finfo(float).eps, color=MUTED, linestyle="--", linewidth=1.5)
    below.text(
        1, np.finfo(float).eps * 1.6, "rounding of float64", fontsize=11, color=INK, ha="left", va="bottom"
    )
    below.plot(steps, gap.clip(smallest), "D", color=RED, markersize=4)
    below.set_yscale("log")
    below.set(ylim=(smallest, 1), yticks=[1e-16, 1e-12, 1e-8, 1e-4, 1], xlabel="step", ylabel="distance")
    below.set_yticks([], minor=True)
    return fig


# ------------------------------------------------------------------- small computations, number by number


def _softplus(z: float) -> float:
    return max(z, 0.0) + math.log1p(math.exp(-abs(z)))


class _Operation(NamedTuple):
    """How an operation goes forward, and its slope for each of its inputs."""

    value: Callable[..., float]
    slopes: Callable[..., tuple[float, ...]]


_OPERATIONS: dict[str, _Operation] = {
    "add": _Operation(lambda a, b: a + b, lambda a, b: (1.0, 1.0)),
    "subtract": _Operation(lambda a, b: a - b, lambda a, b: (1.0, -1.0)),
    "multiply": _Operation(lambda a, b: a * b, lambda a, b: (b, a)),
    "square": _Operation(lambda a: a * a, lambda a: (2 * a,)),
    "tanh": _Operation(math.tanh, lambda a: (1 - math.tanh(a) ** 2,)),
    "softplus": _Operation(_softplus, lambda a: (float(sigmoid(np.array(a))),)),
}


class _Node(NamedTuple):
    """A value of a computation: its formula, how it is made, and where it stands."""

    formula: str
    operation: str
    parents: tuple[str, ...]
    x: float
    y: float


class Graph(NamedTuple):
    """A computation of five operations; the first of its given numbers can be moved."""

    given: Mapping[str, tuple[float, float, float]]
    """Name -> number, and where it stands."""
    nodes: Mapping[str, _Node]
    """Name -> node, in the order in which they are made; the last one is the loss."""


GRAPHS: Mapping[str, Graph] = MappingProxyType(
    {
        "many paths": Graph(
            {"a": (1.0, 0.72, 5.1), "b": (2.0, 3.9, 5.1)},
            {
                "c": _Node("c = a b", "multiply", ("a", "b"), 2.2, 3.95),
                "d": _Node("d = a + b", "add", ("a", "b"), 4.05, 3.95),
                "e": _Node("e = c d", "multiply", ("c", "d"), 3.15, 2.8),
                "f": _Node("f = e − a", "subtract", ("e", "a"), 1.9, 1.65),
                "L": _Node("L = f²", "square", ("f",), 1.9, 0.5),
            },
        ),
        "a neuron": Graph(
            {
                "w": (1.0, 0.66, 5.1), "x": (-1.0, 1.88, 5.1),
                "b": (0.5, 3.1, 5.1), "y": (1.0, 4.32, 5.1),
            },
            {
                "u": _Node("u = w x", "multiply", ("w", "x"), 1.27, 4.1),
                "z": _Node("z = u + b", "add", ("u", "b"), 2.2, 3.15),
                "a": _Node("a = tanh z", "tanh", ("z",), 2.2, 2.2),
                "d": _Node("d = a − y", "subtract", ("a", "y"), 3.2, 1.27),
                "L": _Node("L = d²", "square", ("d",), 3.2, 0.37),
            },
        ),
        "cross-entropy": Graph(
            {
                "w": (1.0, 0.66, 5.1), "x": (2.0, 1.88, 5.1),
                "b": (-1.0, 3.1, 5.1), "y": (1.0, 4.32, 5.1),
            },
            {
                "u": _Node("u = w x", "multiply", ("w", "x"), 1.27, 4.1),
                "z": _Node("z = u + b", "add", ("u", "b"), 2.2, 3.0),
                "s": _Node("s = ln(1 + eᶻ)", "softplus", ("z",), 1.25, 1.8),
                "t": _Node("t = y z", "multiply", ("y", "z"), 3.6, 1.8),
                "L": _Node("L = s − t", "subtract", ("s", "t"), 2.4, 0.55),
            },
        ),
    }
)  # fmt: skip
"""Three small computations: one with many paths, one neuron with a squared error, one with cross-entropy."""

_N_OPERATIONS = 5
LAST_STEP = 2 * _N_OPERATIONS + 1
"""Step 0: nothing; 1 to 5: forward; 6: L's slope for itself; 7 to 11: each value passes its slope on."""


class Walk(NamedTuple):
    """What is known after a step.

    Attributes
    ----------
    values : dict
        Name -> number.
    slopes : dict
        Name -> slope of the loss as far as it has been added up; only for values that something came back to.
    local : dict
        (child, parent) -> slope of the child for the parent, as the way forward wrote it down.
    touched : str or None
        The value that the step made (forward) or that passed its slope on (backward).
    """

    values: dict[str, float]
    slopes: dict[str, float]
    local: dict[tuple[str, str], float]
    touched: str | None


def walk(name: str, first: float, step: int) -> Walk:
    """Go so many steps forward and back through one of the small computations.

    Parameters
    ----------
    name : str
        One of `GRAPHS`.
    first : float
        The first of its given numbers.
    step : int
        From 0 to `LAST_STEP`.

    Returns
    -------
    Walk

    Raises
    ------
    InputError
        If there is no such computation or step.

    Examples
    --------
    >>> end = walk("many paths", 1.0, LAST_STEP)
    >>> end.values["L"], end.slopes["a"], end.slopes["b"]
    (25.0, 70.0, 50.0)
    """
    if name not in GRAPHS or step not in range(LAST_STEP + 1):
        raise InputError(
            f"name must be one of {list(GRAPHS)} and step 0 to {LAST_STEP}, got {name!r}, {step!r}."
        )
    graph = GRAPHS[name]
    values = {key: number for key, (number, _, _) in graph.given.items()}
    values[next(iter(values))] = float(first)
    slopes: dict[str, float] = {}
    local: dict[tuple[str, str], float] = {}
    touched = None
    order = list(graph.nodes)
    for key in order[:step]:
        node = graph.nodes[key]
        numbers = [values[parent] for parent in node.parents]
        operation = _OPERATIONS[node.operation]
        values[key] = operation.value(*numbers)
        local |= {
            (key, parent): s for parent, s in zip(node.parents, operation.slopes(*numbers), strict=True)
        }
        touched = key
    if step > _N_OPERATIONS:
        touched = order[-1]
        slopes[touched] = 1.0
    for key in order[::-1][: max(0, step - _N_OPERATIONS - 1)]:
        for parent in graph.nodes[key].parents:
            slopes[parent] = slopes.get(parent, 0.0) + slopes[key] * local[key, parent]
        touched = key
    return Walk(values, slopes, local, touched)


def sentence_of_step(name: str, first: float, step: int) -> str:
    """Say what a step of a small computation does, with its numbers.

    Parameters
    ----------
    name : str
        One of `GRAPHS`.
    first : float
        The first of its given numbers.
    step : int
        From 0 to `LAST_STEP`.

    Returns
    -------
    str

    Examples
    --------
    >>> sentence_of_step("many paths", 1.0, 8)
    'Step 8 of 11, backward: f passes its slope 10 on: e gets 10 × 1 = 10; a gets 10 × (−1) = −10.'
    >>> sentence_of_step("many paths", 1.0, 11)
    'Step 11 of 11, backward: c passes its slope 30 on: a gets 30 × 2 = 60, together 70; b gets 30 × 1 = 30, \
together 50.'
    """
    now, before = walk(name, first, step), walk(name, first, max(step - 1, 0))
    graph = GRAPHS[name]
    if step == 0:
        given = ", ".join(f"{key} = {_n(number)}" for key, number in now.values.items())
        return f"Step 0 of {LAST_STEP}: given are {given}; nothing is computed yet."
    assert now.touched is not None
    key = now.touched
    if step <= _N_OPERATIONS:
        node = graph.nodes[key]
        formula = node.formula.replace("ᶻ", " to the z")
        kept = ", ".join(f"{_n(now.local[key, parent])} for {parent}" for parent in node.parents)
        return (
            f"Step {step} of {LAST_STEP}, forward: {formula} = {_n(now.values[key])}; written down: "
            f"its slope is {kept}."
        )
    if step == _N_OPERATIONS + 1:
        return f"Step {step} of {LAST_STEP}, backward: the slope of L for itself is 1."
    parts = []
    for parent in graph.nodes[key].parents:
        share = now.slopes[key] * now.local[key, parent]
        text = f"{parent} gets {_n(now.slopes[key])} × {_factor(now.local[key, parent])} = {_n(share)}"
        parts.append(text + (f", together {_n(now.slopes[parent])}" if parent in before.slopes else ""))
    return (
        f"Step {step} of {LAST_STEP}, backward: {key} passes its slope {_n(now.slopes[key])} on: "
        f"{'; '.join(parts)}."
    )


_HEIGHT = 0.62


def draw_graph(ax: Axes, name: str, first: float, step: int) -> None:
    """Draw a small computation with every number that is known after a step.

    Parameters
    ----------
    ax : Axes
        Five inches wide and 5.5 high.
    name : str
        One of `GRAPHS`.
    first : float
        The first of its given numbers.
    step : int
        From 0 to `LAST_STEP`.
    """
    graph, now = GRAPHS[name], walk(name, first, step)
    before = walk(name, first, max(step - 1, 0))
    back = step > _N_OPERATIONS
    strong = ORANGE if back else BLUE
    ax.set(xlim=(0, 5), ylim=(0, 5.5), aspect="equal")
    ax.axis("off")
    places = {key: (x, y, 1.16) for key, (_, x, y) in graph.given.items()}
    places |= {key: (node.x, node.y, 1.62) for key, node in graph.nodes.items()}

    for key, node in graph.nodes.items():
        for parent in node.parents:
            active = key == now.touched and step != _N_OPERATIONS + 1
            (x0, y0, _), (x1, y1, _) = places[parent], places[key]
            start, end = (x0, y0 - _HEIGHT / 2), (x1, y1 + _HEIGHT / 2)
            # Where two edges end in one box, each keeps to the side from which it comes.
            end = (end[0] + float(np.clip(x0 - x1, -0.5, 0.5)), end[1])
            start = (start[0] + float(np.clip(x1 - x0, -0.3, 0.3)), start[1])
            dashed = back and active
            _arrow(
                ax, *((end, start) if dashed else (start, end)), strong if active else MUTED,
                linewidth=2.75 if active else 1.2, linestyle=(0, (4, 1.5)) if dashed else "-",
            )  # fmt: skip
            if (key, parent) in now.local:
                at = 0.5 if y0 - y1 < 1.6 else 0.62
                x, y = start[0] + at * (end[0] - start[0]), start[1] + at * (end[1] - start[1])
                box = {"boxstyle": "round,pad=0.1", "facecolor": PAPER, "edgecolor": "none", "linewidth": 0}
                ax.text(
                    x, y, f"× {_n(now.local[key, parent])}", ha="center", va="center", fontsize=10.5,
                    color=INK, zorder=5, bbox=box, fontweight="bold" if active else "normal",
                )  # fmt: skip

    for key, (x, y, width) in places.items():
        changed = now.slopes.get(key) != before.slopes.get(key) or key == now.touched
        active = changed and step > 0
        _box(
            ax, x, y, width, _HEIGHT, strong if active else MUTED,
            facecolor=(strong, FILL_ALPHA) if active else PAPER, linewidth=2.75 if active else 1.2,
        )  # fmt: skip
        formula = graph.nodes[key].formula if key in graph.nodes else key
        ax.text(x, y + 0.14, formula, ha="center", va="center", fontsize=12, zorder=6)
        if key in now.values:
            ax.text(
                x - width / 2 + 0.08, y - 0.15, _n(now.values[key]), ha="left", va="center", fontsize=11,
                color=BLUE, zorder=6, fontweight="bold" if active and not back else "normal",
            )  # fmt: skip
        if key in now.slopes:
            ax.text(
                x + width / 2 - 0.08, y - 0.15, f"↑{_n(now.slopes[key])}", ha="right", va="center",
                fontsize=11, color=ORANGE, zorder=6, fontweight="bold" if active else "normal",
            )  # fmt: skip
    corner = 4.95 if name == "many paths" else 0.05
    side = "right" if name == "many paths" else "left"
    heights = (1.2, 0.95, 0.7) if name == "many paths" else (0.86, 0.61, 0.36)
    ax.text(corner, heights[0], "value", color=BLUE, fontsize=12, ha=side, va="center")
    if now.local:
        ax.text(corner, heights[1], "× local slope", color=INK, fontsize=12, ha=side, va="center")
    if back:
        ax.text(corner, heights[2], "↑ slope of L", color=ORANGE, fontsize=12, ha=side, va="center")


@styled
def graph_after(step: int = LAST_STEP, name: str = "many paths", first: float = 1.0) -> Figure:
    """Draw a small computation after a step.

    Parameters
    ----------
    step : int
        From 0 (nothing) over 5 (forward done) to `LAST_STEP`.
    name : str
        One of `GRAPHS`.
    first : float
        The first of its given numbers.

    Returns
    -------
    Figure

    Examples
    --------
    >>> "↑70" in [text.get_text() for text in graph_after().axes[0].texts]
    True
    """
    fig = figure(5, 5.5, layout=None)
    draw_graph(fig.add_axes((0, 0, 1, 1)), name, first, step)
    return fig


@styled
def doublings(n_doublings: int = 20) -> Figure:
    """Draw a number that is doubled again and again by adding it to itself, and what going back costs.

    Parameters
    ----------
    n_doublings : int
        How far the curves reach.

    Returns
    -------
    Figure

    Examples
    --------
    >>> len(doublings().axes)
    2
    """
    fig = figure(5, 4.6, layout=None)
    above, below = fig.add_axes((0, 0.72, 1, 0.28)), fig.add_axes((0.17, 0.13, 0.8, 0.52))
    above.set(xlim=(0, 5), ylim=(0, 1.288), aspect="equal")
    above.axis("off")
    xs = (0.55, 1.85, 3.15, 4.45)
    for i, x in enumerate(xs):
        _box(above, x, 0.5, 0.62, 0.5, BLUE)
        above.text(x, 0.5, f"$x_{i}$", ha="center", va="center", fontsize=13, zorder=6)
        above.text(x, 1.12, f"{2**i} way{'s' * (i > 0)}", ha="center", va="center", fontsize=12)
    for left, right in itertools.pairwise(xs):
        for bend in (-0.35, 0.35):
            _arrow(
                above, (left + 0.31, 0.5), (right - 0.31, 0.5), BLUE,
                connectionstyle=f"arc3,rad={bend}",
            )  # fmt: skip
    counts = np.arange(1, n_doublings + 1)
    below.plot(counts, 2.0**counts, color=RED, linestyle="--", linewidth=2.5)
    below.plot(counts, 2.0 * counts, color=GREEN, linestyle="-", linewidth=2.5)
    at = 0.62 * n_doublings
    below.text(at - 1.7, 2.0**at, "every way by itself", ha="right", va="center", fontsize=12, color=RED)
    below.text(at, 0.9 * at, "every arrow once", ha="center", va="top", fontsize=12, color=GREEN)
    below.set_yscale("log")
    below.set(
        xlim=(0, n_doublings), ylim=(1, 2.0**n_doublings), xlabel="doublings", ylabel="steps on the way back"
    )
    below.set_yticks([], minor=True)
    below.xaxis.set_major_locator(MaxNLocator(integer=True))
    return fig


@styled
def trained_by_hand(
    predict: Callable[[Array], ArrayLike],
    X: ArrayLike,
    y: ArrayLike,
    losses: Sequence[float],
    *,
    labels: Sequence[str],
    axes: tuple[str, str],
) -> Figure:
    """Draw what a trained network decides about two features, and the loss on the way there.

    Parameters
    ----------
    predict : callable
        Array (n, 2) -> logits, shape (n,) or (n, 1).
    X : array_like, shape (n, 2)
    y : array_like, shape (n,)
        0 or 1.
    losses : sequence of float
        Before each step.
    labels : sequence of str
        The names of the two classes.
    axes : (str, str)
        The names of the two features.

    Returns
    -------
    Figure

    Examples
    --------
    >>> fig = trained_by_hand(lambda X: X[:, 0], [[-1, 0], [1, 1]], [0, 1], [1, 0.5], labels="AB", axes="xy")
    >>> len(fig.axes)
    2
    """
    fig = figure(5, 5.6)
    above, below = fig.subplots(2, 1, height_ratios=(2.1, 1))
    decision_boundary(above, predict, X, y, labels=labels)
    above.set(xlabel=axes[0], ylabel=axes[1])
    below.plot(np.arange(1, len(losses) + 1), losses, color=BLUE, linestyle="-", linewidth=2.5)
    below.set(xlabel="step", ylabel="loss", ylim=(0, None), xlim=(0, len(losses)))
    return fig


@styled
def grid_scores(rows: Sequence[tuple[str, ArrayLike]], best: int) -> Figure:
    """Draw the scores of all candidates of a search: each fold a circle, their mean a diamond.

    Parameters
    ----------
    rows : sequence of (str, array_like)
        What a candidate is called, and its score in each fold.
    best : int
        Which of them won.

    Returns
    -------
    Figure

    Examples
    --------
    >>> fig = grid_scores([("4 units", [0.9, 0.95]), ("8 units", [0.92, 0.97])], best=1)
    >>> fig.axes[0].get_yticklabels()[1].get_text()
    '8 units'
    """
    fig = figure(5, 0.42 * len(rows) + 1.1)
    ax = fig.subplots()
    ax.grid(axis="y", color=GRID)
    for place, (_, scores) in enumerate(rows):
        percent = 100 * np.asarray(scores, dtype=float)
        color = ORANGE if place == best else BLUE
        ax.plot(
            percent, np.full(len(percent), place), "o", color=color, markersize=8, markerfacecolor="none",
            markeredgewidth=1.75,
        )  # fmt: skip
        ax.plot(percent.mean(), place, "D", color=color, markersize=9 if place == best else 7, zorder=4)
    ax.set_yticks(range(len(rows)), [name for name, _ in rows])
    ax.set(xlabel="percent right, in the fold left out", ylim=(len(rows) - 0.4, -0.6))
    return fig


# --------------------------------------------------------------------------------------- fits on workers


def plan(minutes: ArrayLike, n_workers: int) -> tuple[Array, Array]:
    """Give each fit, in their order, to the worker that is free first.

    Parameters
    ----------
    minutes : array_like, shape (n,)
        How long each fit takes.
    n_workers : int
        How many there are.

    Returns
    -------
    workers : array of int, shape (n,)
        Who does each fit, from 0.
    starts : array, shape (n,)
        When it begins.

    Raises
    ------
    InputError
        If there is no worker, or a fit takes no time.

    Examples
    --------
    >>> workers, starts = plan([1, 1, 1], 2)
    >>> workers.tolist(), starts.tolist()
    ([0, 1, 0], [0.0, 0.0, 1.0])
    """
    lengths = np.asarray(minutes, dtype=float)
    if n_workers < 1 or lengths.ndim != 1 or not (lengths > 0).all():
        raise InputError(
            f"plan needs positive minutes and at least 1 worker, got {minutes!r} and {n_workers!r}."
        )
    free = np.zeros(n_workers)
    workers, starts = np.zeros(len(lengths), dtype=int), np.zeros(len(lengths))
    for i, length in enumerate(lengths):
        workers[i] = free.argmin()
        starts[i] = free[workers[i]]
        free[workers[i]] += length
    return workers, starts


def draw_plan(ax: Axes, minutes: ArrayLike, n_workers: int, refit: float, *, width: float) -> float:
    """Draw who fits what and when, the last fit with the best settings behind them all; return the total.

    Parameters
    ----------
    ax : Axes
    minutes : array_like, shape (n,)
    n_workers : int
    refit : float
        Minutes of the last fit, which must wait for all others.
    width : float
        Minutes that the picture is wide.

    Returns
    -------
    float
        Minutes until all is done.
    """
    lengths = np.asarray(minutes, dtype=float)
    workers, starts = plan(lengths, n_workers)
    searched = float((starts + lengths).max())
    for worker, start, length in zip(workers, starts, lengths, strict=True):
        ax.add_patch(
            Rectangle(
                (start, worker - 0.4), length, 0.8, facecolor=(BLUE, 0.35), edgecolor=BLUE, linewidth=1.25
            )
        )
    ax.add_patch(
        Rectangle(
            (searched, -0.4),
            refit,
            0.8,
            facecolor=(ORANGE, 0.35),
            edgecolor=ORANGE,
            hatch="//",
            linewidth=1.25,
        )
    )
    ax.set(xlim=(0, width), ylim=(n_workers - 0.4, -0.6), xlabel="minutes", ylabel="worker")
    every = 1 if n_workers <= 8 else 4
    names = [k for k in range(1, n_workers + 1) if k == 1 or k % every == 0]
    ax.set_yticks([k - 1 for k in names], [str(k) for k in names])
    return searched + refit


@styled
def plans(minutes: ArrayLike, refit: float, n_workers: Sequence[int]) -> Figure:
    """Draw the same fits on few and on many workers.

    Parameters
    ----------
    minutes : array_like, shape (n,)
    refit : float
        Minutes of the last fit.
    n_workers : sequence of int
        One panel each.

    Returns
    -------
    Figure

    Examples
    --------
    >>> len(plans([1, 1, 1], 1, (1, 2)).axes)
    2
    """
    total = float(np.sum(minutes)) / min(n_workers) + refit
    fig = figure(5, 1.9 * len(n_workers))
    panels = fig.subplots(len(n_workers), 1, sharex=True, squeeze=False)[:, 0]
    for ax, n in zip(panels, n_workers, strict=True):
        minutes_all = draw_plan(ax, minutes, n, refit, width=1.02 * total)
        ax.set_title(f"{n} worker{'s' * (n > 1)}: done after {_n(minutes_all)} minutes", loc="left")
        if ax is not panels[-1]:
            ax.set_xlabel("")
    return fig
