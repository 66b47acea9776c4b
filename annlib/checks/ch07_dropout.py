"""The exercises of chapter 7: dropout and regularization, from four masks by hand to a search for p.

Each is declared once: the reference answer, what it is tried on, the known mistakes, the hints. The notebook
that learners open is ``exercises/07-dropout.ipynb``; its source is ``solutions/07-dropout.ipynb``.
p is the probability of *dropping*. Where learners draw for themselves, no two right answers need to give the
same numbers: then facts are compared that hold for every way of drawing, such as the share that is dropped.
"""

import itertools
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from annlib.checks._exercise import AnswerFormError, Exercise, Inputs, Mistake, numbers_in, one_of

__all__ = ["EXERCISES"]

Array = npt.NDArray[np.float64]

_YES, _NO = "yes", "no"


def _word(truth: object) -> str:
    return _YES if truth else _NO


def _same(one: Array, other: Array) -> bool:
    return one.shape == other.shape and bool(np.allclose(one, other, rtol=1e-4, atol=1e-5))


# ------------------------------------------------------------------------------------------ 07-1 by hand

BY_HAND = Exercise(
    name="07-1",
    title="Masks by hand",
    answer={
        "training": [5, 0, 2.5, 7.5],
        "evaluation": [4, 8, 2, 6],
        "mean_of_second": 8,
        "networks": 16,
        "all_kept": 0.4096,
        "retained": 0.8,
        "factor": 0.8,
    },
    reveal=False,
    rtol=5e-3,
    mistakes=(
        Mistake(
            name="mask for outputs",
            answer={"training": [1.25, 0, 1.25, 1.25]},
            message=("This is the mask. The next layer gets the outputs h *times* the mask."),
        ),
        Mistake(
            name="kept what is dropped",
            answer={"training": [0, 10, 0, 0]},
            message="You kept the unit that is to be dropped. Which units go: those with a draw below p.",
        ),
        Mistake(
            name="p as the probability of keeping",
            answer={"training": [0, 40, 0, 0]},
            message=(
                "You took p for the probability of *keeping*: one unit stays, scaled by 1/0.2. "
                "Here p is the probability of dropping."
            ),
        ),
        Mistake(
            name="not scaled in training",
            answer={"training": [4, 0, 2, 6]},
            message=(
                "The right unit is gone. But inverted dropout also makes what stays larger, so that the sum "
                "is kept on average."
            ),
        ),
        Mistake(
            name="scaled down in training",
            answer={"training": [3.2, 0, 1.6, 4.8]},
            message="What stays must make up for what is gone: does it have to become larger or smaller?",
        ),
        Mistake(
            name="divided by p",
            answer={"training": [20, 0, 10, 30]},
            message="You divide by p. It is the share that *stays* that has to stand for all.",
        ),
        Mistake(
            name="scaled by the share that happened to stay",
            answer={"training": [16 / 3, 0, 8 / 3, 8]},
            message=(
                "You scaled by what happened to stay in this draw, three of four. "
                "The factor belongs to the probability, and is the same in every draw."
            ),
        ),
        Mistake(
            name="mask at evaluation",
            answer={"evaluation": [5, 0, 2.5, 7.5]},
            message="You drop a unit at evaluation. Then dropout is off: a prediction uses all units.",
        ),
        Mistake(
            name="scaled down at evaluation",
            answer={"evaluation": [3.2, 6.4, 1.6, 4.8]},
            message=(
                "This is the other convention, which scales at evaluation. Inverted dropout has scaled in "
                "training already; doing both counts twice."
            ),
        ),
        Mistake(
            name="scaled up at evaluation",
            answer={"evaluation": [5, 10, 2.5, 7.5]},
            message="Nothing is missing at evaluation, so nothing has to be made up for.",
        ),
        Mistake(
            name="mean without the scale",
            answer={"mean_of_second": 6.4},
            message="This is the mean without scaling. When the unit is kept, it does not give 8 but more.",
        ),
        Mistake(
            name="value when kept for mean",
            answer={"mean_of_second": 10},
            message="This is what the unit gives when it is kept. In one draw of five it gives 0.",
        ),
        Mistake(
            name="this draw for the mean",
            answer={"mean_of_second": 0},
            message="In this draw it is 0. Asked is the mean over very many draws.",
        ),
        Mistake(
            name="networks counted by units",
            answer={"networks": 4},
            message="Four units, but how many patterns of there and gone? Each unit doubles their number.",
        ),
        Mistake(
            name="two for each unit added",
            answer={"networks": 8},
            message="Two possibilities for each unit, that is right, but they multiply: 2 · 2 · ...",
        ),
        Mistake(
            name="one network forgotten",
            answer={"networks": 15},
            message="Nearly: one pattern is left out. All kept and all dropped are two of them.",
        ),
        Mistake(
            name="all dropped for all kept",
            answer={"all_kept": 0.0016},
            message="This is the probability that all four are *dropped*.",
        ),
        Mistake(
            name="one unit kept",
            answer={"all_kept": 0.8},
            message="This is the probability that *one* unit is kept. There are four, drawn independently.",
        ),
        Mistake(
            name="probabilities added",
            answer={"all_kept": 3.2},
            message=(
                "A probability cannot be above 1. Independent events all happen with the *product* of theirs."
            ),
        ),
        Mistake(
            name="the opposite of all dropped",
            answer={"all_kept": 0.9984},
            message="This is the probability that *at least one* is kept.",
        ),
        Mistake(
            name="the same number in both conventions",
            answer={"retained": 0.2},
            message=(
                "In the paper p counts what *stays*. The same number would drop most of the network there."
            ),
        ),
        Mistake(
            name="scale for probability",
            answer={"retained": 1.25},
            message="This is the scale, 1/(1 − p). A probability is at most 1.",
        ),
        Mistake(
            name="evaluation scaled up in the other convention",
            answer={"factor": 1.25},
            message=(
                "Without scaling in training, the next layer is used to *less* than the full sum. "
                "At evaluation all units are there: must their outputs be made larger or smaller?"
            ),
        ),
        Mistake(
            name="no factor in the other convention",
            answer={"factor": 1},
            message=(
                "Without any factor the next layer would get more at evaluation than it ever got in training."
            ),
        ),
        Mistake(
            name="p as factor",
            answer={"factor": 0.2},
            message="In training a unit is there with probability 1 − p, not with probability p.",
        ),
    ),
    hints=(
        "A unit is dropped where its random number is below p. Only one of the four numbers is.",
        "What stays is divided by the probability of staying. Then the mean over many draws is h itself.",
        (
            "Each of four units is there or not: 2 · 2 · 2 · 2 networks. All are kept with probability "
            "(1 − p)⁴, and 1 − p is also what the paper calls p, and its factor at evaluation."
        ),
    ),
    praise=(
        "Two conventions, one idea: the mean is kept. "
        "Whenever you read p = 0.8 somewhere, ask: dropped or kept?"
    ),
)

# --------------------------------------------------------------------------------- 07-2 masks from draws


def _masks(draws: Any, p: float) -> Any:
    return (draws >= p) / (1 - p)


def _some_draws(rng: np.random.Generator) -> Inputs:
    n, units = (int(size) for size in rng.integers(1, 6, size=2))
    draws = np.round(rng.uniform(0, 0.99, size=(n, units)), 2) + 0.005
    return draws, float(rng.choice([0.1, 0.2, 0.3, 0.5, 0.75, 0.9]))


def _scaled_by_what_stayed(draws: Array, p: float, axis: int | None = None) -> Array:
    kept = (draws >= p).astype(np.float64)
    share = kept.mean(axis=axis, keepdims=True)
    result: Array = np.divide(kept, share, out=np.zeros_like(kept), where=share > 0)
    return result


MASKS = Exercise(
    name="07-2",
    title="A mask from random numbers",
    answer=_masks,
    inputs=(
        (np.array([[0.9, 0.1, 0.6, 0.3]]), 0.2),
        (np.array([[0.05, 0.95, 0.55], [0.45, 0.15, 0.85]]), 0.4),
        (np.array([[0.0, 0.5], [0.25, 0.75]]), 0.0),  # nothing is dropped, not even where the draw is 0
        (np.array([[0.5, 0.25, 0.75], [0.125, 0.625, 0.5]]), 0.5),
    ),
    random_inputs=_some_draws,
    mistakes=(
        Mistake(
            name="p as the probability of keeping",
            answer=lambda draws, p: np.divide(draws < p, p, out=np.zeros(draws.shape), where=p > 0),
            message=(
                "You took p for the probability of *keeping*, in the mask and in the scale. "
                "Here p is the probability of dropping."
            ),
        ),
        Mistake(
            name="kept below p",
            answer=lambda draws, p: (draws < p) / (1 - p),
            message=(
                "The scale is right, but you keep the units whose draw is below p, and these are to go."
            ),
        ),
        Mistake(
            name="kept below 1 - p",
            answer=lambda draws, p: (draws < 1 - p) / (1 - p),
            message=(
                "You keep the right *share*, but not the units that the task names: "
                "a unit is dropped where its draw is below p."
            ),
        ),
        Mistake(
            name="not scaled",
            answer=lambda draws, p: (draws >= p) * 1.0,
            message=(
                "The zeros stand in the right places, but what is kept is not scaled: "
                "the mean of each entry over many draws must be 1."
            ),
        ),
        Mistake(
            name="scaled down",
            answer=lambda draws, p: (draws >= p) * (1 - p),
            message=(
                "You multiply what stays by 1 − p. It has to make up for what is gone, so it must grow."
            ),
        ),
        Mistake(
            name="divided by p",
            answer=lambda draws, p: np.divide(draws >= p, p, out=np.zeros(draws.shape), where=p > 0),
            message="You divide by p, the share that is gone. It is the share that *stays* that counts.",
        ),
        Mistake(
            name="scaled twice",
            answer=lambda draws, p: (draws >= p) / (1 - p) ** 2,
            message="The scale is there twice. Once is enough to bring the mean back to 1.",
        ),
        Mistake(
            name="one mask for the whole batch",
            answer=lambda draws, p: np.repeat((draws[:1] >= p) / (1 - p), len(draws), axis=0),
            message=(
                "All records get the mask of the first row. Each record has draws of its own, and so a "
                "thinned network of its own."
            ),
        ),
        Mistake(
            name="one draw for all units",
            answer=lambda draws, p: np.repeat((draws[:, :1] >= p) / (1 - p), draws.shape[1], axis=1),
            message=(
                "Within a row you keep all or drop all, by the first draw. Units are dropped one by one."
            ),
        ),
        Mistake(
            name="dropped at p too",
            answer=lambda draws, p: (draws > p) / (1 - p),
            message=(
                "Only one case differs: a draw that equals p. With p = 0 and a draw of 0 you drop a unit, "
                "although nothing may be dropped then."
            ),
        ),
        Mistake(
            name="always one half",
            answer=lambda draws, p: (draws >= 0.5) / (1 - p),
            message="You compare with 0.5, or round the draws. Compare them with p.",
        ),
        Mistake(
            name="scaled by what happened to stay",
            answer=_scaled_by_what_stayed,
            message=(
                "You divide by the share that happened to stay in this batch. The scale belongs to p: "
                "it is the same in every draw, and that is what keeps the mean."
            ),
        ),
        Mistake(
            name="scaled by what stayed in the row",
            answer=lambda draws, p: _scaled_by_what_stayed(draws, p, 1),
            message=(
                "You divide by the share that happened to stay in each row. The scale belongs to p: "
                "it is the same for every record."
            ),
        ),
        Mistake(
            name="draws instead of ones",
            answer=lambda draws, p: np.where(draws >= p, draws, 0) / (1 - p),
            message="What stays carries its random number along. A draw decides only: there or gone.",
        ),
    ),
    hints=(
        "Two steps: which entries stay (a comparison gives True or False), and by how much they grow.",
        "`draws >= p` is True where a unit stays. Divided by a number, True counts as 1 and False as 0.",
        "A share of 1 − p stays, so divide by 1 − p.",
    ),
    praise="One comparison and one division: this array is all there is to dropout.",
)

