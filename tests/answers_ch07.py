"""Answers to chapter 7's exercises: right ones, differently written, and wrong ones that nobody foresaw."""

import math
from fractions import Fraction

import numpy as np

from annlib import CategoricalCrossEntropy
from annlib.checks import find

__all__ = ["CORRECT", "UNFORESEEN", "DropoutFloat32"]


def dropout_in_a_loop(x, p, rng, training):
    out = [list(row) for row in x]
    if training:
        for row in out:
            for j in range(len(row)):
                row[j] = 0.0 if rng.random() < p else row[j] / (1 - p)
    return out


class DropoutInLoops:
    def __init__(self, p):
        self.p = p

    def forward(self, X, rng=None):
        if rng is None:
            return X.tolist()
        self.gone = {place for place in np.ndindex(X.shape) if rng.uniform() < self.p}
        return self.backward(X)

    def backward(self, G):
        out = np.zeros(G.shape)
        for place in np.ndindex(G.shape):
            if place not in self.gone:
                out[place] = G[place] / (1 - self.p)
        return out


class DropoutFloat32:
    def __init__(self, p):
        self.keep = 1 - p

    def forward(self, X, rng=None):
        if rng is None:
            return X.astype(np.float32)
        self.mask = (rng.binomial(1, self.keep, X.shape) / self.keep).astype(np.float32)
        return X.astype(np.float32) * self.mask

    def backward(self, G):
        return np.multiply(G, self.mask)


def average_in_float32(x, w, b, p, f):
    products, masks = (w * x).astype(np.float32), np.indices((2,) * len(x)).reshape(len(x), -1).T
    weights = np.where(masks, 1 - p, p).prod(axis=1)
    outputs = [f(z) for z in masks @ products / (1 - p) + b]
    return np.float32([weights @ outputs, f(products.sum() + b)])


def average_one_input_at_a_time(x, w, b, p, f):
    sums = [(b, 1.0)]
    for value in x * w:
        sums = [(z, c * p) for z, c in sums] + [(z + value / (1 - p), c * (1 - p)) for z, c in sums]
    return [sum(f(z) * c for z, c in sums), f(b + sum(x * w))]


def penalized_in_a_loop(loss, dW, db, W, b, strength, kind):
    dW = dW.tolist()
    for i, row in enumerate(W):
        for j, w in enumerate(row):
            loss += strength * (w * w / 2 if kind == "L2" else abs(w))
            dW[i][j] += strength * (w if kind == "L2" else float(np.sign(w)))
    return [loss, dW, db.tolist()]


def penalized_float32(loss, dW, db, W, b, strength, kind):
    W = W.astype(np.float32)
    if kind == "L1":
        return np.float32(loss + strength * np.linalg.norm(W.ravel(), 1)), dW + strength * np.sign(W), db
    return loss + strength * 0.5 * np.linalg.norm(W) ** 2, dW.astype("f4") + strength * W, db.copy()


def stopping_by_counting(losses, weights, patience):
    best, count, lowest = 0, 0, math.inf
    for epoch, loss in enumerate(losses):
        count += 1
        if loss < lowest:
            best, count, lowest = epoch, 0, loss
        if count == patience:
            return best, epoch, weights[best].tolist()
    return [best, len(losses) - 1, weights[best]]


def stopping_with_while(losses, weights, patience):
    losses, end = losses.astype(np.float32), 1
    while end < len(losses) and end - 1 - losses[:end].argmin() < patience:
        end += 1
    best = losses[:end].argmin()
    return np.int64(best), end - 1, weights[best].astype(np.float32)


def dropout_gradients_by_annlib(X, y, W1, b1, W2, b2, M0, M1):
    Z = (X * M0) @ W1 + b1
    H = np.where(Z > 0, Z, 0) * M1
    loss, G = CategoricalCrossEntropy()(H @ W2 + b2, y)
    D = np.where(Z > 0, G @ W2.T, 0) * M1
    return [loss, np.einsum("ni,nh->ih", X * M0, D), D.sum(0), H.T @ G, np.ones(len(X)) @ G]


def dropout_gradients_float32(X, y, *parameters):
    X, *others = (array.astype(np.float32) for array in (X, *parameters))
    return dropout_gradients_by_annlib(X, y, *others)


def search_in_a_loop(rates, seeds, run):
    best, means, gaps = None, [], []
    for p in rates:
        validation = training = 0
        for seed in seeds:
            _, one, other = run(p, seed)
            training += one / len(seeds)
            validation += other / len(seeds)
        if not means or validation < min(means):
            best = p
        means.append(validation)
        gaps.append(validation - training)
    return [best, means, gaps]


def search_by_dictionary(rates, seeds, run):
    runs = {p: np.float32([run(p=p, seed=seed)[1:] for seed in seeds]).mean(axis=0) for p in rates}
    means = {p: losses[1] for p, losses in runs.items()}
    return min(means, key=means.get), tuple(means.values()), np.diff(list(runs.values()), axis=1)[:, 0]


