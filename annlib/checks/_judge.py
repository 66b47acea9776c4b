"""Judge an answer: from what it does on every input to one verdict in words.

The order of the questions is the order in which help is worth most: has it been attempted, is it right, is it
a mistake that is known by name, and only then what is wrong with the first result.
"""

import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from itertools import islice, permutations
from typing import Any, Literal

import numpy as np

from annlib.checks._compare import Comparison, Drawn, in_words, show
from annlib.checks._exercise import (
    AnswerFormError,
    Exercise,
    Inputs,
    Mistake,
    empty_methods,
    ended,
    has_ellipsis,
    is_untouched,
    open_parts,
)
from annlib.checks._run import Outcome, clock, place_of, run

__all__ = ["Verdict", "judge"]

Status = Literal["passed", "wrong", "unfinished", "open", "error"]

_WORDS = {
    "passed": "Passed",
    "wrong": "Not right yet",
    "unfinished": "Not finished yet",
    "open": "Not attempted yet",
    "error": "Could not be checked",
}

_TIME_FOR_OURS = 600.0
"""Seconds for the reference and the mistakes: a machine that was asleep for a minute must not spoil them."""

_ONE_NUMBER = (
    "An array of several numbers stands here where one number is wanted. Was it meant to be summed, "
    "or handled entry by entry (`np.exp`, `np.where`, `np.maximum` do that; `if`, `max` and `math` do not)?"
)
_POWER = "A power is written `**` in Python: `a**2`. The sign `^` means something else."
_MEANINGS = {
    "truth value of an array": _ONE_NUMBER,
    "can be converted to Python scalars": _ONE_NUMBER,
    "matmul: Input operand": (
        "The shapes do not fit: in `A @ B`, the last size of A must be the first size of B. "
        "Print both shapes in the line before."
    ),
    "could not be broadcast": (
        "The shapes do not fit: lined up from the right, two sizes must be equal, or one of them 1. "
        "Print both shapes in the line before."
    ),
    "Cannot cast ufunc": (
        "Decimals do not fit into an array of whole numbers, which `+=` and the like write into. "
        "`np.zeros(shape)` makes floats; `zeros_like` and `copy` keep the dtype that is there."
    ),
    "object is not callable": (
        "Parentheses right behind a value call it as if it were a function. Is a `*` missing before them, "
        "or were square brackets meant?"
    ),
    "Generator' object has no attribute 'rand": (
        "A generator draws with `rng.random(shape)`, `rng.normal(size=shape)` or `rng.integers(...)`; "
        "`rand`, `randn` and `randint` are NumPy's older names, and it does not have them."
    ),
    "'NoneType' object": (
        "What you use here is None. A function without `return` gives None, and so do those that work in "
        "place: `rng.shuffle`, `list.sort`, `list.append`."
    ),
    "bitwise_xor": _POWER,
    "unsupported operand type(s) for ^": _POWER,
    "cannot access local variable": (
        "Nothing gave this name a value on the way here: did no branch of an `if` fit, or did a loop not run?"
    ),
}
"""The most frequent messages, by a part of them, in words for someone who sees them the first time."""


@dataclass(frozen=True)
class Verdict:
    """What the checker found.

    Attributes
    ----------
    exercise : str
        The exercise's name, "01-3".
    title : str
        Its title.
    status : {"passed", "wrong", "unfinished", "open", "error"}
        "open" is an answer that was not attempted yet, "unfinished" one of which parts are: no mistakes.
        "error" is given by the grader alone, where the cell of a check failed before the answer was reached.
    message : str
        What the learner reads below the verdict.
    mistake : str or None
        The name of the known mistake, if it is one.
    """

    exercise: str
    title: str
    status: Status
    message: str
    mistake: str | None = None

    @property
    def passed(self) -> bool:
        """Whether the answer is right."""
        return self.status == "passed"

    @property
    def heading(self) -> str:
        """The verdict in words, the first that is read or heard."""
        return f"{_WORDS[self.status]}: exercise {self.exercise}, {ended(self.title)}"

    @property
    def text(self) -> str:
        """All of it as plain text."""
        return f"{self.heading}\n{self.message}" if self.message else self.heading