# ----------------------------------------------------------------------------- 07-3 the whole function

_N_RECORDS = 2000


def _dropout(x: Array, p: float, rng: np.random.Generator, training: bool) -> Any:
    return x * _masks(rng.random(x.shape), p) if training else x.copy()


def _facts(answer: Callable[..., Any], row: Array, p: float, training: bool) -> dict[str, Any]:
    """Let dropout act on many equal records and say what holds however the masks are drawn."""
    x = np.tile(row, (_N_RECORDS, 1))

    def called(rng: np.random.Generator) -> Array:
        given = x.copy()
        value = answer(given, p, rng, training)
        if isinstance(value, np.ndarray) and value.ndim == 1 and value.size > row.size:
            raise AnswerFormError(
                "The result has one axis only: its rows are lost. A mask in square brackets picks out what "
                "is kept; but a dropped entry becomes 0 and keeps its place."
            )
        result = numbers_in("The result", value, x.shape)
        if not np.array_equal(given, x):
            raise AnswerFormError(
                "Your function changes `x`, and the caller still needs that array. Compute into a new one."
            )
        return result

    rng = np.random.default_rng(7)
    first, second, again = called(rng), called(rng), called(np.random.default_rng(7))
    kept = first != 0
    factors = (first / x)[kept]
    one_factor = factors.size > 0 and bool(np.ptp(factors) < 1e-4 * abs(factors[0]) + 1e-6)
    rows_alike = bool((kept == kept[0]).all())
    counts = kept.sum(axis=1)
    return {
        "all kept entries are multiplied by the same number": _word(one_factor),
        "what is kept is multiplied by": float(factors[0]) if one_factor else np.nan,
        "each record has a mask of its own": _word(not rows_alike),
        # With one mask for all records this share is chance.
        "share that is dropped": np.nan if rows_alike and training else round(float(1 - kept.mean()), 1),
        "each unit is drawn by itself": _word(rows_alike or (counts % row.size != 0).any()),
        "always as many units are dropped": _word(bool((counts == counts[0]).all())),
        "the next call drops others": _word(not np.array_equal(kept, second != 0)),
        "the same generator gives the same masks": _word(np.array_equal(first, again)),
    }


def _one_mask(x: Array, p: float, rng: np.random.Generator, training: bool) -> Any:
    return x * _masks(rng.random(x.shape[1]), p) if training else x


def _one_draw_a_record(x: Array, p: float, rng: np.random.Generator, training: bool) -> Any:
    return x * _masks(rng.random((len(x), 1)), p) if training else x


def _as_many_each_time(x: Array, p: float, rng: np.random.Generator, training: bool) -> Any:
    if not training:
        return x
    ranks = rng.random(x.shape).argsort(axis=1)
    return x * (ranks >= round(p * x.shape[1])) / (1 - p)


_ROW = np.array([4.0, -8.0, 2.0, 6.0, 1.0, -0.5, 3.0, 10.0, -1.0, 5.0])

DROPOUT = Exercise(
    name="07-3",
    title="Inverted dropout",
    answer=_dropout,
    evaluate=_facts,
    inputs=(
        (_ROW, 0.2, True),
        (_ROW, 0.2, False),
        (_ROW, 0.5, True),
        (_ROW, 0.7, False),
        (_ROW[::-1].copy(), 0.7, True),
        (_ROW, 0.0, True),
    ),
    mistakes=(
        Mistake(
            name="active at evaluation",
            answer=lambda x, p, rng, training: _dropout(x, p, rng, True),
            message=(
                "In training all is right. But your function drops at evaluation too: "
                "the same record would get another prediction each time. What is `training` for?"
            ),
        ),
        Mistake(
            name="on and off exchanged",
            answer=lambda x, p, rng, training: _dropout(x, p, rng, not training),
            message="Your function drops at evaluation and not in training. It must be the other way round.",
        ),
        Mistake(
            name="never on",
            answer=lambda x, p, rng, training: x,
            message="Your function drops nothing, not even in training: it gives back x as it is.",
        ),
        Mistake(
            name="p as the probability of keeping",
            answer=lambda x, p, rng, training: (
                np.divide(x * (rng.random(x.shape) < p), p, out=np.zeros(x.shape), where=p > 0)
                if training
                else x
            ),
            message=(
                "You took p for the probability of *keeping*, in the mask and in the scale. "
                "Here p is the probability of dropping."
            ),
        ),
        Mistake(
            name="kept with probability p",
            answer=lambda x, p, rng, training: x * (rng.random(x.shape) < p) / (1 - p) if training else x,
            message=("The scale is right, but you keep with probability p what is to be dropped with it."),
        ),
        Mistake(
            name="never scaled",
            answer=lambda x, p, rng, training: x * (rng.random(x.shape) >= p) if training else x,
            message=(
                "You scale neither in training nor at evaluation. "
                "The next layer then gets more at evaluation than it ever got in training."
            ),
        ),
        Mistake(
            name="scaled at evaluation instead",
            answer=lambda x, p, rng, training: x * (rng.random(x.shape) >= p) if training else x * (1 - p),
            message=(
                "This is the first form of dropout: it keeps the mean as well, by scaling at evaluation. "
                "Asked is the *inverted* one, which scales in training and leaves x alone at evaluation."
            ),
        ),
        Mistake(
            name="scaled in training and at evaluation",
            answer=lambda x, p, rng, training: _dropout(x, p, rng, True) if training else x * (1 - p),
            message=(
                "You scale twice: up in training, and down at evaluation. Either of the two keeps the mean; "
                "both together do not."
            ),
        ),
        Mistake(
            name="scaled up at evaluation too",
            answer=lambda x, p, rng, training: _dropout(x, p, rng, True) if training else x / (1 - p),
            message=(
                "In training all is right. At evaluation nothing is missing: nothing is to be made up for."
            ),
        ),
        Mistake(
            name="scaled down",
            answer=lambda x, p, rng, training: x * (rng.random(x.shape) >= p) * (1 - p) if training else x,
            message="You make what stays smaller. It must make up for what is gone.",
        ),
        Mistake(
            name="scaled twice in training",
            answer=lambda x, p, rng, training: _dropout(x, p, rng, training) / (1 - p if training else 1),
            message="In training you divide by 1 − p twice. Once brings the mean back.",
        ),
        Mistake(
            name="divided by p",
            answer=lambda x, p, rng, training: (
                np.divide(x * (rng.random(x.shape) >= p), p, out=np.zeros(x.shape), where=p > 0)
                if training
                else x
            ),
            message="You divide by p, the share that is gone. It is the share that *stays* that counts.",
        ),
        Mistake(
            name="one mask for the whole batch",
            answer=_one_mask,
            message=(
                "All records of the batch get the same mask, so each step trains one thinned network only. "
                "Which shape must the random numbers have?"
            ),
        ),
        Mistake(
            name="one draw a record",
            answer=_one_draw_a_record,
            message=(
                "Some records keep all their units and the others lose all. "
                "Each *entry* needs a draw of its own: which shape must the random numbers have?"
            ),
        ),
        Mistake(
            name="one draw for all",
            answer=lambda x, p, rng, training: x * _masks(np.asarray(rng.random()), p) if training else x,
            message=(
                "One draw decides for the whole batch: all is kept or all is gone. Which shape must the "
                "random numbers have?"
            ),
        ),
        Mistake(
            name="a generator of its own",
            answer=lambda x, p, rng, training: _dropout(x, p, np.random.default_rng(0), training),
            message=(
                "Your masks are the same in each call: a new generator with the same seed starts anew each "
                "time. Use the generator that the function is given."
            ),
        ),
        Mistake(
            name="a generator without a seed",
            answer=lambda x, p, rng, training: _dropout(x, p, np.random.default_rng(), training),
            message=(
                "The masks do not come from `rng`: with the same generator, two calls differ. "
                "Then no run can be repeated. Draw with `rng.random(...)`."
            ),
        ),
        Mistake(
            name="always as many",
            answer=_as_many_each_time,
            message=(
                "Your function drops the same *number* of units in each record. "
                "Dropout asks each unit by itself, so the number varies."
            ),
        ),
        Mistake(
            name="values compared with p",
            answer=lambda x, p, rng, training: np.where(x < p, 0, x / (1 - p)) if training else x,
            message=(
                "You compare the *values* of x with p. Chance decides what is dropped: "
                "compare random numbers with p."
            ),
        ),
        Mistake(
            name="the mask alone",
            answer=lambda x, p, rng, training: _dropout(np.ones(x.shape), p, rng, training),
            message="You return the mask. What comes out is x *times* the mask.",
        ),
    ),
    hints=(
        "Two cases: at evaluation x comes back as it is; only in training is anything drawn.",
        "`rng.random(x.shape)` gives each entry a number from 0 to 1 of its own. Which of them are below p?",
        "`keep = rng.random(x.shape) >= p`, and then x times `keep`, divided by the probability of keeping.",
    ),
    praise=(
        "With this function in front of a layer you have what frameworks call Dropout. "
        "The way back is still missing: exercise 5."
    ),
)

# --------------------------------------------------------------------------------- 07-4 read the curves

_LETTERS = ("A", "B", "C", "D")
_BEST_EPOCH = 9
"""Where the validation loss without dropout is lowest; what is read close by counts as the same."""

_LAST_EPOCH = 60


