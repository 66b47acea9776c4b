"""Questions of chapter 7. Every numeric key, and every number that a mistake leads to, is computed here."""

import math

import numpy as np

from annlib.quizzes import Choice, Mistake, Number, Option, Prediction, Question, of_chapter

__all__ = ["PREDICTIONS", "QUIZ", "predict", "quiz"]


def _heart() -> Prediction:
    return Prediction(
        Choice(
            "ch07-heart",
            "Some of the images that the network was trained with have a wrong label: an 8 that is called a "
            "3, say. After the training we show it these very images again. What does it say?",
            (
                Option(
                    "Nearly always the true digit: it has seen many right examples of each",
                    "A network that had learned digits would. But nothing asked for that: the loss asked for "
                    "the labels, wrong ones included.",
                ),
                Option(
                    "Now the true digit, now the wrong label, about half and half",
                    "It would be torn if it had few weights. It has more than thirty for each image.",
                ),
                Option(
                    "For every one of them the wrong label",
                    "It has room for each single image, and the loss rewards it for every label that it "
                    "knows by heart.",
                    right=True,
                ),
            ),
        ),
        "The next cell counts.",
        veils=2,
    )


def _sum() -> Prediction:
    h, p = np.array([2.0, 4.0, 6.0, 8.0]), 0.25
    return Prediction(
        Number(
            "ch07-sum",
            "Four hidden units give 2, 4, 6 and 8. A unit of the next layer adds them up, all its weights "
            "are 1: at prediction it gets 20. In training each of the four is dropped with p = 0.25, and "
            "nothing else is done. Which sum does it get *in the mean*?",
            float(((1 - p) * h).sum()),
            "Each of the four is there in three draws of four. What does each contribute in the mean?",
            (
                Mistake(float(h.sum()), "That is the sum with all four. In training a quarter is missing."),
                Mistake(
                    float((p * h).sum()),
                    "That is what is *lost* in the mean: p is the share that is dropped.",
                ),
                Mistake(
                    float((h / (1 - p)).sum()),
                    "You divided by 0.75. That is what will mend the sum; asked is what there is to mend.",
                ),
            ),
            tolerance=0.05,
            why="Each comes with the probability 0.75, so the mean is 0.75 × 20.",
        ),
        "The next cell draws ten thousand times.",
        veils=1,
    )


def _silent() -> Prediction:
    return Prediction(
        Choice(
            "ch07-silent",
            "A hidden unit was dropped for every record of a batch. What are the slopes (the gradient) of "
            "its weights, of those that lead into it and those that lead out of it?",
            (
                Option(
                    "Zero for those out of it, and as always for those into it",
                    "Its output was multiplied by zero. Follow a small change of a weight *into* it: how far "
                    "does it get?",
                ),
                Option(
                    "Zero for all of them",
                    "Nothing that it did came through, and no slope comes back to it: for this step it does "
                    "not exist.",
                    right=True,
                ),
                Option(
                    "Larger than usual, to make up for its absence",
                    "It is those that were *kept* that are scaled up. To what was absent no slope comes.",
                ),
            ),
        ),
        "The next cell looks.",
        veils=1,
    )


def _unfair() -> Prediction:
    return Prediction(
        Choice(
            "ch07-unfair",
            "Now the same images with dropout, p = 0.5. In each epoch the loop reports a training loss, and "
            "we compute the validation loss. The network has seen the training images many times, and the "
            "validation images never. Which of the two can be the higher one in the first epochs?",
            (
                Option(
                    "The validation loss: nobody is better on what they have never seen",
                    "True of one and the same network. But the loop met its training loss with half of the "
                    "units missing; the validation loss was measured with all of them.",
                ),
                Option(
                    "The training loss, because it was met with dropout on",
                    "The two numbers belong to different networks: thinned ones, and the full one.",
                    right=True,
                ),
                Option(
                    "They are equal, since dropout is scaled",
                    "The scale makes *sums* right in the mean. It does not make a network with half of its "
                    "units as good as the full one.",
                ),
            ),
        ),
        "The next cell prints both, and between them the training loss measured with dropout off.",
        veils=2,
    )


def _removed() -> Prediction:
    return Prediction(
        Choice(
            "ch07-removed",
            "Two trained networks, one without dropout and one with p = 0.5. We take away half of the hidden "
            "units of each, for good, and let them read new images. What happens?",
            (
                Option(
                    "Both are lost: a network needs its units",
                    "It depends on what the units have learned to rely on. One of the two has never been "
                    "able to rely on any.",
                ),
                Option(
                    "Both lose little, there are so many units",
                    "There are many. But those of the first network have learned to work *together*: some "
                    "correct what others overdo.",
                ),
                Option(
                    "The one with dropout loses little, the other one much",
                    "Half of the team was missing every day of its training.",
                    right=True,
                ),
            ),
        ),
        "The next cell removes units, more and more of them.",
        veils=2,
    )


