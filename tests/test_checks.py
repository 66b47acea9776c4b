"""The exercise checkers: right answers pass, known mistakes are named, and no answer breaks anything."""

import functools
import html
import math
import re
import signal
import subprocess
import sys
import textwrap
import threading
import time
from dataclasses import replace
from fractions import Fraction

import answers_ch06
import answers_ch07
import answers_ch08
import answers_ch09
import numpy as np
import pytest

from annlib.checks import (
    CheckFailedError,
    Exercise,
    Mistake,
    check,
    exercises,
    find,
    hint,
    judge,
)
from annlib.checks._run import TimeLimitReached, call_within, run
from annlib.checks._show import to_html
from annlib.errors import DivergenceError, InputError
from annlib.layers import Dense
from annlib.losses import BinaryCrossEntropy, CategoricalCrossEntropy, MeanSquaredError
from annlib.network import Network

ALL = exercises()
KNOWN = [(exercise, mistake) for exercise in ALL.values() for mistake in exercise.mistakes]


def complete(exercise: Exercise, mistake: Mistake):
    """Return the whole wrong answer: a mistake in one entry of a dictionary, the others right."""
    if isinstance(exercise.answer, dict):
        return exercise.answer | mistake.answer
    return mistake.answer


# ------------------------------------------------------------- answers that are right, in other ways


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def neuron_as_list(x, w, b):
    return [1, 0][int(sum(a * c for a, c in zip(x, w, strict=True)) + b < 0)]


def batch_in_place(X, w, b):
    out = np.full(len(X), b)
    for i, record in enumerate(X):
        for feature, weight in zip(record, w, strict=True):
            out[i] += feature * weight
    np.negative(out, out=out)
    np.exp(out, out=out)
    out += 1
    return np.reciprocal(out, out=out)


class Neuron:
    """A learner may also pass an object that can be called."""

    def __call__(self, X, w, b):
        return sigmoid(np.dot(X, w) + b).tolist()


def layer_float32(X, W, b):
    Z = X.astype(np.float32) @ W.astype(np.float32) + b.astype(np.float32)
    return Z * (Z > 0)


def layer_as_lists(X, W, b):
    rows = []
    for x in X:
        rows.append([max(0.0, sum(x[i] * W[i, j] for i in range(len(x))) + b[j]) for j in range(len(b))])
    return rows


def share_as_fraction(X, w, b, y):
    right = [int(row @ w[:, 0] + b >= 0) == label for row, label in zip(X, y, strict=True)]
    return Fraction(sum(right), len(right))


def leaky_in_a_loop(z, alpha):
    a, slope = np.zeros(z.shape), np.zeros(z.shape)
    for place, value in np.ndenumerate(z):
        slope[place] = 1 if value > 0 else alpha
        a[place] = slope[place] * value
    return [a.tolist(), slope.tolist()]


def leaky_float32(z, alpha):
    z = z.astype(np.float32)
    return np.maximum(z, alpha * z), alpha + (1 - alpha) * (z > 0)


def sigmoid_by_mask(z):
    a = np.empty(z.shape)
    right = z >= 0
    a[right] = 1 / (1 + np.exp(-z[right]))
    a[~right] = np.exp(z[~right]) / (1 + np.exp(z[~right]))
    return a


def sigmoid_in_a_loop(z):
    def one(value):
        return 1 / (1 + math.exp(-value)) if value >= 0 else math.exp(value) / (1 + math.exp(value))

    return np.vectorize(one, otypes=[float])(z).tolist()


def sigmoid_with_nothing_to_silence(z):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-np.clip(z, -700, 700)))


def softmax_row_by_row(Z):
    rows = []
    for row in Z.tolist():
        exponentials = [math.exp(value - max(row)) for value in row]
        rows.append([value / sum(exponentials) for value in exponentials])
    return rows


def merged_by_trying(W1, b1, W2, b2):
    def both(X):
        return (X @ W1 + b1) @ W2 + b2

    b = both(np.zeros(len(W1)))
    return both(np.eye(len(W1))) - b, b


def dead_in_a_loop(A):
    return sum(max(unit) == 0 for unit in A.T)


def mean_slopes_by_rise_over_run(X, weights, activation):
    f = {"sigmoid": sigmoid, "tanh": np.tanh, "relu": lambda z: z * (z > 0)}[activation]
    means = []
    for W in weights:
        z = X @ W
        means.append(np.mean((f(z) - f(z - 1e-7)) / 1e-7))
        X = f(z)
    return means


def mean_slopes_of_layers(X, weights, activation):
    A, found = X, np.zeros(len(weights))
    for i in range(len(weights)):
        Z = A @ weights[i]
        if activation == "relu":
            A, slope = np.maximum(Z, 0), Z > 0
        elif activation == "tanh":
            A, slope = np.tanh(Z), 1 / np.cosh(Z) ** 2
        else:
            A, slope = sigmoid(Z), sigmoid(Z) * sigmoid(-Z)
        found[i] = np.sum(slope) / slope.size
    return found


def squared_in_a_loop(a, y):
    gradient, total = np.empty(a.shape), 0.0
    for place, output in np.ndenumerate(a):
        total += (output - y[place]) ** 2
        gradient[place] = 2 * (output - y[place]) / a.size
    return [float(total) / a.size, gradient.tolist()]


class SquaredError:
    """A learner may know it from annlib, as an object that can be called."""

    def __call__(self, a, y):
        return MeanSquaredError()(a, y)


def line_gradient_in_a_loop(x, y, slope, intercept):
    found = [0.0, 0.0]
    for one, target in zip(x, y, strict=True):
        error = slope * one + intercept - target
        found[0] += 2 * error * one / len(x)
        found[1] += 2 * error / len(x)
    return found


def cross_entropy_in_a_loop(z, y):
    total = 0
    for logit, label in zip(z.tolist(), y.tolist(), strict=True):
        wrong = -logit if label else logit
        total += max(wrong, 0) + math.log1p(math.exp(-abs(wrong)))
    return total / len(z)


def mended_in_a_loop(X, w, b, y):
    loss, gradient = 0, []
    for record, label in zip(X.tolist(), y.tolist(), strict=True):
        a = 1 / (1 + math.exp(-sum(v * weight for v, weight in zip(record, w, strict=True)) - b))
        loss -= (label * math.log(a) + (1 - label) * math.log(1 - a)) / len(X)
        gradient.append((a - label) / len(X))
    return loss, gradient


def two_slopes_in_a_loop(z, y):
    squared, cross = np.zeros(z.shape), np.zeros(z.shape)
    for place, logit in np.ndenumerate(z):
        a = 1 / (1 + math.exp(-logit))
        cross[place] = -1 / (1 + math.exp(logit)) if y[place] == 1 else a
        squared[place] = cross[place] * 2 * (a - a**2)
    return squared.tolist(), cross.tolist()


def categorical_row_by_row(Z, y):
    loss, gradient = 0.0, []
    for row, label in zip(Z.tolist(), y, strict=True):
        top = max(row)
        total = sum(math.exp(v - top) for v in row)
        loss += top + math.log(total) - row[label]
        shares = [math.exp(v - top) / total for v in row]
        gradient.append([(share - (j == label)) / len(Z) for j, share in enumerate(shares)])
    return loss / len(Z), gradient


def huber_in_a_loop(e, delta):
    value, slope = np.zeros(e.shape), np.zeros(e.shape)
    for place, error in np.ndenumerate(e):
        if abs(error) > delta:
            value[place] = delta * abs(error) - delta**2 / 2
            slope[place] = delta if error > 0 else -delta
        else:
            value[place], slope[place] = error**2 / 2, error
    return value, slope


def knobs_as_lists(x, y, slopes, intercepts):
    table, best = [], None
    for slope in slopes:
        table.append([])
        for intercept in intercepts:
            errors = [slope * one + intercept - target for one, target in zip(x, y, strict=True)]
            table[-1].append(sum(error**2 for error in errors) / len(errors))
            if best is None or table[-1][-1] < best[0]:
                best = table[-1][-1], slope, intercept
    return table, best[1], best[2]


def knobs_by_argmin(x, y, slopes, intercepts):
    S, C = np.meshgrid(slopes, intercepts, indexing="ij")
    table = np.mean((S[..., None] * x + C[..., None] - y) ** 2, axis=-1)
    return [table, S.ravel()[table.argmin()], C.ravel()[table.argmin()]]


def meeting_by_small_nudges(x, w):
    def after(u, x):
        return u * (u + x)

    h, u = 1e-6, w * x
    du = (after(u + h, x) - after(u - h, x)) / (2 * h)
    dw = (after((w + h) * x, x) - after((w - h) * x, x)) / (2 * h)
    dx = (after(w * (x + h), x + h) - after(w * (x - h), x - h)) / (2 * h)
    return [du, dw, dx]


def meeting_float32(x, w):
    x, w = np.float32(x), np.float32(w)
    grads = dict.fromkeys("uvwx", np.float32(0))
    u, v = w * x, w * x + x
    grads["v"] += u
    grads["u"] += v
    grads["u"] += grads["v"]
    grads["x"] += grads["v"]
    grads["x"] += grads["u"] * w
    grads["w"] += grads["u"] * x
    return grads["u"], grads["w"], grads["x"]


def dense_backward_in_loops(X, W, G):
    dW, db, dX = np.zeros(W.shape), [0.0] * W.shape[1], np.zeros_like(X, dtype=float)
    for n, i, j in np.ndindex(len(X), *W.shape):
        dW[i, j] += X[n, i] * G[n, j]
        dX[n, i] += G[n, j] * W[i, j]
    for row in G:
        db = [total + g for total, g in zip(db, row, strict=True)]
    return dW.tolist(), db, dX


def dense_backward_float32(X, W, G):
    X, W, G = (array.astype(np.float32) for array in (X, W, G))
    return [(G.T @ X).T, np.einsum("nj->j", G), np.einsum("nj,ij->ni", G, W)]


def step_on_copies(X, y, W1, W2, rate):
    W1, W2, old_W2 = W1.copy(), W2.copy(), W2.copy()
    H = np.tanh(X @ W1)
    G = (H @ W2 - y) * 2.0 / X.shape[0]
    W2 -= rate * (H.T @ G)
    W1 -= rate * (X.T @ ((1 - H) * (1 + H) * (G @ old_W2.T)))
    return [W1.tolist(), W2]


def step_in_float32(X, y, W1, W2, rate):
    X, y, W1, W2 = (np.asarray(a, dtype="f4") for a in (X, y, W1, W2))
    Z = X @ W1
    E = np.tanh(Z) @ W2 - y
    D = E @ W2.T / np.cosh(Z) ** 2
    return W1 - rate * 2 / len(X) * (X.T @ D), W2 - rate * 2 / len(X) * (np.tanh(Z).T @ E)


class LayerInLoops:
    """Keeps lists, and computes its outputs anew on the way back."""

    def __init__(self, W, b):
        self.weights, self.bias = W.tolist(), b.tolist()

    def predict(self, X):
        columns = list(zip(*self.weights, strict=True))
        return [
            [math.tanh(sum(map(np.multiply, x, c)) + b) for c, b in zip(columns, self.bias, strict=True)]
            for x in X
        ]

    def forward(self, X):
        self.seen = np.array(X)
        return self.predict(X)

    def backward(self, G):
        D = G * (1 - np.array(self.predict(self.seen)) ** 2)
        self.dW = [[float(np.sum(x * d)) for d in D.T] for x in self.seen.T]
        self.db = [sum(d) for d in D.T.tolist()]
        return D @ np.array(self.weights).T


class LayerFloat32:
    """Works in float32, in arrays of its own that it uses again and again."""

    def __init__(self, W, b):
        self.W, self.b = W.astype("f4"), b.astype("f4")
        self.dW, self.db = np.zeros_like(self.W), np.zeros_like(self.b)

    def predict(self, X):
        return np.tanh(X.astype("f4") @ self.W + self.b)

    def forward(self, X):
        self.cache = X.astype("f4"), self.predict(X)
        return self.cache[1]

    def backward(self, G):
        X, Y = self.cache
        D = (1 - Y) * (1 + Y) * G
        self.dW[:], self.db[:] = X.T @ D, D.sum(0)
        return np.dot(D, self.W.T)


