"""What every public door of annlib checks, once, before the fast code behind it trusts its arrays.

Each helper takes the argument's name, so that the message can say which one is wrong, what was expected,
what came, and what to do about it.
"""

from __future__ import annotations

import math
import operator
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from annlib.errors import InputError, ShapeError

# Any NumPy array or scalar; which dtype and shape is written in the docstring of each function.
Array: TypeAlias = np.ndarray[Any, Any]

# Big arrays are looked at in blocks of about this many bytes: small enough for a processor's cache.
BLOCK_BYTES = 1 << 20


def got(value: object) -> str:
    """Describe a value for an error message: short, and with its type.

    >>> got(0.5), got(np.zeros((2, 3)))
    ('0.5 (float)', 'an array of shape (2, 3) and dtype float64')
    """
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape} and dtype {value.dtype}"
    text = repr(value)
    return f"{text if len(text) <= 60 else text[:57] + '...'} ({type(value).__name__})"


def positive_int(name: str, value: object, low: int = 1) -> int:
    """Return `value` as an int that is at least 1, or another lowest number."""
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = low - 1
    if number < low or isinstance(value, bool | np.bool_):
        what = "a positive integer" if low == 1 else f"an integer of at least {low}"
        raise InputError(f"{name} must be {what}, got {got(value)}")
    return number


def real(
    name: str,
    value: object,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    open_low: bool = False,
    open_high: bool = True,
    remedy: str = "",
) -> float:
    """Return `value` as a finite float between `low` and `high` (an open end is itself not allowed)."""
    number = math.nan
    if isinstance(value, float | int | np.floating | np.integer) and not isinstance(value, bool):
        with suppress(OverflowError, TypeError):  # a huge integer; NumPy's timedelta, a kind of integer
            number = float(value)
    above = number > low if open_low else number >= low
    below = number < high if open_high else number <= high
    if not (math.isfinite(number) and above and below):
        left, right = "(["[not open_low], ")]"[not open_high]
        where = "a finite number"
        if low > -math.inf and high < math.inf:
            where = f"a number in {left}{low:g}, {high:g}{right}"
        elif low > -math.inf:
            where = f"a finite number {'above' if open_low else 'of at least'} {low:g}"
        raise InputError(f"{name} must be {where}, got {got(value)}{remedy and '. ' + remedy}")
    return number


def generator(name: str, value: object) -> np.random.Generator:
    """Return `value` if it is a NumPy random generator."""
    if not isinstance(value, np.random.Generator):
        example = value if isinstance(value, int) and not isinstance(value, bool) else 0
        raise InputError(
            f"{name} must be a numpy.random.Generator, got {got(value)}. "
            f"Pass np.random.default_rng({example})"
        )
    return value


def float_dtype(name: str, value: object) -> np.dtype[Any]:
    """Return `value` as the dtype float32 or float64."""
    try:
        known = not isinstance(value, str) or value in ("float32", "float64", "f4", "f8")
        dtype: np.dtype[Any] = np.dtype(value if known else object)  # type: ignore[call-overload]
    except (TypeError, ValueError):
        dtype = np.dtype(object)
    if value is None or dtype not in (np.float32, np.float64):
        raise InputError(f"{name} must be np.float32 or np.float64, got {got(value)}")
    return dtype


def numbers(name: str, value: object) -> Array:
    """Return `value` as an array of real numbers (floats, integers or booleans) as it is, without a copy."""
    try:
        array = np.asarray(value)
    except (ValueError, TypeError) as error:
        raise ShapeError(f"{name} must be an array of numbers, got {got(value)}: {error}") from error
    if array.dtype.kind not in "fiub" or np.ma.isMaskedArray(value):
        kind = "a masked array" if np.ma.isMaskedArray(value) else f"dtype {array.dtype}"
        raise InputError(
            f"{name} must hold real numbers, got {kind}. Turn text and categories into numbers, "
            "and fill or drop what is missing, before the network sees them"
        )
    return array


def blocks(array: Array, size: int = BLOCK_BYTES) -> Iterator[slice]:
    """Cut the rows of `array` into slices of about `size` bytes, at least one row each."""
    n_rows = len(array)
    rows = max(1, size * n_rows // max(1, array.nbytes))
    for start in range(0, n_rows, rows):
        yield slice(start, min(start + rows, n_rows))


def finite(name: str, array: Array) -> Array:
    """Return `array` if it holds neither NaN nor infinity; looks at a block of rows at a time."""
    if array.dtype.kind == "f":
        for rows in blocks(array):
            bad = ~np.isfinite(array[rows])
            if bad.any():
                place = np.argwhere(bad)[0]
                place[0] += rows.start
                index = tuple(int(i) for i in place)
                raise InputError(
                    f"{name} must be finite, got {array[index]} at {name}[{', '.join(map(str, index))}]. "
                    "Fill or drop missing values, and look for a division by zero"
                )
    return array


def matrix(name: str, value: object, n_columns: int | None = None) -> Array:
    """Return `value` as a finite array of shape (n, n_columns) with n at least 1, in its own dtype."""
    array = numbers(name, value)
    wide = f"n_features = {n_columns}" if n_columns is not None else "n_features"
    if array.ndim != 2:
        remedy = (
            f". One sample: {name}.reshape(1, -1); one feature: {name}.reshape(-1, 1)"
            if array.ndim == 1
            else ""
        )
        raise ShapeError(f"{name} must have shape (n, {wide}), got shape {array.shape}{remedy}")
    if n_columns is not None and array.shape[1] != n_columns:
        raise ShapeError(
            f"{name} must have shape (n, {wide}), got shape {array.shape}: the first Dense layer takes "
            f"{n_columns} inputs, so give it {n_columns} columns"
        )
    if array.size == 0:
        raise ShapeError(
            f"{name} must have at least one row and one column, got shape {array.shape}: it is empty"
        )
    return finite(name, array)


def fitting(name: str, array: Array, dtype: np.dtype[Any]) -> Array:
    """Return a finite `array` as it is, if its numbers fit into `dtype`; looks at some rows at a time."""
    if array.dtype.kind == "f" and np.finfo(array.dtype).max > np.finfo(dtype).max:
        for rows in blocks(array):
            if np.abs(array[rows]).max() > np.finfo(dtype).max:
                raise InputError(
                    f"{name} holds numbers too large for {dtype}. Scale the features, or use dtype=np.float64"
                )
    return array


def cast(name: str, array: Array, dtype: np.dtype[Any]) -> Array:
    """Return a finite `array` in `dtype` (itself where it has it), if its numbers fit there."""
    if array.dtype == dtype:
        return array
    with np.errstate(over="ignore", under="ignore"):  # just above the largest number it becomes infinite
        return finite(name, fitting(name, array, dtype).astype(dtype))


def file_path(name: str, value: object) -> Path:
    """Return `value` as a path."""
    if not isinstance(value, str | os.PathLike) or "\0" in str(value) or not str(value):
        raise InputError(f"{name} must be the path of a file, got {got(value)}")
    return Path(value)


def sample_weights(name: str, value: object, n: int) -> Array:
    """Return `value` as n finite float64 numbers of at least 0, in shape (n,)."""
    weights = numbers(name, value)
    if weights.shape != (n,):
        remedy = f". Write {name}.ravel()" if weights.size == n else ""
        raise ShapeError(
            f"{name} must have one number for each row, shape ({n},), got {weights.shape}{remedy}"
        )
    weights = finite(name, weights).astype(np.float64)
    if weights.min() < 0:
        raise InputError(
            f"{name} must not be negative, got {weights.min():g}. A row that must not count has the weight 0"
        )
    return weights
