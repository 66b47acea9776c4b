"""The exercises of chapter 9: from a graph gone back by hand to a grid search on real data.

Each is declared once: the reference answer, what it is tried on, the known mistakes, the hints. The notebook
that learners open is ``exercises/09-beyond.ipynb``; its source is ``solutions/09-beyond.ipynb``.
"""

import math
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from annlib.autodiff import Value
from annlib.checks._exercise import AnswerFormError, Exercise, Inputs, Mistake, one_of

__all__ = ["EXERCISES"]

Array = npt.NDArray[Any]

# ------------------------------------------------------------------------------------------ 09-1 by hand

BY_HAND = Exercise(
    name="09-1",
    title="Forward and back by hand",
    answer={"values": (-3, 2, 6), "dv": 3, "dc": 3, "db": 9, "da": -1, "ways": 2},
    reveal=False,
    mistakes=(
        Mistake(
            name="sign of u",
            answer={"values": (3, 8, 24)},
            message="b is negative, and so is u = a b.",
        ),
        Mistake(
            name="sum for product in u",
            answer={"values": (2, 7, 21)},
            message="You added a and b. u is their product.",
        ),
        Mistake(
            name="product for sum in v",
            answer={"values": (-3, -15, -45)},
            message="u is right. v is a sum, u + c; you multiplied.",
        ),
        Mistake(
            name="sum for product in L",
            answer={"values": (-3, 2, 5)},
            message="u and v are right. L is a product, v a; you added.",
        ),
        Mistake(
            name="value of v for its slope",
            answer={"dv": 2},
            message="2 is v itself. Asked is how fast L moves with it: by which factor is v multiplied in L?",
        ),
        Mistake(
            name="slope of v for itself",
            answer={"dv": 1},
            message="That is how fast v moves with itself. L = v a moves with v at another rate.",
        ),
        Mistake(
            name="L for the slope of v",
            answer={"dv": 6},
            message="6 is L itself. If v grows by 0.1, by how much does L grow?",
        ),
        Mistake(
            name="local slope of c",
            answer={"dc": 1},
            message=(
                "v moves with c at the rate 1. But asked is L, and L moves with v at another rate: go on."
            ),
        ),
        Mistake(
            name="value of c for its slope",
            answer={"dc": 5},
            message="5 is c itself. Its slope is that of v, times the local slope of v for c.",
        ),
        Mistake(
            name="one factor for b",
            answer={"db": 3},
            message=(
                "One factor is missing. a comes in twice on the way from b to L: once from b to u, and once "
                "from v to L."
            ),
        ),
        Mistake(
            name="multiplied with b itself",
            answer={"db": -3},
            message="You multiplied with b. A product a b moves with b at the rate of the *other* factor.",
        ),
        Mistake(
            name="local slopes added for b",
            answer={"db": 7},
            message="Along a way local slopes are multiplied, not added.",
        ),
        Mistake(
            name="only the direct way",
            answer={"da": 2},
            message="That is the way where a is a factor of L itself. a is also a factor of u.",
        ),
        Mistake(
            name="only the way through u",
            answer={"da": -3},
            message="That is the way through u. a is also a factor of L itself: what comes back there?",
        ),
        Mistake(
            name="ways multiplied",
            answer={"da": -6},
            message="You multiplied the two ways. Ways that meet are added.",
        ),
        Mistake(
            name="ways subtracted",
            answer={"da": 5},
            message=(
                "Both ways are right in size. But the one through u is negative: b is. Add them as they are."
            ),
        ),
        Mistake(
            name="one way",
            answer={"ways": 1},
            message="a is used in two places: in u and in L.",
        ),
        Mistake(
            name="arrows for ways",
            answer={"ways": 3},
            message="You counted arrows or factors. A way leads all the way from L to a.",
        ),
        Mistake(
            name="all arrows",
            answer={"ways": 6},
            message="6 is the number of arrows in the whole graph. How many *ways* lead from L to a?",
        ),
    ),
    hints=(
        "Compute u, v and L first. Then go back: first the slope of L for v, then for u and c.",
        "A product moves with one factor at the rate of the other; a sum moves with each part at the rate 1.",
        "dv = a, and du = dc = dv. Then db = du · a, and a gets v from L and du · b from u: add them.",
    ),
    praise=(
        "a was used twice, so two slopes came back to it: 2 and −3. Whoever writes = instead of += in a "
        "backward pass keeps only one of them."
    ),
)

# ----------------------------------------------------------------------------------- 09-2 to PyTorch


def _some_layer(rng: np.random.Generator) -> Inputs:
    n_in, n_out = (int(size) for size in rng.integers(1, 5, size=2))
    return np.round(rng.normal(size=(n_in, n_out)), 2), np.round(rng.normal(size=n_out), 2)


TO_PYTORCH = Exercise(
    name="09-2",
    title="From annlib to PyTorch",
    answer=lambda W, b: (W.T, b),
    inputs=(
        (np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), np.array([0.1, 0.2, 0.3])),
        (np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0.5, -0.5])),
        (np.array([[1.0], [2.0], [3.0]]), np.array([0.25])),
    ),
    random_inputs=_some_layer,
    may_change_inputs=False,
    mistakes=(
        Mistake(
            name="not turned over",
            answer=lambda W, b: (W, b),
            message=(
                "W is as it was. PyTorch keeps a weight of shape (n_out, n_in), annlib one of (n_in, n_out)."
            ),
        ),
        Mistake(
            name="reshaped",
            answer=lambda W, b: (W.reshape(W.shape[::-1]), b),
            message=(
                "The shape is right, but the numbers are in the wrong places: `reshape` reads them row by "
                "row and fills them in again. What was in row i and column j must be in row j and column i."
            ),
        ),
        Mistake(
            name="square ones left",
            answer=lambda W, b: (W if W.shape[0] == W.shape[1] else W.T, b),
            message="Square matrices are left as they are. There no shape warns you, and they must turn too.",
        ),
        Mistake(
            name="turned by a quarter",
            answer=lambda W, b: (np.rot90(W), b),
            message=(
                "You rotated W, or mirrored it and then put its rows in reverse order. It must be "
                "mirrored at its "
                "diagonal only: the first row becomes the first column."
            ),
        ),
        Mistake(
            name="turned by a quarter, the other way",
            answer=lambda W, b: (np.rot90(W, -1), b),
            message=(
                "You rotated W, or mirrored it and then put its columns in reverse order. It must be "
                "mirrored at "
                "its diagonal only: the first row becomes the first column."
            ),
        ),
        Mistake(
            name="bias as a row",
            answer=lambda W, b: (W.T, b[None, :]),
            message="The weight is right. The bias stays as it is, of shape (n_out,), in both libraries.",
        ),
        Mistake(
            name="bias as a column",
            answer=lambda W, b: (W.T, b[:, None]),
            message="The weight is right. The bias is not turned over: it stays of shape (n_out,).",
        ),
        Mistake(
            name="order exchanged",
            answer=lambda W, b: (b, W.T),
            message="Both parts are right, but in the wrong order: the weight comes first.",
        ),
        Mistake(
            name="bias negated",
            answer=lambda W, b: (W.T, -b),
            message="The bias has the wrong sign. Both libraries *add* it.",
        ),
        Mistake(
            name="bias forgotten",
            answer=lambda W, b: W.T,
            message="Return two things: the weight and the bias.",
        ),
    ),
    hints=(
        (
            "Compare the shapes: a layer with 2 inputs and 3 outputs has a W of (2, 3) here, and of (3, "
            "2) there."
        ),
        "PyTorch computes x @ weight.T + bias. Which weight gives the same as x @ W + b?",
        "`W.T` is W with rows and columns exchanged. The bias is the same in both.",
    ),
    praise=(
        "One letter, and one of the most frequent slips: with a square matrix nothing raises, and the "
        "network "
        "computes something else."
    ),
)

