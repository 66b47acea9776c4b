"""Odd answers to chapter 7's exercises get clear words."""

import numpy as np
import pytest
from answers_ch07 import DropoutFloat32, DropoutInLoops

from annlib.checks import find, judge


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("07-3", lambda x, p, rng, training: None, "The result is None"),
        ("07-3", lambda x, p, rng, training: x[0], "wrong shape: expected (2000, 10), got (10,)"),
        ("07-3", lambda x, p, rng, training: x[rng.random(x.shape) >= p] / (1 - p), "one axis only"),
        ("07-3", lambda x, p, rng, training: x * np.nan, "NaN (not a number)"),
        ("07-3", lambda x, p, rng, training: "x", "must be an array of numbers; got a str"),
        ("07-3", lambda x, p, rng, training: np.multiply(x, 1, out=x.__imul__(2)), "changes `x`"),
        ("07-3", lambda x, p: x, "could not be called"),
        ("07-4", find("07-4").answer | {"none": "E"}, '`none` must be one of "A", "B", "C", "D"'),
        ("07-4", find("07-4").answer | {"stop_at": "early"}, "must be a number of epochs"),
        ("07-4", find("07-4").answer | {"stop_at": -1}, "must be an epoch of the figure"),
        ("07-5", type("Layer", (), {"__init__": lambda s, p: None}), "lacks the method `forward`"),
        ("07-5", type("Layer", (DropoutFloat32,), {"backward": lambda s, G: None}), "`backward` returns is"),
        ("07-5", type("Layer", (DropoutFloat32,), {"forward": lambda s, X: X}), "an array and a generator"),
        ("07-6", lambda x, w, b, p, f: None, "is None"),
        ("07-6", lambda x, w, b, p, f: 1 / 0, "ZeroDivisionError"),
        ("07-7", find("07-7").answer | {"report_1": 3}, "`report_1` must be one of"),
        ("07-8", lambda *inputs: None, "is None"),
        ("07-8", lambda *inputs: inputs[0], "wrong type"),
        ("07-9", lambda losses, weights, patience: (0, 0), "must be 3 values"),
        ("07-9", lambda losses, weights, patience: None, "is None"),
        ("07-11", lambda rates, seeds, run: run(0.123, seeds[0]), "was called with p = 0.123"),
        ("07-11", lambda rates, seeds, run: run(rates[0], 99), "was called with the seed 99"),
        ("07-11", lambda rates, seeds, run: None, "is None"),
    ],
)
def test_answers_of_chapter_7_of_the_wrong_form(name, answer, words):
    verdict = judge(find(name), answer)
    assert verdict.status == "wrong"
    assert words in verdict.message


class _Forgets(DropoutFloat32):
    def forward(self, X, rng=None):
        self.mask = None
        return super().forward(X, rng)


class _LetsAllPass(_Forgets):
    def backward(self, G):
        return G if self.mask is None else G * self.mask


class _KeepsOnes(DropoutFloat32):
    def forward(self, X, rng=None):
        if rng is None:
            self.mask = 1.0
        return super().forward(X, rng)


class _KeepsNothingGone(DropoutInLoops):
    def forward(self, X, rng=None):
        self.gone = set()
        return super().forward(X, rng)


@pytest.mark.parametrize("layer", [_Forgets, _LetsAllPass, _KeepsOnes, _KeepsNothingGone])
def test_a_prediction_that_takes_the_mask_away_is_known_however_it_is_written(layer):
    assert judge(find("07-5"), layer).mistake == "evaluation overwrites the mask"


class _MaskInTheClass(DropoutFloat32):
    def forward(self, X, rng=None):
        result = super().forward(X, rng)
        if rng is not None:
            _MaskInTheClass.mask = self.mask
            del self.mask
        return result


def test_layers_that_share_their_mask_are_known():
    assert judge(find("07-5"), _MaskInTheClass).mistake == "one mask for all layers"


def test_another_mistake_is_named_though_a_prediction_would_do_no_harm():
    class NoScaleBack(DropoutFloat32):
        def backward(self, G):
            return np.where(self.mask, G, 0)

    assert judge(find("07-5"), NoScaleBack).mistake == "mask without scale in backward"
