"""The exercises of chapter 8: churn, from a published matrix by hand to a model that beats a bar.

Each is declared once: the reference answer, what it is tried on, the known mistakes, the hints. The notebook
that learners open is ``exercises/08-churn.ipynb``; its source is ``solutions/08-churn.ipynb``. Where learners
draw for themselves or may go their own way (a split, a search, an experiment, a model), facts are compared
that hold for every right way: no customer in both parts, the test part asked once, an AUC above the bar.
Customers of the checks are always simulated.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from annlib.activations import sigmoid
from annlib.checks._exercise import AnswerFormError, Exercise, Inputs, Mistake, numbers_in, one_of
from annlib.datasets import CATEGORICAL, NUMERIC, TARGET, simulate_churn
from annlib.layers import Dense, Tanh
from annlib.losses import BinaryCrossEntropy
from annlib.network import Network
from annlib.optimizers import Adam
from annlib.training import train

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["EXERCISES"]

Array = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

_YES, _NO = "yes", "no"


def _word(truth: object) -> str:
    return _YES if truth else _NO


def _rows(what: str, value: Any, n: int) -> Rows:
    """Read a learner's result as row numbers of a table with `n` rows."""
    found = np.asarray(value)
    if found.dtype == np.bool_:
        raise AnswerFormError(
            f"{what} holds truth values. Row numbers are wanted; `np.flatnonzero` makes them of a mask."
        )
    array = numbers_in(what, value)
    if array.ndim != 1 or (array != np.floor(array)).any():
        raise AnswerFormError(f"{what} must be whole row numbers along one axis; got shape {array.shape}.")
    if array.size and not (array.min() >= 0 and array.max() < n):
        raise AnswerFormError(f"{what} holds row numbers beyond 0 to {n - 1}.")
    return array.astype(np.int64)


def _call(answer: Callable[..., Any], **arguments: Any) -> Any:
    """Call a learner's function, and say which arguments it is given if it takes others.

    The inputs of these exercises are not what the learner's function gets, so the judge cannot say it.
    """
    names = list(arguments)
    try:
        taken = list(inspect.signature(answer).parameters)
    except (TypeError, ValueError):  # not every function that was written in C has a signature
        taken = names
    if taken != names and sorted(taken) == sorted(names):
        raise AnswerFormError(
            f"Your function takes its arguments in the order ({', '.join(taken)}). "
            f"The task gives them in the order ({', '.join(names)})."
        )
    try:
        return answer(*arguments.values())
    except TypeError as error:
        if error.__traceback__ is not None and error.__traceback__.tb_next is None:  # the call, not the body
            raise AnswerFormError(
                f"Your function could not be called with the arguments ({', '.join(names)}).\n{error}"
            ) from error
        raise


def _parts(value: Any, *names: str) -> tuple[Any, ...]:
    """Read what a function returned as so many values."""
    if value is None:
        raise AnswerFormError("The result is None. Without a `return`, a function gives None.")
    if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
        raise AnswerFormError(
            f"Return {len(names)} values: {', '.join(names)}; got a {type(value).__name__}."
        )
    found = tuple(value)
    if len(found) != len(names):
        raise AnswerFormError(f"Return {len(names)} values: {', '.join(names)}; got {len(found)}.")
    return found


# ------------------------------------------------------------------------------------------ 08-1 by hand

_TOTALS = ("cost_model", "cost_nobody", "cost_everybody")


