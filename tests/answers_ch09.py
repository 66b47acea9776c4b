"""Answers to chapter 9's exercises: right ones, differently written, and wrong ones that nobody foresaw."""

import heapq
from functools import reduce

import numpy as np

from annlib.autodiff import Value
from annlib.checks import find
from annlib.plots.ch09_beyond import plan

__all__ = ["CORRECT", "UNFORESEEN"]


def to_lists(W, b):
    return [[float(W[i][j]) for i in range(len(W))] for j in range(len(W[0]))], list(b)


def to_float32(W, b):
    return np.einsum("io->oi", W).astype(np.float32), np.array(b, dtype=np.float32)


def combined_in_lists(gradients, sizes):
    flat = [np.ravel(g).tolist() for g in gradients]
    total = [
        sum(n * g[i] for n, g in zip(sizes, flat, strict=True)) / sum(sizes) for i in range(len(flat[0]))
    ]
    return np.reshape(total, np.shape(gradients[0])).tolist()


def combined_by_pairs(gradients, sizes):
    def join(one, other):
        (g, n), (h, m) = one, other
        return g + (h - g) * m / (n + m), n + m

    return reduce(join, zip(gradients, sizes, strict=True))[0]


def divided_by_values(u, v):
    a, b = Value(u), Value(v)
    c = a / b
    c.backward()
    return [c.data, a.grad, b.grad]


def divided_from_the_value(u, v):
    value = u / v
    return np.array([value, 1 / v, -value / v])


def back_from_each_value(made_from):
    """Ask each value who was made from it: the same sums, collected instead of passed on."""
    n = len(made_from)
    slopes = [0.0] * n
    slopes[n - 1] = 1.0
    for u in range(n - 2, -1, -1):
        for child in range(u + 1, n):
            slopes[u] += sum(slopes[child] * local for parent, local in made_from[child] if parent == u)
    return slopes


def back_by_a_matrix(made_from):
    n = len(made_from)
    local = np.zeros((n, n))
    for child, pairs in enumerate(made_from):
        for parent, slope in pairs:
            local[child, parent] += slope
    end = np.zeros(n)
    end[-1] = 1.0
    return np.linalg.solve(np.eye(n) - local.T, end)


def back_when_complete(made_from):
    """Count the arrows that are still to come back, and pass on when there is none."""
    n = len(made_from)
    open_arrows = [0] * n
    for pairs in made_from:
        for parent, _ in pairs:
            open_arrows[parent] += 1
    slopes, ready = np.zeros(n, dtype=np.float32), [i for i in range(n) if not open_arrows[i]]
    slopes[n - 1] = 1
    while ready:
        i = ready.pop()
        for parent, slope in made_from[i]:
            slopes[parent] += slopes[i] * slope
            open_arrows[parent] -= 1
            if not open_arrows[parent]:
                ready.append(parent)
    return slopes


def mended_at_the_end(loss_of, params, rate, n_steps):
    losses = []
    for p in params:
        p.grad = 0.0
    while len(losses) < n_steps:
        loss = loss_of(params)
        losses.append(loss)  # the value itself: its number is the loss
        loss.backward()
        for p in params:
            p.data -= rate * p.grad
            p.grad = 0
    return losses


def mended_by_differences(loss_of, params, rate, n_steps):
    """Without resetting: what `backward` has added is the slope of this step."""
    losses = np.empty(n_steps)
    for t in range(n_steps):
        before = [p.grad for p in params]
        loss = loss_of(params)
        loss.backward()
        losses[t] = loss.data
        for p, old in zip(params, before, strict=True):
            p.data = np.float64(p.data - rate * (p.grad - old))
    return losses


def mended_with_fresh_values(loss_of, params, rate, n_steps):
    losses = []
    for _ in range(n_steps):
        fresh = [Value(p.data) for p in params]
        loss = loss_of(fresh)
        loss.backward()
        losses.append(loss.data)
        for p, q in zip(params, fresh, strict=True):
            p.data = p.data - rate * q.grad
    return tuple(losses)


class DualWithParts:
    def __init__(self, value, slope):
        self.parts = np.array([value, slope], dtype=float)

    value = property(lambda self: self.parts[0])
    slope = property(lambda self: self.parts[1])

    def __add__(self, other):
        return DualWithParts(*(self.parts + parts_of(other)))

    def __mul__(self, other):
        a, b = self.parts, parts_of(other)
        return DualWithParts(a[0] * b[0], a[0] * b[1] + a[1] * b[0])

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other


def parts_of(thing):
    return thing.parts if hasattr(thing, "parts") else np.array([thing, 0.0])


