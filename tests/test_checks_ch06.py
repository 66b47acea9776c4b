"""Chapter 6's exercises: odd answers, entries of a wrong form, and small mistakes in the references."""

from dataclasses import replace

import numpy as np
import pytest
from answers_ch06 import CORRECT

from annlib.checks import exercises, find, judge

FUNCTIONS = ["06-3", "06-5", "06-7", "06-9", "06-10", "06-11"]


def spoiled(right, change):
    def parts(value):
        return tuple(map(parts, value)) if isinstance(value, tuple) else change(value)

    return lambda *inputs: parts(right(*inputs))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_odd_answers_get_clear_words(name):
    exercise = find(name)
    right = exercise.answer

    def changes_its_input(*inputs):
        result = right(*inputs)
        next(value for value in inputs if isinstance(value, np.ndarray)).flat[0] += 1
        return result

    def raises(*inputs):
        raise ZeroDivisionError("oh")

    def endless(*inputs):
        while True:
            pass

    cases = [
        (lambda *inputs: None, "is None"),
        (spoiled(right, lambda value: np.asarray(value) * np.nan), "NaN (not a number)"),
        (spoiled(right, lambda value: np.asarray(value) + np.inf), "infinity"),
        (spoiled(right, lambda value: np.asarray(value)[None]), "wrong shape"),
        (spoiled(right, str), "wrong type"),
        (raises, "ZeroDivisionError: oh"),
        (1.0, "wants the function itself"),
    ]
    if not exercise.may_change_inputs:
        cases.append((changes_its_input, "your function changes"))
    for answer, words in cases:
        verdict = judge(exercise, answer)
        assert verdict.status == "wrong"
        assert verdict.mistake is None
        assert words in verdict.message
    assert "still running after 0.1 seconds" in judge(replace(exercise, seconds=0.1), endless).message


def of_one_step(step):
    return type("Answer", (), {"__init__": lambda self, rate, momentum: None, "step": step})


SHARED_BY_ALL = {}


class OfTheClass:
    u = SHARED_BY_ALL

    def __init__(self, rate, momentum):
        self.rate, self.momentum = rate, momentum

    def step(self, params, grads):
        for k, g in enumerate(grads):
            self.u[k] = self.momentum * self.u.get(k, 0.0) + g
            params[k] = params[k] - self.rate * self.u[k]


class ChangesGradients(CORRECT["06-8"][0]):
    def step(self, params, grads):
        returned = super().step(params, grads)
        grads[0] *= 0
        return returned


def endless_step(self, params, grads):
    while True:
        pass


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (of_one_step(lambda self, params, grads: params[:1]), "there should be 2 arrays; got 1"),
        (of_one_step(lambda self, params, grads: [p * np.nan for p in params]), "NaN (not a number)"),
        (of_one_step(lambda self, params, grads: ["a", "b"]), "wrong type"),
        (of_one_step(lambda self, params, grads: [p[None] for p in params]), "wrong shape"),
        (of_one_step(lambda self, params, grads: 1 / 0), "ZeroDivisionError"),
        (of_one_step(lambda self, params: None), "step"),
        (of_one_step(None), "needs a method `step(self, params, grads)`"),
        (OfTheClass, "belongs to all of them"),
        (ChangesGradients, "changes the gradients"),
        (lambda rate, momentum: 3, "needs a method `step(self, params, grads)`"),
        (3, "wants the class itself"),
    ],
)
def test_odd_optimizers_get_clear_words(answer, words):
    verdict = judge(find("06-8"), answer)
    assert verdict.status == "wrong"
    assert verdict.mistake is None
    assert words in verdict.message


def test_an_optimizer_that_never_ends_is_stopped():
    quick = replace(find("06-8"), seconds=0.1)
    assert "still running after 0.1 seconds" in judge(quick, of_one_step(endless_step)).message


def test_an_optimizer_whose_step_is_a_stub_is_not_attempted():
    class Stub:
        def __init__(self, rate, momentum):
            self.u = None

        def step(self, params, grads):
            """Change the arrays in params, in place."""
            ...  # your code here

    assert judge(find("06-8"), Stub).status == "open"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda *inputs: None, "None"),
        (lambda trainers, rates, a, b: {}, "lacks the entries SGD, Adam"),
        (lambda trainers, rates, a, b: dict.fromkeys(trainers), "is None"),
        (lambda trainers, rates, a, b: dict.fromkeys(trainers, ("fast", (1, 2, 3))), "wrong type"),
        (lambda trainers, rates, a, b: dict.fromkeys(trainers, (0.1, (1, 2))), "wrong shape"),
        (lambda trainers, rates, a, b: [f(0, 0) for f in trainers], "TypeError"),
        ({}, "wants the function itself"),
    ],
)
def test_odd_races_get_clear_words(answer, words):
    verdict = judge(find("06-13"), answer)
    assert verdict.status == "wrong"
    assert verdict.mistake is None
    assert words in verdict.message


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"plain_panel": "E"}, '`plain_panel` must be one of "A", "B", "C", "D"; got \'E\'.'),
        ({"adam_panel": 2}, "`adam_panel` must be one of"),
        ({"adagrad_panel": ["B"]}, "`adagrad_panel` must be one of"),
        ({"diagonal": "B"}, "`diagonal` must be two of the letters A to D"),
        ({"diagonal": None}, "`diagonal` must be two of the letters A to D"),
        ({"diagonal": "BB"}, "`diagonal` must be two of the letters A to D"),
    ],
)
def test_an_entry_of_the_wrong_form_is_answered_with_the_right_one(wrong, words):
    verdict = judge(find("06-4"), find("06-4").answer | wrong)
    assert verdict.status == "wrong"
    assert words in verdict.message


def test_numbers_that_are_none_get_clear_words():
    for name in ("06-1", "06-2", "06-6", "06-12"):
        exercise = find(name)
        for entry in exercise.answer:
            for odd, words in ((None, "is None"), ("a", "wrong type"), (np.nan, "")):
                verdict = judge(exercise, exercise.answer | {entry: odd})
                assert verdict.status == "wrong"
                assert f"`{entry}`" in verdict.message
                assert words in verdict.message


def test_this_chapter_leads_to_an_adam_of_ones_own():
    names = [name for name in exercises() if name.startswith("06-")]
    assert len(names) == len(CORRECT) == 13
    assert find("06-7").title == "Adam from scratch"