def _as_shares(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Say so where a share was given in percent: the digits may be right."""
    for name, value in answer.items():
        if name not in _TOTALS and isinstance(value, int | float | np.number) and 1 < value <= 100:
            raise AnswerFormError(
                f"`{name}` is {value:g}, and no share is above 1. "
                "Give it as a number between 0 and 1: 50% is 0.5."
            )
    return dict(answer)


BY_HAND = Exercise(
    name="08-1",
    title="A published matrix",
    answer={
        "accuracy": 1551 / 1820,
        "all_stay": 1595 / 1820,
        "recall": 33 / 225,
        "precision": 33 / 110,
        "cost_model": 36_100,
        "cost_nobody": 40_500,
        "cost_everybody": 31_900,
    },
    evaluate=_as_shares,
    reveal=False,
    rtol=5e-3,
    counts=_TOTALS,
    mistakes=(
        Mistake(
            name="the claim believed",
            answer={"accuracy": 0.865},
            message=(
                "This is the accuracy that was claimed, and the matrix says something else. "
                "Which of its four counts are right answers?"
            ),
        ),
        Mistake(
            name="right only about those who stay",
            answer={"accuracy": 1518 / 1820},
            message="Those who were right to be called leavers are right answers, too.",
        ),
        Mistake(
            name="share of mistakes",
            answer={"accuracy": 269 / 1820},
            message="This is the share of *mistakes*. The accuracy is the share of right answers.",
        ),
        Mistake(
            name="mean of the two rows",
            answer={"accuracy": (1518 / 1595 + 33 / 225) / 2},
            message=(
                "You averaged the shares of the two rows, as if both were equally many. "
                "The accuracy counts every customer once."
            ),
        ),
        Mistake(
            name="predicted to stay for all stay",
            answer={"all_stay": 1710 / 1820},
            message=(
                "This is the share that the model *predicts* to stay: a column. "
                'Who says "stays" of everyone is right about those who really stay: a row.'
            ),
        ),
        Mistake(
            name="found to stay for all stay",
            answer={"all_stay": 1518 / 1820},
            message='Who says "stays" of everyone is right about *all* who stay, not only about these.',
        ),
        Mistake(
            name="the share of leavers",
            answer={"all_stay": 225 / 1820},
            message='This is how often "all stay" is *wrong*.',
        ),
        Mistake(
            name="the share of another table",
            answer={"all_stay": 0.7963},
            message=(
                "This is the share in the table of 10,000 customers. Each test part has a baseline of its "
                "own: take it from this matrix."
            ),
        ),
        Mistake(
            name="stayers that were recognized",
            answer={"all_stay": 1518 / 1595},
            message='This is the share of stayers whom *the model* recognizes. "All stay" asks no model.',
        ),
        Mistake(
            name="precision for recall",
            answer={"recall": 0.3},
            message="You divided by the alarms: that is the precision. Recall asks about those who *left*.",
        ),
        Mistake(
            name="caught of all customers",
            answer={"recall": 33 / 1820},
            message="You divided by all customers. Recall asks: of those who *left*, how many were caught?",
        ),
        Mistake(
            name="missed for caught",
            answer={"recall": 192 / 225},
            message="This is the share of leavers that was *missed*.",
        ),
        Mistake(
            name="recall of those who stay",
            answer={"recall": 1518 / 1595},
            message="You took the row of those who stay. Here the leavers are to be found.",
        ),
        Mistake(
            name="recall for precision",
            answer={"precision": 33 / 225},
            message="You divided by those who left: that is the recall. Precision asks about the *alarms*.",
        ),
        Mistake(
            name="false alarms for precision",
            answer={"precision": 77 / 110},
            message="This is the share of alarms that were *false*.",
        ),
        Mistake(
            name="precision of the other column",
            answer={"precision": 1518 / 1710},
            message='You took the column of those predicted to stay. An alarm says "leaves".',
        ),
        Mistake(
            name="costs exchanged",
            answer={"cost_model": 17_700},
            message="You exchanged the two costs: which of the counts are false alarms, which are misses?",
        ),
        Mistake(
            name="only false alarms cost",
            answer={"cost_model": 1_540},
            message="You counted the false alarms only. The leavers whom the model missed cost as well.",
        ),
        Mistake(
            name="only misses cost",
            answer={"cost_model": 34_560},
            message="You counted the misses only. Letters in vain cost as well.",
        ),
        Mistake(
            name="every letter costs",
            answer={"cost_model": 36_760},
            message=(
                "You charged every letter. Costs are counted against the right answer: "
                "a letter to somebody who leaves is no mistake."
            ),
        ),
        Mistake(
            name="the model's misses without letters",
            answer={"cost_nobody": 34_560},
            message="These are the model's misses. Without any letter *every* leaver is missed.",
        ),
        Mistake(
            name="misses at the price of letters",
            answer={"cost_nobody": 4_500},
            message="A leaver without a letter is a miss, and you charged the price of a false alarm.",
        ),
        Mistake(
            name="nothing done, nothing paid",
            answer={"cost_nobody": 0},
            message="Writing to nobody looks free. But what is each leaver then?",
        ),
        Mistake(
            name="letters to leavers charged",
            answer={"cost_everybody": 36_400},
            message="You charged 20 for every customer. For those who leave, the letter is no mistake.",
        ),
        Mistake(
            name="the model's false alarms for everybody's",
            answer={"cost_everybody": 1_540},
            message="These are the model's false alarms. Who writes to everybody makes many more.",
        ),
        Mistake(
            name="misses though all get a letter",
            answer={"cost_everybody": 40_500},
            message="If everybody gets a letter, is a leaver missed?",
        ),
    ),
    hints=(
        "Add up the rows and the columns first: how many stayed, how many left, how many alarms were there?",
        (
            "Recall divides by a *row* (those who left), precision by a *column* (those with an alarm). "
            '"All stay" is right about the whole first row.'
        ),
        (
            "The model: 77 false alarms at 20 each, and 192 misses at 180 each. Nobody: all 225 leavers are "
            "missed. Everybody: all 1595 stayers are false alarms."
        ),
    ),
    praise=(
        "The accuracy is below that of a rule which reads nothing, and with these costs it would have been "
        "cheaper to write to everybody. One number hid both."
    ),
)

# --------------------------------------------------------------------------- 08-2 the matrix as a function


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else 0.0


def _four_counts(y: Any, predicted: Any) -> Any:
    y, predicted = np.asarray(y) == 1, np.asarray(predicted) == 1
    caught = np.sum(y & predicted)
    matrix = np.array([[np.sum(~y & ~predicted), np.sum(~y & predicted)], [np.sum(y & ~predicted), caught]])
    return matrix, _share(caught, np.sum(y)), _share(caught, np.sum(predicted))


def _some_answers(rng: np.random.Generator) -> Inputs:
    n = int(rng.integers(4, 16))
    share, alarms = rng.choice([0.0, 0.2, 0.4, 0.7]), rng.choice([0.0, 0.3, 0.5, 0.8])
    return (rng.random(n) < share).astype(np.int64), (rng.random(n) < alarms).astype(np.int64)


def _counted(
    matrix: Callable[[Array], Any] = lambda m: m,
    recall: Callable[[Array], float] = lambda m: _share(m[1, 1], m[1].sum()),
    precision: Callable[[Array], float] = lambda m: _share(m[1, 1], m[:, 1].sum()),
) -> Callable[..., Any]:
    """Return a wrong answer that reads something else from the right matrix."""

    def answer(y: Any, predicted: Any) -> Any:
        right = _four_counts(y, predicted)[0]
        return matrix(right), recall(right), precision(right)

    return answer


FOUR_COUNTS = Exercise(
    name="08-2",
    title="Four counts",
    answer=_four_counts,
    inputs=(
        (np.array([0, 0, 0, 0, 1, 1]), np.array([0, 0, 0, 1, 0, 1])),
        (np.array([0, 1, 1, 0, 1, 0, 0, 1]), np.array([1, 1, 1, 0, 0, 0, 1, 1])),
        (np.array([0, 1, 0]), np.array([0, 0, 0])),  # no alarm
        (np.array([0, 0, 0]), np.array([0, 1, 0])),  # nobody left
    ),
    random_inputs=_some_answers,
    mistakes=(
        Mistake(
            name="transposed",
            answer=_counted(matrix=lambda m: m.T),
            message=(
                "Your matrix is transposed: the *rows* are what happened, the columns what was predicted."
            ),
        ),
        Mistake(
            name="transposed, and so recall and precision exchanged",
            answer=_counted(
                lambda m: m.T, lambda m: _share(m[1, 1], m[:, 1].sum()), lambda m: _share(m[1, 1], m[1].sum())
            ),
            message=(
                "Your matrix is transposed, and with it recall and precision are exchanged. "
                "The rows are what happened."
            ),
        ),
        Mistake(
            name="leavers first",
            answer=_counted(matrix=lambda m: m[::-1, ::-1]),
            message="Your first row and column are the leavers. Here 0 (stays) comes first, then 1.",
        ),
        Mistake(
            name="recall and precision exchanged",
            answer=_counted(
                recall=lambda m: _share(m[1, 1], m[:, 1].sum()),
                precision=lambda m: _share(m[1, 1], m[1].sum()),
            ),
            message=(
                "Recall and precision are exchanged. Recall asks about those who *left*, "
                "precision about the *alarms*; and recall is returned first."
            ),
        ),
        Mistake(
            name="accuracy for recall",
            answer=_counted(recall=lambda m: _share(np.trace(m), m.sum())),
            message="In place of the recall stands the accuracy. Those who stayed are no part of the recall.",
        ),
        Mistake(
            name="recall of those who stay",
            answer=_counted(recall=lambda m: _share(m[0, 0], m[0].sum())),
            message="Your recall is that of the *stayers*. The class to be found is 1.",
        ),
        Mistake(
            name="share of the missed",
            answer=_counted(recall=lambda m: _share(m[1, 0], m[1].sum())),
            message="In place of the recall stands the share of leavers that was *missed*.",
        ),
        Mistake(
            name="share of false alarms",
            answer=_counted(precision=lambda m: _share(m[0, 1], m[:, 1].sum())),
            message="In place of the precision stands the share of alarms that were *false*.",
        ),
        Mistake(
            name="divided by all",
            answer=_counted(
                recall=lambda m: _share(m[1, 1], m.sum()), precision=lambda m: _share(m[1, 1], m.sum())
            ),
            message=(
                "You divide by the number of all customers. Recall has only the leavers below the line, "
                "precision only the alarms."
            ),
        ),
        Mistake(
            name="shares in the matrix",
            answer=_counted(matrix=lambda m: m / m.sum()),
            message="Your matrix holds shares. Counts are asked.",
        ),
        Mistake(
            name="rows of shares",
            answer=_counted(matrix=lambda m: m / np.maximum(m.sum(axis=1, keepdims=True), 1)),
            message="Each of your rows is divided by its sum. Counts are asked.",
        ),
        Mistake(
            name="nothing to divide by",
            answer=_counted(
                recall=lambda m: m[1, 1] / m[1].sum(), precision=lambda m: m[1, 1] / m[:, 1].sum()
            ),
            message=(
                "Nearly: where nobody left or no alarm was raised you divide 0 by 0. "
                "The task says what to return then."
            ),
        ),
        Mistake(
            name="perfect where there is nothing",
            answer=_counted(
                recall=lambda m: _share(m[1, 1], m[1].sum()) if m[1].sum() else 1.0,
                precision=lambda m: _share(m[1, 1], m[:, 1].sum()) if m[:, 1].sum() else 1.0,
            ),
            message="Only the cases with nothing to divide by differ: the task asks for 0 there.",
        ),
    ),
    hints=(
        "Each customer falls into one of four cells, by `y` and `predicted`. Count each cell.",
        (
            "`np.sum((y == 1) & (predicted == 0))` counts the missed, and it stands in row 1, column 0. "
            "The other three cells are counted in the same way."
        ),
        (
            "Recall: `matrix[1, 1]` by the sum of row 1. Precision: `matrix[1, 1]` by the sum of column 1. "
            "Look whether the sum is 0 before you divide."
        ),
    ),
    praise="Row by what happened, column by what was said: keep to one order, and say which it is.",
)

# ------------------------------------------------------------------------------------- 08-3 predictions

_MOVES = ("up", "down", "same")


def _moves(answer: Mapping[str, Any]) -> dict[str, str]:
    return {name: one_of(name, value, _MOVES) for name, value in answer.items()}


_SAME_ORDER = "The AUC looks at the *order* of the customers only."

FORECASTS = Exercise(
    name="08-3",
    title="Predict, then verify",
    answer={
        "lower_recall": "up",
        "lower_precision": "down",
        "lower_auc": "same",
        "squared_auc": "same",
        "squared_recall": "down",
        "fewer_recall": "same",
        "fewer_precision": "up",
        "fewer_auc": "same",
        "dearer_threshold": "down",
    },
    evaluate=_moves,
    reveal=False,
    mistakes=(
        Mistake(
            name="a lower threshold catches fewer",
            answer={"lower_recall": "down"},
            message="With a lower threshold more customers get a letter. Can a leaver be lost by that?",
        ),
        Mistake(
            name="a lower threshold catches as many",
            answer={"lower_recall": "same"},
            message="Think of a leaver with the chance 0.3: without a letter before, and now?",
        ),
        Mistake(
            name="more alarms, better alarms",
            answer={"lower_precision": "up"},
            message=(
                "The letters that are added go to customers with chances from 0.1 to 0.5. "
                "How many of *them* leave, compared with those who had a letter before?"
            ),
        ),
        Mistake(
            name="precision without a threshold",
            answer={"lower_precision": "same"},
            message="Precision is read from the letters, and there are now more of them, to other customers.",
        ),
        Mistake(
            name="AUC rises with letters",
            answer={"lower_auc": "up"},
            message="More leavers are caught, but does the AUC know of any threshold? What does it count?",
        ),
        Mistake(
            name="AUC falls with letters",
            answer={"lower_auc": "down"},
            message="More letters go astray, but does the AUC know of any threshold? What does it count?",
        ),
        Mistake(
            name="squares lower the AUC",
            answer={"squared_auc": "down"},
            message=f"The chances became smaller and dishonest. {_SAME_ORDER} Did the order change?",
        ),
        Mistake(
            name="squares raise the AUC",
            answer={"squared_auc": "up"},
            message=f"Squares press small chances together and leave large ones apart. {_SAME_ORDER}",
        ),
        Mistake(
            name="squares raise the recall",
            answer={"squared_recall": "up"},
            message=(
                "The square of a number between 0 and 1 is smaller than the number. Who is still above 0.5?"
            ),
        ),
        Mistake(
            name="squares leave the recall",
            answer={"squared_recall": "same"},
            message=(
                "The order is the same, but the recall also depends on the threshold. "
                "Take a leaver with the chance 0.6: on which side of 0.5 is the square?"
            ),
        ),
        Mistake(
            name="recall rises with fewer stayers",
            answer={"fewer_recall": "up"},
            message="The share of leavers is larger now. But which customers does the recall look at?",
        ),
        Mistake(
            name="recall falls with fewer stayers",
            answer={"fewer_recall": "down"},
            message="Stayers were taken out. Is any of them in the recall?",
        ),
        Mistake(
            name="precision falls with fewer stayers",
            answer={"fewer_precision": "down"},
            message="Half of the false alarms are gone, and no right alarm. What does that do to the share?",
        ),
        Mistake(
            name="precision is the model's own",
            answer={"fewer_precision": "same"},
            message=(
                "The model is the same, but precision also depends on how many customers stay: "
                "what happens to the false alarms?"
            ),
        ),
        Mistake(
            name="AUC rises with the share of leavers",
            answer={"fewer_auc": "up"},
            message=(
                "The AUC is a share of pairs. Stayers were taken out by lot: are those that are left easier?"
            ),
        ),
        Mistake(
            name="AUC falls with fewer customers",
            answer={"fewer_auc": "down"},
            message=(
                "There are fewer pairs, but the AUC is the *share* in the right order, and chance chose who "
                "went."
            ),
        ),
        Mistake(
            name="dearer misses, higher threshold",
            answer={"dearer_threshold": "up"},
            message="If a miss becomes dearer, will the bank write sooner or later?",
        ),
        Mistake(
            name="a threshold that knows no costs",
            answer={"dearer_threshold": "same"},
            message="The best threshold is made of the two costs. One of them has changed.",
        ),
    ),
    hints=(
        "Ask of each number: does it look at the order of the customers, at a threshold, at the two groups?",
        (
            "AUC: pairs of a leaver and a stayer, no threshold. Recall: leavers and a threshold. "
            "Precision: letters, so both groups and a threshold."
        ),
        (
            "Where the order is kept, or stayers go by lot, the AUC stays. The best threshold is "
            "alarm / (alarm + miss)."
        ),
    ),
    praise=(
        "AUC: the order. Recall: the leavers, at a threshold. Precision: the letters, and so also how many "
        "leave at all. That is why the three can move apart."
    ),
)

# --------------------------------------------------------------------------------- 08-4 a stratified split

_N_SPLITS = 40
"""How many splits are drawn: a row that may come into the test part does so with near certainty."""


def _split_by_shares(y: Any, share: float, rng: np.random.Generator) -> Any:
    test = []
    for label in (0, 1):
        rows = rng.permutation(np.flatnonzero(y == label))
        test.append(rows[: round(share * len(rows))])
    test_rows = np.concatenate(test)
    return np.setdiff1d(np.arange(len(y)), test_rows), test_rows


def _split_facts(answer: Callable[..., Any], y: Rows, share: float) -> dict[str, Any]:
    """Split many times and say what holds for every right way of drawing."""
    n = len(y)

    def split(rng: np.random.Generator) -> tuple[Rows, Rows]:
        training, test = _parts(_call(answer, y=y.copy(), share=share, rng=rng), "training rows", "test rows")
        return _rows("The training part", training, n), _rows("The test part", test, n)

    def in_test(rng: np.random.Generator) -> npt.NDArray[np.bool_]:
        return np.bincount(split(rng)[1], minlength=n) > 0

    rng = np.random.default_rng(5)
    training, test = split(rng)
    others = np.array([in_test(rng) for _ in range(_N_SPLITS)])  # (splits, n)
    again = in_test(np.random.default_rng(5))
    times = np.bincount(np.concatenate([training, test]), minlength=n)
    counts = {len(test), *(int(row.sum()) for row in others)}
    leavers = {int(y[test].sum()), *(int(row[y == 1].sum()) for row in others)}
    return {
        "customers in both parts": len(np.intersect1d(training, test)),
        "customers in neither part": int((times == 0).sum()),
        "a part holds a customer twice": _word(
            len(set(training.tolist())) < len(training) or len(set(test.tolist())) < len(test)
        ),
        "customers in the test part": counts.pop() if len(counts) == 1 else "varies",
        "leavers in the test part": leavers.pop() if len(leavers) == 1 else "varies",
        "the test rows are the first of each class": _word(
            set(test.tolist()) == set(_first_of_each(y, share, rng).tolist())
        ),
        "any customer may come into the test part": _word(others.any(axis=0).all()),
        "the next call splits in another way": _word((others != again).any()),
        "the same generator gives the same split": _word(
            np.array_equal(np.sort(test), np.flatnonzero(again))
        ),
    }


def _test_rows(choose: Callable[[Rows, float, np.random.Generator], Any]) -> Callable[..., Any]:
    """Return a wrong answer that chooses the test rows in another way."""

    def answer(y: Rows, share: float, rng: np.random.Generator) -> Any:
        test = np.asarray(choose(y, share, rng))
        return np.setdiff1d(np.arange(len(y)), test), test

    return answer


def _first_of_each(y: Rows, share: float, rng: np.random.Generator) -> Any:
    rows = [np.flatnonzero(y == label) for label in (0, 1)]
    return np.concatenate([some[: round(share * len(some))] for some in rows])


def _with_replacement(y: Rows, share: float, rng: np.random.Generator) -> Any:
    rows = [np.flatnonzero(y == label) for label in (0, 1)]
    test = np.concatenate([rng.choice(some, round(share * len(some))) for some in rows])
    return np.setdiff1d(np.arange(len(y)), test), test


def _equal_numbers(y: Rows, share: float, rng: np.random.Generator) -> Any:
    half = round(share * len(y) / 2)
    return np.concatenate([rng.permutation(np.flatnonzero(y == label))[:half] for label in (0, 1)])


def _left_in_training(y: Rows, share: float, rng: np.random.Generator) -> Any:
    return np.arange(len(y)), _split_by_shares(y, share, rng)[1]


def _cut_off(y: Rows, share: float, rng: np.random.Generator) -> Any:
    rows = [rng.permutation(np.flatnonzero(y == label)) for label in (0, 1)]
    return np.concatenate([some[: int(share * len(some) + 1e-9)] for some in rows])


_TWENTY = np.array([0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0])
_SIXTEEN = np.array([1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0])
_SORTED = np.repeat([0, 1], [13, 7])

SPLIT = Exercise(
    name="08-4",
    title="Split with equal shares",
    answer=_split_by_shares,
    evaluate=_split_facts,
    inputs=(
        (_TWENTY, 0.2),
        (_SIXTEEN, 0.25),
        (_SORTED, 0.25),  # 1.75 leavers: rounded
        (_TWENTY, 0.4),
    ),
    mistakes=(
        Mistake(
            name="not stratified",
            answer=_test_rows(lambda y, share, rng: rng.permutation(len(y))[: round(share * len(y))]),
            message=(
                "Your split is fair, but not *stratified*: how many leavers come into the test part is left "
                "to chance. Draw from the leavers and from the stayers separately."
            ),
        ),
        Mistake(
            name="the first rows",
            answer=_test_rows(lambda y, share, rng: np.arange(round(share * len(y)))),
            message=(
                "The first rows are always the test part. A table is often sorted by something, and then "
                "these are customers of a special kind. Draw by lot, and from each class separately."
            ),
        ),
        Mistake(
            name="the last rows",
            answer=_test_rows(lambda y, share, rng: np.arange(len(y) - round(share * len(y)), len(y))),
            message=(
                "The last rows are always the test part. A table is often sorted by something. "
                "Draw by lot, and from each class separately."
            ),
        ),
        Mistake(
            name="the first of each class",
            answer=_test_rows(_first_of_each),
            message=(
                "The shares are right, but it is always the first of each class that are taken. "
                "A table is often sorted by something: draw by lot."
            ),
        ),
        Mistake(
            name="parts exchanged",
            answer=lambda y, share, rng: _split_by_shares(y, share, rng)[::-1],
            message=(
                "The part that comes second is too large: `share` belongs to the *test* part, "
                "and the test part is returned second."
            ),
        ),
        Mistake(
            name="drawn with replacement",
            answer=_with_replacement,
            message=(
                "You draw with replacement: some customers are in the test part twice, and it is too small "
                "in truth. `rng.choice` needs `replace=False`, or shuffle and cut."
            ),
        ),
        Mistake(
            name="as many leavers as stayers",
            answer=_test_rows(_equal_numbers),
            message=(
                "Your test part holds as many leavers as stayers. It should be like the table: "
                "each class with its own share."
            ),
        ),
        Mistake(
            name="test rows left in training",
            answer=_left_in_training,
            message=(
                "The test rows are still in the training part. Then the model is tested on what it has "
                "learned. The training part is what is *left*."
            ),
        ),
        Mistake(
            name="a generator of its own",
            answer=lambda y, share, rng: _split_by_shares(y, share, np.random.default_rng(0)),
            message=(
                "Each call gives the same split: a new generator with the same seed starts anew each time. "
                "Use the generator that the function is given."
            ),
        ),
        Mistake(
            name="a generator without a seed",
            answer=lambda y, share, rng: _split_by_shares(y, share, np.random.default_rng()),
            message=(
                "The split does not come from `rng`: with the same generator two calls differ. "
                "Then no run can be repeated."
            ),
        ),
        Mistake(
            name="cut off for rounded",
            answer=_test_rows(_cut_off),
            message=(
                "Only where the share gives no whole number you differ: 1.75 is to be rounded, not cut off."
            ),
        ),
        Mistake(
            name="labels for rows",
            answer=lambda y, share, rng: tuple(y[part] for part in _split_by_shares(y, share, rng)),
            message="You return labels, y of the rows. The *numbers of the rows* are asked.",
        ),
    ),
    hints=(
        (
            "`np.flatnonzero(y == 1)` gives the rows of the leavers. Split these, then the others "
            "in the same way."
        ),
        (
            "For each class: shuffle its rows with `rng.permutation(rows)`, and let the first "
            "`round(share * len(rows))` of them go into the test part."
        ),
        (
            "Join what the two classes give with `np.concatenate`. The training rows are all others: "
            "`np.setdiff1d(np.arange(len(y)), test)`."
        ),
    ),
    praise=(
        "Both parts have the same share of leavers, so a difference between them is not one of shares. "
        "`train_test_split(..., stratify=y)` does the same."
    ),
)

# ------------------------------------------------------------------------------------ 08-5 encode words


def _one_hot(training: Any, words: Any) -> Any:
    known = np.unique(training)  # sorted
    return (np.asarray(words)[:, None] == known) * 1.0  # (n, categories)


def _some_words(rng: np.random.Generator) -> Inputs:
    countries = rng.permutation(["France", "Germany", "Spain", "Italy", "Austria"])
    known = int(rng.integers(1, 5))
    training = rng.choice(countries[:known], size=int(rng.integers(3, 9)))
    return training, rng.choice(countries, size=int(rng.integers(1, 6)))


def _by_categories(known: Any, words: Any) -> Any:
    return (np.asarray(words)[:, None] == np.asarray(known)) * 1.0


def _in_order_of_appearance(training: Any) -> Any:
    return list(dict.fromkeys(str(word) for word in training))


def _places(training: Any, words: Any, unknown: int) -> Any:
    known = np.unique(training).tolist()
    return np.array([known.index(word) if word in known else unknown for word in words])


def _with_index(training: Any, words: Any) -> Any:
    known = np.unique(training).tolist()
    return np.eye(len(known))[[known.index(word) for word in words]]  # a ValueError where it is not there


def _with_dictionary(training: Any, words: Any) -> Any:
    place = {str(word): k for k, word in enumerate(np.unique(training))}
    return np.eye(len(place))[[place[str(word)] for word in words]]  # a KeyError


def _column_for_unknown(training: Any, words: Any) -> Any:
    right = _one_hot(training, words)
    return np.column_stack([right, 1 - right.sum(axis=1)])


def _unknown_left_out(training: Any, words: Any) -> Any:
    right = _one_hot(training, words)
    return right[right.any(axis=1)]


ONE_HOT = Exercise(
    name="08-5",
    title="Words into columns",
    answer=_one_hot,
    inputs=(
        (np.array(["Spain", "France", "Germany", "France"]), np.array(["France", "Spain"])),
        (np.array(["Spain", "France", "Spain"]), np.array(["Spain", "Germany", "France"])),
        (np.array(["Male", "Female", "Female"]), np.array(["Female", "Male", "Male", "Diverse"])),
    ),
    random_inputs=_some_words,
    mistakes=(
        Mistake(
            name="categories of the new customers",
            answer=lambda training, words: _by_categories(np.unique(words), words),
            message=(
                "Your columns are the words of the *new* customers. The network was built for those of the "
                "training part: their number and order must not depend on who comes later."
            ),
        ),
        Mistake(
            name="categories of all customers",
            answer=lambda training, words: _by_categories(
                np.unique(np.concatenate([training, words])), words
            ),
            message=(
                "Your columns come from the training part and the new customers together. "
                "Then a new word adds a column that no weight was ever learned for."
            ),
        ),
        Mistake(
            name="order of appearance",
            answer=lambda training, words: _by_categories(_in_order_of_appearance(training), words),
            message=(
                "The columns stand in the order in which the words appear. Then the same customer gets other "
                "numbers when the training part is shuffled: sort the words."
            ),
        ),
        Mistake(
            name="numbers in one column",
            answer=lambda training, words: _places(training, words, -1),
            message=(
                "You number the words. That puts them in an order that they do not have; "
                "give each word a column of its own."
            ),
        ),
        Mistake(
            name="numbers in one column, unknown 0",
            answer=lambda training, words: _places(training, words, 0),
            message="You number the words, and take an unknown one for the first. Each word needs a column.",
        ),
        Mistake(
            name="unknown word raises, by index",
            answer=_with_index,
            message=(
                "Known words are right, but a word that the training part never had raises an error "
                "(`index` does not find it). One customer from a new country must not stop all predictions."
            ),
        ),
        Mistake(
            name="unknown word raises, by dictionary",
            answer=_with_dictionary,
            message=(
                "Known words are right, but a word that the training part never had raises a KeyError. "
                "One customer from a new country must not stop all predictions."
            ),
        ),
        Mistake(
            name="unknown taken for the first",
            answer=lambda training, words: np.eye(len(np.unique(training)))[_places(training, words, 0)],
            message=(
                "An unknown word is taken for the first category: a customer from Italy would count as "
                "French. Say nothing about what you do not know."
            ),
        ),
        Mistake(
            name="unknown taken for the last",
            answer=lambda training, words: np.eye(len(np.unique(training)))[_places(training, words, -1)],
            message=(
                "An unknown word is taken for the last category (the index -1 counts from the end). "
                "Say nothing about what you do not know."
            ),
        ),
        Mistake(
            name="a column for the unknown",
            answer=_column_for_unknown,
            message=(
                "You add a column for unknown words. In the training part it is always 0, so its weights "
                "stay as chance made them."
            ),
        ),
        Mistake(
            name="unknown left out",
            answer=_unknown_left_out,
            message=(
                "Customers with an unknown word are missing from your matrix. Then row 5 is no longer "
                "customer 5: each customer needs a row."
            ),
        ),
        Mistake(
            name="first column left out",
            answer=lambda training, words: _one_hot(training, words)[:, 1:],
            message=(
                "The first category has no column. Some methods leave one out on purpose; here each word has "
                "a column, and all zeros mean unknown."
            ),
        ),
        Mistake(
            name="transposed",
            answer=lambda training, words: _one_hot(training, words).T,
            message="Your matrix is transposed: a row for each customer, a column for each word.",
        ),
        Mistake(
            name="the training part encoded",
            answer=lambda training, words: _one_hot(training, training),
            message="You encode the training part. It tells which columns there are; `words` get the rows.",
        ),
        Mistake(
            name="minus one for zero",
            answer=lambda training, words: 2 * _one_hot(training, words) - 1,
            message="Where a word does not apply stands 0, not −1.",
        ),
    ),
    hints=(
        (
            "First the columns: which different words does the *training part* have? `np.unique` "
            "sorts them, too."
        ),
        "Then compare: entry (i, j) is 1 where word i of the new customers equals category j, else 0.",
        (
            "`words[:, None] == known` compares each with each by broadcasting, and an unknown word equals "
            "none of them. Truth values count as 1 and 0."
        ),
    ),
    praise=(
        "The columns come from the training part and stay. "
        '`OneHotEncoder(handle_unknown="ignore")` does the same; without it, it raises.'
    ),
)

# ------------------------------------------------------------------------------ 08-6 find and mend the leaks

_NEW_COUNTRY = "Italy"


@cache
def _small_table(seed: int) -> tuple[pd.DataFrame, Rows, Rows]:
    """Return 60 customers with every country and gender in the training rows, and the rows of both parts."""
    rng = np.random.default_rng(seed)
    table = simulate_churn(60, rng=rng)
    order = rng.permutation(60)
    table.loc[order[:3], "Geography"] = ["France", "Germany", "Spain"]
    table.loc[order[:2], "Gender"] = ["Female", "Male"]
    table.loc[order[:2], TARGET] = [0, 1]
    return table, np.sort(order[:45]), np.sort(order[45:])


def _prepared(
    table: pd.DataFrame,
    training: Rows,
    test: Rows,
    *,
    also: tuple[str, ...] = (),
    scaler_rows: str = "training",
    encoder_rows: str = "training",
    scale: Callable[[Array, Array], Array] | None = None,
    encode: str = "one-hot",
) -> tuple[Array, Array]:
    """Scale and encode, rightly by default; the options are what learners do wrong."""
    everyone = np.concatenate([training, test])
    chosen = {"training": training, "all": everyone, "test": test}
    columns = []
    for name in (*also, *NUMERIC):
        values = table[name].to_numpy(np.float64)
        seen = values[chosen[scaler_rows]] if scaler_rows != "own" else values[training]
        scaled = (values - seen.mean()) / seen.std() if scale is None else scale(values, seen)
        if scaler_rows == "own":
            own = values[test]
            scaled[test] = (own - own.mean()) / own.std()
        columns.append(scaled)
    for name in CATEGORICAL:
        words = table[name].to_numpy(dtype=str)
        if encode == "one-hot":
            columns.extend(_one_hot(words[chosen[encoder_rows]], words).T)
        elif encode == "numbers":
            columns.append(_places(words[chosen[encoder_rows]], words, -1).astype(np.float64))
    Z = np.column_stack(columns)
    return Z[training], Z[test]


def _prepare(customers: Any, training: Any, test: Any) -> Any:
    return _prepared(customers, training, test)


def _leaky(**options: Any) -> Callable[..., Any]:
    return lambda customers, training, test: _prepared(customers, training, test, **options)


def _canonical(Z: Array) -> Array:
    """Sort the columns, so that their order does not matter."""
    rounded = np.round(Z, 4) + 0.0  # no minus zero
    result: Array = Z[:, np.lexsort(rounded[::-1])]
    return result


def _same_columns(Z: Array, right: Array) -> bool:
    return Z.shape == right.shape and bool(np.allclose(_canonical(Z), _canonical(right), atol=2e-3))


def _deviation_of_samples(values: Array, seen: Array) -> Array:
    result: Array = (values - seen.mean()) / seen.std(ddof=1)
    return result


def _scaled_with(Z: Array, ages: Array, training: Rows, test: Rows) -> str:
    """Say which numbers the column of ages was scaled with."""
    everyone = np.concatenate([training, test])
    seen = ages[training]
    ways = [
        (f"mean and deviation of {whose}", ages[rows].mean(), ages[rows].std(ddof=ddof))
        for whose, rows in (("the training part", training), ("all", everyone), ("the test part", test))
        for ddof in (0, 1)
    ]
    ways += [
        ("nothing", 0.0, 1.0),
        ("the mean alone", seen.mean(), 1.0),
        ("mean and variance", seen.mean(), seen.var()),
        ("the smallest and the largest", seen.min(), np.ptp(seen)),
    ]
    for way, middle, size in ways:
        if (np.abs(Z - ((seen - middle) / size)[:, None]).max(axis=0) < 1e-3).any():
            return way
    return "something else"


def _leak_facts(answer: Callable[..., Any], table_number: int, new_country: bool) -> dict[str, Any]:
    """Prepare a table twice, the second time with other test customers, and say what leaked."""
    table, training, test = _small_table(table_number)
    table = table.copy()
    if new_country:
        table.loc[test[:2], "Geography"] = _NEW_COUNTRY

    def call(customers: pd.DataFrame) -> tuple[Array, Array]:
        value = _parts(
            _call(answer, customers=customers.copy(), training=training.copy(), test=test.copy()),
            "Z_train",
            "Z_test",
        )
        found = [numbers_in(name, part) for name, part in zip(("Z_train", "Z_test"), value, strict=True)]
        for name, Z, rows in zip(("Z_train", "Z_test"), found, (training, test), strict=True):
            if Z.ndim != 2 or len(Z) != len(rows):
                raise AnswerFormError(
                    f"{name} must have a row for each of its {len(rows)} customers; got shape {Z.shape}."
                )
        if found[0].shape[1] != found[1].shape[1]:
            raise AnswerFormError(
                "Z_train and Z_test must have the same columns; "
                f"got {found[0].shape[1]} and {found[1].shape[1]} of them."
            )
        return found[0], found[1]

    def holds(Z: Array, name: str) -> bool:
        values = table[name].to_numpy(np.float64)[training]
        centered, columns = values - values.mean(), Z - Z.mean(axis=0)
        size = np.sqrt((columns**2).sum(axis=0) * (centered**2).sum())
        return bool((np.abs(centered @ columns) > 0.9999 * size * (size > 0) + (size == 0)).any())

    Z_train, Z_test = call(table)
    spoiled = table.copy()
    for name in ("Age", "Balance"):
        spoiled[name] = spoiled[name].astype(np.float64)
        spoiled.loc[test, name] += 1e6
    other_train, _ = call(spoiled)
    ways = [_prepared(table, training, test, scale=scale) for scale in (None, _deviation_of_samples)]
    return {
        "columns": Z_train.shape[1],
        "the target is among the columns": _word(holds(Z_train, TARGET)),
        "an identifier is among the columns": _word(
            holds(Z_train, "RowNumber") or holds(Z_train, "CustomerId")
        ),
        "a million added to test customers changes Z_train": _word(
            Z_train.shape != other_train.shape or not np.allclose(Z_train, other_train, atol=1e-6)
        ),
        "the ages are scaled with": _scaled_with(Z_train, table["Age"].to_numpy(np.float64), training, test),
        "columns of Z_train that are 0 for every customer": int((Z_train == 0).all(axis=0).sum()),
        "Z_train is as it should be": _word(any(_same_columns(Z_train, right[0]) for right in ways)),
        "Z_test is as it should be": _word(
            any(_same_columns(np.vstack([Z_train, Z_test]), np.vstack(right)) for right in ways)
        ),
    }


def _raises_for_new_words(customers: pd.DataFrame, training: Rows, test: Rows) -> Any:
    for name in CATEGORICAL:
        if not set(customers[name].iloc[test]) <= set(customers[name].iloc[training]):
            raise ValueError("Found unknown categories")  # what scikit-learn's encoder says
    return _prepared(customers, training, test)


def _everything_scaled(customers: pd.DataFrame, training: Rows, test: Rows) -> Any:
    Z_train, Z_test = _prepared(customers, training, test)
    deviations = np.where(Z_train.std(axis=0) > 0, Z_train.std(axis=0), 1.0)
    return tuple((Z - Z_train.mean(axis=0)) / deviations for Z in (Z_train, Z_test))


_IDENTIFYING_NUMBERS = ("RowNumber", "CustomerId")

LEAKS = Exercise(
    name="08-6",
    title="Find and mend the leaks",
    answer=_prepare,
    evaluate=_leak_facts,
    inputs=((1, False), (2, False), (3, True)),
    seconds=30.0,  # pandas is imported in this time, and that alone takes seconds on a slow computer
    mistakes=(
        Mistake(
            name="nothing mended",
            answer=_leaky(also=(*_IDENTIFYING_NUMBERS, TARGET), scaler_rows="all", encoder_rows="all"),
            message=(
                "This still does all that the leaky function does: four leaks. Begin with the columns that "
                "it takes. Which of them does nobody know when the prediction is made?"
            ),
        ),
        Mistake(
            name="target and identifiers kept",
            answer=_leaky(also=(*_IDENTIFYING_NUMBERS, TARGET)),
            message=(
                "Scaler and encoder are mended. But look at the columns that are taken: some name a customer "
                "and describe nothing, and one is what is to be predicted."
            ),
        ),
        Mistake(
            name="identifiers kept",
            answer=_leaky(also=_IDENTIFYING_NUMBERS),
            message=(
                "There are still columns that only *name* a customer. A model can learn them by heart, "
                "and for new customers they say nothing."
            ),
        ),
        Mistake(
            name="target kept",
            answer=_leaky(also=(TARGET,)),
            message=(
                "One of your columns is what is to be predicted. With it every model is perfect in the test, "
                "and of no use: for new customers nobody knows it."
            ),
        ),
        Mistake(
            name="only the columns mended",
            answer=_leaky(scaler_rows="all", encoder_rows="all"),
            message=(
                "The columns are right. But mean, deviation and the list of words still come from *all* "
                "customers, the test part too."
            ),
        ),
        Mistake(
            name="columns of the target mended, scaler of all",
            answer=_leaky(also=_IDENTIFYING_NUMBERS, scaler_rows="all", encoder_rows="all"),
            message=(
                "The target is gone. Two kinds of leak are left: columns that only name a customer, and "
                "what is learned from the test part."
            ),
        ),
        Mistake(
            name="scaler fitted on all",
            answer=_leaky(scaler_rows="all"),
            message=(
                "Mean and deviation still come from all customers: a million added to the test part moves "
                "the training part. From which rows may they come?"
            ),
        ),
        Mistake(
            name="encoder fitted on all",
            answer=_leaky(encoder_rows="all"),
            message=(
                "The list of words still comes from all customers: a country that only the test part has "
                "gets a column, which is 0 in the whole training part."
            ),
        ),
        Mistake(
            name="test part scaled by itself",
            answer=_leaky(scaler_rows="own"),
            message=(
                "You scale the test part with its *own* mean and deviation. Then the same customer gets "
                "other numbers, depending on who else is in the table."
            ),
        ),
        Mistake(
            name="scaler fitted on the test part",
            answer=_leaky(scaler_rows="test"),
            message="Mean and deviation come from the *test* part. They are learned: from which part, then?",
        ),
        Mistake(
            name="not scaled",
            answer=_leaky(scale=lambda values, seen: values.copy()),
            message="The columns are the right ones, but nothing is scaled.",
        ),
        Mistake(
            name="only centered",
            answer=_leaky(scale=lambda values, seen: values - seen.mean()),
            message="You subtract the mean but do not divide by the standard deviation.",
        ),
        Mistake(
            name="divided by the variance",
            answer=_leaky(scale=lambda values, seen: (values - seen.mean()) / seen.var()),
            message="You divide by the variance. The standard deviation is its root.",
        ),
        Mistake(
            name="squeezed between 0 and 1",
            answer=_leaky(scale=lambda values, seen: (values - seen.min()) / np.ptp(seen)),
            message=(
                "You scale by smallest and largest value. That is a way, too, but the function that you "
                "mend subtracts the mean and divides by the deviation: keep to it."
            ),
        ),
        Mistake(
            name="a new country raises",
            answer=_raises_for_new_words,
            message=(
                "All four leaks are mended. But a test customer from a country that the training part does "
                'not have raises an error: such a word gets zeros (`handle_unknown="ignore"` in '
                "scikit-learn)."
            ),
        ),
        Mistake(
            name="words scaled, too",
            answer=_everything_scaled,
            message=(
                "You scale the columns of the words, too. That is no leak, but here a word is 1 where it "
                "applies and 0 elsewhere: scale the eight columns of NUMERIC only."
            ),
        ),
        Mistake(
            name="identifiers kept, nothing scaled",
            answer=_leaky(also=_IDENTIFYING_NUMBERS, scale=lambda values, seen: values.copy()),
            message=(
                "Two things: columns that only *name* a customer are still there, and nothing is scaled."
            ),
        ),
        Mistake(
            name="words left out",
            answer=_leaky(encode="no"),
            message="The columns of words are gone. They are no leak: encode them.",
        ),
        Mistake(
            name="words numbered",
            answer=_leaky(encode="numbers"),
            message="The words are numbered now. That puts countries in an order that they do not have.",
        ),
    ),
    hints=(
        (
            "Four leaks. Two are about *columns*: what may a model not see? "
            "Two are about *rows*: from whom are mean, deviation and words learned?"
        ),
        (
            "`NUMERIC` from `annlib.datasets` lists the columns that are numbers and features. "
            "It leaves out the identifiers and the target."
        ),
        (
            "Take `seen = customers.iloc[train]` and compute mean, deviation and `sorted(set(...))` from "
            "`seen` only; apply them to all rows. A word that is not in the list gets zeros by itself."
        ),
    ),
    praise=(
        "What is learned, is learned from the training part; what names or tells, is left out. "
        "A pipeline of scikit-learn does the first by itself. The second is up to you."
    ),
)

# ------------------------------------------------------------------------------------------- 08-7 AUC


def _auc(y: Any, chance: Any) -> Any:
    leavers, stayers = chance[y == 1], chance[y == 0]
    differences = leavers[:, None] - stayers  # (leavers, stayers)
    return float(((differences > 0) + 0.5 * (differences == 0)).mean())


def _some_chances(rng: np.random.Generator) -> Inputs:
    n = int(rng.integers(4, 15))
    y = (rng.random(n) < 0.4).astype(np.int64)
    y[:2] = 0, 1
    chance = np.clip(0.3 * y + rng.normal(0.35, 0.25, size=n), 0, 1)
    return rng.permutation(y), np.round(chance * 8) / 8  # eighths: many ties, exact in float32


def _pairs(score: Callable[[Array], Any]) -> Callable[..., Any]:
    """Return a wrong answer that scores the differences between leavers and stayers in another way."""
    return lambda y, chance: float(np.mean(score(chance[y == 1][:, None] - chance[y == 0])))


def _ranks(chance: Array) -> Rows:
    ranks = np.empty(len(chance), dtype=np.int64)
    ranks[np.argsort(chance, kind="stable")] = np.arange(1, len(chance) + 1)
    return ranks


def _by_ranks_in_order(y: Rows, chance: Array) -> float:
    n1 = int(y.sum())
    return float((_ranks(chance)[y == 1].sum() - n1 * (n1 + 1) / 2) / (n1 * (len(y) - n1)))


def _ranks_not_shifted(y: Rows, chance: Array) -> float:
    n1 = int(y.sum())
    ties = np.searchsorted(np.sort(chance), chance, "left") + np.searchsorted(
        np.sort(chance), chance, "right"
    )
    return float(((ties + 1) / 2)[y == 1].sum() / (n1 * (len(y) - n1)))


def _recalls_at_one_half(y: Rows, chance: Array) -> float:
    return float(((chance[y == 1] > 0.5).mean() + (chance[y == 0] <= 0.5).mean()) / 2)


AREA = Exercise(
    name="08-7",
    title="Count the pairs",
    answer=_auc,
    inputs=(
        (np.array([0, 1, 0, 1]), np.array([0.125, 0.75, 0.5, 0.25])),
        (np.array([1, 0, 0, 1, 0]), np.array([0.5, 0.5, 0.25, 0.875, 0.625])),
        (np.array([0, 1, 1, 0, 0]), np.array([0.25, 0.25, 0.25, 0.25, 0.25])),  # all tied
        (np.array([0, 0, 1, 1, 1, 0]), np.array([0.75, 0.5, 0.25, 0.125, 0.0, 1.0])),  # all wrong
    ),
    random_inputs=_some_chances,
    mistakes=(
        Mistake(
            name="ties count nothing",
            answer=_pairs(lambda d: d > 0),
            message=(
                "Pairs with equal chances count nothing with you. A model that gives everyone the same "
                "chance would get 0, as if it had all pairs wrong. How much is a tie worth?"
            ),
        ),
        Mistake(
            name="ties count whole",
            answer=_pairs(lambda d: d >= 0),
            message=(
                "Pairs with equal chances count as right with you. A model that gives everyone the same "
                "chance would be perfect. How much is a tie worth?"
            ),
        ),
        Mistake(
            name="ties left out",
            answer=lambda y, chance: (
                float((d[d != 0] > 0).mean())
                if (d := chance[y == 1][:, None] - chance[y == 0]).any()
                else np.nan
            ),
            message="You leave out pairs with equal chances. They count, with a half.",
        ),
        Mistake(
            name="turned round",
            answer=_pairs(lambda d: (d < 0) + 0.5 * (d == 0)),
            message="You count the pairs in which the *stayer* got the higher chance.",
        ),
        Mistake(
            name="number of pairs",
            answer=lambda y, chance: _auc(y, chance) * y.sum() * (1 - y).sum(),
            message="You return how many pairs are in order. Their *share* is asked.",
        ),
        Mistake(
            name="divided by the customers",
            answer=lambda y, chance: _auc(y, chance) * y.sum() * (1 - y).sum() / len(y),
            message="You divide by the number of customers. By how many *pairs* must it be?",
        ),
        Mistake(
            name="ties count nothing, divided by the customers",
            answer=lambda y, chance: float((chance[y == 1][:, None] > chance[y == 0]).sum() / len(y)),
            message=(
                "You divide by the number of customers, and there are more pairs than customers. "
                "And a pair with equal chances is worth something, too."
            ),
        ),
        Mistake(
            name="divided by all pairs of customers",
            answer=lambda y, chance: _auc(y, chance) * y.sum() * (1 - y).sum() / (len(y) * (len(y) - 1) / 2),
            message=(
                "You divide by all pairs of customers. Only pairs of a leaver and a stayer can be in order."
            ),
        ),
        Mistake(
            name="divided by the square of n",
            answer=lambda y, chance: _auc(y, chance) * y.sum() * (1 - y).sum() / len(y) ** 2,
            message="You divide by n², but there are leavers times stayers pairs of a leaver and a stayer.",
        ),
        Mistake(
            name="ties by place",
            answer=_by_ranks_in_order,
            message=(
                "Your ranks give equal chances different ranks, by their place in the table. "
                "The result depends on the order of the rows then; equal chances share their mean rank."
            ),
        ),
        Mistake(
            name="ranks not shifted",
            answer=_ranks_not_shifted,
            message=(
                "The sum of the leavers' ranks is not yet the number of pairs: a leaver's rank counts the "
                "leavers below and himself, too. How large is the sum at the least?"
            ),
        ),
        Mistake(
            name="a threshold",
            answer=_recalls_at_one_half,
            message="You use a threshold of 0.5. The AUC has none: it compares chances with each other.",
        ),
        Mistake(
            name="accuracy",
            answer=lambda y, chance: float(((chance > 0.5) == y).mean()),
            message="This is the accuracy at 0.5. The AUC compares leavers with stayers, pair by pair.",
        ),
        Mistake(
            name="difference of the means",
            answer=lambda y, chance: float(chance[y == 1].mean() - chance[y == 0].mean()),
            message=(
                "You take the mean difference of the chances. How much higher a leaver's chance is does not "
                "matter, only whether it is."
            ),
        ),
        Mistake(
            name="from -1 to 1",
            answer=_pairs(np.sign),
            message="You count wrong pairs as −1. They count nothing, and ties a half.",
        ),
    ),
    hints=(
        "Take the chances of those who left, and those of the others. Each with each makes a pair.",
        (
            "`chance[y == 1][:, None] - chance[y == 0]` holds the difference of every pair. "
            "Above 0 the pair is right, at 0 it is a tie."
        ),
        "The mean over all pairs of: 1 where the difference is above 0, 0.5 where it is 0, else 0.",
    ),
    praise=(
        "No threshold, no costs, no share of leavers: that is the strength of the AUC, and also why it "
        "cannot tell you what to do."
    ),
)

# --------------------------------------------------------------------------- 08-8 the cheapest threshold


def _cheapest(y: Any, chance: Any, false_alarm: float, missed: float, thresholds: Any) -> Any:
    costs = _costs(y, chance, false_alarm, missed, thresholds)
    return costs, thresholds[int(costs.argmin())], false_alarm / (false_alarm + missed)


def _costs(y: Any, chance: Any, false_alarm: float, missed: float, thresholds: Any) -> Array:
    write = chance > np.asarray(thresholds)[:, None]  # (thresholds, customers)
    mistakes = false_alarm * (write & (y == 0)) + missed * (~write & (y == 1))
    result: Array = mistakes.mean(axis=1)
    return result


def _some_decisions(rng: np.random.Generator) -> Inputs:
    while True:
        n = int(rng.integers(6, 15))
        y = (rng.random(n) < 0.4).astype(np.int64)
        chance = np.round(np.clip(0.25 * y + rng.normal(0.35, 0.2, size=n), 0.02, 0.98) * 32) / 32
        thresholds = np.sort(rng.choice(np.arange(1, 16) / 16, size=int(rng.integers(3, 8)), replace=False))
        false_alarm, missed = (float(v) for v in rng.choice([1, 2, 5, 10, 20, 50], size=2, replace=False))
        costs = np.sort(_costs(y, chance, false_alarm, missed, thresholds))
        if (
            0 < y.sum() < n and costs[1] - costs[0] > 1e-3
        ):  # one threshold is the cheapest, however it is added
            return y, chance, false_alarm, missed, thresholds


def _decided(
    costs: Callable[..., Any] = _costs,
    pick: Callable[[Array, Array], Any] = lambda costs, thresholds: thresholds[int(costs.argmin())],
    formula: Callable[[float, float], float] = lambda false_alarm, missed: (
        false_alarm / (false_alarm + missed)
    ),
) -> Callable[..., Any]:
    """Return a wrong answer: other costs, another pick, or another formula."""

    def answer(y: Rows, chance: Array, false_alarm: float, missed: float, thresholds: Array) -> Any:
        found = costs(y, chance, false_alarm, missed, thresholds)
        return found, pick(found, thresholds), formula(false_alarm, missed)

    return answer


def _letters_at_the_threshold(
    y: Rows, chance: Array, false_alarm: float, missed: float, thresholds: Array
) -> Array:
    return _costs(y, np.nextafter(chance, 2), false_alarm, missed, thresholds)


def _right_answers_paid(
    y: Rows, chance: Array, false_alarm: float, missed: float, thresholds: Array
) -> Array:
    write = chance > thresholds[:, None]
    result: Array = (false_alarm * write + missed * (~write & (y == 1))).mean(axis=1)
    return result


def _mistakes_counted(y: Rows, chance: Array, false_alarm: float, missed: float, thresholds: Array) -> Array:
    return _costs(y, chance, 1.0, 1.0, thresholds)


def _by_accuracy(y: Rows, chance: Array, false_alarm: float, missed: float, thresholds: Array) -> Any:
    costs = _costs(y, chance, false_alarm, missed, thresholds)
    wrong = _mistakes_counted(y, chance, false_alarm, missed, thresholds)
    return costs, thresholds[int(wrong.argmin())], false_alarm / (false_alarm + missed)


def _by_class(y: Rows, chance: Array, false_alarm: float, missed: float, thresholds: Array) -> Array:
    write = chance > thresholds[:, None]
    alarms, misses = write[:, y == 0].mean(axis=1), (~write[:, y == 1]).mean(axis=1)
    result: Array = false_alarm * alarms + missed * misses
    return result


THRESHOLD = Exercise(
    name="08-8",
    title="The cheapest threshold",
    answer=_cheapest,
    inputs=(
        (
            np.array([0, 0, 1, 0, 1, 1]),
            np.array([0.0625, 0.3125, 0.25, 0.75, 0.5, 0.875]),  # one chance equals a threshold
            20.0,
            180.0,
            np.array([0.125, 0.25, 0.5, 0.8125]),
        ),
        (
            np.array([0, 1, 0, 0, 1, 0, 0]),
            np.array([0.5, 0.5, 0.75, 0.125, 0.9375, 0.625, 0.25]),
            50.0,
            10.0,
            np.array([0.25, 0.5, 0.875]),
        ),
    ),
    random_inputs=_some_decisions,
    mistakes=(
        Mistake(
            name="costs exchanged",
            answer=_decided(lambda y, chance, a, m, t: _costs(y, chance, m, a, t)),
            message="You exchanged the two costs: a letter to somebody who stays is the false alarm.",
        ),
        Mistake(
            name="letters below the threshold",
            answer=_decided(lambda y, chance, a, m, t: _costs(1 - y, chance, m, a, t)),
            message="Your letters go to those *below* the threshold. The bank writes to those above it.",
        ),
        Mistake(
            name="letters at the threshold",
            answer=_decided(_letters_at_the_threshold),
            message="Only one case differs: a chance that equals the threshold. The task says *above*.",
        ),
        Mistake(
            name="sum for mean",
            answer=_decided(lambda y, *rest: len(y) * _costs(y, *rest)),
            message=(
                "You add up the costs. Asked is the cost for each customer, so that parts can be compared."
            ),
        ),
        Mistake(
            name="right answers paid",
            answer=_decided(_right_answers_paid),
            message=(
                "You charge every letter, also those to customers who leave. "
                "Costs are counted against the right answer."
            ),
        ),
        Mistake(
            name="only misses",
            answer=_decided(lambda y, chance, a, m, t: _costs(y, chance, 0.0, m, t)),
            message="Your false alarms cost nothing. Then the bank would write to everybody.",
        ),
        Mistake(
            name="only false alarms",
            answer=_decided(lambda y, chance, a, m, t: _costs(y, chance, a, 0.0, t)),
            message="Your misses cost nothing. Then the bank would write to nobody.",
        ),
        Mistake(
            name="mistakes counted",
            answer=_decided(_mistakes_counted),
            message="You count mistakes as if both cost the same. Multiply each kind with its cost.",
        ),
        Mistake(
            name="a mean for each class",
            answer=_decided(_by_class),
            message=(
                "You average over stayers and leavers separately, as if there were equally many. "
                "Divide by the number of *all* customers."
            ),
        ),
        Mistake(
            name="dearest for cheapest",
            answer=_decided(pick=lambda costs, thresholds: thresholds[int(costs.argmax())]),
            message="Your threshold is the *dearest* one.",
        ),
        Mistake(
            name="place for threshold",
            answer=_decided(pick=lambda costs, thresholds: int(costs.argmin())),
            message="You return the *place* of the best threshold. Which threshold stands there?",
        ),
        Mistake(
            name="cost for threshold",
            answer=_decided(pick=lambda costs, thresholds: costs.min()),
            message="Your second value is the lowest cost. Asked is the threshold that gave it.",
        ),
        Mistake(
            name="one half taken for granted",
            answer=_decided(pick=lambda costs, thresholds: 0.5),
            message="You return 0.5, whatever the costs. One half is a habit, not a law.",
        ),
        Mistake(
            name="chosen by accuracy",
            answer=_by_accuracy,
            message=(
                "Your costs are right, but the threshold is the one with the fewest *mistakes*. "
                "The cheapest is asked."
            ),
        ),
        Mistake(
            name="formula turned round",
            answer=_decided(formula=lambda a, m: m / (a + m)),
            message="Your formula is turned round: a dear *miss* must make the threshold low, not high.",
        ),
        Mistake(
            name="ratio for formula",
            answer=_decided(formula=lambda a, m: a / m),
            message=(
                "You take alarm / miss. That is the *odds* at which writing begins to pay, and can be above "
                "1; a chance is wanted."
            ),
        ),
        Mistake(
            name="other ratio for formula",
            answer=_decided(formula=lambda a, m: m / a),
            message="You take miss / alarm. Write down when writing pays: (1 − p) · alarm < p · miss.",
        ),
    ),
    hints=(
        "For one threshold: who gets a letter? Which of these stay, and which of the others leave?",
        (
            "`write = chance > t`; false alarms are `write & (y == 0)`, misses are `~write & (y == 1)`. "
            "Multiply each with its cost and take the mean over the customers."
        ),
        (
            "`thresholds[np.argmin(costs)]` is the cheapest. For the formula solve "
            "(1 − p) · alarm = p · miss for p."
        ),
    ),
    praise=(
        "The costs decide, not the habit. If counting and formula disagree by much, "
        "the chances are not honest: exercise 9."
    ),
)

# ------------------------------------------------------------------------------ 08-9 are they honest?


def _calibration(y: Any, chance: Any, edges: Any) -> Any:
    inside = (chance >= edges[:-1, None]) & (chance < edges[1:, None])  # (bins, customers)
    inside[-1] |= chance == edges[-1]
    counts = inside.sum(axis=1)
    some = counts > 0
    said, left = inside[some] @ chance / counts[some], inside[some] @ y / counts[some]
    return counts[some], said, left, float(np.mean((chance - y) ** 2))


def _some_bins(rng: np.random.Generator) -> Inputs:
    n = int(rng.integers(6, 16))
    chance = rng.integers(0, 17, size=n) / 16  # sixteenths: some lie on an edge, and 0 and 1 occur
    y = (rng.random(n) < 0.2 + 0.6 * chance).astype(np.int64)
    edges = [[0, 0.25, 0.5, 0.75, 1], [0, 0.5, 1], [0, 0.125, 0.25, 0.5, 1], np.arange(9) / 8]
    return y, chance, np.array(edges[int(rng.integers(4))], dtype=np.float64)


def _binned(
    change: Callable[..., Any] = lambda counts, said, left, edges: (counts, said, left),
    brier: Callable[[Rows, Array], float] = lambda y, chance: float(np.mean((chance - y) ** 2)),
) -> Callable[..., Any]:
    """Return a wrong answer: the bins, all of them, changed, or another score."""

    def answer(y: Rows, chance: Array, edges: Array) -> Any:
        counts, said, left, _ = _calibration(y, chance, edges)
        kept = edges[:-1][
            [
                bool(((chance >= a) & ((chance < b) | ((b == edges[-1]) & (chance == b)))).any())
                for a, b in pairwise(edges)
            ]
        ]
        return *change(counts, said, left, (kept, edges)), brier(y, chance)

    return answer


def _open_on_the_left(y: Rows, chance: Array, edges: Array) -> Any:
    inside = (chance > edges[:-1, None]) & (chance <= edges[1:, None])
    inside[0] |= chance == edges[0]
    counts = inside.sum(axis=1)
    some = counts > 0
    said, left = inside[some] @ chance / counts[some], inside[some] @ y / counts[some]
    return counts[some], said, left, float(np.mean((chance - y) ** 2))


def _without_the_end(y: Rows, chance: Array, edges: Array) -> Any:
    below = chance < edges[-1]
    return *_calibration(y[below], chance[below], edges)[:3], float(np.mean((chance - y) ** 2))


def _with_empty_bins(fill: float) -> Callable[..., Any]:
    def answer(y: Rows, chance: Array, edges: Array) -> Any:
        inside = (chance >= edges[:-1, None]) & (chance < edges[1:, None])
        inside[-1] |= chance == edges[-1]
        counts = inside.sum(axis=1)
        some = np.maximum(counts, 1)
        said = np.where(counts, inside @ chance / some, fill)
        return counts, said, np.where(counts, inside @ y / some, fill), float(np.mean((chance - y) ** 2))

    return answer


def _with_a_bin_for_1(y: Rows, chance: Array, edges: Array) -> Any:
    counts, said, left, brier = _calibration(y, chance, np.append(edges, 2.0))
    return counts, said, left, brier


def _centers(counts: Any, said: Any, left: Any, places: tuple[Array, Array]) -> Any:
    kept, edges = places
    ends = edges[1:][np.searchsorted(edges[:-1], kept)]
    return counts, (kept + ends) / 2, left


def _score_of_the_bins(y: Rows, chance: Array, edges: Array) -> Any:
    counts, said, left, _ = _calibration(y, chance, edges)
    return counts, said, left, float(np.sum(counts * (said - left) ** 2) / len(y))


CALIBRATION = Exercise(
    name="08-9",
    title="Are the chances honest?",
    answer=_calibration,
    inputs=(
        (
            np.array([0, 0, 1, 0, 1, 1]),
            np.array([0.125, 0.0, 0.25, 0.375, 0.625, 0.875]),
            np.array([0.0, 0.25, 0.5, 1.0]),
        ),
        (
            np.array([0, 1, 1, 0, 1]),
            np.array([0.0625, 1.0, 0.75, 0.125, 0.9375]),  # an empty bin, and a chance of 1
            np.array([0.0, 0.25, 0.5, 0.75, 1.0]),
        ),
    ),
    random_inputs=_some_bins,
    mistakes=(
        Mistake(
            name="bins open on the left",
            answer=_open_on_the_left,
            message=(
                "Only chances that lie on an edge differ: with you they belong to the bin below. "
                "Here an edge belongs to the bin that begins there."
            ),
        ),
        Mistake(
            name="a chance of 1 lost",
            answer=_without_the_end,
            message="A chance of exactly 1 is in none of your bins. The last bin has its right edge, too.",
        ),
        Mistake(
            name="a chance of 1 by itself",
            answer=_with_a_bin_for_1,
            message=(
                "A chance of exactly 1 makes a bin of its own with you (`np.digitize` puts it behind "
                "the last "
                "edge). It belongs to the last bin."
            ),
        ),
        Mistake(
            name="middle of the bin",
            answer=_binned(_centers),
            message=(
                "In place of the mean chance you take the middle of the bin. The customers of a bin need not "
                "lie around its middle."
            ),
        ),
        Mistake(
            name="said and left exchanged",
            answer=_binned(lambda counts, said, left, _: (counts, left, said)),
            message="Second and third value are exchanged: first what was said, then how many left.",
        ),
        Mistake(
            name="number of leavers",
            answer=_binned(lambda counts, said, left, _: (counts, said, left * counts)),
            message="You give the *number* of leavers in a bin. Their share is asked.",
        ),
        Mistake(
            name="share of all leavers",
            answer=lambda y, chance, edges: (
                lambda found: (found[0], found[1], found[0] * found[2] / max(y.sum(), 1), found[3])
            )(_calibration(y, chance, edges)),
            message="You divide by all leavers. Of the customers *in the bin*, how many left?",
        ),
        Mistake(
            name="shares for counts",
            answer=_binned(lambda counts, said, left, _: (counts / counts.sum(), said, left)),
            message="Your first value holds shares. How *many* customers are in each bin is asked.",
        ),
        Mistake(
            name="empty bins as NaN",
            answer=_with_empty_bins(np.nan),
            message="Your empty bins are NaN: 0 divided by 0. Leave out bins without customers.",
        ),
        Mistake(
            name="empty bins as 0",
            answer=_with_empty_bins(0.0),
            message=(
                "Your empty bins say that 0 of 100 left. Nobody was there to leave: leave these bins out."
            ),
        ),
        Mistake(
            name="root of the Brier score",
            answer=_binned(brier=lambda y, chance: float(np.sqrt(np.mean((chance - y) ** 2)))),
            message="You take the root. The Brier score is the mean square itself.",
        ),
        Mistake(
            name="mean distance",
            answer=_binned(brier=lambda y, chance: float(np.mean(np.abs(chance - y)))),
            message=(
                "You take the mean distance. It is lowest for chances of 0 and 1 only, and so rewards "
                "whoever is too sure: square the differences."
            ),
        ),
        Mistake(
            name="sum of squares",
            answer=_binned(brier=lambda y, chance: float(np.sum((chance - y) ** 2))),
            message="You add up the squares. The Brier score is their mean.",
        ),
        Mistake(
            name="Brier score of decisions",
            answer=_binned(brier=lambda y, chance: float(np.mean(((chance > 0.5) - y) ** 2))),
            message="You round the chances first. The Brier score judges the chances themselves.",
        ),
        Mistake(
            name="Brier score of the bins",
            answer=_score_of_the_bins,
            message=(
                "Your score compares bins. The Brier score compares each *customer's* chance with what "
                "happened: 0 or 1."
            ),
        ),
        Mistake(
            name="half of the mean square",
            answer=_binned(brier=lambda y, chance: float(np.mean((chance - y) ** 2) / 2)),
            message="Your score is half of the mean square. There is no factor in the Brier score.",
        ),
    ),
    hints=(
        "For one bin: who is in it? Then three numbers: how many, their mean chance, the share that left.",
        (
            "`inside = (chance >= low) & (chance < high)`, and for the last bin `<=`. "
            "If `inside.any()` is False, go on to the next bin."
        ),
        "`inside.sum()`, `chance[inside].mean()`, `y[inside].mean()`; Brier: `np.mean((chance - y) ** 2)`.",
    ),
    praise=(
        "Where said and left agree, a chance may be read as a share, and the formula for the threshold "
        "holds. How many customers stand behind a bin, says how closely they should agree."
    ),
)

# ------------------------------------------------------------------------------ 08-10 read four panels

_LETTERS = ("A", "B", "C", "D")
_AT_HALF = 20
"""Of customers with a chance of one half so many of 100 leave, where each leaver was copied four times."""


def _as_read(answer: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in answer.items():
        if name == "at_half":
            try:
                number = float(value)
            except (TypeError, ValueError) as error:
                raise AnswerFormError(f"`{name}` must be a number of customers; got {value!r}.") from error
            if not 0 <= number <= 100:
                raise AnswerFormError(f"`{name}` must be a number from 0 to 100; got {value!r}.")
            if 0 < number < 1:
                raise AnswerFormError(f"`{name}` is asked of 100 customers; got {value!r}, a share.")
            found[name] = float(_AT_HALF) if abs(number - _AT_HALF) <= 6 else number
        else:
            found[name] = one_of(name, value, (*_LETTERS, "none") if name == "best_auc" else _LETTERS)
    return found


PANELS = Exercise(
    name="08-10",
    title="Read four panels",
    answer={
        "honest": "C",
        "copied": "B",
        "too_sure": "D",
        "too_timid": "A",
        "best_auc": "none",
        "at_half": _AT_HALF,
    },
    evaluate=_as_read,
    reveal=False,
    atol=0.5,
    mistakes=(
        Mistake(
            name="steep for honest",
            answer={"honest": "A"},
            message=(
                "In A the line is steeper than the diagonal. Look at its left end: are as many leaving as "
                "was said?"
            ),
        ),
        Mistake(
            name="below for honest",
            answer={"honest": "B"},
            message="In B fewer leave than was said, everywhere. Honest means: as many as was said.",
        ),
        Mistake(
            name="flat for honest",
            answer={"honest": "D"},
            message="In D look at both ends: are as many leaving as was said, near 0 and near 100?",
        ),
        Mistake(
            name="honest for copied",
            answer={"copied": "C"},
            message=(
                "In C as many leave as was said. With leavers copied, the model meets too many of them: "
                "what will it say about everyone?"
            ),
        ),
        Mistake(
            name="timid for copied",
            answer={"copied": "A"},
            message=(
                "In A low chances are too high and high ones too low. With leavers copied *all* chances move "
                "to the same side: to which?"
            ),
        ),
        Mistake(
            name="too sure for copied",
            answer={"copied": "D"},
            message=(
                "In D low chances are too low and high ones too high. With leavers copied *all* chances move "
                "to the same side: to which?"
            ),
        ),
        Mistake(
            name="timid for too sure",
            answer={"too_sure": "A"},
            message=(
                "In A the chances keep to the middle, and at the ends more is true than was said. "
                "That is too little confidence."
            ),
        ),
        Mistake(
            name="copied for too sure",
            answer={"too_sure": "B"},
            message=(
                'In B high chances are too high, but are the low ones too low? "Too sure" errs at both ends.'
            ),
        ),
        Mistake(
            name="honest for too sure",
            answer={"too_sure": "C"},
            message="In C the chances keep their word, near 0 and near 100 as well.",
        ),
        Mistake(
            name="too sure for timid",
            answer={"too_timid": "D"},
            message="In D it says 95 and fewer leave; it says 5 and more leave. Is that timid?",
        ),
        Mistake(
            name="copied for timid",
            answer={"too_timid": "B"},
            message="In B everyone's chance is too high. A timid model keeps *away* from 0 and from 100.",
        ),
        Mistake(
            name="honest for timid",
            answer={"too_timid": "C"},
            message="In C the chances keep their word. Where do they keep to the middle without need?",
        ),
        Mistake(
            name="honest has the best AUC",
            answer={"best_auc": "C"},
            message=(
                "C is honest, but the AUC does not ask for honesty. It asks who is before whom, "
                "and the text above the figure tells you about the order."
            ),
        ),
        Mistake(
            name="sure has the best AUC",
            answer={"best_auc": "D"},
            message="In D the chances lie far apart. Does the AUC look at distances, or at the order?",
        ),
        Mistake(
            name="steep has the best AUC",
            answer={"best_auc": "A"},
            message="A steep line says how much is left when chances differ. The AUC sees only the order.",
        ),
        Mistake(
            name="copied has the best AUC",
            answer={"best_auc": "B"},
            message="B gives leavers higher chances, and stayers too. Does that change the order?",
        ),
        Mistake(
            name="taken at its word",
            answer={"at_half": 50},
            message=(
                "That is what the model *says*. Go up from 50 on the horizontal axis to the line of that "
                "panel, and read what really happened."
            ),
        ),
        Mistake(
            name="axes exchanged",
            answer={"at_half": 80},
            message=(
                "You went from the height 50 to the line and down. What was said is on the horizontal axis: "
                "start there."
            ),
        ),
    ),
    hints=(
        "Read a line like this: go right to what was said, go up to the line, and read what happened.",
        (
            "Too sure: at the left more leave than was said, at the right fewer. Too timid: the reverse. "
            "Leavers copied: said too much everywhere."
        ),
        (
            "All four have the same customers in the same order, and the AUC sees nothing but the order. "
            "In the panel of the copies, 50 was said where the line is about a fifth of the way up."
        ),
    ),
    praise=(
        "Same order, same AUC, and yet only one of the four keeps its word. "
        "With the others the threshold of the formula goes wrong."
    ),
)

# -------------------------------------------------------------------------- 08-11 copies before the split


def _copied_parts(y: Any, times: int, rng: np.random.Generator) -> Any:
    order = rng.permutation(len(y))
    test, training = order[: len(y) // 5], order[len(y) // 5 :]
    return np.concatenate([training, np.repeat(training[y[training] == 1], times - 1)]), test


def _copy_facts(answer: Callable[..., Any], y: Rows, times: int) -> dict[str, Any]:
    """Split and copy, and count how often each customer stands where."""
    n = len(y)

    def parts(rng: np.random.Generator) -> tuple[Rows, Rows]:
        training, test = _parts(_call(answer, y=y.copy(), times=times, rng=rng), "training rows", "test rows")
        return _rows("The training part", training, n), _rows("The test part", test, n)

    def how_often(rows: Rows, label: int) -> str:
        """Say how often a customer of that class stands in the part, if he does."""
        found = {int(count) for count in np.bincount(rows, minlength=n)[y == label] if count}
        return "/".join(map(str, sorted(found))) if len(found) < 2 else "some more often than others"

    rng = np.random.default_rng(3)
    training, test = parts(rng)
    others = [np.sort(parts(rng)[1]) for _ in range(_N_SPLITS)]
    again = np.sort(parts(np.random.default_rng(3))[1])
    sizes = {len(rows) for rows in (test, *others)}
    twice = any(len(np.unique(rows)) < len(rows) for rows in (test, *others))
    return {
        "customers in both parts": _word(np.intersect1d(training, test).size),
        "every customer is in a part": _word(np.union1d(training, test).size == n),
        "customers in the test part": sizes.pop() if len(sizes) == 1 else "varies",
        "some stand in the test part more than once": _word(twice),
        "a leaver of the training part stands there so many times": how_often(training, 1),
        "a stayer of the training part stands there so many times": how_often(training, 0),
        "any customer may come into the test part": _word(np.unique(np.concatenate(others)).size == n),
        "the next call splits in another way": _word(any(not np.array_equal(again, o) for o in others)),
        "the same generator gives the same split": _word(np.array_equal(np.sort(test), again)),
    }


def _copied_first(y: Rows, times: int, rng: np.random.Generator) -> Any:
    rows = np.concatenate([np.arange(len(y)), np.repeat(np.flatnonzero(y == 1), times - 1)])
    order = rng.permutation(rows)
    return order[len(rows) // 5 :], order[: len(rows) // 5]


def _repeated(
    training_times: Callable[[Rows, int], Any], test_times: Callable[[Rows, int], Any] = lambda y, times: 1
) -> Callable[..., Any]:
    """Return an answer that splits first and then repeats rows, so many times each."""

    def answer(y: Rows, times: int, rng: np.random.Generator) -> Any:
        order = rng.permutation(len(y))
        test, training = order[: len(y) // 5], order[len(y) // 5 :]
        return (
            np.repeat(training, training_times(y[training], times)),
            np.repeat(test, test_times(y[test], times)),
        )

    return answer


_RIGHT_TIMES = _repeated(lambda y, times: np.where(y == 1, times, 1))


def _copies_from_everywhere(y: Rows, times: int, rng: np.random.Generator) -> Any:
    order = rng.permutation(len(y))
    test, training = order[: len(y) // 5], order[len(y) // 5 :]
    return np.concatenate([training, np.repeat(np.flatnonzero(y == 1), times - 1)]), test


def _copied_first_then_unique(y: Rows, times: int, rng: np.random.Generator) -> Any:
    training, test = _copied_first(y, times, rng)
    return training, np.unique(test)


def _copied_first_then_apart(y: Rows, times: int, rng: np.random.Generator) -> Any:
    training, test = _copied_first(y, times, rng)
    return training[~np.isin(training, test)], np.unique(test)


COPIES = Exercise(
    name="08-11",
    title="Copies before the split",
    answer=_copied_parts,
    evaluate=_copy_facts,
    inputs=(
        (np.tile([0, 0, 1, 0, 0, 0, 1, 0, 0, 1], 4), 3),
        (np.tile([0, 1, 0, 0, 0], 8), 4),
        (np.tile([0, 1, 0, 0, 1], 6), 1),  # no copies
    ),
    mistakes=(
        Mistake(
            name="nothing mended",
            answer=_copied_first,
            message=(
                "It still copies first. Then copies of one leaver land in both parts, and the test asks what "
                "was learned by heart. What must come first?"
            ),
        ),
        Mistake(
            name="the test part made unique",
            answer=_copied_first_then_unique,
            message=(
                "The copies are gone from the test part. But the same leavers are still in the "
                "training part, "
                "too: customers in both parts are the leak."
            ),
        ),
        Mistake(
            name="copied, split, and torn apart",
            answer=_copied_first_then_apart,
            message=(
                "No customer is in both parts now. But the split was made of the copies, so leavers "
                "come into "
                "the test part too often, and its size changes. Split the customers themselves."
            ),
        ),
        Mistake(
            name="the test part copied, too",
            answer=_repeated(
                lambda y, times: np.where(y == 1, times, 1), lambda y, times: np.where(y == 1, times, 1)
            ),
            message=(
                "You copy in the test part, too. Then its share of leavers is invented, and precision and "
                "costs with it. The test part is to be like new customers."
            ),
        ),
        Mistake(
            name="only the test part copied",
            answer=_repeated(lambda y, times: 1, lambda y, times: np.where(y == 1, times, 1)),
            message="You copy in the test part, and not in the training part.",
        ),
        Mistake(
            name="copies of test customers",
            answer=_copies_from_everywhere,
            message=(
                "You split first, but the copies are taken from *all* leavers: so those of the test "
                "part come "
                "into the training part."
            ),
        ),
        Mistake(
            name="no copies",
            answer=_repeated(lambda y, times: 1),
            message=(
                "The split is right, and nothing is copied: nearly always the better way. Here copies "
                "are asked."
            ),
        ),
        Mistake(
            name="one copy too many",
            answer=_repeated(lambda y, times: np.where(y == 1, times + 1, 1)),
            message=("Each leaver stands there once too often: `times` counts the customer himself, too."),
        ),
        Mistake(
            name="one copy too few",
            answer=_repeated(lambda y, times: np.where(y == 1, np.maximum(times - 1, 1), 1)),
            message="Each leaver stands there once too few: `times` in all, himself included.",
        ),
        Mistake(
            name="everybody copied",
            answer=_repeated(lambda y, times: times),
            message="You copy everybody. Then the shares are as before; only the leavers are to be copied.",
        ),
        Mistake(
            name="stayers copied",
            answer=_repeated(lambda y, times: np.where(y == 0, times, 1)),
            message="You copy those who *stay*. There are too many of them already.",
        ),
        Mistake(
            name="the copies alone",
            answer=_repeated(lambda y, times: np.where(y == 1, times, 0)),
            message="Those who stay are missing from your training part.",
        ),
        Mistake(
            name="parts exchanged",
            answer=lambda y, times, rng: _copied_parts(y, times, rng)[::-1],
            message="The parts are exchanged: the training part comes first, and it is the large one.",
        ),
        Mistake(
            name="a generator of its own",
            answer=lambda y, times, rng: _RIGHT_TIMES(y, times, np.random.default_rng(0)),
            message=(
                "Each call gives the same split: a new generator with the same seed starts anew each time. "
                "Use the generator that the function is given."
            ),
        ),
    ),
    hints=(
        "The order of two steps is wrong. Which rows may be copied, and which must not?",
        (
            "Shuffle and cut the rows `0` to `n - 1`, without copies: `rng.permutation(len(y))`. "
            "A fifth is the test part, and it stays as it is."
        ),
        (
            "`training[y[training] == 1]` are the leavers of the training part. Add them `times - 1` times "
            "with `np.concatenate`; `np.repeat` repeats each row."
        ),
    ),
    praise=(
        "The test part is a sample of new customers, and new customers are not copied. "
        "What the copies do to the chances is the next exercise."
    ),
)

# ---------------------------------------------------------------------------- 08-12 take the copies out


def _without_copies(chance: Any, times: float) -> Any:
    chance = np.asarray(chance)
    return chance / (chance + times * (1 - chance))


def _some_inflated(rng: np.random.Generator) -> Inputs:
    return np.round(rng.random(int(rng.integers(1, 7))), 3), float(rng.choice([1, 2, 3, 4, 5, 10, 2.5]))


WITHOUT_COPIES = Exercise(
    name="08-12",
    title="Take the copies out again",
    answer=_without_copies,
    inputs=(
        (np.array([0.5, 0.8]), 4.0),
        (np.array([0.2, 0.75, 0.9]), 3.0),
        (np.array([0.3, 0.6]), 1.0),  # no copies
        (np.array([0.0, 0.25, 1.0]), 2.0),
    ),
    random_inputs=_some_inflated,
    mistakes=(
        Mistake(
            name="chance divided",
            answer=lambda chance, times: chance / times,
            message=(
                "You divide the *chance*. Then the surest customer could leave with 1/times at most. "
                "It is the odds, chance / (1 − chance), that the copies multiply."
            ),
        ),
        Mistake(
            name="copies put in",
            answer=lambda chance, times: times * chance / (times * chance + 1 - chance),
            message=(
                "You go in the other direction: your chances become larger. The copies are to be taken *out*."
            ),
        ),
        Mistake(
            name="odds not turned back",
            answer=lambda chance, times: chance / (times * (1 - chance)),
            message="These are the right *odds*. Turn them into a chance again: odds / (1 + odds).",
        ),
        Mistake(
            name="added copies counted",
            answer=lambda chance, times: chance / (chance + (times - 1) * (1 - chance)),
            message="You count only the copies that were *added*. Each leaver stands there `times` times.",
        ),
        Mistake(
            name="one copy too many",
            answer=lambda chance, times: chance / (chance + (times + 1) * (1 - chance)),
            message="You count one copy too many: `times` counts the customer himself, too.",
        ),
        Mistake(
            name="logit moved by times",
            answer=lambda chance, times: sigmoid(np.log(chance / (1 - chance)) - times),
            message=(
                "In logits something is subtracted, that is right. But odds that are divided by `times` "
                "become a logit that is smaller by its *logarithm*."
            ),
        ),
        Mistake(
            name="root of the odds",
            answer=lambda chance, times: sigmoid(np.log(chance / (1 - chance)) / times),
            message="You divide the logit. It is the odds that are divided; a logit is their logarithm.",
        ),
        Mistake(
            name="power of the chance",
            answer=lambda chance, times: chance**times,
            message=(
                "You take a power. Four copies are not four independent customers who all leave: "
                "think of how many leavers and stayers stand behind a chance."
            ),
        ),
        Mistake(
            name="subtracted",
            answer=lambda chance, times: np.maximum(chance - (1 - 1 / times) * 0.5, 0),
            message="You subtract the same from all chances. 0 and 1 must stay what they are.",
        ),
        Mistake(
            name="odds at 1",
            answer=lambda chance, times: (
                (chance / (1 - chance) / times) / (1 + chance / (1 - chance) / times)
            ),
            message=(
                "Right, but for a chance of exactly 1: its odds are infinite, and infinity by infinity is "
                "NaN. Multiply numerator and denominator by (1 − chance), and the division is gone."
            ),
        ),
    ),
    hints=(
        (
            "Think of 100 customers with the chance 0.8, and `times` = 4: 80 leavers and 20 "
            "stayers. Take the copies out."
        ),
        (
            "Of the 80 leavers 80 / 4 = 20 are left, and the 20 stayers stay. "
            "Now the share of leavers is 20 of 40."
        ),
        "The same with letters: chance / times leavers to 1 − chance stayers. What is the leavers' share?",
    ),
    praise=(
        "The order of the customers has not changed, so the AUC is the same with copies and without. "
        "And what a threshold does in one line needs no copies at all."
    ),
)

# ----------------------------------------------------------------------- 08-13 permutation importance


def _model_of(weights: Array) -> Callable[[Array], Array]:
    """Return a model with a bend, so that it is no straight line in its columns."""

    def predict(X: Any) -> Array:
        table = np.asarray(X, dtype=np.float64)
        if table.ndim != 2 or table.shape[1] != len(weights):
            raise AnswerFormError(
                f"`predict` wants a table with {len(weights)} columns, got an array of shape {table.shape}."
            )
        result: Array = sigmoid(table @ weights + 0.5 * table[:, 0] * table[:, -1] - 0.5)
        return result

    return predict


def _brier(y: Any, chance: Any) -> float:
    return float(np.mean((chance - y) ** 2))


def _importances(predict: Callable[[Array], Array], X: Any, y: Any, orders: Any) -> Any:
    before = _brier(y, predict(X))
    found = []
    for column, order in enumerate(orders):
        shuffled = X.copy()
        shuffled[:, column] = X[order, column]
        found.append(_brier(y, predict(shuffled)) - before)
    return np.array(found)


def _with_model(answer: Callable[..., Any], weights: Array, X: Array, y: Rows, orders: Rows) -> Any:
    return _call(answer, predict=_model_of(weights), X=X, y=y, orders=orders)


def _some_importances(rng: np.random.Generator) -> Inputs:
    n, columns = int(rng.integers(6, 12)), int(rng.integers(2, 5))
    X = np.round(rng.normal(size=(n, columns)), 2)
    weights = np.round(rng.normal(scale=1.5, size=columns), 2)
    y = (rng.random(n) < _model_of(weights)(X)).astype(np.int64)
    return weights, X, y, np.array([rng.permutation(n) for _ in range(columns)])


def _shuffled(change: Callable[[Array, int, Rows], Array]) -> Callable[..., Any]:
    """Return a wrong answer that makes another table for each column."""

    def answer(predict: Callable[[Array], Array], X: Array, y: Rows, orders: Rows) -> Any:
        before = _brier(y, predict(X))
        tables = [change(X.copy(), column, order) for column, order in enumerate(orders)]
        return np.array([_brier(y, predict(table)) - before for table in tables])

    return answer


def _cumulative(predict: Callable[[Array], Array], X: Array, y: Rows, orders: Rows) -> Any:
    before, table, found = _brier(y, predict(X)), X.copy(), []
    for column, order in enumerate(orders):
        table[:, column] = table[order, column]
        found.append(_brier(y, predict(table)) - before)
    return np.array(found)


def _set_column(table: Array, column: int, values: Any) -> Array:
    table[:, column] = values
    return table


def _labels_too(predict: Callable[[Array], Array], X: Array, y: Rows, orders: Rows) -> Any:
    before = _brier(y, predict(X))
    return np.array(
        [
            _brier(y[order], predict(_set_column(X.copy(), column, X[order, column]))) - before
            for column, order in enumerate(orders)
        ]
    )


def _changed_chances(predict: Callable[[Array], Array], X: Array, y: Rows, orders: Rows) -> Any:
    before = predict(X)
    return np.array(
        [
            np.mean((predict(_set_column(X.copy(), column, X[order, column])) - before) ** 2)
            for column, order in enumerate(orders)
        ]
    )


_FOUR_ROWS = np.array([[1.0, 0.5], [-1.0, 2.0], [0.5, -1.5], [2.0, 1.0]])

IMPORTANCE = Exercise(
    name="08-13",
    title="Shuffle a column",
    answer=_importances,
    evaluate=_with_model,
    may_change_inputs=False,
    inputs=(
        (np.array([1.0, 0.5]), _FOUR_ROWS, np.array([1, 0, 0, 1]), np.array([[1, 2, 3, 0], [3, 2, 1, 0]])),
        (
            np.array([0.0, 2.0, 0.0]),
            np.array([[0.0, 1.0, 3.0], [0.0, -1.0, 2.0], [0.0, 2.0, -1.0], [0.0, -0.5, 1.0]]),
            np.array([1, 0, 1, 0]),
            np.array([[3, 0, 1, 2], [1, 0, 3, 2], [2, 3, 0, 1]]),
        ),
    ),
    random_inputs=_some_importances,
    mistakes=(
        Mistake(
            name="sign turned round",
            answer=lambda predict, X, y, orders: -_importances(predict, X, y, orders),
            message=(
                "Your signs are turned round: after the shuffle minus before. Worse is a larger score here."
            ),
        ),
        Mistake(
            name="score before not subtracted",
            answer=lambda predict, X, y, orders: _importances(predict, X, y, orders) + _brier(y, predict(X)),
            message="You return the score after the shuffle. How much *worse* than before is asked.",
        ),
        Mistake(
            name="distance for difference",
            answer=lambda predict, X, y, orders: np.abs(_importances(predict, X, y, orders)),
            message=(
                "Your results have no sign. By luck a shuffled column may do *better*; "
                "a value below 0 says that the column was of no use."
            ),
        ),
        Mistake(
            name="ratio for difference",
            answer=lambda predict, X, y, orders: (
                _importances(predict, X, y, orders) / _brier(y, predict(X)) + 1
            ),
            message="You divide by the score before. The difference is asked.",
        ),
        Mistake(
            name="whole rows shuffled",
            answer=_shuffled(lambda table, column, order: table[order]),
            message=(
                "You shuffle whole rows. Then every column is torn from the answers at once, "
                "and you cannot tell which one mattered: exchange *one* column only."
            ),
        ),
        Mistake(
            name="all but the column shuffled",
            answer=_shuffled(
                lambda table, column, order: _set_column(table[order], column, table[:, column])
            ),
            message="You shuffle all columns but one. Shuffle that one, and leave the others.",
        ),
        Mistake(
            name="columns stay shuffled",
            answer=_cumulative,
            message=(
                "The first result is right, the later ones are not: the columns before are still shuffled. "
                "Begin each column with a fresh copy of X."
            ),
        ),
        Mistake(
            name="labels shuffled, too",
            answer=_labels_too,
            message="You shuffle y along with the column. Then they still belong together.",
        ),
        Mistake(
            name="column set to 0",
            answer=_shuffled(lambda table, column, order: _set_column(table, column, 0.0)),
            message=(
                "You set the column to 0. A table full of zeros is one that the model never met; "
                "shuffled values are real ones, of other customers."
            ),
        ),
        Mistake(
            name="column set to its mean",
            answer=_shuffled(
                lambda table, column, order: _set_column(table, column, table[:, column].mean())
            ),
            message=(
                "You set the column to its mean. `orders` has a permutation for each column: use its values "
                "in another order."
            ),
        ),
        Mistake(
            name="column sorted",
            answer=_shuffled(
                lambda table, column, order: _set_column(table, column, np.sort(table[:, column]))
            ),
            message="You sort the column. Put it into the order that `orders` gives.",
        ),
        Mistake(
            name="change of the chances",
            answer=_changed_chances,
            message=(
                "You compare chances before and after. That says how much the *answers* change, "
                "not how much worse they fit what happened: y is missing."
            ),
        ),
        Mistake(
            name="always the first order",
            answer=lambda predict, X, y, orders: _importances(
                predict, X, y, np.repeat(orders[:1], len(orders), 0)
            ),
            message="You use the first order for every column. Column j has its own, `orders[j]`.",
        ),
        Mistake(
            name="order turned round",
            answer=lambda predict, X, y, orders: _importances(predict, X, y, np.argsort(orders, axis=1)),
            message=(
                "You put the values into the *inverse* order. Row i gets the value of row `order[i]`: "
                "`X[order, j]`."
            ),
        ),
    ),
    hints=(
        (
            "Compute the Brier score once with X as it is. Then, column by column, with a copy in "
            "which one column is shuffled."
        ),
        "`shuffled = X.copy()` anew for each column j, then `shuffled[:, j] = X[orders[j], j]`.",
        "Score of the shuffled table minus score before: `np.mean((predict(shuffled) - y) ** 2) - before`.",
    ),
    praise=(
        "A column on which the model does not lean has the importance 0. "
        "It says what this *model* uses, and nothing about causes; two columns that tell the same share it."
    ),
)

# ----------------------------------------------------------------------------- 08-14 partial dependence


def _dependence(predict: Callable[[Array], Array], X: Any, column: int, values: Any) -> Any:
    found = []
    for value in values:
        table = X.copy()
        table[:, column] = value
        found.append(float(np.mean(predict(table))))
    return np.array(found)


def _with_model_and_column(
    answer: Callable[..., Any], weights: Array, X: Array, column: int, values: Array
) -> Any:
    return _call(answer, predict=_model_of(weights), X=X, column=column, values=values)


def _some_dependence(rng: np.random.Generator) -> Inputs:
    n, columns = int(rng.integers(4, 10)), int(rng.integers(2, 5))
    X = np.round(rng.normal(size=(n, columns)), 2)
    weights = np.round(rng.normal(scale=1.5, size=columns), 2)
    values = np.sort(np.round(rng.normal(scale=1.5, size=int(rng.integers(2, 6))), 2))
    return weights, X, int(rng.integers(columns)), values


def _over_values(one: Callable[..., Any]) -> Callable[..., Any]:
    """Return a wrong answer that computes another number for each value."""

    def answer(predict: Callable[[Array], Array], X: Array, column: int, values: Array) -> Any:
        return np.array([one(predict, X.copy(), column, value) for value in values])

    return answer


def _with_value(X: Array, column: int, value: float) -> Array:
    return _set_column(X.copy(), column, value)


def _nearest(predict: Callable[[Array], Array], X: Array, column: int, value: float) -> float:
    distance = np.abs(X[:, column] - value)
    return float(np.mean(predict(X[distance == distance.min()])))


DEPENDENCE = Exercise(
    name="08-14",
    title="What if all were of one age?",
    answer=_dependence,
    evaluate=_with_model_and_column,
    may_change_inputs=False,
    inputs=(
        (np.array([1.0, 0.5]), _FOUR_ROWS, 0, np.array([-1.0, 0.0, 1.0])),
        (
            np.array([0.5, -1.0, 2.0]),
            np.array([[1.0, 0.0, 2.0], [-1.0, 1.0, 0.5], [0.0, 2.0, -1.0]]),
            2,
            np.array([0.5, 1.5]),
        ),
    ),
    random_inputs=_some_dependence,
    mistakes=(
        Mistake(
            name="the mean customer",
            answer=_over_values(
                lambda predict, X, column, value: predict(
                    _with_value(X.mean(axis=0, keepdims=True), column, value)
                )[0]
            ),
            message=(
                "You ask the model about the *mean* customer. Nobody is like that, and with a bend the mean "
                "of the chances is not the chance of the mean: first predict, then average."
            ),
        ),
        Mistake(
            name="the median customer",
            answer=_over_values(
                lambda predict, X, column, value: predict(
                    _with_value(np.median(X, axis=0, keepdims=True), column, value)
                )[0]
            ),
            message=(
                "You ask the model about one typical customer. Ask it about all, and average the answers."
            ),
        ),
        Mistake(
            name="the customers who have it",
            answer=_over_values(_nearest),
            message=(
                "You average over the customers who are nearest to the value. They differ in other columns, "
                "too. Give the value to *all* customers, and leave the rest of them as it is."
            ),
        ),
        Mistake(
            name="the first customer",
            answer=_over_values(lambda predict, X, column, value: predict(_with_value(X, column, value))[0]),
            message="This is the curve of the first customer. Asked is the mean over all.",
        ),
        Mistake(
            name="sum for mean",
            answer=_over_values(
                lambda predict, X, column, value: predict(_with_value(X, column, value)).sum()
            ),
            message="You add up the chances. Their mean is asked.",
        ),
        Mistake(
            name="median for mean",
            answer=_over_values(
                lambda predict, X, column, value: np.median(predict(_with_value(X, column, value)))
            ),
            message="You take the median of the chances. The mean is asked.",
        ),
        Mistake(
            name="share above one half",
            answer=_over_values(
                lambda predict, X, column, value: (predict(_with_value(X, column, value)) > 0.5).mean()
            ),
            message="You count who is above 0.5. Average the chances themselves.",
        ),
        Mistake(
            name="added for set",
            answer=_over_values(
                lambda predict, X, column, value: predict(_with_value(X, column, X[:, column] + value)).mean()
            ),
            message="You *add* the value to the column. Everyone is to have it.",
        ),
        Mistake(
            name="row for column",
            answer=lambda predict, X, column, values: np.array(
                [
                    predict(np.vstack([X[:column], np.full((1, X.shape[1]), v), X[column + 1 :]])).mean()
                    for v in values
                ]
            ),
            message="You set a *row* to the value: one customer. `X[:, column]` is the column.",
        ),
        Mistake(
            name="all columns",
            answer=_over_values(lambda predict, X, column, value: predict(np.full(X.shape, value)).mean()),
            message="You set every column to the value. Only the one that is asked.",
        ),
        Mistake(
            name="always the first column",
            answer=lambda predict, X, column, values: _dependence(predict, X, 0, values),
            message="You always set the first column. Which one, says `column`.",
        ),
        Mistake(
            name="less the mean",
            answer=lambda predict, X, column, values: (
                _dependence(predict, X, column, values) - np.mean(predict(X))
            ),
            message="You subtract the mean chance. The curve itself is asked.",
        ),
    ),
    hints=(
        "For one value: what would the model say if *everybody* had it, and all else stayed as it is?",
        "Copy X, set the whole column to the value, predict for all customers, take the mean.",
        "For each value: `table = X.copy()`, `table[:, column] = value`, `predict(table).mean()`.",
    ),
    praise=(
        "The curve says what the model answers, on average, when one column is changed. Some of these "
        "customers do not exist (an 80-year-old with the account of a student), and no customer was changed."
    ),
)

# -------------------------------------------------------------------- 08-15 search without the test set

Run = Callable[[Any, Any, Any], float]


def _search(candidates: Any, rows: Any, test: Any, n_folds: int, run: Run) -> Any:
    folds = np.array_split(np.asarray(rows), n_folds)
    means = [
        float(np.mean([run(candidate, np.setdiff1d(rows, fold), fold) for fold in folds]))
        for candidate in candidates
    ]
    best = candidates[int(np.argmax(means))]
    return best, means, run(best, rows, test)


def _search_facts(answer: Callable[..., Any], candidates: list[int], luck: list[float], n_folds: int) -> Any:
    """Let a search run with made-up scores, write down what it asks, and say what it did.

    `luck` is how much better each candidate does on the test rows than on others. Scores are made up of the
    candidate, the luck and the rows, so a search can be judged without a single training.
    """
    rows, test = np.arange(3, 3 + 6 * n_folds), np.arange(100, 112)
    log: list[tuple[int, set[int], set[int], float]] = []

    def run(candidate: Any, training: Any, scored: Any) -> float:
        if candidate not in candidates:
            raise AnswerFormError(f"`run` was asked for {candidate!r}; the candidates are {candidates}.")
        learned = set(_rows("The second argument of `run`", training, 200).tolist())
        judged = set(_rows("The third argument of `run`", scored, 200).tolist())
        if not learned or not judged:
            raise AnswerFormError("`run` was given no rows to learn from, or none to score.")
        place = candidates.index(candidate)
        score = 0.7 + 0.05 * np.sin(2.0 * candidate) + 0.1 * len(learned & judged) / len(judged)
        score += luck[place] * len(judged & set(test.tolist())) / len(judged)
        score += 0.004 * np.sin(sum(judged) + 3.0 * len(learned) + candidate)
        log.append((candidate, learned, judged, float(score)))
        return float(score)

    best, means, final = _parts(
        _call(
            answer,
            candidates=list(candidates),
            rows=rows.copy(),
            test=test.copy(),
            n_folds=n_folds,
            run=run,
        ),
        "the best candidate",
        "the mean scores",
        "the test score",
    )
    means = numbers_in("The second value", means, (len(candidates),))
    asked_test = [call for call in log if call[2] & set(test.tolist())]
    others = [call for call in log if not call[2] & set(test.tolist())]
    by_candidate = [[call for call in others if call[0] == candidate] for candidate in candidates]
    recorded = np.array([np.mean([call[3] for call in calls]) if calls else np.nan for calls in by_candidate])
    everyone = set(rows.tolist())
    whole = [sorted(row for call in calls for row in call[2]) == sorted(everyone) for calls in by_candidate]
    last = asked_test[-1] if asked_test else None
    return {
        "how often the test rows were scored": len(asked_test),
        "the test rows were learned from": _word(any(call[1] & set(test.tolist()) for call in log)),
        "customers were scored that had been learned from": _word(any(call[1] & call[2] for call in log)),
        "trainings of each candidate in the search": "/".join(
            map(str, sorted({len(calls) for calls in by_candidate}))
        ),
        "together the folds score every row once": _word(all(whole)),
        "each training in the search has all rows outside its fold": _word(
            all(call[1] == everyone - call[2] for call in others)
        ),
        "the means are those of the search": _word(np.allclose(means, recorded, atol=1e-4)),
        "the candidate with the best mean is chosen": _word(
            bool(others) and best in candidates and best == candidates[int(np.nanargmax(recorded))]
        ),
        "the last training": (
            "none on the test rows"
            if last is None
            else ("the chosen candidate" if last[0] == best else "another candidate")
            + (", on all rows" if last[1] == everyone else ", on other rows")
        ),
        "the test score is that of the last training": _word(
            last is not None and np.allclose(numbers_in("The third value", final, ()), last[3], atol=1e-4)
        ),
    }


def _test_winner(candidates: Any, rows: Any, test: Any, n_folds: int, run: Run) -> Any:
    scores = [run(candidate, rows, test) for candidate in candidates]
    return candidates[int(np.argmax(scores))], scores, max(scores)


def _search_by(
    folds_of: Callable[[Any, Any, int], list[tuple[Any, Any]]],
    pick: Callable[[Any, Any], Any] = lambda candidates, means: candidates[int(np.argmax(means))],
    final: Callable[..., Any] = lambda best, rows, test, run, means: run(best, rows, test),
) -> Callable[..., Any]:
    """Return a search with other folds, another choice or another end."""

    def answer(candidates: Any, rows: Any, test: Any, n_folds: int, run: Run) -> Any:
        means = [
            float(np.mean([run(candidate, *pair) for pair in folds_of(rows, test, n_folds)]))
            for candidate in candidates
        ]
        best = pick(candidates, means)
        return best, means, final(best, rows, test, run, means)

    return answer


def _folds(rows: Any, test: Any, n_folds: int) -> list[tuple[Any, Any]]:
    return [(np.setdiff1d(rows, fold), fold) for fold in np.array_split(rows, n_folds)]


def _chosen_by_test(candidates: Any, rows: Any, test: Any, n_folds: int, run: Run) -> Any:
    means = [float(np.mean([run(c, *pair) for pair in _folds(rows, test, n_folds)])) for c in candidates]
    scores = [run(candidate, rows, test) for candidate in candidates]
    return candidates[int(np.argmax(scores))], means, max(scores)


def _all_tested(candidates: Any, rows: Any, test: Any, n_folds: int, run: Run) -> Any:
    means = [float(np.mean([run(c, *pair) for pair in _folds(rows, test, n_folds)])) for c in candidates]
    scores = [run(candidate, rows, test) for candidate in candidates]
    return candidates[int(np.argmax(means))], means, scores[int(np.argmax(means))]


SEARCH = Exercise(
    name="08-15",
    title="Search without the test part",
    answer=_search,
    evaluate=_search_facts,
    inputs=(
        ([2, 8, 32], [0.0, 0.1, 0.0], 4),
        ([4, 16, 64, 128], [0.0, 0.0, 0.2, 0.0], 5),
        ([3, 6], [0.15, 0.0], 3),
    ),
    mistakes=(
        Mistake(
            name="nothing mended",
            answer=_test_winner,
            message=(
                "It still chooses by the test score and reports that same score. The best of several looks "
                "better than it is. Choose by customers whom nobody will report on."
            ),
        ),
        Mistake(
            name="chosen by the test part",
            answer=_chosen_by_test,
            message=(
                "You compute the means of the folds, and then choose by the test score after all. "
                "The means are there to choose by."
            ),
        ),
        Mistake(
            name="every candidate tested",
            answer=_all_tested,
            message=(
                "You choose by the folds, which is right, but you score *every* candidate on the test part. "
                "Whoever sees these scores is tempted: open the drawer once, for the chosen one."
            ),
        ),
        Mistake(
            name="one split only",
            answer=_search_by(lambda rows, test, n: _folds(rows, test, n)[:1]),
            message=(
                "You use one fold only. That is a validation part: better than the test part, but a small "
                "one. Let each fold be scored once."
            ),
        ),
        Mistake(
            name="scored on what was learned",
            answer=_search_by(lambda rows, test, n: [(rows, fold) for fold in np.array_split(rows, n)]),
            message=(
                "You train on all rows, and so score customers that were learned from. "
                "Each fold must be left *out* of its training."
            ),
        ),
        Mistake(
            name="scored on the training part",
            answer=_search_by(
                lambda rows, test, n: [
                    (np.setdiff1d(rows, fold), np.setdiff1d(rows, fold)) for fold in np.array_split(rows, n)
                ]
            ),
            message="You score the rows that you trained on. The fold that was left out is to be scored.",
        ),
        Mistake(
            name="fold and rest exchanged",
            answer=_search_by(lambda rows, test, n: [(fold, rest) for rest, fold in _folds(rows, test, n)]),
            message="You train on the small fold and score the large rest. It must be the other way round.",
        ),
        Mistake(
            name="test rows among the folds",
            answer=_search_by(lambda rows, test, n: _folds(np.concatenate([rows, test]), test, n)),
            message=(
                "Your folds are cut from `rows` *and* the test rows. So the test part takes part in the "
                "search, and is learned from."
            ),
        ),
        Mistake(
            name="training with the test rows",
            answer=_search_by(
                lambda rows, test, n: [
                    (np.concatenate([rest, test]), fold) for rest, fold in _folds(rows, test, n)
                ]
            ),
            message="You train on the test rows as well. They must not be learned from, ever.",
        ),
        Mistake(
            name="worst for best",
            answer=_search_by(_folds, pick=lambda candidates, means: candidates[int(np.argmin(means))]),
            message="You choose the candidate with the *lowest* mean. `run` returns an AUC: high is good.",
        ),
        Mistake(
            name="place for candidate",
            answer=_search_by(
                _folds,
                pick=lambda candidates, means: int(np.argmax(means)),
                final=lambda best, rows, test, run, means: 0.0,
            ),
            message="You return the *place* of the best candidate, and the test part was not opened.",
        ),
        Mistake(
            name="best mean for test score",
            answer=_search_by(_folds, final=lambda best, rows, test, run, means: max(means)),
            message=(
                "You report the best mean of the search. It was *chosen* to be the best and flatters: "
                "train the chosen candidate once more, and score the test part."
            ),
        ),
        Mistake(
            name="last training without a fold",
            answer=_search_by(
                _folds, final=lambda best, rows, test, run, means: run(best, rows[: len(rows) // 2], test)
            ),
            message=(
                "The last training does not use all of `rows`. The choice is made: now nothing has to be "
                "left out any more, but the test part."
            ),
        ),
        Mistake(
            name="last training with the last fold out",
            answer=_search_by(
                lambda rows, test, n: _folds(rows, test, n),
                pick=lambda candidates, means: candidates[-1],
                final=lambda best, rows, test, run, means: run(best, rows, test),
            ),
            message=(
                "You choose the last candidate, not the best: is the best one remembered, or only the last "
                "of the loop?"
            ),
        ),
    ),
    hints=(
        "Cut `rows` into `n_folds` pieces: `np.array_split(rows, n_folds)`. The test rows stay out of it.",
        (
            "For each candidate and each fold: train on the rows that are *not* in the fold "
            "(`np.setdiff1d(rows, fold)`), and score the fold. Keep the mean of the scores."
        ),
        "`best = candidates[np.argmax(means)]`; then, once: `run(best, rows, test)`.",
    ),
    praise=(
        "The search saw the test part at no time, so its one score is what new customers will bring. "
        "`GridSearchCV` does the same, and it too must never be shown the test part."
    ),
)

# ---------------------------------------------------------------------------- 08-16 design an experiment


def _effect(letters: Any, left: Any) -> tuple[float, float]:
    with_letter, without = left[letters == 1], left[letters == 0]
    p, q = with_letter.mean(), without.mean()
    error = np.sqrt(p * (1 - p) / len(with_letter) + q * (1 - q) / len(without))
    return float(p - q), float(error)


def _experiment(chance: Any, respond: Callable[[Any], Any], rng: np.random.Generator) -> Any:
    n = len(chance)
    letters = rng.permutation(np.arange(n) < n // 2)
    return _effect(letters, respond(letters))


def _share_in_words(share: float) -> str:
    for limit, word in ((0.001, "nobody"), (0.35, "few"), (0.65, "about half"), (0.999, "many")):
        if share <= limit:
            return word
    return "everybody"


def _how(value: float, right: float, others: Mapping[str, float], tolerance: float) -> str:
    """Say whether a number is right, or which other number it is."""
    for word, wanted in {"right": right, **others}.items():
        if np.isfinite(wanted) and abs(value - wanted) <= tolerance * abs(wanted) + 1e-9:
            return word
    return "another number"


def _experiment_facts(answer: Callable[..., Any], n: int, seed: int) -> dict[str, Any]:
    """Let an experiment run in a small world, write down who got a letter, and look at what it returned."""
    world = np.random.default_rng(seed)
    chance = np.sort(np.round(world.uniform(0.02, 0.9, size=n), 3))  # sorted, as a list of the riskiest is
    draws = world.random(n)

    def call(rng: np.random.Generator) -> tuple[list[Rows], list[Rows], float, float]:
        asked, answered = [], []

        def respond(letters: Any) -> Rows:
            found = numbers_in("What `respond` is given", letters, (n,))
            if not np.isin(found, (0, 1)).all():
                raise AnswerFormError("`respond` wants a 0 or 1 (or a truth value) for each customer.")
            left = (draws < chance * (1 - 0.3 * found)).astype(np.int64)
            asked.append(found.astype(np.int64))
            answered.append(left)
            return left.copy()

        effect, error = _parts(
            _call(answer, chance=chance.copy(), respond=respond, rng=rng), "the effect", "its standard error"
        )
        return (
            asked,
            answered,
            float(numbers_in("The effect", effect, ())),
            float(numbers_in("The standard error", error, ())),
        )

    rng = np.random.default_rng(seed + 1)
    asked, answered, effect, error = call(rng)
    if not asked:
        raise AnswerFormError(
            "`respond` was never called: nobody got a letter, and nobody's answer is known."
        )
    second = call(rng)[0][0]
    again = call(np.random.default_rng(seed + 1))[0][0]
    letters, left = asked[-1], answered[-1]
    share = float(letters.mean())
    both = 0 < share < 1
    apart = float(np.corrcoef(letters, chance)[0, 1]) if both else 0.0
    right, right_error = _effect(letters, left) if both else (np.nan, np.nan)
    with_letter = left[letters == 1].mean() if share else np.nan
    without = left[letters == 0].mean() if share < 1 else np.nan
    counts = (letters == 1) @ left, (letters == 0) @ left
    first_left = answered[0].mean()
    return {
        "how often the customers were asked": len(asked),
        "who gets a letter": _share_in_words(share),
        "the letters go more often to": (
            "the risky" if apart > 0.25 else "the safe" if apart < -0.25 else "neither the risky nor the safe"
        ),
        "the letters follow a rule from row to row": _word(
            both and abs(np.corrcoef(letters[1:], letters[:-1])[0, 1]) > 0.9 and abs(apart) < 0.25
        ),
        "the next call writes to others": _word(not np.array_equal(letters, second)),
        "the same generator writes to the same": _word(np.array_equal(letters, again)),
        "the effect": _how(
            effect,
            right,
            {
                "with its sign turned round": -right,
                "a ratio": with_letter / without if without else np.nan,
                "a difference of counts": float(counts[0] - counts[1]),
                "the share of those with a letter": with_letter,
                "the share of those without": without,
                "after minus before": float(left.mean() - first_left) if len(asked) > 1 else np.nan,
            },
            1e-3,
        ),
        "the standard error": _how(
            error,
            right_error,
            {
                "without the root": right_error**2,
                "divided by all customers": float(
                    np.sqrt((with_letter * (1 - with_letter) + without * (1 - without)) / n)
                ),
                "of one group": float(np.sqrt(with_letter * (1 - with_letter) / max(letters.sum(), 1))),
                "of the other group": float(np.sqrt(without * (1 - without) / max(n - letters.sum(), 1))),
                "a spread, not an error of a mean": float(
                    np.sqrt(with_letter * (1 - with_letter) + without * (1 - without))
                ),
                "as of one mean": float(left.std() / np.sqrt(n)),
                "two errors added": float(
                    np.sqrt(with_letter * (1 - with_letter) / max(letters.sum(), 1))
                    + np.sqrt(without * (1 - without) / max(n - letters.sum(), 1))
                ),
            },
            0.02,
        ),
    }


def _letters_by(
    choose: Callable[[Array, np.random.Generator], Any],
    result: Callable[[Rows, Rows], Any] = _effect,
) -> Callable[..., Any]:
    """Return an experiment that chooses or computes in another way."""

    def answer(chance: Array, respond: Callable[[Any], Any], rng: np.random.Generator) -> Any:
        letters = np.asarray(choose(chance, rng)) * 1
        return result(letters, np.asarray(respond(letters)))

    return answer


def _by_lot(chance: Array, rng: np.random.Generator) -> Any:
    return rng.permutation(np.arange(len(chance)) < len(chance) // 2)


def _before_and_after(chance: Array, respond: Callable[[Any], Any], rng: np.random.Generator) -> Any:
    before, after = respond(np.zeros(len(chance))), respond(np.ones(len(chance)))
    error = np.sqrt((before.var() + after.var()) / len(chance))
    return after.mean() - before.mean(), error


def _against_the_model(chance: Array, respond: Callable[[Any], Any], rng: np.random.Generator) -> Any:
    left = respond(np.ones(len(chance)))
    return left.mean() - chance.mean(), np.sqrt(left.var() / len(chance))


def _with_error(error: Callable[[float, float, int, int], float]) -> Callable[[Rows, Rows], Any]:
    def result(letters: Rows, left: Rows) -> Any:
        p, q = left[letters == 1].mean(), left[letters == 0].mean()
        return p - q, error(float(p), float(q), int(letters.sum()), int((1 - letters).sum()))

    return result


EXPERIMENT = Exercise(
    name="08-16",
    title="Design an experiment",
    answer=_experiment,
    evaluate=_experiment_facts,
    inputs=((400, 1), (600, 5)),
    mistakes=(
        Mistake(
            name="letters to the risky",
            answer=_letters_by(lambda chance, rng: chance > np.median(chance)),
            message=(
                "Your letters go to the customers with the high chances. They would have left more often "
                "anyway, so the letter seems to drive them away. Who gets one must not depend on who "
                "they are."
            ),
        ),
        Mistake(
            name="letters to the safe",
            answer=_letters_by(lambda chance, rng: chance <= np.median(chance)),
            message=(
                "Your letters go to the customers with the low chances (or to the first rows: the table is "
                "sorted). They would have stayed anyway. Who gets one must not depend on who they are."
            ),
        ),
        Mistake(
            name="drawn with the chance",
            answer=_letters_by(lambda chance, rng: rng.random(len(chance)) < chance),
            message=(
                "You draw, but whoever has a high chance gets a letter more often. "
                "Then the two groups differ before any letter is sent: draw with the same chance for all."
            ),
        ),
        Mistake(
            name="every second customer",
            answer=_letters_by(lambda chance, rng: np.arange(len(chance)) % 2),
            message=(
                "Every second customer gets a letter, by a fixed rule. Whoever knows the rule can put a "
                "customer into a group, and it never averages out: let `rng` decide."
            ),
        ),
        Mistake(
            name="before and after",
            answer=_before_and_after,
            message=(
                "You ask all customers twice, without the letter and with it. In this world it looks exact; "
                "in yours, who has left is gone, and the second month is another month. Call `respond` once."
            ),
        ),
        Mistake(
            name="against the model",
            answer=_against_the_model,
            message=(
                "Everybody gets a letter, and you compare with what the model said. Then a model that is off "
                "counts as an effect. Some must get no letter, so that you can see what happens without."
            ),
        ),
        Mistake(
            name="sign turned round",
            answer=_letters_by(
                _by_lot, lambda letters, left: (-_effect(letters, left)[0], _effect(letters, left)[1])
            ),
            message="The sign of your effect is turned round: with letter minus without.",
        ),
        Mistake(
            name="ratio for difference",
            answer=_letters_by(
                _by_lot,
                lambda letters, left: (
                    left[letters == 1].mean() / left[letters == 0].mean(),
                    _effect(letters, left)[1],
                ),
            ),
            message="Your effect is a ratio of the two shares. Their difference is asked.",
        ),
        Mistake(
            name="counts for shares",
            answer=_letters_by(
                _by_lot,
                lambda letters, left: (
                    left[letters == 1].sum() - left[letters == 0].sum(),
                    _effect(letters, left)[1],
                ),
            ),
            message="You compare *numbers* of leavers. Compare shares: groups may differ in size.",
        ),
        Mistake(
            name="one group only",
            answer=_letters_by(
                _by_lot, lambda letters, left: (left[letters == 1].mean(), _effect(letters, left)[1])
            ),
            message="This is the share of leavers among those with a letter. Compare it with those without.",
        ),
        Mistake(
            name="root forgotten",
            answer=_letters_by(
                _by_lot, lambda letters, left: (_effect(letters, left)[0], _effect(letters, left)[1] ** 2)
            ),
            message="In place of the standard error stands its square, the variance.",
        ),
        Mistake(
            name="divided by all customers",
            answer=_letters_by(
                _by_lot,
                _with_error(lambda p, q, n, m: float(np.sqrt((p * (1 - p) + q * (1 - q)) / (n + m)))),
            ),
            message=(
                "Your standard error divides by all customers. Each share was measured on its own group only."
            ),
        ),
        Mistake(
            name="spread for error",
            answer=_letters_by(
                _by_lot, _with_error(lambda p, q, n, m: float(np.sqrt(p * (1 - p) + q * (1 - q))))
            ),
            message="Your standard error does not shrink with more customers: divide by the group's size.",
        ),
        Mistake(
            name="errors added",
            answer=_letters_by(
                _by_lot,
                _with_error(lambda p, q, n, m: float(np.sqrt(p * (1 - p) / n) + np.sqrt(q * (1 - q) / m))),
            ),
            message="You add the two errors. They are independent: add their *squares*, and take the root.",
        ),
        Mistake(
            name="error of one mean",
            answer=_letters_by(
                _by_lot, lambda letters, left: (_effect(letters, left)[0], left.std() / np.sqrt(len(left)))
            ),
            message=(
                "Your standard error is that of *one* share, measured on all customers. You compare "
                "two, each "
                "measured on a part of them."
            ),
        ),
        Mistake(
            name="error of one group",
            answer=_letters_by(_by_lot, _with_error(lambda p, q, n, m: float(np.sqrt(p * (1 - p) / n)))),
            message="Your standard error is that of one group. The other share is uncertain, too.",
        ),
        Mistake(
            name="a generator of its own",
            answer=lambda chance, respond, rng: _experiment(chance, respond, np.random.default_rng(0)),
            message=(
                "The same customers get a letter in every call: a new generator with the same seed starts "
                "anew. Use the one that the function is given."
            ),
        ),
    ),
    hints=(
        "Two groups that differ in nothing but the letter: who decides, then, who gets one?",
        (
            "By lot: `letters = rng.permutation(np.arange(n) < n // 2)`. Ask once: `left = "
            "respond(letters)`. "
            "Then compare the shares `left[letters].mean()` and `left[~letters].mean()`."
        ),
        (
            "The variance of a share p, measured on m customers, is p (1 − p) / m. "
            "For a difference the variances add up; the standard error is the root of the sum."
        ),
    ),
    praise=(
        "Chance knows nothing of the customers, so it makes two groups that are alike in everything, "
        "also in what nobody wrote down. Only the letter can make the difference."
    ),
)

# -------------------------------------------------------------------- 08-17 a model that beats the bar

_FALSE_ALARM, _MISSED = 20, 180
_AUC_BAR = 0.84
_COST_BAR = 12.0
_N_LEARNED, _N_HELD_OUT = 4_000, 6_000


def _inputs_of(table: pd.DataFrame, seen: pd.DataFrame) -> Array:
    """Scale and encode with what was seen: (n, 8 + categories)."""
    numbers = list(NUMERIC)
    means, deviations = seen[numbers].mean(), seen[numbers].std(ddof=0)
    columns = [((table[numbers] - means) / deviations).to_numpy(np.float64)]
    columns += [
        _one_hot(seen[name].to_numpy(dtype=str), table[name].to_numpy(dtype=str)) for name in CATEGORICAL
    ]
    return np.hstack(columns)


def _churn_model(customers: Any, rng: np.random.Generator) -> Any:
    y = customers[TARGET].to_numpy()
    training, validation = _split_by_shares(y, 0.2, rng)
    seen = customers.iloc[training]
    Z = _inputs_of(customers, seen)
    net = Network([Dense(Z.shape[1], 32), Tanh(), Dense(32, 16), Tanh(), Dense(16, 1)], rng=rng)
    train(
        net,
        Z[training],
        y[training],
        n_epochs=60,
        loss=BinaryCrossEntropy(),
        optimizer=Adam(3e-3),
        batch_size=64,
        rng=rng,
        validation=(Z[validation], y[validation]),
        patience=10,
    )

    def predict(table: pd.DataFrame) -> Array:
        return sigmoid(net.predict(_inputs_of(table, seen)))[:, 0]

    return predict, _FALSE_ALARM / (_FALSE_ALARM + _MISSED)


@cache
def _tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the customers to learn from, and the held-out ones that no answer ever gets with `Exited`."""
    rng = np.random.default_rng(20_267)
    return simulate_churn(_N_LEARNED, rng=rng), simulate_churn(_N_HELD_OUT, rng=rng)


def _auc_in_words(auc: float) -> str:
    if auc >= _AUC_BAR:
        return f"at least {_AUC_BAR}"
    for limit, words in (
        (0.4, "far below 0.5: the order is turned round"),
        (0.6, "about 0.5: guessing"),
        (0.79, "from 0.6 to 0.79: a straight line reaches as much"),
    ):
        if auc < limit:
            return words
    return f"from 0.79 to {_AUC_BAR}: more than a straight line, below the bar"


def _cost_in_words(cost: float, all_letters: float) -> str:
    if cost <= _COST_BAR:
        return f"at most {_COST_BAR:g}"
    if abs(cost / all_letters - 1) < 0.03:
        return "as much as a letter to everybody"
    return "above the bar" if cost < all_letters else "more than a letter to everybody"


def _model_facts(answer: Callable[..., Any]) -> dict[str, Any]:
    """Let the learner's function train, and judge its model on customers that it has never met."""
    table, held_out = _tables()
    y = held_out[TARGET].to_numpy()
    new = held_out.drop(columns=TARGET)
    value = _call(answer, customers=table.copy(), rng=np.random.default_rng(4))
    predict, threshold = _parts(value, "predict", "the threshold")
    if not callable(predict):
        raise AnswerFormError(
            f"The first value must be a function that takes new customers; got a {type(predict).__name__}."
        )
    threshold = float(numbers_in("The threshold", threshold, ()))

    def chances(customers: pd.DataFrame) -> Array:
        try:
            found = predict(customers.copy())
        except KeyError as error:
            if TARGET in str(error):
                raise AnswerFormError(
                    f"`predict` asks new customers for the column {TARGET}. That is what it is to find out."
                ) from error
            raise
        chance = numbers_in("What `predict` returns", found)
        if chance.size != len(customers) or chance.ndim > 2:
            raise AnswerFormError(
                f"`predict` must return one chance for each of the {len(customers)} customers; "
                f"got an array of shape {chance.shape}."
            )
        chance = chance.ravel()
        if chance.min() < 0 or chance.max() > 1:
            raise AnswerFormError(
                f"`predict` must return chances from 0 to 1; got numbers from {chance.min():.2f} to "
                f"{chance.max():.2f}. Are these logits?"
            )
        return chance

    chance = chances(new)
    few = chances(new.iloc[:40])
    off = float(chance.mean() - y.mean())
    cost = float(_costs(y, chance, _FALSE_ALARM, _MISSED, np.array([threshold]))[0])
    return {
        "AUC on held-out customers": _auc_in_words(_auc(y, chance)),
        "mean chance": "too high" if off > 0.04 else "too low" if off < -0.04 else "as many as leave",
        "a customer's chance depends on who else is in the table": _word(
            np.abs(few - chance[:40]).max() > 1e-3
        ),
        "cost for each held-out customer": _cost_in_words(cost, _FALSE_ALARM * float((y == 0).mean())),
    }


@cache
def _trained() -> Callable[[pd.DataFrame], Array]:
    """Return the reference's model, trained once for all mistakes that are made with a good model."""
    predict: Callable[[pd.DataFrame], Array] = _churn_model(_tables()[0], np.random.default_rng(4))[0]
    return predict


def _straight_line(customers: pd.DataFrame) -> Callable[[pd.DataFrame], Array]:
    """Fit logistic regression by Newton's steps: a single neuron, and quick."""
    y = customers[TARGET].to_numpy()

    def inputs(table: pd.DataFrame) -> Array:
        return np.column_stack([np.ones(len(table)), _inputs_of(table, customers)])

    X = inputs(customers)
    w = np.zeros(X.shape[1])
    for _ in range(8):
        p = sigmoid(X @ w)
        w += np.linalg.lstsq(X.T * (p * (1 - p)) @ X, X.T @ (y - p), rcond=None)[0]
    return lambda table: sigmoid(inputs(table) @ w)


def _model(
    change: Callable[[Array, Any], Any] = lambda chance, table: chance,
    threshold: float = 0.1,
    base: Callable[[pd.DataFrame], Callable[[pd.DataFrame], Array]] = lambda customers: _trained(),
) -> Callable[..., Any]:
    """Return a wrong model: a good one (or another) whose chances are changed, or with another threshold."""

    def answer(customers: pd.DataFrame, rng: np.random.Generator) -> Any:
        predict = base(customers)
        return (lambda table: change(predict(table), table)), threshold

    return answer


def _in_order(chance: Array, table: Any) -> Array:
    return np.argsort(np.argsort(chance)) / len(chance)


def _noisy(chance: Array, table: Any) -> Array:
    z = np.log(chance / (1 - chance)) + 1.1 * np.sin(table["EstimatedSalary"].to_numpy())
    return sigmoid(z)


def _centered_by_itself(chance: Array, table: Any) -> Array:
    z = np.log(chance / (1 - chance))
    return sigmoid(z - z.mean() - 2.0)


PROJECT = Exercise(
    name="08-17",
    title="Project: a model that beats the bar",
    answer=_churn_model,
    evaluate=_model_facts,
    seconds=90.0,
    mistakes=(
        Mistake(
            name="0.5 taken for granted",
            answer=_model(threshold=0.5),
            message=(
                "Your model is good: its AUC is above the bar. But the threshold is too high for "
                "these costs: "
                "a miss costs nine times as much as a false alarm."
            ),
        ),
        Mistake(
            name="everybody gets a letter",
            answer=_model(threshold=0.0),
            message=(
                "Your model is good, but with this threshold (nearly) everybody gets a letter. "
                "For that no model is needed."
            ),
        ),
        Mistake(
            name="a straight line",
            answer=_model(base=_straight_line),
            message=(
                "Your model does about as well as logistic regression: it has missed the hill over age. "
                "Does the network have a hidden layer, and did it train for long enough?"
            ),
        ),
        Mistake(
            name="a straight line at one half",
            answer=_model(base=_straight_line, threshold=0.5),
            message=(
                "Two things. Your model does about as well as logistic regression: is there a hidden layer, "
                "and was it trained for long enough? And the threshold is too high for these costs."
            ),
        ),
        Mistake(
            name="the same chance for all",
            answer=_model(lambda chance, table: np.full(len(chance), 0.2)),
            message=(
                "Your model tells leavers from stayers no better than a coin. Does the training loss fall at "
                "all? Are the columns scaled, and do rows of X and y still belong together?"
            ),
        ),
        Mistake(
            name="the same chance for all, and no letter",
            answer=_model(lambda chance, table: np.full(len(chance), 0.2), threshold=0.5),
            message=(
                "Your model tells leavers from stayers no better than a coin, and writes to nobody. "
                "Does the training loss fall at all? Are the columns scaled?"
            ),
        ),
        Mistake(
            name="turned round",
            answer=_model(lambda chance, table: 1 - chance),
            message=(
                "The order is turned round: leavers get *low* chances. Do you return the chance to stay?"
            ),
        ),
        Mistake(
            name="leavers copied",
            answer=_model(lambda chance, table: 4 * chance / (4 * chance + 1 - chance)),
            message=(
                "The order is good, but your chances are too high on average, and so too many get a letter. "
                "Were the leavers copied or given more weight in training? Exercise 12 takes that out again."
            ),
        ),
        Mistake(
            name="leavers copied, one half",
            answer=_model(lambda chance, table: 9 * chance / (9 * chance + 1 - chance), threshold=0.5),
            message=(
                "Order and cost are good, but the chances are too high on average: your model says that far "
                "more leave than do. Were leavers copied or given more weight? Return honest chances."
            ),
        ),
        Mistake(
            name="decisions for chances",
            answer=_model(lambda chance, table: (chance > 0.1) * 1.0),
            message=("You return decisions, 0 or 1. Return the chances; the threshold goes separately."),
        ),
        Mistake(
            name="decisions at one half",
            answer=_model(lambda chance, table: (chance > 0.5) * 1.0),
            message=(
                "You seem to return decisions at 0.5, or chances that are nearly all 0 or 1. "
                "Return the chances as the sigmoid gives them."
            ),
        ),
        Mistake(
            name="ranks for chances",
            answer=_model(_in_order, threshold=0.4),
            message=(
                "A customer's number depends on who else is in the table, like a rank. "
                "A chance belongs to the customer alone."
            ),
        ),
        Mistake(
            name="scaled by the new customers",
            answer=_model(_centered_by_itself),
            message=(
                "The same customer gets another chance in a smaller table: new customers are scaled by their "
                "own mean and deviation. Keep those of the training part."
            ),
        ),
        Mistake(
            name="below the bar",
            answer=_model(_noisy),
            message=(
                "Better than a straight line, but below the bar. Look at the two losses, epoch by epoch: "
                "if the validation loss rises, stop earlier; if both still fall, train longer."
            ),
        ),
    ),
    hints=(
        (
            "Split `customers` into a training and a validation part (exercise 4). Scale and encode with the "
            "training part (exercise 6); keep what you need for new customers."
        ),
        (
            "Two hidden layers with tanh, as in the chapter, `Adam(3e-3)`, batches of 64, and `train(..., "
            "validation=(Z_valid, y_valid), patience=10)`. `predict` scales with the *old* numbers."
        ),
        (
            "Define `predict(new)` inside your function: it makes the columns of `new`, calls `net.predict`, "
            "and takes the sigmoid of the logits. The threshold follows from the costs: 20 / (20 + 180)."
        ),
    ),
    praise=(
        "On customers that it has never met, your model is above the bar, its chances keep their word, and "
        "its decisions are cheap. Before anyone uses it: write its model card."
    ),
)

EXERCISES = (
    BY_HAND,
    FOUR_COUNTS,
    FORECASTS,
    SPLIT,
    ONE_HOT,
    LEAKS,
    AREA,
    THRESHOLD,
    CALIBRATION,
    PANELS,
    COPIES,
    WITHOUT_COPIES,
    IMPORTANCE,
    DEPENDENCE,
    SEARCH,
    EXPERIMENT,
    PROJECT,
)
