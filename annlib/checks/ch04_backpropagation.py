"""The exercises of chapter 4: backpropagation, from three nudges by hand to a network of any depth.

Each is declared once: the reference answer, what it is tried on, the known mistakes, the hints. The notebook
that learners open is ``exercises/04-backpropagation.ipynb``; its source is
``solutions/04-backpropagation.ipynb``. As everywhere in the course, rows are records: X is (n, n_in), W is
(n_in, n_out), and the gradient of the loss with respect to an array has the shape of that array.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from annlib.checks._compare import Comparison
from annlib.checks._exercise import AnswerFormError, Exercise, Inputs, Mistake, one_of

__all__ = ["EXERCISES"]

Array = npt.NDArray[np.float64]


def _sigmoid(z: Array) -> Array:
    result: Array = (1 + np.tanh(z / 2)) / 2
    return result


def _as_row(value: Any) -> Any:
    """Let two numbers be a list, a row or a column: by hand, only their order counts."""
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        return value  # the comparison says what is wrong with it
    return array.ravel() if array.shape in ((1, 2), (2, 1)) else value


def _as_number(value: Any) -> Any:
    """Let one number be a number or an array of one entry."""
    return value.item() if isinstance(value, np.ndarray) and value.size == 1 else value


# ------------------------------------------------------------------------------------ 04-1 nudges by hand


def _nudges(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: one_of(name, value, ("grow", "shrink")) if name == "direction" else _as_number(value)
        for name, value in answer.items()
    }


NUDGES = Exercise(
    name="04-1",
    title="Nudges by hand",
    answer={
        "u_slope": 3,
        "v_slope": 10,
        "L_slope": -0.5,
        "x_slope": -15,
        "change": -0.15,
        "direction": "grow",
    },
    evaluate=_nudges,
    reveal=False,
    rtol=1e-2,
    mistakes=(
        Mistake(
            name="value of u for its slope",
            answer={"u_slope": 5},
            message="5 is what u *is* at x = 2. Asked is how much u changes when x changes by 1.",
        ),
        Mistake(
            name="3x for its slope",
            answer={"u_slope": 6},
            message="6 is 3x at x = 2. How much more would 3x be at x = 3?",
        ),
        Mistake(
            name="bias into the slope",
            answer={"u_slope": 2},
            message="The −1 stands there whatever x does, so it changes nothing when x is nudged.",
        ),
        Mistake(
            name="value of v for its slope",
            answer={"v_slope": 25},
            message="25 is the *value* of v. The slope of u² is another number: nudge u from 5 to 5.01.",
        ),
        Mistake(
            name="slope of the square without its 2",
            answer={"v_slope": 5},
            message="Half of it: in u · u *both* factors grow when u grows, and each adds its share.",
        ),
        Mistake(
            name="slope of the square at x",
            answer={"v_slope": 4},
            message="You took the slope of the square at x = 2. But what is squared is u, and where is u?",
        ),
        Mistake(
            name="slope of the square as a constant",
            answer={"v_slope": 2},
            message=(
                "The slope of a square is not the same everywhere: it is steeper the farther u is from 0."
            ),
        ),
        Mistake(
            name="minus lost in L",
            answer={"L_slope": 0.5},
            message="The size is right. But v is *subtracted*: when v grows, what does L do?",
        ),
        Mistake(
            name="value of L for its slope",
            answer={"L_slope": 7.5},
            message="7.5 is the value of L. Asked is how fast L changes when v changes.",
        ),
        Mistake(
            name="20 kept in the slope",
            answer={"L_slope": 19.5},
            message="The 20 stands there whatever v does: it has no part in a *change* of L.",
        ),
        Mistake(
            name="slopes added",
            answer={"x_slope": 12.5},
            message=(
                "You added the three slopes. A nudge of x is first made 3 times as large, and *that* is what "
                "the next step gets: what follows one behind the other multiplies."
            ),
        ),
        Mistake(
            name="minus lost in the product",
            answer={"x_slope": 15},
            message="The size is right. One of the three factors is negative.",
        ),
        Mistake(
            name="last slope left out",
            answer={"x_slope": 30},
            message="So fast *v* changes with x. One more step leads from v to L.",
        ),
        Mistake(
            name="first slope left out",
            answer={"x_slope": -5},
            message="So fast L changes with *u*. When x is nudged, u moves by more than the nudge.",
        ),
        Mistake(
            name="middle slope left out",
            answer={"x_slope": -1.5},
            message="The way from x to L has three steps. The slope of the square is missing.",
        ),
        Mistake(
            name="product with half a square",
            answer={"x_slope": -7.5},
            message="Half of it: look again at how steep the square is at u = 5.",
        ),
        Mistake(
            name="product with a square at x",
            answer={"x_slope": -6},
            message="One of your factors was taken at x = 2. Each slope is taken where its own input stands.",
        ),
        Mistake(
            name="slope for change",
            answer={"change": -15},
            message="By −15 L would change if x grew by a whole 1 at this pace. The nudge is only 0.01.",
        ),
        Mistake(
            name="new value for change",
            answer={"change": 7.35},
            message="This is about where L arrives. Asked is how far it *moves*.",
        ),
        Mistake(
            name="change without its sign",
            answer={"change": 0.15},
            message="The size is right. Does L go up or down when x grows?",
        ),
        Mistake(
            name="slope divided by the nudge",
            answer={"change": -1500},
            message="You divided. The slope says how many times the nudge arrives at the end.",
        ),
        Mistake(
            name="nudge unchanged",
            answer={"change": 0.01},
            message="This is the nudge of x. On its way to L it is multiplied three times.",
        ),
        Mistake(
            name="wrong direction",
            answer={"direction": "shrink"},
            message="If x shrinks, L grows: look at the sign of the slope, and go *against* it.",
        ),
    ),
    hints=(
        "First go forward and write down x, u, v and L. Then take the slope of each step where it stands.",
        "The slope of 3x − 1 is 3 everywhere; the slope of u² is 2u; that of 20 − v/2 is that of −v/2.",
        "The slope of the whole chain is the product of the three, and the change is that slope times 0.01.",
    ),
    praise=(
        "Forward you compute numbers, backward you multiply slopes: this is the chain rule, and all that "
        "follows in this chapter is bookkeeping."
    ),
)

# ------------------------------------------------------------------------------ 04-2 there and back by hand

_SCALARS = ("a", "L", "da", "db2")


def _by_hand(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {name: (_as_number if name in _SCALARS else _as_row)(value) for name, value in answer.items()}


BY_HAND = Exercise(
    name="04-2",
    title="There and back by hand",
    answer={
        "h": (3, 0),
        "a": 5,
        "L": 9,
        "da": 6,
        "dW2": (18, 0),
        "db2": 6,
        "dh": (12, -18),
        "dz": (12, 0),
        "dW1": np.array([[12, 0], [24, 0]]),
        "db1": (12, 0),
        "dx": (12, 6),
    },
    evaluate=_by_hand,
    reveal=False,
    mistakes=(
        Mistake(
            name="ReLU forgotten",
            answer={"h": (3, -1)},
            message="These are the two z. The hidden units are ReLUs: what do they make of −1?",
        ),
        Mistake(
            name="hidden bias forgotten",
            answer={"h": (2, 0)},
            message="The weighted sums are right. Each hidden unit adds its bias, too.",
        ),
        Mistake(
            name="W1 transposed",
            answer={"h": (0, 1.5)},
            message=(
                "You took the weights of an *input* together. The sum of a hidden unit takes the two edges "
                "that end there: a column of W1."
            ),
        ),
        Mistake(
            name="output bias forgotten",
            answer={"a": 6},
            message="The weighted sum is right. The output unit has a bias as well.",
        ),
        Mistake(
            name="output from z",
            answer={"a": 8},
            message=(
                "The silent unit takes part in your sum with its z = −1. It hands on what ReLU makes of it."
            ),
        ),
        Mistake(
            name="error for loss",
            answer={"L": 3},
            message="3 is the error a − y. The loss is its square.",
        ),
        Mistake(
            name="factor 2 forgotten",
            answer={"da": 3},
            message="3 is the error a − y. The slope of its *square* is something else.",
        ),
        Mistake(
            name="sign of the error",
            answer={"da": -6},
            message=(
                "The size is right. Should the loss fall or rise when a, which is above its target, grows?"
            ),
        ),
        Mistake(
            name="loss for its slope",
            answer={"da": 9},
            message="9 is the loss itself. Asked is how fast it changes when the output a changes.",
        ),
        Mistake(
            name="weights for inputs in dW2",
            answer={"dW2": (12, -18)},
            message=(
                "You multiplied by the weights themselves. A weight moves the output by as much as what it "
                "is "
                "multiplied *with*: the hidden output at its other end."
            ),
        ),
        Mistake(
            name="dW2 from z",
            answer={"dW2": (18, -6)},
            message="For the second weight you took z = −1. What stands at the other end of this edge?",
        ),
        Mistake(
            name="dW2 without the error",
            answer={"dW2": (3, 0)},
            message="So fast *a* changes with each weight. For the loss, one more factor is on the way.",
        ),
        Mistake(
            name="bias does not matter",
            answer={"db2": 0},
            message="A bias goes straight into the sum: nudge it by 0.01, and a moves by 0.01.",
        ),
        Mistake(
            name="bias times its value",
            answer={"db2": -6},
            message=(
                "You multiplied by the bias's own value. How far does a move when the bias grows by 0.01?"
            ),
        ),
        Mistake(
            name="slope of the bias alone",
            answer={"db2": 1},
            message="So fast *a* changes with the bias. For the loss, one more factor is on the way.",
        ),
        Mistake(
            name="outputs for weights in dh",
            answer={"dh": (18, 0)},
            message=(
                "You multiplied by the hidden outputs; that is right for the weights. A hidden output moves"
                " a "
                "by as much as the *weight* of its edge."
            ),
        ),
        Mistake(
            name="dh without the error",
            answer={"dh": (2, -3)},
            message="So fast *a* changes with each hidden output. For the loss, one more factor is missing.",
        ),
        Mistake(
            name="ReLU already in dh",
            answer={"dh": (12, 0)},
            message=(
                "You are one step ahead. dh is the slope *behind* the ReLU, where the silent unit's output "
                "would still count; the step over the ReLU leads to dz."
            ),
        ),
        Mistake(
            name="ReLU passed backward",
            answer={"dz": (12, -18)},
            message="The second unit was silent. If its z moves a little, what happens to its output?",
        ),
        Mistake(
            name="value for slope of ReLU",
            answer={"dz": (36, 0)},
            message=(
                "You multiplied by the *output* of the ReLU. Asked is its slope: how steep is it at z = 3?"
            ),
        ),
        Mistake(
            name="dW1 transposed",
            answer={"dW1": np.array([[12, 24], [0, 0]])},
            message=(
                "The numbers are right, but in the wrong places: rows of W1 are inputs, columns are units."
            ),
        ),
        Mistake(
            name="dW1 without x",
            answer={"dW1": np.array([[12, 0], [12, 0]])},
            message="Both rows are equal. But the second input is larger: its weights move z more.",
        ),
        Mistake(
            name="silent unit in dW1",
            answer={"dW1": np.array([[12, -18], [24, -36]])},
            message="Something reaches the weights of the silent unit. What lets its ReLU through, backward?",
        ),
        Mistake(
            name="dW1 from its weights",
            answer={"dW1": np.array([[12, 0], [6, 0]])},
            message=(
                "You multiplied by the weights themselves. What is each of them multiplied with, going "
                "forward?"
            ),
        ),
        Mistake(
            name="hidden biases do not matter",
            answer={"db1": (0, 0)},
            message="A bias goes straight into its z. What is the slope of the loss there?",
        ),
        Mistake(
            name="silent bias",
            answer={"db1": (12, -18)},
            message="The bias of the silent unit moves its z, but its ReLU is flat there.",
        ),
        Mistake(
            name="slope of the output at the hidden biases",
            answer={"db1": (6, 6)},
            message=(
                "6 is the slope at the output. The hidden biases sit one layer earlier: which slope is there?"
            ),
        ),
        Mistake(
            name="dx through the silent unit",
            answer={"dx": (48, -12)},
            message=(
                "Your way back to the inputs leads through the silent unit as well. "
                "Which of the two hidden units lets anything through?"
            ),
        ),
        Mistake(
            name="dx through a row of W1",
            answer={"dx": (12, -24)},
            message=(
                "You went back along the two edges of *one input*. Each input has an edge to the first "
                "hidden "
                "unit: these two weights bring its slope back."
            ),
        ),
        Mistake(
            name="dx times x",
            answer={"dx": (12, 24)},
            message=(
                "An input moves z by as much as the *weight* of its edge, not by as much as its own value."
            ),
        ),
    ),
    hints=(
        "Forward first: two z, two ReLUs, one sum, one error. Write every number on its edge in the picture.",
        (
            "Backward, at each edge ask two things: how much does it multiply going forward, and what slope "
            "waits at its end? Their product is the slope at its beginning."
        ),
        (
            "da = 2 (a − y). A weight's slope is the slope at its end times the number at its beginning; an "
            "input's slope is the slope at the end times the weight. A silent ReLU turns a slope into 0."
        ),
    ),
    praise=(
        "Eleven results, and each needed only its neighbors. Note dh: the loss would change with the silent "
        "unit's output, but its z cannot move that output, so nothing arrives at its weights."
    ),
)

# ------------------------------------------------------------------------------- 04-3 where two paths meet


def _meeting(x: float, w: float) -> tuple[float, float, float]:
    u = w * x
    v = u + x
    du = v + u  # through L = u v straight, and by way of v
    return du, du * x, du * w + u


def _two_numbers(rng: np.random.Generator) -> Inputs:
    x, w = np.round(rng.uniform(0.2, 3, size=2) * rng.choice([-1, 1], size=2), 2)
    return float(x), float(w)


def _meeting_with(
    du: Callable[[float, float], float], dx: Callable[[float, float, float, float], float]
) -> Callable[[float, float], tuple[float, float, float]]:
    """Make a wrong backward pass: `du` of (u, v) and `dx` of (du, u, v, w); dw follows from du."""

    def slopes(x: float, w: float) -> tuple[float, float, float]:
        u = w * x
        v = u + x
        found = du(u, v)
        return found, found * x, dx(found, u, v, w)

    return slopes


def _late_sum(x: float, w: float) -> tuple[float, float, float]:
    u = w * x
    v = u + x
    return v + u, v * x, v * w + u


PATHS = Exercise(
    name="04-3",
    title="Where two paths meet",
    answer=_meeting,
    inputs=((2.0, 3.0), (1.0, 1.0), (0.5, -2.0), (-1.5, 0.4), (3.0, 0.0)),
    random_inputs=_two_numbers,
    mistakes=(
        Mistake(
            name="both overwritten",
            answer=_meeting_with(lambda u, v: u, lambda du, u, v, w: du * w),
            message=(
                "Two paths lead back to u, and two to x, and each time your second line overwrites the "
                "first. "
                "A nudge of u travels along *both* paths: what do the two effects do in L?"
            ),
        ),
        Mistake(
            name="paths through v only",
            answer=_meeting_with(lambda u, v: u, lambda du, u, v, w: u),
            message=(
                "For u and for x only the path by way of v is left. Each has a second path: "
                "a later line with `=` makes the earlier one forgotten."
            ),
        ),
        Mistake(
            name="u overwritten by the path through v",
            answer=_meeting_with(lambda u, v: u, lambda du, u, v, w: du * w + u),
            message=(
                "For u only the path by way of v is left. But u goes into L directly as well: a second line "
                "with `=` forgets the first."
            ),
        ),
        Mistake(
            name="u without the path through v",
            answer=_meeting_with(lambda u, v: v, lambda du, u, v, w: du * w + u),
            message=(
                "For u only the direct path to L is there. A nudge of u also moves v, and v moves L again."
            ),
        ),
        Mistake(
            name="x without the path through v",
            answer=_meeting_with(lambda u, v: v + u, lambda du, u, v, w: du * w),
            message="du is complete. But x moves v directly, too, not only by way of u.",
        ),
        Mistake(
            name="x without the path through u",
            answer=_meeting_with(lambda u, v: v + u, lambda du, u, v, w: u),
            message=(
                "du is complete. But the path from x by way of u has been lost: `=` where `+=` was meant?"
            ),
        ),
        Mistake(
            name="direct paths only",
            answer=_meeting_with(lambda u, v: v, lambda du, u, v, w: u),
            message=(
                "You follow only one path from each value. Draw all arrows: two leave u, and two leave x."
            ),
        ),
        Mistake(
            name="longer paths left out",
            answer=_meeting_with(lambda u, v: v, lambda du, u, v, w: du * w),
            message=(
                "You follow only one path from each value, the one over u straight to L. "
                "What happens to v in the meantime?"
            ),
        ),
        Mistake(
            name="paths multiplied",
            answer=_meeting_with(lambda u, v: v * u, lambda du, u, v, w: du * w * u),
            message=(
                "You multiply where paths meet. One *behind* the other multiplies; one *beside* the other "
                "adds."
            ),
        ),
        Mistake(
            name="paths multiplied at u",
            answer=_meeting_with(lambda u, v: v * u, lambda du, u, v, w: du * w + u),
            message="At x you add the two paths, at u you multiply them. The same rule holds for both.",
        ),
        Mistake(
            name="paths multiplied at x",
            answer=_meeting_with(lambda u, v: v + u, lambda du, u, v, w: du * w * u),
            message="At u you add the two paths, at x you multiply them. The same rule holds for both.",
        ),
        Mistake(
            name="mean of the paths",
            answer=_meeting_with(lambda u, v: (v + u) / 2, lambda du, u, v, w: (du * w + u) / 2),
            message="You take the mean of the two paths. Both nudges arrive in full.",
        ),
        Mistake(
            name="second path counts twice",
            answer=_meeting_with(lambda u, v: v + 2 * u, lambda du, u, v, w: du * w + u),
            message="One path into u is counted twice. Is the same line run a second time?",
        ),
        Mistake(
            name="dw before du is complete",
            answer=lambda x, w: ((2 * w + 1) * x, (w + 1) * x**2, 2 * (w**2 + w) * x),
            message=(
                "du and dx are right. But dw is made of a du that was not complete: it belongs behind the "
                "line that adds the second path."
            ),
        ),
        Mistake(
            name="dx before du is complete",
            answer=lambda x, w: ((2 * w + 1) * x, (2 * w + 1) * x**2, (w + 1) * w * x + w * x),
            message=(
                "du and dw are right. But dx is made of a du that was not complete: it belongs behind the "
                "line that adds the second path."
            ),
        ),
        Mistake(
            name="used before it is complete",
            answer=_late_sum,
            message=(
                "du is right in the end, but dw and dx were computed from it *before* its second part came. "
                "A value's slope may be handed on only when all its paths have arrived: mind the order."
            ),
        ),
        Mistake(
            name="slope of a product",
            answer=_meeting_with(lambda u, v: u + v, lambda du, u, v, w: du * w + v),
            message=(
                "At x you use v where another number belongs: how fast does L = u v change with v, "
                "that is, what is v multiplied with?"
            ),
        ),
        Mistake(
            name="product's slopes exchanged",
            answer=_meeting_with(lambda u, v: u + v, lambda du, u, v, w: du * w + du),
            message="At x, the path through v gets the slope of u. It is the slope at *v* that flows there.",
        ),
        Mistake(
            name="each factor its own slope",
            answer=_meeting_with(lambda u, v: u + u, lambda du, u, v, w: du * w + v),
            message=(
                "In L = u v you give each factor itself as its slope. "
                "When u is nudged, by which number is the nudge multiplied?"
            ),
        ),
        Mistake(
            name="w and x exchanged",
            answer=lambda x, w: (
                _meeting(x, w)[0],
                _meeting(x, w)[0] * w,
                _meeting(x, w)[0] * x + w * x,
            ),
            message=(
                "In u = w x the two slopes are exchanged: a nudge of w is multiplied by x, and one of x by w."
            ),
        ),
        Mistake(
            name="paths subtracted",
            answer=_meeting_with(lambda u, v: v - u, lambda du, u, v, w: du * w - u),
            message="You subtract one path from the other. Nothing in the graph carries a minus sign.",
        ),
        Mistake(
            name="order exchanged",
            answer=lambda x, w: (_meeting(x, w)[0], _meeting(x, w)[2], _meeting(x, w)[1]),
            message="All three are right, but the task wants them in the order du, dw, dx.",
        ),
        Mistake(
            name="du left out",
            answer=lambda x, w: _meeting(x, w)[1:],
            message="dw and dx are right. The task wants du in front of them: `return du, dw, dx`.",
        ),
    ),
    hints=(
        "Draw the graph: two arrows leave x (to u and to v), and two leave u (to v and to L).",
        (
            "Go back from L in the opposite order of the forward pass: dv, then du (two parts), "
            "then dw and dx (two parts)."
        ),
        (
            "dv is u. du is v, from the product, plus dv times the slope of v = u + x with respect to u. "
            "dx is made in the same way, from du and dv."
        ),
    ),
    praise=(
        "Where paths meet, slopes add up. In a program this is the difference between `=` and `+=`, and "
        "every "
        "weight of a layer needs it, because every record of a batch is a path of its own."
    ),
)

# --------------------------------------------------------------------------- 04-4 back through a dense layer


def _dense_backward(X: Array, W: Array, G: Array) -> tuple[Array, Array, Array]:
    return X.T @ G, G.sum(axis=0), G @ W.T


def _a_layer(rng: np.random.Generator) -> Inputs:
    n, n_in, n_out = (int(size) for size in rng.integers(1, 6, size=3))
    if rng.random() < 0.4:  # square cases, where a wrong product raises no error
        n = n_in = n_out
    X, W, G = (np.round(rng.normal(size=size), 2) for size in ((n, n_in), (n_in, n_out), (n, n_out)))
    return X, W, G


def _dense_with(**parts: Callable[[Array, Array, Array], Any]) -> Callable[[Array, Array, Array], Any]:
    """Make a wrong backward pass: the parts that are given replace the right ones."""

    def backward(X: Array, W: Array, G: Array) -> tuple[Any, ...]:
        right = dict(zip(("dW", "db", "dX"), _dense_backward(X, W, G), strict=True))
        return tuple((right | {name: part(X, W, G) for name, part in parts.items()}).values())

    return backward


def _like(given: Array, gradient: Array) -> Array:
    """Put a gradient into an array of the dtype of what it belongs to."""
    room = np.zeros_like(given)
    room[...] = gradient
    return room


_NO_ROOM = (
    "They get lost where {given} is a table of whole numbers: `np.zeros_like({given})` then makes one for "
    "whole numbers too (so do `empty_like` and `{given}.copy()`), and NumPy cuts without a word what is "
    "written into it. A slope needs room for its decimals: what makes zeros of a given *shape*, as floats?"
)

DENSE = Exercise(
    name="04-4",
    title="Back through a dense layer",
    answer=_dense_backward,
    may_change_inputs=False,
    inputs=(
        (
            np.array([[1.0, 2.0], [3.0, -1.0], [0.0, 1.0]]),
            np.array([[1.0, 0.5], [-1.0, 2.0]]),
            np.array([[1.0, -1.0], [2.0, 0.0], [0.5, 1.0]]),
        ),
        (
            np.array([[1.0, 2.0, 3.0]]),
            np.array([[1.0], [0.0], [-2.0]]),
            np.array([[0.5]]),
        ),
        (np.array([[3, 1]]), np.array([[2], [-3]]), np.array([[0.5]])),  # whole numbers, but not the slopes
        (
            np.array([[1.0, -2.0], [0.5, 1.5]]),
            np.array([[2.0, 1.0], [0.0, -3.0]]),
            np.array([[1.0, 4.0], [-1.0, 2.0]]),
        ),
    ),
    random_inputs=_a_layer,
    mistakes=(
        Mistake(
            name="bias gradient not summed",
            answer=_dense_with(db=lambda X, W, G: G),
            message=(
                "dW and dX are right. But your db has a row for each record, and there is only *one* bias a "
                "unit: every record uses it, so every record's path ends there, and paths that meet add up."
            ),
        ),
        Mistake(
            name="bias gradient summed over units",
            answer=_dense_with(db=lambda X, W, G: G.sum(axis=1)),
            message=(
                "dW and dX are right. Your db adds up the units of each record. "
                "It should add up the records for each unit: which axis runs over the records?"
            ),
        ),
        Mistake(
            name="no room for decimals in dW",
            answer=_dense_with(dW=lambda X, W, G: _like(W, X.T @ G)),
            message="db and dX are right. In dW decimals are lost. " + _NO_ROOM.format(given="W"),
        ),
        Mistake(
            name="no room for decimals in dX",
            answer=_dense_with(dX=lambda X, W, G: _like(X, G @ W.T)),
            message="dW and db are right. In dX decimals are lost. " + _NO_ROOM.format(given="X"),
        ),
        Mistake(
            name="no room for decimals",
            answer=_dense_with(dW=lambda X, W, G: _like(W, X.T @ G), dX=lambda X, W, G: _like(X, G @ W.T)),
            message="db is right. In dW and dX decimals are lost. " + _NO_ROOM.format(given="W"),
        ),
        Mistake(
            name="bias gradient as a mean",
            answer=_dense_with(db=lambda X, W, G: G.mean(axis=0)),
            message=(
                "dW and dX are right. Your db is a mean. If the loss is a mean over the batch, "
                "its 1/n is in G already: whoever divides here divides twice."
            ),
        ),
        Mistake(
            name="bias gradient as one number",
            answer=_dense_with(db=lambda X, W, G: G.sum()),
            message="dW and dX are right. Your db is one number for all units; each unit has its own bias.",
        ),
        Mistake(
            name="bias gradient as a row",
            answer=_dense_with(db=lambda X, W, G: G.sum(axis=0, keepdims=True)),
            message=(
                "The numbers are right. But db has the shape (1, n_out); a gradient has the shape of what it "
                "belongs to, and b has the shape (n_out,)."
            ),
        ),
        Mistake(
            name="bias gradient of one record",
            answer=_dense_with(db=lambda X, W, G: G[0]),
            message="dW and dX are right. Your db is that of the first record; all of them use the bias.",
        ),
        Mistake(
            name="bias gradient of the last record",
            answer=_dense_with(db=lambda X, W, G: G[-1]),
            message=(
                "dW and dX are right. In db only the last record is left: is there an `=` in a loop, "
                "where each record should be *added*?"
            ),
        ),
        Mistake(
            name="bias gradient of one",
            answer=_dense_with(db=lambda X, W, G: np.ones(G.shape[1])),
            message="1 is how fast *y* changes with its bias. The slope of the loss at y is still missing.",
        ),
        Mistake(
            name="dW transposed",
            answer=_dense_with(dW=lambda X, W, G: G.T @ X),
            message="db and dX are right. dW is transposed: it should have the shape of W.",
        ),
        Mistake(
            name="dW without the transpose",
            answer=_dense_with(dW=lambda X, W, G: X @ G),
            message=(
                "db and dX are right. In dW the shapes fit by luck only: X @ G would add over the "
                "inputs. The sum must run over the *records*."
            ),
        ),
        Mistake(
            name="dW as a mean",
            answer=_dense_with(dW=lambda X, W, G: X.T @ G / len(X)),
            message=(
                "db and dX are right. In dW you divide by the number of records; "
                "if the loss is a mean, that 1/n is in G already."
            ),
        ),
        Mistake(
            name="dX as a mean",
            answer=_dense_with(dX=lambda X, W, G: G @ W.T / len(X)),
            message=(
                "dW and db are right. In dX you divide by the number of records; "
                "if the loss is a mean, that 1/n is in G already."
            ),
        ),
        Mistake(
            name="all divided again",
            answer=lambda X, W, G: tuple(part / len(X) for part in _dense_backward(X, W, G)),
            message=(
                "All three are divided by the number of records. If the loss is a mean, its 1/n is in G "
                "already: you divide twice."
            ),
        ),
        Mistake(
            name="both divided again",
            answer=_dense_with(dW=lambda X, W, G: X.T @ G / len(X), db=lambda X, W, G: G.mean(axis=0)),
            message=(
                "dX is right; dW and db are divided by the number of records. "
                "If the loss is a mean, its 1/n is in G already: you divide twice."
            ),
        ),
        Mistake(
            name="dW of one record",
            answer=_dense_with(dW=lambda X, W, G: np.outer(X[-1], G[-1])),
            message=(
                "db and dX are right. In dW only the last record is left: is there an `=` in a loop, "
                "where each record should be *added*?"
            ),
        ),
        Mistake(
            name="only the last record",
            answer=_dense_with(dW=lambda X, W, G: np.outer(X[-1], G[-1]), db=lambda X, W, G: G[-1]),
            message=(
                "dX is right. In dW and db only the last record is left: is there an `=` in a loop, "
                "where each record should be *added*?"
            ),
        ),
        Mistake(
            name="W in its own gradient",
            answer=_dense_with(dW=lambda X, W, G: W * G.sum(axis=0)),
            message=(
                "db and dX are right. In dW you use W itself. A weight is multiplied by an input, "
                "so it is the *inputs* that say how much it matters."
            ),
        ),
        Mistake(
            name="dX without the transpose",
            answer=_dense_with(dX=lambda X, W, G: G @ W),
            message=(
                "dW and db are right. In dX the shapes fit by luck only: (n, n_out) times what "
                "gives (n, n_in)?"
            ),
        ),
        Mistake(
            name="dX transposed",
            answer=_dense_with(dX=lambda X, W, G: W @ G.T),
            message="dW and db are right. dX is transposed: it should have the shape of X.",
        ),
        Mistake(
            name="dX summed over the batch",
            answer=_dense_with(dX=lambda X, W, G: (G @ W.T).sum(axis=0)),
            message=(
                "dW and db are right. You add dX up over the batch. The weights are shared by all records, "
                "but every record has inputs of its *own*."
            ),
        ),
        Mistake(
            name="dX from the inputs",
            answer=_dense_with(dX=lambda X, W, G: X * G.sum(axis=1, keepdims=True)),
            message=(
                "dW and db are right. In dX you use X itself. How much does the *weight* make of a nudge?"
            ),
        ),
        Mistake(
            name="weights alone",
            answer=_dense_with(
                dX=lambda X, W, G: np.broadcast_to(W.sum(axis=1), X.shape),
            ),
            message=(
                "dW and db are right. Your dX adds up the weights of each input, "
                "but each must first be multiplied by the slope that waits at its unit."
            ),
        ),
        Mistake(
            name="signs turned",
            answer=lambda X, W, G: tuple(-part for part in _dense_backward(X, W, G)),
            message=(
                "All three have the wrong sign. A gradient points uphill; the minus belongs to the *step* "
                "that "
                "an optimizer takes."
            ),
        ),
        Mistake(
            name="dX first",
            answer=lambda X, W, G: (G @ W.T, X.T @ G, G.sum(axis=0)),
            message="All three are right, but the task wants them in the order dW, db, dX.",
        ),
        Mistake(
            name="dX second",
            answer=lambda X, W, G: (X.T @ G, G @ W.T, G.sum(axis=0)),
            message="All three are right, but in another order: dW, db, dX.",
        ),
        Mistake(
            name="dX forgotten",
            answer=lambda X, W, G: (X.T @ G, G.sum(axis=0)),
            message=("dW and db are right. The layer before this one waits for dX: `return dW, db, dX`."),
        ),
    ),
    hints=(
        (
            "A gradient has the shape of what it belongs to: (n_in, n_out), (n_out,), (n, n_in). Let them "
            "guide you."
        ),
        (
            "Take one record first: weight i, j is multiplied by x_i and ends in y_j, so its slope is "
            "x_i g_j. Then every record adds its own: this sum over records is a matrix product."
        ),
        (
            "dW is X transposed, times G. db adds the rows of G up. dX brings each row of G back "
            "through W transposed."
        ),
    ),
    praise=(
        "Three products, and no loop. The sum over the batch is the rule of exercise 3: every record is a "
        "path "
        "that leads to the same weight."
    ),
)

# --------------------------------------------------------------------------------------- 04-5 count the cost

COST = Exercise(
    name="04-5",
    title="Count the cost",
    answer={
        "forward": 236_800,
        "for_weights": 236_800,
        "for_hidden": 32_000,
        "kept": 5_248,
        "parameters": 7_510,
        "one_sided": 7_511,
        "central": 15_020,
    },
    reveal=False,
    rtol=1e-9,
    atol=1e-6,
    mistakes=(
        Mistake(
            name="one record only",
            answer={"forward": 7_400},
            message="So many for one record. A batch has 32 of them.",
        ),
        Mistake(
            name="biases counted as products",
            answer={"forward": 240_320},
            message="You counted the biases too. They are added, not multiplied.",
        ),
        Mistake(
            name="one layer forgotten",
            answer={"forward": 204_800},
            message="This is the first layer. A second product leads to the ten outputs.",
        ),
        Mistake(
            name="units for weights",
            answer={"forward": 5_568},
            message="You counted the units. Each *weight* takes one multiplication for each record.",
        ),
        Mistake(
            name="layers multiplied",
            answer={"forward": 2_048_000},
            message=(
                "You multiplied all sizes. The layers work one after the other, so their counts add up."
            ),
        ),
        Mistake(
            name="weights touched once",
            answer={"for_weights": 7_400},
            message=(
                "There are 7,400 slopes of weights, but each is a sum over the batch: one product a record."
            ),
        ),
        Mistake(
            name="one matrix only",
            answer={"for_weights": 32_000},
            message="This is dW of the second layer. The first layer's weights need theirs, too.",
        ),
        Mistake(
            name="first matrix only",
            answer={"for_weights": 204_800},
            message="This is dW of the first layer. The second layer's weights need theirs, too.",
        ),
        Mistake(
            name="twice the forward pass",
            answer={"for_weights": 473_600},
            message=(
                "Twice the forward pass is the usual count for the *whole* way back. Asked here are the "
                "weight "
                "gradients alone."
            ),
        ),
        Mistake(
            name="inputs need a gradient",
            answer={"for_hidden": 236_800},
            message=(
                "You also went back to the 64 inputs. Nothing there can be learned: "
                "the way back may end at the first layer's weights."
            ),
        ),
        Mistake(
            name="way back of the first layer",
            answer={"for_hidden": 204_800},
            message=(
                "This leads from the hidden layer to the *inputs*. Asked is the way from the outputs to the "
                "hidden units: one product with W2."
            ),
        ),
        Mistake(
            name="way back of one record",
            answer={"for_hidden": 1_000},
            message="So many for one record. Every record of the batch has hidden outputs of its own.",
        ),
        Mistake(
            name="one number for each hidden unit",
            answer={"for_hidden": 3_200},
            message=(
                "There are 3,200 slopes at hidden outputs, but each is a sum over ten paths, "
                "one from every output."
            ),
        ),
        Mistake(
            name="z kept as well",
            answer={"kept": 8_448},
            message=(
                "You kept the z of the hidden layer as well. For tanh the slope follows from the *output*, "
                "which the second layer's dW needs anyway."
            ),
        ),
        Mistake(
            name="logits kept",
            answer={"kept": 5_568},
            message=(
                "You kept the ten outputs as well. They went into G, which is given: "
                "no product on the way back asks for them again."
            ),
        ),
        Mistake(
            name="everything kept",
            answer={"kept": 8_768},
            message=(
                "You kept every number. Go through the three products of the way back, and write down which "
                "arrays they ask for; tanh needs its output only."
            ),
        ),
        Mistake(
            name="inputs not kept",
            answer={"kept": 3_200},
            message="The hidden outputs are right. But dW of the first layer is a product with X.",
        ),
        Mistake(
            name="hidden outputs not kept",
            answer={"kept": 2_048},
            message="X is right. But dW of the second layer is a product with what came into that layer.",
        ),
        Mistake(
            name="kept for one record",
            answer={"kept": 164},
            message="So many for one record. The whole batch goes forward before anything goes back.",
        ),
        Mistake(
            name="nothing kept",
            answer={"kept": 0},
            message="Without anything kept, dW = Xᵀ G cannot be computed: where would X come from?",
        ),
        Mistake(
            name="biases forgotten",
            answer={"parameters": 7_400},
            message="These are the weights. Each of the 110 units has a bias, too.",
        ),
        Mistake(
            name="biases of the inputs",
            answer={"parameters": 7_574},
            message="You gave the inputs biases. An input only holds a number.",
        ),
        Mistake(
            name="starting point forgotten",
            answer={"one_sided": 7_510},
            message=(
                "One pass for each nudged parameter. But each rise is measured from the same starting point: "
                "the loss there must be computed as well, once."
            ),
        ),
        Mistake(
            name="starting point each time",
            answer={"one_sided": 15_020},
            message=(
                "You compute the loss without a nudge anew for each parameter. It is the same every time."
            ),
        ),
        Mistake(
            name="two passes suffice",
            answer={"one_sided": 2},
            message=(
                "With two passes you get the slope of *one* parameter. If all are nudged at once, nobody can "
                "tell whose effect it was."
            ),
        ),
        Mistake(
            name="weights only, one-sided",
            answer={"one_sided": 7_401},
            message="You nudged the weights. The biases are parameters as well.",
        ),
        Mistake(
            name="central as one-sided",
            answer={"central": 7_511},
            message="Central differences nudge each parameter up *and* down.",
        ),
        Mistake(
            name="center counted",
            answer={"central": 15_021},
            message="The loss at the center is not used: the difference is between up and down.",
        ),
        Mistake(
            name="weights only, central",
            answer={"central": 14_800},
            message="You nudged the weights up and down. The biases are parameters as well.",
        ),
    ),
    hints=(
        "In A @ B of shapes (p, q) and (q, r) there are p times q times r multiplications.",
        (
            "Write down the five products with their shapes: X @ W1 and H @ W2 forward; Xᵀ @ D, Hᵀ @ G and "
            "G @ W2ᵀ back. Each array of the forward pass that appears behind the semicolon must be kept."
        ),
        (
            "64 · 100 + 100 · 10 weights, each used once for each of 32 records; the way back to H goes "
            "through W2 alone. Finite differences: one nudge for each parameter, up, or up and down."
        ),
    ),
    praise=(
        "All 7,510 slopes for little more than the price of two forward passes, against 15,020 of them: "
        "this is "
        "why networks are trained by backpropagation, and why finite differences only check it."
    ),
)

# -------------------------------------------------------------------------------------------- 04-6 the bug


def _step(X: Array, y: Array, W1: Array, W2: Array, rate: float) -> tuple[Array, Array]:
    dW1, dW2 = _slopes_of_step(X, y, W1, W2)
    return W1 - rate * dW1, W2 - rate * dW2


def _slopes_of_step(
    X: Array,
    y: Array,
    W1: Array,
    W2: Array,
    *,
    scale: Callable[[int], float] = lambda n: 2 / n,
    slope: Callable[[Array], Array] = lambda H: 1 - H**2,
    back: Array | None = None,
) -> tuple[Array, Array]:
    """Return dW1 and dW2; the options are for the mistakes."""
    H = np.tanh(X @ W1)
    G = scale(len(X)) * (H @ W2 - y)
    D = G @ (W2 if back is None else back).T * slope(H)
    return X.T @ D, H.T @ G


def _step_with(**options: Any) -> Callable[..., tuple[Array, Array]]:
    def step(X: Array, y: Array, W1: Array, W2: Array, rate: float) -> tuple[Array, Array]:
        dW1, dW2 = _slopes_of_step(X, y, W1, W2, **options)
        return W1 - rate * dW1, W2 - rate * dW2

    return step


def _broken_step(X: Array, y: Array, W1: Array, W2: Array, rate: float) -> tuple[Array, Array]:
    new_W2 = W2 - rate * _slopes_of_step(X, y, W1, W2)[1]
    return W1 - rate * _slopes_of_step(X, y, W1, W2, back=new_W2)[0], new_W2


def _second_forward(X: Array, y: Array, W1: Array, W2: Array, rate: float) -> tuple[Array, Array]:
    new_W2 = W2 - rate * _slopes_of_step(X, y, W1, W2)[1]
    return W1 - rate * _slopes_of_step(X, y, W1, new_W2)[0], new_W2


def _first_layer_first(X: Array, y: Array, W1: Array, W2: Array, rate: float) -> tuple[Array, Array]:
    new_W1 = W1 - rate * _slopes_of_step(X, y, W1, W2)[0]
    return new_W1, W2 - rate * _slopes_of_step(X, y, new_W1, W2)[1]


def _hidden_anew(X: Array, y: Array, W1: Array, W2: Array, rate: float) -> tuple[Array, Array]:
    H = np.tanh(X @ W1)
    G = 2 * (H @ W2 - y) / len(X)
    new_W1 = W1 - rate * X.T @ (G @ W2.T * (1 - H**2))
    return new_W1, W2 - rate * np.tanh(X @ new_W1).T @ G


def _untransposed_step(X: Array, y: Array, W1: Array, W2: Array, rate: float) -> tuple[Array, Array]:
    H = np.tanh(X @ W1)
    D = 2 * (H @ W2 - y) / len(X) @ W2 * (1 - H**2)
    return W1 - rate * X.T @ D, _step(X, y, W1, W2, rate)[1]


def _a_step(rng: np.random.Generator) -> Inputs:
    n, n_in, n_hidden, n_out = (int(size) for size in rng.integers(1, 5, size=4))
    if rng.random() < 0.3:
        n_hidden = n_out  # a square W2, where a missing transpose raises no error
    sizes = ((n, n_in), (n, n_out), (n_in, n_hidden), (n_hidden, n_out))
    X, y, W1, W2 = (np.round(rng.normal(size=size), 2) for size in sizes)
    return X, y, W1, W2, float(rng.choice([0.1, 0.5, 1.0]))


BUG = Exercise(
    name="04-6",
    title="Find and mend the bug",
    answer=_step,
    may_change_inputs=False,
    inputs=(
        (
            np.array([[1.0, -1.0], [0.5, 2.0]]),
            np.array([[1.0], [0.0]]),
            np.array([[0.5, -0.25], [0.25, 0.5]]),
            np.array([[1.0], [-0.5]]),
            0.5,
        ),
        (
            np.array([[1.0, 0.0], [0.5, -1.5], [2.0, 1.0]]),
            np.array([[1.0, 0.0], [0.0, 2.0], [-1.0, 1.0]]),
            np.array([[0.3, -0.2], [0.1, 0.4]]),
            np.array([[0.5, 1.0], [-1.0, 0.25]]),
            1.0,
        ),
    ),
    random_inputs=_a_step,
    mistakes=(
        Mistake(
            name="still broken",
            answer=_broken_step,
            message=(
                "The bug is still there. Your new W2 is right, your new W1 is not. Go through the lines in "
                "their order: which `W2` does the line with `D` see, the one that made these errors, or "
                "another?"
            ),
        ),
        Mistake(
            name="forward pass between the updates",
            answer=_second_forward,
            message=(
                "You go forward once more with the new W2 before you take the slopes of W1. That is a second "
                "step. *One* step takes all slopes at the same point."
            ),
        ),
        Mistake(
            name="first layer updated first",
            answer=_first_layer_first,
            message=(
                "Now it is the other way round: W1 is new when the slopes of W2 are computed. "
                "All slopes belong to the weights before the step."
            ),
        ),
        Mistake(
            name="hidden outputs computed anew",
            answer=_hidden_anew,
            message=(
                "W1 is right. For W2 you use hidden outputs that were computed with the *new* W1; "
                "the errors in G were made by the old ones."
            ),
        ),
        Mistake(
            name="never divided by n",
            answer=_step_with(scale=lambda n: 2),
            message=(
                "The order is mended, but the 1/n of the mean is lost: your step grows with the size of the"
                " batch."
            ),
        ),
        Mistake(
            name="divided by n twice",
            answer=_step_with(scale=lambda n: 2 / n**2),
            message="The order is mended, but now you divide by n twice: G has its 1/n already.",
        ),
        Mistake(
            name="factor 2 lost",
            answer=_step_with(scale=lambda n: 1 / n),
            message="The order is mended, but the 2 of the square has been lost on the way.",
        ),
        Mistake(
            name="uphill",
            answer=_step_with(scale=lambda n: -2 / n),
            message="The order is mended, but your step leads uphill: look at the signs.",
        ),
        Mistake(
            name="slope of tanh lost",
            answer=_step_with(slope=lambda H: np.ones_like(H)),
            message="W2 is right. On its way to W1 the error must pass the tanh: its slope is lost.",
        ),
        Mistake(
            name="slope of the sigmoid",
            answer=_step_with(slope=lambda H: H * (1 - H)),
            message="W2 is right. H (1 − H) is the slope of a *sigmoid*; these units are tanh.",
        ),
        Mistake(
            name="tanh twice",
            answer=_step_with(slope=lambda H: 1 - np.tanh(H) ** 2),
            message="W2 is right. H is the output of tanh already, and you send it through tanh once more.",
        ),
        Mistake(
            name="square lost",
            answer=_step_with(slope=lambda H: 1 - H),
            message="W2 is right. In the slope of tanh the output is squared.",
        ),
        Mistake(
            name="W2 never updated",
            answer=lambda X, y, W1, W2, rate: (_step(X, y, W1, W2, rate)[0], W2),
            message="W1 is right now. But the W2 that you return is the old one: it needs its step as well.",
        ),
        Mistake(
            name="W1 never updated",
            answer=lambda X, y, W1, W2, rate: (W1, _step(X, y, W1, W2, rate)[1]),
            message="W2 is right. But the W1 that you return is the old one: it needs its step as well.",
        ),
        Mistake(
            name="slopes for weights",
            answer=lambda X, y, W1, W2, rate: _slopes_of_step(X, y, W1, W2),
            message=(
                "These are the two slopes, and they are right. The task wants the *weights* after the step."
            ),
        ),
        Mistake(
            name="rate lost",
            answer=lambda X, y, W1, W2, rate: _step(X, y, W1, W2, 1.0),
            message="The order is mended, but `rate` is lost: your step is always a whole gradient long.",
        ),
        Mistake(
            name="rate only once",
            answer=lambda X, y, W1, W2, rate: (_step(X, y, W1, W2, 1.0)[0], _step(X, y, W1, W2, rate)[1]),
            message="W2 is right. In the step of W1 the `rate` is lost.",
        ),
        Mistake(
            name="W2 not transposed",
            answer=_untransposed_step,
            message="W2 is right. On the way back the errors go through W2 *transposed*.",
        ),
        Mistake(
            name="order exchanged",
            answer=lambda X, y, W1, W2, rate: _step(X, y, W1, W2, rate)[::-1],
            message="Both are right, but in the wrong order: W1 comes first.",
        ),
    ),
    hints=(
        "Cover the function with your hand and uncover one line after the other. What is `W2` in each?",
        "The line with `D` must use the same W2 that the forward pass used.",
        "Compute both slopes first, dW1 and dW2, and only then change the two matrices.",
    ),
    praise=(
        "Backpropagation *computes* slopes, all at one point; changing the weights is another job, done "
        "afterwards. Keep the two apart, and this bug cannot happen."
    ),
)

# -------------------------------------------------------------------------------- 04-7 a layer that remembers


class _TanhLayer:
    """The reference; subclasses spoil one part each."""

    def __init__(self, W: Array, b: Array) -> None:
        self.W, self.b = W, b

    def predict(self, X: Array) -> Any:
        return np.tanh(X @ self.W + self.b)

    def forward(self, X: Array) -> Any:
        self.keep(X, np.tanh(X @ self.W + self.b))
        return np.tanh(X @ self.W + self.b)

    def keep(self, X: Array, Y: Array) -> None:
        self.X, self.Y = X, Y

    def slope(self) -> Array:
        result: Array = 1 - self.Y**2
        return result

    def backward(self, G: Array) -> Any:
        D = G * self.slope()
        self.dW, self.db = self.X.T @ D, self.bias_gradient(D)
        return D @ self.W.T

    def bias_gradient(self, D: Array) -> Any:
        return D.sum(axis=0)


class _PredictKeeps(_TanhLayer):
    def predict(self, X: Array) -> Any:
        return self.forward(X)


class _PredictKeepsOutput(_TanhLayer):
    def predict(self, X: Array) -> Any:
        self.Y = np.tanh(X @ self.W + self.b)
        return self.Y


class _KeepsFirst(_TanhLayer):
    def keep(self, X: Array, Y: Array) -> None:
        if not hasattr(self, "X"):
            self.X, self.Y = X, Y


class _KeepsFirstInput(_TanhLayer):
    def keep(self, X: Array, Y: Array) -> None:
        self.X, self.Y = getattr(self, "X", X), Y


class _Accumulates(_TanhLayer):
    def backward(self, G: Array) -> Any:
        before = getattr(self, "dW", 0), getattr(self, "db", 0)
        dX = super().backward(G)
        self.dW, self.db = self.dW + before[0], self.db + before[1]
        return dX


class _Updates(_TanhLayer):
    rate = 1.0

    def backward(self, G: Array) -> Any:
        dX = super().backward(G)
        self.W, self.b = self.W - self.rate * self.dW, self.b - self.rate * self.db
        return dX


class _UpdatesFirst(_TanhLayer):
    rate = 1.0

    def backward(self, G: Array) -> Any:
        super().backward(G)
        self.W, self.b = self.W - self.rate * self.dW, self.b - self.rate * self.db
        return G * self.slope() @ self.W.T


class _Updates01(_Updates):
    rate = 0.1


class _Updates001(_Updates):
    rate = 0.01


class _SharesCache(_TanhLayer):
    cache: ClassVar[list[Array]] = []

    def keep(self, X: Array, Y: Array) -> None:
        self.cache[:] = X, Y

    def backward(self, G: Array) -> Any:
        self.X, self.Y = self.cache
        return super().backward(G)


class _BiasNotSummed(_TanhLayer):
    def bias_gradient(self, D: Array) -> Any:
        return D


class _BiasSummedOverUnits(_TanhLayer):
    def bias_gradient(self, D: Array) -> Any:
        return D.sum(axis=1)


class _BiasMean(_TanhLayer):
    def bias_gradient(self, D: Array) -> Any:
        return D.mean(axis=0)


class _DividesAgain(_TanhLayer):
    def backward(self, G: Array) -> Any:
        dX = super().backward(G)
        self.dW, self.db = self.dW / len(G), self.db / len(G)
        return dX


class _BiasBeforeTanh(_TanhLayer):
    def backward(self, G: Array) -> Any:
        dX = super().backward(G)
        self.db = G.sum(axis=0)
        return dX


class _NoSlope(_TanhLayer):
    def slope(self) -> Array:
        return np.ones_like(self.Y)


class _TanhTwice(_TanhLayer):
    def slope(self) -> Array:
        result: Array = 1 - np.tanh(self.Y) ** 2
        return result


class _SigmoidSlope(_TanhLayer):
    def slope(self) -> Array:
        return self.Y * (1 - self.Y)


class _NoSquare(_TanhLayer):
    def slope(self) -> Array:
        return 1 - self.Y


class _NoSlopeInDX(_TanhLayer):
    def backward(self, G: Array) -> Any:
        super().backward(G)
        return G @ self.W.T


class _NoTanh(_TanhLayer):
    def predict(self, X: Array) -> Any:
        return X @ self.W + self.b


class _NoTanhAtAll(_NoTanh):
    def forward(self, X: Array) -> Any:
        super().forward(X)
        return X @ self.W + self.b


class _NoBiasInPredict(_TanhLayer):
    def predict(self, X: Array) -> Any:
        return np.tanh(X @ self.W)


class _TransposedDW(_TanhLayer):
    def backward(self, G: Array) -> Any:
        dX = super().backward(G)
        self.dW = self.dW.T
        return dX


def _use_layer(
    answer: Callable[..., Any], W: Array, b: Array, X: Array, G: Array, X2: Array, G2: Array
) -> Any:
    """Use a layer as training does: two batches, and between them a look at other records."""
    layer = answer(W.copy(), b.copy())
    missing = [
        name for name in ("forward", "predict", "backward") if not callable(getattr(layer, name, None))
    ]
    if missing:
        raise AnswerFormError(f"The class lacks the method `{missing[0]}`.")
    found: dict[str, Any] = {"forward(X)": _called(layer, "forward", X)}
    found["predict(X2)"] = _called(layer, "predict", X2)
    found |= _gone_back(layer, G, "G")
    found["predict(X2) after backward(G)"] = _called(layer, "predict", X2)
    found["forward(X2)"] = _called(layer, "forward", X2)
    found |= _gone_back(layer, G2, "G2")
    layer, other = answer(W.copy(), b.copy()), answer(2 * W + 1, b - 1)
    _called(layer, "forward", X)
    _called(other, "forward", X / 2 - 1)
    alone = Comparison().equal(found["backward(G)"], _called(layer, "backward", G))
    found["backward(G) beside another layer"] = "as alone" if alone else "disturbed"
    return found


def _gone_back(layer: Any, G: Array, name: str) -> dict[str, Any]:
    found = {f"backward({name})": _called(layer, "backward", G)}
    for gradient in ("dW", "db"):
        if not hasattr(layer, gradient):
            raise AnswerFormError(
                f"After `backward` the layer has no `{gradient}`. "
                f"The method must keep it: `self.{gradient} = ...`."
            )
        value = getattr(layer, gradient)
        # A copy, so that a layer that reuses its own array is judged by what stands there now.
        found[f"{gradient} after backward({name})"] = value.copy() if isinstance(value, np.ndarray) else value
    return found


def _called(layer: Any, method: str, batch: Array) -> Any:
    try:
        value = getattr(layer, method)(batch.copy())
    except TypeError as error:
        if error.__traceback__ is not None and error.__traceback__.tb_next is None:  # the call, not the body
            raise AnswerFormError(
                f"`layer.{method}(...)` could not be called with one array: {error}."
            ) from error
        raise
    return value.copy() if isinstance(value, np.ndarray) else value


def _used_layer(rng: np.random.Generator) -> Inputs:
    n, n2, n_in, n_out = (int(size) for size in rng.integers(1, 5, size=4))
    if rng.random() < 0.3:
        n_in = n_out
    if rng.random() < 0.3:
        n2 = n
    sizes = ((n_in, n_out), (n_out,), (n, n_in), (n, n_out), (n2, n_in), (n2, n_out))
    W, b, X, G, X2, G2 = (np.round(rng.normal(size=size), 2) for size in sizes)
    return W, b, X, G, X2, G2


LAYER = Exercise(
    name="04-7",
    title="A layer that remembers",
    answer=_TanhLayer,
    evaluate=_use_layer,
    inputs=(
        (
            np.array([[0.5, -1.0], [1.0, 0.5]]),
            np.array([0.1, -0.2]),
            np.array([[1.0, 0.0], [-0.5, 1.0]]),
            np.array([[1.0, 0.5], [-1.0, 2.0]]),
            np.array([[0.0, 1.0], [2.0, -1.0]]),
            np.array([[0.5, -0.5], [1.0, 1.0]]),
        ),
        (
            np.array([[1.0], [-0.5], [0.25]]),
            np.array([0.5]),
            np.array([[1.0, 2.0, 0.0], [0.5, -1.0, 1.0]]),
            np.array([[1.0], [0.5]]),
            np.array([[0.0, 1.0, -1.0]]),
            np.array([[2.0]]),
        ),
    ),
    random_inputs=_used_layer,
    mistakes=(
        Mistake(
            name="predict overwrites what forward kept",
            answer=_PredictKeeps,
            message=(
                "Your layer remembers too much. Between forward(X) and backward(G) somebody called "
                "predict(X2), and your backward then worked with what *that* call left behind: a stale "
                "cache. "
                "Which method may keep something, and which may not?"
            ),
        ),
        Mistake(
            name="predict overwrites the output",
            answer=_PredictKeepsOutput,
            message=(
                "Your layer keeps X of one call and the output of another: `predict` has overwritten the "
                "output that `forward` kept. A look at other records must leave no trace."
            ),
        ),
        Mistake(
            name="first batch forever",
            answer=_KeepsFirst,
            message=(
                "The first batch is right, the second is not: your layer keeps what it saw *first*, for "
                "good. "
                "Each forward must replace what the last one kept."
            ),
        ),
        Mistake(
            name="first inputs forever",
            answer=_KeepsFirstInput,
            message=(
                "The first batch is right. In the second, dW is made of the *first* batch's inputs: "
                "each forward must replace all that the last one kept."
            ),
        ),
        Mistake(
            name="one memory for all layers",
            answer=_SharesCache,
            message=(
                "One layer alone works. But a network has several, and yours have *one* memory: what one "
                "keeps, the next overwrites. Does it stand in the class, in a global variable or in the "
                "default of an argument? Each layer must keep its own, in `self`."
            ),
        ),
        Mistake(
            name="gradients pile up",
            answer=_Accumulates,
            message=(
                "The first batch is right; in the second, dW and db still contain those of the first. "
                "Within a batch paths add up, but here each backward starts anew."
            ),
        ),
        Mistake(
            name="backward updates the weights",
            answer=_Updates,
            message=(
                "After `backward` your layer predicts something else: it has changed its weights. "
                "Backpropagation *computes* gradients; changing the weights is the optimizer's job."
            ),
        ),
        Mistake(
            name="backward updates the weights a little",
            answer=_Updates01,
            message=(
                "After `backward` your layer predicts something slightly else: it has taken a step of a "
                "tenth "
                "of the gradient. Backpropagation *computes* gradients; the step is the optimizer's job."
            ),
        ),
        Mistake(
            name="backward updates the weights a very little",
            answer=_Updates001,
            message=(
                "After `backward` your layer predicts something very slightly else: it has taken a step of a "
                "hundredth of the gradient. `backward` *computes* gradients; steps are the optimizer's job."
            ),
        ),
        Mistake(
            name="backward updates the weights before dX",
            answer=_UpdatesFirst,
            message=(
                "Your `backward` changes the weights, and even uses the changed ones for dX. "
                "It should only compute gradients; changing weights is the optimizer's job."
            ),
        ),
        Mistake(
            name="bias gradient not summed",
            answer=_BiasNotSummed,
            message=(
                "dW and dX are right. Your db has a row for each record; all records share *one* bias a "
                "unit, "
                "so their slopes add up."
            ),
        ),
        Mistake(
            name="bias gradient summed over units",
            answer=_BiasSummedOverUnits,
            message=(
                "dW and dX are right. Your db adds up units; it should add up the records, for each unit."
            ),
        ),
        Mistake(
            name="bias gradient as a mean",
            answer=_BiasMean,
            message="dW and dX are right. Your db is a mean; the 1/n of a mean loss is in G already.",
        ),
        Mistake(
            name="divided by n again",
            answer=_DividesAgain,
            message="dX is right. dW and db are divided by n; the 1/n of a mean loss is in G already.",
        ),
        Mistake(
            name="bias in front of the tanh",
            answer=_BiasBeforeTanh,
            message=(
                "dW and dX are right. But the bias, too, sits *before* the tanh: its slope passes it as well."
            ),
        ),
        Mistake(
            name="slope of tanh forgotten",
            answer=_NoSlope,
            message=(
                "Forward is right. On the way back G first meets the tanh, and only then the weights: "
                "its slope is missing."
            ),
        ),
        Mistake(
            name="tanh twice",
            answer=_TanhTwice,
            message=(
                "Forward is right. For the slope you send the output through tanh once more; "
                "it *is* tanh(z) already."
            ),
        ),
        Mistake(
            name="slope of the sigmoid",
            answer=_SigmoidSlope,
            message="Forward is right. y (1 − y) is the slope of a *sigmoid*; this layer is tanh.",
        ),
        Mistake(
            name="square lost",
            answer=_NoSquare,
            message="Forward is right. In the slope of tanh the output is squared.",
        ),
        Mistake(
            name="slope of tanh forgotten in dX",
            answer=_NoSlopeInDX,
            message="dW and db are right. On its way to the inputs G must pass the tanh as well.",
        ),
        Mistake(
            name="predict without tanh",
            answer=_NoTanh,
            message="`forward` is right, but `predict` forgets the tanh: both must give the same numbers.",
        ),
        Mistake(
            name="no tanh at all",
            answer=_NoTanhAtAll,
            message="Both methods return z. This layer ends in a tanh.",
        ),
        Mistake(
            name="predict without the bias",
            answer=_NoBiasInPredict,
            message="`forward` is right, but `predict` forgets the bias: both must give the same numbers.",
        ),
        Mistake(
            name="dW transposed",
            answer=_TransposedDW,
            message="db and dX are right. dW is transposed: it should have the shape of W.",
        ),
    ),
    hints=(
        "Ask what `backward` needs that only `forward` has seen. Keep just that, as `self.` something.",
        (
            "`backward` needs X, for dW, and the outputs, for the slope of tanh. "
            "`predict` computes the same as `forward` and keeps nothing."
        ),
        (
            "In `backward`: D = G times (1 − Y²), entry by entry. Then dW, db and dX as in exercise 4, with"
            " D "
            "in the place of G; keep the first two with `=`, return the third."
        ),
    ),
    praise=(
        "This is how annlib's layers are built: `forward` keeps what `backward` needs, and `backward` "
        "changes "
        "no weight. (There, `Dense` and `Tanh` are two layers, and `net.predict` keeps nothing.)"
    ),
)

# -------------------------------------------------------------------- 04-8 a gradient by central differences


@dataclass(frozen=True)
class _Function:
    """A function of an array that a message can show."""

    text: str
    function: Callable[[Array], Any]

    def __call__(self, w: Array) -> float:
        return float(self.function(w))

    def __repr__(self) -> str:
        return f"a function: {self.text}"


_FUNCTIONS = (
    _Function("f(w) = the sum of w ** 3", lambda w: np.sum(w**3)),
    _Function("f(w) = the product of all entries", np.prod),
    _Function("f(w) = exp of the mean of w", lambda w: np.exp(np.mean(w))),
    _Function("f(w) = the sum of w, cubed", lambda w: np.sum(w) ** 3),
    _Function(
        "f(w) = the products of the rows of w, added up",
        lambda w: np.sum(np.prod(np.atleast_2d(w), axis=1)),
    ),
    _Function(
        "f(w) = the sum of w ** 3 times 1, 2, 3, ...",
        lambda w: np.sum(np.ravel(w) ** 3 * np.arange(1, np.size(w) + 1)),
    ),
)


def _central(f: Callable[[Array], float], w: Array, h: float) -> Array:
    gradient = np.empty(w.shape)
    for place in np.ndindex(w.shape):
        nudge = np.zeros(w.shape)
        nudge[place] = h
        gradient[place] = (f(w + nudge) - f(w - nudge)) / (2 * h)
    return gradient


def _differences(
    difference: Callable[[Callable[[Array], float], Array, Array, float], float],
) -> Callable[[Callable[[Array], float], Array, float], Array]:
    """Make a numerical gradient from a rule for one entry: ``difference(f, w, nudge, h)``."""

    def gradient(f: Callable[[Array], float], w: Array, h: float) -> Array:
        found = np.empty(w.shape)
        for place in np.ndindex(w.shape):
            nudge = np.zeros(w.shape)
            nudge[place] = h
            found[place] = difference(f, w, nudge, h)
        return found

    return gradient


def _not_put_back(f: Callable[[Array], float], w: Array, h: float) -> Array:
    gradient = np.empty(w.shape)
    for place in np.ndindex(w.shape):
        w[place] += h
        above = f(w)
        w[place] -= 2 * h
        gradient[place] = (above - f(w)) / (2 * h)
    return gradient


def _left_up(f: Callable[[Array], float], w: Array, h: float) -> Array:
    gradient = np.empty(w.shape)
    for place in np.ndindex(w.shape):
        below = w.copy()
        below[place] -= h
        w[place] += h
        gradient[place] = (f(w) - f(below)) / (2 * h)
    return gradient


def _one_entry(f: Callable[[Array], float], w: Array, h: float, last: bool) -> Array:
    gradient = np.zeros(w.shape)
    place = -1 if last else 0
    gradient.flat[place] = _central(f, w, h).flat[place]
    return gradient


def _first_axis_only(f: Callable[[Array], float], w: Array, h: float) -> Array:
    gradient = np.empty(w.shape)
    for i in range(len(w)):
        nudge = np.zeros(w.shape)
        nudge[i] = h
        gradient[i] = (f(w + nudge) - f(w - nudge)) / (2 * h)
    return gradient


def _entry_alone(f: Callable[[Array], float], w: Array, h: float) -> Array:
    gradient = np.empty(w.shape)
    for place in np.ndindex(w.shape):
        gradient[place] = (f(w[place] + h) - f(w[place] - h)) / (2 * h)
    return gradient


def _row_alone(f: Callable[[Array], float], w: Array, h: float) -> list[float]:
    return [(f(part + h) - f(part - h)) / (2 * h) for part in w]


def _gradient_and_w(answer: Callable[..., Any], f: Callable[[Array], float], w: Array, h: float) -> Any:
    """Look at w as well: nudging it in place is fine, if every entry is put back."""
    gradient = answer(f, w, h)
    return {"gradient": gradient, "w after the call": w.copy()}


def _a_function(rng: np.random.Generator) -> Inputs:
    w = np.round(rng.uniform(-2, 2, size=rng.integers(1, 4, size=int(rng.integers(1, 3)))), 2)
    return _FUNCTIONS[int(rng.integers(len(_FUNCTIONS)))], w, float(rng.choice([0.5, 0.1, 1e-3]))


NUMERIC = Exercise(
    name="04-8",
    title="A gradient by central differences",
    answer=_central,
    evaluate=_gradient_and_w,
    inputs=(
        (_FUNCTIONS[0], np.array([1.0, -2.0]), 0.5),
        (_FUNCTIONS[1], np.array([1.0, 2.0, 3.0]), 0.5),
        (_FUNCTIONS[5], np.array([[1.0, -0.5], [0.25, 2.0], [0.0, 1.0]]), 0.1),
        (_FUNCTIONS[4], np.array([[1.0, 2.0, -0.5], [3.0, 0.5, 1.0]]), 0.1),
        (_FUNCTIONS[3], np.array([[0.5, -1.0, 2.0]]), 0.1),
        (_FUNCTIONS[2], np.array([3.0]), 1e-3),
    ),
    random_inputs=_a_function,
    mistakes=(
        Mistake(
            name="one-sided",
            answer=_differences(lambda f, w, nudge, h: (f(w + nudge) - f(w)) / h),
            message=(
                "This is the one-sided difference, from w to w + h: it leans to one side. "
                "The central one goes the same distance to both."
            ),
        ),
        Mistake(
            name="one-sided, downward",
            answer=_differences(lambda f, w, nudge, h: (f(w) - f(w - nudge)) / h),
            message=(
                "This is the one-sided difference, from w − h to w: it leans to one side. "
                "The central one goes the same distance to both."
            ),
        ),
        Mistake(
            name="divided by one h",
            answer=_differences(lambda f, w, nudge, h: (f(w + nudge) - f(w - nudge)) / h),
            message="All your slopes are twice too steep. How far is it from w − h to w + h?",
        ),
        Mistake(
            name="2 * h without parentheses",
            answer=_differences(lambda f, w, nudge, h: (f(w + nudge) - f(w - nudge)) / 2 * h),
            message="`/ 2 * h` divides by 2 and then *multiplies* by h. Parentheses keep 2h together.",
        ),
        Mistake(
            name="difference not divided",
            answer=_differences(lambda f, w, nudge, h: f(w + nudge) - f(w - nudge)),
            message="This is the rise. A slope is the rise divided by the run: how long is it?",
        ),
        Mistake(
            name="one-sided, divided by 2h",
            answer=_differences(lambda f, w, nudge, h: (f(w + nudge) - f(w)) / (2 * h)),
            message=(
                "Your run is 2h, but your rise is only that from w to w + h. Does w + h, lowered once by h,"
                " get below w?"
            ),
        ),
        Mistake(
            name="turned round",
            answer=_differences(lambda f, w, nudge, h: (f(w - nudge) - f(w + nudge)) / (2 * h)),
            message="All signs are wrong: the rise is what is above minus what is below.",
        ),
        Mistake(
            name="sign lost",
            answer=_differences(lambda f, w, nudge, h: abs(f(w + nudge) - f(w - nudge)) / (2 * h)),
            message="Your slopes are never negative. A function may also fall.",
        ),
        Mistake(
            name="half a step to each side",
            answer=_differences(lambda f, w, nudge, h: (f(w + nudge / 2) - f(w - nudge / 2)) / h),
            message=(
                "This is a central difference, but with half the step: "
                "the task goes a whole h to each side, and divides by 2h."
            ),
        ),
        Mistake(
            name="sum instead of difference",
            answer=_differences(lambda f, w, nudge, h: (f(w + nudge) + f(w - nudge)) / (2 * h)),
            message="You add the two values. A rise is a *difference*.",
        ),
        Mistake(
            name="h ignored",
            answer=lambda f, w, h: _central(f, w, 1e-5),
            message=(
                "Your slopes are good, but not made with the step that you were given: "
                "use the argument `h`, as the caller may want to see its effect."
            ),
        ),
        Mistake(
            name="not put back",
            answer=_not_put_back,
            message=(
                "The first entry is right, the later ones are not, and w is changed in the end: "
                "an entry that has been nudged up and down must be put *back* before the next one has its "
                "turn."
            ),
        ),
        Mistake(
            name="not put back in a copy",
            answer=lambda f, w, h: _not_put_back(f, w.copy(), h),
            message=(
                "The first entry is right, the later ones are not: an entry that has been nudged up and down "
                "must be put *back*, in your copy too, before the next one has its turn."
            ),
        ),
        Mistake(
            name="left up",
            answer=_left_up,
            message=(
                "You nudge w itself upward and leave it there, so the next entries start from another point. "
                "Nudge a copy, or put each entry back."
            ),
        ),
        Mistake(
            name="copy that is none",
            answer=lambda f, w, h: np.zeros(w.shape),
            message=(
                "All slopes are 0: f sees the same numbers above and below. `above = w` makes no copy; it is "
                "a second name for the *same* array, so what goes up comes down at once (`w.copy()` makes "
                "one). Or do you nudge a copy that f never gets to see, such as `w.flatten()`?"
            ),
        ),
        Mistake(
            name="all entries at once",
            answer=lambda f, w, h: np.full(w.shape, (f(w + h) - f(w - h)) / (2 * h)),
            message=(
                "You nudge all entries at once, and get one slope for all. Each entry needs a nudge of its "
                "own, "
                "while the others stand still."
            ),
        ),
        Mistake(
            name="one number",
            answer=lambda f, w, h: (f(w + h) - f(w - h)) / (2 * h),
            message=(
                "`w + h` nudges all entries at once, and one number comes out. "
                "Each entry needs a nudge of its own: a loop over the entries."
            ),
        ),
        Mistake(
            name="one entry alone",
            answer=_entry_alone,
            message=(
                "You give f a single entry. But f wants the whole array: "
                "the other entries stand still, and yet they take part in the value."
            ),
        ),
        Mistake(
            name="one entry alone, row by row",
            answer=_row_alone,
            message=(
                "You give f only `w[i]`, a part of w. But f wants the whole array: "
                "the other entries stand still, and yet they take part in the value."
            ),
        ),
        Mistake(
            name="a flat array for f",
            answer=lambda f, w, h: _central(f, w.ravel(), h).reshape(w.shape),
            message=(
                "You give f a flat array. It wants one of the *shape* of w, and for some functions (here one "
                "that looks at the rows) that makes a difference. Give the nudged numbers w's shape again."
            ),
        ),
        Mistake(
            name="row by row",
            answer=_first_axis_only,
            message=(
                "For one axis it is right, but of a matrix you nudge a whole *row* at once. "
                "`np.ndindex(w.shape)` goes through all entries, whatever the number of axes."
            ),
        ),
        Mistake(
            name="flat",
            answer=lambda f, w, h: _central(f, w, h).ravel(),
            message=(
                "The numbers are right, but the shape of w is lost: a gradient has the shape of what it "
                "belongs to."
            ),
        ),
        Mistake(
            name="first entry only",
            answer=lambda f, w, h: _one_entry(f, w, h, last=False),
            message="Only the first entry has a slope. Does the `return` stand inside the loop?",
        ),
        Mistake(
            name="last entry only",
            answer=lambda f, w, h: _one_entry(f, w, h, last=True),
            message="Only the last entry has a slope. Is the array of results made anew inside the loop?",
        ),
        Mistake(
            name="sum of the slopes",
            answer=lambda f, w, h: float(_central(f, w, h).sum()),
            message="You add the slopes up. The gradient has one entry for each entry of w.",
        ),
    ),
    hints=(
        "A loop over the entries: nudge one, compute f; nudge it the other way, compute f; put it back.",
        (
            "`for place in np.ndindex(w.shape):` goes through all entries of an array of any shape, and "
            "`w[place]` is that entry."
        ),
        (
            "`above = w.copy(); above[place] += h`, `below` in the same way with `-=`, "
            "then (f(above) − f(below)) / (2h) into `gradient[place]`."
        ),
    ),
    praise=(
        "A few lines that know nothing of the chain rule: this is what makes them a good judge of it. "
        "annlib.gradcheck does the same with all parameters of a network."
    ),
)

# ------------------------------------------------------------------------- 04-9 read the step size off a plot

_BEST = {"one_sided_best": 1e-8, "float32_best": 5e-3, "central_best": 5e-6}
"""The best steps; what is read within three quarters of a decade of one of these counts as that one."""

_SMALLEST = 1e-13
"""The left end of the axis, and all that is read close to it."""

_SMALLEST_ERROR = 2e-11
"""How small the error of the central difference gets: the height of its lowest point, not its step."""


def _steps_as_read(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _step_reading(name, value) for name, value in answer.items()}


def _step_reading(name: str, value: Any) -> Any:
    if name.endswith("_curve"):
        letter = value.strip().upper() if isinstance(value, str) else value
        if letter not in ("A", "B", "C"):
            raise AnswerFormError(f'`{name}` must be one of the letters "A", "B", "C"; got {value!r}.')
        return letter
    try:
        number = float(value)
    except (TypeError, ValueError) as error:
        raise AnswerFormError(f"`{name}` must be a number; got {value!r}.") from error
    if not name.endswith("_best"):
        return number
    if not 0 < number < np.inf:
        hint = " Was 1e" + f"{number:g} meant?" if np.isfinite(number) and number < 0 else ""
        raise AnswerFormError(
            f"`{name}` must be a step, a positive number such as 1e-3; got {value!r}.{hint}"
        )
    if number < 5e-12:
        return _SMALLEST
    if number < 5e-11:
        return _SMALLEST_ERROR
    nearest = min(_BEST.values(), key=lambda best: abs(np.log10(number / best)))
    return nearest if abs(np.log10(number / nearest)) <= 0.75 else number


STEP_SIZE = Exercise(
    name="04-9",
    title="Read the step size off a plot",
    answer={
        "one_sided_curve": "A",
        "float32_curve": "B",
        "central_curve": "C",
        "one_sided_best": 1e-8,
        "float32_best": 5e-3,
        "central_best": 5e-6,
        "one_sided_gain": 10,
        "central_gain": 100,
    },
    evaluate=_steps_as_read,
    reveal=False,
    rtol=0.1,
    atol=0.0,
    mistakes=(
        Mistake(
            name="one-sided and central exchanged",
            answer={"one_sided_curve": "C", "central_curve": "A"},
            message=(
                "You exchanged two curves. On the right, where h is large, the error of one falls by one "
                "decade "
                "for each decade of h, that of the other by two: which difference is the better one?"
            ),
        ),
        Mistake(
            name="float32 and central exchanged",
            answer={"float32_curve": "C", "central_curve": "B"},
            message=(
                "You exchanged two curves. Both are equal where h is large. For small h, rounding takes "
                "over: "
                "sooner, and worse, where fewer digits are kept."
            ),
        ),
        Mistake(
            name="float32 and one-sided exchanged",
            answer={"float32_curve": "A", "one_sided_curve": "B"},
            message=(
                "You exchanged two curves. Fewer digits do not change how fast the error falls on the right; "
                "they change where it starts to rise on the left."
            ),
        ),
        Mistake(
            name="float32 as the one-sided curve",
            answer={"float32_curve": "A"},
            message="This curve goes down to about 1e-8. float32 keeps only about seven digits: can it?",
        ),
        Mistake(
            name="float32 as the best curve",
            answer={"float32_curve": "C"},
            message="This curve gets the smallest error of all. Do fewer digits make it better?",
        ),
        Mistake(
            name="central as the one-sided curve",
            answer={"central_curve": "A"},
            message="This curve falls by one decade a decade only. What does symmetry gain?",
        ),
        Mistake(
            name="central as the float32 curve",
            answer={"central_curve": "B"},
            message=(
                "This curve has turned up before h is down to 0.001: rounding. In float64 that comes later."
            ),
        ),
        Mistake(
            name="one-sided as the central curve",
            answer={"one_sided_curve": "C"},
            message="This curve falls by two decades a decade. The one-sided difference is not that good.",
        ),
        Mistake(
            name="one-sided as the float32 curve",
            answer={"one_sided_curve": "B"},
            message=(
                "This curve falls by two decades a decade, before rounding stops it. Which one is slower?"
            ),
        ),
        Mistake(
            name="smallest step is best (central)",
            answer={"central_best": 1e-13},
            message=(
                "You took the smallest step. Far on the left, f(w + h) and f(w − h) agree in nearly all "
                "their "
                "digits, and their difference is mostly rounding."
            ),
        ),
        Mistake(
            name="smallest step is best (one-sided)",
            answer={"one_sided_best": 1e-13},
            message="For the one-sided curve you took the smallest step. Where is its lowest point?",
        ),
        Mistake(
            name="smallest step is best (float32)",
            answer={"float32_best": 1e-13},
            message="For float32 you took the smallest step; there w + h is w. Where is its lowest point?",
        ),
        Mistake(
            name="best of the other curve (central)",
            answer={"central_best": 1e-8},
            message="This is the lowest point of the *one-sided* curve. The central one has its own.",
        ),
        Mistake(
            name="central step of float32",
            answer={"central_best": 5e-3},
            message="This is the lowest point of the *float32* curve. In float64 a smaller step is better.",
        ),
        Mistake(
            name="best of the other curve (one-sided)",
            answer={"one_sided_best": 5e-6},
            message="This is the lowest point of the *central* curve. The one-sided one has its own.",
        ),
        Mistake(
            name="one-sided step of float32",
            answer={"one_sided_best": 5e-3},
            message="For the one-sided curve you read the lowest point of the *float32* curve.",
        ),
        Mistake(
            name="float32 step of float64",
            answer={"float32_best": 5e-6},
            message=(
                "At this step float32 has lost nearly all its digits. Follow *its own* curve to its lowest "
                "point."
            ),
        ),
        Mistake(
            name="float32 step of the one-sided curve",
            answer={"float32_best": 1e-8},
            message="At this step w + h *is* w in float32. Follow its own curve to its lowest point.",
        ),
        Mistake(
            name="error for step (central)",
            answer={"central_best": _SMALLEST_ERROR},
            message=(
                "This is how small the *error* gets, on the upright axis. Asked is the h below that point."
            ),
        ),
        Mistake(
            name="gains exchanged",
            answer={"one_sided_gain": 100, "central_gain": 10},
            message="You exchanged the two gains. Which of the two lines on the right is the steeper one?",
        ),
        Mistake(
            name="central gains no more than one-sided",
            answer={"central_gain": 10},
            message=(
                "10 is the gain of the one-sided difference. The central line is steeper: count its decades."
            ),
        ),
        Mistake(
            name="one-sided gains as much as central",
            answer={"one_sided_gain": 100},
            message="100 is the gain of the central difference. The one-sided line is less steep.",
        ),
        Mistake(
            name="decades for factor (central)",
            answer={"central_gain": 2},
            message="Two *decades*, that is right. As a factor, two decades are more than 2.",
        ),
        Mistake(
            name="twice ten",
            answer={"central_gain": 20},
            message="Two decades are ten times ten, not ten plus ten.",
        ),
        Mistake(
            name="decades for factor (one-sided)",
            answer={"one_sided_gain": 1},
            message="One *decade*, that is right. As a factor, one decade is more than 1.",
        ),
        Mistake(
            name="gain turned round (central)",
            answer={"central_gain": 0.01},
            message="The error becomes a hundredth, so it is smaller by a factor above 1: which?",
        ),
        Mistake(
            name="gain turned round (one-sided)",
            answer={"one_sided_gain": 0.1},
            message="The error becomes a tenth, so it is smaller by a factor above 1: which?",
        ),
    ),
    hints=(
        (
            "Both axes count in powers of ten. Read each curve from the right: it falls, reaches its best, "
            "rises."
        ),
        (
            "The right side is the error of the formula: proportional to h for one, to h² for the other. "
            "The left side is rounding: the fewer digits, the farther right it begins."
        ),
        (
            "Two curves lie on each other at the right: the central differences. One of them turns up early. "
            "The best step of each is the h below its lowest point, to about a factor of ten."
        ),
    ),
    praise=(
        "Smaller is not better: the best step is where the formula's error and rounding are about equal. "
        "For central differences in float64 that is near 1e-5, and that is annlib.gradcheck's default."
    ),
)

# ---------------------------------------------------------------------------- 04-10 when a check fails

_CAUSES = ("mistake", "kink", "float32", "dropout", "none")


def _diagnosis(answer: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name, value in answer.items():
        if not name.startswith("report"):
            found[name] = _as_number(value)
            continue
        if isinstance(value, list | tuple) and len(value) == 1:
            value = value[0]
        found[name] = one_of(name, value, _CAUSES)
    return found


WHY = Exercise(
    name="04-10",
    title="When a check fails",
    answer={
        "at_kink": 0.5,
        "near_kink": 0.55,
        "smaller_step": 1,
        "report_a": "kink",
        "report_b": "dropout",
        "report_c": "none",
        "report_d": "mistake",
        "report_e": "float32",
    },
    evaluate=_diagnosis,
    reveal=False,
    rtol=5e-3,
    atol=1e-9,
    mistakes=(
        Mistake(
            name="convention for the difference",
            answer={"at_kink": 0},
            message=(
                "0 is what backpropagation says, by agreement. The *difference* knows no agreement: "
                "put w + h and w − h into the formula."
            ),
        ),
        Mistake(
            name="right side only at the kink",
            answer={"at_kink": 1},
            message="1 is the slope to the right of the kink. The central difference looks at both sides.",
        ),
        Mistake(
            name="half a step at the kink",
            answer={"at_kink": 5e-6},
            message="This is the rise, or half of it. A slope is the rise divided by the run.",
        ),
        Mistake(
            name="step at the kink",
            answer={"at_kink": 1e-5},
            message="This is the rise, from 0 up to h. A slope is the rise divided by the run.",
        ),
        Mistake(
            name="near the kink as at the kink",
            answer={"near_kink": 0.5},
            message="Nearly. But w is a little to the right of the kink: w + h is more than h.",
        ),
        Mistake(
            name="near the kink as far from it",
            answer={"near_kink": 1},
            message=(
                "1 is the slope at w. But w − h lies on the *other* side of the kink: what is ReLU there?"
            ),
        ),
        Mistake(
            name="below not cut off",
            answer={"near_kink": 0.1},
            message="You left h out of the rise. Put w + h = 0.000011 into the ReLU, and then w − h.",
        ),
        Mistake(
            name="minus w for plus w",
            answer={"near_kink": 0.45},
            message="w lies to the right of 0: it makes w + h larger, not smaller.",
        ),
        Mistake(
            name="divided by one h near the kink",
            answer={"near_kink": 1.1},
            message="The rise is right. How long is the run from w − h to w + h?",
        ),
        Mistake(
            name="smaller step as wrong as before",
            answer={"smaller_step": 0.55},
            message="The step has changed: w − h is now 0.0000009. On which side of the kink is that?",
        ),
        Mistake(
            name="smaller step at the kink",
            answer={"smaller_step": 0.5},
            message="Only *at* the kink it is 1/2 for every step. Here both points lie on the same side.",
        ),
        Mistake(
            name="smaller step ten times smaller slope",
            answer={"smaller_step": 0.1},
            message="Rise and run shrink together. On a straight line, how steep is it?",
        ),
        Mistake(
            name="kink for a mistake",
            answer={"report_a": "mistake"},
            message=(
                "A: a real mistake does not vanish when h shrinks. What lies so near that a large step "
                "crosses it and a small one does not?"
            ),
        ),
        Mistake(
            name="kink for float32",
            answer={"report_a": "float32"},
            message="A: rounding gets *worse* as h shrinks. Here a smaller step is the cure.",
        ),
        Mistake(
            name="kink for nothing",
            answer={"report_a": "none"},
            message=(
                "A: at the smallest step all is well. But the first two numbers are far above what h² "
                "explains "
                "(compare with C): something stood in the way there."
            ),
        ),
        Mistake(
            name="kink for dropout",
            answer={"report_a": "dropout"},
            message="A: with dropout two runs at the same h would disagree. These agree.",
        ),
        Mistake(
            name="dropout for a mistake",
            answer={"report_b": "mistake"},
            message=(
                "B: look at the first two columns, where nothing was changed at all. "
                "A mistake in the formulas gives the same wrong number twice."
            ),
        ),
        Mistake(
            name="dropout for float32",
            answer={"report_b": "float32"},
            message="B: rounding makes small errors at large h. Here the difference is near 1 everywhere.",
        ),
        Mistake(
            name="dropout for a kink",
            answer={"report_b": "kink"},
            message="B: a kink concerns a few weights, and it stays where it is from run to run.",
        ),
        Mistake(
            name="dropout for nothing",
            answer={"report_b": "none"},
            message="B: numbers near 1 mean that the two gradients have nothing to do with each other.",
        ),
        Mistake(
            name="nothing for float32",
            answer={"report_c": "float32"},
            message="C: it gets down to 6e-11. Has float32 so many digits?",
        ),
        Mistake(
            name="nothing for a kink",
            answer={"report_c": "kink"},
            message=(
                "C: from 1e-3 to 1e-5 the difference falls by a large factor, as h² does: "
                "this is the formula's own error, on a smooth curve."
            ),
        ),
        Mistake(
            name="nothing for a mistake",
            answer={"report_c": "mistake"},
            message="C: a real mistake would not shrink with h. Below 1e-7 all is well.",
        ),
        Mistake(
            name="nothing for dropout",
            answer={"report_c": "dropout"},
            message="C: two runs at the same h agree, and the difference is tiny. Nothing random is at work.",
        ),
        Mistake(
            name="mistake for a kink",
            answer={"report_d": "kink"},
            message=(
                "D: the difference does not care about h at all. "
                "A kink is left behind when the step gets small enough."
            ),
        ),
        Mistake(
            name="mistake for float32",
            answer={"report_d": "float32"},
            message="D: rounding depends strongly on h. This number is the same for every step.",
        ),
        Mistake(
            name="mistake for dropout",
            answer={"report_d": "dropout"},
            message="D: two runs agree in all their digits. Nothing random is at work.",
        ),
        Mistake(
            name="mistake for nothing",
            answer={"report_d": "none"},
            message=(
                "D: 0.08 looks small, but next to 1e-7 it is huge, and no step makes it smaller. "
                "A part of the gradient may be wrong, and the rest right."
            ),
        ),
        Mistake(
            name="float32 for a mistake",
            answer={"report_e": "mistake"},
            message="E: a mistake does not care about h. Here the difference *grows* as h shrinks.",
        ),
        Mistake(
            name="float32 for a kink",
            answer={"report_e": "kink"},
            message="E: a smaller step leaves a kink behind. Here a smaller step makes it worse.",
        ),
        Mistake(
            name="float32 for dropout",
            answer={"report_e": "dropout"},
            message="E: two runs at the same h agree, so nothing random is at work.",
        ),
        Mistake(
            name="float32 for nothing",
            answer={"report_e": "none"},
            message="E: 0.03 at h = 1e-5 is no agreement. Which error grows when h shrinks?",
        ),
    ),
    hints=(
        "Put the numbers into (ReLU(w + h) − ReLU(w − h)) / 2h; for the reports go along each row.",
        (
            "Ask of each report: do two runs agree? Does a smaller h make it better, worse, or does nothing "
            "change?"
        ),
        (
            "Random: two runs differ. Rounding: worse as h shrinks. Kink: suddenly well once h is small "
            "enough. "
            "Mistake: the same at every h. All well: falls like h², down to rounding."
        ),
    ),
    praise=(
        "A failing check is not yet a wrong gradient. Switch dropout off, use float64, try two steps and a "
        "smooth activation; what then remains is a mistake."
    ),
)

# ---------------------------------------------------------------- 04-11 a test that catches every bug


def _two_layers(X: Array, Y: Array, W1: Array, W2: Array, bug: str = "") -> tuple[Array, ...]:
    """Return dW1, db1, dW2, db2 of tanh(X W1) W2 with the mean squared error, with one bug or none."""
    H = np.tanh(X @ W1)
    G = 2 * (H @ W2 - Y) / (1 if bug == "no division by n" else len(X))
    back = G[:, -1:] @ W2.T[-1:] if bug == "only the last path" else G @ W2.T
    D = back if bug == "no slope of tanh" else back * (1 - H**2)
    if bug == "bias gradient of one record":
        return X.T @ D, D[-1], H.T @ G, G[-1]
    return X.T @ D, D.sum(axis=0), H.T @ G, G.sum(axis=0)


_BUGS = ("no division by n", "bias gradient of one record", "no slope of tanh", "only the last path")


def _caught(answer: Mapping[str, Any]) -> dict[str, int]:
    """Run the four broken backward passes on the learner's numbers: 1 where the check would see the bug."""
    X, Y, W1, W2 = (_table(name, answer[name]) for name in ("X", "Y", "W1", "W2"))
    wanted = {"Y": (len(X), W2.shape[1]), "W1": (X.shape[1], len(W2))}
    for name, array in (("Y", Y), ("W1", W1)):
        if array.shape != wanted[name]:
            raise AnswerFormError(
                f"The shapes do not fit: with X of shape {X.shape} and W2 of shape {W2.shape}, "
                f"`{name}` must have the shape {wanted[name]}; got {array.shape}."
            )
    right = np.concatenate([part.ravel() for part in _two_layers(X, Y, W1, W2)])
    found = {"some gradient is not 0": int(np.linalg.norm(right) > 1e-9)}
    for bug in _BUGS:
        wrong = np.concatenate([part.ravel() for part in _two_layers(X, Y, W1, W2, bug)])
        length = np.linalg.norm(right) + np.linalg.norm(wrong)
        found[f"caught: {bug}"] = int(length > 1e-9 and np.linalg.norm(right - wrong) / length > 1e-4)
    return found


