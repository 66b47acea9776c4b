"""Figures of chapter 2: each activation with its slope, stacked layers, what arrives, the zigzag, softmax.

A function is always the solid blue line and its derivative the dashed orange one. Where the slope stays
nearly zero to the end of the picture it is shaded: the places where learning stops are seen at a glance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from annlib import activations
from annlib.errors import InputError
from annlib.plots.style import (
    BLUE,
    FILL_ALPHA,
    GREEN,
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
    "FUNCTIONS",
    "Activation",
    "draw_activation",
    "function_and_slope",
    "gallery",
    "one_signed",
    "recovery",
    "slopes_by_depth",
    "softmax_steps",
    "stacked",
    "tent",
]

Array = NDArray[Any]

FLAT = 0.05
"""A slope nearer to zero than this is called flat here: a twentieth of the linear unit's."""


class Activation(NamedTuple):
    """A function with its derivative, and where it jumps (if it does)."""

    function: Callable[[Array], Array]
    derivative: Callable[[Array], Array]
    jump: bool = False


FUNCTIONS: Mapping[str, Activation] = MappingProxyType(
    {
        "step": Activation(activations.step, activations.step_derivative, jump=True),
        "linear": Activation(activations.linear, activations.linear_derivative),
        "sigmoid": Activation(activations.sigmoid, activations.sigmoid_derivative),
        "tanh": Activation(activations.tanh, activations.tanh_derivative),
        "ReLU": Activation(activations.relu, activations.relu_derivative),
        "leaky ReLU": Activation(activations.leaky_relu, activations.leaky_relu_derivative),
        "PReLU": Activation(
            lambda z: activations.leaky_relu(z, 0.25), lambda z: activations.leaky_relu_derivative(z, 0.25)
        ),
        "ELU": Activation(activations.elu, activations.elu_derivative),
        "GELU": Activation(activations.gelu, activations.gelu_derivative),
        "SiLU": Activation(activations.silu, activations.silu_derivative),
        "softplus": Activation(activations.softplus, activations.softplus_derivative),
    }
)
"""The activations of one number, by their names in the chapter; PReLU at its starting slope 0.25."""

_BENT = ("ReLU", "leaky ReLU", "PReLU")
"""Their slope jumps at 0, where the function has a corner."""


def _activation(name: str) -> Activation:
    if name not in FUNCTIONS:
        raise InputError(f"name must be one of {list(FUNCTIONS)}, got {name!r}.")
    return FUNCTIONS[name]


def draw_activation(
    ax: Axes,
    name: str,
    *,
    reach: float = 6.0,
    heights: tuple[float, float] | None = None,
    parts: tuple[str, ...] = ("function", "slope"),
    width: float = 2.75,
) -> None:
    """Draw a function (solid) and its derivative (dashed), and shade where the slope stays flat.

    Parameters
    ----------
    ax : Axes
    name : str
        One of `FUNCTIONS`.
    reach : float
        From -reach to reach.
    heights : (float, float), optional
        The limits of the vertical axis; by default they fit the function.
    parts : tuple of str
        Draw both curves, or only the "function" or the "slope".
    width : float
        Of the lines, in points.

    Raises
    ------
    InputError
        If there is no such function.

    Examples
    --------
    >>> ax = figure().subplots()
    >>> draw_activation(ax, "tanh")
    >>> float(ax.get_xlim()[1])
    6.0
    """
    f = _activation(name)
    low, high = heights or ((-1.25, 1.25) if name in ("step", "sigmoid", "tanh") else (-2.0, 4.0))
    ax.axhline(0, color=MUTED, linestyle="-", linewidth=1, zorder=1)
    ax.axvline(0, color=MUTED, linestyle="-", linewidth=1, zorder=1)
    _shade_flat(ax, name, reach)
    zero, right = np.zeros(1), np.linspace(0, reach, 241)
    if f.jump or name in _BENT:
        right[0] = 1e-9  # a curve that jumps at 0 is drawn in two parts, with a dot for what holds at 0
    if "slope" in parts:
        for half in (-right[::-1], right):
            ax.plot(half, f.derivative(half), color=ORANGE, linestyle="--", linewidth=width, zorder=3)
        if name in _BENT:
            ax.plot(zero, f.derivative(zero), "o", color=ORANGE, markersize=7, zorder=5)
    if "function" in parts:
        halves = (-right[::-1], right) if f.jump else (np.linspace(-reach, reach, 481),)
        for half in halves:
            ax.plot(half, f.function(half), color=BLUE, linestyle="-", linewidth=width, zorder=4)
        if f.jump:
            ax.plot(zero, f.function(zero), "o", color=BLUE, markersize=7, zorder=5)
            ax.plot(0, 0, "o", markerfacecolor=PAPER, markeredgecolor=BLUE, markeredgewidth=2, zorder=5)
    ax.set(xlim=(-reach, reach), ylim=(low, high))


