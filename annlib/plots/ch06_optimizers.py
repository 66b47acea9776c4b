"""Figures of chapter 6: the ravine and the zigzag, velocities, rates of one's own, schedules, the race.

Four small landscapes serve the whole chapter (`SURFACES`); the explorers walk on the same four. An optimizer
is always one of annlib's own, and `follow` lets it walk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch
from numpy.typing import ArrayLike, NDArray

from annlib import Adam, Momentum
from annlib.errors import DivergenceError, InputError
from annlib.optimizers import SGD, Optimizer
from annlib.plots.style import (
    BLUE,
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
from annlib.schedules import ConstantRate, CosineDecay, ExponentialDecay, Schedule, StepDecay, WarmUp

__all__ = [
    "CURVATURES",
    "SCHEDULES",
    "SURFACES",
    "Surface",
    "bias_correction",
    "clipped",
    "decay_by_gradient",
    "draw_surface",
    "escape",
    "follow",
    "look_ahead",
    "loss_by_rate",
    "own_rates",
    "schedule_curves",
    "two_ways",
    "velocities",
    "winners",
    "zigzag",
]

Array = NDArray[Any]
Curve = Callable[[Array], Array]

CURVATURES = np.array([1.0, 25.0])
"""How strongly the ravine bends: along it, and across it."""

FAR = 1e3
"""A walk that comes so far out is called off."""


class Surface(NamedTuple):
    """A loss over two weights, with its slopes, a window to look at it, and where a walk starts."""

    loss: Curve
    slope: Curve
    limits: tuple[tuple[float, float], tuple[float, float]]
    levels: tuple[float, ...]
    start: tuple[float, float]
    lowest: tuple[tuple[float, float], ...]


def _ravine(w: Array) -> Array:
    return np.asarray((CURVATURES * w**2).sum(axis=-1) / 2)


def _ravine_slope(w: Array) -> Array:
    return np.asarray(CURVATURES * w)


def _saddle(w: Array) -> Array:
    u, v = np.moveaxis(w, -1, 0)
    return np.asarray(u**2 / 2 - v**2 / 2 + v**4 / 4)


def _saddle_slope(w: Array) -> Array:
    u, v = np.moveaxis(w, -1, 0)
    return np.stack([u, v**3 - v], axis=-1)


def _plateau(w: Array) -> Array:
    return np.asarray(1 - np.exp(-(w**2).sum(axis=-1) / 2))


def _plateau_slope(w: Array) -> Array:
    return np.asarray(w * np.exp(-(w**2).sum(axis=-1, keepdims=True) / 2))


def _wells(w: Array) -> Array:
    u, v = np.moveaxis(w, -1, 0)
    return np.asarray((u**2 - 1) ** 2 / 2 + u / 4 + v**2)


def _wells_slope(w: Array) -> Array:
    u, v = np.moveaxis(w, -1, 0)
    return np.stack([2 * u * (u**2 - 1) + 0.25, 2 * v], axis=-1)


SURFACES: Mapping[str, Surface] = MappingProxyType(
    {
        "ravine": Surface(
            _ravine, _ravine_slope, ((-2.4, 2.4), (-1.2, 1.2)), (0.05, 0.3, 1, 2.5, 5, 9, 14), (-2.0, 0.8),
            ((0.0, 0.0),),
        ),
        "saddle": Surface(
            _saddle, _saddle_slope, ((-2.4, 2.4), (-1.5, 1.5)), (-0.22, -0.15, 0, 0.3, 0.8, 1.5, 2.4),
            (-2.0, 0.01), ((0.0, 1.0), (0.0, -1.0)),
        ),
        "plateau": Surface(
            _plateau, _plateau_slope, ((-3.6, 2.4), (-1.8, 1.8)), (0.1, 0.3, 0.5, 0.7, 0.85, 0.95, 0.99),
            (-3.0, 0.8), ((0.0, 0.0),),
        ),
        "local minima": Surface(
            _wells, _wells_slope, ((-2.2, 2.2), (-1.4, 1.4)), (-0.15, 0, 0.2, 0.4, 0.7, 1.2, 2), (1.7, 0.9),
            ((-1.0575, 0.0),),
        ),
    }
)  # fmt: skip
"""The landscapes of the chapter, by their names; the last one has a deep well (left) and a shallow one."""


def follow(
    surface: Surface, optimizer: Optimizer, n_steps: int, start: Sequence[float] | None = None
) -> Array:
    """Let an optimizer walk on a surface.

    Parameters
    ----------
    surface : Surface
        One of `SURFACES`.
    optimizer : Optimizer
        A new one.
    n_steps : int
    start : (float, float), optional
        By default the surface's own.

    Returns
    -------
    ndarray, shape (n_steps + 1, 2)
        The start and what came after it; shorter if the walk runs far out of the picture.

    Examples
    --------
    >>> follow(SURFACES["ravine"], SGD(0.04), 1, start=[1.0, 1.0]).tolist()
    [[1.0, 1.0], [0.96, 0.0]]
    """
    w = np.array(surface.start if start is None else start, dtype=float)
    path = [w.copy()]
    for _ in range(n_steps):
        try:
            optimizer.step(w, surface.slope(w))
        except DivergenceError:
            break
        path.append(w.copy())
        if np.abs(w).max() > FAR:
            break
    return np.stack(path)


def _label(ax: Axes, x: float, y: float, text: str, **kwargs: Any) -> None:
    """Write on a small patch of paper."""
    box = {"boxstyle": "round,pad=0.15", "facecolor": PAPER, "edgecolor": "none", "linewidth": 0}
    settings: dict[str, Any] = {"ha": "center", "va": "center", "bbox": box, "zorder": 7}
    ax.text(x, y, text, **(settings | kwargs))


def _arrow(ax: Axes, start: ArrayLike, end: ArrayLike, color: str, line: str = "-") -> None:
    a, b = ((float(x), float(y)) for x, y in (np.asarray(start), np.asarray(end)))
    ax.add_patch(
        FancyArrowPatch(
            a,
            b,
            arrowstyle="-|>",
            mutation_scale=17,
            color=color,
            linestyle=line,
            linewidth=2.5,
            shrinkA=0,
            shrinkB=0,
            zorder=4,
        )
    )


def draw_surface(ax: Axes, surface: Surface) -> None:
    """Draw lines of equal loss (the lower, the deeper the tint), and a star at each lowest point.

    Parameters
    ----------
    ax : Axes
    surface : Surface
        One of `SURFACES`.

    Examples
    --------
    >>> ax = figure().subplots()
    >>> draw_surface(ax, SURFACES["saddle"])
    >>> tuple(map(float, ax.get_ylim()))
    (-1.5, 1.5)
    """
    across, up = (np.linspace(low, high, 81) for low, high in surface.limits)
    heights = surface.loss(np.stack(np.meshgrid(across, up), axis=-1))
    edges = [float(heights.min()) - 1, *surface.levels]
    tints = [(BLUE, float(alpha)) for alpha in np.linspace(0.3, 0.04, len(surface.levels))]
    ax.contourf(across, up, heights, levels=edges, colors=tints, zorder=0)
    ax.contour(
        across, up, heights, levels=surface.levels, colors=[MUTED], linewidths=0.9, linestyles="-", zorder=1
    )
    for x, y in surface.lowest:
        ax.plot(x, y, "*", color=GREEN, markersize=14, zorder=3)
    ax.set(xlim=surface.limits[0], ylim=surface.limits[1])


def _walk(ax: Axes, path: Array, color: str, marker: str = "o", line: str = "-", size: float = 4.5) -> None:
    ax.plot(
        *path.T, color=color, linestyle=line, linewidth=1.75, marker=marker, markersize=size, zorder=4,
        clip_on=True,
    )  # fmt: skip
    ax.plot(*path[0], "s", color=INK, markersize=8, zorder=5)


@styled
def zigzag(rate: float = 0.074, n_steps: int = 25) -> Figure:
    """Draw plain gradient descent in the ravine: on the map, and each of its two weights by step.

    Parameters
    ----------
    rate : float
    n_steps : int

    Returns
    -------
    Figure

    Examples
    --------
    >>> len(zigzag().axes)
    2
    """
    surface = SURFACES["ravine"]
    path = follow(surface, SGD(rate), n_steps)
    fig = figure(5, 5.2)
    above, below = fig.subplots(2, 1, gridspec_kw={"height_ratios": [1.25, 1]})
    draw_surface(above, surface)
    _walk(above, path, ORANGE)
    above.set(xlabel="$w_1$, along the ravine", ylabel="$w_2$, across")
    steps = np.arange(n_steps + 1)
    below.axhline(0, color=MUTED, linestyle="-", linewidth=1)
    below.plot(steps, path[:, 0], color=BLUE, linestyle="-", marker="o", markersize=4, label="$w_1$ crawls")
    below.plot(
        steps, path[:, 1], color=ORANGE, linestyle="--", marker="^", markersize=5, label="$w_2$ swings"
    )
    below.set(xlabel="step", ylabel="weight", xlim=(-0.5, n_steps + 0.5))
    below.legend(loc="lower right")
    return fig


@styled
def two_ways(n_steps: int = 20) -> Figure:
    """Draw the same number of steps with and without momentum in the ravine, each at its own best rate.

    Parameters
    ----------
    n_steps : int

    Returns
    -------
    Figure

    Examples
    --------
    >>> [ax.get_title() for ax in two_ways().axes]
    ['gradient descent, 20 steps', 'momentum, 20 steps']
    """
    surface = SURFACES["ravine"]
    low, high = np.sqrt(CURVATURES)
    walks: dict[str, Optimizer] = {
        "gradient descent": SGD(2 / float(CURVATURES.sum())),
        "momentum": Momentum(float(4 / (low + high) ** 2), float(((high - low) / (high + low)) ** 2)),
    }
    fig = figure(5, 5.4)
    panels = fig.subplots(2, 1, sharex=True)
    for ax, (name, optimizer), color, mark in zip(
        panels, walks.items(), (ORANGE, BLUE), ("o", "^"), strict=True
    ):
        draw_surface(ax, surface)
        _walk(ax, follow(surface, optimizer, n_steps, (-2.2, 0.4)), color, mark)
        ax.set(title=f"{name}, {n_steps} steps", ylabel="$w_2$")
    panels[-1].set_xlabel("$w_1$")
    return fig


@styled
def velocities(beta: float = 0.9, n_steps: int = 30) -> Figure:
    """Draw what the velocity makes of a slope that stays, and of one that changes its sign at each step.

    Parameters
    ----------
    beta : float
    n_steps : int

    Returns
    -------
    Figure

    Examples
    --------
    >>> len(velocities().axes)
    2
    """
    fig = figure(5, 4.6)
    panels = fig.subplots(2, 1, sharex=True)
    steps = np.arange(1, n_steps + 1)
    slopes = {"the slope stays": np.ones(n_steps), "the slope changes sign": (-1.0) ** (steps - 1)}
    for ax, (title, given) in zip(panels, slopes.items(), strict=True):
        u, velocity = 0.0, []
        for g in given:
            u = beta * u + float(g)
            velocity.append(u)
        ax.axhline(0, color=MUTED, linestyle="-", linewidth=1)
        ax.plot(steps, given, color=ORANGE, linestyle="--", marker="^", markersize=4, label="slope $g$")
        ax.plot(steps, velocity, color=BLUE, linestyle="-", marker="o", markersize=4, label="velocity $u$")
        ax.set_title(title)
    panels[0].legend(loc="center right")
    panels[1].set(xlabel="step", ylim=(-1.6, 1.6))
    return fig


@styled
def look_ahead() -> Figure:
    """Draw where momentum and Nesterov's rule measure the slope: here, or where the velocity will lead."""
    fig = figure(5, 5.0)
    panels = fig.subplots(2, 1, sharex=True)
    here, ahead = np.array([0.0, 0.0]), np.array([2.6, 0.9])
    downhill_here, downhill_ahead = np.array([0.5, -1.0]), np.array([0.1, -1.35])
    for ax, title in zip(panels, ("momentum", "Nesterov"), strict=True):
        nesterov = title == "Nesterov"
        pull = downhill_ahead if nesterov else downhill_here
        measured = ahead if nesterov else here
        _arrow(ax, here, ahead, MUTED)
        _arrow(ax, measured, measured + pull, ORANGE)
        if not nesterov:
            _arrow(ax, ahead, ahead + pull, ORANGE, "--")
        _arrow(ax, here, ahead + pull, BLUE)
        ax.plot(*here, "s", color=INK, markersize=9, zorder=6)
        ax.plot(*measured, "o", markerfacecolor=PAPER, markeredgecolor=ORANGE, markeredgewidth=2.5,
                markersize=12, zorder=5)  # fmt: skip
        _label(ax, 1.0, 0.78, "velocity", color=MUTED)
        _label(ax, 2.3, -0.62, "step", color=BLUE)
        where = (3.2, 0.35) if nesterov else (-0.75, -0.6)
        _label(ax, *where, "downhill,\nmeasured\nhere", color=ORANGE, fontsize=11)
        ax.set(title=title, xlim=(-1.3, 3.8), ylim=(-1.3, 1.3), aspect="equal")
        ax.axis("off")
    return fig


