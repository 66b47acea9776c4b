"""What an exercise is: one declaration that the checker, the hints, the grader and the tests all read.

Nothing here runs a learner's code or prints; it only says what is right, what it is tried on, and which
mistakes are known.
"""

import ast
import dis
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import EllipsisType, FunctionType
from typing import Any

import numpy as np
import numpy.typing as npt

from annlib.errors import AnnlibError

__all__ = [
    "AnswerFormError",
    "Exercise",
    "Inputs",
    "Mistake",
    "empty_methods",
    "ended",
    "has_ellipsis",
    "is_untouched",
    "numbers_in",
    "one_number",
    "one_of",
    "open_parts",
]

_OPERATIONS_OF_A_STUB = frozenset({"RESUME", "NOP", "RETURN_VALUE", "COPY_FREE_VARS", "MAKE_CELL", "CACHE"})

Inputs = tuple[Any, ...]


class AnswerFormError(AnnlibError):
    """An answer has a form that cannot be evaluated; the message says which form is wanted."""


def ended(title: str) -> str:
    """Return a title as the end of a sentence: with a period, unless it ends with a mark of its own.

    Examples
    --------
    >>> ended("Loss by hand"), ended("Dead or silent?")
    ('Loss by hand.', 'Dead or silent?')
    """
    return title if title.endswith(("?", "!", ".")) else f"{title}."


def one_of(name: str, value: object, words: tuple[str, ...], others: Mapping[str, str] | None = None) -> str:
    """Return the word that an answer stands for, whatever its case and spaces.

    Parameters
    ----------
    name : str
        What the answer is called in the exercise.
    value : object
        What the learner wrote.
    words : tuple of str
        The words to choose from.
    others : mapping of str to str, optional
        Other names, in lower case, for one of the words, in lower case too.

    Returns
    -------
    str
        One of `words`.

    Raises
    ------
    AnswerFormError
        If it is none of them.

    Examples
    --------
    >>> one_of("knob", " Slope", ("slope", "intercept"))
    'slope'
    >>> one_of("output", "none", ("identity", "sigmoid"), {"none": "identity"})
    'identity'
    """
    plain = " ".join(value.split()).casefold() if isinstance(value, str) else ""
    meant = (others or {}).get(plain, plain)
    for word in words:
        if word.casefold() == meant:
            return word
    choice = ", ".join(f'"{word}"' for word in words)
    raise AnswerFormError(f"`{name}` must be one of {choice}; got {value!r}.")


def one_number(name: str, value: Any) -> float:
    """Return the finite number that an answer stands for.

    Parameters
    ----------
    name : str
        What the answer is called in the exercise.
    value : object
        What the learner wrote.

    Returns
    -------
    float

    Raises
    ------
    AnswerFormError
        If it is no number, NaN or infinite.

    Examples
    --------
    >>> one_number("slope", np.array([2]))
    2.0
    """
    try:
        number = float(value.item() if isinstance(value, np.ndarray) else value)
    except (TypeError, ValueError) as error:
        raise AnswerFormError(f"`{name}` must be one number; got {value!r}.") from error
    if not np.isfinite(number):
        raise AnswerFormError(f"`{name}` must be a finite number; got {value!r}.")
    return number


