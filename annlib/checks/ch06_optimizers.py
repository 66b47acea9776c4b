"""The exercises of chapter 6: from three steps of a rolling ball by hand to a fair race on real data.

Each is declared once: the reference answer, what it is tried on, the known mistakes, the hints. The notebook
that learners open is ``exercises/06-optimizers.ipynb``; its source is ``solutions/06-optimizers.ipynb``.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from annlib.checks._exercise import AnswerFormError, Exercise, Inputs, Mistake, one_of

__all__ = ["EXERCISES"]

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class _Bowl:
    """A slope function of a bowl; its text is how a learner would write it."""

    curvatures: tuple[float, ...]
    bottom: tuple[float, ...]

    def __call__(self, w: Any) -> Array:
        result: Array = np.array(self.curvatures) * (np.asarray(w) - np.array(self.bottom))
        return result

    def __repr__(self) -> str:
        return f"lambda w: np.array({list(self.curvatures)}) * (w - np.array({list(self.bottom)}))"


def _some_bowl(rng: np.random.Generator) -> tuple[_Bowl, Array]:
    """Draw a bowl with one to three weights, and a start."""
    size = int(rng.integers(1, 4))
    curvatures, bottom = np.round(rng.uniform(0.5, 5, size=size), 1), np.round(rng.normal(size=size) * 2, 1)
    start = bottom + np.round(rng.uniform(1, 4, size=size) * rng.choice([-1, 1], size=size), 1)
    return _Bowl(tuple(curvatures.tolist()), tuple(bottom.tolist())), np.round(start, 1)


# ----------------------------------------------------------------------------------------- 06-1 by hand

BY_HAND = Exercise(
    name="06-1",
    title="A rolling ball by hand",
    answer={
        "velocities": (4, 6, 1),
        "weights": (9.6, 9.0, 8.9),
        "averages": (2, 3, 0.5),
        "top_speed": 40,
        "average_rate": 0.1,
    },
    reveal=False,
    rtol=1e-3,
    mistakes=(
        Mistake(
            name="no memory",
            answer={"velocities": (4, 4, -2)},
            message="These are the slopes themselves. Half of the velocity before is still to be added.",
        ),
        Mistake(
            name="nothing forgotten",
            answer={"velocities": (4, 8, 6)},
            message="You add up all slopes in full. The momentum keeps only half of the old velocity.",
        ),
        Mistake(
            name="sign of the third slope",
            answer={"velocities": (4, 6, 5)},
            message="The first two are right. The third slope is negative: it brakes the ball.",
        ),
        Mistake(
            name="old velocity in full in the third step",
            answer={"velocities": (4, 6, 4)},
            message="The first two are right. In the third step you kept all of the velocity, not half.",
        ),
        Mistake(
            name="averages for velocities",
            answer={"velocities": (2, 3, 0.5)},
            message=(
                "These are the running averages, which come later. The heavy ball takes each slope in full."
            ),
        ),
        Mistake(
            name="velocities downhill",
            answer={"velocities": (-4, -6, -1)},
            message=(
                "Your signs are turned round. Many books write it so, but in this rule the minus stands in "
                "the step of w."
            ),
        ),
        Mistake(
            name="rate in the velocities",
            answer={"velocities": (0.4, 0.6, 0.1)},
            message="You multiplied by the rate already. In this rule it comes in with the step of w.",
        ),
        Mistake(
            name="weights without momentum",
            answer={"weights": (9.6, 9.2, 9.4)},
            message="This is where plain gradient descent goes. Take the velocity in place of the slope.",
        ),
        Mistake(
            name="weights uphill",
            answer={"weights": (10.4, 11.0, 11.1)},
            message="You climb: the step goes *against* the velocity.",
        ),
        Mistake(
            name="weights of the averages",
            answer={"weights": (9.8, 9.5, 9.45)},
            message="You stepped with the running averages. The weights of the heavy ball are asked.",
        ),
        Mistake(
            name="weights without rate",
            answer={"weights": (6, 0, -1)},
            message="The learning rate is missing: a step is 0.1 times the velocity.",
        ),
        Mistake(
            name="always from the start",
            answer={"weights": (9.6, 9.4, 9.9)},
            message="Each of your steps starts from 10. The second starts where the first one ended.",
        ),
        Mistake(
            name="steps for weights",
            answer={"weights": (0.4, 0.6, 0.1)},
            message="These are the steps. Asked is where w is after each of them.",
        ),
        Mistake(
            name="velocities for averages",
            answer={"averages": (4, 6, 1)},
            message="This is the heavy ball again. In a running average, the new slope counts only half.",
        ),
        Mistake(
            name="sign of the third slope in the average",
            answer={"averages": (2, 3, 2.5)},
            message="The first two are right. The third slope is negative.",
        ),
        Mistake(
            name="average begins at the first slope",
            answer={"averages": (4, 4, 1)},
            message="You began the average with the first slope. Here it begins at 0, like the velocity.",
        ),
        Mistake(
            name="average corrected",
            answer={"averages": (4, 4, 0.5 / 0.875)},
            message="You corrected the average for its start at 0, as Adam does. Here nothing is corrected.",
        ),
        Mistake(
            name="plain mean",
            answer={"averages": (4, 4, 2)},
            message="This is the mean of all slopes so far, each counted alike. A running average forgets.",
        ),
        Mistake(
            name="top speed of one slope",
            answer={"top_speed": 4},
            message="4 is the velocity after the first step, and it goes on growing. Where does it settle?",
        ),
        Mistake(
            name="top speed for 0.5",
            answer={"top_speed": 8},
            message="That is the end for momentum 0.5. Here it is 0.9.",
        ),
        Mistake(
            name="top speed without the newest slope",
            answer={"top_speed": 36},
            message=(
                "You left the newest slope out: 0.9 of the old velocity, plus 4, must be the velocity again."
            ),
        ),
        Mistake(
            name="top speed with 0.9 below",
            answer={"top_speed": 4 / 0.9},
            message="You divided by 0.9. If u stays as it is, u = 0.9 u + 4: what is left of u on one side?",
        ),
        Mistake(
            name="same rate",
            answer={"average_rate": 0.01},
            message=(
                "With the same rate the two do not run alike: at momentum 0.9 the average is much shorter "
                "than the velocity. By how much?"
            ),
        ),
        Mistake(
            name="smaller rate",
            answer={"average_rate": 0.001},
            message=(
                "The factor is right, the direction is not: the *shorter* of the two needs the larger rate."
            ),
        ),
        Mistake(
            name="rate over 0.9",
            answer={"average_rate": 0.01 / 0.9},
            message="You divided by 0.9. Each slope enters the average with the weight 1 − 0.9.",
        ),
        Mistake(
            name="rate times 0.9",
            answer={"average_rate": 0.009},
            message="You multiplied by 0.9. Each slope enters the average with the weight 1 − 0.9.",
        ),
    ),
    hints=(
        "Go step by step: first the new velocity from the old one and the slope, then the new weight.",
        "u = 0.5 u + slope, then w = w − 0.1 u. The average has 0.5 times the slope in it.",
        "At the top speed u = 0.9 u + 4. And an average with 0.9 is at every step a tenth of the velocity.",
    ),
    praise=(
        "In the third step the slope had turned, and the ball still rolled on. And under one name there are "
        "two rules: at 0.9 their rates differ by a factor of ten."
    ),
)

# ----------------------------------------------------------------------------- 06-2 the zigzag in numbers

ZIGZAG = Exercise(
    name="06-2",
    title="The zigzag in numbers",
    answer={
        "condition": 25,
        "border": 0.08,
        "steep_factor": -0.5,
        "flat_factor": 0.94,
        "half_after": 12,
        "best_rate": 1 / 13,
        "best_factor": 12 / 13,
    },
    reveal=False,
    rtol=3e-3,
    mistakes=(
        Mistake(
            name="root of the condition number",
            answer={"condition": 5},
            message=(
                "You took the root: that is how many times longer than wide a ring is. Take the quotient "
                "itself."
            ),
        ),
        Mistake(
            name="condition number turned round",
            answer={"condition": 0.04},
            message="You divided the smaller by the larger one. A condition number is at least 1.",
        ),
        Mistake(
            name="difference of curvatures",
            answer={"condition": 24},
            message="You subtracted. The condition number is a quotient: how many *times* as steep?",
        ),
        Mistake(
            name="rate that lands at once",
            answer={"border": 0.04},
            message=(
                "At this rate the steep direction lands at 0 in one step. Twice as large is still not too "
                "large."
            ),
        ),
        Mistake(
            name="border of the flat direction",
            answer={"border": 2},
            message=(
                "The flat direction would bear that. But one rate serves both: which is the stricter one?"
            ),
        ),
        Mistake(
            name="border of the mean",
            answer={"border": 2 / 13},
            message="You took the mean curvature. The steep direction alone decides, and it blows up here.",
        ),
        Mistake(
            name="border of the sum",
            answer={"border": 1 / 13},
            message="That is the *best* rate. The border, where it stops settling, lies a little higher.",
        ),
        Mistake(
            name="sign of the steep factor",
            answer={"steep_factor": 0.5},
            message="The size is right. But does w land on the same side of the valley, or on the other?",
        ),
        Mistake(
            name="share of the step",
            answer={"steep_factor": 1.5},
            message="1.5 is how much is *subtracted*, measured in w. What is left of w?",
        ),
        Mistake(
            name="share of the step with minus",
            answer={"steep_factor": -1.5},
            message="w minus 1.5 w: you left out the w from which the step starts.",
        ),
        Mistake(
            name="share of the step in the flat direction",
            answer={"flat_factor": 0.06},
            message="0.06 is how much is *subtracted*, measured in w. What is left of w?",
        ),
        Mistake(
            name="flat factor above one",
            answer={"flat_factor": 1.06},
            message="You added the step. Gradient descent goes against the slope.",
        ),
        Mistake(
            name="factors exchanged",
            answer={"steep_factor": 0.94, "flat_factor": -0.5},
            message="You exchanged the two factors: the steep direction has the curvature 25.",
        ),
        Mistake(
            name="one step too few",
            answer={"half_after": 11},
            message="0.94 to the power of 11 is 0.506: not quite half yet.",
        ),
        Mistake(
            name="not a whole number",
            answer={"half_after": math.log(0.5) / math.log(0.94)},
            message="The calculation is right. But steps are whole: after how many is it half or less?",
        ),
        Mistake(
            name="equal pieces",
            answer={"half_after": 9},
            message="You subtract 0.06 of the *start* each time. Each step takes its share of what is left.",
        ),
        Mistake(
            name="equal pieces, not rounded",
            answer={"half_after": 0.5 / 0.06},
            message=(
                "Steps are whole, and they do not take equal pieces: each takes its share of what is left."
            ),
        ),
        Mistake(
            name="half after one step",
            answer={"half_after": 1},
            message="That is the steep direction. Asked is the flat one, with the factor that you found.",
        ),
        Mistake(
            name="best rate for the steep direction",
            answer={"best_rate": 0.04},
            message=(
                "Here the steep direction is done at once, but the flat one has the factor 0.96. A larger "
                "rate "
                "lets the steep direction swing, and the flat one gain."
            ),
        ),
        Mistake(
            name="border for the best rate",
            answer={"best_rate": 0.08},
            message="At the border the steep direction swings forever. The best rate lies a little lower.",
        ),
        Mistake(
            name="best rate from the sum alone",
            answer={"best_rate": 1 / 26},
            message="The sum of the curvatures is right. The 2 is missing: solve 25 r − 1 = 1 − r.",
        ),
        Mistake(
            name="best rate for the flat direction",
            answer={"best_rate": 1},
            message="The flat direction would love it, but the steep one gets the factor −24.",
        ),
        Mistake(
            name="best factor at the first rate",
            answer={"best_factor": 0.94},
            message="That is the flat factor at the rate 0.06. Take the best rate.",
        ),
        Mistake(
            name="what is taken away",
            answer={"best_factor": 1 / 13},
            message="That is what is taken away in a step. The factor is what is left.",
        ),
        Mistake(
            name="best factor with a sign",
            answer={"best_factor": -12 / 13},
            message="That is the steep factor with its sign. Asked is the *size* of both.",
        ),
        Mistake(
            name="best factor 24 over 25",
            answer={"best_factor": 0.96},
            message="That is the flat factor at the rate 0.04. The best rate is larger.",
        ),
    ),
    hints=(
        "In a direction of curvature c the slope is c w, so one step turns w into (1 − rate · c) w.",
        "A factor must lie between −1 and 1, or w grows. For the steep direction: 1 − 25 · rate = −1.",
        "For the best rate the two factors have the same size: 25 r − 1 = 1 − r.",
    ),
    praise=(
        "Even at its best rate plain gradient descent keeps 92 percent of the error at each step, though the "
        "ravine is harmless. The steep direction forbids the rate that the flat one needs."
    ),
)

# ------------------------------------------------------------------------------ 06-3 momentum from scratch


def _momentum_path(slope: _Bowl, start: Array, rate: float, momentum: float, n_steps: int) -> Array:
    w, u = np.array(start, dtype=np.float64), np.zeros(len(start))
    path = [w]
    for _ in range(n_steps):
        u = momentum * u + slope(w)
        w = w - rate * u
        path.append(w)
    return np.array(path)


Path = Callable[[_Bowl, Array, float, float, int], Any]
Weights = tuple[float, float, float, float, float]


def _rolling(weights: Callable[[float, float], Weights]) -> Path:
    """Make a wrong path from the five weights of u = a u + b g and step = c u + d g + e (the old u)."""

    def path_of(slope: _Bowl, start: Array, rate: float, momentum: float, n_steps: int) -> Array:
        a, b, c, d, e = weights(momentum, rate)
        w, u = np.array(start, dtype=np.float64), np.zeros(len(start))
        path = [w]
        for _ in range(n_steps):
            g, old = slope(w), u
            u = a * u + b * g
            w = w - rate * (c * u + d * g + e * old)
            path.append(w)
        return np.array(path)

    return path_of


def _looking_ahead(slope: _Bowl, start: Array, rate: float, momentum: float, n_steps: int) -> Array:
    w, u = np.array(start, dtype=np.float64), np.zeros(len(start))
    path = [w]
    for _ in range(n_steps):
        u = momentum * u + slope(w - rate * momentum * u)
        w = w - rate * u
        path.append(w)
    return np.array(path)


def _slope_of_the_start(slope: _Bowl, start: Array, rate: float, momentum: float, n_steps: int) -> Array:
    w, u, g = np.array(start, dtype=np.float64), np.zeros(len(start)), slope(start)
    path = [w]
    for _ in range(n_steps):
        u = momentum * u + g
        w = w - rate * u
        path.append(w)
    return np.array(path)


def _velocities(slope: _Bowl, start: Array, rate: float, momentum: float, n_steps: int) -> Array:
    path = _momentum_path(slope, start, rate, momentum, n_steps)
    result: Array = np.vstack([np.zeros(len(start)), -np.diff(path, axis=0) / rate])
    return result


def _some_roll(rng: np.random.Generator) -> Inputs:
    bowl, start = _some_bowl(rng)
    rate, momentum = float(rng.choice([0.05, 0.1, 0.2])), float(rng.choice([0.0, 0.3, 0.5, 0.8, 0.9]))
    return bowl, start, rate, momentum, int(rng.integers(1, 9))


MOMENTUM = Exercise(
    name="06-3",
    title="Momentum from scratch",
    answer=_momentum_path,
    may_change_inputs=False,
    inputs=(
        (_Bowl((1.0,), (0.0,)), np.array([10.0]), 0.1, 0.5, 3),
        (_Bowl((25.0, 1.0), (0.0, 0.0)), np.array([1.0, 10.0]), 0.03, 0.9, 6),
        (_Bowl((2.0, 0.5), (1.0, -1.0)), np.array([-2.0, 3.0]), 0.2, 0.8, 5),
        (_Bowl((1.0, 4.0), (0.5, 0.0)), np.array([3.0, -2.0]), 0.1, 0.0, 4),  # momentum 0: gradient descent
        (_Bowl((2.0,), (0.0,)), np.array([3.0]), 0.1, 0.9, 0),  # no step at all
    ),
    random_inputs=_some_roll,
    mistakes=(
        Mistake(
            name="running average",
            answer=_rolling(lambda mu, rate: (mu, 1 - mu, 1, 0, 0)),
            message=(
                "This is the *running average* of the slopes: the new one counts only 1 − momentum. It is a "
                "rule of its own, and at 0.9 its steps are a tenth as long. Here each slope counts in full."
            ),
        ),
        Mistake(
            name="velocity reset",
            answer=_rolling(lambda mu, rate: (0, 1, 1, 0, 0)),
            message=(
                "This is plain gradient descent: the velocity begins anew at each step. Is it set to 0 "
                "*inside* the loop, or not kept?"
            ),
        ),
        Mistake(
            name="Nesterov",
            answer=_rolling(lambda mu, rate: (mu, 1, mu, 1, 0)),
            message=(
                "This is Nesterov's rule: you add slope + momentum · u. The step here is the velocity alone."
            ),
        ),
        Mistake(
            name="slope ahead",
            answer=_looking_ahead,
            message=(
                "You take the slope where the ball is about to be: that is Nesterov's idea. Here it is taken "
                "where the ball *is*."
            ),
        ),
        Mistake(
            name="old velocity",
            answer=_rolling(lambda mu, rate: (mu, 1, 0, 0, 1)),
            message="You move w before the velocity has the new slope: the first step does nothing.",
        ),
        Mistake(
            name="slope damped too",
            answer=_rolling(lambda mu, rate: (mu, mu, 1, 0, 0)),
            message="You multiply the slope by the momentum as well: only the *old* velocity is damped.",
        ),
        Mistake(
            name="uphill",
            answer=_rolling(lambda mu, rate: (mu, 1, -1, 0, 0)),
            message="You roll uphill: a minus is missing, or there are two, one in u and one in the step.",
        ),
        Mistake(
            name="brake for momentum",
            answer=_rolling(lambda mu, rate: (-mu, 1, 1, 0, 0)),
            message="You *subtract* the old velocity, so the ball is braked at every step.",
        ),
        Mistake(
            name="kept and new exchanged",
            answer=_rolling(lambda mu, rate: (1 - mu, mu, 1, 0, 0)),
            message="You keep 1 − momentum of the velocity, and take the slope times the momentum.",
        ),
        Mistake(
            name="kept 1 - momentum",
            answer=_rolling(lambda mu, rate: (1 - mu, 1, 1, 0, 0)),
            message="You keep 1 − momentum of the velocity. The momentum itself is what is kept.",
        ),
        Mistake(
            name="nothing forgotten",
            answer=_rolling(lambda mu, rate: (1, 1, 1, 0, 0)),
            message="The velocity is never damped: you add up all slopes. The momentum has no effect.",
        ),
        Mistake(
            name="slope twice",
            answer=_rolling(lambda mu, rate: (mu, 1, 1, 1, 0)),
            message="You step with velocity *and* slope. The new slope is in the velocity already.",
        ),
        Mistake(
            name="rate twice",
            answer=_rolling(lambda mu, rate: (mu, 1, rate, 0, 0)),
            message=(
                "The rate comes in twice, in the velocity and in the step. Once is enough, in either place."
            ),
        ),
        Mistake(
            name="rate forgotten",
            answer=_rolling(lambda mu, rate: (mu, 1, 1 / rate, 0, 0)),
            message="The learning rate is missing: a step is the rate times the velocity.",
        ),
        Mistake(
            name="rate and momentum exchanged",
            answer=lambda slope, start, rate, momentum, n_steps: _momentum_path(
                slope, start, momentum, rate, n_steps
            ),
            message="You exchanged the rate and the momentum.",
        ),
        Mistake(
            name="slope of the start",
            answer=_slope_of_the_start,
            message="You use the slope of the start at every step. It must be measured anew at each place.",
        ),
        Mistake(
            name="without the start",
            answer=lambda *inputs: _momentum_path(*inputs)[1:],
            message="Every place is right, but the first row of the path is the start.",
        ),
        Mistake(
            name="without the end",
            answer=lambda *inputs: _momentum_path(*inputs)[:-1],
            message="The last place is missing: n_steps steps join n_steps + 1 places.",
        ),
        Mistake(
            name="one step too many",
            answer=lambda slope, start, rate, momentum, n_steps: _momentum_path(
                slope, start, rate, momentum, n_steps + 1
            ),
            message="You make one step too many.",
        ),
        Mistake(
            name="end alone",
            answer=lambda *inputs: _momentum_path(*inputs)[-1],
            message="You return the end alone. The whole path is asked, a row for each place.",
        ),
        Mistake(
            name="one array for all rows",
            answer=lambda *inputs: np.repeat(_momentum_path(*inputs)[-1:], inputs[-1] + 1, axis=0),
            message=(
                "All rows are alike: the list holds one and the same array many times, and it is changed in "
                "place. Append `w.copy()`, or make a new array with `w = w - ...`."
            ),
        ),
        Mistake(
            name="velocities",
            answer=_velocities,
            message="You return the velocities. The path is made of the places w.",
        ),
        Mistake(
            name="rows and columns exchanged",
            answer=lambda *inputs: _momentum_path(*inputs).T,
            message="Every place is right, but they stand in columns. Each place is a *row*.",
        ),
    ),
    hints=(
        "Before the loop: w is a copy of the start, the velocity u is 0, and the path holds the start.",
        "In the loop, in this order: the new velocity from the old one and `slope(w)`, then the new w.",
        "`u = momentum * u + slope(w)`, `w = w - rate * u`, and append w; at the end `np.array(path)`.",
    ),
    praise=(
        "Two lines, and one array that is remembered. Slopes that turn at every step cancel out in the "
        "velocity, and slopes that stay add up: that is all the magic."
    ),
)

# --------------------------------------------------------------------------------- 06-4 read four paths

_PANELS = {"plain_panel": "C", "momentum_panel": "A", "adagrad_panel": "B", "adam_panel": "D"}


def _as_read(answer: Mapping[str, Any]) -> dict[str, str]:
    """Bring the letters into one form."""
    read = {name: one_of(name, answer[name], tuple("ABCD")) for name in _PANELS if name in answer}
    if "diagonal" in answer:
        read["diagonal"] = _two_letters("diagonal", answer["diagonal"])
    return read


def _two_letters(name: str, value: Any) -> str:
    parts = value if isinstance(value, tuple | list | set) else [value]
    text = "".join(part for part in parts if isinstance(part, str)).casefold()
    letters = sorted(letter for letter in text.replace("and", " ") if letter not in " ,;/&+-=")
    if len(letters) != 2 or not set(letters) <= set("abcd") or letters[0] == letters[1]:
        raise AnswerFormError(f'`{name}` must be two of the letters A to D, such as "AC"; got {value!r}.')
    return "".join(letters).upper()


PATHS = Exercise(
    name="06-4",
    title="Read four paths",
    answer={**_PANELS, "diagonal": "BD"},
    evaluate=_as_read,
    reveal=False,
    mistakes=(
        Mistake(
            name="momentum for plain descent",
            answer={"plain_panel": "A"},
            message=(
                "A runs past the bottom and comes back. Without a memory, nothing can be carried past it "
                "along the flat direction."
            ),
        ),
        Mistake(
            name="AdaGrad for plain descent",
            answer={"plain_panel": "B"},
            message="B never swings across the ravine, though that is its steep direction. Which path does?",
        ),
        Mistake(
            name="Adam for plain descent",
            answer={"plain_panel": "D"},
            message=(
                "In D the first step is as long along the ravine as across it, though the slope across "
                "is more than seven times as large. A plain step follows the slopes."
            ),
        ),
        Mistake(
            name="AdaGrad for momentum",
            answer={"momentum_panel": "B"},
            message="B becomes slower and slower and swings past nothing. A heavy ball gathers speed.",
        ),
        Mistake(
            name="plain descent for momentum",
            answer={"momentum_panel": "C"},
            message="C jumps from wall to wall at every single step. With a velocity, such jumps cancel out.",
        ),
        Mistake(
            name="Adam for momentum",
            answer={"momentum_panel": "D"},
            message=(
                "D's first step is the same in both directions. A heavy ball's first step is that of the "
                "slope."
            ),
        ),
        Mistake(
            name="momentum for AdaGrad",
            answer={"adagrad_panel": "A"},
            message="A gathers speed. AdaGrad divides by a sum that only grows: what do its steps do?",
        ),
        Mistake(
            name="plain descent for AdaGrad",
            answer={"adagrad_panel": "C"},
            message="C swings across, because one rate must serve both directions. AdaGrad has one for each.",
        ),
        Mistake(
            name="Adam for AdaGrad",
            answer={"adagrad_panel": "D"},
            message=(
                "D's steps stay long, and it is carried past the middle of the ravine. AdaGrad's get shorter "
                "from the first one on."
            ),
        ),
        Mistake(
            name="momentum for Adam",
            answer={"adam_panel": "A"},
            message=(
                "A's first step goes almost straight across. Adam's first step is its rate in each direction."
            ),
        ),
        Mistake(
            name="AdaGrad for Adam",
            answer={"adam_panel": "B"},
            message=(
                "B starts like Adam, but its steps shrink from the first one on. Adam forgets old squares, "
                "so "
                "its steps stay about as long as the rate."
            ),
        ),
        Mistake(
            name="plain descent for Adam",
            answer={"adam_panel": "C"},
            message="C has one rate for both directions, and zigzags. Adam evens out the two directions.",
        ),
        *(
            Mistake(
                name=f"diagonal {letters}",
                answer={"diagonal": letters},
                message=message,
            )
            for letters, message in (
                ("AB", "B starts diagonally. But A's first step goes almost straight across the ravine."),
                ("AC", "Both of these start along the slope: almost straight across the ravine."),
                ("AD", "D starts diagonally. A's first step is far longer across the ravine than along it."),
                ("BC", "B starts diagonally. C's first step is far longer across the ravine than along it."),
                ("CD", "D starts diagonally. But C's first step goes almost straight across the ravine."),
            )
        ),
    ),
    hints=(
        "Look at the first step of each path: follows it the slope, or does it go diagonally?",
        "Of the two that follow the slope, one has a memory and rolls past the bottom; the other zigzags.",
        "Of the two that start diagonally, one gets slower all the time: it adds up all squares for good.",
    ),
    praise=(
        "A path tells how a rule thinks: no memory zigzags, memory overshoots, a rate of its own for each "
        "weight starts diagonally, and a sum of squares that never forgets slows down."
    ),
)

# ----------------------------------------------------------------------- 06-5 a rate for each parameter


def _adaptive(
    w: Array, g: Array, s: Array, rate: float, rho: float | None, epsilon: float
) -> tuple[Array, Array]:
    new_s = s + g**2 if rho is None else rho * s + (1 - rho) * g**2
    return w - rate * g / (np.sqrt(new_s) + epsilon), new_s


def _squares(s: Array, g: Array, rho: float | None) -> Array:
    return s + g**2 if rho is None else rho * s + (1 - rho) * g**2


Adaptive = Callable[[Array, Array, Array, float, float | None, float], Any]


def _with_step(step: Callable[[Array, Array, float], Any]) -> Adaptive:
    """Make a wrong answer from g, the new s and epsilon to the step without its rate."""
    return lambda w, g, s, rate, rho, epsilon: (
        w - rate * step(g, _squares(s, g, rho), epsilon),
        _squares(s, g, rho),
    )


def _with_squares(squares: Callable[[Array, Array, float | None], Any]) -> Adaptive:
    """Make a wrong answer from another new s."""
    return lambda w, g, s, rate, rho, epsilon: (
        w - rate * g / (np.sqrt(squares(s, g, rho)) + epsilon),
        squares(s, g, rho),
    )


def _some_step(rng: np.random.Generator) -> Inputs:
    size = int(rng.integers(1, 5))
    w, g = np.round(rng.normal(size=(2, size)) * 3, 1)
    s = np.round(rng.uniform(0.1, 5, size=size), 1)
    rho = None if rng.random() < 0.4 else float(rng.choice([0.5, 0.8, 0.9, 0.99]))
    return w, g, s, float(rng.choice([0.01, 0.1, 0.5])), rho, float(rng.choice([1e-8, 0.1]))


RATES = Exercise(
    name="06-5",
    title="A rate for each parameter",
    answer=_adaptive,
    may_change_inputs=False,
    inputs=(
        (np.ones(3), np.array([3.0, -0.01, 1.0]), np.zeros(3), 0.1, None, 1e-8),
        (np.array([1.0, 1.0]), np.array([3.0, -0.01]), np.array([16.0, 0.0]), 0.1, 0.9, 1e-8),
        (np.array([2.0, -1.0, 0.5]), np.array([1.0, -2.0, 0.5]), np.array([3.0, 5.0, 0.75]), 0.5, 0.5, 0.1),
        (np.array([2.0, -1.0]), np.array([1.0, -2.0]), np.array([8.0, 5.0]), 0.5, None, 0.1),
        (np.array([2.0, 4.0]), np.array([0.0, -1.0]), np.array([0.0, 0.0]), 0.1, None, 1e-8),  # 0 / 0?
        (np.array([2.0]), np.array([1.5]), np.array([4.0]), 0.1, 0.0, 1e-8),  # rho 0: no memory
    ),
    random_inputs=_some_step,
    n_random=25,
    mistakes=(
        Mistake(
            name="root forgotten",
            answer=_with_step(lambda g, s, epsilon: g / (s + epsilon)),
            message="You divide by s itself. It holds *squares*: without its root, the units do not fit.",
        ),
        Mistake(
            name="epsilon inside the root",
            answer=_with_step(lambda g, s, epsilon: g / np.sqrt(s + epsilon)),
            message=(
                "Your epsilon stands inside the root. In these rules, as in Adam's, it stands *outside* (in "
                "Adadelta's inside): the root of 1e-8 is 1e-4, ten thousand times as much."
            ),
        ),
        Mistake(
            name="epsilon forgotten",
            answer=_with_step(lambda g, s, epsilon: g / np.sqrt(s)),
            message="Epsilon is missing: where no slope has been seen yet, you divide 0 by 0.",
        ),
        Mistake(
            name="old squares",
            answer=lambda w, g, s, rate, rho, epsilon: (
                w - rate * g / (np.sqrt(s) + epsilon),
                _squares(s, g, rho),
            ),
            message="You divide by the root of the *old* s. First s gets the new square, then w moves.",
        ),
        Mistake(
            name="always AdaGrad",
            answer=_with_squares(lambda s, g, rho: s + g**2),
            message="You always add up, as AdaGrad does. Where rho is a number, s is a running average.",
        ),
        Mistake(
            name="new square in full",
            answer=_with_squares(lambda s, g, rho: s + g**2 if rho is None else rho * s + g**2),
            message="The sum is right. In the running average the new square counts only 1 − rho.",
        ),
        Mistake(
            name="rho exchanged",
            answer=_with_squares(lambda s, g, rho: s + g**2 if rho is None else (1 - rho) * s + rho * g**2),
            message=(
                "The sum is right. In the running average, rho is the share that is *kept*, not the new one."
            ),
        ),
        Mistake(
            name="average not of squares",
            answer=_with_squares(
                lambda s, g, rho: s + np.abs(g) if rho is None else rho * s + (1 - rho) * np.abs(g)
            ),
            message="You collect the sizes of the slopes. Collect their squares: the root comes later.",
        ),
        Mistake(
            name="square of the sum",
            answer=_with_squares(
                lambda s, g, rho: (s + g) ** 2 if rho is None else (rho * s + (1 - rho) * g) ** 2
            ),
            message="You square after adding. Only the new slope is squared: s holds squares already.",
        ),
        Mistake(
            name="AdaGrad replaced",
            answer=_with_squares(lambda s, g, rho: g**2 if rho is None else rho * s + (1 - rho) * g**2),
            message="The average is right. AdaGrad *adds* the new square to s; you forget what was there.",
        ),
        Mistake(
            name="one rate for all",
            answer=_with_squares(
                lambda s, g, rho: np.full(
                    len(s),
                    (s + (g**2).sum() if rho is None else rho * s + (1 - rho) * (g**2).sum()).mean(),
                )
            ),
            message="All parameters share one number. The point is that each has its own.",
        ),
        Mistake(
            name="mean of the squares for all",
            answer=_with_squares(
                lambda s, g, rho: s + (g**2).mean() if rho is None else rho * s + (1 - rho) * (g**2).mean()
            ),
            message="You average the squares over the parameters. Each parameter has its own square.",
        ),
        Mistake(
            name="uphill",
            answer=_with_step(lambda g, s, epsilon: -g / (np.sqrt(s) + epsilon)),
            message="You step uphill: the sign is wrong.",
        ),
        Mistake(
            name="multiplied by the root",
            answer=_with_step(lambda g, s, epsilon: g * (np.sqrt(s) + epsilon)),
            message="You multiply by the root. Large slopes in the past should make the step *smaller*.",
        ),
        Mistake(
            name="only the sign",
            answer=_with_step(lambda g, s, epsilon: np.sign(g)),
            message="You step by the sign alone: that forgets what s knows.",
        ),
        Mistake(
            name="plain descent",
            answer=_with_step(lambda g, s, epsilon: g),
            message="s is right, but it does nothing: w takes a plain step.",
        ),
        Mistake(
            name="rate forgotten",
            answer=lambda w, g, s, rate, rho, epsilon: _adaptive(w, g, s, 1.0, rho, epsilon),
            message="The learning rate is missing in the step.",
        ),
        Mistake(
            name="root kept",
            answer=lambda w, g, s, rate, rho, epsilon: (
                _adaptive(w, g, s, rate, rho, epsilon)[0],
                np.sqrt(_squares(s, g, rho)),
            ),
            message="The step is right. But you return the *root* of s, and the next call needs s itself.",
        ),
        Mistake(
            name="old squares returned",
            answer=lambda w, g, s, rate, rho, epsilon: (_adaptive(w, g, s, rate, rho, epsilon)[0], s),
            message="The step is right. But you return the old s: the next step will not remember this one.",
        ),
        Mistake(
            name="step for the new w",
            answer=lambda w, g, s, rate, rho, epsilon: (
                _adaptive(0 * w, g, s, rate, rho, epsilon)[0],
                _squares(s, g, rho),
            ),
            message="You return the step. Asked is the new w, after the step.",
        ),
        Mistake(
            name="order exchanged",
            answer=lambda *inputs: _adaptive(*inputs)[::-1],
            message="Both are right, but in the wrong order: first w, then s.",
        ),
        Mistake(
            name="w alone",
            answer=lambda *inputs: _adaptive(*inputs)[0],
            message="The new w is right. Return the new s as well: the next step needs it.",
        ),
    ),
    hints=(
        (
            "Two lines: first the new s, from the old one and `g**2`; then the new w, with the root of the "
            "new s."
        ),
        "`if rho is None` the squares are added up; else s = rho · s + (1 − rho) · g².",
        "`w - rate * g / (np.sqrt(s) + epsilon)`; return a tuple of two arrays.",
    ),
    praise=(
        "A slope of 3 and one of −0.01 made first steps of the same size: only how a slope compares with its "
        "own past counts. AdaGrad never forgets, and so it gets slower for good."
    ),
)

# ------------------------------------------------------------------------- 06-6 Adam's first steps by hand

_M2, _V2 = 0.9 * 0.2 - 0.1, 0.999 * 0.004 + 0.001
_STEP_2 = 0.1 * (_M2 / 0.19) / math.sqrt(_V2 / (1 - 0.999**2))

FIRST_STEPS = Exercise(
    name="06-6",
    title="Adam's first steps by hand",
    answer={
        "m": 0.2,
        "v": 0.004,
        "m_hat": 2,
        "v_hat": 4,
        "step": 0.1,
        "small_step": 0.1,
        "uncorrected": 0.1 * 0.2 / math.sqrt(0.004),
        "second_m": _M2,
        "second_m_hat": _M2 / 0.19,
        "second_step": _STEP_2,
    },
    reveal=False,
    rtol=5e-3,
    atol=1e-6,
    mistakes=(
        Mistake(
            name="m without averaging",
            answer={"m": 2},
            message="That is the slope itself. m begins at 0, and a new slope counts only a tenth.",
        ),
        Mistake(
            name="m kept and new exchanged",
            answer={"m": 1.8},
            message="0.9 is the share of the *old* m, which is 0 here.",
        ),
        Mistake(
            name="v without averaging",
            answer={"v": 4},
            message=(
                "That is the square itself, or nearly. v begins at 0, and a new square counts only a "
                "thousandth."
            ),
        ),
        Mistake(
            name="v without square",
            answer={"v": 0.002},
            message="You averaged the slope. v is made of its *square*.",
        ),
        Mistake(
            name="v with the first beta",
            answer={"v": 0.4},
            message="You took 0.9 for v as well. It has a longer memory: 0.999.",
        ),
        Mistake(
            name="v from m",
            answer={"v": 0.00004},
            message="You squared m. It is the slope that is squared.",
        ),
        Mistake(
            name="m_hat multiplied",
            answer={"m_hat": 0.02},
            message="You multiplied by 1 − 0.9. The correction divides: m is too small, not too large.",
        ),
        Mistake(
            name="m_hat over 0.9",
            answer={"m_hat": 0.2 / 0.9},
            message="You divided by 0.9. It is 1 − 0.9 to the power of t, and t is 1 in the first step.",
        ),
        Mistake(
            name="m_hat not corrected",
            answer={"m_hat": 0.2},
            message="That is m, not corrected. In the first step t = 1.",
        ),
        Mistake(
            name="m_hat at t = 2",
            answer={"m_hat": 0.2 / 0.19},
            message="You took t = 2. The first step has t = 1.",
        ),
        Mistake(
            name="v_hat with the first beta",
            answer={"v_hat": 0.04},
            message="You corrected v with 0.9. It has its own number, 0.999.",
        ),
        Mistake(
            name="v_hat not corrected",
            answer={"v_hat": 0.004},
            message="That is v, not corrected. Divide by 1 − 0.999.",
        ),
        Mistake(
            name="v_hat at t = 2",
            answer={"v_hat": 0.004 / (1 - 0.999**2)},
            message="You took t = 2 for v_hat. The first step has t = 1.",
        ),
        Mistake(
            name="step without root",
            answer={"step": 0.05},
            message="You divided by v_hat itself. Its *root* is the size of a typical slope.",
        ),
        Mistake(
            name="step without rate",
            answer={"step": 1},
            message="The learning rate is missing: 1 is m_hat divided by the root of v_hat.",
        ),
        Mistake(
            name="plain step",
            answer={"step": 0.2},
            message="That is rate times slope, a plain step. Divide by the root of v_hat.",
        ),
        Mistake(
            name="uncorrected for the step",
            answer={"step": 0.1 * 0.2 / math.sqrt(0.004)},
            message="You took m and v as they are. The step is made of the corrected ones.",
        ),
        Mistake(
            name="small slope, small step",
            answer={"small_step": 0.0001},
            message=(
                "A thousandth of the slope, a thousandth of the step: so it is in plain descent. Compute "
                "m_hat "
                "and the root of v_hat once more: both have become a thousandth."
            ),
        ),
        Mistake(
            name="plain small step",
            answer={"small_step": 0.0002},
            message="That is rate times slope. In Adam the size of the slope cancels out.",
        ),
        Mistake(
            name="small slope, large step",
            answer={"small_step": 100},
            message="You changed only one of the two: m_hat is a thousandth as well.",
        ),
        Mistake(
            name="no difference",
            answer={"uncorrected": 0.1},
            message="That is the corrected step. Put m and v into the rule as they are.",
        ),
        Mistake(
            name="smaller without correction",
            answer={"uncorrected": 0.01},
            message=(
                "You left out the correction of m alone. Without both, v is too small by more than m is, and "
                "it stands *below* the line."
            ),
        ),
        Mistake(
            name="uncorrected ratio",
            answer={"uncorrected": math.sqrt(10)},
            message="That is how many times too large it is. Asked is the step.",
        ),
        Mistake(
            name="uncorrected without root",
            answer={"uncorrected": 5},
            message="You divided by v itself. Its root belongs there.",
        ),
        Mistake(
            name="second m without sign",
            answer={"second_m": 0.28},
            message="The second slope is negative: it takes something away.",
        ),
        Mistake(
            name="second m from zero",
            answer={"second_m": -0.1},
            message="You forgot the old m: 0.9 of it is kept.",
        ),
        Mistake(
            name="second m from m_hat",
            answer={"second_m": 1.7},
            message=(
                "You went on from the *corrected* m. The memory is m itself; m_hat is used once and "
                "forgotten."
            ),
        ),
        Mistake(
            name="second m in full",
            answer={"second_m": -0.82},
            message="You took the new slope in full. It counts only a tenth.",
        ),
        Mistake(
            name="second m not damped",
            answer={"second_m": 0.1},
            message="The old m is kept to 0.9, not in full.",
        ),
        Mistake(
            name="second correction with t = 1",
            answer={"second_m_hat": 0.8},
            message="You divided by 1 − 0.9 again. Now t = 2.",
        ),
        Mistake(
            name="second correction doubled",
            answer={"second_m_hat": 0.4},
            message="You divided by 2 · (1 − 0.9). It is 1 − 0.9², and that is 0.19.",
        ),
        Mistake(
            name="second m_hat not corrected",
            answer={"second_m_hat": 0.08},
            message="That is m, not corrected.",
        ),
        Mistake(
            name="second step upward",
            answer={"second_step": -_STEP_2},
            message=(
                "The size is right. The slope has turned, but its average has not yet: what is the sign of "
                "m_hat?"
            ),
        ),
        Mistake(
            name="second step is the rate",
            answer={"second_step": 0.1},
            message="The step has the size of the rate only while all slopes are alike. Now they disagree.",
        ),
        Mistake(
            name="second step uncorrected",
            answer={"second_step": 0.1 * _M2 / math.sqrt(_V2)},
            message="In the second step you took m and v without their corrections.",
        ),
        Mistake(
            name="second step by the newest slope",
            answer={"second_step": -0.1 / math.sqrt(_V2 / (1 - 0.999**2))},
            message="You put the newest slope above the line. Adam takes the average m_hat.",
        ),
    ),
    hints=(
        (
            "m = 0.9 · 0 + 0.1 · 2 and v = 0.999 · 0 + 0.001 · 2². Then divide each by 1 minus its beta, "
            "as t = 1."
        ),
        "The step is 0.1 · m_hat / √v_hat. For `uncorrected`, put m and v in the place of m_hat and v_hat.",
        (
            "Second step: m = 0.9 · 0.2 + 0.1 · (−1), divided by 1 − 0.9²; "
            "v = 0.999 · 0.004 + 0.001 · 1, divided by 1 − 0.999²."
        ),
    ),
    praise=(
        "Adam's first step is the rate, whatever the slope; without the corrections it would be more than "
        "three times too *large*. And when slopes disagree, its steps become short by themselves."
    ),
)

# -------------------------------------------------------------------------------- 06-7 Adam from scratch


def _adam_path(
    slope: _Bowl, start: Array, rate: float, beta1: float, beta2: float, epsilon: float, n_steps: int
) -> Array:
    w = np.array(start, dtype=np.float64)
    m, v = np.zeros(len(w)), np.zeros(len(w))
    path = [w]
    for t in range(1, n_steps + 1):
        g = slope(w)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        w = w - rate * m_hat / (np.sqrt(v_hat) + epsilon)
        path.append(w)
    return np.array(path)


Adam = Callable[[_Bowl, Array, float, float, float, float, int], Any]


def _plain_averages(m: Array, v: Array, g: Array, b1: float, b2: float) -> tuple[Array, Array]:
    return b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2


def _corrected(m: Array, v: Array, b1: float, b2: float, t: int) -> tuple[Any, Any]:
    return m / (1 - b1**t), v / (1 - b2**t)


def _outside(m: Array, v: Array, g: Array, epsilon: float) -> Any:
    return m / (np.sqrt(v) + epsilon)


def _adam_with(
    averages: Callable[[Array, Array, Array, float, float], tuple[Any, Any]] = _plain_averages,
    correct: Callable[[Array, Array, float, float, int], tuple[Any, Any]] = _corrected,
    step: Callable[[Array, Array, Array, float], Any] = _outside,
    *,
    keep_corrected: bool = False,
) -> Adam:
    """Make a wrong Adam by exchanging one of its three parts."""

    def path_of(
        slope: _Bowl, start: Array, rate: float, b1: float, b2: float, epsilon: float, n_steps: int
    ) -> Array:
        w = np.array(start, dtype=np.float64)
        m, v = np.zeros(len(w)), np.zeros(len(w))
        path = [w]
        with np.errstate(all="ignore"):
            for t in range(1, n_steps + 1):
                g = slope(w)
                m, v = averages(m, v, g, b1, b2)
                m_hat, v_hat = correct(m, v, b1, b2, t)
                w = w - rate * step(m_hat, v_hat, g, epsilon)
                if keep_corrected:
                    m, v = m_hat, v_hat
                path.append(w)
        return np.array(path)

    return path_of


def _zeroth(m: Array, v: Array, b1: float, b2: float, t: int) -> tuple[Any, Any]:
    return m / (1 - np.float64(b1) ** (t - 1)), v / (1 - np.float64(b2) ** (t - 1))


def _some_adam(rng: np.random.Generator) -> Inputs:
    bowl, start = _some_bowl(rng)
    betas = float(rng.choice([0.5, 0.8, 0.9])), float(rng.choice([0.7, 0.9, 0.99, 0.999]))
    rate, epsilon = float(rng.choice([0.1, 0.3])), float(rng.choice([1e-8, 0.1]))
    return bowl, start, rate, *betas, epsilon, int(rng.integers(1, 9))


ADAM = Exercise(
    name="06-7",
    title="Adam from scratch",
    answer=_adam_path,
    may_change_inputs=False,
    inputs=(
        (_Bowl((1.0,), (0.0,)), np.array([2.0]), 0.1, 0.9, 0.999, 1e-8, 2),
        (_Bowl((25.0, 1.0), (0.0, 0.0)), np.array([1.0, 10.0]), 0.1, 0.9, 0.999, 1e-8, 6),
        (_Bowl((2.0, 0.5), (1.0, -1.0)), np.array([-2.0, 3.0]), 0.3, 0.5, 0.8, 0.5, 5),
        (_Bowl((3.0, 1.0), (0.0, 2.0)), np.array([0.5, 2.0]), 0.2, 0.8, 0.9, 1e-8, 6),  # one slope is 0
        (_Bowl((2.0,), (0.0,)), np.array([3.0]), 0.1, 0.9, 0.999, 1e-8, 0),
    ),
    random_inputs=_some_adam,
    n_random=25,
    mistakes=(
        Mistake(
            name="t from 0",
            answer=_adam_with(correct=_zeroth),
            message=(
                "Your t begins at 0: then 1 − beta**0 is 0, and the first step divides by it. The first step "
                "has t = 1."
            ),
        ),
        Mistake(
            name="t from 2",
            answer=_adam_with(correct=lambda m, v, b1, b2, t: _corrected(m, v, b1, b2, t + 1)),
            message="Your t begins at 2: it has been counted up once too often before the first step.",
        ),
        Mistake(
            name="t stays 1",
            answer=_adam_with(correct=lambda m, v, b1, b2, t: _corrected(m, v, b1, b2, 1)),
            message="You always divide by 1 − beta. The power t is missing, so it never wears off.",
        ),
        Mistake(
            name="t as a factor",
            answer=_adam_with(correct=lambda m, v, b1, b2, t: (m / (1 - b1) / t, v / (1 - b2) / t)),
            message="You divide by t · (1 − beta). It is 1 − beta to the *power* of t.",
        ),
        Mistake(
            name="no correction",
            answer=_adam_with(correct=lambda m, v, b1, b2, t: (m, v)),
            message=(
                "m and v are used as they are. Both begin at 0, v far longer than m, so the first steps "
                "are too "
                "*large*: the two corrections are missing."
            ),
        ),
        Mistake(
            name="only m corrected",
            answer=_adam_with(correct=lambda m, v, b1, b2, t: (m / (1 - b1**t), v)),
            message="m is corrected, v is not.",
        ),
        Mistake(
            name="only v corrected",
            answer=_adam_with(correct=lambda m, v, b1, b2, t: (m, v / (1 - b2**t))),
            message="v is corrected, m is not.",
        ),
        Mistake(
            name="corrections multiplied",
            answer=_adam_with(correct=lambda m, v, b1, b2, t: (m * (1 - b1**t), v * (1 - b2**t))),
            message="You multiply by 1 − beta**t. m and v are too small at first: divide.",
        ),
        Mistake(
            name="corrections kept",
            answer=_adam_with(keep_corrected=True),
            message=(
                "Your m and v are overwritten by their corrected values, and corrected again in the next "
                "step. Give the corrected ones names of their own, m_hat and v_hat."
            ),
        ),
        Mistake(
            name="corrected with the wrong beta",
            answer=_adam_with(correct=lambda m, v, b1, b2, t: (m / (1 - b1**t), v / (1 - b1**t))),
            message="You correct v with beta1. It forgets at its own pace, beta2.",
        ),
        Mistake(
            name="epsilon inside the root",
            answer=_adam_with(step=lambda m, v, g, epsilon: m / np.sqrt(v + epsilon)),
            message=(
                "Your epsilon stands inside the root. In Adam it stands outside, and that matters: the root "
                "of 1e-8 is 1e-4, which stops small slopes from counting."
            ),
        ),
        Mistake(
            name="epsilon forgotten",
            answer=_adam_with(step=lambda m, v, g, epsilon: m / np.sqrt(v)),
            message="Epsilon is missing: where every slope was 0, you divide 0 by 0.",
        ),
        Mistake(
            name="epsilon before the correction",
            answer=lambda slope, start, rate, beta1, beta2, epsilon, n_steps: _epsilon_early(
                slope, start, rate, beta1, beta2, epsilon, n_steps
            ),
            message="You add epsilon to the root of v *before* it is corrected. First v_hat, then its root.",
        ),
        Mistake(
            name="root forgotten",
            answer=_adam_with(step=lambda m, v, g, epsilon: m / (v + epsilon)),
            message="You divide by v_hat itself. It holds squares: take the root.",
        ),
        Mistake(
            name="square forgotten",
            answer=_adam_with(
                averages=lambda m, v, g, b1, b2: (b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g)
            ),
            message="You average the slopes in v too. v is made of their squares.",
        ),
        Mistake(
            name="sizes for squares",
            answer=_adam_with(
                averages=lambda m, v, g, b1, b2: (b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * np.abs(g)),
            ),
            message="You average the sizes of the slopes in v. Its root is taken later: put squares in.",
        ),
        Mistake(
            name="v from m",
            answer=_adam_with(
                averages=lambda m, v, g, b1, b2: (
                    b1 * m + (1 - b1) * g,
                    b2 * v + (1 - b2) * (b1 * m + (1 - b1) * g) ** 2,
                ),
            ),
            message="You square m for v. It is the slope g that is squared.",
        ),
        Mistake(
            name="newest slope on top",
            answer=_adam_with(step=lambda m, v, g, epsilon: g / (np.sqrt(v) + epsilon)),
            message="You put the newest slope above the line, as RMSProp does. Adam takes the average m_hat.",
        ),
        Mistake(
            name="m alone",
            answer=_adam_with(step=lambda m, v, g, epsilon: m),
            message="v does nothing in your step: you follow m_hat alone.",
        ),
        Mistake(
            name="betas exchanged",
            answer=_adam_with(
                averages=lambda m, v, g, b1, b2: (b2 * m + (1 - b2) * g, b1 * v + (1 - b1) * g**2),
                correct=lambda m, v, b1, b2, t: (m / (1 - b2**t), v / (1 - b1**t)),
            ),
            message="You exchanged the two betas: beta1 belongs to m, beta2 to v.",
        ),
        Mistake(
            name="kept and new exchanged",
            answer=_adam_with(
                averages=lambda m, v, g, b1, b2: ((1 - b1) * m + b1 * g, (1 - b2) * v + b2 * g**2)
            ),
            message="beta is the share that is *kept*. You keep 1 − beta.",
        ),
        Mistake(
            name="sums for averages",
            answer=_adam_with(averages=lambda m, v, g, b1, b2: (b1 * m + g, b2 * v + g**2)),
            message="The new slope and its square enter in full. In an average they count 1 − beta.",
        ),
        Mistake(
            name="sum for m",
            answer=_adam_with(averages=lambda m, v, g, b1, b2: (b1 * m + g, b2 * v + (1 - b2) * g**2)),
            message=(
                "v is right. In m the new slope enters in full, as in momentum; here it counts 1 − beta1."
            ),
        ),
        Mistake(
            name="memory reset",
            answer=_adam_with(
                averages=lambda m, v, g, b1, b2: ((1 - b1) * g, (1 - b2) * g**2),
            ),
            message="m and v begin at 0 in every step. They must be made once, before the loop.",
        ),
        Mistake(
            name="one v for all",
            answer=_adam_with(
                averages=lambda m, v, g, b1, b2: (
                    b1 * m + (1 - b1) * g,
                    b2 * v + (1 - b2) * (g**2).mean(),
                ),
            ),
            message="All weights share one v. Each has an average of its own squares.",
        ),
        Mistake(
            name="sum of squares for all",
            answer=_adam_with(
                averages=lambda m, v, g, b1, b2: (b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * (g**2).sum()),
            ),
            message="You add up the squares of all weights. Each weight has an average of its own squares.",
        ),
        Mistake(
            name="uphill",
            answer=_adam_with(step=lambda m, v, g, epsilon: -m / (np.sqrt(v) + epsilon)),
            message="You step uphill: the sign is wrong.",
        ),
        Mistake(
            name="rate forgotten",
            answer=lambda slope, start, rate, beta1, beta2, epsilon, n_steps: _adam_path(
                slope, start, 1.0, beta1, beta2, epsilon, n_steps
            ),
            message="The learning rate is missing in the step.",
        ),
        Mistake(
            name="without the start",
            answer=lambda *inputs: _adam_path(*inputs)[1:],
            message="Every place is right, but the first row of the path is the start.",
        ),
        Mistake(
            name="without the end",
            answer=lambda *inputs: _adam_path(*inputs)[:-1],
            message="The last place is missing: does the loop run over all t from 1 to n_steps?",
        ),
        Mistake(
            name="end alone",
            answer=lambda *inputs: _adam_path(*inputs)[-1],
            message="You return the end alone. The whole path is asked, a row for each place.",
        ),
        Mistake(
            name="one array for all rows",
            answer=lambda *inputs: np.repeat(_adam_path(*inputs)[-1:], inputs[-1] + 1, axis=0),
            message=(
                "All rows are alike: the list holds one and the same array many times, and it is changed in "
                "place. Append `w.copy()`, or make a new array with `w = w - ...`."
            ),
        ),
    ),
    hints=(
        "Start from your momentum: two memories now, m and v, and `for t in range(1, n_steps + 1)`.",
        "In the loop: g, then m, v, m_hat, v_hat, then w. The hats are new names; m and v stay as they are.",
        "`w = w - rate * m_hat / (np.sqrt(v_hat) + epsilon)`; the hats are divided by `1 - beta**t`.",
    ),
    praise=(
        "This is the rule of the paper and of PyTorch. What remains of a slope in the end is how it compares "
        "with its own past."
    ),
)


def _epsilon_early(
    slope: _Bowl, start: Array, rate: float, beta1: float, beta2: float, epsilon: float, n_steps: int
) -> Array:
    """Do Adam with epsilon added to sqrt(v), which is then corrected."""
    w = np.array(start, dtype=np.float64)
    m, v = np.zeros(len(w)), np.zeros(len(w))
    path = [w]
    for t in range(1, n_steps + 1):
        m, v = _plain_averages(m, v, slope(w), beta1, beta2)
        scale = math.sqrt(1 - beta2**t) / (1 - beta1**t)
        w = w - rate * scale * m / (np.sqrt(v) + epsilon)
        path.append(w)
    return np.array(path)


# ------------------------------------------------------------------ 06-8 one velocity for two parameters

Shapes = tuple[tuple[int, ...], ...]


def _numbers_of(shapes: Shapes, n_steps: int, rate: float) -> tuple[list[Array], list[list[Array]]]:
    """Make parameters and the gradients of some steps, the same for every answer."""
    rng = np.random.default_rng([len(shapes), n_steps, round(1000 * rate)])
    params = [np.round(rng.normal(size=shape) * 2, 1) for shape in shapes]
    return params, [[np.round(rng.normal(size=shape) * 2, 1) for shape in shapes] for _ in range(n_steps)]


def _trained(answer: Any, shapes: Shapes, rate: float, momentum: float, n_steps: int) -> tuple[Any, ...]:
    """Return the parameters after some steps of the optimizer, if a second one of its class does the same."""
    first, second = (_after_steps(answer, shapes, rate, momentum, n_steps) for _ in range(2))
    try:
        same = all(np.array_equal(p, q, equal_nan=True) for p, q in zip(first, second, strict=True))
    except (TypeError, ValueError):
        same = True  # what is no array is answered with the result
    if not same:
        raise AnswerFormError(
            "One optimizer works by itself. But a second one of the same class, made anew, goes on with what "
            "the first one remembers. Keep the velocities in `self`, and make them for each object: a list "
            "or dictionary in the line `class` or in a default argument belongs to all of them."
        )
    return first


def _after_steps(answer: Any, shapes: Shapes, rate: float, momentum: float, n_steps: int) -> tuple[Any, ...]:
    params, gradients = _numbers_of(shapes, n_steps, rate)
    optimizer = answer(rate, momentum)
    if not callable(getattr(optimizer, "step", None)):
        raise AnswerFormError("The class needs a method `step(self, params, grads)`.")
    for grads in gradients:
        kept = [g.copy() for g in grads]
        returned = optimizer.step(params, grads)
        if isinstance(returned, list | tuple):  # a new list is as good as the old one, changed
            params = list(returned)
        if len(params) != len(shapes):
            raise AnswerFormError(f"After `step` there should be {len(shapes)} arrays; got {len(params)}.")
        if len(grads) != len(kept) or not all(map(np.array_equal, grads, kept)):
            raise AnswerFormError(
                "`step` changes the gradients, and others may still need them. Is a velocity made by "
                "`u = g` and then changed in place? Begin with `np.zeros_like(p)`."
            )
    return tuple(p.copy() if isinstance(p, np.ndarray) else p for p in params)


class _Memory:
    """Momentum for several arrays, the reference."""

    def __init__(self, rate: float, momentum: float) -> None:
        self.rate = rate
        self.momentum = momentum
        self.u: list[Array] | None = None

    def step(self, params: list[Array], grads: list[Array]) -> None:
        if self.u is None:
            self.u = [np.zeros_like(p) for p in params]
        for p, g, u in zip(params, grads, self.u, strict=True):
            u *= self.momentum
            u += g
            p -= self.rate * u


Rule = Callable[[Any, list[Array], list[Array]], Any]


def _optimizer(rule: Rule, start: Callable[[], Any] = lambda: None) -> Any:
    """Make a wrong optimizer of a wrong step; the optimizer's memory is called `u`."""

    class Wrong:
        def __init__(self, rate: float, momentum: float) -> None:
            self.rate, self.momentum, self.u = rate, momentum, start()

        def step(self, params: list[Array], grads: list[Array]) -> Any:
            return rule(self, params, grads)

    return Wrong


