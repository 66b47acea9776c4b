"""Each activation against its plain formula, each derivative against central differences."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annlib import activations

NAMES = ["step", "linear", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "silu", "gelu"]
ORACLES = {
    "step": lambda z: 1.0 if z >= 0 else 0.0,
    "linear": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)) if z > -700 else 0.0,
    "tanh": math.tanh,
    "relu": lambda z: z if z > 0 else 0.0,
    "leaky_relu": lambda z: z if z > 0 else 0.01 * z,
    "elu": lambda z: z if z > 0 else math.expm1(z),
    "softplus": lambda z: z if z > 20 else math.log1p(math.exp(z)),
    "silu": lambda z: z * ORACLES["sigmoid"](z),
    "gelu": lambda z: z * (1 + math.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3))) / 2,
}
Z = np.array([-1e4, -30.0, -3.0, -0.5, 0.0, 0.5, 3.0, 30.0, 1e4])


@pytest.mark.parametrize("name", NAMES)
def test_function_follows_its_formula(name):
    expected = [ORACLES[name](float(z)) for z in Z]
    np.testing.assert_allclose(getattr(activations, name)(Z), expected, rtol=1e-14)


@pytest.mark.parametrize("name", NAMES)
@given(z=st.floats(-19, 19).filter(lambda z: abs(z) > 1e-3))
def test_derivative_follows_central_differences(name, z):
    function, derivative = getattr(activations, name), getattr(activations, f"{name}_derivative")
    h = 1e-5
    numeric = (function(np.float64(z + h)) - function(np.float64(z - h))) / (2 * h)
    np.testing.assert_allclose(derivative(np.float64(z)), numeric, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("step", 0), ("linear", 1), ("relu", 0), ("leaky_relu", 0.01), ("elu", 1)],
        *[("sigmoid", 0.25), ("tanh", 1), ("softplus", 0.5), ("silu", 0.5), ("gelu", 0.5)],
    ],
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


@pytest.mark.parametrize(
    "name", [f"{name}{of}" for name in [*NAMES, "softmax"] for of in ("", "_derivative")]
)
def test_lists_of_integers_become_float64(name):
    function = getattr(activations, name)
    assert function([1, 2]).dtype == np.float64
    np.testing.assert_array_equal(function([1, 2]), function(np.array([1.0, 2.0])))


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


def test_alpha_is_used():
    np.testing.assert_allclose(activations.elu(-2.0, alpha=0.5), 0.5 * math.expm1(-2), rtol=1e-15)
    np.testing.assert_allclose(activations.elu_derivative(-2.0, alpha=0.5), 0.5 * math.exp(-2), rtol=1e-15)
    assert activations.elu(2.0, alpha=0.5) == 2
    assert activations.elu_derivative(2.0, alpha=0.5) == 1
    assert activations.elu_derivative(0.0, alpha=0.5) == 0.5  # as in PyTorch


@pytest.mark.parametrize("name", [*NAMES, *(f"{name}_derivative" for name in NAMES)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nothing_overflows_far_out(name, dtype):
    z = np.array([-1e30, -1e4, -1e3, 1e3, 1e4, 1e30], dtype)
    y = getattr(activations, name)(z)  # a warning would be an error
    assert np.isfinite(y).all()
    if name.endswith("_derivative") and name.split("_")[0] not in ("step", "sigmoid", "tanh"):
        left = {"linear_derivative": 1, "leaky_relu_derivative": dtype(0.01)}.get(name, 0)
        np.testing.assert_array_equal(y, [left] * 3 + [1] * 3)


def test_softplus_is_linear_above_twenty_only():
    assert activations.softplus(20.001) == 20.001
    assert activations.softplus(20.0) == math.log1p(math.exp(20))
    assert activations.softplus_derivative(20.001) == 1
    assert activations.softplus_derivative(20.0) == activations.sigmoid(20.0) < 1
    np.testing.assert_allclose(activations.softplus(-40.0), math.exp(-40), rtol=1e-14)


def test_gelu_is_close_to_the_exact_one():
    z = np.linspace(-6, 6, 1201)
    exact = np.array([x * (1 + math.erf(x / math.sqrt(2))) / 2 for x in z])
    assert 1e-4 < abs(activations.gelu(z) - exact).max() < 5e-4


def test_silu_dips_where_its_description_says():
    z = np.linspace(-2, 0, 2001)
    y = activations.silu(z)
    np.testing.assert_allclose([z[y.argmin()], y.min()], [-1.278, -0.278], atol=1e-3)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax_rows(dtype):
    z = np.array([[1.0, 2.0, 3.0], [1e4, 0.0, -1e4]], dtype=dtype)
    p = activations.softmax(z)
    e = [math.exp(k) for k in (1, 2, 3)]
    np.testing.assert_allclose(p[0], [k / sum(e) for k in e], rtol=1e-6)
    np.testing.assert_array_equal(p[1], [1, 0, 0])
    assert p.dtype == dtype
    out = np.empty_like(z)
    assert activations.softmax(z, out) is out
    np.testing.assert_array_equal(out, p)
    assert activations.softmax_derivative(z).dtype == dtype


def test_softmax_derivative_follows_central_differences():
    z, h = np.array([0.3, -1.0, 0.8]), 1e-6
    numeric = np.empty((3, 3))
    for j in range(3):
        shift = h * np.eye(3)[j]
        numeric[:, j] = (activations.softmax(z + shift) - activations.softmax(z - shift)) / (2 * h)
    np.testing.assert_allclose(activations.softmax_derivative(z), numeric, atol=1e-9)
