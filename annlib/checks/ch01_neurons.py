"""The exercises of chapter 1: from one neuron by hand to a small network that knows the inside of a triangle.

Each is declared once: the reference answer, what it is tried on, the known mistakes, the hints. The notebook
that learners open is ``exercises/01-neurons.ipynb``; its source is ``solutions/01-neurons.ipynb``. Inputs on
a threshold are multiples of 1/2, so that every order of summation gives exactly the same sign.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from annlib.checks._exercise import AnswerFormError, Exercise, Inputs, Mistake

__all__ = ["EXERCISES"]

Array = npt.NDArray[np.float64]

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def _step(z: Any) -> Array:
    return np.where(np.asarray(z) >= 0, 1.0, 0.0)


def _sigmoid(z: Array) -> Array:
    result: Array = 1 / (1 + np.exp(-z))
    return result


def _relu(z: Array) -> Array:
    result: Array = np.maximum(z, 0.0)
    return result


# ------------------------------------------------------------------------------------------ 01-1 by hand

BY_HAND = Exercise(
    name="01-1",
    title="One neuron by hand",
    answer={"z": 0.5, "output": 1},
    reveal=False,
    mistakes=(
        Mistake(
            name="no bias",
            answer={"z": 1.5},
            message=(
                "Your z is the weighted sum alone. A neuron adds one more number before it decides: which?"
            ),
        ),
        Mistake(
            name="bias subtracted",
            answer={"z": 2.5},
            message=(
                "The bias went in with the wrong sign. It is added, whatever its own sign is; "
                "adding a negative number makes z smaller."
            ),
        ),
        Mistake(
            name="no weights",
            answer={"z": 2.0},
            message=(
                "You added the features as they are. Each feature counts only as much as its weight says."
            ),
        ),
        Mistake(
            name="bias added for each weight",
            answer={"z": -1.5},
            message=(
                "You added the bias three times, once for each feature. A neuron has one bias, added once."
            ),
        ),
        Mistake(
            name="sign of a product lost",
            answer={"z": 6.5},
            message=(
                "One product has lost its minus sign: a negative weight *lowers* z when its feature is on."
            ),
        ),
        Mistake(
            name="output is z itself",
            answer={"z": 0.5, "output": 0.5},
            message=(
                "Your z is right, but it is not the output yet: the step function has only two values. "
                "Which side of its threshold is z on?"
            ),
        ),
        Mistake(
            name="wrong side of the threshold",
            answer={"z": 0.5, "output": 0},
            message=(
                "Your z is right. Now look again at the definition of step: "
                "what does it say for a z like yours?"
            ),
        ),
    ),
    hints=(
        "A neuron does three things in this order: multiply, add up, decide.",
        (
            "Write the three products of feature and weight in one line, keep "
            "their signs, and put the bias behind them."
        ),
        "z = x1 * w1 + x2 * w2 + x3 * w3 + b; then ask only whether z is below 0 or not.",
    ),
    praise=(
        "Multiply, add up, add the bias, decide: this is all that a neuron ever does. "
        "The rest of the course is about many of them, and about finding the weights."
    ),
)

# --------------------------------------------------------------------------------------- 01-2 one record


def _neuron(x: Array, w: Array, b: float) -> Array:
    return _step(x @ w + b)


def _one_record(rng: np.random.Generator) -> Inputs:
    n_features = int(rng.integers(2, 6))
    return rng.normal(size=n_features), rng.normal(size=n_features), float(np.round(rng.normal(), 3))


ONE_RECORD = Exercise(
    name="01-2",
    title="A neuron for one record",
    answer=_neuron,
    inputs=(
        (np.array([1.0, 2.0]), np.array([1.0, 1.0]), -1.5),
        (np.array([1.0, 2.0]), np.array([2.0, -1.5]), 0.0),
        (np.array([1.0, 1.0]), np.array([0.5, 0.5]), -1.0),  # z is exactly 0
        (np.array([1.0, 1.0]), np.array([0.5, 0.5]), -1.0078125),  # a hair below 0
        (np.array([2.0, 1.0]), np.array([-0.5, -0.5]), 1.5078125),  # a hair above 0
        (np.array([0.0, 0.0, 0.0]), np.array([1.0, -2.0, 3.0]), 0.5),
        (np.array([4.0]), np.array([-0.5]), 1.5),
    ),
    random_inputs=_one_record,
    mistakes=(
        Mistake(
            name="no bias",
            answer=lambda x, w, b: _step(x @ w),
            message=(
                "Your neuron ignores `b`. Without a bias, a record of zeros "
                "gets the same answer from every neuron."
            ),
        ),
        Mistake(
            name="bias subtracted",
            answer=lambda x, w, b: _step(x @ w - b),
            message=(
                "The bias is subtracted. Some books write a threshold that is subtracted; "
                "here the bias is *added* to the weighted sum, so a larger "
                "bias makes the neuron fire more easily."
            ),
        ),
        Mistake(
            name="bias added for each weight",
            answer=lambda x, w, b: _step((x * w + b).sum()),
            message=(
                "The bias is added once for each weight, because it stands inside the sum. "
                "It belongs to the neuron, not to a feature: how often must it be added? "
                "(A mean of the products in place of their sum goes wrong in the same way.)"
            ),
        ),
        Mistake(
            name="strict threshold",
            answer=lambda x, w, b: np.where(x @ w + b > 0, 1, 0),
            message=(
                "Only one case is wrong: z is exactly 0. "
                "Look up in the chapter on which side of the step the 0 belongs."
            ),
        ),
        Mistake(
            name="step upside down",
            answer=lambda x, w, b: np.where(x @ w + b <= 0, 1, 0),
            message=(
                "Your neuron fires where it should rest: compare the "
                "direction of your inequality with step's."
            ),
        ),
        Mistake(
            name="activation forgotten",
            answer=lambda x, w, b: x @ w + b,
            message=(
                "This is z, the weighted sum plus the bias. The neuron has not decided yet: "
                "its activation, the step, is missing."
            ),
        ),
        Mistake(
            name="weighted sum alone",
            answer=lambda x, w, b: x @ w,
            message="This is the weighted sum alone. Two steps of the neuron are still missing: which?",
        ),
        Mistake(
            name="no weights",
            answer=lambda x, w, b: _step(x.sum() + b),
            message="You add up the features without their weights, so every feature counts the same.",
        ),
        Mistake(
            name="weights added to the features",
            answer=lambda x, w, b: _step((x + w).sum() + b),
            message=(
                "You *add* weights and features. A weight says how much a feature counts: that is a factor."
            ),
        ),
        Mistake(
            name="one decision per feature",
            answer=lambda x, w, b: _step(x * w + b),
            message=(
                "You return one number for each feature. A neuron listens to all features, "
                "adds what they say, and gives *one* answer."
            ),
        ),
        Mistake(
            name="sigmoid for step",
            answer=lambda x, w, b: _sigmoid(x @ w + b),
            message="This is the sigmoid of z, between 0 and 1. Here the neuron decides with the step.",
        ),
        Mistake(
            name="sign for step",
            answer=lambda x, w, b: np.sign(x @ w + b),
            message=(
                "This is the sign of z, with three values: −1, 0 and 1. The step has only two, and at z = 0 "
                "it fires."
            ),
        ),
        Mistake(
            name="ReLU for step",
            answer=lambda x, w, b: _relu(x @ w + b),
            message="You return z itself where it is above 0: that is a ReLU. The step says only 1 or 0.",
        ),
        Mistake(
            name="minus one for rest",
            answer=lambda x, w, b: np.where(x @ w + b >= 0, 1, -1),
            message="The decision is right, but a neuron at rest gives 0 with our step; yours gives −1.",
        ),
        Mistake(
            name="first feature only",
            answer=lambda x, w, b: _step(x[0] * w[0] + b),
            message=(
                "Your neuron hears the first feature only. If you wrote a loop: is `return` "
                "inside it, so that the first round is also the last?"
            ),
        ),
        Mistake(
            name="last feature left out",
            answer=lambda x, w, b: _step(x[:-1] @ w[:-1] + b),
            message=(
                "The last feature is left out. If you wrote a loop: `range(n)` ends *before* n, "
                "so there is nothing to take away from it."
            ),
        ),
        Mistake(
            name="always fires",
            answer=lambda x, w, b: 1.0,
            message="Your neuron says 1 whatever it gets. What decides between 1 and 0?",
        ),
        Mistake(
            name="never fires",
            answer=lambda x, w, b: 0.0,
            message="Your neuron says 0 whatever it gets. What decides between 1 and 0?",
        ),
    ),
    hints=(
        "Multiply each entry of `x` with the entry of `w` at the same place, and add up what you get.",
        "`x @ w` is that whole sum in one step. Add the bias to the sum, not to the products.",
        "Compute `z = x @ w + b`; then return 1 if z is at least 0, else 0 (an `if`, or `np.where`).",
    ),
    praise="Your function is a whole neuron, for any number of features.",
)

# -------------------------------------------------------------------------------------------- 01-3 a batch


def _neuron_batch(X: Array, w: Array, b: float) -> Array:
    return _sigmoid(X @ w + b)


def _batch(rng: np.random.Generator) -> Inputs:
    n, n_in = (int(size) for size in rng.integers(1, 6, size=2))
    return rng.normal(size=(n, n_in)), rng.normal(size=n_in), float(np.round(rng.normal(), 3))


BATCH = Exercise(
    name="01-3",
    title="A neuron for a batch of records",
    answer=_neuron_batch,
    may_change_inputs=False,
    inputs=(
        (np.array([[1.0, 2.0], [3.0, 4.0], [0.0, 0.0]]), np.array([0.5, -1.0]), 0.25),
        (np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([1.0, 0.5]), -1.0),  # as many records as features
        (np.array([[2.0, -1.0, 0.5]]), np.array([1.0, 2.0, -1.0]), 0.5),  # a batch of one
        (np.arange(12.0).reshape(3, 4) / 6 - 1, np.array([1.0, -2.0, 0.5, 1.5]), 0.0),
    ),
    random_inputs=_batch,
    mistakes=(
        Mistake(
            name="no bias",
            answer=lambda X, w, b: _sigmoid(X @ w),
            message="The bias is missing: every record's sum is too small or too large by the same amount.",
        ),
        Mistake(
            name="bias subtracted",
            answer=lambda X, w, b: _sigmoid(X @ w - b),
            message=(
                "The bias is subtracted. Here it is added to the weighted sum. (If your sum stands in the "
                "exponent: the minus of −z is meant for the whole of z, so z needs parentheses.)"
            ),
        ),
        Mistake(
            name="bias added for each weight",
            answer=lambda X, w, b: _sigmoid((X * w + b).sum(axis=1)),
            message=(
                "The bias stands inside the sum, so it is added once for "
                "each feature instead of once a record."
            ),
        ),
        Mistake(
            name="bias outside the activation",
            answer=lambda X, w, b: _sigmoid(X @ w) + b,
            message=(
                "The bias is added after the sigmoid, so the output can leave the range from 0 to 1. "
                "It must act *before* the neuron decides."
            ),
        ),
        Mistake(
            name="activation forgotten",
            answer=lambda X, w, b: X @ w + b,
            message=(
                "These are the sums z. The activation is missing: a sigmoid gives numbers between 0 and 1."
            ),
        ),
        Mistake(
            name="weighted sums alone",
            answer=lambda X, w, b: X @ w,
            message="These are the weighted sums alone. Both the bias and the activation are still missing.",
        ),
        Mistake(
            name="sigmoid upside down",
            answer=lambda X, w, b: _sigmoid(-(X @ w + b)),
            message="Your sigmoid falls where it should rise. Look at the sign in the exponent.",
        ),
        Mistake(
            name="step for sigmoid",
            answer=lambda X, w, b: _step(X @ w + b),
            message="Your outputs are only 0 and 1: this is the step. The task asks for the sigmoid.",
        ),
        Mistake(
            name="decision for sigmoid",
            answer=lambda X, w, b: _sigmoid(X @ w + b) > 0.5,
            message=("Your outputs are only yes and no. The sigmoid's value itself is asked for."),
        ),
        Mistake(
            name="parentheses of the sigmoid",
            answer=lambda X, w, b: 1 / 1 + np.exp(-(X @ w + b)),
            message=(
                "Your outputs are larger than 1, and a sigmoid's never are. Python divides before it adds: "
                "what must be in parentheses?"
            ),
        ),
        Mistake(
            name="sigmoid twice",
            answer=lambda X, w, b: _sigmoid(_sigmoid(X @ w + b)),
            message=(
                "Your outputs lie between 0.5 and 0.73, whatever z is: they go through the sigmoid twice."
            ),
        ),
        Mistake(
            name="tanh for sigmoid",
            answer=lambda X, w, b: np.tanh(X @ w + b),
            message="This is tanh, which goes from −1 to 1. The sigmoid goes from 0 to 1.",
        ),
        Mistake(
            name="ReLU for sigmoid",
            answer=lambda X, w, b: _relu(X @ w + b),
            message="This is ReLU: negative sums became 0. The task asks for the sigmoid.",
        ),
        Mistake(
            name="mean for sum",
            answer=lambda X, w, b: _sigmoid((X * w).mean(axis=1) + b),
            message="You take the mean of the products. A neuron adds them up.",
        ),
        Mistake(
            name="first record only",
            answer=lambda X, w, b: _sigmoid(X[0] @ w + b),
            message=(
                "You return the output of the first record only. If you wrote a loop: is `return` inside it?"
            ),
        ),
        Mistake(
            name="sum over the records",
            answer=lambda X, w, b: _sigmoid((X * w).sum(axis=0) + b),
            message=(
                "You add up down the columns, over the records, and get one number for each feature. "
                "Each record must be summed over *its own* features: which axis is that?"
            ),
        ),
        Mistake(
            name="everything in one sum",
            answer=lambda X, w, b: _sigmoid((X * w).sum() + b),
            message=(
                "All records flow into one sum. Each record needs an answer "
                "of its own: sum along one axis only."
            ),
        ),
        Mistake(
            name="a column instead of a row of outputs",
            answer=lambda X, w, b: _sigmoid(X @ w.reshape(-1, 1) + b),
            message=(
                "The numbers are right, but they stand in a column of shape (n, 1) instead of (n,). "
                "This difference is harmless here and a trap later: compared with labels of shape (n,), "
                "a column gives a table of n x n."
            ),
        ),
        Mistake(
            name="X transposed",
            answer=lambda X, w, b: _sigmoid(X.T @ w + b),
            message=(
                "The sum runs over the records instead of the features: `X` is transposed, "
                "or it stands on the wrong side of `@`. "
                "A product joins the *columns* of the left factor with `w`, so what must the columns be?"
            ),
        ),
    ),
    hints=(
        (
            "What you did for one record must happen for each row of `X`. A "
            "loop over the rows is a right answer too."
        ),
        "`X @ w` with the shapes (n, n_in) and (n_in,) gives the n weighted sums at once.",
        "Put `z = X @ w + b` into `1 / (1 + np.exp(-z))`.",
    ),
    praise="One product, n answers: the bias is broadcast to every record, and no loop is needed.",
)

# -------------------------------------------------------------------------------------------- 01-4 a layer


def _layer(X: Array, W: Array, b: Array) -> Array:
    return _relu(X @ W + b)


def _layer_inputs(rng: np.random.Generator) -> Inputs:
    n, n_in, n_out = (int(size) for size in rng.integers(1, 6, size=3))
    if rng.random() < 0.4:  # square cases, where a wrong product or a wrong broadcast raises no error
        n = n_in = n_out
    return rng.normal(size=(n, n_in)), rng.normal(size=(n_in, n_out)), rng.normal(size=n_out)


LAYER = Exercise(
    name="01-4",
    title="A layer",
    answer=_layer,
    inputs=(
        (
            np.array([[1.0, 2.0], [3.0, 4.0]]),
            np.array([[1.0, -1.0], [0.5, 1.0]]),
            np.array([-2.5, 0.5]),
        ),
        (
            np.array([[1.0, 0.0, -1.0], [2.0, 1.0, 0.5], [0.0, 0.0, 0.0], [-1.0, 2.0, 3.0]]),
            np.array([[1.0, 2.0], [-1.0, 0.5], [0.5, -1.0]]),
            np.array([0.25, -0.5]),
        ),
        (np.array([[1.0, -2.0]]), np.array([[0.5], [0.25]]), np.array([1.0])),
        (
            np.array([[1.0, -2.0], [2.0, 1.0]]),
            np.array([[0.5], [0.25]]),
            np.array([2.0**-11]),
        ),  # hardly above 0
    ),
    random_inputs=_layer_inputs,
    n_random=30,
    mistakes=(
        Mistake(
            name="no bias",
            answer=lambda X, W, b: _relu(X @ W),
            message="The biases are missing. Each neuron of the layer has one: `b` holds n_out of them.",
        ),
        Mistake(
            name="bias subtracted",
            answer=lambda X, W, b: _relu(X @ W - b),
            message="The biases are subtracted. Here they are added.",
        ),
        Mistake(
            name="W transposed",
            answer=lambda X, W, b: _relu(X @ W.T + b),
            message=(
                "`W` is transposed. Here its rows belong to the inputs and its "
                "columns to the neurons, (n_in, n_out), "
                "so that the inner numbers of the two shapes meet. With a "
                "square `W` no error warns you of this."
            ),
        ),
        Mistake(
            name="factors exchanged",
            answer=lambda X, W, b: _relu(W @ X + b),
            message=(
                "The two factors are in the wrong order; a matrix product is not the same both ways round. "
                "The records must stay the rows of the result."
            ),
        ),
        Mistake(
            name="elementwise product",
            answer=lambda X, W, b: _relu(X * W + b),
            message=(
                "`*` multiplies entry by entry. A layer needs the matrix "
                "product, which multiplies *and* adds up."
            ),
        ),
        Mistake(
            name="bias as a column",
            answer=lambda X, W, b: _relu(X @ W + b.reshape(-1, 1)),
            message=(
                "The biases stand in a column, so they are handed out to the"
                " *records* instead of the neurons. "
                "NumPy raises no error where the sizes happen to agree."
            ),
        ),
        Mistake(
            name="biases added up",
            answer=lambda X, W, b: _relu(X @ W + b.sum()),
            message="Every neuron gets the sum of all biases. Each neuron has its own.",
        ),
        Mistake(
            name="activation forgotten",
            answer=lambda X, W, b: X @ W + b,
            message="These are the sums z; some are negative. The activation ReLU is missing.",
        ),
        Mistake(
            name="weighted sums alone",
            answer=lambda X, W, b: X @ W,
            message="These are the weighted sums alone. The biases and the activation are still missing.",
        ),
        Mistake(
            name="W transposed and no activation",
            answer=lambda X, W, b: X @ W.T + b,
            message=(
                "Two things went wrong. `W` is transposed: its columns, not its rows, are the neurons. "
                "And the activation ReLU is missing."
            ),
        ),
        Mistake(
            name="bias outside the activation",
            answer=lambda X, W, b: _relu(X @ W) + b,
            message="The biases are added after the ReLU. They belong to the sum, before the activation.",
        ),
        Mistake(
            name="absolute value",
            answer=lambda X, W, b: np.abs(X @ W + b),
            message=(
                "Negative sums come out positive: this is the absolute value. What does ReLU do with them?"
            ),
        ),
        Mistake(
            name="step for ReLU",
            answer=lambda X, W, b: _step(X @ W + b),
            message=(
                "Your outputs are only 0 and 1: this is the step. ReLU lets"
                " positive sums through as they are."
            ),
        ),
        Mistake(
            name="ReLU turned round",
            answer=lambda X, W, b: np.minimum(X @ W + b, 0),
            message="You keep the negative sums and cut the positive ones: it must be the other way round.",
        ),
        Mistake(
            name="one maximum for all",
            answer=lambda X, W, b: np.max(X @ W + b),
            message=(
                "`np.max` searches one array for its largest entry. "
                "ReLU compares *each* entry with 0, and the shape stays."
            ),
        ),
        Mistake(
            name="one maximum for each neuron",
            answer=lambda X, W, b: np.max(X @ W + b, 0),
            message=(
                "The second argument of `np.max` is an axis: you get the largest sum of each column. "
                "ReLU compares *each* entry with 0, and the shape stays."
            ),
        ),
        Mistake(
            name="sigmoid for ReLU",
            answer=lambda X, W, b: _sigmoid(X @ W + b),
            message="This is the sigmoid. ReLU lets positive sums through as they are.",
        ),
        Mistake(
            name="ReLU on the inputs",
            answer=lambda X, W, b: _relu(X) @ W + b,
            message="ReLU is applied to the inputs. It is the last step of a layer: it acts on the sums.",
        ),
        Mistake(
            name="result transposed",
            answer=lambda X, W, b: _relu(X @ W + b).T,
            message="The numbers are right, but transposed: a row must belong to a record.",
        ),
        Mistake(
            name="neurons added up",
            answer=lambda X, W, b: _relu(X @ W + b).sum(axis=1),
            message=(
                "You add up what the neurons say. A layer returns all its "
                "outputs, one column for each neuron."
            ),
        ),
    ),
    hints=(
        (
            "Each column of `W` holds the weights of one neuron. What was `X "
            "@ w` for one becomes one product for all."
        ),
        (
            "The shapes say how: (n, n_in) @ (n_in, n_out) gives (n, n_out), and"
            " `b` of shape (n_out,) is added to each row."
        ),
        "`z = X @ W + b`, and ReLU is `np.maximum(z, 0)`; `np.max` is another function.",
    ),
    praise=(
        "This line is a whole layer. A deep network is this line again "
        "and again, each time with its own W and b."
    ),
)

# ----------------------------------------------------------------------------------------- 01-5 counting

COUNTING = Exercise(
    name="01-5",
    title="Count neurons and parameters",
    answer={"neurons": 7, "weights": 66, "parameters": 73},
    reveal=False,
    mistakes=(
        Mistake(
            name="inputs counted as neurons",
            answer={"neurons": 17},
            message=(
                "You counted the ten inputs as neurons. The input layer only holds the features: "
                "it has no weights, no bias and computes nothing."
            ),
        ),
        Mistake(
            name="layers counted as neurons",
            answer={"neurons": 2},
            message="You counted the layers. How many neurons are there in each of them?",
        ),
        Mistake(
            name="output neuron forgotten",
            answer={"neurons": 6},
            message="You counted the hidden neurons only. What computes the output?",
        ),
        Mistake(
            name="output weights forgotten",
            answer={"weights": 60},
            message=(
                "These are the weights of the hidden layer. The output neuron"
                " has weights too: one for each what?"
            ),
        ),
        Mistake(
            name="weights one per unit",
            answer={"weights": 16},
            message=(
                "Between two layers *each* unit is joined to *each* of the "
                "next layer: that is more than a sum."
            ),
        ),
        Mistake(
            name="inputs joined to the output",
            answer={"weights": 76},
            message="The output neuron does not see the features: it sees only what the hidden layer says.",
        ),
        Mistake(
            name="biases counted as weights",
            answer={"weights": 73},
            message="You counted the biases too. They are parameters, but a weight sits on a connection.",
        ),
        Mistake(
            name="biases forgotten",
            answer={"parameters": 66},
            message="The parameters are all numbers that are learned, and weights are not the only ones.",
        ),
        Mistake(
            name="bias for each input",
            answer={"parameters": 83},
            message="You gave the inputs biases too. Only what sums has a bias to add.",
        ),
        Mistake(
            name="one bias a layer",
            answer={"parameters": 68},
            message="You counted one bias for each layer. Look at the shape of `b` in the exercise before.",
        ),
        Mistake(
            name="bias of the output forgotten",
            answer={"parameters": 72},
            message="Nearly: one neuron has no bias in your count. Which?",
        ),
    ),
    hints=(
        "Draw it: ten dots, six circles, one circle. Only a circle computes. Lines are weights.",
        "A layer's W has the shape (n_in, n_out) and its b the shape (n_out,). Count the numbers in each.",
        "The hidden layer has 10 * 6 weights and 6 biases. Do the same for the output layer and add up.",
    ),
    praise="The network of chapter 8 is counted in the same way, and so is the largest that there is.",
)

# ---------------------------------------------------------------------------------------- 01-6 AND, OR, NAND


def _nearly(z: Array, *parameters: Any) -> Array:
    """Decide as the step does, but let a sum that is 0 but for rounding count as 0.

    In floating point 0.3 + 0.6 - 0.9 is a hair below 0. How much a hair is depends on the parameters' size,
    so that weights of 1e-12 are as right as weights of 1.
    """
    largest = max(float(np.abs(values).max(initial=0.0)) for values in parameters)
    return _step(z + 1e-9 * largest)


def _truth_tables(answer: Mapping[str, Any], X: Array) -> dict[str, Array]:
    """Turn weights into decisions at the four corners, so that every set of weights that works is right."""
    return {gate: _fires_at_corners(gate, weights, X) for gate, weights in answer.items()}


def _fires_at_corners(gate: str, weights: Any, X: Array) -> Array:
    form = f"`{gate}` must be three numbers (w1, w2, b)"
    try:
        w1, w2, b = (float(number) for number in weights)
    except (TypeError, ValueError) as error:
        raise AnswerFormError(f"{form}; got {weights!r}.") from error
    if not np.isfinite([w1, w2, b]).all():
        raise AnswerFormError(f"{form} that are finite; got {weights!r}.")
    return _nearly(X @ [w1, w2] + b, np.array([w1, w2, b]))


GATES = Exercise(
    name="01-6",
    title="AND, OR and NAND by hand",
    answer={"AND": (1, 1, -1.5), "OR": (1, 1, -0.5), "NAND": (-1, -1, 1.5)},
    evaluate=_truth_tables,
    inputs=((CORNERS,),),
    mistakes=(
        Mistake(
            name="bias first",
            answer={"AND": (-1.5, 1, 1)},
            message=(
                "Your AND fires at (0, 0) and rests at (1, 0) only. Is the bias in the first place? "
                "The order is (w1, w2, b)."
            ),
        ),
        Mistake(
            name="AND fires for one input",
            answer={"AND": (1, 1, -0.5)},
            message=(
                "Your AND already fires when only one input is on: it is an OR. "
                "One weight alone must not be enough to lift z to 0."
            ),
        ),
        Mistake(
            name="AND always fires",
            answer={"AND": (1, 1, 0)},
            message=(
                "Your AND fires even at (0, 0). There z is the bias alone, and step(0) is already 1: "
                "so what must the sign of the bias be?"
            ),
        ),
        Mistake(
            name="AND never fires",
            answer={"AND": (1, 1, -3)},
            message=(
                "Your AND never fires: the bias is so low that even both weights together do not outweigh it."
            ),
        ),
        Mistake(
            name="AND hears one input only",
            answer={"AND": (1, 0, -0.5)},
            message="Your AND decides by its first input alone. Both must be needed.",
        ),
        Mistake(
            name="AND hears the other input only",
            answer={"AND": (0, 1, -0.5)},
            message="Your AND decides by its second input alone. Both must be needed.",
        ),
        Mistake(
            name="OR needs both",
            answer={"OR": (1, 1, -1.5)},
            message=(
                "Your OR fires only when both inputs are on: it is an AND. One weight alone must lift z to 0."
            ),
        ),
        Mistake(
            name="OR without a bias",
            answer={"OR": (1, 1, 0)},
            message=(
                "Your OR fires even at (0, 0). There z is the bias alone, and step(0) is already 1: "
                "the bias must be below 0."
            ),
        ),
        Mistake(
            name="OR never fires",
            answer={"OR": (1, 1, -3)},
            message="Your OR never fires: one weight must be able to outweigh the bias.",
        ),
        Mistake(
            name="NAND is AND",
            answer={"NAND": (1, 1, -1.5)},
            message="Your NAND is an AND. NAND is true exactly where AND is false: what turns every z round?",
        ),
        Mistake(
            name="NAND is NOR",
            answer={"NAND": (-1, -1, 0.5)},
            message=(
                "Your NAND rests as soon as one input is on. It must rest "
                "only when both are: the bias is too low."
            ),
        ),
        Mistake(
            name="NAND always fires",
            answer={"NAND": (-1, -1, 2)},
            message=(
                "Your NAND fires everywhere, also at (1, 1). There z must be *below* 0, "
                "and 0 itself is not below."
            ),
        ),
        Mistake(
            name="NAND with the bias of AND",
            answer={"NAND": (-1, -1, -1.5)},
            message="Your NAND never fires. You turned the weights round; what else adds to z?",
        ),
    ),
    hints=(
        "Write down z for the four corners: b, w2 + b, w1 + b, w1 + w2 + b. Each must be on its side of 0.",
        "Start with both weights 1. Then z before the bias is 0, 1, 1, 2; the bias says where you cut.",
        "For AND cut between 1 and 2, for OR between 0 and 1. NAND is AND with all three signs changed.",
    ),
    praise="Three neurons, one idea: the same two weights, and the bias alone decides between AND and OR.",
)

# -------------------------------------------------------------------------------------------- 01-7 the bug


def _share_right(X: Array, w: Array, b: float, y: npt.NDArray[np.int64]) -> float:
    return float(np.mean(_step(X @ w + b).ravel() == y))


def _labelled(rng: np.random.Generator) -> Inputs:
    n, n_in = int(rng.integers(2, 9)), int(rng.integers(1, 5))
    w = rng.normal(size=(n_in, 1))
    return rng.normal(size=(n, n_in)), w, float(np.round(rng.normal() / 2, 3)), rng.integers(0, 2, size=n)


BUG = Exercise(
    name="01-7",
    title="Find and mend the bug",
    answer=_share_right,
    inputs=(
        (
            np.array([[2.0, 1.0], [-1.0, -2.0], [1.0, 3.0], [-2.0, 0.5]]),
            np.array([[1.0], [1.0]]),
            0.5,
            np.array([1, 0, 1, 0]),
        ),
        (
            np.array([[2.0, 1.0], [-1.0, -2.0], [1.0, 3.0]]),
            np.array([[1.0], [-1.0]]),
            -1.0,  # z of the first two records is exactly 0
            np.array([1, 1, 1]),
        ),
        (np.array([[1.0], [2.0], [-1.0]]), np.array([[1.0]]), 0.0, np.array([0, 0, 0])),
        (
            np.array([[1.0], [2.0], [0.5]]),
            np.array([[1.0]]),
            -1.0078125,
            np.array([0, 1, 1]),
        ),  # a hair below 0
    ),
    random_inputs=_labelled,
    mistakes=(
        Mistake(
            name="still broken",
            answer=lambda X, w, b, y: np.mean(_step(X @ w + b) == y),
            message=(
                "The bug is still there: the comparison makes a table of n x "
                "n, every record against every label. "
                "Print the shapes of both sides of `==`."
            ),
        ),
        Mistake(
            name="still broken, and counted",
            answer=lambda X, w, b, y: np.sum(_step(X @ w + b) == y) / len(y),
            message=(
                "The bug is still there: the comparison makes a table of n x n, "
                "so there are more agreements than records. Print the shapes of both sides of `==`."
            ),
        ),
        Mistake(
            name="percent",
            answer=lambda X, w, b, y: 100 * np.mean(_step(X @ w + b).ravel() == y),
            message="The shapes are mended. But this is in percent; a share lies between 0 and 1.",
        ),
        Mistake(
            name="first record only",
            answer=lambda X, w, b, y: np.mean(_step(X @ w + b)[0] == y),
            message=(
                "Index 0 takes the first *record* and compares it with all "
                "labels. You need the first *column*."
            ),
        ),
        Mistake(
            name="count instead of share",
            answer=lambda X, w, b, y: np.sum(_step(X @ w + b).ravel() == y),
            message=(
                "You count the right answers. The *share* is that count divided by the number of records."
            ),
        ),
        Mistake(
            name="share of wrong answers",
            answer=lambda X, w, b, y: np.mean(_step(X @ w + b).ravel() != y),
            message="This is the share of *wrong* answers.",
        ),
        Mistake(
            name="strict threshold",
            answer=lambda X, w, b, y: np.mean((X @ w + b > 0).ravel() == y),
            message="The shapes are mended. But step(0) is 1 in this course, and your comparison says 0.",
        ),
        Mistake(
            name="no bias",
            answer=lambda X, w, b, y: np.mean(_step(X @ w).ravel() == y),
            message="The shapes are mended, but the bias was lost on the way.",
        ),
        Mistake(
            name="one answer for each record",
            answer=lambda X, w, b, y: _step(X @ w + b).ravel() == y,
            message="The comparison is right now. One step is left: what share of these answers is True?",
        ),
        Mistake(
            name="all or nothing",
            answer=lambda X, w, b, y: float(np.all(_step(X @ w + b).ravel() == y)),
            message=(
                "You get 1 only where *all* records are right, else 0. The share lies in between: "
                "do you ask whether all are right, or cut the decimals off (`//`, `int`)?"
            ),
        ),
    ),
    hints=(
        "Run the broken function line by line and print `a.shape`, `y.shape` and `(a == y).shape`.",
        "A column (n, 1) against a row (n,) is broadcast to (n, n). Both sides must have the same shape.",
        "`a.ravel()`, `a[:, 0]` or `a.reshape(-1)` turns the column into shape (n,).",
    ),
    praise=(
        "The most frequent silent bug of beginners: no error, and a number that looks reasonable. "
        "When a number surprises you, print shapes first."
    ),
)

# -------------------------------------------------------------------------------------- 01-8 the boundary


def _boundary(w: Array, b: float) -> tuple[float, float]:
    return float(-w[0] / w[1]), float(-b / w[1])


def _line(rng: np.random.Generator) -> Inputs:
    size = rng.uniform(0.3, 3.0, size=2) * rng.choice([-1, 1], size=2)
    return np.round(size, 2), float(np.round(rng.normal() * 2, 2))


BOUNDARY = Exercise(
    name="01-8",
    title="The boundary as a line",
    answer=_boundary,
    inputs=(
        (np.array([1.0, 2.0]), -4.0),
        (np.array([3.0, -1.5]), 1.5),
        (np.array([0.0, 2.0]), -1.0),  # a level line
        (np.array([-2.0, 0.5]), 0.0),  # through the origin
    ),
    random_inputs=_line,
    mistakes=(
        Mistake(
            name="both signs",
            answer=lambda w, b: (w[0] / w[1], b / w[1]),
            message=(
                "Both signs are turned round. Bring the terms to the other side"
                " of the equation: what happens to them?"
            ),
        ),
        Mistake(
            name="sign of the slope",
            answer=lambda w, b: (w[0] / w[1], -b / w[1]),
            message=(
                "The intercept is right; the slope has the wrong sign. Try a"
                " point on your line in the equation."
            ),
        ),
        Mistake(
            name="sign of the intercept",
            answer=lambda w, b: (-w[0] / w[1], b / w[1]),
            message="The slope is right; the intercept has the wrong sign. Put x1 = 0 into the equation.",
        ),
        Mistake(
            name="solved for x1",
            answer=lambda w, b: (-w[1] / w[0] if w[0] else np.inf, -b / w[0] if w[0] else np.inf),
            message="You solved for x1. The upright axis of the plot is x2: solve for that one.",
        ),
        Mistake(
            name="ratio upside down",
            answer=lambda w, b: (-w[1] / w[0] if w[0] else np.inf, -b / w[1]),
            message="The ratio in the slope is upside down. By which weight do you divide to set x2 free?",
        ),
        Mistake(
            name="intercept on the other axis",
            answer=lambda w, b: (-w[0] / w[1], -b / w[0] if w[0] else np.inf),
            message=(
                "The slope is right, but your intercept is where the line meets the x1-axis. "
                "It is asked for the x2-axis, where x1 = 0."
            ),
        ),
        Mistake(
            name="intercept not divided",
            answer=lambda w, b: (-w[0] / w[1], -b),
            message="You divide the slope by a weight, but not the intercept: every term must be divided.",
        ),
        Mistake(
            name="bias forgotten",
            answer=lambda w, b: (-w[0] / w[1], 0.0),
            message=(
                "Your line always runs through the origin. That is what a neuron without a bias would do."
            ),
        ),
        Mistake(
            name="bias turns the line",
            answer=lambda w, b: (-(w[0] + b) / w[1], -b / w[1]),
            message=(
                "In your line, the bias changes the slope. It cannot: it stands alone, without an x. "
                "Weights turn the boundary, the bias shifts it."
            ),
        ),
        Mistake(
            name="order exchanged",
            answer=lambda w, b: (-b / w[1], -w[0] / w[1]),
            message="Both numbers are right, but in the wrong order: the slope comes first.",
        ),
        Mistake(
            name="weights taken as slope and intercept",
            answer=lambda w, b: (w[0], w[1]),
            message="The weights are not slope and intercept themselves: set z to 0 and solve for x2.",
        ),
    ),
    hints=(
        "On the boundary z is 0: w1 * x1 + w2 * x2 + b = 0. You want this as x2 = slope * x1 + intercept.",
        "Leave w2 * x2 alone on the left side; the two other terms change sides, and sign.",
        "Then divide everything on the right by w2: one term becomes the slope, the other the intercept.",
    ),
    praise="The slope holds no b: the weights alone turn the boundary, and the bias only shifts it.",
)

# ------------------------------------------------------------------------------------------ 01-9 the bias

_WORDS = ("same", "moved", "turned")


def _prediction(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Take the answer as it is, once its word is one of those that the task offers."""
    word = answer.get("doubled")
    if isinstance(word, str) and word.strip().casefold() not in _WORDS:
        raise AnswerFormError(f'`doubled` must be "same", "moved" or "turned"; got {word!r}.')
    return dict(answer)