def _table(name: str, value: Any) -> Array:
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise AnswerFormError(f"`{name}` must be a table of numbers; got {value!r}.") from error
    if array.ndim != 2 or not array.size:
        raise AnswerFormError(
            f"`{name}` must have rows and columns, such as [[1, 2], [3, 4]]; got the shape {array.shape}."
        )
    if not np.isfinite(array).all():
        raise AnswerFormError(f"`{name}` must hold finite numbers; got {value!r}.")
    if array.size > 400 or np.abs(array).max() > 100:
        raise AnswerFormError(
            f"`{name}` is larger than a test needs: at most 400 numbers, each between −100 and 100."
        )
    return array


_GOOD_TEST = {
    "X": [[1.0, -0.5], [0.5, 2.0], [-1.0, 1.0]],
    "Y": [[1.0, 0.0], [0.0, 2.0], [-1.0, 0.5]],
    "W1": [[0.5, -0.3], [0.2, 0.4]],
    "W2": [[1.0, -0.5], [0.3, 0.8]],
}


def _test_with(**parts: Any) -> dict[str, Any]:
    return _GOOD_TEST | parts


DESIGN = Exercise(
    name="04-11",
    title="Design a test that catches every bug",
    answer=_GOOD_TEST,
    evaluate=_caught,
    mistakes=(
        Mistake(
            name="nothing to learn",
            answer=_test_with(Y=np.tanh(np.dot(_GOOD_TEST["X"], _GOOD_TEST["W1"])) @ _GOOD_TEST["W2"]),
            message=(
                "No bug is caught: in your test every gradient is 0, with and without a bug. Are the outputs "
                "equal to the targets, or is everything zero? Without an error nothing flows back."
            ),
        ),
        Mistake(
            name="one record",
            answer=_test_with(X=[[1.0, -0.5]], Y=[[1.0, 0.0]]),
            message=(
                "Two bugs are caught, and the two that have to do with the batch are not: with *one* record "
                "(or only one that has an error) neither the division by n nor the sum over the batch shows."
            ),
        ),
        Mistake(
            name="one record and one output",
            answer=_test_with(X=[[1.0, -0.5]], Y=[[1.0]], W2=[[1.0], [0.3]]),
            message=(
                "Only the missing slope of tanh is caught. Three bugs hide because something in your test "
                "occurs only *once*: which sums have a single term?"
            ),
        ),
        Mistake(
            name="one output",
            answer=_test_with(Y=[[1.0], [0.0], [-1.0]], W2=[[1.0], [0.3]]),
            message=(
                "Three bugs are caught; the one that forgets paths is not. With one output only one path "
                "leads "
                "back to each hidden unit: `=` and `+=` are the same there."
            ),
        ),
        Mistake(
            name="tanh at 0",
            answer=_test_with(W1=[[0.0, 0.0], [0.0, 0.0]]),
            message=(
                "Three bugs are caught; the missing slope of tanh is not. Are all z of your hidden layer 0? "
                "How steep is tanh there?"
            ),
        ),
        Mistake(
            name="W2 of zeros",
            answer=_test_with(W2=[[0.0, 0.0], [0.0, 0.0]]),
            message=(
                "The two bugs of the batch are caught, and those of the hidden layer are not. What flows "
                "back to the hidden units is multiplied by W2: is it 0, or is X? Or is there only one "
                "output, and tanh at 0?"
            ),
        ),
        Mistake(
            name="one record and zeros",
            answer=_test_with(X=[[1.0, -0.5]], Y=[[1.0, 0.0]], W1=[[0.0, 0.0], [0.0, 0.0]]),
            message=(
                "Only the forgotten paths are caught. Two bugs hide because your batch has one record, "
                "and one because tanh is at z = 0, where its slope is 1 as if it were not there."
            ),
        ),
        Mistake(
            name="one record and nothing flows back",
            answer=_test_with(X=[[1.0, -0.5]], Y=[[1.0, 0.0]], W2=[[0.0, 0.0], [0.0, 0.0]]),
            message=(
                "No bug is caught, though some gradients are not 0. Two bugs hide because only one record "
                "has "
                "an error, two because nothing (or only one path, at a slope of 1) leads back to the hidden"
                " units."
            ),
        ),
        Mistake(
            name="errors of one record only",
            answer=_test_with(X=[[0.0, 0.0], [0.0, 0.0], [1.0, 2.0]], Y=[[0.0, 0.0], [0.0, 0.0], [1.0, 0.0]]),
            message=(
                "Only one bug hides: the bias gradient of one record. In your test the last record is the "
                "only "
                "one with an error, or the others cancel out, so its own gradient *is* the sum."
            ),
        ),
    ),
    hints=(
        "For each bug ask: when does it make *no* difference? Then avoid that.",
        (
            "Dividing by n is invisible for n = 1. A lost slope is invisible where the slope is 1. A lost "
            "path is invisible where there is only one."
        ),
        (
            "Two or more records, two or more outputs, W1 and W2 of different numbers that are not 0, and "
            "targets that the network misses, by another amount for each record."
        ),
    ),
    praise=(
        "A test can only find what its numbers let show. Zeros, ones, single records and single outputs hide "
        "bugs; small random numbers of no special value find them."
    ),
)

