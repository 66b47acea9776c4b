"""Answers to chapter 6's exercises: right ones, differently written, and wrong ones that nobody foresaw."""

import math
from fractions import Fraction

import numpy as np

from annlib import Adam, AdamW, Momentum
from annlib.checks import find
from annlib.schedules import CosineDecay, WarmUp

__all__ = ["CORRECT", "UNFORESEEN"]


def rolling_in_place(slope, start, rate, momentum, n_steps):
    w, u = np.array(start, dtype=float), np.zeros(len(start))
    path = [w.copy()]
    for _ in range(n_steps):
        u *= momentum
        u += slope(w)
        w -= rate * u
        path.append(w.copy())
    return path


def rolling_by_differences(slope, start, rate, momentum, n_steps):
    """A second form: the last move goes on, damped."""
    places = [start, start]
    for _ in range(n_steps):
        now, before = places[-1], places[-2]
        places.append(now + momentum * (now - before) - rate * slope(now))
    return np.array(places[1:])


def rolling_in_lists(slope, start, rate, momentum, n_steps):
    w, u, path = list(start), [0.0] * len(start), [list(start)]
    for _ in range(n_steps):
        for i, g in enumerate(slope(w)):
            u[i] = momentum * u[i] + g
        w = [a - rate * b for a, b in zip(w, u, strict=True)]
        path.append(w)
    return path


def rolling_by_annlib(slope, start, rate, momentum, n_steps):
    w, optimizer, path = start.copy(), Momentum(rate, momentum), [start]
    for _ in range(n_steps):
        optimizer.step(w, slope(w))
        path.append(w.copy())
    return np.array(path, dtype=np.float32)


class AdaptiveStep:
    def __call__(self, w, g, s, rate, rho, epsilon):
        keep, add = (1.0, 1.0) if rho is None else (rho, 1 - rho)
        squares = np.add(keep * s, add * np.square(g))
        return [np.subtract(w, rate * np.divide(g, squares**0.5 + epsilon)), squares]


def adaptive_float32(w, g, s, rate, rho, epsilon):
    w, g, s = (a.astype(np.float32) for a in (w, g, s))
    s = s + g**2 if rho is None else s + (1 - rho) * (g**2 - s)
    return w - rate * g / (np.sqrt(s) + np.float32(epsilon)), s


def adam_in_lists(slope, start, rate, beta1, beta2, epsilon, n_steps):
    w, path = [float(v) for v in start], [[float(v) for v in start]]
    m, v = [0.0] * len(w), [0.0] * len(w)
    for t in range(n_steps):
        g = slope(np.array(w)).tolist()
        for i in range(len(w)):
            m[i] += (1 - beta1) * (g[i] - m[i])
            v[i] += (1 - beta2) * (g[i] ** 2 - v[i])
            root = math.sqrt(v[i] / (1 - beta2 ** (t + 1)))
            w[i] -= rate * m[i] / (1 - beta1 ** (t + 1)) / (root + epsilon)
        path.append(list(w))
    return path


def adam_by_annlib(slope, start, rate, beta1, beta2, epsilon, n_steps):
    w, optimizer, path = np.copy(start), Adam(rate, beta1, beta2, epsilon), [start]
    for _ in range(n_steps):
        optimizer.step(w, slope(w))
        path.append(w.copy())
    return tuple(path)


def adam_with_running_powers(slope, start, rate, beta1, beta2, epsilon, n_steps):
    path = np.tile(start, (n_steps + 1, 1))
    m = v = 0
    power1 = power2 = 1
    for t in range(n_steps):
        g = slope(path[t])
        power1, power2 = power1 * beta1, power2 * beta2
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
        # The paper's other form: both corrections in the rate, and epsilon scaled with them.
        scale = np.sqrt(1 - power2)
        path[t + 1] = path[t] - rate * scale / (1 - power1) * m / (np.sqrt(v) + epsilon * scale)
    return path


class NewLists:
    """Returns new arrays instead of changing the old ones."""

    def __init__(self, rate, momentum):
        self.rate, self.momentum, self.moves = rate, momentum, None

    def step(self, params, grads):
        old = self.moves or [0.0] * len(params)
        self.moves = [self.momentum * m - self.rate * g for m, g in zip(old, grads, strict=True)]
        return [p + move for p, move in zip(params, self.moves, strict=True)]


class OneOfAnnlibForEach:
    def __init__(self, rate, momentum):
        self.make, self.all = lambda: Momentum(rate, momentum), []

    def step(self, params, grads):
        while len(self.all) < len(params):
            self.all.append(self.make())
        for optimizer, p, g in zip(self.all, params, grads, strict=True):
            flat = p.ravel().copy()
            optimizer.step(flat, g.ravel())
            p[...] = flat.reshape(p.shape)


