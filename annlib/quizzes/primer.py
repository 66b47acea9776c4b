"""Predictions and self-tests of the primer. Every key, and each number that a mistake gives, is computed."""

import numpy as np

from annlib.quizzes import Choice, Fragment, Mistake, Number, Option, Prediction, Question, of_chapter
from annlib.quizzes import quiz as _show_quiz

__all__ = ["PREDICTIONS", "QUIZ", "SELF_TESTS", "predict", "self_test"]


def _bill() -> Prediction:
    amounts, prices = np.array([3.0, 1.0, 2.0]), np.array([1.2, 2.5, 0.8])
    return Prediction(
        Number(
            "primer-bill",
            "You buy 3 rolls, 1 cake and 2 apples. A roll costs 1.20, a cake 2.50, an apple 0.80. What do "
            "you pay?",
            float(amounts @ prices),
            "Each amount times its own price, then add the three up.",
            (
                Mistake(
                    float(prices.sum()),
                    "That is one of each. The amounts differ: each price counts as often as its thing.",
                ),
                Mistake(
                    float(amounts.sum() * prices.sum()),
                    "You added first and multiplied then. Each amount belongs to *its own* price.",
                ),
                Mistake(
                    float(amounts.sum() * prices.mean()),
                    "Six things at the mean price. But the cheap and the dear ones are not bought equally "
                    "often.",
                ),
            ),
            why="3 × 1.20 + 1 × 2.50 + 2 × 0.80: you have just computed a dot product.",
        ),
        "The next cell writes it in NumPy.",
        veils=1,
    )


def _shape() -> Prediction:
    return Prediction(
        Choice(
            "primer-shape",
            "`A` has the shape (2, 3) and `B` the shape (3, 2). What is the shape of `B @ A`?",
            (
                Option(
                    "(2, 2)",
                    "That is `A @ B`. Write the shapes in the order of the product: (3, 2) @ (2, 3).",
                ),
                Option(
                    "(3, 3)",
                    "(3, 2) @ (2, 3): the inner sizes are equal and vanish, the outer ones stay.",
                    right=True,
                ),
                Option(
                    "(3, 2)",
                    "That is `B` itself. A product has the rows of the first and the columns of the second.",
                ),
                Option(
                    "There is no such product",
                    "There would be none if the inner sizes differed. Here both are two.",
                ),
            ),
        ),
        "The next cell asks NumPy.",
        veils=1,
    )


def _broadcast() -> Prediction:
    return Prediction(
        Choice(
            "primer-broadcast",
            "`a` has the shape (3,) and `b` the shape (3, 1). Both hold three numbers. What is the shape of "
            "`a - b`?",
            (
                Option(
                    "(3,), entry minus entry",
                    "So one would like it. But sizes are compared from the *right*: three meets one.",
                ),
                Option(
                    "(3, 1), entry minus entry", "Then `a` would have to become a column. It stays a row."
                ),
                Option(
                    "(3, 3), each with each",
                    "The row is repeated downward and the column to the right.",
                    right=True,
                ),
                Option(
                    "An error, for the shapes differ",
                    "It would be kinder. But by the rules the two shapes fit, and NumPy says nothing.",
                ),
            ),
        ),
        "The next cell shows it.",
        veils=1,
    )


def _nudge() -> Prediction:
    return Prediction(
        Number(
            "primer-nudge",
            "From x = 3 to x = 4 the square grows from 9 to 16, by 7 for one unit. Now the nudge is made "
            "smaller and smaller. Which number does the rise for each unit come near?",
            2 * 3.0,
            "Try a nudge of one tenth: 3.1 times 3.1 is 9.61. By how much did it rise, for each unit?",
            (
                Mistake(
                    7.0,
                    "That is the rise over a whole unit. The curve gets steeper on the way; at 3 it is less.",
                ),
                Mistake(0.0, "The *rise* goes to zero. But so does the nudge, and we divide by it."),
                Mistake(9.0, "That is the height at 3, not how fast it grows there."),
                Mistake(3.0, "That is where we stand. The square grows twice as fast as that."),
            ),
            tolerance=0.1,
            why="Twice the place: from school, the derivative of x² is 2x.",
        ),
        "The next cell makes the nudge smaller and smaller.",
        veils=1,
    )


def _steepest() -> Prediction:
    return Prediction(
        Choice(
            "primer-steepest",
            "On a map, you stand on a contour line. Which way does the ground rise most steeply?",
            (
                Option("Along the line", "Along the line the height stays the same: that is what it says."),
                Option(
                    "Straight across the line, toward the higher one",
                    "The next line is nearest straight across: the same rise on the shortest way.",
                    right=True,
                ),
                Option(
                    "Away from the lowest point",
                    "On round hollows both are one. In a longish one the line may run at a slant to the way "
                    "from the lowest point.",
                ),
                Option("That the map does not say", "It does: look where the next higher line is nearest."),
            ),
        ),
        "The next cell tries all directions.",
        veils=1,
    )