BIAS = Exercise(
    name="01-9",
    title="Predict what the bias does",
    evaluate=_prediction,
    answer={"slopes": (-0.5, -0.5, -0.5), "intercepts": (1.0, 0.0, -1.0), "doubled": "same"},
    reveal=False,
    mistakes=(
        Mistake(
            name="bias turns the line",
            answer={"slopes": (-1.0, 0.0, 1.0)},
            message=(
                "You let the bias turn the line. Solve w1 * x1 + w2 * x2 + b = 0 for x2 with letters, "
                "and see which of the two numbers holds b."
            ),
        ),
        Mistake(
            name="bias turns the line the other way",
            answer={"slopes": (0.5, -0.5, -1.5)},
            message="You let the bias change the slope. Which term of the equation holds x1, and is b in it?",
        ),
        Mistake(
            name="sign of the slope",
            answer={"slopes": (0.5, 0.5, 0.5)},
            message="All three slopes are equal, which is the point; but check their sign in the equation.",
        ),
        Mistake(
            name="ratio upside down",
            answer={"slopes": (-2.0, -2.0, -2.0)},
            message="All three slopes are equal, which is the point; but you divided by the wrong weight.",
        ),
        Mistake(
            name="bias taken as the intercept",
            answer={"intercepts": (-2.0, 0.0, 2.0)},
            message="You took b itself as the intercept. Put x1 = 0 into the equation and solve for x2.",
        ),
        Mistake(
            name="sign of the intercept",
            answer={"intercepts": (-1.0, 0.0, 1.0)},
            message=(
                "The line moves the other way. A larger bias lets the neuron fire at *smaller* sums, "
                "so the side that fires must grow."
            ),
        ),
        Mistake(
            name="intercept not divided",
            answer={"intercepts": (2.0, 0.0, -2.0)},
            message="The intercepts move the right way, but too far: b is divided by a weight too.",
        ),
        Mistake(
            name="doubling moves the boundary",
            answer={"doubled": "moved"},
            message="Double every term of w1 * x1 + w2 * x2 + b = 0. Which points satisfy it now?",
        ),
        Mistake(
            name="doubling turns the boundary",
            answer={"doubled": "turned"},
            message=(
                "The slope is a *ratio* of two weights. What becomes of a "
                "ratio when both its numbers are doubled?"
            ),
        ),
    ),
    hints=(
        "Use your function of the exercise before: it gives slope and intercept for each bias.",
        "The slope is made of the two weights alone. The intercept is where x1 = 0.",
        "For each bias solve x1 + 2 * x2 + b = 0 for x2; then do the same with every number doubled.",
    ),
    praise=(
        "Weights turn, the bias shifts, and scaling all of them changes "
        "only how steeply z rises, not the line."
    ),
)

