"""Questions of chapter 4. Every numeric key, and every number that a mistake leads to, is computed here."""

import math

import numpy as np

from annlib.plots.ch04_backpropagation import passes
from annlib.quizzes import Choice, Mistake, Number, Option, Prediction, Question, of_chapter

__all__ = ["PREDICTIONS", "QUIZ", "predict", "quiz"]


def _paths() -> Prediction:
    x = 1.0
    a, b = 2 * x, x + 3
    through_a, through_b = b * 2, a * 1
    return Prediction(
        Number(
            "ch04-paths",
            "L = a · b, where a = 2x and b = x + 3. At x = 1 that is 2 · 4 = 8. If x moves a little, how "
            "many times as much does L move?",
            through_a + through_b,
            "Follow the nudge along one path, x to a to L, then along the other, x to b to L. What does L "
            "feel of both?",
            (
                Mistake(
                    through_a,
                    "That is the path through a. The nudge of x goes into b as well, and arrives there too.",
                ),
                Mistake(
                    through_b,
                    "That is the path through b. The nudge of x goes into a as well, and arrives there too.",
                ),
                Mistake(
                    through_a * through_b,
                    "Along one path the factors multiply. Two paths side by side are two nudges that arrive: "
                    "they add up.",
                ),
                Mistake(
                    2.0 + 1.0, "2 and 1 are how a and b move. On its way to L each is multiplied once more."
                ),
            ),
            tolerance=0.3,
            why="8 through a and 2 through b, added up.",
        ),
        "The next cell nudges x and measures.",
        veils=3,
    )


def _sign() -> Prediction:
    values = passes(1)
    rises = values["dw12"] > 0
    assert rises
    return Prediction(
        Choice(
            "ch04-sign",
            "The target is 1 and the network says 0.447: too low. The weight from x1 to the second hidden "
            "neuron is −1. Suppose that it grows a little. What happens to the loss? (No numbers are needed, "
            "only signs: follow the nudge along its way.)",
            (
                Option(
                    "It falls: the output is too low, so every weight has to grow",
                    "It depends on what the weight leads to. Behind the second hidden neuron stands the "
                    "weight −2.",
                ),
                Option(
                    "It does not change: this weight is too far from the output",
                    "Far away, but there is a path, and none of the factors along it is zero.",
                ),
                Option(
                    "It rises",
                    "x1 is positive, so z2 grows, and with it h2. Times −2 this makes z smaller, and p even "
                    "lower.",
                    right=True,
                ),
                Option(
                    "That cannot be known without numbers",
                    "How *much* cannot. But the signs of all factors along the path are known, and so is the "
                    "sign of their product.",
                ),
            ),
        ),
        "The next cell computes this slope and all the others.",
        veils=3,
    )


def _price() -> Prediction:
    return Prediction(
        Choice(
            "ch04-price",
            "A forward pass through the network for digits costs a certain number of multiplications. What "
            "do the slopes of *all* its 8,970 parameters cost by backpropagation, on top of that?",
            (
                Option(
                    "At most two more forward passes",
                    "Each layer has two products to compute on the way back, each as large as its one "
                    "product on the way forward.",
                    right=True,
                ),
                Option(
                    "About 8,970 forward passes, one for each slope",
                    "So it is when each weight is nudged by itself. On the way back all slopes share their "
                    "work: what arrives at a neuron is computed once, for all weights in front of it.",
                ),
                Option(
                    "About 64 forward passes, one for each input",
                    "Nudging the 64 *inputs* one by one would cost so, and would give the slopes for the "
                    "inputs. Nudging the parameters costs a pass for each of *them*. Backward there is only "
                    "one thing to start from: the loss.",
                ),
                Option(
                    "Next to nothing",
                    "The forward pass has done a part of the work, and is stored. But each layer still has "
                    "products to compute.",
                ),
            ),
        ),
        "The next cell counts.",
        veils=3,
    )


def _step() -> Prediction:
    return Prediction(
        Choice(
            "ch04-step",
            "You measure a slope by nudging to both sides, with ordinary 64-bit numbers. Which nudge h gives "
            "the most exact answer?",
            (
                Option(
                    "The smallest that the computer knows: the slope is a limit for h to zero",
                    "In mathematics, yes. In the computer two nearly equal numbers are subtracted, and of "
                    "their digits only the last, rounded ones are left.",
                ),
                Option(
                    "It makes no difference",
                    "It makes a difference of many powers of ten, as you will see.",
                ),
                Option(
                    "About 0.1, so that the difference is clearly visible",
                    "Then the curve bends too much between the two points.",
                ),
                Option(
                    "Something between, about a hundred thousandth",
                    "Small enough that the curve is straight, large enough that rounding does not count.",
                    right=True,
                ),
            ),
        ),
        "The next cell tries many.",
        veils=1,
    )