def _shade_flat(ax: Axes, name: str, reach: float) -> None:
    """Shade where the slope is flat from there to the end of the picture, not where it only crosses zero."""
    for side in (-1, 1):
        z = side * np.linspace(reach, 1e-9, 601)  # from the end inwards
        steep = np.flatnonzero(np.abs(FUNCTIONS[name].derivative(z)) >= FLAT)
        inner = float(z[steep[0]]) if len(steep) else 0.0
        if abs(inner) < reach:
            ax.axvspan(
                min(side * reach, inner), max(side * reach, inner), facecolor=(RED, FILL_ALPHA),
                edgecolor="none", linewidth=0, zorder=0.5,
            )  # fmt: skip
            if len(steep):
                ax.axvline(inner, color=RED, linestyle=":", linewidth=1.5, zorder=0.6)


def _label(ax: Axes, x: float, y: float, text: str, **kwargs: Any) -> None:
    """Write on a small patch of paper."""
    box = {"boxstyle": "round,pad=0.15", "facecolor": PAPER, "edgecolor": "none", "linewidth": 0}
    settings: dict[str, Any] = {"ha": "center", "va": "center", "bbox": box, "zorder": 7}
    ax.text(x, y, text, **(settings | kwargs))


@styled
def function_and_slope(name: str, tangents: Sequence[float] = ()) -> Figure:
    """Draw one activation large: function above, derivative below, with tangents at chosen places.

    Parameters
    ----------
    name : str
        One of `FUNCTIONS`.
    tangents : sequence of float
        Where to lay a tangent on the function; its slope is marked on the derivative and written there.

    Returns
    -------
    Figure

    Raises
    ------
    InputError
        If there is no such function.

    Examples
    --------
    >>> len(function_and_slope("sigmoid", [0.0, 3.0]).axes)
    2
    """
    f = _activation(name)
    fig = figure(6.4, 5.4)
    above, below = fig.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": [1.35, 1]})
    reach = 6.0
    z = np.linspace(-reach, reach, 481)
    for ax in (above, below):
        ax.axhline(0, color=MUTED, linestyle="-", linewidth=1, zorder=1)
        slopes = np.abs(f.derivative(z))
        low, high = (-0.15, 1.2) if name == "sigmoid" else (-1.3, 1.3)
        if ax is below:
            low, high = -0.02 * slopes.max(), 1.45 * slopes.max()
        _shade_flat(ax, name, reach)
        ax.set(xlim=(-reach, reach), ylim=(low, high), xticks=range(-6, 7, 1))
    above.plot(z, f.function(z), color=BLUE, linestyle="-", linewidth=3, zorder=3)
    below.plot(z, f.derivative(z), color=ORANGE, linestyle="--", linewidth=3, zorder=3)
    for at in tangents:
        place = np.array([float(at)])
        value, slope = float(f.function(place)[0]), float(f.derivative(place)[0])
        half = np.array([-1.7, 1.7])
        above.plot(at + half, value + slope * half, color=GREEN, linestyle="-", linewidth=2.25, zorder=4)
        above.plot(at, value, "o", color=GREEN, zorder=5)
        below.plot([at, at], [0, slope], color=GREEN, linestyle="-", linewidth=2.25, zorder=4)
        below.plot(at, slope, "o", color=GREEN, zorder=5)
        _label(below, at, slope + 0.2 * float(slopes.max()), f"{slope:.3f}", fontsize=13, color=GREEN)
    above.set_ylabel(f"{name} $f(z)$")
    below.set_ylabel("slope $f'(z)$")
    below.set_xlabel("$z$")
    return fig


