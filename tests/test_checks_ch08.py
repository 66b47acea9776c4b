"""Chapter 8's exercises: odd answers get clear words, and the project is judged by what its model does."""

import numpy as np
import pytest
from answers_ch08 import CORRECT, bands

from annlib.checks import ch08_churn as chapter
from annlib.checks import exercises, find, judge
from annlib.datasets import FEATURES, TARGET

ROWS = np.arange(8)


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("08-1", find("08-1").answer | {"accuracy": 85.2}, "`accuracy` is 85.2, and no share is above 1"),
        ("08-1", find("08-1").answer | {"recall": None}, "`recall` is None"),
        ("08-2", lambda y, predicted: None, "is None"),
        ("08-2", lambda y, predicted: np.eye(2), "must be 3 values"),
        (
            "08-3",
            find("08-3").answer | {"lower_auc": "equal"},
            '`lower_auc` must be one of "up", "down", "same"',
        ),
        ("08-4", lambda y, share, rng: None, "The result is None"),
        ("08-4", lambda y, share, rng: y, "Return 2 values: training rows, test rows; got 20"),
        ("08-4", lambda y, share, rng: (y == 0, y == 1), "`np.flatnonzero` makes them of a mask"),
        ("08-4", lambda y, share, rng: (ROWS, ROWS + 90), "row numbers beyond 0 to 19"),
        ("08-4", lambda y, share, rng: (ROWS, ROWS + 0.5), "must be whole row numbers"),
        ("08-5", lambda training, words: None, "is None"),
        ("08-5", lambda training, words: words, "wrong type"),
        ("08-6", lambda customers, training, test: None, "The result is None"),
        ("08-6", lambda customers, training, test: customers, "Return 2 values: Z_train, Z_test"),
        ("08-6", lambda customers, training, test: (customers, customers), "must be an array of numbers"),
        ("08-6", lambda c, training, test: (np.ones(len(training)), np.ones(3)), "a row for each of its 45"),
        (
            "08-6",
            lambda c, training, test: (np.ones((len(training), 13)), np.ones((len(test), 12))),
            "must have the same columns; got 13 and 12",
        ),
        ("08-6", lambda c, training, test: c["Exitd"], "KeyError"),
        ("08-7", lambda y, chance: None, "is None"),
        ("08-7", lambda y, chance: chance[y == 1] > chance[y == 0][:, None], "wrong shape"),
        ("08-8", lambda *inputs: None, "is None"),
        ("08-9", lambda y, chance, edges: (1, 2, 3), "must be 4 values"),
        ("08-10", find("08-10").answer | {"honest": "E"}, '`honest` must be one of "A", "B", "C", "D"'),
        ("08-10", find("08-10").answer | {"best_auc": 0}, '"D", "none"'),
        ("08-10", find("08-10").answer | {"at_half": 0.2}, "`at_half` is asked of 100 customers"),
        ("08-10", find("08-10").answer | {"at_half": "few"}, "must be a number of customers"),
        ("08-10", find("08-10").answer | {"at_half": 120}, "must be a number from 0 to 100"),
        ("08-11", lambda y, times, rng: (None, ROWS), "The training part is None"),
        ("08-12", lambda chance, times: None, "is None"),
        ("08-12", lambda chance, times: chance[0], "wrong shape"),
        ("08-13", lambda predict, X, y, orders: predict(X[:, :1]), "`predict` wants a table with 2 columns"),
        ("08-13", lambda predict, X, y, orders: np.multiply(X, 0, out=X), "wrong shape"),
        ("08-14", lambda predict, X, column, values: predict(X[0]), "got an array of shape (2,)"),
        ("08-15", lambda candidates, rows, test, n, run: None, "The result is None"),
        (
            "08-15",
            lambda candidates, rows, test, n, run: run(7, rows, test),
            "was asked for 7; the candidates are",
        ),
        ("08-15", lambda c, rows, test, n, run: run(c[0], [], test), "no rows to learn from"),
        ("08-15", lambda c, rows, test, n, run: (c[0], [1.0], 0.5), "The second value has the wrong shape"),
        ("08-16", lambda chance, respond, rng: (0.0, 0.1), "`respond` was never called"),
        ("08-16", lambda chance, respond, rng: respond(chance), "wants a 0 or 1"),
        ("08-16", lambda chance, respond, rng: respond([1, 0]), "has the wrong shape"),
        ("08-16", lambda chance, respond, rng: respond(chance > 1), "Return 2 values: the effect"),
        ("08-17", lambda customers, rng: None, "The result is None"),
        ("08-4", lambda y, share: (ROWS, ROWS), "could not be called with the arguments (y, share, rng)"),
        ("08-4", lambda share, y, rng: (ROWS, ROWS), "takes its arguments in the order (share, y, rng)"),
        ("08-6", lambda customers: customers, "with the arguments (customers, training, test)"),
        ("08-11", lambda y, times: y, "with the arguments (y, times, rng)"),
        ("08-13", lambda X, y, orders, predict: y, "in the order (X, y, orders, predict)"),
        ("08-14", lambda X, column: X, "with the arguments (predict, X, column, values)"),
        ("08-15", lambda candidates, rows: rows, "with the arguments (candidates, rows, test, n_folds, run)"),
        ("08-16", lambda chance: chance, "with the arguments (chance, respond, rng)"),
        ("08-17", lambda customers: None, "with the arguments (customers, rng)"),
        (
            "08-17",
            lambda customers, rng: (0.3, 0.1),
            "must be a function that takes new customers; got a float",
        ),
        ("08-17", lambda customers, rng: (lambda t: np.zeros(3), 0.1), "one chance for each of the"),
        ("08-17", lambda customers, rng: (lambda t: t["Age"], 0.1), "Are these logits?"),
        (
            "08-17",
            lambda customers, rng: (lambda t: t["Exited"], 0.1),
            "asks new customers for the column Exited",
        ),
        ("08-17", lambda customers, rng: (lambda t: t["Agee"], 0.1), "KeyError"),
        ("08-17", lambda customers, rng: (lambda t: None, 0.1), "What `predict` returns is None"),
        ("08-17", lambda customers, rng: (lambda t: 0 * t["Age"] + np.nan, 0.1), "NaN (not a number)"),
        ("08-17", lambda customers, rng: (lambda t: 0 * t["Age"], "low"), "The threshold must be an array"),
    ],
)
def test_answers_of_chapter_8_of_the_wrong_form(name, answer, words):
    verdict = judge(find(name), answer)
    assert verdict.status == "wrong"
    assert verdict.mistake is None
    assert words in verdict.message


