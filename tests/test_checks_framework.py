"""What the checkers share: whatever a learner's objects do, there is a verdict in words, and soon."""

import asyncio
import itertools
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from annlib.checks import Exercise, Mistake, find, judge


class BadWordsError(Exception):
    def __str__(self):
        raise ValueError("no words")


class BadRepr:
    def __repr__(self):
        raise ValueError("no words")


class EndsPython:
    def __array__(self, *_, **__):
        raise SystemExit


class OwnError(BaseException):
    pass


def raising(error):
    def neuron(x, w, b):
        raise error

    return neuron


def returning(value):
    return lambda x, w, b: value


def list_in_itself():
    found = []
    found.append(found)
    return found


def deep_list():
    found = []
    for _ in range(5000):
        found = [found]
    return found


def endless_before_the_first_value():
    while True:
        pass
    yield 1.0


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (raising(BadWordsError()), "BadWordsError: <BadWordsError>"),
        (raising(OwnError("oh")), "OwnError: oh"),
        (raising(asyncio.CancelledError()), "CancelledError"),
        (returning(BadRepr()), "got <BadRepr> of type BadRepr"),
        (returning(EndsPython()), "of type EndsPython"),
        (returning(list_in_itself()), "a list that is not made of numbers"),
        (returning(deep_list()), "a list that is not made of numbers"),
        (returning(10**400), "got the number 1000"),
        (returning(np.timedelta64(1)), "got the number"),
        (returning(Decimal("NaN")), "NaN (not a number)"),
        (returning(b"1"), "of type bytes"),
        (returning(np.zeros(1, dtype="i4,f8")), "an array of dtype"),
        (lambda x, w, b: (value for value in (1.0,)), "a generator, which has not computed anything yet"),
        (lambda x, w, b: itertools.count(), "a count, which has not computed anything yet"),
        (BadRepr(), "got <BadRepr>"),
        ({"z": BadRepr()}, "got {z: <BadRepr>}"),
        (list_in_itself(), "got [[...]]"),
    ],
)
def test_the_oddest_answers_get_a_verdict(answer, words):
    verdict = judge(find("01-2"), answer)
    assert verdict.status == "wrong"
    assert words in verdict.message


def test_odd_values_in_an_entry():
    verdict = judge(find("01-1"), {"z": list_in_itself(), "output": BadRepr()})
    assert verdict.status == "wrong"
    assert "`z` has the wrong type" in verdict.message


def test_a_generator_of_the_parts_is_right_where_a_tuple_is_wanted():
    assert judge(find("01-8"), lambda w, b: (value for value in (-w[0] / w[1], -b / w[1]))).passed
    verdict = judge(find("01-8"), lambda w, b: itertools.count())
    assert "must be 2 values" in verdict.message


def test_an_endless_generator_is_stopped():
    verdict = judge(find("01-8"), lambda w, b: endless_before_the_first_value(), seconds=0.2)
    assert "still running" in verdict.message
    assert "of your code:\n    " in verdict.message
    assert "yield" not in verdict.message


def two_parts(x):
    return 2 * x, x + 1.0


TWO_PARTS = Exercise(
    name="00-1",
    title="Two parts",
    answer=two_parts,
    inputs=((np.array([1.0, 2.0]),), (np.array([3.0, -1.0]),)),
    mistakes=(
        Mistake(name="no factor", answer=lambda x: (x, x + 1.0), message="The factor is missing."),
        Mistake(name="other sign", answer=lambda x: (2 * x, x - 1.0), message="The sign is wrong."),
        Mistake(name="exchanged", answer=lambda x: (x + 1.0, 2 * x), message="The parts are exchanged."),
    ),
    hints=("a", "b", "c"),
    praise="",
)


def test_two_known_mistakes_in_two_parts_are_both_named():
    verdict = judge(TWO_PARTS, lambda x: (x, x - 1.0))
    assert verdict.mistake == "no factor + other sign"
    assert verdict.message == "There are 2 mistakes.\n1. The factor is missing.\n2. The sign is wrong."


