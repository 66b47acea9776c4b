"""Activation functions and their derivatives, as pure functions of z (Chapter 2).

Each function is followed by its derivative *with respect to z*, also where the derivative is shorter when
written with the output (the layers in `annlib.layers` use that shorter form). They follow NumPy's rules:
any shape goes in and the same comes out, float32 stays float32, integers become float64, NaN stays NaN.
"""

from __future__ import annotations

import math

import numpy as np

from annlib._validation import Array

__all__ = [
    "elu",
    "elu_derivative",
    "gelu",
    "gelu_derivative",
    "leaky_relu",
    "leaky_relu_derivative",
    "linear",
    "linear_derivative",
    "relu",
    "relu_derivative",
    "sigmoid",
    "sigmoid_derivative",
    "silu",
    "silu_derivative",
    "softmax",
    "softmax_derivative",
    "softplus",
    "softplus_derivative",
    "step",
    "step_derivative",
    "tanh",
    "tanh_derivative",
]


def _floats(z: object) -> Array:
    """Return z as an array of floats: float16 to float64 as they are, everything else as float64."""
    array = np.asarray(z)
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def step(z: Array) -> Array:
    """Fire or do not: 1 where z >= 0, else 0.

    The oldest activation (McCulloch & Pitts 1943; Rosenblatt 1958). At z = 0 it fires: that is a convention.

    Parameters
    ----------
    z : array of any shape

    Returns
    -------
    array of z's shape, of 0.0 and 1.0

    Examples
    --------
    >>> step([-0.5, 0.0, 2.0])
    array([0., 1., 1.])
    """
    z = _floats(z)
    return np.asarray(np.heaviside(z, z.dtype.type(1)))


def step_derivative(z: Array) -> Array:
    """Return the derivative of `step`: 0 everywhere (at z = 0 there is none, and 0 stands in for it).

    A gradient that is zero tells nothing about which way to go: gradient descent cannot train a step.

    Examples
    --------
    >>> step_derivative([-0.5, 2.0])
    array([0., 0.])
    """
    return np.zeros_like(_floats(z))


def linear(z: Array) -> Array:
    """Pass z on: f(z) = z. The output of a network that predicts a real number (Chapter 2).

    A new array is returned, never z itself.

    Examples
    --------
    >>> linear([-0.5, 2.0])
    array([-0.5,  2. ])
    """
    return +_floats(z)


def linear_derivative(z: Array) -> Array:
    """Return the derivative of `linear`: 1 everywhere.

    Examples
    --------
    >>> linear_derivative([-0.5, 2.0])
    array([1., 1.])
    """
    return np.ones_like(_floats(z))


def sigmoid(z: Array, out: Array | None = None) -> Array:
    """Squash z into (0, 1): f(z) = 1 / (1 + exp(-z)) (Chapter 2).

    Exact to the last digits for every z: far to the left exp(-z) overflows to infinity, and 1 / infinity = 0
    is the right answer, so that warning is silenced.

    Parameters
    ----------
    z : array of any shape
    out : array of z's shape and dtype, optional
        Where to write the result; a new array if not given.

    Returns
    -------
    array of z's shape

    Examples
    --------
    >>> sigmoid([-1e4, 0.0, 1e4])
    array([0. , 0.5, 1. ])
    """
    y = np.negative(_floats(z), out=out)
    with np.errstate(over="ignore"):
        y = np.exp(y, out=out)
    y = np.add(y, 1, out=out)
    return np.reciprocal(y, out=out)


def sigmoid_derivative(z: Array) -> Array:
    """Return the derivative of `sigmoid`: f'(z) = y (1 - y) with y = sigmoid(z).

    It is at most 1/4, and below 0.05 beyond abs(z) = 3.
    Written as y(z) y(-z), because 1 - y would lose its digits where y is close to 1.

    Examples
    --------
    >>> sigmoid_derivative([0.0, 3.0]).round(3)
    array([0.25 , 0.045])
    """
    z = _floats(z)
    return sigmoid(z) * sigmoid(-z)


def tanh(z: Array) -> Array:
    """Squash z into (-1, 1): f(z) = tanh z = 2 sigmoid(2z) - 1; zero-centered (LeCun et al. 1998; Chapter 2).

    Examples
    --------
    >>> tanh([-1e4, 0.0, 1e4])
    array([-1.,  0.,  1.])
    """
    return np.asarray(np.tanh(_floats(z)))