# --------------------------------------------------------------------------------------- 01-10 XOR, 01-11


def _two_layers(answer: Mapping[str, Any], X: Array) -> Array:
    """Run the learner's weights through two layers of step neurons, whatever the number of hidden units."""
    values = {}
    for name in ("W1", "b1", "W2", "b2"):
        try:
            values[name] = np.asarray(answer[name], dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise AnswerFormError(
                f"`{name}` must be an array of numbers in equal rows; got {answer[name]!r}."
            ) from error
        if not np.isfinite(values[name]).all():
            raise AnswerFormError(f"`{name}` must hold finite numbers only; got {answer[name]!r}.")
    W1, b1 = values["W1"], np.atleast_1d(values["b1"])
    n_in = X.shape[1]
    if W1.ndim != 2 or W1.shape[0] != n_in or W1.shape[1] == 0:
        transposed = " Is it transposed?" if W1.ndim == 2 and W1.shape[1] == n_in else ""
        raise AnswerFormError(
            f"`W1` has the wrong shape: expected ({n_in}, h), a row for each input and a column for each of "
            f"the h hidden units; got {W1.shape}.{transposed}"
        )
    n_hidden = W1.shape[1]
    W2, b2 = values["W2"], np.atleast_1d(values["b2"])
    if W2.ndim == 1:  # a flat row of output weights leaves no doubt what is meant
        W2 = W2.reshape(-1, 1)
    for name, array, shape in (
        ("b1", b1, (n_hidden,)),
        ("W2", W2, (n_hidden, 1)),
        ("b2", b2, (1,)),
    ):
        if array.shape != shape:
            units = f"{n_hidden} hidden unit{'s' * (n_hidden > 1)}"
            raise AnswerFormError(
                f"`{name}` has the wrong shape: with {units} expected {shape}, got {array.shape}."
            )
    hidden = _nearly(X @ W1 + b1, W1, b1)
    return _nearly(hidden @ W2 + b2, W2, b2)[:, 0]


def _parameters(W1: Any, b1: Any, W2: Any, b2: Any) -> dict[str, Any]:
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}