# ---------------------------------------------------------------------------- 09-3 read four trainings

_PANELS = ("A", "B", "C", "D")
_READ = {"right_panel": "B", "kept_panel": "C", "twice_panel": "A", "shuffled_panel": "D"}


def _reading(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one_of(name, value, _PANELS) if name in _READ else value for name, value in answer.items()}


READ = Exercise(
    name="09-3",
    title="Read four trainings",
    answer=_READ | {"floor": -math.log(math.e / (math.e + 9)), "guessing": math.log(10)},
    evaluate=_reading,
    reveal=False,
    rtol=5e-3,
    mistakes=(
        Mistake(
            name="twice and shuffled exchanged",
            answer={"twice_panel": "D", "shuffled_panel": "A"},
            message=(
                "You exchanged these two. With labels in the wrong order there is nothing to learn: the loss "
                "can hardly leave that of guessing. With softmax twice there is, up to the floor."
            ),
        ),
        Mistake(
            name="kept and right exchanged",
            answer={"kept_panel": "B", "right_panel": "C"},
            message="A loss that falls and then climbs out of the picture is not what is wanted.",
        ),
        Mistake(
            name="kept taken for shuffled",
            answer={"kept_panel": "D"},
            message=(
                "In D the loss stays calm, near that of guessing. Gradients that add up push harder and "
                "harder: what does that look like?"
            ),
        ),
        Mistake(
            name="kept taken for twice",
            answer={"kept_panel": "A"},
            message="In A the loss falls steadily, only not far. Gradients that add up overshoot.",
        ),
        Mistake(
            name="twice taken for right",
            answer={"right_panel": "A"},
            message="A learns, but where does it stop? Compare with B, which has the same data and network.",
        ),
        Mistake(
            name="shuffled taken for right",
            answer={"right_panel": "D"},
            message="In D hardly anything is learned: minus the logarithm of a tenth is 2.3.",
        ),
        Mistake(
            name="twice is right",
            answer={"twice_panel": "B"},
            message="B comes near 0. After two softmaxes that is impossible: compute the floor first.",
        ),
        Mistake(
            name="shuffled is right",
            answer={"shuffled_panel": "B"},
            message="B comes near 0: there is something to be learned.",
        ),
        Mistake(
            name="twice explodes",
            answer={"twice_panel": "C"},
            message="C explodes. Softmax twice makes gradients smaller, not larger.",
        ),
        Mistake(
            name="shuffled explodes",
            answer={"shuffled_panel": "C"},
            message="C explodes. Wrong labels alone do not do that at this rate: the loss would just stay.",
        ),
        Mistake(
            name="floor of zero",
            answer={"floor": 0},
            message=(
                "Zero would be the loss of a probability of 1. The second softmax gets at best a 1 and nine "
                "zeros: which probability does it make of that?"
            ),
        ),
        Mistake(
            name="floor without the others",
            answer={"floor": 1},
            message="You left out the nine zeros: each of them adds exp(0) = 1 to the sum below.",
        ),
        Mistake(
            name="floor with ten others",
            answer={"floor": -math.log(math.e / (math.e + 10))},
            message="Besides the right class there are *nine* others.",
        ),
        Mistake(
            name="probability for the loss",
            answer={"floor": math.e / (math.e + 9)},
            message="That is the probability. The loss is minus its logarithm.",
        ),
        Mistake(
            name="sign of the floor",
            answer={"floor": math.log(math.e / (math.e + 9))},
            message="The size of the floor is right. A loss is *minus* a logarithm, so it is positive.",
        ),
        Mistake(
            name="logarithm to base 10",
            answer={"guessing": 1},
            message="That is the logarithm to the base 10. Losses take the natural one, `np.log`.",
        ),
        Mistake(
            name="floor to base 10",
            answer={"floor": -math.log10(math.e / (math.e + 9))},
            message="Your floor is a logarithm to the base 10. Losses take the natural one, `np.log`.",
        ),
        Mistake(
            name="probability of guessing",
            answer={"guessing": 0.1},
            message="A tenth is the probability. The loss is minus its logarithm.",
        ),
        Mistake(
            name="sign of guessing",
            answer={"guessing": -math.log(10)},
            message="The size is right. A cross-entropy is *minus* a logarithm, so it is positive.",
        ),
        Mistake(
            name="guessing between two",
            answer={"guessing": math.log(2)},
            message="That is guessing between two classes. Here there are ten.",
        ),
    ),
    hints=(
        (
            "Begin with the two numbers: below `floor`, softmax twice cannot come; near `guessing`, "
            "nothing is known."
        ),
        (
            "One panel comes near 0, one leaves the picture, and two stay high: which of them is near "
            "`guessing`?"
        ),
        "The floor is −ln(e / (e + 9)), guessing costs −ln(1/10). The panel that leaves the picture adds up.",
    ),
    praise=(
        "No message was given in any of the four. A loss curve and two numbers that you can work out in "
        "advance tell them apart."
    ),
)

# ------------------------------------------------------------------------ 09-4 one gradient out of parts


def _some_parts(rng: np.random.Generator) -> Inputs:
    n_parts, n_params = int(rng.integers(2, 5)), int(rng.integers(1, 4))
    gradients = tuple(np.round(rng.normal(size=n_params) * 3, 1) for _ in range(n_parts))
    return gradients, tuple(int(size) for size in rng.integers(1, 30, size=n_parts))


def _weighted(gradients: Sequence[Array], weights: Sequence[float]) -> Array:
    total: Array = np.sum([w * g for w, g in zip(weights, gradients, strict=True)], axis=0)
    return total


