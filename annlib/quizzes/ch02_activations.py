"""Questions of chapter 2. Every numeric key, and every number that a mistake leads to, is computed here."""

import numpy as np

from annlib.activations import leaky_relu, sigmoid, sigmoid_derivative, softmax, step
from annlib.quizzes import Choice, Mistake, Number, Option, Prediction, Question, of_chapter

__all__ = ["PREDICTIONS", "QUIZ", "predict", "quiz"]


def _without() -> Prediction:
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    hidden = X @ np.array([[1, -1], [1, -1]]) + np.array([-0.5, 1.5])
    fires = step(hidden @ np.array([1, 1]) - 1.5)
    return Prediction(
        Number(
            "ch02-without",
            "The network that did XOR in chapter 1 keeps all its weights and biases. Only the step after its "
            "hidden layer is taken out; the step at the very end stays. How many of the four rows does it "
            "still get right?",
            float((fires == np.array([0, 1, 1, 0])).sum()),
            "It is a whole number between none and all four rows. Try one row by hand.",
            (
                Mistake(
                    4.0,
                    "The weights are still the right ones, and they seem to be what counts. But without the "
                    "step the two hidden neurons only report sums, and the last neuron adds these up again.",
                ),
                Mistake(
                    3.0,
                    "That is what the best single neuron reaches, a good thought. These weights were chosen "
                    "for a network with steps, though, and without the steps they cancel.",
                ),
                Mistake(
                    0.0,
                    "To be wrong everywhere takes a network that does the opposite of XOR, and that is as "
                    "hard "
                    "as XOR itself.",
                ),
            ),
            tolerance=0.25,
            why="It says the same to every row, and that is right for the two rows that want a no.",
        ),
        "The next cell takes the step out and prints the sum for every row.",
        veils=1,
    )


def _product() -> Prediction:
    steepest = float(sigmoid_derivative(np.zeros(1))[0])
    return Prediction(
        Number(
            "ch02-product",
            "Five neurons in a row, each with a sigmoid and the weight one. You nudge the first sum a "
            "little. "
            "At the very best, one part in how many of your nudge arrives at the end?",
            float(round(steepest**-5)),
            "Each sigmoid lets at most one quarter of a nudge through. What do five of them let through, one "
            "after the other?",
            (
                Mistake(
                    20.0,
                    "You added the quarters: five times four. But each sigmoid takes its quarter of what the "
                    "one *before it* has left over, so the factors multiply.",
                ),
                Mistake(4.0, "That is a single sigmoid. Each of the four others takes its part as well."),
                Mistake(
                    float(round(steepest**-4)),
                    "Four sigmoids would do that. There are five.",
                ),
                Mistake(
                    32.0, "You halved each time. The steepest slope of a sigmoid is a quarter, not a half."
                ),
            ),
            tolerance=0.5,
            why="A quarter of a quarter of a quarter of a quarter of a quarter.",
        ),
        "The next cell multiplies on.",
        veils=1,
    )


def _wake() -> Prediction:
    return Prediction(
        Choice(
            "ch02-wake",
            "A ReLU neuron starts with so low a bias that its sum is negative for every record. It is "
            "trained "
            "for three thousand rounds. A twin with leaky ReLU, slope 0.01, gets the same start and the same "
            "training. What happens?",
            (
                Option(
                    "Both recover; the training only takes a while",
                    "Training helps where there is a slope to follow. The slope of this ReLU is zero for "
                    "every "
                    "record, so its weights get no message at all.",
                ),
                Option(
                    "The ReLU stays dead; the leaky one recovers at once",
                    "So it is often told. But a slope of one hundredth also means steps of one hundredth.",
                ),
                Option(
                    "The ReLU stays dead; the leaky one recovers, slowly",
                    "A small slope is a slope: the steps are small, and they go in the right direction.",
                    right=True,
                ),
                Option(
                    "Both stay dead, because one hundredth is as good as nothing",
                    "Small is not zero. Enough small steps in one direction arrive.",
                ),
            ),
        ),
        "The next cell trains both, and a third with a steeper leak.",
        veils=1,
        section=True,
    )


def _shift() -> Prediction:
    return Prediction(
        Choice(
            "ch02-shift",
            "Softmax turns the logits 1, 2 and 3 into probabilities. What becomes of these when 100 is "
            "added to "
            "each of the three logits?",
            (
                Option(
                    "They become nearly equal, because 1, 2 and 3 hardly matter beside 100",
                    "True of shares: 101, 102 and 103 are nearly equal parts of their sum. Softmax takes the "
                    "exponentials first, and these depend on *differences*.",
                ),
                Option(
                    "They become more extreme: the logits are larger now",
                    "That happens when the logits are *multiplied*. Here their differences stayed.",
                ),
                Option(
                    "Nothing changes",
                    "Every exponential is multiplied with the same number, and so is their sum: it cancels.",
                    right=True,
                ),
                Option(
                    "The sum of the three is then above one",
                    "Whatever goes in, each exponential is divided by the sum of all: they always add up "
                    "to one.",
                ),
            ),
        ),
        "The next cell computes both.",
        veils=1,
    )


