"""The churn models side by side: `make churn`.

The same stratified 80/20 splits for every model, so that they are compared in pairs: a hard split is hard for
all. Scaler and encoder are fitted on the training part only.
"""

import argparse
import time
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, clone
from sklearn.compose import ColumnTransformer, make_column_transformer
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from annlib import Adam, BinaryCrossEntropy, Dense, Dropout, Network, Tanh, train
from annlib.activations import sigmoid
from annlib.datasets import CATEGORICAL, FEATURES, NUMERIC, TARGET, find_churn, load_churn, simulate_churn

# From a fitted split to the probabilities of leaving, shape (n_test,).
Model = Callable[[pd.DataFrame, pd.Series, pd.DataFrame, int], np.ndarray]


def encoder() -> ColumnTransformer:
    """Return the scaler and the encoder, not fitted: (n, 10) columns -> (n, 13) numbers."""
    return make_column_transformer((StandardScaler(), list(NUMERIC)), (OneHotEncoder(), list(CATEGORICAL)))


def from_sklearn(estimator: BaseEstimator) -> Model:
    """Put a scikit-learn classifier behind the encoder."""

    def predict(X_train: pd.DataFrame, y_train: pd.Series, X_test: pd.DataFrame, seed: int) -> np.ndarray:
        model = clone(estimator)
        if "random_state" in model.get_params():
            model.set_params(random_state=seed)
        return make_pipeline(encoder(), model).fit(X_train, y_train).predict_proba(X_test)[:, 1]

    return predict


def annlib_network(X_train: pd.DataFrame, y_train: pd.Series, X_test: pd.DataFrame, seed: int) -> np.ndarray:
    """Train the network of chapter 8, with a little dropout; a tenth of the training part says when to stop.

    The chapter keeps a larger part for validation, because it chooses its threshold there too.
    """
    rng = np.random.default_rng(seed)
    X_fit, X_stop, y_fit, y_stop = train_test_split(
        X_train, y_train, test_size=0.1, stratify=y_train, random_state=seed
    )
    encode = encoder().fit(X_fit)
    X_fit, X_stop = encode.transform(X_fit), encode.transform(X_stop)
    layers = [Dense(X_fit.shape[1], 32), Tanh(), Dropout(0.1), Dense(32, 16), Tanh(), Dense(16, 1)]
    net = Network(layers, rng=rng)
    train(
        net, X_fit, y_fit.to_numpy(), validation=(X_stop, y_stop.to_numpy()), patience=20, n_epochs=150,
        loss=BinaryCrossEntropy(), optimizer=Adam(3e-3), batch_size=64, rng=rng,
    )  # fmt: skip
    return sigmoid(net.predict(encode.transform(X_test)))[:, 0]


MODELS: dict[str, Model] = {
    "all stay": from_sklearn(DummyClassifier()),
    "logistic regression": from_sklearn(LogisticRegression()),
    "scikit-learn 6-6 network": from_sklearn(MLPClassifier((6, 6), max_iter=1000)),
    "histogram gradient boosting": from_sklearn(HistGradientBoostingClassifier()),
    "gradient boosting": from_sklearn(GradientBoostingClassifier()),
    "annlib network": annlib_network,
}


def split(table: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series, pd.Series]:
    """Return X_train, X_test, y_train, y_test: 80 and 20 in a hundred, with the same share of leavers."""
    return train_test_split(
        table[list(FEATURES)], table[TARGET], test_size=0.2, stratify=table[TARGET], random_state=seed
    )


def scores(table: pd.DataFrame, model: Model, n_splits: int) -> Iterator[tuple[float, float]]:
    """Yield test AUC and accuracy at the threshold 0.5, split by split."""
    for seed in range(n_splits):
        X_train, X_test, y_train, y_test = split(table, seed)
        probability = model(X_train, y_train, X_test, seed)
        yield roc_auc_score(y_test, probability), accuracy_score(y_test, probability > 0.5)


def compare(title: str, table: pd.DataFrame, n_splits: int) -> None:
    print(f"\n{title}: {len(table):,} customers, {n_splits} stratified 80/20 splits")
    print(f"{'':28}{'AUC':>7}{'accuracy':>10}{'AUC of annlib minus this, in pairs':>38}{'seconds':>9}")
    results = {}
    for name, model in reversed(MODELS.items()):  # annlib first: the others are compared with it
        start = time.perf_counter()
        auc, accuracy = np.array(list(scores(table, model, n_splits))).T
        results[name] = (auc, accuracy, time.perf_counter() - start)
    ours = results["annlib network"][0]
    for name in MODELS:
        auc, accuracy, seconds = results[name]
        gain = ours - auc
        error = gain.std(ddof=1) / np.sqrt(n_splits) if n_splits > 1 else float("nan")
        pairs = "" if name == "annlib network" else f"{gain.mean():+.4f} ± {error:.4f} (standard error)"
        print(f"{name:28}{auc.mean():7.4f}{accuracy.mean():10.4f}{pairs:>38}{seconds:9.1f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--splits", type=int, default=5, help="how many splits, random_state 0 and up (5)")
    arguments = parser.parse_args()
    if arguments.splits < 1:
        parser.error(f"--splits must be at least 1, got {arguments.splits}")
    compare("Simulated table", simulate_churn(rng=np.random.default_rng(0)), arguments.splits)
    if (path := find_churn()) is None:
        print(
            "\nReal file: not found (set ANNLIB_CHURN_CSV or put it at data/Churn_Modelling.csv); left out."
        )
    else:
        compare("Real file", load_churn(path), arguments.splits)


if __name__ == "__main__":
    main()
