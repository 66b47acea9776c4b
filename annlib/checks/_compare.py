"""Compare values, never code: is a result right, and if not, what is wrong with it, in words.

The same comparison serves the verdict and the search among the known mistakes, so what passes as equal to the
reference would also pass as equal to a mistake.
"""

import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from numbers import Number
from types import FunctionType
from typing import Any, Self

import numpy as np

__all__ = ["Comparison", "Drawn", "in_words", "show"]


class Drawn(list[Any]):
    """What came out of a generator, drawn while the time limit held; still no array."""

    def __init__(self, values: Iterator[Any]) -> None:
        super().__init__(islice(values, 100))
        self.kind = type(values).__name__


class _NoArrayError(Exception):
    """The value cannot be read as numbers; the message says what it is."""


@dataclass(frozen=True)
class Comparison:
    """A tolerance, whether the messages may show what was expected, and which entries are counts."""

    rtol: float = 1e-4
    atol: float = 1e-5
    reveal: bool = True
    counts: tuple[str, ...] = ()
    whole: bool = False

    def equal(self, expected: Any, got: Any) -> bool:
        """Whether two results are the same, NaN equal to NaN.

        Where both are dictionaries, only the entries of `expected` count.
        """
        if isinstance(expected, Mapping) and isinstance(got, Mapping):
            return all(
                name in got and self._of(name).equal(part, got[name]) for name, part in expected.items()
            )
        if isinstance(expected, Mapping) or isinstance(got, Mapping):
            return False
        if isinstance(expected, tuple) and not isinstance(got, str):
            parts = _parts(got)
            return parts is not None and len(parts) == len(expected) and all(map(self.equal, expected, parts))
        if expected is None or isinstance(expected, str) or isinstance(got, str):
            return bool(_plain(expected) == _plain(got)) if type(expected) is type(got) else False
        try:
            a, b = _array(expected), _array(got)
        except _NoArrayError:
            return False
        return a.shape == b.shape and bool(np.allclose(b, a, rtol=self.rtol, atol=self.atol, equal_nan=True))

    def problem(self, expected: Any, got: Any, subject: str = "The result") -> str | None:
        """Say in words what is wrong with a result; None when it is right.

        Parameters
        ----------
        expected, got : object
            Numbers, arrays, strings, or tuples and dictionaries of them.
        subject : str
            What the sentence is about.

        Returns
        -------
        str or None

        Examples
        --------
        >>> compare = Comparison()
        >>> compare.problem(np.array([1.0, 2.0]), [1, np.float32(2)]) is None
        True
        >>> print(compare.problem(np.array([1.0, 2.0]), [[1.0], [2.0]]))
        The result has the wrong shape: expected shape (2,), 2 numbers along one axis;
        got shape (2, 1), 2 rows and 1 column.
        """
        if got is None:
            return (
                f"{subject} is None. Without a `return`, a function gives None:"
                f" does each of its paths end with one?"
            )
        if isinstance(expected, Mapping):
            return self._problem_of_parts(expected, got, subject)
        if isinstance(expected, str):
            return self._problem_of_text(expected, got, subject)
        if isinstance(expected, tuple):
            parts = _parts(got)
            if isinstance(got, Mapping):
                names = ", ".join(map(str, got))
                return (
                    f"{subject} is a dictionary, with the entries {names}. Expected are the "
                    f"{len(expected)} values themselves, one after the other: `return a, b` gives two."
                )
            if parts is None:
                return f"{subject} has the wrong type: expected {len(expected)} values, got {_kind(got)}."
            if len(parts) != len(expected):
                return f"{subject} must be {_count(len(expected), 'value')}, got {len(parts)}."
            for index, (one, other) in enumerate(zip(expected, parts, strict=True)):
                found = self.problem(one, other, f"{subject}, value number {index + 1},")
                if found:
                    return found
            return None
        return self._problem_of_numbers(expected, got, subject)

    def _of(self, name: str) -> Self:
        """Return the comparison for an entry: a count allows for the rounding of floats and no more."""
        return replace(self, rtol=1e-9, atol=1e-9, whole=True) if name in self.counts else self

    def _problem_of_parts(self, expected: Mapping[str, Any], got: Any, subject: str) -> str | None:
        if not isinstance(got, Mapping):
            return f"{subject} has the wrong type: expected a dictionary, got {_kind(got)}."
        missing = [name for name in expected if name not in got]
        if missing:
            return f"{subject} lacks the entries {', '.join(missing)}."
        found = {
            name: self._of(name).problem(part, got[name], f"`{name}`") for name, part in expected.items()
        }
        right = [f"`{name}`" for name, problem in found.items() if problem is None]
        wrong = [problem for problem in found.values() if problem is not None]
        if not wrong:
            return None
        return wrong[0] + (f"\nRight already: {', '.join(right)}." if right else "")

    def _problem_of_text(self, expected: str, got: Any, subject: str) -> str | None:
        if not isinstance(got, str):
            return f"{subject} has the wrong type: expected a word in quotation marks, got {_kind(got)}."
        if _plain(expected) == _plain(got):
            return None
        wanted = f"expected {expected!r}, " if self.reveal else ""
        return f"{subject} is not right: {wanted}got {in_words(got)}."

    def _problem_of_numbers(self, expected: Any, got: Any, subject: str) -> str | None:
        right = _array(expected)
        try:
            result = _array(got)
        except _NoArrayError as error:
            return f"{subject} has the wrong type: expected {_noun(right)}, got {error}."
        if result.dtype.kind == "c":
            return f"{subject} has the wrong dtype: expected real numbers, got complex ones ({result.dtype})."
        if result.shape != right.shape:
            wanted, came = _in_words(right.shape), _in_words(result.shape)
            return f"{subject} has the wrong shape: expected {wanted}; got {came}."
        for name, bad in (("NaN (not a number)", np.isnan), ("infinity", np.isinf)):
            places = bad(result) & ~bad(right)
            if places.any():
                where = "" if result.ndim == 0 else f" at index {_first(places)}"
                return f"{subject} contains {name}{where}, where a finite number is expected."
        wrong = ~np.isclose(result, right, rtol=self.rtol, atol=self.atol, equal_nan=True)
        if not wrong.any():
            return None
        if self.whole and result.ndim == 0 and result % 1:
            return f"{subject} is a count, and counts are whole numbers; got {show(result)}."
        lost = _lost_decimals(right, result, np.asarray(got).dtype)
        return f"{subject} is not right{self._values(right, result, wrong)}{lost}"

    def _values(self, right: np.ndarray, result: np.ndarray, wrong: np.ndarray) -> str:
        lines = [("got", result)] if not self.reveal else [("expected", right), ("got", result)]
        if result.ndim == 0:
            return ": " + ", ".join(f"{label} {show(value)}" for label, value in lines) + "."
        text = "."
        if result.size <= 24:
            text += "".join(f"\n{label}:\n{_indent(show(values))}" for label, values in lines)
        if result.size > 24 or result.ndim == 2:
            first = _first(wrong)
            values = ", ".join(f"{label} {values[first]:.6g}" for label, values in lines)
            text += (
                f"\n{int(wrong.sum())} of {result.size} numbers differ; the first at index {first}: {values}."
            )
        return text


