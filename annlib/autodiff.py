"""Automatic differentiation of single numbers: a `Value` remembers what it was made from (Chapter 9).

Forward, each operation makes a new value and writes down two things: from which values it was made, and
how fast it moves with each of them. Backward, these slopes are multiplied along the way and added where ways
meet. PyTorch does the same with whole arrays; here everything is small enough to be read at once.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

from annlib._validation import got, real
from annlib.errors import InputError

__all__ = ["Value"]

_count = itertools.count()


class Value:
    """A number that remembers what it was made from.

    Parameters
    ----------
    data : float
        The number.
    made_from : tuple of (Value, float)
        Each value that it was made from, with the slope of the new number for it. Operations fill this in; a
        number that you start from has none.

    Attributes
    ----------
    data : float
        May be changed (that is how an optimizer moves a weight); values made before do not follow.
    grad : float
        0 at first. `backward` *adds* to it; set it back to 0 before the next step.
    number : int
        Values are numbered in the order in which they are made.

    Raises
    ------
    InputError
        If `data` is no finite number, or an operation is not defined there.

    Notes
    -----
    Source: reverse mode, Griewank & Walther (2008), chapter 3. Operations: ``+ - * /``, ``**`` with a plain
    number, `exp`, `log`, `tanh`, `relu`, `softplus`; plain numbers may stand on either side.

    Examples
    --------
    >>> a, b = Value(2.0), Value(3.0)
    >>> c = (a + b) * b
    >>> c.backward()
    >>> c.data, a.grad, b.grad
    (15.0, 3.0, 8.0)
    """

    def __init__(self, data: float, made_from: tuple[tuple[Value, float], ...] = ()) -> None:
        self.data = real("data", data)
        self.grad = 0.0
        self.made_from = made_from
        self.number = next(_count)

    def __add__(self, other: Value | float) -> Value:
        other = _value(other)
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))

    def __mul__(self, other: Value | float) -> Value:
        other = _value(other)
        return Value(self.data * other.data, ((self, other.data), (other, self.data)))

    def __pow__(self, power: float) -> Value:
        power = real("power", power)
        return self._apply(lambda x: x**power, lambda x, y: power * x ** (power - 1) if power else 0.0)

    def exp(self) -> Value:
        """Return e to the power of it."""
        return self._apply(math.exp, lambda x, y: y)

    def log(self) -> Value:
        """Return its natural logarithm."""
        return self._apply(math.log, lambda x, y: 1 / x)

    def tanh(self) -> Value:
        """Return its hyperbolic tangent (Chapter 2)."""
        return self._apply(math.tanh, lambda x, y: 1 - y * y)

    def relu(self) -> Value:
        """Return it where it is positive, else 0; the slope at 0 is 0 (Chapter 2)."""
        return self._apply(lambda x: max(x, 0.0), lambda x, y: float(x > 0))

    def softplus(self) -> Value:
        """Return log(1 + exp(x)), whose slope is the sigmoid (Chapter 3); no x overflows."""
        return self._apply(
            lambda x: max(x, 0.0) + math.log1p(math.exp(-abs(x))),
            lambda x, y: math.exp(min(x, 0.0)) / (1 + math.exp(-abs(x))),
        )

    def _apply(self, f: Callable[[float], float], slope: Callable[[float, float], float]) -> Value:
        """Return f(x), whose derivative is slope(x, f(x))."""
        try:
            y = f(self.data)
            return Value(y, ((self, slope(self.data, y)),))
        except (ArithmeticError, ValueError, TypeError) as error:  # TypeError: a complex power
            raise InputError(f"the operation is not defined at {self.data!r}: {error}") from None

    # Everything else is made of these.
    __array_ufunc__ = None  # a NumPy number on the left leaves the operation to us

    def __neg__(self) -> Value:
        return self * -1.0

    def __sub__(self, other: Value | float) -> Value:
        return self + -_value(other)

    def __truediv__(self, other: Value | float) -> Value:
        return self * _value(other) ** -1.0

    def __rsub__(self, other: float) -> Value:
        return _value(other) - self

    def __rtruediv__(self, other: float) -> Value:
        return _value(other) / self

    __radd__, __rmul__ = __add__, __mul__

    def backward(self) -> None:
        """Add to the `grad` of every value that this one was made from how fast this one moves with it.

        A value passes its slope on only when it is complete: the youngest values come first, for whatever
        was made from a value is younger than it.

        Examples
        --------
        >>> x = Value(3.0)
        >>> (x * x + x).backward()
        >>> x.grad
        7.0
        """
        slopes, waiting = {self: 0.0}, [self]
        while waiting:
            for parent, _ in waiting.pop().made_from:
                if parent not in slopes:
                    slopes[parent] = 0.0
                    waiting.append(parent)
        slopes[self] = 1.0
        for value in sorted(slopes, key=lambda value: value.number, reverse=True):
            value.grad += slopes[value]
            for parent, slope in value.made_from:
                slopes[parent] += slopes[value] * slope

    def __repr__(self) -> str:
        return f"Value({self.data:g})"


def _value(number: Value | float) -> Value:
    """Return a plain number as a value."""
    if isinstance(number, Value):
        return number
    try:
        return Value(number)
    except InputError:
        raise InputError(f"a Value can be combined with a Value or a number, got {got(number)}") from None