COMBINE = Exercise(
    name="09-4",
    title="One gradient out of many parts",
    answer=lambda gradients, sizes: _weighted(gradients, sizes) / sum(sizes),
    inputs=(
        ((np.array([1.0]), np.array([4.0])), (2, 1)),
        ((np.array([1.0, -2.0]), np.array([3.0, 0.0])), (5, 5)),
        ((np.array([2.0, 0.0, 1.0]), np.array([-1.0, 4.0, 0.0]), np.array([0.5, 0.5, 0.5])), (10, 3, 7)),
        ((np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[0.0, 0.0], [0.0, 8.0]])), (30, 10)),
        ((np.array([7.0, -7.0]),), (4,)),
    ),
    random_inputs=_some_parts,
    mistakes=(
        Mistake(
            name="plain mean",
            answer=lambda gradients, sizes: np.mean(gradients, axis=0),
            message=(
                "You took the plain mean of the parts. Where parts differ in size, the rows of a small part "
                "then count more than those of a large one."
            ),
        ),
        Mistake(
            name="sum of the means",
            answer=lambda gradients, sizes: np.sum(gradients, axis=0),
            message="You added the parts up. Each is a mean already; the whole is a mean as well.",
        ),
        Mistake(
            name="not divided",
            answer=lambda gradients, sizes: _weighted(gradients, sizes),
            message="Weighted with its size each part is a *sum* over its rows. Divide by the rows of all.",
        ),
        Mistake(
            name="divided by the number of parts",
            answer=lambda gradients, sizes: _weighted(gradients, sizes) / len(sizes),
            message="You divided by how many parts there are. It must be how many *rows* there are.",
        ),
        Mistake(
            name="weights turned round",
            answer=lambda gradients, sizes: (
                _weighted(gradients, [1 / n for n in sizes]) / sum(1 / n for n in sizes)
            ),
            message="Your weights are turned round: the part with *more* rows must count more.",
        ),
        Mistake(
            name="sum divided by the rows",
            answer=lambda gradients, sizes: np.sum(gradients, axis=0) / sum(sizes),
            message=(
                "You divided the sum of the parts by all rows. Each part is a mean already: first make it a "
                "sum over its rows again."
            ),
        ),
        Mistake(
            name="divided twice",
            answer=lambda gradients, sizes: _weighted(gradients, sizes) / sum(sizes) / len(sizes),
            message="It is divided once too often: the weights already add up to 1.",
        ),
        Mistake(
            name="divided by the largest",
            answer=lambda gradients, sizes: _weighted(gradients, sizes) / max(sizes),
            message="You divided by the rows of the largest part. It must be the rows of all parts.",
        ),
        Mistake(
            name="the largest part alone",
            answer=lambda gradients, sizes: gradients[int(np.argmax(sizes))],
            message="You took the largest part alone. All of them have looked at rows that count.",
        ),
        Mistake(
            name="mean over everything",
            answer=lambda gradients, sizes: np.mean([w * g for w, g in zip(sizes, gradients, strict=True)]),
            message="One number is left of the gradient. Add up over the *parts* only (axis=0).",
        ),
    ),
    hints=(
        "Each part is a mean over its rows. How do you get from a mean back to a sum?",
        "Size times mean is the sum over the rows of a part. Add these sums up over the parts.",
        "Add up size times gradient over all parts, then divide by the sum of all sizes.",
    ),
    praise=(
        "That is all that happens when a training is shared among machines: each computes the gradient of "
        "its "
        "rows, and the weighted mean is the gradient of all, exactly."
    ),
)

# ----------------------------------------------------------------------- 09-5 a division that remembers


def _some_quotient(rng: np.random.Generator) -> Inputs:
    u, v = np.round(rng.uniform(0.5, 4, size=2) * rng.choice([-1, 1], size=2), 1)
    return float(u), float(v)