@styled
def own_rates(n_steps: int = 400, every: int = 20) -> Figure:
    """Draw how the rates of two weights change: one has a slope at each step, the other at every 20th.

    Parameters
    ----------
    n_steps : int
    every : int
        The rare slope comes once in so many steps.

    Returns
    -------
    Figure

    Examples
    --------
    >>> [ax.get_title() for ax in own_rates().axes]
    ['AdaGrad', 'RMSProp']
    """
    steps = np.arange(1, n_steps + 1)
    squares = np.stack([np.ones(n_steps), (steps % every == 1).astype(float)])  # of the slopes
    sums = squares.cumsum(axis=1)
    averages, s = [], np.zeros(2)
    for k in range(n_steps):
        s = 0.99 * s + 0.01 * squares[:, k]
        averages.append(s)
    fig = figure(5, 4.8)
    panels = fig.subplots(2, 1, sharex=True)
    for ax, title, state in zip(panels, ("AdaGrad", "RMSProp"), (sums, np.stack(averages, 1)), strict=True):
        for row, color, line in zip(1 / np.sqrt(state), (ORANGE, BLUE), ("--", "-"), strict=True):
            ax.plot(steps, row, color=color, linestyle=line, linewidth=2.5)
        ax.set_yscale("log")
        ax.set_title(title)
        ax.set_ylabel("rate, times")
    panels[0].set(ylim=(0.04, 2), yticks=[0.1, 1], yticklabels=["0.1", "1"])
    panels[1].set(ylim=(0.7, 14), yticks=[1, 10], yticklabels=["1", "10"], xlabel="step")
    panels[0].legend(panels[0].get_lines(), ["a slope at each step", "a slope now and then"])
    return fig


