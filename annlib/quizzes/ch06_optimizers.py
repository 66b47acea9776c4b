"""Questions of chapter 6. Every numeric key, and every number that a mistake leads to, is computed here."""

import numpy as np

from annlib import Adam, Momentum
from annlib.quizzes import Choice, Mistake, Number, Option, Prediction, Question, of_chapter

__all__ = ["PREDICTIONS", "QUIZ", "predict", "quiz"]


def _ravine() -> Prediction:
    rate, flat = 0.04, 1.0
    return Prediction(
        Number(
            "ch06-ravine",
            "The loss is (w₁² + 25 w₂²) / 2, so its slopes are w₁ and 25 w₂. You start at w₁ = 1, w₂ = 1 "
            "with "
            "the learning rate 0.04. After one step w₂ is exactly 0: perfect. Where is w₁?",
            flat - rate * flat,
            "New w₁ = old w₁ − rate × slope, and the slope of w₁ is w₁ itself.",
            (
                Mistake(0.0, "That is w₂. Both use the same rate, but the slope of w₁ is 25 times smaller."),
                Mistake(
                    rate,
                    "That is how far w₁ *moves*. Asked is where it is then: subtract it from the start.",
                ),
                Mistake(
                    flat - 2 * rate * flat,
                    "You took 2 w₁ for the slope. The loss has w₁² / 2, so the 2 cancels.",
                ),
                Mistake(
                    flat + rate * flat, "It went uphill: the slope is subtracted, 1 − 0.04 × 1, not added."
                ),
            ),
            tolerance=0.005,
            why="A rate that is perfect for the steep weight leaves the flat one nearly where it was.",
        ),
        "The next cell looks for a rate that serves both.",
        veils=1,
    )


def _tenfold() -> Prediction:
    beta = 0.9
    return Prediction(
        Number(
            "ch06-tenfold",
            "The velocity is u = 0.9 × old u + slope, and starts at 0. The slope is 1 at every step. "
            "Toward "
            "which number does the velocity grow?",
            1 / (1 - beta),
            "Where it stops growing, old and new velocity are equal: solve u = 0.9 u + 1.",
            (
                Mistake(1.0, "That is the first step. The second adds another 1 to nine tenths of it."),
                Mistake(1 + beta, "That is the velocity after two steps. It goes on growing."),
                Mistake(beta, "The 0.9 says how much of the *old* velocity stays. The slope comes on top."),
                Mistake(
                    beta / (1 - beta),
                    "Close: that is what is *kept* from the step before. The new slope, 1, is added to it.",
                ),
            ),
            tolerance=0.04,
            why="u = 0.9 u + 1 has the solution 10: a slope that stays is made ten times as large.",
        ),
        "The next cell follows the velocity, for this slope and for one that changes its sign.",
        veils=2,
    )


def _bias() -> Prediction:
    return Prediction(
        Choice(
            "ch06-bias",
            "Adam's averages m and v begin at zero, and two lines correct for that. You leave these two "
            "lines "
            "out. What happens to the first steps?",
            (
                Option(
                    "They become too small: an average that begins at zero is too low",
                    "True of m alone, and so it is often told. But the step is m divided by the *root of "
                    "v*, "
                    "and v is too low as well. Which of the two is further off?",
                ),
                Option(
                    "They become too large",
                    "v starts from zero with 0.999, far more slowly than m with 0.9. One divides by its "
                    "root.",
                    right=True,
                ),
                Option(
                    "Nothing: m and v are both too low, and it cancels",
                    "It would, if they were too low by matching factors. After one step m is a tenth of "
                    "what "
                    "it should be, and the root of v about a thirtieth.",
                ),
                Option(
                    "It depends on how large the slopes are",
                    "Adam divides slopes by the root of squared slopes, so their size cancels, with and "
                    "without correction.",
                ),
            ),
        ),
        "The next cell takes the lines out and measures.",
        veils=1,
        section=True,
    )


def _decay() -> Prediction:
    return Prediction(
        Choice(
            "ch06-decay",
            "Two weights are both 1. The slopes of the first swing between −100 and 100, those of the "
            "second "
            "between −0.01 and 0.01. You train with Adam and put an L2 penalty into the gradient, the same "
            "for both. Which weight is pulled to zero faster?",
            (
                Option(
                    "Both alike: the penalty is the same",
                    "So it is with plain gradient descent, in essence. Adam divides everything that is in "
                    "the gradient by the size of that weight's slopes, the penalty too.",
                ),
                Option(
                    "The one with the small slopes",
                    "Its penalty is divided by a small number, that of the other by about a hundred.",
                    right=True,
                ),
                Option(
                    "The one with the large slopes",
                    "Its steps are not larger: Adam divides them by their size, and the penalty with them.",
                ),
            ),
        ),
        "The next cell tries it, beside plain descent and AdamW.",
        veils=2,
    )


