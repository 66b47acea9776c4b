"""Figures of the page "Training fails": the questions in order, the looks of a loss curve, real curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

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
    token_colormap,
)

__all__ = ["QUESTIONS", "bars", "curves", "questions", "shown", "sketches"]

QUESTIONS = (
    ("Is the loss a number,\nand does it not grow?", "learning rate,\nscale of the inputs"),
    ("Does it leave the value\nit starts with?", "start, saturation,\ndead units, rate"),
    ("Does it fall smoothly\nand fast enough?", "learning rate,\nbatch size"),
    ("Does it get as low as\nit should?", "labels, two sigmoids,\nshape of the targets"),
    ("Does the validation loss\nfall with it?", "overfitting,\nother preparation"),
    ("Does the metric beat\nthe baseline?", "rare class,\nthreshold"),
    ("Would you believe\nthe result?", "leakage, copies,\nluck of the seed"),
)
"""What to ask, in this order, and what to look at where the answer is no."""

_COLORS = (BLUE, ORANGE, GREEN, PURPLE, INK)
_LINES = (*LINE_STYLES, (0, (7, 2, 1, 2, 1, 2)))


def _box(ax: Axes, x: float, y: float, width: float, height: float, color: str, text: str) -> None:
    ax.add_patch(
        FancyBboxPatch(
            (x, y - height / 2), width, height, boxstyle="round,pad=0,rounding_size=0.1", linewidth=2,
            facecolor=(color, FILL_ALPHA), edgecolor=color, zorder=2,
        )
    )  # fmt: skip
    ax.text(x + width / 2, y, text, ha="center", va="center", fontsize=12, zorder=3)


@styled
def questions() -> Figure:
    """Draw the questions one below the other, and to the right what a "no" leads to.

    Returns
    -------
    Figure

    Examples
    --------
    >>> sum(text.get_text() == "no" for text in questions().axes[0].texts) == len(QUESTIONS)
    True
    """
    fig = figure(5, 7.6)
    ax = fig.subplots()
    step, height = 1.0, 0.66
    for i, (question, look) in enumerate(QUESTIONS):
        y = -i * step
        _box(ax, 0, y, 2.45, height, BLUE, question)
        _box(ax, 3.05, y, 2.2, height, ORANGE, look)
        below = 0.25 if i == len(QUESTIONS) - 1 else height / 2
        for start, end, word, at in (
            ((2.45, y), (3.05, y), "no", (2.72, y + 0.16)),
            ((1.2, y - height / 2), (1.2, y - step + below), "yes", (1.48, y - step / 2)),
        ):
            ax.add_patch(
                FancyArrowPatch(
                    start, end, arrowstyle="-|>", mutation_scale=14, color=INK, linewidth=1.75, shrinkA=0,
                    shrinkB=0, zorder=1,
                )
            )  # fmt: skip
            ax.text(*at, word, ha="center", va="center", fontsize=11, color=MUTED)
    _box(ax, 0, -len(QUESTIONS) * step, 2.45, 0.5, GREEN, "open the test set, once")
    ax.set(xlim=(-0.05, 5.3), ylim=(-len(QUESTIONS) * step - 0.3, 0.4))
    ax.axis("off")
    return fig


@styled
def sketches() -> Figure:
    """Sketch eight looks of a loss curve, training solid and validation dashed, each with its letter.

    Returns
    -------
    Figure

    Examples
    --------
    >>> [ax.get_title("left")[0] for ax in sketches().axes]
    ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']
    """
    t = np.linspace(0, 1, 60)
    noise = np.random.default_rng(2).normal(size=60)
    falls = 0.12 + 0.8 * np.exp(-6 * t)
    looks: tuple[tuple[str, ArrayLike, ArrayLike | None], ...] = (
        ("A grows", 0.25 * np.exp(3.5 * t), None),
        ("B flat", np.full(60, 0.8), None),
        ("C crawls", 0.9 - 0.2 * t, None),
        ("D jumps", 0.45 + 0.16 * noise, None),
        ("E stops too high", 0.55 + 0.35 * np.exp(-9 * t), 0.58 + 0.35 * np.exp(-9 * t)),
        ("F gap", 0.03 + 0.87 * np.exp(-6 * t), 0.4 + 0.5 * np.exp(-9 * t) + 0.35 * t**2),
        ("G turned", 0.3 + 0.6 * np.exp(-5 * t), 0.14 + 0.7 * np.exp(-7 * t)),
        ("H too good", falls - 0.1, 0.02 + 0.88 * np.exp(-7 * t)),
    )
    fig = figure(5, 6.2)
    for ax, (name, training, validation) in zip(fig.subplots(4, 2).ravel(), looks, strict=True):
        ax.plot(t, training, color=BLUE, linestyle="-", linewidth=2.5)
        if validation is not None:
            ax.plot(t, validation, color=ORANGE, linestyle="--", linewidth=2.5)
        ax.set(xlim=(0, 1), ylim=(0, 1.05), xticks=[], yticks=[])
        ax.set_title(name, fontsize=12, loc="left")
    return fig


@styled
def curves(
    panels: Mapping[str, Mapping[str, Sequence[float]]],
    *,
    chance: float | None = None,
    ylabel: str = "loss",
    xlabel: str = "epoch",
    top: float | None = None,
) -> Figure:
    """Draw loss curves, a panel for each symptom, a line for each run.

    Parameters
    ----------
    panels : mapping of a title to a mapping of a run's name to its losses
        In the order of the line styles: training first (solid), validation second (dashed).
    chance : float, optional
        What a model without a clue reaches; a dotted line.
    ylabel, xlabel : str
    top : float, optional
        Where the loss axis ends.

    Returns
    -------
    Figure

    Examples
    --------
    >>> fig = curves({"healthy": {"training": [2, 1], "validation": [2.1, 1.2]}}, chance=2.3)
    >>> [line.get_label() for line in fig.axes[0].lines][:2]
    ['training', 'validation']
    """
    fig = figure(5, 2.5 * len(panels) + 0.4)
    axes = np.atleast_1d(fig.subplots(len(panels), 1))
    for ax, (title, runs) in zip(axes, panels.items(), strict=True):
        for k, (name, losses) in enumerate(runs.items()):
            number = np.arange(1, len(losses) + 1)
            ax.plot(
                number, np.asarray(losses), color=_COLORS[k % len(_COLORS)], label=name, linewidth=2.5,
                # From the sixth run on, a color comes again, with another line than before.
                linestyle=_LINES[(k + k // len(_COLORS)) % len(_LINES)], zorder=3,
            )  # fmt: skip
        if chance is not None:
            ax.axhline(chance, color=RED, linestyle=":", linewidth=1.75, zorder=1)
            ax.annotate(
                "no clue", (1.0, chance), (0, 4), color=RED, ha="right", va="bottom", fontsize=11,
                xycoords=ax.get_yaxis_transform(), textcoords="offset points",
            )  # fmt: skip
        ax.set(ylabel=ylabel, ylim=(0, top))
        ax.set_title(title)
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.legend(loc="best", fontsize=10)
    axes[-1].set_xlabel(xlabel)
    return fig


@styled
def shown(X: ArrayLike, y: Sequence[int], size: int = 8) -> Figure:
    """Draw pictures with the labels that the network is told.

    Parameters
    ----------
    X : array_like, shape (n, size * size)
        At most ten pictures.
    y : sequence of int
    size : int
        Pixels on a side.

    Returns
    -------
    Figure

    Examples
    --------
    >>> [ax.get_title() for ax in shown(np.zeros((2, 64)), [3, 7]).axes]
    ['3', '7']
    """
    pictures = np.asarray(X, dtype=float).reshape(-1, size, size)
    fig = figure(5, 1.3 * (-(-len(pictures) // 5)))
    axes = np.atleast_1d(fig.subplots(-(-len(pictures) // 5), min(5, len(pictures)))).ravel()
    for ax, picture, label in zip(axes, pictures, y, strict=True):
        ax.imshow(picture, cmap=token_colormap(INK), rasterized=True)
        ax.set(xticks=[], yticks=[])
        ax.set_facecolor(PAPER)
        ax.set_title(str(label), fontsize=12)
    return fig


@styled
def bars(values: Mapping[str, float], reference: float, words: str, xlabel: str) -> Figure:
    """Draw a bar for each value, beside a line for what was to be expected.

    Parameters
    ----------
    values : mapping of str to float
    reference : float
    words : str
        What the line is.
    xlabel : str

    Returns
    -------
    Figure

    Examples
    --------
    >>> bars({"one": 0.5}, 0.6, "expected", "accuracy").axes[0].get_xlabel()
    'accuracy'
    """
    fig = figure(5, 0.6 * len(values) + 1.3)
    ax = fig.subplots()
    names = list(values)
    ax.barh(names, list(values.values()), color=(BLUE, 0.3), edgecolor=BLUE, linewidth=1.75)
    ax.axvline(reference, color=RED, linestyle=":", linewidth=2.5)
    ax.set_title(f"dotted: {words}", fontsize=11, color=RED)
    ax.invert_yaxis()
    ax.set(xlabel=xlabel, xlim=(0, None))
    return fig
