"""The exercises of chapter 3: from three squares by hand to the loss surface of a line for real patients.

Each is declared once: the reference answer, what it is tried on, the known mistakes, the hints. The notebook
that learners open is ``exercises/03-loss.ipynb``; its source is ``solutions/03-loss.ipynb``.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from annlib.checks._exercise import AnswerFormError, Exercise, Inputs, Mistake, one_number, one_of

__all__ = ["EXERCISES"]

Array = npt.NDArray[Any]


def _sigmoid(z: Any) -> Array:
    """Compute the sigmoid from tanh, which cannot overflow."""
    result: Array = (1 + np.tanh(np.asarray(z) / 2)) / 2
    return result


def _entropies(z: Array, y: Array) -> Array:
    """Return the binary cross-entropy of each logit: log(1 + e^-z) for a yes, log(1 + e^z) for a no."""
    result: Array = np.logaddexp(0, np.where(y == 1, -z, z))
    return result


# ----------------------------------------------------------------------------------------- 03-1 by hand

BY_HAND = Exercise(
    name="03-1",
    title="Loss by hand",
    answer={
        "errors": (-2, 1, 0),
        "total": 5,
        "mean": 5 / 3,
        "doubled_mean": 20 / 3,
        "copied_total": 10,
        "copied_mean": 5 / 3,
    },
    reveal=False,
    rtol=5e-3,
    mistakes=(
        Mistake(
            name="slope and intercept exchanged",
            answer={"errors": (-1, 1, -1), "total": 3, "mean": 1},
            message=(
                "These are the errors of the line with the slope 1 and the intercept 2. "
                "Which of the two multiplies x, and which is added?"
            ),
        ),
        Mistake(
            name="slope and intercept exchanged in the errors",
            answer={"errors": (-1, 1, -1)},
            message=(
                "Your errors are those of the line with slope 1 and intercept 2. "
                "Which of the two multiplies x, and which is added?"
            ),
        ),
        Mistake(
            name="errors turned round",
            answer={"errors": (2, -1, 0)},
            message=(
                "Your signs are turned round: this is y − a. The squares are the same, but a "
                "gradient is not: "
                "here an error says how much the output is too *large*."
            ),
        ),
        Mistake(
            name="errors without signs",
            answer={"errors": (2, 1, 0)},
            message="You took the sizes. Keep the signs: the first output is too small, not too large.",
        ),
        Mistake(
            name="errors squared",
            answer={"errors": (4, 1, 0)},
            message="These are the squares of the errors. The errors themselves come first.",
        ),
        Mistake(
            name="outputs for errors",
            answer={"errors": (1, 3, 5)},
            message="These are the outputs of the line. An error compares each of them with its target.",
        ),
        Mistake(
            name="intercept forgotten",
            answer={"errors": (-3, 0, -1)},
            message="You left the intercept out: at x = 0 the line is not at 0.",
        ),
        Mistake(
            name="sum of errors",
            answer={"total": -1},
            message=(
                "You added the errors, so too large and too small cancel out. "
                "What makes every error count as a loss?"
            ),
        ),
        Mistake(
            name="sum of sizes",
            answer={"total": 3},
            message="You added the sizes of the errors. The sum of *squared* errors is asked.",
        ),
        Mistake(
            name="square of the sum",
            answer={"total": 1},
            message="You added first and squared afterwards. Each error is squared by itself.",
        ),
        Mistake(
            name="half the sum",
            answer={"total": 2.5},
            message=(
                "You halved the sum. Some books do, to save a 2 in the gradient; this course does not, "
                "and neither does the task."
            ),
        ),
        Mistake(
            name="mean for total",
            answer={"total": 5 / 3},
            message="This is already the mean. The sum is asked first.",
        ),
        Mistake(
            name="total for mean",
            answer={"mean": 5},
            message="This is still the sum. A mean also says over how many records.",
        ),
        Mistake(
            name="divided by two",
            answer={"mean": 2.5},
            message="You divided by 2. How many records are there? The one with the error 0 counts too.",
        ),
        Mistake(
            name="root of the mean",
            answer={"mean": np.sqrt(5 / 3)},
            message=(
                "This is the square *root* of the mean: useful to read, because it has the unit of y, "
                "but it is another number."
            ),
        ),
        Mistake(
            name="mean of sizes",
            answer={"mean": 1},
            message="This is the mean *size* of the errors. Square them first.",
        ),
        Mistake(
            name="doubling doubles",
            answer={"doubled_mean": 10 / 3},
            message="You doubled the loss. But it is the error that doubles, before it is squared.",
        ),
        Mistake(
            name="doubling changes nothing",
            answer={"doubled_mean": 5 / 3},
            message="The records stay as many, but each error is larger: compute the first square again.",
        ),
        Mistake(
            name="doubling of the total",
            answer={"doubled_mean": 20},
            message="This is the *sum* for the doubled errors. Their mean is asked.",
        ),
        Mistake(
            name="copies change no total",
            answer={"copied_total": 5},
            message="With every record there twice, how many squares are added up?",
        ),
        Mistake(
            name="copies squared",
            answer={"copied_total": 20},
            message="The errors are not larger, there are only more of them: each square is added twice.",
        ),
        Mistake(
            name="copies double the mean",
            answer={"copied_mean": 10 / 3},
            message=(
                "The sum is twice as large. But the number that it is divided by has changed too: "
                "is the line any worse than before?"
            ),
        ),
        Mistake(
            name="copies halve the mean",
            answer={"copied_mean": 5 / 6},
            message="You divided the old sum by six records. The six records have a larger sum as well.",
        ),
    ),
    hints=(
        "Compute the three outputs of the line first, then each output minus its target.",
        "Square each error by itself, add up; for the mean, divide by the number of records.",
        "The outputs are 1, 3 and 5. For the last three questions, write down the new list of squares.",
    ),
    praise=(
        "A sum grows with the number of records, a mean does not: only means of different data sets can be "
        "compared. And an error twice as large costs four times as much."
    ),
)

# ------------------------------------------------------------------ 03-2 mean squared error and gradient


def _squared(a: Array, y: Array) -> tuple[float, Array]:
    return float(((a - y) ** 2).mean()), 2 * (a - y) / a.size


def _outputs_and_targets(rng: np.random.Generator) -> Inputs:
    shape = tuple(int(size) for size in rng.integers(1, 6, size=int(rng.integers(1, 3))))
    return np.round(rng.normal(size=shape) * 3, 1), np.round(rng.normal(size=shape) * 3, 1)


SQUARED = Exercise(
    name="03-2",
    title="Mean squared error and its gradient",
    answer=_squared,
    may_change_inputs=False,
    inputs=(
        (np.array([1.0, 3.0, 5.0]), np.array([3.0, 2.0, 5.0])),
        (np.array([0.5, -1.0, 2.0, 4.0]), np.array([1.0, 1.0, 1.0, 1.0])),
        (np.array([[1.0, 2.0], [0.0, -3.0], [1.5, 0.5]]), np.array([[0.0, 2.5], [1.0, -1.0], [1.5, 4.0]])),
        (np.array([2, 0, 7]), np.array([1, 4, 7])),  # whole numbers
        (np.array([[0.25, 1.0, -2.0]], dtype=np.float32), np.array([[1, 0, 0]], dtype=np.float32)),
    ),
    random_inputs=_outputs_and_targets,
    mistakes=(
        Mistake(
            name="target not in the gradient",
            answer=lambda a, y: (((a - y) ** 2).mean(), 2 * a / a.size),
            message=(
                "The loss is right. In your gradient `y` is missing: "
                "for what value of `a` is the loss of a record lowest, and its slope 0?"
            ),
        ),
        Mistake(
            name="neighbors compared",
            answer=lambda a, y: (((a - y) ** 2).mean(), np.gradient((a - y) ** 2)),
            message=(
                "The loss is right. `np.gradient` compares the neighbors in an array. Here each entry says "
                "how fast the loss changes when this one entry of `a` changes."
            ),
        ),
        Mistake(
            name="sum and its gradient",
            answer=lambda a, y: (((a - y) ** 2).sum(), 2 * (a - y)),
            message=(
                "This is the *sum* of squared errors with its gradient: both fit together, but both grow "
                "with the number of records. The mean is asked."
            ),
        ),
        Mistake(
            name="gradient of the sum",
            answer=lambda a, y: (((a - y) ** 2).mean(), 2 * (a - y)),
            message=(
                "The loss is right. But your gradient is that of the *sum*: by how much does the mean move "
                "when one of its n squares moves?"
            ),
        ),
        Mistake(
            name="sum with the gradient of the mean",
            answer=lambda a, y: (((a - y) ** 2).sum(), 2 * (a - y) / a.size),
            message="The gradient is that of the mean, as it should be; but the loss is still a sum.",
        ),
        Mistake(
            name="factor 2 missing",
            answer=lambda a, y: (((a - y) ** 2).mean(), (a - y) / a.size),
            message="The loss is right. In the gradient something is lost: what is the derivative of e²?",
        ),
        Mistake(
            name="a minus y as gradient",
            answer=lambda a, y: (((a - y) ** 2).mean(), a - y),
            message=(
                "The loss is right. a − y points the right way, but it is neither the derivative of the "
                "square, nor divided by what a mean is divided by."
            ),
        ),
        Mistake(
            name="sum with a minus y",
            answer=lambda a, y: (((a - y) ** 2).sum(), a - y),
            message=(
                "The loss is a sum where a mean is asked, and a − y is only half of that sum's gradient."
            ),
        ),
        Mistake(
            name="half of the square",
            answer=lambda a, y: (((a - y) ** 2).mean() / 2, (a - y) / a.size),
            message=(
                "This is *half* the mean squared error, with a gradient that fits it. Some books take it, "
                "to save the 2; the task and annlib do not."
            ),
        ),
        Mistake(
            name="half of the sum",
            answer=lambda a, y: (((a - y) ** 2).sum() / 2, a - y),
            message=(
                "This is *half the sum*, with a gradient that fits it: neat, but neither a mean "
                "nor the square itself."
            ),
        ),
        Mistake(
            name="sign of the gradient",
            answer=lambda a, y: (((a - y) ** 2).mean(), 2 * (y - a) / a.size),
            message=(
                "The loss is right, but the sign of your gradient is wrong. Where the output is too large, "
                "the loss grows when it gets larger still: which sign has the slope there?"
            ),
        ),
        Mistake(
            name="divided by the rows",
            answer=lambda a, y: (((a - y) ** 2).sum() / len(a), 2 * (a - y) / len(a)),
            message=(
                "For one output a record all is right. But with several, this mean is over the *records* "
                "only, and the task wants it over all entries: `len` counts rows."
            ),
        ),
        Mistake(
            name="gradient divided by the rows",
            answer=lambda a, y: (((a - y) ** 2).mean(), 2 * (a - y) / len(a)),
            message=(
                "The loss is right. But the gradient is divided by the number of *rows*: with several "
                "outputs a record, the mean is over more entries than that."
            ),
        ),
        Mistake(
            name="divided twice",
            answer=lambda a, y: (((a - y) ** 2).mean(), 2 * (a - y) / a.size**2),
            message="The loss is right. The gradient is divided by the number of entries twice.",
        ),
        Mistake(
            name="absolute errors",
            answer=lambda a, y: (np.abs(a - y).mean(), np.sign(a - y) / a.size),
            message="This is the mean *absolute* error. Here the errors are squared.",
        ),
        Mistake(
            name="root of the mean",
            answer=lambda a, y: (np.sqrt(((a - y) ** 2).mean()), 2 * (a - y) / a.size),
            message="The gradient is right. The loss is the mean itself, not its square root.",
        ),
        Mistake(
            name="mean before square",
            answer=lambda a, y: ((a - y).mean() ** 2, 2 * (a - y) / a.size),
            message=(
                "You take the mean first and square afterwards: errors of different signs cancel out, "
                "and a bad network can look perfect."
            ),
        ),
        Mistake(
            name="difference of squares",
            answer=lambda a, y: ((a**2 - y**2).mean(), 2 * (a - y) / a.size),
            message="You square outputs and targets. The *difference* is squared: a² − y² can be negative.",
        ),
        Mistake(
            name="no square",
            answer=lambda a, y: ((a - y).mean(), 2 * (a - y) / a.size),
            message="The square is missing: your loss is negative where the outputs are too small.",
        ),
        Mistake(
            name="not averaged",
            answer=lambda a, y: ((a - y) ** 2, 2 * (a - y) / a.size),
            message="The loss must be *one* number: you return all the squares.",
        ),
        Mistake(
            name="one number as gradient",
            answer=lambda a, y: (((a - y) ** 2).mean(), (2 * (a - y)).mean()),
            message=(
                "Your gradient is one number. It has an entry for *each* output: "
                "each asks how the loss moves when this one output moves."
            ),
        ),
        Mistake(
            name="squares as gradient",
            answer=lambda a, y: (((a - y) ** 2).mean(), (a - y) ** 2 / a.size),
            message="Your gradient is each record's part of the loss. How fast does that part change with a?",
        ),
        Mistake(
            name="order exchanged",
            answer=lambda a, y: (2 * (a - y) / a.size, ((a - y) ** 2).mean()),
            message="Both are right, but in the wrong order: the loss comes first.",
        ),
        Mistake(
            name="gradient forgotten",
            answer=lambda a, y: ((a - y) ** 2).mean(),
            message="The loss is right. The gradient is still missing: `return loss, gradient`.",
        ),
    ),
    hints=(
        "Compute the errors `a - y` once; loss and gradient are both made of them.",
        "The derivative of e² is 2e, and a mean of m squares moves by one m-th of what one square does.",
        "m is the number of *entries*, `a.size`: `.mean()` divides by the same number.",
    ),
    praise=(
        "Loss and gradient fit together: nudge one output, and the loss moves by the gradient times "
        "the nudge."
    ),
)

# ------------------------------------------------------------------------------ 03-3 turning the two knobs


def _line_errors(x: Array, y: Array, slope: float, intercept: float) -> Array:
    result: Array = slope * x + intercept - y
    return result


def _turned_by(turn: float) -> Callable[..., tuple[float, float]]:
    """Return a wrong answer: by how much the loss changes when each knob is turned so far."""

    def answer(x: Array, y: Array, slope: float, intercept: float) -> tuple[float, float]:
        here, more_slope, more_intercept = (
            float(np.mean(_line_errors(x, y, slope + a, intercept + b) ** 2))
            for a, b in ((0, 0), (turn, 0), (0, turn))
        )
        return more_slope - here, more_intercept - here

    return answer


def _line_gradient(x: Array, y: Array, slope: float, intercept: float) -> tuple[float, float]:
    e = _line_errors(x, y, slope, intercept)
    return float(2 * (e * x).mean()), float(2 * e.mean())


def _some_line(rng: np.random.Generator) -> Inputs:
    x, y = np.round(rng.normal(size=(2, int(rng.integers(1, 7)))) * 2 + 0.5, 1)
    slope, intercept = np.round(rng.normal(size=2) * 2, 1)
    return x, y, float(slope), float(intercept)


Line = Callable[[Array, Array, float, float], Any]


def _with_errors(formula: Callable[[Array, Array], Any]) -> Line:
    """Make a wrong gradient from what it does with the errors and x."""
    return lambda x, y, slope, intercept: formula(_line_errors(x, y, slope, intercept), x)


KNOBS = Exercise(
    name="03-3",
    title="Which way to turn the knobs",
    answer=_line_gradient,
    inputs=(
        (np.array([0.0, 1.0, 2.0]), np.array([3.0, 2.0, 5.0]), 2.0, 1.0),
        (np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 3.0, 2.0, 5.0]), -1.0, 0.5),
        (np.array([-2, 0, 1]), np.array([1, -1, 4]), 1, 2),  # whole numbers
        (np.array([2.0]), np.array([7.0]), 1.5, -1.0),
    ),
    random_inputs=_some_line,
    mistakes=(
        Mistake(
            name="x forgotten",
            answer=_with_errors(lambda e, x: (2 * e.mean(), 2 * e.mean())),
            message=(
                "Your intercept's number is right. But the slope is multiplied by x before it reaches the "
                "output: at x = 10 a turn of it moves the output ten times as far."
            ),
        ),
        Mistake(
            name="knobs of the best line",
            answer=lambda x, y, slope, intercept: tuple(np.polyfit(x, y, 1)),
            message=(
                "These are the knobs of the best line. Asked is how fast the loss changes "
                "where the knobs stand now."
            ),
        ),
        Mistake(
            name="knobs turned by 1",
            answer=_turned_by(1.0),
            message=(
                "You turned each knob by 1 and took the difference. "
                "The loss is curved, so a whole turn is not its slope at the place where the knobs stand."
            ),
        ),
        Mistake(
            name="knobs as factors",
            answer=lambda x, y, slope, intercept: tuple(
                2 * _line_errors(x, y, slope, intercept).mean() * knob for knob in (slope, intercept)
            ),
            message=(
                "You multiplied the errors by the knobs themselves. "
                "What counts is by how much the output moves when a knob is turned by 1."
            ),
        ),
        Mistake(
            name="x in both",
            answer=_with_errors(lambda e, x: (2 * (e * x).mean(), 2 * (e * x).mean())),
            message=(
                "The slope's number is right. But by how much does the output move when the *intercept* "
                "is turned by 1? Not by x."
            ),
        ),
        Mistake(
            name="both signs",
            answer=_with_errors(lambda e, x: (-2 * (e * x).mean(), -2 * e.mean())),
            message=(
                "Both signs are turned round. This is the direction in which the loss *falls*, the way to "
                "turn the knobs; the gradient itself points the other way."
            ),
        ),
        Mistake(
            name="sign of the slope's",
            answer=_with_errors(lambda e, x: (-2 * (e * x).mean(), 2 * e.mean())),
            message="The intercept's number is right. The sign of the other one is not.",
        ),
        Mistake(
            name="sign of the intercept's",
            answer=_with_errors(lambda e, x: (2 * (e * x).mean(), -2 * e.mean())),
            message="The slope's number is right. The sign of the other one is not.",
        ),
        Mistake(
            name="factor 2 missing",
            answer=_with_errors(lambda e, x: ((e * x).mean(), e.mean())),
            message="Both numbers are half of what they should be: what is the derivative of a square?",
        ),
        Mistake(
            name="sums",
            answer=_with_errors(lambda e, x: (2 * (e * x).sum(), 2 * e.sum())),
            message=(
                "This is the gradient of the *sum* of squared errors. The loss here is their mean, "
                "whose slope does not grow with the number of records."
            ),
        ),
        Mistake(
            name="half the sum",
            answer=_with_errors(lambda e, x: ((e * x).sum(), e.sum())),
            message="This is the gradient of *half the sum* of squared errors. The mean is asked.",
        ),
        Mistake(
            name="divided twice",
            answer=_with_errors(lambda e, x: (2 * (e * x).mean() / len(x), 2 * e.mean() / len(x))),
            message="You divide by the number of records twice: `.mean()` has done it already.",
        ),
        Mistake(
            name="mean of each factor",
            answer=_with_errors(lambda e, x: (2 * e.mean() * x.mean(), 2 * e.mean())),
            message=(
                "You multiply the mean error by the mean x. Each error belongs to *its own* x: "
                "multiply record by record, and take the mean afterwards."
            ),
        ),
        Mistake(
            name="not averaged",
            answer=_with_errors(lambda e, x: (2 * e * x, 2 * e)),
            message=(
                "You return a number for each record. Every record pulls at the same two knobs: "
                "what they want together is one number for each knob."
            ),
        ),
        Mistake(
            name="errors squared",
            answer=_with_errors(lambda e, x: (2 * (e**2 * x).mean(), 2 * (e**2).mean())),
            message="The errors are still squared. The derivative of e² has an e with another power.",
        ),
        Mistake(
            name="losses for slopes",
            answer=_with_errors(lambda e, x: ((e**2 * x).mean(), (e**2).mean())),
            message="Your second number is the loss itself. Asked is how fast it changes.",
        ),
        Mistake(
            name="x squared",
            answer=_with_errors(lambda e, x: (2 * (e * x**2).mean(), 2 * e.mean())),
            message="You multiply by x twice: the slope reaches the output through x only once.",
        ),
        Mistake(
            name="signs of the errors only",
            answer=_with_errors(lambda e, x: ((np.sign(e) * x).mean(), np.sign(e).mean())),
            message="This is the gradient of the mean *absolute* error: how large the errors are is lost.",
        ),
        Mistake(
            name="outputs for errors",
            answer=lambda x, y, slope, intercept: (
                2 * ((slope * x + intercept) * x).mean(),
                2 * (slope * x + intercept).mean(),
            ),
            message="The targets are missing: you use the outputs where the errors are meant.",
        ),
        Mistake(
            name="targets for errors",
            answer=lambda x, y, slope, intercept: (2 * (y * x).mean(), 2 * y.mean()),
            message="You use the targets where the errors are meant: your result does not see the line.",
        ),
        Mistake(
            name="intercept left out of the line",
            answer=lambda x, y, slope, intercept: (
                2 * ((slope * x - y) * x).mean(),
                2 * (slope * x - y).mean(),
            ),
            message="You left the intercept out of the outputs: the line runs through the origin.",
        ),
        Mistake(
            name="intercept subtracted",
            answer=lambda x, y, slope, intercept: _line_gradient(x, y, slope, -intercept),
            message="You subtract the intercept. A line is slope times x *plus* the intercept.",
        ),
        Mistake(
            name="knobs exchanged in the line",
            answer=lambda x, y, slope, intercept: _line_gradient(x, y, intercept, slope),
            message="In your line, the intercept is multiplied by x and the slope is added.",
        ),
        Mistake(
            name="times the slope",
            answer=lambda x, y, slope, intercept: (
                slope * _line_gradient(x, y, slope, intercept)[0],
                _line_gradient(x, y, slope, intercept)[1],
            ),
            message=(
                "The slope's number is multiplied by the slope itself. What stands beside a knob in the "
                "formula counts, not how far it is turned already."
            ),
        ),
        Mistake(
            name="slope for x",
            answer=lambda x, y, slope, intercept: (
                2 * slope * _line_errors(x, y, slope, intercept).mean(),
                2 * _line_errors(x, y, slope, intercept).mean(),
            ),
            message=(
                "You multiply by the slope where x belongs: that is how fast the loss changes with *x*. "
                "But x is given; the knob is turned."
            ),
        ),
        Mistake(
            name="order exchanged",
            answer=lambda x, y, slope, intercept: _line_gradient(x, y, slope, intercept)[::-1],
            message="Both numbers are right, but in the wrong order: the slope's comes first.",
        ),
        Mistake(
            name="knobs turned",
            answer=lambda x, y, slope, intercept: tuple(
                knob - g
                for knob, g in zip((slope, intercept), _line_gradient(x, y, slope, intercept), strict=True)
            ),
            message=(
                "You have turned the knobs already: new is old minus gradient. That is chapter 5; "
                "here the gradient alone is asked."
            ),
        ),
    ),
    hints=(
        "For one record: the loss is e², and e is slope times x plus intercept minus y. Nudge one knob.",
        "A nudge of the slope moves e by x times the nudge, a nudge of the intercept by the nudge itself.",
        "For each record 2 e x and 2 e; then the mean of each over the records.",
    ),
    praise=(
        "Two numbers say which way to turn each knob, and how much it matters: against their signs. "
        "A network has thousands of knobs, and its gradient is the same idea."
    ),
)

# ---------------------------------------------------------------------------------- 03-4 read the landscape

_READ_TO = 0.3
"""How far off a reading may be."""


def _as_read(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Bring readings and words into one form; a number near a place that matters becomes that place."""
    read: dict[str, Any] = {}
    for name in ("best_slope", "best_intercept"):
        if name not in answer:
            continue
        number = one_number(name, answer[name])
        nearest = min((1.5, -1.0, 0.0), key=lambda place: abs(place - number))
        read[name] = nearest if abs(nearest - number) <= _READ_TO else number
    if "lowest" in answer:
        read["lowest"] = one_of("lowest", answer["lowest"], ("A", "B", "C", "D"))
    if "equal" in answer:
        read["equal"] = _two_letters(answer["equal"])
    if "knob" in answer:
        read["knob"] = one_of("knob", answer["knob"], ("slope", "intercept"))
    if "turn_at_c" in answer:
        read["turn_at_c"] = one_of("turn_at_c", answer["turn_at_c"], ("up", "down"))
    return read