XOR = Exercise(
    name="01-10",
    title="XOR with two layers",
    answer=_parameters([[1, -1], [1, -1]], [-0.5, 1.5], [[1], [1]], [-1.5]),
    evaluate=_two_layers,
    inputs=((CORNERS,),),
    mistakes=(
        Mistake(
            name="OR",
            answer=_parameters([[1], [1]], [-0.5], [[1]], [-0.5]),
            message=(
                "Your network computes OR: it still fires at (1, 1). A "
                "single hidden unit can do no more than "
                "one line, and no line parts XOR; you need a second unit that sees that *both* are on."
            ),
        ),
        Mistake(
            name="AND",
            answer=_parameters([[1, 1], [1, 1]], [-0.5, -1.5], [[1], [1]], [-1.5]),
            message=(
                "Your network computes AND. At (1, 1) it must rest: "
                "a hidden unit that sees both inputs must speak *against* the output."
            ),
        ),
        Mistake(
            name="NAND",
            answer=_parameters([[-1], [-1]], [1.5], [[1]], [-0.5]),
            message=(
                "Your network computes NAND: it still fires at (0, 0). Who "
                "sees that at least one input is on?"
            ),
        ),
        Mistake(
            name="XNOR",
            answer=_parameters([[1, -1], [1, -1]], [-0.5, 1.5], [[-1], [-1]], [1.5]),
            message=(
                "Your network is right at no corner: it computes the opposite "
                "of XOR. Turn the output neuron round."
            ),
        ),
        Mistake(
            name="always fires",
            answer=_parameters([[1, -1], [1, -1]], [-0.5, 1.5], [[1], [1]], [0.0]),
            message=(
                "Your output fires at every corner. The two usual causes: a bias of 0 (step(0) is 1), "
                "or an output that is content with *one* of your hidden units."
            ),
        ),
        Mistake(
            name="never fires",
            answer=_parameters([[1, -1], [1, -1]], [-0.5, 1.5], [[1], [1]], [-2.5]),
            message=(
                "Your output never fires: its bias is so low that all hidden"
                " units together do not outweigh it."
            ),
        ),
        Mistake(
            name="one input only",
            answer=_parameters([[1], [0]], [-0.5], [[1]], [-0.5]),
            message="Your network listens to the first input alone. XOR asks whether the two *differ*.",
        ),
        Mistake(
            name="the other input only",
            answer=_parameters([[0], [1]], [-0.5], [[1]], [-0.5]),
            message="Your network listens to the second input alone. XOR asks whether the two *differ*.",
        ),
        Mistake(
            name="one side only",
            answer=_parameters([[1], [-1]], [-0.5], [[1]], [-0.5]),
            message=(
                "Your network fires at (1, 0) but not at (0, 1). One line "
                "cuts off one corner; which one is left? "
                "(With two units, look at W1 again: each of its *columns* is one unit.)"
            ),
        ),
        Mistake(
            name="the other side only",
            answer=_parameters([[-1], [1]], [-0.5], [[1]], [-0.5]),
            message=(
                "Your network fires at (0, 1) but not at (1, 0). One line "
                "cuts off one corner; which one is left? "
                "(With two units, look at W1 again: each of its *columns* is one unit.)"
            ),
        ),
        Mistake(
            name="NOR",
            answer=_parameters([[-1], [-1]], [0.5], [[1]], [-0.5]),
            message="Your network fires only at (0, 0), where both inputs are off: there XOR must rest.",
        ),
    ),
    hints=(
        (
            "XOR is true where at least one input is on, but not both. You "
            "built neurons for both halves of this sentence."
        ),
        "Let one hidden unit be OR and the other NAND. The output must fire when both of them do.",
        "The columns of W1 are the weights of OR and of NAND, b1 their biases; W2 and b2 are those of AND.",
    ),
    praise=(
        "The hidden layer moves the four corners to places where one line can part them. "
        "That is what hidden layers are for."
    ),
)


