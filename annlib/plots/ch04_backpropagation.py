"""Figures of chapter 4: nudges that are passed on, both passes with every number, shapes, checks, spreads.

What goes forward is blue and solid, what comes back is orange and carries an arrow. The network of two
inputs, two hidden neurons and one output that the chapter computes by hand lives here too (`NETWORK`,
`passes`, `draw_passes`), because figures, explorer and quiz show its numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Rectangle
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from annlib.activations import sigmoid
from annlib.errors import InputError
from annlib.plots.style import (
    BLUE,
    FILL_ALPHA,
    GREEN,
    GRID,
    INK,
    LINE_STYLES,
    MUTED,
    ORANGE,
    PAPER,
    PURPLE,
    RED,
    figure,
    styled,
)

__all__ = [
    "LAST_STEP",
    "NETWORK",
    "cost",
    "draw_passes",
    "draw_spread",
    "kink",
    "learning",
    "matrix_shapes",
    "nudge_chain",
    "passes",
    "ripple",
    "sentence_of_step",
    "spread",
    "step_sizes",
    "two_paths",
    "two_two_one",
]

Array = NDArray[Any]

NETWORK: Mapping[str, float] = MappingProxyType(
    {
        "x1": 1.0, "x2": 2.0,
        "w11": 0.5, "w21": -0.5, "b1": 0.5,
        "w12": -1.0, "w22": 0.5, "b2": 1.0,
        "v1": 1.5, "v2": -2.0, "c": 0.5,
    }
)  # fmt: skip
"""The example's inputs and parameters: w21 leads from x2 into the first hidden neuron, v1 out of it."""


def passes(target: float) -> dict[str, float]:
    """Compute both passes of the example: all values, and their slopes under the names with a leading d.

    Parameters
    ----------
    target : float
        0 or 1.

    Returns
    -------
    dict
        ``z1`` is the first hidden neuron's sum, ``dz1`` how fast the loss changes with it.

    Examples
    --------
    >>> values = passes(1)
    >>> [round(values[name], 3) for name in ("p", "L", "dz", "dw11")]
    [0.447, 0.805, -0.553, -0.207]
    """
    v = dict(NETWORK)
    for unit in "12":
        v[f"z{unit}"] = v["x1"] * v[f"w1{unit}"] + v["x2"] * v[f"w2{unit}"] + v[f"b{unit}"]
        v[f"h{unit}"] = float(sigmoid(np.array(v[f"z{unit}"])))
    v["z"] = v["h1"] * v["v1"] + v["h2"] * v["v2"] + v["c"]
    v["p"] = float(sigmoid(np.array(v["z"])))
    v["L"] = -float(np.log(v["p"] if target else 1 - v["p"]))

    v["dz"] = v["p"] - target
    v["dc"] = v["dz"]
    for unit in "12":
        v[f"dv{unit}"] = v["dz"] * v[f"h{unit}"]
        v[f"dh{unit}"] = v["dz"] * v[f"v{unit}"]
        v[f"dz{unit}"] = v[f"dh{unit}"] * v[f"h{unit}"] * (1 - v[f"h{unit}"])
        v[f"db{unit}"] = v[f"dz{unit}"]
        for i in "12":
            v[f"dw{i}{unit}"] = v[f"dz{unit}"] * v[f"x{i}"]
    for i in "12":  # two paths meet: add
        v[f"dx{i}"] = v["dz1"] * v[f"w{i}1"] + v["dz2"] * v[f"w{i}2"]
    return v


_STEPS: tuple[tuple[str, ...], ...] = (
    (),
    ("z1",), ("h1",), ("z2",), ("h2",), ("z",), ("p",), ("L",),
    ("dz",), ("dv1", "dv2", "dc"),
    ("dh1",), ("dz1",), ("dw11", "dw21", "db1"),
    ("dh2",), ("dz2",), ("dw12", "dw22", "db2"),
    ("dx1", "dx2"),
)  # fmt: skip
"""What each step computes."""

LAST_STEP = len(_STEPS) - 1
"""The steps of the two passes run from 0 (nothing computed yet) to this one."""

_FIRST_BACKWARD = 8


def _n(value: float, digits: int = 3) -> str:
    """Write a number with so many decimals and a true minus sign."""
    return f"{value + 0.0:.{digits}f}".replace("-", "\N{MINUS SIGN}")


def _g(value: float) -> str:
    """Write a given number as short as it is, with a true minus sign."""
    return f"{value:g}".replace("-", "\N{MINUS SIGN}")