DIVIDE = Exercise(
    name="09-5",
    title="A division that remembers",
    answer=lambda u, v: (u / v, 1 / v, -u / v**2),
    inputs=((6.0, 2.0), (1.0, 4.0), (-3.0, 2.0), (5.0, -0.5), (0.0, 3.0)),
    random_inputs=_some_quotient,
    mistakes=(
        Mistake(
            name="sign of the slope for v",
            answer=lambda u, v: (u / v, 1 / v, u / v**2),
            message="The last slope has the wrong sign: if v grows, u / v moves toward 0.",
        ),
        Mistake(
            name="v not squared",
            answer=lambda u, v: (u / v, 1 / v, -u / v),
            message="In the slope for v, v must be squared: the derivative of 1/v is −1/v².",
        ),
        Mistake(
            name="u forgotten",
            answer=lambda u, v: (u / v, 1 / v, -1 / v**2),
            message="In the slope for v, the factor u is missing: u / v is u times 1/v.",
        ),
        Mistake(
            name="slope of 1/v is 1/v²",
            answer=lambda u, v: (u / v, 1 / v, 1 / v**2),
            message="In the slope for v, the factor u and the sign are missing: u / v is u times 1/v.",
        ),
        Mistake(
            name="slopes of a product",
            answer=lambda u, v: (u / v, v, u),
            message="These are the slopes of a product. A quotient is u times 1/v.",
        ),
        Mistake(
            name="slope for u is 1",
            answer=lambda u, v: (u / v, 1.0, -u / v**2),
            message="The slope for u is wrong: if u grows by 1, the quotient grows by less, or by more.",
        ),
        Mistake(
            name="slope for u is v",
            answer=lambda u, v: (u / v, v, -u / v**2),
            message="The slope for u is that of a product. u is *divided* by v here.",
        ),
        Mistake(
            name="slopes exchanged",
            answer=lambda u, v: (u / v, -u / v**2, 1 / v),
            message="Both slopes are right, but in the wrong order: the one for u comes first.",
        ),
        Mistake(
            name="value at the end",
            answer=lambda u, v: (1 / v, -u / v**2, u / v),
            message="All three are right, but in the wrong order: the value comes first.",
        ),
        Mistake(
            name="v over u",
            answer=lambda u, v: (v / u, -v / u**2, 1 / u) if u else (0.0, 0.0, 0.0),
            message="You divided v by u. It is u divided by v.",
        ),
        Mistake(
            name="logarithm",
            answer=lambda u, v: (u / v, 1 / v, u * math.log(abs(v))),
            message=(
                "The slope for v is a logarithm. That is what comes when 1/v is *integrated*; its derivative "
                "is −1/v²."
            ),
        ),
        Mistake(
            name="whole division",
            answer=lambda u, v: (u // v, 1 / v, -u / v**2),
            message="The slopes are right. `//` rounds the value down; the quotient is `u / v`.",
        ),
        Mistake(
            name="only the value",
            answer=lambda u, v: u / v,
            message="The value is right. Return three numbers: the value, and the slopes for u and for v.",
        ),
    ),
    hints=(
        "Hold v still first: u / v is then a fixed number times u.",
        "For the other slope hold u still: u / v is u times v to the power −1.",
        "The slopes are 1/v for u and −u/v² for v.",
    ),
    praise=(
        "With a value and two slopes the division is ready for any graph. That is all that automatic "
        "differentiation ever asks of an operation."
    ),
)

# ------------------------------------------------------------------------------ 09-6 back through any graph

Pairs = tuple[tuple[int, float], ...]
Record = tuple[Pairs, ...]


def _go_back(made_from: Record) -> Array:
    slopes = np.zeros(len(made_from))
    slopes[-1] = 1.0
    for i in reversed(range(len(made_from))):
        for parent, local in made_from[i]:
            slopes[parent] += slopes[i] * local
    return slopes


def _back(
    step: Callable[[Array, int, int, float], None],
    *,
    order: Callable[[int], Sequence[int]] = lambda n: range(n)[::-1],
    start: float = 1.0,
) -> Callable[[Record], Array]:
    """Make a wrong way back from what is done at an arrow, and from the order."""

    def back(made_from: Record) -> Array:
        slopes = np.zeros(len(made_from))
        slopes[-1] = start
        for i in order(len(made_from)):
            for parent, local in made_from[i]:
                step(slopes, i, parent, local)
        return slopes

    return back


def _add(slopes: Array, i: int, parent: int, local: float) -> None:
    slopes[parent] += slopes[i] * local


def _overwrite(slopes: Array, i: int, parent: int, local: float) -> None:
    slopes[parent] = slopes[i] * local


def _add_locals(slopes: Array, i: int, parent: int, local: float) -> None:
    slopes[parent] += slopes[i] + local


def _local_only(slopes: Array, i: int, parent: int, local: float) -> None:
    slopes[parent] += local


def _own_only(slopes: Array, i: int, parent: int, local: float) -> None:
    slopes[parent] += slopes[i]


def _subtract(slopes: Array, i: int, parent: int, local: float) -> None:
    slopes[parent] -= slopes[i] * local


def _as_found(made_from: Record) -> Array:
    """Pass on as soon as a value is found, each value once: some slopes have not arrived yet."""
    slopes = np.zeros(len(made_from))
    slopes[-1] = 1.0
    waiting, seen = [len(made_from) - 1], {len(made_from) - 1}
    while waiting:
        i = waiting.pop(0)
        for parent, local in made_from[i]:
            slopes[parent] += slopes[i] * local
            if parent not in seen:
                seen.add(parent)
                waiting.append(parent)
    return slopes


def _first_arrow(made_from: Record) -> Array:
    return _go_back(tuple(pairs[:1] for pairs in made_from))


def _given_only(made_from: Record) -> Array:
    slopes = _go_back(made_from)
    return np.array([slope for slope, pairs in zip(slopes, made_from, strict=True) if not pairs])


def _end_at_zero(made_from: Record) -> Array:
    slopes = _go_back(made_from)
    slopes[-1] = 0.0
    return slopes


def _set_of_pairs(made_from: Record) -> Array:
    return _go_back(tuple(tuple(dict(pairs).items()) for pairs in made_from))


def _some_record(rng: np.random.Generator) -> Inputs:
    n = int(rng.integers(3, 9))
    n_given = int(rng.integers(1, 3))
    record: list[Pairs] = [() for _ in range(n_given)]
    for i in range(n_given, n):
        parents = rng.integers(0, i, size=int(rng.integers(1, 3)))
        record.append(tuple((int(p), float(np.round(rng.normal() * 2, 1))) for p in parents))
    return (tuple(record),)


_DOUBLINGS: Record = ((), *(((i, 1.0), (i, 1.0)) for i in range(60)))

GO_BACK = Exercise(
    name="09-6",
    title="Back through any graph",
    answer=_go_back,
    inputs=(
        (((), ((0, 3.0),), ((1, -2.0),)),),
        (((), (), ((0, 2.0), (1, 5.0))),),
        (((), ((0, 2.0), (0, 2.0))),),
        (((), ((0, 2.0),), ((0, 1.0),), ((1, 4.0), (2, 3.0))),),
        (((), ((0, 2.0),), ((1, 3.0),), ((2, 1.0), (0, 5.0)), ((0, 1.0), (3, 2.0))),),
        (((), ((0, 1.5),), ((1, 2.0), (0, -1.0)), ((1, 0.5), (2, 2.0))),),
        (((), (), ((1, 4.0),), ((0, 2.0),)),),
        (_DOUBLINGS,),
    ),
    random_inputs=_some_record,
    mistakes=(
        Mistake(
            name="overwritten",
            answer=_back(_overwrite),
            message=(
                "A value that was used twice keeps only one of the slopes that come back to it. They must be "
                "added up: += and not =."
            ),
        ),
        Mistake(
            name="oldest first",
            answer=_back(_add, order=lambda n: range(n)),
            message=(
                "You go from the oldest to the youngest. A value can pass its slope on only when it has it: "
                "begin at the end."
            ),
        ),
        Mistake(
            name="passed on too early",
            answer=_as_found,
            message=(
                "A value passes its slope on as soon as it is found, though more may still come back to it. "
                "Whatever was made from a value has a larger number: go by the numbers, the largest first."
            ),
        ),
        Mistake(
            name="local slopes added",
            answer=_back(_add_locals),
            message="Along an arrow slopes are multiplied: the slope of the value, times the local slope.",
        ),
        Mistake(
            name="local slope alone",
            answer=_back(_local_only),
            message=(
                "You add up local slopes alone. What comes back through an arrow is the local slope *times* "
                "the slope of the value from which the arrow comes."
            ),
        ),
        Mistake(
            name="without local slopes",
            answer=_back(_own_only),
            message="The local slopes are left out: each arrow must multiply with its own.",
        ),
        Mistake(
            name="wrong sign",
            answer=_back(_subtract),
            message="You subtract what comes back. Going back is no descent: slopes are only added up here.",
        ),
        Mistake(
            name="start forgotten",
            answer=_back(_add, start=0.0),
            message="All slopes are 0, because the first one is: the last value moves as fast as itself.",
        ),
        Mistake(
            name="end set to 0",
            answer=_end_at_zero,
            message="All is right but the last entry: the last value moves with itself at the rate 1.",
        ),
        Mistake(
            name="first arrow only",
            answer=_first_arrow,
            message="You look at the first pair of each value only. A sum or a product has two.",
        ),
        Mistake(
            name="doubled arrows once",
            answer=_set_of_pairs,
            message=(
                "Where both pairs of a value have the same parent (as in x + x), you count one of them. Each "
                "pair counts, so do not make a dictionary or a set of them."
            ),
        ),
        Mistake(
            name="given numbers only",
            answer=_given_only,
            message=(
                "Return a slope for *every* value, in the order of their numbers, not only for the given."
            ),
        ),
        Mistake(
            name="last value forgotten",
            answer=_back(_add, order=lambda n: range(n - 1)[::-1]),
            message=(
                "Only the last value has a slope, and it never passes it on. Does the loop leave it out? "
                "Or is "
                "what should be added to the parent added to the value itself?"
            ),
        ),
        Mistake(
            name="first made value forgotten",
            answer=_back(_add, order=lambda n: range(2, n)[::-1]),
            message="The value with the number 1 never passes its slope on: the loop ends one too early.",
        ),
        Mistake(
            name="reversed",
            answer=lambda made_from: _go_back(made_from)[::-1],
            message="The slopes are right, but in reverse order: entry i belongs to the value number i.",
        ),
    ),
    hints=(
        (
            "Begin with zeros for all values and 1 for the last. Then go through the values, from the "
            "last to the first."
        ),
        "For each pair (parent, local slope) of a value: what comes back to the parent along this arrow?",
        "`slopes[parent] += slopes[i] * local`, for i from the largest number down to 0.",
    ),
    praise=(
        "Sixty doublings have more than a billion billion ways, and 120 arrows. That is the difference "
        "between "
        "a rule that is right and an algorithm."
    ),
)

# ------------------------------------------------------------------------------ 09-7 mend a training loop


@dataclass(frozen=True)
class _Formula:
    """A loss of a few parameters; its text is how a learner would write it."""

    text: str
    compute: Callable[[Sequence[Any]], Any]

    def __call__(self, p: Sequence[Any]) -> Any:
        return self.compute(p)

    def __repr__(self) -> str:
        return f"lambda p: {self.text}"


_LOSSES = (
    (_Formula("(p[0] - 3) ** 2", lambda p: (p[0] - 3) ** 2), 1),
    (
        _Formula("(p[0] * p[1] - 1) ** 2 + p[1] ** 2", lambda p: (p[0] * p[1] - 1) ** 2 + p[1] ** 2),
        2,
    ),
    (_Formula("(p[0] + 0.5 * p[1]).softplus() - p[1]", lambda p: (p[0] + 0.5 * p[1]).softplus() - p[1]), 2),
    (
        _Formula("(p[0] * p[1].tanh() - p[2]) ** 2", lambda p: (p[0] * p[1].tanh() - p[2]) ** 2),
        3,
    ),
)
Training = Callable[[_Formula, list[Value], float, int], Any]


def _some_training(rng: np.random.Generator) -> Inputs:
    formula, size = _LOSSES[int(rng.integers(len(_LOSSES)))]
    start = tuple(float(p) for p in np.round(rng.uniform(-1, 1, size=size), 1))
    return formula, start, float(rng.choice([0.05, 0.1, 0.2])), int(rng.integers(2, 6))


def _number(thing: Any) -> Any:
    """Return the number in a value, and anything else as it is."""
    return thing.data if isinstance(thing, Value) else thing


def _run_training(
    answer: Training, loss_of: _Formula, start: tuple[float, ...], rate: float, n_steps: int
) -> Any:
    """Return the losses that the answer returns, and where the parameters are then."""
    params = [Value(number) for number in start]
    losses = answer(loss_of, params, rate, n_steps)
    if losses is None:
        return None
    try:
        numbers = tuple(float(_number(loss)) for loss in losses)
        ends = tuple(float(_number(p.data)) for p in params)
    except (TypeError, ValueError, AttributeError):
        raise AnswerFormError(
            "Return a list of losses, one number for each step, and leave the parameters what they are: "
            f"values whose `data` is a number. Got {losses!r}, and "
            f"parameters with {[p.data for p in params]!r}."
        ) from None
    return numbers, ends


def _training(
    *,
    reset: Callable[[list[Value], int], None] = lambda params, step: None,
    before_update: Callable[[list[Value]], None] = lambda params: None,
    update: Callable[[Value, float], float] = lambda p, rate: p.data - rate * p.grad,
    times: Callable[[int], int] = lambda n: n,
    n_backward: int = 1,
) -> Training:
    """Make a training loop, right or wrong, from its parts."""

    def train(loss_of: _Formula, params: list[Value], rate: float, n_steps: int) -> list[float]:
        losses = []
        for step in range(times(n_steps)):
            reset(params, step)
            loss = loss_of(params)
            for _ in range(n_backward):
                loss.backward()
            before_update(params)
            for p in params:
                p.data = update(p, rate)
            losses.append(loss.data)
        return losses

    return train


def _zero(params: Sequence[Value]) -> None:
    for p in params:
        p.grad = 0.0


def _always(params: list[Value], step: int) -> None:
    _zero(params)


def _zero_numbers(params: list[Value], step: int) -> None:
    for p in params:
        p.data = p.grad = 0.0


def _loss_after(loss_of: _Formula, params: list[Value], rate: float, n_steps: int) -> list[float]:
    losses = []
    for _ in range(n_steps):
        _training(reset=_always)(loss_of, params, rate, 1)
        losses.append(float(loss_of(params).data))
    return losses


def _new_values(loss_of: _Formula, params: list[Value], rate: float, n_steps: int) -> list[float]:
    return list(_training(reset=_always)(loss_of, [Value(p.data) for p in params], rate, n_steps))


def _one_after_the_other(loss_of: _Formula, params: list[Value], rate: float, n_steps: int) -> list[float]:
    losses = []
    for _ in range(n_steps):
        losses.append(float(loss_of(params).data))
        for p in params:
            _zero(params)
            loss_of(params).backward()
            p.data = p.data - rate * p.grad
    return losses


MEND = Exercise(
    name="09-7",
    title="Find and mend the bug",
    answer=_training(reset=_always),
    evaluate=_run_training,
    inputs=(
        (_LOSSES[0][0], (0.0,), 0.1, 3),
        (_LOSSES[1][0], (0.5, -1.0), 0.1, 4),
        (_LOSSES[2][0], (0.5, 1.0), 0.2, 3),
        (_LOSSES[3][0], (0.5, 1.0, 2.0), 0.1, 5),
        (_LOSSES[0][0], (5.0,), 0.1, 1),
    ),
    random_inputs=_some_training,
    mistakes=(
        Mistake(
            name="still broken",
            answer=_training(),
            message=(
                "The bug is still there. `backward` *adds* to each grad: what is in it at the beginning of "
                "the second step?"
            ),
        ),
        Mistake(
            name="zero between backward and update",
            answer=_training(before_update=_zero),
            message="Nothing moves: the gradients are set to zero after `backward`, before they are used.",
        ),
        Mistake(
            name="only the first parameter",
            answer=_training(reset=lambda params, step: _zero(params[:1])),
            message="Only the first parameter is set to zero. All of them keep their old slopes.",
        ),
        Mistake(
            name="only in every second step",
            answer=_training(reset=lambda params, step: _zero(params) if step % 2 == 0 else None),
            message="The gradients are set to zero in every second step only.",
        ),
        Mistake(
            name="uphill",
            answer=_training(reset=_always, update=lambda p, rate: p.data + rate * p.grad),
            message="The gradients are right now, but the step goes uphill: subtract it.",
        ),
        Mistake(
            name="rate forgotten",
            answer=_training(reset=_always, update=lambda p, rate: p.data - p.grad),
            message="The gradients are right now, but the step is not multiplied with the rate.",
        ),
        Mistake(
            name="grad for data",
            answer=_training(reset=_always, update=lambda p, rate: -rate * p.grad),
            message="The new number is the *old one* minus the step. You put the step alone in its place.",
        ),
        Mistake(
            name="numbers set to zero",
            answer=_training(reset=_zero_numbers),
            message="You set the *numbers* of the parameters to zero, not (only) their gradients.",
        ),
        Mistake(
            name="backward twice",
            answer=_training(reset=_always, n_backward=2),
            message="`backward` is called twice in each step, so every slope counts double.",
        ),
        Mistake(
            name="loss after the step",
            answer=_loss_after,
            message="The parameters are right. But the losses are those *after* each step, not before it.",
        ),
        Mistake(
            name="new values",
            answer=_new_values,
            message=(
                "The losses are right, but the caller's parameters have not moved: you trained copies. "
                "Change `p.data` of the values that you were given."
            ),
        ),
        Mistake(
            name="one step too many",
            answer=_training(reset=_always, times=lambda n: n + 1),
            message="There is one step too many.",
        ),
        Mistake(
            name="one step too few",
            answer=_training(reset=_always, times=lambda n: n - 1),
            message="There is one step too few.",
        ),
        Mistake(
            name="one parameter after the other",
            answer=_one_after_the_other,
            message=(
                "You move one parameter and compute the slopes anew before you move the next one. All slopes "
                "of a step belong to one place: first all slopes, then all moves."
            ),
        ),
    ),
    hints=(
        "Print `params[0].grad` after each `backward`, for a loss of one parameter that you know.",
        "`backward` adds. So before it is called, every `grad` must be 0: of all parameters, in each step.",
        "`for p in params: p.grad = 0.0`, at the top of the loop. Everything else can stay.",
    ),
    praise=(
        "In PyTorch this is `optimizer.zero_grad()`. The loop ran before, too, and the loss even fell: such "
        "bugs are found by those who know what should come out."
    ),
)

# ------------------------------------------------------------------------------------ 09-8 forward mode


class _Dual:
    """A number and its slope, carried along."""

    def __init__(self, value: float, slope: float) -> None:
        self.value, self.slope = value, slope

    def __add__(self, other: Any) -> "_Dual":
        other = other if isinstance(other, _Dual) else _Dual(other, 0.0)
        return _Dual(self.value + other.value, self.slope + other.slope)

    def __mul__(self, other: Any) -> "_Dual":
        other = other if isinstance(other, _Dual) else _Dual(other, 0.0)
        return _Dual(self.value * other.value, self.slope * other.value + self.value * other.slope)

    __radd__, __rmul__ = __add__, __mul__


Rule = Callable[[Any, Any], float]


def _dual(
    *,
    add: Rule = lambda u, v: u.slope + v.slope,
    mul: Rule = lambda u, v: u.slope * v.value + u.value * v.slope,
    of_number: float = 0.0,
    sum_: Rule = lambda u, v: u.value + v.value,
    product: Rule = lambda u, v: u.value * v.value,
) -> type:
    """Make a wrong class from its rules."""

    class Wrong:
        def __init__(self, value: float, slope: float) -> None:
            self.value, self.slope = value, slope

        def __add__(self, other: Any) -> Any:
            other = other if isinstance(other, Wrong) else Wrong(other, of_number)
            return Wrong(sum_(self, other), add(self, other))

        def __mul__(self, other: Any) -> Any:
            other = other if isinstance(other, Wrong) else Wrong(other, of_number)
            return Wrong(product(self, other), mul(self, other))

        __radd__, __rmul__ = __add__, __mul__

    return Wrong


@dataclass(frozen=True)
class _OfOne:
    """A formula of one number; its text is how a learner would write it."""

    text: str
    compute: Callable[[Any], Any]

    def __call__(self, x: Any) -> Any:
        return self.compute(x)

    def __repr__(self) -> str:
        return f"lambda x: {self.text}"


_FORMULAS = (
    _OfOne("x + x", lambda x: x + x),
    _OfOne("x * x", lambda x: x * x),
    _OfOne("x + 5", lambda x: x + 5),
    _OfOne("3 * x", lambda x: 3 * x),
    _OfOne("x * x * x + 2 * x", lambda x: x * x * x + 2 * x),
    _OfOne("(x + 1) * (x * 4 + x)", lambda x: (x + 1) * (x * 4 + x)),
    _OfOne("7 + x * (2 + x)", lambda x: 7 + x * (2 + x)),
)


def _some_formula(rng: np.random.Generator) -> Inputs:
    return _FORMULAS[int(rng.integers(len(_FORMULAS)))], float(np.round(rng.uniform(-3, 3), 1))


def _along(answer: Any, formula: _OfOne, x: float) -> Any:
    """Send a number with the slope 1 through a formula; return value and slope of what comes out."""
    start = answer(x, 1.0)
    try:
        end = formula(start)
    except TypeError as error:
        if "unsupported operand" not in str(error):
            raise
        raise AnswerFormError(
            f"The formula {formula.text} cannot be computed: {error}. It needs `+` and `*` between two "
            "objects, and between an object and a plain number, on either side."
        ) from None
    if end is None:
        return None
    try:
        return end.value, end.slope
    except AttributeError:
        raise AnswerFormError(
            f"What comes out of {formula.text} must have a `value` and a `slope`; got {end!r}. Do the "
            "operations return an object of your class?"
        ) from None


DUAL = Exercise(
    name="09-8",
    title="Forward mode: carry the slope along",
    answer=_Dual,
    evaluate=_along,
    inputs=(*tuple((formula, 3.0) for formula in _FORMULAS), (_FORMULAS[4], -1.0), (_FORMULAS[5], 0.0)),
    random_inputs=_some_formula,
    mistakes=(
        Mistake(
            name="product of the slopes",
            answer=_dual(mul=lambda u, v: u.slope * v.slope),
            message="The slope of a product is not the product of the slopes: try x times x, at 3.",
        ),
        Mistake(
            name="only the first half of the product",
            answer=_dual(mul=lambda u, v: u.slope * v.value),
            message="In a product *both* factors move. You let only the first one move.",
        ),
        Mistake(
            name="only the second half of the product",
            answer=_dual(mul=lambda u, v: u.value * v.slope),
            message="In a product *both* factors move. You let only the second one move.",
        ),
        Mistake(
            name="sum of the slopes for a product",
            answer=_dual(mul=lambda u, v: u.slope + v.slope),
            message="That is the rule of a sum. In a product each slope is multiplied with the other factor.",
        ),
        Mistake(
            name="each slope with its own factor",
            answer=_dual(mul=lambda u, v: u.slope * u.value + v.slope * v.value),
            message="Each slope must be multiplied with the *other* factor, not with its own.",
        ),
        Mistake(
            name="minus in the product",
            answer=_dual(mul=lambda u, v: u.slope * v.value - u.value * v.slope),
            message="The minus belongs to a quotient. In a product both parts are added.",
        ),
        Mistake(
            name="numbers move",
            answer=_dual(of_number=1.0),
            message="A plain number does not move with x: its slope is 0, not 1.",
        ),
        Mistake(
            name="numbers and products",
            answer=_dual(mul=lambda u, v: (u.slope * v.value + u.value * v.slope) / (2 if v.slope else 1)),
            message="Your product of two moving factors is half of what it should be: their parts are added.",
        ),
        Mistake(
            name="sum forgets a slope",
            answer=_dual(add=lambda u, v: u.slope),
            message="In a sum both parts move. You keep the slope of the first one only.",
        ),
        Mistake(
            name="slopes multiplied in a sum",
            answer=_dual(add=lambda u, v: u.slope * v.slope),
            message="In a sum the slopes are added, like the values.",
        ),
        Mistake(
            name="product of the values in a sum",
            answer=_dual(sum_=lambda u, v: u.value * v.value),
            message="`__add__` multiplies the values. It belongs to `+`.",
        ),
        Mistake(
            name="sum of the values in a product",
            answer=_dual(product=lambda u, v: u.value + v.value),
            message="`__mul__` adds the values. It belongs to `*`.",
        ),
        Mistake(
            name="slope always 1",
            answer=_dual(add=lambda u, v: 1.0, mul=lambda u, v: 1.0),
            message=(
                "The slope is always 1. Only x moves as fast as itself; what is made from it has its own."
            ),
        ),
    ),
    hints=(
        (
            "Every operation returns a new object: its value as usual, and its slope from values and "
            "slopes of both."
        ),
        (
            "A sum: add the slopes. A product u v: u's slope times v, plus u times v's slope. A plain "
            "number: slope 0."
        ),
        (
            "`__radd__ = __add__` and `__rmul__ = __mul__` serve for a number on the left; turn it into "
            "an object first."
        ),
    ),
    praise=(
        "That is forward mode. It needs no record and no way back; but one walk gives the slopes for *one* "
        "input, so a network with a million weights would need a million walks. Reverse mode needs one."
    ),
)

# ------------------------------------------------------------------------------------ 09-9 fits on workers


def _minutes(fit_minutes: Sequence[float], n_workers: int, last_fit: float) -> float:
    free = [0.0] * n_workers
    for minutes in fit_minutes:
        free[free.index(min(free))] += minutes
    return max(free) + last_fit


def _some_fits(rng: np.random.Generator) -> Inputs:
    n = int(rng.integers(2, 9))
    fits = tuple(float(m) for m in rng.integers(1, 9, size=n))
    return fits, int(rng.integers(1, 6)), float(rng.integers(1, 5))


def _in_rounds(fits: Sequence[float], n: int, last: float) -> float:
    return sum(max(fits[i : i + n]) for i in range(0, len(fits), n)) + last


def _in_turn(fits: Sequence[float], n: int, last: float) -> float:
    return max(sum(fits[i::n]) for i in range(n)) + last


def _in_blocks(fits: Sequence[float], n: int, last: float) -> float:
    return max(float(part.sum()) for part in np.array_split(np.array(fits), n)) + last


WORKERS = Exercise(
    name="09-9",
    title="How long does a search take?",
    answer=_minutes,
    may_change_inputs=True,
    inputs=(
        ((2.0, 2.0, 2.0), 2, 1.0),
        ((1.0, 5.0, 1.0, 1.0, 2.0), 2, 3.0),
        ((4.0, 1.0, 3.0, 2.0), 1, 2.0),
        ((1.0, 1.0, 6.0), 8, 2.0),
        ((1.0, 1.0, 1.0, 1.0, 8.0), 4, 1.0),
        ((3.0, 1.0, 1.0, 4.0, 2.0, 2.0), 3, 5.0),
    ),
    random_inputs=_some_fits,
    mistakes=(
        Mistake(
            name="work divided by workers",
            answer=lambda fit_minutes, n_workers, last_fit: sum(fit_minutes) / n_workers + last_fit,
            message=(
                "You divided all work evenly. A fit cannot be cut into pieces: who has it, does all of it."
            ),
        ),
        Mistake(
            name="everything divided",
            answer=lambda fit_minutes, n_workers, last_fit: (sum(fit_minutes) + last_fit) / n_workers,
            message="You divided all work evenly, the last fit too. A fit cannot be cut into pieces.",
        ),
        Mistake(
            name="last fit forgotten",
            answer=lambda fit_minutes, n_workers, last_fit: _minutes(fit_minutes, n_workers, 0.0),
            message="The last fit, with the best settings, is missing. It begins when all others are done.",
        ),
        Mistake(
            name="last fit beside the others",
            answer=lambda fit_minutes, n_workers, last_fit: _minutes(
                (*fit_minutes, last_fit), n_workers, 0.0
            ),
            message=(
                "You put the last fit into the queue. It needs to know which settings were best, so it must "
                "wait until *all* others are done."
            ),
        ),
        Mistake(
            name="in rounds",
            answer=lambda fit_minutes, n_workers, last_fit: _in_rounds(fit_minutes, n_workers, last_fit),
            message=(
                "You let all workers wait for each other after each round. Who is free takes the next one."
            ),
        ),
        Mistake(
            name="in turn",
            answer=lambda fit_minutes, n_workers, last_fit: _in_turn(fit_minutes, n_workers, last_fit),
            message=(
                "You deal the fits out like cards, in turn. The next one goes to the worker that is free "
                "*first*."
            ),
        ),
        Mistake(
            name="in blocks",
            answer=lambda fit_minutes, n_workers, last_fit: _in_blocks(fit_minutes, n_workers, last_fit),
            message="You give each worker a block of fits in advance. Who is free takes the next one.",
        ),
        Mistake(
            name="longest first",
            answer=lambda fit_minutes, n_workers, last_fit: _minutes(
                sorted(fit_minutes, reverse=True), n_workers, last_fit
            ),
            message="You sorted the fits, the longest first. That would be wise, but they come as they come.",
        ),
        Mistake(
            name="shortest first",
            answer=lambda fit_minutes, n_workers, last_fit: _minutes(
                sorted(fit_minutes), n_workers, last_fit
            ),
            message=(
                "You sorted the fits, the shortest first. They are taken in the order in which they come."
            ),
        ),
        Mistake(
            name="rounds of the longest",
            answer=lambda fit_minutes, n_workers, last_fit: (
                math.ceil(len(fit_minutes) / n_workers) * max(fit_minutes) + last_fit
            ),
            message="You count rounds as long as the longest fit. Most fits are shorter.",
        ),
        Mistake(
            name="the longest alone",
            answer=lambda fit_minutes, n_workers, last_fit: max(fit_minutes) + last_fit,
            message="That is with as many workers as fits. Here some may have to do several.",
        ),
        Mistake(
            name="one worker",
            answer=lambda fit_minutes, n_workers, last_fit: sum(fit_minutes) + last_fit,
            message="That is one worker alone. The others work at the same time.",
        ),
        Mistake(
            name="minimum at the end",
            answer=lambda fit_minutes, n_workers, last_fit: _first_done(fit_minutes, n_workers) + last_fit,
            message="You start the last fit when the *first* worker has nothing to do. It waits for all.",
        ),
    ),
    hints=(
        "Keep a list with one entry for each worker: from which minute on it is free. At first all are 0.",
        "For each fit: find the worker that is free first, and add the minutes of the fit to its entry.",
        "`free.index(min(free))` finds the worker. In the end it is the largest entry, plus the last fit.",
    ),
    praise=(
        "With this function you can say in advance whether more machines would help. Often a better order "
        "helps more: the longest fits first."
    ),
)


def _first_done(fit_minutes: Sequence[float], n_workers: int) -> float:
    free = [0.0] * n_workers
    for minutes in fit_minutes:
        free[free.index(min(free))] += minutes
    return min(free)


# ------------------------------------------------------------------------------ 09-10 project: a grid search

Rows = Array
Folds = tuple[Rows, ...]


@dataclass(frozen=True)
class _Trainer:
    """A made-up training: its score depends on the setting and on the rows, best on rows that it has seen."""

    seed: int

    def __call__(self, setting: float, train_rows: Any, test_rows: Any) -> float:
        train, test = (
            _row_numbers(name, rows) for name, rows in (("train", train_rows), ("test", test_rows))
        )
        shared = len(set(train) & set(test)) / len(test)  # rows that it has seen before
        rng = np.random.default_rng([self.seed, zlib.crc32(repr((float(setting), train, test)).encode())])
        quality = float(np.random.default_rng([self.seed, round(1000 * float(setting))]).uniform(0, 0.2))
        return round(0.6 + quality + 0.1 * shared + 0.002 * len(train) + float(rng.uniform(-0.1, 0.1)), 4)

    def __repr__(self) -> str:
        return f"<training number {self.seed}>"


def _row_numbers(name: str, rows: Any) -> tuple[int, ...]:
    """Return the numbers of some rows, in order, or say what is wrong with them."""
    try:
        numbers = np.asarray(rows)
        if numbers.ndim != 1 or not len(numbers) or not np.issubdtype(numbers.dtype, np.integer):
            raise ValueError
    except ValueError:
        raise AnswerFormError(
            f"`train_and_score` was called with {name} rows that are no row numbers, one after the other: "
            f"{rows!r}. `np.concatenate` joins several folds into one array."
        ) from None
    return tuple(sorted(int(number) for number in numbers))


Search = Callable[[_Trainer, tuple[float, ...], Folds], Any]


def _others(folds: Folds, k: int) -> Rows:
    return np.concatenate([fold for i, fold in enumerate(folds) if i != k])


def _scores(
    train_and_score: _Trainer,
    settings: tuple[float, ...],
    folds: Folds,
    split: Callable[[Folds, int], tuple[Rows, Rows]] = lambda folds, k: (_others(folds, k), folds[k]),
) -> Array:
    return np.array([[train_and_score(s, *split(folds, k)) for k in range(len(folds))] for s in settings])


def _search(train_and_score: _Trainer, settings: tuple[float, ...], folds: Folds) -> tuple[Array, float]:
    means = _scores(train_and_score, settings, folds).mean(axis=1)
    return means, settings[int(means.argmax())]


def _from_scores(choose: Callable[[Array, tuple[float, ...]], Any]) -> Search:
    """Make a wrong search from what is made of the table of scores."""

    def search(train_and_score: _Trainer, settings: tuple[float, ...], folds: Folds) -> Any:
        return choose(_scores(train_and_score, settings, folds), settings)

    return search


def _split_by(split: Callable[[Folds, int], tuple[Rows, Rows]]) -> Search:
    """Make a wrong search from other rows to train on and to ask about."""

    def search(train_and_score: _Trainer, settings: tuple[float, ...], folds: Folds) -> Any:
        means = _scores(train_and_score, settings, folds, split).mean(axis=1)
        return means, settings[int(means.argmax())]

    return search


def _columns(table: Array, settings: tuple[float, ...]) -> Any:
    means = table.mean(axis=0)
    return means, settings[min(int(means.argmax()), len(settings) - 1)]


def _some_search(rng: np.random.Generator) -> Inputs:
    n_settings, n_folds = int(rng.integers(2, 5)), int(rng.integers(2, 5))
    settings = tuple(float(s) for s in rng.permutation([0.001, 0.003, 0.01, 0.03, 0.1])[:n_settings])
    rows = rng.permutation(int(rng.integers(2 * n_folds, 6 * n_folds)))
    return _Trainer(int(rng.integers(1000))), settings, tuple(np.array_split(rows, n_folds))


def _folds(n_rows: int, n_folds: int) -> Folds:
    return tuple(np.array_split(np.arange(n_rows), n_folds))


SEARCH = Exercise(
    name="09-10",
    title="Project: a grid search of your own",
    answer=_search,
    inputs=(
        (_Trainer(1), (0.01, 0.1), _folds(6, 2)),
        (_Trainer(2), (0.001, 0.01, 0.1), _folds(9, 3)),
        (_Trainer(3), (0.1, 0.03, 0.01), _folds(10, 4)),
        (_Trainer(7), (0.3, 0.1, 0.03, 0.01), _folds(15, 5)),
    ),
    random_inputs=_some_search,
    mistakes=(
        Mistake(
            name="trained on all rows",
            answer=_split_by(lambda folds, k: (np.concatenate(folds), folds[k])),
            message=(
                "You train on *all* rows, also on those that you ask about afterwards. Leave the fold out "
                "that is asked about: the network must not have seen it."
            ),
        ),
        Mistake(
            name="asked about the training rows",
            answer=_split_by(lambda folds, k: (_others(folds, k), _others(folds, k))),
            message="You ask about the rows that were trained on. Ask about the fold that was left out.",
        ),
        Mistake(
            name="trained and asked on the fold",
            answer=_split_by(lambda folds, k: (folds[k], folds[k])),
            message="You train on one fold and ask about the same one. Train on the *other* folds.",
        ),
        Mistake(
            name="exchanged",
            answer=_split_by(lambda folds, k: (folds[k], _others(folds, k))),
            message="You train on one fold and ask about all others. It is the other way round.",
        ),
        Mistake(
            name="all for all",
            answer=_split_by(lambda folds, k: (np.concatenate(folds), np.concatenate(folds))),
            message="You train on all rows and ask about all rows. What is a fold for?",
        ),
        Mistake(
            name="trained on the next fold only",
            answer=_split_by(lambda folds, k: (folds[(k + 1) % len(folds)], folds[k])),
            message="You train on one other fold only. Train on *all* that are not left out, together.",
        ),
        Mistake(
            name="first fold only",
            answer=_from_scores(lambda table, settings: (table[:, 0], settings[int(table[:, 0].argmax())])),
            message="You leave out the first fold only. Each fold is left out once; then take the mean.",
        ),
        Mistake(
            name="last fold only",
            answer=_from_scores(lambda table, settings: (table[:, -1], settings[int(table[:, -1].argmax())])),
            message="Only the last fold counts: is the score overwritten in the loop? Take the mean of all.",
        ),
        Mistake(
            name="one fold forgotten",
            answer=_from_scores(
                lambda table, settings: (
                    table[:, :-1].mean(axis=1),
                    settings[int(table[:, :-1].mean(axis=1).argmax())],
                )
            ),
            message="The last fold is never left out: the loop ends one too early.",
        ),
        Mistake(
            name="sums",
            answer=_from_scores(
                lambda table, settings: (table.sum(axis=1), settings[int(table.sum(axis=1).argmax())])
            ),
            message="The choice is right. But the scores are added up; return their *means* over the folds.",
        ),
        Mistake(
            name="worst chosen",
            answer=_from_scores(
                lambda table, settings: (table.mean(axis=1), settings[int(table.mean(axis=1).argmin())])
            ),
            message=(
                "The means are right, but you chose the lowest. It is a score, not a loss: more is better."
            ),
        ),
        Mistake(
            name="best single fold chosen",
            answer=_from_scores(
                lambda table, settings: (table.mean(axis=1), settings[int(table.max(axis=1).argmax())])
            ),
            message=(
                "The means are right, but you chose by the best *single* fold. That rewards luck; choose by "
                "the mean."
            ),
        ),
        Mistake(
            name="best worst fold chosen",
            answer=_from_scores(
                lambda table, settings: (table.mean(axis=1), settings[int(table.min(axis=1).argmax())])
            ),
            message="The means are right, but you chose by the worst fold. Asked is the best mean.",
        ),
        Mistake(
            name="best of each setting",
            answer=_from_scores(
                lambda table, settings: (table.max(axis=1), settings[int(table.max(axis=1).argmax())])
            ),
            message="You keep the best fold of each setting. That is luck; take the mean over the folds.",
        ),
        Mistake(
            name="median",
            answer=_from_scores(
                lambda table, settings: (
                    np.median(table, axis=1),
                    settings[int(np.median(table, axis=1).argmax())],
                )
            ),
            message="These are medians. Asked are the means over the folds.",
        ),
        Mistake(
            name="index for setting",
            answer=_from_scores(
                lambda table, settings: (table.mean(axis=1), int(table.mean(axis=1).argmax()))
            ),
            message="The means are right. Return the best *setting* itself, not its place in the list.",
        ),
        Mistake(
            name="score for setting",
            answer=_from_scores(lambda table, settings: (table.mean(axis=1), table.mean(axis=1).max())),
            message="The means are right. Return the best *setting*, not its score.",
        ),
        Mistake(
            name="last setting",
            answer=_from_scores(lambda table, settings: (table.mean(axis=1), settings[-1])),
            message="The means are right. But the setting is always the last one: is it kept in the loop?",
        ),
        Mistake(
            name="first setting",
            answer=_from_scores(lambda table, settings: (table.mean(axis=1), settings[0])),
            message="The means are right. But the setting is always the first one.",
        ),
        Mistake(
            name="means over the settings",
            answer=_from_scores(_columns),
            message="You took the mean over the settings, for each fold. It must be the other way round.",
        ),
        Mistake(
            name="order exchanged",
            answer=_from_scores(
                lambda table, settings: (settings[int(table.mean(axis=1).argmax())], table.mean(axis=1))
            ),
            message="Both parts are right, but in the wrong order: the means come first.",
        ),
    ),
    hints=(
        "Two loops: over the settings, and for each of them over the folds that are left out in turn.",
        "For the fold k, the rows to train on are all the others, joined: `np.concatenate([...])`.",
        (
            "Collect the scores of a setting in a list, take `np.mean`, and keep the setting with the "
            "largest mean."
        ),
    ),
    praise=(
        "That is GridSearchCV, in ten lines. Every call of `train_and_score` is independent of all "
        "others, and "
        "so they can be sent to as many machines as there are calls."
    ),
)

EXERCISES: tuple[Exercise, ...] = (
    BY_HAND,
    TO_PYTORCH,
    READ,
    COMBINE,
    DIVIDE,
    GO_BACK,
    MEND,
    DUAL,
    WORKERS,
    SEARCH,
)