@pytest.mark.parametrize(
    ("praise", "rest", "left"),
    [
        ("The factor is right. ", "The sign is wrong.", "The sign is wrong."),
        ("dW and db are right. But ", "in dX you use X.", "In dX you use X."),
        ("The value is right, but ", "the slope is not.", "The slope is not."),
        ("b is right; ", "w is not.", "w is not."),
        ("The loss is right, and nothing overflows. But ", "a share may be 0.", "A share may be 0."),
        ("The loss is mended. ", "a − y is none.", "a − y is none."),
        ("", "Your W2 is wrong. The other is right.", "Your W2 is wrong. The other is right."),
    ],
)
def test_one_of_two_mistakes_does_not_call_the_rest_right(praise, rest, left):
    mistakes = (
        replace(TWO_PARTS.mistakes[0], message=praise + rest),
        replace(TWO_PARTS.mistakes[1], message="The sign is right, though."),
    )
    verdict = judge(replace(TWO_PARTS, mistakes=mistakes), lambda x: (x, x - 1.0))
    assert verdict.message.splitlines()[:2] == ["There are 2 mistakes.", f"1. {left}"]
    alone = judge(replace(TWO_PARTS, mistakes=mistakes), lambda x: (x, x + 1.0))
    assert alone.message == praise + rest


def test_a_function_may_return_the_same_array_again_and_again():
    buffers = {}

    def refilled(X, w, b):
        out = buffers.setdefault(len(X), np.empty(len(X)))
        out[:] = 1 / (1 + np.exp(-X @ w - b))
        return out

    assert judge(find("01-3"), refilled).passed
    memory = [np.zeros(2), np.zeros(2)]

    def refilled_parts(x):
        memory[0][:], memory[1][:] = two_parts(x)
        return memory

    assert judge(TWO_PARTS, refilled_parts).passed


LEFT_OVER = "Called again with the same input, your code gives another result."


def test_what_is_left_over_from_call_to_call_is_spoken_of():
    totals = {}

    def adds_to_the_last(X, w, b):
        total = totals.setdefault(len(X), np.zeros(len(X)))
        total += X @ w + b
        return 1 / (1 + np.exp(-total))

    def never_emptied(kind):
        def walk(slope_of, w, learning_rate, n_steps, path=[]):  # noqa: B006
            path.append(w)
            for _ in range(n_steps):
                path.append(path[-1] - learning_rate * slope_of(path[-1]))
            return kind(path)

        return walk

    for name, answer in (
        ("01-3", adds_to_the_last),
        ("05-2", never_emptied(list)),
        ("05-2", never_emptied(np.array)),
    ):
        verdict = judge(find(name), answer)
        assert verdict.status == "wrong"
        assert LEFT_OVER in verdict.message


@pytest.mark.parametrize("value", [0.3, np.nan, "text", None, print, object(), [1, [2]]])
def test_a_function_that_is_always_wrong_alike_is_no_chance(value):
    assert LEFT_OVER not in judge(find("01-3"), lambda X, w, b: value).message


def test_a_wrong_result_that_comes_of_a_changed_input_says_so():
    forbidding = replace(TWO_PARTS, may_change_inputs=False, mistakes=())

    def changes(x):
        x += 1
        return 2 * x, x

    assert "Your function also changes `x`" in judge(forbidding, changes).message
    assert "changes" not in judge(replace(forbidding, may_change_inputs=True), changes).message


def test_a_known_mistake_beside_an_unknown_one_is_not_enough():
    verdict = judge(TWO_PARTS, lambda x: (x, x * 17.0))
    assert verdict.mistake is None
    assert "value number 1" in verdict.message


def test_one_mistake_of_the_whole_is_named_before_two_of_the_parts():
    assert judge(TWO_PARTS, lambda x: (x + 1.0, 2 * x)).mistake == "exchanged"