def _as_read(answer: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in answer.items():
        if name != "stop_at":
            found[name] = one_of(name, value, _LETTERS)
            continue
        try:
            number = float(value)
        except (TypeError, ValueError) as error:
            raise AnswerFormError(f"`{name}` must be a number of epochs; got {value!r}.") from error
        if not 0 <= number <= 1000:
            raise AnswerFormError(f"`{name}` must be an epoch of the figure; got {value!r}.")
        near_best = _BEST_EPOCH - 4 <= number <= _BEST_EPOCH + 7
        found[name] = _BEST_EPOCH if near_best else _LAST_EPOCH if number >= _LAST_EPOCH - 5 else number
    return found


CURVES = Exercise(
    name="07-4",
    title="Read four pairs of curves",
    answer={"none": "B", "good": "D", "too_much": "A", "unfair": "C", "stop_at": _BEST_EPOCH},
    evaluate=_as_read,
    reveal=False,
    mistakes=(
        Mistake(
            name="lowest training loss for good",
            answer={"good": "B"},
            message=(
                "In B the training loss is the lowest of all. But look at the validation loss there: "
                "which of the two do you want low?"
            ),
        ),
        Mistake(
            name="smallest gap for good",
            answer={"good": "A"},
            message=(
                "In A the two curves keep close together. But both stay high: "
                "a small gap is no aim in itself."
            ),
        ),
        Mistake(
            name="training above validation for good",
            answer={"good": "C"},
            message=(
                "In C the training loss lies above the validation loss nearly all the way. "
                "That cannot come of p alone: how was the training loss measured there?"
            ),
        ),
        Mistake(
            name="overfitting taken for dropout",
            answer={"none": "D"},
            message=(
                "In D the validation loss falls and stays down. "
                "What does it do when a network is free to learn its records by heart?"
            ),
        ),
        Mistake(
            name="underfitting taken for no dropout",
            answer={"none": "A"},
            message="In A the training loss stays high: this network is held back by something. By what?",
        ),
        Mistake(
            name="unfair curves taken for no dropout",
            answer={"none": "C"},
            message="A network without dropout pushes its training loss far down. Where does that happen?",
        ),
        Mistake(
            name="overfitting taken for too much dropout",
            answer={"too_much": "B"},
            message=(
                "In B the gap grows wide: that is too *little* regularization. "
                "Too much of it shows in the training loss."
            ),
        ),
        Mistake(
            name="good taken for too much",
            answer={"too_much": "D"},
            message="D has about the lowest validation loss of all four. Is there one that learns less?",
        ),
        Mistake(
            name="unfair taken for too much",
            answer={"too_much": "C"},
            message=(
                "In C the training loss is high, but the validation loss is as low as anywhere. "
                "So this network has learned well."
            ),
        ),
        Mistake(
            name="the small gap taken for unfair",
            answer={"unfair": "A"},
            message=(
                "In A both losses are high, and close together: one cause can do that. "
                "Where is the training loss high and the validation loss low?"
            ),
        ),
        Mistake(
            name="the wide gap taken for unfair",
            answer={"unfair": "B"},
            message=(
                "The gap in B is real. Training data is easier for the network than new data; "
                "where does it seem to be *harder*?"
            ),
        ),
        Mistake(
            name="the plain gap taken for unfair",
            answer={"unfair": "D"},
            message="In D the training loss ends below the validation loss, as it should. Where not?",
        ),
        Mistake(
            name="loss for epoch",
            answer={"stop_at": 0.7},
            message=(
                "This is the loss there, on the vertical axis. Asked is the epoch, on the horizontal one."
            ),
        ),
        Mistake(
            name="trained to the end",
            answer={"stop_at": _LAST_EPOCH},
            message=(
                "This is the last epoch, where the training loss is lowest. "
                "Follow the *validation* loss of that panel: where does it turn?"
            ),
        ),
    ),
    hints=(
        "Look at the training loss first: in which panel does it go down without end, where is it stuck?",
        (
            "No dropout: training down to almost 0, validation up again. Too much: both high. "
            "Two panels have the same validation loss; they differ only in how training was measured."
        ),
        (
            "With dropout on, a thinned network is measured, and it does worse than the full one. "
            "That lifts the training curve above the other."
        ),
    ),
    praise=(
        "Two of the panels show the same run. Measured in the same way, with dropout off, "
        "training and validation loss may be compared; otherwise not."
    ),
)

# ----------------------------------------------------------------------------- 07-5 find and mend the bug


class _Layer:
    """Dropout as a layer: backward uses the mask of its own forward."""

    def __init__(self, p: float) -> None:
        self.p = p
        self.mask: Any = 1.0

    def forward(self, X: Array, rng: np.random.Generator | None = None) -> Any:
        if rng is None:
            return X
        self.mask = _masks(rng.random(X.shape), self.p)
        self.rng = rng
        result: Array = X * self.mask
        self.Y = result
        return result

    def backward(self, G: Array) -> Any:
        result: Array = G * self.mask
        return result


class _FreshMask(_Layer):
    def backward(self, G: Array) -> Any:
        return G * _masks(self.rng.random(G.shape), self.p)


class _NoMask(_Layer):
    def backward(self, G: Array) -> Any:
        return G


class _NoMaskButScale(_Layer):
    def backward(self, G: Array) -> Any:
        return G / (1 - self.p)


class _NoScaleBack(_Layer):
    def backward(self, G: Array) -> Any:
        return G * (np.asarray(self.mask) != 0)


class _ScaledTwiceBack(_Layer):
    def backward(self, G: Array) -> Any:
        return G * np.asarray(self.mask) ** 2


class _MaskFromOutput(_Layer):
    def backward(self, G: Array) -> Any:
        kept = self.Y != 0
        return G * kept * np.max(self.mask)


class _FirstMask(_Layer):
    def forward(self, X: Array, rng: np.random.Generator | None = None) -> Any:
        if rng is None:
            return X
        if not hasattr(self, "kept"):
            self.kept = _masks(rng.random(X.shape), self.p)
        self.mask = self.kept
        return X * self.kept


class _FirstMaskBack(_Layer):
    def forward(self, X: Array, rng: np.random.Generator | None = None) -> Any:
        result = super().forward(X, rng)
        if not hasattr(self, "kept") and rng is not None:
            self.kept = self.mask
        return result

    def backward(self, G: Array) -> Any:
        result: Array = G * self.kept
        return result


class _AlwaysOn(_Layer):
    def forward(self, X: Array, rng: np.random.Generator | None = None) -> Any:
        return super().forward(X, rng or np.random.default_rng(1))


class _EvaluationOverwrites(_Layer):
    def forward(self, X: Array, rng: np.random.Generator | None = None) -> Any:
        if rng is None:
            self.mask = np.ones(X.shape)
        return super().forward(X, rng)


class _SharesMask(_Layer):
    masks: ClassVar[list[Any]] = []

    def forward(self, X: Array, rng: np.random.Generator | None = None) -> Any:
        result = super().forward(X, rng)
        if rng is not None:
            self.masks[:] = [self.mask]
        return result

    def backward(self, G: Array) -> Any:
        result: Array = G * self.masks[0]
        return result


class _Opposite(_Layer):
    def backward(self, G: Array) -> Any:
        return G * (np.asarray(self.mask) == 0) / (1 - self.p)


class _NotScaled(_Layer):
    def forward(self, X: Array, rng: np.random.Generator | None = None) -> Any:
        if rng is None:
            return X
        super().forward(X, rng)
        self.mask = (np.asarray(self.mask) != 0) * 1.0
        return X * self.mask


class _KeepsWithP(_Layer):
    def __init__(self, p: float) -> None:
        super().__init__(1 - p)


class _OneMaskLayer(_Layer):
    def forward(self, X: Array, rng: np.random.Generator | None = None) -> Any:
        if rng is None:
            return X
        self.mask = _masks(rng.random((1, X.shape[1])), self.p)
        result: Array = X * self.mask
        return result


def _use(answer: Callable[..., Any], p: float, n: int, units: int) -> dict[str, Any]:
    """Use a layer as training does: two batches, forward and back, then with a prediction in between."""
    layer = answer(p)
    for name in ("forward", "backward"):
        if not callable(getattr(layer, name, None)):
            raise AnswerFormError(f"The class lacks the method `{name}`.")
    data = np.random.default_rng(n)
    facts: dict[str, Any] = {}
    for turn, rows in (("first", n), ("second", n)):
        X, G = data.normal(size=(2, rows, units))
        X[:, 0] = 0  # as ReLU gives them: kept or dropped, the output is 0
        seed = int(data.integers(1000))
        # On ones, the layer shows the mask; with an equal generator it draws the same for X.
        ones = np.ones((rows, units))
        shown = _batch(answer(p), "forward", ones, np.random.default_rng(seed))
        Y = _batch(layer, "forward", X, np.random.default_rng(seed))
        if turn == "first":
            facts["forward keeps, multiplied by"] = _factor(shown, shown != 0)
            facts["forward drops a share of"] = (
                round(float((shown == 0).mean()), 1) if (shown != shown[0]).any() else np.nan
            )
        facts[f"the {turn} forward is x times a fresh mask"] = _word(_same(Y, X * shown))
        D = _batch(layer, "backward", G)
        dropped, ratio = shown == 0, D / G
        facts[f"slopes that come back where the {turn} forward dropped"] = _amount(ratio[dropped] != 0)
        facts[f"slopes that come back where the {turn} forward kept"] = _amount(ratio[~dropped] != 0)
        facts[f"where they do, backward multiplies the {turn} G by"] = _factor(ratio, ratio != 0)
    X, others, G = data.normal(size=(3, n, units))
    for what in ("a prediction", "another layer"):
        facts[f"{what} between forward and backward"] = _effect_between(answer, p, what, X, others, G)
    X = data.normal(size=(3, units))
    facts["without a generator, forward gives X itself"] = _word(_same(_batch(layer, "forward", X), X))
    return facts


def _effect_between(
    answer: Callable[..., Any], p: float, what: str, X: Array, others: Array, G: Array
) -> str:
    """Say whether something between forward and backward changes what comes back, be that right or wrong."""
    results = []
    for disturbed in (False, True):
        layer, other = answer(p), answer(p)
        _batch(layer, "forward", X, np.random.default_rng(1))
        if disturbed and what == "a prediction":
            _batch(layer, "forward", others)
        elif disturbed:
            _batch(other, "forward", others, np.random.default_rng(2))
        try:
            results.append(_batch(layer, "backward", G))
        except Exception:
            if not disturbed:
                raise
            return "disturbs it"  # it finds nothing any more of what forward kept
    return "leaves it as it was" if _same(*results) else "disturbs it"


def _amount(truths: npt.NDArray[np.bool_]) -> str:
    return "all" if truths.all() else "some" if truths.any() else "none"


def _factor(ratio: Array, where: npt.NDArray[np.bool_]) -> float:
    """Return the number that all chosen entries share, or NaN."""
    chosen = ratio[where]
    return float(chosen[0]) if chosen.size and np.ptp(chosen) < 1e-3 * abs(chosen[0]) else np.nan


def _batch(layer: Any, method: str, batch: Array, *generator: np.random.Generator) -> Array:
    given = batch.copy()
    try:
        value = getattr(layer, method)(given, *generator)
    except TypeError as error:
        if error.__traceback__ is not None and error.__traceback__.tb_next is None:  # the call, not the body
            arguments = "an array and a generator" if generator else "one array"
            raise AnswerFormError(
                f"`layer.{method}(...)` could not be called with {arguments}: {error}."
            ) from error
        raise
    result = numbers_in(f"What `{method}` returns", value, batch.shape)
    if not np.array_equal(given, batch):
        raise AnswerFormError(f"`{method}` changes the array that it is given. Compute into a new one.")
    return result


LAYER = Exercise(
    name="07-5",
    title="Find and mend the bug",
    answer=_Layer,
    evaluate=_use,
    inputs=((0.5, 200, 8), (0.2, 300, 6)),
    mistakes=(
        Mistake(
            name="a fresh mask in backward",
            answer=_FreshMask,
            message=(
                "`backward` still draws a mask of its own. Slopes reach units that were gone in forward, "
                "and are cut off from units that were there. Which mask made the outputs?"
            ),
        ),
        Mistake(
            name="no mask in backward",
            answer=_NoMask,
            message=(
                "`backward` lets everything pass. A unit that was dropped had no part in the loss: "
                "what is its slope? And by what was a kept one multiplied on the way forward?"
            ),
        ),
        Mistake(
            name="scale without mask in backward",
            answer=_NoMaskButScale,
            message=(
                "`backward` scales but drops nothing. A unit that was dropped had no part in the loss: "
                "what is its slope?"
            ),
        ),
        Mistake(
            name="mask without scale in backward",
            answer=_NoScaleBack,
            message=(
                "The zeros come back in the right places. But forward also multiplied what it kept: "
                "the slope of a product c · x with respect to x is c."
            ),
        ),
        Mistake(
            name="scaled twice in backward",
            answer=_ScaledTwiceBack,
            message=(
                "The mask is right, but the scale is there twice in `backward`. "
                "Does the mask that you keep contain it already?"
            ),
        ),
        Mistake(
            name="mask from the output",
            answer=_MaskFromOutput,
            message=(
                "You read the mask off the output: what is 0 was dropped. "
                "But an output is also 0 where x is 0, as behind a ReLU. Keep the mask itself."
            ),
        ),
        Mistake(
            name="first mask forever",
            answer=_FirstMask,
            message="Each forward must draw anew. Your layer uses the mask of its first batch for good.",
        ),
        Mistake(
            name="first mask in backward",
            answer=_FirstMaskBack,
            message=(
                "The first batch is right. In the second, `backward` still uses the mask of the *first*: "
                "each forward must replace what the last one kept."
            ),
        ),
        Mistake(
            name="on at evaluation",
            answer=_AlwaysOn,
            message=(
                "The way back is mended. But without a generator your forward drops too: "
                "predictions are made with all units."
            ),
        ),
        Mistake(
            name="evaluation overwrites the mask",
            answer=_EvaluationOverwrites,
            message=(
                "The way back is mended, as long as nobody makes a prediction between forward and backward. "
                "If somebody does, your forward without a generator replaces what the forward in training "
                "had kept, and backward belongs to that one. A prediction has nothing to keep."
            ),
        ),
        Mistake(
            name="one mask for all layers",
            answer=_SharesMask,
            message=(
                "One layer alone works. But a network may have several, and yours have *one* memory: the "
                "mask of one is overwritten by the next. Does it stand in the class, in a global variable or "
                "in the default of an argument? Each layer must keep its own, in `self`."
            ),
        ),
        Mistake(
            name="mask turned round in backward",
            answer=_Opposite,
            message="`backward` lets pass what forward dropped, and stops what it kept.",
        ),
        Mistake(
            name="not scaled",
            answer=_NotScaled,
            message="The mask is the same both ways, but nobody scales any more: look at 1 / (1 − p).",
        ),
        Mistake(
            name="p as the probability of keeping",
            answer=_KeepsWithP,
            message="Both ways agree, but with p for the probability of *keeping*. Here p drops.",
        ),
        Mistake(
            name="one mask for the whole batch",
            answer=_OneMaskLayer,
            message="Both ways agree. But now all records of a batch share one mask: each needs its own.",
        ),
    ),
    hints=(
        "Ask of one entry: forward multiplied it by some number. What does the chain rule do with it?",
        "Both methods need the *same* array. What one method puts into `self`, the other one finds there.",
        (
            "In forward with a generator: `self.mask = ... / (1 - self.p)`; without one, leave it as it is. "
            "In backward: G times it."
        ),
    ),
    praise=(
        "Forward multiplies by a number that happens to be random; backward multiplies by the same one. "
        "For the chain rule a dropped unit is a factor of 0, nothing more."
    ),
)

# ------------------------------------------------------------------- 07-6 the average of thinned networks


def _average(
    x: Array,
    w: Array,
    b: float,
    p: float,
    f: Callable[[float], float],
    *,
    scale: Callable[[float], float] = lambda p: 1 / (1 - p),
    chance: Callable[[Array, float], float] | None = None,
) -> tuple[float, float]:
    """Average one unit's output over all masks of its inputs; the second value is the full network's."""
    mean = 0.0
    for bits in itertools.product((0, 1), repeat=len(x)):
        mask = np.array(bits)
        kept = int(mask.sum())
        weight = (
            (1 - p) ** kept * p ** (len(x) - kept) if chance is None else chance(mask.astype(np.float64), p)
        )
        mean += weight * float(f(float(w @ (mask * x) * scale(p) + b)))
    return mean, float(f(float(w @ x + b)))


def _first_only(answer: Callable[..., tuple[float, float]], *inputs: Any) -> float:
    return answer(*inputs)[0]


def _geometric(x: Array, w: Array, b: float, p: float, f: Callable[[float], float]) -> tuple[float, float]:
    logarithm = _average(x, w, b, p, lambda z: float(np.log(np.abs(f(z)) + 1e-300)))[0]
    return float(np.exp(logarithm)), float(f(float(w @ x + b)))


def _identity(z: Any) -> Any:
    return z


def _relu(z: Any) -> Any:
    return np.maximum(z, 0)


def _logistic(z: Any) -> Any:
    return 1 / (1 + np.exp(-np.asarray(z)))


def _some_unit(rng: np.random.Generator) -> Inputs:
    n = int(rng.integers(1, 6))
    x, w = np.round(rng.normal(size=(2, n)) * 1.5, 1)
    f = (_identity, _relu, _logistic, np.tanh)[int(rng.integers(4))]
    return x, w, float(np.round(rng.normal(), 1)), float(rng.choice([0.1, 0.25, 0.5, 0.8])), f


AVERAGE = Exercise(
    name="07-6",
    title="The average of all thinned networks",
    answer=lambda x, w, b, p, f: _average(x, w, b, p, f),
    may_change_inputs=False,
    inputs=(
        (np.array([2.0]), np.array([1.5]), -1.0, 0.25, _identity),
        (np.array([2.0]), np.array([1.5]), -1.0, 0.25, _relu),
        (np.array([1.0, -2.0, 0.5]), np.array([2.0, 1.0, -1.0]), 0.5, 0.5, _identity),
        (np.array([1.0, -2.0, 0.5]), np.array([2.0, 1.0, -1.0]), 0.5, 0.5, _logistic),
        (np.array([1.0, 2.0]), np.array([1.0, 1.0]), 0.0, 0.0, np.tanh),
    ),
    random_inputs=_some_unit,
    mistakes=(
        Mistake(
            name="all masks alike",
            answer=lambda x, w, b, p, f: _average(x, w, b, p, f, chance=lambda m, p: 0.5 ** len(m)),
            message=(
                "You count every mask alike. That is right for p = 0.5 only: with a small p, a mask that "
                "keeps much comes more often than one that keeps little."
            ),
        ),
        Mistake(
            name="sum for mean",
            answer=lambda x, w, b, p, f: _average(x, w, b, p, f, chance=lambda m, p: 1.0),
            message="You add up the outputs of all masks. Each counts with its probability only.",
        ),
        Mistake(
            name="not scaled",
            answer=lambda x, w, b, p, f: _average(x, w, b, p, f, scale=lambda p: 1.0),
            message=(
                "The probabilities are right, but what is kept is not scaled: "
                "in inverted dropout each thinned network works with x / (1 − p)."
            ),
        ),
        Mistake(
            name="scaled down",
            answer=lambda x, w, b, p, f: _average(x, w, b, p, f, scale=lambda p: 1 - p),
            message="You multiply what is kept by 1 − p. It has to make up for what is gone.",
        ),
        Mistake(
            name="p and 1 - p exchanged",
            answer=lambda x, w, b, p, f: _average(
                x, w, b, p, f, chance=lambda m, p: p ** m.sum() * (1 - p) ** (len(m) - m.sum())
            ),
            message="In the probability of a mask, you gave p to the inputs that are kept.",
        ),
        Mistake(
            name="probability of the kept alone",
            answer=lambda x, w, b, p, f: _average(x, w, b, p, f, chance=lambda m, p: (1 - p) ** m.sum()),
            message=(
                "Your probabilities do not add up to 1: the inputs that are dropped have to be counted too, "
                "each with the probability p."
            ),
        ),
        Mistake(
            name="probability of the dropped alone",
            answer=lambda x, w, b, p, f: _average(x, w, b, p, f, chance=lambda m, p: p ** (len(m) - m.sum())),
            message=(
                "Your probabilities do not add up to 1: the inputs that are *kept* have to be counted too, "
                "each with the probability 1 − p."
            ),
        ),
        Mistake(
            name="f of the mean",
            answer=lambda x, w, b, p, f: (float(f(float(w @ x + b))),) * 2,
            message=(
                "Both of your values are those of the full network. With a straight f they are equal indeed; "
                "with a bent one, the mean of f is not f of the mean."
            ),
        ),
        Mistake(
            name="bias dropped too",
            answer=lambda x, w, b, p, f: (
                _average(np.append(x, 1.0), np.append(w, b), 0.0, p, f)[0],
                float(f(float(w @ x + b))),
            ),
            message="You drop the bias as if it were an input. It belongs to the unit, and is always there.",
        ),
        Mistake(
            name="bias scaled",
            answer=lambda x, w, b, p, f: (
                _average(x, w, b / (1 - p), p, f)[0],
                float(f(float(w @ x + b))),
            ),
            message="You scale the bias too. Only the inputs are multiplied by the mask.",
        ),
        Mistake(
            name="the empty network forgotten",
            answer=lambda x, w, b, p, f: _average(
                x,
                w,
                b,
                p,
                f,
                chance=lambda m, p: (1 - p) ** m.sum() * p ** (len(m) - m.sum()) if m.any() else 0.0,
            ),
            message=("One mask is missing: that which drops *all* inputs. The unit still has its bias then."),
        ),
        Mistake(
            name="the full network forgotten",
            answer=lambda x, w, b, p, f: _average(
                x,
                w,
                b,
                p,
                f,
                chance=lambda m, p: 0.0 if m.all() else (1 - p) ** m.sum() * p ** (len(m) - m.sum()),
            ),
            message="One mask is missing: that which keeps all inputs. It is one of the 2ⁿ as well.",
        ),
        Mistake(
            name="full network scaled",
            answer=lambda x, w, b, p, f: (
                _average(x, w, b, p, f)[0],
                float(f(float(w @ x / (1 - p) + b))),
            ),
            message=(
                "The average is right. In the full network nothing is dropped, so nothing is scaled either."
            ),
        ),
        Mistake(
            name="full network scaled down",
            answer=lambda x, w, b, p, f: (
                _average(x, w, b, p, f)[0],
                float(f(float(w @ x * (1 - p) + b))),
            ),
            message=(
                "The average is right. But the full network needs no factor 1 − p: "
                "the thinned ones were scaled up already."
            ),
        ),
        Mistake(
            name="geometric mean",
            answer=_geometric,
            message="This is a geometric mean. Asked is the plain one: probability times output, added up.",
        ),
        Mistake(
            name="order exchanged",
            answer=lambda x, w, b, p, f: _average(x, w, b, p, f)[::-1],
            message="Both numbers are right, but in the wrong order: the average comes first.",
        ),
        Mistake(
            name="full network forgotten",
            answer=lambda x, w, b, p, f: _first_only(_average, x, w, b, p, f),
            message="The average is right. Return two values: the full network's output comes second.",
        ),
    ),
    hints=(
        "There are 2ⁿ masks. Compute the unit's output for each, and how likely the mask is.",
        "`itertools.product([0, 1], repeat=len(x))` gives all masks, one after the other.",
        (
            "A mask with k ones has the probability (1 − p)ᵏ pⁿ⁻ᵏ, and its unit gives "
            "f(w · (mask x) / (1 − p) + b). Add up the products."
        ),
    ),
    praise=(
        "For a straight f the two are equal: the full network *is* the average. For a bent f they are close "
        "at best, and yet that is what we use at evaluation, because it costs one pass and not 2ⁿ."
    ),
)

# ---------------------------------------------------------------------------- 07-7 symptoms and causes

_CAUSES = ("A", "B", "C", "D", "E", "F")


def _diagnosis(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one_of(name, value, _CAUSES) for name, value in answer.items()}


SYMPTOMS = Exercise(
    name="07-7",
    title="Symptoms and causes",
    answer={
        "report_1": "B",
        "report_2": "A",
        "report_3": "F",
        "report_4": "E",
        "report_5": "D",
        "report_6": "C",
    },
    evaluate=_diagnosis,
    reveal=False,
    mistakes=(
        Mistake(
            name="1 not scaled",
            answer={"report_1": "E"},
            message=(
                "1: a missing scale would shift every prediction, but always in the same way. "
                "Here chance is at work, after training."
            ),
        ),
        Mistake(
            name="1 one mask",
            answer={"report_1": "C"},
            message="1: here there is no batch at all, only one customer, asked twice. What may chance do?",
        ),
        Mistake(
            name="1 nothing wrong",
            answer={"report_1": "F"},
            message="1: no loss is compared here. Two predictions for the same customer must be equal.",
        ),
        Mistake(
            name="1 fresh mask in backward",
            answer={"report_1": "D"},
            message="1: for a prediction nobody calls `backward`.",
        ),
        Mistake(
            name="2 not scaled",
            answer={"report_2": "E"},
            message=(
                "2: with a mean that is off by 10 %, the network would still learn. "
                "What does 0.9 mean to the author, and what to the layer?"
            ),
        ),
        Mistake(
            name="2 on at evaluation",
            answer={"report_2": "B"},
            message="2: it was not only measured badly, it *learned* badly. What does 0.9 mean to the layer?",
        ),
        Mistake(
            name="2 nothing wrong",
            answer={"report_2": "F"},
            message="2: with dropout off, the accuracy on the training data is low too: it is no artifact.",
        ),
        Mistake(
            name="3 on at evaluation",
            answer={"report_3": "B"},
            message=(
                "3: dropout at evaluation makes the validation loss worse, not better. "
                "Look at the third number."
            ),
        ),
        Mistake(
            name="3 not scaled",
            answer={"report_3": "E"},
            message=(
                "3: without the scale the network would do *worse* with dropout off. It does better. "
                "Which two of the three numbers were measured alike?"
            ),
        ),
        Mistake(
            name="3 keep for drop",
            answer={"report_3": "A"},
            message="3: this network learns well. Which two of the three numbers were measured alike?",
        ),
        Mistake(
            name="4 on at evaluation",
            answer={"report_4": "B"},
            message="4: at evaluation the sum is always the same here, so nothing is drawn any more.",
        ),
        Mistake(
            name="4 keep for drop",
            answer={"report_4": "A"},
            message="4: with p = 0.5, keeping and dropping are equally likely. Exchanging them does nothing.",
        ),
        Mistake(
            name="4 nothing wrong",
            answer={"report_4": "F"},
            message=(
                "4: no losses are compared here, but the input of a layer. "
                "Its mean in training must be what it meets at evaluation."
            ),
        ),
        Mistake(
            name="5 one mask",
            answer={"report_5": "C"},
            message=(
                "5: one mask for all records would be one mask both ways, and the slopes would be right."
            ),
        ),
        Mistake(
            name="5 not scaled",
            answer={"report_5": "E"},
            message=(
                "5: a factor that is missing both ways gives right slopes of another function. "
                "Here slopes arrive where nothing came from."
            ),
        ),
        Mistake(
            name="5 nothing wrong",
            answer={"report_5": "F"},
            message=(
                "5: with the masks held, forward is an ordinary function, and a right backward pass agrees "
                "with differences. This one does not."
            ),
        ),
        Mistake(
            name="6 nothing wrong",
            answer={"report_6": "F"},
            message="6: chance would not choose the same units for 32 records. How many draws were made?",
        ),
        Mistake(
            name="6 fresh mask in backward",
            answer={"report_6": "D"},
            message="6: this was seen on the way *forward*.",
        ),
        Mistake(
            name="6 not scaled",
            answer={"report_6": "E"},
            message="6: it is the *places* of the zeros that are strange, not the size of the others.",
        ),
    ),
    hints=(
        "Ask each report when it goes wrong: in training, on the way back, or only when it is used.",
        (
            "Chance in a prediction; chance on the way back; chance shared by all rows: three of the causes. "
            "A mean that is off; a probability that is off; a comparison that is off: the other three."
        ),
        "Start with the sure ones: predictions that differ (1), a sum twice as large (4), equal rows (6).",
    ),
    praise="None of these six raises an error. They all train, somehow. Now you know what to look at.",
)

# ------------------------------------------------------------------------ 07-8 a penalty on large weights


def _penalized(
    loss: float, dW: Array, db: Array, W: Array, b: Array, strength: float, kind: str
) -> tuple[float, Array, Array]:
    if kind == "L2":
        return loss + strength * float(np.sum(W**2)) / 2, dW + strength * W, db
    return loss + strength * float(np.sum(np.abs(W))), dW + strength * np.sign(W), db


def _change_penalty(
    *,
    value: Callable[[Array, float, str], float] | None = None,
    slope: Callable[[Array, float, str], Any] | None = None,
) -> Callable[..., tuple[float, Array, Array]]:
    """Return a wrong answer: another penalty, or another gradient of it."""

    def answer(
        loss: float, dW: Array, db: Array, W: Array, b: Array, strength: float, kind: str
    ) -> tuple[float, Array, Array]:
        right, new_dW, _ = _penalized(loss, dW, db, W, b, strength, kind)
        return (
            right if value is None else loss + value(W, strength, kind),
            new_dW if slope is None else dW + slope(W, strength, kind),
            db,
        )

    return answer


def _value(W: Array, strength: float, kind: str) -> float:
    return _penalized(0.0, W, W, W, W, strength, kind)[0]


def _slope(W: Array, strength: float, kind: str) -> Array:
    return _penalized(0.0, np.zeros(W.shape), W, W, W, strength, kind)[1]


def _other(kind: str) -> str:
    return "L1" if kind == "L2" else "L2"


def _some_penalty(rng: np.random.Generator) -> Inputs:
    n_in, n_out = (int(size) for size in rng.integers(1, 5, size=2))
    dW, W = np.round(rng.normal(size=(2, n_in, n_out)) * 2, 1)
    db, b = np.round(rng.normal(size=(2, n_out)) * 2, 1)
    loss = float(np.round(rng.uniform(0.1, 2), 2))
    return loss, dW, db, W, b, float(rng.choice([0.0, 0.1, 0.5])), str(rng.choice(["L1", "L2"]))


def _penalized_bias(*inputs: Any, value: bool, slope: bool) -> tuple[float, Array, Array]:
    loss, dW, db, W, b, strength, kind = inputs
    new_loss, new_dW, _ = _penalized(loss, dW, db, W, b, strength, kind)
    return (
        new_loss + _value(b, strength, kind) * value,
        new_dW,
        db + _slope(b, strength, kind) * slope,
    )


PENALTY = Exercise(
    name="07-8",
    title="A penalty on large weights",
    answer=_penalized,
    inputs=(
        (
            1.0,
            np.array([[0.0, 0.0], [0.0, 0.0]]),
            np.array([0.0, 0.0]),
            np.array([[2.0, -1.0], [0.0, 3.0]]),
            np.array([5.0, -4.0]),
            0.1,
            "L2",
        ),
        (
            1.0,
            np.array([[0.0, 0.0], [0.0, 0.0]]),
            np.array([0.0, 0.0]),
            np.array([[2.0, -1.0], [0.0, 3.0]]),
            np.array([5.0, -4.0]),
            0.1,
            "L1",
        ),
        (
            0.5,
            np.array([[1.0], [-2.0], [0.5]]),
            np.array([0.3]),
            np.array([[0.5], [-0.5], [4.0]]),
            np.array([1.0]),
            0.5,
            "L2",
        ),
    ),
    random_inputs=_some_penalty,
    mistakes=(
        Mistake(
            name="bias in the penalty and its gradient",
            answer=lambda *inputs: _penalized_bias(*inputs, value=True, slope=True),
            message=(
                "You punish the biases too, in the loss and in the gradient. A bias only shifts: "
                "it is left alone."
            ),
        ),
        Mistake(
            name="bias in the penalty",
            answer=lambda *inputs: _penalized_bias(*inputs, value=True, slope=False),
            message="The gradients are right. But the biases are part of your penalty; leave them out.",
        ),
        Mistake(
            name="bias pulled",
            answer=lambda *inputs: _penalized_bias(*inputs, value=False, slope=True),
            message="The loss is right. But you pull the biases toward 0 as well: `db` stays as it is.",
        ),
        Mistake(
            name="factor 2 in the gradient of L2",
            answer=_change_penalty(slope=lambda W, s, kind: _slope(W, s, kind) * (1 + (kind == "L2"))),
            message=(
                "The factor 2 of the square is still in your gradient of L2. "
                "What is the ½ of the penalty for?"
            ),
        ),
        Mistake(
            name="half missing in the L2 penalty",
            answer=_change_penalty(value=lambda W, s, kind: _value(W, s, kind) * (1 + (kind == "L2"))),
            message="The gradient is right, but in the L2 penalty the factor ½ is missing.",
        ),
        Mistake(
            name="half missing everywhere",
            answer=_change_penalty(
                value=lambda W, s, kind: _value(W, s, kind) * (1 + (kind == "L2")),
                slope=lambda W, s, kind: _slope(W, s, kind) * (1 + (kind == "L2")),
            ),
            message=(
                "Your L2 penalty and its gradient agree with each other, but both are twice too large: "
                "the task's formula has a factor ½."
            ),
        ),
        Mistake(
            name="half in the gradient of L2",
            answer=_change_penalty(slope=lambda W, s, kind: _slope(W, s, kind) / (1 + (kind == "L2"))),
            message="Your gradient of L2 is half of what it should be: the square gives a 2 to meet the ½.",
        ),
        Mistake(
            name="half in L1 as well",
            answer=_change_penalty(value=lambda W, s, kind: _value(W, s, kind) / (1 + (kind == "L1"))),
            message="The ½ belongs to L2, where it meets the square. The L1 penalty has none.",
        ),
        Mistake(
            name="sign missing in L1",
            answer=_change_penalty(
                slope=lambda W, s, kind: s * np.ones(W.shape) if kind == "L1" else _slope(W, s, kind)
            ),
            message=(
                "With L1 you add the strength to each slope, whatever the sign of the weight. "
                "On which side does |w| fall?"
            ),
        ),
        Mistake(
            name="L1 slope 1 at 0",
            answer=_change_penalty(
                slope=lambda W, s, kind: s * np.where(W >= 0, 1, -1) if kind == "L1" else _slope(W, s, kind)
            ),
            message=(
                "Only weights that are exactly 0 differ: |w| has a kink there, and we agree on the slope 0, "
                "as `np.sign` does."
            ),
        ),
        Mistake(
            name="gradient of L2 for both",
            answer=_change_penalty(slope=lambda W, s, kind: s * W),
            message=(
                "Your gradient is that of L2 for both kinds. |w| is as steep for a large w as for a small."
            ),
        ),
        Mistake(
            name="kinds exchanged",
            answer=lambda loss, dW, db, W, b, strength, kind: _penalized(
                loss, dW, db, W, b, strength, _other(kind)
            ),
            message="You have L1 where L2 is asked, and L2 where L1 is asked.",
        ),
        Mistake(
            name="always L2",
            answer=lambda loss, dW, db, W, b, strength, kind: _penalized(loss, dW, db, W, b, strength, "L2"),
            message='L2 is right. With `kind` "L1" you give L2 as well.',
        ),
        Mistake(
            name="always L1",
            answer=lambda loss, dW, db, W, b, strength, kind: _penalized(loss, dW, db, W, b, strength, "L1"),
            message='L1 is right. With `kind` "L2" you give L1 as well.',
        ),
        Mistake(
            name="subtracted from the gradient",
            answer=_change_penalty(slope=lambda W, s, kind: -_slope(W, s, kind)),
            message=(
                "The sign in the gradient is turned round: a step *against* it would make large weights "
                "larger."
            ),
        ),
        Mistake(
            name="mean for sum",
            answer=_change_penalty(
                value=lambda W, s, kind: _value(W, s, kind) / W.size,
            ),
            message="You take the mean over the weights. The penalty is a sum.",
        ),
        Mistake(
            name="mean for sum in both",
            answer=_change_penalty(
                value=lambda W, s, kind: _value(W, s, kind) / W.size,
                slope=lambda W, s, kind: _slope(W, s, kind) / W.size,
            ),
            message="You take the mean over the weights, in the penalty and its gradient. It is a sum.",
        ),
        Mistake(
            name="norm not squared",
            answer=_change_penalty(
                value=lambda W, s, kind: (
                    s * float(np.sqrt(np.sum(W**2))) / 2 if kind == "L2" else _value(W, s, kind)
                )
            ),
            message="You took a root in the L2 penalty (`np.linalg.norm` does). The sum of squares is asked.",
        ),
        Mistake(
            name="sum without absolute value",
            answer=_change_penalty(
                value=lambda W, s, kind: s * float(W.sum()) if kind == "L1" else _value(W, s, kind)
            ),
            message="In your L1 penalty, negative weights make the loss smaller. Take away their sign first.",
        ),
        Mistake(
            name="penalty alone",
            answer=lambda loss, dW, db, W, b, strength, kind: (
                _value(W, strength, kind),
                *_penalized(loss, dW, db, W, b, strength, kind)[1:],
            ),
            message=(
                "The penalty and the gradients are right. But the penalty comes *on top of* the given loss."
            ),
        ),
        Mistake(
            name="slope of the penalty alone",
            answer=lambda loss, dW, db, W, b, strength, kind: (
                _penalized(loss, dW, db, W, b, strength, kind)[0],
                _slope(W, strength, kind),
                np.zeros_like(b),
            ),
            message=(
                "The loss is right. Your gradients are those of the penalty alone: "
                "the given `dW` and `db` belong to the loss too."
            ),
        ),
        Mistake(
            name="slope of the penalty alone, and db",
            answer=lambda loss, dW, db, W, b, strength, kind: (
                _penalized(loss, dW, db, W, b, strength, kind)[0],
                _slope(W, strength, kind),
                db,
            ),
            message=(
                "The loss and `db` are right. Your `dW` is the slope of the penalty alone: "
                "the given `dW` belongs to it too."
            ),
        ),
        Mistake(
            name="weights stepped",
            answer=lambda loss, dW, db, W, b, strength, kind: (
                _penalized(loss, dW, db, W, b, strength, kind)[0],
                W - _slope(W, strength, kind),
                db,
            ),
            message=(
                "You have pulled the weights already. Asked is the gradient; the optimizer makes the step."
            ),
        ),
        Mistake(
            name="sizes for signs",
            answer=_change_penalty(slope=lambda W, s, kind: s * np.abs(W) if kind == "L1" else s * W),
            message=(
                "The penalty is right. In the gradient of L1 you put |w| itself. "
                "How steep is |w|, to the left of 0 and to the right?"
            ),
        ),
        Mistake(
            name="loss unchanged",
            answer=_change_penalty(value=lambda W, s, kind: 0.0),
            message="The gradients are right. The loss still lacks its penalty.",
        ),
        Mistake(
            name="gradient unchanged",
            answer=_change_penalty(slope=lambda W, s, kind: 0.0),
            message="The loss is right. But `dW` does not know of the penalty, so nothing is pulled.",
        ),
    ),
    hints=(
        "Penalty and gradient belong together: the second is the slope of the first.",
        "The slope of w²/2 is w, that of |w| is 1 or −1, or 0 at 0: `np.sign(W)`.",
        "Add `strength * W` or `strength * np.sign(W)` to dW, and nothing to db.",
    ),
    praise=(
        "L2 pulls a large weight hard and a small one gently; L1 pulls all alike, until they are 0. "
        "Neither is dropout, and both go well with it."
    ),
)

# ------------------------------------------------------------------------------------- 07-9 stop early


def _stop(
    losses: Any,
    weights: Any,
    patience: int,
    *,
    extra: int = 0,
    ties: bool = False,
    reset: bool = True,
    against_last: bool = False,
) -> tuple[int, int, Any]:
    best, waited, stop = 0, 0, len(losses) - 1
    for epoch in range(1, len(losses)):
        reference = losses[epoch - 1] if against_last else losses[best]
        better = losses[epoch] <= reference if ties else losses[epoch] < reference
        if losses[epoch] < losses[best] or (ties and losses[epoch] == losses[best]):
            best = epoch
        if better:
            waited = waited if not reset else 0
        else:
            waited += 1
            if waited >= patience + extra:
                stop = epoch
                break
    return best, stop, weights[best]


def _stopping(losses: Array, weights: Array, patience: int) -> tuple[int, int, Any]:
    return _stop(losses, weights, patience)


def _stopped(change: Callable[..., Any]) -> Callable[..., Any]:
    """Return a wrong answer: `change` makes it of the right epochs and the inputs."""

    def answer(losses: Array, weights: Array, patience: int) -> Any:
        best, stop, _ = _stop(losses, weights, patience)
        return change(best, stop, losses, weights, patience)

    return answer


def _some_losses(rng: np.random.Generator) -> Inputs:
    n = int(rng.integers(1, 16))
    losses = np.round(np.linspace(1, 0.5, n) + rng.normal(size=n) * 0.2, 1)
    return losses, np.round(rng.normal(size=(n, 2)), 2), int(rng.integers(1, 5))


_RISING = np.array([0.9, 0.7, 0.6, 0.65, 0.64, 0.7, 0.3])
"""Patience 3: the best of what was seen is epoch 2, though epoch 6 would have been better."""

STOPPING = Exercise(
    name="07-9",
    title="Stop early",
    answer=_stopping,
    inputs=(
        (_RISING, np.arange(14.0).reshape(7, 2), 3),
        (np.array([0.9, 0.5, 0.6, 0.4, 0.5, 0.6, 0.7]), np.arange(7.0)[:, None], 2),
        (np.array([0.9, 0.8, 0.7]), np.arange(6.0).reshape(3, 2), 5),  # never out of patience
        (np.array([0.8, 0.5, 0.5, 0.5, 0.6]), np.arange(5.0)[:, None], 2),  # ties
        (np.array([0.9, 0.5, 0.8, 0.7, 0.6, 0.3]), np.arange(6.0)[:, None], 3),  # falls, but not to the best
        (np.array([0.5]), np.array([[1.0, 2.0]]), 1),
    ),
    random_inputs=_some_losses,
    mistakes=(
        Mistake(
            name="last weights kept",
            answer=_stopped(lambda best, stop, losses, weights, patience: (best, stop, weights[stop])),
            message=(
                "Both epochs are right. But you keep the weights of the *last* epoch, and these are the "
                "worse ones: that is why one waited."
            ),
        ),
        Mistake(
            name="best of all epochs",
            answer=lambda losses, weights, patience: (
                int(np.argmin(losses)),
                _stop(losses, weights, patience)[1],
                weights[int(np.argmin(losses))],
            ),
            message=(
                "Your best epoch may lie *behind* the one where training stops. "
                "These epochs are never run: only what was seen until then counts."
            ),
        ),
        Mistake(
            name="never stops",
            answer=lambda losses, weights, patience: (
                int(np.argmin(losses)),
                len(losses) - 1,
                weights[int(np.argmin(losses))],
            ),
            message="You go through all epochs. What is `patience` for?",
        ),
        Mistake(
            name="one epoch too late",
            answer=lambda losses, weights, patience: _stop(losses, weights, patience, extra=1),
            message=(
                "You wait one epoch too long. Count the epochs without a new lowest: "
                "at `patience` of them, stop."
            ),
        ),
        Mistake(
            name="one epoch too early",
            answer=lambda losses, weights, patience: _stop(losses, weights, patience, extra=-1),
            message="You stop one epoch too early. `patience` epochs in a row may pass without a new lowest.",
        ),
        Mistake(
            name="ties count as better",
            answer=lambda losses, weights, patience: _stop(losses, weights, patience, ties=True),
            message=(
                "You take an equal loss for a new lowest. It is none: `<`, not `<=`. "
                "Else a curve that stays level would never stop."
            ),
        ),
        Mistake(
            name="count never starts anew",
            answer=lambda losses, weights, patience: _stop(losses, weights, patience, reset=False),
            message=(
                "Your count of epochs without success never goes back to 0. "
                "A new lowest loss gives the full patience again."
            ),
        ),
        Mistake(
            name="compared with the epoch before",
            answer=lambda losses, weights, patience: _stop(losses, weights, patience, against_last=True),
            message=(
                "You compare each loss with the one *before*. A loss can fall and still be far above the "
                "best: compare with the lowest so far."
            ),
        ),
        Mistake(
            name="epochs counted from 1",
            answer=_stopped(
                lambda best, stop, losses, weights, patience: (best + 1, stop + 1, weights[best])
            ),
            message="You count epochs from 1. Here they are indices, from 0, as in `losses[0]`.",
        ),
        Mistake(
            name="order exchanged",
            answer=_stopped(lambda best, stop, losses, weights, patience: (stop, best, weights[best])),
            message="Both epochs are right, but exchanged: the best comes first, the last one run second.",
        ),
        Mistake(
            name="highest for lowest",
            answer=lambda losses, weights, patience: _stop(-losses, weights, patience),
            message="You look for the *highest* value. That would be right for an accuracy; this is a loss.",
        ),
        Mistake(
            name="stop behind the end",
            answer=_stopped(
                lambda best, stop, losses, weights, patience: (
                    best,
                    len(losses) if len(losses) - 1 - best < patience else stop,
                    weights[best],
                )
            ),
            message=(
                "When patience never runs out, training ends with the last epoch there is. "
                "Its index is one less than their number."
            ),
        ),
        Mistake(
            name="number of epochs run",
            answer=_stopped(lambda best, stop, losses, weights, patience: (best, stop + 1, weights[best])),
            message=(
                "Your second number is one too large: it counts the epochs. "
                "Asked is the index of the last that is run."
            ),
        ),
        Mistake(
            name="loss for epoch",
            answer=_stopped(
                lambda best, stop, losses, weights, patience: (losses[best], stop, weights[best])
            ),
            message=("Your first value is the lowest loss. Asked is the epoch at which it was reached."),
        ),
        Mistake(
            name="epoch for weights",
            answer=_stopped(lambda best, stop, losses, weights, patience: (best, stop, best)),
            message=(
                "Both epochs are right. The third value is again an epoch: "
                "asked are the weights, which stand in the list `weights`."
            ),
        ),
        Mistake(
            name="one before the best",
            answer=_stopped(
                lambda best, stop, losses, weights, patience: (best, stop, weights[max(best - 1, 0)])
            ),
            message=(
                "Both epochs are right, but the weights are those of the epoch before the best: "
                "`weights[k]` belongs to `losses[k]`."
            ),
        ),
    ),
    hints=(
        "Walk through the losses and remember two things: the index of the lowest so far, and the patience.",
        "At a loss below the lowest so far: a new best, and the count starts at 0. Else it grows by one.",
        "With the best at `best`, the count at `epoch` is simply `epoch - best`: stop when it is `patience`.",
    ),
    praise=(
        "`annlib.train(..., patience=...)` does just this. "
        "The loss that decides is that of the validation set, with dropout off."
    ),
)

# ------------------------------------------------------------------------------ 07-10 dropout from scratch

_Gradients = tuple[float, Array, Array, Array, Array]


def _gradients(
    X: Array,
    y: npt.NDArray[np.int64],
    W1: Array,
    b1: Array,
    W2: Array,
    b2: Array,
    M0: Array,
    M1: Array,
    *,
    X_back: bool = False,
    H_back: bool = False,
    power: int = 1,
    binary: bool = False,
    relu: bool = True,
    at_zero: bool = False,
    divide: int = 1,
    forward_masks: tuple[bool, bool] = (True, True),
    sum_loss: bool = False,
    mean_biases: bool = False,
    transposed_target: bool = True,
) -> _Gradients:
    """Go forward and back through dropout, ReLU and softmax; the options are what can go wrong."""
    XM = X * M0 if forward_masks[0] else X
    Z = XM @ W1 + b1
    H = np.maximum(Z, 0)
    HM = H * M1 if forward_masks[1] else H
    S = HM @ W2 + b2
    S = S - S.max(axis=1, keepdims=True)
    P = np.exp(S) / np.exp(S).sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    each = -np.log(P[rows, y])
    loss = float(each.sum() if sum_loss else each.mean())
    G = P.copy()
    if transposed_target:
        G[rows, y] -= 1
    G /= float(len(y)) ** divide
    dW2 = (H if H_back else HM).T @ G
    mask = (M1 > 0) * 1.0 if binary else M1**power
    if not forward_masks[1]:
        mask = np.ones(M1.shape)
    D = G @ W2.T * mask * ((Z >= 0 if at_zero else Z > 0) if relu else 1.0)
    dW1 = (X if X_back else XM).T @ D
    biases = (D.mean(axis=0), G.mean(axis=0)) if mean_biases else (D.sum(axis=0), G.sum(axis=0))
    return loss, dW1, biases[0], dW2, biases[1]


def _from_scratch(
    X: Array,
    y: npt.NDArray[np.int64],
    W1: Array,
    b1: Array,
    W2: Array,
    b2: Array,
    M0: Array,
    M1: Array,
) -> _Gradients:
    return _gradients(X, y, W1, b1, W2, b2, M0, M1)


def _some_network(rng: np.random.Generator) -> Inputs:
    n, n_in, hidden, classes = (int(size) for size in rng.integers([1, 2, 2, 2], [6, 5, 6, 5]))
    p0, p1 = float(rng.choice([0.2, 0.5])), float(rng.choice([0.25, 0.5, 0.75]))
    return (
        np.round(rng.normal(size=(n, n_in)), 2),
        rng.integers(0, classes, size=n),
        np.round(rng.normal(size=(n_in, hidden)), 2),
        np.round(rng.normal(size=hidden) * 0.5 + 0.5, 2),
        np.round(rng.normal(size=(hidden, classes)), 2),
        np.round(rng.normal(size=classes) * 0.5, 2),
        _masks(rng.random((n, n_in)), p0),
        _masks(rng.random((n, hidden)), p1),
    )


def _wrong_gradients(**options: Any) -> Callable[..., _Gradients]:
    return lambda *inputs: _gradients(*inputs, **options)


def _turned_round(*inputs: Any) -> tuple[Any, ...]:
    loss, *gradients = _gradients(*inputs)
    return (loss, *(-gradient for gradient in gradients))


FROM_SCRATCH = Exercise(
    name="07-10",
    title="Dropout from scratch",
    answer=_from_scratch,
    inputs=(
        (
            np.array([[1.0, 2.0], [0.5, -1.0]]),
            np.array([0, 1]),
            np.array([[1.0, 0.5, -1.0], [0.5, -0.5, 1.0]]),
            np.array([0.625, 1.0, 0.0]),  # the first unit of the second record is at 0 exactly
            np.array([[1.0, -1.0], [0.5, 0.5], [-1.0, 2.0]]),
            np.array([0.0, 0.1]),
            np.array([[1.25, 1.25], [0.0, 1.25]]),
            np.array([[2.0, 0.0, 2.0], [2.0, 2.0, 0.0]]),
        ),
        (
            np.array([[1.0, 2.0], [0.5, -1.0], [1.5, 1.0]]),
            np.array([2, 0, 1]),
            np.array([[1.0, 0.5], [0.5, -0.5]]),
            np.array([0.5, 1.0]),
            np.array([[1.0, -1.0, 0.5], [0.5, 0.5, -1.0]]),
            np.zeros(3),
            np.ones((3, 2)),  # nothing is dropped: chapter 4
            np.ones((3, 2)),
        ),
    ),
    random_inputs=_some_network,
    mistakes=(
        Mistake(
            name="hidden mask missing on the way back",
            answer=_wrong_gradients(power=0),
            message=(
                "Forward is right, and so are dW2 and db2. On the way back, slopes pass hidden units that "
                "were dropped: their updates are left out with them."
            ),
        ),
        Mistake(
            name="hidden mask squared on the way back",
            answer=_wrong_gradients(power=2),
            message=(
                "On the way back the hidden mask acts twice, so the scale is squared. "
                "Forward multiplied by it once."
            ),
        ),
        Mistake(
            name="scale missing on the way back",
            answer=_wrong_gradients(binary=True),
            message=(
                "The right units are silent on the way back, but the scale of the hidden mask is lost there. "
                "Forward multiplied by M1, not by 0 and 1."
            ),
        ),
        Mistake(
            name="dW1 from unmasked inputs",
            answer=_wrong_gradients(X_back=True),
            message=(
                "dW1 is made of X. But what came into the first layer was not X: some inputs were dropped, "
                "and the others scaled."
            ),
        ),
        Mistake(
            name="dW2 from unmasked hidden units",
            answer=_wrong_gradients(H_back=True),
            message="dW2 is made of hidden outputs before dropout. What came into the second layer?",
        ),
        Mistake(
            name="both from what was not masked",
            answer=_wrong_gradients(X_back=True, H_back=True),
            message=(
                "dW1 and dW2 are made of X and H before dropout. The gradient of a weight needs what the "
                "weight was *multiplied* with."
            ),
        ),
        Mistake(
            name="inputs not dropped",
            answer=_wrong_gradients(forward_masks=(False, True)),
            message="`M0` has no effect: visible units, the inputs, can be left out too.",
        ),
        Mistake(
            name="hidden units not dropped",
            answer=_wrong_gradients(forward_masks=(True, False)),
            message="`M1` has no effect: the hidden units are all there.",
        ),
        Mistake(
            name="no mask at all",
            answer=_wrong_gradients(forward_masks=(False, False)),
            message="This is chapter 4's network: neither mask has an effect.",
        ),
        Mistake(
            name="no slope of ReLU",
            answer=_wrong_gradients(relu=False),
            message=(
                "The mask is there on the way back, but not the slope of ReLU: "
                "a unit can be silent without being dropped."
            ),
        ),
        Mistake(
            name="slope of ReLU at 0",
            answer=_wrong_gradients(at_zero=True),
            message="Only units at 0 exactly differ: the task says which slope of ReLU we agree on there.",
        ),
        Mistake(
            name="not divided by n",
            answer=_wrong_gradients(divide=0),
            message="The loss is a mean over the records, so its gradient must be divided by their number.",
        ),
        Mistake(
            name="divided by n twice",
            answer=_wrong_gradients(divide=2),
            message="You divide the gradients by the number of records twice.",
        ),
        Mistake(
            name="sum of losses",
            answer=_wrong_gradients(sum_loss=True),
            message="The gradients are right. The loss is the mean over the records, not their sum.",
        ),
        Mistake(
            name="sum of losses and its gradient",
            answer=_wrong_gradients(sum_loss=True, divide=0),
            message="You take the sum over the records, in the loss and its gradients; the mean is asked.",
        ),
        Mistake(
            name="biases averaged",
            answer=_wrong_gradients(mean_biases=True),
            message="The biases' gradients are averaged over the batch; the division by n came before.",
        ),
        Mistake(
            name="target not subtracted",
            answer=_wrong_gradients(transposed_target=False),
            message="The slope at the logits is p − one-hot. The target is missing.",
        ),
        Mistake(
            name="signs turned round",
            answer=_turned_round,
            message="All gradients have the wrong sign: at the logits it is p − one-hot, not the reverse.",
        ),
        Mistake(
            name="loss forgotten",
            answer=lambda *inputs: _gradients(*inputs)[1:],
            message="The four gradients are right. The loss is to be returned too, as the first.",
        ),
    ),
    hints=(
        "Write the way forward with names: what comes into layer 1 (X M0), into layer 2 (H M1). No more.",
        "On the way back each multiplication is met again, in reverse order: weights, mask, slope of ReLU.",
        "`D = G @ W2.T * M1 * (Z > 0)`, and the products of chapter 4 with what came *into* each layer.",
    ),
    praise=(
        "Two factors on the way forward, and one of them again on the way back. "
        "A new pair of masks for each batch, and this trains a thinned network at every step."
    ),
)

# ---------------------------------------------------------------------------------- 07-11 choose p


def _search(
    rates: list[float], seeds: list[int], run: Callable[[float, int], tuple[float, float, float]]
) -> tuple[float, Array, Array]:
    table = np.array([[run(p, seed) for seed in seeds] for p in rates])  # (rates, seeds, 3)
    validation = table[:, :, 2].mean(axis=1)
    gaps = validation - table[:, :, 1].mean(axis=1)
    return rates[int(validation.argmin())], validation, gaps


def _run_search(answer: Callable[..., Any], rates: list[float], seeds: list[int], losses: Array) -> Any:
    """Give the search a `run` that looks the three losses up, and says so if it is called with others."""

    def run(p: float, seed: int) -> tuple[float, float, float]:
        if p not in rates:
            raise AnswerFormError(f"run(p, seed) was called with p = {p!r}; the rates are {rates}.")
        if seed not in seeds:
            raise AnswerFormError(f"run(p, seed) was called with the seed {seed!r}; the seeds are {seeds}.")
        noisy, training, validation = losses[rates.index(p), seeds.index(seed)]
        return float(noisy), float(training), float(validation)

    return answer(list(rates), list(seeds), run)


def _some_search(rng: np.random.Generator) -> Inputs:
    n_rates, n_seeds = int(rng.integers(2, 6)), int(rng.integers(2, 5))
    rates = sorted(float(p) for p in rng.choice([0.0, 0.1, 0.2, 0.3, 0.5, 0.6, 0.8], n_rates, replace=False))
    seeds = [int(seed) for seed in rng.choice(50, n_seeds, replace=False)]
    training = rng.uniform(0.1, 1, size=(n_rates, n_seeds))
    noisy = training + rng.uniform(0, 0.5, size=(n_rates, n_seeds))
    validation = rng.uniform(0.3, 1.2, size=(n_rates, n_seeds))
    return rates, seeds, np.round(np.stack([noisy, training, validation], axis=2), 3)


def _searched(
    pick: Callable[[list[float], Array], Any] | None = None,
    means: Callable[[Array], Array] | None = None,
    gaps: Callable[[Array], Array] | None = None,
) -> Callable[..., Any]:
    """Return a wrong answer: another way to pick p, another table of means, or other gaps."""

    def answer(
        rates: list[float], seeds: list[int], run: Callable[[float, int], tuple[float, float, float]]
    ) -> Any:
        best, validation, gap = _search(rates, seeds, run)
        table = np.array([[run(p, seed) for seed in seeds] for p in rates])
        return (
            best if pick is None else pick(rates, table),
            validation if means is None else means(table),
            gap if gaps is None else gaps(table),
        )

    return answer


def _with_one_seed(
    rates: list[float], seeds: list[int], run: Callable[[float, int], tuple[float, float, float]]
) -> Any:
    return _search(rates, seeds[:1], run)


_TABLE = np.array(
    [
        [[0.05, 0.05, 0.90], [0.06, 0.06, 0.50]],
        [[0.40, 0.25, 0.62], [0.42, 0.26, 0.66]],
        [[1.10, 0.90, 0.95], [1.00, 0.80, 0.85]],
    ]
)
"""The lucky seed belongs to p = 0, the lowest mean to 0.3, and the smallest gap to 0.8."""

SEARCH = Exercise(
    name="07-11",
    title="Project: choose p on real data",
    answer=_search,
    evaluate=_run_search,
    inputs=(([0.0, 0.3, 0.8], [1, 2], _TABLE),),
    random_inputs=_some_search,
    mistakes=(
        Mistake(
            name="one lucky seed",
            answer=_searched(pick=lambda rates, t: rates[int(t[:, :, 2].min(axis=1).argmin())]),
            message=(
                "The means are right, but p is chosen by the single best run. One seed can be lucky: "
                "choose by the mean."
            ),
        ),
        Mistake(
            name="first seed only",
            answer=_with_one_seed,
            message="You use the first seed only. Several are there so that chance averages out.",
        ),
        Mistake(
            name="chosen by the first seed",
            answer=_searched(pick=lambda rates, t: rates[int(t[:, 0, 2].argmin())]),
            message="The means are right, but p is chosen by the first seed alone.",
        ),
        Mistake(
            name="chosen by the training loss",
            answer=_searched(pick=lambda rates, t: rates[int(t[:, :, 1].mean(axis=1).argmin())]),
            message=(
                "p is chosen by the *training* loss. That one nearly always prefers no dropout at all: "
                "it is what overfitting makes small."
            ),
        ),
        Mistake(
            name="chosen by the noisy training loss",
            answer=_searched(pick=lambda rates, t: rates[int(t[:, :, 0].mean(axis=1).argmin())]),
            message=(
                "p is chosen by the training loss with dropout on. Which loss says how new data will do?"
            ),
        ),
        Mistake(
            name="chosen by the gap",
            answer=_searched(
                pick=lambda rates, t: rates[int((t[:, :, 2] - t[:, :, 1]).mean(axis=1).argmin())]
            ),
            message=(
                "p is chosen by the smallest gap. A network that has learned nothing has no gap either: "
                "choose by the validation loss."
            ),
        ),
        Mistake(
            name="highest for lowest",
            answer=_searched(pick=lambda rates, t: rates[int(t[:, :, 2].mean(axis=1).argmax())]),
            message="You chose the p with the *highest* validation loss.",
        ),
        Mistake(
            name="index for p",
            answer=_searched(pick=lambda rates, t: int(t[:, :, 2].mean(axis=1).argmin())),
            message="You return the *place* of the best rate in the list. Which p stands there?",
        ),
        Mistake(
            name="lowest loss for p",
            answer=_searched(pick=lambda rates, t: float(t[:, :, 2].mean(axis=1).min())),
            message="Your first value is the lowest mean loss. Asked is the p that gave it.",
        ),
        Mistake(
            name="gap with dropout on",
            answer=_searched(gaps=lambda t: (t[:, :, 2] - t[:, :, 0]).mean(axis=1)),
            message=(
                "Your gaps compare a training loss with dropout *on* with a validation loss without. "
                "Take the two that were measured in the same way."
            ),
        ),
        Mistake(
            name="gap turned round",
            answer=_searched(gaps=lambda t: (t[:, :, 1] - t[:, :, 2]).mean(axis=1)),
            message="The sign of your gaps is turned round: validation loss minus training loss.",
        ),
        Mistake(
            name="sum for mean",
            answer=_searched(
                means=lambda t: t[:, :, 2].sum(axis=1), gaps=lambda t: (t[:, :, 2] - t[:, :, 1]).sum(axis=1)
            ),
            message="You add up the losses of the seeds. The mean is asked.",
        ),
        Mistake(
            name="mean over the rates",
            answer=_searched(
                means=lambda t: t[:, :, 2].mean(axis=0), gaps=lambda t: (t[:, :, 2] - t[:, :, 1]).mean(axis=0)
            ),
            message="You took the mean over the rates, for each seed. It is the seeds that are averaged.",
        ),
        Mistake(
            name="training losses for means",
            answer=_searched(means=lambda t: t[:, :, 1].mean(axis=1)),
            message="Your means are those of the training loss. The validation loss is `run`'s third.",
        ),
        Mistake(
            name="best seed for each rate",
            answer=_searched(
                pick=lambda rates, t: rates[int(t[:, :, 2].min(axis=1).argmin())],
                means=lambda t: t[:, :, 2].min(axis=1),
                gaps=lambda t: t[:, :, 2].min(axis=1) - t[:, :, 1].mean(axis=1),
            ),
            message="You take the best seed for each rate. That measures luck: take the mean.",
        ),
    ),
    hints=(
        "Two loops: for each p, and within it for each seed. Collect the three losses of each run.",
        "For each p: the mean of the third loss over the seeds, and the mean of third minus second.",
        "`rates[np.argmin(means)]` is the p with the lowest mean.",
    ),
    praise=(
        "Fixed seeds, the same for each p; validation data for the choice; dropout off where losses are "
        "compared. The test set has not been touched, and may now be used once."
    ),
)

EXERCISES = (
    BY_HAND,
    MASKS,
    DROPOUT,
    CURVES,
    LAYER,
    AVERAGE,
    SYMPTOMS,
    PENALTY,
    STOPPING,
    FROM_SCRATCH,
    SEARCH,
)
