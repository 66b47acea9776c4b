"""The exercises of chapter 2: activations and their slopes, from one z by hand to slopes through ten layers.

Each is declared once: the reference answer, what it is tried on, the known mistakes, the hints. The notebook
that learners open is ``exercises/02-activations.ipynb``; its source is ``solutions/02-activations.ipynb``.
At z = 0 exactly, the slope of ReLU and leaky ReLU is that of the left side, as in `annlib.activations`.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from annlib.checks._compare import Comparison
from annlib.checks._exercise import AnswerFormError, Exercise, Inputs, Mistake, numbers_in, one_number, one_of
from annlib.checks._run import overflow_cannot_be_silenced

__all__ = ["EXERCISES"]

Array = npt.NDArray[np.float64]


def _sigmoid(z: Any) -> Array:
    """Compute e^-|z|, which cannot overflow, and take the half of the curve that z is on."""
    z = np.asarray(z, dtype=np.float64)
    small = np.exp(-np.abs(z))
    result: Array = np.where(z >= 0, 1.0, small) / (1 + small)
    return result


# ------------------------------------------------------------------------------------------ 02-1 by hand

BY_HAND = Exercise(
    name="02-1",
    title="Activations by hand",
    answer={
        "step_value": 0,
        "relu_value": 0,
        "leaky_value": -0.3,
        "sigmoid_value": 0.5,
        "tanh_value": 0,
        "slope_value": 0.25,
    },
    reveal=False,
    mistakes=(
        Mistake(
            name="step fires below 0",
            answer={"step_value": 1},
            message="Your step fires. On which side of its threshold is −3?",
        ),
        Mistake(
            name="step of minus one",
            answer={"step_value": -1},
            message=(
                "This is the sign of z. Our step function has two other values: it fires or it is silent, "
                "and silence is not a negative number."
            ),
        ),
        Mistake(
            name="ReLU as the absolute value",
            answer={"relu_value": 3},
            message="Your ReLU has turned z round. It does not take the minus sign away from a number.",
        ),
        Mistake(
            name="ReLU lets it pass",
            answer={"relu_value": -3},
            message="Your ReLU lets −3 pass. Only one half of all numbers passes a ReLU: which?",
        ),
        Mistake(
            name="leaky ReLU without a leak",
            answer={"leaky_value": 0},
            message="This is what the plain ReLU gives. The leaky one lets a little of a negative z through.",
        ),
        Mistake(
            name="sign of the leak lost",
            answer={"leaky_value": 0.3},
            message="The size is right. But a positive factor cannot change the sign of z.",
        ),
        Mistake(
            name="leaky ReLU lets it pass",
            answer={"leaky_value": -3},
            message=(
                "Left of 0 the leaky ReLU is a line too, but not with the slope 1: z passes made smaller."
            ),
        ),
        Mistake(
            name="the leak itself",
            answer={"leaky_value": 0.1},
            message=(
                "0.1 is the slope of the left half, not a value of the function: "
                "how far down does a line with that slope come on its way from 0 to −3?"
            ),
        ),
        Mistake(
            name="leak added",
            answer={"leaky_value": -2.9},
            message="You added the slope to z. A slope says how much of z gets through: that is a factor.",
        ),
        Mistake(
            name="sigmoid through the origin",
            answer={"sigmoid_value": 0},
            message=(
                "The sigmoid does not run through the origin. Put z = 0 into its formula: "
                "what is e to the power of 0?"
            ),
        ),
        Mistake(
            name="sigmoid as a step",
            answer={"sigmoid_value": 1},
            message="1 is what the step gives at 0. The sigmoid only comes near 1, far to the right.",
        ),
        Mistake(
            name="tanh like the sigmoid",
            answer={"tanh_value": 0.5},
            message=(
                "This is the sigmoid's value at 0. The curve of tanh is zero-centered: what does that mean?"
            ),
        ),
        Mistake(
            name="slope of tanh",
            answer={"slope_value": 1},
            message="This is the slope of tanh at 0. The sigmoid rises less steeply: it climbs half as high.",
        ),
        Mistake(
            name="value for slope",
            answer={"slope_value": 0.5},
            message="This is the *value* of the sigmoid at 0, its height. The slope is asked: a (1 − a).",
        ),
        Mistake(
            name="slope zero",
            answer={"slope_value": 0},
            message=(
                "A slope of 0 is a level curve. The sigmoid is nearly level far out on both sides, "
                "and nowhere as steep as at z = 0."
            ),
        ),
    ),
    hints=(
        "For z = −3 ask first on which side of 0 it lies: three of the six answers follow from that.",
        (
            "e to the power of 0 is 1. With it, the sigmoid at 0 is one"
            " division, and tanh a difference above it."
        ),
        "The leaky ReLU of a negative z is 0.1 times z; the sigmoid's slope is a (1 − a), a its value there.",
    ),
    praise="Remember the last one: a sigmoid is never steeper than 1/4. It will matter in a few exercises.",
)

# -------------------------------------------------------------------------------------- 02-2 leaky ReLU


def _leaky_value(z: Array, alpha: float) -> Array:
    return np.where(z > 0, z, alpha * z)


def _leaky_slope(z: Array, alpha: float) -> Array:
    return np.where(z > 0, 1.0, alpha)


def _leaky(z: Array, alpha: float) -> tuple[Array, Array]:
    return _leaky_value(z, alpha), _leaky_slope(z, alpha)


def _some_z(rng: np.random.Generator) -> Inputs:
    z = np.round(rng.normal(size=rng.integers(1, 5, size=int(rng.integers(1, 3)))) * 2, 1)
    return z, float(rng.choice([0.0, 0.01, 0.1, 0.3]))


LEAKY = Exercise(
    name="02-2",
    title="Leaky ReLU and its slope",
    answer=_leaky,
    may_change_inputs=False,
    inputs=(
        (np.array([-2.0, 3.0]), 0.1),
        (np.array([-2.0, -0.5, 0.0, 0.5, 3.0]), 0.1),
        (np.array([-2.0, -0.5, 0.0, 0.5, 3.0]), 0.0),  # the plain ReLU
        (np.array([-3, -1, 0, 1, 4]), 0.25),  # whole numbers
        (np.array([[1.5, -1.0, 0.0], [-4.0, 0.25, 2.0]]), 0.01),
        (np.array([0.001, -0.05, 1e-4]), 0.2),
    ),
    random_inputs=_some_z,
    mistakes=(
        Mistake(
            name="leak on the wrong side",
            answer=lambda z, alpha: (np.where(z > 0, alpha * z, z), np.where(z > 0, alpha, 1.0)),
            message=(
                "The two halves are exchanged, in the value and in the slope: "
                "your function holds back what is positive and lets the negative pass."
            ),
        ),
        Mistake(
            name="values exchanged",
            answer=lambda z, alpha: (np.where(z > 0, alpha * z, z), _leaky_slope(z, alpha)),
            message=(
                "The slope is right, but in the value the two halves are exchanged: "
                "it is the *negative* z that are made smaller."
            ),
        ),
        Mistake(
            name="slopes exchanged",
            answer=lambda z, alpha: (_leaky_value(z, alpha), np.where(z > 0, alpha, 1.0)),
            message=(
                "The value is right, but the slopes are on the wrong sides. "
                "On which side does your curve climb as fast as z itself?"
            ),
        ),
        Mistake(
            name="slope 1 at 0",
            answer=lambda z, alpha: (_leaky_value(z, alpha), np.where(z >= 0, 1.0, alpha)),
            message=(
                "Only one case differs: z is exactly 0, where the curve has a kink and no slope of its own. "
                "Any number between the two sides would serve; the task says which one we agree on."
            ),
        ),
        Mistake(
            name="slope 0 at 0",
            answer=lambda z, alpha: (
                _leaky_value(z, alpha),
                np.where(z > 0, 1.0, np.where(z < 0, alpha, 0.0)),
            ),
            message=(
                "Only one case differs: z is exactly 0. Neither z > 0 nor z < 0 is true there, "
                "so your slope stays 0; the task says which slope we agree on."
            ),
        ),
        Mistake(
            name="leak of one hundredth",
            answer=lambda z, alpha: _leaky(z, 0.01),
            message="Your leak is 0.01, whatever `alpha` is. It is an argument: use what is given.",
        ),
        Mistake(
            name="slope downward",
            answer=lambda z, alpha: (_leaky_value(z, alpha), np.where(z > 0, 1.0, -alpha)),
            message=(
                "The value is right, but your slope is negative on the left. The value falls when z moves "
                "to the left; a slope asks what it does when z moves to the *right*."
            ),
        ),
        Mistake(
            name="plain ReLU",
            answer=lambda z, alpha: (np.maximum(z, 0), np.where(z > 0, 1.0, 0.0)),
            message="This is the plain ReLU with its slope: nothing leaks. What is `alpha` for?",
        ),
        Mistake(
            name="slope of the plain ReLU",
            answer=lambda z, alpha: (_leaky_value(z, alpha), np.where(z > 0, 1.0, 0.0)),
            message=(
                "The value is right; the slope is that of the plain ReLU. "
                "Your own curve is not level on the left: how steep is it there?"
            ),
        ),
        Mistake(
            name="value of the plain ReLU",
            answer=lambda z, alpha: (np.maximum(z, 0), _leaky_slope(z, alpha)),
            message="The slope is right; but the value is that of the plain ReLU, 0 for every negative z.",
        ),
        Mistake(
            name="alpha as a floor",
            answer=lambda z, alpha: (np.maximum(z, alpha), _leaky_slope(z, alpha)),
            message=(
                "You compare z with the number `alpha`, so nothing can fall below it. "
                "The left half is a line through the origin *with the slope* `alpha`."
            ),
        ),
        Mistake(
            name="leak upward",
            answer=lambda z, alpha: (np.where(z > 0, z, -alpha * z), _leaky_slope(z, alpha)),
            message=(
                "Your left half climbs to the left: negative z give positive values. "
                "Which sign has a small part of a negative number?"
            ),
        ),
        Mistake(
            name="leak subtracted",
            answer=lambda z, alpha: (np.where(z > 0, z, z - alpha), _leaky_slope(z, alpha)),
            message="You subtract `alpha` from z. It is a slope, so z is *multiplied* by it.",
        ),
        Mistake(
            name="leak added",
            answer=lambda z, alpha: (np.where(z > 0, z, z + alpha), _leaky_slope(z, alpha)),
            message="You add `alpha` to z. It is a slope, so z is *multiplied* by it.",
        ),
        Mistake(
            name="z as its own slope",
            answer=lambda z, alpha: (_leaky_value(z, alpha), np.where(z > 0, z, alpha)),
            message=(
                "On the right you return z as the slope. A line z has the same slope everywhere: "
                "how much does it rise when z grows by 1?"
            ),
        ),
        Mistake(
            name="value twice",
            answer=lambda z, alpha: (_leaky_value(z, alpha), _leaky_value(z, alpha)),
            message=(
                "You return the value twice. The second array is the *slope*: how fast the value changes "
                "when z changes, and not how large it is."
            ),
        ),
        Mistake(
            name="order exchanged",
            answer=lambda z, alpha: (_leaky_slope(z, alpha), _leaky_value(z, alpha)),
            message="Both arrays are right, but in the wrong order: the value comes first.",
        ),
        Mistake(
            name="slope forgotten",
            answer=_leaky_value,
            message="The value is right. The slope is still missing: return two arrays, `return a, slope`.",
        ),
        Mistake(
            name="one maximum for all",
            answer=lambda z, alpha: (np.max(z), _leaky_slope(z, alpha)),
            message=(
                "`np.max` looks for the one largest entry. An activation looks at *each* entry by itself, "
                "and the shape stays."
            ),
        ),
    ),
    hints=(
        "Two lines meet at the origin. Write down the slope of each; the values follow from them.",
        (
            "`np.where(condition, one, other)` takes each entry from `one`"
            " where the condition holds, else from `other`."
        ),
        (
            "The condition is `z > 0` for both arrays: z or `alpha * z` "
            "for the value, two plain numbers for the slope."
        ),
    ),
    praise=(
        "With alpha = 0 this is ReLU. With a small alpha the left half keeps a slope, small but not zero, "
        "so a unit that sits there can still be moved."
    ),
)

# ------------------------------------------------------------------ 02-3 a sigmoid that cannot overflow


class _SilencedOverflowError(AnswerFormError):
    """NumPy was told to say nothing of an overflow, which still happens."""


def _without_overflow(answer: Callable[[Array], Any], z: Array) -> Any:
    """Run a sigmoid so that NumPy's overflow, else only a warning, is an error like that of `math.exp`."""
    again = z.copy()
    with np.errstate(over="raise", invalid="raise"):
        try:
            result = answer(z)
        except OverflowError as error:  # from math.exp, in a loop
            raise FloatingPointError(str(error)).with_traceback(error.__traceback__) from None
        if not Comparison().equal(_sigmoid(again), result):
            return result
        try:
            with overflow_cannot_be_silenced():
                answer(again)
        except FloatingPointError as error:
            raise _SilencedOverflowError(_SILENCED) from error
    return result