class DualByCases:
    def __init__(self, value, slope):
        self.value = value
        self.slope = slope

    def __add__(self, other):
        if isinstance(other, int | float):
            return DualByCases(self.value + other, self.slope)
        return DualByCases(self.value + other.value, self.slope + other.slope)

    def __mul__(self, other):
        if isinstance(other, int | float):
            return DualByCases(self.value * other, self.slope * other)
        slope = self.slope * other.value + other.slope * self.value
        return DualByCases(self.value * other.value, slope)

    def __radd__(self, other):
        return self.__add__(other)

    def __rmul__(self, other):
        return self.__mul__(other)


def dual_by_a_function(value, slope):
    return DualByCases(np.float32(value), np.float32(slope))


def minutes_by_a_heap(fit_minutes, n_workers, last_fit):
    free = [0] * n_workers
    for minutes in fit_minutes:
        heapq.heappush(free, heapq.heappop(free) + minutes)
    return max(free) + last_fit


def minutes_by_plan(fit_minutes, n_workers, last_fit):
    _, starts = plan(fit_minutes, n_workers)
    return np.max(starts + np.array(fit_minutes)) + last_fit


def search_in_lists(train_and_score, settings, folds):
    means = []
    for setting in settings:
        total = 0.0
        for k in range(len(folds)):
            train = [int(row) for i in range(len(folds)) if i != k for row in folds[i]]
            total += train_and_score(setting, train, list(map(int, folds[k])))
        means.append(total / len(folds))
    return means, settings[means.index(max(means))]


def search_by_masks(train_and_score, settings, folds):
    every = np.concatenate(folds)
    table = {
        setting: [train_and_score(setting, np.setdiff1d(every, fold), np.sort(fold)) for fold in folds]
        for setting in settings
    }
    means = {setting: np.mean(scores) for setting, scores in table.items()}
    return np.array(list(means.values()), dtype=np.float32), max(means, key=means.get)


HAND = find("09-1").answer
READ = find("09-3").answer

CORRECT = {
    "09-1": [
        {name: np.array(value, dtype=np.float32) for name, value in HAND.items()},
        HAND | {"values": [-3.0, 2.0, 6.0], "da": np.int64(-1)},
    ],
    "09-2": [to_lists, to_float32, lambda W, b: (np.transpose(W).copy(), b.copy())],
    "09-3": [
        {name: value.lower() if isinstance(value, str) else round(value, 2) for name, value in READ.items()},
        READ | {"floor": np.log(1 + 9 / np.e), "guessing": np.float32(2.3026), "kept_panel": " c "},
    ],
    "09-4": [combined_in_lists, combined_by_pairs, lambda g, sizes: np.average(g, axis=0, weights=sizes)],
    "09-5": [divided_by_values, divided_from_the_value],
    "09-6": [back_from_each_value, back_by_a_matrix, back_when_complete],
    "09-7": [mended_at_the_end, mended_by_differences, mended_with_fresh_values],
    "09-8": [DualWithParts, DualByCases, dual_by_a_function],
    "09-9": [minutes_by_a_heap, minutes_by_plan],
    "09-10": [search_in_lists, search_by_masks],
}

UNFORESEEN = [
    ("09-1", HAND | {"values": (-3, 2, 7)}),
    ("09-1", HAND | {"db": 8}),
    ("09-2", lambda W, b: (2 * W.T, b)),
    ("09-2", lambda W, b: (W.T, b[::-1])),
    ("09-3", READ | {"guessing": 2.0}),
    ("09-3", READ | {"floor": 1.7}),
    ("09-4", lambda gradients, sizes: np.median(gradients, axis=0)),
    ("09-4", lambda gradients, sizes: np.average(gradients, axis=0, weights=np.sqrt(sizes))),
    ("09-5", lambda u, v: (u / v, 1 / v**2, -u / v**2)),
    ("09-5", lambda u, v: (u / v, 1 / v, -u / v**3)),
    ("09-6", lambda made_from: np.maximum(back_by_a_matrix(made_from), 0)),
    ("09-6", lambda made_from: back_by_a_matrix(made_from) + 1e-2),
    ("09-7", lambda loss_of, params, rate, n: mended_at_the_end(loss_of, params, rate / 2, n)),
    ("09-7", lambda loss_of, params, rate, n: mended_at_the_end(loss_of, params, rate, n)[::-1]),
    ("09-8", lambda value, slope: DualByCases(value, 2 * slope)),
    ("09-8", lambda value, slope: DualByCases(value + 1, slope)),
    ("09-9", lambda fits, n, last: minutes_by_a_heap(fits[::-1], n, last)),
    ("09-9", lambda fits, n, last: minutes_by_a_heap(fits, n + 1, last)),
    ("09-9", lambda fits, n, last: minutes_by_a_heap(fits[1:], n, last)),
    ("09-10", lambda run, settings, folds: search_in_lists(run, settings, folds[1:] + folds[1:2])),
    ("09-10", lambda run, settings, folds: (search_in_lists(run, settings, folds)[0], max(settings))),
]
