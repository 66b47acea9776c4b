"""Explorers of chapter 8: what a threshold does, and what the network says of one customer.

Both ask the chapter's own network, trained anew on the same SIMULATED customers, split in the same way, with
the settings that the chapter's search finds.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from annlib.datasets import CATEGORICAL, FEATURES, NUMERIC, TARGET, simulate_churn
from annlib.explorers import Choice, Explorer, Frame, Numbers
from annlib.metrics import confusion_matrix
from annlib.plots.ch08_churn import draw_confusion
from annlib.plots.style import BLUE, CLASS_HATCHES, FILL_ALPHA, GREEN, INK, MUTED, ORANGE, figure

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["customer", "threshold"]

Array = NDArray[Any]
Backend = Literal["static", "live"] | None

SETTINGS: dict[str, Any] = {"hidden_layer_sizes": (32,), "dropout": 0.0, "learning_rate": 3e-3}
"""What the search of chapter 8 finds on the simulated customers (a test runs the chapter and compares)."""

ALARM = 20
"""What a false alarm costs in chapter 8; a miss costs so many times as much as the explorer says."""


class Trained(NamedTuple):
    """The chapter's network, and the chances and answers of its validation customers."""

    model: Any
    chance: Array
    exited: Array


@cache
def trained() -> Trained:
    """Train the network of chapter 8: the same customers, the same split, the same bits.

    Returns
    -------
    Trained
        The pipeline of encoder and network, and the validation customers' chances and answers, shape (2000,).
    """
    from sklearn.compose import make_column_transformer
    from sklearn.model_selection import train_test_split
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    from annlib.estimator import ANNClassifier

    customers = simulate_churn(rng=np.random.default_rng(1))
    X, y = customers[list(FEATURES)], customers[TARGET].to_numpy()
    X, _, y, _ = train_test_split(X, y, test_size=0.2, stratify=y, random_state=0)
    X, X_valid, y, y_valid = train_test_split(X, y, test_size=0.25, stratify=y, random_state=0)
    encode = make_column_transformer((StandardScaler(), list(NUMERIC)), (OneHotEncoder(), list(CATEGORICAL)))
    network = ANNClassifier(activation="tanh", early_stopping=True, random_state=0, verbose=False, **SETTINGS)
    model = Pipeline([("encode", encode), ("network", network)]).fit(X, y)
    return Trained(model, model.predict_proba(X_valid)[:, 1], y_valid)


def _costs(thresholds: Array, times: float) -> Array:
    """Return what the mistakes at each threshold cost for each validation customer, shape (m,)."""
    write = trained().chance > thresholds[:, None]  # (m, n)
    left = trained().exited == 1
    costs: Array = ALARM * ((write & ~left) + times * (~write & left)).mean(axis=1)
    return costs