def _shared(self: Any, params: list[Array], grads: list[Array]) -> None:
    for k, g in enumerate(grads):
        self.u = self.momentum * self.u + g
        params[k] = params[k] - self.rate * self.u


def _each(change: Callable[[Any, Array, Array], tuple[Any, Any]]) -> Any:
    """Make an optimizer that keeps a velocity for each array, from (self, u, g) to the new u and the step."""

    def rule(self: Any, params: list[Array], grads: list[Array]) -> None:
        self.u = self.u or [np.zeros_like(p) for p in params]
        for k, g in enumerate(grads):
            self.u[k], step = change(self, self.u[k], g)
            params[k] = params[k] - self.rate * step

    return _optimizer(rule)


def _reset_for_each(self: Any, params: list[Array], grads: list[Array]) -> None:
    for k, g in enumerate(grads):
        params[k] = params[k] - self.rate * g


def _by_shape(self: Any, params: list[Array], grads: list[Array]) -> None:
    for k, g in enumerate(grads):
        self.u[g.shape] = self.momentum * self.u.get(g.shape, 0.0) + g
        params[k] = params[k] - self.rate * self.u[g.shape]


def _first_only(self: Any, params: list[Array], grads: list[Array]) -> None:
    self.u = self.momentum * self.u + grads[0]
    params[0] = params[0] - self.rate * self.u
    for k in range(1, len(params)):
        params[k] = params[k] - self.rate * grads[k]


