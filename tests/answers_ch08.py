"""Answers to chapter 8's exercises: right ones, differently written, and wrong ones that nobody foresaw."""

from fractions import Fraction

import numpy as np
import pandas as pd
from sklearn.calibration import calibration_curve
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix, precision_score, recall_score, roc_auc_score
from sklearn.model_selection import KFold, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import KBinsDiscretizer, OneHotEncoder, StandardScaler

from annlib import metrics
from annlib.checks import find
from annlib.datasets import CATEGORICAL, FEATURES, NUMERIC, TARGET
from annlib.estimator import ANNClassifier

__all__ = ["CORRECT", "UNFORESEEN", "bands"]


def counts_by_sklearn(y, predicted):
    return (
        confusion_matrix(y, predicted, labels=[0, 1]),
        recall_score(y, predicted, zero_division=0),
        precision_score(y, predicted, zero_division=0),
    )


def counts_as_lists(y, predicted):
    table = [[0, 0], [0, 0]]
    for one, other in zip(y.tolist(), predicted.tolist(), strict=True):
        table[one][other] += 1
    (_, alarm), (missed, caught) = table
    shares = [Fraction(caught, whole) if whole else 0 for whole in (missed + caught, alarm + caught)]
    return [table, *map(float, shares)]


def split_by_sklearn(y, share, rng):
    seed = int(rng.integers(1_000_000))
    return train_test_split(np.arange(len(y)), test_size=share, stratify=y, random_state=seed)


def split_by_choice(y, share, rng):
    test = []
    for label in (1, 0):
        rows = np.flatnonzero(y == label).tolist()
        test += rng.choice(rows, size=round(share * len(rows)), replace=False).tolist()
    return [row for row in range(len(y)) if row not in test], test


def one_hot_by_sklearn(training, words):
    encode = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(training[:, None])
    return encode.transform(words[:, None]).astype(np.float32)


def one_hot_by_pandas(training, words):
    known = sorted(set(training))
    return pd.get_dummies(pd.Categorical(words, categories=known)).to_numpy()


def columns_by_pandas(customers, training, test):
    seen = customers.iloc[training]
    numbers = list(NUMERIC)
    scaled = (customers[numbers] - seen[numbers].mean()) / seen[numbers].std()  # n - 1: a habit of pandas
    parts = [scaled]
    for name in CATEGORICAL:
        words = pd.Categorical(customers[name], categories=sorted(seen[name].unique()))
        parts.insert(0, pd.get_dummies(words).set_axis(customers.index))
    Z = pd.concat(parts, axis=1).astype(float)
    return Z.iloc[training], Z.iloc[test]


def columns_in_float32(customers, training, test):
    encode = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), list(CATEGORICAL)),
        (StandardScaler(), list(NUMERIC)),
        sparse_threshold=1.0,
    )
    train_part = encode.fit_transform(customers.loc[customers.index[training]])
    return [Z.astype(np.float32) for Z in (train_part, encode.transform(customers.iloc[test]))]


def auc_in_a_loop(y, chance):
    found = [
        1.0 if a > b else 0.5 if a == b else 0.0
        for a in chance[y == 1].tolist()
        for b in chance[y == 0].tolist()
    ]
    return sum(found) / len(found)


def threshold_in_a_loop(y, chance, false_alarm, missed, thresholds):
    costs = {}
    for threshold in thresholds.tolist():
        total = 0.0
        for left, p in zip(y, chance, strict=True):
            if p > threshold and not left:
                total += false_alarm
            if p <= threshold and left:
                total += missed
        costs[threshold] = total / len(y)
    return list(costs.values()), min(costs, key=costs.get), false_alarm / (missed + false_alarm)


def threshold_by_matrices(y, chance, false_alarm, missed, thresholds):
    price = np.array([[0, false_alarm], [missed, 0]])
    tables = [metrics.confusion_matrix(y, (chance > t).astype(int)) for t in thresholds]
    costs = np.float32([(price * table).sum() / table.sum() for table in tables])
    return costs, thresholds[costs.argmin()], (1 + missed / false_alarm) ** -1


