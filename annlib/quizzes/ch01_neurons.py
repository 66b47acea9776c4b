"""Questions of chapter 1. Every numeric key, and every number that a mistake leads to, is computed here."""

from itertools import pairwise

import numpy as np

from annlib.activations import step
from annlib.quizzes import Choice, Mistake, Number, Option, Prediction, Question, of_chapter

__all__ = ["PREDICTIONS", "QUIZ", "predict", "quiz"]

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


def _sum() -> Prediction:
    x, w, b = np.array([0.6, 0.1]), np.array([3.0, -2.0]), -1.0
    return Prediction(
        Number(
            "ch01-sum",
            "Heat is 0.6, the will to hold on is 0.1. The weights are 3 and −2, the bias is −1. What is the "
            "sum z?",
            float(w @ x + b),
            "Multiply each input by its own weight, add the products, then add the bias. Watch the two "
            "minus signs.",
            (
                Mistake(
                    float(w @ x),
                    "The products are right; the bias is missing. It is added once, after the products.",
                ),
                Mistake(
                    float(np.abs(w) @ x + b),
                    "One minus sign was lost: the second weight is negative, so its product *lowers* the "
                    "sum.",
                ),
                Mistake(
                    float(w @ x - b),
                    "The bias was subtracted. It is added with its own sign, and here that sign is minus.",
                ),
                Mistake(
                    float(w.sum() * x.sum() + b),
                    "You added first and multiplied then. Each input has a weight of its own: multiply "
                    "first.",
                ),
            ),
            why="Heat speaks for pulling back, the will against it, and the bias sets how much it takes.",
        ),
        "Below, the same three steps are done one by one, for a hotter cup.",
    )


def _bias() -> Prediction:
    return Prediction(
        Choice(
            "ch01-bias",
            "The weights stay as they are and only the bias grows. What happens to the line between firing "
            "and silence?",
            (
                Option(
                    "It turns around the origin",
                    "Tempting, because turning a knob feels like turning a line. But the slope is −w₁/w₂, "
                    "and the bias does not occur in it.",
                ),
                Option(
                    "It becomes steeper",
                    "The slope is −w₁/w₂: only weights can change it. In y = mx + c it is m that makes a "
                    "line steep, and the bias plays the part of c.",
                ),
                Option(
                    "It moves, parallel to itself",
                    "The bias changes how much the inputs have to bring, not in which direction they count.",
                    right=True,
                ),
                Option(
                    "It stays; only the output grows",
                    "The sum does grow everywhere, and that is why the place where it is zero is now "
                    "somewhere else.",
                ),
            ),
        ),
        "The next cell computes slope and crossing for three biases.",
        veils=1,
    )


def _search() -> Prediction:
    grid = np.linspace(-2, 2, 17)
    w1, w2, b = (array.reshape(-1) for array in np.meshgrid(grid, grid, grid))
    fires = step(CORNERS @ np.stack([w1, w2]) + b)  # (4, 4913)
    right = (fires == np.array([[0], [1], [1], [0]])).sum(axis=0)
    return Prediction(
        Number(
            "ch01-search",
            "A computer tries one neuron on XOR with thousands of weights and biases. How many of the four "
            "rows does the best one get right?",
            float(right.max()),
            "It is a whole number between none and all four rows.",
            (
                Mistake(
                    4.0,
                    "It is natural to think that among thousands there must be one that fits. There is "
                    "none, and there would be none among all the numbers there are: you will see why.",
                ),
                Mistake(
                    2.0,
                    "A neuron that always fires gets that many. A line can do better: it can cut off one "
                    "corner.",
                ),
            ),
            tolerance=0.25,
            why="A line can cut off one corner of the square and be wrong in one row only, never in none.",
        ),
        "The next cell does the search.",
        veils=1,
    )


def _broadcast() -> Prediction:
    shape = (np.zeros(4) - np.zeros((4, 1))).shape
    return Prediction(
        Choice(
            "ch01-broadcast",
            "Four targets have the shape (4,), four outputs the shape (4, 1). What is the shape of their "
            "difference?",
            (
                Option(
                    "(4,)", "So it would be if both had this shape. NumPy lines shapes up from the *right*."
                ),
                Option(
                    "(4, 1)",
                    "Tempting: four numbers in a column, minus four numbers. But (4,) is read as one *row* "
                    "of four, not as a column.",
                ),
                Option(
                    str(shape),
                    "A row and a column: NumPy stretches both, and every target meets every output.",
                    right=True,
                ),
                Option(
                    "None: NumPy raises an error",
                    "That would be kinder. NumPy raises only where two sizes differ and neither of them is "
                    "1.",
                ),
            ),
        ),
        "Nothing warns you: the mean of the squared differences is still one number. It is only not the one "
        "you meant.",
        veils=1,
    )