def _without_words(self: Any, params: list[Array], grads: list[Array]) -> None:
    self.u = self.u or [np.zeros_like(p) for p in params]
    for k, g in enumerate(grads):
        self.u[k] = self.momentum * self.u[k] + g
        p = params[k]
        p = p - self.rate * self.u[k]


SHARED = Exercise(
    name="06-8",
    title="Find and mend the bug: one velocity for two",
    answer=_Memory,
    evaluate=_trained,
    inputs=(
        (((1,), (1,)), 0.1, 0.9, 2),
        (((2,), (2,)), 0.1, 0.5, 3),
        (((2, 3), (3,), (3, 1), (1,)), 0.2, 0.8, 3),
        (((2, 2), (2,), (2, 2), (2,)), 0.05, 0.9, 4),
        (((3,),), 0.1, 0.9, 3),
    ),
    mistakes=(
        Mistake(
            name="still broken",
            answer=_optimizer(_shared, lambda: 0.0),
            message=(
                "The bug is still there: what one array leaves in the velocity is added to the next one. "
                "How many "
                "velocities does an optimizer of two arrays need? (And if you have a list: `[array] * n` "
                "holds one and the same array n times.)"
            ),
        ),
        Mistake(
            name="one velocity for each shape",
            answer=_optimizer(_by_shape, dict),
            message="Arrays of the same *shape* still share a velocity. Each array needs its own.",
        ),
        Mistake(
            name="velocity reset",
            answer=_optimizer(_reset_for_each),
            message=(
                "Nothing is mixed up any more, but nothing is remembered either: the velocities begin at 0 "
                "in "
                "each call. They must stay in the object from step to step."
            ),
        ),
        Mistake(
            name="only the first",
            answer=_optimizer(_first_only, lambda: 0.0),
            message="Only the first array has a velocity; the others take plain steps.",
        ),
        Mistake(
            name="running average",
            answer=_each(lambda self, u, g: (self.momentum * u + (1 - self.momentum) * g,) * 2),
            message="Each array has its velocity now. But you changed the rule: this is a running average.",
        ),
        Mistake(
            name="uphill",
            answer=_each(lambda self, u, g: (self.momentum * u + g, -self.momentum * u - g)),
            message="Each array has its velocity now. But the sign of the step is wrong.",
        ),
        Mistake(
            name="old velocity",
            answer=_each(lambda self, u, g: (self.momentum * u + g, u)),
            message="Each array has its velocity now. But you move before it has the new gradient.",
        ),
        Mistake(
            name="Nesterov",
            answer=_each(
                lambda self, u, g: (
                    self.momentum * u + g,
                    g + self.momentum * (self.momentum * u + g),
                )
            ),
            message="Each array has its velocity now. But the step is Nesterov's: take the velocity alone.",
        ),
        Mistake(
            name="gradients added up",
            answer=_each(lambda self, u, g: (u + g, u + g)),
            message="Each array has its velocity now. But it is never damped: the momentum is missing.",
        ),
        Mistake(
            name="rate forgotten",
            answer=_each(lambda self, u, g: (self.momentum * u + g, (self.momentum * u + g) / self.rate)),
            message="Each array has its velocity now. But the learning rate is missing in the step.",
        ),
        Mistake(
            name="nothing moves",
            answer=_optimizer(_without_words),
            message=(
                "The parameters do not move: `p = p - ...` makes a new array and gives it the name p, and "
                "the "
                "list still holds the old one. Use `p -= ...`, or `params[k] = ...`."
            ),
        ),
    ),
    hints=(
        "Follow `self.u` by hand for two arrays: what is in it when the second array's turn comes?",
        "Keep a *list* of velocities, one for each array, of the same shape; make it at the first step.",
        (
            "`if self.u is None: self.u = [np.zeros_like(p) for p in params]`; then "
            "`for p, g, u in zip(params, grads, self.u)`, changing u and p in place."
        ),
    ),
    praise=(
        "Memory belongs to its parameter. annlib keeps all parameters of a network in one flat vector, so "
        "its "
        "velocity is one vector of the same length, and nothing can be mixed up."
    ),
)