_SILENCED = (
    "The result is right, because infinity does no harm here (1 / infinity is 0; annlib's own sigmoid relies "
    "on it). But the power of e still overflows, and you only told NumPy to say nothing of it. The task asks "
    "for a form that *never* overflows: the next formula may divide infinity by infinity, which is NaN. "
    "Make the exponent safe before `np.exp` sees it; then there is nothing to silence."
)


def _silenced(z: Array) -> Any:
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z))


def _silenced_to_the_right(z: Array) -> Any:
    with np.errstate(over="ignore", invalid="ignore"):
        return np.exp(z) / (1 + np.exp(z))


def _any_z(rng: np.random.Generator) -> Inputs:
    scale = float(rng.choice([1.0, 5.0, 1000.0]))
    return (np.round(rng.normal(size=rng.integers(1, 5, size=int(rng.integers(1, 3)))) * scale, 2),)


STABLE = Exercise(
    name="02-3",
    title="A sigmoid that does not overflow",
    answer=_sigmoid,
    evaluate=_without_overflow,
    inputs=(
        (np.array([-1.0, 0.0, 2.0]),),
        (np.array([-1000.0, -800.0, -3.0]),),
        (np.array([3.0, 800.0, 1000.0]),),
        (np.array([[-1000.0, 0.0], [0.5, 1000.0], [-12.0, 30.0]]),),
        (np.array([-4, 0, 7]),),
    ),
    random_inputs=_any_z,
    mistakes=(
        Mistake(
            name="overflow far to the left",
            answer=lambda z: 1 / (1 + np.exp(-z)),
            message=(
                "The formula is right, but it overflows for z far below 0: there −z is a large positive "
                "number, and e to that power is too large for a float. "
                "Which form of the sigmoid would be safe on that side? "
                "(To choose with `np.where` afterward comes too late: it is computed for every z first.)"
            ),
        ),
        Mistake(name="overflow silenced", answer=_silenced, message=_SILENCED),
        Mistake(
            name="NaN silenced",
            answer=_silenced_to_the_right,
            message=(
                "You told NumPy to say nothing of what goes wrong. It does go wrong: for z far above 0, "
                "`np.exp(z)` becomes infinity, and infinity divided by infinity is NaN. "
                "Which form would be safe on that side?"
            ),
        ),
        Mistake(
            name="overflow far to the right",
            answer=lambda z: np.exp(z) / (1 + np.exp(z)),
            message=(
                "This form is safe on the left, but for z far above 0 `np.exp(z)` overflows, "
                "and infinity divided by infinity is NaN. Which form would be safe on that side?"
            ),
        ),
        Mistake(
            name="np.where computes both",
            answer=lambda z: np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z))),
            message=(
                "You know both safe forms. But `np.where` is no `if`: both are computed for *every* z, "
                "and only then it chooses, so each still overflows on the other's side. "
                "Make the exponent safe before `np.exp` sees it."
            ),
        ),
        Mistake(
            name="sign in the exponent",
            answer=lambda z: 1 / (1 + np.exp(z)),
            message=(
                "Your sigmoid falls where it should rise (and overflows too): look at the exponent's sign."
            ),
        ),
        Mistake(
            name="always the right half",
            answer=lambda z: 1 / (1 + np.exp(-np.abs(z))),
            message=(
                "Nothing overflows any more. But z and −z now give the same, never below 1/2: "
                "where z is negative, you need the other half of the curve."
            ),
        ),
        Mistake(
            name="always the left half",
            answer=lambda z: np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))),
            message=(
                "Nothing overflows any more. But z and −z now give the same, never above 1/2: "
                "where z is positive, you need the other half of the curve."
            ),
        ),
        Mistake(
            name="halves exchanged",
            answer=lambda z: _sigmoid(-z),
            message="Nothing overflows, but your sigmoid falls: the two halves stand on the wrong sides.",
        ),
        Mistake(
            name="minus in place of one minus",
            answer=lambda z: np.where(z >= 0, 1, -1) * _sigmoid(np.abs(z)),
            message=(
                "Negative z give negative values, but a sigmoid stays between 0 and 1. "
                "Its two halves are mirrored at the point (0, 1/2), not at the origin."
            ),
        ),
        Mistake(
            name="clipped too tightly",
            answer=lambda z: 1 / (1 + np.exp(-np.clip(z, -10, 10))),
            message=(
                "Cutting z is allowed, but not so soon: from −10 on all z give the same value, "
                "0.00005, and a loss would see the difference."
            ),
        ),
        Mistake(
            name="tanh",
            answer=np.tanh,
            message=(
                "This is tanh, from −1 to 1. It is a relative of the "
                "sigmoid: which shift and scale lead there?"
            ),
        ),
        Mistake(
            name="left half cut off",
            answer=lambda z: np.where(z >= 0, _sigmoid(np.abs(z)), 0.0),
            message=(
                "Left of 0 you return 0. Far out that is nearly true, but just below 0 the sigmoid is "
                "hardly below 1/2."
            ),
        ),
        Mistake(
            name="one plus forgotten",
            answer=lambda z: np.exp(-np.abs(z)),
            message="The 1 in the denominator is missing: e^−|z| alone is 1 at z = 0, and not 1/2.",
        ),
    ),
    hints=(
        "`np.exp` is harmless when its exponent is 0 or less: the result lies between 0 and 1.",
        (
            "There are two forms of the same function: 1 / (1 + e^−z), safe for z ≥ 0, and e^z / (1 + e^z), "
            "safe for z ≤ 0. Both contain e^−|z|."
        ),
        (
            "Compute `small = np.exp(-np.abs(z))` once. Where z ≥ 0 the answer is 1 / (1 + small); "
            "elsewhere the other form, written with `small`."
        ),
    ),
    praise=(
        "The same trick, an exponent that is never positive, makes softmax and the losses of chapter 3 safe. "
        "(1 / infinity is 0, so the naive form comes out right by luck; e^z / (1 + e^z) has no such luck.)"
    ),
)

# -------------------------------------------------------------------------- 02-4 the slope from the output


def _slope_from_output(a: Array) -> Array:
    return a * (1 - a)


def _some_outputs(rng: np.random.Generator) -> Inputs:
    return (np.round(rng.uniform(0.01, 0.99, size=rng.integers(1, 5, size=int(rng.integers(1, 3)))), 3),)


