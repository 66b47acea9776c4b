"""The exercises of chapter 5: from one step downhill to mini-batch gradient descent and its learning rate.

Each is declared once: the reference answer, what it is tried on, the known mistakes, the hints. The notebook
that learners open is ``exercises/05-gradient-descent.ipynb``; its source is
``solutions/05-gradient-descent.ipynb``. Where chance is part of the task, not one order of the records is
right but every fair one: what is compared then is what the answer did with the records, in words.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from annlib.checks._compare import show
from annlib.checks._exercise import AnswerFormError, Exercise, Inputs, Mistake, one_number, one_of
from annlib.errors import DivergenceError

__all__ = ["EXERCISES"]

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class _Seed:
    """An input that stands for a fresh generator, so that each call of an answer draws the same numbers."""

    number: int

    def __repr__(self) -> str:
        return f"np.random.default_rng({self.number})"

    def rng(self) -> np.random.Generator:
        return np.random.default_rng(self.number)


# ------------------------------------------------------------------------------------------ 05-1 by hand

BY_HAND = Exercise(
    name="05-1",
    title="Two sides of the valley",
    answer={
        "slope_right": 6,
        "next_right": 4.5,
        "second_right": 3.75,
        "slope_left": -6,
        "next_left": 1.5,
        "rest": 3,
        "too_far": -3,
        "its_loss": 36,
    },
    reveal=False,
    mistakes=(
        Mistake(
            name="all steps uphill",
            answer={"next_right": 7.5, "next_left": -1.5},
            message=(
                "Both steps lead away from the bottom at 3, so you walk uphill. Gradient descent *subtracts* "
                "the rate times the slope, whatever the slope's sign."
            ),
        ),
        Mistake(
            name="loss for slope",
            answer={"slope_right": 9},
            message=(
                "9 is the loss at w = 6, the height of the curve. The slope says how steeply it rises there."
            ),
        ),
        Mistake(
            name="loss for slope on the left",
            answer={"slope_left": 9},
            message="9 is the loss at w = 0, the height of the curve, not how steeply it falls there.",
        ),
        Mistake(
            name="factor 2 forgotten",
            answer={"slope_right": 3},
            message=(
                "3 is the distance to the bottom. Differentiating a square brings a factor down in front."
            ),
        ),
        Mistake(
            name="factor 2 forgotten on the left",
            answer={"slope_left": -3},
            message="−3 is w − 3 at w = 0. Differentiating a square brings a factor down in front.",
        ),
        Mistake(
            name="slope without the bottom",
            answer={"slope_right": 12},
            message="12 is the slope of w², whose bottom is at 0. The bottom of this valley is at 3.",
        ),
        Mistake(
            name="slope on the left without the bottom",
            answer={"slope_left": 0},
            message=(
                "0 is the slope of w² at w = 0. The bottom of this valley is at 3, and "
                "only there is it level."
            ),
        ),
        Mistake(
            name="falling on the right",
            answer={"slope_right": -6},
            message=(
                "At w = 6 the curve rises to the right, so its slope is positive. You descend by subtracting "
                "it, not by turning its sign beforehand."
            ),
        ),
        Mistake(
            name="rising on the left",
            answer={"slope_left": 6},
            message="At w = 0 the curve *falls* when w grows: which sign has such a slope?",
        ),
        Mistake(
            name="right step uphill",
            answer={"next_right": 7.5},
            message=(
                "From w = 6 you went up the right side, away from 3. Is the rate times the "
                "slope added or subtracted?"
            ),
        ),
        Mistake(
            name="left step uphill",
            answer={"next_left": -1.5},
            message=(
                "From w = 0 you went up the left side, away from 3. The slope there is negative: what is "
                "minus a negative number?"
            ),
        ),
        Mistake(
            name="rate forgotten on the right",
            answer={"next_right": 0},
            message="You subtracted the whole slope. Only the learning rate's share of it is a step.",
        ),
        Mistake(
            name="rate forgotten on the left",
            answer={"next_left": 6},
            message="You subtracted the whole slope of −6. The step is the learning rate times that.",
        ),
        Mistake(
            name="the step itself",
            answer={"next_right": 1.5},
            message="1.5 is the *step*. The new w is the old one minus that.",
        ),
        Mistake(
            name="rate alone",
            answer={"next_right": 5.75},
            message="You subtracted the learning rate alone. How far a step goes depends on the slope too.",
        ),
        Mistake(
            name="rate alone on the left",
            answer={"next_left": 0.25},
            message="You moved by the learning rate alone. How far a step goes depends on the slope too.",
        ),
        Mistake(
            name="half of the right step",
            answer={"next_right": 5.25},
            message="Your step is half as long as it should be: which slope did you put in?",
        ),
        Mistake(
            name="half of the left step",
            answer={"next_left": 0.75},
            message="Your step from the left is half as long as it should be: which slope did you put in?",
        ),
        Mistake(
            name="loss times rate",
            answer={"next_right": 3.75},
            message="You subtracted the rate times the *loss*. The slope is what shows the way, and how far.",
        ),
        Mistake(
            name="straight to the bottom",
            answer={"next_right": 3},
            message=(
                "You see the whole valley and jump to its bottom. Gradient descent knows only the slope "
                "where it stands."
            ),
        ),
        Mistake(
            name="straight to the bottom from the left",
            answer={"next_left": 3},
            message="From the left, too, one step of this rate goes only half of the way to the bottom.",
        ),
        Mistake(
            name="old slope for the second step",
            answer={"second_right": 3},
            message=(
                "Your second step is as long as the first. At w = 4.5 the valley is less steep than at 6: "
                "take the slope anew."
            ),
        ),
        Mistake(
            name="second step uphill",
            answer={"second_right": 5.25},
            message="The second step leads away from the bottom again. Its sign is that of the first.",
        ),
        Mistake(
            name="second step not taken",
            answer={"second_right": 4.5},
            message="This is where the first step ended. Go on from there.",
        ),
        Mistake(
            name="rest at zero",
            answer={"rest": 0},
            message="At w = 0 the slope is −6, so every step moves w. Where is this curve level?",
        ),
        Mistake(
            name="half of the large step",
            answer={"too_far": 1.5},
            message=(
                "The step starts at w = 6 again, with the slope there. "
                "You went half as far, or started where the small steps had ended."
            ),
        ),
        Mistake(
            name="large step from the next place",
            answer={"too_far": 0},
            message=("You went on from `next_right`. This step starts at w = 6 again."),
        ),
        Mistake(
            name="large step uphill",
            answer={"too_far": 15},
            message=(
                "Even with a rate that is too large, the step starts in the right "
                "direction: it only goes too far."
            ),
        ),
        Mistake(
            name="sign lost",
            answer={"too_far": 3},
            message="The step is 9 long, and 6 − 9 lies beyond the bottom, on the other side of 0.",
        ),
        Mistake(
            name="distance for loss",
            answer={"its_loss": 6},
            message="6 is the distance to the bottom. The loss is its square.",
        ),
        Mistake(
            name="loss before",
            answer={"its_loss": 9},
            message=(
                "9 is the loss where the step *began*. "
                "Where did it end, and how far is that from the bottom, squared?"
            ),
        ),
    ),
    hints=(
        "The slope of (w − 3)² is 2 (w − 3): positive right of the bottom, negative left of it.",
        "new w = old w − learning rate × slope, on both sides. On the left you subtract a negative number.",
        "From w = 6: 6 − 0.25 × 6. From w = 0: 0 − 0.25 × (−6). With the rate 1.5 only the 0.25 changes.",
    ),
    praise=(
        "One rule serves both sides, because the slope changes its sign at the bottom. And the steps get "
        "shorter by themselves, because the slope does."
    ),
)

# --------------------------------------------------------------------------------- 05-2 a walk downhill


@dataclass(frozen=True)
class _Slopes:
    """The slopes of a parabola in several weights: ``matrix @ (w - bottom)``; cubed in part where asked."""

    matrix: tuple[tuple[float, ...], ...]
    bottom: tuple[float, ...]
    cubic: float = 0.0

    def __call__(self, w: Any) -> Array:
        u = np.asarray(w, dtype=np.float64) - self.bottom
        result: Array = np.asarray(self.matrix) @ u + self.cubic * u**3
        return result

    def __repr__(self) -> str:
        cubes = f" + {self.cubic:g} * (w - {list(self.bottom)})**3" if self.cubic else ""
        return f"lambda w: np.array({[list(row) for row in self.matrix]}) @ (w - {list(self.bottom)}){cubes}"


Descent = Callable[[Any, Any, float, int], Any]


def _walk(
    slope_of: Any,
    w: Any,
    learning_rate: float,
    n_steps: int,
    *,
    move: Callable[[Array, Any, float, int], Array] = lambda w, slope_of, rate, step: w - rate * slope_of(w),
) -> Array:
    """Return all places from the start on; how one is left for the next is an option for the mistakes."""
    path = [np.asarray(w, dtype=np.float64)]
    for step in range(n_steps):
        path.append(move(path[-1], slope_of, learning_rate, step))
    return np.array(path)


def _left_off(slope_of: Callable[[Array], Array], w: Array, learning_rate: float, n_steps: int) -> Array:
    """Return a path that ends where the slopes are nearly 0."""
    path = _walk(slope_of, w, learning_rate, n_steps)
    level = [k for k, place in enumerate(path) if np.all(np.abs(slope_of(place)) < 1e-3)]
    return path[: level[0] + 1] if level else path


def _moving(move: Callable[[Array, Any, float, int], Array]) -> Descent:
    return lambda slope_of, w, learning_rate, n_steps: _walk(slope_of, w, learning_rate, n_steps, move=move)


def _one_weight_after_the_other(w: Array, slope_of: Any, rate: float, step: int) -> Array:
    w = w.copy()
    for i in range(len(w)):
        w[i] -= rate * slope_of(w)[i]
    return w


def _old_slopes(slope_of: Any, w: Any, learning_rate: float, n_steps: int) -> Array:
    slope = slope_of(w)
    return _walk(slope_of, w, learning_rate, n_steps, move=lambda w, f, rate, step: w - rate * slope)


def _some_valley(rng: np.random.Generator) -> Inputs:
    size = int(rng.integers(1, 4))
    root = np.round(rng.normal(size=(size, size)), 1)
    matrix = np.round(root @ root.T + np.eye(size), 2)
    slopes = _Slopes(tuple(map(tuple, matrix.tolist())), tuple(np.round(rng.normal(size=size), 1).tolist()))
    rate = float(rng.choice([0.02, 0.05, 0.1]))
    return slopes, np.round(rng.normal(size=size) * 3, 1), rate, int(rng.integers(1, 7))


WALK = Exercise(
    name="05-2",
    title="Walk downhill",
    answer=_walk,
    evaluate=lambda answer, slope_of, w, learning_rate, n_steps: answer(slope_of, w, learning_rate, n_steps),
    may_change_inputs=False,
    inputs=(
        (_Slopes(((2.0,),), (3.0,)), np.array([6.0]), 0.25, 1),
        (_Slopes(((2.0,),), (3.0,)), np.array([0.0]), 0.25, 3),
        (_Slopes(((2.0, 1.0), (1.0, 4.0)), (1.0, -1.0)), np.array([3.0, 2.0]), 0.1, 4),
        (_Slopes(((1.0, 0.0), (0.0, 5.0)), (0.0, 0.0), 0.2), np.array([2.0, -1.0]), 0.05, 5),
        (_Slopes(((2.0,),), (3.0,)), np.array([6.0]), 1.25, 4),
        (_Slopes(((2.0,),), (3.0,)), np.array([6.0]), 0.25, 0),
    ),
    random_inputs=_some_valley,
    mistakes=(
        Mistake(
            name="uphill",
            answer=_moving(lambda w, f, rate, step: w + rate * f(w)),
            message=(
                "You walk uphill: each step goes along the slope. Downhill is the other "
                "way, on both sides of the valley."
            ),
        ),
        Mistake(
            name="size of the slope",
            answer=_moving(lambda w, f, rate, step: w - rate * np.abs(f(w))),
            message=(
                "You subtract the *size* of the slope, so every step makes w smaller, also left of the "
                "bottom. The sign of the slope belongs to it."
            ),
        ),
        Mistake(
            name="sign of the slope only",
            answer=_moving(lambda w, f, rate, step: w - rate * np.sign(f(w))),
            message=(
                "All your steps are of the same length: only the sign of the slope is used. A step is the "
                "rate times the whole slope."
            ),
        ),
        Mistake(
            name="direction of the slope only",
            answer=_moving(lambda w, f, rate, step: w - rate * f(w) / (np.linalg.norm(f(w)) or 1.0)),
            message=(
                "You divide the slopes by their length, so the steps never get shorter on the way down. Take "
                "the slopes as they are."
            ),
        ),
        Mistake(
            name="rate forgotten",
            answer=_moving(lambda w, f, rate, step: w - f(w)),
            message="Your step is the whole slope. What is `learning_rate` for?",
        ),
        Mistake(
            name="rate as a divisor",
            answer=_moving(lambda w, f, rate, step: w - f(w) / rate),
            message="You divide by the learning rate, so a small rate makes huge steps. It is a factor.",
        ),
        Mistake(
            name="rate alone",
            answer=_moving(lambda w, f, rate, step: w - rate),
            message="You subtract the learning rate alone, so the valley plays no part. Where is the slope?",
        ),
        Mistake(
            name="rate of w",
            answer=_moving(lambda w, f, rate, step: w - rate * w),
            message=(
                "You subtract a share of w itself. That leads to 0, wherever the bottom of the valley is. "
                "The slope shows the way."
            ),
        ),
        Mistake(
            name="step for place",
            answer=_moving(lambda w, f, rate, step: -rate * f(w)),
            message="The step takes the place of w. It must be added to where you stand.",
        ),
        Mistake(
            name="slope for place",
            answer=_moving(lambda w, f, rate, step: f(w)),
            message="You collect slopes. The path is made of the places, the values of w.",
        ),
        Mistake(
            name="old slope",
            answer=_old_slopes,
            message=(
                "The slope is taken once, at the start, and used for all steps. It changes on the way: ask "
                "for it anew at every step."
            ),
        ),
        Mistake(
            name="always from the start",
            answer=lambda slope_of, w, learning_rate, n_steps: np.array(
                [w * 1.0] + [w - learning_rate * slope_of(w)] * n_steps
            ),
            message="Every step starts at the first w again. Each must start where the one before has ended.",
        ),
        Mistake(
            name="from the start with the new slope",
            answer=lambda slope_of, w, learning_rate, n_steps: _walk(
                slope_of, w, learning_rate, n_steps, move=lambda v, f, rate, step: w - rate * f(v)
            ),
            message=(
                "The slope is taken at the new place, but subtracted from the first w. Each step starts "
                "where the one before has ended."
            ),
        ),
        Mistake(
            name="one weight after the other",
            answer=_moving(_one_weight_after_the_other),
            message=(
                "With one weight you are right; with several, you move the first and take the second's slope "
                "*after* that. All slopes of a step are taken at the same place: first all of "
                "them, then the step."
            ),
        ),
        Mistake(
            name="shrinking rate",
            answer=_moving(lambda w, f, rate, step: w - rate / (step + 1) * f(w)),
            message=(
                "Your rate shrinks from step to step. That is a schedule, and chapter 6 has "
                "them; here the rate stays."
            ),
        ),
        Mistake(
            name="step number as a factor",
            answer=_moving(lambda w, f, rate, step: w - rate * step * f(w)),
            message="The number of the step is a factor in your step, and the first, number 0, goes nowhere.",
        ),
        Mistake(
            name="one array again and again",
            answer=lambda slope_of, w, learning_rate, n_steps: (
                np.ones((n_steps + 1, 1)) * _walk(slope_of, w, learning_rate, n_steps)[-1]
            ),
            message=(
                "All places on your path are the last one. The list holds the *same* array again and again, "
                "and `w -= ...` changes that one array. Make a new one at each step: `w = w - ...`."
            ),
        ),
        Mistake(
            name="never moved",
            answer=lambda slope_of, w, learning_rate, n_steps: np.ones((n_steps + 1, 1)) * w,
            message="All places on your path are the start. Is the new place kept as `w`?",
        ),
        Mistake(
            name="start missing",
            answer=lambda slope_of, w, learning_rate, n_steps: list(
                _walk(slope_of, w, learning_rate, n_steps)[1:]
            ),
            message="The start is missing: n steps touch n + 1 places.",
        ),
        Mistake(
            name="end missing",
            answer=lambda slope_of, w, learning_rate, n_steps: _walk(slope_of, w, learning_rate, n_steps)[
                :-1
            ],
            message=(
                "The last place is missing: you write down where each step starts, but not "
                "where the last one ends."
            ),
        ),
        Mistake(
            name="one step only",
            answer=lambda slope_of, w, learning_rate, n_steps: _walk(
                slope_of, w, learning_rate, min(n_steps, 1)
            ),
            message=(
                "Your path has one step only. Is the `return` inside the loop? It ends the function at once."
            ),
        ),
        Mistake(
            name="left off early",
            answer=_left_off,
            message=(
                "Your path is shorter where the steps become small: you left off before `n_steps`. "
                "Here the number of steps decides."
            ),
        ),
        Mistake(
            name="one step too many",
            answer=lambda slope_of, w, learning_rate, n_steps: _walk(slope_of, w, learning_rate, n_steps + 1),
            message="You take one step too many: the start counts as a place, not as a step.",
        ),
        Mistake(
            name="end alone",
            answer=lambda slope_of, w, learning_rate, n_steps: _walk(slope_of, w, learning_rate, n_steps)[-1],
            message="You return the end. Wanted is the whole path, a row for each place from the start on.",
        ),
        Mistake(
            name="path as columns",
            answer=lambda slope_of, w, learning_rate, n_steps: _walk(slope_of, w, learning_rate, n_steps).T,
            message="Your path lies on its side: one row for each *place*, one column for each weight.",
        ),
    ),
    hints=(
        "Start a list with `w`. A loop takes n_steps steps, and each appends the place where it ends.",
        "In the loop: ask `slope_of` at the place where you are now, and subtract the rate times that.",
        (
            "`w = w - learning_rate * slope_of(w)`, then `path.append(w)`. Not `w -= ...`, which changes the "
            "one array that the list already holds."
        ),
    ),
    praise=(
        "Nothing in it knows the valley: it asks for the slope where it stands. Backpropagation answers that "
        "question for a network, and all the rest is this loop."
    ),
)

# ---------------------------------------------------------------------------- 05-3 how large may the rate be

BORDER = Exercise(
    name="05-3",
    title="How large may the rate be?",
    answer={
        "factor_small": 0.9,
        "factor_jumping": -0.5,
        "factor_diverging": -1.5,
        "at_once": 0.1,
        "border": 0.2,
        "steps_small": 44,
        "after_four": 10.125,
    },
    reveal=False,
    rtol=2e-3,
    counts=("steps_small",),
    mistakes=(
        Mistake(
            name="uphill factors",
            answer={"factor_small": 1.1},
            message="With this factor w grows from the first step on: you walk uphill.",
        ),
        Mistake(
            name="curve left out",
            answer={"factor_small": 0.99},
            message=(
                "You took 1 minus the rate. How steep the curve is belongs to it: the slope is 10 times w."
            ),
        ),
        Mistake(
            name="loss for slope",
            answer={"factor_small": 0.95},
            message="You put in the 5 of the loss 5 w². The step is made of the *slope*.",
        ),
        Mistake(
            name="step for factor",
            answer={"factor_small": 0.1},
            message="A tenth of w is the *step*. What is left of w behind it?",
        ),
        Mistake(
            name="sign of the jump lost",
            answer={"factor_jumping": 0.5},
            message="The distance is halved, that is right. But on which side of the bottom does w land?",
        ),
        Mistake(
            name="curve left out of the jump",
            answer={"factor_jumping": 0.85},
            message="You took 1 minus 0.15. The slope is 10 times w.",
        ),
        Mistake(
            name="loss for slope in the jump",
            answer={"factor_jumping": 0.25},
            message=(
                "You put in the 5 of the loss 5 w². A step is made of the *slope*, also with the rate 0.15."
            ),
        ),
        Mistake(
            name="step for factor in the jump",
            answer={"factor_jumping": 1.5},
            message="One and a half times w is the *step*. What is left of w behind it?",
        ),
        Mistake(
            name="jumping uphill",
            answer={"factor_jumping": 2.5},
            message="You added the step. It is subtracted, with a large rate as with a small one.",
        ),
        Mistake(
            name="sign of the divergence lost",
            answer={"factor_diverging": 1.5},
            message=(
                "The distance grows by this factor, that is right. But w jumps to the other side each time."
            ),
        ),
        Mistake(
            name="diverging uphill",
            answer={"factor_diverging": 3.5},
            message="You added the step. This w diverges although each step *starts* downhill.",
        ),
        Mistake(
            name="curve left out of the divergence",
            answer={"factor_diverging": 0.75},
            message="You took 1 minus 0.25. The slope is 10 times w.",
        ),
        Mistake(
            name="loss for slope in the divergence",
            answer={"factor_diverging": -0.25},
            message=(
                "You put in the 5 of the loss 5 w². A step is made of the *slope*, also where it is too long."
            ),
        ),
        Mistake(
            name="step for factor in the divergence",
            answer={"factor_diverging": 2.5},
            message="Two and a half times w is the *step*. What is left of w behind it?",
        ),
        Mistake(
            name="border for at once",
            answer={"at_once": 0.2},
            message=(
                "With this rate w lands on the other side, as far away as it was. At the "
                "bottom, nothing is left of w."
            ),
        ),
        Mistake(
            name="at once with rate 1",
            answer={"at_once": 1},
            message="With the rate 1 the step is 10 times w: far beyond the bottom.",
        ),
        Mistake(
            name="curvature for rate",
            answer={"at_once": 10},
            message=(
                "10 is how fast the slope grows with w. The steeper the valley, the "
                "*smaller* must the rate be."
            ),
        ),
        Mistake(
            name="at once for border",
            answer={"border": 0.1},
            message=(
                "With this rate w lands at the bottom in one step. The border is farther "
                "off: there the factor is −1."
            ),
        ),
        Mistake(
            name="border of the loss's 5",
            answer={"border": 0.4},
            message=(
                "This is 2 divided by the 5 of the loss. The border is 2 divided by what "
                "the *slope* grows with."
            ),
        ),
        Mistake(
            name="border without the curve",
            answer={"border": 2},
            message=(
                "2 would be the border of a valley whose slope is w itself. This one is ten times as steep."
            ),
        ),
        Mistake(
            name="border at rate 1",
            answer={"border": 1},
            message=(
                "There is nothing special about the rate 1: the border depends on how steep the valley is."
            ),
        ),
        Mistake(
            name="one step too few",
            answer={"steps_small": 43},
            message="After 43 steps a little more than 1/100 is left. One more.",
        ),
        Mistake(
            name="steps added up",
            answer={"steps_small": 10},
            message=(
                "Ten steps of a tenth each would do if all were as long as the first. But each is a tenth of "
                "what is *left*."
            ),
        ),
        Mistake(
            name="steps without the curve",
            answer={"steps_small": 459},
            message="You counted with the factor 0.99. The slope is 10 times w.",
        ),
        Mistake(
            name="steps of the loss",
            answer={"steps_small": 22},
            message="After 22 steps the *loss* is below 1/100 of what it was. Asked is w.",
        ),
        Mistake(
            name="sign of four jumps",
            answer={"after_four": -10.125},
            message="The size is right. Four jumps change the side four times: where does w end?",
        ),
        Mistake(
            name="three steps",
            answer={"after_four": -6.75},
            message="This is w after three steps. One more.",
        ),
        Mistake(
            name="five steps",
            answer={"after_four": -15.1875},
            message="This is w after five steps: the start is no step.",
        ),
        Mistake(
            name="start forgotten",
            answer={"after_four": 5.0625},
            message="This is the factor of four steps. w starts at 2, not at 1.",
        ),
        Mistake(
            name="factor times four",
            answer={"after_four": -12},
            message="You multiplied the factor by 4. Four steps are four factors, one after the other.",
        ),
    ),
    hints=(
        (
            "Put the slope into the rule: new w = w − rate × 10 w. Take w out: what stands "
            "in the brackets is the factor."
        ),
        (
            "The factor is 1 − 10 × rate. The bottom in one step: factor 0. The border, where it jumps for "
            "ever: factor −1."
        ),
        (
            "n steps multiply w by the factor n times: look for the first n with 0.9ⁿ below 0.01, and "
            "compute 2 × (−1.5)⁴."
        ),
    ),
    praise=(
        "1/10 is the best rate here, 2/10 the border, and between them w jumps from side to side and still "
        "arrives. A valley ten times as steep allows a tenth of the rate."
    ),
)
# ------------------------------------------------------------------------------ 05-4 four descents to read

_LETTERS = ("A", "B", "C", "D")


def _as_read(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _read_off(name, value) for name, value in answer.items()}


def _read_off(name: str, value: Any) -> Any:
    if name.endswith("_panel"):
        return one_of(name, value, _LETTERS)
    number = one_number(name, value)
    # The bottom is read off an axis, the steps are counted.
    return 3.0 if name == "bottom" and abs(number - 3.0) <= 0.3 else number


PLOT = Exercise(
    name="05-4",
    title="Read four descents",
    answer={
        "tiny_panel": "B",
        "good_panel": "D",
        "jumping_panel": "A",
        "diverging_panel": "C",
        "bottom": 3,
        "good_steps": 2,
        "jumping_steps": 3,
    },
    evaluate=_as_read,
    reveal=False,
    mistakes=(
        Mistake(
            name="small rates exchanged",
            answer={"tiny_panel": "D", "good_panel": "B"},
            message=(
                "You exchanged the two descents that stay on one side. Which of the two "
                "rates makes longer steps?"
            ),
        ),
        Mistake(
            name="large rates exchanged",
            answer={"jumping_panel": "C", "diverging_panel": "A"},
            message=(
                "You exchanged the two descents that jump. Do the jumps of the rate 0.8 grow or shrink? Its "
                "factor says so."
            ),
        ),
        Mistake(
            name="small and large exchanged",
            answer={"tiny_panel": "C", "diverging_panel": "B"},
            message=(
                "You exchanged the smallest and the largest rate. Compare the *first* step: the slope is the "
                "same for all, so the rate alone decides."
            ),
        ),
        Mistake(
            name="tiny rate as the good one",
            answer={"tiny_panel": "D"},
            message=(
                "In this panel the first step goes more than half of the way. With the rate "
                "0.05 it goes a tenth of it."
            ),
        ),
        Mistake(
            name="tiny rate jumps",
            answer={"tiny_panel": "A"},
            message="A small rate never reaches beyond the bottom. In this panel the first step does.",
        ),
        Mistake(
            name="tiny rate diverges",
            answer={"tiny_panel": "C"},
            message="The longest steps of all for the smallest rate? Look at the first step only.",
        ),
        Mistake(
            name="good rate as the tiny one",
            answer={"good_panel": "B"},
            message=(
                "In this panel w is not at the bottom after ten steps. With the rate 0.3 "
                "each step takes 60 % of the way."
            ),
        ),
        Mistake(
            name="good rate jumps",
            answer={"good_panel": "A"},
            message=(
                "In this panel w jumps beyond the bottom. With the rate 0.3 a step takes 60 % of the way, so "
                "w stays on its side."
            ),
        ),
        Mistake(
            name="jumping as the good one",
            answer={"jumping_panel": "D"},
            message=(
                "In this panel w stays on its side. With the rate 0.8 a step is 1.6 times the distance to "
                "the bottom: where does that end?"
            ),
        ),
        Mistake(
            name="jumping as diverging",
            answer={"jumping_panel": "C"},
            message=(
                "In this panel the jumps grow. With the rate 0.8 the factor of a step is "
                "1 − 1.6: is its size above 1?"
            ),
        ),
        Mistake(
            name="diverging as jumping",
            answer={"diverging_panel": "A"},
            message=(
                "In this panel the jumps shrink. With the rate 1.02 the factor of a step is 1 "
                "− 2.04: is its size above 1?"
            ),
        ),
        Mistake(
            name="diverging as tiny",
            answer={"diverging_panel": "B"},
            message=(
                "This panel creeps. A rate that is too large shows itself by jumps "
                "that grow, not by slowness."
            ),
        ),
        Mistake(
            name="diverging as the good one",
            answer={"diverging_panel": "D"},
            message="This panel arrives and stays. The rate 1.02 is beyond the border.",
        ),
        Mistake(
            name="start for bottom",
            answer={"bottom": 0},
            message="w = 0 is where all four *start*. The bottom is where a good descent ends.",
        ),
        Mistake(
            name="creeping end for bottom",
            answer={"bottom": 2},
            message="You read where the creeping descent is after ten steps. It is still on its way.",
        ),
        Mistake(
            name="edge for bottom",
            answer={"bottom": 3.85},
            message="This is the upper edge of the band. The bottom lies in its middle.",
        ),
        Mistake(
            name="good one step early",
            answer={"good_steps": 1},
            message="After one step the good descent is near the band, but not in it.",
        ),
        Mistake(
            name="good at the bottom",
            answer={"good_steps": 5},
            message=(
                "There the good descent has arrived at the bottom, to the eye. It is in the *band* earlier."
            ),
        ),
        Mistake(
            name="good one step late",
            answer={"good_steps": 3},
            message="You counted the start as a step, or waited too long: the start is step 0.",
        ),
        Mistake(
            name="line for a place",
            answer={"jumping_steps": 1},
            message=(
                "The line between two dots crosses the band, but w is never there: it is only at the dots."
            ),
        ),
        Mistake(
            name="jumping one step early",
            answer={"jumping_steps": 2},
            message="The second dot of the jumping descent lies just below the band.",
        ),
        Mistake(
            name="jumping one step late",
            answer={"jumping_steps": 4},
            message=(
                "You counted the start as a step, or waited too long: the dot before this one "
                "is in the band already."
            ),
        ),
    ),
    hints=(
        (
            "Compare the first steps: all start at the same place with the same slope, so the longest step "
            "has the largest rate."
        ),
        (
            "The slope is 2 (w − 3), so a step multiplies the distance to 3 by 1 − 2 × rate: "
            "0.9, 0.4, −0.6 and −1.04."
        ),
        (
            "A positive factor stays on one side; a negative one jumps; above 1 in size, the jumps grow. For "
            "the band count dots from the start, which is step 0."
        ),
    ),
    praise=(
        "Creeping, arriving, jumping, diverging: with a network you see only the loss, but these four are "
        "what stands behind it."
    ),
)

# ---------------------------------------------------------------------------------- 05-5 what is an epoch

EPOCH = Exercise(
    name="05-5",
    title="What is an epoch?",
    answer={
        "updates_32": 250,
        "updates_300": 27,
        "last_batch": 200,
        "updates_1": 8000,
        "updates_all": 1,
        "backward_passes": 27,
        "total_updates": 540,
        "seen": 160_000,
        "epochs_all": 250,
    },
    reveal=False,
    mistakes=(
        Mistake(
            name="an epoch is one update",
            answer={"updates_32": 1},
            message=(
                "An epoch is one pass over *all* records, and each batch on the way brings an update. How "
                "many batches are there?"
            ),
        ),
        Mistake(
            name="an update for each record",
            answer={"updates_32": 8000},
            message="This is an update for each record. Here 32 records share one.",
        ),
        Mistake(
            name="batch size for updates",
            answer={"updates_32": 32},
            message="32 records are in a batch. How many batches does it take to see all 8,000?",
        ),
        Mistake(
            name="last batch dropped",
            answer={"updates_300": 26},
            message=(
                "26 batches of 300 are 7,800 records. The 200 that remain belong to the epoch too: what "
                "becomes of them?"
            ),
        ),
        Mistake(
            name="a part of an update",
            answer={"updates_300": 80 / 3},
            message=(
                "Two thirds of an update do not exist. What remains after 26 full batches is "
                "a batch too, a smaller one."
            ),
        ),
        Mistake(
            name="rounded part of an update",
            answer={"updates_300": 26.67},
            message=(
                "There are only whole updates. What remains after 26 full batches is a batch "
                "too, a smaller one."
            ),
        ),
        Mistake(
            name="full last batch",
            answer={"last_batch": 300},
            message=(
                "26 full batches use up 7,800 records, and no record is seen twice in an epoch. What is left?"
            ),
        ),
        Mistake(
            name="last batch filled up",
            answer={"last_batch": 100},
            message="100 is what is *missing* to a full batch. How many records are in it?",
        ),
        Mistake(
            name="no last batch",
            answer={"last_batch": 0},
            message="8,000 is not a multiple of 300, so something remains after the full batches.",
        ),
        Mistake(
            name="last batch as a share",
            answer={"last_batch": 2 / 3},
            message="Two thirds of a batch: how many records are that?",
        ),
        Mistake(
            name="one record at a time, once",
            answer={"updates_1": 1},
            message="With one record in each batch there is an update after every record.",
        ),
        Mistake(
            name="all records, one by one",
            answer={"updates_all": 8000},
            message="All records in one batch: they share a single step.",
        ),
        Mistake(
            name="no update at all",
            answer={"updates_all": 0},
            message="Even the one batch of all records brings its update.",
        ),
        Mistake(
            name="one backward pass an epoch",
            answer={"backward_passes": 1},
            message=(
                "“An epoch is one forward and one backward pass” is often said, but it is true only for the "
                "full batch. Every update needs a gradient of its own."
            ),
        ),
        Mistake(
            name="a backward pass for each record",
            answer={"backward_passes": 8000},
            message=(
                "A batch goes through the network as one matrix, all its records at once: one backward pass "
                "for each *batch*."
            ),
        ),
        Mistake(
            name="forward and backward counted together",
            answer={"backward_passes": 54},
            message="You counted forward and backward passes together. The backward ones are asked.",
        ),
        Mistake(
            name="backward passes of the dropped batch",
            answer={"backward_passes": 26},
            message="The smaller last batch needs its backward pass too.",
        ),
        Mistake(
            name="dropped twenty times",
            answer={"total_updates": 520},
            message="Twenty times 26: in each epoch you dropped the smaller last batch.",
        ),
        Mistake(
            name="rounded at the end",
            answer={"total_updates": 534},
            message=(
                "You divided all 160,000 by 300. But batches do not reach across the end of an epoch: round "
                "up first, then multiply."
            ),
        ),
        Mistake(
            name="not rounded",
            answer={"total_updates": 1600 / 3},
            message=(
                "A part of an update does not exist; and each of the twenty epochs ends with "
                "a smaller batch of its own."
            ),
        ),
        Mistake(
            name="rounded down at the end",
            answer={"total_updates": 533},
            message=(
                "You divided all 160,000 by 300. But each of the twenty epochs ends with a "
                "smaller batch of its own."
            ),
        ),
        Mistake(
            name="epochs for updates",
            answer={"total_updates": 20},
            message="20 is the number of epochs. Each of them has several updates.",
        ),
        Mistake(
            name="seen once",
            answer={"seen": 8000},
            message="8,000 records are seen in *one* epoch.",
        ),
        Mistake(
            name="full batches seen",
            answer={"seen": 162_000},
            message="You counted 27 full batches in each epoch. The last one is smaller.",
        ),
        Mistake(
            name="dropped records not seen",
            answer={"seen": 156_000},
            message=(
                "You counted 26 full batches in each epoch. The records of the last, "
                "smaller one are seen too."
            ),
        ),
        Mistake(
            name="updates for records",
            answer={"seen": 540},
            message="540 is the number of updates. In each of them several records are seen.",
        ),
        Mistake(
            name="one epoch for one",
            answer={"epochs_all": 1},
            message="One epoch with all records in a batch is one single update. How many are wanted?",
        ),
        Mistake(
            name="as many epochs as records in a batch",
            answer={"epochs_all": 32},
            message="32 is the size of a batch. How many *updates* are there in an epoch of such batches?",
        ),
        Mistake(
            name="as many epochs as records",
            answer={"epochs_all": 8000},
            message="8,000 would be the updates of batches of one record.",
        ),
    ),
    hints=(
        "An epoch is over when each of the 8,000 records was in a batch once. Each batch brings one update.",
        (
            "8,000 divided by the batch size, rounded *up*: what remains is a smaller batch. It holds what "
            "the full ones left over."
        ),
        (
            "Every update needs one forward and one backward pass. For twenty epochs multiply the updates of "
            "*one*, already rounded up, by 20; the records seen are 20 × 8,000."
        ),
    ),
    praise=(
        "With all records in one batch you would need 250 epochs for as many updates as one epoch with "
        "batches of 32. So 'ten epochs' says little without the batch size."
    ),
)

# --------------------------------------------------------------------------- 05-6 one update, all at once


def _update(
    X: Array,
    y: Array,
    w: Array,
    b: float,
    learning_rate: float,
    *,
    of_w: Callable[[Array, Array], Any] = lambda X, e: 2 * X.T @ e / len(e),
    of_b: Callable[[Array, Array], Any] = lambda X, e: 2 * e.mean(),
) -> tuple[Array, Any]:
    """Return w and b one step on; the gradients are options for the mistakes."""
    e = X @ w + b - y
    return w - learning_rate * of_w(X, e), b - learning_rate * of_b(X, e)


Update = Callable[[Any, Any, Any, Any, Any], Any]


def _updating(**options: Callable[[Array, Array], Any]) -> Update:
    return lambda X, y, w, b, learning_rate: _update(X, y, w, b, learning_rate, **options)


def _w_first(X: Array, y: Array, w: Array, b: float, learning_rate: float) -> Any:
    w = _update(X, y, w, b, learning_rate)[0]
    return w, _update(X, y, w, b, learning_rate)[1]


def _b_first(X: Array, y: Array, w: Array, b: float, learning_rate: float) -> Any:
    b = _update(X, y, w, b, learning_rate)[1]
    return _update(X, y, w, b, learning_rate)[0], b


def _record_by_record(X: Array, y: Array, w: Array, b: float, learning_rate: float) -> Any:
    for i in range(len(y)):
        w, b = _update(X[i : i + 1], y[i : i + 1], w, b, learning_rate)
    return w, b


def _record_by_record_shared(X: Array, y: Array, w: Array, b: float, learning_rate: float) -> Any:
    for i in range(len(y)):
        w, b = _update(X[i : i + 1], y[i : i + 1], w, b, learning_rate / len(y))
    return w, b


def _weight_by_weight(X: Array, y: Array, w: Array, b: float, learning_rate: float) -> Any:
    new_b = _update(X, y, w, b, learning_rate)[1]
    w = w * 1.0
    for i in range(len(w)):
        w[i] = _update(X, y, w, b, learning_rate)[0][i]
    return w, new_b


def _some_batch(rng: np.random.Generator) -> Inputs:
    n, n_in = (int(size) for size in rng.integers(1, 6, size=2))
    X, y = np.round(rng.normal(size=(n, n_in)), 1), np.round(rng.normal(size=n) * 2, 1)
    w, b = np.round(rng.normal(size=n_in), 1), float(np.round(rng.normal(), 1))
    return X, y, w, b, float(rng.choice([0.01, 0.1, 0.25]))


_BATCH = (np.array([[1.0, 2.0], [3.0, -1.0], [0.0, 1.0]]), np.array([1.0, 2.0, 0.0]))

UPDATE = Exercise(
    name="05-6",
    title="One update, all at once",
    answer=_update,
    evaluate=lambda answer, X, y, w, b, learning_rate: answer(X, y, w, b, learning_rate),
    may_change_inputs=False,
    inputs=(
        (*_BATCH, np.array([1.0, 0.0]), 0.5, 0.1),
        (_BATCH[0][:2], _BATCH[1][:2], np.array([1.0, -1.0]), 0.0, 0.1),  # as many records as features
        (_BATCH[0][:1], _BATCH[1][:1], np.array([0.5, 0.5]), -1.0, 0.2),  # a batch of one
        (np.vstack([_BATCH[0]] * 2), np.hstack([_BATCH[1]] * 2), np.array([1.0, 0.0]), 0.5, 0.1),
        (
            np.array([[2.0], [-1.0], [0.5], [1.0]]),
            np.array([1.0, 0.0, 2.0, -1.0]),
            np.array([0.5]),
            1.0,
            0.05,
        ),
    ),
    random_inputs=_some_batch,
    mistakes=(
        Mistake(
            name="uphill",
            answer=_updating(of_w=lambda X, e: -2 * X.T @ e / len(e), of_b=lambda X, e: -2 * e.mean()),
            message=(
                "Your loss grows: the step goes along the gradient. Either the rate times the gradient is "
                "added where it should be subtracted, or your errors are y − a."
            ),
        ),
        Mistake(
            name="w uphill",
            answer=_updating(of_w=lambda X, e: -2 * X.T @ e / len(e)),
            message="b goes downhill, but w goes uphill: compare the signs of the two.",
        ),
        Mistake(
            name="b uphill",
            answer=_updating(of_b=lambda X, e: -2 * e.mean()),
            message="w goes downhill, but b goes uphill: compare the signs of the two.",
        ),
        Mistake(
            name="sum for mean",
            answer=_updating(of_w=lambda X, e: 2 * X.T @ e, of_b=lambda X, e: 2 * e.sum()),
            message=(
                "You add the gradients of the records. So a batch twice as large makes a step twice as long, "
                "and each batch size would need a learning rate of its own. The *mean* keeps them apart."
            ),
        ),
        Mistake(
            name="sum for mean, without the 2",
            answer=_updating(of_w=lambda X, e: X.T @ e, of_b=lambda X, e: e.sum()),
            message=(
                "Two things: you add the gradients of the records up where their mean is wanted, so a larger "
                "batch makes a longer step; and differentiating a square brings a 2 down in front."
            ),
        ),
        Mistake(
            name="sum for mean in w",
            answer=_updating(of_w=lambda X, e: 2 * X.T @ e),
            message=(
                "b is right; for w you add up the records: a matrix product is a sum. Which "
                "number makes it a mean?"
            ),
        ),
        Mistake(
            name="sum for mean in b",
            answer=_updating(of_b=lambda X, e: 2 * e.sum()),
            message="w is right; for b you add the errors up. Take their mean.",
        ),
        Mistake(
            name="divided twice",
            answer=_updating(
                of_w=lambda X, e: 2 * X.T @ e / len(e) ** 2, of_b=lambda X, e: 2 * e.mean() / len(e)
            ),
            message="You divide by the number of records twice, so a large batch makes tiny steps.",
        ),
        Mistake(
            name="divided by the features",
            answer=_updating(of_w=lambda X, e: 2 * X.T @ e / X.shape[1]),
            message="For w you divide by the number of features. The mean is over the *records*.",
        ),
        Mistake(
            name="factor 2 forgotten",
            answer=_updating(of_w=lambda X, e: X.T @ e / len(e), of_b=lambda X, e: e.mean()),
            message=(
                "Your steps are half as long as they should be. What does differentiating "
                "a square bring down in front?"
            ),
        ),
        Mistake(
            name="factor 2 forgotten in w",
            answer=_updating(of_w=lambda X, e: X.T @ e / len(e)),
            message="b is right; the step of w is half as long as it should be.",
        ),
        Mistake(
            name="factor 2 forgotten in b",
            answer=_updating(of_b=lambda X, e: e.mean()),
            message="w is right; the step of b is half as long as it should be.",
        ),
        Mistake(
            name="b after w",
            answer=_w_first,
            message=(
                "w is right. But for b you compute the outputs again, with the *new* w. All slopes of a step "
                "are taken at the same place: compute both gradients first, then move."
            ),
        ),
        Mistake(
            name="w after b",
            answer=_b_first,
            message=(
                "b is right. But for w you use the *new* b. All slopes of a step are taken at the same "
                "place: compute both gradients first, then move."
            ),
        ),
        Mistake(
            name="record by record",
            answer=_record_by_record,
            message=(
                "You make a step after each record, so the later records meet other weights. That is "
                "stochastic gradient descent with batches of one; here the whole batch shares one step."
            ),
        ),
        Mistake(
            name="record by record, a share of the rate",
            answer=_record_by_record_shared,
            message=(
                "You move the weights after each record, so the later ones meet other weights. Collect the "
                "gradient of the whole batch first, then move once."
            ),
        ),
        Mistake(
            name="weight by weight",
            answer=_weight_by_weight,
            message=(
                "You move one weight and compute the errors anew for the next. All weights move at once, "
                "with the errors of the *old* ones."
            ),
        ),
        Mistake(
            name="rate forgotten",
            answer=lambda X, y, w, b, learning_rate: _update(X, y, w, b, 1.0),
            message="Your step is the whole gradient. What is `learning_rate` for?",
        ),
        Mistake(
            name="rate for w only",
            answer=lambda X, y, w, b, learning_rate: (
                _update(X, y, w, b, learning_rate)[0],
                _update(X, y, w, b, 1.0)[1],
            ),
            message="w is right, but b moves by its whole gradient: the learning rate is for both.",
        ),
        Mistake(
            name="b left alone",
            answer=lambda X, y, w, b, learning_rate: (_update(X, y, w, b, learning_rate)[0], b),
            message="w is right, but b does not move. It is learned like a weight.",
        ),
        Mistake(
            name="gradients returned",
            answer=lambda X, y, w, b, learning_rate: (
                2 * X.T @ (X @ w + b - y) / len(y),
                2 * (X @ w + b - y).mean(),
            ),
            message=(
                "These are the gradients, and they are right. Now take the step: the new w and b are asked."
            ),
        ),
        Mistake(
            name="steps returned",
            answer=lambda X, y, w, b, learning_rate: (
                learning_rate * 2 * X.T @ (X @ w + b - y) / len(y),
                learning_rate * 2 * (X @ w + b - y).mean(),
            ),
            message="These are the steps. The new w is the old one minus its step, and so for b.",
        ),
        Mistake(
            name="b forgotten in the output",
            answer=lambda X, y, w, b, learning_rate: (
                w - learning_rate * 2 * X.T @ (X @ w - y) / len(y),
                b - learning_rate * 2 * (X @ w - y).mean(),
            ),
            message="Your outputs are X @ w alone. The b belongs to the output.",
        ),
        Mistake(
            name="target forgotten",
            answer=lambda X, y, w, b, learning_rate: _update(X, 0 * y, w, b, learning_rate),
            message="Your step does not depend on the targets. The *error* a − y pulls, not the output.",
        ),
        Mistake(
            name="one slope for all weights",
            answer=_updating(of_w=lambda X, e: 2 * (X.T @ e).mean() / len(e)),
            message=(
                "All your weights move by the same. Each has a slope of its own: the mean is taken over the "
                "records, not over the features."
            ),
        ),
        Mistake(
            name="X not transposed",
            answer=_updating(of_w=lambda X, e: 2 * X @ e / len(e)),
            message=(
                "`X @ e` fits only where there are as many records as features, and gives wrong numbers even "
                "then. A weight's slope sums over the *records*: which way must X lie?"
            ),
        ),
    ),
    hints=(
        "Errors first: e = X @ w + b − y, one for each record. Everything else is made of X and e.",
        (
            "The slope for b is twice the mean of e; that for w is twice the mean of e times the feature, "
            "for each feature: `X.T @ e` makes the sums."
        ),
        (
            "Compute `dw = 2 * X.T @ e / len(y)` and `db = 2 * e.mean()`, and only then `w - learning_rate * "
            "dw` and `b - learning_rate * db`."
        ),
    ),
    praise=(
        "Because it is a mean, the same batch twice over makes the same step. That is why one learning rate "
        "can serve batches of several sizes, more or less."
    ),
)

# ------------------------------------------------------------------------------------------ 05-7 the bug


def _shuffled(X: Array, y: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    order = rng.permutation(len(X))
    return X[order], y[order]


def _shuffled_by(X: Array, y: Array, order: Array) -> tuple[Array, Array]:
    return X[order], y[order]


def _one_pair(n: int, rng: np.random.Generator) -> Array:
    """Return the row numbers with two exchanged."""
    order, pair = np.arange(n), rng.choice(n, size=2, replace=False)
    order[pair] = order[pair[::-1]]
    return order


def _one_pair_torn(X: Array, y: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    X, y = _shuffled(X, y, rng)
    return X, y[_one_pair(len(y), rng)]


def _rows_by_views(X: Array, y: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    for i in range(len(X) - 1, 0, -1):
        j = int(rng.integers(i + 1))
        X[i], X[j] = X[j], X[i]
        y[i], y[j] = y[j], y[i]
    return X, y


def _table(name: str, value: Any, shape: tuple[int, ...]) -> Array:
    """Return a result as an array, or say which shape is wanted."""
    if value is None:
        raise AnswerFormError(
            f"The shuffled {name} is None. Shuffling in place gives nothing back: return the array."
        )
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise AnswerFormError(f"The shuffled {name} must be an array of numbers; got {value!r}.") from error
    if array.shape != shape:
        raise AnswerFormError(
            f"The shuffled {name} must have the shape {shape}, as before; got the shape {array.shape}."
        )
    if not np.isfinite(array).all():
        raise AnswerFormError(f"The shuffled {name} must hold the numbers of `{name}`; got NaN or infinity.")
    return array


def _rows(table: Array) -> set[tuple[float, ...]]:
    """Return the rows, which are all different and exact in float32 too, as a set: their order is gone."""
    return {tuple(row) for row in table.reshape(len(table), -1).tolist()}


def _after_shuffling(answer: Callable[..., Any], X: Array, y: Array, rng: _Seed) -> dict[str, str]:
    """Say in words what a shuffle did with the records, whatever order it chose."""
    generator, again = rng.rng(), rng.rng()
    given = X, y  # the answer may change these; a later call gets them unchanged
    X, y = X.copy(), y.copy()
    X1, y1 = _pair(answer, *given, generator)
    X2, y2 = _pair(answer, X.copy(), y.copy(), generator)
    X3, y3 = _pair(answer, X.copy(), y.copy(), again)
    torn = len(_rows(np.column_stack([X1, y1])) - _rows(np.column_stack([X, y])))
    facts = {
        "rows of X": _kept(X, X1),
        "entries of y": _kept(y, y1),
        "targets": (
            "with their records" if torn == 0 else "two exchanged" if torn == 2 else "torn from their records"
        ),
        "order of X": _change_of_order(X, X1, X2, X3),
        "order of y": _change_of_order(y, y1, y2, y3),
        "called again": "the same order" if np.allclose(X1, X2) and np.allclose(y1, y2) else "another order",
        "same seed": "repeats" if np.allclose(X1, X3) and np.allclose(y1, y3) else "does not repeat",
    }
    if {facts["order of X"], facts["order of y"]} & {"hardly changed", "only moved on"}:
        facts |= {"called again": "no matter", "same seed": "no matter"}  # so small a change may well repeat
    return facts


def _kept(table: Array, shuffled: Array) -> str:
    before, after = _rows(table), _rows(shuffled)
    return "each once" if after == before else "some lost or doubled" if after < before else "other numbers"


def _change_of_order(table: Array, *shuffled: Array) -> str:
    """Say how much several shuffles of one table changed its order; a fair one hardly ever does so little."""
    n = len(table)
    few = n // 2 if n > 20 else 2
    columns = (n, -1)
    moved = [int((~np.isclose(one, table)).reshape(columns).any(axis=1).sum()) for one in shuffled]
    if not any(moved):
        return "as before"
    if max(moved) <= few:
        return "hardly changed"
    turns = [np.roll(table, k, axis=0) for k in range(n)]
    if all(any(np.allclose(one, turn) for turn in turns) for one in shuffled):
        return "only moved on"
    return "new"


def _pair(answer: Callable[..., Any], X: Array, y: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    result = answer(X, y, rng)
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise AnswerFormError(f"Return two arrays, `return X, y` in their new order; got {_brief(result)}.")
    return _table("X", result[0], X.shape), _table("y", result[1], y.shape)


def _brief(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"one array of shape {value.shape}"
    if isinstance(value, tuple | list):
        return f"{len(value)} values"
    return "None (is a `return` missing?)" if value is None else f"one value of type {type(value).__name__}"


def _records(n: int, n_in: int, seed: int) -> Inputs:
    X = np.arange(1.0, n * n_in + 1).reshape(n, n_in)
    return X, np.arange(101.0, 101 + n), _Seed(seed)


BUG = Exercise(
    name="05-7",
    title="Find and mend the bug",
    answer=_shuffled,
    evaluate=_after_shuffling,
    may_change_inputs=False,
    inputs=(_records(10, 2, 0), _records(12, 1, 1), _records(12, 12, 2), _records(40, 3, 3)),
    mistakes=(
        Mistake(
            name="one pair exchanged",
            answer=lambda X, y, rng: _shuffled_by(X, y, _one_pair(len(X), rng)),
            message=(
                "The targets stay with their records. But only two records have changed places, and all "
                "others stand where they stood. In a fresh order, each record may come at each place."
            ),
        ),
        Mistake(
            name="moved on",
            answer=lambda X, y, rng: _shuffled_by(X, y, np.roll(np.arange(len(X)), rng.integers(1, len(X)))),
            message=(
                "The targets stay with their records. But all records have moved on by the same number of "
                "places: who stood side by side still does. In a fresh order, each may come at each place."
            ),
        ),
        Mistake(
            name="one pair of targets exchanged",
            answer=lambda X, y, rng: _one_pair_torn(X, y, rng),
            message=(
                "The order is fresh, and nearly all targets stay with their records. Two do not: these two "
                "have changed places in one of the arrays alone."
            ),
        ),
        Mistake(
            name="rows exchanged by way of views",
            answer=lambda X, y, rng: _rows_by_views(X.copy(), y.copy(), rng),
            message=(
                "In y each target is there once, but in X some rows come twice and others are lost. "
                "`X[i], X[j] = X[j], X[i]` exchanges numbers and not rows: a row of a table is a view, so "
                "the second assignment reads what the first has just overwritten. Index with a list of row "
                "numbers, which copies, or exchange in a list of row numbers alone."
            ),
        ),
        Mistake(
            name="still broken",
            answer=lambda X, y, rng: (rng.permutation(X), rng.permutation(y)),
            message=(
                "The bug is still there: X and y are shuffled by two *different* orders, so a record gets "
                "the target of another. Nothing raises an error, and there is nothing to learn any more."
            ),
        ),
        Mistake(
            name="only X",
            answer=lambda X, y, rng: (X[rng.permutation(len(X))], y),
            message="X is shuffled and y stays as it was, so a record gets the target of another.",
        ),
        Mistake(
            name="only y",
            answer=lambda X, y, rng: (X, y[rng.permutation(len(y))]),
            message="y is shuffled and X stays as it was, so a record gets the target of another.",
        ),
        Mistake(
            name="nothing shuffled",
            answer=lambda X, y, rng: (X, y),
            message=(
                "Now the targets stay with their records, but nothing is shuffled any more. "
                "The task wants a fresh order."
            ),
        ),
        Mistake(
            name="one order for ever",
            answer=lambda X, y, rng: _shuffled(X, y, np.random.default_rng(0)),
            message=(
                "The targets stay with their records. But your order is the same at each call: either no "
                "chance is in it, or a generator with a fixed seed is made inside. Each epoch wants another "
                "order, so use the `rng` that you are given."
            ),
        ),
        Mistake(
            name="own generator",
            answer=lambda X, y, rng: _shuffled(X, y, np.random.default_rng()),
            message=(
                "The order is fresh, but not from the `rng` that you are given, so no run can be repeated, "
                "and no bug in it found."
            ),
        ),
        Mistake(
            name="with replacement",
            answer=lambda X, y, rng: (lambda rows: (X[rows], y[rows]))(rng.integers(len(X), size=len(X))),
            message=(
                "The targets stay with their records, but some records come twice and others never: you "
                "*draw* rows instead of *ordering* them. In an epoch each record is seen once."
            ),
        ),
        Mistake(
            name="two draws of rows",
            answer=lambda X, y, rng: (
                X[rng.integers(len(X), size=len(X))],
                y[rng.integers(len(X), size=len(X))],
            ),
            message=(
                "Two things: rows are drawn for X and y separately, so the targets are torn from their "
                "records; and some come twice and others never."
            ),
        ),
        Mistake(
            name="two fixed orders",
            answer=lambda X, y, rng: (
                np.random.default_rng(0).permutation(X),
                np.random.default_rng(1).permutation(y),
            ),
            message=(
                "X and y get two different orders, the same ones at each call: a record "
                "gets the target of another."
            ),
        ),
        Mistake(
            name="columns shuffled",
            answer=lambda X, y, rng: (rng.permutation(X, axis=1), y),
            message=(
                "You shuffled the columns of X, the features within each record. The *rows* are to get a new "
                "order, and y the same one."
            ),
        ),
        Mistake(
            name="another draw for each",
            answer=lambda X, y, rng: (
                np.random.default_rng().permutation(X),
                np.random.default_rng().permutation(y),
            ),
            message=(
                "Two different orders, and not even from the `rng` that you are given: a record gets the "
                "target of another."
            ),
        ),
    ),
    hints=(
        (
            "Follow one record: at which place does its row of X end up, and at which "
            "its target? Who decides that?"
        ),
        "Draw one order of the row numbers, 0 to len(X) − 1, and use it twice.",
        "`order = rng.permutation(len(X))`, then index both arrays with it.",
    ),
    praise=(
        "No error, no warning, and a loss that does not fall: the worst kind of bug. One "
        "order, used twice, is the cure."
    ),
)

# ---------------------------------------------------------------------------- 05-8 the batches of an epoch


def _batches(n: int, batch_size: int, rng: np.random.Generator) -> list[Array]:
    order = rng.permutation(n)
    return [order[start : start + batch_size] for start in range(0, n, batch_size)]


def _row_numbers(
    answer: Callable[..., Any], n: int, batch_size: int, rng: np.random.Generator
) -> list[Array]:
    """Return an answer's batches as arrays of whole numbers, or say what is wanted."""
    result = answer(n, batch_size, rng)
    if isinstance(result, np.ndarray) and result.ndim == 1 and result.dtype != object:
        raise AnswerFormError(
            f"Return a list of batches, each an array of row numbers; got one array of shape {result.shape}."
        )
    try:
        found = [np.asarray(batch) for batch in _at_most(result, 10 * n + 10)]
    except TypeError as error:
        if isinstance(result, str) or hasattr(result, "__iter__"):
            raise
        raise AnswerFormError(
            f"Return a list of batches, each an array of row numbers; got {_brief(result)}."
        ) from error
    for batch in found:
        whole = batch.ndim == 1 and batch.dtype.kind in "iuf" and bool((batch % 1 == 0).all())
        if not whole:
            raise AnswerFormError(
                f"Each batch must be an array of row numbers, of shape (size,); got {batch!r}."
            )
        if batch.size and not 0 <= batch.min() <= batch.max() < n:
            raise AnswerFormError(f"The rows are numbered from 0 to {n - 1}; got a batch with {show(batch)}.")
    return [batch.astype(np.int64) for batch in found]