def _factor(value: float, exact: bool = False) -> str:
    """Write a number as a factor: in parentheses where it is negative."""
    text = _g(value) if exact else _n(value)
    return f"({text})" if value < 0 else text


def sentence_of_step(step: int, target: int) -> str:
    """Say what a step of the two passes computes, with its numbers.

    Parameters
    ----------
    step : int
        From 0 to `LAST_STEP`.
    target : int
        0 or 1.

    Returns
    -------
    str

    Examples
    --------
    >>> sentence_of_step(8, 1)
    'Step 8 of 16, backward, target 1: dL/dz = p − y = 0.447 − 1 = −0.553.'
    """
    v = passes(target)

    def given(name: str) -> str:
        return _factor(v[name], exact=True)

    def got(name: str) -> str:
        return _factor(v[name])

    def total(unit: str) -> str:
        sums = f"{given('w1' + unit)} × {_g(v['x1'])} + {given('w2' + unit)} × {_g(v['x2'])} + "
        return f"z{unit} = {sums}{given('b' + unit)} = {_n(v['z' + unit])}"

    def bend(unit: str) -> str:
        h = got("h" + unit)
        return f"dL/dz{unit} = dL/dh{unit} × h{unit} (1 − h{unit}) = {got('dh' + unit)} × {h} × (1 − {h}) = \
{_n(v['dz' + unit])}"

    def weights(unit: str) -> str:
        delta = got("dz" + unit)
        parts = [f"dL/dw{i}{unit} = {delta} × {_g(v['x' + i])} = {_n(v[f'dw{i}{unit}'])}" for i in "12"]
        return f"{parts[0]}, {parts[1]}, dL/db{unit} = {_n(v['db' + unit])}"

    def back(unit: str) -> str:
        return f"dL/dh{unit} = dL/dz × v{unit} = {got('dz')} × {given('v' + unit)} = {_n(v['dh' + unit])}"

    surprise = "p" if target else "1 − p"
    meet = f"{got('dz1')} × {given('w11')} + {got('dz2')} × {given('w12')}"
    texts = (
        "inputs, weights and biases are given, nothing is computed yet",
        total("1"),
        f"h1 = σ(z1) = {_n(v['h1'])}",
        total("2"),
        f"h2 = σ(z2) = {_n(v['h2'])}",
        f"z = {got('h1')} × {given('v1')} + {got('h2')} × {given('v2')} + {given('c')} = {_n(v['z'])}",
        f"p = σ(z) = {_n(v['p'])}",
        f"L = −ln({surprise}) = {_n(v['L'])}",
        f"dL/dz = p − y = {_n(v['p'])} − {target} = {_n(v['dz'])}",
        f"dL/dv1 = dL/dz × h1 = {_n(v['dv1'])}, dL/dv2 = dL/dz × h2 = {_n(v['dv2'])}, dL/dc = {_n(v['dc'])}",
        back("1"),
        bend("1"),
        weights("1"),
        back("2"),
        bend("2"),
        weights("2"),
        f"two paths lead from x1 to the loss, and they add up: dL/dx1 = {meet} = {_n(v['dx1'])}; in the same "
        f"way dL/dx2 = {_n(v['dx2'])}",
    )
    way = "start" if step == 0 else "forward" if step < _FIRST_BACKWARD else "backward"
    return f"Step {step} of {LAST_STEP}, {way}, target {target}: {texts[step]}."


class _Box(NamedTuple):
    """A box of the drawing: where its middle is, how wide, and which quantities stand in it."""

    x: float
    y: float
    width: float
    rows: tuple[tuple[str, str], ...]  # name in formulas, name in `passes`

    @property
    def height(self) -> float:
        return 0.25 * len(self.rows) + 0.14


_BOXES = {
    "x1": _Box(1.2, 5.03, 1.95, (("$x_1$", "x1"),)),
    "x2": _Box(3.8, 5.03, 1.95, (("$x_2$", "x2"),)),
    "1": _Box(1.2, 3.25, 1.95, (("$b_1$", "b1"), ("$z_1$", "z1"), ("$h_1$", "h1"))),
    "2": _Box(3.8, 3.25, 1.95, (("$b_2$", "b2"), ("$z_2$", "z2"), ("$h_2$", "h2"))),
    "out": _Box(2.5, 1.42, 1.95, (("$c$", "c"), ("$z$", "z"), ("$p$", "p"))),
    "loss": _Box(2.5, 0.37, 1.95, (("$L$", "L"),)),
}