@styled
def bias_correction(beta1: float = 0.9, beta2: float = 0.999, n_steps: int = 60) -> Figure:
    """Draw the size of Adam's steps for a constant slope, with and without the correction.

    Parameters
    ----------
    beta1, beta2 : float
    n_steps : int

    Returns
    -------
    Figure

    Examples
    --------
    >>> [line.get_label() for line in bias_correction().axes[0].get_lines()]
    ['without correction', 'as Adam does it']
    """
    t = np.arange(1, n_steps + 1)
    raw = (1 - beta1**t) / np.sqrt(1 - beta2**t)
    fig = figure(5, 3.6)
    ax = fig.subplots()
    ax.plot(
        t, raw, color=ORANGE, linestyle="--", marker="^", markersize=5, markevery=3,
        label="without correction",
    )  # fmt: skip
    ax.plot(t, np.ones(n_steps), color=BLUE, linestyle="-", linewidth=3, label="as Adam does it")
    top = int(raw.argmax())
    ax.annotate(
        f"{raw[top]:.2f} at step {t[top]}", (t[top], raw[top]), (22, 7.35), color=INK, fontsize=12,
        arrowprops={"arrowstyle": "-", "color": MUTED, "linestyle": "-"}, va="center",
    )  # fmt: skip
    ax.set(xlabel="step $t$", ylabel="step size,\nin learning rates", ylim=(0, 8.2), xlim=(0, n_steps + 1))
    ax.legend(loc="center right", bbox_to_anchor=(1, 0.31))
    return fig