def _at_most(result: Any, limit: int) -> Iterator[Any]:
    """Go through the batches, which may come from a generator that never ends."""
    for number, batch in enumerate(result):
        if number == limit:
            raise AnswerFormError("Your batches never end: an epoch is over when each record was seen once.")
        yield batch


def _after_batching(answer: Callable[..., Any], n: int, batch_size: int, rng: _Seed) -> dict[str, Any]:
    """Say what an epoch did with the records: the sizes of its batches, and in words what does not show."""
    generator, again = rng.rng(), rng.rng()
    first, second, repeated = (
        _row_numbers(answer, n, batch_size, source) for source in (generator, generator, again)
    )
    seen = np.bincount(np.concatenate([*first, np.array([], dtype=np.int64)]), minlength=n)
    # In one single batch the order is nobody's business.
    one = n <= batch_size
    rows = [frozenset(batch.tolist()) for batch in first]
    in_order = [frozenset(range(start, min(start + batch_size, n))) for start in range(0, n, batch_size)]
    blocks = batch_size > 1 and all(max(batch) - min(batch) == len(batch) - 1 for batch in rows if batch)
    return {
        "sizes": np.array([len(batch) for batch in first]),
        "records": (
            "each once" if (seen == 1).all() else "some never" if (seen <= 1).all() else "some twice"
        ),
        "order": "mixed"
        if one or not (blocks or rows == in_order)
        else "as in the table"
        if rows == in_order
        else "neighbors stay together",
        "next epoch": "another order"
        if one or rows != [frozenset(b.tolist()) for b in second]
        else "the same order",
        "same seed": "repeats"
        if one or rows == [frozenset(b.tolist()) for b in repeated]
        else "does not repeat",
    }