FROM_OUTPUT = Exercise(
    name="02-4",
    title="The slope of the sigmoid from its output",
    answer=_slope_from_output,
    inputs=(
        (np.array([0.5, 0.9]),),
        (np.array([0.1, 0.25, 0.75, 0.999]),),
        (np.array([[0.5, 0.05], [0.8, 0.4]]),),
    ),
    random_inputs=_some_outputs,
    mistakes=(
        Mistake(
            name="a taken for z",
            answer=lambda a: _sigmoid(a) * (1 - _sigmoid(a)),
            message=(
                "You send `a` through the sigmoid once more. `a` *is* the sigmoid of z already; "
                "the slope at z needs no second one."
            ),
        ),
        Mistake(
            name="slope of tanh",
            answer=lambda a: 1 - a**2,
            message=(
                "This is how the slope of *tanh* follows from its output. The sigmoid has another formula."
            ),
        ),
        Mistake(
            name="sign turned round",
            answer=lambda a: a * (a - 1),
            message=(
                "Your slopes are negative, but the sigmoid rises "
                "everywhere. Which difference is turned round?"
            ),
        ),
        Mistake(
            name="plus for minus",
            answer=lambda a: a * (1 + a),
            message=(
                "Your slope grows with `a`. But near a = 1 the sigmoid is flat: the slope must fall again."
            ),
        ),
        Mistake(
            name="one minus a alone",
            answer=lambda a: 1 - a,
            message="One factor is missing: your slope is steepest at a = 0, where the sigmoid is flat.",
        ),
        Mistake(
            name="a alone",
            answer=lambda a: a,
            message=(
                "You return the output as it is. The slope is largest at a = 1/2 and small near 0 and near 1."
            ),
        ),
        Mistake(
            name="a squared",
            answer=lambda a: a**2,
            message=(
                "Your slope is largest at a = 1, but there the sigmoid "
                "is flat. One of the factors is not `a`."
            ),
        ),
        Mistake(
            name="one minus a squared",
            answer=lambda a: (1 - a) ** 2,
            message="Your slope is largest at a = 0, but there the sigmoid is flat. One factor is not 1 − a.",
        ),
        Mistake(
            name="quotient for product",
            answer=lambda a: a / (1 - a),
            message=(
                "You divide by 1 − a, so your slope grows without end as a comes near 1. "
                "There, the sigmoid is flat."
            ),
        ),
        Mistake(
            name="a times z",
            answer=lambda a: a * (1 - np.log(a / (1 - a))),
            message=(
                "You found z again and put it into the formula. There, both factors are made of the *output*."
            ),
        ),
        Mistake(
            name="scaled to 1",
            answer=lambda a: 4 * a * (1 - a),
            message="The form is right, but four times too high: nothing scales the sigmoid's slope up to 1.",
        ),
        Mistake(
            name="product with a minus",
            answer=lambda a: 1 - a * a - a,
            message=(
                "This is no product. The slope must be 0 at a = 0 *and* at a = 1: which two factors do that?"
            ),
        ),
    ),
    hints=(
        "The slope is 0 where the output is 0 or 1, and 1/4 in the middle. Which product does that?",
        "The chapter writes the derivative with the output a alone. No exponential is needed.",
        "Two factors: the output, and what is missing from it to 1.",
    ),
    praise="No exponential: what the way forward has computed is enough. Chapter 4 lives on this.",
)

# ----------------------------------------------------------------------------------- 02-5 tanh from sigmoid


def _scaled_sigmoid(answer: Mapping[str, Any], z: Array) -> Array:
    """Compute p * sigmoid(q * z) + r, so that every right choice of the three passes."""
    p, q, r = (one_number(name, answer[name]) for name in ("p", "q", "r"))
    return p * _sigmoid(q * z) + r


def _factors(p: float, q: float, r: float) -> dict[str, float]:
    return {"p": p, "q": q, "r": r}


TANH = Exercise(
    name="02-5",
    title="Tanh is a sigmoid",
    answer=_factors(2, 2, -1),
    evaluate=_scaled_sigmoid,
    rtol=1e-3,
    atol=1e-3,
    inputs=((np.array([-3.0, -1.0, 0.0, 0.5, 2.0]),),),
    mistakes=(
        Mistake(
            name="z not stretched",
            answer=_factors(2, 1, -1),
            message=(
                "The range is right, from −1 to 1, but your curve is only half as steep as tanh. "
                "What must happen to z before the sigmoid sees it?"
            ),
        ),
        Mistake(
            name="z stretched the wrong way",
            answer=_factors(2, 0.5, -1),
            message="The range is right, but your curve is too flat: q made it slower instead of faster.",
        ),
        Mistake(
            name="z stretched too far",
            answer=_factors(2, 4, -1),
            message="The range is right, but your curve is too steep at 0, where tanh has the slope 1.",
        ),
        Mistake(
            name="not centered",
            answer=_factors(2, 2, 0),
            message="Your curve runs from 0 to 2. Tanh is zero-centered: move it.",
        ),
        Mistake(
            name="shifted up",
            answer=_factors(2, 2, 1),
            message="Your curve runs from 1 to 3: it is shifted the wrong way.",
        ),
        Mistake(
            name="only stretched along z",
            answer=_factors(1, 2, 0),
            message="Your curve still runs from 0 to 1. Tanh runs from −1 to 1: how high must it be?",
        ),
        Mistake(
            name="centered but not doubled",
            answer=_factors(1, 2, -0.5),
            message="Zero-centered it is, but it runs from −1/2 to 1/2 only.",
        ),
        Mistake(
            name="only centered",
            answer=_factors(1, 1, -0.5),
            message="Zero-centered it is, but it is neither as high nor as steep as tanh.",
        ),
        Mistake(
            name="shifted but not doubled",
            answer=_factors(1, 2, -1),
            message=(
                "Your curve runs from −1 to 0. Its height is not right yet, and the shift depends on that."
            ),
        ),
        Mistake(
            name="falling",
            answer=_factors(-2, 2, 1),
            message="Your curve is tanh upside down: it falls. One sign too many, or two.",
        ),
        Mistake(
            name="the sigmoid itself",
            answer=_factors(1, 1, 0),
            message=(
                "This is the sigmoid, unchanged. Compare both curves in "
                "the chapter: height, middle, steepness."
            ),
        ),
    ),
    hints=(
        "Three things differ: how high the curve is, where its middle lies, and how steep it is there.",
        "The sigmoid is 1 high and tanh is 2 high: this is p. At z = 0 the result must be 0: this gives r.",
        "At z = 0 the slope of p σ(q z) + r is p times q times 1/4, and tanh has the slope 1 there.",
    ),
    praise=(
        "The same curve, twice as high, twice as fast and zero-centered: "
        "four times as steep in the middle, since both factors count."
    ),
)

# ----------------------------------------------------------------------------------------- 02-6 read a plot

_MARKS = (2.89, 2.18, -2.89, -2.18)
"""Where the slopes of sigmoid and tanh cross 0.05; what is read within 0.3 of these counts as the same."""


def _as_read(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _reading(name, value) for name, value in answer.items()}


def _reading(name: str, value: Any) -> Any:
    if not name.endswith("_flat"):
        return one_of(name, value, ("A", "B", "C", "D"))
    try:
        number = float(value)
    except (TypeError, ValueError) as error:
        raise AnswerFormError(f"`{name}` must be a number read off the z axis; got {value!r}.") from error
    nearest = min(_MARKS, key=lambda mark: abs(mark - number))
    return nearest if abs(nearest - number) <= 0.3 else number


PLOT = Exercise(
    name="02-6",
    title="Read the slopes off a plot",
    answer={
        "sigmoid_panel": "D",
        "tanh_panel": "B",
        "relu_panel": "A",
        "leaky_panel": "C",
        "sigmoid_flat": 2.89,
        "tanh_flat": 2.18,
    },
    evaluate=_as_read,
    reveal=False,
    mistakes=(
        Mistake(
            name="sigmoid and tanh exchanged",
            answer={"sigmoid_panel": "B", "tanh_panel": "D"},
            message="You exchanged the two hills. How steep is each function at z = 0?",
        ),
        Mistake(
            name="ReLU and leaky ReLU exchanged",
            answer={"relu_panel": "C", "leaky_panel": "A"},
            message="You exchanged the two steps. Which function is level on its left side?",
        ),
        Mistake(
            name="sigmoid as the higher hill",
            answer={"sigmoid_panel": "B"},
            message="This hill is 1 high at z = 0. How steep is a sigmoid at most?",
        ),
        Mistake(
            name="tanh as the lower hill",
            answer={"tanh_panel": "D"},
            message="This hill is only 1/4 high at z = 0. How steep is tanh there?",
        ),
        Mistake(
            name="sigmoid as a step",
            answer={"sigmoid_panel": "A"},
            message=(
                "This panel climbs from 0 to 1, as the sigmoid's *value* does. But what is drawn here is the "
                "*slope*: where is the sigmoid steep, and where is it flat?"
            ),
        ),
        Mistake(
            name="tanh as a step",
            answer={"tanh_panel": "C"},
            message="Drawn are the slopes, not the values. Tanh is flat far out on *both* sides.",
        ),
        Mistake(
            name="ReLU with a leak",
            answer={"relu_panel": "C"},
            message="In this panel the left side is not at 0. How steep is ReLU left of 0?",
        ),
        Mistake(
            name="leaky ReLU without a leak",
            answer={"leaky_panel": "A"},
            message="In this panel the left side is at 0. How steep is the leaky ReLU there?",
        ),
        Mistake(
            name="ReLU as a hill",
            answer={"relu_panel": "B"},
            message="Right of 0, ReLU is a straight line: can its slope change there?",
        ),
        Mistake(
            name="flat values exchanged",
            answer={"sigmoid_flat": 2.18, "tanh_flat": 2.89},
            message=(
                "You exchanged the two readings. It is surprising, but look again: "
                "the higher hill is the narrower one."
            ),
        ),
        Mistake(
            name="tanh flat like the sigmoid",
            answer={"tanh_flat": 2.89},
            message="This is where the *sigmoid's* slope crosses the dashed line. Tanh has its own panel.",
        ),
        Mistake(
            name="sigmoid flat like tanh",
            answer={"sigmoid_flat": 2.18},
            message=(
                "This is where the slope of *tanh* crosses the dashed line. The sigmoid has its own panel."
            ),
        ),
        Mistake(
            name="height for place (sigmoid)",
            answer={"sigmoid_flat": 0.05},
            message="0.05 is the height of the dashed line. Asked is the z below the crossing.",
        ),
        Mistake(
            name="height for place (tanh)",
            answer={"tanh_flat": 0.05},
            message="0.05 is how high the dashed line is. Asked is the z below the crossing, for tanh.",
        ),
        Mistake(
            name="left crossing (sigmoid)",
            answer={"sigmoid_flat": -2.89},
            message="You read the left crossing. The curve is symmetric; asked is the one with a positive z.",
        ),
        Mistake(
            name="left crossing (tanh)",
            answer={"tanh_flat": -2.18},
            message="For tanh you read the left crossing. Asked is the one with a positive z.",
        ),
    ),
    hints=(
        "Ask of each function: how steep is it far left, at 0, far right? Then look for the panel.",
        "Two slopes are hills: tell them apart by their height at 0. Two are steps: look at the left side.",
        (
            "The slope of the sigmoid is 1/4 at 0, that of tanh 1. For "
            "the crossings go along the dashed line to "
            "the right until it meets the hill, and down to the z axis."
        ),
    ),
    praise=(
        "Tanh is steeper in the middle and yet dies sooner, because it is the sigmoid run twice as fast. "
        "Being steep at 0 is not the same as staying alive."
    ),
)