def show(value: Any) -> str:
    """Write a value as a learner would read it: short, and arrays with commas.

    Examples
    --------
    >>> print(show(np.array([0.5, 1 / 3])))
    [0.5   , 0.3333]
    >>> show(2.0), show(np.True_)
    ('2', 'True')
    """
    if isinstance(value, bool | np.bool):
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {show(part)}" for name, part in value.items()) + "}"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(show, value)) + ")"
    if isinstance(value, FunctionType):
        return f"the function {value.__name__.strip('_')}"
    try:
        array = _array(value)
    except _NoArrayError:
        return _cut(in_words(value))
    if array.dtype.kind != "c" and np.asarray(value).dtype.kind in "iu":
        array = np.asarray(value)  # labels read better as 0 and 1 than as 0. and 1.
    if array.ndim == 0:
        return str(array) if array.dtype.kind == "c" else f"{array[()]:.6g}"
    return np.array2string(array, precision=4, suppress_small=True, separator=", ", threshold=60, edgeitems=3)


def _array(value: Any) -> np.ndarray:
    """Read a value as an array of numbers, as tolerantly as can be done without guessing."""
    unsuitable = isinstance(value, str | bytes | Mapping | set | frozenset | Drawn)
    if unsuitable or callable(value) or value is None:
        raise _NoArrayError(_kind(value))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            array = np.asarray(value)
            if array.dtype.kind == "O" and all(isinstance(entry, Number) for entry in array.flat):
                array = array.astype(np.float64)  # fractions and decimals are numbers too
    except (Exception, SystemExit, GeneratorExit) as error:  # an object's own methods may raise anything
        raise _NoArrayError(_kind(value)) from error
    if array.dtype.kind not in "biufc":
        raise _NoArrayError(_kind(value))
    # Booleans count as 0 and 1, and float32 is compared as it is, in float64.
    return array if array.dtype.kind == "c" else array.astype(np.float64)