def judge(exercise: Exercise, answer: Any, *, seconds: float | None = None) -> Verdict:
    """Try an answer on all inputs of its exercise and say what is to be said.

    Nothing is printed and nothing remembered, so a grader can call it in a process of its own.

    Parameters
    ----------
    exercise : Exercise
        The declaration.
    answer : object
        The learner's function or value.
    seconds : float, optional
        A time limit other than the exercise's own.

    Returns
    -------
    Verdict
        Whatever the answer does, except that a `KeyboardInterrupt` is passed on.
    """
    status: Status
    mistake = None
    if is_untouched(answer):
        empty = ", ".join(f"`{name}`" for name in empty_methods(answer))
        status, message = (
            "open",
            (f"Still empty: {empty}.\n" if empty else "")
            + f'Write your answer and run the check again. `hint("{exercise.name}")` helps.',
        )
    elif form := _wrong_form(exercise, answer):
        status, message = "wrong", form
    else:
        status, message, mistake = _judge_outcomes(exercise, answer, seconds or exercise.seconds)
    return Verdict(exercise.name, exercise.title, status, message, mistake)


def _wrong_form(exercise: Exercise, answer: Any) -> str | None:
    """Say what is wrong with the answer before anything is run; None when it can be tried."""
    if exercise.takes_function and not callable(answer):
        wanted = "class" if isinstance(exercise.answer, type) else "function"
        return (
            f"The check wants the {wanted} itself, not a value: got {show(answer)}. "
            "Pass its name without parentheses behind it."
        )
    if not exercise.takes_function and callable(answer):
        return "The check wants a value here, not a function. Is a call missing, or is a name used twice?"
    if isinstance(exercise.answer, Mapping):
        wanted = ", ".join(map(str, exercise.answer))
        if not isinstance(answer, Mapping) or not set(exercise.answer) <= set(answer):
            return f"The check wants a dictionary with the entries {wanted}; got {show(answer)}."
    return None


def _judge_outcomes(exercise: Exercise, answer: Any, seconds: float) -> tuple[Status, str, str | None]:
    still_open = open_parts(answer)
    if still_open:
        answer = {name: part for name, part in answer.items() if str(name) not in still_open}
    outcomes = _try(exercise, answer, seconds)
    note = f"\nStill open: {', '.join(still_open)}." if still_open else ""
    if any(_is_unfinished(outcome) for outcome in outcomes):
        return "open", "There is still a `...` where your code belongs.", None
    first = next((index for index in range(len(outcomes)) if _problem(exercise, outcomes, index)), None)
    if first is None:
        if still_open:
            return "unfinished", "What is there is right." + note, None
        return "passed", exercise.praise, None
    error = outcomes[first].error
    if still_open and isinstance(error, KeyError):  # it takes all parts together to try the answer
        return "unfinished", note.strip(), None
    order = _exchanged_arguments(exercise, answer)
    if order:
        return "wrong", order, None
    mistake = _recognize(exercise, outcomes)
    if mistake:
        return "wrong", mistake.message + note, mistake.name
    if _in_another_order(exercise, outcomes):
        return (
            "wrong",
            "All your results are right, but not in the order that the task asks for." + note,
            None,
        )
    text = str(_problem(exercise, outcomes, first))
    if not isinstance(error, AnswerFormError):
        text = _inputs_in_words(exercise, exercise.all_inputs[first]) + text
    text += _of_calling_again(exercise, answer, first, outcomes[first], seconds)
    changed = _changed(exercise, outcomes[first])
    if changed and outcomes[first].returned and "changes" not in text:
        text += (
            f"\nYour function also changes {changed}: what it computes afterward sees the changed numbers."
        )
    printed = outcomes[first].printed.strip()
    if printed:
        text += "\nYour code printed:\n" + _indent(printed)
        if outcomes[first].returned and outcomes[first].value is None:
            text += "\n`print` only shows a result; `return` hands it to the caller."
    return "wrong", text + note, None


def _of_calling_again(exercise: Exercise, answer: Any, index: int, before: Outcome, seconds: float) -> str:
    """Say so if a function gives another result when it gets the same input once more."""
    equal = comparison(exercise).equal
    if not exercise.takes_function or not before.returned or not equal(before.value, before.value):
        return ""
    again = run(partial(_result, exercise, answer), exercise.all_inputs[index], seconds)
    if again.timed_out or (again.returned and equal(before.value, again.value)):
        return ""
    return (
        "\nCalled again with the same input, your code gives another result. Is something left over from the "
        "call before, in a list or an array that stands outside the function or in the default of an "
        "argument? Or is chance in it that no given generator rules?"
    )


def _exchanged_arguments(exercise: Exercise, answer: Any) -> str | None:
    """Say so if a function has the arguments in another order than the task: all else comes of that."""
    if not exercise.takes_function:
        return None
    try:
        names = tuple(inspect.signature(answer).parameters)
    except (TypeError, ValueError):  # not every function that was written in C has a signature
        return None
    wanted = exercise.argument_names
    if names == wanted or sorted(names) != sorted(wanted):
        return None
    return (
        f"Your function takes its arguments in the order ({', '.join(names)}). "
        f"The task gives them in the order ({', '.join(wanted)})."
    )