def _two_letters(value: Any) -> str:
    parts = value if isinstance(value, tuple | list | set) else [value]
    text = "".join(part for part in parts if isinstance(part, str)).casefold()
    letters = sorted(letter for letter in text.replace("and", " ") if letter not in " ,;/&+-=")
    if len(letters) != 2 or not set(letters) <= set("abcd") or letters[0] == letters[1]:
        raise AnswerFormError(f'`equal` must be two of the letters A to D, such as "AB"; got {value!r}.')
    return "".join(letters)


CONTOURS = Exercise(
    name="03-4",
    title="Read a loss surface",
    answer={
        "best_slope": 1.5,
        "best_intercept": -1,
        "lowest": "B",
        "equal": "AD",
        "knob": "slope",
        "turn_at_c": "up",
    },
    evaluate=_as_read,
    reveal=False,
    mistakes=(
        Mistake(
            name="slope and intercept exchanged",
            answer={"best_slope": -1, "best_intercept": 1.5},
            message="You exchanged the two readings: which knob is on which axis?",
        ),
        Mistake(
            name="intercept read for the slope",
            answer={"best_slope": -1},
            message="This is read off the other axis. The slope is on the horizontal one.",
        ),
        Mistake(
            name="slope read for the intercept",
            answer={"best_intercept": 1.5},
            message="This is read off the other axis. The intercept is on the vertical one.",
        ),
        Mistake(
            name="middle of the picture (slope)",
            answer={"best_slope": 0},
            message="The zero of the axis is not the middle of the rings. Look for the innermost ring.",
        ),
        Mistake(
            name="middle of the picture (intercept)",
            answer={"best_intercept": 0},
            message="At intercept 0 you are above the innermost ring, not in it.",
        ),
        Mistake(
            name="nearest for lowest",
            answer={"lowest": "A"},
            message=(
                "A is nearest to the middle by the ruler. But height is read off the rings: "
                "which ring is A on, and which points lie inside it?"
            ),
        ),
        Mistake(
            name="highest for lowest",
            answer={"lowest": "C"},
            message="C has the *highest* loss of the four: count the rings between it and the bottom.",
        ),
        Mistake(
            name="D for lowest",
            answer={"lowest": "D"},
            message="D lies on the ring of 6. Does another point lie inside it?",
        ),
        Mistake(
            name="A and B equal",
            answer={"equal": "AB"},
            message=(
                "A and B are about equally *far* from the bottom, but not equally high: "
                "this valley is not round."
            ),
        ),
        Mistake(
            name="C and D equal",
            answer={"equal": "CD"},
            message="C and D lie on opposite sides, but not on the same ring.",
        ),
        Mistake(
            name="B and D equal",
            answer={"equal": "BD"},
            message="B and D are at neighboring places, but a ring runs between them.",
        ),
        Mistake(
            name="A and C equal",
            answer={"equal": "AC"},
            message="The ring of 6 runs through one of them; the other lies outside it.",
        ),
        Mistake(
            name="B and C equal",
            answer={"equal": "BC"},
            message="Follow a ring from B: it never comes near C.",
        ),
        Mistake(
            name="the wide direction as the sensitive one",
            answer={"knob": "intercept"},
            message=(
                "Along the intercept the rings lie far apart: a long way for the same climb. "
                "In which direction are they close together?"
            ),
        ),
        Mistake(
            name="downward at C",
            answer={"turn_at_c": "down"},
            message="Turning the slope down leads to the left from C. Are there higher or lower rings?",
        ),
    ),
    hints=(
        "Each ring joins lines that are equally wrong; its label is their loss. The bottom is inside all.",
        "Ask for each point which rings it lies between, or on; two of the points lie on the same ring.",
        "For `knob`, go from the bottom by 1 to the right, and by 1 upward: where do you cross more rings?",
    ),
    praise=(
        "Each point of the plane is one line, and height is its loss. With two weights you can see the "
        "landscape; with ten thousand nobody can, but its slope can be computed all the same."
    ),
)