def _most_likely() -> Prediction:
    return Prediction(
        Choice(
            "primer-most-likely",
            "A coin, perhaps a bent one, was tossed ten times and showed heads seven times. Which "
            "probability of heads makes just this result most likely?",
            (
                Option(
                    "0.5, as for every coin",
                    "A fair coin can do it. But a coin that prefers heads a little does it more often.",
                ),
                Option("0.6, between one half and the share that was seen", "Nearer, but not yet the most."),
                Option(
                    "0.7, the share that was seen",
                    "Below it seven heads are too many, above it too few.",
                    right=True,
                ),
                Option(
                    "1, it likes heads",
                    "Then the three tails would have been impossible: the likelihood would be zero.",
                ),
            ),
        ),
        "The next cell computes it for each of them.",
        veils=1,
    )


PREDICTIONS: dict[str, Prediction] = {
    "bill": _bill(),
    "shape": _shape(),
    "broadcast": _broadcast(),
    "nudge": _nudge(),
    "steepest": _steepest(),
    "most-likely": _most_likely(),
}
"""The predictions of the primer, by the name that the notebook calls them by."""


def _vectors() -> tuple[Question, ...]:
    u, v = np.array([2.0, -1.0, 3.0]), np.array([1.0, 4.0, 0.0])
    return (
        Number(
            "primer-dot",
            "u = (2, −1, 3) and v = (1, 4, 0). What is their dot product?",
            float(u @ v),
            "Multiply the first with the first, the second with the second, the third with the third; add.",
            (
                Mistake(float(np.abs(u) @ v), "The minus was lost: −1 times 4 is −4."),
                Mistake(float(u.sum() + v.sum()), "You added all six numbers. First multiply pair by pair."),
                Mistake(
                    float(u.sum() * v.sum()), "You multiplied the two sums. Each entry meets only its own."
                ),
            ),
            why="2 · 1 + (−1) · 4 + 3 · 0 = 2 − 4 + 0.",
        ),
        Choice(
            "primer-combine",
            "u = (1, −2) and v = (0, 3). What is 2u + v?",
            (
                Option("1", "A sum of vectors is a vector: it has as many entries as they have."),
                Option("(2, 1)", "Twice −2 is −4, and 3 more is −1."),
                Option("(2, 2)", "You added first and doubled then. Only u is doubled."),
                Option("(2, −1)", "Twice (1, −2) is (2, −4), and (0, 3) more is (2, −1).", right=True),
            ),
        ),
    )


def _matrices() -> tuple[Question, ...]:
    A, B = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[0.0, 1.0], [2.0, 1.0]])
    return (
        Choice(
            "primer-fits",
            "`X` has the shape (5, 3) and `W` the shape (3, 4). Which of these works, and with what shape?",
            (
                Option("`X @ W`, (5, 4)", "Three meets three, and five and four stay.", right=True),
                Option("`W @ X`, (3, 3)", "The inner sizes are four and five: they do not fit."),
                Option("`X @ W.T`, (5, 3)", "`W.T` has the shape (4, 3): three would meet four."),
                Option(
                    "`X * W`, (5, 4)", "The star multiplies entry by entry, and needs shapes that fit so."
                ),
            ),
        ),
        Number(
            "primer-entry",
            "What stands in the second row, first column of this product?",
            float((A @ B)[1, 0]),
            "The second row of the first matrix, times the first column of the second, entry by entry; add.",
            (
                Mistake(float((A @ B)[0, 0]), "That is the first row, first column."),
                Mistake(float((A @ B)[1, 1]), "That is the second row, *second* column."),
                Mistake(float((A * B)[1, 0]), "That is `A * B`, entry by entry. `@` is row by column."),
                Mistake(float((B @ A)[1, 0]), "That is `B @ A`. In a matrix product the order matters."),
            ),
            code="A = np.array([[1, 2], [3, 4]])\nB = np.array([[0, 1], [2, 1]])\nA @ B",
            why="(3, 4) with (0, 2): 3 · 0 + 4 · 2.",
        ),
    )


