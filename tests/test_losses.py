"""Each loss against its plain formula, its gradient against central differences, and what it refuses."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annlib import activations, errors, losses

LOSSES = [losses.SumOfSquaredErrors(), losses.MeanSquaredError(), losses.BinaryCrossEntropy()]


def naive(loss, a, y):
    """The definition, number by number."""
    entries = list(zip(a.ravel().tolist(), y.ravel().tolist(), strict=True))
    if isinstance(loss, losses.BinaryCrossEntropy):
        p = [(1 / (1 + math.exp(-z)), t) for z, t in entries]
        return sum(-math.log(q) if t else -math.log(1 - q) for q, t in p) / len(p)
    total = sum((z - t) ** 2 for z, t in entries)
    return total / len(entries) if isinstance(loss, losses.MeanSquaredError) else total


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
@given(n=st.integers(1, 5), k=st.integers(1, 3), seed=st.integers(0, 1000))
def test_value_and_gradient(loss, n, k, seed):
    rng = np.random.default_rng(seed)
    a, y = rng.normal(size=(n, k)), rng.integers(2, size=(n, k))
    value, grad = loss(a, y)
    assert type(value) is float
    np.testing.assert_allclose(value, naive(loss, a, y), rtol=1e-10)
    h = 1e-5
    for i in np.ndindex(a.shape):
        shift = np.zeros_like(a)
        shift[i] = h
        numeric = (naive(loss, a + shift, y) - naive(loss, a - shift, y)) / (2 * h)
        np.testing.assert_allclose(grad[i], numeric, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_stays_and_inputs_too(loss, dtype):
    a, y = np.array([[0.5], [-2.0]], dtype=dtype), np.array([[1], [0]])
    kept = a.copy(), y.copy()
    _, grad = loss(a, y)
    assert grad.dtype == dtype
    np.testing.assert_array_equal(a, kept[0])
    np.testing.assert_array_equal(y, kept[1])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_cross_entropy_far_out(dtype):
    z = np.array([[1e4], [-1e4], [1e4], [-1e4]], dtype=dtype)
    value, grad = losses.BinaryCrossEntropy()(z, np.array([1, 0, 0, 1]))
    assert value == 5000  # 0, 0, 10 000 and 10 000, exactly
    np.testing.assert_array_equal(grad.ravel(), [0, 0, 0.25, -0.25])
    small, _ = losses.BinaryCrossEntropy()(np.array([[30.0]], dtype=dtype), [1])
    np.testing.assert_allclose(small, math.exp(-30), rtol=1e-5)  # not rounded to 0


def test_cross_entropy_is_sigmoid_and_logarithm():
    z, y = np.array([[-2.0], [0.3], [1.5]]), np.array([[1], [0], [1]])
    p = activations.sigmoid(z)
    value, grad = losses.BinaryCrossEntropy()(z, y)
    np.testing.assert_allclose(value, -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)), rtol=1e-13)
    np.testing.assert_allclose(grad, (p - y) / 3, rtol=1e-13)
    through = (p - y) / (p * (1 - p)) * activations.sigmoid_derivative(z) / 3
    np.testing.assert_allclose(grad, through, rtol=1e-13)


def test_labels_in_a_column_or_a_row_and_as_booleans():
    z = np.array([[0.5], [-1.0]])
    loss = losses.BinaryCrossEntropy()
    value, _ = loss(z, np.array([[1], [0]]))
    assert loss(z, [1, 0])[0] == value
    assert loss(z, [True, False])[0] == value
    assert loss(z, [1.0, 0.0])[0] == value


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
@pytest.mark.parametrize(
    ("output", "y", "message"),
    [
        (np.zeros(3), np.zeros((3, 1)), r"y\.reshape\(3\)"),
        (np.zeros((3, 1)), np.zeros(2), "3 rows, 2 targets"),
        (np.zeros((3, 2)), np.zeros(3), "shape"),
        (np.zeros((0, 1)), np.zeros((0, 1)), "empty"),
        (np.array([[np.nan]]), np.zeros((1, 1)), "output must be finite"),
        (np.zeros((1, 1)), np.array([[np.inf]]), "y must"),
        (np.zeros((1, 1)), [["yes"]], "numbers"),
        (np.zeros((2, 1)), [[1], [2, 3]], "y must be an array"),
        (np.zeros((1, 1)), np.ma.array([[1]], mask=[[True]]), "masked"),
    ],
)
def test_refused(loss, output, y, message):
    with pytest.raises(errors.InputError, match=message):
        loss(output, y)


def test_squares_do_not_take_a_row_for_a_column():
    with pytest.raises(errors.ShapeError, match=r"y\.reshape\(3, 1\)"):
        losses.MeanSquaredError()(np.zeros((3, 1)), np.zeros(3))


@pytest.mark.parametrize(("wrong", "message"), [(-1, r"\(y > 0\)"), (2, "0 and 1, got 2"), (0.5, "0.5")])
def test_other_labels_are_named(wrong, message):
    with pytest.raises(errors.InputError, match=message):
        losses.BinaryCrossEntropy()(np.zeros((2, 1)), [0, wrong])


def test_whole_numbers_as_output_become_floats():
    assert losses.MeanSquaredError()([[1], [2]], [[0], [4]])[0] == 2.5


def test_a_loss_of_ones_own_must_say_how():
    with pytest.raises(NotImplementedError):
        losses.Loss()(np.zeros((1, 1)), np.zeros((1, 1)))
    with pytest.raises(NotImplementedError):
        losses.Loss().gradient(np.zeros((1, 1)), np.zeros((1, 1)), np.ones(()))