# Edge: weight, from, to, shift of both ends from the middle of the boxes, place of the label on the edge.
_EDGES = (
    ("w11", "x1", "1", (-0.25, -0.25), 0.5),
    ("w12", "x1", "2", (0.45, -0.6), 0.27),
    ("w21", "x2", "1", (-0.45, 0.6), 0.27),
    ("w22", "x2", "2", (0.25, 0.25), 0.5),
    ("v1", "1", "out", (0.0, -0.45), 0.5),
    ("v2", "2", "out", (0.0, 0.45), 0.5),
)

# What else a step reads, so that it is drawn strong: boxes and edges.
_READS = {
    "z1": ("x1", "x2", "w11", "w21"), "z2": ("x1", "x2", "w12", "w22"), "z": ("1", "2", "v1", "v2"),
    "L": ("out",), "dv1": ("1", "out"), "dv2": ("2", "out"), "dh1": ("out", "v1"), "dh2": ("out", "v2"),
    "dw11": ("x1", "1"), "dw21": ("x2", "1"), "dw12": ("x1", "2"), "dw22": ("x2", "2"),
    "dx1": ("1", "2", "w11", "w12"), "dx2": ("1", "2", "w21", "w22"),
}  # fmt: skip


def draw_passes(ax: Axes, step: int, target: int) -> None:
    """Draw the example with every number that is known after a step; what the step touches is drawn strong.

    Parameters
    ----------
    ax : Axes
        Five inches wide and 5.4 high.
    step : int
        From 0 to `LAST_STEP`.
    target : int
        0 or 1.

    Raises
    ------
    InputError
        If there is no such step or target.
    """
    if step not in range(LAST_STEP + 1) or target not in (0, 1):
        raise InputError(f"step must be 0 to {LAST_STEP} and target 0 or 1, got {step!r} and {target!r}.")
    v = passes(target)
    known = {name for names in _STEPS[: step + 1] for name in names} | set(NETWORK)
    new = set(_STEPS[step])
    touched = new | {part for name in new for part in _READS.get(name, ())}
    back = step >= _FIRST_BACKWARD
    strong = ORANGE if back else BLUE
    ax.set(xlim=(0, 5), ylim=(0, 5.4), aspect="equal")
    ax.axis("off")

    def edge(start: tuple[float, float], end: tuple[float, float], active: bool) -> None:
        if back and active:
            start, end = end, start
        ax.add_patch(
            FancyArrowPatch(
                start, end, arrowstyle="-|>", mutation_scale=13, shrinkA=0, shrinkB=0, zorder=1,
                color=strong if active else MUTED, linewidth=3 if active else 1.2,
                linestyle=(0, (4, 1.5)) if back and active else "-",
            )
        )  # fmt: skip

    def slope(x: float, y: float, name: str, **kwargs: Any) -> None:
        if name in known:
            weight = "bold" if name in new else "normal"
            ax.text(x, y, f"↑ {_n(v[name])}", color=ORANGE, fontweight=weight, zorder=7, **kwargs)

    for name, start_box, end_box, (at_start, at_end), where in _EDGES:
        first, last = _BOXES[start_box], _BOXES[end_box]
        x0, y0 = first.x + at_start, first.y - first.height / 2
        x1, y1 = last.x + at_end, last.y + last.height / 2
        edge((x0, y0), (x1, y1), f"d{name}" in new or name in touched)
        x, y = x0 + where * (x1 - x0), y0 + where * (y1 - y0)
        shown = f"d{name}" in known
        ax.add_patch(
            Rectangle(
                (x - 0.41, y - (0.23 if shown else 0.12)), 0.82, 0.46 if shown else 0.24, facecolor=PAPER,
                edgecolor="none", linewidth=0, zorder=5,
            )
        )  # fmt: skip
        ax.text(
            x, y + (0.11 if shown else 0), _g(v[name]), ha="center", va="center", fontsize=11.5, color=BLUE,
            zorder=7, fontweight="bold" if name in touched and not back else "normal",
        )  # fmt: skip
        slope(x, y - 0.11, f"d{name}", ha="center", va="center", fontsize=11)
    out, loss = _BOXES["out"], _BOXES["loss"]
    edge((2.5, out.y - out.height / 2), (2.5, loss.y + loss.height / 2), bool(new & {"L", "dz"}))

    for key, box in _BOXES.items():
        quantities = {name for _, name in box.rows}
        active = key in touched or bool(new & (quantities | {f"d{name}" for name in quantities}))
        ax.add_patch(
            FancyBboxPatch(
                (box.x - box.width / 2, box.y - box.height / 2), box.width, box.height, zorder=3,
                boxstyle="round,pad=0,rounding_size=0.08", linewidth=2.75 if active else 1.2,
                edgecolor=strong if active else MUTED,
                facecolor=(strong, FILL_ALPHA) if active and not key.startswith("x") else PAPER,
            )
        )  # fmt: skip
        for row, (symbol, name) in enumerate(box.rows):
            y = box.y + 0.25 * ((len(box.rows) - 1) / 2 - row)
            left = box.x - box.width / 2
            ax.text(left + 0.1, y, symbol, va="center", ha="left", fontsize=12.5, zorder=7)
            if name in known:
                number = _g(v[name]) if name in NETWORK else _n(v[name])
                ax.text(
                    left + 1.03, y, number, va="center", ha="right", fontsize=11.5, color=BLUE, zorder=7,
                    fontweight="bold" if name in new else "normal",
                )  # fmt: skip
            if name != "L":
                slope(left + 1.88, y, f"d{name}", va="center", ha="right", fontsize=11)
    ax.text(3.62, loss.y, f"target $y$ = {target}", va="center", ha="left", fontsize=12)
    ax.text(0.02, 1.4, "value", color=BLUE, fontsize=12, va="center")
    if back:
        ax.text(0.02, 1.14, "↑ slope of $L$", color=ORANGE, fontsize=12, va="center")


