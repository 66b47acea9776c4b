"""Figures of chapter 7: overfitting, thinned networks, what scaling and averaging do, and the cures compared.

Most figures show what the chapter has just computed, so they take numbers and compute nothing. Two draw by
themselves: `draw_thinned`, a network with some units left out, and `penalties`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle
from numpy.typing import ArrayLike, NDArray

from annlib.errors import ShapeError
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
    figure,
    styled,
    token_colormap,
)

__all__ = [
    "averages",
    "curves",
    "draw_thinned",
    "gap_by_images",
    "learned_by_heart",
    "mask_tables",
    "methods",
    "penalties",
    "removed_units",
    "search",
    "sums",
    "thinned_networks",
    "two_weights",
]

Array = NDArray[Any]

COLORS = (BLUE, ORANGE, GREEN, PURPLE)


def _series(ax: Axes, x: ArrayLike, values: Mapping[str, ArrayLike], marker: bool = False) -> None:
    """Draw a line for each name: another color and other dashes, and other markers where points are few."""
    marks = ("o", "^", "s", "D") if marker else ("", "", "", "")
    for (name, y), color, line, mark in zip(values.items(), COLORS, LINE_STYLES, marks, strict=False):
        ax.plot(x, np.asarray(y), color=color, linestyle=line, marker=mark, linewidth=2.25, label=name)


@styled
def curves(losses: Mapping[str, ArrayLike], *, best: int | None = None, top: float | None = None) -> Figure:
    """Draw losses by epoch, and mark the epoch at which one would stop.

    Parameters
    ----------
    losses : mapping of str to array_like
        A name and a loss for each epoch, from epoch 1; up to four.
    best : int, optional
        The epoch to mark with an upright line.
    top : float, optional
        The upper end of the loss axis.

    Returns
    -------
    Figure

    Examples
    --------
    >>> fig = curves({"training": [2, 1, 0.5], "validation": [2, 1.5, 1.8]}, best=2)
    >>> [text.get_text() for text in fig.axes[0].texts]
    ['epoch 2']
    """
    fig = figure(5, 3.7)
    ax = fig.subplots()
    n_epochs = len(np.asarray(next(iter(losses.values()))))
    _series(ax, np.arange(1, n_epochs + 1), losses)
    ax.set(xlabel="epoch", ylabel="loss", xlim=(0, n_epochs), ylim=(0, top))
    if best is not None:
        ax.axvline(best, color=INK, linestyle=":", linewidth=1.5)
        high = ax.get_ylim()[1]
        ax.text(best + 0.02 * n_epochs, 0.95 * high, f"epoch {best}", ha="left", va="top", fontsize=11)
    ax.legend(loc="upper right")
    return fig


@styled
def learned_by_heart(images: ArrayLike, given: ArrayLike, answers: Mapping[str, ArrayLike]) -> Figure:
    """Draw images with a wrong label, and under each what it is called by its label and by networks.

    Parameters
    ----------
    images : array_like, shape (k, 64)
        Gray from 0 to 1, eight rows of eight pixels.
    given : array_like, shape (k,)
        The wrong labels that the networks were trained with.
    answers : mapping of str to array_like, shape (k,)
        What each network says.

    Returns
    -------
    Figure

    Raises
    ------
    ShapeError
        If an image has not 64 pixels.

    Examples
    --------
    >>> fig = learned_by_heart(np.zeros((2, 64)), [3, 4], {"it says": [3, 9]})
    >>> [text.get_text() for text in fig.texts]
    ['label', '3', '4', 'it says', '3', '9']
    """
    pixels = np.asarray(images, dtype=float)
    if pixels.ndim != 2 or pixels.shape[1] != 64:
        raise ShapeError(f"images must have the shape (k, 64), got {pixels.shape}; flatten each image.")
    rows = {"label": np.asarray(given)} | {name: np.asarray(said) for name, said in answers.items()}
    wide, line, left = 5.0, 0.32, 1.05  # inches: the figure, a line of text, where the images begin
    side = (wide - left) / len(pixels)
    high = side + 0.1 + line * len(rows)
    fig = figure(wide, high, layout=None)
    for k, image in enumerate(pixels):
        box = (left + side * (k + 0.04), high - 0.96 * side, 0.92 * side, 0.92 * side)
        ax = fig.add_axes((box[0] / wide, box[1] / high, box[2] / wide, box[3] / high))
        ax.imshow(image.reshape(8, 8), cmap=token_colormap(INK), vmin=0, vmax=1, interpolation="nearest")
        ax.set(xticks=[], yticks=[])
    for row, (name, said) in enumerate(rows.items()):
        y = (high - side - 0.1 - line * (row + 0.5)) / high
        fig.text((left - 0.12) / wide, y, name, ha="right", va="center", fontsize=11)
        for k, answer in enumerate(said):
            known = answer == rows["label"][k]
            fig.text(
                (left + side * (k + 0.5)) / wide, y, str(answer), ha="center", va="center", fontsize=13,
                color=ORANGE if known else BLUE, fontweight="bold" if known else "normal",
            )  # fmt: skip
    return fig


@styled
def gap_by_images(n_images: Sequence[int], losses: Mapping[str, ArrayLike]) -> Figure:
    """Draw training and validation loss over the number of training images.

    Parameters
    ----------
    n_images : sequence of int
    losses : mapping of str to array_like
        A loss for each number of images.

    Returns
    -------
    Figure

    Examples
    --------
    >>> gap_by_images([100, 200], {"training": [0, 0.1], "validation": [1, 0.8]}).axes[0].get_xscale()
    'log'
    """
    fig = figure(5, 3.5)
    ax = fig.subplots()
    _series(ax, n_images, losses, marker=True)
    ax.set_xscale("log")
    ax.set_xticks(list(n_images), [str(n) for n in n_images])
    ax.set_xticks([], minor=True)
    ax.set(xlabel="training images", ylabel="loss", ylim=(0, None))
    ax.legend(loc="upper right")
    return fig


def draw_thinned(ax: Axes, masks: Sequence[ArrayLike]) -> None:
    """Draw a fully connected network in which some units are left out, with all that hangs on them.

    Parameters
    ----------
    ax : Axes
        Becomes a sheet of paper without axes.
    masks : sequence of array_like
        For the inputs and for each layer, whether a unit is there (not zero) or left out (zero).

    Examples
    --------
    >>> ax = figure().subplots()
    >>> draw_thinned(ax, [[1, 0], [1, 1, 0], [1]])
    >>> sum(line.get_linestyle() == "-" for line in ax.get_lines())  # the edges that are left, and crosses
    8
    """
    kept = [np.asarray(mask) != 0 for mask in masks]
    tallest = max(len(mask) for mask in kept)
    places = [
        np.column_stack(
            [np.full(len(mask), 2.6 * k), (tallest - 1) / 2 + (len(mask) - 1) / 2 - np.arange(len(mask))]
        )
        for k, mask in enumerate(kept)
    ]
    for k in range(len(kept) - 1):
        for i, start in enumerate(places[k]):
            for j, end in enumerate(places[k + 1]):
                if kept[k][i] and kept[k + 1][j]:
                    ax.plot(*np.array([start, end]).T, color=BLUE, linestyle="-", linewidth=1.5, zorder=1)
                else:
                    ax.plot(
                        *np.array([start, end]).T,
                        color=MUTED,
                        linestyle=":",
                        linewidth=0.6,
                        alpha=0.5,
                        zorder=0,
                    )
    for k, (units, mask) in enumerate(zip(places, kept, strict=True)):
        color = INK if k == 0 else GREEN if k == len(kept) - 1 else BLUE
        for (x, y), there in zip(units, mask, strict=True):
            look: dict[str, Any] = {"linewidth": 2.0, "zorder": 3, "edgecolor": color if there else MUTED}
            look["linestyle"] = "-" if there else ":"
            for face, order in ((PAPER, 2), ((color, FILL_ALPHA) if there else PAPER, 3)):
                settings = look | {"facecolor": face, "zorder": order}
                if k == 0:
                    ax.add_patch(Rectangle((x - 0.33, y - 0.33), 0.66, 0.66, **settings))
                else:
                    ax.add_patch(Circle((x, y), 0.36, **settings))
            if not there:
                for up in (-1, 1):
                    ax.plot(
                        [x - 0.2, x + 0.2], [y - 0.2 * up, y + 0.2 * up], color=MUTED, linestyle="-",
                        linewidth=2, zorder=4,
                    )  # fmt: skip
    ax.set(xlim=(-0.6, 2.6 * (len(kept) - 1) + 0.6), ylim=(-0.6, tallest - 0.4), aspect="equal")
    ax.axis("off")


@styled
def thinned_networks(seed: int = 4) -> Figure:
    """Draw one network whole, and three thinned ones: inputs left out with 0.2, hidden units with 0.5.

    Parameters
    ----------
    seed : int
        Of the draws.

    Returns
    -------
    Figure

    Examples
    --------
    >>> [ax.get_title() for ax in thinned_networks().axes]
    ['the whole network', 'a first draw', 'a second draw', 'a third draw']
    """
    rng = np.random.default_rng(seed)
    fig = figure(5, 5.4)
    titles = ("the whole network", "a first draw", "a second draw", "a third draw")
    for k, (ax, title) in enumerate(zip(fig.subplots(2, 2).flat, titles, strict=True)):
        p_visible, p_hidden = (0.0, 0.0) if k == 0 else (0.2, 0.5)
        draw_thinned(ax, [rng.random(4) >= p_visible, rng.random(6) >= p_hidden, [1, 1]])
        ax.set_title(title)
    return fig


@styled
def sums(at_prediction: float, in_training: Mapping[str, ArrayLike]) -> Figure:
    """Draw how often a unit of the next layer meets which sum, and the one that it meets at prediction.

    Parameters
    ----------
    at_prediction : float
        The sum with all units.
    in_training : mapping of str to array_like
        For each way to drop, the sums of many draws: a panel each.

    Returns
    -------
    Figure

    Examples
    --------
    >>> fig = sums(4.0, {"not scaled": [1.0, 2, 3], "scaled": [2.0, 4, 6]})
    >>> [ax.get_title() for ax in fig.axes]
    ['not scaled', 'scaled']
    """
    fig = figure(5, 1.0 + 1.75 * len(in_training))
    panels = np.atleast_1d(fig.subplots(len(in_training), 1, sharex=True))
    high = max(float(np.max(values)) for values in in_training.values())
    low = min(0.0, *(float(np.min(values)) for values in in_training.values()))
    for ax, (name, values), color in zip(panels, in_training.items(), (ORANGE, BLUE), strict=False):
        drawn = np.asarray(values, dtype=float)
        ax.hist(
            drawn, bins=np.linspace(low, high, 41), facecolor=(color, 0.45), edgecolor=color, linewidth=0.8
        )
        ax.axvline(float(drawn.mean()), color=color, linestyle="--", linewidth=2.5, label="mean in training")
        ax.axvline(at_prediction, color=INK, linestyle="-", linewidth=2.5, label="at prediction")
        ax.set(title=name, yticks=[])
        ax.spines["left"].set_visible(False)
    panels[-1].set_xlabel("sum that comes into the next layer")
    fig.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center", ncols=2)
    return fig


@styled
def removed_units(shares: ArrayLike, right: Mapping[str, ArrayLike]) -> Figure:
    """Draw how well networks do when a share of their hidden units is taken away after the training.

    Parameters
    ----------
    shares : array_like
        The shares that were removed.
    right : mapping of str to array_like
        For each network the share of right answers.

    Returns
    -------
    Figure

    Examples
    --------
    >>> removed_units([0, 0.5], {"without": [0.9, 0.5]}).axes[0].get_xlabel()
    'share of hidden units removed'
    """
    fig = figure(5, 3.6)
    ax = fig.subplots()
    _series(ax, shares, {name: 100 * np.asarray(values) for name, values in right.items()}, marker=True)
    ax.set(xlabel="share of hidden units removed", ylabel="test images right, %", ylim=(0, 100))
    ax.legend(loc="lower left")
    return fig


@styled
def two_weights(weights: Mapping[str, ArrayLike], names: Sequence[str]) -> Figure:
    """Draw a few weights of several fits beside each other.

    Parameters
    ----------
    weights : mapping of str to array_like
        For each fit its weights.
    names : sequence of str
        Of the weights.

    Returns
    -------
    Figure

    Examples
    --------
    >>> len(two_weights({"without": [5, -4], "with": [0.5, 0.4]}, ["a", "b"]).axes[0].patches)
    4
    """
    fig = figure(5, 3.5)
    ax = fig.subplots()
    width = 0.8 / len(weights)
    for k, ((name, values), color, hatch) in enumerate(
        zip(weights.items(), COLORS, ("//", "", "..", "xx"), strict=False)
    ):
        places = np.arange(len(names)) + (k - (len(weights) - 1) / 2) * width
        ax.bar(
            places, np.asarray(values), width * 0.92, facecolor=(color, 0.45), edgecolor=color, hatch=hatch,
            linewidth=1.5, label=name,
        )  # fmt: skip
    ax.axhline(0, color=INK, linestyle="-", linewidth=1)
    ax.set_xticks(range(len(names)), list(names))
    ax.set_ylabel("weight")
    ax.legend(loc="best")
    return fig


@styled
def averages(counts: Sequence[int], losses: ArrayLike, full: float, single: float) -> Figure:
    """Draw the loss of the average of many thinned networks, and that of the one full network.

    Parameters
    ----------
    counts : sequence of int
        How many thinned networks were averaged.
    losses : array_like
        Of each average.
    full : float
        The loss of the full network.
    single : float
        The mean loss of one thinned network.

    Returns
    -------
    Figure

    Examples
    --------
    >>> [line.get_label() for line in averages([1, 10], [0.9, 0.5], 0.45, 0.95).axes[0].get_lines()][:2]
    ['average of thinned networks', 'the full network, once']
    """
    fig = figure(5, 3.5)
    ax = fig.subplots()
    ax.plot(
        counts, np.asarray(losses), color=BLUE, linestyle="-", marker="o", label="average of thinned networks"
    )
    ax.axhline(full, color=ORANGE, linestyle="--", linewidth=2.5, label="the full network, once")
    ax.set_xscale("log")
    ax.set_xticks(list(counts), [str(count) for count in counts])
    ax.set_xticks([], minor=True)
    ax.set(xlabel="thinned networks in the average", ylabel="test loss", ylim=(0, 1.12 * single))
    ax.legend(loc="upper right")
    return fig


@styled
def search(
    rates: ArrayLike,
    training: ArrayLike,
    validation: ArrayLike,
    xlabel: str = "p, the probability of dropping",
) -> Figure:
    """Draw training and validation loss over p: a line for the mean, a dot for each start.

    Parameters
    ----------
    rates : array_like, shape (k,)
    training, validation : array_like, shape (k, n_seeds)
        Both measured with dropout off.
    xlabel : str
        What was searched.

    Returns
    -------
    Figure

    Examples
    --------
    >>> fig = search([0, 0.5], [[0, 0.1], [0.2, 0.3]], [[1, 1.1], [0.6, 0.7]])
    >>> len(fig.axes[0].get_lines())
    5
    """
    fig = figure(5, 3.8)
    ax = fig.subplots()
    means = {}
    for (name, values), color, mark in zip(
        {"training": training, "validation": validation}.items(), (BLUE, ORANGE), ("o", "^"), strict=True
    ):
        table = np.asarray(values, dtype=float)
        means[name] = table.mean(axis=1)
        ax.plot(
            np.repeat(np.asarray(rates), table.shape[1]), table.ravel(), color=color, linestyle="none",
            marker=mark, markersize=6, alpha=0.5,
        )  # fmt: skip
    _series(ax, rates, means)
    lowest = int(means["validation"].argmin())
    ax.plot(
        np.asarray(rates)[lowest], means["validation"][lowest], marker="o", markersize=17, color=INK,
        markerfacecolor="none", markeredgewidth=2,
    )  # fmt: skip
    ax.set(xlabel=xlabel, ylabel="loss, dropout off", ylim=(0, None))
    handles, labels = ax.get_legend_handles_labels()
    ax.legend(handles, labels, loc="best")
    return fig


@styled
def penalties(strength: float = 1.0) -> Figure:
    """Draw the two penalties over a weight, and how strongly each pulls it.

    Parameters
    ----------
    strength : float
        What both penalties are multiplied with.

    Returns
    -------
    Figure

    Examples
    --------
    >>> [ax.get_ylabel() for ax in penalties().axes]
    ['penalty', 'its slope']
    """
    w = np.linspace(-2, 2, 201)
    fig = figure(5, 4.4)
    above, below = fig.subplots(2, 1, sharex=True)
    _series(above, w, {"L2": strength / 2 * w**2, "L1": strength * np.abs(w)})
    _series(below, w, {"L2": strength * w, "L1": np.where(w == 0, np.nan, strength * np.sign(w))})
    for ax in (above, below):
        ax.axvline(0, color=MUTED, linestyle="-", linewidth=1, zorder=0)
    below.axhline(0, color=MUTED, linestyle="-", linewidth=1, zorder=0)
    above.set(ylabel="penalty", ylim=(0, None))
    below.set(ylabel="its slope", xlabel="weight $w$")
    above.legend(loc="upper center")
    return fig


@styled
def methods(right: Mapping[str, ArrayLike]) -> Figure:
    """Draw how several ways to train did on test data: a circle for each start, a diamond for the mean.

    Parameters
    ----------
    right : mapping of str to array_like
        For each way the share of right answers of each start.

    Returns
    -------
    Figure

    Examples
    --------
    >>> fig = methods({"nothing": [0.8, 0.82], "dropout": [0.9, 0.9]})
    >>> [label.get_text() for label in fig.axes[0].get_yticklabels()]
    ['nothing', 'dropout']
    """
    fig = figure(5, 1.2 + 0.5 * len(right))
    ax = fig.subplots()
    for row, values in enumerate(right.values()):
        percent = 100 * np.asarray(values)
        ax.plot(
            percent, np.full(percent.size, row), color=BLUE, marker="o", linestyle="none",
            markerfacecolor="none", markeredgewidth=1.5,
        )  # fmt: skip
        ax.plot(
            percent.mean(),
            row,
            color=ORANGE,
            marker="D",
            markersize=10,
            linestyle="none",
            markeredgecolor=PAPER,
        )
    ax.set(ylim=(len(right) - 0.5, -0.5), xlabel="test images right, %")
    ax.set_yticks(range(len(right)), list(right))
    ax.grid(axis="x")
    return fig


@styled
def mask_tables(masks: Mapping[str, ArrayLike]) -> Figure:
    """Draw masks of a batch as tables: a row for each record, a column for each unit, a cross where dropped.

    Parameters
    ----------
    masks : mapping of str to array_like, shape (n, n_units)
        0 where a unit is left out.

    Returns
    -------
    Figure

    Examples
    --------
    >>> fig = mask_tables({"own": [[1, 0], [0, 1]], "shared": [[1, 0], [1, 0]]})
    >>> [ax.get_title() for ax in fig.axes]
    ['own', 'shared']
    """
    fig = figure(5, 3.0)
    for ax, (name, mask) in zip(fig.subplots(1, len(masks)), masks.items(), strict=True):
        kept = np.asarray(mask) != 0
        n, n_units = kept.shape
        for i, j in np.ndindex(n, n_units):
            there = kept[i, j]
            ax.add_patch(
                Rectangle(
                    (j, n - 1 - i), 0.86, 0.86, facecolor=(BLUE, 0.45) if there else PAPER,
                    edgecolor=BLUE if there else MUTED, linewidth=1.2,
                )
            )  # fmt: skip
            if not there:
                ax.plot(j + 0.43, n - 0.57 - i, marker="x", color=MUTED, markersize=6, markeredgewidth=1.5)
        ax.set(xlim=(-0.2, n_units), ylim=(-0.2, n), aspect="equal", title=name, xticks=[], yticks=[])
        ax.set(xlabel="units", ylabel="records")
        for spine in ax.spines.values():
            spine.set_visible(False)
    return fig