# ------------------------------------------------------------------- 03-5 from likelihood to cross-entropy

LIKELIHOOD = Exercise(
    name="03-5",
    title="From likelihood to cross-entropy",
    answer={
        "likelihood": 0.36,
        "cross_entropy": -np.log(0.36) / 3,
        "clueless_two": np.log(2),
        "clueless_ten": np.log(10),
        "sure_and_wrong": np.log(100),
    },
    reveal=False,
    rtol=1e-2,
    atol=1e-4,
    mistakes=(
        Mistake(
            name="chance of yes for all",
            answer={"likelihood": 0.09},
            message=(
                "You multiplied the three forecasts as they stand. The second customer stayed: "
                "how likely did the model think *that* was?"
            ),
        ),
        Mistake(
            name="sum of chances",
            answer={"likelihood": 2.2},
            message="You added the three chances, and got more than 1. Independent events: multiply.",
        ),
        Mistake(
            name="mean of chances",
            answer={"likelihood": 2.2 / 3},
            message="You averaged the three chances. That all three happen is their product.",
        ),
        Mistake(
            name="second customer left out",
            answer={"likelihood": 0.45},
            message="Only two factors: a customer who stays is an outcome as well.",
        ),
        Mistake(
            name="chances of what did not happen",
            answer={"likelihood": 0.1 * 0.2 * 0.5},
            message="You multiplied the chances of what did *not* happen.",
        ),
        Mistake(
            name="sum of logarithms",
            answer={"cross_entropy": -np.log(0.36)},
            message="This is the sum over the three customers. Cross-entropy is the mean.",
        ),
        Mistake(
            name="sign of the logarithm",
            answer={"cross_entropy": np.log(0.36) / 3},
            message=(
                "A loss is never negative here: the logarithm of a chance is, so it gets a minus. "
                "Then *lower* is better."
            ),
        ),
        Mistake(
            name="base 2",
            answer={"cross_entropy": -np.log2(0.36) / 3},
            message=(
                "This is counted with the logarithm to base 2. The course takes the natural one, `np.log`."
            ),
        ),
        Mistake(
            name="base 10",
            answer={"cross_entropy": -np.log10(0.36) / 3},
            message="This is counted with the logarithm to base 10. The natural one is meant, `np.log`.",
        ),
        Mistake(
            name="logarithms of the forecasts",
            answer={"cross_entropy": -np.log(0.09) / 3},
            message="For the second customer take the chance of what happened, not the forecast of a yes.",
        ),
        Mistake(
            name="yes only",
            answer={"cross_entropy": -np.log(0.45) / 3},
            message="You left out the customer who stayed. The second half of the formula is for y = 0.",
        ),
        Mistake(
            name="logarithm of the mean",
            answer={"cross_entropy": -np.log(2.2 / 3)},
            message="You took the logarithm of the mean chance. First each logarithm, then their mean.",
        ),
        Mistake(
            name="squared error",
            answer={"cross_entropy": (0.01 + 0.04 + 0.25) / 3},
            message="This is the mean squared error of the three forecasts. Take the logarithms.",
        ),
        Mistake(
            name="chance for loss",
            answer={"clueless_two": 0.5},
            message="1/2 is the chance that the clueless model gives. What does that cost?",
        ),
        Mistake(
            name="one bit",
            answer={"clueless_two": 1},
            message="One *bit*, with the logarithm to base 2. Take the natural one.",
        ),
        Mistake(
            name="clueless for nothing",
            answer={"clueless_two": 0},
            message="A loss of 0 means certain and right. 1/2 is neither.",
        ),
        Mistake(
            name="decimal logarithm for two",
            answer={"clueless_two": np.log10(2)},
            message="For two classes you took the logarithm to base 10.",
        ),
        Mistake(
            name="two classes for ten",
            answer={"clueless_ten": np.log(2)},
            message="This is the loss for two classes. Each of ten gets a smaller share.",
        ),
        Mistake(
            name="a tenth",
            answer={"clueless_ten": 0.1},
            message="1/10 is the share of each class. What does that cost?",
        ),
        Mistake(
            name="decimal logarithm for ten",
            answer={"clueless_ten": 1},
            message="For ten classes you took the logarithm to base 10.",
        ),
        Mistake(
            name="all ten classes added",
            answer={"clueless_ten": 10 * np.log(10)},
            message="Only the class that is true is paid for. You counted all ten.",
        ),
        Mistake(
            name="what was right",
            answer={"sure_and_wrong": -np.log(0.99)},
            message="This is what is paid if the customer *stays*. But the customer left.",
        ),
        Mistake(
            name="error for loss",
            answer={"sure_and_wrong": 0.99},
            message=(
                "This is how far the forecast is off, or its square, neither of which is ever above 1. "
                "Cross-entropy asks for a logarithm, and has no such mercy."
            ),
        ),
        Mistake(
            name="decimal logarithm of a sure one",
            answer={"sure_and_wrong": 2},
            message="For the last customer you took the logarithm to base 10.",
        ),
    ),
    hints=(
        "Write down for each customer the chance that the model gave to what *happened*.",
        "Likelihood: multiply them. Cross-entropy: minus the natural logarithm of each, then the mean.",
        "A clueless model gives 1/k to each of k classes; minus the logarithm of that is its loss.",
    ),
    praise=(
        "Remember log 2 = 0.69 and log 10 = 2.3: a fresh network on two or ten classes should start near "
        "them, and a model that stays there has learned nothing."
    ),
)

# --------------------------------------------------------------------- 03-6 cross-entropy without log(0)


def _from_logits(z: Array, y: Array) -> float:
    return float(_entropies(z.astype(np.float64), y).mean())


def _without_math_errors(answer: Callable[[Array, Array], Any], z: Array, y: Array) -> Any:
    """Run a loss, and put the errors of `math.log` and `math.exp` into words that fit the task."""
    try:
        return answer(z, y)
    except OverflowError as error:
        raise AnswerFormError(
            f"For z up to {np.abs(z).max():g}, `math.exp` overflows. Which exponent is never above 0?"
        ) from error
    except ValueError as error:
        if "math domain" in str(error) or "positive input" in str(error):
            raise AnswerFormError(
                f"For z up to {np.abs(z).max():g}, `math.log` is asked for the logarithm of 0: the sigmoid "
                "has been rounded to 0 or 1. Which formula needs no sigmoid on the way?"
            ) from error
        raise


def _logits_and_labels(rng: np.random.Generator) -> Inputs:
    n = int(rng.integers(1, 7))
    z = np.round(rng.normal(size=n) * float(rng.choice([1.0, 4.0])), 1)
    return z, rng.integers(0, 2, size=n)


def _chances(z: Array) -> Array:
    """Return the sigmoid in z's own precision, as the plain formula does."""
    with np.errstate(over="ignore"):
        result: Array = 1 / (1 + np.exp(-z))
    return result


def _mean_of_logs(a: Array, y: Array, added: float = 0.0) -> Any:
    with np.errstate(all="ignore"):
        return -(y * np.log(a + added) + (1 - y) * np.log(1 - a + added)).mean()


def _clipped(bound: float) -> Mistake:
    return Mistake(
        name=f"clipped at {bound:g}",
        answer=lambda z, y: _mean_of_logs(np.clip(_chances(z), bound, 1 - bound), y),
        message=(
            f"You clip the sigmoid at {bound:g}, so no record can cost more than "
            f"{-np.log(bound):.1f}, however wrong it is, and its slope there is 0. "
            + (
                "And it does not even help in float32: there 1 − a tiny number is rounded to 1. "
                if bound < 1e-7
                else ""
            )
            + "Compute from the logit, without a sigmoid on the way."
        ),
    )


def _added(number: float) -> Mistake:
    return Mistake(
        name=f"{number:g} added",
        answer=lambda z, y: _mean_of_logs(_chances(z), y, number),
        message=(
            f"You add {number:g} inside the logarithm. It keeps infinity away, but no record can cost more "
            f"than {-np.log(number):.1f}, however wrong it is. Compute from the logit, without a sigmoid."
        ),
    )


LOGITS = Exercise(
    name="03-6",
    title="Cross-entropy that never meets log(0)",
    answer=_from_logits,
    evaluate=_without_math_errors,
    inputs=(
        (np.array([0.0, 2.0, -1.0]), np.array([1, 1, 0])),
        (np.array([3.0, -0.5, 1.5, -2.0]), np.array([0, 1, 1, 0])),
        (np.array([20.0, 1.0], dtype=np.float32), np.array([0, 1])),  # sigmoid(20) is 1 in float32
        (np.array([1000.0, -3.0]), np.array([1, 0])),
        (np.array([-1000.0, 500.0, 0.5]), np.array([1, 0, 0])),
        (np.array([-40, 2, 0]), np.array([1, 0, 1])),
    ),
    random_inputs=_logits_and_labels,
    mistakes=(
        Mistake(
            name="log of a sigmoid, both halves",
            answer=lambda z, y: _mean_of_logs(_chances(z), y),
            message=(
                "The formula is right, but large logits break it: the sigmoid is rounded to exactly 0 or 1, "
                "log(0) is minus infinity, and 0 times that is NaN, even where the forecast was right. "
                "Put the sigmoid's formula into the logarithm and simplify on paper first."
            ),
        ),
        Mistake(
            name="log of a sigmoid, chosen half",
            answer=lambda z, y: -np.log(np.where(y == 1, _chances(z), 1 - _chances(z))).mean(),
            message=(
                "The formula is right, and you take only the half that counts. But where the sigmoid is "
                "rounded to exactly 0 or 1 on the wrong side, log(0) makes the loss infinite; it should be "
                "large, about |z|. Put the sigmoid's formula into the logarithm and simplify first."
            ),
        ),
        Mistake(
            name="log of one plus exp",
            answer=lambda z, y: np.log(1 + np.exp(np.where(y == 1, -z, z))).mean(),
            message=(
                "No sigmoid any more, well done. But for a large exponent `np.exp` overflows to infinity, "
                "and the loss with it: e to the 1000 is too large, though its logarithm is just 1000. "
                "Take the larger exponent out first."
            ),
        ),
        Mistake(
            name="logits clipped at 500",
            answer=lambda z, y: _entropies(np.clip(z.astype(float), -500, 500), y).mean(),
            message="You cut the logits off at 500: beyond that all are equally wrong, and the slope is 0.",
        ),
        Mistake(
            name="logits clipped at 30",
            answer=lambda z, y: _entropies(np.clip(z.astype(float), -30, 30), y).mean(),
            message="You cut the logits off at 30: beyond that all are equally wrong, and the slope is 0.",
        ),
        *(_clipped(bound) for bound in (1e-16, 1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5)),
        *(_added(number) for number in (1e-16, 1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5)),
        Mistake(
            name="infinities made finite",
            answer=lambda z, y: np.nan_to_num(
                -(y * np.log(_chances(z)) + (1 - y) * np.log(1 - _chances(z)))
            ).mean(),
            message=(
                "`nan_to_num` hides what went wrong: a NaN becomes 0, and an infinity the largest float. "
                "Neither is the loss. Avoid log(0) instead of sweeping it up."
            ),
        ),
        Mistake(
            name="sum",
            answer=lambda z, y: _entropies(z, y).sum(),
            message="Every record is right. But you return their sum, and the mean is asked.",
        ),
        Mistake(
            name="sign",
            answer=lambda z, y: -_entropies(z, y).mean(),
            message="Your loss is negative: the minus is missing, or there is one too many.",
        ),
        Mistake(
            name="labels exchanged",
            answer=lambda z, y: _entropies(z, 1 - y).mean(),
            message=(
                "Yes and no are exchanged: a sure and right forecast costs you most. "
                "A large z is a sure yes: what should it cost where y is 1?"
            ),
        ),
        Mistake(
            name="sigmoid applied twice",
            answer=lambda z, y: _entropies(_sigmoid(z), y).mean(),
            message=(
                "z goes through the sigmoid, and its output is taken for a logit once more. "
                "So even a perfect forecast costs 0.31 at least."
            ),
        ),
        Mistake(
            name="yes only",
            answer=lambda z, y: (y * _entropies(z, y)).mean(),
            message=(
                "Only the records with y = 1 cost something. A sure yes where the answer is no costs too."
            ),
        ),
        Mistake(
            name="no only",
            answer=lambda z, y: ((1 - y) * _entropies(z, y)).mean(),
            message=(
                "Only the records with y = 0 cost something. A sure no where the answer is yes costs too."
            ),
        ),
        Mistake(
            name="as if all were yes",
            answer=lambda z, y: np.logaddexp(0, -z).mean(),
            message="You treat every record as a yes: your loss does not see `y`.",
        ),
        Mistake(
            name="as if all were no",
            answer=lambda z, y: np.logaddexp(0, z).mean(),
            message="You treat every record as a no: somewhere the term with `y` is missing.",
        ),
        Mistake(
            name="absolute value in the linear part",
            answer=lambda z, y: (np.abs(z) - z * y + np.log1p(np.exp(-np.abs(z)))).mean(),
            message=(
                "Nearly: the part that cannot overflow is right. But you take |z| where only a *positive* z "
                "belongs: for z below 0 a sure and right no costs |z|."
            ),
        ),
        Mistake(
            name="linear part missing",
            answer=lambda z, y: np.log1p(np.exp(-np.abs(z))).mean(),
            message=(
                "Nothing overflows, but the loss is always small: this is what a record costs on the *right* "
                "side. On the wrong side |z| is still to be added."
            ),
        ),
        Mistake(
            name="hinge",
            answer=lambda z, y: np.maximum(0, np.where(y == 1, -z, z)).mean(),
            message=(
                "Far out this is nearly right, but near z = 0 it has a kink: at z = 0 the loss is log 2, "
                "and not 0."
            ),
        ),
        Mistake(
            name="base 2",
            answer=lambda z, y: _entropies(z, y).mean() / np.log(2),
            message="Your loss is in bits, with the logarithm to base 2. The natural one is meant.",
        ),
        Mistake(
            name="one number a record",
            answer=_entropies,
            message="Each record is right. The loss is *one* number: their mean.",
        ),
        Mistake(
            name="squared error",
            answer=lambda z, y: ((_sigmoid(z) - y) ** 2).mean(),
            message="This is the mean squared error of the forecasts, which never exceeds 1.",
        ),
    ),
    hints=(
        "For y = 1 the loss is −log of 1 / (1 + e^−z). What is minus the logarithm of one over something?",
        (
            "It is log(1 + e^−z) for y = 1, and log(1 + e^z) for y = 0. "
            "For a large exponent s, log(1 + e^s) is s + log(1 + e^−s)."
        ),
        (
            "Let s be −z for a yes and z for a no: the loss is max(s, 0) + log(1 + e^−|s|). "
            "`np.logaddexp(0, s)` computes the same."
        ),
    ),
    praise=(
        "A wrong logit of 1000 costs 1000, not infinity, in float32 too. This is why losses take logits: "
        "once the sigmoid has rounded, no formula can get back what is lost."
    ),
)