# ---------------------------------------------------------------------------- 06-9 decay beside the gradient


def _decayed(
    w: Array, g: Array, m: Array, v: Array, t: int, rate: float, decay: float
) -> tuple[Array, Array, Array]:
    new_m = 0.9 * m + 0.1 * g
    new_v = 0.999 * v + 0.001 * g**2
    m_hat, v_hat = new_m / (1 - 0.9**t), new_v / (1 - 0.999**t)
    return w - rate * decay * w - rate * m_hat / (np.sqrt(v_hat) + 1e-8), new_m, new_v


Decay = Callable[[Array, Array, Array, Array, int, float, float], Any]


def _with_decay(new_w: Callable[[Array, Array, float, float], Any]) -> Decay:
    """Make a wrong answer from w, Adam's step without its rate, the rate and the decay to the new w."""

    def answer(w: Array, g: Array, m: Array, v: Array, t: int, rate: float, decay: float) -> Any:
        moved, new_m, new_v = _decayed(w, g, m, v, t, 1.0, 0.0)
        return new_w(w, w - moved, rate, decay), new_m, new_v

    return answer


def _decay_in_m_only(w: Array, g: Array, m: Array, v: Array, t: int, rate: float, decay: float) -> Any:
    new_m, new_v = 0.9 * m + 0.1 * (g + decay * w), 0.999 * v + 0.001 * g**2
    step = new_m / (1 - 0.9**t) / (np.sqrt(new_v / (1 - 0.999**t)) + 1e-8)
    return w - rate * step, new_m, new_v


