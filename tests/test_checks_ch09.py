"""Odd answers to chapter 9's exercises get clear words."""

from dataclasses import replace

import numpy as np
import pytest
from answers_ch09 import CORRECT, DualByCases, mended_at_the_end

from annlib.autodiff import Value
from annlib.checks import exercises, find, judge

HAND, READ = find("09-1").answer, find("09-3").answer
HELD = [name for name in exercises() if name.startswith("09-")]


def replaced(loss_of, params, rate, n_steps):
    params[0].data = "far"
    return [0.0] * n_steps


class NoNumbersOnTheLeft:
    __init__, __add__, __mul__ = DualByCases.__init__, DualByCases.__add__, DualByCases.__mul__


class GivesNumbers(DualByCases):
    def __add__(self, other):
        return self.value

    __radd__ = __mul__ = __rmul__ = __add__


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("09-1", HAND | {"values": (-3, 2)}, "`values` must be 3 values, got 2"),
        ("09-1", HAND | {"dv": None}, "`dv` is None"),
        ("09-1", HAND | {"ways": np.nan}, "NaN"),
        ("09-2", lambda W, b: None, "The result is None"),
        ("09-2", lambda W, b: (W.T, W.T), "wrong shape"),
        ("09-2", lambda W, b: (np.multiply(W, 2, out=W).T / 2, b), "changes `W`"),
        ("09-2", lambda W: W.T, "could not be called"),
        ("09-3", READ | {"kept_panel": "E"}, '`kept_panel` must be one of "A", "B", "C", "D"'),
        ("09-3", READ | {"floor": "low"}, "`floor` has the wrong type: expected a number"),
        ("09-4", lambda gradients, sizes: None, "is None"),
        ("09-4", lambda gradients, sizes: gradients * sizes, "TypeError"),
        ("09-4", lambda gradients, sizes: np.full_like(gradients[0], np.inf), "infinity"),
        ("09-5", lambda u, v: (u / v, 1 / v), "must be 3 values, got 2"),
        ("09-5", lambda u, v: 1 / 0, "ZeroDivisionError"),
        ("09-6", lambda made_from: None, "is None"),
        ("09-6", lambda made_from: made_from[99], "IndexError"),
        ("09-7", lambda loss_of, params, rate, n_steps: None, "is None"),
        ("09-7", lambda loss_of, params, rate, n_steps: 3, "Return a list of losses"),
        ("09-7", lambda loss_of, params, rate, n_steps: ["a"], "Return a list of losses"),
        ("09-7", replaced, "values whose `data` is a number"),
        ("09-8", NoNumbersOnTheLeft, "cannot be computed"),
        ("09-8", GivesNumbers, "must have a `value` and a `slope`"),
        ("09-8", lambda value: value, "could not be called"),
        ("09-8", lambda value, slope: None, "cannot be computed"),
        ("09-9", lambda fit_minutes, n_workers, last_fit: [1, 2], "wrong shape"),
        ("09-9", lambda fit_minutes, n_workers, last_fit: "soon", "expected a number"),
        ("09-10", lambda train, settings, folds: train(settings[0], folds, folds[0]), "no row numbers"),
        ("09-10", lambda train, settings, folds: train(settings[0], [], folds[0]), "no row numbers"),
        ("09-10", lambda train, settings, folds: train(settings[0], [0.5], folds[0]), "no row numbers"),
        ("09-10", lambda train, settings, folds: None, "is None"),
    ],
)
def test_answers_of_chapter_9_of_the_wrong_form(name, answer, words):
    verdict = judge(find(name), answer)
    assert verdict.status == "wrong"
    assert verdict.mistake is None
    assert words in verdict.message


@pytest.mark.parametrize("name", [name for name in HELD if find(name).takes_function])
def test_endless_answers_of_chapter_9_are_stopped(name):
    def endless(*inputs):
        while True:
            pass

    quick = replace(find(name), seconds=0.1)
    assert "still running after 0.1 seconds" in judge(quick, endless).message


def test_going_every_way_by_itself_is_right_but_never_done():
    def by_ways(made_from):
        slopes = [0.0] * len(made_from)

        def go(i, slope):
            slopes[i] += slope
            for parent, local in made_from[i]:
                go(parent, slope * local)

        go(len(made_from) - 1, 1.0)
        return slopes

    exercise = find("09-6")
    small = replace(exercise, inputs=exercise.inputs[:-1])
    assert judge(small, by_ways).passed
    assert "still running" in judge(replace(exercise, seconds=0.5), by_ways).message


def test_a_dual_whose_method_is_a_stub_is_not_attempted():
    class Stub:
        def __init__(self, value, slope):
            self.value, self.slope = value, slope

        def __add__(self, other): ...  # your code here

        def __mul__(self, other): ...  # your code here

    assert judge(find("09-8"), Stub).status == "open"


def test_the_parameters_of_one_try_are_not_those_of_the_next():
    exercise = find("09-7")
    formula, start, rate, n_steps = exercise.inputs[0]
    first, second = (exercise.result(mended_at_the_end, formula, start, rate, n_steps) for _ in range(2))
    assert first == second
    params = [Value(number) for number in start]
    assert find("09-7").answer(formula, params, rate, 0) == []
    assert [p.data for p in params] == list(start)


@pytest.mark.parametrize("name", HELD)
def test_right_answers_are_right_twice(name):
    for answer in CORRECT[name]:
        assert judge(find(name), answer).passed
        assert judge(find(name), answer).passed