# --------------------------------------------------------------------------- 03-7 a sigmoid applied twice


def _network_loss(X: Array, w: Array, b: float, y: Array) -> tuple[float, Array]:
    z = X @ w + b
    return float(_entropies(z, y).mean()), (_sigmoid(z) - y) / len(y)


def _some_network(rng: np.random.Generator) -> Inputs:
    n, n_features = (int(size) for size in rng.integers(1, 6, size=2))
    X = np.round(rng.normal(size=(n, n_features)), 1)
    w, b = np.round(rng.normal(size=n_features) * 2, 1), float(np.round(rng.normal(), 1))
    return X, w, b, rng.integers(0, 2, size=n)


def _from_z(formula: Callable[[Array, Array, Array], Any]) -> Callable[[Array, Array, float, Array], Any]:
    """Make a wrong answer from what it does with the logits z, the outputs a and the targets y."""

    def answer(X: Array, w: Array, b: float, y: Array) -> Any:
        z = X @ w + b
        return formula(z, _sigmoid(z), y)

    return answer


TWICE = Exercise(
    name="03-7",
    title="Find and mend the bug: a loss that cannot get small",
    answer=_network_loss,
    inputs=(
        (np.array([[2.0, 0.0], [0.0, 3.0]]), np.array([4.0, -2.0]), 0.0, np.array([1, 0])),
        (
            np.array([[1.0, 0.5], [-1.0, 2.0], [0.0, 1.0]]),
            np.array([1.5, -1.0]),
            0.25,
            np.array([1, 1, 0]),
        ),
        (np.array([[0.5], [-2.0], [3.0], [1.0]]), np.array([-1.0]), 1.0, np.array([0, 1, 1, 0])),
    ),
    random_inputs=_some_network,
    mistakes=(
        Mistake(
            name="still broken",
            answer=_from_z(
                lambda z, a, y: (_entropies(a, y).mean(), (_sigmoid(a) - y) / len(y)),
            ),
            message=(
                "The bug is still there: a sure and right forecast costs 0.31 for a yes and 0.69 for a no. "
                "Read what the loss in annlib wants to be given, and what it is given."
            ),
        ),
        Mistake(
            name="broken with a chain rule",
            answer=_from_z(
                lambda z, a, y: (_entropies(a, y).mean(), (_sigmoid(a) - y) * a * (1 - a) / len(y)),
            ),
            message=(
                "Your gradient now fits the broken loss exactly. But the loss itself is the wrong one: "
                "z still goes through two sigmoids."
            ),
        ),
        Mistake(
            name="gradient still broken",
            answer=_from_z(
                lambda z, a, y: (_entropies(z, y).mean(), (_sigmoid(a) - y) / len(y)),
            ),
            message="The loss is mended. In the gradient, z still goes through two sigmoids.",
        ),
        Mistake(
            name="loss still broken",
            answer=_from_z(
                lambda z, a, y: (_entropies(a, y).mean(), (a - y) / len(y)),
            ),
            message="The gradient is mended. In the loss, z still goes through two sigmoids.",
        ),
        Mistake(
            name="no sigmoid in the gradient",
            answer=_from_z(lambda z, a, y: (_entropies(z, y).mean(), (z - y) / len(y))),
            message=(
                "The loss is mended. But in the gradient you compare the *logit* with the target; "
                "now there is one sigmoid too few."
            ),
        ),
        Mistake(
            name="slope of the sigmoid too",
            answer=_from_z(lambda z, a, y: (_entropies(z, y).mean(), (a - y) * a * (1 - a) / len(y))),
            message=(
                "The loss is mended. But the sigmoid's slope a (1 − a) is in your gradient once more: "
                "it has cancelled against the slope of the logarithm already."
            ),
        ),
        Mistake(
            name="gradient in the output",
            answer=_from_z(
                lambda z, a, y: (_entropies(z, y).mean(), (a - y) / (a * (1 - a)) / len(y)),
            ),
            message=(
                "The loss is mended. Your gradient says how it changes with the *output* a; "
                "asked is how it changes with z."
            ),
        ),
        Mistake(
            name="logit taken for a chance",
            answer=_from_z(lambda z, a, y: (_mean_of_logs(z, y), (z - y) / len(y))),
            message=(
                "Now there is no sigmoid left: you take logarithms of z itself, "
                "and those of negative numbers are NaN. One sigmoid is right."
            ),
        ),
        Mistake(
            name="loss from z without a sigmoid",
            answer=_from_z(lambda z, a, y: (_mean_of_logs(z, y), (a - y) / len(y))),
            message=(
                "The gradient is right. But the loss takes logarithms of z itself, "
                "and those of negative numbers are NaN."
            ),
        ),
        Mistake(
            name="gradient not divided by n",
            answer=_from_z(lambda z, a, y: (_entropies(z, y).mean(), a - y)),
            message="The loss is mended. It is a mean, so each record moves it by one n-th of its own slope.",
        ),
        Mistake(
            name="sums",
            answer=_from_z(lambda z, a, y: (_entropies(z, y).sum(), a - y)),
            message="The bug is gone, but loss and gradient are those of a sum. The loss is a mean.",
        ),
        Mistake(
            name="loss as a sum",
            answer=_from_z(lambda z, a, y: (_entropies(z, y).sum(), (a - y) / len(y))),
            message="The bug is gone and the gradient is right. But the loss is a sum instead of a mean.",
        ),
        Mistake(
            name="sign of the gradient",
            answer=_from_z(lambda z, a, y: (_entropies(z, y).mean(), (y - a) / len(y))),
            message="The loss is mended. The sign of the gradient is turned round.",
        ),
        Mistake(
            name="gradient for the weights",
            answer=lambda X, w, b, y: (
                _entropies(X @ w + b, y).mean(),
                X.T @ (_sigmoid(X @ w + b) - y) / len(y),
            ),
            message=(
                "You went on to the weights: that is the gradient with respect to `w`, a good next step. "
                "Asked is the one with respect to z, an entry for each record."
            ),
        ),
        Mistake(
            name="bias forgotten",
            answer=lambda X, w, b, y: _network_loss(X, w, 0.0, y),
            message="The bug is gone, but so is the bias: z is `X @ w + b`.",
        ),
        Mistake(
            name="squared error",
            answer=_from_z(
                lambda z, a, y: (((a - y) ** 2).mean(), 2 * (a - y) * a * (1 - a) / len(y)),
            ),
            message="You changed the loss to the mean squared error. Keep cross-entropy, and mend it.",
        ),
        Mistake(
            name="order exchanged",
            answer=lambda X, w, b, y: _network_loss(X, w, b, y)[::-1],
            message="The bug is gone, but the order is not that of the task: the loss comes first.",
        ),
        Mistake(
            name="loss alone",
            answer=lambda X, w, b, y: _network_loss(X, w, b, y)[0],
            message="The loss is mended. The gradient in z is asked as well: `return loss, gradient`.",
        ),
    ),
    hints=(
        "Look up what `BinaryCrossEntropy` calls the thing that it is given: `help(BinaryCrossEntropy)`.",
        "Count the sigmoids: one is in the broken function, one is inside the loss.",
        "Give the loss z itself. It returns both the loss and the gradient (sigmoid(z) − y) / n.",
    ),
    praise=(
        "Nothing raised an error and the loss even fell; it only stopped at 0.31 for a yes and 0.69 "
        "for a no. "
        "When a loss has a floor, count the sigmoids."
    ),
)

# ------------------------------------------------------------------------------ 03-8 two losses, two slopes


def _two_slopes(z: Array, y: Array) -> tuple[Array, Array]:
    a = _sigmoid(z)
    return 2 * (a - y) * a * (1 - a), a - y


def _from_a(formula: Callable[[Array, Array], Any]) -> Callable[[Array, Array], Any]:
    """Make a wrong answer from what it does with the outputs a and the targets y."""
    return lambda z, y: formula(_sigmoid(z), y)


SLOPES = Exercise(
    name="03-8",
    title="Two losses, two slopes",
    answer=_two_slopes,
    inputs=(
        (np.array([0.0, 1.0, -1.0]), np.array([1, 1, 0])),
        (np.array([-6.0, 6.0, 2.0, -0.5]), np.array([1, 0, 0, 1])),
        (np.array([[0.5, -2.0], [3.0, 0.0]]), np.array([[0, 0], [1, 0]])),
    ),
    random_inputs=_logits_and_labels,
    mistakes=(
        Mistake(
            name="a minus y for both",
            answer=_from_a(lambda a, y: (a - y, a - y)),
            message=(
                "a − y is the slope of *cross-entropy* behind a sigmoid. It does not belong to the squared "
                "error: there, nothing cancels the slope of the sigmoid."
            ),
        ),
        Mistake(
            name="two a minus y for the squared error",
            answer=_from_a(lambda a, y: (2 * (a - y), a - y)),
            message=(
                "2 (a − y) says how the squared error changes with the *output* a. "
                "But z is nudged, and a sigmoid lies between the two."
            ),
        ),
        Mistake(
            name="slope of the sigmoid for both",
            answer=_from_a(lambda a, y: (2 * (a - y) * a * (1 - a), (a - y) * a * (1 - a))),
            message=(
                "The first is right. In the second, the slope of the sigmoid is too much: "
                "divide it by what the slope of the logarithm brings along, and see what remains."
            ),
        ),
        Mistake(
            name="one slope for both",
            answer=_from_a(lambda a, y: (2 * (a - y) * a * (1 - a), 2 * (a - y) * a * (1 - a))),
            message="The first is right. The second loss is another one, with a slope of its own.",
        ),
        Mistake(
            name="slope in the output",
            answer=_from_a(lambda a, y: (2 * (a - y) * a * (1 - a), (a - y) / (a * (1 - a)))),
            message=(
                "The first is right. The second says how cross-entropy changes with the *output* a. "
                "One factor leads from there to z."
            ),
        ),
        Mistake(
            name="both in the output",
            answer=_from_a(lambda a, y: (2 * (a - y), (a - y) / (a * (1 - a)))),
            message=(
                "Both are slopes in the *output* a, and right as such. Asked are the slopes in z: "
                "multiply by how fast a changes with z."
            ),
        ),
        Mistake(
            name="factor 2 missing",
            answer=_from_a(lambda a, y: ((a - y) * a * (1 - a), a - y)),
            message=(
                "The second is right. The first is half of what it should be: the loss is (a − y)², "
                "without a 1/2 in front."
            ),
        ),
        Mistake(
            name="factor 2 in both",
            answer=_from_a(lambda a, y: (2 * (a - y) * a * (1 - a), 2 * (a - y))),
            message="The first is right. In the second there is no square, and so no 2.",
        ),
        Mistake(
            name="factor 2 in the wrong one",
            answer=_from_a(lambda a, y: ((a - y) * a * (1 - a), 2 * (a - y))),
            message="The 2 stands at the wrong loss: which one has a square?",
        ),
        Mistake(
            name="exchanged",
            answer=_from_a(lambda a, y: (a - y, 2 * (a - y) * a * (1 - a))),
            message="The two slopes are exchanged: which loss lets the slope of the sigmoid cancel?",
        ),
        Mistake(
            name="both signs",
            answer=_from_a(lambda a, y: (2 * (y - a) * a * (1 - a), y - a)),
            message="Both signs are turned round: for y = 1 the losses fall as z grows.",
        ),
        Mistake(
            name="sign of the first",
            answer=_from_a(lambda a, y: (2 * (y - a) * a * (1 - a), a - y)),
            message="The second is right. The sign of the first is turned round.",
        ),
        Mistake(
            name="sign of the second",
            answer=_from_a(lambda a, y: (2 * (a - y) * a * (1 - a), y - a)),
            message="The first is right. The sign of the second is turned round.",
        ),
        Mistake(
            name="z taken for a",
            answer=lambda z, y: (2 * (z - y) * z * (1 - z), z - y),
            message="You use z where the output a is meant: z has not been through the sigmoid yet.",
        ),
        Mistake(
            name="z in the slope of the sigmoid",
            answer=lambda z, y: (2 * (_sigmoid(z) - y) * z * (1 - z), _sigmoid(z) - y),
            message="The second is right. In a (1 − a), you put z in place of the output a.",
        ),
        Mistake(
            name="sigmoid twice",
            answer=lambda z, y: _two_slopes(_sigmoid(z), y),
            message="You send z through the sigmoid twice.",
        ),
        Mistake(
            name="slope of tanh",
            answer=_from_a(lambda a, y: (2 * (a - y) * (1 - a**2), a - y)),
            message="The second is right. In the first, 1 − a² is the slope of *tanh*.",
        ),
        Mistake(
            name="one minus a missing",
            answer=_from_a(lambda a, y: (2 * (a - y) * a, a - y)),
            message=(
                "The second is right. In the first, the slope of the sigmoid has only one of two factors."
            ),
        ),
        Mistake(
            name="a missing",
            answer=_from_a(lambda a, y: (2 * (a - y) * (1 - a), a - y)),
            message="The second is right. In the first, one factor of the sigmoid's slope is lost.",
        ),
        Mistake(
            name="no error in the first",
            answer=_from_a(lambda a, y: (a * (1 - a), a - y)),
            message="The first is the slope of the sigmoid alone: where is the error?",
        ),
        Mistake(
            name="losses for slopes",
            answer=lambda z, y: ((_sigmoid(z) - y) ** 2, _entropies(z, y)),
            message="These are the two losses. Asked are their slopes in z.",
        ),
        Mistake(
            name="means",
            answer=_from_a(lambda a, y: ((2 * (a - y) * a * (1 - a)).mean(), (a - y).mean())),
            message="You averaged. Wanted is a slope for each entry of z.",
        ),
        Mistake(
            name="divided by n",
            answer=_from_a(lambda a, y: (2 * (a - y) * a * (1 - a) / a.size, (a - y) / a.size)),
            message=(
                "You divided by the number of records, as for a mean. Here each record has a loss of its own."
            ),
        ),
        Mistake(
            name="cross-entropy alone",
            answer=_from_a(lambda a, y: a - y),
            message="This is the second slope. The first is still missing: return two arrays.",
        ),
        Mistake(
            name="squared error alone",
            answer=_from_a(lambda a, y: 2 * (a - y) * a * (1 - a)),
            message="This is the first slope. The second is still missing: return two arrays.",
        ),
    ),
    hints=(
        "Go in two steps: how fast does the loss change with a, and how fast does a change with z? Multiply.",
        "The second step is a (1 − a) for both. The first is 2 (a − y) for the squared error.",
        "For cross-entropy the first step is (a − y) / (a (1 − a)): what is left after multiplying?",
    ),
    praise=(
        "Behind a sigmoid, a − y belongs to cross-entropy alone. The squared error keeps the factor "
        "a (1 − a), "
        "which is nearly 0 exactly where the network is sure, even if it is sure and wrong."
    ),
)