@pytest.mark.parametrize("name", ["08-2", "08-5", "08-7", "08-8", "08-9", "08-12", "08-13", "08-14"])
def test_a_function_that_changes_its_inputs_is_told_so_where_the_task_forbids_it(name):
    exercise = find(name)

    def changes(*inputs):
        result = exercise.answer(*inputs)
        array = next(value for value in inputs if isinstance(value, np.ndarray))
        array[...] = array[::-1].copy() if array.dtype.kind == "U" else array + 1
        return result

    verdict = judge(exercise, changes)
    assert verdict.passed == exercise.may_change_inputs
    assert verdict.passed or "your function changes `" in verdict.message


def test_the_project_needs_no_network_to_be_judged():
    def by_hand(customers, rng):
        model = bands(customers)
        return lambda table: model.predict_proba(table[list(FEATURES)])[:, 1], 0.1

    verdict = judge(find("08-17"), by_hand)
    assert verdict.passed, verdict.text


def test_the_bar_is_out_of_reach_for_a_straight_line_and_no_matter_of_luck_for_a_network():
    table, held_out = chapter._tables()
    y = held_out[TARGET].to_numpy()

    def auc_of(predict):
        return chapter._auc(y, predict(held_out))

    assert auc_of(chapter._straight_line(table)) < chapter._AUC_BAR - 0.05
    for seed in range(5):
        predict, threshold = find("08-17").answer(table, np.random.default_rng(seed))
        cost = chapter._costs(y, predict(held_out), 20, 180, np.array([threshold]))[0]
        assert auc_of(predict) > chapter._AUC_BAR + 0.005
        assert cost < chapter._COST_BAR - 0.5


def test_no_answer_of_the_project_sees_who_of_the_held_out_customers_left():
    seen = []

    def nosy(customers, rng):
        predict, threshold = CORRECT["08-17"][0](customers, rng)
        seen.append(customers)

        def watching(table):
            seen.append(table)
            return predict(table)

        return watching, threshold

    assert judge(find("08-17"), nosy).passed
    learned, *asked = seen
    assert TARGET in learned
    assert all(TARGET not in table for table in asked)
    assert not set(learned["CustomerId"]) & set(asked[0]["CustomerId"])


def test_the_panels_are_what_the_exercise_says():
    from annlib.metrics import auc
    from annlib.plots.ch08_exercises import chances_to_read

    y, chances = chances_to_read()
    assert np.ptp([auc(y, chance) for chance in chances.values()]) < 1e-12
    copied = chances["B"]
    at_half = abs(copied - 0.5) < 0.05
    assert abs(100 * y[at_half].mean() - find("08-10").answer["at_half"]) < 1.5
    assert np.allclose(find("08-12").answer(copied, 4), chances["C"])
    assert abs(chances["C"].mean() - y.mean()) < 0.005


def test_this_chapter_leads_to_a_churn_model_of_ones_own():
    names = [name for name in exercises() if name.startswith("08-")]
    assert len(names) == len(CORRECT) == 17
    assert names[-1] == "08-17"