def _parts(value: Any) -> list[Any] | None:
    if isinstance(value, str | bytes | Mapping | set | frozenset):
        return None
    try:
        return list(value)
    except TypeError:
        return None


def _plain(value: Any) -> Any:
    return value.strip().casefold() if isinstance(value, str) else value


def _kind(value: Any) -> str:
    """Name what a value is: a learner's word first, Python's name after it."""
    if isinstance(value, Drawn):
        return f"a {value.kind}, which has not computed anything yet (was a list or an array meant?)"
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} that is not made of numbers in equal rows"
    if isinstance(value, str):
        return f"the text {_cut(in_words(value))}"
    if isinstance(value, np.ndarray):
        return f"an array of dtype {value.dtype}"
    if isinstance(value, Number) and not isinstance(value, bool | np.bool):
        return f"the number {_digits(value)}"
    if callable(value):
        return f"the function {getattr(value, '__name__', type(value).__name__)} (was it meant to be called?)"
    return f"{_cut(in_words(value))} of type {type(value).__name__}"


def _digits(number: Any) -> str:
    try:
        return f"{float(number):.6g}"
    except (TypeError, ValueError, OverflowError):  # complex, a span of time, more digits than a float has
        return _cut(in_words(number))


def in_words(value: Any, convert: Callable[[Any], str] = repr) -> str:
    """Return what `repr` or `str` gives, whatever a learner's own class does when it is asked."""
    try:
        return convert(value)
    except (Exception, SystemExit, GeneratorExit):
        return f"<{type(value).__name__}>"


def _noun(right: np.ndarray) -> str:
    return "a number" if right.ndim == 0 else f"an array of shape {right.shape}"


def _in_words(shape: tuple[int, ...]) -> str:
    match shape:
        case ():
            return "a single number, of shape ()"
        case (size,):
            return f"shape {shape}, {_count(size, 'number')} along one axis"
        case (rows, columns):
            return f"shape {shape}, {_count(rows, 'row')} and {_count(columns, 'column')}"
    return f"shape {shape}, with {len(shape)} axes"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _first(places: np.ndarray) -> Any:
    if places.ndim == 0:
        return ()
    index = tuple(int(i) for i in np.argwhere(places)[0])
    return index[0] if len(index) == 1 else index


def _lost_decimals(right: np.ndarray, result: np.ndarray, dtype: np.dtype[Any]) -> str:
    if np.allclose(result, np.rint(result), rtol=0, atol=1e-9) and (
        result.ndim == 0 or (dtype.kind == "f" and not result.any())
    ):
        return ""  # a single 0 or 1, or zeros that are floats, have more likely causes than lost decimals
    if np.array_equal(result, np.trunc(right)):
        return "\nAll decimals are gone: were the numbers put into an array of dtype int, or cut by int(...)?"
    for digits in range(4):
        if np.allclose(result, np.round(right, digits), rtol=0, atol=1e-9):
            if digits < 2 and np.unique(result[np.abs(result - right) > 1e-9]).size < 2:
                return "\nDid you round? Then return all digits. If not, one number looks rounded by chance."
            return "\nThe numbers are right but rounded. Return them with all their digits."
    return ""


def _cut(text: str, limit: int = 200) -> str:
    return text if len(text) <= limit else text[:limit] + " ..."


def _indent(text: str) -> str:
    return "\n".join("    " + line for line in text.splitlines())