def _try(exercise: Exercise, answer: Any, seconds: float) -> list[Outcome]:
    """Run the answer on each input; after one that used up the time, no more are tried."""
    outcomes = []
    left = clock(seconds)
    for inputs in exercise.all_inputs:
        outcome = run(partial(_result, exercise, answer), inputs, left())
        outcomes.append(outcome)
        if outcome.timed_out:
            break
    return outcomes


def _result(exercise: Exercise, answer: Any, *inputs: Any) -> Any:
    """Return the result; a generator's values are drawn here, where an endless one is stopped."""
    result = exercise.result(answer, *inputs)
    return Drawn(result) if isinstance(result, Iterator) else result


@cache
def _expected(exercise: Exercise) -> list[Any]:
    return [outcome.value for outcome in _try(exercise, exercise.answer, _TIME_FOR_OURS)]


@cache
def _mistakes(exercise: Exercise) -> list[tuple[Mistake, list[Outcome]]]:
    return [(mistake, _try(exercise, mistake.answer, _TIME_FOR_OURS)) for mistake in exercise.mistakes]


def _is_unfinished(outcome: Outcome) -> bool:
    # The interpreter calls the type "ellipsis" in "unsupported operand type(s) for +: 'ellipsis' and 'int'".
    by_error = isinstance(outcome.error, TypeError) and "ellipsis" in in_words(outcome.error, str)
    return by_error or (outcome.returned and has_ellipsis(outcome.value))


# ------------------------------------------------------------------------------- what is wrong, in words


def _recognize(exercise: Exercise, outcomes: list[Outcome]) -> Mistake | None:
    """Find the known mistake that does the same on every input, and not only what is right anyway.

    A mistake may also be one that raises on some inputs and is right on the others; an error on every input
    says too little.
    """
    compare = comparison(exercise)
    for mistake, known in _mistakes(exercise):
        same = len(known) == len(outcomes) and all(
            compare.equal(one.value, other.value)
            if one.returned and other.returned
            else type(one.error) is type(other.error)
            for one, other in zip(known, outcomes, strict=True)
        )
        if (
            same
            and any(one.returned for one in known)
            and any(
                not one.returned or not compare.equal(one.value, right)
                for one, right in zip(known, _expected(exercise), strict=True)
            )
        ):
            return mistake
    return _recognize_parts(exercise, outcomes)


def _recognize_parts(exercise: Exercise, outcomes: list[Outcome]) -> Mistake | None:
    """Find a known mistake for each part of the result that is wrong; None unless that explains them all.

    Only mistakes that concern one part alone serve: what the others say may be true of the whole only.
    """
    expected = [list(value) for value in _expected(exercise) if isinstance(value, tuple)]
    size = len(expected[0]) if expected else 0
    got = _parts(outcomes, size)
    if got is None or len(got) != len(expected):
        return None
    equal = comparison(exercise).equal

    def same(one: list[list[Any]], other: list[list[Any]], part: int) -> bool:
        return all(equal(a[part], b[part]) for a, b in zip(one, other, strict=True))

    def wrong_parts(one: list[list[Any]]) -> list[int]:
        return [part for part in range(size) if not same(expected, one, part)]

    known = [(mistake, _parts(theirs, size)) for mistake, theirs in _mistakes(exercise)]
    found: dict[str, Mistake] = {}
    for part in wrong_parts(got):
        fitting = (
            mistake
            for mistake, theirs in known
            if theirs
            and len(theirs) == len(got)
            and same(theirs, got, part)
            and wrong_parts(theirs) == [part]
        )
        mistake = next(fitting, None)
        if mistake is None:
            return None
        found[mistake.name] = mistake
    messages = [_without_praise(mistake.message) for mistake in found.values()]
    numbered = [f"{number}. {message}" for number, message in enumerate(messages, start=1)]
    text = "\n".join([f"There are {len(found)} mistakes.", *numbered])
    return Mistake(name=" + ".join(found), answer=None, message=text) if found else None


_OTHERS_ARE_RIGHT = re.compile(
    r"[^.:;,]{1,40} (?:is|are) (?:right|mended)(?:,?[^.:;,]{1,40})??(?:\.(?: But)?|[;,] but|;) "
)