def _race() -> Prediction:
    return Prediction(
        Choice(
            "ch06-race",
            "Eight optimizers train the same network on handwritten digits. Each gets the learning rate "
            "that "
            "is best *for it*, and is run from five new starts. How far apart are they in the end?",
            (
                Option(
                    "Adam wins clearly",
                    "Its fame comes partly from races in which all others ran at a rate that suited Adam.",
                ),
                Option(
                    "Plain SGD falls far behind",
                    "At Adam's rate it does. Here it may take one that is thirty times larger.",
                ),
                Option(
                    "About as far as two starts of one optimizer are",
                    "On a small problem, tuned alike, what is left between them is hardly more than chance.",
                    right=True,
                ),
                Option(
                    "They end at exactly the same weights",
                    "They walk different ways, and there are many good places. The *quality* may be alike.",
                ),
            ),
        ),
        "The cells below search a rate for each, and then run the race.",
        veils=4,
    )


PREDICTIONS: dict[str, Prediction] = {
    "ravine": _ravine(),
    "tenfold": _tenfold(),
    "bias": _bias(),
    "decay": _decay(),
    "race": _race(),
}
"""The predictions of the chapter, by the name that the notebook calls them by."""


def _momentum_after(n_steps: int, slope: float, factor: float = 1.0) -> float:
    """Return where w is after so many steps from 1 with rate 0.1, momentum 0.5 and a slope that stays."""
    w, optimizer = np.array([1.0]), Momentum(0.1, 0.5)
    for _ in range(n_steps):
        optimizer.step(w, np.array([factor * slope]))
    return float(w[0])


