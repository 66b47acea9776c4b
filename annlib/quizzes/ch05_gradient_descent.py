"""Questions of chapter 5. Every numeric key, and every number that a mistake leads to, is computed here."""

import math

from annlib.plots.ch05_gradient_descent import valley_slope
from annlib.quizzes import Choice, Mistake, Number, Option, Prediction, Question, of_chapter

__all__ = ["PREDICTIONS", "QUIZ", "predict", "quiz"]


def _step() -> Prediction:
    w, rate = 5.0, 0.1
    slope = float(valley_slope(w))
    return Prediction(
        Number(
            "ch05-step",
            "The weight is w = 5, the slope there is +4, the learning rate is 0.1. What is the new weight?",
            w - rate * slope,
            "Take the slope times the learning rate, and subtract it from the old weight.",
            (
                Mistake(
                    w + rate * slope,
                    "You went *up*: where the slope is positive, a larger weight means a larger loss. The "
                    "minus in the rule turns us round.",
                ),
                Mistake(w - slope, "You subtracted the whole slope. The learning rate takes a part of it."),
                Mistake(w - rate, "You subtracted the learning rate alone. It is multiplied with the slope."),
                Mistake(rate * slope, "That is the length of the step. The new weight is where it leads to."),
            ),
            tolerance=0.01,
            why="5 − 0.1 × 4: a step to the left, downhill.",
        ),
        "The next cell does it on both sides of the valley.",
        veils=1,
    )


def _large() -> Prediction:
    return Prediction(
        Choice(
            "ch05-large",
            "In the same valley, 0.3 comes near to the lowest point in a few steps. What do you expect of a "
            "learning rate of exactly 1?",
            (
                Option(
                    "It is there in about a third of the steps",
                    "A larger rate makes larger steps. But a step does not know where the lowest point is, "
                    "and may pass it.",
                ),
                Option(
                    "It swings between two points for ever",
                    "Each step carries it as far beyond the lowest point as it was before it.",
                    right=True,
                ),
                Option(
                    "It swings, and settles slowly",
                    "So it is a little *below* 1. Think of what each step does with the distance.",
                ),
                Option(
                    "The loss grows without end",
                    "So it is a little *above* 1. Think of what each step does with the distance.",
                ),
            ),
        ),
        "The cell below tries several rates, and the formula after it says why.",
        veils=1,
        section=True,
    )