def draw_threshold(threshold: float, times: float) -> Frame:
    """Draw whom a threshold takes for leavers, the four counts, and what the mistakes cost.

    Parameters
    ----------
    threshold : float
        Whoever has a greater chance gets a letter.
    times : float
        How many times as much as a false alarm a miss costs.

    Returns
    -------
    Frame

    Examples
    --------
    >>> draw_threshold(0.5, 9).sentence.startswith("Threshold 0.5: letters to ")
    True
    """
    _, chance, exited = trained()
    write = (chance > threshold).astype(int)
    matrix = confusion_matrix(exited, write)
    (_, alarms), (missed, caught) = matrix
    recall = caught / (caught + missed)
    precision = f"{caught / (alarms + caught):.0%}" if alarms + caught else "undefined"

    fig = figure(4.8, 6.9, layout=None)
    above = fig.add_axes((0.15, 0.73, 0.82, 0.25))
    middle = fig.add_axes((0.15, 0.4, 0.82, 0.2))
    below = fig.add_axes((0.15, 0.08, 0.82, 0.25))

    edges = np.linspace(0, 1, 21)
    for label, name, color, hatch in [(0, "stay", BLUE, 0), (1, "leave", ORANGE, 1)]:
        share = 100 * np.histogram(chance[exited == label], edges)[0] / (exited == label).sum()
        above.stairs(share, edges, fill=True, color=(color, FILL_ALPHA), hatch=CLASS_HATCHES[hatch])
        above.stairs(share, edges, color=color, lw=2, label=name)
    above.axvline(threshold, color=INK, linestyle="-", lw=2.5)
    above.set(
        xlim=(0, 1), ylim=(0, 50), xlabel="predicted chance; right of the line: a letter", ylabel="of 100"
    )
    above.legend(loc="upper right")

    draw_confusion(middle, matrix, fontsize=11.5)
    middle.set_xticks([0.5, 1.5], ["no letter", "letter"])

    grid = np.linspace(0, 1, 101)
    cost = _costs(grid, times)
    here = float(_costs(np.array([threshold]), times)[0])
    best = int(cost.argmin())
    formula = 1 / (1 + times)
    ratio = "as much" if times == 1 else f"{times:g} times as much"
    below.plot(grid, cost, "-", color=BLUE)
    below.axvline(formula, color=GREEN, linestyle="--", lw=2, label="the formula's")
    below.plot([grid[best]], [cost[best]], "D", color=GREEN, label="cheapest", ls="none")
    below.plot([threshold], [here], "o", color=INK, markersize=10, label="here", ls="none")
    below.set(xlim=(0, 1), ylim=(0, 1.4 * float(cost.max())), xlabel="threshold", ylabel="cost each")
    below.legend(loc="upper center", ncols=3, fontsize=10, columnspacing=1, handletextpad=0.4)
    return Frame(
        fig,
        f"Threshold {threshold:g}: letters to {int(alarms + caught):,} of {len(exited):,}; recall "
        f"{recall:.0%}, precision {precision}. If a miss costs {ratio} as a false alarm, the "
        f"mistakes cost {here:.1f} for each customer; the cheapest threshold is {grid[best]:.2f}, the "
        f"formula says {formula:.2f}.",
    )


def threshold(backend: Backend = None) -> Explorer:
    """Explore the threshold: confusion matrix, recall, precision and cost.

    What to discover: recall rises and precision falls as the threshold falls; the cheapest threshold follows
    the costs and not the habit; where both mistakes cost the same it is one half.

    Parameters
    ----------
    backend : {"static", "live"}, optional
        See `annlib.explorers.Explorer`.

    Returns
    -------
    Explorer

    Examples
    --------
    >>> list(threshold().parameters)
    ['threshold', 'times']
    """
    return Explorer(
        draw_threshold,
        backend=backend,
        threshold=Numbers(
            "threshold",
            stops=[0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9],
            default=0.5,
            step=0.02,
            tooltip="Whoever has a greater chance gets a letter",
        ),
        times=Numbers(
            "miss ÷ alarm",
            stops=[1, 3, 9, 19],
            default=9,
            step=1,
            tooltip="How many times as much as a false alarm a miss costs",
        ),
    )


_CUSTOMER: dict[str, Any] = {
    "CreditScore": 650,
    "Geography": "Germany",
    "Gender": "Female",
    "Age": 48,
    "Tenure": 5,
    "Balance": 120_000.0,
    "NumOfProducts": 1,
    "HasCrCard": 1,
    "IsActiveMember": 0,
    "EstimatedSalary": 100_000.0,
}
"""The customer at the counter in chapter 8."""

_CHANGES: dict[str, dict[str, Any]] = {
    "France": {"Geography": "France"},
    "male": {"Gender": "Male"},
    "score 800": {"CreditScore": 800},
    "no credit card": {"HasCrCard": 0},
    "salary 20,000": {"EstimatedSalary": 20_000.0},
}


def _chances(rows: list[dict[str, Any]]) -> Array:
    import pandas as pd

    table: pd.DataFrame = pd.DataFrame(rows)
    answer: Array = trained().model.predict_proba(table)[:, 1]
    return answer


