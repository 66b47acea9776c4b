"""Each activation against its plain formula, each derivative against central differences."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annlib import activations

NAMES = ["step", "linear", "sigmoid", "tanh", "relu", "leaky_relu"]
ORACLES = {
    "step": lambda z: 1.0 if z >= 0 else 0.0,
    "linear": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)) if z > -700 else 0.0,
    "tanh": math.tanh,
    "relu": lambda z: z if z > 0 else 0.0,
    "leaky_relu": lambda z: z if z > 0 else 0.01 * z,
}
Z = np.array([-1e4, -30.0, -3.0, -0.5, 0.0, 0.5, 3.0, 30.0, 1e4])


@pytest.mark.parametrize("name", NAMES)
def test_function_follows_its_formula(name):
    expected = [ORACLES[name](float(z)) for z in Z]
    np.testing.assert_allclose(getattr(activations, name)(Z), expected, rtol=1e-14)


@pytest.mark.parametrize("name", NAMES)
@given(z=st.floats(-20, 20).filter(lambda z: abs(z) > 1e-3))
def test_derivative_follows_central_differences(name, z):
    function, derivative = getattr(activations, name), getattr(activations, f"{name}_derivative")
    h = 1e-5
    numeric = (function(np.float64(z + h)) - function(np.float64(z - h))) / (2 * h)
    np.testing.assert_allclose(derivative(np.float64(z)), numeric, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    ("name", "value"), [("step", 0), ("relu", 0), ("leaky_relu", 0.01), ("sigmoid", 0.25), ("tanh", 1)]
)
def test_conventions_at_zero(name, value):
    assert getattr(activations, f"{name}_derivative")(np.zeros(1))[0] == value


@pytest.mark.parametrize("name", [*NAMES, *(f"{name}_derivative" for name in NAMES)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_and_shape_stay_and_the_input_too(name, dtype):
    z = np.linspace(-2, 2, 12, dtype=dtype).reshape(3, 4)
    before = z.copy()
    y = getattr(activations, name)(z)
    assert y.dtype == dtype
    assert y.shape == z.shape
    assert not np.shares_memory(y, z)
    np.testing.assert_array_equal(z, before)


@pytest.mark.parametrize("name", [*NAMES, "softmax"])
def test_integers_become_float64(name):
    assert getattr(activations, name)([1, 2]).dtype == np.float64


def test_sigmoid_keeps_its_digits_far_left_and_writes_to_out():
    np.testing.assert_allclose(activations.sigmoid(-40.0), math.exp(-40), rtol=1e-14)
    z = np.array([[-1.0, 2.0]])
    out = np.empty_like(z)
    assert activations.sigmoid(z, out) is out
    np.testing.assert_array_equal(out, activations.sigmoid(z))


def test_tanh_is_a_stretched_sigmoid():
    z = np.linspace(-3, 3, 13)
    np.testing.assert_allclose(activations.tanh(z), 2 * activations.sigmoid(2 * z) - 1, atol=1e-15)


def test_leaky_slope_is_used():
    assert activations.leaky_relu(-2.0, slope=0.2) == -0.4
    assert activations.leaky_relu_derivative(-2.0, slope=0.2) == 0.2


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax_rows(dtype):
    z = np.array([[1.0, 2.0, 3.0], [1e4, 0.0, -1e4]], dtype=dtype)
    p = activations.softmax(z)
    e = [math.exp(k) for k in (1, 2, 3)]
    np.testing.assert_allclose(p[0], [k / sum(e) for k in e], rtol=1e-6)
    np.testing.assert_array_equal(p[1], [1, 0, 0])
    assert p.dtype == dtype
    assert activations.softmax_derivative(z).dtype == dtype


def test_softmax_derivative_follows_central_differences():
    z, h = np.array([0.3, -1.0, 0.8]), 1e-6
    numeric = np.empty((3, 3))
    for j in range(3):
        shift = h * np.eye(3)[j]
        numeric[:, j] = (activations.softmax(z + shift) - activations.softmax(z - shift)) / (2 * h)
    np.testing.assert_allclose(activations.softmax_derivative(z), numeric, atol=1e-9)