def _decay_divided(w: Array, g: Array, m: Array, v: Array, t: int, rate: float, decay: float) -> Any:
    _, new_m, new_v = _decayed(w, g, m, v, t, rate, decay)
    root = np.sqrt(new_v / (1 - 0.999**t)) + 1e-8
    return w - rate * (new_m / (1 - 0.9**t) + decay * w) / root, new_m, new_v


def _decay_inside_root(w: Array, g: Array, m: Array, v: Array, t: int, rate: float, decay: float) -> Any:
    _, new_m, new_v = _decayed(w, g, m, v, t, rate, decay)
    step = new_m / (1 - 0.9**t) / np.sqrt(new_v / (1 - 0.999**t) + 1e-8)
    return w - rate * decay * w - rate * step, new_m, new_v


def _decay_uncorrected(w: Array, g: Array, m: Array, v: Array, t: int, rate: float, decay: float) -> Any:
    _, new_m, new_v = _decayed(w, g, m, v, t, rate, decay)
    return w - rate * decay * w - rate * new_m / (np.sqrt(new_v) + 1e-8), new_m, new_v


def _decay_plain(w: Array, g: Array, m: Array, v: Array, t: int, rate: float, decay: float) -> Any:
    _, new_m, new_v = _decayed(w, g, m, v, t, rate, decay)
    return w - rate * decay * w - rate * g, new_m, new_v


def _some_decay(rng: np.random.Generator) -> Inputs:
    size, t = int(rng.integers(1, 4)), int(rng.integers(1, 12))
    w, g = np.round(rng.normal(size=(2, size)) * 2 + 0.05, 2)
    m, v = np.round(rng.normal(size=size) * 0.5, 2), np.round(rng.uniform(0.001, 0.05, size=size), 3)
    if t == 1:
        m, v = np.zeros(size), np.zeros(size)
    return w, g, m, v, t, float(rng.choice([0.1, 0.3])), float(rng.choice([0.0, 0.1, 0.5]))