@styled
def decay_by_gradient(left: Mapping[str, Sequence[float]], sizes: Sequence[float]) -> Figure:
    """Draw what is left of weights after many steps, by the size of the slopes that they get.

    Parameters
    ----------
    left : mapping of str to sequence of float
        For each method, what is left of each weight.
    sizes : sequence of float
        Of the slopes.

    Returns
    -------
    Figure

    Examples
    --------
    >>> fig = decay_by_gradient({"AdamW": [0.4, 0.4]}, [0.1, 1.0])
    >>> fig.axes[0].get_ylabel()
    'left of the weight'
    """
    fig = figure(5, 3.8)
    ax = fig.subplots()
    width = 0.8 / len(left)
    colors, hatches = (ORANGE, BLUE, GREEN), ("//", "", "..")
    for k, ((name, values), color, hatch) in enumerate(zip(left.items(), colors, hatches, strict=False)):
        places = np.arange(len(sizes)) + (k - (len(left) - 1) / 2) * width
        ax.bar(places, values, width * 0.92, facecolor=(color, 0.45), edgecolor=color, hatch=hatch,
               linewidth=1.5, label=name)  # fmt: skip
    ax.set(xlabel="size of the slopes", ylabel="left of the weight", ylim=(0, 1.08))
    ax.set_xticks(range(len(sizes)), [f"{size:g}" for size in sizes])
    fig.legend(loc="outside upper center", ncols=len(left))
    return fig