@styled
def gallery(names: Sequence[str], columns: int = 2, reach: float = 5.0) -> Figure:
    """Draw several activations side by side, each with its derivative, all on one scale.

    Parameters
    ----------
    names : sequence of str
        From `FUNCTIONS`.
    columns : int
        How many stand in a row.
    reach : float
        From -reach to reach.

    Returns
    -------
    Figure
        One panel for each name, on one scale.

    Raises
    ------
    InputError
        If there is no such function.

    Examples
    --------
    >>> [ax.get_title() for ax in gallery(["step", "linear"]).axes]
    ['step', 'linear']
    """
    rows = -(-len(names) // columns)
    narrow = {"step", "sigmoid", "tanh"}
    heights = (-1.4, 1.4) if set(names) <= narrow else (-1.6, 3.2)
    fig = figure(6.4, 0.75 + 2.25 * rows)
    panels = fig.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
    for ax, name in zip(panels, names, strict=False):
        draw_activation(ax, name, reach=reach, heights=heights)
        ax.set_title(name)
    for ax in panels[len(names) :]:
        ax.remove()
    lines = [
        panels[0].plot([], [], color=BLUE, linestyle="-", linewidth=2.75)[0],
        panels[0].plot([], [], color=ORANGE, linestyle="--", linewidth=2.75)[0],
    ]
    fig.legend(lines, ["function $f(z)$", "slope $f'(z)$"], loc="outside lower center", ncols=2)
    return fig


def _random_network(f: Callable[[Array], Array], layers: int, x: Array, seed: int) -> Array:
    """Return what each of so many layers of 8 neurons, with random weights, passes to one output."""
    rng = np.random.default_rng(seed)
    a, outputs = x[:, np.newaxis], []
    for _ in range(layers):
        n_in = a.shape[1]
        a = f(a @ (1.6 * rng.normal(size=(n_in, 8)) / np.sqrt(n_in)) + 0.8 * rng.normal(size=8))
        outputs.append(a @ (rng.normal(size=8) / np.sqrt(8)))
    return np.stack(outputs)


@styled
def stacked(seed: int = 4) -> Figure:
    """Draw what networks of one, two and three random layers answer, without and with an activation."""
    x = np.linspace(-2, 2, 401)
    fig = figure(6.4, 3.7)
    panels = fig.subplots(1, 2)
    titles = ("no activation", "tanh after each layer")
    for ax, name, f in zip(panels, titles, (activations.linear, activations.tanh), strict=True):
        for y, color, line in zip(
            _random_network(f, 3, x, seed), (MUTED, ORANGE, BLUE), LINE_STYLES[2::-1], strict=True
        ):
            ax.plot(x, y - y.mean(), color=color, linestyle=line, linewidth=2.75)
        ax.set(title=name, xlabel="input $x$", xlim=(-2, 2), xticks=[-2, -1, 0, 1, 2])
        ax.set_yticks([])
    panels[0].set_ylabel("output")
    fig.legend(
        panels[0].get_lines(), ["1 layer", "2 layers", "3 layers"], loc="outside lower center", ncols=3
    )
    return fig


@styled
def slopes_by_depth(arrives: Mapping[str, Sequence[float]], depths: Sequence[int]) -> Figure:
    """Draw how much slope is left after so many layers, on a scale where each line is a factor of ten.

    Parameters
    ----------
    arrives : mapping of str to sequence of float
        For each name the slope at each depth.
    depths : sequence of int
        Numbers of layers.

    Returns
    -------
    Figure

    Examples
    --------
    >>> fig = slopes_by_depth({"sigmoid": [0.2, 0.04]}, [1, 2])
    >>> fig.axes[0].get_yscale()
    'log'
    """
    fig = figure(6.4, 4.2)
    ax = fig.subplots()
    marks = ("o", "^", "s", "D")
    for (name, values), color, mark, line in zip(
        arrives.items(), (ORANGE, BLUE, PURPLE, GREEN), marks, LINE_STYLES, strict=False
    ):
        ax.plot(depths, values, color=color, linestyle=line, linewidth=2.5, marker=mark, markersize=6)
        end = float(values[-1])
        ax.annotate(
            name, (depths[-1], end), (8, 0), textcoords="offset points", va="center", fontsize=12, color=color
        )
    ax.axhline(1, color=MUTED, linestyle="-", linewidth=1)
    ax.set_yscale("log")
    ax.set(xlabel="layers", ylabel="share of the nudge that arrives", xlim=(0, depths[-1] * 1.34))
    ax.set_xticks([depth for depth in depths if depth % 5 == 0 or depth == 1])
    return fig


@styled
def tent() -> Figure:
    """Draw how two ReLU neurons make the tent that is XOR, over the sum of the two inputs."""
    total = np.linspace(-0.5, 2.5, 301)
    first, second = activations.relu(total), activations.relu(total - 1)
    fig = figure(6.4, 4.0)
    ax = fig.subplots()
    ax.axhline(0, color=MUTED, linestyle="-", linewidth=1, zorder=1)
    ax.plot(total, first, color=GREEN, linestyle="--", linewidth=2.25)
    ax.plot(total, -2 * second, color=PURPLE, linestyle="-.", linewidth=2.25)
    ax.plot(total, first - 2 * second, color=BLUE, linestyle="-", linewidth=3.25)
    for at, output in ((0, 0), (1, 1), (2, 0)):
        ax.plot(
            at, output, "^" if output else "o", markersize=14, color=ORANGE if output else BLUE, zorder=5,
            markerfacecolor=ORANGE if output else PAPER, markeredgewidth=2.5,
        )  # fmt: skip
    _label(ax, 2.06, 1.62, "first hidden neuron", color=GREEN, ha="right")
    _label(ax, 1.62, -1.55, "−2 × second", color=PURPLE, ha="right")
    _label(ax, 1.6, 0.72, "sum: XOR", color=BLUE, ha="left", fontsize=13)
    ax.set(xlim=(-0.5, 2.5), ylim=(-2.1, 2.1), xticks=[0, 1, 2], yticks=[-2, -1, 0, 1, 2])
    ax.set(xlabel="$x_1 + x_2$", ylabel="what it adds to the output")
    return fig


@styled
def one_signed(seed: int = 14) -> Figure:
    """Draw the way of two weights to their goal: with inputs of one sign a zigzag, with both signs direct.

    Both panels start at (0, 0) and correct one record at a time: each weight moves by a part of the error
    times its own input (Widrow and Hoff's rule, the first to be met in Chapter 5).

    Parameters
    ----------
    seed : int
        Of the random records.

    Returns
    -------
    Figure

    Examples
    --------
    >>> len(one_signed().axes)
    2
    """
    goal = np.array([1.0, -1.0])
    fig = figure(6.4, 3.9)
    panels = fig.subplots(1, 2, sharey=True)
    for ax, title, low in zip(
        panels, ("inputs from 0 to 1", "inputs from −1 to 1"), (0.0, -1.0), strict=True
    ):
        rng = np.random.default_rng(seed)
        w = np.zeros(2)
        way = [w]
        while np.abs(w - goal).max() > 0.1:
            x = rng.uniform(low, 1, size=2)
            w = w + 0.5 * ((goal - w) @ x) * x
            way.append(w)
        path = np.array(way)
        title = f"{title}:\n{len(way) - 1} records"
        ax.plot(*path.T, color=BLUE, linestyle="-", linewidth=2.25, marker="o", markersize=4, zorder=3)
        ax.plot(*path[0], "o", color=INK, markersize=9, zorder=4)
        ax.plot(*goal, "*", color=ORANGE, markersize=19, zorder=4, markeredgecolor=PAPER)
        ax.set(title=title, xlabel="weight $w_1$", xlim=(-0.75, 1.75), ylim=(-1.6, 0.75), aspect="equal")
        ax.set(xticks=[0, 1], yticks=[-1, 0])
        if low == 0:
            for corner in ((0, 0, 0.68, 0.68), (0, 0, -0.68, -0.68)):
                x0, y0, dx, dy = corner
                ax.fill_between(
                    [x0, x0 + dx], y0, y0 + dy, color=(GREEN, FILL_ALPHA), edgecolor="none", linewidth=0
                )
        _label(ax, 0.95, -1.32, "goal", fontsize=12, bbox={"fc": PAPER, "ec": "none", "pad": 0.5})
    panels[0].set_ylabel("weight $w_2$")
    return fig


@styled
def recovery(sums: Mapping[str, ArrayLike]) -> Figure:
    """Draw the largest sum z of a dead unit over the rounds of training: from zero on it lives again.

    Parameters
    ----------
    sums : mapping of str to array_like
        For each activation the largest z over all records, round by round.

    Returns
    -------
    Figure

    Examples
    --------
    >>> fig = recovery({"ReLU": [-4, -4], "leaky ReLU": [-4, -3.9]})
    >>> fig.axes[0].get_xlabel()
    'round of training'
    """
    fig = figure(6.4, 3.9)
    ax = fig.subplots()
    ax.axhline(0, color=MUTED, linestyle="-", linewidth=1.5)
    n_rounds = max(len(np.asarray(values)) for values in sums.values())
    for (name, values), color, line in zip(
        sums.items(), (ORANGE, BLUE, GREEN, PURPLE), LINE_STYLES, strict=False
    ):
        z = np.asarray(values)
        ax.plot(np.arange(len(z)), z, color=color, linestyle=line, linewidth=2.75)
        middle = int(0.5 * len(z)) if z.max() < 0 else int(np.argmax(z > -1.2))
        _label(
            ax, middle + 0.03 * n_rounds, float(z[middle]) - (0 if z.max() >= 0 else -0.5), name, color=color,
            ha="left" if z.max() >= 0 else "center", fontsize=12,
        )  # fmt: skip
    note = "below zero: silent\nfor every record"
    ax.text(0.99 * n_rounds, -1.6, note, ha="right", va="center", color=MUTED)
    ax.set(xlabel="round of training", ylabel="largest sum $z$", xlim=(0, n_rounds))
    return fig


@styled
def softmax_steps(z: Sequence[float], names: Sequence[str]) -> Figure:
    """Draw softmax as three steps: logits, their exponentials, the shares of the sum.

    Parameters
    ----------
    z : sequence of float
        The logits.
    names : sequence of str
        Of the classes.

    Returns
    -------
    Figure
        Every number in it is computed from z.

    Examples
    --------
    >>> fig = softmax_steps([0.0, 0.0], ["cat", "dog"])
    >>> [text.get_text() for text in fig.axes[2].texts]
    ['0.50', '0.50']
    """
    logits = np.asarray(z, dtype=float)
    powers, shares = np.exp(logits), activations.softmax(logits)
    fig = figure(6.4, 3.3)
    panels = fig.subplots(1, 3)
    places = np.arange(len(logits))
    for ax, values, title, form, color, hatch in zip(
        panels, (logits, powers, shares), ("logits $z$", "$e^z$", "divided by\ntheir sum"),
        ("{:.1f}", "{:.2f}", "{:.2f}"), (MUTED, GREEN, BLUE), ("", "..", "//"), strict=True,
    ):  # fmt: skip
        ax.bar(places, values, width=0.7, color=(color, 0.45), edgecolor=color, linewidth=2, hatch=hatch)
        ax.axhline(0, color=MUTED, linestyle="-", linewidth=1)
        room = 0.22 * (float(np.ptp(np.append(values, 0))) or 1.0)
        for place, value in zip(places, values, strict=True):
            ax.text(
                place, value + (0.25 * room if value >= 0 else -0.25 * room),
                form.format(value).replace("-", "−"), ha="center", va="bottom" if value >= 0 else "top",
                fontsize=12,
            )  # fmt: skip
        ax.set(ylim=(min(0.0, float(values.min())) - (room if values.min() < 0 else 0), values.max() + room))
        ax.set_xticks(places, names)
        ax.set_title(title)
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
    return fig
