"""annlib.autodiff: slopes of operations and whole networks, each arrow used once, clear errors."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annlib import BinaryCrossEntropy, Dense, Network, ReLU, Tanh
from annlib.autodiff import Value
from annlib.errors import InputError

OPERATIONS = {
    "add": (lambda x: x + 2, lambda x: x + 2),
    "add on the left": (lambda x: 2 + x, lambda x: 2 + x),
    "subtract": (lambda x: x - 2, lambda x: x - 2),
    "subtract on the left": (lambda x: 2 - x, lambda x: 2 - x),
    "multiply": (lambda x: x * 3, lambda x: x * 3),
    "multiply on the left": (lambda x: np.float64(3) * x, lambda x: 3 * x),
    "divide": (lambda x: x / 4, lambda x: x / 4),
    "divide on the left": (lambda x: 4 / x, lambda x: 4 / x),
    "negative": (lambda x: -x, lambda x: -x),
    "square": (lambda x: x**2, lambda x: x**2),
    "root": (lambda x: x**0.5, math.sqrt),
    "power of 0": (lambda x: x**0, lambda x: 1.0),
    "exp": (lambda x: x.exp(), math.exp),
    "log": (lambda x: x.log(), math.log),
    "tanh": (lambda x: x.tanh(), math.tanh),
    "relu": (lambda x: x.relu(), lambda x: max(x, 0.0)),
    "softplus": (lambda x: x.softplus(), lambda x: math.log(1 + math.exp(x))),
    "itself": (lambda x: x * x * x + x / x - x, lambda x: x**3 + 1 - x),
}


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("at", [0.3, 1.0, 2.5])
def test_each_operation_has_its_value_and_its_slope(name, at):
    ours, plain = OPERATIONS[name]
    x, h = Value(at), 1e-6
    y = ours(x)
    y.backward()
    assert y.data == pytest.approx(plain(at), rel=1e-14)
    assert x.grad == pytest.approx((plain(at + h) - plain(at - h)) / (2 * h), rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("at", [-3.0, -0.5, 0.0])
def test_relu_is_flat_up_to_zero(at):
    x = Value(at)
    (x.relu() * 5).backward()
    assert x.grad == 0.0


@pytest.mark.parametrize("z", [-1e4, -50.0, 0.0, 50.0, 1e4])
def test_softplus_and_its_slope_overflow_nowhere(z):
    x = Value(z)
    y = x.softplus()
    y.backward()
    assert y.data == pytest.approx(np.logaddexp(0, z))
    assert x.grad == pytest.approx(np.exp(-np.logaddexp(0, -z)))


@pytest.mark.parametrize("bend", [Tanh, ReLU])
def test_a_network_of_values_has_the_gradients_of_annlib(bend):
    rng = np.random.default_rng(0)
    net = Network([Dense(3, 4), bend(), Dense(4, 2)], rng=rng, dtype=np.float64)
    net.params[:] = rng.normal(size=net.params.size)
    X, y = rng.normal(size=(5, 3)), rng.integers(2, size=(5, 2))
    loss, grad = BinaryCrossEntropy()(net.forward(X), y)
    net.backward(grad)

    params = [Value(number) for number in net.params]
    first, second = np.array(params[:16]), np.array(params[16:])
    hidden = X @ first[:12].reshape(3, 4) + first[12:]  # NumPy adds and multiplies the values
    hidden = np.array([[z.tanh() if bend is Tanh else z.relu() for z in row] for row in hidden])
    logits = hidden @ second[:8].reshape(4, 2) + second[8:]
    total = sum(z.softplus() - t * z for z, t in zip(logits.ravel(), y.ravel().tolist(), strict=True))
    mean = total / 10
    mean.backward()
    assert mean.data == pytest.approx(loss, rel=1e-13)
    np.testing.assert_allclose([p.grad for p in params], net.grads, rtol=1e-12, atol=1e-14)


def test_many_ways_cost_no_more_than_their_arrows():
    x = end = Value(1.0)
    for _ in range(1000):  # 2**1000 ways; and deeper than Python may call itself
        end = (end + end) * 0.5
    end.backward()
    assert x.grad == 1.0


def test_backward_adds_until_somebody_sets_it_to_zero():
    x = Value(3.0)
    y = x * x
    for times in (1, 2, 3):
        y.backward()
        assert x.grad == 6.0 * times
        assert y.grad == times
    x.grad = 0.0
    (x * x).backward()
    assert x.grad == 6.0


def test_values_that_were_not_used_stay_as_they_are():
    x, other = Value(1.0), Value(2.0)
    _ = other * x
    (x + 1).backward()
    assert (x.grad, other.grad) == (1.0, 0.0)


@given(st.floats(-3, 3), st.floats(-3, 3))
def test_slopes_of_a_sum_and_a_product_follow_the_rules(u, v):
    a, b = Value(u), Value(v)
    (a * b + a.tanh() * b).backward()
    assert a.grad == pytest.approx(v + (1 - math.tanh(u) ** 2) * v)
    assert b.grad == pytest.approx(u + math.tanh(u))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Value("2"), "data must be a finite number, got '2'"),
        (lambda: Value(math.nan), "data must be a finite number"),
        (lambda: Value(1.0) + "2", "combined with a Value or a number, got '2'"),
        (lambda: [1.0] * Value(1.0), "combined with a Value or a number"),
        (lambda: np.zeros(2) - Value(1.0), "combined with a Value or a number"),
        (lambda: Value(2.0) ** Value(2.0), "power must be a finite number"),
        (lambda: Value(0.0).log(), "not defined at 0.0"),
        (lambda: Value(1.0) / Value(0.0), "not defined at 0.0"),
        (lambda: Value(-1.0) ** 0.5, "not defined at -1.0"),
        (lambda: Value(1000.0).exp(), "not defined at 1000.0"),
    ],
)
def test_what_cannot_work_is_said_clearly(make, words):
    with pytest.raises(InputError, match=words.replace("(", r"\(")):
        make()


def test_repr():
    assert repr(Value(0.5)) == "Value(0.5)"