def numbers_in(what: str, value: Any, shape: tuple[int, ...] | None = None) -> npt.NDArray[np.float64]:
    """Return a learner's result as an array of finite numbers.

    Parameters
    ----------
    what : str
        The beginning of the sentence that says what is wrong.
    value : object
        What the learner's code gave.
    shape : tuple of int, optional
        The shape that is wanted.

    Returns
    -------
    ndarray
        A new array.

    Raises
    ------
    AnswerFormError
        If it is None, no array of finite numbers, or of another shape.

    Examples
    --------
    >>> numbers_in("The result", [1, 2], shape=(2,))
    array([1., 2.])
    """
    if value is None:
        raise AnswerFormError(f"{what} is None. Without a `return`, a function gives None.")
    if hasattr(value, "toarray"):  # a sparse matrix of scikit-learn's encoder
        value = value.toarray()
    try:
        array: npt.NDArray[np.float64] = np.array(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise AnswerFormError(f"{what} must be an array of numbers; got a {type(value).__name__}.") from error
    if shape is not None and array.shape != shape:
        raise AnswerFormError(f"{what} has the wrong shape: expected {shape}, got {array.shape}.")
    if not np.isfinite(array).all():
        raise AnswerFormError(f"{what} contains NaN (not a number) or infinity.")
    return array


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """A wrong answer that learners give, and the message that it deserves.

    Attributes
    ----------
    name : str
        A short name, for tests and for a teacher's statistics ("no bias").
    answer : object
        The wrong answer, of the same form as the exercise's right one. Where that is a dictionary, it may
        hold only the entries that are wrong: then only these are compared.
    message : str
        What the learner reads: it explains what went wrong and does not give the answer away.
    """

    name: str
    answer: Any
    message: str


@dataclass(frozen=True, kw_only=True, eq=False)  # compared by identity, so that it can be a key of a cache
class Exercise:
    """One exercise, declared once.

    Attributes
    ----------
    name : str
        Chapter and number, "01-3".
    title : str
        What stands over it in the notebook.
    answer : object
        The reference answer: a function (or class), or a value.
    mistakes : tuple of Mistake
        The known mistakes; where two give the same results, the first is named.
    hints : tuple of str
        Three, of rising help.
    praise : str
        What a learner who passed should take away, in a sentence or two.
    inputs : tuple of tuple
        Fixed inputs, the smallest first: the first that fails is shown.
    random_inputs : callable, optional
        Draws one more input from a ``np.random.Generator``.
    n_random : int
        How many of these `check` tries.
    seed : int
        Where the generator of the random inputs starts; the grader takes another one.
    evaluate : callable, optional
        Turns an answer and an input into the result that is compared: ``evaluate(answer, *inputs)``. Without
        it, a function is called with the inputs and a value is compared as it is.
    reveal : bool
        Whether a message may show the expected result. Not where the result *is* the answer.
    may_change_inputs : bool
        False where the task forbids the function to change the arrays that it is given.
    seconds : float
        The time limit for all inputs together.
    rtol, atol : float
        Tolerances of the comparison, wide enough for float32.
    counts : tuple of str
        The entries of the answer that are whole numbers: they must be right to the last unit, however wide
        the tolerances are for the other entries.
    """

    name: str
    title: str
    answer: Any
    mistakes: tuple[Mistake, ...]
    hints: tuple[str, str, str]
    praise: str
    inputs: tuple[Inputs, ...] = ((),)
    random_inputs: Callable[[np.random.Generator], Inputs] | None = None
    n_random: int = 20
    seed: int = 20
    evaluate: Callable[..., Any] | None = None
    reveal: bool = True
    may_change_inputs: bool = True
    seconds: float = 5.0
    rtol: float = 1e-4
    atol: float = 1e-5
    counts: tuple[str, ...] = ()

    @property
    def takes_function(self) -> bool:
        """Whether the answer is a function or a class rather than a value."""
        return callable(self.answer)

    @cached_property
    def argument_names(self) -> tuple[str, ...]:
        """The names of the inputs, as the reference has them."""
        function = self.evaluate or self.answer
        if not callable(function):
            return ()
        names = tuple(inspect.signature(function).parameters)
        return names[1:] if self.evaluate else names

    @cached_property
    def all_inputs(self) -> tuple[Inputs, ...]:
        """The fixed inputs, then the random ones, always the same for one seed."""
        if self.random_inputs is None:
            return self.inputs
        rng = np.random.default_rng(self.seed)
        return (*self.inputs, *(self.random_inputs(rng) for _ in range(self.n_random)))

    def result(self, answer: Any, *inputs: Any) -> Any:
        """Return what an answer, right or wrong, gives on one input."""
        if self.evaluate is not None:
            return self.evaluate(answer, *inputs)
        return answer(*inputs) if callable(answer) else answer


def is_untouched(answer: Any) -> bool:
    """Whether an answer is still the stub that the notebook came with.

    A function counts as untouched when its code does nothing: a docstring, ``...`` or ``pass``; a class,
    when one of its own methods does (`__init__` may well have nothing to do); a value, when it is ``...``,
    or all its entries are.

    Examples
    --------
    >>> def neuron(x, w, b):
    ...     '''Return 1 if the neuron fires.'''
    ...     ...  # your code here
    >>> is_untouched(neuron), is_untouched({"z": ..., "y": ...}), is_untouched({"z": 2.0, "y": ...})
    (True, True, False)
    """
    if isinstance(answer, type):
        return any(name != "__init__" for name in empty_methods(answer))
    if isinstance(answer, FunctionType):
        return _does_nothing(answer)
    leaves = list(_leaves(answer))
    return bool(leaves) and all(isinstance(leaf, EllipsisType) for leaf in leaves)


def empty_methods(answer: Any) -> list[str]:
    """Return the names of a class's own methods that do nothing; none for any other answer."""
    if not isinstance(answer, type):
        return []
    own = {name: member for name, member in vars(answer).items() if isinstance(member, FunctionType)}
    return [name for name, member in own.items() if _does_nothing(member)]


def open_parts(answer: Any) -> list[str]:
    """Return the names of a dictionary's entries that are not attempted yet."""
    if not isinstance(answer, Mapping):
        return []
    return [str(name) for name, part in answer.items() if has_ellipsis(part)]


def has_ellipsis(value: Any) -> bool:
    """Whether a value, or a part of it, is still ``...``."""
    return any(isinstance(leaf, EllipsisType) for leaf in _leaves(value))


def _leaves(value: Any) -> Iterator[Any]:
    """Walk through dictionaries, lists and tuples down to what they hold, however deep, and each once."""
    waiting, seen = [value], set()
    while waiting:
        value = waiting.pop()
        parts = value.values() if isinstance(value, Mapping) else value
        if not isinstance(value, Mapping | tuple | list):
            yield value
        elif id(value) not in seen:  # a list may hold itself
            seen.add(id(value))
            waiting.extend(parts)


def _does_nothing(function: FunctionType) -> bool:
    if function.__name__ == "<lambda>":
        return False  # nobody is given a lambda as a stub: one that returns None is an answer, a wrong one
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError):
        return _only_returns_none(function)
    definition = tree.body[0]
    if not isinstance(definition, ast.FunctionDef):
        return False
    return all(
        isinstance(line, ast.Pass) or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
        for line in definition.body
    )


def _only_returns_none(function: FunctionType) -> bool:
    # Without the source: the compiler drops docstrings, `...` and `pass`, and a stub only returns None.
    return all(
        instruction.opname in _OPERATIONS_OF_A_STUB
        or (instruction.opname in {"LOAD_CONST", "RETURN_CONST"} and instruction.argval is None)
        for instruction in dis.get_instructions(function)
    )
