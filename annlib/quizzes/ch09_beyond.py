"""Questions of chapter 9. Every numeric key, and every number that a mistake leads to, is computed here."""

import math

from annlib.autodiff import Value
from annlib.plots.ch09_beyond import plan
from annlib.quizzes import Choice, Mistake, Number, Option, Prediction, Question, of_chapter

__all__ = ["PREDICTIONS", "QUIZ", "predict", "quiz"]


def _agree() -> Prediction:
    return Prediction(
        Choice(
            "ch09-agree",
            "Both networks start from the same weights, see the same batches, and follow Adam with the same "
            "rate, in float64. How far apart are their losses after 80 steps?",
            (
                Option(
                    "Clearly apart: two teams have written two programs",
                    "Two programs, but one mathematics. The gradient of a network is what it is, whoever "
                    "computes it, and Adam's rule is the same on both sides.",
                ),
                Option(
                    "They part slowly, and after 80 steps they differ in the third digit",
                    "Small differences can grow, and in very long trainings they do. In 80 steps of a small "
                    "network with tanh there is hardly anything that would grow.",
                ),
                Option(
                    "Not more than computers round",
                    "The same formulas, worked out in a slightly different order.",
                    right=True,
                ),
                Option(
                    "PyTorch's is lower: it is the professional tool",
                    "It is faster on large networks and it can do more. But a step of Adam from the same "
                    "place leads to the same place.",
                ),
            ),
        ),
        "The next cell puts them beside each other, losses and weights.",
        veils=1,
        section=True,
    )


def _ways() -> Prediction:
    n = 10
    return Prediction(
        Number(
            "ch09-ways",
            "Take a number and add it to itself, then the result to itself, ten times in all. The last one "
            "was made from the one before by two arrows (both lead to the same number), and so on. How many "
            "ways lead from the last number back to the first?",
            2**n,
            "After one doubling there are two ways. Each of them can go on in two ways at the next number.",
            (
                Mistake(2 * n, "That is the number of arrows. A way chooses one of two arrows *each time*."),
                Mistake(n, "That is the number of doublings. At each of them the way can choose."),
                Mistake(n**2, "Ten choices among two are not ten times ten, but two times two times ..."),
                Mistake(2 ** (n - 1), "One doubling is missing: one doubling alone gives two ways already."),
                Mistake(2 ** (n + 1), "One doubling too many: one doubling gives two ways, not four."),
                Mistake(
                    2 ** (n + 1) - 1,
                    "That is how often the walk comes by at *any* number. Asked are the ways to the first.",
                ),
            ),
            tolerance=0.4,
            why="Each doubling doubles the ways, and our function goes all of them, one after the other.",
        ),
        "The next cell counts every call of a function that goes each way by itself.",
        veils=1,
        section=True,
    )


def _zero() -> Prediction:
    return Prediction(
        Choice(
            "ch09-zero",
            "You leave out the line that sets the gradients to zero, and train as before, at the same rate. "
            "What does the loss do?",
            (
                Option(
                    "The same as before: each step computes its gradients anew",
                    "It computes them anew and then *adds* them to what is there: the slopes of all steps "
                    "before are still in it.",
                ),
                Option(
                    "There is an error message",
                    "Adding up is allowed and even wanted, where ways meet. Nobody can know that this time "
                    "it was an oversight.",
                ),
                Option(
                    "It falls faster at first, then it overshoots and climbs again",
                    "All slopes of the past push on: like momentum that never fades.",
                    right=True,
                ),
                Option(
                    "It falls more slowly",
                    "The steps become larger, not smaller: the slopes of the first steps point the same way "
                    "and add up.",
                ),
            ),
        ),
        "The next cell trains both, from the same start.",
        veils=1,
    )