def _cut(order: Array, size: int) -> list[Array]:
    return [order[start : start + size] for start in range(0, len(order), size)]


def _blocks_shuffled(n: int, batch_size: int, rng: np.random.Generator) -> list[Array]:
    return [np.arange(n)[s : s + batch_size] for s in rng.permutation(np.arange(0, n, batch_size))]


BATCHES = Exercise(
    name="05-8",
    title="The batches of an epoch",
    answer=_batches,
    evaluate=_after_batching,
    inputs=(
        (10, 4, _Seed(0)),
        (12, 3, _Seed(1)),
        (23, 5, _Seed(2)),
        (9, 1, _Seed(3)),
        (8, 8, _Seed(4)),
        (6, 32, _Seed(5)),
        (101, 10, _Seed(6)),
        (50, 7, _Seed(7)),
    ),
    mistakes=(
        Mistake(
            name="last batch dropped",
            answer=lambda n, batch_size, rng: _cut(rng.permutation(n), batch_size)[: n // batch_size],
            message=(
                "The last, smaller batch is missing, so in each epoch some records are never seen. Each "
                "record belongs to exactly one batch: what remains is a batch too."
            ),
        ),
        Mistake(
            name="last batch drawn full",
            answer=lambda n, batch_size, rng: (
                lambda order: [
                    np.take(order, np.arange(s, s + batch_size), mode="wrap") for s in range(0, n, batch_size)
                ]
            )(rng.permutation(n)),
            message=(
                "Your last batch is filled up with records that were seen before. It may be "
                "smaller than the others."
            ),
        ),
        Mistake(
            name="last batch moved back",
            answer=lambda n, batch_size, rng: (
                lambda order: [
                    order[max(0, min(s, n - batch_size)) :][:batch_size] for s in range(0, n, batch_size)
                ]
            )(rng.permutation(n)),
            message=(
                "Your last batch begins too early, so that it is full: some of its records were seen before."
            ),
        ),
        Mistake(
            name="rest joined to the last batch",
            answer=lambda n, batch_size, rng: (
                lambda order: np.split(order, np.arange(1, max(1, n // batch_size)) * batch_size)
            )(rng.permutation(n)),
            message=(
                "The rest is joined to the last full batch, which is larger than `batch_size` then. Let it "
                "be a batch of its own."
            ),
        ),
        Mistake(
            name="equal batches",
            answer=lambda n, batch_size, rng: np.array_split(rng.permutation(n), -(-n // batch_size)),
            message=(
                "Your batches are made as equal as possible. The task cuts full ones from the front, and "
                "what remains is the last."
            ),
        ),
        Mistake(
            name="batch_size batches",
            answer=lambda n, batch_size, rng: np.array_split(rng.permutation(n), min(n, batch_size)),
            message="You make `batch_size` batches. It says how many records are in *one*.",
        ),
        Mistake(
            name="not shuffled",
            answer=lambda n, batch_size, rng: _cut(np.arange(n), batch_size),
            message=(
                "The cuts are right, but the same rows are together as in the table (mixing them *within* a "
                "batch changes nothing). If the table is sorted, with all who left at its end, each batch "
                "sees one kind only. Shuffle first, cut afterwards."
            ),
        ),
        Mistake(
            name="blocks shuffled",
            answer=_blocks_shuffled,
            message=(
                "You shuffle the *batches*, not the rows: neighbors in the table stay in one batch for ever. "
                "Shuffle first, cut afterwards."
            ),
        ),
        Mistake(
            name="same order each epoch",
            answer=lambda n, batch_size, rng: _batches(n, batch_size, np.random.default_rng(0)),
            message=(
                "The cuts are right, and the rows are mixed; but the next epoch gets the same order again, "
                "because a generator with a fixed seed is made inside. Use the `rng` that you are given."
            ),
        ),
        Mistake(
            name="own generator",
            answer=lambda n, batch_size, rng: _batches(n, batch_size, np.random.default_rng()),
            message=(
                "The order is fresh, but not from the `rng` that you are given, so no run can be repeated."
            ),
        ),
        Mistake(
            name="drawn with replacement",
            answer=lambda n, batch_size, rng: [
                rng.integers(n, size=min(batch_size, n - s)) for s in range(0, n, batch_size)
            ],
            message=(
                "Rows are *drawn*, so some come twice in an epoch and others never. Order the row numbers "
                "instead of drawing them."
            ),
        ),
        Mistake(
            name="fresh draw for each batch",
            answer=lambda n, batch_size, rng: [
                rng.permutation(n)[: min(batch_size, n - s)] for s in range(0, n, batch_size)
            ],
            message=(
                "Each batch is drawn from *all* rows anew, so some rows are in several batches of an epoch "
                "and others in none. One order for the whole epoch, then cuts."
            ),
        ),
        Mistake(
            name="first batch only",
            answer=lambda n, batch_size, rng: _cut(rng.permutation(n), batch_size)[:1],
            message="Only the first batch comes out. Does the `return` stand inside the loop?",
        ),
        Mistake(
            name="steps of one",
            answer=lambda n, batch_size, rng: (lambda order: [order[s : s + batch_size] for s in range(n)])(
                rng.permutation(n)
            ),
            message=(
                "A new batch begins at *every* row, so they overlap. The next one begins "
                "where the last has ended."
            ),
        ),
        Mistake(
            name="batches of the next size",
            answer=lambda n, batch_size, rng: (
                lambda order: [order[s : s + batch_size + 1] for s in range(0, n, batch_size)]
            )(rng.permutation(n)),
            message=(
                "Each batch holds one row too many, the first of the next batch. A slice "
                "ends *before* its second number."
            ),
        ),
        Mistake(
            name="one row too few",
            answer=lambda n, batch_size, rng: (
                lambda order: [order[s : s + batch_size - 1] for s in range(0, n, batch_size)]
            )(rng.permutation(n)),
            message="Each full batch holds one row too few. A slice ends *before* its second number already.",
        ),
        Mistake(
            name="empty batch at the end",
            answer=lambda n, batch_size, rng: (
                lambda order: [order[s : s + batch_size] for s in range(0, n + 1, batch_size)]
            )(rng.permutation(n)),
            message=(
                "Where `batch_size` divides n, an empty batch stands at the end, and a mean over nothing is "
                "NaN. n // batch_size + 1 batches, or a `range` up to n + 1, are one too many then."
            ),
        ),
    ),
    hints=(
        "Two things one after the other: first a random order of the row numbers 0 to n − 1, then cuts.",
        (
            "`rng.permutation(n)` is a fresh order each time that it is called. The cuts begin at 0, "
            "batch_size, 2 × batch_size and so on, below n."
        ),
        (
            "For each `start in range(0, n, batch_size)` take `order[start : start + batch_size]`. A slice "
            "beyond the end is simply shorter."
        ),
    ),
    praise=(
        "A slice that reaches beyond the end is shorter, so the last batch needs no case of its own. "
        "`annlib` does the same at the start of each epoch."
    ),
)

# ---------------------------------------------------------------------------------- 05-9 predict the noise

NOISE = Exercise(
    name="05-9",
    title="Predict the noise",
    answer={
        "stray_4": 4,
        "stray_100": 0.8,
        "stray_all": 0,
        "batch_for_1": 64,
        "half": 4,
        "work_100": 100,
        "updates_100": 100,
    },
    reveal=False,
    rtol=0.02,
    atol=0.02,
    counts=("batch_for_1", "half", "work_100", "updates_100"),
    mistakes=(
        Mistake(
            name="divided by the batch size",
            answer={"stray_4": 2, "stray_100": 0.08},
            message=(
                "You divided by the size of the batch. Means of several records stray less, but not *that* "
                "much less: the root of the size counts."
            ),
        ),
        Mistake(
            name="divided by 4",
            answer={"stray_4": 2},
            message="You divided by the 4 records. A mean of four strays by half as much, not by a quarter.",
        ),
        Mistake(
            name="noise unchanged",
            answer={"stray_4": 8},
            message=(
                "A mean strays less than a single record: what points too far to the left and to the right "
                "cancels out in part."
            ),
        ),
        Mistake(
            name="noise grows",
            answer={"stray_4": 16},
            message="Sums stray more with each record, but the gradient of a batch is a *mean*.",
        ),
        Mistake(
            name="noise of the sum",
            answer={"stray_4": 32},
            message="Four times as much? The gradient of a batch is a mean, and its noise gets smaller.",
        ),
        Mistake(
            name="divided by 100",
            answer={"stray_100": 0.08},
            message="You divided by the 100 records. The *root* of the size counts.",
        ),
        Mistake(
            name="noise of the sum of 100",
            answer={"stray_100": 80},
            message="The noise got larger: this is that of a sum. The gradient of a batch is a mean.",
        ),
        Mistake(
            name="noise of 100 unchanged",
            answer={"stray_100": 8},
            message="A mean of a hundred records strays much less than a single one.",
        ),
        Mistake(
            name="formula beyond its end",
            answer={"stray_all": 0.08},
            message=(
                "The root of 10,000 is 100, that is true. But from what does the mean of *all* records "
                "stray? The rule is for batches that are a small part of the data."
            ),
        ),
        Mistake(
            name="noise of all unchanged",
            answer={"stray_all": 8},
            message=(
                "This is how far a single record strays. The batch of all records *is* the full gradient."
            ),
        ),
        Mistake(
            name="batch of 8",
            answer={"batch_for_1": 8},
            message="The root of the size must be 8, not the size itself.",
        ),
        Mistake(
            name="cube for square",
            answer={"batch_for_1": 512},
            message="That is more than needed: the root of the size must be 8.",
        ),
        Mistake(
            name="batch of 16",
            answer={"batch_for_1": 16},
            message="A batch of 16 still strays by 2.",
        ),
        Mistake(
            name="twice as many for half",
            answer={"half": 2},
            message="Twice as many records make the noise smaller by the root of 2 only.",
        ),
        Mistake(
            name="root of 2 for half",
            answer={"half": np.sqrt(2)},
            message=(
                "The other way round: with a batch larger by which factor is the *root* of that factor 2?"
            ),
        ),
        Mistake(
            name="a half for half",
            answer={"half": 0.5},
            message="A smaller batch makes *more* noise.",
        ),
        Mistake(
            name="a quarter for half",
            answer={"half": 0.25},
            message="The number is right, turned upside down: a smaller batch makes *more* noise.",
        ),
        Mistake(
            name="work by the root",
            answer={"work_100": 10},
            message=(
                "The *noise* goes by the root. The work does not: a batch of 100 has "
                "100 records to go through."
            ),
        ),
        Mistake(
            name="work of one update",
            answer={"work_100": 1},
            message="It is one update, but 100 records go forward and backward for it.",
        ),
        Mistake(
            name="updates of one record",
            answer={"updates_100": 10_000},
            message="This is an update for each record. Here a hundred share one.",
        ),
        Mistake(
            name="one update an epoch",
            answer={"updates_100": 1},
            message="One update would be an epoch with *all* records in one batch.",
        ),
    ),
    hints=(
        "The mean of B independent numbers strays by the root of B less than a single one.",
        (
            "8 divided by the root of B: 8 / √4, 8 / √100. When is it 1? And to make it half as large, the "
            "root must double."
        ),
        (
            "The batch of all is no sample: it is what the others stray from. Work and updates do not know a "
            "root: count records."
        ),
    ),
    praise=(
        "Ten times less noise costs a hundred times the work. So small, cheap, noisy steps often win, as "
        "long as the noise does not drown the slope."
    ),
)

# ------------------------------------------------------------------------------------ 05-10 compare fairly


def _epoch_losses(step_losses: Any, n: int, batch_size: int) -> Array:
    losses, sizes = _by_epoch(step_losses, n, batch_size)
    result: Array = losses @ sizes / n
    return result


def _by_epoch(step_losses: Any, n: int, batch_size: int) -> tuple[Array, Array]:
    """Return the losses, a row for each epoch, and the sizes of the batches of one."""
    sizes = np.array([min(batch_size, n - start) for start in range(0, n, batch_size)])
    return np.asarray(step_losses, dtype=np.float64).reshape(-1, len(sizes)), sizes


def _combining(combine: Callable[[Array, Array], Any]) -> Callable[[Any, int, int], Any]:
    return lambda step_losses, n, batch_size: combine(*_by_epoch(step_losses, n, batch_size))


def _chunks(step_losses: Any, size: int) -> list[Array]:
    losses = np.asarray(step_losses, dtype=np.float64)
    return [losses[start : start + size] for start in range(0, len(losses), size)]


def _some_steps(rng: np.random.Generator) -> Inputs:
    n, batch_size = int(rng.integers(5, 40)), int(rng.integers(1, 12))
    n_steps = int(rng.integers(1, 5)) * -(-n // batch_size)
    return np.round(rng.uniform(0.1, 2, size=n_steps), 2), n, batch_size


FAIR = Exercise(
    name="05-10",
    title="Compare fairly",
    answer=_epoch_losses,
    inputs=(
        (np.array([4.0, 2.0, 9.0, 1.0, 1.0, 3.0]), 10, 4),
        (np.array([2.0, 4.0, 1.0, 2.0]), 6, 3),
        (np.array([1.0, 2.0, 3.0, 5.0, 1.0, 1.0, 1.0, 4.0, 0.5, 1.5, 1.0, 2.0]), 7, 2),
        (np.array([3.0, 2.0, 1.5]), 8, 8),
        (np.array([3.0, 1.0, 2.0, 1.0]), 2, 1),
        (np.array([5.0, 4.0]), 5, 100),
    ),
    random_inputs=_some_steps,
    mistakes=(
        Mistake(
            name="every batch counts the same",
            answer=_combining(lambda losses, sizes: losses.mean(axis=1)),
            message=(
                "The epochs are right. But each batch counts the same, though the last one holds fewer "
                "records: the loss of an epoch is the mean over its *records*."
            ),
        ),
        Mistake(
            name="last batch left out",
            answer=_combining(lambda losses, sizes: losses[:, sizes == sizes[0]].mean(axis=1)),
            message="The smaller last batch is left out. Its records belong to the epoch as well.",
        ),
        Mistake(
            name="last batch counted as full",
            answer=_combining(lambda losses, sizes: losses.sum(axis=1) * sizes[0] / sizes.sum()),
            message=(
                "You multiply each loss by `batch_size`, also the last one, whose batch is smaller: the "
                "weights add up to more than n."
            ),
        ),
        Mistake(
            name="rounded down",
            answer=lambda step_losses, n, batch_size: np.array(
                [chunk.mean() for chunk in _chunks(step_losses, max(1, n // batch_size))]
            ),
            message=(
                "Your epochs are one step too short where a smaller batch remains: n / "
                "batch_size is to be rounded *up*."
            ),
        ),
        Mistake(
            name="rounded down, as a table",
            answer=lambda step_losses, n, batch_size: np.reshape(step_losses, (-1, n // batch_size)).mean(
                axis=1
            ),
            message=(
                "Two things: n / batch_size is to be rounded *up*, because the smaller last batch is a step "
                "too; and a plain mean lets its few records count as much as a full batch."
            ),
        ),
        Mistake(
            name="weights without a sum of 1",
            answer=_combining(lambda losses, sizes: losses @ sizes / len(sizes)),
            message=(
                "You weigh by the number of records and divide by the number of *batches*. What do the "
                "weights add up to?"
            ),
        ),
        Mistake(
            name="weighted sum",
            answer=_combining(lambda losses, sizes: losses @ sizes),
            message=(
                "This is the loss added up over all records. The mean is asked, or data sets of different "
                "size cannot be compared."
            ),
        ),
        Mistake(
            name="sum of the steps",
            answer=_combining(lambda losses, sizes: losses.sum(axis=1)),
            message=(
                "You add the losses of the steps up, so small batches, which make more steps, look worse. A "
                "mean over the records is asked."
            ),
        ),
        Mistake(
            name="last step of each epoch",
            answer=_combining(lambda losses, sizes: losses[:, -1]),
            message=(
                "You take the last step of each epoch. One batch alone is noisy, and the "
                "last one is the smallest."
            ),
        ),
        Mistake(
            name="first step of each epoch",
            answer=_combining(lambda losses, sizes: losses[:, 0]),
            message="You take the first step of each epoch only. One batch alone is noisy.",
        ),
        Mistake(
            name="best step of each epoch",
            answer=_combining(lambda losses, sizes: losses.min(axis=1)),
            message=(
                "You take the lowest loss of each epoch: the luckiest batch says little about all records."
            ),
        ),
        Mistake(
            name="n steps for an epoch",
            answer=lambda step_losses, n, batch_size: np.array(
                [chunk.mean() for chunk in _chunks(step_losses, n)]
            ),
            message=(
                "You take n *steps* for an epoch. An epoch is n *records*, and each step "
                "sees a whole batch of them."
            ),
        ),
        Mistake(
            name="batch_size steps for an epoch",
            answer=lambda step_losses, n, batch_size: np.array(
                [chunk.mean() for chunk in _chunks(step_losses, batch_size)]
            ),
            message=(
                "You take `batch_size` steps for an epoch. That is how many *records* a step sees; how many "
                "steps does it take to see all n?"
            ),
        ),
        Mistake(
            name="steps as they are",
            answer=lambda step_losses, n, batch_size: np.asarray(step_losses) * 1.0,
            message=(
                "This is still one loss for each step. With other batch sizes an epoch has another number of "
                "steps, so these curves cannot be laid over each other."
            ),
        ),
        Mistake(
            name="one mean for all",
            answer=lambda step_losses, n, batch_size: np.mean(step_losses),
            message="You take one mean over the whole training. One number for each *epoch* is asked.",
        ),
        Mistake(
            name="steps dealt out in turn",
            answer=_combining(lambda losses, sizes: sizes @ losses.reshape(len(sizes), -1) / sizes.sum()),
            message=(
                "You deal the steps out in turn. The steps of an epoch come one behind the other: first all "
                "of the first epoch, then all of the second."
            ),
        ),
        Mistake(
            name="smaller batch first",
            answer=_combining(lambda losses, sizes: losses @ sizes[::-1] / sizes.sum()),
            message=(
                "You give the smaller weight to the *first* batch of each epoch. The "
                "smaller batch is the last."
            ),
        ),
        Mistake(
            name="mean so far",
            answer=lambda step_losses, n, batch_size: (
                lambda found: np.cumsum(found) / np.arange(1, len(found) + 1)
            )(_epoch_losses(step_losses, n, batch_size)),
            message="Your numbers average over all epochs so far. Each epoch has its own.",
        ),
    ),
    hints=(
        "How many steps has an epoch? ⌈n / batch_size⌉: cut the losses into pieces of that length.",
        (
            "Within an epoch all batches have `batch_size` records, only the last has what remains. Weigh "
            "each loss by its number of records."
        ),
        (
            "With `steps = -(-n // batch_size)` and `losses = step_losses.reshape(-1, steps)`: multiply by "
            "the sizes, add up along axis 1, divide by n."
        ),
    ),
    praise=(
        "By epochs, two batch sizes have seen equally many records and done about equal work. By steps, the "
        "large batch looks better than it is, because each of its steps costs more."
    ),
)

# ------------------------------------------------------------------------- 05-11 scale by the training data


def _scaled(X_train: Array, X_test: Array) -> tuple[Array, Array]:
    mean, spread = X_train.mean(axis=0), X_train.std(axis=0)
    return (X_train - mean) / spread, (X_test - mean) / spread


def _standard(X: Array, axis: int | None = 0) -> Array:
    result: Array = (X - X.mean(axis=axis, keepdims=True)) / X.std(axis=axis, keepdims=True)
    return result


def _together(X_train: Array, X_test: Array) -> tuple[Array, Array]:
    X = _standard(np.vstack([X_train, X_test]))
    return X[: len(X_train)], X[len(X_train) :]


def _two_tables(rng: np.random.Generator) -> Inputs:
    n, n_test, n_in = int(rng.integers(4, 9)), int(rng.integers(2, 6)), int(rng.integers(2, 5))
    size = 10.0 ** rng.integers(-1, 4, size=n_in)
    tables = [np.round(rng.normal(1, 1, size=(rows, n_in)), 2) * size for rows in (n, n_test)]
    return tables[0], tables[1]


SCALE = Exercise(
    name="05-11",
    title="Scale by the training data",
    answer=_scaled,
    may_change_inputs=False,
    inputs=(
        (
            np.array([[20.0, 1000.0], [40.0, 5000.0], [60.0, 3000.0]]),
            np.array([[50.0, 4000.0], [30.0, 9000.0]]),
        ),
        (np.array([[1.0, 2.0], [3.0, 6.0]]), np.array([[2.0, 2.0], [5.0, 0.0]])),
        (
            np.array([[30.0, 1e5, 1.0], [45.0, 0.0, 0.0], [61.0, 5e4, 1.0], [28.0, 9e4, 3.0]]),
            np.array([[40.0, 1e4, 2.0]]),
        ),
        (np.array([[1, 7], [2, 5], [6, 3]]), np.array([[4, 4], [1, 9]])),
    ),
    random_inputs=_two_tables,
    mistakes=(
        Mistake(
            name="test data by itself",
            answer=lambda X_train, X_test: (_standard(X_train), _standard(X_test)),
            message=(
                "The test rows are scaled by their own mean and spread. So the same customer would get other "
                "numbers in other company, and a single one none at all. The training data "
                "set the scale for both."
            ),
        ),
        Mistake(
            name="all data together",
            answer=_together,
            message=(
                "Mean and spread are taken over training *and* test rows. So the test data have a say in the "
                "training, and are no test any more."
            ),
        ),
        Mistake(
            name="scaled by the test data",
            answer=lambda X_train, X_test: (
                (X_train - X_test.mean(axis=0)) / X_test.std(axis=0),
                _standard(X_test),
            ),
            message="The *test* data set the scale for both. It is the other way round.",
        ),
        Mistake(
            name="test left as it is",
            answer=lambda X_train, X_test: (_standard(X_train), X_test * 1.0),
            message=(
                "The training rows are right. But the test rows are as they were: left alone, or scaled by "
                "mean and spread taken *after* the scaling, when they are 0 and 1. A network that has "
                "learned with scaled features does not understand them."
            ),
        ),
        Mistake(
            name="spread of the test data",
            answer=lambda X_train, X_test: (
                _standard(X_train),
                (X_test - X_train.mean(axis=0)) / X_test.std(axis=0),
            ),
            message=(
                "The training rows are right, and for the test rows the mean. But their "
                "spread is taken from themselves."
            ),
        ),
        Mistake(
            name="mean of the test data",
            answer=lambda X_train, X_test: (
                _standard(X_train),
                (X_test - X_test.mean(axis=0)) / X_train.std(axis=0),
            ),
            message=(
                "The training rows are right, and for the test rows the spread. But their "
                "mean is taken from themselves."
            ),
        ),
        Mistake(
            name="one mean for all features",
            answer=lambda X_train, X_test: (
                (X_train - X_train.mean()) / X_train.std(),
                (X_test - X_train.mean()) / X_train.std(),
            ),
            message=(
                "One mean and one spread serve all features, so years and dollars are still of different "
                "size. Each *column* needs its own."
            ),
        ),
        Mistake(
            name="one mean for all features, and test data by itself",
            answer=lambda X_train, X_test: (_standard(X_train, None), _standard(X_test, None)),
            message=(
                "Two things: one mean and one spread serve all features, but each *column* needs its own; "
                "and the test rows are scaled by themselves, but the training rows set the scale for both."
            ),
        ),
        Mistake(
            name="rows for columns",
            answer=lambda X_train, X_test: (_standard(X_train, 1), _standard(X_test, 1)),
            message=(
                "You scale each *row*: a customer's age against his own balance. Each column is to be "
                "scaled; which axis runs along the records?"
            ),
        ),
        Mistake(
            name="not centered",
            answer=lambda X_train, X_test: (X_train / X_train.std(axis=0), X_test / X_train.std(axis=0)),
            message="The spread is 1 now, but the mean is not 0: something is to be subtracted first.",
        ),
        Mistake(
            name="only centered",
            answer=lambda X_train, X_test: (X_train - X_train.mean(axis=0), X_test - X_train.mean(axis=0)),
            message=(
                "The mean is 0 now, but the features still have different spreads: that is "
                "what makes the ravine."
            ),
        ),
        Mistake(
            name="variance for spread",
            answer=lambda X_train, X_test: (
                (X_train - X_train.mean(axis=0)) / X_train.var(axis=0),
                (X_test - X_train.mean(axis=0)) / X_train.var(axis=0),
            ),
            message=(
                "You divide by the variance. It is the square of what you need, so large "
                "features become tiny."
            ),
        ),
        Mistake(
            name="divided before centering",
            answer=lambda X_train, X_test: (
                X_train / X_train.std(axis=0) - X_train.mean(axis=0),
                X_test / X_train.std(axis=0) - X_train.mean(axis=0),
            ),
            message=(
                "You divide before you subtract the mean, and the mean is still that of the large numbers. "
                "Brackets are missing: `(X - mean) / spread`."
            ),
        ),
        Mistake(
            name="multiplied",
            answer=lambda X_train, X_test: (
                (X_train - X_train.mean(axis=0)) * X_train.std(axis=0),
                (X_test - X_train.mean(axis=0)) * X_train.std(axis=0),
            ),
            message="You multiply by the spread, so large features become larger still.",
        ),
        Mistake(
            name="mean added",
            answer=lambda X_train, X_test: (
                (X_train + X_train.mean(axis=0)) / X_train.std(axis=0),
                (X_test + X_train.mean(axis=0)) / X_train.std(axis=0),
            ),
            message="You add the mean. To bring it to 0, it must be taken away.",
        ),
        Mistake(
            name="between 0 and 1",
            answer=lambda X_train, X_test: (
                (X_train - X_train.min(axis=0)) / np.ptp(X_train, axis=0),
                (X_test - X_train.min(axis=0)) / np.ptp(X_train, axis=0),
            ),
            message=(
                "You brought each feature into the range 0 to 1. That is a way to scale too, but here the "
                "*mean* is to be 0 and the standard deviation 1."
            ),
        ),
        Mistake(
            name="divided by n minus 1",
            answer=lambda X_train, X_test: (
                (X_train - X_train.mean(axis=0)) / X_train.std(axis=0, ddof=1),
                (X_test - X_train.mean(axis=0)) / X_train.std(axis=0, ddof=1),
            ),
            message=(
                "Your standard deviation divides by n − 1, as statistics books (and pandas) do to guess that "
                "of a whole population. The task takes NumPy's, which divides by n."
            ),
        ),
        Mistake(
            name="order exchanged",
            answer=lambda X_train, X_test: _scaled(X_train, X_test)[::-1],
            message="Both tables are right, but in the wrong order: the training rows come first.",
        ),
        Mistake(
            name="training alone",
            answer=lambda X_train, X_test: _standard(X_train),
            message="The training rows are right. The test rows are still missing: return both tables.",
        ),
        Mistake(
            name="median for mean",
            answer=lambda X_train, X_test: (
                (X_train - np.median(X_train, axis=0)) / X_train.std(axis=0),
                (X_test - np.median(X_train, axis=0)) / X_train.std(axis=0),
            ),
            message="You subtract the median. The *mean* is to become 0.",
        ),
    ),
    hints=(
        "Two numbers for each column, the mean and the standard deviation. From which rows may they come?",
        (
            "`X_train.mean(axis=0)` and `X_train.std(axis=0)` give one number for each column. The same two "
            "serve both tables."
        ),
        (
            "Keep them in variables: `mean` and `spread`. Then `(X - mean) / spread`, once for the training "
            "rows and once for the test rows."
        ),
    ),
    praise=(
        "Learned from the training rows, applied to all others: that holds for every preparation of data, "
        "and chapter 8 lets a pipeline watch over it."
    ),
)

# ------------------------------------------------------------------------------------ 05-12 where does it end

_KINDS = ("lowest minimum", "local minimum", "saddle", "maximum")
_OTHER_KINDS = {
    "global minimum": "lowest minimum",
    "lowest": "lowest minimum",
    "global": "lowest minimum",
    "local": "local minimum",
    "a local minimum": "local minimum",
    "the lowest minimum": "lowest minimum",
    "saddle point": "saddle",
    "saddlepoint": "saddle",
    "a saddle": "saddle",
    "a maximum": "maximum",
}
_STATIONARY = ((1.0, 0.0), (-2.0, 0.0), (0.0, 0.0))


def _as_places(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _place(name, value) for name, value in answer.items()}


def _place(name: str, value: Any) -> Any:
    if name.endswith("_kind"):
        return one_of(name, value, _KINDS, _OTHER_KINDS)
    try:
        place = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise AnswerFormError(f"`{name}` must be a pair of numbers (x, y); got {value!r}.") from error
    if place.shape != (2,) or not np.isfinite(place).all():
        raise AnswerFormError(f"`{name}` must be a pair of finite numbers (x, y); got {value!r}.")
    for end in _STATIONARY:  # a descent that was run stops a little before it
        if np.abs(place - end).max() <= 0.02:
            return np.array(end)
    return place


END = Exercise(
    name="05-12",
    title="Where does it end?",
    answer={
        "right_end": (1, 0),
        "left_end": (-2, 0),
        "ridge_end": (0, 0),
        "beside_end": (1, 0),
        "right_kind": "local minimum",
        "left_kind": "lowest minimum",
        "ridge_kind": "saddle",
    },
    evaluate=_as_places,
    reveal=False,
    mistakes=(
        Mistake(
            name="the deepest valley from everywhere",
            answer={"right_end": (-2, 0)},
            message=(
                "The lowest place of all lies there. But gradient descent knows only the slope where it "
                "stands, and at x = 0.5 it falls to the right. It does not look beyond the hill."
            ),
        ),
        Mistake(
            name="right to the nearest level place",
            answer={"right_end": (0, 0)},
            message=(
                "(0, 0) is level, but at x = 0.5 the way down leads *away* from it: which "
                "sign has x³ + x² − 2x there?"
            ),
        ),
        Mistake(
            name="only y moves on the right",
            answer={"right_end": (0.5, 0)},
            message="y is right. But at x = 0.5 the slope along x is not 0, so x moves too.",
        ),
        Mistake(
            name="only x moves on the right",
            answer={"right_end": (1, 1)},
            message="x is right. But at y = 1 the slope along y is 2, so y moves too.",
        ),
        Mistake(
            name="left over the hill",
            answer={"left_end": (1, 0)},
            message="At x = −0.5 the slope along x is positive: which way is down?",
        ),
        Mistake(
            name="left to the nearest level place",
            answer={"left_end": (0, 0)},
            message="(0, 0) is level, but at x = −0.5 the way down leads *away* from it.",
        ),
        Mistake(
            name="left to minus one",
            answer={"left_end": (-1, 0)},
            message="At x = −1 the slope is −1 + 1 + 2 = 2, so w moves on. Where is x³ + x² − 2x = 0?",
        ),
        Mistake(
            name="ridge to the right",
            answer={"ridge_end": (1, 0)},
            message="At x = 0 exactly the slope along x is 0, so x never moves. Where does y alone lead?",
        ),
        Mistake(
            name="ridge to the left",
            answer={"ridge_end": (-2, 0)},
            message=(
                "At x = 0 exactly the ground is level along x, so nothing pulls w to the deeper valley. "
                "Where does y alone lead?"
            ),
        ),
        Mistake(
            name="ridge not left",
            answer={"ridge_end": (0, 1)},
            message="The slope along x is 0 there, but the slope along y is 2: y moves.",
        ),
        Mistake(
            name="stays on the ridge",
            answer={"beside_end": (0, 0)},
            message=(
                "Beside the ridge the slope along x is tiny, but not 0: x moves away, slowly first and then "
                "faster. In 500 steps there is time enough."
            ),
        ),
        Mistake(
            name="beside to the left",
            answer={"beside_end": (-2, 0)},
            message=(
                "It starts a little to the *right* of the ridge. Which way does the slope point down there?"
            ),
        ),
        Mistake(
            name="right as the lowest",
            answer={"right_kind": "lowest minimum"},
            message="Compare the heights: L(1, 0) is −5/12, and L(−2, 0) is −8/3.",
        ),
        Mistake(
            name="right as a saddle",
            answer={"right_kind": "saddle"},
            message="From (1, 0) the loss rises in *every* direction. A saddle falls in some.",
        ),
        Mistake(
            name="right as a maximum",
            answer={"right_kind": "maximum"},
            message="Gradient descent walks downhill: it does not end on a summit.",
        ),
        Mistake(
            name="left as a local one",
            answer={"left_kind": "local minimum"},
            message="Compare the heights of both minima. Is any place lower than this one?",
        ),
        Mistake(
            name="left as a saddle",
            answer={"left_kind": "saddle"},
            message="From (−2, 0) the loss rises in *every* direction. A saddle falls in some.",
        ),
        Mistake(
            name="left as a maximum",
            answer={"left_kind": "maximum"},
            message="You ended at the lowest place of this landscape, not at a summit.",
        ),
        Mistake(
            name="every level place a minimum",
            answer={"ridge_kind": "local minimum"},
            message=(
                "The slope is 0 there, but that does not make it a minimum. What does the loss do along x, "
                "to the left and to the right of it?"
            ),
        ),
        Mistake(
            name="the middle as the lowest",
            answer={"ridge_kind": "lowest minimum"},
            message="The loss is 0 there, and on both sides along x it falls. Lower places are a step away.",
        ),
        Mistake(
            name="the middle as a maximum",
            answer={"ridge_kind": "maximum"},
            message="Along x it looks like a summit. And along y?",
        ),
    ),
    hints=(
        "x and y go their own ways, since neither slope contains the other. y always goes to 0; look at x.",
        "x³ + x² − 2x = x (x + 2)(x − 1). Its sign between the three zeros says where down is.",
        (
            "Down leads to the right for x between 0 and 1, to the left between −2 and 0; and at x = 0 it "
            "leads nowhere. For the kinds ask what the loss does along x and along y."
        ),
    ),
    praise=(
        "Where it ends depends on where it starts, and a slope of 0 need not be a minimum. In networks, with "
        "thousands of directions, saddles and plateaus are met far more often than poor minima, and noise "
        "helps to leave them."
    ),
)

# --------------------------------------------------------------------------------- 05-13 why is it flat

_CAUSES = ("rate too small", "rate too large", "saturation", "plateau", "minimum", "overfitting")
_OTHER_CAUSES = {
    "too small": "rate too small",
    "too large": "rate too large",
    "saturated": "saturation",
    "saddle": "plateau",
    "saddle point": "plateau",
    "overfit": "overfitting",
}

FLAT = Exercise(
    name="05-13",
    title="Why is the curve flat?",
    answer={
        "a": "rate too small",
        "b": "rate too large",
        "c": "saturation",
        "d": "plateau",
        "e": "minimum",
        "f": "overfitting",
    },
    evaluate=lambda answer: {
        name: one_of(name, value, _CAUSES, _OTHER_CAUSES) for name, value in answer.items()
    },
    reveal=False,
    mistakes=(
        Mistake(
            name="flat means learned (a)",
            answer={"a": "minimum"},
            message=(
                "In case a the gradients are *not* small, and a larger rate gets lower. At a "
                "minimum neither can be."
            ),
        ),
        Mistake(
            name="a plateau (a)",
            answer={"a": "plateau"},
            message="In case a the gradients are not small: the ground is steep, and the steps are short.",
        ),
        Mistake(
            name="saturated (a)",
            answer={"a": "saturation"},
            message=(
                "Saturated units have gradients near 0, and no rate wakes them up. In case a ten times the "
                "rate falls ten times as fast."
            ),
        ),
        Mistake(
            name="rate turned round (a)",
            answer={"a": "rate too large"},
            message="In case a ten times the rate is *better*. Which way must the rate be changed?",
        ),
        Mistake(
            name="overfitting (a)",
            answer={"a": "overfitting"},
            message=(
                "Overfitting shows in a gap between training and validation loss. Case a says nothing of one."
            ),
        ),
        Mistake(
            name="rate turned round (b)",
            answer={"b": "rate too small"},
            message=(
                "In case b a *tenth* of the rate is better. Steps that are too small creep; they do not jump."
            ),
        ),
        Mistake(
            name="a plateau (b)",
            answer={"b": "plateau"},
            message="On a plateau the steps are short and the loss is still. In case b it jumps.",
        ),
        Mistake(
            name="flat means learned (b)",
            answer={"b": "minimum"},
            message=(
                "In case b the loss is flat on average only: it jumps from wall to wall, high above the "
                "bottom. A tenth of the rate gets lower."
            ),
        ),
        Mistake(
            name="saturated (b)",
            answer={"b": "saturation"},
            message="Where units are saturated hardly anything moves. In case b the loss jumps.",
        ),
        Mistake(
            name="overfitting (b)",
            answer={"b": "overfitting"},
            message=(
                "Case b speaks of the *training* loss, and that does not fall. Overfitting begins where it "
                "falls too well."
            ),
        ),
        Mistake(
            name="flat means learned (c)",
            answer={"c": "minimum"},
            message=(
                "The gradients of case c are near 0, but for another reason: look at what the hidden units "
                "say, 0.000 or 1.000 for every customer. How steep is a sigmoid there?"
            ),
        ),
        Mistake(
            name="a plateau (c)",
            answer={"c": "plateau"},
            message=(
                "One could call it one; but case c tells you *why* it is flat. What do outputs of 0.000 and "
                "1.000 say of a sigmoid, and what have unscaled balances to do with it?"
            ),
        ),
        Mistake(
            name="rate too small (c)",
            answer={"c": "rate too small"},
            message=(
                "In case c the rate was tried: nothing changes, because a large rate "
                "times nearly 0 is nearly 0."
            ),
        ),
        Mistake(
            name="rate too large (c)",
            answer={"c": "rate too large"},
            message=(
                "In case c the rate was tried, a smaller one too. The features are the cause here: look at "
                "their size, and at the units behind them."
            ),
        ),
        Mistake(
            name="overfitting (c)",
            answer={"c": "overfitting"},
            message="The network of case c has not even learned its training data.",
        ),
        Mistake(
            name="flat means learned (d)",
            answer={"d": "minimum"},
            message=(
                "Case d was not at the bottom: thirty epochs later the loss fell. From the flat part alone "
                "nobody could have told."
            ),
        ),
        Mistake(
            name="saturated (d)",
            answer={"d": "saturation"},
            message=(
                "No unit of case d is at its ends. And it got away by itself, with the same rate: it was on "
                "its way all the time."
            ),
        ),
        Mistake(
            name="rate too small (d)",
            answer={"d": "rate too small"},
            message=(
                "With a rate that is too small the *steep* part would creep as well. In case d it is fast: "
                "the ground was flat, not the step short."
            ),
        ),
        Mistake(
            name="rate too large (d)",
            answer={"d": "rate too large"},
            message="A rate that is too large makes jumps. Case d was still, and then fell smoothly.",
        ),
        Mistake(
            name="overfitting (d)",
            answer={"d": "overfitting"},
            message="Both losses of case d fall in the end: nothing parts them.",
        ),
        Mistake(
            name="a plateau (e)",
            answer={"e": "plateau"},
            message=(
                "From a plateau there is a way down, if only a gentle one. In case e *every* direction was "
                "tried, and all lead up."
            ),
        ),
        Mistake(
            name="saturated (e)",
            answer={"e": "saturation"},
            message=(
                "No unit of case e is at its ends. And a saturated network could be made better by a change "
                "of its weights; here every change makes it worse."
            ),
        ),
        Mistake(
            name="rate too small (e)",
            answer={"e": "rate too small"},
            message="A larger rate does not help case e: the gradient is 0, and all around is higher.",
        ),
        Mistake(
            name="rate too large (e)",
            answer={"e": "rate too large"},
            message="Case e does not jump, and the gradient is 0: it has arrived.",
        ),
        Mistake(
            name="overfitting (e)",
            answer={"e": "overfitting"},
            message="The two losses of case e are close together. Overfitting parts them.",
        ),
        Mistake(
            name="a minimum (f)",
            answer={"f": "minimum"},
            message=(
                "The training loss of case f is still falling, so no minimum has been reached. Which of the "
                "two losses is flat?"
            ),
        ),
        Mistake(
            name="a plateau (f)",
            answer={"f": "plateau"},
            message=(
                "Gradient descent sees the training loss only, and that falls all the "
                "time: it is on no plateau."
            ),
        ),
        Mistake(
            name="rate too large (f)",
            answer={"f": "rate too large"},
            message=(
                "The rising loss of case f is the *validation* loss. A rate that is too large would spoil "
                "the training loss too."
            ),
        ),
        Mistake(
            name="rate too small (f)",
            answer={"f": "rate too small"},
            message=(
                "The training of case f gets on well. What gets worse is the result on "
                "data that were not trained on."
            ),
        ),
        Mistake(
            name="saturated (f)",
            answer={"f": "saturation"},
            message="Saturated units do not learn. The training loss of case f falls all the time.",
        ),
    ),
    hints=(
        (
            "Ask of each case: is the gradient small or not? If not, the rate is to blame. Then: what did a "
            "change of the rate do?"
        ),
        (
            "Small gradients have three causes here: units at their ends, ground that is level for a while, "
            "and a true bottom. What tells them apart stands in each case."
        ),
        (
            "Two losses that part have a name of their own. Case c names outputs of 0.000 and 1.000, case d "
            "got away by itself, and in case e every direction leads up."
        ),
    ),
    praise=(
        "A flat curve alone says nothing. Look at the size of the gradients, at the units, at the validation "
        "loss, and try another rate: four looks that tell the six apart."
    ),
)

# ------------------------------------------------------------------- 05-14 mini-batch gradient descent


def _sigmoid(z: Any) -> Array:
    result: Array = (1 + np.tanh(np.asarray(z) / 2)) / 2
    return result


Orders = Callable[[int, int, np.random.Generator], Iterator[Array]]


def _fresh_orders(n: int, n_epochs: int, rng: np.random.Generator) -> Iterator[Array]:
    for _ in range(n_epochs):
        yield rng.permutation(n)


def _orders_of_orders(n: int, n_epochs: int, rng: np.random.Generator) -> Iterator[Array]:
    """Shuffle what the last epoch has shuffled, as ``X, y = X[order], y[order]`` in a loop does."""
    order = np.arange(n)
    for _ in range(n_epochs):
        order = order[rng.permutation(n)]
        yield order


def _shuffled_again(n: int, n_epochs: int, rng: np.random.Generator) -> Iterator[Array]:
    order = np.arange(n)
    for _ in range(n_epochs):
        rng.shuffle(order)
        yield order.copy()


def _permuted(n: int, n_epochs: int, rng: np.random.Generator) -> Iterator[Array]:
    for _ in range(n_epochs):
        yield rng.permuted(np.arange(n))


def _chosen(n: int, n_epochs: int, rng: np.random.Generator) -> Iterator[Array]:
    for _ in range(n_epochs):
        yield rng.choice(n, size=n, replace=False)


def _sorted_noise(n: int, n_epochs: int, rng: np.random.Generator) -> Iterator[Array]:
    for _ in range(n_epochs):
        yield np.argsort(rng.random(n))


_FAIR_ORDERS: tuple[Orders, ...] = (
    _fresh_orders,
    _orders_of_orders,
    _shuffled_again,
    _permuted,
    _chosen,
    _sorted_noise,
)
"""Ways to reshuffle that are all right; which one an answer takes is its own business."""


def _one_order(n: int, n_epochs: int, rng: np.random.Generator) -> Iterator[Array]:
    order = rng.permutation(n)
    for _ in range(n_epochs):
        yield order


def _no_order(n: int, n_epochs: int, rng: np.random.Generator) -> Iterator[Array]:
    for _ in range(n_epochs):
        yield np.arange(n)


def _with_replacement(n: int, n_epochs: int, rng: np.random.Generator) -> Iterator[Array]:
    for _ in range(n_epochs):
        yield rng.integers(n, size=n)


Gradient = Callable[[Array, Array, Array, Any, int], tuple[Any, Any]]


def _mean_gradient(X: Array, y: Array, w: Array, b: Any, n: int) -> tuple[Any, Any]:
    e = _sigmoid(X @ w + b) - y
    return X.T @ e / len(y), e.mean()


def _fit(
    X: Array,
    y: Array,
    w: Array,
    b: Any,
    learning_rate: float,
    batch_size: int,
    n_epochs: int,
    rng: np.random.Generator,
    *,
    orders: Orders = _fresh_orders,
    gradient: Gradient = _mean_gradient,
    stop: Callable[[int, int], int] = lambda n, batch_size: n,
    torn: bool = False,
) -> tuple[Array, Any]:
    """Return w and b after all epochs; the options are for the mistakes."""
    n = len(X)
    w, b = np.asarray(w, dtype=np.float64), float(b)
    for order in orders(n, n_epochs, rng):
        for start in range(0, stop(n, batch_size), batch_size):
            rows = order[start : start + batch_size]
            targets = y[start : start + batch_size] if torn else y[rows]
            dw, db = gradient(X[rows], targets, w, b, n)
            w, b = w - learning_rate * dw, b - learning_rate * db
    return w, b


Fit = Callable[..., Any]


def _fitting(**options: Any) -> Fit:
    return lambda X, y, w, b, learning_rate, batch_size, n_epochs, rng: _fit(
        X, y, w, b, learning_rate, batch_size, n_epochs, rng, **options
    )


def _on_batches(gradient: Callable[[Array, Array, Array, Any, int], Any]) -> Fit:
    return _fitting(gradient=gradient)


def _late_bias(
    X: Array, y: Array, w: Array, b: Any, learning_rate: float, batch_size: int, n_epochs: int, rng: Any
) -> Any:
    """Compute the outputs again for b, with the new w."""
    for order in _fresh_orders(len(X), n_epochs, rng):
        for rows in _cut(order, batch_size):
            w = w - learning_rate * _mean_gradient(X[rows], y[rows], w, b, 0)[0]
            b = b - learning_rate * _mean_gradient(X[rows], y[rows], w, b, 0)[1]
    return w, b


def _moved_once_an_epoch(
    X: Array, y: Array, w: Array, b: Any, learning_rate: float, batch_size: int, n_epochs: int, rng: Any
) -> Any:
    """Take the gradients of all batches at the old weights, and move once at the end of the epoch."""
    for order in _fresh_orders(len(X), n_epochs, rng):
        found = [_mean_gradient(X[rows], y[rows], w, b, 0) for rows in _cut(order, batch_size)]
        w = w - learning_rate * np.sum([dw for dw, _ in found], axis=0)
        b = b - learning_rate * np.sum([db for _, db in found])
    return w, b


def _restarted(
    X: Array, y: Array, w: Array, b: Any, learning_rate: float, batch_size: int, n_epochs: int, rng: Any
) -> Any:
    """Begin each epoch with the first weights again."""
    found = w, b
    for order in _fresh_orders(len(X), n_epochs, rng):
        found = _fit(X, y, w, b, learning_rate, batch_size, 1, rng, orders=lambda n, k, r, o=order: iter([o]))  # type: ignore[misc]
    return found


def _first_batch_only(
    X: Array, y: Array, w: Array, b: Any, learning_rate: float, batch_size: int, n_epochs: int, rng: Any
) -> Any:
    return _fit(X, y, w, b, learning_rate, batch_size, n_epochs, rng, stop=lambda n, size: 1)


def _two_orders(
    X: Array, y: Array, w: Array, b: Any, learning_rate: float, batch_size: int, n_epochs: int, rng: Any
) -> Any:
    """Shuffle X and y one after the other, each for itself."""
    for _ in range(n_epochs):
        tables = rng.permutation(X), rng.permutation(y)
        w, b = _fit(*tables, w, b, learning_rate, batch_size, 1, rng, orders=_no_order)
    return w, b


def _as_fitted(result: Any) -> tuple[Any, Any]:
    """Return w and b as they came, or say that two values are wanted."""
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise AnswerFormError(f"Return both, `return w, b`; got {_brief(result)}.")
    return result[0], result[1]


def _after_fitting(
    answer: Fit,
    X: Array,
    y: Array,
    w: Array,
    b: float,
    learning_rate: float,
    batch_size: int,
    n_epochs: int,
    rng: _Seed,
) -> Any:
    """Return the learned w and b; if they follow from another fair order, those of the reference's order."""
    # The answer may change what it gets; the other orders are tried on what it was.
    kept = X.copy(), y.copy(), w.copy(), b
    result = _as_fitted(answer(X, y, w, b, learning_rate, batch_size, n_epochs, rng.rng()))
    given = (*kept, learning_rate, batch_size, n_epochs)
    usual = _fit(*given, rng.rng())
    for orders in _FAIR_ORDERS[1:]:
        other = _fit(*given, rng.rng(), orders=orders)
        if _close(result, other) and not _close(usual, other):
            return usual
    return result


def _close(result: tuple[Any, Any], other: tuple[Any, Any]) -> bool:
    try:
        return all(
            np.shape(one) == np.shape(two) and np.allclose(one, two, rtol=1e-4, atol=1e-5)
            for one, two in zip(result, other, strict=True)
        )
    except (TypeError, ValueError):
        return False


def _some_records(rng: np.random.Generator) -> Inputs:
    n, n_in = int(rng.integers(3, 12)), int(rng.integers(1, 4))
    X = np.round(rng.normal(size=(n, n_in)), 1)
    y = rng.integers(2, size=n)
    w, b = np.round(rng.normal(size=n_in), 1), float(np.round(rng.normal(), 1))
    sizes = int(rng.integers(1, n + 3)), int(rng.integers(1, 4))
    return X, y, w, b, float(rng.choice([0.1, 0.5])), *sizes, _Seed(int(rng.integers(100)))


_X = np.array([[1.0, 2.0], [-1.0, 0.5], [0.0, -1.0], [2.0, 1.0], [-2.0, 1.5], [0.5, 0.5], [1.0, -2.0]])
_Y = np.array([1, 0, 0, 1, 1, 1, 0])

FIT = Exercise(
    name="05-14",
    title="Mini-batch gradient descent from scratch",
    answer=_fitting(),
    evaluate=_after_fitting,
    may_change_inputs=False,
    n_random=12,
    inputs=(
        (_X[:2], _Y[:2], np.zeros(2), 0.0, 0.5, 2, 1, _Seed(0)),
        (_X[:4], _Y[:4], np.array([1.0, -1.0]), 0.5, 0.5, 2, 1, _Seed(1)),
        (_X, _Y, np.array([0.5, 0.0]), 0.0, 0.5, 3, 1, _Seed(2)),
        (_X, _Y, np.array([0.5, -1.0]), 1.0, 0.5, 3, 4, _Seed(3)),
        (_X, _Y, np.array([0.5, -1.0]), 0.0, 0.5, 1, 2, _Seed(4)),
        (_X, _Y, np.array([0.5, -1.0]), 0.0, 0.5, 100, 3, _Seed(5)),
    ),
    random_inputs=_some_records,
    mistakes=(
        Mistake(
            name="uphill",
            answer=_on_batches(
                lambda X, y, w, b, n: (
                    -(X.T @ (_sigmoid(X @ w + b) - y)) / len(y),
                    -(_sigmoid(X @ w + b) - y).mean(),
                )
            ),
            message=(
                "Your loss grows. Either the rate times the gradient is added, or your errors "
                "are y − a: one sign too many."
            ),
        ),
        Mistake(
            name="not shuffled",
            answer=_fitting(orders=_no_order),
            message=(
                "The steps are right, but the records come in the order of the table in every epoch. Draw a "
                "fresh order from `rng` at the start of each."
            ),
        ),
        Mistake(
            name="shuffled once",
            answer=_fitting(orders=_one_order),
            message=(
                "You shuffle once, before the first epoch, so all epochs have the same batches. Draw a fresh "
                "order at the start of *each*."
            ),
        ),
        Mistake(
            name="X without y",
            answer=_fitting(torn=True),
            message=(
                "X gets the new order and y stays as it was, so the records are torn from their targets. Use "
                "one order for both."
            ),
        ),
        Mistake(
            name="X without y, again and again",
            answer=_fitting(orders=_orders_of_orders, torn=True),
            message=(
                "X is reordered in each epoch and y stays as it was, so the records are torn from their "
                "targets. Reorder both, by the same order."
            ),
        ),
        Mistake(
            name="two orders",
            answer=_two_orders,
            message=(
                "X and y are shuffled by two different orders, so the records are torn from their targets. "
                "Draw one order, and use it for both."
            ),
        ),
        Mistake(
            name="drawn with replacement",
            answer=_fitting(orders=_with_replacement),
            message=(
                "You draw the rows of an epoch with replacement: some come twice, others not at all. An "
                "epoch sees each record once."
            ),
        ),
        Mistake(
            name="last batch dropped",
            answer=_fitting(stop=lambda n, size: n // size * size),
            message=(
                "Where `batch_size` does not divide n, the last, smaller batch is missing, and its records "
                "are not learned from in this epoch."
            ),
        ),
        Mistake(
            name="sum for mean",
            answer=_on_batches(
                lambda X, y, w, b, n: (X.T @ (_sigmoid(X @ w + b) - y), (_sigmoid(X @ w + b) - y).sum())
            ),
            message=(
                "You add up the gradients of a batch, so a larger batch makes longer steps and the rate "
                "means something else for each size. Take their mean."
            ),
        ),
        Mistake(
            name="sum for mean in w",
            answer=_on_batches(
                lambda X, y, w, b, n: (X.T @ (_sigmoid(X @ w + b) - y), (_sigmoid(X @ w + b) - y).mean())
            ),
            message=(
                "The gradient for w is a sum over the batch, that for b a mean. Divide the first by the size "
                "of the batch too."
            ),
        ),
        Mistake(
            name="sum for mean in b",
            answer=_on_batches(
                lambda X, y, w, b, n: (
                    X.T @ (_sigmoid(X @ w + b) - y) / len(y),
                    (_sigmoid(X @ w + b) - y).sum(),
                )
            ),
            message="The gradient for b is a sum over the batch, that for w a mean. Take the mean for both.",
        ),
        Mistake(
            name="divided by all records",
            answer=_on_batches(
                lambda X, y, w, b, n: (
                    X.T @ (_sigmoid(X @ w + b) - y) / n,
                    (_sigmoid(X @ w + b) - y).sum() / n,
                )
            ),
            message=(
                "You divide by the number of *all* records. A batch is the mean over its own ones, so that a "
                "small batch makes as long a step as a large one."
            ),
        ),
        Mistake(
            name="last batch divided by batch_size",
            answer=lambda X, y, w, b, learning_rate, batch_size, n_epochs, rng: _fit(
                X,
                y,
                w,
                b,
                learning_rate,
                batch_size,
                n_epochs,
                rng,
                gradient=lambda X, y, w, b, n: (
                    X.T @ (_sigmoid(X @ w + b) - y) / batch_size,
                    (_sigmoid(X @ w + b) - y).sum() / batch_size,
                ),
            ),
            message=(
                "You divide by `batch_size`, also in the last batch, which has fewer records: its step comes "
                "out too short. Divide by the number of records that are *there*."
            ),
        ),
        Mistake(
            name="divided by batch_size for w",
            answer=lambda X, y, w, b, learning_rate, batch_size, n_epochs, rng: _fit(
                X,
                y,
                w,
                b,
                learning_rate,
                batch_size,
                n_epochs,
                rng,
                gradient=lambda X, y, w, b, n: (
                    X.T @ (_sigmoid(X @ w + b) - y) / batch_size,
                    (_sigmoid(X @ w + b) - y).mean(),
                ),
            ),
            message=(
                "For w you divide by `batch_size`, also in the last batch, which has fewer records. Divide "
                "by the number of records that are *there*."
            ),
        ),
        Mistake(
            name="factor 2",
            answer=_on_batches(
                lambda X, y, w, b, n: (
                    2 * X.T @ (_sigmoid(X @ w + b) - y) / len(y),
                    2 * (_sigmoid(X @ w + b) - y).mean(),
                )
            ),
            message=(
                "Your steps are twice as long as they should be. The 2 belongs to squared errors; with "
                "cross-entropy behind a sigmoid the slope at z is a − y alone."
            ),
        ),
        Mistake(
            name="slope of the squared error",
            answer=_on_batches(
                lambda X, y, w, b, n: (
                    lambda a: (X.T @ ((a - y) * a * (1 - a)) / len(y), ((a - y) * a * (1 - a)).mean())
                )(_sigmoid(X @ w + b))
            ),
            message=(
                "There is a factor a (1 − a) too many. It belongs to squared errors; with cross-entropy it "
                "cancels out, and a − y remains."
            ),
        ),
        Mistake(
            name="slope of the squared error, with its 2",
            answer=_on_batches(
                lambda X, y, w, b, n: (
                    lambda a: (2 * X.T @ ((a - y) * a * (1 - a)) / len(y), 2 * ((a - y) * a * (1 - a)).mean())
                )(_sigmoid(X @ w + b))
            ),
            message=(
                "This is the gradient of the *squared error*. With cross-entropy the factor 2 a (1 − a) is "
                "gone, and a − y remains."
            ),
        ),
        Mistake(
            name="no sigmoid",
            answer=_on_batches(
                lambda X, y, w, b, n: (X.T @ (X @ w + b - y) / len(y), (X @ w + b - y).mean())
            ),
            message="Your outputs have not been through the sigmoid: the error is a − y, and a is a chance.",
        ),
        Mistake(
            name="b forgotten in the output",
            answer=_on_batches(
                lambda X, y, w, b, n: (X.T @ (_sigmoid(X @ w) - y) / len(y), (_sigmoid(X @ w) - y).mean())
            ),
            message="Your outputs leave b out: z = X @ w + b.",
        ),
        Mistake(
            name="decisions for chances",
            answer=_on_batches(
                lambda X, y, w, b, n: (lambda e: (X.T @ e / len(y), e.mean()))((X @ w + b >= 0) - y)
            ),
            message=(
                "You compare *decisions*, 0 or 1, with the targets. So records on the right side do not pull "
                "at all. The error is made of the chance a."
            ),
        ),
        Mistake(
            name="b left alone",
            answer=_on_batches(lambda X, y, w, b, n: (_mean_gradient(X, y, w, b, n)[0], 0.0)),
            message="w is learned, but b never moves. It is learned like a weight.",
        ),
        Mistake(
            name="w left alone",
            answer=_on_batches(lambda X, y, w, b, n: (0.0 * w, _mean_gradient(X, y, w, b, n)[1])),
            message="b is learned, but w never moves.",
        ),
        Mistake(
            name="b after w",
            answer=_late_bias,
            message=(
                "For b you compute the outputs again with the *new* w. Both gradients of a step are taken at "
                "the same place: compute both, then move."
            ),
        ),
        Mistake(
            name="moved once an epoch",
            answer=_moved_once_an_epoch,
            message=(
                "All batches of an epoch meet the same weights, and only at its end they move. That is one "
                "update an epoch: move after *each* batch."
            ),
        ),
        Mistake(
            name="each epoch from the start",
            answer=_restarted,
            message=(
                "Every epoch begins with the first w and b again, so only the last one counts. Go on from "
                "where the epoch before has ended."
            ),
        ),
        Mistake(
            name="one epoch only",
            answer=lambda X, y, w, b, learning_rate, batch_size, n_epochs, rng: _fit(
                X, y, w, b, learning_rate, batch_size, 1, rng
            ),
            message=(
                "You make one pass only. Is there a loop over the epochs, and does the "
                "`return` stand behind it?"
            ),
        ),
        Mistake(
            name="one batch an epoch",
            answer=_first_batch_only,
            message=(
                "Each epoch of yours is one batch. An epoch goes through *all* records, batch after batch."
            ),
        ),
        Mistake(
            name="full batch",
            answer=lambda X, y, w, b, learning_rate, batch_size, n_epochs, rng: _fit(
                X, y, w, b, learning_rate, len(X), n_epochs, rng
            ),
            message="You make one step an epoch, with all records. `batch_size` says how many share a step.",
        ),
        Mistake(
            name="epochs counted as steps",
            answer=lambda X, y, w, b, learning_rate, batch_size, n_epochs, rng: _fit(
                X, y, w, b, learning_rate, batch_size, n_epochs + 1, rng
            ),
            message="You make one epoch too many.",
        ),
        Mistake(
            name="nothing learned",
            answer=lambda X, y, w, b, learning_rate, batch_size, n_epochs, rng: (w * 1.0, b),
            message="w and b come back as they went in. Are the new ones kept, `w = w - ...`?",
        ),
        Mistake(
            name="rate forgotten",
            answer=lambda X, y, w, b, learning_rate, batch_size, n_epochs, rng: _fit(
                X, y, w, b, 1.0, batch_size, n_epochs, rng
            ),
            message="Your step is the whole gradient. What is `learning_rate` for?",
        ),
        Mistake(
            name="rate shared out",
            answer=lambda X, y, w, b, learning_rate, batch_size, n_epochs, rng: _fit(
                X, y, w, b, learning_rate / -(-len(X) // batch_size), batch_size, n_epochs, rng
            ),
            message="You share the rate out among the steps of an epoch. Every step takes the whole rate.",
        ),
    ),
    hints=(
        (
            "Two loops, one in the other: over the epochs, and in each over its batches. Exercise 8 makes "
            "the batches, exercise 6 the step."
        ),
        (
            "At the start of each epoch `order = rng.permutation(len(X))`. For each batch take the rows of X "
            "and y, compute a with the sigmoid, and e = a − y."
        ),
        (
            "`dw = X[rows].T @ e / len(rows)` and `db = e.mean()`; then `w = w - learning_rate * dw`, and b "
            "likewise. `return w, b` behind both loops."
        ),
    ),
    praise=(
        "This is the whole of it: order, batch, forward, backward, step. With more layers only the gradient "
        "changes; `annlib.epochs` has the same two loops."
    ),
)

# --------------------------------------------------------------------------- 05-15 choose the rate (project)


@dataclass(frozen=True)
class _Runs:
    """A training to try rates with: what it returns for each rate is known beforehand; None diverges."""

    losses: tuple[tuple[float, tuple[tuple[float, ...], tuple[float, ...]] | None], ...]

    def __call__(self, learning_rate: Any) -> tuple[list[float], list[float]]:
        known = dict(self.losses)
        rate = min(known, key=lambda rate: abs(rate - float(learning_rate)))
        if not np.isclose(rate, float(learning_rate)):
            raise AnswerFormError(f"`train` was called with {learning_rate!r}, which is none of `rates`.")
        found = known[rate]
        if found is None:
            raise DivergenceError(
                f"the loss became inf in epoch 1 at step 3 of that epoch, with the learning rate {rate:g}: "
                "training has diverged. Try a smaller rate"
            )
        return list(found[0]), list(found[1])

    def __repr__(self) -> str:
        lines = [
            f"{rate:g}: diverges" if found is None else f"{rate:g}: {list(found[0])}, {list(found[1])}"
            for rate, found in self.losses
        ]
        return "a training that gives, for the learning rate\n    " + "\n    ".join(lines)


Train = Callable[[float], tuple[list[float], list[float]]]


def _tried(
    train: Train,
    rates: Any,
    *,
    judged: Callable[[list[float], list[float]], float] = lambda training, validation: validation[-1],
    diverged: float = np.inf,
) -> Array:
    """Return what each rate is judged by; how, is an option for the mistakes."""
    found = []
    for rate in rates:
        try:
            found.append(float(judged(*train(rate))))
        except DivergenceError:
            found.append(diverged)
    return np.array(found)


def _best_rate(train: Train, rates: Any) -> tuple[float, Array]:
    found = _tried(train, rates)
    return float(rates[int(found.argmin())]), found


def _judging(judged: Callable[[list[float], list[float]], float]) -> Callable[[Train, Any], Any]:
    def answer(train: Train, rates: Any) -> Any:
        found = _tried(train, rates, judged=judged)
        return rates[int(found.argmin())], found

    return answer


def _until_the_first_failure(train: Train, rates: Any) -> Any:
    found = np.full(len(rates), np.inf)
    for i, rate in enumerate(rates):
        try:
            found[i] = train(rate)[1][-1]
        except DivergenceError:
            break
    return rates[int(found.argmin())], found


def _counted_as(value: float) -> Callable[[Train, Any], Any]:
    def answer(train: Train, rates: Any) -> Any:
        found = _tried(train, rates, diverged=value)
        return rates[int(np.argmin(found))], found

    return answer


def _without_the_failed(train: Train, rates: Any) -> Any:
    found = _tried(train, rates)
    return rates[int(found.argmin())], found[np.isfinite(found)]


def _misplaced(train: Train, rates: Any) -> Any:
    """Leave the failed runs out of the list, and then use a place in the short list for one in the long."""
    found = _tried(train, rates)
    kept = found[np.isfinite(found)]
    return rates[int(kept.argmin())], found


_CURVES = _Runs(
    (
        (0.01, ((2.2, 2.1, 2.0), (2.2, 2.15, 2.1))),
        (0.1, ((1.5, 0.9, 0.6), (1.4, 0.9, 0.7))),
        (1.0, ((0.9, 0.4, 0.1), (0.5, 0.6, 0.9))),
    )
)
_FAILING = _Runs(
    (
        (10.0, None),
        (0.3, ((0.9, 0.5, 0.4, 0.2), (0.8, 0.3, 0.6, 0.5))),
        (3.0, None),
        (0.1, ((1.5, 1.0, 0.7, 0.6), (1.2, 0.9, 0.7, 0.4))),
        (0.03, ((2.0, 1.5, 1.1, 0.7), (1.9, 1.4, 1.0, 0.8))),
    )
)
_RISING = _Runs(
    (
        (0.001, ((3.0, 2.9), (3.1, 3.0))),
        (0.01, ((2.0, 1.1), (2.4, 1.7))),
        (0.1, ((1.0, 0.3), (1.5, 1.2))),
        (1.0, ((2.5, 2.6), (2.5, 2.7))),
        (10.0, None),
    )
)


def _rates_of(runs: _Runs) -> Inputs:
    return runs, [rate for rate, _ in runs.losses]


def _some_runs(rng: np.random.Generator) -> Inputs:
    rates = rng.permutation([0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0])[: int(rng.integers(2, 7))].tolist()
    n_epochs = int(rng.integers(1, 5))
    lucky = int(rng.integers(len(rates)))  # at least this one does not diverge
    losses = []
    for i, rate in enumerate(rates):
        training, validation = np.round(rng.uniform(0.1, 3, size=(2, n_epochs)), 3).tolist()
        fails = i != lucky and rng.random() < 0.35
        losses.append((rate, None if fails else (tuple(training), tuple(validation))))
    return _rates_of(_Runs(tuple(losses)))


RATE = Exercise(
    name="05-15",
    title="Project: choose the learning rate on real data",
    answer=_best_rate,
    inputs=(_rates_of(_CURVES), _rates_of(_FAILING), _rates_of(_RISING)),
    random_inputs=_some_runs,
    mistakes=(
        Mistake(
            name="judged by the training loss",
            answer=_judging(lambda training, validation: training[-1]),
            message=(
                "You judge by the *training* loss. A network that has learned its records by heart wins "
                "there. Which loss is of data that were not trained on?"
            ),
        ),
        Mistake(
            name="chosen by the training loss",
            answer=lambda train, rates: (
                rates[int(_tried(train, rates, judged=lambda training, validation: training[-1]).argmin())],
                _tried(train, rates),
            ),
            message="The losses that you return are right, but you choose by the *training* loss.",
        ),
        Mistake(
            name="divergence not caught",
            answer=lambda train, rates: (lambda found: (rates[int(found.argmin())], found))(
                np.array([train(rate)[1][-1] for rate in rates])
            ),
            message=(
                "One rate that diverges ends your whole search with its `DivergenceError`. Catch it, with "
                "`try` and `except`, let the rate count as infinitely bad, and go on."
            ),
        ),
        Mistake(
            name="divergence not caught, and judged by the training loss",
            answer=lambda train, rates: (lambda found: (rates[int(found.argmin())], found))(
                np.array([train(rate)[0][-1] for rate in rates])
            ),
            message=(
                "Two things: you judge by the *training* loss, which learning by heart would win; and one "
                "rate that diverges ends your whole search: catch its `DivergenceError`."
            ),
        ),
        Mistake(
            name="divergence not caught, and the rate alone",
            answer=lambda train, rates: rates[int(np.argmin([train(rate)[1][-1] for rate in rates]))],
            message=(
                "Two things: one rate that diverges ends your whole search, so catch its `DivergenceError`; "
                "and the losses are wanted too, `return rate, losses`."
            ),
        ),
        Mistake(
            name="stopped at the first divergence",
            answer=_until_the_first_failure,
            message=(
                "Your search ends at the first rate that diverges. The next one in the list may be good: "
                "they need not be sorted."
            ),
        ),
        Mistake(
            name="divergence counts as 0",
            answer=_counted_as(0.0),
            message=(
                "A rate that diverges counts as a loss of 0 for you, the best of all. It should be the worst."
            ),
        ),
        Mistake(
            name="divergence counts as NaN",
            answer=_counted_as(np.nan),
            message=(
                "A rate that diverges counts as NaN for you, and `argmin` takes NaN for the "
                "smallest. Let it be infinity."
            ),
        ),
        Mistake(
            name="divergence counts as NaN, but not chosen",
            answer=lambda train, rates: (lambda found: (rates[int(np.nanargmin(found))], found))(
                _tried(train, rates, diverged=np.nan)
            ),
            message=(
                "The rate is right. But in the losses a rate that diverges is to stand as infinity, "
                "`np.inf`, not as NaN."
            ),
        ),
        Mistake(
            name="divergence left out",
            answer=_without_the_failed,
            message=(
                "The rate is right. But the losses leave out the rates that diverge, so they do not stand "
                "beside their rates any more: put `np.inf` there."
            ),
        ),
        Mistake(
            name="place in the short list",
            answer=_misplaced,
            message=(
                "You look for the smallest among the runs that did not diverge, and use its place in the "
                "list of *all* rates. The places have moved."
            ),
        ),
        Mistake(
            name="highest loss",
            answer=lambda train, rates: (
                rates[int(np.argmax(_tried(train, rates, diverged=-np.inf)))],
                _tried(train, rates),
            ),
            message="You choose the *highest* loss. For a loss, less is better.",
        ),
        Mistake(
            name="highest loss of all",
            answer=lambda train, rates: (
                rates[int(np.argmax(_tried(train, rates)))],
                _tried(train, rates),
            ),
            message=(
                "You choose the *highest* loss, so a rate that diverges wins. For a loss, less is better."
            ),
        ),
        Mistake(
            name="first epoch",
            answer=_judging(lambda training, validation: validation[0]),
            message=(
                "You judge by the *first* epoch. A large rate is ahead there and may end "
                "badly: the last one counts here."
            ),
        ),
        Mistake(
            name="best epoch",
            answer=_judging(lambda training, validation: min(validation)),
            message=(
                "You judge by the best epoch of each rate. That is for early stopping (chapter 7), which "
                "also keeps the weights of that epoch; here each network is used as it is after its last."
            ),
        ),
        Mistake(
            name="mean over the epochs",
            answer=_judging(lambda training, validation: float(np.mean(validation))),
            message="You average over the epochs. What counts is how good the network is at the *end*.",
        ),
        Mistake(
            name="sum of both",
            answer=_judging(lambda training, validation: training[-1] + validation[-1]),
            message="You add both losses. The training loss has no say in the choice.",
        ),
        Mistake(
            name="smallest gap",
            answer=_judging(lambda training, validation: abs(validation[-1] - training[-1])),
            message=(
                "You look for the smallest gap between the two losses. A network that has learned nothing "
                "has no gap either."
            ),
        ),
        Mistake(
            name="index for rate",
            answer=lambda train, rates: (int(_tried(train, rates).argmin()), _tried(train, rates)),
            message="You return the *place* of the best rate in the list. The rate itself is wanted.",
        ),
        Mistake(
            name="loss for rate",
            answer=lambda train, rates: (float(_tried(train, rates).min()), _tried(train, rates)),
            message="The first value is the lowest *loss*. The rate that led there is wanted.",
        ),
        Mistake(
            name="in the order of size",
            answer=lambda train, rates: (
                min(rates, key=lambda rate: float(_tried(train, [rate])[0])),
                _tried(train, sorted(rates)),
            ),
            message=(
                "The rate is right, but the losses stand in the order of the sorted rates. "
                "They belong in the order in which the `rates` were given."
            ),
        ),
        Mistake(
            name="smallest rate",
            answer=lambda train, rates: (min(rates), _tried(train, rates)),
            message=(
                "The losses are right, but you return the smallest rate. It is the safest, "
                "and perhaps the slowest."
            ),
        ),
        Mistake(
            name="largest that does not diverge",
            answer=lambda train, rates: (
                max(np.asarray(rates)[np.isfinite(_tried(train, rates))]),
                _tried(train, rates),
            ),
            message=(
                "The losses are right, but you return the largest rate that does not "
                "diverge. Not diverging is not enough."
            ),
        ),
        Mistake(
            name="rate alone",
            answer=lambda train, rates: _best_rate(train, rates)[0],
            message="The rate is right. The losses are still missing: return both, `return rate, losses`.",
        ),
        Mistake(
            name="last epoch but one",
            answer=_judging(
                lambda training, validation: validation[-2] if len(validation) > 1 else validation[0]
            ),
            message="You judge by the last epoch but one. The last one is `validation[-1]`.",
        ),
        Mistake(
            name="order exchanged",
            answer=lambda train, rates: _best_rate(train, rates)[::-1],
            message="Both are right, but in the wrong order: the rate comes first.",
        ),
    ),
    hints=(
        (
            "Try each rate, write down one number for it, and take the rate with the smallest. Which of the "
            "two losses, and of which epoch?"
        ),
        (
            "`train` raises `DivergenceError` for a rate that is too large. Put the call between `try:` and "
            "`except DivergenceError:`, and append `np.inf` there."
        ),
        (
            "In the loop: `_, validation = train(rate)` and `losses.append(validation[-1])`. Behind it: "
            "`rates[np.argmin(losses)]`."
        ),
    ),
    praise=(
        "Chosen on validation data, and the test data were not touched: they are for one "
        "look, at the very end."
    ),
)

EXERCISES = (
    BY_HAND,
    WALK,
    BORDER,
    PLOT,
    EPOCH,
    UPDATE,
    BUG,
    BATCHES,
    NOISE,
    FAIR,
    SCALE,
    END,
    FLAT,
    FIT,
    RATE,
)
"""In the order of the notebook."""