# -------------------------------------------------------------------------------------------- 02-7 the bug


def _tanh_and_slope(z: Array) -> tuple[Array, Array]:
    a = np.tanh(z)
    return a, 1 - a**2


def _z_alone(rng: np.random.Generator) -> Inputs:
    return (np.round(rng.normal(size=rng.integers(1, 5, size=int(rng.integers(1, 3)))) * 1.5, 2),)


BUG = Exercise(
    name="02-7",
    title="Find and mend the bug",
    answer=_tanh_and_slope,
    inputs=(
        (np.array([0.0, 1.0, 3.0, 6.0]),),
        (np.array([-6.0, -0.5, 0.25]),),
        (np.array([[0.5, -2.0], [1.5, 0.0]]),),
    ),
    random_inputs=_z_alone,
    mistakes=(
        Mistake(
            name="still broken",
            answer=lambda z: (np.tanh(z), 1 - np.tanh(np.tanh(z)) ** 2),
            message=(
                "The bug is still there: far out your slope stays near 0.42 where the curve is flat. "
                "Follow one number through the two functions: how often does it go through tanh?"
            ),
        ),
        Mistake(
            name="z for the output",
            answer=lambda z: (np.tanh(z), 1 - z**2),
            message=(
                "Now z itself is squared, and your slopes become negative. "
                "The formula 1 − a² needs the output a, once through tanh and not less."
            ),
        ),
        Mistake(
            name="slope of the sigmoid",
            answer=lambda z: (np.tanh(z), np.tanh(z) * (1 - np.tanh(z))),
            message="a (1 − a) is the slope of the *sigmoid*. At z = 0 it gives 0, where tanh is steepest.",
        ),
        Mistake(
            name="slope of a sigmoid at z",
            answer=lambda z: (np.tanh(z), _sigmoid(z) * (1 - _sigmoid(z))),
            message=(
                "Your values are those of tanh, your slopes those of the "
                "sigmoid: the two do not belong together."
            ),
        ),
        Mistake(
            name="square forgotten",
            answer=lambda z: (np.tanh(z), 1 - np.tanh(z)),
            message="The square is missing: left of 0 your slope is above 1, and tanh is never that steep.",
        ),
        Mistake(
            name="absolute value for the square",
            answer=lambda z: (np.tanh(z), 1 - np.abs(np.tanh(z))),
            message="Your slope has a kink at 0: the output is *squared*, not freed from its sign.",
        ),
        Mistake(
            name="sign turned round",
            answer=lambda z: (np.tanh(z), np.tanh(z) ** 2 - 1),
            message="Your slopes are negative, but tanh rises everywhere.",
        ),
        Mistake(
            name="plus for minus",
            answer=lambda z: (np.tanh(z), 1 + np.tanh(z) ** 2),
            message="Your slope grows far out, where the curve is flat. Look at the sign before the square.",
        ),
        Mistake(
            name="order exchanged",
            answer=lambda z: (1 - np.tanh(z) ** 2, np.tanh(z)),
            message="The bug is mended, but the order is not that of the task: the value comes first.",
        ),
        Mistake(
            name="slope alone",
            answer=lambda z: 1 - np.tanh(z) ** 2,
            message="The slope is mended. The task wants both, the value and the slope: `return a, slope`.",
        ),
        Mistake(
            name="value spoiled",
            answer=lambda z: (np.tanh(np.tanh(z)), 1 - np.tanh(z) ** 2),
            message="The slope is right now, but the value goes through tanh twice.",
        ),
        Mistake(
            name="undone by passing z on",
            answer=lambda z: (z, 1 - np.tanh(z) ** 2),
            message="The slope is right now, but the value has lost its tanh: you return z.",
        ),
    ),
    hints=(
        "`slope_of_tanh` says in its first line what it expects. What is it given?",
        "Mend one side only: either give it z, or let it take the output and leave its own tanh out.",
        "With a = tanh(z), the slope is 1 − a², and a goes through tanh no second time.",
    ),
    praise=(
        "A name was all that was wrong: a where z was meant. No error, plausible numbers, and a network that "
        "learns badly. A slope that refuses to die far out is the "
        "sign; comparing with rise over run finds it."
    ),
)

# ---------------------------------------------------------------------------------------- 02-8 softmax


def _softmax(Z: Array) -> Array:
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    result: Array = E / E.sum(axis=1, keepdims=True)
    return result


def _log_softmax(Z: Array) -> Array:
    shifted = Z - Z.max(axis=1, keepdims=True)
    result: Array = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return result


def _shifted(Z: Array, axis: int | None = 1) -> Array:
    result: Array = np.exp(Z - Z.max(axis=axis, keepdims=True))
    return result


def _shares(E: Array, axis: int | None = 1) -> Array:
    result: Array = E / E.sum(axis=axis, keepdims=True)
    return result


def _logits(rng: np.random.Generator) -> Inputs:
    n, k = (int(size) for size in rng.integers(1, 6, size=2))
    if rng.random() < 0.4:  # square cases, where a missing keepdims raises no error
        n = k
    return (np.round(rng.normal(size=(n, k)) * 2, 2),)