def _count(sizes: tuple[int, ...]) -> tuple[int, int]:
    """Return how many weights and how many biases a network of these layer sizes has."""
    weights = sum(n_in * n_out for n_in, n_out in pairwise(sizes))
    return weights, sum(sizes[1:])


def _parameters() -> Prediction:
    sizes = (3, 4, 1)
    weights, biases = _count(sizes)
    return Prediction(
        Number(
            "ch01-parameters",
            "The network in the picture has 3 inputs, 4 hidden neurons and 1 output neuron. How many "
            "numbers are there to choose: weights and biases together?",
            float(weights + biases),
            "Count the lines in the picture, each is one weight; then add one bias for each circle.",
            (
                Mistake(float(weights), "These are the weights, all of them. Each neuron also has a bias."),
                Mistake(
                    float(biases), "These are the neurons. Each of them has several weights and one bias."
                ),
                Mistake(
                    float(weights + sum(sizes)),
                    "The inputs got a bias too. They are no neurons: they only hold the features.",
                ),
            ),
            tolerance=0.25,
            why="One weight for each line, one bias for each circle; the squares have neither.",
        ),
        "annlib counts them in the next cell.",
        veils=1,
    )


def _square() -> Prediction:
    return Prediction(
        Choice(
            "ch01-square",
            "Hidden neurons whose activation squares its input, z². A hundred times more of them: how well "
            "do they follow a wave?",
            (
                Option(
                    "Perfectly in the end",
                    "This is what “a network can learn anything” promises. But a sum of squares of straight "
                    "lines is a parabola, however many you add.",
                ),
                Option(
                    "Exactly as badly as a few",
                    "Any number of parabolas add up to one parabola.",
                    right=True,
                ),
                Option(
                    "Worse, because there are too many",
                    "Too many neurons can hurt on new data, a later subject. Here, on the same points, more "
                    "cannot hurt, and with this activation it cannot help either.",
                ),
            ),
        ),
        "The next cell fits both kinds of neurons to the same wave.",
        veils=1,
    )


PREDICTIONS: dict[str, Prediction] = {
    "sum": _sum(),
    "bias": _bias(),
    "search": _search(),
    "parameters": _parameters(),
    "square": _square(),
    "broadcast": _broadcast(),
}
"""The predictions of the chapter, by the name that the notebook calls them by."""