def _without_praise(message: str) -> str:
    """Leave out "The loss is right. But" at the beginning: it is not true where there are other mistakes."""
    praise = _OTHERS_ARE_RIGHT.match(message)
    if praise is None:
        return message
    rest = message[praise.end() :]
    is_word = re.match(r"(?!db\b)[a-z]{2,}\b|a [a-z]{2}", rest)  # not `b`, `dW` or a − y
    return rest[0].upper() + rest[1:] if is_word else rest


def _in_another_order(exercise: Exercise, outcomes: list[Outcome]) -> bool:
    """Whether the parts of each result are right, but exchanged, in the same way for all inputs."""
    expected = [value for value in _expected(exercise) if isinstance(value, tuple)]
    got = _parts(outcomes, len(expected[0]) if expected else 0)
    if got is None or len(got) != len(expected):
        return False
    equal = comparison(exercise).equal
    return any(
        all(
            equal(right, [theirs[place] for place in order])
            for right, theirs in zip(expected, got, strict=True)
        )
        for order in islice(permutations(range(len(expected[0]))), 1, None)  # the first is no other order
    )


def _parts(outcomes: list[Outcome], size: int) -> list[list[Any]] | None:
    """Return the parts of each result; None unless all results consist of so many parts."""
    values = [outcome.value for outcome in outcomes if outcome.returned]
    fit = all(isinstance(value, tuple | list) and len(value) == size for value in values)
    return [list(value) for value in values] if fit and len(values) == len(outcomes) and size > 1 else None


def _problem(exercise: Exercise, outcomes: list[Outcome], index: int) -> str | None:
    outcome = outcomes[index]
    if outcome.timed_out:
        return (
            f"Your code was still running after {exercise.seconds:g} seconds and was stopped. "
            f"Is there a loop that never ends?{_where(outcome)}"
        )
    if isinstance(outcome.error, AnswerFormError):
        return str(outcome.error)
    if isinstance(outcome.error, SystemExit | GeneratorExit):
        name = type(outcome.error).__name__
        return f"Your code ends Python with {name} instead of returning.{_where(outcome)}"
    if outcome.error is not None:
        return _error_in_words(exercise, outcome)
    expected = _expected(exercise)[index]
    if not exercise.takes_function and isinstance(expected, Mapping) and isinstance(outcome.value, Mapping):
        # Parts that are still open were left out; that the others are there was seen before.
        expected = {name: part for name, part in expected.items() if name in outcome.value}
    subject = "The result" if exercise.takes_function or exercise.evaluate else "Your answer"
    found = comparison(exercise).problem(expected, outcome.value, subject)
    changed = _changed(exercise, outcome)
    if found is None and changed:
        return (
            f"The result is right, but your function changes {changed}, and the caller still needs that "
            "array. Compute into a new one: `a = a * 2` makes one, `a *= 2` and `a[0] = 2` do not."
        )
    return found


def _changed(exercise: Exercise, outcome: Outcome) -> str:
    """Name the inputs that the answer changed, where the task forbids it."""
    if exercise.may_change_inputs:
        return ""
    return " and ".join(f"`{exercise.argument_names[position]}`" for position in outcome.changed)


def _error_in_words(exercise: Exercise, outcome: Outcome) -> str:
    error = f"{type(outcome.error).__name__}: {in_words(outcome.error, str)[:500]}"
    where = _where(outcome)
    if where:
        meaning = next((words for part, words in _MEANINGS.items() if part in error), "")
        return f"Your code raised an error.{where}\n{error}" + (f"\n{meaning}" if meaning else "")
    if exercise.takes_function and isinstance(outcome.error, TypeError):
        names = ", ".join(exercise.argument_names)
        return f"Your function could not be called with the arguments ({names}).\n{error}"
    return f"The answer could not be used.\n{error}"


def _where(outcome: Outcome) -> str:
    found = place_of(outcome.error)
    return f"\nIt was in {found}" if found else ""


def _inputs_in_words(exercise: Exercise, inputs: Inputs) -> str:
    if not inputs:
        return ""
    shown = []
    for name, value in zip(exercise.argument_names, inputs, strict=True):
        lines = show(value).splitlines()
        shape = f" of shape {value.shape}" if isinstance(value, np.ndarray) else ""
        shown.append(
            f"    {name} = {lines[0]}" if len(lines) == 1 else f"    {name}{shape} =\n{_indent(show(value))}"
        )
    return "With the input\n" + "\n".join(shown) + "\n"


def comparison(exercise: Exercise) -> Comparison:
    return Comparison(exercise.rtol, exercise.atol, exercise.reveal, exercise.counts)


def _indent(text: str) -> str:
    return "\n".join("    " + line for line in text.splitlines())