def _zeros() -> Prediction:
    return Prediction(
        Choice(
            "ch02-zeros",
            "All weights and biases of a network start at zero; its hidden layer has ReLU. It is trained for "
            "a hundred rounds. Which of its numbers change?",
            (
                Option(
                    "All of them, but all hidden neurons stay equal",
                    "This is what most books say of every equal start. It is true of equal numbers that are "
                    "*not zero*. Here even less happens.",
                ),
                Option(
                    "Only the bias of the output",
                    "Everything else is multiplied with a zero on its way.",
                    right=True,
                ),
                Option(
                    "None",
                    "Nearly. One number is reached without passing any weight or any hidden neuron.",
                ),
                Option(
                    "All of them, as from any other start",
                    "Zero seems a modest start. But a hidden neuron that says zero to everything tells the "
                    "weights after it nothing, and through a weight of zero no message comes back.",
                ),
            ),
        ),
        "The next cell tries zeros with ReLU and with tanh, and then equal numbers that are not zero.",
        veils=1,
    )


PREDICTIONS: dict[str, Prediction] = {
    "without": _without(),
    "product": _product(),
    "wake": _wake(),
    "shift": _shift(),
    "zeros": _zeros(),
}
"""The predictions of the chapter, by the name that the notebook calls them by."""


