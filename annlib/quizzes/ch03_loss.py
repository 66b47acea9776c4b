"""Questions of chapter 3. Every numeric key, and every number that a mistake leads to, is computed here."""

import numpy as np

from annlib.losses import BinaryCrossEntropy, MeanSquaredError, SumOfSquaredErrors
from annlib.quizzes import Choice, Mistake, Number, Option, Prediction, Question, of_chapter

__all__ = ["PREDICTIONS", "QUIZ", "predict", "quiz"]


def _squares() -> Prediction:
    return Prediction(
        Choice(
            "ch03-squares",
            "Four rides. The first model is off by two minutes on each of them. The second one is exactly "
            "right three times and off by five minutes once. Which has the smaller sum of *squared* errors?",
            (
                Option(
                    "The second: five minutes in all are less than eight",
                    "Added up without squaring, they are. Squares look at each error by itself first: what "
                    "does the one large error cost?",
                ),
                Option(
                    "The first: four small squares are less than one large one",
                    "Four times two squared against five squared.",
                    right=True,
                ),
                Option(
                    "The second, because it is exactly right more often",
                    "How often it is right is another measure; you will meet it below as the accuracy. "
                    "Squares ask how *far* off it is.",
                ),
                Option(
                    "They are equal",
                    "They would be if the second model were off by four minutes: four squared is four times "
                    "two squared.",
                ),
            ),
        ),
        "The next cell adds up both.",
        veils=1,
    )


def _flat() -> Prediction:
    return Prediction(
        Number(
            "ch03-flat",
            "The neuron with the weight 3.6 says yes or no to each of the 569 tumors. You turn the weight a "
            "tiny bit, to 3.601. For how many of the 569 does the *decision* change?",
            0.0,  # counted on the tumors by the tests: this module loads no data
            "Think of the line where the decision turns. How far does it move, and how many tumors stand in "
            "the narrow strip between the old place and the new one?",
            (
                Mistake(
                    569.0,
                    "All *logits* change, and so does the loss. A decision changes only where a logit "
                    "crosses zero.",
                ),
                Mistake(
                    1.0,
                    "One may happen to stand exactly there, but a strip that narrow is mostly empty. Here it "
                    "is.",
                ),
                Mistake(
                    284.5,
                    "Half of them? The decision turns where the logit is zero, and that place hardly moves.",
                ),
            ),
            tolerance=0.25,
            why="The place where the decision turns has moved by less than a thousandth, and no tumor stands "
            "there.",
        ),
        "The next cell turns the weight.",
        veils=3,
    )


def _stuck() -> Prediction:
    return Prediction(
        Choice(
            "ch03-stuck",
            "A sigmoid neuron should say yes. Its logit is −8, so it says no, and it is very sure. How steep "
            "is its *squared error* there, compared with a neuron whose logit is 0?",
            (
                Option(
                    "Steeper: it is more wrong, so it is pulled harder",
                    "For a line it would be so: slope and error grow together. Here the error must pass the "
                    "sigmoid before it reaches the logit, and the sigmoid is flat at −8.",
                ),
                Option(
                    "About equally steep",
                    "The errors differ by a factor of two only. But a second factor, the slope of the "
                    "sigmoid, differs far more.",
                ),
                Option(
                    "Nearly flat: its slope is hundreds of times smaller",
                    "The sigmoid is saturated, and its slope is a factor of the slope of the loss.",
                    right=True,
                ),
                Option(
                    "Exactly zero, so it can never learn",
                    "Nearly. The sigmoid is flat at −8, but not *exactly* flat: it crawls.",
                ),
            ),
        ),
        "The next cell computes both slopes, and those of the cross-entropy.",
        veils=2,
        section=True,
    )


def _digits() -> Prediction:
    one = np.float32(1)
    return Prediction(
        Number(
            "ch03-digits",
            "Networks mostly compute in float32, numbers with about seven digits. What is 1 − 10⁻¹⁵ there?",
            float(one - np.float32(1e-15)),
            "How many nines would you have to write? And how many digits are there?",
            (
                Mistake(
                    float(1 - 1e-6),
                    "Seven digits could hold this number. But it is not the nearest one to 1 − 10⁻¹⁵: that "
                    "one is nearer to 1 than to any other number of float32.",
                ),
                Mistake(0.0, "A difference of such numbers could vanish; here almost all of the 1 is left."),
                Mistake(
                    0.9,
                    "Only a small part is taken away, not a tenth: 10⁻¹⁵ is far below seven digits.",
                ),
            ),
            tolerance=2e-7,
            why="Exactly 1: the fifteen nines do not fit into seven digits, so the result is rounded to 1.",
        ),
        "The next cell lets the computer subtract.",
        veils=1,
        section=True,
    )