# ------------------------------------------------------------------------------- 03-9 very wrong and sure

FAR_OUT = Exercise(
    name="03-9",
    title="Predict: very wrong and sure of it",
    answer={
        "squared_loss": 1,
        "squared_slope": 0,
        "cross_loss": 20,
        "cross_slope": -1,
        "squared_slope_at_0": -0.25,
        "cross_slope_at_0": -0.5,
    },
    reveal=False,
    rtol=1e-3,
    atol=1e-3,
    mistakes=(
        Mistake(
            name="wrong for nothing",
            answer={"squared_loss": 0},
            message="The output is nearly 0 and the target is 1. How large is the error?",
        ),
        Mistake(
            name="logit squared",
            answer={"squared_loss": 441},
            message="You compared z with the target. The output is what the sigmoid makes of z.",
        ),
        Mistake(
            name="squared loss without a limit",
            answer={"squared_loss": 400},
            message="You squared z. The output lies between 0 and 1: how wrong can it be at most?",
        ),
        Mistake(
            name="squared loss like cross-entropy",
            answer={"squared_loss": 20},
            message="The squared error of a number between 0 and 1 cannot be that large.",
        ),
        Mistake(
            name="slope of the error alone",
            answer={"squared_slope": -2},
            message=(
                "2 (a − y) is −2 here, true. But that is the slope in the *output*, and the output hardly "
                "moves when z does: the sigmoid is flat at −20."
            ),
        ),
        Mistake(
            name="a minus y for the squared error",
            answer={"squared_slope": -1},
            message=(
                "a − y does not belong to the squared error: which factor is missing, and how large is it?"
            ),
        ),
        Mistake(
            name="cross-entropy at most 1",
            answer={"cross_loss": 1},
            message="Cross-entropy has no upper end. What is −log(1 / (1 + e^20)), roughly?",
        ),
        Mistake(
            name="cross-entropy of the right side",
            answer={"cross_loss": 0},
            message="0 is what a sure and *right* forecast costs. Here it is wrong.",
        ),
        Mistake(
            name="infinite cross-entropy",
            answer={"cross_loss": np.inf},
            message=(
                "It would be infinite if the output were exactly 0. It is about two billionths: "
                "the logarithm of that is large, but finite."
            ),
        ),
        Mistake(
            name="sign of the cross-entropy",
            answer={"cross_loss": -20},
            message="The size is right. Can a loss of this kind be negative?",
        ),
        Mistake(
            name="cross-entropy with log 2",
            answer={"cross_loss": np.log(2)},
            message="log 2 is what it costs at z = 0, where the network is undecided.",
        ),
        Mistake(
            name="cross-entropy is flat too",
            answer={"cross_slope": 0},
            message=(
                "The sigmoid is flat there, true. But cross-entropy's slope does not contain a (1 − a): "
                "it has cancelled. What is a − y?"
            ),
        ),
        Mistake(
            name="sign of the slope",
            answer={"cross_slope": 1},
            message="The size is right. But as z grows, from −20 toward the right side, the loss *falls*.",
        ),
        Mistake(
            name="slope that grows",
            answer={"cross_slope": -20},
            message="−20 would be a slope that grows with z. Far out, this loss is nearly a straight line.",
        ),
        Mistake(
            name="slope as with a factor 2",
            answer={"cross_slope": -2},
            message="A 2 comes from a square, and cross-entropy has none.",
        ),
        Mistake(
            name="squared slope without the sigmoid",
            answer={"squared_slope_at_0": -1},
            message="This is 2 (a − y) at z = 0. The slope of the sigmoid is still to be multiplied.",
        ),
        Mistake(
            name="squared slope without the 2",
            answer={"squared_slope_at_0": -0.125},
            message="The 2 from the square is missing.",
        ),
        Mistake(
            name="slope of the sigmoid alone",
            answer={"squared_slope_at_0": 0.25},
            message="The size is right by luck or by thought; the sign is not: does the loss rise with z?",
        ),
        Mistake(
            name="squared slope like cross-entropy",
            answer={"squared_slope_at_0": -0.5},
            message="−1/2 is a − y at z = 0, which is not the squared error's slope in z.",
        ),
        Mistake(
            name="cross slope with the sigmoid",
            answer={"cross_slope_at_0": -0.125},
            message="You multiplied by the slope of the sigmoid. For cross-entropy it has cancelled.",
        ),
        Mistake(
            name="cross slope like the squared error",
            answer={"cross_slope_at_0": -0.25},
            message="This is the slope of the *squared error* at z = 0.",
        ),
        Mistake(
            name="sign of the cross slope at 0",
            answer={"cross_slope_at_0": 0.5},
            message="The size is right. With y = 1, does the loss rise or fall as z grows?",
        ),
        Mistake(
            name="cross slope of a sure one",
            answer={"cross_slope_at_0": -1},
            message="−1 is the slope far out. At z = 0 the output is 1/2: what is a − y?",
        ),
    ),
    hints=(
        "Find the output a first: at z = −20 it is almost 0, at z = 0 it is 1/2. The target is 1.",
        "The slopes in z are 2 (a − y) a (1 − a) and a − y, from the exercise before.",
        "−log(1 / (1 + e^20)) is log(1 + e^20), and beside e^20 the 1 hardly matters.",
    ),
    praise=(
        'Where the network is most wrong, the squared error behind a sigmoid says "about 1" and lies flat; '
        "cross-entropy still falls with the slope −1. That is why it learns from its worst mistakes."
    ),
)

# ------------------------------------------------------------------------- 03-10 softmax with cross-entropy


def _softmax(Z: Array) -> Array:
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    result: Array = E / E.sum(axis=1, keepdims=True)
    return result


def _log_softmax(Z: Array) -> Array:
    shifted = Z - Z.max(axis=1, keepdims=True)
    result: Array = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return result


def _one_hot(Z: Array, y: Array) -> Array:
    result: Array = np.eye(Z.shape[1])[y]
    return result


def _of_labels(table: Array, y: Array) -> Array:
    result: Array = table[np.arange(len(y)), y]
    return result


def _categorical(Z: Array, y: Array) -> tuple[float, Array]:
    return -float(_of_labels(_log_softmax(Z), y).mean()), (_softmax(Z) - _one_hot(Z, y)) / len(y)


def _table_and_labels(rng: np.random.Generator) -> Inputs:
    n, k = int(rng.integers(1, 6)), int(rng.integers(2, 6))
    if rng.random() < 0.4:  # square cases, where a wrong axis raises no error
        n = k
    return np.round(rng.normal(size=(n, k)) * 2, 1), rng.integers(0, k, size=n)


def _plain_softmax(Z: Array) -> Array:
    with np.errstate(all="ignore"):
        result: Array = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    return result


def _minus_logs(chances: Array) -> Any:
    with np.errstate(all="ignore"):
        return -np.log(chances).mean()


def _shifted(Z: Array) -> Array:
    result: Array = Z - Z.max(axis=1, keepdims=True)
    return result


def _without_columns(Z: Array, y: Array, S: Array, shares: Callable[[Array], Array]) -> Any:
    """Return loss and gradient from the exponentials of S, shared out in some wrong way."""
    with np.errstate(all="ignore"):
        P = shares(np.exp(S))
        return _minus_logs(_of_labels(P, y)), (P - _one_hot(Z, y)) / len(y)


def _every_label(Z: Array, y: Array) -> Any:
    P = _softmax(Z)
    gradient = P.copy()
    gradient[:, y] -= 1
    return _minus_logs(P[:, y]), gradient / len(y)