def _exact() -> Prediction:
    return Prediction(
        Choice(
            "ch07-exact",
            "Dropout trains many thinned networks; at prediction we use the full one instead of their "
            "average. For which unit behind the dropout is that *exactly* the average of the outputs?",
            (
                Option(
                    "For all of them: that is what the scale is for",
                    "The scale makes the mean of the *sum* exact. What comes out is f of the sum, and the "
                    "mean of f is not f of the mean where f is bent.",
                ),
                Option(
                    "For ReLU, which is straight on both sides of its corner",
                    "Straight on each side, but there is a corner. Where some draws are below zero and "
                    "others above, ReLU cuts off the first and keeps the others.",
                ),
                Option(
                    "For a linear unit",
                    "The mean of a straight line is the line at the mean. For everything bent it is an "
                    "approximation.",
                    right=True,
                ),
                Option(
                    "For none of them",
                    "Nearly none. But take the sum itself as output, and think of its mean.",
                ),
            ),
        ),
        "The next cell goes through every one of the masks.",
        veils=1,
        section=True,
    )


PREDICTIONS: dict[str, Prediction] = {
    "heart": _heart(),
    "silent": _silent(),
    "sum": _sum(),
    "unfair": _unfair(),
    "removed": _removed(),
    "exact": _exact(),
}
"""The predictions of the chapter, by the name that the notebook calls them by."""