def _batches() -> Prediction:
    return Prediction(
        Choice(
            "ch03-batches",
            "The 569 tumors are sorted by size and come in batches of 256, 256 and 57. The last batch holds "
            "the largest tumors, which the model judges nearly without error. You average the three losses. "
            "What do you get?",
            (
                Option(
                    "The loss of all 569, since every tumor was in exactly one batch",
                    "Every tumor was there, but not every one with the same weight: in its batch it is one "
                    "of 57 or one of 256.",
                ),
                Option(
                    "Less than the loss of all 569",
                    "The easy last batch counts as much as each of the large ones, and pulls the mean down.",
                    right=True,
                ),
                Option(
                    "More than the loss of all 569",
                    "It would be so if the last batch were the hard one.",
                ),
            ),
        ),
        "The next cell averages both ways.",
        veils=1,
    )


PREDICTIONS: dict[str, Prediction] = {
    "squares": _squares(),
    "flat": _flat(),
    "stuck": _stuck(),
    "digits": _digits(),
    "batches": _batches(),
}
"""The predictions of the chapter, by the name that the notebook calls them by."""


def _quiz() -> tuple[Question, ...]:
    a, y = np.array([[3.0], [5.0], [2.0]]), np.array([[1.0], [5.0], [5.0]])
    d = a - y
    p, classes = 0.25, 5
    logit = np.array([[np.log(p / (1 - p))]])
    counts, losses = np.array([256, 64]), np.array([0.5, 1.0])
    return (
        Number(
            "ch03-mse",
            "A model says 3, 5 and 2; the targets are 1, 5 and 5. What is the mean squared error?",
            MeanSquaredError()(a, y)[0],
            "Three errors, each squared, added up, and divided by how many there are.",
            (
                Mistake(
                    SumOfSquaredErrors()(a, y)[0], "That is the sum. Divide it by the number of records."
                ),
                Mistake(
                    float(d.mean()), "That is the mean of the errors: they cancel. Square each one first."
                ),
                Mistake(
                    float(np.abs(d).mean()),
                    "That is the mean of the sizes of the errors. Here they are to be squared.",
                ),
                Mistake(
                    float(np.sqrt(np.mean(d**2))),
                    "You took the root as well. It is useful, for it has the unit of the target, but it is "
                    "not asked for.",
                ),
                Mistake(
                    float(d.sum() ** 2 / 3),
                    "You added first and squared then, so errors of two signs have canceled.",
                ),
            ),
            why="The squares are 4, 0 and 9; a third of 13.",
        ),
        Choice(
            "ch03-point",
            "In the landscape of the loss, what is *one point* on the ground?",
            (
                Option(
                    "One record",
                    "The records do not move when you walk there: all of them go into the height of every "
                    "point.",
                ),
                Option(
                    "One set of weights and biases",
                    "For the rides it was one whole line. To walk means to turn knobs.",
                    right=True,
                ),
                Option(
                    "One output of the network",
                    "Each point has outputs for *all* records. What says where you stand is what produces "
                    "them.",
                ),
                Option(
                    "One round of training",
                    "A round takes you from one point to another. The points are there without any training.",
                ),
            ),
        ),
        Number(
            "ch03-surprise",
            "A model gives a yes the probability 0.25. It turns out a no. What is the cross-entropy of this "
            "record?",
            BinaryCrossEntropy()(logit, np.array([0]))[0],
            "How probable did the model hold what *happened*? Take minus the natural logarithm of it.",
            (
                Mistake(
                    float(-np.log(p)),
                    "You took the probability of the yes. It was a no, and that one was given 1 − 0.25.",
                ),
                Mistake(float(np.log(1 - p)), "The logarithm is right; a loss has a minus before it."),
                Mistake(
                    float(-np.log10(1 - p)),
                    "That is the logarithm to the base 10. Here it is the natural one, `np.log`.",
                ),
                Mistake(p**2, "That is the squared error."),
                Mistake(
                    1 - p, "That is the probability of what happened. Its logarithm is still to be taken."
                ),
            ),
            why="Minus the logarithm of 0.75: a small surprise.",
        ),
        Number(
            "ch03-clueless",
            "A classifier for five classes has not been trained yet, and its logits are all near zero. Near "
            "which number should its cross-entropy be?",
            float(np.log(classes)),
            "Which probability does it give to the true class? What is minus the logarithm of that?",
            (
                Mistake(
                    float(np.log(2)), "That is for two classes. Of five, the true one gets only a fifth."
                ),
                Mistake(1 / classes, "That is the probability of the true class. Take minus its logarithm."),
                Mistake(1 - 1 / classes, "That is the share of wrong guesses. The loss is a logarithm."),
                Mistake(
                    float(np.log2(classes)),
                    "That is the logarithm to the base 2, which counts in bits. Here it is the natural one.",
                ),
                Mistake(
                    0.0, "Zero is the loss of a model that is always right and sure. This one knows nothing."
                ),
            ),
            why="The logarithm of five. If yours starts far above, look for a mistake before you train.",
        ),
        Choice(
            "ch03-twice",
            "This network trains without any error message, but its loss never falls below about 0.5. What "
            "is wrong?",
            (
                Option(
                    "Mean squared error would be the right loss here",
                    "For yes or no, cross-entropy is right. Look at what it is *given*.",
                ),
                Option(
                    "The last sigmoid: the loss has one already",
                    "So the loss takes a number between 0 and 1 for a logit, and the model can never say no.",
                    right=True,
                ),
                Option(
                    "The last layer needs two neurons, one for yes and one for no",
                    "It may have two, with softmax. But one is enough for one question.",
                ),
                Option(
                    "ReLU before a sigmoid: nothing negative can arrive",
                    "Between them stands a `Dense` layer, whose weights and bias can be negative.",
                ),
            ),
            code="net = Network(\n    [Dense(10, 6), ReLU(), Dense(6, 1), Sigmoid()], rng=rng\n)\n"
            "train(net, X, y, loss=BinaryCrossEntropy(), ...)",
        ),
        Choice(
            "ch03-metric",
            "Two models are right for nine customers in ten, the same nine. One has the loss 0.3, the other "
            "0.8. How can that be?",
            (
                Option(
                    "It cannot; one of the numbers is a mistake",
                    "Accuracy asks only on which *side* of the threshold an output lies, the loss also how "
                    "far from it.",
                ),
                Option(
                    "The second has been trained with another loss",
                    "It may have been. But both are measured here by the same loss, and differ.",
                ),
                Option(
                    "The second is right less surely, or wrong more surely",
                    "The same decisions, other probabilities, and the loss sees the probabilities.",
                    right=True,
                ),
            ),
        ),
        Number(
            "ch03-batch-means",
            "256 records have the mean loss 0.5, and 64 other records have the mean loss 1.0. What is the "
            "mean over all 320?",
            float(np.average(losses, weights=counts)),
            "Each *record* counts alike. How much do the 256 bring in all, how much the 64?",
            (
                Mistake(
                    float(losses.mean()),
                    "You averaged the two means as if the batches were of one size. The larger one must "
                    "count more.",
                ),
                Mistake(
                    float(np.average(losses, weights=counts[::-1])),
                    "The weights are exchanged: 0.5 belongs to the 256.",
                ),
                Mistake(float(losses.sum()), "That is the sum of the two means. A mean lies between them."),
            ),
            why="128 and 64 make 192, divided by 320.",
        ),
        Choice(
            "ch03-tags",
            "A picture can show a cat, a dog, both, or neither. Which output and which loss belong together "
            "here?",
            (
                Option(
                    "Softmax over cat and dog, categorical cross-entropy",
                    "With softmax the two share one certainty: the more cat, the less dog. Both or neither "
                    "could not be said.",
                ),
                Option(
                    "Identity, mean squared error, because there are two numbers",
                    "Two numbers, yes, but each is an answer to a yes-or-no question.",
                ),
                Option(
                    "One neuron with a sigmoid, binary cross-entropy",
                    "One neuron answers one question. Here are two.",
                ),
                Option(
                    "A sigmoid for each of the two, binary cross-entropy",
                    "Two questions that do not exclude each other, each with a probability of its own.",
                    right=True,
                ),
            ),
        ),
        Choice(
            "ch03-convex",
            "In what is cross-entropy convex, a single bowl?",
            (
                Option(
                    "In the logits",
                    "And so in the weights of a single neuron, whose logit is a weighted sum of its inputs.",
                    right=True,
                ),
                Option(
                    "In all weights of any network",
                    "Exchange two hidden neurons: an equally good point elsewhere, with a ridge between.",
                ),
                Option(
                    "In nothing; that is why training is hard",
                    "For a single neuron it *is* a bowl. What bends it out of shape are the hidden layers.",
                ),
            ),
        ),
    )


QUIZ: tuple[Question, ...] = _quiz()
"""The quiz at the end of the chapter."""

predict, quiz = of_chapter(PREDICTIONS, QUIZ, "Quiz: loss")