def _broadcasting() -> tuple[Question, ...]:
    return (
        Choice(
            "primer-per-row",
            "`X` has the shape (4, 3), and `r`, with a number for each *row*, the shape (4,). What does "
            "`X + r` give?",
            (
                Option(
                    "Each row gets its number",
                    "That is what you want. But from the right, three meets four: it does not fit.",
                ),
                Option("Each column gets its number", "For that `r` would need three numbers."),
                Option(
                    "An error; `X + r[:, np.newaxis]` is meant",
                    "From the right, three meets four. As a column, (4, 1), it is repeated to the right.",
                    right=True,
                ),
                Option(
                    "A result with the shape (4, 3, 4)", "Nothing is invented: sizes must be equal or one."
                ),
            ),
        ),
        Choice(
            "primer-outer",
            "What is the shape of an array (4, 1) times an array (1, 3)?",
            (
                Option("(1, 1)", "Ones are stretched, not kept: each becomes what it meets."),
                Option("(4, 3)", "Each one is stretched to what it meets.", right=True),
                Option("(4, 1)", "The second has three columns, so the one column of the first is repeated."),
                Option("An error", "One fits everything. So both directions fit."),
            ),
        ),
    )


def _slopes() -> tuple[Question, ...]:
    x = 4.0
    inner = 5 * 1.0 - 1
    return (
        Number(
            "primer-slope",
            "What is the slope of x² + 3x at x = 4?",
            2 * x + 3,
            "The slope of a sum is the sum of the slopes: 2x for the square, 3 for 3x.",
            (
                Mistake(x**2 + 3 * x, "That is the height. The slope says how fast it changes."),
                Mistake(2 * x, "The square alone. 3x rises as well, by three for each unit."),
                Mistake(2 * x + 3 * x, "The slope of 3x is 3, wherever you stand."),
            ),
            why="2 · 4 + 3.",
        ),
        Number(
            "primer-chain",
            "y = u², and u = 5x − 1. What is the slope of y for x, at x = 1?",
            2 * inner * 5,
            "In a row, slopes multiply: that of y for u, times that of u for x. At x = 1, u is 4.",
            (
                Mistake(2 * inner, "That is how fast y moves with u. And u moves five times as fast as x."),
                Mistake(inner**2, "That is the height of y."),
                Mistake(2 * 1.0 * 5, "The outer slope is taken at u = 4, not at x = 1."),
                Mistake(2 * inner + 5, "You added the slopes. In a row they multiply."),
            ),
            why="2 · 4 for the square at u = 4, times 5 for the inner line.",
        ),
    )


def _partial() -> tuple[Question, ...]:
    x, y = 3.0, 2.0
    return (
        Number(
            "primer-partial",
            "f(x, y) = x² y + y. What is ∂f/∂y, the slope in the direction of y, at x = 3, y = 2?",
            x**2 + 1,
            "Hold x still: then x² is a number like 5 or 7. What is the slope of (x² + 1) · y?",
            (
                Mistake(2 * x * y, "That is ∂f/∂x, 2xy. Here x is held still, and y moves."),
                Mistake(x**2, "The single y has the slope 1 as well."),
                Mistake(x**2 * y + y, "That is the height, f(3, 2)."),
                Mistake(2 * x + 1, "You took the derivative of x² as well. But x is held still."),
            ),
            why="With x still, f is (9 + 1) · y, a straight line in y.",
        ),
        Choice(
            "primer-lower",
            "At some point ∂f/∂x is 0.5 and ∂f/∂y is −4. Which small nudge lowers f most?",
            (
                Option("x a little up", "Where the slope is positive, up means higher."),
                Option("x a little down", "It lowers f, but the slope for y is eight times as steep."),
                Option("y a little up", "The slope is negative and steep: up means much lower.", right=True),
                Option("y a little down", "The slope is negative: down means *higher*."),
            ),
        ),
    )


def _contours() -> tuple[Question, ...]:
    return (
        Choice(
            "primer-same-line",
            "Two points lie on one contour line. What do they have in common?",
            (
                Option("The height", "That is what a contour line is.", right=True),
                Option(
                    "The slopes",
                    "The slope may differ: where the next line is near, it is steeper than elsewhere.",
                ),
                Option("The distance to the lowest point", "Only if the lines are circles."),
                Option("The coordinates", "They would be one point then."),
            ),
        ),
        Choice(
            "primer-crowded",
            "On a map of a loss, the lines crowd at the left edge and lie far apart in the middle. So",
            (
                Option(
                    "the loss is high at the left", "It may be, or low: crowded lines tell of slopes only."
                ),
                Option(
                    "the loss is flat at the left", "It is the other way round: many lines on a short way."
                ),
                Option(
                    "there are more records at the left", "A map of the loss shows weights, not the records."
                ),
                Option(
                    "the loss is steep at the left",
                    "On a short way it passes many heights.",
                    right=True,
                ),
            ),
        ),
    )