@styled
def escape(n_steps: int = 120, start: tuple[float, float] = (-2.0, 1e-4)) -> Figure:
    """Draw how long the loss stays flat at a saddle, for three optimizers at one rate.

    Parameters
    ----------
    n_steps : int
    start : (float, float)
        A hair beside the ridge.

    Returns
    -------
    Figure

    Examples
    --------
    >>> len(escape().axes[0].get_lines())
    3
    """
    surface = SURFACES["saddle"]
    walks: dict[str, Optimizer] = {"SGD": SGD(0.1), "Momentum": Momentum(0.1, 0.9), "Adam": Adam(0.1)}
    fig = figure(5, 3.7)
    ax = fig.subplots()
    for (name, optimizer), color, line, mark in zip(
        walks.items(), (ORANGE, BLUE, GREEN), LINE_STYLES, ("o", "^", "s"), strict=False
    ):
        losses = surface.loss(follow(surface, optimizer, n_steps, start))
        ax.plot(
            losses, color=color, linestyle=line, marker=mark, markevery=10, markersize=6, linewidth=2.25,
            label=name,
        )  # fmt: skip
    _label(ax, 50, 0.28, "height of the saddle", color=MUTED, fontsize=11)
    ax.set(xlabel="step", ylabel="loss", ylim=(-0.45, 2.2), xlim=(0, n_steps))
    ax.legend(loc="upper right")
    return fig


N_SCHEDULED = 100

SCHEDULES: Mapping[str, Callable[[float], Schedule]] = MappingProxyType(
    {
        "constant": ConstantRate,
        "step": lambda rate: StepDecay(rate, every=25, factor=0.3),
        "exponential": lambda rate: ExponentialDecay(rate, factor=0.96),
        "cosine": lambda rate: CosineDecay(rate, n_steps=N_SCHEDULED),
        "warm-up, cosine": lambda rate: WarmUp(CosineDecay(rate, n_steps=N_SCHEDULED - 15), n_steps=15),
    }
)
"""First rate -> schedule over a hundred steps, by the names in the chapter."""


@styled
def schedule_curves(rate: float = 1.0) -> Figure:
    """Draw the rate by step of each of the five schedules.

    Parameters
    ----------
    rate : float
        The first (of the warm-up: the highest) rate.

    Returns
    -------
    Figure

    Examples
    --------
    >>> len(schedule_curves().axes[0].get_lines())
    5
    """
    fig = figure(5, 4.2)
    ax = fig.subplots()
    lines = (*LINE_STYLES, (0, (6, 1.5, 1.5, 1.5, 1.5, 1.5)))
    marks = ("o", "^", "s", "D", "v")
    steps = np.arange(N_SCHEDULED)
    for (name, make), color, line, mark in zip(
        SCHEDULES.items(), (MUTED, ORANGE, PURPLE, BLUE, GREEN), lines, marks, strict=True
    ):
        schedule = make(rate)
        ax.plot(
            steps, [schedule(step) for step in range(N_SCHEDULED)], color=color, linestyle=line, marker=mark,
            markevery=(7, 15), markersize=6, linewidth=2.25, label=name,
        )  # fmt: skip
    ax.set(xlabel="step", ylabel="share of the first rate", ylim=(0, 1.1 * rate), xlim=(0, N_SCHEDULED))
    fig.legend(loc="outside upper center", ncols=2)
    return fig


