"""Values between two processes: plain data, joined where they are changed in place, and no way around it."""

import functools
import json
import queue
import threading
import time
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from test_checks import ALL, CORRECT, KNOWN, complete

from annlib.autodiff import Value
from annlib.checks import AnswerFormError, _learner, _wire, judge
from annlib.errors import DivergenceError


class Pair:
    """Both ends of a wire in one process, the learner's served by a thread."""

    def __init__(self):
        there, back = queue.Queue(), queue.Queue()
        self.judge = _wire.Wire(there.put, lambda: back.get(timeout=60))
        self.judge.deadline = time.monotonic() + 60
        self.learner = _wire.Wire(back.put, there.get, _wire.describe)
        self.learner.handlers["do"] = lambda *body: _learner.do(self.learner, *body)
        self.there = there
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            kind, body = self.learner.listen()
            if kind == "over":
                return
            self.learner.serve(kind, body)

    def cross(self, value):
        """Return what the judge gets when the learner hands a value over."""
        return self.judge.unpack(json.loads(json.dumps(self.learner.pack(value))))

    def judged(self, exercise, answer):
        """Return the verdict on an answer, with a time of its own as the grader gives it."""
        self.judge.deadline = time.monotonic() + 60
        return judge(exercise, self.cross(answer), seconds=60)


@pytest.fixture
def pair():
    made = Pair()
    yield made
    made.judge.tell("over")


VALUES = [
    None,
    True,
    3,
    -(10**30),
    0.1,
    float("inf"),
    "Käse",
    b"\x00\xff",
    1 + 2j,
    ...,
    (1, [2.0, {"a": (3,)}], {4}, frozenset({5})),
    range(2, 9, 3),
    Fraction(1, 3),
    Decimal("0.1"),
    np.float32(0.1),
    np.bool(True),
    np.str_("a"),
    np.int64(7),
    {1: "one", (2, 3): None},
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_plain_values_cross_as_they_are(pair, value):
    got = pair.cross(value)
    assert got == value
    assert type(got) is type(value) or isinstance(value, str)


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6.0).reshape(2, 3).T,
        np.zeros((0, 3), np.float32),
        np.array(5),
        np.array([True]),
        np.array(["a", "bc"]),
        np.array([1, "x", None], dtype=object),
        np.array(["2020-01-01"], dtype="M8[D]"),
    ],
    ids=repr,
)
def test_arrays_cross_with_shape_and_dtype(pair, array):
    got = pair.cross(array)
    assert got.dtype == array.dtype
    assert got.shape == array.shape
    np.testing.assert_array_equal(got, array)


TABLE = pd.DataFrame(
    {
        "number": [1.5, np.nan, 3.0],
        "count": [1, 2, 3],
        "word": ["a", "b", None],
        "kind": pd.Categorical(["x", "y", "x"], ["y", "x"], ordered=True),
        "flag": [True, False, True],
        "day": pd.to_datetime(["2020-01-01"] * 3),
    },
    index=[5, 7, 9],
)


def test_tables_cross_with_their_types(pair):
    pd.testing.assert_frame_equal(pair.cross(TABLE), TABLE)
    pd.testing.assert_series_equal(pair.cross(TABLE["kind"]), TABLE["kind"])
    assert pair.cross(TABLE.columns).tolist() == list(TABLE.columns)
    assert pair.cross(lambda table: table["number"].sum())(TABLE) == 4.5


def test_a_table_that_a_function_changes_is_changed_here_too(pair):
    def change(table):
        table["new"] = table["count"] * 2
        del table["word"]
        table.loc[11] = [0.0, 4, "x", False, pd.Timestamp("2021-01-01"), 8]

    table, twin = TABLE.copy(), TABLE.copy()
    pair.cross(change)(table)
    change(twin)
    pd.testing.assert_frame_equal(table, twin)


def test_nan_crosses(pair):
    assert np.isnan(pair.cross(float("nan")))


def test_one_array_stays_one_array(pair):
    array = np.zeros(2)
    first, second = pair.cross((array, [array]))
    assert second[0] is first


def test_what_a_function_does_in_place_is_seen(pair):
    def change(x, parts, names, rng):
        x += 1
        parts[0] = x
        parts.append("new")
        names["b"] = 2
        return x, rng.normal()

    x, parts, names, rng = np.zeros(2), [0], {"a": 1}, np.random.default_rng(3)
    result, drawn = pair.cross(change)(x, parts, names, rng)
    assert result is x
    assert x.tolist() == [1, 1]
    assert parts[0] is x
    assert parts[1:] == ["new"]
    assert names == {"a": 1, "b": 2}
    twin = np.random.default_rng(3)
    assert drawn == twin.normal()
    assert rng.normal() == twin.normal()


def test_generators_spawn_the_same_children(pair):
    rng, twin = np.random.default_rng([1, 2]), np.random.default_rng([1, 2])
    got = pair.cross(lambda rng: rng.spawn(2)[1].normal())(rng)
    assert got == twin.spawn(2)[1].normal()
    assert rng.spawn(1)[0].normal() == twin.spawn(1)[0].normal()


def test_an_array_that_an_object_keeps_stays_joined_between_calls(pair):
    class Optimizer:
        def __init__(self, params):
            self.params = params

        def step(self):
            self.params *= 2

    params = np.ones(2)
    optimizer = pair.cross(Optimizer)(params)
    optimizer.step()
    params += 1
    optimizer.step()
    assert params.tolist() == [6, 6]
    optimizer.params = np.array([5.0])
    assert optimizer.params.tolist() == [5]