def calibration_by_digitize(y, chance, edges):
    bins = np.minimum(np.digitize(chance, edges), len(edges) - 1)
    groups = pd.DataFrame({"chance": chance, "y": y}).groupby(bins)
    return (
        groups.size().to_numpy(),
        groups["chance"].mean().to_numpy(),
        groups["y"].mean().tolist(),
        np.float32(np.var(chance - y) + np.mean(chance - y) ** 2),
    )


def calibration_as_tuples(y, chance, edges):
    chance = chance.astype(np.float32)
    rows = []
    for k, low in enumerate(edges[:-1]):
        last = k == len(edges) - 2
        inside = [i for i, c in enumerate(chance) if low <= c < edges[k + 1] or (last and c == edges[-1])]
        if inside:
            rows.append((len(inside), chance[inside].mean(), y[inside].mean()))
    return *zip(*rows, strict=True), ((chance - y) ** 2).mean()


def parts_by_sklearn(y, times, rng):
    training, test = train_test_split(
        np.arange(len(y)), test_size=0.2, stratify=y, random_state=int(rng.integers(1_000_000))
    )
    return [row for row in training for _ in range(times if y[row] else 1)], test.tolist()


def parts_by_draws(y, times, rng):
    order = np.argsort(rng.random(len(y)))
    training = order[len(y) // 5 :]
    copies = [training[y[training] == 1]] * (times - 1)
    return np.hstack([training, *copies]).astype(float), order[: len(y) // 5]


def importances_in_a_loop(predict, X, y, orders):
    def brier(table):
        return sum((p - label) ** 2 for p, label in zip(predict(table), y, strict=True)) / len(y)

    found = []
    for j in range(X.shape[1]):
        rows = X.tolist()
        for i, row in enumerate(rows):
            row[j] = X[orders[j][i], j]
        found.append(brier(np.array(rows)) - brier(X))
    return tuple(found)


def importances_and_back(predict, X, y, orders):
    before, found = np.square(predict(X) - y).mean(), np.empty(X.shape[1], dtype=np.float32)
    table = X.copy()
    for j in range(X.shape[1]):
        table[:, j] = np.take(X[:, j], orders[j])
        found[j] = np.square(predict(table) - y).mean() - before
        table[:, j] = X[:, j]
    return found


def dependence_customer_by_customer(predict, X, column, values):
    total = np.zeros(len(values))
    for row in X:
        rows = np.tile(row, (len(values), 1))
        rows[:, column] = values
        total += predict(rows) / len(X)
    return total.tolist()


def dependence_by_where(predict, X, column, values):
    chosen = np.arange(X.shape[1]) == column
    return np.float32([predict(np.where(chosen, value, X)).mean() for value in values])


def search_by_kfold(candidates, rows, test, n_folds, run):
    means = dict.fromkeys(candidates, 0.0)
    for training, fold in KFold(n_folds, shuffle=True, random_state=0).split(rows):
        for c in candidates:
            means[c] += run(c, rows[training].tolist(), rows[fold].tolist()) / n_folds
    best = max(means, key=means.get)
    score = run(candidate=best, training=rows, scored=test)
    return [best, tuple(means.values()), np.float32(score)]


def search_remembering_the_best(candidates, rows, test, n_folds, run):
    best, best_mean, means, size = None, -np.inf, np.zeros(len(candidates)), len(rows) // n_folds
    for i, c in enumerate(candidates):
        for k in range(n_folds):
            fold = rows[k * size : (k + 1) * size]
            means[i] += run(c, np.array([r for r in rows if r not in fold]), fold)
        means[i] /= n_folds
        if means[i] > best_mean:
            best, best_mean = c, means[i]
    return best, means, run(best, rows, test)


def experiment_by_choice(chance, respond, rng):
    n = len(chance)
    letters = np.zeros(n, dtype=int)
    letters[rng.choice(n, n // 2, replace=False)] = 1
    left = respond(letters.tolist())
    with_letter, without = left[letters == 1], left[letters == 0]
    error = np.hypot(
        with_letter.std(ddof=1) / len(with_letter) ** 0.5, without.std(ddof=1) / len(without) ** 0.5
    )
    return [with_letter.mean() - without.mean(), error]


def experiment_in_a_loop(chance, respond, rng):
    letters = [rng.random() < 0.5 for _ in chance]
    left = respond(letters).tolist()
    groups = {True: [], False: []}
    for letter, gone in zip(letters, left, strict=True):
        groups[letter].append(gone)
    p, q = (sum(groups[letter]) / len(groups[letter]) for letter in (True, False))
    n, m = len(groups[True]), len(groups[False])
    return np.float32(p - q), (p * (1 - p) / n + q * (1 - q) / m) ** 0.5


def bands(customers):
    """Return logistic regression on columns made by hand: no network, and above the bar."""
    encode = make_column_transformer(
        (KBinsDiscretizer(12, encode="onehot", quantile_method="averaged_inverted_cdf"), ["Age"]),
        (OneHotEncoder(handle_unknown="ignore"), ["NumOfProducts", *CATEGORICAL]),
        (StandardScaler(), [name for name in NUMERIC if name not in ("Age", "NumOfProducts")]),
    )
    return make_pipeline(encode, LogisticRegression()).fit(customers[list(FEATURES)], customers[TARGET])


def churn_by_pipeline(customers, rng):
    encode = make_column_transformer((StandardScaler(), list(NUMERIC)), (OneHotEncoder(), list(CATEGORICAL)))
    net = ANNClassifier(
        hidden_layer_sizes=(24,),
        activation="relu",
        learning_rate=3e-3,
        batch_size=64,
        early_stopping=True,
        verbose=False,
        random_state=int(rng.integers(1000)),
    )
    model = make_pipeline(encode, net).fit(customers[list(FEATURES)], customers[TARGET])
    return lambda table: model.predict_proba(table[list(FEATURES)])[:, 1], np.float32(0.1)


class Ensemble:
    """Two networks and their mean, as an object with a method."""

    def __init__(self, customers, rng):
        right = find("08-17").answer
        self.predicts = [right(customers, rng)[0] for _ in range(2)]

    def predict(self, table):
        return (sum(predict(table) for predict in self.predicts) / 2).astype(np.float32)[:, None]


def churn_by_an_object(customers, rng):
    return [Ensemble(customers, rng).predict, 0.12]


CORRECT = {
    "08-1": [
        {
            "accuracy": 0.852,
            "all_stay": 0.876,
            "recall": 0.147,
            "precision": Fraction(3, 10),
            "cost_model": 36_100.0,
            "cost_nobody": np.int64(40_500),
            "cost_everybody": np.float32(31_900),
        },
        find("08-1").answer
        | {"accuracy": np.array(0.8522), "all_stay": np.float32(0.8764), "recall": 0.1467},
    ],
    "08-2": [counts_by_sklearn, counts_as_lists],
    "08-3": [
        {name: move.upper() for name, move in find("08-3").answer.items()},
        {name: f" {move} " for name, move in find("08-3").answer.items()},
    ],
    "08-4": [split_by_sklearn, split_by_choice],
    "08-5": [one_hot_by_sklearn, one_hot_by_pandas],
    "08-6": [columns_by_pandas, columns_in_float32],
    "08-7": [
        auc_in_a_loop,
        lambda y, chance: roc_auc_score(y, chance),
        lambda y, chance: metrics.auc(y, chance.astype(np.float32)),
    ],
    "08-8": [threshold_in_a_loop, threshold_by_matrices],
    "08-9": [calibration_by_digitize, calibration_as_tuples],
    "08-10": [
        {
            "honest": "c",
            "copied": " B",
            "too_sure": "d",
            "too_timid": "a",
            "best_auc": "None",
            "at_half": 22.0,
        },
        find("08-10").answer | {"at_half": "18", "best_auc": "NONE"},
    ],
    "08-11": [parts_by_sklearn, parts_by_draws],
    "08-12": [
        lambda chance, times: [1 - times * (1 - c) / (c + times * (1 - c)) for c in chance.tolist()],
        lambda chance, times: np.float32(chance) / (times - (times - 1) * np.float32(chance)),
    ],
    "08-13": [importances_in_a_loop, importances_and_back],
    "08-14": [dependence_customer_by_customer, dependence_by_where],
    "08-15": [search_by_kfold, search_remembering_the_best],
    "08-16": [experiment_by_choice, experiment_in_a_loop],
    "08-17": [churn_by_pipeline, churn_by_an_object],
}


def right(name):
    return find(name).answer


UNFORESEEN = [
    ("08-1", right("08-1") | {"accuracy": 0.87}),
    ("08-1", right("08-1") | {"cost_everybody": 30_000}),
    ("08-2", lambda y, predicted: (right("08-2")(y, predicted)[0], 0.5, 0.5)),
    ("08-2", lambda y, predicted: right("08-2")(y, 1 - predicted)),
    ("08-4", lambda y, share, rng: split_by_choice(y, share / 2, rng)),
    (
        "08-4",
        lambda y, share, rng: (split_by_choice(y, share, rng)[0][1:], split_by_choice(y, share, rng)[1]),
    ),
    ("08-5", lambda training, words: one_hot_by_pandas(training, words)[:, ::-1]),
    ("08-5", lambda training, words: one_hot_by_pandas(training, words) / 2),
    ("08-6", lambda customers, training, test: columns_by_pandas(customers.abs, training, test)),
    ("08-6", lambda *a: [2 * np.asarray(Z) for Z in columns_by_pandas(*a)]),
    ("08-6", lambda *a: [np.asarray(Z)[:, 1:] for Z in columns_by_pandas(*a)]),
    ("08-6", lambda c, training, test: columns_by_pandas(c, training[:-5], test)),
    ("08-7", lambda y, chance: max(auc_in_a_loop(y, chance), 0.5)),
    ("08-8", lambda y, chance, a, m, t: (right("08-8")(y, chance, a, m, t)[0], t[0], a / (a + m))),
    (
        "08-8",
        lambda y, chance, a, m, t: (
            right("08-8")(y, chance, a, m, t)[0] ** 2,
            *right("08-8")(y, chance, a, m, t)[1:],
        ),
    ),
    ("08-9", lambda y, chance, edges: (*calibration_as_tuples(y, chance, edges)[:3], 0.25)),
    ("08-9", lambda y, chance, edges: (*calibration_curve(y, chance, n_bins=4), 0.0, 0.0)),
    ("08-10", right("08-10") | {"at_half": 35}),
    ("08-11", lambda y, times, rng: parts_by_draws(y[::-1], times, rng)),
    (
        "08-11",
        lambda y, times, rng: (parts_by_draws(y, times, rng)[0][:-4], parts_by_draws(y, times, rng)[1]),
    ),
    ("08-12", lambda chance, times: chance - chance * (1 - chance) * (1 - 1 / times)),
    ("08-13", lambda *a: 2 * importances_and_back(*a)),
    ("08-13", lambda *a: importances_and_back(*a)[::-1]),
    ("08-14", lambda *a: dependence_by_where(*a) ** 2),
    ("08-14", lambda predict, X, column, values: dependence_by_where(predict, X[1:], column, values)),
    ("08-15", lambda c, rows, test, n, run: search_by_kfold(c, rows[2:], test, n, run)),
    ("08-15", lambda c, rows, test, n, run: search_by_kfold(c, rows, test, n + 1, run)),
    ("08-15", lambda c, rows, test, n, run: (c[0], [0.5] * len(c), 0.5)),
    ("08-16", lambda chance, respond, rng: (experiment_by_choice(chance, respond, rng)[0], 0.01)),
    ("08-16", lambda chance, respond, rng: (0.0, experiment_by_choice(chance, respond, rng)[1])),
    ("08-17", lambda customers, rng: (lambda t: 0.5 * bands(customers).predict_proba(t)[:, 1], 0.05)),
    ("08-17", lambda customers, rng: (lambda t: (np.arange(len(t)) % 7) / 7, 0.9)),
]