def _probability() -> tuple[Question, ...]:
    p = 0.3
    return (
        Number(
            "primer-product",
            "Each of three customers leaves with probability 0.3, whatever the others do. How probable is it "
            "that the first leaves and the two others stay?",
            p * (1 - p) ** 2,
            "Independent events: multiply. Staying has the probability 1 − 0.3.",
            (
                Mistake(p**3, "That all three leave. Two of them shall stay."),
                Mistake(
                    3 * p * (1 - p) ** 2,
                    "That one of the three leaves, whichever it is. Here it is the first.",
                ),
                Mistake((1 - p) ** 3, "That all three stay."),
                Mistake(p + 2 * (1 - p), "You added, and got more than one. Independent events multiply."),
                Mistake(p * (1 - p), "There are two who stay: 0.7 comes twice."),
            ),
            tolerance=0.001,
            why="0.3 × 0.7 × 0.7.",
        ),
        Choice(
            "primer-logs",
            "Why does one take the logarithm of a likelihood?",
            (
                Option(
                    "It makes the best p larger",
                    "The best p stays where it is: the logarithm rises whenever its argument does.",
                ),
                Option(
                    "It turns a product of many small numbers into a sum",
                    "Sums are easy to differentiate, and a product of a thousand small numbers is rounded to "
                    "zero.",
                    right=True,
                ),
                Option(
                    "It turns probabilities into numbers from 0 to 1",
                    "They are that before. Logarithms of them are negative or zero.",
                ),
                Option("It is more accurate for few records", "With few records both serve equally well."),
            ),
        ),
    )


def _tables() -> tuple[Question, ...]:
    left = np.array([1.0, 0.0, 0.0, 1.0, 1.0])
    mean, spread, value = 40.0, 10.0, 55.0
    return (
        Choice(
            "primer-filter",
            "In a table of customers `left` is 1 for who left and 0 for who stayed. What is "
            '`table[table["age"] > 60]["left"].mean()`?',
            (
                Option(
                    "How many over sixty left",
                    "That would be the sum. The mean divides by how many there are.",
                ),
                Option(
                    "The mean age of those who left",
                    "The filter is about the age, the mean is that of `left`.",
                ),
                Option(
                    "The share of the over-sixties among those who left",
                    "Mind what is filtered: only the over-sixties remain, and the mean is taken among them.",
                ),
                Option(
                    "The share of the over-sixties who left",
                    "First the rows are chosen, then the mean of zeros and ones is taken: a share.",
                    right=True,
                ),
            ),
        ),
        Number(
            "primer-share",
            "A column holds 1, 0, 0, 1, 1. What is its mean?",
            float(left.mean()),
            "Add up, and divide by how many there are.",
            (
                Mistake(float(left.sum()), "That is the sum: how many ones. Divide by five."),
                Mistake(float(1 - left.mean()), "That is the share of the zeros."),
                Mistake(0.5, "The middle between zero and one. But there are more ones than zeros."),
            ),
            why="Three of five: the mean of zeros and ones is the share of the ones.",
        ),
        Number(
            "primer-scaled",
            "The ages of some customers have the mean 40 and the standard deviation 10. How many standard "
            "deviations above the mean is an age of 55?",
            (value - mean) / spread,
            "First how far it is from the mean, then divided by the standard deviation.",
            (
                Mistake(value - mean, "That is the distance in years. Divide by the standard deviation."),
                Mistake(value / spread, "Subtract the mean first."),
                Mistake(value / mean, "It is the distance that counts, not the ratio."),
            ),
            why="(55 − 40) / 10.",
        ),
    )


SELF_TESTS: dict[str, tuple[str, tuple[Question, ...]]] = {
    "vectors": ("Self-test: vectors", _vectors()),
    "matrices": ("Self-test: matrices and shapes", _matrices()),
    "broadcasting": ("Self-test: broadcasting", _broadcasting()),
    "slopes": ("Self-test: slopes", _slopes()),
    "partial": ("Self-test: partial derivatives", _partial()),
    "contours": ("Self-test: contours", _contours()),
    "probability": ("Self-test: probability and likelihood", _probability()),
    "tables": ("Self-test: tables", _tables()),
}
"""The self-test of each section, with its heading, by the name that the notebook calls it by."""

QUIZ: tuple[Question, ...] = tuple(question for _, questions in SELF_TESTS.values() for question in questions)
"""All questions of the self-tests."""

predict, _ = of_chapter(PREDICTIONS, QUIZ, "Self-test: all")


def self_test(name: str) -> Fragment:
    """Show the self-test of a section.

    Parameters
    ----------
    name : str
        One of SELF_TESTS.

    Returns
    -------
    Fragment

    Examples
    --------
    >>> print(self_test("slopes").text.splitlines()[0])
    Self-test: slopes
    """
    title, questions = SELF_TESTS[name]
    return _show_quiz(questions, title)