def draw_customer(age: int, products: int, active: str) -> Frame:
    """Draw what the network says of the customer at the counter, at every age, and with one column changed.

    Parameters
    ----------
    age : int
    products : int
        1 to 4.
    active : {"active", "not active"}

    Returns
    -------
    Frame

    Examples
    --------
    >>> draw_customer(48, 1, "not active").sentence.startswith("Age 48, 1 product, not active: ")
    True
    """
    here = _CUSTOMER | {"Age": age, "NumOfProducts": products, "IsActiveMember": int(active == "active")}
    ages = np.arange(18, 81)
    curve = 100 * _chances([here | {"Age": int(value)} for value in ages])
    changes = {
        "not active" if active == "active" else "active": {"IsActiveMember": 1 - here["IsActiveMember"]},
        "1 product" if products > 1 else "2 products": {"NumOfProducts": 1 if products > 1 else 2},
    } | _CHANGES
    now, *changed = 100 * _chances([here, *(here | change for change in changes.values())])

    fig = figure(4.8, 6.2, layout=None)
    above = fig.add_axes((0.14, 0.59, 0.83, 0.35))
    below = fig.add_axes((0.34, 0.1, 0.63, 0.37))
    above.axhline(10, color=MUTED, linestyle=":", label="letter from here on")
    above.plot(ages, curve, "-", color=BLUE, label="she, at every age")
    above.plot([age], [now], "D", color=INK, markersize=10, ls="none", label="she")
    above.set(xlim=(17, 81), ylim=(-3, 103), xlabel="age", ylabel="predicted chance, in %")
    # Above the axes: inside them, some curve or the dotted line is everywhere.
    above.legend(
        loc="lower right",
        bbox_to_anchor=(1, 1),
        ncols=3,
        fontsize=10,
        frameon=False,
        borderaxespad=0.2,
        borderpad=0,
        columnspacing=1,
        handlelength=1.5,
        handletextpad=0.4,
    )

    below.axvline(now, color=INK, linestyle="-", lw=1.5)
    below.axvline(10, color=MUTED, linestyle=":")
    for place, value in enumerate(changed):
        color, marker = (ORANGE, "^") if value > now else (GREEN, "o")
        below.plot([now, value], [place, place], "-", color=color, lw=2.5)
        below.plot([value], [place], marker, color=color, markersize=9)
    below.set_yticks(range(len(changes)), list(changes))
    below.invert_yaxis()
    below.set(xlim=(-3, 103), xlabel="chance with this one change, in %")
    largest = int(np.abs(np.array(changed) - now).argmax())
    what = list(changes)[largest]
    letter = "a letter" if now > 10 else "no letter"
    return Frame(
        fig,
        f"Age {age}, {products} product{'s' if products > 1 else ''}, {active}: the network says "
        f"{now:.0f}%, so {letter}. Of the changes below, \N{LEFT DOUBLE QUOTATION MARK}{what}"
        f"\N{RIGHT DOUBLE QUOTATION MARK} moves its answer most, to {changed[largest]:.0f}%.",
    )


def customer(backend: Backend = None) -> Explorer:
    """Explore what the network says of one customer, and which change would move its answer.

    What to discover: the hill over age is high for those who are not active and hardly there for the active;
    a second product lowers it, a third lifts it; what moves the answer most depends on where one stands.

    Parameters
    ----------
    backend : {"static", "live"}, optional
        See `annlib.explorers.Explorer`.

    Returns
    -------
    Explorer

    Examples
    --------
    >>> customer().parameters["products"].stops
    (1, 2, 3, 4)
    """
    return Explorer(
        draw_customer,
        backend=backend,
        age=Numbers(
            "age", stops=[20, 30, 40, 44, 48, 55, 62, 70], default=48, step=1, tooltip="Her age in years"
        ),
        products=Numbers(
            "products", stops=[1, 2, 3, 4], default=1, step=1, tooltip="How many products of the bank she has"
        ),
        active=Choice(
            "member",
            options=["active", "not active"],
            default="not active",
            tooltip="Is she an active member?",
        ),
    )