def _quiz() -> tuple[Question, ...]:
    x, w, b = np.array([1.0, 3.0, 4.0]), np.array([2.0, -1.0, 0.5]), 0.5
    n, n_in, n_out = 32, 10, 6
    weights, biases = _count((n_in, n_out))
    churn = (10, 6, 6, 1)
    return (
        Choice(
            "ch01-reflex",
            "Who decides that your hand leaves the hot cup?",
            (
                Option(
                    "The brain, as soon as it feels the pain",
                    "It feels like that, because you notice both together. But the muscle is already at "
                    "work when the message reaches the brain.",
                ),
                Option(
                    "The spinal cord; the brain hears of it later",
                    "The withdrawal reflex runs from the skin through the spinal cord to the muscle.",
                    right=True,
                ),
                Option(
                    "The muscle itself, because it feels the heat",
                    "Muscles do not decide: they contract when a motor neuron tells them to.",
                ),
            ),
        ),
        Number(
            "ch01-three-inputs",
            "Inputs 1, 3 and 4; weights 2, −1 and 0.5; bias 0.5. What is z?",
            float(w @ x + b),
            "Three products, their sum, then the bias. The second product is negative.",
            (
                Mistake(float(w @ x), "The products are right; the bias is missing."),
                Mistake(
                    float(np.abs(w) @ x + b),
                    "The second weight is negative: its product is taken away, not added.",
                ),
                Mistake(
                    float(w @ (x + b)),
                    "The bias was added to every input. It is added once, to the sum of the products.",
                ),
            ),
            why="2 − 3 + 2 from the products, and the bias on top.",
        ),
        Choice(
            "ch01-units",
            "You measure a feature in grams instead of kilograms, so its numbers become 1000 times larger. "
            "The neuron shall answer as before. What happens to its weight?",
            (
                Option(
                    "It stays: the feature is as important as before",
                    "Important it is. But a weight multiplies *numbers*, and the numbers are others now.",
                ),
                Option(
                    "It becomes 1000 times larger",
                    "Then the product would grow by both, a million times.",
                ),
                Option(
                    "Only the bias has to change",
                    "The bias adds the same amount for every record; it cannot undo a factor.",
                ),
                Option(
                    "It becomes 1000 times smaller",
                    "The product is what counts. So a large weight does not by itself mean an important "
                    "feature.",
                    right=True,
                ),
            ),
        ),
        Choice(
            "ch01-scale",
            "Both weights and the bias of a neuron are multiplied by 10. What happens to its line?",
            (
                Option(
                    "Nothing",
                    "Where w₁x₁ + w₂x₂ + b is zero, ten times that is zero too. Only the sum grows faster "
                    "on both sides.",
                    right=True,
                ),
                Option(
                    "It moves ten times as far from the origin",
                    "It would if only the bias grew. The weights grew with it, and the two cancel.",
                ),
                Option("It becomes steeper", "The slope is −w₁/w₂, and the factor cancels there."),
            ),
        ),
        Choice(
            "ch01-no-bias",
            "A neuron has two inputs and no bias. Which line can it **not** have?",
            (
                Option(
                    "A steep one through the origin",
                    "That one it has with a large weight for x₁ and a small one for x₂.",
                ),
                Option(
                    "One that misses the origin",
                    "At the origin the sum is 0 for any weights, so the line always goes through it.",
                    right=True,
                ),
                Option(
                    "A level one through the origin",
                    "That one it has with weight 0 for x₁.",
                ),
            ),
        ),
        Number(
            "ch01-layer",
            f"{n} records with {n_in} features go through a layer of {n_out} neurons. How many parameters "
            f"has the layer?",
            float(weights + biases),
            "A column of W for each neuron, as long as there are features, and one bias for each neuron.",
            (
                Mistake(float(weights), "These are the weights. Each neuron has a bias as well."),
                Mistake(
                    float(n * n_out),
                    "These are the *outputs* of the layer, one for each record and neuron. The layer itself "
                    "is the same for any number of records.",
                ),
                Mistake(
                    float(weights + n_in),
                    "There is one bias for each neuron, not for each feature.",
                ),
            ),
            tolerance=0.25,
            why="The number of records does not matter: the same weights serve them all.",
        ),
        Choice(
            "ch01-xor",
            "Why can one neuron with a sigmoid not do XOR, when its output is a smooth curve and no step?",
            (
                Option(
                    "It has to be trained longer",
                    "Training looks for good weights. Here there are none to be found.",
                ),
                Option(
                    "It needs larger weights, so that the curve is sharper",
                    "Larger weights make the rise steeper. But it still rises across a straight line.",
                ),
                Option(
                    "The sigmoid is the wrong activation; tanh could do it",
                    "Tanh rises along a line just as the sigmoid does. Any activation that never falls keeps "
                    "the line.",
                ),
                Option(
                    "The curve rises along one direction only, so “yes” and “no” still part at a straight "
                    "line",
                    "Sigmoid(z) is above one half exactly where z is above zero, and that is one side of a "
                    "line.",
                    right=True,
                ),
            ),
        ),
        Number(
            "ch01-churn-neurons",
            "A network has 10 inputs, two hidden layers of 6 and one output. How many neurons has it?",
            float(sum(churn[1:])),
            "Count what computes: the hidden layers and the output layer.",
            (
                Mistake(
                    float(sum(churn)),
                    "The inputs were counted too. They hold numbers and compute nothing: they are no "
                    "neurons.",
                ),
                Mistake(
                    float(len(churn) - 1),
                    "This is the number of layers that compute. Each hidden one has 6 neurons.",
                ),
                Mistake(float(sum(churn[1:-1])), "The output neuron is a neuron as well."),
            ),
            tolerance=0.25,
            why="Six, six, and one: only what computes is counted.",
        ),
        Choice(
            "ch01-universal",
            "What does the universal approximation theorem promise?",
            (
                Option(
                    "A network with one hidden layer learns any function from enough data",
                    "The most common reading. The theorem says nothing about learning, nor about data.",
                ),
                Option(
                    "For a continuous function on a bounded region with its edge there *are* weights that "
                    "come as near as you like, given enough hidden neurons and a suitable activation",
                    "There are weights. How many neurons, and how to find them, it does not say.",
                    right=True,
                ),
                Option(
                    "More layers are always better",
                    "The classical theorem is about a single hidden layer, and compares it with nothing.",
                ),
                Option(
                    "Any activation will do, if there are enough neurons",
                    "A polynomial will not: you saw that squares never get beyond a parabola.",
                ),
            ),
        ),
    )


QUIZ: tuple[Question, ...] = _quiz()
"""The quiz at the end of the chapter."""

predict, quiz = of_chapter(PREDICTIONS, QUIZ, "Quiz: neurons")