CATEGORICAL = Exercise(
    name="03-10",
    title="Softmax with cross-entropy",
    answer=_categorical,
    inputs=(
        (np.array([[1.0, 2.0, 0.0], [0.0, 0.0, 0.0]]), np.array([1, 2])),
        (np.array([[2.0, 0.0, -1.0], [0.5, 0.5, 3.0], [0.0, 1.0, 0.0]]), np.array([0, 0, 1])),
        (np.array([[3.0, 1.0], [-1.0, 0.5], [0.0, 0.0]]), np.array([1, 1, 0])),
        (np.array([[1000.0, -1000.0, -998.0], [-1000.0, -999.0, 1.0]]), np.array([0, 2])),
        (np.array([[1000.0, 0.0, 3.0], [0.0, 800.0, 2.0]]), np.array([1, 1])),  # sure and wrong: loss 1000
        (np.array([[1, 0, 2, -1], [5, 5, 4, 3]]), np.array([3, 0])),
    ),
    random_inputs=_table_and_labels,
    mistakes=(
        Mistake(
            name="gradient not divided by n",
            answer=lambda Z, y: (_categorical(Z, y)[0], _softmax(Z) - _one_hot(Z, y)),
            message=(
                "The loss is right. It is a *mean* over the records, so the gradient of each counts one n-th."
            ),
        ),
        Mistake(
            name="sums",
            answer=lambda Z, y: (-_of_labels(_log_softmax(Z), y).sum(), _softmax(Z) - _one_hot(Z, y)),
            message="Loss and gradient fit together, but both are those of a sum. The mean is asked.",
        ),
        Mistake(
            name="loss as a sum",
            answer=lambda Z, y: (-_of_labels(_log_softmax(Z), y).sum(), _categorical(Z, y)[1]),
            message="The gradient is right. The loss is a sum over the records; their mean is asked.",
        ),
        Mistake(
            name="mean over all entries",
            answer=lambda Z, y: tuple(part / Z.shape[1] for part in _categorical(Z, y)),
            message=(
                "You divide by all entries of the table. Each record pays for *one* class, the true one: "
                "the mean is over the records."
            ),
        ),
        Mistake(
            name="loss over all entries",
            answer=lambda Z, y: (_categorical(Z, y)[0] / Z.shape[1], _categorical(Z, y)[1]),
            message=(
                "The gradient is right. The loss is divided by the number of classes too; "
                "a mean over a table with many zeros does that."
            ),
        ),
        Mistake(
            name="gradient over all entries",
            answer=lambda Z, y: (_categorical(Z, y)[0], _categorical(Z, y)[1] / Z.shape[1]),
            message="The loss is right. The gradient is divided by the number of classes as well.",
        ),
        Mistake(
            name="sign of the loss",
            answer=lambda Z, y: (-_categorical(Z, y)[0], _categorical(Z, y)[1]),
            message="The gradient is right. The loss lacks its minus: logarithms of shares are negative.",
        ),
        Mistake(
            name="sign of the gradient",
            answer=lambda Z, y: (_categorical(Z, y)[0], -_categorical(Z, y)[1]),
            message=(
                "The loss is right. The sign of the gradient is turned round: if the logit of the true class "
                "grows, the loss falls."
            ),
        ),
        Mistake(
            name="label not subtracted",
            answer=lambda Z, y: (_categorical(Z, y)[0], _softmax(Z) / len(y)),
            message=(
                "The loss is right. Your gradient holds the shares alone, all positive: "
                "at one place of each row something is to be subtracted."
            ),
        ),
        Mistake(
            name="one subtracted everywhere",
            answer=lambda Z, y: (_categorical(Z, y)[0], (_softmax(Z) - 1) / len(y)),
            message="The loss is right. You subtract 1 from every entry; it belongs to the true class only.",
        ),
        Mistake(
            name="label itself subtracted",
            answer=lambda Z, y: (_categorical(Z, y)[0], (_softmax(Z) - y[:, None]) / len(y)),
            message=(
                "The loss is right. You subtract the *number* of the class. A label is a name, no amount: "
                "it says at which place 1 is subtracted."
            ),
        ),
        Mistake(
            name="every row with every label",
            answer=_every_label,
            message=(
                "`P[:, y]` takes the columns of *all* labels in *every* row, an (n, n) table. "
                "Each row needs its own label: index rows and columns together."
            ),
        ),
        Mistake(
            name="loss with every label",
            answer=lambda Z, y: (_minus_logs(_softmax(Z)[:, y]), _categorical(Z, y)[1]),
            message=(
                "The gradient is right. But in the loss `P[:, y]` takes the columns of *all* labels in "
                "*every* row: each row needs its own label only."
            ),
        ),
        Mistake(
            name="labels counted from 1",
            answer=lambda Z, y: _categorical(Z, (y - 1) % Z.shape[1]),
            message="Your labels are off by one: class 0 is the first column.",
        ),
        Mistake(
            name="wrong axis",
            answer=lambda Z, y: (
                _minus_logs(_of_labels(_softmax(Z.T).T, y)),
                (_softmax(Z.T).T - _one_hot(Z, y)) / len(y),
            ),
            message=(
                "Your *columns* add up to 1. Each record shares out its 1 among the classes, along a row."
            ),
        ),
        Mistake(
            name="no shift",
            answer=lambda Z, y: (
                _minus_logs(_of_labels(_plain_softmax(Z), y)),
                (_plain_softmax(Z) - _one_hot(Z, y)) / len(y),
            ),
            message=(
                "The formula is right, but large logits overflow, and infinity divided by infinity is NaN. "
                "Which number may be subtracted from a whole row?"
            ),
        ),
        Mistake(
            name="sum without keepdims",
            answer=lambda Z, y: _without_columns(Z, y, _shifted(Z), lambda E: E / E.sum(axis=1)),
            message=(
                "The sums of the rows (or their logarithms) have the shape (n,), which NumPy lines up with "
                "the *columns*: an error for most shapes, and wrong numbers without one for a square table. "
                "How can the sums stay a column?"
            ),
        ),
        Mistake(
            name="sum without keepdims and no shift",
            answer=lambda Z, y: _without_columns(Z, y, Z, lambda E: E / E.sum(axis=1)),
            message=(
                "Two things: the sums of shape (n,) are lined up with the columns instead of the rows, "
                "and large logits overflow."
            ),
        ),
        Mistake(
            name="max without keepdims",
            answer=lambda Z, y: _without_columns(
                Z, y, Z - Z.max(axis=1), lambda E: E / E.sum(axis=1, keepdims=True)
            ),
            message=(
                "The maxima of the rows have the shape (n,), which NumPy lines up with the *columns*: "
                "an error for most shapes, and wrong numbers without one for a square table. "
                "How can the maxima stay a column?"
            ),
        ),
        Mistake(
            name="shift by the mean",
            answer=lambda Z, y: (
                _minus_logs(_of_labels(_plain_softmax(Z - Z.mean(axis=1, keepdims=True)), y)),
                (_plain_softmax(Z - Z.mean(axis=1, keepdims=True)) - _one_hot(Z, y)) / len(y),
            ),
            message=(
                "You subtract the mean of each row. That changes no share, but a logit far above the mean "
                "still overflows: what must be subtracted so that no exponent is above 0?"
            ),
        ),
        Mistake(
            name="log of a rounded share",
            answer=lambda Z, y: (_minus_logs(_of_labels(_softmax(Z), y)), _categorical(Z, y)[1]),
            message=(
                "The gradient is right, and nothing overflows. But a share may be rounded to exactly 0, and "
                "then the loss is infinite, where it should be 1000. Take the logarithm on paper first: "
                "what is log of e^z divided by a sum?"
            ),
        ),
        Mistake(
            name="share clipped",
            answer=lambda Z, y: (
                _minus_logs(np.clip(_of_labels(_softmax(Z), y), 1e-15, 1)),
                _categorical(Z, y)[1],
            ),
            message=(
                "The gradient is right. You clip the shares, so no record can cost more than 34.5: "
                "too cheap for one that is sure and wrong. Work with the logits instead."
            ),
        ),
        Mistake(
            name="share clipped at 1e-12",
            answer=lambda Z, y: (
                _minus_logs(np.clip(_of_labels(_softmax(Z), y), 1e-12, 1)),
                _categorical(Z, y)[1],
            ),
            message=(
                "The gradient is right. You keep the shares above 1e-12, so no record can cost more than "
                "27.6. Work with the logits instead."
            ),
        ),
        Mistake(
            name="largest class for the true one",
            answer=lambda Z, y: _categorical(Z, Z.argmax(axis=1)),
            message="You pay for the class that the network *likes best*. The label says which one is true.",
        ),
        Mistake(
            name="sigmoids",
            answer=lambda Z, y: (
                _entropies(Z, _one_hot(Z, y)).sum(axis=1).mean(),
                (_sigmoid(Z) - _one_hot(Z, y)) / len(y),
            ),
            message=(
                "Each class goes through a sigmoid of its own: that is for tags, several at once. "
                "Here exactly one class is true, and they compete."
            ),
        ),
        Mistake(
            name="softmax twice",
            answer=lambda Z, y: _categorical(_softmax(Z), y),
            message=(
                "The logits go through softmax, and the shares once more: "
                "so even a perfect answer costs something."
            ),
        ),
        Mistake(
            name="one minus the share",
            answer=lambda Z, y: (1 - _of_labels(_softmax(Z), y).mean(), _categorical(Z, y)[1]),
            message=(
                "The gradient is right. The loss is minus the *logarithm* of the share, not what is missing."
            ),
        ),
        Mistake(
            name="logit of the label",
            answer=lambda Z, y: (-_of_labels(Z, y).mean(), _categorical(Z, y)[1]),
            message=(
                "The gradient is right. Your loss is minus the logit of the true class: "
                "the other half, the logarithm of the row's sum, is missing."
            ),
        ),
        Mistake(
            name="squared error",
            answer=lambda Z, y: (
                ((_softmax(Z) - _one_hot(Z, y)) ** 2).sum(axis=1).mean(),
                _categorical(Z, y)[1],
            ),
            message="The gradient is that of cross-entropy. But the loss is a squared error.",
        ),
        Mistake(
            name="one number a record",
            answer=lambda Z, y: (-_of_labels(_log_softmax(Z), y), _categorical(Z, y)[1]),
            message="The loss must be one number, the mean over the records.",
        ),
        Mistake(
            name="base 2",
            answer=lambda Z, y: (_categorical(Z, y)[0] / np.log(2), _categorical(Z, y)[1]),
            message="The gradient is right. The loss is in bits: take the natural logarithm.",
        ),
        Mistake(
            name="order exchanged",
            answer=lambda Z, y: _categorical(Z, y)[::-1],
            message="Both are right, but in the wrong order: the loss comes first.",
        ),
        Mistake(
            name="gradient forgotten",
            answer=lambda Z, y: _categorical(Z, y)[0],
            message="The loss is right. The gradient is still missing: `return loss, gradient`.",
        ),
    ),
    hints=(
        "log of softmax is z minus the logarithm of the row's sum of e^z: no share is needed for the loss.",
        (
            "Subtract each row's maximum first. `np.arange(len(y))` together with `y` "
            "picks each row's own label."
        ),
        (
            "With S = Z − m: logs = S − log of the rows' sums of e^S. The loss is minus the mean of the "
            "labels' logs; the gradient is e^logs, less 1 at each label, divided by n."
        ),
    ),
    praise=(
        "p − 1 at the true class and p elsewhere: the same p − y as for yes and no, and it needs nothing but "
        "the shares. Each row of the gradient adds up to 0."
    ),
)

# ----------------------------------------------------------------------- 03-11 the mean over unequal batches


def _mean_of_batches(means: Array, sizes: Array) -> float:
    return float((means * sizes).sum() / sizes.sum())


def _some_batches(rng: np.random.Generator) -> Inputs:
    n = int(rng.integers(1, 7))
    sizes = np.full(n, int(rng.integers(2, 65)))
    sizes[-1] = rng.integers(1, sizes[-1] + 1)  # as in an epoch: all alike but the last
    return np.round(rng.uniform(0.05, 3, size=n), 2), sizes


BATCHES = Exercise(
    name="03-11",
    title="The mean over unequal batches",
    answer=_mean_of_batches,
    inputs=(
        (np.array([0.5, 0.5, 2.0]), np.array([32, 32, 4])),
        (np.array([0.25, 1.0]), np.array([10, 10])),
        (np.array([1.0, 2.0, 4.0]), np.array([1, 5, 2])),
        (np.array([0.7]), np.array([3])),
    ),
    random_inputs=_some_batches,
    mistakes=(
        Mistake(
            name="unweighted",
            answer=lambda means, sizes: means.mean(),
            message=(
                "You give every batch the same weight. But a record in a batch of 4 then counts eight times "
                "as much as one in a batch of 32: count records, not batches."
            ),
        ),
        Mistake(
            name="sum of the means",
            answer=lambda means, sizes: means.sum(),
            message="You add the means of the batches. Asked is the mean over all records.",
        ),
        Mistake(
            name="total loss",
            answer=lambda means, sizes: (means * sizes).sum(),
            message="This is the *sum* over all records: right so far. A mean also divides.",
        ),
        Mistake(
            name="divided by the batches",
            answer=lambda means, sizes: (means * sizes).sum() / len(sizes),
            message="The sum over all records is right. But you divide by the number of *batches*.",
        ),
        Mistake(
            name="divided by the first size",
            answer=lambda means, sizes: (means * sizes).sum() / (len(sizes) * sizes[0]),
            message=(
                "You divide as if every batch were as large as the first. The last one often is smaller."
            ),
        ),
        Mistake(
            name="divided by the largest size",
            answer=lambda means, sizes: (means * sizes).sum() / sizes.max(),
            message="The sum over all records is right. But you divide by the size of one batch only.",
        ),
        Mistake(
            name="divided by the sizes",
            answer=lambda means, sizes: (means / sizes).sum(),
            message="The batches' numbers *are* means already: they have been divided by their sizes once.",
        ),
        Mistake(
            name="means over all records",
            answer=lambda means, sizes: means.sum() / sizes.sum(),
            message=(
                "You divide by the number of records, but what you add up are means: "
                "a mean is not the sum of its records."
            ),
        ),
        Mistake(
            name="small batches count more",
            answer=lambda means, sizes: (means / sizes).sum() / (1 / sizes).sum(),
            message="Your weights are upside down: a small batch counts more than a large one.",
        ),
        Mistake(
            name="last batch dropped",
            answer=lambda means, sizes: (
                _mean_of_batches(means[:-1], sizes[:-1]) if len(sizes) > 1 else means.mean()
            ),
            message="The last batch is missing. It is small, but its records are records.",
        ),
        Mistake(
            name="last mean only",
            answer=lambda means, sizes: means[-1],
            message="This is the last batch alone.",
        ),
        Mistake(
            name="median",
            answer=lambda means, sizes: np.median(means),
            message="This is the median of the batches. The mean over all records is asked.",
        ),
        Mistake(
            name="mean of the products",
            answer=lambda means, sizes: means.mean() * sizes.mean(),
            message="You multiply two averages. Each batch's mean belongs to its own size.",
        ),
        Mistake(
            name="not added up",
            answer=lambda means, sizes: means * sizes / sizes.sum(),
            message="These are the shares that the batches contribute. Add them up.",
        ),
        Mistake(
            name="squared weights",
            answer=lambda means, sizes: (means * sizes**2).sum() / (sizes**2).sum(),
            message="The sizes count twice in your weights: once is enough.",
        ),
    ),
    hints=(
        "How large is the *sum* of the losses in a batch of 4 whose mean is 2?",
        "Turn each mean back into a sum, add the sums, and divide by the number of all records.",
        "The number of all records is the sum of the sizes.",
    ),
    praise=(
        "A mean of means is right only where all batches are equally large; `np.average(means, "
        "weights=sizes)` "
        "does it in one call."
    ),
)

# ------------------------------------------------------------------------------------------- 03-12 Huber


def _huber(e: Array, delta: float) -> tuple[Array, Array]:
    size = np.abs(e)
    value = np.where(size <= delta, e**2 / 2, delta * (size - delta / 2))
    return value, np.clip(e, -delta, delta)


def _value(e: Array, delta: float) -> Array:
    return _huber(e, delta)[0]


def _cut(e: Array, delta: float) -> Array:
    result: Array = np.clip(e, -delta, delta)
    return result


def _near(e: Array, delta: float) -> Any:
    return np.abs(e) <= delta


def _errors(rng: np.random.Generator) -> Inputs:
    e = np.round(rng.normal(size=rng.integers(1, 6, size=int(rng.integers(1, 3)))) * 3, 1)
    return e, float(rng.choice([0.5, 1.0, 2.0, 3.0]))