SOFTMAX = Exercise(
    name="02-8",
    title="Softmax over the right axis",
    answer=_softmax,
    may_change_inputs=False,
    inputs=(
        (np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]]),),
        (np.array([[1.0, 2.0], [3.0, -1.0]]),),  # as many records as classes
        (np.array([[1000.0, 1001.0, 1002.0]]),),
        (np.array([[1000.0, 1001.0], [-1000.0, -999.0]]),),  # rows far from each other
        (np.array([[800.0, 0.0, -800.0], [1.0, 0.0, -1.0], [-800.0, -801.0, 0.5]]),),
        (np.array([[1, 0, 2, -1], [5, 5, 4, 3]]),),
    ),
    random_inputs=_logits,
    mistakes=(
        Mistake(
            name="wrong axis",
            answer=lambda Z: _shares(_shifted(Z, 0), 0),
            message=(
                "Your *columns* add up to 1: each class is shared out among the records. "
                "A record must share out its own 1 among the classes. Which axis runs along a row?"
            ),
        ),
        Mistake(
            name="wrong axis in the sum",
            answer=lambda Z: _shares(_shifted(Z, 1), 0),
            message=(
                "The maximum is taken along the rows, as it should be, but the sum runs down the columns: "
                "do your rows add up to 1?"
            ),
        ),
        Mistake(
            name="wrong axis in the maximum",
            answer=lambda Z: _shares(_shifted(Z, 0), 1),
            message=(
                "The sum is right. But the maximum is that of each *column*, so within a row every entry is "
                "moved by another number, and that changes the shares."
            ),
        ),
        Mistake(
            name="wrong axis and no shift",
            answer=lambda Z: _shares(np.exp(Z), 0),
            message=(
                "Two things: your columns add up to 1, but the rows should; "
                "and large logits overflow, because nothing is subtracted before `np.exp`."
            ),
        ),
        Mistake(
            name="one sum for all",
            answer=lambda Z: _shares(_shifted(Z, None), None),
            message=(
                "All entries together add up to 1. Each record needs a distribution of its own: "
                "maximum and sum along one axis."
            ),
        ),
        Mistake(
            name="one maximum for all, sum down the columns",
            answer=lambda Z: _shares(_shifted(Z, None), 0),
            message=(
                "Two things: your columns add up to 1, but the rows should; and the maximum is that of the "
                "*whole* table, so a row far below it becomes 0 altogether. Which axis runs along a row?"
            ),
        ),
        Mistake(
            name="one sum for all, shifted by row",
            answer=lambda Z: _shares(_shifted(Z, 1), None),
            message="You divide by the sum of the whole table: only all rows *together* add up to 1.",
        ),
        Mistake(
            name="one sum for all, no shift",
            answer=lambda Z: _shares(np.exp(Z), None),
            message=(
                "Two things: you divide by the sum of the whole table instead of each row's, "
                "and large logits overflow."
            ),
        ),
        Mistake(
            name="one maximum for all",
            answer=lambda Z: _shares(_shifted(Z, None), 1),
            message=(
                "Your rows are right as long as they are alike. But you subtract the maximum of the *whole* "
                "table: in a row far below it every exponential becomes 0, and 0 / 0 is NaN. "
                "Whose maximum is safe?"
            ),
        ),
        Mistake(
            name="no shift",
            answer=lambda Z: _shares(np.exp(Z), 1),
            message=(
                "The formula is right, but large logits overflow: e to the power of 1000 is infinity, and "
                "infinity divided by infinity is NaN. Softmax stays the same when one number is subtracted "
                "from a whole row. Which number makes every exponent harmless?"
            ),
        ),
        Mistake(
            name="not normalized",
            answer=lambda Z: _shifted(Z, 1),
            message="Your rows do not add up to 1. Something is still to be divided by something.",
        ),
        Mistake(
            name="exponentials alone",
            answer=np.exp,
            message=(
                "These are the exponentials alone. They do not add up to 1 yet, and large logits overflow."
            ),
        ),
        Mistake(
            name="max without keepdims",
            answer=lambda Z: _shares(np.exp(Z - Z.max(axis=1)), 1),
            message=(
                "The maxima of the rows have the shape (n,), which NumPy lines up with the *columns*: "
                "an error for most shapes, and wrong numbers without one for a square table. "
                "How can the result stay a column?"
            ),
        ),
        Mistake(
            name="sum without keepdims",
            answer=lambda Z: _shifted(Z, 1) / _shifted(Z, 1).sum(axis=1),
            message=(
                "The sums of the rows have the shape (n,), which NumPy lines up with the *columns*: "
                "each entry is divided by another row's sum. How can the sums stay a column?"
            ),
        ),
        Mistake(
            name="neither with keepdims",
            answer=lambda Z: (lambda E: E / E.sum(axis=1))(np.exp(Z - Z.max(axis=1))),
            message=(
                "Maxima and sums of the rows both have the shape (n,), and NumPy lines them up with the "
                "*columns*. Both must stay columns, of shape (n, 1)."
            ),
        ),
        Mistake(
            name="sum without keepdims and no shift",
            answer=lambda Z: np.exp(Z) / np.exp(Z).sum(axis=1),
            message=(
                "Two things: the sums of shape (n,) are lined up with the columns instead of the rows, "
                "and large logits overflow."
            ),
        ),
        Mistake(
            name="shift in the wrong direction",
            answer=lambda Z: _shares(np.exp(Z + Z.max(axis=1, keepdims=True)), 1),
            message="You *add* the maximum, which makes large exponents larger still. It is subtracted.",
        ),
        Mistake(
            name="shift by the mean",
            answer=lambda Z: _shares(np.exp(Z - Z.mean(axis=1, keepdims=True)), 1),
            message=(
                "You subtract the mean of each row. That changes no share, but an entry far above the mean "
                "still overflows: what must be subtracted so that no exponent is above 0?"
            ),
        ),
        Mistake(
            name="difference turned round",
            answer=lambda Z: _shares(np.exp(Z.max(axis=1, keepdims=True) - Z), 1),
            message=(
                "The difference is turned round: the largest logit gets the *smallest* share, "
                "and no exponent is below 0, where it would be safe."
            ),
        ),
        Mistake(
            name="no exponential",
            answer=lambda Z: Z / Z.sum(axis=1, keepdims=True),
            message=(
                "You divide the logits themselves by their sum. Negative logits give negative shares, "
                "and a sum of 0 gives NaN: something must make them positive first."
            ),
        ),
        Mistake(
            name="sigmoids",
            answer=_sigmoid,
            message=(
                "Each entry goes through a sigmoid by itself, so the rows do not add up to 1. "
                "In a softmax the classes compete for one whole."
            ),
        ),
        Mistake(
            name="all for the largest",
            answer=lambda Z: (Z.max(axis=1, keepdims=True) == Z).astype(float),
            message="You give all to the largest entry. *Soft*max leaves the others their smaller shares.",
        ),
        Mistake(
            name="logarithm of softmax",
            answer=_log_softmax,
            message=(
                "These are the logarithms of the shares: useful in chapter 3, but here the shares are asked."
            ),
        ),
    ),
    hints=(
        "Three steps: make everything positive, add up each row, divide each row by its own sum.",
        "`axis=1` runs along a row. With `keepdims=True` the result stays a column (n, 1), fit for the rows.",
        (
            "`E = np.exp(Z - m)` with the maxima m of the rows as a column; "
            "then divide E by the sums of its rows, again as a column."
        ),
    ),
    praise=(
        "Each row is a distribution, and no logit is too large. "
        "Subtracting the row's maximum changes no share, "
        "because e^(z−m) is e^z times one factor for the whole row."
    ),
)

# ------------------------------------------------------------------------- 02-9 two linear layers are one


def _one_layer(W1: Array, b1: Array, W2: Array, b2: Array) -> tuple[Array, Array]:
    return W1 @ W2, b1 @ W2 + b2


def _two_linear_layers(rng: np.random.Generator) -> Inputs:
    n_in, n_hidden, n_out = (int(size) for size in rng.integers(1, 5, size=3))
    if rng.random() < 0.5:  # square cases, where a wrong product raises no error
        n_in = n_hidden = n_out
    sizes = ((n_in, n_hidden), (n_hidden,), (n_hidden, n_out), (n_out,))
    W1, b1, W2, b2 = (np.round(rng.normal(size=size), 2) for size in sizes)
    return W1, b1, W2, b2


LINEAR = Exercise(
    name="02-9",
    title="Two linear layers are one",
    answer=_one_layer,
    inputs=(
        (
            np.array([[1.0, 2.0], [0.0, 1.0]]),
            np.array([1.0, -1.0]),
            np.array([[2.0, 0.0], [1.0, 1.0]]),
            np.array([0.5, 3.0]),
        ),
        (
            np.array([[1.0, 2.0, 0.5], [-1.0, 0.0, 1.0]]),
            np.array([0.5, -2.0, 1.0]),
            np.array([[1.0], [2.0], [-1.0]]),
            np.array([0.25]),
        ),
        (np.array([[2.0]]), np.array([3.0]), np.array([[5.0]]), np.array([7.0])),
    ),
    random_inputs=_two_linear_layers,
    mistakes=(
        Mistake(
            name="biases added",
            answer=lambda W1, b1, W2, b2: (W1 @ W2, b1 + b2),
            message=(
                "Your W is right. But the first bias goes through the second layer as well: "
                "what happens to it there before `b2` is added?"
            ),
        ),
        Mistake(
            name="first bias forgotten",
            answer=lambda W1, b1, W2, b2: (W1 @ W2, b2),
            message=(
                "Your W is right. But a record of zeros leaves the first layer as `b1`: where did that go?"
            ),
        ),
        Mistake(
            name="second bias forgotten",
            answer=lambda W1, b1, W2, b2: (W1 @ W2, b1 @ W2),
            message="Your W is right, and `b1` too. The second layer has a bias of its own.",
        ),
        Mistake(
            name="both biases through W2",
            answer=lambda W1, b1, W2, b2: (W1 @ W2, (b1 + b2) @ W2),
            message=(
                "Your W is right. But `b2` is added *after* the second layer's weights: only `b1` meets them."
            ),
        ),
        Mistake(
            name="bias through W1",
            answer=lambda W1, b1, W2, b2: (W1 @ W2, b1 @ W1 + b2),
            message=(
                "Your W is right. But `b1` has the first layer's weights behind it already: what is ahead?"
            ),
        ),
        Mistake(
            name="bias on the wrong side",
            answer=lambda W1, b1, W2, b2: (W1 @ W2, W2 @ b1 + b2),
            message=(
                "Your W is right. In the bias the factors are in the wrong order: "
                "a row of numbers goes through a layer as `row @ W2`."
            ),
        ),
        Mistake(
            name="factors exchanged",
            answer=lambda W1, b1, W2, b2: (W2 @ W1, b1 @ W2 + b2),
            message=(
                "Your b is right. In W the factors are in the wrong order: "
                "with X on the left, the first layer's weights stand next to X."
            ),
        ),
        Mistake(
            name="layers exchanged",
            answer=lambda W1, b1, W2, b2: (W2 @ W1, b2 @ W1 + b1),
            message="You run the records through the second layer first. The order of layers matters.",
        ),
        Mistake(
            name="elementwise product",
            answer=lambda W1, b1, W2, b2: (W1 * W2, b1 @ W2 + b2),
            message="`*` multiplies entry by entry. One layer after the other is a *matrix* product.",
        ),
        Mistake(
            name="weights added",
            answer=lambda W1, b1, W2, b2: (W1 + W2, b1 + b2),
            message=(
                "You add the two layers, as if they stood side by side. They stand one behind the other: "
                "put the first formula into the second and multiply out."
            ),
        ),
        Mistake(
            name="transposed",
            answer=lambda W1, b1, W2, b2: ((W1 @ W2).T, b1 @ W2 + b2),
            message="Your b is right, but W is transposed: its shape should be (n_in, n_out).",
        ),
        Mistake(
            name="order exchanged",
            answer=lambda W1, b1, W2, b2: (b1 @ W2 + b2, W1 @ W2),
            message="Both are right, but in the wrong order: W comes first.",
        ),
        Mistake(
            name="second layer alone",
            answer=lambda W1, b1, W2, b2: (W2, b2),
            message="This is the second layer alone. It gets what the first one made of X, and not X.",
        ),
        Mistake(
            name="bias forgotten",
            answer=lambda W1, b1, W2, b2: W1 @ W2,
            message="W is right. The single layer has a bias too: return both, `return W, b`.",
        ),
    ),
    hints=(
        "Put the first layer into the second: (X @ W1 + b1) @ W2 + b2. Then multiply out.",
        "A sum times W2 is the sum of two products. Only one of the terms that you get contains X.",
        "What X is multiplied with is W; the two terms without X, added up, are b.",
    ),
    praise=(
        "However many linear layers you stack, they are one. "
        "It is the bend in between, the activation, that makes depth worth anything."
    ),
)

# ------------------------------------------------------------------------- 02-10 the product of ten slopes