def numeric_in_place(f, w, h):
    found = np.zeros_like(w)
    flat, slopes = w.reshape(-1), found.reshape(-1)
    for i in range(flat.size):
        flat[i] += h
        above = f(w)
        flat[i] -= 2 * h
        slopes[i] = (above - f(w)) / h / 2
        flat[i] += h
    return found


def numeric_by_unit_vectors(f, w, h):
    nudges = h * np.eye(w.size).reshape(-1, *w.shape)
    rises = [0.5 * (f(w + nudge) - f(w - nudge)) for nudge in nudges]
    return (np.array(rises, dtype="f4") / h).reshape(w.shape).tolist()


def gradients_float32(X, y, W1, b1, W2, b2):
    X, y, W1, b1, W2, b2 = (np.asarray(a, dtype="f4") for a in (X, y, W1, b1, W2, b2))
    H = np.tanh(X @ W1 + b1)
    E = sigmoid(H @ W2 + b2) - y
    D = np.outer(E, W2) * (1 - H * H)
    n = len(y)
    return [X.T @ D / n, D.mean(axis=0), H.T @ E / n, E.mean(axis=0)]


def gradients_with_a_column_of_ones(X, y, W1, b1, W2, b2):
    X1 = np.column_stack([X, np.ones(len(X))])
    H = np.tanh(X1 @ np.vstack([W1, b1]))
    H1 = np.column_stack([H, np.ones(len(X))])
    G = (0.5 + 0.5 * np.tanh(0.5 * H1 @ np.vstack([W2, b2])) - y) / y.size
    D1 = X1.T @ (G * W2[:, 0] * (1 - H**2))
    D2 = H1.T @ G
    return D1[:-1], D1[-1].tolist(), D2[:-1], D2[-1]


def deep_recursively(X, y, weights, biases):
    """Each layer calls the rest of the network and gets its slope back."""
    Z = X @ weights[0] + biases[0]
    if len(weights) == 1:
        E = np.exp(Z)
        G = (E / E.sum(1)[:, None] - np.eye(Z.shape[1])[y]) / len(y)
        return [X.T @ G], [G.sum(0)]
    H = np.tanh(Z)
    dWs, dbs = deep_recursively(H, y, weights[1:], biases[1:])
    back = _slope_at_inputs(H, y, weights[1:], biases[1:])
    D = back * (1 - H**2)
    return [X.T @ D, *dWs], [D.sum(0), *dbs]


def _slope_at_inputs(X, y, weights, biases):
    Z = X @ weights[0] + biases[0]
    if len(weights) == 1:
        E = np.exp(Z)
        return (E / E.sum(1)[:, None] - np.eye(Z.shape[1])[y]) / len(y) @ weights[0].T
    H = np.tanh(Z)
    return _slope_at_inputs(H, y, weights[1:], biases[1:]) * (1 - H**2) @ weights[0].T


def deep_float32(X, y, weights, biases):
    outputs = [X.astype("f4")]
    for k, (W, b) in enumerate(zip(weights, biases, strict=True)):
        Z = outputs[-1] @ W.astype("f4") + b.astype("f4")
        outputs.append(np.tanh(Z) if k < len(weights) - 1 else np.exp(Z) / np.exp(Z).sum(1, keepdims=True))
    G = outputs.pop()
    G[range(len(y)), y] -= 1
    found = []
    for W, A in zip(weights[::-1], outputs[::-1], strict=True):
        found.insert(0, (A.T @ G / len(y), G.mean(axis=0)))
        G = G @ W.T * (1 - A**2)
    return tuple(zip(*found, strict=True))


def walk_in_lists(slope_of, w, learning_rate, n_steps):
    path = [w.tolist()]
    for _ in range(n_steps):
        slopes = slope_of(np.array(path[-1]))
        path.append([v - learning_rate * s for v, s in zip(path[-1], slopes, strict=True)])
    return path


def walk_in_place_with_copies(slope_of, w, learning_rate, n_steps):
    here, path = np.array(w, dtype=np.float32), []
    for _ in range(n_steps):
        path.append(here.copy())
        here -= np.float32(learning_rate) * slope_of(here).astype("f4")
    return (*path, here)


def update_in_loops(X, y, w, b, learning_rate):
    dw, db = [0.0] * len(w), 0.0
    for record, target in zip(X.tolist(), y.tolist(), strict=True):
        error = sum(v * weight for v, weight in zip(record, w, strict=True)) + b - target
        dw = [d + 2 * error * v / len(y) for d, v in zip(dw, record, strict=True)]
        db += 2 * error / len(y)
    return [weight - learning_rate * d for weight, d in zip(w, dw, strict=True)], b - learning_rate * db


class UpdateFloat32:
    def __call__(self, X, y, w, b, learning_rate):
        output = X.astype("f4") @ w.astype("f4") + np.float32(b)
        grad = MeanSquaredError()(output, y)[1]
        return w.astype("f4") - learning_rate * (grad @ X), np.float32(b - learning_rate * grad.sum())


def shuffled_as_pairs(X, y, rng):
    pairs = list(zip(X.tolist(), y.tolist(), strict=True))
    rng.shuffle(pairs)
    return [record for record, _ in pairs], [target for _, target in pairs]


def shuffled_copies_in_place(X, y, rng):
    order = np.arange(len(y))
    rng.shuffle(order)
    return X.take(order, axis=0).astype(np.float32), np.array([y[i] for i in order])


def shuffled_by_exchanges(X, y, rng):
    X, y = X.copy(), y.copy()
    for i in range(len(X) - 1, 0, -1):
        j = rng.integers(i + 1)
        X[[i, j]], y[[i, j]] = X[[j, i]], y[[j, i]]
    return X, y


def batches_by_popping(n, batch_size, rng):
    left = rng.permutation(n).tolist()
    while left:
        yield [left.pop() for _ in range(min(batch_size, len(left)))]


def epoch_losses_in_a_loop(step_losses, n, batch_size):
    found, total, seen = [], 0.0, 0
    for loss in step_losses.tolist():
        size = min(batch_size, n - seen)
        total, seen = total + loss * size, seen + size
        if seen == n:
            found.append(total / n)
            total, seen = 0.0, 0
    return found


def scaled_in_lists(X_train, X_test):
    columns = []
    for column in X_train.T.tolist():
        mean = sum(column) / len(column)
        columns.append((mean, math.sqrt(sum((v - mean) ** 2 for v in column) / len(column))))
    return [
        [[(v - m) / s for v, (m, s) in zip(row, columns, strict=True)] for row in X.tolist()]
        for X in (X_train, X_test)
    ]


def fit_in_place(X, y, w, b, learning_rate, batch_size, n_epochs, rng):
    w, order = w.astype(np.float32), np.arange(len(y))
    for _ in range(n_epochs):
        rng.shuffle(order)  # goes on from the last order
        for part in np.split(order, range(batch_size, len(y), batch_size)):
            e = sigmoid(X[part] @ w + b) - y[part]
            w -= (learning_rate * (e @ X[part]) / len(part)).astype("f4")
            b -= learning_rate * np.average(e)
    return [w, np.array(b)]


def fit_in_loops(X, y, w, b, learning_rate, batch_size, n_epochs, rng):
    w = list(w)
    for _ in range(n_epochs):
        left = rng.permutation(len(y)).tolist()
        while left:
            rows, left = left[:batch_size], left[batch_size:]
            dw, db = [0.0] * len(w), 0.0
            for i in rows:
                z = b + sum(v * weight for v, weight in zip(X[i], w, strict=True))
                e = 1 / (1 + math.exp(-z)) - y[i]
                dw = [d + e * v / len(rows) for d, v in zip(dw, X[i], strict=True)]
                db += e / len(rows)
            w = [weight - learning_rate * d for weight, d in zip(w, dw, strict=True)]
            b -= learning_rate * db
    return w, b


def fit_by_a_network(X, y, w, b, learning_rate, batch_size, n_epochs, rng):
    """Another fair order: that of sorted random numbers."""
    net = Network([Dense(len(w), 1)], rng=rng.spawn(1)[0], dtype=np.float64)
    net.layers[0].W[:, 0], net.layers[0].b[:] = w, b
    for _ in range(n_epochs):
        order = rng.random(len(y)).argsort()
        for start in range(0, len(y), batch_size):
            rows = order[start : start + batch_size]
            net.backward(BinaryCrossEntropy()(net.forward(X[rows]), y[rows])[1])
            net.params -= learning_rate * net.grads
    return net.layers[0].W[:, 0], net.layers[0].b[0]


def rate_of_the_smallest_pair(train, rates):
    losses = []
    for rate in rates:
        try:
            losses.append((train(rate)[1][-1], rate))
        except Exception:
            losses.append((math.inf, rate))
    return [min(losses)[1], [loss for loss, _ in losses]]


def rate_found_on_the_way(train, rates):
    best, losses = None, np.full(len(rates), np.inf, dtype=np.float32)
    for i, rate in enumerate(rates):
        try:
            losses[i] = train(learning_rate=rate)[1].pop()
        except DivergenceError:
            continue
        if best is None or losses[i] < losses[best]:
            best = i
    return np.float32(rates[best]), losses


