"""Predictions and quiz of the page "Training fails: what to check". Every numeric key is computed here."""

import math

import numpy as np

from annlib.quizzes import Choice, Mistake, Number, Option, Prediction, Question, of_chapter

__all__ = ["PREDICTIONS", "QUIZ", "predict", "quiz"]


def _start() -> Prediction:
    n_classes = 10
    return Prediction(
        Number(
            "fails-start",
            "Ten classes, cross-entropy, and a network that has learned nothing: it gives each class about "
            "the same probability. Near which loss should training begin?",
            math.log(n_classes),
            "Each class gets 1/10. The loss is minus the natural logarithm of what the true class got.",
            (
                Mistake(1 / n_classes, "That is the probability. The loss is minus its logarithm."),
                Mistake(
                    math.log10(n_classes), "So with the logarithm to base ten. Here it is the natural one."
                ),
                Mistake(
                    math.log(2), "So it is with *two* classes. With ten the true one is harder to guess."
                ),
                Mistake(1 - 1 / n_classes, "That is the share of wrong guesses, not the loss."),
            ),
            tolerance=0.03,
            why="−ln(1/10) = ln 10. If the first loss is far from it, something is wrong already.",
        ),
        "The next cell asks an untrained network.",
        veils=1,
    )


def _twice() -> Prediction:
    return Prediction(
        Choice(
            "fails-twice",
            "A network ends with a sigmoid, and its loss, which takes logits, applies a second one. A tumor "
            "is benign (target 1), and the network is as sure as can be: it says 1. What does the loss see?",
            (
                Option(
                    "A probability of 1, and so no loss",
                    "It would, without the second sigmoid. That one takes the 1 for a logit.",
                ),
                Option(
                    "A probability of about 0.73",
                    "The sigmoid of 1. The best that can be said is far from sure, and the loss never gets "
                    "low.",
                    right=True,
                ),
                Option("A probability of 0.5", "That is the sigmoid of 0: what it sees for a sure *no*."),
                Option("An error", "Any number may be a logit, so nothing is wrong for the code."),
            ),
        ),
        "The cell below trains it.",
        veils=1,
    )


def _copies() -> Prediction:
    return Prediction(
        Choice(
            "fails-copies",
            "Ten classes, but the labels are dice: nothing can be learned. By an oversight the table holds "
            "every record three times, and then it is shuffled and split. What will the validation accuracy "
            "be?",
            (
                Option(
                    "About 10 percent: dice cannot be foretold",
                    "For records that are *new*. But the validation set is full of old acquaintances.",
                ),
                Option(
                    "Over 90 percent",
                    "Nearly every validation record has a copy in the training set, and the network has "
                    "learned that one by heart.",
                    right=True,
                ),
                Option(
                    "About 33 percent, for a third are originals",
                    "Nothing marks the originals. What counts is whether a copy is in the training set.",
                ),
                Option(
                    "0 percent, for the network has learned other dice",
                    "It would be wrong no more often than by chance. And here it has seen the very record.",
                ),
            ),
        ),
        "The cell below does it.",
        veils=1,
    )


PREDICTIONS: dict[str, Prediction] = {"start": _start(), "twice": _twice(), "copies": _copies()}
"""The predictions of the page, by the name that the notebook calls them by."""


def _quiz() -> tuple[Question, ...]:
    stays = 0.8
    return (
        Choice(
            "fails-nan",
            "The loss is 2.1, then 35, then 80,000, then NaN. What do you try first?",
            (
                Option("Train longer", "It runs away, faster each step. More steps lead further away."),
                Option(
                    "A learning rate ten times smaller, and a look at the range of the inputs",
                    "A loss that grows by leaps steps too far: the rate is too large for these inputs.",
                    right=True,
                ),
                Option("A larger network", "The size is not what makes the steps too long."),
                Option("Replace each NaN by zero", "It hides the symptom; the weights are ruined before."),
            ),
        ),
        Choice(
            "fails-flat",
            "The loss stays at ln 10 from the first to the last epoch, and the gradient of the first layer "
            "is exactly zero. Which cause fits?",
            (
                Option("The rate is too small", "Then the gradient is not zero; only the steps are short."),
                Option("The labels are shuffled", "Then there are gradients; they lead nowhere useful."),
                Option(
                    "All weights started at zero",
                    "Behind zero weights nothing flows back: no gradient reaches the first layer.",
                    right=True,
                ),
                Option("The batch is too small", "Small batches are noisy, and noise is not zero."),
            ),
        ),
        Number(
            "fails-baseline",
            "80 of 100 customers stay. A network reaches the accuracy 0.80 and improves no more. What would "
            "a rule reach that says *stays* to everybody?",
            stays,
            "It is right for all who stay.",
            (
                Mistake(0.5, "That is a coin. The rule never tosses: it is right for all who stay."),
                Mistake(1 - stays, "That is the share of those who leave: where the rule is wrong."),
                Mistake(1.0, "It is wrong for all who leave."),
            ),
            why="So the network may have learned nothing but this rule.",
        ),
        Choice(
            "fails-below",
            "The network has dropout, and the validation loss lies *below* the training loss. What is the "
            "most likely reason?",
            (
                Option(
                    "The training loss was measured with dropout on, the other with it off",
                    "With units left out every record is harder. Measure both without dropout and compare.",
                    right=True,
                ),
                Option("The network overfits", "Then it would be the other way round."),
                Option(
                    "Validation and training set were exchanged",
                    "Possible, but first look for the harmless reason, which is nearly always there.",
                ),
                Option("The learning rate is too large", "It would harm both losses alike."),
            ),
        ),
        Choice(
            "fails-serving",
            "The validation accuracy was 0.96. In use, on new records of the same kind, it is 0.3. Where do "
            "you look first?",
            (
                Option("At the learning rate", "The weights are fixed by now, and they were good."),
                Option("At the number of epochs", "The same weights did well on the validation set."),
                Option("At the size of the network", "The same network did well on records it had not seen."),
                Option(
                    "At how the new records are prepared: scale, order of columns, encoding",
                    "What reaches the network must have gone through the very same steps, with the numbers "
                    "of the training set.",
                    right=True,
                ),
            ),
        ),
        Number(
            "fails-floor",
            "With the double sigmoid of this page the network is sure and right about a benign tumor: it "
            "says 1. Which loss is counted for it?",
            float(-np.log(1 / (1 + np.exp(-1.0)))),
            "The loss sees the sigmoid of 1; take minus its natural logarithm.",
            (
                Mistake(0.0, "So it should be. But the loss takes the 1 for a logit."),
                Mistake(
                    math.log(2), "That is what it sees for an output of 0: the sigmoid of 0 is one half."
                ),
                Mistake(
                    1 / (1 + math.exp(-1.0)), "That is the probability which the loss sees. Take −ln of it."
                ),
            ),
            why="−ln 0.731: the loss can never get lower for this record.",
        ),
    )


QUIZ: tuple[Question, ...] = _quiz()
"""The quiz at the end of the page."""

predict, quiz = of_chapter(PREDICTIONS, QUIZ, "Quiz: what would you check?")