def _quiz() -> tuple[Question, ...]:
    h, p, units = 4.0, 0.2, 10
    losses, patience = (0.9, 0.7, 0.6, 0.65, 0.61, 0.55, 0.7), 2
    shown = ", ".join(f"{loss:g}" for loss in losses)
    best = next(
        k
        for k in range(len(losses))
        if min(losses[k : k + patience + 1]) == losses[k] == min(losses[: k + 1])
    )
    return (
        Number(
            "ch07-kept",
            "A hidden unit gives 4. Behind it stands `Dropout(0.2)` of annlib, in training, and the unit is "
            "*kept*. Which number does the next layer get?",
            h / (1 - p),
            "p is the probability of dropping. What is kept is divided by the probability of keeping.",
            (
                Mistake(h, "That is what it gets at prediction. In training, what is kept is scaled up."),
                Mistake(
                    h * (1 - p),
                    "You multiplied by 0.8. That belongs to the old form, at prediction; here one divides, "
                    "in training.",
                ),
                Mistake(h / p, "You divided by p. Divide by the probability of *keeping*, 1 − p."),
                Mistake(0.0, "Zero comes from a unit that is dropped. This one is kept."),
            ),
            tolerance=0.05,
            why="4 / 0.8: in four draws of five it gives this, in one it gives 0, and 4 in the mean.",
        ),
        Number(
            "ch07-convention",
            "A paper writes: “we use dropout with p = 0.8 for the inputs, where p is the probability of "
            "retaining a unit”. What do you write in the brackets of `Dropout(...)`?",
            1 - 0.8,
            "Retaining is keeping. In annlib, PyTorch and Keras the number is the probability of dropping.",
            (
                Mistake(0.8, "Then four inputs of five would be dropped. Retaining means keeping."),
                Mistake(1 / 0.8, "That is the scale of what is kept. Asked is a probability."),
            ),
            tolerance=0.01,
            why="1 − 0.8: one input of five is dropped.",
        ),
        Number(
            "ch07-networks",
            "Dropout acts on ten hidden units. How many different thinned networks are there, the full one "
            "and the empty one included?",
            2.0**units,
            "Each unit is there or not. By how much does one unit more multiply the number?",
            (
                Mistake(2.0 * units, "You added two for each unit. Each unit *doubles* the number."),
                Mistake(
                    float(units), "Ten can be left out one at a time; but any set of them can be missing."
                ),
                Mistake(2.0**units - 1, "You left one of the two extremes out; both were to be counted."),
                Mistake(float(math.factorial(units)), "That counts orders. The units have none here."),
            ),
            tolerance=0.4,
            why="2 to the power of 10. They all share one set of weights.",
        ),
        Choice(
            "ch07-overfitting",
            "Which pair of curves shows that a network is learning its training records by heart?",
            (
                Option(
                    "Both losses are high, and close to each other",
                    "That is the opposite, *underfitting*: it has not even learned the training records.",
                ),
                Option(
                    "The training loss goes on falling, and the validation loss has turned and rises",
                    "From the turn on, what it learns helps only with records that it knows already.",
                    right=True,
                ),
                Option(
                    "Both losses fall",
                    "As long as both fall, what it learns holds for new records too. Let it go on.",
                ),
                Option(
                    "The training loss is ragged, the validation loss smooth",
                    "Small batches and dropout make a training loss ragged. That says nothing about the gap.",
                ),
            ),
        ),
        Choice(
            "ch07-two-losses",
            "With dropout, your training loop reports 0.60 for the last epoch; the validation loss is 0.45. "
            "What can you conclude?",
            (
                Option(
                    "The validation images are easier than the training images",
                    "They may be, but these numbers do not show it: one was met by thinned networks, the "
                    "other by the full one.",
                ),
                Option(
                    "There is a leak: validation records were trained on",
                    "Then the validation loss would be about as low as the training loss *without* dropout. "
                    "Measure that first.",
                ),
                Option(
                    "There is no overfitting",
                    "With dropout off the training loss may be 0.1. Only then do you see the gap.",
                ),
                Option(
                    "Nothing about overfitting, before the training loss is measured with dropout off",
                    "Compare what was measured alike.",
                    right=True,
                ),
            ),
        ),
        Choice(
            "ch07-backward",
            "What is wrong with this layer?",
            (
                Option(
                    "backward draws a mask of its own",
                    "So slopes come to units that had no part in the loss, and units that had one get none. "
                    "The mask of forward must be kept.",
                    right=True,
                ),
                Option(
                    "backward must not scale",
                    "It must: forward multiplied by the mask *with* its scale, so the slope is that number.",
                ),
                Option(
                    "forward must not scale in training",
                    "In inverted dropout it does, and then nothing is left to do at prediction.",
                ),
                Option(
                    "Nothing, chance evens it out",
                    "In the mean over many draws the two masks do not know of each other, and the slope is "
                    "that of nothing at all.",
                ),
            ),
            code=(
                "def forward(self, X, rng):\n"
                "    self.rng = rng\n"
                "    return X * (rng.random(X.shape) >= p) / (1 - p)\n"
                "\n"
                "def backward(self, G):\n"
                "    return G * (self.rng.random(G.shape) >= p) / (1 - p)"
            ),
        ),
        Choice(
            "ch07-average",
            "Which statement about the full network at prediction is exact?",
            (
                Option(
                    "It is the mean of all thinned networks",
                    "For a linear network. With a bent activation it is an approximation, mostly a good one.",
                ),
                Option(
                    "It has nothing to do with the thinned networks",
                    "It has their weights, and for simple networks it *is* one of their averages.",
                ),
                Option(
                    "It is the best of the thinned networks",
                    "Nobody compares them. There are far too many to try.",
                ),
                Option(
                    "With one softmax layer, it is the normalized geometric mean of all thinned networks",
                    "The logits are averaged exactly, and the softmax of averaged logits is the geometric "
                    "mean, made to add up to one.",
                    right=True,
                ),
            ),
        ),
        Number(
            "ch07-patience",
            f"The validation losses after epochs 1 to {len(losses)} are {shown}. You stop early, with a "
            f"patience of {patience} epochs. The weights of which epoch do you get?",
            float(best + 1),
            "Go from left to right. After which epoch have two in a row brought no new lowest loss?",
            (
                Mistake(
                    6.0,
                    "The loss there is the lowest of all. But training stopped before it: nobody knew of it.",
                ),
                Mistake(5.0, "That is the last epoch that was run. The weights come from the best one."),
                Mistake(4.0, "The first epoch without a new lowest. The weights come from the best one."),
                Mistake(
                    7.0, "Without stopping. Epochs 4 and 5 bring no new lowest, and patience is used up."
                ),
            ),
            tolerance=0.1,
            why="Epochs 4 and 5 bring no new lowest loss, so it stops there and gives back epoch 3.",
        ),
        Choice(
            "ch07-l2",
            "You add the L2 penalty to the gradient, and train with Adam. Is that weight decay?",
            (
                Option(
                    "Yes: both pull each weight toward zero in proportion to its size",
                    "With plain SGD they are the same, after rescaling. Adam divides the pull by the size of "
                    "that weight's slopes.",
                ),
                Option(
                    "Only if the penalty has the factor one half",
                    "The half makes the slope λ w and not 2 λ w: a matter of scale. Adam is the difference.",
                ),
                Option(
                    "No: Adam divides the penalty like the rest of the gradient",
                    "Weights with large slopes are then hardly decayed. AdamW keeps the decay out of the "
                    "gradient.",
                    right=True,
                ),
            ),
        ),
        Choice(
            "ch07-smallest-gap",
            "You search for p. With 0.9 the gap between training and validation loss is the smallest, with "
            "0.5 the validation loss is the lowest. Which one do you take?",
            (
                Option(
                    "0.5",
                    "The gap says *whether* it overfits. The validation loss says how well new records go.",
                    right=True,
                ),
                Option(
                    "0.9, because it overfits least",
                    "A network that has learned nothing has no gap at all.",
                ),
                Option(
                    "The one with the lowest training loss",
                    "That is nearly always p = 0: no dropout. It rewards what we want to prevent.",
                ),
                Option(
                    "The one that does better on the test set",
                    "Then the test set has been used for choosing, and no set is left to judge with.",
                ),
            ),
        ),
    )


QUIZ: tuple[Question, ...] = _quiz()
"""The quiz at the end of the chapter."""

predict, quiz = of_chapter(PREDICTIONS, QUIZ, "Quiz: dropout and regularization")