def test_arrays_that_nobody_holds_any_more_are_forgotten(pair):
    double = pair.cross(lambda x: 2 * x)
    for _ in range(20):
        x = np.ones(2)
        assert double(x).tolist() == [2, 2]
        x += 1  # the learner's side has let go of it: there is nothing to say
    assert len(pair.judge._shared) < 5
    assert len(pair.learner._shared) < 5


def test_functions_of_the_judge_can_be_called_and_nothing_else(pair):
    def slope(w):
        if w[0] > 1:
            raise DivergenceError("too far")
        return 2 * w

    assert pair.cross(lambda f: f(np.ones(2)))(slope).tolist() == [2, 2]
    assert pair.cross(lambda f: f)(slope) is slope
    with pytest.raises(DivergenceError, match="too far"):
        pair.cross(lambda f: f(np.full(2, 9.0)))(slope)
    for look in (lambda f: f.__globals__["DivergenceError"], lambda f: f.__closure__[0].cell_contents.judge):
        result = None
        try:
            result = pair.cross(look)(slope)
        except Exception as error:
            result = error
        assert not isinstance(result, type) or result is not DivergenceError
    with pytest.raises(TypeError, match="cannot be handed"):
        pair.judge.pack(pair)


def test_errors_keep_their_kind_and_their_place(pair):
    class MyError(KeyError):
        pass

    def fails(kind):
        raise kind("a")

    for kind in (KeyError, MyError, np.linalg.LinAlgError, AnswerFormError, SystemExit):
        with pytest.raises(kind.__bases__[0] if kind is MyError else kind) as caught:
            pair.cross(functools.partial(fails, kind))()
        assert type(caught.value).__name__ == kind.__name__
        assert "raise kind" in caught.value.learners_place


def test_iterators_objects_and_conversions_work_from_afar(pair):
    def counting():
        yield from (1, 2)

    class Odd:
        attribute = 4

        def __len__(self):
            return 3

        def __getitem__(self, index):
            return index + 1

        def __float__(self):
            return 2.5

        def __array__(self, dtype=None, copy=None):
            return np.ones(2)

    assert list(pair.cross(counting())) == [1, 2]
    odd = pair.cross(Odd())
    assert (len(odd), odd[1], float(odd), odd.attribute) == (3, 2, 2.5, 4)
    assert np.asarray(odd).tolist() == [1, 1]
    assert not callable(odd)
    assert not hasattr(odd, "missing")


def test_operators_of_a_learners_class_work_from_afar(pair):
    class Dual:
        def __init__(self, value):
            self.value = value

        def __add__(self, other):
            return Dual(self.value + other.value) if isinstance(other, Dual) else NotImplemented

        def __rmul__(self, factor):
            return Dual(factor * self.value)

    dual = pair.cross(Dual)(3)
    assert (dual + 2 * dual).value == 9
    with pytest.raises(TypeError, match="unsupported operand"):
        dual + "words"


def test_a_learner_can_use_a_value_of_autodiff_and_nothing_behind_it(pair):
    def descend(p):
        (p * p).backward()
        p.data -= 0.1 * p.grad
        return p

    value = Value(3.0)
    assert pair.cross(descend)(value) is value
    assert value.data == pytest.approx(2.4)
    with pytest.raises(AttributeError):
        pair.cross(lambda p: p._backward)(value)


def test_what_is_printed_is_shown_to_the_judge(pair, capsys):
    pair.cross(lambda: print("from afar"))()
    assert capsys.readouterr().out == "from afar\n"


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"nonsense",
        b"[1]",
        b'["reply", 1, 2, 3, 4]',
        b'["reply", [["array", 1, "O", [1], "AAAA"]], [], [], []]',
        b'["reply", [["array", 1, "<f8", [10000000000], "AAAA"]], [], [], []]',
        b'["reply", [["scalar", "<f8", "AAAA"]], [], [], []]',
        b'["reply", [["unknown"]], [], [], []]',
        b'["reply", [["yours", 0]], [], [], []]',
        b'["reply", [["generator", 1, [{"bit_generator": "os"}, null]]], [], [], []]',
        b'["reply", [["generator", 1, [{"bit_generator": "PCG64"}, [1, [], 4, 100000000000]]]], [], [], []]',
        b'["reply", [["decimal", "x"]], [], [], []]',
        b'["reply", [], [], [], []]',
        b'["reply", [1], [[5, []]], [], []]',
        b'["reply", [1], [], [[0, "x"]], []]',
        b"[" * 100_000,
    ],
)
def test_a_forged_message_is_an_answer_of_the_wrong_form(message):
    wire = _wire.Wire(lambda _: None, lambda: message)
    kept = np.ones(3)
    wire.pack(kept)
    with pytest.raises(AnswerFormError, match="could not be handed"):
        wire.ask("do")
    assert kept.tolist() == [1, 1, 1]


# ----------------------------------------------------------- the same verdicts as in the learner's notebook


@pytest.mark.parametrize("exercise", ALL.values(), ids=ALL)
def test_right_answers_pass_from_afar(pair, exercise):
    for answer in [exercise.answer, *CORRECT[exercise.name]]:
        verdict = pair.judged(exercise, answer)
        assert verdict.passed, verdict.text


@pytest.mark.parametrize("name", ALL)
def test_known_mistakes_are_named_from_afar(pair, name):
    for exercise, mistake in KNOWN:
        if exercise.name == name:
            verdict = pair.judged(exercise, complete(exercise, mistake))
            assert verdict.mistake == mistake.name, verdict.text
