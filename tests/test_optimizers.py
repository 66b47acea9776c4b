"""Each optimizer against the textbook's lines, its conventions, and what it refuses."""

import copy
import pickle

import numpy as np
import pytest

from annlib import errors, optimizers

MAKE = {
    "SGD": lambda: optimizers.SGD(0.1),
    "Momentum": lambda: optimizers.Momentum(0.1, momentum=0.7),
    "Adam": lambda: optimizers.Adam(0.1, beta1=0.8, beta2=0.95, epsilon=1e-3),
}


def textbook(name, w, gradients):
    """The plain rules of the docstrings."""
    w, u, m, v = w.copy(), 0.0, 0.0, 0.0
    for t, g in enumerate(gradients, start=1):
        if name == "SGD":
            w = w - 0.1 * g
        elif name == "Momentum":
            u = 0.7 * u + g
            w = w - 0.1 * u
        else:
            m = 0.8 * m + (1 - 0.8) * g
            v = 0.95 * v + (1 - 0.95) * g**2
            m_hat, v_hat = m / (1 - 0.8**t), v / (1 - 0.95**t)
            w = w - 0.1 * m_hat / (np.sqrt(v_hat) + 1e-3)
    return w


@pytest.mark.parametrize("name", MAKE)
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-13), (np.float32, 2e-5)])
def test_textbook(name, dtype, tolerance):
    rng = np.random.default_rng(0)
    start, gradients = rng.normal(size=7), rng.normal(size=(40, 7))
    w, optimizer = start.astype(dtype), MAKE[name]()
    for g in gradients.astype(dtype):
        given = g.copy()
        optimizer.step(w, g)
        np.testing.assert_array_equal(g, given)  # the gradient is not touched
    assert w.dtype == dtype
    assert optimizer.t == 40
    np.testing.assert_allclose(w, textbook(name, start, gradients), rtol=0, atol=tolerance)


@pytest.mark.parametrize("name", MAKE)
def test_a_copy_goes_on_alone_and_alike(name):
    rng = np.random.default_rng(0)
    w, gradients = rng.normal(size=5), rng.normal(size=(6, 5))
    optimizer = MAKE[name]()
    for g in gradients[:3]:
        optimizer.step(w, g)
    twins = [copy.deepcopy(optimizer), pickle.loads(pickle.dumps(optimizer))]
    ends = [w.copy() for _ in twins]
    for g in gradients[3:]:
        optimizer.step(w, g)
    for twin, end in zip(twins, ends, strict=True):
        for g in gradients[3:]:
            twin.step(end, g)
        np.testing.assert_array_equal(end, w)


def test_first_step_of_adam_is_the_rate_whatever_the_gradient():
    w = np.zeros(3)
    optimizers.Adam(0.01).step(w, np.array([1e-3, -5.0, 1e3]))
    np.testing.assert_allclose(w, [-0.01, 0.01, -0.01], rtol=1e-4)


def test_zero_gradient_moves_nothing():
    w = np.ones(3)
    for make in MAKE.values():
        make().step(w, np.zeros(3))
    np.testing.assert_array_equal(w, 1)


def test_the_rate_may_change_between_steps():
    for make in (optimizers.SGD, optimizers.Momentum, optimizers.Adam):
        optimizer, w = make(0.1), np.zeros(1)
        optimizer.step(w, np.ones(1))
        before = w.copy()
        optimizer.learning_rate = 1e-9
        optimizer.step(w, np.ones(1))
        assert 0 < before[0] - w[0] < 1e-8


def test_another_network_is_noticed():
    optimizer = optimizers.Adam()
    optimizer.step(np.zeros(3), np.ones(3))
    with pytest.raises(errors.ShapeError, match="Make a new one"):
        optimizer.step(np.zeros(4), np.ones(4))
    with pytest.raises(errors.ShapeError, match="float32"):
        optimizer.step(np.zeros(3, np.float32), np.ones(3, np.float32))


@pytest.mark.parametrize(
    ("params", "grads"),
    [
        ([0.0], np.zeros(1)),
        (np.zeros((2, 2)), np.zeros((2, 2))),
        (np.zeros(2, int), np.zeros(2)),
        (np.zeros(2), np.zeros(3)),
        (np.zeros(2), np.zeros(2, np.float32)),
    ],
)
def test_other_vectors_are_refused(params, grads):
    with pytest.raises(errors.ShapeError, match=r"params|grads"):
        optimizers.SGD(0.1).begin(params, grads)


@pytest.mark.parametrize("rate", [0, -0.1, np.nan, np.inf, "0.1", None, True, 10**400])
def test_wrong_rates(rate):
    for make in (optimizers.SGD, optimizers.Momentum, optimizers.Adam):
        with pytest.raises(errors.InputError, match="learning_rate must be a finite number above 0"):
            make(rate)


@pytest.mark.parametrize("arguments", [{"beta1": 1}, {"beta2": 1.0}, {"beta1": -0.1}, {"epsilon": 0}])
def test_wrong_arguments_of_adam(arguments):
    with pytest.raises(errors.InputError, match=next(iter(arguments))):
        optimizers.Adam(**arguments)
    with pytest.raises(errors.InputError, match=r"momentum must be a number in \[0, 1\)"):
        optimizers.Momentum(0.1, momentum=1)


def test_repr_and_the_base():
    assert repr(optimizers.Momentum(0.1)) == "Momentum(learning_rate=0.1, momentum=0.9)"
    with pytest.raises(NotImplementedError):
        optimizers.Optimizer(0.1).step(np.zeros(1), np.zeros(1))
    with pytest.raises(errors.InputError, match=r"Adam\(1e-3\)"):
        optimizers.check_optimizer("adam")