CORRECT = {
    "01-1": [{"z": np.float32(0.5), "output": True}, {"z": np.array(0.5), "output": 1.0}],
    "01-2": [
        neuron_as_list,
        lambda x, w, b: np.array(np.dot(w, x) + b >= 0),
        lambda *a: a[0] @ a[1] >= -a[2],
    ],
    "01-3": [batch_in_place, Neuron(), lambda X, w, b: (1 + np.tanh((X @ w + b) / 2)) / 2],
    "01-4": [layer_float32, layer_as_lists, lambda X, W, b: (W.T @ X.T + b[:, None]).clip(0).T],
    "01-5": [
        {"neurons": 7.0, "weights": np.int64(66), "parameters": np.array(73)},
        {"parameters": 73, "weights": 66, "neurons": 7},
    ],
    "01-6": [
        {"AND": [0.3, 0.6, -0.9], "OR": np.array([5, 5, -5]), "NAND": (-3, -2, 4)},
        {"AND": (2, 2, -4), "OR": (1, 1, -1), "NAND": (-0.1, -0.2, 0.2)},
    ],
    "01-7": [share_as_fraction, lambda X, w, b, y: 1 - np.abs((X @ w + b >= 0).squeeze(1) - y).mean()],
    "01-8": [lambda w, b: [-w[0] / w[1], -b / w[1]], lambda w, b: np.array([w[0], b]) / -w[1]],
    "01-9": [
        {"slopes": [-0.5] * 3, "intercepts": np.array([1, 0, -1]), "doubled": " Same"},
        {"slopes": np.full(3, -1 / 2), "intercepts": (1, 0, -1), "doubled": "SAME"},
    ],
    "01-10": [
        {"W1": [[1, 1], [1, 1]], "b1": [-0.5, -1.5], "W2": [1, -2], "b2": -0.5},
        {"W1": [[1, -1, 9], [-1, 1, 9]], "b1": [-1, -1, 0], "W2": [[1], [1], [0]], "b2": [-1]},
    ],
    "01-11": [
        {"W1": [[5, 0, -0.25], [0, 0.1, -0.25]], "b1": [0, 0, 1], "W2": [0.5, 1, 2], "b2": [-3.5]},
        {"W1": [[-1, 0, 1], [0, -1, 1]], "b1": [0, 0, -4], "W2": [[-1], [-1], [-1]], "b2": [0.5]},
    ],
    "02-1": [
        {
            "step_value": False,
            "relu_value": -0.0,
            "leaky_value": np.float32(-0.3),
            "sigmoid_value": 1 / 2,
            "tanh_value": 0.0,
            "slope_value": 1 / 4,
        },
        {
            "step_value": np.array(0),
            "relu_value": 0,
            "leaky_value": 0.1 * -3,
            "sigmoid_value": sigmoid(0),
            "tanh_value": np.tanh(0),
            "slope_value": 0.5**2,
        },
    ],
    "02-2": [leaky_in_a_loop, leaky_float32],
    "02-3": [
        sigmoid_by_mask,
        sigmoid_in_a_loop,
        lambda z: (1 + np.tanh(z / 2)) / 2,
        lambda z: 1 / (1 + np.exp(-np.clip(z, -500, 500))),
        lambda z: np.exp(-np.logaddexp(0, -z)),
        sigmoid_with_nothing_to_silence,
    ],
    "02-4": [lambda a: (a - a**2).tolist(), lambda a: 0.25 - (np.float32(a) - 0.5) ** 2],
    "02-5": [{"p": -2, "q": -2, "r": 1}, {"p": np.float32(2), "q": 2.0, "r": np.array(-1)}],
    "02-6": [
        {
            "sigmoid_panel": "d",
            "tanh_panel": " B",
            "relu_panel": "a",
            "leaky_panel": "c",
            "sigmoid_flat": 3,
            "tanh_flat": 2,
        },
        {
            "sigmoid_panel": "D",
            "tanh_panel": "B",
            "relu_panel": "A",
            "leaky_panel": "C",
            "sigmoid_flat": 2.7,
            "tanh_flat": 2.4,
        },
    ],
    "02-7": [
        lambda z: [np.tanh(z), 1 / np.cosh(z) ** 2],
        lambda z: (2 * sigmoid(2 * z) - 1, 4 * sigmoid(2 * z) * sigmoid(-2 * z)),
    ],
    "02-8": [softmax_row_by_row, lambda Z: (np.exp(Z.T - Z.max(1)) / np.exp(Z.T - Z.max(1)).sum(0)).T],
    "02-9": [merged_by_trying, lambda *p: [np.dot(p[0], p[2]).astype("f4"), p[2].T @ p[1] + p[3]]],
    "02-10": [
        {
            "sigmoid_product": 9.5e-7,
            "layers": 5.0,
            "tanh_product": 1.0,
            "relu_product": True,
            "silent_product": 0.0,
        },
        {
            "sigmoid_product": np.prod([0.25] * 10),
            "layers": np.int8(5),
            "tanh_product": 1,
            "relu_product": 1,
            "silent_product": False,
        },
    ],
    "02-11": [dead_in_a_loop, lambda A: A.shape[1] - np.count_nonzero(A.sum(axis=0))],
    "02-12": [
        {"hidden": 0.0, "output": 1 / 2, "per_w1": 0.0, "per_w2": False, "per_b2": 1 / 4, "different": 1},
        {
            "hidden": np.tanh(0),
            "output": sigmoid(0),
            "per_w1": 0,
            "per_w2": 0,
            "per_b2": 0.25,
            "different": True,
        },
    ],
    "02-13": [
        {
            "temperature": "linear",
            "leaves": "Sigmoid",
            "digit": "SOFTMAX",
            "tags": " sigmoid ",
            "steering": "tanh",
            "hidden_layers": "GELU",
        },
        {
            "temperature": "none",
            "leaves": "logistic",
            "digit": "softmax",
            "tags": "logistic",
            "steering": "Tanh",
            "hidden_layers": "leaky relu",
        },
    ],
    "02-14": [mean_slopes_by_rise_over_run, mean_slopes_of_layers],
    "03-1": [
        {
            "errors": np.array([-2.0, 1.0, 0.0], dtype=np.float32),
            "total": 5.0,
            "mean": 1.667,
            "doubled_mean": 6.67,
            "copied_total": np.int64(10),
            "copied_mean": Fraction(5, 3),
        },
        {
            "errors": (-2, 1, 0),
            "total": np.array(5),
            "mean": np.float32(5 / 3),
            "doubled_mean": 4 * 5 / 3,
            "copied_total": 10,
            "copied_mean": 1.67,
        },
    ],
    "03-2": [
        squared_in_a_loop,
        SquaredError(),
        lambda a, y: [np.var(a - y) + np.mean(a - y) ** 2, np.asarray(2 * (a - y) / np.size(y), "f4")],
    ],
    "03-3": [
        line_gradient_in_a_loop,
        lambda x, y, slope, intercept: (
            np.stack([x, np.ones(len(x))]) @ (slope * x + intercept - y) * 2 / len(x)
        ),
        lambda x, y, slope, intercept: tuple(
            np.float32(v)
            for v in (lambda e: (2 * np.dot(e, x) / e.size, 2 * e.mean()))(slope * x + intercept - y)
        ),
    ],
    "03-4": [
        {
            "best_slope": 1.25,
            "best_intercept": "-1.2",
            "lowest": "b",
            "equal": "D, A",
            "knob": " Slope",
            "turn_at_c": "UP",
        },
        {
            "best_slope": np.float32(1.7),
            "best_intercept": -0.8,
            "lowest": "B ",
            "equal": ["A", "D"],
            "knob": "slope",
            "turn_at_c": "up",
        },
    ],
    "03-5": [
        {
            "likelihood": 0.36,
            "cross_entropy": 0.34,
            "clueless_two": 0.69,
            "clueless_ten": 2.3,
            "sure_and_wrong": 4.6,
        },
        {
            "likelihood": Fraction(36, 100),
            "cross_entropy": np.float32(0.341),
            "clueless_two": math.log(2),
            "clueless_ten": np.array(2.303),
            "sure_and_wrong": 4.61,
        },
    ],
    "03-6": [
        cross_entropy_in_a_loop,
        lambda z, y: (np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))).mean(),
        lambda z, y: np.logaddexp(0, z).mean() - np.dot(z, y) / len(z),
        lambda z, y: np.where(y, np.logaddexp(0, -z), np.logaddexp(0, z)).mean().astype(np.float32),
        lambda z, y: BinaryCrossEntropy()(z, y)[0],
    ],
    "03-7": [
        mended_in_a_loop,
        lambda X, w, b, y: BinaryCrossEntropy()((X @ w + b).astype(np.float32), y),
        lambda X, w, b, y: [
            np.logaddexp(0, X @ w + b).mean() - y @ (X @ w + b) / len(y),
            ((sigmoid(X @ w + b) - y) / len(X)).tolist(),
        ],
    ],
    "03-8": [
        two_slopes_in_a_loop,
        lambda z, y: [2 * (sigmoid(z) - y) * sigmoid(z) * sigmoid(-z), (np.tanh(z / 2) + 1) / 2 - y],
        lambda z, y: np.float32([(sigmoid(z) - y) / (1 + np.cosh(z)), sigmoid(z) - y]),
    ],
    "03-9": [
        {
            "squared_loss": 1.0,
            "squared_slope": -0.0,
            "cross_loss": 20.0,
            "cross_slope": -1,
            "squared_slope_at_0": -1 / 4,
            "cross_slope_at_0": -1 / 2,
        },
        {
            "squared_loss": sigmoid(20) ** 2,
            "squared_slope": 2 * -sigmoid(20) * sigmoid(-20) * sigmoid(20),
            "cross_loss": np.float32(np.log1p(np.exp(20))),
            "cross_slope": sigmoid(-20) - 1,
            "squared_slope_at_0": np.array(-0.25),
            "cross_slope_at_0": Fraction(-1, 2),
        },
    ],
    "03-10": [
        categorical_row_by_row,
        lambda Z, y: CategoricalCrossEntropy()(Z.astype(np.float32), y),
        lambda Z, y: (
            np.mean([np.logaddexp.reduce(row - row[label]) for row, label in zip(Z, y, strict=True)]),
            (np.exp(Z - np.logaddexp.reduce(Z, axis=1)[:, None]) - (np.arange(Z.shape[1]) == y[:, None]))
            / len(Z),
        ),
    ],
    "03-11": [
        lambda means, sizes: np.repeat(means, sizes).mean(),
        lambda means, sizes: sum(m * n for m, n in zip(means, sizes, strict=True)) / sum(sizes),
        lambda means, sizes: np.float32(means @ (sizes / sizes.sum())),
    ],
    "03-12": [
        huber_in_a_loop,
        lambda e, delta: (
            np.minimum(np.abs(e), delta) * (np.abs(e) - np.minimum(np.abs(e), delta) / 2),
            np.sign(e) * np.minimum(np.abs(e), delta),
        ),
        lambda e, delta: [
            np.where(abs(e) < delta, 0.5 * e * e, delta * abs(e) - 0.5 * delta**2).astype("f4"),
            np.where(e > delta, delta, np.where(e < -delta, -delta, e)),
        ],
    ],
    "03-13": [
        {"bold": np.float32([0.9, 0.1, 0.9, 0.9, 0.999]), "careful": (0.6, 0.4, 0.45, 0.49, 0.4)},
        {"bold": [0.6, 0.4, 0.6, 1e-9, 0], "careful": [0.4, 0.6, 0.4, 0.5, 0.499]},
        {"bold": [0.51, 0.49, 0.51, 0.51, 0.49], "careful": [0.49, 0.01, 0.99, 0.99, 0.01]},
    ],
    "03-14": [
        {
            "price_output": "Identity",
            "price_loss": "mean squared error",
            "leaves_output": "sigmoid ",
            "leaves_loss": "BCE",
            "digit_output": "SOFTMAX",
            "digit_loss": "categorical cross-entropy",
            "tags_output": "logistic",
            "tags_loss": "Binary",
            "typos_loss": "Huber",
        },
        {
            "price_output": "none",
            "price_loss": "MSE",
            "leaves_output": "logistic",
            "leaves_loss": "BinaryCrossEntropy",
            "digit_output": "softmax",
            "digit_loss": "CCE",
            "tags_output": "sigmoid",
            "tags_loss": "binary  cross-entropy",
            "typos_loss": "huber loss",
        },
    ],
    "03-15": [
        knobs_as_lists,
        lambda x, y, slopes, intercepts: knobs_by_argmin(x.astype("f4"), y.astype("f4"), slopes, intercepts),
    ],
    "04-1": [
        {
            "u_slope": 3.0,
            "v_slope": np.float32(10),
            "L_slope": -1 / 2,
            "x_slope": np.array([-15]),
            "change": -0.15045,  # what 0.01 really does, with the bend of the square
            "direction": " Grow",
        },
        {
            "u_slope": Fraction(3),
            "v_slope": 10,
            "L_slope": Fraction(-1, 2),
            "x_slope": 3 * 10 * -0.5,
            "change": -0.15,
            "direction": "GROW",
        },
    ],
    "04-2": [
        {
            "h": np.array([[3.0, 0.0]]),
            "a": np.array([[5]]),
            "L": 9.0,
            "da": np.float32(6),
            "dW2": [[18], [0]],
            "db2": [6][0],
            "dh": np.array([12, -18]),
            "dz": [12, 0.0],
            "dW1": [[12, 0], [24, 0]],
            "db1": (12, -0.0),
            "dx": [[12, 6]],
        },
        {
            "h": [3, 0],
            "a": 5,
            "L": (5 - 2) ** 2,
            "da": 2 * (5 - 2),
            "dW2": (18, 0),
            "db2": np.array([6]),
            "dh": [12, -18],
            "dz": np.array([[12], [0]]),
            "dW1": np.outer([1, 2], [12, 0]),
            "db1": [12, 0],
            "dx": np.array([[1, -2], [0.5, 1]]) @ [12, 0],
        },
    ],
    "04-3": [meeting_by_small_nudges, meeting_float32],
    "04-4": [dense_backward_in_loops, dense_backward_float32],
    "04-5": [
        {
            "forward": 236800.0,
            "for_weights": np.int64(236800),
            "for_hidden": 32e3,
            "kept": np.array(5248),
            "parameters": 7510,
            "one_sided": 1 + 7510,
            "central": 7510 * 2.0,
        },
        {
            "central": 15020,
            "one_sided": 7511,
            "parameters": Fraction(7510),
            "kept": 32 * 164,
            "for_hidden": 32 * 1000,
            "for_weights": 32 * 7400,
            "forward": 32 * 7400,
        },
    ],
    "04-6": [step_on_copies, step_in_float32],
    "04-7": [LayerInLoops, LayerFloat32],
    "04-8": [numeric_in_place, numeric_by_unit_vectors],
    "04-9": [
        {
            "one_sided_curve": "a",
            "float32_curve": " b",
            "central_curve": "c",
            "one_sided_best": 3e-8,
            "float32_best": 1e-3,
            "central_best": 1e-6,
            "one_sided_gain": 9.8,
            "central_gain": 100.0,
        },
        {
            "one_sided_curve": "A",
            "float32_curve": "B",
            "central_curve": "C",
            "one_sided_best": 10**-8,
            "float32_best": 0.01,
            "central_best": 0.00001,
            "one_sided_gain": 10,
            "central_gain": np.float32(100),
        },
    ],
    "04-10": [
        {
            "at_kink": 1 / 2,
            "near_kink": np.float32(0.55),
            "smaller_step": True,
            "report_a": "Kink",
            "report_b": "dropout ",
            "report_c": "NONE",
            "report_d": "mistake",
            "report_e": "float32",
        },
        {
            "at_kink": np.array([0.5]),
            "near_kink": 11 / 20,
            "smaller_step": (1.1e-6 - 0.9e-6) / 2e-7,
            "report_a": ["kink"],
            "report_b": "Dropout",
            "report_c": "none",
            "report_d": "Mistake",
            "report_e": "Float32",
        },
    ],
    "04-11": [
        {
            "X": np.array([[1], [2]], dtype="f4"),  # as small as it can be
            "Y": [(1, 0), (0, 3)],
            "W1": [[1]],
            "W2": np.array([[1, 2]]),
        },
        {
            "X": np.linspace(-1, 1, 12).reshape(4, 3).tolist(),
            "Y": np.eye(4)[:, :3] * 5,
            "W1": np.linspace(-0.5, 0.7, 6).reshape(3, 2),
            "W2": [[1, 2, 3], [-1, 0.5, 2]],
        },
    ],
    "04-12": [
        {
            "zeros_tanh_move": "b2",
            "zeros_sigmoid_move": ("b2", "W2"),
            "constant_tanh_move": {"W1", "W2", "b1", "b2"},
            "different_units": 1.0,
            "glorot_variance": np.float32(1 / 200),
            "he_variance": 1 / 150,
            "too_small": 1 / 1024,
            "too_large": 1024.0,
        },
        {
            "zeros_tanh_move": np.array(["b2"]),
            "zeros_sigmoid_move": "b2, w2",
            "constant_tanh_move": ["b2", "b1", "W2", "W1", "W1"],
            "different_units": True,
            "glorot_variance": 0.00502,
            "he_variance": 0.00667,
            "too_small": 0.00098,
            "too_large": np.int64(1024),
        },
    ],
    "04-13": [gradients_float32, gradients_with_a_column_of_ones],
    "04-14": [deep_recursively, deep_float32],
    "05-1": [
        {
            "slope_right": 6.0,
            "next_right": Fraction(9, 2),
            "second_right": np.float32(3.75),
            "slope_left": np.array(-6),
            "next_left": 1.5,
            "rest": 3.0,
            "too_far": np.int64(-3),
            "its_loss": 36.0,
        },
        {
            "slope_right": 2 * 3,
            "next_right": 6 - 1.5,
            "second_right": 4.5 - 0.75,
            "slope_left": 2 * -3,
            "next_left": 0 + 1.5,
            "rest": np.float32(3),
            "too_far": 6 - 9,
            "its_loss": (-6) ** 2,
        },
    ],
    "05-2": [walk_in_lists, walk_in_place_with_copies],
    "05-3": [
        {
            "factor_small": 0.9,
            "factor_jumping": Fraction(-1, 2),
            "factor_diverging": np.float32(-1.5),
            "at_once": 1 / 10,
            "border": 2 / 10,
            "steps_small": 44.0,
            "after_four": 10.13,
        },
        {
            "factor_small": np.array(1 - 0.1),
            "factor_jumping": 1 - 1.5,
            "factor_diverging": 1 - 2.5,
            "at_once": np.float32(0.1),
            "border": 0.2,
            "steps_small": math.ceil(math.log(0.01) / math.log(0.9)),
            "after_four": 2 * 1.5**4,
        },
    ],
    "05-4": [
        {
            "tiny_panel": "b",
            "good_panel": " D",
            "jumping_panel": "a",
            "diverging_panel": "c",
            "bottom": 2.9,
            "good_steps": 2.0,
            "jumping_steps": np.int64(3),
        },
        {
            "tiny_panel": "B",
            "good_panel": "D",
            "jumping_panel": "A ",
            "diverging_panel": "C",
            "bottom": "3.2",
            "good_steps": "2",
            "jumping_steps": 3,
        },
    ],
    "05-5": [
        {name: float(value) for name, value in find("05-5").answer.items()},
        {name: np.int32(value) for name, value in find("05-5").answer.items()},
    ],
    "05-6": [
        update_in_loops,
        UpdateFloat32(),
        lambda X, y, w, b, learning_rate: [
            w - learning_rate * (2 * (X @ w + b - y)[:, None] * X).mean(axis=0),
            np.float32(b - learning_rate * 2 * np.mean(X @ w + b - y)),
        ],
    ],
    "05-7": [shuffled_as_pairs, shuffled_copies_in_place, shuffled_by_exchanges],
    "05-8": [
        batches_by_popping,
        lambda n, batch_size, rng: np.split(rng.permutation(n), range(batch_size, n, batch_size)),
        lambda n, batch_size, rng: (
            [rng.random(n).argsort()[s : s + batch_size].tolist() for s in range(0, n, batch_size)]
            if n <= batch_size
            else (lambda order: [order[s:][:batch_size] for s in range(0, n, batch_size)])(
                rng.choice(n, size=n, replace=False).astype(float)
            )
        ),
    ],
    "05-9": [
        {
            "stray_4": 8 / 2,
            "stray_100": Fraction(8, 10),
            "stray_all": 0.0,
            "batch_for_1": 64.0,
            "half": 4.0,
            "work_100": np.int64(100),
            "updates_100": 10_000 / 100,
        },
        {
            "stray_4": 4.02,
            "stray_100": 8 * math.sqrt((1 / 100) * (9900 / 9999)),
            "stray_all": -0.0,
            "batch_for_1": 2**6,
            "half": 2**2,
            "work_100": 100,
            "updates_100": 100,
        },
    ],
    "05-10": [
        epoch_losses_in_a_loop,
        lambda step_losses, n, batch_size: (
            np.add.reduceat(
                step_losses * np.resize(np.diff([*range(0, n, batch_size), n]), len(step_losses)),
                range(0, len(step_losses), math.ceil(n / batch_size)),
            )
            / n
        ).astype(np.float32),
    ],
    "05-11": [
        scaled_in_lists,
        lambda X_train, X_test: [
            ((X - X_train.mean(0, keepdims=True)) / np.sqrt(X_train.var(0))).astype(np.float32)
            for X in (X_train, X_test)
        ],
    ],
    "05-12": [
        {
            "right_end": [1.0, 0.0],
            "left_end": np.array([-1.999, 1e-9]),
            "ridge_end": (0, 1e-5),
            "beside_end": (0.99, 0),
            "right_kind": "Local",
            "left_kind": "global minimum",
            "ridge_kind": "saddle point",
        },
        {
            "right_end": (np.float32(1), 0),
            "left_end": (-2.0, -0.0),
            "ridge_end": [0, 0],
            "beside_end": np.array([1, 0]),
            "right_kind": " local  minimum",
            "left_kind": "LOWEST MINIMUM",
            "ridge_kind": "Saddle",
        },
    ],
    "05-13": [
        {
            "a": "Rate too small",
            "b": "too large",
            "c": "saturated",
            "d": "saddle",
            "e": " minimum",
            "f": "overfit",
        },
        {name: word.upper() for name, word in find("05-13").answer.items()},
    ],
    "05-14": [fit_in_place, fit_in_loops, fit_by_a_network],
    "05-15": [rate_of_the_smallest_pair, rate_found_on_the_way],
    **answers_ch06.CORRECT,
    **answers_ch07.CORRECT,
    **answers_ch08.CORRECT,
    **answers_ch09.CORRECT,
}