PRODUCT = Exercise(
    name="02-10",
    title="Predict the product of ten slopes",
    answer={
        "sigmoid_product": 0.25**10,
        "layers": 5,
        "tanh_product": 1,
        "relu_product": 1,
        "silent_product": 0,
    },
    reveal=False,
    rtol=2e-2,
    atol=1e-9,
    counts=("layers",),
    mistakes=(
        Mistake(
            name="sum for product",
            answer={"sigmoid_product": 2.5},
            message=(
                "You added ten slopes. What a slope passes on is a *share* of a change, "
                "and a share of a share of a share is a product."
            ),
        ),
        Mistake(
            name="times ten for to the tenth",
            answer={"sigmoid_product": 0.025},
            message="You divided by 10. A product of ten equal factors is a *power*.",
        ),
        Mistake(
            name="value for slope",
            answer={"sigmoid_product": 0.5**10},
            message=(
                "You multiplied the sigmoid's *value* at z = 0, its height. "
                "The question is about its slope there."
            ),
        ),
        Mistake(
            name="one slope only",
            answer={"sigmoid_product": 0.25},
            message="This is the slope of one sigmoid. Ten of them stand one behind the other.",
        ),
        Mistake(
            name="nine slopes",
            answer={"sigmoid_product": 0.25**9},
            message="You multiplied nine slopes. Ten layers give ten factors.",
        ),
        Mistake(
            name="eleven slopes",
            answer={"sigmoid_product": 0.25**11},
            message="You multiplied eleven slopes. Ten layers give ten factors.",
        ),
        Mistake(
            name="sigmoid with the slope 1",
            answer={"sigmoid_product": 1},
            message=(
                "You took 1 for the largest slope of a sigmoid. That is"
                " tanh's; where is the sigmoid steepest?"
            ),
        ),
        Mistake(
            name="rounded to zero",
            answer={"sigmoid_product": 0},
            message=(
                "Small, but not 0, and the difference matters: write it as a power and let Python compute it."
            ),
        ),
        Mistake(
            name="one layer too few",
            answer={"layers": 4},
            message="With 4 layers the product is about 0.004: that is not below 0.001 yet.",
        ),
        Mistake(
            name="one layer too many",
            answer={"layers": 6},
            message="With 6 layers it is below 0.001, but a smaller number of layers does it already.",
        ),
        Mistake(
            name="layers counted with the value",
            answer={"layers": 10},
            message="You counted with the factor 1/2, the sigmoid's value. Its slope makes it much faster.",
        ),
        Mistake(
            name="tanh like the sigmoid",
            answer={"tanh_product": 0.25**10},
            message="You used the sigmoid's largest slope. How steep is tanh at z = 0?",
        ),
        Mistake(
            name="tanh at its value",
            answer={"tanh_product": 0},
            message="0 is the *value* of tanh at z = 0. Its slope is largest there: how large?",
        ),
        Mistake(
            name="ReLU sum",
            answer={"relu_product": 10},
            message="You added ten slopes of ReLU. They are multiplied.",
        ),
        Mistake(
            name="ReLU halved each time",
            answer={"relu_product": 0.5**10},
            message="ReLU has only two slopes, and 1/2 is none of them. Here all ten units are active.",
        ),
        Mistake(
            name="ReLU dies anyway",
            answer={"relu_product": 0},
            message="The slope of ReLU is 0 only left of 0. Here all ten units are active.",
        ),
        Mistake(
            name="one silent unit does not matter",
            answer={"silent_product": 1},
            message="One of the ten factors has changed. What is the slope of a ReLU whose z is negative?",
        ),
        Mistake(
            name="one silent unit as a tenth",
            answer={"silent_product": 0.9},
            message=(
                "You took an average. One factor of a *product* has changed: what does it do to the whole?"
            ),
        ),
        Mistake(
            name="one silent unit as nine",
            answer={"silent_product": 9},
            message="You counted the active units. The slopes are multiplied, the silent unit's too.",
        ),
    ),
    hints=(
        "One behind the other means: multiply. Find the largest slope of each activation first.",
        "The sigmoid's slope is a (1 − a), largest at a = 1/2. Tanh's is 1 − a², largest at a = 0.",
        "Let Python print slope ** n for n from 1 to 10, for each of the largest slopes.",
    ),
    praise=(
        "Ten sigmoids pass on less than a millionth even at their best; ReLU passes on all or nothing. "
        "(The weights between the layers are factors too: they can make up for it, or make it worse.)"
    ),
)

# -------------------------------------------------------------------------------------- 02-11 dead units


def _count_dead(A: Array) -> int:
    return int((A == 0).all(axis=0).sum())


def _outputs_of_relus(rng: np.random.Generator) -> Inputs:
    n, n_units = (int(size) for size in rng.integers(2, 7, size=2))
    A = np.maximum(np.round(rng.normal(size=(n, n_units)), 1), 0)
    A[:, rng.random(n_units) < 0.3] = 0
    A[rng.random(n) < 0.15] = 0
    return (A,)


DEAD = Exercise(
    name="02-11",
    title="Count the dead units",
    answer=_count_dead,
    inputs=(
        (np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 2.0]]),),
        (np.array([[0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 3.0], [0.0, 2.5, 0.0, 0.0]]),),
        (np.array([[1.0, 2.0], [0.0, 0.0], [0.0, 0.0]]),),  # silent records, but no dead unit
        (np.array([[0.0, 0.0], [0.0, 0.0], [0.0, 0.001]]),),  # hardly alive is alive
        (np.array([[0.5, 1.0], [2.0, 0.25]]),),
        (np.zeros((4, 3)),),
    ),
    random_inputs=_outputs_of_relus,
    n_random=30,
    mistakes=(
        Mistake(
            name="every zero a dead ReLU",
            answer=lambda A: (A == 0).sum(),
            message=(
                "You count every zero. A ReLU that is silent for one "
                "record is doing its work: it tells records "
                "apart. Dead is a *unit* that is silent for all of them."
            ),
        ),
        Mistake(
            name="silent for some record",
            answer=lambda A: (A == 0).any(axis=0).sum(),
            message=(
                "You count the units that are silent for *some* record. Nearly every healthy ReLU is. "
                "For how many records must a dead one be silent?"
            ),
        ),
        Mistake(
            name="silent records",
            answer=lambda A: (A == 0).all(axis=1).sum(),
            message=(
                "You count the *records* for which every unit is silent. "
                "The units are the columns: along which axis must all entries be 0?"
            ),
        ),
        Mistake(
            name="records with a silent unit",
            answer=lambda A: (A == 0).any(axis=1).sum(),
            message="You count records in which some unit is silent. Count units, and ask for *all* records.",
        ),
        Mistake(
            name="living units",
            answer=lambda A: (A > 0).any(axis=0).sum(),
            message="You count the units that are alive. The others are asked.",
        ),
        Mistake(
            name="always active units",
            answer=lambda A: (A > 0).all(axis=0).sum(),
            message="You count the units that fire for *every* record: the opposite of dead.",
        ),
        Mistake(
            name="zeros per record",
            answer=lambda A: (A == 0).sum() / len(A),
            message=(
                "This is how many units are silent for a record *on average*. "
                "Silent for one record and dead are two things."
            ),
        ),
        Mistake(
            name="share of zeros",
            answer=lambda A: (A == 0).mean(),
            message=(
                "This is the share of zeros in the whole table. It may be 1/2 in a perfectly healthy layer."
            ),
        ),
        Mistake(
            name="share of dead units",
            answer=lambda A: (A == 0).all(axis=0).mean(),
            message="This is the *share* of dead units. Their number is asked.",
        ),
        Mistake(
            name="one answer for each unit",
            answer=lambda A: (A == 0).all(axis=0),
            message="You found out which units are dead. How many are they?",
        ),
        Mistake(
            name="list of dead units",
            answer=lambda A: np.flatnonzero((A == 0).all(axis=0)),
            message="You return the places of the dead units. How many are they?",
        ),
        Mistake(
            name="first record only",
            answer=lambda A: (A[0] == 0).sum(),
            message="You look at the first record only. The next one may wake a unit up.",
        ),
        Mistake(
            name="silent for most records",
            answer=lambda A: ((A == 0).mean(axis=0) > 0.5).sum(),
            message=(
                "A unit that fires for a few records only is rare, not "
                "dead: it still has a slope to learn by."
            ),
        ),
        Mistake(
            name="negative outputs",
            answer=lambda A: (A < 0).all(axis=0).sum(),
            message=(
                "You look for outputs below 0. A ReLU never gives one: "
                "what does it give when its z is negative?"
            ),
        ),
        Mistake(
            name="whole layer",
            answer=lambda A: int((A == 0).all()),
            message="You ask whether the *whole* layer is silent. Ask it of each unit, and count.",
        ),
        Mistake(
            name="places of the wrong axis",
            answer=lambda A: (A == 0).all(axis=1),
            message="You have one answer for each *record*. The units are the columns; and then count.",
        ),
    ),
    hints=(
        "Take one column, that is one unit, and ask in words when it is dead.",
        "`(A == 0)` is a table of True and False. `.all(axis=...)` asks along one axis whether all are True.",
        "Axis 0 runs down a column, over the records. The True that remain are the dead units: count them.",
    ),
    praise=(
        "Dead is a statement about a unit and *all* records, silent one about a unit and one record. "
        "And even dead is said only of the records that you have tried."
    ),
)

# -------------------------------------------------------------------------------- 02-12 an all-zero start