# ------------------------------------------------------------------------------------ 04-12 predict the start

_PARAMETERS = ("W1", "b1", "W2", "b2")


def _starts(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _names(name, value) if name.endswith("_move") else _as_number(value)
        for name, value in answer.items()
    }


def _names(name: str, value: Any) -> str:
    """Bring a list of parameters into one order: no order is asked for."""
    parts = value.replace(",", " ").split() if isinstance(value, str) else value
    if not isinstance(parts, list | tuple | set | frozenset | np.ndarray):
        raise AnswerFormError(f'`{name}` must be a list of names, such as ["W1", "b1"]; got {value!r}.')
    known = {each.casefold(): each for each in _PARAMETERS}
    found = []
    for part in parts:
        plain = part.strip().casefold() if isinstance(part, str) else part
        if not isinstance(plain, str) or plain not in known:
            raise AnswerFormError(
                f'`{name}` may hold the names "W1", "b1", "W2", "b2" (or nothing: []); got {part!r}.'
            )
        found.append(known[plain])
    return ", ".join(each for each in _PARAMETERS if each in found) or "none"


START = Exercise(
    name="04-12",
    title="Predict the start",
    answer={
        "zeros_tanh_move": ["b2"],
        "zeros_sigmoid_move": ["W2", "b2"],
        "constant_tanh_move": ["W1", "b1", "W2", "b2"],
        "different_units": 1,
        "glorot_variance": 0.005,
        "he_variance": 2 / 300,
        "too_small": 2.0**-10,
        "too_large": 2.0**10,
    },
    evaluate=_starts,
    reveal=False,
    rtol=0.025,  # 1000 for 1024
    atol=1e-6,
    counts=("different_units",),
    mistakes=(
        Mistake(
            name="zeros: all move",
            answer={"zeros_tanh_move": ["W1", "b1", "W2", "b2"]},
            message=(
                "With zeros and tanh, most slopes are 0. For each parameter ask what it is multiplied by: "
                "a weight of W2 by its hidden output, a weight of W1 by a weight of W2 on the way back."
            ),
        ),
        Mistake(
            name="zeros: nothing moves",
            answer={"zeros_tanh_move": []},
            message=(
                "Zeros and tanh: one kind of parameter goes straight into the logit and is multiplied by "
                "nothing. Does it move?"
            ),
        ),
        Mistake(
            name="zeros: second layer moves",
            answer={"zeros_tanh_move": ["W2", "b2"]},
            message=(
                "Zeros and tanh: dW2 = Hᵀ G. What do tanh units with z = 0 put into H? "
                "(With sigmoid units it would be different.)"
            ),
        ),
        Mistake(
            name="zeros: both biases move",
            answer={"zeros_tanh_move": ["b1", "b2"]},
            message="Zeros and tanh: on its way back to b1 the slope passes W2. What is left of it there?",
        ),
        Mistake(
            name="zeros: first layer moves",
            answer={"zeros_tanh_move": ["W1", "b1"]},
            message=(
                "Zeros and tanh: what comes back to the first layer has been multiplied by W2, which is 0."
            ),
        ),
        Mistake(
            name="zeros: only W2",
            answer={"zeros_tanh_move": ["W2"]},
            message="Zeros and tanh: a weight of W2 is multiplied by its hidden output. What is tanh(0)?",
        ),
        Mistake(
            name="sigmoid zeros as tanh zeros",
            answer={"zeros_sigmoid_move": ["b2"]},
            message=(
                "Zeros and sigmoid: tanh(0) is 0, but a sigmoid at 0 is not. What does that mean for dW2 = "
                "Hᵀ G?"
            ),
        ),
        Mistake(
            name="sigmoid zeros: all move",
            answer={"zeros_sigmoid_move": ["W1", "b1", "W2", "b2"]},
            message=(
                "Zeros and sigmoid: soon all will move, but not in the *first* step. What does the way back"
                " to "
                "W1 and b1 lead through, and what is it now?"
            ),
        ),
        Mistake(
            name="sigmoid zeros: nothing moves",
            answer={"zeros_sigmoid_move": []},
            message="Zeros and sigmoid: the hidden outputs are all 1/2, and b2 is multiplied by nothing.",
        ),
        Mistake(
            name="sigmoid zeros: only W2",
            answer={"zeros_sigmoid_move": ["W2"]},
            message="Zeros and sigmoid: W2 moves, but it is not alone: what is multiplied by nothing at all?",
        ),
        Mistake(
            name="sigmoid zeros: biases",
            answer={"zeros_sigmoid_move": ["b1", "b2"]},
            message="Zeros and sigmoid: on its way back to b1 the slope passes W2, which is 0.",
        ),
        Mistake(
            name="sigmoid zeros: all but W1",
            answer={"zeros_sigmoid_move": ["b1", "W2", "b2"]},
            message="Zeros and sigmoid: b1 and W1 share one way back, through W2. Either both move or none.",
        ),
        Mistake(
            name="constants: only b2",
            answer={"constant_tanh_move": ["b2"]},
            message=(
                "Constants: here W2 is not 0, and neither are the hidden outputs. What stands in the way?"
            ),
        ),
        Mistake(
            name="constants: nothing moves",
            answer={"constant_tanh_move": []},
            message="Constants: equal is not the same as stuck. No factor on any way is 0 here.",
        ),
        Mistake(
            name="constants: second layer only",
            answer={"constant_tanh_move": ["W2", "b2"]},
            message="Constants: W2 is 0.5 and not 0, so something comes back to the first layer.",
        ),
        Mistake(
            name="constants: weights only",
            answer={"constant_tanh_move": ["W1", "W2"]},
            message="Constants: the biases have slopes, too: the sums of what comes back, over the batch.",
        ),
        Mistake(
            name="units part",
            answer={"different_units": 4},
            message=(
                "All four begin equal, see the same records and get the same slope back. "
                "What could ever make one of them differ?"
            ),
        ),
        Mistake(
            name="no unit is different",
            answer={"different_units": 0},
            message=(
                "Counted are different columns. If all four are equal, how many different ones are there?"
            ),
        ),
        Mistake(
            name="two kinds of units",
            answer={"different_units": 2},
            message=(
                "The two *rows* of W1 (the two features) part, because the features differ. "
                "A unit is a column: do the columns part?"
            ),
        ),
        Mistake(
            name="He for Glorot",
            answer={"glorot_variance": 2 / 300},
            message=(
                "This is the rule of He. Glorot's looks at both sides of the layer, its inputs and its units."
            ),
        ),
        Mistake(
            name="Glorot's 2 forgotten",
            answer={"glorot_variance": 1 / 400},
            message="Glorot: half of it. The rule takes the *mean* of both sizes: 1 / ((300 + 100) / 2).",
        ),
        Mistake(
            name="standard deviation for variance (Glorot)",
            answer={"glorot_variance": 0.005**0.5},
            message="Glorot: this is the standard deviation, its square root. The variance is asked.",
        ),
        Mistake(
            name="limit for variance (Glorot)",
            answer={"glorot_variance": (6 / 400) ** 0.5},
            message=(
                "Glorot: this is the end c of the uniform distribution on (−c, c). Its variance is c² / 3."
            ),
        ),
        Mistake(
            name="LeCun for Glorot",
            answer={"glorot_variance": 1 / 300},
            message=(
                "1/300 keeps the signal on its way forward only. Glorot's rule is a compromise with the way"
                " back."
            ),
        ),
        Mistake(
            name="Glorot for He",
            answer={"he_variance": 0.005},
            message="This is Glorot's rule. He's looks at the inputs of a unit alone.",
        ),
        Mistake(
            name="He without its 2",
            answer={"he_variance": 1 / 300},
            message="He: 1/300 suits a linear unit. A ReLU lets only about half of its signal through.",
        ),
        Mistake(
            name="He with the units",
            answer={"he_variance": 2 / 100},
            message=(
                "He: you divided by the number of units. A unit sums over its *inputs*: how many terms are "
                "it?"
            ),
        ),
        Mistake(
            name="standard deviation for variance (He)",
            answer={"he_variance": (2 / 300) ** 0.5},
            message="He: this is the standard deviation, its square root. The variance is asked.",
        ),
        Mistake(
            name="one layer only (small)",
            answer={"too_small": 0.5},
            message="Variance 1/100: this is what one layer does. Ten of them stand one behind the other.",
        ),
        Mistake(
            name="halves added (small)",
            answer={"too_small": 0.05},
            message="Variance 1/100: ten factors of 1/2 are a power, not a division by 10 or 20.",
        ),
        Mistake(
            name="nothing changes (small)",
            answer={"too_small": 1},
            message=(
                "Variance 1/100: this would keep the signal of *linear* units. "
                "What does a ReLU do with half of its z?"
            ),
        ),
        Mistake(
            name="factor of the size (small)",
            answer={"too_small": 2.0**-5},
            message=(
                "Variance 1/100: by this factor the *size* shrinks, the root of the mean square. "
                "The mean square itself is asked."
            ),
        ),
        Mistake(
            name="everything gone (small)",
            answer={"too_small": 0},
            message="Variance 1/100: small, but not 0: which power of 1/2?",
        ),
        Mistake(
            name="turned round (small)",
            answer={"too_small": 2.0**10},
            message="Variance 1/100 is *half* of what He's rule asks for. Does the signal grow or shrink?",
        ),
        Mistake(
            name="turned round (large)",
            answer={"too_large": 2.0**-10},
            message="Variance 4/100 is *twice* what He's rule asks for. Does the signal grow or shrink?",
        ),
        Mistake(
            name="one layer only (large)",
            answer={"too_large": 2},
            message="Variance 4/100: this is what one layer does. Ten of them stand one behind the other.",
        ),
        Mistake(
            name="doubles added (large)",
            answer={"too_large": 20},
            message="Variance 4/100: ten factors of 2 are a power, not ten times 2.",
        ),
        Mistake(
            name="ReLU's half forgotten (large)",
            answer={"too_large": 4.0**10},
            message="Variance 4/100: you took a factor of 4 a layer. That would be so without ReLU's half.",
        ),
        Mistake(
            name="factor of the size (large)",
            answer={"too_large": 2.0**5},
            message="Variance 4/100: so much grows the *size*. The mean square itself is asked.",
        ),
    ),
    hints=(
        "Write down for each parameter all factors between it and the loss. One 0 among them is enough.",
        (
            "dW2 = Hᵀ G, and all that reaches W1 and b1 has passed W2. Glorot: 2 / (inputs + units). "
            "He: 2 / inputs, because a ReLU lets half of the mean square through."
        ),
        (
            "A layer of 100 ReLUs with variance v multiplies the mean square by 100 v / 2. "
            "Ten layers: to the power of 10."
        ),
    ),
    praise=(
        "Zeros stop the way back, equal constants make one unit of many, and a factor of 2 a layer is a "
        "factor "
        "of a thousand in ten. So: random, and of the right size."
    ),
)