@styled
def two_two_one(step: int = LAST_STEP, target: int = 1) -> Figure:
    """Draw the example of the chapter after a step of its two passes.

    Parameters
    ----------
    step : int
        From 0 (nothing computed) over 7 (forward done) to `LAST_STEP`.
    target : int
        0 or 1.

    Returns
    -------
    Figure

    Examples
    --------
    >>> fig = two_two_one(7)
    >>> "0.447" in [text.get_text() for text in fig.axes[0].texts]
    True
    """
    fig = figure(5, 5.4, layout=None)
    draw_passes(fig.add_axes((0, 0, 1, 1)), step, target)
    return fig


def _sheet(width: float, height: float) -> tuple[Figure, Axes]:
    """Return a figure that is one sheet of paper measured in inches."""
    fig = figure(width, height, layout=None)
    ax = fig.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    ax.axis("off")
    return fig, ax


def _arrow(
    ax: Axes, start: tuple[float, float], end: tuple[float, float], color: str = INK, **kwargs: Any
) -> None:
    settings: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 14, "linewidth": 2, "zorder": 2}
    ax.add_patch(FancyArrowPatch(start, end, color=color, shrinkA=0, shrinkB=0, **(settings | kwargs)))


def _label(ax: Axes, x: float, y: float, text: str, **kwargs: Any) -> None:
    """Write on a small patch of paper."""
    box = {"boxstyle": "round,pad=0.12", "facecolor": PAPER, "edgecolor": "none", "linewidth": 0}
    settings: dict[str, Any] = {"ha": "center", "va": "center", "bbox": box, "zorder": 7, "fontsize": 12}
    ax.text(x, y, text, **(settings | kwargs))


@styled
def ripple() -> Figure:
    """Draw a network in which one early weight is nudged: all that feels the nudge is drawn strong.

    Returns
    -------
    Figure

    Examples
    --------
    >>> len(ripple().axes)
    1
    """
    fig, ax = _sheet(5, 3.5)
    sizes, columns = (3, 4, 4, 1), (0.45, 1.7, 2.95, 4.2)
    places = [[1.75 + 0.78 * ((size - 1) / 2 - unit) for unit in range(size)] for size in sizes]
    felt = [set[int](), {1}, set(range(4)), {0}]  # which units feel it
    for k in range(3):
        for i, y0 in enumerate(places[k]):
            for j, y1 in enumerate(places[k + 1]):
                nudged = (k, i, j) == (0, 0, 1)
                on = nudged or (k > 0 and i in felt[k] and j in felt[k + 1])
                ax.plot(
                    [columns[k], columns[k + 1]], [y0, y1], zorder=1.5 if on else 1,
                    color=ORANGE if nudged else BLUE if on else GRID, linestyle="-" if on else ":",
                    linewidth=4 if nudged else 2.25 if on else 1.5,
                )  # fmt: skip
    for k, (size, x) in enumerate(zip(sizes, columns, strict=True)):
        for unit in range(size):
            y, on = places[k][unit], unit in felt[k]
            look: dict[str, Any] = {"linewidth": 2, "zorder": 3, "edgecolor": BLUE if on else MUTED}
            if k == 0:
                ax.add_patch(Rectangle((x - 0.2, y - 0.2), 0.4, 0.4, facecolor=PAPER, **look))
            else:
                ax.add_patch(Circle((x, y), 0.22, facecolor=PAPER, edgecolor="none", zorder=2.5))
                ax.add_patch(Circle((x, y), 0.22, facecolor=(BLUE, 0.3) if on else PAPER, **look))
    _arrow(ax, (4.42, 1.75), (4.72, 1.75), BLUE)
    _label(ax, 4.84, 1.75, "$L$", fontsize=15)
    _label(ax, 1.0, 3.05, "nudge", color=ORANGE, fontsize=13)
    ax.plot([1.0, 1.06], [2.92, 2.46], color=ORANGE, linestyle="-", linewidth=1.5)
    return fig