DECAY = Exercise(
    name="06-9",
    title="Weight decay that Adam cannot spoil",
    answer=_decayed,
    may_change_inputs=False,
    inputs=(
        (np.array([1.0, 1.0]), np.array([0.0, 3.0]), np.zeros(2), np.zeros(2), 1, 0.1, 0.5),
        (
            np.array([2.0, -4.0]),
            np.array([10.0, 0.1]),
            np.array([1.0, 0.2]),
            np.array([0.5, 0.001]),
            7,
            0.1,
            0.3,
        ),
        (np.array([3.0]), np.array([-1.0]), np.array([0.1]), np.array([0.02]), 4, 0.3, 0.0),  # no decay
        (np.array([0.0, 5.0]), np.array([1.0, -2.0]), np.zeros(2), np.zeros(2), 1, 0.2, 1.0),
        (np.array([1.0]), np.array([2e-8]), np.array([1e-9]), np.array([1e-19]), 2, 0.1, 0.2),  # small slopes
    ),
    random_inputs=_some_decay,
    mistakes=(
        Mistake(
            name="decay in the gradient",
            answer=lambda w, g, m, v, t, rate, decay: _decayed(w, g + decay * w, m, v, t, rate, 0.0),
            message=(
                "You put the decay into the gradient: this is Adam with L2. There it goes through m and is "
                "divided by the root of v, so weights with large slopes hardly decay. Keep it out of both."
            ),
        ),
        Mistake(
            name="decay in m only",
            answer=_decay_in_m_only,
            message="The decay is in m, and so it is averaged and divided. It should touch neither m nor v.",
        ),
        Mistake(
            name="decay divided",
            answer=_decay_divided,
            message=(
                "m and v are right. But the decay is still divided by the root of v_hat with everything "
                "else: "
                "it belongs outside the fraction."
            ),
        ),
        Mistake(
            name="decay without rate",
            answer=_with_decay(lambda w, step, rate, decay: w - decay * w - rate * step),
            message="You take away decay · w in full. In the rule the learning rate multiplies it as well.",
        ),
        Mistake(
            name="decay after the step",
            answer=_with_decay(lambda w, step, rate, decay: (w - rate * step) * (1 - rate * decay)),
            message=(
                "You decay the weight *after* Adam's step, so a part of the step decays with it. Nearly the "
                "same; but the rule decays the w that was there before."
            ),
        ),
        Mistake(
            name="growing",
            answer=_with_decay(lambda w, step, rate, decay: w + rate * decay * w - rate * step),
            message="Your weights *grow*: the sign of the decay is wrong.",
        ),
        Mistake(
            name="doubled",
            answer=_with_decay(lambda w, step, rate, decay: w - 2 * rate * decay * w - rate * step),
            message="The decay is twice as strong as asked: there is no square here whose slope brings a 2.",
        ),
        Mistake(
            name="no decay",
            answer=_with_decay(lambda w, step, rate, decay: w - rate * step),
            message="This is Adam without any decay.",
        ),
        Mistake(
            name="a fixed piece",
            answer=_with_decay(lambda w, step, rate, decay: w - rate * decay * np.sign(w) - rate * step),
            message="You take a fixed piece from each weight, as L1 does. Decay takes a *share* of it.",
        ),
        Mistake(
            name="share of the step",
            answer=_with_decay(lambda w, step, rate, decay: w - rate * (1 - decay) * step),
            message="You damp Adam's step. It is the *weight* that decays.",
        ),
        Mistake(
            name="decay alone",
            answer=_with_decay(lambda w, step, rate, decay: w - rate * decay * w),
            message="The decay is right, m and v too. But Adam's own step is missing.",
        ),
        Mistake(
            name="uphill",
            answer=_with_decay(lambda w, step, rate, decay: w - rate * decay * w + rate * step),
            message="The decay is right. But Adam's own step goes uphill.",
        ),
        Mistake(
            name="no correction",
            answer=_decay_uncorrected,
            message="The decay is right. But m and v are used without their corrections.",
        ),
        Mistake(
            name="epsilon inside the root",
            answer=_decay_inside_root,
            message="The decay is right. But epsilon stands inside the root; in Adam it stands outside.",
        ),
        Mistake(
            name="plain step",
            answer=_decay_plain,
            message="The decay is right. But the step is rate · slope: that is plain gradient descent.",
        ),
        Mistake(
            name="t counted up",
            answer=lambda w, g, m, v, t, rate, decay: _decayed(w, g, m, v, t + 1, rate, decay),
            message="You count t up before you use it. It comes as the number of *this* step, from 1.",
        ),
        Mistake(
            name="old averages used",
            answer=lambda w, g, m, v, t, rate, decay: (
                w - rate * decay * w - rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8),
                0.9 * m + 0.1 * g,
                0.999 * v + 0.001 * g**2,
            ),
            message="The step is made of the *old* m and v. First they get the new slope, then w moves.",
        ),
        Mistake(
            name="hats returned",
            answer=lambda w, g, m, v, t, rate, decay: (
                _decayed(w, g, m, v, t, rate, decay)[0],
                _decayed(w, g, m, v, t, rate, decay)[1] / (1 - 0.9**t),
                _decayed(w, g, m, v, t, rate, decay)[2] / (1 - 0.999**t),
            ),
            message=(
                "The new w is right. But you return the corrected averages; the memory is m and v themselves."
            ),
        ),
        Mistake(
            name="old averages returned",
            answer=lambda w, g, m, v, t, rate, decay: (_decayed(w, g, m, v, t, rate, decay)[0], m, v),
            message=(
                "The new w is right. But you return the old m and v: the next step will not remember this "
                "one."
            ),
        ),
        Mistake(
            name="w alone",
            answer=lambda *inputs: _decayed(*inputs)[0],
            message="The new w is right. Return the new m and v as well.",
        ),
    ),
    hints=(
        "Write Adam's step first, with the slope g alone in m and v; then take care of the decay.",
        "The decay is one more term in the last line: the rate times `decay * w`, with the old w.",
        "`w - rate * decay * w - rate * m_hat / (np.sqrt(v_hat) + 1e-8)`, and return w, m, v.",
    ),
    praise=(
        "Every weight loses the same share, whatever its slopes. That was the intention of weight decay from "
        "the beginning; inside Adam's fraction it gets lost."
    ),
)

# ------------------------------------------------------------------------- 06-10 warm up, then glide down


def _scheduled(
    epoch: int, batch: int, n_epochs: int, n_batches: int, n_warm_up: int, highest: float
) -> float:
    step, n_steps = epoch * n_batches + batch, n_epochs * n_batches
    if step < n_warm_up:
        return highest * (step + 1) / n_warm_up
    progress = (step - n_warm_up) / (n_steps - n_warm_up)
    return highest * (1 + math.cos(math.pi * progress)) / 2


Timetable = Callable[[int, int, int, int, int, float], Any]


def _by_step(rate: Callable[[int, int, int], float]) -> Timetable:
    """Make a wrong schedule from the step, the number of steps and the length of the climb."""
    return lambda epoch, batch, n_epochs, n_batches, n_warm_up, highest: (
        highest * rate(epoch * n_batches + batch, n_epochs * n_batches, n_warm_up)
    )


def _parts(climb: Callable[[int, int], float], glide: Callable[[float], float]) -> Timetable:
    """Make a wrong schedule from its climb and its way down."""
    return _by_step(
        lambda step, n_steps, n_warm_up: (
            climb(step, n_warm_up) if step < n_warm_up else glide((step - n_warm_up) / (n_steps - n_warm_up))
        )
    )


def _climb(step: int, n_warm_up: int) -> float:
    return (step + 1) / n_warm_up


def _half_cosine(progress: float) -> float:
    return (1 + math.cos(math.pi * progress)) / 2


def _some_time(rng: np.random.Generator) -> Inputs:
    n_epochs, n_batches = int(rng.integers(2, 7)), int(rng.integers(2, 9))
    n_warm_up = int(rng.integers(0, n_epochs * n_batches - 1))
    epoch, batch = int(rng.integers(n_epochs)), int(rng.integers(n_batches))
    return epoch, batch, n_epochs, n_batches, n_warm_up, float(rng.choice([0.1, 0.5, 1.0]))


SCHEDULE = Exercise(
    name="06-10",
    title="Warm up, then glide down",
    answer=_scheduled,
    inputs=(
        (0, 0, 10, 5, 4, 0.1),
        (0, 3, 10, 5, 4, 0.1),
        (2, 1, 10, 5, 4, 0.1),
        (9, 4, 10, 5, 4, 0.1),
        (1, 2, 4, 3, 0, 1.0),
        (1, 1, 6, 4, 10, 0.5),
        (0, 4, 10, 5, 4, 0.1),
        (3, 0, 5, 8, 3, 0.2),
    ),
    random_inputs=_some_time,
    n_random=40,
    mistakes=(
        Mistake(
            name="by the epoch",
            answer=lambda epoch, batch, n_epochs, n_batches, n_warm_up, highest: _scheduled(
                epoch, 0, n_epochs, 1, n_warm_up, highest
            ),
            message=(
                "Your schedule counts *epochs*: the rate is the same for all batches of one, and the climb "
                "takes as many epochs as it should take steps. Count the steps: all batches so far."
            ),
        ),
        Mistake(
            name="batch forgotten",
            answer=lambda epoch, batch, n_epochs, n_batches, n_warm_up, highest: _scheduled(
                epoch, 0, n_epochs, n_batches, n_warm_up, highest
            ),
            message="Your rate changes only between epochs: the batches of this epoch are not counted.",
        ),
        Mistake(
            name="epoch forgotten",
            answer=lambda epoch, batch, n_epochs, n_batches, n_warm_up, highest: _scheduled(
                0, batch, n_epochs, n_batches, n_warm_up, highest
            ),
            message="Your schedule begins anew in each epoch: the batches of the epochs before do not count.",
        ),
        Mistake(
            name="epoch plus batch",
            answer=lambda epoch, batch, n_epochs, n_batches, n_warm_up, highest: _scheduled(
                0, epoch + batch, n_epochs, n_batches, n_warm_up, highest
            ),
            message="You add the epoch to the batch. Each epoch before has `n_batches` steps.",
        ),
        Mistake(
            name="climb from 0",
            answer=_parts(lambda step, n: step / n, _half_cosine),
            message=(
                "Your climb starts at 0, so the first step does nothing. Count the steps of the climb from "
                "1: "
                "the last of them has the whole rate."
            ),
        ),
        Mistake(
            name="no climb",
            answer=_by_step(
                lambda step, n_steps, n: 1.0 if step < n else _half_cosine((step - n) / (n_steps - n))
            ),
            message="The way down is right. But there is no climb: the first steps have the highest rate.",
        ),
        Mistake(
            name="cosine from the start",
            answer=_by_step(lambda step, n_steps, n: _half_cosine(step / n_steps)),
            message="You glide down from the first step on: the climb is missing.",
        ),
        Mistake(
            name="glide counted from the start",
            answer=_by_step(
                lambda step, n_steps, n: _climb(step, n) if step < n else _half_cosine(step / n_steps)
            ),
            message=(
                "The climb is right. But the way down counts its steps from the start of training, so the "
                "rate "
                "falls by a stair where the climb ends."
            ),
        ),
        Mistake(
            name="glide too long",
            answer=_by_step(
                lambda step, n_steps, n: _climb(step, n) if step < n else _half_cosine((step - n) / n_steps)
            ),
            message="The climb is right. The way down is as long as *all* steps; the climb has taken some.",
        ),
        Mistake(
            name="glide to the last step",
            answer=_by_step(
                lambda step, n_steps, n: (
                    _climb(step, n) if step < n else _half_cosine((step - n) / max(n_steps - n - 1, 1))
                )
            ),
            message=(
                "Your last step has the rate 0, so it does nothing. The way down reaches 0 just *after* the "
                "last step: divide by the number of steps that are left."
            ),
        ),
        Mistake(
            name="climb times glide",
            answer=_by_step(
                lambda step, n_steps, n: _half_cosine(step / n_steps) * (_climb(step, n) if step < n else 1.0)
            ),
            message="You multiply climb and way down. First one, then the other.",
        ),
        Mistake(
            name="straight down",
            answer=_parts(_climb, lambda progress: 1 - progress),
            message="The climb is right. Your way down is a straight line; asked is half a cosine.",
        ),
        Mistake(
            name="pi forgotten",
            answer=_parts(_climb, lambda progress: (1 + math.cos(progress)) / 2),
            message="The climb is right. Half a cosine runs from 0 to π: π is missing.",
        ),
        Mistake(
            name="whole cosine",
            answer=_parts(_climb, lambda progress: (1 + math.cos(2 * math.pi * progress)) / 2),
            message="The climb is right. Your cosine goes down and up again: that is a whole one.",
        ),
        Mistake(
            name="quarter of a cosine",
            answer=_parts(_climb, lambda progress: math.cos(math.pi * progress / 2)),
            message=(
                "The climb is right. You go down along a *quarter* of a cosine, steepest at the end. Half of "
                "one, moved up and halved, is flat at both ends."
            ),
        ),
        Mistake(
            name="bare cosine",
            answer=_parts(_climb, lambda progress: math.cos(math.pi * progress)),
            message="The climb is right. A bare cosine goes down to −1, and a rate cannot be negative.",
        ),
        Mistake(
            name="not halved",
            answer=_parts(_climb, lambda progress: 1 + math.cos(math.pi * progress)),
            message="The climb is right. The way down starts at twice the highest rate.",
        ),
        Mistake(
            name="sine",
            answer=_parts(_climb, lambda progress: (1 + math.sin(math.pi * progress)) / 2),
            message="The climb is right. You took a sine: it starts in the middle.",
        ),
        Mistake(
            name="upward",
            answer=_parts(_climb, lambda progress: (1 - math.cos(math.pi * progress)) / 2),
            message="The climb is right. But after it your rate climbs from 0 once more: a sign is wrong.",
        ),
        Mistake(
            name="highest forgotten",
            answer=lambda epoch, batch, n_epochs, n_batches, n_warm_up, highest: _scheduled(
                epoch, batch, n_epochs, n_batches, n_warm_up, 1.0
            ),
            message="Your rate goes up to 1. It should be multiplied by `highest`.",
        ),
        Mistake(
            name="epochs and batches exchanged",
            answer=lambda epoch, batch, n_epochs, n_batches, n_warm_up, highest: _by_step(
                lambda step, n_steps, n: (
                    _climb(step, n) if step < n else _half_cosine((step - n) / (n_steps - n))
                )
            )(batch, epoch, n_batches, n_epochs, n_warm_up, highest),
            message="You count batch · n_epochs + epoch: the epoch is the one that jumps by a whole round.",
        ),
    ),
    hints=(
        "First the number of this step, from 0: how many batches were there before it, in all epochs?",
        "`step = epoch * n_batches + batch`. Below `n_warm_up`: the share (step + 1) / n_warm_up.",
        "Else: progress = (step − n_warm_up) / (all steps − n_warm_up), and the rate goes with "
        "(1 + cos(π · progress)) / 2.",
    ),
    praise=(
        "Small steps while nothing is known yet, large ones on the way, small ones at the end. A schedule "
        "counts steps: an epoch of a large data set has thousands."
    ),
)