@pytest.mark.parametrize("exercise", ALL.values(), ids=ALL)
class TestEveryExercise:
    def test_the_reference_passes(self, exercise):
        verdict = judge(exercise, exercise.answer)
        assert verdict.passed, verdict.text
        mark = "" if exercise.title.endswith("?") else "."  # never "?."
        assert verdict.heading == f"Passed: exercise {exercise.name}, {exercise.title}{mark}"

    def test_two_other_right_answers_pass(self, exercise):
        assert len(CORRECT[exercise.name]) >= 2
        for answer in CORRECT[exercise.name]:
            verdict = judge(exercise, answer)
            assert verdict.passed, verdict.text

    def test_declaration_is_complete(self, exercise):
        names = [mistake.name for mistake in exercise.mistakes]
        messages = [mistake.message for mistake in exercise.mistakes]
        assert len(names) >= 4
        assert len(set(names)) == len(names)
        assert len(set(messages)) == len(messages)
        assert len(set(exercise.hints)) == 3
        assert all(text.strip() == text and text[-1] in ".?!)" for text in (*messages, *exercise.hints))

    def test_untouched_is_not_attempted(self, exercise):
        def stub(*inputs):
            """Return something."""
            ...  # your code here

        stubs = [stub, ...] if exercise.takes_function else [dict.fromkeys(exercise.answer, ...), ...]
        for answer in stubs:
            verdict = judge(exercise, answer)
            assert verdict.status == "open"
            assert verdict.text.startswith("Not attempted yet: ")

    def test_inputs_are_always_the_same(self, exercise):
        again = replace(exercise)
        for one, other in zip(exercise.all_inputs, again.all_inputs, strict=True):
            np.testing.assert_equal(one, other)  # which looks into lists of arrays as well


@pytest.mark.parametrize(("exercise", "mistake"), KNOWN, ids=[f"{e.name} {m.name}" for e, m in KNOWN])
def test_each_known_mistake_gets_its_own_message(exercise, mistake):
    verdict = judge(exercise, complete(exercise, mistake))
    assert verdict.status == "wrong"
    assert verdict.mistake == mistake.name
    assert verdict.message.startswith(mistake.message)


SIZES = {
    "01": 11,
    "02": 14,
    "03": 15,
    "04": 14,
    "05": 15,
    "06": 13,
    "07": 11,
    "08": 17,
    "09": 10,
}
"""How many exercises each chapter has, so that none goes missing."""


def test_every_exercise_of_each_chapter_is_there():
    assert list(ALL) == [f"{chapter}-{i}" for chapter, size in SIZES.items() for i in range(1, size + 1)]
    assert set(CORRECT) == set(ALL)


# ------------------------------------------------------------------------- mistakes, differently made


def test_a_mistake_is_known_however_it_is_written():
    def as_lists(X, W, b):
        return [[max(0.0, float(v)) for v in row] for row in (X @ W - b).astype(np.float32)]

    assert judge(find("01-4"), as_lists).mistake == "bias subtracted"
    assert judge(find("01-2"), lambda x, w, b: x @ w + b > 0).mistake == "strict threshold"


def test_a_mistake_that_raises_on_some_inputs_is_known():
    assert judge(find("01-4"), lambda X, W, b: np.maximum(X.dot(W.T) + b, 0)).mistake == "W transposed"


def test_a_mistake_that_raises_on_some_inputs_and_is_right_on_the_others_is_known():
    def with_math(z):
        flat = [1 / (1 + math.exp(-value)) for value in z.ravel()]
        return np.reshape(flat, z.shape)

    assert judge(find("02-3"), lambda z: 1 / (1 + np.exp(-z))).mistake == "overflow far to the left"
    assert judge(find("02-3"), with_math).mistake == "overflow far to the left"
    right = find("02-3").answer

    def raises_elsewhere(z):
        if (z == 0).any():
            raise FloatingPointError("no")
        return right(z)

    verdict = judge(find("02-3"), raises_elsewhere)
    assert verdict.mistake is None
    assert "FloatingPointError: no" in verdict.message


def silent_sigmoid(z):
    with np.errstate(all="ignore"):
        return 1 / (1 + np.exp(-z))


def silent_for_good(z):
    np.seterr(over="ignore")
    return 1 / (1 + np.exp(-z))


def silent_choice(z):
    with np.errstate(over="ignore", invalid="ignore"):
        return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))


def test_silence_is_not_spoken_of_where_the_result_is_wrong():
    def wrong(z):
        with np.errstate(all="ignore"):
            return 1 / (1 + np.exp(z))

    assert "say nothing" not in judge(find("02-3"), wrong).message
    assert "is None" in judge(find("02-3"), lambda z: None).message


@pytest.mark.parametrize("answer", [silent_sigmoid, silent_for_good, silent_choice])
def test_an_overflow_that_is_only_silenced_is_seen(answer):
    before = np.geterr(), np.errstate, np.seterr
    verdict = judge(find("02-3"), answer)
    assert "you only told NumPy to say nothing of it" in verdict.message
    assert (np.geterr(), np.errstate, np.seterr) == before