@styled
def nudge_chain(x: float = 1.0, nudge: float = 0.01) -> Figure:
    """Draw a nudge that passes u = 3x + 1 and y = u squared: each function multiplies it with its slope.

    Parameters
    ----------
    x, nudge : float

    Returns
    -------
    Figure

    Examples
    --------
    >>> any("×3" in text.get_text() for text in nudge_chain().axes[0].texts)
    True
    """
    u = 3 * x + 1
    fig, ax = _sheet(5, 2.5)
    places, values = (0.65, 2.5, 4.35), (x, u, u**2)
    sizes = (nudge, 3 * nudge, 3 * nudge * 2 * u)
    for at, name, value, size in zip(places, "xuy", values, sizes, strict=True):
        ax.add_patch(Circle((at, 1.55), 0.4, facecolor=(BLUE, FILL_ALPHA), edgecolor=BLUE, linewidth=2))
        ax.text(at, 1.55, f"${name}$ = {_g(value)}", ha="center", va="center", fontsize=12)
        ax.text(at, 0.86, f"+ {_g(size)}", ha="center", va="center", fontsize=13, color=ORANGE)
        width = 0.04 * size / nudge  # to scale: bars as long as the nudges
        ax.plot([at - width / 2, at + width / 2], [0.55, 0.55], color=ORANGE, linestyle="-", linewidth=8)
    for left, right, rule, factor in (
        (places[0], places[1], "$3x + 1$", "×3"),
        (places[1], places[2], "$u^2$", f"×{_g(2 * u)}"),
    ):
        _arrow(ax, (left + 0.42, 1.55), (right - 0.42, 1.55))
        _label(ax, (left + right) / 2, 2.05, rule, fontsize=13)
        _label(ax, (left + right) / 2, 0.86, factor, color=ORANGE, fontsize=14, fontweight="bold")
    return fig


@styled
def two_paths(x: float = 1.0) -> Figure:
    """Draw the graph of L = a b with a = 2x and b = x + 3: values in blue, slopes in orange, paths that meet.

    Parameters
    ----------
    x : float

    Returns
    -------
    Figure

    Examples
    --------
    >>> texts = [text.get_text() for text in two_paths(1.0).axes[0].texts]
    >>> "$L$ = 8" in texts, "↑ 8 + 2 = 10" in texts
    (True, True)
    """
    a, b = 2 * x, x + 3
    fig, ax = _sheet(5, 4.7)
    nodes = {"x": (2.5, 4.1, x), "a": (1.1, 2.35, a), "b": (3.9, 2.35, b), "L": (2.5, 0.6, a * b)}
    edges = (("x", "a", "× 2", 2.0), ("x", "b", "+ 3", 1.0), ("a", "L", "", b), ("b", "L", "", a))
    for start, end, rule, factor in edges:
        (x0, y0, _), (x1, y1, _) = nodes[start], nodes[end]
        direction = np.array([x1 - x0, y1 - y0])
        unit = direction / np.hypot(*direction)
        first, last = np.array([x0, y0]) + 0.5 * unit, np.array([x1, y1]) - 0.5 * unit
        _arrow(ax, tuple(first), tuple(last), MUTED)
        mid = (first + last) / 2
        text = f"×{_g(factor)}"
        _label(ax, mid[0], mid[1], text, color=ORANGE, fontsize=14, fontweight="bold")
        if rule:
            _label(ax, mid[0] + np.sign(x1 - x0) * 0.62, mid[1] + 0.18, rule, color=BLUE, fontsize=13)
    _label(ax, 2.5, 1.62, "$a \\times b$", color=BLUE, fontsize=13)
    for name, (at, y, value) in nodes.items():
        ax.add_patch(Circle((at, y), 0.48, facecolor=PAPER, edgecolor="none", zorder=3))
        ax.add_patch(
            Circle((at, y), 0.48, facecolor=(BLUE, FILL_ALPHA), edgecolor=BLUE, linewidth=2, zorder=4)
        )
        ax.text(at, y, f"${name}$ = {_g(value)}", ha="center", va="center", fontsize=13, zorder=8)
    for at, y, text, side in (
        (0.52, 2.35, f"↑ {_g(b)}", "right"),
        (4.48, 2.35, f"↑ {_g(a)}", "left"),
        (3.1, 0.6, "↑ 1", "left"),
        (3.1, 4.1, f"↑ {_g(2 * b)} + {_g(a)} = {_g(2 * b + a)}", "left"),
    ):
        ax.text(at, y, text, ha=side, va="center", fontsize=13, color=ORANGE)
    return fig