HUBER = Exercise(
    name="03-12",
    title="A loss that forgives one wild record",
    answer=_huber,
    inputs=(
        (np.array([0.5, -1.0, 4.0]), 2.0),
        (np.array([0.0, 2.0, -2.0, -90.0, 90.0]), 2.0),
        (np.array([[-0.25, 3.0], [1.0, -1.5]]), 1.0),
        (np.array([-3, 0, 1, 5]), 1.5),  # whole numbers, whose slope is none
        (np.array([0.2, 0.6, -0.7]), 0.5),
    ),
    random_inputs=_errors,
    mistakes=(
        Mistake(
            name="lines too high",
            answer=lambda e, delta: (
                np.where(_near(e, delta), e**2 / 2, delta * np.abs(e)),
                _cut(e, delta),
            ),
            message=(
                "The slope is right and so is the parabola. But at |e| = delta your value jumps: "
                "the line must start where the parabola ends."
            ),
        ),
        Mistake(
            name="lines too low",
            answer=lambda e, delta: (
                np.where(_near(e, delta), e**2 / 2, delta * (np.abs(e) - delta)),
                _cut(e, delta),
            ),
            message=(
                "The slope is right. But at |e| = delta your value falls to 0: where does the parabola end?"
            ),
        ),
        Mistake(
            name="lines as the absolute error",
            answer=lambda e, delta: (np.where(_near(e, delta), e**2 / 2, np.abs(e)), _cut(e, delta)),
            message=(
                "Far out you take |e|, a line with the slope 1. The slope there is delta, "
                "and the line must meet the parabola."
            ),
        ),
        Mistake(
            name="no half in the parabola",
            answer=lambda e, delta: (
                np.where(_near(e, delta), e**2, delta * (np.abs(e) - delta / 2)),
                _cut(e, delta),
            ),
            message="Near 0 your value is e². With the slope e, the parabola is only half as high.",
        ),
        Mistake(
            name="twice the loss",
            answer=lambda e, delta: tuple(2 * part for part in _huber(e, delta)),
            message=(
                "Value and slope fit together and are smooth, but both are twice those of the task, "
                "which has a half in the parabola."
            ),
        ),
        Mistake(
            name="twice the value",
            answer=lambda e, delta: (2 * _value(e, delta), _cut(e, delta)),
            message="The slope is right. The value is twice as high as the one that has this slope.",
        ),
        Mistake(
            name="slope with a factor 2",
            answer=lambda e, delta: (
                _value(e, delta),
                np.where(_near(e, delta), 2 * e, delta * np.sign(e)),
            ),
            message="The value is right. Near 0 the slope of *half* of e² is not 2e.",
        ),
        Mistake(
            name="slope never cut",
            answer=lambda e, delta: (_value(e, delta), e),
            message=(
                "The value is right. But your slope grows without end: a wild record pulls as hard "
                "as before. "
                "How steep is the straight part?"
            ),
        ),
        Mistake(
            name="slope without a sign",
            answer=lambda e, delta: (_value(e, delta), np.where(_near(e, delta), e, delta)),
            message=(
                "The value is right. Far out on the *left*, the curve falls: its slope is negative there."
            ),
        ),
        Mistake(
            name="slope 1 far out",
            answer=lambda e, delta: (_value(e, delta), np.where(_near(e, delta), e, np.sign(e))),
            message=(
                "The value is right. Far out the slope is that of the line, which is not 1 for every delta."
            ),
        ),
        Mistake(
            name="slope 0 far out",
            answer=lambda e, delta: (_value(e, delta), np.where(_near(e, delta), e, 0)),
            message=(
                "The value is right. But it still rises far out: forgiven is not ignored, "
                "so the slope there is not 0."
            ),
        ),
        Mistake(
            name="slope of the absolute error",
            answer=lambda e, delta: (_value(e, delta), delta * np.sign(e)),
            message=(
                "The value is right. Near 0 the curve is a parabola, whose slope is not the same everywhere."
            ),
        ),
        Mistake(
            name="sign of the slope",
            answer=lambda e, delta: (_value(e, delta), -_cut(e, delta)),
            message="The value is right. The sign of the slope is turned round: right of 0 the curve rises.",
        ),
        Mistake(
            name="sizes for slopes",
            answer=lambda e, delta: (_value(e, delta), np.minimum(np.abs(e), delta)),
            message="The value is right. The slope has lost its sign: left of 0 the curve falls.",
        ),
        Mistake(
            name="cut only above",
            answer=lambda e, delta: (_value(e, delta), np.minimum(e, delta)),
            message="The value is right. The slope is cut off above, but not below.",
        ),
        Mistake(
            name="no absolute value in the condition",
            answer=lambda e, delta: (
                np.where(e <= delta, e**2 / 2, delta * (e - delta / 2)),
                np.where(e <= delta, e, delta),
            ),
            message="You compare e with delta, not |e|: large *negative* errors are still squared.",
        ),
        Mistake(
            name="absolute value forgotten in the condition",
            answer=lambda e, delta: (
                np.where(e <= delta, e**2 / 2, delta * (np.abs(e) - delta / 2)),
                _huber(e, delta)[1],
            ),
            message=(
                "The slope is right. Far out on the *left* your value is still a parabola: an error of −100 "
                "is below delta, too, and yet it is not near 0."
            ),
        ),
        Mistake(
            name="absolute value forgotten in the line",
            answer=lambda e, delta: (
                np.where(_near(e, delta), e**2 / 2, delta * (e - delta / 2)),
                _cut(e, delta),
            ),
            message=(
                "The slope is right. On the far left your value is negative: an absolute value is missing."
            ),
        ),
        Mistake(
            name="halves exchanged",
            answer=lambda e, delta: (
                np.where(_near(e, delta), delta * (np.abs(e) - delta / 2), e**2 / 2),
                np.where(_near(e, delta), delta * np.sign(e), e),
            ),
            message="Parabola and lines are exchanged: near 0 the loss is curved, far out it is straight.",
        ),
        Mistake(
            name="squared error",
            answer=lambda e, delta: (e**2 / 2, e),
            message="This is half the squared error, everywhere: what is `delta` for?",
        ),
        Mistake(
            name="squared error with the factor 2",
            answer=lambda e, delta: (e**2, 2 * e),
            message="This is the squared error with its slope, everywhere: what is `delta` for?",
        ),
        Mistake(
            name="absolute error",
            answer=lambda e, delta: (np.abs(e), np.sign(e)),
            message="This is the absolute error, with a kink at 0. Huber's loss is round there.",
        ),
        Mistake(
            name="error cut before the square",
            answer=lambda e, delta: (_cut(e, delta) ** 2 / 2, _cut(e, delta)),
            message=(
                "You cut the error off and square it, so all wild records cost the same. "
                "The *slope* is cut off; the value goes on rising."
            ),
        ),
        Mistake(
            name="divided by delta",
            answer=lambda e, delta: tuple(part / delta for part in _huber(e, delta)),
            message=(
                "Value and slope are divided by delta. This is a relative, PyTorch's `SmoothL1Loss`; "
                "the task's formula does not divide."
            ),
        ),
        Mistake(
            name="mean",
            answer=lambda e, delta: (_value(e, delta).mean(), _cut(e, delta) / np.size(e)),
            message="You averaged. Wanted are value and slope for each error.",
        ),
        Mistake(
            name="order exchanged",
            answer=lambda e, delta: _huber(e, delta)[::-1],
            message="Both arrays are right, but in the wrong order: the value comes first.",
        ),
        Mistake(
            name="slope forgotten",
            answer=_value,
            message="The value is right. The slope is still missing: return two arrays.",
        ),
    ),
    hints=(
        "`np.where(np.abs(e) <= delta, near, far)` chooses for each entry between two formulas.",
        "Near 0 the slope is e itself; far out it is the constant delta, with the sign of e.",
        "`np.clip(e, -delta, delta)` is the slope. For the value, look at the two formulas of the task.",
    ),
    praise=(
        "The slope never exceeds delta: one typing error of 90 pulls no harder than an error of delta. "
        "With a huge delta you have half the squared error again."
    ),
)

# ------------------------------------------------------------------------- 03-13 loss is not the metric

_LABELS = np.array([1, 0, 1, 1, 0])


def _forecast(name: str, value: Any) -> Array:
    try:
        p = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise AnswerFormError(f"`{name}` must be a list of five chances; got {value!r}.") from error
    if p.shape != _LABELS.shape:
        raise AnswerFormError(f"`{name}` must hold five chances, one for each customer; got {value!r}.")
    if not ((p >= 0) & (p <= 1)).all():
        raise AnswerFormError(f"Every chance in `{name}` must lie between 0 and 1; got {value!r}.")
    return p


def _compared(answer: Mapping[str, Any]) -> str:
    """Say how the two forecasts compare, in a word that stands for one reply."""
    accuracies, losses = [], []
    for p in [_forecast(name, answer[name]) for name in ("bold", "careful")]:
        accuracies.append(int(((p >= 0.5) == _LABELS).sum()))
        with np.errstate(divide="ignore"):
            losses.append(float(-np.log(np.where(_LABELS == 1, p, 1 - p)).mean()))
    if not np.isfinite(losses).all():
        return "infinite"
    more = int(np.sign(accuracies[0] - accuracies[1]))
    worse = 0 if np.isclose(losses[0], losses[1], rtol=1e-6) else int(np.sign(losses[0] - losses[1]))
    return {
        (1, 1): "as wanted",
        (1, -1): "better in both",
        (1, 0): "equal losses",
        (0, 1): "equal accuracies",
        (0, 0): "equal in both",
        (0, -1): "equal accuracies, better loss",
        (-1, 1): "worse in both",
        (-1, -1): "exchanged",
        (-1, 0): "less accurate, equal losses",
    }[more, worse]


def _two_forecasts(bold: list[float], careful: list[float]) -> dict[str, list[float]]:
    return {"bold": bold, "careful": careful}


_CAREFUL = [0.45, 0.4, 0.6, 0.6, 0.4]

METRIC = Exercise(
    name="03-13",
    title="Loss is not the metric",
    answer=_two_forecasts([0.001, 0.4, 0.6, 0.6, 0.4], [0.45, 0.55, 0.6, 0.6, 0.4]),
    evaluate=_compared,
    reveal=False,
    mistakes=(
        Mistake(
            name="better in both",
            answer=_two_forecasts([0.9, 0.1, 0.9, 0.9, 0.1], _CAREFUL),
            message=(
                "`bold` is right more often, as wanted, but its loss is lower too. "
                "What makes a single wrong forecast very expensive?"
            ),
        ),
        Mistake(
            name="exchanged",
            answer=_two_forecasts([0.45, 0.55, 0.6, 0.6, 0.4], [0.001, 0.4, 0.6, 0.6, 0.4]),
            message=(
                "You have found such a pair, but with the names exchanged: `bold` is the more accurate one."
            ),
        ),
        Mistake(
            name="worse in both",
            answer=_two_forecasts([0.001, 0.999, 0.6, 0.6, 0.4], _CAREFUL),
            message=(
                "The loss of `bold` is higher, as wanted, but it is also right less often. "
                "It may have *one* expensive mistake, if `careful` has more mistakes, all cheap."
            ),
        ),
        Mistake(
            name="equal accuracies",
            answer=_two_forecasts([0.001, 0.4, 0.6, 0.6, 0.4], _CAREFUL),
            message=(
                "The loss of `bold` is higher, as wanted, and both are right equally often: that alone shows "
                "that accuracy does not see everything. Now let `bold` be right *more* often."
            ),
        ),
        Mistake(
            name="equal accuracies, better loss",
            answer=_two_forecasts([0.9, 0.1, 0.9, 0.9, 0.1], [0.6, 0.4, 0.6, 0.6, 0.4]),
            message=(
                "Both are right equally often, and the loss of `bold` is the *lower* one: it is surer, and "
                "it is right. Let it be sure where it is wrong."
            ),
        ),
        Mistake(
            name="equal in both",
            answer=_two_forecasts(_CAREFUL, _CAREFUL),
            message="Both forecasts have the same accuracy and the same loss.",
        ),
        Mistake(
            name="equal losses",
            answer=_two_forecasts([0.36, 0.4, 0.6, 0.6, 0.4], [0.45, 0.52, 0.6, 0.6, 0.4]),
            message="`bold` is right more often, and the losses are equal. A little surer where it is wrong?",
        ),
        Mistake(
            name="less accurate, equal losses",
            answer=_two_forecasts([0.45, 0.52, 0.6, 0.6, 0.4], [0.36, 0.4, 0.6, 0.6, 0.4]),
            message="The losses are equal, and `bold` is right *less* often than `careful`.",
        ),
        Mistake(
            name="infinite loss",
            answer=_two_forecasts([0.0, 0.4, 0.6, 0.6, 0.4], [0.45, 0.55, 0.6, 0.6, 0.4]),
            message=(
                "A chance of exactly 0 was given to something that happened: its loss is infinite. "
                "Bold is fine, but leave a little doubt."
            ),
        ),
    ),
    hints=(
        "Accuracy counts only on which side of 0.5 a chance lies. Loss counts how far it is from the truth.",
        "Let `careful` be wrong twice, but only just; let `bold` be wrong once, and very sure of it.",
        "A mistake at 0.45 costs −log 0.45 = 0.8. One at 0.001 costs 6.9: more than several small ones.",
    ),
    praise=(
        "Both numbers are true; they answer different questions. Training descends the loss, because "
        "it has a "
        "slope everywhere; you choose by the metric, because it is what you want."
    ),
)

# ------------------------------------------------------------------------- 03-14 choose output and loss

_OUTPUTS = ("identity", "sigmoid", "softmax")
_LOSSES = ("squared", "binary", "categorical", "huber")
_OTHER_WORDS = {
    "linear": "identity",
    "none": "identity",
    "logistic": "sigmoid",
    "mse": "squared",
    "squared error": "squared",
    "mean squared error": "squared",
    "meansquarederror": "squared",
    "bce": "binary",
    "binary cross-entropy": "binary",
    "binarycrossentropy": "binary",
    "cce": "categorical",
    "categorical cross-entropy": "categorical",
    "categoricalcrossentropy": "categorical",
    "huber loss": "huber",
}


def _chosen(answer: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: one_of(name, value, _OUTPUTS if name.endswith("_output") else _LOSSES, _OTHER_WORDS)
        for name, value in answer.items()
    }


