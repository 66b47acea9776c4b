"""Data to learn from: toy points in the plane, simulated bank customers, a strict reader of the real file.

The toy data sets need only NumPy. The customers come as a pandas table. The real churn file cannot be shipped
with the course (its license is unclear), so `simulate_churn` invents customers that keep its facts, and
`load_churn` reads the real file where the reader has put it in place. (Chapter 8.)
"""

from __future__ import annotations

import codecs
import csv
import difflib
import io
import itertools
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from annlib._validation import file_path, generator, positive_int, real
from annlib.errors import AnnlibError, FileFormatError, InputError

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "CATEGORICAL",
    "CATEGORIES",
    "COLUMNS",
    "FEATURES",
    "IDENTIFIERS",
    "NUMERIC",
    "TARGET",
    "ChurnChunks",
    "DataNotFoundError",
    "blobs",
    "circles",
    "find_churn",
    "load_churn",
    "moons",
    "read_customers",
    "simulate_churn",
    "spirals",
    "xor",
]

Array = np.ndarray[Any, Any]

# ---------------------------------------------------------------------------------------------------------
# Points in the plane (chapters 1 to 7). Each returns X, float64 (n, 2), and y, int64 (n,), in shuffled order.


def xor(n: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Draw clouds around the four corners of a square; opposite corners share a label.

    No straight line parts the two labels, so one neuron cannot learn them. (Chapter 1.)

    Parameters
    ----------
    n : int
        How many points; the corners differ by at most one point.
    noise : float
        Standard deviation of each cloud; the corners are (-1, -1), (-1, 1), (1, -1), (1, 1).
    rng : numpy.random.Generator
        Where the randomness comes from.

    Returns
    -------
    X : float64 array (n, 2)
    y : int64 array (n,)
        1 where the two coordinates of the corner differ in sign, else 0.

    Raises
    ------
    InputError
        If an argument cannot work.

    Examples
    --------
    >>> X, y = xor(4, noise=0.0, rng=np.random.default_rng(0))
    >>> sorted((*map(int, point), int(label)) for point, label in zip(X, y))
    [(-1, -1, 0), (-1, 1, 1), (1, -1, 1), (1, 1, 0)]
    """
    n, noise = _check_toy(n, noise, rng, at_least=4)
    corner = np.arange(n) % 4
    X = np.stack([corner // 2, corner % 2], axis=1) * 2.0 - 1.0  # (n, 2)
    y = (corner == 1) | (corner == 2)
    return _shuffled(X, y.astype(np.int64), noise, rng)


def moons(n: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Draw two half circles that reach into each other.

    Parameters
    ----------
    n : int
        How many points; the two labels differ by at most one point.
    noise : float
        Standard deviation of the noise; the half circles have radius 1.
    rng : numpy.random.Generator
        Where the randomness comes from.

    Returns
    -------
    X : float64 array (n, 2)
    y : int64 array (n,)
        0 on the upper half circle (center (0, 0)), 1 on the lower (center (1, 0.5)).

    Raises
    ------
    InputError
        If an argument cannot work.

    Examples
    --------
    >>> X, y = moons(200, noise=0.0, rng=np.random.default_rng(0))
    >>> bool(np.allclose(np.hypot(*X[y == 0].T), 1))
    True
    """
    n, noise = _check_toy(n, noise, rng, at_least=2)
    y = np.arange(n) % 2
    angle = rng.uniform(0, np.pi, n)
    side = 1 - 2 * y  # 1 for the upper moon, -1 for the lower
    X = np.stack([y + side * np.cos(angle), 0.5 * y + side * np.sin(angle)], axis=1)  # (n, 2)
    return _shuffled(X, y, noise, rng)


def circles(n: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Draw a circle of radius 1/2 inside a circle of radius 1.

    Parameters
    ----------
    n : int
        How many points; the two labels differ by at most one point.
    noise : float
        Standard deviation of the noise.
    rng : numpy.random.Generator
        Where the randomness comes from.

    Returns
    -------
    X : float64 array (n, 2)
    y : int64 array (n,)
        0 on the outer circle, 1 on the inner.

    Raises
    ------
    InputError
        If an argument cannot work.

    Examples
    --------
    >>> X, y = circles(200, noise=0.0, rng=np.random.default_rng(0))
    >>> bool(np.allclose(np.hypot(*X.T), 1 - y / 2))
    True
    """
    n, noise = _check_toy(n, noise, rng, at_least=2)
    y = np.arange(n) % 2
    angle = rng.uniform(0, 2 * np.pi, n)
    radius = 1 - y / 2
    X = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)  # (n, 2)
    return _shuffled(X, y, noise, rng)


def spirals(n: int, noise: float, rng: np.random.Generator, turns: float = 1.25) -> tuple[Array, Array]:
    """Draw two spirals wound around each other: the hardest of the toys.

    Parameters
    ----------
    n : int
        How many points; the two labels differ by at most one point.
    noise : float
        Standard deviation of the noise; the spirals end at radius 1.
    rng : numpy.random.Generator
        Where the randomness comes from.
    turns : float
        How often each spiral goes around the middle; more is harder.

    Returns
    -------
    X : float64 array (n, 2)
    y : int64 array (n,)
        Which spiral; the one is the other turned by 180 degrees.

    Raises
    ------
    InputError
        If an argument cannot work.

    Examples
    --------
    >>> X, y = spirals(200, noise=0.0, rng=np.random.default_rng(0))
    >>> bool(np.hypot(*X.T).max() <= 1)
    True
    """
    n, noise = _check_toy(n, noise, rng, at_least=2)
    turns = real("turns", turns, low=0, open_low=True, remedy="1.25 is a good start")
    y = np.arange(n) % 2
    radius = np.sqrt(rng.uniform(0.01, 1.0, n))  # the root spreads the points evenly along the arm
    angle = 2 * np.pi * turns * radius + np.pi * y
    X = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)  # (n, 2)
    return _shuffled(X, y, noise, rng)


def blobs(n: int, noise: float, rng: np.random.Generator, classes: int = 2) -> tuple[Array, Array]:
    """Draw round clouds, one for each class, with centers evenly spaced on a circle of radius 1.

    Parameters
    ----------
    n : int
        How many points; the classes differ by at most one point.
    noise : float
        Standard deviation of each cloud.
    rng : numpy.random.Generator
        Where the randomness comes from.
    classes : int
        How many clouds. Two are parted by a straight line: one neuron learns them.

    Returns
    -------
    X : float64 array (n, 2)
    y : int64 array (n,)
        The class, 0 to ``classes - 1``.

    Raises
    ------
    InputError
        If an argument cannot work.

    Examples
    --------
    >>> X, y = blobs(300, noise=0.1, rng=np.random.default_rng(0), classes=3)
    >>> X.shape, np.bincount(y).tolist()
    ((300, 2), [100, 100, 100])
    """
    classes = _count("classes", classes, at_least=2)
    n, noise = _check_toy(n, noise, rng, at_least=classes)
    y = np.arange(n) % classes
    angle = 2 * np.pi * y / classes
    return _shuffled(np.stack([np.cos(angle), np.sin(angle)], axis=1), y, noise, rng)


def _shuffled(X: Array, y: Array, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Add the noise and shuffle, so that the first half of the rows is not of one kind."""
    order = rng.permutation(len(y))
    return X[order] + noise * rng.standard_normal(X.shape), y[order].astype(np.int64)


def _check_toy(n: int, noise: float, rng: object, at_least: int) -> tuple[int, float]:
    generator("rng", rng)
    return _count("n", n, at_least), real("noise", noise, low=0, remedy="It is a standard deviation")


def _count(name: str, value: object, at_least: int) -> int:
    count = positive_int(name, value)
    if count < at_least:
        raise InputError(f"{name} must be at least {at_least}, got {count}; fewer cannot hold every class.")
    return count


# ---------------------------------------------------------------------------------------------------------
# The churn table: what its columns are (chapter 8).


@dataclass(frozen=True)
class _Number:
    """A column of numbers: what it may hold, ends included."""

    low: float
    high: float
    whole: bool = True


@dataclass(frozen=True)
class _Word:
    """A column of words: the ones it may hold, or any where there are none."""

    known: tuple[str, ...] = ()


# One line for each column, in the order of the file. The ranges are those of the real file, with a little
# room where a bank could meet more (a customer of 95), and none where the column's meaning forbids it.
_TABLE: dict[str, _Number | _Word] = {
    "RowNumber": _Number(1, 10**9),
    "CustomerId": _Number(1, 10**9),
    "Surname": _Word(),
    "CreditScore": _Number(350, 850),
    "Geography": _Word(("France", "Germany", "Spain")),
    "Gender": _Word(("Female", "Male")),
    "Age": _Number(18, 100),
    "Tenure": _Number(0, 10),
    "Balance": _Number(0, 300_000, whole=False),
    "NumOfProducts": _Number(1, 4),
    "HasCrCard": _Number(0, 1),
    "IsActiveMember": _Number(0, 1),
    "EstimatedSalary": _Number(0, 200_000, whole=False),
    "Exited": _Number(0, 1),
}

COLUMNS = tuple(_TABLE)
"""All columns of the churn table, in the order of the file."""

IDENTIFIERS = ("RowNumber", "CustomerId", "Surname")
"""Columns that name a customer and say nothing about one: never features."""

TARGET = "Exited"
"""What is to be predicted: 1 if the customer left."""

CATEGORICAL = ("Geography", "Gender")
"""Features that are words: to be encoded."""

CATEGORIES = tuple(kind.known for name in CATEGORICAL if isinstance(kind := _TABLE[name], _Word))
"""The words that each of `CATEGORICAL` may hold, in the same order."""

NUMERIC = tuple(name for name in COLUMNS if name not in (*IDENTIFIERS, *CATEGORICAL, TARGET))
"""Features that are numbers: to be scaled."""

FEATURES = tuple(name for name in COLUMNS if name in (*CATEGORICAL, *NUMERIC))
"""The ten columns that a model may use, in the order of the file."""


# ---------------------------------------------------------------------------------------------------------
# The simulated customers. Every table below is an invention that was tuned until the simulated customers kept
# the published facts (counts, shares, rates) of the real file; no customer of that file is in here.

# The share of customers younger than each age. Between two lines of the table the ages are equally likely.
_YOUNGER_THAN = {
    18: 0.000, 20: 0.005, 22: 0.014, 24: 0.032, 26: 0.061, 28: 0.102, 31: 0.197, 34: 0.323, 37: 0.461,
    40: 0.600, 43: 0.713, 46: 0.791, 51: 0.876, 56: 0.921, 61: 0.955, 66: 0.974, 71: 0.987, 76: 0.996,
    81: 0.999, 93: 1.000,
}  # fmt: skip

# The middle-aged differ from the others in more than their age: 1 marks them wholly, 0 not at all.
_MIDDLE_AGED = {36: 0.0, 50: 1.0, 58: 1.0, 68: 0.0}

# Each pair: the share among those who are not middle-aged, and among those who are.
_GERMANY = (0.227, 0.317)
_SPAIN_ELSE_FRANCE = (0.323, 0.354)  # of those who are not in Germany
_FEMALE = (0.437, 0.497)
_NO_BALANCE = (0.493, 0.452)  # of those who are not in Germany; in Germany nobody has a balance of zero

# How likely 1, 2, 3, 4 products are: those who are not middle-aged, and those who are.
_PRODUCTS = {
    "no balance": ((0.199, 0.782, 0.018, 0.001), (0.415, 0.517, 0.054, 0.014)),
    "balance": ((0.731, 0.259, 0.009, 0.001), (0.731, 0.203, 0.048, 0.018)),
    "Germany": ((0.491, 0.480, 0.025, 0.004), (0.643, 0.267, 0.067, 0.023)),
}

# The share of active members, by age from this one on.
_ACTIVE = {
    18: 0.510, 31: 0.510, 36: 0.485, 41: 0.475, 46: 0.470, 51: 0.535, 56: 0.640, 61: 0.715,
    66: 0.845, 71: 0.910,
}  # fmt: skip

# How likely it is to leave, in log-odds: a sum of four effects. Age acts as a hill, and the hill is far
# higher for those who are not active; a second product holds customers, a third and a fourth drive them away.
# So no straight line in the columns can do it justice.
_LOG_ODDS_BY_AGE = {  # not active, active; straight lines between
    18: (-2.50, -3.70), 28: (-2.80, -3.64), 33: (-2.47, -3.42), 38: (-1.94, -2.76), 43: (-1.19, -2.17),
    48: (-0.24, -1.23), 53: (1.13, -0.99), 58: (2.02, -1.47), 63: (2.80, -2.15), 68: (0.95, -2.85),
    75: (-1.00, -3.70), 92: (-1.40, -3.80),
}  # fmt: skip
_LOG_ODDS_BY_PRODUCTS = {  # 1, 2, 3 products; with 4, all leave
    "no balance": (0.98, -1.97, 2.50),
    "balance": (0.00, -0.40, 5.50),
    "Germany": (1.36, -0.50, 4.10),
}
_LOG_ODDS_FEMALE = 0.73

# These have no effect on leaving in the simulated table, so a model that finds one there has found noise.
_TENURE = (0.041, *[0.910 / 9] * 9, 0.049)  # 0 to 10 years
_CREDIT_CARD = 0.706
_CREDIT_SCORE = (651.7, 99.0)  # mean and standard deviation, before scores are cut off at 350 and 850
_BALANCE = (119_800.0, 30_100.0)
_SALARY = (11.58, 199_992.48)

_SURNAMES = (
    "Abberley", "Ashgrove", "Bellwether", "Birkhall", "Brackwater", "Calderwick", "Corrowan",
    "Dunmarsh", "Elderfield", "Fallowby", "Fennimoor", "Garrowby", "Glimmerton", "Harkwell",
    "Heatherlin", "Ironbrook", "Jesserand", "Kestrelby", "Larkhollow", "Loweswick", "Marrowdale",
    "Merrivane", "Nettlecombe", "Oakhanger", "Orrinsby", "Pellamoor", "Quillfeather", "Ravensby",
    "Rushmere", "Saltmarsh", "Sorrelby", "Thistlewood", "Tolliver", "Umberleigh", "Varrowick",
    "Wavering", "Whitlock", "Windermoor", "Yarrowby", "Zephyrine",
)  # fmt: skip


def simulate_churn(n: int = 10_000, rng: np.random.Generator | None = None) -> pd.DataFrame:
    """Invent bank customers that keep the published facts of the real churn file (chapter 8).

    The customers are SIMULATED: what holds for them was put there by the tables at the head of this section,
    and nothing new about a real bank can be learned from them. What was kept: the share of each country,
    gender, number of products and activity, and how many leave in each; the distributions of age, credit
    score, tenure, balance and salary; leaving by age; and about how well models can do. Credit score, tenure,
    credit card, salary and the size of a balance (other than zero) have no effect here.

    Parameters
    ----------
    n : int
        How many customers. Memory grows with it: about 120 bytes each.
    rng : numpy.random.Generator
        Where the randomness comes from.

    Returns
    -------
    pandas.DataFrame
        ``n`` rows with `COLUMNS`; words are str, amounts float64, everything else int64. RowNumber counts
        from 1. The label ``attrs["simulated"]`` is True.

    Raises
    ------
    InputError
        If `n` is no positive integer or `rng` no generator.

    Examples
    --------
    >>> customers = simulate_churn(1_000, rng=np.random.default_rng(0))
    >>> customers.shape, customers.attrs
    ((1000, 14), {'simulated': True})
    """
    import pandas as pd

    n = positive_int("n", n)
    rng = generator("rng", rng)

    age = np.floor(np.interp(rng.random(n), list(_YOUNGER_THAN.values()), list(_YOUNGER_THAN))).astype(
        np.int64
    )
    middle = np.interp(age, list(_MIDDLE_AGED), list(_MIDDLE_AGED.values()))  # (n,) 0 to 1

    def share(others: float, middle_aged: float) -> Array:
        return others + (middle_aged - others) * middle  # (n,)

    germany = rng.random(n) < share(*_GERMANY)
    spain = ~germany & (rng.random(n) < share(*_SPAIN_ELSE_FRANCE))
    female = rng.random(n) < share(*_FEMALE)
    starts = np.array(list(_ACTIVE))
    active = rng.random(n) < np.array(list(_ACTIVE.values()))[np.searchsorted(starts, age, side="right") - 1]
    no_balance = ~germany & (rng.random(n) < share(*_NO_BALANCE))
    balance = np.where(no_balance, 0.0, np.clip(rng.normal(*_BALANCE, n), 3_000, 300_000).round(2))

    group = np.where(germany, 2, np.where(no_balance, 0, 1))  # the order of _PRODUCTS
    others, middle_aged = np.array(list(_PRODUCTS.values())).transpose(1, 0, 2)[:, group]  # each (n, 4)
    likely = others + (middle_aged - others) * middle[:, None]
    products = 1 + (rng.random((n, 1)) > likely.cumsum(axis=1)[:, :3]).sum(axis=1)

    knots = list(_LOG_ODDS_BY_AGE)
    not_active_curve, active_curve = np.array(list(_LOG_ODDS_BY_AGE.values())).T
    by_age = np.where(active, np.interp(age, knots, active_curve), np.interp(age, knots, not_active_curve))
    by_products = np.array(list(_LOG_ODDS_BY_PRODUCTS.values()))[group, np.minimum(products, 3) - 1]
    log_odds = by_age + by_products + _LOG_ODDS_FEMALE * female
    exited = (rng.random(n) < 1 / (1 + np.exp(-log_odds))) | (products == 4)

    row = np.arange(1, n + 1)
    table = pd.DataFrame(
        {
            "RowNumber": row,
            # A walk with a stride that has no common divisor with the modulus: unique, and no use to anyone.
            "CustomerId": 10_000_000 + (row * 61_803_399 + rng.integers(89_999_999)) % 89_999_999,
            "Surname": np.array(_SURNAMES)[rng.integers(len(_SURNAMES), size=n)],
            "CreditScore": np.clip(np.rint(rng.normal(*_CREDIT_SCORE, n)), 350, 850).astype(np.int64),
            "Geography": np.where(germany, "Germany", np.where(spain, "Spain", "France")),
            "Gender": np.where(female, "Female", "Male"),
            "Age": age,
            "Tenure": rng.choice(11, size=n, p=_TENURE),
            "Balance": balance,
            "NumOfProducts": products,
            "HasCrCard": (rng.random(n) < _CREDIT_CARD).astype(np.int64),
            "IsActiveMember": active.astype(np.int64),
            "EstimatedSalary": rng.uniform(*_SALARY, n).round(2),
            "Exited": exited.astype(np.int64),
        }
    )
    table.attrs["simulated"] = True
    return table


# ---------------------------------------------------------------------------------------------------------
# The real file: found, read and checked. A table of customers is trusted only when every field was looked at.

_FILE = "Churn_Modelling.csv"
_VARIABLE = "ANNLIB_CHURN_CSV"
_ROWS = 10_000
_SHOWN = 5  # how many problems one message shows


class DataNotFoundError(AnnlibError, FileNotFoundError):
    """A data file is not where it was looked for."""


def find_churn() -> Path | None:
    """Say where the real churn file is, or None if the reader has not put one in place (chapter 8).

    It is looked for at the path in the environment variable ``ANNLIB_CHURN_CSV``, and if that is not set, at
    ``data/Churn_Modelling.csv``, from the working directory upward to the root of the repository (notebooks
    run in ``book/``, the data lies beside it). With ``ANNLIB_CHURN_CSV=simulated`` it is not looked for
    at all: so the tests compare the same numbers on every machine.

    Returns
    -------
    pathlib.Path or None

    Raises
    ------
    DataNotFoundError
        If the variable is set and there is nothing at its path: a wish that cannot be met is an error.

    Examples
    --------
    >>> path = find_churn()
    >>> path is None or path.exists()
    True
    """
    wish = os.environ.get(_VARIABLE, "").strip()
    if wish == "simulated":
        return None
    relative = Path(wish).expanduser() if wish else Path("data") / _FILE
    for folder in _folders():
        if (folder / relative).exists():  # an absolute path swallows the folder before it
            return folder / relative
    if wish:
        raise DataNotFoundError(
            f"The environment variable {_VARIABLE} names {wish!r}, but there is no such file. "
            "Correct the path, or unset the variable to use the simulated customers."
        )
    return None


def _folders() -> Iterator[Path]:
    """Yield the working directory and, inside a repository, those above it up to its root."""
    here = Path.cwd()
    chain = [here, *here.parents]
    roots = [i for i, folder in enumerate(chain) if (folder / "pyproject.toml").is_file()]
    yield from chain[: roots[0] + 1] if roots else [here]


def load_churn(path: str | os.PathLike[str] | None = None, *, n_rows: int | None = _ROWS) -> pd.DataFrame:
    """Read the real churn file and check every field of it (chapter 8).

    Windows and old Mac line ends, a byte order mark, UTF-16, quoted fields, spaces around a field and columns
    in another order are read as they are meant. Everything else that differs from the file's own form is an
    error: no row and no value is ever dropped, filled or guessed.

    Parameters
    ----------
    path : path, optional
        The file; without it, where `find_churn` finds it.
    n_rows : int or None
        How many customers the file must hold: the real one has 10,000, counted by RowNumber from 1 without a
        gap, so a file that was cut off or lost lines is noticed. None reads any number in any order.

    Returns
    -------
    pandas.DataFrame
        One row for each customer, in the order of the file, with `COLUMNS` in their usual order; words are
        str, amounts float64, everything else int64. The label ``attrs["simulated"]`` is False.

    Raises
    ------
    DataNotFoundError
        If there is no file.
    FileFormatError
        If the file is damaged or another one; the message names the line and the column.
    InputError
        If an argument cannot work.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "customers.csv"
    >>> simulate_churn(3, rng=np.random.default_rng(0)).to_csv(path, index=False)
    >>> load_churn(path, n_rows=3).shape
    (3, 14)
    """
    import pandas as pd

    if path is not None and not isinstance(path, (str, os.PathLike)):
        raise InputError(f"path must be a path or None, got {path!r} ({type(path).__name__}).")
    if n_rows is not None:
        n_rows = positive_int("n_rows", n_rows)
    file = find_churn() if path is None else Path(path).expanduser()
    if file is None:
        raise DataNotFoundError(
            f"There is no churn file: {_VARIABLE} is not set, and data/{_FILE} was found neither here nor "
            "above. Put the file there, pass its path, or use simulate_churn(rng=np.random.default_rng(0))."
        )
    rows = _parse_churn(_read_text(file), file.name, n_rows)
    columns = {name: [row[name] for row in rows] for name in COLUMNS}
    dtypes = {
        name: np.dtype(np.int64 if kind.whole else np.float64) if isinstance(kind, _Number) else None
        for name, kind in _TABLE.items()
    }
    table = pd.DataFrame({name: pd.Series(values, dtype=dtypes[name]) for name, values in columns.items()})
    table.attrs["simulated"] = False
    return table


def read_customers(path: str | os.PathLike[str]) -> tuple[pd.DataFrame, list[str]]:
    """Read customers whose leaving is to be predicted: the good rows, and what is wrong with the others.

    Parameters
    ----------
    path : path
        A CSV file with the `FEATURES`, in any order; the identifiers and Exited may stand there too.

    Returns
    -------
    table : pandas.DataFrame
        The good rows: the file's columns, and "line", the number of the row's line in the file.
    problems : list of str
        For each fault its line, its column and what was expected.

    Raises
    ------
    DataNotFoundError
        If there is no file.
    FileFormatError
        If the column names do not fit, or the file is no CSV file.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "customers.csv"
    >>> table = simulate_churn(3, rng=np.random.default_rng(0))[list(FEATURES)]
    >>> table.to_csv(path, index=False)
    >>> _ = path.write_text(path.read_text().replace("France", "Atlantis", 1))
    >>> customers, problems = read_customers(path)
    >>> len(customers), problems[0]
    (2, "line 3, column Geography: expected France, Germany or Spain, got 'Atlantis'")
    """
    import pandas as pd

    file = Path(path).expanduser()
    lines = _lines(_read_text(file))
    header = [field.strip() for field in _split(lines[0], f"{file.name}, line 1, in the column names")]
    faults = [f"column {name} is missing" for name in FEATURES if name not in header]
    faults += [
        f"column {_show(name)} does not belong to this table" for name in header if name not in COLUMNS
    ]
    faults += [f"column {name} stands there twice" for name in COLUMNS if header.count(name) > 1]
    if faults:
        _raise_problems(file.name, [f"line 1, {fault}" for fault in faults])
    rows, problems = [], []
    for number, line in enumerate(lines[1:], start=2):
        row, found = _parse_line(line, header, cut_off=False)
        problems += [f"line {number}, {problem}" for problem in found]
        if row is not None:
            rows.append({"line": number} | row)
    return pd.DataFrame(rows, columns=["line", *header]), problems


class ChurnChunks:
    """A churn table of any length, a few rows at a time: for tables that do not fit into memory (chapter 9).

    Each loop over it reads the file anew, and yields ``(X, y)``: a table of the ten `FEATURES`, and Exited.
    Every field of these eleven columns is checked. What is damaged is an error that names line and column, as
    in `load_churn`; only the identifiers are not looked at, so the same customer may stand there twice.

    Parameters
    ----------
    path : path
        A CSV file (UTF-8) with all `COLUMNS`, in any order.
    n_rows : int
        The rows of a chunk.

    Raises
    ------
    DataNotFoundError
        If there is no file.
    FileFormatError
        From the loop, if the file is damaged or another one.
    InputError
        If an argument cannot work.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "customers.csv"
    >>> simulate_churn(250, rng=np.random.default_rng(0)).to_csv(path, index=False)
    >>> [X.shape for X, y in ChurnChunks(path, n_rows=100)]
    [(100, 10), (100, 10), (50, 10)]
    """

    def __init__(self, path: str | os.PathLike[str], n_rows: int = 10_000) -> None:
        self.path = file_path("path", path).expanduser()
        self.n_rows = positive_int("n_rows", n_rows)
        _opened(self.path).close()

    def __iter__(self) -> Iterator[tuple[pd.DataFrame, pd.Series[int]]]:
        name = self.path.name
        with io.TextIOWrapper(_opened(self.path), encoding="utf-8-sig", errors="surrogateescape") as text:
            first = text.readline()
            if first.startswith(("\udcff\udcfe", "\udcfe\udcff")):
                raise FileFormatError(
                    f"{name} is UTF-16, which is not read in chunks; save it as CSV (UTF-8)."
                )
            header = _parse_header([first.rstrip("\n")], name)
            start = 2  # the number of the chunk's first line
            while lines := list(itertools.islice(text, self.n_rows)):
                if len(lines) < self.n_rows:  # the end: empty lines there are no customers
                    lines = _without_empty_end(lines)
                if lines:
                    table = _fast_chunk(lines, header)
                    if table is None:
                        table = _strict_chunk(lines, header, start, name)
                    yield table[list(FEATURES)], table[TARGET]
                    start += len(lines)
        if start == 2:
            raise FileFormatError(
                f"{name} holds 0 customers: no line follows the column names; fetch it again."
            )


def _fast_chunk(lines: Sequence[str], header: Sequence[str]) -> pd.DataFrame | None:
    """Return the features and the target if pandas reads all lines well, else None."""
    import pandas as pd

    text = "".join(lines)
    if '"' in text or "\0" in text or any(line.count(",") != len(header) - 1 for line in lines):
        return None
    kinds = {name: _TABLE[name] for name in (*FEATURES, TARGET)}
    dtypes: dict[str, Any] = {
        name: str if isinstance(kind, _Word) else np.int64 if kind.whole else np.float64
        for name, kind in kinds.items()
    }
    try:
        table = pd.read_csv(io.StringIO(text), names=list(header), usecols=list(kinds), dtype=dtypes)
    except ValueError:
        return None
    good = len(table) == len(lines) and all(
        table[name].isin(kind.known).all()
        if isinstance(kind, _Word)
        else table[name].between(kind.low, kind.high).all()
        for name, kind in kinds.items()
    )
    return table if good else None


def _strict_chunk(lines: Sequence[str], header: Sequence[str], start: int, name: str) -> pd.DataFrame:
    """Read line by line, as `load_churn` does: slowly, but it knows what is wrong, and where."""
    import pandas as pd

    rows, problems = [], []
    for number, line in enumerate(lines, start=start):
        row, found = _parse_line(line.rstrip("\n"), header, cut_off=not line.endswith("\n"))
        problems += [f"line {number}, {problem}" for problem in found]
        rows.append(row)
    if problems:
        _raise_problems(name, problems)
    return pd.DataFrame(rows, columns=list(header))


def _lines(text: str) -> list[str]:
    """Return the lines, whatever ends them, without the empty ones at the end."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[:1] + _without_empty_end(lines[1:])


def _without_empty_end(lines: list[str]) -> list[str]:
    """Return the lines up to the last that is not empty."""
    n = len(lines)
    while n and lines[n - 1] in ("", "\n"):
        n -= 1
    return lines[:n]


def _opened(file: Path) -> io.BufferedReader:
    """Open the file if it can be a CSV file."""
    if file.is_dir():
        raise FileFormatError(f"{file.name} is a directory, expected a CSV file; name the file inside it.")
    try:
        stream = file.open("rb")
    except FileNotFoundError:
        raise DataNotFoundError(f"There is no file {str(file)!r}; check the path.") from None
    kinds = {
        b"PK\x03\x04": "an Excel workbook or a ZIP archive; unpack it, or save the sheet as CSV",
        b"\x1f\x8b": "a gzip archive; unpack it first",
        b"%PDF": "a PDF; find the CSV file itself",
        b"\x89PNG": "a picture; find the CSV file itself",
        b"version https://git-lfs": "a pointer of Git LFS; fetch the file itself with: git lfs pull",
    }
    head = stream.peek(32)
    for magic, kind in kinds.items():
        if head.startswith(magic):
            stream.close()
            raise FileFormatError(f"{file.name} is no CSV file but {kind}.")
    return stream


def _read_text(file: Path) -> str:
    """Return the text of the file; bytes that are not UTF-8 become lone surrogates, reported by field."""
    with _opened(file) as stream:
        data = stream.read()
    if not data.strip():
        raise FileFormatError(f"{file.name} is empty: no rows, not even the line of column names (line 1).")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            line = 1 + data[: error.start].decode("utf-16", errors="replace").count("\n")
            raise FileFormatError(
                f"{file.name}, line {line}: the text breaks off inside a letter (UTF-16); fetch it again."
            ) from None
    return data.decode("utf-8-sig", errors="surrogateescape")


def _parse_churn(text: str, name: str, n_rows: int | None) -> list[dict[str, Any]]:
    """Turn the text into rows, or raise an error that shows the first problems, with line and column."""
    cut_off = not text.endswith(("\n", "\r"))  # a whole file ends with a line end
    lines = _lines(text)
    conflicts = [f"line {i}, {_conflict(line)}" for i, line in enumerate(lines, start=1) if _conflict(line)]
    if conflicts:  # whatever else is wrong follows from them
        _raise_problems(name, conflicts)
    header = _parse_header(lines, name)
    problems: list[str] = []
    rows: list[dict[str, Any]] = []
    first_line: dict[int, int] = {}
    strays = 0  # lines that are no customers at all: they shift the numbers of those that follow
    for number, line in enumerate(lines[1:], start=2):
        row, found = _parse_line(line, header, cut_off and number == len(lines))
        strays += not line.strip() or _is_header(line)
        if row is not None:
            customer = row["CustomerId"]
            if customer in first_line:
                found.append(
                    f"column CustomerId: {customer} is the customer of line {first_line[customer]} again"
                )
            first_line.setdefault(customer, number)
            expected = number - 1 - strays
            if n_rows is not None and row["RowNumber"] != expected and not found:
                # One lost line shifts all that follow, so this is the last thing worth saying.
                found.append(
                    f"column RowNumber: expected {expected}, got {row['RowNumber']}; "
                    "lines are missing, doubled or out of order"
                )
                problems += [f"line {number}, {problem}" for problem in found]
                break
            rows.append(row)
        problems += [f"line {number}, {problem}" for problem in found]
    if problems:
        _raise_problems(name, problems)
    if not rows:
        counted = "" if n_rows is None else f", expected {n_rows:,}"
        raise FileFormatError(
            f"{name} holds 0 customers{counted}: it has no rows: line 1 names the columns ({header[0]} to "
            f"{header[-1]}) and no line 2 follows; fetch it again."
        )
    if n_rows is not None and len(rows) != n_rows:
        raise FileFormatError(
            f"{name} holds {len(rows):,} customers, expected {n_rows:,}: its last line is line {len(lines)}, "
            f"column RowNumber ends at {len(rows)}. The file was probably cut off; fetch it again, "
            "or pass n_rows=None if a part is what you mean to read."
        )
    return rows


def _raise_problems(name: str, problems: Sequence[str]) -> NoReturn:
    shown = "".join(f"\n  {problem}" for problem in problems[:_SHOWN])
    more = f"\n  and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    raise FileFormatError(f"{name} has {count}:{shown}{more}\nCorrect the file, or fetch it again.")


def _parse_header(lines: Sequence[str], name: str) -> list[str]:
    """Return the column names in the order of the file, if they are the fourteen."""
    line = lines[0]
    if "\0" in line:
        raise FileFormatError(
            f"{name}, line 1: expected the column names, got zero bytes; it is a binary file, or UTF-16 "
            "without its mark. Save it as CSV (UTF-8)."
        )
    header = [field.strip() for field in _split(line, f"{name}, line 1, in the column names")]
    missing = [column for column in COLUMNS if column not in header]
    if not missing and len(header) == len(COLUMNS):
        return header
    problems = []
    for column in missing:
        near = difflib.get_close_matches(column.lower(), [field.lower() for field in header], 1, cutoff=0.6)
        spelled = next((field for field in header if near and field.lower() == near[0]), None)
        hint = f" (is {_show(spelled)} meant?)" if spelled is not None and spelled not in COLUMNS else ""
        problems.append(f"line 1, column {column} is missing{hint}")
    for i, field in enumerate(header):
        if field not in COLUMNS:
            problems.append(f"line 1, column {_show(field)} (number {i + 1}) does not belong to this table")
        elif field in header[:i]:
            problems.append(f"line 1, column {field} stands there twice")
    if len(missing) == len(COLUMNS):
        others = [mark for mark in (";", "\t", "|") if line.count(mark) == len(COLUMNS) - 1]
        hint = f"; its columns are separated by {others[0]!r} instead of a comma" if others else ""
        if _looks_like_row(header):
            hint = "; it looks like a customer, so the first line was lost"
        elif {field.lower() for field in header} == {column.lower() for column in COLUMNS}:
            hint = "; capital letters and small ones differ"
        elif below := next((i for i, other in enumerate(lines[:20], start=1) if _is_header(other)), 0):
            hint = f"; the names stand in line {below}: delete what is above it"
        raise FileFormatError(
            f"{name}, line 1: expected the column names {','.join(COLUMNS)}, got {_show(line)}{hint}."
        )
    _raise_problems(name, problems)


def _looks_like_row(fields: Sequence[str]) -> bool:
    return len(fields) == len(COLUMNS) and fields[0].isdecimal()


def _is_header(line: str) -> bool:
    """Say whether the line holds the fourteen names, in any order."""
    return sorted(field.strip(' "') for field in line.split(",")) == sorted(COLUMNS)


def _split(line: str, place: str) -> list[str]:
    """Split one line at its commas, as CSV does."""
    if len(line) > csv.field_size_limit():
        raise FileFormatError(f"{place}: the line has {len(line):,} letters; line ends were lost")
    try:
        return next(csv.reader([line], strict=True))
    except csv.Error as error:
        raise FileFormatError(f"{place}: a quotation mark is out of place ({error})") from None


def _conflict(line: str) -> str:
    """Say so if the line is a marker that a merge left behind."""
    if re.match(r"(<{7}|={7}|>{7}|\|{7})( |$)", line):
        return (
            f"a merge conflict was left in the file ({_show(line)}), before column {COLUMNS[0]}; "
            "take one side of it and delete the markers"
        )
    return ""


def _parse_line(line: str, header: Sequence[str], cut_off: bool) -> tuple[dict[str, Any] | None, list[str]]:
    """Return the row, or None, and what is wrong with it, each naming a column."""
    if _is_header(line):
        return None, [f"column {header[0]}: the column names stand here again; were two files joined?"]
    if not line.strip():
        return None, [f"column {header[0]}: the line is empty; delete it, or fetch what was there"]
    try:
        fields = _split(line, f"column {_column_of_quote(line, header)}")
    except FileFormatError as error:
        return None, [str(error)]
    if len(fields) != len(header):
        return None, [_wrong_length(header, fields, cut_off)]
    row: dict[str, Any] = {}
    problems = []
    for column, field in zip(header, fields, strict=True):
        value, problem = _parse_field(column, field.strip())
        row[column] = value
        if problem:
            problems.append(f"column {column}: {problem}")
    return (None if problems else row), problems


def _wrong_length(header: Sequence[str], fields: Sequence[str], cut_off: bool) -> str:
    """Say that a row has too few fields or too many, and from which column on they do not fit."""
    count = f"{len(fields)} field{'' if len(fields) == 1 else 's'}, expected {len(header)}"
    if len(fields) < len(header):
        where = f"column {header[len(fields)]} has no field"
        reason = "the file is cut off here" if cut_off else "a comma or a field was lost"
    else:
        where = f"the fields after column {header[-1]} are too many"
        reason = "a comma inside a field (a decimal comma?) must stand in quotation marks"
    if any("\0" in field for field in fields):
        reason = "zero bytes stand in this line, so the file was damaged"
    elif cut_off and len(fields) < len(header):
        return f"{where}: {count}; {reason}"
    pairs = zip(header, fields, strict=False)
    misfit = next((column for column, field in pairs if _parse_field(column, field.strip())[1]), None)
    hint = f" (the first field that does not fit is that of column {misfit})" if misfit else ""
    return f"{where}: {count}; {reason}{hint}"


def _column_of_quote(line: str, header: Sequence[str]) -> str:
    """Name the column in which the first quotation mark stands."""
    return header[min(line.split('"')[0].count(","), len(header) - 1)]


_WHOLE = re.compile(r"-?[0-9]{1,18}")
_DECIMAL = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")
_MISSING = {"", "na", "n/a", "nan", "null", "none", "?", "-"}


def _parse_field(column: str, field: str) -> tuple[Any, str]:
    """Return the value of one field and what is wrong with it ("" if nothing is)."""
    kind = _TABLE[column]
    if not field.isprintable():
        if any("\udc80" <= letter <= "\udcff" for letter in field):
            return (
                None,
                f"{_show(field)} is not UTF-8 (Latin-1 or Windows-1252?); save the file as CSV (UTF-8)",
            )
        return None, f"{_show(field)} holds letters that cannot be printed"
    if "\ufffd" in field or _is_twice_encoded(field):
        return None, f"{_show(field)} has lost letters in a conversion; fetch the file as it was before it"
    # A surname may be Null or Nan: such people exist, and programs lose them.
    if field == "" or (field.lower() in _MISSING and column != "Surname"):
        return None, f"the value is missing ({_show(field)})"
    if isinstance(kind, _Word):
        if kind.known and field not in kind.known:
            return None, f"expected {', '.join(kind.known[:-1])} or {kind.known[-1]}, got {_show(field)}"
        return field, ""
    pattern, expected = (_WHOLE, "a whole number") if kind.whole else (_DECIMAL, "a number")
    if not pattern.fullmatch(field):
        return None, f"expected {expected}, got {_show(field)}"
    value = int(field) if kind.whole else float(field)
    if not kind.low <= value <= kind.high:
        return None, f"expected {expected} from {kind.low:,} to {kind.high:,}, got {_show(field)}"
    return value, ""


def _is_twice_encoded(field: str) -> bool:
    """Say whether UTF-8 was read as Windows-1252 and saved again: "MÃ¼ller" for "Müller"."""
    try:
        return not field.isascii() and bool(field.encode("cp1252").decode("utf-8"))
    except UnicodeError:
        return False


def _show(text: str) -> str:
    """Quote a piece of the file, not more than fits into a message, lone bytes in hexadecimal."""
    escaped = re.sub("[\udc80-\udcff]", lambda match: f"\\x{ord(match[0]) - 0xDC00:02x}", text[:60])
    return (
        "'"
        + "".join(c if c.isprintable() else repr(c)[1:-1] for c in escaped)
        + ("'" if len(text) <= 60 else "...'")
    )