class Replacing:
    """Puts new arrays into the list."""

    def __init__(self, rate, momentum):
        self.u, self.numbers = {}, (rate, momentum)

    def step(self, params, grads):
        rate, momentum = self.numbers
        for k in range(len(params)):
            self.u[k] = grads[k] + momentum * self.u[k] if k in self.u else grads[k].copy()
            params[k] = params[k] - rate * self.u[k]


def decayed_first(w, g, m, v, t, rate, decay):
    w = w * (1 - rate * decay)
    m, v = m + 0.1 * (g - m), v + (1 - 0.999) * (g * g - v)
    return [w - rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8), m, v]


def decayed_by_annlib(w, g, m, v, t, rate, decay):
    new, optimizer = w.copy(), AdamW(rate, weight_decay=decay)
    optimizer.begin(new, g)
    optimizer.t, optimizer.m, optimizer.v = t - 1, m / 0.1, v / 0.001
    optimizer.advance(new, g)
    return new, optimizer.m * 0.1, optimizer.v * 0.001


def decayed_in_lists(w, g, m, v, t, rate, decay):
    rows = []
    for one, slope, first, second in zip(w, g, m, v, strict=True):
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        step = first / (1 - 0.9**t) / (math.sqrt(second / (1 - 0.999**t)) + 1e-8)
        rows.append((one - rate * (step + decay * one), first, second))
    return tuple(zip(*rows, strict=True))


def scheduled_by_annlib(epoch, batch, n_epochs, n_batches, n_warm_up, highest):
    down = CosineDecay(highest, n_epochs * n_batches - n_warm_up)
    return (WarmUp(down, n_warm_up) if n_warm_up else down)(epoch * n_batches + batch)


def scheduled_by_a_list(epoch, batch, n_epochs, n_batches, n_warm_up, highest):
    n_steps = n_epochs * n_batches
    climb = np.arange(1, n_warm_up + 1) / max(n_warm_up, 1)
    down = np.cos(np.linspace(0, np.pi / 2, n_steps - n_warm_up, endpoint=False)) ** 2
    return np.float32(highest * np.concatenate([climb, down]).reshape(n_epochs, n_batches)[epoch, batch])


def clipped_by_hypot(dW, db, limit):
    length = np.hypot(np.linalg.norm(dW), np.linalg.norm(db))
    return [dW, db] if length <= limit else [limit * dW / length, limit * db / length]


def clipped_as_torch(dW, db, limit):
    length = sum(float(v) ** 2 for v in [*dW.flat, *db.flat]) ** 0.5
    factor = min(limit / (length + 1e-6), 1)
    return (factor * dW).tolist(), (factor * db).tolist()


def race_by_dictionaries(trainers, rates, search_seeds, final_seeds):
    results = {}
    for name in trainers:
        means = {}
        for rate in rates:
            total = 0.0
            for seed in search_seeds:
                total += trainers[name](rate, seed)
            if math.isfinite(total):
                means[rate] = total / len(search_seeds)
        best = min(means, key=means.get)
        results[name] = [best, [trainers[name](best, seed) for seed in final_seeds]]
    return results


def race_by_arrays(trainers, rates, search_seeds, final_seeds):
    table = np.array([[[f(r, s) for s in search_seeds] for r in rates] for f in trainers.values()])
    table = np.nan_to_num(table, nan=np.inf).mean(axis=2)
    chosen = [np.array(rates)[row.argmin()] for row in table]
    return {
        name: (np.float32(r), tuple(trainers[name](r.item(), s) for s in final_seeds))
        for name, r in zip(trainers, chosen, strict=True)
    }


RIGHT = {name: find(name).answer for name in ("06-1", "06-2", "06-4", "06-6", "06-12")}

