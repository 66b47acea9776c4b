"""Where the weights start (Chapter 4): random, so that units differ, and of a size that keeps signals alive.

An initializer is a function ``(shape, rng, dtype) -> array``. A weight matrix has the shape (n_in, n_out): a
unit sums n_in terms, so the variance of its weights must shrink as n_in grows, or the signal grows from layer
to layer. The numbers are drawn in float64 and then rounded, so that a float32 network starts where its
float64 twin does.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from annlib._validation import Array, cast, float_dtype, generator, got, positive_int, real
from annlib.errors import ShapeError

__all__ = [
    "constant",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "lecun_uniform",
    "zeros",
]

Initializer = Callable[..., Array]


def _draw(kind: str, variance: float, shape: tuple[int, ...], rng: np.random.Generator, dtype: Any) -> Array:
    """Draw from the normal or the uniform distribution with mean 0 and the given variance."""
    generator("rng", rng)
    if kind == "normal":
        drawn = rng.normal(0.0, math.sqrt(variance), size=shape)
    else:
        limit = math.sqrt(3 * variance)  # the variance of the uniform distribution on (-c, c) is c**2 / 3
        drawn = rng.uniform(-limit, limit, size=shape)
    return drawn.astype(float_dtype("dtype", dtype))


def _shape(shape: object) -> tuple[int, ...]:
    """Return `shape` if it is one."""
    if not isinstance(shape, tuple | list):
        raise ShapeError(f"shape must be a tuple such as (n_in, n_out), got {got(shape)}")
    return tuple(positive_int(f"shape[{i}]", size) for i, size in enumerate(shape))


def _fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return n_in and n_out of a weight matrix."""
    if not isinstance(shape, tuple | list) or len(shape) != 2:
        raise ShapeError(f"shape must be (n_in, n_out) of a weight matrix, got {got(shape)}")
    n_in, n_out = _shape(shape)
    return n_in, n_out


def glorot_uniform(shape: tuple[int, ...], rng: np.random.Generator, dtype: Any = np.float32) -> Array:
    """Draw uniformly with variance 2 / (n_in + n_out) (Glorot & Bengio 2010).

    For sigmoid, tanh and linear units.

    Parameters
    ----------
    shape : (n_in, n_out)
    rng : numpy.random.Generator
    dtype : float32 (default) or float64

    Returns
    -------
    array of that shape, each entry between -c and c with c = sqrt(6 / (n_in + n_out))

    Raises
    ------
    ShapeError, InputError
        If an argument is of another kind.

    Examples
    --------
    >>> W = glorot_uniform((100, 50), np.random.default_rng(0))
    >>> bool(abs(W).max() <= np.sqrt(6 / 150)), W.dtype
    (True, dtype('float32'))
    """
    n_in, n_out = _fans(shape)
    return _draw("uniform", 2 / (n_in + n_out), shape, rng, dtype)


def glorot_normal(shape: tuple[int, ...], rng: np.random.Generator, dtype: Any = np.float32) -> Array:
    """Draw normally with variance 2 / (n_in + n_out): arguments as in `glorot_uniform`.

    Examples
    --------
    >>> W = glorot_normal((100, 50), np.random.default_rng(0))
    >>> bool(0.10 < W.std() < 0.13)  # sqrt(2 / 150) = 0.115
    True
    """
    n_in, n_out = _fans(shape)
    return _draw("normal", 2 / (n_in + n_out), shape, rng, dtype)


def he_uniform(shape: tuple[int, ...], rng: np.random.Generator, dtype: Any = np.float32) -> Array:
    """Draw uniformly with variance 2 / n_in: for ReLU, which halves the signal (He et al. 2015).

    Arguments as in `glorot_uniform`.

    Examples
    --------
    >>> W = he_uniform((100, 50), np.random.default_rng(0))
    >>> bool(abs(W).max() <= np.sqrt(6 / 100))
    True
    """
    n_in, _ = _fans(shape)
    return _draw("uniform", 2 / n_in, shape, rng, dtype)


def he_normal(shape: tuple[int, ...], rng: np.random.Generator, dtype: Any = np.float32) -> Array:
    """Draw normally with variance 2 / n_in: for ReLU (He et al. 2015); arguments as in `glorot_uniform`.

    Examples
    --------
    >>> W = he_normal((100, 50), np.random.default_rng(0))
    >>> bool(0.13 < W.std() < 0.15)  # sqrt(2 / 100) = 0.141
    True
    """
    n_in, _ = _fans(shape)
    return _draw("normal", 2 / n_in, shape, rng, dtype)


def lecun_uniform(shape: tuple[int, ...], rng: np.random.Generator, dtype: Any = np.float32) -> Array:
    """Draw uniformly with variance 1 / n_in (LeCun et al. 1998); arguments as in `glorot_uniform`.

    Examples
    --------
    >>> W = lecun_uniform((100, 50), np.random.default_rng(0))
    >>> bool(abs(W).max() <= np.sqrt(3 / 100))
    True
    """
    n_in, _ = _fans(shape)
    return _draw("uniform", 1 / n_in, shape, rng, dtype)


def lecun_normal(shape: tuple[int, ...], rng: np.random.Generator, dtype: Any = np.float32) -> Array:
    """Draw normally with variance 1 / n_in (LeCun et al. 1998); arguments as in `glorot_uniform`.

    Examples
    --------
    >>> W = lecun_normal((100, 50), np.random.default_rng(0))
    >>> bool(0.09 < W.std() < 0.11)  # sqrt(1 / 100) = 0.1
    True
    """
    n_in, _ = _fans(shape)
    return _draw("normal", 1 / n_in, shape, rng, dtype)


def zeros(shape: tuple[int, ...], rng: np.random.Generator | None = None, dtype: Any = np.float32) -> Array:
    """Start at zero: right for biases. As weights it keeps a network from learning (Chapter 4).

    Nothing is drawn; `rng` is there because every initializer takes one.

    Examples
    --------
    >>> zeros((2, 3))
    array([[0., 0., 0.],
           [0., 0., 0.]], dtype=float32)
    """
    return np.zeros(_shape(shape), dtype=float_dtype("dtype", dtype))


class constant:  # noqa: N801 - it is used as a function: Dense(2, 3, weights=constant(0.5))
    """Start every weight at one value: then all units of a layer stay equal for ever (Chapter 4).

    Parameters
    ----------
    value : float

    Examples
    --------
    >>> constant(0.5)((1, 3))
    array([[0.5, 0.5, 0.5]], dtype=float32)
    """

    def __init__(self, value: float) -> None:
        self.value = real("value", value)

    def __call__(
        self, shape: tuple[int, ...], rng: np.random.Generator | None = None, dtype: Any = np.float32
    ) -> Array:
        """Return an array of that shape with the value in every place."""
        dtype = float_dtype("dtype", dtype)
        return cast("value", np.full(_shape(shape), self.value), dtype)

    def __repr__(self) -> str:
        return f"constant({self.value:g})"