def exchanged_once(X, y, rng):
    i, j = rng.integers(len(X), size=2)
    X, y = X.copy(), y.copy()
    X[[i, j]], y[[i, j]] = X[[j, i]], y[[j, i]]
    return X, y


def first_two_exchanged(X, y, rng):
    order = [1, 0, *range(2, len(X))]
    return X[order].tolist(), y[order].tolist()


def exchanged_as_views(X, y, rng):
    X, y = X.astype(np.float32), y.copy()
    for i in range(len(X)):
        j = rng.integers(len(X))
        X[i], X[j] = X[j], X[i]
        y[i], y[j] = y[j], y[i]
    return X, y


def rolled(X, y, rng):
    places = int(rng.integers(len(X)))
    return np.roll(X, places, axis=0), np.roll(y, places)


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        (exchanged_once, "one pair exchanged"),
        (first_two_exchanged, "one pair exchanged"),
        (exchanged_as_views, "rows exchanged by way of views"),
        (rolled, "moved on"),
    ],
)
def test_a_shuffle_that_hardly_shuffles_is_known_however_it_is_written(answer, mistake):
    assert judge(find("05-7"), answer).mistake == mistake


def test_a_few_exchanges_are_no_fresh_order():
    def a_few(X, y, rng):
        for _ in range(4):
            X, y = exchanged_once(X, y, rng)
        return X, y

    verdict = judge(find("05-7"), a_few)
    assert verdict.status == "wrong"
    assert "hardly changed" in verdict.message


def truncated_in_loops(X, W, G):
    dW, dX = np.zeros_like(W), np.zeros_like(X)
    for n, i, j in np.ndindex(len(X), *W.shape):
        dW[i, j] += X[n, i] * G[n, j]
        dX[n, i] += G[n, j] * W[i, j]
    return dW, G.sum(axis=0), dX


def truncated_row_by_row(X, W, G):
    dX = X.copy()
    for k, g in enumerate(G):
        dX[k] = W @ g
    return X.T @ G, G.sum(axis=0), dX


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        (truncated_in_loops, "no room for decimals"),
        (truncated_row_by_row, "no room for decimals in dX"),
        (lambda X, W, G: ((X.T @ G).astype(W.dtype), sum(G), G @ W.T), "no room for decimals in dW"),
    ],
)
def test_slopes_cut_to_whole_numbers_are_known_however_they_are_written(answer, mistake):
    assert judge(find("04-4"), answer).mistake == mistake


class MemoryInTheClass(LayerFloat32):
    cache = None

    def forward(self, X):
        Y = super().forward(X)
        MemoryInTheClass.cache = self.cache
        del self.cache
        return Y


class MemoryInADefault(LayerFloat32):
    def forward(self, X, memory=[]):  # noqa: B006
        Y = super().forward(X)
        memory[:] = self.cache
        self.cache = memory
        return Y


@pytest.mark.parametrize("layer", [MemoryInTheClass, MemoryInADefault])
def test_layers_that_share_their_memory_are_known(layer):
    assert judge(find("04-7"), layer).mistake == "one memory for all layers"


def gradient_of_a_flat_array(f, w, h):
    flat = w.flatten()
    slopes = np.empty(flat.size)
    for i in range(flat.size):
        up, down = flat.tolist(), flat.tolist()
        up[i] += h
        down[i] -= h
        slopes[i] = (f(np.array(up)) - f(np.array(down))) / (2 * h)
    return slopes.reshape(w.shape)


def gradient_of_a_copy(f, w, h):
    flat, slopes = w.flatten(), np.zeros(w.shape)
    for i in range(flat.size):
        flat[i] += h
        above = f(w)
        flat[i] -= 2 * h
        slopes.flat[i] = (above - f(w)) / (2 * h)
    return slopes


def test_a_numeric_gradient_gives_f_arrays_of_the_right_shape():
    assert judge(find("04-8"), gradient_of_a_flat_array).mistake == "a flat array for f"
    assert "a copy that f never gets to see" in judge(find("04-8"), gradient_of_a_copy).message


def test_decimals_added_in_place_to_whole_numbers_are_explained():
    def in_place(X, W, G):
        dW = np.zeros_like(W)
        for x, g in zip(X, G, strict=True):
            dW += np.outer(x, g)
        return dW, G.sum(axis=0), G @ W.T

    assert "Decimals do not fit into an array of whole numbers" in judge(find("04-4"), in_place).message


def test_an_error_on_every_input_is_not_taken_for_a_mistake_that_raises_too():
    def always_raises(X, W, b):
        raise ValueError("no")

    verdict = judge(find("01-4"), always_raises)
    assert verdict.mistake is None
    assert "ValueError: no" in verdict.message


@pytest.mark.parametrize(
    ("name", "entry", "near"),
    [
        ("02-10", "layers", math.log(0.001) / math.log(0.25)),
        ("05-3", "steps_small", math.log(0.01) / math.log(0.9)),
        ("05-9", "batch_for_1", 63),
        ("05-9", "work_100", 99),
        ("05-9", "updates_100", 101),
        ("08-1", "cost_model", 36_200),
    ],
)
def test_a_count_must_be_exact_though_other_entries_may_be_rounded(name, entry, near):
    answer = find(name).answer
    assert judge(find(name), answer | {entry: np.float32(answer[entry])}).passed
    verdict = judge(find(name), answer | {entry: near})
    assert verdict.status == "wrong"
    whole = f"is a count, and counts are whole numbers; got {near:.6g}." in verdict.message
    assert whole == (near % 1 != 0)


def test_four_equal_hidden_units_may_be_written_as_four():
    exercise = find("02-12")
    for hidden in ([0, 0, 0, 0], np.zeros((1, 4)), 0.0):
        assert judge(exercise, exercise.answer | {"hidden": hidden}).passed
    assert judge(exercise, exercise.answer | {"hidden": [0.5] * 4}).mistake == "hidden units at one half"
    different = judge(exercise, exercise.answer | {"hidden": [0, 1, 0, 0]})
    assert "something else for each unit" in different.message
    assert judge(exercise, exercise.answer | {"hidden": ...}).status == "unfinished"


def test_an_unknown_mistake_shows_the_first_input_with_expected_and_got():
    verdict = judge(find("01-2"), lambda x, w, b: 7)
    assert verdict.mistake is None
    assert verdict.text == textwrap.dedent(
        """\
        Not right yet: exercise 01-2, A neuron for one record.
        With the input
            x = [1., 2.]
            w = [1., 1.]
            b = -1.5
        The result is not right: expected 1, got 7."""
    )


def test_values_are_not_revealed_where_they_are_the_answer():
    verdict = judge(find("01-1"), {"z": 99, "output": 1})
    assert "`z` is not right: got 99." in verdict.message
    assert "0.5" not in verdict.text
    assert "Right already: `output`." in verdict.message


# ------------------------------------------------------------------ plausible, wrong, and not foreseen