def _softmax() -> Prediction:
    return Prediction(
        Choice(
            "ch09-softmax",
            "Ten classes. A network is quite sure of the right one: its logit is 100, all others are 0. By "
            "mistake it ends in a softmax, and the cross-entropy, which has a softmax inside, gets these "
            "probabilities. Which loss comes out?",
            (
                Option(
                    "0.00: it is right, and quite sure",
                    "That is the loss from the logits. Here the second softmax sees a 1 and nine zeros, and "
                    "takes them for logits that hardly differ.",
                ),
                Option(
                    "About 1.5",
                    "The right class gets e / (e + 9), about a quarter, and minus the logarithm of that.",
                    right=True,
                ),
                Option(
                    "About 2.3, as if it were guessing",
                    "That would be ten equal logits. These are not quite equal: one of them is 1.",
                ),
                Option(
                    "It cannot be computed: the logarithm of zero",
                    "No probability is zero here: softmax of a 1 and nine zeros gives every class something.",
                ),
            ),
        ),
        "The next cell computes all three.",
        veils=1,
    )


def _workers() -> Prediction:
    n_fits, n_workers = 24, 64
    _, starts = plan([1] * n_fits, n_workers)
    minutes = float(starts.max()) + 1 + 1
    return Prediction(
        Number(
            "ch09-workers",
            "Each of the 24 fits takes a minute, and so does the last one, with the best settings. You may "
            "use 64 machines. After how many minutes is the search done?",
            minutes,
            "All fits of the search can run at once. What is left to do then, and can it begin earlier?",
            (
                Mistake(
                    (n_fits + 1) / n_workers,
                    "You divided all work by the machines. But a fit of a minute takes its minute, however "
                    "many others stand by.",
                ),
                Mistake(
                    1.0,
                    "That is the search. The last fit needs to know which settings were best, so it can only "
                    "begin then.",
                ),
                Mistake(float(n_fits + 1), "That is one machine alone. The 24 do not wait for each other."),
                Mistake(
                    float(n_fits) / n_workers,
                    "A fit is not cut into pieces: forty machines have nothing to do, and the others take a "
                    "minute.",
                ),
            ),
            tolerance=0.005,
            unit="minutes",
            why="One minute for all 24 at once, and one for the last: more machines change nothing.",
        ),
        "The next cell hands out the fits to few and to many workers.",
        veils=1,
        section=True,
    )


PREDICTIONS = {
    "agree": _agree(),
    "ways": _ways(),
    "zero": _zero(),
    "softmax": _softmax(),
    "workers": _workers(),
}


def _slope_of_product() -> float:
    a, b = Value(2.0), Value(3.0)
    ((a + b) * b).backward()
    return b.grad