CORRECT = {
    "07-1": [
        find("07-1").answer
        | {"training": np.float32([5, 0, 2.5, 7.5]), "evaluation": (4, 8, 2, 6), "all_kept": 0.41},
        {
            "training": (5.0, 0.0, 2.5, 7.5),
            "evaluation": np.array([4, 8, 2, 6]),
            "mean_of_second": Fraction(8),
            "networks": 2**4,
            "all_kept": 0.8**4,
            "retained": Fraction(4, 5),
            "factor": np.array(0.8),
        },
    ],
    "07-2": [
        lambda draws, p: np.where(draws < p, 0, 1 / (1 - p)).tolist(),
        lambda draws, p: ((draws >= p) * (1 / (1 - p))).astype(np.float32),
        lambda draws, p: [[(not d < p) / (1 - p) for d in row] for row in draws],
    ],
    "07-3": [
        dropout_in_a_loop,
        lambda x, p, rng, training: (
            x * rng.choice([0, 1 / (1 - p)], p=[p, 1 - p], size=x.shape) if training else x
        ),
        lambda x, p, rng, training: (
            np.float32(x) * (p * training < rng.random(x.shape[::-1]).T) / (1 - p * training)
        ),
    ],
    "07-4": [
        {"none": " b", "good": "d", "too_much": "A", "unfair": "c", "stop_at": 12},
        {"none": "B", "good": "D", "too_much": "a ", "unfair": "C", "stop_at": np.float32(7)},
    ],
    "07-5": [DropoutInLoops, DropoutFloat32],
    "07-6": [average_in_float32, average_one_input_at_a_time],
    "07-7": [
        {name: cause.lower() for name, cause in find("07-7").answer.items()},
        {name: f" {cause} " for name, cause in find("07-7").answer.items()},
    ],
    "07-8": [penalized_in_a_loop, penalized_float32],
    "07-9": [stopping_by_counting, stopping_with_while],
    "07-10": [dropout_gradients_by_annlib, dropout_gradients_float32],
    "07-11": [search_in_a_loop, search_by_dictionary],
}

UNFORESEEN = [
    ("07-1", find("07-1").answer | {"training": [5, 0, 2.5, 7]}),
    ("07-1", find("07-1").answer | {"all_kept": 0.5}),
    ("07-2", lambda draws, p: (draws >= p) / np.sqrt(1 - p)),
    ("07-2", lambda draws, p: (draws >= p) + p),
    ("07-2", lambda draws, p: ((draws >= p) / (1 - p))[::-1]),
    ("07-3", lambda x, p, rng, training: x * (1 + p * rng.normal(size=x.shape)) if training else x),
    ("07-3", lambda x, p, rng, training: x * (rng.random(x.shape) >= p / 2) / (1 - p / 2 * training)),
    ("07-3", lambda x, p, rng, training: (x * (rng.random(x.shape) >= p) + p) if training else x),
    ("07-4", find("07-4").answer | {"stop_at": 30}),
    ("07-5", type("Half", (DropoutFloat32,), {"backward": lambda s, G: G * s.mask / 2})),
    ("07-5", type("Minus", (DropoutFloat32,), {"backward": lambda s, G: -G * s.mask})),
    ("07-6", lambda x, w, b, p, f: (average_in_float32(x, w, b, p / 2, f)[0], f(w @ x + b))),
    ("07-6", lambda x, w, b, p, f: average_in_float32(x, w, -b, p, f)),
    ("07-6", lambda x, w, b, p, f: (np.mean([f(v) for v in w * x]) + b, f(w @ x + b))),
    ("07-7", find("07-7").answer | {"report_2": "C"}),
    ("07-8", lambda loss, dW, db, W, b, s, kind: (loss + s * W.max(), dW + s * W, db)),
    ("07-8", lambda *a: (penalized_float32(*a)[0], a[1] * (1 + a[5]), a[2])),
    ("07-9", lambda losses, weights, patience: (0, min(patience, len(losses) - 1), weights[0])),
    ("07-9", lambda losses, weights, patience: stopping_by_counting(losses, weights, 2 * patience)),
    ("07-10", lambda X, y, *rest: dropout_gradients_by_annlib(X[::-1], y, *rest)),
    ("07-10", lambda *a: [2 * np.array(part) for part in dropout_gradients_by_annlib(*a)]),
    ("07-10", lambda *a: dropout_gradients_by_annlib(*a[:6], a[6] > 0, a[7])),
    ("07-11", lambda rates, seeds, run: (rates[-1], *search_in_a_loop(rates, seeds, run)[1:])),
    ("07-11", lambda rates, seeds, run: search_in_a_loop(rates, seeds[::2], run)),
]
