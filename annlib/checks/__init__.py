"""Exercises that answer at once and name the mistake: ``check`` an answer, ask for a ``hint``.

A notebook needs two names: ``from annlib.checks import check, hint``. The exercises themselves are declared
in one file a chapter (``ch01_neurons.py``), which holds the reference answers too: whoever looks for them
finds them.
"""

import importlib
import os
import pkgutil
from pathlib import Path
from typing import Any

from annlib.checks import _progress
from annlib.checks._exercise import AnswerFormError, Exercise, Mistake
from annlib.checks._judge import Verdict, judge
from annlib.checks._show import show
from annlib.errors import AnnlibError, InputError

__all__ = [
    "AnswerFormError",
    "CheckFailedError",
    "Exercise",
    "Mistake",
    "Verdict",
    "check",
    "exercises",
    "find",
    "hint",
    "judge",
    "progress",
]

STRICT = "ANNLIB_CHECKS_STRICT"
"""The environment variable that makes every check strict when it is set to 1."""

_hints_given: dict[str, int] = {}


class CheckFailedError(AnnlibError, AssertionError):
    """In strict mode: the answer is wrong or missing."""


def check(name: str, answer: Any, *, strict: bool | None = None) -> None:
    """Say whether an answer is right and, if not, what went wrong.

    Parameters
    ----------
    name : str
        The exercise, for example "01-2".
    answer : object
        Your function (its name, without parentheses) or your value.
    strict : bool, optional
        Raise for a wrong or missing answer, as a grader needs it. By default only where the environment
        variable ``ANNLIB_CHECKS_STRICT`` is 1.

    Raises
    ------
    InputError
        If there is no such exercise.
    CheckFailedError
        In strict mode, unless the answer passed.

    Examples
    --------
    >>> check("01-2", ...)
    Not attempted yet: exercise 01-2, A neuron for one record.
    Write your answer and run the check again. `hint("01-2")` helps.
    """
    verdict = judge(find(name), answer)
    show(verdict.text)
    if (path := _progress.place()) is not None:
        try:
            _progress.record(verdict, path)
        except OSError as error:
            show(f"Your progress was not recorded: {error}.\nThe answer was checked all the same.")
    if strict is None:
        strict = os.environ.get(STRICT, "0") not in {"", "0"}
    if strict and not verdict.passed:
        raise CheckFailedError(verdict.text)


def hint(name: str, number: int | None = None) -> None:
    """Give the next of three hints for an exercise.

    Parameters
    ----------
    name : str
        The exercise, for example "01-2".
    number : {1, 2, 3}, optional
        Which hint; by default the next one, and after the last the last again.

    Raises
    ------
    InputError
        If there is no such exercise or no such hint.

    Examples
    --------
    >>> hint("01-2", 1)
    Hint 1 of 3 for exercise 01-2.
    Multiply each entry of `x` with the entry of `w` at the same place, and add up what you get.
    """
    hints = find(name).hints
    if number is None:
        number = min(_hints_given.get(name, 0) + 1, len(hints))
    if number not in range(1, len(hints) + 1):
        raise InputError(f"number must be 1, 2 or 3, got {number!r}. Leave it out to get the next hint.")
    _hints_given[name] = number
    text = f"Hint {number} of {len(hints)} for exercise {name}.\n{hints[number - 1]}"
    if number == len(hints):
        text += '\nThis was the last hint; the book\'s part "Solutions" shows one way with its reasons.'
    show(text)


def exercises() -> dict[str, Exercise]:
    """Return all exercises of all chapters by name, in the order of the book.

    Examples
    --------
    >>> list(exercises())[0]
    '01-1'
    """
    return {exercise.name: exercise for found in _by_chapter().values() for exercise in found}


def _by_chapter() -> dict[str, tuple[Exercise, ...]]:
    """Return the exercises by chapter, such as "01 neurons"."""
    modules = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name.startswith("ch"))
    return {
        module.removeprefix("ch").replace("_", " "): importlib.import_module(f"{__name__}.{module}").EXERCISES
        for module in modules
    }


def progress(path: str | os.PathLike[str] = "progress.jsonl") -> None:
    """Show how many exercises of each chapter are done, tried and open, and which comes next.

    In Jupyter every `check` adds a line to ``progress.jsonl`` beside the notebook (the environment variable
    ``ANNLIB_PROGRESS`` names another file, or is ``off``). The file stays on this computer; deleting it
    loses only the record.

    Parameters
    ----------
    path : path of the record; no file is an empty record

    Examples
    --------
    >>> progress("no-such-file.jsonl")  # doctest: +ELLIPSIS, +NORMALIZE_WHITESPACE
    0 of ... exercises are done.
        chapter     done  tried  open
        01 neurons     0      0    11
    ...
    Next: 01-1, One neuron by hand.
    """
    path = Path(os.environ.get(_progress.FILE) or path) if path == "progress.jsonl" else Path(path)
    show(_progress.overview(_by_chapter(), _progress.read(path)))


def find(name: str) -> Exercise:
    """Return the exercise of that name.

    Raises
    ------
    InputError
        If there is none; the message lists those of the chapter.

    Examples
    --------
    >>> find("01-2").title
    'A neuron for one record'
    """
    known = exercises()
    if name in known:
        return known[name]
    chapter = str(name).partition("-")[0]
    names = [other for other in known if other.startswith(chapter + "-")] or list(known)
    raise InputError(f"name must be an exercise such as {', '.join(names)}; got {name!r}.")