def _quiz() -> tuple[Question, ...]:
    low, high = 2.0, 50.0
    rate, slope = 0.01, 250.0
    moved = np.zeros(1)
    Adam(rate).step(moved, np.array([slope]))
    return (
        Number(
            "ch06-condition",
            "A valley bends with 2 in one direction and with 50 in the other. What is its condition number?",
            high / low,
            "It says how much more the steepest direction bends than the flattest: a ratio.",
            (
                Mistake(high - low, "That is the difference. Asked is the ratio."),
                Mistake(low / high, "Upside down: the larger is divided by the smaller."),
                Mistake(high * low, "That is the product. Asked is the ratio."),
                Mistake(high, "That is the larger of the two. Divide it by the smaller."),
            ),
            tolerance=0.01,
            why="50 / 2. Plain descent needs a number of steps in proportion to it, momentum to its root.",
        ),
        Number(
            "ch06-limit",
            "The same valley, bending with 2 and with 50. Above which learning rate does plain gradient "
            "descent run away?",
            2 / high,
            "Each step multiplies the distance by 1 − rate × bend. When does this pass −1 for the "
            "steeper one?",
            (
                Mistake(
                    2 / low,
                    "That is the limit of the flat direction. The steep one runs away long before.",
                ),
                Mistake(
                    1 / high,
                    "There the steep direction arrives in one step. It only swings beyond; it runs away at "
                    "twice that.",
                ),
                Mistake(1 / low, "There the flat direction arrives in one step; the steep one is far out."),
            ),
            tolerance=0.0005,
            why="2 / 50: the steepest direction sets the limit for all.",
        ),
        Number(
            "ch06-heavy-ball",
            "Momentum as in `annlib`, u = 0.5 u + slope and w = w − 0.1 u, from w = 1 with u = 0. The "
            "slope is "
            "2 both times. Where is w after two steps?",
            _momentum_after(2, 2.0),
            "First u = 2, then u = 0.5 × 2 + 2. Each time w loses a tenth of u.",
            (
                Mistake(
                    1 - 0.1 * 2 - 0.1 * 2,
                    "You have no memory: the second velocity contains half of the first.",
                ),
                Mistake(
                    _momentum_after(2, 2.0, factor=0.5),
                    "That is the running average, which takes only half of each new slope. Here all of "
                    "it is "
                    "added.",
                ),
                Mistake(_momentum_after(1, 2.0), "That is after one step. There is a second one."),
                Mistake(
                    1 - 0.1 * 2 - 0.1 * 4,
                    "You kept the whole old velocity. Only half of it stays.",
                ),
            ),
            tolerance=0.01,
            why="u is 2 and then 3, so w is 1 − 0.2 − 0.3.",
        ),
        Choice(
            "ch06-convention",
            "A paper uses momentum as a running average, u = 0.9 u + 0.1 g, with the learning rate 0.5. "
            "You "
            "use `Momentum(..., 0.9)` of annlib or PyTorch. Which rate makes the same steps?",
            (
                Option(
                    "0.5: momentum 0.9 is momentum 0.9",
                    "The velocity here is ten times as large for the same slopes, so the steps would be too.",
                ),
                Option(
                    "5",
                    "The other way round: here the velocity is the larger one, so the rate must be smaller.",
                ),
                Option(
                    "0.05",
                    "Without the factor 0.1 the velocity is ten times as large; a tenth of the rate "
                    "makes up "
                    "for it.",
                    right=True,
                ),
            ),
        ),
        Choice(
            "ch06-adagrad",
            "AdaGrad starts well and then becomes slower and slower, although the slopes stay as they "
            "are. Why?",
            (
                Option(
                    "It divides by the root of a sum that only grows",
                    "The sum of squares never forgets, so every rate goes to zero. RMSProp takes an average.",
                    right=True,
                ),
                Option(
                    "Its velocity has been used up",
                    "It has none: AdaGrad keeps sums of *squares*, which say nothing about a direction.",
                ),
                Option(
                    "Its epsilon is too small",
                    "Epsilon only keeps the first division from being one by zero. Later it hardly matters.",
                ),
                Option(
                    "It has reached the lowest point",
                    "There the slopes would be zero. They stay as they are, it was said.",
                ),
            ),
        ),
        Number(
            "ch06-adam-first",
            "Adam with learning rate 0.01 and its usual numbers. The first slope of a weight is 250. How "
            "far "
            "does this weight move in the first step?",
            abs(float(moved[0])),
            "After the correction m is the slope, and v its square. What is m divided by the root of v?",
            (
                Mistake(rate * slope, "That is plain gradient descent. Adam divides by the slope's size."),
                Mistake(
                    rate * 0.1 / np.sqrt(0.001),
                    "That is the step *without* the correction: 3.16 times too large.",
                ),
                Mistake(
                    rate * 0.1,
                    "You corrected v and not m. Both begin at zero, and both are corrected.",
                ),
                Mistake(0.0, "It does move: Adam steps already at the first slope that it sees."),
            ),
            tolerance=0.0004,
            why="250 divided by 250, times the rate: the first step is the learning rate, whatever the "
            "slope.",
        ),
        Choice(
            "ch06-epsilon",
            "Where does the small number epsilon stand?",
            (
                Option(
                    "Inside the root, always",
                    "In Adadelta it does. In Adam, RMSProp and AdaGrad, as they are here and in PyTorch, "
                    "it is "
                    "added after the root was taken.",
                ),
                Option(
                    "It makes no difference",
                    "The root of 10⁻⁸ is 10⁻⁴. Inside, it stops all steps whose slopes are smaller than "
                    "that.",
                ),
                Option(
                    "Adam's outside the root, Adadelta's inside",
                    "And since a root makes small numbers larger, moving it changes the steps of weights "
                    "with "
                    "small slopes.",
                    right=True,
                ),
                Option(
                    "Outside the root, always",
                    "So it is in Adam. Adadelta's belongs inside: without it there, its first step would "
                    "be "
                    "as good as zero.",
                ),
            ),
        ),
        Choice(
            "ch06-schedule",
            "You train for 20 epochs of 100 batches each, with `Adam(CosineDecay(0.1, n_steps=20))`. What "
            "happens?",
            (
                Option(
                    "The rate falls slowly over the 20 epochs, as it should",
                    "The schedule counts *steps*, and an epoch has 100 of them. It does not know your "
                    "epochs.",
                ),
                Option(
                    "After a fifth of the first epoch the rate is zero, and nothing is learned any more",
                    "20 steps, that is 20 batches. It should have been n_steps=2000.",
                    right=True,
                ),
                Option(
                    "An error, because there are more steps than 20",
                    "No error: after its last step the schedule stays at its low, here zero. That is why "
                    "it is "
                    "so hard to notice.",
                ),
            ),
        ),
        Choice(
            "ch06-fair",
            "A blog post trains a network with SGD and with Adam, both with the learning rate 0.001. "
            "Adam wins. "
            "What has been shown?",
            (
                Option(
                    "That Adam is the better optimizer",
                    "At one rate, which is near Adam's usual one and far too small for SGD.",
                ),
                Option(
                    "That Adam is the better optimizer for this network",
                    "Not even that: SGD was never tried at a rate that suits it.",
                ),
                Option(
                    "That SGD needs momentum",
                    "It may. But what the post varied was neither the momentum nor the rate.",
                ),
                Option(
                    "That 0.001 suits Adam better than SGD",
                    "To compare the optimizers, each must run at its own best rate, found by the same "
                    "search.",
                    right=True,
                ),
            ),
        ),
    )


QUIZ: tuple[Question, ...] = _quiz()
"""The quiz at the end of the chapter."""

predict, quiz = of_chapter(PREDICTIONS, QUIZ, "Quiz: optimizers")