def _one_for_all_units(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Take four equal numbers for the hidden units as the one number that each of them gives."""
    plain = dict(answer)
    each = plain.get("hidden", 0)
    if isinstance(each, list | tuple | np.ndarray) and np.size(each) == 4:
        numbers = numbers_in("`hidden`", each).ravel()
        if np.ptp(numbers) > 0:
            raise AnswerFormError(
                "`hidden` says something else for each unit. But all of them see the same record, with the "
                "same weights and the same bias."
            )
        plain["hidden"] = numbers[0]
    return plain


ZERO = Exercise(
    name="02-12",
    title="Predict an all-zero start",
    answer={"hidden": 0, "output": 0.5, "per_w1": 0, "per_w2": 0, "per_b2": 0.25, "different": 1},
    evaluate=_one_for_all_units,
    reveal=False,
    mistakes=(
        Mistake(
            name="hidden units at one half",
            answer={"hidden": 0.5},
            message="1/2 is what a *sigmoid* gives for z = 0. The hidden units are tanh.",
        ),
        Mistake(
            name="hidden units pass the record on",
            answer={"hidden": 2},
            message="The record cannot pass: every feature is multiplied by a weight, and the weights are 0.",
        ),
        Mistake(
            name="output zero",
            answer={"output": 0},
            message="z of the output is 0, but the output itself is what the sigmoid makes of it.",
        ),
        Mistake(
            name="output one",
            answer={"output": 1},
            message="A step would fire at z = 0. A sigmoid does something in between.",
        ),
        Mistake(
            name="first weights matter",
            answer={"per_w1": 0.25},
            message=(
                "Follow the change: the weight of W1 moves a hidden unit. But what is the unit's "
                "output multiplied by on its way to the output neuron?"
            ),
        ),
        Mistake(
            name="first weights matter by the feature",
            answer={"per_w1": 0.5},
            message=(
                "Sigmoid's slope and the feature are two of the factors on this way. "
                "There are more: write down every one, W2 too."
            ),
        ),
        Mistake(
            name="first weights move the hidden unit",
            answer={"per_w1": 2},
            message=(
                "By this much the *hidden unit* changes. The question "
                "is how much of it arrives at the output."
            ),
        ),
        Mistake(
            name="second weights matter",
            answer={"per_w2": 0.25},
            message="A weight of W2 is multiplied by what its hidden unit says. What does it say here?",
        ),
        Mistake(
            name="bias does not matter",
            answer={"per_b2": 0},
            message=(
                "The output's bias is multiplied by nothing: it goes straight into z. "
                "How steep is the sigmoid there?"
            ),
        ),
        Mistake(
            name="bias passes whole",
            answer={"per_b2": 1},
            message="By 1 times its change, z moves. The sigmoid then passes on only a part of that.",
        ),
        Mistake(
            name="value for slope",
            answer={"per_b2": 0.5},
            message="1/2 is the *value* of the sigmoid at z = 0. Asked is the slope there.",
        ),
        Mistake(
            name="four different units",
            answer={"different": 4},
            message=(
                "Four units, but what tells them apart? They see the "
                "same record with the same weights and the "
                "same bias."
            ),
        ),
        Mistake(
            name="no different units",
            answer={"different": 0},
            message="Counted are different values. If all four say the same, how many values are there?",
        ),
        Mistake(
            name="two different units",
            answer={"different": 2},
            message="The two features are in every unit's sum. Compute two of the units, and compare.",
        ),
    ),
    hints=(
        "Compute forward first: z of the hidden units, tanh of it, z of the output, sigmoid of it.",
        (
            "For the rates ask what the changed number is multiplied by on its way to the output. "
            "One factor 0 is enough to stop everything."
        ),
        (
            "W1 is on a way with W2 = 0 ahead of it; W2 is multiplied by the hidden outputs; "
            "b2 goes into z as it is, and then meets the sigmoid's slope at z = 0."
        ),
    ),
    praise=(
        "From zero only the last bias can move, and with equal weights four units are one unit four times. "
        "This is why weights start with *different* random numbers."
    ),
)

# ------------------------------------------------------------------------------ 02-13 choose the activation

_WORDS = ("identity", "step", "sigmoid", "softmax", "tanh", "relu")
_OTHER_WORDS = {
    "linear": "identity",
    "none": "identity",
    "logistic": "sigmoid",
    "leaky relu": "relu",
    "leaky_relu": "relu",
    "prelu": "relu",
    "elu": "relu",
    "gelu": "relu",
    "silu": "relu",
    "swish": "relu",
}


def _chosen(answer: Mapping[str, Any]) -> dict[str, str]:
    return {task: one_of(task, choice, _WORDS, _OTHER_WORDS) for task, choice in answer.items()}


CHOICE = Exercise(
    name="02-13",
    title="Choose the activation",
    answer={
        "temperature": "identity",
        "leaves": "sigmoid",
        "digit": "softmax",
        "tags": "sigmoid",
        "steering": "tanh",
        "hidden_layers": "relu",
    },
    evaluate=_chosen,
    reveal=False,
    mistakes=(
        Mistake(
            name="temperature squeezed",
            answer={"temperature": "sigmoid"},
            message=(
                "With a sigmoid your forecast lies between 0 and 1 degree. "
                "An output must be able to reach every value that is asked for."
            ),
        ),
        Mistake(
            name="temperature without frost",
            answer={"temperature": "relu"},
            message="With ReLU it can never freeze: no temperature is below 0.",
        ),
        Mistake(
            name="temperature between minus one and one",
            answer={"temperature": "tanh"},
            message="With tanh your forecast lies between −1 and 1 degree, whatever the weather.",
        ),
        Mistake(
            name="temperature as a share",
            answer={"temperature": "softmax"},
            message="A softmax shares out 1 among several classes. A temperature is one number of any size.",
        ),
        Mistake(
            name="leaves as a step",
            answer={"leaves": "step"},
            message=(
                "A step says only yes or no, not how likely; and it is flat, so nothing can be learned "
                "through it. The decision comes later, with a threshold."
            ),
        ),
        Mistake(
            name="leaves by softmax of one",
            answer={"leaves": "softmax"},
            message=(
                "A softmax over *one* output is always exactly 1: with nobody to compete, it gets the whole. "
                "What turns a single z into a chance?"
            ),
        ),
        Mistake(
            name="leaves without limits",
            answer={"leaves": "identity"},
            message="Without an activation your chance can be −3 or 12. Which range has a chance?",
        ),
        Mistake(
            name="leaves from minus one",
            answer={"leaves": "tanh"},
            message="Tanh can be negative. Which range has a chance?",
        ),
        Mistake(
            name="leaves by ReLU",
            answer={"leaves": "relu"},
            message="ReLU has no upper end: a chance of 7 is none.",
        ),
        Mistake(
            name="digit by sigmoids",
            answer={"digit": "sigmoid"},
            message=(
                "Ten sigmoids decide each for itself: their chances need not add up to 1. "
                "But the image shows exactly *one* digit, so the ten must compete."
            ),
        ),
        Mistake(
            name="digit as a step",
            answer={"digit": "step"},
            message=(
                "Ten steps could fire for three digits or for none, and they are flat everywhere. "
                "Ten chances that add up to 1 are wanted."
            ),
        ),
        Mistake(
            name="digit without limits",
            answer={"digit": "identity"},
            message=(
                "Without an activation you get ten numbers of any size."
                " Ten chances with the sum 1 are wanted."
            ),
        ),
        Mistake(
            name="tags compete",
            answer={"tags": "softmax"},
            message=(
                "With softmax the tags compete: a beach *with* a dog would have to share one whole. "
                "Here each tag is a yes-or-no question of its own."
            ),
        ),
        Mistake(
            name="tags as steps",
            answer={"tags": "step"},
            message="A step gives no chance, only yes or no, and its slope is 0: it cannot be learned.",
        ),
        Mistake(
            name="steering to one side",
            answer={"steering": "sigmoid"},
            message="A sigmoid is never negative: your car steers only to the right. Which range is wanted?",
        ),
        Mistake(
            name="steering without a stop",
            answer={"steering": "identity"},
            message="Without an activation the wheel has no stop: the range must end at −1 and at 1.",
        ),
        Mistake(
            name="steering by ReLU",
            answer={"steering": "relu"},
            message="ReLU cannot steer to the left, and to the right it has no stop.",
        ),
        Mistake(
            name="hidden sigmoid",
            answer={"hidden_layers": "sigmoid"},
            message=(
                "Twenty sigmoids one behind the other: each passes on at most a quarter of a change. "
                "What is 1/4 to the power of 20?"
            ),
        ),
        Mistake(
            name="hidden tanh",
            answer={"hidden_layers": "tanh"},
            message=(
                "Better than a sigmoid, and usable in a shallow "
                "network. But its slope is 1 only at z = 0 and "
                "smaller everywhere else, and twenty of them are "
                "multiplied. Whose slope is 1 on a whole half?"
            ),
        ),
        Mistake(
            name="hidden identity",
            answer={"hidden_layers": "identity"},
            message=(
                "No slope dies, but twenty linear layers are one layer. What must an activation bring along?"
            ),
        ),
        Mistake(
            name="hidden step",
            answer={"hidden_layers": "step"},
            message="The slope of a step is 0 wherever it has one: nothing in front of it can be learned.",
        ),
        Mistake(
            name="hidden softmax",
            answer={"hidden_layers": "softmax"},
            message=(
                "A softmax makes the units of a layer share one whole. That is for an output with classes."
            ),
        ),
    ),
    hints=(
        "For an output, ask only which values the answer can have. For a hidden layer, ask about the slope.",
        "Any number; between 0 and 1; several that add up to 1; between −1 and 1: each has its activation.",
        "Exactly one of ten is a competition; several of twenty at once are twenty separate questions.",
    ),
    praise=(
        "The output's activation is chosen by what the answer means, the hidden ones' by how well "
        "slopes get through."
    ),
)

# --------------------------------------------------------------------------- 02-14 slopes through a network

Slopes = Callable[[Array, Array], Array]
_ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], Slopes]] = {
    "sigmoid": (_sigmoid, lambda z, a: a * (1 - a)),
    "tanh": (np.tanh, lambda z, a: 1 - a**2),
    "relu": (lambda z: np.maximum(z, 0.0), lambda z, a: np.where(z > 0, 1.0, 0.0)),
}


def _layer_slopes(
    X: Array,
    weights: Array,
    activation: str,
    *,
    passed_on: Callable[[Array, Array, Array], Array] = lambda X, z, a: a,
    slope_of: Slopes | None = None,
) -> list[Array]:
    """Return the slopes of every unit for every record, layer by layer; the options are for the mistakes."""
    f, slope = _ACTIVATIONS[activation]
    slopes, inputs = [], X
    for W in weights:
        z = inputs @ W
        a = f(z)
        slopes.append((slope_of or slope)(z, a))
        inputs = passed_on(X, z, a)
    return slopes


def _mean_slopes(X: Array, weights: Array, activation: str) -> Array:
    return np.array([slopes.mean() for slopes in _layer_slopes(X, weights, activation)])


def _means(slopes: list[Array]) -> Array:
    return np.array([each.mean() for each in slopes])


def _slope_at_output(activation: str) -> Slopes:
    """Take the output for z: the slope of the activation, but at a."""
    f, slope = _ACTIVATIONS[activation]
    return lambda z, a: slope(a, f(a))


def _zero_counts(activation: str) -> Slopes:
    slope = _ACTIVATIONS[activation][1]
    return (lambda z, a: np.where(z >= 0, 1.0, 0.0)) if activation == "relu" else slope


def _deep(rng: np.random.Generator) -> Inputs:
    n, n_layers, width = (int(size) for size in rng.integers(1, 5, size=3))
    weights = np.round(rng.normal(size=(n_layers, width, width)), 2)
    return np.round(rng.normal(size=(n, width)), 2), weights, str(rng.choice(list(_ACTIVATIONS)))


_X = np.array([[1.0, -2.0], [0.5, 1.5], [0.0, 0.0]])  # the record of zeros puts z on the kink of ReLU
_WEIGHTS = np.array([[[1.0, -1.0], [0.5, 2.0]], [[0.5, 1.0], [-1.0, 0.5]], [[2.0, 1.0], [1.0, -0.5]]])

EXPERIMENT = Exercise(
    name="02-14",
    title="Project: how far do slopes get?",
    answer=_mean_slopes,
    inputs=(
        (_X, _WEIGHTS[:1], "sigmoid"),
        (_X, _WEIGHTS, "sigmoid"),
        (_X, _WEIGHTS, "tanh"),
        (_X, _WEIGHTS, "relu"),
    ),
    random_inputs=_deep,
    mistakes=(
        Mistake(
            name="a taken for z",
            answer=lambda X, weights, activation: _means(
                _layer_slopes(X, weights, activation, slope_of=_slope_at_output(activation))
            ),
            message=(
                "You take the slope of the activation at its *output* a instead of at z: "
                "a goes through the function once more. Exercises 4 and 7 are about this."
            ),
        ),
        Mistake(
            name="every layer sees X",
            answer=lambda X, weights, activation: _means(
                _layer_slopes(X, weights, activation, passed_on=lambda X, z, a: X)
            ),
            message=(
                "Every layer of yours looks at `X`. Only the first does: "
                "what does a layer hand on to the next?"
            ),
        ),
        Mistake(
            name="z handed on",
            answer=lambda X, weights, activation: _means(
                _layer_slopes(X, weights, activation, passed_on=lambda X, z, a: z)
            ),
            message=(
                "The first number is right, the later ones are not: you hand on z, "
                "before the activation, so your layers are linear."
            ),
        ),
        Mistake(
            name="W transposed",
            answer=lambda X, weights, activation: _mean_slopes(X, weights.transpose(0, 2, 1), activation),
            message=(
                "Your matrices are transposed: the inputs stand on the "
                "left, and the product is with W itself."
            ),
        ),
        Mistake(
            name="slope handed on",
            answer=lambda X, weights, activation: _means(_slopes_handed_on(X, weights, activation)),
            message=(
                "The first number is right, the later ones are not: you "
                "hand on the *slopes* to the next layer. "
                "It gets the outputs; the slopes are only looked at."
            ),
        ),
        Mistake(
            name="slope 1 at 0",
            answer=lambda X, weights, activation: _means(
                _layer_slopes(X, weights, activation, slope_of=_zero_counts(activation))
            ),
            message=(
                "Only ReLU at z = 0 exactly differs (a record of zeros gets there). "
                "By our agreement, its slope there is that of the left side."
            ),
        ),
        Mistake(
            name="sigmoid goes on to the else",
            answer=lambda X, weights, activation: _mean_slopes(
                X, weights, "relu" if activation == "sigmoid" else activation
            ),
            message=(
                'For "sigmoid" your numbers are those of ReLU. After `if ... if ... else`, the `else` '
                "belongs to the second `if` alone and overwrites what the first found: is an `elif` missing?"
            ),
        ),
        Mistake(
            name="last layer first",
            answer=lambda X, weights, activation: _mean_slopes(X, weights, activation)[::-1],
            message="Each mean is right, but they stand in reverse order: the first layer comes first.",
        ),
        Mistake(
            name="median of slopes",
            answer=lambda X, weights, activation: np.array(
                [np.median(slopes) for slopes in _layer_slopes(X, weights, activation)]
            ),
            message="You return the *median* slope of each layer. The mean is asked.",
        ),
        Mistake(
            name="slope of the sigmoid for all",
            answer=lambda X, weights, activation: _means(
                _layer_slopes(X, weights, activation, slope_of=lambda z, a: a * (1 - a))
            ),
            message="You use a (1 − a) for every activation. It belongs to the sigmoid alone.",
        ),
        Mistake(
            name="slope of tanh for all",
            answer=lambda X, weights, activation: _means(
                _layer_slopes(X, weights, activation, slope_of=lambda z, a: 1 - a**2)
            ),
            message="You use 1 − a² for every activation. It belongs to tanh alone.",
        ),
        Mistake(
            name="values for slopes",
            answer=lambda X, weights, activation: _means(
                _layer_slopes(X, weights, activation, slope_of=lambda z, a: a)
            ),
            message=(
                "You take the mean of the *outputs*. The slopes are "
                "asked: how fast each output changes with z."
            ),
        ),
        Mistake(
            name="products so far",
            answer=lambda X, weights, activation: np.cumprod(_mean_slopes(X, weights, activation)),
            message=(
                "You multiply the slopes as you go. The idea is right and comes next; "
                "but this function returns each layer's own mean."
            ),
        ),
        Mistake(
            name="one product",
            answer=lambda X, weights, activation: np.prod(_mean_slopes(X, weights, activation)),
            message="You return the product over all layers. Wanted is one number for each layer.",
        ),
        Mistake(
            name="one mean for all layers",
            answer=lambda X, weights, activation: np.mean(_mean_slopes(X, weights, activation)),
            message="You average over the layers as well. Wanted is one number for each layer.",
        ),
        Mistake(
            name="last layer only",
            answer=lambda X, weights, activation: _mean_slopes(X, weights, activation)[-1],
            message=(
                "Only the last layer's mean comes out. Is each one kept, and the `return` behind the loop?"
            ),
        ),
        Mistake(
            name="first layer only",
            answer=lambda X, weights, activation: _mean_slopes(X, weights, activation)[0],
            message="Only the first layer's mean comes out. Does the `return` stand inside the loop?",
        ),
        Mistake(
            name="largest slope",
            answer=lambda X, weights, activation: np.array(
                [slopes.max() for slopes in _layer_slopes(X, weights, activation)]
            ),
            message="You return the *largest* slope of each layer. The mean is asked.",
        ),
        Mistake(
            name="sum of slopes",
            answer=lambda X, weights, activation: np.array(
                [slopes.sum() for slopes in _layer_slopes(X, weights, activation)]
            ),
            message="You add the slopes up. The mean over all records and units is asked.",
        ),
        Mistake(
            name="mean of each unit",
            answer=lambda X, weights, activation: np.array(
                [slopes.mean(axis=0) for slopes in _layer_slopes(X, weights, activation)]
            ),
            message=(
                "You return a mean for each unit. Wanted is one for the"
                " whole layer: over records *and* units."
            ),
        ),
        Mistake(
            name="mean over each record",
            answer=lambda X, weights, activation: np.array(
                [slopes.mean(axis=1) for slopes in _layer_slopes(X, weights, activation)]
            ),
            message=(
                "You return a mean for each record. Wanted is one for the layer: over records *and* units."
            ),
        ),
        Mistake(
            name="slope at the mean",
            answer=lambda X, weights, activation: _slopes_at_means(X, weights, activation),
            message=(
                "You average z first and take the slope there. Positive and negative z cancel out, "
                "and the curve looks steeper than it is for any unit: slopes first, then their mean."
            ),
        ),
    ),
    hints=(
        "Keep one variable for what goes into the next layer. Before the first layer it is X.",
        (
            "In the loop: z = inputs @ W, then a from z, then the slope (three cases), "
            "then its mean into a list; last, the inputs of the next layer."
        ),
        (
            "The slopes are a (1 − a) for sigmoid, 1 − a² for tanh, and `np.where(z > 0, 1, 0)` for relu; "
            "behind each layer `inputs = a`."
        ),
    ),
    praise=(
        "You have measured what the chapter claims. Change the scale of the weights in the cell below, "
        "and watch when each activation loses its slopes."
    ),
)


def _slopes_handed_on(X: Array, weights: Array, activation: str) -> list[Array]:
    f, slope = _ACTIVATIONS[activation]
    slopes, inputs = [], X
    for W in weights:
        z = inputs @ W
        inputs = slope(z, f(z))
        slopes.append(inputs)
    return slopes


def _slopes_at_means(X: Array, weights: Array, activation: str) -> Array:
    f, slope = _ACTIVATIONS[activation]
    found, inputs = [], X
    for W in weights:
        z = inputs @ W
        mean = z.mean()
        found.append(slope(mean, f(mean)))
        inputs = f(z)
    return np.array(found)


EXERCISES: tuple[Exercise, ...] = (
    BY_HAND,
    LEAKY,
    STABLE,
    FROM_OUTPUT,
    TANH,
    PLOT,
    BUG,
    SOFTMAX,
    LINEAR,
    PRODUCT,
    DEAD,
    ZERO,
    CHOICE,
    EXPERIMENT,
)