# ------------------------------------------------------------------------- 04-13 backpropagation from scratch


def _gradients(
    X: Array,
    y: Array,
    W1: Array,
    b1: Array,
    W2: Array,
    b2: Array,
    *,
    error: Callable[[Array, Array], Array] = lambda P, y: (P - y) / len(y),
    slope: Callable[[Array], Array] = lambda H: 1 - H**2,
    hidden_bias: float = 1.0,
    output_bias: float = 1.0,
) -> tuple[Array, Array, Array, Array]:
    """Return dW1, db1, dW2, db2; the options are for the mistakes."""
    H = np.tanh(X @ W1 + hidden_bias * b1)
    G = error(_sigmoid(H @ W2 + output_bias * b2), y)
    D = G @ W2.T * slope(H)
    return X.T @ D, D.sum(axis=0), H.T @ G, G.sum(axis=0)


def _scratch(X: Array, y: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> tuple[Array, ...]:
    return _gradients(X, y, W1, b1, W2, b2)


def _scratch_with(**options: Any) -> Callable[..., tuple[Array, ...]]:
    def gradients(X: Array, y: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> tuple[Array, ...]:
        return _gradients(X, y, W1, b1, W2, b2, **options)

    return gradients


def _scratch_after(change: Callable[..., tuple[Any, ...]]) -> Callable[..., tuple[Any, ...]]:
    """Make a wrong answer from the right one: ``change(gradients, n)`` spoils what is returned."""

    def gradients(X: Array, y: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> tuple[Any, ...]:
        return change(_gradients(X, y, W1, b1, W2, b2), len(X))

    return gradients


def _parts_of_scratch(
    X: Array, y: Array, W1: Array, b1: Array, W2: Array, b2: Array
) -> tuple[Array, Array, Array]:
    """Return H, G and D."""
    H = np.tanh(X @ W1 + b1)
    G = (_sigmoid(H @ W2 + b2) - y) / len(X)
    return H, G, G @ W2.T * (1 - H**2)


def _unsummed_biases(X: Array, y: Array, *weights: Array) -> tuple[Array, ...]:
    dW1, _, dW2, _ = _gradients(X, y, *weights)
    _, G, D = _parts_of_scratch(X, y, *weights)
    return dW1, D, dW2, G


def _biases_of_units(X: Array, y: Array, *weights: Array) -> tuple[Array, ...]:
    dW1, _, dW2, _ = _gradients(X, y, *weights)
    _, G, D = _parts_of_scratch(X, y, *weights)
    return dW1, D.sum(axis=1), dW2, G.sum(axis=1)


def _last_record(X: Array, y: Array, *weights: Array) -> tuple[Array, ...]:
    dW1, _, dW2, _ = _gradients(X, y, *weights)
    _, G, D = _parts_of_scratch(X, y, *weights)
    return dW1, D[-1], dW2, G[-1]


def _hidden_inputs(X: Array, y: Array, *weights: Array) -> tuple[Array, ...]:
    """Take the hidden outputs for the inputs of the first layer."""
    _, db1, dW2, db2 = _gradients(X, y, *weights)
    H, _, D = _parts_of_scratch(X, y, *weights)
    return H.T @ D, db1, dW2, db2


def _after_update(rate: float) -> Callable[..., tuple[Array, ...]]:
    """Let W2 take its step before it is used for the hidden layer."""

    def gradients(X: Array, y: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> tuple[Array, ...]:
        H, G, _ = _parts_of_scratch(X, y, W1, b1, W2, b2)
        D = G @ (W2 - rate * H.T @ G).T * (1 - H**2)
        return X.T @ D, D.sum(axis=0), H.T @ G, G.sum(axis=0)

    return gradients


def _relu_network(X: Array, y: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> tuple[Array, ...]:
    H = np.maximum(X @ W1 + b1, 0)
    G = (_sigmoid(H @ W2 + b2) - y) / len(X)
    D = G @ W2.T * (H > 0)
    return X.T @ D, D.sum(axis=0), H.T @ G, G.sum(axis=0)


def _sigmoid_network(X: Array, y: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> tuple[Array, ...]:
    H = _sigmoid(X @ W1 + b1)
    G = (_sigmoid(H @ W2 + b2) - y) / len(X)
    D = G @ W2.T * H * (1 - H)
    return X.T @ D, D.sum(axis=0), H.T @ G, G.sum(axis=0)


def _no_output_sigmoid(X: Array, y: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> tuple[Array, ...]:
    H = np.tanh(X @ W1 + b1)
    G = (H @ W2 + b2 - y) / len(X)
    D = G @ W2.T * (1 - H**2)
    return X.T @ D, D.sum(axis=0), H.T @ G, G.sum(axis=0)


def _small_network(rng: np.random.Generator) -> Inputs:
    n, n_in, n_hidden = (int(size) for size in rng.integers(1, 6, size=3))
    if rng.random() < 0.3:
        n_hidden = n_in = n
    X, W1, b1, W2, b2 = (
        np.round(rng.normal(size=size), 2)
        for size in ((n, n_in), (n_in, n_hidden), (n_hidden,), (n_hidden, 1), (1,))
    )
    return X, rng.integers(0, 2, size=(n, 1)), W1, b1, W2, b2


SCRATCH = Exercise(
    name="04-13",
    title="Backpropagation from scratch",
    answer=_scratch,
    may_change_inputs=False,
    inputs=(
        (
            np.array([[1.0, -1.0], [0.5, 2.0], [-1.0, 0.5]]),
            np.array([[1], [0], [1]]),
            np.array([[0.5, -0.25], [0.25, 0.5]]),
            np.array([0.1, -0.2]),
            np.array([[1.0], [-0.5]]),
            np.array([0.3]),
        ),
        (
            np.array([[2.0, -1.0, 0.5]]),
            np.array([[0]]),
            np.array([[0.3, -0.2], [0.1, 0.4], [-0.5, 0.2]]),
            np.array([0.0, 0.5]),
            np.array([[0.8], [1.2]]),
            np.array([-0.4]),
        ),
    ),
    random_inputs=_small_network,
    mistakes=(
        Mistake(
            name="never divided by n",
            answer=_scratch_with(error=lambda P, y: P - y),
            message=(
                "All four are n times too large: the loss is the *mean* over the batch, "
                "so its slope at each logit has a 1/n in it."
            ),
        ),
        Mistake(
            name="divided by n twice",
            answer=_scratch_with(error=lambda P, y: (P - y) / len(y) ** 2),
            message=(
                "All four are n times too small: you divided by n twice. "
                "The 1/n of the mean comes in once, at the loss, and then flows back with everything else."
            ),
        ),
        Mistake(
            name="biases divided by n twice",
            answer=_scratch_after(lambda g, n: (g[0], g[1] / n, g[2], g[3] / n)),
            message=(
                "dW1 and dW2 are right. The bias gradients are divided by n once more: "
                "a *sum* over the batch is wanted, because the 1/n is in G already."
            ),
        ),
        Mistake(
            name="weights divided by n twice",
            answer=_scratch_after(lambda g, n: (g[0] / n, g[1], g[2] / n, g[3])),
            message="db1 and db2 are right. dW1 and dW2 are divided by n once more.",
        ),
        Mistake(
            name="hidden layer divided by n twice",
            answer=_scratch_after(lambda g, n: (g[0] / n, g[1] / n, g[2], g[3])),
            message=(
                "dW2 and db2 are right. In the hidden layer you divide by n once more: "
                "the 1/n came back with G."
            ),
        ),
        Mistake(
            name="bias gradients not summed",
            answer=_unsummed_biases,
            message=(
                "dW1 and dW2 are right. Your bias gradients have a row for each record; all records share "
                "the "
                "biases, so their slopes add up."
            ),
        ),
        Mistake(
            name="bias gradients summed over units",
            answer=_biases_of_units,
            message=(
                "dW1 and dW2 are right. Your bias gradients add up the units of each record; "
                "they should add up the records for each unit."
            ),
        ),
        Mistake(
            name="bias gradients as rows",
            answer=_scratch_after(lambda g, n: (g[0], g[1][None], g[2], g[3][None])),
            message=(
                "The numbers are right. But the bias gradients have one axis too many: "
                "a gradient has the shape of what it belongs to."
            ),
        ),
        Mistake(
            name="bias gradients of the last record",
            answer=_last_record,
            message=(
                "dW1 and dW2 are right. In the bias gradients only the last record is left: "
                "`=` where each record should be added?"
            ),
        ),
        Mistake(
            name="slope of the sigmoid as well",
            answer=_scratch_with(error=lambda P, y: (P - y) * P * (1 - P) / len(y)),
            message=(
                "You multiply by p (1 − p), the slope of the sigmoid. With cross-entropy it has canceled "
                "already: the slope of the loss at the *logit* is simpler."
            ),
        ),
        Mistake(
            name="factor 2",
            answer=_scratch_with(error=lambda P, y: 2 * (P - y) / len(y)),
            message=(
                "All four are twice too large. The 2 belongs to a squared error; here it is cross-entropy."
            ),
        ),
        Mistake(
            name="sign turned",
            answer=_scratch_with(error=lambda P, y: (y - P) / len(y)),
            message=(
                "All four have the wrong sign: p − y and not y − p. "
                "A gradient points uphill; the minus belongs to the step."
            ),
        ),
        Mistake(
            name="logits for probabilities",
            answer=_no_output_sigmoid,
            message="You compare the *logit* with y. The sigmoid at the output is missing.",
        ),
        Mistake(
            name="slope of tanh forgotten",
            answer=_scratch_with(slope=lambda H: np.ones_like(H)),
            message="dW2 and db2 are right. On its way to the first layer G must pass the tanh.",
        ),
        Mistake(
            name="tanh twice",
            answer=_scratch_with(slope=lambda H: 1 - np.tanh(H) ** 2),
            message=(
                "dW2 and db2 are right. H is the output of tanh already; for the slope you send it through "
                "tanh once more."
            ),
        ),
        Mistake(
            name="slope of a hidden sigmoid",
            answer=_scratch_with(slope=lambda H: H * (1 - H)),
            message="dW2 and db2 are right. H (1 − H) is the slope of a sigmoid; the hidden units are tanh.",
        ),
        Mistake(
            name="square lost",
            answer=_scratch_with(slope=lambda H: 1 - H),
            message="dW2 and db2 are right. In the slope of tanh the output is squared.",
        ),
        Mistake(
            name="W2 updated before it is used",
            answer=_after_update(1.0),
            message=(
                "dW2 and db2 are right. For the hidden layer you use a W2 that has taken its step already. "
                "Nothing is updated here: this function only computes slopes."
            ),
        ),
        Mistake(
            name="W2 updated a little before it is used",
            answer=_after_update(0.1),
            message=(
                "dW2 and db2 are right. For the hidden layer you use a W2 that has moved by a tenth of its "
                "gradient already. Nothing is updated here: this function only computes slopes."
            ),
        ),
        Mistake(
            name="hidden outputs for inputs",
            answer=_hidden_inputs,
            message="In dW1 you use H. What came *into* the first layer?",
        ),
        Mistake(
            name="hidden bias forgotten",
            answer=_scratch_with(hidden_bias=0.0),
            message="The way back is right, but on the way forward b1 is missing.",
        ),
        Mistake(
            name="output bias forgotten",
            answer=_scratch_with(output_bias=0.0),
            message="The way back is right, but on the way forward b2 is missing.",
        ),
        Mistake(
            name="biases forgotten",
            answer=_scratch_with(hidden_bias=0.0, output_bias=0.0),
            message="The way back is right, but on the way forward both biases are missing.",
        ),
        Mistake(
            name="squared error",
            answer=_scratch_with(error=lambda P, y: 2 * (P - y) * P * (1 - P) / len(y)),
            message=(
                "These are the gradients of the mean *squared* error. Behind cross-entropy the slope at the "
                "logit is simpler: that of the sigmoid has cancelled."
            ),
        ),
        Mistake(
            name="hidden sigmoid",
            answer=_sigmoid_network,
            message="Your hidden units are sigmoids. In this network they are tanh.",
        ),
        Mistake(
            name="table of all pairs",
            answer=_scratch_with(error=lambda P, y: (P - y.T).sum(axis=1, keepdims=True) / len(y)),
            message=(
                "You compare every record with every label: p as a column and y as a row give a table of "
                "n × n. Both must have the shape (n, 1)."
            ),
        ),
        Mistake(
            name="dW2 without its column",
            answer=_scratch_after(lambda g, n: (g[0], g[1], g[2].ravel(), g[3])),
            message=(
                "The numbers are right. But dW2 has lost an axis: W2 has the shape (n_hidden, 1), and so has "
                "its gradient."
            ),
        ),
        Mistake(
            name="hidden ReLU",
            answer=_relu_network,
            message="Your hidden units are ReLUs. In this network they are tanh.",
        ),
        Mistake(
            name="last layer first",
            answer=_scratch_after(lambda g, n: (g[2], g[3], g[0], g[1])),
            message="All four are right, but the first layer comes first: dW1, db1, dW2, db2.",
        ),
        Mistake(
            name="weights first",
            answer=_scratch_after(lambda g, n: (g[0], g[2], g[1], g[3])),
            message="All four are right, but in another order: dW1, db1, dW2, db2.",
        ),
    ),
    hints=(
        "Forward first, keeping H and p. Then back: the slope at the logits, at H, at the hidden z.",
        (
            "At the logits the slope of the mean cross-entropy is G = (p − y) / n. From there it is exercise "
            "4 twice, with the slope of tanh in between."
        ),
        (
            "dW2 = Hᵀ G and db2 = the rows of G added up; D = (G W2ᵀ) times (1 − H²), entry by entry; then "
            "dW1 and db1 from X and D in the same way."
        ),
    ),
    praise=(
        "You have written backpropagation. Run the next cell: annlib.gradcheck nudges every one of your "
        "network's parameters and compares."
    ),
)

# ------------------------------------------------------------------------- 04-14 how far do gradients get?


def _forward_deep(X: Array, weights: Any, biases: Any) -> tuple[list[Array], Array]:
    """Return what comes into each layer, and the logits."""
    inputs = [X]
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        inputs.append(np.tanh(inputs[-1] @ W + b))
    return inputs, inputs[-1] @ weights[-1] + biases[-1]


def _softmax_error(Z: Array, y: Array) -> Array:
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    P[np.arange(len(y)), y] -= 1
    result: Array = P / len(y)
    return result


def _deep_gradients(
    X: Array,
    y: Array,
    weights: Any,
    biases: Any,
    *,
    error: Callable[[Array, Array], Array] = _softmax_error,
    slope: Callable[[Array], Array] = lambda H: 1 - H**2,
    slope_at_last: bool = False,
    inputs_of: Callable[[list[Array], int], Array] = lambda inputs, k: inputs[k],
    weights_of: Callable[[Any, int], Array] = lambda weights, k: weights[k],
    bias_of: Callable[[Array], Array] = lambda G: G.sum(axis=0),
) -> tuple[list[Array], list[Array]]:
    """Return the lists dWs and dbs; the options are for the mistakes."""
    inputs, Z = _forward_deep(X, weights, biases)
    G = error(Z, y)
    if slope_at_last:
        G = G * slope(np.tanh(Z))
    dWs, dbs = [], []
    for k in reversed(range(len(weights))):
        dWs.append(inputs_of(inputs, k).T @ G)
        dbs.append(bias_of(G))
        if k:
            G = G @ weights_of(weights, k).T * slope(inputs[k])
    return dWs[::-1], dbs[::-1]


def _deep(X: Array, y: Array, weights: Any, biases: Any) -> tuple[list[Array], list[Array]]:
    return _deep_gradients(X, y, weights, biases)


def _deep_with(**options: Any) -> Callable[..., tuple[list[Array], list[Array]]]:
    def backpropagate(X: Array, y: Array, weights: Any, biases: Any) -> tuple[list[Array], list[Array]]:
        return _deep_gradients(X, y, weights, biases, **options)

    return backpropagate


def _tanh_at_logits(X: Array, y: Array, weights: Any, biases: Any) -> tuple[list[Array], list[Array]]:
    """Let the last layer end in a tanh, forward and backward."""
    return _deep_gradients(
        X, y, weights, biases, slope_at_last=True, error=lambda Z, y: _softmax_error(np.tanh(Z), y)
    )


def _no_backward_tanh_below(X: Array, y: Array, weights: Any, biases: Any) -> tuple[list[Array], list[Array]]:
    """Take each slope of tanh one layer too early: at the inputs of the layer before."""
    inputs, Z = _forward_deep(X, weights, biases)
    G = _softmax_error(Z, y)
    dWs, dbs = [], []
    for k in reversed(range(len(weights))):
        dWs.append(inputs[k].T @ G)
        dbs.append(G.sum(axis=0))
        if k:
            G = G @ weights[k].T * (1 - (np.tanh(inputs[k - 1] @ weights[k - 1])) ** 2)
    return dWs[::-1], dbs[::-1]


def _one_hot(y: Array, k: int) -> Array:
    result: Array = np.eye(k)[y]
    return result


def _sigmoid_error(Z: Array, y: Array) -> Array:
    return (_sigmoid(Z) - _one_hot(y, Z.shape[1])) / len(y)


def _softmax_down_error(Z: Array, y: Array) -> Array:
    E = np.exp(Z - Z.max(axis=0))
    result: Array = (E / E.sum(axis=0) - _one_hot(y, Z.shape[1])) / len(y)
    return result


def _by_layer(answer: Callable[..., Any], X: Array, y: Array, weights: Any, biases: Any) -> dict[str, Any]:
    """Name each part of the result, so that a message can say in which layer the trouble begins."""
    result = answer(X, y, weights, biases)
    try:
        dWs, dbs = result
        parts = {"dWs": list(dWs), "dbs": list(dbs)}
    except (TypeError, ValueError):
        raise AnswerFormError(
            "The function must return two lists, `dWs` and `dbs`, with an array for each layer; "
            f"got {'None (is there a `return`?)' if result is None else type(result).__name__}."
        ) from None
    for name, part in parts.items():
        if len(part) != len(weights):
            raise AnswerFormError(
                f"`{name}` must hold an array for each layer: expected {len(weights)}, got {len(part)}."
            )
    return {
        f"{name}[{k}]": part[k]
        for k in reversed(range(len(weights)))  # from the loss back, as errors travel
        for name, part in parts.items()
    }


def _some_depth(rng: np.random.Generator) -> Inputs:
    n, classes = int(rng.integers(1, 6)), int(rng.integers(2, 5))
    sizes = [int(size) for size in rng.integers(1, 5, size=int(rng.integers(1, 5)))] + [classes]
    if rng.random() < 0.4:  # square layers, where a wrong product raises no error
        sizes = [classes] * len(sizes)
    weights = tuple(np.round(rng.normal(size=shape), 2) for shape in pairwise(sizes))
    biases = tuple(np.round(rng.normal(size=size), 2) for size in sizes[1:])
    return np.round(rng.normal(size=(n, sizes[0])), 2), rng.integers(0, classes, size=n), weights, biases


def _fixed_depth(sizes: tuple[int, ...], n: int, seed: int) -> Inputs:
    rng = np.random.default_rng(seed)
    weights = tuple(np.round(rng.normal(size=s), 1) for s in pairwise(sizes))
    biases = tuple(np.round(rng.normal(size=s), 1) for s in sizes[1:])
    return np.round(rng.normal(size=(n, sizes[0])), 1), np.arange(n) % sizes[-1], weights, biases


PROJECT = Exercise(
    name="04-14",
    title="Project: how far do gradients get?",
    answer=_deep,
    evaluate=_by_layer,
    inputs=(
        _fixed_depth((2, 3), 2, 1),
        _fixed_depth((2, 3, 2), 3, 2),
        _fixed_depth((3, 3, 3, 3), 3, 3),
        _fixed_depth((4, 3, 2, 3), 5, 4),
    ),
    random_inputs=_some_depth,
    seconds=10.0,
    mistakes=(
        Mistake(
            name="never divided by n",
            answer=_deep_with(error=lambda Z, y: _softmax_error(Z, y) * len(y)),
            message="All gradients are n times too large: the loss is the mean over the batch.",
        ),
        Mistake(
            name="divided by n twice",
            answer=_deep_with(error=lambda Z, y: _softmax_error(Z, y) / len(y)),
            message="All gradients are n times too small: the 1/n of the mean comes in once.",
        ),
        Mistake(
            name="divided by n in every layer",
            answer=_deep_with(slope=lambda H: (1 - H**2) / len(H)),
            message=(
                "The last layer is right; each layer before it is another n times too small. "
                "The 1/n comes in once, at the loss, and flows back from there."
            ),
        ),
        Mistake(
            name="bias gradients not summed",
            answer=_deep_with(bias_of=lambda G: G),
            message=(
                "The dWs are right. Your dbs have a row for each record: all records share the biases, "
                "so their slopes add up."
            ),
        ),
        Mistake(
            name="bias gradients as means",
            answer=_deep_with(bias_of=lambda G: G.mean(axis=0)),
            message="The dWs are right. Your dbs are means; the 1/n is in G already.",
        ),
        Mistake(
            name="bias gradients of the last record",
            answer=_deep_with(bias_of=lambda G: G[-1]),
            message=(
                "The dWs are right. In your dbs only the last record is left: they add up over the batch."
            ),
        ),
        Mistake(
            name="bias gradients summed over units",
            answer=_deep_with(bias_of=lambda G: G.sum(axis=1)),
            message="The dWs are right. Your dbs add up the units; they should add up the records.",
        ),
        Mistake(
            name="first layer first",
            answer=lambda X, y, weights, biases: tuple(p[::-1] for p in _deep(X, y, weights, biases)),
            message=(
                "All gradients are right, but in the order in which the way back found them. "
                "dWs[0] should belong to weights[0]."
            ),
        ),
        Mistake(
            name="lists exchanged",
            answer=lambda X, y, weights, biases: _deep(X, y, weights, biases)[::-1],
            message="All gradients are right, but the two lists are exchanged: dWs comes first.",
        ),
        Mistake(
            name="slope of tanh forgotten",
            answer=_deep_with(slope=lambda H: np.ones_like(H)),
            message=(
                "The last layer is right, those before it are not: between two layers stands a tanh, "
                "and its slope belongs to the way back."
            ),
        ),
        Mistake(
            name="tanh twice",
            answer=_deep_with(slope=lambda H: 1 - np.tanh(H) ** 2),
            message=(
                "The last layer is right, those before it are not. For the slope you send an output through "
                "tanh once more; it *is* tanh(z) already."
            ),
        ),
        Mistake(
            name="slope of the sigmoid",
            answer=_deep_with(slope=lambda H: H * (1 - H)),
            message=(
                "The last layer is right. H (1 − H) is the slope of a sigmoid; the hidden layers are tanh."
            ),
        ),
        Mistake(
            name="square lost",
            answer=_deep_with(slope=lambda H: 1 - H),
            message="The last layer is right. In the slope of tanh the output is squared.",
        ),
        Mistake(
            name="slope of tanh at the logits",
            answer=_deep_with(slope_at_last=True),
            message=(
                "Even the last layer is wrong: you multiply the error by a slope of tanh. "
                "The logits pass no tanh, so there is none on the way back."
            ),
        ),
        Mistake(
            name="tanh at the logits",
            answer=_tanh_at_logits,
            message="Your last layer ends in a tanh, too. The softmax takes the logits as they are.",
        ),
        Mistake(
            name="outputs for inputs",
            answer=_deep_with(inputs_of=lambda inputs, k: inputs[min(k + 1, len(inputs) - 1)]),
            message=(
                "You are one layer off in the products: dW of a layer is made of what came *into* it, "
                "not of what it gave."
            ),
        ),
        Mistake(
            name="X into every layer",
            answer=_deep_with(inputs_of=lambda inputs, k: inputs[0]),
            message=(
                "dWs[0] is right. But X came into the first layer only; the others got what the one before "
                "gave."
            ),
        ),
        Mistake(
            name="weights one layer off",
            answer=_deep_with(weights_of=lambda weights, k: weights[k - 1]),
            message=(
                "The last layer is right. From layer k to the one before it the slope passes the weights of "
                "layer k; you use those of layer k − 1."
            ),
        ),
        Mistake(
            name="weights not transposed",
            answer=_deep_with(weights_of=lambda weights, k: weights[k].T),
            message="The last layer is right. On the way back the slope passes the weights *transposed*.",
        ),
        Mistake(
            name="biases forgotten in the slope",
            answer=_no_backward_tanh_below,
            message=(
                "The last layer is right. For the slope of tanh you compute the hidden outputs anew, "
                "and without their bias. The way forward has them already."
            ),
        ),
        Mistake(
            name="factor 2",
            answer=_deep_with(error=lambda Z, y: 2 * _softmax_error(Z, y)),
            message=(
                "All gradients are twice too large. The 2 belongs to squared errors, not to cross-entropy."
            ),
        ),
        Mistake(
            name="sign turned",
            answer=_deep_with(error=lambda Z, y: -_softmax_error(Z, y)),
            message=(
                "All gradients have the wrong sign: the shares minus the one-hot labels, not the reverse."
            ),
        ),
        Mistake(
            name="sigmoids at the output",
            answer=_deep_with(error=_sigmoid_error),
            message=(
                "Your outputs are sigmoids, each for itself. The classes exclude each other: "
                "softmax lets them compete."
            ),
        ),
        Mistake(
            name="softmax over the records",
            answer=_deep_with(error=_softmax_down_error),
            message="Your softmax runs down the columns, over the records. It should run along each row.",
        ),
    ),
    hints=(
        "Forward in a loop that keeps a list: what came *into* each layer. Backward in a loop from the end.",
        (
            "Before the loop, G = (softmax(Z) − one-hot(y)) / n. In it, for layer k: dW and db from "
            "inputs[k] "
            "and G; then, unless k is 0, G for the layer before."
        ),
        (
            "The step to the layer before: `G = (G @ weights[k].T) * (1 - inputs[k] ** 2)`. Fill the lists "
            "from the back, or turn them round at the end."
        ),
    ),
    praise=(
        "Backpropagation for any depth, in a dozen lines. Now run the experiment below, and watch where "
        "gradients get lost."
    ),
)

EXERCISES: tuple[Exercise, ...] = (
    NUDGES,
    BY_HAND,
    PATHS,
    DENSE,
    COST,
    BUG,
    LAYER,
    NUMERIC,
    STEP_SIZE,
    WHY,
    DESIGN,
    START,
    SCRATCH,
    PROJECT,
)