UNFORESEEN = [
    ("01-11", find("01-11").answer | {"b1": [0, 0, 3.99]}),
    ("01-11", find("01-11").answer | {"b1": [0.005, 0, 4]}),
    ("01-11", find("01-11").answer | {"b1": [0, -0.005, 4]}),
    ("03-1", find("03-1").answer | {"errors": (-2, 1, 1)}),
    ("03-1", find("03-1").answer | {"copied_mean": 10 / 3 / 2 + 0.1}),
    ("03-2", lambda a, y: (np.median((a - y) ** 2), 2 * (a - y) / a.size)),
    ("03-2", lambda a, y: (np.square(a - y).mean(), 2 * (a - y).mean(axis=0) * np.ones(a.shape))),
    ("03-2", lambda a, y: (np.square(a - y).sum() / (a.size + 1), 2 * (a - y) / (a.size + 1))),
    ("03-2", lambda a, y: (((a - y) ** 2).mean(), 2 * np.abs(a - y) / a.size)),
    ("03-3", lambda x, y, slope, intercept: (2 * ((slope * x + intercept - y) * y).mean(), 0.0)),
    ("03-3", lambda x, y, slope, intercept: tuple(np.polyfit(x, y, 1)) if len(x) > 1 else (0, 0)),
    ("03-4", find("03-4").answer | {"best_slope": 2.0}),
    ("03-4", find("03-4").answer | {"best_intercept": -2}),
    ("03-5", find("03-5").answer | {"likelihood": 0.4}),
    ("03-5", find("03-5").answer | {"clueless_ten": 2.2}),
    ("03-6", lambda z, y: -np.log(np.clip(sigmoid(np.where(y, z, -z)), 1e-3, 1)).mean()),
    ("03-6", lambda z, y: np.median(np.logaddexp(0, np.where(y == 1, -z, z)))),
    ("03-6", lambda z, y: np.abs(y - sigmoid(z)).mean()),
    ("03-6", lambda z, y: np.logaddexp(0, np.where(y == 1, -z, z) / 2).mean()),
    (
        "03-7",
        lambda X, w, b, y: (
            BinaryCrossEntropy()(X @ w + b, y)[0],
            (np.round(sigmoid(X @ w + b)) - y) / len(y),
        ),
    ),
    ("03-7", lambda X, w, b, y: BinaryCrossEntropy()(2 * (X @ w + b), y)),
    ("03-7", lambda X, w, b, y: BinaryCrossEntropy()(X @ w - b, y)),
    ("03-8", lambda z, y: (2 * (sigmoid(z) - y) * sigmoid(z) ** 2, sigmoid(z) - y)),
    ("03-8", lambda z, y: (2 * (sigmoid(z) - y) / 4, sigmoid(z) - y)),
    ("03-8", lambda z, y: (2 * (sigmoid(z) - y) * sigmoid(z) * sigmoid(-z), sigmoid(z) - 1)),
    ("03-9", find("03-9").answer | {"cross_loss": 21}),
    ("03-9", find("03-9").answer | {"squared_slope": -0.25}),
    ("03-10", lambda Z, y: CategoricalCrossEntropy()(Z / 2.0, y)),
    ("03-10", lambda Z, y: CategoricalCrossEntropy()(-Z, y)),
    ("03-10", lambda Z, y: (CategoricalCrossEntropy()(Z, y)[0], CategoricalCrossEntropy()(Z, y)[1] * 2)),
    ("03-10", lambda Z, y: CategoricalCrossEntropy()(Z[:, ::-1], y)),
    ("03-11", lambda means, sizes: sizes.sum() / (sizes / means).sum()),
    ("03-11", lambda means, sizes: np.average(means, weights=np.arange(1, len(means) + 1))),
    ("03-12", lambda e, delta: (np.sqrt(delta**2 + e**2) - delta, e / np.sqrt(1 + (e / delta) ** 2))),
    ("03-12", lambda e, delta: (np.where(np.abs(e) <= 1, e**2 / 2, np.abs(e) - 0.5), np.clip(e, -1, 1))),
    ("03-15", lambda x, y, slopes, intercepts: (np.zeros((len(slopes), len(intercepts))), 0.0, 0.0)),
    ("03-15", lambda x, y, s, c: (knobs_by_argmin(x, y, s, c)[0], s[0], c[0])),
    ("04-1", find("04-1").answer | {"x_slope": -14}),
    ("04-1", find("04-1").answer | {"change": -0.3}),
    ("04-2", find("04-2").answer | {"dW1": [[12, 12], [24, 24]]}),
    ("04-2", find("04-2").answer | {"dx": (6, 12)}),
    ("04-3", lambda x, w: (w * x, x**2, 2 * w * x)),
    ("04-3", lambda x, w: (2 * w * x + x, (2 * w + 1) * x**2, 2 * (w**2 + w) * x + 1)),
    ("04-4", lambda X, W, G: (X.T @ (G - G.mean(axis=0)), G.sum(axis=0), G @ W.T)),
    ("04-4", lambda X, W, G: (X.T @ G, np.abs(G).sum(axis=0), G @ W.T)),
    ("04-4", lambda X, W, G: (X.T @ G + W, G.sum(axis=0), G @ W.T)),
    ("04-5", find("04-5").answer | {"kept": 3264}),
    ("04-5", find("04-5").answer | {"forward": 236_801}),
    ("04-6", lambda X, y, W1, W2, rate: (W1 - rate, W2 - rate)),
    ("04-6", lambda X, y, W1, W2, rate: step_on_copies(X, y, W1, W2, 0.9 * rate)),
    ("04-7", type("Late", (LayerFloat32,), {"backward": lambda s, G: np.dot(G * s.cache[1], s.W.T)})),
    ("04-8", lambda f, w, h: numeric_in_place(f, w, 2 * h)),
    ("04-8", lambda f, w, h: np.round(numeric_in_place(f, w, h), 1)),
    ("04-9", find("04-9").answer | {"central_best": 1e-3 / 20}),
    ("04-10", find("04-10").answer | {"near_kink": 0.56}),
    ("04-12", find("04-12").answer | {"zeros_tanh_move": ["b1"]}),
    ("04-12", find("04-12").answer | {"he_variance": 0.006}),
    ("04-13", lambda *a: gradients_float32(a[0], 1 - a[1], *a[2:])),
    (
        "04-13",
        lambda X, y, *p: [2 * g if g.ndim == 1 else g for g in map(np.array, gradients_float32(X, y, *p))],
    ),
    ("04-14", lambda X, y, weights, biases: deep_recursively(X[::-1], y, weights, biases)),
    ("04-14", lambda X, y, weights, biases: deep_recursively(X, y, weights, [0 * b for b in biases])),
    ("05-1", find("05-1").answer | {"its_loss": 35}),
    ("05-1", find("05-1").answer | {"next_right": 4}),
    ("05-2", lambda slope_of, w, rate, n: walk_in_lists(slope_of, w, rate / 2, n)),
    ("05-2", lambda slope_of, w, rate, n: walk_in_lists(slope_of, w + 1, rate, n)),
    ("05-2", lambda slope_of, w, rate, n: np.array(walk_in_lists(slope_of, w, rate, n))[::-1]),
    ("05-2", lambda slope_of, w, rate, n: np.clip(walk_in_lists(slope_of, w, rate, n), -3, 3)),
    ("05-3", find("05-3").answer | {"steps_small": 45}),
    ("05-3", find("05-3").answer | {"border": 0.19}),
    ("05-4", find("05-4").answer | {"bottom": 2.5}),
    ("05-4", find("05-4").answer | {"good_steps": 2.5}),
    ("05-5", find("05-5").answer | {"last_batch": 201}),
    ("05-5", find("05-5").answer | {"seen": 160_300}),
    ("05-6", lambda X, y, w, b, rate: update_in_loops(X, y, w, b, rate**2)),
    ("05-6", lambda X, y, w, b, rate: update_in_loops(X, y, w, b, rate / 4)),
    ("05-6", lambda X, y, w, b, rate: update_in_loops(X - X.mean(axis=0), y, w, b, rate)),
    ("05-6", lambda X, y, w, b, rate: (update_in_loops(X, y, w, b, rate)[0], b - 2 * rate * b)),
    ("05-7", lambda X, y, rng: (shuffled_as_pairs(X, y, rng)[0], rng.permutation(y) + 1)),
    ("05-7", lambda X, y, rng: (2 * rng.permutation(X), rng.permutation(y))),
    ("05-8", lambda n, size, rng: list(batches_by_popping(n, size, rng))[::-1]),
    ("05-8", lambda n, size, rng: list(batches_by_popping(n - 1, size, rng))),
    ("05-8", lambda n, size, rng: list(batches_by_popping(n, max(1, size // 2), rng))),
    ("05-9", find("05-9").answer | {"stray_4": 4.2}),
    ("05-9", find("05-9").answer | {"batch_for_1": 63 - 2}),
    ("05-10", lambda losses, n, size: np.median(epoch_losses_in_a_loop(losses, n, size)) + 0 * losses),
    ("05-10", lambda losses, n, size: epoch_losses_in_a_loop(losses, n, size)[1:]),
    ("05-10", lambda losses, n, size: epoch_losses_in_a_loop(losses**2, n, size)),
    ("05-11", lambda a, b: [a / np.abs(a).max(axis=0), b / np.abs(a).max(axis=0)]),
    ("05-11", lambda a, b: [np.clip(part, -1, 1) for part in scaled_in_lists(a, b)]),
    ("05-11", lambda a, b: scaled_in_lists(a[:-1], b)),
    ("05-12", find("05-12").answer | {"right_end": (1, 0.5)}),
    ("05-12", find("05-12").answer | {"left_end": (-1.9, 0)}),
    ("05-14", lambda *a: fit_in_loops(*a[:4], a[4] / 2, *a[5:])),
    ("05-14", lambda *a: fit_in_loops(*a[:5], a[5] + 1, *a[6:])),
    ("05-14", lambda *a: fit_in_loops(a[0], 1 - a[1], *a[2:])),
    ("05-14", lambda *a: fit_in_loops(*a[:2], 0 * a[2], *a[3:])),
    ("05-15", lambda train, rates: (rates[len(rates) // 2], rate_found_on_the_way(train, rates)[1])),
    ("05-15", lambda train, rates: (rates[0], rate_found_on_the_way(train, rates)[1] * 2)),
    *answers_ch06.UNFORESEEN,
    *answers_ch07.UNFORESEEN,
    *answers_ch08.UNFORESEEN,
    *answers_ch09.UNFORESEEN,
]


@pytest.mark.parametrize(("name", "answer"), UNFORESEEN)
def test_a_plausible_wrong_answer_is_rejected_though_nobody_foresaw_it(name, answer):
    verdict = judge(find(name), answer)
    assert verdict.status == "wrong"
    assert verdict.mistake is None


FUNCTIONS_OF_LOSS = [name for name, exercise in ALL.items() if name[:2] == "03" and exercise.takes_function]


@pytest.mark.parametrize(
    "name", [*FUNCTIONS_OF_LOSS, "04-4", "04-6", "04-13", "05-6", "05-10", "05-11", "07-2", "07-10"]
)
def test_odd_answers_get_clear_words(name):
    exercise = find(name)
    right = exercise.answer

    def spoiled(change):
        def parts(value):
            return tuple(map(parts, value)) if isinstance(value, tuple) else change(value)

        return lambda *inputs: parts(right(*inputs))

    def changes_its_input(*inputs):
        result = right(*inputs)
        inputs[0].flat[0] += 1
        return result

    def raises(*inputs):
        raise ZeroDivisionError("oh")

    def endless(*inputs):
        while True:
            pass

    cases = [
        (lambda *inputs: None, "is None"),
        (spoiled(lambda value: np.asarray(value) * np.nan), "NaN (not a number)"),
        (spoiled(lambda value: np.asarray(value) + np.inf), "infinity"),
        (spoiled(lambda value: np.asarray(value)[None]), "wrong shape"),
        (spoiled(str), "wrong type"),
        (raises, "ZeroDivisionError: oh"),
        (1.0, "wants the function itself"),
    ]
    if exercise.may_change_inputs:
        assert judge(exercise, changes_its_input).passed
    else:
        cases.append((changes_its_input, "your function changes"))
    for answer, words in cases:
        verdict = judge(exercise, answer)
        assert verdict.status == "wrong"
        assert verdict.mistake is None
        assert words in verdict.message
    quick = replace(exercise, seconds=0.1)
    assert "still running after 0.1 seconds" in judge(quick, endless).message


@pytest.mark.parametrize(
    ("name", "wrong", "words"),
    [
        ("03-4", {"best_slope": "far right"}, "`best_slope` must be one number"),
        ("03-4", {"best_intercept": np.nan}, "`best_intercept` must be a finite number"),
        ("03-4", {"lowest": "E"}, '`lowest` must be one of "A", "B", "C", "D"; got \'E\'.'),
        ("03-4", {"equal": "A"}, "`equal` must be two of the letters A to D"),
        ("03-4", {"equal": None}, "`equal` must be two of the letters A to D"),
        ("03-13", {"bold": [0.5, 0.5]}, "`bold` must hold five chances"),
        ("03-13", {"careful": "high"}, "`careful` must be a list of five chances"),
        ("03-13", {"careful": None}, "`careful` must hold five chances"),
        ("03-13", {"bold": [2, 0, 1, 1, 0]}, "Every chance in `bold` must lie between 0 and 1"),
        ("03-13", {"bold": [np.nan, 0, 1, 1, 0]}, "Every chance in `bold` must lie between 0 and 1"),
        ("03-14", {"typos_loss": "sigmoid"}, "`typos_loss` must be one of"),
        ("03-14", {"tags_output": 3}, "`tags_output` must be one of"),
        ("03-14", {"tags_output": ["sigmoid"]}, "`tags_output` must be one of"),
    ],
)
def test_an_entry_of_the_wrong_form_is_answered_with_the_right_one(name, wrong, words):
    verdict = judge(find(name), find(name).answer | wrong)
    assert verdict.status == "wrong"
    assert words in verdict.message


def test_errors_of_math_in_a_loop_are_put_into_the_words_of_the_task():
    def with_math(z, y):
        chances = [(1 + math.tanh(value / 2)) / 2 for value in z]
        return -sum(math.log(p if label else 1 - p) for p, label in zip(chances, y, strict=True)) / len(z)

    def with_exp(z, y):
        return sum(math.log(1 + math.exp(-v if label else v)) for v, label in zip(z, y, strict=True)) / len(z)

    assert "the logarithm of 0" in judge(find("03-6"), with_math).message
    assert "`math.exp` overflows" in judge(find("03-6"), with_exp).message


def test_two_forecasts_can_be_left_half_open():
    assert judge(find("03-13"), {"bold": [0.9] * 5, "careful": ...}).status == "unfinished"


# -------------------------------------------------------------------------- results of the wrong kind

WRONG_KINDS = [
    (lambda X, w, b: print("hello"), "The result is None."),
    (lambda X, w, b: "0.5", "wrong type: expected an array of shape (3,), got the text '0.5'"),
    (lambda X, w, b: [[1.0], [2.0, 3.0]], "wrong type: expected an array of shape (3,), got a list"),
    (lambda X, w, b: {"a": 1}, "wrong type: expected an array of shape (3,), got {'a': 1} of type dict"),
    (
        lambda X, w, b: np.array([None] * len(X)),
        "wrong type: expected an array of shape (3,), got an array of dtype object",
    ),
    (lambda X, w, b: np.exp, "got the function exp (was it meant to be called?)"),
    (lambda X, w, b: (x for x in X), "got a generator, which has not computed anything yet"),
    (
        lambda X, w, b: sigmoid(X @ w + b) + 0j,
        "wrong dtype: expected real numbers, got complex ones (complex128)",
    ),
    (
        lambda X, w, b: sigmoid(X @ w + b)[None],
        "wrong shape: expected shape (3,), 3 numbers along one axis; got shape (1, 3)",
    ),
    (lambda X, w, b: 0.5, "wrong shape: expected shape (3,), 3 numbers along one axis; got a single number"),
    (lambda X, w, b: np.append(sigmoid(X[1:] @ w + b), np.nan), "NaN (not a number) at index 2"),
    (lambda X, w, b: np.full(len(X), -np.inf), "infinity at index 0"),
    (lambda X, w, b: sigmoid(X @ w + b).astype(int), "put into an array of dtype int"),
]


@pytest.mark.parametrize(("answer", "words"), WRONG_KINDS, ids=[words[:40] for _, words in WRONG_KINDS])
def test_a_result_of_the_wrong_kind_has_its_own_message(answer, words):
    verdict = judge(find("01-3"), answer)
    assert verdict.status == "wrong"
    assert words in verdict.message


def test_what_the_code_printed_is_shown():
    verdict = judge(find("01-3"), lambda X, w, b: print("shape", X.shape))
    assert "Your code printed:\n    shape (3, 2)\n" in verdict.message


def test_a_tuple_of_the_wrong_length():
    assert "expected 2 values, got the number 1." in judge(find("01-8"), lambda w, b: 1.0).message
    assert "must be 2 values, got 3." in judge(find("01-8"), lambda w, b: (1.0, 2.0, 3.0)).message


def test_answers_of_the_wrong_form():
    assert "wants the function itself" in judge(find("01-2"), 1).message
    assert "wants a value here" in judge(find("01-1"), lambda: 1).message
    assert "dictionary with the entries z, output" in judge(find("01-1"), {"z": 0.5}).message
    assert (
        "`AND` must be three numbers" in judge(find("01-6"), {"AND": (1, 1), "OR": ..., "NAND": ...}).message
    )
    ragged = {"W1": [[1], [1, 2]], "b1": [0], "W2": [[1]], "b2": [0]}
    assert "`W1` must be an array of numbers" in judge(find("01-10"), ragged).message
    wrong_shape = {"W1": [[1, 1]], "b1": [0, 0], "W2": [1, 1], "b2": [0]}
    assert "expected (2, h), a row for each input" in judge(find("01-10"), wrong_shape).message


# ----------------------------------------------------------------------------- stubs, whole and in part


def test_half_an_answer_is_judged_as_far_as_it_goes():
    exercise = find("01-1")
    right = judge(exercise, {"z": 0.5, "output": ...})
    assert right.status == "unfinished"
    assert right.text.startswith("Not finished yet: ")
    assert "What is there is right.\nStill open: output." in right.message
    wrong = judge(exercise, {"z": 1.5, "output": ...})
    assert wrong.mistake == "no bias"
    assert "Still open: output." in wrong.message
    together = judge(find("01-10"), {"W1": [[1], [1]], "b1": [0], "W2": [[1]], "b2": ...})
    assert together.status == "unfinished"
    assert together.message == "Still open: b2."


def test_a_function_that_still_has_an_ellipsis_is_not_attempted():
    def returns_it(x, w, b):
        z = ...
        return z  # noqa: RET504

    def computes_with_it(x, w, b):
        z = ...
        return z >= 0

    for answer in (returns_it, computes_with_it, lambda x, w, b: ...):
        verdict = judge(find("01-2"), answer)
        assert verdict.status == "open"
        assert "There is still a `...`" in verdict.message


def test_returning_none_on_purpose_is_an_attempt():
    def returns_none(x, w, b):
        return None

    for answer in (returns_none, lambda x, w, b: None):
        assert "The result is None." in judge(find("01-2"), answer).message


def test_a_stub_without_source_is_recognized():
    names = {}
    exec("def stub(x, w, b):\n    'words'\n    ...\ndef other(x, w, b):\n    return 7", names)
    assert judge(find("01-2"), names["stub"]).status == "open"
    assert judge(find("01-2"), names["other"]).status == "wrong"


def test_a_class_with_a_stubbed_method_is_not_attempted():
    class Layer:
        def __init__(self): ...

        def forward(self, x): ...

        def backward(self, G):
            return G

    verdict = judge(find("04-7"), Layer)
    assert verdict.status == "open"
    assert "Still empty: `__init__`, `forward`.\n" in verdict.message


def test_a_class_may_have_nothing_to_do_at_its_birth():
    class Layer(CORRECT["07-5"][0]):
        def __init__(self, p):
            pass

        p = 0.5

    assert judge(find("07-5"), Layer).status == "wrong"  # p is not always 0.5


def test_an_object_where_the_class_is_wanted():
    layer = find("04-7").answer(np.ones((2, 2)), np.zeros(2))
    assert "The check wants the class itself, not a value: got " in judge(find("04-7"), layer).message


@pytest.mark.parametrize("order", [(2, 1, 0), (1, 2, 0)])
def test_right_results_in_another_order_are_seen(order):
    verdict = judge(find("04-3"), lambda x, w: [find("04-3").answer(x, w)[place] for place in order])
    assert verdict.status == "wrong"
    assert verdict.message == "All your results are right, but not in the order that the task asks for."


def test_a_dictionary_of_results_is_answered_with_what_to_return():
    names = ("dW1", "db1", "dW2", "db2")
    verdict = judge(find("04-13"), lambda *a: dict(zip(names, find("04-13").answer(*a), strict=True)))
    assert (
        "The result is a dictionary, with the entries dW1, db1, dW2, db2. Expected are the 4" in verdict.text
    )


# ---------------------------------------------------------------------- errors in the learner's own code


def test_an_error_is_shown_with_the_line_of_the_learners_code():
    def helper(z):
        return z / missing  # noqa: F821

    def answer(x, w, b):
        return helper(x @ w)

    verdict = judge(find("01-2"), answer)
    line = helper.__code__.co_firstlineno + 1
    assert f"It was in line {line} of your code:\n    return z / missing" in verdict.message
    assert "NameError: name 'missing' is not defined" in verdict.message


def test_the_line_is_the_learners_even_if_numpy_raised_deeper():
    def answer(x, w, b):
        return np.stack([x, w[:1]])

    verdict = judge(find("01-2"), answer)
    assert f"line {answer.__code__.co_firstlineno + 1} of your code:\n    return np.stack" in verdict.message


def test_wrong_parameters_are_explained():
    verdict = judge(find("01-2"), lambda x, w: 1)
    assert "could not be called with the arguments (x, w, b)" in verdict.message


@pytest.mark.parametrize("statement", ["exit()", "raise SystemExit", "raise GeneratorExit"])
def test_no_exception_gets_out(statement):
    names = {"exit": sys.exit}
    exec(f"def answer(x, w, b):\n    {statement}\n    return 1", names)
    assert judge(find("01-2"), names["answer"]).status == "wrong"


def test_endless_recursion():
    def answer(x, w, b):
        return answer(x, w, b)

    assert "RecursionError" in judge(find("01-2"), answer).message


def test_an_interrupt_by_the_learner_gets_out():
    def answer(x, w, b):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judge(find("01-2"), answer)


def test_a_real_interrupt_gets_out_and_leaves_no_alarm():
    def answer(x, w, b):
        signal.raise_signal(signal.SIGINT)
        return 1

    # A test run in the background of a shell inherits an ignored SIGINT; a kernel has Python's own handler.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            judge(find("01-2"), answer)
    finally:
        signal.signal(signal.SIGINT, before)
    if hasattr(signal, "setitimer"):
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


# ------------------------------------------------------------------------------------------ the inputs


def test_a_change_of_the_input_is_a_mistake_only_where_the_task_forbids_it():
    def changes(X, w, b):
        X *= w
        return sigmoid(X.sum(axis=1) + b)

    exercise = find("01-3")
    before = [inputs[0].copy() for inputs in exercise.all_inputs]
    verdict = judge(exercise, changes)
    assert verdict.status == "wrong"
    assert "your function changes `X`" in verdict.message
    assert judge(replace(exercise, may_change_inputs=True), changes).passed
    assert all(np.array_equal(a, inputs[0]) for a, inputs in zip(before, exercise.all_inputs, strict=True))


def test_a_change_inside_a_list_of_arrays_is_seen_too():
    def changes(X, y, weights, biases):
        right = find("04-14").answer(X, y, weights, biases)
        weights[0][0] = 0
        return right

    exercise = replace(find("04-14"), may_change_inputs=False)
    assert "your function changes `weights`" in judge(exercise, changes).message
    assert judge(exercise, exercise.answer).passed


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("04-7", type("Layer", (), {"__init__": lambda s, W, b: None}), "lacks the method `forward`"),
        (
            "04-9",
            find("04-9").answer | {"central_best": -5},
            "a positive number such as 1e-3; got -5. Was 1e-5",
        ),
        ("04-9", find("04-9").answer | {"central_best": 0.3}, "`central_best` is not right: got 0.3."),
        ("04-10", find("04-10").answer | {"report_a": "bug"}, 'one of "mistake", "kink", "float32"'),
        ("04-11", find("04-11").answer | {"X": [1, 2]}, "must have rows and columns"),
        ("04-11", find("04-11").answer | {"Y": [[1, 2]]}, "`Y` must have the shape (3, 2); got (1, 2)."),
        ("04-11", find("04-11").answer | {"W1": [[1, np.nan]]}, "`W1` must hold finite numbers"),
        ("04-12", find("04-12").answer | {"zeros_tanh_move": ["w3"]}, "got 'w3'."),
        ("04-14", lambda X, y, weights, biases: None, "must return two lists, `dWs` and `dbs`"),
        ("04-14", lambda X, y, weights, biases: ([], []), "an array for each layer: expected 1, got 0."),
    ],
)
def test_answers_of_chapter_4_of_the_wrong_form(name, answer, words):
    verdict = judge(find(name), answer)
    assert verdict.status == "wrong"
    assert words in verdict.message


def endless_batches(n, batch_size, rng):
    while True:
        yield rng.permutation(n)[:batch_size]


def shuffled_in_place(X, y, rng):
    table = np.column_stack([X, y])
    rng.shuffle(table)
    X[:], y[:] = table[:, :-1], table[:, -1]
    return X, y


def fit_in_the_given_array(X, y, w, b, learning_rate, batch_size, n_epochs, rng):
    w[:], b = fit_in_loops(X, y, w, b, learning_rate, batch_size, n_epochs, rng)
    return w, b


def walk_in_the_given_array(slope_of, w, learning_rate, n_steps):
    path = walk_in_lists(slope_of, w, learning_rate, n_steps)
    w[:] = path[-1]
    return path


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("05-2", lambda slope_of, w, learning_rate, n_steps: None, "The result is None"),
        ("05-2", lambda slope_of, w, learning_rate, n_steps: np.nan * w, "wrong shape"),
        ("05-2", walk_in_the_given_array, "your function changes `w`"),
        ("05-4", find("05-4").answer | {"tiny_panel": "E"}, '`tiny_panel` must be one of "A", "B", "C", "D"'),
        ("05-4", find("05-4").answer | {"bottom": "there"}, "`bottom` must be one number; got 'there'"),
        ("05-4", find("05-4").answer | {"good_steps": np.inf}, "`good_steps` must be a finite number"),
        ("05-7", lambda X, y, rng: None, "Return two arrays, `return X, y` in their new order; got None"),
        ("05-7", lambda X, y, rng: X, "got one array of shape (10, 2)"),
        ("05-7", lambda X, y, rng: (rng.shuffle(X), rng.shuffle(y)), "Shuffling in place gives nothing back"),
        ("05-7", lambda X, y, rng: (X[:5], y[:5]), "must have the shape (10, 2), as before"),
        ("05-7", lambda X, y, rng: (np.nan * X, y), "got NaN or infinity"),
        ("05-7", lambda X, y, rng: (X.astype(str) + "x", y), "must be an array of numbers"),
        ("05-7", shuffled_in_place, "your function changes `X` and `y`"),
        ("05-8", lambda n, batch_size, rng: None, "Return a list of batches, each an array of row numbers"),
        ("05-8", lambda n, batch_size, rng: rng.permutation(n), "got one array of shape (10,)"),
        ("05-8", lambda n, batch_size, rng: [rng.permutation(n) + 1], "numbered from 0 to 9"),
        ("05-8", lambda n, batch_size, rng: [rng.random(4)], "must be an array of row numbers"),
        ("05-8", lambda n, batch_size, rng: ["abc"], "must be an array of row numbers"),
        ("05-8", endless_batches, "Your batches never end"),
        ("05-8", lambda n, batch_size, rng: n / 0, "ZeroDivisionError"),
        ("05-12", find("05-12").answer | {"right_end": 1}, "`right_end` must be a pair of finite numbers"),
        ("05-12", find("05-12").answer | {"left_end": "left"}, "`left_end` must be a pair of numbers (x, y)"),
        ("05-12", find("05-12").answer | {"left_end": (np.nan, 0)}, "must be a pair of finite numbers"),
        ("05-12", find("05-12").answer | {"left_kind": "minimum"}, "`left_kind` must be one of"),
        ("05-13", find("05-13").answer | {"a": 3}, '`a` must be one of "rate too small"'),
        ("05-14", lambda *a: None, "Return both, `return w, b`; got None (is a `return` missing?)"),
        ("05-14", lambda *a: a[2], "Return both, `return w, b`; got one array of shape (2,)"),
        ("05-14", lambda *a: (np.nan * a[2], a[3]), "NaN (not a number)"),
        ("05-14", lambda *a: (a[2][:, None], a[3]), "wrong shape"),
        ("05-14", lambda *a: ("w", "b"), "wrong type"),
        ("05-14", fit_in_the_given_array, "your function changes `w`"),
        ("05-15", lambda train, rates: None, "The result is None"),
        ("05-15", lambda train, rates: (train(0.5), []), "`train` was called with 0.5, which is none of"),
        ("05-15", lambda *a: (rate_found_on_the_way(*a)[0], [np.nan] * len(a[1])), "NaN (not a number)"),
    ],
)
def test_answers_of_chapter_5_of_the_wrong_form(name, answer, words):
    verdict = judge(find(name), answer)
    assert verdict.status == "wrong"
    assert words in verdict.message


@pytest.mark.parametrize("name", ["05-2", "05-7", "05-8", "05-14", "05-15"])
def test_endless_answers_of_chapter_5_are_stopped(name):
    exercise = replace(find(name), seconds=0.1)
    assert "still running after 0.1 seconds" in judge(exercise, endless).message


def test_a_fresh_order_may_be_drawn_in_any_way():
    for draw in (
        lambda n, rng: rng.permutation(n),
        lambda n, rng: rng.permuted(np.arange(n)),
        lambda n, rng: rng.choice(n, n, replace=False),
        lambda n, rng: np.argsort(rng.random(n)),
    ):

        def fit(X, y, w, b, learning_rate, batch_size, n_epochs, rng, draw=draw):
            for _ in range(n_epochs):
                order = draw(len(y), rng)
                for start in range(0, len(y), batch_size):
                    rows = order[start : start + batch_size]
                    e = sigmoid(X[rows] @ w + b) - y[rows]
                    w, b = w - learning_rate * X[rows].T @ e / len(e), b - learning_rate * e.mean()
            return w, b

        assert judge(find("05-14"), fit).passed


def test_no_answer_can_change_what_the_next_one_gets():
    def spoils(X, W, b):
        W[:] = 0
        b[:] = 0
        return np.zeros((len(X), len(b)))

    exercise = find("01-4")
    assert judge(exercise, spoils).status == "wrong"
    assert judge(exercise, exercise.answer).passed


# ------------------------------------------------------------------------------------------ the time limit


def endless(*_):
    while True:
        pass


def endless_with_except(*_):
    while True:
        try:
            time.sleep(0.001)
        except Exception:
            continue


def endless_with_bare_except(*_):
    while True:
        try:
            sum(range(100))
        except:  # noqa: E722
            continue


def endless_printing(*_):
    while True:
        print("again and again")


LOOPS = [endless, endless_with_except, endless_with_bare_except, endless_printing]


@pytest.mark.parametrize("loop", LOOPS)
def test_an_endless_loop_is_stopped(loop):
    exercise = replace(find("01-2"), seconds=0.2)
    start = time.monotonic()
    verdict = judge(exercise, loop)
    assert time.monotonic() - start < 5
    assert verdict.status == "wrong"
    assert "still running after 0.2 seconds and was stopped" in verdict.message
    stopped = int(re.search(r"It was in line (\d+) of your code", verdict.message)[1])
    assert 0 < stopped - loop.__code__.co_firstlineno < 7
    assert len(verdict.text) < 4000


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the alarm ends a sleep; Windows has none")
def test_a_long_sleep_is_ended():
    start = time.monotonic()
    with pytest.raises(TimeLimitReached):
        call_within(0.2, lambda: time.sleep(30))
    assert judge(replace(find("01-2"), seconds=0.2), lambda x, w, b: time.sleep(30)).status == "wrong"
    assert time.monotonic() - start < 5


@pytest.mark.parametrize("loop", LOOPS)
def test_a_loop_is_stopped_in_another_thread_too(loop):
    outcomes = []
    thread = threading.Thread(target=lambda: outcomes.append(run(loop, (), seconds=0.2)), daemon=True)
    thread.start()
    thread.join(20)
    assert [outcome.timed_out for outcome in outcomes] == [True]


@pytest.mark.parametrize("loop", LOOPS)
def test_a_loop_is_stopped_where_the_system_has_no_alarm(loop, monkeypatch):
    monkeypatch.delattr(signal, "setitimer", raising=False)  # as on Windows
    assert run(loop, (), seconds=0.2).timed_out
    # Nothing may arrive later, in code that has nothing to do with it.
    end = time.monotonic() + 0.2
    while time.monotonic() < end:
        pass


def test_the_alarm_of_others_is_put_back():
    if not hasattr(signal, "SIGALRM"):
        return
    before = signal.getsignal(signal.SIGALRM)
    assert run(endless, (), seconds=0.05).timed_out
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_the_time_is_for_all_inputs_together():
    start = time.monotonic()
    verdict = judge(
        replace(find("01-2"), seconds=0.3), lambda x, w, b: time.sleep(0.1) or int(x @ w + b >= 0)
    )
    assert "still running after 0.3 seconds" in verdict.message
    assert time.monotonic() - start < 2


# ------------------------------------------------------------------------------------- what the learner sees


def test_check_prints_the_verdict_and_never_raises(capsys, monkeypatch):
    monkeypatch.delenv("ANNLIB_CHECKS_STRICT", raising=False)
    for answer in (..., 3, lambda x, w, b: 1 / 0, find("01-2").answer):
        check("01-2", answer)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Not attempted yet: exercise 01-2, A neuron for one record."
    assert sum(line.startswith("Not right yet: ") for line in lines) == 2
    assert lines[-2] == "Passed: exercise 01-2, A neuron for one record."


def test_strict_mode_raises_for_wrong_and_missing(monkeypatch, capsys):
    with pytest.raises(CheckFailedError, match="Not attempted yet"):
        check("01-2", ..., strict=True)
    monkeypatch.setenv("ANNLIB_CHECKS_STRICT", "1")
    with pytest.raises(AssertionError, match="Not right yet"):
        check("01-2", lambda x, w, b: 7)
    check("01-2", find("01-2").answer)
    check("01-2", ..., strict=False)
    monkeypatch.setenv("ANNLIB_CHECKS_STRICT", "0")
    check("01-2", ...)
    assert capsys.readouterr().out.count("exercise 01-2") == 5


def test_hints_come_one_after_the_other(capsys):
    for number in (None, None, None, None, 1):
        hint("01-11", number)
    shown = re.findall(r"^Hint (\d) of 3", capsys.readouterr().out, flags=re.MULTILINE)
    assert shown == ["1", "2", "3", "3", "1"]


def test_unknown_names_are_explained():
    with pytest.raises(InputError, match=r"must be an exercise such as 01-1, 01-2.*got '01-99'"):
        check("01-99", 1)
    with pytest.raises(InputError, match="number must be 1, 2 or 3, got 4"):
        hint("01-1", 4)


def test_html_says_the_same_words_as_the_text():
    for exercise, mistake in KNOWN:
        text = judge(exercise, complete(exercise, mistake)).text
        page = to_html(text)
        assert page.startswith('<div role="status"')
        words = html.unescape(re.sub(r"<[^>]+>", " ", page)).split()
        assert "".join(words).replace("*", "") == "".join(re.sub("[`*]", "", text).split())


def test_html_lets_nothing_of_the_answer_act_as_markup():
    page = to_html(
        judge(find("01-9"), {"slopes": ..., "intercepts": ..., "doubled": "<script>x</script>"}).text
    )
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_the_package_needs_only_numpy():
    code = """
        import sys
        import annlib.checks
        annlib.checks.exercises()
        print([name for name in ("IPython", "pandas", "sklearn", "matplotlib") if name in sys.modules])
    """
    found = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"


def test_decorated_and_partial_functions_are_answers_too():
    def neuron(b, x, w):
        return int(x @ w + b >= 0)

    @functools.lru_cache(maxsize=0)
    def scaled():
        return 1

    assert judge(find("01-2"), lambda x, w, b: functools.partial(neuron, b)(x, w) * scaled()).passed


def slopes_of_capitals(X, weights, activation):
    if activation == "ReLU":
        slope = 1
    return slope


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("01-2", lambda x, w, b: print(1), "`return` hands it to the caller"),
        ("01-2", lambda w, b, x: 1 if x @ w + b >= 0 else 0, "in the order (w, b, x). The task gives them"),
        ("01-3", lambda w, X, b: sigmoid(X @ w + b), "in the order (w, X, b). The task gives them"),
        ("01-2", lambda x, w, b: int(input("z?")), "Take the numbers from the function's arguments"),
        ("01-2", lambda x, w, b: 1 if x * w + b >= 0 else 0, "Was it meant to be summed"),
        ("01-4", lambda X, W, b: max(X @ W + b, 0), "`np.maximum` do that"),
        ("01-3", lambda X, w, b: X @ w[:1] + b, "the last size of A must be the first size of B"),
        ("01-3", lambda X, w, b: (sigmoid(record @ w + b) for record in X), "a generator, which has not"),
        ("01-3", lambda X, w, b: np.round(sigmoid(X @ w + b), 2), "right but rounded"),
        ("07-2", lambda draws, p: (draws >= p) * (1 + p), "If not, one number looks rounded by chance"),
        ("01-4", lambda X, W, b: np.maximum(X @ W + b, 0).astype(int), "All decimals are gone"),
        ("05-8", lambda n, batch_size, rng: [rng.shuffle(np.arange(n))[:1]], "gives None, and so do those"),
        ("05-8", lambda n, batch_size, rng: rng.rand(n), "A generator draws with `rng.random(shape)`"),
        ("07-6", lambda x, w, b, p, f: (0, 0), "    f = the function identity\n"),
        ("02-4", lambda a: a(1 - a), "Is a `*` missing before them"),
        ("02-4", lambda a: a - a ^ 2, "A power is written `**`"),
        ("02-14", slopes_of_capitals, "did no branch of an `if` fit"),
        ("01-8", lambda w, b: -w[0] / w[1], "expected 2 values, got the number -0.5."),
        ("01-8", lambda w, b: (-w[0] / w[1], -b / w[1], 0), "must be 2 values, got 3."),
    ],
)
def test_slips_of_python_and_numpy_are_explained(name, answer, words):
    verdict = judge(find(name), answer)
    assert verdict.status == "wrong"
    assert words in verdict.message
    assert "Your neuron" not in verdict.message  # and not taken for a mistake about neurons


def test_input_works_again_after_the_check():
    usual = input
    judge(find("01-2"), lambda x, w, b: input())
    assert input is usual


def test_zeros_that_are_floats_say_nothing_of_decimals():
    assert "decimals" not in judge(find("02-4"), lambda a: a * 1 - a).message
    assert "All decimals are gone" in judge(find("02-4"), lambda a: (a * (1 - a)).astype(int)).message
    assert "All decimals are gone" in judge(find("02-4"), lambda a: np.full(a.shape, 0).tolist()).message


def test_a_wrong_zero_says_nothing_of_decimals():
    assert "decimals" not in judge(find("01-1"), {"z": 0, "output": 1}).message
    slopes = find("01-9").answer | {"slopes": (0, 0, 0)}
    assert "decimals" not in judge(find("01-9"), slopes).message


def test_a_word_outside_the_choice_is_answered_with_the_choice():
    message = judge(find("01-9"), find("01-9").answer | {"doubled": "the same"}).message
    assert message == '`doubled` must be "same", "moved" or "turned"; got \'the same\'.'


@pytest.mark.parametrize("scale", [1e-12, 0.1, 1e12])
def test_weights_of_any_size_are_right(scale):
    gates = {
        gate: tuple(scale * number for number in weights) for gate, weights in find("01-6").answer.items()
    }
    assert judge(find("01-6"), gates).passed
    for name in ("01-10", "01-11"):
        network = {part: scale * np.array(values) for part, values in find(name).answer.items()}
        assert judge(find(name), network).passed


def test_a_sum_that_rounding_alone_keeps_from_0_counts_as_0():
    assert 0.3 + 0.6 - 0.9 < 0
    assert judge(find("01-6"), find("01-6").answer | {"AND": (0.3, 0.6, -0.9)}).passed


def test_a_gate_that_no_mistake_explains_is_shown_with_its_corners():
    message = judge(find("01-6"), find("01-6").answer | {"OR": (1, -1, -0.5)}).message
    assert message.startswith("With the input\n    X of shape (4, 2)")


@pytest.mark.parametrize(
    ("W1", "words"),
    [([1, -1, 1, -1], "got (4,)."), ([[1, 1], [-1, -1], [0, 0]], "got (3, 2). Is it transposed?")],
)
def test_the_shape_that_is_wanted_of_W1_leaves_the_number_of_units_open(W1, words):
    message = judge(find("01-10"), find("01-10").answer | {"W1": W1}).message
    assert "expected (2, h), a row for each input" in message
    assert message.endswith(words)