# ------------------------------------------------------------------------- 06-11 clip by the common length


def _clipped(dW: Array, db: Array, limit: float) -> tuple[Array, Array]:
    length = np.sqrt((dW**2).sum() + (db**2).sum())
    factor = limit / length if length > limit else 1.0
    return dW * factor, db * factor


Clip = Callable[[Array, Array, float], Any]


def _by_factor(factor: Callable[[Array, float], Any]) -> Clip:
    """Make a wrong answer from all entries in one vector and the limit to one factor for both."""

    def answer(dW: Array, db: Array, limit: float) -> Any:
        with np.errstate(all="ignore"):
            f = factor(np.concatenate([dW.ravel(), db.ravel()]), limit)
            return dW * f, db * f

    return answer


def _norm(vector: Array) -> float:
    return float(np.sqrt((vector**2).sum()))


def _shortened(array: Array, limit: float) -> Array:
    result: Array = array * (limit / _norm(array) if _norm(array) > limit else 1.0)
    return result


def _some_gradients(rng: np.random.Generator) -> Inputs:
    n_in, n_out = (int(size) for size in rng.integers(1, 4, size=2))
    dW = np.round(rng.normal(size=(n_in, n_out)) * float(rng.choice([0.3, 3])), 1)
    db = np.round(rng.normal(size=n_out) * float(rng.choice([0.3, 3])), 1)
    return dW, db, float(rng.choice([0.5, 1.0, 5.0]))


CLIP = Exercise(
    name="06-11",
    title="A gradient that is too long",
    answer=_clipped,
    may_change_inputs=False,
    inputs=(
        (np.array([[3.0]]), np.array([4.0]), 1.0),
        (np.array([[0.3, 0.0], [0.0, 0.1]]), np.array([0.2, -0.1]), 1.0),  # short enough
        (np.array([[100.0, -20.0]]), np.array([1.0, 0.5]), 5.0),
        (np.array([[0.0, 0.0]]), np.array([0.0, 0.0]), 1.0),  # nothing to do
        (np.array([[2.0, -1.0], [0.5, 2.0]]), np.array([0.1, 3.0]), 2.0),
        (np.array([[0.8]]), np.array([0.8]), 1.0),  # each short enough, together too long
    ),
    random_inputs=_some_gradients,
    n_random=25,
    mistakes=(
        Mistake(
            name="each by its own length",
            answer=lambda dW, db, limit: (_shortened(dW, limit), _shortened(db, limit)),
            message=(
                "You shorten each array by its own length, so the gradient as a whole points elsewhere. One "
                "length for both together, one factor for both."
            ),
        ),
        Mistake(
            name="entries cut off",
            answer=lambda dW, db, limit: (np.clip(dW, -limit, limit), np.clip(db, -limit, limit)),
            message=(
                "You cut off each entry by itself (clipping by value). That turns the direction: an entry of "
                "100 and one of 5 become equal. Here the *length* is limited."
            ),
        ),
        Mistake(
            name="entries cut off above only",
            answer=lambda dW, db, limit: (np.minimum(dW, limit), np.minimum(db, limit)),
            message="You cut off each entry, and only the positive ones. It is the length that is limited.",
        ),
        Mistake(
            name="always scaled",
            answer=_by_factor(lambda x, limit: limit / np.sqrt((x**2).sum())),
            message=(
                "You bring *every* gradient to the length `limit`: a short one is blown up, and a zero one "
                "becomes NaN. A gradient that is short enough stays as it is."
            ),
        ),
        Mistake(
            name="always scaled, but not a zero",
            answer=_by_factor(lambda x, limit: limit / max(_norm(x), 1e-6)),
            message=(
                "Short gradients are blown up to the limit. A gradient that is short enough stays as it is."
            ),
        ),
        Mistake(
            name="zero over zero",
            answer=_by_factor(lambda x, limit: np.minimum(_norm(x), limit) / np.float64(_norm(x))),
            message="All is right but for a gradient of zeros: there you divide 0 by 0.",
        ),
        Mistake(
            name="unit length",
            answer=_by_factor(lambda x, limit: 1 / _norm(x) if _norm(x) > limit else 1.0),
            message=(
                "A gradient that is too long gets the length 1 from you. It should get the length `limit`."
            ),
        ),
        Mistake(
            name="root forgotten",
            answer=_by_factor(lambda x, limit: min(1.0, limit / max((x**2).sum(), 1e-12))),
            message="You compare the sum of squares with the limit. The length is its root.",
        ),
        Mistake(
            name="root forgotten in the comparison",
            answer=_by_factor(lambda x, limit: limit / _norm(x) if (x**2).sum() > limit else 1.0),
            message="The factor is right. But you compare the *square* of the length with the limit.",
        ),
        Mistake(
            name="length from the largest entry",
            answer=_by_factor(lambda x, limit: min(1.0, limit / max(np.abs(x).max(), 1e-12))),
            message=(
                "You take the largest entry for the length. The length is the root of the sum of squares."
            ),
        ),
        Mistake(
            name="length as a sum of sizes",
            answer=_by_factor(lambda x, limit: min(1.0, limit / max(np.abs(x).sum(), 1e-12))),
            message="You add up the sizes of the entries. The length is the root of the sum of squares.",
        ),
        Mistake(
            name="mean of squares",
            answer=_by_factor(lambda x, limit: min(1.0, limit / max(np.sqrt((x**2).mean()), 1e-12))),
            message="You take the root of the *mean* square. The length is that of the sum.",
        ),
        Mistake(
            name="lengths added",
            answer=lambda dW, db, limit: tuple(
                part * min(1.0, limit / max(_norm(dW) + _norm(db), 1e-12)) for part in (dW, db)
            ),
            message=(
                "You add the two lengths. Like the sides of a right angle: add the squares, then the root."
            ),
        ),
        Mistake(
            name="length of dW only",
            answer=lambda dW, db, limit: tuple(
                part * min(1.0, limit / max(_norm(dW), 1e-12)) for part in (dW, db)
            ),
            message="Only `dW` enters your length. `db` belongs to the same gradient.",
        ),
        Mistake(
            name="length of db only",
            answer=lambda dW, db, limit: tuple(
                part * min(1.0, limit / max(_norm(db), 1e-12)) for part in (dW, db)
            ),
            message="Only `db` enters your length. `dW` belongs to the same gradient.",
        ),
        Mistake(
            name="only dW shortened",
            answer=lambda dW, db, limit: (_clipped(dW, db, limit)[0], db),
            message="`dW` is right. `db` must be shortened by the same factor.",
        ),
        Mistake(
            name="factor turned round",
            answer=_by_factor(lambda x, limit: _norm(x) / limit if _norm(x) > limit else 1.0),
            message="Your factor is turned round: too long becomes longer still.",
        ),
        Mistake(
            name="too long is dropped",
            answer=_by_factor(lambda x, limit: 0.0 if _norm(x) > limit else 1.0),
            message="You set a gradient that is too long to 0. Keep its direction, and shorten it.",
        ),
        Mistake(
            name="nothing done",
            answer=lambda dW, db, limit: (dW, db),
            message="Nothing is shortened: you return the gradient as it came.",
        ),
        Mistake(
            name="order exchanged",
            answer=lambda *inputs: _clipped(*inputs)[::-1],
            message="Both are right, but in the wrong order: first `dW`, then `db`.",
        ),
        Mistake(
            name="dW alone",
            answer=lambda *inputs: _clipped(*inputs)[0],
            message="`dW` is right. Return `db` as well.",
        ),
    ),
    hints=(
        "Square all entries of both arrays, add up, take the root: that is the length.",
        "Only if the length is above the limit: multiply both arrays by limit / length.",
        "`length = np.sqrt((dW**2).sum() + (db**2).sum())`, then one factor for both.",
    ),
    praise=(
        "The direction is kept, only the length is cut: so one wild batch cannot throw the weights away. In "
        "annlib it is `clip_norm`, in PyTorch `clip_grad_norm_`."
    ),
)

# --------------------------------------------------------------------- 06-12 Adam walks the wrong way

_BIG, _FIRST, _SECOND = 2.865, 1.312, 1.035
"""The roots of v behind the slopes 3, −1 and −1 when the round has gone on for long, with beta2 = 0.1."""

_ADAM_ROUND = 0.1 * (-3 / _BIG + 1 / _FIRST + 1 / _SECOND)
_AMSGRAD_ROUND = 0.1 * (-3 + 1 + 1) / _BIG

WRONG_WAY = Exercise(
    name="06-12",
    title="Predict: Adam walks the wrong way",
    answer={
        "mean_slope": 1 / 3,
        "best_end": -1,
        "plain_round": -0.1,
        "adam_round": _ADAM_ROUND,
        "adam_end": 1,
        "amsgrad_round": _AMSGRAD_ROUND,
        "amsgrad_end": -1,
    },
    reveal=False,
    rtol=2e-2,
    atol=1e-4,
    mistakes=(
        Mistake(
            name="sum for mean",
            answer={"mean_slope": 1},
            message="That is the sum of the three slopes. Divide by 3.",
        ),
        Mistake(
            name="sizes averaged",
            answer={"mean_slope": 5 / 3},
            message="You averaged the sizes. Two of the slopes are negative.",
        ),
        Mistake(
            name="sign of the mean",
            answer={"mean_slope": -1 / 3},
            message="Check the sign: 3 − 1 − 1 is positive.",
        ),
        Mistake(
            name="majority decides",
            answer={"best_end": 1},
            message=(
                "Two of three slopes say so, but the third is larger than both together. On average the loss "
                "rises to the right: where is it lowest?"
            ),
        ),
        Mistake(
            name="bottom in the middle",
            answer={"best_end": 0},
            message=(
                "On average the loss is a straight line, and a straight line has no bottom in the middle."
            ),
        ),
        Mistake(
            name="plain round upward",
            answer={"plain_round": 0.1},
            message="The size is right. A positive slope moves w to the left.",
        ),
        Mistake(
            name="plain round without rate",
            answer={"plain_round": -1},
            message="The learning rate, 0.1, is missing.",
        ),
        Mistake(
            name="plain mean for the round",
            answer={"plain_round": -0.1 / 3},
            message="That is the mean of the three moves. A round has three: add them.",
        ),
        Mistake(
            name="Adam's round turned",
            answer={"adam_round": -_ADAM_ROUND},
            message="The size is right, the sign is not: a *negative* slope moves w to the right.",
        ),
        Mistake(
            name="Adam's round without rate",
            answer={"adam_round": 10 * _ADAM_ROUND},
            message="The learning rate, 0.1, is missing in Adam's moves.",
        ),
        Mistake(
            name="Adam as plain descent",
            answer={"adam_round": -0.1},
            message="That is plain descent again. Divide each slope by the root of v that goes with it.",
        ),
        Mistake(
            name="Adam with one root",
            answer={"adam_round": _AMSGRAD_ROUND},
            message="You divided all three by the same root. Adam has a new one at each step.",
        ),
        Mistake(
            name="divided by v",
            answer={"adam_round": 0.1 * (-3 / _BIG**2 + 1 / _FIRST**2 + 1 / _SECOND**2)},
            message="You divided by v. The numbers given are its roots already, squared once too often.",
        ),
        Mistake(
            name="one small slope",
            answer={"adam_round": 0.1 * (-3 / _BIG + 1 / _FIRST)},
            message="A round has three moves: the third one is missing.",
        ),
        Mistake(
            name="roots exchanged",
            answer={"adam_round": 0.1 * (-3 / _FIRST + 1 / _BIG + 1 / _SECOND)},
            message="The large root goes with the large slope: v has its square in it at that very step.",
        ),
        Mistake(
            name="signs only",
            answer={"adam_round": 0.1},
            message=(
                "You counted signs: one move to the left, two to the right, 0.1 each. Nearly so, but the "
                "roots are given: use them."
            ),
        ),
        Mistake(
            name="Adam finds it",
            answer={"adam_end": -1},
            message=(
                "So one would hope. But follow your `adam_round`: if each round moves w in that direction, "
                "where does it end?"
            ),
        ),
        Mistake(
            name="Adam stands still",
            answer={"adam_end": 0},
            message="A round does not cancel out: look at the sign of `adam_round`.",
        ),
        Mistake(
            name="AMSGrad as Adam",
            answer={"amsgrad_round": _ADAM_ROUND},
            message="AMSGrad divides by the root of the *largest* v so far, at all three steps.",
        ),
        Mistake(
            name="AMSGrad turned",
            answer={"amsgrad_round": -_AMSGRAD_ROUND},
            message="The size is right. Add −3, +1 and +1 with their signs once more.",
        ),
        Mistake(
            name="AMSGrad without rate",
            answer={"amsgrad_round": 10 * _AMSGRAD_ROUND},
            message="The learning rate, 0.1, is missing in AMSGrad's moves.",
        ),
        Mistake(
            name="AMSGrad as plain descent",
            answer={"amsgrad_round": -0.1},
            message="The direction is right. All three moves are still to be divided by the largest root.",
        ),
        Mistake(
            name="AMSGrad by its smallest",
            answer={"amsgrad_round": -0.1 / _SECOND},
            message="You took the smallest root. AMSGrad never forgets the largest.",
        ),
        Mistake(
            name="AMSGrad fails too",
            answer={"amsgrad_end": 1},
            message="Look at the sign of `amsgrad_round`: to which border does it lead?",
        ),
        Mistake(
            name="AMSGrad stands still",
            answer={"amsgrad_end": 0},
            message="A round of AMSGrad does not cancel out: look at the sign of `amsgrad_round`.",
        ),
    ),
    hints=(
        "A move is −0.1 · slope, divided by the root that goes with it. A round is the sum of three moves.",
        "Adam: −0.1 · 3 / 2.865, then +0.1 / 1.312, then +0.1 / 1.035. AMSGrad: 2.865 three times.",
        "If each round moves w to one side, w ends at the border on that side, −1 or 1.",
    ),
    praise=(
        "The rare large slope is the one that counts, and Adam cuts it down to the size of the others. Reddi "
        "and others found this in 2018, and mended it by never letting v fall."
    ),
)

