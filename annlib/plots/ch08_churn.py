"""Figures of chapter 8: who leaves, the search, calibration, the confusion matrix, what a threshold costs.

Each function is given what the chapter has computed, and draws it; nothing is trained or fitted in here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from annlib.errors import InputError
from annlib.plots.style import (
    BLUE,
    CLASS_HATCHES,
    FILL_ALPHA,
    GREEN,
    INK,
    LINE_STYLES,
    MUTED,
    ORANGE,
    PAPER,
    figure,
    styled,
)

if TYPE_CHECKING:
    import pandas as pd

    from annlib.training import History

__all__ = [
    "calibration",
    "confusion",
    "costs",
    "dependence",
    "draw_confusion",
    "importance",
    "leaving_by_age",
    "leaving_by_group",
    "letters_by_group",
    "loss_curves",
    "many_splits",
    "one_customer",
    "one_in_how_many",
    "precision_recall_curves",
    "roc_curves",
    "search",
]

Array = NDArray[Any]

_STAY, _LEAVE = BLUE, ORANGE
_COLORS = (BLUE, ORANGE, GREEN, MUTED)


@styled
def one_in_how_many(exited: Array) -> Figure:
    """Draw a hundred customers, those who leave in another color and shape.

    Parameters
    ----------
    exited : array of 0 and 1, shape (n,)

    Returns
    -------
    Figure

    Examples
    --------
    >>> one_in_how_many(np.array([0, 0, 0, 0, 1])).axes[0].get_title()
    '20 of 100 customers leave'
    """
    leave = round(100 * float(np.mean(exited)))
    x, y = np.arange(100) % 20, 4 - np.arange(100) // 20  # row by row, from the top
    fig = figure(6.4, 2.3)
    ax = fig.subplots()
    ax.scatter(x[leave:], y[leave:], s=130, marker="o", color=_STAY, label="stay")
    ax.scatter(x[:leave], y[:leave], s=150, marker="^", color=_LEAVE, label="leave")
    ax.set_title(f"{leave} of 100 customers leave")
    ax.set(xlim=(-0.7, 19.7), ylim=(-0.7, 4.7), aspect="equal")
    ax.axis("off")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, 0.02), ncols=2, frameon=False)
    return fig


_AGES = [17, 30, 35, 40, 45, 50, 55, 60, 65, 70, 100]
_AGE_NAMES = ["to 30", "31–35", "36–40", "41–45", "46–50", "51–55", "56–60", "61–65", "66–70", "older"]


@styled
def leaving_by_age(customers: pd.DataFrame) -> Figure:
    """Draw the share that leaves, by age, for active members and the others, with intervals of 95 %.

    Parameters
    ----------
    customers : DataFrame with Age, IsActiveMember and Exited

    Returns
    -------
    Figure
    """
    band = np.digitize(customers["Age"], _AGES, right=True) - 1
    fig = figure(6.4, 4.2)
    ax = fig.subplots()
    styles = [(0, "not active", ORANGE, "^", "--", -0.06), (1, "active", BLUE, "o", "-", 0.06)]
    for active, label, color, marker, line, aside in styles:
        chosen = customers["IsActiveMember"].to_numpy() == active
        groups = customers["Exited"][chosen].groupby(band[chosen])
        rates, places = groups.mean(), groups.mean().index + aside  # aside, so that no bar hides another
        ax.plot(places, 100 * rates, line, color=color, marker=marker, label=label)
        for place, rate, n in zip(places, rates, groups.size(), strict=True):
            low, high = _plausible(rate, n)
            ax.plot([place, place], [100 * low, 100 * high], "-", color=color, lw=1.2)
    ax.axhline(100 * customers["Exited"].mean(), color=MUTED, linestyle=":", label="all customers")
    ax.set_xticks(range(len(_AGE_NAMES)), _AGE_NAMES, rotation=45)
    ax.set(xlabel="age", ylabel="of 100 customers leave", ylim=(-3, 100))  # a mark at 0 is seen whole
    ax.legend()
    return fig


@styled
def leaving_by_group(customers: pd.DataFrame) -> Figure:
    """Draw the share that leaves in each group of four columns, with its interval of 95 %.

    Parameters
    ----------
    customers : DataFrame with NumOfProducts, Geography, Gender, HasCrCard and Exited

    Returns
    -------
    Figure
    """
    names: dict[str, Callable[[Any], str]] = {
        "NumOfProducts": lambda value: f"{value} product{'s' if value > 1 else ''}",
        "Geography": str,
        "Gender": str,
        "HasCrCard": lambda value: "credit card" if value else "no credit card",
    }
    fig = figure(6.4, 4.6)
    ax = fig.subplots()
    labels: list[str] = []
    places: list[float] = []
    place = 0.0
    for column, name in names.items():
        for value, exited in customers.groupby(column)["Exited"]:
            rate = float(exited.mean())
            low, high = _plausible(rate, len(exited))
            ax.plot([100 * low, 100 * high], [place, place], "|-", color=INK, markersize=9, lw=2)
            ax.plot([100 * rate], [place], "o", color=BLUE)
            labels.append(name(value))
            places.append(place)
            place += 1
        place += 0.6
    ax.axvline(100 * customers["Exited"].mean(), color=MUTED, linestyle=":", label="all customers")
    ax.set_yticks(places, labels)
    ax.invert_yaxis()
    ax.set(xlabel="of 100 customers leave", xlim=(0, 104))
    ax.legend(loc="lower right")
    return fig


def _plausible(rate: float, n: int, z: float = 1.96) -> tuple[float, float]:
    """Return Wilson's interval of a share: unlike the plain standard error, it is no point at 0 or 1.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference (1927).

    >>> low, high = _plausible(1.0, 50)
    >>> round(low, 2), round(high, 2)
    (0.93, 1.0)
    """
    middle = rate + z**2 / (2 * n)
    half = z * np.sqrt(rate * (1 - rate) / n + z**2 / (4 * n**2))
    return float((middle - half) / (1 + z**2 / n)), float((middle + half) / (1 + z**2 / n))


@styled
def loss_curves(history: History) -> Figure:
    """Draw the training and the validation loss over the epochs, and mark the epoch that is kept.

    Parameters
    ----------
    history : History
        What `annlib.train` returned, with validation data.

    Returns
    -------
    Figure

    Raises
    ------
    InputError
        If there is no validation loss.
    """
    if not history.validation_loss:
        raise InputError("history must hold a validation loss, got none; pass validation=(X, y) to train.")
    number = np.arange(1, len(history.loss) + 1)
    fig = figure()
    ax = fig.subplots()
    ax.plot(number, history.loss, LINE_STYLES[1], color=BLUE, label="training")
    ax.plot(number, history.validation_loss, LINE_STYLES[0], color=ORANGE, label="validation")
    best = history.best_epoch
    ax.axvline(best, color=MUTED, linestyle=":", lw=1.5)
    ax.plot([best], [history.validation_loss[best - 1]], "D", color=INK, label="lowest validation loss: kept")
    ax.set(xlabel="epoch", ylabel="loss (cross-entropy)", xlim=(0, len(number) + 1))
    ax.legend()
    return fig


@styled
def confusion(matrix: Array) -> Figure:
    """Draw a confusion matrix, each cell named, with the mistakes hatched.

    Parameters
    ----------
    matrix : integer array, shape (2, 2)
        Row: stayed, left. Column: predicted to stay, to leave.

    Returns
    -------
    Figure

    Raises
    ------
    InputError
        If the matrix has another shape.
    """
    matrix = np.asarray(matrix)
    if matrix.shape != (2, 2):
        raise InputError(f"matrix must have shape (2, 2), got {matrix.shape}.")
    fig = figure(6.4, 3.8)
    draw_confusion(fig.subplots(), matrix)
    return fig


def draw_confusion(ax: Axes, matrix: Array, fontsize: float = 14) -> None:
    """Draw the four cells of `confusion` into axes.

    Parameters
    ----------
    ax : Axes
    matrix : integer array, shape (2, 2)
    fontsize : float
    """
    words = [["right:\nstays", "false alarm"], ["missed", "right:\nleaves"]]
    for row in (0, 1):
        for column in (0, 1):
            right = row == column
            color = BLUE if right else ORANGE
            box = (column, 1 - row)
            ax.add_patch(Rectangle(box, 1, 1, fc=color, alpha=FILL_ALPHA, ec="none"))
            hatch = CLASS_HATCHES[0 if right else 1]
            ax.add_patch(Rectangle(box, 1, 1, fc="none", ec=color, lw=2, hatch=hatch, alpha=0.45))
            ax.text(
                column + 0.5,
                1.5 - row,
                f"{matrix[row, column]:,}\n{words[row][column]}",
                ha="center",
                va="center",
                fontsize=fontsize,
                bbox={"boxstyle": "round", "fc": PAPER, "ec": "none"},
            )
    ax.set_xticks([0.5, 1.5], ["predicted to stay", "predicted to leave"])
    ax.set_yticks([1.5, 0.5], ["stayed", "left"])
    ax.tick_params(length=0)
    ax.xaxis.tick_top()
    ax.spines[:].set_visible(False)
    ax.set(xlim=(-0.01, 2.01), ylim=(-0.01, 2.01))


@styled
def roc_curves(exited: Array, probabilities: Mapping[str, Array]) -> Figure:
    """Draw a ROC curve for each model, with the diagonal of pure guessing.

    Parameters
    ----------
    exited : array of 0 and 1, shape (n,)
    probabilities : dict from a name to an array of shape (n,)
        At most three models.

    Returns
    -------
    Figure

    Raises
    ------
    InputError
        If there is no model, or more than three.
    """
    from sklearn.metrics import roc_auc_score, roc_curve

    if not 1 <= len(probabilities) <= 3:
        raise InputError(f"probabilities must hold one to three models, got {len(probabilities)}.")
    fig = figure(6.4, 5.0)
    ax = fig.subplots()
    for (name, probability), color, line in zip(probabilities.items(), _COLORS, LINE_STYLES, strict=False):
        false_alarms, caught, _ = roc_curve(exited, probability)
        area = roc_auc_score(exited, probability)
        ax.plot(100 * false_alarms, 100 * caught, line, color=color, label=f"{name}: {area:.3f}")
    ax.plot([0, 100], [0, 100], ":", color=MUTED, lw=1.5, label="guessing: 0.500")
    ax.set(xlabel="false alarms, of 100 who stay", ylabel="caught, of 100 who leave", aspect="equal")
    ax.set(xlim=(-1, 101), ylim=(-1, 101))
    ax.legend(title="area under the curve", loc="lower right")
    return fig


@styled
def costs(thresholds: Sequence[float] | Array, cost: Sequence[float] | Array, chosen: float) -> Figure:
    """Draw what each threshold costs, and mark the chosen one and one half.

    Parameters
    ----------
    thresholds, cost : arrays, shape (m,)
        The cost is that of one customer on average.
    chosen : float
        One of the thresholds.

    Returns
    -------
    Figure
    """
    thresholds, cost = np.asarray(thresholds), np.asarray(cost)
    fig = figure()
    ax = fig.subplots()
    ax.plot(thresholds, cost, color=BLUE)
    for threshold, label, marker, color in [(chosen, "cheapest", "D", INK), (0.5, "one half", "^", ORANGE)]:
        place = int(np.abs(thresholds - threshold).argmin())
        ax.plot(thresholds[place], cost[place], marker, color=color, ls="none", label=label, markersize=10)
    ax.set(xlabel="threshold: write to whom the model gives more", ylabel="cost for each customer")
    ax.set(xlim=(0, 1), ylim=(0, None))
    ax.legend()
    return fig


@styled
def one_customer(ages: Array, probabilities: Mapping[str, Array], age: int, threshold: float) -> Figure:
    """Draw what the model would say about one customer at every age, in several variants.

    Parameters
    ----------
    ages : array, shape (m,)
    probabilities : dict from a variant's name to an array of shape (m,)
        The first is the customer as she is; at most three.
    age : int
        The age that she has.
    threshold : float
        Above it the bank writes.

    Returns
    -------
    Figure
    """
    fig = figure(6.4, 4.2)
    ax = fig.subplots()
    for (name, probability), color, line in zip(probabilities.items(), _COLORS, LINE_STYLES, strict=False):
        ax.plot(ages, 100 * probability, line, color=color, label=name)
    first = next(iter(probabilities.values()))
    place = int(np.abs(np.asarray(ages) - age).argmin())
    ax.plot([age], [100 * first[place]], "D", color=INK, markersize=10, label="the customer")
    ax.axhline(100 * threshold, color=MUTED, linestyle=":", label="threshold")
    ax.set(xlabel="age", ylabel="predicted chance to leave, in %", ylim=(0, 100))
    ax.legend(fontsize=10, ncols=2, loc="upper center", bbox_to_anchor=(0.5, 1.28))
    return fig


@styled
def search(results: Mapping[str, Any]) -> Figure:
    """Draw what a search has found: the validation loss over the dropout rate, for each number of units.

    Parameters
    ----------
    results : mapping
        ``cv_results_`` of a search over ``model__dropout``, ``model__hidden_layer_sizes`` and
        ``model__learning_rate`` with ``scoring="neg_log_loss"``. Of the learning rates the better is drawn.

    Returns
    -------
    Figure
    """
    loss = -np.asarray(results["mean_test_score"])
    sizes = list(dict.fromkeys(settings["model__hidden_layer_sizes"] for settings in results["params"]))
    rates = sorted({settings["model__dropout"] for settings in results["params"]})
    fig = figure(6.4, 4.2)
    ax = fig.subplots()
    for size, color, line, marker in zip(sizes, _COLORS, LINE_STYLES, "os^D", strict=False):
        lowest = [
            min(
                value
                for value, settings in zip(loss, results["params"], strict=True)
                if settings["model__dropout"] == rate and settings["model__hidden_layer_sizes"] == size
            )
            for rate in rates
        ]
        label = " and ".join(map(str, size)) + " units"
        ax.plot(rates, lowest, line, color=color, marker=marker, label=label)
    best = int(loss.argmin())
    ax.plot(
        [results["params"][best]["model__dropout"]], [loss[best]], "D", color=INK, markersize=11,
        markerfacecolor="none", markeredgewidth=2, label="chosen",
    )  # fmt: skip
    ax.set(xlabel="dropout rate p", ylabel="loss on the part left out", xticks=rates)
    ax.legend()
    return fig


@styled
def calibration(exited: Array, probabilities: Mapping[str, Array], n_bins: int = 8) -> Figure:
    """Draw how often those leave to whom a model gives a chance, in groups of equal size, with intervals.

    Parameters
    ----------
    exited : array of 0 and 1, shape (n,)
    probabilities : dict from a name to an array of shape (n,)
        At most three models.
    n_bins : int
        How many groups.

    Returns
    -------
    Figure
    """
    fig = figure(6.4, 5.0)
    ax = fig.subplots()
    ax.plot([0, 100], [0, 100], ":", color=MUTED, lw=1.5, label="honest chances")
    for k, (name, probability) in enumerate(probabilities.items()):
        order = np.argsort(probability, kind="stable")
        for j, rows in enumerate(np.array_split(order, n_bins)):
            said, left = float(probability[rows].mean()), float(exited[rows].mean())
            low, high = _plausible(left, len(rows))
            ax.plot([100 * said] * 2, [100 * low, 100 * high], "-", color=_COLORS[k], lw=1.2)
            ax.plot(
                100 * said, 100 * left, "os^"[k], color=_COLORS[k], label=name if j == 0 else None, ls="none"
            )
    ax.set(xlabel="predicted chance, in %", ylabel="of 100 left", aspect="equal")
    ax.set(xlim=(-2, 102), ylim=(-2, 102))
    ax.legend(loc="upper left")
    return fig


@styled
def precision_recall_curves(exited: Array, probabilities: Mapping[str, Array]) -> Figure:
    """Draw precision over recall for each model, with the level of alarms drawn by lot.

    Parameters
    ----------
    exited : array of 0 and 1, shape (n,)
    probabilities : dict from a name to an array of shape (n,)
        At most three models.

    Returns
    -------
    Figure
    """
    from sklearn.metrics import average_precision_score, precision_recall_curve

    fig = figure(6.4, 4.6)
    ax = fig.subplots()
    for (name, probability), color, line in zip(probabilities.items(), _COLORS, LINE_STYLES, strict=False):
        precision, recall, _ = precision_recall_curve(exited, probability)
        area = average_precision_score(exited, probability)
        # With a handful of alarms the precision jumps between 0 and 1: that is noise, so it is left out.
        shown = recall >= 0.02
        ax.plot(100 * recall[shown], 100 * precision[shown], line, color=color, label=f"{name}: {area:.2f}")
    share = float(np.mean(exited))
    ax.axhline(100 * share, color=MUTED, linestyle=":", label=f"by lot: {share:.2f}")
    ax.set(xlabel="recall: caught, of 100 who leave", ylabel="precision: right, of 100 alarms")
    ax.set(xlim=(0, 101), ylim=(0, 103))
    ax.legend(title="average precision", loc="upper right")
    return fig


@styled
def importance(names: Sequence[str], drops: Array) -> Figure:
    """Draw how much the AUC falls when one column is shuffled, the largest fall on top.

    Parameters
    ----------
    names : sequence of str, length m
    drops : array, shape (m, n_repeats)

    Returns
    -------
    Figure
    """
    order = np.argsort(drops.mean(axis=1))
    fig = figure(6.4, 4.2)
    ax = fig.subplots()
    ax.axvline(0, color=MUTED, lw=1.2)
    for place, row in enumerate(order):
        low, high = drops[row].min(), drops[row].max()
        ax.plot([low, high], [place, place], "-", color=INK, lw=2)
        ax.plot([drops[row].mean()], [place], "o", color=BLUE)
    ax.set_yticks(range(len(order)), [names[row] for row in order])
    ax.set(xlabel="how far the AUC falls when this column is shuffled")
    return fig


@styled
def dependence(curves: Mapping[str, tuple[Array, Array]], single: Mapping[str, Array]) -> Figure:
    """Draw the mean prediction over one column at a time, and thin lines for a few single customers.

    Parameters
    ----------
    curves : dict from a column's name to (values, mean predicted chance), each of shape (m,)
    single : dict from the same names to chances of single customers, shape (n, m)

    Returns
    -------
    Figure
    """
    fig = figure(6.4, 3.9)
    axes = fig.subplots(1, len(curves), sharey=True, squeeze=False)[0]
    for ax, (name, (values, chance)) in zip(axes, curves.items(), strict=True):
        for i, row in enumerate(single[name]):
            ax.plot(values, 100 * row, "-", color=MUTED, lw=1, alpha=0.6, label=None if i else "one customer")
        ax.plot(
            values, 100 * chance, "-", color=BLUE, lw=3, marker="o" if len(values) < 9 else "", label="mean"
        )
        ax.set(xlabel=name, ylim=(-2, 102))
        if len(values) < 9:
            ax.set_xticks(values)
    axes[0].set_ylabel("predicted chance to leave, in %")
    axes[0].legend(loc="upper left")
    return fig


@styled
def letters_by_group(groups: Mapping[str, Mapping[str, float]]) -> Figure:
    """Draw, for each group of customers, who gets a letter, who is reached, and who is alarmed falsely.

    Parameters
    ----------
    groups : dict from a group's name to a dict with "leave", "letters", "reached" and "false alarms"
        Shares between 0 and 1.

    Returns
    -------
    Figure
    """
    marks = {
        "leave": ("D", INK, "leave"),
        "letters": ("o", BLUE, "get a letter"),
        "reached": ("^", GREEN, "of those who leave: reached"),
        "false alarms": ("s", ORANGE, "of those who stay: a letter"),
    }
    fig = figure(6.4, 4.4)
    ax = fig.subplots()
    for place, shares in enumerate(groups.values()):
        ax.plot([0, 100], [place, place], "-", color=MUTED, lw=0.6)
        for key, (marker, color, label) in marks.items():
            ax.plot(
                100 * shares[key], place, marker, color=color, ls="none", label=None if place else label,
                markersize=10,
            )  # fmt: skip
    ax.set_yticks(range(len(groups)), list(groups))
    ax.invert_yaxis()
    ax.set(xlabel="of 100 customers", xlim=(-2, 102))
    ax.legend(fontsize=10, ncols=2, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    return fig


@styled
def many_splits(results: Mapping[str, Mapping[str, Any]]) -> Figure:
    """Draw by how much each model stays behind the last one, split by split, on each table.

    Parameters
    ----------
    results : mapping
        `annlib.plots.ch08_results.RESULTS`.

    Returns
    -------
    Figure
    """
    titles = {"simulated": "SIMULATED table", "real": "real file"}
    fig = figure(6.4, 7.6)
    axes = fig.subplots(len(results), 1, sharex=True, squeeze=False)[:, 0]
    for ax, (source, table) in zip(axes, results.items(), strict=True):
        far_away = ("all stay", "logistic regression")  # they would press all others into one line
        models = {name: row for name, row in table["models"].items() if name not in far_away}
        *others, best = models
        for place, name in enumerate(others):
            gaps = np.array(models[name]["splits"]) - np.array(models[best]["splits"])
            color = BLUE if name.startswith("annlib") else ORANGE
            ax.plot(gaps, np.full(len(gaps), place), "|", color=color, markersize=9, markeredgewidth=1.2)
            mark = "o" if color == BLUE else "^"
            ax.plot([gaps.mean()], [place], mark, color=color, markersize=10, markeredgecolor=INK)
        ax.axvline(0, color=INK, linestyle=":")
        ax.set_yticks(range(len(others)), others)
        ax.set_ylim(len(others) - 0.4, -0.6)
        ax.set_title(f"{titles[source]}, {table['date']}")
    axes[-1].set_xlabel("AUC minus that of the five searched networks")
    return fig