def tanh_derivative(z: Array) -> Array:
    """Return the derivative of `tanh`: f'(z) = 1 - tanh(z)**2, at most 1.

    Examples
    --------
    >>> tanh_derivative([0.0, 3.0]).round(3)
    array([1.   , 0.01])
    """
    return np.asarray(1 - np.tanh(_floats(z)) ** 2)


def relu(z: Array) -> Array:
    """Cut off what is negative: f(z) = max(z, 0) (Nair & Hinton 2010; Chapter 2).

    Examples
    --------
    >>> relu([-0.5, 0.0, 2.0])
    array([0., 0., 2.])
    """
    z = _floats(z)
    return np.asarray(np.maximum(z, z.dtype.type(0)))


def relu_derivative(z: Array) -> Array:
    """Return the derivative of `relu`: 1 where z > 0, else 0.

    At z = 0 there is none; any value from 0 to 1 serves, and here it is 0, as in PyTorch (others write 1).

    Examples
    --------
    >>> relu_derivative([-0.5, 0.0, 2.0])
    array([0., 0., 1.])
    """
    z = _floats(z)
    return np.asarray(np.heaviside(z, z.dtype.type(0)))


def leaky_relu(z: Array, slope: float = 0.01) -> Array:
    """Let a little of the negative through: z where z > 0, else slope * z (Maas et al. 2013; Chapter 2).

    Parameters
    ----------
    z : array of any shape
    slope : float, default 0.01
        The slope to the left of 0.

    Examples
    --------
    >>> leaky_relu([-2.0, 2.0])
    array([-0.02,  2.  ])
    """
    z = _floats(z)
    return np.where(z > 0, z, z * z.dtype.type(slope))


def leaky_relu_derivative(z: Array, slope: float = 0.01) -> Array:
    """Return the derivative of `leaky_relu`: 1 where z > 0, else slope (at z = 0 too, as in PyTorch).

    Examples
    --------
    >>> leaky_relu_derivative([-2.0, 2.0])
    array([0.01, 1.  ])
    """
    z = _floats(z)
    return np.asarray(np.where(z > 0, z.dtype.type(1), z.dtype.type(slope)))


def elu(z: Array, alpha: float = 1.0) -> Array:
    """Bend the negative side down to -alpha: z where z > 0, else alpha (exp(z) - 1).

    The exponential linear unit (Clevert, Unterthiner & Hochreiter 2016; Chapter 2). Its outputs are closer to
    zero-centered than those of `relu`.

    Parameters
    ----------
    z : array of any shape
    alpha : float, default 1
        Where the function ends on the left is -alpha. Only with 1 is the slope at 0 the same on both sides.

    Examples
    --------
    >>> elu([-1e4, -1.0, 2.0]).round(3)
    array([-1.   , -0.632,  2.   ])
    """
    z = _floats(z)
    left: Array = np.expm1(np.minimum(z, 0)) * z.dtype.type(
        alpha
    )  # without the minimum exp would overflow right
    return np.where(z > 0, z, left)


def elu_derivative(z: Array, alpha: float = 1.0) -> Array:
    """Return the derivative of `elu`: 1 where z > 0, else alpha exp(z) (alpha at z = 0, as in PyTorch).

    Examples
    --------
    >>> elu_derivative([-1e4, -1.0, 2.0]).round(3)
    array([0.   , 0.368, 1.   ])
    """
    z = _floats(z)
    slope: Array = np.where(z > 0, z.dtype.type(1), np.exp(np.minimum(z, 0)) * z.dtype.type(alpha))
    return slope


def softplus(z: Array) -> Array:
    """Smooth the corner of `relu`: f(z) = log(1 + exp(z)) (Dugas et al. 2001; Chapter 2).

    Above 20 it is z itself, as in PyTorch: there the two differ by less than exp(-20) = 2e-9.

    Examples
    --------
    >>> softplus([-1e4, 0.0, 30.0]).round(3)
    array([ 0.   ,  0.693, 30.   ])
    """
    z = _floats(z)
    return np.where(z > 20, z, np.log1p(np.exp(np.minimum(z, 20))))


def softplus_derivative(z: Array) -> Array:
    """Return the derivative of `softplus`: f'(z) = sigmoid(z), and 1 above 20, as in PyTorch.

    Examples
    --------
    >>> softplus_derivative([-3.0, 0.0, 21.0]).round(3)
    array([0.047, 0.5  , 1.   ])
    """
    z = _floats(z)
    return np.where(z > 20, z.dtype.type(1), sigmoid(z))