# ------------------------------------------------------------------------------- 06-13 project: a fair race


@dataclass(frozen=True)
class _Runs:
    """A made-up training: its loss depends on the rate and, a little, on the seed."""

    best: float
    height: float
    limit: float
    """Above this rate training blows up, from seed to seed a little earlier or later."""

    def __call__(self, rate: float, seed: int) -> float:
        luck = float(np.random.default_rng([int(seed), round(1e6 * float(rate))]).uniform(-1, 1))
        if rate > self.limit * (1 + 0.5 * luck):
            return math.nan if seed % 2 else math.inf
        return round(self.height + 0.1 * math.log10(rate / self.best) ** 2 + 0.15 * luck, 4)

    def __repr__(self) -> str:
        return f"<training, best near the rate {self.best:g}>"


Trainers = dict[str, _Runs]
Seeds = tuple[int, ...]


def _race(
    trainers: Trainers, rates: tuple[float, ...], search_seeds: Seeds, final_seeds: Seeds
) -> dict[str, tuple[float, Array]]:
    results = {}
    for name, train in trainers.items():
        means = [np.mean([train(rate, seed) for seed in search_seeds]) for rate in rates]
        rate = rates[int(np.argmin(np.where(np.isfinite(means), means, np.inf)))]
        results[name] = (rate, np.array([train(rate, seed) for seed in final_seeds]))
    return results


Race = Callable[[Trainers, tuple[float, ...], Seeds, Seeds], Any]


def _table(train: _Runs, rates: tuple[float, ...], seeds: Seeds) -> Array:
    return np.array([[train(rate, seed) for seed in seeds] for rate in rates])  # (n_rates, n_seeds)


def _finals(train: _Runs, rate: float, seeds: Seeds) -> Array:
    return np.array([train(rate, seed) for seed in seeds])


def _choosing(choose: Callable[[Array], Any]) -> Race:
    """Make a wrong race from another choice of the row in the table of losses."""

    def race(trainers: Trainers, rates: tuple[float, ...], search_seeds: Seeds, final_seeds: Seeds) -> Any:
        results = {}
        for name, train in trainers.items():
            rate = rates[int(choose(_table(train, rates, search_seeds)))]
            results[name] = (rate, _finals(train, rate, final_seeds))
        return results

    return race


def _best_row(table: Array) -> Any:
    means = table.mean(axis=1)
    return np.argmin(np.where(np.isfinite(means), means, np.inf))


def _over_finite(measure: Callable[[Array], Any]) -> Callable[[Array], Any]:
    def choose(table: Array) -> Any:
        return np.argmin(
            [measure(row[np.isfinite(row)]) if np.isfinite(row).any() else np.inf for row in table]
        )

    return choose


def _one_rate_for_all(which: Callable[[list[float]], float]) -> Race:
    def race(trainers: Trainers, rates: tuple[float, ...], search_seeds: Seeds, final_seeds: Seeds) -> Any:
        right = _race(trainers, rates, search_seeds, final_seeds)
        rate = which([found for found, _ in right.values()])
        return {name: (rate, _finals(train, rate, final_seeds)) for name, train in trainers.items()}

    return race


def _changed(change: Callable[[_Runs, tuple[float, ...], Seeds, Seeds, float, Array], Any]) -> Race:
    """Make a wrong race from what is reported for each optimizer."""

    def race(trainers: Trainers, rates: tuple[float, ...], search_seeds: Seeds, final_seeds: Seeds) -> Any:
        right = _race(trainers, rates, search_seeds, final_seeds)
        return {
            name: change(train, rates, search_seeds, final_seeds, *right[name])
            for name, train in trainers.items()
        }

    return race


def _lowest_of_all(trainers: Trainers, rates: tuple[float, ...], search: Seeds, final: Seeds) -> Any:
    tables = [_table(train, rates, search).mean(axis=1) for train in trainers.values()]
    sums = np.sum([np.where(np.isfinite(means), means, np.inf) for means in tables], axis=0)
    rate = rates[int(np.argmin(sums))]
    return {name: (rate, _finals(train, rate, final)) for name, train in trainers.items()}


def _some_race(rng: np.random.Generator) -> Inputs:
    trainers = {}
    for name in ("SGD", "Momentum", "Adam")[: int(rng.integers(2, 4))]:
        best = float(rng.choice([0.003, 0.01, 0.03, 0.1, 0.3]))
        limit = round(
            best * float(rng.choice([0.7, 1.0, 1.5, 4.0])), 4
        )  # the best rate may be near the brink
        trainers[name] = _Runs(best, float(np.round(rng.uniform(0.3, 0.6), 2)), limit)
    rates = tuple(float(r) for r in rng.permutation([0.001, 0.01, 0.03, 0.1, 0.3, 1.0]))
    seeds = [int(seed) for seed in rng.permutation(20)]
    n_search, n_final = (int(size) for size in rng.integers(2, 4, size=2))
    return trainers, rates, tuple(seeds[:n_search]), tuple(seeds[n_search : n_search + n_final])


RACE = Exercise(
    name="06-13",
    title="Project: a fair race on real data",
    answer=_race,
    inputs=(
        (
            {"SGD": _Runs(0.3, 0.4, 0.8), "Adam": _Runs(0.01, 0.3, 0.2)},
            (0.001, 0.01, 0.1, 1.0),
            (0, 1, 2),
            (10, 11, 12),
        ),
        (
            {"Momentum": _Runs(0.03, 0.5, 0.3), "Adam": _Runs(0.003, 0.5, 0.1)},
            (1.0, 0.1, 0.01, 0.001),
            (3, 4),
            (5, 6, 7),
        ),
    ),
    random_inputs=_some_race,
    n_random=25,
    mistakes=(
        Mistake(
            name="rate of the first for all",
            answer=_one_rate_for_all(lambda rates: rates[0]),
            message=(
                "Every optimizer runs at the best rate of the *first* one. A rate means something else to "
                "each "
                "of them: each needs a search of its own."
            ),
        ),
        Mistake(
            name="rate of the last for all",
            answer=_one_rate_for_all(lambda rates: rates[-1]),
            message=(
                "Every optimizer runs at the best rate of the *last* one: is the choice made after the loop, "
                "or overwritten in it?"
            ),
        ),
        Mistake(
            name="one compromise for all",
            answer=_lowest_of_all,
            message="You choose one rate that is good for all together. Each should run at its own best.",
        ),
        Mistake(
            name="a run that blew up wins",
            answer=_choosing(lambda table: np.argmin(table.mean(axis=1))),
            message=(
                "A rate that blew up is chosen: NaN wins every `np.argmin`, because it is found first. A "
                "rate "
                "at which any seed is not finite must not win."
            ),
        ),
        Mistake(
            name="comparisons with NaN",
            answer=_choosing(lambda table: min(range(len(table)), key=lambda i: table[i].mean())),
            message=(
                "A rate that blew up is chosen: every comparison with NaN is false, so `min` keeps it when "
                "it "
                "comes first. Leave out what is not finite before you compare."
            ),
        ),
        Mistake(
            name="seeds that blew up ignored",
            answer=_choosing(_over_finite(np.mean)),
            message=(
                "You average over the seeds that survived. A rate at which some runs blow up is not usable: "
                "leave it out altogether."
            ),
        ),
        Mistake(
            name="NaN skipped",
            answer=_choosing(lambda table: np.argmin(np.nanmean(table, axis=1))),
            message=(
                "`nanmean` skips the runs that ended in NaN, and where all did, it is NaN itself and wins "
                "`np.argmin`. A rate at which any run blew up must not win."
            ),
        ),
        Mistake(
            name="NaN skipped twice",
            answer=_choosing(lambda table: np.nanargmin(np.nanmean(table, axis=1))),
            message=(
                "`nanmean` skips the runs that ended in NaN, so a rate at which some runs blew up can win. "
                "It must not."
            ),
        ),
        Mistake(
            name="luckiest run",
            answer=_choosing(_over_finite(np.min)),
            message="You choose the rate of the single *luckiest* run. Take the mean over the seeds.",
        ),
        Mistake(
            name="luckiest run of a sound rate",
            answer=_choosing(
                lambda table: np.argmin(np.where(np.isfinite(table.mean(axis=1)), table.min(axis=1), np.inf))
            ),
            message="Among the rates that never blew up you take the luckiest single run, not the best mean.",
        ),
        Mistake(
            name="first seed only",
            answer=_choosing(
                lambda table: np.argmin(np.where(np.isfinite(table[:, 0]), table[:, 0], np.inf))
            ),
            message="You look at the first seed only. One run is luck: take the mean over `search_seeds`.",
        ),
        Mistake(
            name="last seed only",
            answer=_choosing(
                lambda table: np.argmin(np.where(np.isfinite(table[:, -1]), table[:, -1], np.inf))
            ),
            message="You look at the last seed only. Is the mean taken after the loop over the seeds?",
        ),
        Mistake(
            name="worst rate",
            answer=_choosing(
                lambda table: np.argmax(
                    np.where(np.isfinite(table.mean(axis=1)), table.mean(axis=1), -np.inf)
                )
            ),
            message="You choose the *highest* loss.",
        ),
        Mistake(
            name="chosen by the final seeds",
            answer=lambda trainers, rates, search, final: _race(trainers, rates, final, final),
            message=(
                "You choose the rate by `final_seeds`. Whoever chooses and reports on the same runs reports "
                "luck: choose by `search_seeds` alone."
            ),
        ),
        Mistake(
            name="search losses reported",
            answer=_changed(
                lambda train, rates, search, final, rate, losses: (rate, _finals(train, rate, search))
            ),
            message=(
                "The rates are right. But you report the losses of the search, and those were picked for "
                "being "
                "low. Run again with `final_seeds`."
            ),
        ),
        Mistake(
            name="everything by the search seeds",
            answer=lambda trainers, rates, search, final: _race(trainers, rates, search + final, final),
            message="You choose by all seeds together. The final seeds must not have a say in the choice.",
        ),
        Mistake(
            name="mean reported",
            answer=_changed(lambda train, rates, search, final, rate, losses: (rate, losses.mean())),
            message=(
                "The rates are right. Report each final loss, not their mean: a mean hides how they scatter."
            ),
        ),
        Mistake(
            name="best final reported",
            answer=_changed(lambda train, rates, search, final, rate, losses: (rate, losses.min())),
            message="The rates are right. You report the luckiest final run; report all.",
        ),
        Mistake(
            name="place for rate",
            answer=_changed(lambda train, rates, search, final, rate, losses: (rates.index(rate), losses)),
            message=(
                "The losses are right. You return the *place* of the rate in the list; asked is the rate."
            ),
        ),
        Mistake(
            name="another rate reported",
            answer=_changed(
                lambda train, rates, search, final, rate, losses: (
                    sorted(rates)[rates.index(rate)] if list(rates) != sorted(rates) else rates[0],
                    losses,
                )
            ),
            message=(
                "The losses are right, but the rate that you report is not the one that ran. Is a sorted "
                "list "
                "used with the places of another?"
            ),
        ),
        Mistake(
            name="order exchanged",
            answer=_changed(lambda train, rates, search, final, rate, losses: (losses, rate)),
            message="Both are right, but in the wrong order: first the rate, then the losses.",
        ),
        Mistake(
            name="rate alone",
            answer=_changed(lambda train, rates, search, final, rate, losses: rate),
            message="The rates are right. Return the final losses with each: (rate, losses).",
        ),
        Mistake(
            name="losses alone",
            answer=_changed(lambda train, rates, search, final, rate, losses: losses),
            message="The losses are right. Say with each at which rate it ran: (rate, losses).",
        ),
    ),
    hints=(
        "For each optimizer by itself: a loop over the rates, and inside it the mean over `search_seeds`.",
        "`np.isfinite` of that mean says whether all seeds survived; a rate that did not cannot be the best.",
        (
            "Then run again at the best rate, once for each of `final_seeds`; the result is (rate, those "
            "losses)."
        ),
    ),
    praise=(
        "Each at its own best rate, found by the same search, judged on fresh seeds, and reported with the "
        "rate that ran: now a difference means something, if it is larger than the scatter."
    ),
)

EXERCISES: tuple[Exercise, ...] = (
    BY_HAND,
    ZIGZAG,
    MOMENTUM,
    PATHS,
    RATES,
    FIRST_STEPS,
    ADAM,
    SHARED,
    DECAY,
    SCHEDULE,
    CLIP,
    WRONG_WAY,
    RACE,
)