def _start() -> Prediction:
    return Prediction(
        Choice(
            "ch04-start",
            "Ten hidden layers of 64 neurons with tanh. All weights start as random numbers of size 0.02, "
            "\u201cto be on the safe side\u201d. How large is the gradient in the first layer, compared to "
            "the last?",
            (
                Option(
                    "About the same: tanh has slope one near zero",
                    "The slopes are one indeed. But the gradient also passes nine matrices of small weights.",
                ),
                Option(
                    "Some ten million times smaller",
                    "Each layer multiplies it with a little less than one sixth.",
                    right=True,
                ),
                Option(
                    "About ten times smaller, one part for each layer",
                    "Layers multiply. What is lost in one is lost of what the layer before has left over.",
                ),
                Option(
                    "Larger: the first layer sees the real data",
                    "The gradient comes from the other end, and has the longest way to the first layer.",
                ),
            ),
        ),
        "The next cell sends real digits through such a network, and the gradient back.",
        veils=1,
        section=True,
    )


PREDICTIONS: dict[str, Prediction] = {
    "paths": _paths(),
    "sign": _sign(),
    "price": _price(),
    "step": _step(),
    "start": _start(),
}
"""The predictions of the chapter, by the name that the notebook calls them by."""


def _quiz() -> tuple[Question, ...]:
    chain = (0.5, -4.0, 3.0)
    x = 3.0
    g, v, h = 0.2, 3.0, 0.5
    G = np.array([[0.1, -0.2], [0.3, 0.4]])
    n_in, n_hidden = 10, 6
    n_params = n_in * n_hidden + n_hidden + n_hidden + 1
    fan_in = 200
    return (
        Number(
            "ch04-chain",
            "Three functions in a row have, at the present place, the slopes 0.5, −4 and 3. What is the "
            "slope of the whole?",
            math.prod(chain),
            "Each function multiplies the nudge that it gets.",
            (
                Mistake(sum(chain), "You added. In a row the factors multiply."),
                Mistake(-math.prod(chain), "The size is right. One of the three turns the direction round."),
                Mistake(chain[-1], "That is only the last one. The nudge has passed two others before."),
            ),
            tolerance=0.05,
            why="Half of the nudge, four times that in the other direction, three times that.",
        ),
        Number(
            "ch04-meet",
            "L = x · (x + 2). How fast does L move with x at x = 3?",
            (x + 2) + x,
            "x is used twice. Nudge it in one place, then in the other, and add up what arrives.",
            (
                Mistake(x + 2, "That is the nudge of the first x. The second x moves too."),
                Mistake(x, "That is the nudge of the x in the parentheses. The first x moves too."),
                Mistake(
                    x * (x + 2), "That is L itself, or the two slopes multiplied. Paths that meet add up."
                ),
                Mistake(1.0, "That is the slope inside the parentheses. It still meets a factor."),
            ),
            tolerance=0.05,
            why="5 by the first x and 3 by the second.",
        ),
        Number(
            "ch04-delta",
            "A hidden sigmoid neuron says h = 0.5. Its weight to the output is 3, and at the output dL/dz = "
            "0.2. What is the slope of the loss for the *sum* of the hidden neuron?",
            g * v * h * (1 - h),
            "Back from the output: through the weight, then through the sigmoid with its slope h (1 − h).",
            (
                Mistake(g * v, "That is the slope for h, after the sigmoid. Go through the sigmoid too."),
                Mistake(g * h * (1 - h), "The weight 3 is missing: the nudge passes it on its way."),
                Mistake(g * v * h, "The slope of the sigmoid is h (1 − h); you took only h."),
                Mistake(g * h, "That is the slope for the weight 3. Asked is the one for the neuron's sum."),
            ),
            tolerance=0.004,
            why="0.2 × 3 × 0.5 × 0.5.",
        ),
        Choice(
            "ch04-shapes",
            "A layer got X with the shape (32, 10) and gave (32, 6). Its gradient G has the shape (32, 6) "
            "too. How is the gradient of its weights computed?",
            (
                Option(
                    "`G @ X.T`: shape (32, 32)",
                    "That compares each record with each other one. The weights have the shape (10, 6).",
                ),
                Option(
                    "`X.T @ G`: shape (10, 6)",
                    "Inputs by outputs, like the weights; the product sums over the records.",
                    right=True,
                ),
                Option(
                    "`X * G`",
                    "(32, 10) times (32, 6) entry by entry does not fit, and nothing would be summed.",
                ),
                Option(
                    "`G @ W.T`: shape (32, 10)",
                    "That is the gradient of the inputs X, which goes on to the layer before.",
                ),
            ),
        ),
        Number(
            "ch04-bias",
            "A batch of two records has G = [[0.1, −0.2], [0.3, 0.4]] (the loss has divided by n already). "
            "What is the gradient of the *second* bias?",
            float(G.sum(axis=0)[1]),
            "A bias is used by every record. So the paths of all records meet in it.",
            (
                Mistake(float(G.sum(axis=0)[0]), "That is the first bias: the sum of the first column."),
                Mistake(
                    float(G.mean(axis=0)[1]),
                    "That is the mean. The loss has divided by n already; a second time is once too often.",
                ),
                Mistake(
                    float(G[1].sum()),
                    "You added along a row. A row is a record; a column belongs to a bias.",
                ),
                Mistake(float(G.sum()), "You added up everything. Each bias has its own column."),
            ),
            tolerance=0.01,
            why="−0.2 from the first record, 0.4 from the second.",
        ),
        Number(
            "ch04-nudges",
            "A network with 10 inputs, 6 hidden neurons and 1 output, all with biases. How many forward "
            "passes does it take to measure all its slopes by central differences?",
            2 * n_params,
            "Count the parameters first, biases included. Then: how many passes does each of them take?",
            (
                Mistake(n_params, "So many parameters. Each is nudged up *and* down."),
                Mistake(
                    2 * (n_in * n_hidden + n_hidden),
                    "You left out the biases: they need slopes too.",
                ),
                Mistake(
                    n_params + 1, "So many with one-sided differences. Central ones take two a parameter."
                ),
                Mistake(3.0, "That is about the price of backpropagation, in forward passes."),
            ),
            tolerance=0.4,
            why="73 parameters, two passes each.",
        ),
        Choice(
            "ch04-update",
            "What has changed in an annlib network after `net.backward(grad)`?",
            (
                Option(
                    "Its gradients, `net.grads`; no weight has moved",
                    "Backpropagation computes slopes. What is done with them is decided by an optimizer.",
                    right=True,
                ),
                Option(
                    "Its weights: backpropagation is how a network learns",
                    "It is a part of how it learns. The step that moves the weights is the optimizer's.",
                ),
                Option(
                    "Its weights and its gradients",
                    "Only one of the two. Many optimizers can follow one and the same gradient.",
                ),
                Option(
                    "What its layers have stored from the forward pass",
                    "That is read on the way back, not written.",
                ),
            ),
        ),
        Choice(
            "ch04-check",
            "In a network with ReLU, the central difference disagrees with backpropagation for *one* of 500 "
            "weights; for the others they agree to eight digits. What do you suspect first?",
            (
                Option(
                    "The backward pass of the layer is wrong",
                    "Then all weights of the layer would be wrong, not a single one.",
                ),
                Option(
                    "The step h is too small for all of them",
                    "The other 499 were measured with the same h, and agree.",
                ),
                Option(
                    "The nudge of this weight has pushed a sum across the corner of a ReLU",
                    "Then the two points lie on two sides of a kink. Repeat with a smaller h, or with other "
                    "records.",
                    right=True,
                ),
                Option(
                    "64-bit numbers are too coarse",
                    "With a sensible h they are exact to about ten digits.",
                ),
            ),
        ),
        Number(
            "ch04-he",
            "A ReLU layer has 200 inputs. What standard deviation has He's start for its weights?",
            math.sqrt(2 / fan_in),
            "The variance is two by the number of inputs; the standard deviation is its root.",
            (
                Mistake(2 / fan_in, "That is the variance. Take the root."),
                Mistake(
                    math.sqrt(1 / fan_in),
                    "This would hold the signal if nothing were cut off. ReLU cuts off half of it: hence the "
                    "two.",
                ),
                Mistake(math.sqrt(2) / fan_in, "The root has to be taken of the whole fraction."),
            ),
            tolerance=0.001,
            why="The root of 2 by 200.",
        ),
        Choice(
            "ch04-equal",
            "All weights of a network with one sigmoid output start at 0.3, all biases at 0. What does "
            "training do?",
            (
                Option(
                    "Nothing: the gradient is zero",
                    "From *zero* weights, with ReLU or tanh, so it is for all but the bias of the output. "
                    "From 0.3 something arrives everywhere.",
                ),
                Option(
                    "It moves the weights, and after a while the neurons of a layer differ",
                    "They got the same inputs and the same slopes. What is equal and is treated equally "
                    "stays equal.",
                ),
                Option(
                    "It fails with an error",
                    "No number is wrong. It runs, and that is the trap.",
                ),
                Option(
                    "It moves the weights, but the neurons of a layer stay equal for ever",
                    "They do the work of one neuron. A random start makes them different.",
                    right=True,
                ),
            ),
        ),
    )


QUIZ: tuple[Question, ...] = _quiz()
"""The quiz at the end of the chapter."""

predict, quiz = of_chapter(PREDICTIONS, QUIZ, "Quiz: backpropagation")