@styled
def clipped(gradient: tuple[float, float] = (6.0, 1.5), limit: float = 2.0) -> Figure:
    """Draw a long gradient, cut to a length (its direction stays) and cut entry by entry (it turns).

    Parameters
    ----------
    gradient : (float, float)
    limit : float

    Returns
    -------
    Figure

    Examples
    --------
    >>> len(clipped().axes)
    1
    """
    g = np.array(gradient)
    by_norm, by_value = g * limit / np.linalg.norm(g), np.clip(g, -limit, limit)
    fig = figure(5, 3.0)
    ax = fig.subplots()
    angle = np.linspace(0, 2 * np.pi, 181)
    ax.plot(limit * np.cos(angle), limit * np.sin(angle), color=BLUE, linestyle=":", linewidth=1.5)
    ax.plot(
        limit * np.array([-1, 1, 1, -1, -1]), limit * np.array([-1, -1, 1, 1, -1]), color=ORANGE,
        linestyle=":", linewidth=1.5,
    )  # fmt: skip
    zero = np.zeros(2)
    _arrow(ax, zero, g, MUTED)
    _arrow(ax, zero, by_value, ORANGE, "--")
    _arrow(ax, zero, by_norm, BLUE)
    _label(ax, 4.6, 0.75, "gradient", color=MUTED)
    _label(ax, 2.15, 2.35, "by value", color=ORANGE, ha="left")
    _label(ax, 2.15, -0.35, "by length", color=BLUE, ha="left")
    ax.set(xlim=(-2.3, 6.4), ylim=(-2.4, 2.75), aspect="equal")
    ax.axis("off")
    return fig


_LINES = (
    (MUTED, "-", "o"),
    (BLUE, "-", "^"),
    (BLUE, "--", "v"),
    (GREEN, "-.", "s"),
    (GREEN, ":", "D"),
    (PURPLE, "--", "P"),
    (ORANGE, "-", "X"),
    (RED, ":", "d"),
)


@styled
def loss_by_rate(search: Mapping[str, Mapping[float, float]], highest: float = 2.5) -> Figure:
    """Draw the loss of each optimizer over the learning rates that were tried.

    Parameters
    ----------
    search : mapping of str to mapping of float to float
        Optimizer -> learning rate -> loss (infinite if it diverged).
    highest : float
        Larger losses are drawn at the upper edge.

    Returns
    -------
    Figure

    Raises
    ------
    InputError
        If there are more optimizers than ways to draw a line.

    Examples
    --------
    >>> fig = loss_by_rate({"SGD": {0.1: 0.5, 1.0: 0.2}})
    >>> fig.axes[0].get_xscale()
    'log'
    """
    if len(search) > len(_LINES):
        raise InputError(f"search may hold at most {len(_LINES)} optimizers, got {len(search)}.")
    fig = figure(5, 5.0)
    ax = fig.subplots()
    for (name, losses), (color, line, mark) in zip(search.items(), _LINES, strict=False):
        rates = list(losses)
        values = np.minimum([losses[rate] for rate in rates], highest)
        ax.plot(
            rates, values, color=color, linestyle=line, marker=mark, markersize=7, linewidth=2, label=name
        )
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set(ylim=(0.09, highest * 1.05), xlabel="learning rate", ylabel="validation loss, worst of three")
    ax.set_yticks([0.1, 0.2, 0.5, 1, 2], ["0.1", "0.2", "0.5", "1", "2"])
    ax.set_yticks([], minor=True)
    ax.grid(True, axis="y", color=GRID, linestyle="-")
    fig.legend(loc="outside upper center", ncols=3)
    return fig


@styled
def winners(scores: Mapping[str, Sequence[float]]) -> Figure:
    """Draw the score of each start of each optimizer, and their mean.

    Parameters
    ----------
    scores : mapping of str to sequence of float
        Optimizer -> the share of records that it gets right, start by start.

    Returns
    -------
    Figure

    Examples
    --------
    >>> [tick.get_text() for tick in winners({"SGD": [0.9], "Adam": [0.95]}).axes[0].get_yticklabels()]
    ['SGD', 'Adam']
    """
    fig = figure(5, 0.9 + 0.42 * len(scores))
    ax = fig.subplots()
    for row, values in enumerate(scores.values()):
        places = np.full(len(values), float(row))
        ax.plot(
            values, places, "o", markerfacecolor=PAPER, markeredgecolor=BLUE, markeredgewidth=1.75,
            markersize=9, label="one start" if not row else None,
        )  # fmt: skip
        ax.plot(
            np.mean(values), row, "D", color=ORANGE, markersize=8, zorder=4, label=None if row else "mean"
        )
    ax.set_yticks(range(len(scores)), list(scores))
    ax.invert_yaxis()
    ax.set_xlabel("right on the test set")
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:.1%}")
    fig.legend(loc="outside upper center", ncols=2)
    return fig