@styled
def matrix_shapes(n: int = 5, n_in: int = 3, n_out: int = 2) -> Figure:
    """Draw the three products of a layer's backward pass as blocks whose sides are their sizes.

    Parameters
    ----------
    n, n_in, n_out : int
        Records, inputs and neurons.

    Returns
    -------
    Figure

    Examples
    --------
    >>> len(matrix_shapes().axes)
    1
    """
    fig, ax = _sheet(5, 5.2)
    cell = 0.2

    def block(
        x: float,
        middle: float,
        rows: int,
        columns: int,
        name: str,
        color: str,
        hatch: str,
        vector: bool = False,
    ) -> None:
        width, height = columns * cell, rows * cell
        ax.add_patch(
            Rectangle(
                (x, middle - height / 2), width, height, facecolor=(color, FILL_ALPHA), edgecolor=color,
                linewidth=2, hatch=hatch, zorder=2,
            )
        )  # fmt: skip
        for k in range(1, columns):
            ax.plot([x + k * cell] * 2, [middle - height / 2, middle + height / 2], color=color,
                    linestyle="-", linewidth=0.75, zorder=3)  # fmt: skip
        for k in range(1, rows):
            ax.plot([x, x + width], [middle - height / 2 + k * cell] * 2, color=color, linestyle="-",
                    linewidth=0.75, zorder=3)  # fmt: skip
        ax.text(x + width / 2, middle + height / 2 + 0.15, name, ha="center", va="center", fontsize=13)
        ax.text(
            x + width / 2, middle - height / 2 - 0.15, f"({columns},)" if vector else f"({rows}, {columns})",
            ha="center", va="center", fontsize=11, color=INK,
        )  # fmt: skip

    def sign(x: float, middle: float, text: str) -> None:
        ax.text(x, middle, text, ha="center", va="center", fontsize=16)

    for row, text in ((4.35, "weights"), (2.55, "biases"), (0.8, "inputs")):
        ax.text(0.1, row, text, ha="left", va="center", fontsize=12, color=MUTED)
    block(1.25, 4.35, n_in, n, "$X^\\top$", BLUE, "")
    sign(2.5, 4.35, "·")
    block(2.8, 4.35, n, n_out, "$G$", ORANGE, "//")
    sign(3.55, 4.35, "=")
    block(3.95, 4.35, n_in, n_out, "d$W$", GREEN, "")

    ax.text(1.25, 2.55, "columns of $G$\nadded up:", ha="left", va="center", fontsize=12)
    block(2.8, 2.55, n, n_out, "$G$", ORANGE, "//")
    sign(3.55, 2.55, "→")
    block(3.95, 2.55, 1, n_out, "d$b$", GREEN, "", vector=True)

    block(1.25, 0.8, n, n_out, "$G$", ORANGE, "//")
    sign(1.9, 0.8, "·")
    block(2.2, 0.8, n_out, n_in, "$W^\\top$", BLUE, "")
    sign(3.15, 0.8, "=")
    block(3.6, 0.8, n, n_in, "d$X$", GREEN, "")
    return fig


