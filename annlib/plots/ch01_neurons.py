"""Figures of chapter 1: the reflex, two neurons, one neuron's arithmetic, its line, gates, XOR, layers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Ellipse, FancyArrowPatch, FancyBboxPatch, PathPatch, Polygon, Rectangle
from matplotlib.path import Path
from numpy.typing import NDArray

from annlib.plots.common import decision_boundary, network_diagram
from annlib.plots.style import (
    BLUE,
    GREEN,
    GRID,
    INK,
    MUTED,
    ORANGE,
    PAPER,
    PURPLE,
    RED,
    figure,
    styled,
)

__all__ = [
    "bias_moves_the_line",
    "gates",
    "layer_shapes",
    "network",
    "neuron_with_numbers",
    "reflex",
    "two_neurons",
    "xor_impossible",
    "xor_solved",
]

Array = NDArray[Any]

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
"""The four rows of every truth table of two inputs."""


def _canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """Return a sheet whose units are inches, without axes: for drawings."""
    fig = figure(width, height, layout=None)
    ax = fig.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    ax.axis("off")
    return fig, ax


def _curve(
    ax: Axes,
    points: Sequence[tuple[float, float]],
    color: str,
    *,
    width: float = 2.5,
    line: str = "-",
    arrow: bool = False,
    zorder: float = 3,
) -> None:
    """Draw a smooth line along ``points`` (quadratic pieces), with an arrow on request."""
    corners = [(float(x), float(y)) for x, y in points]
    vertices, codes = [corners[0]], [Path.MOVETO]
    for here, following in pairwise(corners[1:]):
        last = following == corners[-1]
        middle = following if last else ((here[0] + following[0]) / 2, (here[1] + following[1]) / 2)
        vertices += [here, middle]
        codes += [Path.CURVE3, Path.CURVE3]
    if len(corners) == 2:
        vertices.append(corners[1])
        codes.append(Path.LINETO)
    path = Path(vertices, codes)
    if arrow:
        ax.add_patch(
            FancyArrowPatch(
                path=path,
                arrowstyle="-|>,head_width=4,head_length=7",
                color=color,
                lw=width,
                ls=line,
                zorder=zorder,
            )
        )
    else:
        ax.add_patch(
            PathPatch(
                path,
                fc="none",
                ec=color,
                lw=width,
                ls=line,
                capstyle="round",
                joinstyle="round",
                zorder=zorder,
            )
        )


def _arrow(
    ax: Axes, start: tuple[float, float], end: tuple[float, float], color: str = INK, width: float = 2
) -> None:
    _curve(ax, [start, end], color, width=width, arrow=True)


def _badge(ax: Axes, x: float, y: float, number: int, color: str) -> None:
    """Draw a numbered disc: the number tells the paths apart, not the color."""
    ax.add_patch(Circle((x, y), 0.15, fc=PAPER, ec=color, lw=2, zorder=6))
    ax.text(
        x,
        y,
        str(number),
        ha="center",
        va="center_baseline",
        fontsize=12,
        color=color,
        weight="bold",
        zorder=7,
    )


@styled
def reflex() -> Figure:
    """Draw the withdrawal reflex: hand, spinal cord, muscle, and the message to the brain."""
    fig, ax = _canvas(6.4, 4.5)
    body: dict[str, Any] = {"fc": GRID, "ec": "none", "zorder": 0}
    # The body: head, neck and trunk on the right, the arm reaching to the cup on the left.
    ax.add_patch(Ellipse((4.62, 3.72), 1.12, 1.3, **body))
    ax.add_patch(FancyBboxPatch((4.42, 2.75), 0.4, 0.5, boxstyle="round,pad=0.05", **body))
    ax.add_patch(
        Polygon(
            [(3.85, 2.75), (5.4, 2.75), (5.6, 2.3), (5.5, 0), (3.95, 0), (3.75, 2.0)],
            joinstyle="round",
            **body,
        )
    )
    _curve(ax, [(4.1, 2.42), (3.1, 1.05), (2.95, 0.95), (1.62, 1.72)], GRID, width=34, zorder=0)
    for x, y in [(1.28, 2.03), (1.22, 1.85), (1.22, 1.67), (1.27, 1.5)]:
        _curve(ax, [(1.62, 1.72), (x, y)], GRID, width=9, zorder=0)
    # The cup and its steam.
    ax.add_patch(FancyBboxPatch((0.5, 1.25), 0.62, 0.75, boxstyle="round,pad=0.04", fc=PAPER, ec=INK, lw=2.5))
    ax.add_patch(Ellipse((0.42, 1.63), 0.34, 0.4, fc="none", ec=INK, lw=2.5, zorder=0.5))
    for x in (0.62, 0.81, 1.0):
        _curve(ax, [(x, 2.15), (x + 0.1, 2.25), (x - 0.1, 2.4), (x, 2.5)], RED, width=2)
    # The spinal cord with its relay, and the brain.
    ax.add_patch(FancyBboxPatch((4.54, 0.5), 0.16, 2.62, boxstyle="round,pad=0.06", fc=PAPER, ec=INK, lw=2))
    ax.add_patch(Ellipse((4.62, 3.82), 0.86, 0.8, fc=PAPER, ec=INK, lw=2))
    for points in (
        [(4.3, 3.95), (4.4, 4.15), (4.5, 3.85), (4.62, 4.1)],
        [(4.62, 4.1), (4.72, 3.85), (4.85, 4.12), (4.95, 3.9)],
        [(4.32, 3.72), (4.45, 3.55), (4.55, 3.8), (4.7, 3.6), (4.8, 3.75), (4.92, 3.65)],
    ):
        _curve(ax, points, MUTED, width=1.5)
    # The messages.
    _curve(ax, [(1.3, 1.8), (2.2, 1.55), (2.95, 1.1), (3.35, 1.5), (4.1, 2.3), (4.6, 1.95)], BLUE, arrow=True)
    _curve(ax, [(4.6, 1.75), (4.25, 1.75), (3.75, 1.55), (3.42, 1.28)], ORANGE, line="--", arrow=True)
    _curve(ax, [(4.66, 1.95), (4.66, 3.38)], PURPLE, line=":", width=3, arrow=True)
    ax.add_patch(Circle((4.62, 1.86), 0.09, fc=INK, ec=INK, zorder=5))
    for x, y, number, color in (
        (2.05, 1.62, 1, BLUE),
        (4.88, 1.86, 2, INK),
        (3.8, 1.38, 3, ORANGE),
        (4.92, 2.95, 4, PURPLE),
    ):
        _badge(ax, x, y, number, color)
    for y, text, color in (
        (4.1, "1  the skin reports the heat", BLUE),
        (3.75, "2  the spinal cord decides", INK),
        (3.4, "3  the muscle is told to pull", ORANGE),
        (3.05, "4  the brain hears of it, later", PURPLE),
    ):
        ax.text(0.25, y, text, color=color, ha="left", va="center", fontsize=13, zorder=8)
    return fig


def _number(ax: Axes, x: float, y: float, half: float, color: str) -> None:
    """Draw a square that holds a number, as in every picture of the chapter: only circles compute."""
    ax.add_patch(
        FancyBboxPatch(
            (x - half + 0.05, y - half + 0.05), 2 * half - 0.1, 2 * half - 0.1,
            boxstyle="round,pad=0.05", fc=PAPER, ec=color, lw=2.5, zorder=4,
        )
    )  # fmt: skip


@styled
def two_neurons() -> Figure:
    """Draw a nerve cell above an artificial neuron, part under part."""
    fig, ax = _canvas(6.4, 5.2)
    columns = (0.75, 1.85, 3.2, 4.45, 5.6)
    for x, name in zip(columns, ("receives", "weighs", "sums", "fires?", "passes on"), strict=True):
        ax.text(x, 5.0, name, ha="center", va="center", fontsize=13, color=INK, weight="bold")
        ax.plot([x, x], [0.15, 4.8], color=GRID, lw=1.2, ls="-", zorder=0)
    # The nerve cell: axons of other cells end at its synapses, dendrites lead from there to the cell body.
    for y, size in ((4.35, 0.15), (3.75, 0.08), (3.15, 0.11)):
        _curve(ax, [(0.2, y), (1.85 - size - 0.1, y)], ORANGE, width=2.5)
        ax.add_patch(Circle((1.85 - size - 0.1, y), 0.08, fc=ORANGE, ec="none", zorder=4))
        ax.add_patch(Circle((1.85, y), size, fc=PURPLE, ec=PAPER, lw=1.5, zorder=5))
        middle = 3.75 + (y - 3.75) * 0.8
        _curve(ax, [(1.85, y), (2.35, middle), (2.9, 3.75)], BLUE, width=3.5)
    ax.add_patch(Ellipse((3.2, 3.75), 0.95, 0.85, fc=PAPER, ec=INK, lw=2.5, zorder=4))
    ax.add_patch(Circle((3.2, 3.75), 0.17, fc=MUTED, ec="none", zorder=5))
    _curve(ax, [(3.67, 3.75), (5.2, 3.75)], ORANGE, width=4)
    for x in (4.05, 4.45, 4.85):
        ax.add_patch(
            FancyBboxPatch(
                (x - 0.12, 3.67), 0.24, 0.16, boxstyle="round,pad=0.03", fc=PAPER, ec=ORANGE, lw=2, zorder=4
            )
        )
    for y in (4.2, 3.75, 3.3):
        _curve(ax, [(5.2, 3.75), (5.45, 3.75), (5.55, y), (5.95, y)], ORANGE, width=2.5)
        ax.add_patch(Circle((5.99, y), 0.08, fc=ORANGE, ec="none", zorder=4))
    for x, y, text in (
        (0.75, 2.72, "other cells"),
        (1.85, 2.72, "synapses"),
        (2.62, 4.5, "dendrites"),
        (3.2, 3.07, "cell body"),
        (4.45, 3.3, "axon"),
        (5.6, 2.95, "endings"),
    ):
        ax.text(
            x,
            y,
            text,
            ha="center",
            va="center",
            fontsize=13,
            color=MUTED,
            bbox={"fc": PAPER, "ec": "none", "pad": 1},
        )
    # The artificial neuron.
    rows = (2.05, 1.3, 0.55)
    for i, y in enumerate(rows, start=1):
        _number(ax, 0.75, y, 0.25, BLUE)
        ax.text(0.75, y, f"$x_{i}$", ha="center", va="center", fontsize=14, zorder=5)
        at = (1.85, y + (1.3 - y) * 0.42)
        _arrow(ax, (1.02, y + (1.3 - y) * 0.08), (2.86, 1.3 + (y - 1.3) * 0.25), BLUE, 2.2)
        ax.text(
            *at,
            f"$w_{i}$",
            ha="center",
            va="center",
            fontsize=14,
            color=PURPLE,
            zorder=5,
            bbox={"fc": PAPER, "ec": "none", "pad": 1.5},
        )
    ax.add_patch(Circle((3.2, 1.3), 0.36, fc=PAPER, ec=INK, lw=2.5, zorder=4))
    ax.text(3.2, 1.3, r"$\Sigma$", ha="center", va="center", fontsize=19, zorder=5)
    _arrow(ax, (3.2, 0.5), (3.2, 0.92), INK, 2)
    ax.text(
        3.2,
        0.34,
        "bias $b$",
        ha="center",
        va="center",
        fontsize=13,
        bbox={"fc": PAPER, "ec": "none", "pad": 1},
    )
    _arrow(ax, (3.57, 1.3), (4.06, 1.3), ORANGE, 2.2)
    ax.add_patch(
        FancyBboxPatch(
            (4.13, 0.98), 0.64, 0.64, boxstyle="round,pad=0.04", fc=PAPER, ec=ORANGE, lw=2.5, zorder=4
        )
    )
    ax.plot([4.2, 4.45, 4.45, 4.7], [1.1, 1.1, 1.5, 1.5], color=INK, lw=2.25, ls="-", zorder=5)
    _arrow(ax, (4.82, 1.3), (5.3, 1.3), ORANGE, 2.2)
    _number(ax, 5.6, 1.3, 0.25, ORANGE)
    ax.text(5.6, 1.3, "$a$", ha="center", va="center", fontsize=14, zorder=5)
    for x, y, text in (
        (0.75, 0.12, "inputs"),
        (1.85, 0.34, "weights"),
        (4.45, 0.7, "activation"),
        (5.6, 0.84, "output"),
    ):
        ax.text(
            x,
            y,
            text,
            ha="center",
            va="center",
            fontsize=13,
            color=MUTED,
            bbox={"fc": PAPER, "ec": "none", "pad": 1},
        )
    return fig


def _plain(value: float) -> str:
    """Write a number for a figure: short, with a true minus sign."""
    return f"{value:.4g}".replace("-", "−")


@styled
def neuron_with_numbers(x: Sequence[float], w: Sequence[float], b: float, names: Sequence[str]) -> Figure:
    """Draw one neuron's arithmetic: multiply, add, add the bias, fire or not.

    Parameters
    ----------
    x, w : sequence of float
        Two features and their weights.
    b : float
        The bias.
    names : sequence of str
        What the two features mean.

    Returns
    -------
    Figure
        Every number in it is computed from the arguments.

    Examples
    --------
    >>> fig = neuron_with_numbers([0.8, 0.3], [3.0, -2.0], -1.0, ["heat", "will"])
    >>> any(text.get_text() == "0.8" for text in fig.axes[0].texts)
    True
    """
    products = [float(value) * float(weight) for value, weight in zip(x, w, strict=True)]
    z = sum(products) + float(b)
    fig, ax = _canvas(6.4, 3.6)
    for y, name, value, weight, product, i in zip((2.75, 1.35), names, x, w, products, (1, 2), strict=True):
        _number(ax, 0.75, y, 0.36, BLUE)
        ax.text(0.75, y, _plain(value), ha="center", va="center", fontsize=14, zorder=5)
        ax.text(0.75, y + 0.52, f"{name} $x_{i}$", ha="center", va="center", fontsize=14, color=MUTED)
        end = (3.1, 2.05 + (y - 2.05) * 0.32)
        _arrow(ax, (1.15, y), end, BLUE, 2.2)
        ax.text(
            1.72,
            y + (end[1] - y) * 0.29,
            f"× {_plain(weight)}",
            ha="center",
            va="center",
            fontsize=14,
            color=PURPLE,
            zorder=5,
            bbox={"fc": PAPER, "ec": "none", "pad": 2},
        )
        ax.text(
            2.55,
            y + (end[1] - y) * 0.68,
            _plain(product),
            ha="center",
            va="center",
            fontsize=14,
            zorder=5,
            bbox={"fc": PAPER, "ec": "none", "pad": 1.5},
        )
    ax.add_patch(Circle((3.5, 2.05), 0.42, fc=PAPER, ec=INK, lw=2.5, zorder=4))
    ax.text(3.5, 2.05, r"$\Sigma$", ha="center", va="center", fontsize=21, zorder=5)
    _arrow(ax, (3.5, 1.0), (3.5, 1.6), INK, 2.2)
    ax.text(3.5, 0.8, f"bias {_plain(b)}", ha="center", va="center", fontsize=14)
    _arrow(ax, (3.94, 2.05), (4.72, 2.05), ORANGE, 2.2)
    ax.text(4.3, 2.3, f"$z$ = {_plain(z)}", ha="center", va="center", fontsize=14)
    ax.add_patch(
        FancyBboxPatch((4.8, 1.7), 0.7, 0.7, boxstyle="round,pad=0.04", fc=PAPER, ec=ORANGE, lw=2.5, zorder=4)
    )
    ax.plot([4.88, 5.15, 5.15, 5.42], [1.83, 1.83, 2.27, 2.27], color=INK, lw=2.25, ls="-", zorder=5)
    _arrow(ax, (5.56, 2.05), (5.9, 2.05), ORANGE, 2.2)
    ax.text(6.08, 2.05, "1" if z >= 0 else "0", ha="center", va="center", fontsize=18, weight="bold")
    for place, name in ((1.72, "multiply"), (3.5, "sum and bias"), (5.15, "activation")):
        ax.text(place, 0.3, name, ha="center", va="center", fontsize=13, color=MUTED)
    return fig


def _plane(ax: Axes, w: Sequence[float], b: float, limits: tuple[float, float]) -> None:
    """Mark where the neuron fires and draw its line."""
    decision_boundary(ax, lambda x: x @ np.asarray(w) + b, limits=(limits, limits), resolution=41)


def _truth(
    ax: Axes, outputs: Sequence[int], points: Array = CORNERS, labels: Sequence[str] | None = None
) -> None:
    """Draw points: a full triangle with a 1 where the output is 1, an empty circle with a 0 where it is 0."""
    for i, ((x, y), output) in enumerate(zip(points, outputs, strict=True)):
        ax.plot(
            x,
            y,
            "^" if output else "o",
            ms=17,
            mfc=ORANGE if output else PAPER,
            mec=ORANGE if output else BLUE,
            mew=2.5,
            zorder=4,
            ls="none",
        )
        ax.text(
            x,
            y - (0.015 if output else 0),
            str(output),
            ha="center",
            va="center_baseline" if not output else "center",
            fontsize=12,
            color=PAPER if output else INK,
            weight="bold",
            zorder=5,
        )
        if labels is not None and labels[i]:
            ax.annotate(
                labels[i], (x, y), (0, 15), textcoords="offset points", ha="center", fontsize=11, color=INK
            )


def _unit_square(
    ax: Axes, limits: tuple[float, float] = (-0.5, 1.5), names: tuple[str, str] = ("$x_1$", "$x_2$")
) -> None:
    ax.set(xlim=limits, ylim=limits, aspect="equal", xticks=[0, 1], yticks=[0, 1])
    ax.set_xlabel(names[0], fontsize=13)
    ax.set_ylabel(names[1], fontsize=13, rotation=0, labelpad=10)


@styled
def bias_moves_the_line(
    w: Sequence[float] = (3.0, -2.0), biases: Sequence[float] = (-2.0, -1.0, 0.0)
) -> Figure:
    """Draw one neuron's boundary for several biases, with its weights as an arrow at right angles to it."""
    fig = figure(6.4, 4.4)
    ax = fig.subplots()
    low, high = 0.0, 1.0
    middle = biases[len(biases) // 2]
    _plane(ax, w, middle, (low, high))
    xs = np.array([low, high])
    angle = float(np.degrees(np.arctan2(-w[0], w[1]))) % 180
    for b, line, height in zip(biases, ("--", "-", ":"), (0.3, 0.75, 0.62), strict=True):
        if b != middle:
            ax.plot(xs, -(w[0] * xs + b) / w[1], color=MUTED, ls=line, lw=2.25)
        x = -(w[1] * height + b) / w[0]
        ax.text(
            *(x - 0.02, height + 0.02), f"$b$ = {_plain(b)}", fontsize=13, ha="center", va="bottom",
            rotation=angle, rotation_mode="anchor", bbox={"fc": PAPER, "ec": "none", "pad": 1.5},
        )  # fmt: skip
    foot = np.array([0.5, -(w[0] * 0.5 + middle) / w[1]])
    tip = foot + np.array(w) * 0.058
    arrow = {
        "arrowstyle": "-|>,head_width=0.4,head_length=0.7",
        "color": PURPLE,
        "lw": 3,
        "shrinkA": 0,
        "shrinkB": 0,
    }
    ax.annotate("", (float(tip[0]), float(tip[1])), (float(foot[0]), float(foot[1])), arrowprops=arrow)
    paper = {"fc": PAPER, "ec": "none", "pad": 2}
    ax.text(0.47, 0.06, "weights $(w_1, w_2)$", color=PURPLE, fontsize=13, va="center", bbox=paper)
    ax.text(0.8, 0.52, "fires", fontsize=13, ha="center", va="center", bbox=paper)
    ax.text(0.1, 0.85, "silent", fontsize=13, ha="left", va="center", bbox=paper)
    ax.set(xlim=(low, high), ylim=(low, high), aspect="equal", xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    ax.set_xlabel("heat $x_1$")
    ax.set_ylabel("will to hold on $x_2$")
    return fig


@styled
def gates(neurons: dict[str, tuple[Sequence[float], float]]) -> Figure:
    """Draw logic gates as lines: for each, the four inputs, their outputs, the side that fires.

    Parameters
    ----------
    neurons : dict of str to (w, b)
        The gate's name, and the neuron that does it.

    Returns
    -------
    Figure
        One panel a gate; the outputs are computed from w and b.

    Examples
    --------
    >>> fig = gates({"AND": ([1.0, 1.0], -1.5)})
    >>> fig.axes[0].get_title()
    'AND'
    """
    fig = figure(6.4, 2.75)
    panels = fig.subplots(1, len(neurons), squeeze=False)[0]
    for ax, (name, (w, b)) in zip(panels, neurons.items(), strict=True):
        _plane(ax, w, b, (-0.5, 1.5))
        _truth(ax, (CORNERS @ np.asarray(w) + b >= 0).astype(int).tolist())
        _unit_square(ax)
        ax.set_title(name)
    for ax in panels[1:]:
        ax.set(yticklabels=[], ylabel="")
    return fig


@styled
def xor_impossible() -> Figure:
    """Draw why no line does XOR: the two diagonals of the square cross in one point."""
    fig = figure(5.2, 4.3)
    ax = fig.subplots()
    ax.plot([0, 1], [1, 0], color=ORANGE, lw=3, ls="-", zorder=2)
    ax.plot([0, 1], [0, 1], color=BLUE, lw=3, ls="--", zorder=2)
    _truth(ax, [0, 1, 1, 0])
    ax.plot(0.5, 0.5, "o", ms=10, color=INK, zorder=5)
    ax.annotate(
        "the middle of both pairs:\nmust it fire, or not?",
        (0.5, 0.5),
        (0.5, 1.3),
        ha="center",
        va="center",
        fontsize=13,
        arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 1.75, "shrinkB": 7},
    )
    ax.text(1.08, 0.12, "both fire", color=ORANGE, fontsize=13, ha="left")
    ax.text(1.08, 0.86, "both silent", color=BLUE, fontsize=13, ha="left")
    _unit_square(ax, (-0.25, 1.55))
    return fig


@styled
def xor_solved(
    hidden: Sequence[tuple[Sequence[float], float]], output: tuple[Sequence[float], float]
) -> Figure:
    """Draw XOR solved by two layers: two lines in the inputs' plane, one line in the hidden neurons' plane.

    Parameters
    ----------
    hidden : sequence of (w, b)
        The two hidden neurons.
    output : (w, b)
        The neuron that reads them.

    Returns
    -------
    Figure
        Left the inputs, right what the hidden neurons make of them; all computed from the arguments.

    Examples
    --------
    >>> fig = xor_solved([([1, 1], -0.5), ([-1, -1], 1.5)], ([1, 1], -1.5))
    >>> [ax.get_title() for ax in fig.axes]
    ['What goes in', 'What the hidden neurons say']
    """
    h = np.column_stack([CORNERS @ np.asarray(w) + b > 0 for w, b in hidden]).astype(int)
    answers = (h @ np.asarray(output[0]) + output[1] >= 0).astype(int).tolist()
    fig = figure(6.4, 3.55)
    left, right = fig.subplots(1, 2)

    def both(x: Array) -> Array:
        return np.min([x @ np.asarray(w) + b for w, b in hidden], axis=0)  # type: ignore[no-any-return]

    decision_boundary(left, both, limits=((-0.5, 1.5), (-0.5, 1.5)), resolution=81)
    _truth(left, answers)
    _unit_square(left)
    left.set_title("What goes in")
    left.text(-0.42, 0.62, "OR", fontsize=12, ha="left")
    left.text(1.02, 0.62, "NAND", fontsize=12, ha="left")
    _plane(right, output[0], output[1], (-0.5, 1.5))
    places, first = np.unique(h, axis=0, return_index=True)
    words = [
        ", ".join(f"({a}, {b})" for (a, b), place in zip(CORNERS, h, strict=True) if (place == where).all())
        for where in places
    ]
    _truth(right, [answers[i] for i in first], places, words)
    _unit_square(right, names=("$h_1$", "$h_2$"))
    right.set_title("What the hidden neurons say")
    return fig


@styled
def layer_shapes(n: int = 4, n_in: int = 2, n_out: int = 3) -> Figure:
    """Draw a layer as a matrix product: X (n, n_in) @ W (n_in, n_out) + b (n_out,) = Z (n, n_out)."""
    fig, ax = _canvas(6.4, 3.5)
    size = 0.38
    top = 2.6

    def block(
        x: float,
        rows: int,
        columns: int,
        name: str,
        shape: str,
        color: str,
        *,
        row: int | None,
        column: int | None,
    ) -> float:
        for i in range(rows):
            for j in range(columns):
                marked = (
                    (row is None or i == row)
                    and (column is None or j == column)
                    and not (row is None and column is None)
                )
                ax.add_patch(
                    Rectangle(
                        (x + j * size, top - (i + 1) * size),
                        size,
                        size,
                        fc=color if marked else PAPER,
                        ec=INK,
                        lw=1.5,
                        alpha=1,
                        zorder=2,
                    )
                )
        width = columns * size
        ax.text(x + width / 2, top + 0.22, name, ha="center", va="center", fontsize=15)
        ax.text(
            x + width / 2, top - rows * size - 0.25, shape, ha="center", va="center", fontsize=13, color=MUTED
        )
        return x + width

    gap = (6.4 - 0.4 - size * (n_in + 3 * n_out)) / 3
    x = block(0.2, n, n_in, "$X$", f"({n}, {n_in})", BLUE, row=1, column=None)
    ax.text(x + gap / 2, top - size, "@", ha="center", va="center", fontsize=17)
    x = block(x + gap, n_in, n_out, "$W$", f"({n_in}, {n_out})", PURPLE, row=None, column=2)
    ax.text(x + gap / 2, top - size, "+", ha="center", va="center", fontsize=17)
    x = block(x + gap, 1, n_out, "$b$", f"({n_out},)", GREEN, row=None, column=2)
    ax.text(x + gap / 2, top - size, "=", ha="center", va="center", fontsize=17)
    block(x + gap, n, n_out, "$Z$", f"({n}, {n_out})", ORANGE, row=1, column=2)
    ax.text(0.2, 0.3, "row: one record     column: one neuron", fontsize=13, color=INK, va="center")
    return fig


@styled
def network() -> Figure:
    """Draw a network of 3 inputs, 4 hidden neurons and 1 output neuron, with what each layer does."""
    return network_diagram(
        [3, 4, 1],
        names=[["$x_1$", "$x_2$", "$x_3$"], ["$h_1$", "$h_2$", "$h_3$", "$h_4$"], ["$z$"]],
        titles=["input layer\nholds the features", "hidden layer\nsums and fires", "output layer\ndecides"],
    )