def silu(z: Array) -> Array:
    """Let z pass as far as its sigmoid says: f(z) = z sigmoid(z) (Elfwing et al. 2018; Chapter 2).

    Also called Swish (Ramachandran et al. 2017). It dips below 0, to -0.278 at z = -1.278.

    Examples
    --------
    >>> silu([-1.278, 0.0, 2.0]).round(3)
    array([-0.278,  0.   ,  1.762])
    """
    z = _floats(z)
    return np.asarray(z * sigmoid(z))


def silu_derivative(z: Array) -> Array:
    """Return the derivative of `silu`: f'(z) = s (1 + z (1 - s)) with s = sigmoid(z).

    Examples
    --------
    >>> silu_derivative([-1.278, 0.0, 2.0]).round(3)
    array([0.   , 0.5  , 1.091])
    """
    z = _floats(z)
    s = sigmoid(z)
    return np.asarray(s * (1 + z * sigmoid(-z)))


GELU_SCALE, GELU_CUBE = math.sqrt(2 / math.pi), 0.044715


def gelu(z: Array) -> Array:
    """Let z pass as far as the normal distribution says, in the *tanh form* (Chapter 2).

    The Gaussian error linear unit is z times the share of a standard normal distribution that lies below z
    (Hendrycks & Gimpel 2016). NumPy has no such function, so this is the approximation from the same paper,
    which many language models use, PyTorch's ``GELU(approximate="tanh")``::

        f(z) = z (1 + tanh u) / 2    with    u = sqrt(2 / pi) (z + 0.044715 z**3)

    It is within 5e-4 of the exact function.

    Examples
    --------
    >>> gelu([-1.0, 0.0, 2.0]).round(3)
    array([-0.159,  0.   ,  1.955])
    """
    z = _floats(z)
    return np.asarray(0.5 * z * (1 + _gelu_tanh(z)))


def gelu_derivative(z: Array) -> Array:
    """Return the derivative of `gelu`: (1 + t) / 2 + z (1 - t**2) u' / 2 with t = tanh u.

    Here u' = sqrt(2 / pi) (1 + 3 * 0.044715 z**2).

    Examples
    --------
    >>> gelu_derivative([-1.0, 0.0, 2.0]).round(3)
    array([-0.083,  0.5  ,  1.086])
    """
    z = _floats(z)
    t = _gelu_tanh(z)
    z = np.clip(z, -10, 10)
    slope = GELU_SCALE * (1 + 3 * GELU_CUBE * z * z)
    return np.asarray(0.5 * (1 + t) + 0.5 * z * (1 - t * t) * slope)


def _gelu_tanh(z: Array) -> Array:
    """Return tanh u; beyond abs(z) = 10 it is 1 to the last digit, and z**3 could overflow."""
    z = np.clip(z, -10, 10)
    return np.asarray(np.tanh(GELU_SCALE * (z + GELU_CUBE * z * z * z)))


def softmax(z: Array, out: Array | None = None) -> Array:
    """Turn each row of logits into probabilities: exp(z_i) / sum_j exp(z_j).

    The sum goes over the *last* axis (Bridle 1990; Chapter 2).
    The largest logit is subtracted first: that changes nothing in the quotient, and no exp can overflow.

    Parameters
    ----------
    z : array, shape (..., n_classes)
    out : array of z's shape and dtype, optional
        Where to write the result; a new array if not given.

    Returns
    -------
    array of z's shape; each row sums to 1

    Examples
    --------
    >>> softmax([[0.0, 0.0], [1e4, 0.0]])
    array([[0.5, 0.5],
           [1. , 0. ]])
    """
    z = _floats(z)
    p: Array = np.subtract(z, z.max(axis=-1, keepdims=True), out=out)
    p = np.exp(p, out=out)
    p /= p.sum(axis=-1, keepdims=True)
    return p


def softmax_derivative(z: Array) -> Array:
    """Return the derivative of `softmax`: for each row the matrix J[i, j] = p_i (1[i = j] - p_j).

    Every output depends on every input of its row, so the derivative of a row is a matrix.

    Parameters
    ----------
    z : array, shape (..., n_classes)

    Returns
    -------
    array, shape (..., n_classes, n_classes)

    Examples
    --------
    >>> softmax_derivative([0.0, 0.0])
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    p = softmax(z)
    return p[..., :, None] * (np.eye(p.shape[-1], dtype=p.dtype) - p[..., None, :])