@styled
def cost(multiplications: Mapping[str, float]) -> Figure:
    """Draw how many multiplications each way to the slopes takes, on a scale of factors of ten.

    Parameters
    ----------
    multiplications : mapping of str to float
        For each way.

    Returns
    -------
    Figure

    Examples
    --------
    >>> cost({"forward": 100.0, "both": 300.0}).axes[0].get_xscale()
    'log'
    """
    fig = figure(5, 0.9 + 0.62 * len(multiplications))
    ax = fig.subplots()
    places = -np.arange(len(multiplications))
    values = np.array(list(multiplications.values()))
    colors = [BLUE, ORANGE, PURPLE, GREEN]
    hatches = ["", "//", "xx", ".."]
    for place, value, color, hatch in zip(places, values, colors, hatches, strict=False):
        ax.barh(place, value, height=0.55, color=(color, 0.4), edgecolor=color, linewidth=2, hatch=hatch)
    ax.set_xscale("log")
    ax.set(xlabel="multiplications", xlim=(values.min() / 30, values.max() * 3))
    ax.set_yticks(places, list(multiplications))
    ax.set_xticks([10.0**k for k in range(4, 13, 2) if values.min() / 30 <= 10.0**k <= values.max() * 3])
    ax.set_xticks([], minor=True)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    return fig


@styled
def step_sizes(steps: ArrayLike, errors: Mapping[str, ArrayLike]) -> Figure:
    """Draw how wrong a measured slope is, over the size of the nudge; both on scales of factors of ten.

    Parameters
    ----------
    steps : array_like
        The nudges h.
    errors : mapping of str to array_like
        For each way of measuring the relative error at each h.

    Returns
    -------
    Figure

    Examples
    --------
    >>> fig = step_sizes([1e-3, 1e-1], {"central": [1e-7, 1e-3]})
    >>> fig.axes[0].get_xscale(), fig.axes[0].get_yscale()
    ('log', 'log')
    """
    fig = figure(5, 4.2)
    ax = fig.subplots()
    for (name, values), color, mark, line in zip(
        errors.items(), (ORANGE, BLUE, PURPLE), ("^", "o", "s"), LINE_STYLES[1::-1] + LINE_STYLES[2:],
        strict=False,
    ):  # fmt: skip
        ax.plot(
            steps, values, color=color, linestyle=line, marker=mark, markersize=6, linewidth=2.25, label=name
        )
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set(xlabel="nudge $h$", ylabel="error, relative")
    ax.set_xticks([1e-12, 1e-9, 1e-6, 1e-3, 1])
    ax.set_xticks([], minor=True)
    ax.set_yticks([1e-10, 1e-8, 1e-6, 1e-4, 1e-2, 1])
    ax.set_yticks([], minor=True)
    fig.legend(loc="outside lower center", ncols=1)
    return fig


@styled
def kink(z: float = -0.02, h: float = 0.1) -> Figure:
    """Draw ReLU near its corner with the line through the two points that a central difference takes.

    Parameters
    ----------
    z, h : float
        Where it is measured, and how far the nudge goes to both sides.

    Returns
    -------
    Figure

    Examples
    --------
    >>> any("0.4" in text.get_text() for text in kink().axes[0].texts)
    True
    """
    fig = figure(5, 3.3)
    ax = fig.subplots()
    grid = np.array([-0.2, 0.0, 0.2])
    ax.axhline(0, color=MUTED, linestyle="-", linewidth=1, zorder=1)
    ax.plot(grid, grid.clip(0), color=BLUE, linestyle="-", linewidth=3)
    ends = np.array([z - h, z + h])
    ax.plot(ends, ends.clip(0), color=ORANGE, linestyle="--", linewidth=2.5, marker="s", zorder=4)
    ax.plot(z, max(z, 0.0), "o", color=INK, zorder=5)
    slope = float(np.diff(ends.clip(0))[0] / (2 * h))
    _label(ax, -0.045, 0.075, f"measured: {slope:.1f}", color=ORANGE, fontsize=13)
    _label(ax, z, -0.028, "true slope here: 0", fontsize=13)
    ax.text(0.125, 0.15, "ReLU", color=BLUE, fontsize=13, ha="right")
    ax.set(xlabel="$z$", ylabel="output", xlim=(-0.2, 0.2), ylim=(-0.05, 0.2))
    ax.set(xticks=[-0.2, -0.1, 0, 0.1, 0.2], yticks=[0, 0.1, 0.2])
    return fig