def _updates() -> Prediction:
    n, batch = 1000, 64
    return Prediction(
        Number(
            "ch05-updates",
            "There are 1000 training records, and the batches hold 64 of them. How many times are the "
            "weights updated in one epoch?",
            float(math.ceil(n / batch)),
            "Divide 1000 by 64, and think of the records that are left over.",
            (
                Mistake(
                    float(n // batch),
                    "That many batches are *full*. Forty records are left; they make a last, smaller batch.",
                ),
                Mistake(
                    1.0,
                    "So it would be with a single batch of all records. Here the weights move after *each* "
                    "batch.",
                ),
                Mistake(float(n), "That would be batches of one record."),
                Mistake(n / batch, "The division is right, but there is no part of an update: round it up."),
            ),
            tolerance=0.1,
            why="1000 / 64 is 15.6: 15 full batches, and a last one with the 40 records that are left.",
        ),
        "The cell below counts.",
        veils=2,
    )


def _noise() -> Prediction:
    return Prediction(
        Number(
            "ch05-noise",
            "A step that looks at 100 records instead of 1 takes 100 times the work. How many times smaller "
            "is the typical error of its slope?",
            math.sqrt(100),
            "The error of a mean shrinks more slowly than the number of records grows.",
            (
                Mistake(
                    100.0,
                    "So one would hope. The errors of the records partly cancel, but not that well: a mean "
                    "gets better with the *root* of the number.",
                ),
                Mistake(1.0, "Then means would be of no use. The errors of different records partly cancel."),
                Mistake(50.0, "Half of the hundred is not it. Think of the root."),
            ),
            tolerance=0.6,
            why="The root of 100. So the first few records tell most, and the last thousand little.",
        ),
        "The next cell measures it.",
        veils=1,
    )


def _saddles() -> Prediction:
    return Prediction(
        Choice(
            "ch05-saddles",
            "At a place with slope zero the ground may bend up or down in each direction. With one weight, "
            "half of such random places are minima. With ten weights?",
            (
                Option(
                    "Still about half",
                    "For a minimum the ground must bend up in *every* direction. With ten that is much to "
                    "ask.",
                ),
                Option(
                    "About one in ten",
                    "A tenth would be many. Think of ten coins that must all show heads, and these coins "
                    "push each other apart.",
                ),
                Option(
                    "Hardly any",
                    "Up in some directions and down in others: a saddle. That is what is met.",
                    right=True,
                ),
                Option(
                    "More than half, since there are more ways up",
                    "There are as many ways down. One is enough to make it no minimum.",
                ),
            ),
        ),
        "The next cell draws random places and counts.",
        veils=1,
    )


PREDICTIONS: dict[str, Prediction] = {
    "step": _step(),
    "large": _large(),
    "noise": _noise(),
    "updates": _updates(),
    "saddles": _saddles(),
}
"""The predictions of the chapter, by the name that the notebook calls them by."""


def _quiz() -> tuple[Question, ...]:
    w, rate, slope = 2.0, 0.2, -3.0
    curvature = 8.0
    n, batch, n_epochs = 8000, 300, 5
    updates = math.ceil(n / batch)
    return (
        Number(
            "ch05-left",
            "A weight is 2, the slope of the loss there is −3, the learning rate is 0.2. The new weight?",
            w - rate * slope,
            "Old weight minus learning rate times slope; mind that the slope is negative.",
            (
                Mistake(
                    w + rate * slope,
                    "Minus a negative number is plus: the loss falls to the right, so the step goes to the "
                    "right.",
                ),
                Mistake(w - slope, "The learning rate is missing: only a fifth of the slope is used."),
                Mistake(-rate * slope, "That is the step. Add it to the weight that you had."),
                Mistake(w - rate, "That is the rate alone. It is multiplied with the slope."),
            ),
            tolerance=0.01,
            why="2 − 0.2 × (−3) = 2 + 0.6.",
        ),
        Choice(
            "ch05-epoch",
            "What is an epoch?",
            (
                Option(
                    "One forward pass and one backward pass",
                    "Often said, and right only where the batch holds all records. Such a pair belongs to "
                    "*one update*.",
                ),
                Option(
                    "One update of the weights",
                    "That is a step. An epoch has as many as there are batches.",
                ),
                Option(
                    "One pass over all training records",
                    "Each record is seen once; how many updates that makes depends on the batch size.",
                    right=True,
                ),
                Option(
                    "Training until the loss no longer falls",
                    "That may take many epochs, or none may suffice.",
                ),
            ),
        ),
        Number(
            "ch05-count",
            "8000 records, batches of 300, five epochs. How many updates are that?",
            float(n_epochs * updates),
            "First the batches of one epoch, the last and smaller one included; then times five.",
            (
                Mistake(
                    float(n_epochs * (n // batch)),
                    "You dropped the last batch of each epoch: 200 records that no step would have seen.",
                ),
                Mistake(float(updates), "That is one epoch. There are five."),
                Mistake(float(n_epochs), "That many epochs. In each of them there are many updates."),
                Mistake(
                    float(math.ceil(n_epochs * n / batch)),
                    "You cut all five passes as one long row. But each epoch ends with its own small batch.",
                ),
            ),
            tolerance=0.4,
            why="8000 / 300 is 26.7, so 27 batches in each of the five epochs.",
        ),
        Number(
            "ch05-limit",
            "A parabola has the curvature c = 8 (its second derivative). From which learning rate on does "
            "gradient descent no longer come nearer?",
            2 / curvature,
            "Each step multiplies the distance with 1 − rate × c. When does this reach −1?",
            (
                Mistake(1 / curvature, "With this rate a single step arrives. The border is twice as large."),
                Mistake(2.0, "That is the border for a curvature of one."),
                Mistake(curvature / 2, "Upside down: the more curved the valley, the *smaller* the rate."),
                Mistake(1.0, "That was so in the valley of this chapter, whose curvature is 2."),
            ),
            tolerance=0.005,
            why="The border is 2 / c: here 1 − 0.25 × 8 = −1, and each step only changes sides.",
        ),
        Choice(
            "ch05-fair",
            "Batch 10 and batch 100 are compared on the same data. Which comparison is fair?",
            (
                Option(
                    "After equally many epochs, each with a rate that suits it",
                    "Both have then read equally many records, and neither is held back by the other's rate.",
                    right=True,
                ),
                Option(
                    "After equally many steps, with the same rate",
                    "The larger batch has then read ten times as many records.",
                ),
                Option(
                    "After equally many epochs, with the same rate",
                    "Half fair: the records are equal. But a larger batch bears a larger rate, and makes "
                    "fewer steps.",
                ),
                Option(
                    "After equally many steps, each with a rate that suits it",
                    "The rates are fair, but one of them has read ten times as many records.",
                ),
            ),
        ),
        Choice(
            "ch05-flat",
            "The loss has not changed for fifty epochs. What do you know?",
            (
                Option(
                    "The network has learned all it can",
                    "It may be so. A plateau, sleeping neurons and a wrong rate look exactly the same.",
                ),
                Option(
                    "It is stuck in a local minimum",
                    "It may be, though in many dimensions saddles and plateaus are far more common.",
                ),
                Option(
                    "The learning rate is too small",
                    "It may be. Others are possible: try one that is ten times as large, and you know more.",
                ),
                Option(
                    "Only that the slopes are small, or the steps useless",
                    "A plateau, saturation, a wrong rate or the end: it takes an experiment to tell.",
                    right=True,
                ),
            ),
        ),
        Choice(
            "ch05-shuffle",
            "Which line is right at the beginning of an epoch?",
            (
                Option(
                    "`rng.shuffle(X); rng.shuffle(y)`",
                    "Two shuffles, two orders: every record gets the target of another.",
                ),
                Option(
                    "`order = rng.permutation(n); X, y = X[order], y[order]`",
                    "One order for both, so that each record keeps its target.",
                    right=True,
                ),
                Option(
                    "`X = X[rng.permutation(n)]`",
                    "The targets stay where they were: the records have lost theirs.",
                ),
                Option(
                    "`order = rng.integers(n, size=n); X, y = X[order], y[order]`",
                    "This draws with repetition: about a third of the records would not be seen at all.",
                ),
            ),
        ),
        Choice(
            "ch05-scale",
            "Mean and standard deviation for scaling are taken from …",
            (
                Option(
                    "all records, so that they are more precise",
                    "Then the test records have had a say in what the model sees, and the test is no longer "
                    "one.",
                ),
                Option(
                    "each part separately: training, validation, test",
                    "Then the same patient would get different numbers, depending on the company.",
                ),
                Option(
                    "the training records, and used for all parts",
                    "What is learned, is learned from the training part; a mean too.",
                    right=True,
                ),
            ),
        ),
        Choice(
            "ch05-end",
            "What does gradient descent find, if the rate is small enough and it runs long enough?",
            (
                Option(
                    "The best weights",
                    "In a valley with a single bottom. In general it stops wherever the slope is zero.",
                ),
                Option(
                    "A place where the slope is as near to zero as you like",
                    "A stationary point: a minimum, deep or shallow, or a saddle. If the loss is smooth and "
                    "bounded below.",
                    right=True,
                ),
                Option(
                    "A local minimum, but never a saddle",
                    "From most starts so. Yet on the ridge it walks straight into the saddle.",
                ),
                Option(
                    "Nothing certain at all",
                    "Something is certain: each small step leads down, so the slopes must fade.",
                ),
            ),
        ),
    )


QUIZ: tuple[Question, ...] = _quiz()
"""The quiz at the end of the chapter."""

predict, quiz = of_chapter(PREDICTIONS, QUIZ, "Quiz: gradient descent")