def _quiz() -> tuple[Question, ...]:
    a = 0.8
    weight, layers = 2.0, 3
    steepest = float(sigmoid_derivative(np.zeros(1))[0])
    logits = np.log([1.0, 3.0])
    return (
        Choice(
            "ch02-stack",
            "A network has ten layers and no activation anywhere. What can it compute?",
            (
                Option(
                    "Anything, since it is deep",
                    "Depth helps only if something bends between the layers.",
                ),
                Option(
                    "Nothing: it cannot learn",
                    "It learns well, by slopes that depend on its inputs and errors. What it can learn is "
                    "limited, though.",
                ),
                Option(
                    "What one layer without activation can compute, and no more",
                    "Ten weighted sums of weighted sums are one weighted sum.",
                    right=True,
                ),
                Option(
                    "Polynomials of degree ten",
                    "For these, inputs would have to be multiplied with *each other*. A layer multiplies "
                    "them "
                    "with weights only.",
                ),
            ),
        ),
        Number(
            "ch02-slope-from-output",
            f"A sigmoid neuron gives a = {a}. How steep is the sigmoid at this place?",
            a * (1 - a),
            "Use the short form: the slope is a times (1 − a), with the *output* a.",
            (
                Mistake(
                    float(sigmoid_derivative(np.array([a]))[0]),
                    "You took the output for z and applied the long form to it. This is the slope at z = "
                    "0.8, "
                    "another place of the curve.",
                ),
                Mistake(steepest, "That is the steepest slope, where a is one half."),
                Mistake(
                    float(sigmoid(np.array([a]))[0]),
                    "That is the sigmoid of 0.8, so it was applied a second time. Asked is its slope.",
                ),
                Mistake(1 - a, "One factor is missing: a (1 − a)."),
            ),
            tolerance=0.002,
            why="0.8 × 0.2. Where a itself is at hand, no exponential is needed any more.",
        ),
        Number(
            "ch02-chain",
            "Three sigmoid neurons in a row, each with weight 2 and each with the sum z = 0. A nudge goes "
            "in at "
            "the front. With what factor does it arrive?",
            (weight * steepest) ** layers,
            "Every neuron multiplies the nudge with its weight *and* with its slope at z = 0.",
            (
                Mistake(
                    steepest**layers,
                    "These are the slopes alone. The weights are factors too: that is why vanishing is not "
                    "the "
                    "sigmoid's fault alone.",
                ),
                Mistake(weight**layers, "These are the weights alone; the slopes are missing."),
                Mistake(
                    layers * weight * steepest,
                    "The factors of the three neurons multiply, they do not add up.",
                ),
                Mistake(weight * steepest, "That is one neuron. There are three."),
            ),
            tolerance=0.001,
            why="Each neuron passes on 2 × ¼, one half; three of them an eighth.",
        ),
        Choice(
            "ch02-step",
            "Why can the binary step not be trained by following slopes?",
            (
                Option(
                    "It jumps at zero, and where it jumps there is no slope",
                    "At this one point, indeed. ReLU has such a point too and is trained every day. Look "
                    "at all "
                    "the *other* points.",
                ),
                Option(
                    "Its slope is zero everywhere else, so no weight learns which way to go",
                    "A small change of a weight changes no answer, so it seems not to matter.",
                    right=True,
                ),
                Option(
                    "Its outputs are only 0 and 1",
                    "That limits what it can say. But a hidden layer of 0s and 1s did XOR in chapter 1; "
                    "only, the "
                    "weights were found by hand.",
                ),
            ),
        ),
        Choice(
            "ch02-dead",
            "A ReLU neuron gives 0 for six records in ten. Is it dead?",
            (
                Option(
                    "Yes: its slope is zero",
                    "For these six it is. For the other four it is one, and they train it.",
                ),
                Option(
                    "Yes, more than half is the definition",
                    "A neuron needs no majority: a single record with a positive sum keeps it learning.",
                ),
                Option(
                    "No: dead is only what is 0 for every record",
                    "It works as a ReLU should: silent for some records, and heard for others.",
                    right=True,
                ),
                Option(
                    "Only if its bias is negative",
                    "A negative bias makes zeros more frequent, but what counts is the whole sum, record "
                    "by record.",
                ),
            ),
        ),
        Number(
            "ch02-leaky",
            "Leaky ReLU with slope 0.01: what does it make of z = −3?",
            float(leaky_relu(np.array([-3.0]))[0]),
            "To the left of zero the sum is multiplied with the slope.",
            (
                Mistake(0.0, "That is the plain ReLU. The leaky one lets a little of the negative through."),
                Mistake(0.03, "The size is right; the sign stays negative: 0.01 times −3."),
                Mistake(0.01, "That is the slope there. Asked is the output."),
                Mistake(-3.0, "Left of zero the sum does not pass unchanged: it is multiplied with 0.01."),
            ),
            tolerance=0.001,
            why="A hundredth of the sum, with its sign.",
        ),
        Number(
            "ch02-two-classes",
            "Two classes have the logits 0 and 1.0986, which is the logarithm of 3. What probability does "
            "softmax "
            "give to the second class?",
            float(softmax(logits)[1]),
            "Take e to the power of each logit (one of them gives 1, the other 3) and divide by the sum.",
            (
                Mistake(
                    float(softmax(logits)[0]),
                    "That is the first class. The second has the larger logit.",
                ),
                Mistake(
                    1.0,
                    "Without the exponentials it would be so: 1.0986 of 1.0986. Take e to the power first.",
                ),
                Mistake(3.0, "That is the exponential. Divide it by the sum of both."),
                Mistake(1 / 3, "You divided 1 by 3. The share is 3 of the sum 1 + 3."),
            ),
            tolerance=0.005,
            why="3 of 1 + 3. With two classes this is the sigmoid of the difference of the logits.",
        ),
        Choice(
            "ch02-axis",
            "`Z` has the shape (32, 10): 32 records, 10 classes. Over which axis must softmax divide, and "
            "what "
            "adds up to 1 then?",
            (
                Option(
                    "Over axis 1: each row adds up to 1",
                    "A row is one record, and its ten classes share one certainty.",
                    right=True,
                ),
                Option(
                    "Over axis 0: each column adds up to 1",
                    "Then 32 records would compete for each class, and the answer for one record would "
                    "change "
                    "with the company it is in.",
                ),
                Option(
                    "Over both: the whole table adds up to 1",
                    "Then all 32 records would share a single certainty.",
                ),
            ),
        ),
        Choice(
            "ch02-output",
            "A network shall predict the price of a house. Which activation belongs at its output?",
            (
                Option(
                    "Sigmoid, as always at the output",
                    "It cannot say more than 1. Sigmoids belong to yes-or-no questions.",
                ),
                Option(
                    "Softmax",
                    "It shares a certainty among classes. A single output would always be 1.",
                ),
                Option(
                    "ReLU, because prices are positive",
                    "The reason is good. But where the sum is negative the slope is zero, and an output "
                    "that is "
                    "dead for a record cannot be corrected by it.",
                ),
                Option(
                    "None: the sum itself (identity)",
                    "A real number can be anything, so the output must be able to be anything.",
                    right=True,
                ),
            ),
        ),
    )


QUIZ: tuple[Question, ...] = _quiz()
"""The quiz at the end of the chapter."""

predict, quiz = of_chapter(PREDICTIONS, QUIZ, "Quiz: activations")