CHOICE = Exercise(
    name="03-14",
    title="Choose the output and the loss",
    answer={
        "price_output": "identity",
        "price_loss": "squared",
        "leaves_output": "sigmoid",
        "leaves_loss": "binary",
        "digit_output": "softmax",
        "digit_loss": "categorical",
        "tags_output": "sigmoid",
        "tags_loss": "binary",
        "typos_loss": "huber",
    },
    evaluate=_chosen,
    reveal=False,
    mistakes=(
        Mistake(
            name="price squeezed",
            answer={"price_output": "sigmoid"},
            message=(
                "With a sigmoid no house costs more than 1. An output must reach every value that occurs."
            ),
        ),
        Mistake(
            name="price as a share",
            answer={"price_output": "softmax"},
            message="A softmax shares out 1 among classes. A price is one number of any size.",
        ),
        Mistake(
            name="price as yes or no",
            answer={"price_loss": "binary"},
            message="Binary cross-entropy is for targets 0 and 1. A price has an error of some size.",
        ),
        Mistake(
            name="price as a class",
            answer={"price_loss": "categorical"},
            message="Categorical cross-entropy is for a class among k. A price is a number, near or far off.",
        ),
        Mistake(
            name="price by Huber",
            answer={"price_loss": "huber"},
            message=(
                "Huber is for data with wild records, and it then aims below the mean. Here every price is "
                "checked, and the *mean* is what is wanted: which loss is lowest at the mean?"
            ),
        ),
        Mistake(
            name="leaving without limits",
            answer={"leaves_output": "identity"},
            message="Without an activation your chance may be 12 or −3. Which range has a chance?",
        ),
        Mistake(
            name="leaving by softmax of one",
            answer={"leaves_output": "softmax"},
            message="A softmax over one unit is always 1. With one unit, something else makes a chance.",
        ),
        Mistake(
            name="leaving by squared error",
            answer={"leaves_loss": "squared"},
            message=(
                "It can be done, but behind a sigmoid it is flat exactly where the network is sure "
                "and wrong. "
                "Which loss lets the sigmoid's slope cancel?"
            ),
        ),
        Mistake(
            name="leaving by Huber",
            answer={"leaves_loss": "huber"},
            message="Huber measures the size of errors. Yes or no has a likelihood, and a loss made of it.",
        ),
        Mistake(
            name="leaving as categorical",
            answer={"leaves_loss": "categorical"},
            message=(
                "Categorical cross-entropy wants one logit for each class. "
                "Here one unit speaks for both answers."
            ),
        ),
        Mistake(
            name="digit by sigmoids",
            answer={"digit_output": "sigmoid"},
            message="Exactly one digit is true, so the ten must compete for one whole. Sigmoids do not.",
        ),
        Mistake(
            name="digit without limits",
            answer={"digit_output": "identity"},
            message=(
                "The layer may well put out logits. But what turns them into ten chances that add up to 1?"
            ),
        ),
        Mistake(
            name="digit as a number",
            answer={"digit_loss": "squared"},
            message=(
                "A squared error takes a 9 for nearly an 8. Digits are names: only right or wrong counts."
            ),
        ),
        Mistake(
            name="digit by Huber",
            answer={"digit_loss": "huber"},
            message="Huber is for numbers with wild errors. A digit is a class.",
        ),
        Mistake(
            name="digit as ten questions",
            answer={"digit_loss": "binary"},
            message=(
                "Binary cross-entropy asks ten separate questions. But the ten chances are one forecast, "
                "and exactly one class is true."
            ),
        ),
        Mistake(
            name="tags compete",
            answer={"tags_output": "softmax"},
            message="With softmax a beach *with* a dog would have to share one whole. Tags do not compete.",
        ),
        Mistake(
            name="tags without limits",
            answer={"tags_output": "identity"},
            message="For each tag a chance is wanted: which activation puts any number between 0 and 1?",
        ),
        Mistake(
            name="one tag only",
            answer={"tags_loss": "categorical"},
            message=(
                "Categorical cross-entropy knows one true class a record. Here there are several, or none."
            ),
        ),
        Mistake(
            name="tags by squared error",
            answer={"tags_loss": "squared"},
            message="Each tag is a yes-or-no question. Which loss belongs to a sigmoid?",
        ),
        Mistake(
            name="tags by Huber",
            answer={"tags_loss": "huber"},
            message="Each tag is a yes or a no, 0 or 1: there are no wild targets.",
        ),
        Mistake(
            name="typing errors squared",
            answer={"typos_loss": "squared"},
            message=(
                "A price with two zeros too many has a huge error, and squared it outweighs all others. "
                "Which loss has a slope that cannot grow without end?"
            ),
        ),
        Mistake(
            name="typing errors as yes or no",
            answer={"typos_loss": "binary"},
            message="The targets are still prices, if some are wrong, and no yes or no.",
        ),
        Mistake(
            name="typing errors as classes",
            answer={"typos_loss": "categorical"},
            message="The targets are still prices, if some are wrong, and no classes.",
        ),
    ),
    hints=(
        "First ask what the target is: a number, a yes or no, one class among k, several at once?",
        "Number: identity and squared error. Yes or no: sigmoid. One of k: softmax. Losses follow from that.",
        "Several at once are several yes-or-no questions. Wild targets want a loss with a bounded slope.",
    ),
    praise="What the target is decides the output, and the output decides the loss that fits it.",
)

# ----------------------------------------------------------------------- 03-15 project: turn the knobs


def _surface(x: Array, y: Array, slopes: Array, intercepts: Array) -> Array:
    lines = slopes[:, None, None] * x + intercepts[None, :, None]  # (n_slopes, n_intercepts, n)
    result: Array = ((lines - y) ** 2).mean(axis=2)
    return result


def _lowest(
    table: Array, slopes: Array, intercepts: Array, pick: Callable[[Array], Any] = np.argmin
) -> tuple[Array, float, float]:
    i, j = np.unravel_index(pick(table), table.shape)
    return table, float(slopes[i]), float(intercepts[j])


def _turned(x: Array, y: Array, slopes: Array, intercepts: Array) -> tuple[Array, float, float]:
    return _lowest(_surface(x, y, slopes, intercepts), slopes, intercepts)


def _some_knobs(rng: np.random.Generator) -> Inputs:
    x, y = np.round(rng.normal(size=(2, int(rng.integers(1, 6)))) * 2, 2)
    n_slopes, n_intercepts = (int(size) for size in rng.integers(2, 6, size=2))
    if rng.random() < 0.4:  # square tables, where a transposed one has the right shape
        n_intercepts = n_slopes
    slopes = np.sort(np.round(rng.normal(size=n_slopes) * 2, 2))
    return x, y, slopes, np.sort(np.round(rng.normal(size=n_intercepts) * 2, 2))


Knobs = Callable[[Array, Array, Array, Array], Any]


def _of_table(change: Callable[[Array, Array], Array]) -> Knobs:
    """Make a wrong answer by changing the table (which may depend on the number of records)."""
    return lambda x, y, slopes, intercepts: _lowest(
        change(_surface(x, y, slopes, intercepts), x), slopes, intercepts
    )


def _places_of_lowest(x: Array, y: Array, slopes: Array, intercepts: Array) -> Any:
    table = _surface(x, y, slopes, intercepts)
    return table, *np.unravel_index(np.argmin(table), table.shape)


def _least_along_axes(x: Array, y: Array, slopes: Array, intercepts: Array) -> Any:
    table = _surface(x, y, slopes, intercepts)
    return table, slopes[table.sum(axis=1).argmin()], intercepts[table.sum(axis=0).argmin()]


def _knobs_exchanged(x: Array, y: Array, slopes: Array, intercepts: Array) -> Any:
    table, slope, intercept = _turned(x, y, slopes, intercepts)
    return table, intercept, slope


PROJECT = Exercise(
    name="03-15",
    title="Project: turn the knobs on real data",
    answer=_turned,
    inputs=(
        (
            np.array([0.0, 1.0, 2.0]),
            np.array([1.0, 3.0, 4.0]),
            np.array([0.0, 1.5, 3.0]),
            np.array([-1.0, 1.2]),
        ),
        (
            np.array([-1.0, 0.5, 2.0, 3.0]),
            np.array([2.0, 1.0, -1.0, -1.5]),
            np.array([-1.0, 0.0]),
            np.array([-2.0, 0.0, 1.3]),
        ),
        (np.array([1, 2, 4]), np.array([0, 3, 5]), np.array([0, 1, 2]), np.array([-1, 0, 3])),
    ),
    random_inputs=_some_knobs,
    n_random=30,
    mistakes=(
        Mistake(
            name="table transposed",
            answer=lambda x, y, slopes, intercepts: (
                _surface(x, y, slopes, intercepts).T,
                *_turned(x, y, slopes, intercepts)[1:],
            ),
            message=(
                "The best knobs are right. But your table is transposed: "
                "a *row* for each slope, a column for each intercept."
            ),
        ),
        Mistake(
            name="knobs exchanged in the line",
            answer=lambda x, y, slopes, intercepts: _lowest(
                _surface(x, y, intercepts, slopes).T, slopes, intercepts
            ),
            message="In your lines the intercepts are multiplied by x, and the slopes are added.",
        ),
        Mistake(
            name="sums",
            answer=_of_table(lambda table, x: table * len(x)),
            message="The best knobs are right. But your table holds sums of squared errors; means are asked.",
        ),
        Mistake(
            name="half the mean",
            answer=_of_table(lambda table, x: table / 2),
            message="The best knobs are right. But your losses are half as high as the mean squared error.",
        ),
        Mistake(
            name="roots",
            answer=_of_table(lambda table, x: np.sqrt(table)),
            message=(
                "The best knobs are right, because a root changes no order. "
                "But the table should hold the mean squared errors themselves."
            ),
        ),
        Mistake(
            name="absolute errors",
            answer=lambda x, y, slopes, intercepts: _lowest(
                np.array([[np.abs(s * x + c - y).mean() for c in intercepts] for s in slopes]),
                slopes,
                intercepts,
            ),
            message="You average the sizes of the errors. The mean *squared* error is asked.",
        ),
        Mistake(
            name="mean before square",
            answer=lambda x, y, slopes, intercepts: _lowest(
                np.array([[(s * x + c - y).mean() ** 2 for c in intercepts] for s in slopes]),
                slopes,
                intercepts,
            ),
            message="You average first and square afterwards, so errors of different signs cancel out.",
        ),
        Mistake(
            name="intercept subtracted",
            answer=lambda x, y, slopes, intercepts: _lowest(
                _surface(x, y, slopes, -intercepts), slopes, intercepts
            ),
            message="Your lines subtract the intercept: slope times x *plus* intercept.",
        ),
        Mistake(
            name="intercept forgotten",
            answer=lambda x, y, slopes, intercepts: _lowest(
                _surface(x, y, slopes, 0 * intercepts), slopes, intercepts
            ),
            message="All columns of your table are alike: the intercept does nothing.",
        ),
        Mistake(
            name="highest",
            answer=lambda x, y, slopes, intercepts: _lowest(
                _surface(x, y, slopes, intercepts), slopes, intercepts, np.argmax
            ),
            message="The table is right. But you return the knobs of the *highest* loss.",
        ),
        Mistake(
            name="places for knobs",
            answer=_places_of_lowest,
            message=(
                "The table is right. You return *where* the lowest loss stands; asked are the knobs there."
            ),
        ),
        Mistake(
            name="one place in the whole table",
            answer=lambda x, y, slopes, intercepts: (
                _surface(x, y, slopes, intercepts),
                slopes[min(_surface(x, y, slopes, intercepts).argmin(), len(slopes) - 1)],
                intercepts[min(_surface(x, y, slopes, intercepts).argmin(), len(intercepts) - 1)],
            ),
            message=(
                "The table is right. `argmin` counts through the whole table, row after row: "
                "`np.unravel_index` turns that one number into a row and a column."
            ),
        ),
        Mistake(
            name="best row and best column",
            answer=_least_along_axes,
            message=(
                "The table is right. You look for the row and the column with the lowest *sum*: "
                "the lowest entry need not stand where they cross."
            ),
        ),
        Mistake(
            name="order of the knobs",
            answer=_knobs_exchanged,
            message="The table is right. The two knobs are in the wrong order: slope first.",
        ),
        Mistake(
            name="least squares",
            answer=lambda x, y, slopes, intercepts: (
                _surface(x, y, slopes, intercepts),
                *(np.polyfit(x, y, 1) if len(x) > 1 else (0.0, y[0])),
            ),
            message=(
                "The table is right. You computed the best of *all* lines; "
                "asked is the best among the lines of the table."
            ),
        ),
        Mistake(
            name="lowest loss for the knobs",
            answer=lambda x, y, slopes, intercepts: (
                _surface(x, y, slopes, intercepts),
                _surface(x, y, slopes, intercepts).min(),
            ),
            message="You return the lowest loss. Asked are the slope and the intercept that reach it.",
        ),
        Mistake(
            name="table alone",
            answer=_surface,
            message="The table is right. Return three things: the table, the best slope, the best intercept.",
        ),
        Mistake(
            name="knobs alone",
            answer=lambda x, y, slopes, intercepts: _turned(x, y, slopes, intercepts)[1:],
            message="The knobs are right. The table comes first: return all three.",
        ),
    ),
    hints=(
        "Two loops: for each slope, for each intercept, compute the line's loss as in exercise 2.",
        "Keep the table as you go. `np.unravel_index(table.argmin(), table.shape)` gives row and column.",
        (
            "`table[i, j] = ((slopes[i] * x + intercepts[j] - y) ** 2).mean()`; "
            "the row leads to the slope, the column to the intercept."
        ),
    ),
    praise=(
        "You have tried every pair of knobs. With two weights that works; with ten weights and 41 stops each "
        "there would be 41 to the power of 10 choices. From chapter 5 on, the slope shows the way instead."
    ),
)

EXERCISES: tuple[Exercise, ...] = (
    BY_HAND,
    SQUARED,
    KNOBS,
    CONTOURS,
    LIKELIHOOD,
    LOGITS,
    TWICE,
    SLOPES,
    FAR_OUT,
    CATEGORICAL,
    BATCHES,
    HUBER,
    METRIC,
    CHOICE,
    PROJECT,
)