CORRECT = {
    "06-1": [
        {
            "velocities": np.float32([4, 6, 1]),
            "weights": [9.6, 9, 8.9],
            "averages": (2.0, 3.0, Fraction(1, 2)),
            "top_speed": 40.0,
            "average_rate": 0.01 * 10,
        },
        RIGHT["06-1"] | {"velocities": [4, 6, 1], "top_speed": np.array(39.99)},
    ],
    "06-2": [
        {
            "condition": 25.0,
            "border": 2 / 25,
            "steep_factor": -1 / 2,
            "flat_factor": np.float32(0.94),
            "half_after": 12.0,
            "best_rate": 0.0769,
            "best_factor": 0.923,
        },
        RIGHT["06-2"] | {"half_after": np.int64(12), "best_rate": Fraction(2, 26), "best_factor": 24 / 26},
    ],
    "06-3": [rolling_in_place, rolling_by_differences, rolling_in_lists, rolling_by_annlib],
    "06-4": [
        {
            "plain_panel": "c",
            "momentum_panel": " A",
            "adagrad_panel": "b ",
            "adam_panel": "d",
            "diagonal": "D and B",
        },
        RIGHT["06-4"] | {"diagonal": ["b", "d"]},
    ],
    "06-5": [AdaptiveStep(), adaptive_float32],
    "06-6": [
        {
            "m": 0.2,
            "v": 0.004,
            "m_hat": 2.0,
            "v_hat": 4,
            "step": 1 / 10,
            "small_step": np.float32(0.1),
            "uncorrected": 0.316,
            "second_m": 0.08,
            "second_m_hat": 0.421,
            "second_step": 0.0266,
        },
        RIGHT["06-6"] | {"v": np.float32(0.004), "second_step": 0.02663, "uncorrected": 0.1 * math.sqrt(10)},
    ],
    "06-7": [adam_in_lists, adam_by_annlib, adam_with_running_powers],
    "06-8": [NewLists, OneOfAnnlibForEach, Replacing],
    "06-9": [decayed_first, decayed_by_annlib, decayed_in_lists],
    "06-10": [scheduled_by_annlib, scheduled_by_a_list],
    "06-11": [clipped_by_hypot, clipped_as_torch],
    "06-12": [
        {
            "mean_slope": 0.333,
            "best_end": -1.0,
            "plain_round": -0.1,
            "adam_round": 0.068,
            "adam_end": True,
            "amsgrad_round": -0.035,
            "amsgrad_end": np.int8(-1),
        },
        RIGHT["06-12"] | {"mean_slope": Fraction(1, 3), "adam_round": 0.0681, "amsgrad_round": -0.0349},
    ],
    "06-13": [race_by_dictionaries, race_by_arrays],
}


def without_decay_for_negative(w, g, m, v, t, rate, decay):
    return decayed_first(np.where(w > 0, w, w / (1 - rate * decay)), g, m, v, t, rate, decay)


class Clamped(NewLists):
    def step(self, params, grads):
        return super().step(params, [np.clip(g, -1, 1) for g in grads])


class FirstArrayTwice(NewLists):
    def step(self, params, grads):
        moved = super().step(params, grads)
        return [moved[0], *moved[1:-1], moved[0]] if len(moved) > 1 else moved


UNFORESEEN = [
    ("06-1", RIGHT["06-1"] | {"velocities": (4, 5, 1)}),
    ("06-1", RIGHT["06-1"] | {"average_rate": 1.0}),
    ("06-1", RIGHT["06-1"] | {"averages": (1, 1.5, 0.25)}),
    ("06-2", RIGHT["06-2"] | {"half_after": 13}),
    ("06-2", RIGHT["06-2"] | {"best_rate": 0.07}),
    ("06-3", lambda *a: rolling_by_annlib(a[0], a[1], a[2], min(a[3], 0.5), a[4])),
    ("06-3", lambda *a: rolling_by_annlib(a[0], a[1], a[2] / 2, a[3], a[4])),
    ("06-3", lambda *a: np.round(rolling_by_annlib(*a), 1)),
    ("06-3", lambda *a: rolling_by_annlib(*a)[::-1]),
    ("06-5", lambda w, g, s, rate, rho, eps: (w - rate * g / np.maximum(np.sqrt(s + g * g), eps), s + g * g)),
    ("06-5", lambda *a: AdaptiveStep()(a[0], a[1], a[2], a[3], a[4] and 0.9, a[5])),
    ("06-6", RIGHT["06-6"] | {"second_step": 0.05}),
    ("06-6", RIGHT["06-6"] | {"v_hat": 3}),
    ("06-7", lambda *a: adam_in_lists(a[0], a[1], a[2], 0.9, 0.999, a[5], a[6])),
    ("06-7", lambda *a: adam_in_lists(*a[:5], 1e-8, a[6])),
    ("06-7", lambda *a: adam_in_lists(lambda w: np.clip(a[0](w), -1, 1), *a[1:])),
    ("06-7", lambda *a: np.array(adam_in_lists(*a)) + 1e-3),
    ("06-8", Clamped),
    ("06-8", FirstArrayTwice),
    ("06-9", lambda *a: decayed_first(*a[:6], a[6] / 2)),
    ("06-9", lambda *a: decayed_first(*a[:4], min(a[4], 5), *a[5:])),
    ("06-9", without_decay_for_negative),
    ("06-10", lambda *a: max(scheduled_by_annlib(*a), 0.1 * a[5])),
    ("06-10", lambda *a: scheduled_by_annlib(*a) ** 2),
    ("06-11", lambda dW, db, limit: clipped_by_hypot(dW, db, 0.9 * limit)),
    ("06-11", lambda dW, db, limit: tuple(np.tanh(g / limit) * limit for g in (dW, db))),
    ("06-12", RIGHT["06-12"] | {"adam_round": 0.08}),
    ("06-12", RIGHT["06-12"] | {"amsgrad_end": 0.5}),
    (
        "06-13",
        lambda f, rates, a, b: {
            n: (r, x[::-1]) for n, (r, x) in find("06-13").answer(f, rates, a, b).items()
        },
    ),
    ("06-13", lambda f, rates, a, b: find("06-13").answer(f, rates[:3], a, b) if len(rates) > 4 else {}),
]