QUIZ: tuple[Question, ...] = (
    Choice(
        "ch09-riddle",
        "In PyTorch, value.backward() fills the gradients of all parameters, though it is called on one "
        "number, the loss. How does it know the network?",
        (
            Option(
                "It nudges every parameter and looks how the loss moves",
                "That would take two forward passes for each parameter. It is how one *checks* gradients.",
            ),
            Option(
                "The loss remembers what it was made from, and with which slopes",
                "And what those were made from, down to the parameters.",
                right=True,
            ),
            Option(
                "The optimizer holds the network and tells it",
                "The optimizer holds the parameters, for the step that comes after. backward works without "
                "any optimizer.",
            ),
            Option(
                "It derives the formula of the network, as you would on paper",
                "No formula is ever built. It works with the numbers and slopes of this one forward pass.",
            ),
        ),
    ),
    Number(
        "ch09-linear-shape",
        "A layer has 30 inputs and 8 outputs. How many *rows* has the weight of PyTorch's nn.Linear(30, 8)?",
        8.0,
        "PyTorch keeps the weight turned over: shape (n_out, n_in).",
        (
            Mistake(30.0, "So it is in annlib, where W has the shape (n_in, n_out). PyTorch turns it over."),
            Mistake(240.0, "That is the number of all its entries."),
            Mistake(248.0, "That is the number of parameters with the biases."),
        ),
        tolerance=0.4,
        why="Its shape is (8, 30), so weights that come from annlib must be transposed.",
    ),
    Number(
        "ch09-product",
        "L = (a + b) b, with a = 2 and b = 3. Two ways lead from L back to b. What is left in b.grad?",
        _slope_of_product(),
        "One way is the factor b itself, the other leads through the sum. Work out both, then add.",
        (
            Mistake(5.0, "That is one way: the factor b. The other leads through the sum a + b."),
            Mistake(3.0, "That is one way: through the sum. b is also the second factor."),
            Mistake(
                15.0, "You multiplied the two ways. *Along* a way slopes multiply; ways that meet add up."
            ),
            Mistake(6.0, "You took 2 b, the slope of b², and forgot that a b depends on b as well."),
        ),
        why="By the factor a + b = 5, by the sum b = 3, together 8: indeed a + 2 b.",
    ),
    Choice(
        "ch09-order",
        "Why does backward go from the youngest value to the oldest?",
        (
            Option(
                "So that a value passes its slope on only when all of it has arrived",
                "Everything that was made from it is younger, and has had its turn.",
                right=True,
            ),
            Option(
                "Because the oldest values are the parameters, and they are updated last",
                "backward updates nothing. And a parameter may be used again late in the computation.",
            ),
            Option(
                "It is only a habit: in any order the same is added up",
                "The sums would be complete in the end, but some values would have passed on a part of "
                "theirs before.",
            ),
            Option(
                "Because Python keeps them in that order",
                "It does not; we gave them numbers and sort by these.",
            ),
        ),
    ),
    Choice(
        "ch09-stuck",
        "A PyTorch network for ten classes learns: its loss falls from 2.30 to 1.46 and stays there, while "
        "nearly all answers are right. What do you look at first?",
        (
            Option(
                "The learning rate",
                "A wrong rate can make a loss stay, but hardly at 1.46 with all answers right.",
            ),
            Option(
                "The data: some labels must be wrong",
                "Then some answers would be wrong as well. Here they are right, and the loss is too high.",
            ),
            Option(
                "The last layer: is there a softmax before the loss?",
                "1.46 is the lowest that softmax twice allows for ten classes.",
                right=True,
            ),
            Option(
                "Nothing: a loss of 1.46 is as good as it gets",
                "Answers that are correct and sure have a cross-entropy near zero.",
            ),
        ),
        why=f"The lowest is −ln(e / (e + 9)) = {-math.log(math.e / (math.e + 9)):.2f}.",
    ),
    Number(
        "ch09-fits",
        "A grid search tries 4 learning rates and 3 sizes of the hidden layer, with 5 folds, and trains the "
        "best once more on all rows. How many networks are trained?",
        4 * 3 * 5 + 1.0,
        "Every rate with every size, each once for each fold. And then?",
        (
            Mistake(60.0, "Nearly: the best one is trained once more at the end, on all rows."),
            Mistake(12.0, "That is the number of combinations. Each is trained once for each fold."),
            Mistake(13.0, "Each combination is trained five times: every fold is left out once."),
            Mistake(36.0, "You added rates and sizes. Every rate is tried with every size."),
        ),
        tolerance=0.4,
        why="12 combinations, 5 folds each, and the last fit: 61, of which 60 can run at the same time.",
    ),
    Choice(
        "ch09-digits",
        "Two libraries train the same network in float32 from the same weights. After 100 steps the losses "
        "are 0.234517 and 0.234519. What do you make of it?",
        (
            Option(
                "One of them has a bug: the same computation must give the same number",
                "Sums that are added up in another order are rounded otherwise. float32 has about seven "
                "digits, and a hundred steps use up one or two of them.",
            ),
            Option(
                "They have drawn different random numbers",
                "Then they would differ in the first or second digit. And nothing random was left.",
            ),
            Option(
                "The one with the lower loss has the better optimizer",
                "The distance is one part in a hundred thousand: no step of any rule is that exact.",
            ),
            Option(
                "Rounding: I repeat it in float64, where the distance should be far smaller",
                "If it shrinks by many factors of ten, it was rounding; a different formula would not care.",
                right=True,
            ),
        ),
    ),
)

predict, quiz = of_chapter(PREDICTIONS, QUIZ, "Quiz: beyond annlib")