def draw_spread(
    ax: Axes, arrays: Sequence[ArrayLike], *, color: str = BLUE, strong: int | None = None
) -> None:
    """Draw for each layer where its numbers lie: thin line from 5 to 95 %, thick from 25 to 75 %, a dot.

    Parameters
    ----------
    ax : Axes
    arrays : sequence of array_like
        The numbers of each layer; the first layer stands at 1.
    color : str
        A token.
    strong : int, optional
        The layer to mark, from 1.
    """
    layers = np.arange(1, len(arrays) + 1)
    low, q1, middle, q3, high = np.transpose(
        [np.quantile(np.asarray(numbers), [0.05, 0.25, 0.5, 0.75, 0.95]) for numbers in arrays]
    )
    marked = layers == strong
    shades = np.where(marked, ORANGE, color).tolist()
    ax.vlines(layers, low, high, shades, linewidth=2, capstyle="projecting", zorder=2)
    ax.vlines(layers, q1, q3, shades, linewidth=np.where(marked, 10, 8), capstyle="butt", zorder=3)
    for which, marker, shade in ((~marked, "o", color), (marked, "D", ORANGE)):
        ax.plot(
            layers[which], middle[which], marker, color=PAPER, markeredgecolor=shade, markersize=6, zorder=4
        )


@styled
def spread(
    groups: Mapping[str, Sequence[ArrayLike]], ylabel: str, *, limits: tuple[float, float] | None = None
) -> Figure:
    """Draw the spread of numbers layer by layer, a panel for each way to start.

    Parameters
    ----------
    groups : mapping of str to sequence of array_like
        For each title the numbers of each layer.
    ylabel : str
        What the numbers are.
    limits : (float, float), optional
        With them the scale has factors of ten, from the one to the other, and the sizes of the numbers are
        drawn, without their signs.

    Returns
    -------
    Figure

    Examples
    --------
    >>> fig = spread({"small": [[0, 1], [0, 2]], "large": [[0, 9], [0, 9]]}, "output")
    >>> [ax.get_title() for ax in fig.axes]
    ['small', 'large']
    """
    fig = figure(5, 0.75 + 1.6 * len(groups))
    panels = fig.subplots(len(groups), 1, sharex=True, sharey=True, squeeze=False).ravel()
    for ax, (title, arrays) in zip(panels, groups.items(), strict=True):
        if limits is None:
            ax.axhline(0, color=MUTED, linestyle="-", linewidth=1, zorder=1)
            draw_spread(ax, arrays)
        else:
            draw_spread(ax, [np.abs(np.asarray(part)) for part in arrays], color=ORANGE)
            ax.set_yscale("log")
            ax.set_ylim(limits)
            powers = np.log10(limits)
            ax.set_yticks(10.0 ** np.arange(np.ceil(powers[0]), powers[1] + 1e-9, 4))
            ax.set_yticks([], minor=True)
        ax.set_title(title)
        ax.set_ylabel(ylabel)
        ax.set_xticks(range(1, len(arrays) + 1))
    panels[-1].set_xlabel("hidden layer")
    return fig


@styled
def learning(losses: Mapping[str, ArrayLike], chance: float) -> Figure:
    """Draw how the loss falls from several starts, and the loss of guessing.

    Parameters
    ----------
    losses : mapping of str to array_like
        For each start the loss of each epoch.
    chance : float
        The loss of a network that finds all classes equally probable.

    Returns
    -------
    Figure

    Examples
    --------
    >>> learning({"small": [2.3, 2.3], "Glorot": [1.0, 0.5]}, 2.3).axes[0].get_xlabel()
    'epoch'
    """
    fig = figure(5, 4.0)
    ax = fig.subplots()
    ax.axhline(chance, color=MUTED, linestyle="-", linewidth=1)
    looks = zip((ORANGE, PURPLE, BLUE, GREEN, RED), ("^", "s", "o", "D", "v"), strict=True)
    for number, ((name, values), (color, mark)) in enumerate(zip(losses.items(), looks, strict=False)):
        curve = np.asarray(values)
        ax.plot(
            np.arange(1, len(curve) + 1), curve, color=color, marker=mark, markersize=6, linewidth=2.25,
            linestyle=LINE_STYLES[number % 4], markevery=max(1, len(curve) // 8), label=name,
        )  # fmt: skip
    ax.text(
        0.99,
        1.12 * chance,
        "guessing",
        ha="right",
        va="bottom",
        color=MUTED,
        transform=ax.get_yaxis_transform(),
    )
    ax.set(xlabel="epoch", ylabel="loss")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_ylim(bottom=0)
    fig.legend(loc="outside lower center", ncols=2)
    return fig