def _around_the_triangle(rng: np.random.Generator) -> Inputs:
    """Draw points inside and outside, none so near an edge that rounding could decide."""
    X = np.round(rng.uniform(-2, 5, size=(60, 2)), 2)
    distance = np.abs([X[:, 0], X[:, 1], (4 - X.sum(axis=1)) / np.sqrt(2)]).min(axis=0)
    return (X[distance > 0.05],)


_SIDES = [[1, 0, -1], [0, 1, -1]]

TRIANGLE = Exercise(
    name="01-11",
    title="Project: a network that knows a triangle",
    answer=_parameters(_SIDES, [0, 0, 4], [[1], [1], [1]], [-2.5]),
    evaluate=_two_layers,
    inputs=(
        (np.array([[1.0, 1.0], [-1.0, 1.0], [1.0, -1.0], [3.0, 3.0]]),),
        (np.array([[0.5, 3.0], [3.0, 0.5], [-1.0, -1.0], [-1.0, 4.5], [4.5, -1.0], [0.25, 0.25]]),),
        # A hair inside each side, and a hair outside: a line that runs beside its side is no side.
        (np.array([[0.001, 2.0], [2.0, 0.001], [1.999, 2.0], [-0.001, 2.0], [2.0, -0.001], [2.001, 2.0]]),),
    ),
    random_inputs=_around_the_triangle,
    n_random=8,
    mistakes=(
        Mistake(
            name="OR of the sides",
            answer=_parameters(_SIDES, [0, 0, 4], [[1], [1], [1]], [-0.5]),
            message=(
                "Your output is content when *one* of the hidden units fires, and that is true everywhere. "
                "Inside means: right side of all three lines."
            ),
        ),
        Mistake(
            name="two of three sides",
            answer=_parameters(_SIDES, [0, 0, 4], [[1], [1], [1]], [-1.5]),
            message=(
                "Your output is content with two of the three sides. How low must its bias be to need all?"
            ),
        ),
        Mistake(
            name="never fires",
            answer=_parameters(_SIDES, [0, 0, 4], [[1], [1], [1]], [-3.5]),
            message=(
                "Your network fires nowhere. Either all hidden units together do not outweigh "
                "the output's bias, "
                "or no point is on the firing side of all your lines: test each unit at (1, 1)."
            ),
        ),
        Mistake(
            name="slanted side turned round",
            answer=_parameters([[1, 0, 1], [0, 1, 1]], [0, 0, -4], [[1], [1], [1]], [-2.5]),
            message=(
                "The unit for the slanted side fires on the wrong side of its line. "
                "What changes a unit's side, but not its line?"
            ),
        ),
        Mistake(
            name="left side turned round",
            answer=_parameters([[-1, 0, -1], [0, 1, -1]], [0, 0, 4], [[1], [1], [1]], [-2.5]),
            message=(
                "Your network fires to the left of the triangle: the unit for the left side fires on "
                "the wrong side of its line. What changes a unit's side, but not its line?"
            ),
        ),
        Mistake(
            name="lower side turned round",
            answer=_parameters([[1, 0, -1], [0, -1, -1]], [0, 0, 4], [[1], [1], [1]], [-2.5]),
            message=(
                "Your network fires below the triangle: the unit for the lower side fires on "
                "the wrong side of its line. What changes a unit's side, but not its line?"
            ),
        ),
        Mistake(
            name="slanted side forgotten",
            answer=_parameters([[1, 0], [0, 1]], [0, 0], [[1], [1]], [-1.5]),
            message=(
                "Your region is open to the upper right: two lines make a corner. A triangle has three sides."
            ),
        ),
        Mistake(
            name="left side forgotten",
            answer=_parameters([[0, -1], [1, -1]], [0, 4], [[1], [1]], [-1.5]),
            message="Your region is open to the left. Which line keeps x1 from becoming negative?",
        ),
        Mistake(
            name="lower side forgotten",
            answer=_parameters([[1, -1], [0, -1]], [0, 4], [[1], [1]], [-1.5]),
            message="Your region is open below. Which line keeps x2 from becoming negative?",
        ),
        Mistake(
            name="outside",
            answer=_parameters(_SIDES, [0, 0, 4], [[-1], [-1], [-1]], [2.5]),
            message=(
                "Your network fires *outside* the triangle and rests inside:"
                " its output neuron is turned round."
            ),
        ),
        Mistake(
            name="only one line",
            answer=_parameters([[-1], [-1]], [4], [[1]], [-0.5]),
            message="One hidden unit draws one line: your network fires on a whole half of the plane.",
        ),
    ),
    hints=(
        (
            "A point is inside if it is right of the left side, above the "
            "lower side, and below the slanted side."
        ),
        (
            "One hidden unit for each side: it must fire on the *inner* side "
            "of its line. The output is an AND of three."
        ),
        "The inner sides are x1 >= 0, x2 >= 0 and 4 - x1 - x2 >= 0: read W1 and b1 off, column by column.",
    ),
    praise=(
        "One hidden unit for each side, and an AND. With more sides you can wrap any convex shape, "
        "and an OR of such shapes, one layer more, comes as near as you like to any shape."
    ),
)

EXERCISES: tuple[Exercise, ...] = (
    BY_HAND,
    ONE_RECORD,
    BATCH,
    LAYER,
    COUNTING,
    GATES,
    BUG,
    BOUNDARY,
    BIAS,
    XOR,
    TRIANGLE,
)
