"""Each loss against its plain formula, its gradient against central differences, and what it refuses."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annlib import activations, errors, losses

LOSSES = [
    losses.SumOfSquaredErrors(),
    losses.MeanSquaredError(),
    losses.Huber(0.7),
    losses.BinaryCrossEntropy(),
    losses.BinaryCrossEntropy(class_weight={1: 3}),
]
LABELS = [losses.CategoricalCrossEntropy(), losses.CategoricalCrossEntropy([0.5, 2, 1])]


def entry(loss, z, t):
    """The loss of one number, and the weight of its class."""
    if isinstance(loss, losses.BinaryCrossEntropy):
        q = 1 / (1 + math.exp(-z))
        return -math.log(q) if t else -math.log(1 - q), (loss.class_weight or {}).get(t, 1)
    if isinstance(loss, losses.Huber):
        e = abs(z - t)
        return e * e / 2 if e <= loss.delta else loss.delta * (e - loss.delta / 2), 1
    return (z - t) ** 2, 1


def naive(loss, a, y, row_weights=None):
    """The definition, number by number."""
    row_weights = [1] * len(a) if row_weights is None else row_weights
    total = weight = 0.0
    for row, labels, by_row in zip(a.tolist(), y.tolist(), row_weights, strict=True):
        if isinstance(loss, losses.CategoricalCrossEntropy):
            p = [math.exp(z) / sum(map(math.exp, row)) for z in row]
            each = [(-math.log(p[labels]), loss.class_weight[labels] if loss.class_weight else 1)]
        else:
            each = [entry(loss, z, t) for z, t in zip(row, labels, strict=True)]
        for value, by_class in each:
            total += by_row * by_class * value
            weight += by_row * by_class
    return total if type(loss) is losses.SumOfSquaredErrors else total / weight


def check_gradient(loss, a, y, row_weights=None):
    """Compare value and gradient with the definition and its central differences."""
    value, grad = loss(a, y, row_weights)
    assert type(value) is float
    np.testing.assert_allclose(value, naive(loss, a, y, row_weights), rtol=1e-10)
    h = 1e-5
    for i in np.ndindex(a.shape):
        shift = np.zeros_like(a)
        shift[i] = h
        numeric = naive(loss, a + shift, y, row_weights) - naive(loss, a - shift, y, row_weights)
        # A sum of squares of some hundreds loses up to 1e-8 to rounding in the difference.
        np.testing.assert_allclose(grad[i], numeric / (2 * h), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
@given(n=st.integers(1, 5), k=st.integers(1, 3), seed=st.integers(0, 1000))
def test_value_and_gradient(loss, n, k, seed):
    rng = np.random.default_rng(seed)
    a, y = rng.normal(size=(n, k)), rng.integers(2, size=(n, k))
    check_gradient(loss, a, y)
    check_gradient(loss, a, y, rng.uniform(0.1, 3, size=n))


@pytest.mark.parametrize("loss", LABELS, ids=repr)
@given(n=st.integers(1, 5), seed=st.integers(0, 1000))
def test_value_and_gradient_for_labels(loss, n, seed):
    rng = np.random.default_rng(seed)
    a, y = rng.normal(size=(n, 3)), rng.integers(3, size=n)
    check_gradient(loss, a, y)
    check_gradient(loss, a, y, rng.uniform(0.1, 3, size=n))


def some_targets(loss, n=6):
    """Targets for outputs of shape (n, 3)."""
    return np.arange(n) % 3 if loss in LABELS else np.arange(3 * n).reshape(n, 3) % 2


@pytest.mark.parametrize("loss", [*LOSSES, *LABELS], ids=repr)
def test_weights_count_rows(loss):
    a, y = np.random.default_rng(0).normal(size=(6, 3)), some_targets(loss)
    weights = np.array([0, 1, 2, 3, 0, 1])
    value, grad = loss(a, y, weights)
    again, again_grad = loss(np.repeat(a, weights, axis=0), np.repeat(y, weights, axis=0))
    np.testing.assert_allclose(value, again, rtol=1e-13)
    np.testing.assert_allclose(grad[2], 2 * again_grad[1], rtol=1e-12)
    assert not grad[[0, 4]].any()
    plain, plain_grad = loss(a, y)
    ones, ones_grad = loss(a, y, np.ones(6))
    np.testing.assert_allclose(ones, plain, rtol=1e-15)
    np.testing.assert_allclose(ones_grad, plain_grad, rtol=1e-15)
    factor = 7e300 if type(loss) is not losses.SumOfSquaredErrors else 1
    np.testing.assert_allclose(loss(a, y, weights * factor)[0], value, rtol=1e-13)  # only ratios matter
    if factor > 1:  # the sum of such weights would overflow
        np.testing.assert_allclose(loss(a, y, np.full(6, 5e307))[0], plain, rtol=1e-13)


def test_a_weighted_sum_is_not_divided():
    loss = losses.SumOfSquaredErrors()
    value, grad = loss(np.array([[1.0], [2.0]]), np.zeros((2, 1)), [10, 1])
    assert value == 14
    np.testing.assert_array_equal(grad, [[20], [4]])


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1, 2], r"one number for each row, shape \(3,\)"),
        ([[1], [2], [3]], r"sample_weight\.ravel\(\)"),
        ([1, -1, 1], "not be negative, got -1"),
        ([1, np.nan, 1], "finite"),
        ([0, 0, 0], "not all be 0"),
        (["a", "b", "c"], "real numbers"),
        (1.0, "one number for each row"),
    ],
)
def test_wrong_weights(weights, message):
    with pytest.raises(errors.InputError, match=message):
        losses.MeanSquaredError()(np.zeros((3, 1)), np.zeros((3, 1)), weights)


@pytest.mark.parametrize("make", [losses.BinaryCrossEntropy, losses.CategoricalCrossEntropy])
@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ("balanced", "dict or a sequence"),
        (3, "dict or a sequence"),
        (np.array(3), "dict or a sequence"),
        (np.ones((2, 2)), r"class_weight\[0\]"),
        ([[1], [2, 3]], r"class_weight\[0\]"),
        ({"yes": 1}, "labels from 0 on as keys, got 'yes'"),
        ({-1: 1}, "labels from 0"),
        ({True: 1}, "labels from 0"),
        ({1: -1}, r"class_weight\[1\] must be a finite number of at least 0"),
        ([1, np.inf], r"class_weight\[1\]"),
        ([1, -0.5], r"class_weight\[1\] must be a finite number of at least 0"),
    ],
)
def test_wrong_class_weights(make, weights, message):
    with pytest.raises(errors.InputError, match=message):
        make(class_weight=weights)


@pytest.mark.parametrize(
    ("weights", "message"),
    [([1, 2, 3], "each of the 2 classes, got 3"), ({2: 1}, "the label 2"), ([0, 0], "not all be 0")],
)
def test_class_weights_that_do_not_fit_the_classes(weights, message):
    for loss, width in ((losses.BinaryCrossEntropy, 1), (losses.CategoricalCrossEntropy, 2)):
        with pytest.raises(errors.InputError, match=message):
            loss(class_weight=weights)(np.zeros((2, width)), [0, 1])


@pytest.mark.parametrize("loss", [*LOSSES, *LABELS], ids=repr)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_stays_and_inputs_too(loss, dtype):
    a, y, weights = np.ones((6, 3), dtype), some_targets(loss), np.arange(6.0)
    kept = a.copy(), y.copy()
    for array in (a, y, weights):
        array.flags.writeable = False
    _, grad = loss(a, y)
    assert grad.dtype == dtype
    assert loss(a, y, weights)[1].dtype == dtype
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


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_categorical_cross_entropy_far_out(dtype):
    loss = losses.CategoricalCrossEntropy()
    z = np.array([[1e4, 0, -1e4], [1e4, 0, -1e4]], dtype=dtype)
    value, grad = loss(z, [0, 2])
    assert value == 10_000  # 0 and 20 000, exactly
    np.testing.assert_array_equal(grad, [[0, 0, 0], [0.5, 0, -0.5]])
    small, _ = loss(np.array([[30.0, 0, 0]], dtype=dtype), [0])
    np.testing.assert_allclose(small, 2 * math.exp(-30), rtol=1e-5)  # not rounded to 0


def test_two_classes_are_the_binary_case():
    z, y = np.random.default_rng(0).normal(size=(7, 2)), np.arange(7) % 2
    for weights in (None, {0: 2, 1: 5}):
        value, grad = losses.CategoricalCrossEntropy(weights)(z, y)
        binary, slope = losses.BinaryCrossEntropy(weights)(z[:, 1:] - z[:, :1], y)
        np.testing.assert_allclose(value, binary, rtol=1e-13)
        np.testing.assert_allclose(grad, slope * [-1, 1], rtol=1e-12)


def test_categorical_cross_entropy_is_softmax_and_logarithm():
    z, y = np.array([[-2.0, 0.1, 1.0], [0.3, 0.0, -0.5]]), np.array([2, 0])
    p = activations.softmax(z)
    value, grad = losses.CategoricalCrossEntropy()(z, y)
    np.testing.assert_allclose(value, -np.log(p[[0, 1], y]).mean(), rtol=1e-13)
    through = -np.eye(3)[y] / p / 2
    np.testing.assert_allclose(
        grad, [g @ j for g, j in zip(through, activations.softmax_derivative(z), strict=True)], atol=1e-15
    )


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([3, 4], "labels 0 to 2, one for each of the 3 outputs, got 3"),
        ([0, -1], "got -1"),
        ([0, 0.5], "got 0.5"),
        ([0, np.nan], "got nan"),
        ([0, np.inf], "got inf"),
        ([[0, 1, 0], [1, 0, 0]], "argmax"),
        ([0, 1, 2], r"in shape \(2,\), got shape \(3,\)"),
        (["a", "b"], "real numbers"),
    ],
)
def test_categorical_labels_that_are_refused(y, message):
    with pytest.raises(errors.InputError, match=message):
        losses.CategoricalCrossEntropy()(np.zeros((2, 3)), y)


def test_one_logit_is_no_choice():
    with pytest.raises(errors.ShapeError, match="BinaryCrossEntropy"):
        losses.CategoricalCrossEntropy()(np.zeros((2, 1)), [0, 0])
    value, _ = losses.CategoricalCrossEntropy()(np.zeros((2, 2)), [[0.0], [True]])
    assert value == pytest.approx(math.log(2))


def test_a_loss_that_overflows_says_so():
    with pytest.raises(errors.DivergenceError, match="too large for float32"):
        losses.MeanSquaredError()(np.full((1, 1), 1e30, np.float32), [[0]])
    with pytest.raises(errors.InputError, match="y holds numbers too large for float32"):
        losses.MeanSquaredError()(np.zeros((1, 1), np.float32), [[1e300]])
    with pytest.raises(errors.ShapeError, match="single number"):
        losses.MeanSquaredError()(1.0, 1.0)


def test_huber_is_half_the_square_when_delta_is_huge():
    a, y = np.array([[3.0, -40.0]], np.float32), np.zeros((1, 2))
    assert losses.Huber(1e300)(a, y)[0] == losses.MeanSquaredError()(a, y)[0] / 2
    for delta in (0, -1, np.nan, "1"):
        with pytest.raises(errors.InputError, match="delta"):
            losses.Huber(delta)


def test_repr():
    plain = losses.Huber(), losses.MeanSquaredError()
    assert [repr(loss) for loss in (*plain, LOSSES[2], LOSSES[3], LOSSES[4], LABELS[1])] == [
        "Huber(delta=1)",
        "MeanSquaredError()",
        "Huber(delta=0.7)",
        "BinaryCrossEntropy()",
        "BinaryCrossEntropy(class_weight={1: 3.0})",
        "CategoricalCrossEntropy(class_weight=(0.5, 2.0, 1.0))",
    ]


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
        (np.zeros((3, 2)), np.zeros(3), r"shape \(3, 2\), got shape \(3,\)$"),
        (np.zeros((3, 2)), np.zeros(2), "3 rows, 2 targets"),
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
        losses.BinaryCrossEntropy()(np.zeros((3, 1)), [0, wrong, 7])


def test_whole_numbers_as_output_become_floats():
    assert losses.MeanSquaredError()([[1], [2]], [[0], [4]])[0] == 2.5


def test_a_loss_of_ones_own_must_say_how():
    with pytest.raises(NotImplementedError):
        losses.Loss()(np.zeros((1, 1)), np.zeros((1, 1)))
    with pytest.raises(NotImplementedError):
        losses.Loss().gradient(np.zeros((1, 1)), np.zeros((1, 1)), np.ones(()))
